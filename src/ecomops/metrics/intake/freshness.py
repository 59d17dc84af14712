"""Is everything there? Each source against the hour at which its last day is expected, and rows that came late."""

from collections.abc import Iterable, Mapping
from datetime import time
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from attrs import evolve, field, frozen
from pendulum import Date, DateTime

from ecomops.columns import Ints, Uneven, grouped, microseconds, require_range, require_whole
from ecomops.kernel import Calendar, Grain, OutOfRange, Text
from ecomops.kernel.checks import (
    is_a,
    is_instant,
    is_plain,
    listed,
    mapped,
    require_kind,
    require_once,
    whole,
    wrong_kind,
)
from ecomops.kernel.errors import BadText
from ecomops.metrics.intake.clocks import EARLIEST, LATEST
from ecomops.metrics.intake.days import by_day
from ecomops.metrics.intake.errors import ArrivedBefore, UnknownFeed

LONGEST_KEY = 100


def _a_key(_: object, __: object, value: str) -> None:
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Feed.key", "str", value)
    if not is_plain(value, longest=LONGEST_KEY):
        raise BadText(field="Feed.key", longest=LONGEST_KEY)


def _a_wall_time(_: object, __: object, value: time) -> None:
    if not isinstance(value, time) or value.tzinfo is not None:  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise wrong_kind("Feed.due", "time without a zone", value)
    if value.second or value.microsecond:
        raise OutOfRange(field="Feed.due", least="00:00", most="23:59")


@frozen(kw_only=True)
class Feed:
    """A source, and when a business day of it is expected to be complete.

    Args:
        key: Its name in the code.
        name: What people call it.
        due: At what time on the wall, in whole minutes.
        after: How many days after the day it tells of; 1 is the next morning.

    Raises:
        BadText: The key is empty, or not printable.
        OutOfRange: The time has seconds, or the days are none from 0 to 60.
    """

    key: str = field(validator=_a_key)
    name: Text = field(validator=is_a(Text))
    due: time = field(default=time(9), validator=_a_wall_time)
    after: int = field(default=1, validator=whole(0, 60))

    def due_at(self, day: Date, calendar: Calendar) -> DateTime:
        """Return the instant at which the business *day* is expected to be complete.

        Raises:
            OutOfRange: It lies outside the years 1 to 9999.
        """
        for _ in range(self.after):
            day = calendar.next_first_day(day, Grain.DAY)
        return evolve(calendar, day_start=self.due).bounds(day).start

    def expected_at(self, at: DateTime, calendar: Calendar) -> Date:
        """Return the last business day that is expected to be complete at an instant.

        Raises:
            OutOfRange: It lies outside the years 1 to 9999.
        """
        day = evolve(calendar, day_start=self.due).day(at)
        if day.toordinal() <= self.after:
            raise OutOfRange(field="Feed.expected_at", least="0001-01-01", most="9999-12-31")
        return Date.fromordinal(day.toordinal() - self.after)


class Freshness(StrEnum):
    """How a source stands."""

    FRESH = "fresh"
    LATE = "late"
    NOTHING = "nothing"


_STATES = {
    Freshness.FRESH: Text("complete", "完整"),
    Freshness.LATE: Text("late", "延迟"),
    Freshness.NOTHING: Text("never arrived", "从未到达"),
}


class Standing(NamedTuple):
    """How one source stands at an instant.

    Attributes:
        feed: The source.
        latest: Its last complete business day; None when nothing ever arrived.
        expected: The last business day that should be complete.
        due: When that one was due.
        behind: How many days are missing; None when nothing ever arrived.
        state: How it stands.
    """

    feed: Feed
    latest: Date | None
    expected: Date
    due: DateTime
    behind: int | None
    state: Freshness

    @property
    def text(self) -> Text:
        """How it stands, as a sentence."""
        name, state = self.feed.name, _STATES[self.state]
        there = "-" if self.latest is None else self.latest.isoformat()
        behind = 0 if self.behind is None else self.behind
        return Text(
            f"{name.en}: {state.en}; {there} is there, {self.expected} was due {self.due}, {behind} days behind",
            f"{name.zh}：{state.zh}；已到 {there}，应到 {self.expected}（{self.due} 到期），落后 {behind} 天",
        )

    def to_row(self) -> dict[str, object]:
        """Return it as a plain row."""
        return {
            "source": self.feed.key,
            "latest": None if self.latest is None else self.latest.isoformat(),
            "expected": self.expected.isoformat(),
            "due": self.due.isoformat(),
            "behind": self.behind,
            "state": self.state.value,
        }


