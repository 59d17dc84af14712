"""Pre-sales through both drivers: two payments, one order, and what is paid back when it comes to nothing."""

from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Command, Currency, Missing, Money
from ecomops.memory import MemoryStore
from ecomops.orders import PAYMENT, CancelReason, Operation, Outcome
from ecomops.orders.payments import net
from ecomops.promotions import PRESALE
from ecomops.promotions.presales import Cause, Status
from ecomops.terms import OrderId, TenderKind
from ecomops.testing import TEA, a_notice, a_taking, cny
from ecomops.workflows.presaling import (
    deposit_payment,
    deposit_refund,
    end_presale,
    order_presale,
    presale_due,
    reserve_presale,
    take_balance,
    take_deposit,
)
from ecomops.workflows.undoing import Undoable, Undoing
from tests.workflows.shop import (
    Drive,
    a_cancellation,
    a_shipment,
    a_shop_with,
    all_due,
    codes,
    do,
    the_order,
    the_payment,
    the_stock,
    value_of,
)
from tests.workflows.together import (
    CLOSED,
    DEPOSITED,
    FIRST,
    OPEN,
    ORDERED,
    RESERVED,
    SETTLED,
    TERMS,
    Q,
    balancing,
    depositing,
    expanding,
    passing,
    paying,
    reserving,
    withdrawing,
)

NOTHING = cny("0.00")


def the_presale(store: MemoryStore) -> Status:
    """Return where it stands."""
    return value_of(store, PRESALE, Q).status


def test_two_payments_and_one_order(drive: Drive) -> None:
    """50.00 count as 100.00 of 300.00; 10.00 are taken off later: the balance is 190.00, and 240.00 are paid."""
    store = a_shop_with()
    assert drive(reserve_presale, reserving(), store).status is Status.RESERVED
    assert drive(take_deposit, depositing(), store).status is Status.DEPOSIT_PAID
    ordered = drive(order_presale, balancing(), store)
    assert ordered.placed is not None
    assert (ordered.placed.due, ordered.placed.pay_by, ordered.status) == (cny("190.00"), CLOSED, Status.BALANCE_OPEN)
    paid = drive(take_balance, paying(), store)
    assert (paid.status, paid.refund_due, paid.taken and paid.taken.settled) == (Status.BALANCE_PAID, NOTHING, True)
    together = net(the_payment(store)) + net(value_of(store, PAYMENT, deposit_payment(Q)))
    assert together == cny("240.00")
    assert [tender.kind for tender in the_order(store).tenders] == [TenderKind.DEPOSIT]
    assert presale_due(value_of(store, PRESALE, Q), at=CLOSED) is None


def test_a_balance_of_nothing(drive: Drive) -> None:
    """The order is settled where it is placed, and the pre-sale with it."""
    store = a_shop_with(*DEPOSITED)
    answer = drive(order_presale, balancing(expanding(discount="200.00")), store)
    assert (answer.status, answer.placed and answer.placed.settled) == (Status.BALANCE_PAID, True)


def test_money_is_never_refused(drive: Drive) -> None:
    """Too little waits, too much and too late are to be paid back, what is under way counts as given."""
    store = a_shop_with(*RESERVED)
    assert drive(take_deposit, depositing("49.99"), store).status is Status.RESERVED
    more = evolve(depositing("10.00", id="c-2"), notice=a_notice(amount="10.00", reference="d-2"))
    answer = drive(take_deposit, more, store)
    assert (answer.status, answer.refund_due) == (Status.DEPOSIT_PAID, cny("9.99"))
    asked = a_notice(operation=Operation.REFUND, outcome=Outcome.REQUESTED, amount="9.99", reference="d-3")
    assert drive(take_deposit, evolve(more, id=type(more.id)("c-3"), notice=asked), store).refund_due == NOTHING
    store = a_shop_with(*RESERVED, passing(FIRST.end))
    late = drive(take_deposit, depositing(at=FIRST.end), store)
    assert (late.status, late.refund_due) == (Status.LAPSED, cny("50.00"))


@pytest.mark.parametrize(
    ("cause", "before", "refund", "order"),
    [
        (Cause.BUYER, DEPOSITED, "0.00", None),
        (Cause.BUYER, ORDERED, "0.00", "0.00"),
        (Cause.BUYER, SETTLED, "50.00", "190.00"),
        (Cause.SHOP, DEPOSITED, "100.00", None),
        (Cause.SHOP, ORDERED, "100.00", "0.00"),
        (Cause.SHOP, SETTLED, "100.00", "190.00"),
    ],
    ids=["withdraws", "withdraws with order", "withdraws paid", "undelivered", "undelivered order", "undelivered paid"],
)
def test_what_is_paid_back(
    drive: Drive, cause: Cause, before: tuple[Command, ...], refund: str, order: str | None
) -> None:
    """The deposit is kept, returned or doubled; a paid balance goes back whole, and the stock is free."""
    store = a_shop_with(*before)
    answer = drive(end_presale, withdrawing(cause, at=OPEN), store)
    assert (answer.status, answer.refund_due) == (Status.CANCELLED, cny(refund))
    assert (answer.undone and answer.undone.refund_due) == (None if order is None else cny(order))
    assert answer.undone is None or answer.undone.tenders == ()
    assert (the_stock(store, TEA).reserved, the_stock(store, TEA).allocated) == (0, 0)
    again = drive(end_presale, withdrawing(cause, id="c-9", at=OPEN), store)
    assert (again.refund_due, again.undone) == (answer.refund_due, None)


