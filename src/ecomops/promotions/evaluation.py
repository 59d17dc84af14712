"""The review of a campaign: uplift against a stated baseline, what it earned after discount and spend, what to do next.

Sales alone prove nothing: some buyers would have come anyway. So a review names its baseline: the same weekdays before,
or a control group that the campaign did not reach.
"""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen
from pendulum import Date

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import is_a, optional, require_once, tuple_of, whole, wrong_kind
from ecomops.kernel.instants import day_at
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.campaign_errors import NoBaseline, NothingToAnswer
from ecomops.promotions.exact import a_day, an_exact, ratio, require_currency
from ecomops.promotions.findings import Finding, Remark, amount, count, share
from ecomops.terms import not_negative

A_WEEK = 7
MOST_WEEKS = 52


class BaselineSource(StrEnum):
    """Where a baseline comes from."""

    WEEKDAYS = "weekdays"
    """The same weekdays before the campaign."""
    CONTROL = "control"
    """Customers whom the campaign did not reach."""


@frozen(kw_only=True)
class Baseline:
    """What would have been sold without the campaign.

    Args:
        sales: Sales, after discounts; rounded half-up once.
        margin: Of that, what is left after the cost of goods; rounded half-up once.
        source: Where it comes from.
        observations: Of how many days, or how many customers, it is made.
    """

    sales: Money = field(validator=not_negative)
    margin: Money = field(validator=is_a(Money))
    source: BaselineSource = field(validator=is_a(BaselineSource))
    observations: int = field(validator=whole(1))


@frozen(kw_only=True)
class DayResult:
    """What was sold on a day, after discounts, and what is left of it after the cost of goods."""

    day: Date = field(validator=a_day)
    sales: Money = field(validator=not_negative)
    margin: Money = field(validator=is_a(Money))


def weekday_baseline(history: Sequence[DayResult], *, first: Date, last: Date, weeks: int = 4) -> Baseline:
    """Return what the days of a campaign would have sold, as the mean of the same weekdays before it (同星期基线).

    Args:
        history: Days before the campaign, each once, in one currency; a day without sales stands there with none.
        first: The first day of the campaign.
        last: Its last day, included; the campaign may be longer than a week.
        weeks: How many such weekdays before *first* are taken for each day, 1 to 52.

    Raises:
        NothingToAnswer: There is no history.
        Repeated: A day stands twice.
        CurrencyMismatch: The days are of several currencies.
        NoBaseline: Days that are needed are not there; all are listed.
        OutOfRange: The campaign ends before it begins, is longer than a year, or *weeks* is none of 1 to 52.
        WrongKind: A day is none.

    Example:
        >>> yuan = lambda text: Money.parse(text, "CNY")
        >>> before = [
        ...     DayResult(day=Date(2026, 6, day), sales=yuan(sales), margin=yuan("20"))
        ...     for day, sales in ((4, "100"), (11, "120"))
        ... ]
        >>> str(weekday_baseline(before, first=Date(2026, 6, 18), last=Date(2026, 6, 18), weeks=2).sales)
        '110.00 CNY'
    """
    _require_days(first, last, weeks)
    if not history:
        raise NothingToAnswer(field="weekday_baseline.history")
    require_once((str(each.day) for each in history), field="weekday_baseline.history")
    currency = history[0].sales.currency
    require_currency(currency, *(part for each in history for part in (each.sales, each.margin)))
    told = {each.day.toordinal(): each for each in history}
    needed = [before for day in range(first.toordinal(), last.toordinal() + 1) for before in _before(day, first, weeks)]
    missing = sorted({day for day in needed if day not in told})
    if missing:
        raise NoBaseline(days=tuple(str(day_at(day)) for day in missing))
    sales, margin = (
        Money.total((getattr(told[day], name) for day in needed), currency).times(Fraction(1, weeks))
        for name in ("sales", "margin")
    )
    return Baseline(sales=sales, margin=margin, source=BaselineSource.WEEKDAYS, observations=len(set(needed)))


