"""Comparison with another period or a target: growth, a verdict that knows which direction is good, and a reason else.

Rows are aligned by their first day and their values of the dimensions, never by their place.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

import numpy as np
from attrs import evolve as changed
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import Ints
from ecomops.kernel import Grain, Text
from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.evaluating import divided
from ecomops.metrics.formulas import Better, Formula
from ecomops.metrics.tables import Column, Reason, Reasons, Table, Values, no_reasons, read_only
from ecomops.metrics.units import NUMBER, Additivity

Label = tuple[Date, tuple[int, ...]]


class Against(StrEnum):
    """With which period one is compared.

    `previous`: the one before; `same_weekday`: the same day of the week before; `year_ago`: the same days of the
    calendar; `year_ago_weekday`: 52 weeks before, so that Saturdays meet Saturdays.
    """

    PREVIOUS = "previous"
    SAME_WEEKDAY = "same_weekday"
    YEAR_AGO = "year_ago"
    YEAR_AGO_WEEKDAY = "year_ago_weekday"

    @property
    def text(self) -> Text:
        """The comparison in words."""
        return _AGAINST[self]


_AGAINST = {
    Against.PREVIOUS: Text("on the period before", "环比"),
    Against.SAME_WEEKDAY: Text("on the same weekday", "较上周同日"),
    Against.YEAR_AGO: Text("on the year before", "同比"),
    Against.YEAR_AGO_WEEKDAY: Text("on 52 weeks before", "同比（按星期）"),
}


class Verdict(StrEnum):
    """What a change means, by the direction of the figure that is good."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NONE = "none"


def growth_of(kpi: Formula | str, against: Against = Against.PREVIOUS) -> str:
    """Return the key of the column that holds the growth of *kpi*.

    Example:
        >>> growth_of("net_sales"), growth_of("net_sales", Against.YEAR_AGO)
        ('sales_growth.net_sales', 'year_ago.net_sales')
    """
    key = kpi if isinstance(kpi, str) else kpi.key
    return f"{'sales_growth' if against is Against.PREVIOUS else against.value}.{key}"


def compare(
    table: Table,
    kpis: Iterable[Formula | str] | None = None,
    *,
    against: Against = Against.PREVIOUS,
    partial: bool = False,
) -> Table:
    """Return *table* with the change of each figure on another period: current / other - 1 (环比, 同比).

    A row whose other period is not in the table has no baseline, and neither has a row after a negative figure. A
    period that was observed in part is not compared, and nothing is compared with it, unless *partial* says so.

    Args:
        table: The figures.
        kpis: Which of its columns; None is all of them.
        against: With which period.
        partial: Whether periods that were observed in part are compared, too.

    Raises:
        NotInTable: The table has no such column.
        Repeated: It is compared already.
        OutOfRange: Weekdays are asked for, and the rows are no days; or the table has no periods.
    """
    columns = table.columns if kpis is None else tuple(table.column(kpi) for kpi in kpis)
    rows = baseline_rows(table, against)
    added = (_growth(table, column, rows, against, partial=partial) for column in columns)
    return changed(table, columns=(*table.columns, *added))


def baseline_rows(table: Table, against: Against) -> Ints:
    """Return the row with which each row is compared; -1 where there is none.

    Raises:
        OutOfRange: Weekdays are asked for, and the rows are no days; or the table has no periods.
    """
    if not isinstance(against, Against):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("compare.against", "Against", against)
    if table.grain is None or (against is Against.SAME_WEEKDAY and table.grain is not Grain.DAY):
        raise OutOfRange(field="compare.against", least="day", most="month")
    codes = [each.codes.tolist() for each in table.keys_of_rows]
    keys = list(zip(*codes, strict=True)) if codes else [()] * len(table)
    labels: list[Label] = list(zip(table.labels, keys, strict=True))
    places = {label: row for row, label in enumerate(labels)}
    earlier = {label: _other_day(label, table, against) for label in dict.fromkeys(table.labels)}
    return np.array([places.get((earlier[label], key), -1) for label, key in labels], dtype=np.int64)


