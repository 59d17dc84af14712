"""The reservation: what one order claims, sets aside, ships and frees."""

from collections.abc import Callable

import pytest
from pendulum import DateTime

from ecomops.inventory import RESERVATION, Hold, Reservation, ReservationId, StockItem, reservations
from ecomops.inventory.reservations import (
    LIFECYCLE,
    ReservationAdopted,
    ReservationAllocated,
    ReservationEnded,
    ReservationOpened,
    ReservationReduced,
    ReservationReleased,
    ReservationShipped,
    Status,
)
from ecomops.kernel import CorruptHistory
from ecomops.terms import LocationId, Sku, StockKey, StockUnits
from ecomops.testing import NOON, TEA, Outcome, given, some_stock

MINE = ReservationId("o-1")
COFFEE = StockKey.of(Sku("coffee"), LocationId("hangzhou"))
LATER = NOON.add(hours=1)

Step = Callable[..., tuple[ReservationAllocated | ReservationShipped | ReservationEnded, ...]]


def units(quantity: int, stock: StockKey = TEA) -> StockUnits:
    """Return some units of tea, or of another stock."""
    return StockUnits(stock=stock, quantity=quantity)


def opened(*holds: Hold, expires_at: DateTime | None = LATER) -> ReservationOpened:
    """Return the event of a claim that binds *holds*."""
    return ReservationOpened(id=MINE, holds=holds, expires_at=expires_at, at=NOON)


def adopted(*holds: Hold, status: Status = Status.LIVE, expires_at: DateTime | None = None) -> ReservationAdopted:
    """Return the event that takes a reservation over with *holds*."""
    return ReservationAdopted(id=MINE, status=status, holds=holds, expires_at=expires_at, at=NOON)


def allocated(*moved: StockUnits) -> ReservationAllocated:
    """Return the event that sets units aside."""
    return ReservationAllocated(id=MINE, units=moved, at=LATER)


def shipped(*moved: StockUnits) -> ReservationShipped:
    """Return the event that lets units leave."""
    return ReservationShipped(id=MINE, units=moved, at=LATER)


ENDED = ReservationEnded(id=MINE, at=LATER)
RELEASED = ReservationReleased(id=MINE, at=LATER)


def test_the_table_lives_until_all_is_shipped_or_freed() -> None:
    """A reservation takes steps while it lives and ends once, for good."""
    assert set(LIFECYCLE.edges()) == {
        (None, ReservationOpened, Status.LIVE),
        (None, ReservationAdopted, Status.LIVE),
        (None, ReservationAdopted, Status.ENDED),
        (Status.LIVE, ReservationAllocated, Status.LIVE),
        (Status.LIVE, ReservationShipped, Status.LIVE),
        (Status.LIVE, ReservationReduced, Status.LIVE),
        (Status.LIVE, ReservationReleased, Status.ENDED),
        (Status.LIVE, ReservationEnded, Status.ENDED),
    }


@pytest.mark.parametrize(
    ("item", "wanted", "promised", "held"),
    [
        (some_stock(on_hand=10), 10, 0, 10),
        (some_stock(on_hand=10), 4, 0, 4),
        (some_stock(on_hand=3, backorder_limit=9), 5, 2, 3),
        (some_stock(on_hand=0, backorder_limit=None), 5, 5, 0),
        (StockItem(id=TEA, on_hand=9, reserved=3, allocated=2), 5, 1, 4),
        (StockItem(id=TEA, on_hand=1, reserved=6), 5, 5, 0),  # oversold: nothing lies free, never less
        (None, 5, 5, 0),
    ],
)
def test_a_claim_holds_what_lies_free_and_promises_the_rest(
    item: StockItem | None, wanted: int, promised: int, held: int
) -> None:
    """Held and promised add up to what was wanted; a stock that nobody keeps has nothing."""
    claimed = reservations.claim(
        MINE, wanted=(units(wanted),), items={} if item is None else {TEA: item}, expires_at=LATER, at=NOON
    )
    assert claimed == (opened(Hold(stock=TEA, promised=promised, held=held)),)


