"""What changed in the chains since the last seal: signed points in instants, exact at every moment."""

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.buffers import Buffers
from ecomops.metrics.rollup.linking import ABSENT
from ecomops.metrics.rollup.periods import Moves

CELLS = 2**20
"""How many cells of starts by ends by slices are counted at once."""


class Delta:
    """The points of one scope: a value, an instant, that of the predecessor, and +1 or -1.

    Args:
        values: How many slices the scope has.
    """

    __slots__ = ("_points", "_values")

    def __init__(self, values: int) -> None:
        """Begin without a point."""
        self._values = values
        self._points = Buffers(
            {
                "value": np.dtype(np.uint16),
                "at": np.dtype(np.int64),
                "before": np.dtype(np.int64),
                "sign": np.dtype(np.int8),
            }
        )

    def __len__(self) -> int:
        return len(self._points)

    @property
    def nbytes(self) -> int:
        """The bytes that the points take."""
        return self._points.nbytes

    def add(self, moves: Moves, at: Ints) -> None:
        """Take off what the moved orders were, and add what they are.

        Args:
            moves: The slices of the moved orders, and their predecessors.
            at: The instant of each.
        """
        for before, sign in ((moves.was, -1), (moves.became, 1)):
            there = np.flatnonzero(before != ABSENT)
            columns = {"value": moves.value.take(there), "at": at.take(there), "before": before.take(there)}
            self._points.extend({**columns, "sign": np.full(len(there), sign)}, rows=len(there))

    def distinct(self, starts: Ints, ends: Ints) -> Ints:
        """Return by how much the distinct buyers of each window (a row) in each slice (a column) changed."""
        if not len(self):
            return np.zeros((len(starts), self._values), dtype=np.int64)
        side = max(int((CELLS / self._values) ** 0.5), 1)
        parts = [
            self._of_some(starts[first : first + side], ends[first : first + side])
            for first in range(0, len(starts), side)
        ]
        return np.concatenate([np.zeros((0, self._values), dtype=np.int64), *parts])

    def of_one(self, start: int, end: int) -> Ints:
        """Return by how much the distinct buyers of one window in each slice changed."""
        points = self._points
        at = points["at"]
        counted = np.flatnonzero((at >= start) & (at < end) & (points["before"] < start))
        sums = np.zeros(self._values, dtype=np.int64)
        np.add.at(sums, points.ints("value", counted), points.ints("sign", counted))
        return sums

    def _of_some(self, starts: Ints, ends: Ints) -> Ints:
        """Count points with instant < end and predecessor < start, less those whose own instant is < start.

        A predecessor is never after its order, so the latter are a subset of the former.
        """
        points, size = self._points, len(starts)
        at, before = points["at"], points["before"]
        values = points["value"].astype(np.int64)
        sign = points["sign"].astype(np.int64)
        by_start, by_end = np.argsort(starts, kind="stable"), np.argsort(ends, kind="stable")
        sorted_starts, sorted_ends = starts.take(by_start), ends.take(by_end)
        # the first window, by start and by end, that lies after the predecessor and after the order
        late = np.searchsorted(sorted_starts, before, side="right")
        done = np.searchsorted(sorted_ends, at, side="right")
        begun = np.searchsorted(sorted_starts, at, side="right")
        cells = np.zeros((self._values, size + 1, size + 1), dtype=np.int64)
        np.add.at(cells.reshape(-1), (values * (size + 1) + late) * (size + 1) + done, sign)
        np.cumsum(cells, axis=1, out=cells)
        np.cumsum(cells, axis=2, out=cells)
        line = np.zeros((self._values, size + 1), dtype=np.int64)
        np.add.at(line.reshape(-1), values * (size + 1) + begun, sign)
        np.cumsum(line, axis=1, out=line)
        start_place, end_place = _inverse(by_start), _inverse(by_end)
        return (cells[:, start_place, end_place] - line[:, start_place]).T


def _inverse(order: Ints) -> Ints:
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places
