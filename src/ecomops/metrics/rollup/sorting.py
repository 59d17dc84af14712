"""Orders of rows by packed keys: one sort of whole numbers instead of several of pairs."""

from collections.abc import Sequence

import numpy as np

from ecomops.columns import Ints

BITS = 63
"""How much one packed key holds."""


def bits_of(most: int) -> int:
    """Return in how many bits the numbers from 0 to *most* stand."""
    return max(most, 1).bit_length()


def by_codes(*keys: tuple[Ints, int]) -> Ints:
    """Return the rows by codes, the first key first; rows of the same codes in their order.

    Args:
        keys: Codes from 0 on, each with the number of codes that there are.

    Example:
        >>> by_codes((np.array([1, 0, 1, 0]), 2))
        array([1, 3, 0, 2])
    """
    rows = len(keys[0][0])
    place = bits_of(rows - 1)
    if place + sum(bits_of(size - 1) for _, size in keys) > BITS:
        return np.lexsort([codes for codes, _ in reversed(keys)])
    packed = keys[0][0].astype(np.int64)
    for codes, size in keys[1:]:
        packed <<= bits_of(size - 1)
        packed |= codes
    packed <<= place
    packed |= np.arange(rows)
    packed.sort()
    packed &= (1 << place) - 1
    return packed


def by_instant(at: Ints, ids: Ints) -> Ints:
    """Return the rows by instant, those of one instant by id; quickest when they nearly stand so."""
    rows = np.argsort(at, kind="stable")
    _untie(rows, at.take(rows), ids)
    return rows


def by_owner_and_instant(owners: Ints, at: Ints, ids: Ints, *, size: int) -> Ints:
    """Return the rows by owner, those of one by instant, those of one instant by id.

    Args:
        owners: Codes from 0 to below *size*.
        at: Instants.
        ids: What breaks ties.
        size: How many owners there are.
    """
    least = int(at.min()) if len(at) else 0
    span = bits_of(int(at.max()) - least if len(at) else 0)
    if span + bits_of(size - 1) > BITS:
        return np.lexsort((ids, at, owners))
    packed = (owners << span) | (at - least)
    rows = np.argsort(packed)
    _untie(rows, packed.take(rows), ids)
    return rows


def _untie(rows: Ints, keys: Ints, ids: Ints) -> None:
    """Put *rows*, which stand by rising *keys*, of one key in the order of their ids."""
    tied = keys[1:] == keys[:-1]
    if not tied.any():
        return
    places = np.flatnonzero(np.concatenate([tied, [False]]) | np.concatenate([[False], tied]))
    among = rows.take(places)
    rows[places] = among.take(np.lexsort((ids.take(among), keys.take(places))))


def ragged(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return the places of runs, end to end, and which run each belongs to.

    Example:
        >>> ragged(np.array([10, 20]), np.array([2, 1]))
        (array([10, 11, 20]), array([0, 0, 1]))
    """
    runs = np.repeat(np.arange(len(starts)), lengths)
    ends = np.cumsum(lengths)
    return np.arange(len(runs)) + (starts - ends + lengths).take(runs), runs


def changes(keys: Sequence[Ints]) -> Ints:
    """Return where a run of equal keys begins."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    differs = np.ones(len(keys[0]), dtype=np.bool_)
    differs[1:] = keys[0][1:] != keys[0][:-1]
    for key in keys[1:]:
        differs[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(differs)
