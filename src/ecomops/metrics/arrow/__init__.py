"""Tables of other engines become columns, through the Arrow interface that all of them speak.

The only place of the library that touches foreign memory; nothing is imported for it, neither pyarrow nor an engine.
"""

from ecomops.metrics.arrow.errors import (
    BrokenStream,
    BrokenText,
    MissingValue,
    NoSuchField,
    NotATable,
    NotWhole,
    ReadingNeeded,
    UnknownText,
    UnreadableField,
)
from ecomops.metrics.arrow.families import family_from_arrow
from ecomops.metrics.arrow.reading import Arrived, Reading, columns_from_arrow

__all__ = [
    "Arrived",
    "BrokenStream",
    "BrokenText",
    "MissingValue",
    "NoSuchField",
    "NotATable",
    "NotWhole",
    "Reading",
    "ReadingNeeded",
    "UnknownText",
    "UnreadableField",
    "columns_from_arrow",
    "family_from_arrow",
]
