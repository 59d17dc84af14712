"""The shop of `order_life` on the PyPI package eventsourcing, as its documentation recommends.

An `Application` with the recorder in memory, mutable aggregates with `@event` methods, one transcoding for the one
value object, aggregates saved together, refusals raised by the aggregate that knows. Written to be fast: ids are the
UUIDs that the caller has, a line travels as a flat list, checks stand before the event is triggered and do not run
again on replay. The payment and the claims of an order live in the order aggregate.
"""
# ruff: noqa: ARG002, D102 - the arguments of an `@event` method are the fields of its event; its name says the rest

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError, JSONTranscoder, Transcoding

from benchmarks.script import (
    CONFIRM_WITHIN,
    CURRENCY,
    NOON,
    PAY_WITHIN,
    RETURN_WITHIN,
    OrderFacts,
    OrderRow,
    StockFacts,
)


class Refusal(Exception):
    """A rule of the shop says no."""

    def __init__(self, code: str, **context: object) -> None:
        super().__init__(code, context)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """A line of goods: amounts in minor units of the order's currency."""

    id: str
    stock: UUID
    quantity: int
    gross: int
    discount: int

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.gross < 0 or self.discount < 0:
            raise Refusal("value.out_of_range", line=self.id)


class LineAsList(Transcoding):
    """A line on its way to and from JSON."""

    type = Line
    name = "line"

    def encode(self, obj: Line) -> list[object]:
        return [obj.id, obj.stock.hex, obj.quantity, obj.gross, obj.discount]

    def decode(self, data: list) -> Line:
        id, stock, quantity, gross, discount = data
        return Line(id, UUID(stock), quantity, gross, discount)


class Stock(Aggregate):
    """The stock of one SKU at one location."""

    @event("Opened")
    def __init__(self, id: UUID, backorder_limit: int | None, timestamp: datetime) -> None:
        self._id = id
        self.backorder_limit = backorder_limit
        self.on_hand = self.reserved = self.allocated = self.received = self.shipped = 0

    @property
    def sellable(self) -> int | None:
        limit = self.backorder_limit
        return None if limit is None else self.on_hand - self.reserved - self.allocated + limit

    @event("Received")
    def receive(self, quantity: int, timestamp: datetime) -> None:
        self.on_hand += quantity
        self.received += quantity

    def reserve(self, quantity: int, order: UUID, at: datetime) -> None:
        most = self.sellable
        if most is not None and quantity > most:
            raise Refusal("stock.short", stock=self.id, wanted=quantity, available=max(most, 0))
        self._reserve(quantity, order, at)

    @event("Reserved")
    def _reserve(self, quantity: int, order: UUID, timestamp: datetime) -> None:
        self.reserved += quantity

    def allocate(self, quantity: int, order: UUID, at: datetime) -> None:
        free = self.on_hand - self.allocated
        if quantity > self.reserved or quantity > free:
            raise Refusal("stock.over_allocate", stock=self.id, wanted=quantity, reserved=self.reserved, free=free)
        self._allocate(quantity, order, at)

    @event("Allocated")
    def _allocate(self, quantity: int, order: UUID, timestamp: datetime) -> None:
        self.reserved -= quantity
        self.allocated += quantity

    def ship(self, quantity: int, order: UUID, at: datetime) -> None:
        if quantity > self.allocated or quantity > self.on_hand:
            raise Refusal("stock.over_ship", stock=self.id, wanted=quantity, allocated=self.allocated)
        self._ship(quantity, order, at)

    @event("Shipped")
    def _ship(self, quantity: int, order: UUID, timestamp: datetime) -> None:
        self.on_hand -= quantity
        self.allocated -= quantity
        self.shipped += quantity


