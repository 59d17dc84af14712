"""Points: what awaits, what burns, what time takes, what is taken back and owed; and that nothing is ever lost."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ecomops.customers import POINTS, Bucket, PointsAccount, PointsShort, Shortfall, points
from ecomops.customers.points import (
    PointsClawedBack,
    PointsEarned,
    PointsExpired,
    PointsMatured,
    PointsMovedIn,
    PointsMovedOut,
    PointsOpened,
    PointsReturned,
    PointsSpent,
)
from ecomops.kernel import Lot, OutOfRange, balances
from ecomops.kernel.lots import merged
from ecomops.testing import NOON, given
from tests.customers.kit import ONE, ORDER_ID, OTHER, an_account, bucket, day, lot, waiting

Step = Callable[[PointsAccount], Sequence[Any]]


def earn(quantity: int, into: Bucket, at: int = 0) -> Step:
    """Earn points on a day."""
    return lambda account: points.earn(account, order_id=ORDER_ID, quantity=quantity, bucket=into, at=day(at))


def spend(quantity: int, at: int = 0) -> Step:
    """Spend points on a day."""
    return lambda account: points.spend(account, order_id=ORDER_ID, quantity=quantity, at=day(at))


def give_back(*lots: Lot, at: int = 0) -> Step:
    """Give points back on a day."""
    return lambda account: points.give_back(account, order_id=ORDER_ID, lots=lots, at=day(at))


def claw(quantity: int, of: Bucket, at: int = 0, shortfall: Shortfall = Shortfall.DEBT) -> Step:
    """Take points back on a day."""
    return lambda account: points.claw_back(
        account, order_id=ORDER_ID, quantity=quantity, bucket=of, shortfall=shortfall, at=day(at)
    )


def after(account: PointsAccount, *steps: Step) -> PointsAccount:
    """Return *account* after *steps*."""
    for step in steps:
        account = POINTS.fold(account, step(account))
    return account


# --- earning ------------------------------------------------------------------------------------------------------


def test_points_await_or_can_be_spent_at_once() -> None:
    """As their bucket says; those of one bucket are one lot, and nothing earned is nothing happened."""
    at_once, seven = bucket(0, expires=30), bucket(0, matures=7, expires=37)
    account = after(an_account(), earn(5, at_once), earn(3, seven), earn(2, at_once), earn(4, seven), earn(0, at_once))
    assert account.lots == (lot(7, 0, 30),)
    assert account.awaiting == (waiting(7, lot(7, 0, 37)),)
    assert (account.earned, account.available, account.pending) == (14, 7, 7)
    assert account.due_at == day(7)


def test_points_mature_and_expire_at_their_instants() -> None:
    """The instant of maturity counts as available, that of expiry as expired; each is an event of its own instant."""
    account = after(an_account(), earn(5, bucket(0, matures=7, expires=37)))
    assert points.elapse(account, at=day(6)) == ()
    assert points.elapse(account, at=day(7)) == (PointsMatured(id=ONE, quantity=5, repaid=0, at=day(7)),)
    assert points.elapse(account, at=day(99)) == (
        PointsMatured(id=ONE, quantity=5, repaid=0, at=day(7)),
        PointsExpired(id=ONE, quantity=5, at=day(37)),
    )
    assert [points.as_of(account, at=day(n)).available for n in (6, 7, 36, 37)] == [0, 5, 5, 0]
    assert points.as_of(account, at=day(37)).expired == 5


def test_points_that_mature_after_their_end_expire_with_it() -> None:
    """A lot taken over with an odd pair of instants never lives."""
    account = an_account(awaiting=(waiting(7, lot(5, 0, 3)),))
    assert points.elapse(account, at=day(7)) == (
        PointsMatured(id=ONE, quantity=5, repaid=0, at=day(7)),
        PointsExpired(id=ONE, quantity=5, at=day(7)),
    )


# --- spending -----------------------------------------------------------------------------------------------------


def test_what_ends_first_is_spent_first() -> None:
    """No expiry last, then the earliest opening; the event names the lots."""
    account = an_account(lot(5), lot(5, 1, 9), lot(5, 0, 9), lot(5, 0, 20))
    (event,) = spend(17)(account)
    assert event == PointsSpent(
        id=ONE, order_id=ORDER_ID, lots=(lot(5, 0, 9), lot(5, 1, 9), lot(5, 0, 20), lot(2)), at=NOON
    )
    assert POINTS.fold(account, (event,)).lots == (lot(3),)


def test_no_more_is_spent_than_is_available_then() -> None:
    """What has expired by then, or awaits, is not there; what has matured is, and the refusal has the numbers."""
    account = an_account(lot(5, 0, 3), lot(5, 0, 9), awaiting=(waiting(7, lot(5)),))
    given(POINTS, *points.adopt(ONE, lots=account.lots, awaiting=account.awaiting, at=NOON)).when(
        points.spend, order_id=ORDER_ID, quantity=6, at=day(3)
    ).then_refused("points.short", id="c-1", wanted=6, available=5)
    assert after(account, spend(10, at=7)).available == 0
    assert [event.code for event in spend(10, at=7)(account)] == ["points.expired", "points.matured", "points.spent"]
    assert spend(0)(account) == ()
    with pytest.raises(OutOfRange):
        spend(-1)(account)


# --- giving back --------------------------------------------------------------------------------------------------


def test_used_points_come_back_with_their_old_expiry() -> None:
    """What has expired since is lost, and counts as expired."""
    account = after(an_account(lot(5, 0, 3), lot(5, 0, 9)), spend(8))
    (event,) = give_back(lot(5, 0, 3), lot(3, 0, 9), at=4)(account)
    assert event == PointsReturned(id=ONE, order_id=ORDER_ID, lots=(lot(3, 0, 9),), expired=5, repaid=0, at=day(4))
    back = POINTS.fold(account, (event,))
    assert (back.lots, back.spent, back.expired) == ((lot(5, 0, 9),), 0, 5)
    assert give_back()(account) == ()


# --- taking back --------------------------------------------------------------------------------------------------

MINE = bucket(1, expires=20)
MINE_AWAITING = bucket(1, matures=8, expires=20)

CLAWED: list[tuple[PointsAccount, Bucket, int, int, tuple[Lot, ...], int]] = [
    # account, bucket of the order, how many: what is taken from awaiting, from which lots, and what is owed
    (an_account(awaiting=(waiting(8, lot(9, 1, 20)),)), MINE_AWAITING, 5, 5, (), 0),
    (an_account(lot(9), awaiting=(waiting(8, lot(3, 1, 20)),)), MINE_AWAITING, 5, 3, (lot(2),), 0),
    (an_account(awaiting=(waiting(9, lot(9, 1, 20)),)), MINE_AWAITING, 5, 0, (), 5),
    (an_account(awaiting=(waiting(8, lot(9, 2, 20)),)), MINE_AWAITING, 5, 0, (), 5),
    (an_account(lot(9, 0, 5), lot(9, 1, 20)), MINE, 5, 0, (lot(5, 1, 20),), 0),
    (an_account(lot(9, 0, 5), lot(3, 1, 20), lot(4)), MINE, 5, 0, (lot(2, 0, 5), lot(3, 1, 20)), 0),
    (an_account(lot(1, 0, 5), lot(1, 1, 20), lot(1)), MINE, 5, 0, (lot(1, 0, 5), lot(1, 1, 20), lot(1)), 2),
    (an_account(), MINE, 5, 0, (), 5),
]


@pytest.mark.parametrize(("account", "own", "quantity", "awaiting", "lots", "debt"), CLAWED)
def test_points_are_taken_back_in_one_order(  # noqa: PLR0917 - a row of the table
    account: PointsAccount, own: Bucket, quantity: int, awaiting: int, lots: tuple[Lot, ...], debt: int
) -> None:
    """From what of the order awaits, then from its own lot, then in burning order, and the rest is owed."""
    (event,) = claw(quantity, own)(account)
    assert isinstance(event, PointsClawedBack)
    taken = sum(each.lot.quantity for each in event.awaiting)
    assert (taken, event.lots, event.debt, event.waived) == (awaiting, lots, debt, 0)
    (clamped,) = claw(quantity, own, shortfall=Shortfall.CLAMP)(account)
    assert (clamped.lots, clamped.debt, clamped.waived) == (lots, 0, debt)
    assert POINTS.fold(account, (event,)).debt == debt
    assert POINTS.fold(account, (clamped,)).debt == 0


def test_what_comes_pays_what_is_owed_first() -> None:
    """Points earned, matured or given back; only what is left can be spent."""
    owing = an_account(debt=8)
    assert after(owing, earn(5, bucket())).debt == 3
    assert after(owing, earn(9, bucket())).lots == (lot(1),)
    assert after(owing, give_back(lot(9, 0, 9))).lots == (lot(1, 0, 9),)
    matured = points.as_of(after(owing, earn(9, bucket(0, matures=7))), at=day(7))
    assert (matured.debt, matured.lots) == (0, (lot(1),))
    assert [event.repaid for event in earn(5, bucket())(owing)] == [5]
    assert [event.repaid for event in earn(5, bucket(0, matures=7))(owing)] == [0]


def test_what_awaits_pays_nothing_yet() -> None:
    """A debt and points that await stand side by side until these mature."""
    account = after(an_account(debt=8), earn(9, bucket(0, matures=7)))
    assert (account.debt, account.pending, account.available) == (8, 9, 0)


def test_taking_back_nothing_is_only_time() -> None:
    """A negative quantity is no quantity."""
    account = an_account(lot(5, 0, 3))
    assert claw(0, MINE, at=1)(account) == ()
    assert [event.code for event in claw(0, MINE, at=3)(account)] == ["points.expired"]
    with pytest.raises(OutOfRange):
        claw(-1, MINE)(account)


# --- moving -------------------------------------------------------------------------------------------------------


def test_points_move_with_their_debts() -> None:
    """All of them, with their expiry; what is owed on either side is paid from what can be spent."""
    giver = an_account(lot(5, 0, 9), awaiting=(waiting(7, lot(2)),), id=OTHER)
    taker = an_account(debt=3)
    out, comes = points.move(giver, into=taker, at=day(1))
    assert out == (PointsMovedOut(id=OTHER, into=ONE, awaiting=2, available=5, debt=0, at=day(1)),)
    assert [event.code for event in comes] == ["points.moved_in"]
    left, joined = POINTS.fold(giver, out), POINTS.fold(taker, comes)
    assert (left.pending, left.available, left.debt, left.moved) == (0, 0, 0, 7)
    assert (joined.lots, joined.awaiting, joined.debt, joined.moved) == (
        (lot(2, 0, 9),),
        (waiting(7, lot(2)),),
        0,
        -7,
    )


def test_a_debt_moves_too() -> None:
    """It is paid from what the other account can spend, as far as that goes."""
    _, comes = points.move(an_account(debt=8, id=OTHER), into=an_account(lot(5)), at=NOON)
    joined = POINTS.fold(an_account(lot(5)), comes)
    assert (joined.available, joined.debt, joined.moved) == (0, 3, 8)
    assert isinstance(comes[0], PointsMovedIn)
    assert comes[0].repaid == 5


def test_an_empty_account_moves_nothing() -> None:
    """But time passes for both of them."""
    assert points.move(an_account(id=OTHER), into=an_account(lot(5)), at=NOON) == ((), ())
    out, comes = points.move(an_account(lot(1, 0, 1), id=OTHER), into=an_account(lot(5, 0, 1)), at=day(1))
    assert [event.code for event in (*out, *comes)] == ["points.expired", "points.expired"]


# --- laws ---------------------------------------------------------------------------------------------------------

DAYS = st.integers(0, 12)
QUANTITIES = st.integers(1, 20)
BUCKETS = st.builds(
    bucket, st.integers(0, 2), matures=st.none() | st.integers(0, 8), expires=st.none() | st.integers(1, 10)
)
LOTS = st.builds(lot, QUANTITIES, st.integers(0, 2), st.none() | st.integers(0, 10))


def moving_in(other: PointsAccount, at: int) -> Step:
    """Take another account in."""
    return lambda account: points.move(other, into=account, at=day(at))[1]


def owing_in(owed: int, at: int) -> Step:
    """Take an account in that owes."""
    return moving_in(an_account(debt=owed, id=OTHER), at)


def time_passes(at: int) -> Step:
    """Let time pass."""
    return lambda account: points.elapse(account, at=day(at))


def moving_out(at: int) -> Step:
    """Move everything to another account."""
    return lambda account: points.move(account, into=an_account(id=OTHER), at=day(at))[0]


def spent_and_returned(quantity: int, back: int, at: int) -> Step:
    """Spend as much of *quantity* as there is, and give a part of it back."""

    def step(account: PointsAccount) -> Sequence[Any]:
        now = points.as_of(account, at=day(at))
        events = spend(min(quantity, now.available), at)(account)
        lots = tuple(one for event in events if isinstance(event, PointsSpent) for one in event.lots)
        return *events, *give_back(*lots[:back], at=at + 3)(POINTS.fold(account, events))

    return step


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(earn, QUANTITIES, BUCKETS, DAYS),
    st.builds(spend, QUANTITIES, DAYS),
    st.builds(claw, QUANTITIES, BUCKETS, DAYS, st.sampled_from(list(Shortfall))),
    st.builds(moving_in, st.builds(an_account, LOTS, LOTS), DAYS),
    st.builds(owing_in, QUANTITIES, DAYS),
    st.builds(time_passes, DAYS),
    st.builds(moving_out, DAYS),
    st.builds(spent_and_returned, QUANTITIES, st.integers(0, 2), DAYS),
)
HISTORIES = st.lists(STEPS, max_size=10)


def lived(steps: Sequence[Step]) -> list[Any]:
    """Return all that happened to an account by *steps*; those that are refused come to nothing."""
    events: list[Any] = [PointsOpened(id=ONE, at=NOON)]
    account = POINTS.replay(events)
    for step in steps:
        try:
            more = step(account)
        except PointsShort:
            continue
        events += more
        account = POINTS.fold(account, more)
    return events


@for_all(HISTORIES)
def test_what_was_earned_is_somewhere(steps: Sequence[Step]) -> None:
    """Earned is awaiting, available, spent, expired, taken back and moved, less what is owed; at every moment."""
    events = lived(steps)
    for end in range(1, len(events) + 1):
        account = POINTS.replay(events[:end])
        gone = account.spent + account.expired + account.clawed_back + account.moved
        assert account.earned == account.pending + account.available + gone - account.debt
        assert not (account.debt and account.lots)
        assert account.lots == merged(account.lots)


@pytest.mark.parametrize(("came", "owed"), [((5, 2), 0), ((5, 2), 3), ((), 4), ((), 0)])
def test_the_journal_tells_what_was_taken_over(came: tuple[int, ...], owed: int) -> None:
    """What came is earned, waits, pays what is owed first, or can be spent; nothing is no entry."""
    lots, awaiting = tuple(lot(each) for each in came), tuple(waiting(3, lot(9)) for _ in came[1:])
    events = points.adopt(ONE, lots=lots, awaiting=awaiting, debt=owed, at=NOON)
    account = POINTS.replay(events)
    sums = {
        "available": account.available,
        "awaiting": account.pending,
        "clawed_back": account.clawed_back,
        "debt": -account.debt,
        "earned": -account.earned,
    }
    told = balances(entry for event in events for entry in points.postings(event))
    assert told == {(name, None): each for name, each in sums.items() if each}


@for_all(HISTORIES)
def test_the_journal_tells_the_account(steps: Sequence[Step]) -> None:
    """Each event is one balanced entry, and the balances are the sums of the account."""
    events = lived(steps)
    account = POINTS.replay(events)
    told = balances(entry for event in events for entry in points.postings(event))
    sums = {
        "awaiting": account.pending,
        "available": account.available,
        "spent": account.spent,
        "expired": account.expired,
        "clawed_back": account.clawed_back,
        "moved": account.moved,
        "earned": -account.earned,
        "debt": -account.debt,
    }
    assert told == {(name, None): sums[name] for name in sorted(sums) if sums[name]}


@for_all(HISTORIES, DAYS, DAYS)
def test_time_passes_as_well_in_steps(steps: Sequence[Step], one: int, other: int) -> None:
    """As of an instant and then as of another is as of the later of them, by the same events."""
    account = POINTS.replay(lived(steps))
    first = points.elapse(account, at=day(one))
    then = points.elapse(POINTS.fold(account, first), at=day(other))
    last = day(max(one, other))
    assert (*first, *then) == points.elapse(account, at=last)
    assert points.as_of(points.as_of(account, at=day(one)), at=day(other)) == points.as_of(account, at=last)


@for_all(HISTORIES, DAYS)
def test_time_done_is_not_due(steps: Sequence[Step], at: int) -> None:
    """After time has passed, its deadline lies later, or there is none."""
    account = points.as_of(POINTS.replay(lived(steps)), at=day(at))
    assert account.due_at is None or account.due_at > day(at)
    assert points.elapse(account, at=day(at)) == ()


@for_all(HISTORIES)
def test_events_of_time_stand_at_their_instants_in_order(steps: Sequence[Step]) -> None:
    """Each names when it happened, none twice, and nothing of it is nothing."""
    happened = points.elapse(POINTS.replay(lived(steps)), at=day(99))
    moments = [(event.at, type(event) is PointsExpired) for event in happened]
    assert moments == sorted(set(moments))


@for_all(st.lists(st.tuples(QUANTITIES, BUCKETS), max_size=8), st.randoms(use_true_random=False))
def test_points_of_one_instant_need_no_order(earned: list[tuple[int, Bucket]], random: Random) -> None:
    """Whatever is earned before anything else happens, in any order, leaves one account."""
    shuffled = list(earned)
    random.shuffle(shuffled)
    one, other = (after(an_account(), *(earn(*each) for each in every)) for every in (earned, shuffled))
    assert one == other


def test_an_account_begins_empty_or_as_it_was() -> None:
    """An opening balance counts as earned, and a debt as taken back; its lots pay the debt as far as they go."""
    assert POINTS.replay(points.open_points(ONE, at=NOON)) == PointsAccount(id=ONE)
    account = an_account(lot(5, 1, 9), lot(5), awaiting=(waiting(7, lot(2)),), debt=7)
    assert (account.lots, account.debt, account.earned, account.clawed_back) == ((lot(3),), 0, 12, 7)


def test_accounts_are_found_by_their_deadline() -> None:
    """The next maturity or expiry, whichever comes first; an account without either has none."""
    assert POINTS.key("due_at", an_account(lot(5))) is None
    assert POINTS.key("due_at", an_account(lot(5, 0, 9), awaiting=(waiting(7, lot(2)),))) == day(7)
    assert POINTS.key("due_at", an_account(lot(5, 0, 5), awaiting=(waiting(7, lot(2)),))) == day(5)
    assert POINTS.id_of(an_account()) == "c-1"


def test_ten_thousand_entries_stay_a_few_lots() -> None:
    """An account holds a lot for each bucket, however many orders fall into it."""
    account = POINTS.replay(points.open_points(ONE, at=NOON))
    for number in range(10_000):
        (event,) = earn(1, bucket(number % 5, expires=30 + number % 5))(account)
        assert isinstance(event, PointsEarned)
        account = POINTS.fold(account, (event,))
    assert [each.quantity for each in account.lots] == [2_000] * 5
