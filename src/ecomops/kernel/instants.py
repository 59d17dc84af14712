"""Time as values: instants in UTC, periods between them, and the business days of a zone.

Nothing here reads a clock. Deadlines are elapsed time; calendar days come only from a `Calendar`.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, cast
from zoneinfo import ZoneInfoNotFoundError

from attrs import Attribute, define, field, frozen
from pendulum import MONDAY, UTC, Date, DateTime, Timezone, WeekDay, timezone

from ecomops.kernel.checks import an_instant, is_a, is_instant, wrong_kind
from ecomops.kernel.errors import Invalid, OutOfRange
from ecomops.kernel.text import Text


@define(kw_only=True, slots=False, eq=False, repr=False)
class NaiveTime(Invalid):
    """A datetime without a time zone: nobody knows which instant it is."""

    code: ClassVar[str] = "time.naive"
    text: ClassVar[Text] = Text("{field} has no time zone", "{field} 缺少时区")

    field: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class UnknownZone(Invalid):
    """A time zone that the time-zone database does not have."""

    code: ClassVar[str] = "time.unknown_zone"
    text: ClassVar[Text] = Text("there is no time zone {zone}", "没有时区 {zone}")

    zone: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class Reversed(Invalid):
    """A period ends before it starts."""

    code: ClassVar[str] = "period.reversed"
    text: ClassVar[Text] = Text(
        "a period cannot end at {end}, before its start {start}", "期间不能早于开始 {start} 于 {end} 结束"
    )

    start: DateTime
    end: DateTime


def instant(moment: datetime) -> DateTime:
    """Return an aware datetime of any kind and zone as the instant that the library works with (UTC).

    Raises:
        WrongKind: It is no datetime.
        NaiveTime: It has no time zone.
        OutOfRange: In UTC it lies outside the years 1 to 9999.

    Example:
        >>> from datetime import datetime, timedelta, timezone
        >>> str(instant(datetime(2026, 6, 18, 8, 0, tzinfo=timezone(timedelta(hours=8)))))
        '2026-06-18 00:00:00+00:00'
    """
    if not isinstance(moment, datetime):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("instant", "datetime", moment)
    try:
        offset = moment.utcoffset()
        if offset is None:
            raise NaiveTime(field="instant")
        utc = _shown(moment) - offset
    except OverflowError:
        raise _outside() from None
    return DateTime(
        utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, tzinfo=UTC
    )  # fmt: skip


def _shown(at: datetime) -> datetime:
    """Return what the clock shows at *at*, as a plain datetime: `datetime.replace` of a pandas Timestamp is a crash."""
    return datetime(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)  # noqa: DTZ001 - naive on purpose


def later(at: DateTime, elapsed: timedelta) -> DateTime:
    """Return the instant *elapsed* after *at*: elapsed time, whatever a clock on the wall does in between.

    Raises:
        WrongKind: *at* is no instant, or *elapsed* no timedelta.
        OutOfRange: The result lies outside the years 1 to 9999.

    Example:
        >>> from datetime import timedelta
        >>> import pendulum
        >>> str(later(pendulum.datetime(2026, 6, 18), timedelta(minutes=30)))
        '2026-06-18 00:30:00+00:00'
    """
    if not is_instant(at):
        raise wrong_kind("later", "DateTime in UTC", at)
    if not isinstance(elapsed, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("later", "timedelta", elapsed)
    if not elapsed:
        return at
    try:  # pendulum's own addition takes ten times as long as that of its base class
        return cast("DateTime", datetime.__add__(at, elapsed))  # type: ignore[redundant-cast] # pyright needs it
    except OverflowError:
        raise _outside() from None


def _outside() -> OutOfRange:
    return OutOfRange(field="instant", least="0001-01-01", most="9999-12-31")


@frozen(kw_only=True)
class Period:
    """The instants from *start* up to, and not with, *end*.

    Raises:
        Reversed: The end lies before the start.

    Example:
        >>> import pendulum
        >>> day = Period(start=pendulum.datetime(2026, 6, 18), end=pendulum.datetime(2026, 6, 19))
        >>> day.holds(day.start), day.holds(day.end)
        (True, False)
    """

    start: DateTime = field(validator=an_instant)
    end: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse a period that runs backwards."""
        if self.end < self.start:
            raise Reversed(start=self.start, end=self.end)

    @property
    def elapsed(self) -> timedelta:
        """The time between the two instants."""
        return datetime.__sub__(self.end, self.start)

    def holds(self, at: DateTime) -> bool:
        """Tell whether *at* lies in the period; its end does not."""
        return self.start <= at < self.end


