"""What was attained of targets (完成率)."""

import numpy as np
from attrs import evolve as changed

from ecomops.kernel import Text
from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.comparing.baselines import Flags, Partial, left_out
from ecomops.metrics.comparing.changing import Goals, targets_of
from ecomops.metrics.counting import Better
from ecomops.metrics.evaluating import divided
from ecomops.metrics.tables import Column, Reason, Table, read_only
from ecomops.metrics.units import NUMBER, Additivity


def attain(table: Table, targets: Goals, *, partial: Partial = Partial.REFUSED) -> Table:
    """Return *table* with what was attained of *targets*: actual over target, the inverse where less is better.

    A part of a period beside the target of the whole looks like failure: it is refused as `compare` refuses it.

    Args:
        table: The figures.
        targets: The targets by the keys of columns, one for all rows or one for each; money in minor units.
        partial: What becomes of a period that was observed in part.

    Raises:
        NotComparable: A period was observed in part; all such are named.
        NotInTable: The table has no such column.
        OutOfRange: There are not as many targets as rows.
        Repeated: It has its attainment already.
        WrongKind: What is given is of another kind.
    """
    if not isinstance(table, Table):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("attain.table", "Table", table)
    if not hasattr(targets, "items"):
        raise wrong_kind("attain.targets", "mapping", targets)
    rows = np.arange(len(table), dtype=np.int64)
    absent = left_out(table, rows, table.partial, partial, field="attain.partial")
    found = (_attained(table.column(key), targets, absent) for key in targets)
    return changed(table, columns=(*table.columns, *found))


def _attained(column: Column, targets: Goals, absent: Flags) -> Column:
    plans, missing = targets_of(targets[column.key], len(column), column.key)
    reasons = np.where(column.reasons == Reason.NONE, missing, column.reasons)
    reasons = np.where(absent, np.int8(Reason.PARTIAL), reasons)
    lower = column.better is Better.LOWER
    values, found = divided(*((plans, column.values) if lower else (column.values, plans)), reasons)
    name = column.name or Text(column.key, column.key)
    return Column(
        key=f"target_attainment.{column.key}",
        name=Text(f"attainment of {name.en}", f"{name.zh}完成率"),
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(values),
        reasons=found,
    )
