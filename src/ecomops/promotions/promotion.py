"""The promotion: benefits on conditions, as frozen values that can be stored and read back.

Conditions are a rule over the facts of the basket (`at`, what the host declares, and the promotion's measures by name);
scopes stand in the targets of its benefits and in its measures. Everything is refused where it is made.
"""

from collections.abc import Collection
from fractions import Fraction
from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from ecomops.kernel import Calendar, Grain, Money, Period
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import ALWAYS, RULES, AtLeastFact, AtMostFact, Rule, comparisons
from ecomops.promotions.benefits import BENEFITS, Benefit, Gift, HostBenefit, HostCondition, Reduction
from ecomops.promotions.errors import FundersUnequal, NegativeThreshold, StatedAlone, TooManyReductions, UnknownMeasure
from ecomops.promotions.measures import MEASURES, Measure
from ecomops.promotions.policy import MAIN
from ecomops.promotions.targets import Shipping
from ecomops.promotions.values import Every, Ladder, Stated, a_share
from ecomops.terms import Funder, PromotionId, not_negative

MOST_PRIORITY = 10**6
"""The highest priority; its negative is the lowest."""


@frozen(kw_only=True)
class PeriodLimit:
    """How often a promotion may be used in each day, week or month.

    Args:
        uses: Orders in all.
        grain: In each of what.
        calendar: Whose days.
    """

    uses: int = field(validator=whole(0))
    grain: Grain = field(validator=is_a(Grain))
    calendar: Calendar = field(validator=is_a(Calendar))


@frozen(kw_only=True)
class Limits:
    """How often, and for how much money, a promotion may be used; None is no limit.

    Args:
        uses: Orders in all.
        per_customer: Orders of one customer; an unknown buyer has none.
        per_period: Orders in all in each day, week or month.
        money: Discounts in all.
        excess: What becomes of a discount that exceeds the money: refused, or cut to what is left.
    """

    uses: int | None = field(default=None, validator=optional(whole(0)))
    per_customer: int | None = field(default=None, validator=optional(whole(0)))
    per_period: PeriodLimit | None = field(default=None, validator=optional(is_a(PeriodLimit)))
    money: Money | None = field(default=None, validator=optional(not_negative))
    excess: Excess = field(default=Excess.REFUSE, validator=is_a(Excess))

    @property
    def counted(self) -> bool:
        """Whether anything is to be counted."""
        bounds = (self.uses, self.per_customer, self.per_period, self.money)
        return any(bound is not None for bound in bounds)


UNLIMITED = Limits()


@frozen(kw_only=True)
class FunderShare:
    """Who bears how much of what a promotion computes.

    Args:
        funder: Who.
        share: Of every line, exactly.
    """

    funder: Funder = field(validator=is_a(Funder))
    share: Fraction = field(validator=a_share)


THE_SHOP = (FunderShare(funder=Funder.SHOP, share=Fraction(1)),)
"""The shop bears all."""


def _funders(instance: object, attribute: "Attribute[Any]", value: tuple[FunderShare, ...]) -> None:
    tuple_of(FunderShare, least=1)(instance, attribute, value)
    require_once((each.funder for each in value), field="Promotion.funders")
    total = sum(each.share for each in value)
    if total != 1:
        raise FundersUnequal(total=str(total))


def _benefits(instance: object, attribute: "Attribute[Any]", value: tuple[Benefit, ...]) -> None:
    tuple_of(*BENEFITS, HostBenefit, least=1)(instance, attribute, value)


def _own(instance: object, attribute: "Attribute[Any]", value: tuple[HostCondition, ...]) -> None:
    tuple_of(HostCondition)(instance, attribute, value)


def _measures(instance: object, attribute: "Attribute[Any]", value: tuple[Measure, ...]) -> None:
    tuple_of(Measure)(instance, attribute, value)
    require_once((measure.fact for measure in value), field="Promotion.measures")


def _texts(instance: object, attribute: "Attribute[Any]", value: tuple[str, ...]) -> None:
    if type(value) is not tuple:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "tuple of str", value)
    for each in value:
        some_text(instance, attribute, each)
    require_once(value, field=f"Promotion.{attribute.name}")


