"""Retail months are whole weeks: equal to a model that counts days, and to published years."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import MONDAY, SATURDAY, SUNDAY, Date, WeekDay

from ecomops.kernel import Calendar, DomainError, Grain, OutOfRange, RetailCalendar, WrongKind, YearEnd

NRF = RetailCalendar(timezone="America/New_York", week_start=SUNDAY, weeks=(4, 5, 4))
MONTHS_OF_2024 = """
2024-02-04 2024-03-03 2024-04-07 2024-05-05 2024-06-02 2024-07-07
2024-08-04 2024-09-01 2024-10-06 2024-11-03 2024-12-01 2025-01-05
"""


def test_months_of_2024_are_the_published_ones() -> None:
    """The 4-5-4 calendar of the National Retail Federation."""
    day, found = Date(2024, 2, 4), list[str]()
    for _ in range(12):
        found.append(str(day))
        day = NRF.next_first_day(day, Grain.MONTH)
    assert found == MONTHS_OF_2024.split()
    assert str(day) == "2025-02-02"


def test_years_of_53_weeks_are_the_published_ones() -> None:
    """2006, 2012, 2017 and 2023; the week belongs to January."""
    lengths = {year: weeks_of(NRF, Date(year, 6, 1)) for year in range(2004, 2028)}
    assert [year for year, weeks in lengths.items() if weeks == 53] == [2006, 2012, 2017, 2023]
    assert set(lengths.values()) == {52, 53}
    january = NRF.bounds(Date(2024, 2, 3), Grain.MONTH)
    assert (str(january.start), january.elapsed.days) == ("2023-12-31 05:00:00+00:00", 35)


def weeks_of(calendar: RetailCalendar, day: Date) -> int:
    """Return how many weeks the year of a day has."""
    first = calendar.year(day)
    after = calendar.year(Date.fromordinal(first.toordinal() + 380))
    return (after.toordinal() - first.toordinal()) // 7


def test_last_saturday_of_a_month_ends_a_year_too() -> None:
    """The other rule: never after the end of the month."""
    last = RetailCalendar(timezone="UTC", week_start=SUNDAY, year_end=YearEnd.LAST, year_end_month=8)
    assert str(last.year(Date(2026, 9, 1))) == "2026-08-30"
    assert str(last.year(Date(2026, 8, 29))) == "2025-08-31"


@st.composite
def calendars(draw: st.DrawFn) -> RetailCalendar:
    """Draw a retail calendar."""
    return RetailCalendar(
        timezone="UTC",
        week_start=draw(st.sampled_from([MONDAY, SATURDAY, SUNDAY])),
        weeks=draw(st.sampled_from([(4, 4, 5), (4, 5, 4), (5, 4, 4), (1, 11, 1)])),
        year_end_month=draw(st.integers(1, 12)),
        year_end=draw(st.sampled_from(YearEnd)),
    )


def starts(calendar: RetailCalendar, least: int, most: int) -> list[dt.date]:
    """Return the first days of the years from one to another, by looking at each day."""
    found: list[dt.date] = []
    last = WeekDay((calendar.week_start - 1) % 7)
    for year in range(least, most + 1):
        after = dt.date(year + calendar.year_end_month // 12, calendar.year_end_month % 12 + 1, 1)
        end = after - dt.timedelta(days=1)
        near = [end + dt.timedelta(days=days) for days in range(-6, 4)]
        ends = [day for day in near if day.weekday() == last]
        best = min(ends, key=lambda day: abs((day - end).days)) if calendar.year_end is YearEnd.NEAREST else ends[0]
        found.append(best + dt.timedelta(days=1))
    return found


@given(calendar=calendars(), day=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_months_are_those_of_the_model(calendar: RetailCalendar, day: dt.date) -> None:
    """Twelve months by the pattern, the last one until the next year begins; no day lies in two or in none."""
    years = starts(calendar, day.year - 3, day.year + 2)
    start = max(first for first in years if first <= day)
    after = min(first for first in years if first > day)
    firsts, first = list[dt.date](), start
    for weeks in calendar.weeks * 4:
        firsts.append(first)
        first += dt.timedelta(days=7 * weeks)
    month = max(first for first in firsts if first <= day)
    following = min([first for first in firsts if first > day] + [after])
    at = Date(day.year, day.month, day.day)
    assert calendar.year(at) == start
    assert calendar.first_day(at, Grain.MONTH) == month
    assert calendar.next_first_day(at, Grain.MONTH) == following
    assert calendar.bounds(at, Grain.MONTH).elapsed == following - month
    assert calendar.first_day(calendar.next_first_day(at, Grain.MONTH), Grain.MONTH) == following
    numbers = [calendar.month_number(each) for each in (calendar.first_day(at, Grain.MONTH), at)]
    assert {*numbers} == {calendar.month_number(calendar.next_first_day(at, Grain.MONTH)) - 1}


@pytest.mark.parametrize("year", range(2014, 2027))
def test_first_days_of_january_may_lie_two_years_back(year: int) -> None:
    """A year that ends near the end of December may begin on the fourth of January."""
    december = RetailCalendar(timezone="UTC", week_start=SUNDAY, year_end_month=12)
    years = starts(december, year - 3, year)
    for day in range(1, 8):
        assert december.year(Date(year, 1, day)) == max(first for first in years if first <= dt.date(year, 1, day))


@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), grain=st.sampled_from([Grain.DAY, Grain.WEEK]))
def test_days_and_weeks_are_those_of_a_calendar(day: dt.date, grain: Grain) -> None:
    """Nothing but the months is other."""
    plain, at = Calendar(timezone="America/New_York", week_start=SUNDAY), Date(day.year, day.month, day.day)
    assert NRF.first_day(at, grain) == plain.first_day(at, grain)
    assert NRF.next_first_day(at, grain) == plain.next_first_day(at, grain)
    assert NRF.bounds(at, grain) == plain.bounds(at, grain)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"weeks": (4, 4, 4)}, OutOfRange),
        ({"weeks": (0, 8, 5)}, OutOfRange),
        ({"weeks": (4, 9)}, WrongKind),
        ({"weeks": (4, 4, 5.0)}, WrongKind),
        ({"weeks": [4, 4, 5]}, WrongKind),
        ({"year_end_month": 0}, OutOfRange),
        ({"year_end_month": 13}, OutOfRange),
        ({"year_end": "nearest"}, WrongKind),
    ],
)
def test_bad_calendars_are_refused(wrong: dict[str, Any], refusal: type[DomainError]) -> None:
    """When they are made."""
    with pytest.raises(refusal):
        RetailCalendar(timezone="UTC", **wrong)


@pytest.mark.parametrize("day", [Date(1, 1, 1), Date(9999, 12, 31), Date(9999, 1, 1)])
def test_years_at_the_ends_of_time_are_refused(day: Date) -> None:
    """They have no whole year there."""
    for ask in (NRF.first_day, NRF.next_first_day, NRF.bounds):
        with pytest.raises(OutOfRange):
            ask(day, Grain.MONTH)
    with pytest.raises(WrongKind):
        NRF.first_day(dt.date(2026, 1, 1), Grain.MONTH)  # type: ignore[arg-type]
    with pytest.raises(WrongKind):
        NRF.next_first_day(Date(2026, 1, 1), "month")  # type: ignore[arg-type]
    with pytest.raises(WrongKind):
        NRF.year("2026")  # type: ignore[arg-type]
