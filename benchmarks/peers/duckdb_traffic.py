"""Traffic by duckdb: native tables in memory.

The views of a session have one source, so the least is that of the first.
"""

from collections.abc import Callable
from typing import cast

import duckdb
import polars as pl

from benchmarks.traffic import IDLE, Prepared, Told

FIGURES = """
    SELECT day, source, count(*), sum(pages)::BIGINT, (count(*) FILTER (pages = 1)), sum(stayed)::BIGINT
    FROM visits GROUP BY day, source ORDER BY day, source
"""
VISITS = "min(day) AS day, count(*) AS pages, max(instant) - min(instant) AS stayed"
BY_SESSION = f"WITH visits AS (SELECT {VISITS}, min(source) AS source FROM given GROUP BY session) {FIGURES}"  # noqa: S608 - constants
BY_PAUSE = f"""
    WITH marked AS (
        SELECT *, coalesce(instant - lag(instant) OVER (PARTITION BY visitor ORDER BY instant) > {IDLE}, true) AS other
        FROM given
    ), cut AS (
        SELECT *, sum(other::INTEGER) OVER (PARTITION BY visitor ORDER BY instant ROWS UNBOUNDED PRECEDING) AS visit
        FROM marked
    ), visits AS (
        SELECT {VISITS}, arg_min(source, instant) AS source FROM cut GROUP BY visitor, visit
    ) {FIGURES}
"""  # noqa: S608 - constants


def by_session(views: Prepared) -> Callable[[], Told]:
    """Group views by their session, then sessions by day and source."""
    return _running(views, BY_SESSION)


def by_pause(views: Prepared) -> Callable[[], Told]:
    """Cut the views of each visitor where a pause is too long."""
    return _running(views, BY_PAUSE)


def by_visit(visits: Prepared) -> Callable[[], Told]:
    """Group visits by day and source."""
    return _running(visits, f"WITH visits AS (SELECT * FROM given) {FIGURES}")  # noqa: S608 - constants


def _running(columns: Prepared, query: str) -> Callable[[], Told]:
    engine = duckdb.connect()
    engine.register("arrow", pl.DataFrame(columns).rename({"at": "instant"}, strict=False).to_arrow())
    engine.execute("CREATE TABLE given AS SELECT * FROM arrow")
    engine.unregister("arrow")
    return lambda: cast("Told", engine.execute(query).fetchall())
