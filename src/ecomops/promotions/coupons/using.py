"""A coupon is given out, shown, bound by an order, used, freed, and lapses."""

from pendulum import DateTime

from ecomops.kernel import Period
from ecomops.promotions.coupons.coupon import Coupon, Status
from ecomops.promotions.coupons.errors import CouponUnmatched
from ecomops.promotions.coupons.events import (
    LIFECYCLE,
    CouponExpired,
    CouponIssued,
    CouponPresented,
    CouponRedeemed,
    CouponReleased,
    CouponReserved,
)
from ecomops.promotions.coupons.requiring import bound_by, require_owner, require_unbound, require_valid
from ecomops.terms import BatchId, CodeId, CouponId, CustomerId, LineId, OrderId, PromotionId


def issue(
    id: CouponId,
    *,
    batch: BatchId,
    promotion: PromotionId,
    owner: CustomerId | None,
    valid: Period,
    parent: CodeId | None = None,
    at: DateTime,
) -> tuple[CouponIssued]:
    """Give a coupon out.

    Args:
        id: Its id.
        batch: Of which batch.
        promotion: What it opens.
        owner: To whom; None is whoever brings it.
        valid: When it may be used.
        parent: The shared code under which it stands, see `sharedcodes.narrowed`; None when under none.
        at: When it is given out.
    """
    issued = CouponIssued(
        coupon=id, batch=batch, promotion=promotion, owner=owner, valid=valid, parent=parent, at=at
    )  # fmt: skip
    return (issued,)


def present(
    coupon: Coupon, *, order: OrderId, customer: CustomerId | None, lines: tuple[LineId, ...], at: DateTime
) -> tuple[CouponPresented, ...]:
    """Show *coupon* for an order to be; () when it is bound by that order already.

    Args:
        coupon: The coupon.
        order: The order to be.
        customer: Who shows it.
        lines: The lines that it is for.
        at: When.

    Raises:
        CouponNotYours: It belongs to another customer.
        CouponBound: It is bound by another order.
        IllegalMove: It has expired.
        CouponNotValid: It is not valid yet, or no more.
        CouponUnmatched: There is no such line.
    """
    require_owner(coupon, customer)
    if bound_by(coupon, order):
        return ()
    LIFECYCLE.require(coupon.status, CouponPresented, id=coupon.id)
    require_valid(coupon, at)
    if not lines:
        raise CouponUnmatched(id=coupon.id)
    return (CouponPresented(coupon=coupon.id, order=order, lines=lines, at=at),)


def reserve(
    coupon: Coupon, *, order: OrderId, customer: CustomerId | None, at: DateTime
) -> tuple[CouponReserved, ...]:  # fmt: skip
    """Bind *coupon* by an order that is placed; () when that order has it already.

    Raises:
        CouponNotYours: It belongs to another customer.
        CouponBound: It is bound by another order.
        IllegalMove: It has expired.
        CouponNotValid: It is not valid yet, or no more.
    """
    require_owner(coupon, customer)
    if bound_by(coupon, order):
        return ()
    LIFECYCLE.require(coupon.status, CouponReserved, id=coupon.id)
    require_valid(coupon, at)
    return (CouponReserved(coupon=coupon.id, order=order, at=at),)


def redeem(coupon: Coupon, *, order: OrderId, at: DateTime) -> tuple[CouponRedeemed, ...]:
    """Use *coupon*: its order is paid; () when that order has used it already.

    Raises:
        CouponBound: It is bound by another order.
        IllegalMove: It is not bound.
    """
    if bound_by(coupon, order) and coupon.status is Status.REDEEMED:
        return ()
    LIFECYCLE.require(coupon.status, CouponRedeemed, id=coupon.id)
    return (CouponRedeemed(coupon=coupon.id, order=order, at=at),)


def release(coupon: Coupon, *, order: OrderId, at: DateTime) -> tuple[CouponReleased | CouponExpired, ...]:
    """Free *coupon* of an order that was cancelled, or for which it was presented; () when that order has none of it.

    One that is past its end by then expires with it.
    """
    if coupon.order != order:
        return ()
    LIFECYCLE.require(coupon.status, CouponReleased, id=coupon.id)
    released = CouponReleased(coupon=coupon.id, at=at)
    return (released,) if at < coupon.valid.end else (released, CouponExpired(coupon=coupon.id, at=at))


def withdraw(coupon: Coupon, *, at: DateTime) -> tuple[CouponReleased, ...]:
    """Take *coupon* back that was shown for an order to be; () when it is not shown.

    Raises:
        CouponBound: An order has it: it is free again when that is cancelled.
    """
    require_unbound(coupon)
    return (CouponReleased(coupon=coupon.id, at=at),) if coupon.status is Status.PRESENTED else ()


def expire(coupon: Coupon, *, at: DateTime) -> tuple[CouponExpired, ...]:
    """Let *coupon* lapse when its end has come; () before that, and when it is bound, used or gone."""
    if CouponExpired not in LIFECYCLE.may(coupon.status) or at < coupon.valid.end:
        return ()
    return (CouponExpired(coupon=coupon.id, at=at),)
