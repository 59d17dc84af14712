"""The table on DuckDB: a query gives the rows of one part, as numpy arrays.

`python docs/examples/distributed/on_duckdb.py` prints the table.
"""

from typing import Any

import duckdb
from partitioned import BY_CUSTOMER, KPIS, bytes_of, merged, shop

from ecomops.columns import Ints
from ecomops.metrics.summary import Summary

COLUMNS = {
    "orders": ("at", "customer", "known", "gross", "discount", "tax"),
    "refunds": ("at", "customer", "gross", "discount", "amount"),
}
"""What the measures look at; nothing else is read."""
OF_PART = 'SELECT {columns} FROM {family} WHERE (("customer" % $parts) + $parts) % $parts = $part'
"""The remainder of SQL has the sign of the number, ours never has one: the unknown customer -1 is in the last part."""


def loaded(rows: dict[str, dict[str, Ints]]) -> duckdb.DuckDBPyConnection:
    """Return a database with the rows of each family as a table."""
    engine = duckdb.connect()
    for family, columns in rows.items():
        engine.register("given", columns)
        engine.execute(f"CREATE TABLE {family} AS SELECT * FROM given")
        engine.unregister("given")
    return engine


def part_of(engine: duckdb.DuckDBPyConnection, part: int) -> bytes:
    """Return the summary of one part."""
    rows: dict[str, dict[str, Ints]] = {}
    for family, columns in COLUMNS.items():
        query = OF_PART.format(family=family, columns=", ".join(f'"{name}"' for name in columns))
        asked: Any = engine.execute(query, {"parts": BY_CUSTOMER.parts, "part": part})
        rows[family] = asked.fetchnumpy()
    return bytes_of(rows, part)


def summary(engine: duckdb.DuckDBPyConnection) -> Summary:
    """Return the summary of all parts; each could be asked of another database."""
    return merged(part_of(engine, part) for part in range(BY_CUSTOMER.parts))


if __name__ == "__main__":
    print(summary(loaded(shop())).table(KPIS))
