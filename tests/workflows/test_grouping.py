"""Groups of buyers through both drivers: the last place, who leaves, the deadline, and what is paid back."""

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError, Missing, Money, Work
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER
from ecomops.promotions import GROUP, GroupClosed, GroupFull, GroupId, NotPaid, WrongGroupOrder
from ecomops.promotions.groups import Status
from ecomops.terms import OrderId
from ecomops.testing import TEA, a_notice, a_taking, cny
from ecomops.workflows.grouping import (
    GroupNeeds,
    GroupStands,
    GroupUndone,
    JoinGroup,
    end_group,
    group_due,
    join_group,
    open_group,
    plan_join_group,
)
from ecomops.workflows.undoing import OrderUndone
from tests.workflows.shop import (
    Drive,
    a_cancellation,
    a_shipment,
    a_shop_with,
    codes,
    do,
    dump,
    the_order,
    the_stock,
    value_of,
)
from tests.workflows.together import (
    FORMED,
    LED,
    OPENED,
    UNPAID,
    UNTIL,
    G,
    an_order_of,
    bought,
    calling_off,
    joining,
    leaving,
    opening,
    the_end,
)

SEVEN = cny("7.00")


def refused(attempt: Callable[[], object], kind: type[DomainError], store: MemoryStore) -> None:
    """Require a refusal that leaves the store as it was."""
    before = dump(store)
    with pytest.raises(kind):
        attempt()
    assert dump(store) == before


def test_a_group_is_formed(drive: Drive) -> None:
    """Opened by an order, joined by another; the orders' own events are not touched."""
    store = a_shop_with(*bought(1), *bought(2))
    one = drive(open_group, opening(), store)
    assert one == GroupStands(group_id=G, status=Status.OPEN, places=1, members=(OrderId("o-1"),))
    two = drive(join_group, joining(), store)
    assert two == GroupStands(group_id=G, status=Status.FORMED, places=0, members=(OrderId("o-1"), OrderId("o-2")))
    assert codes(store)[-3:] == ["group.opened", "group.joined", "group.formed"]
    assert group_due(value_of(store, GROUP, G), at=UNTIL) is None


def test_two_buyers_of_the_last_place(drive: Drive) -> None:
    """Both have read that it is free; the second to save is read again, and refused."""
    store = a_shop_with(*OPENED, *bought(2), *bought(3))
    tries = list[int]()

    def overtaken(command: JoinGroup) -> Work[GroupStands]:
        plan = yield from join_group(command)
        if not tries:
            do(store, joining(3, id="c-3"))
        tries.append(1)
        return plan

    with pytest.raises(GroupFull):
        drive(overtaken, joining(), store)
    assert [each.order for each in value_of(store, GROUP, G).members] == ["o-1", "o-3"]
    assert len(tries) == 1  # the second time the plan refused


def test_a_failed_group_pays_back(drive: Drive) -> None:
    """Every order is called off in one commit, its stock is free, and the answer names what is owed to whom."""
    store = a_shop_with(*LED[:3], *bought(2), joining(), *bought(4))
    do(store, leaving(2))
    answer = drive(end_group, the_end(), store)
    undone = (OrderUndone(order_id=OrderId("o-1"), refund_due=SEVEN),)
    assert answer == GroupUndone(group_id=G, status=Status.FAILED, undone=undone, kept=())
    assert (answer.refund_due, the_stock(store).allocated) == (SEVEN, 1)  # that of the order outside
    assert codes(store)[-1] == "group.failed"
    assert the_order(store).status == "cancelled"
    nothing = drive(end_group, the_end(id="c-9"), store)
    assert (nothing.undone, nothing.refund_due) == ((), None)


def test_a_group_that_is_called_off(drive: Drive) -> None:
    """Two orders of one stock item come back together: it is written once."""
    store = a_shop_with(*LED)
    answer = drive(end_group, calling_off(), store)
    assert [(each.order_id, each.refund_due) for each in answer.undone] == [("o-1", SEVEN), ("o-2", SEVEN)]
    assert (answer.refund_due, the_stock(store).allocated, the_stock(store).reserved) == (cny("14.00"), 0, 0)
    assert value_of(store, GROUP, G).status is Status.CANCELLED


