"""A host's shop at work: products, deliveries and till receipts, handed to ecomops as the commands of its workflows.

All that the shop knows of the library stands here and in what it calls: which command tells what, how a receipt reads
as a checkout (`receipts`), who its members are (`members`), what their coupons do (`vouchers`), what comes back
(`aftercare`), and when time passes. The rules are the library's.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter

from attrs import evolve
from pendulum import DateTime

from aftercare import Aftercare
from campaigns import NO_CAMPAIGNS, Campaigns
from completejourney import Basket, Delivery, Product
from ecomops.kernel import CommandId, Money, Period, Query, ask, instant, later
from ecomops.kernel import page as read_page
from ecomops.kernel import run as carry_out
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, Checkout, Notice, Operation, OrderEmpty, Outcome, Reference
from ecomops.promotions import Claims
from ecomops.terms import CategoryId, CouponId, OrderId, StockUnits, demand
from ecomops.workflows.placement import Placed, PlaceOrder, place_order
from ecomops.workflows.publication import PublishProduct, publish_product
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.settlement import TakeNotice, take_notice
from ecomops.workflows.shipping import ShipOrder, ship_order
from ecomops.workflows.stocking import ReceiveStock, receive_stock
from ecomops.workflows.timers import due, pass_time
from members import Members
from mischief import BETWEEN, NO_MISCHIEF, Mischief, shuffled
from receipts import checkout_of, customer, price, sku, stock_of
from till import DAYS, TILL, end_of
from vouchers import EXTRA, Vouchers

DUE_AT_ONCE = 1_000
"""How many commands of time are read at once."""


class Shop:
    """A chain of shops on one embedded store.

    Attributes:
        store: All that the shop keeps.
        refused: How many baskets held nothing and became no order.
        vouchers: Its coupons.
        members: Its members.
        aftercare: What comes back, and what is paid too late.
    """

    def __init__(self, found: Campaigns = NO_CAMPAIGNS, mischief: Mischief = NO_MISCHIEF) -> None:
        """Open without anything."""
        self.store = MemoryStore()
        self.refused = 0
        self.vouchers = Vouchers(self.store, found)
        self.members = Members(self.store)
        self.aftercare = Aftercare(self.store, self.members)
        self._mischief = mischief

    def publish(self, products: Iterable[Product], *, at: DateTime) -> None:
        """Put all products on sale, with what is known of each."""
        for product in products:
            command = PublishProduct(
                id=CommandId(f"publish:{product.product_id}"),
                by=TILL,
                at=at,
                sku=sku(product.product_id),
                category=None if product.category is None else CategoryId(product.category),
                list_price=None if product.list_price is None else price(product.list_price, product.per),
            )
            carry_out(publish_product, command, self.store.unit)

    def take_in(self, deliveries: Iterable[Delivery], *, at: DateTime) -> None:
        """Fill the shelves of each store."""
        for delivery in deliveries:
            units = tuple(
                StockUnits(stock=stock_of(product, delivery.store_id), quantity=quantity)
                for product, quantity in delivery.items
            )
            command = ReceiveStock(id=CommandId(f"deliver:{delivery.store_id}"), by=TILL, at=at, units=units)
            carry_out(receive_stock, command, self.store.unit)

    def give_out(self, *, valid: Period, at: DateTime) -> None:
        """Give all coupons out."""
        self.vouchers.issue(extra=self._mischief.extra, valid=valid, at=at)

    def trade(self, baskets: Iterable[Basket]) -> Iterator[int]:
        """Sell *baskets*, which come in order of time; after each day let time pass, and yield the day's baskets."""
        for day, todays in groupby(baskets, key=attrgetter("day")):
            sold = 0
            for sold, basket in enumerate(todays, start=1):  # noqa: B007 - the last number is how many there were
                self.sell(basket)
            self.let_pass(end_of(day))
            self.aftercare.next_morning(end_of(day))
            yield sold

    def sell(self, basket: Basket) -> None:
        """Have the order of *basket* placed, paid and handed over; one that holds nothing is refused."""
        at = instant(basket.at)
        household = customer(basket.household_id)
        self.members.meet(household, at=at)
        coupons = self.vouchers.show(basket, at=at)
        checkout = checkout_of(basket)
        try:
            placed = self._place(checkout, coupons, at=at)
        except OrderEmpty:
            self.refused += 1
            return
        paid_at = self._settle(placed, basket.basket_id, at=at)
        self.members.earn(placed.order_id, household, _cash(placed), at=paid_at)
        if checkout.lines:
            self._hand_over(placed.order_id, at=paid_at)
            if basket.basket_id in self._mischief.returned:
                self.aftercare.expect(placed.order_id, basket.basket_id)
        if basket.basket_id in self._mischief.extra:
            self._once_more(basket, at=at)

    def _place(self, checkout: Checkout, coupons: tuple[CouponId, ...], *, at: DateTime) -> Placed:
        place = PlaceOrder(
            id=CommandId(f"place:{checkout.order_id}"),
            by=TILL,
            at=at,
            checkout=checkout,
            claims=Claims(coupons=coupons),
        )
        return carry_out(place_order, place, self.store.unit)

    def _settle(self, placed: Placed, basket: int, *, at: DateTime) -> DateTime:
        """Tell the order what the till took in or paid out, if anything; return when it has done so."""
        notice = _notice(placed, at=at)
        if notice is None:
            return at
        notices = shuffled(notice, basket=basket) if basket in self._mischief.shuffled else [notice]
        told_at = at
        for number, each in enumerate(notices):
            told_at = later(notice.at, number * BETWEEN)
            id = CommandId(f"pay:{placed.order_id}:{number}")
            take = TakeNotice(id=id, by=TILL, at=told_at, order_id=placed.order_id, notice=each)
            carry_out(take_notice, take, self.store.unit)
        return told_at

    def _hand_over(self, order: OrderId, *, at: DateTime) -> None:
        """Ship the goods without a carrier, and have them received at once."""
        ship = ShipOrder(id=CommandId(f"ship:{order}"), by=TILL, at=at, order_id=order)
        carry_out(ship_order, ship, self.store.unit)
        receive = ConfirmReceipt(id=CommandId(f"receive:{order}"), by=TILL, at=at, order_id=order)
        carry_out(confirm_receipt, receive, self.store.unit)

    def _once_more(self, basket: Basket, *, at: DateTime) -> None:
        """Place *basket* once more, its goods brought for it; its buyer pays when time has called it off."""
        checkout = checkout_of(basket, EXTRA)
        goods = demand((line.stock, line.quantity) for line in checkout.lines)
        bring = ReceiveStock(id=CommandId(f"deliver:{checkout.order_id}"), by=TILL, at=at, units=goods)
        carry_out(receive_stock, bring, self.store.unit)
        coupons = self.vouchers.show(basket, at=at, extra=True)
        placed = self._place(checkout, coupons, at=at)
        self.aftercare.expect_payment(placed)

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

    def happened(self) -> dict[str, int]:
        """Return how often something happened beside the till, under a word for each; refusals by their code."""
        refused = {f"coupons refused: {code}": number for code, number in sorted(self.vouchers.refused.items())}
        return {"coupons shown and taken": self.vouchers.shown} | refused | dict(self.aftercare.counted)

    def _deadline(self) -> DateTime | None:
        """Return the next instant at which time asks something of an order."""
        first = Query(noun=ORDER, sort="due_at", limit=1)
        return next((row.value.due_at for row in ask(partial(read_page, first), self.store.unit).rows), None)


def _cash(placed: Placed) -> Money:
    """Return what the buyer pays in cash."""
    return max(placed.due, Money.zero(placed.due.currency))


def _notice(placed: Placed, *, at: DateTime) -> Notice | None:
    """Return what the till says of the money: what is due came in, or the payout went out; None for no money."""
    if placed.payout is not None:
        return evolve(placed.payout, outcome=Outcome.SUCCEEDED, at=later(at, BETWEEN))
    if not placed.due.minor:
        return None
    return Notice(
        operation=Operation.CAPTURE,
        reference=Reference(placed.order_id),
        outcome=Outcome.SUCCEEDED,
        amount=placed.due,
        at=at,
    )
