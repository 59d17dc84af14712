"""Exact numbers of campaigns: the checks of their fields, and ratios."""

from fractions import Fraction
from typing import Any

from attrs import Attribute  # noqa: TC002 - read by the type checkers in quotes only, kept real for hosts
from pendulum import Date

from ecomops.kernel import Currency, CurrencyMismatch, Money, OutOfRange
from ecomops.kernel.checks import wrong_kind

MOST = 10**29
"""The largest numerator and denominator of a figure: what the codec reads."""


def an_exact(instance: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    """Check that the value is an exact ratio that can be stored."""
    name = f"{type(instance).__name__}.{attribute.name}"
    if type(value) is not Fraction:
        raise wrong_kind(name, "Fraction", value)
    if abs(value.numerator) > MOST or value.denominator > MOST:
        raise OutOfRange(field=name, least=str(-MOST), most=str(MOST))


def a_share(instance: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    """Check that the value is an exact share from 0 to 1."""
    an_exact(instance, attribute, value)
    if not 0 <= value <= 1:
        raise OutOfRange(field=f"{type(instance).__name__}.{attribute.name}", least="0", most="1")


def a_day(instance: object, attribute: "Attribute[Any]", value: Date) -> None:
    """Check that the value is a pendulum day, and no instant."""
    if type(value) is not Date:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "Date", value)


def require_currency(currency: Currency, *amounts: Money) -> None:
    """Refuse amounts of another currency.

    Raises:
        CurrencyMismatch: It names the first one.
    """
    for amount in amounts:
        if amount.currency is not currency:
            raise CurrencyMismatch(left=currency, right=amount.currency)


def ratio(of: Money | int, to: Money | int) -> Fraction | None:
    """Return *of* / *to* exactly; None where there is nothing to divide by."""
    above, below = (each.minor if isinstance(each, Money) else each for each in (of, to))
    return Fraction(above, below) if below else None
