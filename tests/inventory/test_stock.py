"""The stock item: what each movement accepts and refuses, and what may be promised."""

from collections.abc import Callable
from typing import Any

import pytest

from ecomops import inventory
from ecomops.inventory import COUNTERS, STOCK, ReservationId, Shortage, StockItem, Unshippable
from ecomops.inventory.movements import BufferSet
from ecomops.inventory.stock import (
    BackorderLimitSet,
    StockAdjusted,
    StockAdopted,
    StockAllocated,
    StockDeallocated,
    StockOpened,
    StockReceived,
    StockReleased,
    StockReserved,
    StockShipped,
)
from ecomops.kernel import CorruptHistory
from ecomops.terms import LocationId, Sku, StockKey, StockUnits
from ecomops.testing import NOON, TEA, given, some_stock

MINE = ReservationId("o-1")
COFFEE = StockKey.of(Sku("coffee"), LocationId("hangzhou"))

Bound = StockReserved | StockReleased | StockAllocated | StockDeallocated | StockShipped
Decision = Callable[..., tuple[Bound]]


def holding(
    on_hand: int = 0, reserved: int = 0, allocated: int = 0, limit: int | None = 0, buffer: int = 0
) -> StockAdopted:
    """Return the event that takes a stock over with these counters."""
    return StockAdopted(
        stock=TEA,
        on_hand=on_hand,
        reserved=reserved,
        allocated=allocated,
        backorder_limit=limit,
        buffer=buffer,
        at=NOON,
    )


ACCEPTED = [
    # decision, on hand, reserved, allocated, backorder limit, quantity, event
    (inventory.reserve, (10, 0, 0, 0), 10, StockReserved),
    (inventory.reserve, (10, 3, 2, 0), 5, StockReserved),
    (inventory.reserve, (0, 0, 0, 4), 4, StockReserved),  # the backorder limit is inclusive
    (inventory.reserve, (2, 5, 0, 4), 1, StockReserved),
    (inventory.reserve, (0, 9, 0, None), 10**12, StockReserved),
    (inventory.release, (0, 3, 0, 0), 3, StockReleased),
    (inventory.allocate, (10, 3, 0, 0), 3, StockAllocated),
    (inventory.allocate, (4, 5, 2, 0), 2, StockAllocated),  # others' claims do not block one's own
    (inventory.deallocate, (0, 0, 3, 0), 3, StockDeallocated),
    (inventory.ship, (10, 0, 3, 0), 3, StockShipped),
    (inventory.ship, (3, 8, 5, 0), 3, StockShipped),  # oversold by a loss: what is allocated still leaves
]


@pytest.mark.parametrize(("decision", "counters", "quantity", "event"), ACCEPTED)
def test_a_movement_is_accepted_up_to_its_bound(
    decision: Decision, counters: tuple[int, int, int, int | None], quantity: int, event: type[Bound]
) -> None:
    """Exactly what is there can be moved, and the event says of which stock, how much, for whom and when."""
    given(STOCK, holding(*counters)).when(decision, quantity=quantity, reservation=MINE, at=NOON).then(
        event(stock=TEA, quantity=quantity, reservation=MINE, at=NOON)
    )


def short(wanted: int, allocated: int, on_hand: int) -> Unshippable:
    """Return what a shipment of tea lacks."""
    return Unshippable(stock=TEA, wanted=wanted, allocated=allocated, on_hand=on_hand)


OF_TEA = {"stock": TEA}
REFUSED = [
    (inventory.release, (9, 3, 9, 0), 4, "stock.over_release", {**OF_TEA, "wanted": 4, "bound": 3}),
    (inventory.release, (9, 0, 9, 0), 1, "stock.over_release", {**OF_TEA, "wanted": 1, "bound": 0}),
    (inventory.deallocate, (9, 9, 3, 0), 4, "stock.over_release", {**OF_TEA, "wanted": 4, "bound": 3}),
    (
        inventory.allocate,
        (10, 3, 0, 0),
        4,
        "stock.over_allocate",
        {**OF_TEA, "wanted": 4, "reserved": 3, "free": 10},
    ),
    (
        inventory.allocate,
        (4, 5, 2, None),
        3,
        "stock.over_allocate",
        {**OF_TEA, "wanted": 3, "reserved": 5, "free": 2},
    ),
    (inventory.ship, (10, 9, 3, 0), 4, "stock.over_ship", {"goods": (short(4, 3, 10),)}),
    (inventory.ship, (3, 0, 5, None), 4, "stock.over_ship", {"goods": (short(4, 5, 3),)}),
]


@pytest.mark.parametrize(("decision", "counters", "quantity", "code", "context"), REFUSED)
def test_one_more_than_its_bound_is_refused(
    decision: Decision, counters: tuple[int, int, int, int | None], quantity: int, code: str, context: dict[str, Any]
) -> None:
    """The refusal names the stock, what was wanted and what is there."""
    given(STOCK, holding(*counters)).when(decision, quantity=quantity, reservation=MINE, at=NOON).then_refused(
        code, **context
    )


