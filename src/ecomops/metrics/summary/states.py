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
    words = list(_words(keys, 64)) if len(keys[0]) else []
    if len(words) != 1:
        held = tuple(key.take(places(keys)) for key in keys)
        return tuple(key.take(heads(held)) for key in held)
    words[0].sort()
    return _unpacked(words[0].take(heads((words[0],))), keys)


def heads(keys: Sequence[NDArray[Any]]) -> NDArray[np.intp]:
    """Return the rows of sorted *keys* that are not the same as the row above."""
    new = np.ones(len(keys[0]), dtype=np.bool_)
    new[1:] = False
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def places(keys: Keys) -> Ints:
    """Return the rows in rising order of their keys, those of one key in their own order."""
    size = len(keys[0])
    bits = max(size - 1, 1).bit_length()
    own = np.arange(size, dtype=np.uint64)
    order: Ints = own.astype(np.int64)
    for number, word in enumerate(_words(keys, 64 - bits)):
        packed = word.take(order) if number else word
        packed <<= np.uint64(bits)
        packed |= own
        packed.sort()
        packed &= np.uint64((1 << bits) - 1)
        place = packed.astype(np.int64)
        order = order.take(place) if number else place
    return order


def _words(keys: Keys, room: int) -> Iterator[Words]:
    """Yield the keys packed into words of so many bits, the least significant one first."""
    word, used = np.zeros(len(keys[0]), dtype=np.uint64), 0
    for key in reversed(keys):
        rest, bits = _offsets(key), _width(key)
        while bits:
            piece = min(bits, room - used)
            word |= (rest & np.uint64((1 << piece) - 1)) << np.uint64(used)
            used, bits = used + piece, bits - piece
            if used == room:
                yield word
                word, used = np.zeros(len(rest), dtype=np.uint64), 0
            rest = rest >> np.uint64(piece) if bits else rest
    yield word


def _offsets(key: Ints) -> Words:
    """Return how far each value lies above the least one; the difference wraps round into what it should be."""
    return key.astype(np.uint64) - key.min().astype(np.uint64) if len(key) else key.astype(np.uint64)


def _width(key: Ints) -> int:
    """Return how many bits the values take above the least one."""
    return (int(key.max()) - int(key.min())).bit_length() if len(key) else 0


def _unpacked(words: Words, keys: Keys) -> Keys:
    """Return the columns that were packed into single words."""
    found: list[Ints] = []
    for key in reversed(keys):
        bits = _width(key)
        offsets = (words & np.uint64((1 << bits) - 1)).astype(np.int64)
        found.append(offsets + np.int64(key.min()))
        words = words >> np.uint64(bits) if bits < 64 else words  # noqa: PLR2004 - a word
    return tuple(reversed(found))


def rising(keys: Keys) -> bool:
    """Tell whether the rows rise from one to the next."""
    above = np.zeros(max(len(keys[0]) - 1, 0), dtype=np.bool_)
    for key in reversed(keys):
        above = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & above)
    return bool(above.all())
