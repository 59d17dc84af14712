"""Metrics: facts as columns, KPIs as arithmetic, tables by day, week and month.

Everything is a value: `NET / ORDERS` is a KPI, a table carries the definition that it was made with, and a cell without
a figure says why.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ecomops.metrics.counting import Before, Better, Counted, Seen
from ecomops.metrics.declaring import Columns
from ecomops.metrics.dictionary import (
    AOV,
    AOV_PER_BUYER,
    BUYERS,
    DISCOUNTS,
    FIRST_TIME_BUYERS,
    GROSS,
    IDENTIFIED_ORDERS,
    NET,
    NEW_BUYERS,
    ORDERS,
    PAID,
    PIECES,
    REFUNDS,
    RETURNED,
    RETURNED_DISCOUNTS,
    RETURNED_GROSS,
    TAX,
    UNITS,
    WEEKLY,
    units_in,
)
from ecomops.metrics.errors import (
    BadFact,
    BadFacts,
    FamilyMissing,
    LeadsNowhere,
    NeedsCalendar,
    NoSuchColumn,
    NotAdditive,
    NotInTable,
    NotOfMeasure,
    NoWay,
    RowMissing,
    UnitMismatch,
    WrongUnit,
)
from ecomops.metrics.expressions import END, START, among
from ecomops.metrics.families import (
    Facts,
    Lines,
    Names,
    Orders,
    Payments,
    RefundedLines,
    Refunds,
    Steps,
)
from ecomops.metrics.families_goods import (
    LineWorth,
    OrderTerms,
    Products,
    RefundTerms,
    Shipments,
    Stock,
    StockMovements,
)
from ecomops.metrics.formulas import Constant, Formula, Kpi, MeanOfDays, Measure, Sign, Trailing, count
from ecomops.metrics.sales import (
    BROAD,
    DEFAULT_DEFINITION,
    JD,
    TAOBAO,
    Cancelled,
    Counts,
    Definition,
    ReturnInstant,
    SaleInstant,
)
from ecomops.metrics.tables import Column, Flag, Keys, Reason, Table
from ecomops.metrics.tabulating import Top, report, tabulate
from ecomops.metrics.units import MONEY, NUMBER, Additivity, Unit

__all__ = [
    "AOV",
    "AOV_PER_BUYER",
    "BROAD",
    "BUYERS",
    "DEFAULT_DEFINITION",
    "DISCOUNTS",
    "END",
    "FIRST_TIME_BUYERS",
    "GROSS",
    "IDENTIFIED_ORDERS",
    "JD",
    "MONEY",
    "NET",
    "NEW_BUYERS",
    "NUMBER",
    "ORDERS",
    "PAID",
    "PIECES",
    "REFUNDS",
    "RETURNED",
    "RETURNED_DISCOUNTS",
    "RETURNED_GROSS",
    "SEGMENTS",
    "START",
    "TAOBAO",
    "TAX",
    "UNITS",
    "WEEKLY",
    "AbcPolicy",
    "Additivity",
    "Adverts",
    "Against",
    "Assortment",
    "BadFact",
    "BadFacts",
    "Before",
    "Better",
    "By",
    "Cancelled",
    "Column",
    "Columns",
    "Constant",
    "Conversations",
    "Costs",
    "Counted",
    "Counts",
    "Cover",
    "CustomerTotals",
    "DatedSales",
    "Decomposition",
    "Definition",
    "Exposures",
    "Facts",
    "FamilyMissing",
    "Flag",
    "Formula",
    "Funnel",
    "Keys",
    "Kpi",
    "LeadsNowhere",
    "LineWorth",
    "Lines",
    "MeanOfDays",
    "Measure",
    "Members",
    "MixAndRate",
    "Names",
    "NeedsCalendar",
    "NoSuchColumn",
    "NoWay",
    "NotAdditive",
    "NotInTable",
    "NotOfMeasure",
    "OrderTerms",
    "Orders",
    "Partial",
    "Payments",
    "PriceVolumeMix",
    "Products",
    "Ratings",
    "Reason",
    "RefundTerms",
    "RefundedLines",
    "Refunds",
    "Retention",
    "ReturnInstant",
    "Rfm",
    "RowMissing",
    "SaleInstant",
    "Seen",
    "Segment",
    "Shipments",
    "Show",
    "Sign",
    "Step",
    "Steps",
    "Stock",
    "StockMovements",
    "Table",
    "Targets",
    "Tickets",
    "Top",
    "Traffic",
    "Trailing",
    "Turns",
    "Undefined",
    "Unit",
    "UnitMismatch",
    "Verdict",
    "Views",
    "VisitPolicy",
    "Visits",
    "WrongUnit",
    "abc_classes",
    "abc_of",
    "among",
    "assortment_of",
    "attain",
    "by_slice",
    "change_of",
    "compare",
    "contribute",
    "count",
    "cover_of",
    "customer_totals_of",
    "customer_totals_of_sales",
    "dated_sales_of",
    "decompose",
    "decompose_rows",
    "figures_of",
    "funnel",
    "funnel_gap",
    "funnel_of",
    "growth_of",
    "mix_and_rate",
    "price_volume_mix",
    "rank",
    "report",
    "retention_of",
    "retention_of_sales",
    "rfm_of",
    "rfm_of_sales",
    "rfm_of_totals",
    "share",
    "tabulate",
    "traffic_of",
    "traffic_of_views",
    "units_in",
    "visits_of",
]

# What no table needs is loaded when somebody first asks for it: all of it would double what the import takes.
_ROOMS = {
    "assortment": "AbcPolicy Assortment By abc_of assortment_of",
    "comparing": "Against Funnel Partial Show Step Verdict abc_classes attain change_of compare contribute funnel"
    " funnel_of growth_of rank share",
    "covering": "Cover cover_of",
    "dated": "DatedSales dated_sales_of",
    "explaining": "Decomposition MixAndRate PriceVolumeMix Undefined by_slice decompose decompose_rows figures_of"
    " funnel_gap mix_and_rate price_volume_mix",
    "families_care": "Conversations Costs Members Ratings Targets Tickets Turns",
    "families_traffic": "Adverts Exposures Views Visits",
    "retention": "Retention retention_of retention_of_sales",
    "rfm": "SEGMENTS Rfm Segment rfm_of rfm_of_sales rfm_of_totals",
    "sessions": "Traffic VisitPolicy traffic_of visits_of",
    "totals": "CustomerTotals customer_totals_of customer_totals_of_sales",
    "viewing": "traffic_of_views",
}
_LATER = {name: room for room, names in _ROOMS.items() for name in names.split()}

if TYPE_CHECKING:
    from ecomops.metrics.assortment import AbcPolicy, Assortment, By, abc_of, assortment_of
    from ecomops.metrics.comparing import (
        Against,
        Funnel,
        Partial,
        Show,
        Step,
        Verdict,
        abc_classes,
        attain,
        change_of,
        compare,
        contribute,
        funnel,
        funnel_of,
        growth_of,
        rank,
        share,
    )
    from ecomops.metrics.covering import Cover, cover_of
    from ecomops.metrics.dated import DatedSales, dated_sales_of
    from ecomops.metrics.explaining import (
        Decomposition,
        MixAndRate,
        PriceVolumeMix,
        Undefined,
        by_slice,
        decompose,
        decompose_rows,
        figures_of,
        funnel_gap,
        mix_and_rate,
        price_volume_mix,
    )
    from ecomops.metrics.families_care import Conversations, Costs, Members, Ratings, Targets, Tickets, Turns
    from ecomops.metrics.families_traffic import Adverts, Exposures, Views, Visits
    from ecomops.metrics.retention import Retention, retention_of, retention_of_sales
    from ecomops.metrics.rfm import SEGMENTS, Rfm, Segment, rfm_of, rfm_of_sales, rfm_of_totals
    from ecomops.metrics.sessions import Traffic, VisitPolicy, traffic_of, visits_of
    from ecomops.metrics.totals import CustomerTotals, customer_totals_of, customer_totals_of_sales
    from ecomops.metrics.viewing import traffic_of_views
else:  # a type checker that saw this would accept every name

    def __getattr__(name: str) -> object:
        if name in _ROOMS:
            return import_module(f"{__name__}.{name}")
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
