"""Rows in the periods of a table, and the key that an array is kept under."""

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from attrs import frozen

from ecomops.columns import NEVER, Ints, intervals, microseconds, moment
from ecomops.columns.arrays import NDArray
from ecomops.kernel import Calendar, Period
from ecomops.metrics.adding import Flags
from ecomops.metrics.sales import is_sorted


@frozen(kw_only=True, eq=False, repr=False)
class Windows:
    """The periods of a table, as far as they were observed.

    Args:
        starts: When each begins, in rising order.
        ends: When each ends.
        first_days: The number of the first business day of each.
        last_days: The number of the last one.
    """

    starts: Ints
    ends: Ints
    first_days: Ints
    last_days: Ints

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def apart(self) -> bool:
        """Whether no instant lies in two of them."""
        return bool((self.starts[1:] >= self.ends[:-1]).all())


def windows_of(periods: Sequence[Period], observed: Period, calendar: Calendar) -> Windows:
    """Return *periods* as far as they were observed."""
    first, end = microseconds(observed.start), microseconds(observed.end)
    starts = [max(microseconds(period.start), first) for period in periods]
    ends = [min(microseconds(period.end), end) for period in periods]
    return Windows(
        starts=_numbers(starts),
        ends=_numbers(ends),
        first_days=_numbers(_day(calendar, each) for each in starts),
        last_days=_numbers(_day(calendar, each - 1) for each in ends),
    )


def _numbers(values: Iterable[int]) -> Ints:
    found = np.array(list(values), dtype=np.int64)
    found.flags.writeable = False
    return found


def _day(calendar: Calendar, instant: int) -> int:
    return calendar.day(moment(instant)).toordinal()


@frozen(kw_only=True, eq=False, repr=False)
class Chosen:
    """Rows of a family, each in a period.

    Args:
        rows: Which rows; None is all, in their order.
        periods: The period of each; -1 for none.
    """

    rows: Ints | None
    periods: Ints

    def narrowed(self, holds: Flags) -> "Chosen":
        """Return those of which something holds."""
        if bool(holds.all()):
            return self
        rows = np.flatnonzero(holds) if self.rows is None else self.rows.compress(holds)
        return Chosen(rows=rows, periods=self.periods.compress(holds))

    def inside(self) -> "Chosen":
        """Return those that lie in a period."""
        return self if self.rows is not None else self.narrowed(self.periods >= 0)

    def of(self, values: Ints) -> Ints:
        """Return *values* of a column on these rows."""
        return values if self.rows is None else values.take(self.rows)


N = TypeVar("N", bound=np.generic)


class Same(Generic[N]):
    """A key that stands for an array itself, and for none that is like it."""

    def __init__(self, values: NDArray[N]) -> None:
        """Keep the array."""
        self.values = values

    def __eq__(self, other: object) -> bool:
        """Tell whether both stand for one array."""
        return isinstance(other, Same) and other.stands_for(self.values)

    def stands_for(self, values: object) -> bool:
        """Tell whether it is the key of an array."""
        return self.values is values

    def __hash__(self) -> int:
        """Return what one array has in every process: its length."""
        return len(self.values)


def in_windows(at: Ints, windows: Windows, counted: Flags | None) -> Chosen:
    """Return the rows of instants *at* in their periods: each once where periods lie apart."""
    if not len(windows):
        return Chosen(rows=None, periods=np.full(len(at), -1, dtype=np.int64))
    if not windows.apart:
        return _in_overlapping(at, windows, counted)
    periods = _places(windows.starts, at)
    _leave_out(periods, at >= windows.ends[-1])
    if counted is not None:
        _leave_out(periods, ~counted)
    if bool((windows.starts[1:] > windows.ends[:-1]).any()):
        _leave_out(periods, at >= windows.ends.take(np.maximum(periods, 0)))
    return Chosen(rows=None, periods=periods)


def _leave_out(periods: Ints, outside: Flags) -> None:
    if bool(outside.any()):
        periods[outside] = -1


def _places(starts: Ints, at: Ints) -> Ints:
    """Return the last start that is not after each instant, -1 for none."""
    if len(at) > len(starts) and is_sorted(at):
        edges = np.searchsorted(at, starts)
        lengths = np.diff(edges, prepend=0, append=len(at))
        return np.repeat(np.arange(-1, len(starts), dtype=np.int64), lengths)
    return intervals(at, starts).astype(np.int64)


def _in_overlapping(at: Ints, windows: Windows, counted: Flags | None) -> Chosen:
    rows = np.flatnonzero(at < NEVER if counted is None else counted)
    rows = rows[np.argsort(at[rows], kind="stable")]
    first, after = (np.searchsorted(at[rows], edge) for edge in (windows.starts, windows.ends))
    sizes = np.maximum(after - first, 0)
    periods = np.repeat(np.arange(len(windows), dtype=np.int64), sizes)
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return Chosen(rows=rows.take(within + np.repeat(first, sizes)), periods=periods)
