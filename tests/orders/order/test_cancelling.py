"""Calling an order off, and when it is too late."""

import pytest
from attrs import evolve

from ecomops import orders
from ecomops.orders import ORDER, CancelReason, Status
from ecomops.orders.order import OrderCancelled
from ecomops.testing import given
from tests.orders.order.kit import LATER, O1, adopted


@pytest.mark.parametrize("reason", CancelReason)
@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.PAID])
def test_an_order_is_called_off_before_anything_leaves(status: Status, reason: CancelReason) -> None:
    """Paid or not, for whatever reason; time asks nothing more of it."""
    event = adopted(status, due_at=LATER)
    cancelled = OrderCancelled(order_id=O1, reason=reason, at=LATER)
    given(ORDER, event).when(orders.cancel, reason=reason, at=LATER).then(cancelled)
    order = ORDER.replay((event, cancelled))
    assert order == evolve(ORDER.replay((event,)), status=Status.CANCELLED, due_at=None)


def test_a_cancelled_order_is_called_off_already() -> None:
    """A repeat leaves no event."""
    given(ORDER, adopted(Status.CANCELLED)).when(orders.cancel, reason=CancelReason.SHOP, at=LATER).then_nothing()


def test_an_order_of_which_goods_have_left_is_not_called_off() -> None:
    """One unit is enough: it comes back as a return."""
    given(ORDER, adopted(Status.PAID, (0, 0), (1, 0))).when(
        orders.cancel, reason=CancelReason.CUSTOMER, at=LATER
    ).then_refused("order.already_shipped", id="o-1")


def test_a_closed_order_is_not_called_off() -> None:
    """It is over."""
    given(ORDER, adopted(Status.CLOSED)).when(orders.cancel, reason=CancelReason.SHOP, at=LATER).then_refused(
        "order.illegal_move", machine="order", id="o-1", state="closed", event="OrderCancelled"
    )
