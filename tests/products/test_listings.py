"""The listing of a product on a channel: on and off, why, what is planned, and what time does."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume
from hypothesis import given as drawn
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.products import LISTING, Listing, OffReason, listing_id, listings
from ecomops.products.listings import (
    LIFECYCLE,
    Event,
    ListingAdopted,
    ListingBarLifted,
    ListingBarred,
    ListingClosed,
    ListingOpened,
    ListingPlanned,
    ListingTurnedOff,
    ListingTurnedOn,
    Status,
    Switch,
)
from ecomops.terms import ChannelId, Sku
from ecomops.testing import NOON, given

TEA, TMALL = Sku("tea"), ChannelId("tmall")
ID = listing_id(TEA, TMALL)


def hour(n: int) -> DateTime:
    """Return the instant *n* hours after noon."""
    return NOON.add(hours=n)


OPENED = ListingOpened(id=ID, sku=TEA, channel=TMALL, at=NOON)
ON = ListingTurnedOn(id=ID, planned=False, at=NOON)
OFF = ListingTurnedOff(id=ID, reason=OffReason.TAKEN_OFF, planned=False, at=NOON)
BARRED = ListingBarred(id=ID, rule="fake goods", at=NOON)
LIFTED = ListingBarLifted(id=ID, at=NOON)
CLOSED = ListingClosed(id=ID, at=NOON)


def planned(on: int | None, off: int | None) -> ListingPlanned:
    """Return the event that plans the switches for these hours."""
    return ListingPlanned(
        id=ID, on_at=None if on is None else hour(on), off_at=None if off is None else hour(off), at=NOON
    )


def on_plan(n: int) -> ListingTurnedOn:
    """Return the planned switch on."""
    return ListingTurnedOn(id=ID, planned=True, at=hour(n))


def off_plan(n: int) -> ListingTurnedOff:
    """Return the planned switch off."""
    return ListingTurnedOff(id=ID, reason=OffReason.SCHEDULED, planned=True, at=hour(n))


HISTORIES: dict[Status, tuple[Event, ...]] = {
    Status.OFF: (OPENED,),
    Status.ON: (OPENED, ON),
    Status.BARRED: (OPENED, ON, BARRED),
    Status.CLOSED: (OPENED, CLOSED),
}


def test_each_pair_has_one_listing() -> None:
    """Whatever a SKU and a channel are called."""
    assert listing_id(Sku("a@b"), ChannelId("c")) != listing_id(Sku("a"), ChannelId("b@c"))
    assert listings.open_listing(TEA, TMALL, at=NOON) == (OPENED,)
    assert LISTING.replay((OPENED,)) == Listing(
        id=ID, sku=TEA, channel=TMALL, status=Status.OFF, reason=OffReason.NEVER_LISTED, on_at=None, off_at=None
    )


Decision = Callable[[Listing], tuple[Event, ...]]
DECISIONS: dict[str, Decision] = {
    "on": lambda listing: listings.turn_on(listing, at=NOON),
    "off": lambda listing: listings.turn_off(listing, at=NOON),
    "bar": lambda listing: listings.bar(listing, rule="fake goods", at=NOON),
    "lift": lambda listing: listings.lift_bar(listing, at=NOON),
    "close": lambda listing: listings.close(listing, at=NOON),
    "plan": lambda listing: listings.plan(listing, on_at=hour(1), off_at=None, at=NOON),
}
ANSWERS: dict[str, dict[Status, tuple[Event, ...] | None]] = {
    # None is refused by the table
    "on": {Status.OFF: (ON,), Status.ON: (), Status.BARRED: None, Status.CLOSED: None},
    "off": {Status.OFF: (OFF,), Status.ON: (OFF,), Status.BARRED: None, Status.CLOSED: None},
    "bar": {Status.OFF: (BARRED,), Status.ON: (BARRED,), Status.BARRED: (), Status.CLOSED: None},
    "lift": {Status.OFF: None, Status.ON: None, Status.BARRED: (LIFTED,), Status.CLOSED: None},
    "close": {Status.OFF: (CLOSED,), Status.ON: (CLOSED,), Status.BARRED: (CLOSED,), Status.CLOSED: ()},
    "plan": {Status.OFF: (planned(1, None),), Status.ON: (planned(1, None),), Status.BARRED: None, Status.CLOSED: None},
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_answers_in_every_state(name: str, status: Status) -> None:
    """What the table allows happens, a repeat does nothing, and the rest is refused with the state."""
    outcome = given(LISTING, *HISTORIES[status]).when(DECISIONS[name])
    expected = ANSWERS[name][status]
    if expected is None:
        outcome.then_refused("listing.illegal_move", id=ID, state=status.value)
    else:
        outcome.then(*expected)


@pytest.mark.parametrize(
    ("events", "status", "reason"),
    [
        ((ON,), Status.ON, None),
        ((ON, OFF), Status.OFF, OffReason.TAKEN_OFF),
        ((ON, off_plan(1)), Status.OFF, OffReason.SCHEDULED),
        ((BARRED,), Status.BARRED, OffReason.RULE_BROKEN),
        ((BARRED, LIFTED), Status.OFF, OffReason.BAR_LIFTED),
        ((ON, CLOSED), Status.CLOSED, OffReason.RETIRED),
    ],
)
def test_off_has_a_reason(events: tuple[Event, ...], status: Status, reason: OffReason | None) -> None:
    """A channel's bar is another thing than the shop's own wish; a listed product has no reason."""
    listing = LISTING.replay((OPENED, *events))
    assert (listing.status, listing.reason) == (status, reason)


def test_the_reason_of_an_unlisted_product_can_change() -> None:
    """Sold out, and then taken off for good measure; the same reason again is nothing."""
    listing = given(LISTING, OPENED, OFF)
    listing.when(listings.turn_off, at=NOON).then_nothing()
    listing.when(listings.turn_off, reason=OffReason.SOLD_OUT, at=NOON).then(
        ListingTurnedOff(id=ID, reason=OffReason.SOLD_OUT, planned=False, at=NOON)
    )


@pytest.mark.parametrize("ends", [(BARRED,), (CLOSED,), (BARRED, LIFTED)])
def test_a_bar_and_an_end_drop_what_is_planned(ends: tuple[Event, ...]) -> None:
    """Nothing switches a product on behind the channel's back."""
    listing = LISTING.replay((OPENED, planned(1, 2), *ends))
    assert (listing.on_at, listing.off_at, listings.due_at(listing)) == (None, None, None)


