"""Parts of a whole number that add up: the split by weights, and the unit law of a rung.

Both work on plain integers (minor units); `Money.split` and the lines of an order give them a currency.
"""

from collections.abc import Sequence
from typing import ClassVar

from attrs import define

from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.errors import Invalid, OutOfRange
from ecomops.kernel.text import Text


@define(kw_only=True, slots=False, eq=False, repr=False)
class BadWeights(Invalid):
    """Weights of a split are missing, negative or not whole."""

    code: ClassVar[str] = "split.bad_weights"
    text: ClassVar[Text] = Text(
        "a split needs at least one weight, all whole and none negative; {weights} were given",
        "拆分至少需要一个权重，且均为非负整数；收到 {weights} 个",
    )

    weights: int


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Cut *amount* into one part per weight; the parts add up to it exactly.

    Each part is the whole number below its exact share; the units left over go to the largest remainders, ties to
    the earlier position. All weights zero: evenly. A negative amount is split as its magnitude is.

    Args:
        amount: Minor units, or any whole number.
        weights: Whole numbers, none negative, at least one.

    Returns:
        As many parts as weights, in their order; a zero weight beside a positive one gets 0.

    Raises:
        WrongKind: The weights are no sequence.
        BadWeights: No weight, or one that is negative or no int.

    Example:
        >>> split(100, (1, 1, 1))
        (34, 33, 33)

    Note:
        Largest remainder (Hamilton's method).
    """
    if not isinstance(weights, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("split.weights", "sequence", weights)
    if not weights or any(type(weight) is not int or weight < 0 for weight in weights):
        raise BadWeights(weights=len(weights))
    total = sum(weights)
    if total == 0:
        return split(amount, (1,) * len(weights))
    size = abs(amount)
    parts = [size * weight // total for weight in weights]
    left = size - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % total), at))
    for at in by_remainder[:left]:
        parts[at] += 1
    return tuple(parts) if amount >= 0 else tuple(-part for part in parts)


def worth(amount: int, units: int, first: int) -> int:
    """Return what the *first* units of *units* are worth of *amount*: the unit law.

    Whole cents go to every unit alike and the odd ones to the first units, so any run of units has a worth that is
    never negative for a positive amount, and runs laid end to end add up to the amount.

    Args:
        amount: Minor units of the whole line (a rung).
        units: How many units the line has, at least 1.
        first: How many of them, counted from the first, 0 to *units*.

    Raises:
        WrongKind: One of the numbers is no int.
        OutOfRange: There are no units, or *first* lies outside them.

    Example:
        >>> [worth(100, 3, n) for n in range(4)]
        [0, 34, 67, 100]
    """
    for name, number in (("amount", amount), ("units", units), ("first", first)):
        if type(number) is not int:
            raise wrong_kind(f"worth.{name}", "int", number)
    if not 0 <= first <= units or units == 0:
        raise OutOfRange(field="worth.first", least="0", most=str(units))
    each, odd = divmod(amount, units)
    return first * each + min(first, odd)
