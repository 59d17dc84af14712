"""Comparison with a baseline: what was before, what changed, by how much, and whether that is good news.

A period that was observed in part is refused beside a whole one, unless it is said what becomes of it; a reason stands
wherever a comparison would mislead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import TypeAlias, TypeVar

import numpy as np
from attrs import evolve as changed
from attrs import frozen
from numpy.typing import NDArray

from ecomops.columns import CannotHoldSum, Ints
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel import Text
from ecomops.kernel.checks import listed, wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.comparing.baselines import NO_ROW, Against, Flags, Partial, left_out, rows_before, rows_beside
from ecomops.metrics.counting import Better
from ecomops.metrics.evaluating import divided, without_figure
from ecomops.metrics.formulas import Formula
from ecomops.metrics.tables import Cells, Column, Reason, Reasons, Table, Values, key_of, no_reasons, read_only
from ecomops.metrics.units import NUMBER, Additivity

Goals: TypeAlias = Mapping[str, float | Sequence[float | None] | None]
"""Targets by the keys of columns: one for all rows, or one for each; None where nothing is planned."""
Baseline: TypeAlias = Against | Table | Goals


class Show(StrEnum):
    """What is shown of a comparison: the figure of the baseline, the difference, the growth, the verdict."""

    BASELINE = "baseline"
    CHANGE = "change"
    GROWTH = "sales_growth"
    VERDICT = "verdict"


class Verdict(IntEnum):
    """Whether a change is good news, by the direction of the figure.

    `other`: it changed, and neither direction is better.
    """

    WORSE = -1
    SAME = 0
    BETTER = 1
    OTHER = 2

    @property
    def text(self) -> Text:
        """The verdict in words."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.WORSE: Text("worse", "变差"),
    Verdict.SAME: Text("same", "持平"),
    Verdict.BETTER: Text("better", "变好"),
    Verdict.OTHER: Text("changed", "有变化"),
}
_UP = {Better.HIGHER: Verdict.BETTER, Better.LOWER: Verdict.WORSE, Better.NEUTRAL: Verdict.OTHER}
_DOWN = {Better.HIGHER: Verdict.WORSE, Better.LOWER: Verdict.BETTER, Better.NEUTRAL: Verdict.OTHER}


def growth_of(kpi: Formula | str, to: Baseline = Against.PREVIOUS) -> str:
    """Return the key of the column that holds the growth of *kpi*.

    Example:
        >>> growth_of("net_sales"), growth_of("net_sales", Against.YEAR_AGO)
        ('sales_growth.net_sales', 'sales_growth.year_ago.net_sales')
    """
    return change_of(kpi, Show.GROWTH, to)


def change_of(kpi: Formula | str, show: Show, to: Baseline = Against.PREVIOUS) -> str:
    """Return the key of the column that holds what is shown of a comparison of *kpi*.

    Example:
        >>> change_of("net_sales", Show.VERDICT), change_of("net_sales", Show.CHANGE, {})
        ('verdict.net_sales', 'change.target.net_sales')
    """
    key = key_of(kpi)
    middle = "" if to is Against.PREVIOUS else f"{_middle(to)}."
    return f"{show.value}.{middle}{key}"


def _middle(to: Baseline) -> str:
    if isinstance(to, Against):
        return to.value
    return "other" if isinstance(to, Table) else "target"


def _words(to: Baseline) -> Text:
    if isinstance(to, Against):
        return to.text
    return Text("the other table", "对比") if isinstance(to, Table) else Text("the target", "目标")


