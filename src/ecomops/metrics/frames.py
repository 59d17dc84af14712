"""Tables and facts go out as Arrow: `pip install ecomops[frames]` brings pyarrow, which is imported when it is needed.

What comes out is read by polars, duckdb, pandas and everything else that speaks Arrow, without a copy by most of them.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np

from ecomops.columns import NEVER, UNKNOWN, Ints
from ecomops.kernel import Grain
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.families import Columns
from ecomops.metrics.rows import instants_of, require_names
from ecomops.metrics.tables import Table


class Frame(Protocol):
    """What every engine reads: a table that hands itself out."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a capsule with the stream of its rows."""
        ...


def frame(given: Table | Columns, names: Mapping[str, Sequence[str]] | None = None) -> Frame:
    """Return a table or a fact family as an Arrow table (of pyarrow).

    Of a table: the first days as dates, whole figures as int64, ratios as float64, and no value where there is no
    figure; each field tells its unit, that of money its currency. Of a family: instants with their zone, and no value
    for those that have not come; codes with names as dictionaries, and no value for unknown; the rest as int64.

    Args:
        given: What goes out.
        names: The names of the codes of a family, by the columns that hold them.

    Raises:
        ImportError: pyarrow is not installed.
        WrongKind: It is neither a table nor a family.
        WrongColumn: *names* tells of a column that is not there.
        OutOfColumn: A code has no name; the first such row is named.

    Example:
        >>> import numpy as np
        >>> import polars as pl
        >>> from ecomops.kernel import Currency
        >>> from ecomops.metrics import Facts
        >>> facts = Facts.of_orders(Currency.CNY, {"paid_at": np.array([0]), "gross": np.array([500])})
        >>> pl.DataFrame(frame(facts.orders)).select("paid_at", "closed_at", "gross").rows()
        [(datetime.datetime(1970, 1, 1, 0, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC')), None, 500)]
    """
    if not isinstance(given, Table | Columns):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("frame", "Table or a fact family", given)
    arrow: Any = import_module("pyarrow")
    if isinstance(given, Table):
        return _of_table(given, arrow)
    known: Mapping[str, Sequence[str]] = {} if names is None else names
    require_names(given, known)
    instants = instants_of(type(given))
    made = {name: _column(each, known.get(name), name in instants, arrow) for name, each in given.to_columns().items()}
    return cast("Frame", arrow.table(made))


def _column(values: Ints, names: Sequence[str] | None, instants: bool, arrow: Any) -> object:  # noqa: ANN401, FBT001 - pyarrow has no types; what they are
    if names is not None:
        codes = arrow.array(values.astype(np.int32), mask=values == UNKNOWN)
        return arrow.DictionaryArray.from_arrays(codes, arrow.array(list(names), arrow.string()))
    if instants:
        return arrow.array(values, mask=values == NEVER).cast(arrow.timestamp("us", "UTC"))
    return arrow.array(values)


def _of_table(table: Table, arrow: Any) -> Frame:  # noqa: ANN401 - as above
    grains = {grain.value for grain in Grain}
    arrays: list[object] = []
    fields: list[object] = []
    for name, values in table.to_columns().items():
        if isinstance(values, np.ndarray):
            figures = cast("Ints", values)
            made = arrow.array(figures, mask=np.isnan(figures) if figures.dtype.kind == "f" else None)
        else:
            made = arrow.array(values)
            made = made.cast(arrow.date32()) if name in grains else made
        arrays.append(made)
        fields.append(arrow.field(name, made.type, metadata=_meaning(table, name)))
    return cast("Frame", arrow.Table.from_arrays(arrays, schema=arrow.schema(fields)))


def _meaning(table: Table, name: str) -> dict[str, str] | None:
    """Return what a reader of the column must know."""
    unit = table.units.get(name)
    if unit is None:
        return None
    return {"unit": unit, "currency": table.currency.name} if "money" in unit else {"unit": unit}
