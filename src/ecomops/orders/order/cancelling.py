"""Calling an order off, whole or in part."""

from pendulum import DateTime

from ecomops.orders.errors import AlreadyShipped, OverCancelled
from ecomops.orders.order.deadline import timed
from ecomops.orders.order.events import LIFECYCLE, OrderCancelled, OrderClosed, OrderReduced
from ecomops.orders.order.naming import exceeding
from ecomops.orders.order.nouns import CancelReason, LineUnits, Order, Status
from ecomops.orders.refunds import refund_of
from ecomops.orders.rungs import Line, ServiceLine
from ecomops.terms import Quantity


def cancel(order: Order, *, reason: CancelReason, at: DateTime) -> tuple[OrderCancelled, ...]:
    """Call *order* off; () when it was already.

    Raises:
        AlreadyShipped: Goods have left; they come back as a return.
        IllegalMove: The order is closed.
    """
    if order.status is Status.CANCELLED:
        return ()
    LIFECYCLE.require(order.status, OrderCancelled, id=order.id)
    if any(line.shipped for line in order.lines):
        raise AlreadyShipped(id=order.id)
    return (OrderCancelled(order_id=order.id, reason=reason, at=at),)


def reduce(
    order: Order, *, units: tuple[LineUnits, ...], reason: CancelReason, at: DateTime
) -> tuple[OrderReduced | OrderCancelled | OrderClosed, ...]:
    """Call *units* of an order off before they leave: what is due is read off the frozen rungs of what stays.

    An order of which nothing stays is called off whole; a paid one with nothing left to go, to arrive or to come back
    closes.

    Args:
        order: The order.
        units: How many of which line; a service is one unit.
        reason: Why.
        at: When.

    Raises:
        IllegalMove: The order is over.
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        OverCancelled: More than has not left yet; every line is listed.
    """
    LIFECYCLE.require(order.status, OrderReduced, id=order.id)
    over = exceeding(order, units, _cancellable)
    if over:
        raise OverCancelled(lines=over)
    gone = {each.line: each.quantity for each in units}
    if all(row.kept == gone.get(row.id, 0) for row in order.rows) and not _left(order):
        return cancel(order, reason=reason, at=at)
    back = refund_of(order, units=units)
    reduced = OrderReduced(
        order_id=order.id,
        reason=reason,
        lines=back.lines,
        services=back.services,
        amount=back.amount,
        tenders=back.tenders,
        due=back.due,
        excess=back.excess,
        due_at=order.due_at,
        at=at,
    )
    return timed(order, reduced, at=at) if order.status is Status.PAID else (reduced,)


def _cancellable(row: Line | ServiceLine) -> Quantity:
    """Return how many units have not left; of a service, whether it is neither called off nor asked back."""
    return row.unshipped if isinstance(row, Line) else 1 - row.aftermath.cancelled - row.aftermath.claimed


def _left(order: Order) -> bool:
    return any(line.shipped for line in order.lines)
