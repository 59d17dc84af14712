"""What is made of counters that were looked at is what the class makes: the same value, or the same refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomops import inventory
from ecomops.inventory import COUNTERS, EFFECTS, RESERVATION, Hold, ReservationId, StockItem
from ecomops.inventory import stock as stocks
from ecomops.inventory.reservations import ReservationAllocated, ReservationOpened, ReservationShipped
from ecomops.inventory.stock import StockReceived, StockShipped
from ecomops.kernel import Invalid
from ecomops.kernel.checks import FEW_UNITS, MOST_UNITS
from ecomops.terms import StockUnits
from ecomops.testing import NOON, TEA

MINE = ReservationId("o-1")
EDGES = (0, 1, FEW_UNITS - 1, FEW_UNITS, MOST_UNITS)
COUNTS = st.sampled_from([-MOST_UNITS, -1, *EDGES])


def made(make: Callable[[], object]) -> object:
    """Return what is made, or of what it is refused."""
    try:
        return make()
    except Invalid as refusal:
        return refusal.code, refusal.context


@given(
    st.lists(COUNTS, min_size=8, max_size=8), st.sampled_from(EDGES[1:]), st.sampled_from([StockReceived, StockShipped])
)
@example([MOST_UNITS] + [0] * 7, 1, StockReceived)
@example([0] * 8, 1, StockShipped)
def test_a_movement_of_any_counters_is_that_of_the_table(counts: list[int], units: int, event: type[Any]) -> None:
    """Of few units and many, of losses, and beyond what can be counted."""
    before = dict(zip(COUNTERS, counts, strict=True))
    after: dict[str, Any] = {
        name: count + step * units for (name, count), step in zip(before.items(), EFFECTS[event], strict=True)
    }
    named = {} if event is StockReceived else {"reservation": MINE}
    moved = event(stock=TEA, quantity=units, at=NOON, **named)
    item = StockItem(id=TEA, **before, buffer=3, backorder_limit=None)
    expected = made(lambda: StockItem(id=TEA, **after, buffer=3, backorder_limit=None))
    assert made(lambda: stocks.evolve(item, moved)) == expected


@pytest.mark.parametrize("count", [FEW_UNITS, MOST_UNITS])
def test_a_claim_of_very_many_units_is_set_aside_and_leaves(count: int) -> None:
    """Such counts are looked at one by one."""
    units = (StockUnits(stock=TEA, quantity=count),)
    opened = ReservationOpened(id=MINE, holds=(Hold(stock=TEA, held=count),), expires_at=None, at=NOON)
    allocated = ReservationAllocated(id=MINE, units=units, at=NOON)
    shipped = ReservationShipped(id=MINE, units=units, at=NOON)
    assert RESERVATION.replay((opened, allocated)).holds == (Hold(stock=TEA, allocated=count),)
    assert RESERVATION.replay((opened, allocated, shipped)).holds == (Hold(stock=TEA, shipped=count),)


@pytest.mark.parametrize(
    ("hold", "units", "field"),
    [
        (Hold(stock=TEA, held=1), 2, "Hold.promised"),
        (Hold(stock=TEA, held=1, allocated=MOST_UNITS), 1, "Hold.allocated"),
    ],
    ids=["more than is bound", "more than can be counted"],
)
def test_a_history_of_more_than_can_be_is_refused(hold: Hold, units: int, field: str) -> None:
    """No decision says so, and no fold believes it."""
    opened = ReservationOpened(id=MINE, holds=(hold,), expires_at=None, at=NOON)
    allocated = ReservationAllocated(id=MINE, units=(StockUnits(stock=TEA, quantity=units),), at=NOON)
    with pytest.raises(Invalid) as refused:
        RESERVATION.replay((opened, allocated))
    assert refused.value.context["field"] == field


BOUND = (inventory.reserve, inventory.release, inventory.allocate, inventory.deallocate, inventory.ship)


@pytest.mark.parametrize("decide", BOUND, ids=lambda decide: decide.__name__)
def test_what_is_bound_is_checked_as_its_class_does(decide: Callable[..., Any]) -> None:
    """A quantity, a reservation or an instant of another kind is refused by the name of its field."""
    item = StockItem(id=TEA, on_hand=9, reserved=3, allocated=3)
    sound = {"quantity": 2, "reservation": MINE, "at": NOON}
    (event,) = decide(item, **sound)
    assert event == type(event)(stock=TEA, **sound)
    wrong = [("quantity", 0), ("quantity", MOST_UNITS + 1), ("quantity", True), ("reservation", "o-1"), ("at", "noon")]
    for name, value in wrong:
        asked = sound | {name: value}
        refusal = made(lambda asked=asked: type(event)(stock=TEA, **asked))  # type: ignore[misc]
        assert made(lambda asked=asked: decide(item, **asked)) == refusal != event  # type: ignore[misc]
