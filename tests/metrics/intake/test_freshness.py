"""Each source against its hour, on the clocks of the shop; and rows that came after it."""

import datetime as dt
from collections.abc import Callable
from datetime import time
from typing import Any

import pendulum
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.columns import NEVER, CannotHoldSum, OutOfColumn, Uneven, WrongColumn, microseconds
from ecomops.kernel import BadText, Calendar, DomainError, OutOfRange, Repeated, Text, WrongKind, later
from ecomops.metrics.intake import ArrivedBefore, Feed, UnknownFeed, freshness, late_rows
from tests.metrics.shops import MONDAY, ints

SHANGHAI = Calendar(timezone="Asia/Shanghai")
ORDERS = Feed(key="orders", name=Text("orders", "订单"))
COSTS = Feed(key="costs", name=Text("costs", "成本"), due=time(18), after=3)
NINE = pendulum.datetime(2026, 6, 18, 1)  # 9:00 in Shanghai
HOUR = 3_600_000_000


def test_sources_stand_against_their_hours() -> None:
    """Orders of the day before are there at nine; costs come after three days."""
    there = {"orders": Date(2026, 6, 17), "costs": Date(2026, 6, 13)}
    orders, costs = freshness((ORDERS, COSTS), there, calendar=SHANGHAI, at=NINE)
    assert (orders.state.value, orders.behind, str(orders.expected), orders.due) == ("fresh", 0, "2026-06-17", NINE)
    assert (costs.state.value, costs.behind, str(costs.expected), costs.due.hour) == ("late", 1, "2026-06-14", 10)
    assert (
        costs.text.en == "costs: late; 2026-06-13 is there, 2026-06-14 was due 2026-06-17 10:00:00+00:00, 1 days behind"
    )
    assert costs.text.zh == "成本：延迟；已到 2026-06-13，应到 2026-06-14（2026-06-17 10:00:00+00:00 到期），落后 1 天"
    assert costs.to_row() == {
        "source": "costs",
        "latest": "2026-06-13",
        "expected": "2026-06-14",
        "due": "2026-06-17T10:00:00+00:00",
        "behind": 1,
        "state": "late",
    }


def test_a_moment_before_its_hour_nothing_is_late() -> None:
    """The last day but one is what is expected until then."""
    (before,) = freshness(
        (ORDERS,), {"orders": Date(2026, 6, 16)}, calendar=SHANGHAI, at=later(NINE, dt.timedelta(microseconds=-1))
    )
    assert (before.state.value, str(before.expected)) == ("fresh", "2026-06-16")


def test_source_that_never_came_says_so() -> None:
    """Neither a day nor a number of days is made up; a source that is ahead is fresh."""
    for latest in ({}, {"orders": None}):
        (found,) = freshness((ORDERS,), latest, calendar=SHANGHAI, at=NINE)
        assert (found.state.value, found.behind, found.to_row()["latest"]) == ("nothing", None, None)
        assert found.text.en.startswith("orders: never arrived; - is there")
    (ahead,) = freshness((ORDERS,), {"orders": Date(2026, 6, 30)}, calendar=SHANGHAI, at=NINE)
    assert (ahead.state.value, ahead.behind) == ("fresh", 0)


@given(hours=st.integers(0, 24 * 400), due=st.sampled_from([time(0), time(2, 30), time(9)]), after=st.integers(0, 4))
def test_expected_day_is_the_last_one_that_is_due(hours: int, due: time, after: int) -> None:
    """Also where a clock is changed, and the hour is skipped or comes twice."""
    berlin, at = Calendar(timezone="Europe/Berlin"), later(pendulum.datetime(2026, 1, 5), dt.timedelta(hours=hours))
    feed = Feed(key="x", name=Text("x", "x"), due=due, after=after)
    day = feed.expected_at(at, berlin)
    assert feed.due_at(day, berlin) <= at < feed.due_at(Date.fromordinal(day.toordinal() + 1), berlin)


def test_late_rows_are_counted_on_the_day_on_which_they_happened() -> None:
    """With what they come to, and how slow the slowest was; a day without rows has zeros."""
    start = microseconds(MONDAY)
    happened = ints(*(start + hours * HOUR for hours in (1, 2, 49)))
    arrived = ints(*(start + hours * HOUR for hours in (24 + 8, 24 + 9, 72)))
    found = late_rows(happened, arrived, feed=ORDERS, calendar=Calendar(timezone="UTC"), money=ints(5, 6, 7))
    assert found.to_rows() == [
        {"day": "2026-06-15", "rows": 2, "late": 1, "late_money": 6, "slowest": 31 * HOUR},
        {"day": "2026-06-16", "rows": 0, "late": 0, "late_money": 0, "slowest": 0},
        {"day": "2026-06-17", "rows": 1, "late": 0, "late_money": 0, "slowest": 23 * HOUR},
    ]
    assert found.text.en == "1 of 3 rows came late, with 6 in money"
    assert found.text.zh == "3 行中有 1 行迟到，涉及金额 6"
    assert late_rows(ints(), ints(), feed=ORDERS, calendar=SHANGHAI).to_rows() == []


