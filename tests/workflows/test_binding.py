"""A reservation and its stock move together: what the one counts, the other counts too, after every step."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.inventory import RESERVATION, STOCK, Hold, NotHeld, StockItem, StockShort
from ecomops.inventory.reservations import Status, claim
from ecomops.kernel import DomainError, IllegalMove, Missing, Reading, Versioned, Write, ask
from ecomops.memory import MemoryStore
from ecomops.terms import StockKey, StockUnits
from ecomops.testing import NOON, TEA, some_stock
from ecomops.workflows.binding import Binding, Bound, bound
from tests.workflows.shop import CUP, a_shop, events_of, found, put, reservation_id, units

HALF_PAST = NOON.add(minutes=30)
ID = reservation_id()


def fresh(*items: StockItem) -> Binding:
    """Return a binding of nothing yet over *items*."""
    return Binding(ID, Bound(None, {item.id: found(item) for item in items}))


def claimed(item: StockItem, quantity: int) -> Binding:
    """Return a binding that has claimed *quantity* units of *item*."""
    binding = fresh(item)
    binding.claim((units(quantity, item.id),), expires_at=HALF_PAST, at=NOON)
    return binding


def saved(binding: Binding) -> Bound:
    """Return what *binding* made, as if a store had saved it."""
    writes: tuple[Write[Any], ...] = binding.writes()
    reservation, *stock = (found(write.after) for write in writes)
    return Bound(reservation, {item.value.id: item for item in stock})


def stock_of(binding: Binding, key: StockKey = TEA) -> StockItem:
    """Return the stock under *key* as the writes of *binding* leave it."""
    (after,) = (write.after for write in binding.writes() if write.id == key)
    assert isinstance(after, StockItem)
    return after


# --- reading ------------------------------------------------------------------------------------------------------


def reading(id: str = ID) -> Callable[[], Reading[Bound]]:
    """Return the reading of what an order has bound."""
    return lambda: bound(reservation_id(id))


def open_claim(store: MemoryStore, *keys: StockKey) -> None:
    """Put a reservation of one unit under each of *keys* into *store*."""
    wanted = tuple(units(1, key) for key in keys)
    put(store, *RESERVATION.write(None, claim(ID, wanted=wanted, items={}, expires_at=None, at=NOON)))


def test_nothing_bound() -> None:
    """Where there is no reservation, no stock is read and nothing is live."""
    assert ask(reading(), a_shop().unit) == Bound(None, {})
    assert not Bound(None, {}).live


def test_what_is_bound_is_read_with_its_stock() -> None:
    """A reservation comes with each stock item under it, under its key."""
    store = a_shop()
    open_claim(store, TEA)
    read = ask(reading(), store.unit)
    assert read == Bound(store.rows(RESERVATION)[ID], {TEA: store.rows(STOCK)[TEA]})
    assert read.live


def test_stock_that_is_gone_is_named() -> None:
    """Stock items that a reservation names and that are not there are refused by their keys."""
    store = a_shop()
    open_claim(store, TEA, CUP, StockKey("no@where"))
    with pytest.raises(Missing) as refusal:
        ask(reading(), store.unit)
    assert refusal.value.context == {"kind": "stock", "ids": ("cup@hangzhou", "no@where")}


def test_stock_that_a_host_forgot_is_named() -> None:
    """Needs made by hand without the stock under their reservation are refused by name, before any plan looks."""
    held = saved(claimed(some_stock(), 2)).reservation
    with pytest.raises(Missing) as refusal:
        Bound(held, {CUP: found(some_stock(stock=CUP))})
    assert refusal.value.context == {"kind": "stock", "ids": (TEA,)}


def test_what_has_ended_is_not_live() -> None:
    """A reservation that was released binds nothing any more."""
    binding = claimed(some_stock(), 2)
    binding.release(at=NOON)
    assert not saved(binding).live


# --- deciding -----------------------------------------------------------------------------------------------------


def test_nothing_decided_writes_nothing() -> None:
    """A binding that was only looked at has no writes."""
    assert Binding(ID, saved(claimed(some_stock(), 2))).writes() == ()


def test_a_claim_moves_both() -> None:
    """Claimed units are held by the reservation and reserved in each stock; the writes come in the order of keys."""
    binding = fresh(some_stock(), some_stock(stock=CUP))
    assert binding.claim((units(2), units(1, CUP)), expires_at=HALF_PAST, at=NOON) == ()
    assert binding.holds == (Hold(stock=CUP, held=1), Hold(stock=TEA, held=2))
    assert [(write.kind, write.id) for write in binding.writes()] == [
        ("reservation", ID),
        ("stock", CUP),
        ("stock", TEA),
    ]


@pytest.mark.parametrize(("backorder_limit", "added"), [(0, True), (1, False), (None, False)])
def test_promises_are_written_exactly(backorder_limit: int | None, *, added: bool) -> None:
    """Stock that can be oversold is compared when it is claimed; other stock may be added to."""
    binding = claimed(some_stock(backorder_limit=backorder_limit), 1)
    assert (binding.writes()[1].additive is not None) is added


def test_steps_after_the_claim_may_be_added() -> None:
    """What does not depend on what lay there moves by addition, even under stock that can be oversold."""
    binding = Binding(ID, saved(claimed(some_stock(backorder_limit=5), 1)))
    binding.allocate_all(at=NOON)
    assert binding.writes()[1].additive == {
        "on_hand": 0,
        "reserved": -1,
        "allocated": 1,
        "received": 0,
        "adjusted": 0,
        "shipped": 0,
        "restocked": 0,
        "transferred": 0,
    }


def test_a_claim_is_checked_against_the_stock() -> None:
    """More than may be had is refused by the stock itself."""
    with pytest.raises(StockShort):
        claimed(some_stock(on_hand=1), 2)


@pytest.mark.parametrize(
    ("lies", "waits"), [(5, ()), (3, ()), (2, (units(1),)), (0, (units(3),))], ids=["more", "all", "some", "none"]
)
def test_as_much_is_set_aside_as_lies_there(lies: int, waits: tuple[StockUnits, ...]) -> None:
    """Of what is claimed, what lies free is set aside and the rest is named."""
    binding = claimed(some_stock(on_hand=lies, backorder_limit=9), 3)
    assert binding.allocate_all(at=NOON) == waits
    hold = binding.holds[0]
    assert (hold.allocated, hold.waiting) == (min(lies, 3), 3 - min(lies, 3))
    assert (stock_of(binding).allocated, stock_of(binding).reserved) == (hold.allocated, hold.waiting)


def test_stock_that_is_overdrawn_lends_nothing() -> None:
    """Where more is set aside than lies there, nothing more is."""
    item = StockItem(id=TEA, on_hand=1, allocated=4, backorder_limit=9)
    binding = claimed(item, 2)
    assert binding.allocate_all(at=NOON) == (units(2),)
    assert stock_of(binding).allocated == 4


def test_what_is_set_aside_is_not_set_aside_again() -> None:
    """A second call finds nothing waiting."""
    binding = claimed(some_stock(), 3)
    binding.allocate_all(at=NOON)
    events = events_of(binding.writes())
    assert binding.allocate_all(at=NOON) == ()
    assert events_of(binding.writes()) == events


def test_shipping_sets_late_supply_aside_first() -> None:
    """Units that wait are allocated with the shipment that takes them, just as many as it needs."""
    binding = claimed(some_stock(on_hand=5), 3)
    binding.ship((units(2),), at=NOON)
    assert binding.holds == (Hold(stock=TEA, held=1, shipped=2),)
    item = stock_of(binding)
    assert (item.on_hand, item.reserved, item.allocated, item.shipped) == (3, 1, 0, 2)


def test_more_than_is_claimed_does_not_leave() -> None:
    """A shipment of more than all claims is refused with the whole excess, and so is one of other goods."""
    with pytest.raises(NotHeld) as refusal:
        claimed(some_stock(), 3).ship((units(4), units(1, CUP)), at=NOON)
    assert refusal.value.context == {"id": ID, "units": (units(4), units(1, CUP))}


def test_release_frees_what_waits_and_what_is_set_aside() -> None:
    """What has not left is free again, what has left stays shipped."""
    binding = claimed(some_stock(on_hand=3, backorder_limit=9), 5)
    binding.ship((units(1),), at=NOON)
    binding.allocate_all(at=NOON)
    assert binding.release(at=NOON) == (units(4),)
    assert binding.holds == (Hold(stock=TEA, shipped=1),)
    assert (stock_of(binding).reserved, stock_of(binding).allocated) == (0, 0)


def test_what_has_ended_frees_nothing() -> None:
    """A second release finds nothing, and nothing can be claimed out of it."""
    binding = claimed(some_stock(), 3)
    binding.release(at=NOON)
    written = events_of(binding.writes())
    assert binding.release(at=NOON) == ()
    assert events_of(binding.writes()) == written
    with pytest.raises(IllegalMove):
        binding.ship((units(1),), at=NOON)


Step = Callable[[Binding], object]

STEPS: dict[str, Step] = {
    "allocate": lambda binding: binding.allocate_all(at=NOON),
    "ship tea": lambda binding: binding.ship((units(1),), at=NOON),
    "ship both": lambda binding: binding.ship((units(2), units(1, CUP)), at=NOON),
    "release": lambda binding: binding.release(at=NOON),
}


def counted(writes: Iterable[Write[Any]]) -> None:
    """Check that reservation and stock count the same."""
    rows: dict[str, Any] = {write.id: write.after for write in writes}
    reservation = rows.pop(ID)
    for hold in reservation.holds:
        item = rows[hold.stock]
        assert (item.reserved, item.allocated, item.shipped) == (hold.waiting, hold.allocated, hold.shipped)
    if not sum(hold.waiting + hold.allocated for hold in reservation.holds):
        assert reservation.status is Status.ENDED


@given(
    st.integers(0, 4),
    st.integers(0, 4),
    st.lists(st.sampled_from(sorted(STEPS)), max_size=6),
)
def test_both_count_the_same_after_every_step(tea: int, cups: int, steps: list[str]) -> None:
    """Whatever is claimed, set aside, shipped and released, the counters of the stock are those of the holds."""
    items = (some_stock(on_hand=tea, backorder_limit=9), some_stock(stock=CUP, on_hand=cups, backorder_limit=9))
    binding = fresh(*items)
    binding.claim((units(3), units(2, CUP)), expires_at=HALF_PAST, at=NOON)
    for name in steps:
        before = Binding(ID, saved(binding))
        try:
            STEPS[name](before)
        except DomainError:
            continue
        STEPS[name](binding)
        counted(binding.writes())


def test_versions_pass_through() -> None:
    """Each write expects the version that was read; what is new expects none."""
    binding = Binding(ID, Bound(None, {TEA: Versioned(some_stock(), "etag")}))
    binding.claim((units(1),), expires_at=HALF_PAST, at=NOON)
    assert [write.expected for write in binding.writes()] == [None, "etag"]
