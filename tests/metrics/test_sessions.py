"""Visits against a walk view by view, and traffic against a sum visit by visit, on random views and orders."""

from collections.abc import Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import NEVER, CannotHoldSum, Ints, OutOfColumn, Uneven, WrongColumn, microseconds
from ecomops.kernel import Calendar, Currency, Grain
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import Facts, FamilyMissing, Orders, Views, Visits, cutting, tallying
from ecomops.metrics.sessions import TEXTS, VisitPolicy, traffic_of, visits_of
from tests.metrics.shops import MONDAY, SHOP, ZONES, ints, some_orders, weeks

MINUTE = 60_000_000
START = microseconds(MONDAY)

VIEWS = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 3) | st.integers(0, 90),  # the minute
        st.integers(-1, 3),  # the visitor
        st.integers(-1, 2),  # the customer
        st.integers(-1, 2),  # the source
        st.integers(0, 4),  # the page
        st.integers(-1, 3),  # the session that the host knows
    ),
    max_size=40,
)


def views_of(rows: Sequence[tuple[int, ...]]) -> tuple[Views, Ints, Ints]:
    """Return views with their sources and sessions."""
    minute, visitor, customer, source, page, session = (ints(*(row[at] for row in rows)) for at in range(6))
    nothing = np.full(len(rows), -1)
    views = Views(visit=nothing, visitor=visitor, customer=customer, page=page, sku=nothing, at=START + minute * MINUTE)
    return views, source, np.minimum(session, len(rows) - 1)


def naive_visits(rows: Sequence[tuple[int, ...]], idle: int, *, given_sessions: bool) -> list[tuple[int, ...]]:
    """Return visitor, customer, source, entrance, minutes of beginning and end, and pages, by walking through views."""
    sessions = [min(row[5], len(rows) - 1) for row in rows]
    running: dict[int, list[int]] = {}
    visits: list[list[int]] = []
    for number in sorted(range(len(rows)), key=lambda number: (rows[number][0], number)):
        minute, visitor, customer, source, page, _ = rows[number]
        owner = sessions[number] if given_sessions else visitor
        if owner < 0:
            continue
        visit = running.get(owner)
        if visit is None or (not given_sessions and minute - visit[5] > idle):
            visit = running[owner] = [visitor, -1, source, page, minute, minute, 0]
            visits.append(visit)
        visit[1] = customer if customer >= 0 else visit[1]
        visit[5] = minute
        visit[6] += 1
    return [tuple(visit) for visit in visits]


