"""Goods of trailing weeks by duckdb: native tables in memory, one pass over the lines, stock beside the sums."""

from collections.abc import Callable
from typing import cast

import duckdb
import polars as pl

from benchmarks.cube import Columns, Edges, Told

QUERY = """
    WITH summed AS (
        SELECT sku, sum(quantity)::BIGINT AS units, sum(net)::BIGINT AS net
        FROM lines WHERE valid AND week >= $first AND week < $end GROUP BY sku
    ), beside AS (
        SELECT coalesce(units, 0) AS units, coalesce(net, 0) AS net, opening + received AS had, closing
        FROM stock LEFT JOIN summed USING (sku)
    ), ranked AS (
        SELECT *,
            coalesce(sum(net) OVER (ORDER BY net DESC RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above,
            sum(net) OVER () AS whole
        FROM beside
    ), classed AS (
        SELECT *, CASE WHEN net <= 0 THEN 2
            ELSE (above * 100 >= whole * 80)::INTEGER + (above * 100 >= whole * 95)::INTEGER END AS abc
        FROM ranked
    )
    SELECT sum(units)::BIGINT, sum(net)::BIGINT,
        count(*) FILTER (had > 0 AND units::DOUBLE / had >= 0.5),
        count(*) FILTER (units > 0 AND closing::DOUBLE / units * 364.0::DOUBLE < 30),
        count(*) FILTER (abc = 0), count(*) FILTER (abc = 1), count(*) FILTER (abc = 2)
    FROM classed
"""


def trailing(lines: Columns, stock: Columns, weeks: Edges) -> Callable[[], Told]:
    """Return what classes the goods."""
    engine = duckdb.connect()
    engine.execute("SET perfect_ht_threshold = 20")
    for name, columns in (("lines", lines), ("stock", stock)):
        engine.register("given", pl.DataFrame(columns).to_arrow())
        engine.table("given").create(name)
        engine.unregister("given")

    edges = dict(zip(("first", "end"), weeks, strict=True))

    def told() -> Told:
        row = cast("list[tuple[int, ...]]", engine.execute(QUERY, edges).fetchall())[0]
        return row[0], row[1], row[2], row[3], list(row[4:])

    return told
