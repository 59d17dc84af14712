"""Cohorts of first purchase: the five headline figures (五大指标), and acquire, convert, retain (获取、转化、留存).

A cohort are the known customers whose first valid order lies in a period. Whether they come back is only known when
enough time has passed: before, there is no figure rather than a low one.
"""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import Ints, total
from ecomops.kernel import Calendar, Currency, Grain, Language, Period, Text, later
from ecomops.kernel.checks import is_a, optional, require_kind, tuple_of, whole, wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.dictionary.making import told
from ecomops.metrics.dictionary.traffic import NEW_VISITORS, PAYMENT_CONVERSION_RATE
from ecomops.metrics.families import Facts
from ecomops.metrics.families_goods import LineWorth
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.sheets.errors import NothingObserved
from ecomops.metrics.sheets.fields import a_day
from ecomops.metrics.sheets.listing import aligned, named
from ecomops.metrics.sheets.purchases import Purchases
from ecomops.metrics.sheets.sheet import Block, Line, Sheet
from ecomops.metrics.sheets.terms import CohortCosts
from ecomops.metrics.tables import Reason
from ecomops.metrics.tabulating import tabulate
from ecomops.metrics.units import MONEY, NUMBER, Unit

LONGEST = 36_500
"""After how many days nobody looks any more."""


def headline(
    facts: Facts,
    cohort: Period,
    costs: CohortCosts,
    *,
    horizon: int,
    loyal: int = 3,
    calendar: Calendar,
    observed: Period,
    definition: Definition = DEFAULT_DEFINITION,
) -> Sheet:
    """Return the five headline figures of a cohort of first purchase (五大指标).

    - new-customer cost: what was spent to win the cohort, per customer of it;
    - full-path ROI: the gross profit of all that the cohort bought within the horizon, over all that was spent on it;
    - conversion: buyers over visitors in the period of the cohort;
    - repurchase rate: the share of the cohort with two orders or more within the horizon;
    - loyalty rate: the share with *loyal* orders or more.

    The horizon is counted from each customer's own first order. As long as it is not over for all of them, the three
    figures that need it are not observed. Profit is not known either when the cost of a line is not.

    Args:
        facts: What happened.
        cohort: When its customers bought first.
        costs: What was spent on it, in minor units of the facts' currency.
        horizon: For how many days a customer is followed.
        loyal: From how many orders on a customer is loyal.
        calendar: What cuts time into days.
        observed: The period that the facts cover.
        definition: What counts as a sale.

    Raises:
        NothingObserved: The cohort's period was not observed whole.
        OutOfRange: The horizon is not from 1 to 36,500 days, or loyalty begins with fewer than two orders.
        WrongKind: What is given is of another kind.
    """
    _require(horizon, loyal, costs)
    for name, period in (("cohort", cohort), ("observed", observed)):
        require_kind(f"headline.{name}", Period, period)
    if cohort.start < observed.start or observed.end < cohort.end:
        raise NothingObserved(period=f"{cohort.start.date()}/{cohort.end.date()}")
    own = Purchases.of(facts, definition, calendar).within(cohort, horizon)
    buyers = own.buyers()
    seen = later(cohort.end, timedelta(days=horizon)) <= observed.end
    profit, why = _profit(facts, own)
    conversion = tabulate(
        facts, (PAYMENT_CONVERSION_RATE,), calendar=calendar, observed=cohort, by=(), definition=definition
    ).columns[0]
    unseen = Reason.NONE if seen else Reason.NOT_OBSERVED
    spent = costs.acquisition + costs.retention
    lines = (
        _line("customer_acquisition_cost", costs.acquisition, buyers, unit=MONEY / Unit.of("buyers")),
        _line("full_path_roi", profit, spent, reason=unseen or why),
        Line(
            key="payment_conversion_rate",
            name=told("payment_conversion_rate").name,
            unit=NUMBER,
            value=conversion.plain()[0] if len(conversion) else None,
            reason=Reason(int(conversion.reasons[0])) if len(conversion) else Reason.NOT_OBSERVED,
        ),
        _line("repurchase_rate_new_customers", own.buyers(2), buyers, reason=unseen),
        _line("loyalty_rate", own.buyers(loyal), buyers, reason=unseen),
    )
    return Sheet(
        title=Text("Five headline figures", "五大指标"),
        first_day=calendar.day(cohort.start),
        blocks=(Block(key="headline", title=Text("Cohort of first purchase", "首购同期群"), lines=lines),),
        definition=definition,
        currency=facts.currency,
        notes=(
            Text(
                f"{buyers} customers, followed for {horizon} days each; loyal from {loyal} orders on",
                f"{buyers} 位顾客，各跟踪 {horizon} 天；购买 {loyal} 次及以上为忠诚",
            ),
        ),
    )


