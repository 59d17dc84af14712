"""The laws of stock: what each movement does, the sums that always hold, and the one text of each bound."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import permutations, product
from typing import Any, Final

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from ecomops import inventory
from ecomops.inventory import (
    COUNTERS,
    EFFECTS,
    RESERVATION,
    STOCK,
    Reservation,
    ReservationId,
    Shortage,
    StockItem,
    TransferId,
    reservations,
)
from ecomops.inventory.movements import StockRestocked, StockSold, StockTransferredIn, StockTransferredOut
from ecomops.inventory.reservations import Status
from ecomops.inventory.stock import (
    Later,
    StockAdjusted,
    StockAllocated,
    StockDeallocated,
    StockReceived,
    StockReleased,
    StockReserved,
    StockShipped,
)
from ecomops.kernel import BoundBroken, DomainError, Versioned
from ecomops.terms import CaseId, LocationId, OrderId, Sku, StockKey, StockUnits
from ecomops.testing import NOON, TEA, Given

MINE = ReservationId("o-1")
SALE, CASE, TRIP = OrderId("till-1"), CaseId("r-1"), TransferId("t-1")

Decide = Callable[[StockItem, int], tuple[Later, ...]]

RECEIVE, ADJUST, SELL, RESTOCK = "receive", "adjust", "sell", "restock"
DECISIONS: dict[str, Decide] = {
    RECEIVE: lambda item, units: inventory.receive(item, quantity=units, at=NOON),
    ADJUST: lambda item, units: inventory.adjust(item, quantity=units, reason="count", at=NOON),
    "reserve": lambda item, units: inventory.reserve(item, quantity=units, reservation=MINE, at=NOON),
    "release": lambda item, units: inventory.release(item, quantity=units, reservation=MINE, at=NOON),
    "allocate": lambda item, units: inventory.allocate(item, quantity=units, reservation=MINE, at=NOON),
    "deallocate": lambda item, units: inventory.deallocate(item, quantity=units, reservation=MINE, at=NOON),
    "ship": lambda item, units: inventory.ship(item, quantity=units, reservation=MINE, at=NOON),
    SELL: lambda item, units: inventory.sell(item, quantity=units, order=SALE, at=NOON),
    RESTOCK: lambda item, units: inventory.restock(item, quantity=units, case=CASE, at=NOON),
    "transfer out": lambda item, units: inventory.transfer_out(item, quantity=units, transfer=TRIP, at=NOON),
    "transfer in": lambda item, units: inventory.transfer_in(item, quantity=units, transfer=TRIP, at=NOON),
}

# What a clerk would write down for one unit of each movement; every other counter stays.
LEDGER: dict[str, dict[str, int]] = {
    RECEIVE: {"on_hand": 1, "received": 1},
    ADJUST: {"on_hand": 1, "adjusted": 1},
    "reserve": {"reserved": 1},
    "release": {"reserved": -1},
    "allocate": {"reserved": -1, "allocated": 1},
    "deallocate": {"allocated": -1},
    "ship": {"on_hand": -1, "allocated": -1, "shipped": 1},
    SELL: {"on_hand": -1, "shipped": 1},
    RESTOCK: {"on_hand": 1, "restocked": 1},
    "transfer out": {"on_hand": -1, "transferred": -1},
    "transfer in": {"on_hand": 1, "transferred": 1},
}
MOVEMENTS: dict[str, type[Any]] = {
    RECEIVE: StockReceived,
    ADJUST: StockAdjusted,
    "reserve": StockReserved,
    "release": StockReleased,
    "allocate": StockAllocated,
    "deallocate": StockDeallocated,
    "ship": StockShipped,
    SELL: StockSold,
    RESTOCK: StockRestocked,
    "transfer out": StockTransferredOut,
    "transfer in": StockTransferredIn,
}
# What each says beside stock, units and instant: bound movements name their reservation.
WORDS: dict[str, dict[str, object]] = {
    RECEIVE: {},
    ADJUST: {"reason": "count"},
    SELL: {"order": SALE},
    RESTOCK: {"case": CASE},
    "transfer out": {"transfer": TRIP},
    "transfer in": {"transfer": TRIP},
}

every_movement = pytest.mark.parametrize("name", LEDGER)


def counters(item: StockItem) -> dict[str, int]:
    """Return the counters of *item* by name."""
    return {name: getattr(item, name) for name in COUNTERS}


def moved(item: StockItem, name: str, units: int) -> StockItem:
    """Return *item* after a movement, by the clerk's book."""
    return evolve(item, **{counter: getattr(item, counter) + by * units for counter, by in LEDGER[name].items()})


