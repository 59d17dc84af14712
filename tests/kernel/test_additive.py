"""Counters that move by addition: what moved, which bounds hold, and who is not stopped by them."""

from typing import Any, cast

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Additive, AtLeast, BoundBroken, Conflict, WrongKind
from tests.kernel.hostile import others
from tests.kernel.toys import COUNTERS, Jar, JarPainted, SweetsAdded, SweetsSpilt

ADDED, SPILT, PAINTED = SweetsAdded(sweets=1), SweetsSpilt(sweets=1), JarPainted(colour="red")
BOUND = COUNTERS.keep[0]


@pytest.mark.parametrize(
    ("jar", "left"),
    [
        (Jar(id="j", sweets=3, credit=2), 5),
        (Jar(id="j", sweets=-3, credit=2), -1),
        (Jar(id="j"), 0),
        (Jar(id="j", sweets=-99, credit=None), None),
    ],
)
def test_left_side_is_the_weighted_sum(jar: Jar, left: int | None) -> None:
    """A bound adds its counters up; an absent limit lifts it."""
    assert BOUND.left(jar) == left


def test_weights_may_be_of_any_size_and_sign() -> None:
    """A counter may count against the bound, and more than once."""
    assert AtLeast(weights={"credit": 3, "sweets": -2}).left(Jar(id="j", sweets=5, credit=4)) == 2
    assert AtLeast(weights={}).left(Jar(id="j")) == 0


BROKEN = [
    # (sweets, credit) before, after, events, is it broken
    ((5, 0), (0, 0), (ADDED,), False),
    ((5, 0), (-1, 0), (ADDED,), True),
    ((5, 0), (-1, 1), (ADDED,), False),
    ((-3, 0), (-4, 0), (ADDED,), True),
    ((-3, 0), (-3, 0), (ADDED,), False),  # below, but not lowered
    ((-3, 0), (-2, 0), (ADDED,), False),  # below, and raised
    ((5, 0), (-1, None), (ADDED,), False),  # no bound any more
    ((-5, None), (-5, 0), (ADDED,), True),  # a bound that was not there
    ((-5, None), (-5, None), (ADDED,), False),
    ((5, 0), (-1, 0), (SPILT,), False),  # what has happened cannot be stopped
    ((5, 0), (-1, 0), (SPILT, SPILT), False),
    ((5, 0), (-1, 0), (SPILT, ADDED), True),  # one that could be
    ((5, 0), (-1, 0), (PAINTED,), True),
    ((-5, None), (-5, 0), (SPILT,), False),
]


@pytest.mark.parametrize(("before", "after", "events", "broken"), BROKEN)
def test_bound_stops_what_lowers_it_below_zero(
    before: tuple[int, int | None],
    after: tuple[int, int | None],
    events: tuple[object, ...],
    broken: bool,  # noqa: FBT001 - the verdict of the example
) -> None:
    """A bound breaks when the left side falls below zero by a movement that it does not spare."""
    old, new = (Jar(id="j", sweets=sweets, credit=credit) for sweets, credit in (before, after))
    assert BOUND.breaks(old, new, iter(events)) == broken


def test_bound_without_spares_spares_nothing() -> None:
    """Unless events are named, all of them are stopped."""
    bound = AtLeast(weights={"sweets": 1})
    assert bound.breaks(Jar(id="j"), Jar(id="j", sweets=-1), (SPILT,))


numbers = st.integers(-4, 4)
limits = st.none() | st.integers(0, 4)
happened = st.lists(st.sampled_from([ADDED, SPILT]), min_size=1, max_size=3)


@given(numbers, numbers, limits, limits, happened)
def test_a_write_passes_exactly_when_no_bound_that_it_lowers_breaks(
    old: int, new: int, limit_before: int | None, limit_after: int | None, events: list[object]
) -> None:
    """In other words: after the write the row is in bounds, or was no better before, or nobody could help it."""
    in_bounds = limit_after is None or new + limit_after >= 0
    no_better = limit_before is not None and limit_after is not None and old + limit_before <= new + limit_after
    helpless = ADDED not in events
    before, after = Jar(id="j", sweets=old, credit=limit_before), Jar(id="j", sweets=new, credit=limit_after)
    assert BOUND.breaks(before, after, events) == (not (in_bounds or no_better or helpless))


def test_bounds_at_stake_are_those_that_are_lowered_and_not_spared() -> None:
    """A movement has to look at the bounds whose left side it lowers, each with by how much, unless all is spared."""
    before = Jar(id="j", sweets=3)
    for events, by, stakes in (
        ((ADDED,), -2, ((BOUND, -2),)),
        ((SPILT, ADDED), -2, ((BOUND, -2),)),
        ((SPILT,), -2, ()),
        ((ADDED,), 2, ()),
        ((ADDED,), 0, ()),
    ):
        after = Jar(id="j", sweets=3 + by)
        assert COUNTERS.at_stake(before, after, iter(events)) == stakes


