"""Typed ids: texts that know what they name."""

import copy
import json
import pickle
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import ActorId, BadText, CommandId, Currency, Id, WrongKind
from tests.kernel.hostile import TEXTS, others

KINDS_OF_ID: list[type[Id]] = [Id, CommandId, ActorId]

names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)


@pytest.mark.parametrize("kind", KINDS_OF_ID)
def test_id_is_its_text(kind: type[Id]) -> None:
    """An id compares, hashes and joins as its text, and knows its kind."""
    made = kind("x-1")
    assert type(made) is kind
    assert made == "x-1"
    assert {made: 1}.get(kind("x-1")) == {"x-1": 1}.get(made) == 1
    assert f"<{made}>" == "<x-1>"
    assert json.dumps(made) == '"x-1"'
    assert type(str(made)) is str
    assert repr(made) == f"{kind.__name__}('x-1')"


def test_id_has_no_room_for_anything_else() -> None:
    """An id carries its text alone."""
    with pytest.raises(AttributeError):
        cast("Any", CommandId("x")).more = 1


@given(st.lists(names))
def test_ids_sort_as_texts(texts: list[str]) -> None:
    """Ids stand in the order of their texts, by code point."""
    assert sorted(CommandId(text) for text in texts) == sorted(texts)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", KINDS_OF_ID)
def test_id_survives_pickle_and_copy(kind: type[Id], protocol: int) -> None:
    """What comes back is an id of the same kind and text."""
    made = kind("茶-1")
    for back in (pickle.loads(pickle.dumps(made, protocol)), copy.copy(made), copy.deepcopy(made)):  # noqa: S301
        assert back == made
        assert type(back) is kind


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("kind", KINDS_OF_ID)
def test_hostile_texts_name_nothing(kind: type[Id], name: str) -> None:
    """Empty, untrimmed, unprintable and endless texts are refused without being repeated."""
    with pytest.raises(BadText) as refused:
        kind(TEXTS[name])
    assert refused.value.context == {"field": kind.__name__, "longest": kind.longest}


def test_other_kinds_name_nothing() -> None:
    """Numbers, bytes and nothing are refused by kind."""
    for value in others(str, Id, Currency):
        with pytest.raises(WrongKind) as refused:
            CommandId(value)
        assert refused.value.context == {"field": "CommandId", "expected": "str", "found": type(value).__name__}


@pytest.mark.parametrize(("kind", "longest"), [(Id, 200), (ActorId, 200), (CommandId, 400)])
def test_longest_id(kind: type[Id], longest: int) -> None:
    """An id has 200 characters at most; that of a command, which may be made of another's, has 400."""
    assert len(kind("茶" * longest)) == longest
    with pytest.raises(BadText):
        kind("茶" * (longest + 1))


def test_an_id_made_of_an_id_is_no_longer_than_its_own_kind_allows() -> None:
    """What one id was looked at for, another of the same text is not; but a longer kind may hold too much."""
    of_command = CommandId("c" * 201)
    assert type(ActorId(CommandId("c-1"))) is ActorId
    assert CommandId(ActorId("c-1")) == "c-1"
    with pytest.raises(BadText):
        ActorId(of_command)
