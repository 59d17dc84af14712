"""Calling an order off, and when it is too late."""

import pytest
from attrs import evolve

from ecomops import orders
from ecomops.orders import DEFAULT_POLICY, ORDER, CancelReason, Excess, LineUnits, Order, Returned, Status
from ecomops.orders.order import OrderCancelled, OrderClosed, OrderPaid, OrderReduced
from ecomops.terms import CaseId, Funder, LineId, Tender
from ecomops.testing import NOON, Given, a_checkout, a_line, a_paid_order, a_service, an_order, cny, given
from tests.orders.order.kit import COUPON, LATER, O1, adopted, units

PARTS = a_checkout(
    a_line(id="tea", quantity=3, gross="10.00"), a_line(id="cup", gross="1.00"), services=(a_service(id="wrap"),)
)
CANCELLED_BY_BUYER = OrderCancelled(order_id=O1, reason=CancelReason.CUSTOMER, at=LATER)


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


# --- in part


def reduced(order: Order, **quantities: int) -> tuple[OrderReduced | OrderCancelled | OrderClosed, ...]:
    """Call these units of *order* off."""
    return orders.reduce(order, units=units(**quantities), reason=CancelReason.CUSTOMER, at=LATER)


def test_units_are_called_off_before_they_leave() -> None:
    """What is due is the worth of what stays; an unpaid order keeps its deadline."""
    order = an_order(PARTS)
    (event,) = reduced(order, tea=1, wrap=1)
    assert isinstance(event, OrderReduced)
    assert [(line.line, line.quantity, line.refund) for line in (*event.lines, *event.services)] == [
        ("tea", 1, cny("3.34")),
        ("wrap", 1, cny("5.00")),
    ]
    assert (event.amount, event.due, event.due_at) == (cny("8.34"), cny("7.66"), order.due_at)
    after = ORDER.fold(order, (event,))
    assert (after.status, after.due, after.due_at) == (Status.AWAITING_PAYMENT, cny("7.66"), order.due_at)
    assert [line.unshipped for line in after.lines] == [2, 1]
    assert after.services[0].kept == 0


def test_a_tender_takes_back_its_part() -> None:
    """Of the brand's coupon on three teas, a third."""
    coupon = Tender(kind=COUPON, amount=cny("3.00"), funder=Funder.BRAND, lines=(LineId("tea"),))
    (event,) = reduced(an_order(evolve(PARTS, tenders=(coupon,))), tea=1)
    assert isinstance(event, OrderReduced)
    assert event.tenders == (Returned(kind=COUPON, funder=Funder.BRAND, amount=cny("1.00")),)
    assert event.amount == cny("2.34")


@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.PAID])
def test_an_order_of_which_nothing_stays_is_called_off_whole(status: Status) -> None:
    """In one step or in the last of several."""
    order = evolve(an_order(PARTS), status=status)
    assert reduced(order, tea=3, cup=1, wrap=1) == (CANCELLED_BY_BUYER,)
    rest = ORDER.fold(order, reduced(order, tea=3, wrap=1))
    assert reduced(rest, cup=1) == (CANCELLED_BY_BUYER,)


def test_a_paid_order_of_which_only_services_stay_closes() -> None:
    """Nothing of it can be shipped or come back; unpaid, it closes when it is paid."""
    events = reduced(a_paid_order(PARTS), tea=3, cup=1)
    assert [type(event) for event in events] == [OrderReduced, OrderClosed]
    order = an_order(PARTS)
    order = ORDER.fold(order, reduced(order, tea=3, cup=1))
    assert (order.status, order.due) == (Status.AWAITING_PAYMENT, cny("5.00"))
    assert [type(event) for event in orders.settle(order, captured=order.due, at=LATER)] == [OrderPaid, OrderClosed]


def test_the_window_of_what_arrived_runs_on_when_the_rest_is_called_off() -> None:
    """It had waited for goods to go; now it closes when the window ends, and at once when that is over."""
    order = a_paid_order(PARTS)
    order = ORDER.fold(order, orders.ship(order, units=units(tea=2), policy=DEFAULT_POLICY, at=NOON))
    on_the_way = ORDER.fold(order, reduced(order, tea=1))
    assert on_the_way.due_at == order.due_at
    order = ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=NOON))
    assert order.due_at is None
    after = ORDER.fold(order, reduced(order, tea=1, cup=1))
    assert (after.status, after.due_at) == (Status.PAID, NOON.add(days=7))
    late = orders.reduce(
        order, units=units(tea=1, cup=1), reason=CancelReason.SHOP, at=NOON.add(days=7, microseconds=1)
    )  # fmt: skip
    assert [type(event) for event in late] == [OrderReduced, OrderClosed]


def test_what_has_left_is_not_called_off() -> None:
    """Every line of which too much is named is listed; a service goes once."""
    order = a_paid_order(PARTS)
    order = ORDER.fold(order, orders.ship(order, units=units(tea=2), policy=DEFAULT_POLICY, at=NOON))
    order = ORDER.fold(order, reduced(order, wrap=1))
    Given(order).when(
        orders.reduce, units=units(tea=2, cup=2, wrap=1), reason=CancelReason.SHOP, at=LATER
    ).then_refused(
        "order.over_cancelled",
        lines=tuple(
            Excess(line=LineId(line), wanted=wanted, open=left)
            for line, wanted, left in (("tea", 2, 1), ("cup", 2, 1), ("wrap", 1, 0))
        ),
    )


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ((), "order.nothing_named"),
        ((*units(tea=1), *units(tea=1)), "value.repeated"),
        (units(milk=1), "order.unknown_line"),
    ],
)
def test_units_to_call_off_are_named_each_once(named: tuple[LineUnits, ...], code: str) -> None:
    """Some there are, and all of them are of the order."""
    Given(an_order(PARTS)).when(orders.reduce, units=named, reason=CancelReason.SHOP, at=LATER).then_refused(code)


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_nothing_of_an_order_that_is_over_is_called_off(status: Status) -> None:
    """By its table."""
    Given(evolve(an_order(PARTS), status=status)).when(
        orders.reduce, units=units(tea=1), reason=CancelReason.SHOP, at=LATER
    ).then_refused("order.illegal_move", state=status.value, event="OrderReduced")


def test_units_called_off_never_leave() -> None:
    """What is still to go is what was neither shipped nor called off."""
    order = a_paid_order(PARTS)
    order = ORDER.fold(order, reduced(order, tea=1))
    assert orders.open_units(order) == units(tea=2, cup=1)
    Given(order).when(orders.ship, units=units(tea=3), policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.over_shipped"
    )


def test_an_order_of_which_the_rest_came_back_is_reduced_and_not_called_off() -> None:
    """Goods have left it, although nothing of it stays."""
    order = a_paid_order(a_checkout(a_line(id="tea", quantity=2)))
    order = ORDER.fold(order, orders.ship(order, units=units(tea=1), policy=DEFAULT_POLICY, at=NOON))
    order = ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=NOON))
    for step in (orders.ask_back, orders.take_back, orders.refund):
        order = ORDER.fold(order, step(order, case=CaseId("k-1"), units=units(tea=1), at=NOON))
    after = ORDER.fold(order, reduced(order, tea=1))
    assert (after.status, after.due, after.due_at) == (Status.PAID, cny("0.00"), NOON.add(days=7))
