"""Traffic straight from views against the visits that are made of them, which is the rule."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import NEVER, CannotHoldSum, Ints, OutOfColumn, Uneven, WrongColumn, threads
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import (
    Facts,
    FamilyMissing,
    Traffic,
    Views,
    cutting,
    pausing,
    tallying,
    traffic_of,
    traffic_of_views,
    viewing,
    visits_of,
    walking,
)
from ecomops.metrics.sessions import TEXTS
from tests.metrics.shops import SHOP, ints, some_orders, weeks
from tests.metrics.test_sessions import SHOPPING, VIEWS, facts_of, in_turn, views_of


def by_rule(facts: Facts, sources: Ints | None, given_sessions: Ints | None, length: float = 1) -> Traffic:
    """Return the traffic of the visits of the views."""
    visits = visits_of(facts[Views], sources=sources, sessions=given_sessions)
    return traffic_of(facts.joined(visits), calendar=SHOP, observed=weeks(length))


def same(first: Traffic, second: Traffic) -> bool:
    """Tell whether two are alike."""
    assert first.sources.tolist() == second.sources.tolist()
    assert first.labels == second.labels
    return all(np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True) for name in list(TEXTS)[2:])


def in_blocks(patch: pytest.MonkeyPatch, block: int) -> None:
    """Look at so many rows together, let two threads begin with as many each, and keep as many sessions open."""
    for module, name in (
        *((each, "BLOCK") for each in (cutting, pausing, tallying)),
        *((each, "IN_TURN") for each in (cutting, viewing, walking)),
        (viewing, "ALONE"),
    ):
        patch.setattr(module, name, block)
    for module, name in ((walking, "KEPT"), (walking, "CLOSED"), (pausing, "OPEN")):
        patch.setattr(module, name, block // 4)


@given(
    rows=VIEWS.map(in_turn) | VIEWS,
    bought=SHOPPING,
    length=st.sampled_from([0, 0.2, 1]),
    with_sources=st.booleans(),
    block=st.sampled_from([4, 1 << 15]),
)
def test_no_visit_needs_to_be_kept(
    *,
    rows: Sequence[tuple[int, ...]],
    bought: list[tuple[int, int, bool]],
    length: float,
    with_sources: bool,
    block: int,
) -> None:
    """Whatever the order of views and the codes of sessions; in one block or in many."""
    views, sources, given_sessions = views_of(rows)
    facts, known = facts_of([], bought).joined(views), sources if with_sources else None
    with pytest.MonkeyPatch.context() as patch:
        in_blocks(patch, block)
        for each in (given_sessions, None):
            found = traffic_of_views(facts, calendar=SHOP, observed=weeks(length), sources=known, sessions=each)
            assert same(found, by_rule(facts, known, each, length))


def test_views_in_turn_make_no_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way is taken where it may be."""
    cases: list[tuple[Facts, Ints, Ints, Traffic]] = []
    for signed, known in ((5, True), (-1, True), (5, False)):
        views, sources, given_sessions = views_of([(0, 1, signed, 0, 0, 0), (3, 1, -1, 1, 0, 1), (4, 1, -1, 2, 0, 0)])
        facts = facts_of([], [(5, 5, known), (1, 5, known)]).joined(views)
        cases.append((facts, sources, given_sessions, by_rule(facts, sources, given_sessions)))
    monkeypatch.setattr(viewing, "visits_of", None)
    for (facts, sources, given_sessions, expected), orders in zip(cases, (2, 0, 0), strict=True):
        found = traffic_of_views(facts, calendar=SHOP, observed=weeks(1), sources=sources, sessions=given_sessions)
        assert same(found, expected)
        assert found.orders.sum() == orders


