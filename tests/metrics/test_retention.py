"""Cohorts against a count customer by customer, on random shops in zones with changing clocks."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.columns import NEVER, Ints, microseconds
from ecomops.kernel import Calendar, Grain, Period, later
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import Definition, Facts, SaleInstant
from ecomops.metrics import retention as module
from ecomops.metrics.retention import Retention, retention_of
from tests.metrics.shops import BEGINNINGS, MONDAY, SHOP, SHOPS, ZONES, Bought, at, facts_of, some_orders, weeks

GRAINS = [Grain.DAY, Grain.WEEK, Grain.MONTH]


def naive(facts: Facts, calendar: Calendar, observed: Period, by: Grain, definition: Definition) -> list[list[int]]:
    """Return the customers by cohort and age, each counted by looking at all of its orders."""
    firsts: list[Date] = []
    day = calendar.first_day(calendar.day(observed.start), by)
    while observed.start < observed.end and calendar.bounds(day, by).start < observed.end:
        firsts.append(day)
        day = calendar.next_first_day(day, by)
    orders = facts.orders
    sold = orders.paid_at if definition.sold is SaleInstant.PAID else orders.placed_at
    met: dict[int, set[int]] = {}
    for row in range(len(orders)):
        if orders.paid_at[row] == NEVER or orders.cancelled_at[row] != NEVER or orders.customer[row] < 0:
            continue
        met.setdefault(int(orders.customer[row]), set()).add(
            place(int(sold[row]), [calendar.bounds(each, by) for each in firsts], observed)
        )
    counts = [[0] * len(firsts) for _ in firsts]
    for periods in met.values():
        first = min(periods)
        for period in periods:
            if first >= 0 and period < len(firsts):
                counts[first][period - first] += 1
    return counts


def place(instant: int, bounds: list[Period], observed: Period) -> int:
    """Return the period of an instant: -1 before what was observed, one more than there are after it."""
    if instant < microseconds(observed.start):
        return -1
    if instant >= microseconds(observed.end):
        return len(bounds)
    return next(n for n, each in enumerate(bounds) if microseconds(each.start) <= instant < microseconds(each.end))


@given(
    bought=SHOPS,
    start=st.sampled_from(BEGINNINGS),
    zone=st.sampled_from(ZONES),
    by=st.sampled_from(GRAINS),
    days=st.integers(0, 9),
    definition=st.sampled_from([Definition(sold=sold) for sold in SaleInstant]),
    ways=st.sampled_from([(0, 1), (64, 1), (64, 2**19)]),
)
def test_each_customer_is_counted_once_a_period(  # noqa: PLR0917 - one argument for each thing that is drawn
    bought: list[Bought],
    start: DateTime,
    zone: str,
    by: Grain,
    days: int,
    definition: Definition,
    ways: tuple[int, int],
) -> None:
    """Every cell is what a look at each customer gives."""
    facts, calendar = facts_of(bought, start), Calendar(timezone=zone)
    observed = weeks(5, since=later(start, timedelta(days=days)))
    with pytest.MonkeyPatch.context() as patch:  # with few periods and with many, cohorts are counted in two ways
        patch.setattr(module, "FEW_PERIODS", ways[0])
        patch.setattr(module, "MOST_WAITING", ways[1])
        found = retention_of(facts, calendar=calendar, observed=observed, by=by, definition=definition)
    assert found.buyers.tolist() == naive(facts, calendar, observed, by, definition)


def four_weeks() -> Retention:
    """Return the cohorts of four weeks, of which the last was observed in part."""
    facts = some_orders([-3, 0, 0, 1, 8, 15, 22, 30], [9, 0, 1, 9, 0, 2, 0, 2])
    return retention_of(facts, calendar=SHOP, observed=weeks(3.5), by=Grain.WEEK)


def test_cohorts_do_not_depend_on_how_many_buyers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bits that are set piece by piece are those that are set at once."""
    whole = four_weeks().buyers.tolist()
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    assert four_weeks().buyers.tolist() == whole


def test_a_cell_that_was_not_observed_is_no_zero() -> None:
    """Rates are NaN and rows hold None where a period had not begun; an old customer is in no cohort."""
    found = four_weeks()
    assert found.to_rows() == [
        {"week": "2026-06-15", "partial": False, "size": 2, "buyers": [2, 1, 0, 1]},
        {"week": "2026-06-22", "partial": False, "size": 0, "buyers": [0, 0, 0, None]},
        {"week": "2026-06-29", "partial": False, "size": 1, "buyers": [1, 0, None, None]},
        {"week": "2026-07-06", "partial": True, "size": 0, "buyers": [0, None, None, None]},
    ]
    columns = found.to_columns()
    assert list(columns)[1:] == list(module.TEXTS)
    assert [columns[name].tolist()[4:7] for name in ("week", "age", "buyers")] == [
        ["2026-06-22"] * 3,
        [0, 1, 2],
        [0] * 3,
    ]
    assert [columns[name].tolist()[7:9] for name in ("size", "rate", "partial")] == [[1, 1], [1, 0], [False] * 2]
    assert all(text.en and text.zh for text in module.TEXTS.values())
    nan = np.nan
    expected = [[1, 0.5, 0, 0.5], [nan] * 4, [1, 0, nan, nan], [nan] * 4]
    np.testing.assert_array_equal(found.rates, np.array(expected))


@pytest.mark.parametrize("columns", [([], []), ([0.5], [-1])])
def test_nobody_makes_empty_cohorts(columns: tuple[list[float], list[int]]) -> None:
    """Without a known buyer every cohort is empty; without a period there is none."""
    assert retention_of(some_orders(*columns), calendar=SHOP, observed=weeks(1)).buyers.tolist() == [[0]]
    none = retention_of(some_orders(*columns), calendar=SHOP, observed=weeks(0))
    assert (len(none), none.sizes.tolist(), none.to_rows()) == (0, [], [])
    assert none.to_columns()["rate"].tolist() == []


def test_what_is_no_fact_is_refused() -> None:
    """Wrong kinds are named; ages that no table may have too."""
    facts = some_orders([0], [0])
    with pytest.raises(WrongKind, match=r"retention\.calendar"):
        retention_of(facts, calendar="UTC", observed=weeks(1))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(OutOfRange, match="observed"):
        retention_of(facts, calendar=SHOP, observed=weeks(60_000), by=Grain.DAY)


def test_rows_in_any_order_give_one_answer() -> None:
    """What lies out of the order of time in more than one block is sorted out."""
    draw = np.random.default_rng(7)
    days: Ints = draw.integers(0, 80, 150_000)
    customers: Ints = draw.integers(0, 2_000, 150_000)
    by_time = np.argsort(days, kind="stable")
    tables = [
        retention_of(
            Facts.of_orders(
                some_orders([0], [0]).currency,
                {"paid_at": at(0)[0] + days[rows] * 86_400_000_000, "customer": customers[rows], "gross": days[rows]},
            ),
            calendar=SHOP,
            observed=Period(start=MONDAY, end=weeks(10).end),
            by=Grain.WEEK,
        ).buyers.tolist()
        for rows in (slice(None), by_time)
    ]
    assert tables[0] == tables[1]
