"""Traffic by polars: lazy queries over narrow columns, by the faster of its engines."""

from collections.abc import Callable
from time import perf_counter
from typing import Literal, TypeAlias, cast

import polars as pl

from benchmarks.traffic import IDLE, Prepared, Told

Engine: TypeAlias = Literal["streaming", "in-memory"]
FIGURES = ("visits", "views", "bounces", "stayed")


def by_session(views: Prepared) -> Callable[[], Told]:
    """Group views by their session, then sessions by day and source; views stand in the order of time."""
    frame = pl.DataFrame(views)
    return _running(_visits(frame.lazy().group_by("session")))


def by_pause(views: Prepared) -> Callable[[], Told]:
    """Cut the views of each visitor where a pause is too long."""
    frame = pl.DataFrame(views).drop("session")
    other = (pl.col("visitor") != pl.col("visitor").shift()) | (pl.col("at") - pl.col("at").shift() > IDLE)
    cut = frame.lazy().sort("visitor", "at", maintain_order=True).with_columns(session=other.fill_null(True).cum_sum())  # noqa: FBT003 - polars takes it so
    return _running(_visits(cut.group_by("session")))


def by_visit(visits: Prepared) -> Callable[[], Told]:
    """Group visits by day and source."""
    return _running(pl.DataFrame(visits).lazy())


def _visits(sessions: pl.lazyframe.group_by.LazyGroupBy) -> pl.LazyFrame:
    stayed = pl.col("at").max() - pl.col("at").min()
    return sessions.agg(pl.col("day").min(), pl.col("source").first(), pages=pl.len(), stayed=stayed)


def _running(visits: pl.LazyFrame) -> Callable[[], Told]:
    query = (
        visits.group_by("day", "source")
        .agg(
            visits=pl.len(),
            views=pl.col("pages").cast(pl.Int64).sum(),
            bounces=(pl.col("pages") == 1).sum(),
            stayed=pl.col("stayed").sum(),
        )
        .sort("day", "source")
        .select("day", "source", *FIGURES)
    )
    engines: tuple[Engine, ...] = ("streaming", "in-memory")
    engine = min(engines, key=lambda each: _seconds(query, each))
    return lambda: cast("Told", query.collect(engine=engine).rows())


def _seconds(query: pl.LazyFrame, engine: Engine) -> float:
    """Return what the faster of two runs takes."""
    taken: list[float] = []
    for _ in range(2):
        start = perf_counter()
        query.collect(engine=engine)
        taken.append(perf_counter() - start)
    return min(taken)
