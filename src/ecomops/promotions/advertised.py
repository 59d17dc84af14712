"""The advertised price (到手价) of one product: what a customer of a class pays for a unit, with nothing presented."""

from collections.abc import Mapping

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, tuple_of, wrong_kind
from ecomops.kernel.rules import Facts
from ecomops.promotions.basket import Basket, LineTraits, Trait
from ecomops.promotions.quoting import quote
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import CustomerId, LineId, LocationId, Price, PricedLine, PromotionId, Sku, StockKey

NOWHERE = LocationId("advertised")
"""Where the unit is that nobody takes: no scope asks for it."""


@frozen(kw_only=True)
class AdvertisedPrice:
    """What one product costs a customer of a class.

    Args:
        sku: The product.
        listed: Its price before promotions.
        price: What is paid, for as many units as the listed price is for.
        applied: The promotions that make the difference, in the order in which they applied.
    """

    sku: Sku = field(validator=is_a(Sku))
    listed: Price = field(validator=is_a(Price))
    price: Money = field(validator=is_a(Money))
    applied: tuple[PromotionId, ...] = field(validator=tuple_of(PromotionId))

    @property
    def is_reduced(self) -> bool:
        """Whether it is less than listed."""
        return self.price < self.listed.amount


def advertised_price(
    rulebook: Rulebook,
    sku: Sku,
    price: Price,
    *,
    at: DateTime,
    facts: Facts | None = None,
    traits: tuple[Trait, ...] = (),
    floor: Money | None = None,
    customer: CustomerId | None = None,
    used: Mapping[UseId, PromotionUse] | None = None,
) -> AdvertisedPrice:
    """Return what a unit of *sku* alone costs, with nothing presented.

    Args:
        rulebook: The promotions.
        sku: The product.
        price: Its listed price; one for several units is quoted for so many.
        at: The instant for which it holds.
        facts: The class of the customer: what is known of any buyer of it.
        traits: What the host knows of the product.
        floor: The lowest amount that it may reach; None is 0.
        customer: One buyer, where uses of a customer count; None for a class.
        used: The counters of promotions with limits.

    Raises:
        CurrencyMismatch: The price is not in the currency of the rulebook.
        UndeclaredFact: Facts are told that nobody declared.
        WrongKind: A fact, or what is asked, is of another kind.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.kernel.rules import Equals, Fact, FactKind
        >>> from ecomops.promotions import Lines, Percent, Promotion, Reduction
        >>> from ecomops.testing import NOON, cny
        >>> off = Reduction(value=Percent(share=Fraction(5, 100)), target=Lines())
        >>> member = Equals(fact="member", value=True)
        >>> promotion = Promotion(id=PromotionId("members"), benefits=(off,), conditions=member)
        >>> book = Rulebook.of([promotion], facts=(Fact(name="member", kind=FactKind.FLAG),))
        >>> tea, price = Sku("tea"), Price(amount=cny("40.00"))
        >>> str(advertised_price(book, tea, price, at=NOON, facts={"member": True}).price)
        '38.00 CNY'
        >>> str(advertised_price(book, tea, price, at=NOON, facts={"member": False}).price)
        '40.00 CNY'
    """
    if type(sku) is not Sku:
        raise wrong_kind("advertised_price.sku", "Sku", sku)
    if type(price) is not Price:
        raise wrong_kind("advertised_price.price", "Price", price)
    line = PricedLine(
        id=LineId("advertised"),
        stock=StockKey.of(sku, NOWHERE),
        quantity=price.per,
        price=price,
        gross=price.amount,
        discounts=(),
    )
    told = (LineTraits(line=line.id, facts=traits, floor=floor),)
    basket = Basket(currency=price.amount.currency, lines=(line,), traits=told)
    quoted = quote(rulebook, basket, at=at, customer=customer, facts=facts, used=used)
    return AdvertisedPrice(sku=sku, listed=price, price=quoted.payable, applied=quoted.applied)
