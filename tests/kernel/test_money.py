"""Money: what it refuses to be, how it is read and written, and its arithmetic; the laws stand with the properties."""

import copy
import operator
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import pytest
from attrs.exceptions import FrozenInstanceError

from ecomops.kernel import (
    BadWeights,
    Currency,
    CurrencyMismatch,
    Id,
    Money,
    NotAnAmount,
    OutOfRange,
    Rounding,
    WrongKind,
)
from ecomops.kernel.money import MOST_MINOR
from tests.kernel.hostile import TEXTS, others, untyped

CNY, JPY, KWD, CLF = Currency.CNY, Currency.JPY, Currency.KWD, Currency.CLF

OPERATIONS: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def test_money_is_a_value() -> None:
    """Equal amounts of one currency are one value, which survives pickle and copy and does not change."""
    money = Money(1999, CNY)
    assert money == Money(1999, CNY) != Money(1999, Currency.USD)
    assert cast("object", money) != 1999
    assert len({money, Money(1999, CNY)}) == 1
    for back in (pickle.loads(pickle.dumps(money)), copy.copy(money), copy.deepcopy(money)):  # noqa: S301
        assert back == money
        assert back - money == Money.zero(CNY)
    with pytest.raises(FrozenInstanceError):
        cast("Any", money).minor = 5


def test_minor_units_are_an_int() -> None:
    """A float, a bool, a decimal and a text are no minor units."""
    for minor in others(int):
        with pytest.raises(WrongKind, match=r"Money\.minor must be int"):
            Money(minor, CNY)


def test_currency_is_a_member() -> None:
    """A code is no currency: money compares currencies by identity."""
    for currency in untyped("CNY", *others(Currency)):
        with pytest.raises(WrongKind, match=r"Money\.currency must be Currency"):
            Money(1, currency)


@pytest.mark.parametrize("sign", [1, -1])
def test_money_stops_at_two_to_the_62nd(sign: int) -> None:
    """The largest amount fits an int64 with room for one sum; nothing larger is made by any way."""
    most = Money(sign * MOST_MINOR, CNY)
    one = Money(sign, CNY)
    assert most.minor == sign * 2**62
    makers: list[Callable[[], Money]] = [
        lambda: Money(sign * (MOST_MINOR + 1), CNY),
        lambda: Money(sign * 10**5000, CNY),
        lambda: most + one,
        lambda: most - -one,
        lambda: most * 2,
        lambda: most.times(Fraction(2**62 + 1, 2**62)),
        lambda: Money.total([most, one], CNY),
        lambda: Money.parse(f"{sign * 9_999_999_999_999_999_999}", CNY),
    ]
    for make in makers:
        with pytest.raises(OutOfRange) as refused:
            make()
        assert refused.value.context == {"field": "Money.minor", "least": str(-(2**62)), "most": str(2**62)}


READ = [
    ("19.99", "CNY", 1999),
    ("19.9", "CNY", 1990),
    ("19", "CNY", 1900),
    ("-5", "CNY", -500),
    ("0.05", "CNY", 5),
    ("-0.05", "CNY", -5),
    ("-0", "CNY", 0),
    ("007", "CNY", 700),
    ("19", "JPY", 19),
    ("1.999", "KWD", 1999),
    ("1.9999", "CLF", 19999),
    ("46116860184273879.04", "CNY", 2**62),
]


@pytest.mark.parametrize(("text", "code", "minor"), READ)
def test_parse_reads_major_units(text: str, code: str, minor: int) -> None:
    """Digits, one point and at most the decimals of the currency are read, by code or by member."""
    assert Money.parse(text, code) == Money(minor, Currency.of(code)) == Money.parse(text, Currency.of(code))


HOSTILE_AMOUNTS = [
    *TEXTS.values(),
    *(" 1", "1 ", "1\n", "+1", "--1", "-", ".", ".5", "5.", "1.2.3", "1,50", "1_000", "1e5", "0x10", "1.999"),
    *(
        "nan",
        "inf",
        "-inf",
        "NaN",
        "None",
        "1/2",
        "\uff11\uff12",
        "١٢",
        "१२",
        "²",
        "½",
        "一",
        "\u22125",
        "1.5 CNY",
        "￥5",
    ),
    *("9" * 20, "9" * 5000, "-" + "9" * 5000, "0" * 5000, "1." + "0" * 5000),
]


@pytest.mark.parametrize("place", range(len(HOSTILE_AMOUNTS)))
def test_parse_refuses_hostile_texts(place: int) -> None:
    """Spaces, signs, exponents, digits of other scripts, too many decimals and endless numbers are no amounts."""
    with pytest.raises(NotAnAmount) as refused:
        Money.parse(HOSTILE_AMOUNTS[place], CNY)
    assert refused.value.context == {"currency": CNY, "digits": 2}


@pytest.mark.parametrize(("text", "currency"), [("1.0", JPY), ("1.0000", KWD), ("1.00000", CLF)])
def test_parse_refuses_more_decimals_than_the_currency_has(text: str, currency: Currency) -> None:
    """Zeros too: what cannot be paid is not written."""
    with pytest.raises(NotAnAmount, match=f"at most {currency.minor_unit} decimals"):
        Money.parse(text, currency)


