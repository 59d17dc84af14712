"""The festival calendar: the days on which people buy, and the countdown of what is to be done before each.

Lunar days are data for the years 2024 to 2030: no rule of the solar calendar gives them. Days that a rule gives (a
fixed date, the second Sunday of May) are computed for the same years, so that a year has all of its festivals or none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from attrs import field, frozen
from pendulum import SUNDAY, Date, WeekDay

from ecomops.kernel import OutOfRange, Text
from ecomops.kernel.checks import is_a, require_once, some_text, whole, wrong_kind
from ecomops.kernel.instants import day_at
from ecomops.promotions.campaign_errors import UnknownFestival, UnknownYear
from ecomops.promotions.exact import a_day

FIRST_YEAR, LAST_YEAR = 2024, 2030
"""The years that the calendar has."""

# The days are those of the Hong Kong Observatory's Gregorian-Lunar Calendar Conversion Table, which agrees with the
# Purple Mountain Observatory's; they were compared with an independent computation of the lunar calendar.
# fmt: off
LUNAR: Mapping[str, tuple[tuple[int, int], ...]] = {
    #                 2024      2025      2026      2027      2028      2029      2030
    "spring":       ((2, 10),  (1, 29),  (2, 17),  (2, 6),   (1, 26),  (2, 13),  (2, 3)),
    "lantern":      ((2, 24),  (2, 12),  (3, 3),   (2, 20),  (2, 9),   (2, 27),  (2, 17)),
    "qingming":     ((4, 4),   (4, 4),   (4, 5),   (4, 5),   (4, 4),   (4, 4),   (4, 5)),
    "dragon_boat":  ((6, 10),  (5, 31),  (6, 19),  (6, 9),   (5, 28),  (6, 16),  (6, 5)),
    "qixi":         ((8, 10),  (8, 29),  (8, 19),  (8, 8),   (8, 26),  (8, 16),  (8, 5)),
    "mid_autumn":   ((9, 17),  (10, 6),  (9, 25),  (9, 15),  (10, 3),  (9, 22),  (9, 12)),
    "double_ninth": ((10, 11), (10, 29), (10, 18), (10, 8),  (10, 26), (10, 16), (10, 5)),
}
# fmt: on
"""Month and day of what the lunar calendar or the sun's course sets, year by year."""


@frozen(kw_only=True)
class Fixed:
    """A date of every year."""

    month: int = field(validator=whole(1, 12))
    day: int = field(validator=whole(1, 28))


@frozen(kw_only=True)
class Nth:
    """The nth such weekday of a month."""

    month: int = field(validator=whole(1, 12))
    weekday: WeekDay = field(validator=is_a(WeekDay))
    nth: int = field(validator=whole(1, 4))


SOLAR: Mapping[str, Fixed | Nth] = {
    "new_year": Fixed(month=1, day=1),
    "valentine": Fixed(month=2, day=14),
    "womens_day": Fixed(month=3, day=8),
    "labour_day": Fixed(month=5, day=1),
    "mothers_day": Nth(month=5, weekday=SUNDAY, nth=2),
    "love_day": Fixed(month=5, day=20),
    "childrens_day": Fixed(month=6, day=1),
    "618": Fixed(month=6, day=18),
    "fathers_day": Nth(month=6, weekday=SUNDAY, nth=3),
    "teachers_day": Fixed(month=9, day=10),
    "national_day": Fixed(month=10, day=1),
    "double_11": Fixed(month=11, day=11),
    "double_12": Fixed(month=12, day=12),
    "christmas": Fixed(month=12, day=25),
}
"""What the solar calendar gives, by a date or by a weekday."""

NAMES: Mapping[str, Text] = {
    "spring": Text("Spring Festival", "春节"),
    "lantern": Text("Lantern Festival", "元宵节"),
    "qingming": Text("Qingming", "清明节"),
    "dragon_boat": Text("Dragon Boat Festival", "端午节"),
    "qixi": Text("Qixi", "七夕"),
    "mid_autumn": Text("Mid-Autumn Festival", "中秋节"),
    "double_ninth": Text("Double Ninth Festival", "重阳节"),
    "new_year": Text("New Year's Day", "元旦"),
    "valentine": Text("Valentine's Day", "情人节"),
    "womens_day": Text("Women's Day", "妇女节"),
    "labour_day": Text("Labour Day", "劳动节"),
    "mothers_day": Text("Mother's Day", "母亲节"),
    "love_day": Text("520", "520"),
    "childrens_day": Text("Children's Day", "儿童节"),
    "618": Text("618", "618"),
    "fathers_day": Text("Father's Day", "父亲节"),
    "teachers_day": Text("Teachers' Day", "教师节"),
    "national_day": Text("National Day", "国庆节"),
    "double_11": Text("Double 11", "双十一"),
    "double_12": Text("Double 12", "双十二"),
    "christmas": Text("Christmas", "圣诞节"),
}
"""What people call each."""


