"""Registration: first sight, missing steps, leaving and coming back, and two customers who are one."""

import pytest

from ecomops.customers import CUSTOMER, POINTS, CustomerErased, DeactivationReason, EraseInstead, Status, StepId
from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId
from ecomops.workflows.registration import (
    CustomerNeeds,
    CustomersMerged,
    MergeNeeds,
    Standing,
    plan_complete_step,
    plan_deactivate_customer,
    plan_meet_customer,
    plan_merge_customers,
    plan_reactivate_customer,
    plan_register_customer,
    register_customer,
)
from tests.customers.kit import OTHER, an_account, day, lot, waiting
from tests.customers.test_customer import a_customer
from tests.workflows.people import (
    AGREED,
    PEOPLE_WORKS,
    PHONE,
    TWO_STEPS,
    a_deactivation,
    a_meeting,
    a_merger,
    a_reactivation,
    a_registration,
    a_step,
    an_earning,
    an_erasure,
    do,
    people,
    the_points,
)
from tests.workflows.shop import Drive, codes, events_of, found, value_of

ONE = CustomerId("c-1")


def standing(status: Status, *missing: StepId, new: bool = False) -> Standing:
    """Return where the first customer stands."""
    return Standing(customer_id=ONE, status=status, missing=missing, new=new)


def test_first_sight_registers_a_customer(drive: Drive) -> None:
    """Somebody new is met and registered in one commit; the missing steps are those of the policy that are not done."""
    store = MemoryStore()
    work = PEOPLE_WORKS[type(a_registration())]
    assert drive(work, a_registration("c-1", PHONE), store) == standing(Status.REGISTERED, AGREED, new=True)
    assert drive(work, a_registration("c-1", id="c-2"), store) == standing(Status.REGISTERED, AGREED)
    assert codes(store) == ["customer.met", "customer.registered"]


def test_a_registration_without_steps_is_complete(drive: Drive) -> None:
    """What holds when a host says nothing."""
    store = MemoryStore()
    assert drive(register_customer, a_registration(), store).missing == ()
    assert value_of(store, CUSTOMER, "c-1").complete


def test_a_guest_becomes_a_member(drive: Drive) -> None:
    """Who was met is registered later, and not met again."""
    store = MemoryStore()
    for command in (a_meeting(), a_meeting(id="c-2"), a_registration()):
        drive(PEOPLE_WORKS[type(command)], command, store)
    assert codes(store) == ["customer.met", "customer.registered"]
    plan = plan_meet_customer(a_meeting(), CustomerNeeds(customer=None))
    assert plan.answer == standing(Status.GUEST, new=True)


def test_plans_of_one_customer() -> None:
    """Each writes one event under the version that was read, and tells where the customer stands then."""
    member, guest = found(a_customer(Status.REGISTERED, PHONE)), found(a_customer(Status.GUEST))
    gone = found(a_customer(Status.DEACTIVATED))
    plans = [
        (plan_register_customer(a_registration(), CustomerNeeds(customer=guest), policy=TWO_STEPS), "registered"),
        (plan_complete_step(a_step(), member), "step_completed"),
        (plan_deactivate_customer(a_deactivation(), member), "deactivated"),
        (plan_reactivate_customer(a_reactivation(), gone), "reactivated"),
    ]
    for plan, code in plans:
        assert events_of(plan.writes) == [("customer", f"customer.{code}")]
        assert plan.writes[0].expected == 7
        assert plan.answer == standing(plan.writes[0].after.status, *plan.writes[0].after.missing)


def test_steps_are_completed(drive: Drive) -> None:
    """One after the other, until none is missing; a repeat by another command writes nothing."""
    store = people()
    work = PEOPLE_WORKS[type(a_step())]
    assert drive(work, a_step(PHONE, id="c-1"), store) == standing(Status.REGISTERED, AGREED)
    assert drive(work, a_step(PHONE, id="c-2"), store) == standing(Status.REGISTERED, AGREED)
    assert drive(work, a_step(AGREED, id="c-3"), store) == standing(Status.REGISTERED)
    assert codes(store).count("customer.step_completed") == 2


def test_a_member_leaves_and_comes_back(drive: Drive) -> None:
    """The steps that were missing still are."""
    store = people()
    for command, status in ((a_deactivation(), Status.DEACTIVATED), (a_reactivation(), Status.REGISTERED)):
        assert drive(PEOPLE_WORKS[type(command)], command, store) == standing(status, PHONE, AGREED)


def test_points_move_with_a_merger(drive: Drive) -> None:
    """All of them, to an account that is opened when there is none; the answer has their sum."""
    store = people(an_earning("10.00"), an_earning("5.00", order="o-2", customer="c-2"))
    merger = a_merger("c-1", "c-2")
    assert drive(PEOPLE_WORKS[type(merger)], merger, store) == CustomersMerged(
        customer_id=ONE, into=OTHER, points=10, debt=0
    )
    assert (the_points(store, "c-1").pending, the_points(store, "c-2").pending) == (0, 15)
    assert value_of(store, CUSTOMER, "c-1").into == OTHER
    again = a_merger("c-1", "c-2", id="c-again")
    assert drive(PEOPLE_WORKS[type(again)], again, store) == CustomersMerged(
        customer_id=ONE, into=OTHER, points=0, debt=0
    )
    do(store, a_registration("c-3"), a_merger("c-2", "c-3"))
    assert the_points(store, "c-3").pending == 15


def test_a_merger_needs_no_points() -> None:
    """Without an account nothing moves; with debts these move too, and time passes first."""
    customer, into = found(a_customer(Status.REGISTERED)), found(a_customer(Status.REGISTERED, id=OTHER))
    needs = MergeNeeds(customer=customer, into=into, points=None, into_points=None)
    plan = plan_merge_customers(a_merger(), needs)
    assert events_of(plan.writes) == [("customer", "customer.merged")]
    account = found(an_account(lot(5, 0, 1), awaiting=(waiting(9, lot(2)),), debt=0))
    plan = plan_merge_customers(
        a_merger(at=day(1)), MergeNeeds(customer=customer, into=into, points=account, into_points=None)
    )
    assert plan.answer.points == 2
    assert events_of(plan.writes)[1:] == [
        ("points", "points.expired"),
        ("points", "points.moved_out"),
        ("points", "points.opened"),
        ("points", "points.moved_in"),
    ]
    owing = MergeNeeds(customer=customer, into=into, points=found(an_account(debt=3)), into_points=None)
    assert plan_merge_customers(a_merger(), owing).answer.debt == 3


def test_a_deactivation_is_no_erasure() -> None:
    """To be noted as erased, the data must be erased; and an erased id is not met again."""
    store = people()
    with pytest.raises(EraseInstead):
        do(store, a_deactivation(reason=DeactivationReason.ERASED))
    do(store, an_erasure())
    for command in (a_meeting(), a_reactivation()):
        with pytest.raises(CustomerErased):
            do(store, command)
    assert POINTS.kind not in {recorded.kind for recorded in store.after(-1, 100)}
