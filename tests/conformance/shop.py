"""A small shop on the memory store: the commands that the cases speak of, each under an id of its own."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

import pytest
from attrs import evolve, field, frozen
from pendulum import DateTime

from ecomops.inventory import RESERVATION, STOCK, Reservation, Shortage, StockItem
from ecomops.inventory.stock import StockAdopted
from ecomops.kernel import Actor, CommandId, Commit, DomainError, Money, Noun, ask, run
from ecomops.memory import MemoryStore
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    CancelReason,
    Checkout,
    LineUnits,
    Notice,
    Operation,
    Order,
    OrderPolicy,
    Outcome,
    Payment,
    Reference,
)
from ecomops.terms import LineId, LocationId, OrderId, Quantity, Sku, StockKey
from ecomops.testing import BUYER, NOON, TEA, a_checkout, a_delivery, a_line, a_placement, a_taking
from ecomops.workflows.cancellation import Cancelled, CancelOrder, cancel_order
from ecomops.workflows.deadlines import Elapsed
from ecomops.workflows.placement import Placed, place_order
from ecomops.workflows.receipt import ConfirmReceipt, Received, confirm_receipt
from ecomops.workflows.settlement import NoticeTaken, take_notice
from ecomops.workflows.shipping import ShipOrder, Shipped, ship_order
from ecomops.workflows.stocking import AdjustStock, adjust_stock, receive_stock
from ecomops.workflows.timers import DueCommand, DueCursor, due, pass_time
from tests.conformance.words import NOTICES

NOUNS: tuple[Noun[Any, Any, Any], ...] = (STOCK, RESERVATION, ORDER, PAYMENT)


@frozen(kw_only=True)
class Adopt:
    """The command of a shop that starts in the middle."""

    id: CommandId
    by: Actor = BUYER
    at: DateTime = NOON


@frozen(kw_only=True)
class Shop:
    """A shop: its store, its policy, and how many commands it was given."""

    policy: OrderPolicy = DEFAULT_POLICY
    store: MemoryStore = field(factory=MemoryStore)
    numbers: "count[int]" = field(factory=count)

    def command_id(self) -> CommandId:
        """Return an id that no command has."""
        return CommandId(f"c-{next(self.numbers)}")

    def adopt(self, noun: Noun[Any, Any, Any], *events: object) -> None:
        """Take an object over from another system."""
        with self.store.unit() as unit:
            writes = noun.write(None, events)
            assert unit.save(Commit(command=Adopt(id=self.command_id()), answer=None, writes=writes))

    def keep(
        self,
        on_hand: Quantity,
        *,
        stock: StockKey = TEA,
        reserved: Quantity = 0,
        allocated: Quantity = 0,
        backorder_limit: Quantity | None = 0,
    ) -> None:
        """Start with a stock as the case gives it."""
        self.adopt(
            STOCK,
            a_stock(on_hand, stock=stock, reserved=reserved, allocated=allocated, backorder_limit=backorder_limit),
        )

    def deliver(self, quantity: Quantity, *, stock: StockKey = TEA) -> None:
        """Take a delivery in."""
        run(receive_stock, a_delivery(id=self.command_id(), stock=stock, quantity=quantity), self.store.unit)

    def adjust(self, quantity: int, *, stock: StockKey = TEA) -> None:
        """Record a loss (negative) or a find."""
        command = AdjustStock(
            id=self.command_id(), by=BUYER, at=NOON, stock=stock, quantity=quantity, reason="count"
        )  # fmt: skip
        run(adjust_stock, command, self.store.unit)

    def place(self, checkout: Checkout, *, at: DateTime = NOON) -> Placed:
        """Place an order."""
        placement = a_placement(checkout, id=self.command_id(), at=at)
        return run(partial(place_order, policy=self.policy), placement, self.store.unit)

    def buy(self, quantity: Quantity, *, stock: StockKey = TEA, order: str = "o-1") -> Placed:
        """Place an order of so many units of one stock."""
        return self.place(a_checkout(a_line(stock=stock, quantity=quantity), order_id=order))

    def tell(self, notice: Notice, *, order: str = "o-1") -> NoticeTaken:
        """Take a notice of the gateway, which holds at its own instant."""
        taking = evolve(a_taking(notice, id=self.command_id(), order_id=order), at=notice.at)
        return run(take_notice, taking, self.store.unit)

    def hear(
        self, word: str, amount: Money, *, reference: str = "r-1", order: str = "o-1", at: DateTime = NOON
    ) -> list[NoticeTaken]:
        """Take what a gateway has told when another system says *word* of a payment of *amount*."""
        return [
            self.tell(a_told(operation, amount, outcome=outcome, reference=reference, at=at), order=order)
            for operation, outcome in NOTICES[word]
        ]

    def pay(self, *, order: str = "o-1", at: DateTime = NOON) -> NoticeTaken:
        """Capture all that is due."""
        return self.tell(a_told(Operation.CAPTURE, self.order(order).due, at=at), order=order)

    def ship(self, lines: Mapping[str, Quantity], *, order: str = "o-1") -> Shipped:
        """Let so many units of each line leave."""
        units = tuple(LineUnits(line=LineId(line), quantity=quantity) for line, quantity in lines.items())
        command = ShipOrder(id=self.command_id(), by=BUYER, at=NOON, order_id=OrderId(order), units=units)
        return run(ship_order, command, self.store.unit)

    def receive(self, *, order: str = "o-1") -> Received:
        """Confirm that all that was shipped has arrived."""
        command = ConfirmReceipt(id=self.command_id(), by=BUYER, at=NOON, order_id=OrderId(order))
        return run(confirm_receipt, command, self.store.unit)

    def cancel(self, *, order: str = "o-1") -> Cancelled:
        """Call an order off."""
        command = CancelOrder(
            id=self.command_id(), by=BUYER, at=NOON, order_id=OrderId(order), reason=CancelReason.CUSTOMER
        )
        return run(cancel_order, command, self.store.unit)

    def due(self, at: DateTime) -> Iterator[DueCommand]:
        """Yield what has fallen due at the instant *at*, page after page, each read when it is reached."""
        after: DueCursor | None = None
        while True:
            found = ask(partial(due, at=at, after=after), self.store.unit)
            yield from found.commands
            after = found.next
            if after is None:
                return

    def pass_time(self, at: DateTime) -> list[Elapsed]:
        """Do all that time asks at the instant *at*; return what it did to orders and reservations."""
        done = [run(partial(pass_time, policy=self.policy), command, self.store.unit) for command in self.due(at)]
        return [each for each in done if isinstance(each, Elapsed)]

    def stock(self, stock: StockKey = TEA) -> StockItem:
        """Return a stock as it stands."""
        return self.store.rows(STOCK)[stock].value

    def bound(self, stock: StockKey = TEA) -> Quantity:
        """Return how many units are bound, for unpaid orders and for paid ones: what others call allocated."""
        item = self.stock(stock)
        return item.reserved + item.allocated

    def reservation(self, id: str = "o-1") -> Reservation:
        """Return a reservation as it stands."""
        return self.store.rows(RESERVATION)[id].value

    def order(self, id: str = "o-1") -> Order:
        """Return an order as it stands."""
        return self.store.rows(ORDER)[id].value

    def payment(self, order: str = "o-1") -> Payment | None:
        """Return the payment of an order; None before the first notice."""
        row = self.store.rows(PAYMENT).get(order)
        return None if row is None else row.value

    def log(self, noun: Noun[Any, Any, Any], id: str) -> list[object]:
        """Return all that happened to one object."""
        return [recorded.event for recorded in self.store.of(noun.kind, id)]

    def state(self) -> tuple[object, ...]:
        """Return all that the shop knows: its rows, its log, and how many commands it carried out."""
        rows = {noun.kind: dict(self.store.rows(noun)) for noun in NOUNS}
        return rows, tuple(self.store.after(-1, 10_000)), self.store.commits

    @contextmanager
    def refuses(self, code: str) -> Generator[dict[str, Any], None, None]:
        """Check that what is done inside is refused with *code* and changes nothing; gives the refusal's context."""
        before, context = self.state(), dict[str, Any]()
        with pytest.raises(DomainError) as caught:
            yield context
        context.update(caught.value.context)
        assert caught.value.code == code
        assert self.state() == before


def a_told(
    operation: Operation,
    amount: Money,
    *,
    outcome: Outcome = Outcome.SUCCEEDED,
    reference: str = "r-1",
    at: DateTime = NOON,
) -> Notice:
    """Return what a gateway says of one operation."""
    return Notice(operation=operation, reference=Reference(reference), outcome=outcome, amount=amount, at=at)


def a_stock(
    on_hand: Quantity,
    *,
    stock: StockKey = TEA,
    reserved: Quantity = 0,
    allocated: Quantity = 0,
    backorder_limit: Quantity | None = 0,
) -> StockAdopted:
    """Return the event that takes a stock over as a case gives it."""
    return StockAdopted(
        stock=stock,
        on_hand=on_hand,
        reserved=reserved,
        allocated=allocated,
        backorder_limit=backorder_limit,
        at=NOON,
    )


def stock_of(sku: str, location: str) -> StockKey:
    """Return the key of a SKU at a location, as a case names them."""
    return StockKey.of(Sku(sku), LocationId(location))


def too_much(wanted: Quantity, available: Quantity, *, stock: StockKey = TEA) -> dict[str, object]:
    """Return the context of the refusal of more than is available."""
    return {"shortages": (Shortage(stock=stock, wanted=wanted, available=available),)}
