"""Why something did not apply: stable reasons, the condition that fails, the number that is missing.

While a basket is quoted a refusal is a plain tuple; it becomes a `NotApplied` when somebody looks at it.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from attrs import field, frozen

from ecomops.kernel import Text
from ecomops.kernel.checks import is_a, optional, tuple_of, whole
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import Facts, Rule, Unmet, unmet
from ecomops.terms import PromotionId


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
    PERIOD_EXHAUSTED = "promotion.period_exhausted"
    NO_ROOM = "promotion.no_room"
    NO_GIFT = "promotion.no_gift"
    BAD_EFFECT = "promotion.bad_effect"
    BARRED = "promotion.barred"
    EXCLUDED = "promotion.excluded"
    DISPLACED = "promotion.displaced"
    CODE_UNKNOWN = "code.unknown"
    CODE_REPEATED = "code.repeated"
    SHARED_UNKNOWN = "shared_code.unknown_promotion"
    SHARED_STOPPED = "shared_code.stopped"
    SHARED_NOT_VALID = "shared_code.not_valid"
    SHARED_EXHAUSTED = "shared_code.exhausted"
    SHARED_SECOND = "shared_code.second"
    PARENT_UNKNOWN = "shared_code.parent_unknown"
    PARENT_STOPPED = "shared_code.parent_stopped"
    PARENT_NOT_VALID = "shared_code.parent_not_valid"
    PARENT_EXHAUSTED = "shared_code.parent_exhausted"
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
    Reason.PERIOD_EXHAUSTED: Text("it has been used as often as it may be in this period", "本周期使用次数已达上限"),
    Reason.NO_GIFT: Text("none of its gifts is left", "赠品已送完"),
    Reason.BAD_EFFECT: Text("its own rule gave no answer that could be used", "其自定义规则未给出可用结果"),
    Reason.BARRED: Text("it cannot apply with {by}", "不能与 {by} 同享"),
    Reason.EXCLUDED: Text("{by} stands alone in its basket", "{by} 不与其他促销同享"),
    Reason.NO_ROOM: Text("there is nothing that it could take off", "没有可减的金额"),
    Reason.DISPLACED: Text("another promotion of its lane saves more", "同一通道中另有更优惠的促销"),
    Reason.CODE_UNKNOWN: Text("there is no such code", "没有此优惠码"),
    Reason.CODE_REPEATED: Text("the code was given twice", "优惠码重复输入"),
    Reason.SHARED_UNKNOWN: Text("no promotion takes this code", "没有促销接受此优惠码"),
    Reason.SHARED_STOPPED: Text("the code was stopped", "优惠码已停用"),
    Reason.SHARED_NOT_VALID: Text("the code is not valid now", "优惠码不在有效期内"),
    Reason.SHARED_EXHAUSTED: Text("the code has been used as often as it may be", "优惠码的使用次数已达上限"),
    Reason.SHARED_SECOND: Text("another code opens the promotion already", "该促销已使用另一个优惠码"),
    Reason.PARENT_UNKNOWN: Text("the code under which it stands was not found", "找不到其母码"),
    Reason.PARENT_STOPPED: Text("the code under which it stands was stopped", "其母码已停用"),
    Reason.PARENT_NOT_VALID: Text("the code under which it stands is not valid now", "其母码不在有效期内"),
    Reason.PARENT_EXHAUSTED: Text(
        "the code under which it stands has been used as often as it may be", "其母码的使用次数已达上限"
    ),
    Reason.COUPON_UNKNOWN: Text("no promotion takes this coupon", "没有促销接受此优惠券"),
    Reason.COUPON_NOT_OWNER: Text("the coupon belongs to another customer", "优惠券属于其他顾客"),
    Reason.COUPON_NOT_VALID: Text("the coupon is not valid now", "优惠券不在有效期内"),
    Reason.COUPON_GONE: Text("the coupon is used, bound or expired", "优惠券已使用、已占用或已过期"),
    Reason.COUPON_SECOND: Text(
        "another coupon or code opens the promotion already", "该促销已使用另一张优惠券或优惠码"
    ),
    Reason.COUPON_UNMATCHED: Text("no line qualifies for the coupon or code", "没有商品行符合该优惠券或优惠码"),
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
        by: The promotion that keeps it from applying; None when no other one does.
    """

    promotion: PromotionId | None = field(validator=optional(is_a(PromotionId)))
    given: str | None = field(default=None, validator=optional(is_a(str)))
    reason: Reason = field(validator=is_a(Reason))
    unmet: tuple[Unmet, ...] = field(default=(), validator=tuple_of(Unmet))
    actual: int | None = field(default=None, validator=optional(whole(-MOST_MINOR, MOST_MINOR)))
    required: int | None = field(default=None, validator=optional(whole(-MOST_MINOR - 1, MOST_MINOR + 1)))
    by: PromotionId | None = field(default=None, validator=optional(is_a(PromotionId)))

    @property
    def gap(self) -> int | None:
        """How far the number is from the nearest one that would do; None when no number is missing."""
        return None if self.actual is None or self.required is None else abs(self.required - self.actual)


class Refusal(NamedTuple):
    """A refusal as it was noted: a rule and facts instead of what is unmet."""

    promotion: PromotionId | None
    given: str | None
    reason: Reason
    rule: Rule | None = None
    facts: Facts | None = None
    actual: int | None = None
    required: int | None = None
    by: PromotionId | None = None

    def read(self) -> NotApplied:
        """Return what is to be told of it."""
        if self.rule is None or self.facts is None:
            return NotApplied(
                promotion=self.promotion,
                given=self.given,
                reason=self.reason,
                actual=self.actual,
                required=self.required,
                by=self.by,
            )
        found = unmet(self.rule, self.facts)
        short = next((each for each in found if each.gap is not None), None)
        return NotApplied(
            promotion=self.promotion,
            given=self.given,
            reason=self.reason,
            unmet=found,
            actual=short.actual if short is not None and type(short.actual) is int else None,
            required=None if short is None else short.required,
        )


Later = Callable[[], Sequence[Refusal]]
"""Finds what is refused besides what was noted."""


class Refusals:
    """What did not apply, told when it is asked for; equal when it tells the same."""

    __slots__ = ("_later", "_noted", "_told")

    def __init__(self, noted: Sequence[Refusal], later: Later | None = None) -> None:
        """Keep what was noted, and how more is found."""
        self._noted = noted
        self._later = later
        self._told: tuple[NotApplied, ...] | None = None

    def _all(self) -> Sequence[Refusal]:
        if self._later is not None:
            self._noted, self._later = (*self._noted, *self._later()), None
        return self._noted

    def read(self) -> tuple[NotApplied, ...]:
        """Return what did not apply, in the order in which it was found."""
        if self._told is None:
            self._told = tuple(each.read() for each in self._all())
        return self._told

    def __reduce__(self) -> tuple[type["Refusals"], tuple[Sequence[Refusal]]]:
        """Return what a copy is made of: it finds nothing later, and keeps no rulebook."""
        return Refusals, (self._all(),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusals) and self.read() == other.read()

    def __hash__(self) -> int:
        return hash(self.read())

    def __repr__(self) -> str:
        return repr(self.read())


NOTHING_REFUSED = Refusals(())
