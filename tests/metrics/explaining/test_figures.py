"""Figures for people: money in major units, a sign before a change, no zeros at the end."""

from fractions import Fraction

import pytest

from ecomops.kernel import Currency
from ecomops.metrics import MONEY, ORDERS
from ecomops.metrics.explaining import Scale

YUAN, YEN = Scale(unit=MONEY, currency=Currency.CNY), Scale(unit=MONEY / ORDERS.unit, currency=Currency.JPY)


@pytest.mark.parametrize(
    ("scale", "value", "shown"),
    [
        (YUAN, Fraction(123456789, 2), "617,283.95"),
        (YUAN, Fraction(-5), "-0.05"),
        (YEN, Fraction(1234567), "1,234,567.00"),
        (Scale(unit=MONEY), Fraction(1999), "1,999"),
        (Scale(unit=MONEY, currency=Currency.XAU), Fraction(1999), "1,999"),
        (Scale(), Fraction(12345), "12,345"),
        (Scale(), Fraction(-2, 3), "-0.6667"),
        (Scale(), None, "-"),
    ],
    ids=str,
)
def test_figures(scale: Scale, value: Fraction | None, shown: str) -> None:
    """Whole numbers stay whole, all others have four decimals."""
    assert scale.figure(value) == shown


@pytest.mark.parametrize(
    ("scale", "steps", "shown", "plain"),
    [
        (YUAN, 123456, "+1,234.56", 123456),
        (YUAN, -5, "-0.05", -5),
        (YUAN, 0, "0.00", 0),
        (YEN, 100, "+1.00", 1.0),
        (Scale(), 1500000, "+1.5", 1.5),
        (Scale(), -1, "-0.000001", -1e-6),
        (Scale(), 100_000_000, "+100", 100.0),
        (Scale(), 0, "0", 0.0),
    ],
    ids=str,
)
def test_changes(scale: Scale, steps: int, shown: str, plain: float) -> None:
    """In whole minor units, or in millionths."""
    assert (scale.change(steps), scale.plain(steps)) == (shown, plain)
    assert scale.rounded(Fraction(steps, scale.steps)) == steps


def test_units_without_money() -> None:
    """Money below the line is no money."""
    assert [scale.is_money for scale in (YUAN, YEN, Scale(), Scale(unit=ORDERS.unit / MONEY))] == [
        True,
        True,
        False,
        False,
    ]
