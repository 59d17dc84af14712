"""Where the money and the returns of an order stand: derived from its counters and its payment, never set by hand.

Each status has one published precedence, the table below it; the first row that holds is the answer. How far the goods
have come is in `fulfilment`, where the payment itself stands in `payments`.
"""

from collections.abc import Callable
from enum import StrEnum

from ecomops.orders.balance import balance, owed
from ecomops.orders.order.nouns import Order
from ecomops.orders.payments import Payment, Sums, sums


class PaymentState(StrEnum):
    """How far the money of an order has come."""

    REFUND_DUE = "refund_due"
    REFUNDING = "refunding"
    CHARGED_BACK = "charged_back"
    NOTHING_DUE = "nothing_due"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    AUTHORISED = "authorised"
    UNPAID = "unpaid"


PAYMENT_PRECEDENCE: tuple[tuple[PaymentState, Callable[[int, int, Sums], bool]], ...] = (
    # what the gateway is to bring, what of it is still open (negative: the shop owes it), the sums of the payment
    (PaymentState.REFUND_DUE, lambda _owed, left, _sums: left < 0),
    (PaymentState.REFUNDING, lambda _owed, _left, sums: sums.refunding > 0),
    (PaymentState.CHARGED_BACK, lambda _owed, left, sums: left > 0 and sums.charged_back > 0),
    (PaymentState.NOTHING_DUE, lambda owed, left, _sums: owed <= 0 and left == 0),
    (PaymentState.PAID, lambda _owed, left, _sums: left == 0),
    (PaymentState.PARTLY_PAID, lambda _owed, _left, sums: sums.net > 0),
    (PaymentState.AUTHORISED, lambda _owed, _left, sums: sums.authorised > sums.voided),
    (PaymentState.UNPAID, lambda _owed, _left, _sums: True),
)
"""The published precedence: the first row that holds is the state."""


def payment_state(order: Order, payment: Payment | None) -> PaymentState:
    """Return how far the money of *order* has come.

    Raises:
        WrongOrder: The payment is of another order.
        CurrencyMismatch: It is in another currency.

    Example:
        >>> from ecomops.testing import a_notice, a_payment, an_order
        >>> payment_state(an_order(gross="8.00"), a_payment(a_notice(amount="5.00"))).value
        'partly_paid'
    """
    left = balance(order, payment).minor
    found = Sums() if payment is None else sums(payment)
    return next(state for state, holds in PAYMENT_PRECEDENCE if holds(owed(order).minor, left, found))


class RefundState(StrEnum):
    """How much of what was sold has been refunded."""

    NONE = "none"
    REFUNDED = "refunded"
    REQUESTED = "requested"
    PARTLY_REFUNDED = "partly_refunded"


REFUND_PRECEDENCE: tuple[tuple[RefundState, Callable[[int, int, int], bool]], ...] = (
    # units that were not called off, units of open cases, units refunded: sums over lines and services
    (RefundState.NONE, lambda _sold, asked, refunded: asked == refunded == 0),
    (RefundState.REFUNDED, lambda sold, _asked, refunded: refunded == sold),
    (RefundState.REQUESTED, lambda _sold, asked, _refunded: asked > 0),
    (RefundState.PARTLY_REFUNDED, lambda _sold, _asked, _refunded: True),
)
"""The published precedence: the first row that holds is the state."""


def refund_state(order: Order) -> RefundState:
    """Return how much of *order* has been refunded; what was called off before it left was never sold.

    Example:
        >>> from ecomops.testing import a_received_order
        >>> refund_state(a_received_order()).value
        'none'
    """
    sold = sum(row.quantity - row.aftermath.cancelled for row in order.rows)
    asked = sum(row.aftermath.return_requested for row in order.rows)
    refunded = sum(row.aftermath.refunded for row in order.rows)
    return next(state for state, holds in REFUND_PRECEDENCE if holds(sold, asked, refunded))


class ReturnState(StrEnum):
    """How much of what arrived has come back."""

    NONE = "none"
    RETURNED = "returned"
    PARTLY_RETURNED = "partly_returned"


RETURN_PRECEDENCE: tuple[tuple[ReturnState, Callable[[int, int], bool]], ...] = (
    # units that arrived, units that came back: sums over lines
    (ReturnState.NONE, lambda _received, returned: returned == 0),
    (ReturnState.RETURNED, lambda received, returned: returned == received),
    (ReturnState.PARTLY_RETURNED, lambda _received, _returned: True),
)
"""The published precedence: the first row that holds is the state."""


def return_state(order: Order) -> ReturnState:
    """Return how much of *order* has come back.

    Example:
        >>> from ecomops.testing import a_received_order
        >>> return_state(a_received_order()).value
        'none'
    """
    received = sum(line.received for line in order.lines)
    returned = sum(line.aftermath.returned for line in order.lines)
    return next(state for state, holds in RETURN_PRECEDENCE if holds(received, returned))
