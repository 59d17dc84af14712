"""Where numbers fall between edges, against one search a number."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import NEVER, intervals
from ecomops.columns.edges import BLOCK, FEW, MOST_NARROW

NUMBERS = st.integers(-50, 50) | st.just(NEVER)


@given(values=st.lists(NUMBERS, max_size=30), edges=st.sets(st.integers(-50, 50), max_size=20))
def test_each_number_is_after_the_last_edge_that_it_reached(values: list[int], edges: set[int]) -> None:
    """An edge belongs to what is after it."""
    rising = sorted(edges)
    found = intervals(np.array(values, dtype=np.int64), np.array(rising, dtype=np.int64))
    assert found.tolist() == [sum(edge <= value for edge in rising) - 1 for value in values]


def test_blocks_with_few_and_with_many_edges_agree() -> None:
    """Sorted, nearly sorted and shuffled numbers of several blocks, some of them never."""
    draw = np.random.default_rng(3)
    edges = np.arange(0, 40_000, 500)
    in_order = np.arange(3 * BLOCK, dtype=np.int64)
    assert BLOCK // 500 > FEW
    for values in (in_order, in_order // 8 + draw.integers(0, 40, len(in_order)), draw.permutation(in_order)):
        some = np.where(draw.random(len(values)) < 0.01, NEVER, values)
        late = np.where(np.arange(len(values)) > BLOCK + 9, NEVER, values)
        for each in (some, late, values, values - 7):
            assert intervals(each, edges).tolist() == (np.searchsorted(edges, each, side="right") - 1).tolist()


def test_more_edges_than_16_bits_tell_apart() -> None:
    """Places are as narrow as their edges allow."""
    for size, kind in ((MOST_NARROW, np.int16), (MOST_NARROW + 1, np.int32)):
        found = intervals(np.array([0, size - 1, NEVER]), np.arange(size))
        assert found.tolist() == [0, size - 1, size - 1]
        assert found.dtype == kind