@frozen(kw_only=True)
class Promotion:
    """A promotion.

    Args:
        id: Its id: what a discount names.
        benefits: What it gives: at most one reduction of goods (a host's own benefit is one), one of shipping, and
            gifts, points and coupons beside them.
        conditions: When, as a rule over facts of the basket and *measures*; what is unknown does not apply.
        own: Conditions that the host decides; all must be met.
        measures: What conditions and values may ask for by name.
        lane: The lane of the policy in which it stands.
        priority: Higher ones come first in their lane; ties by id.
        valid: The period in which it may be used; None is always.
        promo_code: What a buyer enters to use it; None when nothing is to be entered.
        by_coupon: Whether it needs a single coupon, or a shared code that stands for itself (`sharedcodes`).
        exclusive: Whether it stands alone in its basket, stated discounts apart.
        tags: Names by which others may bar it.
        bars: Ids or tags of promotions that cannot apply with it; it cuts both ways.
        limits: How often, and for how much money.
        funders: Who bears what it computes, in shares that sum to one; a stated discount names its own.

    Raises:
        TooManyReductions: It has two reductions of goods, or two of shipping.
        StatedAlone: A stated discount stands beside other benefits, or in an exclusive promotion.
        NegativeThreshold: A condition compares a measure with a number below zero.
        UnknownMeasure: A value or a gift asks for a measure that it does not have.
        FundersUnequal: The shares of its funders do not sum to one.
        Repeated: A measure, a funder, a tag or a bar stands twice.
    """

    code: ClassVar[str] = "promotion"

    id: PromotionId = field(validator=is_a(PromotionId))
    benefits: tuple[Benefit, ...] = field(validator=_benefits)
    conditions: Rule = field(default=ALWAYS, validator=is_a(*RULES))
    own: tuple[HostCondition, ...] = field(default=(), validator=_own)
    measures: tuple[Measure, ...] = field(default=MEASURES, validator=_measures)
    lane: str = field(default=MAIN, validator=some_text)
    priority: int = field(default=0, validator=whole(-MOST_PRIORITY, MOST_PRIORITY))
    valid: Period | None = field(default=None, validator=optional(is_a(Period)))
    promo_code: str | None = field(default=None, validator=optional(some_text))
    by_coupon: bool = field(default=False, validator=is_a(bool))
    exclusive: bool = field(default=False, validator=is_a(bool))
    tags: tuple[str, ...] = field(default=(), validator=_texts)
    bars: tuple[str, ...] = field(default=(), validator=_texts)
    limits: Limits = field(default=UNLIMITED, validator=is_a(Limits))
    funders: tuple[FunderShare, ...] = field(default=THE_SHOP, validator=_funders)

    def __attrs_post_init__(self) -> None:
        """Refuse benefits that do not go together, and measures that nobody made."""
        reductions = [each for each in self.benefits if isinstance(each, Reduction)]
        freight = sum(isinstance(each.target, Shipping) for each in reductions)
        others = sum(not isinstance(each, BENEFITS) for each in self.benefits)
        if freight > 1 or len(reductions) - freight + others > 1:
            raise TooManyReductions(id=self.id)
        if self.stated and (len(self.benefits) > 1 or self.exclusive):
            raise StatedAlone(field="Promotion.benefits")
        known = {measure.fact for measure in self.measures}
        unknown = tuple(name for name in _asked(self.benefits) if name not in known)
        if unknown:
            raise UnknownMeasure(id=self.id, measures=unknown)
        below = () if self.conditions is ALWAYS else _below_zero(self.conditions, known)
        if below:
            raise NegativeThreshold(id=self.id, measures=below)

    @property
    def goods(self) -> Reduction | None:
        """Its reduction of goods."""
        for each in self.benefits:
            if isinstance(each, Reduction) and not isinstance(each.target, Shipping):
                return each
        return None

    @property
    def freight(self) -> Reduction | None:
        """Its reduction of shipping."""
        found = (each for each in self.benefits if isinstance(each, Reduction))
        return next((each for each in found if isinstance(each.target, Shipping)), None)

    @property
    def stated(self) -> bool:
        """Whether the host states what it takes off."""
        return any(isinstance(each, Reduction) and isinstance(each.value, Stated) for each in self.benefits)

    @property
    def scope(self) -> Rule:
        """What it touches, as a rule over the facts of a line: the scope of its target, any of the parts of sets."""
        goods = self.goods
        return ALWAYS if goods is None or isinstance(goods.target, Shipping) else goods.target.scope


def _below_zero(rule: Rule, measures: Collection[str]) -> tuple[str, ...]:
    """Return the *measures* that a rule compares with a number below zero."""
    found = (each for each in comparisons(rule) if isinstance(each, AtLeastFact | AtMostFact) and each.bound < 0)
    return tuple(dict.fromkeys(each.fact for each in found if each.fact in measures))


def _asked(benefits: tuple[Benefit, ...]) -> list[str]:
    """Return the names of the measures for which *benefits* ask."""
    found: list[str] = []
    for each in benefits:
        if isinstance(each, Gift) and each.by is not None:
            found.append(each.by)
        elif isinstance(each, Reduction) and isinstance(each.value, Ladder | Every):
            found.append(each.value.by)
    return found
