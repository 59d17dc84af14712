"""Page views cut into visits, block by block in the order of time: what is known of open visits stands beside.

Views of one owner in a block are found by sorting small packed numbers, which stay near the processor; sessions whose
codes rise as they begin, as codes by first appearance do, need no sorting at all.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import UNKNOWN, Ints
from ecomops.metrics.declaring import MOST_CODES, extent, unchecked
from ecomops.metrics.families_traffic import Views, Visits
from ecomops.metrics.selling import blocks

BITS = 15
"""The place of a view in its block."""
BLOCK = 1 << BITS
"""Views that are looked at together."""
IN_TURN = 1 << 17
"""Views that are looked at together where they need no sorting."""
NOT_YET = -(2**62)
"""Stands for the last view of an owner before the first one."""
ENDLESS = 2**62
"""A pause that none exceeds."""
MOST_INSTANT = 2**61
"""After every instant of a calendar: what lies beyond never came."""
SPARSE = 4
"""Owners whose codes exceed the number of views so many times are told by their ranks."""
Flags = NDArray[np.bool_]


class Cut(NamedTuple):
    """Visits in the order of their first views.

    Attributes:
        first: The place of the first view of each.
        left: The instant of its last view.
        pages: How many views it has.
        customer: The last customer that signed in; None where nobody did.
    """

    first: Ints
    left: Ints
    pages: Ints
    customer: Ints | None


def by_session(session: Ints, at: Ints, customer: Ints) -> Cut:
    """Return the visits of given sessions, -1 for none; views stand in the order of time."""
    return by_pause(session, at, customer, ENDLESS)


def by_pause(owner: Ints, at: Ints, customer: Ints, longest: int) -> Cut:
    """Return the visits of each known owner, cut where a pause is longer; views stand in the order of time."""
    size = int(owner.max(initial=UNKNOWN)) + 1
    if size > SPARSE * len(owner) + BLOCK:
        codes = np.sort(owner)
        codes = codes.compress(np.append(codes[1:] != codes[:-1], True))
        owner, size = np.searchsorted(codes, owner) - int(codes[0] < 0), len(codes)
    open_visits = _Open(len(owner), size, longest, signed=_somebody(customer))
    for rows in blocks(len(owner), rows=BLOCK):
        open_visits.add(rows.start, owner[rows], at[rows], customer[rows])
    return open_visits.cut()


def _somebody(customer: Ints) -> bool:
    return int(customer.max(initial=UNKNOWN)) >= 0


def _room(size: int) -> Ints:
    """Return zeros, which take no memory until they are written to."""
    return np.zeros(size, dtype=np.int64)


def in_time(views: Views) -> bool:
    """Tell whether views stand in the order of time, and all of them came."""
    at = extent(views, "at")
    return at.rises and at.least >= -MOST_INSTANT and at.most <= MOST_INSTANT


class InTurn:
    """Views in the order of time, of sessions whose codes rise from 0 as they begin: one walk makes visits of them.

    Sessions that have begun are open until they are closed: then no view of them may come. Columns of open sessions
    hold them from place 1 on; place 0 is that of views of no session, which may stand before the first that is closed.

    Attributes:
        views: The views.
        sessions: The session of each.
        left: The instant of the last view of each open session.
        pages: How many views each has.
        customer: The last customer that signed in, from 1; 0 where nobody did.
        open: How many sessions are open.
        closed: How many were closed.
        found: Whether all of it was found to be so, when the walk is done.
    """

    __slots__ = (
        "_rows",
        "_signed",
        "closed",
        "customer",
        "first",
        "found",
        "left",
        "open",
        "pages",
        "sessions",
        "views",
    )

    def __init__(
        self,
        views: Views,
        sessions: Ints,
        room: int,
        *,
        rows: slice | None = None,
        begun: tuple[int, int] = (0, 0),
        signed: bool = True,
    ) -> None:
        """Begin, with room for so many open sessions and a block; customers are kept where *signed* says so.

        Rows may be some of them: then so many sessions have *begun*, and the last so many of these are open.
        """
        self.views, self.sessions, self.found, self._signed = views, sessions, False, signed
        self.left, self.pages = np.empty(room + 1, dtype=np.int64), _room(room + 1)
        self.customer = _room(room + 1 if signed else 1)
        self.closed, self.open = begun[0] - begun[1], begun[1]
        self._rows = slice(0, len(sessions)) if rows is None else rows

    @property
    def begun(self) -> int:
        """How many sessions have begun."""
        return self.closed + self.open

    def __iter__(self) -> Iterator[tuple[slice, Ints, slice]]:
        """Yield rows, at which of them sessions begin, and their places, until a view stands out of turn."""
        placed, reached = (np.empty(IN_TURN + 1, dtype=np.uint64) for _ in range(2))
        begins = np.empty(IN_TURN, dtype=np.bool_)
        for rows in blocks(self._rows, rows=IN_TURN):
            at = self.views.at[rows]
            places, highest, new = placed[: len(at) + 1], reached[: len(at) + 1], begins[: len(at)]
            mine = places[1:].view(np.int64)
            places[0] = self.open
            np.subtract(self.sessions[rows], self.closed - 1, out=mine)  # what lies before the first comes out high
            np.maximum.accumulate(places, out=highest)
            np.not_equal(highest[1:], highest[:-1], out=new)
            begun = np.flatnonzero(new)
            opened = self.open + len(begun)
            if int(highest[-1]) != opened:
                return
            self._add(mine, at, self.views.customer[rows])
            if self.closed and self.pages[0]:  # a view of the last one that was closed
                return
            new_places = slice(self.open + 1, opened + 1)
            self.open = opened
            yield rows, begun, new_places
        self.found = True

    def close(self, sessions: int) -> None:
        """Let go of the first sessions."""
        for column in (self.left, self.pages, self.customer):
            move_up(column, self.open, sessions)
        for column in (self.pages, self.customer):
            column[self.open - sessions + 1 : self.open + 1] = 0
        self.pages[0] = 0
        self.open -= sessions
        self.closed += sessions

    def _add(self, place: Ints, at: Ints, customer: Ints) -> None:
        self.left[place] = at  # of several writes the last one stands
        np.add.at(self.pages, place, 1)
        if self._signed and int(customer.max()) >= 0:
            known = customer >= 0
            self.customer[place.compress(known)] = customer.compress(known) + 1


def move_up(column: Ints, size: int, gone: int) -> None:
    """Move what stands from place 1 on so many places up: the first are gone."""
    column[1 : size - gone + 1] = column[gone + 1 : size + 1]


def in_turn(views: Views, sources: Ints | None, sessions: Ints) -> Visits | None:
    """Return the visits of sessions whose codes rise from 0 as they begin, of views in the order of time.

    None is returned where they do not, or where a source is none: so this is told nowhere else.
    """
    size, worst = int(sessions.max(initial=UNKNOWN)) + 1, (0, 0)
    if not (0 < size <= len(views) and in_time(views)):
        return None
    walk = InTurn(views, sessions, size)
    visitor, entrance, began = (np.empty(size + 1, dtype=np.int64) for _ in range(3))
    source = np.full(size + 1, UNKNOWN) if sources is None else np.empty(size + 1, dtype=np.int64)
    for rows, begun, new in walk:
        views.visitor[rows].take(begun, out=visitor[new], mode="clip")
        views.page[rows].take(begun, out=entrance[new], mode="clip")
        views.at[rows].take(begun, out=began[new], mode="clip")
        if sources is not None:
            worst = min(worst[0], int(sources[rows].min())), max(worst[1], int(sources[rows].max()))
            sources[rows].take(begun, out=source[new], mode="clip")
    if not walk.found or worst[0] < UNKNOWN or worst[1] > MOST_CODES:
        return None
    walk.customer -= 1
    return unchecked(
        Visits,
        visitor=visitor[1:],
        customer=walk.customer[1:],
        source=source[1:],
        entrance=entrance[1:],
        address=np.full(size, UNKNOWN),
        began=began[1:],
        left=walk.left[1:],
        pages=walk.pages[1:],
        clicks=_room(size),
    )


def _made(firsts: list[Ints], left: Ints, pages: Ints, signed: Ints | None) -> Cut:
    """Return visits whose customers were kept as codes from 1."""
    first = np.concatenate([*firsts, np.zeros(0, dtype=np.int64)])
    size = len(first)
    return Cut(first, left[:size].copy(), pages[:size].copy(), None if signed is None else signed[:size] - 1)


class _Open:
    """What is known of each owner and of each visit when some of the views were seen."""

    def __init__(self, views: int, owners: int, longest: int, *, signed: bool) -> None:
        self._longest, self._size, self._firsts = longest, 0, list[Ints]()
        self._reached, self._visit = np.full(owners, NOT_YET), np.zeros(owners, dtype=np.int64)
        self._left, self._pages = _room(views), _room(views)
        self._signed = _room(views) if signed else None

    def add(self, start: int, owner: Ints, at: Ints, customer: Ints) -> None:
        """Add the next block of views."""
        packed = (owner << BITS) | np.arange(len(owner))
        if int(owner.min()) < 0:
            packed = packed.compress(owner >= 0)
        if not len(packed):
            return
        packed.sort()
        place, owner = packed & (BLOCK - 1), packed >> BITS
        at = at.take(place)
        runs, begins = self._runs(owner, at)
        ends = np.append(runs[1:], len(owner))
        owner, last = owner.take(runs), at.take(ends - 1)
        visit = np.where(begins, 0, self._visit.take(owner))
        visit[begins] = self._begun(start, place.take(runs.compress(begins)))
        self._reached[owner], self._visit[owner] = last, visit  # of several runs of an owner the last one stands
        self._left[visit] = last
        self._pages[visit] += ends - runs
        if self._signed is not None:
            known = last_known(customer.take(place), runs, ends)
            self._signed[visit] = np.where(known >= 0, known + 1, self._signed.take(visit))

    def _runs(self, owner: Ints, at: Ints) -> tuple[Ints, Flags]:
        """Return where views of one visit begin in the sorted block, and which of these begin the visit."""
        other = np.ones(len(owner), dtype=np.bool_)
        np.not_equal(owner[1:], owner[:-1], out=other[1:])
        heads = np.flatnonzero(other)
        before = np.empty_like(at)
        before[1:] = at[:-1]
        reached = self._reached.take(owner.take(heads))
        before[heads] = reached
        begins = at - before > self._longest
        begins[heads.compress(reached == NOT_YET)] = True
        other |= begins
        runs = np.flatnonzero(other)
        return runs, begins.take(runs)

    def _begun(self, start: int, place: Ints) -> Ints:
        """Number the visits that begin at places of a block by these, and keep them; return the numbers."""
        mark = np.zeros(BLOCK, dtype=np.bool_)
        mark[place] = True
        number: Ints = np.cumsum(mark, dtype=np.int64).take(place)
        number += self._size - 1
        self._firsts.append(np.flatnonzero(mark) + start)
        self._size += len(place)
        return number

    def cut(self) -> Cut:
        """Return all visits."""
        return _made(self._firsts, self._left, self._pages, self._signed)


def last_known(customer: Ints, starts: Ints, ends: Ints) -> Ints:
    """Return the last code in each run that is not unknown; unknown where all are."""
    known = np.flatnonzero(customer >= 0)
    if not len(known):
        return np.full(len(starts), UNKNOWN)
    before = np.searchsorted(known, ends) - 1
    last = known.take(before, mode="clip")
    return np.where((before >= 0) & (last >= starts), customer.take(last), UNKNOWN)
