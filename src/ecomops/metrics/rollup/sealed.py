"""The sealed chains of one scope: distinct buyers of any window as a sum over a grid and two short scans.

The valid orders stand by slice and instant. A window holds the places from *a* to *b* of a slice; its distinct buyers
are those places less the ones whose predecessor lies in the window too. No link of a slice leads into another one's
windows, so one grid of counts by (block of the order, block of the predecessor) serves all slices.
"""

from itertools import pairwise

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.buffers import Cells
from ecomops.metrics.rollup.sorting import by_codes, end_to_end
from ecomops.metrics.sales import Flags

MOST_BLOCKS = 2048
LEAST_BLOCK = 64
FEW, LONG = 32, 640
"""Up to so many slices are looked at one by one, and scans of so many places in the mean."""
ALONE = -1
AT_ONCE = 2**16
"""How many scanned places are held at once."""


class SealedChains:
    """The chains of one scope as they were at the seal.

    Args:
        values: The slice of each valid order of a known customer; orders come by instant and id.
        customers: Their customers, by rising code.
        at: The instant of each.
        by_customer: The orders in the order of *customers*; those of one in their own order.
        size: How many slices there are.
    """

    __slots__ = ("_at", "_before", "_block", "_grid", "_next", "_starts")

    def __init__(self, values: Cells, customers: Cells, at: Ints, by_customer: Ints, *, size: int) -> None:
        """Link the orders and count them into the grid."""
        count = len(at)
        if size == 1:
            self._at, self._starts = at, np.array([0, count])
            self._before, self._next = _links(by_customer, customers[1:] == customers[:-1])
        else:
            by_value = by_codes((values, size))
            self._at, self._starts = at.take(by_value), np.searchsorted(values.take(by_value), np.arange(size + 1))
            order = by_codes((values.take(by_customer), size))
            owners = customers.take(order)  # by value they rise: memory is read from one end to the other
            same = owners[1:] == owners[:-1]  # a link to the slice before lies before all windows of its own
            places = np.empty(count, dtype=np.int32)
            places[by_value] = np.arange(count, dtype=np.int32)
            self._before, self._next = _links(places.take(by_customer.take(order)), same)
        self._block = max(-(-count // MOST_BLOCKS), LEAST_BLOCK)
        self._grid = _grid(self._before, self._block)

    @property
    def nbytes(self) -> int:
        """The bytes that they take."""
        arrays = (self._at, self._starts, self._before, self._next, self._grid)
        return sum(each.nbytes for each in arrays)

    def distinct(self, starts: Ints, ends: Ints) -> Ints:
        """Return the distinct buyers of each window (a row) in each slice (a column)."""
        slices = list(pairwise(self._starts.tolist()))
        bounds = np.concatenate([starts, ends])
        order = np.argsort(bounds)  # near ones are searched one after the other
        bounds = bounds.take(order)
        places = np.empty((len(bounds), len(slices)), dtype=np.int64)
        for value, (low, high) in enumerate(slices):
            places[order, value] = np.searchsorted(self._at[low:high], bounds) + low
        first, last = places[: len(starts)].reshape(-1), places[len(starts) :].reshape(-1)
        found: Ints = last - first - self._again(first, last)
        return found.reshape(len(starts), len(slices))

    def of_one(self, start: int, end: int) -> Ints:
        """Return the distinct buyers of one window in each slice."""
        window = np.array((start, end))
        if len(self._starts) > FEW:
            found: Ints = self.distinct(window[:1], window[1:])[0]
            return found
        slices, at = pairwise(self._starts.tolist()), self._at
        held = [(low, at[low:high].searchsorted(window).tolist()) for low, high in slices]
        return np.array([self._between(low + first, low + last) for low, (first, last) in held], dtype=np.int64)

    def _between(self, first: int, last: int) -> int:
        """Return the distinct buyers of the places of a slice from *first* to below *last*."""
        block, before, following, grid = self._block, self._before, self._next, self._grid.data
        half = block // 2
        above, below = (first + half) // block, (last + half) // block
        edge, end = above * block, min(below * block, len(before))
        again: int = grid[below, -1] - grid[below, above]
        if end < last:
            again += int(np.count_nonzero(before[end:last] >= first))
        elif last < end:
            again -= int(np.count_nonzero(before[last:end] >= first))
        if first < edge:
            again += int(np.count_nonzero(following[first:edge] < end))
        elif edge < first:
            again -= int(np.count_nonzero(following[edge:first] < end))
        return last - first - again

    def _again(self, first: Ints, last: Ints) -> Ints:
        """Return how many of the places from *first* to *last* have their predecessor there too.

        The grid knows it for the nearest edges of blocks; places between these and the window's are looked at.
        """
        block = self._block
        above, below = _nearest(first, block), _nearest(last, block)
        edge, end = (np.minimum(blocks * block, len(self._before)) for blocks in (above, below))
        again = self._from_grid(above, below)
        scans = self._scanned(self._before, np.minimum(end, last), np.maximum(end, last), first, least=True)
        again += np.where(end < last, scans, -scans)
        scans = self._scanned(self._next, np.minimum(first, edge), np.maximum(first, edge), end, least=False)
        again += np.where(first < edge, scans, -scans)
        return again

    def _from_grid(self, above: Ints, below: Ints) -> Ints:
        """Return how many orders of the blocks up to *below* have their predecessor in block *above* or later."""
        there: Ints = (self._grid[below, -1] - self._grid[below, above]).astype(np.int64)
        return there

    def _scanned(self, links: Cells, low: Ints, high: Ints, bound: Ints, *, least: bool) -> Ints:
        """Return how many places from *low* to *high* have a link that is at least, or else below, a bound."""
        lengths = high - low
        if int(lengths.sum()) >= LONG * len(low):
            spans = zip(low.tolist(), high.tolist(), bound.tolist(), strict=True)
            counts = (
                np.count_nonzero(links[begin:end] >= limit if least else links[begin:end] < limit)
                for begin, end, limit in spans
            )
            return np.fromiter(counts, dtype=np.int64, count=len(low))
        sums = np.zeros(len(low), dtype=np.int64)
        ends = np.cumsum(lengths)
        cuts = np.searchsorted(ends, np.arange(0, int(ends[-1]) if len(ends) else 0, AT_ONCE), side="right")
        edges = [*dict.fromkeys(cuts.tolist()), len(low)] if len(cuts) else []
        for begin, end in pairwise(edges):
            found = links.take(end_to_end(low[begin:end], lengths[begin:end]))
            limits = np.repeat(bound[begin:end].astype(links.dtype), lengths[begin:end])
            hits = found >= limits if least else found < limits
            running = np.zeros(len(hits) + 1, dtype=np.int32)
            np.cumsum(hits, dtype=np.int32, out=running[1:])
            stops = np.cumsum(lengths[begin:end])
            sums[begin:end] = running.take(stops) - running.take(stops - lengths[begin:end])
        return sums


def _nearest(place: Ints, block: int) -> Ints:
    """Return how many blocks end nearest to a place."""
    return (place + block // 2) // block


def _links(places: Cells, same: Flags) -> tuple[Cells, Cells]:
    """Return the place before and the place after of the same customer and slice; `ALONE`, or the end, for none.

    Args:
        places: The places, by slice and customer.
        same: Whether each but the first one goes on with the customer and the slice before.
    """
    count = len(places)
    before = np.full(count, ALONE, dtype=np.int32)
    following = np.full(count, count, dtype=np.int32)
    earlier, later = places[:-1].compress(same), places[1:].compress(same)
    before[later], following[earlier] = earlier, later
    return before, following


def _grid(before: Cells, block: int) -> Cells:
    """Return, for each number of blocks, how many of their orders have a predecessor in as many blocks."""
    blocks = -(-len(before) // block)
    cells = np.zeros((blocks + 1, blocks + 1), dtype=np.int32)
    flat = np.repeat(np.arange(1, blocks + 1) * (blocks + 1), block)[: len(before)]
    flat += before // block + 1  # those without a predecessor stand in the first column, which no difference holds
    np.add.at(cells.reshape(-1), flat, np.int32(1))
    np.cumsum(cells, axis=1, out=cells)
    for above, below in pairwise(cells):  # several times quicker than numpy's running sum down the columns
        np.add(above, below, out=below)
    return cells


def no_chains(size: int) -> SealedChains:
    """Return the chains of a scope of *size* slices without an order."""
    none = np.zeros(0, dtype=np.int64)
    return SealedChains(none, none, none, none, size=size)
