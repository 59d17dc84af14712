"""Rows of one family found by those of another: a number that names a row, or a code that one row has."""

import numpy as np

from ecomops.columns import UNKNOWN, Ints
from ecomops.metrics.declaring import Columns, extent


def looked_up(values: Ints, rows: Ints) -> Ints:
    """Return *values* at *rows*; -1 where there is no such row."""
    if not len(values):
        return np.full(len(rows), UNKNOWN, dtype=np.int64)
    if not len(rows) or (int(rows.min()) >= 0 and int(rows.max()) < len(values)):
        return values.take(rows)
    known = (rows >= 0) & (rows < len(values))
    return np.where(known, values.take(np.where(known, rows, 0)), UNKNOWN)


def inverse(columns: Columns, name: str, size: int) -> Ints:
    """Return the row of each key that stands in a column; -1 for a key without a row."""
    keys: Ints = getattr(columns, name)
    found = extent(columns, name)
    if len(keys) >= size and found.counts(len(keys)):
        return keys
    rows = np.full(max(size, found.most + 1), UNKNOWN, dtype=np.int64)
    there = np.flatnonzero(keys >= 0)
    rows[keys[there]] = there
    return rows
