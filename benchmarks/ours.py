"""The shop of `order_life` on ecomops: what a host writes around the workflows."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from pendulum import DateTime

from benchmarks.script import CURRENCY, NOON, OrderFacts, OrderRow, StockFacts
from ecomops import inventory, orders
from ecomops.inventory import STOCK, ReservationId, StockItem
from ecomops.inventory.stock import StockAllocated, StockReserved, StockShipped
from ecomops.kernel import Actor, ActorId, ActorKind, CommandId, Currency, History, Money, instant, run
from ecomops.memory import MemoryStore
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    Checkout,
    Notice,
    Operation,
    Order,
    Outcome,
    PaymentId,
    Reference,
)
from ecomops.orders.payments import net
from ecomops.terms import (
    Discount,
    LineId,
    OrderId,
    Price,
    PricedLine,
    PromotionId,
    StockKey,
    StockUnits,
    demand,
)
from ecomops.workflows.placement import PlaceOrder, place_order
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.settlement import TakeNotice, take_notice
from ecomops.workflows.shipping import ShipOrder, ship_order
from ecomops.workflows.stocking import ReceiveStock, receive_stock

AT = instant(NOON)
TILL = Actor(kind=ActorKind.STAFF, id=ActorId("till-7"))
MONEY = Currency.of(CURRENCY)


class Verb(Protocol):
    """A decision that moves reserved or allocated units of one stock item."""

    def __call__(
        self, item: StockItem, *, quantity: int, reservation: ReservationId, at: DateTime
    ) -> tuple[StockReserved | StockAllocated | StockShipped]:
        """Return the one movement."""
        ...


class Ours:
    """The library behind the words that both sides share."""

    def __init__(self) -> None:
        """Start with an empty store."""
        self._store = MemoryStore()
        self._commands = 0

    @property
    def history(self) -> History:
        """The log."""
        return self._store

    def _next(self) -> CommandId:
        self._commands += 1
        return CommandId(f"c-{self._commands}")

    def stock_in(self, row: OrderRow, units: int) -> None:
        """Take one delivery in for each line."""
        for each in row.lines:
            came = (StockUnits(stock=StockKey(each.stock), quantity=units),)
            run(receive_stock, ReceiveStock(id=self._next(), by=TILL, at=AT, units=came), self._store.unit)

    def place(self, row: OrderRow) -> None:
        """Place the order."""
        run(place_order, PlaceOrder(id=self._next(), by=TILL, at=AT, checkout=checkout(row)), self._store.unit)

    def pay(self, row: OrderRow) -> None:
        """Take the notice of its capture."""
        command = TakeNotice(id=self._next(), by=TILL, at=AT, order_id=OrderId(row.order), notice=notice(row))
        run(take_notice, command, self._store.unit)

    def ship(self, row: OrderRow) -> None:
        """Ship all of it."""
        run(ship_order, ShipOrder(id=self._next(), by=TILL, at=AT, order_id=OrderId(row.order)), self._store.unit)

    def receive(self, row: OrderRow) -> None:
        """Confirm that it arrived."""
        command = ConfirmReceipt(id=self._next(), by=TILL, at=AT, order_id=OrderId(row.order))
        run(confirm_receipt, command, self._store.unit)

    def order(self, row: OrderRow) -> OrderFacts:
        """Return the order as it is stored."""
        order = self._store.rows(ORDER)[row.order].value
        payment = self._store.rows(PAYMENT).get(PaymentId(row.order))
        paid = 0 if payment is None else net(payment.value).minor
        return facts(order, paid=paid)

    def stock(self, row: OrderRow) -> tuple[StockFacts, ...]:
        """Return the stock under each line as it is stored."""
        items = [self._store.rows(STOCK)[each.stock].value for each in row.lines]
        return tuple(
            StockFacts(item.on_hand, item.reserved, item.allocated, item.received, item.shipped) for item in items
        )  # fmt: skip

    def events(self) -> Mapping[str, int]:
        """Return how many events of orders and stock were recorded, by code."""
        return Counter(code for kind, code in self.everything() if kind in {"order", "stock"})

    def everything(self) -> list[tuple[str, str]]:
        """Return the kind of noun and the code of every event in the log."""
        events: list[tuple[str, Any]] = [(each.kind, each.event) for each in self._store.after(-1, 1_000_000)]
        return [(kind, event.code) for kind, event in events]


def checkout(row: OrderRow) -> Checkout:
    """Return what a buyer confirmed, from a request."""
    return Checkout(
        order_id=OrderId(row.order),
        currency=MONEY,
        lines=tuple(
            PricedLine(
                id=LineId(each.line),
                stock=StockKey(each.stock),
                quantity=each.quantity,
                price=Price(amount=Money(each.gross, MONEY), per=each.quantity),
                gross=Money(each.gross, MONEY),
                discounts=_discounts(each.discount),
            )
            for each in row.lines
        ),
    )


def _discounts(minor: int) -> tuple[Discount, ...]:
    return (Discount(promotion=PromotionId("loyalty"), amount=Money(minor, MONEY)),) if minor else ()


def notice(row: OrderRow) -> Notice:
    """Return what the gateway says: all was captured."""
    return Notice(
        operation=Operation.CAPTURE,
        reference=Reference(row.order),
        outcome=Outcome.SUCCEEDED,
        amount=Money(row.due, MONEY),
        at=AT,
    )


def facts(order: Order, *, paid: int) -> OrderFacts:
    """Return what both sides must say of an order."""
    lines = tuple((each.id, each.quantity, each.shipped, each.received) for each in order.lines)
    return OrderFacts(order.status, order.due.minor, paid, order.due_at, lines)


def shelf(row: OrderRow, units: int) -> dict[StockKey, StockItem]:
    """Return the stock under an order, stored nowhere."""
    keys = [StockKey(each.stock) for each in row.lines]
    return {key: STOCK.fold(item, inventory.receive(item, quantity=units, at=AT)) for key, item in _opened(keys)}


def _opened(keys: list[StockKey]) -> Iterator[tuple[StockKey, StockItem]]:
    return ((key, STOCK.replay(inventory.open_stock(key, at=AT))) for key in keys)


def bare_lives(rows: Sequence[OrderRow], units: int) -> Callable[[], None]:
    """Return the work of leading *rows* through their lives by decisions and folds alone."""
    shelves = [shelf(row, units) for row in rows]

    def work() -> None:
        for row, items in zip(rows, shelves, strict=True):
            bare_life(row, items)

    return work


def bare_life(row: OrderRow, items: dict[StockKey, StockItem]) -> Order:
    """Lead one order through its life by decisions and folds alone; *items* move with it."""
    confirmed = checkout(row)
    units = demand((each.stock, each.quantity) for each in confirmed.lines)
    reservation = ReservationId(confirmed.order_id)
    order = ORDER.replay(orders.place(confirmed, policy=DEFAULT_POLICY, at=AT))
    _move(items, units, inventory.reserve, reservation)
    order = ORDER.fold(order, orders.settle(order, captured=Money(row.due, MONEY), at=AT))
    _move(items, units, inventory.allocate, reservation)
    order = ORDER.fold(order, orders.ship(order, policy=DEFAULT_POLICY, at=AT))
    _move(items, units, inventory.ship, reservation)
    return ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=AT))


def _move(
    items: dict[StockKey, StockItem], units: tuple[StockUnits, ...], verb: Verb, reservation: ReservationId
) -> None:  # fmt: skip
    for each in units:
        item = items[each.stock]
        moved = verb(item, quantity=each.quantity, reservation=reservation, at=AT)
        items[each.stock] = STOCK.fold(item, moved)
