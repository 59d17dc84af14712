"""A small shop to try use cases on: commands in few words, two ways to carry them out, one canonical dump."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from attrs import evolve
from pendulum import DateTime

from ecomops.codec import CODEC, NOUNS
from ecomops.inventory import RESERVATION, STOCK, Reservation, ReservationId, StockItem
from ecomops.kernel import (
    Command,
    CommandId,
    Commit,
    Noun,
    Plan,
    Versioned,
    Work,
    Write,
    ask,
    run,
    run_async,
)
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, PAYMENT, CancelReason, LineUnits, Order, Payment
from ecomops.terms import CategoryId, LineId, OrderId, Quantity, Sku, StockKey, StockUnits, Tender, TenderKind
from ecomops.testing import BUYER, NOON, TEA, a_delivery, a_placement, a_taking, cny, works
from ecomops.testing.strategies import days
from ecomops.workflows.binding import Bound
from ecomops.workflows.cancellation import CancelOrder
from ecomops.workflows.placement import PlaceOrder
from ecomops.workflows.publication import PublishProduct
from ecomops.workflows.receipt import ConfirmReceipt
from ecomops.workflows.shipping import ShipOrder
from ecomops.workflows.stocking import AdjustStock
from ecomops.workflows.timers import DueCommand, DueCursor, due

N = TypeVar("N")
A = TypeVar("A")
C = TypeVar("C", bound=Command)

CUP, STAFF = days.CUP, days.STAFF

WORKS = works.WORKS
"""Every use case, by its command."""


class Drive(Protocol):
    """Carries a command out on a store."""

    def __call__(self, work: Callable[[C], Work[A]], command: C, store: MemoryStore) -> A:
        """Return its answer."""
        ...


def in_turn(work: Callable[[C], Work[A]], command: C, store: MemoryStore) -> A:
    """Carry *command* out with the plain driver."""
    return run(work, command, store.unit)


def awaited(work: Callable[[C], Work[A]], command: C, store: MemoryStore) -> A:
    """Carry *command* out with the async driver."""
    return asyncio.run(run_async(work, command, store.async_unit))


def do(store: MemoryStore, *commands: Command) -> list[Any]:
    """Carry *commands* out one after the other; return their answers."""
    return [run(WORKS[type(command)], command, store.unit) for command in commands]


# --- commands -----------------------------------------------------------------------------------------------------


def a_shipment(
    *units: tuple[str, Quantity], id: str = "c-ship", order_id: str = "o-1", at: DateTime = NOON
) -> ShipOrder:
    """Return the command that ships *units* (line id and quantity) of an order; all of it, when none are named."""
    wanted = tuple(LineUnits(line=LineId(line), quantity=quantity) for line, quantity in units) or None
    return ShipOrder(id=CommandId(id), by=STAFF, at=at, order_id=OrderId(order_id), units=wanted)


def a_receipt(*, id: str = "c-receipt", order_id: str = "o-1", at: DateTime = NOON) -> ConfirmReceipt:
    """Return the command that confirms the receipt of an order."""
    return ConfirmReceipt(id=CommandId(id), by=BUYER, at=at, order_id=OrderId(order_id))


def a_cancellation(*, id: str = "c-cancel", order_id: str = "o-1", at: DateTime = NOON) -> CancelOrder:
    """Return the command that calls an order off."""
    return CancelOrder(id=CommandId(id), by=BUYER, at=at, order_id=OrderId(order_id), reason=CancelReason.CUSTOMER)


def an_adjustment(quantity: int, *, id: str = "c-adjust", stock: StockKey = TEA) -> AdjustStock:
    """Return the command that records what was found or lost."""
    return AdjustStock(id=CommandId(id), by=STAFF, at=NOON, stock=stock, quantity=quantity, reason="count")


def a_publication(*, id: str = "c-publish", sku: str = "tea", category: str | None = "drinks") -> PublishProduct:
    """Return the command that puts a product on sale."""
    known = None if category is None else CategoryId(category)
    return PublishProduct(id=CommandId(id), by=STAFF, at=NOON, sku=Sku(sku), category=known)


def a_coupon(amount: str, *lines: str) -> Tender:
    """Return a manufacturer's coupon for *lines*; for all of them, when none are named."""
    return Tender(
        kind=TenderKind.MANUFACTURER_COUPON, amount=cny(amount), lines=tuple(LineId(line) for line in lines)
    )  # fmt: skip


# --- stores -------------------------------------------------------------------------------------------------------


def a_shop(*, on_hand: Quantity = 10, backorder_limit: Quantity | None = 0, stock: StockKey = TEA) -> MemoryStore:
    """Return a store in which *on_hand* units lie."""
    store = MemoryStore()
    delivery = a_delivery(id=f"c-open-{stock}", stock=stock, quantity=on_hand or 1)
    do(store, evolve(delivery, backorder_limit=backorder_limit))
    if not on_hand:
        do(store, an_adjustment(-1, id=f"c-lost-{stock}", stock=stock))
    return store


