"""Tables of summaries are those of all facts: columns, whole numbers, reasons and flags are what `tabulate` gives."""

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Calendar, Grain, Period, Repeated, WrongKind, later
from ecomops.metrics import (
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
    REFUNDS,
    RETURNED,
    TAX,
    UNITS,
    Definition,
    Measure,
    Reason,
    SaleInstant,
    Table,
    Unit,
    WrongUnit,
    tabulate,
)
from ecomops.metrics.summary import (
    OF_SALES,
    Hashing,
    Kind,
    NotOneSlice,
    NotSummed,
    Partitioning,
    PartsMissing,
    Rows,
    Summary,
    SummarySpec,
    sales_rows,
)
from ecomops.metrics.summary.periods import Periods
from tests.kernel.hostile import others
from tests.metrics.shops import BEGINNINGS, SHOPS, ZONES, Bought, facts_of
from tests.metrics.summary.rows import BY_CUSTOMER, BY_ORDER, MONDAY, Order, a_spec, measure, rows_of

KPIS = (
    *(
        ORDERS,
        IDENTIFIED_ORDERS,
        BUYERS,
        NEW_BUYERS,
        FIRST_TIME_BUYERS,
        GROSS,
        DISCOUNTS,
        TAX,
        REFUNDS,
        RETURNED,
        UNITS,
    ),
    *(NET, PAID, AOV, AOV_PER_BUYER, REFUNDS / PAID, NET / BUYERS),
)
PARTS = [
    Partitioning(column="customer", parts=3, hashing=Hashing.MODULO),
    Partitioning(column="order", parts=2),
]


def merged(rows: Rows, spec: SummarySpec, by: Partitioning) -> Summary:
    """Return the summary of all parts, each sent as bytes."""
    parts = (Summary.of(part, spec, by.part(number)) for number, part in enumerate(by.split(rows)))
    return Summary.merge(*(Summary.from_bytes(each.to_bytes(), spec) for each in parts))


def assert_same(ours: Table, theirs: Table) -> None:
    """Compare two tables to the last bit."""
    assert (ours.labels, ours.flags, ours.keys, ours.units) == (theirs.labels, theirs.flags, theirs.keys, theirs.units)
    for left, right in zip(ours.columns, theirs.columns, strict=True):
        assert (left.name, left.unit, left.additivity) == (right.name, right.unit, right.additivity)
        assert (left.values.dtype, left.values.tobytes()) == (right.values.dtype, right.values.tobytes())
        assert left.reasons.tolist() == right.reasons.tolist()
    assert (ours.grain, ours.calendar, ours.observed) == (theirs.grain, theirs.calendar, theirs.observed)
    assert (ours.definition, ours.currency, repr(ours)) == (theirs.definition, theirs.currency, repr(theirs))


SPANS = st.tuples(st.sampled_from(BEGINNINGS), st.integers(-3, 20), st.integers(0, 30))
CALENDARS = st.builds(Calendar, timezone=st.sampled_from(ZONES), day_start=st.sampled_from([dt.time(0), dt.time(4)]))
DEFINITIONS = st.builds(
    Definition,
    sold=st.sampled_from(SaleInstant),
    new_after=st.sampled_from([dt.timedelta(days=days) for days in (7, 20, 365)]),
)


@given(SHOPS, SPANS, CALENDARS, st.sampled_from(Grain), DEFINITIONS, st.sampled_from(PARTS))
def test_table_is_that_of_all_facts(  # noqa: PLR0917 - drawn values
    bought: list[Bought],
    span: tuple[DateTime, int, int],
    calendar: Calendar,
    by: Grain,
    definition: Definition,
    parts: Partitioning,
) -> None:
    """Guests, refunds, zones, partial periods and tied instants: closed and open parts give the table of the whole."""
    begin, skipped, days = span
    facts = facts_of(bought, begin)
    since = later(begin, dt.timedelta(days=skipped, minutes=17))
    observed = Period(start=since, end=later(since, dt.timedelta(days=days)))
    whole = tabulate(facts, KPIS, calendar=calendar, observed=observed, by=by, definition=definition)
    spec = SummarySpec(
        calendar=calendar, observed=observed, measures=OF_SALES, currency=facts.currency, by=by, definition=definition
    )
    assert_same(merged(sales_rows(facts, definition), spec, parts).table(KPIS), whole)


ROWS = st.lists(st.tuples(*[st.integers(0, 27 * 24), st.integers(-1, 4), st.integers(-1, 1), st.integers(-99, 99)]))


@given(ROWS, st.sampled_from([BY_CUSTOMER[0], BY_ORDER[0]]))
def test_slices_are_those_of_another_engine(drawn: list[tuple[int, int, int, int]], by: Partitioning) -> None:
    """Sums, extremes, distinct codes and the median of every day and channel are what polars finds."""
    orders = [
        Order(hours=50 + hours, customer=customer, channel=channel, gross=gross, valid=1, marks=0, sku=0)
        for hours, customer, channel, gross in drawn
    ]
    rows = {"orders": rows_of(orders)["orders"]}
    spec = a_spec(
        measure("orders", Kind.ROWS),
        *(measure(kind, kind, "gross") for kind in (Kind.SUM, Kind.MIN, Kind.MAX, Kind.QUANTILE)),
        measure("distinct", Kind.DISTINCT, "customer"),
        by=Grain.DAY,
    )
    found = merged(rows, spec, by).to_columns()
    frame = pl.DataFrame({name: rows["orders"][name] for name in ("at", "customer", "channel", "gross")})
    wall = pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin")
    frame = frame.with_columns(day=(wall.dt.replace_time_zone(None) - pl.duration(hours=4)).dt.date().cast(pl.String))
    gross = pl.col("gross").cast(pl.Int64)
    theirs = frame.group_by("day", "channel").agg(
        orders=pl.len().cast(pl.Int64),
        sum=gross.sum(),
        min=gross.min(),
        max=gross.max(),
        quantile=gross.quantile(0.5, interpolation="lower").cast(pl.Int64),  # of so many, the lower one is the nearest
        distinct=pl.col("customer").filter(pl.col("customer") >= 0).n_unique().cast(pl.Int64),
    )
    assert pl.DataFrame(found).rows() == theirs.sort("day", "channel").select(list(found)).rows()


