"""The laws of money: parts add up, sums are sums, every rounding is the standard's, texts come back as amounts."""

import decimal
import math
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ecomops.kernel import Currency, CurrencyMismatch, Money, NotAnAmount, OutOfRange, Rounding, divide, split, worth
from ecomops.kernel.money import MOST_MINOR

PRICED = [currency for currency in Currency if currency.minor_unit is not None]
MIXING: list[Callable[[Any, Any], object]] = [
    operator.add,
    operator.sub,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    lambda left, right: Money.total([left, right], left.currency),
]

currencies = st.sampled_from(PRICED)
amounts = st.integers(-(10**30), 10**30) | st.integers(-99, 99)
minors = st.integers(-MOST_MINOR // 8, MOST_MINOR // 8) | st.integers(-99, 99)
weights = st.lists(st.integers(0, 9) | st.integers(0, 10**30), min_size=1, max_size=12)
modes = st.sampled_from(Rounding)
yuan = minors.map(lambda minor: Money(minor, Currency.CNY))


@given(amounts, weights)
def test_parts_of_a_split_add_up(amount: int, weights: list[int]) -> None:
    """Whatever the weights and the sign, the parts are as many as the weights and add up to the amount."""
    parts = split(amount, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == amount


@given(amounts, weights)
def test_each_part_is_its_share_rounded(amount: int, weights: list[int]) -> None:
    """No part is a whole unit away from its exact share; so a zero weight beside another gets nothing."""
    assume(any(weights))
    shares = [Fraction(amount * weight, sum(weights)) for weight in weights]
    for part, share in zip(split(amount, weights), shares, strict=True):
        assert abs(part - share) < 1


@given(amounts, weights)
def test_odd_units_go_to_the_largest_remainders(amount: int, weights: list[int]) -> None:
    """Who gets an odd unit has a larger remainder than who does not, or an equal one and the earlier place."""
    assume(any(weights))
    shares = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    parts = [abs(part) for part in split(amount, weights)]
    ranks = [(share - math.floor(share), -place) for place, share in enumerate(shares)]
    lucky = [rank for rank, part, share in zip(ranks, parts, shares, strict=True) if part > math.floor(share)]
    unlucky = [rank for rank, part, share in zip(ranks, parts, shares, strict=True) if part == math.floor(share)]
    assert not lucky or not unlucky or min(lucky) > max(unlucky)


@given(amounts, weights)
def test_negative_amount_is_split_like_its_magnitude(amount: int, weights: list[int]) -> None:
    """A refund mirrors its charge, part by part."""
    assert split(-amount, weights) == tuple(-part for part in split(amount, weights))


@given(amounts, weights, st.integers(1, 10**6))
def test_only_the_ratio_of_weights_counts(amount: int, weights: list[int], factor: int) -> None:
    """Weights in cents and in yuan give the same parts; without any weight the parts are even."""
    if any(weights):
        assert split(amount, [weight * factor for weight in weights]) == split(amount, weights)
    else:
        assert split(amount, weights) == split(amount, [factor] * len(weights))


@given(yuan, weights)
def test_money_splits_as_its_minor_units(money: Money, weights: list[int]) -> None:
    """The parts of money are money of its currency, and their total is the money."""
    parts = money.split(weights)
    assert [part.minor for part in parts] == list(split(money.minor, weights))
    assert Money.total(parts, Currency.CNY) == money


units = st.integers(1, 60) | st.integers(1, 10**12)


@given(amounts, units, st.lists(st.integers(0, 10**12), max_size=6))
def test_runs_laid_end_to_end_add_up(amount: int, units: int, cuts: list[int]) -> None:
    """However a line is cut into runs of units, the worths of the runs add up to it."""
    ends = [0, *sorted(cut % (units + 1) for cut in cuts), units]
    runs = [worth(amount, units, end) - worth(amount, units, start) for start, end in pairwise(ends)]
    assert worth(amount, units, 0) == 0
    assert sum(runs) == worth(amount, units, units) == amount
    assert amount < 0 or all(run >= 0 for run in runs)


@given(amounts, st.integers(1, 60))
def test_units_are_worth_the_same_but_for_a_cent(amount: int, units: int) -> None:
    """Every unit is worth the even share rounded down, the first ones a cent more; none of a charge is negative."""
    each = [worth(amount, units, unit + 1) - worth(amount, units, unit) for unit in range(units)]
    assert each == sorted(each, reverse=True)
    assert set(each) <= {math.floor(Fraction(amount, units)), math.floor(Fraction(amount, units)) + 1}
    assert amount < 0 or min(each) >= 0


@given(st.integers(0, 10**15), st.integers(0, 10**15), units, st.data())
def test_no_unit_of_a_lower_rung_is_worth_more(amount: int, off: int, units: int, data: st.DataObject) -> None:
    """What a discount takes off a line it takes off each unit, or nothing: no unit gains by it."""
    lower = max(0, amount - off)
    unit = data.draw(st.integers(0, units - 1))
    taken = [worth(rung, units, unit + 1) - worth(rung, units, unit) for rung in (amount, lower)]
    assert taken[0] >= taken[1] >= 0


@given(yuan, yuan, yuan)
def test_addition_of_money(one: Money, two: Money, three: Money) -> None:
    """Addition is associative and commutative, zero changes nothing, and subtraction takes back."""
    zero = Money.zero(Currency.CNY)
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + zero == one == zero + one
    assert one - two == one + -two == -(two - one)
    assert (one + two) - two == one
    assert Money.total([one, two, three], Currency.CNY) == Money.total([three, one, two], Currency.CNY)
    assert Money.total([one, two, three], Currency.CNY) == one + two + three


@given(yuan, st.integers(-3, 3), st.integers(-3, 3))
def test_multiples_of_money(money: Money, m: int, n: int) -> None:
    """A multiple is a repeated addition, and distributes over sums."""
    assert money * (m + n) == money * m + n * money
    assert money * 3 == money + money + money
    assert money * m == money.times(Fraction(m))


@given(yuan, yuan)
def test_money_is_ordered_like_its_minor_units(one: Money, two: Money) -> None:
    """The order is total, and agrees with equality and with the sign of the difference."""
    verdicts = (one < two, one <= two, one > two, one >= two, one == two)
    assert verdicts == (
        one.minor < two.minor,
        one.minor <= two.minor,
        one.minor > two.minor,
        one.minor >= two.minor,
        one.minor == two.minor,
    )
    assert [money.minor for money in sorted([one, two])] == sorted([one.minor, two.minor])


@given(st.lists(currencies, min_size=2, max_size=2, unique=True), minors, minors)
def test_currencies_never_mix(pair: list[Currency], one: int, two: int) -> None:
    """Two currencies meet in no sum, no difference, no comparison and no total, whatever the amounts."""
    left, right = Money(one, pair[0]), Money(two, pair[1])
    assert left != right
    for mix in MIXING:
        with pytest.raises(CurrencyMismatch) as refused:
            mix(left, right)
        assert refused.value.context == {"left": pair[0], "right": pair[1]}


@given(minors, minors, currencies, st.sampled_from([operator.add, operator.sub]))
def test_arithmetic_stays_in_its_currency(
    one: int, two: int, currency: Currency, sign: Callable[[Any, Any], Any]
) -> None:
    """A sum of yen is yen."""
    assert sign(Money(one, currency), Money(two, currency)) == Money(sign(one, two), currency)


def rounded(numerator: int, denominator: int, mode: Rounding) -> int:
    """Round as the decimal module does, with digits enough to tell any fraction from a tie and from a whole."""
    digits = len(str(numerator)) + 2 * len(str(denominator)) + 5
    with decimal.localcontext(decimal.Context(prec=digits)):
        exact = Decimal(numerator) / Decimal(denominator)
        return int(exact.quantize(Decimal(1), rounding=getattr(decimal, f"ROUND_{mode.name}")))


@given(amounts, st.integers(1, 10**20) | st.integers(1, 12), modes)
@example(10**60 + 1, 2, Rounding.HALF_EVEN)
@example(-(10**60) - 1, 2 * 10**40, Rounding.UP)
def test_rounding_is_that_of_decimal(numerator: int, denominator: int, mode: Rounding) -> None:
    """Every mode rounds like the mode of the same name in the decimal standard, at any size and sign."""
    assert divide(numerator, denominator, mode) == rounded(numerator, denominator, mode)


@given(amounts, st.integers(1, 10**20), st.sampled_from([-1, 0, 1]), modes)
def test_rounding_of_ties_and_their_neighbours_is_that_of_decimal(
    whole: int, half: int, beside: int, mode: Rounding
) -> None:
    """Ties and what lies closest to them are the hard cases."""
    numerator = (2 * whole + 1) * half + beside
    assert divide(numerator, 2 * half, mode) == rounded(numerator, 2 * half, mode)


def nearest(exact: Fraction, mode: Rounding) -> int:
    """Round an exact number with the whole-number functions of Python."""
    half = Fraction(1, 2)
    size = abs(exact)
    sized = {
        Rounding.HALF_UP: math.floor(size + half),
        Rounding.HALF_DOWN: math.ceil(size - half),
        Rounding.HALF_EVEN: round(size),
        Rounding.UP: math.ceil(size),
        Rounding.DOWN: math.floor(size),
    }
    directed = {Rounding.FLOOR: math.floor(exact), Rounding.CEILING: math.ceil(exact)}
    return directed[mode] if mode in directed else sized[mode] * (-1 if exact < 0 else 1)


@given(yuan, st.fractions(-2, 2), modes)
def test_times_is_exact_until_it_is_rounded_once(money: Money, factor: Fraction, mode: Rounding) -> None:
    """The product with a rational is the exact one, rounded once by the named rule; half up when none is named."""
    exact = factor * money.minor
    assert money.times(factor, mode) == Money(nearest(exact, mode), Currency.CNY)
    assert money.times(factor) == money.times(factor, Rounding.HALF_UP)


@given(st.integers(-MOST_MINOR, MOST_MINOR) | st.integers(-99_999, 99_999), currencies)
@example(MOST_MINOR, Currency.JPY)
@example(-MOST_MINOR, Currency.CLF)
def test_text_of_money_comes_back(minor: int, currency: Currency) -> None:
    """What is written is read as the same amount, and a decimal agrees, in every currency."""
    money = Money(minor, currency)
    amount, code = str(money).split(" ")
    assert Money.parse(amount, code) == money
    assert Decimal(amount).scaleb(money.digits) == minor
    assert len(amount.partition(".")[2]) == money.digits


numerals = st.text(st.sampled_from("0123456789.-+eE_, ０１٣²½/"), max_size=8)


@given(numerals | st.text(max_size=8) | st.decimals(places=2).map(str), currencies)
def test_parse_reads_plain_decimals_and_nothing_else(text: str, currency: Currency) -> None:
    """A text of digits with at most one point and the currency's decimals is an amount, and means what it says."""
    whole, point, decimals = text.removeprefix("-").partition(".")
    digits = currency.minor_unit or 0
    plain = (
        whole.isascii()
        and whole.isdigit()
        and (not point or (decimals.isascii() and decimals.isdigit()))
        and len(decimals) <= digits
    )
    if not plain or len(whole) > 19:  # no amount has more digits
        with pytest.raises(NotAnAmount):
            Money.parse(text, currency)
    elif abs(Decimal(text).scaleb(digits)) > MOST_MINOR:
        with pytest.raises(OutOfRange):
            Money.parse(text, currency)
    else:
        assert Money.parse(text, currency).minor == Decimal(text).scaleb(digits)