@pytest.mark.parametrize("expires_at", [LATER, None])
def test_a_claim_keeps_one_hold_per_stock_and_its_expiry(expires_at: DateTime | None) -> None:
    """The reservation lives, in the order of the demand, and has a timer only when it expires."""
    claimed = reservations.claim(
        MINE,
        wanted=(units(1, COFFEE), units(2)),
        items={TEA: some_stock(), COFFEE: some_stock(stock=COFFEE)},
        expires_at=expires_at,
        at=NOON,
    )
    holds = (Hold(stock=COFFEE, held=1), Hold(stock=TEA, held=2))
    reservation = RESERVATION.replay(claimed)
    assert reservation == Reservation(id=MINE, status=Status.LIVE, holds=holds, expires_at=expires_at)
    assert RESERVATION.key("due_at", reservation) == expires_at


def claim_of(wanted: tuple[StockUnits, ...]) -> Outcome[ReservationOpened]:
    """Return what came of claiming *wanted* units of an unlimited supply."""
    items = {key: some_stock(stock=key, on_hand=99) for key in (TEA, COFFEE)}
    return given(RESERVATION, opened()).when(
        lambda mine: reservations.claim(mine.id, wanted=wanted, items=items, expires_at=None, at=NOON)
    )


def test_a_claim_of_nothing_is_refused() -> None:
    """A reservation without holds would never end."""
    claim_of(()).then_refused("reservation.empty", id="o-1")


def test_a_claim_names_each_stock_once() -> None:
    """Demand is added up before it is checked: two lines of one pool are one demand."""
    claim_of((units(1), units(1, COFFEE), units(2))).then_refused(
        "value.repeated", field="claim.wanted", key="tea@hangzhou"
    )


CLAIMED = opened(Hold(stock=TEA, promised=2, held=3), Hold(stock=COFFEE, held=1))
PAID = allocated(units(4), units(1, COFFEE))


@pytest.mark.parametrize(
    ("quantity", "promised", "held"), [(1, 2, 2), (3, 2, 0), (4, 1, 0), (5, 0, 0)]
)  # fmt: skip
def test_held_units_are_set_aside_before_promised_ones(quantity: int, promised: int, held: int) -> None:
    """What lies there is used first; other holds stay, and nothing expires any more."""
    given(RESERVATION, CLAIMED).when(reservations.allocate, units=(units(quantity),), at=LATER).then(
        allocated(units(quantity))
    )
    reservation = RESERVATION.replay((CLAIMED, allocated(units(quantity))))
    assert reservation == Reservation(
        id=MINE,
        status=Status.LIVE,
        holds=(Hold(stock=TEA, promised=promised, held=held, allocated=quantity), Hold(stock=COFFEE, held=1)),
        expires_at=None,
    )


def test_shipped_units_stay_counted_while_more_is_set_aside() -> None:
    """A second delivery can be allocated after the first has left."""
    first, second = shipped(units(4)), allocated(units(1))
    reservation = RESERVATION.replay((CLAIMED, PAID, first, second))
    assert reservation.holds == (Hold(stock=TEA, allocated=1, shipped=4), Hold(stock=COFFEE, allocated=1))


def test_a_paid_claim_of_which_nothing_lies_there_expires_no_more() -> None:
    """All of it is still to arrive: nothing is set aside, and the claim stays for as long as it takes."""
    waiting = opened(Hold(stock=TEA, promised=3))
    given(RESERVATION, waiting).when(reservations.allocate, units=(), at=LATER).then(allocated())
    kept = RESERVATION.replay((waiting, allocated()))
    assert kept == Reservation(id=MINE, status=Status.LIVE, holds=(Hold(stock=TEA, promised=3),), expires_at=None)
    given(RESERVATION, waiting, allocated()).when(reservations.allocate, units=(), at=LATER).then_nothing()


@pytest.mark.parametrize("step", [reservations.allocate, reservations.ship])
@pytest.mark.parametrize("status", Status)
def test_a_step_with_no_units_is_nothing(step: Step, status: Status) -> None:
    """In any state, when nothing of it can expire."""
    given(RESERVATION, adopted(Hold(stock=TEA, held=1), status=status)).when(step, units=(), at=LATER).then_nothing()


