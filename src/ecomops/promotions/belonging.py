"""What belongs to a campaign, and what that cost: its promotions as they applied, its batches as they were used."""

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, require_once, tuple_of, whole
from ecomops.promotions.batches import CouponBatch
from ecomops.promotions.exact import require_currency
from ecomops.promotions.plans import CampaignPlan
from ecomops.promotions.quotes import Application
from ecomops.terms import BatchId, Funder, PromotionId


@frozen(kw_only=True)
class PromotionCost:
    """What a promotion of a campaign cost.

    Args:
        promotion: Which.
        orders: To how many orders it applied.
        amount: What it took off them, whoever bears it.
        borne: Of that, what the shop bears.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    orders: int = field(validator=whole(0))
    amount: Money = field(validator=is_a(Money))
    borne: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class BatchUse:
    """How a batch of coupons of a campaign was used: given out, and redeemed."""

    batch: BatchId = field(validator=is_a(BatchId))
    issued: int = field(validator=whole(0))
    redeemed: int = field(validator=whole(0))


@frozen(kw_only=True)
class CampaignCost:
    """What a campaign cost, by promotion and by batch.

    Args:
        promotions: Every promotion of its plan, in the order of the plan.
        batches: Those of its batches whose counters were told, in the order of the plan.
        amount: What its promotions took off in all.
        borne: Of that, what the shop bears: its spending on discounts.
    """

    promotions: tuple[PromotionCost, ...] = field(validator=tuple_of(PromotionCost))
    batches: tuple[BatchUse, ...] = field(validator=tuple_of(BatchUse))
    amount: Money = field(validator=is_a(Money))
    borne: Money = field(validator=is_a(Money))


def campaign_cost(
    plan: CampaignPlan, orders: Iterable[Sequence[Application]], *, batches: Sequence[CouponBatch] = ()
) -> CampaignCost:
    """Return what the promotions and batches of a campaign cost; what belongs to no campaign, or another, counts not.

    Args:
        plan: It names its promotions and batches.
        orders: The applications of each order, as its quote tells them (`Quote.applications`).
        batches: Counters as they stand, each batch once.

    Raises:
        Repeated: A batch stands twice.
        CurrencyMismatch: An application of the campaign is in another currency than its budget.

    Example:
        >>> from ecomops.kernel import Currency, Period
        >>> from ecomops.promotions import AmountOff, Basket, Promotion, Reduction, Rulebook, Whole, quote
        >>> from ecomops.promotions.budgets import BudgetPart
        >>> from ecomops.promotions.plans import Goal
        >>> from ecomops.terms import ChannelId
        >>> from ecomops.testing import NOON, a_line, cny
        >>> five = Promotion(
        ...     id=PromotionId("five"), benefits=(Reduction(value=AmountOff(amount=cny("5.00")), target=Whole()),)
        ... )
        >>> plan = CampaignPlan(
        ...     theme="tea week",
        ...     goal=Goal(kpi="orders", target=9),
        ...     budget=(BudgetPart(channel=ChannelId("search"), goal="sales", amount=cny("90.00")),),
        ...     period=Period(start=NOON, end=NOON.add(days=7)),
        ...     promotions=(five.id,),
        ... )
        >>> quoted = quote(Rulebook.of([five]), Basket(currency=Currency.CNY, lines=(a_line(gross="20.00"),)), at=NOON)
        >>> cost = campaign_cost(plan, [quoted.applications])
        >>> str(cost.borne), cost.promotions[0].orders
        ('5.00 CNY', 1)
    """
    require_once((each.id for each in batches), field="campaign_cost.batches")
    currency = plan.total.currency
    found: dict[PromotionId, list[tuple[int, Application]]] = {id: [] for id in plan.promotions}
    for number, applications in enumerate(orders):
        for each in applications:
            if each.promotion in found:
                require_currency(currency, each.amount)
                found[each.promotion].append((number, each))
    costs = tuple(
        PromotionCost(
            promotion=id,
            orders=len({number for number, _ in told}),
            amount=Money.total((each.amount for _, each in told), currency),
            borne=Money.total((each.amount for _, each in told if each.funder is Funder.SHOP), currency),
        )
        for id, told in found.items()
    )
    counted = {each.id: each for each in batches}
    return CampaignCost(
        promotions=costs,
        batches=tuple(
            BatchUse(batch=id, issued=counted[id].issued, redeemed=counted[id].redeemed)
            for id in plan.batches
            if id in counted
        ),
        amount=Money.total((each.amount for each in costs), currency),
        borne=Money.total((each.borne for each in costs), currency),
    )
