"""Sets: how many there are, which units belong to them, what is taken off, what is consumed."""

from collections.abc import Sequence
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.promotions.arithmetic import AMOUNT, PERCENT, PRICE, State, Want, half_up
from ecomops.promotions.sets import NO_SET, Bundle, PartPlan, Scarce, off_sets, take_sets
from tests.promotions.test_arithmetic import a_state

FREE, HALF = Want(PERCENT, 1, 1), Want(PERCENT, 1, 2)
ONE, TWO = PartPlan(1, dearest=True), PartPlan(2, dearest=True)
CHEAPEST = {"from_dearest": False}


def bundle(state: State, scopes: Sequence[Sequence[int]], parts: Sequence[PartPlan], want: Want, **more: Any) -> Bundle:  # noqa: ANN401 - see `off_sets`
    """Return the sets that are taken."""
    found = off_sets(state, scopes, parts, want, half_up, **{"each": True, **more})
    assert isinstance(found, Bundle)
    return found


Case = tuple[list[tuple[int, ...]], list[list[int]], list[PartPlan], Want, dict[str, Any], list[int], list[int]]
"""Rows, scopes of the parts, parts, value, more arguments, effect, consumed."""

CASES: dict[str, Case] = {
    "buy two get the cheapest free": (
        [(300, 1), (200, 1), (100, 1)],
        [[0, 1, 2]],
        [PartPlan(3, dearest=True, picks=1)],
        FREE,
        {},
        [0, 0, 100],
        [1, 1, 1],
    ),
    "the cheapest of all sets, pooled": (
        [(400, 2), (300, 2), (100, 2)],
        [[0, 1, 2]],
        [PartPlan(3, dearest=True, picks=1)],
        FREE,
        {},
        [0, 0, 100],
        [2, 2, 2],
    ),
    "the cheapest of each set": (
        [(400, 2), (300, 2), (100, 2)],
        [[0, 1, 2]],
        [PartPlan(3, dearest=True, picks=1, pooled=False)],
        FREE,
        {},
        [0, 150, 50],
        [2, 2, 2],
    ),
    "the dearest after one": (
        [(500, 1), (300, 1), (100, 1)],
        [[0, 1, 2]],
        [PartPlan(3, dearest=True, picks=1, skip=1, from_dearest=True)],
        FREE,
        {},
        [0, 300, 0],
        [1, 1, 1],
    ),
    "buy one get another": (
        [(300, 1), (100, 1)],
        [[0], [1]],
        [PartPlan(1, dearest=True, picks=0), ONE],
        HALF,
        {},
        [0, 50],
        [1, 1],
    ),
    "a unit that fits both is a reward while there are triggers": (
        [(300, 1), (200, 1)],
        [[0, 1], [1]],
        [PartPlan(1, dearest=True, picks=0), ONE],
        FREE,
        {},
        [0, 200],
        [1, 1],
    ),
    "the cheapest units first": (
        [(300, 1), (200, 1), (100, 1)],
        [[0, 1, 2]],
        [PartPlan(2, dearest=False)],
        HALF,
        {},
        [100, 50],
        [1, 1],
    ),
    "three for a price": (
        [(300, 1), (200, 1), (100, 1)],
        [[0, 1, 2]],
        [PartPlan(3, dearest=True)],
        Want(PRICE, 450),
        {"each": False},
        [75, 50, 25],
        [1, 1, 1],
    ),
    "a set that is cheaper stays": (
        [(800, 2), (200, 2)],
        [[0, 1]],
        [TWO],
        Want(PRICE, 500),
        {"each": False},
        [300],
        [2],
    ),
    "an amount for each set": (
        [(400, 4)],
        [[0]],
        [TWO],
        Want(AMOUNT, 30),
        {"each": False},
        [60],
        [4],
    ),
    "a percentage of all sets, once": (
        [(3, 1), (3, 1)],
        [[0, 1]],
        [TWO],
        HALF,
        {"each": False},
        [2, 1],
        [1, 1],
    ),
    "an amount for each picked unit": (
        [(400, 4)],
        [[0]],
        [PartPlan(2, dearest=True, picks=1)],
        Want(AMOUNT, 30),
        {},
        [60],
        [4],
    ),
    "a price for each picked unit": (
        [(401, 4)],
        [[0]],
        [PartPlan(2, dearest=True, picks=1)],
        Want(PRICE, 60),
        {},
        [80],
        [4],
    ),
    "one set at most": ([(400, 4)], [[0]], [TWO], FREE, {"most": 1}, [200], [2]),
    "a floor": ([(400, 4, 390)], [[0]], [TWO], FREE, {}, [10], [4]),
}


@pytest.mark.parametrize("name", CASES)
def test_sets_by_hand(name: str) -> None:
    """Effect and consumed units of the rows that are touched."""
    rows, scopes, parts, want, more, effect, consumed = CASES[name]
    found = bundle(a_state(*rows), scopes, parts, want, **more)
    assert list(found.effect) == effect
    assert list(found.consumed) == consumed


