"""The answer of a quote: lines with their discounts, what applied, what did not, why, and how far away it was."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, Language, Money, Text
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import Not, Unmet, sentence
from ecomops.promotions.claims import NO_CLAIMS, Claims
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.rulebook import Rulebook
from ecomops.terms import Funder, LineId, PricedLine, PricedService, PromotionId


class Reason(StrEnum):
    """Why a promotion, a code or a coupon did not apply: stable codes."""

    NOT_STARTED = "promotion.not_started"
    ENDED = "promotion.ended"
    OUT_OF_SCOPE = "promotion.out_of_scope"
    CONDITION_UNMET = "promotion.condition_unmet"
    FACT_UNKNOWN = "promotion.fact_unknown"
    NOT_PRESENTED = "promotion.not_presented"
    CUSTOMER_UNKNOWN = "promotion.customer_unknown"
    EXHAUSTED = "promotion.exhausted"
    CUSTOMER_EXHAUSTED = "promotion.customer_exhausted"
    BUDGET_EXHAUSTED = "promotion.budget_exhausted"
    NO_ROOM = "promotion.no_room"
    DISPLACED = "promotion.displaced"
    CODE_UNKNOWN = "code.unknown"
    CODE_REPEATED = "code.repeated"
    COUPON_UNKNOWN = "coupon.unknown_promotion"
    COUPON_NOT_OWNER = "coupon.not_owner"
    COUPON_NOT_VALID = "coupon.not_valid"
    COUPON_GONE = "coupon.gone"
    COUPON_SECOND = "coupon.second"
    COUPON_UNMATCHED = "coupon.unmatched"


REASONS: Mapping[Reason, Text] = {
    Reason.NOT_STARTED: Text("it has not started", "尚未开始"),
    Reason.ENDED: Text("it has ended", "已经结束"),
    Reason.OUT_OF_SCOPE: Text("no line is in its scope", "没有商品行在其范围内"),
    Reason.CONDITION_UNMET: Text("a condition is not met", "条件未满足"),
    Reason.FACT_UNKNOWN: Text("a condition cannot be told yet", "条件尚无法判断"),
    Reason.NOT_PRESENTED: Text("its code or coupon was not presented", "未出示其优惠码或优惠券"),
    Reason.CUSTOMER_UNKNOWN: Text(
        "it is counted for each customer, and the buyer is unknown", "按顾客计次，而买家未知"
    ),
    Reason.EXHAUSTED: Text("it has been used as often as it may be", "使用次数已达上限"),
    Reason.CUSTOMER_EXHAUSTED: Text("this customer has used it as often as anybody may", "该顾客的使用次数已达上限"),
    Reason.BUDGET_EXHAUSTED: Text("its money is used up", "优惠预算已用完"),
    Reason.NO_ROOM: Text("there is nothing that it could take off", "没有可减的金额"),
    Reason.DISPLACED: Text("another promotion of its lane saves more", "同一通道中另有更优惠的促销"),
    Reason.CODE_UNKNOWN: Text("there is no such code", "没有此优惠码"),
    Reason.CODE_REPEATED: Text("the code was given twice", "优惠码重复输入"),
    Reason.COUPON_UNKNOWN: Text("no promotion takes this coupon", "没有促销接受此优惠券"),
    Reason.COUPON_NOT_OWNER: Text("the coupon belongs to another customer", "优惠券属于其他顾客"),
    Reason.COUPON_NOT_VALID: Text("the coupon is not valid now", "优惠券不在有效期内"),
    Reason.COUPON_GONE: Text("the coupon is used, bound or expired", "优惠券已使用、已占用或已过期"),
    Reason.COUPON_SECOND: Text("another coupon of the promotion applies already", "该促销已使用另一张优惠券"),
    Reason.COUPON_UNMATCHED: Text("no line qualifies for the coupon", "没有商品行符合优惠券"),
}
"""What each reason says."""


@frozen(kw_only=True)
class NotApplied:
    """A promotion, a code or a coupon that did not apply.

    Args:
        promotion: Which; None for a code that names none.
        given: The code or the coupon that was presented for it; None when nothing was.
        reason: Why, as a stable code.
        unmet: The comparisons that keep its conditions from holding.
        actual: The number that falls short: an amount in minor units, units, uses; None when no number does.
        required: The nearest number that would do.
    """

    promotion: PromotionId | None = field(validator=optional(is_a(PromotionId)))
    given: str | None = field(default=None, validator=optional(is_a(str)))
    reason: Reason = field(validator=is_a(Reason))
    unmet: tuple[Unmet, ...] = field(default=(), validator=tuple_of(Unmet))
    actual: int | None = field(default=None, validator=optional(whole(-MOST_MINOR, MOST_MINOR)))
    required: int | None = field(default=None, validator=optional(whole(-MOST_MINOR - 1, MOST_MINOR + 1)))

    @property
    def gap(self) -> int | None:
        """How far the number is from the nearest one that would do; None when no number is missing."""
        return None if self.actual is None or self.required is None else abs(self.required - self.actual)


@frozen(kw_only=True)
class Share:
    """What a promotion takes off one line."""

    line: LineId = field(validator=is_a(LineId))
    amount: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class Application:
    """A promotion that applied.

    Args:
        promotion: Which.
        funder: Who bears it.
        amount: What it takes off.
        shares: Of which lines, by id; they add up to the amount.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    funder: Funder = field(validator=is_a(Funder))
    amount: Money = field(validator=is_a(Money))
    shares: tuple[Share, ...] = field(validator=tuple_of(Share))


