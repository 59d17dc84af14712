"""What is added, compared and counted block by block is what is found row by row, wherever blocks end."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import Ints
from ecomops.columns.extents import extent_of
from ecomops.metrics.adding import (
    BLOCK,
    added,
    distinct,
    is_dense,
    new_in,
    packed,
    repeated,
    there_of,
)
from ecomops.metrics.windows import Same
from tests.metrics.shops import ints

LENGTHS = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3]
SMALL = st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 5)), max_size=12)


def drawn(length: int, least: int, most: int) -> Ints:
    """Return so many numbers, the same in every run."""
    return np.random.default_rng(length).integers(least, most, length)


def totals(cells: Ints, values: Ints, *, size: int) -> list[int]:
    """Return the sum of each cell, looked for one after the other."""
    return [int(values[cells == cell].sum()) for cell in range(size)]


@pytest.mark.parametrize("length", LENGTHS)
def test_sums_of_blocks_are_those_of_all_rows(length: int) -> None:
    """Values and rows are added in their cells, whatever their number; a row without a cell is added in none."""
    cells, values = drawn(length, -1, 4), drawn(length, -50, 50)
    counts = values > 0
    ones = np.ones(length, dtype=np.int64)
    assert added(values.__getitem__, cells, size=4).tolist() == totals(cells, values, size=4)
    assert added(None, cells, size=4).tolist() == totals(cells, ones, size=4)
    only = np.where(counts, cells, -1)
    assert added(values.__getitem__, cells, size=4, counts=counts).tolist() == totals(only, values, size=4)
    assert added(None, cells, size=4, counts=counts).tolist() == totals(only, ones, size=4)


@pytest.mark.parametrize("length", LENGTHS)
def test_rows_are_added_in_the_cell_of_the_row_above(length: int) -> None:
    """The cells are those of another family: narrow numbers, fewer or more than the rows."""
    cells = ints(2, -1, 0, 2)
    rows, values = drawn(length, 0, 4), drawn(length, 1, 9)
    expected = totals(cells.take(rows), values, size=3)
    assert added(values.__getitem__, cells.astype(np.int32), size=3, rows=rows).tolist() == expected
    assert added(None, cells.astype(np.int32), size=3, rows=rows).tolist() == totals(
        cells.take(rows), values * 0 + 1, size=3
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_codes_that_occur_are_told(length: int) -> None:
    """The first flag is that of unknown; only rows that count tell."""
    codes, counts = drawn(length, -1, 6), drawn(length, 0, 2) == 1
    within = extent_of(codes)
    assert np.flatnonzero(there_of(codes, within)).tolist() == sorted({*(codes + 1).tolist()})
    told = np.flatnonzero(there_of(codes, within, counts.__getitem__)).tolist()
    assert told == sorted({*(codes[counts] + 1).tolist()})
    further = within._replace(least=-1, most=9)
    assert np.flatnonzero(there_of(codes, further)).tolist() == sorted({*(codes + 1).tolist()})


def test_codes_are_dense_when_they_are_given_in_turn() -> None:
    """A code for each row is; codes of another system may be far beyond."""
    assert is_dense(10**6, rows=10**6)
    assert not is_dense(10**9, rows=10**6)


@pytest.mark.parametrize(
    ("found", "there", "new"),
    [([], [], False), ([0, 1], [1], True), ([0, 0], [1], False), ([1], [0, 1], True), ([0, 1], [1, 1, 1], False)],
)
def test_what_is_new_is_told_whichever_is_longer(found: list[int], there: list[int], *, new: bool) -> None:
    """A flag that nobody has yet is new, inside of what is there and beyond it."""
    assert new_in(np.array(found, dtype=np.bool_), np.array(there, dtype=np.bool_)) is new


@given(SMALL, st.booleans())
def test_different_codes_are_counted_in_every_cell(pairs: list[tuple[int, int]], runs: bool) -> None:  # noqa: FBT001 - drawn
    """A code counts once in a cell; runs in which cells stand apart give the same numbers as one run."""
    pairs = sorted(pairs) if runs else pairs
    cells, codes = ints(*(cell for cell, _ in pairs)), ints(*(code for _, code in pairs))
    edges = [*np.searchsorted(cells, range(-1, 4)).tolist(), len(cells)] if runs else [0, len(cells)]
    asked = [slice(*each) for each in pairwise(edges)]
    expected = [len({code for cell, code in pairs if cell == each and code >= 0}) for each in range(4)]
    assert distinct(cells, codes, size=4, runs=asked).tolist() == expected
    halves = [len({code for cell, code in pairs if cell // 2 == each and cell >= 0 <= code}) for each in range(2)]
    into = ints(0, 0, 1, 1, -1)
    known = [(cell, code) for cell, code in pairs if code >= 0]
    own, theirs = ints(*(cell for cell, _ in known)), ints(*(code for _, code in known))
    rows = [sum(cell == each for cell, _ in known) for each in range(4)]
    assert repeated(own, theirs, size=4).tolist() == [every - once for every, once in zip(rows, expected, strict=True)]
    assert distinct(cells, codes, size=2, runs=[slice(None)], into=into).tolist() == halves


@pytest.mark.parametrize(
    ("cell", "code", "width"), [(0, 0, 4), (2**16 - 1, 2**16 - 1, 4), (2**16, 2**16 - 1, 8), (2**31, 2**31, 8)]
)
def test_numbers_are_packed_as_narrow_as_they_may_be(cell: int, code: int, width: int) -> None:
    """32 bits hold what is below 2^32; with a larger cell or code there are 64, and nothing is cut off."""
    both, bits = packed(ints(cell, 0, -1, 0, cell), ints(code, 0, 5, -1, code))
    assert both.dtype.itemsize == width
    found = {(int(each) >> bits, int(each) & ((1 << bits) - 1)) for each in both.tolist()}
    assert found == {(0, 0), (cell, code)}
    assert both.tolist() == sorted(both.tolist())
    assert len(both) == len(found)


def test_an_array_is_a_key_and_one_like_it_another() -> None:
    """What is kept of an array is found by that array alone."""
    one, like = ints(1, 2), ints(1, 2)
    kept = {Same(one): "one"}
    assert kept[Same(one)] == "one"
    assert Same(like) not in kept
    assert Same(one) != "one"
