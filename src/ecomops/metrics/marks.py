"""What the order before tells of each order: whether it brings a new buyer, or one who was in its period already.

One bit an order is kept of each such thing, and all that will be asked is told in one walk. Where orders stand in the
order of time, the order before is the number of its row, kept for each customer alone and never for each order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from attrs import frozen

from ecomops.columns import UNKNOWN, Ints, intervals, together
from ecomops.columns.threads import shares
from ecomops.metrics.adding import Flags, is_dense
from ecomops.metrics.bits import Bits
from ecomops.metrics.counting import Counted
from ecomops.metrics.declaring import extent
from ecomops.metrics.families import Orders
from ecomops.metrics.sales import NO_EARLIER, Links, Sales, link, same_codes
from ecomops.metrics.selling import blocks
from ecomops.metrics.windows import Windows

BLOCK = 1 << 16
"""Orders that are looked at together, so many that their bits fill whole bytes."""
NONE = -1
"""Stands for the row of an order before the first one."""

Mark: TypeAlias = Counted | Windows
"""What is told of an order: that its customer is known, that it brings a buyer, or that its customer has an earlier
order in its period."""
Test: TypeAlias = Callable[[slice, Links], Flags]
"""Tells it of some orders by those before them."""


@frozen(kw_only=True, eq=False, repr=False)
class OrderLog:
    """The orders that are walked through.

    Args:
        orders: All of them.
        at: The instant of each that puts it into a period.
        rises: Whether none of these lies before the one above it.
        valid: Which of them count.
        elapsed: After how many microseconds a buyer is a new one.
        sales: Makes the instants of the orders before, for orders that stand in no order of time, and sparse codes.
    """

    orders: Orders
    at: Ints
    rises: bool
    valid: Bits
    elapsed: int
    sales: Callable[[], Sales]


class Marks:
    """What was told of the orders of a log."""

    __slots__ = ("_found", "_log")

    def __init__(self, log: OrderLog) -> None:
        """Begin with nothing told."""
        self._log, self._found = log, dict[Mark, Bits]()

    def tell(self, marks: Iterable[Mark]) -> None:
        """Find in one walk what will be asked for, and is not known."""
        wanted = [mark for mark in marks if mark not in self._found]
        if wanted:
            self._found |= _marked(self._log, wanted)

    def forget(self, marks: Iterable[Mark]) -> None:
        """Let go of what will not be asked for again, as far as anybody knows."""
        for mark in marks:
            self._found.pop(mark, None)

    def of(self, mark: Mark) -> Bits:
        """Return which orders have a mark: no other than those of known customers."""
        self.tell((mark,))
        return self._found[mark]


def _marked(log: OrderLog, marks: Iterable[Mark]) -> Mapping[Mark, Bits]:
    most = max(extent(log.orders, "customer").most, 0)
    by_row = log.rises and is_dense(most, rows=len(log.at))
    walk = partial(_by_row, log, most) if by_row else partial(_by_instant, log.sales())
    test = _of_row if by_row else _of_instant
    told = [(test(log, mark), Bits(len(log.at)), mark) for mark in marks]

    def tell(share: slice) -> None:
        for rows, known, before in walk(share):
            for holds, bits, _ in told:
                bits.put(rows.start, holds(rows, before) & known)

    together([partial(tell, share) for share in shares(len(log.at), unit=BLOCK)])
    return {mark: bits for _, bits, mark in told}


def _all(_: slice, before: Links) -> Flags:
    return np.ones(len(before), dtype=np.bool_)


# --- orders in the order of time --------------------------------------------------------------------------------------


def _by_row(log: OrderLog, most: int, share: slice) -> Iterator[tuple[slice, Flags, Links]]:
    """Yield each block of a share, which of its customers are known, and the row of the order before of these.

    What stands above the share is only looked at for the last row of each customer: a tenth of the work.
    """
    last: Links = np.full(most + 2, NONE, dtype=np.int32 if len(log.at) < 2**31 else np.int64)
    for rows in blocks(int(share.start), rows=BLOCK):
        last[_codes(log, rows)] = np.arange(rows.start, rows.stop, dtype=last.dtype)
    for rows in blocks(share, rows=BLOCK):
        codes = _codes(log, rows)
        known = codes >= 0
        yield rows, known, _before(last, codes, np.arange(rows.start, rows.stop, dtype=last.dtype), known)


def _codes(log: OrderLog, rows: slice) -> Ints:
    """Return the customers of valid orders; what is unknown has the last place."""
    return np.where(log.valid[rows], log.orders.customer[rows], UNKNOWN)


def _before(last: Links, codes: Ints, rows: Links, known: Flags) -> Links:
    """Return the last row of each code before its own one, and keep those of a block for the next one.

    Whichever row of a code is kept, the others are found by it.
    """
    before = last.take(codes)
    last[codes] = rows
    kept = last.take(codes)
    others = np.flatnonzero((kept != rows) & known)
    if len(others):
        link(before, last, codes, rows, same_codes(others, kept.take(others) - rows[0], size=len(codes)))
    return before


def _of_row(log: OrderLog, mark: Mark) -> Test:
    if isinstance(mark, Windows):
        return partial(_since_row, [0, *np.searchsorted(log.at, mark.starts).tolist()])
    if mark is Counted.FIRST_TIME_BUYERS:
        return lambda _, before: before < 0
    return partial(_new_by_row, log) if mark is Counted.NEW_BUYERS else _all


def _since_row(edges: Sequence[int], rows: slice, before: Links) -> Flags:
    """Tell whether the row before is one from the beginning of the period on, *edges* being where these begin."""
    first, after = bisect_right(edges, rows.start), bisect_left(edges, rows.stop)
    own = [*edges[first - 1 : after], rows.stop]
    found = np.empty(len(before), dtype=np.bool_)
    for edge, end in pairwise(own):
        part = slice(max(edge - rows.start, 0), end - rows.start)
        np.greater_equal(before[part], edge, out=found[part])
    return found


def _new_by_row(log: OrderLog, rows: slice, before: Links) -> Flags:
    """Tell whether the row before lies too far back: only rows about as far back as may be are looked at themselves."""
    at, elapsed = log.at[rows], log.elapsed
    old, near = np.searchsorted(log.at, np.array([at[0] - elapsed, at[-1] - elapsed])).tolist()
    new: Flags = before < old
    unclear = np.flatnonzero(~new & (before < near))
    new[unclear] = log.at.take(before.take(unclear)) < at.take(unclear) - elapsed
    return new


# --- orders in any order ----------------------------------------------------------------------------------------------


def _by_instant(sales: Sales, share: slice) -> Iterator[tuple[slice, Flags, Links]]:
    """Yield the same with the instant of the order before."""
    for rows in blocks(share, rows=BLOCK):
        yield rows, sales.known[rows], sales.before[rows]


def _of_instant(log: OrderLog, mark: Mark) -> Test:
    if isinstance(mark, Windows):
        starts = np.append(mark.starts, NO_EARLIER + 1)  # the last one is that of what lies before all periods
        return lambda rows, before: before >= starts.take(intervals(log.at[rows], mark.starts))
    if mark is Counted.FIRST_TIME_BUYERS:
        return lambda _, before: before == NO_EARLIER
    return (lambda rows, before: before < log.at[rows] - log.elapsed) if mark is Counted.NEW_BUYERS else _all
