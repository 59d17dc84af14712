"""How channels charge: by sale (CPS), by thousand impressions (CPM), by click (CPC), or a fixed amount.

Affiliates (淘宝客) take a share of sales, display (钻石展位) a price for a thousand impressions, search (直通车)
a price for a click, a package or an advertisement (超级卖霸, 硬广) a fixed amount.
"""

from fractions import Fraction
from typing import ClassVar, assert_never

from attrs import field, frozen

from ecomops.kernel import Money, divide
from ecomops.kernel.checks import require_kind, whole, wrong_kind
from ecomops.promotions.exact import a_share, require_currency
from ecomops.terms import not_negative

A_THOUSAND = 1000
"""Impressions of which the price is stated: the M of CPM."""


@frozen(kw_only=True)
class Delivered:
    """What a channel delivered, over whatever period it bills.

    Args:
        impressions: How often it was shown.
        clicks: How often it was clicked.
        sales: The sales that are charged: what buyers keep, after returns.
    """

    impressions: int = field(default=0, validator=whole(0))
    clicks: int = field(default=0, validator=whole(0))
    sales: Money = field(validator=not_negative)


@frozen(kw_only=True)
class PerSale:
    """A share of sales (CPS): an affiliate's commission."""

    code: ClassVar[str] = "charge.per_sale"

    share: Fraction = field(validator=a_share)


@frozen(kw_only=True)
class PerThousand:
    """A price for a thousand impressions (CPM)."""

    code: ClassVar[str] = "charge.per_thousand"

    price: Money = field(validator=not_negative)


@frozen(kw_only=True)
class PerClick:
    """A price for a click (CPC)."""

    code: ClassVar[str] = "charge.per_click"

    price: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Flat:
    """A fixed amount, whatever was delivered."""

    code: ClassVar[str] = "charge.flat"

    amount: Money = field(validator=not_negative)


Charge = PerSale | PerThousand | PerClick | Flat

CHARGES: tuple[type[Charge], ...] = (PerSale, PerThousand, PerClick, Flat)
"""Every way in which a channel charges."""


def cost(charge: Charge, delivered: Delivered) -> Money:
    """Return what a channel costs for what it *delivered*.

    Shares of sales and prices of a thousand are rounded half-up to minor units, once for the bill and not for each
    sale or impression; clicks and fixed amounts need no rounding.

    Args:
        charge: How the channel charges.
        delivered: What it delivered.

    Raises:
        WrongKind: Either is of another kind.
        CurrencyMismatch: The price is of another currency than the sales.
        OutOfRange: The cost is larger than an amount can be.

    Example:
        >>> sold = Delivered(impressions=1500, clicks=30, sales=Money.parse("99.90", "CNY"))
        >>> prices = PerSale(share=Fraction(5, 100)), PerThousand(price=Money.parse("2.50", "CNY"))
        >>> [str(cost(each, sold)) for each in prices]
        ['5.00 CNY', '3.75 CNY']
    """
    if not isinstance(charge, CHARGES):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("cost.charge", "Charge", charge)
    require_kind("cost.delivered", Delivered, delivered)
    currency = delivered.sales.currency
    match charge:
        case PerSale(share=share):
            return delivered.sales.times(share)
        case PerThousand(price=price):
            require_currency(currency, price)
            return Money(divide(price.minor * delivered.impressions, A_THOUSAND), currency)
        case PerClick(price=price):
            require_currency(currency, price)
            return price * delivered.clicks
        case Flat(amount=amount):
            require_currency(currency, amount)
            return amount
        case _:
            assert_never(charge)
