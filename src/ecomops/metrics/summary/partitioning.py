"""How rows are divided into parts: by a declared function of one column, which any engine can compute.

A row knows its part by itself, so that a row of a wrong part is refused and no row is counted twice. The functions are
the same on every machine and in every process: never the `hash` of Python.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeAlias, cast

import numpy as np
from attrs import Attribute, field, frozen

from ecomops.columns import UNKNOWN, Codes, Ints, WrongColumn, column, require_range
from ecomops.kernel import OutOfRange, WrongKind
from ecomops.kernel.checks import is_a, some_text, whole, wrong_kind

Rows: TypeAlias = Mapping[str, Mapping[str, object]]
"""Columns by family and name: `{"orders": {"at": ..., "customer": ..., "gross": ...}}`."""

MOST_PARTS = 100_000
"""How many parts there may be."""
LARGEST_ID = 2**62
"""The largest whole number that is an id."""


class Hashing(StrEnum):
    """How the part of a row follows from its column.

    `modulo`: the remainder of a whole number, never negative: the easiest one in SQL. `splitmix64`: that of the mixed
    bits of a whole number, which spreads ids that were given out in steps. `crc32`: that of the checksum of a text in
    UTF-8.
    """

    MODULO = "modulo"
    SPLITMIX64 = "splitmix64"
    CRC32 = "crc32"


@frozen(kw_only=True)
class Partitioning:
    """Parts by one column.

    By the customer it is the recommended one: all rows of a customer lie in one part, so that distinct and new buyers
    add up, and no customer's code travels. Unknown customers (-1, or an empty text) all lie in one part.

    Args:
        column: The column of every family that says to which part a row belongs.
        parts: How many parts there are.
        hashing: How.

    Example:
        >>> import numpy as np
        >>> by_customer = Partitioning(column="customer", parts=4, hashing=Hashing.MODULO)
        >>> by_customer.part_of(np.array([-1, 4, 7]))
        array([3, 0, 3])
        >>> Partitioning(column="member", parts=4, hashing=Hashing.CRC32).part_of(["ann", "kim"])
        array([3, 0])
    """

    column: str = field(validator=some_text)
    parts: int = field(validator=whole(1, MOST_PARTS))
    hashing: Hashing = field(default=Hashing.SPLITMIX64, validator=is_a(Hashing))

    def part_of(self, values: object) -> Ints:
        """Return the part of each row.

        Args:
            values: The column: an array of whole numbers from -1, or for `crc32` texts (None is an unknown one).

        Raises:
            WrongColumn: It is something else.
            OutOfColumn: A number is below -1, or beyond 2^62.
        """
        if self.hashing is Hashing.CRC32:
            codes, names = coded(values, name=self.column)
            return _checksums(names, self.parts).take(codes)
        ids = ids_of(values, name=self.column)
        mixed = ids if self.hashing is Hashing.MODULO else _mixed(ids)
        return np.mod(mixed, self.parts).astype(np.int64)

    def part(self, *numbers: int) -> "Parts":
        """Return some of the parts; none without *numbers*."""
        for number in numbers:
            if type(number) is not int:
                raise wrong_kind("Partitioning.part", "int", number)
        return Parts(partitioning=self, numbers=tuple(sorted(numbers)))

    @property
    def whole(self) -> "Parts":
        """All parts together."""
        return Parts(partitioning=self, numbers=tuple(range(self.parts)))

    def split(self, rows: Rows) -> list[dict[str, dict[str, object]]]:
        """Return the rows of each part, in their order.

        Args:
            rows: Arrays by family and column; each family has the column of the partitioning.

        Raises:
            WrongColumn: A family has no such column, or it is of another kind.
            OutOfColumn: A number in it is no id.
        """
        places = {family: self._places(family, columns) for family, columns in rows.items()}
        return [
            {
                family: {name: np.asarray(values)[places[family][part]] for name, values in columns.items()}
                for family, columns in rows.items()
            }
            for part in range(self.parts)
        ]

    def _places(self, family: str, columns: Mapping[str, object]) -> Sequence[Ints]:
        if self.column not in columns:
            raise WrongColumn(column=f"{family}.{self.column}", found="nothing")
        parts = self.part_of(columns[self.column])
        order = np.argsort(parts, kind="stable").astype(np.int64)
        return np.split(order, np.searchsorted(parts.take(order), np.arange(1, self.parts)))

    def __str__(self) -> str:
        return f"{self.hashing}({self.column}, {self.parts})"


def _numbers(_: object, __: "Attribute[tuple[int, ...]]", value: tuple[int, ...]) -> None:
    if type(value) is not tuple or any(type(number) is not int for number in value):
        raise WrongKind(field="Parts.numbers", expected="tuple of int", found=type(value).__name__)


@frozen(kw_only=True)
class Parts:
    """Some parts of a partitioning.

    Args:
        partitioning: What made them.
        numbers: Which, in rising order, each once.

    Raises:
        OutOfRange: There is no such part, or they are not in rising order.
    """

    partitioning: Partitioning = field(validator=is_a(Partitioning))
    numbers: tuple[int, ...] = field(validator=_numbers)

    def __attrs_post_init__(self) -> None:
        """Refuse parts that are not there, and one that is there twice."""
        most = self.partitioning.parts - 1
        rising = all(a < b for a, b in zip(self.numbers, self.numbers[1:], strict=False))
        if not rising or (self.numbers and not 0 <= self.numbers[0] <= self.numbers[-1] <= most):
            raise OutOfRange(field="Parts.numbers", least="0", most=str(most))

    @property
    def missing(self) -> tuple[int, ...]:
        """The other parts."""
        there = frozenset(self.numbers)
        return tuple(number for number in range(self.partitioning.parts) if number not in there)


def ids_of(values: object, *, name: str) -> Ints:
    """Return a column of ids: whole numbers from -1, which is an unknown one.

    Raises:
        WrongColumn: It is none.
        OutOfColumn: A number is no id.
    """
    ids = column(values, name=name)
    require_range(ids, name=name, least=UNKNOWN, most=LARGEST_ID)
    return ids


def coded(values: object, *, name: str) -> tuple[Ints, tuple[str, ...]]:
    """Return a column of texts as dense codes, with the texts beside them; None is an empty text.

    Raises:
        WrongColumn: It is no sequence of texts.
    """
    found = type(values).__name__
    given: object = cast("Any", values).tolist() if isinstance(values, np.ndarray) else values
    if not isinstance(given, (list, tuple)):
        raise WrongColumn(column=name, found=found)
    seen = Codes()
    each_text = (_text(each, name) for each in cast("Iterable[Any]", given))
    codes = np.fromiter((seen.code(text) for text in each_text), dtype=np.int64)
    return codes, seen.names


def _text(value: object, name: str) -> str:
    if value is not None and not isinstance(value, str):
        raise WrongColumn(column=name, found=type(value).__name__)
    return value or ""


def _checksums(names: Sequence[str], parts: int) -> Ints:
    return np.fromiter((zlib.crc32(name.encode("utf-8", "surrogatepass")) % parts for name in names), dtype=np.int64)


def _mixed(ids: Ints) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint64]]":
    """Return the output of splitmix64 for each id as its state."""
    bits = ids.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
