"""Values of rules and promotions that their fields alone do not describe: calendars, weekly hours, shares that sum."""

from collections.abc import Callable, Mapping
from datetime import time
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pendulum import MONDAY, SUNDAY

from ecomops.kernel import Calendar, Money, Period
from ecomops.kernel.rules import AtLeastFact, OneOf, Weekly
from ecomops.promotions import AmountOff, FixedPrice, FunderShare, Lines, Percent, Promotion, Reduction, Whole
from ecomops.promotions.refusals import NOTHING_REFUSED, Refusals
from ecomops.terms import Funder, PromotionId

Drawing = Callable[[Any], SearchStrategy[Any]]

CALENDARS = st.builds(
    Calendar,
    timezone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]),
    day_start=st.sampled_from([time(0), time(4, 30)]),
    week_start=st.sampled_from([MONDAY, SUNDAY]),
)


def _calendar(_: Drawing) -> SearchStrategy[Calendar]:
    return CALENDARS


def _weekly(each: Drawing) -> SearchStrategy[Weekly]:
    days = st.lists(st.integers(1, 7), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(
        Weekly, fact=each(str), calendar=CALENDARS, weekdays=days, start=st.integers(0, 700), end=st.integers(701, 1440)
    )


def _alone(_: Drawing) -> SearchStrategy[FunderShare]:
    return st.builds(FunderShare, funder=st.sampled_from(Funder), share=st.just(Fraction(1)))


def _promotion(each: Drawing) -> SearchStrategy[Promotion]:
    values: SearchStrategy[Any] = st.one_of(
        st.fractions(Fraction(1, 100), 1, max_denominator=100).map(lambda share: Percent(share=share)),
        each(AmountOff),
        each(FixedPrice),
    )
    targets: SearchStrategy[Any] = st.one_of(each(Whole), st.builds(Lines, scope=each(OneOf)))
    tags = st.lists(each(str), max_size=2, unique=True).map(tuple)
    return st.builds(
        Promotion,
        id=each(PromotionId),
        benefits=st.tuples(
            st.builds(
                Reduction, value=values, target=targets, cap=st.none() | each(Money).filter(lambda cap: cap.minor >= 0)
            )
        ),
        conditions=each(AtLeastFact) | each(OneOf),
        lane=each(str),
        priority=st.integers(-9, 9),
        valid=st.none() | each(Period),
        promo_code=st.none() | each(str),
        by_coupon=st.booleans(),
        exclusive=st.booleans(),
        tags=tags,
        bars=tags,
        funders=st.tuples(_alone(each)),
    )


def _nothing_refused(_: Drawing) -> SearchStrategy[Refusals]:
    return st.just(NOTHING_REFUSED)


RULED: Mapping[type, Callable[[Drawing], SearchStrategy[Any]]] = {
    Calendar: _calendar,
    Weekly: _weekly,
    FunderShare: _alone,
    Promotion: _promotion,
    Refusals: _nothing_refused,
}
"""What is drawn whole, by its class."""
