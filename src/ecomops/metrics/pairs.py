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
        self._sums = (np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64))
        self._packed = np.zeros(size, dtype=np.int64)
        self._held = (0, 0)
        self._bounds = (0, 0)

    def add(self, places: Ints, upper: Ints | int, lower: Ints, *, most: tuple[int, int]) -> None:
        """Add rows at their places.

        Args:
            places: The place of each row.
            upper: A column, or one number for every row.
            lower: A column.
            most: What the magnitude of none exceeds, of the upper and of the lower column.

        Raises:
            CannotHoldSum: All that was added might be more than 64 bits hold.
        """
        rows = len(places)
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
            np.add.at(self._sums[0], places, upper)
            np.add.at(self._sums[1], places, lower)
            return
        self._held = held
        np.add.at(self._packed, places, lower + (upper << BITS))

    def sums(self) -> tuple[Ints, Ints]:
        """Return the sums of both columns."""
        self._take_apart()
        return self._sums

    def _take_apart(self) -> None:
        upper = (self._packed + (MOST_LOWER + 1)) >> BITS
        np.add(self._sums[0], upper, out=self._sums[0])
        np.add(self._sums[1], self._packed - (upper << BITS), out=self._sums[1])
        self._packed[:] = 0
        self._held = (0, 0)


def _bound(values: Ints | int, most: int, rows: int, *, much: int) -> int:
    """Return what the sum of magnitudes cannot exceed: a rough look, and a sharp one where that says *much*."""
    rough = most * rows
    sharp = not isinstance(values, int) and much < rough <= MOST_OF_A_SUM
    return int(np.abs(values).sum()) if sharp else rough
