"""Counters with a limit: used + n is at most the limit, one after the other or all at once."""

from itertools import pairwise
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Additive, AtLeast, BoundBroken, Invalid, OutOfRange, WrongKind
from ecomops.kernel.counters import UNLIMITED, Excess, Limit, LimitReached, bounded, fit, require_room, room
from ecomops.kernel.money import MOST_MINOR
from tests.kernel.hostile import others, untyped

limits = st.none() | st.integers(0, 20)
amounts = st.integers(0, 25)


@given(amounts, amounts, limits)
def test_a_claim_fits_exactly_when_used_and_wanted_are_within_the_limit(
    used: int, wanted: int, most: int | None
) -> None:  # fmt: skip
    """The limit itself will do; without one everything fits."""
    if most is None or wanted == 0 or used + wanted <= most:
        require_room(used, wanted, Limit(most), counter="uses")
        return
    with pytest.raises(LimitReached) as refusal:
        require_room(used, wanted, Limit(most), counter="uses")
    assert refusal.value.context == {"counter": "uses", "wanted": wanted, "used": used, "most": most}


@given(amounts, amounts, limits, st.sampled_from(Excess))
def test_what_is_counted_never_exceeds_the_limit(used: int, wanted: int, most: int | None, excess: Excess) -> None:
    """Refused whole or cut to what is left, as told; what fits is counted as it is."""
    left = room(used, Limit(most))
    try:
        counted = fit(used, wanted, Limit(most), excess=excess, counter="money")
    except LimitReached:
        assert left is not None
        assert wanted > left
        assert excess is Excess.REFUSE or left == 0
        return
    assert counted == (wanted if left is None else min(wanted, left))
    assert most is None or counted == 0 or used + counted <= most
    assert counted == wanted or excess is Excess.CLAMP


@given(st.lists(st.tuples(amounts, st.sampled_from(Excess))), st.integers(0, 40))
def test_any_row_of_claims_stays_within_the_limit(claims: list[tuple[int, Excess]], most: int) -> None:
    """However many come, and whatever each wants."""
    used = [0]
    for wanted, excess in claims:
        try:
            used.append(used[-1] + fit(used[-1], wanted, Limit(most), excess=excess))
        except LimitReached:
            continue
    assert all(before <= after <= most for before, after in pairwise(used))


def test_room_is_never_below_nothing() -> None:
    """A limit that was lowered below what is used leaves nothing, and takes nothing back."""
    assert [room(used, Limit(10)) for used in (-5, 0, 10, 12)] == [15, 10, 0, 0]
    assert room(10**9, UNLIMITED) is None


def test_kinds_are_checked() -> None:
    """Counters are ints, limits are limits of whole numbers that can be kept."""
    for value in others(int):
        with pytest.raises(WrongKind):
            room(value, UNLIMITED)
        with pytest.raises(WrongKind):
            require_room(0, value, UNLIMITED, counter="uses")
        with pytest.raises(WrongKind):
            fit(0, value, Limit(10))
    for value in untyped(None, 5, "5"):
        with pytest.raises(WrongKind):
            room(0, value)
    for value in (-1, MOST_MINOR + 1, True, 1.0, "1"):
        with pytest.raises(Invalid):
            Limit(untyped(value)[0])


def test_nothing_is_claimed_below_zero() -> None:
    """A negative claim would give back what nobody took."""
    for limit in (UNLIMITED, Limit(0), Limit(10)):
        with pytest.raises(OutOfRange):
            require_room(12, -1, limit, counter="uses")
        with pytest.raises(OutOfRange):
            fit(5, -1, limit)


@frozen(kw_only=True)
class Tally:
    """A noun of counters with a limit."""

    id: str = "t"
    reserved: int = 0
    redeemed: int = 0
    most: int | None = None


COUNTERS = Additive(fields=("reserved", "redeemed"), keep=(bounded("most", "reserved", "redeemed"),))


def test_a_bound_is_the_limit_less_its_counters() -> None:
    """What is left of the limit, lifted when there is none."""
    assert bounded("most", "reserved", "redeemed") == AtLeast(weights={"most": 1, "reserved": -1, "redeemed": -1})
    assert bounded("most", "reserved").left(Tally(reserved=3, most=10)) == 7
    assert bounded("most", "reserved").left(Tally(reserved=3)) is None


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.none() | st.integers(0, 12))
def test_the_bound_of_a_noun_lets_through_what_its_decision_does(
    reserved: int, redeemed: int, wanted: int, most: int | None
) -> None:
    """A store that adds agrees with the decision on every row, so that the rule has one text."""
    row = Tally(reserved=reserved, redeemed=redeemed, most=most)
    try:
        require_room(reserved + redeemed, wanted, Limit(most), counter="uses")
        decided = True
    except LimitReached:
        decided = False
    try:
        added: Any = COUNTERS.add(row, {"reserved": wanted}, ("reserved",), kind="tally", id="t")
        kept = added.reserved == reserved + wanted
    except BoundBroken:
        kept = False
    assert decided is kept


def test_a_claim_of_all_that_is_left_fits() -> None:
    """The bound is included, also where a claim above it is refused; one more is not."""
    assert [fit(7, 3, Limit(10), excess=excess) for excess in Excess] == [3, 3]
    with pytest.raises(LimitReached):
        fit(7, 4, Limit(10))
