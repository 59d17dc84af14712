"""Checks of single fields: what each lets pass, and what it says when it does not."""

import datetime as dt
import pickle
import unicodedata
from typing import Any

import pendulum
import pytest
from attrs import fields, frozen
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import BadText, DomainError, OutOfRange, Repeated, WrongKind, instant
from ecomops.kernel.checks import (
    LONGEST_TEXT,
    MOST_UNITS,
    Check,
    an_instant,
    is_a,
    is_plain,
    optional,
    require_once,
    some_text,
    tuple_of,
    whole,
)
from tests.kernel.hostile import TEXTS, VALUES, untyped


@frozen
class Card:
    """Something with one field."""

    face: object = None


FACE: Any = fields(Card).face


def apply(check: Check, value: object) -> None:
    """Run *check* as the codec does: before there is an instance."""
    check(object.__new__(Card), FACE, value)


CHECKS: dict[str, Check] = {
    "is_a": is_a(str),
    "is_a of several": is_a(int, str),
    "optional": optional(is_a(int)),
    "whole": whole(),
    "whole from 1": whole(1),
    "tuple_of": tuple_of(str),
    "some_text": some_text,
    "an_instant": an_instant,
}


@pytest.mark.parametrize("check", CHECKS)
def test_check_passes_or_refuses_with_a_domain_error(check: str) -> None:
    """Whatever it is given, a check returns nothing or raises a refusal whose sentence can be read."""
    for value in VALUES.values():
        try:
            apply(CHECKS[check], value)
        except DomainError as refusal:
            assert refusal.context["field"] == "Card.face"  # noqa: PT017 - a check may well pass
            length = len(refusal.message("en"))
            assert length < 200


@pytest.mark.parametrize("value", ["a", str, 1, True, None, (1.5,)])
def test_is_a_refuses_other_kinds_by_name(value: object) -> None:
    """The refusal names the field, the kinds that it takes and the kind that was found, never the value."""
    with pytest.raises(WrongKind) as refused:
        apply(is_a(float, bytes), value)
    assert refused.value.context == {
        "field": "Card.face",
        "expected": "float or bytes",
        "found": type(value).__name__,
    }


def test_is_a_lets_each_of_its_kinds_and_their_subclasses_pass() -> None:
    """Any of the kinds passes, and what is derived from it."""
    for value in (1, "a", type("Derived", (str,), {})("a")):
        apply(is_a(int, str), value)


@pytest.mark.parametrize("value", [True, False])
def test_bool_is_no_int(value: bool) -> None:  # noqa: FBT001 - the value is the example
    """A bool passes where a bool is asked for, first or not, and nowhere else."""
    apply(is_a(bool), value)
    apply(is_a(int, bool), value)
    for check in (is_a(int), is_a(str, int), whole(), whole(0, 1)):
        with pytest.raises(WrongKind, match="bool"):
            apply(check, value)


def test_optional_lets_none_pass_and_asks_the_inner_check_else() -> None:
    """None passes; anything else is as good as the inner check finds it."""
    apply(optional(whole(1)), None)
    apply(optional(whole(1)), 1)
    with pytest.raises(OutOfRange):
        apply(optional(whole(1)), 0)
    with pytest.raises(WrongKind):
        apply(whole(1), None)


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-7, 7))
def test_whole_holds_both_bounds(least: int, most: int, value: int) -> None:
    """An int passes exactly when it lies from the least to the most."""
    check = whole(least, most)
    if value in range(least, most + 1):
        apply(check, value)
    else:
        with pytest.raises(OutOfRange) as refused:
            apply(check, value)
        assert refused.value.context == {"field": "Card.face", "least": str(least), "most": str(most)}


@pytest.mark.parametrize("value", [MOST_UNITS, -MOST_UNITS])
def test_whole_stops_at_the_most_units(value: int) -> None:
    """Without bounds of its own a whole number has up to 10**12 units either way."""
    apply(whole(), value)
    with pytest.raises(OutOfRange, match="-1000000000000 to 1000000000000"):
        apply(whole(), value * 2)


@pytest.mark.parametrize("value", [1.0, "1", None, b"1"])
def test_whole_refuses_what_only_looks_like_an_int(value: object) -> None:
    """A float that is whole, a digit and nothing are no ints."""
    with pytest.raises(WrongKind, match="must be int"):
        apply(whole(), value)


