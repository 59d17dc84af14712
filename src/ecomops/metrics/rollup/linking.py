"""Chains: the valid orders of each customer in a scope, one after the other, before a change and after it.

An order is worth what its predecessor makes of it: it brings a buyer of each period and window that begins after the
predecessor, and a new buyer when the predecessor lies further back than the horizon. So a change comes down to the
orders whose predecessor is another one now, and what they were worth is taken off before what they are worth is added.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from attrs import frozen

from ecomops.columns import NEVER, Ints
from ecomops.metrics.rollup.buffers import Buffers, Cells
from ecomops.metrics.rollup.facts import TimeIndex
from ecomops.metrics.rollup.sorting import by_codes, by_owner_and_instant, ragged
from ecomops.metrics.sales import NO_EARLIER, Flags

MOST_PAIRS, MOST_FLAGS = 2**22, 2**26
"""Up to so many pairs of customer and slice are counted through, with their predecessors and without."""
DEEP = 16
"""Up to so many rows after the seal are followed from one to the one before."""
ABSENT = NEVER
"""Stands for the predecessor of an order that is in no chain: before nothing, so that it brings no buyer."""


@frozen(eq=False)
class Gathered:
    """The orders of the touched customers that a change must look at.

    Args:
        rows: Which.
        owner: The place of each row's customer among those who are touched.
        owners: How many those are.
        cells: Where the first of the rows stand in the index; the others came after the last seal.
        earlier: What comes before them.
    """

    rows: Ints
    owner: Ints
    owners: int
    cells: Ints
    earlier: "Earlier"


@frozen(eq=False)
class Earlier:
    """The sealed orders of the touched customers: of those before the gathered ones the last one of a slice counts.

    Args:
        begins: Where the orders of each customer begin in the index; those of one stand by instant.
        stops: Where the gathered ones of each begin.
        cells: Where the orders before these stand, when there is a dimension.
        owner: The place of the customer of each such order.
        valid: Whether each order is valid, by where it stands in the index.
        codes: Its slice in each dimension, likewise.
        places: Its place among all orders by instant, likewise.
        at: The instant of each such place.
    """

    begins: Ints
    stops: Ints
    cells: Ints
    owner: Ints
    valid: Flags
    codes: Mapping[str, Cells]
    places: Cells
    at: Ints

    def last(self, owners: int) -> Ints:
        """Return the instant of the last order of each customer."""
        found = np.full(owners, NO_EARLIER)
        some = np.flatnonzero(self.stops > self.begins)
        last = self.stops.take(some) - 1
        unsure = np.flatnonzero(~self.valid.take(last))
        last[unsure] = self._looked_for(some.take(unsure))
        there = np.flatnonzero(last >= 0)
        found[some.take(there)] = self._instants(last.take(there))
        return found

    def _instants(self, cells: Ints) -> Ints:
        return self.at.take(self.places.take(cells))

    def _looked_for(self, owners: Ints) -> Ints:
        """Return the last order of customers whose last sealed one does not count; -1 for none."""
        begins = self.begins.take(owners)
        orders, runs = ragged(begins, self.stops.take(owners) - begins)
        counted = np.flatnonzero(self.valid.take(orders))
        last = np.full(len(owners), -1)
        last[runs.take(counted)] = orders.take(counted)  # of one customer the last one stands
        return last

    def last_of(self, pairs: "Pairs", scope: str) -> Ints | None:
        """Return the instant of the last order of each pair of a customer and a slice in which a chain changes.

        None when there is no order.
        """
        if not len(self.owner):
            return None
        group = pairs.of(self.owner, self.codes[scope].take(self.cells))
        hits = np.flatnonzero(pairs.met.take(group))
        hits = hits.compress(self.valid.take(self.cells.take(hits)))
        cells, group = self.cells.take(hits), group.take(hits)
        last = np.empty(len(pairs.met), dtype=np.int64)
        last[group] = cells  # of one pair the last one stands
        stands = last.take(group) == cells
        found = np.full(len(last), NO_EARLIER)
        found[group.compress(stands)] = self._instants(cells.compress(stands))
        return found


@frozen(eq=False)
class Pairs:
    """The pairs of a touched customer and a slice.

    Args:
        size: How many slices there are.
        keys: The pairs that are told apart, when there would be too many; None for all.
        met: Whether a figure by slice may change in each; the last one stands for pairs that are not told apart.
    """

    size: int
    keys: Ints | None
    met: Flags

    def of(self, owner: Ints, values: Cells) -> Ints:
        """Return the number of the pair of each order."""
        key = owner * self.size
        key += values
        if self.keys is None:
            return key
        places = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys.take(places) == key, places, len(self.keys))


class CustomerIndex:
    """Which rows each customer has: those before the last seal by customer and instant, the others in chains.

    Beside each sealed row stand its validity and its slices, so that those of one customer are read in one piece.

    Args:
        scopes: The dimensions.
    """

    __slots__ = ("_before", "_codes", "_heads", "_places", "_starts", "_valid", "sealed")

    def __init__(self, scopes: Iterable[str]) -> None:
        """Begin without a row."""
        self._heads: Cells = np.zeros(0, dtype=np.int32)  # one more than the last row after the seal, 0 for none
        none = np.zeros(0, dtype=np.int64)
        self.seal(none, none, valid=none, codes=dict.fromkeys(scopes, none), total=0)

    @property
    def nbytes(self) -> int:
        """The bytes that it takes."""
        arrays: list[Cells] = [self._starts, self._places, self._valid, self._heads, *self._codes.values()]
        return sum(each.nbytes for each in arrays) + self._before.nbytes

    def seal(self, places: Ints, customers: Ints, *, valid: Cells, codes: Mapping[str, Cells], total: int) -> None:
        """Take over the rows of known customers, which come by customer and instant.

        Args:
            places: Where each stands among all rows by instant.
            customers: Whose it is.
            valid: Whether it is valid.
            codes: Its slice in each dimension.
            total: How many rows the rollup has.
        """
        most = int(customers[-1]) + 1 if len(customers) else 0
        self._starts = np.zeros(most + 1, dtype=np.int64)
        np.cumsum(np.bincount(customers, minlength=most), out=self._starts[1:])
        self._places, self._valid, self._codes = places.astype(np.int32), valid.astype(np.bool_), dict(codes)
        self._heads[:] = 0
        self._before = Buffers({"row": np.dtype(np.int32)})
        self.sealed = total

    def grow(self, customers: Ints, *, first: int) -> None:
        """Take over the rows from *first* on, whose customers are these: each points at the one before."""
        self._before.extend({}, rows=len(customers))
        most = int(customers.max(initial=-1)) + 1
        if most > len(self._heads):
            heads = np.zeros(2 * most, dtype=np.int32)
            heads[: len(self._heads)] = self._heads
            self._heads = heads
        known = np.flatnonzero(customers >= 0)
        order = by_codes((customers.take(known), most))
        rows, who = known.take(order) + first, customers.take(known.take(order))
        before = self._heads.take(who)
        again = who[1:] == who[:-1]
        before[1:][again] = rows[:-1].compress(again) + 1
        self._before["row"][rows - self.sealed] = before
        self._heads[who] = rows + 1  # of one customer the last one stands

    def amend(self, cells: Ints, valid: Flags) -> None:
        """Take over the validity of sealed rows, by where they stand in the index."""
        self._valid[cells] = valid

    def gather(self, who: Ints, since: Ints, customers: Cells, in_time: TimeIndex) -> Gathered:
        """Return what a change must look at, of customers *who* come by rising code.

        Those are the orders from the first period on in which one changes; of those before it only the last ones
        count, as predecessors. After the last seal no order is left out.

        Args:
            who: Whose orders change.
            since: For each, how many rows by instant lie before the first period in which one of them does.
            customers: The customer of each row.
            in_time: The rows by instant.
        """
        late, owner_of_late = self._late(who, customers)
        least = since.astype(np.int32)
        known = who[: np.searchsorted(who, len(self._starts) - 1)]
        starts = self._starts.take(known)
        ends = self._starts.take(known + 1)
        cells, owner = self._recent(starts, ends, least)
        stops = ends - np.bincount(owner, minlength=len(known))
        before, owner_of_before = ragged(starts, stops - starts if self._codes else np.zeros_like(starts))
        return Gathered(
            rows=np.concatenate([in_time.sealed_rows(self._places.take(cells)), late]),
            owner=np.concatenate([owner, owner_of_late]),
            owners=len(who),
            cells=cells,
            earlier=Earlier(
                begins=starts,
                stops=stops,
                cells=before,
                owner=owner_of_before,
                valid=self._valid,
                codes=self._codes,
                places=self._places,
                at=in_time.sealed_at,
            ),
        )

    def _recent(self, starts: Ints, ends: Ints, least: Cells) -> tuple[Ints, Ints]:
        """Return where the orders of some customers stand that are not before a place by instant, and whose they are.

        Most customers have none: their last order tells.
        """
        some = np.flatnonzero(ends > starts)
        some = some.compress(self._places.take(ends.take(some) - 1) >= least.take(some))
        cells, runs = ragged(starts.take(some), ends.take(some) - starts.take(some))
        owner = some.take(runs)
        kept = np.flatnonzero(self._places.take(cells) >= least.take(owner))
        return cells.take(kept), owner.take(kept)

    def _late(self, who: Ints, customers: Cells) -> tuple[Ints, Ints]:
        """Return the rows after the seal of some customers, and whose each is."""
        rows, owner = self._heads.take(who).astype(np.int64), np.arange(len(who))
        before = self._before["row"]
        found: list[tuple[Ints, Ints]] = []
        while len(there := np.flatnonzero(rows)):
            rows, owner = rows.take(there) - 1, owner.take(there)
            if len(found) == DEEP:
                found.append(self._looked_through(who.take(owner), rows, owner, customers))
                break
            found.append((rows, owner))
            rows = before.take(rows - self.sealed).astype(np.int64)
        none = np.zeros(0, dtype=np.int64)
        return (
            np.concatenate([none, *(each for each, _ in found)]),
            np.concatenate([none, *(each for _, each in found)]),
        )

    def _looked_through(self, who: Ints, last: Ints, owner: Ints, customers: Cells) -> tuple[Ints, Ints]:
        """Return the rows after the seal of customers with many of them, up to the *last* one of each."""
        place = np.full(int(who[-1]) + 2, -1)
        place[who] = np.arange(len(who))
        late = customers[self.sealed : int(last.max()) + 1]
        found = place.take(np.minimum(late, who[-1] + 1))  # the last one stands for who is not asked for
        rows = np.flatnonzero(found >= 0)
        found = found.take(rows)
        rows += self.sealed
        wanted = rows <= last.take(found)
        return rows.compress(wanted), owner.take(found.compress(wanted))


@frozen(eq=False)
class Touched:
    """The gathered orders of the customers whom a change touches, by customer, instant and id.

    Args:
        rows: Which.
        owner: The place of the customer among those who are touched.
        owners: How many there are.
        at: The instant of each.
        was: Which were valid before the change.
        valid: Which are valid after it.
    """

    rows: Ints
    owner: Ints
    owners: int
    at: Ints
    was: Flags
    valid: Flags

    def take(self, places: Ints) -> "Touched":
        """Return some of the orders, in the same order."""
        return Touched(
            rows=self.rows.take(places),
            owner=self.owner.take(places),
            owners=self.owners,
            at=self.at.take(places),
            was=self.was.take(places),
            valid=self.valid.take(places),
        )


def concerned(chains: Touched, values: Ints, renewed: Ints, *, size: int, most: int) -> Pairs:
    """Return the pairs of a customer and a slice in which a figure by slice may change.

    Those are the ones in which the customer's chain changes, and all of the customers of whom another order brings
    them to the shop as new ones.

    Args:
        chains: The touched orders.
        values: The slice of each.
        renewed: Who is new to the shop by another order now.
        size: How many slices there are.
        most: Up to how many pairs are counted through; of more only those that there are.
    """
    keys = None
    if chains.owners * size > most:
        keys = np.sort(chains.owner * size + values)
        keys = keys.compress(np.concatenate([[True], keys[1:] != keys[:-1]]))
    met = np.zeros(1 + (chains.owners * size if keys is None else len(keys)), dtype=np.bool_)
    pairs = Pairs(size, keys, met)
    changed = np.flatnonzero(chains.was != chains.valid)
    met[pairs.of(chains.owner.take(changed), values.take(changed))] = True
    if keys is None:
        met[:-1].reshape(-1, size)[renewed] = True
    else:
        anew = np.zeros(chains.owners, dtype=np.bool_)
        anew[renewed] = True
        met[:-1] |= anew.take(keys // size)
    return pairs


def touched(gathered: Gathered, *, at: Ints, ids: Ints, was: Flags, valid: Flags) -> Touched:
    """Return gathered rows in the order of their chains; those that are valid at no time are left out.

    Args:
        gathered: Rows of the customers who are touched.
        at: The instant of each row of the rollup.
        ids: The id of each row of the rollup.
        was: Which of the gathered rows were valid.
        valid: Which are.
    """
    chained = np.flatnonzero(was | valid)
    rows, owner = gathered.rows.take(chained), gathered.owner.take(chained)
    instants = at.take(rows)
    order = by_owner_and_instant(owner, instants, rows, ids, size=gathered.owners)
    chained = chained.take(order)
    return Touched(
        rows=rows.take(order),
        owner=owner.take(order),
        owners=gathered.owners,
        at=instants.take(order),
        was=was.take(chained),
        valid=valid.take(chained),
    )


@frozen(eq=False)
class Relinked:
    """The predecessors of the touched orders in one scope: an instant each.

    `NO_EARLIER` stands for none, `ABSENT` for an order that is not valid.

    Args:
        was: That before the change.
        became: That after it.
        places: Which orders have another one now.
    """

    was: Ints
    became: Ints
    places: Ints


def relinked(chains: Touched, order: Ints | None, group: Ints, earliest: Ints | None) -> Relinked:
    """Return the predecessors in a scope.

    Args:
        chains: The touched orders.
        order: The orders by group; None when they stand so.
        group: The customer, or the pair of customer and slice, of each.
        earliest: For each group, the predecessor of its first order; None when there is none at all.
    """
    was, now = (befores(order, group, chains.at, there, earliest) for there in (chains.was, chains.valid))
    return Relinked(was=was, became=now, places=np.flatnonzero(was != now))


def befores(order: Ints | None, group: Ints, at: Ints, there: Flags, earliest: Ints | None) -> Ints:
    """Return the instant of the predecessor of each order that is *there*, in its group."""
    kept = np.flatnonzero(there) if order is None else order.compress(there.take(order))
    groups, instants = group.take(kept), at.take(kept)
    before = np.full(len(kept), NO_EARLIER) if earliest is None else earliest.take(groups)
    # an order that came after the last seal may lie before the sealed one that is not gathered
    again = np.flatnonzero(groups[1:] == groups[:-1])
    before[again + 1] = np.maximum(before.take(again + 1), instants.take(again))
    found = np.full(len(at), ABSENT)
    found[kept] = before
    return found
