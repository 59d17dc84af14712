"""Plan against actual: what was planned and what came about, day by day, and where it leads.

A day counts when it is over: the day that is running is compared with nothing. A day of which nothing was told is
missing, never zero.
"""

from collections.abc import Sequence
from fractions import Fraction

from attrs import field, frozen
from pendulum import Date

from ecomops.kernel import divide
from ecomops.kernel.checks import optional, require_kind, require_once, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.campaign_errors import NothingToAnswer, UnplannedDays
from ecomops.promotions.exact import a_day, an_exact


@frozen(kw_only=True)
class DayNumber:
    """A number of a day: orders, visitors, or money in minor units."""

    day: Date = field(validator=a_day)
    number: int = field(validator=whole(0, MOST_MINOR))


@frozen(kw_only=True)
class Pace:
    """How a plan goes.

    Args:
        planned: The plan of all days.
        planned_to_date: The plan of the days that are over and told.
        actual_to_date: What came about on them.
        days: How many these are.
        attained: Actual by planned to date; None before anything was planned.
        projected: The plan of all days times what is attained, rounded half-up; None as above.
        missing: Days that are over, and of which nothing was told.
    """

    planned: int = field(validator=whole(0, MOST_MINOR))
    planned_to_date: int = field(validator=whole(0, MOST_MINOR))
    actual_to_date: int = field(validator=whole(0, MOST_MINOR))
    days: int = field(validator=whole(0))
    attained: Fraction | None = field(validator=optional(an_exact))
    projected: int | None = field(validator=optional(whole(0, MOST_MINOR)))
    missing: tuple[Date, ...] = field(default=(), validator=tuple_of(Date))


def pace(planned: Sequence[DayNumber], actual: Sequence[DayNumber], *, today: Date) -> Pace:
    """Compare a plan with what came about, up to and not with *today*.

    Args:
        planned: The plan of each day, each day once.
        actual: What came about, in the same unit; days of the plan, each once. *today* and later days do not count.
        today: The business day that is running.

    Raises:
        NothingToAnswer: There is no plan.
        Repeated: A day stands twice.
        UnplannedDays: Something came about on days that the plan does not have.
        WrongKind: *today* is no day, or a row no number of a day.

    Example:
        >>> days = [Date(2026, 6, 16), Date(2026, 6, 17), Date(2026, 6, 18)]
        >>> plan = [DayNumber(day=day, number=number) for day, number in zip(days, (100, 100, 300))]
        >>> now = pace(plan, [DayNumber(day=day, number=80) for day in days[:2]], today=days[2])
        >>> now.attained, now.projected
        (Fraction(4, 5), 400)
    """
    if type(today) is not Date:
        raise wrong_kind("pace.today", "Date", today)
    if not planned:
        raise NothingToAnswer(field="pace.planned")
    for name, rows in (("planned", planned), ("actual", actual)):
        for row in rows:
            require_kind(f"pace.{name}", DayNumber, row)
        require_once((str(each.day) for each in rows), field=f"pace.{name}")
    told = {each.day: each.number for each in actual}
    plan = {each.day: each.number for each in planned}
    unplanned = sorted(told.keys() - plan.keys())
    if unplanned:
        raise UnplannedDays(days=tuple(map(str, unplanned)))
    over = sorted(day for day in plan if day < today)
    seen = [day for day in over if day in told]
    whole_plan, to_date = sum(plan.values()), sum(plan[day] for day in seen)
    came = sum(told[day] for day in seen)
    return Pace(
        planned=whole_plan,
        planned_to_date=to_date,
        actual_to_date=came,
        days=len(seen),
        attained=Fraction(came, to_date) if to_date else None,
        projected=divide(whole_plan * came, to_date) if to_date else None,
        missing=tuple(day for day in over if day not in told),
    )