def freshness(
    feeds: Iterable[Feed], latest: Mapping[str, Date | None], *, calendar: Calendar, at: DateTime
) -> tuple[Standing, ...]:
    """Return how each source stands against its expected hour.

    Args:
        feeds: The sources.
        latest: The last complete business day of each, by key; None, or no entry, when nothing ever arrived.
        calendar: Whose clocks and days.
        at: The instant at which is asked.

    Raises:
        UnknownFeed: *latest* tells of a source that nobody expects.
        Repeated: Two sources have one key.
        WrongKind: A value of another kind.
        OutOfRange: A day lies outside the years 1 to 9999.

    Example:
        >>> import pendulum
        >>> orders = Feed(key="orders", name=Text("orders", "订单"), due=time(9))
        >>> shop = Calendar(timezone="Asia/Shanghai")
        >>> at = pendulum.datetime(2026, 6, 18, 1, 0)  # 9:00 in Shanghai
        >>> (found,) = freshness((orders,), {"orders": Date(2026, 6, 15)}, calendar=shop, at=at)
        >>> found.state.value, str(found.expected), found.behind
        ('late', '2026-06-17', 2)
    """
    require_kind("freshness.calendar", Calendar, calendar)
    expected = listed("freshness.feeds", feeds)
    for feed in expected:
        require_kind("freshness.feeds", Feed, feed)
    require_once((feed.key for feed in expected), field="freshness.feeds")
    for key, day in mapped("freshness.latest", latest).items():
        if key not in {feed.key for feed in expected}:
            raise UnknownFeed(feed=key)
        if day is not None and type(day) is not Date:
            raise wrong_kind("freshness.latest", "Date", day)
    if not is_instant(at):
        raise wrong_kind("freshness.at", "DateTime in UTC", at)
    return tuple(_standing(feed, latest.get(feed.key), calendar, at) for feed in expected)


def _standing(feed: Feed, latest: Date | None, calendar: Calendar, at: DateTime) -> Standing:
    expected = feed.expected_at(at, calendar)
    behind = None if latest is None else max(expected.toordinal() - latest.toordinal(), 0)
    state = Freshness.NOTHING if behind is None else Freshness.LATE if behind else Freshness.FRESH
    due = feed.due_at(expected, calendar)
    return Standing(feed=feed, latest=latest, expected=expected, due=due, behind=behind, state=state)


class Lateness(NamedTuple):
    """Rows by the business day on which they happened, and which of them came late.

    Attributes:
        days: The days from the first one to the last, without a gap.
        rows: How many rows happened on each.
        late: How many of them arrived after the day was due.
        money: What the late ones come to.
        slowest: How long after the event the slowest row arrived, in microseconds.
    """

    days: tuple[Date, ...]
    rows: Ints
    late: Ints
    money: Ints
    slowest: Ints

    def to_rows(self) -> list[dict[str, object]]:
        """Return a plain row for each day."""
        columns = {"rows": self.rows, "late": self.late, "late_money": self.money, "slowest": self.slowest}
        cells = zip(*(values.tolist() for values in columns.values()), strict=True)
        return [
            {"day": day.isoformat(), **dict(zip(columns, row, strict=True))}
            for day, row in zip(self.days, cells, strict=True)
        ]

    @property
    def text(self) -> Text:
        """How many rows came late, in one sentence; money in minor units."""
        rows, late, money = (int(values.sum()) for values in (self.rows, self.late, self.money))
        return Text(
            f"{late} of {rows} rows came late, with {money} in money", f"{rows} 行中有 {late} 行迟到，涉及金额 {money}"
        )


def late_rows(happened: Ints, arrived: Ints, *, feed: Feed, calendar: Calendar, money: Ints | None = None) -> Lateness:
    """Return for each business day how many of its rows arrived after it was due.

    Args:
        happened: When what a row tells of happened.
        arrived: When the row arrived.
        feed: When a day of this source is due.
        calendar: What cuts time into days.
        money: What each row comes to; None for 0.

    Raises:
        ArrivedBefore: A row arrived before it happened; the first one is named.
        WrongColumn: A column is no array of 64 bits.
        Uneven: The columns have different lengths.
        OutOfColumn: An instant is `NEVER`, or a row arrived outside the years 1 to 9999.
        OutOfRange: The days are more than 100,000.
        CannotHoldSum: A sum might be more than 64 bits hold.

    Example:
        >>> import numpy as np
        >>> feed = Feed(key="orders", name=Text("orders", "订单"), due=time(9))
        >>> hours = np.array([10, 12]) * 3_600_000_000
        >>> arrived = np.array([11, 24 + 9]) * 3_600_000_000
        >>> late_rows(hours, arrived, feed=feed, calendar=Calendar(timezone="UTC")).late
        array([1])
    """
    require_kind("late_rows.feed", Feed, feed)
    require_whole(happened, name="happened")
    amounts = np.zeros(len(happened), dtype=np.int64) if money is None else money
    for name, values in (("happened", happened), ("arrived", arrived), ("money", amounts)):
        require_whole(values, name=name)
        if len(values) != len(happened):
            raise Uneven(column=name, found=len(values), expected=len(happened))
    before = arrived < happened
    if before.any():
        raise ArrivedBefore(row=int(before.argmax()), rows=int(before.sum()))
    found = by_day(happened, calendar, name="happened")
    require_range(arrived, name="arrived", least=EARLIEST, most=LATEST)
    due = np.array([microseconds(feed.due_at(day, calendar)) for day in found.days], dtype=np.int64)
    late = (arrived >= due[found.place]).astype(np.int64)
    slowest = np.zeros(len(found.days), dtype=np.int64)
    np.maximum.at(slowest, found.place, arrived - happened)
    size = len(found.days)
    return Lateness(
        days=found.days,
        rows=grouped(np.ones_like(late), found.place, size=size, name="rows"),
        late=grouped(late, found.place, size=size, name="late"),
        money=grouped(amounts * late, found.place, size=size, name="money"),
        slowest=slowest,
    )
