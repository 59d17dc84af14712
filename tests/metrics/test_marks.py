"""What the order before tells is the same by its row and by its instant, and as all orders are looked at."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomops.columns import NEVER
from ecomops.kernel import Grain
from ecomops.metrics import BUYERS, TAOBAO, Counted, Definition, Facts, SaleInstant, tabulate
from ecomops.metrics.reading import Reader
from ecomops.metrics.windows import Windows
from tests.metrics.shops import SHOP, at, ints, some_orders, weeks

WEEKS = Windows(starts=at(-7, 0, 0, 7, 15), ends=at(0, 0, 7, 14, 20), first_days=ints(), last_days=ints())
"""One is empty, and one begins later than the one before it ends."""
MARKS = (Counted.BUYERS, Counted.FIRST_TIME_BUYERS, Counted.NEW_BUYERS, WEEKS)
ORDERS = st.lists(st.tuples(st.integers(-24 * 10, 24 * 21), st.integers(-1, 4), st.booleans()), max_size=60)


def looked_for(
    bought: Sequence[tuple[int, int, bool]], codes: Sequence[int], elapsed: int
) -> list[tuple[bool, bool, bool, bool]]:
    """Return the marks of each order by those that stand before it."""
    found: list[tuple[bool, bool, bool, bool]] = []
    for row, (hour, _, valid) in enumerate(bought):
        known = valid and codes[row] >= 0
        earlier = [
            then
            for place, (then, _, counts) in enumerate(bought)
            if counts and codes[place] == codes[row] and (then, place) < (hour, row)
        ]
        last = max(earlier, default=-(10**6))
        begins = [int(start) for start in WEEKS.starts.tolist() if start <= int(at(hour / 24)[0])]
        again = bool(earlier) and (not begins or int(at(last / 24)[0]) >= begins[-1])
        found.append((known, known and not earlier, known and last < hour - elapsed, known and again))
    return found


def shop(bought: Sequence[tuple[int, int, bool]], codes: Sequence[int]) -> Facts:
    """Return orders of whole hours; what is not valid was not paid."""
    hours = [hour / 24 for hour, _, _ in bought]
    paid = np.where([valid for _, _, valid in bought], at(*hours), NEVER)
    return some_orders(hours, codes, placed_at=at(*hours), paid_at=paid)


@settings(max_examples=60)
@given(ORDERS, st.sampled_from(["in order", "as drawn"]), st.sampled_from([1, 10**6]), st.sampled_from([1, 24, 240]))
def test_marks_are_those_of_all_orders_before(
    drawn: list[tuple[int, int, bool]], order: str, apart: int, elapsed: int
) -> None:
    """Of a log in order or not, of codes in turn or far apart, within a block of orders and from one to the next."""
    bought = sorted(drawn) if order == "in order" else drawn
    codes = [code if code < 0 else code * apart for _, code, _ in bought]
    definition = Definition(sold=SaleInstant.PLACED, new_after=dt.timedelta(hours=elapsed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecomops.metrics.marks.BLOCK", 8)
        patch.setattr("ecomops.metrics.adding.BLOCK", 1)  # so that codes are sparse that lie apart
        marks = Reader(shop(bought, codes), definition, SHOP).marks
        marks.tell(MARKS[:2])
        told = [marks.of(mark)[:].tolist() for mark in MARKS]
    assert [*zip(*told, strict=True)] == looked_for(bought, codes, elapsed)


def test_orders_after_the_last_period_are_of_none() -> None:
    """A log in order whose end was not observed, by the instant of payment, cancelled orders among them."""
    days = np.arange(1200) / 50
    cancelled = np.where(np.arange(1200) % 3 == 0, 1, NEVER)
    facts = some_orders(days.tolist(), (np.arange(1200) % 100).tolist(), cancelled_at=cancelled)
    named = {"all": TAOBAO, "kept": Definition()}
    table = tabulate(facts, (BUYERS,), calendar=SHOP, observed=weeks(2), by=(Grain.WEEK, "customers"), definition=named)
    for key, counts in (("all.buyers", days >= 0), ("kept.buyers", cancelled == NEVER)):
        there = [counts & (days // 7 == week) & (np.arange(1200) % 100 == code) for week, code in np.ndindex(2, 100)]
        assert table[key].tolist() == [int(rows.any()) for rows in there]
