"""Which row each row of a table is compared with: by the calendar, by weekdays, or in another table.

Rows are found by their period and by what stands in their dimensions, names before codes, so that two tables of
different facts meet where they mean the same.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import Ints
from ecomops.kernel import Grain, Text
from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.errors import Repeated
from ecomops.metrics.comparing.errors import NotAligned, NotOfOneKind
from ecomops.metrics.errors import NotComparable
from ecomops.metrics.tables import Table

NO_ROW = -1
YEAR_OF_WEEKS = 364
"""52 weeks: the same weekday, and nearly a year."""

Flags: TypeAlias = NDArray[np.bool_]
Mark: TypeAlias = tuple[int, ...]
Marking: TypeAlias = Callable[[Date], Mark | None]


class Against(StrEnum):
    """The baseline of a period in its own table.

    `previous`: the period before (环比). `same_weekdays`: that of a week before, so that a Monday meets a Monday.
    `year_ago`: the same day or month of the year before, or the week of the same ISO number (同比).
    `year_ago_weekdays`: 52 weeks before, so that weekends meet weekends.
    """

    PREVIOUS = "previous"
    SAME_WEEKDAYS = "same_weekdays"
    YEAR_AGO = "year_ago"
    YEAR_AGO_WEEKDAYS = "year_ago_weekdays"

    @property
    def text(self) -> Text:
        """The baseline in words."""
        return _WORDS[self]


class Partial(StrEnum):
    """What becomes of a period that was observed in part, beside another one.

    `refused`: nothing is compared, and the periods are named. `left_out`: such rows have no comparison, and say so.
    `compared`: as if all had been observed.
    """

    REFUSED = "refused"
    LEFT_OUT = "left_out"
    COMPARED = "compared"


_WORDS = {
    Against.PREVIOUS: Text("the period before", "环比"),
    Against.SAME_WEEKDAYS: Text("the same weekdays of the week before", "周同比"),
    Against.YEAR_AGO: Text("the same dates of the year before", "同比"),
    Against.YEAR_AGO_WEEKDAYS: Text("the same weekdays of the year before", "同比（星期对齐）"),
}


def rows_before(table: Table, against: Against) -> Ints:
    """Return the row that each row is compared with; -1 where there is none.

    Raises:
        NotAligned: Months have no same weekdays.
    """
    if table.grain is None:
        return np.full(len(table), NO_ROW, dtype=np.int64)
    own, wanted = _markings(table, against)
    marks = {label: own(label) for label in dict.fromkeys(table.labels)}
    wants = {label: wanted(label) for label in marks}
    return _found(table, marks, table, wants)


def rows_beside(table: Table, other: Table) -> Ints:
    """Return the row of *other* of each row: of the same period and dimensions; -1 where there is none.

    Tables of one period each meet whatever their period is.

    Raises:
        NotOfOneKind: The tables cannot be compared.
        Repeated: Two rows of *other* are of one period and the same dimensions.
    """
    require_one_kind(table, other)
    mark = _of_day if table.grain is not None else _of_whole
    return _found(
        other, {label: mark(label) for label in other.labels}, table, {each: mark(each) for each in table.labels}
    )


def require_one_kind(table: Table, other: Table) -> None:
    """Refuse a table that means something else.

    Raises:
        NotOfOneKind: Definition, currency, calendar, length of periods or dimensions are others.
    """
    for what, one, two in (
        ("definition", (table.definition, table.definitions), (other.definition, other.definitions)),
        ("currency", table.currency, other.currency),
        ("calendar", table.calendar, other.calendar),
        ("grain", table.grain, other.grain),
        ("dimensions", _dimensions(table), _dimensions(other)),
    ):
        if one != two:
            raise NotOfOneKind(what=what)


def left_out(table: Table, rows: Ints, before: Sequence[bool], partial: Partial, *, field: str) -> Flags:
    """Return which rows have no comparison, for a part of their period, or of that of their baseline, is missing.

    Args:
        table: The figures.
        rows: The row of the baseline of each, -1 for none.
        before: Which rows of the baseline were observed in part.
        partial: What becomes of them.
        field: What a refusal calls *partial*.

    Raises:
        NotComparable: There is such a row, and nobody said what becomes of it; all such periods are named.
        WrongKind: *partial* is of another kind.
    """
    if not isinstance(partial, Partial):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind(field, "Partial", partial)
    own, theirs = np.array(table.partial, dtype=np.bool_), np.array([*before, False], dtype=np.bool_)
    beside: Flags = (rows != NO_ROW) & (own | theirs[rows])
    if partial is Partial.REFUSED and beside.any():
        told = dict.fromkeys(str(table.labels[row]) for row in np.flatnonzero(beside).tolist())
        raise NotComparable(period=", ".join(told))
    return beside if partial is Partial.LEFT_OUT else np.zeros_like(beside)


def periods_of(table: Table) -> Ints:
    """Return the number of the period of each row, in the order in which they stand."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(table.labels))}
    return np.array([numbers[label] for label in table.labels], dtype=np.int64)


def _dimensions(table: Table) -> tuple[str, ...]:
    return tuple(each.key for each in table.keys_of_rows if not each.derived)


def _of_day(label: Date) -> Mark:
    return (label.toordinal(),)


def _of_whole(_: Date) -> Mark:
    return ()


def _markings(table: Table, against: Against) -> tuple[Marking, Marking]:
    """Return what tells a period from others, and what tells its baseline."""
    if against is Against.PREVIOUS:
        days = tuple(dict.fromkeys(table.labels))
        before = {day: _of_day(previous) for previous, day in pairwise(days)}
        return _of_day, before.get
    if against is Against.YEAR_AGO:
        return (_of_week, _week_before) if table.grain is Grain.WEEK else (_of_date, _date_before)
    if table.grain is Grain.MONTH:
        raise NotAligned(period=Grain.MONTH.value, against=against.value)
    days_back = YEAR_OF_WEEKS if against is Against.YEAR_AGO_WEEKDAYS else 7
    return _of_day, lambda label: (label.toordinal() - days_back,)


def _of_date(label: Date) -> Mark:
    return label.year, label.month, label.day


def _date_before(label: Date) -> Mark:
    return label.year - 1, label.month, label.day


def _of_week(label: Date) -> Mark:
    """Return year and number of a week: those of its middle day, whatever day it begins on."""
    middle = Date.fromordinal(label.toordinal() + 3).isocalendar()
    return middle.year, middle.week


def _week_before(label: Date) -> Mark:
    year, week = _of_week(label)
    return year - 1, week


Key: TypeAlias = tuple[object, ...]


def _found(base: Table, marks: Mapping[Date, Mark | None], table: Table, wants: Mapping[Date, Mark | None]) -> Ints:
    """Return the row of *base* that each row of *table* wants."""
    rows: dict[Key, int] = {}
    for row, (label, key) in enumerate(zip(base.labels, _keys(base), strict=True)):
        if rows.setdefault((marks[label], *key), row) != row:
            raise Repeated(field="Table.labels", key=", ".join(map(str, (label, *key))))
    wanted = ((wants[label], *key) for label, key in zip(table.labels, _keys(table), strict=True))
    return np.array([rows.get(key, NO_ROW) for key in wanted], dtype=np.int64)


def _keys(table: Table) -> list[Key]:
    named = [each.plain() for each in table.keys_of_rows if not each.derived]
    return list(zip(*named, strict=True)) if named else [()] * len(table)