def compare(
    table: Table,
    kpis: Iterable[Formula | str] | None = None,
    *,
    to: Baseline = Against.PREVIOUS,
    shows: Iterable[Show] = (Show.GROWTH,),
    partial: Partial = Partial.REFUSED,
) -> Table:
    """Return *table* with each figure compared with its baseline; as a rule the growth: current / baseline - 1 (环比).

    A row without a baseline says so, and so does the growth on a negative figure. A period that was observed in part is
    refused beside another one, and beside a target, unless *partial* says what becomes of it.

    Args:
        table: The figures.
        kpis: Which of its columns; None is all of them, of targets those that have one.
        to: The baseline: another period of the table, another table of the same definition, calendar and dimensions
            (in it the row of the same period), or targets by the keys of columns.
        shows: What is shown of each comparison, in this order.
        partial: What becomes of a period that was observed in part, or whose baseline was.

    Raises:
        CannotHoldSum: A difference might be more than 64 bits hold.
        NotAligned: Months have no same weekdays.
        NotComparable: A period, or its baseline, was observed in part; all such are named.
        NotInTable: The table has no such column, or the other one has not.
        NotOfOneKind: The other table means something else.
        OutOfRange: There are not as many targets as rows.
        Repeated: It is compared already.
        WrongKind: What is given is of another kind.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Calendar, Currency, Period
        >>> from ecomops.metrics import Facts, ORDERS, tabulate
        >>> days = [microseconds(pendulum.datetime(2026, 6, day)) for day in (15, 23, 28)]
        >>> facts = Facts.of_orders(Currency.CNY, {"paid_at": np.array(days), "gross": np.array([900, 800, 700])})
        >>> fortnight = Period(start=pendulum.datetime(2026, 6, 15), end=pendulum.datetime(2026, 6, 29))
        >>> table = tabulate(facts, (ORDERS,), calendar=Calendar(timezone="UTC"), observed=fortnight)
        >>> compare(table, shows=(Show.CHANGE, Show.VERDICT))
              week  orders_valid  change.orders_valid  verdict.orders_valid
        2026-06-15             1                    -                     -
        2026-06-22             2               1.0000                1.0000
    """
    _require_kinds(table, to)
    keys = None if kpis is None else tuple(key_of(each) for each in listed("compare.kpis", kpis))
    columns = [table.column(key) for key in (_keys(table, to) if keys is None else keys)]
    shown = listed("compare.shows", shows)
    for each in shown:
        if not isinstance(each, Show):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("compare.shows", "Show", each)
    found = _Compared.of(table, to, partial=partial)
    return changed(
        table, columns=(*table.columns, *(found.column(column, each) for column in columns for each in shown))
    )


def _require_kinds(table: object, to: object) -> None:
    if not isinstance(table, Table):
        raise wrong_kind("compare.table", "Table", table)
    if not isinstance(to, (Against, Table, Mapping)):
        raise wrong_kind("compare.to", "Against, Table or targets", to)


def _keys(table: Table, to: Baseline) -> tuple[str, ...]:
    if isinstance(to, Mapping):
        return tuple(str(key) for key in to)
    return table.keys


@frozen(eq=False)
class _Compared:
    """A table beside its baseline."""

    table: Table
    to: Baseline
    rows: Ints
    partial: Flags
    """Which rows are left out, since a part was observed of them, or of what they are compared with."""

    @classmethod
    def of(cls, table: Table, to: Baseline, *, partial: Partial) -> "_Compared":
        base = to if isinstance(to, Table) else table
        if isinstance(to, Mapping):
            rows = np.arange(len(table), dtype=np.int64)
        else:
            rows = rows_beside(table, base) if isinstance(to, Table) else rows_before(table, to)
        return cls(table, to, rows, left_out(table, rows, base.partial, partial, field="compare.partial"))

    def column(self, column: Column, show: Show) -> Column:
        """Return what is shown of the comparison of a column."""
        before, reasons = self._before(column)
        if show is not Show.BASELINE:  # what was before is there even where nothing is now
            reasons = np.where(column.reasons == Reason.NONE, reasons, column.reasons)
        reasons = np.where(self.partial, np.int8(Reason.PARTIAL), reasons)
        reasons = np.where(self.rows == NO_ROW, np.int8(Reason.NO_BASELINE), reasons)
        values, found = _SHOWN[show](column, before, reasons)
        name = column.name or Text(column.key, column.key)
        return Column(
            key=change_of(column.key, show, self.to),
            name=_named(show, name, _words(self.to)),
            unit=column.unit if show in {Show.BASELINE, Show.CHANGE} else NUMBER,
            additivity=_additivity(show),
            values=read_only(values),
            reasons=found,
            better=column.better if show is not Show.VERDICT else Better.HIGHER,
        )

    def _before(self, column: Column) -> Cells:
        """Return the figure of the baseline of each row."""
        if isinstance(self.to, Mapping):
            return targets_of(self.to.get(column.key), len(self.table), column.key)
        base = column if isinstance(self.to, Against) else self.to.column(column.key)
        return taken(base.values, self.rows), taken(base.reasons, self.rows)


