"""The words that two packages share: ids, stock keys, prices, discounts, tenders. Values and their sums, no rules."""

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, Self

from attrs import define, field, frozen

from ecomops.kernel.checks import MOST_UNITS, is_a, is_plain, optional, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.copies import maker
from ecomops.kernel.errors import BadText, Invalid
from ecomops.kernel.ids import Id
from ecomops.kernel.money import Money
from ecomops.kernel.rounding import Rounding
from ecomops.kernel.text import Text


class Sku(Id):
    """A stock keeping unit: what is bought, stored and shipped as one thing (库存单位)."""

    __slots__ = ()


class OrderId(Id):
    """Names an order."""

    __slots__ = ()


class LineId(Id):
    """Names a line within its order."""

    __slots__ = ()


class CustomerId(Id):
    """Names a customer; never a name, a phone or an address."""

    __slots__ = ()


class PersonalId(Id):
    """Names a row of personal values, held for one purpose; never one of the values."""

    __slots__ = ()


class LocationId(Id):
    """Names a place that holds stock: a warehouse, a shop."""

    __slots__ = ()


class PromotionId(Id):
    """Names the promotion behind a discount."""

    __slots__ = ()


class ChannelId(Id):
    """Names a channel through which the shop sells: its own site, a platform's shop, the counter of a store."""

    __slots__ = ()


class CategoryId(Id):
    """Names a category of the catalogue."""

    __slots__ = ()


class CaseId(Id):
    """Names an after-sale case: a return, a refund."""

    __slots__ = ()


class CouponId(Id):
    """Names a single coupon (优惠券)."""

    __slots__ = ()


class BatchId(Id):
    """Names a batch of coupons (券批次)."""

    __slots__ = ()


class CodeId(Id):
    """Names a shared code (通用码): the code itself, as it is compared."""

    __slots__ = ()


class ShipmentId(Id):
    """Names a shipment: one parcel of an order."""

    __slots__ = ()


class StockKey(Id):
    """Names the stock of one SKU at one location, as `SKU@location` with `@` and `%` inside them escaped.

    Each pair of ids has exactly one spelling.

    Example:
        >>> key = StockKey.of(Sku("tea-50g"), LocationId("hangzhou"))
        >>> key, key.sku, key.location
        (StockKey('tea-50g@hangzhou'), Sku('tea-50g'), LocationId('hangzhou'))
    """

    __slots__ = ()

    longest: ClassVar[int] = 1201
    """Two ids of 200 characters, all of them escaped, and the sign between them."""

    def __new__(cls, text: str) -> Self:
        """Make the key of its text.

        Raises:
            BadText: It is not two ids joined by one `@` and spelt as `of` spells them.
        """
        key = super().__new__(cls, text)
        parts = key.split("@")
        if len(parts) != PARTS or not all(_is_spelt(part) for part in parts):
            raise BadText(field=cls.__name__, longest=cls.longest)
        return key

    @classmethod
    def of(cls, sku: Sku, location: LocationId) -> Self:
        """Join a SKU and a location.

        Raises:
            WrongKind: One of them is another kind of text.
        """
        if not isinstance(sku, Sku):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("StockKey.sku", "Sku", sku)
        if not isinstance(location, LocationId):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("StockKey.location", "LocationId", location)
        return cls(f"{_spelt(sku)}@{_spelt(location)}")

    @property
    def sku(self) -> Sku:
        """The SKU."""
        return Sku(_read(self.partition("@")[0]))

    @property
    def location(self) -> LocationId:
        """The location."""
        return LocationId(_read(self.partition("@")[2]))


PARTS = 2


def _spelt(part: str) -> str:
    return part.replace("%", "%25").replace("@", "%40")


def _read(part: str) -> str:
    return part.replace("%40", "@").replace("%25", "%")


def _is_spelt(part: str) -> bool:
    """Tell whether *part* is the one spelling of an id."""
    read = _read(part) if "%" in part else part
    return is_plain(read, longest=Id.longest) and ("%" not in part or _spelt(read) == part)


