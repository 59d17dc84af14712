"""The business days that a rollup has seen, and the weeks and months that they lie in: where figures stand by time."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
from attrs import frozen
from pendulum import Date, DateTime

from ecomops.columns import Ints, microseconds, moment
from ecomops.kernel import Calendar, Grain
from ecomops.metrics.rollup.errors import TooLong

Ordinal = TypeVar("Ordinal", int, Ints)

HOUR = 3_600_000_000
HOURS = 25
"""The hours of a day are counted from its start; the last one takes what a day of more than 24 hours has over."""
MOST_DAYS = 36_600
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)


class Edge(NamedTuple):
    """Where a window begins or ends: after whole days and whole hours, and within an hour that is not over.

    Attributes:
        day: The place of the day.
        hour: The hour of it.
        begun: Where that hour begins.
        at: The instant itself, or the nearest one of the days.
    """

    day: int
    hour: int
    begun: int
    at: int


@frozen(eq=False)
class Days:
    """An unbroken run of business days.

    Args:
        calendar: What cuts them.
        first: The ordinal of the first one.
        starts: The instant at which each begins, and at last where the last one ends; empty before the first order.
    """

    calendar: Calendar
    first: int
    starts: Ints

    @classmethod
    def none(cls, calendar: Calendar) -> "Days":
        """Return the days of a rollup without an order."""
        return cls(calendar, 0, np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return max(len(self.starts) - 1, 0)

    def spanned(self, at: Ints) -> tuple[int, int]:
        """Return the ordinals of the first and the last day when these instants are held too.

        Raises:
            TooLong: They lie too many days apart.
        """
        last = self.first + len(self) - 1
        if not len(at):
            return self.first, last
        earliest, latest = int(at.min()), int(at.max())
        if not len(self):
            least, most = self._ordinal(earliest), self._ordinal(latest)
        else:
            least = self._ordinal(earliest) if earliest < self.starts[0] else self.first
            most = self._ordinal(latest) if latest >= self.starts[-1] else last
        if most - least >= MOST_DAYS:
            raise TooLong(days=most - least + 1, most=MOST_DAYS)
        return least, most

    def _ordinal(self, at: int) -> int:
        return self.calendar.day(moment(at)).toordinal()

    def reaching(self, least: int, most: int) -> "Days":
        """Return the days from the ordinal *least* to *most*, which hold all of these."""
        if most - least + 1 == len(self) or most < least:
            return self
        if not len(self):
            return Days(self.calendar, least, self._begin(range(least, most + 2)))
        before = self._begin(range(least, self.first))
        after = self._begin(range(self.first + len(self) + 1, most + 2))
        return Days(self.calendar, least, np.concatenate([before, self.starts, after]))

    def _begin(self, ordinals: Sequence[int]) -> Ints:
        bounds = (self.calendar.bounds(Date.fromordinal(day)).start for day in ordinals)
        return np.fromiter((microseconds(start) for start in bounds), dtype=np.int64, count=len(ordinals))

    def day(self, at: Ints) -> Ints:
        """Return the place of the day that holds each instant, from -1 to the number of days."""
        after: Ints = np.searchsorted(self.starts, at, side="right")
        return after - 1

    def hour(self, at: Ints, day: Ints) -> Ints:
        """Return the hour of its *day* in which each instant lies."""
        hour: Ints = np.minimum((at - self.starts.take(day)) // HOUR, HOURS - 1)
        return hour

    def date(self, at: DateTime, number: int) -> Date:
        """Return the business day that holds an instant, which is told as a number, too."""
        starts = self.starts.data
        if not len(self) or not starts[0] <= number < starts[-1]:
            return self.calendar.day(at)
        return Date.fromordinal(self.first + _place(starts, number))

    def edge(self, at: int) -> Edge:
        """Return where an instant lies; there is a day."""
        starts = self.starts.data
        if at >= starts[-1]:
            return Edge(len(starts) - 1, 0, starts[-1], starts[-1])
        at = max(at, starts[0])
        day = _place(starts, at)
        begins = starts[day]
        hour = min((at - begins) // HOUR, HOURS - 1)
        return Edge(day, hour, begins + hour * HOUR, at)

    def edges(self, at: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the same of many instants: their days, hours, where these begin, and the nearest instants."""
        at = np.clip(at, self.starts[0], self.starts[-1])
        day, hour, begun = self.day(at), np.zeros(len(at), dtype=np.int64), at.copy()
        inside = np.flatnonzero(day < len(self))
        days, instants = day.take(inside), at.take(inside)
        hour[inside] = self.hour(instants, days)
        begun[inside] = self.starts.take(days) + hour.take(inside) * HOUR
        return day, hour, begun, at

    def numbers(self, grain: Grain) -> Ints:
        """Return the number of the day, week or month of each day: one more for each that begins."""
        ordinals = np.arange(self.first, self.first + len(self))
        if grain is Grain.DAY:
            return ordinals
        if grain is Grain.WEEK:
            return week_of(self.calendar, ordinals)
        begins = month_starts(self.calendar, self.first, self.first + len(self))
        first = self.calendar.month_number(Date.fromordinal(self.first)) if len(self) else 0
        months: Ints = np.searchsorted(begins, ordinals, side="right") + (first - 1)
        return months


def _place(starts: Sequence[int], at: int) -> int:
    """Return the place of the day that holds an instant: near where it would be if every day had 24 hours."""
    place = min((at - starts[0]) // (24 * HOUR), len(starts) - 2)
    while starts[place] > at:
        place -= 1
    while starts[place + 1] <= at:
        place += 1
    return place


def week_of(calendar: Calendar, ordinal: Ordinal) -> Ordinal:
    """Return the number of the week that holds the day of an ordinal."""
    return (ordinal - 1 - calendar.week_start) // 7  # the first ordinal is a Monday


def month_starts(calendar: Calendar, first: int, end: int) -> Ints:
    """Return the ordinals on which the months begin that hold the days from *first* up to, and not with, *end*."""
    starts = list[int]()
    if first < end:
        starts.append(calendar.first_day(Date.fromordinal(first), Grain.MONTH).toordinal())
        while (following := _next_month(calendar, starts[-1])) < end:
            starts.append(following)
    return np.array(starts, dtype=np.int64)


@lru_cache(maxsize=4096)  # a day that is over asks for the months of all days again
def _next_month(calendar: Calendar, first: int) -> int:
    return calendar.next_first_day(Date.fromordinal(first), Grain.MONTH).toordinal()


@frozen(eq=False)
class Periods:
    """The days, weeks or months of some days.

    Args:
        grain: How long they are.
        number: The number of the first one.
        of_day: The place of the period of each day.
        first_day: The place of the first day of each period, and at last how many days there are.
        began: For each day, the instant at which its period begins.
        starts: The instant at which each period begins, as far as the days reach.
    """

    grain: Grain
    number: int
    of_day: Ints
    first_day: Ints
    began: Ints
    starts: Ints

    def __len__(self) -> int:
        return len(self.first_day) - 1


def periods_of(days: Days, grain: Grain) -> Periods:
    """Return the periods of *days*; the first and the last may begin before them and end after them."""
    numbers = days.numbers(grain)
    first = int(numbers[0]) if len(numbers) else 0
    places = numbers - first
    size = int(places[-1]) + 1 if len(places) else 0
    first_day = np.searchsorted(places, np.arange(size + 1))
    starts = days.starts.take(first_day[:-1])
    return Periods(grain, first, places, first_day, starts.take(places), starts)
