"""What is summed at once, in cells that are shared, is what is summed row by row, in cells of one table."""

from typing import Any

import numpy as np
import pendulum
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Currency, Grain, Period, Text
from ecomops.metrics import (
    BUYERS,
    DEFAULT_DEFINITION,
    FIRST_TIME_BUYERS,
    GROSS,
    MONEY,
    NET,
    NEW_BUYERS,
    ORDERS,
    REFUNDS,
    START,
    Counted,
    Facts,
    Lines,
    Measure,
    Names,
    Orders,
    OrderTerms,
    Steps,
    Unit,
    report,
    tabulate,
)
from ecomops.metrics.adding import BLOCK
from ecomops.metrics.expressions import AnyRow, ClockOf, DayOf, looks_at_edges
from ecomops.metrics.reading import Reader
from ecomops.metrics.tabulating import MOST_SHARED
from tests.metrics.shops import BEGINNINGS, SHOP, SHOPS, Bought, at, facts_of, ints, nothing, some_orders, weeks

NAME = Text("figure", "数")
CHANNELS = Names.of({"channels": ("shop", "app")})
EVERY = Orders["gross"] >= -1
"""Holds of every order: a table with a condition looks at the rows themselves."""


def figure(key: str, column: Any, family: Any = Orders, **parts: Any) -> Measure:  # noqa: ANN401 - as `Measure` takes them
    """Return a sum."""
    return Measure(key=key, name=NAME, unit=parts.pop("unit", MONEY), family=family, column=column, **parts)


DOUBLE = figure("double", Orders["gross"] * 2 - Orders["discount"])
RAISED = figure("raised", Lines["gross"] + 1, Lines)
SOME_LINES = figure("some_lines", "gross", Lines, where=(Lines["gross"] > 300) | ~(Lines["sku"] == "tea"))
OF_ORDERS = figure("of_orders", Lines["gross"] - Orders["gross"], Lines)
PLACED = figure("placed", "gross", at=Orders["placed_at"])
SKUS = Measure(
    key="different_skus", name=NAME, unit=Unit.of("skus"), family=Lines, counted=Counted.DISTINCT, column=Lines["sku"]
)
PLAIN = (ORDERS, GROSS, NET, REFUNDS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS, DOUBLE, PLACED)
OF_LINES = (RAISED, SOME_LINES, OF_ORDERS, SKUS)
ALL = (*PLAIN, *OF_LINES)
CUTS = [
    ((Grain.DAY,), (Grain.DAY, "customers")),
    ((Grain.WEEK, "customers"), (Grain.MONTH,), Grain.DAY),
    ((Grain.MONTH, "skus"), (Grain.MONTH,), ("skus",)),
    ("customers", ()),
]


@settings(max_examples=25)
@given(SHOPS, st.sampled_from(BEGINNINGS), st.sampled_from(CUTS), st.sampled_from([0.0, 0.5, 3.3]))
def test_shared_cells_have_the_figures_of_each_table_by_its_rows(
    bought: list[Bought], start: DateTime, cuts: tuple[Any, ...], number: float
) -> None:
    """Tables that share cells, a table of its own, and one that looks at all rows agree in every figure."""
    facts, observed = facts_of(bought, start), weeks(number, since=start)
    kpis = OF_LINES if "skus" in str(cuts) else ALL
    asked: dict[str, Any] = {"calendar": SHOP, "observed": observed}
    shared = report(facts, kpis, cuts=cuts, **asked)
    for by, table in zip(cuts, shared, strict=True):
        assert table.to_rows() == tabulate(facts, kpis, by=by, **asked).to_rows()
        assert table.to_rows() == tabulate(facts, kpis, by=by, where=EVERY, **asked).to_rows()


def stepped() -> Facts:
    """Return three orders of two channels, five lines, and steps of some of them."""
    lines = {name: ints(0, 0, 0, 0, 0) for name in Lines.__annotations__} | {"order": ints(0, 0, 1, 2, 2)}
    steps = {name: ints(0, 0, 0, 0) for name in Steps.__annotations__}
    facts = some_orders([1, 2, 8], [0, 1, 0])
    zeros = {name: ints(0, 0, 0) for name in OrderTerms.__annotations__}
    terms = OrderTerms.of({**zeros, "order": ints(2, 0, 1), "channel": ints(1, 0, 1)})
    return evolve(
        facts,
        names=CHANNELS,
        lines=Lines.of(lines),
        steps=Steps.of({**steps, "line": ints(0, 1, 1, 4), "amount": ints(1, 2, 3, 4)}),
    ).joined(terms)


