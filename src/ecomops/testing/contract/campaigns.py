"""What the script does with coupons, their batches, uses of promotions, what orders claim of them, and campaigns."""

from datetime import timedelta
from typing import Any

from ecomops.kernel import CommandId, Currency, Period, later
from ecomops.promotions import (
    CAMPAIGN,
    COUPON,
    COUPON_BATCH,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    SHARED_CODE,
    Basket,
    CampaignId,
    ClaimId,
    Claims,
    Coupon,
    CouponBatch,
    LineTraits,
    PromotionUse,
    SharedCode,
    Trait,
    UseClaim,
    UseId,
    batches,
    campaigns,
    claims,
    coupons,
    sharedcodes,
    usage,
)
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.findings import Finding, Remark, amount
from ecomops.promotions.plans import CampaignPlan, Goal, Scope, ScopeReach
from ecomops.promotions.stopping import StopOverspent
from ecomops.terms import BatchId, CategoryId, ChannelId, CodeId, CouponId, CustomerId, LineId, OrderId, PromotionId
from ecomops.testing.builders import BUYER, NOON, a_line, cny
from ecomops.testing.contract.sample import Counters, Events, Sample, Step
from ecomops.workflows import campaigning, codekeeping, couponing

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}
SUMMER, TENTH, VOUCHER = BatchId("summer"), CouponId("s-10"), PromotionId("voucher")
ORDER_ID = OrderId("o-1")
YEAR = Period(start=NOON, end=later(NOON, timedelta(days=365)))


def _coupon(name: str, turn: int) -> Events:
    owner = (None, CustomerId("c-1"), CustomerId("C-1"), CustomerId("客"))[turn % 4]
    batch = BatchId(("summer", "Summer", "夏")[turn % 3])
    valid = Period(start=NOON, end=later(NOON, timedelta(microseconds=1 + turn % 3)))
    return coupons.issue(CouponId(name), batch=batch, promotion=VOUCHER, owner=owner, valid=valid, at=NOON)


def _reserved(coupon: Coupon) -> Events:
    return coupons.reserve(coupon, order=ORDER_ID, customer=coupon.owner, at=NOON)


def _presented_or_redeemed(coupon: Coupon) -> Events:
    if coupon.status is coupons.Status.ISSUED:
        return coupons.present(coupon, order=ORDER_ID, customer=coupon.owner, lines=(LineId("l-1"),), at=NOON)
    return coupons.redeem(coupon, order=ORDER_ID, at=NOON)


def _batch(name: str, _: int) -> Events:
    return batches.open_batch(BatchId(name), most=10, at=NOON)


def _issued(batch: CouponBatch, quantity: int) -> Events:
    return batches.issue(batch, quantity=quantity, at=NOON)


def _bound(batch: CouponBatch, quantity: int) -> Events:
    return tuple(event for _ in range(quantity) for event in batches.reserve(batch, coupon=TENTH, at=NOON))


def _issuable(most: int) -> Step:
    return lambda batch: batches.set_limit(batch, most=most, at=NOON)


def _code(name: str, turn: int) -> Events:
    parent = SharedCode(id=CodeId("安娜"), promotion=VOUCHER, valid=YEAR) if turn % 2 else None
    valid = Period(start=NOON, end=later(NOON, timedelta(microseconds=1 + turn % 3)))
    return sharedcodes.open_code(CodeId(name), promotion=VOUCHER, valid=valid, parent=parent, at=NOON)


def _use(name: str, turn: int) -> Events:
    id = UseId.of(PromotionId(name), CustomerId("c@1") if turn % 2 else None)
    return usage.open_use(id, most_uses=100, most_money=cny("0.10"), at=NOON)


def _endless_use(name: str) -> Events:
    return usage.open_use(UseId.of(PromotionId(name)), at=NOON)


def _taken(use: PromotionUse, units: int) -> Events:
    """Count two orders, one of which takes as many cents as *units*, the other none: so that uses move as well."""
    orders = ((ORDER_ID, units), (OrderId("o-2"), 0))
    return tuple(
        event
        for order, cents in orders
        for event in usage.reserve(use, order=order, money=cny("0.01") * cents, at=NOON)
    )


def _paid(use: PromotionUse, units: int) -> Events:
    return usage.redeem(use, order=ORDER_ID, money=cny("0.01") * units, at=NOON)


def _limited(uses: int) -> Step:
    return lambda use: usage.set_limits(use, most_uses=uses, most_money=cny("0.10"), at=NOON)


