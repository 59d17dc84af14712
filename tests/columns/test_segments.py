"""Segments: which rows belong to whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import CannotHoldSum, Ints, OutOfColumn, Segments, WrongColumn
from tests.kernel.hostile import others

SIZE = 6
owners = st.lists(st.integers(0, SIZE - 1)).map(sorted)


@given(owners, st.data())
def test_sums_and_lengths_are_those_of_each_owner(rows: list[int], data: st.DataObject) -> None:
    """Each owner has as many rows, and as much, as name it; one without rows has none."""
    values = data.draw(st.lists(st.integers(-(10**12), 10**12), min_size=len(rows), max_size=len(rows)))
    segments = Segments.of(np.array(rows, dtype=np.int64), size=SIZE, name="lines.order")
    pairs = list(zip(rows, values, strict=True))
    assert segments.lengths.tolist() == [rows.count(owner) for owner in range(SIZE)]
    sums = segments.sums(np.array(values, dtype=np.int64), name="net").tolist()
    assert sums == [sum(value for owner, value in pairs if owner == each) for each in range(SIZE)]


@pytest.mark.parametrize(("rows", "row"), [([0, 2, 1], 2), ([1, 0], 1), ([-1, 0], 0), ([0, SIZE], 1)])
def test_owner_that_is_not_there_or_out_of_turn_is_refused(rows: list[int], row: int) -> None:
    """Owners are there and never fall; the first row that breaks this is named."""
    with pytest.raises(OutOfColumn) as refused:
        Segments.of(np.array(rows), size=SIZE, name="lines.order")
    assert refused.value.context["row"] == row


@pytest.mark.parametrize("starts", [[], [1, 2], [0, 2, 1], [-1, 0]])
def test_starts_begin_with_nothing_and_never_fall(starts: list[int]) -> None:
    """Where runs start rises from 0."""
    with pytest.raises(OutOfColumn):
        Segments(np.array(starts, dtype=np.int64))


def test_starts_are_a_column() -> None:
    """A list, a number and floats are no starts."""
    for starts in (*others(), np.array([0.0])):
        with pytest.raises(WrongColumn):
            Segments(starts)


def test_sum_that_might_wrap_round_is_refused() -> None:
    """The running sum is what must fit."""
    halves: Ints = np.array([2**61, -(2**61), 1])
    with pytest.raises(CannotHoldSum):
        Segments(np.array([0, 1, 3])).sums(halves, name="net")
