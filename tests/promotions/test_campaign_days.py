"""The days of campaigns: festivals and their countdown, enrolment on platforms, freezes, capacity by the hour."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from functools import partial
from math import radians, sin
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime, datetime

from ecomops.kernel import DomainError, Period
from ecomops.promotions.capacity import Station, check_capacity
from ecomops.promotions.enrolment import PlatformCampaign, enrolments
from ecomops.promotions.festivals import LUNAR, NAMES, SOLAR, CountdownAction, countdown, festivals
from ecomops.promotions.findings import Remark
from ecomops.promotions.freezes import Change, ChangeKind, Freeze, frozen_changes, require_unfrozen
from ecomops.terms import ChannelId
from ecomops.testing import NOON


def refused(attempt: Callable[[], object], code: str) -> None:
    """Require that it is refused with that code."""
    with pytest.raises(DomainError) as refusal:
        attempt()
    assert refusal.value.code == code


def days(year: int) -> dict[str, Date]:
    """Return the day of each festival of a year."""
    return {each.key: each.day for each in festivals(year)}


# The terms of the time of a new moon above 0.0004 days: factor, and how often sun (M), moon (M') and node (F) enter.
TERMS = (
    *((-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0)),
    *((-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0)),
    *((-0.00042, 0, 3, 0), (0.00042, 1, 0, 2)),
)


def new_moon(number: int) -> Date:
    """Return the day in Beijing of a new moon, counted from that of 6 January 2000 (Meeus, Astronomical Algorithms)."""
    sun, moon, node = (
        radians(start + step * number)
        for start, step in ((2.5534, 29.10535670), (201.5643, 385.81693528), (160.7108, 390.67050284))
    )
    found = 2451550.09766 + 29.530588861 * number
    found += sum(factor * sin(s * sun + m * moon + f * node) for factor, s, m, f in TERMS)
    in_beijing = found + 8 / 24 - 70 / 86_400  # 70 seconds: from the time of the planets to that of clocks
    return Date.fromordinal(int(in_beijing + 0.5) - 1_721_425)


MOONS = [new_moon(number) for number in range(290, 400)]


@pytest.mark.parametrize("year", range(2024, 2031))
def test_the_moon_agrees(year: int) -> None:
    """Each lunar day lies as far after a new moon as its date of the lunar month says, in the right month."""
    found = days(year)
    dates = {"spring": 1, "lantern": 15, "dragon_boat": 5, "qixi": 7, "mid_autumn": 15, "double_ninth": 9}
    begins = {key: found[key].subtract(days=date - 1) for key, date in dates.items()}
    assert set(begins.values()) <= set(MOONS)
    month = {key: MOONS.index(day) for key, day in begins.items()}
    leap = {2025: ("dragon_boat", "qixi"), 2028: ("dragon_boat", "qixi"), 2023: ("spring", "dragon_boat")}.get(year)
    apart = {("spring", "dragon_boat"): 4, ("dragon_boat", "qixi"): 2, ("qixi", "mid_autumn"): 1}
    for (early, late), months in (apart | {("mid_autumn", "double_ninth"): 1}).items():
        assert month[late] - month[early] == months + ((early, late) == leap)
    assert found["qingming"] == Date(year, 4, int(0.2422 * (year - 2000) + 4.81) - (year - 2000) // 4)


@pytest.mark.parametrize(
    ("year", "key", "day"),
    [
        (2024, "spring", "2024-02-10"),
        (2025, "mid_autumn", "2025-10-06"),
        (2026, "spring", "2026-02-17"),
        (2026, "dragon_boat", "2026-06-19"),
        (2028, "qingming", "2028-04-04"),
        (2030, "double_ninth", "2030-10-05"),
        (2026, "mothers_day", "2026-05-10"),
        (2026, "fathers_day", "2026-06-21"),
        (2027, "618", "2027-06-18"),
        (2026, "double_11", "2026-11-11"),
    ],
)
def test_days_that_everybody_knows(year: int, key: str, day: str) -> None:
    """Lunar ones, those of a weekday, and dates."""
    assert str(days(year)[key]) == day


def test_the_calendar_is_whole() -> None:
    """Every year has every festival, by day; each has its names; another year is refused, not guessed."""
    assert set(NAMES) == set(LUNAR) | set(SOLAR)
    for year in range(2024, 2031):
        found = festivals(year)
        assert {each.key for each in found} == set(NAMES)
        assert [each.day for each in found] == sorted(each.day for each in found)
        assert {each.day.year for each in found} == {year}
    for year in (2023, 2031):
        refused(partial(festivals, year), "festival.unknown_year")
    wrong: Any = "2026"
    refused(lambda: festivals(wrong), "value.wrong_kind")


POSTERS = CountdownAction(festival="618", what="posters", days_before=14)
WISHES = CountdownAction(festival="618", what="wishes", days_before=0)


@pytest.mark.parametrize(
    ("today", "ahead", "due"),
    [
        (Date(2026, 6, 3), 0, []),
        (Date(2026, 6, 3), 1, [("posters", 1)]),
        (Date(2026, 6, 4), 0, [("posters", 0)]),
        (Date(2026, 6, 18), 0, [("posters", -14), ("wishes", 0)]),
        (Date(2026, 6, 19), 0, []),
    ],
    ids=str,
)
def test_what_is_due_before_a_festival(today: Date, ahead: int, due: list[tuple[str, int]]) -> None:
    """From its day on until the festival is over, and no more when it is done."""
    found = countdown(festivals(2026), [WISHES, POSTERS], today=today, ahead=ahead)
    assert [(each.what, each.days_left) for each in found] == due
    done = [("618 2026", "posters"), ("618 2025", "wishes")]
    left = countdown(festivals(2026), [WISHES, POSTERS], today=today, ahead=ahead, done=done)
    assert [each.what for each in left] == [what for what, _ in due if what != "posters"]


def test_countdowns_that_cannot_be() -> None:
    """An unknown festival, an action twice, a look behind, no day."""
    june = festivals(2026)
    unknown = CountdownAction(festival="easter", what="eggs", days_before=1)
    refused(lambda: countdown(june, [unknown], today=Date(2026, 1, 1)), "festival.unknown")
    refused(lambda: countdown(june, [POSTERS, POSTERS], today=Date(2026, 1, 1)), "value.repeated")
    refused(lambda: countdown(june, [POSTERS], today=Date(2026, 1, 1), ahead=-1), "value.out_of_range")
    wrong: Any = NOON
    refused(lambda: countdown(june, [POSTERS], today=wrong), "value.wrong_kind")


def announced(name: str = "618", closes: DateTime | None = None) -> PlatformCampaign:
    """Return a campaign whose enrolment is open from 1 to 20 May."""
    return PlatformCampaign(
        name=name,
        platform=ChannelId("tmall"),
        opens=datetime(2026, 5, 1),
        closes=closes or datetime(2026, 5, 20),
        ends=datetime(2026, 6, 21),
    )


@pytest.mark.parametrize(
    ("at", "inside", "state", "left"),
    [
        (datetime(2026, 4, 30), False, "upcoming", 0),
        (datetime(2026, 5, 1), False, "open", 19),
        (datetime(2026, 5, 17, 23, 59), False, "open", 2),
        (datetime(2026, 5, 18), False, "due", 2),
        (datetime(2026, 5, 20), False, "missed", 0),
        (datetime(2026, 7, 1), False, "missed", 0),
        (datetime(2026, 5, 2), True, "enrolled", 18),
        (datetime(2026, 6, 21), True, "over", 0),
    ],
    ids=str,
)
def test_how_a_shop_stands_with_a_platform(at: DateTime, inside: bool, state: str, left: int) -> None:  # noqa: FBT001 - a cell of the table
    """Open, due in its last two days, missed from its end on; or in, until the campaign is over."""
    (found,) = enrolments([announced()], enrolled=("618",) if inside else (), at=at)
    assert (found.state.value, found.left.days) == (state, left)


def test_what_is_due_comes_first() -> None:
    """Then what is open, and what is missed; by the end of enrolment, then by name."""
    calendar = [
        announced("missed", datetime(2026, 5, 9)),
        announced("open"),
        announced("due b", datetime(2026, 5, 12)),
        announced("due a", datetime(2026, 5, 12)),
        announced("in"),
    ]
    found = enrolments(calendar, enrolled=["in"], at=datetime(2026, 5, 11))
    assert [each.campaign.name for each in found] == ["due a", "due b", "open", "missed", "in"]
    later = enrolments(calendar, enrolled=["in"], at=datetime(2026, 5, 11), remind=timedelta(days=9))
    assert [each.campaign.name for each in later][:3] == ["due a", "due b", "open"]
    assert later[2].state.value == "due"


def test_enrolments_that_cannot_be() -> None:
    """Dates that run backwards, a campaign twice or unknown, a negative reminder."""
    refused(lambda: announced(closes=datetime(2026, 4, 30)), "enrolment.bad_dates")
    refused(lambda: announced(closes=datetime(2026, 6, 22)), "enrolment.bad_dates")
    refused(lambda: enrolments([announced()] * 2, enrolled=(), at=NOON), "value.repeated")
    refused(lambda: enrolments([announced()], enrolled=("11.11",), at=NOON), "enrolment.unknown_campaign")
    refused(lambda: enrolments([], enrolled=(), at=NOON, remind=timedelta(-1)), "value.out_of_range")
    odd: Any = 5
    refused(lambda: enrolments([], enrolled=(), at=NOON, remind=odd), "value.wrong_kind")
    refused(lambda: enrolments([odd], enrolled=(), at=NOON), "value.wrong_kind")


def test_a_freeze_stops_something() -> None:
    """One that stops no kind of change would look like one that does."""
    refused(lambda: Freeze(name="Double 11", window=WINDOW, kinds=()), "value.out_of_range")


WINDOW = Period(start=datetime(2026, 11, 8), end=datetime(2026, 11, 12))
ELEVEN = Freeze(name="Double 11", window=WINDOW, kinds=(ChangeKind.PRICE, ChangeKind.LISTING), but=("cup",))


def a_change(name: str = "tea", kind: ChangeKind = ChangeKind.PRICE, at: DateTime = WINDOW.start) -> Change:
    """Return a change in the window."""
    return Change(kind=kind, name=name, at=at)


def test_a_freeze_stops_changes_by_name() -> None:
    """Inside its window, of its kinds, but for what it names; its end is free."""
    free = (
        a_change("cup"),
        a_change(kind=ChangeKind.PROMOTION),
        a_change(at=WINDOW.end),
        a_change(at=WINDOW.start.subtract(microseconds=1)),
    )
    require_unfrozen(ELEVEN, free)
    stopped = (a_change(), a_change("milk", ChangeKind.LISTING, WINDOW.end.subtract(microseconds=1)))
    assert frozen_changes(ELEVEN, (*free, *stopped)) == stopped
    with pytest.raises(DomainError) as refusal:
        require_unfrozen(ELEVEN, (*free, *stopped))
    assert refusal.value.code == "freeze.broken"
    assert refusal.value.context == {"name": "Double 11", "changes": ("price tea", "listing milk")}
    all_kinds = Freeze(name="618", window=WINDOW)
    assert [each.kind for each in frozen_changes(all_kinds, [a_change(kind=each) for each in ChangeKind])] == list(
        ChangeKind
    )


PICKING = Station(name="picking", an_hour=600, an_order=Fraction(12, 5))
PACKING = Station(name="packing", an_hour=260, an_order=Fraction(1))


def waiting(*orders: int) -> tuple[Fraction, ...]:
    """Return what waits at the end of each hour."""
    return tuple(map(Fraction, orders))


def test_the_bottleneck_is_named() -> None:
    """With its load at the peak, what waits, what is missing, and how long it takes until nothing waits."""
    check = check_capacity([200, 300, 280], [PACKING, PICKING])
    packing, picking = check.loads
    assert (check.bottleneck, check.orders_an_hour, picking.peak) == ("picking", Fraction(250), Fraction(6, 5))
    assert (picking.backlog, picking.worst, picking.hours_to_clear) == (waiting(0, 50, 80), Fraction(80), 1)
    assert (packing.backlog, packing.hours_to_clear) == (waiting(0, 40, 60), 1)
    assert (
        check.finding.message("en")
        == "picking is the bottleneck: 120.0% of its capacity at the peak, 80 orders wait at most"
    )
    assert check.finding.next_step("en") == "add 120 an hour at picking, or spread the orders"


def test_there_is_room() -> None:
    """At exactly what it can do a station is no bottleneck, only the tightest; the earlier of equals."""
    check = check_capacity([250], [PICKING, Station(name="service", an_hour=50, an_order=Fraction(1, 5))])
    assert (check.bottleneck, check.finding.remark, check.loads[0].hours_to_clear) == ("picking", Remark.ROOM, 0)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_no_order_is_lost(orders: list[int]) -> None:
    """What waits at the end is what came and was not done; what was done is at most what can be."""
    (load,) = check_capacity(orders, [PACKING]).loads
    done = sum(orders) - load.backlog[-1]
    assert 0 <= done <= 260 * len(orders)
    assert load.backlog[-1] <= 260 * load.hours_to_clear < load.backlog[-1] + 260


def test_capacity_that_cannot_be() -> None:
    """No hour, no station, one twice, orders that are negative or no number, an order that asks for nothing."""
    refused(lambda: check_capacity([], [PICKING]), "figures.no_rows")
    refused(lambda: check_capacity([1], []), "figures.no_rows")
    refused(lambda: check_capacity([1], [PICKING, PICKING]), "value.repeated")
    refused(lambda: check_capacity([-1], [PICKING]), "value.out_of_range")
    wrong: Any = [1.5]
    refused(lambda: check_capacity(wrong, [PICKING]), "value.wrong_kind")
    refused(lambda: Station(name="x", an_hour=1, an_order=Fraction(0)), "value.out_of_range")