@pytest.mark.parametrize("where", [None, EVERY])
def test_rows_find_their_cells_over_two_steps(where: Any) -> None:  # noqa: ANN401 - a condition
    """A step counts when the order of its line does, in the channel of that, whatever stands beside it."""
    amount = figure("amount", "amount", Steps)
    table = tabulate(stepped(), (amount,), calendar=SHOP, observed=weeks(2), by=(Grain.WEEK, "channels"), where=where)
    assert [list(row.values())[:-1] for row in table.to_rows()] == [
        ["2026-06-15", "shop", 6],
        ["2026-06-15", "app", 0],
        ["2026-06-22", "shop", 0],
        ["2026-06-22", "app", 4],
    ]


def test_rows_that_stand_beside_each_other_have_the_same_numbers() -> None:
    """The way from a line to the terms of its order is that to the order, and takes no room of its own."""
    terms = {name: ints(0, 0, 0) for name in OrderTerms.__annotations__} | {"order": ints(0, 1, 2)}
    facts = evolve(some_orders([1, 2, 8], [0, 1, 0]), lines=stepped().lines).joined(OrderTerms.of(terms))
    assert Reader(facts, DEFAULT_DEFINITION, SHOP).way(Lines, OrderTerms) is facts.lines.order


def test_values_are_looked_for_in_the_family_that_tells_them() -> None:
    """Lines may have the channels that orders have; one in which no line was sold is not shown for all that."""
    facts = stepped()
    reader = Reader(facts, DEFAULT_DEFINITION, SHOP)
    assert reader.possible(Steps, "channels") is reader.possible(Lines, "channels")
    assert reader.possible(Lines, "channels") is reader.possible(Orders, "channels")
    lines = Measure(key="lines", name=NAME, unit=Unit.of("lines"), family=Lines, counted=Counted.ROWS)
    first = tabulate(facts, (lines,), calendar=SHOP, observed=weeks(1), by="channels")
    assert first.to_rows()[0] | {"flags": []} == {"period": "2026-06-15", "channels": "shop", "lines": 2, "flags": []}


def test_a_family_without_a_row_tells_nothing() -> None:
    """Orders whose terms are kept nowhere are of no known channel."""
    facts = some_orders([1, 2], [0, 1]).joined(nothing(OrderTerms))
    table = tabulate(facts, (ORDERS, GROSS), calendar=SHOP, observed=weeks(1), by="channels")
    assert [list(row.values())[1:-1] for row in table.to_rows()] == [[None, 2, 200]]


@pytest.mark.parametrize("kpi", [NEW_BUYERS, FIRST_TIME_BUYERS])
def test_new_buyers_under_a_condition(kpi: Measure) -> None:
    """A condition chooses among the orders that bring a buyer; it makes no old buyer a new one."""
    facts = some_orders([1, 2, 3], [0, 0, 1], [100, 300, 300])
    large = evolve(kpi, key="large", where=Orders["gross"] > 200)
    both = tabulate(facts, (kpi, large), calendar=SHOP, observed=weeks(1))
    by_table = tabulate(facts, (kpi,), calendar=SHOP, observed=weeks(1), where=Orders["gross"] > 200)
    assert [both[kpi].tolist(), both[large].tolist(), by_table[kpi].tolist()] == [[2], [1], [1]]


