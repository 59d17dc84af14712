"""The daily report by duckdb: native tables in memory, sums once by day and channel, the order before by a window."""

from collections.abc import Callable

import duckdb
import polars as pl

from benchmarks.report_cold import HORIZON, PIECE, Prepared, Row

CELL = "day, channel"
SUMS = f"""
    CREATE OR REPLACE TEMP TABLE cells AS
    WITH each AS (
        SELECT {CELL}, valid AS counts, count(*) AS n, sum(gross) AS g, sum(discount) AS d, sum(tax) AS t
        FROM orders GROUP BY {CELL}, valid
    ), sums AS (
        SELECT {CELL}, n AS orders, g AS all_gross, d AS all_discount, t AS all_tax,
            n * counts::INT AS valid, g * counts::INT AS gross, d * counts::INT AS discount, t * counts::INT AS tax
        FROM each
    ), sold AS (
        SELECT {CELL}, sum(quantity) FILTER (unit = {PIECE}) AS units, sum(cost) AS cost
        FROM lines WHERE valid GROUP BY {CELL}
    ), back AS (
        SELECT {CELL}, sum(back_gross) AS back_gross, sum(back_discount) AS back_discount, sum(back) AS back
        FROM refunds WHERE valid GROUP BY {CELL}
    ), seen AS (
        SELECT {CELL}, placed - lag(placed) OVER (PARTITION BY customer ORDER BY placed) AS since
        FROM orders WHERE valid AND customer IS NOT NULL
    ), brings AS (
        SELECT {CELL}, count(*) FILTER (since IS NULL OR since > {HORIZON}) AS new FROM seen GROUP BY {CELL}
    )
    SELECT *, (day // 7)::UTINYINT AS week FROM (
        SELECT * FROM sums UNION ALL BY NAME SELECT * FROM sold
        UNION ALL BY NAME SELECT * FROM back UNION ALL BY NAME SELECT * FROM brings
    )
"""  # noqa: S608 - constants
ADDED = ", ".join(
    f"coalesce(sum({name}), 0)::BIGINT AS {name}"
    for name in (
        *("orders", "valid", "all_gross", "all_discount", "all_tax", "gross", "discount", "tax", "units", "cost"),
        *("back_gross", "back_discount", "back", "new"),
    )
)
TABLE = f"""
    WITH added AS (SELECT {{cut}}, {ADDED} FROM cells GROUP BY {{cut}}),
    distinct_ones AS (
        SELECT {{cut}}, count(DISTINCT customer) AS buyers
        FROM orders WHERE valid AND customer IS NOT NULL GROUP BY {{cut}}
    ), told AS (
        SELECT *, gross - discount + tax AS paid, gross - discount - back_gross + back_discount AS net,
            coalesce(buyers, 0) AS each
        FROM added LEFT JOIN distinct_ones USING ({{cut}})
    )
    SELECT orders, valid, valid / orders, all_gross - all_discount + all_tax, paid, net, discount, cost, net - cost,
        (net - cost) / net, paid / valid, units, each, new, each - new, back / paid
    FROM told ORDER BY {{cut}}
"""  # noqa: S608 - constants


def prepared(given: dict[str, Prepared]) -> Callable[[], list[list[Row]]]:
    """Hold native tables."""
    engine = duckdb.connect()
    engine.execute("SET perfect_ht_threshold = 20")
    for name, columns in given.items():
        engine.register("given", pl.DataFrame(columns).to_arrow())
        engine.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608 - our own names
        engine.unregister("given")
    return lambda: _tables(engine)


def _tables(engine: duckdb.DuckDBPyConnection) -> list[list[Row]]:
    engine.execute(SUMS)
    return [engine.execute(TABLE.format(cut=cut)).fetchall() for cut in ("day", "week", "week, channel")]
