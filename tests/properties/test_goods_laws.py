"""The two laws of stock over every movement: orders, counters, counts, buffers, goods that come back, and transfers."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops import inventory
from ecomops.inventory import (
    RESERVATION,
    RETURNED_GOODS,
    STOCK,
    TRANSFER,
    Disposition,
    Finding,
    Goods,
    ReturnId,
    TransferId,
    transfers,
)
from ecomops.inventory.movements import StockSold
from ecomops.inventory.transfers import Status
from ecomops.kernel import Command, CommandId, DomainError
from ecomops.memory import MemoryStore
from ecomops.terms import CaseId, LocationId, OrderId, Sku, StockKey
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_line, a_placement, a_taking
from ecomops.workflows.reshelving import JudgeGoods, MendGoods, TakeGoodsBack
from ecomops.workflows.stocking import BoundStock, CountStock, StockCount
from ecomops.workflows.transfers import CancelTransfer, CountTransfer, DispatchTransfer, RequestTransfer
from tests.workflows.shop import CUP, STAFF, a_cancellation, a_shipment, an_adjustment, do, put, units, values

HERE, THERE = LocationId("hangzhou"), LocationId("ningbo")
KEYS = (TEA, CUP, StockKey.of(Sku("tea"), THERE), StockKey.of(Sku("cup"), THERE))

Step = Callable[[MemoryStore, str], None]
"""Tries one thing with a store, under an id of its own."""

few = st.integers(1, 4)
keys = st.sampled_from(KEYS)
numbers = st.sampled_from("123")
goods = st.dictionaries(st.sampled_from(["cup", "tea"]), few, min_size=1)


def told(cls: type[Any], **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command."""
    return cls(id=CommandId("c"), by=STAFF, at=NOON, **words)


def tried(command: Command) -> Step:
    """Carry a command out, or let it be refused: then nothing has happened."""

    def step(store: MemoryStore, id: str) -> None:
        do(store, evolve(command, id=CommandId(id)))  # type: ignore[type-var,misc,unused-ignore]

    return step


def sold(key: StockKey, quantity: int) -> Step:
    """Sell at the counter."""

    def step(store: MemoryStore, id: str) -> None:
        found = store.rows(STOCK).get(key)
        if found is not None:
            events = inventory.sell(found.value, quantity=quantity, order=OrderId(id), at=NOON)
            put(store, *STOCK.write(found, events), id=id)

    return step


def wanted(quantities: dict[str, int]) -> tuple[Goods, ...]:
    """Return so many units of each SKU."""
    return tuple(Goods(sku=Sku(sku), quantity=quantity) for sku, quantity in quantities.items())


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """Draw one thing that happens to goods."""
    key, n, number = draw(keys), draw(few), draw(numbers)
    order, transfer = f"o-{number}", TransferId(f"t-{number}")
    some = wanted(draw(goods))
    origin, destination = draw(st.sampled_from([(HERE, THERE), (THERE, HERE)]))
    back = ReturnId(f"b-{number}")
    verdict = draw(st.sampled_from(Disposition))
    limit = draw(st.sampled_from([0, 2, None]))
    makers: list[Step] = [
        tried(evolve(a_delivery(stock=key, quantity=2 * n), backorder_limit=limit)),
        tried(a_delivery(stock=key, quantity=n)),
        tried(an_adjustment(n - 3, stock=key)),
        tried(told(CountStock, counts=(StockCount(stock=key, counted=n),))),
        tried(told(BoundStock, stock=key, buffer=n - 1, backorder_limit=limit)),
        tried(a_placement(a_checkout(a_line(stock=key, quantity=n), order_id=order))),
        tried(a_placement(a_checkout(a_line(stock=key, quantity=n), order_id=order))),
        tried(a_taking(order_id=order)),
        tried(a_shipment(order_id=order)),
        tried(a_cancellation(order_id=order)),
        sold(key, n),
        tried(told(RequestTransfer, transfer_id=transfer, origin=origin, destination=destination, goods=some)),
        tried(told(DispatchTransfer, transfer_id=transfer)),
        tried(told(CountTransfer, transfer_id=transfer, goods=draw(st.sampled_from([None, some])))),
        tried(told(CancelTransfer, transfer_id=transfer)),
        tried(told(TakeGoodsBack, return_id=back, case=CaseId(back), units=(units(n, key),))),
        tried(told(JudgeGoods, return_id=back, findings=(Finding(stock=key, quantity=n, disposition=verdict),))),
        tried(told(MendGoods, return_id=back, units=(units(n, key),))),
    ]
    return draw(st.sampled_from(makers))


