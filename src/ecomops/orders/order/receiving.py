"""Confirming that what was shipped has arrived."""

from pendulum import DateTime

from ecomops.kernel import later
from ecomops.orders.errors import NotShipped
from ecomops.orders.order.events import LIFECYCLE, OrderClosed, OrderReceived
from ecomops.orders.order.nouns import Order
from ecomops.orders.policy import OrderPolicy


def receive(
    order: Order, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderReceived | OrderClosed, ...]:  # fmt: skip
    """Confirm that all that was shipped of *order* arrived; () when it had already.

    The return window starts when the last unit has arrived; without one the order closes at once.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NotShipped: Nothing has been shipped.
    """
    LIFECYCLE.require(order.status, OrderReceived, id=order.id)
    if not any(line.shipped for line in order.lines):
        raise NotShipped(id=order.id)
    if all(line.received == line.shipped for line in order.lines):
        return ()
    if any(line.unshipped for line in order.lines):
        return (OrderReceived(order_id=order.id, close_at=None, at=at),)
    if not policy.return_window:
        return OrderReceived(order_id=order.id, close_at=None, at=at), OrderClosed(order_id=order.id, at=at)
    return (OrderReceived(order_id=order.id, close_at=later(at, policy.return_window), at=at),)
