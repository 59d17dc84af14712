"""Traffic straight from page views: visits are added up when they are over, and only those that are open are kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar, cast

import numpy as np

from ecomops.columns import CannotHoldSum, Ints, together
from ecomops.kernel import Calendar, Grain, OutOfRange, Period
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.cutting import IN_TURN, in_time
from ecomops.metrics.declaring import MOST_CODES
from ecomops.metrics.families import Facts
from ecomops.metrics.families_traffic import Views
from ecomops.metrics.pausing import ByPause
from ecomops.metrics.periods import Periods, periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition, is_sorted
from ecomops.metrics.selling import halves
from ecomops.metrics.sessions import (
    DEFAULT_VISITS,
    Traffic,
    VisitPolicy,
    is_column,
    orders_of,
    sold_to,
    traffic_of,
    visits_of,
)
from ecomops.metrics.tallying import Cells
from ecomops.metrics.walking import BySession, Part, Signed, Walk

ALONE = 1 << 18
"""Two threads look at least at so many views each."""
Walked = TypeVar("Walked", bound=Part)


def traffic_of_views(
    facts: Facts,
    *,
    calendar: Calendar,
    observed: Period,
    sources: Ints | None = None,
    sessions: Ints | None = None,
    by: Grain = Grain.DAY,
    policy: VisitPolicy = DEFAULT_VISITS,
    definition: Definition = DEFAULT_DEFINITION,
) -> Traffic:
    """Return what `traffic_of` returns for the visits that `visits_of` makes of the views of the facts.

    Where views stand in the order of time, and the codes of given sessions rise from 0 as they begin, visits are kept
    only while they may go on: memory does not grow with the views, but by pauses with the codes of visitors, four or
    eight bytes each. Any others are made into visits first; so are sessions to which a view comes back when more than
    131,072 others began since, and visitors of whom there are far more codes than views. Times of which only a rough
    bound is beyond 64 bits may be added up here. Two threads walk through long columns, see `columns.threads`.

    Args:
        facts: What happened, with `Views`.
        calendar: What cuts time into periods.
        observed: The period that the facts cover, as the host knows it.
        sources: The source of each view, as a code; None when nobody knows.
        sessions: The session of each view, from 0, as the host knows it; -1 for none. None cuts by pauses.
        by: How long the periods are.
        policy: Where visits are cut, and how long one is remembered.
        definition: Which orders count.

    Raises:
        WrongKind: What is given is of another kind.
        FamilyMissing: The facts hold no views.
        DomainError: See `visits_of` and `traffic_of`.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> noon = microseconds(pendulum.datetime(2026, 6, 1, 12))
        >>> views = {"visitor": np.array([4, 7, 4]), "page": np.array([0, 0, 1]), "at": noon + np.array([0, 5, 9])}
        >>> nothing = dict.fromkeys(("visit", "customer", "sku"), np.full(3, -1))
        >>> facts = Facts.of(Currency.CNY, {Views: views | nothing})
        >>> day = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 6, 2))
        >>> found = traffic_of_views(
        ...     facts, calendar=Calendar(timezone="UTC"), observed=day, sessions=np.array([0, 1, 0])
        ... )
        >>> found.visits.tolist(), found.views.tolist(), found.bounces.tolist(), found.stayed.tolist()
        ([[2]], [[3]], [[1]], [[9]])
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("observed", observed, Period),
        ("by", by, Grain),
        ("policy", policy, VisitPolicy),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"traffic.{name}", kind.__name__, value)
    views, periods = facts[Views], periods_of(calendar, observed, by)
    sold = sold_to(facts, definition, calendar)
    walk = _walk_of(facts, sources, sessions, periods, signed=bool(len(sold[0])))
    figures = None if walk is None else _figures(walk, sessions, sold, policy)
    if figures is None:
        visits = visits_of(views, sources=sources, sessions=sessions, policy=policy)
        return traffic_of(
            facts.joined(visits), calendar=calendar, observed=observed, by=by, policy=policy, definition=definition
        )
    return Traffic(
        labels=periods.days,
        sources=figures[0],
        names=facts.names.read("visit_sources"),
        partial=periods.partial,
        grain=by,
        calendar=calendar,
        policy=policy,
        definition=definition,
        **figures[1],
    )


def _figures(
    walk: Walk, sessions: Ints | None, sold: tuple[Ints, Ints], policy: VisitPolicy
) -> tuple[Ints, dict[str, Cells]] | None:
    """Return the sources that occur, and the figures; None where a session, a source or an instant is another one."""
    rows = halves(len(walk.views), rows=IN_TURN, least=ALONE)
    if sessions is None:
        pause = policy.idle // timedelta(microseconds=1)
        return _summed([ByPause(walk, pause, each) for each in rows], sold, policy)
    return _summed([BySession(walk, sessions, each) for each in rows], sold, policy)


def _summed(
    parts: Sequence[Walked], sold: tuple[Ints, Ints], policy: VisitPolicy
) -> tuple[Ints, dict[str, Cells]] | None:
    try:
        if not all(together([part.walked for part in parts])):
            return None
        first = parts[0]
        for later in parts[1:]:
            if not first.joined(later):
                return None
            first.sums.merge(later.sums)
    except (CannotHoldSum, OutOfRange):  # the rule tells what it is of, and knows it better
        return None
    signed = [some for part in parts for some in part.signed]
    if signed:
        visits = Signed(*(np.concatenate(each) for each in zip(*signed, strict=True)))
        if not is_sorted(visits.first):
            by_first = np.argsort(visits.first)
            visits = Signed(*(each.take(by_first) for each in visits))
        orders = cast("Ints", orders_of(visits[:3], *sold, policy))  # all of these are known
        bought = np.flatnonzero(orders)
        first.sums.add_orders(visits.began.take(bought), visits.source.take(bought), orders.take(bought))
    return first.sums.of_sources()


def _walk_of(
    facts: Facts, sources: Ints | None, sessions: Ints | None, periods: Periods, *, signed: bool
) -> Walk | None:
    """Return the walk through the views; None where a look at the columns says that they are other ones."""
    views, names = facts[Views], facts.names.read("visit_sources")
    given = [each for each in (sources, sessions) if each is not None]
    if not (len(views) and in_time(views) and all(is_column(each, len(views)) for each in given)):
        return None
    highest = len(names) - 1 if names else MOST_CODES
    return Walk(views=views, sources=sources, highest=highest, periods=periods, signed=signed)