units_of_any_size = st.one_of(st.integers(0, 6), st.integers(0, 10**11))
items = st.builds(
    StockItem,
    id=st.just(TEA),
    on_hand=units_of_any_size,
    reserved=units_of_any_size,
    allocated=units_of_any_size,
    received=units_of_any_size,
    adjusted=st.integers(-9, 9),
    shipped=units_of_any_size,
    restocked=units_of_any_size,
    transferred=st.integers(-9, 9),
    buffer=units_of_any_size,
    backorder_limit=st.none() | units_of_any_size,
)


# --- what each movement does


def test_the_effects_are_those_of_the_ledger() -> None:
    """The literal table says what a clerk would write down, for every movement and every counter."""
    booked = {MOVEMENTS[name]: tuple(book.get(counter, 0) for counter in COUNTERS) for name, book in LEDGER.items()}
    assert booked == EFFECTS


@every_movement
@given(item=items, units=st.integers(1, 10**11))
def test_a_movement_moves_its_counters_and_nothing_else(name: str, item: StockItem, units: int) -> None:
    """By as many units as it says, whatever the counters are: the fold never refuses."""
    words = WORDS.get(name, {"reservation": MINE})
    event = MOVEMENTS[name](stock=TEA, quantity=units, at=NOON, **words)
    assert STOCK.fold(item, (event,)) == moved(item, name, units)


@given(item=items, steps=st.lists(st.tuples(st.sampled_from(sorted(LEDGER)), st.integers(1, 9)), max_size=4))
def test_movements_commute(item: StockItem, steps: list[tuple[str, int]]) -> None:
    """They are movements and never totals: any order of them leaves the same counters."""
    roomy = evolve(item, on_hand=5 * 10**11, reserved=10**11, allocated=10**11, backorder_limit=None)
    events = [event for name, units in steps for event in DECISIONS[name](roomy, units)]
    (after,) = {STOCK.fold(roomy, order) for order in permutations(events)}
    told = Counter(counters(roomy))
    for name, units in steps:
        told.update({counter: by * units for counter, by in LEDGER[name].items()})
    assert counters(after) == dict(told)


# --- the bounds: the decision and the binding say the same


def left_side(weights: Mapping[str, int], row: StockItem) -> int | None:
    """Return the left side of a bound; None when one of its terms is."""
    terms = [(weight, getattr(row, name)) for name, weight in weights.items()]
    return None if any(value is None for _, value in terms) else sum(weight * value for weight, value in terms)


def kept(before: StockItem, after: StockItem, movement: type[object]) -> bool:
    """Tell whether every bound that going from *before* to *after* lowers, and that does not spare it, still holds."""
    assert STOCK.additive is not None
    for bound in STOCK.additive.keep:
        old, new = left_side(bound.weights, before), left_side(bound.weights, after)
        spared = movement in bound.spares
        if old is not None and new is not None and new < old and new < 0 and not spared:
            return False
    return True


def accepts(name: str, item: StockItem, units: int) -> bool:
    """Tell whether the decision lets *units* move."""
    try:
        return bool(DECISIONS[name](item, units))
    except DomainError:
        return False