def _a_zone(_: object, __: object, value: str) -> None:
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Calendar.timezone", "str", value)
    zone_named(value)


OF_THE_MACHINE = frozenset({"localtime", "posixrules"})


@lru_cache(maxsize=64)
def zone_named(name: str) -> Timezone:
    """Return the zone from the time-zone database, which is read once: pendulum would do so at every call.

    Names that lead to the settings of the machine, or to zones that other machines do not have, are no names.
    """
    if name in OF_THE_MACHINE or name.startswith(("posix/", "right/")):
        raise UnknownZone(zone=ascii(name)[:80])
    try:
        return timezone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone=ascii(name)[:80]) from None


def _a_wall_time(_: object, __: "Attribute[time]", value: time) -> None:
    """Check that the value is a time on the wall, in whole minutes: every zone's clock shows each of them."""
    if not isinstance(value, time) or value.tzinfo is not None:  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Calendar.day_start", "time without a zone", value)
    if value.second or value.microsecond:
        raise OutOfRange(field="Calendar.day_start", least="00:00", most="23:59")


MONTHS_OF_A_YEAR = 12


class Grain(StrEnum):
    """How long the periods are that a calendar cuts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@frozen(kw_only=True)
class Calendar:
    """How a shop cuts time into business days, weeks and months: the wall clock of one zone, and when a day begins.

    A business day begins at the first instant at which the wall clock shows its date and *day_start*, or later. So a
    day start that the clock skips is the instant of the change, one that comes twice is the first of the two, no
    instant lies in two days or in none, and a day has 23, 24 or 25 hours (23.5 or 24.5 on Lord Howe; none at all where
    a zone left out a date). Weeks and months are made of business days.

    Args:
        timezone: A name of the time-zone database, such as `Asia/Shanghai`.
        day_start: When the day begins on the wall, in whole minutes; what is sold before belongs to the day before.
        week_start: The first day of a week.

    Raises:
        UnknownZone: The database has no such zone.
        WrongKind: A value of another kind.
        OutOfRange: The day starts within a minute.

    Example:
        >>> from datetime import time
        >>> import pendulum
        >>> bar = Calendar(timezone="America/New_York", day_start=time(4))
        >>> str(bar.day(pendulum.datetime(2017, 1, 2, 8, 59)))
        '2017-01-01'
        >>> str(bar.week(pendulum.datetime(2017, 1, 2, 8, 59)))
        '2016-12-26'
    """

    timezone: str = field(validator=_a_zone)
    day_start: time = field(default=time.min, validator=_a_wall_time)
    week_start: WeekDay = field(default=MONDAY, validator=is_a(WeekDay))

    def day(self, at: DateTime) -> Date:
        """Return the business day that holds the instant *at*.

        Raises:
            WrongKind: It is no instant.
            OutOfRange: Its day lies outside the years 1 to 9999.
        """
        if not is_instant(at):
            raise wrong_kind("Calendar.day", "DateTime in UTC", at)
        try:
            wall = at.in_timezone(zone_named(self.timezone))
        except (OverflowError, ValueError):
            raise _outside() from None
        early = (wall.hour, wall.minute) < (self.day_start.hour, self.day_start.minute)
        shown = day_at(wall.toordinal() - early)
        begun = wall.fold and self._start(_next(shown)) <= at  # the clock has been set back since the day began
        return _next(shown) if begun else shown

    def week(self, at: DateTime) -> Date:
        """Return the first day of the week that holds the instant *at*.

        Raises:
            WrongKind: It is no instant.
            OutOfRange: The week begins outside the years 1 to 9999.
        """
        return self.first_day(self.day(at), Grain.WEEK)

    def month(self, at: DateTime) -> Date:
        """Return the first day of the month that holds the instant *at*.

        Raises:
            WrongKind: It is no instant.
            OutOfRange: Its day lies outside the years 1 to 9999.
        """
        return self.first_day(self.day(at), Grain.MONTH)

    def first_day(self, day: Date, grain: Grain) -> Date:
        """Return the first day of the day, week or month that holds the business *day*.

        Raises:
            WrongKind: It is no pendulum `Date`, or no grain.
            OutOfRange: The week begins outside the years 1 to 9999.
        """
        _require_day(day, grain)
        if grain is Grain.WEEK:
            return day_at(day.toordinal() - (day.weekday() - self.week_start) % 7)
        return Date(day.year, day.month, 1) if grain is Grain.MONTH else day

    def next_first_day(self, day: Date, grain: Grain) -> Date:
        """Return the first day of the day, week or month after the one that holds the business *day*.

        Raises:
            WrongKind: It is no pendulum `Date`, or no grain.
            OutOfRange: That lies outside the years 1 to 9999.
        """
        first = self.first_day(day, grain)
        if grain is Grain.MONTH:
            return month_after(first)
        return day_at(first.toordinal() + (7 if grain is Grain.WEEK else 1))

    def month_number(self, day: Date) -> int:
        """Return the number of the month that holds the business *day*: one more for each month that begins.

        Raises:
            WrongKind: It is no pendulum `Date`.

        Example:
            >>> from pendulum import Date
            >>> shop = Calendar(timezone="UTC")
            >>> shop.month_number(Date(2026, 1, 1)) - shop.month_number(Date(2025, 12, 31))
            1
        """
        _require_day(day, Grain.MONTH)
        return day.year * MONTHS_OF_A_YEAR + day.month - 1

    def bounds(self, day: Date, grain: Grain = Grain.DAY) -> Period:
        """Return the period of a business *day*, or of the week or month that holds it.

        Raises:
            WrongKind: It is no pendulum `Date`, or no grain.
            OutOfRange: It reaches to the last day that the calendar knows.

        Example:
            >>> from pendulum import Date
            >>> shop = Calendar(timezone="Europe/Berlin")
            >>> str(shop.bounds(Date(2026, 3, 29)).elapsed), str(shop.bounds(Date(2026, 3, 29), Grain.WEEK).elapsed)
            ('23:00:00', '6 days, 23:00:00')
        """
        first, after = self.first_day(day, grain), self.next_first_day(day, grain)
        return Period(start=self._start(first), end=self._start(after))

    def _start(self, day: Date) -> DateTime:
        return _start_of(day, self.day_start, self.timezone)


@lru_cache(maxsize=4096)  # the days of eleven years: tables ask for the same ones again
def _start_of(day: Date, day_start: time, name: str) -> DateTime:
    """Return the first instant at which the clock of a zone shows *day* and the start of days, or later."""
    zone = zone_named(name)
    before, after = (
        datetime.combine(day, day_start.replace(fold=fold), tzinfo=zone) for fold in (0, 1)
    )  # fmt: skip
    if _offset(before) < _offset(after):  # the clock skips it
        return _change(zone, instant(after), instant(before))
    return instant(before)


def _offset(wall: datetime) -> timedelta:
    return wall.utcoffset() or timedelta()


def _change(zone: Timezone, before: DateTime, after: DateTime) -> DateTime:
    """Return the instant at which the clock of *zone* is put forward: after *before*, at *after* at the latest."""
    old = _offset(before.in_timezone(zone))
    least, most = 0, int((after - before).total_seconds())
    while most - least > 1:
        middle = (least + most) // 2
        if _offset(later(before, timedelta(seconds=middle)).in_timezone(zone)) == old:
            least = middle
        else:
            most = middle
    return later(before, timedelta(seconds=most))


def _require_day(day: Date, grain: Grain) -> None:
    if type(day) is not Date:
        raise wrong_kind("Calendar.bounds", "Date", day)
    if not isinstance(grain, Grain):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Calendar.bounds", "Grain", grain)


def _next(day: Date) -> Date:
    return day_at(day.toordinal() + 1)


def month_after(first: Date) -> Date:
    """Return the first day of the month after the one that begins on *first*."""
    within = day_at(first.toordinal() + 31)  # the next month has begun, and none is skipped
    return Date(within.year, within.month, 1)


def day_at(ordinal: int) -> Date:
    """Return the day with that number in the calendar.

    Raises:
        OutOfRange: It lies outside the years 1 to 9999.
    """
    try:
        return Date.fromordinal(ordinal)
    except ValueError:
        raise _outside() from None
