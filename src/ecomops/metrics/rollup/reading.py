"""How a rollup is read: tables of days, weeks and months, and figures of any windows."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - kept real for hosts
from pendulum import Date

from ecomops.columns import Ints
from ecomops.kernel import Grain
from ecomops.metrics.rollup.answers import Answer
from ecomops.metrics.rollup.cubes import hour_starts
from ecomops.metrics.rollup.periods import Timeline
from ecomops.metrics.rollup.spec import BUYERS, COUNTED, DISTINCT
from ecomops.metrics.rollup.state import State


def of_periods(state: State, grain: Grain, *, by: str | None, figures: Iterable[str] | None) -> Answer:
    """Return figures of every day, week or month."""
    spec = state.spec
    scope = spec.scope(by)
    wanted = spec.of_table(figures)
    periods = state.timeline.periods[grain]
    running = state.cubes[scope].running().take(periods.first_day, axis=1)
    sums = {name: place for place, name in enumerate(spec.sums)}
    cells = {
        name: state.buyers[scope].of(name, grain).copy() if name in DISTINCT else np.diff(running[sums[name]], axis=0)
        for name in wanted
    }
    return Answer(grain=grain, by=by, labels=first_days(state.timeline, grain), figures=_shaped(cells, by))


def first_days(timeline: Timeline, grain: Grain) -> "NDArray[np.datetime64]":
    """Return the first day of each period, though it may lie before the first order."""
    periods, calendar = timeline.periods[grain], timeline.days.calendar
    numbers = np.arange(periods.number, periods.number + len(periods))
    if grain is Grain.MONTH:
        return numbers.astype("datetime64[M]").astype("datetime64[D]")
    ordinals = numbers if grain is Grain.DAY else numbers * 7 + 1 + calendar.week_start
    return (ordinals - Date(1970, 1, 1).toordinal()).astype("datetime64[D]")


def of_windows(state: State, starts: Ints, ends: Ints, *, by: str | None, figures: Iterable[str] | None) -> Answer:
    """Return figures of any windows."""
    spec = state.spec
    scope = spec.scope(by)
    wanted = spec.of_window(figures, scope)
    cells = dict[str, Ints]()
    if any(name != BUYERS for name in wanted):
        sums = _until(state, scope, np.concatenate([starts, ends]))
        for place, name in enumerate(spec.sums):
            cells[name] = sums[place, len(starts) :] - sums[place, : len(starts)]
    if BUYERS in wanted:
        cells[BUYERS] = state.chains[scope].distinct(starts, ends) + state.deltas[scope].distinct(starts, ends)
    labels = starts.astype("datetime64[us]")
    return Answer(grain=None, by=by, labels=labels, figures=_shaped({name: cells[name] for name in wanted}, by))


def _shaped(cells: dict[str, Ints], by: str | None) -> dict[str, Ints]:
    return cells if by is not None else {name: values[:, 0] for name, values in cells.items()}


def _until(state: State, scope: str, at: Ints) -> Ints:
    """Return what came together in each slice (last axis) of a scope before each instant, for each of the sums."""
    days = state.timeline.days
    if not len(days):
        return np.zeros((len(state.spec.sums), len(at), state.spec.values(scope)), dtype=np.int64)
    at = np.clip(at, days.starts[0], days.starts[-1])
    day = days.day(at)
    inside = day < len(days)
    hour = np.zeros(len(at), dtype=np.int64)
    hour[inside] = days.hour(at[inside], day[inside])
    sums = state.cubes[scope].before(day, hour)
    open_hours = np.flatnonzero(hour_starts(days, at, day, hour) < at)
    if len(open_hours):
        begun = hour_starts(days, at, day, hour).take(open_hours)
        _add_rows(state, scope, sums, open_hours, starts=begun, ends=at.take(open_hours))
    return sums


def _add_rows(state: State, scope: str, sums: Ints, into: Ints, *, starts: Ints, ends: Ints) -> None:
    """Add the rows of hours that are not over, one by one."""
    told, spec = state.told, state.spec
    place = spec.scopes.index(scope)
    rows, spans = state.orders_in_time.between(starts, ends, told.orders["at"])
    if len(rows):
        valid = told.orders.ints("valid", rows)
        marks = told.orders.ints("new", rows)
        worths = [np.ones(len(rows), dtype=np.int64), valid, valid * (told.orders.ints("customer", rows) >= 0)]
        worths += [valid * told.orders.ints(name, rows) for name in spec.amounts]
        cells = into.take(spans) * sums.shape[2] + told.values(scope, rows)
        _scatter(sums, cells, worths, first=0)
        _scatter(sums, cells, [marks & 1, marks >> place & 1], first=len(spec.sums) - 2)
    rows, spans = state.refunds_in_time.between(starts, ends, told.refunds["at"])
    if len(rows):
        orders = told.refunds.ints("order", rows)
        valid = told.orders.ints("valid", orders)
        cells = into.take(spans) * sums.shape[2] + told.values(scope, orders)
        worths = [valid, *(valid * told.refunds.ints(name, rows) for name in spec.refund_amounts)]
        _scatter(sums, cells, worths, first=len(COUNTED) + len(spec.amounts))


def _scatter(sums: Ints, cells: Ints, worths: list[Ints], *, first: int) -> None:
    for place, worth in enumerate(worths, start=first):
        np.add.at(sums[place].reshape(-1), cells, worth)