@every_movement
@given(item=items, units=st.integers(1, 6) | st.integers(1, 10**11), gain=st.booleans())
def test_a_decision_accepts_exactly_when_no_bound_is_broken(
    name: str, item: StockItem, units: int, *, gain: bool
) -> None:
    """A bound speaks only against a write that lowers it and that it does not spare."""
    signed = -units if name == ADJUST and not gain else units
    assert accepts(name, item, signed) is kept(item, moved(item, name, signed), MOVEMENTS[name])


@every_movement
def test_a_decision_and_the_bounds_agree_in_every_small_stock(name: str) -> None:
    """Every stock of up to two units of each counter, oversold ones too, and every movement of up to four."""
    signs = (1, -1) if name == ADJUST else (1,)
    few = range(3)
    for on_hand, reserved, allocated, buffer, limit, units, sign in product(
        few, few, few, (0, 1), (None, 0, 1), range(1, 5), signs
    ):
        item = StockItem(
            id=TEA, on_hand=on_hand, reserved=reserved, allocated=allocated, buffer=buffer, backorder_limit=limit
        )
        assert accepts(name, item, sign * units) is kept(item, moved(item, name, sign * units), MOVEMENTS[name])


def on(row: StockItem, written: StockItem, events: tuple[Later, ...]) -> StockItem | None:
    """Return *row* with a write that was decided on *written* added to it; None when a bound stops it."""
    (write,) = STOCK.write(Versioned(written, 1), events)
    try:
        return write.onto(row)
    except BoundBroken:
        return None


@every_movement
@given(row=items, units=st.integers(1, 6) | st.integers(1, 10**11), gain=st.booleans())
def test_a_write_is_added_to_a_moved_row_exactly_when_the_decision_would_accept_it_there(
    name: str, row: StockItem, units: int, *, gain: bool
) -> None:
    """So a store that adds instead of comparing versions never lets through what a second look would refuse."""
    signed = -units if name == ADJUST and not gain else units
    read = evolve(row, on_hand=5 * 10**11, reserved=10**11, allocated=10**11)
    after = on(row, read, DECISIONS[name](read, signed))
    assert after == (moved(row, name, signed) if accepts(name, row, signed) else None)


@given(
    row=items,
    steps=st.lists(st.tuples(st.sampled_from(sorted(LEDGER)), st.integers(1, 9)), min_size=2, max_size=3),
)
def test_additive_writes_commute(row: StockItem, steps: list[tuple[str, int]]) -> None:
    """Writes that were all decided on one row leave the same row in whatever order they are saved."""
    roomy = evolve(row, on_hand=5 * 10**11, reserved=10**11, allocated=10**11)
    writes = [DECISIONS[name](roomy, units) for name, units in steps]
    ends: set[StockItem | None] = set()
    for order in permutations(writes):
        found: StockItem | None = roomy
        for events in order:
            assert found is not None
            found = on(found, roomy, events)
        ends.add(found)
    assert ends == {STOCK.fold(roomy, [event for events in writes for event in events])}


@given(row=items, limit=st.none() | st.integers(0, 12), buffer=st.integers(0, 3))
def test_a_broken_bound_still_lets_goods_be_shipped_and_freed(row: StockItem, limit: int | None, buffer: int) -> None:
    """After a loss, a lowered limit or a raised buffer only what makes it worse is stopped."""
    oversold = evolve(row, on_hand=2, reserved=5, allocated=3, buffer=buffer, backorder_limit=limit)
    for name in ("release", "deallocate", "ship", RECEIVE, ADJUST, RESTOCK, "transfer in"):
        assert accepts(name, oversold, 1)
    for name in ("allocate", SELL, "transfer out"):
        assert not accepts(name, oversold, 1)
    assert accepts("reserve", oversold, 1) is (limit is None or limit >= 7 + buffer)


