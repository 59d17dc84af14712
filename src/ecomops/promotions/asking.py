"""What a quote is asked beside its rulebook and its basket: the same for every question about a basket."""

from collections.abc import Mapping
from typing import Required, TypedDict

from pendulum import DateTime

from ecomops.kernel.rules import Facts
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.sharedcodes import SharedCode
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import CustomerId, Sku


class Asking(TypedDict, total=False):
    """The arguments by name that `quote`, `why`, `trace`, `advise` and `best_coupons` share; only *at* is needed.

    Attributes:
        at: The instant for which it holds.
        customer: Who buys; None, and when nothing is said, for an unknown buyer.
        facts: What is known of the buyer and the basket, by the names that the rulebook declares.
        codes: What the buyer entered.
        coupons: The single coupons that the buyer shows.
        shared: The shared codes as they stand: those that the buyer entered (they stand in *codes* too), and those
            under which these and the coupons stand.
        used: The counters of promotions and shared codes with limits, as far as they were read; placement checks them
            again.
        gift_stock: How many units of each gift there are; None, and when nothing is said, does not look.

    Example:
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import Basket, Rulebook, quote, trace
        >>> from ecomops.testing import NOON, a_line
        >>> asked: Asking = {"at": NOON, "codes": ("SPRING",)}
        >>> book, basket = Rulebook.of(), Basket(currency=Currency.CNY, lines=(a_line(),))
        >>> quote(book, basket, **asked) == trace(book, basket, **asked).quote
        True
    """

    at: Required[DateTime]
    customer: CustomerId | None
    facts: Facts | None
    codes: tuple[str, ...]
    coupons: tuple[Coupon, ...]
    shared: tuple[SharedCode, ...]
    used: Mapping[UseId, PromotionUse] | None
    gift_stock: Mapping[Sku, int] | None