@pytest.mark.parametrize(
    ("on", "off", "refused"),
    [
        *((1, 2, False), (2, 1, False), (1, None, False), (None, 1, False), (None, None, False)),
        *((1, 1, True), (0, 1, True), (None, 0, True), (-1, None, True)),
    ],
)
def test_what_is_planned_lies_ahead(on: int | None, off: int | None, *, refused: bool) -> None:
    """Two different instants in either order, both later than now."""
    wish = planned(on, off)
    outcome = given(LISTING, OPENED, planned(7, 8)).when(listings.plan, on_at=wish.on_at, off_at=wish.off_at, at=NOON)
    if refused:
        outcome.then_refused("listing.bad_schedule", id=ID, at=NOON)
    else:
        outcome.then(wish)
        assert listings.due_at(LISTING.replay((OPENED, wish))) == min(
            (each for each in (wish.on_at, wish.off_at) if each), default=None
        )


def test_the_same_plan_again_is_nothing() -> None:
    """A repeat leaves no event, even once half of it has happened."""
    listing = given(LISTING, OPENED, planned(1, 9))
    listing.when(listings.plan, on_at=hour(1), off_at=hour(9), at=NOON).then_nothing()
    listing.when(listings.plan, on_at=None, off_at=hour(9), at=hour(1)).then(on_plan(1))


@pytest.mark.parametrize(
    ("on", "off", "at", "events"),
    [
        (1, 3, 0, ()),
        (1, 3, 1, (on_plan(1),)),
        (1, 3, 2, (on_plan(1),)),
        (1, 3, 3, (on_plan(1), off_plan(3))),
        (3, 1, 9, (off_plan(1), on_plan(3))),
        (None, 3, 3, (off_plan(3),)),
        (None, None, 9, ()),
    ],
)
@pytest.mark.parametrize("status", [Status.OFF, Status.ON])
def test_time_switches_at_its_own_instants(
    status: Status, on: int | None, off: int | None, at: int, events: tuple[Switch, ...]
) -> None:
    """However late somebody looks: each switch is told with the instant for which it was planned."""
    given(LISTING, *HISTORIES[status], planned(on, off)).when(listings.elapse, at=hour(at)).then(*events)


