"""The one module that touches foreign memory: the three structures of the Arrow C interface, and views of them.

What a producer hands out is given back exactly once, whatever happens in between; a view of it keeps it alive and
cannot be written to. Nothing here knows what the values mean.

Note:
    The Arrow C data interface, C stream interface and PyCapsule interface.
    https://arrow.apache.org/docs/format/CDataInterface.html
"""

import ctypes
from collections.abc import Generator, Iterator
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ecomops.metrics.arrow.errors import BrokenStream, NotATable


class _Schema(ctypes.Structure):
    format: bytes | None
    name: bytes | None
    n_children: int
    children: Any
    dictionary: Any
    release: int | None


class _Array(ctypes.Structure):
    length: int
    null_count: int
    offset: int
    n_buffers: int
    n_children: int
    buffers: Any
    children: Any
    dictionary: Any
    release: int | None


class _Stream(ctypes.Structure):
    get_schema: int | None
    get_next: int | None
    get_last_error: int | None
    release: int | None


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.c_void_p),
    ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_FILL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_TELL = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)
_POINTER_OF = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)

C = TypeVar("C", _Schema, _Array, _Stream)


class _Owned(Generic[C]):
    """A structure that is given back once: when it is asked to, or when nobody holds it any more."""

    __slots__ = ("_keeper", "held")

    def __init__(self, held: C, keeper: object = None) -> None:
        self.held: C = held
        self._keeper = keeper  # whose memory the structure stands in: it must not go first

    def give_back(self) -> None:
        """Give it back, unless that was done."""
        if self.held.release:
            _RELEASE(self.held.release)(ctypes.addressof(self.held))
            self.held.release = None

    def __del__(self) -> None:
        self.give_back()


class Field(NamedTuple):
    """A column as a schema tells of it.

    Attributes:
        name: Its name.
        format: The format string of its values; of its indices, when it has a dictionary.
        dictionary: The format string of the values of its dictionary; None when it has none.
    """

    name: str
    format: str
    dictionary: str | None


class Piece:
    """An array of a producer: a chunk of one column, or a dictionary."""

    __slots__ = ("_array", "_owner")

    def __init__(self, array: _Array, owner: object) -> None:
        """Look at *array*, which is there as long as *owner* is."""
        self._array, self._owner = array, owner

    @property
    def length(self) -> int:
        """How many values it has."""
        return self._array.length

    @property
    def offset(self) -> int:
        """How many values stand in its buffers before the first one."""
        return self._array.offset

    @property
    def may_miss(self) -> bool:
        """Whether a value may be missing: a producer need not count them."""
        return self._array.null_count != 0

    @property
    def buffers(self) -> int:
        """How many buffers it has."""
        return self._array.n_buffers

    @property
    def dictionary(self) -> "Piece":
        """Its dictionary.

        Raises:
            BrokenStream: It has none.
        """
        if not self._array.dictionary:
            raise BrokenStream(reason="a column lacks its dictionary")
        return Piece(self._array.dictionary.contents, self._owner)

    def children(self, expected: int) -> tuple["Piece", ...]:
        """Return its columns.

        Raises:
            BrokenStream: There are not as many as *expected*, or one of them is too short.
        """
        if self._array.n_children != expected:
            raise BrokenStream(reason=f"{self._array.n_children} columns instead of {expected}")
        found = tuple(Piece(self._array.children[place].contents, self._owner) for place in range(expected))
        for piece in found:
            if piece.length < self.offset + self.length or min(piece.offset, self.offset, self.length) < 0:
                raise BrokenStream(reason=f"a column of {piece.length} rows in a batch of {self.length}")
        return found

    def there(self, buffer: int) -> bool:
        """Tell whether a buffer is there; one of no bytes may not be."""
        return buffer < self._array.n_buffers and bool(self._array.buffers[buffer])

    def view(self, buffer: int, kind: type[np.generic] | str, *, start: int, count: int) -> NDArray[Any]:
        """Return values of a buffer without copying them: read-only, and with the producer's memory kept alive.

        Args:
            buffer: Which buffer.
            kind: The kind of its values.
            start: The first value.
            count: How many values.

        Raises:
            BrokenStream: The buffer is not there.
        """
        dtype = np.dtype(kind)
        if not count:
            return np.zeros(0, dtype=dtype)
        if not self.there(buffer):
            raise BrokenStream(reason=f"a column lacks its buffer {buffer}")
        address = self._array.buffers[buffer] + start * dtype.itemsize
        return np.asarray(_Memory(address, dtype, count, self._owner))


