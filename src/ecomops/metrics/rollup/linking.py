"""Chains: the valid orders of each customer in a scope, one after the other, before a change and after it.

An order is worth what its predecessor makes of it: it brings a buyer of each period and window that begins after the
predecessor, and a new buyer when the predecessor lies further back than the horizon. So a change comes down to the
orders whose predecessor is another one now, and what they were worth is taken off before what they are worth is added.
"""

import numpy as np
from attrs import frozen

from ecomops.columns import NEVER, Ints
from ecomops.metrics.rollup.buffers import Cells
from ecomops.metrics.rollup.sorting import by_codes, by_owner_and_instant, ragged
from ecomops.metrics.sales import NO_EARLIER, Flags

MOST_GROUPS = 2**22
"""Up to so many pairs of customer and slice are looked at apart; a batch that touches more concerns most of them."""
ABSENT = NEVER
"""Stands for the predecessor of an order that is in no chain: before nothing, so that it brings no buyer."""


class CustomerIndex:
    """Which rows each customer has: those before the last seal by customer, the others looked through."""

    __slots__ = ("_places", "_rows", "_starts", "sealed")

    def __init__(self) -> None:
        """Begin without a row."""
        self.sealed = 0
        self._starts: Ints = np.zeros(1, dtype=np.int64)
        self._rows: Cells = np.zeros(0, dtype=np.int32)
        self._places: Cells = np.zeros(0, dtype=np.int32)

    @property
    def nbytes(self) -> int:
        """The bytes that it takes."""
        return self._starts.nbytes + self._rows.nbytes + self._places.nbytes

    def seal(self, rows: Ints, customers: Ints, *, total: int) -> None:
        """Take over the rows of known customers, which come by customer, of a rollup of *total* rows."""
        most = int(customers[-1]) + 1 if len(customers) else 0
        self._starts = np.zeros(most + 1, dtype=np.int64)
        np.cumsum(np.bincount(customers, minlength=most), out=self._starts[1:])
        self._rows = rows.astype(np.int32)
        self.sealed = total

    def rows_of(self, customers: Ints, customer_of: Cells) -> tuple[Ints, Ints, int]:
        """Return the rows of some customers, the place of each row's customer among them, and how many they are.

        Args:
            customers: Who; somebody who is named again adds nothing.
            customer_of: The customer of each row.
        """
        late = customer_of[self.sealed :]
        most = max(int(customers.max(initial=-1)), int(late.max(initial=-1))) + 1
        if most > len(self._places):
            self._places = np.zeros(2 * most, dtype=np.int32)
        who = self._once(customers)
        known = who[: np.searchsorted(who, len(self._starts) - 1)]
        starts = self._starts.take(known)
        sealed, owners = ragged(starts, self._starts.take(known + 1) - starts)
        self._places[who] = np.arange(1, len(who) + 1)
        owner_of_late = np.where(late >= 0, self._places.take(np.maximum(late, 0)), 0) if len(late) else late
        self._places[who] = 0
        found = np.flatnonzero(owner_of_late)
        rows = np.concatenate([self._rows.take(sealed).astype(np.int64), found + self.sealed])
        return rows, np.concatenate([owners, owner_of_late.take(found).astype(np.int64) - 1]), len(who)

    def _once(self, customers: Ints) -> Ints:
        """Return each of *customers* once, in rising order."""
        turn = np.arange(len(customers), dtype=np.int32)
        self._places[customers] = turn
        once = customers.compress(self._places.take(customers) == turn)
        self._places[customers] = 0
        once.sort()
        return once


@frozen(eq=False)
class Touched:
    """All orders of the customers whom a change touches, by customer, instant and id.

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


def concerned(chains: Touched, values: Ints, renewed: Ints, *, size: int) -> Ints:
    """Return the orders of which a figure by slice may change.

    Those are the ones in a slice in which the customer's chain changes, and all orders of the customers of whom
    another order brings them to the shop as new ones.

    Args:
        chains: The touched orders.
        values: The slice of each.
        renewed: Who is new to the shop by another order now.
        size: How many slices there are.
    """
    if chains.owners * size > MOST_GROUPS:
        return np.arange(len(values))
    group = chains.owner * size + values
    met = np.zeros((chains.owners, size), dtype=np.bool_)
    met.reshape(-1)[group.compress(chains.was != chains.valid)] = True
    met[renewed] = True
    return np.flatnonzero(met.reshape(-1).take(group))


def touched(rows: Ints, owner: Ints, owners: int, *, at: Ints, ids: Ints, was: Flags, valid: Flags) -> Touched:
    """Return rows in the order of their chains; those that are valid at no time are left out.

    Args:
        rows: All rows of the customers who are touched.
        owner: The place of each row's customer.
        owners: How many customers there are.
        at: The instant of each row of the rollup.
        ids: The id of each row of the rollup.
        was: Which of *rows* were valid.
        valid: Which are.
    """
    chained = np.flatnonzero(was | valid)
    rows, owner = rows.take(chained), owner.take(chained)
    instants = at.take(rows)
    order = by_owner_and_instant(owner, instants, rows, ids, size=max(owners, 1))
    chained = chained.take(order)
    return Touched(
        rows=rows.take(order),
        owner=owner.take(order),
        owners=max(owners, 1),
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


def relinked(chains: Touched, values: Ints, *, size: int) -> Relinked:
    """Return the predecessors in the scope whose slices the orders have as *values*."""
    order = None if size == 1 else by_codes((chains.owner, chains.owners), (values, size))
    group = chains.owner * size + values
    was, now = (befores(order, group, chains.at, there) for there in (chains.was, chains.valid))
    return Relinked(was=was, became=now, places=np.flatnonzero(was != now))


def befores(order: Ints | None, group: Ints, at: Ints, there: Flags) -> Ints:
    """Return the instant of the predecessor of each order that is *there*, in its group."""
    kept = np.flatnonzero(there) if order is None else order.compress(there.take(order))
    groups, instants = group.take(kept), at.take(kept)
    before = np.full(len(kept), NO_EARLIER)
    before[1:] = np.where(groups[1:] == groups[:-1], instants[:-1], NO_EARLIER)
    found = np.full(len(at), ABSENT)
    found[kept] = before
    return found
