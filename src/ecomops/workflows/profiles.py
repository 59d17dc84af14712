"""Write personal values down, and what a customer consents to.

The command that brings personal values says so (`personal`): no store keeps it, only its fingerprint.
"""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import customers
from ecomops.customers import (
    CONSENT,
    CUSTOMER,
    PERSONAL,
    Consent,
    ConsentId,
    ConsentPurpose,
    Customer,
    FieldName,
    Personal,
    PersonalValue,
    Purpose,
    consent,
    in_force,
    personal,
)
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.terms import CustomerId, PersonalId
from ecomops.workflows.membership import member


@frozen(kw_only=True)
class RecordPersonal:
    """Write a row of personal values down, or anew.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        personal_id: What everything else in the shop will know of the values.
        customer_id: Whose they are; None for somebody who is no customer.
        purpose: Why they are held.
        values: The values, all of them: those of an earlier row that are not among them are gone.
    """

    code: ClassVar[str] = "record_personal"
    personal: ClassVar[bool] = True

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    personal_id: PersonalId = field(validator=is_a(PersonalId))
    customer_id: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    purpose: Purpose = field(validator=is_a(Purpose))
    values: tuple[PersonalValue, ...] = field(validator=tuple_of(PersonalValue))


@frozen(kw_only=True)
class PersonalHeld:
    """The answer: under which id, which fields are held, and whether the row is new; never a value."""

    code: ClassVar[str] = "personal_held"

    personal_id: PersonalId = field(validator=is_a(PersonalId))
    fields: tuple[FieldName, ...] = field(validator=tuple_of(FieldName))
    new: bool = field(validator=is_a(bool))


@frozen(kw_only=True)
class TellConsent:
    """Note that a customer consents to something, or no longer does.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer.
        purpose: What for.
        text_version: The version of the words that were agreed to; None for a withdrawal.
    """

    code: ClassVar[str] = "tell_consent"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    purpose: ConsentPurpose = field(validator=is_a(ConsentPurpose))
    text_version: str | None = field(validator=optional(some_text))


@frozen(kw_only=True)
class ConsentTold:
    """The answer: the version of the words to which the customer agrees at that instant; None for nothing."""

    code: ClassVar[str] = "consent_told"

    customer_id: CustomerId = field(validator=is_a(CustomerId))
    purpose: ConsentPurpose = field(validator=is_a(ConsentPurpose))
    text_version: str | None = field(validator=optional(some_text))


@frozen(kw_only=True)
class RecordNeeds:
    """What the plan of personal values looks at: the row, and the customer; None where there is none.

    The customer is the one under whom they go on who was merged into another: an erasure of that one erased both.
    """

    row: Versioned[Personal] | None = field(validator=optional(is_a(Versioned)))
    customer: Versioned[Customer] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class ConsentNeeds:
    """What the plan of a consent looks at: the customer, and the consent; None when nobody asked.

    The customer is the one under whom they go on who was merged into another.
    """

    customer: Versioned[Customer] = field(validator=is_a(Versioned))
    consent: Versioned[Consent] | None = field(validator=optional(is_a(Versioned)))


def plan_record_personal(command: RecordPersonal, needs: RecordNeeds) -> Plan[PersonalHeld]:
    """Decide what is written down; of an erasure of the customer meanwhile, one of the two conflicts.

    Raises:
        CustomerErased: The data of the customer were erased, or of the one into whom they were merged.
        PersonalGone: The row was erased; new values take a new id.
        PersonalOfAnother: The row is of another customer or for another purpose.
        PersonalEmpty: There is no value: erase the row instead.
        Repeated: A field stands twice.
    """
    if needs.customer is not None:
        customers.require_not_erased(needs.customer.value)
    row = Personal(
        id=command.personal_id, customer=command.customer_id, purpose=command.purpose, values=command.values
    )  # fmt: skip
    events: tuple[personal.Event, ...] = (
        personal.record(row, at=command.at)
        if needs.row is None
        else personal.replace(needs.row.value, by=row, at=command.at)
    )
    answer = PersonalHeld(personal_id=row.id, fields=row.fields, new=needs.row is None)
    writes = PERSONAL.write(needs.row, events, after=row)
    held = CUSTOMER.check(needs.customer) if writes and needs.customer is not None else ()
    return Plan(answer=answer, writes=(*writes, *held))


def plan_tell_consent(command: TellConsent, needs: ConsentNeeds) -> Plan[ConsentTold]:
    """Decide the consent; a withdrawal is never refused.

    Raises:
        CustomerErased: The data of the customer were erased, and consent is given.
    """
    draft = CONSENT.draft(needs.consent)
    if needs.consent is None:
        draft.add(consent.open_consent(command.customer_id, purpose=command.purpose, at=command.at))
    if command.text_version is None:
        draft.add(consent.withdraw(draft.value, at=command.at))
    else:
        customers.require_not_erased(needs.customer.value)
        draft.add(consent.give(draft.value, text_version=command.text_version, at=command.at))
    holding = in_force(draft.value, at=command.at)
    answer = ConsentTold(
        customer_id=command.customer_id,
        purpose=command.purpose,
        text_version=None if holding is None else holding.text_version,
    )
    return Plan(answer=answer, writes=draft.writes())


def record_personal(command: RecordPersonal) -> Work[PersonalHeld]:
    """Read the row and its customer, and write the values down.

    Raises:
        Missing: There is no such customer.
    """
    customer = None
    if command.customer_id is not None:
        customer = yield from member(command.customer_id)
    row = yield from lookup(PERSONAL, command.personal_id)
    return plan_record_personal(command, RecordNeeds(row=row, customer=customer))


def tell_consent(command: TellConsent) -> Work[ConsentTold]:
    """Read the customer and the consent, and note what was said.

    Raises:
        Missing: There is no such customer.
    """
    customer = yield from member(command.customer_id)
    found = yield from lookup(CONSENT, ConsentId.of(command.customer_id, command.purpose))
    return plan_tell_consent(command, ConsentNeeds(customer=customer, consent=found))
