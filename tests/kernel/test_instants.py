"""Instants, periods and the business days of a zone."""

import datetime as dt
import pickle
from functools import cache
from importlib import import_module
from typing import Any, cast
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pendulum import FRIDAY, MONDAY, SUNDAY, UTC, Date, DateTime, WeekDay

from ecomops.kernel import (
    Calendar,
    DomainError,
    Grain,
    Invalid,
    NaiveTime,
    OutOfRange,
    Period,
    Reversed,
    UnknownZone,
    WrongKind,
    instant,
    later,
)
from tests.kernel.hostile import KINDS, TEXTS, others
from tests.kernel.toys import NOON

ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Asia/Shanghai",
    "UTC",
    "Asia/Kathmandu",  # 45 minutes
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # the last to begin a day
    "Pacific/Pago_Pago",
    "America/Sao_Paulo",  # days that began at one o'clock, until 2018
    "America/Havana",  # midnight comes twice
    "Asia/Beirut",
]
MICROSECOND = dt.timedelta(microseconds=1)
FIRST = dt.datetime(1, 1, 1)  # noqa: DTZ001 - the edge of the calendar in any zone
LAST = dt.datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001 - as above


def counted(at: dt.datetime) -> int:
    """Return the microseconds from the first instant of the calendar to *at* on its clock, in whole numbers."""
    hours = (at.toordinal() - 1) * 24 + at.hour
    return ((hours * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


zones = st.sampled_from(ZONES)
moments = st.datetimes(dt.datetime(2012, 1, 2), dt.datetime(2037, 12, 30))  # noqa: DTZ001 - a wall clock
instants = moments.map(lambda moment: DateTime.combine(moment.date(), moment.time(), tzinfo=UTC))
lifetimes = st.timedeltas(dt.timedelta(days=-36_500), dt.timedelta(days=36_500))
spans = st.timedeltas(dt.timedelta(days=-3_000_000), dt.timedelta(days=3_000_000))


@given(moments, zones, st.booleans())
def test_any_zone_converts(moment: dt.datetime, zone: str, fold: bool) -> None:  # noqa: FBT001 - a drawn value
    """An aware datetime of any zone is the same instant in UTC, to the microsecond, before and after a clock change."""
    local = moment.replace(tzinfo=ZoneInfo(zone), fold=int(fold))
    clock = DateTime.combine(moment.date(), moment.time(), tzinfo=pendulum.timezone(zone)).replace(fold=int(fold))
    for made in (instant(local), instant(clock)):
        assert type(made) is DateTime
        assert made.tzinfo is UTC
        assert counted(made) == counted(local.astimezone(dt.UTC))


def test_timestamp_of_pandas_converts() -> None:
    """It is a datetime that does not survive `datetime.replace`: what is finer than a microsecond is cut off."""
    pandas: Any = import_module("pandas")
    made = instant(pandas.Timestamp("2026-06-18 08:00:00.123456789", tz="Asia/Shanghai"))
    assert (type(made), str(made)) == (DateTime, "2026-06-18 00:00:00.123456+00:00")


@given(moments, st.timedeltas(dt.timedelta(hours=-23), dt.timedelta(hours=23)))
def test_any_offset_converts(moment: dt.datetime, offset: dt.timedelta) -> None:
    """An offset of any size, even below a second, is taken off exactly."""
    made = instant(moment.replace(tzinfo=dt.timezone(offset)))
    assert made.naive() == moment - offset


def test_both_half_past_ones_of_a_clock_change_are_told_apart() -> None:
    """In New York 01:30 comes twice in November: the instants differ by an hour, whoever made the datetime."""
    for zone in (ZoneInfo("America/New_York"), pendulum.timezone("America/New_York")):
        first, second = (dt.datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
        assert instant(second) - instant(first) == dt.timedelta(hours=1)


@pytest.mark.parametrize("naive", ["naive datetime", "naive instant"])
def test_naive_time_is_refused(naive: str) -> None:
    """Nobody knows which instant a time without a zone is; pendulum's own kind is no better."""
    with pytest.raises(NaiveTime, match="instant has no time zone"):
        instant(cast("Any", KINDS[naive]))


def test_other_kinds_are_no_instants() -> None:
    """A date, a number and a text are refused by kind."""
    for value in others(dt.datetime, DateTime):
        with pytest.raises(WrongKind, match="must be datetime"):
            instant(value)


@pytest.mark.parametrize(("edge", "hours"), [(LAST, -1), (FIRST, 1)])
def test_instant_outside_the_years_of_the_calendar_is_refused(edge: dt.datetime, hours: int) -> None:
    """What lies before year 1 or after 9999 in UTC is out of range, not an overflow."""
    with pytest.raises(OutOfRange) as refused:
        instant(edge.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours))))
    assert refused.value.context == {"field": "instant", "least": "0001-01-01", "most": "9999-12-31"}
    assert instant(edge.replace(tzinfo=dt.timezone(dt.timedelta(hours=-hours)))).tzinfo is UTC


