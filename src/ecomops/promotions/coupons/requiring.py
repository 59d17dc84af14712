"""What several decisions on a coupon ask first: whose it is, whether it is valid, which order has it."""

from pendulum import DateTime

from ecomops.promotions.coupons.coupon import Coupon, Status
from ecomops.promotions.coupons.errors import CouponBound, CouponNotValid, CouponNotYours
from ecomops.terms import CustomerId, OrderId


def require_owner(coupon: Coupon, customer: CustomerId | None) -> None:
    """Refuse another customer than the owner of *coupon*; one without an owner is whoever's brings it.

    Raises:
        CouponNotYours: It belongs to another customer.
    """
    if coupon.owner is not None and coupon.owner != customer:
        raise CouponNotYours(id=coupon.id)


def require_valid(coupon: Coupon, at: DateTime) -> None:
    """Refuse before the start of *coupon* and from its end on.

    Raises:
        CouponNotValid: It names both.
    """
    if not coupon.valid.holds(at):
        raise CouponNotValid(
            id=coupon.id, start=coupon.valid.start.isoformat(), end=coupon.valid.end.isoformat()
        )  # fmt: skip


def bound_by(coupon: Coupon, order: OrderId) -> bool:
    """Tell whether *coupon* is bound by *order*.

    Raises:
        CouponBound: It is bound by another.
    """
    if coupon.status not in {Status.RESERVED, Status.REDEEMED}:
        return False
    if coupon.order != order:
        raise CouponBound(id=coupon.id, order=str(coupon.order))
    return True


def require_unbound(coupon: Coupon) -> None:
    """Refuse while an order has *coupon*.

    Raises:
        CouponBound: It names the order.
    """
    if coupon.status in {Status.RESERVED, Status.REDEEMED}:
        raise CouponBound(id=coupon.id, order=str(coupon.order))