def _require_days(first: Date, last: Date, weeks: int) -> None:
    for name, day in (("first", first), ("last", last)):
        if type(day) is not Date:
            raise wrong_kind(f"weekday_baseline.{name}", "Date", day)
    if type(weeks) is not int:
        raise wrong_kind("weekday_baseline.weeks", "int", weeks)
    if not 1 <= weeks <= MOST_WEEKS:
        raise OutOfRange(field="weekday_baseline.weeks", least="1", most=str(MOST_WEEKS))
    if not 0 <= last.toordinal() - first.toordinal() <= A_WEEK * MOST_WEEKS:
        raise OutOfRange(field="weekday_baseline.last", least=str(first), most="a year later")


def _before(day: int, first: Date, weeks: int) -> list[int]:
    """Return the last *weeks* days of the weekday of *day* that lie before the campaign."""
    back = (day - first.toordinal()) // A_WEEK + 1
    return [day - A_WEEK * (back + week) for week in range(weeks)]


def control_baseline(*, reached: int, control: int, sales: Money, margin: Money) -> Baseline:
    """Return what the customers whom a campaign reached would have bought, as a control group did (对照组基线).

    Args:
        reached: How many customers the campaign reached.
        control: How many the control group has; drawn from the same customers, and not reached.
        sales: What the control group bought in the same days.
        margin: Of that, what is left after the cost of goods.

    Raises:
        OutOfRange: A group has nobody.
        WrongKind: A number is no int, an amount no money.
        CurrencyMismatch: The amounts are of two currencies.
        NegativeAmount: The sales are negative.

    Example:
        >>> bought = {"sales": Money.parse("500", "CNY"), "margin": Money.parse("100", "CNY")}
        >>> str(control_baseline(reached=9000, control=1000, **bought).sales)
        '4500.00 CNY'
    """
    for name, number in (("reached", reached), ("control", control)):
        if type(number) is not int:
            raise wrong_kind(f"control_baseline.{name}", "int", number)
        if number < 1:
            raise OutOfRange(field=f"control_baseline.{name}", least="1", most="∞")
    for name, money in (("sales", sales), ("margin", margin)):
        if type(money) is not Money:
            raise wrong_kind(f"control_baseline.{name}", "Money", money)
    require_currency(sales.currency, margin)
    scale = Fraction(reached, control)
    return Baseline(
        sales=sales.times(scale), margin=margin.times(scale), source=BaselineSource.CONTROL, observations=control
    )


@frozen(kw_only=True)
class Results:
    """What a campaign came to.

    Args:
        list_sales: What was sold, before its discounts.
        discount: What its discounts took off; at most the list sales.
        goods_cost: What the goods cost.
        spend: What advertising, print and people cost.
        reached: What came about of the goal, in its unit.

    Raises:
        CurrencyMismatch: Its amounts are of several currencies.
        OutOfRange: The discount is more than the list sales.
    """

    list_sales: Money = field(validator=not_negative)
    discount: Money = field(validator=not_negative)
    goods_cost: Money = field(validator=not_negative)
    spend: Money = field(validator=not_negative)
    reached: int = field(validator=whole(0, MOST_MINOR))

    def __attrs_post_init__(self) -> None:
        """Refuse several currencies, and more discount than there are sales."""
        require_currency(self.list_sales.currency, self.discount, self.goods_cost, self.spend)
        if self.discount > self.list_sales:
            raise OutOfRange(field="Results.discount", least="0", most=str(self.list_sales))

    @property
    def sales(self) -> Money:
        """What was sold, after discounts."""
        return self.list_sales - self.discount

    @property
    def margin(self) -> Money:
        """What is left of that after the cost of goods."""
        return self.sales - self.goods_cost


