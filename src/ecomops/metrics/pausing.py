"""Visits that are cut by pauses, added up as they end: only those that may go on are kept, and who has one of them."""

from typing import NamedTuple, TypeAlias

import numpy as np

from ecomops.columns import UNKNOWN, Ints
from ecomops.columns.arrays import NDArray
from ecomops.metrics.cutting import BITS, BLOCK, NOT_YET, SPARSE, Flags, last_known
from ecomops.metrics.selling import blocks
from ecomops.metrics.tallying import Stays, Sums
from ecomops.metrics.walking import Signed, Walk

OPEN = 1 << 17
"""How many visits are kept before those that are over are looked for."""
AFTER_ALL = 2**62
"""No visit goes on after it."""
Codes32: TypeAlias = NDArray[np.int32]
PLACES = np.arange(BLOCK)
"""The places of a block."""


class Visit(NamedTuple):
    """Visits, in the order of their first views.

    Attributes:
        began: When each began.
        left: When its last page was opened.
        pages: How many were.
        source: Where it came from.
        first: The row of its first view.
        visitor: Who came.
        customer: The last customer that signed in, from 1; 0 where nobody did.
    """

    began: Ints
    left: Ints
    pages: Ints
    source: Ints
    first: Ints
    visitor: Ints
    customer: Ints


class Runs(NamedTuple):
    """Views of one visitor in a block without a longer pause between them.

    Attributes:
        visitor: Who looked.
        place: The place of the first view in the block.
        began: When that was.
        left: When the last one was.
        pages: How many views there are.
        heads: Which runs are the first of their visitor in the block.
        customer: The last customer that signed in, -1 for none; None where nobody does at all.
    """

    visitor: Ints
    place: Ints
    began: Ints
    left: Ints
    pages: Ints
    heads: Flags
    customer: Ints | None