A = TypeVar("A", bound=np.generic)


def taken(values: NDArray[A], rows: Ints) -> NDArray[A]:
    """Return *values* of some rows; of a row that is none, whatever there is, or a zero."""
    return values.take(rows, mode="wrap") if len(values) else np.zeros(len(rows), dtype=values.dtype)


def targets_of(given: float | Sequence[float | None] | None, size: int, key: str) -> Cells:
    """Return the target of each row.

    Raises:
        OutOfRange: There are not as many as rows.
        WrongKind: One is no number.
    """
    plans = [given] * size if given is None or isinstance(given, (int, float)) else list(given)
    if len(plans) != size:
        raise OutOfRange(field=f"compare.to.{key}", least=str(size), most=str(size))
    for plan in plans:
        if plan is not None and (type(plan) not in {int, float} or not abs(plan) < float("inf")):
            raise wrong_kind(f"compare.to.{key}", "int, float or None", plan)
    missing = np.array([plan is None for plan in plans], dtype=np.bool_)
    reasons = np.where(missing, np.int8(Reason.NO_BASELINE), no_reasons(size))
    whole = all(type(plan) is int and abs(plan) <= MOST_OF_A_SUM for plan in plans)
    return np.array([plan or 0 for plan in plans], dtype=np.int64 if whole else np.float64), reasons


def _baseline(_: Column, before: Values, reasons: Reasons) -> Cells:
    return without_figure(before, reasons)


def _change(column: Column, before: Values, reasons: Reasons) -> Cells:
    """Return the difference: made of whole numbers where both are, before gaps make them fractions."""
    there = reasons == Reason.NONE
    values, before = np.where(there, column.values, 0), np.where(there, before, 0)
    largest = max(_largest(values), _largest(before))
    if 2 * largest > MOST_OF_A_SUM:
        raise CannotHoldSum(column=column.key, rows=len(values), largest=largest)
    return without_figure(values - before, reasons)


def _largest(values: Values) -> int:
    return max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0


def _growth(column: Column, before: Values, reasons: Reasons) -> Cells:
    reasons = np.where((reasons == Reason.NONE) & (before < 0), np.int8(Reason.NO_BASELINE), reasons)
    values, reasons = divided(column.values, before, reasons)
    return values - 1, reasons


def _verdict(column: Column, before: Values, reasons: Reasons) -> Cells:
    up, down = _UP[column.better], _DOWN[column.better]
    verdicts = np.where(column.values > before, int(up), np.where(column.values < before, int(down), 0))
    return without_figure(verdicts.astype(np.int64), reasons)


_SHOWN: Mapping[Show, Callable[[Column, Values, Reasons], Cells]] = {
    Show.BASELINE: _baseline,
    Show.CHANGE: _change,
    Show.GROWTH: _growth,
    Show.VERDICT: _verdict,
}


def _named(show: Show, name: Text, to: Text) -> Text:
    if show is Show.GROWTH and to == Against.PREVIOUS.text:
        return Text(f"change of {name.en}", f"{name.zh}环比")
    words = _SAID[show]
    return Text(words.en.format(name=name.en, to=to.en), words.zh.format(name=name.zh, to=to.zh))


_SAID = {
    Show.BASELINE: Text("{name}: {to}", "{name}（{to}基期）"),
    Show.CHANGE: Text("difference of {name} to {to}", "{name}{to}增减"),
    Show.GROWTH: Text("change of {name} on {to}", "{name}{to}"),
    Show.VERDICT: Text("verdict on {name} beside {to}", "{name}{to}评价"),
}


def _additivity(show: Show) -> Additivity:
    """Return that figures of baselines are not added: where they have gaps, their sum is none of the whole."""
    return Additivity.DISTINCT if show in {Show.BASELINE, Show.CHANGE} else Additivity.RATIO