@frozen(kw_only=True)
class Festival:
    """A festival of a year: its key, its name, its (first) day."""

    key: str = field(validator=some_text)
    name: Text = field(validator=is_a(Text))
    day: Date = field(validator=a_day)


def festivals(year: int) -> tuple[Festival, ...]:
    """Return the festivals of a year, by day, then by key.

    Args:
        year: 2024 to 2030.

    Raises:
        UnknownYear: The calendar does not have it.
        WrongKind: It is no int.

    Example:
        >>> [(each.name.zh, str(each.day)) for each in festivals(2026)][2:4]
        [('春节', '2026-02-17'), ('元宵节', '2026-03-03')]

    Note:
        Lunar days: Hong Kong Observatory, Gregorian-Lunar Calendar Conversion Table.
    """
    if type(year) is not int:
        raise wrong_kind("festivals.year", "int", year)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnknownYear(year=year, first=FIRST_YEAR, last=LAST_YEAR)
    days = {key: Date(year, *by_year[year - FIRST_YEAR]) for key, by_year in LUNAR.items()}
    days.update({key: _day(rule, year) for key, rule in SOLAR.items()})
    found = (Festival(key=key, name=NAMES[key], day=day) for key, day in days.items())
    return tuple(sorted(found, key=lambda each: (each.day, each.key)))


def _day(rule: Fixed | Nth, year: int) -> Date:
    match rule:
        case Fixed():
            return Date(year, rule.month, rule.day)
        case Nth():
            first = Date(year, rule.month, 1)
            ahead = (rule.weekday - first.weekday()) % 7
            return Date(year, rule.month, 1 + ahead + 7 * (rule.nth - 1))
        case _:
            assert_never(rule)


@frozen(kw_only=True)
class CountdownAction:
    """Something to be done before a festival.

    Args:
        festival: The key of the festival.
        what: What is to be done: `posters`, `greetings to members`. Once for each festival.
        days_before: How many days before the festival it is due; 0 is on the day.
    """

    festival: str = field(validator=some_text)
    what: str = field(validator=some_text)
    days_before: int = field(validator=whole(0, 365))


@frozen(kw_only=True)
class DueAction:
    """An action of the countdown.

    Args:
        festival: The festival.
        what: What is to be done.
        due: The day on which it is due.
        days_left: Days until then; negative when it is late.
        days_to_festival: Days until the festival.
    """

    festival: Festival = field(validator=is_a(Festival))
    what: str = field(validator=some_text)
    due: Date = field(validator=a_day)
    days_left: int = field(validator=whole())
    days_to_festival: int = field(validator=whole())


def countdown(
    calendar: Sequence[Festival],
    actions: Sequence[CountdownAction],
    *,
    today: Date,
    ahead: int = 0,
    done: Iterable[tuple[str, str]] = (),
) -> tuple[DueAction, ...]:
    """List what is due before coming festivals (节日促销进度): late, due today, or due within *ahead* days.

    What was due before a festival that is over is not listed: there is nothing left to do.

    Args:
        calendar: The festivals, of one year or several.
        actions: What is to be done before which; each once.
        today: The business day.
        ahead: How many days to look ahead, 0 to 365.
        done: What is done, as (key and year of the festival such as `spring 2026`, what).

    Returns:
        The actions by the day on which they are due, then by festival, then by what is to be done.

    Raises:
        UnknownFestival: An action is for a festival that the calendar does not have; all are listed.
        Repeated: An action stands twice.
        OutOfRange: *ahead* is negative or more than a year.
        WrongKind: *today* is no day.

    Example:
        >>> posters = CountdownAction(festival="spring", what="posters", days_before=14)
        >>> (due,) = countdown(festivals(2026), [posters], today=Date(2026, 2, 5))
        >>> str(due.due), due.days_left, due.days_to_festival
        ('2026-02-03', -2, 12)
    """
    if type(today) is not Date:
        raise wrong_kind("countdown.today", "Date", today)
    if not 0 <= ahead <= A_YEAR:
        raise OutOfRange(field="countdown.ahead", least="0", most=str(A_YEAR))
    unknown = sorted({each.festival for each in actions} - {each.key for each in calendar})
    if unknown:
        raise UnknownFestival(festivals=tuple(unknown))
    require_once((f"{each.festival}: {each.what}" for each in actions), field="countdown.actions")
    finished = set(done)
    listed = (
        _due(festival, action, today)
        for festival in calendar
        for action in actions
        if action.festival == festival.key and (f"{festival.key} {festival.day.year}", action.what) not in finished
    )
    near = (each for each in listed if each.days_to_festival >= 0 and each.days_left <= ahead)
    return tuple(sorted(near, key=lambda each: (each.due, each.festival.key, each.what)))


A_YEAR = 365
"""How far a countdown looks ahead."""


def _due(festival: Festival, action: CountdownAction, today: Date) -> DueAction:
    due = festival.day.toordinal() - action.days_before
    return DueAction(
        festival=festival,
        what=action.what,
        due=day_at(due),
        days_left=due - today.toordinal(),
        days_to_festival=festival.day.toordinal() - today.toordinal(),
    )
