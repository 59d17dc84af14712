"""What a campaign is planned with: theme, goal, audience, scope, budget, calendar, duties, stop rules. Values only."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import Money, OutOfRange, Period
from ecomops.kernel.checks import an_instant, is_a, require_once, some_text, tuple_of, whole
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import ALWAYS, RULES, Rule
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.campaign_errors import BadScope, EmptyCampaign
from ecomops.promotions.exact import require_currency
from ecomops.promotions.stopping import StopBehind, StopOverspent, StopRule, StopThin
from ecomops.terms import BatchId, CategoryId, PromotionId, Sku

MOST_DUTIES = 200
"""The most duties of one plan."""


class ScopeReach(StrEnum):
    """Of what a campaign is."""

    STORE = "store"
    """The whole store (店铺活动)."""
    CATEGORY = "category"
    """Categories, with all that stands under them."""
    PRODUCT = "product"
    """Single products (单品营销)."""


@frozen(kw_only=True)
class Scope:
    """Which products a campaign is for.

    Args:
        reach: The whole store, categories, or products.
        categories: The categories; only of that reach, and then at least one.
        skus: The products; only of that reach, and then at least one.

    Raises:
        BadScope: It names other things than its reach asks for.
    """

    reach: ScopeReach = field(default=ScopeReach.STORE, validator=is_a(ScopeReach))
    categories: tuple[CategoryId, ...] = field(default=(), validator=tuple_of(CategoryId))
    skus: tuple[Sku, ...] = field(default=(), validator=tuple_of(Sku))

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go with the reach."""
        named = bool(self.categories), bool(self.skus)
        wanted = self.reach is ScopeReach.CATEGORY, self.reach is ScopeReach.PRODUCT
        if named != wanted:
            expected = {ScopeReach.CATEGORY: "categories", ScopeReach.PRODUCT: "products"}.get(self.reach, "nothing")
            raise BadScope(reach=self.reach.value, expected=expected)


STORE = Scope()
"""The whole store."""


@frozen(kw_only=True)
class Goal:
    """What a campaign is to reach: a KPI by its key, and the target in its unit (money in minor units)."""

    kpi: str = field(validator=some_text)
    target: int = field(validator=whole(1, MOST_MINOR))


@frozen(kw_only=True)
class Duty:
    """Something to be done for a campaign.

    Args:
        name: What is to be done; once in a plan.
        due: By when.
        before_start: Whether the campaign may not be scheduled until it is done.
    """

    name: str = field(validator=some_text)
    due: DateTime = field(validator=an_instant)
    before_start: bool = field(default=False, validator=is_a(bool))


def _duties(instance: object, attribute: "Attribute[Any]", value: tuple[Duty, ...]) -> None:
    tuple_of(Duty)(instance, attribute, value)
    if len(value) > MOST_DUTIES:
        raise OutOfRange(field="CampaignPlan.duties", least="0", most=str(MOST_DUTIES))
    require_once((each.name for each in value), field="CampaignPlan.duties")


def _budget(instance: object, attribute: "Attribute[Any]", value: tuple[BudgetPart, ...]) -> None:
    tuple_of(BudgetPart, least=1)(instance, attribute, value)
    require_once((f"{each.channel}, {each.goal}" for each in value), field="CampaignPlan.budget")
    require_currency(value[0].amount.currency, *(each.amount for each in value))


def _promotions(instance: object, attribute: "Attribute[Any]", value: tuple[PromotionId, ...]) -> None:
    tuple_of(PromotionId)(instance, attribute, value)
    require_once(value, field="CampaignPlan.promotions")


def _batches(instance: object, attribute: "Attribute[Any]", value: tuple[BatchId, ...]) -> None:
    tuple_of(BatchId)(instance, attribute, value)
    require_once(value, field="CampaignPlan.batches")


