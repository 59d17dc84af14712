"""Sums by cell, block by block: what is made of a block stays near the processor, nothing of full length is made."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from ecomops.columns import UNKNOWN, Ints, together
from ecomops.columns.arrays import NDArray
from ecomops.columns.extents import Extent
from ecomops.columns.threads import shares

Flags = NDArray[np.bool_]
Cells = NDArray[np.signedinteger[Any]]

BLOCK = 1 << 16
"""Rows that are added together."""


def added(
    values: Callable[[slice], Ints] | None,
    cells: Cells,
    *,
    size: int,
    rows: Ints | None = None,
    counts: Flags | None = None,
) -> Ints:
    """Return the sum of *values* for each cell; that of any rows must fit, see `columns.column.require_sum`.

    Args:
        values: What is summed, by blocks of rows; None counts the rows.
        cells: The cell of each row of the family above, -1 for none.
        size: How many cells there are.
        rows: The row above of each value; None says that they are the same rows.
        counts: Which values count; None is all.

    Example:
        >>> import numpy as np
        >>> added(np.array([5, 7, 9]).__getitem__, np.array([1, -1]), size=2, rows=np.array([0, 0, 1]))
        array([ 0, 12])
    """
    sums = np.zeros(size + 1, dtype=np.int64)  # the last one takes what has no cell: cheaper than sorting that out
    for start in range(0, len(cells) if rows is None else len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        into = (cells[block] if rows is None else cells.take(rows[block])).astype(np.int64)
        if counts is not None:
            into = np.where(counts[block], into, -1)
        if values is None:
            sums += np.bincount(into + 1, minlength=size + 1)
        else:
            np.add.at(sums, into, values(block))
    return np.roll(sums, -1)[:size] if values is None else sums[:size]


def there_of(codes: Ints, within: Extent, counts: Callable[[slice], Flags] | None = None) -> Flags:
    """Return which codes, plus 1, occur in rows that count; codes are -1 or more, and go no further than *within*."""
    first = within.least + 1
    found = np.zeros(max(within.most, UNKNOWN) + 2, dtype=np.bool_)
    for start in range(0, len(codes), BLOCK):
        block = slice(start, start + BLOCK)
        found[(codes[block] if counts is None else codes[block].compress(counts(block))) + 1] = True
        if bool(found[first:].all()):
            break
    return found


def new_in(found: Flags, there: Flags) -> bool:
    """Tell whether something is found that is not there."""
    return bool(found[len(there) :].any() or (found[: len(there)] & ~there[: len(found)]).any())


def rising(values: Ints, by: np.ufunc) -> bool:
    """Tell whether each value compares so with the one above it.

    Example:
        >>> rising(np.array([1, 3, 3]), np.greater_equal), rising(np.array([1, 3, 3]), np.greater)
        (True, False)
    """
    below, above = values[1:], values[:-1]

    def rises(share: slice) -> bool:
        blocks = (slice(start, start + BLOCK) for start in range(share.start, share.stop, BLOCK))
        return all(bool(by(below[block], above[block]).all()) for block in blocks)

    return all(together([partial(rises, share) for share in shares(len(below))]))


SPARE = 8
"""How many times as many codes as rows there may be for what is kept of each code."""


def is_dense(most: int, *, rows: int) -> bool:
    """Tell whether there are few enough codes to keep something of each, as there are where codes are given in turn."""
    return most <= SPARE * rows + BLOCK


def distinct(cells: Cells, codes: Ints, *, size: int, runs: Iterable[slice], into: Ints | None = None) -> Ints:
    """Return how many different codes each cell has; a negative cell or code is none.

    Args:
        cells: The cell of each row.
        codes: The code of each row.
        size: How many cells there are.
        runs: Which rows no cell shares with others: shorter runs are sorted faster.
        into: The cell that each of *cells* is part of, the last one of those without; None is itself.
    """
    found = np.zeros(size, dtype=np.int64)
    for run in runs:
        own = cells[run] if into is None else into.take(cells[run])
        both, bits = packed(own, codes[run])
        if len(both):
            first = int(both[0]) >> bits
            counts = np.bincount((both >> both.dtype.type(bits)).astype(np.int64) - first)
            found[first : first + len(counts)] += counts
    return found


def repeated(cells: Cells, codes: Ints, *, size: int) -> Ints:
    """Return how many rows of each cell have one of the same code above them in it; a negative cell is none."""
    every = np.bincount(cells + 1, minlength=size + 1)[1:]
    return every - distinct(cells, codes, size=size, runs=[slice(0, len(cells))])


def packed(cells: Cells, codes: Ints) -> tuple[NDArray[np.unsignedinteger[Any]], int]:
    """Return cell and code as one sorted number each, without repeats, and how many bits the code has.

    The narrowest numbers that hold both are sorted: half the width is half the time.
    """
    known = (cells >= 0) & (codes >= 0)
    if not bool(known.all()):
        cells, codes = cells.compress(known), codes.compress(known)
    bits = int(codes.max()).bit_length() if len(codes) else 0
    most = (int(cells.max()) + 1) << bits if len(cells) else 0
    width = np.dtype(np.uint32 if most <= 2**32 else np.uint64)
    both: NDArray[np.unsignedinteger[Any]] = cells.astype(width)
    both <<= width.type(bits)
    both |= codes.astype(width)
    both.sort()
    new = np.ones(len(both), dtype=np.bool_)
    np.not_equal(both[1:], both[:-1], out=new[1:])
    return both.compress(new), bits
