"""Visits added up by period and source, block by block: what was looked at stays near the processor."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import CannotHoldSum, Ints, intervals, require_range
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel import OutOfRange
from ecomops.metrics.cutting import MOST_INSTANT
from ecomops.metrics.pairs import Pairs
from ecomops.metrics.periods import Periods
from ecomops.metrics.sales import is_sorted
from ecomops.metrics.selling import blocks

MOST_CELLS = 20_000_000
"""How many figures of a kind a result may have."""
BLOCK = 1 << 17
"""Visits that are looked at together: with fewer of them two threads are often in each other's way."""
FIGURES = ("visits", "views", "bounces", "stayed", "orders", "converted")
"""What is added up over visits."""
PLAIN_BOUND = 1 << 50
"""What times of a block may come to by a rough look; where that says more, they are added up for a sharp one."""
Cells: TypeAlias = NDArray[np.int64]
Inside: TypeAlias = slice | NDArray[np.bool_]
"""Some rows of a block."""


class Stays(NamedTuple):
    """What is added up of some visits.

    Attributes:
        began: When each began.
        left: When it was left.
        pages: How many pages were opened.
        source: Where it came from; -1 when nobody knows.
    """

    began: Ints
    left: Ints
    pages: Ints
    source: Ints

    def at(self, rows: slice) -> "Stays":
        """Return some of them."""
        return Stays(*(column[rows] for column in self))


