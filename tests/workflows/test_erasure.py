"""Erasure: not a byte of a person is left in store, log, kept commands or any repr; all else stands."""

import gc
import pickle
from types import FunctionType, ModuleType

import pytest

from ecomops.codec import NOUNS
from ecomops.customers import CUSTOMER, PERSONAL, DeactivationReason, Purpose, Status
from ecomops.kernel import DomainError, Recorded
from ecomops.memory import MemoryStore
from ecomops.terms import CustomerId, PersonalId
from ecomops.testing.contract import check_store
from ecomops.workflows.erasure import CustomerGone
from ecomops.workflows.profiles import RecordPersonal
from tests.workflows.people import (
    PEOPLE_WORKS,
    a_consent,
    a_merger,
    a_record,
    a_registration,
    an_earning,
    an_erasure,
    do,
    people,
)
from tests.workflows.shop import Drive, dump, value_of

PLANTED = ("Zaphod-Beeblebrox", "+86-13912345678", "zaphod@betelgeuse.example", "42 Improbability Drive")


def planted(row: str, purpose: Purpose = Purpose.PROFILE, customer: str = "c-1") -> RecordPersonal:
    """Return the command that plants a name, a phone number, an e-mail and an address."""
    name, phone, email, street = PLANTED
    return a_record(row, customer=customer, purpose=purpose, name=name, phone=phone, email=email, street=street)


def reachable(root: object) -> list[object]:
    """Return everything that can be reached from *root*, code and modules apart."""
    seen: dict[int, object] = {}
    edge = [root]
    while edge:
        one = edge.pop()
        if id(one) not in seen and not isinstance(one, (type, ModuleType, FunctionType)):
            seen[id(one)] = one
            edge.extend(gc.get_referents(one))
    return list(seen.values())


def traces(store: MemoryStore) -> list[str]:
    """Return what of the planted values is left anywhere in *store*: in any text that it reaches, or any repr."""
    texts = [one for one in reachable(store) if isinstance(one, str)]
    log: list[Recorded] = list(store.after(-1, 1_000_000))
    shown = [repr(store.rows(noun)) for noun in NOUNS] + [repr(log), repr(vars(store)), dump(store)]
    return [value for value in PLANTED if any(value in text for text in (*texts, *shown))]


def test_a_store_without_an_erasure_has_traces() -> None:
    """The search below finds what is there: the row holds the values, and nothing else does."""
    store = people(planted("p-1"))
    assert traces(store) == list(PLANTED)
    log = list(store.after(-1, 1_000_000))
    assert not any(value in repr([log, store.recorded(planted("p-1").id)]) for value in PLANTED)
    assert not any(value.encode() in pickle.dumps(log) for value in PLANTED)


def test_no_byte_is_left(drive: Drive) -> None:
    """Of rows for every purpose, written and written anew; what was known without a name is still known."""
    purposes = [(f"p-{n}", purpose) for n, purpose in enumerate(Purpose)]
    store = people(a_consent(), an_earning(), *(planted(row, purpose) for row, purpose in purposes))
    do(store, a_record("p-0", name="another", id="c-anew"))
    answer = drive(PEOPLE_WORKS[type(an_erasure())], an_erasure(), store)
    assert answer == CustomerGone(
        customers=(CustomerId("c-1"),), erased=tuple(PersonalId(row) for row, _ in purposes), kept=()
    )
    assert traces(store) == []
    customer = value_of(store, CUSTOMER, "c-1")
    assert (customer.status, customer.deactivated) == (Status.DEACTIVATED, DeactivationReason.ERASED)


def test_replay_still_tells_every_row(drive: Drive) -> None:
    """All rows that events tell are what their events tell, before and after, byte for byte the same."""
    store = people(planted("p-1"), an_earning(), a_consent())
    others = {noun.kind: dict(store.rows(noun)) for noun in NOUNS if noun not in {PERSONAL, CUSTOMER}}
    drive(PEOPLE_WORKS[type(an_erasure())], an_erasure(), store)
    assert {noun.kind: dict(store.rows(noun)) for noun in NOUNS if noun not in {PERSONAL, CUSTOMER}} == others
    for noun in NOUNS:
        for id, row in store.rows(noun).items():
            told = noun.replay(recorded.event for recorded in store.of(noun.kind, id))
            assert told == row.value


def test_whoever_was_merged_is_erased_too(drive: Drive) -> None:
    """A person is all of their ids, in whatever steps they became one; each of the ids means all."""
    store = people(planted("p-1"), a_registration("c-3"), planted("p-3", customer="c-3"))
    do(store, a_merger("c-3", "c-1"), a_merger("c-1", "c-2"))
    answer = drive(PEOPLE_WORKS[type(an_erasure())], an_erasure("c-3"), store)
    assert [str(id) for id in answer.customers] == ["c-2", "c-1", "c-3"]
    assert traces(store) == []
    assert value_of(store, CUSTOMER, "c-2").deactivated is DeactivationReason.ERASED
    assert value_of(store, CUSTOMER, "c-1").status is Status.MERGED


def test_what_the_law_asks_for_is_kept_by_its_purpose(drive: Drive) -> None:
    """And erased by a later command; another customer is left alone, and a repeat erases nothing."""
    store = people(planted("p-1"), planted("p-2", Purpose.INVOICE_TITLE), a_record("p-3", customer="c-2"))
    work = PEOPLE_WORKS[type(an_erasure())]
    first = drive(work, an_erasure("c-1", Purpose.INVOICE_TITLE), store)
    assert (first.erased, first.kept) == ((PersonalId("p-1"),), (PersonalId("p-2"),))
    second = drive(work, an_erasure("c-1", id="c-later"), store)
    assert (second.erased, second.kept) == ((PersonalId("p-2"),), ())
    assert traces(store) == []
    assert drive(work, an_erasure("c-1", id="c-last"), store).erased == ()
    assert not value_of(store, PERSONAL, "p-3").erased


def test_an_erasure_reads_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows and merged customers there are."""
    monkeypatch.setattr("ecomops.workflows.erasure.MOST_ROWS", 2)
    store = people(*(planted(f"p-{n}") for n in range(5)))
    do(store, *(a_registration(f"d-{n}") for n in range(3)), *(a_merger(f"d-{n}", "c-1") for n in range(3)))
    (answer,) = do(store, an_erasure())
    assert (len(answer.erased), len(answer.customers)) == (5, 4)
    assert traces(store) == []


def test_nobody_is_not_erased() -> None:
    """Somebody whom nobody has seen is missing."""
    with pytest.raises(DomainError) as refusal:
        do(MemoryStore(), an_erasure())
    assert refusal.value.code == "noun.not_found"


def test_stores_keep_personal_rows() -> None:
    """The contract of a store holds for rows that no event tells."""
    store = MemoryStore()
    check_store(store.unit, history=store, nouns=[PERSONAL, CUSTOMER])
