"""Values of campaigns whose fields must fit each other: one currency, a scope that names what it asks for."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import Date

from ecomops.kernel import Currency, Money, Period
from ecomops.kernel.rules import Rule
from ecomops.promotions.advertisements import AdvertisingDay
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.evaluation import Results
from ecomops.promotions.plans import CampaignPlan, Duty, Goal, Scope, ScopeReach
from ecomops.promotions.stopping import Standing, StopRule
from ecomops.terms import CategoryId, ChannelId, Sku
from ecomops.testing.builders import NOON

Draw = Callable[[Any], SearchStrategy[Any]]
"""Draws values of an annotation."""

A_DAY = Period(start=NOON, end=NOON.add(days=1))
SMALL = st.integers(0, 1_000)


@st.composite
def _amounts(draw: DrawFn, values_of: Draw, number: int) -> tuple[Money, ...]:
    """Draw so many amounts of one currency, none negative, in the order of their size."""
    currency = draw(values_of(Currency))
    return tuple(Money(minor, currency) for minor in sorted(abs(draw(values_of(Money)).minor) for _ in range(number)))


def scopes(values_of: Draw) -> SearchStrategy[Scope]:
    """Draw scopes of each reach: what they name goes with it."""
    categories, skus = (st.lists(values_of(kind), min_size=1, max_size=2).map(tuple) for kind in (CategoryId, Sku))
    return st.one_of(
        st.just(Scope()),
        st.builds(Scope, reach=st.just(ScopeReach.CATEGORY), categories=categories),
        st.builds(Scope, reach=st.just(ScopeReach.PRODUCT), skus=skus),
    )


@st.composite
def standings(draw: DrawFn, values_of: Draw) -> Standing:
    """Draw how a campaign stands, in one currency; what it spent is more or less than its budget."""
    one, two, three, four = draw(_amounts(values_of, 4))
    spent, budget = draw(st.permutations((two, three)))
    margin = -one if draw(st.booleans()) else one
    numbers = {name: draw(SMALL) for name in ("days", "planned", "actual")}
    return Standing(**numbers, budget=budget, spent=spent, sales=four, margin=margin)


@st.composite
def results(draw: DrawFn, values_of: Draw) -> Results:
    """Draw what a campaign came to, in one currency, with no more discount than sales."""
    spend, discount, cost, sales = draw(_amounts(values_of, 4))
    return Results(list_sales=sales, discount=discount, goods_cost=cost, spend=spend, reached=draw(SMALL))


@st.composite
def advertising_days(draw: DrawFn, values_of: Draw) -> AdvertisingDay:
    """Draw a day of a channel: no more clicks than impressions, no more orders than clicks."""
    spend, sales = draw(_amounts(values_of, 2))
    orders, clicks, impressions = sorted(draw(SMALL) for _ in range(3))
    return AdvertisingDay(
        channel=draw(values_of(ChannelId)),
        day=draw(values_of(Date)),
        spend=spend,
        impressions=impressions,
        clicks=clicks,
        orders=orders,
        sales=sales,
    )


@st.composite
def plans(draw: DrawFn, values_of: Draw) -> CampaignPlan:
    """Draw the plan of a campaign of at least a day, with a budget of one or two parts in one currency."""
    period: Period = draw(values_of(Period))
    lasting = period if period.elapsed else A_DAY
    parts = draw(_amounts(values_of, draw(st.integers(1, 2))))
    return CampaignPlan(
        theme=draw(values_of(str)),
        goal=Goal(kpi=draw(values_of(str)), target=draw(st.integers(1, 99))),
        audience=draw(values_of(Rule)),
        scope=draw(values_of(Scope)),
        budget=tuple(
            BudgetPart(channel=draw(values_of(ChannelId)), goal=f"goal {place}", amount=amount)
            for place, amount in enumerate(parts)
        ),
        period=lasting,
        duties=tuple(
            evolve(duty, name=f"duty {place}") for place, duty in enumerate(draw(values_of(tuple[Duty, ...])))
        ),
        stops=draw(values_of(tuple[StopRule, ...])),
    )


FITTING: Mapping[type, Callable[[Draw], SearchStrategy[Any]]] = {
    Scope: scopes,
    Standing: standings,
    Results: results,
    AdvertisingDay: advertising_days,
    CampaignPlan: plans,
}
"""What is drawn whole, since its fields must fit each other."""
