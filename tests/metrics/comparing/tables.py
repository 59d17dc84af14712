"""Tables made by hand."""

from collections.abc import Sequence

import numpy as np
from pendulum import Date

from ecomops.kernel import Calendar, Currency, Grain, Period, Text
from ecomops.metrics import (
    DEFAULT_DEFINITION,
    MONEY,
    NUMBER,
    Additivity,
    Better,
    Column,
    Definition,
    Flag,
    Keys,
    Reason,
    Table,
)
from tests.metrics.shops import MONDAY, SHOP, weeks

UNIT = {Additivity.SUM: MONEY, Additivity.LAST: MONEY}


def a_column(
    values: Sequence[float | None],
    *,
    key: str = "sales",
    additivity: Additivity = Additivity.SUM,
    better: Better = Better.HIGHER,
) -> Column:
    """Return a column; None has no rows to be read off."""
    gaps = [value is None for value in values]
    whole = all(isinstance(value, int) for value in values)
    return Column(
        key=key,
        name=Text(key, f"{key}名"),
        unit=UNIT.get(additivity, NUMBER),
        additivity=additivity,
        values=np.array([np.nan if value is None else value for value in values], dtype=np.int64 if whole else float),
        reasons=np.where(gaps, np.int8(Reason.NO_ROWS), np.int8(Reason.NONE)).astype(np.int8),
        better=better,
    )


def a_table(
    *columns: Column,
    labels: Sequence[Date] | None = None,
    grain: Grain | None = Grain.WEEK,
    partial: Sequence[int] = (),
    keys: Sequence[tuple[str, Sequence[int], tuple[str, ...]]] = (),
    totals: tuple[Table, ...] = (),
    calendar: Calendar = SHOP,
    currency: Currency = Currency.CNY,
    definition: Definition = DEFAULT_DEFINITION,
    observed: Period | None = None,
) -> Table:
    """Return a table; without labels its rows are weeks, one after the other."""
    size = len(columns[0])
    first = MONDAY.date()
    days = labels if labels is not None else [Date.fromordinal(first.toordinal() + 7 * week) for week in range(size)]
    return Table(
        labels=tuple(days),
        columns=columns,
        flags=tuple((Flag.PARTIAL,) if row in partial else () for row in range(size)),
        grain=grain,
        calendar=calendar,
        observed=observed or weeks(size),
        definition=definition,
        currency=currency,
        keys_of_rows=tuple(
            Keys(key=key, codes=np.array(codes, dtype=np.int64), names=names) for key, codes, names in keys
        ),
        totals=totals,
    )


def cut(*values: float | None, codes: Sequence[int] = (), names: tuple[str, ...] = (), periods: int = 1) -> Table:
    """Return weeks cut by SKUs: so many rows a week."""
    slots = len(values) // periods
    first = MONDAY.date()
    return a_table(
        a_column(values),
        labels=[Date.fromordinal(first.toordinal() + 7 * (row // slots)) for row in range(len(values))],
        keys=[("skus", list(codes or range(slots)) * periods, names)],
    )
