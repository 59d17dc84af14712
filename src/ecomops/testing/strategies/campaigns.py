"""How coupons, their batches, shared codes, the uses of promotions, the claims of orders and campaigns live."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops.kernel import Currency, Period, later
from ecomops.promotions import (
    CAMPAIGN,
    COUPON,
    COUPON_BATCH,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    SHARED_CODE,
    Claims,
    batches,
    campaigns,
    claims,
    coupons,
    sharedcodes,
    usage,
)
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.evaluation import Baseline, BaselineSource, Results
from ecomops.promotions.plans import CampaignPlan, Duty, Goal
from ecomops.promotions.stopping import Standing, StopOverspent
from ecomops.terms import ChannelId, CodeId, CustomerId, LineId, OrderId, PromotionId
from ecomops.testing.builders import NOON, cny
from ecomops.testing.strategies.life import Life, always, drawn
from ecomops.testing.strategies.values import money, values_of

PERIODS = tuple(Period(start=NOON, end=later(NOON, timedelta(days=days))) for days in (1, 9, 365, 365))
LIMITS = always(None, 0, 5, 20)


def _claims() -> SearchStrategy[Claims]:
    claimed: SearchStrategy[Claims] = values_of(Claims)
    return claimed.filter(lambda each: each.any)


PLANS = tuple(
    CampaignPlan(
        theme=theme,
        goal=Goal(kpi="orders", target=9),
        budget=(BudgetPart(channel=ChannelId("search"), goal="sales", amount=cny("9.00")),),
        period=period,
        duties=(Duty(name="posters", due=NOON, before_start=theme == "茶"),),
        stops=(StopOverspent(share=Fraction(1, 2)),),
    )
    for theme, period in zip(("tea", "茶", "cups"), PERIODS, strict=False)
)
"""Three plans; of one the posters are to be done before it starts."""

STANDINGS = tuple(
    Standing(days=1, planned=9, actual=3, budget=cny("9.00"), spent=spent, sales=cny("9.00"), margin=cny("1.00"))
    for spent in (cny("1.00"), cny("4.50"))
)
RESULTS = Results(
    list_sales=cny("9.00"), discount=cny("1.00"), goods_cost=cny("5.00"), spend=cny("1.00"), reached=3
)  # fmt: skip
BASELINE = Baseline(sales=cny("3.00"), margin=cny("1.00"), source=BaselineSource.CONTROL, observations=9)

PARENT = sharedcodes.SharedCode(id=CodeId("ANNA10"), promotion=PromotionId("tenth"), valid=PERIODS[-1])
"""A shared code under which others may stand."""

CAMPAIGNS: tuple[Life, ...] = (
    Life(
        noun=COUPON,
        begins=(coupons.issue,),
        follows=(
            *((coupons.redeem, coupons.reserve, coupons.present) * 2),
            *(coupons.release, coupons.withdraw, coupons.claim, coupons.transfer),
            *(coupons.freeze, coupons.thaw, coupons.invalidate, coupons.expire),
        ),
        arguments={
            "valid": always(*PERIODS),
            "order": always(*map(OrderId, ("o-1", "o-1", "o-1", "o-2"))),
            "customer": lambda coupon: st.just(coupon.owner or CustomerId("c-1")),
            "to": always(*map(CustomerId, ("c-1", "c-2"))),
            "lines": always((LineId("l-1"),), (LineId("l-1"), LineId("l-2"))),
        },
    ),
    Life(
        noun=COUPON_BATCH,
        begins=(batches.open_batch,),
        follows=(
            *((batches.redeem, batches.reserve, batches.issue) * 2),
            *(batches.release, batches.give_back, batches.expire, batches.invalidate, batches.set_limit),
        ),
        arguments={"most": LIMITS, "quantity": always(1, 2, 7)},
    ),
    Life(
        noun=SHARED_CODE,
        begins=(sharedcodes.open_code,),
        follows=(sharedcodes.freeze, sharedcodes.freeze, sharedcodes.thaw, sharedcodes.invalidate),
        arguments={
            "promotion": always(PromotionId("tenth")),
            "valid": always(PERIODS[0]),
            "parent": always(None, None, PARENT),
        },
    ),
    Life(
        noun=PROMOTION_USE,
        begins=(usage.open_use,),
        follows=(
            *((usage.redeem, usage.reserve) * 2),
            *(usage.release, usage.give_back, usage.set_limits),
        ),
        arguments={
            "most_uses": LIMITS,
            "most_money": drawn(st.none() | money(Currency.CNY, most=9)),
            "money": drawn(money(Currency.CNY, most=2)),
        },
    ),
    Life(
        noun=PROMOTION_CLAIM,
        begins=(claims.open_claim,),
        follows=(claims.redeem, claims.release),
        arguments={"claims": drawn(_claims())},
    ),
    Life(
        noun=CAMPAIGN,
        begins=(campaigns.plan,),
        follows=(
            *(campaigns.review, campaigns.elapse, campaigns.schedule, campaigns.approve, campaigns.do_duty) * 2,
            *(campaigns.monitor, campaigns.resume, campaigns.pause, campaigns.replan, campaigns.withdraw),
        ),
        arguments={
            "plan": always(*PLANS),
            "duty": always("posters"),
            "standing": always(*STANDINGS),
            "results": always(RESULTS),
            "baseline": always(BASELINE),
        },
    ),
)
"""How the objects of promotions live."""
