"""The order: awaiting payment, paid, closed, cancelled.

Everything that affects its state lives in this folder: `nouns`, `events` with the table, a module for each verb, `fold`
with the binding. Shipped and received are derived from the counters of its lines (`fulfilment`); what was paid comes
from its payment (`payments`); its amounts were frozen when it was placed (`rungs`).
"""

from ecomops.orders.order.cancelling import cancel, reduce
from ecomops.orders.order.events import (
    LIFECYCLE,
    Event,
    Later,
    Opening,
    OrderAdopted,
    OrderCancelled,
    OrderClosed,
    OrderDelivered,
    OrderLost,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderReduced,
    OrderRefunded,
    OrderReturnDropped,
    OrderReturned,
    OrderReturnRequested,
    OrderShipped,
)
from ecomops.orders.order.fold import ORDER, begin, evolve
from ecomops.orders.order.nouns import CancelReason, Checkout, LineUnits, Order, Status
from ecomops.orders.order.placing import place, settle
from ecomops.orders.order.receiving import deliver, lose, receive
from ecomops.orders.order.returning import ask_back, drop_return, refund, refundable, returnable, take_back
from ecomops.orders.order.shipping import open_units, ship
from ecomops.orders.order.timing import elapse

__all__ = [
    "LIFECYCLE",
    "ORDER",
    "CancelReason",
    "Checkout",
    "Event",
    "Later",
    "LineUnits",
    "Opening",
    "Order",
    "OrderAdopted",
    "OrderCancelled",
    "OrderClosed",
    "OrderDelivered",
    "OrderLost",
    "OrderPaid",
    "OrderPlaced",
    "OrderReceived",
    "OrderReduced",
    "OrderRefunded",
    "OrderReturnDropped",
    "OrderReturnRequested",
    "OrderReturned",
    "OrderShipped",
    "Status",
    "ask_back",
    "begin",
    "cancel",
    "deliver",
    "drop_return",
    "elapse",
    "evolve",
    "lose",
    "open_units",
    "place",
    "receive",
    "reduce",
    "refund",
    "refundable",
    "returnable",
    "settle",
    "ship",
    "take_back",
]