@frozen(kw_only=True)
class Quote:
    """What a basket costs.

    Args:
        currency: The currency of all amounts.
        at: When it was quoted.
        lines: The goods with all their discounts, in the order in which they came.
        services: Money without goods, likewise.
        gross: Everything before discounts.
        payable: Everything after them, never negative.
        not_applied: What did not apply, and why.
        claims: What an order has to bind when it is placed.
    """

    currency: Currency = field(validator=is_a(Currency))
    at: DateTime = field(validator=an_instant)
    lines: tuple[PricedLine, ...] = field(validator=tuple_of(PricedLine))
    services: tuple[PricedService, ...] = field(validator=tuple_of(PricedService))
    gross: Money = field(validator=is_a(Money))
    payable: Money = field(validator=is_a(Money))
    not_applied: tuple[NotApplied, ...] = field(default=(), validator=tuple_of(NotApplied))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))

    @property
    def discount(self) -> Money:
        """What all promotions take off."""
        return self.gross - self.payable

    @property
    def applications(self) -> tuple[Application, ...]:
        """What applied, by promotion id and funder: the discounts of the lines, seen from the promotions."""
        found: dict[tuple[PromotionId, Funder], dict[LineId, int]] = {}
        entries: tuple[PricedLine | PricedService, ...] = (*self.lines, *self.services)
        for entry in entries:
            for discount in entry.discounts:
                shares = found.setdefault((discount.promotion, discount.funder), {})
                shares[entry.id] = shares.get(entry.id, 0) + discount.amount.minor
        return tuple(self._application(*key, found[key]) for key in sorted(found))

    def _application(self, promotion: PromotionId, funder: Funder, shares: dict[LineId, int]) -> Application:
        return Application(
            promotion=promotion,
            funder=funder,
            amount=Money(sum(shares.values()), self.currency),
            shares=tuple(Share(line=line, amount=Money(shares[line], self.currency)) for line in sorted(shares)),
        )


def explain(rulebook: Rulebook, refused: NotApplied, language: Language = "en") -> str:
    """Return in a sentence why something did not apply, with every condition that is not met.

    Args:
        rulebook: The rulebook of the quote: it knows what people call the facts.
        refused: What did not apply.
        language: `en` or `zh`.
    """
    name = refused.given or refused.promotion or ""
    promotion = None if refused.promotion is None else rulebook.by_id.get(refused.promotion)
    parts = [REASONS[refused.reason].read(language)]
    if promotion is not None and refused.unmet:
        words = rulebook.words(promotion)
        wanted = (each.rule if each.wanted else Not(rule=each.rule) for each in refused.unmet)
        parts.append(("; " if language == "en" else "；").join(sentence(each, language, words) for each in wanted))
    if refused.gap is not None:
        has, needs = (_told(rulebook, promotion, refused, number) for number in (refused.actual, refused.required))
        parts.append(Text("{} of {}", "现为 {}，需 {}").read(language).format(has, needs))
    return (": " if language == "en" else "：").join((name, *parts))


def _told(rulebook: Rulebook, promotion: Promotion | None, refused: NotApplied, number: int | None) -> str:
    """Return a number of *refused* as people read it: in major units where its fact is an amount."""
    asked = (each.rule.fact for each in refused.unmet if each.required == refused.required)
    fact = None if promotion is None else rulebook.words(promotion).find(next(asked, ""))
    return str(number) if fact is None or fact.currency is None or number is None else str(Money(number, fact.currency))
