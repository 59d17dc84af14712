"""Where numbers fall between rising edges, block by block: what is nearly sorted is told by a comparison or two."""

import numpy as np
from numpy.typing import NDArray

from ecomops.columns.column import Ints

BLOCK = 1 << 14
"""Rows that are looked at together: what is made of them stays near the processor."""

FEW = 8
"""With more edges than these inside of a block, each value is searched for by halves."""


def intervals(values: Ints, edges: Ints) -> NDArray[np.int32]:
    """Return how many of the *edges* each value has reached, less one: -1 before the first edge.

    Args:
        values: Any numbers; what is nearly in order, as the rows of a log, is fastest.
        edges: Rising, fewer than 2^31.

    Example:
        >>> import numpy as np
        >>> intervals(np.array([5, 10, 19, 20]), np.array([10, 20]))
        array([-1,  0,  0,  1], dtype=int32)
    """
    found = np.empty(len(values), dtype=np.int32)
    if not len(edges):
        found[:] = -1
        return found
    for start in range(0, len(values), BLOCK):
        block = values[start : start + BLOCK]
        beyond = block >= edges[-1]
        within = np.where(beyond, block[0], block) if beyond.any() else block
        lowest, highest = np.searchsorted(edges, [within.min(), within.max()], side="right").tolist()
        into = found[start : start + BLOCK]
        if highest - lowest > FEW:
            into[:] = np.searchsorted(edges, block, side="right")
            into -= 1
            continue
        into[:] = lowest - 1
        for edge in edges[lowest:highest].tolist():
            into += within >= edge
        into[beyond] = len(edges) - 1
    return found
