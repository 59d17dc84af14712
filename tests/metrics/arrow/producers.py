"""Producers made by hand: they count what is given back, break off, and say what no engine would."""

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define, field

POINTER_OF = ctypes.pythonapi.PyCapsule_New
POINTER_OF.restype = ctypes.py_object
POINTER_OF.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]

RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
FILL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
TELL = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)

SCHEMA = 9  # words of each structure, and the place of its release
ARRAY = 10
STREAM = 5


@define
class Sheet:
    """A column as it is handed out.

    Attributes:
        format: Its format string.
        buffers: Its buffers; None for one that is not there.
        length: How many rows it claims.
        offset: Before how many values it begins.
        missing: How many values it claims to miss.
        dictionary: Its dictionary.
        children: Its columns.
        name: Its name.
    """

    format: str
    buffers: Sequence["np.ndarray[Any, Any] | None"] = ()
    length: int = 0
    offset: int = 0
    missing: int = 0
    dictionary: "Sheet | None" = None
    children: Sequence["Sheet"] = ()
    name: str = "x"


def rows(*children: Sheet, length: int | None = None, **more: Any) -> Sheet:  # noqa: ANN401 - fields of a sheet
    """Return a batch of columns."""
    size = (children[0].length if children else 0) if length is None else length
    return Sheet("+s", (None,), size, children=children, **more)


def numbers(*values: int, dtype: str = "<i8", format: str = "l", **more: Any) -> Sheet:  # noqa: A002, ANN401 - as above
    """Return a column of whole numbers."""
    return Sheet(format, (None, np.array(values, dtype=dtype)), len(values), **more)


@define
class Producer:
    """A stream of batches, of which the first tells the schema; it counts what it gave and what came back.

    Attributes:
        batches: What it hands out.
        fails_at: Before which batch it breaks off; -1 when it is asked for its schema.
        says: What it tells of its error.
        forgets: Whether it forgets to mark what was given back, as it should.
        given: What it handed out, by kind.
        back: What was given back, by kind.
    """

    batches: Sequence[Sheet]
    fails_at: int | None = None
    says: bytes | None = b"the disk\nis full"
    forgets: bool = False
    given: dict[str, int] = field(factory=lambda: dict.fromkeys(("schema", "array", "stream"), 0))
    back: dict[str, int] = field(factory=lambda: dict.fromkeys(("schema", "array", "stream"), 0))
    _kept: list[Any] = field(factory=list[Any])
    _next: int = 0

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand out the stream."""
        words = (ctypes.c_void_p * STREAM)()
        calls = (FILL(self._get_schema), FILL(self._get_next), TELL(self._tell), self._release("stream", 3))
        for place, call in enumerate(calls):
            words[place] = ctypes.cast(call, ctypes.c_void_p).value
        self._kept += [words, *calls]
        self.given["stream"] += 1
        return POINTER_OF(ctypes.addressof(words), b"arrow_array_stream", None)

    def _release(self, kind: str, place: int) -> Any:  # noqa: ANN401 - a C function
        def give_back(address: int) -> None:
            held = (ctypes.c_void_p * (place + 1)).from_address(address)  # it may have moved
            assert held[place], "given back twice"
            self.back[kind] += 1
            held[place] = held[place] if self.forgets else None

        call = RELEASE(give_back)
        self._kept.append(call)
        return call

    def _get_schema(self, _: int, target: int) -> int:
        if self.fails_at == -1:
            return 5
        self._fill_schema(self.batches[0], (ctypes.c_void_p * SCHEMA).from_address(target), top=True)
        return 0

    def _get_next(self, _: int, target: int) -> int:
        if self._next == self.fails_at:
            return 5
        words = (ctypes.c_void_p * ARRAY).from_address(target)
        if self._next == len(self.batches):
            words[8] = None
            return 0
        self.fill_array(self.batches[self._next], words, top=True)
        self._next += 1
        return 0

    def _tell(self, _: int) -> int | None:
        if self.says is None:
            return None
        text = ctypes.create_string_buffer(self.says)
        self._kept.append(text)
        return ctypes.addressof(text)

    def _fill_schema(self, sheet: Sheet, words: Any, *, top: bool) -> None:  # noqa: ANN401 - C memory
        texts = [ctypes.create_string_buffer(text.encode()) for text in (sheet.format, sheet.name)]
        words[0], words[1] = map(ctypes.addressof, texts)
        words[4] = len(sheet.children)
        words[5] = self._children(sheet, SCHEMA, self._fill_schema)
        words[6] = self._dictionary(sheet, SCHEMA, self._fill_schema)
        self._kept += texts
        if top:
            words[7] = ctypes.cast(self._release("schema", 7), ctypes.c_void_p).value
            self.given["schema"] += 1

    def fill_array(self, sheet: Sheet, words: Any, *, top: bool) -> None:  # noqa: ANN401 - as above
        """Hand out a batch into *words*."""
        buffers = (ctypes.c_void_p * max(len(sheet.buffers), 1))()
        for place, each in enumerate(sheet.buffers):
            buffers[place] = None if each is None else each.ctypes.data
        for place, number in enumerate((sheet.length, sheet.missing, sheet.offset, len(sheet.buffers))):
            ctypes.cast(words, ctypes.POINTER(ctypes.c_int64))[place] = number
        words[4] = len(sheet.children)
        words[5] = ctypes.addressof(buffers)
        words[6] = self._children(sheet, ARRAY, self.fill_array)
        words[7] = self._dictionary(sheet, ARRAY, self.fill_array)
        self._kept += [buffers, sheet]
        if top:
            words[8] = ctypes.cast(self._release("array", 8), ctypes.c_void_p).value
            self.given["array"] += 1

    def _children(self, sheet: Sheet, size: int, fill: Any) -> int:  # noqa: ANN401 - as above
        inner = [(ctypes.c_void_p * size)() for _ in sheet.children]
        for each, words in zip(sheet.children, inner, strict=True):
            fill(each, words, top=False)
        pointers = (ctypes.c_void_p * max(len(inner), 1))(*map(ctypes.addressof, inner))
        self._kept += [pointers, *inner]
        return ctypes.addressof(pointers)

    def _dictionary(self, sheet: Sheet, size: int, fill: Any) -> int | None:  # noqa: ANN401 - as above
        if sheet.dictionary is None:
            return None
        words = (ctypes.c_void_p * size)()
        fill(sheet.dictionary, words, top=False)
        self._kept.append(words)
        return ctypes.addressof(words)


class Single(Producer):
    """A producer of one batch, without a stream."""

    __arrow_c_stream__ = None  # type: ignore[assignment]

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Hand out the batch with its schema."""
        schema, array = (ctypes.c_void_p * SCHEMA)(), (ctypes.c_void_p * ARRAY)()
        self._fill_schema(self.batches[0], schema, top=False)
        self.fill_array(self.batches[0], array, top=True)
        self._kept += [schema, array]
        return (
            POINTER_OF(ctypes.addressof(schema), b"arrow_schema", None),
            POINTER_OF(ctypes.addressof(array), b"arrow_array", None),
        )
