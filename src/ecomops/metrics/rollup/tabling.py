"""From figures to tables: what a rollup says has the form of what is said of facts."""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Grain, Period, later
from ecomops.metrics.rollup import reading
from ecomops.metrics.rollup.figures import Figure, Kept, arrays_of, chosen, columns_of, keys_of
from ecomops.metrics.rollup.observing import Sight
from ecomops.metrics.rollup.state import State
from ecomops.metrics.tables import Flag, Keys, Table, Values

T = TypeVar("T")


def table(
    state: State,
    sight: Sight,
    grain: Grain,
    *,
    observed: Period,
    by: str | None,
    figures: Iterable[Figure] | None,
) -> Table:
    """Return the figures of every period of which a part was observed."""
    spec = state.spec
    scope = spec.scope(by)
    wanted = chosen(spec, figures, spec.figures)
    seen = sight.seen(state.timeline.days, observed, grain)
    kept = reading.of_periods(state, seen, observed, scope=scope, keys=keys_of(wanted))
    slots = spec.values(scope)
    return Table(
        labels=_each(seen.labels, slots),
        columns=columns_of(spec, wanted, _flat(kept), size=len(seen) * slots),
        flags=_each(seen.flags(observed, spec.definition), slots),
        grain=grain,
        calendar=spec.calendar,
        observed=observed,
        definition=spec.definition,
        currency=spec.currency,
        keys_of_rows=_keys(by, slots, len(seen)),
    )


def window(
    state: State, period: Period, *, observed: Period | None, by: str | None, figures: Iterable[Figure] | None
) -> Table:
    """Return the figures of one period, however long it is."""
    spec = state.spec
    scope = spec.scope(by)
    wanted = chosen(spec, figures, spec.of_window(scope))
    told = period if observed is None else observed
    start = max(microseconds(period.start), microseconds(told.start))
    end = max(min(microseconds(period.end), microseconds(told.end)), start)
    rows, slots = int(period.start < period.end), spec.values(scope)
    starts, ends = np.full(rows, start), np.full(rows, end)
    kept = reading.of_windows(state, starts, ends, scope=scope, keys=keys_of(wanted))
    partial = period.start < told.start or told.end < period.end
    short = period.start < later(told.start, spec.definition.new_after)
    flags = ((Flag.PARTIAL,) if partial else ()) + ((Flag.SHORT_HISTORY,) if short else ())
    return Table(
        labels=(spec.calendar.day(period.start),) * (rows * slots),
        columns=columns_of(spec, wanted, _flat(kept), size=rows * slots),
        flags=(flags,) * (rows * slots),
        grain=None,
        calendar=spec.calendar,
        observed=told,
        definition=spec.definition,
        currency=spec.currency,
        keys_of_rows=_keys(by, slots, rows),
    )


def windows(
    state: State, starts: Ints, ends: Ints, *, by: str | None, figures: Iterable[Figure] | None
) -> dict[str, Values]:
    """Return the figures of many windows, as arrays."""
    spec = state.spec
    scope = spec.scope(by)
    wanted = chosen(spec, figures, spec.of_window(scope))
    kept = reading.of_windows(state, starts, ends, scope=scope, keys=keys_of(wanted))
    shape = (len(starts),) if by is None else (len(starts), spec.values(scope))
    return arrays_of(spec, wanted, _flat(kept), shape=shape)


def _flat(kept: Kept) -> Kept:
    return {name: cells.reshape(-1) for name, cells in kept.items()}


def _each(values: tuple[T, ...], slots: int) -> tuple[T, ...]:
    """Return each value so many times."""
    return values if slots == 1 else tuple([value for value in values for _ in range(slots)])


def _keys(by: str | None, slots: int, periods: int) -> tuple[Keys, ...]:
    return () if by is None else (Keys(key=by, codes=np.tile(np.arange(slots), periods)),)
