"""Columns of whole numbers: checked arrays, dense codes, segments, and rows that grow; no meaning of a shop.

A column is a read-only numpy array of int64. No sum is taken before it is certain that 64 bits hold it.
"""

from ecomops.columns.codes import UNKNOWN, Codes
from ecomops.columns.column import AnyInts, Ints, column, grouped, require_narrow, require_range, require_whole, total
from ecomops.columns.edges import Narrow, intervals, narrow
from ecomops.columns.errors import CannotHoldSum, NoThreads, OutOfColumn, Uneven, WrongColumn, WrongWidth
from ecomops.columns.instants import NEVER, microseconds, moment
from ecomops.columns.rows import Rows
from ecomops.columns.segments import Segments
from ecomops.columns.threads import threads, together

__all__ = [
    "NEVER",
    "UNKNOWN",
    "AnyInts",
    "CannotHoldSum",
    "Codes",
    "Ints",
    "Narrow",
    "NoThreads",
    "OutOfColumn",
    "Rows",
    "Segments",
    "Uneven",
    "WrongColumn",
    "WrongWidth",
    "column",
    "grouped",
    "intervals",
    "microseconds",
    "moment",
    "narrow",
    "require_narrow",
    "require_range",
    "require_whole",
    "threads",
    "together",
    "total",
]
