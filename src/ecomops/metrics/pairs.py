"""Two sums for each place, added up as one number: a scatter costs more than taking the number apart at times."""

import numpy as np

from ecomops.columns import CannotHoldSum, Ints
from ecomops.columns.column import MOST_OF_A_SUM

BITS = 40
"""Where the upper number stands in the one that is added up."""
MOST_LOWER = (1 << (BITS - 1)) - 1
"""What the lower numbers of all places may come to, with either sign, until they are taken apart."""
MOST_UPPER = 1 << 22
"""What the upper ones may come to."""
BLOCK = 1 << 15
"""Places that are taken apart together."""
SHARP = 64
"""Fewer blocks than these, by a rough look, ask for a sharp one."""


class Pairs:
    """Sums of two columns by place: the upper one counts, and is never negative; the lower one may be.

    Args:
        size: How many places there are.
        upper: What a refusal calls the upper column.
        lower: What it calls the lower one.

    Example:
        >>> orders = Pairs(2, upper="orders", lower="net")
        >>> orders.add(np.array([0, 1, 0]), 1, np.array([5, 7, -9]), most=(1, 9))
        >>> orders.sums()
        (array([2, 1]), array([-4,  7]))
    """

    __slots__ = ("_bounds", "_held", "_names", "_packed", "_sums")

    def __init__(self, size: int, *, upper: str, lower: str) -> None:
        """Begin with nothing at each place."""
        self._names = (upper, lower)
        self._sums: tuple[Ints, Ints] | None = None
        self._packed = np.zeros(size, dtype=np.int64)
        self._held = (0, 0)
        self._bounds = (0, 0)

    def add(
        self, places: Ints, upper: Ints | int, lower: Ints, *, most: tuple[int, int], rows: int | None = None
    ) -> None:
        """Add rows at their places.

        Args:
            places: The place of each row.
            upper: A column, or one number for every row.
            lower: A column.
            most: What the magnitude of none exceeds, of the upper and of the lower column.
            rows: How many rows count, when the others stand at a place whose sums nobody reads; None for all.

        Raises:
            CannotHoldSum: All that was added might be more than 64 bits hold.
        """
        rows = len(places) if rows is None else rows
        bound = (
            _bound(upper, most[0], rows, much=MOST_UPPER // SHARP),
            _bound(lower, most[1], rows, much=MOST_LOWER // SHARP),
        )
        self._bounds = (self._bounds[0] + bound[0], self._bounds[1] + bound[1])
        for name, reached, largest in zip(self._names, self._bounds, most, strict=True):
            if reached > MOST_OF_A_SUM:
                raise CannotHoldSum(column=name, rows=rows, largest=largest)
        held = (self._held[0] + bound[0], self._held[1] + bound[1])
        if held[0] > MOST_UPPER or held[1] > MOST_LOWER:
            self._take_apart()
            held = bound
        if bound[0] > MOST_UPPER or bound[1] > MOST_LOWER:
            apart = self._apart()
            np.add.at(apart[0], places, upper)
            np.add.at(apart[1], places, lower)
            return
        self._held = held
        np.add.at(self._packed, places, lower + (upper << BITS))

    @property
    def bounds(self) -> tuple[int, int]:
        """What the magnitudes of all that was added cannot exceed, by column."""
        return self._bounds

    def join(self, other: "Pairs") -> bool:
        """Take over what *other* holds of as many places; False, and nothing is, where 64 bits might not hold it."""
        bounds = (self._bounds[0] + other.bounds[0], self._bounds[1] + other.bounds[1])
        if max(bounds) > MOST_OF_A_SUM:
            return False
        for own, more in zip(self.sums(), other.sums(), strict=True):
            np.add(own, more, out=own)
        self._bounds = bounds
        return True

    def sums(self) -> tuple[Ints, Ints]:
        """Return the sums of both columns."""
        if self._sums is None:  # what was packed becomes the lower column: nothing has to be added to it
            upper, lower = np.empty_like(self._packed), self._packed
            for start in range(0, len(lower), BLOCK):
                block = slice(start, start + BLOCK)
                upper[block] = (lower[block] + (MOST_LOWER + 1)) >> BITS
                lower[block] -= upper[block] << BITS
            self._sums, self._packed, self._held = (upper, lower), np.zeros(len(lower), dtype=np.int64), (0, 0)
        elif self._held != (0, 0):
            self._take_apart()
        return self._sums

    def _apart(self) -> tuple[Ints, Ints]:
        """Return the sums that were taken apart so far; there are none before they are asked for."""
        if self._sums is None:
            self._sums = (np.zeros_like(self._packed), np.zeros_like(self._packed))
        return self._sums

    def _take_apart(self) -> None:
        sums = self._apart()
        for start in range(0, len(self._packed), BLOCK):
            block = slice(start, start + BLOCK)
            upper = (self._packed[block] + (MOST_LOWER + 1)) >> BITS
            sums[0][block] += upper
            sums[1][block] += self._packed[block] - (upper << BITS)
        self._packed[:] = 0
        self._held = (0, 0)


def _bound(values: Ints | int, most: int, rows: int, *, much: int) -> int:
    """Return what the sum of magnitudes cannot exceed: a rough look, and a sharp one where that says *much*."""
    rough = most * rows
    sharp = not isinstance(values, int) and much < rough <= MOST_OF_A_SUM
    return int(np.abs(values).sum()) if sharp else rough
