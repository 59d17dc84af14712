"""What a reduction takes: a share, an amount, what exceeds a price; one of these by a measure, or what the host states.

A value says how much; its target says of what (`ecomops.promotions.targets`).
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import MOST_UNITS, is_a, optional, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.errors import TiersNotRising
from ecomops.terms import not_negative


def a_share(instance: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    """Check that the value is an exact share: above nothing, at most all."""
    name = f"{type(instance).__name__}.{attribute.name}"
    if type(value) is not Fraction:
        raise wrong_kind(name, "Fraction", value)
    if not 0 < value <= 1 or value.denominator > MOST_UNITS:
        raise OutOfRange(field=name, least="above 0", most="1")


@frozen(kw_only=True)
class Stated:
    """The host names the amount of each line; a quote checks its bounds and carries it."""

    code: ClassVar[str] = "value.stated"


@frozen(kw_only=True)
class Percent:
    """A share of the running amount is taken off (八五折 is fifteen percent).

    Args:
        share: Exact: `Fraction(15, 100)` is fifteen percent off.
    """

    code: ClassVar[str] = "value.percent"

    share: Fraction = field(validator=a_share)


@frozen(kw_only=True)
class AmountOff:
    """An amount is taken off (立减): of each unit, line or set, or once, as the target says.

    Args:
        amount: How much.
    """

    code: ClassVar[str] = "value.amount_off"

    amount: Money = field(validator=not_negative)


@frozen(kw_only=True)
class FixedPrice:
    """What exceeds a price is taken off (一口价); what is cheaper already stays.

    Args:
        price: Of each unit, line or set, or of the whole, as the target says.
    """

    code: ClassVar[str] = "value.fixed_price"

    price: Money = field(validator=not_negative)


PlainValue = Percent | AmountOff | FixedPrice
"""What can be said without a measure."""

PLAIN_VALUES = (Percent, AmountOff, FixedPrice)


@frozen(kw_only=True)
class Tier:
    """A step of a ladder.

    Args:
        bound: The least measure from which it holds, the bound included.
        value: What is taken off then.
    """

    bound: int = field(validator=whole(0, MOST_MINOR))
    value: PlainValue = field(validator=is_a(*PLAIN_VALUES))


def _tiers(instance: object, attribute: "Attribute[Any]", value: tuple[Tier, ...]) -> None:
    tuple_of(Tier, least=1)(instance, attribute, value)
    bounds = tuple(tier.bound for tier in value)
    if any(low >= high for low, high in pairwise(bounds)):
        raise TiersNotRising(bounds=bounds)


@frozen(kw_only=True)
class Ladder:
    """One of several values, by a measure (阶梯): the tier with the greatest bound that is reached.

    Args:
        by: The measure, by its name.
        tiers: In the order of their bounds, which rise.

    Raises:
        TiersNotRising: A bound is not above the one before it.
    """

    code: ClassVar[str] = "value.ladder"

    by: str = field(validator=some_text)
    tiers: tuple[Tier, ...] = field(validator=_tiers)


@frozen(kw_only=True)
class Every:
    """An amount for every full step of a measure (每满减).

    Args:
        by: The measure, by its name.
        step: How much of it makes one step: minor units of an amount, or units.
        amount: What is taken off for each step.
        most: The most steps that count; None is all.
    """

    code: ClassVar[str] = "value.every"

    by: str = field(validator=some_text)
    step: int = field(validator=whole(1, MOST_MINOR))
    amount: Money = field(validator=not_negative)
    most: int | None = field(default=None, validator=optional(whole(1)))


Value = Percent | AmountOff | FixedPrice | Ladder | Every | Stated
"""What a reduction takes."""

VALUES = (*PLAIN_VALUES, Ladder, Every, Stated)
"""Every class of value."""
