"""How an order begins and evolves, and by which keys it is found."""

import pytest

from ecomops.kernel import CorruptHistory, Currency
from ecomops.orders import ORDER, Order, Status
from ecomops.terms import CustomerId
from ecomops.testing import NOON, a_received_order, an_order, cny
from tests.orders.order.kit import CANCELLED, LATER, O1, PAID, adopted


@pytest.mark.parametrize("status", Status)
def test_an_adopted_order_enters_in_the_state_that_its_event_names(status: Status) -> None:
    """With its counters, its instants and its buyer as the former system had them."""
    event = adopted(status, (2, 1), (1, 0))
    assert ORDER.replay((event,)) == Order(
        id=O1,
        customer=CustomerId("u-1"),
        status=status,
        currency=Currency.CNY,
        lines=event.lines,
        services=(),
        tenders=(),
        excess=cny("0.00"),
        due=cny("10.00"),
        placed_at=NOON.subtract(days=3),
        due_at=None,
    )


def test_an_order_is_found_by_status_customer_and_placement() -> None:
    """Its deadline is its timer."""
    order = ORDER.replay((adopted(Status.PAID, (3, 0), (1, 0), due_at=LATER),))
    assert {name: key(order) for name, key in ORDER.keys.items()} == {
        "status": "paid",
        "customer": "u-1",
        "placed_at": NOON.subtract(days=3),
    }
    assert ORDER.id_of(order) == "o-1"
    assert ORDER.key("due_at", order) == LATER
    assert an_order().customer is None


def test_a_received_order_is_within_its_return_window() -> None:
    """What the builders give stands where they say."""
    order = a_received_order(at=NOON)
    assert (order.status, order.due_at) == (Status.PAID, NOON.add(days=7))


def test_a_history_begins_with_an_opening_event() -> None:
    """An order that was paid before it was placed is a corrupt history."""
    with pytest.raises(CorruptHistory):
        ORDER.replay((PAID,))
    assert ORDER.replay((adopted(Status.PAID), CANCELLED)).status is Status.CANCELLED
