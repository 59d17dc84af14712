"""What guards a price before it is shown: cost, margin, the ladder of quantities, the prior price that law asks for.

The log of prices and the costs come from the host. A finding has its article, and the numbers that a lawyer would ask
for. What law asks is data of a rule: windows differ by place, and they change.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Language, Money, OutOfRange, Text
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole, wrong_kind
from ecomops.terms import Sku, not_negative


class Recorded(StrEnum):
    """What a record of a price says."""

    SHOWN = "shown"
    """From then on the price was shown."""
    DEAL = "deal"
    """Somebody bought for it."""


@frozen(kw_only=True)
class PriceRecord:
    """A price of the past.

    Args:
        sku: Of which product.
        at: When.
        price: Of a unit.
        kind: Whether it was shown from then on, or paid.
    """

    sku: Sku = field(validator=is_a(Sku))
    at: DateTime = field(validator=an_instant)
    price: Money = field(validator=not_negative)
    kind: Recorded = field(validator=is_a(Recorded))


@frozen(kw_only=True)
class PriorRule:
    """Which price of the past may be compared with.

    Args:
        days: How many days before the announcement count.
        kind: Whether prices that were paid count, or prices that were shown.
        article: Where it is written.
    """

    days: int = field(validator=whole(1, 366))
    kind: Recorded = field(validator=is_a(Recorded))
    article: Text = field(validator=is_a(Text))


CN_PRIOR = PriorRule(
    days=7,
    kind=Recorded.DEAL,
    article=Text(
        "Rules on Marked Prices and Price Fraud (2022) art. 16; Interim Rules on Sales Promotion (2020) art. 21",
        "《明码标价和禁止价格欺诈规定》第十六条；《规范促销行为暂行规定》第二十一条",
    ),
)
"""China: the lowest deal of the 7 days before, else the last deal."""

EU_PRIOR = PriorRule(
    days=30,
    kind=Recorded.SHOWN,
    article=Text("Directive 98/6/EC art. 6a", "欧盟第98/6/EC号指令第6a条"),
)
"""European Union: the lowest price shown in the 30 days before the announcement."""

COST_ARTICLE = Text("Price Law of the PRC art. 14 (2)", "《中华人民共和国价格法》第十四条第（二）项")
OWN_POLICY = Text("policy of the shop", "店铺政策")


def _a_margin(instance: object, attribute: object, value: Fraction) -> None:
    del instance, attribute
    if type(value) is not Fraction:
        raise wrong_kind("GuardPolicy.margin", "Fraction", value)
    if not 0 <= value < 1:
        raise OutOfRange(field="GuardPolicy.margin", least="0", most="below 1")


@frozen(kw_only=True)
class GuardPolicy:
    """What a price must keep.

    Args:
        prior: Which price of the past may be compared with (that of China).
        margin: The least share of the price that is left above the cost (0).
        cost_article: Where it is written that nobody sells below cost.
    """

    prior: PriorRule = field(default=CN_PRIOR, validator=is_a(PriorRule))
    margin: Fraction = field(default=Fraction(0), validator=_a_margin)
    cost_article: Text = field(default=COST_ARTICLE, validator=is_a(Text))


DEFAULT_GUARDS = GuardPolicy()
"""What holds when a host says nothing."""


@frozen(kw_only=True)
class QuantityPrice:
    """A price of a unit from some quantity on."""

    least: int = field(validator=whole(1))
    price: Money = field(validator=not_negative)


@frozen(kw_only=True)
class PlannedPrice:
    """A price that is to be shown.

    Args:
        sku: Of which product.
        price: Of a unit.
        announced: When it is announced.
        compared: The price that is struck through beside it; None when none is.
        ladder: Prices of a unit from larger quantities on, in their order.
    """

    sku: Sku = field(validator=is_a(Sku))
    price: Money = field(validator=not_negative)
    announced: DateTime = field(validator=an_instant)
    compared: Money | None = field(default=None, validator=optional(not_negative))
    ladder: tuple[QuantityPrice, ...] = field(default=(), validator=tuple_of(QuantityPrice))


class Guard(StrEnum):
    """What a price does not keep: stable codes."""

    BELOW_COST = "price.below_cost"
    BELOW_MARGIN = "price.below_margin"
    LADDER_NOT_FALLING = "price.ladder_not_falling"
    PRIOR_TOO_HIGH = "price.prior_too_high"
    PRIOR_UNKNOWN = "price.prior_unknown"


GUARDS: Mapping[Guard, Text] = {
    Guard.BELOW_COST: Text("{sku}: {actual} is below its cost of {required}", "{sku}：{actual} 低于成本 {required}"),
    Guard.BELOW_MARGIN: Text(
        "{sku}: {actual} leaves less than the margin, which needs {required}",
        "{sku}：{actual} 达不到毛利底线，需 {required}",
    ),
    Guard.LADDER_NOT_FALLING: Text(
        "{sku}: {actual} for more units is not below {required} for fewer",
        "{sku}：多件单价 {actual} 不低于少件单价 {required}",
    ),
    Guard.PRIOR_TOO_HIGH: Text(
        "{sku}: the compared price {actual} may be {required} at most", "{sku}：被比较价格 {actual} 不得高于 {required}"
    ),
    Guard.PRIOR_UNKNOWN: Text(
        "{sku}: no price is on record that {actual} could be compared with",
        "{sku}：没有可供比较的价格记录，不得标示 {actual}",
    ),
}
"""What each finding says."""


@frozen(kw_only=True)
class PriceFinding:
    """What a planned price does not keep.

    Args:
        sku: Of which product.
        guard: What, as a stable code.
        article: Where it is written.
        actual: The price that is found fault with.
        required: The price that it is measured by; None when there is none.
    """

    sku: Sku = field(validator=is_a(Sku))
    guard: Guard = field(validator=is_a(Guard))
    article: Text = field(validator=is_a(Text))
    actual: Money = field(validator=is_a(Money))
    required: Money | None = field(default=None, validator=optional(is_a(Money)))

    def text(self, language: Language = "en") -> str:
        """Return the finding as a sentence with its article.

        Args:
            language: `en` or `zh`.
        """
        said = GUARDS[self.guard].read(language).format(sku=self.sku, actual=self.actual, required=self.required)
        return f"{said} ({self.article.read(language)})"


def guard_prices(
    planned: Iterable[PlannedPrice],
    *,
    log: Iterable[PriceRecord] = (),
    costs: Mapping[Sku, Money] | None = None,
    policy: GuardPolicy = DEFAULT_GUARDS,
) -> tuple[PriceFinding, ...]:
    """Return what *planned* prices do not keep, in their order.

    Args:
        planned: Prices that are to be shown; an advertised price is one.
        log: Prices of the past, in any order.
        costs: What a unit costs the shop, by product; one without a cost is not guarded by it.
        policy: What is to be kept.

    Raises:
        CurrencyMismatch: Prices of one product are in several currencies.

    Example:
        >>> from ecomops.testing import NOON, cny
        >>> tea = Sku("tea")
        >>> deal = PriceRecord(sku=tea, at=NOON.subtract(days=3), price=cny("149.00"), kind=Recorded.DEAL)
        >>> plan = PlannedPrice(sku=tea, price=cny("99.00"), announced=NOON, compared=cny("199.00"))
        >>> for finding in guard_prices([plan], log=[deal]):
        ...     print(finding.guard.value, finding.actual, finding.required)
        price.prior_too_high 199.00 CNY 149.00 CNY
    """
    known: dict[Sku, list[PriceRecord]] = {}
    for record in log:
        known.setdefault(record.sku, []).append(record)
    found: list[PriceFinding] = []
    for each in planned:
        found += _by_cost(each, (costs or {}).get(each.sku), policy)
        found += _by_ladder(each)
        found += _by_prior(each, known.get(each.sku, []), policy.prior)
    return tuple(found)


def _by_cost(planned: PlannedPrice, cost: Money | None, policy: GuardPolicy) -> list[PriceFinding]:
    if cost is None:
        return []
    prices = (planned.price, *(step.price for step in planned.ladder))
    found: list[PriceFinding] = []
    for price in prices:
        if price < cost:
            found.append(_finding(planned, Guard.BELOW_COST, policy.cost_article, price, cost))
        elif (price.minor - cost.minor) < policy.margin * price.minor:
            least = Money(-int(-cost.minor // (1 - policy.margin)), cost.currency)
            found.append(_finding(planned, Guard.BELOW_MARGIN, OWN_POLICY, price, least))
    return found


def _by_ladder(planned: PlannedPrice) -> list[PriceFinding]:
    steps = [(1, planned.price), *((step.least, step.price) for step in planned.ladder)]
    return [
        _finding(planned, Guard.LADDER_NOT_FALLING, OWN_POLICY, price, before)
        for (fewer, before), (more, price) in pairwise(steps)
        if more <= fewer or price >= before
    ]


def _by_prior(planned: PlannedPrice, log: Sequence[PriceRecord], rule: PriorRule) -> list[PriceFinding]:
    compared = planned.compared
    if compared is None:
        return []
    prior = prior_price(log, announced=planned.announced, rule=rule)
    if prior is None:
        return [_finding(planned, Guard.PRIOR_UNKNOWN, rule.article, compared, None)]
    if compared > prior:
        return [_finding(planned, Guard.PRIOR_TOO_HIGH, rule.article, compared, prior)]
    return []


def prior_price(log: Iterable[PriceRecord], *, announced: DateTime, rule: PriorRule = CN_PRIOR) -> Money | None:
    """Return the price of the past that may be compared with; None when none is on record.

    It is the lowest that was paid, or shown, in the days before the announcement, the instant at which these begin
    included and that of the announcement not. Of prices shown, one that was still shown when they began counts; of
    prices paid, the last one before counts when nothing was paid in them.

    Args:
        log: Prices of one product, in any order.
        announced: When the reduction is announced.
        rule: Which prices count, and how far back.
    """
    start = announced.subtract(days=rule.days)
    own = sorted((each for each in log if each.kind is rule.kind and each.at < announced), key=lambda each: each.at)
    inside = [each.price for each in own if each.at >= start]
    before = [each.price for each in own if each.at < start]
    if before and (rule.kind is Recorded.SHOWN or not inside):
        inside.append(before[-1])
    return min(inside, default=None)


def _finding(planned: PlannedPrice, guard: Guard, article: Text, actual: Money, required: Money | None) -> PriceFinding:
    return PriceFinding(sku=planned.sku, guard=guard, article=article, actual=actual, required=required)
