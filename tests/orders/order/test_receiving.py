"""What arrives, and when the return window starts."""

from datetime import timedelta

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops import orders
from ecomops.orders import DEFAULT_POLICY, ORDER, Excess, LineUnits, Order, OrderPolicy, Status
from ecomops.orders.aftermath import Aftermath, ReturnWindow
from ecomops.orders.order import OrderDelivered, OrderLost
from ecomops.terms import CaseId, LineId, ShipmentId
from ecomops.testing import NOON, Given, a_checkout, a_line, a_paid_order, a_service, a_shipped_order, given
from tests.orders.order.kit import BASKET, CLOSED, LATER, NO_WINDOW, O1, adopted, counted, receipt, units


def test_the_return_window_starts_when_the_last_unit_arrives() -> None:
    """Seven days by default; then the order closes."""
    order = a_shipped_order(BASKET)
    events = orders.receive(order, policy=DEFAULT_POLICY, at=LATER)
    week = LATER.add(days=7)
    assert events == (receipt(week, return_by=week),)
    lines = counted(order.lines, (3, 3), (1, 1))
    open_for = tuple(
        evolve(line, aftermath=Aftermath(windows=(ReturnWindow(units=line.quantity, until=week),))) for line in lines
    )
    assert ORDER.fold(order, events) == evolve(order, lines=open_for, due_at=week)


@pytest.mark.parametrize("policy", [DEFAULT_POLICY, NO_WINDOW])
def test_no_order_waits_for_its_windows_while_goods_are_still_to_come(policy: OrderPolicy) -> None:
    """What was shipped has arrived and may be asked back, and nothing is waited for until the rest leaves."""
    event = adopted(Status.PAID, (2, 1), (1, 0), due_at=LATER)
    arrived = receipt(None, return_by=None if policy is NO_WINDOW else LATER.add(days=7))
    given(ORDER, event).when(orders.receive, policy=policy, at=LATER).then(arrived)
    order = ORDER.replay((event, arrived))
    assert [(line.shipped, line.received) for line in order.lines] == [(2, 2), (1, 1)]
    assert (order.status, order.due_at) == (Status.PAID, None)


def test_an_order_without_a_return_window_closes_when_it_is_received() -> None:
    """In the same decision."""
    event = adopted(Status.PAID, (3, 0), (1, 1), due_at=LATER)
    given(ORDER, event).when(orders.receive, policy=NO_WINDOW, at=LATER).then(receipt(None), CLOSED)
    order = ORDER.replay((event, receipt(None), CLOSED))
    assert (order.status, order.due_at) == (Status.CLOSED, None)


def test_the_return_window_is_the_policys() -> None:
    """Seven days are a default."""
    policy = OrderPolicy(return_window=timedelta(days=14))
    fortnight = LATER.add(days=14)
    assert orders.receive(a_shipped_order(), policy=policy, at=LATER) == (receipt(fortnight, return_by=fortnight),)


@pytest.mark.parametrize("counters", [((3, 3), (1, 1)), ((2, 2), (0, 0))])
def test_what_has_arrived_arrives_once(counters: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """A repeat leaves no event: it would move the return window."""
    given(ORDER, adopted(Status.PAID, *counters)).when(orders.receive, policy=DEFAULT_POLICY, at=LATER).then_nothing()


def test_nothing_arrives_before_something_is_shipped() -> None:
    """Receipt of an unshipped order is refused."""
    given(ORDER, adopted(Status.PAID)).when(orders.receive, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.not_shipped", id="o-1"
    )


@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.CLOSED, Status.CANCELLED])
def test_only_a_paid_order_is_received(status: Status) -> None:
    """Any other refuses by its table."""
    given(ORDER, adopted(status, (3, 0), (1, 0))).when(orders.receive, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.illegal_move", machine="order", id="o-1", state=status.value, event="OrderReceived"
    )


# --- by the parcel

ONE, TWO = ShipmentId("s-1"), ShipmentId("s-2")
WEEK = LATER.add(days=7)


def in_parcels(*, rest: bool = False) -> Order:
    """Return an order in two parcels: two teas, and a tea with a cup; with *rest*, a tea is still to go."""
    order = a_paid_order(BASKET)
    for parcel, content in ((ONE, units(tea=2)), (TWO, units(cup=1) if rest else units(tea=1, cup=1))):
        order = ORDER.fold(
            order, orders.ship(order, units=content, shipment=parcel, policy=DEFAULT_POLICY, at=NOON)
        )  # fmt: skip
    return order


def test_an_order_knows_its_parcels_until_they_arrive() -> None:
    """In the order in which they left; goods that left without one are none."""
    assert in_parcels().parcels == (ONE, TWO)
    assert a_shipped_order(BASKET).parcels == ()


def test_a_parcel_arrives_alone() -> None:
    """Its window starts, and the order waits for the other one as long as it would have."""
    order = in_parcels()
    delivered = OrderDelivered(
        order_id=O1, shipment=ONE, units=units(tea=2), return_by=WEEK, due_at=order.due_at, at=LATER
    )
    Given(order).when(orders.deliver, shipment=ONE, units=units(tea=2), policy=DEFAULT_POLICY, at=LATER).then(delivered)
    after = ORDER.fold(order, (delivered,))
    assert after.parcels == (TWO,)
    assert [(line.received, line.on_the_way) for line in after.lines] == [(2, 1), (0, 1)]
    assert after.lines[0].aftermath.windows == (ReturnWindow(units=2, until=WEEK),)


