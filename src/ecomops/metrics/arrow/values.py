"""Buffers become whole numbers: each kind of values by a small function, without a copy where there is nothing to do.

Under a value that is missing stands anything at all: no check looks there.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints, OutOfColumn
from ecomops.metrics.arrow.errors import NotWhole
from ecomops.metrics.arrow.formats import Days, Decimals, Instants, Whole
from ecomops.metrics.arrow.memory import Piece

Valid = NDArray[np.bool_] | None
"""Which values are there; None for all of them."""

_LEAST, _MOST = -(2**63), 2**63 - 1
_WORD, _DIGITS = 64, 18


class Span(NamedTuple):
    """Some rows of a piece, and where they stand in the column.

    Attributes:
        column: What a refusal calls the column.
        piece: Where the values are.
        start: The first value.
        size: How many.
        row: The row of the first one in the whole column.
    """

    column: str
    piece: Piece
    start: int
    size: int
    row: int

    def view(self, kind: str) -> NDArray[Any]:
        """Return the values, without a copy."""
        return self.piece.view(1, kind, start=self.start, count=self.size)


def valid_of(span: Span) -> Valid:
    """Return which values are there."""
    if not (span.piece.may_miss and span.piece.there(0)):
        return None
    there = _bits(span, 0)
    return None if there.all() else there


def _bits(span: Span, buffer: int) -> NDArray[np.bool_]:
    """Return a bit for each value."""
    first, skipped = divmod(span.start, 8)
    packed = span.piece.view(buffer, "u1", start=first, count=(skipped + span.size + 7) // 8)
    return np.unpackbits(packed, bitorder="little")[skipped : skipped + span.size].astype(np.bool_)


def flags(span: Span) -> Ints:
    """Return 1 for yes and 0 for no."""
    return _bits(span, 1).astype(np.int64)


def whole(span: Span, kind: Whole, valid: Valid) -> Ints:
    """Return whole numbers; those of 64 bits as they stand.

    Raises:
        OutOfColumn: An unsigned number is larger than 64 bits with a sign hold.
    """
    values = span.view(kind.dtype)
    if kind.dtype == "<u8":
        _refuse(_there(values > np.uint64(_MOST), valid), span)
    return values.astype(np.int64, copy=False)


def scaled(values: Ints, digits: int, span: Span, valid: Valid) -> Ints:
    """Return *values* with that many zeros behind them.

    Raises:
        OutOfColumn: 64 bits do not hold one.
    """
    if not digits:
        return values
    factor = 10**digits
    limit = _MOST // factor
    _refuse(_there((values > limit) | (values < -limit), valid), span)
    there = values if valid is None else np.where(valid, values, 0)
    return there * np.int64(factor if limit else 0)


def decimals(span: Span, kind: Decimals, digits: int, valid: Valid) -> Ints:
    """Return decimal numbers times ten to the power of *digits*.

    Raises:
        NotWhole: A number has more digits behind the point.
        OutOfColumn: 64 bits do not hold one.
    """
    values, narrow = _narrowed(span, kind, valid)
    if narrow is not None:
        return _one_by_one(span, kind, digits, valid)
    if kind.scale <= digits:
        return scaled(values, digits - kind.scale, span, valid)
    cut = kind.scale - digits
    quotient = values // np.int64(10**cut) if cut <= _DIGITS else np.zeros_like(values)
    odd = _there(quotient * np.int64(10 ** min(cut, _DIGITS)) != values, valid)
    if odd.any():
        raise NotWhole(column=span.column, row=span.row + int(odd.argmax()), digits=digits)
    return quotient


def _narrowed(span: Span, kind: Decimals, valid: Valid) -> tuple[Ints, NDArray[np.bool_] | None]:
    """Return the lowest 64 bits of each number, and which are not the whole number; None when all are."""
    if kind.bits < _WORD:
        return span.view("<i4").astype(np.int64), None
    size = kind.bits // _WORD
    words = span.piece.view(1, "<i8", start=span.start * size, count=span.size * size).reshape(-1, size)
    low = words[:, 0]
    beyond = _there((words[:, 1:] != (low >> 63)[:, None]).any(axis=1), valid)
    return low, beyond if beyond.any() else None


def _one_by_one(span: Span, kind: Decimals, digits: int, valid: Valid) -> Ints:
    """Return decimal numbers of which some take more than 64 bits before their zeros are cut off."""
    size = kind.bits // 8
    raw = span.piece.view(1, "u1", start=span.start * size, count=span.size * size).tobytes()
    up, down = 10 ** max(digits - kind.scale, 0), 10 ** max(kind.scale - digits, 0)
    values = np.zeros(span.size, dtype=np.int64)
    for place in range(span.size) if valid is None else np.flatnonzero(valid).tolist():
        value, rest = divmod(int.from_bytes(raw[place * size : (place + 1) * size], "little", signed=True) * up, down)
        if rest:
            raise NotWhole(column=span.column, row=span.row + place, digits=digits)
        if not _LEAST <= value <= _MOST:
            raise _beyond(span, place)
        values[place] = value
    return values


def instants(span: Span, kind: Instants, valid: Valid) -> Ints:
    """Return microseconds since 1970; of nanoseconds those that have passed.

    Raises:
        OutOfColumn: 64 bits do not hold one.
    """
    values: Ints = span.view("<i8")
    if not kind.micros:
        return values // 1_000
    if kind.micros == 1:
        return values
    limit = _MOST // kind.micros
    _refuse(_there((values > limit) | (values < -limit), valid), span)
    return (values if valid is None else np.where(valid, values, 0)) * np.int64(kind.micros)


def days(span: Span, kind: Days) -> Ints:
    """Return days since 1970."""
    values: Ints = span.view(kind.dtype).astype(np.int64, copy=False)
    return values if kind.parts == 1 else values // kind.parts


def _there(found: NDArray[np.bool_], valid: Valid) -> NDArray[np.bool_]:
    return found if valid is None else found & valid


def _refuse(beyond: NDArray[np.bool_], span: Span) -> None:
    if beyond.any():
        raise _beyond(span, int(beyond.argmax()))


def _beyond(span: Span, place: int) -> OutOfColumn:
    return OutOfColumn(column=span.column, row=span.row + place, least=_LEAST, most=_MOST)
