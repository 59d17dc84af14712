"""The words that two packages share: what each takes and refuses, and their sums."""

import copy
import pickle
from fractions import Fraction
from typing import Any, cast
from urllib.parse import quote

import attrs
import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from ecomops.kernel import BadText, Currency, DomainError, Id, Invalid, Money, OutOfRange, Rounding, WrongKind
from ecomops.kernel.checks import MOST_UNITS
from ecomops.terms import (
    CustomerId,
    Discount,
    Funder,
    LineId,
    LocationId,
    NegativeAmount,
    OrderId,
    Price,
    PricedLine,
    PromotionId,
    Sku,
    StockKey,
    StockUnits,
    Tax,
    TaxRate,
    Tender,
    TenderKind,
    demand,
    units_of,
)
from ecomops.testing import TEA, a_discount, a_line, a_service, cny
from tests.kernel.hostile import TEXTS, VALUES, others, untyped

IDS: list[type[Id]] = [Sku, OrderId, LineId, CustomerId, LocationId, PromotionId]
COFFEE = StockKey.of(Sku("coffee"), LocationId("hangzhou"))

plain = st.text(st.sampled_from("a茶@%40/ +~"), min_size=1, max_size=6).filter(lambda text: text.strip() == text)


@pytest.mark.parametrize("kind", IDS)
def test_ids_are_texts_of_their_kind(kind: type[Id]) -> None:
    """An id of the shop is its text, of up to 200 characters, and hostile texts are none."""
    assert kind("x") == "x"
    assert repr(kind("x")) == f"{kind.__name__}('x')"
    assert kind.longest == 200
    assert type(pickle.loads(pickle.dumps(kind("x")))) is type(copy.deepcopy(kind("x"))) is kind  # noqa: S301
    for text in TEXTS.values():
        with pytest.raises(BadText, match=kind.__name__):
            kind(text)


@given(plain, plain)
@example("a" * 200, "b" * 200)
@example("茶" * 199 + "@", "杭" * 199 + "%")
@example("@" * 200, "%" * 200)
def test_stock_key_holds_its_two_ids(sku: str, location: str) -> None:
    """Any SKU and any location make one key, out of which both come back, each of its kind."""
    key = StockKey.of(Sku(sku), LocationId(location))
    assert (key.sku, key.location) == (sku, location)
    assert (type(key), type(key.sku), type(key.location)) == (StockKey, Sku, LocationId)
    assert key.count("@") == 1


@given(st.lists(st.tuples(plain, plain), unique=True))
def test_stock_keys_differ_when_their_ids_do(pairs: list[tuple[str, str]]) -> None:
    """No two stocks share a key, whatever signs stand in their ids."""
    keys = {StockKey.of(Sku(sku), LocationId(location)) for sku, location in pairs}
    assert len(keys) == len(pairs)


@pytest.mark.parametrize("key", ["tea@hangzhou", "茶@杭州", "a%40b@c", "100%25@c", "a b@c d"])
def test_stock_key_reads_its_text(key: str) -> None:
    """The text of a key makes the same key again, also through pickle and copy."""
    made = StockKey(key)
    assert made == key
    assert StockKey.of(made.sku, made.location) == made
    for back in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):  # noqa: S301
        assert (type(back), back) == (StockKey, made)


def test_longest_stock_key() -> None:
    """A key is as long as two ids of which every character is escaped, and no longer."""
    longest = StockKey.of(Sku("@" * 200), LocationId("%" * 200))
    assert len(longest) == StockKey.longest == 2 * 3 * 200 + 1


def test_plain_ids_are_not_escaped() -> None:
    """A key without special signs reads as its two ids."""
    assert StockKey.of(Sku("茶 50g/袋"), LocationId("杭州")) == "茶 50g/袋@杭州"


NO_KEYS = {
    "no @": "tea",
    "two @": "tea@hangzhou@1",
    "no SKU": "@hangzhou",
    "no location": "tea@",
    "@ alone": "@",
    "SKU not trimmed": "tea @hangzhou",
    "location not trimmed": "tea@ hangzhou",
    "escaped space": "%20@hangzhou",
    "escaped NUL": "tea%00@hangzhou",
    "escaped bytes that are no text": "%FF@hangzhou",
    "another spelling of tea": "%74ea@hangzhou",
    "another spelling of an escape": "a%40b%2fc@hangzhou",
    "a percent sign that escapes nothing": "100%@hangzhou",
    "SKU too long": "a" * 201 + "@b",
    "location too long": "a@" + "b" * 201,
    **TEXTS,
}


