"""Sums that are taken together: what reads columns of its own family as they stand, for all figures of a table at once.

A sum of columns is the sum of the sums of each, so that figures share the columns that they are made of. Rows that
follow those of another family share its cells: one pass for the lines of orders and what stands beside the lines.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.metrics.adding import Flags
from ecomops.metrics.cells import Grid, cells_above
from ecomops.metrics.counting import Counted
from ecomops.metrics.declaring import Columns, extent
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
from ecomops.metrics.packing import Part, summed
from ecomops.metrics.reading import COMPARED, Reader, joined
from ecomops.metrics.windows import Same

BRINGING = frozenset({Counted.NEW_BUYERS, Counted.FIRST_TIME_BUYERS})
FLAGGED = frozenset({*BRINGING, Counted.BUYERS})
"""What is counted by what is known of each order: rows that bring a buyer, and rows of a known one."""


@frozen(kw_only=True, repr=False)
class Addend:
    """What is added up of the rows of a family.

    Args:
        family: Whose rows.
        counted: Sums and rows, or the orders of which something is known.
        column: What is summed; None counts the rows.
        where: Which rows.
    """

    family: type[Columns]
    counted: Counted
    column: Expression | None = None
    where: Where | None = None


Terms: TypeAlias = tuple[tuple[int, Addend], ...]
"""Addends, and how often each is added."""


@frozen(kw_only=True, repr=False)
class Rows:
    """Rows that have the same cells: whoever asks for them, and by whatever instant, has the same sums of them.

    Args:
        cells: The `halves` of the family that tells them.
        rows: The row of it of each row; None is the same.
    """

    cells: Same[np.signedinteger[Any]]
    rows: Same[np.int64] | None


def is_plain(reader: Reader, grid: Grid, measure: Measure) -> bool:
    """Tell whether a measure reads columns of its own family as they stand, and no row of them can fail.

    What might not fit is left to those who look at the rows in the cells alone.
    """
    if not grid.windows.apart or reader.where is not None:
        return False
    if measure.counted in FLAGGED:
        return measure.where is None and (measure.valid or measure.counted in BRINGING)
    expression, where, family = measure.expression, measure.where, measure.family
    if measure.counted not in {Counted.SUM, Counted.ROWS} or (where is not None and not _compares(where, family)):
        return False
    if expression is None:
        return True
    most = _most(reader, expression, family) if isinstance(expression, (ColumnOf, Combined)) else None
    return most is not None and most * len(reader.facts[family]) <= MOST_OF_A_SUM


def take_together(reader: Reader, grid: Grid, measures: Iterable[Measure]) -> None:
    """Take the sums that *measures* are made of, in one pass over the rows that have the same cells."""
    passes: dict[Rows, dict[Addend, None]] = {}
    for each in measures:
        if is_plain(reader, grid, each):
            rows = _rows_of(reader, grid, each)
            for _, addend in _terms_of(each):
                if not reader.knows(("sums", rows, addend)):
                    passes.setdefault(rows, {})[addend] = None
    for rows, addends in passes.items():
        parts = [_part_of(reader, addend) for addend in addends]
        above = None if rows.rows is None else rows.rows.values
        for addend, halves in zip(
            addends, summed(parts, rows.cells.values, size=2 * grid.size, rows=above), strict=True
        ):
            reader.keep(("sums", rows, addend), halves.reshape(-1, 2))


def taken(reader: Reader, grid: Grid, measure: Measure) -> Ints:
    """Return the sums of a measure that `is_plain` in each cell; for `BUYERS` the rows of known customers."""
    take_together(reader, grid, (measure,))
    rows, sums = _rows_of(reader, grid, measure), np.zeros(grid.size, dtype=np.int64)
    for times, addend in _terms_of(measure):
        halves: Ints = reader.kept(("sums", rows, addend))
        sums += times * (halves[:, 1] if measure.valid else halves.sum(axis=1))
    return sums


def _rows_of(reader: Reader, grid: Grid, measure: Measure) -> Rows:
    cells, rows = cells_above(reader, grid, measure.family, measure.at)
    return Rows(cells=Same(cells), rows=None if rows is None else Same(rows))


def _terms_of(measure: Measure) -> Terms:
    addend = partial(Addend, family=measure.family, where=measure.where)
    if measure.counted in FLAGGED:
        return ((1, addend(counted=measure.counted)),)
    terms = ((1, None),) if measure.expression is None else _linear(measure.expression)
    return tuple((times, addend(counted=Counted.SUM, column=column)) for times, column in terms)


def _linear(expression: Expression) -> Sequence[tuple[int, Expression | None]]:
    """Return the columns that an expression adds up, and how often; a product of columns stays what it is."""
    if isinstance(expression, Number):
        return ((expression.value, None),)
    if isinstance(expression, Combined) and expression.join is not Join.TIMES:
        sign = -1 if expression.join is Join.MINUS else 1
        return (*_linear(expression.left), *((sign * times, each) for times, each in _linear(expression.right)))
    return ((1, expression),)


# --- what may be summed so --------------------------------------------------------------------------------------------


def _most(reader: Reader, expression: Expression, family: type[Columns]) -> int | None:
    """Return what the magnitude of an expression is at most; None when it might not fit, or asks others."""
    if isinstance(expression, Number):
        return abs(expression.value)
    if isinstance(expression, ColumnOf) and expression.family is family:
        return extent(reader.facts[family], expression.name).magnitude
    if not isinstance(expression, Combined):
        return None
    left, right = (_most(reader, each, family) for each in (expression.left, expression.right))
    if left is None or right is None:
        return None
    most = left * right if expression.join is Join.TIMES else left + right
    return most if most <= MOST_OF_A_SUM else None


def _column(reader: Reader, column: ColumnOf) -> Ints:
    return cast("Ints", getattr(reader.facts[column.family], column.name))


def _compares(where: Where, family: type[Columns]) -> bool:
    if isinstance(where, Not):
        return _compares(where.inner, family)
    if isinstance(where, (Both, Either)):
        return _compares(where.left, family) and _compares(where.right, family)
    return isinstance(where, Compared) and all(
        isinstance(each, (Number, Named)) or (isinstance(each, ColumnOf) and each.family is family)
        for each in (where.left, where.right)
    )


# --- blocks of rows ---------------------------------------------------------------------------------------------------


def _part_of(reader: Reader, addend: Addend) -> Part:
    if addend.counted in FLAGGED:
        return Part(values=reader.marks.of(addend.counted).__getitem__)
    column, where = addend.column, addend.where
    holds = None if where is None else _holding(reader, where)
    if column is None:
        return Part(values=holds)
    values, most = _reading(reader, column), cast("int", _most(reader, column, addend.family))
    signed = not isinstance(column, ColumnOf) or column.declared.least < 0
    if holds is None:
        return Part(values=values, most=most, signed=signed)
    return Part(values=_where(values, holds), most=most, signed=signed)


def _where(values: Callable[[slice], Ints], holds: Callable[[slice], Flags]) -> Callable[[slice], Ints]:
    """Return what reads values, and 0 where a condition does not hold."""
    return lambda block: values(block) * holds(block)


def _reading(reader: Reader, expression: Expression) -> Callable[[slice], Ints]:
    """Return what reads some rows of an expression of which `_most` knows that it fits."""
    if isinstance(expression, Number):
        number = np.array([expression.value], dtype=np.int64)
        return lambda _: number
    if isinstance(expression, ColumnOf):
        return _column(reader, expression).__getitem__
    both = cast("Combined", expression)
    left, right = _reading(reader, both.left), _reading(reader, both.right)
    return lambda block: joined(both.join, left(block), right(block))


def _holding(reader: Reader, where: Where) -> Callable[[slice], Flags]:
    """Return what tells of which of some rows a condition holds that `_compares` columns of one family."""
    if isinstance(where, Not):
        inner = _holding(reader, where.inner)
        return lambda block: ~inner(block)
    if isinstance(where, (Both, Either)):
        one, other = _holding(reader, where.left), _holding(reader, where.right)
        joining = np.logical_and if isinstance(where, Both) else np.logical_or
        return lambda block: joining(one(block), other(block))
    compared = reader.coded(cast("Compared", where))
    left, right, than = _reading(reader, compared.left), _reading(reader, compared.right), COMPARED[compared.than]
    return lambda block: than(left(block), right(block))
