"""Exact sums and parts in whole numbers: complete, next to their ratios, and the same after a change of sign."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import WrongKind
from ecomops.metrics.explaining.errors import Side, ZeroDenominator
from ecomops.metrics.explaining.exact import FINE, added, apportion, nearest, nearly, quotient, ratio, two_ints

PAIRS = st.tuples(st.integers(-999, 999), st.integers(1, 12))
LISTS = st.lists(PAIRS, min_size=1, max_size=8)


@given(LISTS)
def test_sums_are_exact(pairs: list[tuple[int, int]]) -> None:
    """Adding neighbours gives what adding one by one gives; the cut sum is off by less than its digits."""
    exact = sum((Fraction(*pair) for pair in pairs), start=Fraction(0))
    assert Fraction(*added(pairs)) == exact
    assert abs(Fraction(*nearly(pairs)) - exact) <= Fraction(len(pairs), 2**FINE)
    assert nearly([(-above, below) for above, below in pairs])[0] == -nearly(pairs)[0]


def test_sum_of_nothing_is_nothing() -> None:
    """There is no denominator to find."""
    assert added([]) == (0, 1)
    assert nearly([]) == (0, 2**FINE)


@given(LISTS, st.sampled_from([0, 1]), st.integers(-2, 2))
def test_parts_in_whole_numbers_add_up(pairs: list[tuple[int, int]], way: int, more: int) -> None:
    """Each is less than one from its ratio, zero stays zero, a sign turns all of it, the order of rows nothing."""
    exact = sum((Fraction(*pair) for pair in pairs), start=Fraction(0))
    total = exact.__ceil__() if way else exact.__floor__()
    keys = list(range(len(pairs)))
    whole = apportion(pairs, keys, total)
    assert sum(whole) == total
    assert all(abs(part - Fraction(*pair)) < 1 for part, pair in zip(whole, pairs, strict=True))
    assert all(part == 0 for part, (above, _) in zip(whole, pairs, strict=True) if above == 0)
    assert apportion([(-above, below) for above, below in pairs], keys, -total) == [-part for part in whole]
    turned = keys[more:] + keys[:more]
    assert apportion([pairs[at] for at in turned], turned, total) == [whole[at] for at in turned]


@given(LISTS)
def test_largest_remainder(pairs: list[tuple[int, int]]) -> None:
    """No two parts could trade a unit and come nearer to their ratios together."""
    total = nearest(added(pairs))
    whole = apportion(pairs, list(range(len(pairs))), total)
    off = [part - Fraction(*pair) for part, pair in zip(whole, pairs, strict=True)]
    if Fraction(*added(pairs)) == total:
        assert max(off) - min(off) <= 1


def test_ties_go_to_the_first_key() -> None:
    """Whatever the order of the rows: the odd unit goes to the key that is first."""
    assert apportion([(1, 2), (1, 2)], ["b", "a"], 1) == [0, 1]
    assert apportion([(-1, 2), (-1, 2)], ["b", "a"], -1) == [0, -1]
    assert apportion([(3, 6), (2, 4)], ["b", "a"], 1) == [0, 1]  # equal, though written otherwise


def test_remainders_that_are_nearly_alike_are_told_apart() -> None:
    """Also where they differ far behind the point."""
    near = 10**40
    assert apportion([(near - 1, 3 * near), (near, 3 * near), (near + 1, 3 * near)], ["a", "b", "c"], 1) == [0, 0, 1]
    assert apportion([(near + 1, 3 * near), (near, 3 * near), (near - 1, 3 * near)], ["c", "b", "a"], 1) == [1, 0, 0]


@pytest.mark.parametrize(
    ("given", "found"),
    [(None, None), (3, Fraction(3)), (Fraction(1, 3), Fraction(1, 3)), ((2, 6), Fraction(1, 3)), ((0, 0), None)],
    ids=str,
)
def test_figures_are_exact_ratios(given: int | Fraction | tuple[int, int] | None, found: Fraction | None) -> None:
    """Nothing over nothing is no figure."""
    assert ratio(given, key="rate", side=Side.BEFORE) == found


@pytest.mark.parametrize("given", [1.5, True, "1", (1,), (1, 2, 3), (1, 2.0), (True, 1), [1, 2]], ids=str)
def test_what_is_not_exact_is_refused(given: object) -> None:
    """A float has lost what it stood for."""
    with pytest.raises(WrongKind, match="rate must be int, Fraction or pair of int"):
        ratio(given, key="rate", side=Side.BEFORE)  # type: ignore[arg-type]
    assert two_ints(given) is None


def test_something_over_zero_is_refused_by_name() -> None:
    """It says of which side."""
    with pytest.raises(ZeroDenominator) as refused:
        quotient(3, 0, key="rate", side=Side.AFTER)
    assert refused.value.message("zh") == "rate 在变化后以零为分母"
    assert refused.value.message("en") == "rate divides something by zero after"
