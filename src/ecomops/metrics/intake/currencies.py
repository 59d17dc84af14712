"""Several currencies become one: by daily rates that the host gives, exact but for one rounding of each amount.

Facts have one currency; so rows of several are converted before facts are made of them. What rounding costs is told.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, cast

import numpy as np
from pendulum import Date

from ecomops.columns import Ints, column, grouped, require_range, total
from ecomops.kernel import Calendar, Currency, NoMinorUnit, OutOfRange, Rounding, Text
from ecomops.kernel.checks import listed, mapped, require_kind, require_once, wrong_kind
from ecomops.metrics.intake.days import by_day
from ecomops.metrics.intake.errors import MixedCurrencies, RateMissing
from ecomops.metrics.intake.predicates import Sheet, column_of, sheet_of
from ecomops.metrics.intake.scaling import residual, scaled

Rates = Mapping[tuple[Date, Currency], Fraction | Decimal | int]
"""What one major unit of a currency costs on a day, in major units of the one that is wanted: exact, never a float."""


class Conversion(NamedTuple):
    """Rows in one currency.

    Attributes:
        to: The currency of all money.
        rounding: The rule by which each amount was rounded.
        columns: The rows, without the column of currencies.
        before: What each column of money came to in each currency, in its minor units.
        after: What it comes to.
        residuals: By how much the exact sum exceeds that, in minor units.
    """

    to: Currency
    rounding: Rounding
    columns: dict[str, Ints]
    before: dict[str, dict[Currency, int]]
    after: dict[str, int]
    residuals: dict[str, Fraction]

    def to_rows(self) -> list[dict[str, object]]:
        """Return a plain row for each column of money."""
        return [
            {
                "column": name,
                **{f"before_{currency.name}": amount for currency, amount in self.before[name].items()},
                f"after_{self.to.name}": amount,
                "residual": str(self.residuals[name]),
            }
            for name, amount in self.after.items()
        ]

    @property
    def text(self) -> Text:
        """What was converted, a line for each column of money; amounts in minor units."""
        rows = [
            (name, ", ".join(f"{amount} {currency.name}" for currency, amount in self.before[name].items()), after)
            for name, after in self.after.items()
        ]
        rule, code = self.rounding.value, self.to.name
        return Text(
            "\n".join(
                f"{name}: {sums} became {after} {code} ({rule}, residual {self.residuals[name]})"
                for name, sums, after in rows
            ),
            "\n".join(
                f"{name}：{sums} 换算为 {after} {code}（{rule}，舍入差 {self.residuals[name]}）"
                for name, sums, after in rows
            ),
        )


def convert(
    columns: Mapping[str, object],
    rates: Rates,
    to: Currency,
    *,
    money: Sequence[str],
    currencies: Sequence[Currency],
    calendar: Calendar,
    currency: str = "currency",
    at: str = "at",
    rounding: Rounding = Rounding.HALF_UP,
) -> Conversion:
    """Bring rows of several currencies into one, each by the rate of its business day.

    Args:
        columns: Arrays of whole numbers by name; they are copied.
        rates: What a major unit costs on a day, in major units of *to*; that of *to* itself is 1 and not
            asked.
        to: The wanted currency.
        money: The columns of money, in minor units of the row's currency.
        currencies: What the codes of currencies mean, each at the place of its code.
        calendar: What cuts time into days.
        currency: The column of currency codes; it is left out of the result.
        at: The column of instants.
        rounding: The rule for what lies between two minor units.

    Raises:
        RateMissing: A currency has no rate on a day that has rows in it; the first such row is named.
        NoSuchColumn: A column is not there.
        WrongColumn: A column is no array of whole numbers.
        Uneven: The columns have different lengths.
        WrongKind: A rate is no exact number, or not of a day and a currency.
        NoMinorUnit: A currency has none.
        OutOfColumn: A code is none of a currency, or an instant has no day.
        OutOfRange: A rate is not positive, or an amount becomes more than 64 bits hold.
        CannotHoldSum: A sum might be more than 64 bits hold.

    Example:
        >>> import numpy as np
        >>> rows = {"at": np.array([0, 0]), "currency": np.array([0, 1]), "gross": np.array([10_000, 10_001])}
        >>> made = convert(
        ...     rows,
        ...     {(Date(1970, 1, 1), Currency.USD): Decimal("7.1234")},
        ...     Currency.CNY,
        ...     money=("gross",),
        ...     currencies=(Currency.CNY, Currency.USD),
        ...     calendar=Calendar(timezone="UTC"),
        ... )
        >>> made.columns["gross"], made.residuals["gross"]
        (array([10000, 71241]), Fraction(617, 5000))
    """
    for field, kind, value in (
        ("to", Currency, to),
        ("calendar", Calendar, calendar),
        ("rounding", Rounding, rounding),
    ):
        require_kind(f"convert.{field}", kind, value)
    currencies, money = _currencies(currencies), listed("convert.money", money)
    sheet = sheet_of(columns)
    codes = column_of(sheet, currency, step="convert")
    require_range(codes, name=currency, least=0, most=len(currencies) - 1)
    require_once((each.name for each in currencies), field="convert.currencies")
    require_once(money, field="convert.money")
    dated = by_day(column_of(sheet, at, step="convert"), calendar, name=at)
    pairs = dated.place * len(currencies) + codes
    first = np.full(len(dated.days) * len(currencies), -1, dtype=np.int64)
    first[pairs[::-1]] = np.arange(len(pairs) - 1, -1, -1)  # the last one that is written stays: the first row
    met = np.flatnonzero(first >= 0).astype(np.int64)
    met = met[np.argsort(first[met])]
    exact = _checked(rates, to)
    table = [
        _rate(exact, dated.days[pair // len(currencies)], currencies[pair % len(currencies)], to, row=row)
        for pair, row in zip(_plain(met), _plain(first[met]), strict=True)
    ]
    first[met] = np.arange(len(met))
    places = first[pairs]
    before = {name: _by_currency(column_of(sheet, name, step="convert"), codes, currencies, name) for name in money}
    made = {name: scaled(sheet[name], table, places, rounding) for name in money}
    for values in made.values():
        values.flags.writeable = False
    return Conversion(
        to=to,
        rounding=rounding,
        columns={name: made.get(name, values) for name, values in sheet.items() if name != currency},
        before=before,
        after={name: total(values, name=name) for name, values in made.items()},
        residuals={name: residual(sheet[name], table, places, values, name=name) for name, values in made.items()},
    )


def require_currency(
    columns: Sheet, expected: Currency, *, currencies: Sequence[Currency], currency: str = "currency"
) -> None:
    """Refuse rows of another currency than the one of the facts that are to be made of them.

    Args:
        columns: The rows.
        expected: The one currency.
        currencies: What the codes of currencies mean.
        currency: The column of currency codes.

    Raises:
        MixedCurrencies: It names the first row of another one.
        NoSuchColumn: The column is not there.
        WrongColumn: It is no array of whole numbers.
        OutOfColumn: A code is none of a currency.
    """
    require_kind("require_currency.expected", Currency, expected)
    currencies = _currencies(currencies)
    codes = column(column_of(mapped("columns", columns), currency, step="require_currency"), name=currency)
    require_range(codes, name=currency, least=0, most=len(currencies) - 1)
    others = np.array([each is not expected for each in currencies], dtype=np.bool_)[codes]
    if others.any():
        row = int(others.argmax())
        raise MixedCurrencies(row=row, found=currencies[int(codes[row])].name, expected=expected.name)


def _currencies(given: Sequence[Currency]) -> tuple[Currency, ...]:
    for each in (currencies := listed("convert.currencies", given)):
        require_kind("convert.currencies", Currency, each)
    return currencies


def _plain(values: Ints) -> list[int]:
    return cast("list[int]", values.tolist())


def _by_currency(values: Ints, codes: Ints, currencies: Sequence[Currency], name: str) -> dict[Currency, int]:
    sums = grouped(values, codes, size=len(currencies), name=name).tolist()
    return dict(zip(currencies, sums, strict=True))


def _checked(rates: Rates, to: Currency) -> dict[tuple[Date, Currency], Fraction]:
    """Return the rates between minor units."""
    checked: dict[tuple[Date, Currency], Fraction] = {}
    for dated, rate in mapped("convert.rates", rates).items():
        if type(dated) is not tuple or len(dated) != 2:  # noqa: PLR2004 - a day and a currency
            raise wrong_kind("convert.rates", "(Date, Currency)", dated)
        day, currency = dated
        if type(day) is not Date or not isinstance(currency, Currency):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("convert.rates", "(Date, Currency)", (day, currency))
        if type(rate) is bool or not isinstance(rate, Fraction | Decimal | int):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            raise wrong_kind("convert.rates", "Fraction, Decimal or int", rate)
        if (isinstance(rate, Decimal) and not rate.is_finite()) or rate <= 0:
            raise OutOfRange(field="convert.rates", least="0", most="∞")
        checked[day, currency] = Fraction(rate) * _minors(to) / _minors(currency)
    return checked


def _minors(currency: Currency) -> int:
    """Return how many minor units make a major one."""
    if currency.minor_unit is None:
        raise NoMinorUnit(currency=currency)
    return int(10**currency.minor_unit)


def _rate(
    rates: Mapping[tuple[Date, Currency], Fraction], day: Date, currency: Currency, to: Currency, *, row: int
) -> Fraction:
    if currency is to:
        return Fraction(1)
    if (day, currency) not in rates:
        raise RateMissing(currency=currency.name, day=day.isoformat(), row=row)
    return rates[day, currency]
