"""The arithmetic of a quote: tables of cases by hand, and its laws; `oracle` has the slow second engine."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Rounding
from ecomops.promotions.arithmetic import (
    AMOUNT,
    PERCENT,
    PRICE,
    Choice,
    State,
    Want,
    chosen,
    clamped,
    cut_by_funders,
    half_up,
    off_chosen,
    off_lines,
    off_whole,
    rounded_by,
    share,
    take,
)

TENTH, HALF = Want(PERCENT, 1, 10), Want(PERCENT, 1, 2)


def a_state(*rows: tuple[int, ...]) -> State:
    """Return rows of (left, units, floor); one unit and no floor, when nothing else is said."""
    full = [(*row, *(1, 0)[len(row) - 1 :]) for row in rows]
    lefts = [left for left, _, _ in full]
    return State(units=[row[1] for row in full], listed=lefts, left=lefts, floor=[row[2] for row in full])


# --- by hand --------------------------------------------------------------------------------------------------------

FIRST, SECOND = Choice(1, 0, dearest=False, joint=False), Choice(1, 1, dearest=False, joint=False)
CHEAPEST, DEAREST = Choice(2, 0, dearest=False, joint=True), Choice(2, 1, dearest=True, joint=True)

LINES: list[tuple[Want, bool, list[int]]] = [
    (TENTH, True, [1, 10]),  # half up: 0.5 is 1
    (Want(AMOUNT, 3), True, [3, 5]),  # two units, a floor of 95
    (Want(AMOUNT, 3), False, [3, 3]),
    (Want(AMOUNT, 0), True, [0, 0]),
    (Want(PRICE, 40), True, [0, 20]),
    (Want(PRICE, 40), False, [0, 60]),
    (Want(PRICE, 2), True, [3, 96]),
]


@pytest.mark.parametrize(("want", "each", "parts"), LINES)
def test_each_value_over_lines(want: Want, each: bool, parts: list[int]) -> None:  # noqa: FBT001 - a column of the table
    """Five cents for one unit beside a yuan for two, of which 95 cents must be left where three are taken each."""
    floor = 95 if (want, each) == (Want(AMOUNT, 3), True) else 0
    assert list(off_lines(a_state((5,), (100, 2, floor)), [0, 1], want, half_up, each=each)) == parts


def test_another_rounding_is_kept() -> None:
    """Of a percentage over lines as of all else."""
    state = a_state((5,), (15,))
    assert off_lines(state, [0, 1], TENTH, rounded_by(Rounding.DOWN), each=True) == [0, 1]
    assert off_lines(state, [0, 1], TENTH, rounded_by(Rounding.HALF_EVEN), each=True) == [0, 2]


CHOSEN: list[tuple[Choice, list[tuple[int, int]]]] = [
    (FIRST, [(4, 1), (5, 1), (0, 1)]),
    (SECOND, [(3, 1), (0, 0), (0, 1)]),
    (Choice(9, 1, dearest=False, joint=False), [(6, 2), (0, 0), (0, 1)]),
    (CHEAPEST, [(0, 0), (0, 0), (0, 2)]),
    (Choice(2, 1, dearest=False, joint=True), [(4, 1), (0, 0), (0, 1)]),
    (DEAREST, [(7, 2), (0, 0), (0, 0)]),
    (Choice(9, 0, dearest=True, joint=True), [(10, 3), (5, 1), (0, 2)]),
]


@pytest.mark.parametrize(("choice", "found"), CHOSEN)
def test_units_are_chosen_by_the_unit_law(choice: Choice, found: list[tuple[int, int]]) -> None:
    """Ten cents for three, five for one, nothing for two: of each row, or of all by what a unit costs."""
    state = a_state((10, 3), (5, 1), (0, 2))
    assert chosen(state, [0, 1, 2], choice) == found


def test_a_value_over_chosen_units_takes_no_more_than_these() -> None:
    """Half of the second unit, an amount for each, what exceeds a price; ties go to the earlier row."""
    state = a_state((10, 3), (9, 3), (5, 1))
    rows = [0, 1, 2]
    assert off_chosen(state, rows, HALF, half_up, SECOND, each=True) == [2, 2, 0]
    assert off_chosen(state, rows, Want(AMOUNT, 4), half_up, SECOND, each=True) == [3, 3, 0]
    assert off_chosen(state, rows, Want(AMOUNT, 1), half_up, CHEAPEST, each=True) == [2, 0, 0]
    assert off_chosen(state, rows, Want(AMOUNT, 1), half_up, CHEAPEST, each=False) == [1, 0, 0]
    assert off_chosen(state, rows, Want(PRICE, 1), half_up, CHEAPEST, each=True) == [5, 0, 0]


WHOLE: list[tuple[Want, list[int]]] = [
    (TENTH, [1, 10]),  # 10.5 once is 11, shared
    (Want(AMOUNT, 3), [0, 3]),
    (Want(AMOUNT, 1000), [5, 100]),
    (Want(PRICE, 90), [1, 14]),
    (Want(PRICE, 106), [0, 0]),
]


@pytest.mark.parametrize(("want", "parts"), WHOLE)
def test_each_value_over_the_whole(want: Want, parts: list[int]) -> None:
    """Once, shared by what is left."""
    assert list(off_whole(a_state((5,), (100, 2)), [0, 1], want, half_up)) == parts


# --- laws -----------------------------------------------------------------------------------------------------------

rows = st.lists(st.tuples(st.sampled_from([0, 1, 2, 3, 100, 101]), st.integers(0, 101)), max_size=5)


@given(st.integers(0, 400), rows)
def test_shares_add_up_and_leave_every_floor(amount: int, among: list[tuple[int, int]]) -> None:
    """All of the amount is shared as far as there is room, and none of a row below its floor."""
    weights, rooms = [left for left, _ in among], [max(left - floor, 0) for left, floor in among]
    parts = share(amount, weights, rooms)
    assert sum(parts) == min(amount, sum(rooms))
    assert all(0 <= part <= room for part, room in zip(parts, rooms, strict=True))


def test_a_full_row_drops_out_and_the_rest_is_shared_again() -> None:
    """The part that a floor keeps goes to the others, by what is left of them."""
    assert share(60, [100, 100, 50], [10, 100, 50]) == [10, 33, 17]
    assert share(3, [1, 1, 1, 1], [1, 1, 1, 1]) == [1, 1, 1, 0]
    assert share(3, [1, 1, 3], [1, 1, 3]) == [1, 0, 2]  # just full is not too full
    assert share(5, [], []) == []


@given(rows, st.integers(0, 101), st.sampled_from(Rounding))
def test_what_is_loose_stays_within_what_is_left(among: list[tuple[int, int]], amount: int, rounding: Rounding) -> None:
    """However a share of it is rounded, and whatever sets have consumed before."""
    state = a_state(*((left,) for left, _ in among))
    state.loose_amount = [min(loose, left) for left, loose in among]
    effect = [min(amount, left) for left, _ in among]
    take(state, range(len(among)), effect, rounded_by(rounding))
    assert state.left == [left - part for (left, _), part in zip(among, effect, strict=True)]
    assert all(0 <= loose <= left for loose, left in zip(state.loose_amount, state.left, strict=True))


def test_a_discount_falls_on_the_loose_part_by_amount() -> None:
    """Seven of ten cents are loose: of three taken, two are."""
    state = a_state((10,))
    state.loose_amount = [7]
    take(state, [0], [3], half_up)
    assert (state.left, state.loose_amount) == ([7], [5])


def test_what_exceeds_the_money_is_cut_in_proportion() -> None:
    """Nothing is cut that fits."""
    assert list(clamped([10, 20, 30], 60)) == [10, 20, 30]
    assert list(clamped([10, 20, 30], 30)) == [5, 10, 15]
    assert list(clamped([10, 20, 30], 0)) == [0, 0, 0]


@given(st.lists(st.integers(0, 50), max_size=8), st.sampled_from([(1, 1), (2, 3, 1), (1, 9), (7,)]))
def test_funders_bear_their_shares_over_all_rows(amounts: list[int], parts: tuple[int, ...]) -> None:
    """Each row adds up, and nobody strays from the exact share of all rows so far by more than the odd cents."""
    under = sum(parts)
    short = [0] * len(parts)
    given_so_far = [0] * len(parts)
    for number, amount in enumerate(amounts, start=1):
        cut = cut_by_funders(amount, parts, under, short)
        assert sum(cut) == amount
        assert all(part >= 0 for part in cut)
        given_so_far = [before + part for before, part in zip(given_so_far, cut, strict=True)]
        total = sum(amounts[:number])
        exact = [Fraction(total * part, under) for part in parts]
        assert all(abs(has - should) < len(parts) for has, should in zip(given_so_far, exact, strict=True))


def test_the_odd_cent_goes_to_whoever_is_behind() -> None:
    """Of two equal funders the first, then the other."""
    short = [0, 0]
    assert [cut_by_funders(1, (1, 1), 2, short) for _ in range(4)] == [[1, 0], [0, 1], [1, 0], [0, 1]]
