"""Offline promotion in numbers: what a printed code cost, and what was bought with it.

A flyer, a poster, a stand hands out a code of its own; whoever brings the code came by it. What was bought without one
is counted nowhere, so that these figures are a lower bound.
"""

from collections.abc import Sequence
from fractions import Fraction

from attrs import field, frozen

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, whole
from ecomops.promotions.campaign_errors import NothingToAnswer
from ecomops.promotions.exact import an_exact, ratio, require_currency
from ecomops.terms import OrderId, not_negative


@frozen(kw_only=True)
class OfflineCode:
    """A code that was given out offline.

    Args:
        promo_code: The code, as it is entered.
        place: Where it was given out: `poster, metro line 2`.
        cost: What printing and place cost.
        printed: How many were given out.
    """

    promo_code: str = field(validator=some_text)
    place: str = field(validator=some_text)
    cost: Money = field(validator=not_negative)
    printed: int = field(validator=whole(0))


@frozen(kw_only=True)
class CodeSale:
    """An order that was paid with a code.

    Args:
        promo_code: The code.
        order: The order.
        sales: What it was worth, after discounts.
        margin: Of that, what is left after the cost of goods.
    """

    promo_code: str = field(validator=some_text)
    order: OrderId = field(validator=is_a(OrderId))
    sales: Money = field(validator=not_negative)
    margin: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class CodeFigures:
    """What a code brought.

    Args:
        promo_code: The code.
        place: Where it was given out.
        cost: What that cost.
        orders: How many orders were paid with it.
        sales: What they were worth.
        profit: Their margin less the cost.
        redeemed: Orders by codes given out; None when none was.
        order_cost: Cost by order, exact, in minor units; None without orders.
        return_on_cost: Sales by cost; None without cost.
    """

    promo_code: str = field(validator=some_text)
    place: str = field(validator=some_text)
    cost: Money = field(validator=not_negative)
    orders: int = field(validator=whole(0))
    sales: Money = field(validator=not_negative)
    profit: Money = field(validator=is_a(Money))
    redeemed: Fraction | None = field(validator=optional(an_exact))
    order_cost: Fraction | None = field(validator=optional(an_exact))
    return_on_cost: Fraction | None = field(validator=optional(an_exact))


@frozen(kw_only=True)
class Attribution:
    """What offline codes brought.

    Args:
        codes: Each code, in the order given.
        unknown: Orders with a code that was never given out, in their order.
    """

    codes: tuple[CodeFigures, ...] = field(validator=tuple_of(CodeFigures))
    unknown: tuple[OrderId, ...] = field(validator=tuple_of(OrderId))


def attribute_offline(codes: Sequence[OfflineCode], sales: Sequence[CodeSale]) -> Attribution:
    """Attribute orders to the offline codes with which they were paid (线下宣传).

    Args:
        codes: The codes that were given out, each once.
        sales: The orders, each once: an order comes by one code.

    Raises:
        NothingToAnswer: There is no code.
        Repeated: A code or an order stands twice.
        CurrencyMismatch: The amounts are of several currencies.

    Example:
        >>> yuan = lambda text: Money.parse(text, "CNY")
        >>> poster = OfflineCode(promo_code="METRO2", place="metro line 2", cost=yuan("300"), printed=1000)
        >>> sale = CodeSale(promo_code="METRO2", order=OrderId("o-1"), sales=yuan("450"), margin=yuan("180"))
        >>> (metro,) = attribute_offline([poster], [sale]).codes
        >>> str(metro.profit), metro.redeemed, metro.return_on_cost
        ('-120.00 CNY', Fraction(1, 1000), Fraction(3, 2))
    """
    if not codes:
        raise NothingToAnswer(field="attribute_offline.codes")
    require_once((each.promo_code for each in codes), field="attribute_offline.codes")
    require_once((each.order for each in sales), field="attribute_offline.sales")
    amounts = (*(each.cost for each in codes), *(part for each in sales for part in (each.sales, each.margin)))
    require_currency(codes[0].cost.currency, *amounts)
    known = {each.promo_code for each in codes}
    return Attribution(
        codes=tuple(_figures(each, [sale for sale in sales if sale.promo_code == each.promo_code]) for each in codes),
        unknown=tuple(each.order for each in sales if each.promo_code not in known),
    )


def _figures(given: OfflineCode, sales: list[CodeSale]) -> CodeFigures:
    currency = given.cost.currency
    sold = Money.total((each.sales for each in sales), currency)
    return CodeFigures(
        promo_code=given.promo_code,
        place=given.place,
        cost=given.cost,
        orders=len(sales),
        sales=sold,
        profit=Money.total((each.margin for each in sales), currency) - given.cost,
        redeemed=ratio(len(sales), given.printed),
        order_cost=ratio(given.cost, len(sales)),
        return_on_cost=ratio(sold, given.cost),
    )
