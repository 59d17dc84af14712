"""From states to figures: tables by period, and columns by slice."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import Ints
from ecomops.kernel.checks import listed, mapped, wrong_kind
from ecomops.metrics.errors import WrongUnit
from ecomops.metrics.evaluating import column_of
from ecomops.metrics.formulas import Constant, Formula, Kpi, Measure, measures_of
from ecomops.metrics.summary.chains import started
from ecomops.metrics.summary.contents import Contents
from ecomops.metrics.summary.errors import Damaged, NotOneSlice, PartsMissing
from ecomops.metrics.summary.periods import Periods
from ecomops.metrics.summary.shapes import COMBINES, shapes
from ecomops.metrics.summary.specs import Kind, SummaryMeasure
from ecomops.metrics.summary.states import NEUTRAL, Block, Combine, Keys, combined, end_to_end, heads
from ecomops.metrics.tables import Cells, Column, Reason, Table, no_reasons, read_only


def table(
    contents: Contents, kpis: Iterable[Formula | str] | None, *, where: Mapping[str, int] | None, incomplete: bool
) -> Table:
    """Return the figures of one slice by period."""
    _require_complete(contents, incomplete=incomplete)
    spec = contents.spec
    chosen = _slice(contents, dict(mapped("Summary.table.where", {} if where is None else where)))
    periods = Periods.of(spec.calendar, spec.observed, spec.by)
    wanted = tuple(measure.key for measure in spec.measures) if kpis is None else listed("Summary.table.kpis", kpis)
    made = (_column(contents, kpi, chosen, periods.ordinals) for kpi in wanted)
    return Table(
        labels=periods.days,
        columns=tuple(made),
        flags=periods.flags(spec.definition),
        grain=spec.by,
        calendar=spec.calendar,
        observed=spec.observed,
        definition=spec.definition,
        currency=spec.currency,
    )


def columns(contents: Contents, *, incomplete: bool) -> dict[str, NDArray[Any]]:
    """Return the figures of every slice."""
    _require_complete(contents, incomplete=incomplete)
    spec = contents.spec
    period, *codes = contents.blocks[0].keys
    days = (period - _EPOCH).astype("datetime64[D]").astype("U10")
    return {
        spec.by.value: days,
        **{name: each.copy() for name, each in zip(spec.dimensions, codes, strict=True)},
        **{measure.key: _figures(measure, *_by_slice(contents, measure))[0] for measure in spec.measures},
    }


def _require_complete(contents: Contents, *, incomplete: bool) -> None:
    missing = contents.parts.missing
    if missing and not incomplete:
        raise PartsMissing(missing=len(missing), parts=contents.parts.partitioning.parts, first=missing[0])


def _slice(contents: Contents, where: Mapping[str, int]) -> NDArray[np.bool_]:
    """Return which slices have the codes that are asked for."""
    dimensions = contents.spec.dimensions
    if sorted(where, key=str) != sorted(dimensions):
        raise NotOneSlice(dimensions=", ".join(dimensions) or "-", given=", ".join(map(str, where)) or "-")
    period, *codes = contents.blocks[0].keys
    chosen = np.ones(len(period), dtype=np.bool_)
    for name, held in zip(dimensions, codes, strict=True):
        if type(where[name]) is not int:
            raise wrong_kind("Summary.table.where", "int", where[name])
        chosen &= held == where[name]
    return chosen


def _column(contents: Contents, kpi: Formula | str, chosen: NDArray[np.bool_], ordinals: Ints) -> Column:
    """Return one column of a table."""
    if isinstance(kpi, str):
        measure = contents.spec.measure(kpi)
        values, reasons = _by_period(contents, measure, chosen, ordinals)
        return Column(
            key=kpi,
            name=measure.name,
            unit=measure.unit,
            additivity=measure.additivity,
            values=read_only(values),
            reasons=reasons,
        )
    if not isinstance(kpi, (Measure, Kpi, Constant)):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Summary.table.kpis", "Measure, Kpi or str", kpi)
    figures: dict[Measure, Cells] = {}
    for each in measures_of(kpi):
        held = contents.spec.measure(each.key)
        if held.unit != each.unit:
            raise WrongUnit(measure=each.key, unit=str(each.unit))
        figures[each] = _by_period(contents, held, chosen, ordinals)
    return column_of(kpi, figures, size=len(ordinals))


def _by_period(contents: Contents, measure: SummaryMeasure, chosen: NDArray[np.bool_], ordinals: Ints) -> Cells:
    values, there = _by_slice(contents, measure)
    how = COMBINES.get(measure.kind, Combine.ADD)
    spread = np.full(len(ordinals), NEUTRAL[how], dtype=np.int64)
    found = np.zeros(len(ordinals), dtype=np.bool_)
    rows = np.searchsorted(ordinals, contents.blocks[0].keys[0][chosen])
    spread[rows] = values[chosen]
    found[rows] = there[chosen]
    return _figures(measure, spread, found)


_EPOCH = Date(1970, 1, 1).toordinal()
_OF_NOTHING = frozenset({Kind.MIN, Kind.MAX, Kind.QUANTILE})
"""Kinds that have no figure where there is no row; all others are 0."""


def _figures(measure: SummaryMeasure, values: Ints, there: NDArray[np.bool_]) -> Cells:
    """Return figures, and why there are none: whole numbers, unless one is missing."""
    if measure.kind not in _OF_NOTHING or there.all():
        return values, no_reasons(len(values))
    reasons = np.where(there, np.int8(Reason.NONE), np.int8(Reason.ZERO_DENOMINATOR))
    return np.where(there, values.astype(np.float64), np.nan), reasons


def _by_slice(contents: Contents, measure: SummaryMeasure) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the figure of every slice, and where there is one."""
    first, *beside = shapes(contents.spec, contents.parts.partitioning)
    if measure.key in first.measures:
        at = first.measures.index(measure.key)
        values = contents.blocks[0].values[at]
        return values, values != NEUTRAL[first.how[at]]
    found = dict(zip((shape.measures[0] for shape in beside), contents.blocks[1:], strict=True))
    chain = next(shape.chain for shape in beside if shape.measures[0] == measure.key)
    block = found[measure.key]
    if measure.kind is Kind.QUANTILE:
        keys, values = _quantiles(block, measure)
    elif chain is None:
        keys, values = _counted(block.keys[:-1])
    else:
        keys = started(block, chain)
        values = np.ones(len(keys[0]), dtype=np.int64)
    return _placed(contents.blocks[0].keys, keys, values)


