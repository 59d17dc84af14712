"""When time asks something of an order, and what."""

from datetime import timedelta

import pytest
from attrs import evolve

from ecomops import orders
from ecomops.orders import DEFAULT_POLICY, ORDER, CancelReason, OrderPolicy, Status
from ecomops.orders.order import OrderAdopted, OrderCancelled
from ecomops.testing import NOON, a_shipped_order, given
from tests.orders.order.kit import CLOSED, LATER, NO_WINDOW, O1, Timed, adopted, receipt

WEEK = LATER.add(days=7)
TICK = timedelta(microseconds=1)
UNPAID = OrderCancelled(order_id=O1, reason=CancelReason.UNPAID, at=LATER)


@pytest.mark.parametrize(
    ("event", "policy", "happens"),
    [
        (adopted(Status.AWAITING_PAYMENT, due_at=LATER), DEFAULT_POLICY, (UNPAID,)),
        (adopted(Status.PAID, (3, 0), (1, 0), due_at=LATER), DEFAULT_POLICY, (receipt(WEEK, return_by=WEEK),)),
        (adopted(Status.PAID, (3, 3), (1, 0), due_at=LATER), DEFAULT_POLICY, (receipt(WEEK, return_by=WEEK),)),
        (adopted(Status.PAID, (3, 0), (1, 0), due_at=LATER), NO_WINDOW, (receipt(None), CLOSED)),
        (adopted(Status.PAID, (1, 0), (0, 0), due_at=LATER), DEFAULT_POLICY, (receipt(None, return_by=WEEK),)),
    ],
)
def test_time_asks_at_the_deadline_and_not_a_microsecond_before(
    event: OrderAdopted, policy: OrderPolicy, happens: tuple[Timed, ...]
) -> None:
    """Unpaid, it is cancelled; shipped, it is taken as received."""
    order = given(ORDER, event)
    order.when(orders.elapse, policy=policy, at=LATER - TICK).then_nothing()
    order.when(orders.elapse, policy=policy, at=LATER).then(*happens)


def test_time_closes_after_the_last_instant_of_the_window() -> None:
    """That one still counts: somebody may ask for a return at it."""
    order = given(ORDER, adopted(Status.PAID, (3, 3), (1, 1), due_at=LATER))
    order.when(orders.elapse, policy=DEFAULT_POLICY, at=LATER).then_nothing()
    order.when(orders.elapse, policy=DEFAULT_POLICY, at=LATER + TICK).then(evolve(CLOSED, at=LATER + TICK))


@pytest.mark.parametrize("status", Status)
def test_without_a_deadline_time_asks_nothing(status: Status) -> None:
    """However much of it passes."""
    given(ORDER, adopted(status, (3, 0), (1, 0))).when(
        orders.elapse, policy=DEFAULT_POLICY, at=NOON.add(years=100)
    ).then_nothing()


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_time_asks_nothing_of_an_order_that_is_over(status: Status) -> None:
    """Even when the system that it was adopted from had left a deadline on it."""
    order = given(ORDER, adopted(status, due_at=LATER))
    assert ORDER.key("due_at", order.value) is None
    order.when(orders.elapse, policy=DEFAULT_POLICY, at=LATER).then_nothing()


@pytest.mark.parametrize("counters", [((0, 0), (0, 0)), ((2, 2), (1, 1))])
def test_time_never_closes_a_paid_order_of_which_goods_are_still_to_go(
    counters: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    """A deadline that its former system had left on it takes nothing away that the buyer has paid for."""
    order = ORDER.replay((adopted(Status.PAID, *counters, due_at=LATER),))
    after = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=LATER))
    assert after == evolve(order, due_at=None)


def test_time_never_calls_off_an_unpaid_order_of_which_goods_have_left() -> None:
    """Adopted in that state, it waits for its money: a deadline cannot bring the goods back, nor may it be refused."""
    order = ORDER.replay((adopted(Status.AWAITING_PAYMENT, (1, 0), (0, 0), due_at=LATER),))
    after = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=LATER))
    assert after == evolve(order, due_at=None)


def test_the_life_of_an_order_by_its_timers() -> None:
    """Placed at noon, paid, shipped, and left to time: received after ten days, closed after seven more."""
    order = a_shipped_order(at=NOON)
    assert order.due_at == NOON.add(days=10)
    order = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=NOON.add(days=10)))
    assert order.due_at == NOON.add(days=17)
    order = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=NOON.add(days=17) + TICK))
    assert (order.status, order.due_at) == (Status.CLOSED, None)
    assert [(line.shipped, line.received) for line in order.lines] == [(1, 1)]
