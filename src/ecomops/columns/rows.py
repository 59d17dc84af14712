"""Rows that grow, and whose cells may change: where facts are gathered, eight bytes a cell."""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from ecomops.columns.column import Ints


class Rows:
    """A table of whole numbers that grows by rows; `columns` gives what it holds as columns of their own.

    Example:
        >>> orders = Rows("placed_at", "due")
        >>> orders.append(100, 5)
        0
        >>> orders.put(0, "due", 7)
        >>> orders.columns()
        {'placed_at': array([100]), 'due': array([7])}
    """

    __slots__ = ("_cells", "_names", "_width")

    def __init__(self, *names: str) -> None:
        """Begin without a row."""
        self._names = {name: place for place, name in enumerate(names)}
        self._width = len(names)
        self._cells = array("q")

    def __len__(self) -> int:
        return len(self._cells) // self._width

    def append(self, *values: int) -> int:
        """Add a row, one value for each column in their order; return its number."""
        row = len(self)
        self._cells.extend(values)
        return row

    def extend(self, cells: Iterable[int]) -> None:
        """Add rows whose *cells* stand end to end."""
        self._cells.extend(cells)

    def cell(self, row: int, name: str) -> int:
        """Return what stands in a cell."""
        return self._cells[row * self._width + self._names[name]]

    def put(self, row: int, name: str, value: int) -> None:
        """Change what stands in a cell."""
        self._cells[row * self._width + self._names[name]] = value

    def columns(self) -> Mapping[str, Ints]:
        """Return the columns as they stand: read-only copies, which later rows do not change."""
        cells = np.asarray(self._cells).reshape(-1, self._width)  # no copy: those of the columns are enough
        copied = {name: cells[:, place].astype(np.int64) for name, place in self._names.items()}
        for values in copied.values():
            values.flags.writeable = False
        return copied
