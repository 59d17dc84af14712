"""What promotions say, in both languages: every value, target, benefit and term."""

from datetime import time
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from attrs import frozen

from ecomops.kernel import Calendar, Currency, Grain, Period, Text
from ecomops.kernel.rules import AtLeastFact, Equals, Fact, FactKind, declare
from ecomops.promotions import (
    AmountOff,
    Chosen,
    CouponGrant,
    Every,
    FixedPrice,
    Gift,
    GiftChoice,
    Ladder,
    Limits,
    Lines,
    Order,
    Part,
    Per,
    PeriodLimit,
    Pick,
    PointsGrant,
    Promotion,
    Reduction,
    Sets,
    Shipping,
    Stated,
    Tier,
    Whole,
    Within,
    sentence,
)
from ecomops.terms import BatchId, Sku
from ecomops.testing import NOON
from tests.promotions.kit import TENTH, a_promotion, fen, giving, off, sku

CUT, PRICE = AmountOff(amount=fen(2000)), FixedPrice(price=fen(9900))
CUP = GiftChoice(sku=Sku("cup"), value=fen(900))
LADDER = Ladder(by="amount", tiers=(Tier(bound=100, value=CUT), Tier(bound=200, value=TENTH)))
TEA = Equals(fact="category", value="tea")
TWO_AND_ONE = Sets(parts=(Part(scope=TEA, quantity=2, pick=Pick(count=0)), Part(quantity=1)), most=3)


@frozen(kw_only=True)
class Mine:
    """A rule of a host."""

    code: ClassVar[str] = "host.mine"

    def effect(self, view: Any) -> tuple[int, ...]:  # noqa: ANN401 - never asked here
        """Take nothing."""
        raise NotImplementedError

    unmet = effect


