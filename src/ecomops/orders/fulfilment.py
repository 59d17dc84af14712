"""How far an order has come: derived from the counters of its lines, never set by hand.

The published precedence is the one table below; the first row that holds is the answer.
"""

from collections.abc import Callable
from enum import StrEnum

from ecomops.orders.order.nouns import Order


class Fulfilment(StrEnum):
    """How far the goods of an order have come."""

    NO_GOODS = "no_goods"
    UNSHIPPED = "unshipped"
    RECEIVED = "received"
    PARTLY_RECEIVED = "partly_received"
    SHIPPED = "shipped"
    PARTLY_SHIPPED = "partly_shipped"


PRECEDENCE: tuple[tuple[Fulfilment, Callable[[int, int, int], bool]], ...] = (
    # ordered, shipped and received are sums over the lines; what was called off or lost is in none of them
    (Fulfilment.NO_GOODS, lambda ordered, shipped, received: ordered == shipped == received == 0),
    (Fulfilment.UNSHIPPED, lambda ordered, shipped, received: ordered > shipped == received == 0),
    (Fulfilment.RECEIVED, lambda ordered, shipped, received: ordered == shipped == received),
    (Fulfilment.PARTLY_RECEIVED, lambda _ordered, _shipped, received: received > 0),
    (Fulfilment.SHIPPED, lambda ordered, shipped, _received: ordered == shipped),
    (Fulfilment.PARTLY_SHIPPED, lambda _ordered, _shipped, _received: True),
)


def fulfilment(order: Order) -> Fulfilment:
    """Return how far the goods of *order* have come, units apart that were called off or lost.

    Example:
        >>> from ecomops.testing import an_order
        >>> fulfilment(an_order()).value
        'unshipped'
    """
    ordered = shipped = received = 0
    for line in order.lines:
        gone = line.aftermath
        ordered += line.quantity - gone.cancelled - gone.lost
        shipped += line.shipped - gone.lost
        received += line.received
    return next(status for status, holds in PRECEDENCE if holds(ordered, shipped, received))
