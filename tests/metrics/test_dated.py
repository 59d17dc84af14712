"""Sales that a host keeps by their days: every answer from them is, bit for bit, that from the facts."""

import datetime as dt
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.columns import NEVER, CannotHoldSum, OutOfColumn, Uneven, WrongColumn, WrongWidth
from ecomops.kernel import Calendar, Currency, DomainError, Grain, RetailCalendar, later
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import (
    BROAD,
    TAOBAO,
    Cancelled,
    CustomerTotals,
    DatedSales,
    Definition,
    Facts,
    Retention,
    Rfm,
    SaleInstant,
    customer_totals_of,
    customer_totals_of_sales,
    dated_sales_of,
    retention_of,
    retention_of_sales,
    rfm_of,
    rfm_of_sales,
)
from ecomops.metrics import retention as cohorts
from tests.metrics.shops import BEGINNINGS, SHOP, SHOPS, ZONES, Bought, at, facts_of, ints, some_orders, weeks

DEFINITIONS = [
    Definition(),
    Definition(sold=SaleInstant.PLACED, tax=False),
    Definition(cancelled=Cancelled.LATER),
    TAOBAO,
    BROAD,
]
CALENDARS = [
    *(Calendar(timezone=zone) for zone in ZONES),
    Calendar(timezone="America/New_York", day_start=dt.time(2, 30)),  # a time that one day does not have
    RetailCalendar(timezone="Europe/Berlin", weeks=(4, 4, 5)),
]


def codes(*values: int) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    """Return codes of customers."""
    return np.array(values, dtype=np.int32)


def some_sales() -> DatedSales:
    """Return three orders of two days, and somebody who bought before them."""
    facts = some_orders([-1, 0, 0.5, 1.5], [1, 0, 3, 0], [5, 6, 7, 8])
    return dated_sales_of(facts, calendar=SHOP, period=weeks(2 / 7))


def told(found: Retention | CustomerTotals | Rfm) -> list[object]:
    """Return all that an answer says: arrays as their kind and their numbers."""
    fields: list[Any] = [getattr(found, name) for name in type(found).__annotations__]
    return [(str(each.dtype), each.tolist()) if hasattr(each, "tolist") else each for each in fields]


@given(
    bought=SHOPS,
    start=st.sampled_from(BEGINNINGS),
    calendar=st.sampled_from(CALENDARS),
    days=st.sampled_from([0, 0.3, 6, 9]),
    length=st.sampled_from([0.0, 0.1, 1, 5.3]),
    definition=st.sampled_from(DEFINITIONS),
    few=st.sampled_from([0, 64]),
)
def test_every_answer_is_that_of_the_facts(  # noqa: PLR0917 - one argument for each thing that is drawn
    bought: list[Bought],
    start: DateTime,
    calendar: Calendar,
    days: float,
    length: float,
    definition: Definition,
    few: int,
) -> None:
    """Guests, cancelled and unpaid orders, buyers of before, periods observed in part: in any zone."""
    facts, period = facts_of(bought, start), weeks(length, since=later(start, timedelta(days=days)))
    sales = dated_sales_of(facts, calendar=calendar, period=period, definition=definition)
    with pytest.MonkeyPatch.context() as patch:  # with few periods and with many, cohorts are counted in two ways
        patch.setattr(cohorts, "FEW_PERIODS", few)
        for by in Grain:
            found = retention_of(facts, calendar=calendar, observed=period, by=by, definition=definition)
            assert told(retention_of_sales(sales, by=by)) == told(found)
    totals = customer_totals_of(facts, calendar=calendar, window=period, definition=definition)
    assert told(customer_totals_of_sales(sales)) == told(totals)
    scored = rfm_of(facts, calendar=calendar, window=period, bins=3, definition=definition)
    assert told(rfm_of_sales(sales, bins=3)) == told(scored)


@pytest.mark.parametrize("order", ["by time", "nearly by time", "any order"])
def test_rows_of_many_blocks_in_any_order_give_the_answers_of_the_facts(order: str) -> None:
    """Late rows wait, whole blocks lie in several periods: nothing depends on where rows stand."""
    draw, size = np.random.default_rng(7), 150_000
    days = draw.integers(-3, 100, size)
    late = {"by time": 0, "nearly by time": 2, "any order": 200}[order]
    rows = np.argsort(days + draw.random(size) * late, kind="stable")
    paid = at(0)[0] + days[rows] * 86_400_000_000
    columns = {
        "paid_at": np.where(draw.random(size) < 0.1, NEVER, paid),
        "customer": draw.integers(-1, 2_000, size),
        "gross": draw.integers(0, 2**38, size),
    }
    facts, period = Facts.of_orders(Currency.CNY, columns), weeks(13)
    sales = dated_sales_of(facts, calendar=SHOP, period=period)
    for by in (Grain.DAY, Grain.WEEK):
        found = retention_of(facts, calendar=SHOP, observed=period, by=by)
        assert told(retention_of_sales(sales, by=by)) == told(found)
    assert told(rfm_of_sales(sales)) == told(rfm_of(facts, calendar=SHOP, window=period))