@pytest.mark.parametrize(
    ("step", "event"), [(reservations.allocate, "ReservationAllocated"), (reservations.ship, "ReservationShipped")]
)
def test_an_ended_reservation_takes_no_step(step: Step, event: str) -> None:
    """Whatever its holds still count."""
    over = adopted(Hold(stock=TEA, held=9, allocated=9), status=Status.ENDED)
    given(RESERVATION, over).when(step, units=(units(1),), at=LATER).then_refused(
        "reservation.illegal_move", machine="reservation", id="o-1", state="ended", event=event
    )


@pytest.mark.parametrize(
    ("step", "wanted", "excess"),
    [
        (reservations.allocate, (units(6),), (units(6),)),
        (reservations.allocate, (units(5), units(2, COFFEE)), (units(2, COFFEE),)),
        (reservations.allocate, (units(6), units(2, COFFEE)), (units(6), units(2, COFFEE))),
        (reservations.allocate, (units(1, StockKey("milk@hangzhou")),), (units(1, StockKey("milk@hangzhou")),)),
        (reservations.ship, (units(1),), (units(1),)),  # claimed, but nothing was set aside
        (reservations.ship, (units(1), units(1, COFFEE)), (units(1), units(1, COFFEE))),
    ],
)
def test_a_step_lists_every_excess(step: Step, wanted: tuple[StockUnits, ...], excess: tuple[StockUnits, ...]) -> None:
    """What the reservation does not have cannot be moved, and nothing else moves either."""
    given(RESERVATION, CLAIMED).when(step, units=wanted, at=LATER).then_refused(
        "reservation.not_held", id="o-1", units=excess
    )


@pytest.mark.parametrize("step", [reservations.allocate, reservations.ship])
def test_a_step_names_each_stock_once(step: Step) -> None:
    """Two entries for one stock could together exceed what is there: they are added up first (`terms.demand`)."""
    full = adopted(Hold(stock=TEA, held=3, allocated=3))
    given(RESERVATION, full).when(step, units=(units(2), units(2)), at=LATER).then_refused(
        "value.repeated", key="tea@hangzhou"
    )


def test_one_more_than_is_set_aside_cannot_leave() -> None:
    """Units that still wait do not count."""
    given(RESERVATION, CLAIMED, PAID).when(reservations.ship, units=(units(5),), at=LATER).then_refused(
        "reservation.not_held", id="o-1", units=(units(5),)
    )


def test_a_reservation_lives_while_anything_is_bound() -> None:
    """All that was set aside has left, and one unit still waits for supply."""
    left = shipped(units(4), units(1, COFFEE))
    given(RESERVATION, CLAIMED, PAID).when(reservations.ship, units=left.units, at=LATER).then(left)
    reservation = RESERVATION.replay((CLAIMED, PAID, left))
    assert reservation.status is Status.LIVE
    assert reservation.holds == (Hold(stock=TEA, promised=1, shipped=4), Hold(stock=COFFEE, shipped=1))
    assert reservations.unshipped(reservation) == 1


def test_a_reservation_ends_with_its_last_unit() -> None:
    """The shipment that leaves nothing bound ends it in the same decision."""
    history = (CLAIMED, allocated(units(5), units(1, COFFEE)), shipped(units(5)))
    last = shipped(units(1, COFFEE))
    given(RESERVATION, *history).when(reservations.ship, units=last.units, at=LATER).then(last, ENDED)
    reservation = RESERVATION.replay((*history, last, ENDED))
    assert reservation.status is Status.ENDED
    assert reservation.holds == (Hold(stock=TEA, shipped=5), Hold(stock=COFFEE, shipped=1))


def test_all_that_has_not_left_is_freed() -> None:
    """Promised, held and allocated units go, what was shipped stays counted, and the timer is gone."""
    live = adopted(Hold(stock=TEA, promised=1, held=2, allocated=3, shipped=4), expires_at=LATER)
    given(RESERVATION, live).when(reservations.release, at=LATER).then(RELEASED)
    assert RESERVATION.replay((live, RELEASED)) == Reservation(
        id=MINE, status=Status.ENDED, holds=(Hold(stock=TEA, shipped=4),), expires_at=None
    )


def test_an_ended_reservation_is_released_already() -> None:
    """A repeat leaves no event."""
    given(RESERVATION, CLAIMED, RELEASED).when(reservations.release, at=LATER).then_nothing()


