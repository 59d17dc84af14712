"""Tables by day, week or month: facts are cut into periods by a calendar, and measures are added up in each.

Only what the host declares as observed counts. Orders before that are known as history, so that an old buyer is none of
the new ones; a period of which a part was not observed is flagged.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from attrs import frozen
from pendulum import Date

from ecomops.columns import UNKNOWN, Ints, grouped, microseconds
from ecomops.kernel import Calendar, Grain, Period, later
from ecomops.kernel.checks import require_once, wrong_kind
from ecomops.kernel.errors import OutOfRange
from ecomops.metrics.dictionary import WEEKLY
from ecomops.metrics.evaluating import Figures, column_of
from ecomops.metrics.families import Facts
from ecomops.metrics.formulas import KNOWN, Constant, Counted, Family, Formula, Kpi, Measure, measures_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, NO_EARLIER, Definition, Flags, Sales, sales
from ecomops.metrics.tables import Flag, Table, no_reasons

MOST_PERIODS = 100_000
"""How many periods a table may have: more than the days of two and a half centuries."""
USUAL = {Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7), Grain.MONTH: timedelta(days=28)}
"""How long a period lasts, about: an age that is too long is told before it is cut."""


def tabulate(
    facts: Facts,
    kpis: Iterable[Formula] = WEEKLY,
    *,
    calendar: Calendar,
    observed: Period,
    by: Grain = Grain.WEEK,
    definition: Definition = DEFAULT_DEFINITION,
) -> Table:
    """Return the figures of *facts* by day, week or month.

    Args:
        facts: What happened.
        kpis: The columns, in their order.
        calendar: What cuts time into periods.
        observed: The period that the facts cover, as the host knows it: never guessed from the first and last row. What
            lies outside of it is counted in no row.
        by: How long the periods are.
        definition: What counts as a sale, and when.

    Raises:
        CannotHoldSum: A sum might be more than 64 bits hold.
        Repeated: Two columns have one key.
        WrongKind: What is given is of another kind.
        OutOfRange: There are more than 100,000 periods, or one reaches beyond the years 1 to 9999.

    Example:
        >>> import numpy as np
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> from ecomops.metrics import NET, ORDERS
        >>> days = [pendulum.datetime(2026, 6, day) for day in (15, 23, 28)]
        >>> facts = Facts.of_orders(
        ...     Currency.CNY,
        ...     {
        ...         "paid_at": np.array([microseconds(day) for day in days]),
        ...         "customer": np.array([0, 1, 0]),
        ...         "gross": np.array([1000, 1500, 1000]),
        ...     },
        ... )
        >>> fortnight = Period(start=pendulum.datetime(2026, 6, 15), end=pendulum.datetime(2026, 6, 29))
        >>> tabulate(facts, (ORDERS, NET, NET / ORDERS), calendar=Calendar(timezone="UTC"), observed=fortnight)
              week  orders_valid  net_sales  net_sales / orders_valid
        2026-06-15             1      10.00                     10.00
        2026-06-22             2      25.00                     12.50
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("observed", observed, Period),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"tabulate.{name}", kind.__name__, value)
    wanted = _checked(kpis)
    days = _days(calendar, observed, by)
    bounds = [calendar.bounds(day, by) for day in days]
    cut = _cut(facts, bounds, observed=observed, definition=definition)
    measures = dict.fromkeys(measure for kpi in wanted for measure in measures_of(kpi))
    figures: Figures = {measure: (_measured(facts, cut, measure), no_reasons(len(days))) for measure in measures}
    return Table(
        labels=tuple(days),
        columns=tuple(column_of(kpi, figures, size=len(days)) for kpi in wanted),
        flags=tuple(_flags(period, observed, definition.new_after) for period in bounds),
        grain=by,
        calendar=calendar,
        observed=observed,
        definition=definition,
        currency=facts.currency,
    )


def _checked(kpis: Iterable[Formula]) -> tuple[Formula, ...]:
    wanted = tuple(kpis)
    for kpi in wanted:
        if not isinstance(kpi, (Measure, Kpi, Constant)):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("tabulate.kpis", "Measure or Kpi", kpi)
    require_once((kpi.key for kpi in wanted), field="tabulate.kpis")
    return wanted


