"""The spending of an order: which points it used, and which of them come back first."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.customers import POINTS_SPENDING, OverReturned, PointsSpending, spendings
from ecomops.customers.spendings import PointsGivenBack, PointsSpendingAdopted, PointsUsed
from ecomops.kernel import Lot, OutOfRange
from ecomops.kernel.lots import merged, total
from ecomops.testing import NOON
from tests.customers.kit import ONE, ORDER_ID, lot


def a_spending(*lots: Lot) -> PointsSpending:
    """Return the spending of an order that used *lots*."""
    return POINTS_SPENDING.replay(spendings.use(ORDER_ID, customer=ONE, lots=lots, at=NOON))


USED = a_spending(lot(5, 0, 9), lot(5, 0, 3), lot(5))


def test_the_lots_that_were_used_are_kept() -> None:
    """In burning order, with their expiry."""
    assert spendings.use(ORDER_ID, customer=ONE, lots=(lot(5),), at=NOON) == (
        PointsUsed(id=ORDER_ID, customer=ONE, lots=(lot(5),), at=NOON),
    )
    assert USED.lots == (lot(5, 0, 3), lot(5, 0, 9), lot(5))


@pytest.mark.parametrize(
    ("quantity", "lots"),
    [
        (3, (lot(3),)),
        (7, (lot(2, 0, 9), lot(5))),
        (15, USED.lots),
        (None, USED.lots),
        (0, ()),
    ],
)
def test_what_burnt_last_comes_back_first(quantity: int | None, lots: tuple[Lot, ...]) -> None:
    """So that a part of them lasts as long as it can; all of them, when no number is named."""
    wanted = (PointsGivenBack(id=ORDER_ID, lots=lots, at=NOON),) if lots else ()
    assert spendings.return_points(USED, quantity=quantity, at=NOON) == wanted


@given(st.lists(st.integers(0, 5), max_size=6))
def test_parts_come_back_once(parts: Sequence[int]) -> None:
    """In any number of parts: together they are what one return of their sum gives, and no more than was used."""
    spending, back = USED, list[Lot]()
    for part in parts:
        wanted = min(part, total(spending.lots))
        events = spendings.return_points(spending, quantity=wanted, at=NOON)
        back += (one for event in events for one in event.lots)
        spending = POINTS_SPENDING.fold(spending, events)
    assert merged((*spending.lots, *back)) == USED.lots
    (*_, rest) = spendings.return_points(USED, quantity=total(back), at=NOON) or (None,)
    assert merged(back) == (() if rest is None else rest.lots)


def test_no_more_comes_back_than_was_used() -> None:
    """The refusal has the numbers; less than nothing is no number."""
    with pytest.raises(OverReturned) as refusal:
        spendings.return_points(USED, quantity=16, at=NOON)
    assert refusal.value.context == {"id": "o-1", "wanted": 16, "left": 15}
    with pytest.raises(OutOfRange):
        spendings.return_points(USED, quantity=-1, at=NOON)


def test_a_spending_is_taken_over_as_it_was() -> None:
    """And it is found by its customer."""
    event = PointsSpendingAdopted(id=ORDER_ID, customer=ONE, lots=(lot(5), lot(1, 0, 3)), at=NOON)
    spending = POINTS_SPENDING.replay((event,))
    assert spending.lots == (lot(1, 0, 3), lot(5))
    assert (POINTS_SPENDING.id_of(spending), POINTS_SPENDING.due_at) == ("o-1", None)
    assert POINTS_SPENDING.keys["customer"](spending) == "c-1"
