"""A host's shop at work: products, deliveries and till receipts, handed to ecomops as the commands of its workflows.

All that the shop knows of the library stands here: which command tells what, how a receipt reads as a checkout, and
when time passes. The rules are the library's; ids and amounts are made once and shared.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache, partial
from itertools import groupby
from operator import attrgetter

from attrs import evolve
from pendulum import Date, DateTime

from completejourney import SHOPS, Basket, Delivery, Line, Product
from ecomops.kernel import Actor, ActorId, ActorKind, Calendar, CommandId, Currency, Money, Query, ask, instant, later
from ecomops.kernel import page as read_page
from ecomops.kernel import run as carry_out
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, Checkout, Notice, Operation, OrderEmpty, Outcome, Reference
from ecomops.terms import (
    CategoryId,
    CustomerId,
    Discount,
    Funder,
    LineId,
    LocationId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Sku,
    StockKey,
    StockUnits,
    Tender,
    TenderKind,
)
from ecomops.workflows.placement import Placed, PlaceOrder, place_order
from ecomops.workflows.publication import PublishProduct, publish_product
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.settlement import TakeNotice, take_notice
from ecomops.workflows.shipping import ShipOrder, ship_order
from ecomops.workflows.stocking import ReceiveStock, receive_stock
from ecomops.workflows.timers import due, pass_time

TILL = Actor(kind=ActorKind.STAFF, id=ActorId("till"))
"""Who gives all commands but those of time."""
LOYALTY = PromotionId("loyalty")
MATCH = PromotionId("match")
DAYS = Calendar(timezone=SHOPS.key)
"""When a business day ends."""
PAYING_OUT = timedelta(seconds=1)
"""How long the till takes to pay out what coupons exceed."""
DUE_AT_ONCE = 1_000
"""How many commands of time are read at once."""


class Shop:
    """A chain of shops on one embedded store.

    Attributes:
        store: All that the shop keeps.
        refused: How many baskets held nothing and became no order.
    """

    def __init__(self) -> None:
        """Open without anything."""
        self.store = MemoryStore()
        self.refused = 0

    def publish(self, products: Iterable[Product], *, at: DateTime) -> None:
        """Put all products on sale, with what is known of each."""
        for product in products:
            command = PublishProduct(
                id=CommandId(f"publish:{product.product_id}"),
                by=TILL,
                at=at,
                sku=_sku(product.product_id),
                category=None if product.category is None else CategoryId(product.category),
                list_price=None if product.list_price is None else _price(product.list_price, product.per),
            )
            carry_out(publish_product, command, self.store.unit)

    def take_in(self, deliveries: Iterable[Delivery], *, at: DateTime) -> None:
        """Fill the shelves of each store."""
        for delivery in deliveries:
            units = tuple(
                StockUnits(stock=_stock(product, delivery.store_id), quantity=quantity)
                for product, quantity in delivery.items
            )
            command = ReceiveStock(id=CommandId(f"deliver:{delivery.store_id}"), by=TILL, at=at, units=units)
            carry_out(receive_stock, command, self.store.unit)

    def trade(self, baskets: Iterable[Basket]) -> Iterator[int]:
        """Sell *baskets*, which come in order of time; after each day let time pass, and yield the day's baskets."""
        for day, todays in groupby(baskets, key=attrgetter("day")):
            sold = 0
            for sold, basket in enumerate(todays, start=1):  # noqa: B007 - the last number is how many there were
                self.sell(basket)
            self.let_pass(end_of(day))
            yield sold

    def sell(self, basket: Basket) -> None:
        """Place the order of *basket*, have it paid and hand it over; one that holds nothing is refused."""
        at = instant(basket.at)
        checkout = checkout_of(basket)
        place = PlaceOrder(id=CommandId(f"place:{checkout.order_id}"), by=TILL, at=at, checkout=checkout)
        try:
            placed = carry_out(place_order, place, self.store.unit)
        except OrderEmpty:
            self.refused += 1
            return
        self._settle(placed, at=at)
        if checkout.lines:
            self._hand_over(checkout.order_id, at=at)

    def _settle(self, placed: Placed, *, at: DateTime) -> None:
        """Tell the order what the till took in or paid out; an order that owes nothing is settled already."""
        notice = _notice(placed, at=at)
        if notice is not None:
            pay = TakeNotice(
                id=CommandId(f"pay:{placed.order_id}"), by=TILL, at=notice.at, order_id=placed.order_id, notice=notice
            )
            carry_out(take_notice, pay, self.store.unit)

    def _hand_over(self, order: OrderId, *, at: DateTime) -> None:
        """Ship the goods without a carrier, and have them received at once."""
        ship = ShipOrder(id=CommandId(f"ship:{order}"), by=TILL, at=at, order_id=order)
        carry_out(ship_order, ship, self.store.unit)
        receive = ConfirmReceipt(id=CommandId(f"receive:{order}"), by=TILL, at=at, order_id=order)
        carry_out(confirm_receipt, receive, self.store.unit)

    def let_pass(self, at: DateTime) -> None:
        """Do all that time asks for up to the instant *at*."""
        cursor = None
        while True:
            page = ask(partial(due, at=at, limit=DUE_AT_ONCE, after=cursor), self.store.unit)
            for command in page.commands:
                carry_out(pass_time, command, self.store.unit)
            cursor = page.next
            if cursor is None:
                return

    def close(self) -> None:
        """Go on from day to day until time asks nothing of any order (or what it asks cannot be done)."""
        deadline, passed = self._deadline(), None
        while deadline is not None and (passed is None or deadline > passed):
            passed = end_of(DAYS.day(deadline))
            self.let_pass(passed)
            deadline = self._deadline()

    def _deadline(self) -> DateTime | None:
        """Return the next instant at which time asks something of an order."""
        first = Query(noun=ORDER, sort="due_at", limit=1)
        return next((row.value.due_at for row in ask(partial(read_page, first), self.store.unit).rows), None)


