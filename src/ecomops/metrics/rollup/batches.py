"""A batch of changes, checked whole before anything is changed: what is wrong is told by its row and column."""

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from ecomops.columns import CannotHoldSum, Ints, OutOfColumn, Uneven, WrongColumn, column, require_range, total
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel.checks import mapped
from ecomops.metrics.rollup.errors import DuplicateId, UnknownOrder
from ecomops.metrics.rollup.lookup import NOWHERE, Lookup
from ecomops.metrics.rollup.spec import Spec

EARLIEST, LATEST = -2_208_988_800_000_000, 7_258_118_399_999_999
"""Instants of the years 1900 to 2199: what lies outside is told in another unit than microseconds."""
MOST_CUSTOMERS = 2**27
"""Codes are dense, so the largest says how many customers there are."""
_LIMITS = np.iinfo(np.int64)
ANY = (int(_LIMITS.min) + 1, int(_LIMITS.max))
INSTANTS = (EARLIEST, LATEST)

Table = Mapping[str, Ints]
Ranges = Mapping[str, tuple[int, int]]


def order_ranges(spec: Spec) -> dict[str, tuple[int, int]]:
    """Return the columns of orders, and from where to where their values go."""
    return {
        "id": ANY,
        "at": INSTANTS,
        "customer": (-1, MOST_CUSTOMERS - 1),
        "valid": (0, 1),
        **{name: (0, size - 1) for name, size in spec.dimensions.items()},
        **dict.fromkeys(spec.amounts, ANY),
    }


def refund_ranges(spec: Spec) -> dict[str, tuple[int, int]]:
    """Return the columns of refunds, as above."""
    return {"id": ANY, "order": ANY, "at": INSTANTS, **dict.fromkeys(spec.refund_amounts, ANY)}


AMENDED: Ranges = {"id": ANY, "valid": (0, 1)}


def checked(given: Mapping[str, object] | None, ranges: Ranges, *, name: str) -> Table:
    """Return columns as they were *given*, or none of a row when nothing was.

    Raises:
        WrongColumn: One is missing, unknown, or no array of whole numbers.
        Uneven: They have different lengths.
        OutOfColumn: A value that the column cannot hold; the first such row is named.
    """
    if given is None:
        return {each: np.zeros(0, dtype=np.int64) for each in ranges}
    for each in (*ranges, *mapped(f"Rollup.{name}", given)):
        if each not in given or each not in ranges:
            raise WrongColumn(column=f"{name}.{each}", found="nothing" if each in ranges else "unknown")
    columns = {each: column(given[each], name=f"{name}.{each}") for each in ranges}
    rows = len(columns[next(iter(ranges))])
    for each, values in columns.items():
        if len(values) != rows:
            raise Uneven(column=f"{name}.{each}", found=len(values), expected=rows)
        if ranges[each] != ANY or _LIMITS.min in values:
            least, most = ranges[each]
            require_range(values, name=f"{name}.{each}", least=least, most=most)
    return columns


def require_new(ids: Ints, known: Lookup, *, name: str) -> None:
    """Refuse ids that stand twice, or that have a row.

    Raises:
        DuplicateId: It names the first row that says again what was said.
    """
    require_single(ids, name=name)
    held = np.flatnonzero(known.find(ids) != NOWHERE)
    if len(held):
        raise DuplicateId(column=name, row=int(held[0]), id=int(ids[held[0]]))


def require_single(ids: Ints, *, name: str) -> None:
    """Refuse ids that stand twice.

    Raises:
        DuplicateId: It names the first row that says again what a row above said.
    """
    if bool((ids[1:] > ids[:-1]).all()):
        return
    rows = np.argsort(ids, kind="stable")
    again = rows[1:][ids.take(rows[1:]) == ids.take(rows[:-1])]
    if len(again):
        row = int(again.min())
        raise DuplicateId(column=name, row=row, id=int(ids[row]))


def found(ids: Ints, known: Lookup, appended: Ints, *, first: int, name: str) -> Ints:
    """Return the row of each order, which the rollup holds or which this batch appends from row *first* on.

    Raises:
        UnknownOrder: It names the first row whose id is that of no order.
    """
    rows = known.find(ids)
    missing = np.flatnonzero(rows == NOWHERE)
    if len(missing) and len(appended):
        new = Lookup.of(appended).find(ids.take(missing))
        rows[missing] = np.where(new == NOWHERE, NOWHERE, new + first)
        missing = missing[new == NOWHERE]
    if len(missing):
        raise UnknownOrder(column=name, row=int(missing[0]), id=int(ids[missing[0]]))
    return rows


class Bounds:
    """How far the sums of each amount may have come: the magnitudes of all rows together."""

    __slots__ = ("_sums",)

    def __init__(self, sums: Mapping[str, int] | None = None) -> None:
        """Begin at nothing."""
        self._sums = dict(sums or {})

    def with_rows(self, rows: Table, names: tuple[str, ...]) -> "Bounds":
        """Return the bounds with further *rows*.

        Raises:
            CannotHoldSum: A sum of an amount might be more than 64 bits hold.
        """
        sums = dict(self._sums)
        for name in names:
            values = np.abs(rows[name])
            sums[name] = sums.get(name, 0) + total(values, name=name)
            if sums[name] > MOST_OF_A_SUM:
                raise CannotHoldSum(column=name, rows=len(values), largest=int(values.max()))
        return Bounds(sums)


@frozen(eq=False)
class Batch:
    """Checked changes.

    Args:
        orders: The orders that are appended, their validity as it is at the end of the batch.
        amended: The rows of earlier orders of which the validity is told.
        valid: Their validity.
        refunds: The refunds that are appended, each with the row of its order.
        order_bounds: How far the sums of orders have come then.
        refund_bounds: How far the sums of refunds have come then.
    """

    orders: Table
    amended: Ints
    valid: Ints
    refunds: Table
    order_bounds: Bounds
    refund_bounds: Bounds


def require_periods(starts: Ints, ends: Ints) -> None:
    """Refuse windows that run backwards, and bounds of different numbers.

    Raises:
        Uneven: There are not as many ends as starts.
        OutOfColumn: An end lies before its start.
    """
    if len(starts) != len(ends):
        raise Uneven(column="until", found=len(ends), expected=len(starts))
    backwards = ends < starts
    if backwards.any():
        row = int(backwards.argmax())
        raise OutOfColumn(column="until", row=row, least=int(starts[row]), most=ANY[1])
