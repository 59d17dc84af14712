"""A column is whole numbers of 64 bits, and no sum of it wraps round."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import (
    CannotHoldSum,
    OutOfColumn,
    WrongColumn,
    WrongWidth,
    column,
    grouped,
    require_narrow,
    require_range,
    require_whole,
    total,
)
from tests.kernel.hostile import KINDS

numbers = st.integers(-(2**40), 2**40)
KINDS_OF_NUMBERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]


@given(st.lists(st.integers(0, 100)), st.sampled_from(KINDS_OF_NUMBERS))
def test_any_whole_numbers_become_a_column(values: list[int], kind: str) -> None:
    """A column holds the numbers of any kind of whole numbers, in 64 bits, and nobody can change it."""
    given_values = np.array(values, dtype=kind)
    made = column(given_values, name="units")
    assert made.tolist() == values
    assert made.dtype == np.int64
    assert not made.flags.writeable
    given_values += 1
    assert made.tolist() == values


NO_COLUMNS: dict[str, Any] = {
    "floats": np.array([1.0]),
    "flags": np.array([True]),
    "objects": np.array([1], dtype=object),
    "texts": np.array(["1"]),
    "instants": np.array(["2026-06-18"], dtype="datetime64[us]"),
    "two dimensions": np.array([[1]]),
    "no dimension": np.array(1),
    **KINDS,
}


@pytest.mark.parametrize("kind", NO_COLUMNS)
def test_other_kinds_are_no_columns(kind: str) -> None:
    """Floats, flags, texts, lists and what has another shape are refused by kind, never cast."""
    for check in (column, require_whole):
        with pytest.raises(WrongColumn, match="net must be an array of whole numbers"):
            check(NO_COLUMNS[kind], name="net")


@pytest.mark.parametrize("kind", [*NO_COLUMNS, "int64", "uint16"])
def test_a_narrow_column_has_its_width(kind: str) -> None:
    """What is no array of whole numbers of one of the widths is refused; the widths are named."""
    require_narrow(np.array([1], dtype=np.int32), name="day", bits=(16, 32))
    with pytest.raises(WrongWidth, match="day must be an array of whole numbers of 16 or 32 bits"):
        require_narrow(
            NO_COLUMNS.get(kind, np.ones(1, dtype=kind if kind not in NO_COLUMNS else None)), name="day", bits=(16, 32)
        )


def test_narrow_numbers_are_no_finished_column() -> None:
    """What is to be summed is 64 bits wide; `column` makes it so."""
    narrow = np.array([1], dtype=np.int32)
    with pytest.raises(WrongColumn, match="1-d int32"):
        require_whole(narrow, name="net")
    require_whole(column(narrow, name="net"), name="net")


def test_number_beyond_64_bits_is_named_by_its_row() -> None:
    """An unsigned number that would turn negative is refused."""
    with pytest.raises(OutOfColumn) as refused:
        column(np.array([1, 2**63 - 1, 2**63], dtype=np.uint64), name="net")
    assert refused.value.context == {"column": "net", "row": 2, "least": -(2**63), "most": 2**63 - 1}


@given(st.lists(numbers), numbers, numbers)
def test_range_names_the_first_row_outside(values: list[int], one: int, other: int) -> None:
    """A column in its range passes; else the first row outside is named."""
    least, most = sorted((one, other))
    outside = [row for row, value in enumerate(values) if not least <= value <= most]
    cells = np.array(values, dtype=np.int64)
    if not outside:
        require_range(cells, name="net", least=least, most=most)
        return
    with pytest.raises(OutOfColumn) as refused:
        require_range(cells, name="net", least=least, most=most)
    assert refused.value.context["row"] == outside[0]


@given(st.lists(st.tuples(numbers, st.integers(-3, 4))))
def test_sums_are_those_of_python(rows: list[tuple[int, int]]) -> None:
    """The sum of a column, and of each of its groups, is what counting by hand gives; a negative group is left out."""
    values = np.array([value for value, _ in rows], dtype=np.int64)
    groups = np.array([group for _, group in rows], dtype=np.int64)
    assert total(values, name="net") == sum(value for value, _ in rows)
    found = grouped(values, groups, size=5, name="net")
    assert found.tolist() == [sum(value for value, group in rows if group == each) for each in range(5)]


@pytest.mark.parametrize(("group", "size"), [(5, 5), (9, 5), (0, 0)])
def test_group_that_is_not_there_is_refused(group: int, size: int) -> None:
    """Its row is in no sum, so leaving it out would lose it; the refusal says which row."""
    with pytest.raises(OutOfColumn) as refused:
        grouped(np.array([1, 2]), np.array([-1, group]), size=size, name="net")
    assert refused.value.context == {"column": "groups of net", "row": 1, "least": -(2**63), "most": size - 1}


@pytest.mark.parametrize("sign", [1, -1])
def test_sum_that_might_wrap_round_is_refused_before(sign: int) -> None:
    """Two rows of 2^61 are the most that can be added; one more, or one larger, is refused."""
    fits = np.array([sign * 2**61, sign * 2**61], dtype=np.int64)
    assert total(fits, name="net") == sign * 2**62
    for values in (np.append(fits, 0), fits + sign):
        with pytest.raises(CannotHoldSum) as refused:
            total(values, name="net")
        assert refused.value.context["rows"] == len(values)
        with pytest.raises(CannotHoldSum):
            grouped(values, values * 0, size=1, name="net")
    with pytest.raises(CannotHoldSum):
        total(np.array([-(2**63)]), name="net")