@given(item=items, units=st.integers(1, 6) | st.integers(1, 10**11))
def test_the_buffer_is_kept_from_the_channels_alone(item: StockItem, units: int) -> None:
    """What may be reserved falls by every unit of it; what leaves over the counter or to another shop does not."""
    plain = evolve(item, buffer=0)
    for name in (SELL, "transfer out"):
        assert accepts(name, item, units) is accepts(name, plain, units)
    assert accepts("reserve", item, units) is accepts("reserve", plain, units + item.buffer)


# --- the sums, over the lives of several reservations


@frozen
class Claim:
    """Claim units of some stocks for one order."""

    order: str
    units: Mapping[StockKey, int]


@frozen
class Move:
    """Set aside or ship units of one stock for one order."""

    verb: str
    order: str
    stock: StockKey
    units: int


@frozen
class Free:
    """Free all that one order has bound."""

    order: str


@frozen
class Come:
    """Receive, adjust, sell, put back or move units of one stock, or set its backorder limit or its buffer."""

    verb: str
    stock: StockKey
    units: int


KEYS: Final = tuple(StockKey.of(Sku(sku), LocationId("hz")) for sku in ("cup", "pot", "tea"))
ORDERS: Final = ("o-1", "o-2", "o-3")

keys, orders, few = st.sampled_from(KEYS), st.sampled_from(ORDERS), st.integers(1, 4)
steps = st.one_of(
    st.builds(Claim, orders, st.dictionaries(keys, few, min_size=1)),
    st.builds(Move, st.sampled_from(["allocate", "ship"]), orders, keys, few),
    st.builds(Move, st.sampled_from(["allocate", "ship"]), orders, keys, few),
    st.builds(Free, orders),
    st.builds(Come, st.just("receive"), keys, st.integers(1, 9)),
    st.builds(Come, st.just("adjust"), keys, st.integers(-3, 3)),
    st.builds(Come, st.sampled_from(["limit", "buffer"]), keys, st.integers(0, 3)),
    st.builds(Come, st.sampled_from([SELL, RESTOCK, "transfer out", "transfer in"]), keys, few),
)


