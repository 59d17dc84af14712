"""Goods ranked by duckdb: native tables in memory, one pass for the sums of both periods, then windows."""

from collections.abc import Callable
from typing import cast

import duckdb
import polars as pl

from benchmarks.assortment import Edges, Prepared, Told

QUERY = """
    WITH summed AS (
        SELECT sku,
            coalesce(sum(quantity) FILTER (day >= $now), 0)::BIGINT AS units,
            coalesce(sum(gross - discount) FILTER (day >= $now), 0)::BIGINT AS net,
            coalesce(sum(quantity) FILTER (day < $now), 0)::BIGINT AS units_before,
            coalesce(sum(gross - discount) FILTER (day < $now), 0)::BIGINT AS net_before
        FROM lines WHERE valid AND day >= $before AND day < $end GROUP BY sku
    ), ranked AS (
        SELECT *,
            CASE WHEN units > 0 THEN rank() OVER (ORDER BY units > 0 DESC, net DESC) ELSE 0 END AS ranks,
            CASE WHEN units_before > 0 THEN rank() OVER (ORDER BY units_before > 0 DESC, net_before DESC) ELSE 0 END
                AS ranks_before,
            coalesce(sum(net) OVER (ORDER BY net DESC RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above,
            sum(net) OVER () AS whole
        FROM summed
    )
    SELECT CASE WHEN net <= 0 THEN 2 ELSE (above * 100 >= whole * 80)::INTEGER + (above * 100 >= whole * 95)::INTEGER
            END AS abc,
        count(*), sum(units)::BIGINT, sum(units_before)::BIGINT, sum(net)::BIGINT, sum(net_before)::BIGINT,
        sum(ranks)::BIGINT, sum(ranks_before)::BIGINT
    FROM ranked GROUP BY abc
"""


def assortment(lines: Prepared, days: Edges) -> Callable[[], Told]:
    """Return what ranks the goods."""
    engine = duckdb.connect()
    engine.execute("SET perfect_ht_threshold = 20")
    engine.register("given", pl.DataFrame(lines).to_arrow())
    engine.execute("CREATE TABLE lines AS SELECT * FROM given")
    engine.unregister("given")
    edges = dict(zip(("before", "now", "end"), days, strict=True))
    return lambda: _told(cast("list[tuple[int, ...]]", engine.execute(QUERY, edges).fetchall()))


def _told(rows: list[tuple[int, ...]]) -> Told:
    sizes = {row[0]: row[1] for row in rows}
    units, before, net, net_before, rank, rank_before = (sum(row[at] for row in rows) for at in range(2, 8))
    return units, before, net, net_before, rank, rank_before, [sizes.get(each, 0) for each in range(3)]
