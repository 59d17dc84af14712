"""Segments: the rows of one table that belong to each row of another, as one flat array and where each one starts."""

from typing import Self

import numpy as np
from attrs import Attribute, field, frozen

from ecomops.columns.column import Ints, require_range, require_sum, require_whole
from ecomops.columns.errors import OutOfColumn


def _starts(_: object, __: "Attribute[Ints]", value: Ints) -> None:
    require_whole(value, name="Segments.starts")
    steps = np.diff(value, prepend=0) if len(value) else np.array([-1])
    if steps.min() < 0 or value[0]:
        raise OutOfColumn(column="Segments.starts", row=int((steps < 0).argmax()), least=0, most=0)


@frozen(eq=False)
class Segments:
    """Runs of rows that lie end to end.

    Args:
        starts: Where each run starts, and at last where the last one ends; from 0, never falling.

    Raises:
        WrongColumn: That is no column.
        OutOfColumn: It falls, or does not begin with 0.

    Example:
        >>> import numpy as np
        >>> lines = Segments.of(np.array([0, 0, 2]), size=3, name="lines.order")
        >>> lines.lengths, lines.sums(np.array([5, 6, 7]), name="net")
        (array([2, 0, 1]), array([11,  0,  7]))
    """

    starts: Ints = field(validator=_starts)

    @classmethod
    def of(cls, owners: Ints, *, size: int, name: str) -> Self:
        """Return the segments of rows that name their owner, in rising order.

        Args:
            owners: The owner of each row, from 0 to below *size*, never falling.
            size: How many owners there are.
            name: What a refusal calls the column.

        Raises:
            OutOfColumn: An owner does not exist, or stands before the one of the row above.
        """
        require_range(owners, name=name, least=0, most=size - 1)
        falls = np.diff(owners) < 0
        if falls.any():
            row = int(falls.argmax()) + 1
            raise OutOfColumn(column=name, row=row, least=int(owners[row - 1]), most=size - 1)
        return cls(np.searchsorted(owners, np.arange(size + 1)).astype(np.int64))

    @property
    def lengths(self) -> Ints:
        """How many rows each run has."""
        return np.diff(self.starts)

    def sums(self, values: Ints, *, name: str) -> Ints:
        """Return the exact sum of *values* over each run.

        Raises:
            CannotHoldSum: A sum might be more than 64 bits hold.
        """
        require_sum(values, name=name)
        running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
        return np.diff(running.take(self.starts))
