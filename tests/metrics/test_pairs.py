"""Two sums in one number, against sums of their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import CannotHoldSum
from ecomops.metrics.pairs import BITS, MOST_LOWER, MOST_UPPER, Pairs
from tests.metrics.shops import ints

NUMBERS = st.integers(0, 5) | st.sampled_from([MOST_UPPER, MOST_UPPER - 1, MOST_LOWER, MOST_LOWER + 1, 1 << BITS])
ROWS = st.lists(st.tuples(st.integers(0, 2), NUMBERS, NUMBERS, st.sampled_from([1, -1])), min_size=1, max_size=5)


@given(st.lists(ROWS, max_size=8))
def test_sums_are_those_of_each_column(blocks: list[list[tuple[int, int, int, int]]]) -> None:
    """Whatever the numbers, neither reaches into the other."""
    pairs, expected = Pairs(3, upper="u", lower="l"), np.zeros((2, 3), dtype=np.int64)
    for rows in blocks:
        places, upper, lower, signs = (ints(*(row[at] for row in rows)) for at in range(4))
        lower *= signs
        pairs.add(places, upper, lower, most=(int(upper.max()), int(np.abs(lower).max())))
        np.add.at(expected[0], places, upper)
        np.add.at(expected[1], places, lower)
    assert [each.tolist() for each in pairs.sums()] == expected.tolist()


def test_a_place_may_have_any_number_of_rows() -> None:
    """More rows than there is room for above the lower number are taken apart in time."""
    pairs, rows, times = Pairs(1, upper="u", lower="l"), 1 << 16, 140
    for _ in range(times):
        pairs.add(np.zeros(rows, dtype=np.int64), 1, np.full(rows, -7), most=(1, 7))
    assert [each.tolist() for each in pairs.sums()] == [[rows * times], [-7 * rows * times]]


def test_what_64_bits_might_not_hold_is_refused() -> None:
    """Both columns are guarded, over all that was added."""
    for upper, lower, name in ((2**61, 0, "u"), (0, 2**61, "l")):
        pairs = Pairs(1, upper="u", lower="l")
        for _ in range(2):
            pairs.add(ints(0), ints(upper), ints(lower), most=(upper, lower))
        with pytest.raises(CannotHoldSum, match=f"rows of {name}"):
            pairs.add(ints(0), ints(upper), ints(lower), most=(upper, lower))