@given(instants, lifetimes)
def test_later_is_pendulums_own_addition(at: DateTime, elapsed: dt.timedelta) -> None:
    """The instant after some time is the one that pendulum finds (it adds floats: exact for a lifetime)."""
    assert later(at, elapsed) == at + elapsed


@given(instants, spans)
@example(NOON, dt.timedelta.max)
@example(NOON, dt.timedelta.min)
@example(NOON, dt.timedelta(microseconds=-counted(NOON)))
@example(NOON, dt.timedelta(microseconds=-counted(NOON) - 1))
@example(NOON, dt.timedelta(microseconds=counted(LAST) - counted(NOON)))
@example(NOON, dt.timedelta(microseconds=counted(LAST) - counted(NOON) + 1))
def test_later_is_exact_or_out_of_range(at: DateTime, elapsed: dt.timedelta) -> None:
    """Microseconds are counted whole over thousands of years; beyond the calendar is out of range, no overflow."""
    microseconds = counted(at) + elapsed // MICROSECOND
    if 0 <= microseconds <= counted(LAST):
        found = later(at, elapsed)
        assert counted(found) == microseconds
        assert type(found) is DateTime
        assert found.tzinfo is UTC
        assert later(found, -elapsed) == at
    else:
        with pytest.raises(OutOfRange, match="instant must be from 0001-01-01 to 9999-12-31"):
            later(at, elapsed)


def test_later_takes_elapsed_time_alone() -> None:
    """A number of seconds, a text and nothing are refused by kind: no answer is no instant."""
    for elapsed in others(dt.timedelta):
        with pytest.raises(WrongKind):
            later(NOON, elapsed)


def test_later_starts_from_an_instant() -> None:
    """A naive time has no later, and one on a wall clock would lose or gain an hour when the clock changes."""
    for at in others(DateTime):
        with pytest.raises(DomainError):
            later(at, dt.timedelta(days=1))
    with pytest.raises(DomainError):
        later(pendulum.datetime(2026, 3, 7, 12, tz="America/New_York"), dt.timedelta(days=1))
    with pytest.raises(DomainError):
        later(pendulum.naive(2026, 3, 7, 12), dt.timedelta(days=1))


@given(instants, instants, instants)
def test_period_holds_its_start_and_not_its_end(first: DateTime, second: DateTime, at: DateTime) -> None:
    """A period is half open, as long as the time between its instants, and never runs backwards."""
    start, end = sorted((first, second))
    period = Period(start=start, end=end)
    assert period.holds(at) == (start <= at and at < end)  # noqa: PLR1716 - the law as it is said
    assert period.elapsed // MICROSECOND == counted(end) - counted(start)
    if start < end:
        assert period.holds(start)
        assert not period.holds(end)
        with pytest.raises(Reversed) as refused:
            Period(start=end, end=start)
        assert refused.value.context == {"start": end, "end": start}


def test_period_may_be_empty() -> None:
    """A period that ends where it starts holds nothing."""
    empty = Period(start=NOON, end=NOON)
    assert empty.elapsed == dt.timedelta()
    assert not empty.holds(NOON)


def test_elapsed_is_plain_and_exact() -> None:
    """The time between two instants is a timedelta to the microsecond, over any clock change."""
    period = Period(start=pendulum.datetime(2026, 3, 1), end=pendulum.datetime(2026, 4, 1, microsecond=1))
    assert period.elapsed == dt.timedelta(days=31, microseconds=1)
    assert type(period.elapsed) is dt.timedelta


def test_period_is_made_of_instants() -> None:
    """Naive and local times, dates, texts and numbers are refused by kind, at both ends."""
    local = pendulum.datetime(2026, 6, 18, 12, tz="America/New_York")
    for value in (local, local.naive(), *others(DateTime)):
        with pytest.raises(WrongKind, match=r"Period\.start"):
            Period(start=value, end=NOON)
        with pytest.raises(WrongKind, match=r"Period\.end"):
            Period(start=NOON, end=value)