@pytest.mark.parametrize("name", NO_KEYS)
def test_text_that_is_no_stock_key_is_refused(name: str) -> None:
    """A text that is not two ids in their one spelling is refused at once: no stock has two keys."""
    with pytest.raises(BadText, match="StockKey"):
        StockKey(NO_KEYS[name])


@given(st.text(st.sampled_from("ab@%40F7 "), min_size=1, max_size=8) | plain.map(quote))
def test_stock_key_is_refused_or_whole(text: str) -> None:
    """Every key that can be made has a SKU and a location, which make the same key."""
    try:
        key = StockKey(text)
    except BadText:
        return
    assert StockKey.of(key.sku, key.location) == text


def test_stock_key_is_made_of_texts() -> None:
    """Other kinds make no key, neither whole nor in parts."""
    for value in others(str, Id, Currency):
        with pytest.raises(WrongKind):
            StockKey(value)
        with pytest.raises(DomainError):
            StockKey.of(value, LocationId("hangzhou"))
        with pytest.raises(DomainError):
            StockKey.of(Sku("tea"), value)


@given(st.lists(st.tuples(st.sampled_from([TEA, COFFEE, StockKey("a@b")]), st.integers(1, 9)), max_size=8))
def test_demand_adds_up_per_stock(wanted: list[tuple[StockKey, int]]) -> None:
    """A pool is asked once for all that is wanted of it, in the order of the keys."""
    total = demand(iter(wanted))
    assert [each.stock for each in total] == sorted({key for key, _ in wanted})
    assert all(each.quantity == sum(n for key, n in wanted if key == each.stock) for each in total)


@pytest.mark.parametrize("wanted", [[(TEA, MOST_UNITS), (TEA, 1)], [(TEA, 0)], [(TEA, 1), (TEA, -1)], [(TEA, -5)]])
def test_demand_is_of_units_that_can_be(wanted: list[tuple[StockKey, int]]) -> None:
    """More than any stock holds, and nothing, cannot be demanded."""
    with pytest.raises(OutOfRange, match=r"StockUnits\.quantity"):
        demand(wanted)


@pytest.mark.parametrize(
    ("key", "quantity"), [(TEA, 0), (TEA, MOST_UNITS + 1), (TEA, True), (TEA, "2"), ("tea@hz", 2), (None, 2)]
)
def test_units_of_a_stock_are_refused_as_their_class_refuses(key: Any, quantity: Any) -> None:  # noqa: ANN401
    """What is made for every line is the same, and checked as well."""
    with pytest.raises(Invalid) as refused:
        units_of(key, quantity)
    with pytest.raises(Invalid) as by_class:
        StockUnits(stock=key, quantity=quantity)
    assert (refused.value.code, refused.value.context) == (by_class.value.code, by_class.value.context)
    assert units_of(TEA, MOST_UNITS) == StockUnits(stock=TEA, quantity=MOST_UNITS)


def test_stock_units_read_as_so_many_of_a_stock() -> None:
    """A refusal lists them in words."""
    assert str(StockUnits(stock=TEA, quantity=3)) == "3 x tea@hangzhou"


PRICES = [
    # amount, per, quantity, rounding, cost
    ("10.00", 1, 3, Rounding.HALF_UP, "30.00"),
    ("2.36", 1000, 12_500, Rounding.HALF_UP, "29.50"),
    ("0.01", 2, 1, Rounding.HALF_UP, "0.01"),
    ("0.01", 2, 1, Rounding.HALF_DOWN, "0.00"),
    ("1.00", 3, 1, Rounding.UP, "0.34"),
    ("1.00", 3, 0, Rounding.UP, "0.00"),
]


@pytest.mark.parametrize(("amount", "per", "quantity", "rounding", "cost"), PRICES)
def test_price_of_a_quantity(amount: str, per: int, quantity: int, rounding: Rounding, cost: str) -> None:
    """A price for so many units is multiplied exactly and rounded once."""
    assert Price(amount=cny(amount), per=per).of(quantity, rounding) == cny(cost)


def test_price_reads_like_its_money() -> None:
    """With the units that it is for, where these are several."""
    assert [str(Price(amount=cny("3.20"), per=per)) for per in (1, 1000)] == ["3.20 CNY", "3.20 CNY per 1000"]