class Sums:
    """What is added up over visits, by cell: the figures of a period and a source.

    Args:
        periods: Where visits are counted.

    Attributes:
        bound: What the times that were added up cannot exceed.
        shape: How many periods there are, and for how many sources there is room, with none.
    """

    __slots__ = ("_cells", "_edges", "_pairs", "bound", "shape")

    def __init__(self, periods: Periods) -> None:
        """Begin with nothing, and with room for visits of no source."""
        self._edges, self.bound = periods.edges, 0
        self.shape = (len(periods), 1)
        self._cells, self._pairs = self._nothing()

    def add(self, visits: Stays) -> None:
        """Add visits to their cells.

        Raises:
            OutOfColumn: One has no beginning, or no end, or was left before it began.
            CannotHoldSum: Pages or times might be more than 64 bits hold.
            OutOfRange: There are too many cells.
        """
        for rows in blocks(len(visits.began), rows=BLOCK):
            self._widen(int(visits.source[rows].max()) + 2)
            self._add(visits.at(rows), of=len(visits.began))

    def add_orders(self, began: Ints, source: Ints, orders: Ints) -> None:
        """Add the orders of visits that have any."""
        cell, inside = self._found(began, source, rising=is_sorted(began))
        np.add.at(self._cells["orders"], cell, orders[inside])
        np.add.at(self._cells["converted"], cell, 1)

    def merge(self, other: "Sums") -> None:
        """Add what another one added up in the same periods.

        Raises:
            CannotHoldSum: Pages or times might be more than 64 bits hold.
            OutOfRange: There are too many cells.
        """
        self._widen(other.shape[1])
        self.bound += other.bound
        if self.bound > MOST_OF_A_SUM:
            raise CannotHoldSum(column="Visits.left", rows=1, largest=self.bound)
        self._put(other.sums())

    def of_sources(self) -> tuple[Ints, dict[str, Cells]]:
        """Return the sources that occur, and their figures; the first slot of each period is that of no source."""
        cells = self.sums()
        there = np.flatnonzero(cells["visits"].any(axis=0)) - 1
        sources = np.concatenate([there[there >= 0], there[there < 0]])
        return sources, {name: values[:, sources + 1] for name, values in cells.items()}

    def _widen(self, slots: int) -> None:
        """Make room for so many sources, with none.

        Raises:
            OutOfRange: There are too many cells.
        """
        periods, before = self.shape
        if slots <= before:
            return
        if periods * slots > MOST_CELLS:
            raise OutOfRange(field="traffic.cells", least="0", most=str(MOST_CELLS))
        sums = self.sums()
        self.shape = (periods, slots)
        self._cells, self._pairs = self._nothing()
        self._put(sums)

    def _put(self, sums: dict[str, Cells]) -> None:
        """Add sums of the same periods, and of the first sources."""
        slots = sums["visits"].shape[1]
        for name, values in self._cells.items():
            values.reshape(self.shape)[:, :slots] += sums[name]
        cell = np.arange(len(self._cells["stayed"])).reshape(self.shape)[:, :slots].ravel()
        visits, views = sums["visits"].ravel(), sums["views"].ravel()
        self._pairs.add(cell, visits, views, most=(int(visits.max(initial=0)), int(views.max(initial=0))))

    def _nothing(self) -> tuple[dict[str, Cells], Pairs]:
        size = self.shape[0] * self.shape[1]
        cells = {name: np.zeros(size, dtype=np.int64) for name in FIGURES[2:]}
        return cells, Pairs(size, upper="visits", lower="Visits.pages")

    def sums(self) -> dict[str, Cells]:
        """Return each figure, by period and source."""
        visits, views = self._pairs.sums()
        cells = {"visits": visits, "views": views, **self._cells}
        return {name: values.reshape(self.shape) for name, values in cells.items()}

    def _add(self, visits: Stays, *, of: int) -> None:
        rising = is_sorted(visits.began)
        stayed, longest = _stayed(visits.began, visits.left, rising=rising)
        rough = longest * len(stayed)
        self.bound += int(stayed.sum()) if PLAIN_BOUND < rough <= MOST_OF_A_SUM else rough
        if self.bound > MOST_OF_A_SUM:
            raise CannotHoldSum(column="Visits.left", rows=of, largest=longest)
        cell, inside = self._found(visits.began, visits.source, rising=rising)
        pages = visits.pages[inside]
        np.add.at(self._cells["stayed"], cell, stayed[inside])
        self._pairs.add(cell, 1, pages, most=(1, int(pages.max(initial=0))))
        np.add.at(self._cells["bounces"], cell.compress(pages == 1), 1)

    def _found(self, began: Ints, source: Ints, *, rising: bool) -> tuple[Ints, Inside]:
        """Return the cells of visits that lie in the periods, and which these are."""
        periods, slots = self.shape
        if rising:
            inside, cell = self._in_turn(began)
        else:
            place = intervals(began, self._edges)
            inside = (place >= 0) & (place < periods)
            cell = np.multiply(place.compress(inside), slots, dtype=np.int64)
            cell += 1
        cell += source[inside]
        return cell, inside

    def _in_turn(self, began: Ints) -> tuple[Inside, Ints]:
        """Return which visits lie in the periods, and the cell of source 0 of each of them; they rise."""
        edges, slots = self._edges, self.shape[1]
        inside = slice(*np.searchsorted(began, edges[[0, -1]]).tolist())
        began = began[inside]
        if not len(began):
            return inside, np.zeros(0, dtype=np.int64)
        first, last = (int(each) for each in np.searchsorted(edges, began[[0, -1]], side="right"))
        runs = np.full(last - first + 1, len(began))
        runs[:-1] = np.searchsorted(began, edges[first:last])
        runs[1:] -= runs[:-1].copy()
        return inside, np.repeat(np.arange(first - 1, last) * slots + 1, runs)


def _stayed(began: Ints, left: Ints, *, rising: bool) -> tuple[Ints, int]:
    """Return how long each visit of a block lasted, and the longest of them.

    Raises:
        OutOfColumn: One has no beginning, or no end, or was left before it began.
    """
    stayed = left - began
    first, last = (int(began[0]), int(began[-1])) if rising else (int(began.min()), int(began.max()))
    longest = int(stayed.view(np.uint64).max())  # what is below zero, or beyond 64 bits, comes out very long
    if first < -MOST_INSTANT or longest > 2 * MOST_INSTANT or last + longest > MOST_INSTANT:
        require_range(began, name="Visits.began", least=-MOST_INSTANT, most=MOST_INSTANT)
        require_range(left, name="Visits.left", least=-MOST_INSTANT, most=MOST_INSTANT)
        require_range(stayed, name="Visits.left after began", least=0, most=2 * MOST_INSTANT)
    return stayed, longest
