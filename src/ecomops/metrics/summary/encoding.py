"""The bytes of a summary: a fixed beginning, a header of sorted JSON, the columns as narrow as they can be, a checksum.

Each column is written as its least value, which stands in the header, and how far each row lies above that, in 0, 1, 2,
4 or 8 bytes with the least significant one first. Nothing in it depends on the machine, the process or the day, so
equal contents give equal bytes; and bytes that this module would not write are no summary.
"""

import json
import struct
from hashlib import blake2b
from typing import Any, cast

import numpy as np

from ecomops.columns import Ints
from ecomops.kernel import DomainError
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.summary.contents import Contents
from ecomops.metrics.summary.errors import Damaged, OtherSpec, UnknownVersion
from ecomops.metrics.summary.partitioning import Hashing, Partitioning, Parts
from ecomops.metrics.summary.shapes import shapes
from ecomops.metrics.summary.specs import SummarySpec, differing, plain
from ecomops.metrics.summary.states import Block, rising

MAGIC = b"ecomsum\n"
VERSION = 1
_BEGINNING = struct.Struct("<8sHI")
"""What it is, its version, and how long the header is."""
CHECKSUM = 16
"""How many bytes of BLAKE2b stand at the end, over all that comes before."""
WIDTHS = (0, 1, 2, 4, 8)


_WRONG = (ArithmeticError, AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)
"""What comes of a header that is none."""


def encoded(contents: Contents) -> bytes:
    """Return the bytes of a summary."""
    columns = [_narrowed(column) for block in contents.blocks for column in block.columns]
    header = {
        "columns": [[least, width] for least, width, _ in columns],
        "partitioning": plain(contents.parts.partitioning),
        "parts": contents.parts.numbers,
        "rows": [len(block) for block in contents.blocks],
        "spec": contents.spec.description,
        "weights": contents.weights,
    }
    text = _canonical(header)
    beginning = _BEGINNING.pack(MAGIC, VERSION, len(text))
    body = b"".join((beginning, text, *(written for _, _, written in columns)))
    return body + _checksum(body)


def decoded(data: object, spec: object) -> Contents:
    """Return what a summary holds, of its bytes."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise wrong_kind("Summary.from_bytes.data", "bytes", data)
    if not isinstance(spec, SummarySpec):
        raise wrong_kind("Summary.from_bytes.spec", "SummarySpec", spec)
    given = bytes(cast("bytes", data))
    body, length = _whole(given)
    header = body[_BEGINNING.size : _BEGINNING.size + length]
    try:
        told = cast("dict[str, Any]", json.loads(header))
        other = differing(told["spec"], cast("dict[str, Any]", json.loads(_canonical(spec.description))))
        if other:
            raise OtherSpec(differing=other)
        found = _contents(told, body[_BEGINNING.size + length :], spec)
    except _WRONG as wrong:
        raise Damaged(what="header") from wrong
    if encoded(found) != given:
        raise Damaged(what="not written by this version")
    return found


def _whole(data: bytes) -> tuple[bytes, int]:
    """Return the bytes without their checksum, and the length of the header."""
    if len(data) < _BEGINNING.size + CHECKSUM or not data.startswith(MAGIC):
        raise Damaged(what="beginning")
    _, version, length = _BEGINNING.unpack_from(data)
    if version != VERSION:
        raise UnknownVersion(found=version, known=VERSION)
    body = data[:-CHECKSUM]
    if _checksum(body) != data[-CHECKSUM:]:
        raise Damaged(what="checksum")
    return body, length


def _contents(told: dict[str, Any], body: bytes, spec: SummarySpec) -> Contents:
    """Return what a header and the columns after it hold.

    The checksum is right, so that this is what somebody wrote; it is still taken for nothing but numbers.
    """
    try:
        by = told["partitioning"]
        hashing = Hashing(by.get("hashing", Hashing.SPLITMIX64))
        partitioning = Partitioning(column=by["column"], parts=by["parts"], hashing=hashing)
        parts = Parts(partitioning=partitioning, numbers=tuple(told["parts"]))
        blocks = _blocks(told, body, spec, partitioning)
        return Contents(spec=spec, parts=parts, blocks=blocks, weights=tuple(told["weights"]))
    except Damaged:
        raise
    except DomainError as wrong:
        raise Damaged(what="header") from wrong


def _blocks(told: dict[str, Any], body: bytes, spec: SummarySpec, partitioning: Partitioning) -> tuple[Block, ...]:
    columns = iter(told["columns"])
    blocks: list[Block] = []
    at = 0
    for shape, rows in zip(shapes(spec, partitioning), told["rows"], strict=True):
        if rows > max(len(body), 1):  # rows are not all the same: each takes a byte at least
            raise Damaged(what="rows")
        held: list[Ints] = []
        for _ in range(shape.keys + len(shape.how)):
            least, width = next(columns)
            held.append(_widened(body[at : at + rows * width], rows, least, width))
            at += rows * width
        blocks.append(Block(tuple(held[: shape.keys]), tuple(held[shape.keys :])))
    if not all(rising(block.keys) for block in blocks):
        raise Damaged(what="order of keys")
    return tuple(blocks)


def _canonical(header: object) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _checksum(body: bytes) -> bytes:
    return blake2b(body, digest_size=CHECKSUM).digest()


def _narrowed(values: Ints) -> tuple[int, int, bytes]:
    """Return the least value, the bytes of a row, and how far each row lies above the least."""
    if not len(values):
        return 0, 0, b""
    least = int(values.min())
    width = next(each for each in WIDTHS if int(values.max()) - least < 1 << (8 * each))
    if not width:
        return least, width, b""
    above = values.astype(np.uint64) - values.min().astype(np.uint64)
    return least, width, above.astype(f"<u{width}").tobytes()


def _widened(written: bytes, rows: int, least: int, width: int) -> Ints:
    """Return the column of which `_narrowed` wrote the bytes."""
    if not width:
        return np.full(rows, least, dtype=np.int64)
    above = np.frombuffer(written, dtype=f"<u{width}", count=rows).astype(np.uint64)
    return (above + np.int64(least).astype(np.uint64)).astype(np.int64)
