"""Valid orders block by block: what is made of a block stays near the processor, whatever the definition."""

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from ecomops.columns import NEVER, UNKNOWN, AnyInts, CannotHoldSum, Ints
from ecomops.columns.arrays import NDArray
from ecomops.kernel import Calendar
from ecomops.metrics.families import Facts
from ecomops.metrics.sales import Cancelled, Counts, Definition, Flags, SaleInstant, sold_for, valid_orders

BLOCK = 1 << 16
"""Rows that are looked at together."""
MOST_WORTH = 2**62
"""What the parts of an order may come to."""


def blocks(share: int | slice, *, rows: int = BLOCK) -> Iterator[slice]:
    """Yield the rows of a table, or of some that stand together, in blocks.

    Example:
        >>> list(blocks(5, rows=3)), list(blocks(slice(5, 9), rows=3))
        ([slice(0, 3, None), slice(3, 5, None)], [slice(5, 8, None), slice(8, 9, None)])
    """
    first, end = (0, share) if isinstance(share, int) else (int(share.start), int(share.stop))
    return (slice(start, min(start + rows, end)) for start in range(first, end, rows))


def halves(size: int, *, rows: int, least: int) -> list[slice]:
    """Return all rows of a table, in two parts where each has at least so many; the first one ends with a block.

    Example:
        >>> halves(5, rows=2, least=2), halves(5, rows=2, least=3)
        ([slice(0, 2, None), slice(2, 5, None)], [slice(0, 5, None)])
    """
    middle = size // 2 // rows * rows
    return [slice(0, size)] if middle < max(least, 1) else [slice(0, middle), slice(middle, size)]


@frozen(eq=False, repr=False)
class Selling:
    """The orders of some facts by a definition; `of` makes it.

    Args:
        facts: What happened.
        definition: What counts.
        whole: Which orders are valid and when, where a block does not tell it by itself.
        worths: What each order is worth, where a block does not tell it by itself.
    """

    facts: Facts
    definition: Definition
    whole: tuple[Flags, Ints] | None
    worths: Ints | None

    @classmethod
    def of(cls, facts: Facts, definition: Definition, calendar: Calendar) -> "Selling":
        """Make it; see `sales` for what is refused."""
        plain = definition.counts is Counts.PAID and definition.cancelled is not Cancelled.LATER
        whole = None if plain else valid_orders(facts, definition, calendar)
        alone = definition.freight and definition.funders is None
        return cls(facts, definition, whole, None if alone else sold_for(facts, definition))

    def valid(self, rows: slice) -> tuple[Flags, Ints]:
        """Return which of some orders are valid, and the instant of each that puts it into a period."""
        if self.whole is not None:
            return self.whole[0][rows], self.whole[1][rows]
        orders = self.facts.orders
        paid_at = orders.paid_at[rows]
        valid: Flags = paid_at != NEVER
        if self.definition.cancelled is Cancelled.NEVER:
            valid &= orders.cancelled_at[rows] == NEVER
        return valid, paid_at if self.definition.sold is SaleInstant.PAID else orders.placed_at[rows]

    def buyers(self, rows: slice) -> tuple[Ints, Ints]:
        """Return who bought each of some orders, -1 where that is nobody known or it is not valid, and the instant.

        The instant of an order that is not valid may be any.
        """
        valid, at = self.valid(rows)
        return np.where(valid, self.facts.orders.customer[rows], UNKNOWN), at

    def worth(self, rows: slice) -> tuple[Ints, int]:
        """Return what each of some orders is worth, and what the magnitude of none exceeds.

        Raises:
            CannotHoldSum: The parts of one might be more than 64 bits hold.
        """
        if self.worths is not None:
            return self.worths[rows], magnitude(self.worths[rows])
        gross, discount = self.facts.orders.gross[rows], self.facts.orders.discount[rows]
        tax = self.facts.orders.tax[rows]
        taxed = magnitude(tax) if self.definition.tax else 0
        most = int(gross.max(initial=0)) + int(discount.max(initial=0)) + taxed
        if most > MOST_WORTH:
            raise CannotHoldSum(column="Orders.gross", rows=1, largest=most)
        worth = gross - discount
        if taxed:
            worth += tax
        return worth, most


def span(at: AnyInts) -> tuple[int, int]:
    """Return the first and the last of some days, or of instants that came: `NEVER` twice when none did.

    Example:
        >>> span(np.array([7, NEVER, 3, 5]))
        (3, 7)
    """
    first = int(at.min())
    if at.dtype != np.int64:  # days
        return first, int(at.max())
    after = at + 1  # what never comes is the largest number there is, and becomes the least
    return first, NEVER if first == NEVER else int(after.max()) - 1


def magnitude(values: NDArray[np.signedinteger]) -> int:
    """Return the largest magnitude of *values*; 0 when there is none.

    Example:
        >>> magnitude(np.array([-7, 3]))
        7
    """
    return max(-int(values.min(initial=0)), int(values.max(initial=0)))
