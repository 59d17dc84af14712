"""The periods of a table: which days they begin on, between which instants they lie, and which are partial."""

from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from attrs import frozen
from pendulum import Date

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Grain, OutOfRange, Period

MOST_PERIODS = 100_000
"""How many periods a table may have: more than the days of two and a half centuries."""
USUAL = {Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7), Grain.MONTH: timedelta(days=28)}
"""How long a period lasts, about: an age that is too long is told before it is cut."""


@frozen(kw_only=True, eq=False)
class Periods:
    """All periods of which a part was observed, in order.

    Args:
        days: The first day of each.
        edges: The instant at which each starts, or begins to be observed; then the end of what was observed.
        partial: Which of them were observed in part.
    """

    days: tuple[Date, ...]
    edges: Ints
    partial: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.days)


@lru_cache(maxsize=8)  # 730 days take as long to find as a million orders to read; the same ones are asked for again
def periods_of(calendar: Calendar, observed: Period, by: Grain) -> Periods:
    """Return the days, weeks or months of *observed*.

    Raises:
        OutOfRange: There are more than 100,000, or one reaches beyond the years 1 to 9999.
    """
    days: list[Date] = []
    found: list[Period] = []
    if observed.start != observed.end:
        if datetime.__sub__(observed.end, observed.start) > MOST_PERIODS * USUAL[by]:
            raise OutOfRange(field="observed", least="0", most=str(MOST_PERIODS))
        day = calendar.first_day(calendar.day(observed.start), by)
        while (period := calendar.bounds(day, by)).start < observed.end:
            days.append(day)
            found.append(period)
            day = calendar.next_first_day(day, by)
    first, last = microseconds(observed.start), microseconds(observed.end)
    starts = [max(microseconds(period.start), first) for period in found]
    edges = np.array([*starts, last], dtype=np.int64)
    edges.flags.writeable = False
    return Periods(
        days=tuple(days),
        edges=edges,
        partial=tuple(period.start < observed.start or observed.end < period.end for period in found),
    )
