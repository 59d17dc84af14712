"""Figures of any windows: whole days and hours are read from the cubes, only hours that are not over row by row."""

from collections.abc import Iterable

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.metrics.rollup.days import Edge
from ecomops.metrics.rollup.facts import Run
from ecomops.metrics.rollup.sorting import ragged
from ecomops.metrics.rollup.spec import BUYERS, IDENTIFIED, NEW, ORDERS, REFUNDS, VALID, Spec
from ecomops.metrics.rollup.state import State

FEW = 8
"""Up to so many windows are looked at one by one."""


@frozen(eq=False)
class _Orders:
    """Figures that follow from orders.

    Args:
        scope: Whose slices they are cut by.
        names: Which.
        places: Where each stands among the figures of a plan.
    """

    scope: str
    names: tuple[str, ...]
    places: tuple[int, ...]

    def runs(self, state: State) -> tuple[Run, ...]:
        return state.orders_in_time.runs(state.told.orders)

    def values(self, state: State, rows: Ints) -> Ints:
        return state.told.values(self.scope, rows)

    def worths(self, state: State, rows: Ints) -> list[Ints]:
        """Return what some rows are worth in each figure."""
        valid = state.told.orders.ints("valid", rows)
        return [self._worth(state, name, rows, valid) for name in self.names]

    def _worth(self, state: State, name: str, rows: Ints, valid: Ints) -> Ints:
        orders, spec = state.told.orders, state.spec
        if name in spec.amounts:
            return valid * orders.ints(name, rows)
        if name == ORDERS:
            return np.ones(len(rows), dtype=np.int64)
        if name == VALID:
            return valid
        if name == IDENTIFIED:
            return valid * (orders.ints("customer", rows) >= 0)
        return orders.ints("new", rows) >> (0 if name == NEW else spec.scopes.index(self.scope)) & 1


@frozen(eq=False)
class _Refunds:
    """Figures that follow from refunds; as above."""

    scope: str
    names: tuple[str, ...]
    places: tuple[int, ...]

    def runs(self, state: State) -> tuple[Run, ...]:
        return state.refunds_in_time.runs(state.told.refunds)

    def values(self, state: State, rows: Ints) -> Ints:
        return state.told.values(self.scope, state.told.refunds.ints("order", rows))

    def worths(self, state: State, rows: Ints) -> list[Ints]:
        """Return what some rows are worth in each figure."""
        refunds = state.told.refunds
        valid = state.told.orders.ints("valid", refunds.ints("order", rows))
        return [valid if name == REFUNDS else valid * refunds.ints(name, rows) for name in self.names]


@frozen(eq=False)
class Plan:
    """How figures are read off any window; made once, however many windows there are.

    Args:
        scope: Whose slices they are cut by.
        keys: Which figures.
        summed: Those of them that add up.
        sums: The places of these in the cubes.
        parts: What makes up the hours that are not over.
    """

    scope: str
    keys: tuple[str, ...]
    summed: tuple[str, ...]
    sums: Ints
    parts: tuple[_Orders | _Refunds, ...]


def plan_of(spec: Spec, scope: str, keys: Iterable[str]) -> Plan:
    """Return how figures are read.

    Raises:
        NotOnWindow: One has no meaning on any window.
        WindowsNotKept: Distinct buyers by a dimension that is not among the windows.
    """
    wanted = tuple(keys)
    for name in wanted:
        spec.require_on_window(name, scope)
    summed = tuple(name for name in wanted if name != BUYERS)
    back = (REFUNDS, *spec.refund_amounts)
    sold = [place for place, name in enumerate(summed) if name not in back]
    returned = [place for place, name in enumerate(summed) if name in back]
    parts = [
        kind(scope, tuple(summed[place] for place in places), tuple(places))
        for kind, places in ((_Orders, sold), (_Refunds, returned))
        if places
    ]
    sums = np.array([spec.sums.index(name) for name in summed], dtype=np.int64)
    return Plan(scope, wanted, summed, sums, tuple(parts))


