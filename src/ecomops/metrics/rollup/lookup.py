"""From the host's id to the row: sorted ids, those before the last seal apart from those after it."""

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.buffers import Cells

NOWHERE = -1


class Lookup:
    """Which row holds each id; rows are numbered as they are added.

    Ids that rise from row to row, as a database gives them, are kept without a list of rows beside them.

    Example:
        >>> rows = Lookup()
        >>> rows.add(np.array([7, 5]))
        >>> rows.find(np.array([5, 6, 7]))
        array([ 1, -1,  0])
    """

    __slots__ = ("_late", "_sealed")

    def __init__(self) -> None:
        """Begin without an id."""
        self._sealed = _Run(np.zeros(0, dtype=np.int64), None, 0)
        self._late = self._sealed

    @property
    def nbytes(self) -> int:
        """The bytes that it takes."""
        return self._sealed.nbytes + self._late.nbytes

    def find(self, ids: Ints) -> Ints:
        """Return the row of each id, `NOWHERE` when there is none."""
        rows = self._late.find(ids)
        missing = np.flatnonzero(rows == NOWHERE)
        rows[missing] = self._sealed.find(ids.take(missing))
        return rows

    def add(self, ids: Ints) -> None:
        """Give the next rows to *ids*, none of which has one."""
        self._late = self._late.then(ids)

    def seal(self) -> None:
        """Put all ids together."""
        late = self._late
        self._sealed = self._sealed.then(late.by_row())
        self._late = _Run(np.zeros(0, dtype=np.int64), None, late.first + len(late.ids))


class _Run:
    """Ids in order, and the row of each; none where they rise with the rows from *first* on."""

    __slots__ = ("first", "ids", "rows")

    def __init__(self, ids: Ints, rows: Cells | None, first: int) -> None:
        self.ids, self.rows, self.first = ids, rows, first

    @property
    def nbytes(self) -> int:
        return self.ids.nbytes + (0 if self.rows is None else self.rows.nbytes)

    def find(self, ids: Ints) -> Ints:
        if not len(self.ids):
            return np.full(len(ids), NOWHERE)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        rows = places + self.first if self.rows is None else self.rows.take(places).astype(np.int64)
        rows[self.ids.take(places) != ids] = NOWHERE
        return rows

    def by_row(self) -> Ints:
        """Return the ids as the rows hold them."""
        if self.rows is None:
            return self.ids
        ids = np.empty_like(self.ids)
        ids[self.rows - self.first] = self.ids
        return ids

    def then(self, ids: Ints) -> "_Run":
        """Return the run with *ids* in the rows after its last."""
        rising = not len(ids) or bool((ids[1:] > ids[:-1]).all())
        if self.rows is None and rising and (not len(self.ids) or not len(ids) or self.ids[-1] < ids[0]):
            return _Run(np.concatenate([self.ids, ids]), None, self.first)
        all_ids = np.concatenate([self.by_row(), ids])
        rows = np.argsort(all_ids, kind="stable")
        return _Run(all_ids.take(rows), rows + self.first, self.first)
