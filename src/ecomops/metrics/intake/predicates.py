"""Which rows are meant, as values: a set of codes, a range, several conditions at once, or all the others."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.kernel.checks import is_a, tuple_of, whole
from ecomops.metrics.intake.errors import NoSuchColumn

Flags = NDArray[np.bool_]
Sheet = Mapping[str, Ints]
"""Columns of one length, by name."""


@runtime_checkable
class Rows(Protocol):
    """Says which rows are meant."""

    def of(self, columns: Sheet) -> Flags:
        """Return for each row whether it is."""
        ...


def column_of(columns: Sheet, name: str, *, step: str) -> Ints:
    """Return a column.

    Raises:
        NoSuchColumn: It is not there.
    """
    if name not in columns:
        raise NoSuchColumn(step=step, column=name)
    return columns[name]


@frozen
class Among:
    """Rows that hold one of some values: test customers, a unit, lines without goods (-1).

    Args:
        column: Where they stand.
        values: The values.

    Example:
        >>> import numpy as np
        >>> Among("sku", (-1,)).of({"sku": np.array([3, -1])})
        array([False,  True])
    """

    column: str = field(validator=is_a(str))
    values: tuple[int, ...] = field(validator=tuple_of(int))

    def of(self, columns: Sheet) -> Flags:
        """Return for each row whether it is meant."""
        return np.isin(column_of(columns, self.column, step="Among"), np.array(self.values, dtype=np.int64))


@frozen(kw_only=True)
class Within:
    """Rows that hold a value of a range, both ends included.

    Args:
        column: Where they stand.
        least: The smallest.
        most: The largest.
    """

    column: str = field(validator=is_a(str))
    least: int = field(default=-(2**63), validator=whole(-(2**63), 2**63 - 1))
    most: int = field(default=2**63 - 1, validator=whole(-(2**63), 2**63 - 1))

    def of(self, columns: Sheet) -> Flags:
        """Return for each row whether it is meant."""
        values = column_of(columns, self.column, step="Within")
        flags: Flags = (self.least <= values) & (values <= self.most)
        return flags


@frozen
class Every:
    """Rows that meet several conditions at once.

    Args:
        parts: The conditions.
    """

    parts: tuple[Rows, ...] = field(validator=tuple_of(Rows, least=1))

    def of(self, columns: Sheet) -> Flags:
        """Return for each row whether it is meant."""
        flags: Flags = np.logical_and.reduce([part.of(columns) for part in self.parts])
        return flags


@frozen
class Other:
    """Rows that do not meet a condition.

    Args:
        than: The condition.
    """

    than: Rows = field(validator=is_a(Rows))

    def of(self, columns: Sheet) -> Flags:
        """Return for each row whether it is meant."""
        others: Flags = ~self.than.of(columns)
        return others
