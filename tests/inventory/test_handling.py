"""Goods that nobody reserved: what the shop may hand over or move, what comes back, and what is refused."""

from collections.abc import Callable

import pytest

from ecomops import inventory
from ecomops.inventory import STOCK, Shortage, StockItem, TransferId
from ecomops.inventory.movements import StockRestocked, StockSold, StockTransferredIn, StockTransferredOut
from ecomops.inventory.stock import StockAdopted
from ecomops.terms import CaseId, LocationId, OrderId, Sku, StockKey, StockUnits
from ecomops.testing import NOON, TEA, given

SALE = {"order": OrderId("till-1")}
CASE = {"case": CaseId("r-1")}
TRIP = {"transfer": TransferId("t-1")}

Moved = StockSold | StockRestocked | StockTransferredOut | StockTransferredIn
Decision = Callable[..., tuple[Moved]]
Counters = tuple[int, int, int, int, int | None]


def holding(on_hand: int, reserved: int, allocated: int, buffer: int, limit: int | None) -> StockAdopted:
    """Return the event that takes a stock over with these counters."""
    return StockAdopted(
        stock=TEA,
        on_hand=on_hand,
        reserved=reserved,
        allocated=allocated,
        buffer=buffer,
        backorder_limit=limit,
        at=NOON,
    )


IN_HAND = [
    # on hand, reserved, allocated, buffer, backorder limit; in hand
    ((10, 0, 0, 0, 0), 10),
    ((10, 3, 2, 0, 0), 5),
    ((10, 3, 2, 9, 0), 5),  # the buffer is kept for the counter
    ((10, 3, 2, 0, 2), 7),  # two of what is reserved may come later
    ((10, 3, 2, 0, 3), 8),
    ((10, 3, 2, 0, 50), 8),  # what is set aside is somebody's, and no more lies there
    ((10, 99, 2, 0, None), 8),
    ((1, 4, 0, 0, 0), -3),
    ((1, 0, 4, 0, None), -3),
]
LEAVING = [(inventory.sell, StockSold, SALE), (inventory.transfer_out, StockTransferredOut, TRIP)]
COMING = [(inventory.restock, StockRestocked, CASE), (inventory.transfer_in, StockTransferredIn, TRIP)]


@pytest.mark.parametrize(("counters", "in_hand"), IN_HAND)
def test_what_lies_in_hand(counters: Counters, in_hand: int) -> None:
    """On hand less what is set aside, and less what is reserved as far as no backorders are allowed for it."""
    assert inventory.in_hand(STOCK.replay((holding(*counters),))) == in_hand


@pytest.mark.parametrize(("decision", "event", "words"), LEAVING)
@pytest.mark.parametrize(("counters", "in_hand"), IN_HAND)
def test_what_lies_in_hand_may_go(
    decision: Decision, event: type[Moved], words: dict[str, object], counters: Counters, in_hand: int
) -> None:
    """All of it and not one unit more, over the counter or to another location."""
    item = given(STOCK, holding(*counters))
    if in_hand > 0:
        item.when(decision, quantity=in_hand, at=NOON, **words).then(
            event(stock=TEA, quantity=in_hand, at=NOON, **words)  # type: ignore[arg-type]
        )
    wanted = max(in_hand, 0) + 1
    item.when(decision, quantity=wanted, at=NOON, **words).then_refused(
        "stock.short", shortages=(Shortage(stock=TEA, wanted=wanted, available=wanted - 1),)
    )


@pytest.mark.parametrize(("decision", "event", "words"), COMING)
def test_what_comes_is_always_taken_in(decision: Decision, event: type[Moved], words: dict[str, object]) -> None:
    """It lies there, whatever is promised of it."""
    item = given(STOCK, holding(0, 5, 0, 0, 5))
    item.when(decision, quantity=7, at=NOON, **words).then(
        event(stock=TEA, quantity=7, at=NOON, **words)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("decision", "event", "words"), LEAVING + COMING)
@pytest.mark.parametrize("quantity", [0, -1, 10**12 + 1])
def test_a_movement_moves_at_least_one_unit(
    decision: Decision, event: type[Moved], words: dict[str, object], quantity: int
) -> None:
    """None, less than none, and more than any shop has are malformed, not short."""
    given(STOCK, holding(10**12, 0, 0, 0, 0)).when(decision, quantity=quantity, at=NOON, **words).then_refused(
        "value.out_of_range", field=f"{event.__name__}.quantity", least="1", most="1000000000000"
    )


@pytest.mark.parametrize(
    ("event", "words", "after"),
    [
        (StockSold, SALE, StockItem(id=TEA, on_hand=6, received=9, shipped=3, buffer=1)),
        (StockRestocked, CASE, StockItem(id=TEA, on_hand=12, received=9, restocked=3, buffer=1)),
        (StockTransferredOut, TRIP, StockItem(id=TEA, on_hand=6, received=9, transferred=-3, buffer=1)),
        (StockTransferredIn, TRIP, StockItem(id=TEA, on_hand=12, received=9, transferred=3, buffer=1)),
    ],
)
def test_each_movement_keeps_its_own_account(event: type[Moved], words: dict[str, object], after: StockItem) -> None:
    """So that on hand = received + adjusted + restocked + transferred - shipped."""
    moved = event(stock=TEA, quantity=3, at=NOON, **words)  # type: ignore[arg-type]
    assert STOCK.replay((holding(9, 0, 0, 1, 0), moved)) == after


def test_shortages_at_the_counter_are_those_of_what_lies_in_hand() -> None:
    """The buffer may be sold there, and goods that are yet to come may not, without limit or with."""
    keys = [StockKey.of(Sku(sku), LocationId("hz")) for sku in ("a", "b", "c", "d")]
    items = {
        keys[0]: StockItem(id=keys[0], on_hand=3, buffer=3),
        keys[1]: StockItem(id=keys[1], on_hand=2, backorder_limit=None),
        keys[2]: StockItem(id=keys[2], on_hand=5, reserved=3),
    }
    wanted = [StockUnits(stock=key, quantity=3) for key in keys]
    assert inventory.shortages(items, wanted, most_of=inventory.in_hand) == (
        Shortage(stock=keys[1], wanted=3, available=2),
        Shortage(stock=keys[2], wanted=3, available=2),
        Shortage(stock=keys[3], wanted=3, available=0),
    )