def test_period_survives_pickle() -> None:
    """What comes back is an equal period of instants."""
    period = Period(start=NOON, end=NOON.add(days=1))
    back: Period = pickle.loads(pickle.dumps(period))  # noqa: S301
    assert back == period
    assert Period(start=back.start, end=back.end) == period


@given(instants, zones)
def test_day_is_what_the_wall_clock_shows(at: DateTime, zone: str) -> None:
    """The business day of an instant is the date in the zone, as the standard library finds it."""
    day = Calendar(timezone=zone).day(at)
    assert type(day) is Date
    assert day.isoformat() == at.astimezone(ZoneInfo(zone)).date().isoformat()


@given(instants, zones)
@example(pendulum.datetime(2018, 11, 4, 3, 0), "America/Sao_Paulo")  # midnight never was
@example(pendulum.datetime(2018, 11, 4, 2, 59, 59), "America/Sao_Paulo")
@example(pendulum.datetime(2018, 2, 18, 2, 30), "America/Sao_Paulo")  # the hour before midnight came twice
@example(pendulum.datetime(2025, 11, 2, 4, 30), "America/Havana")  # midnight came twice
@example(pendulum.datetime(2025, 11, 2, 5, 30), "America/Havana")
@example(pendulum.datetime(2026, 3, 8, 6, 59, 59), "America/New_York")
@example(pendulum.datetime(2026, 11, 1, 6, 30), "America/New_York")
def test_every_instant_lies_in_its_day(at: DateTime, zone: str) -> None:
    """Days neither overlap nor leave a gap: bounds hold their instants, and end where the next day begins."""
    shop = Calendar(timezone=zone)
    day = shop.day(at)
    bounds = shop.bounds(day)
    assert bounds.holds(at)
    assert shop.day(bounds.start) == day
    assert shop.day(bounds.end) == day.add(days=1)
    assert shop.day(bounds.start - MICROSECOND) == day.subtract(days=1)
    assert shop.day(bounds.end - MICROSECOND) == day
    assert shop.bounds(day.add(days=1)).start == bounds.end


DAYS = [
    # zone, day, hours, start in UTC
    ("America/New_York", Date(2026, 3, 8), 23, "2026-03-08T05:00:00Z"),
    ("America/New_York", Date(2026, 11, 1), 25, "2026-11-01T04:00:00Z"),
    ("America/New_York", Date(2026, 11, 2), 24, "2026-11-02T05:00:00Z"),
    ("Europe/Berlin", Date(2026, 3, 29), 23, "2026-03-28T23:00:00Z"),
    ("Europe/Berlin", Date(2026, 10, 25), 25, "2026-10-24T22:00:00Z"),
    ("Europe/Berlin", Date(2026, 6, 18), 24, "2026-06-17T22:00:00Z"),
    ("Asia/Shanghai", Date(2026, 3, 29), 24, "2026-03-28T16:00:00Z"),
    ("America/Sao_Paulo", Date(2018, 11, 4), 23, "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", Date(2018, 2, 17), 25, "2018-02-17T02:00:00Z"),
    ("America/Havana", Date(2025, 11, 2), 25, "2025-11-02T04:00:00Z"),
    ("Australia/Lord_Howe", Date(2026, 4, 5), 24.5, "2026-04-04T13:00:00Z"),
    ("Pacific/Apia", Date(2011, 12, 30), 0, "2011-12-30T10:00:00Z"),  # the day that was left out
]


@pytest.mark.parametrize(("zone", "day", "hours", "start"), DAYS)
def test_days_are_as_long_as_the_clock_makes_them(zone: str, day: Date, hours: float, start: str) -> None:
    """A day has 23 or 25 hours when the clock changes, and begins where the zone says."""
    bounds = Calendar(timezone=zone).bounds(day)
    assert bounds.elapsed == dt.timedelta(hours=hours)
    assert bounds.start == dt.datetime.fromisoformat(start)