def _require(horizon: int, loyal: int, costs: object) -> None:
    for name, value, least, most in (("horizon", horizon, 1, LONGEST), ("loyal", loyal, 2, 100_000)):
        if type(value) is not int:
            raise wrong_kind(f"headline.{name}", "int", value)
        if not least <= value <= most:
            raise OutOfRange(field=f"headline.{name}", least=str(least), most=str(most))
    if not isinstance(costs, CohortCosts):
        raise wrong_kind("headline.costs", "CohortCosts", costs)


def _line(key: str, above: int, below: int, *, unit: Unit = NUMBER, reason: Reason = Reason.NONE) -> Line:
    """Return a ratio as a line."""
    why = reason or (Reason.NONE if below else Reason.ZERO_DENOMINATOR)
    words = told(key)
    value = None if why else above / below
    return Line(key=key, name=words.name, unit=unit, value=value, reason=why, better=words.better)


def _profit(facts: Facts, own: Purchases) -> tuple[int, Reason]:
    """Return sales less returns less the cost of goods of some orders; without the cost of every line there is none."""
    if LineWorth not in facts:
        return 0, Reason.NOT_OBSERVED
    chosen = np.zeros(len(facts.orders), dtype=np.bool_)
    chosen[own.orders] = True
    worth, orders, refunds = facts[LineWorth], facts.orders, facts.refunds
    with_cost = np.zeros(len(facts.lines), dtype=np.bool_)
    with_cost[worth.line] = True
    if not with_cost[chosen[facts.lines.order]].all():
        return 0, Reason.NO_ROWS
    sold = _sum(orders.gross - orders.discount, chosen)
    back = _sum(refunds.gross - refunds.discount, chosen[refunds.order])
    return sold - back - _sum(worth.cost, chosen[facts.lines.order[worth.line]]), Reason.NONE


def _sum(values: Ints, chosen: NDArray[np.bool_]) -> int:
    return total(values[chosen], name="headline.profit")


@frozen(kw_only=True)
class Stage:
    """A cohort on its way: won as visitors, made buyers, kept.

    Args:
        first_day: The first day of its period.
        acquired: How many came for the first time.
        converted: How many bought for the first time.
        retained: How many of these bought again in time; None as long as that is not known.
        partial: Whether a part of the period was not observed.
    """

    first_day: Date = field(validator=a_day)
    acquired: int | None = field(validator=optional(whole(0, 2**62)))
    converted: int = field(validator=whole(0, 2**62))
    retained: int | None = field(validator=optional(whole(0, 2**62)))
    partial: bool = field(default=False, validator=is_a(bool))

    @property
    def conversion(self) -> float | None:
        """First-time buyers over first-time visitors of the same period."""
        return self.converted / self.acquired if self.acquired else None

    @property
    def retention(self) -> float | None:
        """What share of the first-time buyers bought again in time."""
        return self.retained / self.converted if self.retained is not None and self.converted else None