def _other_day(label: Date, table: Table, against: Against) -> Date:
    """Return the first day of the period with which that of *label* is compared."""
    grain = table.grain or Grain.DAY
    if against is Against.PREVIOUS:
        return table.calendar.first_day(_earlier(label, 1), grain)
    if against is Against.SAME_WEEKDAY:
        return _earlier(label, 7)
    if grain is Grain.WEEK or against is Against.YEAR_AGO_WEEKDAY:
        return table.calendar.first_day(_earlier(label, 364), grain)
    last = 28 if (label.month, label.day) == (2, 29) else label.day
    return Date(label.year - 1, label.month, last)


def _earlier(day: Date, days: int) -> Date:
    return Date.fromordinal((day - timedelta(days=days)).toordinal())


def _growth(table: Table, column: Column, rows: Ints, against: Against, *, partial: bool) -> Column:
    hidden = np.zeros(len(table), dtype=bool) if partial else np.array(table.partial, dtype=bool)
    values, reasons = _ratios(column.values, column.reasons, rows, hidden)
    name = column.name or Text(column.key, column.key)
    words = Text(f"change of {name.en}", f"{name.zh}环比")
    if against is not Against.PREVIOUS:
        words = Text(f"change of {name.en} {against.text.en}", f"{name.zh}{against.text.zh}")
    return Column(
        key=growth_of(column.key, against),
        name=words,
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(values - 1),
        reasons=reasons,
        better=column.better,
    )


def _ratios(values: Values, reasons: Reasons, rows: Ints, partial: NDArray[np.bool_]) -> tuple[Values, Reasons]:
    """Return each figure over that of its other row, with the reasons where there is none."""
    if not len(values):
        return values.astype(np.float64), reasons
    there, others = rows >= 0, np.maximum(rows, 0)
    before = values[others]
    found = np.where(reasons == Reason.NONE, reasons[others], reasons)
    found = np.where(partial | partial[others], np.int8(Reason.PARTIAL), found)
    found = np.where((found == Reason.NONE) & (before < 0), np.int8(Reason.NO_BASELINE), found)
    found = np.where(there, found, np.int8(Reason.NO_BASELINE))
    return divided(values, before, found)


def verdicts(table: Table, kpi: Formula | str, *, against: Against = Against.PREVIOUS) -> tuple[Verdict, ...]:
    """Return what the change of *kpi* means in each row; `none` where it is not compared, or no direction is good.

    Raises:
        NotInTable: The table was not compared so.

    Example:
        >>> import numpy as np
        >>> [each.value for each in judged(np.array([0.5, -0.5, 0.0, np.nan]), Better.LOWER)]
        ['worse', 'better', 'same', 'none']
    """
    return judged(table.column(growth_of(kpi, against)).values, table.column(kpi).better)


def judged(changes: Values, better: Better) -> tuple[Verdict, ...]:
    """Return what each of some *changes* means."""
    if better is Better.NEUTRAL:
        return (Verdict.NONE,) * len(changes)
    good = np.sign(changes) * (1 if better is Better.HIGHER else -1)
    return tuple(_VERDICTS.get(each, Verdict.NONE) for each in good.tolist())


_VERDICTS = {1.0: Verdict.BETTER, -1.0: Verdict.WORSE, 0.0: Verdict.SAME}


def attain(table: Table, targets: Mapping[str, float]) -> Table:
    """Return *table* with what was attained of *targets*: actual over target, the inverse where less is better.

    Args:
        table: The figures.
        targets: The target of each row, by the keys of columns; money in minor units.

    Raises:
        NotInTable: The table has no such column.
    """
    columns = (_attained(table.column(key), target) for key, target in targets.items())
    return changed(table, columns=(*table.columns, *columns))


def _attained(column: Column, target: float) -> Column:
    wanted, reasons = np.full(len(column), target), column.reasons if len(column) else no_reasons(0)
    lower = column.better is Better.LOWER
    over, under = (wanted, column.values) if lower else (column.values, wanted)
    values, found = divided(over, under, reasons)
    name = column.name or Text(column.key, column.key)
    return Column(
        key=f"target_attainment.{column.key}",
        name=Text(f"attainment of {name.en}", f"{name.zh}完成率"),
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(values),
        reasons=found,
    )
