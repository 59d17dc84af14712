"""The batch of coupons, as counters that many buyers touch at once: issued, reserved, redeemed, expired, invalidated.

Everything that moves them lives here: each event is a movement, never a total, and its effect on the counters is one
literal table. Two laws hold after every step: issued is at most the limit, and reserved, redeemed, expired and
invalidated together are at most issued.
"""

from collections.abc import Mapping
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Additive, AtLeast, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, whole
from ecomops.kernel.copies import changed
from ecomops.kernel.counters import Limit, bounded, require_room
from ecomops.promotions.errors import BadBatchCounters, OverUse
from ecomops.terms import BatchId, CouponId


@frozen(kw_only=True)
class CouponBatch:
    """A batch of coupons.

    Args:
        id: Its id.
        issued: Coupons that were given out.
        reserved: Of these, bound by unpaid orders.
        redeemed: Of these, used by paid orders.
        expired: Of these, lapsed.
        invalidated: Of these, taken out for good.
        most: The most that may be issued; None is no limit.
    """

    id: BatchId = field(validator=is_a(BatchId))
    issued: int = field(default=0, validator=whole())
    reserved: int = field(default=0, validator=whole())
    redeemed: int = field(default=0, validator=whole())
    expired: int = field(default=0, validator=whole())
    invalidated: int = field(default=0, validator=whole())
    most: int | None = field(default=None, validator=optional(whole(0)))

    @property
    def open(self) -> int:
        """Coupons that can still be used."""
        return self.issued - self.reserved - self.redeemed - self.expired - self.invalidated


