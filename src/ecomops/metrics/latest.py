"""The last day, the orders and the money of each customer, from orders that are nearly in order of time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ecomops.columns import NEVER, UNKNOWN, Ints, Narrow, intervals, narrow
from ecomops.metrics.dated import DatedSales
from ecomops.metrics.pairs import MOST_LOWER, SHARP, Pairs
from ecomops.metrics.sales import Flags
from ecomops.metrics.selling import Selling, blocks, magnitude

RUN = 1 << 8
"""Rows whose first and last instants are looked at: most often they lie in one day."""
FEW_EDGES = 8
"""With more edges than these inside of a run, each row is searched for."""


class Bought(NamedTuple):
    """Some rows that are summed together: `of_facts` and `of_sales` make them.

    Args:
        buyers: The code of each buyer, -1 for nobody who counts; it is overwritten.
        days: The day of each row.
        worth: The money of each row.
        most: What the magnitude of none exceeds.
        counted: How many rows count.
    """

    buyers: Ints
    days: "_Days | _Told"
    worth: Ints
    most: int
    counted: int


def summed(bought: Iterable[Bought], *, customers: int, days: int, money: str) -> tuple[Narrow, Ints, Ints]:
    """Return the last day, the orders and the money of each customer code.

    Args:
        bought: The orders, nearly in order of time.
        customers: How many codes there are.
        days: How many days there are.
        money: What a refusal calls the money.

    Returns:
        Days are counted from the first one, and are -1 without an order.

    Raises:
        CannotHoldSum: The money of a customer might be more than 64 bits hold.
    """
    latest = _Latest(customers, days=days)
    sums = Pairs(customers + 1, upper="orders", lower=money)
    """Nobody known has the last place, which -1 leads to."""
    for some in bought:
        most = (1, some.most)
        if some.most * len(some.buyers) <= MOST_LOWER // SHARP:
            sums.add(some.buyers, 1, some.worth, most=most, rows=some.counted)
        else:  # a sharp look is only at what counts
            known = some.buyers >= 0
            sums.add(some.buyers.compress(known), 1, some.worth.compress(known), most=most)
        latest.keep(some.buyers, some.days)
    frequency, monetary = sums.sums()
    return latest.last[:-1], frequency[:-1], monetary[:-1]


def of_facts(selling: Selling, edges: Ints) -> Iterator[Bought]:
    """Yield the orders of some facts between the first edge and the last: when each day begins, when the last ends."""
    for rows in blocks(len(selling.facts.orders)):
        buyers, at = selling.buyers(rows)
        days = _Days(at, edges)
        if days.beyond:
            buyers[(at < edges[0]) | (at >= edges[-1])] = UNKNOWN
        counted = int(np.count_nonzero(buyers >= 0))
        if counted:
            worth, most = selling.worth(rows)
            yield Bought(buyers=buyers, days=days, worth=worth, most=most, counted=counted)


def of_sales(sales: DatedSales) -> Iterator[Bought]:
    """Yield the orders whose days are told."""
    for rows in blocks(len(sales)):
        buyers, worth = sales.customer[rows].astype(np.int64), sales.money[rows]
        days = _Told(sales.day[rows])
        yield Bought(buyers=buyers, days=days, worth=worth, most=magnitude(worth), counted=len(buyers))


class _Told:
    """The days of a block of rows, which somebody told: see `_Days`."""

    __slots__ = ("_runs",)

    def __init__(self, days: Narrow) -> None:
        short = -len(days) % RUN
        whole = np.append(days, np.full(short, days[-1])) if short else days
        self._runs: Narrow = whole.reshape(-1, RUN)

    def of(self, _: Ints) -> tuple[Narrow, Narrow, Flags]:
        """Return the day of each row, the latest one of each run, and which runs lie in more than one day."""
        latest: Narrow = self._runs.max(axis=1)
        return self._runs, latest, self._runs.min(axis=1) != latest


class _Days:
    """The business days of a block of rows, run by run.

    Args:
        at: The instant of each row; any where nobody known bought.
        edges: When each day begins, and when the last one ends.
    """

    __slots__ = ("_edges", "_runs", "beyond", "first", "last")

    def __init__(self, at: Ints, edges: Ints) -> None:
        short = -len(at) % RUN
        whole = np.append(at, np.full(short, NEVER)) if short else at
        self._runs, self._edges = whole.reshape(-1, RUN), edges
        came: Ints = (self._runs + 1).max(axis=1)  # what never comes is largest, and becomes the least
        self.first = _days(self._runs.min(axis=1), edges)
        """The day of the earliest row of each run; -1 before all days, as many as there are after them."""
        self.last = _days(came - 1, edges)
        """That of the latest row which came."""
        self.beyond = bool(self.first.min() < 0) or bool(self.last.max() >= len(edges) - 1)
        """Whether a row lies outside of all days."""

    def of(self, buyers: Ints) -> tuple[Narrow, Narrow, Flags]:
        """Return the day of each row, the latest one of each run, and which runs lie in more than one day.

        Where nobody known bought, the day is no later than that of others in its run.
        """
        mixed = self.first != self.last
        days: Narrow = np.empty(self._runs.shape, dtype=narrow(len(self._edges)))
        latest: Narrow = np.where(mixed | (self.first >= len(self._edges) - 1), -1, self.first).astype(days.dtype)
        days[:] = latest[:, None]
        some = np.flatnonzero(mixed)
        if len(some):
            found = self._apart(some)
            found[buyers[some] < 0] = -1
            days[some] = found
            latest[some] = found.max(axis=1)
        return days, latest, mixed

    def _apart(self, some: Ints) -> Narrow:
        """Return the day of each row of the runs that lie in more than one."""
        runs, first = self._runs[some], self.first[some]
        most = int((self.last[some] - first).max())
        if most > FEW_EDGES:
            return intervals(runs.ravel(), self._edges).reshape(-1, RUN)
        found: Narrow = np.empty(runs.shape, dtype=narrow(len(self._edges)))
        found[:] = first[:, None]
        for edge in range(1, most + 1):  # one beyond the last run's day is reached by nobody who counts
            found += runs >= self._edges.take(first + edge, mode="clip")[:, None]
        return found


def _days(instants: Ints, edges: Ints) -> Ints:
    found: Ints = np.searchsorted(edges, instants, side="right") - 1
    return found


class _Latest:
    """The last day of each customer code; nobody known has the last place."""

    __slots__ = ("_reached", "last")

    def __init__(self, customers: int, *, days: int) -> None:
        self.last: Narrow = np.full(customers + 1, -1, dtype=narrow(days + 1))
        self._reached = -1

    def keep(self, buyers: Ints, days: _Days | _Told) -> None:
        """Raise the last day of each customer: the last write stands, so what is late waits until the rest is there.

        The buyer of what waits is overwritten.
        """
        short = -len(buyers) % RUN
        runs = (np.append(buyers, np.full(short, UNKNOWN)) if short else buyers).reshape(-1, RUN)
        day, latest, mixed = days.of(runs)
        reached = np.maximum.accumulate(np.append(np.array(self._reached, dtype=day.dtype), latest))
        self._reached = int(reached[-1])
        some = np.flatnonzero(mixed | (latest < reached[:-1]))
        who, its = runs[some], day[some]
        highest = np.maximum.accumulate(its, axis=1)
        np.maximum(highest, reached[some, None], out=highest)
        late = np.flatnonzero((its < highest) & (who >= 0))
        waiting, later = who.ravel().take(late), its.ravel().take(late)
        who.ravel()[late] = UNKNOWN
        runs[some] = who
        self.last[runs.ravel()] = day.ravel()
        while len(again := np.flatnonzero(self.last[waiting] < later)):
            waiting, later = waiting[again], later[again]
            self.last[waiting] = later