@frozen(kw_only=True)
class CampaignPlan:
    """The plan of a campaign (活动方案).

    Args:
        theme: What it is about, in the shop's words.
        goal: What it is to reach.
        audience: For whom, as a rule over facts of customers; `kernel.rules.ALWAYS` is for everybody.
        scope: For which products.
        budget: What is spent where for what, see `budgets.divide_budget`; in one currency, each pair once.
        period: When it runs; its end is not in it.
        duties: What is to be done for it, each once.
        stops: By which rules it is stopped.
        promotions: The promotions that it runs, each once; see `belonging.campaign_cost`.
        batches: The batches of coupons that it gives out, each once.

    Raises:
        EmptyCampaign: It ends when it begins.
        Repeated: A duty, a promotion, a batch, or a channel and goal of the budget, stands twice.
        CurrencyMismatch: The budget is of several currencies.
    """

    theme: str = field(validator=some_text)
    goal: Goal = field(validator=is_a(Goal))
    audience: Rule = field(default=ALWAYS, validator=is_a(*RULES))
    scope: Scope = field(default=STORE, validator=is_a(Scope))
    budget: tuple[BudgetPart, ...] = field(validator=_budget)
    period: Period = field(validator=is_a(Period))
    duties: tuple[Duty, ...] = field(default=(), validator=_duties)
    stops: tuple[StopRule, ...] = field(default=(), validator=tuple_of(StopBehind, StopOverspent, StopThin))
    promotions: tuple[PromotionId, ...] = field(default=(), validator=_promotions)
    batches: tuple[BatchId, ...] = field(default=(), validator=_batches)

    def __attrs_post_init__(self) -> None:
        """Refuse a campaign without a day."""
        if self.period.start == self.period.end:
            raise EmptyCampaign(theme=self.theme)

    @property
    def total(self) -> Money:
        """The whole budget: the sum of its parts."""
        return Money.total((each.amount for each in self.budget), self.budget[0].amount.currency)


def covers(scope: Scope, *, sku: Sku, categories: Iterable[CategoryId] = ()) -> bool:
    """Tell whether a campaign is for a product: every one of a store campaign (店铺活动), else by category or SKU.

    Args:
        scope: The scope of the campaign.
        sku: The product.
        categories: Its category and those above it; see `products.categories.lineages`.

    Example:
        >>> drinks = Scope(reach=ScopeReach.CATEGORY, categories=(CategoryId("drinks"),))
        >>> tea = {"sku": Sku("tea-50g"), "categories": (CategoryId("tea"), CategoryId("drinks"))}
        >>> covers(STORE, **tea), covers(drinks, **tea), covers(drinks, sku=Sku("cup"))
        (True, True, False)
    """
    if scope.reach is ScopeReach.STORE:
        return True
    return sku in scope.skus or not set(scope.categories).isdisjoint(categories)


@frozen(kw_only=True)
class Clash:
    """Two plans that run at the same time for the same products, and when; by their places in what was given."""

    first: int = field(validator=whole(0))
    second: int = field(validator=whole(0))
    period: Period = field(validator=is_a(Period))


def clashes(plans: Sequence[CampaignPlan]) -> tuple[Clash, ...]:
    """Return which plans of a campaign calendar meet: at the same time, for the same products as far as scopes say.

    A store campaign meets every other. Campaigns for categories meet when they name the same one, those for products
    likewise; a category and a product are compared by nobody here, since only the catalogue knows what lies in it.
    """
    found: list[Clash] = []
    for second, later in enumerate(plans):
        for first, earlier in enumerate(plans[:second]):
            start, end = max(earlier.period.start, later.period.start), min(earlier.period.end, later.period.end)
            if start < end and _meet(earlier.scope, later.scope):
                found.append(Clash(first=first, second=second, period=Period(start=start, end=end)))
    return tuple(found)


def _meet(one: Scope, other: Scope) -> bool:
    if ScopeReach.STORE in {one.reach, other.reach}:
        return True
    categories = not set(one.categories).isdisjoint(other.categories)
    return categories or not set(one.skus).isdisjoint(other.skus)
