"""A noun that folds several events at once says what it says one by one."""

from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.codec import NOUNS
from ecomops.kernel import Noun
from ecomops.testing.strategies import histories

AT_ONCE = [noun for noun in NOUNS if noun.evolve_all is not None]


def test_some_nouns_fold_at_once() -> None:
    """Payments do, and so does every noun below."""
    assert "payment" in {noun.kind for noun in AT_ONCE}


@pytest.mark.parametrize("noun", AT_ONCE, ids=lambda noun: noun.kind)
@given(data=st.data())
def test_all_at_once_is_one_by_one(noun: Noun[Any, Any, Any], data: st.DataObject) -> None:
    """Wherever a history is cut, what follows gives the same value in one step and in many."""
    events = data.draw(histories(noun))
    cut = data.draw(st.integers(1, len(events)))
    value = noun.replay(events[:cut])
    assert noun.fold(value, events[cut:]) == reduce(noun.evolve, events[cut:], value)
