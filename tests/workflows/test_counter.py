"""A sale at the counter: placed, paid and handed over in one commit; the stock moves once."""

from datetime import timedelta
from functools import partial

import pytest
from attrs import evolve

from ecomops.inventory import RESERVATION, Disposition, StockShort
from ecomops.kernel import Command, CommandId, run
from ecomops.orders import PAYMENT, Checkout, Notice, NotPaid, OrderEmpty, OrderExists, OrderPolicy, Status
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.terms import OrderId
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_notice,
    a_placement,
    a_service,
    cny,
)
from ecomops.workflows.counter import SellAtCounter, SoldAtCounter, sell_at_counter
from tests.workflows.goods_back import a_refund, a_request, an_approval, an_arrival
from tests.workflows.shop import (
    CUP,
    STAFF,
    Drive,
    a_coupon,
    a_shop,
    codes,
    do,
    dump,
    the_order,
    the_payment,
    the_stock,
    units,
)

THREE = a_checkout(a_line(quantity=2), a_line(id="l-2", quantity=1, gross="5.00"))


def a_sale(checkout: Checkout = THREE, *notices: Notice, id: str = "c-sale") -> SellAtCounter:
    """Return the command that sells at the counter; for cash, when no notices are named."""
    taken = notices or (a_notice(amount="15.00"),)
    return SellAtCounter(id=CommandId(id), by=STAFF, at=NOON, checkout=checkout, notices=taken)


def test_a_sale_is_one_commit(drive: Drive) -> None:
    """The order is received, its window runs, nothing was reserved and each stock moved once."""
    store = a_shop()
    before = store.commits
    answer = drive(sell_at_counter, a_sale(), store)
    assert answer == SoldAtCounter(
        order_id=OrderId("o-1"),
        due=cny("15.00"),
        paid=cny("15.00"),
        refund_due=cny("0"),
        payout=None,
        units=(units(3),),
        close_at=NOON.add(days=7),
    )
    assert store.commits == before + 1
    assert codes(store)[-6:] == [
        "order.placed",
        "order.paid",
        "order.shipped",
        "order.received",
        "payment.opened",
        "stock.sold",
    ]
    assert (the_order(store).status, fulfilment(the_order(store))) == (Status.PAID, Fulfilment.RECEIVED)
    stock = the_stock(store)
    assert (stock.on_hand, stock.reserved, stock.allocated, stock.shipped) == (7, 0, 0, 3)
    assert not store.rows(RESERVATION)


def test_without_a_return_window_the_order_is_closed(drive: Drive) -> None:
    """All in the same commit."""
    store = a_shop()
    drive(sell_at_counter, a_sale(id="c-1"), store)
    at_once = partial(sell_at_counter, policy=OrderPolicy(return_window=timedelta(0)))
    again = run(at_once, a_sale(a_checkout(a_line(), order_id="o-2"), a_notice(), id="c-2"), store.unit)
    assert (again.close_at, the_order(store, "o-2").status) == (None, Status.CLOSED)


def test_services_are_sold_too(drive: Drive) -> None:
    """No stock moves, and there is nothing that could come back."""
    store = a_shop()
    answer = drive(sell_at_counter, a_sale(a_checkout(services=(a_service(),)), a_notice(amount="5.00")), store)
    assert (answer.units, answer.close_at, the_order(store).status) == ((), None, Status.CLOSED)


def test_what_is_not_paid_is_not_handed_over(drive: Drive) -> None:
    """A cent less, or nothing at all."""
    store = a_shop()
    before = dump(store)
    for sale in (a_sale(THREE, a_notice(amount="14.99")), evolve(a_sale(), notices=())):
        with pytest.raises(NotPaid) as refusal:
            drive(sell_at_counter, sale, store)
        assert refusal.value.context["due"] == cny("15.00")
    assert dump(store) == before


def test_two_cards_pay_together_and_change_is_told(drive: Drive) -> None:
    """What was taken beyond what is due is to be given back."""
    store = a_shop()
    cards = (a_notice(amount="10.00", reference="r-1"), a_notice(amount="6.00", reference="r-2"))
    answer = drive(sell_at_counter, a_sale(THREE, *cards), store)
    assert (answer.paid, answer.refund_due) == (cny("16.00"), cny("1.00"))


def test_a_coupon_pays_all_of_it(drive: Drive) -> None:
    """Nothing is taken and no payment is opened; what it exceeds is paid out."""
    store = a_shop()
    paid = evolve(a_sale(a_checkout(a_line(), tenders=(a_coupon("10.00"),))), notices=())
    assert drive(sell_at_counter, paid, store).due == cny("0")
    assert not store.rows(PAYMENT)
    over = evolve(
        a_sale(a_checkout(a_line(), order_id="o-2", tenders=(a_coupon("12.00"),)), id="c-2"), notices=()
    )  # fmt: skip
    answer = drive(sell_at_counter, over, store)
    assert answer.payout is not None
    assert (answer.payout.amount, answer.refund_due) == (cny("2.00"), cny("0"))
    assert the_payment(store, "o-2").notices == (answer.payout,)


def test_every_shortage_is_listed(drive: Drive) -> None:
    """What lies there for others is not sold; a stock that nobody keeps has nothing."""
    store = a_shop()
    do(store, a_placement(a_checkout(a_line(quantity=8), order_id="o-9")))
    before = dump(store)
    two = a_checkout(a_line(quantity=3), a_line(id="l-2", stock=CUP))
    with pytest.raises(StockShort) as refusal:
        drive(sell_at_counter, a_sale(two, a_notice(amount="20.00")), store)
    assert [(each.stock, each.wanted, each.available) for each in refusal.value.shortages] == [(CUP, 1, 0), (TEA, 3, 2)]
    assert dump(store) == before


def test_an_order_is_sold_once(drive: Drive) -> None:
    """Under its id; and something is sold."""
    store = a_shop()
    do(store, a_placement())
    with pytest.raises(OrderExists):
        drive(sell_at_counter, a_sale(), store)
    with pytest.raises(OrderEmpty):
        drive(sell_at_counter, a_sale(evolve(THREE, order_id=OrderId("o-2"), lines=())), store)


def test_what_was_sold_at_the_counter_comes_back_like_anything_else() -> None:
    """Its window and its rungs are those of any order."""
    store = a_shop()
    later: tuple[Command, ...] = (
        a_sale(),
        a_delivery(id="c-more", quantity=1),
        a_request(("l-1", 1)),
        an_approval(),
        an_arrival(("l-1", 1, Disposition.RESTOCK)),
        a_refund(),
    )
    assert do(store, *later)[-1].amount == cny("5.00")
    stock = the_stock(store)
    assert stock.on_hand == stock.received + stock.adjusted + stock.restocked - stock.shipped == 9
