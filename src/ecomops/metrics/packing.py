"""Sums of several columns in one pass over their rows, block by block, several of them in one number.

What the sum of a block can be at most is known before it is made. So the sums of some columns fit beside each other in
64 bits, are added as one, and are told apart when the block is done: nothing is ever carried from one to the next.
"""

from collections.abc import Callable, Sequence

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.metrics.adding import Cells, Flags
from ecomops.metrics.selling import blocks

BLOCK = 1 << 16
"""Rows that are added together."""
NOWHERE = 2
"""How many numbers below zero stand for no cell: they are the last places of an array."""
ROOM = 63
"""How many bits of a number of 64 bits stand for magnitudes."""


@frozen(kw_only=True, eq=False, repr=False)
class Part:
    """What is summed beside others.

    Args:
        values: The values of some rows; None counts the rows.
        most: What their magnitude is at most; so often as there are rows it must fit, see `columns.column.require_sum`.
        signed: Whether some may be below zero.
    """

    values: Callable[[slice], Ints | Flags] | None = None
    most: int = 1
    signed: bool = False

    def bits(self, rows: int) -> int:
        """Return how many bits the sum of so many values needs."""
        return (rows * self.most).bit_length() + self.signed


@frozen(kw_only=True, eq=False, repr=False)
class _Field:
    """The bits of a number that hold one sum."""

    place: int
    part: Part
    shift: int
    bits: int


def summed(parts: Sequence[Part], cells: Cells, *, size: int, rows: Ints | None = None) -> list[Ints]:
    """Return the sums of each of *parts* for each cell.

    Args:
        parts: What is summed.
        cells: The cell of each row of the family above; -1 and -2 are none.
        size: How many cells there are.
        rows: The row above of each value; None says that they are the same rows.

    Example:
        >>> import numpy as np
        >>> prices = np.array([5, -7, 9])
        >>> parts = (Part(), Part(values=prices.__getitem__, most=9, signed=True))
        >>> summed(parts, np.array([1, -1]), size=2, rows=np.array([0, 0, 1]))
        [array([0, 2]), array([ 0, -2])]
    """
    length, found = len(cells if rows is None else rows), [np.zeros(size + 1, dtype=np.int64) for _ in parts]
    most = min(BLOCK, length)
    words, sums = _words(parts, most), np.zeros(size + NOWHERE, dtype=np.int64)
    places, numbers = (np.empty(most, dtype=np.int64) for _ in range(2))
    for block in blocks(length, rows=BLOCK):
        into = cells[block] if rows is None else cells.take(rows[block])
        first, end = _span(into)
        if end - first <= BLOCK:
            own, at, packed = sums[first:end], places[: len(into)], numbers[: len(into)]
            at[:] = into
            for word in words:
                _pack(word, block, packed)
                np.add.at(sums, at, packed)
                for each, part in zip(word, _told_apart(word, own), strict=True):
                    found[each.place][first:end] += part
                own[:] = 0
        else:  # to tell the sums apart in so many cells takes longer than to add them one by one
            _add_each(parts, np.maximum(into, -1).astype(np.int64), block, found)
    return [each[:size] for each in found]


def _words(parts: Sequence[Part], rows: int) -> list[list[_Field]]:
    """Return which sums stand in one number: the largest first, each in the first number that has room for it."""
    words: list[list[_Field]] = []
    sizes = [part.bits(rows) for part in parts]
    for place in sorted(range(len(parts)), key=lambda place: -sizes[place]):
        bits = sizes[place]
        word = next((each for each in words if each[-1].shift + each[-1].bits + bits <= ROOM), None)
        if word is None:
            words.append([_Field(place=place, part=parts[place], shift=0, bits=bits)])
        else:
            shift = word[-1].shift + word[-1].bits
            word.append(_Field(place=place, part=parts[place], shift=shift, bits=bits))
    return words


def _span(cells: Cells) -> tuple[int, int]:
    """Return the first cell of a block and the one after the last; two zeros where no row has one."""
    low, high = int(cells.min()), int(cells.max())
    if low < 0:
        low = int(cells.compress(cells >= 0).min(initial=high))
    return (low, high + 1) if high >= 0 else (0, 0)


def _add_each(parts: Sequence[Part], cells: Ints, block: slice, found: Sequence[Ints]) -> None:
    for part, sums in zip(parts, found, strict=True):
        np.add.at(sums, cells, 1 if part.values is None else part.values(block))


def _pack(word: Sequence[_Field], block: slice, numbers: Ints) -> None:
    """Write the values of the rows of a block, each moved to its bits."""
    numbers[:] = _values(word[-1], block)
    for each, above in zip(word[-2::-1], word[:0:-1], strict=True):  # from the highest bits down
        numbers <<= above.shift - each.shift
        numbers += _values(each, block)


def _values(field: _Field, block: slice) -> Ints | Flags | int:
    return 1 if field.part.values is None else field.part.values(block)


def _told_apart(word: Sequence[_Field], sums: Ints) -> list[Ints]:
    """Return the sum of each field: what is below zero was borrowed from the next one, and is given back."""
    found: list[Ints] = []
    for each in word[:-1]:
        half = 1 << (each.bits - 1) if each.part.signed else 0
        own = ((sums + half) & ((1 << each.bits) - 1)) - half
        found.append(own)
        sums = (sums - own) >> each.bits
    return [*found, sums]
