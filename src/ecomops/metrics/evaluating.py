"""Formulas over columns: exact in whole numbers as long as it adds and multiplies, and never a number of nothing.

A cell without a figure is NaN beside its reason. A sum or product is only made when 64 bits certainly hold it.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from ecomops.columns import CannotHoldSum
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.metrics.formulas import Constant, Formula, Kpi, MeanOfDays, Measure, Sign, Trailing, better_of, name_of
from ecomops.metrics.tables import Cells, Column, Reason, Reasons, Values, no_reasons, read_only

Leaf: TypeAlias = Measure | MeanOfDays | Trailing
"""What is not computed of other columns of the same rows."""
Figures: TypeAlias = Mapping[Any, Cells]
_NONE, _ZERO_DENOMINATOR = np.int8(Reason.NONE), np.int8(Reason.ZERO_DENOMINATOR)


def leaves_of(formula: Formula) -> tuple[Leaf, ...]:
    """Return what *formula* is computed of, each once, as it names them from left to right."""
    if isinstance(formula, Kpi):
        return tuple(dict.fromkeys((*leaves_of(formula.left), *leaves_of(formula.right))))
    return () if isinstance(formula, Constant) else (formula,)


def column_of(kpi: Formula, figures: Figures, *, size: int) -> Column:
    """Return the column of *kpi*.

    Args:
        kpi: What is computed.
        figures: The figures of all measures in it.
        size: How many rows there are.

    Raises:
        CannotHoldSum: A figure might be more than 64 bits hold.
    """
    values, reasons = evaluate(kpi, figures, size=size)
    return Column(
        key=kpi.key,
        name=name_of(kpi),
        unit=kpi.unit,
        additivity=kpi.additivity,
        better=better_of(kpi),
        values=read_only(values.copy()),
        reasons=reasons,
    )


def evaluate(formula: Formula, figures: Figures, *, size: int) -> Cells:
    """Return the figures of *formula*, with the reasons where there are none.

    Raises:
        CannotHoldSum: A figure might be more than 64 bits hold.
    """
    if isinstance(formula, (Measure, MeanOfDays, Trailing)):
        return without_figure(*figures[formula])
    if isinstance(formula, Constant):
        return np.full(size, formula.value, dtype=np.int64), no_reasons(size)
    left, reasons = evaluate(formula.left, figures, size=size)
    right, others = evaluate(formula.right, figures, size=size)
    reasons = np.where(reasons == _NONE, others, reasons)
    if formula.sign is Sign.OVER:
        return divided(left, right, reasons)
    _require_room(formula, left, right)
    if formula.sign is Sign.TIMES:
        return left * right, reasons
    return left + right if formula.sign is Sign.PLUS else left - right, reasons


def divided(left: Values, right: Values, reasons: Reasons) -> Cells:
    """Return the quotients, NaN where the denominator is zero or one side has no figure."""
    there = reasons == _NONE
    reasons = np.where(there & (right == 0), _ZERO_DENOMINATOR, reasons)
    gaps = reasons != _NONE
    quotients = left / np.where(gaps, 1, right)
    quotients[gaps] = np.nan
    return quotients, reasons


def without_figure(values: Values, reasons: Reasons) -> Cells:
    """Return *values* with NaN where there is no figure; whole numbers stay whole where every row has one."""
    if not np.count_nonzero(reasons):
        return values, reasons
    return np.where(reasons != _NONE, np.nan, values), reasons


def _require_room(formula: Kpi, left: Values, right: Values) -> None:
    """Refuse a sum or product that might not fit; NaN stands for nothing and fits."""
    largest, other = _largest(left), _largest(right)
    if (largest * other if formula.sign is Sign.TIMES else largest + other) > MOST_OF_A_SUM:
        raise CannotHoldSum(column=formula.key, rows=len(left), largest=max(largest, other))


def _largest(values: Values) -> int:
    """Return the largest magnitude, rounded up to a whole number."""
    if values.dtype.kind == "i":
        return max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0
    there = np.abs(values[~np.isnan(values)])
    return int(np.ceil(there.max())) if len(there) else 0