class Order(Aggregate):
    """An order with its lines, its payment and its counters."""

    @event("Placed")
    def __init__(
        self, *, id: UUID, currency: str, lines: list[Line], due: int, pay_by: datetime, timestamp: datetime
    ) -> None:
        self._id = id
        self.status = "awaiting_payment"
        self.currency = currency
        self.lines = lines
        self.due = due
        self.paid = 0
        self.notices: set[str] = set()
        self.shipped = dict.fromkeys((line.id for line in lines), 0)
        self.received = dict(self.shipped)
        self.due_at: datetime | None = pay_by

    def pay(self, reference: str, amount: int, currency: str, at: datetime) -> bool:
        """Take a capture; tell whether it settled the order. A repeat changes nothing."""
        if currency != self.currency:
            raise Refusal("money.currency_mismatch", left=self.currency, right=currency)
        if reference in self.notices:
            return False
        was = self.status
        self._pay(reference, amount, at)
        return was != self.status

    @event("Paid")
    def _pay(self, reference: str, amount: int, timestamp: datetime) -> None:
        self.notices.add(reference)
        self.paid += amount
        if self.status == "awaiting_payment" and self.paid >= self.due:
            self.status = "paid"
            self.due_at = None

    def ship(self, units: Mapping[str, int] | None, carrier: str | None, at: datetime) -> Mapping[str, int]:
        """Let units leave, all that are still to go when None; return them."""
        self._require_paid("ship")
        open_units = {line.id: left for line in self.lines if (left := line.quantity - self.shipped[line.id])}
        going = open_units if units is None else units
        if not going:
            raise Refusal("order.nothing_to_ship", order=self.id)
        for line, quantity in going.items():
            if line not in self.shipped:
                raise Refusal("order.unknown_line", order=self.id, line=line)
            if quantity > open_units.get(line, 0):
                raise Refusal("order.over_shipped", line=line, wanted=quantity)
        self._ship(going, carrier, at + CONFIRM_WITHIN, at)
        return going

    @event("Shipped")
    def _ship(self, units: dict[str, int], carrier: str | None, confirm_by: datetime, timestamp: datetime) -> None:
        for line, quantity in units.items():
            self.shipped[line] += quantity
        self.due_at = confirm_by

    def receive(self, at: datetime) -> None:
        self._require_paid("receive")
        if not any(self.shipped.values()):
            raise Refusal("order.not_shipped", order=self.id)
        if self.received == self.shipped:
            return
        whole = all(line.quantity == self.shipped[line.id] for line in self.lines)
        self._receive(at + RETURN_WITHIN if whole else None, at)

    @event("Received")
    def _receive(self, close_at: datetime | None, timestamp: datetime) -> None:
        self.received = dict(self.shipped)
        self.due_at = close_at

    def _require_paid(self, move: str) -> None:
        if self.status != "paid":
            raise Refusal("order.illegal_move", order=self.id, state=self.status, event=move)


def priced(order: UUID, currency: str, lines: list[Line], at: datetime) -> Order:
    """Return a new order, its lines checked."""
    if not lines:
        raise Refusal("order.empty", order=order)
    if len({line.id for line in lines}) < len(lines):
        raise Refusal("value.repeated", order=order)
    for line in lines:
        if line.discount > line.gross:
            raise Refusal("order.discount_too_large", line=line.id)
    due = sum(line.gross - line.discount for line in lines)
    return Order(id=order, currency=currency, lines=lines, due=due, pay_by=at + PAY_WITHIN, timestamp=at)


def demand(lines: Sequence[Line]) -> dict[UUID, int]:
    """Return what is asked of each stock."""
    wanted: dict[UUID, int] = {}
    for line in lines:
        wanted[line.stock] = wanted.get(line.stock, 0) + line.quantity
    return wanted


def project(aggregate: Aggregate | None, events: Iterable[Aggregate.Event]) -> Aggregate | None:
    """Fold events, as the library's own projector does but for its check of a runtime protocol.

    That check is half of the time of the library on Python 3.11, and cheap on later ones: without it the comparison
    does not depend on the interpreter.
    """
    for each in events:
        aggregate = each.mutate(aggregate)
    return aggregate


