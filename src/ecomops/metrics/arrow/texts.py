"""Texts become codes: in the order in which the rows first name them, however the producer keeps them.

A dictionary may differ from chunk to chunk, hold texts that no row names, and hold one text twice: the codes are the
same as if there were none.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import numpy as np

from ecomops.columns import UNKNOWN, Codes, Ints
from ecomops.metrics.arrow.errors import BrokenStream, BrokenText, UnknownText
from ecomops.metrics.arrow.formats import Coded, Texts
from ecomops.metrics.arrow.memory import Piece
from ecomops.metrics.arrow.values import Span, Valid, valid_of

_SHORT, _VIEW = 12, 16


class Met:
    """The texts of one column that its rows have named so far, each with its code."""

    __slots__ = ("_codes", "texts")

    def __init__(self) -> None:
        """Begin without one."""
        self._codes: dict[bytes, int] = {}
        self.texts: list[str] = []

    def codes(self, raw: Iterator[bytes], span: Span) -> Ints:
        """Return the codes of some texts, which are the rows of *span*.

        Raises:
            BrokenText: One is no UTF-8.
        """
        known = self._codes
        found = np.fromiter((known.setdefault(each, len(known)) for each in raw), dtype=np.int64, count=span.size)
        fresh = list(known)[len(self.texts) :]
        for each in fresh:
            try:
                self.texts.append(each.decode())
            except UnicodeDecodeError:
                row = int((found == known[each]).argmax())
                raise BrokenText(column=span.column, row=span.row + row) from None
        return found


def plain(span: Span, kind: Texts, valid: Valid, met: Met) -> Ints:
    """Return the codes of a column of texts; `UNKNOWN` where there is none.

    Raises:
        BrokenText: One is no UTF-8, or lies outside of the column.
    """
    raw = _raw(span, kind, valid)
    if valid is None:
        return met.codes(iter(raw), span)
    codes = np.full(span.size, UNKNOWN, dtype=np.int64)
    rows = np.flatnonzero(valid).astype(np.int64)
    try:
        codes[rows] = met.codes(_chosen(raw, rows), _shorter(span, len(rows)))
    except BrokenText as broken:
        raise BrokenText(column=span.column, row=span.row + int(rows[broken.row - span.row])) from None
    return codes


def coded(span: Span, kind: Coded, valid: Valid, met: Met) -> Ints:
    """Return the codes of a dictionary-encoded column; `UNKNOWN` where there is no text.

    Raises:
        BrokenText: A text of the dictionary is no UTF-8.
        BrokenStream: A row names a place that the dictionary does not have.
    """
    places: Ints = span.view(kind.places).astype(np.int64)
    if valid is not None:
        places = np.where(valid, places, -1)
    piece = span.piece.dictionary
    if len(places) and not (int(places.min()) >= (0 if valid is None else -1) and int(places.max()) < piece.length):
        raise BrokenStream(reason=f"{ascii(span.column)[:80]} names a text outside of its dictionary")
    named = _first_named(places, piece.length)
    words = Span(column=span.column, piece=piece, start=piece.offset, size=piece.length, row=0)
    there = valid_of(words)
    if there is not None:
        named = named[there[named]]
    raw = _raw(words, kind.texts, there)
    codes = np.full(piece.length + 1, UNKNOWN, dtype=np.int64)  # the last one is that of rows without a text
    try:
        codes[named] = met.codes(_chosen(raw, named), _shorter(span, len(named)))
    except BrokenText as broken:
        row = int((places == named[broken.row - span.row]).argmax())
        raise BrokenText(column=span.column, row=span.row + row) from None
    return codes[places]


def shared(codes: Ints, texts: Sequence[str], known: Codes, *, closed: bool, column: str) -> Ints:
    """Return *codes* of *texts* as those that the host's dictionary *known* has for them; it grows unless *closed*.

    Raises:
        UnknownText: A text is not in a closed dictionary; the dictionary is as it was.
    """
    if closed:
        table = [known.known(text) for text in texts]
        if UNKNOWN in table:
            raise UnknownText(column=column, row=int((codes == table.index(UNKNOWN)).argmax()))
    else:
        table = [known.code(text) for text in texts]
    return np.array([*table, UNKNOWN], dtype=np.int64)[codes]


def _first_named(places: Ints, size: int) -> Ints:
    """Return the places that rows name, in the order in which they first do."""
    first = np.full(size + 1, len(places), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places) - 1, -1, -1)  # the last one that is written stays: the first row
    named = np.flatnonzero(first[:-1] < len(places))
    return named[np.argsort(first[named])]


def _chosen(raw: Sequence[bytes], rows: Ints) -> Iterator[bytes]:
    return (raw[row] for row in cast("list[int]", rows.tolist()))


def _shorter(span: Span, count: int) -> Span:
    return Span(column=span.column, piece=span.piece, start=span.start, size=count, row=span.row)


def _raw(span: Span, kind: Texts, valid: Valid) -> list[bytes]:
    """Return the bytes of each text; of a missing one anything."""
    if not span.size:
        return []
    return _viewed(span, valid) if kind.offsets is None else _between(span, kind.offsets)


def _between(span: Span, dtype: str) -> list[bytes]:
    """Return the texts between offsets into one buffer."""
    offsets = span.piece.view(1, dtype, start=span.start, count=span.size + 1)
    falls = np.diff(offsets) < 0
    if falls.any() or offsets[0] < 0:
        raise BrokenText(column=span.column, row=span.row + int(falls.argmax()))
    first, last = int(offsets[0]), int(offsets[-1])
    data = span.piece.view(2, "u1", start=first, count=last - first).tobytes()
    return [data[start:end] for start, end in pairwise((offsets - offsets[0]).tolist())]


def _viewed(span: Span, valid: Valid) -> list[bytes]:
    """Return the texts of views: up to twelve bytes stand in the view itself, longer ones in a buffer that it names."""
    views = span.piece.view(1, "<i4", start=span.start * 4, count=span.size * 4).reshape(-1, 4)
    data = views.tobytes()
    lengths, buffers, starts = (views[:, place].tolist() for place in (0, 2, 3))
    long = _buffers(span.piece)
    texts: list[bytes] = []
    for row, length in enumerate(lengths):
        if valid is not None and not valid[row]:
            texts.append(b"")
        elif 0 <= length <= _SHORT:
            texts.append(data[row * _VIEW + 4 : row * _VIEW + 4 + length])
        else:
            texts.append(_cut(long, buffers[row], starts[row], length, span=span, row=row))
    return texts


def _buffers(piece: Piece) -> list[bytes]:
    """Return the buffers of long texts; how long each is stands in the last buffer of the column."""
    count = piece.buffers - 3
    sizes = cast("list[int]", piece.view(piece.buffers - 1, "<i8", start=0, count=max(count, 0)).tolist())
    return [piece.view(place, "u1", start=0, count=size).tobytes() for place, size in enumerate(sizes, start=2)]


def _cut(buffers: Sequence[bytes], buffer: int, start: int, length: int, *, span: Span, row: int) -> bytes:
    inside = 0 <= buffer < len(buffers) and start >= 0 and 0 <= length <= len(buffers[buffer]) - start
    if not inside:
        raise BrokenText(column=span.column, row=span.row + row)
    return buffers[buffer][start : start + length]