@given(rows=st.lists(st.tuples(st.integers(0, 24 * 60 * 9), st.integers(0, 24 * 60 * 4)), min_size=1, max_size=30))
def test_late_rows_are_those_of_polars(rows: list[tuple[int, int]]) -> None:
    """Grouped by the day on the wall of New York, late from nine of the next one."""
    frame = pl.DataFrame(rows, schema=["minute", "delay"], orient="row").select(
        at=pl.lit(pendulum.datetime(2026, 3, 5)).dt.replace_time_zone("UTC") + pl.duration(minutes="minute"),
        came=pl.lit(pendulum.datetime(2026, 3, 5)).dt.replace_time_zone("UTC")
        + pl.duration(minutes=pl.col("minute") + pl.col("delay")),
    )
    day = pl.col("at").dt.convert_time_zone("America/New_York").dt.date()
    due = (
        (day.cast(pl.Datetime("us")) + pl.duration(days=1, hours=9))
        .dt.replace_time_zone("America/New_York")
        .dt.convert_time_zone("UTC")
    )
    expected = frame.group_by(day=day).agg(rows=pl.len(), late=(pl.col("came") >= due).sum()).sort("day")
    happened, arrived = (frame[name].dt.epoch("us").to_numpy() for name in ("at", "came"))
    found = late_rows(happened, arrived, feed=ORDERS, calendar=Calendar(timezone="America/New_York"))
    told = [(row["day"], row["rows"], row["late"]) for row in found.to_rows() if row["rows"]]
    assert told == [(day.isoformat(), rows, late) for day, rows, late in expected.rows()]


def ask(**other: Any) -> object:  # noqa: ANN401 - wrong arguments too
    """Ask how a source stands."""
    usual: dict[str, Any] = {"feeds": (ORDERS,), "latest": {}, "calendar": SHANGHAI, "at": NINE}
    return freshness(**(usual | other))


def late(happened: Any = ints(5), arrived: Any = ints(6), money: Any = None) -> object:  # noqa: ANN401, B008 - wrong ones too
    """Ask which rows came late."""
    return late_rows(happened, arrived, feed=ORDERS, calendar=SHANGHAI, money=money)


WRONG: dict[str, tuple[Callable[[], object], type[DomainError]]] = {
    "a source that nobody expects": (lambda: ask(latest={"costs": None}), UnknownFeed),
    "one source twice": (lambda: ask(feeds=(ORDERS, ORDERS)), Repeated),
    "no day": (lambda: ask(latest={"orders": "2026-06-17"}), WrongKind),
    "a naive instant": (lambda: ask(at=DateTime(2026, 6, 18)), WrongKind),
    "before all days": (lambda: ask(feeds=(COSTS,), at=pendulum.datetime(1, 1, 2)), OutOfRange),
    "no key": (lambda: Feed(key="", name=ORDERS.name), BadText),
    "a key of another kind": (lambda: Feed(key=5, name=ORDERS.name), WrongKind),  # type: ignore[arg-type]
    "an hour with a zone": (lambda: Feed(key="x", name=ORDERS.name, due=time(9, tzinfo=dt.UTC)), WrongKind),
    "an hour with seconds": (lambda: Feed(key="x", name=ORDERS.name, due=time(9, 0, 1)), OutOfRange),
    "days that never end": (lambda: Feed(key="x", name=ORDERS.name, after=61), OutOfRange),
    "arrived before it happened": (lambda: late(arrived=ints(4)), ArrivedBefore),
    "fewer arrivals": (lambda: late(arrived=ints()), Uneven),
    "fewer amounts": (lambda: late(money=ints()), Uneven),
    "float instants": (lambda: late(happened=[5.0]), WrongColumn),
    "an instant that has not come": (lambda: late(ints(NEVER), ints(NEVER)), OutOfColumn),
    "a row that never arrived": (lambda: late(ints(-5), ints(NEVER)), OutOfColumn),
    "days of centuries": (lambda: late(ints(0, 2**53), ints(2**60, 2**60)), OutOfRange),
    "money beyond 64 bits": (lambda: late(ints(0, 0), ints(2**50, 2**50), ints(2**62, 2**62)), CannotHoldSum),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_refused(case: str) -> None:
    """By name."""
    wrong, refusal = WRONG[case]
    with pytest.raises(refusal):
        wrong()
