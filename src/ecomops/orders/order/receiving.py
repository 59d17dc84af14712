"""Confirming that what was shipped has arrived, whole or by the parcel, or that a parcel is lost."""

from pendulum import DateTime

from ecomops.kernel import later
from ecomops.orders.aftermath import UNTOUCHED
from ecomops.orders.errors import NotShipped, OverDelivered
from ecomops.orders.order.deadline import timed, what_next
from ecomops.orders.order.events import LIFECYCLE, OrderClosed, OrderDelivered, OrderLost, OrderReceived
from ecomops.orders.order.fold import evolve
from ecomops.orders.order.naming import exceeding
from ecomops.orders.order.nouns import LineUnits, Order
from ecomops.orders.policy import OrderPolicy
from ecomops.orders.rungs import Line
from ecomops.terms import ShipmentId


def receive(
    order: Order, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderReceived | OrderClosed, ...]:  # fmt: skip
    """Confirm that all that was shipped of *order* arrived; () when it had already.

    The return window of what arrives starts now, and is stored with it; when the last of them ends, the order closes,
    at once when there is none.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NotShipped: Nothing has been shipped.
    """
    LIFECYCLE.require(order.status, OrderReceived, id=order.id)
    if not any(line.shipped for line in order.lines):
        raise NotShipped(id=order.id)
    if not any(line.on_the_way for line in order.lines):
        return ()
    until = _until(policy, at)
    if not _simple(order):
        return _received(order, until, at)
    if any(line.shipped < line.quantity for line in order.lines):
        return (OrderReceived(order_id=order.id, close_at=None, return_by=until, at=at),)
    received = OrderReceived(order_id=order.id, close_at=until, return_by=until, at=at)
    return (received,) if until else (received, OrderClosed(order_id=order.id, at=at))


def _simple(order: Order) -> bool:
    """Tell whether all that ever happened to *order* is that goods left: nearly always, and cheaper to decide."""
    return all([row.aftermath is UNTOUCHED for row in order.lines]) and not order.services  # noqa: C419


def _received(order: Order, until: DateTime | None, at: DateTime) -> tuple[OrderReceived | OrderClosed, ...]:
    received = OrderReceived(order_id=order.id, close_at=until, return_by=until, at=at)
    then = what_next(evolve(order, received), at=at)
    received = OrderReceived(order_id=order.id, close_at=then.due_at, return_by=until, at=at)
    return (received, OrderClosed(order_id=order.id, at=at)) if then.over else (received,)


def _until(policy: OrderPolicy, at: DateTime) -> DateTime | None:
    """Return until when what arrives now may be asked back; None when it may not."""
    return later(at, policy.return_window) if policy.return_window else None


def deliver(
    order: Order, *, shipment: ShipmentId, units: tuple[LineUnits, ...], policy: OrderPolicy, at: DateTime
) -> tuple[OrderDelivered | OrderClosed, ...]:
    """Record that the parcel *shipment* with *units* arrived; () when it is not on its way any more.

    Args:
        order: The order.
        shipment: The parcel.
        units: What is in it.
        policy: The timers of the day: the return window of what arrives starts now, and is stored with it.
        at: When it arrived.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        UnknownLine: A line is not there.
        OverDelivered: More than is on its way; every line is listed.
    """
    if shipment not in order.parcels:
        return ()
    LIFECYCLE.require(order.status, OrderDelivered, id=order.id)
    _require_on_the_way(order, units)
    delivered = OrderDelivered(
        order_id=order.id,
        shipment=shipment,
        units=units,
        return_by=_until(policy, at),
        due_at=order.due_at,
        at=at,
    )
    return timed(order, delivered, at=at)


def lose(
    order: Order, *, shipment: ShipmentId, units: tuple[LineUnits, ...], at: DateTime
) -> tuple[OrderLost | OrderClosed, ...]:  # fmt: skip
    """Record that the parcel *shipment* with *units* is lost; () when it is not on its way any more.

    The units wait for the shop: their money goes back by a case without a return.

    Args:
        order: The order.
        shipment: The parcel.
        units: What was in it.
        at: When it was given up.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        UnknownLine: A line is not there.
        OverDelivered: More than is on its way; every line is listed.
    """
    if shipment not in order.parcels:
        return ()
    LIFECYCLE.require(order.status, OrderLost, id=order.id)
    _require_on_the_way(order, units)
    lost = OrderLost(order_id=order.id, shipment=shipment, units=units, due_at=order.due_at, at=at)
    return timed(order, lost, at=at)


def _require_on_the_way(order: Order, units: tuple[LineUnits, ...]) -> None:
    over = exceeding(order, units, lambda row: row.on_the_way if isinstance(row, Line) else 0)
    if over:
        raise OverDelivered(lines=over)
