"""The coupon as it stands, and where it may stand."""

from enum import StrEnum

from attrs import field, frozen

from ecomops.kernel import Period
from ecomops.kernel.checks import is_a, optional
from ecomops.terms import BatchId, CodeId, CouponId, CustomerId, OrderId, PromotionId


class Status(StrEnum):
    """Where a coupon stands."""

    ISSUED = "issued"
    PRESENTED = "presented"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    FROZEN = "frozen"
    INVALIDATED = "invalidated"
    EXPIRED = "expired"


WITH_ORDER = frozenset({Status.PRESENTED, Status.RESERVED, Status.REDEEMED})
"""A coupon that stands here names the order (to be)."""


@frozen(kw_only=True)
class Coupon:
    """A single coupon.

    Args:
        id: Its id.
        batch: Of which batch it is.
        promotion: What it opens.
        owner: Whose it is; None is whoever brings it.
        status: Where it stands.
        valid: When it may be used.
        order: The order (to be) for which it was presented, reserved or redeemed; None when for none.
        parent: The shared code under which it stands; None when under none.
    """

    id: CouponId = field(validator=is_a(CouponId))
    batch: BatchId = field(validator=is_a(BatchId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    owner: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    status: Status = field(validator=is_a(Status))
    valid: Period = field(validator=is_a(Period))
    order: OrderId | None = field(default=None, validator=optional(is_a(OrderId)))
    parent: CodeId | None = field(default=None, validator=optional(is_a(CodeId)))
