"""Keyed states: rows of whole numbers under unique keys in rising order, combined column by column.

Everything rests on one sort: keys are packed into words of 64 bits beside the place of their row, least significant
word first, so that no array of pairs is ever compared.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ecomops.columns import Ints

Keys: TypeAlias = tuple[Ints, ...]
Words: TypeAlias = NDArray[np.uint64]

Span: TypeAlias = tuple[np.int64, int]
"""The least value of a column, and how many bits its values take above that."""

WORD, NARROW = 64, 32
"""How many bits stand in one word, and in one that is sorted in less than half the time."""
NO_LEAST = 2**63 - 1
"""Stands for the least of no value."""
NO_MOST = -(2**63)
"""Stands for the largest of no value."""


class Combine(StrEnum):
    """How two values under one key become one."""

    ADD = "add"
    MIN = "min"
    MAX = "max"
    OR = "or"


_JOINED: dict[Combine, "np.ufunc"] = {
    Combine.ADD: np.add,
    Combine.MIN: np.minimum,
    Combine.MAX: np.maximum,
    Combine.OR: np.bitwise_or,
}
NEUTRAL = {Combine.ADD: 0, Combine.MIN: NO_LEAST, Combine.MAX: NO_MOST, Combine.OR: 0}


@frozen(eq=False)
class Block:
    """Values under keys.

    Args:
        keys: The columns of the keys; their rows are unique, and rise from the first column on.
        values: The columns of the values.
    """

    keys: Keys
    values: Keys

    def __len__(self) -> int:
        return len(self.keys[0])

    @property
    def columns(self) -> Keys:
        """All of them."""
        return self.keys + self.values


def end_to_end(columns: Sequence[Keys]) -> Keys:
    """Return several tables of the same columns as one."""
    return tuple(np.concatenate(each) for each in zip(*columns, strict=True))


def combined(keys: Keys, values: Keys, how: Sequence[Combine]) -> Block:
    """Return the block of rows in any order: each key once, its values combined.

    The caller has made sure that no sum exceeds 64 bits.
    """
    if not values:
        return Block(distinct(keys), ())
    if not len(keys[0]):
        return Block(keys, values)
    order = places(keys)
    held = tuple(key.take(order) for key in keys)
    starts = heads(held)
    joined = (
        _JOINED[each].reduceat(value.take(order), starts) for value, each in zip(values, how, strict=True)
    )  # fmt: skip
    return Block(tuple(key.take(starts) for key in held), tuple(joined))


def distinct(keys: Keys) -> Keys:
    """Return the rows in order, each once."""
    if not len(keys[0]):
        return keys
    spans = [_span(key) for key in keys]
    width = sum(bits for _, bits in spans)
    if width >= WORD:
        held = tuple(key.take(places(keys)) for key in keys)
        return tuple(key.take(heads(held)) for key in held)
    (word,) = _words(keys, spans, WORD)
    if width <= NARROW:
        word = word.astype(np.uint32)
    word.sort()
    return _unpacked(word.take(heads((word,))), spans)


def heads(keys: Sequence[NDArray[Any]]) -> NDArray[np.intp]:
    """Return the rows of sorted *keys* that are not the same as the row above."""
    new = np.ones(len(keys[0]), dtype=np.bool_)
    np.not_equal(keys[0][1:], keys[0][:-1], out=new[1:])
    for key in keys[1:]:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def places(keys: Keys) -> Ints:
    """Return the rows in rising order of their keys, those of one key in their own order."""
    size = len(keys[0])
    bits = max(size - 1, 1).bit_length()
    own = np.arange(size, dtype=np.uint64)
    order: Ints = own.astype(np.int64)
    for number, word in enumerate(_words(keys, [_span(key) for key in keys], WORD - bits)):
        packed = word.take(order) if number else word
        packed <<= np.uint64(bits)
        packed |= own
        packed.sort()
        packed &= np.uint64((1 << bits) - 1)
        place = packed.astype(np.int64)
        order = order.take(place) if number else place
    return order


def _words(keys: Keys, spans: Sequence[Span], room: int) -> Iterator[Words]:
    """Yield the keys packed into words of so many bits, the least significant one first."""
    word, used = np.zeros(len(keys[0]), dtype=np.uint64), 0
    for key, (least, bits) in zip(reversed(keys), reversed(spans), strict=True):
        rest, left = (key - least).view(np.uint64), bits  # the difference wraps round into what it should be
        while left:
            piece = min(left, room - used)
            own = rest & np.uint64((1 << piece) - 1) if piece < left else rest
            word = word | (own << np.uint64(used)) if used else own
            used, left = used + piece, left - piece
            if used == room:
                yield word
                word, used = np.zeros(len(rest), dtype=np.uint64), 0
            rest = rest >> np.uint64(piece) if left else rest
    yield word


def _span(key: Ints) -> Span:
    """Return the least value, and how many bits the values take above it; there is one."""
    least: np.int64 = key.min()
    return least, (int(key.max()) - int(least)).bit_length()


def _unpacked(words: Words | NDArray[np.uint32], spans: Sequence[Span]) -> Keys:
    """Return the columns that were packed into single words."""
    found: list[Ints] = []
    for least, bits in reversed(spans):
        offsets = (words & words.dtype.type((1 << bits) - 1)).astype(np.int64)
        found.append(np.add(offsets, least, out=offsets))
        words = words >> words.dtype.type(bits) if len(found) < len(spans) else words
    return tuple(reversed(found))


def rising(keys: Keys) -> bool:
    """Tell whether the rows rise from one to the next."""
    above = np.zeros(max(len(keys[0]) - 1, 0), dtype=np.bool_)
    for key in reversed(keys):
        above = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & above)
    return bool(above.all())
