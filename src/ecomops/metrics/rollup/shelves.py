"""Sums of units and money by day or week and SKU: running sums, and beside them what came since they were last made.

What lies between two periods is one running sum less another, whatever lies between; what came since is looked through.
"""

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.buffers import Buffers

MOST_POINTS = 2**18
"""So many rows are put into the running sums without being asked for: looking through them would cost too much."""
FIRST_PERIODS = 8
PLANES = ("quantity", "net")


class Shelf:
    """What was sold, or came back, by period and SKU.

    Args:
        skus: How many codes SKUs have.
    """

    __slots__ = ("_first", "_points", "_running", "_size", "_skus")

    def __init__(self, skus: int) -> None:
        """Begin without a period."""
        self._skus = skus
        self._first = self._size = 0
        self._running: Ints = np.zeros((len(PLANES), 1, skus), dtype=np.int64)
        long, code = np.dtype(np.int64), np.dtype(np.int32)
        self._points = Buffers({"number": code, "sku": code, "quantity": long, "net": long})

    @property
    def nbytes(self) -> int:
        """The bytes that its periods and points take."""
        return 8 * len(PLANES) * (self._size + 1) * self._skus + self._points.nbytes

    @property
    def points(self) -> int:
        """How many rows came since the running sums were made."""
        return len(self._points)

    def add(self, number: Ints, sku: Ints, quantity: Ints, net: Ints) -> None:
        """Add rows in the periods of some numbers; a negative row takes off, one without a SKU counts nowhere."""
        kept = np.flatnonzero(sku >= 0)
        columns = {"number": number, "sku": sku, "quantity": quantity, "net": net}
        if len(kept) < len(sku):
            columns = {name: values.take(kept) for name, values in columns.items()}
        if len(kept) + self.points < MOST_POINTS:
            self._points.extend(columns, rows=len(kept))
            return
        self.fold()
        self._put(columns)

    def fold(self) -> None:
        """Put what came into the running sums."""
        points = self._points
        rows = np.arange(len(points))
        self._put({name: points.ints(name, rows) for name in points})
        self._points = Buffers({name: points[name].dtype for name in points})

    def between(self, low: int, high: int) -> tuple[Ints, Ints]:
        """Return the units and the money of each SKU in the periods from number *low* to below *high*."""
        begin, end = (min(max(number - self._first, 0), self._size) for number in (low, high))
        if begin < end:
            found: Ints = self._running[:, end] - self._running[:, begin]
        else:
            found = np.zeros((len(PLANES), self._skus), dtype=np.int64)
        points = self._points
        rows = np.flatnonzero((points["number"] >= low) & (points["number"] < high))
        if len(rows):
            sku = points.ints("sku", rows)
            for plane, name in enumerate(PLANES):
                np.add.at(found[plane], sku, points.ints(name, rows))
        return found[0], found[1]

    def _put(self, columns: dict[str, Ints]) -> None:
        number = columns["number"]
        if not len(number):
            return
        low, high = int(number.min()), int(number.max()) + 1
        self._fit(low, high)
        begin, end = low - self._first, high - self._first
        cell = (number - low) * self._skus + columns["sku"]
        for plane, name in enumerate(PLANES):
            sums = np.zeros((high - low, self._skus), dtype=np.int64)
            np.add.at(sums.reshape(-1), cell, columns[name])
            np.cumsum(sums, axis=0, out=sums)
            self._running[plane, begin + 1 : end + 1] += sums
            self._running[plane, end + 1 : self._size + 1] += sums[-1]

    def _fit(self, low: int, high: int) -> None:
        """Make room for the periods from *low* to below *high*; where nothing was added, sums stay as they were."""
        first = low if not self._size else min(low, self._first)
        size = max(high, self._first + self._size if self._size else high) - first
        front = self._first - first if self._size else 0
        if front or size + 1 > self._running.shape[1]:
            room = max(size + size // 4, FIRST_PERIODS) + 1
            grown = np.zeros((len(PLANES), room, self._skus), dtype=np.int64)
            grown[:, front : front + self._size + 1] = self._running[:, : self._size + 1]
            self._running = grown
        self._running[:, front + self._size + 1 : size + 1] = self._running[:, front + self._size, None]
        self._first, self._size = first, size
