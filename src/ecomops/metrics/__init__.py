"""Metrics: facts as columns, KPIs as arithmetic, tables by day, week and month.

Everything is a value: `NET / ORDERS` is a KPI, a table carries the definition that it was made with, and a cell without
a figure says why.
"""

from ecomops.metrics.comparing import compare, growth_of
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
from ecomops.metrics.errors import NoSuchColumn, NotAdditive, NotInTable, RowMissing, UnitMismatch, WrongUnit
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
from ecomops.metrics.formulas import Constant, Counted, Family, Formula, Kpi, Measure, Sign
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition, SaleInstant
from ecomops.metrics.tables import Column, Flag, Reason, Table
from ecomops.metrics.tabulating import tabulate
from ecomops.metrics.units import MONEY, NUMBER, Additivity, Unit

__all__ = [
    "AOV",
    "AOV_PER_BUYER",
    "BUYERS",
    "DEFAULT_DEFINITION",
    "DISCOUNTS",
    "FIRST_TIME_BUYERS",
    "GROSS",
    "IDENTIFIED_ORDERS",
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
    "TAX",
    "UNITS",
    "WEEKLY",
    "Additivity",
    "Column",
    "Constant",
    "Counted",
    "Definition",
    "Facts",
    "Family",
    "Flag",
    "Formula",
    "Kpi",
    "Lines",
    "Measure",
    "Names",
    "NoSuchColumn",
    "NotAdditive",
    "NotInTable",
    "Orders",
    "Payments",
    "Reason",
    "RefundedLines",
    "Refunds",
    "RowMissing",
    "SaleInstant",
    "Sign",
    "Steps",
    "Table",
    "Unit",
    "UnitMismatch",
    "WrongUnit",
    "compare",
    "growth_of",
    "tabulate",
    "units_in",
]
