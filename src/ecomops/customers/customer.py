"""The customer: somebody who buys, from a guest to a registered member, deactivated, or merged into another.

Everything that affects the state lives here, and no personal value: those stand in `customers.personal`, under ids of
their own. What is still to do before a registration is complete is data: a list of steps.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.customers.errors import CustomerErased, MergedIntoItself
from ecomops.kernel import ADOPTED, Id, IllegalMove, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of
from ecomops.kernel.copies import changed
from ecomops.terms import CustomerId


class Status(StrEnum):
    """Where a customer stands."""

    GUEST = "guest"
    REGISTERED = "registered"
    DEACTIVATED = "deactivated"
    MERGED = "merged"


class StepId(Id):
    """Names a step of registration: `phone_verified`, `consent_given`."""

    __slots__ = ()


class DeactivationReason(StrEnum):
    """Why a customer is deactivated."""

    CUSTOMER = "customer"
    SHOP = "shop"
    ERASED = "erased"


@frozen(kw_only=True)
class Customer:
    """A customer.

    Args:
        id: Names the customer; no name, phone number or address of a person.
        status: Where the customer stands.
        missing: The steps that the registration still lacks, in the order of the policy of that day.
        deactivated: Why, while deactivated; None otherwise.
        into: The customer into whom this one was merged; None otherwise.
    """

    id: CustomerId = field(validator=is_a(CustomerId))
    status: Status = field(validator=is_a(Status))
    missing: tuple[StepId, ...] = field(default=(), validator=tuple_of(StepId))
    deactivated: DeactivationReason | None = field(default=None, validator=optional(is_a(DeactivationReason)))
    into: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))

    @property
    def complete(self) -> bool:
        """Whether the customer is registered and no step is missing."""
        return self.status is Status.REGISTERED and not self.missing


@frozen(kw_only=True)
class CustomerMet:
    """Somebody was seen for the first time."""

    code: ClassVar[str] = "customer.met"

    id: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CustomerAdopted:
    """A customer was taken over from another system."""

    code: ClassVar[str] = "customer.adopted"

    id: CustomerId = field(validator=is_a(CustomerId))
    status: Status = field(validator=is_a(Status))
    missing: tuple[StepId, ...] = field(default=(), validator=tuple_of(StepId))
    deactivated: DeactivationReason | None = field(default=None, validator=optional(is_a(DeactivationReason)))
    into: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CustomerRegistered:
    """A guest became a member; the steps that are missing follow one by one."""

    code: ClassVar[str] = "customer.registered"

    id: CustomerId = field(validator=is_a(CustomerId))
    missing: tuple[StepId, ...] = field(validator=tuple_of(StepId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CustomerStepCompleted:
    """A step of the registration was done."""

    code: ClassVar[str] = "customer.step_completed"

    id: CustomerId = field(validator=is_a(CustomerId))
    step: StepId = field(validator=is_a(StepId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CustomerDeactivated:
    """A customer left, was locked out, or was erased."""

    code: ClassVar[str] = "customer.deactivated"

    id: CustomerId = field(validator=is_a(CustomerId))
    reason: DeactivationReason = field(validator=is_a(DeactivationReason))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CustomerReactivated:
    """A customer who had left or was locked out is a member again."""

    code: ClassVar[str] = "customer.reactivated"

    id: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CustomerMerged:
    """A customer turned out to be another one, under whom everything goes on."""

    code: ClassVar[str] = "customer.merged"

    id: CustomerId = field(validator=is_a(CustomerId))
    into: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


Opening = CustomerMet | CustomerAdopted
Later = CustomerRegistered | CustomerStepCompleted | CustomerDeactivated | CustomerReactivated | CustomerMerged
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "customer",
    events=Event,
    table={
        None: {CustomerMet: Status.GUEST, CustomerAdopted: ADOPTED},
        Status.GUEST: {
            CustomerRegistered: Status.REGISTERED,
            CustomerDeactivated: Status.DEACTIVATED,
            CustomerMerged: Status.MERGED,
        },
        Status.REGISTERED: {
            CustomerStepCompleted: Status.REGISTERED,
            CustomerDeactivated: Status.DEACTIVATED,
            CustomerMerged: Status.MERGED,
        },
        Status.DEACTIVATED: {
            CustomerReactivated: Status.REGISTERED,
            CustomerDeactivated: Status.DEACTIVATED,  # who had left is erased
            CustomerMerged: Status.MERGED,
        },
        Status.MERGED: {},
    },
)


def meet(id: CustomerId, *, at: DateTime) -> tuple[CustomerMet]:
    """Enter somebody who is seen for the first time, as a guest.

    Example:
        >>> import pendulum
        >>> (met,) = meet(CustomerId("c-1"), at=pendulum.datetime(2026, 6, 18))
        >>> begin(met).status
        <Status.GUEST: 'guest'>
    """
    return (CustomerMet(id=id, at=at),)


def register(
    customer: Customer, *, steps: tuple[StepId, ...], done: tuple[StepId, ...] = (), at: DateTime
) -> tuple[CustomerRegistered, ...]:
    """Make a member of *customer*; () when registered already.

    Args:
        customer: A guest.
        steps: What a registration takes, by the policy of the day.
        done: What of it is done already; a step that it does not take is passed over.
        at: When.

    Raises:
        IllegalMove: The customer is deactivated or merged.
        Repeated: A step stands twice.
    """
    if customer.status is Status.REGISTERED:
        return ()
    LIFECYCLE.require(customer.status, CustomerRegistered, id=customer.id)
    require_once(steps, field="register.steps")
    missing = tuple(step for step in steps if step not in done)
    return (CustomerRegistered(id=customer.id, missing=missing, at=at),)


def complete(customer: Customer, *, step: StepId, at: DateTime) -> tuple[CustomerStepCompleted, ...]:
    """Note that a *step* of the registration is done; () when it is not missing.

    Raises:
        IllegalMove: The customer is no member.
    """
    LIFECYCLE.require(customer.status, CustomerStepCompleted, id=customer.id)
    return (CustomerStepCompleted(id=customer.id, step=step, at=at),) if step in customer.missing else ()


def deactivate(
    customer: Customer, *, reason: DeactivationReason, at: DateTime
) -> tuple[CustomerDeactivated, ...]:  # fmt: skip
    """Take the membership of *customer* away; () when it is, except that an erasure comes on top of any other reason.

    Raises:
        IllegalMove: The customer is a guest, whom only an erasure takes away, or is merged into another.
    """
    if customer.status is Status.DEACTIVATED and reason is not DeactivationReason.ERASED:
        return ()
    if customer.deactivated is DeactivationReason.ERASED:
        return ()
    if customer.status is Status.GUEST and reason is not DeactivationReason.ERASED:
        raise _no_move(customer, CustomerDeactivated)
    LIFECYCLE.require(customer.status, CustomerDeactivated, id=customer.id)
    return (CustomerDeactivated(id=customer.id, reason=reason, at=at),)


def _no_move(customer: Customer, event: type[Event]) -> IllegalMove:
    """Return the refusal of a move that the table has, and this customer cannot make."""
    return IllegalMove(
        machine=LIFECYCLE.machine, id=customer.id, state=customer.status.value, event=event.__name__
    )  # fmt: skip


def reactivate(customer: Customer, *, at: DateTime) -> tuple[CustomerReactivated, ...]:
    """Make a deactivated *customer* a member again; () when registered.

    Raises:
        CustomerErased: The data of the customer were erased.
        IllegalMove: The customer is a guest, or merged into another.
    """
    if customer.status is Status.REGISTERED:
        return ()
    require_not_erased(customer)
    LIFECYCLE.require(customer.status, CustomerReactivated, id=customer.id)
    return (CustomerReactivated(id=customer.id, at=at),)


def require_not_erased(customer: Customer) -> None:
    """Refuse a customer whose data were erased: nothing new is written under the old id.

    Raises:
        CustomerErased: They were.
    """
    if customer.deactivated is DeactivationReason.ERASED:
        raise CustomerErased(id=customer.id)


def merge(customer: Customer, *, into: Customer, at: DateTime) -> tuple[CustomerMerged, ...]:
    """Let *customer* go on as another one; () when merged into that one already.

    Args:
        customer: Who turned out to be the other.
        into: Under whom everything goes on.
        at: When.

    Raises:
        MergedIntoItself: Both are the same.
        CustomerErased: The data of one of them were erased.
        IllegalMove: *customer* is merged into somebody else, or *into* is merged or deactivated.
    """
    if customer.id == into.id:
        raise MergedIntoItself(id=customer.id)
    if customer.status is Status.MERGED and customer.into == into.id:
        return ()
    require_not_erased(customer)
    require_not_erased(into)
    LIFECYCLE.require(customer.status, CustomerMerged, id=customer.id)
    if into.status not in {Status.GUEST, Status.REGISTERED}:
        raise _no_move(into, CustomerMerged)
    return (CustomerMerged(id=customer.id, into=into.id, at=at),)


def begin(event: Opening) -> Customer:
    """Return the customer that *event* tells of."""
    status = LIFECYCLE.opened(event)
    match event:
        case CustomerMet(id=id):
            return Customer(id=id, status=status)
        case CustomerAdopted():
            return Customer(
                id=event.id, status=status, missing=event.missing, deactivated=event.deactivated, into=event.into
            )
        case _:
            assert_never(event)


def evolve(customer: Customer, event: Later) -> Customer:
    """Return the customer as it stands after *event*."""
    status = LIFECYCLE.after(customer.status, type(event))
    match event:
        case CustomerRegistered(missing=missing):
            return changed(customer, status=status, missing=missing)
        case CustomerStepCompleted(step=step):
            return changed(customer, missing=tuple(each for each in customer.missing if each != step))
        case CustomerDeactivated(reason=reason):
            return changed(customer, status=status, deactivated=reason)
        case CustomerReactivated():
            return changed(customer, status=status, deactivated=None)
        case CustomerMerged(into=into):
            return changed(customer, status=status, deactivated=None, into=into)
        case _:
            assert_never(event)


CUSTOMER: Noun[Customer, Opening, Later] = Noun(
    kind="customer",
    model=Customer,
    events=Event,
    opens=(CustomerMet, CustomerAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda customer: customer.id,
    keys={
        "status": lambda customer: customer.status,
        "missing": lambda customer: customer.missing,
        "into": lambda customer: customer.into,
    },
)
