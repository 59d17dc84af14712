"""Personal data: the one place where values of a person stand, a row for each purpose of holding.

This noun is outside the law of replay: its events name fields and never values, its rows are written and erased whole,
and neither `repr` nor a refusal ever shows a value. Everything else in the shop holds a `PersonalId`, so that erasing a
row leaves every replay, decision and sum as it was. Words that somebody wrote, or that were written about somebody,
are personal values too.
"""

import re
from enum import StrEnum
from typing import Any, ClassVar, Self, assert_never

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.customers.errors import BadFieldName, BadPersonalValue, PersonalEmpty, PersonalGone, PersonalOfAnother
from ecomops.kernel import Id, Noun
from ecomops.kernel.checks import an_instant, is_a, is_storable, optional, require_once, tuple_of, wrong_kind
from ecomops.kernel.copies import changed
from ecomops.terms import CustomerId, PersonalId

LONGEST_VALUE = 10_000
"""The longest personal value, in characters: a long letter to the service desk."""

_NAME = re.compile(r"[a-z_]+")


class FieldName(Id):
    """Names a personal field: `name`, `phone`, `email`, `street`. Small letters and underscores, never a value.

    Raises:
        BadFieldName: It holds anything else: a digit or a capital may be a piece of a value.

    Example:
        >>> FieldName("invoice_title")
        FieldName('invoice_title')
    """

    __slots__ = ()

    longest: ClassVar[int] = 40

    def __new__(cls, text: str) -> Self:
        """Make the name of *text*."""
        if isinstance(text, str) and not (len(text) <= cls.longest and _NAME.fullmatch(text)):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise BadFieldName(longest=cls.longest)
        return super().__new__(cls, text)


class Purpose(StrEnum):
    """Why a row of personal values is held: rows are erased, or kept as the law asks, whole."""

    PROFILE = "profile"
    RECIPIENT = "recipient"
    INVOICE_TITLE = "invoice_title"
    TEXT = "text"


def _a_value(instance: object, attribute: "Attribute[Any]", value: str) -> None:
    """Check that the value is a text that any store can keep; lines may break in it."""
    name = f"{type(instance).__name__}.{attribute.name}"
    if type(value) is not str:
        raise wrong_kind(name, "str", value)
    lines = value.replace("\n", "").replace("\t", "")
    storable = is_storable(lines) and min(lines, default=" ") >= " "
    if not value.strip() or len(value) > LONGEST_VALUE or not storable:
        raise BadPersonalValue(field=name, longest=LONGEST_VALUE)


@frozen(kw_only=True)
class PersonalValue:
    """One value of a person under the name of its field; its `repr` shows the name alone.

    Raises:
        BadPersonalValue: The value is empty, too long, or holds characters that cannot be stored.

    Example:
        >>> PersonalValue(name=FieldName("phone"), value="13800000000")
        PersonalValue(name=FieldName('phone'))
    """

    name: FieldName = field(validator=is_a(FieldName))
    value: str = field(validator=_a_value, repr=False)