class Warehouse:
    """A few stocks and reservations, moved by their decisions alone; both sides of a step move, or neither."""

    def __init__(self) -> None:
        """Open the stocks, each with its own backorder limit."""
        self.stock_log: dict[StockKey, list[Any]] = {
            key: list(inventory.open_stock(key, backorder_limit=limit, at=NOON))
            for key, limit in zip(KEYS, (0, 2, None), strict=True)
        }
        self.stock = {key: STOCK.replay(log) for key, log in self.stock_log.items()}
        self.claim_log: dict[str, list[Any]] = {}
        self.claims: dict[str, Reservation] = {}
        self.came: Counter[tuple[str, StockKey]] = Counter()

    def save(self, order: str | None, claimed: Iterable[Any], stock: Mapping[StockKey, tuple[Later, ...]]) -> None:
        """Let the events of both sides happen."""
        if order is not None:
            self.claim_log.setdefault(order, []).extend(claimed)
            self.claims[order] = RESERVATION.replay(self.claim_log[order])
        for key, events in stock.items():
            self.stock_log[key].extend(events)
            self.stock[key] = STOCK.fold(self.stock[key], events)

    def claim(self, step: Claim) -> None:
        """Claim units of all stocks, or of none when one of them is short."""
        wanted = tuple(StockUnits(stock=key, quantity=units) for key, units in sorted(step.units.items()))
        if step.order in self.claims:
            return
        short = {each.stock for each in inventory.shortages(self.stock, wanted)}
        assert short == {key for key, units in step.units.items() if not accepts("reserve", self.stock[key], units)}
        if short:
            return
        id = ReservationId(step.order)
        claimed = reservations.claim(id, wanted=wanted, items=self.stock, expires_at=None, at=NOON)
        bound = {each.stock: DECISIONS["reserve"](self.stock[each.stock], each.quantity) for each in wanted}
        self.save(step.order, claimed, bound)

    def move(self, step: Move) -> None:
        """Set aside or ship; what a reservation has, its stock refuses only for want of goods on hand."""
        if step.order not in self.claims:
            return
        mine, item = self.claims[step.order], self.stock[step.stock]
        decide = reservations.allocate if step.verb == "allocate" else reservations.ship
        try:
            events = decide(mine, units=(StockUnits(stock=step.stock, quantity=step.units),), at=NOON)
        except DomainError:
            return
        there = item.on_hand - item.allocated if step.verb == "allocate" else item.on_hand
        assert accepts(step.verb, item, step.units) is (step.units <= there)
        if step.units <= there:
            self.save(step.order, events, {step.stock: DECISIONS[step.verb](item, step.units)})

    def free(self, step: Free) -> None:
        """Free all that is bound: no stock ever refuses it."""
        if step.order not in self.claims:
            return
        freed: dict[StockKey, tuple[Later, ...]] = {}
        for hold in self.claims[step.order].holds:
            item = self.stock[hold.stock]
            waiting = DECISIONS["release"](item, hold.waiting) if hold.waiting else ()
            aside = DECISIONS["deallocate"](item, hold.allocated) if hold.allocated else ()
            freed[hold.stock] = (*waiting, *aside)
        self.save(step.order, reservations.release(self.claims[step.order], at=NOON), freed)

    def come(self, step: Come) -> None:
        """Let goods come in or get lost, or change the limit."""
        item = self.stock[step.stock]
        if step.verb == "limit":
            events: tuple[Later, ...] = inventory.set_backorder_limit(item, limit=step.units, at=NOON)
        elif step.verb == "buffer":
            events = inventory.set_buffer(item, buffer=step.units, at=NOON)
        elif step.verb in {SELL, "transfer out"} and step.units > inventory.in_hand(item):
            assert not accepts(step.verb, item, step.units)
            return
        elif step.verb == ADJUST and item.on_hand + step.units < 0:
            assert not accepts(ADJUST, item, step.units)
            return
        else:
            events = DECISIONS[step.verb](item, step.units)
            self.came[step.verb, step.stock] += step.units
        self.save(None, (), {step.stock: events})

    def take(self, step: Claim | Move | Free | Come) -> None:
        """Take one step."""
        match step:
            case Claim():
                self.claim(step)
            case Move():
                self.move(step)
            case Free():
                self.free(step)
            case Come():
                self.come(step)

    def check(self) -> None:
        """Check every law between two steps."""
        for key, item in self.stock.items():
            holds = [hold for claim in self.claims.values() for hold in claim.holds if hold.stock == key]
            came = item.received + item.adjusted + item.restocked + item.transferred
            assert item.on_hand == came - item.shipped
            assert item.on_hand >= 0
            assert item.received == self.came[RECEIVE, key]
            assert item.adjusted == self.came[ADJUST, key]
            assert item.restocked == self.came[RESTOCK, key]
            assert item.transferred == self.came["transfer in", key] - self.came["transfer out", key]
            assert item.reserved == sum(hold.promised + hold.held for hold in holds)
            assert item.allocated == sum(hold.allocated for hold in holds)
            assert item.shipped == sum(hold.shipped for hold in holds) + self.came[SELL, key]
            assert STOCK.replay(self.stock_log[key]) == item
        for order, claim in self.claims.items():
            bound = sum(hold.promised + hold.held + hold.allocated for hold in claim.holds)
            assert (claim.status is Status.ENDED) is (bound == 0)
            assert reservations.unshipped(claim) == bound
            self.check_claimed(order, claim)

    def check_claimed(self, order: str, claim: Reservation) -> None:
        """Check that a live reservation still counts every unit that it claimed."""
        opened = self.claim_log[order][0]
        if claim.status is Status.LIVE:
            assert [
                (hold.stock, hold.promised + hold.held + hold.allocated + hold.shipped) for hold in claim.holds
            ] == [(hold.stock, hold.promised + hold.held) for hold in opened.holds]


