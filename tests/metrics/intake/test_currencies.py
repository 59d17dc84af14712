"""Several currencies become one: exactly, by the rate of the day, and what rounding costs is told."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date

from ecomops.columns import NEVER, OutOfColumn, WrongColumn, microseconds
from ecomops.kernel import (
    Calendar,
    Currency,
    DomainError,
    NoMinorUnit,
    OutOfRange,
    Repeated,
    Rounding,
    WrongKind,
    divide,
    later,
)
from ecomops.metrics.intake import Conversion, MixedCurrencies, NoSuchColumn, RateMissing, convert, require_currency
from tests.metrics.shops import ints

CNY, USD, JPY = Currency.CNY, Currency.USD, Currency.JPY
ALL = (CNY, USD, JPY)
SHANGHAI = Calendar(timezone="Asia/Shanghai")
START = pendulum.datetime(2026, 6, 14, 16)  # midnight of Monday, 15 June, in Shanghai
DAYS = [Date(2026, 6, 15 + day) for day in range(3)]
RATES: dict[tuple[Date, Currency], Fraction | Decimal | int] = {
    **{(day, USD): Decimal("7.1234") + number for number, day in enumerate(DAYS)},
    **{(day, JPY): Fraction(1, 21) for day in DAYS},
}


def at(*hours: int) -> Any:  # noqa: ANN401 - a column
    """Return instants, so many hours after the start."""
    return ints(*(microseconds(later(START, dt.timedelta(hours=number))) for number in hours))


def converted(rows: dict[str, Any], **other: Any) -> Conversion:  # noqa: ANN401 - wrong arguments too
    """Convert some rows."""
    usual: dict[str, Any] = {"rates": RATES, "to": CNY, "money": ("gross",), "currencies": ALL, "calendar": SHANGHAI}
    return convert(rows, **(usual | other))


def test_amounts_are_converted_by_the_rate_of_their_day() -> None:
    """Minor units of each currency: a yen has none, a dollar a hundred cents; yuan stay as they are."""
    rows = {"at": at(0, 23, 24, 30, 71), "currency": ints(1, 1, 1, 2, 0), "gross": ints(100, 101, 100, 21, 5)}
    made = converted(rows)
    assert made.columns["gross"].tolist() == [712, 719, 812, 100, 5]
    assert list(made.columns) == ["at", "gross"]
    assert made.before == {"gross": {CNY: 5, USD: 301, JPY: 21}}
    exact = Fraction("712.34") + Fraction("719.4634") + Fraction("812.34") + 100 + 5
    assert (made.after["gross"], made.residuals["gross"]) == (2348, exact - 2348)
    assert made.to_rows() == [
        {
            "column": "gross",
            "before_CNY": 5,
            "before_USD": 301,
            "before_JPY": 21,
            "after_CNY": 2348,
            "residual": "5717/5000",
        }
    ]
    assert made.text.en == "gross: 5 CNY, 301 USD, 21 JPY became 2348 CNY (half_up, residual 5717/5000)"
    assert made.text.zh == "gross：5 CNY, 301 USD, 21 JPY 换算为 2348 CNY（half_up，舍入差 5717/5000）"


@given(
    rows=st.lists(st.tuples(st.integers(0, 71), st.integers(0, 2), st.integers(-(10**9), 10**9)), max_size=25),
    rounding=st.sampled_from(Rounding),
    to=st.sampled_from([CNY, USD]),
)
def test_each_amount_is_rounded_once_and_the_rest_is_told(
    rows: list[tuple[int, int, int]], rounding: Rounding, to: Currency
) -> None:
    """Row by row with the kernel's own division; before less after is the residual, exactly."""
    rates = {(day, currency): Fraction(3 + number, 7) for number, day in enumerate(DAYS) for currency in ALL}
    columns = {
        "at": at(*(hour for hour, _, _ in rows)),
        "currency": ints(*(code for _, code, _ in rows)),
        "gross": ints(*(minor for _, _, minor in rows)),
    }
    made = converted(columns, rates=rates, to=to, rounding=rounding)
    exact: list[Fraction] = []
    for hour, code, minor in rows:
        scale = Fraction(10 ** (to.minor_unit or 0), 10 ** (ALL[code].minor_unit or 0))
        exact.append(minor * (Fraction(1) if ALL[code] is to else rates[DAYS[hour // 24], ALL[code]] * scale))
    assert made.columns["gross"].tolist() == [divide(each.numerator, each.denominator, rounding) for each in exact]
    assert made.residuals["gross"] == sum(exact, start=Fraction(0)) - made.after["gross"]


def test_missing_rate_is_named_by_day_and_currency() -> None:
    """And by the first row that needs one, whatever the order of codes."""
    rows = {"at": at(0, 50, 26), "currency": ints(0, 2, 1), "gross": ints(1, 2, 3)}
    with pytest.raises(RateMissing) as refused:
        converted(rows, rates={})
    assert refused.value.context == {"currency": "JPY", "day": "2026-06-17", "row": 1}
    assert refused.value.message("zh") == "缺少 JPY 在 2026-06-17 的汇率（第 1 行）"


ROWS = {"at": at(0), "currency": ints(1), "gross": ints(5)}
WRONG: dict[str, tuple[dict[str, Any], dict[str, Any], type[DomainError]]] = {
    "a float rate": ({}, {"rates": {(DAYS[0], USD): 7.1}}, WrongKind),
    "a flag": ({}, {"rates": {(DAYS[0], USD): True}}, WrongKind),
    "a rate of nothing": ({}, {"rates": {(DAYS[0], USD): 0}}, OutOfRange),
    "a rate that is no number": ({}, {"rates": {(DAYS[0], USD): Decimal("NaN")}}, OutOfRange),
    "a rate without end": ({}, {"rates": {(DAYS[0], USD): Decimal("Infinity")}}, OutOfRange),
    "a rate of a text": ({}, {"rates": {("2026-06-15", USD): 7}}, WrongKind),
    "a rate of gold": ({}, {"rates": {(DAYS[0], Currency.XAU): 7}}, NoMinorUnit),
    "into gold": ({}, {"to": Currency.XAU}, NoMinorUnit),
    "a code of none": ({"currency": ints(3)}, {}, OutOfColumn),
    "an unknown code": ({"currency": ints(-1)}, {}, OutOfColumn),
    "an instant that has not come": ({"at": ints(NEVER)}, {}, OutOfColumn),
    "money that is not there": ({}, {"money": ("net",)}, NoSuchColumn),
    "money twice": ({}, {"money": ("gross", "gross")}, Repeated),
    "instants that are not there": ({}, {"at": "paid_at"}, NoSuchColumn),
    "currencies that are not there": ({}, {"currency": "code"}, NoSuchColumn),
    "one currency twice": ({}, {"currencies": (CNY, USD, CNY)}, Repeated),
    "floats": ({"gross": [1.5]}, {}, WrongColumn),
    "an amount beyond 64 bits": ({"gross": ints(2**61)}, {}, OutOfRange),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_refused(case: str) -> None:
    """By name."""
    rows, other, refusal = WRONG[case]
    with pytest.raises(refusal):
        converted({**ROWS, **rows}, **other)


def test_mixed_currencies_are_refused_where_one_is_expected() -> None:
    """The first row of another one is named."""
    rows = {"currency": ints(1, 1, 0)}
    with pytest.raises(MixedCurrencies, match="row 2 is in CNY, not in USD"):
        require_currency(rows, USD, currencies=ALL)
    require_currency({"currency": ints(1, 1)}, USD, currencies=ALL)
    with pytest.raises(OutOfColumn):
        require_currency({"currency": ints(5)}, USD, currencies=ALL)
    with pytest.raises(NoSuchColumn):
        require_currency({}, USD, currencies=ALL)
