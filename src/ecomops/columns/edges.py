"""Where numbers fall between rising edges, block by block: what is nearly sorted is told by a comparison or two."""

from typing import TypeAlias

import numpy as np

from ecomops.columns.arrays import NDArray
from ecomops.columns.column import AnyInts, Ints

Narrow: TypeAlias = NDArray[np.int16 | np.int32]

BLOCK = 1 << 14
"""Rows that are looked at together: what is made of them stays near the processor."""

MOST_NARROW = 2**15 - 1
"""How many edges 16 bits tell apart."""

FEW = 8
"""With more edges than these inside of a block, each value is searched for by halves."""


def narrow(edges: int) -> type[np.int16 | np.int32]:
    """Return the kind of numbers that tell apart what lies between so many edges.

    Example:
        >>> narrow(731).__name__, narrow(40_000).__name__
        ('int16', 'int32')
    """
    return np.int16 if edges <= MOST_NARROW else np.int32


def intervals(values: AnyInts, edges: AnyInts) -> Narrow:
    """Return how many of the *edges* each value has reached, less one: -1 before the first edge.

    Args:
        values: Any numbers; what is nearly in order, as the rows of a log, is fastest.
        edges: Rising, fewer than 2^31.

    Returns:
        Narrow numbers: int16, or int32 where there are more edges than these hold.

    Example:
        >>> import numpy as np
        >>> intervals(np.array([5, 10, 19, 20]), np.array([10, 20]))
        array([-1,  0,  0,  1], dtype=int16)
    """
    found: Narrow = np.empty(len(values), dtype=narrow(len(edges)))
    if not len(edges):
        found[:] = -1
        return found
    for start in range(0, len(values), BLOCK):
        _place(values[start : start + BLOCK], edges, into=found[start : start + BLOCK])
    return found


def _place(block: AnyInts, edges: AnyInts, *, into: Narrow) -> None:
    """Write where the values of a block fall."""
    beyond, within, most = None, block, block.max()
    if most >= edges[-1]:  # not to be compared with all edges before: that of an order that was not paid
        beyond = block >= edges[-1]
        within = np.where(beyond, block[0], block)
        most = within.max()
    lowest, highest = np.searchsorted(edges, [within.min(), most], side="right").tolist()
    if highest - lowest > FEW:
        _many(block, edges, lowest=lowest, into=into)
        return
    into[:] = lowest - 1
    for edge in edges[lowest:highest].tolist():
        into += within >= edge
    if beyond is not None:
        into[beyond] = len(edges) - 1


def _many(block: AnyInts, edges: AnyInts, *, lowest: int, into: Narrow) -> None:
    """Write where the values of a block fall among many edges: in a sorted block the edges are searched for."""
    if not (block[1:] >= block[:-1]).all():
        into[:] = np.searchsorted(edges, block, side="right") - 1
        return
    [highest] = np.searchsorted(edges, block[-1:], side="right").tolist()
    reached: Ints = np.searchsorted(block, edges[lowest:highest])
    steps = np.bincount(reached, minlength=len(block))
    steps[0] += lowest - 1
    np.cumsum(steps, out=into)