Quantity = int
"""Whole units of a SKU: pieces, or the smallest measure in which it is sold (grams, millilitres)."""


@frozen(kw_only=True, weakref_slot=False)
class StockUnits:
    """So many units of the stock under one key."""

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))

    def __str__(self) -> str:
        return f"{self.quantity} x {self.stock}"


def units_of(stock: StockKey, quantity: Quantity) -> StockUnits:
    """Return so many units of *stock*: the class, for a caller who makes one for every line.

    Raises:
        Invalid: As the class refuses.

    Example:
        >>> str(units_of(StockKey("tea@hz"), 2))
        '2 x tea@hz'
    """
    if type(stock) is StockKey and type(quantity) is int and 0 < quantity <= MOST_UNITS:
        return _units(stock, quantity)
    return StockUnits(stock=stock, quantity=quantity)


_units = maker(StockUnits)


def demand(units: Iterable[tuple[StockKey, Quantity]]) -> tuple[StockUnits, ...]:
    """Add *units* up per stock key, in the order of the keys: what a pool is asked for, before it is checked.

    Example:
        >>> [str(each) for each in demand([(StockKey("tea@hz"), 2), (StockKey("tea@hz"), 3)])]
        ['5 x tea@hz']
    """
    wanted: dict[StockKey, int] = {}
    for key, quantity in units:
        wanted[key] = wanted.get(key, 0) + quantity
    return tuple([units_of(key, wanted[key]) for key in sorted(wanted)])


@define(kw_only=True, slots=False, eq=False)
class NegativeAmount(Invalid):
    """An amount that must not be negative is."""

    code: ClassVar[str] = "money.negative"
    text: ClassVar[Text] = Text("{field} cannot be negative: {amount}", "{field} 不能为负：{amount}")

    field: str
    amount: Money


def not_negative(instance: object, attribute: object, value: Money) -> None:
    """Check that the value is money, and not less than none."""
    if type(value) is Money and value.minor >= 0:
        return
    name = f"{type(instance).__name__}.{getattr(attribute, 'name', '')}"
    if type(value) is not Money:
        raise wrong_kind(name, "Money", value)
    raise NegativeAmount(field=name, amount=value)


class Funder(StrEnum):
    """Who bears a discount or a tender."""

    SHOP = "shop"
    PLATFORM = "platform"
    BRAND = "brand"
    SUPPLIER = "supplier"


