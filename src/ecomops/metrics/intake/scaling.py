"""Whole numbers times exact fractions, rounded by a named rule: the same as `kernel.divide`, a column at a time."""

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never, cast

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints, grouped
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel import OutOfRange, Rounding, divide


def scaled(values: Ints, rates: Sequence[Fraction], which: Ints, rounding: Rounding) -> Ints:
    """Return each value times its rate, rounded.

    Args:
        values: Whole numbers.
        rates: Positive fractions.
        which: The rate of each value, by its place.
        rounding: The rule for what lies between two whole numbers.

    Raises:
        OutOfRange: A result is more than 64 bits hold.

    Example:
        >>> import numpy as np
        >>> scaled(np.array([5, -5]), (Fraction(1, 2),), np.array([0, 0]), Rounding.HALF_UP)
        array([ 3, -3])
    """
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    largest = max(abs(int(values.min())), abs(int(values.max())))
    most = max(max(largest, 1) * max(rate.numerator, 2 * rate.denominator) for rate in rates)
    if most > MOST_OF_A_SUM:
        return _one_by_one(values, rates, which, rounding)
    above = np.array([rate.numerator for rate in rates], dtype=np.int64)[which] * values
    below = np.array([rate.denominator for rate in rates], dtype=np.int64)[which]
    quotient, rest = np.divmod(above, below)
    return quotient + _up(quotient, rest, below, negative=above < 0, rounding=rounding)


def residual(values: Ints, rates: Sequence[Fraction], which: Ints, made: Ints, *, name: str) -> Fraction:
    """Return by how much the exact sum exceeds the sum of what was *made* of the values.

    Raises:
        CannotHoldSum: A sum might be more than 64 bits hold.
    """
    sums = grouped(values, which, size=len(rates), name=name).tolist()
    exact = sum((rate * amount for rate, amount in zip(rates, sums, strict=True)), start=Fraction(0))
    return exact - int(grouped(made, np.zeros(len(made), dtype=np.int64), size=1, name=name)[0])


def _up(
    quotient: Ints, rest: Ints, below: Ints, *, negative: NDArray[np.bool_], rounding: Rounding
) -> NDArray[np.bool_]:
    """Tell which quotients, cut off towards minus infinity, become one more."""
    above, tie = 2 * rest > below, 2 * rest == below
    up: NDArray[np.bool_]
    match rounding:
        case Rounding.FLOOR:
            up = np.zeros(len(rest), dtype=np.bool_)
        case Rounding.CEILING:
            up = rest > 0
        case Rounding.DOWN:
            up = (rest > 0) & negative
        case Rounding.UP:
            up = (rest > 0) & ~negative
        case Rounding.HALF_UP:
            up = above | (tie & ~negative)
        case Rounding.HALF_DOWN:
            up = above | (tie & negative)
        case Rounding.HALF_EVEN:
            up = above | (tie & (quotient % 2 == 1))
        case _:
            assert_never(rounding)
    return up


def _one_by_one(values: Ints, rates: Sequence[Fraction], which: Ints, rounding: Rounding) -> Ints:
    """Return the same in numbers of any size."""
    made = [
        divide(value * rates[place].numerator, rates[place].denominator, rounding)
        for value, place in zip(cast("list[int]", values.tolist()), cast("list[int]", which.tolist()), strict=True)
    ]
    if max(map(abs, made)) >= 2**63:
        raise OutOfRange(field="scaled", least=str(-(2**63)), most=str(2**63 - 1))
    return np.array(made, dtype=np.int64)
