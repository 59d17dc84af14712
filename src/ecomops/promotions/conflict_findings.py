"""What can be wrong with a programme of promotions: findings, each with a basket that shows it, and the report.

They are found by `promotions.conflicts`.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from ecomops.kernel import Language, Money, Text
from ecomops.kernel.checks import is_a, optional, tuple_of, whole
from ecomops.promotions.basket import Basket
from ecomops.promotions.guarding import PriceFinding
from ecomops.terms import PromotionId, Sku


class Conflict(StrEnum):
    """What is wrong: stable codes."""

    MEET = "conflict.meet"
    BELOW_COST = "conflict.below_cost"
    BELOW_LEAST = "conflict.below_least"
    SHADOWED = "conflict.shadowed"
    TIER_GAP = "conflict.tier_gap"
    TIER_OVERLAP = "conflict.tier_overlap"
    LADDER_FALLS = "conflict.ladder_falls"
    LEGAL = "conflict.legal"


CONFLICTS: Mapping[Conflict, Text] = {
    Conflict.MEET: Text("{promotions} apply to one line", "{promotions} 会在同一商品行上叠加"),
    Conflict.BELOW_COST: Text(
        "{promotions}: {sku} falls to {actual}, its cost is {required}",
        "{promotions}：{sku} 降至 {actual}，成本为 {required}",
    ),
    Conflict.BELOW_LEAST: Text(
        "{promotions}: {sku} falls to {actual}, the least price is {required}",
        "{promotions}：{sku} 降至 {actual}，最低限价为 {required}",
    ),
    Conflict.SHADOWED: Text("{promotions}: the first never wins over the second", "{promotions}：前者从不胜过后者"),
    Conflict.TIER_GAP: Text(
        "{promotions}: nothing applies from {actual} to {required}", "{promotions}：{actual} 至 {required} 之间无优惠"
    ),
    Conflict.TIER_OVERLAP: Text(
        "{promotions}: both tiers apply from {actual} on", "{promotions}：自 {actual} 起两档同时生效"
    ),
    Conflict.LADDER_FALLS: Text(
        "{promotions}: from {actual} on it takes less off than the tier below would",
        "{promotions}：自 {actual} 起优惠反而少于低一档",
    ),
    Conflict.LEGAL: Text("{sku}: {legal}", "{sku}：{legal}"),
}
"""What each finding says."""


@frozen(kw_only=True)
class ConflictFinding:
    """Something that is wrong, with a basket that shows it.

    Args:
        kind: What, as a stable code.
        promotions: Which promotions, in their order; of a shadowed one it stands first.
        witness: A basket of which a quote says so.
        codes: What is presented with it, codes and promotions that need a coupon.
        sku: Of which product; None when it is of none.
        actual: The number that is wrong: minor units, or units.
        required: The number that it is measured by.
        legal: What law asks; None where it asks nothing.
    """

    kind: Conflict = field(validator=is_a(Conflict))
    promotions: tuple[PromotionId, ...] = field(validator=tuple_of(PromotionId))
    witness: Basket = field(validator=is_a(Basket))
    codes: tuple[PromotionId, ...] = field(default=(), validator=tuple_of(PromotionId))
    sku: Sku | None = field(default=None, validator=optional(is_a(Sku)))
    actual: int | None = field(default=None, validator=optional(whole()))
    required: int | None = field(default=None, validator=optional(whole()))
    legal: PriceFinding | None = field(default=None, validator=optional(is_a(PriceFinding)))

    def text(self, language: Language = "en") -> str:
        """Return the finding as a sentence.

        Args:
            language: `en` or `zh`.
        """
        below = self.kind in {Conflict.BELOW_COST, Conflict.BELOW_LEAST}
        told = [Money(each, self.witness.currency) if below and each is not None else each for each in self._numbers]
        return (
            CONFLICTS[self.kind]
            .read(language)
            .format(
                promotions=(", " if language == "en" else "、").join(self.promotions),
                sku=self.sku,
                actual=told[0],
                required=told[1],
                legal=None if self.legal is None else self.legal.text(language),
            )
        )

    @property
    def _numbers(self) -> tuple[int | None, int | None]:
        return self.actual, self.required


@frozen(kw_only=True)
class Deepest:
    """The basket of which the smallest share is left, of its cost where all costs are known, else of its list price.

    Args:
        basket: The basket.
        applied: What applies to it.
        share: The share that is left of it.
    """

    basket: Basket = field(validator=is_a(Basket))
    applied: tuple[PromotionId, ...] = field(validator=tuple_of(PromotionId))
    share: Fraction = field(validator=is_a(Fraction))


@frozen(kw_only=True)
class ConflictReport:
    """What was found.

    Args:
        findings: By kind, then by promotions and product.
        deepest: The deepest basket; None when no product costs anything.
        complete: Whether every basket of so many units of each product was tried.
        looked_at: How many quotes were made.
    """

    findings: tuple[ConflictFinding, ...] = field(validator=tuple_of(ConflictFinding))
    deepest: Deepest | None = field(validator=optional(is_a(Deepest)))
    complete: bool = field(validator=is_a(bool))
    looked_at: int = field(validator=whole(0))
