"""Every noun of which time asks something has a timer: listed kind by kind, carried out by one use case, once."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.codec import NOUNS
from ecomops.kernel import Command, ask
from ecomops.kernel.errors import WrongKind
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER
from ecomops.testing import NOON, a_checkout, a_line, a_placement
from ecomops.workflows.bargaining import BargainDue, BargainStands
from ecomops.workflows.campaigning import CampaignDue, CampaignStands
from ecomops.workflows.clock import CLOCK, due_id
from ecomops.workflows.couponing import CouponDue, CouponStanding
from ecomops.workflows.deadlines import Elapsed, OrderDue, ReservationDue
from ecomops.workflows.flashorders import FlashHoldDue, FlashHoldStands
from ecomops.workflows.flashsales import FlashSaleDue, FlashSaleStands
from ecomops.workflows.listing import ListingDue, ListingSwitched
from ecomops.workflows.membership import PointsDue, PointsElapsed
from ecomops.workflows.returns import CaseDue, CaseMoved
from ecomops.workflows.timers import TIMERS, DueCommand, DueCursor, DuePage, Timer, command_due, due, pass_time
from tests.workflows.aftercare import AGREED
from tests.workflows.bargains import a_start
from tests.workflows.catalogue import PLANNED
from tests.workflows.flashing import a_buy, a_session
from tests.workflows.people import EARNED
from tests.workflows.sales import SCHEDULED
from tests.workflows.shop import Drive, a_shop, all_due, codes, do, dump, values
from tests.workflows.vouchers import ISSUED

IN_A_YEAR = NOON.add(years=1)
UNPAID: tuple[Command, ...] = tuple(
    a_placement(a_checkout(a_line(), order_id=f"o-{n}"), id=f"c-unpaid-{n}") for n in (7, 8, 9)
)
BY_KIND: dict[str, tuple[type[DueCommand], type]] = {
    "order": (OrderDue, Elapsed),
    "reservation": (ReservationDue, Elapsed),
    "aftersale": (CaseDue, CaseMoved),
    "coupon": (CouponDue, CouponStanding),
    "points": (PointsDue, PointsElapsed),
    "listing": (ListingDue, ListingSwitched),
    "campaign": (CampaignDue, CampaignStands),
    "flash_hold": (FlashHoldDue, FlashHoldStands),
    "flash_session": (FlashSaleDue, FlashSaleStands),
    "bargain": (BargainDue, BargainStands),
}
"""The command and the answer of each kind."""


def a_full_store() -> MemoryStore:
    """Return a store that holds something of every kind of which time will ask."""
    store = a_shop()
    do(store, *AGREED, *ISSUED, *EARNED, *PLANNED, *SCHEDULED, a_session(), a_buy(order_id="o-f"), a_start(), *UNPAID)
    return store


def waiting(store: MemoryStore, timer: Timer) -> list[DueCommand]:
    """Return all that time asks of one kind within a year, by looking at every row."""
    found = (command_due(value, at=IN_A_YEAR) for value in values(store, timer.noun))
    return sorted((each for each in found if each is not None), key=lambda each: (each.at, each.id))


def test_every_noun_with_a_deadline_has_a_timer() -> None:
    """The library's nouns that fall due are those of the timers, each once, and each is in the table here."""
    falling_due = {noun.kind for noun in NOUNS if noun.due_at is not None}
    kinds = [timer.noun.kind for timer in TIMERS]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == falling_due == set(BY_KIND)


@pytest.mark.parametrize("timer", TIMERS, ids=lambda timer: timer.noun.kind)
def test_a_deadline_of_any_kind_falls_due_at_its_instant(timer: Timer) -> None:
    """A microsecond before nothing is asked; from then on one command, by the clock, named by kind, id, instant."""
    value, *_ = (each for each in values(a_full_store(), timer.noun) if timer.noun.key("due_at", each) is not None)
    deadline = timer.noun.due_at and timer.noun.due_at(value)
    assert deadline is not None
    assert command_due(value, at=deadline.subtract(microseconds=1)) is None
    command, later = command_due(value, at=deadline), command_due(value, at=IN_A_YEAR)
    assert command is not None
    assert command == later
    assert (type(command), command.by, command.at) == (BY_KIND[timer.noun.kind][0], CLOCK, deadline)
    assert command.id == due_id(timer.noun.kind, timer.noun.id_of(value), deadline)


def test_one_use_case_does_what_time_asks_of_any_kind(drive: Drive) -> None:
    """It dispatches by the command; a second worker gets the recorded answer and changes nothing."""
    store, kinds = a_full_store(), list[str]()
    for timer in TIMERS:
        asked = waiting(store, timer)
        if not asked:  # an order that was called off has freed its reservation
            continue
        kinds.append(timer.noun.kind)
        for command in asked:
            answer = drive(pass_time, command, store)
            assert isinstance(answer, BY_KIND[timer.noun.kind][1])
            told = dump(store)
            assert drive(pass_time, command, store) == answer
            assert dump(store) == told
    assert kinds == [kind for kind in BY_KIND if kind != "reservation"]
    happened = {
        "order.cancelled",
        "aftersale.withdrawn",
        "coupon.expired",
        "points.matured",
        "listing.turned_on",
        "campaign.started",
    }
    assert happened <= set(codes(store))


@given(st.integers(1, 4))
def test_pages_go_kind_by_kind(limit: int) -> None:
    """However small the pages, all kinds are visited in the order of the timers, each by deadline; none holds two."""
    store = a_full_store()
    pages = list(all_due(store, IN_A_YEAR, limit=limit))
    assert all(len(page) <= limit and len({type(each) for each in page}) <= 1 for page in pages)
    assert [each for page in pages for each in page] == [each for timer in TIMERS for each in waiting(store, timer)]


@given(st.lists(st.sampled_from(TIMERS), unique=True))
def test_a_host_asks_the_kinds_that_it_keeps(timers: list[Timer]) -> None:
    """Only those, in the order that it says; of no kind nothing is asked."""
    store, after, found = a_full_store(), None, list[DueCommand]()
    while True:
        page = ask(partial(due, at=IN_A_YEAR, limit=2, after=after, timers=tuple(timers)), store.unit)
        found.extend(page.commands)
        if page.next is None:
            break
        after = page.next
    assert found == [each for timer in timers for each in waiting(store, timer)]


def test_a_cursor_of_a_kind_that_is_not_asked_is_refused() -> None:
    """A page goes on where the one before ended, and a host that has taken the kind away since hears of it."""
    store = a_full_store()
    elsewhere = partial(due, at=IN_A_YEAR, after=DueCursor(kind="listing", cursor=None), timers=TIMERS[:2])
    with pytest.raises(WrongKind, match=r"due\.after must be a cursor among order, reservation"):
        ask(elsewhere, store.unit)
    assert ask(partial(due, at=NOON, timers=()), store.unit) == DuePage(commands=(), next=None)


def test_a_page_of_the_next_kind_is_read_when_this_one_is_done() -> None:
    """What the orders of a page take along is not listed again: the reservations of the cancelled ones are free."""
    store = a_full_store()
    seen: list[type] = []
    for page in all_due(store, NOON.add(minutes=59), limit=1):
        do(store, *page)
        seen.extend(type(each) for each in page)
    assert seen == [OrderDue] * 3
    assert [each.status for each in values(store, ORDER) if each.id not in {"o-1", "o-f"}] == ["cancelled"] * 3
