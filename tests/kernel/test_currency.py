"""The table of ISO 4217: all current codes with their numbers and minor units, and no code that was withdrawn."""

import copy
import pickle
from collections.abc import Callable

import pytest

from ecomops.kernel import Currency, Id, Money, NoMinorUnit, UnknownCurrency, WrongKind
from tests.kernel.hostile import TEXTS, others

NONE = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE = "BHD IQD JOD KWD LYD OMR TND"
FOUR = "CLF UYW"
WITHDRAWN = "ANG BGN BYR CUC DEM EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWD ZWL"
MAKERS: list[Callable[[Currency], Money]] = [
    lambda currency: Money(1, currency),
    Money.zero,
    lambda currency: Money.parse("1", currency.value),
]
NUMBERS = {"AED": 784, "ALL": 8, "BOB": 68, "CNY": 156, "EUR": 978, "JPY": 392, "USD": 840, "XCG": 532, "ZWG": 924}


def test_list_has_all_178_codes() -> None:
    """List one of 2026-01-01 has 178 codes of three capitals, each with a number of its own."""
    assert len(Currency) == 178
    assert len({currency.number for currency in Currency}) == 178
    for currency in Currency:
        assert len(currency) == 3
        assert "AAA" <= currency <= "ZZZ"
        assert currency.name == currency.value
        assert 1 <= currency.number <= 999


def test_minor_units_are_those_of_the_standard() -> None:
    """Four lists name every currency without two decimals; all others have two."""
    stated = {
        code: digits
        for codes, digits in ((NONE, None), (ZERO, 0), (THREE, 3), (FOUR, 4))
        for code in codes.split()
    }  # fmt: skip
    assert stated == {str(each): each.minor_unit for each in Currency if each.minor_unit != 2}


@pytest.mark.parametrize("code", NUMBERS)
def test_numbers_are_those_of_the_standard(code: str) -> None:
    """Well-known codes have their well-known numbers, new ones theirs."""
    assert Currency.of(code).number == NUMBERS[code]


@pytest.mark.parametrize("code", WITHDRAWN.split())
def test_withdrawn_codes_are_gone(code: str) -> None:
    """Nothing is priced in money that is no longer legal tender."""
    with pytest.raises(UnknownCurrency):
        Currency.of(code)


@pytest.mark.parametrize("code", NONE.split())
def test_nothing_is_priced_without_a_minor_unit(code: str) -> None:
    """A metal, a unit of account and a test code make no money, however it is made."""
    currency = Currency.of(code)
    for make in MAKERS:
        with pytest.raises(NoMinorUnit) as refused:
            make(currency)
        assert refused.value.currency is currency


def test_of_takes_codes_and_currencies() -> None:
    """A code and a member name the same currency, which is its own text."""
    assert Currency.of("CNY") is Currency.CNY is Currency.of(Currency.CNY)
    assert str(Currency.CNY) == "CNY"


@pytest.mark.parametrize("code", ["cny", "ZZZ", "156", "number", "of", "__members__", "mro", *TEXTS])
def test_of_refuses_what_is_no_code(code: str) -> None:
    """Small letters, unknown codes and names of attributes are no currencies."""
    with pytest.raises(UnknownCurrency, match="is no current currency of ISO 4217"):
        Currency.of(TEXTS.get(code, code))


def test_withdrawn_currency_is_named() -> None:
    """The kuna is gone since 2023: the refusal says which code is none, in both languages, and no more than that."""
    with pytest.raises(UnknownCurrency) as refused:
        Currency.of("HRK")
    assert refused.value.message("en") == "HRK is no current currency of ISO 4217"
    assert refused.value.message("zh") == "HRK 不是 ISO 4217 的现行货币代码"
    with pytest.raises(UnknownCurrency) as long:
        Currency.of("x" * 10_000_000)
    assert long.value.context == {"currency": "xxxxxxxx"}


def test_of_refuses_other_kinds() -> None:
    """A number, bytes and nothing are refused by kind."""
    for value in others(str, Id, Currency):
        with pytest.raises(WrongKind, match="must be str"):
            Currency.of(value)


def test_currency_stays_itself() -> None:
    """Pickled or copied, a currency is the same object, so that it may be compared by identity."""
    assert pickle.loads(pickle.dumps(Currency.CNY)) is Currency.CNY  # noqa: S301
    assert copy.copy(Currency.CNY) is copy.deepcopy(Currency.CNY) is Currency.CNY
