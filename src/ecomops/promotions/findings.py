"""Findings: what the numbers of a campaign say, with the numbers, and what to do next, in both languages.

A finding is stored as its kind and its exact figures; the words are looked up when it is read.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from ecomops.kernel import Currency, Language, Money, Text, divide
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of
from ecomops.promotions.exact import an_exact


class FigureKind(StrEnum):
    """What a figure counts."""

    COUNT = "count"
    """Things, days, times."""
    SHARE = "share"
    """A part of a whole, read as percent."""
    MONEY = "money"
    """Minor units of the currency that stands beside it."""


@frozen(kw_only=True)
class Figure:
    """A number of a finding.

    Args:
        name: Its name in the words of the finding.
        value: The number, exact; of money in minor units.
        kind: What it counts.
        currency: Of money, in which currency.

    Example:
        >>> share(name="margin", value=Fraction(5, 6)).words, amount("spent", Money.parse("1.20", "CNY")).words
        ('83.3%', '1.20 CNY')
    """

    name: str = field(validator=some_text)
    value: Fraction = field(validator=an_exact)
    kind: FigureKind = field(default=FigureKind.COUNT, validator=is_a(FigureKind))
    currency: Currency | None = field(default=None, validator=optional(is_a(Currency)))

    @property
    def words(self) -> str:
        """The number as a person reads it: percent with one decimal, other numbers with two where they are no whole."""
        if self.kind is FigureKind.SHARE:
            return f"{_decimal(self.value * 100, 1)}%"
        if self.kind is FigureKind.MONEY and self.currency is not None and self.currency.minor_unit is not None:
            minor, digits = divide(self.value.numerator, self.value.denominator), self.currency.minor_unit
            return f"{_decimal(Fraction(minor, 10**digits), digits)} {self.currency}"
        return str(self.value) if self.value.denominator == 1 else _decimal(self.value, 2)


def _decimal(value: Fraction, digits: int) -> str:
    """Return *value* with that many decimals, rounded half-up."""
    scaled = divide(abs(value.numerator) * 10**digits, value.denominator)
    whole, rest = divmod(scaled, 10**digits)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{digits}}" if digits else f"{sign}{whole}"


def count(name: str, value: Fraction | int) -> Figure:
    """Return a figure of things, days or times."""
    return Figure(name=name, value=Fraction(value))


def share(name: str, value: Fraction) -> Figure:
    """Return a figure that is a part of a whole."""
    return Figure(name=name, value=value, kind=FigureKind.SHARE)


def amount(name: str, value: Money) -> Figure:
    """Return a figure of money."""
    return Figure(name=name, value=Fraction(value.minor), kind=FigureKind.MONEY, currency=value.currency)


class Remark(StrEnum):
    """What the numbers say."""

    BEHIND_PLAN = "campaign.behind_plan"
    OVERSPENT = "campaign.overspent"
    THIN_MARGIN = "campaign.thin_margin"
    GOAL_REACHED = "campaign.goal_reached"
    GOAL_MISSED = "campaign.goal_missed"
    NO_UPLIFT = "campaign.no_uplift"
    LOSS = "campaign.loss"
    PROFIT = "campaign.profit"
    DEEP_DISCOUNT = "campaign.deep_discount"
    BOTTLENECK = "capacity.bottleneck"
    ROOM = "capacity.room"


@frozen(kw_only=True)
class Finding:
    """What the numbers say, and which they are.

    Args:
        remark: What they say.
        figures: The numbers, by the names that the words use.
        subject: What it is about, where there are several: a channel, a station.

    Example:
        >>> late = Finding(remark=Remark.BEHIND_PLAN, figures=(share("attained", Fraction(1, 2)), count("days", 3)))
        >>> late.message("en")
        'after 3 days 50.0% of the plan is attained, less than —'
    """

    remark: Remark = field(validator=is_a(Remark))
    figures: tuple[Figure, ...] = field(validator=tuple_of(Figure))
    subject: str | None = field(default=None, validator=optional(some_text))

    def message(self, language: Language) -> str:
        """Return what the numbers say, in *language*."""
        return self._read(0, language)

    def next_step(self, language: Language) -> str:
        """Return what to do next, in *language*."""
        return self._read(1, language)

    def _read(self, place: int, language: Language) -> str:
        known = _Known({each.name: each.words for each in self.figures})
        known["subject"] = self.subject or "—"
        return WORDS[self.remark][place].read(language).format_map(known)


class _Known(dict[str, str]):
    """Words by name; a dash for a number that is not there."""

    def __missing__(self, _: str) -> str:
        return "—"


WORDS: Mapping[Remark, tuple[Text, Text]] = {
    Remark.BEHIND_PLAN: (
        Text(
            "after {days} days {attained} of the plan is attained, less than {bound}",
            "进行 {days} 天后完成计划的 {attained}，低于 {bound}",
        ),
        Text(
            "look at traffic, prices and stock; stop the campaign if nothing helps",
            "检查流量、价格与库存；无法改善则停止活动",
        ),
    ),
    Remark.OVERSPENT: (
        Text(
            "{spent} of the budget of {budget} is spent: {used}, the bound is {bound}",
            "已花费 {spent}，预算 {budget}：{used}，上限 {bound}",
        ),
        Text("stop paid channels or approve more budget", "停止付费渠道，或追加预算"),
    ),
    Remark.THIN_MARGIN: (
        Text(
            "the margin is {margin} of sales of {sales}: {rate}, the bound is {bound}",
            "销售额 {sales}，毛利 {margin}：{rate}，下限 {bound}",
        ),
        Text("take the deepest discounts off, or stop", "取消力度最大的优惠，或停止活动"),
    ),
    Remark.GOAL_REACHED: (
        Text("the goal was reached: {reached} of {target}", "目标达成：{reached} / {target}"),
        Text("keep theme and channels for the next campaign", "下次活动沿用主题与渠道"),
    ),
    Remark.GOAL_MISSED: (
        Text(
            "the goal was missed: {reached} of {target} ({attained})", "目标未达成：{reached} / {target}（{attained}）"
        ),
        Text(
            "compare day by day with the plan and set the next target from what was attained",
            "逐日对照计划，按实际完成设定下次目标",
        ),
    ),
    Remark.NO_UPLIFT: (
        Text("sales of {sales} are not above the baseline of {baseline}", "销售额 {sales} 未高于基线 {baseline}"),
        Text(
            "the discount went to buyers who came anyway: try another audience or benefit",
            "优惠给了原本会购买的顾客：更换人群或利益点",
        ),
    ),
    Remark.LOSS: (
        Text(
            "after discounts of {discount} and spend of {spend} the campaign lost {lost}",
            "扣除优惠 {discount} 与费用 {spend} 后，活动亏损 {lost}",
        ),
        Text("cut the spend, or raise the threshold, before it is repeated", "重复举办前先降低费用或提高门槛"),
    ),
    Remark.PROFIT: (
        Text(
            "after discounts of {discount} and spend of {spend} the campaign earned {earned}",
            "扣除优惠 {discount} 与费用 {spend} 后，活动增益 {earned}",
        ),
        Text("repeat it, and test a larger budget against a control group", "可重复举办，并以对照组测试更大预算"),
    ),
    Remark.DEEP_DISCOUNT: (
        Text(
            "discounts of {discount} are {rate} of list sales, more than the incremental margin before them",
            "优惠 {discount} 占原价销售额的 {rate}，超过优惠前的增量毛利",
        ),
        Text("give less, or give it to fewer products", "降低优惠力度，或缩小商品范围"),
    ),
    Remark.BOTTLENECK: (
        Text(
            "{subject} is the bottleneck: {load} of its capacity at the peak, {backlog} orders wait at most",
            "{subject} 为瓶颈：峰值负荷 {load}，最多积压 {backlog} 单",
        ),
        Text(
            "add {missing} an hour at {subject}, or spread the orders", "在 {subject} 每小时增加 {missing}，或分散订单"
        ),
    ),
    Remark.ROOM: (
        Text(
            "{subject} is the tightest station: {load} of its capacity at the peak", "{subject} 最紧：峰值负荷 {load}"
        ),
        Text("nothing is short; keep {subject} staffed as planned", "产能充足；{subject} 按计划排班"),
    ),
}
"""What every remark says, and what it advises."""
