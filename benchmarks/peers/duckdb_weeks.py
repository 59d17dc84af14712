"""The weekly table by duckdb: one query, the buyer's order before found by a window."""

from collections.abc import Callable

import duckdb
import polars as pl

from benchmarks.weekly import Columns, Row
from ecomops.columns import NEVER

LOAD = f"""
    CREATE TABLE orders AS
    SELECT
        CASE WHEN paid_at <> {NEVER} THEN make_timestamptz(paid_at) END AS paid_at,
        CASE WHEN cancelled_at <> {NEVER} THEN make_timestamptz(cancelled_at) END AS cancelled_at,
        CASE WHEN customer >= 0 THEN customer END AS customer,
        gross,
        discount
    FROM given
"""  # noqa: S608 - a constant
YEAR = 365 * 86_400_000_000
TABLE = f"""
    WITH valid AS (
        SELECT customer, paid_at AS sold, gross, gross - discount AS net,
            date_trunc('week', timezone($zone, paid_at)) AS week
        FROM orders
        WHERE paid_at IS NOT NULL AND cancelled_at IS NULL
    ), seen AS (
        SELECT *, lag(sold) OVER (PARTITION BY customer ORDER BY sold) AS before FROM valid
    )
    SELECT
        strftime(week, '%Y-%m-%d'),
        count(*) AS orders,
        count(DISTINCT customer) AS buyers,
        count(customer) FILTER (before IS NULL OR epoch_us(sold) - epoch_us(before) > {YEAR}),
        count(customer) FILTER (before IS NULL),
        sum(gross)::BIGINT,
        sum(net)::BIGINT AS net,
        sum(net) / count(*),
        sum(net) / count(DISTINCT customer)
    FROM seen
    GROUP BY week
    ORDER BY week
"""  # noqa: S608 - a constant


def prepared(columns: Columns, *, zone: str) -> Callable[[], list[Row]]:
    """Hold *columns* as duckdb would: instants as such, and nothing where there is none."""
    engine = duckdb.connect()
    engine.register("given", pl.DataFrame(columns).to_arrow())
    engine.execute(LOAD)
    engine.unregister("given")
    return lambda: [row[:7] for row in engine.execute(TABLE, {"zone": zone}).fetchall()]
