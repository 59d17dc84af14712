"""Receiving stock and adjusting it: one movement per stock, demand added up, what is lost is at most what is there."""

import pytest
from attrs import evolve

from ecomops.inventory import BelowZero, Shortage, StockShort
from ecomops.kernel import CommandId, Missing, OutOfRange, Repeated
from ecomops.memory import MemoryStore
from ecomops.terms import LocationId, Sku, StockKey
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_line, a_placement, some_stock
from ecomops.workflows.stocking import (
    BoundStock,
    CountStock,
    ReceiveStock,
    ReceiveStockNeeds,
    StockBounded,
    StockCorrected,
    StockCount,
    StockCounted,
    StockDifference,
    StockTaken,
    adjust_stock,
    bound_stock,
    count_stock,
    plan_adjust_stock,
    plan_count_stock,
    plan_receive_stock,
    receive_stock,
)
from tests.workflows.shop import (
    CUP,
    STAFF,
    Drive,
    a_shop,
    an_adjustment,
    codes,
    do,
    dump,
    events_of,
    found,
    the_stock,
    units,
)

NOTHING = ReceiveStockNeeds(stock={})
POT = StockKey.of(Sku("pot"), LocationId("hangzhou"))


def a_mixed_delivery() -> ReceiveStock:
    """Return a delivery of two stocks, one of them in two boxes."""
    return evolve(a_delivery(), units=(units(3, TEA), units(1, CUP), units(4, TEA)))


def test_a_new_stock_is_opened_and_received() -> None:
    """The plan for a stock that nobody keeps opens it with the limit of the command and takes the goods in."""
    plan = plan_receive_stock(evolve(a_delivery(quantity=4), backorder_limit=None), NOTHING)
    assert plan.answer == StockTaken(units=(units(4),))
    assert events_of(plan.writes) == [("stock", "stock.opened"), ("stock", "stock.received")]
    assert plan.writes[0].after == evolve(some_stock(on_hand=4), backorder_limit=None)


def test_a_stock_that_is_kept_is_only_received() -> None:
    """The plan for a stock that is kept takes the goods in and leaves its limit alone."""
    needs = ReceiveStockNeeds(stock={TEA: found(some_stock(on_hand=2, backorder_limit=5))})
    plan = plan_receive_stock(evolve(a_delivery(quantity=4), backorder_limit=9), needs)
    assert events_of(plan.writes) == [("stock", "stock.received")]
    assert plan.writes[0].after == evolve(some_stock(on_hand=6), backorder_limit=5)
    assert plan.writes[0].expected == 7
    assert plan.writes[0].additive is not None
    assert plan.writes[0].additive["on_hand"] == 4


def test_boxes_of_one_stock_are_one_movement() -> None:
    """What comes under one key is added up, and the keys come in their order."""
    plan = plan_receive_stock(a_mixed_delivery(), NOTHING)
    assert plan.answer.units == (units(1, CUP), units(7, TEA))
    assert [(write.id, write.after.on_hand, len(write.events)) for write in plan.writes] == [(CUP, 1, 2), (TEA, 7, 2)]


def test_an_empty_delivery_changes_nothing(drive: Drive) -> None:
    """A delivery of nothing is answered and leaves no trace in the log."""
    store = MemoryStore()
    assert drive(receive_stock, evolve(a_delivery(), units=()), store) == StockTaken(units=())
    assert codes(store) == []


def test_received_through_a_store(drive: Drive) -> None:
    """Deliveries add up, and the limit of the first one stays."""
    store = MemoryStore()
    assert drive(receive_stock, evolve(a_delivery(), backorder_limit=3), store) == StockTaken(units=(units(10),))
    drive(receive_stock, evolve(a_mixed_delivery(), id=a_delivery(id="c-2").id, backorder_limit=8), store)
    assert (the_stock(store).on_hand, the_stock(store).received, the_stock(store).backorder_limit) == (17, 17, 3)
    assert (the_stock(store, CUP).on_hand, the_stock(store, CUP).backorder_limit) == (1, 8)


def test_a_counter_has_an_end(drive: Drive) -> None:
    """More than a counter can hold is refused, and nothing of the delivery is taken in."""
    store = a_shop()
    before = dump(store)
    delivery = evolve(a_delivery(), units=(units(1, CUP), units(10**12, TEA)))
    with pytest.raises(OutOfRange):
        drive(receive_stock, delivery, store)
    assert dump(store) == before


@pytest.mark.parametrize(("quantity", "on_hand"), [(5, 15), (-4, 6), (-10, 0)])
def test_a_find_and_a_loss(drive: Drive, quantity: int, on_hand: int) -> None:
    """A find is added to what is on hand, a loss taken off, down to nothing."""
    store = a_shop()
    answer = drive(adjust_stock, an_adjustment(quantity), store)
    assert answer == StockCorrected(stock=TEA, quantity=quantity)
    assert (the_stock(store).on_hand, the_stock(store).adjusted) == (on_hand, quantity)


