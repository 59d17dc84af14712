"""Totals of customers that a host keeps, against what all orders give at once."""

from datetime import timedelta

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.columns import CannotHoldSum, OutOfColumn, Uneven, WrongColumn
from ecomops.kernel import Calendar, Currency, CurrencyMismatch, Period, later
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import (
    BROAD,
    CustomerTotals,
    Definition,
    Facts,
    Rfm,
    customer_totals_of,
    rfm_of,
    rfm_of_totals,
)
from tests.metrics.shops import BEGINNINGS, SHOP, SHOPS, ZONES, Bought, at, facts_of, ints, some_orders, weeks


def told(found: Rfm) -> tuple[object, ...]:
    """Return all that scores say."""
    columns = {name: values.tolist() for name, values in found.to_columns().items()}
    kinds = [values.dtype for values in found.to_columns().values()]
    return columns, kinds, found.as_of, found.window, found.bins, found.definition


def two_days() -> CustomerTotals:
    """Return the totals of two days: the second customer bought on both, the third on none."""
    return customer_totals_of(some_orders([0, 0, 1.5, 1.9], [0, 1, 1, 3]), calendar=SHOP, window=weeks(2 / 7))


@given(
    bought=SHOPS,
    start=st.sampled_from(BEGINNINGS),
    zone=st.sampled_from(ZONES),
    lengths=st.tuples(*[st.sampled_from([0.0, 0.1, 1, 2])] * 2),
    turned=st.booleans(),
    definition=st.sampled_from([Definition(), BROAD]),
)
def test_what_is_kept_and_added_to_is_scored_as_all_at_once(  # noqa: PLR0917 - one argument for each thing that is drawn
    bought: list[Bought],
    start: DateTime,
    zone: str,
    lengths: tuple[float, float],
    turned: bool,  # noqa: FBT001 - drawn
    definition: Definition,
) -> None:
    """Orders of two windows that meet, added in either order, give the scores of one window."""
    facts, calendar = facts_of(bought, start), Calendar(timezone=zone)
    first = weeks(lengths[0], since=later(start, timedelta(days=5)))
    windows = [first, weeks(lengths[1], since=first.end)]
    whole = Period(start=first.start, end=windows[1].end)
    before, after = reversed(windows) if turned else windows
    totals = customer_totals_of(facts, calendar=calendar, window=before, definition=definition)
    totals = totals.added(facts, window=after)
    expected = rfm_of(facts, calendar=calendar, window=whole, definition=definition)
    assert told(rfm_of_totals(totals)) == told(expected)
    at_once = customer_totals_of(facts, calendar=calendar, window=whole, definition=definition)
    assert told(rfm_of_totals(at_once)) == told(expected)


def test_a_row_is_a_code() -> None:
    """Who has no order has zeros; new codes make the columns longer, late orders leave the last day."""
    totals = two_days()
    monday = Date(2026, 6, 15).toordinal()
    assert (totals.last_day.tolist(), totals.orders.tolist()) == ([monday, monday + 1, 0, monday + 1], [1, 2, 0, 1])
    assert (totals.money.tolist(), totals.as_of, len(totals)) == ([100, 200, 0, 100], Date(2026, 6, 16), 4)
    late = totals.added(some_orders([0.5, 0.5], [1, 5], [7, 8]), window=weeks(2 / 7))
    assert (late.last_day.tolist()[1:], late.money.tolist()) == (
        [monday + 1, 0, monday + 1, 0, monday],
        [100, 207, 0, 100, 0, 8],
    )
    assert totals.money.tolist() == [100, 200, 0, 100]


def test_what_does_not_go_together_is_refused() -> None:
    """Columns, currencies, windows with a gap between them, sums that might be too large."""
    totals = two_days()
    with pytest.raises(Uneven, match="money"):
        evolve(totals, money=ints(1))
    with pytest.raises(WrongColumn, match="orders"):
        evolve(totals, orders=np.zeros(4))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(OutOfColumn, match="last_day"):
        evolve(totals, last_day=totals.last_day + 1)
    paid = {"paid_at": at(0), "customer": ints(0), "gross": ints(1)}
    with pytest.raises(CurrencyMismatch):
        totals.added(Facts.of_orders(Currency.USD, paid), window=weeks(1))
    for days in (-3.0, 2.1):
        with pytest.raises(OutOfRange, match="window"):
            totals.added(some_orders([0], [0]), window=weeks(1 / 7, since=later(weeks(1).start, timedelta(days=days))))
    huge = customer_totals_of(some_orders([0], [0], [2**61]), calendar=SHOP, window=weeks(1))
    with pytest.raises(CannotHoldSum, match="gross"):
        huge.added(some_orders([0], [0], [2**61 + 1]), window=weeks(1))


def test_what_is_no_total_is_refused() -> None:
    """Wrong kinds are named."""
    with pytest.raises(WrongKind, match=r"totals\.calendar"):
        customer_totals_of(some_orders([0], [0]), calendar="UTC", window=weeks(1))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(WrongKind, match=r"rfm\.totals"):
        rfm_of_totals("totals")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(OutOfRange, match="bins"):
        rfm_of_totals(two_days(), bins=1)
