"""Register a customer on first sight, complete the steps that are missing, take the membership away, merge two."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import customers
from ecomops.customers import (
    CUSTOMER,
    DEFAULT_REGISTRATION,
    POINTS,
    Customer,
    DeactivationReason,
    EraseInstead,
    PointsAccount,
    RegistrationPolicy,
    Status,
    StepId,
    points,
)
from ecomops.customers.customer import Later, Opening
from ecomops.kernel import Actor, CommandId, Draft, Plan, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.terms import CustomerId, Quantity


@frozen(kw_only=True)
class MeetCustomer:
    """Enter somebody who is seen for the first time, as a guest.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer.
    """

    code: ClassVar[str] = "meet_customer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class RegisterCustomer:
    """Make a member of a customer, entering the customer first when nobody has seen them.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer.
        done: What of the registration is done already.
    """

    code: ClassVar[str] = "register_customer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    done: tuple[StepId, ...] = field(default=(), validator=tuple_of(StepId))


@frozen(kw_only=True)
class CompleteStep:
    """Note that a step of a registration is done.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer.
        step: What is done.
    """

    code: ClassVar[str] = "complete_step"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    step: StepId = field(validator=is_a(StepId))


@frozen(kw_only=True)
class DeactivateCustomer:
    """Take a membership away.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer.
        reason: Whose wish it is; an erasure has a use case of its own.
    """

    code: ClassVar[str] = "deactivate_customer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    reason: DeactivationReason = field(validator=is_a(DeactivationReason))


@frozen(kw_only=True)
class ReactivateCustomer:
    """Give a membership back.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer.
    """

    code: ClassVar[str] = "reactivate_customer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class MergeCustomers:
    """Let a customer go on as another one: points move there, and orders of the old id follow.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: Who turned out to be the other.
        into: Under whom everything goes on.
    """

    code: ClassVar[str] = "merge_customers"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    into: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class Standing:
    """The answer: where a customer stands.

    Args:
        customer_id: The customer.
        status: Where they stand.
        missing: What the registration still lacks.
        new: Whether they were seen for the first time.
    """

    code: ClassVar[str] = "standing"

    customer_id: CustomerId = field(validator=is_a(CustomerId))
    status: Status = field(validator=is_a(Status))
    missing: tuple[StepId, ...] = field(validator=tuple_of(StepId))
    new: bool = field(default=False, validator=is_a(bool))


@frozen(kw_only=True)
class CustomersMerged:
    """The answer: who goes on as whom, and which points went along.

    Args:
        customer_id: Who turned out to be the other.
        into: Under whom everything goes on.
        points: The points that moved, awaiting ones included.
        debt: The points owed that moved.
    """

    code: ClassVar[str] = "customers_merged"

    customer_id: CustomerId = field(validator=is_a(CustomerId))
    into: CustomerId = field(validator=is_a(CustomerId))
    points: Quantity = field(validator=whole(0))
    debt: Quantity = field(validator=whole(0))


@frozen(kw_only=True)
class CustomerNeeds:
    """What the plans of one customer look at: the customer, None when nobody has seen them."""

    customer: Versioned[Customer] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class MergeNeeds:
    """What the plan of a merger looks at: both customers, and the points of each; None where there are none."""

    customer: Versioned[Customer] = field(validator=is_a(Versioned))
    into: Versioned[Customer] = field(validator=is_a(Versioned))
    points: Versioned[PointsAccount] | None = field(validator=optional(is_a(Versioned)))
    into_points: Versioned[PointsAccount] | None = field(validator=optional(is_a(Versioned)))


CustomerDraft = Draft[Customer, Opening, Later]


def _standing(customer: CustomerDraft, *, new: bool = False) -> Plan[Standing]:
    value = customer.value
    answer = Standing(customer_id=value.id, status=value.status, missing=value.missing, new=new)
    return Plan(answer=answer, writes=customer.writes())


def plan_meet_customer(command: MeetCustomer, needs: CustomerNeeds) -> Plan[Standing]:
    """Decide the first sight; nothing happens to a customer who was seen.

    Raises:
        CustomerErased: The data of that customer were erased: the id is not used again.
    """
    customer = CUSTOMER.draft(needs.customer)
    if needs.customer is None:
        customer.add(customers.meet(command.customer_id, at=command.at))
    customers.require_not_erased(customer.value)
    return _standing(customer, new=needs.customer is None)


def plan_register_customer(
    command: RegisterCustomer, needs: CustomerNeeds, *, policy: RegistrationPolicy = DEFAULT_REGISTRATION
) -> Plan[Standing]:
    """Decide the registration.

    Raises:
        IllegalMove: The customer is deactivated or merged.
        Repeated: The policy names a step twice.
    """
    customer = CUSTOMER.draft(needs.customer)
    if needs.customer is None:
        customer.add(customers.meet(command.customer_id, at=command.at))
    customer.add(customers.register(customer.value, steps=policy.steps, done=command.done, at=command.at))
    return _standing(customer, new=needs.customer is None)


def plan_complete_step(command: CompleteStep, customer: Versioned[Customer]) -> Plan[Standing]:
    """Decide the step.

    Raises:
        IllegalMove: The customer is no member.
    """
    draft = CUSTOMER.draft(customer)
    return _standing(draft.add(customers.complete(draft.value, step=command.step, at=command.at)))


def plan_deactivate_customer(command: DeactivateCustomer, customer: Versioned[Customer]) -> Plan[Standing]:
    """Decide the end of the membership.

    Raises:
        EraseInstead: The reason is an erasure, which has a use case of its own.
        IllegalMove: The customer is a guest, or merged into another.
    """
    if command.reason is DeactivationReason.ERASED:
        raise EraseInstead(id=command.customer_id)
    draft = CUSTOMER.draft(customer)
    return _standing(draft.add(customers.deactivate(draft.value, reason=command.reason, at=command.at)))


def plan_reactivate_customer(command: ReactivateCustomer, customer: Versioned[Customer]) -> Plan[Standing]:
    """Decide the return of the membership.

    Raises:
        CustomerErased: The data of the customer were erased.
        IllegalMove: The customer is a guest, or merged into another.
    """
    draft = CUSTOMER.draft(customer)
    return _standing(draft.add(customers.reactivate(draft.value, at=command.at)))


def plan_merge_customers(command: MergeCustomers, needs: MergeNeeds) -> Plan[CustomersMerged]:
    """Decide the merger, and move the points; of an erasure of the other one meanwhile, one of the two conflicts.

    Raises:
        MergedIntoItself: Both are the same customer.
        CustomerErased: The data of one of them were erased.
        IllegalMove: The customer is merged into somebody else, or the other one is merged or deactivated.
    """
    customer = CUSTOMER.draft(needs.customer)
    merged = customers.merge(customer.value, into=needs.into.value, at=command.at)
    customer.add(merged)
    moved, debt, writes = _moved(command, needs) if merged else (0, 0, ())
    answer = CustomersMerged(customer_id=command.customer_id, into=command.into, points=moved, debt=debt)
    held = CUSTOMER.check(needs.into) if merged else ()
    return Plan(answer=answer, writes=(*customer.writes(), *held, *writes))


def _moved(
    command: MergeCustomers, needs: MergeNeeds
) -> tuple[Quantity, Quantity, tuple[Write[PointsAccount], ...]]:  # fmt: skip
    """Return how many points move and are owed, and the writes of both accounts."""
    if needs.points is None:
        return 0, 0, ()
    giver, taker = POINTS.draft(needs.points), POINTS.draft(needs.into_points)
    if needs.into_points is None:
        taker.add(points.open_points(command.into, at=command.at))
    out, comes = points.move(giver.value, into=taker.value, at=command.at)
    giver.add(out)
    taker.add(comes)
    left = [event for event in out if isinstance(event, points.PointsMovedOut)]
    quantity = sum(event.awaiting + event.available for event in left)
    return quantity, sum(event.debt for event in left), (*giver.writes(), *taker.writes())


def meet_customer(command: MeetCustomer) -> Work[Standing]:
    """Read the customer and enter them when they are new."""
    customer = yield from lookup(CUSTOMER, command.customer_id)
    return plan_meet_customer(command, CustomerNeeds(customer=customer))


def register_customer(
    command: RegisterCustomer, *, policy: RegistrationPolicy = DEFAULT_REGISTRATION
) -> Work[Standing]:
    """Read the customer and register them.

    Args:
        command: Who.
        policy: What a registration takes on that day; bind another with `functools.partial`.
    """
    customer = yield from lookup(CUSTOMER, command.customer_id)
    return plan_register_customer(command, CustomerNeeds(customer=customer), policy=policy)


def complete_step(command: CompleteStep) -> Work[Standing]:
    """Read the customer and note the step.

    Raises:
        Missing: There is no such customer.
    """
    customer = yield from get(CUSTOMER, command.customer_id)
    return plan_complete_step(command, customer)


def deactivate_customer(command: DeactivateCustomer) -> Work[Standing]:
    """Read the customer and take the membership away.

    Raises:
        Missing: There is no such customer.
    """
    customer = yield from get(CUSTOMER, command.customer_id)
    return plan_deactivate_customer(command, customer)


def reactivate_customer(command: ReactivateCustomer) -> Work[Standing]:
    """Read the customer and give the membership back.

    Raises:
        Missing: There is no such customer.
    """
    customer = yield from get(CUSTOMER, command.customer_id)
    return plan_reactivate_customer(command, customer)


def merge_customers(command: MergeCustomers) -> Work[CustomersMerged]:
    """Read both customers with their points and merge them.

    Raises:
        Missing: One of them is not there.
    """
    customer = yield from get(CUSTOMER, command.customer_id)
    into = yield from get(CUSTOMER, command.into)
    account = yield from lookup(POINTS, command.customer_id)
    into_account = yield from lookup(POINTS, command.into)
    needs = MergeNeeds(customer=customer, into=into, points=account, into_points=into_account)
    return plan_merge_customers(command, needs)
