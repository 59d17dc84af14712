"""Retail months: whole weeks, 4-4-5 or another pattern, so that every month of a quarter has the same weekends."""

from enum import StrEnum
from itertools import accumulate

from attrs import Attribute, field, frozen
from pendulum import Date

from ecomops.kernel.checks import is_a, whole
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.kernel.instants import MONTHS_OF_A_YEAR, Calendar, Grain, day_at, month_after

QUARTERS, MONTHS_OF_A_QUARTER, WEEKS_OF_A_QUARTER, DAYS_OF_A_WEEK = 4, 3, 13, 7
LAST_YEAR = 9998


class YearEnd(StrEnum):
    """Which last day of a week ends a retail year: the one nearest to the end of its month, or the last one in it."""

    NEAREST = "nearest"
    LAST = "last"


Pattern = tuple[int, int, int]


def _a_pattern(_: object, __: "Attribute[Pattern]", value: Pattern) -> None:
    months = len(value) if type(value) is tuple else 0
    if months != MONTHS_OF_A_QUARTER or not all(type(weeks) is int for weeks in value):
        raise WrongKind(field="RetailCalendar.weeks", expected="tuple of three ints", found=type(value).__name__)
    if min(value) < 1 or sum(value) != WEEKS_OF_A_QUARTER:
        raise OutOfRange(field="RetailCalendar.weeks", least="1", most=str(WEEKS_OF_A_QUARTER))


@frozen(kw_only=True)
class RetailCalendar(Calendar):
    """A calendar whose months are whole weeks: a year has 52 of them or, every five or six years, 53.

    Days and weeks are those of a `Calendar`. A year ends with the last day of a week, and begins the day after; the
    53rd week belongs to its last month. Tables by `Grain.MONTH` have these months, each named by its first day.

    Args:
        weeks: How many weeks the three months of each quarter have: 13 together.
        year_end_month: The month at whose end the year ends, 1 to 12.
        year_end: Which last day of a week that is.

    Raises:
        WrongKind: A value of another kind.
        OutOfRange: A month without a week, weeks that are no quarter, or no month.

    Example:
        >>> from pendulum import SUNDAY
        >>> shop = RetailCalendar(timezone="America/New_York", week_start=SUNDAY, weeks=(4, 5, 4))
        >>> str(shop.first_day(Date(2024, 3, 2), Grain.MONTH)), str(shop.next_first_day(Date(2024, 3, 2), Grain.MONTH))
        ('2024-02-04', '2024-03-03')

    Note:
        The 4-5-4 calendar of the National Retail Federation: weeks from Sunday, the year ends on the Saturday nearest
        to the end of January.
    """

    weeks: Pattern = field(default=(4, 4, 5), validator=_a_pattern)
    year_end_month: int = field(default=1, validator=whole(1, 12))
    year_end: YearEnd = field(default=YearEnd.NEAREST, validator=is_a(YearEnd))

    def first_day(self, day: Date, grain: Grain) -> Date:
        """Return the first day of the day, week or retail month that holds the business *day*.

        Raises:
            WrongKind: It is no pendulum `Date`, or no grain.
            OutOfRange: The week or the retail year begins or ends outside the years 1 to 9999.
        """
        plain = super().first_day(day, grain)
        return max(first for first in self._months(day) if first <= day) if grain is Grain.MONTH else plain

    def next_first_day(self, day: Date, grain: Grain) -> Date:
        """Return the first day of the day, week or retail month after the one that holds the business *day*.

        Raises:
            WrongKind: It is no pendulum `Date`, or no grain.
            OutOfRange: That lies outside the years 1 to 9999.
        """
        if grain is not Grain.MONTH:
            return super().next_first_day(day, grain)
        super().first_day(day, grain)
        return min(first for first in self._months(day) if first > day)

    def month_number(self, day: Date) -> int:
        """Return the number of the retail month that holds the business *day*: one more for each month that begins.

        Raises:
            WrongKind: It is no pendulum `Date`.
            OutOfRange: The retail year begins or ends outside the years 1 to 9999.
        """
        before = sum(first <= day for first in self._months(self.first_day(day, Grain.DAY))) - 1
        return self._year_of(day) * MONTHS_OF_A_YEAR + before

    def year(self, day: Date) -> Date:
        """Return the first day of the retail year that holds the business *day*.

        Raises:
            WrongKind: It is no pendulum `Date`.
            OutOfRange: It lies outside the years 1 to 9999.

        Example:
            >>> str(RetailCalendar(timezone="UTC").year(Date(2026, 1, 31)))
            '2025-02-03'
        """
        super().first_day(day, Grain.DAY)
        return self._begin(self._year_of(day))

    def _months(self, day: Date) -> tuple[Date, ...]:
        """Return the first days of the months of the retail year that holds *day*, and of the year after."""
        year = self._year_of(day)
        start = self._begin(year).toordinal()
        before = (0, *accumulate(self.weeks * QUARTERS))[:-1]
        return (*(day_at(start + weeks * DAYS_OF_A_WEEK) for weeks in before), self._begin(year + 1))

    def _year_of(self, day: Date) -> int:
        """Return the calendar year at whose month's end the retail year before that of *day* ends."""
        return next(year for year in range(day.year, day.year - 3, -1) if self._begin(year) <= day)

    def _begin(self, year: int) -> Date:
        """Return the first day of the retail year that follows the end of the month in a calendar year."""
        if not 1 <= year <= LAST_YEAR:
            raise OutOfRange(field="RetailCalendar.year", least="1", most=str(LAST_YEAR))
        end = month_after(Date(year, self.year_end_month, 1)).toordinal() - 1
        back = (
            end - self.week_start
        ) % DAYS_OF_A_WEEK  # since the last day of a week; the first day of all is a Monday
        nearer = self.year_end is YearEnd.NEAREST and back > DAYS_OF_A_WEEK // 2
        return day_at(end - back + 1 + (DAYS_OF_A_WEEK if nearer else 0))
