"""Personal data: rows that no event tells, written and erased whole, whose values are never shown."""

import pickle
from typing import Any, cast, get_args, get_type_hints

import attrs
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.codec import CODEC, MESSAGES, NOUNS
from ecomops.customers import (
    PERSONAL,
    BadFieldName,
    BadPersonalValue,
    FieldName,
    Personal,
    PersonalEmpty,
    PersonalGone,
    PersonalOfAnother,
    PersonalValue,
    Purpose,
    personal,
)
from ecomops.customers.personal import LONGEST_VALUE, PersonalErased, PersonalRecorded, PersonalReplaced
from ecomops.kernel import CommandId, CorruptHistory, Repeated, Versioned, Write, WrongKind, carries_personal
from ecomops.terms import CustomerId, PersonalId
from ecomops.testing import BUYER, NOON
from ecomops.workflows.intake import TakeCustomers
from ecomops.workflows.profiles import RecordPersonal

TOLD = "王小明 13800138000"


def values(**told: str) -> tuple[PersonalValue, ...]:
    """Return values by the names of their fields."""
    return tuple(PersonalValue(name=FieldName(name), value=value) for name, value in told.items())


def a_row(**told: str) -> Personal:
    """Return a row of a profile; with a name and a phone number, when nothing is told."""
    known = values(**(told or {"name": TOLD, "phone": "13800138000"}))
    return Personal(id=PersonalId("p-1"), customer=CustomerId("c-1"), purpose=Purpose.PROFILE, values=known)


ROW = a_row()


def test_an_event_names_fields_and_never_values() -> None:
    """Recording, replacing and erasing tell which fields, in the order of the row or of their names."""
    recorded = personal.record(ROW, at=NOON)
    names = (FieldName("name"), FieldName("phone"))
    assert recorded == (
        PersonalRecorded(id=ROW.id, customer=ROW.customer, purpose=Purpose.PROFILE, fields=names, at=NOON),
    )
    new = a_row(phone="139", email="a@b.cn", name=TOLD)
    assert personal.replace(ROW, by=new, at=NOON) == (
        PersonalReplaced(id=ROW.id, fields=(FieldName("email"), FieldName("phone")), at=NOON),
    )
    assert personal.erase(ROW, at=NOON) == (PersonalErased(id=ROW.id, fields=names, at=NOON),)


def test_a_repeat_does_nothing() -> None:
    """The same values, in any order, and a second erasure."""
    assert personal.replace(ROW, by=evolve(ROW, values=ROW.values[::-1]), at=NOON) == ()
    assert personal.erase(personal.erased(ROW), at=NOON) == ()


def test_an_erased_row_holds_no_value() -> None:
    """It keeps its id, whose it was and why, so that everything that points at it still stands."""
    gone = personal.erased(ROW)
    assert gone == Personal(id=ROW.id, customer=ROW.customer, purpose=ROW.purpose, values=(), erased=True)
    assert gone.fields == ()
    assert gone.read(FieldName("name")) is None
    assert ROW.read(FieldName("name")) == TOLD


def test_rows_are_refused() -> None:
    """Without a value, with a field twice, erased, of another customer or purpose."""
    with pytest.raises(PersonalEmpty):
        personal.record(evolve(ROW, values=()), at=NOON)
    with pytest.raises(Repeated):
        personal.record(evolve(ROW, values=ROW.values * 2), at=NOON)
    with pytest.raises(PersonalGone):
        personal.replace(personal.erased(ROW), by=ROW, at=NOON)
    with pytest.raises(PersonalEmpty):
        personal.replace(ROW, by=evolve(ROW, values=()), at=NOON)
    for other in (
        evolve(ROW, id=PersonalId("p-2")),
        evolve(ROW, customer=None),
        evolve(ROW, purpose=Purpose.TEXT),
    ):
        with pytest.raises(PersonalOfAnother):
            personal.replace(ROW, by=other, at=NOON)


@pytest.mark.parametrize("text", ["Name", "phone2", "13800138000", "e-mail", "姓名", "a" * 41, " name", "name "])
def test_the_name_of_a_field_is_no_value(text: str) -> None:
    """Small letters and underscores only: a name or a number of a person cannot slip into it; it is not repeated."""
    with pytest.raises(BadFieldName) as refusal:
        FieldName(text)
    assert refusal.value.context == {"longest": 40}


def test_the_name_of_a_field_is_a_text() -> None:
    """Nothing else is."""
    with pytest.raises(WrongKind):
        FieldName(cast("Any", 5))


