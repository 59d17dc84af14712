"""The rows of a part: columns checked by family, cut into slices, and refused whole when one is not of the part."""

from collections.abc import Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ecomops.columns import NEVER, UNKNOWN, Ints, Uneven, WrongColumn, column, microseconds, require_range
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.summary.errors import NotOfPart
from ecomops.metrics.summary.partitioning import Hashing, Parts, Rows, coded, ids_of
from ecomops.metrics.summary.periods import Periods
from ecomops.metrics.summary.specs import AT, OF_ENTITIES, SummaryMeasure, SummarySpec
from ecomops.metrics.summary.states import Keys

MOST_OF_A_VALUE = 2**62
"""The largest magnitude that a column may hold."""
MOST_CODE = 2**31 - 1
"""The largest code of a dimension."""

Flags = NDArray[np.bool_]


@frozen(eq=False)
class Given:
    """The rows of one family, up to the end of what was observed.

    Args:
        columns: Its columns by name.
        at: The instants.
        slices: The period and the dimensions of each row; the period of a row before what was observed means nothing.
        inside: Which rows lie in what was observed.
    """

    columns: Mapping[str, Ints]
    at: Ints
    slices: Keys
    inside: Flags

    def counted(self, measure: SummaryMeasure) -> Flags | None:
        """Return which rows a measure counts; None for all."""
        return None if measure.where is None else self.columns[measure.where] == 1


def read(rows: Rows, spec: SummarySpec, parts: Parts, periods: Periods) -> dict[str, Given]:
    """Return the rows of each family of *spec*.

    Raises:
        WrongKind: They are no mapping of mappings.
        WrongColumn: A family or column is missing, a family is unknown, or a column is of another kind.
        OutOfColumn: A value that its column cannot hold.
        Uneven: The columns of a family have different lengths.
        NotOfPart: A row belongs to another part.
    """
    for value in (rows, *(rows.values() if isinstance(rows, Mapping) else ())):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            raise wrong_kind("Summary.rows", "mapping", value)
    for family in (*spec.families, *rows):
        if family not in rows or family not in spec.families:
            raise WrongColumn(column=str(family), found="nothing" if family in spec.families else "unknown")
    return {family: _family(family, rows[family], spec, parts, periods) for family in spec.families}


def _family(family: str, given: Mapping[str, object], spec: SummarySpec, parts: Parts, periods: Periods) -> Given:
    columns = _columns(family, given, spec, parts)
    at = columns[AT]
    start, end = microseconds(spec.observed.start), microseconds(spec.observed.end)
    needed = at < end
    if not needed.all():
        columns = {name: values[needed] for name, values in columns.items()}
        at = columns[AT]
    inside: Flags = at >= start
    period = np.zeros(len(at), dtype=np.int64)
    period[inside] = periods.holding(at[inside])
    slices = (period, *(columns[name] for name in spec.dimensions))
    return Given(columns, at, slices, inside)


def _columns(family: str, given: Mapping[str, object], spec: SummarySpec, parts: Parts) -> dict[str, Ints]:
    by = parts.partitioning.column
    wanted = dict.fromkeys((AT, by, *spec.dimensions, *spec.columns_of(family)))
    for name in wanted:
        if name not in given:
            raise WrongColumn(column=f"{family}.{name}", found="nothing")
    found = {name: _column(given[name], family, name, spec, parts) for name in wanted}
    for name, values in found.items():
        if len(values) != len(found[AT]):
            raise Uneven(column=f"{family}.{name}", found=len(values), expected=len(found[AT]))
    _require_part(family, given[by], parts)
    return found


def _column(values: object, family: str, name: str, spec: SummarySpec, parts: Parts) -> Ints:
    called = f"{family}.{name}"
    partitioning = parts.partitioning
    if name == partitioning.column and partitioning.hashing is Hashing.CRC32:
        codes, names = coded(values, name=called)
        return np.where(codes == names.index(""), UNKNOWN, codes) if "" in names else codes
    if name == partitioning.column or name in _entities(family, spec):
        return ids_of(values, name=called)
    found = column(values, name=called)
    require_range(found, name=called, **_limits(name, family, spec))
    return found


def _entities(family: str, spec: SummarySpec) -> frozenset[str | None]:
    return frozenset(each.column for each in spec.measures if each.family == family and each.kind in OF_ENTITIES)


def _limits(name: str, family: str, spec: SummarySpec) -> dict[str, int]:
    """Return the least and the largest value of a column."""
    if name == AT:
        return {"least": -MOST_OF_A_VALUE, "most": NEVER}
    if name in spec.dimensions:
        return {"least": UNKNOWN, "most": MOST_CODE}
    if any(name == each.where for each in spec.measures if each.family == family):
        return {"least": 0, "most": 1}
    return {"least": -MOST_OF_A_VALUE, "most": MOST_OF_A_VALUE}


def _require_part(family: str, values: object, parts: Parts) -> None:
    found = parts.partitioning.part_of(values)
    claimed = np.zeros(parts.partitioning.parts, dtype=np.bool_)
    claimed[list(parts.numbers)] = True
    wrong = ~claimed.take(found)
    if wrong.any():
        row = int(wrong.argmax())
        raise NotOfPart(family=family, row=row, column=parts.partitioning.column, part=int(found[row]))
