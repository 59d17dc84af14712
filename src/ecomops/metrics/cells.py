"""The cells of a table, and the cell of each row.

A cell is a period and one value of each dimension. Cells are found once for all families whose
rows follow those of another, and kept narrow: they are read more often than anything.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.kernel import Period
from ecomops.metrics.adding import BLOCK, Cells
from ecomops.metrics.declaring import Columns
from ecomops.metrics.expressions import ColumnOf
from ecomops.metrics.families import Orders
from ecomops.metrics.reading import Dimension, Reader
from ecomops.metrics.selling import blocks
from ecomops.metrics.windows import Chosen, Same, Windows, in_windows

MOST_NARROW = 2**14
"""How many cells 16 bits tell apart, with those of valid orders."""
FEW = 1 << 16
"""Rows whose halves are found together: what is made of them takes little room."""
MANY = 256
"""So many rows a period are worth a run of their own."""


@frozen(kw_only=True, eq=False, repr=False)
class Axis:
    """A dimension of a table.

    Args:
        by: What it is cut by.
        slots: The slot of each code plus 1, so that the first is that of unknown; -1 for codes that stand in no slot.
        size: How many slots there are.
    """

    by: Dimension
    slots: Ints
    size: int


@frozen(kw_only=True, eq=False, repr=False)
class Grid:
    """The cells of a table.

    Args:
        windows: The periods.
        axes: The dimensions.
        observed: What was observed: nothing is said of what lies after it.
        finer: A grid, shared with other tables, of whose cells each lies in one of these: what adds up is read off it.
    """

    windows: Windows
    axes: tuple[Axis, ...]
    observed: Period
    finer: "Grid | None" = None

    @property
    def slots(self) -> int:
        """How many cells a period has."""
        slots = 1
        for axis in self.axes:
            slots *= axis.size
        return slots

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.windows) * self.slots


def refines(finer: Grid, grid: Grid) -> bool:
    """Tell whether each cell of *finer* lies in one of *grid*, and none of these holds anything else."""
    ours, theirs = grid.windows, finer.windows
    return (
        ours.apart
        and theirs.apart
        and all(any(axis is each for each in finer.axes) for axis in grid.axes)
        and bool(np.isin(ours.starts, theirs.starts).all() and np.isin(ours.ends, theirs.ends).all())
        and bool((theirs.starts[1:] == theirs.ends[:-1]).all())
    )


def coarser(reader: Reader, finer: Grid, grid: Grid) -> Ints:
    """Return the cell of *grid* that each cell of *finer* lies in."""

    def found() -> Ints:
        periods = np.searchsorted(grid.windows.starts, finer.windows.starts, side="right") - 1
        places: list[Ints] = list(np.indices((len(finer.windows), *(axis.size for axis in finer.axes)), dtype=np.int64))
        cells: Ints = periods.take(places[0])
        for axis in grid.axes:
            cells = cells * axis.size + places[1 + [each is axis for each in finer.axes].index(True)]
        return cells.ravel()

    return reader.once(("coarser", finer, grid), found)


def cells_of(reader: Reader, grid: Grid, family: type[Columns], chosen: Chosen) -> Ints:
    """Return the cell of each row; -1 for none."""
    if not grid.axes:
        return chosen.periods
    axes = [(axis, chosen.of(reader.codes(family, axis.by))) for axis in grid.axes]
    cells = np.empty(len(chosen.periods), dtype=np.int64)
    for start in range(0, len(cells), BLOCK):
        block = slice(start, start + BLOCK)
        cells[block] = _cells_in(chosen.periods[block], [(axis, codes[block]) for axis, codes in axes])
    return cells


def _cells_in(periods: Cells, axes: Sequence[tuple[Axis, Ints]]) -> Cells:
    into, out = periods, periods < 0
    for axis, codes in axes:
        slots = axis.slots.astype(periods.dtype).take(codes + 1, mode="clip")
        into = into * axis.size + slots
        if int(axis.slots.min()) < 0:
            out |= slots < 0
    if bool(out.any()):
        into = into.copy() if into is periods else into
        into[out] = -1
    return into


def slots_of(reader: Reader, grid: Grid, family: type[Columns]) -> Callable[[Ints], Cells]:
    """Return what tells the place of each of some rows among the cells of its period; -1 for none."""
    axes = [(axis, reader.coding(family, axis.by)) for axis in grid.axes]
    return lambda rows: _cells_in(np.zeros(len(rows), dtype=np.int64), [(axis, codes(rows)) for axis, codes in axes])


def row_runs(reader: Reader, at: ColumnOf | None, windows: Windows) -> list[slice] | None:
    """Return the rows of the orders in each period; None where these are not in order, or few."""
    instants = reader.instants(Orders, at)
    if len(instants) < MANY * len(windows) or not reader.rises(instants):
        return None

    def found() -> list[slice]:
        first, after = (np.searchsorted(instants, edges).tolist() for edges in (windows.starts, windows.ends))
        return [slice(*each) for each in zip(first, after, strict=True)]

    return reader.once(("runs", Same(instants), windows), found)


def cells_above(reader: Reader, grid: Grid, base: type[Columns], at: ColumnOf | None) -> tuple[Cells, Ints | None]:
    """Return the `halves` of the family that tells those of *base*, and the row of it of each row; None is the same."""
    return reader.once(("cells above", grid, base, at), lambda: _cells_above(reader, grid, base, at))


def _cells_above(reader: Reader, grid: Grid, base: type[Columns], at: ColumnOf | None) -> tuple[Cells, Ints | None]:
    above = reader.above(base, at)
    if above is None or not all(reader.follows(base, above, axis.by) for axis in grid.axes):
        return _halves(reader, grid, base, at), None
    cells, further = cells_above(reader, grid, above, None)
    rows = reader.way(base, above)
    if rows is None or further is None:
        return cells, further if rows is None else rows
    return cells, reader.once(("rows", base, Same(further)), lambda: further.take(rows))


def _halves(reader: Reader, grid: Grid, base: type[Columns], at: ColumnOf | None) -> Cells:
    """Return the cell of each row, twice, and one more when it counts; what has no cell is below zero.

    So what is summed of all rows and what is summed of those of valid orders is summed at once. The numbers are no
    wider than they need be: there is one for each order.
    """
    instants, counted = reader.instants(base, at), reader.counting(base, valid=True)

    def found() -> Cells:
        axes = [(axis, reader.coding(base, axis.by)) for axis in grid.axes]
        periods_of = _periods(reader, base, at, grid.windows)
        cells: Cells = np.empty(len(instants), dtype=np.int16 if grid.size <= MOST_NARROW else np.int32)

        for block in blocks(len(cells), rows=FEW):
            into = _cells_in(periods_of(block), [(axis, codes(block)) for axis, codes in axes])
            into *= 2
            into += True if counted is None else counted(block)
            cells[block] = into
        return cells

    return reader.once(("halves", base, Same(instants), grid), found)


def _periods(reader: Reader, base: type[Columns], at: ColumnOf | None, windows: Windows) -> Callable[[slice], Cells]:
    """Return what tells the period of each of some rows, -1 for none: of orders in order where each begins and ends."""
    instants, runs = reader.instants(base, at), row_runs(reader, at, windows) if base is Orders else None
    if runs is None:
        return lambda block: in_windows(instants[block], windows, None).periods
    ends = [run.stop for run in runs]

    def found(block: slice) -> Cells:
        periods = np.full(block.stop - block.start, -1, dtype=np.int32)
        for place in range(bisect_right(ends, block.start), len(runs)):
            first, end = (max(int(edge) - block.start, 0) for edge in (runs[place].start, ends[place]))
            periods[first:end] = place
            if end >= len(periods):
                break
        return periods

    return found


def of_halves(cells: Ints) -> Ints:
    """Return for each half cell what is given for each cell; -1 for rows that do not count, and where there is none."""
    found = np.full(2 * len(cells) + 2, -1, dtype=np.int64)
    found[1:-2:2] = cells
    return found
