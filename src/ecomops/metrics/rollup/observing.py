"""The periods that were observed, with their first days: found once for as long as they stay the same."""

from typing import TypeAlias

import numpy as np
from attrs import frozen
from pendulum import Date

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Grain, Period
from ecomops.metrics.rollup.days import Days, month_starts
from ecomops.metrics.rollup.periods import Timeline
from ecomops.metrics.tables import Flag

FLAGS: tuple[tuple[Flag, ...], ...] = ((), (Flag.PARTIAL,), (Flag.SHORT_HISTORY,), (Flag.PARTIAL, Flag.SHORT_HISTORY))
"""What is to be known of a period: 1 when it was observed in part, and 2 when too little is known of before it."""


@frozen(eq=False)
class Seen:
    """The days, weeks or months of which a part was observed.

    Args:
        grain: How long they are.
        number: The number of the first one.
        labels: The first day of each.
        starts: The instant at which each begins; the first one may begin earlier.
        start: When the first one begins.
        end: When the last one ends.
        flags: What is to be known of each.
    """

    grain: Grain
    number: int
    labels: tuple[Date, ...]
    starts: Ints
    start: int
    end: int
    flags: tuple[tuple[Flag, ...], ...]

    def __len__(self) -> int:
        return len(self.labels)


Heads: TypeAlias = tuple[tuple[Date, ...], tuple[tuple[Flag, ...], ...]]
"""The first day and the flags of each row of a table."""


class Sight:
    """The periods of the days that were asked for last: the next question is about the same ones.

    Args:
        horizon: How much further back than an order its customer's history must be known, in microseconds.
    """

    __slots__ = ("_dates", "_heads", "_horizon", "_labels", "_reach", "_reached", "_seen", "_wide")

    def __init__(self, horizon: int) -> None:
        """Begin without a day."""
        self._horizon = horizon
        self._seen: dict[Grain, tuple[int, int, Seen]] = {}
        self._heads: dict[tuple[Grain, int], tuple[Seen, Heads]] = {}
        self._reach = (0, 0)
        self._reached: tuple[Days, int, int, tuple[int, int]] | None = None
        self._wide: Timeline | None = None
        self._dates: dict[int, Date] = {}
        self._labels: dict[Grain, tuple[Date, ...]] = {}

    def seen(self, days: Days, observed: Period, grain: Grain) -> Seen:
        """Return the periods of which a part was observed.

        Args:
            days: The days that the rollup holds.
            observed: What was observed.
            grain: How long the periods are.

        Raises:
            TooLong: The days that are held and those that were observed would be more than 36,600.
        """
        start, end = microseconds(observed.start), microseconds(observed.end)
        if start == end:
            nothing = np.zeros(0, dtype=np.int64)
            return Seen(grain, 0, (), nothing, start, end, ())
        wide = self._timeline(days, self._spanned(days, start, end))
        if grain not in self._seen or self._seen[grain][:2] != (start, end):
            self._seen[grain] = (start, end, self._looked_at(wide, grain, start, end))
        return self._seen[grain][2]

    def heads(self, seen: Seen, slots: int) -> "Heads":
        """Return the first day and the flags of each row, where every period has so many of them."""
        if slots == 1:
            return seen.labels, seen.flags
        known = self._heads.get((seen.grain, slots))
        if known is None or known[0] is not seen:
            labels = tuple([label for label in seen.labels for _ in range(slots)])
            flags = tuple([told for told in seen.flags for _ in range(slots)])
            known = self._heads[seen.grain, slots] = (seen, (labels, flags))
        return known[1]

    def _spanned(self, days: Days, start: int, end: int) -> tuple[int, int]:
        """Return the ordinals of the first and the last day that is held or was observed."""
        known = self._reached
        if known is None or known[0] is not days or known[1:3] != (start, end):
            known = self._reached = (days, start, end, days.spanned(np.array([start, end - 1])))
        return known[3]

    def _looked_at(self, wide: Timeline, grain: Grain, start: int, end: int) -> Seen:
        periods = wide.periods[grain]
        first, last = periods.of_day.take(wide.days.day(np.array([start, end - 1]))).tolist()
        labels = self._named(wide, grain)[first : last + 1]
        calendar, starts = wide.days.calendar, periods.starts[first : last + 1]
        begin = microseconds(calendar.bounds(labels[0], grain).start)
        until = microseconds(calendar.bounds(labels[-1], grain).end)
        kinds = 2 * (starts < start + self._horizon).astype(np.int64)
        kinds[0] |= begin < start
        kinds[-1] |= end < until
        told: list[int] = kinds.tolist()
        flags = tuple([FLAGS[each] for each in told])
        return Seen(grain, periods.number + first, labels, starts, begin, until, flags)

    def _timeline(self, days: Days, reach: tuple[int, int]) -> Timeline:
        """Return the periods of all days that are held or were observed, which those of before lie in most often."""
        if self._wide is None or self._reach != reach:
            before, (least, most) = self._wide, self._reach
            grown = before is not None and reach[0] <= least and most <= reach[1]
            self._wide = Timeline((before.days if before is not None and grown else days).reaching(*reach))
            self._dates = self._dates if grown else {}
            self._reach, self._labels, self._seen = reach, {}, {}
        return self._wide

    def _named(self, wide: Timeline, grain: Grain) -> tuple[Date, ...]:
        """Return the first day of each period; a date is made once."""
        if grain not in self._labels:
            ordinals, dates = first_ordinals(wide, grain).tolist(), self._dates
            dates.update((each, Date.fromordinal(each)) for each in ordinals if each not in dates)
            self._labels[grain] = tuple([dates[each] for each in ordinals])
        return self._labels[grain]


def first_ordinals(timeline: Timeline, grain: Grain) -> Ints:
    """Return the ordinal of the first day of each period, though it may lie before the first day that is held."""
    periods, calendar = timeline.periods[grain], timeline.days.calendar
    numbers: Ints = np.arange(periods.number, periods.number + len(periods))
    if grain is Grain.DAY:
        return numbers
    if grain is Grain.WEEK:
        return numbers * 7 + 1 + calendar.week_start
    days = timeline.days
    return month_starts(calendar, days.first, days.first + len(days))
