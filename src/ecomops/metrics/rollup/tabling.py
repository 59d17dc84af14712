"""From figures to tables: what a rollup says has the form of what is said of facts."""

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Grain, Period
from ecomops.kernel.copies import maker
from ecomops.metrics.rollup import reading, spans
from ecomops.metrics.rollup.asking import Question
from ecomops.metrics.rollup.figures import Kept, arrays_of, columns_of
from ecomops.metrics.rollup.observing import FLAGS, Sight
from ecomops.metrics.rollup.spec import SHOP
from ecomops.metrics.rollup.state import State
from ecomops.metrics.tables import Keys, Table, Values

_table_made, _keys_made = maker(Table), maker(Keys)


def table(state: State, sight: Sight, grain: Grain, question: Question, *, observed: Period) -> Table:
    """Return the figures of every period of which a part was observed."""
    spec, scope = state.spec, question.scope
    seen = sight.seen(state.timeline.days, observed, grain)
    kept = reading.of_periods(state, seen, observed, scope=scope, keys=question.keys)
    slots = spec.values(scope)
    labels, flags = sight.heads(seen, slots)
    return _table_made(
        labels,
        columns_of(spec, question.heads, _flat(kept), size=len(seen) * slots),
        flags,
        grain,
        spec.calendar,
        observed,
        spec.definition,
        spec.currency,
        _keys(scope, slots, len(seen)),
        (),
        (),
    )


def window(state: State, question: Question, period: Period, *, observed: Period) -> Table:
    """Return the figures of one period, however long it is."""
    spec, scope, plan = state.spec, question.scope, question.windows
    first, last = microseconds(period.start), microseconds(period.end)
    since, until = (first, last) if observed is period else (microseconds(observed.start), microseconds(observed.end))
    start = max(first, since)
    kept = spans.of_window(state, plan, start, max(min(last, until), start))
    rows, slots = int(first < last), spec.values(scope)
    if not rows:
        kept = {name: cells[:0] for name, cells in kept.items()}
    partial = first < since or until < last
    return _table_made(
        (state.timeline.days.date(period.start, first),) * (rows * slots),
        columns_of(spec, question.heads, kept, size=rows * slots),
        (FLAGS[partial + 2 * (first < since + spec.horizon)],) * (rows * slots),
        None,
        spec.calendar,
        observed,
        spec.definition,
        spec.currency,
        _keys(scope, slots, rows),
        (),
        (),
    )


def windows(state: State, question: Question, starts: Ints, ends: Ints) -> dict[str, Values]:
    """Return the figures of many windows, as arrays."""
    spec, scope = state.spec, question.scope
    kept = spans.of_windows(state, question.windows, starts, ends)
    shape = (len(starts),) if scope == SHOP else (len(starts), spec.values(scope))
    return arrays_of(spec, question.figures, _flat(kept), shape=shape)


def _flat(kept: Kept) -> Kept:
    return {name: cells.reshape(-1) for name, cells in kept.items()}


def _keys(scope: str, slots: int, periods: int) -> tuple[Keys, ...]:
    return () if scope == SHOP else (_keys_made(scope, np.tile(np.arange(slots), periods), (), False),)  # noqa: FBT003 - by the fields of `Keys`
