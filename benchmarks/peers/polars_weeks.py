"""The weekly table by polars: one lazy query, the buyer's order before found by sorting once."""

from collections.abc import Callable

import polars as pl

from benchmarks.weekly import Columns, Row
from ecomops.columns import NEVER

UTC = pl.Datetime("us", "UTC")


def prepared(columns: Columns, *, zone: str) -> Callable[[], list[Row]]:
    """Hold *columns* as polars would: instants as such, and nothing where there is none."""
    at = {name: pl.when(pl.col(name) != NEVER).then(pl.col(name)).cast(UTC) for name in ("paid_at", "cancelled_at")}
    known = pl.when(pl.col("customer") >= 0).then(pl.col("customer"))
    orders = pl.DataFrame(columns).with_columns(**at, customer=known)
    return lambda: _rows(_table(orders.lazy(), zone).collect())


def _table(orders: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    wall = pl.col("paid_at").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    known, earlier = pl.col("customer").is_not_null(), pl.col("before")
    again = pl.col("at") - earlier <= pl.duration(days=365)
    return (
        orders.filter(pl.col("paid_at").is_not_null() & pl.col("cancelled_at").is_null())
        .select(
            "customer",
            "gross",
            net=pl.col("gross") - pl.col("discount"),
            at="paid_at",
            week=wall.dt.date().dt.truncate("1w"),
        )
        .sort("customer", "at")
        .with_columns(same=pl.col("customer") == pl.col("customer").shift())
        .with_columns(
            before=pl.when("same").then(pl.col("at").shift()), week_before=pl.when("same").then(pl.col("week").shift())
        )
        .group_by("week")
        .agg(
            orders=pl.len(),
            buyers=(known & pl.col("week_before").ne_missing(pl.col("week"))).sum(),
            new_buyers=(known & ~again.fill_null(value=False)).sum(),
            first_time_buyers=(known & earlier.is_null()).sum(),
            gross=pl.col("gross").sum(),
            net=pl.col("net").sum(),
        )
        .with_columns(per_order=pl.col("net") / pl.col("orders"), per_buyer=pl.col("net") / pl.col("buyers"))
        .sort("week")
    )


def _rows(table: pl.DataFrame) -> list[Row]:
    return [(week.isoformat(), *figures[:6]) for week, *figures in table.iter_rows()]