class Shop(Application):
    """The application: one method a command, one save each."""

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(LineAsList())

    def receive_stock(self, stock: UUID, quantity: int, at: datetime) -> None:
        item = Stock(id=stock, backorder_limit=0, timestamp=at)
        item.receive(quantity, at)
        self.save(item)

    def place_order(self, order_id: UUID, currency: str, lines: list[Line], at: datetime) -> int:
        order = priced(order_id, currency, lines, at)
        wanted = demand(lines)
        items = {stock: self._stock(stock) for stock in wanted}
        short = [stock for stock, item in items.items() if item.sellable is not None and wanted[stock] > item.sellable]
        if short:
            raise Refusal("stock.short", stocks=short)
        for stock, item in items.items():
            item.reserve(wanted[stock], order_id, at)
        try:
            self.save(order, *items.values())
        except IntegrityError:
            raise Refusal("order.exists", order=order_id) from None
        return order.due

    def take_payment(self, order_id: UUID, reference: str, amount: int, currency: str, at: datetime) -> int:
        order = self._order(order_id)
        items = []
        if order.pay(reference, amount, currency, at):
            for stock, quantity in demand(order.lines).items():
                item = self._stock(stock)
                item.allocate(quantity, order_id, at)
                items.append(item)
        self.save(order, *items)
        return order.paid

    def ship_order(self, order_id: UUID, carrier: str | None, at: datetime) -> Mapping[str, int]:
        order = self._order(order_id)
        going = order.ship(None, carrier, at)
        stocks = {line.id: line.stock for line in order.lines}
        wanted: dict[UUID, int] = {}
        for line, quantity in going.items():
            stock = stocks[line]
            wanted[stock] = wanted.get(stock, 0) + quantity
        items = []
        for stock, quantity in wanted.items():
            item = self._stock(stock)
            item.ship(quantity, order_id, at)
            items.append(item)
        self.save(order, *items)
        return going

    def confirm_receipt(self, order_id: UUID, at: datetime) -> datetime | None:
        order = self._order(order_id)
        order.receive(at)
        self.save(order)
        return order.due_at

    def _stock(self, stock: UUID) -> Stock:
        return self.repository.get(stock, projector_func=project)

    def _order(self, order_id: UUID) -> Order:
        try:
            return self.repository.get(order_id, projector_func=project)
        except AggregateNotFoundError:
            raise Refusal("noun.not_found", order=order_id) from None


class Peer:
    """The shop behind the words that both sides share."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        self._shop = Shop(env=env)

    def stock_in(self, row: OrderRow, units: int) -> None:
        for line in row.lines:
            self._shop.receive_stock(line.stock_uuid, units, NOON)

    def place(self, row: OrderRow) -> None:
        self._shop.place_order(row.order_uuid, CURRENCY, goods(row), NOON)

    def pay(self, row: OrderRow) -> None:
        self._shop.take_payment(row.order_uuid, row.order, row.due, CURRENCY, NOON)

    def ship(self, row: OrderRow) -> None:
        self._shop.ship_order(row.order_uuid, None, NOON)

    def receive(self, row: OrderRow) -> None:
        self._shop.confirm_receipt(row.order_uuid, NOON)

    def order(self, row: OrderRow) -> OrderFacts:
        order: Order = self._shop.repository.get(row.order_uuid)
        lines = tuple(
            (line.id, line.quantity, order.shipped[line.id], order.received[line.id]) for line in order.lines
        )  # fmt: skip
        return OrderFacts(order.status, order.due, order.paid, order.due_at, lines)

    def stock(self, row: OrderRow) -> tuple[StockFacts, ...]:
        items = [self._shop.repository.get(line.stock_uuid) for line in row.lines]
        return tuple(
            StockFacts(item.on_hand, item.reserved, item.allocated, item.received, item.shipped) for item in items
        )  # fmt: skip

    def events(self) -> Mapping[str, int]:
        found = self._shop.recorder.select_notifications(None, 1_000_000)
        return Counter(each.topic.partition(":")[2].lower() for each in found)


def goods(row: OrderRow) -> list[Line]:
    """Return the lines of a request."""
    return [Line(each.line, each.stock_uuid, each.quantity, each.gross, each.discount) for each in row.lines]


def shelf(row: OrderRow, units: int) -> dict[UUID, Stock]:
    """Return the stock under an order, saved nowhere."""
    items = {line.stock_uuid: Stock(id=line.stock_uuid, backorder_limit=0, timestamp=NOON) for line in row.lines}
    for item in items.values():
        item.receive(units, NOON)
    return items


def bare_lives(rows: Sequence[OrderRow], units: int) -> Callable[[], None]:
    """Return the work of leading *rows* through their lives on aggregates alone, nothing saved."""
    shelves = [shelf(row, units) for row in rows]

    def work() -> None:
        for row, items in zip(rows, shelves, strict=True):
            bare_life(row, items)

    return work


def bare_life(row: OrderRow, items: dict[UUID, Stock]) -> int:
    """Lead one order through its life on aggregates alone, nothing saved; return what it brought."""
    lines = goods(row)
    wanted = demand(lines)
    order = priced(row.order_uuid, CURRENCY, lines, NOON)
    for stock, quantity in wanted.items():
        items[stock].reserve(quantity, order.id, NOON)
    order.pay(row.order, row.due, CURRENCY, NOON)
    for stock, quantity in wanted.items():
        items[stock].allocate(quantity, order.id, NOON)
    order.ship(None, None, NOON)
    for stock, quantity in wanted.items():
        items[stock].ship(quantity, order.id, NOON)
    order.receive(NOON)
    return order.paid
