"""Distinct buyers of the cells of a table, told by the order before: an order without one in its period has a new one.

Only customers who have two orders in one period are looked at twice; nothing else is sorted.
"""

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.adding import distinct, is_dense, repeated
from ecomops.metrics.cells import Grid, cells_above, coarser, of_halves, row_runs
from ecomops.metrics.counting import Counted
from ecomops.metrics.families import Orders
from ecomops.metrics.formulas import Measure
from ecomops.metrics.packing import Part, summed
from ecomops.metrics.reading import Reader
from ecomops.metrics.sales import NO_EARLIER
from ecomops.metrics.together import is_plain, taken


def buyers(reader: Reader, grid: Grid, measure: Measure) -> Ints:
    """Return how many different known customers the valid orders of each cell have, of a measure that `is_plain`."""
    if measure.at is None and not grid.axes:
        return _first_in_period(reader, grid)
    if by_repeats(reader, grid, measure):
        return _rows_of_known(reader, grid, measure) - _repeats(reader, grid)
    finer = grid if grid.finer is None else grid.finer
    cells, _ = cells_above(reader, finer, Orders, measure.at)
    runs = row_runs(reader, measure.at, grid.windows) or [slice(0, len(cells))]
    customers, into = reader.facts.orders.customer, of_halves(coarser(reader, finer, grid))
    return distinct(cells, customers, size=grid.size, runs=runs, into=into)


def by_repeats(reader: Reader, grid: Grid, measure: Measure) -> bool:
    """Tell whether the buyers of each cell are the rows of known customers less those who were there before.

    That is less to sort, where the rows of a period stand together and the order before is known.
    """
    if measure.counted is not Counted.BUYERS or measure.at is not None or not grid.axes:
        return False
    customers = reader.facts.orders.customer
    return (
        is_plain(reader, grid, measure)
        and row_runs(reader, None, grid.windows) is not None
        and is_dense(reader.once("largest customer", lambda: int(customers.max(initial=0))), rows=len(customers))
    )


def _rows_of_known(reader: Reader, grid: Grid, measure: Measure) -> Ints:
    if grid.finer is None:
        return taken(reader, grid, measure)
    sums = np.zeros(grid.size, dtype=np.int64)
    np.add.at(sums, coarser(reader, grid.finer, grid), taken(reader, grid.finer, measure))
    return sums


def _repeats(reader: Reader, grid: Grid) -> Ints:
    """Count the orders whose customer has an earlier one in the same cell: only who has two in a period can have."""
    found, customers = reader.sales, reader.facts.orders.customer
    finer = grid if grid.finer is None else grid.finer
    cells, into = cells_above(reader, finer, Orders, None)[0], of_halves(coarser(reader, finer, grid))
    again = np.zeros(int(customers.max(initial=0)) + 2, dtype=np.bool_)  # the last one is that of unknown customers
    repeats = np.zeros((len(grid.windows), grid.slots), dtype=np.int64)
    runs = row_runs(reader, None, grid.windows) or []
    for period, (run, start) in enumerate(zip(runs, grid.windows.starts.tolist(), strict=True)):
        first = int(run.start)
        buyers = customers[run].compress(found.before[run] >= start)
        again[buyers] = True
        rows: Ints = np.flatnonzero(again.take(customers[run]) & found.known[run]) + first
        again[buyers] = False
        own = np.maximum(into.take(cells.take(rows)) - period * grid.slots, -1)
        repeats[period] = repeated(own, customers.take(rows), size=grid.slots)
    return repeats.ravel()


def _first_in_period(reader: Reader, grid: Grid) -> Ints:
    """Count the orders whose customer's order before lies before their period: each buyer has one such order."""
    found, starts = reader.sales, grid.windows.starts
    runs = row_runs(reader, None, grid.windows)
    if runs is not None:
        return np.array(
            [
                np.count_nonzero(found.known[run]) - np.count_nonzero(found.before[run] >= start)
                for run, start in zip(runs, starts.tolist(), strict=True)
            ],
            dtype=np.int64,
        )
    finer = grid if grid.finer is None else grid.finer
    cells, into = cells_above(reader, finer, Orders, None)[0], coarser(reader, finer, grid)
    begins = np.append(starts.take(into).repeat(2), (NO_EARLIER, NO_EARLIER))
    first = Part(values=lambda block: found.known[block] & (found.before[block] < begins.take(cells[block])))
    (halves,) = summed((first,), cells, size=2 * finer.size)
    sums = np.zeros(grid.size, dtype=np.int64)
    np.add.at(sums, into, halves[1::2])
    return sums