def test_adjusting_by_nothing_writes_nothing() -> None:
    """An adjustment by nothing is answered and writes nothing."""
    plan = plan_adjust_stock(an_adjustment(0), found(some_stock()))
    assert plan.answer == StockCorrected(stock=TEA, quantity=0)
    assert plan.writes == ()


def test_a_loss_of_what_is_promised_is_recorded(drive: Drive) -> None:
    """What is lost is lost, even when an order has a claim on it."""
    store = a_shop(on_hand=1)
    do(store, a_placement())
    drive(adjust_stock, an_adjustment(-1), store)
    assert (the_stock(store).on_hand, the_stock(store).reserved) == (0, 1)


def test_no_more_is_lost_than_lies_there(drive: Drive) -> None:
    """A loss that is larger than what is on hand is refused with both figures."""
    store = a_shop(on_hand=3)
    with pytest.raises(BelowZero) as refusal:
        drive(adjust_stock, an_adjustment(-4), store)
    assert refusal.value.context == {"stock": TEA, "quantity": -4, "on_hand": 3}


def test_only_stock_that_is_kept_is_adjusted(drive: Drive) -> None:
    """An adjustment of a stock that nobody keeps is refused by its key."""
    with pytest.raises(Missing) as refusal:
        drive(adjust_stock, an_adjustment(1, stock=StockKey("no@where")), MemoryStore())
    assert refusal.value.context == {"kind": "stock", "ids": ("no@where",)}


def a_count(*counts: tuple[StockKey, int], id: str = "c-count") -> CountStock:
    """Return the command that records a count."""
    said = tuple(StockCount(stock=key, counted=counted) for key, counted in counts)
    return CountStock(id=CommandId(id), by=STAFF, at=NOON, counts=said)


def test_what_differs_from_a_count_is_found_or_lost(drive: Drive) -> None:
    """Every stock that differs is named; one that agrees leaves no event."""
    store = a_shop()
    do(store, a_delivery(id="c-cup", stock=CUP, quantity=4), a_delivery(id="c-pot", stock=POT, quantity=3))
    answer = drive(count_stock, a_count((TEA, 7), (POT, 3), (CUP, 9)), store)
    assert answer == StockCounted(
        differences=(StockDifference(stock=TEA, quantity=-3), StockDifference(stock=CUP, quantity=5))
    )
    assert [(the_stock(store, key).on_hand, the_stock(store, key).adjusted) for key in (TEA, CUP, POT)] == [
        *((7, -3), (9, 5), (3, 0)),
    ]
    assert drive(count_stock, a_count((TEA, 7), id="c-2"), store) == StockCounted(differences=())


def test_a_count_compares_versions() -> None:
    """A movement between the count and its record would falsify the difference, so nothing is added blindly."""
    needs = ReceiveStockNeeds(stock={TEA: found(some_stock(on_hand=5))})
    (write,) = plan_count_stock(a_count((TEA, 0)), needs).writes
    assert (write.additive, write.expected) == (None, 7)


def test_a_count_of_what_is_not_kept_is_refused_whole(drive: Drive) -> None:
    """Every stock that nobody keeps is named, and a stock that stands twice."""
    store = a_shop()
    before = dump(store)
    with pytest.raises(Missing) as refusal:
        drive(count_stock, a_count((TEA, 1), (POT, 1), (CUP, 1)), store)
    assert refusal.value.context == {"kind": "stock", "ids": (CUP, POT)}
    with pytest.raises(Repeated):
        drive(count_stock, a_count((TEA, 1), (TEA, 2)), store)
    assert dump(store) == before


def bounds(buffer: int, limit: int | None, *, id: str = "c-bounds", stock: StockKey = TEA) -> BoundStock:
    """Return the command that bounds a stock."""
    return BoundStock(id=CommandId(id), by=STAFF, at=NOON, stock=stock, buffer=buffer, backorder_limit=limit)


def test_a_stock_is_bounded(drive: Drive) -> None:
    """What is kept from the channels and what may be sold beyond it, in one write; the same again is nothing."""
    store = a_shop()
    assert drive(bound_stock, bounds(4, None), store) == StockBounded(stock=TEA, changed=True)
    assert (the_stock(store).buffer, the_stock(store).backorder_limit) == (4, None)
    assert drive(bound_stock, bounds(4, None, id="c-2"), store) == StockBounded(stock=TEA, changed=False)
    assert drive(bound_stock, bounds(4, 0, id="c-3"), store).changed
    assert codes(store)[2:] == ["stock.buffer_set", "stock.backorder_limit_set", "stock.backorder_limit_set"]
    with pytest.raises(Missing):
        drive(bound_stock, bounds(1, 0, id="c-4", stock=CUP), store)


def test_what_is_kept_from_the_channels_is_not_sold_by_an_order(drive: Drive) -> None:
    """An order of more than the rest is short, and says how much there is."""
    store = a_shop(on_hand=10)
    drive(bound_stock, bounds(8, 0), store)
    with pytest.raises(StockShort) as refusal:
        do(store, a_placement(a_checkout(a_line(quantity=3))))
    assert refusal.value.shortages == (Shortage(stock=TEA, wanted=3, available=2),)
    do(store, a_placement(a_checkout(a_line(quantity=2)), id="c-2"))
