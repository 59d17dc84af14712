"""Builders: one object with sensible values, of which a test names only what it is about. Amounts are texts in CNY."""

from functools import reduce

import pendulum
from pendulum import DateTime

from ecomops import inventory, orders, products
from ecomops.inventory import STOCK, StockItem
from ecomops.kernel import Actor, ActorId, ActorKind, CommandId, Currency, Money
from ecomops.orders import DEFAULT_POLICY, ORDER, Checkout, Notice, Operation, Order, Outcome, Payment, Reference
from ecomops.orders.payments import PAYMENT, open_payment, take
from ecomops.products import PRODUCT, Product
from ecomops.terms import (
    CategoryId,
    Discount,
    LineId,
    LocationId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Quantity,
    Sku,
    StockKey,
    StockUnits,
    Tender,
)
from ecomops.workflows.placement import PlaceOrder
from ecomops.workflows.settlement import TakeNotice
from ecomops.workflows.stocking import ReceiveStock

NOON: DateTime = pendulum.datetime(2026, 6, 18, 12)
"""The instant of every object that names no other."""

BUYER = Actor(kind=ActorKind.CUSTOMER, id=ActorId("c-1"))
"""Who gives a command that names nobody else."""

TEA = StockKey.of(Sku("tea"), LocationId("hangzhou"))
"""The stock of every object that names no other."""


def cny(amount: str) -> Money:
    """Return an amount in yuan.

    Example:
        >>> cny("19.99").minor
        1999
    """
    return Money.parse(amount, Currency.CNY)


def a_product(*, sku: str = "tea", category: str | None = "drinks", price: str = "10.00") -> Product:
    """Return a product that is on sale."""
    known = None if category is None else CategoryId(category)
    drafted = products.draft(Sku(sku), category=known, list_price=Price(amount=cny(price)), at=NOON)
    product = PRODUCT.replay(drafted)
    return PRODUCT.fold(product, products.publish(product, at=NOON))


def some_stock(*, stock: StockKey = TEA, on_hand: Quantity = 10, backorder_limit: Quantity | None = 0) -> StockItem:
    """Return a stock item with *on_hand* units."""
    item = STOCK.replay(inventory.open_stock(stock, backorder_limit=backorder_limit, at=NOON))
    return STOCK.fold(item, inventory.receive(item, quantity=on_hand, at=NOON)) if on_hand else item


def a_line(
    *,
    id: str = "l-1",
    stock: StockKey = TEA,
    quantity: Quantity = 1,
    gross: str = "10.00",
    discounts: tuple[Discount, ...] = (),
) -> PricedLine:
    """Return a line of goods that costs *gross* altogether."""
    return PricedLine(
        id=LineId(id),
        stock=stock,
        quantity=quantity,
        price=Price(amount=cny(gross), per=quantity),
        gross=cny(gross),
        discounts=discounts,
    )


def a_service(*, id: str = "s-1", gross: str = "5.00", discounts: tuple[Discount, ...] = ()) -> PricedService:
    """Return a service line."""
    return PricedService(id=LineId(id), name="gift wrap", gross=cny(gross), discounts=discounts)


def a_discount(amount: str, *, promotion: str = "loyalty") -> Discount:
    """Return a discount borne by the shop."""
    return Discount(promotion=PromotionId(promotion), amount=cny(amount))


def a_checkout(
    *lines: PricedLine,
    order_id: str = "o-1",
    services: tuple[PricedService, ...] = (),
    tenders: tuple[Tender, ...] = (),
) -> Checkout:
    """Return a checkout of *lines*; of one line, when none is named and there is nothing else."""
    return Checkout(
        order_id=OrderId(order_id),
        currency=Currency.CNY,
        lines=lines or (() if services or tenders else (a_line(),)),
        services=services,
        tenders=tenders,
    )


def an_order(checkout: Checkout | None = None, *, gross: str = "10.00", at: DateTime = NOON) -> Order:
    """Return an order that awaits payment: of *checkout*, or of one unit of tea for *gross*."""
    return ORDER.replay(orders.place(checkout or a_checkout(a_line(gross=gross)), policy=DEFAULT_POLICY, at=at))


def a_paid_order(checkout: Checkout | None = None, *, at: DateTime = NOON) -> Order:
    """Return an order that is paid and not shipped."""
    order = an_order(checkout, at=at)
    return ORDER.fold(order, orders.settle(order, captured=order.due, at=at))


def a_shipped_order(checkout: Checkout | None = None, *, at: DateTime = NOON) -> Order:
    """Return an order of which everything has been shipped and nothing received."""
    order = a_paid_order(checkout, at=at)
    return ORDER.fold(order, orders.ship(order, policy=DEFAULT_POLICY, at=at))


def a_received_order(checkout: Checkout | None = None, *, at: DateTime = NOON) -> Order:
    """Return an order of which everything has been received, within its return window."""
    order = a_shipped_order(checkout, at=at)
    return ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=at))


def a_notice(
    *,
    operation: Operation = Operation.CAPTURE,
    outcome: Outcome = Outcome.SUCCEEDED,
    amount: str = "10.00",
    reference: str = "r-1",
    at: DateTime = NOON,
) -> Notice:
    """Return a notice of a gateway; of a capture that succeeded, when nothing else is said."""
    return Notice(
        operation=operation, reference=Reference(reference), outcome=outcome, amount=cny(amount), at=at
    )  # fmt: skip


def a_payment(*notices: Notice, order: OrderId | None = None) -> Payment:
    """Return the payment of an order with *notices*, taken one after the other."""
    first, rest = notices[:1], notices[1:]
    opened = PAYMENT.replay(open_payment(order or OrderId("o-1"), currency=Currency.CNY, notices=first, at=NOON))
    return reduce(
        lambda payment, notice: PAYMENT.fold(payment, take(payment, notice=notice, at=NOON)), rest, opened
    )  # fmt: skip


def a_delivery(*, id: str = "c-stock", stock: StockKey = TEA, quantity: Quantity = 10) -> ReceiveStock:
    """Return the command that takes a delivery in."""
    units = (StockUnits(stock=stock, quantity=quantity),)
    return ReceiveStock(id=CommandId(id), by=BUYER, at=NOON, units=units)


def a_placement(checkout: Checkout | None = None, *, id: str = "c-place", at: DateTime = NOON) -> PlaceOrder:
    """Return the command that places an order."""
    return PlaceOrder(id=CommandId(id), by=BUYER, at=at, checkout=checkout or a_checkout())


def a_taking(notice: Notice | None = None, *, id: str = "c-pay", order_id: str = "o-1") -> TakeNotice:
    """Return the command that takes a notice."""
    return TakeNotice(
        id=CommandId(id), by=BUYER, at=NOON, order_id=OrderId(order_id), notice=notice or a_notice()
    )  # fmt: skip
