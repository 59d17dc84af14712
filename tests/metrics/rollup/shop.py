"""A small rollup, and rows for it, that tests change one value of."""

from datetime import timedelta
from typing import Any

import numpy as np
import pendulum

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Currency, Grain, Period
from ecomops.metrics import Definition, Table
from ecomops.metrics.rollup import Rollup

HOUR = 3_600_000_000
MONDAY = microseconds(pendulum.datetime(2026, 6, 1))
OBSERVED = Period(start=pendulum.datetime(2026, 5, 30, 5), end=pendulum.datetime(2026, 7, 9, 7))
"""Around all orders; it begins and ends inside of days."""


def a_rollup(**changes: Any) -> Rollup:  # noqa: ANN401 - any argument of a rollup
    """Return an empty rollup of two channels and three regions."""
    made: dict[str, Any] = {
        "calendar": Calendar(timezone="UTC"),
        "dimensions": {"channel": 2, "region": 3},
        "windows": ["channel"],
        "amounts": ["net"],
        "refund_amounts": ["returned"],
        "currency": Currency.CNY,
        "definition": Definition(new_after=timedelta(days=30)),
    }
    return Rollup(**{**made, **changes})


def some_orders(rows: int = 3, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any column, also a wrong one
    """Return orders, one an hour, of customers 0, 1, 0, 1 and so on."""
    count = np.arange(rows)
    made: dict[str, Any] = {
        "id": count + 10,
        "at": MONDAY + count * HOUR,
        "customer": count % 2,
        "valid": np.ones(rows, dtype=np.uint8),
        "channel": count % 2,
        "region": np.zeros(rows, dtype=np.int16),
        "net": (count + 1) * 100,
    }
    return {**made, **changes}


def some_refunds(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return one refund of order 10, two days later."""
    made = {"id": ints(1), "order": ints(10), "at": ints(MONDAY + 48 * HOUR), "returned": ints(40)}
    return {**made, **changes}


def some_lines(*orders: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return a line of SKU 1 of each order."""
    one = np.ones(len(orders), dtype=np.int64)
    return {"order": ints(*orders), "sku": one, "quantity": one, "net": 90 * one, **changes}


def ints(*values: int) -> Ints:
    """Return a column."""
    return np.array(values, dtype=np.int64)


def held(rollup: Rollup) -> tuple[object, ...]:
    """Return all that can be asked of a rollup, to be compared."""
    snapshot = {name: values.tolist() for name, values in rollup.snapshot().items()}
    tables = [
        rollup.table(grain, observed=OBSERVED, by=by).to_rows() for grain in Grain for by in (None, "channel", "region")
    ]
    windows = rollup.windows(ints(MONDAY, MONDAY), ints(MONDAY + 90 * 60_000_000, MONDAY + 99 * HOUR))
    return snapshot, tables, {name: values.tolist() for name, values in windows.items()}, rollup.due


def by_slice(table: Table, key: str, slices: int) -> list[list[float]]:
    """Return a column of a table as rows of periods and columns of slices."""
    return table[key].reshape(-1, slices).tolist()
