"""Bad input through every public entry of the metrics: a typed error that names it, or the documented answer.

Two tables: what takes columns is given every wrong column, and what takes arguments every wrong argument. Warnings are
errors here, so that no refusal comes after numpy has complained.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pendulum
import pytest
from attrs import evolve
from pendulum import Date

from ecomops import metrics
from ecomops.columns import NEVER
from ecomops.kernel import Calendar, Currency, DomainError, Grain, Period, RetailCalendar, Rounding, Text
from ecomops.metrics import (
    DEFAULT_DEFINITION,
    GROSS,
    MONEY,
    NET,
    NUMBER,
    ORDERS,
    AbcPolicy,
    Against,
    By,
    Columns,
    CustomerTotals,
    Facts,
    Names,
    Orders,
    Partial,
    Show,
    Stock,
    Undefined,
    Views,
    VisitPolicy,
    Visits,
)
from ecomops.metrics.declaring import Is, declared
from ecomops.metrics.explaining import by_slice
from ecomops.metrics.intake import (
    Deduplicated,
    Feed,
    Ledger,
    Rescaled,
    Zoned,
    added,
    clean,
    convert,
    freshness,
    late_rows,
    localised,
    reconcile,
    require_currency,
)
from ecomops.metrics.rollup import Rollup
from ecomops.metrics.sheets import (
    CohortCosts,
    SheetTerms,
    daily_sheet,
    engagement,
    headline,
    member_sheet,
    page_quality,
    shop_funnel,
    source_quality,
    stages,
    weekly_sheet,
)
from ecomops.metrics.summary import Kind, Partitioning, Summary, SummaryMeasure, SummarySpec
from tests.metrics.rollup.shop import HOUR, MONDAY, a_rollup, some_lines, some_orders, some_refunds
from tests.metrics.shops import ints

UTC = Calendar(timezone="UTC")
WEEKS = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 6, 15))
HOURS = MONDAY + HOUR * ints(0, 1, 30)
KNOWN: Mapping[str, Any] = {"calendar": UTC, "observed": WEEKS}
PAID = {"paid_at": HOURS, "gross": ints(500, 700, 900), "customer": ints(0, 1, 0)}
FACTS = Facts.of_orders(Currency.CNY, PAID)
PARTS = Partitioning(column="customer", parts=2)
SPEC = SummarySpec(
    calendar=UTC,
    observed=WEEKS,
    measures=(
        SummaryMeasure(key="gross", unit=MONEY, kind=Kind.SUM, column="gross"),
        SummaryMeasure(key="buyers", unit=NUMBER, kind=Kind.DISTINCT, column="customer"),
    ),
    currency=Currency.CNY,
)
VIEWS = {"visit": ints(-1, -1, -1), "visitor": ints(0, 0, 1), "customer": ints(-1, 0, -1)} | {
    "page": ints(0, 0, 0),
    "sku": ints(-1, 0, 0),
    "at": HOURS,
}
SEEN = Facts.of(Currency.CNY, {Views: VIEWS})
STOCK = {name: ints(0, 1, 2) for name in ("sku", "on_hand", "worth")} | {"location": ints(0, 0, 0), "at": HOURS}
WHOLE = Facts.of(
    Currency.CNY,
    {
        Orders: FACTS.orders.to_columns(),
        Stock: STOCK,
        Views: VIEWS,
        Visits: metrics.visits_of(SEEN[Views]).to_columns(),
    },
)
TABLE = metrics.tabulate(FACTS, (ORDERS, GROSS), **KNOWN)
CUT = metrics.tabulate(FACTS, (ORDERS, GROSS), **KNOWN, by=(Grain.WEEK, "customers"))
TOTALS = metrics.customer_totals_of(FACTS, calendar=UTC, window=WEEKS)
SALES = metrics.dated_sales_of(FACTS, calendar=UTC, period=WEEKS)
CODES = np.arange(3, dtype=np.int32)
RATES = {(Date(2026, 6, 1), Currency.USD): Decimal("7.1234")}
MIXED = {"at": ints(MONDAY, MONDAY), "currency": ints(0, 1), "gross": ints(5, 6)}
CURRENCIES = (Currency.CNY, Currency.USD)
A_FEED = Feed(key="orders", name=Text("orders", "订单"))
SHOP, BANK = (Ledger(name=Text(name, name), keys=ints(1, 2), amounts=ints(5, 6)) for name in ("shop", "bank"))


def a_shop() -> Rollup:
    """Return a rollup of three orders with their lines."""
    made = a_rollup(skus=3)
    made.append(some_orders(), some_lines(10, 11, 12))
    return made


def changed(**given: Any) -> None:  # noqa: ANN401 - whatever a rollup is given
    """Change a rollup."""
    a_shop().change(**given)


def restored(snapshot: Any) -> None:  # noqa: ANN401 - as above
    """Restore a rollup."""
    a_rollup(skus=3).restore(snapshot)


ROLLUP = a_shop()

# --- columns ------------------------------------------------------------------------------------------------------

WRONG_COLUMNS: dict[str, Callable[[Any], object]] = {
    "no column": lambda _: None,
    "a text": lambda _: "tea",
    "a list": lambda good: good.tolist(),
    "floats": lambda good: good.astype(float),
    "not a number": lambda good: np.where(np.arange(len(good)) == 1, np.nan, good),
    "objects": lambda good: good.astype(object),
    "naive instants": lambda good: np.array([dt.datetime(2026, 6, 1)] * len(good)),  # noqa: DTZ001 - that is the point
    "instants of numpy": lambda good: good.astype("M8[us]"),
    "a table": lambda good: good.reshape(-1, 1),
    "a scalar": lambda good: good[:1].reshape(()),
    "too large": lambda good: np.full(len(good), 2**64 - 1, dtype=np.uint64),
    "with a mask": lambda good: np.ma.masked_array(good, mask=np.arange(len(good)) == 1),
    "too short": lambda good: good[:-1],
}


def a_family(family: type[Columns]) -> dict[str, Any]:
    """Return three rows of a family."""
    of_kind = {Is.INSTANT: HOURS, Is.FLAG: ints(0, 1, 0), Is.ROW: ints(0, 1, 2), Is.CODE: ints(0, 1, 2)}
    return {name: of_kind.get(told.kind, ints(1, 2, 3)) for name, told in declared(family).items()}


def totals_of(columns: Mapping[str, Any]) -> object:
    """Return scores of totals that a host kept."""
    like: Mapping[str, Any] = {
        "currency": Currency.CNY,
        "calendar": UTC,
        "window": WEEKS,
        "definition": DEFAULT_DEFINITION,
    }
    return metrics.rfm_of_totals(CustomerTotals(**like, **columns))


def on_rollup(ask: Callable[[Rollup], object], *, held: bool = True) -> object:
    """Return what came of changing a rollup; refused, it answers as before."""
    rollup = a_shop() if held else a_rollup(skus=3)
    before = {name: values.tolist() for name, values in rollup.snapshot().items()}
    try:
        return ask(rollup)
    except DomainError:
        assert {name: values.tolist() for name, values in rollup.snapshot().items()} == before
        raise


FAMILIES = [
    each
    for each in (getattr(metrics, name) for name in sorted(metrics.__all__))
    if isinstance(each, type) and issubclass(each, Columns) and each is not Columns
]
LAST_DAYS = ints(*(Date(2026, 6, day).toordinal() for day in (1, 2, 3)))

OF_COLUMNS: dict[str, tuple[Mapping[str, Any], Callable[[Any], object]]] = {
    **{f"{family.__name__}.of": (a_family(family), family.of) for family in FAMILIES},
    "Facts.of": (FACTS.orders.to_columns(), lambda given: Facts.of(Currency.CNY, {Orders: given})),
    "Facts.of_orders": (PAID, lambda given: Facts.of_orders(Currency.CNY, given)),
    "Rollup.append": (some_orders(), lambda given: on_rollup(lambda it: it.append(given), held=False)),
    "Rollup.append lines": (
        some_lines(10, 11, 12),
        lambda given: on_rollup(lambda it: it.append(some_orders(), given), held=False),
    ),
    "Rollup.amend": (
        {"id": ints(10, 11, 12), "valid": ints(0, 1, 0)},
        lambda given: on_rollup(lambda it: it.amend(given)),
    ),
    "Rollup.refund": (
        {"id": ints(1, 2, 3), "order": ints(10, 10, 11), "at": HOURS, "returned": ints(4, 5, 6)},
        lambda given: on_rollup(lambda it: it.refund(given)),
    ),
    "Rollup.windows": (
        {"from": HOURS, "until": HOURS + HOUR},
        lambda given: ROLLUP.windows(given["from"], given["until"]),
    ),
    "Summary.of": (
        {"at": HOURS, "customer": ints(0, 1, 2), "gross": ints(5, 6, 7)},
        lambda given: Summary.of({"orders": given}, SPEC, PARTS.whole),
    ),
    "visits_of": (
        {"sources": ints(0, 1, 0), "sessions": ints(0, 0, 1)},
        lambda given: metrics.visits_of(SEEN[Views], **given),
    ),
    "traffic_of_views": (
        {"sources": ints(0, 1, 0), "sessions": ints(0, 0, 1)},
        lambda given: metrics.traffic_of_views(SEEN, **KNOWN, **given),
    ),
    "clean": (
        {"order": ints(1, 2, 3), "gross": ints(5, 6, 7)},
        lambda given: clean(given, (Deduplicated(key=("order",)),), money=("gross",)),
    ),
    "clean, clocks and units": (
        {"at": HOURS, "quantity": ints(1000, 2000, 3000)},
        lambda given: clean(
            given, (Zoned(column="at", zone="Europe/Berlin"), Rescaled(column="quantity", by=Fraction(1, 1000)))
        ),
    ),
    "Ledger": (
        {"keys": ints(1, 2, 3), "amounts": ints(5, 6, 7)},
        lambda given: reconcile(Ledger(name=Text("shop", "店铺"), **given), BANK),
    ),
    "added": ({"keys": ints(1, 2, 2), "amounts": ints(5, 6, 7)}, lambda given: added(Text("shop", "店铺"), **given)),
    "convert": (
        MIXED,
        lambda given: convert(given, RATES, Currency.CNY, money=("gross",), currencies=CURRENCIES, calendar=UTC),
    ),
    "require_currency": (
        {"currency": ints(0, 0)},
        lambda given: require_currency(given, Currency.CNY, currencies=CURRENCIES),
    ),
    "late_rows": (
        {"happened": HOURS, "arrived": HOURS + HOUR, "money": ints(1, 2, 3)},
        lambda given: late_rows(**given, feed=A_FEED, calendar=UTC),
    ),
    "by_slice": (
        {"amounts": ints(3, 5, 6), "weights": ints(1, 2, 3)},
        lambda given: by_slice(["a", "b", "c"], **given),
    ),
    "abc_of": ({"values": ints(3, 5, 6)}, lambda given: metrics.abc_of(**given)),
    "rfm_of_totals": ({"last_day": LAST_DAYS, "orders": ints(1, 2, 3), "money": ints(5, 6, 7)}, totals_of),
    "DatedSales": (
        {"customer": CODES, "day": CODES, "money": ints(5, 6, 7)},
        lambda given: metrics.retention_of_sales(evolve(SALES, customers=3, **given)),
    ),
    "DatedSales.earlier": ({"earlier": CODES}, lambda given: evolve(SALES, customers=3, **given)),
    "part_of": ({"customer": ints(0, 1, 2)}, lambda given: PARTS.part_of(given["customer"])),
    "localised": ({"at": HOURS}, lambda given: localised(given["at"], zone="Europe/Berlin")),
}
ALONE = {"require_currency", "abc_of", "part_of", "localised", "DatedSales.earlier"}
"""They take one column, of any length."""
MAY_BE_MISSING = {("visits_of", "sources"), ("visits_of", "sessions"), ("late_rows", "money")} | {
    ("traffic_of_views", "sources"),
    ("traffic_of_views", "sessions"),
}


def refused(attempt: Callable[[], object], about: str = "") -> str:
    """Return "" when *attempt* is refused by code, in both languages, with words about it; else what came."""
    try:
        answer = attempt()
    except DomainError as refusal:
        told = refusal.code and refusal.message("zh") and about in refusal.message("en")
        return "" if told else f"{refusal.code}: {refusal.message('en')}"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return repr(error)
    return f"accepted: {type(answer).__name__}"


@pytest.mark.parametrize("entry", OF_COLUMNS)
def test_a_wrong_column_is_refused_by_name(entry: str) -> None:
    """Every column of every entry, in every wrong form; the columns as they should be are taken."""
    good, call = OF_COLUMNS[entry]
    call(dict(good))
    found: dict[str, str] = {}
    for name, values in good.items():
        for form, made in WRONG_COLUMNS.items():
            if (form == "no column" and (entry, name) in MAY_BE_MISSING) or (form == "too short" and entry in ALONE):
                continue
            about = "rows" if form == "too short" else "values" if entry == "abc_of" else name
            wrong = made(np.asarray(values))
            if outcome := refused(partial(call, {**good, name: wrong}), about):
                found[f"{name}, {form}"] = outcome
    assert found == {}


ROWS: dict[str, tuple[Callable[[], object], str, str]] = {
    "negative quantity": (
        lambda: Stock.of(STOCK | {"on_hand": ints(1, -(10**13), 1)}),
        "column.out_of_range",
        "on_hand",
    ),
    "negative money": (
        lambda: Facts.of_orders(Currency.CNY, PAID | {"gross": ints(5, -6, 7)}),
        "column.out_of_range",
        "row 1 is not",
    ),
    "unknown code": (
        lambda: Facts.of_orders(Currency.CNY, PAID, Names(customers=("ann",))),
        "column.out_of_range",
        "orders.customer must be from -1 to 0: row 1 is not",
    ),
    "one ledger key twice": (
        lambda: reconcile(Ledger(name=Text("shop", "店铺"), keys=ints(1, 1), amounts=ints(5, 6)), BANK),
        "intake.repeated_key",
        "1",
    ),
    "which largest": (lambda: metrics.tabulate(FACTS, **KNOWN, top=3), "value.wrong_kind", "Top"),  # type: ignore[arg-type]
    "a family that is none": (
        lambda: Facts.of(Currency.CNY, {int: {}}),  # type: ignore[dict-item]
        "value.wrong_kind",
        "family of facts",
    ),
    "a rate of no day": (
        lambda: convert(MIXED, {3: 1}, Currency.CNY, money=(), currencies=CURRENCIES, calendar=UTC),  # type: ignore[dict-item]
        "value.wrong_kind",
        "(Date, Currency)",
    ),
    "an order twice": (lambda: a_shop().append(some_orders()), "rollup.duplicate_id", "row 0"),
    "a slice twice": (lambda: by_slice(["a", "a"], ints(1, 2), ints(1, 1)), "value.repeated", "a"),
    "mixed currencies": (
        lambda: require_currency(MIXED, Currency.CNY, currencies=CURRENCIES),
        "intake.mixed_currencies",
        "row 1",
    ),
    "no rate of a row": (
        lambda: convert(MIXED, {}, Currency.CNY, money=("gross",), currencies=CURRENCIES, calendar=UTC),
        "intake.rate_missing",
        "row 1",
    ),
    "sum of a rollup": (
        lambda: a_shop().append(some_orders(id=ints(1, 2, 3), net=ints(2**61, 2**61, 2**61))),
        "column.sum_too_large",
        "net",
    ),
    "sum of a ledger": (
        lambda: added(Text("shop", "店铺"), ints(1, 1), ints(2**62, 2**62)),
        "column.sum_too_large",
        "amounts",
    ),
    "sum of a summary": (
        lambda: Summary.of(
            {"orders": {"at": HOURS, "customer": ints(0, 1, 2), "gross": ints(2**61, 2**61, 2**61)}}, SPEC, PARTS.whole
        ),
        "summary.sum_too_large",
        "gross",
    ),
    "a name beside money": (lambda: Orders["gross"] == "tea", "value.wrong_kind", "column of names beside 'tea'"),
    "a name by its place": (
        lambda: Orders["location"] >= "hz",  # type: ignore[operator]
        "value.wrong_kind",
        "number >= beside Orders.location",
    ),
    "a name in a sum": (lambda: Orders["gross"] - "tea", "value.wrong_kind", "Combined"),  # type: ignore[operator]
    "among nothing": (lambda: metrics.among(Orders["location"]), "value.out_of_range", "among.names"),
    "a row that points nowhere": (
        lambda: FACTS.joined(metrics.OrderTerms.of(a_family(metrics.OrderTerms) | {"order": ints(0, 1, 3)})),
        "column.out_of_range",
        "OrderTerms.order must be from 0 to 2: row 2 is not",
    ),
    "one order with terms twice": (
        lambda: FACTS.joined(metrics.OrderTerms.of(a_family(metrics.OrderTerms) | {"order": ints(0, 1, 1)})),
        "column.out_of_range",
        "row 2",
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_wrong_row_is_refused_by_its_number(case: str) -> None:
    """What no column of its kind may hold is told by column and row, before anything is summed."""
    call, code, words = ROWS[case]
    with pytest.raises(DomainError) as refusal:
        call()
    assert refusal.value.code == code
    assert words in refusal.value.message("en")


# --- arguments ----------------------------------------------------------------------------------------------------

WRONG: dict[str, object] = {
    "None": None,
    "a bool": True,
    "a float": float("nan"),
    "an object": object(),
    "a class": object,
    "a huge number": 10**30,
    "a number": -1,
    "a naive datetime": dt.datetime(2026, 6, 18),  # noqa: DTZ001 - that is the point
    "a text": "tea",
    "a tuple of nothing": (None,),
    "a mapping": {1: 2},
    "an array": np.zeros(2),
}
LIKE: Mapping[str, Any] = {"definition": DEFAULT_DEFINITION, **KNOWN}
CALLS: dict[str, tuple[Callable[..., object], Mapping[str, Any]]] = {
    "tabulate": (
        metrics.tabulate,
        {"facts": FACTS, "kpis": (NET,), "by": Grain.WEEK, "where": None, "top": None, "totals": False, **LIKE},
    ),
    "report": (metrics.report, {"facts": FACTS, "kpis": (NET,), "cuts": (Grain.WEEK,), "totals": False, **LIKE}),
    "compare": (
        metrics.compare,
        {
            "table": TABLE,
            "kpis": (GROSS,),
            "to": Against.PREVIOUS,
            "shows": (Show.GROWTH,),
            "partial": Partial.REFUSED,
        },
    ),
    "attain": (metrics.attain, {"table": TABLE, "targets": {"gross_sales": 100}, "partial": Partial.REFUSED}),
    "contribute": (metrics.contribute, {"table": CUT, "kpis": (GROSS,), "to": Against.PREVIOUS}),
    "share": (metrics.share, {"table": CUT, "kpis": (GROSS,)}),
    "rank": (metrics.rank, {"table": CUT, "kpi": GROSS}),
    "abc_classes": (metrics.abc_classes, {"table": metrics.share(CUT, (GROSS,)), "kpi": GROSS}),
    "funnel": (metrics.funnel, {"counts": {"visit": 3, "paid": 2}}),
    "Facts.of": (Facts.of, {"currency": Currency.CNY, "families": {Orders: FACTS.orders.to_columns()}, "names": None}),
    "Facts.of_orders": (Facts.of_orders, {"currency": Currency.CNY, "columns": PAID, "names": None}),
    "Names.of": (Names.of, {"names": {"skus": ("tea",)}}),
    "Orders.of": (Orders.of, {"columns": FACTS.orders.to_columns()}),
    "Summary.of": (
        Summary.of,
        {"rows": {"orders": a_family(Orders) | {"at": HOURS}}, "spec": SPEC, "parts": PARTS.whole},
    ),
    "Summary.merge": (Summary.empty(SPEC, PARTS.part(0)).merge, {}),
    "Summary.from_bytes": (
        Summary.from_bytes,
        {"data": Summary.empty(SPEC, PARTS.whole).to_bytes(), "spec": SPEC},
    ),
    "Summary.table": (Summary.empty(SPEC, PARTS.whole).table, {"kpis": None, "where": None}),
    "Rollup": (
        Rollup,
        {
            "calendar": UTC,
            "currency": Currency.CNY,
            "definition": DEFAULT_DEFINITION,
            "dimensions": {"channel": 2},
            "windows": ("channel",),
            "amounts": ("net",),
            "refund_amounts": ("returned",),
            "skus": 3,
            "skus_by": Grain.WEEK,
            "seal_at": 100,
        },
    ),
    "Rollup.change": (
        changed,
        {"append": None, "amend": None, "refund": some_refunds(), "lines": None, "returned": None},
    ),
    "Rollup.restore": (restored, {"snapshot": ROLLUP.snapshot()}),
    "Rollup.table": (ROLLUP.table, {"grain": Grain.WEEK, "observed": WEEKS, "by": None, "figures": None}),
    "Rollup.window": (ROLLUP.window, {"period": WEEKS, "observed": None, "by": None, "figures": None}),
    "Rollup.windows": (ROLLUP.windows, {"starts": HOURS, "ends": HOURS, "by": None, "figures": None}),
    "Rollup.customers": (ROLLUP.customers, {"period": WEEKS, "figures": None}),
    "Rollup.goods": (ROLLUP.goods, {"period": WEEKS}),
    "Rollup.assortment": (
        ROLLUP.assortment,
        {"period": WEEKS, "before": None, "by": By.NET, "policy": AbcPolicy(), "names": ()},
    ),
    "Rollup.orders": (ROLLUP.orders, {"ids": ints(10)}),
    "daily_sheet": (
        daily_sheet,
        {"facts": FACTS, "day": Date(2026, 6, 9), "to": Against.SAME_WEEKDAYS, "even_partial": False, **LIKE},
    ),
    "weekly_sheet": (
        weekly_sheet,
        {"facts": FACTS, "week": Date(2026, 6, 9), "to": None, "even_partial": False, "terms": SheetTerms(), **LIKE},
    ),
    "member_sheet": (
        member_sheet,
        {"facts": FACTS, "day": Date(2026, 6, 9), "by": Grain.WEEK, "to": None, "terms": SheetTerms(), **LIKE},
    ),
    "headline": (
        headline,
        {"facts": FACTS, "cohort": WEEKS, "costs": CohortCosts(acquisition=5), "horizon": 3, "loyal": 2, **LIKE},
    ),
    "stages": (stages, {"facts": FACTS, "by": Grain.WEEK, "within": 3, **LIKE}),
    "engagement": (engagement, {"facts": FACTS, **LIKE}),
    "page_quality": (page_quality, {"facts": WHOLE, "terms": None, **LIKE}),
    "decompose": (
        metrics.decompose,
        {
            "before": {"buyers": 2, "rate": (3, 2)},
            "after": {"buyers": 3, "rate": (4, 2)},
            "of": None,
            "currency": Currency.CNY,
            "names": None,
            "undefined": Undefined.OTHER_SIDE,
        },
    ),
    "mix_and_rate": (
        metrics.mix_and_rate,
        {"before": {"a": (1, 2)}, "after": {"a": (2, 2)}, "dimensions": (), "currency": None},
    ),
    "price_volume_mix": (
        metrics.price_volume_mix,
        {"before": {"a": (1, 2)}, "after": {"a": (2, 2)}, "currency": None},
    ),
    "funnel_gap": (
        metrics.funnel_gap,
        {"funnel": {"a": 3, "b": 2}, "benchmark": {"b": (1, 2)}, "worth": None, "currency": None, "names": None},
    ),
    "by_slice": (by_slice, {"names": ["a", "b"], "amounts": ints(1, 2), "weights": ints(1, 2)}),
    "clean": (
        clean,
        {"columns": {"order": ints(1, 2)}, "steps": (Deduplicated(key=("order",)),), "money": ()},
    ),
    "reconcile": (reconcile, {"left": SHOP, "right": BANK}),
    "convert": (
        convert,
        {
            "columns": MIXED,
            "rates": RATES,
            "to": Currency.CNY,
            "money": ("gross",),
            "currencies": CURRENCIES,
            "calendar": UTC,
            "currency": "currency",
            "at": "at",
            "rounding": Rounding.HALF_UP,
        },
    ),
    "require_currency": (
        require_currency,
        {
            "columns": {"currency": ints(0)},
            "expected": Currency.CNY,
            "currencies": CURRENCIES,
            "currency": "currency",
        },
    ),
    "freshness": (
        freshness,
        {"feeds": (A_FEED,), "latest": {"orders": None}, "calendar": UTC, "at": pendulum.datetime(2026, 6, 1)},
    ),
    "late_rows": (late_rows, {"happened": HOURS, "arrived": HOURS, "feed": A_FEED, "calendar": UTC, "money": None}),
    "localised": (localised, {"shown": HOURS, "zone": "Europe/Berlin"}),
    "retention_of": (metrics.retention_of, {"facts": FACTS, "by": Grain.MONTH, **LIKE}),
    "rfm_of": (
        metrics.rfm_of,
        {"facts": FACTS, "calendar": UTC, "window": WEEKS, "bins": 5, "definition": DEFAULT_DEFINITION},
    ),
    "rfm_of_totals": (metrics.rfm_of_totals, {"totals": TOTALS, "bins": 5}),
    "dated_sales_of": (
        metrics.dated_sales_of,
        {"facts": FACTS, "calendar": UTC, "period": WEEKS, "definition": DEFAULT_DEFINITION},
    ),
    "retention_of_sales": (metrics.retention_of_sales, {"sales": SALES, "by": Grain.MONTH}),
    "rfm_of_sales": (metrics.rfm_of_sales, {"sales": SALES, "bins": 5}),
    "customer_totals_of_sales": (metrics.customer_totals_of_sales, {"sales": SALES}),
    "customer_totals_of": (
        metrics.customer_totals_of,
        {"facts": FACTS, "calendar": UTC, "window": WEEKS, "definition": DEFAULT_DEFINITION},
    ),
    "visits_of": (
        metrics.visits_of,
        {"views": SEEN[Views], "sources": None, "sessions": None, "policy": VisitPolicy()},
    ),
    "traffic_of": (metrics.traffic_of, {"facts": WHOLE, "by": Grain.DAY, "policy": VisitPolicy(), **LIKE}),
    "traffic_of_views": (metrics.traffic_of_views, {"facts": SEEN, "sources": None, "by": Grain.DAY, **LIKE}),
    "assortment_of": (
        metrics.assortment_of,
        {"facts": FACTS, "calendar": UTC, "period": WEEKS, "by": By.NET, "policy": AbcPolicy()},
    ),
    "cover_of": (
        metrics.cover_of,
        {"facts": WHOLE, "calendar": UTC, "period": WEEKS, "receiving": ("received",)},
    ),
    "abc_of": (metrics.abc_of, {"values": ints(1, 2), "policy": AbcPolicy()}),
    "units_in": (metrics.units_in, {"measure": "litre"}),
    "shop_funnel": (shop_funnel, {"facts": WHOLE, **LIKE}),
    "source_quality": (source_quality, {"facts": WHOLE, "terms": None, **LIKE}),
}
REFUSED_ANYWAY = {"shop_funnel", "source_quality"}
"""These facts lack what they ask for: that is refused whatever else is wrong."""


TAKEN = {
    *(f"{entry} {name}: a bool" for entry in ("tabulate", "report") for name in ("totals",)),
    *(f"{entry} even_partial: a bool" for entry in ("daily_sheet", "weekly_sheet")),
    *(f"{entry} kpis: None" for entry in ("compare", "share", "contribute")),
    *(f"Rollup {name}: a text" for name in ("amounts", "refund_amounts")),  # each of its letters is one
    "Rollup.orders ids: None",
    "Rollup.change refund: None",
    "daily_sheet to: None",
    "units_in measure: a text",
    "decompose currency: None",
    "decompose names: a mapping",  # names of what is not there are not asked for
    "funnel_gap names: a mapping",
    "funnel_gap worth: a number",  # what one at the end costs
    "compare to: a mapping",  # targets of other columns
    "cover_of receiving: a tuple of nothing",  # goods of no known kind came in
}
"""What is no mistake."""


@pytest.mark.parametrize("entry", CALLS)
def test_a_wrong_argument_is_refused_or_taken_for_what_it_is(entry: str) -> None:
    """Each argument in turn is something else: that is refused by code, but for what it may be."""
    call, good = CALLS[entry]
    came = refused(lambda: call(**good))
    assert came.startswith("accepted") != (entry in REFUSED_ANYWAY), came
    found: dict[str, str] = {}
    for name in good:
        for words, value in WRONG.items():
            if good[name] is value:
                continue
            outcome = refused(partial(call, **{**good, name: value}))
            if outcome and f"{entry} {name}: {words}" not in TAKEN:
                found[f"{name}, {words}"] = outcome
    assert found == {}


# --- little or nothing --------------------------------------------------------------------------------------------

GAP = dt.time(2, 30)
"""On the day on which the clocks go forward there is no such time."""
CALENDARS = {
    "plain": UTC,
    "a start that one day has not": Calendar(timezone="America/New_York", day_start=GAP),
    "half an hour": Calendar(timezone="Australia/Lord_Howe", day_start=dt.time(2, 15)),
    "retail": RetailCalendar(timezone="Europe/Berlin", weeks=(4, 4, 5)),
}
GONE = Period(start=pendulum.datetime(2026, 3, 2), end=pendulum.datetime(2026, 4, 13))
"""Around the changes of the clock in spring."""
MARCH = MONDAY - 24 * HOUR * ints(85, 84, 70, 64)  # 8 March in New York, 4 April on Lord Howe lie among them
LITTLE: dict[str, tuple[Mapping[str, Any], int]] = {
    "no row": ({"paid_at": ints(), "gross": ints()}, 0),
    "one row": ({"paid_at": MARCH[:1], "gross": ints(5)}, 1),
    "one customer": ({"paid_at": MARCH, "gross": ints(5, 6, 7, 8), "customer": ints(0, 0, 0, 0)}, 4),
    "no customer": ({"paid_at": MARCH, "gross": ints(5, 6, 7, 8)}, 4),
    "nothing paid": ({"paid_at": np.full(4, NEVER), "gross": ints(5, 6, 7, 8), "placed_at": MARCH}, 0),
    "nothing in the period": ({"paid_at": MARCH + 365 * 24 * HOUR, "gross": ints(5, 6, 7, 8)}, 0),
    "out of order": ({"paid_at": MARCH[::-1], "gross": ints(8, 7, 6, 5), "customer": ints(1, 0, 1, 0)}, 4),
}


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("case", LITTLE)
def test_little_or_nothing_has_an_answer(case: str, calendar: str) -> None:
    """Every order is counted once, by days, weeks and months, whatever the clocks do; others have an answer too."""
    columns, orders = LITTLE[case]
    facts, cut = Facts.of_orders(Currency.CNY, columns), CALENDARS[calendar]
    known: Mapping[str, Any] = {"calendar": cut, "observed": GONE}
    for grain in Grain:
        table = metrics.tabulate(facts, metrics.WEEKLY, **known, by=grain)
        assert int(table[ORDERS].sum()) == orders
        assert metrics.compare(table, partial=Partial.LEFT_OUT).to_rows() is not None
    scores = metrics.rfm_of(facts, calendar=cut, window=GONE)
    assert len(scores.customer) == len({*facts.orders.customer.tolist()} - {-1} if orders else ())
    assert int(metrics.retention_of(facts, **known).buyers.sum()) >= len(scores.customer)
    assert len(metrics.assortment_of(facts, calendar=cut, period=GONE)) == 0
    assert engagement(facts, **known).to_rows()[6]["events"] == int((facts.orders.customer >= 0).sum() * bool(orders))
    with pytest.raises(DomainError):
        metrics.traffic_of(facts, **known)  # nobody told of visits


@pytest.mark.parametrize("calendar", [name for name in CALENDARS if name != "retail"])
def test_a_rollup_of_little_or_nothing_answers_as_facts_do(calendar: str) -> None:
    """Days that begin in a gap of the clock are the same days in a rollup."""
    for columns, orders in LITTLE.values():
        facts, cut = Facts.of_orders(Currency.CNY, columns), CALENDARS[calendar]
        rollup = Rollup(cut, currency=Currency.CNY, amounts=(GROSS,))
        valid = facts.orders.paid_at != NEVER
        rollup.append(
            {
                "id": np.arange(len(valid)),
                "at": facts.orders.placed_at,
                "customer": facts.orders.customer,
                "valid": valid.astype(np.int64),
                "gross_sales": facts.orders.gross,
            }
        )
        for grain in Grain:
            table = rollup.table(grain, observed=GONE)
            beside = metrics.tabulate(facts, (ORDERS, GROSS), calendar=cut, observed=GONE, by=grain)
            assert [table["orders_valid"].tolist(), table["gross_sales"].tolist()] == [
                beside[ORDERS].tolist(),
                beside[GROSS].tolist(),
            ]
            assert int(table["orders_valid"].sum()) == orders