def test_tuple_of_names_the_kind_of_the_first_wrong_member() -> None:
    """Every member is looked at; a list is no tuple, and a tuple of none passes."""
    check = tuple_of(int, str)
    for value in untyped((), (1,), ("a", 1), (type("Derived", (str,), {})("a"),)):
        apply(check, value)
    wrong: list[tuple[object, str]] = [([1], "list"), ((1, "a", 1.5, None), "float"), (None, "NoneType")]
    for value, found in wrong:
        with pytest.raises(WrongKind) as refused:
            apply(check, value)
        assert refused.value.context == {"field": "Card.face", "expected": "tuple of int or str", "found": found}


def test_tuple_of_may_ask_for_a_number_of_members() -> None:
    """Fewer members than the least are out of range; their kind is looked at first."""
    check = tuple_of(int, least=2)
    for value in untyped((1, 2), (1, 2, 3)):
        apply(check, value)
    for value in untyped((), (1,)):
        with pytest.raises(OutOfRange) as refused:
            apply(check, value)
        assert (refused.value.field, refused.value.least) == ("Card.face", "2")
    with pytest.raises(WrongKind):
        apply(check, ("a",))


@pytest.mark.parametrize("name", TEXTS)
def test_some_text_refuses_hostile_texts(name: str) -> None:
    """Empty, untrimmed, unprintable and endless texts are refused, in a sentence that does not repeat them."""
    with pytest.raises(BadText) as refused:
        apply(some_text, TEXTS[name])
    assert refused.value.context == {"field": "Card.face", "longest": LONGEST_TEXT}


def test_some_text_takes_up_to_500_characters() -> None:
    """The longest text has 500 characters, in any script."""
    for text in ("a", "gift wrap", "礼品包装", "x" * 500):
        apply(some_text, text)
    with pytest.raises(BadText):
        apply(some_text, "x" * 501)
    with pytest.raises(WrongKind):
        apply(some_text, b"x")


@given(st.text(max_size=6), st.integers(1, 6))
def test_plain_texts_are_those_of_printing_categories(text: str, longest: int) -> None:
    """A text is plain when each character is a letter, mark, number, punctuation, symbol or an inner space."""
    prints = all(char == " " or unicodedata.category(char)[0] in "LMNPS" for char in text)
    trimmed = not text.startswith(" ") and not text.endswith(" ")
    assert is_plain(text, longest=longest) == (prints and trimmed and 1 <= len(text) <= longest)


LOCAL = pendulum.datetime(2026, 6, 18, 12, tz="Europe/London")

NO_INSTANTS: list[object] = [
    dt.datetime(2026, 6, 18, tzinfo=dt.UTC),
    dt.datetime(2026, 6, 18),  # noqa: DTZ001 - naive on purpose
    pendulum.naive(2026, 6, 18),
    LOCAL,
    pendulum.datetime(2026, 1, 18, tz="Europe/London"),  # no hour away from UTC, but another clock
    DateTime(2026, 6, 18, tzinfo=pendulum.FixedTimezone(3600, name="UTC")),
    DateTime(2026, 6, 18, tzinfo=dt.timezone(dt.timedelta(hours=1), "UTC")),  # another zone that calls itself UTC
    pendulum.Date(2026, 6, 18),
    "2026-06-18T00:00:00Z",
    1_781_740_800,
    None,
]


@pytest.mark.parametrize("value", NO_INSTANTS, ids=range(len(NO_INSTANTS)))
def test_an_instant_is_a_pendulum_datetime_in_utc(value: object) -> None:
    """Naive and local times, times of the standard library, texts and numbers are no instants."""
    with pytest.raises(WrongKind, match="DateTime in UTC"):
        apply(an_instant, value)


def test_an_instant_passes_however_it_was_made() -> None:
    """An instant passes when pendulum or the library made it, after a pickle, and with the standard library's UTC."""
    noon = pendulum.datetime(2026, 6, 18, 12)
    pickled: object = pickle.loads(pickle.dumps(noon))  # noqa: S301
    for value in (noon, DateTime(2026, 6, 18, tzinfo=dt.UTC), instant(LOCAL), LOCAL.in_timezone("UTC"), pickled):
        apply(an_instant, value)


@given(st.lists(st.sampled_from("abc"), max_size=5))
def test_require_once_names_the_first_key_that_comes_again(keys: list[str]) -> None:
    """Keys pass when no two are equal; else the refusal names the first that stood before."""
    again = [key for place, key in enumerate(keys) if key in keys[:place]]
    if not again:
        require_once(keys, field="letters")
    else:
        with pytest.raises(Repeated) as refused:
            require_once(keys, field="letters")
        assert refused.value.context == {"field": "letters", "key": again[0]}