@frozen(kw_only=True)
class Personal:
    """A row of personal values.

    Args:
        id: What everything else in the shop knows of them.
        customer: Whose they are; None for somebody who is no customer, such as the recipient of a gift.
        purpose: Why they are held.
        values: The values; () once erased.
        erased: Whether the row was erased.
    """

    id: PersonalId = field(validator=is_a(PersonalId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    purpose: Purpose = field(validator=is_a(Purpose))
    values: tuple[PersonalValue, ...] = field(default=(), validator=tuple_of(PersonalValue))
    erased: bool = field(default=False, validator=is_a(bool))

    @property
    def fields(self) -> tuple[FieldName, ...]:
        """The names of the fields that have a value."""
        return tuple(each.name for each in self.values)

    def read(self, name: FieldName) -> str | None:
        """Return the value of the field *name*; None when there is none."""
        return next((each.value for each in self.values if each.name == name), None)


@frozen(kw_only=True)
class PersonalRecorded:
    """Personal values were written down for the first time."""

    code: ClassVar[str] = "personal.recorded"

    id: PersonalId = field(validator=is_a(PersonalId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    purpose: Purpose = field(validator=is_a(Purpose))
    fields: tuple[FieldName, ...] = field(validator=tuple_of(FieldName))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PersonalReplaced:
    """A row was written anew: these fields were added, changed or taken out."""

    code: ClassVar[str] = "personal.replaced"

    id: PersonalId = field(validator=is_a(PersonalId))
    fields: tuple[FieldName, ...] = field(validator=tuple_of(FieldName))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PersonalErased:
    """All values of a row were erased."""

    code: ClassVar[str] = "personal.erased"

    id: PersonalId = field(validator=is_a(PersonalId))
    fields: tuple[FieldName, ...] = field(validator=tuple_of(FieldName))
    at: DateTime = field(validator=an_instant)


Opening = PersonalRecorded
Later = PersonalReplaced | PersonalErased
Event = Opening | Later


def record(row: Personal, *, at: DateTime) -> tuple[PersonalRecorded]:
    """Write *row* down for the first time; hand it to `PERSONAL.write` as `after` beside the event.

    Raises:
        PersonalEmpty: It holds no value.
        Repeated: A field stands twice.
    """
    _require_values(row)
    return (PersonalRecorded(id=row.id, customer=row.customer, purpose=row.purpose, fields=row.fields, at=at),)


def replace(row: Personal, *, by: Personal, at: DateTime) -> tuple[PersonalReplaced, ...]:
    """Write *row* anew as the row *by*, which is handed to `PERSONAL.write` as `after`; () when they are equal.

    Raises:
        PersonalGone: The row was erased.
        PersonalOfAnother: The new row is of another customer or for another purpose.
        PersonalEmpty: It holds no value: erase it instead.
        Repeated: A field stands twice.
    """
    if row.erased:
        raise PersonalGone(id=row.id)
    if (row.id, row.customer, row.purpose) != (by.id, by.customer, by.purpose):
        raise PersonalOfAnother(id=row.id)
    _require_values(by)
    names = sorted({*row.fields, *by.fields})
    differing = tuple(name for name in names if row.read(name) != by.read(name))
    return (PersonalReplaced(id=row.id, fields=differing, at=at),) if differing else ()


def _require_values(row: Personal) -> None:
    if not row.values:
        raise PersonalEmpty(id=row.id)
    require_once(row.fields, field="Personal.values")


def erase(row: Personal, *, at: DateTime) -> tuple[PersonalErased, ...]:
    """Erase all values of *row*; hand `erased(row)` to `PERSONAL.write` as `after`. () when erased already."""
    return () if row.erased else (PersonalErased(id=row.id, fields=row.fields, at=at),)


def erased(row: Personal) -> Personal:
    """Return what is left of *row*: its id, whose it was and why it was held, and no value."""
    return changed(row, values=(), erased=True)


def begin(event: Opening) -> Personal:
    """Return the row that *event* tells of, without its values."""
    return Personal(id=event.id, customer=event.customer, purpose=event.purpose)


def evolve(row: Personal, event: Later) -> Personal:
    """Return the row after *event*; values that the event does not tell stay as they are until they are written."""
    match event:
        case PersonalReplaced():
            return row
        case PersonalErased():
            return erased(row)
        case _:
            assert_never(event)


PERSONAL: Noun[Personal, Opening, Later] = Noun(
    kind="personal",
    model=Personal,
    events=Event,
    opens=(PersonalRecorded,),
    begin=begin,
    evolve=evolve,
    id_of=lambda row: row.id,
    keys={
        "customer": lambda row: row.customer,
        "purpose": lambda row: row.purpose,
        "held": lambda row: None if row.erased else row.customer,
    },
    replayable=False,
)
