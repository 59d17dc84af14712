"""What a promotion says, as a sentence in English and in Chinese: its benefits, its conditions, when and how often."""

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

from ecomops.kernel import Currency, Grain, Language, Money, Text
from ecomops.kernel.rules import ALWAYS, Fact, FactKind, Rule, Vocabulary
from ecomops.kernel.rules import sentence as rule_sentence
from ecomops.promotions.benefits import Benefit, CouponGrant, Gift, PointsGrant, Reduction
from ecomops.promotions.measures import Measure, MeasureKind
from ecomops.promotions.promotion import Limits, Promotion
from ecomops.promotions.targets import Chosen, Lines, Order, Part, Per, Pick, Sets, Shipping, Target, Whole, Within
from ecomops.promotions.values import AmountOff, Every, FixedPrice, Ladder, Percent, Stated, Value

MEASURE_WORDS = {
    MeasureKind.AMOUNT: Text("amount", "金额"),
    MeasureKind.QUANTITY: Text("quantity", "件数"),
    MeasureKind.LINE_QUANTITY: Text("units of one line", "单行件数"),
    MeasureKind.PRODUCTS: Text("different products", "商品种数"),
}
"""What people call a measure."""


def measure_fact(measure: Measure, currency: Currency | None) -> Fact:
    """Return what conditions ask for when they ask for *measure*."""
    money = measure.of is MeasureKind.AMOUNT
    return Fact(
        name=measure.fact,
        kind=FactKind.NUMBER,
        words=MEASURE_WORDS[measure.of],
        currency=currency if money else None,
    )


_NOTHING = Vocabulary(facts=())


def sentence(
    promotion: Promotion,
    language: Language = "en",
    *,
    line_facts: Vocabulary = _NOTHING,
    facts: Vocabulary = _NOTHING,
    currency: Currency | None = None,
) -> str:
    """Return *promotion* as a sentence.

    Args:
        promotion: The promotion.
        language: `en` or `zh`.
        line_facts: What people call the facts of lines: those of a rulebook.
        facts: What people call the facts of baskets, likewise.
        currency: Of amounts that a condition names as numbers; None shows minor units.

    Example:
        >>> from ecomops.promotions import AmountOff, Promotion, Reduction, Whole, spend
        >>> from ecomops.terms import PromotionId
        >>> from ecomops.testing import cny
        >>> cut = Reduction(value=AmountOff(amount=cny("20.00")), target=Whole())
        >>> full_cut = Promotion(id=PromotionId("full-cut"), benefits=(cut,), conditions=spend(cny("200.00")))
        >>> sentence(full_cut, currency=cny("1.00").currency)
        'full-cut: 20.00 CNY off everything together; when amount is at least 200.00 CNY'
    """
    return _Speaker(promotion, language, line_facts, facts, currency).said()


def _joined(parts: Sequence[str], language: Language) -> str:
    return (", " if language == "en" else "、").join(parts)


