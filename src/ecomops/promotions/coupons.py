"""The single coupon: issued, presented, reserved, redeemed, expired; a released one can be used again.

One without an owner is claimed by a customer, an owned one may be given to another, a suspicious one is frozen until it
is looked at, a wrong one is invalidated for good. Everything that affects its state lives here; its batch keeps the
sums, its promotion says which lines it is for.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Noun, Period
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.kernel.copies import changed
from ecomops.promotions.errors import BadCouponOrder, CouponBound, CouponNotValid, CouponNotYours, CouponUnmatched
from ecomops.terms import BatchId, CouponId, CustomerId, LineId, OrderId, PromotionId


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
    """

    id: CouponId = field(validator=is_a(CouponId))
    batch: BatchId = field(validator=is_a(BatchId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    owner: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    status: Status = field(validator=is_a(Status))
    valid: Period = field(validator=is_a(Period))
    order: OrderId | None = field(default=None, validator=optional(is_a(OrderId)))


@frozen(kw_only=True)
class CouponIssued:
    """A coupon was given out."""

    code: ClassVar[str] = "coupon.issued"

    coupon: CouponId = field(validator=is_a(CouponId))
    batch: BatchId = field(validator=is_a(BatchId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    owner: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    valid: Period = field(validator=is_a(Period))
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


def issue(
    id: CouponId, *, batch: BatchId, promotion: PromotionId, owner: CustomerId | None, valid: Period, at: DateTime
) -> tuple[CouponIssued]:
    """Give a coupon out.

    Args:
        id: Its id.
        batch: Of which batch.
        promotion: What it opens.
        owner: To whom; None is whoever brings it.
        valid: When it may be used.
        at: When it is given out.
    """
    return (CouponIssued(coupon=id, batch=batch, promotion=promotion, owner=owner, valid=valid, at=at),)


def _require_owner(coupon: Coupon, customer: CustomerId | None) -> None:
    if coupon.owner is not None and coupon.owner != customer:
        raise CouponNotYours(id=coupon.id)


def _require_valid(coupon: Coupon, at: DateTime) -> None:
    """Refuse before the start of *coupon* and from its end on."""
    if not coupon.valid.holds(at):
        raise CouponNotValid(
            id=coupon.id, start=coupon.valid.start.isoformat(), end=coupon.valid.end.isoformat()
        )  # fmt: skip


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
    _require_owner(coupon, customer)
    if _bound(coupon, order):
        return ()
    LIFECYCLE.require(coupon.status, CouponPresented, id=coupon.id)
    _require_valid(coupon, at)
    if not lines:
        raise CouponUnmatched(id=coupon.id)
    return (CouponPresented(coupon=coupon.id, order=order, lines=lines, at=at),)


def _bound(coupon: Coupon, order: OrderId) -> bool:
    """Tell whether *coupon* is bound by *order*.

    Raises:
        CouponBound: It is bound by another.
    """
    if coupon.status not in {Status.RESERVED, Status.REDEEMED}:
        return False
    if coupon.order != order:
        raise CouponBound(id=coupon.id, order=str(coupon.order))
    return True


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
    _require_owner(coupon, customer)
    if _bound(coupon, order):
        return ()
    LIFECYCLE.require(coupon.status, CouponReserved, id=coupon.id)
    _require_valid(coupon, at)
    return (CouponReserved(coupon=coupon.id, order=order, at=at),)


def redeem(coupon: Coupon, *, order: OrderId, at: DateTime) -> tuple[CouponRedeemed, ...]:
    """Use *coupon*: its order is paid; () when that order has used it already.

    Raises:
        CouponBound: It is bound by another order.
        IllegalMove: It is not bound.
    """
    if _bound(coupon, order) and coupon.status is Status.REDEEMED:
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
    _require_unbound(coupon)
    return (CouponReleased(coupon=coupon.id, at=at),) if coupon.status is Status.PRESENTED else ()


def claim(coupon: Coupon, *, customer: CustomerId, at: DateTime) -> tuple[CouponClaimed, ...]:
    """Let *customer* take a coupon that is nobody's; () when it is that customer's already.

    Raises:
        CouponNotYours: It belongs to another customer.
        IllegalMove: It is shown, bound, used, frozen or gone.
        CouponNotValid: Its end has come; one that is not valid yet may be taken.
    """
    _require_owner(coupon, customer)
    if coupon.owner == customer:
        return ()
    LIFECYCLE.require(coupon.status, CouponClaimed, id=coupon.id)
    if at >= coupon.valid.end:
        _require_valid(coupon, at)
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
        _require_valid(coupon, at)
    return (CouponTransferred(coupon=coupon.id, owner=to, at=at),)


def freeze(coupon: Coupon, *, reason: str, at: DateTime) -> tuple[CouponFrozen, ...]:
    """Stop *coupon* until somebody has looked at it; () when it is frozen already.

    Raises:
        CouponBound: An order has it: cancel that first.
        IllegalMove: It is gone.
    """
    if coupon.status is Status.FROZEN:
        return ()
    _require_unbound(coupon)
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
    _require_unbound(coupon)
    LIFECYCLE.require(coupon.status, CouponInvalidated, id=coupon.id)
    return (CouponInvalidated(coupon=coupon.id, reason=reason, at=at),)


def _require_unbound(coupon: Coupon) -> None:
    if coupon.status in {Status.RESERVED, Status.REDEEMED}:
        raise CouponBound(id=coupon.id, order=str(coupon.order))


def expire(coupon: Coupon, *, at: DateTime) -> tuple[CouponExpired, ...]:
    """Let *coupon* lapse when its end has come; () before that, and when it is bound, used or gone."""
    if CouponExpired not in LIFECYCLE.may(coupon.status) or at < coupon.valid.end:
        return ()
    return (CouponExpired(coupon=coupon.id, at=at),)


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
        "order": lambda coupon: coupon.order,
    },
)