SAID: list[tuple[Promotion, str, str]] = [
    (a_promotion(), "p: 10% off each unit of everything", "p：全部商品每件 减 10%"),
    (
        a_promotion(value=CUT, target=Whole(scope=TEA)),
        "p: 20.00 CNY off lines where kind is tea together",
        "p：满足“品类 为 tea”的商品行合计减 20.00 CNY",
    ),
    (a_promotion(value=CUT, target=Whole()), "p: 20.00 CNY off everything together", "p：整单减 20.00 CNY"),
    (
        a_promotion(value=PRICE, target=Lines(per=Per.LINE)),
        "p: a price of 99.00 CNY for each line of everything",
        "p：全部商品每行 售价 99.00 CNY",
    ),
    (
        a_promotion(target=Lines(chosen=Chosen(count=1, skip=1))),
        "p: 10% off each unit of everything (1 units after the first 1)",
        "p：全部商品（ 1 件（跳过前 1 件））每件 减 10%",
    ),
    (
        a_promotion(target=Lines(chosen=Chosen(count=2, order=Order.DEAREST, within=Within.SCOPE)), cap=fen(500)),
        "p: 10% off each unit of everything (2 dearest units), 5.00 CNY at most",
        "p：全部商品（ 最贵 2 件）每件 减 10%，最多减 5.00 CNY",
    ),
    (
        a_promotion(value=LADDER, target=Whole()),
        "p: by amount: from 1.00 CNY 20.00 CNY off, from 2.00 CNY 10% off, everything together",
        "p：整单按金额：满 1.00 CNY 减 20.00 CNY、满 2.00 CNY 减 10%",
    ),
    (
        a_promotion(value=Every(by="quantity", step=2, amount=fen(100), most=3), target=Whole()),
        "p: 1.00 CNY off for every 2 of quantity, 3 times at most, everything together",
        "p：整单件数每满 2 减 1.00 CNY（最多 3 次）",
    ),
    (
        a_promotion(value=Every(by="amount", step=200, amount=fen(100)), target=Whole()),
        "p: 1.00 CNY off for every 2.00 CNY of amount everything together",
        "p：整单金额每满 2.00 CNY 减 1.00 CNY",
    ),
    (a_promotion(value=Stated()), "p: what the host states, off everything together", "p：整单减外部给定的金额"),
    (
        a_promotion(target=TWO_AND_ONE),
        "p: 10% off each unit of sets of 2 of lines where kind is tea (to be bought), 1 of everything, 3 sets at most",
        "p：满足“品类 为 tea”的商品行 2 件（须购买）、全部商品 1 件，套装每件，最多 3 套减 10%",
    ),
    (
        a_promotion(value=PRICE, target=Sets(parts=(Part(quantity=3),), per=Per.SET)),
        "p: a price of 99.00 CNY for each set of 3 of everything",
        "p：全部商品 3 件，每套售价 99.00 CNY",
    ),
    (
        a_promotion(target=Sets(parts=(Part(quantity=3, pick=Pick(count=1, skip=1)),))),
        "p: 10% off each unit of sets of 3 of everything (of which the 1 cheapest after the first 1)",
        "p：全部商品 3 件（其中最便宜 1 件（跳过前 1 件）），套装每件减 10%",
    ),
    (
        a_promotion(target=Sets(parts=(Part(quantity=2, pick=Pick(count=1)),))),
        "p: 10% off each unit of sets of 2 of everything (of which the 1 cheapest)",
        "p：全部商品 2 件（其中最便宜 1 件），套装每件减 10%",
    ),
    (giving("p", Reduction(value=TENTH, target=Shipping())), "p: 10% off all services", "p：全部服务费减 10%"),
    (
        giving("p", Reduction(value=CUT, target=Shipping(names=("freight",), per=Per.LINE))),
        "p: 20.00 CNY off each of freight",
        "p：freight每项 减 20.00 CNY",
    ),
    (giving("p", Gift(choices=(CUP,))), "p: a gift of 1 of cup", "p：赠 1 件：cup"),
    (
        giving("p", Gift(choices=(CUP,), price=fen(100), by="amount", step=200, most=2)),
        "p: 1 of cup for 1.00 CNY each for every 2.00 CNY of amount, 2 times at most",
        "p：以每件 1.00 CNY 换购 1 件：cup，金额每满 2.00 CNY，最多 2 次",
    ),
    (
        giving("p", Gift(choices=(CUP,), by="quantity", step=2)),
        "p: a gift of 1 of cup for every 2 of quantity",
        "p：赠 1 件：cup，件数每满 2",
    ),
    (
        giving("p", PointsGrant(factor=Fraction(2)), PointsGrant(points=5), CouponGrant(batch=BatchId("b"))),
        "p: 2 times the points; 5 points; 1 coupons of b",
        "p：2 倍积分；赠 5 积分；赠 b 优惠券 1 张",
    ),
    (
        giving("p", Mine(), own=(Mine(),)),
        "p: by its own rule host.mine; and by its own rule host.mine",
        "p：自定义规则 host.mine；且满足自定义规则 host.mine",
    ),
    (
        a_promotion(
            conditions=AtLeastFact(fact="amount", bound=100),
            valid=Period(start=NOON, end=NOON.add(days=1)),
            promo_code="TEA",
            by_coupon=True,
            exclusive=True,
            bars=("a", "b"),
            limits=Limits(
                uses=1,
                per_customer=2,
                per_period=PeriodLimit(uses=3, grain=Grain.DAY, calendar=Calendar(timezone="UTC", day_start=time(4))),
                money=fen(400),
            ),
        ),
        (
            "p: 10% off each unit of everything; when amount is at least 1.00 CNY; "
            "from 2026-06-18T12:00:00+00:00 until 2026-06-19T12:00:00+00:00; with code TEA; with a coupon; "
            "alone in its basket; not with a, b; 1 orders at most; 2 orders of a customer at most; "
            "3 orders a day at most; 4.00 CNY at most in all"
        ),
        (
            "p：全部商品每件 减 10%；条件：金额 不少于 1.00 CNY；"
            "自 2026-06-18T12:00:00+00:00 至 2026-06-19T12:00:00+00:00；凭优惠码 TEA；凭优惠券；"
            "不与其他促销同享；不与 a、b 同享；最多 1 单；每位顾客最多 2 单；每天最多 3 单；预算 4.00 CNY"
        ),
    ),
]


@pytest.mark.parametrize(("promotion", "en", "zh"), SAID, ids=[en[:60] for _, en, _ in SAID])
def test_a_promotion_reads_as_a_sentence(promotion: Promotion, en: str, zh: str) -> None:
    """With what people call the facts, and money as money."""
    words = declare(Fact(name="category", kind=FactKind.TEXT, words=Text("kind", "品类")))
    assert sentence(promotion, currency=Currency.CNY, line_facts=words) == en
    assert sentence(promotion, "zh", currency=Currency.CNY, line_facts=words) == zh


def test_without_words_a_promotion_reads_by_names() -> None:
    """Facts are called by their names, amounts stand in minor units; a measure may bear the name of a fact."""
    promotion = a_promotion(value=LADDER, target=Whole(scope=sku("a")))
    assert sentence(promotion) == (
        "p: by amount: from 100 20.00 CNY off, from 200 10% off, lines where sku is one of a together"
    )
    amount = declare(Fact(name="amount", kind=FactKind.NUMBER, words=Text("spend", "消费")))
    assert "by spend" in sentence(promotion, facts=amount)
    assert off().cap is None
