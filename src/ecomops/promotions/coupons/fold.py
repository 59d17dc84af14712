"""How a coupon comes to be what it is, and how it is found."""

from typing import assert_never

from ecomops.kernel import Noun
from ecomops.kernel.copies import changed
from ecomops.promotions.coupons.coupon import Coupon
from ecomops.promotions.coupons.events import (
    LIFECYCLE,
    CouponAdopted,
    CouponClaimed,
    CouponExpired,
    CouponFrozen,
    CouponInvalidated,
    CouponIssued,
    CouponPresented,
    CouponRedeemed,
    CouponReleased,
    CouponReserved,
    CouponThawed,
    CouponTransferred,
    Event,
    Later,
    Opening,
)


def begin(event: Opening) -> Coupon:
    """Return the coupon that *event* tells of."""
    return Coupon(
        id=event.coupon,
        batch=event.batch,
        promotion=event.promotion,
        owner=event.owner,
        status=LIFECYCLE.opened(event),
        valid=event.valid,
        order=event.order if isinstance(event, CouponAdopted) else None,
        parent=event.parent,
    )


def evolve(coupon: Coupon, event: Later) -> Coupon:
    """Return the coupon as it stands after *event*."""
    status = LIFECYCLE.after(coupon.status, type(event))
    match event:
        case CouponPresented(order=order) | CouponReserved(order=order) | CouponRedeemed(order=order):
            return changed(coupon, status=status, order=order)
        case CouponClaimed(owner=owner) | CouponTransferred(owner=owner):
            return changed(coupon, status=status, owner=owner)
        case CouponReleased() | CouponFrozen() | CouponThawed() | CouponInvalidated() | CouponExpired():
            return changed(coupon, status=status, order=None)
        case _:
            assert_never(event)


COUPON: Noun[Coupon, Opening, Later] = Noun(
    kind="coupon",
    model=Coupon,
    events=Event,
    opens=(CouponIssued, CouponAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda coupon: coupon.id,
    due_at=lambda coupon: coupon.valid.end if CouponExpired in LIFECYCLE.may(coupon.status) else None,
    keys={
        "status": lambda coupon: coupon.status,
        "batch": lambda coupon: coupon.batch,
        "owner": lambda coupon: coupon.owner,
        "parent": lambda coupon: coupon.parent,
        "order": lambda coupon: coupon.order,
    },
)
