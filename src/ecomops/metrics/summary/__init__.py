"""Summaries: what a table needs of some parts of the rows, merged into the table of the whole, bit for bit.

A summary holds keyed states of whole numbers and the parts that it saw. `merge` is associative and commutative, `empty`
changes nothing, and any division of the rows gives the same summary as all of them at once.
"""

from ecomops.metrics.summary.bridging import OF_LINES, OF_ORDERS, OF_REFUNDS, OF_SALES, kept, sales_rows
from ecomops.metrics.summary.errors import (
    Damaged,
    NotOfPart,
    NotOneSlice,
    NotSummed,
    OtherPartitioning,
    OtherSpec,
    PartsMissing,
    PartTwice,
    SumTooLarge,
    UnknownVersion,
)
from ecomops.metrics.summary.partitioning import Hashing, Partitioning, Parts, Rows
from ecomops.metrics.summary.specs import Kind, SummaryMeasure, SummarySpec
from ecomops.metrics.summary.summaries import Summary

__all__ = [
    "OF_LINES",
    "OF_ORDERS",
    "OF_REFUNDS",
    "OF_SALES",
    "Damaged",
    "Hashing",
    "Kind",
    "NotOfPart",
    "NotOneSlice",
    "NotSummed",
    "OtherPartitioning",
    "OtherSpec",
    "PartTwice",
    "Partitioning",
    "Parts",
    "PartsMissing",
    "Rows",
    "SumTooLarge",
    "Summary",
    "SummaryMeasure",
    "SummarySpec",
    "UnknownVersion",
    "kept",
    "sales_rows",
]
