"""How figures and changes are written for people: money in major units, a sign before every change, exact decimals."""

from fractions import Fraction

from attrs import field, frozen

from ecomops.kernel import Currency
from ecomops.kernel.checks import is_a, optional
from ecomops.metrics.explaining.exact import nearest
from ecomops.metrics.units import MONEY, NUMBER, Unit

PLACES = 6
"""The decimals to which parts of anything but money are rounded."""
FINER = 2
"""By how many decimals money for something (a price, an average order value) is finer than money."""
FINE = 100
"""How many steps a minor unit has there."""
SHOWN = 4
"""The decimals of a figure that is not whole."""
MILLION = 1_000_000
MISSING = "-"


@frozen(kw_only=True)
class Scale:
    """What a figure is measured in, and the steps to which its parts are rounded.

    Args:
        unit: What it is measured in.
        currency: The currency of its money, which stands in minor units; None shows minor units.
    """

    unit: Unit = field(default=NUMBER, validator=is_a(Unit))
    currency: Currency | None = field(default=None, validator=optional(is_a(Currency)))

    @property
    def is_money(self) -> bool:
        """Whether it is money, or money for something."""
        return dict(self.unit.powers).get("money") == dict(MONEY.powers)["money"]

    @property
    def steps(self) -> int:
        """How many steps one unit has: 1 for money, 100 for money for something, 1,000,000 for all else."""
        if not self.is_money:
            return MILLION
        return 1 if self.unit == MONEY else FINE

    def rounded(self, value: Fraction) -> int:
        """Return *value* in whole steps, halves away from zero."""
        return nearest((value.numerator * self.steps, value.denominator))

    def plain(self, steps: int) -> int | float:
        """Return whole steps as a plain value: whole minor units, or a number with decimals."""
        return steps if self.unit == MONEY else steps / self.steps

    def change(self, steps: int) -> str:
        """Return a change in whole steps with its sign; money in major units."""
        text = decimal(steps, self._digits if self.is_money else PLACES)
        shown = text if self.is_money else trimmed(text)
        return f"+{shown}" if steps > 0 else shown

    def figure(self, value: Fraction | None) -> str:
        """Return a figure; `-` where there is none."""
        if value is None:
            return MISSING
        if self.is_money:
            return decimal(self.rounded(value), self._digits)
        if value.denominator == 1:
            return f"{value.numerator:,}"
        return decimal(nearest((value.numerator * 10**SHOWN, value.denominator)), SHOWN)

    @property
    def _digits(self) -> int:
        own = 0 if self.currency is None else self.currency.minor_unit or 0
        return own if self.unit == MONEY else own + FINER


def decimal(steps: int, places: int) -> str:
    """Return so many steps of ten to the minus *places*, as decimals.

    Example:
        >>> decimal(-123456, 2), decimal(5, 0)
        ('-1,234.56', '5')
    """
    whole, rest = divmod(abs(steps), 10**places)
    sign = "-" if steps < 0 else ""
    return f"{sign}{whole:,}.{rest:0{places}}" if places else f"{sign}{whole:,}"


def trimmed(text: str) -> str:
    """Return decimals without zeros at their end."""
    return text.rstrip("0").rstrip(".")


def percent(part: Fraction, whole: Fraction) -> str:
    """Return *part* of *whole* in per cent with one decimal; `-` of nothing.

    Example:
        >>> percent(Fraction(1), Fraction(3)), percent(Fraction(1), Fraction(0))
        ('33.3 %', '-')
    """
    if not whole:
        return MISSING
    share = part / whole
    return f"{decimal(nearest((share.numerator * 1000, share.denominator)), 1)} %"
