"""What is seen of a column in one look, block by block, is what is seen of its values one by one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomops.columns import extents
from ecomops.columns.extents import Extent, extent_of

VALUES = st.lists(st.integers(-3, 12), max_size=9)


@given(VALUES | VALUES.map(sorted) | VALUES.map(set).map(sorted))
@example([0, 1, 2, 3, 3])  # the last step lies behind a block
@example([0, 1, 2, 4, 3])
@example([0, 1, 3, 3, 2])
@example([2, 1, 3, 4])  # a fall is not forgotten
@example([-(2**63), 2**63 - 1])
def test_an_extent_is_that_of_the_values_one_by_one(values: list[int]) -> None:
    """Least, most, and whether all steps rise, wherever blocks end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extents, "BLOCK", 2)
        found = extent_of(np.array(values, dtype=np.int64))
    steps = list(pairwise(values))
    rises, climbs = all(one <= other for one, other in steps), all(one < other for one, other in steps)
    assert found == Extent(min(values, default=0), max(values, default=-1), rises, climbs)
    assert found.magnitude == max(map(abs, values), default=0)
    assert found.counts(len(values)) is (values == list(range(len(values))))


def test_fewer_rows_are_no_count_of_more() -> None:
    """Places from 0 on are those of so many rows as there are, and of no others."""
    found = extent_of(np.arange(3))
    assert [found.counts(rows) for rows in (2, 3, 4)] == [False, True, False]
