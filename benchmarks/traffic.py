"""Visits, pages, bounces and time by day and source, from page views, against polars, duckdb and pandas.

Four tasks: from views whose session is known, from views that are cut by a pause of half an hour, from visits, and from
visits that we keep where the peers begin with the views of known sessions. The peers get narrow columns, dense codes,
and the day beside each row; we begin with instants in 64 bits. Of the engines of polars the faster one is taken, and
the peers may take the source of any view of a session, since all have the same one here. All give the same whole
numbers: that is asserted at every size before anything is timed. Seconds are those of the wall, in turns; from views we
use two threads, from visits one. Nobody ordered. Pandas stands here twice: over categorical codes, and over codes that
it looks up and packs.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Line, exponent, in_turns, line
from benchmarks.report_cold import scratch
from benchmarks.weekly import SHOP, YEARS
from ecomops.columns import Ints, intervals, microseconds
from ecomops.kernel import Currency, Grain
from ecomops.metrics import Facts, Views, Visits
from ecomops.metrics.periods import periods_of
from ecomops.metrics.sessions import Traffic, traffic_of, visits_of
from ecomops.metrics.viewing import traffic_of_views

SIZES = (1_000_000, 5_000_000, *((20_000_000,) if os.environ.get("BIG") else ()))
ROUNDS = 5
SOURCES = 12
IDLE = 1_800_000_000
PEERS = ("polars", "duckdb", "pandas", "pandas packed")
NOTES = {
    **dict.fromkeys(
        ("by_session", "by_pause", "by_visit"), "peers have the day beside each row, we instants; nobody ordered"
    ),
    "kept": "we keep visits, peers begin with views of known sessions",
}
FORMS = {"pandas": "; categorical codes", "pandas packed": "; hashed and packed keys"}

Prepared: TypeAlias = dict[str, NDArray[np.generic]]
Told: TypeAlias = list[tuple[int, int, int, int, int, int]]
"""Day, source, visits, views, bounces and microseconds of each cell with a visit, in order."""


class Peer(Protocol):
    """A module of `benchmarks.peers`."""

    def by_session(self, views: Prepared) -> Callable[[], Told]:
        """Load views that know their session; return what makes the figures."""
        ...

    def by_pause(self, views: Prepared) -> Callable[[], Told]:
        """Load views; return what cuts them and makes the figures."""
        ...

    def by_visit(self, visits: Prepared) -> Callable[[], Told]:
        """Load visits; return what makes the figures."""
        ...


def views_of(size: int) -> tuple[Views, Ints, Ints]:
    """Return so many views in order of time, about four a visit, with the source and the session of each."""
    draw = np.random.default_rng(5)
    visits = size // 4
    first, last = microseconds(YEARS.start), microseconds(YEARS.end) - 86_400_000_000
    began = np.sort(draw.integers(first, last, visits))
    session = np.concatenate([np.arange(visits), draw.integers(0, visits, size - visits)])
    later = np.concatenate([np.zeros(visits, dtype=np.int64), draw.integers(1, IDLE // 4, size - visits)])
    order = np.argsort(began.take(session) + later, kind="stable")
    session, at = session.take(order), (began.take(session) + later).take(order)
    visitor, source = draw.integers(0, max(size // 12, 1), visits), draw.integers(0, SOURCES, visits)
    nothing = np.full(size, -1)
    page = draw.integers(0, 500, size)
    codes = {"visit": nothing, "visitor": visitor.take(session), "customer": nothing, "page": page, "sku": nothing}
    return Views.of({**codes, "at": at}), source.take(session), session


def told(found: Traffic) -> Told:
    """Return the cells with a visit."""
    day, source = np.nonzero(found.visits)
    figures = (found.visits, found.views, found.bounces, found.stayed)
    columns = [day, found.sources.take(source), *(each[day, source] for each in figures)]
    return cast("Told", list(zip(*(each.tolist() for each in columns), strict=True)))


def lines() -> Iterator[Line]:
    """Yield the four tasks at each size against each peer, then how ours grow."""
    days = periods_of(SHOP, YEARS, Grain.DAY).edges
    nothing = Facts.of(Currency.CNY, {})
    taken: dict[str, dict[int, float]] = {}
    for size in SIZES:
        views, source, session = views_of(size)
        visits = visits_of(views, sources=source)
        given: Prepared = {"at": views.at, "day": intervals(views.at, days), "source": source.astype(np.int8)}
        given |= {"visitor": views.visitor.astype(np.int32), "session": session.astype(np.int32)}
        known = visits_of(views, sources=source, sessions=session)
        facts = nothing.joined(visits)
        raw = nothing.joined(views)
        tasks: dict[str, tuple[str, Callable[[], Told], Prepared]] = {
            "by_session": ("by_session", partial(_ours, raw, sources=source, sessions=session), given),
            "by_pause": ("by_pause", partial(_ours, raw, sources=source, sessions=None), given),
            "by_visit": ("by_visit", partial(_of_visits, facts), _narrow(visits, days)),
            "kept": ("by_session", partial(_of_visits, nothing.joined(known)), given),
        }
        for task, (theirs, work, columns) in tasks.items():
            sides = {name: getattr(_peer(name), theirs)(columns) for name in PEERS}
            expected = work()
            for name, side in sides.items():
                assert side() == expected, f"{name} has another {task}"
            held = f"{scratch(work) / 1e6:.0f} MB at most, what is told among them"
            ours_s, *seconds = in_turns(work, *sides.values(), rounds=ROUNDS)
            taken.setdefault(task, {})[size] = ours_s
            for name, peer_s in zip(sides, seconds, strict=True):
                note = f"{ours_s / size * 1e9:.1f} ns a view, {held}; {NOTES[task]}{FORMS.get(name, '')}"
                yield line(f"traffic_{task}", n=size, ours_s=ours_s, peer=name, peer_s=peer_s, note=note)
    first, last = SIZES[-2:]
    for task, ours in taken.items():
        note = f"exponent {exponent((first, ours[first]), (last, ours[last])):.2f} from {first} to {last} views"
        yield line(f"traffic_{task}_growth", n=last, ours_s=ours[last], note=note)


def _ours(facts: Facts, *, sources: Ints, sessions: Ints | None) -> Told:
    return told(traffic_of_views(facts, calendar=SHOP, observed=YEARS, sources=sources, sessions=sessions))


def _of_visits(facts: Facts) -> Told:
    return told(traffic_of(facts, calendar=SHOP, observed=YEARS))


def _narrow(visits: Visits, days: Ints) -> Prepared:
    return {
        "day": intervals(visits.began, days),
        "source": visits.source.astype(np.int8),
        "pages": visits.pages.astype(np.int16),
        "stayed": visits.left - visits.began,
    }


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name.replace(' ', '_')}_traffic"))
