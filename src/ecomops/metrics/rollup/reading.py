"""How a rollup is read: figures of days, weeks and months as far as they were observed, and figures of any windows."""

from collections.abc import Iterable

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Period
from ecomops.metrics.rollup.cubes import hour_starts
from ecomops.metrics.rollup.observing import Seen
from ecomops.metrics.rollup.spec import BUYERS, COUNTED, DISTINCT, IDENTIFIED, SHOP
from ecomops.metrics.rollup.state import State


def of_periods(state: State, seen: Seen, observed: Period, *, scope: str, keys: Iterable[str]) -> dict[str, Ints]:
    """Return the figures of each period (a row) and slice (a column), of what was observed alone.

    Raises:
        NotOnWindow: A period was observed in part, and a buyer beside that part makes a figure another one.
        WindowsNotKept: As above, by a dimension that is not among the windows.
    """
    spec, held = state.spec, state.timeline.periods[seen.grain]
    low = max(seen.number, held.number)
    high = max(min(seen.number + len(seen), held.number + len(held)), low)
    first_day = held.first_day[low - held.number : high - held.number + 1]
    running = state.cubes[scope].running()
    sums = {name: place for place, name in enumerate(spec.sums)}
    found: dict[str, Ints] = {}
    for name in keys:
        cells = np.zeros((len(seen), spec.values(scope)), dtype=np.int64)
        if high > low:
            cells[low - seen.number : high - seen.number] = (
                state.buyers[scope].of(name, seen.grain)[low - held.number : high - held.number]
                if name in DISTINCT
                else np.diff(running[sums[name]].take(first_day, axis=0), axis=0)
            )
        found[name] = cells
    _cut_ends(state, seen, observed, scope=scope, found=found)
    return found


def _cut_ends(state: State, seen: Seen, observed: Period, *, scope: str, found: dict[str, Ints]) -> None:
    """Take what was not observed off the first and the last period."""
    days = state.timeline.days
    start, end = microseconds(observed.start), microseconds(observed.end)
    if not len(seen) or not len(days):
        return
    beside: dict[int, list[tuple[int, int]]] = {}
    if seen.start < start and days.starts[0] < start:
        beside.setdefault(0, []).append((seen.start, start))
    if end < seen.end and end < days.starts[-1]:
        beside.setdefault(len(seen) - 1, []).append((end, seen.end))
    for row, spans in beside.items():
        starts, ends = (np.array(each) for each in zip(*spans, strict=True))
        outside = of_windows(state, starts, ends, scope=SHOP, keys=(IDENTIFIED,))[IDENTIFIED]
        distinct = {name for name in found if name in DISTINCT}
        wanted = [name for name in found if name not in distinct or outside.any()]
        whole = max(seen.start, start) if row == 0 else int(seen.starts[row])
        until = min(seen.end, end) if row == len(seen) - 1 else int(seen.starts[row + 1])
        inside = of_windows(state, np.array([whole]), np.array([until]), scope=scope, keys=wanted)
        for name, cells in inside.items():
            found[name][row] = cells[0]


def of_windows(state: State, starts: Ints, ends: Ints, *, scope: str, keys: Iterable[str]) -> dict[str, Ints]:
    """Return the figures of each window (a row) and slice (a column).

    Raises:
        NotOnWindow: One has no meaning there.
        WindowsNotKept: Distinct buyers by a dimension that is not among the windows.
    """
    spec, wanted = state.spec, tuple(keys)
    for name in wanted:
        spec.require_on_window(name, scope)
    found = dict[str, Ints]()
    if any(name != BUYERS for name in wanted):
        sums = _until(state, scope, np.concatenate([starts, ends]))
        for place, name in enumerate(spec.sums):
            found[name] = sums[place, len(starts) :] - sums[place, : len(starts)]
    if BUYERS in wanted:
        found[BUYERS] = state.chains[scope].distinct(starts, ends) + state.deltas[scope].distinct(starts, ends)
    return {name: found[name] for name in wanted}


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
