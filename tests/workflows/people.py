"""Customers to try use cases on: commands in few words, and a store with a few of them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from attrs import evolve
from pendulum import DateTime

from ecomops.customers import (
    POINTS,
    ConsentPurpose,
    DeactivationReason,
    FieldName,
    PersonalValue,
    PointsAccount,
    Purpose,
    RegistrationPolicy,
    StepId,
)
from ecomops.kernel import Command, CommandId, Work, run
from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId, OrderId, PersonalId, Quantity
from ecomops.testing import BUYER, NOON, cny
from ecomops.workflows.erasure import EraseCustomer
from ecomops.workflows.membership import (
    ClawBackPoints,
    EarnPoints,
    PointsDue,
    ReturnPoints,
    SpendPoints,
    earn_points,
)
from ecomops.workflows.profiles import RecordPersonal, TellConsent
from ecomops.workflows.registration import (
    CompleteStep,
    DeactivateCustomer,
    MeetCustomer,
    MergeCustomers,
    ReactivateCustomer,
    RegisterCustomer,
    register_customer,
)
from tests.customers.kit import POLICY, day
from tests.workflows.shop import WORKS, value_of

PHONE, AGREED = StepId("phone_verified"), StepId("consent_given")
TWO_STEPS = RegistrationPolicy(steps=(PHONE, AGREED))

PEOPLE_WORKS: Mapping[type, Callable[[Any], Work[Any]]] = {
    **WORKS,
    RegisterCustomer: partial(register_customer, policy=TWO_STEPS),
    EarnPoints: partial(earn_points, policy=POLICY),
}
"""Every use case, with the policies of these tests."""


def told(id: str, at: DateTime = NOON) -> dict[str, Any]:
    """Return what every command has."""
    return {"id": CommandId(id), "by": BUYER, "at": at}


def a_meeting(customer: str = "c-1", *, id: str = "c-meet") -> MeetCustomer:
    """Return the command that enters a guest."""
    return MeetCustomer(**told(id), customer_id=CustomerId(customer))


def a_registration(customer: str = "c-1", *done: StepId, id: str | None = None) -> RegisterCustomer:
    """Return the command that registers a customer."""
    return RegisterCustomer(**told(id or f"c-register-{customer}"), customer_id=CustomerId(customer), done=done)


def a_step(step: StepId = PHONE, customer: str = "c-1", *, id: str = "c-step") -> CompleteStep:
    """Return the command that completes a step."""
    return CompleteStep(**told(id), customer_id=CustomerId(customer), step=step)


def a_deactivation(
    customer: str = "c-1", *, reason: DeactivationReason = DeactivationReason.CUSTOMER, id: str = "c-leave"
) -> DeactivateCustomer:
    """Return the command that takes a membership away."""
    return DeactivateCustomer(**told(id), customer_id=CustomerId(customer), reason=reason)


def a_reactivation(customer: str = "c-1", *, id: str = "c-back") -> ReactivateCustomer:
    """Return the command that gives a membership back."""
    return ReactivateCustomer(**told(id), customer_id=CustomerId(customer))


def a_merger(customer: str = "c-1", into: str = "c-2", *, at: DateTime = NOON, id: str | None = None) -> MergeCustomers:
    """Return the command that merges a customer into another."""
    merger = id or f"c-merge-{customer}-{into}"
    return MergeCustomers(**told(merger, at), customer_id=CustomerId(customer), into=CustomerId(into))


def a_record(
    row: str = "p-1",
    *,
    customer: str | None = "c-1",
    purpose: Purpose = Purpose.PROFILE,
    id: str | None = None,
    **values: str,
) -> RecordPersonal:
    """Return the command that writes personal values down; a name and a phone number, when none are told."""
    known = values or {"name": "王小明", "phone": "13800138000"}
    return RecordPersonal(
        **told(id or f"c-record-{row}"),
        personal_id=PersonalId(row),
        customer_id=None if customer is None else CustomerId(customer),
        purpose=purpose,
        values=tuple(PersonalValue(name=FieldName(name), value=known[name]) for name in known),
    )


def a_consent(
    version: str | None = "v1", *, customer: str = "c-1", at: DateTime = NOON, id: str = "c-consent"
) -> TellConsent:
    """Return the command that notes a consent to short messages, or (None) its withdrawal."""
    return TellConsent(
        **told(id, at), customer_id=CustomerId(customer), purpose=ConsentPurpose("sms"), text_version=version
    )


def an_earning(
    amount: str = "10.00", *, order: str = "o-1", customer: str = "c-1", at: DateTime = NOON, id: str | None = None
) -> EarnPoints:
    """Return the command that credits the points of an order."""
    return EarnPoints(
        **told(id or f"c-earn-{order}", at),
        order_id=OrderId(order),
        customer_id=CustomerId(customer),
        amount=cny(amount),
    )


def a_spending(
    points: Quantity, *, order: str = "o-9", customer: str = "c-1", at: DateTime = NOON, id: str | None = None
) -> SpendPoints:
    """Return the command that spends points on an order."""
    return SpendPoints(
        **told(id or f"c-spend-{order}", at), order_id=OrderId(order), customer_id=CustomerId(customer), points=points
    )


def a_return(
    points: Quantity | None = None, *, order: str = "o-9", at: DateTime = NOON, id: str = "c-return"
) -> ReturnPoints:
    """Return the command that gives used points back."""
    return ReturnPoints(**told(id, at), order_id=OrderId(order), points=points)


def a_claw_back(
    refunded: str = "4.00", *, order: str = "o-1", at: DateTime = NOON, id: str = "c-claw"
) -> ClawBackPoints:  # fmt: skip
    """Return the command that takes points of a refunded order back."""
    return ClawBackPoints(**told(id, at), order_id=OrderId(order), refunded=cny(refunded))


def a_deadline(at: DateTime, *, customer: str = "c-1", id: str = "c-due") -> PointsDue:
    """Return the command that does what time asks of an account."""
    return PointsDue(**told(id, at), customer_id=CustomerId(customer))


def an_erasure(customer: str = "c-1", *keep: Purpose, id: str = "c-erase") -> EraseCustomer:
    """Return the command that erases a customer."""
    return EraseCustomer(**told(id), customer_id=CustomerId(customer), keep=keep)


def do(store: MemoryStore, *commands: Command) -> list[Any]:
    """Carry *commands* out one after the other; return their answers."""
    return [run(PEOPLE_WORKS[type(command)], command, store.unit) for command in commands]


def people(*commands: Command) -> MemoryStore:
    """Return a store with two members, in which *commands* were carried out."""
    store = MemoryStore()
    do(store, a_registration("c-1"), a_registration("c-2"), *commands)
    return store


def the_points(store: MemoryStore, customer: str = "c-1") -> PointsAccount:
    """Return an account as it stands."""
    return value_of(store, POINTS, customer)


# --- what the laws of all use cases are tried on --------------------------------------------------------------------

# by the policies of `testing.works`: a point for a yuan, to be spent after a week, at a midnight in UTC

MEMBERS: tuple[Command, ...] = (a_registration("c-1"), a_registration("c-2"))
EARNED = (*MEMBERS, an_earning())
USED = (*EARNED, a_spending(4, at=day(9)))

PEOPLE_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "meet": (a_meeting(), ()),
    "meet again": (a_meeting(), MEMBERS),
    "register": (a_registration(), ()),
    "register a guest": (a_registration(), (a_meeting(),)),
    "complete a step": (a_step(), MEMBERS),
    "leave": (a_deactivation(), MEMBERS),
    "come back": (a_reactivation(), (*MEMBERS, a_deactivation())),
    "merge": (a_merger(), EARNED),
    "record personal values": (a_record(), MEMBERS),
    "record them anew": (a_record(name="another"), (*MEMBERS, a_record(id="c-first"))),
    "give consent": (a_consent(), MEMBERS),
    "withdraw consent": (a_consent(None, at=day(1)), (*MEMBERS, a_consent(id="c-first"))),
    "earn": (an_earning(), MEMBERS),
    "earn again": (an_earning(id="c-again"), EARNED),
    "spend": (a_spending(4, at=day(9)), EARNED),
    "give back": (a_return(3, at=day(9)), USED),
    "claw back": (a_claw_back(), EARNED),
    "claw back into debt": (a_claw_back("10.00", at=day(9)), USED),
    "points mature": (a_deadline(day(9)), EARNED),
    "points expire": (a_deadline(day(400)), EARNED),
    "points await": (a_deadline(day(6)), EARNED),
    "erase": (an_erasure(), (*EARNED, a_record(), a_consent())),
    "erase again": (an_erasure(), (*MEMBERS, an_erasure(id="c-first"))),
}
"""A command of every use case of customers, and what came before it."""

PEOPLE_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "meet erased": ("customer.erased", (*MEMBERS, an_erasure()), a_meeting()),
    "register left": ("customer.illegal_move", (*MEMBERS, a_deactivation()), a_registration(id="c-x")),
    "complete for a guest": ("customer.illegal_move", (a_meeting(),), a_step()),
    "leave unknown": ("noun.not_found", (), a_deactivation()),
    "leave erased": ("customer.erase_instead", MEMBERS, a_deactivation(reason=DeactivationReason.ERASED)),
    "come back erased": ("customer.erased", (*MEMBERS, an_erasure()), a_reactivation()),
    "merge into itself": ("customer.merged_into_itself", MEMBERS, a_merger("c-1", "c-1")),
    "merge merged": ("customer.illegal_move", (*MEMBERS, a_merger(), a_registration("c-3")), a_merger("c-1", "c-3")),
    "record for nobody": ("noun.not_found", (), a_record()),
    "record nothing": ("personal.empty", MEMBERS, evolve(a_record(), values=())),
    "record a field twice": ("value.repeated", MEMBERS, evolve(a_record(), values=a_record().values * 2)),
    "consent of nobody": ("noun.not_found", (), a_consent()),
    "earn as a guest": ("customer.not_a_member", (a_meeting(),), an_earning()),
    "earn otherwise": ("points_award.of_another", EARNED, an_earning("9.00", id="c-x")),
    "spend too much": ("points.short", EARNED, a_spending(11, at=day(9))),
    "spend twice": ("points_spending.exists", USED, a_spending(1, at=day(9), id="c-x")),
    "give back too much": ("points_spending.over_returned", USED, a_return(5)),
    "claw back too much": ("points_award.over_refunded", EARNED, a_claw_back("10.01")),
    "time for no account": ("noun.not_found", MEMBERS, a_deadline(day(7))),
    "erase nobody": ("noun.not_found", (), an_erasure()),
}
"""A refusal of every kind of every use case of customers: its code, what came before, the command."""
