"""Bulk intake in its plain form: rows of texts are read as a whole, and every bad cell of every row is told at once.

A file or form gives texts under the names of its columns. Each column says how its text is read; what cannot be read is
listed with row, column, code and words in both languages, and never with the text itself: it may be personal.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from attrs import define, field, frozen

from ecomops.kernel.checks import is_a, optional, tuple_of, whole, wrong_kind
from ecomops.kernel.errors import DomainError, Invalid, Repeated
from ecomops.kernel.text import Language, Text

T = TypeVar("T")
R = TypeVar("R")

MOST_DIGITS = 12
"""The longest whole number of a cell: above it no quantity can be kept."""

_HEADING = re.compile(r"[a-z_.]{1,80}")


def _heading(column: str) -> str:
    """Return the name of a column as it may be repeated: a file without headings has values in their place."""
    return column if _HEADING.fullmatch(column) else "?"


class OnBad(StrEnum):
    """What becomes of a batch with bad rows: nothing is taken, or its good rows are."""

    REFUSE = "refuse"
    TAKE_GOOD = "take_good"


@frozen(kw_only=True)
class Cell:
    """One text of a row, under the name of its column; its `repr` shows the name alone, if it is one."""

    column: str = field(validator=is_a(str), repr=lambda column: repr(_heading(column)))
    text: str = field(validator=is_a(str), repr=False)


@frozen(kw_only=True)
class Row:
    """One row of a batch; a column that is missing or empty says nothing."""

    cells: tuple[Cell, ...] = field(validator=tuple_of(Cell))


@frozen(kw_only=True)
class BadCell:
    """Why a row cannot be taken.

    Args:
        row: Which, counted from 1.
        column: Where; None for the row as a whole.
        code: The code of the refusal.
        text: The words.
    """

    row: int = field(validator=whole(1))
    column: str | None = field(validator=optional(is_a(str)))
    code: str = field(validator=is_a(str))
    text: Text = field(validator=is_a(Text))

    @classmethod
    def of(cls, row: int, column: str | None, refusal: DomainError) -> "BadCell":
        """Tell of a *refusal* in its own words."""
        words = Text(refusal.message("en"), refusal.message("zh"))
        return cls(row=row, column=column, code=refusal.code, text=words)

    def words(self, language: Language) -> str:
        """Return the place and the words in *language*."""
        row = f"row {self.row}" if language == "en" else f"第 {self.row} 行"
        place = row if self.column is None else f"{row}, {self.column}" if language == "en" else f"{row} {self.column}"
        return f"{place}: {self.text.en}" if language == "en" else f"{place}：{self.text.zh}"

    def __str__(self) -> str:
        return self.words("en")


@define(kw_only=True, slots=False, eq=False)
class BadRows(Invalid):
    """A batch has rows that cannot be taken; every bad cell is listed, and nothing was taken."""

    code: ClassVar[str] = "intake.bad_rows"
    text: ClassVar[Text] = Text("{problems}", "{problems}")

    problems: tuple[BadCell, ...]


@define(kw_only=True, slots=False, eq=False)
class NoValue(Invalid):
    """A row has no text in a column that must have one."""

    code: ClassVar[str] = "intake.no_value"
    text: ClassVar[Text] = Text("{column} has no value", "{column} 没有值")

    column: str


@define(kw_only=True, slots=False, eq=False)
class UnknownColumn(Invalid):
    """A row has a text in a column that nobody reads."""

    code: ClassVar[str] = "intake.unknown_column"
    text: ClassVar[Text] = Text("there is no column {column}", "没有列 {column}")

    column: str


@define(kw_only=True, slots=False, eq=False)
class NotAWholeNumber(Invalid):
    """A text is no whole number of one to twelve digits."""

    code: ClassVar[str] = "intake.not_a_whole_number"
    text: ClassVar[Text] = Text("{column} wants a whole number", "{column} 应为整数")

    column: str


@frozen(kw_only=True)
class TextColumn:
    """How one column of a batch is read.

    Args:
        name: Its name; one that ends with a dot stands for all columns that begin with it (`attribute.brand`).
        read: Makes the value of a text, or refuses it; for a name with a dot, of what follows the dot and a text.
        required: Every row must have it.
        unique: No two rows have the same value.
    """

    name: str = field(validator=is_a(str))
    read: Callable[..., Any]
    required: bool = field(default=False, validator=is_a(bool))
    unique: bool = field(default=False, validator=is_a(bool))

    @property
    def many(self) -> bool:
        """Whether it stands for all columns that begin with its name."""
        return self.name.endswith(".")


@frozen(kw_only=True)
class Numbered(Generic[T]):
    """What was made of a row, and which row it was, counted from 1."""

    row: int = field(validator=whole(1))
    value: T


@frozen(kw_only=True)
class Batch(Generic[T]):
    """What was read of a batch: the good rows, and every bad cell of the others."""

    good: tuple[Numbered[T], ...] = field(validator=tuple_of(Numbered))
    bad: tuple[BadCell, ...] = field(default=(), validator=tuple_of(BadCell))


def rows_of(table: Iterable[Mapping[str, str | None]]) -> tuple[Row, ...]:
    """Return the rows of a *table* as a CSV reader gives them: a mapping of column to text for each.

    Raises:
        WrongKind: A row is no mapping, or holds something else than texts (None is no text at all).

    Example:
        >>> rows_of([{"sku": "tea", "category": None}])[0].cells
        (Cell(column='sku'),)
    """
    return tuple(_row(each) for each in table)


def _row(given: Mapping[str, str | None]) -> Row:
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("rows_of", "Mapping", given)
    return Row(cells=tuple(Cell(column=name, text=text) for name, text in given.items() if text is not None))


def whole_number(column: str) -> Callable[[str], int]:
    """Return what reads the whole numbers of a *column*: plain digits, no sign.

    Raises:
        NotAWholeNumber: What was returned does, of a text that is none, or of more than twelve digits.
    """

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise NotAWholeNumber(column=column)
        return int(text)

    return read


def read_batch(rows: Iterable[Row], *, columns: tuple[TextColumn, ...], make: Callable[..., T]) -> Batch[T]:
    """Read every row of a batch, and tell every bad cell.

    Args:
        rows: The rows.
        columns: The columns that are known.
        make: Makes what a row says of the values of all columns, by their names (without the dot at the end); a column
            without text gives None, one that stands for many a tuple.

    Returns:
        The good rows and, in the order of rows and columns, every bad cell of the others.

    Raises:
        NoValue: Listed, not raised: a row has no text in a column that must have one.
        UnknownColumn: Listed, not raised: a row has a text in a column that nobody reads.
        Repeated: Listed, not raised: a column stands twice in a row, or two rows have a value that one may have.

    Example:
        >>> sku = TextColumn(name="sku", read=str, required=True, unique=True)
        >>> columns = (sku, TextColumn(name="per", read=whole_number("per")))
        >>> batch = read_batch(
        ...     rows_of([{"sku": "tea", "per": "50"}, {"sku": "tea", "per": "x", "colour": "red"}, {}]),
        ...     columns=columns,
        ...     make=lambda sku, per: (sku, per),
        ... )
        >>> [each.value for each in batch.good]
        [('tea', 50)]
        >>> for each in batch.bad:
        ...     print(each)
        row 2, sku: sku names ? more than once
        row 2, per: per wants a whole number
        row 2, colour: there is no column colour
        row 3, sku: sku has no value
    """
    good: list[Numbered[T]] = []
    bad: list[BadCell] = []
    seen: dict[str, set[object]] = {column.name: set() for column in columns if column.unique}
    for number, row in enumerate(rows, start=1):
        reading = _Reading(number, row, columns, seen)
        if not reading.bad:
            reading.make(make, good)
        bad.extend(reading.bad)
    return Batch(good=tuple(good), bad=tuple(bad))


class _Reading:
    """One row while it is read: its values by column, and what is bad of it."""

    def __init__(self, number: int, row: Row, columns: tuple[TextColumn, ...], seen: dict[str, set[object]]) -> None:
        """Read every cell."""
        self.bad: list[BadCell] = []
        self._number = number
        self._texts: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        for cell in row.cells:
            if cell.column in self._texts:
                self._refuse(cell.column, Repeated(field="row", key=_heading(cell.column)))
            self._texts[cell.column] = cell.text
        for column in columns:
            self._values[column.name.removesuffix(".")] = self._read(column)
            self._require_unique(column, seen)
        self._require_known(columns)

    def make(self, make: Callable[..., T], good: list[Numbered[T]]) -> None:
        """Make what the row says of its values, and add it to the *good* ones."""
        try:
            good.append(Numbered(row=self._number, value=make(**self._values)))
        except DomainError as refusal:
            self._refuse(None, refusal)

    def _refuse(self, column: str | None, refusal: DomainError) -> None:
        shown = None if column is None else _heading(column)
        self.bad.append(BadCell.of(self._number, shown, refusal))

    def _read(self, column: TextColumn) -> Any:  # noqa: ANN401 - whatever the column makes of it
        if column.many:
            return tuple(self._cells(column))
        text = self._texts.get(column.name, "")
        if text:
            return self._cell(column.name, column.read, text)
        if column.required:
            self._refuse(column.name, NoValue(column=column.name))
        return None

    def _cells(self, column: TextColumn) -> Iterator[Any]:
        for name, text in self._texts.items():
            if name.startswith(column.name) and text:
                yield self._cell(name, column.read, name.removeprefix(column.name), text)

    def _cell(self, name: str, read: Callable[..., Any], *texts: str) -> Any:  # noqa: ANN401 - as above
        try:
            return read(*texts)
        except DomainError as refusal:
            self._refuse(name, refusal)

    def _require_unique(self, column: TextColumn, seen: dict[str, set[object]]) -> None:
        value = self._values[column.name.removesuffix(".")]
        if not column.unique or value is None:
            return
        if value in seen[column.name]:
            self._refuse(column.name, Repeated(field=column.name, key="?"))
        seen[column.name].add(value)

    def _require_known(self, columns: tuple[TextColumn, ...]) -> None:
        for name, text in self._texts.items():
            known = any(name.startswith(each.name) if each.many else name == each.name for each in columns)
            if text and not known:
                self._refuse(name, UnknownColumn(column=_heading(name)))


def decided(batch: Batch[T], decide: Callable[[T], R]) -> Batch[R]:
    """Let the shop's rules decide every good row; a refusal makes it a bad one, in the words of the rule.

    Args:
        batch: What was read.
        decide: Decides what one row says, or refuses it.
    """
    good: list[Numbered[R]] = []
    bad = list(batch.bad)
    for each in batch.good:
        try:
            good.append(Numbered(row=each.row, value=decide(each.value)))
        except DomainError as refusal:
            bad.append(BadCell.of(each.row, None, refusal))
    return Batch(good=tuple(good), bad=tuple(sorted(bad, key=lambda each: each.row)))


def require_good(batch: Batch[T], *, on_bad: OnBad) -> tuple[T, ...]:
    """Return what is taken of a batch: all of it, or, where the policy says so, its good rows.

    Raises:
        BadRows: A row is bad, and a batch is taken whole or not at all.
    """
    if batch.bad and on_bad is OnBad.REFUSE:
        raise BadRows(problems=batch.bad)
    return tuple(each.value for each in batch.good)
