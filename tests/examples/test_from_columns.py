"""The totals from metric columns, and the weekly table: what counts, what does not, and which weeks are partial."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from pendulum import Date

import from_columns
import real_year
from completejourney import Basket, Tape
from ecomops.kernel import Period
from ecomops.metrics import NET, ORDERS, PIECES, UNITS, Table, growth_of, units_in
from from_columns import FUEL, SHOWN
from mischief import NO_MISCHIEF, Mischief
from shop import Shop
from tests.examples.conftest import Chain
from tests.examples.planted import NOON, SUNDAY, a_basket, a_line, meeting, stocked
from till import end_of
from totals import Totals

NOTHING = Totals(
    orders=0,
    goods_lines=0,
    service_lines=0,
    units=0,
    gross=0,
    loyalty=0,
    match=0,
    revenue=0,
    coupons=0,
    cash=0,
    paid_out=0,
)


def _totals(*baskets: Basket, mischief: Mischief = NO_MISCHIEF) -> Totals:
    shop = stocked(Shop(mischief=mischief), p5=20_000, p6=20_000)
    list(shop.trade(baskets))
    return from_columns.totals(from_columns.facts(shop.store, frozenset()))


def test_no_order_is_no_total() -> None:
    """A shop that sold nothing has zeroes, and a basket that holds nothing adds none."""
    assert _totals() == _totals(a_basket()) == NOTHING


def test_a_receipt_is_told_line_by_line() -> None:
    """Goods and services, both discounts, a coupon of goods and one of the order."""
    basket = a_basket(
        a_line(quantity=2, shelf=500, loyalty=100, match=20, coupon=80),
        a_line(quantity=0, shelf=120, loyalty=20),
        a_line(quantity=0, coupon=40),
        a_line(product=6, quantity=3, shelf=300),
    )
    assert _totals(basket) == Totals(
        orders=1,
        goods_lines=2,
        service_lines=1,
        units=5,
        gross=920,
        loyalty=120,
        match=20,
        revenue=780,
        coupons=120,
        cash=660,
        paid_out=0,
    )


def test_what_coupons_exceed_is_paid_out() -> None:
    """It stands with the money that came in, negative, and apart."""
    assert _totals(a_basket(a_line(shelf=100, coupon=175))) == replace(
        NOTHING, orders=1, goods_lines=1, units=1, gross=100, revenue=100, coupons=175, cash=-75, paid_out=75
    )


def test_cancelled_orders_and_returns_change_nothing() -> None:
    """What comes once more and is called off is no sale; what comes back was sold."""
    basket = a_basket(a_line(quantity=2, shelf=301, loyalty=50))
    assert _totals(basket, mischief=meeting(extra=[31], returned=[31])) == _totals(basket)


def test_discounts_that_nobody_gave_are_none() -> None:
    """A run without any match has a total of 0 for it, as for all others that are not there."""
    assert _totals(a_basket(a_line(shelf=100))) == replace(
        NOTHING, orders=1, goods_lines=1, units=1, gross=100, revenue=100, cash=100
    )


def _week(days: Iterable[int], *, observed: tuple[int, int]) -> Table:
    """Return the table of an order on each of some *days* after the first Sunday, of which some were observed."""
    shop = stocked(Shop(), p5=30_000)
    baskets = [
        a_basket(
            a_line(quantity=12_000, per=1_000, shelf=2_400),
            basket=31 + day,
            at=NOON + timedelta(days=day),
            day=SUNDAY + timedelta(days=day),
        )
        for day in days
    ]
    list(shop.trade(baskets))
    begin, end = (end_of(SUNDAY + timedelta(days=day)) for day in observed)
    return from_columns.weekly(from_columns.facts(shop.store, frozenset({"5"})), Period(start=begin, end=end))


def test_fuel_stands_apart() -> None:
    """Thousandths of a gallon are never added to pieces."""
    table = _week([0], observed=(-1, 0))
    assert (table[UNITS].tolist(), table[units_in(FUEL)].tolist()) == ([0], [12_000])
    assert PIECES != FUEL
    assert {each.key for each in SHOWN} <= set(table.keys)


def test_a_week_of_one_day_is_marked_and_the_next_one_not_compared_with_it() -> None:
    """Sunday alone is partial; Monday to Sunday is whole though nothing was sold on the other days."""
    table = _week([0, 3], observed=(-1, 7))
    assert table.labels == (Date(2016, 12, 26), Date(2017, 1, 2))
    assert table.partial == (True, False)
    assert [table.why(row, growth_of(ORDERS)).name for row in range(2)] == ["NO_BASELINE", "PARTIAL"]


def test_a_week_that_was_not_observed_to_its_end_is_marked() -> None:
    """A day before its end is enough."""
    assert _week([1, 8], observed=(0, 13)).partial == (False, True)
    whole = _week([1, 8], observed=(0, 14))
    assert whole.partial == (False, False)
    assert whole[growth_of(NET)].tolist()[1] == 0


def test_the_year_is_observed_from_new_years_day_to_new_years_eve(year: Tape) -> None:
    """From midnight to midnight where the shops are, whether or not a shop was open on the day."""
    observed = real_year.observed(year)
    assert (str(observed.start), str(observed.end)) == ("2017-01-01 05:00:00+00:00", "2018-01-01 05:00:00+00:00")


def test_the_week_of_christmas_is_whole(chain: Chain, year: Tape) -> None:
    """Week 53 lacks the holiday of its Monday, on which nobody sold, and is compared; week 1 is one day."""
    days = set((year.day[year.week == 53] - year.day.max()).tolist())
    assert days == {-5, -4, -3, -2, -1, 0}
    table = chain.evidence.table
    assert (len(table.labels), table.labels[-1]) == (53, Date(2017, 12, 25))
    assert table.partial == (True, *[False] * 52)


def test_changes_of_the_year_leave_partial_weeks_out(chain: Chain) -> None:
    """Weeks 1 and 2 have no change, each with its reason; each other one has, to the last."""
    table = chain.evidence.table
    for kpi in (ORDERS, NET):
        reasons = [table.why(row, growth_of(kpi)).name for row in range(53)]
        assert reasons == ["NO_BASELINE", "PARTIAL", *["NONE"] * 51]


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_part_of_the_year_is_observed_to_its_last_day(weeks: int, year: Tape) -> None:
    """A run of some weeks ends on the Sunday of the last."""
    chosen = year.week <= weeks
    tape = Tape(**{name: getattr(year, name)[chosen] for name in Tape.__dataclass_fields__})
    assert real_year.observed(tape).end == end_of(SUNDAY + timedelta(weeks=weeks - 1))
