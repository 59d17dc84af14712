"""Flags of rows, eight in a byte: what is known of every row and asked again stays small."""

import numpy as np

from ecomops.columns import Ints
from ecomops.columns.arrays import NDArray

Flags = NDArray[np.bool_]


WORD = np.dtype("<u8")
"""64 flags: the first one is the lowest bit, whatever the machine."""


class Bits:
    """A flag of each row of a table.

    Example:
        >>> bits = Bits(10)
        >>> bits.put(8, np.array([True, False]))
        >>> bits[7:10], bits.take(np.array([9, 8])), bits.before(np.array([8, 9, 10]))
        (array([False,  True, False]), array([False,  True]), array([0, 1, 1]))
    """

    __slots__ = ("_bytes", "_size")

    def __init__(self, size: int) -> None:
        """Begin with no flag set."""
        self._bytes, self._size = np.zeros((size // 64 + 1) * 8, dtype=np.uint8), size

    def put(self, start: int, flags: Flags) -> None:
        """Write flags from a row on, whose number eight divides; the rest of the last byte is cleared."""
        packed = np.packbits(flags, bitorder="little")
        self._bytes[start // 8 : start // 8 + len(packed)] = packed

    def __getitem__(self, rows: slice) -> Flags:
        """Return the flags of rows that stand together."""
        start, stop, _ = rows.indices(self._size)
        whole = np.unpackbits(self._bytes[start // 8 : -(-stop // 8)], bitorder="little").view(np.bool_)
        return whole[start % 8 :][: max(stop - start, 0)]

    def take(self, rows: Ints) -> Flags:
        """Return the flags of any rows."""
        return ((self._bytes.take(rows >> 3) >> (rows & 7).astype(np.uint8)) & 1).view(np.bool_)

    def before(self, rows: Ints) -> Ints:
        """Return how many flags are set above each of *rows*; the one after the last row may be among them."""
        words = self._bytes.view(WORD)
        above = np.zeros(len(words) + 1, dtype=np.int64)
        np.cumsum(np.bitwise_count(words), out=above[1:])
        part = words.take(rows >> 6) & ((np.uint64(1) << (rows & 63).astype(np.uint64)) - np.uint64(1))
        found: Ints = above.take(rows >> 6) + np.bitwise_count(part)
        return found
