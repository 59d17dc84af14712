"""What time asks of an order."""

from pendulum import DateTime

from ecomops.orders.order.cancelling import cancel
from ecomops.orders.order.deadline import acts_at
from ecomops.orders.order.events import LIFECYCLE, OrderCancelled, OrderClosed, OrderReceived
from ecomops.orders.order.nouns import CancelReason, Order, Status
from ecomops.orders.order.receiving import receive
from ecomops.orders.policy import OrderPolicy


def elapse(
    order: Order, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderCancelled | OrderReceived | OrderClosed, ...]:
    """Do what time asks of *order* at the instant *at*; () when nothing has fallen due.

    Unpaid, it is cancelled; shipped, its receipt is taken as confirmed; received, it is closed after the last instant
    of its return window.
    """
    deadline = acts_at(order)
    if deadline is None or at < deadline or LIFECYCLE.is_final(order.status):
        return ()
    if order.status is Status.AWAITING_PAYMENT:
        return cancel(order, reason=CancelReason.UNPAID, at=at)
    if any(line.on_the_way for line in order.lines):
        return receive(order, policy=policy, at=at)
    return (OrderClosed(order_id=order.id, at=at),)
