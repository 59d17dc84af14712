"""The customer: from guest to member, deactivated, merged; what is refused on the way, and which steps are missing."""

from collections.abc import Callable

import pytest
from pendulum import DateTime

from ecomops import customers
from ecomops.customers import CUSTOMER, LIFECYCLE, Customer, DeactivationReason, Status, StepId
from ecomops.customers.customer import (
    CustomerAdopted,
    CustomerDeactivated,
    CustomerMerged,
    CustomerMet,
    CustomerReactivated,
    CustomerRegistered,
    CustomerStepCompleted,
    Later,
)
from ecomops.kernel import CorruptHistory
from ecomops.terms import CustomerId
from ecomops.testing import NOON, given

ONE, OTHER = CustomerId("c-1"), CustomerId("c-2")
LATER = NOON.add(hours=1)
PHONE, CONSENT = StepId("phone_verified"), StepId("consent_given")

Decision = Callable[..., tuple[Later, ...]]


def adopted(
    status: Status,
    *missing: StepId,
    deactivated: DeactivationReason | None = None,
    into: CustomerId | None = None,
    id: CustomerId = ONE,
) -> CustomerAdopted:
    """Return the event that takes a customer over in *status*."""
    return CustomerAdopted(id=id, status=status, missing=missing, deactivated=deactivated, into=into, at=NOON)


def a_customer(status: Status, *missing: StepId, id: CustomerId = ONE) -> Customer:
    """Return a customer in *status*."""
    return CUSTOMER.replay((adopted(status, *missing, id=id),))


GUEST = adopted(Status.GUEST)
MEMBER = adopted(Status.REGISTERED)
LEFT = adopted(Status.DEACTIVATED, deactivated=DeactivationReason.CUSTOMER)
ERASED = adopted(Status.DEACTIVATED, deactivated=DeactivationReason.ERASED)
MERGED = adopted(Status.MERGED, into=OTHER)


def deactivating(customer: Customer, *, at: DateTime) -> tuple[CustomerDeactivated, ...]:
    """Deactivate a customer who wishes it."""
    return customers.deactivate(customer, reason=DeactivationReason.CUSTOMER, at=at)


def erasing(customer: Customer, *, at: DateTime) -> tuple[CustomerDeactivated, ...]:
    """Note that a customer was erased."""
    return customers.deactivate(customer, reason=DeactivationReason.ERASED, at=at)


def merging(customer: Customer, *, at: DateTime) -> tuple[CustomerMerged, ...]:
    """Merge a customer into another one, who is a member."""
    return customers.merge(customer, into=a_customer(Status.REGISTERED, id=OTHER), at=at)


def registering(customer: Customer, *, at: DateTime) -> tuple[CustomerRegistered, ...]:
    """Register a customer by a policy of two steps."""
    return customers.register(customer, steps=(PHONE, CONSENT), at=at)


REGISTERED = CustomerRegistered(id=ONE, missing=(PHONE, CONSENT), at=LATER)
REACTIVATED = CustomerReactivated(id=ONE, at=LATER)
INTO_OTHER = CustomerMerged(id=ONE, into=OTHER, at=LATER)


def gone(reason: DeactivationReason) -> CustomerDeactivated:
    """Return the event of a deactivation."""
    return CustomerDeactivated(id=ONE, reason=reason, at=LATER)


HAPPENS: list[tuple[Decision, CustomerAdopted, tuple[Later, ...]]] = [
    (registering, GUEST, (REGISTERED,)),
    (registering, MEMBER, ()),
    (deactivating, MEMBER, (gone(DeactivationReason.CUSTOMER),)),
    (deactivating, LEFT, ()),
    (deactivating, ERASED, ()),
    (erasing, GUEST, (gone(DeactivationReason.ERASED),)),
    (erasing, MEMBER, (gone(DeactivationReason.ERASED),)),
    (erasing, LEFT, (gone(DeactivationReason.ERASED),)),
    (erasing, ERASED, ()),
    (customers.reactivate, LEFT, (REACTIVATED,)),
    (customers.reactivate, MEMBER, ()),
    (merging, GUEST, (INTO_OTHER,)),
    (merging, MEMBER, (INTO_OTHER,)),
    (merging, LEFT, (INTO_OTHER,)),
    (merging, MERGED, ()),
]


@pytest.mark.parametrize(("decision", "before", "events"), HAPPENS)
def test_a_decision_answers_in_every_state(
    decision: Decision, before: CustomerAdopted, events: tuple[Later, ...]
) -> None:
    """What may happen happens once; a repeat does nothing."""
    given(CUSTOMER, before).when(decision, at=LATER).then(*events)


REFUSED: list[tuple[Decision, CustomerAdopted, str]] = [
    (registering, LEFT, "customer.illegal_move"),
    (registering, MERGED, "customer.illegal_move"),
    (deactivating, GUEST, "customer.illegal_move"),
    (deactivating, MERGED, "customer.illegal_move"),
    (erasing, MERGED, "customer.illegal_move"),
    (customers.reactivate, GUEST, "customer.illegal_move"),
    (customers.reactivate, MERGED, "customer.illegal_move"),
    (customers.reactivate, ERASED, "customer.erased"),
    (merging, ERASED, "customer.erased"),
    (merging, adopted(Status.MERGED, into=CustomerId("c-3")), "customer.illegal_move"),
]


