"""Which rows are meant, as values: a set of codes, a range, several conditions at once, or all the others."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints, Uneven, column
from ecomops.kernel.checks import is_a, mapped, tuple_of, whole
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


def sheet_of(columns: Mapping[str, object]) -> Sheet:
    """Return columns as copies, of one length.

    Raises:
        WrongColumn: One is no array of whole numbers.
        Uneven: They have different lengths.
    """
    sheet: Sheet = {name: column(values, name=name) for name, values in mapped("columns", columns).items()}
    require_even(sheet)
    return sheet


def require_even(columns: Sheet) -> None:
    """Refuse columns of different lengths.

    Raises:
        Uneven: It names one that is shorter than another.
    """
    size = size_of(columns)
    for name, values in columns.items():
        if len(values) != size:
            raise Uneven(column=name, found=len(values), expected=size)


def size_of(columns: Sheet) -> int:
    """Return how many rows the longest column has."""
    return max((len(values) for values in columns.values()), default=0)


def column_of(columns: Sheet, name: str, *, step: str) -> Ints:
    """Return a column.

    Raises:
        NoSuchColumn: It is not there.
    """
    if not isinstance(name, str) or name not in columns:  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise NoSuchColumn(step=step, column=str(name))
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
