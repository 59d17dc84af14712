"""Columns that grow: arrays that double when they are full, so that a row costs the same however many there are."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints

Cells: TypeAlias = NDArray[Any]
"""An array of whole numbers, as narrow as they allow; figures are computed in 64 bits."""

FIRST_CAPACITY = 64
_LONG = np.dtype(np.int64)


class Buffers:
    """Columns of one length; rows are added at the end and never move.

    Example:
        >>> rows = Buffers({"at": np.dtype(np.int64), "valid": np.dtype(np.uint8)})
        >>> rows.extend({"at": np.array([5, 7]), "valid": np.array([1, 0])}, rows=2)
        >>> len(rows), rows["valid"].tolist()
        (2, [1, 0])
    """

    __slots__ = ("_arrays", "_rows")

    def __init__(self, dtypes: Mapping[str, "np.dtype[Any]"]) -> None:
        """Begin without a row."""
        self._arrays: dict[str, Cells] = {name: np.zeros(FIRST_CAPACITY, dtype) for name, dtype in dtypes.items()}
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __getitem__(self, name: str) -> Cells:
        """Return the column of that name, which may be written to: a view, until rows are added."""
        return self._arrays[name][: self._rows]

    @property
    def nbytes(self) -> int:
        """The bytes that its rows take."""
        return sum(self[name].nbytes for name in self)

    def ints(self, name: str, rows: Ints) -> Ints:
        """Return some rows of a column, in 64 bits."""
        found: Ints = self._arrays[name].take(rows)
        return found if found.dtype == _LONG else found.astype(np.int64)

    def extend(self, columns: Mapping[str, Cells], *, rows: int) -> None:
        """Add so many *rows*; a column that is not given is 0 there."""
        before, after = self._rows, self._rows + rows
        for name, array in self._arrays.items():
            if after > len(array):
                grown = np.zeros(
                    max(after + after // 2, 2 * len(array)), array.dtype
                )  # room costs nothing until it is used
                grown[:before] = array[:before]
                self._arrays[name] = grown
        self._rows = after
        for name, values in columns.items():
            self._arrays[name][before:after] = values
