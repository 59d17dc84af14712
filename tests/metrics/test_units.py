"""Units are products of powers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Invalid
from ecomops.metrics import MONEY, NUMBER, Unit
from tests.kernel.hostile import TEXTS, others

powers = st.dictionaries(st.sampled_from("abcd"), st.integers(-3, 3).filter(bool))
units = powers.map(lambda each: Unit(tuple(sorted(each.items()))))


@given(units, units, units)
def test_units_are_a_group(one: Unit, two: Unit, three: Unit) -> None:
    """Products do not depend on order or grouping, a unit over itself is a number, and dividing undoes multiplying."""
    assert one * two == two * one
    assert (one * two) * three == one * (two * three)
    assert one / one == NUMBER
    assert one * two / two == one == one * NUMBER


def test_units_read_as_powers() -> None:
    """A power of one is not written, and no power at all is 1."""
    assert str(MONEY / Unit.of("orders") / Unit.of("orders")) == "money orders^-2"
    assert str(NUMBER) == "1"


BAD: list[Any] = [
    (("b", 1), ("a", 1)),
    (("a", 1), ("a", 1)),
    (("a", 0),),
    (("a", True),),
    (("a", 1.0),),
    (("a",),),
    ("ab",),
    (("", 1),),
    *(((text, 1),) for text in TEXTS.values()),
    *others(tuple),
]


@pytest.mark.parametrize("bad", BAD, ids=map(str, range(len(BAD))))
def test_unit_is_made_of_sorted_powers(bad: Any) -> None:  # noqa: ANN401 - a hostile value
    """Powers are pairs of a name and a whole exponent that is not zero, in the order of names, each once."""
    with pytest.raises(Invalid):
        Unit(bad)
