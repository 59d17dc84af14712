"""What a promotion gives: a reduction, a gift, points, coupons, or what a host computes by a rule of its own."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar, Protocol, runtime_checkable

from attrs import Attribute, field, frozen

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import Rule
from ecomops.promotions.errors import BadPoints, PickedPrice, StatedAlone
from ecomops.promotions.targets import TARGETS, Per, Sets, Target, Whole
from ecomops.promotions.values import VALUES, FixedPrice, Ladder, Stated, Value
from ecomops.promotions.views import Shortfall, View
from ecomops.terms import BatchId, Sku, not_negative

MOST_FACTOR = 1000
"""The highest multiplier of points."""


@frozen(kw_only=True)
class Reduction:
    """Something is taken off: a value, of a target.

    Args:
        value: How much.
        target: Of what.
        cap: The most that is taken off; None is no limit.

    Raises:
        StatedAlone: A stated value is not over the whole, or has a cap.
        PickedPrice: A price of sets pays for some of their units only: nobody could say which.
    """

    code: ClassVar[str] = "benefit.reduction"

    value: Value = field(validator=is_a(*VALUES))
    target: Target = field(validator=is_a(*TARGETS))
    cap: Money | None = field(default=None, validator=optional(not_negative))

    def __attrs_post_init__(self) -> None:
        """Refuse a value that its target cannot have."""
        target = self.target
        if isinstance(self.value, Stated) and (not isinstance(target, Whole) or self.cap is not None):
            raise StatedAlone(field="Reduction.value")
        if isinstance(target, Sets) and target.per is Per.SET and _priced(self.value):
            picked = [part for part in target.parts if part.pick is not None and part.pick.count]
            if picked:
                raise PickedPrice(parts=len(picked))


def _priced(value: Value) -> bool:
    if isinstance(value, Ladder):
        return any(_priced(tier.value) for tier in value.tiers)
    return isinstance(value, FixedPrice)


@frozen(kw_only=True)
class GiftChoice:
    """What can be chosen as a gift.

    Args:
        sku: The product.
        value: What it is worth, for its label; it is in no sum.
    """

    sku: Sku = field(validator=is_a(Sku))
    value: Money = field(validator=not_negative)


def _choices(instance: object, attribute: "Attribute[Any]", value: tuple[GiftChoice, ...]) -> None:
    tuple_of(GiftChoice, least=1)(instance, attribute, value)
    require_once((choice.sku for choice in value), field="Gift.choices")


@frozen(kw_only=True)
class Gift:
    """Goods are given (满赠), or may be bought for a price (换购), once or for every step of a measure.

    Args:
        choices: What the buyer may choose from; those without stock drop out.
        quantity: How many units each time.
        price: What a unit costs; None is nothing.
        by: The measure, by its name; None is once.
        step: How much of it makes one time.
        most: The most times; None is no limit.
    """

    code: ClassVar[str] = "benefit.gift"

    choices: tuple[GiftChoice, ...] = field(validator=_choices)
    quantity: int = field(default=1, validator=whole(1))
    price: Money | None = field(default=None, validator=optional(not_negative))
    by: str | None = field(default=None, validator=optional(some_text))
    step: int = field(default=1, validator=whole(1, MOST_MINOR))
    most: int | None = field(default=None, validator=optional(whole(1)))


def _a_factor(instance: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    name = f"{type(instance).__name__}.{attribute.name}"
    if type(value) is not Fraction:
        raise wrong_kind(name, "Fraction", value)
    if not 0 < value <= MOST_FACTOR:
        raise OutOfRange(field=name, least="above 0", most=str(MOST_FACTOR))


@frozen(kw_only=True)
class PointsGrant:
    """Points are given: so many, or a multiple of what the order earns.

    Args:
        factor: What the points of the order are multiplied by; None when *points* are named.
        points: How many; None when a *factor* is named.

    Raises:
        BadPoints: Both are named, or neither.
    """

    code: ClassVar[str] = "benefit.points"

    factor: Fraction | None = field(default=None, validator=optional(_a_factor))
    points: int | None = field(default=None, validator=optional(whole(1)))

    def __attrs_post_init__(self) -> None:
        """Refuse both and neither."""
        if (self.factor is None) is (self.points is None):
            raise BadPoints(field="PointsGrant")


@frozen(kw_only=True)
class CouponGrant:
    """Coupons are given for a later order.

    Args:
        batch: Of which batch.
        number: How many.
    """

    code: ClassVar[str] = "benefit.coupons"

    batch: BatchId = field(validator=is_a(BatchId))
    number: int = field(default=1, validator=whole(1))


@runtime_checkable
class HostBenefit(Protocol):
    """A benefit that a host computes: a frozen value with a `code`, registered with the codec by the host."""

    code: ClassVar[str]
    """Its tag in stored promotions."""

    def effect(self, view: View) -> Sequence[int]:
        """Return what is taken off each row of *view*, in minor units; pure.

        What exceeds the room of a row is cut; an answer of another length, or of other kinds, does not apply.
        """
        ...


@runtime_checkable
class HostCondition(Protocol):
    """A condition that a host decides: a frozen value with a `code`, registered with the codec by the host.

    It may also be one that `NeedsLine`.
    """

    code: ClassVar[str]
    """Its tag in stored promotions."""

    def unmet(self, view: View) -> Shortfall | None:
        """Return what is missing in *view*; None when nothing is. Pure."""
        ...


@runtime_checkable
class NeedsLine(Protocol):
    """A condition of a host that never holds without a line of some kind: an index need not ask it then."""

    def needs(self) -> Rule:
        """Return a rule over the facts of a line, of which one has to be there."""
        ...


Benefit = Reduction | Gift | PointsGrant | CouponGrant | HostBenefit
"""What a promotion gives."""

BENEFITS = (Reduction, Gift, PointsGrant, CouponGrant)
"""Every class of benefit that is shipped."""
