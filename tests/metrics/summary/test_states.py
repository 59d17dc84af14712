"""The one sort under all states is that of rows compared from left to right, however wide they are."""

from collections.abc import Sequence
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import Ints
from ecomops.metrics.summary import merging
from ecomops.metrics.summary.chains import Chain, joined, runs
from ecomops.metrics.summary.shapes import Shape
from ecomops.metrics.summary.states import NO_LEAST, NO_MOST, Block, Combine, combined, distinct, places, rising

NUMBERS = st.integers(-3, 3) | st.integers(NO_MOST, NO_LEAST) | st.sampled_from([NO_MOST, NO_LEAST, 0])
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[NUMBERS] * width), min_size=1, max_size=20))
Pairs = list[tuple[int, int]]


def columns(table: Sequence[tuple[int, ...]]) -> tuple[Ints, ...]:
    """Return rows as columns."""
    return tuple(np.array(each, dtype=np.int64) for each in zip(*table, strict=True))


def table_of(keys: tuple[Ints, ...]) -> list[tuple[int, ...]]:
    """Return columns as rows."""
    return list(zip(*(key.tolist() for key in keys), strict=True))


@given(TABLES)
def test_places_are_those_of_a_stable_sort(table: list[tuple[int, ...]]) -> None:
    """Rows of one key keep their order, over several words of 64 bits."""
    expected = sorted(range(len(table)), key=lambda row: table[row])
    assert places(columns(table)).tolist() == expected


@given(TABLES)
def test_distinct_rows_are_those_of_a_set(table: list[tuple[int, ...]]) -> None:
    """Each row once, in rising order."""
    found = distinct(columns(table))
    assert table_of(found) == sorted(set(table))
    assert rising(found)
    assert rising(columns(table)) is (table == sorted(set(table)))


@pytest.mark.parametrize("bits", [31, 32, 33, 62, 63, 64])
def test_rows_are_told_apart_by_every_bit(bits: int) -> None:
    """Where they just fit into one word, and where they do not."""
    table = [(1, 0), (0, (1 << (bits - 1)) - 1), (1, (1 << (bits - 1)) - 1), (0, 0), (1, 0)]
    assert table_of(distinct(columns(table))) == sorted(set(table))


@given(TABLES)
def test_combined_values_are_those_of_a_dictionary(table: list[tuple[int, ...]]) -> None:
    """Values of one key are added, or the least, the largest, all bits of them are kept."""
    value = np.arange(len(table), dtype=np.int64)
    block = combined(columns(table), (value,) * 4, tuple(Combine))
    own = {key: [row for row, each in enumerate(table) if each == key] for key in sorted(set(table))}
    expected = [(sum(rows), min(rows), max(rows), int(np.bitwise_or.reduce(rows))) for rows in own.values()]
    assert (table_of(block.keys), table_of(block.values)) == (list(own), expected)


SHAPES = (
    Shape(measures=("sum",), keys=2, how=(Combine.ADD,)),
    Shape(measures=("distinct",), keys=3, how=()),
    Shape(measures=("new",), keys=3, how=(Combine.MAX,), chain=Chain(horizon=3, observed=2, day=0)),
    Shape(measures=("first",), keys=3, how=(Combine.MAX,), chain=Chain(horizon=None, observed=2, day=0)),
)
PARTS = st.lists(st.lists(st.tuples(*[st.integers(0, 6)] * 3), max_size=12), min_size=1, max_size=3)


def block_of(rows: list[tuple[int, ...]], shape: Shape) -> Block:
    """Return the states of a part."""
    first, second, third = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    if shape.chain is not None:
        return runs(first, second, (third,), shape.chain)
    return combined((first, second), (third,), shape.how) if shape.how else Block(distinct((first, second, third)), ())


@given(PARTS, st.sampled_from(SHAPES), st.integers(1, 9))
def test_pieces_make_what_the_whole_makes(parts: list[list[tuple[int, ...]]], shape: Shape, rows: int) -> None:
    """Wherever the blocks are cut: what is counted looks at rows of one first key together."""
    blocks = [block_of(part, shape) for part in parts]
    whole = shape.merged(blocks)
    with patch.multiple(merging, ROWS=rows, FEW=1):
        cut = shape.merged(blocks)
    assert [each.tolist() for each in cut.columns] == [each.tolist() for each in whole.columns]
    assert [each.dtype for each in cut.columns] == [each.dtype for each in whole.columns]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 200)), max_size=25), st.sampled_from([5, 20]), st.randoms())
def test_runs_of_parts_are_those_of_the_rows(rows: Pairs, horizon: int, draw: Random) -> None:
    """Runs begin where no row of the code lies within the horizon before, also when some lie inside others."""
    chain = Chain(horizon=horizon, observed=50, day=0)
    draw.shuffle(rows)
    cut = len(rows) // 3
    parts = [run(each, chain) for each in (rows[:cut], rows[cut : 2 * cut], rows[2 * cut :])]
    keys, length = zip(*parts, strict=True)
    merged = joined(
        tuple(np.concatenate(each) for each in zip(*keys, strict=True)), np.concatenate(length), chain
    )  # fmt: skip
    begun = {
        (code, at)
        for code, at in rows
        if at >= 50 and not any(code == other and at - horizon <= then < at for other, then in rows)
    }
    found = [(code, start) for code, start, _ in table_of(merged.keys) if start >= 50]
    assert found == sorted(begun)


def test_a_long_run_takes_in_all_that_lie_inside() -> None:
    """Also those that are further from one another, and from its start, than the horizon."""
    inside = [(0, 0, 0), (7, 50, 100), (7, 60, 0), (7, 80, 0), (7, 100, 1), (7, 140, 0), (8, 141, 0)]
    code, start, length = columns(inside)
    merged = joined((code, start), length, Chain(horizon=5, observed=0, day=0))
    assert table_of((*merged.keys, merged.values[0])) == [(0, 0, 0), (7, 50, 100), (8, 141, 0)]


def run(rows: Pairs, chain: Chain) -> tuple[tuple[Ints, ...], Ints]:
    """Return the runs of some rows, all of one slice."""
    codes, at = (np.array([row[place] for row in rows], dtype=np.int64) for place in (0, 1))
    block = runs(codes, at, (np.zeros(len(rows), dtype=np.int64),), chain)
    return block.keys, block.values[0]
