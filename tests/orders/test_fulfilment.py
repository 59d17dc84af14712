"""How far an order has come: one published precedence over the counters of its lines."""

import pytest
from attrs import evolve

from ecomops.orders import Order
from ecomops.orders.fulfilment import PRECEDENCE, Fulfilment, fulfilment
from ecomops.testing import a_checkout, a_line, a_paid_order, a_received_order, a_service, a_shipped_order, an_order

BASKET = a_checkout(a_line(id="tea", quantity=3), a_line(id="cup", quantity=1))
NO_GOODS = a_checkout(services=(a_service(),))


def an_order_with(*counters: tuple[int, int]) -> Order:
    """Return an order of three teas and a cup with these (shipped, received) counters."""
    order = an_order(BASKET)
    lines = tuple(
        evolve(line, shipped=shipped, received=received)
        for line, (shipped, received) in zip(order.lines, counters, strict=True)
    )
    return evolve(order, lines=lines)


@pytest.mark.parametrize(
    ("tea", "cup", "answer"),
    [
        ((0, 0), (0, 0), Fulfilment.UNSHIPPED),
        ((1, 0), (0, 0), Fulfilment.PARTLY_SHIPPED),
        ((3, 0), (0, 0), Fulfilment.PARTLY_SHIPPED),
        ((2, 0), (1, 0), Fulfilment.PARTLY_SHIPPED),
        ((3, 0), (1, 0), Fulfilment.SHIPPED),
        ((1, 1), (0, 0), Fulfilment.PARTLY_RECEIVED),  # all that left has arrived, and more is to go
        ((3, 1), (1, 0), Fulfilment.PARTLY_RECEIVED),  # all has left, and a part has arrived
        ((3, 3), (1, 0), Fulfilment.PARTLY_RECEIVED),
        ((3, 3), (1, 1), Fulfilment.RECEIVED),
    ],
)
def test_the_answer_is_derived_from_the_counters(
    tea: tuple[int, int], cup: tuple[int, int], answer: Fulfilment
) -> None:
    """Of three teas and a cup so many were shipped and received."""
    assert fulfilment(an_order_with(tea, cup)) is answer


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        (an_order(NO_GOODS), Fulfilment.NO_GOODS),
        (an_order(BASKET), Fulfilment.UNSHIPPED),
        (a_paid_order(BASKET), Fulfilment.UNSHIPPED),
        (a_shipped_order(BASKET), Fulfilment.SHIPPED),
        (a_received_order(BASKET), Fulfilment.RECEIVED),
    ],
)
def test_the_life_of_an_order_passes_through_it(order: Order, answer: Fulfilment) -> None:
    """Without goods there is nothing to come."""
    assert fulfilment(order) is answer


def test_the_published_precedence() -> None:
    """Its rows stand in this order, each answer once, and the last row always holds."""
    assert [answer.value for answer, _ in PRECEDENCE] == [
        "no_goods",
        "unshipped",
        "received",
        "partly_received",
        "shipped",
        "partly_shipped",
    ]
    assert {answer for answer, _ in PRECEDENCE} == set(Fulfilment)
