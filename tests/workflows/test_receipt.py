"""Confirming receipt: what was shipped has arrived, and the return window starts with the last unit."""

from datetime import timedelta
from functools import partial

import pytest

from ecomops.kernel import IllegalMove, Missing
from ecomops.orders import ORDER, NotShipped, OrderPolicy, Status
from ecomops.orders.fulfilment import Fulfilment
from ecomops.terms import OrderId
from ecomops.testing import NOON, a_checkout, a_line, a_paid_order, a_placement, a_received_order, a_shipped_order
from ecomops.workflows.receipt import Received, confirm_receipt, plan_confirm_receipt
from tests.workflows.shop import (
    Drive,
    a_paid_shop,
    a_receipt,
    a_shipment,
    a_shop_with,
    codes,
    do,
    dump,
    events_of,
    found,
    the_order,
    written,
)

IN_A_WEEK = NOON.add(days=7)
NO_WINDOW = OrderPolicy(return_window=timedelta(0))


def test_the_return_window_starts() -> None:
    """When all has arrived the plan says when the order closes."""
    plan = plan_confirm_receipt(a_receipt(), found(a_shipped_order()))
    assert plan.answer == Received(order_id=OrderId("o-1"), fulfilment=Fulfilment.RECEIVED, close_at=IN_A_WEEK)
    assert events_of(plan.writes) == [("order", "order.received")]
    assert written(plan, ORDER).value == a_received_order()


def test_without_a_window_the_order_closes_at_once() -> None:
    """A policy without a return window closes the order with its receipt."""
    plan = plan_confirm_receipt(a_receipt(), found(a_shipped_order()), policy=NO_WINDOW)
    assert plan.answer.close_at is None
    assert events_of(plan.writes) == [("order", "order.received"), ("order", "order.closed")]


def test_what_has_arrived_arrives_once() -> None:
    """A second confirmation is answered from what is there and writes nothing."""
    plan = plan_confirm_receipt(a_receipt(at=NOON.add(days=3)), found(a_received_order()))
    assert plan.answer.close_at == IN_A_WEEK
    assert plan.writes == ()


def test_nothing_arrives_before_it_left() -> None:
    """The receipt of an order of which nothing has left is refused."""
    with pytest.raises(NotShipped):
        plan_confirm_receipt(a_receipt(), found(a_paid_order()))


def test_received_through_a_store(drive: Drive) -> None:
    """Every unit that was shipped counts as received, and the order waits for the end of its window."""
    store = a_paid_shop()
    do(store, a_shipment())
    answer = drive(confirm_receipt, a_receipt(at=NOON.add(days=2)), store)
    assert (answer.fulfilment, answer.close_at) == (Fulfilment.RECEIVED, NOON.add(days=9))
    assert the_order(store).lines[0].received == 1


def test_a_part_that_arrived_starts_no_window(drive: Drive) -> None:
    """While goods are still to come nothing closes; the window starts with the last of them."""
    store = a_paid_shop(a_placement(a_checkout(a_line(quantity=3))))
    do(store, a_shipment(("l-1", 2)))
    first = drive(confirm_receipt, a_receipt(), store)
    assert (first.fulfilment, first.close_at) == (Fulfilment.PARTLY_RECEIVED, None)
    do(store, a_shipment(id="c-2"))
    second = drive(confirm_receipt, a_receipt(id="c-3"), store)
    assert (second.fulfilment, second.close_at) == (Fulfilment.RECEIVED, IN_A_WEEK)
    assert codes(store).count("order.received") == 2


def test_a_policy_is_bound_with_partial(drive: Drive) -> None:
    """A host hands its own timers over by binding them to the use case."""
    store = a_paid_shop()
    do(store, a_shipment())
    drive(partial(confirm_receipt, policy=NO_WINDOW), a_receipt(), store)
    assert the_order(store).status is Status.CLOSED


def test_an_order_that_is_not_paid_or_over(drive: Drive) -> None:
    """Before payment and after its end an order receives nothing, and the store stays as it was."""
    store = a_paid_shop()
    do(store, a_shipment(), a_placement(a_checkout(order_id="o-2"), id="c-2"))
    drive(partial(confirm_receipt, policy=NO_WINDOW), a_receipt(), store)
    before = dump(store)
    for order_id in ("o-1", "o-2"):
        with pytest.raises(IllegalMove):
            drive(confirm_receipt, a_receipt(id="c-3", order_id=order_id), store)
    assert dump(store) == before


def test_an_order_nobody_placed(drive: Drive) -> None:
    """The receipt of an order that is not there is refused by its id."""
    with pytest.raises(Missing):
        drive(confirm_receipt, a_receipt(), a_shop_with())