STARTS = [
    # zone, day start, day, start in UTC, hours
    ("America/New_York", dt.time(2, 30), Date(2026, 3, 8), "2026-03-08T07:00:00Z", 23.5),  # skipped: the change itself
    ("America/New_York", dt.time(2, 0), Date(2026, 3, 8), "2026-03-08T07:00:00Z", 23),
    ("America/New_York", dt.time(3, 0), Date(2026, 3, 8), "2026-03-08T07:00:00Z", 24),
    ("America/New_York", dt.time(2, 30), Date(2026, 3, 7), "2026-03-07T07:30:00Z", 23.5),
    ("America/New_York", dt.time(1, 30), Date(2026, 11, 1), "2026-11-01T05:30:00Z", 25),  # twice: the first of them
    ("America/New_York", dt.time(4, 0), Date(2026, 11, 1), "2026-11-01T09:00:00Z", 24),
    ("America/New_York", dt.time(4, 0), Date(2026, 10, 31), "2026-10-31T08:00:00Z", 25),
    ("Australia/Lord_Howe", dt.time(2, 15), Date(2026, 10, 4), "2026-10-03T15:30:00Z", 23.75),
    ("Australia/Lord_Howe", dt.time(4, 0), Date(2026, 10, 3), "2026-10-02T17:30:00Z", 23.5),
    ("Asia/Beirut", dt.time(0, 30), Date(2026, 3, 29), "2026-03-28T22:00:00Z", 23.5),
    ("America/St_Johns", dt.time(0, 0), Date(2010, 11, 7), "2010-11-07T02:30:00Z", 25),  # begun, and set back at 0:01
    ("Pacific/Apia", dt.time(4, 0), Date(2011, 12, 30), "2011-12-30T10:00:00Z", 4),  # left out, but for the night
    ("Pacific/Apia", dt.time(4, 0), Date(2011, 12, 31), "2011-12-30T14:00:00Z", 24),
]


@pytest.mark.parametrize(("zone", "day_start", "day", "start", "hours"), STARTS)
def test_day_begins_when_the_wall_first_shows_its_start_or_later(
    zone: str, day_start: dt.time, day: Date, start: str, hours: float
) -> None:
    """A day start that the clock skips is the instant of the change, and one that comes twice is the first."""
    bounds = Calendar(timezone=zone, day_start=day_start).bounds(day)
    assert bounds.start == dt.datetime.fromisoformat(start)
    assert bounds.elapsed == dt.timedelta(hours=hours)


CHANGES = [
    # zone, and a day in UTC within which its clock changes
    ("America/New_York", pendulum.datetime(2026, 3, 8)),
    ("America/New_York", pendulum.datetime(2026, 11, 1)),
    ("Europe/Berlin", pendulum.datetime(2026, 3, 29)),
    ("Europe/Berlin", pendulum.datetime(2026, 10, 25)),
    ("Australia/Lord_Howe", pendulum.datetime(2026, 4, 4)),
    ("Australia/Lord_Howe", pendulum.datetime(2026, 10, 3)),
    ("America/Sao_Paulo", pendulum.datetime(2018, 2, 18)),
    ("America/Sao_Paulo", pendulum.datetime(2018, 11, 4)),
    ("Asia/Beirut", pendulum.datetime(2026, 3, 28)),
    ("Asia/Beirut", pendulum.datetime(2026, 10, 24)),
    ("America/St_Johns", pendulum.datetime(2010, 3, 14)),
    ("America/St_Johns", pendulum.datetime(2010, 11, 7)),
    ("Pacific/Apia", pendulum.datetime(2011, 12, 30)),
]
day_starts = st.times(max_value=dt.time(23, 59)).map(lambda each: each.replace(second=0, microsecond=0))


@cache
def walls(zone: str, change: DateTime) -> list[tuple[DateTime, dt.datetime]]:
    """Return every minute of the day of a change, some hours more on either side, with what the wall shows."""
    minutes = [later(change, dt.timedelta(minutes=minute)) for minute in range(-8 * 60, 32 * 60)]
    shown = [(at, at.astimezone(ZoneInfo(zone))) for at in minutes]
    return [(at, dt.datetime.combine(dt.date.fromordinal(wall.toordinal()), wall.time())) for at, wall in shown]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@given(day_starts)
@settings(max_examples=2)
@example(dt.time(0, 0))
@example(dt.time(2, 15))
@example(dt.time(1, 30))
@example(dt.time(23, 45))
def test_days_are_those_of_a_watched_clock(zone: str, change: DateTime, day_start: dt.time) -> None:
    """Around each change of the clock, each minute lies in the day that somebody watching the wall would name.

    The day moves on when the clock shows the next one's start or more, and never back.
    """
    shop = Calendar(timezone=zone, day_start=day_start)
    ahead = dt.timedelta(hours=day_start.hour, minutes=day_start.minute)
    shown = dt.date.min
    for at, wall in walls(zone, change):
        before, shown = shown, max(shown, (wall - ahead).date())
        assert shop.day(at) == shown
        if dt.date.min < before < shown:
            assert shop.bounds(Date(shown.year, shown.month, shown.day)).start == at


