"""What time asks of an order and of what it has bound: cancel it, take it as received, close it, free its stock."""

from collections.abc import Mapping
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import RESERVATION, Reservation, ReservationId
from ecomops.inventory.reservations import ReservationReleased
from ecomops.kernel import Actor, CommandId, Missing, Money, Plan, Versioned, Work, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    CancelReason,
    Order,
    OrderPolicy,
    Payment,
    PaymentId,
    Returned,
    Status,
)
from ecomops.orders.balance import refund_due
from ecomops.orders.order import OrderCancelled, OrderReceived
from ecomops.orders.order.deadline import acts_at
from ecomops.orders.refunds import tenders_left
from ecomops.terms import OrderId, StockUnits
from ecomops.workflows.binding import Binding, Bound, bound
from ecomops.workflows.clock import CLOCK, due_id
from ecomops.workflows.parcels import NO_PARCELS, Parcels, arrived, parcels_of
from ecomops.workflows.quoting import NOTHING_CLAIMED, Claimable, promotional_needs, release_for


@frozen(kw_only=True)
class OrderDue:
    """Do what time asks of an order: cancel it unpaid, take it as received, close it.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        order_id: The order.
    """

    code: ClassVar[str] = "order_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))


@frozen(kw_only=True)
class ReservationDue:
    """Free what an expired reservation binds; the order behind it, if it still awaits payment, is cancelled with it.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        reservation_id: The reservation.
    """

    code: ClassVar[str] = "reservation_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    reservation_id: ReservationId = field(validator=is_a(ReservationId))


@frozen(kw_only=True)
class Elapsed:
    """The answer.

    Args:
        happened: The codes of the events.
        refund_due: What is to be paid back for an order that was cancelled; None when none was.
        freed: Units that are free again.
        tenders: What goes back to the tenders of an order that was cancelled.
    """

    code: ClassVar[str] = "elapsed"

    happened: tuple[str, ...] = field(validator=tuple_of(str))
    refund_due: Money | None = field(validator=optional(is_a(Money)))
    freed: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    tenders: tuple[Returned, ...] = field(default=(), validator=tuple_of(Returned))


@frozen(kw_only=True)
class DueNeeds:
    """What the plans look at: order, payment and reservation of one id, None where there is none; its parcels."""

    order: Versioned[Order] | None = field(validator=optional(is_a(Versioned)))
    payment: Versioned[Payment] | None = field(validator=optional(is_a(Versioned)))
    bound: Bound = field(validator=is_a(Bound))
    parcels: Parcels = field(default=NO_PARCELS, validator=is_a(Mapping))
    claimed: Claimable = field(default=NOTHING_CLAIMED, validator=is_a(Claimable))


def order_due(order: Order, *, at: DateTime) -> OrderDue | None:
    """Return what time asks of *order* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when; but an order closes the
    moment after it, for the last instant of a return window counts. Between parcels what has
    left is part of its id, for two of them can have one deadline.

    Example:
        >>> import pendulum
        >>> from ecomops.testing import an_order
        >>> order = an_order(at=pendulum.datetime(2026, 6, 18))
        >>> order_due(order, at=order.placed_at) is None
        True
        >>> order_due(order, at=order.due_at).id
        CommandId('due:order:o-1:2026-06-18T00:30:00+00:00')
    """
    deadline, acts = order.due_at, acts_at(order)
    if deadline is None or acts is None or at < acts:
        return None
    gone = sum(line.shipped for line in order.lines)
    between = gone and any(line.unshipped for line in order.lines)
    id = due_id(ORDER.kind, f"{order.id}:{gone}" if between else order.id, deadline)
    return OrderDue(id=id, by=CLOCK, at=acts, order_id=order.id)


def reservation_due(reservation: Reservation, *, at: DateTime) -> ReservationDue | None:
    """Return what time asks of *reservation* at the instant *at*; None when nothing has fallen due."""
    deadline = reservation.expires_at
    if deadline is None or at < deadline:
        return None
    id = due_id(RESERVATION.kind, reservation.id, deadline)
    return ReservationDue(id=id, by=CLOCK, at=deadline, reservation_id=reservation.id)