@pytest.mark.parametrize(
    ("counters", "quantity", "available"),
    [
        ((10, 0, 0, 0), 11, 10),
        ((10, 3, 2, 0), 6, 5),
        ((0, 0, 0, 4), 5, 4),
        ((2, 5, 0, 4), 2, 1),
        ((0, 5, 0, 2), 1, 0),  # oversold beyond the limit: nothing, never less than nothing
        ((10, 0, 10, 0), 1, 0),
    ],
)
def test_more_than_is_sellable_cannot_be_reserved(
    counters: tuple[int, int, int, int], quantity: int, available: int
) -> None:
    """On hand less reserved less allocated plus the backorder limit is what can be had."""
    given(STOCK, holding(*counters)).when(inventory.reserve, quantity=quantity, reservation=MINE, at=NOON).then_refused(
        "stock.short", shortages=(Shortage(stock=TEA, wanted=quantity, available=available),)
    )


@pytest.mark.parametrize(
    ("decision", "event"),
    [
        (inventory.reserve, "StockReserved"),
        (inventory.release, "StockReleased"),
        (inventory.allocate, "StockAllocated"),
        (inventory.deallocate, "StockDeallocated"),
        (inventory.ship, "StockShipped"),
    ],
)
@pytest.mark.parametrize("quantity", [0, -1, 10**12 + 1])
def test_a_movement_moves_at_least_one_unit(decision: Decision, event: str, quantity: int) -> None:
    """None, less than none, and more than any shop has are malformed, not short."""
    given(STOCK, holding(10**12, 10**12, 10**12, None)).when(
        decision, quantity=quantity, reservation=MINE, at=NOON
    ).then_refused("value.out_of_range", field=f"{event}.quantity", least="1", most="1000000000000")


def test_goods_come_in() -> None:
    """A delivery of at least one unit is always taken in."""
    item = given(STOCK, holding(0, 5, 0, 0))
    item.when(inventory.receive, quantity=1, at=NOON).then(StockReceived(stock=TEA, quantity=1, at=NOON))
    item.when(inventory.receive, quantity=0, at=NOON).then_refused("value.out_of_range", field="StockReceived.quantity")


@pytest.mark.parametrize("quantity", [-5, -1, 1, 10**12])
def test_a_loss_or_a_find_is_recorded(quantity: int) -> None:
    """It has happened: even goods that are promised or allocated can be lost."""
    given(STOCK, holding(5, 3, 2, 0)).when(inventory.adjust, quantity=quantity, reason="count", at=NOON).then(
        StockAdjusted(stock=TEA, quantity=quantity, reason="count", at=NOON)
    )


def test_nothing_lost_and_nothing_found_is_nothing() -> None:
    """An adjustment by zero leaves no event."""
    given(STOCK, holding(5)).when(inventory.adjust, quantity=0, reason="count", at=NOON).then_nothing()


def test_no_more_can_be_lost_than_lies_there() -> None:
    """The refusal names the loss and what is on hand."""
    given(STOCK, holding(5)).when(inventory.adjust, quantity=-6, reason="count", at=NOON).then_refused(
        "stock.below_zero", stock=TEA, quantity=-6, on_hand=5
    )


def test_a_new_stock_is_empty_and_sells_nothing_that_is_not_there() -> None:
    """Backorders are a choice: the limit is 0 unless the shop says otherwise."""
    opened = inventory.open_stock(TEA, at=NOON)
    assert opened == (StockOpened(stock=TEA, backorder_limit=0, at=NOON),)
    assert STOCK.replay(opened) == StockItem(id=TEA)
    assert inventory.sellable(STOCK.replay(opened)) == 0


@pytest.mark.parametrize("limit", [0, 7, None])
def test_a_stock_opens_with_the_limit_that_is_named(limit: int | None) -> None:
    """None is no limit."""
    item = STOCK.replay(inventory.open_stock(TEA, backorder_limit=limit, at=NOON))
    assert item == StockItem(id=TEA, backorder_limit=limit)


def test_an_adopted_balance_counts_as_received() -> None:
    """On hand = received + adjusted - shipped holds from the first event on."""
    assert STOCK.replay((holding(9, 4, 2, None),)) == StockItem(
        id=TEA, on_hand=9, reserved=4, allocated=2, received=9, backorder_limit=None
    )


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, None), (None, 0), (9, 0)])
def test_the_backorder_limit_can_be_changed(before: int | None, after: int | None) -> None:
    """Only the limit changes; what is sold beyond the new one stays sold."""
    adopted = holding(1, 8, 0, before)
    changed = BackorderLimitSet(stock=TEA, limit=after, at=NOON)
    given(STOCK, adopted).when(inventory.set_backorder_limit, limit=after, at=NOON).then(changed)
    assert STOCK.replay((adopted, changed)) == STOCK.replay((holding(1, 8, 0, after),))


@pytest.mark.parametrize("limit", [0, 3, None])
def test_the_same_backorder_limit_again_is_nothing(limit: int | None) -> None:
    """A repeat leaves no event."""
    given(STOCK, holding(1, 0, 0, limit)).when(inventory.set_backorder_limit, limit=limit, at=NOON).then_nothing()