def test_what_has_left_stays(drive: Drive) -> None:
    """A host that ships too early keeps the order; the rest of the group ends all the same."""
    store = a_shop_with(*LED[:3], *bought(2), joining(), a_shipment())
    do(store, calling_off())
    assert the_order(store).status == "paid"
    store = a_shop_with(*OPENED, a_shipment())
    assert drive(end_group, the_end(), store).kept == (OrderId("o-1"),)


def test_a_group_that_is_filled_up(drive: Drive) -> None:
    """Nobody is called off but who has not paid."""
    store = a_shop_with(*LED)
    assert drive(end_group, the_end(), store) == GroupUndone(group_id=G, status=Status.FORMED, undone=(), kept=())
    assert value_of(store, GROUP, G).filled == 1


def test_an_order_that_was_called_off_elsewhere(drive: Drive) -> None:
    """It loses its place at the next step; a group of which nobody is left takes nobody."""
    store = a_shop_with(*LED, a_cancellation(order_id="o-2"), *bought(3))
    assert drive(join_group, joining(3, id="c-3"), store).members == ("o-1", "o-3")
    store = a_shop_with(*OPENED, a_cancellation(), *bought(2))
    refused(lambda: drive(join_group, joining(), store), GroupClosed, store)
    ended = drive(end_group, the_end(), store)
    assert (ended.status, ended.undone[0].refund_due) == (Status.CANCELLED, SEVEN)
    refused(lambda: drive(open_group, opening(id="c-5", group=GroupId("g-5")), store), DomainError, store)


def test_an_order_stands_in_one_group(drive: Drive) -> None:
    """In another one only after it has left the first; an order without a buyer in none."""
    store = a_shop_with(*LED, *bought(3), opening(3, id="c-o3", group=GroupId("g-3")))
    refused(lambda: drive(join_group, joining(id="c-j3", group=GroupId("g-3")), store), DomainError, store)
    assert value_of(store, ORDER, "o-2").status == "paid"


def test_a_leader_pays_later(drive: Drive) -> None:
    """The same command tells of it; time calls an unpaid order off, and its place is free."""
    store = a_shop_with(*UNPAID, *bought(2), joining(), bought(1)[1])
    assert drive(join_group, joining(1, id="c-paid"), store).status is Status.FORMED
    assert codes(store)[-2:] == ["group.paid", "group.formed"]


@given(st.lists(st.tuples(st.integers(0, 999), st.booleans()), min_size=1, max_size=3))
def test_a_failed_group_refunds_exactly_what_each_paid(more: list[tuple[int, bool]]) -> None:
    """The price, and what came beyond it: to each buyer their own, no cent more or less."""
    store, paid = a_shop_with(), dict[str, Money]()
    for number, (cents, over) in enumerate(more, start=1):
        beyond = Money(cents if over else 0, Currency.CNY)
        paid[f"o-{number}"] = SEVEN + beyond
        notice = evolve(a_notice(reference=f"r-{number}"), amount=SEVEN + beyond)
        do(store, bought(number)[0], a_taking(notice, id=f"c-pay-{number}", order_id=f"o-{number}"))
        do(store, opening(size=4) if number == 1 else joining(number, id=f"c-{number}"))
    (answer,) = do(store, the_end())
    assert {str(each.order_id): each.refund_due for each in answer.undone} == paid
    assert (the_stock(store, TEA).allocated, the_stock(store, TEA).reserved) == (0, 0)


def test_a_plan_without_a_group() -> None:
    """A host that gathers by itself is told that there is none; so is one whose leader's order was called off."""
    store = a_shop_with(*bought(1), *bought(2))
    order = store.rows(ORDER)["o-1"]
    with pytest.raises(Missing):
        plan_join_group(joining(1), GroupNeeds(group=None, order=order))
    do(store, a_cancellation())
    refused(lambda: do(store, opening()), NotPaid, store)
    unknown = an_order_of(3)
    do(store, evolve(unknown, checkout=evolve(unknown.checkout, customer=None)))
    refused(lambda: do(store, opening(3)), WrongGroupOrder, store)


def test_formed_orders_are_orders_like_any_other(drive: Drive) -> None:
    """Its group stays when one is called off later."""
    store = a_shop_with(*FORMED, a_cancellation(order_id="o-2"))
    assert drive(join_group, joining(1, id="c-7"), store).status is Status.FORMED