weekdays = st.sampled_from(WeekDay)
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)).map(lambda day: Date(day.year, day.month, day.day))


@given(days, weekdays)
def test_week_begins_on_its_first_day(day: Date, week_start: WeekDay) -> None:
    """A week has seven days, the first on the weekday that the shop says, and holds its day."""
    shop = Calendar(timezone="UTC", week_start=week_start)
    first = shop.first_day(day, Grain.WEEK)
    assert (first.weekday(), 0 <= (day - first).days < 7) == (week_start, True)
    assert (shop.next_first_day(day, Grain.WEEK) - first).days == 7


@given(days)
def test_month_and_day_are_those_of_the_date(day: Date) -> None:
    """A month begins on its first and is followed by the next one; a day is followed by the next day."""
    shop = Calendar(timezone="UTC")
    first, following = shop.first_day(day, Grain.MONTH), shop.next_first_day(day, Grain.MONTH)
    assert (first.year, first.month, first.day) == (day.year, day.month, 1)
    assert (following.day, (following.year - first.year) * 12 + following.month - first.month) == (1, 1)
    assert shop.first_day(day, Grain.DAY) == day
    assert (shop.next_first_day(day, Grain.DAY) - day).days == 1


@given(instants, zones, day_starts, weekdays, st.sampled_from(Grain))
def test_every_instant_lies_in_its_day_week_and_month(
    at: DateTime, zone: str, day_start: dt.time, week_start: WeekDay, grain: Grain
) -> None:
    """Periods of a grain lie end to end and hold their instants; a week and a month are made of whole days."""
    shop = Calendar(timezone=zone, day_start=day_start, week_start=week_start)
    day = shop.day(at)
    bounds = shop.bounds(day, grain)
    assert bounds.holds(at)
    assert bounds.start == shop.bounds(shop.first_day(day, grain)).start
    assert bounds.end == shop.bounds(shop.next_first_day(day, grain), grain).start
    assert shop.first_day(day, grain) == {Grain.DAY: day, Grain.WEEK: shop.week(at), Grain.MONTH: shop.month(at)}[grain]


def test_week_belongs_to_the_business_day() -> None:
    """Before the day start on Monday it is still last week; in the first hours of a month, still the last one."""
    bar = Calendar(timezone="Asia/Shanghai", day_start=dt.time(4))
    monday = pendulum.datetime(2026, 6, 1, 3, 59, tz="Asia/Shanghai").in_timezone(UTC)
    assert (bar.week(monday), bar.month(monday)) == (Date(2026, 5, 25), Date(2026, 5, 1))
    assert bar.week(later(monday, dt.timedelta(minutes=1))) == Date(2026, 6, 1)
    assert bar.month(later(monday, dt.timedelta(minutes=1))) == Date(2026, 6, 1)


def test_week_with_a_change_is_an_hour_short_or_long() -> None:
    """A week and a month are elapsed time, whatever the clock does."""
    shop = Calendar(timezone="Europe/Berlin", week_start=SUNDAY)
    assert shop.bounds(Date(2026, 3, 31), Grain.WEEK).elapsed == dt.timedelta(days=7, hours=-1)
    assert shop.bounds(Date(2026, 10, 1), Grain.MONTH).elapsed == dt.timedelta(days=31, hours=1)


def test_week_at_the_ends_of_the_calendar_is_refused() -> None:
    """A week or month that reaches beyond the years 1 to 9999 is out of range."""
    shop = Calendar(timezone="UTC", week_start=FRIDAY)
    for grain in (Grain.WEEK, Grain.MONTH):
        with pytest.raises(OutOfRange):
            shop.bounds(Date(9999, 12, 31), grain)
    with pytest.raises(OutOfRange):
        shop.first_day(Date(1, 1, 1), Grain.WEEK)
    with pytest.raises(OutOfRange):
        Calendar(timezone="UTC", day_start=dt.time(1)).day(DateTime.min.replace(tzinfo=UTC))


def test_grain_is_one_of_three() -> None:
    """A text, a number and nothing are no grain."""
    for grain in others():
        with pytest.raises(WrongKind, match="must be Grain"):
            Calendar(timezone="UTC").bounds(Date(2026, 6, 18), grain)


