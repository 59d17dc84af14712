"""How a rollup is read: figures of days, weeks and months as far as they were observed."""

from collections.abc import Iterable

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Period
from ecomops.metrics.rollup.observing import Seen
from ecomops.metrics.rollup.spans import of_window, of_windows, plan_of
from ecomops.metrics.rollup.spec import DISTINCT, IDENTIFIED, SHOP
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
        cells = found[name] = np.zeros((len(seen), spec.values(scope)), dtype=np.int64)
        part = cells[low - seen.number : high - seen.number]
        if high == low:
            continue
        if name in DISTINCT:
            part[:] = state.buyers[scope].of(name, seen.grain)[low - held.number : high - held.number]
        else:
            before = running[sums[name]].take(first_day, axis=0)
            np.subtract(before[1:], before[:-1], out=part)
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
        outside = of_windows(state, plan_of(state.spec, SHOP, (IDENTIFIED,)), starts, ends)[IDENTIFIED]
        distinct = {name for name in found if name in DISTINCT}
        wanted = [name for name in found if name not in distinct or outside.any()]
        whole = max(seen.start, start) if row == 0 else int(seen.starts[row])
        until = min(seen.end, end) if row == len(seen) - 1 else int(seen.starts[row + 1])
        for name, cells in of_window(state, plan_of(state.spec, scope, wanted), whole, until).items():
            found[name][row] = cells