@given(numbers, numbers, numbers, limits, happened)
def test_nothing_breaks_but_what_was_at_stake(
    old: int, by: int, there: int, limit: int | None, events: list[object]
) -> None:
    """On whatever row the movement lands, it breaks a bound exactly when one at stake goes below zero there."""
    before, row = Jar(id="j", sweets=old), Jar(id="j", sweets=there, credit=limit)
    stakes = COUNTERS.at_stake(before, Jar(id="j", sweets=old + by), events)
    lefts = [(bound.left(row), change) for bound, change in stakes]
    broken = any(left is not None and left + change < 0 for left, change in lefts)
    after = Jar(id="j", sweets=there + by, credit=limit)
    assert broken == any(bound.breaks(row, after, events) for bound in COUNTERS.keep)


def test_deltas_are_what_moved() -> None:
    """Every counter has its difference, zero too; a change of anything else is no addition."""
    jar = Jar(id="j", sweets=3)
    assert COUNTERS.deltas(jar, jar) == {"sweets": 0}
    assert COUNTERS.deltas(jar, Jar(id="j", sweets=1)) == {"sweets": -2}
    for other in (
        Jar(id="j", sweets=1, credit=1),
        Jar(id="j", sweets=3, credit=None),
        Jar(id="k", sweets=1),
        Jar(id="j", sweets=3, colour="red"),
        Jar(id="j", sweets=3, labels=("a",)),
    ):
        assert COUNTERS.deltas(jar, other) is None


@frozen
class Pair:
    """Two counters and a limit to each."""

    left: int
    right: int
    floor: int | None = 0


PAIR = Additive(
    fields=("left", "right"),
    keep=(AtLeast(weights={"left": 1, "floor": -1}), AtLeast(weights={"right": 1, "left": -1}, spares=(SweetsSpilt,))),
)


@given(numbers, numbers, st.lists(st.tuples(numbers, numbers), max_size=4))
def test_additions_commute(left: int, right: int, moves: list[tuple[int, int]]) -> None:
    """Whatever the order of the writes, the counters end the same, and the row that was given is untouched."""
    free = Additive(fields=("left", "right"))
    row = forwards = backwards = Pair(left, right)
    for move in moves:
        forwards = free.add(forwards, dict(zip(("left", "right"), move, strict=True)), (ADDED,), kind="pair", id="p")
    for move in reversed(moves):
        backwards = free.add(backwards, dict(zip(("left", "right"), move, strict=True)), (ADDED,), kind="pair", id="p")
    assert forwards == backwards == Pair(left + sum(m[0] for m in moves), right + sum(m[1] for m in moves))
    assert row == Pair(left, right)


@given(numbers, numbers)
def test_adding_the_deltas_gives_the_other_value(sweets: int, by: int) -> None:
    """What a store adds to the row that was read is what the decision saw."""
    before, after = Jar(id="j", sweets=sweets, credit=None), Jar(id="j", sweets=sweets + by, credit=None)
    moved = COUNTERS.deltas(before, after)
    assert moved is not None
    assert COUNTERS.add(before, moved, (ADDED,), kind="jar", id="j") == after


@pytest.mark.parametrize(
    ("row", "moved"), [(Pair(1, 9), {"left": -2}), (Pair(1, 1), {"right": -1}), (Pair(1, 1), {"left": 1})]
)
def test_each_bound_stops_an_addition(row: Pair, moved: dict[str, int]) -> None:
    """A broken bound is a conflict that names the object: the row moved since it was read."""
    with pytest.raises(BoundBroken) as broken:
        PAIR.add(row, moved, [ADDED], kind="pair", id="p-1")
    assert broken.value.context == {"kind": "pair", "id": "p-1"}
    assert isinstance(broken.value, Conflict)


def test_bounds_are_spared_one_by_one() -> None:
    """An event that one bound spares is stopped by another; the events may come from an iterator."""
    assert PAIR.add(Pair(1, 1), {"right": -1}, iter([SPILT]), kind="pair", id="p") == Pair(1, 0)
    with pytest.raises(BoundBroken):
        PAIR.add(Pair(1, 9), {"left": -2}, iter([SPILT]), kind="pair", id="p")
    assert PAIR.add(Pair(1, 9, floor=None), {"left": -2}, iter([SPILT]), kind="pair", id="p") == Pair(-1, 9, None)


def test_fields_are_checked() -> None:
    """Counters are named by texts, bounds are bounds, spared events are classes."""
    for value in (["sweets"], (1,), (None,), *others(tuple)):
        with pytest.raises(WrongKind, match=r"Additive\.fields"):
            Additive(fields=cast("Any", value))
    for value in ([BOUND], ("sweets",), BOUND, None):
        with pytest.raises(WrongKind, match=r"Additive\.keep"):
            Additive(fields=("sweets",), keep=cast("Any", value))
    for value in ([SweetsSpilt], (SPILT,), SweetsSpilt, None):
        with pytest.raises(WrongKind, match=r"AtLeast\.spares"):
            AtLeast(weights={"sweets": 1}, spares=cast("Any", value))
