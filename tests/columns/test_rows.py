"""Rows grow, their cells change, and columns that were given out do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import Rows

cells = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.tuples(cells, cells)), st.data())
def test_columns_are_what_was_added_and_put(added: list[tuple[int, int]], data: st.DataObject) -> None:
    """Columns hold the rows as they stand; later rows and changes do not reach them."""
    rows = Rows("at", "due")
    assert [rows.append(*each) for each in added] == list(range(len(added)))
    model = [list(each) for each in added]
    before = rows.columns()
    if model:
        row, value = data.draw(st.integers(0, len(model) - 1)), data.draw(cells)
        rows.put(row, "due", value)
        model[row][1] = value
        assert rows.cell(row, "due") == value
    rows.append(1, 2)
    after = rows.columns()
    assert len(rows) == len(model) + 1
    assert list(zip(before["at"].tolist(), before["due"].tolist(), strict=True)) == added
    assert [list(each) for each in zip(after["at"].tolist(), after["due"].tolist(), strict=True)] == [*model, [1, 2]]


def test_columns_are_read_only() -> None:
    """Nobody changes a fact."""
    rows = Rows("at")
    rows.append(1)
    with pytest.raises(ValueError, match="read-only"):
        rows.columns()["at"][0] = 2