def _days(calendar: Calendar, observed: Period, by: Grain) -> list[Date]:
    """Return the first days of all periods of which a part was observed."""
    days: list[Date] = []
    if observed.start == observed.end:
        return days
    if datetime.__sub__(observed.end, observed.start) > MOST_PERIODS * USUAL[by]:
        raise OutOfRange(field="tabulate.observed", least="0", most=str(MOST_PERIODS))
    day = calendar.first_day(calendar.day(observed.start), by)
    while calendar.bounds(day, by).start < observed.end:
        days.append(day)
        day = calendar.next_first_day(day, by)
    return days


def _flags(period: Period, observed: Period, horizon: timedelta) -> tuple[Flag, ...]:
    partial = period.start < observed.start or observed.end < period.end
    short = period.start < later(observed.start, horizon)
    return ((Flag.PARTIAL,) if partial else ()) + ((Flag.SHORT_HISTORY,) if short else ())


@frozen(eq=False)
class _Cut:
    """The facts cut into periods.

    Attributes:
        size: How many periods there are.
        sales: The valid orders.
        orders: The period of each order; -1 for none.
        refunds: The period of each refund; -1 for none.
        starts: The instant at which each period starts, or begins to be observed.
        horizon: How far back a buyer's order must lie for the buyer to be new, in microseconds.
    """

    size: int
    sales: Sales
    orders: Ints
    refunds: Ints
    starts: Ints
    horizon: int


def _cut(facts: Facts, periods: Sequence[Period], *, observed: Period, definition: Definition) -> _Cut:
    found = sales(facts, definition)
    bounds = microseconds(observed.start), microseconds(observed.end)
    starts = np.array([max(microseconds(period.start), bounds[0]) for period in periods], dtype=np.int64)
    sold = facts.refunds.order
    refunded_at = np.maximum(
        facts.refunds.at, found.at[sold]
    )  # what was called off before it was paid is no sale first
    return _Cut(
        size=len(periods),
        sales=found,
        orders=_periods(starts, found.at, found.valid, bounds),
        refunds=_periods(starts, refunded_at, found.valid[sold], bounds),
        starts=starts,
        horizon=definition.new_after // timedelta(microseconds=1),
    )


def _periods(starts: Ints, at: Ints, counted: Flags, bounds: tuple[int, int]) -> Ints:
    """Return the period of each row that counts and lies within *bounds*; -1 for the others."""
    inside = counted & (bounds[0] <= at) & (at < bounds[1])
    return np.where(inside, np.searchsorted(starts, at, side="right") - 1, -1)


def _measured(facts: Facts, cut: _Cut, measure: Measure) -> Ints:
    """Return the figures of one measure."""
    periods, values = _contributions(facts, cut, measure)
    return grouped(values, periods, size=cut.size, name=measure.key)


def _contributions(facts: Facts, cut: _Cut, measure: Measure) -> tuple[Ints, Ints]:
    """Return the period of each row, and what it contributes to the measure."""
    periods = _periods_of(facts, cut, measure)
    if measure.column is None:
        return periods, np.ones(len(periods), dtype=np.int64)
    if measure.column == KNOWN:
        return periods, cut.sales.known.astype(np.int64)
    return periods, getattr(getattr(facts, measure.family.value), measure.column)


def _periods_of(facts: Facts, cut: _Cut, measure: Measure) -> Ints:
    """Return the period of each row that the measure looks at; -1 for the others."""
    if measure.family is Family.REFUNDS:
        return cut.refunds
    if measure.family is Family.LINES:
        lines = cut.orders.take(facts.lines.order)
        return lines if measure.measured_in is None else np.where(_in_unit(facts, measure.measured_in), lines, -1)
    return cut.orders if measure.counted in _PLAIN else np.where(_brings(cut, measure.counted), cut.orders, -1)


_PLAIN = frozenset({Counted.SUM, Counted.ROWS})


def _in_unit(facts: Facts, unit: str) -> Flags:
    names = facts.names.units
    found: Flags = facts.lines.unit == (names.index(unit) if unit in names else UNKNOWN - 1)
    return found


def _brings(cut: _Cut, counted: Counted) -> Flags:
    """Return which orders bring a buyer that is counted."""
    before, known = cut.sales.before, cut.sales.known
    since: Ints | int = NO_EARLIER + 1
    if counted is Counted.BUYERS:
        since = cut.starts.take(np.maximum(cut.orders, 0)) if cut.size else since
    elif counted is Counted.NEW_BUYERS:
        since = cut.sales.at - cut.horizon
    brings: Flags = known & (before < since)
    return brings