def test_what_is_scarce_is_told() -> None:
    """The group of parts that lacks most units: none of one, or too few of two together."""
    state = a_state((100, 1), (100, 1))
    assert off_sets(state, [[0], []], [ONE, TWO], FREE, half_up, each=True) == Scarce(0, 2)
    assert off_sets(state, [[0], [0]], [ONE, ONE], FREE, half_up, each=True) == Scarce(1, 2)
    assert off_sets(state, [[0, 1]], [PartPlan(3, dearest=True)], FREE, half_up, each=True) == Scarce(2, 3)


def test_no_set_that_costs_no_more_is_formed() -> None:
    """The bound itself is no reason to take anything."""
    state = a_state((100, 2))
    assert off_sets(state, [[0]], [TWO], Want(PRICE, 100), half_up, each=False) is NO_SET
    assert off_sets(state, [[0]], [TWO], Want(PRICE, 99), half_up, each=False) == Bundle([0], [1], [2], 1)


def test_consumed_units_are_gone_for_other_sets_only() -> None:
    """Their amount goes with them; a discount on them leaves what is loose as it is."""
    state = a_state((10, 3))
    found = bundle(state, [[0]], [TWO], HALF)
    take_sets(state, found, found.effect, consuming=True)
    assert (state.left, state.loose, state.loose_amount) == ([6], [1], [3])
    assert off_sets(state, [[0]], [TWO], HALF, half_up, each=True) == Scarce(1, 2)
    take_sets(state, bundle(state, [[0]], [ONE], FREE), [3], consuming=True)
    assert (state.left, state.loose, state.loose_amount) == ([3], [0], [0])
    assert off_sets(state, [[0]], [ONE], HALF, half_up, each=True) == Scarce(0, 1)


def test_units_that_are_not_consumed_serve_again() -> None:
    """What is taken off them is taken off what is loose."""
    state = a_state((10, 3))
    found = bundle(state, [[0]], [TWO], HALF)
    take_sets(state, found, found.effect, consuming=False)
    assert (state.left, state.loose, state.loose_amount) == ([6], [3], [6])
    assert bundle(state, [[0]], [TWO], HALF).sets == 1


def test_large_numbers_are_not_counted_unit_by_unit() -> None:
    """A million million grams in sets of two, of which one is free, or a price that only the dearer units exceed."""
    many = 10**12
    state = a_state((3 * many + 5, many), (many, many))
    each_set = [PartPlan(2, dearest=True, picks=1, pooled=False)]
    assert bundle(state, [[0, 1]], each_set, FREE).effect == [3 * (many // 2) + 2, many // 2]
    found = bundle(state, [[0, 1]], [TWO], Want(PRICE, 3), each=False)
    assert (found.sets, found.effect) == (many // 2, [3 * many + 5 - 3 * (many // 2)])


# --- laws -----------------------------------------------------------------------------------------------------------

rows = st.lists(st.tuples(st.sampled_from([1, 3, 10, 100]), st.integers(1, 4)), min_size=1, max_size=4)
plans = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([None, None, 0, 1]), st.booleans()), min_size=1, max_size=3
)


def most_sets(state: State, scopes: list[list[int]], quantities: list[int]) -> int:
    """Return the most sets, by trying to hand out every unit: parts are filled one unit at a time, with swaps."""
    number = 0
    while True:
        seats = [place for place, quantity in enumerate(quantities) for _ in range((number + 1) * quantity)]
        taken: dict[tuple[int, int], int] = {}

        def seated(seat: int, seen: set[tuple[int, int]], seats: list[int] = seats, taken: Any = taken) -> bool:  # noqa: ANN401 - a dict
            for row in scopes[seats[seat]]:
                for unit in range(state.units[row]):
                    if (row, unit) not in seen:
                        seen.add((row, unit))
                        if (row, unit) not in taken or seated(taken[row, unit], seen):
                            taken[row, unit] = seat
                            return True
            return False

        if not all(seated(seat, set()) for seat in range(len(seats))):
            return number
        number += 1


@given(rows, plans, st.data())
def test_as_many_sets_as_units_can_be_handed_out(
    lines: list[tuple[int, int]], drawn: list[tuple[int, int | None, bool]], data: st.DataObject
) -> None:
    """Hall's number is that of a matching; every part gets all of its units, from its own rows, none twice."""
    state = a_state(*lines)
    subsets = list(chain.from_iterable(combinations(range(len(lines)), size) for size in range(len(lines) + 1)))
    scopes = [list(data.draw(st.sampled_from(subsets))) for _ in drawn]
    parts = [PartPlan(quantity, dearest=dearest, picks=picks) for quantity, picks, dearest in drawn]
    quantities = [part.quantity for part in parts]
    found = off_sets(state, scopes, parts, FREE, half_up, each=True)
    wanted = most_sets(state, scopes, quantities)
    if isinstance(found, Scarce):
        assert wanted == 0
        assert found.there < found.needed
        return
    assert found.sets == wanted
    assert sum(found.consumed) == wanted * sum(quantities)
    assert all(count <= state.units[row] for row, count in zip(found.rows, found.consumed, strict=True))
    assert all(0 <= off <= state.left[row] for row, off in zip(found.rows, found.effect, strict=True))
