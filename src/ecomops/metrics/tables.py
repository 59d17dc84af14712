"""The one result: labels, columns with their units, flags, and a reason wherever there is no figure."""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, StrEnum
from html import escape
from typing import Any, TypeAlias, cast

import numpy as np
from attrs import Attribute, field, frozen
from pendulum import Date

from ecomops.columns import Ints, Uneven, WrongColumn, total
from ecomops.columns.arrays import NDArray
from ecomops.kernel import Calendar, Currency, Grain, Period, Text
from ecomops.kernel.checks import is_a, optional, require_once, tuple_of, wrong_kind
from ecomops.metrics.counting import Better
from ecomops.metrics.errors import NotAdditive, NotInTable, RowMissing
from ecomops.metrics.formulas import FORMULAS, Formula
from ecomops.metrics.sales import Definition
from ecomops.metrics.units import MONEY, Additivity, Unit

Values: TypeAlias = NDArray[np.signedinteger[Any] | np.floating[Any]]
Reasons: TypeAlias = NDArray[np.int8]
Cells: TypeAlias = tuple[Values, Reasons]
"""Figures, and why there is none."""


def key_of(kpi: Formula | str) -> str:
    """Return the key of a column, given as that or as what it holds.

    Raises:
        WrongKind: It is neither.
    """
    if isinstance(kpi, str):
        return kpi
    if not isinstance(kpi, FORMULAS):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Table.column", "key or formula", kpi)
    return kpi.key


class Reason(IntEnum):
    """Why a cell has no figure, or none to be trusted without a word."""

    NONE = 0
    ZERO_DENOMINATOR = 1
    NO_BASELINE = 2
    PARTIAL = 3
    NOT_OBSERVED = 4
    NO_ROWS = 5

    @property
    def text(self) -> Text:
        """The reason in words."""
        return _REASONS[self]


_REASONS = {
    Reason.NONE: Text("there is a figure", "有数值"),
    Reason.ZERO_DENOMINATOR: Text("the denominator is zero", "分母为零"),
    Reason.NO_BASELINE: Text("there is no period before to compare with", "没有可比的上一期"),
    Reason.NOT_OBSERVED: Text("it was not observed", "未观测"),
    Reason.NO_ROWS: Text("there is nothing that it could be read off", "没有可读取的记录"),
    Reason.PARTIAL: Text("a period that was observed in part is not compared", "未完整观测的期间不作比较"),
}


class Flag(StrEnum):
    """What is to be known of a row.

    `partial`: the period was observed in part. `short_history`: the facts were not observed for as long before it as
    the horizon of new buyers, so that some of them may be old ones.
    """

    PARTIAL = "partial"
    SHORT_HISTORY = "short_history"


def _of_kind(*kinds: type[np.generic]) -> Callable[[object, "Attribute[Any]", object], None]:
    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        kind = type(value).__name__
        given = cast("NDArray[Any]", value)
        if not isinstance(value, np.ndarray) or given.ndim != 1 or given.dtype.type not in kinds:
            raise WrongColumn(column=f"Column.{attribute.name}", found=kind)

    return check


_figures, _codes = _of_kind(np.int64, np.float64), _of_kind(np.int8)


@frozen(kw_only=True, eq=False)
class Column:
    """One column of a table.

    Args:
        key: Its name.
        name: What people call it; None shows the key.
        unit: What it is measured in.
        additivity: Whether it adds up over the rows.
        values: A figure for each row: int64, or float64 with NaN where there is none.
        reasons: Why, for each row.
        better: Which direction is good news.
    """

    key: str = field(validator=is_a(str))
    name: Text | None = field(default=None, validator=optional(is_a(Text)))
    unit: Unit = field(validator=is_a(Unit))
    additivity: Additivity = field(validator=is_a(Additivity))
    values: Values = field(validator=_figures)
    reasons: Reasons = field(validator=_codes)
    better: Better = field(default=Better.HIGHER, validator=is_a(Better))

    def __attrs_post_init__(self) -> None:
        """Refuse reasons for other rows."""
        if len(self.reasons) != len(self.values):
            raise Uneven(column="Column.reasons", found=len(self.reasons), expected=len(self.values))

    def __len__(self) -> int:
        return len(self.values)

    def plain(self) -> list[int | float | None]:
        """Return its figures as plain values, None where there is none."""
        figures = cast("list[int | float]", self.values.tolist())
        return [None if reason else figure for figure, reason in zip(figures, self.reasons.tolist(), strict=True)]


