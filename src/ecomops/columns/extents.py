"""What a look at a column tells of it: from where to where its values go, and whether they rise."""

from typing import NamedTuple

from ecomops.columns.column import BLOCK, Ints


class Extent(NamedTuple):
    """From where to where the values of a column go.

    Attributes:
        least: The least value; 0 where there is no row.
        most: The largest; -1 where there is no row.
        rises: Whether no value lies below the one above it in the column.
        climbs: Whether each lies above it.
    """

    least: int
    most: int
    rises: bool
    climbs: bool

    @property
    def magnitude(self) -> int:
        """The largest magnitude; 0 where there is no row."""
        return max(-self.least, self.most, 0)

    def counts(self, rows: int) -> bool:
        """Tell whether each of so many values is the number of its place.

        Example:
            >>> import numpy as np
            >>> extent_of(np.array([0, 1, 2])).counts(3), extent_of(np.array([0, 2, 3])).counts(3)
            (True, False)
        """
        return self.climbs and self.least == 0 and self.most == rows - 1


def extent_of(values: Ints) -> Extent:
    """Look at a column once, block by block; that it rises is looked at as far as it does.

    Example:
        >>> import numpy as np
        >>> extent_of(np.array([-3, 4, 4]))
        Extent(least=-3, most=4, rises=True, climbs=False)
    """
    if not len(values):
        return Extent(0, -1, rises=True, climbs=True)
    least = most = int(values[0])
    rises = climbs = True
    for start in range(0, len(values), BLOCK):
        piece = values[start : start + BLOCK + 1]  # one more, which is the first of the next block
        least, most = min(least, int(piece.min())), max(most, int(piece.max()))
        if climbs:
            climbs = bool((piece[1:] > piece[:-1]).all())
        if rises and not climbs:
            rises = bool((piece[1:] >= piece[:-1]).all())
    return Extent(least, most, rises, climbs)
