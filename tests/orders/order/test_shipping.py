"""What leaves, and what is not there to ship."""

from datetime import timedelta

import pytest
from attrs import evolve

from ecomops import orders
from ecomops.orders import DEFAULT_POLICY, ORDER, LineUnits, OrderPolicy, Status
from ecomops.orders.errors import Excess
from ecomops.orders.order import OrderAdopted
from ecomops.terms import LineId
from ecomops.testing import a_checkout, a_paid_order, a_service, given
from tests.orders.order.kit import BASKET, LATER, adopted, counted, shipment, units


def test_all_that_is_still_to_go_leaves_by_default() -> None:
    """A line that has gone already is not named again."""
    order = given(ORDER, adopted(Status.PAID, (1, 0), (1, 0)))
    order.when(orders.ship, policy=DEFAULT_POLICY, at=LATER).then(shipment(tea=2))
    assert orders.open_units(order.value) == units(tea=2)


def test_a_part_can_leave() -> None:
    """The counters of its lines move, receipt is taken as confirmed ten days later, nothing else changes."""
    order = a_paid_order(BASKET)
    events = orders.ship(order, units=units(tea=2), carrier="sf", policy=DEFAULT_POLICY, at=LATER)
    assert events == (evolve(shipment(tea=2), carrier="sf"),)
    assert ORDER.fold(order, events) == evolve(
        order, lines=counted(order.lines, (2, 0), (0, 0)), due_at=LATER.add(days=10)
    )


def test_shipments_of_one_line_add_up() -> None:
    """Two, then one more; and the later deadline counts."""
    history = (adopted(Status.PAID), shipment(tea=2), shipment(LATER.add(days=11), tea=1, cup=1))
    order = ORDER.replay(history)
    assert [(line.shipped, line.unshipped) for line in order.lines] == [(3, 0), (1, 0)]
    assert order.due_at == LATER.add(days=11)


def test_receipt_is_taken_as_confirmed_when_the_policy_says() -> None:
    """Ten days are a default."""
    policy = OrderPolicy(confirm_after=timedelta(days=3))
    (shipped,) = orders.ship(a_paid_order(), policy=policy, at=LATER)
    assert shipped.confirm_by == LATER.add(days=3)


@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.CLOSED, Status.CANCELLED])
def test_only_a_paid_order_is_shipped(status: Status) -> None:
    """Any other refuses by its table."""
    given(ORDER, adopted(status)).when(orders.ship, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.illegal_move", machine="order", id="o-1", state=status.value, event="OrderShipped"
    )


@pytest.mark.parametrize(
    ("named", "code", "context"),
    [
        ((), "order.nothing_to_ship", {"id": "o-1"}),
        (units(tea=3), "order.over_shipped", {"lines": (Excess(line=LineId("tea"), wanted=3, open=2),)}),
        (
            units(tea=3, cup=1),
            "order.over_shipped",
            {
                "lines": (
                    Excess(line=LineId("tea"), wanted=3, open=2),
                    Excess(line=LineId("cup"), wanted=1, open=0),
                )
            },
        ),
        (units(tea=1, milk=1, salt=9), "order.unknown_line", {"id": "o-1", "lines": ("milk", "salt")}),
        ((*units(tea=1), *units(tea=1)), "value.repeated", {"field": "ship.units", "key": "tea"}),
    ],
)
def test_what_is_not_there_to_ship_is_refused(
    named: tuple[LineUnits, ...], code: str, context: dict[str, object]
) -> None:
    """Of three teas one has gone, and the cup."""
    given(ORDER, adopted(Status.PAID, (1, 0), (1, 1))).when(
        orders.ship, units=named, policy=DEFAULT_POLICY, at=LATER
    ).then_refused(code, **context)


@pytest.mark.parametrize(
    "event", [adopted(Status.PAID, (3, 0), (1, 0)), adopted(Status.PAID, checkout=a_checkout(services=(a_service(),)))]
)
def test_an_order_with_nothing_left_to_go_is_not_shipped(event: OrderAdopted) -> None:
    """All of it has gone, or it has no goods."""
    given(ORDER, event).when(orders.ship, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.nothing_to_ship", id="o-1"
    )