class _Memory:
    """What numpy makes an array of, and what that array keeps alive."""

    def __init__(self, address: int, dtype: np.dtype[Any], count: int, owner: object) -> None:
        self.owner = owner
        self.__array_interface__: dict[str, object] = {
            "version": 3,
            "data": (address, True),  # read-only
            "shape": (count,),
            "typestr": dtype.str,
        }


class Source:
    """A table that is being read: its fields, and then its batches, once; close it at the end."""

    __slots__ = ("_batches", "fields")

    kinds: ClassVar[tuple[str, str]] = ("__arrow_c_stream__", "__arrow_c_array__")

    def __init__(self, table: object) -> None:
        """Open *table*.

        Raises:
            NotATable: It does not hand out a table.
            BrokenStream: Its producer reports an error.
        """
        self.fields: tuple[Field, ...] = ()
        ways = (None, None) if isinstance(table, type) else self.kinds  # a class has its methods, and no rows
        stream, single = (way and getattr(table, way, None) for way in ways)
        if callable(stream):
            self._batches = self._streamed(table, stream())
        elif callable(single):
            self._batches = self._alone(table, single())
        else:
            raise NotATable(found=type(table).__name__)
        next(self._batches)  # up to the fields

    def __iter__(self) -> Iterator[Piece]:
        return cast("Iterator[Piece]", self._batches)  # what comes after the fields is never None

    def close(self) -> None:
        """Give the stream back, however far it was read; batches that are still looked at stay."""
        self._batches.close()

    def _streamed(self, table: object, capsule: object) -> Generator[Piece | None, None, None]:
        stream = _Owned(_Stream.from_address(_address(capsule, b"arrow_array_stream", table)), capsule)
        try:
            schema = _Owned(_Schema())
            _filled(stream.held, stream.held.get_schema, schema.held)
            try:
                self.fields = _fields(schema.held, table)
            finally:
                schema.give_back()
            yield None
            while (batch := _next(stream.held)) is not None:
                yield batch
        finally:
            stream.give_back()

    def _alone(self, table: object, capsules: object) -> Generator[Piece | None, None, None]:
        schema, array = cast("tuple[object, object]", capsules)
        theirs = _Array.from_address(_address(array, b"arrow_array", table))
        moved = _Owned(_Array())
        ctypes.memmove(ctypes.addressof(moved.held), ctypes.addressof(theirs), ctypes.sizeof(_Array))
        theirs.release = None  # it is ours now
        try:
            self.fields = _fields(_Schema.from_address(_address(schema, b"arrow_schema", table)), table)
        except NotATable:
            moved.give_back()
            raise
        yield None
        yield Piece(moved.held, moved)


def _address(capsule: object, name: bytes, table: object) -> int:
    """Return the address that *capsule* holds under *name*."""
    try:
        return int(_POINTER_OF(capsule, name))
    except ValueError:
        raise NotATable(found=type(table).__name__) from None


def _filled(stream: _Stream, function: int | None, target: _Schema | _Array) -> None:
    """Let the producer fill in *target*."""
    if not function or _FILL(function)(ctypes.addressof(stream), ctypes.addressof(target)):
        raise BrokenStream(reason=_last_error(stream))


def _last_error(stream: _Stream) -> str:
    """Return what the producer says of its last error, in one line."""
    said = _TELL(stream.get_last_error)(ctypes.addressof(stream)) if stream.get_last_error else None
    lines = (said or b"").decode("utf-8", "replace").split()
    return " ".join(lines)[:200] or "no reason given"


def _next(stream: _Stream) -> Piece | None:
    """Return the next batch; None after the last one."""
    batch = _Owned(_Array())
    _filled(stream, stream.get_next, batch.held)
    return Piece(batch.held, batch) if batch.held.release else None


def _fields(schema: _Schema, table: object) -> tuple[Field, ...]:
    """Return the columns of the rows that *schema* tells of."""
    if schema.format != b"+s":
        raise NotATable(found=type(table).__name__)
    return tuple(_field(schema.children[place].contents) for place in range(schema.n_children))


def _field(schema: _Schema) -> Field:
    dictionary = schema.dictionary.contents if schema.dictionary else None
    return Field(_text(schema.name), _text(schema.format), None if dictionary is None else _text(dictionary.format))


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