@frozen(kw_only=True, weakref_slot=False)
class Price:
    """A price: *amount* for every *per* units.

    Example:
        >>> from ecomops.kernel import Money
        >>> price = Price(amount=Money.parse("2.36", "USD"), per=1000)
        >>> str(price), str(price.of(12_500))
        ('2.36 USD per 1000', '29.50 USD')
    """

    amount: Money = field(validator=not_negative)
    per: Quantity = field(default=1, validator=whole(1))

    def of(self, quantity: Quantity, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return what *quantity* units cost, rounded once.

        Raises:
            WrongKind: The quantity is no int.
            OutOfRange: The amount is larger than can be kept.
        """
        if type(quantity) is not int:
            raise wrong_kind("Price.of", "int", quantity)
        return self.amount.times(Fraction(quantity, self.per), rounding)

    def __str__(self) -> str:
        return str(self.amount) if self.per == 1 else f"{self.amount} per {self.per}"


@frozen(kw_only=True, weakref_slot=False)
class Discount:
    """An amount taken off a line, by which promotion, and who bears it."""

    promotion: PromotionId = field(validator=is_a(PromotionId))
    amount: Money = field(validator=not_negative)
    funder: Funder = field(default=Funder.SHOP, validator=is_a(Funder))


@frozen(kw_only=True)
class TaxRate:
    """A rate of tax: *parts* of every *per*, exactly (10.5 % is 105 of 1000).

    Example:
        >>> TaxRate(parts=13).exactly
        Fraction(13, 100)
    """

    parts: int = field(validator=whole(0))
    per: int = field(default=100, validator=whole(1))

    @property
    def exactly(self) -> Fraction:
        """The rate as a fraction."""
        return Fraction(self.parts, self.per)


@frozen(kw_only=True)
class Tax:
    """The tax on a line: of which class, at which rate, and whether the price includes it.

    Args:
        code: The class of tax, as the shop names it: `standard`, `food`.
        rate: What is due of the net amount.
        included: Whether the amount of the line includes it.

    Example:
        >>> from ecomops.kernel import Money
        >>> vat = Tax(code="standard", rate=TaxRate(parts=13), included=True)
        >>> str(vat.of(Money.parse("113.00", "CNY")))
        '13.00 CNY'
    """

    code: str = field(validator=some_text)
    rate: TaxRate = field(validator=is_a(TaxRate))
    included: bool = field(default=False, validator=is_a(bool))

    def of(self, amount: Money, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the tax on *amount*, or in it, rounded once.

        Raises:
            OutOfRange: The tax is larger than can be kept.
        """
        rate = self.rate.exactly
        return amount.times(rate / (1 + rate) if self.included else rate, rounding)


class TenderKind(StrEnum):
    """What pays at placement, other than a gateway."""

    MANUFACTURER_COUPON = "manufacturer_coupon"
    GIFT_CARD = "gift_card"
    BALANCE = "balance"
    DEPOSIT = "deposit"


@frozen(kw_only=True, weakref_slot=False)
class Tender:
    """What pays at placement other than a gateway: never a discount, the shop gets this money from its funder.

    Args:
        kind: What it is.
        amount: What it is worth, in the currency of the order.
        funder: Who pays the shop for it.
        lines: The lines that it may pay for; () is all lines and services.
    """

    kind: TenderKind = field(validator=is_a(TenderKind))
    amount: Money = field(validator=not_negative)
    funder: Funder = field(default=Funder.SHOP, validator=is_a(Funder))
    lines: tuple[LineId, ...] = field(default=(), validator=tuple_of(LineId))


@frozen(kw_only=True, weakref_slot=False)
class PricedLine:
    """A line as the host prices it: goods, their price, and the amount that is the truth of the line.

    Args:
        id: Names the line within its order.
        stock: What is bought, and where it comes from.
        quantity: Whole units, at least one.
        price: The price shown; the amount need not be price times quantity to the cent.
        gross: What the line costs before discounts.
        discounts: What is taken off, in this order.
        tax: The tax on it after discounts; None is none.
    """

    id: LineId = field(validator=is_a(LineId))
    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    price: Price = field(validator=is_a(Price))
    gross: Money = field(validator=not_negative)
    discounts: tuple[Discount, ...] = field(default=(), validator=tuple_of(Discount))
    tax: Tax | None = field(default=None, validator=optional(is_a(Tax)))

    @classmethod
    def of(
        cls,
        id: LineId,
        stock: StockKey,
        *,
        quantity: Quantity,
        price: Price,
        discounts: tuple[Discount, ...] = (),
    ) -> Self:
        """Make a line whose amount is its price times its quantity, rounded half up."""
        if not isinstance(price, Price):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("PricedLine.price", "Price", price)
        return cls(
            id=id, stock=stock, quantity=quantity, price=price, gross=price.of(quantity), discounts=discounts
        )  # fmt: skip


@frozen(kw_only=True, weakref_slot=False)
class PricedService:
    """A service line as the host prices it: money without goods (a fee, a deposit on a container)."""

    id: LineId = field(validator=is_a(LineId))
    name: str = field(validator=some_text)
    gross: Money = field(validator=not_negative)
    discounts: tuple[Discount, ...] = field(default=(), validator=tuple_of(Discount))
    tax: Tax | None = field(default=None, validator=optional(is_a(Tax)))
