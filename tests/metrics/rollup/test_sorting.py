"""Packed keys that do not fit take the longer way to the same order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.metrics.rollup.sorting import by_codes, by_instant, by_owner_and_instant

few = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 99)), max_size=12, unique_by=lambda t: t[2]
)


@pytest.mark.parametrize("scale", [1, 2**60])
@given(rows=few)
def test_rows_stand_by_owner_instant_and_id(scale: int, rows: list[tuple[int, int, int]]) -> None:
    """As Python sorts tuples."""
    owner, at, ids = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(3))
    at *= scale
    order = by_owner_and_instant(owner, at, np.arange(len(rows)), ids, size=4)
    expected = sorted(range(len(rows)), key=lambda row: (owner[row], at[row], ids[row]))
    assert order.tolist() == expected
    assert by_instant(at, ids).tolist() == sorted(range(len(rows)), key=lambda row: (at[row], ids[row]))


@pytest.mark.parametrize("size", [4, 2**31])
@given(rows=few)
def test_rows_stand_by_codes(size: int, rows: list[tuple[int, int, int]]) -> None:
    """As Python sorts them, those of the same codes in their order."""
    first, second, _ = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(3))
    order = by_codes((first, size), (second, size))
    assert order.tolist() == sorted(range(len(rows)), key=lambda row: (first[row], second[row]))
