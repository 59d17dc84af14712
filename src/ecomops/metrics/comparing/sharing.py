"""Parts of a whole: each row's share of its period, and what it contributes to the change of the whole."""

from collections.abc import Iterable

import numpy as np
from attrs import evolve as changed

from ecomops.columns import Ints, total
from ecomops.kernel import Text
from ecomops.kernel.checks import listed, wrong_kind
from ecomops.metrics.comparing.baselines import NO_ROW, Against, Partial, left_out, periods_of, rows_before
from ecomops.metrics.comparing.changing import taken
from ecomops.metrics.errors import NotAdditive
from ecomops.metrics.evaluating import divided
from ecomops.metrics.formulas import Formula
from ecomops.metrics.tables import Cells, Column, Reason, Reasons, Table, Values, read_only
from ecomops.metrics.units import NUMBER, Additivity

SHARE, CONTRIBUTION = "share", "contribution"
_OVER_PLACES = (Additivity.SUM, Additivity.LAST)


def share(table: Table, kpis: Iterable[Formula | str] | None = None) -> Table:
    """Return *table* with the share of each figure in the whole of its period (占比).

    What adds up is divided by the sum of the period's rows, and its shares add up to one. What is counted once is
    divided by the total that was counted anew (`tabulate(totals=True)`): its shares may add up to more.

    Args:
        table: The figures, cut by something beside periods.
        kpis: Which of its columns; None is all.

    Raises:
        NotAdditive: A ratio is no part of a whole; nothing is counted anew in the table.
        NotInTable: The table has no such column.
        Repeated: It has its shares already.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Calendar, Currency, Period
        >>> from ecomops.metrics import GROSS, Facts, tabulate
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> sold = {"paid_at": np.full(2, 1_781_000_000_000_000), "gross": np.array([300, 100])}
        >>> facts = Facts.of_orders(Currency.CNY, sold | {"customer": np.arange(2)})
        >>> table = tabulate(facts, (GROSS,), calendar=Calendar(timezone="UTC"), observed=june, by="customers")
        >>> share(table).column("share.gross_sales").plain()
        [0.75, 0.25]
    """
    _require_table(table, "share.table")
    columns = table.columns if kpis is None else tuple(table.column(kpi) for kpi in listed("share.kpis", kpis))
    return changed(table, columns=(*table.columns, *(_share(table, column) for column in columns)))


def contribute(
    table: Table,
    kpis: Iterable[Formula | str] | None = None,
    *,
    to: Against = Against.PREVIOUS,
    partial: Partial = Partial.REFUSED,
) -> Table:
    """Return *table* with what each row contributes to the growth of its period: their sum is the growth of the whole.

    Args:
        table: The figures, cut by something beside periods.
        kpis: Which of its columns; None is all.
        to: The baseline.
        partial: What becomes of a period that was observed in part, or whose baseline was.

    Raises:
        NotAdditive: What does not add up has no parts.
        NotAligned: Months have no same weekdays.
        NotComparable: A period, or its baseline, was observed in part; all such are named.
        NotInTable: The table has no such column.
        Repeated: It has its contributions already.
    """
    _require_table(table, "contribute.table")
    if not isinstance(to, Against):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("contribute.to", "Against", to)
    columns = table.columns if kpis is None else tuple(table.column(kpi) for kpi in listed("contribute.kpis", kpis))
    rows = rows_before(table, to)
    beside = left_out(table, rows, table.partial, partial, field="contribute.partial")
    found = (
        _contribution(table, column, rows, np.where(beside, np.int8(Reason.PARTIAL), np.int8(0))) for column in columns
    )
    return changed(table, columns=(*table.columns, *found))


def _require_table(table: object, field: str) -> None:
    if not isinstance(table, Table):
        raise wrong_kind(field, "Table", table)


def _share(table: Table, column: Column) -> Column:
    values, reasons = divided(column.values, _wholes(table, column), column.reasons)
    return _part(column, SHARE, Text("share of {}", "{}占比"), (values, reasons))


def _contribution(table: Table, column: Column, rows: Ints, partial: Reasons) -> Column:
    if column.additivity is not Additivity.SUM:
        raise NotAdditive(left=column.key, right=CONTRIBUTION)
    before, whole = taken(column.values, rows), taken(_sums(table, column), rows)
    reasons = np.where(column.reasons == Reason.NONE, taken(column.reasons, rows), column.reasons)
    reasons = np.where(partial == Reason.NONE, reasons, partial)
    missing = (rows == NO_ROW) | ((reasons == Reason.NONE) & (whole < 0))
    cells = divided(column.values - before, whole, np.where(missing, np.int8(Reason.NO_BASELINE), reasons))
    return _part(column, CONTRIBUTION, Text("contribution to the change of {}", "{}变动贡献"), cells)


def _wholes(table: Table, column: Column) -> Values:
    """Return the whole of each row's period."""
    if column.additivity in _OVER_PLACES:
        return _sums(table, column)
    if column.additivity is not Additivity.DISTINCT:
        raise NotAdditive(left=column.key, right=SHARE)
    for each in table.totals:
        if each.grain is table.grain and not each.keys_of_rows:
            return each[column.key].take(periods_of(table))
    raise NotAdditive(left=column.key, right=SHARE)


def _sums(table: Table, column: Column) -> Values:
    """Return the sum of each row's period; a cell without a figure adds nothing."""
    periods = periods_of(table)
    there = column.reasons == Reason.NONE
    size = int(periods.max()) + 1 if len(periods) else 0
    if column.values.dtype.kind == "i":
        _ = total(np.abs(column.values), name=column.key)
        sums: Values = np.zeros(size, dtype=np.int64)
    else:
        sums = np.zeros(size)
    np.add.at(sums, periods[there], column.values[there])
    return sums.take(periods)


def _part(column: Column, prefix: str, words: Text, cells: Cells) -> Column:
    name = column.name or Text(column.key, column.key)
    values, reasons = cells
    return Column(
        key=f"{prefix}.{column.key}",
        name=Text(words.en.format(name.en), words.zh.format(name.zh)),
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(values),
        reasons=reasons,
        better=column.better,
    )
