"""The single coupon: issued, presented, reserved, redeemed, expired; a released one can be used again.

One without an owner is claimed by a customer, an owned one may be given to another, a suspicious one is frozen until it
is looked at, a wrong one is invalidated for good. Everything that affects its state lives here; its batch keeps the
sums, its promotion says which lines it is for.
"""

from ecomops.promotions.coupons.coupon import WITH_ORDER, Coupon, Status
from ecomops.promotions.coupons.errors import (
    BadCouponOrder,
    CouponBound,
    CouponExists,
    CouponNotValid,
    CouponNotYours,
    CouponUnmatched,
)
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
from ecomops.promotions.coupons.fold import COUPON, begin, evolve
from ecomops.promotions.coupons.keeping import claim, freeze, invalidate, thaw, transfer
from ecomops.promotions.coupons.using import expire, issue, present, redeem, release, reserve, withdraw

__all__ = [
    "COUPON",
    "LIFECYCLE",
    "WITH_ORDER",
    "BadCouponOrder",
    "Coupon",
    "CouponAdopted",
    "CouponBound",
    "CouponClaimed",
    "CouponExists",
    "CouponExpired",
    "CouponFrozen",
    "CouponInvalidated",
    "CouponIssued",
    "CouponNotValid",
    "CouponNotYours",
    "CouponPresented",
    "CouponRedeemed",
    "CouponReleased",
    "CouponReserved",
    "CouponThawed",
    "CouponTransferred",
    "CouponUnmatched",
    "Event",
    "Later",
    "Opening",
    "Status",
    "begin",
    "claim",
    "evolve",
    "expire",
    "freeze",
    "invalidate",
    "issue",
    "present",
    "redeem",
    "release",
    "reserve",
    "thaw",
    "transfer",
    "withdraw",
]