def of_windows(state: State, plan: Plan, starts: Ints, ends: Ints) -> dict[str, Ints]:
    """Return the figures of each window (a row) and slice (a column)."""
    if len(starts) <= FEW:
        each = [of_window(state, plan, *window) for window in zip(starts.tolist(), ends.tolist(), strict=True)]
        shape = len(starts), state.spec.values(plan.scope)
        return {name: np.array([one[name] for one in each], dtype=np.int64).reshape(shape) for name in plan.keys}
    found = dict(zip(plan.summed, _of_many(state, plan, starts, ends), strict=True))
    if BUYERS in plan.keys:
        chains, delta = state.chains[plan.scope], state.deltas[plan.scope]
        found[BUYERS] = chains.distinct(starts, ends) + delta.distinct(starts, ends)
    return {name: found[name] for name in plan.keys}


def of_window(state: State, plan: Plan, start: int, end: int) -> dict[str, Ints]:
    """Return the figures of one window by slice."""
    found = dict(zip(plan.summed, _of_one(state, plan, start, end), strict=True))
    if BUYERS in plan.keys:
        found[BUYERS] = state.chains[plan.scope].of_one(start, end)
        if len(state.deltas[plan.scope]):
            found[BUYERS] += state.deltas[plan.scope].of_one(start, end)
    return found


def _of_one(state: State, plan: Plan, start: int, end: int) -> Ints:
    """Return the figures of one window (a row each) by slice."""
    days = state.timeline.days
    if not plan.summed or not len(days):
        return np.zeros((len(plan.summed), state.spec.values(plan.scope)), dtype=np.int64)
    begin, until = days.edge(start), days.edge(end)
    sums: Ints = state.cubes[plan.scope].between(begin, until).take(plan.sums, axis=0)
    for part in plan.parts:
        if begin.begun < begin.at:
            _add_hour(state, part, begin, sums, -1)
        if until.begun < until.at:
            _add_hour(state, part, until, sums, 1)
    return sums


def _add_hour(state: State, part: _Orders | _Refunds, edge: Edge, sums: Ints, sign: int) -> None:
    """Add, or take off, what lies in an hour before an instant."""
    hour = np.array((edge.begun, edge.at))
    for run, instants in part.runs(state):
        low, high = instants.searchsorted(hour).tolist()
        if low == high:
            continue
        rows = run[low:high].astype(np.int64)
        values = None if sums.shape[1] == 1 else part.values(state, rows)
        for place, worth in zip(part.places, part.worths(state, rows), strict=True):
            if values is None:
                sums[place, 0] += sign * int(np.add.reduce(worth))
            else:
                np.add.at(sums[place], values, sign * worth)


def _of_many(state: State, plan: Plan, starts: Ints, ends: Ints) -> Ints:
    """Return the figures of many windows (the second axis) by slice."""
    if not plan.summed or not len(state.timeline.days):
        return np.zeros((len(plan.summed), len(starts), state.spec.values(plan.scope)), dtype=np.int64)
    at = np.concatenate([starts, ends])
    order = np.argsort(at)  # what is near each other is looked at one after the other
    places = np.empty(len(at), dtype=np.int64)
    places[order] = np.arange(len(at))
    sums = _until(state, plan, at.take(order))
    return sums.take(places[len(starts) :], axis=1) - sums.take(places[: len(starts)], axis=1)


def _until(state: State, plan: Plan, at: Ints) -> Ints:
    """Return what came together of each figure in each slice (last axis) before each instant, which rise."""
    cube = state.cubes[plan.scope]
    day, hour, begun, at = state.timeline.days.edges(at)
    until = np.array([cube.before(figure, day, hour) for figure in plan.sums.tolist()])
    into = np.flatnonzero(begun < at)
    for part in plan.parts:
        _add_hours(state, part, into, (begun.take(into), at.take(into)), until)
    return until


def _add_hours(state: State, part: _Orders | _Refunds, into: Ints, spans: tuple[Ints, Ints], sums: Ints) -> None:
    """Add what lies in parts of hours, into the instants that these belong to."""
    slices = sums.shape[2]
    for run, instants in part.runs(state):
        low, high = (instants.searchsorted(bounds) for bounds in spans)
        filled = np.flatnonzero(high > low)
        lengths, ours = (high - low).take(filled), into.take(filled)
        places, owners = ragged(low.take(filled), lengths)
        if not len(places):
            continue
        rows = run.take(places).astype(np.int64)
        begins = np.cumsum(lengths) - lengths
        cells = ours.take(owners) * slices + part.values(state, rows) if slices > 1 else None
        for place, worth in zip(part.places, part.worths(state, rows), strict=True):
            if cells is None:
                sums[place, ours, 0] += np.add.reduceat(worth, begins)
            else:
                np.add.at(sums[place].reshape(-1), cells, worth)
