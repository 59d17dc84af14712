"""Sums by day, hour and slice: changed in place by what rows are worth, read as differences of running sums by day."""

from collections.abc import Sequence

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.days import HOURS, Edge
from ecomops.metrics.rollup.sorting import by_codes

MOST_CELLS = 2**28
"""How many cells a cube may have: two gigabytes."""
FIRST_DAYS = 64
AT_ONCE = 2**16
"""How many rows are added up at once."""
FEW_CELLS = 2**10
"""So many hours by slices are held beside each other, however few rows they get."""
CELLS = 2**18
"""How many hours by slices are added up at once."""


class Cube:
    """The sums of one scope.

    By hour the figures of one slice stand together, as a change concerns all of them; by day each has its own plane.

    Args:
        figures: How many figures it holds.
        values: How many slices.
    """

    __slots__ = ("_clean", "_days", "_hours", "_running", "_size", "values")

    def __init__(self, *, figures: int, values: int) -> None:
        """Begin without a day."""
        self.values = values
        self._size = 0
        self._clean = 0
        self._hours: Ints = np.zeros((1, 0, HOURS, values, figures), dtype=np.int64)
        self._days: Ints = np.zeros((figures, 0, values), dtype=np.int64)
        self._running: Ints = np.zeros((figures, 1, values), dtype=np.int64)

    @property
    def nbytes(self) -> int:
        """The bytes that its days take."""
        cells = self._size * len(self._days) * self.values
        return 8 * cells * (HOURS + 2)

    @staticmethod
    def cells(days: int, *, figures: int, values: int) -> int:
        """Return how many cells so many days need."""
        return days * HOURS * figures * values

    def fit(self, *, front: int, size: int) -> None:
        """Make room for *size* days, of which *front* are before the first one."""
        if front or size > self._days.shape[1]:
            room = max(size, 2 * self._size, FIRST_DAYS)
            self._hours = _moved(self._hours, front, self._size, room)
            self._days = _moved(self._days, front, self._size, room)
            self._running = _moved(self._running, 0, 1, room + 1)
            self._clean = 0
        self._size = size

    def add_all(self, first: int, worths: Sequence[Ints], day: Ints, hour: Ints, value: Ints) -> None:
        """Add what the same rows are worth in several figures, which follow each other from the *first* on."""
        if not len(day):
            return
        low, high = int(day.min()), int(day.max()) + 1
        self._clean = min(self._clean, low)
        if (high - low) * HOURS * self.values <= max(len(day), FEW_CELLS):
            self._add_near(first, worths, (low, high), ((day - low) * HOURS + hour) * self.values + value)
            return
        for begin in range(0, len(day), AT_ONCE):
            some = slice(begin, begin + AT_ONCE)
            self._add(first, [worth[some] for worth in worths], day[some], hour[some], value[some])

    def _add_near(self, first: int, worths: Sequence[Ints], days: tuple[int, int], cell: Ints) -> None:
        """Add rows of a few days, each at its cell among all of theirs: no row is sorted."""
        (low, high), last = days, first + len(worths)
        sums = np.zeros((len(worths), high - low, HOURS, self.values), dtype=np.int64)
        for into, worth in zip(sums.reshape(len(worths), -1), worths, strict=True):
            np.add.at(into, cell, worth)
        hours = self._hours[0, low:high, :, :, first:last]
        hours += sums.transpose(1, 2, 3, 0)
        self._days[first:last, low:high] += np.add.reduce(sums, axis=2)

    def _add(self, first: int, worths: Sequence[Ints], day: Ints, hour: Ints, value: Ints) -> None:
        key = day * self.values
        key += value
        key *= HOURS
        key += hour
        least = int(key.min())
        key -= least
        order = by_codes((key, int(key.max()) + 1))
        key = key.take(order)
        begins = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        slices, hours = np.divmod(key.take(begins) + least, HOURS)
        days = np.flatnonzero(np.concatenate([[True], slices[1:] != slices[:-1]]))
        by_day = slices.take(days)
        by_hour = (slices // self.values * HOURS + hours) * self.values + slices % self.values
        figures = slice(first, first + len(worths))
        sums = np.add.reduceat(np.array(worths).take(order, axis=1), begins, axis=1)
        self._hours.reshape(-1, len(self._days))[by_hour, figures] += sums.T
        self._days[figures].reshape(len(worths), -1)[:, by_day] += np.add.reduceat(sums, days, axis=1)

    def running(self) -> Ints:
        """Return, for each figure, what came together before each day, and at last in all."""
        clean, size = self._clean, self._size
        if clean < size:
            into = self._running[:, clean + 1 : size + 1]
            np.cumsum(self._days[:, clean:size], axis=1, out=into)
            into += self._running[:, clean : clean + 1]
            self._clean = size
        return self._running[:, : size + 1]

    def between(self, begin: Edge, end: Edge) -> Ints:
        """Return, for each figure (a row) and slice, what came together between the hours of two instants."""
        running = self.running()
        sums: Ints = running[:, end.day] - running[:, begin.day]
        if end.hour:
            sums += np.add.reduce(self._hours[0, end.day, : end.hour], axis=0).T
        if begin.hour:
            sums -= np.add.reduce(self._hours[0, begin.day, : begin.hour], axis=0).T
        return sums

    def before(self, figure: int, day: Ints, hour: Ints) -> Ints:
        """Return what came together of one figure before the hours of some days, which rise."""
        sums: Ints = self.running()[figure].take(day, axis=0)
        open_days = np.flatnonzero(hour)
        begins = np.flatnonzero(np.diff(day.take(open_days), prepend=-1))
        met = day.take(open_days.take(begins))
        stops = np.append(begins, len(open_days))
        step = max(CELLS // (HOURS * self.values), 1)
        for first in range(0, len(met), step):
            cells = self._hours[0, met[first : first + step], :, :, figure]
            np.cumsum(cells, axis=1, out=cells)
            some = open_days[stops[first] : stops[min(first + step, len(met))]]
            places = np.searchsorted(met[first : first + step], day.take(some))
            sums[some] += cells[places, hour.take(some) - 1]
        return sums


def _moved(cells: Ints, front: int, size: int, room: int) -> Ints:
    grown = np.zeros((len(cells), room, *cells.shape[2:]), dtype=np.int64)
    grown[:, front : front + size] = cells[:, :size]
    return grown
