"""A small rollup, and rows for it, that tests change one value of."""

from datetime import timedelta
from typing import Any

import numpy as np
import pendulum

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Grain
from ecomops.metrics.rollup import Rollup

HOUR = 3_600_000_000
MONDAY = microseconds(pendulum.datetime(2026, 6, 1))


def a_rollup(**changes: Any) -> Rollup:  # noqa: ANN401 - any argument of a rollup
    """Return an empty rollup of two channels and three regions."""
    made: dict[str, Any] = {
        "dimensions": {"channel": 2, "region": 3},
        "windows": ["channel"],
        "amounts": ["net"],
        "refund_amounts": ["returned"],
        "new_after": timedelta(days=30),
    }
    return Rollup(Calendar(timezone="UTC"), **{**made, **changes})


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


def ints(*values: int) -> Ints:
    """Return a column."""
    return np.array(values, dtype=np.int64)


def held(rollup: Rollup) -> tuple[object, ...]:
    """Return all that can be asked of a rollup, to be compared."""
    snapshot = {name: values.tolist() for name, values in rollup.snapshot().items()}
    tables = [rollup.table(grain, by=by).to_rows() for grain in Grain for by in (None, "channel", "region")]
    windows = rollup.windows(ints(MONDAY, MONDAY), ints(MONDAY + 90 * 60_000_000, MONDAY + 99 * HOUR)).to_rows()
    return snapshot, tables, windows, rollup.due
