"""How a till receipt reads in the words of the library: baskets, stated discounts, tenders; ids are shared."""

from functools import cache

from completejourney import Basket, Line
from ecomops import promotions
from ecomops.kernel import Currency, Money, instant
from ecomops.orders import Checkout
from ecomops.promotions import LineTraits, Promotion, Reduction, Rulebook, Stated, Trait, Whole
from ecomops.terms import (
    CustomerId,
    Discount,
    Funder,
    LineId,
    LocationId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Sku,
    StockKey,
    Tender,
    TenderKind,
)
from ecomops.workflows import quoting

LOYALTY = PromotionId("loyalty")
MATCH = PromotionId("match")
TAKEN_OFF = "coupon taken off"
"""What the host knows of a line: that the till took a manufacturer's coupon off it."""
THE_TILL = (Reduction(value=Stated(), target=Whole()),)
STATED = Rulebook.of(
    (Promotion(id=LOYALTY, benefits=THE_TILL), Promotion(id=MATCH, benefits=THE_TILL)), currency=Currency.USD
)
"""What the till states: it has computed the discounts itself, and the quote bounds and carries them."""


def checkout_of(basket: Basket, mark: str = "") -> Checkout:
    """Return *basket* as it is quoted: goods, services, and each coupon as a tender of its line or of the order.

    Args:
        basket: What came to the till.
        mark: Tells its order from another one of the same basket.
    """
    order = order_of(basket, mark)
    quoted = promotions.quote(STATED, priced(basket), at=instant(basket.at), customer=customer(basket.household_id))
    return quoting.checkout_of(quoted, order_id=order, customer=customer(basket.household_id), tenders=_tenders(basket))


def priced(basket: Basket, *, traits: bool = False) -> promotions.Basket:
    """Return what the till priced; with what it knows of the lines, when a coupon is to be matched."""
    goods = [(number, line) for number, line in enumerate(basket.lines, start=1) if line.quantity]
    services = [(number, line) for number, line in enumerate(basket.lines, start=1) if not line.quantity and line.shelf]
    return promotions.Basket(
        currency=Currency.USD,
        lines=tuple(_goods(line, number, basket.store_id) for number, line in goods),
        services=tuple(_service(line, number) for number, line in services),
        traits=tuple(_taken_off(number) for number, line in goods if line.coupon) if traits else (),
    )


def order_of(basket: Basket, mark: str = "") -> OrderId:
    """Return the id of the order that *basket* becomes, with a *mark* when it comes once more."""
    return OrderId(f"{basket.basket_id}{mark}")


def _tenders(basket: Basket) -> tuple[Tender, ...]:
    """Return the coupons of *basket*: of its goods first, then those of the order."""
    coupons = [(number, line) for number, line in enumerate(basket.lines, start=1) if line.coupon]
    of_goods = (_coupon(line.coupon, number) for number, line in coupons if line.quantity)
    of_order = (_coupon(line.coupon, None) for _, line in coupons if not line.quantity)
    return (*of_goods, *of_order)


def _goods(line: Line, number: int, store: int) -> PricedLine:
    return PricedLine(
        id=_line(number),
        stock=stock_of(line.product_id, store),
        quantity=line.quantity,
        price=price(line.price, line.per),
        gross=_money(line.shelf),
        discounts=_discounts(line.loyalty, line.match),
    )


def _service(line: Line, number: int) -> PricedService:
    return PricedService(
        id=_line(number),
        name=f"product {line.product_id}",
        gross=_money(line.shelf),
        discounts=_discounts(line.loyalty, line.match),
    )


@cache
def _taken_off(number: int) -> LineTraits:
    return LineTraits(line=_line(number), facts=(Trait(name=TAKEN_OFF, value=True),))


@cache
def _money(cents: int) -> Money:
    return Money(cents, Currency.USD)


@cache
def price(cents: int, per: int) -> Price:
    """Return a price of so many units."""
    return Price(amount=_money(cents), per=per)


@cache
def _discounts(loyalty: int, match: int) -> tuple[Discount, ...]:
    """Return the discounts of a line that take anything off, both borne by the shop."""
    taken = ((LOYALTY, loyalty), (MATCH, match))
    return tuple(
        Discount(promotion=promotion, amount=_money(cents), funder=Funder.SHOP) for promotion, cents in taken if cents
    )


@cache
def _coupon(cents: int, number: int | None) -> Tender:
    """Return a manufacturer's coupon on one line, or on the order."""
    return Tender(
        kind=TenderKind.MANUFACTURER_COUPON,
        amount=_money(cents),
        funder=Funder.BRAND,
        lines=() if number is None else (_line(number),),
    )


@cache
def _line(number: int) -> LineId:
    return LineId(str(number))


@cache
def sku(product: int) -> Sku:
    """Return the SKU of a product."""
    return Sku(str(product))


@cache
def customer(household: int) -> CustomerId:
    """Return the customer that a household is."""
    return CustomerId(str(household))


@cache
def stock_of(product: int, store: int) -> StockKey:
    """Return the stock of a product in a store."""
    return StockKey.of(sku(product), LocationId(str(store)))
