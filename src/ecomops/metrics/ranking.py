"""Slices of a whole: shares, contributions to a change, ABC classes, ranks, and funnels with their losses."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve as changed
from attrs import field, frozen

from ecomops.columns import Ints
from ecomops.kernel import Text
from ecomops.kernel.checks import is_a, optional, tuple_of, whole
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.comparing import Against, baseline_rows
from ecomops.metrics.errors import NotAdditive
from ecomops.metrics.evaluating import divided
from ecomops.metrics.formulas import Formula
from ecomops.metrics.tables import Column, Reason, Reasons, Table, Values, read_only
from ecomops.metrics.units import NUMBER, Additivity, Unit

RANKS = Unit.of("ranks")


def _places(table: Table) -> Ints:
    """Return the number of the period of each row."""
    numbers = {label: place for place, label in enumerate(dict.fromkeys(table.labels))}
    return np.array([numbers[label] for label in table.labels], dtype=np.int64)


def _whole(table: Table, column: Column) -> Values:
    """Return the sum of a column over the slices of the period of each row.

    Raises:
        NotAdditive: Slices of it do not add up: one thing may stand in several.
    """
    if column.additivity not in {Additivity.SUM, Additivity.LAST} or column.values.dtype != np.int64:
        raise NotAdditive(left=column.key, right=column.key)
    places = _places(table)
    sums = np.zeros(int(places.max()) + 1 if len(places) else 0, dtype=np.int64)
    np.add.at(sums, places, column.values)
    return sums[places]


def _added(
    table: Table, column: Column, words: tuple[str, Text], cells: tuple[Values, Reasons], unit: Unit = NUMBER
) -> Table:
    name = column.name or Text(column.key, column.key)
    made = Column(
        key=f"{words[0]}.{column.key}",
        name=Text(f"{words[1].en} {name.en}", f"{name.zh}{words[1].zh}"),
        unit=unit,
        additivity=Additivity.RATIO,
        values=read_only(cells[0]),
        reasons=cells[1],
        better=column.better,
    )
    return changed(table, columns=(*table.columns, made))


def share(table: Table, kpi: Formula | str) -> Table:
    """Return *table* with the share of each slice in its period (占比).

    Raises:
        NotAdditive: Slices of the figure do not add up.
        NotInTable: The table was not made with it.
    """
    column = table.column(kpi)
    cells = divided(column.values, _whole(table, column), column.reasons)
    return _added(table, column, ("share", Text("share of", "占比")), cells)


def contribution(table: Table, kpi: Formula | str, *, against: Against = Against.PREVIOUS) -> Table:
    """Return *table* with what each slice added to the growth of the whole: they add up to it (贡献度).

    A slice that was not there before counts from zero; where no period before is in the table there is no baseline.

    Raises:
        NotAdditive: Slices of the figure do not add up.
        NotInTable: The table was not made with it.
        OutOfRange: As `metrics.compare` refuses.
    """
    column, rows = table.column(kpi), baseline_rows(table, against)
    whole = _whole(table, column)
    if not len(table):
        return _added(table, column, _CONTRIBUTION, (column.values.astype(float), column.reasons))
    before, whole_before = column.values[np.maximum(rows, 0)], whole[np.maximum(rows, 0)]
    partial = np.array(table.partial, dtype=np.bool_)
    reasons = np.where(partial | partial[np.maximum(rows, 0)], np.int8(Reason.PARTIAL), column.reasons)
    reasons = np.where((rows < 0) | (whole_before < 0), np.int8(Reason.NO_BASELINE), reasons)
    cells = divided(column.values - before, whole_before, reasons)
    return _added(table, column, _CONTRIBUTION, cells)


_RISEN = ("rank_change", Text("places risen by", "排名变化"))
_CONTRIBUTION = ("contribution", Text("contribution to", "贡献度"))


def ranks(table: Table, kpi: Formula | str, *, against: Against = Against.PREVIOUS) -> Table:
    """Return *table* with the rank of each slice in its period, 1 for the largest, and by how many it has risen since.

    Equal figures have one rank. A row without a figure has no rank.

    Raises:
        NotInTable: The table was not made with the figure.
        OutOfRange: As `metrics.compare` refuses.
    """
    column, rows, places = table.column(kpi), baseline_rows(table, against), _places(table)
    ranked = np.zeros(len(table), dtype=np.int64)
    for place in range(int(places.max()) + 1 if len(places) else 0):
        inside = np.flatnonzero((places == place) & (column.reasons == Reason.NONE))
        figures = column.values[inside]
        ranked[inside] = 1 + np.searchsorted(np.sort(-figures), -figures)
    found = _added(table, column, ("rank", Text("rank by", "排名")), (ranked, column.reasons), RANKS)
    if not len(table):
        return found
    others = np.maximum(rows, 0)
    reasons = np.where(column.reasons == Reason.NONE, column.reasons[others], column.reasons)
    reasons = np.where(rows < 0, np.int8(Reason.NO_BASELINE), reasons)
    return _added(found, column, _RISEN, (ranked[others] - ranked, reasons), RANKS)


def abc(table: Table, kpi: Formula | str, *, cuts: tuple[float, float] = (0.8, 0.95)) -> tuple[str, ...]:
    """Return the class of each slice in its period: A while the larger ones make less than the first cut, then B, C.

    Args:
        table: The figures.
        kpi: By which figure; one that adds up and is nowhere negative.
        cuts: Up to which share of the whole classes A and B reach.

    Raises:
        NotAdditive: Slices of the figure do not add up.
        NotInTable: The table was not made with it.
        OutOfRange: A figure is negative, or the cuts do not rise from 0 to 1.
    """
    column = table.column(kpi)
    whole, places = _whole(table, column), _places(table)
    if len(table) and int(column.values.min()) < 0:
        raise OutOfRange(field=f"abc.{column.key}", least="0", most="∞")
    if not 0 < cuts[0] <= cuts[1] <= 1:
        raise OutOfRange(field="abc.cuts", least="0", most="1")
    order = np.lexsort((np.arange(len(table)), -column.values, places))
    running = np.cumsum(column.values[order])
    begins = np.searchsorted(places[order], places[order])
    above = running - column.values[order] - np.concatenate([np.zeros(1, dtype=np.int64), running])[begins]
    classes = np.full(len(table), "C")
    classes[order[above < cuts[1] * whole[order]]] = "B"
    classes[order[above < cuts[0] * whole[order]]] = "A"
    return tuple(classes.tolist())


@frozen(kw_only=True)
class Step:
    """A step of a funnel.

    Args:
        key: What is counted.
        name: What people call it; None shows the key.
        number: How many reached it.
        rate: Which share of those of the step before; None at the first one, and after nobody.
        lost: How many did not come from the step before.
        short: By how much the rate is below the benchmark, where there is one and a rate.
    """

    key: str = field(validator=is_a(str))
    name: Text | None = field(default=None, validator=optional(is_a(Text)))
    number: int = field(validator=whole(-(2**62), 2**62))
    rate: float | None = field(default=None, validator=optional(is_a(float)))
    lost: int = field(default=0, validator=whole(-(2**62), 2**62))
    short: float | None = field(default=None, validator=optional(is_a(float)))


@frozen(kw_only=True)
class Funnel:
    """Steps of which each loses some: visit, product, cart, order, paid.

    Args:
        steps: The steps, in their order.
    """

    steps: tuple[Step, ...] = field(validator=tuple_of(Step))

    @property
    def weakest(self) -> Step | None:
        """The step furthest below its benchmark, the first of equal ones; None when none is below."""
        below = [step for step in self.steps if step.short is not None and step.short > 0]
        return max(below, key=lambda step: step.short or 0.0, default=None)

    @property
    def text(self) -> Text:
        """The weakest step in words."""
        weakest = self.weakest
        if weakest is None:
            return Text("no step is below its benchmark", "没有低于基准的环节")
        name = weakest.name or Text(weakest.key, weakest.key)
        rate, short = 100 * (weakest.rate or 0.0), 100 * (weakest.short or 0.0)
        return Text(
            f"the largest loss is at {name.en}: {rate:.1f} % come, {short:.1f} points below the benchmark",
            f"流失最大的环节是{name.zh}：转化 {rate:.1f}%，低于基准 {short:.1f} 个百分点",
        )


def funnel(
    table: Table, kpis: Sequence[Formula | str], *, row: int = 0, benchmark: Sequence[float] | None = None
) -> Funnel:
    """Return the funnel of one row: how many reach each step, and where more are lost than elsewhere.

    Args:
        table: The figures.
        kpis: The steps, in their order: whole numbers.
        row: Of which row.
        benchmark: The rate that is usual at each step after the first.

    Raises:
        NotInTable: The table was not made with a step.
        OutOfRange: There are not as many rates as steps after the first.
        RowMissing: There is no such row.
    """
    if benchmark is not None and len(benchmark) != len(kpis) - 1:
        raise OutOfRange(field="funnel.benchmark", least=str(len(kpis) - 1), most=str(len(kpis) - 1))
    for kpi in kpis:
        table.why(row, kpi)
    columns = [table.column(kpi) for kpi in kpis]
    numbers = [int(column.plain()[row] or 0) for column in columns]
    return Funnel(
        steps=tuple(
            _step(column, numbers, place, None if benchmark is None or not place else benchmark[place - 1])
            for place, column in enumerate(columns)
        )
    )


def _step(column: Column, numbers: Sequence[int], place: int, usual: float | None) -> Step:
    number, before = numbers[place], numbers[place - 1] if place else 0
    rate = number / before if place and before else None
    short = None if usual is None or rate is None else usual - rate
    lost = before - number if place else 0
    return Step(key=column.key, name=column.name, number=number, rate=rate, lost=lost, short=short)
