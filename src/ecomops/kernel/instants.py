"""Time as values: instants in UTC, periods between them, and the business days of a zone.

Nothing here reads a clock. Deadlines are elapsed time; calendar days come only from a `Calendar`.
"""

from datetime import datetime, timedelta
from typing import ClassVar, cast
from zoneinfo import ZoneInfoNotFoundError

from attrs import define, field, frozen
from pendulum import UTC, Date, DateTime, Timezone, timezone

from ecomops.kernel.checks import an_instant, is_instant, wrong_kind
from ecomops.kernel.errors import Invalid, OutOfRange
from ecomops.kernel.text import Text


@define(kw_only=True, slots=False, eq=False)
class NaiveTime(Invalid):
    """A datetime without a time zone: nobody knows which instant it is."""

    code: ClassVar[str] = "time.naive"
    text: ClassVar[Text] = Text("{field} has no time zone", "{field} 缺少时区")

    field: str


@define(kw_only=True, slots=False, eq=False)
class UnknownZone(Invalid):
    """A time zone that the time-zone database does not have."""

    code: ClassVar[str] = "time.unknown_zone"
    text: ClassVar[Text] = Text("there is no time zone {zone}", "没有时区 {zone}")

    zone: str


@define(kw_only=True, slots=False, eq=False)
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
        utc = datetime.replace(moment, tzinfo=None) - offset
    except OverflowError:
        raise _outside() from None
    return DateTime(
        utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, tzinfo=UTC
    )  # fmt: skip


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
    _zone(value)


OF_THE_MACHINE = frozenset({"localtime", "posixrules"})


def _zone(name: str) -> Timezone:
    """Return the zone from the time-zone database; pendulum keeps those that it has loaded.

    Names that lead to the settings of the machine, or to zones that other machines do not have, are no names.
    """
    if name in OF_THE_MACHINE or name.startswith(("posix/", "right/")):
        raise UnknownZone(zone=ascii(name)[:80])
    try:
        return timezone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone=ascii(name)[:80]) from None


@frozen(kw_only=True)
class Calendar:
    """How a shop cuts time into days: the wall clock of one time zone.

    Args:
        timezone: A name of the time-zone database, such as `Asia/Shanghai`.

    Raises:
        UnknownZone: The database has no such zone.

    Example:
        >>> import pendulum
        >>> shop = Calendar(timezone="America/New_York")
        >>> str(shop.day(pendulum.datetime(2017, 1, 2, 3, 0)))
        '2017-01-01'
    """

    timezone: str = field(validator=_a_zone)

    def day(self, at: DateTime) -> Date:
        """Return the business day that holds the instant *at*.

        Raises:
            WrongKind: It is no instant.
            OutOfRange: Its day lies outside the years 1 to 9999.
        """
        if not is_instant(at):
            raise wrong_kind("Calendar.day", "DateTime in UTC", at)
        try:
            return at.in_timezone(_zone(self.timezone)).date()
        except (OverflowError, ValueError):
            raise _outside() from None

    def bounds(self, day: Date) -> Period:
        """Return the period of a business *day*: 23, 24 or 25 hours.

        Raises:
            WrongKind: It is no pendulum `Date`.
            OutOfRange: It is the last day that the calendar knows.
        """
        if type(day) is not Date:
            raise wrong_kind("Calendar.bounds", "Date", day)
        return Period(start=self._midnight(day), end=self._midnight(_next(day)))

    def _midnight(self, day: Date) -> DateTime:
        return instant(datetime(day.year, day.month, day.day, tzinfo=_zone(self.timezone)))


def _next(day: Date) -> Date:
    try:
        return Date.fromordinal(day.toordinal() + 1)
    except ValueError:
        raise _outside() from None
