"""Traffic straight from page views: visits are added up when they are over, and only those that are open are kept."""

from typing import cast

import numpy as np
from attrs import frozen

from ecomops.columns import UNKNOWN, CannotHoldSum, Ints
from ecomops.kernel import Calendar, Grain, OutOfRange, Period
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.cutting import IN_TURN, InTurn, move_up
from ecomops.metrics.declaring import MOST_CODES
from ecomops.metrics.families import Facts
from ecomops.metrics.families_traffic import Views
from ecomops.metrics.periods import Periods, periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
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
from ecomops.metrics.tallying import Cells, Stays, Sums

KEPT = 1 << 17
"""How many of the latest sessions are open at least, before a view that comes back to an earlier one is out of turn."""
CLOSED = 1 << 18
"""How many are closed together, at least."""


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

    Where views stand in the order of time and the codes of sessions rise from 0 as they begin, no visit is kept, and
    memory does not grow with the views. Any others are made into visits first, and so are sessions to which a view
    comes back when more than 131,072 others began since. Times of which only a rough bound is beyond 64 bits may be
    added up here.

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
        views: The views.
        sessions: The session of each.
        sources: The source of each; None when nobody knows.
        highest: The highest source there may be.
        periods: Where sessions are counted.
    """

    views: Views
    sessions: Ints
    sources: Ints | None
    highest: int
    periods: Periods

    @classmethod
    def of(cls, facts: Facts, sources: Ints | None, sessions: Ints | None, periods: Periods) -> "_Walk | None":
        """Return it; None where a look at the columns says that they are other ones."""
        views, names = facts[Views], facts.names.read("visit_sources")
        if sessions is None or not is_column(sessions, len(views)) or not len(views):
            return None
        if sources is not None and not is_column(sources, len(views)):
            return None
        return cls(views, sessions, sources, len(names) - 1 if names else MOST_CODES, periods)

    def figures(self, customer: Ints, placed_at: Ints, policy: VisitPolicy) -> tuple[Ints, dict[str, Cells]] | None:
        """Return the sources that occur, and the figures; None where a session or a source is another one."""
        kept = _Kept(self, signed=bool(len(customer)))
        try:
            found = kept.all_closed()
        except (CannotHoldSum, OutOfRange):  # the rule tells what it is of, and knows it better
            return None
        if not found:
            return None
        kept.add_orders(customer, placed_at, policy)
        return kept.sums.of_sources()


class _Kept:
    """What is kept of open sessions; those that are closed are added up.

    Args:
        walk: The walk through their views.
        signed: Whether those of known customers are kept when they are closed.
    """

    __slots__ = ("_began", "_signed", "_source", "_turn", "_walk", "sums")

    def __init__(self, walk: _Walk, *, signed: bool) -> None:
        """Begin with none."""
        room = min(KEPT + CLOSED + IN_TURN, len(walk.views))
        self._walk, self._turn = walk, InTurn(walk.views, walk.sessions, room, signed=signed)
        self._began, self._source = np.empty(room + 1, dtype=np.int64), np.full(room + 1, UNKNOWN)
        self._signed: list[tuple[Ints, ...]] = []
        self.sums = Sums(walk.periods)

    def all_closed(self) -> bool:
        """Walk through the views and close all sessions; tell whether they, and their sources, were in turn.

        Raises:
            CannotHoldSum: Times might be more than 64 bits hold.
            OutOfRange: There are too many cells.
        """
        views, turn = self._walk.views, self._turn
        for rows, begun, new in turn:
            views.at[rows].take(begun, out=self._began[new], mode="clip")
            if self._walk.sources is not None and not self._know(self._walk.sources[rows], begun, new):
                return False
            if turn.open > KEPT + CLOSED:
                self._close(turn.open - KEPT)
        if turn.found:
            self._close(turn.open)
        return turn.found

    def add_orders(self, customer: Ints, placed_at: Ints, policy: VisitPolicy) -> None:
        """Add the orders of customers to the sessions that they belong to."""
        if not self._signed:
            return
        who, began, left, source = (np.concatenate(each) for each in zip(*self._signed, strict=True))
        orders = cast("Ints", orders_of((who, began, left), customer, placed_at, policy))  # all of these are known
        bought = np.flatnonzero(orders)
        self.sums.add_orders(began.take(bought), source.take(bought), orders.take(bought))

    def _know(self, source: Ints, begun: Ints, new: slice) -> bool:
        """Keep the sources of sessions that begin; tell whether all are sources, of any view."""
        highest = int(source.view(np.uint64).max())  # what is below zero comes out high
        if highest > self._walk.highest:
            highest = int(source.max())
            if highest > self._walk.highest or int(source.min()) < UNKNOWN:
                return False
        source.take(begun, out=self._source[new], mode="clip")
        return True

    def _close(self, sessions: int) -> None:
        """Add up the first sessions and let go of them."""
        turn, gone = self._turn, slice(1, sessions + 1)
        self.sums.add(Stays(self._began[gone], turn.left[gone], turn.pages[gone], self._source[gone]))
        signed = np.flatnonzero(turn.customer[gone]) + 1
        if len(signed):
            who = turn.customer.take(signed) - 1
            self._signed.append((who, *(each.take(signed) for each in (self._began, turn.left, self._source))))
        for column in (self._began, self._source):
            move_up(column, turn.open, sessions)
        turn.close(sessions)