class ByPause:
    """Views of visitors, whose visits end where a pause is longer.

    Args:
        walk: The walk.
        longest: The longest pause within a visit.
        rows: Which of the views are looked at.
    """

    __slots__ = (
        "_block", "_cells", "_doubtful", "_flags", "_kept", "_last", "_latest", "_longest", "_open", "_rows", "_walk",
        "signed", "sums",
    )  # fmt: skip

    def __init__(self, walk: Walk, longest: int, rows: slice) -> None:
        """Begin with no visit; what begins within a pause of the views before may be the rest of one of these."""
        size, at = min(BLOCK, rows.stop - rows.start), walk.views.at
        self._walk, self._longest, self._rows, self._last = walk, longest, rows, rows.stop == len(at)
        self._doubtful = int(at[rows.start - 1]) + longest if rows.start else -AFTER_ALL
        self._latest: Codes32 = np.zeros(BLOCK, dtype=np.int32)
        """The place of the latest visit of each visitor; place 0 is that of a visit which no view can go on with."""
        self._keep(
            np.zeros((len(Visit._fields), min(OPEN + BLOCK, rows.stop - rows.start) + 1), dtype=np.int64), visits=0
        )
        self._kept.left[0], self._kept.source[:] = NOT_YET, UNKNOWN
        self._block, self._flags = np.empty((4, size), dtype=np.int64), np.empty((2, size), dtype=np.bool_)
        self.signed: list[Signed] = []
        self.sums = Sums(walk.periods)

    def walked(self) -> bool:
        """Walk through the views, which stand in the order of time; tell whether all sources are sources.

        Raises:
            CannotHoldSum: Times might be more than 64 bits hold.
            OutOfRange: There are too many cells.
        """
        most = OPEN
        for rows in blocks(self._rows, rows=BLOCK):
            if self._walk.sources is not None and not self._walk.knows(self._walk.sources[rows]):
                return False
            runs = self._runs(rows)
            if runs is not None and not self._add(runs, rows):
                return False
            if self._open >= most:
                self._close(int(self._walk.views.at[rows.stop - 1]) - self._longest)
                most = max(OPEN, 2 * self._open)
        if self._last:
            self._close(AFTER_ALL)
        return True

    def joined(self, later: "ByPause") -> bool:
        """Go on with the visits that the later part found to begin within a pause of the views here."""
        rest = later.kept()
        known = rest.visitor < len(self._latest)
        place = np.where(known, self._latest.take(rest.visitor, mode="clip"), 0).astype(np.int64)
        goes_on = rest.began - self._kept.left.take(place) <= self._longest
        place = place.compress(goes_on)  # of a visitor no two may: the second begins a pause after the first
        self._kept.left[place] = rest.left.compress(goes_on)
        self._kept.pages[place] += rest.pages.compress(goes_on)
        customer = rest.customer.compress(goes_on)
        self._kept.customer[place] = np.where(customer > 0, customer, self._kept.customer.take(place))
        later.add_up(Visit(*(each.compress(~goes_on) for each in rest)))
        self._close(AFTER_ALL)
        return True

    def kept(self) -> Visit:
        """Return the visits that may go on."""
        return Visit(*self._cells[:, 1 : self._open + 1])

    def _keep(self, cells: Ints, *, visits: int) -> None:
        self._cells, self._kept, self._open = cells, Visit(*cells), visits

    def _runs(self, rows: slice) -> Runs | None:
        """Return the runs of a block, by visitor and time; None where nobody known looked."""
        views, size = self._walk.views, rows.stop - rows.start
        keys = np.left_shift(views.visitor[rows], BITS, out=self._block[0, :size])
        keys |= PLACES[:size]
        keys.sort()
        keys = keys[int(keys.searchsorted(0)) :]  # unknown visitors stand first
        if not len(keys):
            return None
        places, at, steps = (self._block[row, : len(keys)] for row in (1, 2, 3))
        np.bitwise_and(keys, BLOCK - 1, out=places)
        views.at[rows].take(places, out=at, mode="clip")
        heads, cuts = self._flags[:, : len(keys)]
        heads[0] = True
        np.bitwise_xor(keys[1:], keys[:-1], out=steps[1:])
        np.greater_equal(steps[1:], BLOCK, out=heads[1:])
        np.subtract(at[1:], at[:-1], out=steps[1:])
        np.greater(steps[1:], self._longest, out=cuts[1:])
        starts = np.flatnonzero(np.logical_or(heads, cuts, out=cuts))
        ends = np.append(starts[1:], len(keys))
        customer: Ints = views.customer[rows].take(places) if self._walk.signed else places
        return Runs(
            visitor=keys.take(starts) >> BITS,
            place=places.take(starts),
            began=at.take(starts),
            left=at.take(ends - 1),
            pages=ends - starts,
            heads=heads.take(starts),
            customer=last_known(customer, starts, ends) if self._walk.signed else None,
        )

    def _add(self, runs: Runs, rows: slice) -> bool:
        """Add views to the visits that they go on with, or begin; tell whether codes of visitors are not too large."""
        if not self._has_room(int(runs.visitor[-1]) + 1):
            return False
        visit = self._latest.take(runs.visitor).astype(np.int64)
        begins = runs.began - self._kept.left.take(visit) > self._longest
        begins |= ~runs.heads
        new = np.flatnonzero(begins)
        visit[new] = self._begun(runs.place.take(new), rows)
        kept = self._kept
        self._latest[runs.visitor] = visit  # of several runs of a visitor the last one stands
        kept.left[visit] = runs.left
        kept.pages[visit] += runs.pages
        if runs.customer is not None:
            known = runs.customer >= 0
            kept.customer[visit.compress(known)] = runs.customer.compress(known) + 1
        return True

    def _has_room(self, visitors: int) -> bool:
        """Make room for so many codes of visitors; tell whether they are not far more than the views."""
        if visitors > len(self._latest):
            if visitors > SPARSE * len(self._walk.views) + BLOCK:
                return False
            before = self._latest
            self._latest = np.zeros(max(visitors, 2 * len(before)), dtype=np.int32)
            self._latest[: len(before)] = before
        return True

    def _begun(self, places: Ints, rows: slice) -> Ints:
        """Begin visits at some places of a block, in their order; return their places among those that are kept."""
        size = rows.stop - rows.start
        marks, number = self._flags[0, :size], self._block[1, :size]
        marks[:] = False
        marks[places] = True
        begun = np.flatnonzero(marks)
        new = slice(self._open + 1, self._open + 1 + len(begun))
        if new.stop > len(self._kept.left):
            self._keep(np.concatenate([self._cells, np.full_like(self._cells, UNKNOWN)], axis=1), visits=self._open)
        kept, views = self._kept, self._walk.views
        for column, values in (
            (kept.began, views.at),
            (kept.visitor, views.visitor),
            (kept.source, self._walk.sources),
        ):
            if values is not None:
                values[rows].take(begun, out=column[new], mode="clip")
        np.add(begun, rows.start, out=kept.first[new])
        kept.pages[new] = kept.customer[new] = 0
        self._open += len(begun)
        number[begun] = np.arange(new.start, new.stop)
        return number.take(places)

    def _close(self, before: int) -> None:
        """Add up the visits that were left before an instant, and let go of them; the doubtful ones stay."""
        kept = self.kept()
        over = kept.left < before
        over[: int(kept.began.searchsorted(self._doubtful, side="right"))] = False
        gone = Visit(*(each.compress(over) for each in kept))
        stay = np.flatnonzero(~over)
        for column in kept:
            column[: len(stay)] = column.take(stay)
        self._open = len(stay)
        self._latest[gone.visitor] = 0
        self._latest[kept.visitor[: len(stay)]] = np.arange(1, len(stay) + 1)  # the latest of a visitor stands last
        self.add_up(gone)

    def add_up(self, visits: Visit) -> None:
        """Add visits to the sums, and tell of those of known customers."""
        self.sums.add(Stays(visits.began, visits.left, visits.pages, visits.source))
        signed = np.flatnonzero(visits.customer)
        if len(signed):
            customer, *told = (getattr(visits, name).take(signed) for name in Signed._fields)
            self.signed.append(Signed(customer - 1, *told))
