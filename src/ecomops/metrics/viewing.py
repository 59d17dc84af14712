"""Traffic straight from page views: visits are added up as they are found, without being kept."""

import numpy as np
from attrs import frozen

from ecomops.columns import UNKNOWN, Ints, intervals
from ecomops.columns.column import MOST_OF_A_SUM, extremes
from ecomops.kernel import Calendar, Grain, Period
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.cutting import InTurn
from ecomops.metrics.declaring import MOST_CODES
from ecomops.metrics.families import Facts
from ecomops.metrics.families_traffic import Views
from ecomops.metrics.periods import Periods, periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.selling import blocks
from ecomops.metrics.sessions import (
    BLOCK,
    DEFAULT_VISITS,
    MOST_CELLS,
    Cells,
    Sums,
    Traffic,
    VisitPolicy,
    is_column,
    orders_of,
    sold_to,
    traffic_of,
    visits_of,
)


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

    Where views stand in the order of time and the codes of sessions rise from 0 as they begin, no visit is kept.
    Any others are made into visits first. Times of which only a rough bound is beyond 64 bits may be added up here.

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
    walk = _Walk.of(facts, sources, sessions, periods)
    figures = None if walk is None else walk.figures(*sold_to(facts, definition, calendar), policy)
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


@frozen(eq=False)
class _Walk:
    """Views of which sessions may be added up as they are found.

    Args:
        turn: The walk through them.
        sources: The source of each view; None when nobody knows.
        slots: How many sources there are, and none.
        periods: Where sessions are counted.
    """

    turn: InTurn
    sources: Ints | None
    slots: int
    periods: Periods

    @classmethod
    def of(cls, facts: Facts, sources: Ints | None, sessions: Ints | None, periods: Periods) -> "_Walk | None":
        """Return it; None where a look at the columns says that they are other ones."""
        views, highest, names = facts[Views], UNKNOWN, facts.names.read("visit_sources")
        if sessions is None or not is_column(sessions, len(views)) or not len(views):
            return None
        if sources is not None:
            least, highest = extremes(sources) if is_column(sources, len(views)) else (UNKNOWN - 1, UNKNOWN)
            if least < UNKNOWN or highest > (len(names) - 1 if names else MOST_CODES):
                return None
        turn, slots = InTurn.of(views, sessions, narrow=True), highest + 2
        return None if turn is None or len(periods) * slots > MOST_CELLS else cls(turn, sources, slots, periods)

    def figures(self, customer: Ints, placed_at: Ints, policy: VisitPolicy) -> tuple[Ints, dict[str, Cells]] | None:
        """Return the sources that occur, and the figures; None where sessions begin in another order."""
        turn, outside = self.turn, len(self.periods) * self.slots
        views, sums, size, done = turn.views, Sums(outside + 1), len(turn.left), 0
        start, whole = int(views.at[0]), 0.0
        cells = np.empty(size, dtype=np.int32)
        begins = np.empty(size if len(customer) else 0, dtype=np.int64)
        for rows, begun in turn:
            began = views.at[rows].take(begun)
            cell = self._cells(began, None if self.sources is None else self.sources[rows].take(begun))
            stayed = start - began  # the end of each session is added when it is known
            sums.add_stayed(cell, stayed)
            whole += float(stayed.sum(dtype=np.float64))
            cells[done : done + len(begun)] = cell
            if len(begins):
                begins[done : done + len(begun)] = began
            done += len(begun)
        if not turn.found:
            return None
        orders = None
        if len(begins):
            orders = orders_of((turn.customer - 1, begins, turn.left), customer, placed_at, policy)
        for rows in blocks(size, rows=BLOCK):
            pages, stayed = turn.pages[rows].astype(np.int64), turn.left[rows] - start
            sums.add(cells[rows].astype(np.int64), pages, stayed, None if orders is None else orders[rows])
            whole += float(stayed.sum(dtype=np.float64))
        if whole > MOST_OF_A_SUM / 2:  # no sum of a cell is more than the whole: sums that went round came back
            return None
        return sums.of_sources(len(self.periods), self.slots)

    def _cells(self, began: Ints, source: Ints | None) -> Ints:
        """Return the cell of each session that begins; one after all others for those outside of the periods."""
        place = intervals(began, self.periods.edges)
        cell: Ints = np.multiply(place, self.slots, dtype=np.int64)
        if source is not None:
            cell += source
            cell += 1
        if int(place.min(initial=0)) < 0 or int(place.max(initial=0)) >= len(self.periods):
            cell[(place < 0) | (place >= len(self.periods))] = len(self.periods) * self.slots
        return cell