ONE = Order(hours=24 * 8, customer=1, channel=1, gross=10, valid=0, marks=4, sku=0)
FIVE = tuple(measure(kind, kind, "gross") for kind in (Kind.MIN, Kind.MAX, Kind.QUANTILE))


def test_what_there_is_none_of_has_no_figure_and_a_reason() -> None:
    """The least, the largest and the median of no row are no 0; sums and counts are."""
    every = (*FIVE, measure("marks", Kind.FLAGS, "marks"), measure("buyers", Kind.DISTINCT, "customer"))
    for by in (BY_CUSTOMER[0], BY_ORDER[0]):
        summary = Summary.of({"orders": rows_of([ONE])["orders"]}, a_spec(*every, dimensions=()), by.whole)
        table = summary.table()
        assert [table.column(key).plain() for key in ("min", "max", "quantile")] == [[None, 10, None, None, None]] * 3
        assert [table.why(row, "min") for row in (0, 1)] == [Reason.ZERO_DENOMINATOR, Reason.NONE]
        assert (table["marks"].tolist(), table["buyers"].tolist()) == ([0, 4, 0, 0, 0], [0, 1, 0, 0, 0])
        assert table["buyers"].dtype == np.int64


def test_a_table_is_of_one_slice() -> None:
    """Each dimension is named once and has a code; a code that never came has zeros."""
    two = (measure("orders", Kind.ROWS),)
    summary = Summary.of({"orders": rows_of([ONE])["orders"]}, a_spec(*two), BY_CUSTOMER[0].whole)
    assert [summary.table(where={"channel": code})["orders"].sum() for code in (1, 0, 99)] == [1, 0, 0]
    wrongs: list[Any] = [None, {}, {"sku": 1}, {"channel": 1, "sku": 1}, {1: 1}]
    for where in wrongs:
        with pytest.raises(NotOneSlice, match="channel"):
            summary.table(where=where)
    codes: list[Any] = ["1", None, 1.0, True]
    for code in codes:
        with pytest.raises(WrongKind):
            summary.table(where={"channel": code})
    flat = Summary.of({"orders": rows_of([ONE])["orders"]}, a_spec(*two, dimensions=()), BY_CUSTOMER[0].whole)
    with pytest.raises(NotOneSlice):
        flat.table(where={"channel": 1})


def test_figures_that_are_not_held_are_refused() -> None:
    """A key that is none, a measure of another unit, a column twice, and what is no formula."""
    gross = measure("orders_valid", Kind.ROWS)
    summary = Summary.of({"orders": rows_of([ONE])["orders"]}, a_spec(gross, dimensions=()), BY_CUSTOMER[0].whole)
    with pytest.raises(NotSummed, match="gross_sales"):
        summary.table((GROSS,))
    with pytest.raises(NotSummed, match="wind"):
        summary.table(("wind",))
    with pytest.raises(WrongUnit):
        summary.table((ORDERS,))
    with pytest.raises(Repeated):
        summary.table(("orders_valid", "orders_valid"))
    for wrong in others():
        if not isinstance(wrong, str):
            with pytest.raises(WrongKind, match=r"Summary\.table"):
                summary.table((wrong,))
    assert Measure(key="orders_valid", name=ORDERS.name, unit=Unit.of("orders"), counted=ORDERS.counted) == ORDERS


def test_missing_parts_are_told() -> None:
    """A table of some parts alone would be too small; whoever wants it says so."""
    by = BY_CUSTOMER[0]
    spec = a_spec(measure("orders", Kind.ROWS), dimensions=())
    some = Summary.empty(spec, by.part(1))
    for refused in (some.table, some.to_columns):
        with pytest.raises(PartsMissing, match="2 of 3 parts are missing, the first one is 0"):
            refused()
    assert some.parts.missing == (0, 2)
    assert some.table(incomplete=True)["orders"].tolist() == [0] * 5
    assert some.to_columns(incomplete=True)["orders"].tolist() == []


def test_a_summary_of_nothing_observed_has_no_rows() -> None:
    """An empty period has no row, and one that is too long is refused before it is cut."""
    nothing, facts = Period(start=MONDAY, end=MONDAY), facts_of([], MONDAY)
    assert Periods.of(Calendar(timezone="UTC"), nothing, Grain.DAY).days == ()
    spec = SummarySpec(calendar=Calendar(timezone="UTC"), observed=nothing, measures=OF_SALES, currency=facts.currency)
    assert len(merged(sales_rows(facts), spec, PARTS[0]).table(KPIS)) == 0
