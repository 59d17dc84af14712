"""A coupon in hand: taken by a customer, given on, stopped and let go, taken out for good."""

from pendulum import DateTime

from ecomops.promotions.coupons.coupon import Coupon, Status
from ecomops.promotions.coupons.errors import CouponNotYours
from ecomops.promotions.coupons.events import (
    LIFECYCLE,
    CouponClaimed,
    CouponExpired,
    CouponFrozen,
    CouponInvalidated,
    CouponThawed,
    CouponTransferred,
)
from ecomops.promotions.coupons.requiring import require_owner, require_unbound, require_valid
from ecomops.terms import CustomerId


def claim(coupon: Coupon, *, customer: CustomerId, at: DateTime) -> tuple[CouponClaimed, ...]:
    """Let *customer* take a coupon that is nobody's; () when it is that customer's already.

    Raises:
        CouponNotYours: It belongs to another customer.
        IllegalMove: It is shown, bound, used, frozen or gone.
        CouponNotValid: Its end has come; one that is not valid yet may be taken.
    """
    require_owner(coupon, customer)
    if coupon.owner == customer:
        return ()
    LIFECYCLE.require(coupon.status, CouponClaimed, id=coupon.id)
    if at >= coupon.valid.end:
        require_valid(coupon, at)
    return (CouponClaimed(coupon=coupon.id, owner=customer, at=at),)


def transfer(
    coupon: Coupon, *, customer: CustomerId, to: CustomerId, at: DateTime
) -> tuple[CouponTransferred, ...]:  # fmt: skip
    """Let *customer*, who owns it, give *coupon* to another; () when it is the other's already.

    Args:
        coupon: The coupon.
        customer: Who gives it.
        to: Who gets it.
        at: When.

    Raises:
        CouponNotYours: It belongs to another customer than who gives it, or to nobody.
        IllegalMove: It is shown, bound, used, frozen or gone.
        CouponNotValid: Its end has come; one that is not valid yet may be given.
    """
    if coupon.owner == to:
        return ()
    if coupon.owner is None or coupon.owner != customer:
        raise CouponNotYours(id=coupon.id)
    LIFECYCLE.require(coupon.status, CouponTransferred, id=coupon.id)
    if at >= coupon.valid.end:
        require_valid(coupon, at)
    return (CouponTransferred(coupon=coupon.id, owner=to, at=at),)


def freeze(coupon: Coupon, *, reason: str, at: DateTime) -> tuple[CouponFrozen, ...]:
    """Stop *coupon* until somebody has looked at it; () when it is frozen already.

    Raises:
        CouponBound: An order has it: cancel that first.
        IllegalMove: It is gone.
    """
    if coupon.status is Status.FROZEN:
        return ()
    require_unbound(coupon)
    LIFECYCLE.require(coupon.status, CouponFrozen, id=coupon.id)
    return (CouponFrozen(coupon=coupon.id, reason=reason, at=at),)


def thaw(coupon: Coupon, *, at: DateTime) -> tuple[CouponThawed | CouponExpired, ...]:
    """Let a frozen *coupon* go again; () when it is not frozen. One that is past its end by then expires with it."""
    if coupon.status is not Status.FROZEN:
        return ()
    thawed = CouponThawed(coupon=coupon.id, at=at)
    return (thawed,) if at < coupon.valid.end else (thawed, CouponExpired(coupon=coupon.id, at=at))


def invalidate(coupon: Coupon, *, reason: str, at: DateTime) -> tuple[CouponInvalidated, ...]:
    """Take *coupon* out for good; () when it is out already.

    Raises:
        CouponBound: An order has it: cancel that first.
        IllegalMove: It has expired.
    """
    if coupon.status is Status.INVALIDATED:
        return ()
    require_unbound(coupon)
    LIFECYCLE.require(coupon.status, CouponInvalidated, id=coupon.id)
    return (CouponInvalidated(coupon=coupon.id, reason=reason, at=at),)
