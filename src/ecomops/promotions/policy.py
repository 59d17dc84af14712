"""How promotions meet on one basket: the policy of the day."""

from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen

from ecomops.kernel import Rounding
from ecomops.kernel.checks import is_a, require_once, some_text, tuple_of


class LanePick(StrEnum):
    """Which promotions of a lane apply."""

    STACK = "stack"
    """All of them, each on what the former left."""
    BEST = "best"
    """The one that saves the basket most; ties by priority, then by id."""
    BEST_PER_LINE = "best_per_line"
    """For each line the one that takes most off it; ties by priority, then by id. Reductions over lines only."""


MAIN = "main"
"""The lane of a promotion that names no other."""


@frozen(kw_only=True)
class Lane:
    """A named group of promotions; lanes run in order, each on what the former left.

    Args:
        name: What promotions call it.
        pick: Which of its promotions apply.
    """

    name: str = field(validator=some_text)
    pick: LanePick = field(default=LanePick.STACK, validator=is_a(LanePick))


def _lanes(instance: object, attribute: "Attribute[Any]", value: tuple[Lane, ...]) -> None:
    tuple_of(Lane, least=1)(instance, attribute, value)
    require_once((lane.name for lane in value), field="QuotePolicy.lanes")


@frozen(kw_only=True)
class QuotePolicy:
    """How a basket is quoted.

    Args:
        lanes: The lanes, in the order in which they run (one, in which all stack).
        rounding: How a fraction of a minor unit of a discount becomes a whole one (half up, away from zero).
    """

    lanes: tuple[Lane, ...] = field(default=(Lane(name=MAIN),), validator=_lanes)
    rounding: Rounding = field(default=Rounding.HALF_UP, validator=is_a(Rounding))


DEFAULT_POLICY = QuotePolicy()
"""What holds when a host says nothing: one lane, all stack, discounts rounded half up."""


@frozen(kw_only=True)
class CouponPolicy:
    """What becomes of coupons and uses.

    Args:
        back_when_paid: A paid order that is cancelled gives its coupons and uses back (it does).
        back_when_refunded: An order of which all goods are refunded after they were sent gives them back (it does not).
    """

    back_when_paid: bool = field(default=True, validator=is_a(bool))
    back_when_refunded: bool = field(default=False, validator=is_a(bool))


DEFAULT_COUPON_POLICY = CouponPolicy()
"""What holds when a host says nothing: a cancelled order gives back what it had redeemed, a refunded one keeps it."""
