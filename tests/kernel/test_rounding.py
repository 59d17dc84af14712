"""Rounding by name: the examples that everybody knows; the law against `decimal` stands with the laws of money."""

import pytest

from ecomops.kernel import DomainError, OutOfRange, Rounding, WrongKind, divide
from tests.kernel.hostile import others, untyped

TENTHS = (25, 16, 15, 11, 10, 0, -10, -11, -15, -16, -25)
ROUNDED = {
    Rounding.HALF_UP: (3, 2, 2, 1, 1, 0, -1, -1, -2, -2, -3),
    Rounding.HALF_EVEN: (2, 2, 2, 1, 1, 0, -1, -1, -2, -2, -2),
    Rounding.HALF_DOWN: (2, 2, 1, 1, 1, 0, -1, -1, -1, -2, -2),
    Rounding.UP: (3, 2, 2, 2, 1, 0, -1, -2, -2, -2, -3),
    Rounding.DOWN: (2, 1, 1, 1, 1, 0, -1, -1, -1, -1, -2),
    Rounding.CEILING: (3, 2, 2, 2, 1, 0, -1, -1, -1, -1, -2),
    Rounding.FLOOR: (2, 1, 1, 1, 1, 0, -1, -2, -2, -2, -3),
}


def test_every_mode_has_an_example() -> None:
    """The table below knows all modes."""
    assert set(ROUNDED) == set(Rounding)


@pytest.mark.parametrize("mode", Rounding)
def test_tenths_become_whole(mode: Rounding) -> None:
    """Ties, near ties and whole numbers of both signs go where the decimal standard sends them."""
    assert tuple(divide(tenths, 10, mode) for tenths in TENTHS) == ROUNDED[mode]


def test_half_up_is_the_default() -> None:
    """Without a named rule a tie goes away from zero."""
    assert (divide(5, 2), divide(-5, 2)) == (3, -3)


def test_integers_of_any_size_stay_exact() -> None:
    """Nothing passes through a float: a third of 10**400 + 1 is exact."""
    assert divide(10**400 + 1, 3) == (10**400 - 1) // 3 + 1
    assert divide(1, 10**400, Rounding.UP) == 1


def test_unknown_rule_is_refused() -> None:
    """A rule that is none is never taken for another one: no cent disappears by an unnamed rule."""
    for rule in untyped("nonsense", "half-up", *others()):
        with pytest.raises(DomainError):
            divide(5, 2, rule)


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (5, -2)])
def test_denominator_is_positive(numerator: int, denominator: int) -> None:
    """Nothing is divided by nothing, and the sign stands above the line."""
    with pytest.raises(OutOfRange, match=r"divide\.denominator must be from 1"):
        divide(numerator, denominator)


def test_numbers_are_whole() -> None:
    """A float, a text and a bool are refused by kind on either side of the line."""
    for value in others(int):
        with pytest.raises(WrongKind):
            divide(value, 2)
        with pytest.raises(WrongKind):
            divide(5, value)