def test_parse_refuses_other_kinds() -> None:
    """An amount that is no text is no amount; a currency that is none is refused by kind."""
    for value in others(str, Id, Currency):
        with pytest.raises(NotAnAmount):
            Money.parse(value, CNY)
        with pytest.raises(WrongKind):
            Money.parse("1", value)


WRITTEN = [
    (Money(1999, CNY), "19.99 CNY"),
    (Money(-5, CNY), "-0.05 CNY"),
    (Money(0, CNY), "0.00 CNY"),
    (Money(-100, CNY), "-1.00 CNY"),
    (Money(19, JPY), "19 JPY"),
    (Money(-19, JPY), "-19 JPY"),
    (Money(1, KWD), "0.001 KWD"),
    (Money(12345, CLF), "1.2345 CLF"),
]


@pytest.mark.parametrize(("money", "text"), WRITTEN)
def test_money_is_written_in_major_units(money: Money, text: str) -> None:
    """Money reads as a person writes it, with all decimals of its currency."""
    assert str(money) == text


def test_arithmetic_within_one_currency() -> None:
    """Sums, differences, multiples and comparisons are those of the minor units."""
    two, same, five = Money(2, CNY), Money(2, CNY), Money(5, CNY)
    assert two + five == Money(7, CNY)
    assert two - five == Money(-3, CNY)
    assert -two == Money(-2, CNY)
    assert two * 3 == 3 * two == Money(6, CNY)
    assert (two < five, two <= five, two > five, two >= five) == (True, True, False, False)
    assert (five < two, five <= two, five > two, five >= two) == (False, False, True, True)
    assert (two < same, two <= same, two > same, two >= same) == (False, True, False, True)
    assert Money.zero(JPY) == Money(0, JPY)
    assert (Money(5, CNY).digits, Money(5, JPY).digits) == (2, 0)


@pytest.mark.parametrize("sign", OPERATIONS)
def test_currencies_do_not_mix(sign: str) -> None:
    """Each sum and each comparison over two currencies is refused and names both, zero or not."""
    for minor in (0, 5):
        with pytest.raises(CurrencyMismatch) as refused:
            OPERATIONS[sign](Money(minor, CNY), Money(minor, JPY))
        assert refused.value.context == {"left": CNY, "right": JPY}


@pytest.mark.parametrize("sign", OPERATIONS)
def test_money_meets_only_money(sign: str) -> None:
    """A sum or a comparison with something else than money is refused by kind."""
    for value in others(Money):
        with pytest.raises(WrongKind):
            OPERATIONS[sign](Money(5, CNY), value)


def test_total_adds_up_in_the_named_currency() -> None:
    """The total of none is no money of the currency; another currency among them is refused."""
    assert Money.total([], CNY) == Money.zero(CNY)
    assert Money.total((Money(n, CNY) for n in (1, 2, -5)), CNY) == Money(-2, CNY)
    with pytest.raises(CurrencyMismatch) as refused:
        Money.total([Money(1, CNY), Money(1, JPY)], CNY)
    assert refused.value.context == {"left": CNY, "right": JPY}


def test_total_may_pass_the_bound_on_its_way() -> None:
    """Only the total must be an amount, whatever the order of its parts."""
    most = Money(MOST_MINOR, CNY)
    assert Money.total([most, most, -most], CNY) == most


def test_total_is_of_money() -> None:
    """What is no money is refused by kind."""
    for value in others(Money):
        with pytest.raises(WrongKind):
            Money.total([value], CNY)


def test_multiples_are_whole() -> None:
    """A float times money is refused: `times` takes an exact rational and a rounding."""
    for value in others(int):
        with pytest.raises(WrongKind, match=r"Money \* times must be int"):
            operator.mul(Money(5, CNY), value)
        with pytest.raises(WrongKind, match=r"Money \* times must be int"):
            operator.mul(value, Money(5, CNY))


def test_factors_are_fractions() -> None:
    """Only a `Fraction` is a factor: it alone says what it is exactly."""
    for factor in others(Fraction):
        with pytest.raises(WrongKind, match=r"Money\.times must be Fraction"):
            Money(5, CNY).times(factor)


def test_times_rounds_once_by_the_named_rule() -> None:
    """Half up unless another rule is named; the sign does not change the size."""
    half = Fraction(1, 2)
    assert Money(5, CNY).times(half) == Money(3, CNY)
    assert Money(-5, CNY).times(half) == Money(-3, CNY)
    assert Money(5, CNY).times(half, Rounding.DOWN) == Money(2, CNY)
    assert Money(5, CNY).times(-half, Rounding.FLOOR) == Money(-3, CNY)


def test_split_keeps_the_currency() -> None:
    """Parts of money are money of the same currency; bad weights are refused."""
    assert Money(100, JPY).split([1, 1, 1]) == (Money(34, JPY), Money(33, JPY), Money(33, JPY))
    with pytest.raises(BadWeights):
        Money(100, JPY).split([])