@frozen(kw_only=True)
class BatchOpened:
    """The shop made a batch."""

    code: ClassVar[str] = "coupon_batch.opened"

    batch: BatchId = field(validator=is_a(BatchId))
    most: int | None = field(validator=optional(whole(0)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchAdopted:
    """A running batch was taken over in the middle; its coupons are adopted one by one, and move nothing.

    Raises:
        BadBatchCounters: More are reserved, redeemed, expired and invalidated than were issued.
    """

    code: ClassVar[str] = "coupon_batch.adopted"

    batch: BatchId = field(validator=is_a(BatchId))
    issued: int = field(validator=whole(0))
    reserved: int = field(validator=whole(0))
    redeemed: int = field(validator=whole(0))
    expired: int = field(validator=whole(0))
    invalidated: int = field(default=0, validator=whole(0))
    most: int | None = field(validator=optional(whole(0)))
    at: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse counters that cannot be."""
        gone = self.reserved + self.redeemed + self.expired + self.invalidated
        if gone > self.issued:
            raise BadBatchCounters(id=self.batch, issued=self.issued, gone=gone)


@frozen(kw_only=True)
class BatchIssued:
    """Coupons were given out."""

    code: ClassVar[str] = "coupon_batch.issued"

    batch: BatchId = field(validator=is_a(BatchId))
    quantity: int = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchReserved:
    """A coupon was bound by an order."""

    code: ClassVar[str] = "coupon_batch.reserved"

    batch: BatchId = field(validator=is_a(BatchId))
    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchRedeemed:
    """A bound coupon was used: its order is paid."""

    code: ClassVar[str] = "coupon_batch.redeemed"

    batch: BatchId = field(validator=is_a(BatchId))
    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchReleased:
    """A bound coupon is free again."""

    code: ClassVar[str] = "coupon_batch.released"

    batch: BatchId = field(validator=is_a(BatchId))
    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchReturned:
    """A used coupon was given back."""

    code: ClassVar[str] = "coupon_batch.returned"

    batch: BatchId = field(validator=is_a(BatchId))
    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchExpired:
    """A coupon lapsed."""

    code: ClassVar[str] = "coupon_batch.expired"

    batch: BatchId = field(validator=is_a(BatchId))
    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchInvalidated:
    """A coupon was taken out for good."""

    code: ClassVar[str] = "coupon_batch.invalidated"

    batch: BatchId = field(validator=is_a(BatchId))
    coupon: CouponId = field(validator=is_a(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BatchLimitSet:
    """The shop changed how many coupons may be issued."""

    code: ClassVar[str] = "coupon_batch.limit_set"

    batch: BatchId = field(validator=is_a(BatchId))
    most: int | None = field(validator=optional(whole(0)))
    at: DateTime = field(validator=an_instant)


OfOne = BatchReserved | BatchRedeemed | BatchReleased | BatchReturned | BatchExpired | BatchInvalidated
Movement = BatchIssued | OfOne
Opening = BatchOpened | BatchAdopted
Later = Movement | BatchLimitSet
Event = Opening | Later

COUNTERS = ("issued", "reserved", "redeemed", "expired", "invalidated")

# fmt: off
EFFECTS: Mapping[type[Movement], tuple[int, int, int, int, int]] = {
    #                 issued  reserved  redeemed  expired  invalidated
    BatchIssued:      (+1,     0,        0,        0,       0),
    BatchReserved:    ( 0,    +1,        0,        0,       0),
    BatchRedeemed:    ( 0,    -1,       +1,        0,       0),
    BatchReleased:    ( 0,    -1,        0,        0,       0),
    BatchReturned:    ( 0,     0,       -1,        0,       0),
    BatchExpired:     ( 0,     0,        0,       +1,       0),
    BatchInvalidated: ( 0,     0,        0,        0,      +1),
}
# fmt: on
"""What one coupon of each movement does to the counters."""


def open_batch(id: BatchId, *, most: int | None = None, at: DateTime) -> tuple[BatchOpened]:
    """Make a batch of which at most *most* coupons are issued; None is no limit."""
    return (BatchOpened(batch=id, most=most, at=at),)


def set_limit(batch: CouponBatch, *, most: int | None, at: DateTime) -> tuple[BatchLimitSet, ...]:
    """Change how many coupons may be issued; what is issued stays issued. () if unchanged."""
    event = BatchLimitSet(batch=batch.id, most=most, at=at)
    return () if most == batch.most else (event,)


def issue(batch: CouponBatch, *, quantity: int, at: DateTime) -> tuple[BatchIssued]:
    """Give coupons out.

    Raises:
        LimitReached: Fewer are left of the batch.
    """
    event = BatchIssued(batch=batch.id, quantity=quantity, at=at)
    require_room(batch.issued, quantity, Limit(batch.most), counter=f"{batch.id} issued")
    return (event,)


def reserve(batch: CouponBatch, *, coupon: CouponId, at: DateTime) -> tuple[BatchReserved]:
    """Count a coupon that is bound by an order.

    Raises:
        OverUse: None of the batch is open.
    """
    event = BatchReserved(batch=batch.id, coupon=coupon, at=at)
    _require(batch, "open", batch.open)
    return (event,)


def redeem(batch: CouponBatch, *, coupon: CouponId, at: DateTime) -> tuple[BatchRedeemed]:
    """Count a bound coupon as used.

    Raises:
        OverUse: None of the batch is bound.
    """
    event = BatchRedeemed(batch=batch.id, coupon=coupon, at=at)
    _require(batch, "reserved", batch.reserved)
    return (event,)


def release(batch: CouponBatch, *, coupon: CouponId, at: DateTime) -> tuple[BatchReleased]:
    """Count a bound coupon as free again.

    Raises:
        OverUse: None of the batch is bound.
    """
    event = BatchReleased(batch=batch.id, coupon=coupon, at=at)
    _require(batch, "reserved", batch.reserved)
    return (event,)


def give_back(batch: CouponBatch, *, coupon: CouponId, at: DateTime) -> tuple[BatchReturned]:
    """Count a used coupon as free again.

    Raises:
        OverUse: None of the batch is used.
    """
    event = BatchReturned(batch=batch.id, coupon=coupon, at=at)
    _require(batch, "redeemed", batch.redeemed)
    return (event,)


def expire(batch: CouponBatch, *, coupon: CouponId, at: DateTime) -> tuple[BatchExpired]:
    """Count a coupon as lapsed.

    Raises:
        OverUse: None of the batch is open.
    """
    event = BatchExpired(batch=batch.id, coupon=coupon, at=at)
    _require(batch, "open", batch.open)
    return (event,)


def invalidate(batch: CouponBatch, *, coupon: CouponId, at: DateTime) -> tuple[BatchInvalidated]:
    """Count a coupon as taken out for good.

    Raises:
        OverUse: None of the batch is open.
    """
    event = BatchInvalidated(batch=batch.id, coupon=coupon, at=at)
    _require(batch, "open", batch.open)
    return (event,)


def _require(batch: CouponBatch, counter: str, counted: int) -> None:
    if counted < 1:
        raise OverUse(id=batch.id, counter=counter, wanted=1, counted=counted)


def begin(event: Opening) -> CouponBatch:
    """Return the batch that *event* tells of."""
    match event:
        case BatchOpened():
            return CouponBatch(id=event.batch, most=event.most)
        case BatchAdopted():
            return CouponBatch(
                id=event.batch,
                issued=event.issued,
                reserved=event.reserved,
                redeemed=event.redeemed,
                expired=event.expired,
                invalidated=event.invalidated,
                most=event.most,
            )
        case _:
            assert_never(event)


def evolve(batch: CouponBatch, event: Later) -> CouponBatch:
    """Return the batch as it stands after *event*."""
    if isinstance(event, BatchLimitSet):
        return changed(batch, most=event.most)
    issued, reserved, redeemed, expired, invalidated = EFFECTS[type(event)]
    coupons = event.quantity if isinstance(event, BatchIssued) else 1
    return changed(
        batch,
        issued=batch.issued + issued * coupons,
        reserved=batch.reserved + reserved * coupons,
        redeemed=batch.redeemed + redeemed * coupons,
        expired=batch.expired + expired * coupons,
        invalidated=batch.invalidated + invalidated * coupons,
    )


COUPON_BATCH: Noun[CouponBatch, Opening, Later] = Noun(
    kind="coupon_batch",
    model=CouponBatch,
    events=Event,
    opens=(BatchOpened, BatchAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda batch: batch.id,
    additive=Additive(
        fields=COUNTERS,
        keep=(
            bounded("most", "issued"),
            bounded("issued", "reserved", "redeemed", "expired", "invalidated"),
            *(AtLeast(weights={counter: 1}) for counter in COUNTERS),
        ),
    ),
)
