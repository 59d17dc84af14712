"""Flags in bits are the flags themselves."""

from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecomops.metrics.bits import Bits


@given(st.lists(st.booleans(), max_size=200), st.sampled_from([8, 64, 256]), st.integers(0, 200), st.integers(0, 200))
def test_flags_are_read_and_counted_as_they_were_written(flags: list[bool], piece: int, start: int, stop: int) -> None:
    """By rows that stand together, wherever these begin and end, by any rows, and by how many are set above a row."""
    bits = Bits(len(flags))
    for first in range(0, len(flags), piece):
        bits.put(first, np.array(flags[first : first + piece], dtype=np.bool_))
    assert bits[start:stop].tolist() == flags[start:stop]
    assert bits[:].tolist() == bits.take(np.arange(len(flags))).tolist() == flags
    assert bits.before(np.arange(len(flags) + 1)).tolist() == [0, *accumulate(flags)]