def plan_order_due(command: OrderDue, needs: DueNeeds, *, policy: OrderPolicy = DEFAULT_POLICY) -> Plan[Elapsed]:
    """Decide what time asks of an order; nothing when its deadline has moved.

    Raises:
        Missing: There is no such order.
    """
    if needs.order is None:
        raise Missing(kind=ORDER.kind, ids=(command.order_id,))
    order = ORDER.draft(needs.order)
    events = orders.elapse(order.value, policy=policy, at=command.at)
    order.add(events)
    binding = Binding(ReservationId(command.order_id), needs.bound)
    over = bool(events) and order.value.status is Status.CANCELLED
    freed = binding.release(at=command.at) if over and needs.bound.live else ()
    given_back = release_for(command.order_id, needs.claimed, at=command.at) if over else ()
    answer = Elapsed(
        happened=tuple(event.code for event in events),
        refund_due=refund_due(order.value, _value(needs.payment)) if over else None,
        freed=freed,
        tenders=tenders_left(order.value) if over else (),
    )
    received = any(isinstance(event, OrderReceived) for event in events)
    came = arrived(needs.order.value, needs.parcels, at=command.at) if received else ()
    return Plan(answer=answer, writes=(*order.writes(), *binding.writes(), *came, *given_back))


def plan_reservation_due(command: ReservationDue, needs: DueNeeds) -> Plan[Elapsed]:
    """Decide what time asks of a reservation; nothing when its deadline has moved."""
    found = needs.bound.reservation
    if found is None or found.value.expires_at is None or command.at < found.value.expires_at:
        return Plan(answer=Elapsed(happened=(), refund_due=None, freed=()))
    cancelled = _unpaid(needs.order, at=command.at)
    order = None if needs.order is None else ORDER.draft(needs.order).add(cancelled)
    binding = Binding(command.reservation_id, needs.bound)
    freed = binding.release(at=command.at)
    given_back = release_for(OrderId(command.reservation_id), needs.claimed, at=command.at) if cancelled else ()
    answer = Elapsed(
        happened=(*(event.code for event in cancelled), ReservationReleased.code),
        refund_due=refund_due(order.value, _value(needs.payment)) if order and cancelled else None,
        freed=freed,
        tenders=tenders_left(order.value) if order and cancelled else (),
    )
    moved = () if order is None else order.writes()
    return Plan(answer=answer, writes=(*moved, *binding.writes(), *given_back))


def _unpaid(order: Versioned[Order] | None, *, at: DateTime) -> tuple[OrderCancelled, ...]:
    """Return the end of an order that still awaits payment while what it had bound is freed."""
    if order is None or order.value.status is not Status.AWAITING_PAYMENT:
        return ()
    if any(line.shipped for line in order.value.lines):  # taken over: sold on account, its goods have left
        return ()
    return orders.cancel(order.value, reason=CancelReason.UNPAID, at=at)


def _value(payment: Versioned[Payment] | None) -> Payment | None:
    return None if payment is None else payment.value


def pass_order_time(command: OrderDue | ReservationDue, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Elapsed]:
    """Read the object that has fallen due with all that hangs on it, and do what time asks.

    Raises:
        Missing: There is no such order or reservation.
    """
    match command:
        case OrderDue():
            found = yield from get(ORDER, command.order_id)
            order: Versioned[Order] | None = found
            if found.value.status is not Status.AWAITING_PAYMENT:  # only a cancellation touches money and stock
                parcels = yield from parcels_of(found.value)
                needs = DueNeeds(order=order, payment=None, bound=Bound(None, {}), parcels=parcels)
                return plan_order_due(command, needs, policy=policy)
            id = ReservationId(command.order_id)
        case ReservationDue():
            yield from get(RESERVATION, command.reservation_id)
            id = command.reservation_id
            order = yield from lookup(ORDER, OrderId(id))
        case _:
            assert_never(command)
    payment = yield from lookup(PAYMENT, PaymentId(id))
    claims = yield from bound(id)
    claimed = yield from promotional_needs(OrderId(id))
    needs = DueNeeds(order=order, payment=payment, bound=claims, claimed=claimed)
    if isinstance(command, OrderDue):
        return plan_order_due(command, needs, policy=policy)
    return plan_reservation_due(command, needs)