def test_a_backorder_limit_is_not_negative() -> None:
    """A buffer is another thing than a negative limit."""
    given(STOCK, holding()).when(inventory.set_backorder_limit, limit=-1, at=NOON).then_refused(
        "value.out_of_range", field="BackorderLimitSet.limit", least="0"
    )


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, 0), (9, 12)])
def test_the_buffer_can_be_changed(before: int, after: int) -> None:
    """Only the buffer changes, even beyond what lies there; the same again is nothing."""
    adopted = holding(1, 8, 0, 5, before)
    changed = BufferSet(stock=TEA, buffer=after, at=NOON)
    given(STOCK, adopted).when(inventory.set_buffer, buffer=after, at=NOON).then(changed)
    given(STOCK, adopted).when(inventory.set_buffer, buffer=before, at=NOON).then_nothing()
    assert STOCK.replay((adopted, changed)) == STOCK.replay((holding(1, 8, 0, 5, after),))


def test_a_buffer_is_not_negative() -> None:
    """A backorder limit is another thing than a negative buffer."""
    given(STOCK, holding()).when(inventory.set_buffer, buffer=-1, at=NOON).then_refused(
        "value.out_of_range", field="BufferSet.buffer", least="0"
    )


@pytest.mark.parametrize(
    ("counters", "sellable"),
    [((10, 3, 2, 0, 1), 4), ((10, 3, 2, 0, 6), -1), ((10, 3, 2, 4, 6), 3), ((10, 3, 2, None, 6), None)],
)
def test_the_buffer_is_not_for_sale(counters: tuple[int, int, int, int | None, int], sellable: int | None) -> None:
    """It lowers what the channels may reserve and nothing else; what is reserved can still be set aside and leave."""
    item = STOCK.replay((holding(*counters),))
    assert (inventory.available(item), inventory.sellable(item)) == (5, sellable)
    assert inventory.allocate(item, quantity=3, reservation=MINE, at=NOON)[0].quantity == 3
    assert inventory.ship(item, quantity=2, reservation=MINE, at=NOON)[0].quantity == 2


@pytest.mark.parametrize(
    ("counters", "available", "sellable"),
    [
        ((10, 3, 2, 0), 5, 5),
        ((10, 3, 2, 4), 5, 9),
        ((1, 3, 2, 0), -4, -4),
        ((1, 3, 2, 9), -4, 5),
        ((10, 3, 2, None), 5, None),
    ],
)
def test_what_is_available_and_what_is_sellable(
    counters: tuple[int, int, int, int | None], available: int, sellable: int | None
) -> None:
    """Available is on hand less reserved less allocated; sellable adds the backorder limit, None is no limit."""
    item = STOCK.replay((holding(*counters),))
    assert (inventory.available(item), inventory.sellable(item)) == (available, sellable)


def test_every_shortage_is_listed_in_the_order_of_the_demand() -> None:
    """Also of a stock that nobody keeps; never of one that has exactly enough or no limit."""
    keys = [StockKey.of(Sku(sku), LocationId("hz")) for sku in ("e", "d", "c", "b", "a")]
    items = {
        keys[0]: some_stock(stock=keys[0], on_hand=3),
        keys[1]: some_stock(stock=keys[1], on_hand=0, backorder_limit=None),
        keys[2]: some_stock(stock=keys[2], on_hand=2, backorder_limit=2),
        keys[3]: StockItem(id=keys[3], reserved=5),
    }
    wanted = [StockUnits(stock=key, quantity=4) for key in keys]
    assert inventory.shortages(items, wanted) == (
        Shortage(stock=keys[0], wanted=4, available=3),
        Shortage(stock=keys[3], wanted=4, available=0),
        Shortage(stock=keys[4], wanted=4, available=0),
    )


def test_a_stock_is_found_by_sku_and_location() -> None:
    """Both are functions of its id, as the keys of a noun with additive counters must be; it has no timer."""
    item = some_stock(stock=COFFEE)
    assert {name: key(item) for name, key in STOCK.keys.items()} == {"sku": "coffee", "location": "hangzhou"}
    assert STOCK.id_of(item) == COFFEE
    assert STOCK.due_at is None


def test_the_additive_counters_are_all_counters() -> None:
    """Every field but the id, the buffer and the backorder limit moves by addition."""
    assert STOCK.additive is not None
    assert STOCK.additive.fields == COUNTERS
    assert " ".join(COUNTERS) == "on_hand reserved allocated received adjusted shipped restocked transferred"


def test_a_change_of_the_limit_is_never_added() -> None:
    """A bound is no counter: its write compares versions."""
    assert STOCK.additive is not None
    assert STOCK.additive.deltas(some_stock(backorder_limit=0), some_stock(backorder_limit=1)) is None


def test_a_history_begins_with_an_opening_event() -> None:
    """Goods that came in before the stock was opened are a corrupt history."""
    with pytest.raises(CorruptHistory):
        STOCK.replay((StockReceived(stock=TEA, quantity=1, at=NOON),))
