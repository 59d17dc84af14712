"""Builders: each gives the one object that its name promises, and changes only what it is told."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pendulum import UTC

import ecomops.testing
from ecomops.codec import CODEC
from ecomops.inventory import StockItem
from ecomops.kernel import ActorKind, Currency, Money, NotAnAmount
from ecomops.memory import MemoryStore
from ecomops.orders import Operation, Order, Outcome, Payment, Status
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.orders.payments import PaymentStatus, status
from ecomops.products import Product
from ecomops.products.product import Status as ProductStatus
from ecomops.terms import OrderId, Price, StockUnits
from ecomops.testing import (
    BUYER,
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_discount,
    a_line,
    a_notice,
    a_paid_order,
    a_payment,
    a_placement,
    a_product,
    a_received_order,
    a_service,
    a_shipped_order,
    a_taking,
    an_order,
    builders,
    cny,
    some_stock,
)
from tests.workflows.shop import CUP, a_coupon, do, the_order, the_payment, the_stock

LATER = NOON.add(days=1)


def test_every_builder_is_exported() -> None:
    """What `builders` defines is what `ecomops.testing` offers, and nothing of it is forgotten."""
    made = {
        name
        for name, each in vars(builders).items()
        if inspect.isfunction(each) and each.__module__ == builders.__name__
    }
    assert made | {"BUYER", "NOON", "TEA"} <= set(ecomops.testing.__all__)
    assert all(hasattr(ecomops.testing, name) for name in ecomops.testing.__all__)


def test_the_instant_the_actor_and_the_stock() -> None:
    """What an object does not name is this instant, this buyer and this stock."""
    assert (NOON.isoformat(), NOON.tzinfo) == ("2026-06-18T12:00:00+00:00", UTC)
    assert (BUYER.kind, BUYER.id) == (ActorKind.CUSTOMER, "c-1")
    assert TEA == "tea@hangzhou"


def test_amounts_are_yuan() -> None:
    """An amount is read as a person writes it."""
    assert cny("19.99") == Money(1999, Currency.CNY)
    with pytest.raises(NotAnAmount):
        cny("19.999")


ALONE: list[Callable[[], Any]] = [
    a_product,
    some_stock,
    an_order,
    a_paid_order,
    a_shipped_order,
    a_received_order,
    a_payment,
    a_delivery,
    a_placement,
    a_taking,
]


@pytest.mark.parametrize("build", ALONE, ids=lambda build: build.__name__)
def test_builders_need_no_arguments(build: Callable[[], Any]) -> None:
    """Every builder gives a value that the codec knows, the same each time."""
    assert build() == build()
    assert CODEC.dump(build()) == CODEC.dump(build())


def test_a_product_is_on_sale() -> None:
    """The product has the SKU, the category and the price that were named."""
    product = a_product(sku="cup", category=None, price="2.50")
    assert product.status is ProductStatus.ACTIVE
    assert isinstance(product, Product)
    assert (product.sku, product.category, product.list_price) == ("cup", None, Price(amount=cny("2.50")))


@pytest.mark.parametrize("on_hand", [0, 1, 25])
def test_stock_lies_there(on_hand: int) -> None:
    """So many units lie there, and all of them were received."""
    item = some_stock(stock=CUP, on_hand=on_hand, backorder_limit=None)
    assert item == StockItem(id=CUP, on_hand=on_hand, received=on_hand, backorder_limit=None)


def test_a_line_costs_what_it_says() -> None:
    """The amount is that of the whole line, whatever its quantity."""
    line = a_line(id="l-9", stock=CUP, quantity=3, gross="1.00", discounts=(a_discount("0.10", promotion="p"),))
    assert (line.id, line.stock, line.quantity, line.gross) == ("l-9", CUP, 3, cny("1.00"))
    assert line.price.of(3) == cny("1.00")
    assert [(discount.promotion, discount.amount) for discount in line.discounts] == [("p", cny("0.10"))]


def test_a_service_is_money_without_goods() -> None:
    """A service has an id, an amount and its discounts."""
    service = a_service(id="s-9", gross="1.00", discounts=(a_discount("0.10"),))
    assert (service.id, service.gross, len(service.discounts)) == ("s-9", cny("1.00"), 1)


def test_a_checkout_holds_what_is_named() -> None:
    """Without anything named there is one line; with services or tenders alone there is none."""
    assert a_checkout().lines == (a_line(),)
    assert a_checkout(a_line(id="l-2")).lines == (a_line(id="l-2"),)
    assert a_checkout(services=(a_service(),)).lines == ()
    assert a_checkout(tenders=(a_coupon("1.00"),)).lines == ()
    assert a_checkout(order_id="o-9").order_id == OrderId("o-9")


@pytest.mark.parametrize(
    ("build", "stands", "reached"),
    [
        (an_order, Status.AWAITING_PAYMENT, Fulfilment.UNSHIPPED),
        (a_paid_order, Status.PAID, Fulfilment.UNSHIPPED),
        (a_shipped_order, Status.PAID, Fulfilment.SHIPPED),
        (a_received_order, Status.PAID, Fulfilment.RECEIVED),
    ],
    ids=["placed", "paid", "shipped", "received"],
)
def test_orders_stand_where_they_say(build: Callable[..., Order], stands: Status, reached: Fulfilment) -> None:
    """Each builder gives an order of the named checkout at the named point of its life."""
    checkout = a_checkout(a_line(quantity=2, gross="7.00"), order_id="o-9")
    order = build(checkout, at=LATER)
    assert (order.status, fulfilment(order)) == (stands, reached)
    assert (order.id, order.due, order.placed_at) == ("o-9", cny("7.00"), LATER)


def test_an_order_for_so_much() -> None:
    """Without a checkout the order is of one unit of tea, for the amount that is named."""
    assert an_order(gross="8.00").due == cny("8.00")


def test_a_notice_says_what_it_is_told() -> None:
    """Without words it is a capture that succeeded."""
    assert (a_notice().operation, a_notice().outcome) == (Operation.CAPTURE, Outcome.SUCCEEDED)
    notice = a_notice(operation=Operation.REFUND, outcome=Outcome.FAILED, amount="3.00", reference="f-1", at=LATER)
    assert (notice.operation, notice.outcome, notice.amount) == (Operation.REFUND, Outcome.FAILED, cny("3.00"))
    assert (notice.reference, notice.at) == ("f-1", LATER)


def test_a_payment_holds_its_notices() -> None:
    """No notice, one, or several: all of them are there, once each."""
    first, second = a_notice(amount="1.00"), a_notice(amount="2.00", reference="r-2")
    assert a_payment().notices == ()
    assert status(a_payment()) is PaymentStatus.FAILED
    assert a_payment(first, second, first).notices == (first, second)
    assert isinstance(a_payment(order=OrderId("o-9")), Payment)
    assert a_payment(order=OrderId("o-9")).id == "o-9"


def test_commands_carry_an_order_through() -> None:
    """The commands without arguments belong together: stock in, order placed, order paid."""
    store = MemoryStore()
    do(store, a_delivery(), a_placement(), a_taking())
    assert the_order(store) == a_paid_order()
    assert the_payment(store) == a_payment(a_notice())
    assert (the_stock(store).on_hand, the_stock(store).allocated) == (10, 1)


def test_commands_say_what_they_are_told() -> None:
    """Ids, instants and contents of commands are those that were named."""
    delivery = a_delivery(id="c-9", stock=CUP, quantity=4)
    assert (delivery.id, delivery.units) == ("c-9", (StockUnits(stock=CUP, quantity=4),))
    checkout = a_checkout(order_id="o-9")
    placement = a_placement(checkout, id="c-9", at=LATER)
    assert (placement.id, placement.checkout, placement.at) == ("c-9", checkout, LATER)
    taking = a_taking(a_notice(amount="1.00"), id="c-9", order_id="o-9")
    assert (taking.id, taking.order_id, taking.notice) == ("c-9", "o-9", a_notice(amount="1.00"))
