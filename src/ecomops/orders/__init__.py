"""Orders: what a buyer confirmed, how it is paid, shipped, received and closed.

Verbs of the order are here; its payment is in `ecomops.orders.payments`, its frozen amounts in `ecomops.orders.rungs`,
its derived status in `ecomops.orders.fulfilment`, what is owed in `ecomops.orders.balance`.
"""

from ecomops.orders.errors import (
    AlreadyShipped,
    DiscountTooLarge,
    NothingToShip,
    NotShipped,
    OrderEmpty,
    OrderExists,
    OverShipped,
    UnknownLine,
    WrongOrder,
)
from ecomops.orders.order import (
    LIFECYCLE,
    ORDER,
    CancelReason,
    Checkout,
    LineUnits,
    Order,
    Status,
    cancel,
    elapse,
    open_units,
    place,
    receive,
    settle,
    ship,
)
from ecomops.orders.payments import PAYMENT, Notice, Operation, Outcome, Payment, PaymentId, Reference
from ecomops.orders.policy import DEFAULT_POLICY, OrderPolicy
from ecomops.orders.rungs import Line, Rung, ServiceLine

__all__ = [
    "DEFAULT_POLICY",
    "LIFECYCLE",
    "ORDER",
    "PAYMENT",
    "AlreadyShipped",
    "CancelReason",
    "Checkout",
    "DiscountTooLarge",
    "Line",
    "LineUnits",
    "NotShipped",
    "NothingToShip",
    "Notice",
    "Operation",
    "Order",
    "OrderEmpty",
    "OrderExists",
    "OrderPolicy",
    "Outcome",
    "OverShipped",
    "Payment",
    "PaymentId",
    "Reference",
    "Rung",
    "ServiceLine",
    "Status",
    "UnknownLine",
    "WrongOrder",
    "cancel",
    "elapse",
    "open_units",
    "place",
    "receive",
    "settle",
    "ship",
]
