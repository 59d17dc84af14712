"""Distinct buyers of the cells of a table, told by the order before: an order without one in its period has a new one.

Only customers who have two orders in one period are looked at twice; nothing else is sorted.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.adding import BLOCK, distinct, is_dense, repeated
from ecomops.metrics.cells import Grid, cells_above, coarser, of_halves, row_runs, slots_of
from ecomops.metrics.counting import Counted
from ecomops.metrics.declaring import extent
from ecomops.metrics.families import Orders
from ecomops.metrics.formulas import Measure
from ecomops.metrics.marks import Mark
from ecomops.metrics.packing import Part, summed
from ecomops.metrics.reading import Reader
from ecomops.metrics.together import BRINGING, FLAGGED, is_plain, taken


def buyers(reader: Reader, grid: Grid, measure: Measure) -> Ints:
    """Return how many different known customers the valid orders of each cell have, of a measure that `is_plain`."""
    if measure.at is None and not grid.axes:
        return _first_in_period(reader, grid)
    if by_repeats(reader, grid, measure):
        return _rows_of_known(reader, grid, measure) - repeats(reader, grid)
    finer = grid if grid.finer is None else grid.finer
    cells, _ = cells_above(reader, finer, Orders, measure.at)
    runs = row_runs(reader, measure.at, grid.windows) or [slice(0, len(cells))]
    customers, into = reader.facts.orders.customer, of_halves(coarser(reader, finer, grid))
    return distinct(cells, customers, size=grid.size, runs=runs, into=into)


def look_back(reader: Reader, grids: Sequence[Grid], measures: Sequence[Measure]) -> None:
    """Take what the order before tells for all *grids* in one walk, before there are cells: never both at once."""
    counting = [(grid, each) for grid in grids for each in measures if each.counted in FLAGGED]
    plain = [(grid, each) for grid, each in counting if is_plain(reader, grid, each)]
    if not plain:
        return
    reader.marks.tell(dict.fromkeys(mark for grid, each in plain for mark in _marks_for(reader, grid, each)))
    reader.marks.forget([grid.windows for grid, each in plain if _counts_back(reader, grid, each)])


def _counts_back(reader: Reader, grid: Grid, measure: Measure) -> bool:
    """Count what the order before tells of a grid; tell whether it will not be asked for its periods again."""
    if by_repeats(reader, grid, measure):
        repeats(reader, grid)
        return True
    by_period = measure.counted is Counted.BUYERS and measure.at is None and not grid.axes
    return by_period and first_in_runs(reader, grid) is not None


def _marks_for(reader: Reader, grid: Grid, measure: Measure) -> Sequence[Mark]:
    """Return what the figures of a measure will ask for of each order."""
    by_period = measure.counted is Counted.BUYERS and measure.at is None
    if by_period and (not grid.axes or by_repeats(reader, grid, measure)):
        return (Counted.BUYERS, grid.windows)
    return (measure.counted,) if measure.counted in BRINGING else ()


def by_repeats(reader: Reader, grid: Grid, measure: Measure) -> bool:
    """Tell whether the buyers of each cell are the rows of known customers less those who were there before.

    That is less to sort, where the rows of a period stand together and the order before is known.
    """
    if measure.counted is not Counted.BUYERS or measure.at is not None or not grid.axes:
        return False
    orders = reader.facts.orders
    return (
        is_plain(reader, grid, measure)
        and row_runs(reader, None, grid.windows) is not None
        and is_dense(extent(orders, "customer").most, rows=len(orders))
    )


def _rows_of_known(reader: Reader, grid: Grid, measure: Measure) -> Ints:
    if grid.finer is None:
        return taken(reader, grid, measure)
    sums = np.zeros(grid.size, dtype=np.int64)
    np.add.at(sums, coarser(reader, grid.finer, grid), taken(reader, grid.finer, measure))
    return sums


def repeats(reader: Reader, grid: Grid) -> Ints:
    """Count the orders whose customer has an earlier one in the same cell: only who has two in a period can have."""
    return reader.once(("repeats", grid), lambda: _repeats(reader, grid))


def _repeats(reader: Reader, grid: Grid) -> Ints:
    customers, found = reader.facts.orders.customer, np.zeros(grid.size, dtype=np.int64)
    slots = slots_of(reader, grid, Orders)
    for periods, rows in _of_several(reader, grid):
        own = slots(rows)
        cells = np.where(own < 0, -1, periods * grid.slots + own)
        found += repeated(cells, customers.take(rows), size=grid.size)
    return found


def _of_several(reader: Reader, grid: Grid) -> Iterator[tuple[Ints, Ints]]:
    """Yield the orders of known customers who have two in one period, with the place of it: those of some periods."""
    customers, marks = reader.facts.orders.customer, reader.marks
    known, in_period = marks.of(Counted.BUYERS), marks.of(grid.windows)
    runs = row_runs(reader, None, grid.windows) or []
    again = np.zeros(extent(reader.facts.orders, "customer").most + 2, dtype=np.bool_)  # at last those of no customer
    held: list[Ints] = []
    for period, run in enumerate(runs):
        buyers = customers[run].compress(in_period[run])
        again[buyers] = True
        held.append(np.flatnonzero(again.take(customers[run]) & known[run]) + run.start)
        again[buyers] = False
        lengths = [len(rows) for rows in held]
        if sum(lengths) >= BLOCK or period == len(runs) - 1:
            yield np.repeat(np.arange(period + 1 - len(held), period + 1), lengths), np.concatenate(held)
            held = []


def first_in_runs(reader: Reader, grid: Grid) -> Ints | None:
    """Count the orders whose customer has no earlier one in their period; None where these are no `row_runs`."""
    runs = row_runs(reader, None, grid.windows)
    return None if runs is None else reader.once(("first in runs", grid), lambda: _first_in_runs(reader, grid, runs))


def _first_in_runs(reader: Reader, grid: Grid, runs: Sequence[slice]) -> Ints:
    known, again = reader.marks.of(Counted.BUYERS), reader.marks.of(grid.windows)
    starts, ends = (np.array([getattr(run, edge) for run in runs], dtype=np.int64) for edge in ("start", "stop"))
    return known.before(ends) - known.before(starts) - again.before(ends) + again.before(starts)


def _first_in_period(reader: Reader, grid: Grid) -> Ints:
    """Count the orders whose customer has no earlier one in their period: each buyer has one such order."""
    found = first_in_runs(reader, grid)
    if found is not None:
        return found
    known, again = reader.marks.of(Counted.BUYERS), reader.marks.of(grid.windows)
    finer = grid if grid.finer is None else grid.finer
    part = Part(values=lambda block: known[block] & ~again[block])
    (halves,) = summed((part,), cells_above(reader, finer, Orders, None)[0], size=2 * finer.size)
    sums = np.zeros(grid.size, dtype=np.int64)
    np.add.at(sums, coarser(reader, finer, grid), halves[1::2])
    return sums
