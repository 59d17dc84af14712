"""What happens to a coupon, and where it stands after that."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Period
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.promotions.coupons.coupon import WITH_ORDER, Status
from ecomops.promotions.coupons.errors import BadCouponOrder
from ecomops.terms import BatchId, CodeId, CouponId, CustomerId, LineId, OrderId, PromotionId


@frozen(kw_only=True)
class CouponIssued:
    """A coupon was given out."""

    code: ClassVar[str] = "coupon.issued"

    coupon: CouponId = field(validator=is_a(CouponId))
    batch: BatchId = field(validator=is_a(BatchId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    owner: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    valid: Period = field(validator=is_a(Period))
    parent: CodeId | None = field(default=None, validator=optional(is_a(CodeId)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponAdopted:
    """A coupon was taken over from another system as it stood; one that is shown, bound or used names its order.

    Raises:
        BadCouponOrder: Such a one names none, or another one does.
    """

    code: ClassVar[str] = "coupon.adopted"

    coupon: CouponId = field(validator=is_a(CouponId))
    batch: BatchId = field(validator=is_a(BatchId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    owner: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    status: Status = field(validator=is_a(Status))
    valid: Period = field(validator=is_a(Period))
    order: OrderId | None = field(validator=optional(is_a(OrderId)))
    parent: CodeId | None = field(default=None, validator=optional(is_a(CodeId)))
    at: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse an order that does not go with the status."""
        if (self.order is None) is (self.status in WITH_ORDER):
            raise BadCouponOrder(id=self.coupon, status=self.status.value)


@frozen(kw_only=True)
class CouponPresented:
    """A buyer showed the coupon for an order to be, and these lines are what it is for."""

    code: ClassVar[str] = "coupon.presented"

    coupon: CouponId = field(validator=is_a(CouponId))
    order: OrderId = field(validator=is_a(OrderId))
    lines: tuple[LineId, ...] = field(validator=tuple_of(LineId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponReserved:
    """An order was placed with the coupon."""

    code: ClassVar[str] = "coupon.reserved"

    coupon: CouponId = field(validator=is_a(CouponId))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponRedeemed:
    """The order with the coupon was paid."""

    code: ClassVar[str] = "coupon.redeemed"

    coupon: CouponId = field(validator=is_a(CouponId))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponReleased:
    """The coupon is free again: it was withdrawn, or its order was cancelled."""

    code: ClassVar[str] = "coupon.released"

    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponExpired:
    """The coupon lapsed unused."""

    code: ClassVar[str] = "coupon.expired"

    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponClaimed:
    """A customer took a coupon that was nobody's (领取)."""

    code: ClassVar[str] = "coupon.claimed"

    coupon: CouponId = field(validator=is_a(CouponId))
    owner: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponTransferred:
    """The owner gave the coupon to another customer (转赠)."""

    code: ClassVar[str] = "coupon.transferred"

    coupon: CouponId = field(validator=is_a(CouponId))
    owner: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponFrozen:
    """The shop stopped the coupon until somebody has looked at it (冻结)."""

    code: ClassVar[str] = "coupon.frozen"

    coupon: CouponId = field(validator=is_a(CouponId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponThawed:
    """The shop let a frozen coupon go again."""

    code: ClassVar[str] = "coupon.thawed"

    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CouponInvalidated:
    """The shop took the coupon out for good (作废)."""

    code: ClassVar[str] = "coupon.invalidated"

    coupon: CouponId = field(validator=is_a(CouponId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


Opening = CouponIssued | CouponAdopted
Later = (
    CouponPresented
    | CouponReserved
    | CouponRedeemed
    | CouponReleased
    | CouponClaimed
    | CouponTransferred
    | CouponFrozen
    | CouponThawed
    | CouponInvalidated
    | CouponExpired
)
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "coupon",
    events=Event,
    table={
        None: {CouponIssued: Status.ISSUED, CouponAdopted: ADOPTED},
        Status.ISSUED: {
            CouponPresented: Status.PRESENTED,
            CouponReserved: Status.RESERVED,
            CouponClaimed: Status.ISSUED,
            CouponTransferred: Status.ISSUED,
            CouponFrozen: Status.FROZEN,
            CouponInvalidated: Status.INVALIDATED,
            CouponExpired: Status.EXPIRED,
        },
        Status.PRESENTED: {
            CouponPresented: Status.PRESENTED,
            CouponReserved: Status.RESERVED,
            CouponReleased: Status.ISSUED,
            CouponFrozen: Status.FROZEN,
            CouponInvalidated: Status.INVALIDATED,
            CouponExpired: Status.EXPIRED,
        },
        Status.RESERVED: {CouponRedeemed: Status.REDEEMED, CouponReleased: Status.ISSUED},
        Status.REDEEMED: {CouponReleased: Status.ISSUED},
        Status.FROZEN: {
            CouponThawed: Status.ISSUED,
            CouponInvalidated: Status.INVALIDATED,
            CouponExpired: Status.EXPIRED,
        },
        Status.INVALIDATED: {},
        Status.EXPIRED: {},
    },
)