@pytest.mark.parametrize(
    ("policy", "rest", "due_at"),
    [(DEFAULT_POLICY, False, WEEK), (DEFAULT_POLICY, True, None), (NO_WINDOW, True, None), (NO_WINDOW, False, None)],
)
def test_the_last_parcel_ends_the_waiting(policy: OrderPolicy, *, rest: bool, due_at: DateTime | None) -> None:
    """For its return window, for what is still to go, or for nothing."""
    order = in_parcels(rest=rest)
    second = units(cup=1) if rest else units(tea=1, cup=1)
    for parcel, content in ((ONE, units(tea=2)), (TWO, second)):
        events = orders.deliver(order, shipment=parcel, units=content, policy=policy, at=LATER)
        order = ORDER.fold(order, events)
    over = policy is NO_WINDOW and not rest
    assert (order.status, order.due_at) == (Status.CLOSED if over else Status.PAID, due_at)


def test_a_parcel_arrives_or_is_lost_once() -> None:
    """Whatever is told of it afterwards, and when the order was received as a whole."""
    order = in_parcels()
    received = ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=LATER))
    assert received.parcels == ()
    Given(received).when(
        orders.deliver, shipment=ONE, units=units(tea=2), policy=DEFAULT_POLICY, at=LATER
    ).then_nothing()
    Given(received).when(orders.lose, shipment=ONE, units=units(tea=2), at=LATER).then_nothing()


def test_a_lost_parcel_will_not_arrive() -> None:
    """The rest is received without it, and the order waits until the shop gives the money back."""
    order = in_parcels()
    lost = OrderLost(order_id=O1, shipment=ONE, units=units(tea=2), due_at=order.due_at, at=LATER)
    Given(order).when(orders.lose, shipment=ONE, units=units(tea=2), at=LATER).then(lost)
    order = ORDER.fold(order, (lost,))
    assert order.parcels == (TWO,)
    assert orders.receive(order, policy=DEFAULT_POLICY, at=LATER) == (receipt(None, return_by=WEEK),)
    order = ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=LATER))
    assert [(line.received, line.aftermath.lost) for line in order.lines] == [(1, 2), (1, 0)]
    assert orders.receive(order, policy=DEFAULT_POLICY, at=LATER) == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (units(tea=4, cup=2), "order.over_delivered"),
        (units(wrap=1), "order.unknown_line"),
        ((), "order.nothing_named"),
    ],
)
def test_no_more_arrives_than_is_on_its_way(content: tuple[LineUnits, ...], code: str) -> None:
    """Nor is lost; every line is listed."""
    order = in_parcels()
    Given(order).when(orders.deliver, shipment=ONE, units=content, policy=DEFAULT_POLICY, at=LATER).then_refused(code)
    Given(order).when(orders.lose, shipment=ONE, units=content, at=LATER).then_refused(code)


def test_a_service_never_travels() -> None:
    """It can neither arrive nor be lost."""
    order = a_shipped_order(a_checkout(a_line(id="tea"), services=(a_service(id="wrap"),)))
    order = evolve(order, parcels=(ONE,))
    Given(order).when(orders.lose, shipment=ONE, units=units(wrap=1), at=LATER).then_refused(
        "order.over_delivered", lines=(Excess(line=LineId("wrap"), wanted=1, open=0),)
    )


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_nothing_arrives_of_an_order_that_is_over(status: Status) -> None:
    """By its table."""
    order = evolve(in_parcels(), status=status)
    Given(order).when(orders.deliver, shipment=ONE, units=units(tea=2), policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.illegal_move", state=status.value, event="OrderDelivered"
    )
    Given(order).when(orders.lose, shipment=ONE, units=units(tea=2), at=LATER).then_refused(
        "order.illegal_move", state=status.value, event="OrderLost"
    )


def test_a_receipt_after_a_return_counts_every_window() -> None:
    """The order closes when the last of them ends, and not while a case is open."""
    order = in_parcels(rest=True)
    order = ORDER.fold(order, orders.receive(order, policy=OrderPolicy(return_window=timedelta(days=30)), at=NOON))
    order = ORDER.fold(order, orders.ship(order, policy=DEFAULT_POLICY, at=LATER))
    (received,) = orders.receive(order, policy=DEFAULT_POLICY, at=LATER)
    assert received == receipt(NOON.add(days=30), return_by=WEEK)
    asked = ORDER.fold(order, orders.ask_back(order, case=CaseId("k-1"), units=units(cup=1), at=LATER))
    assert orders.receive(asked, policy=DEFAULT_POLICY, at=LATER) == (receipt(None, return_by=WEEK),)
    old = ORDER.fold(order, orders.receive(order, policy=NO_WINDOW, at=NOON.add(days=31)))
    assert (old.status, old.due_at) == (Status.CLOSED, None)