@pytest.mark.parametrize(("apart", "block"), [(1, BLOCK), (1, 900), (1, 1), (10**6, BLOCK)])
def test_many_rows_a_period_are_counted_in_runs(apart: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Buyers of a log in order are told by what repeats in a period, of one period or several at once.

    Out of order, or of sparse codes, all are told at once.
    """
    monkeypatch.setattr("ecomops.metrics.buying.BLOCK", block)
    days = np.sort(np.random.default_rng(3).integers(0, 1400, 2_000)) / 100
    drawn = np.random.default_rng(5).integers(-1, 40, 2_000)
    customers = np.where(drawn < 0, -1, drawn * apart)
    paid = {"paid_at": at(*days), "customer": customers, "gross": np.ones(2_000, dtype=np.int64)}
    channels = np.random.default_rng(7).integers(0, 2, 2_000)
    zeros = {name: np.zeros(2_000, dtype=np.int64) for name in OrderTerms.__annotations__}
    terms = zeros | {"order": np.arange(2_000), "channel": channels}
    weeks_of, every = days // 7, np.ones(2_000, dtype=np.bool_)
    expected = [
        [len({*customers[(weeks_of == week) & rows].tolist()} - {-1}) for week in range(2) for rows in by]
        for by in ((channels == 0, channels == 1), (every,))
    ]
    cuts = ((Grain.WEEK, "channels"), Grain.WEEK)
    for turn in (slice(None), slice(None, None, -1)):
        facts = Facts.of_orders(Currency.CNY, {name: values[turn] for name, values in paid.items()})
        facts = facts.joined(OrderTerms.of(terms | {"channel": channels[turn]}))
        shared = report(facts, (BUYERS, ORDERS), cuts=cuts, calendar=SHOP, observed=weeks(2))
        own = [tabulate(facts, (BUYERS,), calendar=SHOP, observed=weeks(2), by=by) for by in cuts]
        assert [[table[BUYERS].tolist() for table in tables] for tables in (shared, own)] == [expected, expected]


def test_cells_are_shared_as_long_as_they_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables without a length, of ages, and of more cells than may be shared are made one by one, and the same."""
    facts = facts_of([], BEGINNINGS[0]).joined(nothing(OrderTerms))
    ages = Period(start=pendulum.datetime(1700, 1, 1), end=pendulum.datetime(2000, 1, 1))
    months = report(facts, (ORDERS,), cuts=(Grain.MONTH, (Grain.MONTH, "channels")), calendar=SHOP, observed=ages)
    assert [len(table) for table in months] == [3_600, 0]
    asked: dict[str, Any] = {"cuts": (Grain.DAY, Grain.WEEK), "calendar": SHOP, "observed": weeks(2)}
    few = report(some_orders([1, 9], [0, 1]), ALL[:4], **asked)
    monkeypatch.setattr("ecomops.metrics.tabulating.MOST_SHARED", 13)
    assert MOST_SHARED > 14
    assert [table.to_rows() for table in report(some_orders([1, 9], [0, 1]), ALL[:4], **asked)] == [
        table.to_rows() for table in few
    ]


def test_what_might_not_fit_is_left_to_the_rows_in_the_cells() -> None:
    """A product too large for a row outside of the table is no reason to refuse the rows in it."""
    facts = some_orders([1, 20], [0, 1], [5, 2**60])
    square = figure("square", Orders["gross"] * Orders["gross"], unit=MONEY * MONEY)
    assert tabulate(facts, (square,), calendar=SHOP, observed=weeks(1))[square].tolist() == [25]


@pytest.mark.parametrize(
    ("where", "edges"),
    [
        (None, False),
        (Orders["gross"] > 1, False),
        (~(Orders["paid_at"] >= START), True),
        (DayOf(START).equals(DayOf(Orders["paid_at"])), True),
        (ClockOf(Orders["paid_at"]) == 0, False),
        (AnyRow(entity=Orders["customer"], where=Orders["paid_at"] < 9), False),
        ((Orders["gross"] > 1) | (Orders["gross"] < 0), False),
    ],
)
def test_what_asks_for_the_edges_of_its_period_is_not_read_off_shorter_ones(where: Any, *, edges: bool) -> None:  # noqa: ANN401 - a condition
    """The beginning of a day is not that of its week."""
    assert looks_at_edges(where) is edges


@pytest.mark.parametrize("size", [2**14, 2**14 + 1])
def test_as_many_cells_as_narrow_numbers_tell_apart_and_one_more(size: int) -> None:
    """The last cell has the order of its customer, valid or not."""
    facts = some_orders(np.linspace(0, 6, size).tolist(), list(range(size)), list(range(1, size + 1)))
    table = tabulate(facts, (GROSS,), calendar=SHOP, observed=weeks(1), by="customers")
    assert table[GROSS].tolist() == list(range(1, size + 1))
