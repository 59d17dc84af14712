"""The periods of a specification, and which of them holds an instant."""

from datetime import timedelta

import numpy as np
from attrs import frozen
from pendulum import Date

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Grain, OutOfRange, Period, later
from ecomops.metrics.sales import Definition
from ecomops.metrics.tables import Flag

MOST_PERIODS = 100_000
"""How many periods a summary may have."""
_LEAST = {Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7), Grain.MONTH: timedelta(days=28)}


@frozen(kw_only=True)
class Periods:
    """The periods of which a part was observed.

    Args:
        days: The first day of each.
        bounds: The instants of each.
        observed: What was observed.
    """

    days: tuple[Date, ...]
    bounds: tuple[Period, ...]
    observed: Period

    @classmethod
    def of(cls, calendar: Calendar, observed: Period, by: Grain) -> "Periods":
        """Return the periods that *calendar* cuts *observed* into.

        Raises:
            OutOfRange: There are too many, or one reaches beyond the years 1 to 9999.
        """
        if observed.elapsed > MOST_PERIODS * _LEAST[by]:
            raise OutOfRange(field="SummarySpec.observed", least="0", most=str(MOST_PERIODS))
        days: list[Date] = []
        bounds: list[Period] = []
        if observed.start < observed.end:
            day = calendar.first_day(calendar.day(observed.start), by)
            while (period := calendar.bounds(day, by)).start < observed.end:
                days.append(day)
                bounds.append(period)
                day = calendar.next_first_day(day, by)
        return cls(days=tuple(days), bounds=tuple(bounds), observed=observed)

    @property
    def ordinals(self) -> Ints:
        """The first days as numbers, which the states have as keys."""
        return np.array([day.toordinal() for day in self.days], dtype=np.int64)

    def holding(self, at: Ints) -> Ints:
        """Return the number of the period that holds each instant, which is one that was observed."""
        starts = np.array([microseconds(period.start) for period in self.bounds], dtype=np.int64)
        return self.ordinals.take(np.searchsorted(starts, at, side="right") - 1)

    def flags(self, definition: Definition) -> tuple[tuple[Flag, ...], ...]:
        """Return what is to be known of each period."""
        seen = later(self.observed.start, definition.new_after)
        return tuple(
            ((Flag.PARTIAL,) if self._partial(period) else ())
            + ((Flag.SHORT_HISTORY,) if period.start < seen else ())
            for period in self.bounds
        )  # fmt: skip

    def _partial(self, period: Period) -> bool:
        return period.start < self.observed.start or self.observed.end < period.end