def test_a_session_is_open_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that comes back to a session that was closed goes the long way, to the same figures."""
    rows = [(at, 1, -1, at % 3, 0, at) for at in range(12)]
    nobody = [(0, 1, -1, 0, 0, -1)]  # in the first block: it belongs to no session, and stands in no other one's way
    facts = facts_of([], [])
    in_blocks(monkeypatch, 4)
    for first, came_back, short in (([], 11, True), ([], 10, False), ([], 0, False), (nobody, 11, True)):
        views, sources, given_sessions = views_of([*first, *rows, (12, 1, -1, 0, 0, came_back)])
        expected = by_rule(facts.joined(views), sources, given_sessions)
        given_values: dict[str, Any] = {"sources": sources, "sessions": given_sessions}
        with monkeypatch.context() as patch:
            if short:
                patch.setattr(viewing, "visits_of", None)
            found = traffic_of_views(facts.joined(views), calendar=SHOP, observed=weeks(1), **given_values)
        assert same(found, expected)
        assert int(found.views.sum()) == 13
        assert found.stayed.max() >= (12 - came_back) * 60_000_000


def crowd(size: int, *, visitors: int, known: bool) -> tuple[Facts, Ints, Ints]:
    """Return views in the order of time of visitors who come back, with sources, and sessions as they begin."""
    draw = np.random.default_rng(size)
    rows = [
        (minute, int(draw.integers(-1, visitors)), int(draw.integers(-1, 4)) if known else -1, minute % 4 - 1, 0, 0)
        for minute in np.sort(draw.integers(0, size * 3, size)).tolist()
    ]
    views, sources, _ = views_of(rows)
    sessions = in_turn([(at, 0, 0, 0, 0, visitor * 1_000 + at // 45) for at, visitor, *_ in rows])
    orders = [(minute, minute % 4, True) for minute in range(0, size * 3, 7)] if known else []
    return facts_of([], orders).joined(views), sources, ints(*(row[5] for row in sessions))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("processors", [1, 2])
def test_two_parts_of_a_walk_are_one(monkeypatch: pytest.MonkeyPatch, processors: int, *, known: bool) -> None:
    """Visits that begin in the first part and end in the second are counted once, whoever walks through them."""
    facts, sources, given_sessions = crowd(300, visitors=6, known=known)
    expected = {each is None: by_rule(facts, sources, each, 1) for each in (given_sessions, None)}
    in_blocks(monkeypatch, 16)
    monkeypatch.setattr(walking, "KEPT", 40)
    monkeypatch.setattr(viewing, "visits_of", None)
    for each in (given_sessions, None):
        with threads(processors):
            found = traffic_of_views(facts, calendar=SHOP, observed=weeks(1), sources=sources, sessions=each)
        assert same(found, expected[each is None])
        assert bool(found.orders.sum()) is known


def test_more_visits_may_be_open_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visitors of many codes at once; codes far beyond the number of views are told by their ranks instead."""
    in_blocks(monkeypatch, 4)
    for far, short in ((30, True), (300, False)):
        visitors = [*range(8), *range(9), far, 2, 30]
        views, sources, _ = views_of([(at, visitor, -1, at % 3, 0, 0) for at, visitor in enumerate(visitors)])
        facts = facts_of([], []).joined(views)
        expected = by_rule(facts, sources, None)
        with monkeypatch.context() as patch:
            if short:
                patch.setattr(viewing, "visits_of", None)
            found = traffic_of_views(facts, calendar=SHOP, observed=weeks(1), sources=sources)
        assert same(found, expected)


