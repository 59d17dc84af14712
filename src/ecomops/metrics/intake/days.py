"""Instants by the business day that holds them."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np
from pendulum import Date

from ecomops.columns import NEVER, Ints, OutOfColumn, microseconds, moment
from ecomops.kernel import Calendar, Grain, OutOfRange
from ecomops.kernel.checks import require_kind

MOST_DAYS = 100_000
"""How many days a column of instants may span: what is longer is a mistake in one of them."""


class ByDay(NamedTuple):
    """Instants by day.

    Attributes:
        days: The days from the first one to the last, without a gap.
        place: The place of each instant's day.
    """

    days: tuple[Date, ...]
    place: Ints


def by_day(at: Ints, calendar: Calendar, *, name: str) -> ByDay:
    """Return the business day of each instant.

    Raises:
        OutOfColumn: An instant is `NEVER`: it has no day.
        OutOfRange: They span more than 100,000 days, or one lies outside the years 1 to 9999.

    Example:
        >>> import numpy as np
        >>> found = by_day(np.array([0, 90_000_000_000]), Calendar(timezone="UTC"), name="at")
        >>> [str(day) for day in found.days], found.place
        (['1970-01-01', '1970-01-02'], array([0, 1]))
    """
    require_kind("calendar", Calendar, calendar)
    if not len(at):
        return ByDay((), np.zeros(0, dtype=np.int64))
    if int(at.max()) == NEVER:
        raise OutOfColumn(column=name, row=int(at.argmax()), least=-NEVER, most=NEVER - 1)
    first, last = moment(int(at.min())), moment(int(at.max()))
    if last - first > timedelta(days=MOST_DAYS):
        raise OutOfRange(field=name, least="0", most=f"{MOST_DAYS} days")
    days, end = [calendar.day(first)], calendar.day(last)
    while days[-1] < end:
        days.append(calendar.next_first_day(days[-1], Grain.DAY))
    starts = np.array([microseconds(calendar.bounds(day).start) for day in days], dtype=np.int64)
    return ByDay(tuple(days), (np.searchsorted(starts, at, side="right") - 1).astype(np.int64))
