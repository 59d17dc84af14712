"""The table on Dask: rows come in chunks of any kind, are divided by customer, and each part is summarised for itself.

`python docs/examples/distributed/on_dask.py` prints the table.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from partitioned import BY_CUSTOMER, KPIS, bytes_of, merged, shop

from ecomops.columns import Ints
from ecomops.metrics.summary import Rows, Summary

dask: Any = import_module("dask")  # it has no types
Chunk = dict[str, dict[str, Ints]]


def chunks_of(rows: Chunk, number: int) -> list[Chunk]:
    """Return the rows in chunks, as a log or a data lake has them: customers lie in several."""
    return [
        {family: {name: values[at::number] for name, values in columns.items()} for family, columns in rows.items()}
        for at in range(number)
    ]


def part_of(split: Sequence[Sequence[Rows]], part: int) -> bytes:
    """Return the summary of one part of all chunks."""
    pieces = [chunk[part] for chunk in split]
    rows = {
        family: {name: np.concatenate([np.asarray(piece[family][name]) for piece in pieces]) for name in columns}
        for family, columns in pieces[0].items()
    }
    return bytes_of(rows, part)


def summary(chunks: Sequence[Chunk]) -> Summary:
    """Return the summary of all chunks: one task a chunk, one a part, and a merge of bytes."""
    split = [dask.delayed(BY_CUSTOMER.split)(chunk) for chunk in chunks]
    parts = [dask.delayed(part_of)(split, part) for part in range(BY_CUSTOMER.parts)]
    return merged(dask.compute(*parts))


if __name__ == "__main__":
    print(summary(chunks_of(shop(), 5)).table(KPIS))