def end_of(day: date) -> DateTime:
    """Return the instant at which the shops' *day* ends."""
    return DAYS.bounds(Date.fromordinal(day.toordinal())).end


def checkout_of(basket: Basket) -> Checkout:
    """Return *basket* as a checkout: goods, services, and each coupon as a tender of its line or of the order."""
    goods: list[PricedLine] = []
    services: list[PricedService] = []
    of_lines: list[Tender] = []
    of_order: list[Tender] = []
    for number, line in enumerate(basket.lines, start=1):
        if line.quantity:
            goods.append(_goods(line, number, basket.store_id))
        elif line.shelf:
            services.append(_service(line, number))
        if line.coupon and line.quantity:
            of_lines.append(_coupon(line.coupon, number))
        elif line.coupon:
            of_order.append(_coupon(line.coupon, None))
    return Checkout(
        order_id=OrderId(str(basket.basket_id)),
        customer=_customer(basket.household_id),
        currency=Currency.USD,
        lines=tuple(goods),
        services=tuple(services),
        tenders=(*of_lines, *of_order),
    )


def _goods(line: Line, number: int, store: int) -> PricedLine:
    return PricedLine(
        id=_line(number),
        stock=_stock(line.product_id, store),
        quantity=line.quantity,
        price=_price(line.price, line.per),
        gross=_money(line.shelf),
        discounts=_discounts(line.loyalty, line.match),
    )


def _service(line: Line, number: int) -> PricedService:
    return PricedService(
        id=_line(number),
        name=f"product {line.product_id}",
        gross=_money(line.shelf),
        discounts=_discounts(line.loyalty, line.match),
    )


def _notice(placed: Placed, *, at: DateTime) -> Notice | None:
    """Return what the till says of the money: what is due came in, or the payout went out; None for no money."""
    if placed.payout is not None:
        return evolve(placed.payout, outcome=Outcome.SUCCEEDED, at=later(at, PAYING_OUT))
    if not placed.due.minor:
        return None
    return Notice(
        operation=Operation.CAPTURE,
        reference=Reference(placed.order_id),
        outcome=Outcome.SUCCEEDED,
        amount=placed.due,
        at=at,
    )


@cache
def _money(cents: int) -> Money:
    return Money(cents, Currency.USD)


@cache
def _price(cents: int, per: int) -> Price:
    return Price(amount=_money(cents), per=per)


@cache
def _discounts(loyalty: int, match: int) -> tuple[Discount, ...]:
    """Return the discounts of a line that take anything off, both borne by the shop."""
    taken = ((LOYALTY, loyalty), (MATCH, match))
    return tuple(
        Discount(promotion=promotion, amount=_money(cents), funder=Funder.SHOP) for promotion, cents in taken if cents
    )


@cache
def _coupon(cents: int, number: int | None) -> Tender:
    """Return a manufacturer's coupon on one line, or on the order."""
    return Tender(
        kind=TenderKind.MANUFACTURER_COUPON,
        amount=_money(cents),
        funder=Funder.BRAND,
        lines=() if number is None else (_line(number),),
    )


@cache
def _line(number: int) -> LineId:
    return LineId(str(number))


@cache
def _sku(product: int) -> Sku:
    return Sku(str(product))


@cache
def _customer(household: int) -> CustomerId:
    return CustomerId(str(household))


@cache
def _stock(product: int, store: int) -> StockKey:
    return StockKey.of(_sku(product), LocationId(str(store)))
