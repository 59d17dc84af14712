"""Erase a customer: every personal row of theirs, and of everybody who was merged into them.

Orders, points and sums stay as they are, under ids that name nobody any more. What the law asks to keep (invoice
titles) is kept by its purpose, and erased by a later command.
"""

from typing import ClassVar, TypeVar

from attrs import evolve, field, frozen
from pendulum import DateTime

from ecomops import customers
from ecomops.customers import CUSTOMER, PERSONAL, Customer, DeactivationReason, Personal, Purpose, personal
from ecomops.kernel import (
    MOST_ROWS,
    Actor,
    CommandId,
    In,
    Plan,
    Query,
    Reading,
    Versioned,
    Work,
    Write,
    page,
)
from ecomops.kernel.checks import an_instant, is_a, tuple_of
from ecomops.terms import CustomerId, PersonalId
from ecomops.workflows.membership import member

N = TypeVar("N")


@frozen(kw_only=True)
class EraseCustomer:
    """Erase what the shop holds of a person.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        customer_id: The customer; one who was merged into another means that one.
        keep: The purposes for which rows are kept, since the law asks for it.
    """

    code: ClassVar[str] = "erase_customer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    keep: tuple[Purpose, ...] = field(default=(), validator=tuple_of(Purpose))


@frozen(kw_only=True)
class CustomerGone:
    """The answer.

    Args:
        customers: Whose data were erased: the customer, then those merged into them.
        erased: The rows that hold no value any more.
        kept: The rows that are kept, for a purpose that the command names.
    """

    code: ClassVar[str] = "customer_gone"

    customers: tuple[CustomerId, ...] = field(validator=tuple_of(CustomerId))
    erased: tuple[PersonalId, ...] = field(validator=tuple_of(PersonalId))
    kept: tuple[PersonalId, ...] = field(validator=tuple_of(PersonalId))


@frozen(kw_only=True)
class EraseNeeds:
    """What the plan looks at.

    Args:
        family: The customer, then all who were merged into them, in whatever steps.
        rows: The personal rows of all of these that hold values.
    """

    family: tuple[Versioned[Customer], ...] = field(validator=tuple_of(Versioned, least=1))
    rows: tuple[Versioned[Personal], ...] = field(validator=tuple_of(Versioned))


def plan_erase_customer(command: EraseCustomer, needs: EraseNeeds) -> Plan[CustomerGone]:
    """Decide the erasure; a second one erases what came, or was kept, since the first."""
    head = CUSTOMER.draft(needs.family[0])
    head.add(customers.deactivate(head.value, reason=DeactivationReason.ERASED, at=command.at))
    going = tuple(row for row in needs.rows if row.value.purpose not in command.keep)
    answer = CustomerGone(
        customers=tuple(each.value.id for each in needs.family),
        erased=tuple(row.value.id for row in going),
        kept=tuple(row.value.id for row in needs.rows if row.value.purpose in command.keep),
    )
    rows = tuple(write for row in going for write in _erased(row, at=command.at))
    return Plan(answer=answer, writes=(*head.writes(), *rows))


def _erased(row: Versioned[Personal], *, at: DateTime) -> tuple[Write[Personal], ...]:
    return PERSONAL.write(row, personal.erase(row.value, at=at), after=personal.erased(row.value))


def family(id: CustomerId) -> Reading[tuple[Versioned[Customer], ...]]:
    """Read a customer (who was merged into another, that one), then all who were merged into them.

    Raises:
        Missing: There is no such customer.
    """
    head = yield from member(id)
    found = [head]
    fresh: tuple[str, ...] = (head.value.id,)
    while fresh:
        joined = yield from every(Query(noun=CUSTOMER, terms=(In(key="into", values=fresh),), limit=MOST_ROWS))
        found += joined
        fresh = tuple(each.value.id for each in joined)
    return tuple(found)


def every(query: Query[N]) -> Reading[tuple[Versioned[N], ...]]:
    """Read all pages of *query*, one after the other."""
    rows: list[Versioned[N]] = []
    following: Query[N] | None = query
    while following is not None:
        some = yield from page(following)
        rows += some.rows
        following = None if some.next is None else evolve(query, after=some.next)
    return tuple(rows)


def erase_customer(command: EraseCustomer) -> Work[CustomerGone]:
    """Read the customer with all who were merged into them and all of their personal rows, and erase these.

    Raises:
        Missing: There is no such customer.
    """
    people = yield from family(command.customer_id)
    holders = tuple(each.value.id for each in people)
    rows = yield from every(Query(noun=PERSONAL, terms=(In(key="held", values=holders),), limit=MOST_ROWS))
    return plan_erase_customer(command, EraseNeeds(family=people, rows=rows))
