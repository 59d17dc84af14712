"""Calling an order off."""

from pendulum import DateTime

from ecomops.orders.errors import AlreadyShipped
from ecomops.orders.order.events import LIFECYCLE, OrderCancelled
from ecomops.orders.order.nouns import CancelReason, Order, Status


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
