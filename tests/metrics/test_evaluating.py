"""Formulas over columns are exact, and a cell without a figure says why; numpy never warns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import CannotHoldSum
from ecomops.kernel import Text
from ecomops.metrics import Column, Constant, Formula, Measure, Reason, Unit
from ecomops.metrics.evaluating import column_of
from ecomops.metrics.tables import no_reasons

A = Measure(key="a", name=Text("a", "甲"), unit=Unit.of("money"), column="gross")
B = Measure(key="b", name=Text("b", "乙"), unit=Unit.of("money"), column="discount")
small = st.integers(-(2**40), 2**40)


def column(formula: Formula, *rows: tuple[int, int]) -> Column:
    """Return the column of a formula over rows of A and B."""
    figures = {
        each: (np.array([row[place] for row in rows], dtype=np.int64), no_reasons(len(rows)))
        for place, each in enumerate((A, B))
    }
    return column_of(formula, figures, size=len(rows))


@given(st.lists(st.tuples(small, small), max_size=6), st.integers(-3, 3))
def test_sums_differences_and_multiples_are_exact(rows: list[tuple[int, int]], times: int) -> None:
    """Whole numbers stay whole numbers."""
    found = column(A * times - B + A, *rows)
    assert found.values.dtype == np.int64
    assert found.plain() == [a * times - b + a for a, b in rows]


@given(st.lists(st.tuples(small, st.integers(-2, 2) | small), max_size=6))
def test_quotients_are_those_of_python_or_nothing(rows: list[tuple[int, int]]) -> None:
    """A quotient is the nearest float; where the denominator is zero there is none, and no warning."""
    found = column(A / B, *rows)
    assert found.plain() == [a / b if b else None for a, b in rows]
    assert np.isnan(found.values).tolist() == [b == 0 for _, b in rows]
    assert found.reasons.tolist() == [Reason.ZERO_DENOMINATOR if b == 0 else Reason.NONE for _, b in rows]


def test_nothing_goes_on_through_a_formula() -> None:
    """What is made of a cell without a figure has none either, for the first reason from the left."""
    for formula in (1 - A / B, (A / B) * (B / A), (B / A) / (A / B), (A / B) * 2):
        assert column(formula, (1, 0), (2, 2)).plain()[0] is None
        assert column(formula, (1, 0), (2, 2)).reasons.tolist() == [Reason.ZERO_DENOMINATOR, Reason.NONE]
    assert column((A / B) / (A / B), (0, 3)).plain() == [None]


def test_figure_beyond_64_bits_is_refused() -> None:
    """A sum or a product that might not fit is refused, be it of whole numbers or of quotients."""
    most = 2**61
    assert column(A + B, (most, most)).plain() == [2**62]
    for formula, row in [
        (A + B, (most, most + 1)),
        (A - B, (-most, most + 1)),
        (A * B, (2**32, 2**31)),
        (A * 3, (most, 0)),
        ((A / B) * (A / B), (2**32, 1)),
    ]:
        with pytest.raises(CannotHoldSum):
            column(formula, row)


def test_constant_is_a_column_of_itself() -> None:
    """A number stands in every row."""
    assert column(Constant(3), (1, 1), (2, 2)).plain() == [3, 3]
    assert column(Constant(3)).plain() == []


def test_column_knows_what_it_is() -> None:
    """Key, name, unit and additivity are those of the formula, and nobody can change its values."""
    named = column((A / B).named("share", Text("share", "占比")), (1, 2))
    assert (named.key, named.name, str(named.unit), named.additivity.value) == (
        "share",
        Text("share", "占比"),
        "1",
        "ratio",
    )
    assert column(A / B, (1, 2)).name is None
    assert column(Constant(1), (1, 2)).name is None
    assert not named.values.flags.writeable