def _counted(slices: Keys) -> tuple[Keys, Ints]:
    """Return sorted slices once, and how often each stands there."""
    starts = heads(slices)
    return tuple(key.take(starts) for key in slices), np.diff(np.append(starts, len(slices[0])))


def _quantiles(block: Block, measure: SummaryMeasure) -> tuple[Keys, Ints]:
    """Return the value of nearest rank of each slice: the least one up to which so large a share of the rows lies."""
    slices, value, count = block.keys[:-1], block.keys[-1], block.values[0]
    starts = heads(slices)
    running = count.cumsum()
    before = running.take(starts) - count.take(starts)
    ends = np.append(starts[1:], len(count)) - 1 if len(count) else starts
    rows = running.take(ends) - before
    rank = -(-rows * measure.share.numerator // measure.share.denominator)
    at = np.searchsorted(running, before + rank, side="left")
    return tuple(key.take(starts) for key in slices), value.take(at)


def _placed(every: Keys, keys: Keys, values: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the sum of *values* for every slice, and which slices have any."""
    keys = end_to_end((every, keys))
    zeros = np.zeros(len(every[0]), dtype=np.int64)
    amounts, rows = np.concatenate((zeros, values)), np.concatenate((zeros, np.ones_like(values)))
    block = combined(keys, (amounts, rows), (Combine.ADD, Combine.ADD))
    if len(block) != len(every[0]):
        raise Damaged(what="slices")
    return block.values[0], block.values[1] > 0