def check(store: MemoryStore) -> None:
    """Check the two laws of stock, and where everything that moved has gone."""
    claims = [hold for claim in values(store, RESERVATION) for hold in claim.holds]
    counter = Counter[str]()
    for recorded in store.after(-1, 1_000_000):
        if isinstance(recorded.event, StockSold):
            counter[recorded.event.stock] += recorded.event.quantity
    findings = [each for back in values(store, RETURNED_GOODS) for each in back.findings]
    for item in values(store, STOCK):
        mine = [hold for hold in claims if hold.stock == item.id]
        assert item.on_hand == item.received + item.adjusted + item.restocked + item.transferred - item.shipped
        assert item.on_hand >= 0
        assert item.reserved == sum(hold.waiting for hold in mine)
        assert item.allocated == sum(hold.allocated for hold in mine)
        assert item.shipped == sum(hold.shipped for hold in mine) + counter[item.id]
        fit = [each for each in findings if each.stock == item.id and each.disposition is Disposition.RESTOCK]
        assert item.restocked == sum(each.quantity for each in fit)
        log: list[Any] = [each.event for each in store.of(STOCK.kind, item.id)]
        assert STOCK.replay(log) == item
    for sku in ("cup", "tea"):
        moved = sum(item.transferred for item in values(store, STOCK) if item.id.sku == sku)
        assert moved + on_their_way(store, sku) + missing(store, sku) == 0


def on_their_way(store: MemoryStore, sku: str) -> int:
    """Return how many units are in transit."""
    moving = (each for transfer in values(store, TRANSFER) for each in transfers.in_transit(transfer))
    return sum(each.quantity for each in moving if each.stock.sku == sku)


def missing(store: MemoryStore, sku: str) -> int:
    """Return how many units left and never arrived, less those that arrived and never left."""
    lines = (line for transfer in values(store, TRANSFER) for line in transfers.differences(transfer))
    return sum(line.missing for line in lines if line.sku == sku)


@given(st.lists(steps(), min_size=4, max_size=25))
def test_the_two_laws_of_stock_hold_after_every_movement(taken: list[Step]) -> None:
    """On hand is what came less what left, reserved and allocated are what is bound, nothing vanishes on its way."""
    store = MemoryStore()
    for n, step in enumerate(taken):
        with suppress(DomainError):
            step(store, f"c-{n}")
        check(store)


def test_a_busy_day_reaches_every_account() -> None:
    """The law above is not empty: every counter of the stock moves, goods are under way, and some are missing."""
    store = MemoryStore()
    day: list[Step] = [
        tried(a_delivery(quantity=20)),
        tried(told(CountStock, counts=(StockCount(stock=TEA, counted=19),))),
        tried(told(BoundStock, stock=TEA, buffer=3, backorder_limit=0)),
        tried(a_placement(a_checkout(a_line(quantity=4)))),
        tried(a_taking()),
        tried(a_shipment()),
        sold(TEA, 5),
        tried(told(TakeGoodsBack, return_id=ReturnId("b"), case=CaseId("b"), units=(units(2),))),
        tried(told(JudgeGoods, return_id=ReturnId("b"), findings=(RESTOCKED, SCRAPPED))),
        *(
            tried(told(RequestTransfer, transfer_id=id, origin=HERE, destination=THERE, goods=wanted({"tea": 3})))
            for id in (TransferId("t-1"), TransferId("t-2"))
        ),
        tried(told(DispatchTransfer, transfer_id=TransferId("t-1"))),
        tried(told(DispatchTransfer, transfer_id=TransferId("t-2"))),
        tried(told(CountTransfer, transfer_id=TransferId("t-1"), goods=wanted({"tea": 2}))),
    ]
    for n, step in enumerate(day):
        step(store, f"c-{n}")
        check(store)
    tea = store.rows(STOCK)[TEA].value
    assert (tea.on_hand, tea.received, tea.adjusted, tea.shipped) == (5, 20, -1, 9)
    assert (tea.restocked, tea.transferred) == (1, -6)
    assert (on_their_way(store, "tea"), missing(store, "tea")) == (3, 1)
    assert {each.status for each in values(store, TRANSFER)} == {Status.ARRIVED, Status.IN_TRANSIT}


RESTOCKED = Finding(stock=TEA, quantity=1, disposition=Disposition.RESTOCK)
SCRAPPED = Finding(stock=TEA, quantity=1, disposition=Disposition.SCRAP)
