"""Rules by which a campaign is stopped: behind its plan, over its budget, below its margin. Each rule is a value."""

from fractions import Fraction
from typing import ClassVar, assert_never

from attrs import field, frozen

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, require_kind, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.exact import a_share, ratio, require_currency
from ecomops.promotions.findings import Finding, Remark, amount, count, share
from ecomops.terms import not_negative


@frozen(kw_only=True)
class StopBehind:
    """Stop when less than a share of the plan to date is attained, once enough days are over.

    Args:
        below: The share that is still good enough: what lies below it stops.
        after: How many days must be over before.
    """

    code: ClassVar[str] = "stop.behind"

    below: Fraction = field(validator=a_share)
    after: int = field(default=1, validator=whole(1, 366))


@frozen(kw_only=True)
class StopOverspent:
    """Stop when a share of the budget is spent: the share itself stops."""

    code: ClassVar[str] = "stop.overspent"

    share: Fraction = field(default=Fraction(1), validator=a_share)


@frozen(kw_only=True)
class StopThin:
    """Stop when the margin is less than a share of sales; the share itself is good enough."""

    code: ClassVar[str] = "stop.thin"

    below: Fraction = field(validator=a_share)


StopRule = StopBehind | StopOverspent | StopThin

STOP_RULES: tuple[type[StopRule], ...] = (StopBehind, StopOverspent, StopThin)
"""Every class of stop rule."""


@frozen(kw_only=True)
class Standing:
    """How a running campaign stands, in numbers that the host reads.

    Args:
        days: How many days of it are over.
        planned: The plan of these days, in the unit of its goal.
        actual: What came about on them, in the same unit.
        budget: What may be spent in all.
        spent: What is spent.
        sales: What was sold, after discounts.
        margin: Of that, what is left after the cost of goods.

    Raises:
        CurrencyMismatch: Its amounts are of several currencies.
    """

    days: int = field(validator=whole(0))
    planned: int = field(validator=whole(0, MOST_MINOR))
    actual: int = field(validator=whole(0, MOST_MINOR))
    budget: Money = field(validator=not_negative)
    spent: Money = field(validator=not_negative)
    sales: Money = field(validator=not_negative)
    margin: Money = field(validator=is_a(Money))

    def __attrs_post_init__(self) -> None:
        """Refuse several currencies."""
        require_currency(self.budget.currency, self.spent, self.sales, self.margin)


def breaches(rules: tuple[StopRule, ...], standing: Standing) -> tuple[Finding, ...]:
    """Return why a campaign that stands so is to be stopped, by which of *rules*, with the numbers; () when it goes on.

    What cannot be divided stops nothing: a plan of nothing, a budget of nothing that nothing was spent of, no sales.

    Raises:
        WrongKind: A rule is none, or *standing* is of another kind.

    Example:
        >>> yuan = lambda text: Money.parse(text, "CNY")
        >>> now = Standing(
        ...     days=3,
        ...     planned=300,
        ...     actual=120,
        ...     budget=yuan("900"),
        ...     spent=yuan("450"),
        ...     sales=yuan("800"),
        ...     margin=yuan("80"),
        ... )
        >>> rules = StopBehind(below=Fraction(1, 2), after=3), StopOverspent(), StopThin(below=Fraction(1, 10))
        >>> [each.message("en") for each in breaches(rules, now)]
        ['after 3 days 40.0% of the plan is attained, less than 50.0%']
    """
    require_kind("breaches.standing", Standing, standing)
    for rule in rules:
        if not isinstance(rule, STOP_RULES):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("breaches.rules", "StopRule", rule)
    found = (_breach(rule, standing) for rule in rules)
    return tuple(each for each in found if each is not None)


def _breach(rule: StopRule, now: Standing) -> Finding | None:
    match rule:
        case StopBehind():
            return _behind(rule, now)
        case StopOverspent():
            return _overspent(rule, now)
        case StopThin():
            return _thin(rule, now)
        case _:
            assert_never(rule)


def _behind(rule: StopBehind, now: Standing) -> Finding | None:
    attained = ratio(now.actual, now.planned)
    if now.days < rule.after or attained is None or attained >= rule.below:
        return None
    figures = (count("days", now.days), share("attained", attained), share("bound", rule.below))
    return Finding(remark=Remark.BEHIND_PLAN, figures=figures)


def _overspent(rule: StopOverspent, now: Standing) -> Finding | None:
    if not now.spent.minor or Fraction(now.spent.minor) < rule.share * now.budget.minor:
        return None
    used = ratio(now.spent, now.budget)
    figures = (amount("spent", now.spent), amount("budget", now.budget), share("bound", rule.share))
    more = () if used is None else (share("used", used),)
    return Finding(remark=Remark.OVERSPENT, figures=(*figures, *more))


def _thin(rule: StopThin, now: Standing) -> Finding | None:
    rate = ratio(now.margin, now.sales)
    if rate is None or rate >= rule.below:
        return None
    figures = (
        amount("margin", now.margin),
        amount("sales", now.sales),
        share("rate", rate),
        share("bound", rule.below),
    )
    return Finding(remark=Remark.THIN_MARGIN, figures=figures)
