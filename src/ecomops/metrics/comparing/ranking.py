"""Rows in order: their ranks, how these changed, and classes by what the largest make up (ABC)."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve as changed

from ecomops.columns import Ints
from ecomops.kernel import Text
from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.comparing.baselines import NO_ROW, Against, periods_of, rows_before, rows_beside
from ecomops.metrics.comparing.changing import taken
from ecomops.metrics.counting import Better
from ecomops.metrics.errors import NotAdditive
from ecomops.metrics.evaluating import without_figure
from ecomops.metrics.formulas import Formula
from ecomops.metrics.tables import REST, Cells, Column, Keys, Reason, Reasons, Table, Values, read_only
from ecomops.metrics.units import NUMBER, Additivity

CUTS = (80, 95)
"""Up to which per cent of the whole the classes A and B reach."""
CLASSES = ("A", "B", "C", "D", "E", "F")


def rank(table: Table, kpi: Formula | str, *, to: Against | Table | None = None) -> Table:
    """Return *table* with the rank of each row in its period, and by how many places it rose.

    The best is 1, by the direction of the figure (the largest, unless less is better). Equal figures share the better
    rank. The rest of a table, and what has no figure, has none.

    Args:
        table: The figures, cut by something beside periods.
        kpi: By which column.
        to: With which ranks they are compared: of another period, or of another table; None is with none.

    Raises:
        NotAligned: Months have no same weekdays.
        NotInTable: A table has no such column.
        NotOfOneKind: The other table means something else.
        Repeated: The table has its ranks already.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Calendar, Currency, Period
        >>> from ecomops.metrics import GROSS, Facts, tabulate
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> sold = {"paid_at": np.full(2, 1_781_000_000_000_000), "gross": np.array([100, 300])}
        >>> facts = Facts.of_orders(Currency.CNY, sold | {"customer": np.arange(2)})
        >>> table = tabulate(facts, (GROSS,), calendar=Calendar(timezone="UTC"), observed=june, by="customers")
        >>> rank(table, GROSS)["rank.gross_sales"].tolist()
        [2, 1]
    """
    if not isinstance(table, Table):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("rank.table", "Table", table)
    if to is not None and not isinstance(to, (Against, Table)):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise wrong_kind("rank.to", "Against or Table", to)
    column = table.column(kpi)
    ranks, reasons = _ranks(table, column)
    found = [_column(column, "rank", Text("rank by {}", "{}排名"), (ranks, reasons), Better.LOWER)]
    if to is not None:
        found.append(_risen(table, column, ranks, reasons, to))
    return changed(table, columns=(*table.columns, *found))


def _risen(table: Table, column: Column, ranks: Ints, reasons: Reasons, to: Against | Table) -> Column:
    other = to if isinstance(to, Table) else table
    rows = rows_beside(table, to) if isinstance(to, Table) else rows_before(table, to)
    before, found = _ranks(other, other.column(column.key))
    why = np.where(reasons == Reason.NONE, taken(found, rows), reasons)
    why = np.where((rows == NO_ROW) & (reasons == Reason.NONE), np.int8(Reason.NO_BASELINE), why)
    words = Text("places risen by {}", "{}排名上升位数")
    return _column(column, "rank_change", words, (taken(before, rows) - ranks, why), Better.HIGHER)


def _ranks(table: Table, column: Column) -> tuple[Ints, Reasons]:
    """Return the rank of each row in its period: one more than rows that are better."""
    reasons = np.where(_is_rest(table), np.int8(Reason.NO_ROWS), column.reasons)
    reasons = np.where(column.reasons == Reason.NONE, reasons, column.reasons)
    ranks = np.zeros(len(table), dtype=np.int64)
    periods = periods_of(table)
    for period in range(int(periods.max()) + 1 if len(periods) else 0):
        rows = np.flatnonzero((periods == period) & (reasons == Reason.NONE))
        values = column.values[rows]
        ordered = np.sort(values)
        better = np.searchsorted(ordered, values) if column.better is Better.LOWER else _above(ordered, values)
        ranks[rows] = better + 1
    return ranks, reasons


def _above(ordered: Values, values: Values) -> Ints:
    return len(ordered) - np.searchsorted(ordered, values, side="right").astype(np.int64)


def _is_rest(table: Table) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    rest = np.zeros(len(table), dtype=np.bool_)
    for each in table.keys_of_rows:
        rest |= each.codes == REST
    return rest


def _column(column: Column, prefix: str, words: Text, cells: Cells, better: Better) -> Column:
    name = column.name or Text(column.key, column.key)
    shown, reasons = without_figure(*cells)
    return Column(
        key=f"{prefix}.{column.key}",
        name=Text(words.en.format(name.en), words.zh.format(name.zh)),
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(shown),
        reasons=reasons,
        better=better,
    )


def abc_classes(table: Table, kpi: Formula | str, *, cuts: Sequence[int] = CUTS) -> Table:
    """Return *table* with the class of each row in its period: A are the largest that make up most of the whole.

    A row is of the first class whose cut all larger rows together have not reached, so that the row that crosses a cut
    is on its better side. What is zero or less is of the last class. The rest of a table, and what has no figure, has
    no class; the rest is a part of the whole.

    Args:
        table: The figures, cut by something beside periods.
        kpi: By which column: it must add up.
        cuts: Up to which per cent the classes reach, in rising order, at most five; the last class has the others.

    Raises:
        NotAdditive: What does not add up is no part of a whole.
        NotInTable: The table has no such column.
        OutOfRange: The cuts do not rise from 1 to 99, or are too many.
        Repeated: It has its classes already.
        WrongKind: What is given is of another kind.
    """
    if not isinstance(table, Table):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("abc_classes.table", "Table", table)
    _require_cuts(cuts)
    column = table.column(kpi)
    if column.additivity is not Additivity.SUM:
        raise NotAdditive(left=column.key, right="abc")
    periods, rest = periods_of(table).tolist(), _is_rest(table).tolist()
    codes = [-1] * len(table)
    by_period: dict[int, list[tuple[int, int]]] = {}
    wholes: dict[int, int] = {}
    for row, (period, value) in enumerate(zip(periods, column.plain(), strict=True)):
        wholes[period] = wholes.get(period, 0) + max(int(value or 0), 0)
        if value is not None and not rest[row]:
            by_period.setdefault(period, []).append((-int(value), row))
    for period, found in by_period.items():
        _classify(sorted(found), wholes[period], cuts, codes)
    classes = Keys(
        key=f"abc.{column.key}",
        codes=np.array(codes, dtype=np.int64),
        names=CLASSES[: len(cuts) + 1],
        derived=True,
    )
    return changed(table, keys_of_rows=(*table.keys_of_rows, classes))


def _require_cuts(cuts: Sequence[int]) -> None:
    for each in cuts:
        if type(each) is not int:
            raise wrong_kind("abc_classes.cuts", "int", each)
    if list(cuts) != sorted({each for each in cuts if 0 < each < 100}) or not 0 < len(cuts) < len(CLASSES):  # noqa: PLR2004 - per cent
        raise OutOfRange(field="abc_classes.cuts", least="1", most="99")


def _classify(found: Sequence[tuple[int, int]], whole: int, cuts: Sequence[int], codes: list[int]) -> None:
    """Write the class of each row, the largest first."""
    larger = 0
    for negative, row in found:
        reached = sum(100 * larger >= cut * whole for cut in cuts)
        codes[row] = reached if negative < 0 else len(cuts)
        larger -= min(negative, 0)
