"""Ids are found in runs, however they come, as a dictionary finds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.metrics.rollup.buffers import Buffers
from ecomops.metrics.rollup.lookup import NOWHERE, Lookup


def held_as(parts: list[list[int]]) -> tuple[Lookup, dict[int, int]]:
    """Return the lookup of ids that came in parts, and the row of each."""
    table = Buffers({"id": np.dtype(np.int64)})
    lookup = Lookup(table)
    for part in parts:
        table.extend({"id": np.array(part, dtype=np.int64)}, rows=len(part))
        lookup.add(len(part))
    return lookup, {each: row for row, each in enumerate(table["id"].tolist())}


@given(ids=st.lists(st.integers(-40, 40), unique=True), cuts=st.lists(st.integers(1, 9), max_size=12))
def test_ids_have_the_row_in_which_they_came(ids: list[int], cuts: list[int]) -> None:
    """In parts of any length, also empty ones, for ids that are held and ids that are not."""
    parts: list[list[int]] = []
    for size in [*cuts, len(ids)]:
        parts.append(ids[:size])
        ids = ids[size:]
    lookup, rows = held_as(parts)
    asked = np.arange(-42, 43)
    assert lookup.find(asked).tolist() == [rows.get(each, NOWHERE) for each in asked.tolist()]


@pytest.mark.parametrize(
    ("parts", "nbytes"),
    [
        ([[1, 2, 3], [4, 7], [9]], 0),  # they go on rising: the table is the index
        ([[1, 2, 3, 4, 5], [0]], 0),  # a short run beside a long one
        ([[1, 2, 3], [0, -1]], 5 * 12),  # as long: both are put in order
        ([[3, 1]], 2 * 12),
    ],
)
def test_only_ids_that_do_not_rise_take_memory(parts: list[list[int]], nbytes: int) -> None:
    """An id and a row each; what rises from row to row is searched where it is."""
    assert held_as(parts)[0].nbytes == nbytes


def test_no_id_is_in_no_row() -> None:
    """Nothing is asked for, or nothing is held."""
    nothing = np.zeros(0, dtype=np.int64)
    assert Lookup().find(np.array([1])).tolist() == [NOWHERE]
    assert held_as([[1]])[0].find(nothing).tolist() == []
