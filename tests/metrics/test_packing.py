"""Sums that stand beside each other in one number are those that are taken one after the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomops.columns import Ints
from ecomops.metrics.packing import BLOCK, Part, summed
from tests.metrics.shops import ints

MOSTS = st.lists(st.tuples(st.sampled_from([0, 1, 6, 10**6, 2**30, 2**47]), st.booleans()), min_size=1, max_size=6)


def column(length: int, most: int, *, signed: bool, seed: int) -> Ints:
    """Return so many numbers, the same in every run, the largest among them."""
    values = np.random.default_rng(seed).integers(-most if signed else 0, most + 1, length)
    values[: length // 2] = -most if signed else most
    return values


def totals(cells: Ints, values: Ints, *, size: int) -> list[int]:
    """Return the sum of each cell, looked for one after the other."""
    return [int(values[cells == cell].sum()) for cell in range(size)]


@settings(max_examples=30)
@given(MOSTS, st.sampled_from([0, 1, 5, BLOCK + 7]), st.integers(-2, 2))
def test_each_sum_is_its_own(mosts: list[tuple[int, bool]], length: int, first: int) -> None:
    """However large the values beside it are, and whether these are below zero or not; a count stands beside them."""
    cells = np.random.default_rng(length).integers(first, 4, length)
    columns = [column(length, most, signed=signed, seed=at) for at, (most, signed) in enumerate(mosts)]
    parts = [
        Part(values=values.__getitem__, most=most, signed=signed)
        for values, (most, signed) in zip(columns, mosts, strict=True)
    ]
    found = summed((Part(), *parts), cells, size=4)
    expected = [totals(cells, values, size=4) for values in (np.ones_like(cells), *columns)]
    assert [each.tolist() for each in found] == expected


@pytest.mark.parametrize("size", [3, BLOCK + 5])
def test_rows_are_added_in_the_cell_of_the_row_above(size: int) -> None:
    """Narrow cells of another family, few or more than are told apart; flags count, and no cell is far from another."""
    cells = ints(size - 1, -1, 0, -2).astype(np.int32)
    rows = np.random.default_rng(size).integers(0, 4, 2 * BLOCK + 1)
    flags, values = rows % 3 == 0, rows * 7 - 9
    parts = (Part(values=flags.__getitem__), Part(), Part(values=values.__getitem__, most=12, signed=True))
    wanted = (flags.astype(np.int64), np.ones_like(rows), values)
    above = cells.take(rows)
    for first, last in ((0, 3), (0, 1), (1, 2)):
        some = parts[first:last]
        for found, column_of in zip(summed(some, cells, size=size, rows=rows), wanted[first:last], strict=True):
            ends = [int(column_of[above == cell].sum()) for cell in (0, size - 1)]
            assert [int(found[0]), int(found[-1]), int(found.sum())] == [*ends, sum(ends)]