@pytest.mark.parametrize("text", ["", " ", "\n", "a\0", "\x1b[31m", "\ud800", "a" * (LONGEST_VALUE + 1)])
def test_a_value_can_be_stored(text: str) -> None:
    """An empty value is none; characters that stores stumble at are refused, and not repeated."""
    with pytest.raises(BadPersonalValue) as refusal:
        PersonalValue(name=FieldName("name"), value=text)
    assert refusal.value.context == {"field": "PersonalValue.value", "longest": LONGEST_VALUE}


def test_a_value_is_a_text() -> None:
    """Nothing else is, and its kind alone is told."""
    with pytest.raises(WrongKind):
        PersonalValue(name=FieldName("phone"), value=cast("Any", 13800138000))


@pytest.mark.parametrize("text", ["a\nb\tc", " kept as it is ", "👩‍👩‍👧", "a" * LONGEST_VALUE])
def test_a_value_is_kept_as_it_was_given(text: str) -> None:
    """A letter has lines, a name may have any sign."""
    row = a_row(text=text)
    assert row.read(FieldName("text")) == text
    assert CODEC.load(CODEC.dump(row), Personal) == row


@given(st.text(st.characters(categories=["L", "N"]), min_size=12, max_size=30))
def test_no_repr_shows_a_value(secret: str) -> None:
    """Neither of the value, nor of the row, the command, a versioned row, a write, or of all of these in a list."""
    row = a_row(name=secret)
    (write,) = PERSONAL.write(None, personal.record(row, at=NOON), after=row)
    command = RecordPersonal(
        id=CommandId("c"),
        by=BUYER,
        at=NOON,
        personal_id=row.id,
        customer_id=None,
        purpose=row.purpose,
        values=row.values,
    )
    shown = repr([row.values[0], row, command, Versioned(row, 1), write, write.events])
    assert secret not in shown
    assert "FieldName('name')" in shown


def test_rows_are_written_beside_their_events() -> None:
    """A write has the row as `after`; without it nothing would hold the values, and that is refused."""
    assert PERSONAL.write(None, personal.record(ROW, at=NOON), after=ROW) == (
        Write(kind="personal", id="p-1", before=None, after=ROW, expected=None, events=personal.record(ROW, at=NOON)),
    )
    with pytest.raises(CorruptHistory, match="its row is missing"):
        PERSONAL.write(None, personal.record(ROW, at=NOON))
    assert not PERSONAL.replayable


def test_events_tell_everything_but_the_values() -> None:
    """What replays is the row without its values; an erased row replays to itself."""
    recorded = personal.record(ROW, at=NOON)
    replaced = personal.replace(ROW, by=a_row(name="x"), at=NOON)
    assert PERSONAL.replay((*recorded, *replaced)) == evolve(ROW, values=())
    assert PERSONAL.replay((*recorded, *personal.erase(ROW, at=NOON))) == personal.erased(ROW)
    assert PERSONAL.fold(ROW, replaced) == ROW


def test_rows_are_found_by_customer_purpose_and_what_they_hold() -> None:
    """An erased row holds nothing of anybody."""
    assert {name: key(ROW) for name, key in PERSONAL.keys.items()} == {
        "customer": "c-1",
        "purpose": "profile",
        "held": "c-1",
    }
    assert PERSONAL.keys["held"](personal.erased(ROW)) is None


# --- no other class of the library holds personal values ------------------------------------------------------------


def holds(kind: Any, *above: Any) -> bool:  # noqa: ANN401 - annotations
    """Tell whether a value of the annotated *kind* can hold a personal value; a rule may stand in itself."""
    if kind in {PersonalValue, Personal}:
        return True
    if kind in above:
        return False
    if isinstance(kind, type) and attrs.has(kind):
        return any(holds(each, kind, *above) for each in get_type_hints(kind).values())
    return any(holds(each, *above) for each in get_args(kind))


def test_whoever_brings_personal_values_says_so() -> None:
    """No event and no answer holds a personal value; a command that brings some, as values or as text, says so."""
    assert [event for noun in NOUNS for event in noun.all_events if holds(event)] == []
    assert [noun.kind for noun in NOUNS if holds(noun.model)] == ["personal"]
    bringing = [each for each in MESSAGES if holds(each)]
    assert RecordPersonal in bringing
    assert all("id" in fields and "by" in fields for fields in map(get_type_hints, bringing))
    made: list[Any] = [object.__new__(each) for each in MESSAGES]
    assert {type(each) for each in made if carries_personal(each)} == {*bringing, TakeCustomers}


def test_rows_can_be_copied() -> None:
    """A host may send them through a queue of its own."""
    assert pickle.loads(pickle.dumps(ROW)) == ROW  # noqa: S301 - the test's own bytes
