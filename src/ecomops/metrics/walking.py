"""Page views added up as visits in one walk: those that are over are let go of, open ones are kept.

Long walks are done in two parts at once. What the later part finds of visits that began in the earlier one, or may
have, is set aside, and joined to them when both have ended: a visit is added up once, with all of its views.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, Self

import numpy as np

from ecomops.columns import UNKNOWN, Ints
from ecomops.metrics.cutting import IN_TURN, InTurn, move_up
from ecomops.metrics.families_traffic import Views
from ecomops.metrics.periods import Periods
from ecomops.metrics.tallying import Stays, Sums

KEPT = 1 << 17
"""How many of the latest sessions are open at least, before a view that comes back to an earlier one is out of turn."""
CLOSED = 1 << 18
"""How many are closed together, at least."""


class Walk(NamedTuple):
    """Views whose visits may be added up as they are found.

    Attributes:
        views: The views.
        sources: The source of each; None when nobody knows.
        highest: The highest source there may be.
        periods: Where visits are counted.
        signed: Whether visits of known customers are told, beside the sums.
    """

    views: Views
    sources: Ints | None
    highest: int
    periods: Periods
    signed: bool

    def knows(self, source: Ints) -> bool:
        """Tell whether all of some sources may be."""
        highest = int(source.view(np.uint64).max())  # what is below zero comes out high
        return highest <= self.highest or (int(source.max()) <= self.highest and int(source.min()) >= UNKNOWN)


class Signed(NamedTuple):
    """Visits of known customers that are over.

    Attributes:
        customer: The customer of each.
        began: When it began.
        left: When it was left.
        source: Its source.
        first: The number of each: they rise as visits begin.
    """

    customer: Ints
    began: Ints
    left: Ints
    source: Ints
    first: Ints


class Part(Protocol):
    """Some rows of a walk, one after the other.

    Attributes:
        sums: What was added up.
        signed: The visits of known customers that were.
    """

    sums: Sums
    signed: list[Signed]

    def walked(self) -> bool:
        """Walk through the rows; tell whether all of them were such that visits can be added up so."""
        ...

    def joined(self, later: Self) -> bool:
        """Add what the part behind this one found of visits that began here; tell whether it began where this ended."""
        ...


Parts = Callable[[slice], Part]
"""Makes a part of the rows of a walk."""


class BySession:
    """Views of given sessions, whose codes rise from 0 as they begin.

    Args:
        walk: The walk.
        sessions: The session of each view.
        rows: Which of the views are looked at.

    Attributes:
        first: The first session that these views may begin.
        aside: When the sessions before it that were open were left, their views and their customers, as far as that is
            seen here; without a view the instant says nothing.
    """

    __slots__ = ("_began", "_held", "_last", "_source", "_turn", "_walk", "aside", "first", "signed", "sums")

    def __init__(self, walk: Walk, sessions: Ints, rows: slice) -> None:
        """Begin with no session, or with those that the views before may have left open."""
        before = sessions[max(rows.start - IN_TURN, 0) : rows.start]
        self.first = begun = int(before.max(initial=UNKNOWN)) + 1
        self._held, self._last = min(begun, KEPT), rows.stop == len(sessions)
        room = min(KEPT + CLOSED + IN_TURN, self._held + rows.stop - rows.start)
        self._walk = walk
        self._turn = InTurn(walk.views, sessions, room, rows=rows, begun=(begun, self._held), signed=walk.signed)
        self._began = np.empty(room + 1, dtype=np.int64)
        self._source = np.full(room + 1, UNKNOWN) if walk.sources is None else np.empty(room + 1, dtype=np.int64)
        self.aside: list[tuple[Ints, Ints, Ints]] = []
        self.signed: list[Signed] = []
        self.sums = Sums(walk.periods)

    def walked(self) -> bool:
        """Walk through the views; tell whether sessions were in turn, and all sources are sources.

        Sessions that the views behind these may come back to stay open.

        Raises:
            CannotHoldSum: Times might be more than 64 bits hold.
            OutOfRange: There are too many cells.
        """
        turn, walk = self._turn, self._walk
        for rows, begun, new in turn:
            walk.views.at[rows].take(begun, out=self._began[new], mode="clip")
            if walk.sources is not None:
                if not walk.knows(walk.sources[rows]):
                    return False
                walk.sources[rows].take(begun, out=self._source[new], mode="clip")
            if turn.open > KEPT + CLOSED:
                self._close(turn.open - KEPT)
        if turn.found:
            self._close(turn.open if self._last else max(turn.open - KEPT, 0))
        return turn.found

    def joined(self, later: "BySession") -> bool:
        """Add the views of the later part to the sessions that began here; tell whether it began with the next one."""
        left, pages, customer = (np.concatenate(each) for each in zip(*later.aside, strict=True))
        turn = self._turn
        if turn.begun != later.first:
            return False
        ends = slice(turn.open - len(left) + 1, turn.open + 1)
        np.copyto(turn.left[ends], left, where=pages > 0)
        turn.pages[ends] += pages
        if self._walk.signed:
            np.copyto(turn.customer[ends], customer, where=customer > 0)
        self._close(turn.open)
        return True

    def _close(self, sessions: int) -> None:
        """Add up the first sessions and let go of them; those that began in the views before are set aside."""
        turn, held = self._turn, min(self._held, sessions)
        gone = slice(held + 1, sessions + 1)
        if self._last:
            aside = slice(1, held + 1)
            self.aside.append((turn.left[aside].copy(), turn.pages[aside].copy(), turn.customer[aside].copy()))
            self._held -= held
        self.sums.add(Stays(self._began[gone], turn.left[gone], turn.pages[gone], self._source[gone]))
        signed = np.flatnonzero(turn.customer[gone]) + gone.start
        if len(signed):
            who = turn.customer.take(signed) - 1
            began, left, source = (each.take(signed) for each in (self._began, turn.left, self._source))
            self.signed.append(Signed(who, began, left, source, signed + turn.closed))
        for column in (self._began, self._source):
            move_up(column, turn.open, sessions)
        turn.close(sessions)
