"""Two rows of a table as the two sides of an explanation."""

from ecomops.kernel.checks import wrong_kind
from ecomops.metrics.errors import RowMissing
from ecomops.metrics.explaining.chains import Figures, Undefined
from ecomops.metrics.explaining.decomposing import Decomposition, decompose
from ecomops.metrics.explaining.errors import PartialRow
from ecomops.metrics.formulas import Formula
from ecomops.metrics.tables import Table


def figures_of(table: Table, row: int) -> Figures:
    """Return the whole figures of one row by key, None where there is none; ratios are left out, being rounded.

    Raises:
        WrongKind: The row is no number.
        RowMissing: There is no such row.
    """
    if type(row) is not int:
        raise wrong_kind("figures_of.row", "int", row)
    if not 0 <= row < len(table):
        raise RowMissing(row=row, rows=len(table))
    return {column.key: _whole(column.plain()[row]) for column in table.columns if column.values.dtype.kind == "i"}


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def decompose_rows(
    table: Table,
    of: Formula,
    *,
    before: int,
    after: int,
    partial: bool = False,
    undefined: Undefined = Undefined.OTHER_SIDE,
) -> Decomposition:
    """Return why a KPI changed between two rows of a table that holds its measures.

    Args:
        table: The figures.
        of: A product or quotient of measures (or of KPIs without a quotient) that stand in the table.
        before: The row to compare with, from 0.
        after: The row that is explained.
        partial: Whether a period that was observed in part may be compared.
        undefined: What becomes of a factor without a value on one side.

    Raises:
        RowMissing: There is no such row.
        PartialRow: A period was observed in part.
        NotAChain, FigureMissing, NoValue, ZeroDenominator: As `decompose` refuses.

    Example:
        >>> import numpy as np
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Calendar, Currency, Period
        >>> from ecomops.metrics import AOV, BUYERS, ORDERS, PAID, Facts, tabulate
        >>> days = [microseconds(pendulum.datetime(2026, 6, day)) for day in (15, 23, 24, 28)]
        >>> given = {
        ...     "paid_at": np.array(days),
        ...     "customer": np.array([0, 1, 1, 2]),
        ...     "gross": np.array([1000, 1500, 1000, 800]),
        ... }
        >>> facts = Facts.of_orders(Currency.CNY, given)
        >>> fortnight = Period(start=pendulum.datetime(2026, 6, 15), end=pendulum.datetime(2026, 6, 29))
        >>> utc = Calendar(timezone="UTC")
        >>> table = tabulate(facts, (BUYERS, ORDERS, PAID), calendar=utc, observed=fortnight)
        >>> decompose_rows(table, BUYERS * (ORDERS / BUYERS) * (PAID / ORDERS), before=0, after=1)
        (buyers * (orders_valid / buyers)) * (paid_amount / orders_valid): 10.00 -> 33.00, +23.00 (230.0 %)
          +13.16  paying buyers: 1 -> 2 (57.2 % of the change)
          +7.92  orders_valid / buyers: 1 -> 1.5000 (34.4 % of the change)
          +1.92  paid_amount / orders_valid: 10.0000 -> 11.0000 (8.3 % of the change)
    """
    if not isinstance(table, Table):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("decompose_rows.table", "Table", table)
    sides = [figures_of(table, row) for row in (before, after)]
    for row in (before, after):
        if table.partial[row] and not partial:
            raise PartialRow(row=row)
    return decompose(*sides, of=of, currency=table.currency, undefined=undefined)