def _claim(name: str, turn: int) -> Events:
    uses = (UseClaim(use=UseId.of(VOUCHER, CustomerId("客")), money=cny("1.00"), most_uses=3),)[turn % 2 :]
    return claims.open_claim(ClaimId(name), claims=Claims(uses=uses, coupons=(TENTH,)), at=NOON)


def _basket() -> Basket:
    facts = (Trait(name="fresh", value=True), Trait(name="brands", value=("茶", "'")), Trait(name="grade", value=-1))
    traits = LineTraits(line=LineId("l-1"), facts=facts, floor=cny("0.01"))
    return Basket(currency=Currency.CNY, lines=(a_line(),), traits=(traits,))


def _plan(turn: int) -> CampaignPlan:
    return CampaignPlan(
        theme="茶 'tea'",
        goal=Goal(kpi="orders", target=1 + turn),
        scope=Scope(reach=ScopeReach.CATEGORY, categories=(CategoryId("drinks"), CategoryId("茶"))),
        budget=(BudgetPart(channel=ChannelId("search"), goal="sales", amount=cny("0.01")),),
        period=Period(start=NOON, end=later(NOON, timedelta(microseconds=1 + turn % 3))),
        stops=(StopOverspent(),),
    )


def _campaign(name: str, turn: int) -> Events:
    return campaigns.plan(CampaignId(name), plan=_plan(turn), at=NOON)


FOUND = Finding(remark=Remark.OVERSPENT, subject="search", figures=(amount("spent", cny("-0.01")),))

COUPONS: tuple[Sample, ...] = (
    Sample(
        noun=COUPON,
        command=couponing.ReleaseCoupon(**TOLD, coupon_id=TENTH),
        answer=couponing.CouponStanding(coupon_id=TENTH, status=coupons.Status.ISSUED),
        opened=_coupon,
        first=_reserved,
        second=_presented_or_redeemed,
    ),
    Sample(
        noun=COUPON_BATCH,
        command=couponing.OpenBatch(**TOLD, batch_id=SUMMER, most=10),
        answer=couponing.BatchOpen(batch_id=SUMMER, most=None),
        opened=_batch,
        first=_issuable(15),
        second=_issuable(17),
        counters=Counters(
            take=_issued, shift=_bound, endless=lambda name: batches.open_batch(BatchId(name), most=None, at=NOON)
        ),
    ),
    Sample(
        noun=SHARED_CODE,
        command=codekeeping.OpenCode(**TOLD, code_id=CodeId("ANNA10"), promotion=VOUCHER, valid=YEAR, most_uses=9),
        answer=codekeeping.CodeStands(code_id=CodeId("ANNA10"), status=sharedcodes.Status.FROZEN),
        opened=_code,
        first=lambda shared: sharedcodes.freeze(shared, reason="stolen", at=NOON),
        second=lambda shared: sharedcodes.invalidate(shared, reason="misprint", at=NOON),
    ),
    Sample(
        noun=PROMOTION_USE,
        command=couponing.IssueCoupons(
            **TOLD,
            batch_id=SUMMER,
            promotion=VOUCHER,
            valid=YEAR,
            coupons=(couponing.NewCoupon(id=TENTH), couponing.NewCoupon(id=CouponId("茶"), owner=CustomerId("客"))),
        ),
        answer=couponing.CouponsIssued(batch_id=SUMMER, quantity=2),
        opened=_use,
        first=_limited(50),
        second=_limited(70),
        counters=Counters(take=_taken, shift=_paid, endless=_endless_use),
    ),
    Sample(
        noun=PROMOTION_CLAIM,
        command=couponing.PresentCoupon(**TOLD, coupon_id=TENTH, order_id=ORDER_ID, basket=_basket()),
        answer=couponing.CouponShown(coupon_id=TENTH, promotion=VOUCHER, lines=(LineId("l-1"),)),
        opened=_claim,
        first=lambda claim: claims.redeem(claim, at=NOON),
        second=lambda claim: claims.release(claim, at=NOON),
    ),
    Sample(
        noun=CAMPAIGN,
        command=campaigning.PlanCampaign(**TOLD, campaign_id=CampaignId("618"), plan=_plan(0)),
        answer=campaigning.CampaignStands(
            campaign_id=CampaignId("618"), status=campaigns.Status.STOPPED, happened=("x",), findings=(FOUND,)
        ),
        opened=_campaign,
        first=lambda campaign: campaigns.replan(campaign, plan=_plan(99), at=NOON),
        second=lambda campaign: campaigns.withdraw(campaign, reason="no stock", at=NOON),
    ),
)
"""What the script does with each noun of promotions; what binds coupons has no command of its own."""
