"""Free shipping above a threshold (满额包邮): what it would have meant for past baskets.

What buyers do when the threshold changes is not in the baskets: how many top up is the caller's assumption, and stands
in the answer beside what follows from it.
"""

from collections.abc import Sequence
from fractions import Fraction

from attrs import field, frozen

from ecomops.kernel import Money, OutOfRange, divide
from ecomops.kernel.checks import is_a, whole, wrong_kind
from ecomops.promotions.campaign_errors import NothingToAnswer
from ecomops.promotions.exact import a_share, an_exact, require_currency
from ecomops.terms import NegativeAmount, not_negative


@frozen(kw_only=True)
class PastBasket:
    """An order of the past.

    Args:
        goods: What its goods cost the buyer, after discounts, without shipping.
        freight: What sending it cost the shop.
    """

    goods: Money = field(validator=not_negative)
    freight: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Response:
    """What the caller assumes of buyers; nothing in past baskets says it.

    Args:
        within: Baskets at most so far below the threshold may be topped up.
        share: Which share of these is, exactly to the threshold.
        margin: Which share of what is added is left after the cost of goods.
    """

    within: Money = field(validator=not_negative)
    share: Fraction = field(validator=a_share)
    margin: Fraction = field(validator=a_share)


@frozen(kw_only=True)
class FreeShipping:
    """What a threshold would have meant.

    Args:
        threshold: From which amount shipping is free, the amount included.
        baskets: How many baskets there were.
        above: How many reached the threshold by themselves.
        share_above: Their share.
        near: How many lay below, within reach.
        gap: What all of these together lack.
        topped_up: How many are assumed to add it: near times the response, exact.
        added_sales: What they add: the gap times the response, rounded half-up once.
        added_margin: What is left of that, rounded half-up once from the exact product.
        mean_before: Goods by basket, exact, in minor units.
        mean_after: The same with what is added.
        freight: What sending the free baskets costs: all above, and the response of the near, rounded half-up once.
        fees: What the other baskets pay for shipping: the fee times their number, rounded half-up once.
        net: Added margin and fees, less the freight of all baskets.
        response: What was assumed.
    """

    threshold: Money = field(validator=not_negative)
    baskets: int = field(validator=whole(1))
    above: int = field(validator=whole(0))
    share_above: Fraction = field(validator=an_exact)
    near: int = field(validator=whole(0))
    gap: Money = field(validator=not_negative)
    topped_up: Fraction = field(validator=an_exact)
    added_sales: Money = field(validator=not_negative)
    added_margin: Money = field(validator=not_negative)
    mean_before: Fraction = field(validator=an_exact)
    mean_after: Fraction = field(validator=an_exact)
    freight: Money = field(validator=not_negative)
    fees: Money = field(validator=not_negative)
    net: Money = field(validator=is_a(Money))
    response: Response = field(validator=is_a(Response))


def simulate_threshold(
    baskets: Sequence[PastBasket], *, threshold: Money, fee: Money, response: Response
) -> FreeShipping:  # fmt: skip
    """Say what free shipping from *threshold* on would have meant for past baskets.

    Args:
        baskets: Orders of the past, in one currency.
        threshold: From which amount of goods shipping is free; the amount itself is.
        fee: What a buyer pays for shipping below it.
        response: What the caller assumes of buyers.

    Returns:
        Shares, what is lacking, what is added under the assumption, and what it costs. Thresholds are compared by
        their `net` over the same baskets, with a response for each.

    Raises:
        NothingToAnswer: There is no basket.
        CurrencyMismatch: The amounts are of several currencies.
        OutOfRange: The threshold is not above zero.
        NegativeAmount: The fee is negative.
        WrongKind: The threshold or the fee is no money.

    Example:
        >>> yuan = lambda text: Money.parse(text, "CNY")
        >>> past = [PastBasket(goods=yuan(goods), freight=yuan("6")) for goods in ("120", "99", "85", "40")]
        >>> half = Response(within=yuan("20"), share=Fraction(1, 2), margin=Fraction(2, 5))
        >>> free = simulate_threshold(past, threshold=yuan("99"), fee=yuan("8"), response=half)
        >>> free.share_above, str(free.gap), str(free.added_sales), str(free.freight), str(free.net)
        (Fraction(1, 2), '14.00 CNY', '7.00 CNY', '15.00 CNY', '-9.20 CNY')
    """
    for name, amount in (("threshold", threshold), ("fee", fee)):
        if type(amount) is not Money:
            raise wrong_kind(f"simulate_threshold.{name}", "Money", amount)
    if not baskets:
        raise NothingToAnswer(field="simulate_threshold.baskets")
    if threshold.minor < 1:
        raise OutOfRange(field="simulate_threshold.threshold", least="above 0", most="∞")
    if fee.minor < 0:
        raise NegativeAmount(field="simulate_threshold.fee", amount=fee)
    amounts = (part for each in baskets for part in (each.goods, each.freight))
    require_currency(threshold.currency, fee, response.within, *amounts)
    return _simulated(baskets, threshold, fee, response)


def _simulated(baskets: Sequence[PastBasket], threshold: Money, fee: Money, response: Response) -> FreeShipping:
    currency, least = threshold.currency, threshold.minor - response.within.minor
    above = [each for each in baskets if each.goods >= threshold]
    near = [each for each in baskets if least <= each.goods.minor < threshold.minor]
    gap = sum(threshold.minor - each.goods.minor for each in near)
    added, topped_up = gap * response.share, len(near) * response.share
    goods = sum(each.goods.minor for each in baskets)
    free = sum(each.freight.minor for each in above) + sum(each.freight.minor for each in near) * response.share
    added_margin = Money(_rounded(added * response.margin), currency)
    fees = Money(_rounded(fee.minor * (len(baskets) - len(above) - topped_up)), currency)
    return FreeShipping(
        threshold=threshold,
        baskets=len(baskets),
        above=len(above),
        share_above=Fraction(len(above), len(baskets)),
        near=len(near),
        gap=Money(gap, currency),
        topped_up=topped_up,
        added_sales=Money(_rounded(added), currency),
        added_margin=added_margin,
        mean_before=Fraction(goods, len(baskets)),
        mean_after=(goods + added) / len(baskets),
        freight=Money(_rounded(free), currency),
        fees=fees,
        net=added_margin + fees - Money.total((each.freight for each in baskets), currency),
        response=response,
    )


def _rounded(value: Fraction) -> int:
    return divide(value.numerator, value.denominator)
