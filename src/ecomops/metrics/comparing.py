"""Comparison with the period before: growth, and a reason wherever it would mislead."""

from collections.abc import Iterable

import numpy as np
from attrs import evolve as changed
from numpy.typing import NDArray

from ecomops.kernel import Text
from ecomops.metrics.evaluating import divided
from ecomops.metrics.formulas import Formula
from ecomops.metrics.tables import Column, Reason, Reasons, Table, Values, read_only
from ecomops.metrics.units import NUMBER, Additivity


def growth_of(kpi: Formula | str) -> str:
    """Return the key of the column that holds the growth of *kpi*.

    Example:
        >>> growth_of("net_sales")
        'sales_growth.net_sales'
    """
    return f"sales_growth.{kpi if isinstance(kpi, str) else kpi.key}"


def compare(table: Table, kpis: Iterable[Formula | str] | None = None) -> Table:
    """Return *table* with the change of each figure on the period before: current / previous - 1 (环比).

    The first row has no baseline, and neither has a row after a negative figure. A period that was observed in part is
    not compared, and nothing is compared with it.

    Args:
        table: The figures.
        kpis: Which of its columns; None is all of them.

    Raises:
        NotInTable: The table has no such column.
        Repeated: It is compared already.
    """
    columns = table.columns if kpis is None else tuple(table.column(kpi) for kpi in kpis)
    return changed(table, columns=(*table.columns, *(_growth(table, column) for column in columns)))


def _growth(table: Table, column: Column) -> Column:
    values, reasons = _ratios(column.values, column.reasons, np.array(table.partial, dtype=bool))
    name = column.name or Text(column.key, column.key)
    return Column(
        key=growth_of(column.key),
        name=Text(f"change of {name.en}", f"{name.zh}环比"),
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(values - 1),
        reasons=reasons,
    )


def _ratios(values: Values, reasons: Reasons, partial: NDArray[np.bool_]) -> tuple[Values, Reasons]:
    """Return each figure over the one before, with the reasons where there is none."""
    before = np.concatenate([values[:1], values[:-1]])
    found = np.where(reasons == Reason.NONE, np.concatenate([reasons[:1], reasons[:-1]]), reasons)
    beside_partial = partial | np.concatenate([partial[:1], partial[:-1]])
    found = np.where(beside_partial, np.int8(Reason.PARTIAL), found)
    found = np.where((found == Reason.NONE) & (before < 0), np.int8(Reason.NO_BASELINE), found)
    found[:1] = Reason.NO_BASELINE
    return divided(values, before, found)
