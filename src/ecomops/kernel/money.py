"""Money: whole minor units plus a currency; exact, ordered within one currency, never a float."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import ClassVar

from attrs import define, frozen

from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.currency import MOST_MINOR, Currency
from ecomops.kernel.errors import Invalid, OutOfRange
from ecomops.kernel.rounding import Rounding, divide
from ecomops.kernel.shares import split
from ecomops.kernel.text import Text

__all__ = ["MOST_MINOR", "CurrencyMismatch", "Money", "NoMinorUnit", "NotAnAmount"]

_PLAIN = re.compile(r"(-?)([0-9]{1,19})(?:\.([0-9]{1,4}))?", re.ASCII)


@define(kw_only=True, slots=False, eq=False, repr=False)
class CurrencyMismatch(Invalid):
    """Two amounts of different currencies meet in one sum or comparison."""

    code: ClassVar[str] = "money.currency_mismatch"
    text: ClassVar[Text] = Text("{left} and {right} do not mix", "{left} 与 {right} 不能混算")

    left: Currency
    right: Currency


@define(kw_only=True, slots=False, eq=False, repr=False)
class NoMinorUnit(Invalid):
    """ISO 4217 gives the currency no minor unit (a metal, a test code): nothing is priced in it."""

    code: ClassVar[str] = "money.no_minor_unit"
    text: ClassVar[Text] = Text("{currency} has no minor unit", "{currency} 没有最小货币单位")

    currency: Currency


@define(kw_only=True, slots=False, eq=False, repr=False)
class NotAnAmount(Invalid):
    """A text is no plain decimal amount with at most the digits of its currency."""

    code: ClassVar[str] = "money.not_an_amount"
    text: ClassVar[Text] = Text(
        "an amount in {currency} is written with digits and at most {digits} decimals",
        "{currency} 金额应为数字，最多 {digits} 位小数",
    )

    currency: Currency
    digits: int


@frozen(order=False, weakref_slot=False)
class Money:
    """An amount of one currency in whole minor units.

    Args:
        minor: Whole minor units (cents, fen), at most 2**62 in magnitude.
        currency: An ISO 4217 currency with a minor unit.

    Raises:
        WrongKind: *minor* is no int or *currency* no `Currency`.
        OutOfRange: *minor* exceeds 2**62 in magnitude.
        NoMinorUnit: The currency has no minor unit.

    Example:
        >>> price = Money.parse("19.99", "CNY")
        >>> str(price + price), price * 3 > price
        ('39.98 CNY', True)
    """

    minor: int
    currency: Currency

    def __attrs_post_init__(self) -> None:
        """Refuse what is no amount."""
        minor, currency = self.minor, self.currency
        if type(minor) is not int:
            raise wrong_kind("Money.minor", "int", minor)
        if type(currency) is not Currency:
            raise wrong_kind("Money.currency", "Currency", currency)
        if currency.minor_unit is None:
            raise NoMinorUnit(currency=currency)
        if not -MOST_MINOR <= minor <= MOST_MINOR:
            raise OutOfRange(field="Money.minor", least=str(-MOST_MINOR), most=str(MOST_MINOR))

    @classmethod
    def zero(cls, currency: Currency) -> "Money":
        """Return no money of *currency*."""
        return cls(0, currency)

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Money":
        """Read an amount in major units, as a person writes it: digits, one point, at most the currency's decimals.

        Args:
            amount: For example `19.99`, `-5`, `0.5`.
            currency: A `Currency` or its ISO 4217 code.

        Raises:
            NotAnAmount: Anything else than digits and one point, or more decimals than the currency has.
            OutOfRange: No current currency has that code, or the amount is above 2**62 minor units.

        Example:
            >>> Money.parse("19.9", "CNY").minor
            1990
        """
        money = Currency.of(currency)
        digits = cls.zero(money).digits
        match = _PLAIN.fullmatch(amount) if isinstance(amount, str) else None  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        if match is None or len(match[3] or "") > digits:
            raise NotAnAmount(currency=money, digits=digits)
        minor = int(match[2] + (match[3] or "").ljust(digits, "0"))
        return cls(-minor if match[1] else minor, money)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: Currency) -> "Money":
        """Add up *amounts*, all in *currency*; none of them is no money.

        Raises:
            WrongKind: One of them is no money.
            CurrencyMismatch: One of them is in another currency.
        """
        minor = 0
        for amount in amounts:
            if type(amount) is not Money:
                raise wrong_kind("Money.total", "Money", amount)
            if amount.currency is not currency:
                raise CurrencyMismatch(left=currency, right=amount.currency)
            minor += amount.minor
        return cls(minor, currency)

    @property
    def digits(self) -> int:
        """How many decimals the currency has."""
        return self.currency.minor_unit or 0

    def _same(self, other: "Money") -> int:
        """Return the minor units of *other*, which must be in this currency."""
        if type(other) is not Money:
            raise wrong_kind("Money", "Money", other)
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise wrong_kind("Money * times", "int", times)
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def times(self, factor: Fraction, rounding: Rounding = Rounding.HALF_UP) -> "Money":
        """Return the amount times an exact rational *factor*, rounded once, by a named rule.

        Args:
            factor: An exact rational; `Fraction("0.15")` is fifteen percent.
            rounding: The rule for fractions of a minor unit.

        Raises:
            WrongKind: The factor is a float or another inexact kind.

        Example:
            >>> str(Money.parse("19.99", "CNY").times(Fraction(15, 100)))
            '3.00 CNY'
        """
        if not isinstance(factor, Fraction):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Money.times", "Fraction", factor)
        return Money(divide(self.minor * factor.numerator, factor.denominator, rounding), self.currency)

    def split(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Cut the amount into one part per weight, adding up exactly; see `kernel.split` for the law.

        Raises:
            BadWeights: No weight, or one that is negative or no int.

        Example:
            >>> [str(part) for part in Money.parse("10.00", "CNY").split((1, 1, 1))]
            ['3.34 CNY', '3.33 CNY', '3.33 CNY']
        """
        return tuple(Money(part, self.currency) for part in split(self.minor, weights))

    def __str__(self) -> str:
        whole, rest = divmod(abs(self.minor), 10**self.digits)
        decimals = f".{rest:0{self.digits}}" if self.digits else ""
        return f"{'-' if self.minor < 0 else ''}{whole}{decimals} {self.currency}"