def in_turn(rows: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the rows in the order of time, with sessions whose codes rise as they begin."""
    codes: dict[int, int] = {}
    return [(*row[:5], codes.setdefault(row[5], len(codes))) for row in sorted(rows, key=itemgetter(0))]


@given(
    rows=VIEWS | VIEWS.map(in_turn),
    idle=st.sampled_from([1, 30, 60]),
    given_sessions=st.booleans(),
    with_sources=st.booleans(),
    block=st.sampled_from([4, 1 << 15]),
)
def test_views_make_the_visits_of_a_walk_through_them(
    *, rows: Sequence[tuple[int, ...]], idle: int, given_sessions: bool, with_sources: bool, block: int
) -> None:
    """In any order of rows, by pauses or by the sessions of the host, in one block or in many."""
    views, sources, sessions = views_of(rows)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("BLOCK", "IN_TURN"):
            patch.setattr(cutting, name, block)
        visits = visits_of(
            views,
            sources=sources if with_sources else None,
            sessions=sessions if given_sessions else None,
            policy=VisitPolicy(idle=timedelta(minutes=idle)),
        )
    began, left = ((each - START) // MINUTE for each in (visits.began, visits.left))
    found = [visits.visitor, visits.customer, visits.source, visits.entrance, began, left, visits.pages]
    expected = naive_visits(rows, idle, given_sessions=given_sessions)
    if not with_sources:
        expected = [(*row[:2], -1, *row[3:]) for row in expected]
    assert list(zip(*(each.tolist() for each in found), strict=True)) == expected
    assert not visits.clicks.any()
    assert (visits.address == -1).all()


def test_a_pause_of_just_the_limit_cuts_nothing() -> None:
    """Thirty idle minutes belong to a visit, a microsecond more does not."""
    for pause, expected in ((0, 1), (1, 2)):
        views, _, _ = views_of([(0, 0, 0, 0, 0, 0), (30, 0, 0, 0, 0, 0)])
        late = Views.of({**views.to_columns(), "at": views.at + ints(0, pause)})
        assert len(visits_of(late)) == expected


def test_visits_of_nobody_known_have_no_customer() -> None:
    """A shop where nobody has signed in: two visitors by pauses, each in turn."""
    views, _, _ = views_of([(minute, minute % 2, -1, 0, 0, 0) for minute in range(8)])
    visits = visits_of(views)
    assert (visits.customer.tolist(), visits.pages.tolist()) == ([-1, -1], [4, 4])


def test_visitors_may_have_any_codes() -> None:
    """What stands beside visitors is not as long as their largest code."""
    for first in (-1, 4):
        views, _, _ = views_of([(0, first, 0, 0, 0, 0), (1, 2**31 - 1, 0, 0, 0, 0), (2, 7, 0, 0, 0, 0)])
        twice = Views.of({name: np.append(values, values[1]) for name, values in views.to_columns().items()})
        visits = visits_of(twice)
        assert visits.visitor.tolist() == ([first] if first >= 0 else []) + [2**31 - 1, 7]
        assert visits.pages.tolist() == ([1] if first >= 0 else []) + [2, 1]


SHOPPING = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 3) | st.integers(0, 200),  # the minute of placing
        st.integers(-1, 2),  # the customer
        st.booleans(),  # whether it was paid
    ),
    max_size=15,
)


def facts_of(rows: Sequence[tuple[int, ...]], bought: list[tuple[int, int, bool]]) -> Facts:
    """Return visits and orders as facts."""
    views, sources, _ = views_of(rows)
    placed = [START + minute * MINUTE for minute, _, _ in bought]
    orders = Facts.of_orders(
        Currency.CNY,
        {
            "placed_at": ints(*placed),
            "paid_at": ints(*(at if paid else NEVER for at, (_, _, paid) in zip(placed, bought, strict=True))),
            "customer": ints(*(customer for _, customer, _ in bought)),
            "gross": ints(*[100] * len(bought)),
        },
    )
    return orders.joined(visits_of(views, sources=sources))


@given(
    rows=VIEWS,
    bought=SHOPPING,
    zone=st.sampled_from(ZONES),
    remembered=st.sampled_from([1, 30, 1_440]),
    length=st.sampled_from([0, 0.2, 1]),
    block=st.sampled_from([2, 1 << 15]),
)
def test_traffic_is_the_sum_of_its_visits(
    *,
    rows: Sequence[tuple[int, ...]],
    bought: list[tuple[int, int, bool]],
    zone: str,
    remembered: int,
    length: float,
    block: int,
) -> None:
    """Each visit counts in the day and the source of its beginning, with the orders that belong to it."""
    facts, calendar, observed = facts_of(rows, bought), Calendar(timezone=zone), weeks(length)
    policy = VisitPolicy(remembered=timedelta(minutes=remembered))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallying, "BLOCK", block)
        found = traffic_of(facts, calendar=calendar, observed=observed, policy=policy)
    visits = naive_visits(rows, 30, given_sessions=False)
    orders = [0] * len(visits)
    for minute, customer, paid in bought:
        begun = [
            (visit[4], number) for number, visit in enumerate(visits) if visit[1] == customer and visit[4] <= minute
        ]
        if paid and customer >= 0 and begun and visits[max(begun)[1]][5] >= minute - remembered:
            orders[max(begun)[1]] += 1
    expected: dict[tuple[str, int], list[int]] = {}
    for visit, count in zip(visits, orders, strict=True):
        at = START + visit[4] * MINUTE
        if microseconds(observed.start) <= at < microseconds(observed.end):
            day = calendar.day(MONDAY.add(minutes=visit[4])).isoformat()
            cell = expected.setdefault((day, visit[2]), [0] * 6)
            stayed = (visit[5] - visit[4]) * MINUTE
            for place, value in enumerate((1, visit[6], visit[6] == 1, stayed, count, count > 0)):
                cell[place] += value
    names = ("visits", "views", "bounces", "stayed", "orders", "converted")
    told = {(row["day"], row["source"]): [row[name] for name in names] for row in found.to_rows() if row["visits"]}
    assert told == expected
    sources = sorted({source for _, source in expected}, key=lambda source: (source < 0, source))
    assert found.sources.tolist() == sources


def two_days() -> Facts:
    """Return visits of two sources and of none in two days, and an order."""
    rows = [(0, 0, 5, 0, 0, 0), (2, 0, 5, 0, 0, 0), (10, 1, -1, 0, 0, 0), (1_500, 1, -1, 1, 0, 0), (0, 2, -1, -1, 0, 0)]
    return facts_of(rows, [(20, 5, True)])


def test_a_ratio_without_a_visit_is_no_zero() -> None:
    """Ratios are NaN in columns and None in rows; a source has its name where there is one."""
    facts = two_days()
    named = Facts.of(
        facts.currency,
        {type(each): each.to_columns() for each in facts.families},
        {"visit_sources": ("search", "mail")},
    )
    found = traffic_of(named, calendar=SHOP, observed=weeks(2 / 7))
    assert found.sources.tolist() == [0, 1, -1]
    first, second, *_ = found.to_rows()
    assert first == {
        "day": "2026-06-15", "source": "search", "partial": False, "visits": 2, "views": 3, "bounces": 1,
        "stayed": 120_000_000, "orders": 1, "converted": 1,
        "bounce_rate": 0.5, "depth": 1.5, "seconds": 60.0, "conversion": 0.5,
    }  # fmt: skip
    assert (second["source"], second["visits"], second["bounce_rate"], second["depth"]) == ("mail", 0, None, None)
    assert [row["source"] for row in found.to_rows()] == ["search", "mail", -1] * 2
    assert list(found.to_columns())[1:] == list(TEXTS)
    assert all(text.en and text.zh for text in TEXTS.values())
    assert len(traffic_of(named, calendar=SHOP, observed=weeks(2 / 7), by=Grain.WEEK)) == 1
    assert traffic_of(named, calendar=SHOP, observed=weeks(0.1)).partial == (True,)


def test_nobody_came() -> None:
    """Without a visit there is no source; without a period no row."""
    facts = facts_of([], [])
    assert traffic_of(facts, calendar=SHOP, observed=weeks(1)).visits.shape == (7, 0)
    assert traffic_of(two_days(), calendar=SHOP, observed=weeks(0)).to_rows() == []


def changed(facts: Facts, **columns: Ints) -> Facts:
    """Return the facts with other columns of their visits."""
    return Facts.of(facts.currency, {Visits: {**facts[Visits].to_columns(), **columns}})


def test_what_is_no_visit_is_refused() -> None:
    """A visit has a beginning and an end after it; figures of any size are whole numbers or refused."""
    facts, began = two_days(), two_days()[Visits].began
    size = len(began)
    cases: list[tuple[Facts, type[Exception], str]] = [
        (changed(facts, left=began - 1), OutOfColumn, "left"),
        (changed(facts, began=np.full(size, NEVER), left=np.full(size, NEVER)), OutOfColumn, "began"),
        (changed(facts, began=np.full(size, -(2**61)), left=np.full(size, 2**61)), CannotHoldSum, "left"),
        (changed(facts, source=np.full(size, 2**31 - 1)), OutOfRange, "cells"),
        (some_orders([0], [0]), FamilyMissing, "Visits"),
    ]
    for wrong, refusal, words in cases:
        with pytest.raises(refusal, match=words):
            traffic_of(wrong, calendar=SHOP, observed=weeks(1))
    with pytest.raises(WrongKind, match=r"traffic\.observed"):
        traffic_of(facts, calendar=SHOP, observed="June")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs


def test_sources_that_come_later_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was added up before a higher source was seen stays where it belongs."""
    expected = traffic_of(two_days(), calendar=SHOP, observed=weeks(1)).to_rows()
    monkeypatch.setattr(tallying, "BLOCK", 1)
    assert traffic_of(two_days(), calendar=SHOP, observed=weeks(1)).to_rows() == expected


def test_a_view_before_those_above_it_is_out_of_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two blocks as well as within one."""
    views, _, sessions = views_of([(at, 0, 0, 0, 0, code) for at, code in ((0, 0), (1, 1), (2, 2), (5, 3), (3, 3))])
    for block in (4, 1 << 16):
        monkeypatch.setattr(cutting, "IN_TURN", block)
        visits = visits_of(views, sessions=sessions)
        assert ((visits.left - visits.began) // MINUTE).tolist() == [0, 0, 0, 2]


def test_times_are_refused_by_what_they_come_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """One very long visit in a block does not make the others as long, and what fits is added up."""
    facts, began = two_days(), two_days()[Visits].began
    monkeypatch.setattr(tallying, "BLOCK", 2)
    for long, fits in ((3 * 2**59, True), (2**61 + 1, False)):
        stayed = np.where(np.arange(len(began)) % 2, 1, long)  # of two blocks, twice the longest is beyond all
        wrong = changed(facts, began=began - 2**60, left=began - 2**60 + stayed)
        if fits:
            assert traffic_of(wrong, calendar=SHOP, observed=weeks(1)).stayed.shape == (7, 0)
        else:
            with pytest.raises(CannotHoldSum, match="left"):
                traffic_of(wrong, calendar=SHOP, observed=weeks(1))


@pytest.mark.parametrize(
    ("given_values", "refusal"),
    [
        ({"sources": [1]}, WrongColumn),
        ({"sources": ints(1)}, Uneven),
        ({"sources": ints(0, -2)}, OutOfColumn),
        ({"sources": ints(0, -2), "sessions": ints(0, 1)}, OutOfColumn),
        ({"sources": ints(0, 2**31), "sessions": ints(0, 1)}, OutOfColumn),
        ({"sources": ints(0), "sessions": ints(0, 1)}, Uneven),
        ({"sessions": ints(0, 2)}, OutOfColumn),
        ({"policy": 30}, WrongKind),
    ],
)
def test_what_makes_no_visits_is_refused(given_values: dict[str, Any], refusal: type[Exception]) -> None:
    """Sources and sessions stand beside each view."""
    views, _, _ = views_of([(0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0)])
    with pytest.raises(refusal):
        visits_of(views, **given_values)


def test_a_view_without_an_instant_is_refused() -> None:
    """A page that was never opened was not viewed."""
    views, _, _ = views_of([(0, 0, 0, 0, 0, 0)])
    for sessions in (None, ints(0)):
        with pytest.raises(OutOfColumn, match=r"Views\.at"):
            visits_of(Views.of({**views.to_columns(), "at": ints(NEVER)}), sessions=sessions)
    with pytest.raises(WrongKind, match=r"visits_of\.views"):
        visits_of("views")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs


@pytest.mark.parametrize("pause", [timedelta(0), timedelta(days=1, microseconds=1)])
def test_a_pause_lasts_up_to_a_day(pause: timedelta) -> None:
    """Nothing is cut by a pause that none exceeds, or by one that all do."""
    with pytest.raises(OutOfRange, match="idle"):
        VisitPolicy(idle=pause)
    with pytest.raises(WrongKind, match="remembered"):
        VisitPolicy(remembered=30)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs


def test_visits_may_stand_in_any_order() -> None:
    """An order finds the latest visit of its customer by instants, not by rows."""
    rows = [(0, 0, 5, 0, 0, 0), (60, 0, 5, 1, 0, 0), (120, 1, 5, 2, 0, 0), (125, 1, 6, 2, 0, 0)]
    facts = facts_of(rows, [(70, 5, True), (3, 5, True), (126, 6, True)])
    turned = Facts.of(
        facts.currency,
        {
            Orders: facts.orders.to_columns(),
            Visits: {name: values[::-1] for name, values in facts[Visits].to_columns().items()},
        },
    )
    found = [traffic_of(each, calendar=SHOP, observed=weeks(1 / 7)).to_rows() for each in (facts, turned)]
    assert found[0] == found[1]
    assert [row["orders"] for row in found[0]] == [1, 1, 1]


def test_an_order_belongs_from_the_first_instant_to_the_last_that_is_remembered() -> None:
    """Placed with the first page, or half an hour after the last one; a microsecond around that it belongs to none."""
    visits = visits_of(views_of([(60, 0, 5, 0, 0, 0), (62, 0, 5, 0, 0, 0)])[0])
    for off, expected in ((60 * MINUTE, 1), (60 * MINUTE - 1, 0), (92 * MINUTE, 1), (92 * MINUTE + 1, 0)):
        order = {"paid_at": ints(START + off), "customer": ints(5), "gross": ints(1)}
        facts = Facts.of_orders(Currency.CNY, order).joined(visits)
        assert traffic_of(facts, calendar=SHOP, observed=weeks(1 / 7)).orders.tolist() == [[expected]]