def test_price_is_for_one_unit_rounded_half_up() -> None:
    """That is what a price means when nothing else is said."""
    assert Price(amount=cny("0.01")).per == 1
    assert Price(amount=cny("0.01"), per=2).of(3) == cny("0.02")


@given(st.integers(0, 10**9), st.integers(1, 10**4), st.integers(0, 10**6), st.sampled_from(Rounding))
def test_price_is_never_a_cent_off(minor: int, per: int, quantity: int, rounding: Rounding) -> None:
    """The cost lies less than a cent from the exact one, and on it where that is whole."""
    cost = Price(amount=Money(minor, Currency.CNY), per=per).of(quantity, rounding)
    exact = Fraction(minor * quantity, per)
    assert abs(cost.minor - exact) < 1
    assert cost.minor == exact or exact.denominator > 1


def test_price_is_of_whole_units() -> None:
    """A float, a text, a bool and nothing are no quantity: they are refused as malformed."""
    price = Price(amount=cny("10.00"))
    for quantity in others(int):
        with pytest.raises(Invalid):
            price.of(quantity)


def test_line_of_a_price() -> None:
    """The amount of such a line is its price times its quantity, rounded half up."""
    price = Price(amount=cny("2.36"), per=1000)
    off = (a_discount("0.01"),)
    line = PricedLine.of(LineId("l-1"), TEA, quantity=12_501, price=price, discounts=off)
    assert line == PricedLine(
        id=LineId("l-1"), stock=TEA, quantity=12_501, price=price, gross=cny("29.50"), discounts=off
    )
    assert PricedLine.of(LineId("l-1"), TEA, quantity=1, price=price).discounts == ()


def test_line_of_a_price_refuses_other_kinds() -> None:
    """Every argument is checked, whatever is computed from it."""
    price = Price(amount=cny("1.00"))
    for value in others():
        with pytest.raises(Invalid):
            PricedLine.of(value, TEA, quantity=2, price=price)
        with pytest.raises(Invalid):
            PricedLine.of(LineId("l-1"), value, quantity=2, price=price)
        with pytest.raises(Invalid):
            PricedLine.of(LineId("l-1"), TEA, quantity=2, price=value)
    for quantity in (*others(int), 0, -1, MOST_UNITS + 1, 10**5000):
        with pytest.raises(Invalid):
            PricedLine.of(LineId("l-1"), TEA, quantity=quantity, price=price)


PRICE = Price(amount=cny("10.00"), per=2)
DISCOUNT = Discount(promotion=PromotionId("p-1"), amount=cny("1.00"), funder=Funder.BRAND)
TENDER = Tender(kind=TenderKind.GIFT_CARD, amount=cny("1.00"), funder=Funder.BRAND, lines=(LineId("l-1"),))
RATE = TaxRate(parts=13)
VAT = Tax(code="standard", rate=RATE)

WORDED = ("text", "number as text", "id", "currency")

# Every class with an example, and the values among the hostile ones that each field takes after all.
WORDS: list[tuple[attrs.AttrsInstance, dict[str, tuple[str, ...]]]] = [
    (StockUnits(stock=TEA, quantity=1), {"quantity": ("int",)}),
    (PRICE, {"amount": ("money",), "per": ("int",)}),
    (DISCOUNT, {"amount": ("money",)}),
    (TENDER, {"amount": ("money",), "lines": ("empty tuple",)}),
    (RATE, {"parts": ("int",), "per": ("int",)}),
    (VAT, {"code": WORDED, "included": ("bool",)}),
    (a_line(), {"quantity": ("int",), "gross": ("money",), "discounts": ("empty tuple",), "tax": ("None",)}),
    (a_service(), {"name": WORDED, "gross": ("money",), "discounts": ("empty tuple",), "tax": ("None",)}),
]


def put(word: Any, field: str, value: object) -> Any:  # noqa: ANN401 - any class with fields
    """Return *word* with another value in one field."""
    return changed(word, **{field: value})


FIELDS = [
    pytest.param(word, field.name, taken.get(field.name, ()), id=f"{type(word).__name__}.{field.name}")
    for word, taken in WORDS
    for field in attrs.fields(type(word))
]


@pytest.mark.parametrize(("word", "field", "taken"), FIELDS)
def test_field_refuses_every_other_kind(word: object, field: str, taken: tuple[str, ...]) -> None:
    """Each field of each word takes its own kind and range, and refuses the rest as malformed, by the field's name."""
    for name, value in VALUES.items():
        if name in taken:
            assert getattr(put(word, field, value), field) == value
        else:
            with pytest.raises(Invalid) as refused:
                put(word, field, value)
            assert refused.value.context["field"] == f"{type(word).__name__}.{field}"


