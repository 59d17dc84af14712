"""Exact numbers: ratios of whole numbers, their sums, and parts in whole steps that add up.

A pair is a ratio that is not reduced: numerator and positive denominator. Reducing costs more than it saves where a
ratio is used once, and sums of many ratios would drown in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import ClassVar, TypeAlias, TypeVar, cast

from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.explaining.errors import Side, ZeroDenominator

Figure: TypeAlias = int | Fraction | tuple[int, int] | None
"""A figure as hosts give it: a whole number, a ratio, a numerator and its denominator, or None where there is none."""
Pair: TypeAlias = tuple[int, int]
NOTHING: Pair = (0, 1)


K = TypeVar("K", str, int, tuple[str, ...])


def ratio(value: Figure, *, key: str, side: Side) -> Fraction | None:
    """Return a figure as an exact ratio; None for a missing one and for nothing over nothing.

    Raises:
        WrongKind: It is no int, Fraction or pair of ints: a float is not exact.
        ZeroDenominator: Something stands over zero.
    """
    if value is None:
        return None
    if type(value) is int:
        return Fraction(value)
    if type(value) is Fraction:
        return value
    pair = two_ints(value)
    if pair is None:
        raise wrong_kind(key, "int, Fraction or pair of int", value)
    return quotient(*pair, key=key, side=side)


def two_ints(value: object) -> Pair | None:
    """Return *value* if it is a pair of ints (no bools), None if not."""
    members = cast("tuple[object, ...]", value)
    if type(value) is not tuple or [type(each) for each in members] != [int, int]:
        return None
    return cast("Pair", members)


def quotient(above: int | Fraction, below: int | Fraction, *, key: str, side: Side) -> Fraction | None:
    """Return *above* over *below*; None for nothing over nothing.

    Raises:
        ZeroDenominator: Something stands over zero.
    """
    if below:
        return Fraction(above) / below
    if above:
        raise ZeroDenominator(key=key, side=side)
    return None


def nearest(pair: Pair) -> int:
    """Return the whole number next to a ratio, halves away from zero: so it changes its sign with the ratio.

    Example:
        >>> nearest((5, 2)), nearest((-5, 2)), nearest((4, 3))
        (3, -3, 1)
    """
    above, below = pair
    size = (2 * abs(above) + below) // (2 * below)
    return size if above >= 0 else -size


def added(pairs: Iterable[Pair]) -> Pair:
    """Return the exact sum of many ratios, not reduced.

    Those of one denominator are added first, then always two neighbours: that is linear in rows, and nearly so in
    denominators.

    Example:
        >>> added([(1, 2), (1, 3), (3, 2)])
        (14, 6)
    """
    by_denominator: defaultdict[int, int] = defaultdict(int)
    for above, below in pairs:
        by_denominator[below] += above
    sums = [(above, below) for below, above in sorted(by_denominator.items())]
    while len(sums) > 1:
        sums = [_sum(*two) for two in zip_longest(sums[::2], sums[1::2], fillvalue=NOTHING)]
    return sums[0] if sums else NOTHING


FINE = 192
"""The binary digits after which a sum of very many ratios is cut, on its way to whole steps only."""


def nearly(pairs: Iterable[Pair]) -> Pair:
    """Return the sum of many ratios, each cut after 192 binary digits: linear, whatever their denominators.

    It is for rounding: the order does not matter, and the sum changes its sign with the ratios.
    """
    return sum((abs(above) << FINE) // below * (1 if above > 0 else -1) for above, below in pairs), 1 << FINE


def _sum(one: Pair, other: Pair) -> Pair:
    return one[0] * other[1] + other[0] * one[1], one[1] * other[1]


def apportion(parts: Sequence[Pair], keys: Sequence[K], total: int) -> list[int]:
    """Return *parts* in whole numbers that add up to *total*, each less than one from its ratio.

    Each goes to the whole number next to it, halves towards zero; what is missing then goes to those that were cut
    most, what is too much comes off those that were raised most, ties by key. That is the largest remainder, and all of
    it changes its sign with the parts. A part of zero stays zero.

    Args:
        parts: Ratios.
        keys: One for each, none twice: what breaks a tie.
        total: Their sum, or a whole number less than one from it.

    Example:
        >>> apportion([(1, 2), (1, 2), (0, 1)], ["a", "b", "c"], 1)
        [1, 0, 0]
        >>> apportion([(-1, 2), (-1, 2), (0, 1)], ["a", "b", "c"], -1)
        [-1, 0, 0]
    """
    whole = [nearest_towards_zero(part) for part in parts]
    left = total - sum(whole)
    if not left:
        return whole
    sign = 1 if left > 0 else -1
    cut = [_Cut(sign * (above - size * below), below) for (above, below), size in zip(parts, whole, strict=True)]
    by_cut = sorted(range(len(cut)), key=lambda at: (-cut[at].about, cut[at], keys[at]))
    for at in by_cut[: abs(left)]:
        whole[at] += sign
    return whole


def nearest_towards_zero(pair: Pair) -> int:
    """Return the whole number next to a ratio, halves towards zero.

    Example:
        >>> nearest_towards_zero((5, 2)), nearest_towards_zero((-5, 2)), nearest_towards_zero((8, 3))
        (2, -2, 3)
    """
    above, below = pair
    size = (2 * abs(above) + below - 1) // (2 * below)
    return size if above >= 0 else -size


class _Cut:
    """How much was cut off a part: the larger goes first. Nearly always `about` tells, which costs no large product."""

    __slots__ = ("about", "above", "below")
    __hash__: ClassVar[None]  # type: ignore[assignment] # it is sorted only

    def __init__(self, above: int, below: int) -> None:
        self.above, self.below = above, below
        self.about = (above << 64) // below

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Cut) and self.above * other.below == other.above * self.below

    def __lt__(self, other: "_Cut") -> bool:
        return self.above * other.below > other.above * self.below
