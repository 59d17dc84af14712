"""The Shapley value of a product: what each factor has to do with its change, fair to all orders of changing them.

There are n! orders and 2^n sets of changed factors, and neither is walked through: the product of the other factors,
each on its way from before to after, is a polynomial, and its integral over the way is the weight of a factor.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, prod


def shapley(chain: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, ...]:
    """Return the part of each factor in the change of their product.

    The parts add up to the change, factors that changed alike get alike, one that did not change gets exactly zero,
    and swapping before and after swaps every sign.

    Args:
        chain: For each factor its value before and after.

    Example:
        >>> shapley([(Fraction(100), Fraction(200)), (Fraction(2), Fraction(2)), (Fraction(10), Fraction(20))])
        (Fraction(3000, 1), Fraction(0, 1), Fraction(3000, 1))

    Note:
        L. S. Shapley, A value for n-person games, 1953; for a product it is the decomposition of P. Das Gupta, 1993.
    """
    over = [before.denominator * after.denominator for before, after in chain]
    start = [before.numerator * after.denominator for before, after in chain]
    end = [after.numerator * before.denominator for before, after in chain]
    whole = prod(over) * factorial(len(chain))
    return tuple(
        Fraction((end[at] - start[at]) * _weight(start[:at] + start[at + 1 :], end[:at] + end[at + 1 :]), whole)
        for at in range(len(chain))
    )


def _weight(start: Sequence[int], end: Sequence[int]) -> int:
    """Return the mean product of the other factors over all orders, times n!."""
    others = len(start)
    return sum(
        factorial(changed) * factorial(others - changed) * products
        for changed, products in enumerate(_by_number_changed(start, end))
    )


def _by_number_changed(start: Sequence[int], end: Sequence[int]) -> list[int]:
    """Return, for each number of changed factors, the sum of the products over all sets of so many."""
    sums = [1]
    for before, after in zip(start, end, strict=True):
        sums = [before * kept + after * changed for kept, changed in zip([*sums, 0], [0, *sums], strict=True)]
    return sums