AMOUNTS: list[tuple[object, str]] = [
    (PRICE, "amount"),
    (DISCOUNT, "amount"),
    (TENDER, "amount"),
    (a_line(), "gross"),
    (a_service(), "gross"),
]


@pytest.mark.parametrize(("word", "field"), AMOUNTS)
def test_amounts_are_not_negative(word: object, field: str) -> None:
    """An amount is money, no less than none; the refusal names the field and the amount, in both languages."""
    assert getattr(put(word, field, cny("0")), field) == cny("0")
    for value in others(Money):
        with pytest.raises(WrongKind, match=rf"{field} must be Money"):
            put(word, field, value)
    with pytest.raises(NegativeAmount) as refused:
        put(word, field, cny("-0.01"))
    name = f"{type(word).__name__}.{field}"
    assert refused.value.context == {"field": name, "amount": cny("-0.01")}
    assert str(refused.value) == f"{name} cannot be negative: -0.01 CNY"
    assert refused.value.message("zh") == f"{name} 不能为负：-0.01 CNY"


QUANTITIES: list[tuple[object, str]] = [
    (StockUnits(stock=TEA, quantity=1), "quantity"),
    (PRICE, "per"),
    (a_line(), "quantity"),
]


@pytest.mark.parametrize(("word", "field"), QUANTITIES)
def test_quantities_are_at_least_one(word: object, field: str) -> None:
    """Units are counted from one up to more than any stock holds."""
    for quantity in (1, MOST_UNITS):
        assert getattr(put(word, field, quantity), field) == quantity
    for quantity in (0, -1, MOST_UNITS + 1):
        with pytest.raises(OutOfRange) as refused:
            put(word, field, quantity)
        assert refused.value.context["least"] == "1"


@pytest.mark.parametrize(
    ("rate", "on_top", "within"),
    [
        (TaxRate(parts=13), "14.69", "13.00"),
        (TaxRate(parts=105, per=1000), "11.87", "10.74"),
        (TaxRate(parts=0), "0.00", "0.00"),
    ],
)
def test_a_tax_is_rounded_once(rate: TaxRate, on_top: str, within: str) -> None:
    """On an amount, or within it, exactly and then half up."""
    amount = cny("113.00")
    assert Tax(code="standard", rate=rate).of(amount) == cny(on_top)
    assert Tax(code="standard", rate=rate, included=True).of(amount) == cny(within)


def test_shop_bears_what_nobody_else_does() -> None:
    """A discount and a tender are the shop's unless somebody else is named; a tender pays for all lines."""
    assert Discount(promotion=PromotionId("p-1"), amount=cny("1.00")).funder is Funder.SHOP
    tender = Tender(kind=TenderKind.BALANCE, amount=cny("1.00"))
    assert (tender.funder, tender.lines) == (Funder.SHOP, ())
    assert [funder.value for funder in Funder] == ["shop", "platform", "brand", "supplier"]
    assert [kind.value for kind in TenderKind] == ["manufacturer_coupon", "gift_card", "balance", "deposit"]


@pytest.mark.parametrize("word", [word for word, _ in WORDS], ids=lambda word: type(word).__name__)
def test_words_are_values(word: object) -> None:
    """Equal words are one; they survive pickle and copy, and they do not change."""
    for back in (pickle.loads(pickle.dumps(word)), copy.copy(word), copy.deepcopy(word)):  # noqa: S301
        assert back == word
        assert len({back, word}) == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        cast("Any", word).gross = cny("0")


def test_members_of_a_list_are_of_its_kind() -> None:
    """A tender names lines, a line has discounts: nothing else stands among them."""
    for member in untyped("l-1", OrderId("l-1"), None, 1):
        with pytest.raises(WrongKind, match=r"Tender\.lines must be tuple of LineId"):
            put(TENDER, "lines", (LineId("l-1"), member))
    for member in untyped(TENDER, cny("1.00"), None):
        with pytest.raises(WrongKind, match=r"PricedLine\.discounts must be tuple of Discount"):
            put(a_line(), "discounts", (DISCOUNT, member))
        with pytest.raises(WrongKind, match=r"PricedService\.discounts must be tuple of Discount"):
            put(a_service(), "discounts", (member,))
