"""The cells of a table, the cell of each row, and the sums of what stands beside the rows.

A cell is a period and one value of each dimension. Cells are found once for all families whose
rows follow those of another, and kept narrow: they are read more often than anything.
"""

from functools import partial
from typing import cast

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.columns.column import MOST_OF_A_SUM, require_sum
from ecomops.kernel import Period
from ecomops.metrics.adding import BLOCK, added
from ecomops.metrics.declaring import Columns
from ecomops.metrics.expressions import (
    Both,
    ColumnOf,
    Combined,
    Compared,
    Either,
    Expression,
    Join,
    Named,
    Not,
    Number,
    Where,
)
from ecomops.metrics.formulas import Measure
from ecomops.metrics.reading import Dimension, Reader, joined, largest
from ecomops.metrics.sales import is_sorted
from ecomops.metrics.windows import Chosen, Same, Windows

MANY = 256
"""So many rows a period are worth a run of their own."""


@frozen(kw_only=True, eq=False)
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


@frozen(kw_only=True, eq=False)
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
        into, out = chosen.periods[block], chosen.periods[block] < 0
        for axis, codes in axes:
            slots = axis.slots.take(codes[block] + 1, mode="clip")
            into = into * axis.size + slots
            out |= slots < 0
        cells[block] = np.where(out, -1, into)
    return cells


def row_edges(instants: Ints, windows: Windows) -> list[int]:
    """Return the row at which each period begins, and the end; of rows that are not in order all are one run."""
    if len(instants) < MANY * len(windows) or not is_sorted(instants):
        return [0, len(instants)]
    return [*np.searchsorted(instants, windows.starts).tolist(), len(instants)]


def cells_above(
    reader: Reader, grid: Grid, base: type[Columns], at: ColumnOf | None, *, valid: bool
) -> tuple[NDArray[np.int32], Ints | None]:
    """Return the cells of the family that tells those of *base*, and the row of it of each row; None is the same."""
    above = reader.above(base, at)
    if above is None or not all(reader.follows(base, above, axis.by) for axis in grid.axes):
        cells, counted = _cells_of_all(reader, grid, base, at), reader.counted(base, valid=valid)
        if counted is None:
            return cells, None
        key = ("counted cells", Same(cells), Same(counted))
        return reader.once(key, lambda: np.where(counted, cells, np.int32(-1))), None
    cells, further = cells_above(reader, grid, above, None, valid=valid)
    rows = reader.way(base, above)
    if rows is None or further is None:
        return cells, further if rows is None else rows
    return cells, reader.once(("rows", base, Same(further)), lambda: further.take(rows))


def _cells_of_all(reader: Reader, grid: Grid, base: type[Columns], at: ColumnOf | None) -> NDArray[np.int32]:
    """Return the cell of each row, whether it counts or not; what has the same instants has the same cells."""

    def found() -> NDArray[np.int32]:
        return cells_of(reader, grid, base, reader.placed(base, grid.windows, at, valid=False)).astype(np.int32)

    instants = reader.instants(base, at)
    return reader.once(("all cells", base, Same(instants), grid), found)


def is_plain(reader: Reader, measure: Measure) -> bool:
    """Tell whether a measure reads columns of its own family as they stand, and no row of them can fail.

    What might not fit is left to those who look at the rows in the cells alone.
    """
    expression, where = measure.expression, measure.where
    if where is not None and not _compares(where, measure.family):
        return False
    if not isinstance(expression, Combined):
        return expression is None or (isinstance(expression, ColumnOf) and expression.family is measure.family)
    most = _most(reader, expression, measure.family)
    return most is not None and most * len(reader.facts[measure.family]) <= MOST_OF_A_SUM


def _most(reader: Reader, expression: Expression, family: type[Columns]) -> int | None:
    """Return what the magnitude of an expression is at most; None when it might not fit, or asks others."""
    if isinstance(expression, Number):
        return abs(expression.value)
    if isinstance(expression, ColumnOf) and expression.family is family:
        return reader.once(("largest", expression), lambda: largest(_column(reader, expression)))
    if not isinstance(expression, Combined):
        return None
    left, right = (_most(reader, each, family) for each in (expression.left, expression.right))
    if left is None or right is None:
        return None
    most = left * right if expression.join is Join.TIMES else left + right
    return most if most <= MOST_OF_A_SUM else None


def _column(reader: Reader, column: ColumnOf) -> Ints:
    return cast("Ints", getattr(reader.facts[column.family], column.name))


def _block_of(reader: Reader, expression: Expression, block: slice) -> Ints:
    """Return some rows of an expression of which `_most` knows that it fits."""
    if isinstance(expression, Number):
        return np.array([expression.value], dtype=np.int64)
    if isinstance(expression, ColumnOf):
        return _column(reader, expression)[block]
    both = cast("Combined", expression)
    left, right = (_block_of(reader, each, block) for each in (both.left, both.right))
    return joined(both.join, left, right)


def _compares(where: Where, family: type[Columns]) -> bool:
    if isinstance(where, Not):
        return _compares(where.inner, family)
    if isinstance(where, (Both, Either)):
        return _compares(where.left, family) and _compares(where.right, family)
    return isinstance(where, Compared) and all(
        isinstance(each, (Number, Named)) or (isinstance(each, ColumnOf) and each.family is family)
        for each in (where.left, where.right)
    )


def plain_sum(reader: Reader, grid: Grid, measure: Measure) -> Ints:
    """Return the sums of a measure that `is_plain`, block by block."""
    family, expression = measure.family, measure.expression
    cells, rows = cells_above(reader, grid, family, measure.at, valid=measure.valid)
    every = Chosen(rows=None, periods=reader.instants(family, measure.at) if rows is None else rows)
    counts = None if measure.where is None else reader.holds(measure.where, family, every, grid.windows)
    if isinstance(expression, ColumnOf):
        require_sum(_column(reader, expression), name=measure.key)
    values = None if expression is None else partial(_block_of, reader, expression)
    return added(values, cells, size=grid.size, rows=rows, counts=counts)