REST = -2
"""The code of all values of a dimension that are not among the largest."""
REST_NAME = Text("rest", "其余")


@frozen(kw_only=True, eq=False)
class Keys:
    """A dimension of a table: the value of each row.

    Args:
        key: What the dimension is called.
        codes: The code of each row; -1 for unknown, -2 for the rest.
        names: The names of the codes; () when the host keeps them.
        derived: Whether it follows from the figures, as a class does: then it is no part of what a row is of.
    """

    key: str = field(validator=is_a(str))
    codes: Ints = field(validator=_of_kind(np.int64))
    names: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    derived: bool = field(default=False, validator=is_a(bool))

    def __len__(self) -> int:
        return len(self.codes)

    def plain(self) -> list[str | int | None]:
        """Return the name of each row, or its code where there are no names; None for unknown."""
        return [self._shown(each) for each in self.codes.tolist()]

    def _shown(self, code: int) -> str | int | None:
        if code < 0:
            return REST_NAME.en if code == REST else None
        return self.names[code] if code < len(self.names) else code


def _tables(instance: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
    tuple_of(Table)(instance, attribute, value)


@frozen(kw_only=True, eq=False, repr=False)
class Table:
    """Figures by period.

    Args:
        labels: The first day of each period, in order.
        columns: The figures.
        flags: What is to be known of each row.
        grain: How long the periods are; None is one period, all that was observed.
        calendar: What cut them.
        observed: What was observed, as the host declared it.
        definition: What counted as a sale.
        currency: The currency of all money, which stands in minor units.
        keys_of_rows: The value of each row in each dimension.
        totals: The same figures of fewer dimensions, each counted anew of the facts: the last one is the whole.
        definitions: The definitions that stand side by side, by the names that begin the keys of their columns.
    """

    labels: tuple[Date, ...] = field(validator=tuple_of(Date))
    columns: tuple[Column, ...] = field(validator=tuple_of(Column))
    flags: tuple[tuple[Flag, ...], ...] = field(validator=tuple_of(tuple))
    grain: Grain | None = field(validator=optional(is_a(Grain)))
    calendar: Calendar = field(validator=is_a(Calendar))
    observed: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    currency: Currency = field(validator=is_a(Currency))
    keys_of_rows: tuple[Keys, ...] = field(default=(), validator=tuple_of(Keys))
    totals: tuple["Table", ...] = field(default=(), validator=_tables)
    definitions: tuple[tuple[str, Definition], ...] = field(default=(), validator=tuple_of(tuple))

    def __attrs_post_init__(self) -> None:
        """Refuse columns of one name, or of one that every row has, and what is not as long as the labels."""
        dimensions = [each.key for each in self.keys_of_rows]
        require_once((self.period, *dimensions, "flags", "partial", *self.keys), field="Table.columns")
        for each in self.keys_of_rows:
            if len(each) != len(self):
                raise Uneven(column=f"Table.{each.key}", found=len(each), expected=len(self))
        lengths = {"flags": len(self.flags), **{column.key: len(column) for column in self.columns}}
        for name, found in lengths.items():
            if found != len(self):
                raise Uneven(column=f"Table.{name}", found=found, expected=len(self))

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.key for column in self.columns)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column."""
        return {column.key: str(column.unit) for column in self.columns}

    @property
    def partial(self) -> tuple[bool, ...]:
        """Which periods were observed in part."""
        return tuple(Flag.PARTIAL in flags for flags in self.flags)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, kpi: Formula | str) -> Values:
        """Return the figures of *kpi* (or of the column with that key), NaN where there is none.

        Raises:
            NotInTable: The table was not made with it.
        """
        return self.column(kpi).values

    def column(self, kpi: Formula | str) -> Column:
        """Return the whole column of *kpi*.

        Raises:
            NotInTable: The table was not made with it.
        """
        key = key_of(kpi)
        for column in self.columns:
            if column.key == key:
                return column
        raise NotInTable(kpi=key)

    def why(self, row: int, kpi: Formula | str) -> Reason:
        """Return why there is no figure of *kpi* in *row*; `Reason.NONE` where there is one.

        Raises:
            NotInTable: The table was not made with it.
            RowMissing: There is no such row.
        """
        if type(row) is not int:
            raise wrong_kind("Table.why", "int", row)
        if not 0 <= row < len(self):
            raise RowMissing(row=row, rows=len(self))
        return Reason(int(self.column(kpi).reasons[row]))

    @property
    def period(self) -> str:
        """What the column of periods is called."""
        return "period" if self.grain is None else self.grain.value

    def total(self, kpi: Formula | str) -> int:
        """Return the sum of a column over all rows.

        Raises:
            NotAdditive: It is none that adds up: distinct things are counted anew, see `tabulate(totals=True)`.
            NotInTable: The table was not made with it.
        """
        column = self.column(kpi)
        if column.additivity is not Additivity.SUM:
            raise NotAdditive(left=column.key, right=column.key)
        return total(column.values.astype(np.int64), name=column.key)

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows: the first day, the dimensions, each figure or None, and the flags."""
        figures = [column.plain() for column in self.columns]
        named = [each.plain() for each in self.keys_of_rows]
        keys = [*(each.key for each in self.keys_of_rows), *self.keys]
        return [
            {self.period: label.isoformat(), **dict(zip(keys, row, strict=True)), "flags": list(flags)}
            for label, flags, *row in zip(self.labels, self.flags, *named, *figures, strict=True)
        ]

    def to_columns(self) -> dict[str, object]:
        """Return the labels as texts, the dimensions as lists, the figures as arrays, and which periods are partial."""
        return {
            self.period: [label.isoformat() for label in self.labels],
            **{each.key: each.plain() for each in self.keys_of_rows},
            **{column.key: column.values for column in self.columns},
            "partial": list(self.partial),
        }

    def _printed(self) -> list[list[str]]:
        """Return the columns as texts, their names first."""
        marks = ["*" if partial else "" for partial in self.partial]
        first = [self.period, *(f"{label}{mark}" for label, mark in zip(self.labels, marks, strict=True))]
        named = [
            [each.key, *("?" if value is None else str(value) for value in each.plain())] for each in self.keys_of_rows
        ]
        return [first, *named, *([column.key, *_shown(column, self.currency)] for column in self.columns)]

    def __repr__(self) -> str:
        """Return the table as text: money in major units, `-` where there is no figure, `*` at a partial period."""
        shown = self._printed()
        widths = [max(map(len, column)) for column in shown]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in zip(*shown, strict=True))

    def _repr_html_(self) -> str:
        """Return the table as HTML, as notebooks show it; a cell without a figure says why."""
        head, *rows = list(zip(*self._printed(), strict=True))
        names = [*head[: len(head) - len(self.columns)], *(column.name or column.key for column in self.columns)]
        titles = "".join(f"<th>{escape(each.en if isinstance(each, Text) else each)}</th>" for each in names)
        body = "".join(f"<tr>{self._html_cells(place, row)}</tr>" for place, row in enumerate(rows))
        note = escape(self.definition.text.en)
        return f"<table><caption>{note}</caption><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"

    def _html_cells(self, row: int, cells: Sequence[str]) -> str:
        before = len(cells) - len(self.columns)
        texts = [f"<th>{escape(each)}</th>" for each in cells[:before]]
        for column, each in zip(self.columns, cells[before:], strict=True):
            reason = Reason(int(column.reasons[row]))
            why = f' title="{escape(reason.text.en)}"' if reason else ""
            texts.append(f"<td{why}>{escape(each)}</td>")
        return "".join(texts)


def _shown(column: Column, currency: Currency) -> Iterable[str]:
    """Return the figures of a column for people."""
    digits = currency.minor_unit or 0
    money = dict(column.unit.powers).get("money") == dict(MONEY.powers)["money"]
    whole = column.values.dtype.kind == "i"
    for value in column.plain():
        if value is None:
            yield "-"
        elif money:
            yield f"{value / 10**digits:,.{digits}f}"
        else:
            yield f"{value:,}" if whole else f"{value:,.4f}"


def no_reasons(size: int) -> Reasons:
    """Return the reasons of a column without a gap."""
    return np.zeros(size, dtype=np.int8)


def read_only(values: Ints | Values) -> Values:
    """Return *values*, which nobody can change any more."""
    values.setflags(write=False)
    return values
