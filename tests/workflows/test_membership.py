"""Points in use: earned once for an order, spent once, given back, taken back, moved by time, of whoever goes on."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve

from ecomops.customers import POINTS, POINTS_AWARD, POINTS_SPENDING, Shortfall, Status, points
from ecomops.customers.awards import PointsAwardAdopted
from ecomops.kernel import Command, DomainError, balances, run
from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId, OrderId
from ecomops.testing import NOON
from ecomops.workflows.membership import (
    ClawBackNeeds,
    EarnNeeds,
    PointsBack,
    PointsClawed,
    PointsCredited,
    PointsElapsed,
    PointsPaid,
    ReturnNeeds,
    SpendNeeds,
    claw_back_points,
    earn_points,
    plan_claw_back_points,
    plan_earn_points,
    plan_points_due,
    plan_return_points,
    plan_spend_points,
    points_due,
)
from tests.customers.kit import POLICY, an_account, day, lot
from tests.customers.test_customer import a_customer
from tests.workflows.people import (
    PEOPLE_WORKS,
    a_claw_back,
    a_deactivation,
    a_deadline,
    a_meeting,
    a_merger,
    a_return,
    a_spending,
    an_earning,
    do,
    people,
    the_points,
)
from tests.workflows.shop import Drive, codes, events_of, found, put, value_of

ONE, OTHER = CustomerId("c-1"), CustomerId("c-2")
MEMBER = found(a_customer(Status.REGISTERED))


def test_an_order_earns_once(drive: Drive) -> None:
    """The answer says how many, from when on and until when; another command for the same order writes nothing."""
    store = people()
    work = partial(earn_points, policy=POLICY)
    credited = PointsCredited(
        order_id=OrderId("o-1"), customer_id=ONE, points=10, available_at=day(7), expires_at=day(37)
    )
    assert drive(work, an_earning("10.99"), store) == credited
    assert drive(work, an_earning("10.99", id="c-again"), store) == credited
    assert codes(store)[4:] == ["points_award.awarded", "points.opened", "points.earned"]
    with pytest.raises(DomainError) as refusal:
        drive(work, an_earning("11.00", id="c-other"), store)
    assert refusal.value.code == "points_award.of_another"


def test_points_that_need_not_await_are_there_at_once() -> None:
    """The answer says so."""
    at_once = evolve(POLICY, matures_after=timedelta(0))
    plan = plan_earn_points(an_earning(), EarnNeeds(member=MEMBER, award=None, account=None), policy=at_once)
    assert plan.answer.available_at == NOON


def test_an_order_too_small_for_a_point_opens_no_account() -> None:
    """Its award is kept all the same: it will not earn later."""
    store = people(an_earning("0.99"))
    assert codes(store)[4:] == ["points_award.awarded"]
    assert do(store, a_claw_back("0.99")) == [PointsClawed(order_id=OrderId("o-1"))]
    assert value_of(store, POINTS_AWARD, "o-1").refunded.minor == 99


@pytest.mark.parametrize("command", [an_earning(), a_spending(1)], ids=["earn", "spend"])
def test_only_members_have_points(command: Command) -> None:
    """A guest and a customer who has left earn and spend nothing; somebody whom nobody has seen is missing."""
    guests = MemoryStore()
    do(guests, a_meeting())
    for store, code in (
        (guests, "customer.not_a_member"),
        (people(a_deactivation()), "customer.not_a_member"),
        (MemoryStore(), "noun.not_found"),
    ):
        with pytest.raises(DomainError) as refusal:
            do(store, command)
        assert refusal.value.code == code


def test_an_order_uses_points_once(drive: Drive) -> None:
    """Those that are available then; a second spending on it is refused, and so are more than there are."""
    store = people(an_earning("10.00"))
    work = PEOPLE_WORKS[type(a_spending(1))]
    for command, code in ((a_spending(1, at=day(6)), "points.short"), (a_spending(11, at=day(7)), "points.short")):
        with pytest.raises(DomainError) as refusal:
            drive(work, command, store)
        assert refusal.value.code == code
    assert drive(work, a_spending(4, at=day(7)), store) == PointsPaid(
        order_id=OrderId("o-9"), customer_id=ONE, points=4, available=6
    )
    assert value_of(store, POINTS_SPENDING, "o-9").lots == (lot(4, 0, 37),)
    with pytest.raises(DomainError) as refusal:
        drive(work, a_spending(1, at=day(7), id="c-again"), store)
    assert refusal.value.code == "points_spending.exists"


def test_nothing_is_spent_of_no_account() -> None:
    """A member who never earned has nothing."""
    with pytest.raises(DomainError) as refusal:
        plan_spend_points(a_spending(1), SpendNeeds(member=MEMBER, spending=None, account=None))
    assert refusal.value.context == {"id": ONE, "wanted": 1, "available": 0}


def test_used_points_come_back(drive: Drive) -> None:
    """In parts, with their old expiry; those that have expired are told, and no more come than were used."""
    store = people(an_earning("10.00"), a_spending(8, at=day(7)))
    work = PEOPLE_WORKS[type(a_return())]
    assert drive(work, a_return(3, at=day(8)), store) == PointsBack(order_id=OrderId("o-9"), points=3, expired=0)
    assert the_points(store).available == 5
    with pytest.raises(DomainError) as refusal:
        drive(work, a_return(6, at=day(8), id="c-2"), store)
    assert refusal.value.code == "points_spending.over_returned"
    assert drive(work, a_return(at=day(40), id="c-3"), store).expired == 5
    assert drive(work, a_return(at=day(40), id="c-4"), store).points == 0
    assert the_points(store).expired == 10


def test_orders_without_points_have_none_to_give(drive: Drive) -> None:
    """Nothing comes back of an order that used none, and nothing is taken of one that earned none."""
    store = people()
    assert drive(PEOPLE_WORKS[type(a_return())], a_return(), store) == PointsBack(
        order_id=OrderId("o-9"), points=0, expired=0
    )
    assert drive(claw_back_points, a_claw_back(), store) == PointsClawed(order_id=OrderId("o-1"))
    assert plan_return_points(a_return(), ReturnNeeds(spending=None, account=None)).writes == ()
    assert plan_claw_back_points(a_claw_back(), ClawBackNeeds(award=None, account=None)).writes == ()


def test_a_refund_takes_points_back(drive: Drive) -> None:
    """First what awaits, then what is there, and then a debt; several refunds take what one would."""
    store = people(an_earning("10.00"), an_earning("3.00", order="o-2"))
    assert drive(claw_back_points, a_claw_back("4.00"), store) == PointsClawed(
        order_id=OrderId("o-1"), points=4, awaiting=4
    )
    do(store, a_spending(7, at=day(7)))
    clawed = drive(claw_back_points, a_claw_back("6.00", at=day(8), id="c-2"), store)
    assert clawed == PointsClawed(order_id=OrderId("o-1"), points=6, available=2, debt=4)
    assert (the_points(store).debt, the_points(store).available) == (4, 0)
    with pytest.raises(DomainError) as refusal:
        drive(claw_back_points, a_claw_back("0.01", at=day(8), id="c-3"), store)
    assert refusal.value.code == "points_award.over_refunded"


def test_a_refund_sees_what_time_did_first() -> None:
    """Points that have matured by then are taken from what can be spent."""
    store = people(an_earning("10.00"))
    assert do(store, a_claw_back("4.00", at=day(8))) == [PointsClawed(order_id=OrderId("o-1"), points=4, available=4)]
    assert codes(store)[-2:] == ["points.matured", "points.clawed_back"]


def test_what_is_no_longer_there_can_be_let_go() -> None:
    """By the policy: no debt stays."""
    store = people(an_earning("10.00"), a_spending(8, at=day(7)))
    work = partial(claw_back_points, shortfall=Shortfall.CLAMP)
    clawed = run(work, a_claw_back("10.00", at=day(8)), store.unit)
    assert clawed == PointsClawed(order_id=OrderId("o-1"), points=10, available=2, waived=8)
    assert the_points(store).debt == 0


@pytest.mark.parametrize(("mergers", "holder"), [((), "c-1"), ((a_merger("c-1", "c-2"),), "c-2")])
def test_a_refund_of_an_award_without_an_account_opens_it_with_the_debt(
    mergers: tuple[Command, ...], holder: str, drive: Drive
) -> None:
    """An award that was taken over alone is owed all the same, by whoever goes on."""
    earned = value_of(people(an_earning("10.00")), POINTS_AWARD, "o-1")
    store = people(*mergers)
    put(store, *POINTS_AWARD.write(None, (PointsAwardAdopted(award=earned, at=NOON),)), id="c-adopted")
    clawed = drive(claw_back_points, a_claw_back("4.00"), store)
    assert clawed == PointsClawed(order_id=OrderId("o-1"), points=4, debt=4)
    assert the_points(store, holder).debt == 4
    assert codes(store)[-3:] == ["points_award.reduced", "points.opened", "points.clawed_back"]


def test_a_refund_of_nothing_writes_nothing() -> None:
    """And a refund below a point leaves the account alone."""
    store = people(an_earning("10.50"))
    assert do(store, a_claw_back("0.00"), a_claw_back("0.40", id="c-2")) == [PointsClawed(order_id=OrderId("o-1"))] * 2
    assert [code for code in codes(store) if code.endswith(("reduced", "clawed_back"))] == ["points_award.reduced"]


def test_orders_of_a_merged_customer_concern_who_goes_on(drive: Drive) -> None:
    """Earning, spending, giving back and taking back; over two mergers as well."""
    store = people(an_earning("10.00"), a_merger("c-1", "c-2"))
    do(store, an_earning("5.00", order="o-2"), a_spending(9, at=day(7)))
    assert the_points(store, "c-2").available == 6
    drive(PEOPLE_WORKS[type(a_return())], a_return(2, at=day(7)), store)
    assert drive(claw_back_points, a_claw_back("10.00", at=day(7)), store).available == 8
    assert the_points(store, "c-1").earned == the_points(store, "c-1").moved == 10


def test_time_is_a_command_at_its_deadline(drive: Drive) -> None:
    """Made of kind, id and deadline; carrying it out moves the deadline on, or takes it away."""
    store = people(an_earning("10.00"))
    account = the_points(store)
    assert points_due(account, at=day(6)) is None
    command = points_due(account, at=day(9))
    assert command is not None
    assert (command.id, command.at) == (f"due:points:c-1:{day(7).isoformat()}", day(7))
    assert drive(PEOPLE_WORKS[type(command)], command, store) == PointsElapsed(customer_id=ONE, matured=10, expired=0)
    last = points_due(the_points(store), at=day(99))
    assert last is not None
    assert drive(PEOPLE_WORKS[type(last)], last, store) == PointsElapsed(customer_id=ONE, matured=0, expired=10)
    assert points_due(the_points(store), at=day(99)) is None


def test_a_deadline_that_has_moved_asks_nothing() -> None:
    """What a decision recorded earlier is not done again; an account that is not there is missing."""
    store = people(an_earning("10.00"), a_spending(1, at=day(7)))
    assert do(store, a_deadline(day(7))) == [PointsElapsed(customer_id=ONE, matured=0, expired=0)]
    assert plan_points_due(a_deadline(NOON), found(an_account(lot(5, 0, 3)))).writes == ()
    with pytest.raises(DomainError) as refusal:
        do(store, a_deadline(NOON, customer="c-2", id="c-3"))
    assert refusal.value.code == "noun.not_found"


def test_balances_are_told_by_the_log() -> None:
    """The journal of all recorded events of points has what the account has."""
    store = people(an_earning("10.00"), a_spending(8, at=day(7)), a_return(3, at=day(8)), a_claw_back(at=day(9)))
    events: list[Any] = [recorded.event for recorded in store.of("points", "c-1")]
    told = balances(entry for event in events for entry in points.postings(event))
    account = the_points(store)
    assert told["available", None] == account.available
    assert told["earned", None] == -10
    assert account == POINTS.replay(events)


def test_plans_write_both_the_order_and_the_account() -> None:
    """In that order, so that no two commands wait for each other."""
    plan = plan_earn_points(an_earning(), EarnNeeds(member=MEMBER, award=None, account=None), policy=POLICY)
    assert [kind for kind, _ in events_of(plan.writes)] == ["points_award", "points", "points"]
    spent = plan_spend_points(
        a_spending(2), SpendNeeds(member=MEMBER, spending=None, account=found(an_account(lot(5))))
    )
    assert [kind for kind, _ in events_of(spent.writes)] == ["points_spending", "points"]