def a_shop_with(*commands: Command, on_hand: Quantity = 10, backorder_limit: Quantity | None = 0) -> MemoryStore:
    """Return a store in which tea lies and *commands* were carried out."""
    store = a_shop(on_hand=on_hand, backorder_limit=backorder_limit)
    do(store, *commands)
    return store


def a_paid_shop(placement: PlaceOrder | None = None, *, on_hand: Quantity = 10) -> MemoryStore:
    """Return a store with one order that is paid and not shipped."""
    command = placement or a_placement()
    store = a_shop_with(command, on_hand=on_hand)
    do(store, a_taking(order_id=command.checkout.order_id))
    return store


def put(store: MemoryStore, *writes: Write[Any], id: str = "c-put") -> None:
    """Save *writes* past all use cases: what an earlier system left."""
    with store.unit() as unit:
        assert unit.save(Commit(command=a_delivery(id=id), answer=None, writes=writes))


def value_of(store: MemoryStore, noun: Noun[N, Any, Any], id: str) -> N:
    """Return an object as it stands in *store*."""
    return store.rows(noun)[id].value


def values(store: MemoryStore, noun: Noun[N, Any, Any]) -> list[N]:
    """Return all objects of *noun* as they stand."""
    return [row.value for row in store.rows(noun).values()]


def the_order(store: MemoryStore, id: str = "o-1") -> Order:
    """Return an order as it stands."""
    return value_of(store, ORDER, id)


def the_payment(store: MemoryStore, id: str = "o-1") -> Payment:
    """Return a payment as it stands."""
    return value_of(store, PAYMENT, id)


def the_reservation(store: MemoryStore, id: str = "o-1") -> Reservation:
    """Return a reservation as it stands."""
    return value_of(store, RESERVATION, id)


def the_stock(store: MemoryStore, id: str = TEA) -> StockItem:
    """Return a stock item as it stands."""
    return value_of(store, STOCK, id)


def codes(store: MemoryStore) -> list[str]:
    """Return the codes of all that happened, in order."""
    return [cast("Any", recorded.event).code for recorded in store.after(-1, 1_000_000)]


def dump(store: MemoryStore) -> str:
    """Return all that *store* holds as one text: every row with its version, the whole log, how much was done."""
    rows = {
        noun.kind: {id: [row.version, CODEC.dump(row.value)] for id, row in store.rows(noun).items()} for noun in NOUNS
    }
    log = [
        [each.position, each.kind, each.id, each.version, each.by.id, each.command_id, CODEC.dump(each.event)]
        for each in store.after(-1, 1_000_000)
    ]
    return json.dumps([rows, log, store.commits], sort_keys=True)


def all_due(store: MemoryStore, at: DateTime, *, limit: int = 100) -> Iterator[tuple[DueCommand, ...]]:
    """Yield the commands that have fallen due, a page at a time, each page read when it is asked for."""
    after: DueCursor | None = None
    while True:
        page = ask(partial(due, at=at, limit=limit, after=after), store.unit)
        yield page.commands
        if page.next is None:
            return
        after = page.next


# --- plans without a store ----------------------------------------------------------------------------------------


def found(value: N, version: int = 7) -> Versioned[N]:
    """Return *value* as if a store had read it."""
    return Versioned(value, version)


def written(plan: Plan[Any], noun: Noun[N, Any, Any], *, id: str | None = None) -> Versioned[N]:
    """Return what *plan* made of an object of *noun*, as if a store had saved it."""
    (after,) = (write.after for write in plan.writes if write.kind == noun.kind and id in {None, write.id})
    return found(cast("N", after))


def bound_of(plan: Plan[Any], *stock: Versioned[StockItem]) -> Bound:
    """Return the reservation that *plan* made with the stock under it, *stock* where given."""
    items = stock or tuple(found(cast("StockItem", write.after)) for write in plan.writes if write.kind == STOCK.kind)
    return Bound(written(plan, RESERVATION), {item.value.id: item for item in items})


def folded(noun: Noun[N, Any, Any], write: Write[N]) -> N:
    """Return what the events of *write* make of what was read."""
    return noun.replay(write.events) if write.before is None else noun.fold(write.before, write.events)


def events_of(writes: Iterable[Write[Any]]) -> list[tuple[str, str]]:
    """Return what *writes* tell, as pairs of kind and code of event."""
    return [(write.kind, cast("Any", event).code) for write in writes for event in write.events]


def units(quantity: Quantity, stock: StockKey = TEA) -> StockUnits:
    """Return so many units of *stock*."""
    return StockUnits(stock=stock, quantity=quantity)


def reservation_id(text: str = "o-1") -> ReservationId:
    """Return the id of the reservation of an order."""
    return ReservationId(text)
