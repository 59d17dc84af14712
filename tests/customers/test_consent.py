"""Consent: what is in force at an instant, whatever the order in which it was told."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.customers import CONSENT, Consent, ConsentId, ConsentPurpose, ConsentVersion, consent, in_force
from ecomops.customers.consent import ConsentAdopted, ConsentGiven, ConsentWithdrawn
from ecomops.terms import CustomerId
from ecomops.testing import NOON

ONE, SMS = CustomerId("c-1"), ConsentPurpose("sms")
OPENED = consent.open_consent(ONE, purpose=SMS, at=NOON)
ASKED = CONSENT.replay(OPENED)


def day(number: int) -> DateTime:
    """Return noon of the day *number* days on."""
    return NOON.add(days=number)


Said = tuple[str | None, int]


def told(*said: Said) -> Consent:
    """Return the consent after what was said, as pairs of version (None withdraws) and day."""
    found = ASKED
    for version, number in said:
        found = CONSENT.fold(found, say(found, version, number))
    return found


def say(found: Consent, version: str | None, number: int) -> tuple[ConsentGiven | ConsentWithdrawn, ...]:
    """Decide what one thing said on a day comes to."""
    if version is None:
        return consent.withdraw(found, at=day(number))
    return consent.give(found, text_version=version, at=day(number))


def versions(found: Consent, days: Sequence[int]) -> list[str | None]:
    """Return the version in force at each of *days*."""
    holding = (in_force(found, at=day(number)) for number in days)
    return [None if each is None else each.text_version for each in holding]


def test_consent_is_in_force_from_its_instant_to_its_withdrawal() -> None:
    """Both ends included as they should be: it begins at its instant, and ends at that of the withdrawal."""
    found = told(("v1", 1), ("v2", 3), (None, 5), ("v2", 7))
    assert versions(found, range(9)) == [None, "v1", "v1", "v2", "v2", None, None, "v2", "v2"]
    assert in_force(None, at=NOON) is None


def test_a_repeat_says_nothing_new() -> None:
    """The version that is in force, the same withdrawal, a consent at the very instant of a withdrawal."""
    found = told(("v1", 1), (None, 5))
    assert say(found, "v1", 2) == ()
    assert say(found, None, 5) == ()
    assert say(told((None, 2)), None, 2) == ()
    assert say(found, "v1", 5) == ()
    assert say(told(("v2", 1), ("v1", 1)), "v1", 1) == ()
    assert say(found, "v2", 2) == (ConsentGiven(id=found.id, text_version="v2", at=day(2)),)
    assert say(found, None, 2) == (ConsentWithdrawn(id=found.id, at=day(2)),)


def test_a_late_message_finds_its_place() -> None:
    """A withdrawal of the second day that arrives on the fourth leaves the consent of the third day in force."""
    assert versions(told(("v1", 1), ("v2", 3), (None, 2)), range(5)) == [None, "v1", None, "v2", "v2"]


def test_a_withdrawal_outlives_a_consent_that_arrives_late() -> None:
    """Withdrawn on the third and the sixth day; the consents of the second and the fifth arrive after that."""
    assert versions(told((None, 3), ("v1", 2)), range(5)) == [None, None, "v1", None, None]
    said: tuple[Said, ...] = (("v1", 1), (None, 3), (None, 6), ("v2", 5))
    assert versions(told(*said), range(8)) == [None, "v1", "v1", None, None, "v2", None, None]


EVENTS = st.lists(
    st.tuples(st.sampled_from(["v1", "v2", None]), st.integers(0, 4)), max_size=6
)  # fmt: skip


@given(EVENTS, st.permutations(range(6)))
def test_nothing_is_in_force_where_a_withdrawal_was_the_last_word(said: list[Said], places: Sequence[int]) -> None:
    """In whatever order messages arrive: by their instants, a withdrawal ends what was agreed to up to its instant."""
    found = told(*(said[place] for place in places if place < len(said)))
    for day_number in range(6):
        last = max(((on, version is None) for version, on in said if on <= day_number), default=(0, False))
        if last[1]:
            assert versions(found, [day_number]) == [None]


@given(EVENTS, st.permutations(range(6)))
def test_what_is_in_force_depends_on_no_order(said: list[Said], places: Sequence[int]) -> None:
    """Events folded in any order leave one consent; and of a consent withdrawn at an instant nothing is in force."""
    events = [
        ConsentWithdrawn(id=ASKED.id, at=day(number))
        if version is None
        else ConsentGiven(id=ASKED.id, text_version=version, at=day(number))
        for version, number in said
    ]
    shuffled = [events[place] for place in places if place < len(events)]
    found = CONSENT.fold(ASKED, events)
    assert CONSENT.fold(ASKED, shuffled) == found
    assert all(in_force(found, at=day(number)) is None for version, number in said if version is None)


def test_adopted_consents_keep_their_versions() -> None:
    """In the order of their instants, whatever the order in which they come."""
    first, second = ConsentVersion(text_version="v1", at=day(1)), ConsentVersion(text_version=None, at=day(2))
    event = ConsentAdopted(id=ASKED.id, customer=ONE, purpose=SMS, versions=(second, first), at=NOON)
    assert CONSENT.replay((event,)).versions == (first, second)
    assert (first.given, second.given) == (True, False)


@pytest.mark.parametrize(
    ("purpose", "id"),
    [("sms", "sms:c-1"), ("a:b", "a%3Ab:c-1"), ("a%3Ab", "a%253Ab:c-1")],
)
def test_an_id_names_one_customer_and_one_purpose(purpose: str, id: str) -> None:
    """Whatever they are called."""
    assert ConsentId.of(ONE, ConsentPurpose(purpose)) == id


def test_consents_are_found_by_customer_and_purpose() -> None:
    """The binding names two keys and no timer."""
    assert {name: key(ASKED) for name, key in CONSENT.keys.items()} == {"customer": "c-1", "purpose": "sms"}
    assert (CONSENT.id_of(ASKED), CONSENT.due_at) == ("sms:c-1", None)
