"""Effective dates: what is in force at every instant, against a model that writes each hour down."""

import pickle
from itertools import pairwise
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import AlreadyBegun, Dated, Effective, Unsorted, WrongKind, in_force, next_change
from ecomops.kernel.effective import effective_of
from tests.kernel.hostile import others, untyped
from tests.kernel.toys import NOON

HOURS = range(12)
hours, colours = st.integers(0, 11), st.sampled_from(["red", "green", "blue", None])
timelines = st.dictionaries(hours, colours, max_size=6)


def hour(n: int) -> DateTime:
    """Return the instant *n* hours after noon."""
    return NOON.add(hours=n)


def effective(timeline: dict[int, str | None]) -> Effective[str | None]:
    """Return the values of *timeline*, each since its hour."""
    return Effective(entries=tuple(Dated(since=hour(n), value=timeline[n]) for n in sorted(timeline)))


def written_down(timeline: dict[int, str | None]) -> list[str | None]:
    """Return what holds in each hour, found by walking through them."""
    held: list[str | None] = []
    for n in HOURS:
        held.append(timeline[n] if n in timeline else held[-1] if held else None)
    return held


def answers(value: Effective[str | None]) -> list[str | None]:
    """Return what is in force in each hour."""
    return [in_force(value, at=hour(n)) for n in HOURS]


@given(timeline=timelines)
def test_in_force_is_what_was_last_said(timeline: dict[int, str | None]) -> None:
    """From its own instant on, until the very instant of the next entry; nothing before the first."""
    assert answers(effective(timeline)) == written_down(timeline)
    assert in_force(effective(timeline), at=hour(0).subtract(microseconds=1)) is None


@given(timeline=timelines, after=hours)
def test_the_next_change_is_the_first_entry_after(timeline: dict[int, str | None], after: int) -> None:
    """An entry that begins at the very instant has begun."""
    later = [n for n in sorted(timeline) if n > after]
    assert next_change(effective(timeline), after=hour(after)) == (hour(later[0]) if later else None)


@given(timeline=timelines, value=colours, since=hours, at=hours, correcting=st.booleans())
def test_a_change_is_written_into_the_timeline_or_refused(
    timeline: dict[int, str | None], value: str | None, since: int, at: int, *, correcting: bool
) -> None:
    """It replaces what was planned for its instant and leaves the rest; what has begun it rewrites only when told."""
    before = effective(timeline)
    same = since in timeline and timeline[since] == value
    begun = since < at or (since == at and since in timeline)
    if begun and not correcting and not same:
        with pytest.raises(AlreadyBegun) as refusal:
            before.changed(value, since=hour(since), at=hour(at), correcting=correcting)
        assert refusal.value.context == {"since": hour(since), "at": hour(at)}
    else:
        after = before.changed(value, since=hour(since), at=hour(at), correcting=correcting)
        assert after == effective({**timeline, since: value})
        assert answers(after) == written_down({**timeline, since: value})


@given(timeline=timelines, value=colours, since=hours, at=hours)
def test_a_change_never_moves_the_past(timeline: dict[int, str | None], value: str | None, since: int, at: int) -> None:
    """Whatever is changed, the answer for every instant before the decision stays."""
    before = effective(timeline)
    try:
        after = before.changed(value, since=hour(since), at=hour(at))
    except AlreadyBegun:
        return
    assert answers(after)[:at] == answers(before)[:at]


@given(timeline=timelines, value=colours, since=hours)
def test_a_change_reaches_to_the_next_entry_only(
    timeline: dict[int, str | None], value: str | None, since: int
) -> None:
    """What is planned for later stays planned."""
    before = effective(timeline)
    after = before.changed(value, since=hour(since), at=hour(0), correcting=True)
    end = next((n for n in sorted(timeline) if n > since), len(HOURS))
    expected = [value if since <= n < end else held for n, held in zip(HOURS, answers(before), strict=True)]
    assert answers(after) == expected


@given(timeline=timelines, value=colours, since=hours)
def test_the_same_change_again_is_nothing(timeline: dict[int, str | None], value: str | None, since: int) -> None:
    """Also once it has begun: a repeat comes late and rewrites nothing."""
    after = effective(timeline).changed(value, since=hour(since), at=hour(0), correcting=True)
    assert after.changed(value, since=hour(since), at=hour(11)) is after


@pytest.mark.parametrize("order", [(1, 0), (1, 1), (0, 2, 1), (0, 0, 1)])
def test_entries_that_do_not_rise_are_refused(order: tuple[int, ...]) -> None:
    """Two that begin at one instant would contradict each other; the refusal names the pair."""
    entries = tuple(Dated(since=hour(n), value=n) for n in order)
    with pytest.raises(Unsorted) as refusal:
        Effective(entries=entries)
    low, high = next((a, b) for a, b in pairwise(order) if b <= a)
    assert refusal.value.context == {"before": hour(low), "since": hour(high)}


def test_nothing_said_is_nothing_in_force() -> None:
    """Without entries there is no value and no change."""
    silent: Effective[str] = Effective()
    assert in_force(silent, at=NOON) is None
    assert next_change(silent, after=NOON) is None


def test_a_change_wants_two_instants() -> None:
    """Other kinds of time are refused, naming the place."""
    for odd in untyped(None, "2026-06-18", NOON.in_timezone("Asia/Shanghai"), NOON.naive()):
        with pytest.raises(WrongKind):
            Effective[str]().changed("red", since=odd, at=NOON)
        with pytest.raises(WrongKind):
            Effective[str]().changed("red", since=NOON, at=odd)


@pytest.mark.parametrize("entries", [(), (Dated(since=NOON, value=1),)])
def test_what_holds_is_asked_for_an_instant(entries: tuple[Dated[int], ...]) -> None:
    """Also where nothing holds at any time."""
    for value in others(DateTime):
        with pytest.raises(WrongKind):
            in_force(Effective(entries=entries), at=value)
        with pytest.raises(WrongKind):
            next_change(Effective(entries=entries), after=value)


def test_values_are_copied_whole() -> None:
    """A timeline can be compared, hashed and pickled."""
    value = effective({1: "red", 3: None})
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - pickled here
    assert hash(value) == hash(effective({1: "red", 3: None}))


@frozen(kw_only=True)
class Box:
    """Something with a value that changes."""

    colour: Effective[str | None] = field(validator=effective_of(str, type(None)))


@pytest.mark.parametrize("value", untyped(None, "red", (), Effective(entries=(Dated(since=NOON, value=1),))))
def test_a_field_checks_every_entry(value: Any) -> None:  # noqa: ANN401 - a caller without types
    """The check names the field; an entry of another kind is refused as the whole would be."""
    assert Box(colour=effective({1: "red", 2: None})).colour.entries
    with pytest.raises(WrongKind) as refusal:
        Box(colour=value)
    assert refusal.value.context["field"] == "Box.colour"
    assert refusal.value.context["expected"] == "Effective of str or NoneType"
