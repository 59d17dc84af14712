"""What arrives, and when the return window starts."""

from datetime import timedelta

import pytest
from attrs import evolve

from ecomops import orders
from ecomops.orders import DEFAULT_POLICY, ORDER, OrderPolicy, Status
from ecomops.orders.aftermath import Aftermath, ReturnWindow
from ecomops.testing import a_shipped_order, given
from tests.orders.order.kit import BASKET, CLOSED, LATER, NO_WINDOW, adopted, counted, receipt


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
