"""What comes late to an account whose time was told already: a deadline that was met comes back, and is met again."""

import pytest

from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId, OrderId
from ecomops.testing import cny
from ecomops.workflows.membership import EarnPoints, ReturnPoints, SpendPoints
from ecomops.workflows.timers import command_due
from tests.customers.kit import day
from tests.workflows.people import do, people, the_points, told

ONE = CustomerId("c-1")


def earning(order: str, amount: str) -> EarnPoints:
    """Return the command by which an order of the first day earns."""
    return EarnPoints(**told(f"c-{order}", day(0)), order_id=OrderId(order), customer_id=ONE, amount=cny(amount))


def let_time_pass(store: MemoryStore, until: int) -> int:
    """Do what time asks up to a day; return how many commands that took."""
    for done in range(20):
        command = command_due(the_points(store), at=day(until))
        if command is None:
            return done
        do(store, command)
    pytest.fail("time asks the same again and again")


def test_points_that_come_late_mature() -> None:
    """Two orders of one day: the message of the second comes when the points of the first have matured."""
    store = people(earning("o-1", "10.00"))
    assert let_time_pass(store, 10) == 1
    do(store, earning("o-2", "5.00"))
    assert let_time_pass(store, 10) == 1
    assert (the_points(store).available, the_points(store).pending) == (15, 0)


def test_points_that_come_back_late_expire() -> None:
    """Points that were given back while they lasted, told when the others of their lot had expired."""
    store = people(earning("o-1", "10.00"))
    spent = SpendPoints(**told("c-spend", day(8)), order_id=OrderId("o-2"), customer_id=ONE, points=4)
    do(store, spent)
    assert let_time_pass(store, 99) == 1
    do(store, ReturnPoints(**told("c-return", day(9)), order_id=OrderId("o-2")))
    assert let_time_pass(store, 99) == 1
    assert (the_points(store).expired, the_points(store).available) == (10, 0)