class _Speaker:
    """Says one promotion in one language."""

    def __init__(
        self,
        promotion: Promotion,
        language: Language,
        line_facts: Vocabulary,
        facts: Vocabulary,
        currency: Currency | None,
    ) -> None:  # fmt: skip
        self.promotion = promotion
        self.language: Language = language
        self.line_facts = line_facts
        self.currency = currency
        measures = [measure_fact(each, currency) for each in promotion.measures]
        self.words = facts.with_facts(*(each for each in measures if facts.find(each.name) is None))

    def read(self, en: str, zh: str, **fields: object) -> str:
        return Text(en, zh).read(self.language).format(**fields)

    def said(self) -> str:
        promotion = self.promotion
        parts = [self.benefit(each) for each in promotion.benefits]
        if promotion.conditions != ALWAYS:
            rule = rule_sentence(promotion.conditions, self.language, self.words)
            parts.append(self.read("when {rule}", "条件：{rule}", rule=rule))
        parts += [
            self.read("and by its own rule {code}", "且满足自定义规则 {code}", code=each.code) for each in promotion.own
        ]
        parts += self.terms()
        between, colon = ("; ", ": ") if self.language == "en" else ("；", "：")
        return f"{promotion.id}{colon}{between.join(parts)}"

    def terms(self) -> list[str]:
        """Say when it holds, how it is asked for, with what it goes, and how often."""
        promotion, found = self.promotion, list[str]()
        if promotion.valid is not None:
            start, end = promotion.valid.start.isoformat(), promotion.valid.end.isoformat()
            found.append(self.read("from {start} until {end}", "自 {start} 至 {end}", start=start, end=end))
        if promotion.promo_code is not None:
            found.append(self.read("with code {code}", "凭优惠码 {code}", code=promotion.promo_code))
        if promotion.by_coupon:
            found.append(self.read("with a coupon", "凭优惠券"))
        if promotion.exclusive:
            found.append(self.read("alone in its basket", "不与其他促销同享"))
        if promotion.bars:
            names = _joined(promotion.bars, self.language)
            found.append(self.read("not with {names}", "不与 {names} 同享", names=names))
        return found + self.limits(promotion.limits)

    def limits(self, limits: Limits) -> list[str]:
        found: list[str] = []
        if limits.uses is not None:
            found.append(self.read("{n} orders at most", "最多 {n} 单", n=limits.uses))
        if limits.per_customer is not None:
            found.append(self.read("{n} orders of a customer at most", "每位顾客最多 {n} 单", n=limits.per_customer))
        within = limits.per_period
        if within is not None:
            en, zh = _GRAINS[within.grain]
            found.append(self.read(f"{{n}} orders a {en} at most", f"每{zh}最多 {{n}} 单", n=within.uses))
        if limits.money is not None:
            found.append(self.read("{money} at most in all", "预算 {money}", money=limits.money))
        return found

    # --- benefits

    def benefit(self, benefit: Benefit) -> str:
        match benefit:
            case Reduction(value=value, target=target, cap=cap):
                said = self.read(
                    "{value} {target}", "{target}{value}", value=self.value(value), target=self.target(target)
                )
                most = "" if cap is None else self.read(", {cap} at most", "，最多减 {cap}", cap=cap)
                return said + most
            case Gift():
                return self.gift(benefit)
            case PointsGrant(factor=Fraction() as factor):
                return self.read("{factor} times the points", "{factor} 倍积分", factor=factor)
            case PointsGrant(points=points):
                return self.read("{points} points", "赠 {points} 积分", points=points)
            case CouponGrant(batch=batch, number=number):
                return self.read("{n} coupons of {batch}", "赠 {batch} 优惠券 {n} 张", n=number, batch=batch)
            case _:
                return self.read("by its own rule {code}", "自定义规则 {code}", code=benefit.code)

    def gift(self, gift: Gift) -> str:
        skus = _joined([choice.sku for choice in gift.choices], self.language)
        if gift.price is None:
            said = self.read("a gift of {n} of {skus}", "赠 {n} 件：{skus}", n=gift.quantity, skus=skus)
        else:
            said = self.read(
                "{n} of {skus} for {price} each",
                "以每件 {price} 换购 {n} 件：{skus}",
                n=gift.quantity,
                skus=skus,
                price=gift.price,
            )
        if gift.by is None:
            return said
        step = self.number(gift.by, gift.step)
        every = self.read(" for every {step} of {by}", "，{by}每满 {step}", step=step, by=self.name(gift.by))
        most = "" if gift.most is None else self.read(", {n} times at most", "，最多 {n} 次", n=gift.most)
        return said + every + most

    def name(self, measure: str) -> str:
        fact = self.words.find(measure)
        return measure if fact is None else fact.words.read(self.language)

    def number(self, measure: str, number: int) -> str:
        fact = self.words.find(measure)
        money = fact is not None and fact.currency is not None
        return str(Money(number, fact.currency)) if money else str(number)  # type: ignore[union-attr,arg-type]

    def value(self, value: Value) -> str:
        match value:
            case Percent(share=share):
                return self.read("{share} off", "减 {share}", share=_percent(share))
            case AmountOff(amount=amount):
                return self.read("{amount} off", "减 {amount}", amount=amount)
            case FixedPrice(price=price):
                return self.read("a price of {price} for", "售价 {price}", price=price)
            case Ladder(by=by, tiers=tiers):
                steps = [
                    self.read(
                        "from {bound} {value}",
                        "满 {bound} {value}",
                        bound=self.number(by, tier.bound),
                        value=self.value(tier.value),
                    )
                    for tier in tiers
                ]
                return self.read(
                    "by {by}: {steps},", "按{by}：{steps}", by=self.name(by), steps=_joined(steps, self.language)
                )
            case Every(by=by, step=step, amount=amount, most=most):
                times = "" if most is None else self.read(", {n} times at most,", "（最多 {n} 次）", n=most)
                return self.read(
                    "{amount} off for every {step} of {by}{times}",
                    "{by}每满 {step} 减 {amount}{times}",
                    amount=amount,
                    step=self.number(by, step),
                    by=self.name(by),
                    times=times,
                )
            case Stated():
                return self.read("what the host states, off", "减外部给定的金额")
            case _:
                assert_never(value)

    # --- targets

    def scope(self, scope: Rule) -> str:
        if scope == ALWAYS:
            return self.read("everything", "全部商品")
        return self.read(
            "lines where {rule}", "满足“{rule}”的商品行", rule=rule_sentence(scope, self.language, self.line_facts)
        )

    def target(self, target: Target) -> str:
        match target:
            case Lines(scope=scope, per=per, chosen=chosen):
                units = "" if chosen is None else self.chosen(chosen)
                each = self.read("each unit of ", "每件 ") if per is Per.UNIT else self.read("each line of ", "每行 ")
                return self.read(
                    "{each}{scope}{units}", "{scope}{units}{each}", each=each, scope=self.scope(scope), units=units
                )
            case Whole(scope=scope):
                if scope == ALWAYS:
                    return self.read("everything together", "整单")
                return self.read("{scope} together", "{scope}合计", scope=self.scope(scope))
            case Sets(parts=parts, per=per, most=most):
                said = _joined([self.part(part) for part in parts], self.language)
                each = self.read("each set", "每套") if per is Per.SET else self.read("each unit of sets", "套装每件")
                limit = "" if most is None else self.read(", {n} sets at most", "，最多 {n} 套", n=most)
                return self.read("{each} of {said}{limit}", "{said}，{each}{limit}", each=each, said=said, limit=limit)
            case Shipping(names=names, per=per):
                said = _joined(names, self.language) or self.read("all services", "全部服务费")
                each = "" if per is Per.WHOLE else self.read("each of ", "每项 ")
                return self.read("{each}{said}", "{said}{each}", each=each, said=said)
            case _:
                assert_never(target)

    def chosen(self, chosen: Chosen) -> str:
        order = "" if chosen.within is Within.LINE else " " + self.order(chosen.order)
        skip = "" if not chosen.skip else self.read(" after the first {n}", "（跳过前 {n} 件）", n=chosen.skip)
        return self.read(
            " ({n}{order} units{skip})", "（{order} {n} 件{skip}）", n=chosen.count, order=order, skip=skip
        )

    def order(self, order: Order) -> str:
        return self.read("cheapest", "最便宜") if order is Order.CHEAPEST else self.read("dearest", "最贵")

    def part(self, part: Part) -> str:
        said = self.read("{n} of {scope}", "{scope} {n} 件", n=part.quantity, scope=self.scope(part.scope))
        return said if part.pick is None else said + self.pick(part.pick)

    def pick(self, pick: Pick) -> str:
        if not pick.count:
            return self.read(" (to be bought)", "（须购买）")
        skip = "" if not pick.skip else self.read(" after the first {n}", "（跳过前 {n} 件）", n=pick.skip)
        return self.read(
            " (of which the {n} {order}{skip})",
            "（其中{order} {n} 件{skip}）",
            n=pick.count,
            order=self.order(pick.order),
            skip=skip,
        )


_GRAINS = {Grain.DAY: ("day", "天"), Grain.WEEK: ("week", "周"), Grain.MONTH: ("month", "月")}


def _percent(share: Fraction) -> str:
    """Return a share in percent, as a fraction where it is no whole number."""
    return f"{share * 100}%"
