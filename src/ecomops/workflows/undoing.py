"""Several orders called off in one commit: a group that failed, a pre-sale that came to nothing.

Each order is called off by its own use case, as it stands after the one before; what two of them share (a stock item,
a batch, a counter) is written once.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.inventory import RESERVATION, STOCK, Reservation, ReservationId, StockItem
from ecomops.kernel import Actor, CommandId, Missing, Money, Noun, Reading, Versioned, Write, get_many
from ecomops.kernel.checks import is_a, tuple_of
from ecomops.orders import ORDER, PAYMENT, CancelReason, Order, Payment, PaymentId, Returned, Status
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    Claim,
    ClaimId,
    Coupon,
    CouponBatch,
    PromotionUse,
)
from ecomops.terms import OrderId
from ecomops.workflows.binding import Bound
from ecomops.workflows.cancellation import CancelOrder, CancelOrderNeeds, plan_cancel_order
from ecomops.workflows.quoting import Claimable

N = TypeVar("N")


@frozen(kw_only=True)
class OrderUndone:
    """An order that is called off.

    Args:
        order_id: The order.
        refund_due: What is to be paid back over its gateway.
        tenders: What goes back to its tenders.
    """

    order_id: OrderId = field(validator=is_a(OrderId))
    refund_due: Money = field(validator=is_a(Money))
    tenders: tuple[Returned, ...] = field(default=(), validator=tuple_of(Returned))


@frozen(kw_only=True)
class Undoable:
    """Orders with all that hangs on them, as read, by their ids."""

    orders: Mapping[str, Versioned[Order]] = field(validator=is_a(Mapping))
    payments: Mapping[str, Versioned[Payment]] = field(validator=is_a(Mapping))
    reservations: Mapping[str, Versioned[Reservation]] = field(validator=is_a(Mapping))
    stock: Mapping[str, Versioned[StockItem]] = field(validator=is_a(Mapping))
    claims: Mapping[str, Versioned[Claim]] = field(validator=is_a(Mapping))
    uses: Mapping[str, Versioned[PromotionUse]] = field(validator=is_a(Mapping))
    coupons: Mapping[str, Versioned[Coupon]] = field(validator=is_a(Mapping))
    batches: Mapping[str, Versioned[CouponBatch]] = field(validator=is_a(Mapping))


def undoable(ids: Iterable[OrderId]) -> Reading[Undoable]:
    """Read orders with all that hangs on them; those that are not there are left out."""
    wanted = tuple(ids)
    orders = yield from get_many(ORDER, wanted)
    payments = yield from get_many(PAYMENT, map(PaymentId, wanted))
    reservations = yield from get_many(RESERVATION, map(ReservationId, wanted))
    stock = yield from get_many(STOCK, (hold.stock for each in reservations.values() for hold in each.value.holds))
    claims = yield from get_many(PROMOTION_CLAIM, map(ClaimId, wanted))
    uses = yield from get_many(PROMOTION_USE, (held.use for each in claims.values() for held in each.value.uses))
    coupons = yield from get_many(COUPON, (id for each in claims.values() for id in each.value.coupons))
    batches = yield from get_many(COUPON_BATCH, (each.value.batch for each in coupons.values()))
    return Undoable(
        orders=orders,
        payments=payments,
        reservations=reservations,
        stock=stock,
        claims=claims,
        uses=uses,
        coupons=coupons,
        batches=batches,
    )


def may_undo(order: Order) -> bool:
    """Tell whether *order* can still be called off: nothing of it has left, and it is not closed."""
    return order.status is not Status.CLOSED and not any(line.shipped for line in order.lines)


class Undoing:
    """Orders that are called off one after the other while a plan decides."""

    __slots__ = ("_at", "_by", "_found", "_id", "_writes")

    def __init__(self, found: Undoable, *, id: CommandId, by: Actor, at: DateTime) -> None:
        """Start from what was read."""
        self._found = found
        self._id, self._by, self._at = id, by, at
        self._writes: dict[tuple[str, str], Write[Any]] = {}

    def undo(self, order_id: OrderId, *, reason: CancelReason) -> OrderUndone:
        """Call one order off.

        Raises:
            Missing: It was not read.
            AlreadyShipped: Goods have left.
            IllegalMove: It is closed.
        """
        if order_id not in self._found.orders:
            raise Missing(kind=ORDER.kind, ids=(order_id,))
        command = CancelOrder(id=self._id, by=self._by, at=self._at, order_id=order_id, reason=reason)
        plan = plan_cancel_order(command, self._needs(order_id))
        for write in plan.writes:
            key = (write.kind, write.id)
            self._writes[key] = _joined(self._writes[key], write) if key in self._writes else write
        return OrderUndone(order_id=order_id, refund_due=plan.answer.refund_due, tenders=plan.answer.tenders)

    def _needs(self, order_id: OrderId) -> CancelOrderNeeds:
        found = self._found
        claim = found.claims.get(order_id)
        claimed = Claimable(
            claim=claim,
            uses=self._now(PROMOTION_USE, found.uses),
            coupons=found.coupons,
            batches=self._now(COUPON_BATCH, found.batches),
        )
        reservation = found.reservations.get(order_id)
        held = () if reservation is None else tuple(hold.stock for hold in reservation.value.holds)
        stock = {key: row for key, row in self._now(STOCK, found.stock).items() if key in held}
        return CancelOrderNeeds(
            order=found.orders[order_id],
            payment=found.payments.get(order_id),
            bound=Bound(reservation, stock),
            claimed=claimed,
        )

    def _now(self, noun: Noun[N, Any, Any], rows: Mapping[str, Versioned[N]]) -> dict[str, Versioned[N]]:
        """Return *rows* as they stand after what was called off so far."""
        return {
            id: Versioned(self._writes[noun.kind, id].after, row.version) if (noun.kind, id) in self._writes else row
            for id, row in rows.items()
        }

    def writes(self) -> tuple[Write[Any], ...]:
        """Return what changed, each object once."""
        return tuple(self._writes.values())


def _joined(first: Write[N], then: Write[N]) -> Write[N]:
    """Return the one write of two that follow on each other."""
    return then._replace(before=first.before, events=(*first.events, *then.events))
