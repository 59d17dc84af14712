"""From the host's id to the row: runs of ids in order, each more than twice as long as the next one.

So an append costs what its batch does, however many ids are held, and a search looks into few runs.
"""

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.buffers import Buffers, Cells

NOWHERE = -1


class Lookup:
    """Which row of a table holds each id; rows are numbered as they are added.

    Ids that rise from row to row, as a database gives them, are searched in the table itself.

    Args:
        table: What holds the column `id`; None for ids that are never added.

    Example:
        >>> table = Buffers({"id": np.dtype(np.int64)})
        >>> rows = Lookup(table)
        >>> table.extend({"id": np.array([7, 5])}, rows=2)
        >>> rows.add(2)
        >>> rows.find(np.array([5, 6, 7]))
        array([ 1, -1,  0])
    """

    __slots__ = ("_runs", "_table")

    def __init__(self, table: Buffers | None = None) -> None:
        """Begin without an id."""
        self._table = Buffers({"id": np.dtype(np.int64)}) if table is None else table
        self._runs: list[_Run] = []

    @classmethod
    def of(cls, ids: Ints) -> "Lookup":
        """Return the lookup of some ids alone, each once: the row of each is its place."""
        table = Buffers({"id": np.dtype(np.int64)})
        table.extend({"id": ids}, rows=len(ids))
        found = cls(table)
        found.add(len(ids))
        return found

    @property
    def nbytes(self) -> int:
        """The bytes that it takes beside the table."""
        return sum(run.nbytes for run in self._runs)

    def find(self, ids: Ints) -> Ints:
        """Return the row of each id, `NOWHERE` when there is none."""
        rows = np.full(len(ids), NOWHERE)
        if len(ids):
            told, least, most = self._table["id"], int(ids.min()), int(ids.max())
            for run in self._runs:
                if run.least <= most and least <= run.most:
                    run.find(ids, told, into=rows)
        return rows

    def add(self, count: int) -> None:
        """Give rows to the ids of the last *count* rows of the table, none of which has one."""
        if not count:
            return
        told, runs = self._table["id"], self._runs
        run = _Run(told, len(told) - count, count)
        if runs and runs[-1].goes_on(run):
            runs[-1].size += count
            runs[-1].most = run.most
        else:
            runs.append(run)
        while len(runs) > 1 and runs[-2].size <= 2 * runs[-1].size:
            late, early = runs.pop(), runs.pop()
            runs.append(_Run(told, early.first, early.size + late.size))


class _Run:
    """The ids of some rows, one after the other: in order where they do not rise, with the row of each."""

    __slots__ = ("first", "least", "most", "size", "sorted")

    def __init__(self, told: Ints, first: int, size: int) -> None:
        ids = told[first : first + size]
        self.first, self.size = first, size
        self.sorted: tuple[Ints, Cells] | None = None
        if not bool((ids[1:] > ids[:-1]).all()):
            rows = np.argsort(ids)
            ids = ids.take(rows)
            self.sorted = ids, (rows + first).astype(np.int32)
        self.least, self.most = int(ids[0]), int(ids[-1])

    @property
    def nbytes(self) -> int:
        return sum(each.nbytes for each in self.sorted or ())

    def goes_on(self, late: "_Run") -> bool:
        """Tell whether the ids of the rows after it go on rising."""
        return self.sorted is None and late.sorted is None and self.most < late.least

    def find(self, ids: Ints, told: Ints, *, into: Ints) -> None:
        """Write the rows of those ids that it holds."""
        held, rows = self.sorted or (told[self.first : self.first + self.size], None)
        order = np.argsort(ids)  # what is near each other is searched one after the other: fewer misses of the cache
        ids = ids.take(order)
        places = np.minimum(np.searchsorted(held, ids), self.size - 1)
        hits = np.flatnonzero(held.take(places) == ids)
        places = places.take(hits)
        into[order.take(hits)] = places + self.first if rows is None else rows.take(places)
