"""Orders of rows by packed keys: one sort of whole numbers instead of several of pairs."""

import numpy as np

from ecomops.columns import Ints

DIGIT, RADIX = 2**8, 2**16
"""Up to so many codes are one digit, and up to so many are sorted digit by digit."""
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
    if len(keys) == 1 and keys[0][1] <= RADIX:
        digits = np.uint8 if keys[0][1] <= DIGIT else np.uint16
        return np.argsort(keys[0][0].astype(digits), kind="stable")
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
    untie(rows, at.take(rows), ids)
    return rows


def by_owner_and_instant(owners: Ints, at: Ints, rows: Ints, ids: Ints, *, size: int) -> Ints:
    """Return the places of *rows* by owner, those of one by instant, those of one instant by id.

    Args:
        owners: The owner of each, from 0 to below *size*.
        at: The instant of each.
        rows: Which rows these are.
        ids: The id of every row: what breaks ties.
        size: How many owners there are.
    """
    least = int(at.min()) if len(at) else 0
    span = bits_of(int(at.max()) - least if len(at) else 0)
    if span + bits_of(size - 1) > BITS:
        return np.lexsort((ids.take(rows), at, owners))
    packed = (owners << span) | (at - least)
    places = np.argsort(packed, kind="stable")  # runs that rise already are merged
    untie(places, packed.take(places), ids, rows)
    return places


def untie(places: Ints, keys: Ints, ids: Ints, rows: Ints | None = None) -> None:
    """Put *places*, which stand by rising *keys*, of one key in the order of the ids of their rows."""
    tied = keys[1:] == keys[:-1]
    if not tied.any():
        return
    where = np.flatnonzero(np.concatenate([tied, [False]]) | np.concatenate([[False], tied]))
    among = places.take(where)
    told = ids.take(among if rows is None else rows.take(among))
    places[where] = among.take(np.lexsort((told, keys.take(where))))


def ragged(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return the places of runs, end to end, and which run each belongs to.

    Example:
        >>> ragged(np.array([10, 20]), np.array([2, 1]))
        (array([10, 11, 20]), array([0, 0, 1]))
    """
    return end_to_end(starts, lengths), np.repeat(np.arange(len(lengths)), lengths)


def end_to_end(starts: Ints, lengths: Ints) -> Ints:
    """Return the places of runs, end to end.

    Example:
        >>> end_to_end(np.array([10, 20]), np.array([2, 1]))
        array([10, 11, 20])
    """
    places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)  # how far a run lies from where it stands here
    places += np.arange(len(places))
    return places


def runs_of(first: Ints, second: Ints) -> Ints:
    """Return the number of the run of equal pairs in which each row lies.

    Example:
        >>> runs_of(np.array([0, 0, 0, 1]), np.array([4, 4, 5, 5]))
        array([0, 0, 1, 2])
    """
    begins = np.zeros(len(first), dtype=np.int64)
    begins[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.cumsum(begins)
