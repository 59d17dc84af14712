"""Blocks of several parts as one, piece by piece: what each part has in a range of first keys meets nothing else.

A piece stays near the processor, and its keys need few bits; where there are many, two threads take a half each.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from ecomops.columns import Ints, together
from ecomops.metrics.summary.states import Block, end_to_end, heads

ROWS = 1 << 16
"""About so many rows are merged at once."""
FEW = 8
"""So many pieces are not divided among threads."""
Merge = Callable[[Sequence[Block]], Block]


def in_pieces(blocks: Sequence[Block], merge: Merge) -> Block:
    """Return what *merge* makes of all of them: it looks at rows of one first key together, and at no others.

    Args:
        blocks: Blocks whose rows rise.
        merge: What makes one of several.
    """
    cut = _pieces(blocks)
    halves = [cut] if len(cut) <= FEW else [cut[: len(cut) // 2], cut[len(cut) // 2 :]]
    merged = [block for half in together([partial(_each, merge, half) for half in halves]) for block in half]
    if len(merged) == 1:
        return merged[0]
    return Block(end_to_end([each.keys for each in merged]), end_to_end([each.values for each in merged]))


def _each(merge: Merge, pieces: Sequence[Sequence[Block]]) -> list[Block]:
    return [merge(piece) for piece in pieces]


def _pieces(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Return the blocks cut at first keys, so that about as many rows of all of them lie in each piece."""
    step = max(ROWS // len(blocks), 1)
    if sum(map(len, blocks)) <= ROWS:
        return [blocks]
    marks = np.sort(np.concatenate([block.keys[0][step::step] for block in blocks]))[:: len(blocks)]
    cuts = marks.take(heads((marks,)))
    places = [[0, *block.keys[0].searchsorted(cuts).tolist(), len(block)] for block in blocks]
    spans = [[slice(*span) for span in pairwise(each)] for each in places]
    return [
        [_part(block, span) for block, span in zip(blocks, piece, strict=True)] for piece in zip(*spans, strict=True)
    ]


def _part(block: Block, rows: slice) -> Block:
    keys: tuple[Ints, ...] = tuple(key[rows] for key in block.keys)
    return Block(keys, tuple(value[rows] for value in block.values))
