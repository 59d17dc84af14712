"""The table of the order, and the names that stand in stored events."""

from ecomops.orders import LIFECYCLE, CancelReason, Status
from ecomops.orders.order import (
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

MOVES = (
    OrderReduced,
    OrderShipped,
    OrderDelivered,
    OrderLost,
    OrderReceived,
    OrderReturnRequested,
    OrderReturnDropped,
    OrderReturned,
    OrderRefunded,
)


def test_the_table() -> None:
    """Awaiting payment, paid, closed, cancelled: shipped and received are derived, so no state of their own."""
    assert set(LIFECYCLE.edges()) == {
        (None, OrderPlaced, Status.AWAITING_PAYMENT),
        *((None, OrderAdopted, status) for status in Status),
        (Status.AWAITING_PAYMENT, OrderPaid, Status.PAID),
        (Status.AWAITING_PAYMENT, OrderCancelled, Status.CANCELLED),
        (Status.AWAITING_PAYMENT, OrderReduced, Status.AWAITING_PAYMENT),
        *((Status.PAID, event, Status.PAID) for event in MOVES),
        (Status.PAID, OrderCancelled, Status.CANCELLED),
        (Status.PAID, OrderClosed, Status.CLOSED),
    }


def test_the_reasons_and_states_keep_their_names() -> None:
    """They stand in stored events."""
    assert [reason.value for reason in CancelReason] == ["customer", "shop", "unpaid"]
    assert [status.value for status in Status] == ["awaiting_payment", "paid", "closed", "cancelled"]