def test_a_deposit_that_nobody_brought() -> None:
    """Nothing goes back of it, but what a shop that cannot deliver owes beyond."""
    store = a_shop_with(*DEPOSITED, withdrawing(Cause.SHOP))
    assert deposit_refund(value_of(store, PRESALE, Q), None) == cny("50.00")


def test_an_order_that_was_not_read() -> None:
    """A host that gathers by itself and leaves it out is told."""
    rows: dict[str, Any] = {each.name: {} for each in fields(Undoable)}
    nothing = Undoable(**rows)
    undoing = Undoing(nothing, id=withdrawing().id, by=withdrawing().by, at=OPEN)
    with pytest.raises(Missing):
        undoing.undo(OrderId("o-9"), reason=CancelReason.SHOP)


def test_time(drive: Drive) -> None:
    """It opens the window, calls the unpaid order off and lets the pre-sale lapse, in whatever order it is asked."""
    store = a_shop_with(*DEPOSITED)
    assert drive(end_presale, passing(OPEN), store).status is Status.BALANCE_OPEN
    do(store, balancing())
    for page in all_due(store, CLOSED):
        do(store, *page)
    assert (the_presale(store), the_order(store).status) == (Status.LAPSED, "cancelled")
    store = a_shop_with(*ORDERED)
    answer = drive(end_presale, passing(CLOSED), store)
    assert (answer.status, answer.refund_due, answer.undone and answer.undone.refund_due) == (
        Status.LAPSED,
        NOTHING,
        NOTHING,
    )
    assert the_order(store).status == "cancelled"


def test_a_balance_that_came_by_the_order(drive: Drive) -> None:
    """A host that takes the notice as of any order is told by the deadline at the latest."""
    store = a_shop_with(*ORDERED, a_taking(a_notice(amount="190.00")))
    assert the_presale(store) is Status.BALANCE_OPEN
    assert drive(end_presale, passing(CLOSED), store).status is Status.BALANCE_PAID
    assert codes(store)[-1] == "presale.balance_paid"


def test_part_of_a_balance(drive: Drive) -> None:
    """It settles nothing yet; when it lapses that part goes back."""
    store = a_shop_with(*ORDERED)
    assert drive(take_balance, paying("100.00"), store).status is Status.BALANCE_OPEN
    lapsed = drive(end_presale, passing(CLOSED), store)
    assert lapsed.undone is not None
    assert lapsed.undone.refund_due == cny("100.00")


def test_another_order_instead(drive: Drive) -> None:
    """When the first was called off, in the window."""
    store = a_shop_with(*ORDERED, a_cancellation())
    assert drive(order_presale, balancing(expanding("o-2"), id="c-2"), store).status is Status.BALANCE_OPEN
    assert value_of(store, PRESALE, Q).order == "o-2"


def test_goods_that_have_left(drive: Drive) -> None:
    """A pre-sale whose goods have left is not called off: they come back as a return."""
    store = a_shop_with(*SETTLED, a_shipment())
    with pytest.raises(Exception, match="o-1"):
        drive(end_presale, withdrawing(at=OPEN), store)
    assert the_presale(store) is Status.BALANCE_PAID


@given(st.integers(1, 9_000), st.integers(0, 9_000), st.integers(0, 11_000))
def test_the_buyer_pays_deposit_and_balance(deposit: int, more: int, discount: int) -> None:
    """For any numbers what is captured in both windows is the price less the expansion less the later discount."""
    terms = evolve(TERMS, deposit=_fen(deposit), worth=_fen(deposit + more))
    checkout = expanding(discount=f"{discount // 100}.{discount % 100:02}", terms=terms)
    store = a_shop_with(reserving(terms=terms))
    do(store, evolve(depositing(), notice=evolve(a_notice(), amount=terms.deposit)))
    (ordered,) = do(store, balancing(checkout))
    balance = ordered.placed.due
    assert balance == terms.price - terms.worth - _fen(discount)
    do(store, evolve(paying(), notice=evolve(a_notice(), amount=balance)))
    assert the_presale(store) is Status.BALANCE_PAID
    total = net(value_of(store, PAYMENT, deposit_payment(Q))) + net(the_payment(store))
    assert total == terms.price - terms.expansion - _fen(discount)


def _fen(minor: int) -> Money:
    return Money(minor, Currency.CNY)
