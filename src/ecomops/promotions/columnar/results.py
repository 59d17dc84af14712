"""What a backtest answers: what each promotion would have cost and brought, and why it did not apply."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ecomops.columns import Ints
from ecomops.promotions.refusals import Reason
from ecomops.terms import PromotionId


class PromotionResult(NamedTuple):
    """What one promotion did to past baskets.

    Attributes:
        promotion: Which.
        uses: To how many baskets it applied.
        discount: What it took off, goods and services, in minor units.
        gifts: How many units it gave.
        gift_cost: What these cost less what buyers paid for them, in minor units; None when costs are unknown.
        sales: What the goods of its baskets cost after all discounts, in minor units.
        margin: That less what the goods, and the gifts of these baskets, cost the shop; None when costs are unknown.
        refused: To how many baskets it did not apply, by reason.
    """

    promotion: PromotionId
    uses: int
    discount: int
    gifts: int
    gift_cost: int | None
    sales: int
    margin: int | None
    refused: Mapping[Reason, int]


class LineDiscounts(NamedTuple):
    """What each line, or service, loses to which promotion: the rows of a line lie end to end.

    Attributes:
        starts: Where the discounts of each line start, and at last where those of the last one end.
        promotions: The place of the promotion of each in the total order.
        amounts: Minor units, more than 0.
    """

    starts: Ints
    promotions: Ints
    amounts: Ints


def line_discounts(lines: Ints, promotions: Ints, amounts: Ints, *, size: int) -> LineDiscounts:
    """Return discounts in the order of their lines, those of one line in total order."""
    order = np.lexsort((promotions, lines))
    starts = np.searchsorted(lines[order], np.arange(size + 1)).astype(np.int64)
    return LineDiscounts(starts=starts, promotions=promotions[order], amounts=amounts[order])


class Backtest(NamedTuple):
    """What a rulebook would have done to past baskets.

    Attributes:
        baskets: How many there are.
        requoted: How many of them were quoted one by one.
        gross: What all of them cost before discounts, goods and services, in minor units.
        discount: What is taken off.
        margin: Goods after discounts less the costs of goods and gifts; None when costs are unknown.
        promotions: What each did, in total order.
        unknown_codes: How many codes were entered that no promotion has.
        discounts: What is taken off each basket.
        lines: What each line loses to which promotion; None unless it was asked for.
        services: Likewise of services.
    """

    baskets: int
    requoted: int
    gross: int
    discount: int
    margin: int | None
    promotions: tuple[PromotionResult, ...]
    unknown_codes: int
    discounts: Ints
    lines: LineDiscounts | None = None
    services: LineDiscounts | None = None

    @property
    def payable(self) -> int:
        """What all baskets cost after discounts, in minor units."""
        return self.gross - self.discount

    @property
    def requoted_share(self) -> Fraction:
        """The share of the baskets that were quoted one by one."""
        return Fraction(self.requoted, max(self.baskets, 1))

    def of(self, promotion: PromotionId) -> PromotionResult:
        """Return what one promotion did.

        Raises:
            KeyError: The rulebook had no such promotion.
        """
        return {each.promotion: each for each in self.promotions}[promotion]