@pytest.mark.parametrize(("decision", "before", "code"), REFUSED)
def test_a_decision_is_refused_where_it_makes_no_sense(decision: Decision, before: CustomerAdopted, code: str) -> None:
    """An erased customer does not come back, a merged one goes on elsewhere, a guest has no membership to lose."""
    given(CUSTOMER, before).when(decision, at=LATER).then_refused(code, id="c-1")


@pytest.mark.parametrize(
    ("into", "code"),
    [
        (a_customer(Status.REGISTERED), "customer.merged_into_itself"),
        (a_customer(Status.DEACTIVATED, id=OTHER), "customer.illegal_move"),
        (a_customer(Status.MERGED, id=OTHER), "customer.illegal_move"),
        (
            CUSTOMER.replay((adopted(Status.DEACTIVATED, deactivated=DeactivationReason.ERASED, id=OTHER),)),
            "customer.erased",
        ),
    ],
)
def test_everything_goes_on_under_somebody_who_is_there(into: Customer, code: str) -> None:
    """Nobody is merged into themselves, nor into a customer who has left, was erased, or is merged."""
    given(CUSTOMER, MEMBER).when(lambda one: customers.merge(one, into=into, at=LATER)).then_refused(code, id=into.id)


def test_a_guest_may_take_a_member_in() -> None:
    """Which of two ids goes on is the shop's choice."""
    guest = a_customer(Status.GUEST, id=OTHER)
    given(CUSTOMER, MEMBER).when(lambda one: customers.merge(one, into=guest, at=LATER)).then(INTO_OTHER)


def test_missing_steps_are_those_that_are_not_done() -> None:
    """In the order of the policy; what it does not ask for is passed over, and a step named twice is refused."""
    guest = a_customer(Status.GUEST)
    (event,) = customers.register(guest, steps=(PHONE, CONSENT), done=(StepId("other"), PHONE), at=LATER)
    assert event.missing == (CONSENT,)
    given(CUSTOMER, GUEST).when(
        lambda one: customers.register(one, steps=(PHONE, PHONE), at=LATER)
    ).then_refused("value.repeated", key="phone_verified")  # fmt: skip


def test_a_registration_is_complete_when_no_step_is_missing() -> None:
    """Each step is done once; one that is not missing changes nothing, and a guest has none."""
    member = a_customer(Status.REGISTERED, PHONE, CONSENT)
    done = customers.complete(member, step=CONSENT, at=LATER)
    assert done == (CustomerStepCompleted(id=ONE, step=CONSENT, at=LATER),)
    member = CUSTOMER.fold(member, done)
    assert (member.missing, member.complete) == ((PHONE,), False)
    assert customers.complete(member, step=CONSENT, at=LATER) == ()
    member = CUSTOMER.fold(member, customers.complete(member, step=PHONE, at=LATER))
    assert (member.missing, member.complete) == ((), True)
    assert not a_customer(Status.GUEST).complete
    given(CUSTOMER, GUEST).when(customers.complete, step=PHONE, at=LATER).then_refused("customer.illegal_move")


def test_steps_outlive_a_deactivation() -> None:
    """Who comes back still lacks what was missing, and the reason is gone."""
    member = a_customer(Status.REGISTERED, PHONE)
    left = CUSTOMER.fold(member, deactivating(member, at=LATER))
    assert (left.status, left.deactivated) == (Status.DEACTIVATED, DeactivationReason.CUSTOMER)
    assert CUSTOMER.fold(left, customers.reactivate(left, at=LATER)) == member


def test_a_merged_customer_names_who_goes_on() -> None:
    """It has no reason of a deactivation any more."""
    left = CUSTOMER.replay((LEFT,))
    merged = CUSTOMER.fold(left, merging(left, at=LATER))
    assert (merged.status, merged.deactivated, merged.into) == (Status.MERGED, None, OTHER)


def test_the_table() -> None:
    """Merged is the end; a customer who has left may be erased, which is a deactivation once more."""
    assert [status for status in Status if LIFECYCLE.is_final(status)] == [Status.MERGED]
    assert LIFECYCLE.may(Status.GUEST) == (CustomerRegistered, CustomerDeactivated, CustomerMerged)
    assert LIFECYCLE.may(Status.REGISTERED) == (CustomerStepCompleted, CustomerDeactivated, CustomerMerged)
    assert LIFECYCLE.may(Status.DEACTIVATED) == (CustomerReactivated, CustomerDeactivated, CustomerMerged)


def test_somebody_new_is_a_guest() -> None:
    """First sight names nothing but the id and the instant."""
    met = customers.meet(ONE, at=NOON)
    assert met == (CustomerMet(id=ONE, at=NOON),)
    assert CUSTOMER.replay(met) == Customer(id=ONE, status=Status.GUEST)


def test_customers_are_found_by_status_step_and_successor() -> None:
    """The binding names the id, three keys and no timer."""
    customer = CUSTOMER.replay((adopted(Status.MERGED, PHONE, into=OTHER),))
    assert CUSTOMER.id_of(customer) == "c-1"
    keys = {name: key(customer) for name, key in CUSTOMER.keys.items()}
    assert keys == {"status": "merged", "missing": (PHONE,), "into": "c-2"}
    assert CUSTOMER.due_at is None


def test_a_history_that_cannot_have_happened_is_corrupt() -> None:
    """A stored move that the table does not have is a fault of the store."""
    with pytest.raises(CorruptHistory, match="customer is guest: CustomerReactivated cannot have happened"):
        CUSTOMER.replay((*customers.meet(ONE, at=NOON), REACTIVATED))