def test_of_two_visits_that_began_at_once_the_later_row_has_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when it was over first."""
    in_blocks(monkeypatch, 2)
    rows = [(0, 0, 5, 0, 0, 0), (0, 1, 5, 1, 0, 0), *((at, 0, 5, 0, 0, 0) for at in range(20, 120, 20))]
    views, sources, _ = views_of(rows)
    facts = facts_of([], [(10, 5, True)]).joined(views)
    found = traffic_of_views(facts, calendar=SHOP, observed=weeks(1 / 7), sources=sources)
    assert found.orders.tolist() == [[0, 1]]
    assert same(found, by_rule(facts, sources, None, 1 / 7))


@pytest.mark.parametrize(
    ("minutes", "codes", "source"),
    [
        ([*range(20)], [0, 1, 2, 3, *[0] * 16], 0),
        ([*range(10), 5, *range(11, 20)], [*range(20)], 0),
        ([*range(10), *range(8, 18)], [*range(20)], 0),
        ([*range(20)], [*range(20)], 9),
    ],
    ids=["guess", "falls", "between", "source"],
)
def test_a_part_that_is_out_of_turn_goes_the_long_way(
    monkeypatch: pytest.MonkeyPatch, minutes: list[int], codes: list[int], source: int
) -> None:
    """Where the second part does not begin as it seems, stands before the first, or has a source that is none."""
    in_blocks(monkeypatch, 4)
    monkeypatch.setattr(walking, "KEPT", 8)
    rows = [(at, code, -1, 0, 0, code) for at, code in zip(minutes, codes, strict=True)]
    views, sources, given_sessions = views_of(rows)
    facts = facts_of([], []).joined(views)
    sources[-1] = source
    if source:
        facts = Facts.of(facts.currency, {Views: views.to_columns()}, {"visit_sources": ("search", "mail")})
    for each in (given_sessions, None):
        given_values: dict[str, Any] = {"sources": sources, "sessions": each}
        if source:
            with pytest.raises(OutOfColumn):
                traffic_of_views(facts, calendar=SHOP, observed=weeks(1), **given_values)
        else:
            found = traffic_of_views(facts, calendar=SHOP, observed=weeks(1), **given_values)
            assert same(found, by_rule(facts, sources, each))


def test_times_of_two_parts_may_be_too_long_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them fits into 64 bits, with room to add two."""
    in_blocks(monkeypatch, 4)
    monkeypatch.setattr(tallying, "BLOCK", 1)
    views, sources, _ = views_of([(0, 1, -1, 0, 0, 0)] * 8)
    ever = Views.of({**views.to_columns(), "at": np.repeat(ints(-(2**61), -1, 0, 2**61), 2)})
    facts = some_orders([0], [0]).joined(ever)
    with pytest.raises(CannotHoldSum):
        traffic_of_views(
            facts, calendar=SHOP, observed=weeks(1), sources=sources, sessions=ints(0, 1, 0, 1, 2, 3, 2, 3)
        )


def test_time_that_no_cell_may_hold_goes_the_long_way() -> None:
    """Sums that might go round are refused as ever."""
    views, sources, _ = views_of([(0, 1, 5, 0, 0, 0), (3, 1, -1, 1, 0, 1), (4, 1, 5, 2, 0, 0)] * 2)
    ever = Views.of({**views.to_columns(), "at": np.repeat(ints(-(2**61), 2**61), 3)})
    facts = some_orders([0], [0]).joined(ever)
    with pytest.raises(CannotHoldSum):
        traffic_of_views(facts, calendar=SHOP, observed=weeks(1), sources=sources, sessions=ints(0, 1, 2, 0, 1, 2))


@pytest.mark.parametrize(
    ("given_values", "refusal"),
    [
        ({"sources": [1]}, WrongColumn),
        ({"sources": ints(1)}, Uneven),
        ({"sources": ints(0, -2)}, OutOfColumn),
        ({"sources": ints(0, 3)}, OutOfColumn),
        ({"sessions": ints(0, 2)}, OutOfColumn),
        ({"sessions": ints(0)}, Uneven),
        ({"observed": "June"}, WrongKind),
    ],
    ids=["list", "short", "below", "unnamed", "session", "sessions", "observed"],
)
def test_what_is_refused_is_refused_alike(given_values: dict[str, Any], refusal: type[Exception]) -> None:
    """By its own refusals, in whatever way it would have gone."""
    views, _, _ = views_of([(0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0)])
    facts = Facts.of(
        some_orders([0], [0]).currency, {Views: views.to_columns()}, {"visit_sources": ("search", "mail", "none")}
    )
    given: dict[str, Any] = {"calendar": SHOP, "observed": weeks(1), "sessions": ints(0, 1), **given_values}
    with pytest.raises(refusal):
        traffic_of_views(facts, **given)


def test_facts_without_views_or_with_too_many_cells_are_refused() -> None:
    """A view without an instant, too."""
    views, _, given_sessions = views_of([(0, 0, 0, 0, 0, 0)])
    facts = some_orders([0], [0])
    far = facts.joined(views)
    never = facts.joined(Views.of({**views.to_columns(), "at": ints(NEVER)}))
    cases: list[tuple[Facts, Ints | None, type[Exception]]] = [
        (facts, None, FamilyMissing),
        (far, ints(2**31 - 1), OutOfRange),
        (never, None, OutOfColumn),
    ]
    for wrong, sources, refusal in cases:
        with pytest.raises(refusal):
            traffic_of_views(wrong, calendar=SHOP, observed=weeks(1), sources=sources, sessions=given_sessions)
