"""What a figure is measured in, and what may be done with it."""

from collections import Counter
from enum import StrEnum
from typing import Self

from attrs import Attribute, field, frozen

from ecomops.kernel import OutOfRange, Repeated, WrongKind
from ecomops.kernel.checks import is_plain

Powers = tuple[tuple[str, int], ...]


class Additivity(StrEnum):
    """How a figure of a whole follows from those of its parts.

    A sum adds up over periods and over anything else. A level (`last`) adds up over places, and of periods the last one
    holds. The least and the most are those of the parts. A distinct count is counted again, never added. A ratio is the
    ratio of the sums, never the mean of ratios.
    """

    SUM = "sum"
    LAST = "last"
    LEAST = "min"
    MOST = "max"
    DISTINCT = "distinct"
    RATIO = "ratio"


def _powers(_: object, __: "Attribute[Powers]", value: Powers) -> None:
    if type(value) is not tuple or not all(_is_power(each) for each in value):
        raise WrongKind(field="Unit.powers", expected="tuple of (str, int)", found=type(value).__name__)
    names = [name for name, _ in value]
    if names != sorted(set(names)):
        raise Repeated(field="Unit.powers", key=", ".join(names))
    if not all(power for _, power in value):
        raise OutOfRange(field="Unit.powers", least="1", most="∞")


def _is_power(value: object) -> bool:
    match value:
        case (str(name), int(power)):
            return type(power) is int and is_plain(name, longest=40)
        case _:
            return False


@frozen
class Unit:
    """A unit as a product of powers: yuan per order is `money orders^-1`; no power at all is a plain number.

    Args:
        powers: The names in rising order, each with its exponent, which is not zero.

    Raises:
        WrongKind: It is no tuple of names and whole exponents.
        Repeated: The names are not in rising order, or one stands twice.
        OutOfRange: An exponent is zero.

    Example:
        >>> str(MONEY / Unit.of("orders")), str(MONEY / MONEY)
        ('money orders^-1', '1')
    """

    powers: Powers = field(default=(), validator=_powers)

    @classmethod
    def of(cls, name: str) -> Self:
        """Return the unit called *name*."""
        return cls(((name, 1),))

    def __mul__(self, other: "Unit") -> "Unit":
        return _product(self, other, 1)

    def __truediv__(self, other: "Unit") -> "Unit":
        return _product(self, other, -1)

    def __str__(self) -> str:
        return " ".join(name if power == 1 else f"{name}^{power}" for name, power in self.powers) or "1"


def _product(left: Unit, right: Unit, sign: int) -> Unit:
    powers = Counter(dict(left.powers))
    for name, power in right.powers:
        powers[name] += sign * power
    return Unit(tuple((name, powers[name]) for name in sorted(powers) if powers[name]))


NUMBER = Unit()
"""The unit of what has none: shares, rates, counts of counts."""
MONEY = Unit.of("money")
"""Minor units of the currency of the facts."""