@pytest.mark.parametrize("status", Status)
def test_an_adopted_reservation_enters_in_the_state_that_its_event_names(status: Status) -> None:
    """A shop that starts in the middle brings its claims as they are."""
    holds = (Hold(stock=TEA, allocated=1, shipped=4),)
    assert RESERVATION.replay((adopted(*holds, status=status),)) == Reservation(
        id=MINE, status=status, holds=holds, expires_at=None
    )


def test_an_ended_reservation_asks_nothing_of_time() -> None:
    """Otherwise it would fall due for ever, since releasing it changes nothing."""
    ended = RESERVATION.replay((adopted(status=Status.ENDED, expires_at=LATER),))
    shipped_out = RESERVATION.replay(
        (adopted(Hold(stock=TEA, allocated=1), expires_at=LATER), shipped(units(1)), ENDED)
    )
    assert RESERVATION.key("due_at", ended) is None
    assert RESERVATION.key("due_at", shipped_out) is None


def test_what_a_reservation_still_binds() -> None:
    """Promised, held and allocated units of all stocks; what left is no longer bound."""
    hold = Hold(stock=TEA, promised=1, held=2, allocated=4, shipped=8)
    assert hold.waiting == 3
    assert reservations.unshipped(RESERVATION.replay((adopted(hold, Hold(stock=COFFEE, held=16)),))) == 23


def test_a_reservation_is_found_by_status_and_stock() -> None:
    """Any of its stocks finds it; its expiry is its timer."""
    reservation = RESERVATION.replay((CLAIMED,))
    assert {name: key(reservation) for name, key in RESERVATION.keys.items()} == {
        "status": "live",
        "stock": (TEA, COFFEE),
    }
    assert RESERVATION.id_of(reservation) == "o-1"
    assert RESERVATION.key("due_at", reservation) == LATER


def test_a_history_begins_with_an_opening_event() -> None:
    """Units that left before they were claimed are a corrupt history."""
    with pytest.raises(CorruptHistory):
        RESERVATION.replay((ENDED,))


# --- in part


HOLDING = adopted(Hold(stock=TEA, promised=2, held=1, allocated=2, shipped=1), Hold(stock=COFFEE, held=3))


def reduced(waiting: tuple[StockUnits, ...], set_aside: tuple[StockUnits, ...]) -> ReservationReduced:
    """Return the event of a claim of which a part is freed."""
    return ReservationReduced(id=MINE, waiting=waiting, allocated=set_aside, at=LATER)


@pytest.mark.parametrize(
    ("quantity", "event", "hold"),
    [
        (1, reduced((units(1),), ()), Hold(stock=TEA, promised=1, held=1, allocated=2, shipped=1)),
        (3, reduced((units(3),), ()), Hold(stock=TEA, allocated=2, shipped=1)),
        (4, reduced((units(3),), (units(1),)), Hold(stock=TEA, allocated=1, shipped=1)),
        (5, reduced((units(3),), (units(2),)), Hold(stock=TEA, shipped=1)),
    ],
)
def test_a_part_is_freed_what_waits_first(quantity: int, event: ReservationReduced, hold: Hold) -> None:
    """The promised units, then the held ones, then those that were set aside; what left stays counted."""
    given(RESERVATION, HOLDING).when(reservations.reduce, units=(units(quantity),), at=LATER).then(event)
    after = RESERVATION.replay((HOLDING, event))
    assert (after.status, after.holds[0]) == (Status.LIVE, hold)


def test_the_claim_ends_with_the_last_unit() -> None:
    """Freeing all that has not left is freeing it; nothing is nothing."""
    all_of_it = (units(5), units(3, COFFEE))
    given(RESERVATION, HOLDING).when(reservations.reduce, units=all_of_it, at=LATER).then(RELEASED)
    given(RESERVATION, HOLDING).when(reservations.reduce, units=(), at=LATER).then_nothing()


def test_no_more_is_freed_than_is_bound() -> None:
    """Every excess is listed; an ended claim binds nothing."""
    wanted = (units(6), units(4, COFFEE))
    given(RESERVATION, HOLDING).when(reservations.reduce, units=wanted, at=LATER).then_refused(
        "reservation.not_held", units=wanted
    )
    given(RESERVATION, adopted(status=Status.ENDED)).when(
        reservations.reduce, units=(units(1),), at=LATER
    ).then_refused("reservation.illegal_move", state="ended")
