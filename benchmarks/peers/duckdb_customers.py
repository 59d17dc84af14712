"""Cohorts and scores of customers by duckdb: native tables in memory, bits for months, discrete quantiles."""

from collections.abc import Callable

import duckdb
import polars as pl

from benchmarks.customers import BINS, MONTHS, Cohorts, Prepared, Scored

MASKS = "SELECT customer, bit_or(1::INTEGER << month) AS mask FROM valid_orders GROUP BY customer"
BITS = ", ".join(f"sum((mask >> {month}) & 1)::INTEGER" for month in range(MONTHS))
COHORTS = f"SELECT mask & -mask AS first, {BITS} FROM ({MASKS}) GROUP BY first ORDER BY first"  # noqa: S608 - constants

THRESHOLD = 22
"""As many bits as the codes of 3 million customers have: they are places then, and no keys."""
SHARES = ", ".join(str(part / BINS) for part in range(1, BINS))
NAMES = ("last", "frequency", "monetary")
CUTS = ", ".join(f"quantile_disc({name}, [{SHARES}]) AS {name}_cuts" for name in NAMES)
SCORES = ", ".join(
    "1 + " + " + ".join(f"({name} > {name}_cuts[{part}])::INTEGER" for part in range(1, BINS)) + f" AS {name}_score"
    for name in NAMES
)
HIGH = " + ".join(
    f"{weight} * ({name}_score * size <= {name}_all)::INTEGER"
    for name, weight in (("monetary", 4), ("last", 2), ("frequency", 1))
)
SCORED = f"""
    WITH summed AS MATERIALIZED (
        SELECT customer, max(day) AS last, count(*) AS frequency, sum(paid)::BIGINT AS monetary
        FROM valid_orders GROUP BY customer
    ), cuts AS (SELECT {CUTS} FROM summed),
    scored AS MATERIALIZED (SELECT last, frequency, monetary, {SCORES} FROM summed, cuts),
    whole AS (
        SELECT count(*) AS size, sum(last_score) AS last_all, sum(frequency_score) AS frequency_all,
            sum(monetary_score) AS monetary_all
        FROM scored
    )
    SELECT {HIGH} AS segment, count(*), sum(last)::BIGINT, sum(frequency)::BIGINT, sum(monetary)::BIGINT
    FROM scored, whole GROUP BY segment
"""  # noqa: S608 - constants


def _loaded(orders: Prepared) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect()
    engine.execute(f"SET perfect_ht_threshold = {THRESHOLD}")
    engine.register("given", pl.DataFrame(orders).to_arrow())
    engine.execute("CREATE TABLE orders AS SELECT * FROM given")
    engine.unregister("given")
    view = "CREATE VIEW valid_orders AS SELECT * FROM orders"
    engine.execute(f"{view} WHERE valid" if "valid" in orders else view)
    return engine


def retention(orders: Prepared) -> Callable[[], Cohorts]:
    """Return what makes the cohorts."""
    engine = _loaded(orders)
    return lambda: [list(row[first + 1 :]) for first, row in enumerate(engine.execute(COHORTS).fetchall())]


def rfm(orders: Prepared) -> Callable[[], Scored]:
    """Return what scores the customers."""
    engine = _loaded(orders)
    return lambda: _told(engine.execute(SCORED).fetchall())


def _told(rows: list[tuple[int, int, int, int, int]]) -> Scored:
    last, frequency, monetary = (sum(row[at] for row in rows) for at in (2, 3, 4))
    return last, frequency, monetary, {row[0]: row[1] for row in rows}
