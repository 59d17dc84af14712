"""The tables and windows of a shop by duckdb: native tables in memory, narrow columns, in the order of time."""

import duckdb
import polars as pl  # noqa: TC002 - what it hands over

from benchmarks.peers.polars_rollup import _frame
from benchmarks.rollup import YEAR, Columns, Rows

FIGURES = """
    count(*), count(*) FILTER (valid),
    (sum(gross) FILTER (valid))::BIGINT, (sum(discount) FILTER (valid))::BIGINT,
    (sum(cost) FILTER (valid))::BIGINT, (sum(units) FILTER (valid))::BIGINT,
    count(DISTINCT customer) FILTER (valid), sum("new")::BIGINT
"""


def loaded(orders: Columns) -> "Shop":
    """Hold *orders* as duckdb would."""
    engine = duckdb.connect()
    engine.execute("SET perfect_ht_threshold = 20")
    given: pl.DataFrame = _frame(orders)
    engine.register("given", given.to_arrow())
    engine.execute("CREATE TABLE orders AS SELECT * FROM given")
    engine.unregister("given")
    return Shop(engine)


class Shop:
    """A table of orders."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self.engine = engine

    def _by(self, keys: str, where: str = "TRUE") -> Rows:
        query = f"SELECT {keys}, {FIGURES} FROM orders WHERE {where} GROUP BY {keys} ORDER BY {keys}"  # noqa: S608 - constants
        return self.engine.execute(query).fetchall()

    def tables(self) -> tuple[Rows, Rows, Rows]:
        """Return the figures by day, by week, and by week and channel."""
        return self._by("day"), self._by("week"), self._by("week, channel")

    def append(self, orders: Columns) -> tuple[Rows, Rows, Rows]:
        """Take over a day; return the last row of each table, by channel those of the last week."""
        self.engine.register("given", _frame(orders).to_arrow())
        query = """
            INSERT INTO orders SELECT given.* REPLACE ((
                valid AND "at" - $year > coalesce(
                    lag("at") OVER (PARTITION BY customer, valid ORDER BY "at"), last, $never
                )
            )::UTINYINT AS "new")
            FROM given LEFT JOIN (
                SELECT customer, max("at") AS last
                FROM orders SEMI JOIN (SELECT customer FROM given WHERE valid) AS bought USING (customer)
                WHERE valid AND "at" >= $low GROUP BY customer
            ) AS known USING (customer)
        """
        low = int(orders["at"][0]) - YEAR
        self.engine.execute(query, {"low": low, "year": YEAR, "never": -(2**62)})
        week = "week = (SELECT max(week) FROM orders)"
        return (
            self._by("day", "day = (SELECT max(day) FROM orders)"),
            self._by("week", week),
            self._by("week, channel", week),
        )

    def window(self, start: int, end: int) -> tuple[int, int]:
        """Return gross sales and distinct buyers of a window."""
        query = 'SELECT sum(gross)::BIGINT, count(DISTINCT customer) FROM orders WHERE valid AND "at" >= ? AND "at" < ?'
        return self.engine.execute(query, [start, end]).fetchall()[0]

    def window_by_link(self, start: int, end: int) -> tuple[int, int]:
        """Return the same by the instant of the order before."""
        query = """
            SELECT sum(gross)::BIGINT, count(*) FILTER (before < $start)
            FROM orders WHERE valid AND "at" >= $start AND "at" < $end
        """
        return self.engine.execute(query, {"start": start, "end": end}).fetchall()[0]