@given(st.lists(steps, min_size=5, max_size=40))
def test_the_sums_hold_after_every_step(taken: list[Claim | Move | Free | Come]) -> None:
    """On hand is what came, less what left; reserved and allocated are what the reservations bind; replay agrees."""
    warehouse = Warehouse()
    warehouse.check()
    for step in taken:
        warehouse.take(step)
        warehouse.check()


def test_a_busy_day_reaches_every_step() -> None:
    """The laws above are not empty: two orders are claimed, one leaves in parts, one is freed after a loss."""
    cup, pot, tea = KEYS
    day = Warehouse()
    for step in (
        Come(RECEIVE, cup, 3),
        Come(RECEIVE, pot, 2),
        Claim("o-1", {cup: 2, tea: 4}),
        Claim("o-2", {cup: 1, pot: 3}),
        Claim("o-3", {cup: 1}),  # short
        Move("allocate", "o-1", cup, 2),
        Move("ship", "o-1", cup, 1),
        Move("allocate", "o-1", tea, 1),  # not there yet
        Come(RECEIVE, tea, 9),
        Move("allocate", "o-1", tea, 4),
        Move("allocate", "o-2", cup, 1),
        Come(ADJUST, cup, -2),  # lost, though set aside
        Move("ship", "o-1", cup, 1),  # not there any more
        Move("ship", "o-1", tea, 4),
        Free("o-2"),
        Come(RECEIVE, cup, 1),
        Move("ship", "o-1", cup, 1),
        Come("limit", tea, 0),
        Come("buffer", tea, 9),
        Claim("o-4", {tea: 1}),  # kept from the channels
        Come(SELL, tea, 3),
        Come("transfer out", pot, 2),
        Come("transfer out", pot, 1),  # nothing left
        Come("transfer in", pot, 1),
        Come(RESTOCK, pot, 4),
    ):
        day.take(step)
        day.check()
    assert sorted(day.claims) == ["o-1", "o-2"]
    assert [claim.status for claim in day.claims.values()] == [Status.ENDED, Status.ENDED]
    assert [(item.on_hand, item.shipped) for item in day.stock.values()] == [(0, 2), (5, 0), (2, 7)]
    assert [(item.restocked, item.transferred) for item in day.stock.values()] == [(0, 0), (4, -1), (0, 0)]


# --- claims and shortages


@given(item=items, units=st.integers(1, 10**11))
def test_a_claim_is_held_as_far_as_goods_lie_free_and_promised_beyond(item: StockItem, units: int) -> None:
    """Both are never negative and add up to what was wanted; promised only when nothing is left free."""
    wanted = (StockUnits(stock=TEA, quantity=units),)
    (opened,) = reservations.claim(MINE, wanted=wanted, items={TEA: item}, expires_at=None, at=NOON)
    (hold,) = opened.holds
    free = item.on_hand - item.reserved - item.allocated
    assert hold.held + hold.promised == units
    assert hold.held <= max(free, 0)
    assert hold.promised == 0 or hold.held == max(free, 0)


@given(item=items, units=st.integers(1, 10**11))
def test_a_shortage_is_what_the_decision_refuses(item: StockItem, units: int) -> None:
    """One text of the rule: what is listed before and what is refused after are the same numbers."""
    short = inventory.shortages({TEA: item}, [StockUnits(stock=TEA, quantity=units)])
    reserving = Given(item).when(inventory.reserve, quantity=units, reservation=MINE, at=NOON)
    if not short:
        assert [event.quantity for event in reserving.events] == [units]
        return
    reserving.then_refused("stock.short", shortages=short)
    assert short == (Shortage(stock=TEA, wanted=units, available=short[0].available),)
    assert 0 <= short[0].available < units
