"""Lots that expire: the order in which they burn, what time takes, and that nothing is lost on the way."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Lot, LotsShort, OutOfRange, WrongKind, later
from ecomops.kernel.lots import added, as_of, burn, ended, merged, total, without
from tests.kernel.hostile import others
from tests.kernel.toys import NOON


def day(number: int) -> DateTime:
    """Return noon of the day *number* days on."""
    return later(NOON, timedelta(days=number))


def lot(quantity: int, opened: int = 0, expires: int | None = None) -> Lot:
    """Return a lot, its instants as numbers of days."""
    return Lot(quantity=quantity, opened_at=day(opened), expires_at=None if expires is None else day(expires))


LOTS = st.lists(
    st.builds(lot, st.integers(1, 50), st.integers(0, 3), st.none() | st.integers(0, 6)), max_size=8
)  # fmt: skip
DAYS = st.integers(-1, 7).map(day)

BURNS: list[tuple[list[Lot], int, list[Lot], list[Lot]]] = [
    # the lots, how much, what is taken, what is left
    ([], 0, [], []),
    ([lot(5)], 0, [], [lot(5)]),
    ([lot(50, 0, 9), lot(50, 1, 8)], 70, [lot(50, 1, 8), lot(20, 0, 9)], [lot(30, 0, 9)]),
    ([lot(5), lot(5, 0, 9)], 6, [lot(5, 0, 9), lot(1)], [lot(4)]),
    ([lot(5, 2, 9), lot(5, 1, 9)], 6, [lot(5, 1, 9), lot(1, 2, 9)], [lot(4, 2, 9)]),
    ([lot(5, 1), lot(5, 0)], 6, [lot(5, 0), lot(1, 1)], [lot(4, 1)]),
    ([lot(2, 0, 9), lot(3, 0, 9)], 4, [lot(4, 0, 9)], [lot(1, 0, 9)]),
]


@pytest.mark.parametrize(("lots", "quantity", "taken", "left"), BURNS)
def test_what_ends_first_burns_first(lots: list[Lot], quantity: int, taken: list[Lot], left: list[Lot]) -> None:
    """Earliest expiry, then no expiry, then earliest opening; equal lots are one."""
    assert burn(lots, quantity) == (tuple(taken), tuple(left))
    assert burn(lots[::-1], quantity) == (tuple(taken), tuple(left))


@given(LOTS, st.data())
def test_burning_loses_nothing(lots: list[Lot], data: st.DataObject) -> None:
    """What is taken and what is left are together what there was, and nothing left should have burnt before."""
    quantity = data.draw(st.integers(0, total(lots)))
    taken, left = burn(lots, quantity)
    assert total(taken) == quantity
    assert merged((*taken, *left)) == merged(lots)
    assert all(burn((first, second), first.quantity)[0] == (first,) for first in taken for second in left[1:])
    assert without(lots, taken) == left


@given(LOTS, st.data())
def test_burning_twice_is_burning_once(lots: list[Lot], data: st.DataObject) -> None:
    """Taking one amount after the other takes the same lots as taking both at once."""
    both = data.draw(st.integers(0, total(lots)))
    first = data.draw(st.integers(0, both))
    taken, left = burn(lots, first)
    again, rest = burn(left, both - first)
    assert (merged((*taken, *again)), rest) == burn(lots, both)


@given(LOTS)
def test_no_more_burns_than_there_is(lots: list[Lot]) -> None:
    """The refusal says what was wanted and what the lots hold."""
    with pytest.raises(LotsShort) as refusal:
        burn(lots, total(lots) + 1)
    assert refusal.value.context == {"wanted": total(lots) + 1, "held": total(lots)}


@given(LOTS, DAYS, DAYS)
def test_time_passes_as_well_in_steps(lots: list[Lot], one: DateTime, other: DateTime) -> None:
    """As of an instant and then as of another is as of the later of them; what expired is the same altogether."""
    live, expired = as_of(lots, one)
    still, then = as_of(live, other)
    assert (still, merged((*expired, *then))) == as_of(lots, max(one, other))


@given(LOTS, DAYS)
def test_time_only_divides(lots: list[Lot], at: DateTime) -> None:
    """Live and expired are together what there was; the instant of expiry counts as expired."""
    live, expired = as_of(lots, at)
    assert merged((*live, *expired)) == merged(lots)
    assert all(each.expires_at is not None and each.expires_at <= at for each in expired)
    assert all(each.expires_at is None or each.expires_at > at for each in live)


@given(LOTS, DAYS)
def test_the_first_ones_have_ended(lots: list[Lot], at: DateTime) -> None:
    """In burning order, as many lots from the first one on as have an end that has come."""
    ordered = merged(lots)
    assert ended(ordered, at) == sum(each.expires_at is not None and each.expires_at <= at for each in ordered)
    assert (ordered[ended(ordered, at) :], ordered[: ended(ordered, at)]) == as_of(lots, at)


@given(LOTS)
def test_merging_is_done_once(lots: list[Lot]) -> None:
    """Merged lots stand in one order, each key once, whatever the order in which they came."""
    once = merged(lots)
    assert merged(once) == merged(lots[::-1]) == once
    assert len({(each.opened_at, each.expires_at) for each in once}) == len(once)
    ends = [each.expires_at or day(99) for each in once]
    assert all(one <= other for one, other in pairwise(ends))


@given(LOTS, st.builds(lot, st.integers(1, 50), st.integers(0, 3), st.none() | st.integers(0, 6)))
def test_one_more_lot_is_put_in_its_place(lots: list[Lot], one: Lot) -> None:
    """Adding to lots in order is merging them with the new one."""
    assert added(merged(lots), one) == merged((*lots, one))


@given(LOTS, st.builds(lot, st.integers(1, 50), st.integers(0, 3), st.none() | st.integers(0, 6)))
def test_what_was_added_can_be_taken_out(lots: list[Lot], one: Lot) -> None:
    """Taking out what was put in leaves what was there; taking more of a lot than it holds is refused."""
    assert without((*lots, one), (one,)) == merged(lots)
    with pytest.raises(LotsShort):
        without(lots, (lot(total(lots) + 1, 0, 0),))


def test_without_names_the_lot_that_is_short() -> None:
    """Other lots do not stand in for the one that is named."""
    with pytest.raises(LotsShort) as refusal:
        without([lot(5, 0, 1), lot(9)], [lot(6, 0, 1)])
    assert refusal.value.context == {"wanted": 6, "held": 5}


def test_only_whole_quantities_burn() -> None:
    """A negative quantity is out of range, and what is no int has the wrong kind."""
    with pytest.raises(OutOfRange):
        burn([lot(5)], -1)
    for value in others(int):
        with pytest.raises(WrongKind):
            burn([lot(5)], value)
    for value in others(DateTime):
        with pytest.raises(WrongKind):
            as_of([lot(5)], value)


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_lot_holds_something(quantity: int) -> None:
    """An empty lot is none."""
    with pytest.raises(OutOfRange):
        lot(quantity)