def test_it_holds_the_valid_orders_of_the_period() -> None:
    """Codes, days from the first one, money, and who bought before; the last day is told."""
    sales = some_sales()
    assert (len(sales), sales.customers, str(sales.as_of)) == (3, 4, "2026-06-16")
    assert (sales.customer.tolist(), sales.day.tolist(), sales.money.tolist()) == ([0, 3, 0], [0, 0, 1], [6, 7, 8])
    assert sales.earlier.tolist() == [1]
    assert [sales.customer.dtype, sales.day.dtype, sales.money.dtype] == ["int32", "int16", "int64"]
    assert sales.days == (Date(2026, 6, 15), Date(2026, 6, 16))


def test_days_may_be_wider_than_they_must() -> None:
    """Columns that a host stored in 32 bits give the same answers."""
    sales = some_sales()
    wider = evolve(sales, day=sales.day.astype(np.int32))
    assert told(rfm_of_sales(wider)) == told(rfm_of_sales(sales))
    assert told(retention_of_sales(wider, by=Grain.DAY)) == told(retention_of_sales(sales, by=Grain.DAY))


BY_HAND: dict[str, tuple[dict[str, Any], type[DomainError], str]] = {
    "wide codes": ({"customer": ints(0, 3, 0)}, WrongWidth, r"DatedSales\.customer must be .* of 32 bits"),
    "wide days": ({"day": ints(0, 0, 1)}, WrongWidth, r"DatedSales\.day must be .* of 16 or 32 bits"),
    "narrow money": ({"money": codes(6, 7, 8)}, WrongColumn, r"DatedSales\.money"),
    "a list of who bought before": ({"earlier": [1]}, WrongWidth, r"DatedSales\.earlier .* not list"),
    "a negative code": ({"customer": codes(0, -1, 0)}, OutOfColumn, "customer must be from 0 to 3: row 1"),
    "a code beyond": ({"customer": codes(0, 3, 4)}, OutOfColumn, "customer must be from 0 to 3: row 2"),
    "a code beyond, before": ({"earlier": codes(4)}, OutOfColumn, "earlier must be from 0 to 3: row 0"),
    "fewer customers": ({"customers": 3}, OutOfColumn, "customer must be from 0 to 2: row 1"),
    "a day before": ({"day": codes(0, -1, 1)}, OutOfColumn, "day must be from 0 to 1: row 1"),
    "a day after": ({"day": codes(0, 0, 2)}, OutOfColumn, "day must be from 0 to 1: row 2"),
    "a shorter period": ({"period": weeks(0)}, OutOfColumn, "day must be from 0 to -1: row 0"),
    "too much money": ({"money": ints(6, 2**62 + 1, 8)}, OutOfColumn, "money must be .* row 1"),
    "a day less": ({"day": codes(0, 1)}, Uneven, r"DatedSales\.day has 2 rows"),
    "more money": ({"money": ints(6, 7, 8, 9)}, Uneven, r"DatedSales\.money has 4 rows"),
    "no number of customers": ({"customers": "4"}, WrongKind, "customers"),
    "no code for all": ({"customers": 2**31 + 1}, OutOfRange, "customers"),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_columns_that_do_not_go_together_are_refused(what: str) -> None:
    """Of columns that a host stored, what is wrong is named: the column, and the first row."""
    changed, refusal, words = BY_HAND[what]
    with pytest.raises(refusal, match=words):
        evolve(some_sales(), **changed)


@pytest.mark.parametrize("answer", [retention_of_sales, rfm_of_sales, customer_totals_of_sales])
def test_what_is_no_such_value_is_refused(answer: Callable[[object], object]) -> None:
    """Facts are not taken for what was made of them."""
    with pytest.raises(WrongKind, match="sales"):
        answer(some_orders([0], [0]))


def test_wrong_arguments_are_refused() -> None:
    """Wrong kinds are named, and numbers of scores that say nothing."""
    with pytest.raises(WrongKind, match=r"dated_sales\.calendar"):
        dated_sales_of(some_orders([0], [0]), calendar="UTC", period=weeks(1))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(WrongKind, match=r"retention\.by"):
        retention_of_sales(some_sales(), by="month")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(OutOfRange, match="bins"):
        rfm_of_sales(some_sales(), bins=1)


def test_money_that_64_bits_might_not_hold_is_refused() -> None:
    """Nothing wraps round: the sum of a customer is bounded before it is taken."""
    huge = evolve(some_sales(), money=ints(2**62, 2**62, 1))
    for answer in (rfm_of_sales, customer_totals_of_sales):
        with pytest.raises(CannotHoldSum, match=r"DatedSales\.money"):
            answer(huge)
