"""Changed copies: they are frozen values of their class, and say what they cannot do."""

from itertools import repeat
from typing import Any

import pytest
from attrs import Factory, evolve, field, frozen
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Currency, Invalid, Money
from ecomops.kernel.checks import whole
from ecomops.kernel.copies import changed, maker, many_maker, refilled
from tests.kernel.toys import NOON, Jar


@frozen
class Span:
    """From a number to a number; its length is made of them."""

    start: int = field(validator=whole(0))
    end: int = field(validator=whole(0))
    length: int = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Refuse one that ends before it starts."""
        if self.end < self.start:
            raise ValueError(self.end)
        object.__setattr__(self, "length", self.end - self.start)


@frozen
class Worded:
    """A word that is made of anything."""

    word: str = field(converter=str)


@frozen
class Counted:
    """A word with its length, which it counts itself."""

    word: str
    length: int = field(init=False, default=Factory(lambda own: len(own.word), takes_self=True))


@frozen
class Lone:
    """One field."""

    only: int = field(validator=whole(0))


SPAN = Span(2, 5)


@given(sweets=st.integers(-9, 9), credit=st.none() | st.integers(0, 9), colour=st.none() | st.text())
def test_a_copy_differs_in_what_was_changed_and_in_nothing_else(
    sweets: int, credit: int | None, colour: str | None
) -> None:
    """It is the one that attrs makes, shares what it takes over, and leaves what it was made of as it was."""
    jar = Jar(id="jar", labels=("a", "b"), opens_at=NOON)
    copy = changed(jar, sweets=sweets, credit=credit, colour=colour)
    assert copy == evolve(jar, sweets=sweets, credit=credit, colour=colour)
    assert (type(copy), hash(copy), copy.labels is jar.labels) == (Jar, hash(evolve(copy)), True)
    assert jar == Jar(id="jar", labels=("a", "b"), opens_at=NOON)


def test_a_copy_is_as_frozen_as_its_class() -> None:
    """Nothing can be assigned to it, and nothing deleted."""
    copy: Any = changed(SPAN, end=6)
    with pytest.raises(FrozenInstanceError):
        copy.end = 7
    with pytest.raises(FrozenInstanceError):
        del copy.end


def test_fields_that_depend_on_others_are_made_anew() -> None:
    """What a class does at the end of its constructor is done at the end of a copy."""
    assert changed(SPAN, end=9).length == 7
    assert changed(SPAN, start=7, end=9).length == 2
    with pytest.raises(ValueError, match="1"):
        changed(SPAN, end=1)


def test_a_changed_field_is_checked() -> None:
    """Also when it is the only one."""
    with pytest.raises(Invalid):
        changed(SPAN, start=-1)
    with pytest.raises(Invalid):
        changed(Lone(1), only=-1)
    assert changed(Lone(1), only=2) == Lone(2)


@pytest.mark.parametrize("name", ["middle", "length", "__class__"])
def test_what_no_constructor_takes_cannot_be_changed(name: str) -> None:
    """A name that is no field, or of a field that is made of others."""
    changes: dict[str, Any] = {name: 3}
    with pytest.raises(TypeError, match=f"Span has no field '{name}' that can be changed"):
        changed(SPAN, **changes)


@pytest.mark.parametrize(("value", "made"), [(Worded("a"), "word"), (Counted("a"), "length")])
def test_a_class_that_makes_a_field_itself_is_not_copied(value: Any, made: str) -> None:  # noqa: ANN401 - of any class
    """What stands in it is not what it was given."""
    with pytest.raises(TypeError, match=f"{type(value).__name__} makes .'{made}'. itself"):
        changed(value, word="b")


def test_what_is_made_of_checked_parts_is_the_same_value() -> None:
    """Of its class, equal, as frozen; nothing of it was checked."""
    make = maker(Money)
    made = make(1990, Currency.CNY)
    assert many_maker(Money)([1990, 5], repeat(Currency.CNY)) == [made, Money(5, Currency.CNY)]
    assert (made, type(made), hash(made)) == (Money(1990, Currency.CNY), Money, hash(Money(1990, Currency.CNY)))
    assert refilled([made, made], "minor", [3, 4]) == [Money(3, Currency.CNY), Money(4, Currency.CNY)]
    assert refilled([], "minor", []) == []
    with pytest.raises(FrozenInstanceError):
        made.minor = 3  # type: ignore[misc]