@frozen(kw_only=True, repr=False)
class Stages:
    """Acquire, convert, retain, for each cohort of first purchase.

    Args:
        cohorts: The cohorts, in order.
        grain: How long their periods are.
        within: Within how many days somebody bought again.
        observed: What was observed.
        definition: What counted as a sale.
        currency: The currency of the facts.
    """

    cohorts: tuple[Stage, ...] = field(validator=tuple_of(Stage))
    grain: Grain = field(validator=is_a(Grain))
    within: int = field(validator=whole(1, LONGEST))
    observed: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    currency: Currency = field(validator=is_a(Currency))

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows, one for each cohort."""
        return [
            {
                self.grain.value: each.first_day.isoformat(),
                "acquired": each.acquired,
                "converted": each.converted,
                "retained": each.retained,
                "conversion": each.conversion,
                "retention": each.retention,
                "partial": each.partial,
            }
            for each in self.cohorts
        ]

    def words(self, language: Language = "en") -> str:
        """Return the cohorts as text; `*` marks a period of which a part was not observed."""
        rows = [
            (
                f"{each.first_day}{'*' if each.partial else ''}",
                (each.acquired, each.converted, each.retained, each.conversion, each.retention),
            )
            for each in self.cohorts
        ]
        title = _TITLE.read(language).format(within=self.within)
        return aligned(title, self.grain.value, _HEADS, rows, currency=self.currency, language=language)

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()


_TITLE = Text("Acquire, convert, retain within {within} days", "获取、转化、留存（{within} 天内）")
_HEADS = (
    named("acquired", "acquired", "获取", Unit.of("visitors")),
    named("converted", "converted", "转化", Unit.of("buyers")),
    named("retained", "retained", "留存", Unit.of("buyers")),
    named("conversion", "conversion", "转化率"),
    named("retention", "retention", "留存率"),
)


def stages(
    facts: Facts,
    *,
    calendar: Calendar,
    observed: Period,
    by: Grain = Grain.WEEK,
    within: int = 30,
    definition: Definition = DEFAULT_DEFINITION,
) -> Stages:
    """Return for each cohort of first purchase how many came first, bought first, and bought again (获取、转化、留存).

    Who comes first in one period may buy first in a later one: conversion compares the two of one period. The days to
    buy again are counted from each customer's own first order.

    Args:
        facts: What happened.
        calendar: What cuts time into periods.
        observed: The period that the facts cover.
        by: How long the periods are.
        within: Within how many days somebody buys again.
        definition: What counts as a sale.

    Raises:
        OutOfRange: The days are not from 1 to 36,500.
        WrongKind: What is given is of another kind.
        DomainError: As `tabulate` refuses.
    """
    require_kind("stages.observed", Period, observed)
    if type(within) is not int:
        raise wrong_kind("stages.within", "int", within)
    if not 1 <= within <= LONGEST:
        raise OutOfRange(field="stages.within", least="1", most=str(LONGEST))
    if not isinstance(by, Grain):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("stages.by", "Grain", by)
    return Stages(
        cohorts=tuple(_cohorts(facts, calendar, observed, by, within=within, definition=definition)),
        grain=by,
        within=within,
        observed=observed,
        definition=definition,
        currency=facts.currency,
    )


def _cohorts(
    facts: Facts, calendar: Calendar, observed: Period, by: Grain, *, within: int, definition: Definition
) -> Iterator[Stage]:
    if observed.start == observed.end:
        return
    table = tabulate(facts, (NEW_VISITORS,), calendar=calendar, observed=observed, by=by, definition=definition)
    bought = Purchases.of(facts, definition, calendar)
    for label, came, partial in zip(table.labels, table.columns[0].plain(), table.partial, strict=True):
        bounds = calendar.bounds(label, by)
        period = Period(start=max(bounds.start, observed.start), end=min(bounds.end, observed.end))
        own = bought.within(period, within)
        known = later(period.end, timedelta(days=within)) <= observed.end
        yield Stage(
            first_day=label,
            acquired=None if came is None else int(came),
            converted=own.buyers(),
            retained=own.buyers(2) if known else None,
            partial=partial,
        )