@frozen(kw_only=True)
class Review:
    """What a campaign brought, compared with a baseline.

    Args:
        baseline: The baseline.
        incremental_sales: Sales after discounts, less those of the baseline.
        uplift: That by the baseline's sales; None where the baseline sold nothing.
        incremental_margin: Margin after discounts, less that of the baseline.
        profit: Incremental margin, less the spend.
        return_on_spend: Profit by spend; None without spend.
        findings: What the numbers say, and what to do next.
    """

    baseline: Baseline = field(validator=is_a(Baseline))
    incremental_sales: Money = field(validator=is_a(Money))
    uplift: Fraction | None = field(validator=optional(an_exact))
    incremental_margin: Money = field(validator=is_a(Money))
    profit: Money = field(validator=is_a(Money))
    return_on_spend: Fraction | None = field(validator=optional(an_exact))
    findings: tuple[Finding, ...] = field(validator=tuple_of(Finding))


def review_results(results: Results, *, baseline: Baseline, target: int) -> Review:
    """Compare what a campaign came to with its baseline and its goal (活动效果评估).

    Args:
        results: What it came to.
        baseline: What would have been sold without it.
        target: The goal, in its unit; at least 1.

    Raises:
        CurrencyMismatch: Results and baseline are of two currencies.
        OutOfRange: The target is below 1.
        WrongKind: It is no int.

    Example:
        >>> yuan = lambda text: Money.parse(text, "CNY")
        >>> base = Baseline(sales=yuan("600"), margin=yuan("240"), source=BaselineSource.WEEKDAYS, observations=4)
        >>> came = Results(
        ...     list_sales=yuan("1000"), discount=yuan("100"), goods_cost=yuan("550"), spend=yuan("80"), reached=45
        ... )
        >>> review = review_results(came, baseline=base, target=50)
        >>> review.uplift, str(review.incremental_margin), str(review.profit)
        (Fraction(1, 2), '110.00 CNY', '30.00 CNY')
        >>> [each.message("en") for each in review.findings][0]
        'the goal was missed: 45 of 50 (90.0%)'
    """
    if type(target) is not int:
        raise wrong_kind("review_results.target", "int", target)
    if target < 1:
        raise OutOfRange(field="review_results.target", least="1", most="∞")
    require_currency(results.sales.currency, baseline.sales, baseline.margin)
    more_sales, more_margin = results.sales - baseline.sales, results.margin - baseline.margin
    profit = more_margin - results.spend
    return Review(
        baseline=baseline,
        incremental_sales=more_sales,
        uplift=ratio(more_sales, baseline.sales),
        incremental_margin=more_margin,
        profit=profit,
        return_on_spend=ratio(profit, results.spend),
        findings=(
            _goal(results.reached, target),
            *_uplift(results, baseline),
            *_discounts(results, more_margin),
            _profit(results, profit),
        ),
    )


def _goal(reached: int, target: int) -> Finding:
    figures = (count("reached", reached), count("target", target), share("attained", Fraction(reached, target)))
    return Finding(remark=Remark.GOAL_REACHED if reached >= target else Remark.GOAL_MISSED, figures=figures)


def _uplift(results: Results, baseline: Baseline) -> tuple[Finding, ...]:
    if results.sales > baseline.sales:
        return ()
    figures = (amount("sales", results.sales), amount("baseline", baseline.sales))
    return (Finding(remark=Remark.NO_UPLIFT, figures=figures),)


def _discounts(results: Results, more_margin: Money) -> tuple[Finding, ...]:
    """Say that discounts ate all that the campaign brought, when they did."""
    rate = ratio(results.discount, results.list_sales)
    if rate is None or more_margin.minor > 0 or not results.discount.minor:
        return ()
    return (Finding(remark=Remark.DEEP_DISCOUNT, figures=(amount("discount", results.discount), share("rate", rate))),)


def _profit(results: Results, profit: Money) -> Finding:
    figures = (amount("discount", results.discount), amount("spend", results.spend))
    if profit.minor > 0:
        return Finding(remark=Remark.PROFIT, figures=(*figures, amount("earned", profit)))
    return Finding(remark=Remark.LOSS, figures=(*figures, amount("lost", -profit)))
