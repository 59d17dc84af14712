"""Personal values and consents: written down, written anew, and told by no answer, event, log or kept command."""

import pytest

from ecomops.codec import CODEC
from ecomops.customers import CONSENT, PERSONAL, FieldName, Purpose
from ecomops.kernel import CommandReused, Commit, DomainError
from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId, PersonalId
from ecomops.workflows.profiles import ConsentTold, PersonalHeld
from tests.customers.kit import day
from tests.workflows.people import (
    PEOPLE_WORKS,
    a_consent,
    a_record,
    a_registration,
    an_erasure,
    do,
    people,
)
from tests.workflows.shop import Drive, codes, value_of

NAME = FieldName("name")


def test_values_are_written_down_and_anew(drive: Drive) -> None:
    """The answer names the row and its fields; the row holds the values, all that were told last."""
    store = people()
    work = PEOPLE_WORKS[type(a_record())]
    assert drive(work, a_record(name="王小明"), store) == PersonalHeld(
        personal_id=PersonalId("p-1"), fields=(NAME,), new=True
    )
    assert not drive(work, a_record(name="王大明", email="a@b.cn", id="c-2"), store).new
    row = value_of(store, PERSONAL, "p-1")
    assert [each.value for each in row.values] == ["王大明", "a@b.cn"]
    drive(work, a_record(name="王大明", email="a@b.cn", id="c-3"), store)
    assert codes(store)[4:] == ["personal.recorded", "personal.replaced"]


def test_a_recipient_need_be_no_customer(drive: Drive) -> None:
    """The recipient of a gift has a row of their own."""
    store = MemoryStore()
    drive(PEOPLE_WORKS[type(a_record())], a_record(customer=None, purpose=Purpose.RECIPIENT), store)
    assert value_of(store, PERSONAL, "p-1").customer is None


def test_rows_are_refused() -> None:
    """Of nobody who is known, of an erased customer, of another customer, for another purpose, without a value."""
    for commands, wrong, code in (
        ((), a_record(customer="c-9"), "noun.not_found"),
        ((an_erasure(),), a_record(), "customer.erased"),
        ((a_record(), an_erasure()), a_record(customer=None, id="c-x"), "personal.gone"),
        ((a_record(),), a_record(customer="c-2", id="c-x"), "personal.of_another"),
        ((a_record(),), a_record(purpose=Purpose.TEXT, id="c-x"), "personal.of_another"),
    ):
        store = people(*commands)
        before = codes(store)
        with pytest.raises(DomainError) as refusal:
            do(store, wrong)
        assert (refusal.value.code, codes(store)) == (code, before)


def test_a_repeat_is_known_without_its_values(drive: Drive) -> None:
    """The same command is answered as before; the same id with other values is refused; the store kept neither."""
    store = people()
    work = PEOPLE_WORKS[type(a_record())]
    first = drive(work, a_record(), store)
    assert drive(work, a_record(), store) == first
    with pytest.raises(CommandReused):
        drive(work, a_record(name="somebody else"), store)
    kept = store.recorded(a_record().id)
    assert kept is not None
    assert "13800138000" not in repr(kept)
    assert type(kept[0]) is not type(a_record())
    assert codes(store).count("personal.recorded") == 1


def test_what_is_kept_of_personal_values_can_be_keyed() -> None:
    """With a secret of the host, nobody else makes the digest of a guessed value; repeats are known all the same."""
    plain, keyed = MemoryStore(), MemoryStore(key=b"secret")
    for store in (plain, keyed):
        do(store, a_registration("c-1"), a_record(), a_record())
        with pytest.raises(CommandReused):
            do(store, a_record(name="somebody else"))
    guess = CODEC.fingerprint(a_record())
    assert (guess in repr(plain.recorded(a_record().id)), guess in repr(keyed.recorded(a_record().id))) == (True, False)
    with pytest.raises(DomainError):
        MemoryStore(key=b"")


def test_a_unit_knows_its_own_personal_commands() -> None:
    """Before it ends, too: the repeat is known, and another content refused."""
    store = people()
    with store.unit() as unit:
        assert unit.save(Commit(command=a_record(), answer=None, writes=()))
        assert unit.done(a_record()) is not None
        with pytest.raises(CommandReused):
            unit.done(a_record(name="somebody else"))


def test_consents_are_told(drive: Drive) -> None:
    """Given, given again, withdrawn; the answer is what holds at that instant, and a late message counts then."""
    store = people()
    work = PEOPLE_WORKS[type(a_consent())]
    said = [("v1", 1), ("v1", 2), (None, 5), ("v2", 3)]
    answers = [drive(work, a_consent(version, at=day(on), id=f"c-{n}"), store) for n, (version, on) in enumerate(said)]
    assert [answer.text_version for answer in answers] == ["v1", "v1", None, "v2"]
    assert answers[0] == ConsentTold(customer_id=CustomerId("c-1"), purpose=a_consent().purpose, text_version="v1")
    assert [version.text_version for version in value_of(store, CONSENT, "sms:c-1").versions] == ["v1", "v2", None]


def test_an_erased_customer_only_withdraws(drive: Drive) -> None:
    """A consent is not given any more; a withdrawal is never refused."""
    store = people(a_consent(), an_erasure())
    work = PEOPLE_WORKS[type(a_consent())]
    with pytest.raises(DomainError) as refusal:
        drive(work, a_consent("v2", id="c-2"), store)
    assert refusal.value.code == "customer.erased"
    assert drive(work, a_consent(None, at=day(1), id="c-3"), store).text_version is None
    with pytest.raises(DomainError) as refusal:
        drive(work, a_consent(customer="c-9", id="c-4"), store)
    assert refusal.value.code == "noun.not_found"
