"""Rows of one family found by those of another: a number that names a row, or a code that one row has."""

import numpy as np

from ecomops.columns import UNKNOWN, Ints
from ecomops.metrics.adding import in_turn


def looked_up(values: Ints, rows: Ints) -> Ints:
    """Return *values* at *rows*; -1 where there is no such row."""
    if not len(values):
        return np.full(len(rows), UNKNOWN, dtype=np.int64)
    if not len(rows) or (int(rows.min()) >= 0 and int(rows.max()) < len(values)):
        return values.take(rows)
    known = (rows >= 0) & (rows < len(values))
    return np.where(known, values.take(np.where(known, rows, 0)), UNKNOWN)


def inverse(keys: Ints, size: int) -> Ints:
    """Return the row of each key; -1 for a key without a row."""
    if len(keys) >= size and in_turn(keys):
        return keys
    most = int(keys.max()) + 1 if len(keys) else 0
    rows = np.full(max(size, most), UNKNOWN, dtype=np.int64)
    there = np.flatnonzero(keys >= 0)
    rows[keys[there]] = there
    return rows