def test_day_start_is_a_time_on_the_wall() -> None:
    """A number of hours, a duration and a time with a zone are refused by kind, and so is a start within a minute."""
    for value in (dt.time(4, tzinfo=dt.UTC), *others(dt.time)):
        with pytest.raises(WrongKind, match=r"Calendar\.day_start must be time"):
            Calendar(timezone="UTC", day_start=cast("Any", value))
    for value in (dt.time(4, 0, 1), dt.time(4, 0, 0, 1)):
        with pytest.raises(OutOfRange, match="from 00:00 to 23:59"):
            Calendar(timezone="UTC", day_start=value)


def test_week_start_is_a_weekday() -> None:
    """A number, a text and nothing are no weekday."""
    for value in others(WeekDay):
        with pytest.raises(WrongKind, match=r"Calendar\.week_start must be WeekDay"):
            Calendar(timezone="UTC", week_start=value)


def test_shanghai_has_no_short_day() -> None:
    """China keeps one time: each day of a year has 24 hours."""
    shop = Calendar(timezone="Asia/Shanghai")
    days = [Date(2026, 1, 1).add(days=n) for n in range(365)]
    assert {shop.bounds(day).elapsed for day in days} == {dt.timedelta(hours=24)}


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai", "UTC"])
def test_the_ends_of_the_calendar_are_refused(zone: str) -> None:
    """The first and the last instants have a day, or are out of range; they are no overflow."""
    shop = Calendar(timezone=zone)
    edges = (DateTime.min.replace(tzinfo=UTC), DateTime.max.replace(tzinfo=UTC))
    for at, beyond in zip(edges, ("America/New_York", "Asia/Shanghai"), strict=True):
        if zone == beyond:
            with pytest.raises(OutOfRange):
                shop.day(at)
        else:
            assert shop.day(at).year == at.year
    with pytest.raises(OutOfRange):
        shop.bounds(Date(9999, 12, 31))
    if zone == "Asia/Shanghai":
        with pytest.raises(OutOfRange):
            shop.bounds(Date(1, 1, 1))


def test_bounds_are_those_of_a_day() -> None:
    """An instant, a date of another kind, a text and nothing are no day."""
    shop = Calendar(timezone="UTC")
    for day in (NOON, *others(Date)):
        with pytest.raises(WrongKind, match=r"Calendar\.bounds must be Date"):
            shop.bounds(cast("Any", day))


def test_day_is_that_of_an_instant() -> None:
    """A naive time has no business day, whoever made it, and neither has what is no time."""
    shop = Calendar(timezone="Asia/Shanghai")
    for at in (pendulum.naive(2026, 6, 18), *others(DateTime)):
        with pytest.raises(Invalid):
            shop.day(cast("Any", at))


NO_ZONES = ["Atlantis/Centre", "Asia", "Asia/", "/Asia/Tokyo", "../etc/passwd", "+08:00", "GMT+8", "zone.tab", "."]


@pytest.mark.parametrize("zone", [*NO_ZONES, *TEXTS])
@pytest.mark.parametrize("before", ["", "posix/", "right/"])
def test_unknown_zone_is_refused(zone: str, before: str) -> None:
    """A name that the database does not have is refused; the refusal is short and prints, whatever was in the name."""
    with pytest.raises(UnknownZone) as refused:
        Calendar(timezone=before + TEXTS.get(zone, zone))
    said = str(refused.value)
    assert (said.isascii(), said.isprintable(), len(said) < 200) == (True, True, True)


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "posix/Asia/Tokyo", "right/Asia/Tokyo"])
def test_zone_of_the_machine_is_refused(zone: str) -> None:
    """No name leads to the settings of the machine, or to a zone that other machines do not have."""
    with pytest.raises(UnknownZone):
        Calendar(timezone=zone)


def test_zone_is_a_name() -> None:
    """An offset, a zone object and nothing are no names."""
    for zone in (UTC, ZoneInfo("UTC"), *(value for value in others() if not isinstance(value, str))):
        with pytest.raises(WrongKind, match=r"Calendar\.timezone must be str"):
            Calendar(timezone=cast("Any", zone))


def test_calendars_compare_by_their_fields() -> None:
    """A calendar is a value."""
    assert Calendar(timezone="UTC") == Calendar(timezone="UTC") != Calendar(timezone="Asia/Shanghai")
    assert Calendar(timezone="UTC") != Calendar(timezone="UTC", day_start=dt.time(4))
    assert Calendar(timezone="UTC", week_start=MONDAY) != Calendar(timezone="UTC", week_start=SUNDAY)