def test_a_decision_sees_the_listing_as_of_its_instant() -> None:
    """What was planned has happened before anybody decides, whether or not it was recorded."""
    listing = given(LISTING, OPENED, planned(1, 3))
    listing.when(listings.turn_on, at=hour(2)).then(on_plan(1))
    listing.when(listings.turn_off, at=hour(2)).then(
        on_plan(1), ListingTurnedOff(id=ID, reason=OffReason.TAKEN_OFF, planned=False, at=hour(2))
    )
    listing.when(listings.turn_on, at=hour(4)).then(
        on_plan(1), off_plan(3), ListingTurnedOn(id=ID, planned=False, at=hour(4))
    )
    listing.when(listings.bar, rule="x", at=hour(2)).then(on_plan(1), ListingBarred(id=ID, rule="x", at=hour(2)))
    listing.when(listings.close, at=hour(2)).then(on_plan(1), ListingClosed(id=ID, at=hour(2)))
    listing.when(listings.plan, on_at=hour(5), off_at=None, at=hour(4)).then(
        on_plan(1), off_plan(3), ListingPlanned(id=ID, on_at=hour(5), off_at=None, at=hour(4))
    )


def test_switching_by_hand_keeps_what_is_planned() -> None:
    """Taken off for an hour, the product still comes on and goes off as planned."""
    listing = LISTING.replay((OPENED, planned(2, 5), ON, OFF))
    assert (listing.on_at, listing.off_at) == (hour(2), hour(5))


hours = st.none() | st.integers(-3, 12)
instants = st.integers(-5, 14)


def a_listing(status: Status, on: int | None, off: int | None) -> Listing:
    """Return a listing in any state, with switches planned for these hours."""
    return Listing(
        id=ID,
        sku=TEA,
        channel=TMALL,
        status=status,
        reason=None,
        on_at=None if on is None else hour(on),
        off_at=None if off is None else hour(off),
    )


some_listings = st.builds(a_listing, st.sampled_from(Status), hours, hours)


@drawn(listing=some_listings, first=instants, second=instants)
def test_looking_twice_is_looking_once(listing: Listing, first: int, second: int) -> None:
    """As of one instant and then of a later one is as of the later one."""
    assume(first <= second)
    once = listings.as_of(listing, at=hour(second))
    assert listings.as_of(listings.as_of(listing, at=hour(first)), at=hour(second)) == once
    assert listings.as_of(once, at=hour(second)) == once


@drawn(listing=some_listings, at=instants)
def test_what_time_asks_for_moves_the_deadline_away(listing: Listing, at: int) -> None:
    """After the planned switches were recorded, nothing that is due is left."""
    due = listings.due_at(listing)
    events = listings.elapse(listing, at=hour(at))
    assert bool(events) is (due is not None and due <= hour(at))
    after = listings.due_at(LISTING.fold(listing, events))
    assert after is None or after > hour(at)
    assert LISTING.due_at is listings.due_at


@drawn(listing=some_listings, status=st.sampled_from([Status.BARRED, Status.CLOSED]))
def test_barred_and_closed_listings_wait_for_nothing(listing: Listing, status: Status) -> None:
    """Whatever another system had planned for them."""
    over = evolve(listing, status=status)
    assert listings.due_at(over) is None
    assert listings.elapse(over, at=hour(99)) == ()


@pytest.mark.parametrize("status", Status)
def test_adopted_listings_enter_as_they_stand(status: Status) -> None:
    """With their reason and what is planned for them."""
    words: dict[str, Any] = {"id": ID, "sku": TEA, "channel": TMALL, "status": status, "reason": OffReason.SOLD_OUT}
    adopted = ListingAdopted(on_at=hour(1), off_at=hour(2), at=NOON, **words)
    assert LISTING.replay((adopted,)) == Listing(on_at=hour(1), off_at=hour(2), **words)


def test_listings_are_found_by_status_sku_and_channel() -> None:
    """All that is listed on a channel is a query."""
    listing = LISTING.replay((OPENED, ON))
    assert {name: key(listing) for name, key in LISTING.keys.items()} == {
        "status": "on",
        "sku": TEA,
        "channel": TMALL,
    }
    assert LISTING.id_of(listing) == "tea@tmall"
    assert [status for status in Status if LIFECYCLE.is_final(status)] == [Status.CLOSED]
