"""Goods of trailing weeks by polars: one lazy query over the lines, stock beside the sums."""

from collections.abc import Callable

import polars as pl

from benchmarks.cube import DAYS, Columns, Edges, Told


def trailing(lines: Columns, stock: Columns, weeks: Edges) -> Callable[[], Told]:
    """Return what classes the goods."""
    there = pl.DataFrame(stock).lazy()
    first, end = weeks
    sums = (
        pl.DataFrame(lines)
        .lazy()
        .filter(pl.col("valid") & (pl.col("week") >= first) & (pl.col("week") < end))
        .group_by("sku")
        .agg(units=pl.col("quantity").cast(pl.Int64).sum(), net=pl.col("net").cast(pl.Int64).sum())
    )
    had, whole = pl.col("opening") + pl.col("received"), pl.col("net").sum()
    query = (
        there.join(sums, on="sku", how="left")
        .with_columns(pl.col("units", "net").fill_null(0))
        .sort("net", descending=True)
        .with_columns(above=pl.col("net").cum_sum() - pl.col("net"), whole=whole)
        .with_columns(above=pl.col("above").min().over("net"))
        .select(
            "units",
            "net",
            half=(had > 0) & (pl.col("units") / had >= 0.5),
            soon=(pl.col("units") > 0) & (pl.col("closing") / pl.col("units") * DAYS < 30),
            abc=pl.when(pl.col("net") <= 0)
            .then(2)
            .otherwise(
                (pl.col("above") * 100 >= pl.col("whole") * 80).cast(pl.Int32)
                + (pl.col("above") * 100 >= pl.col("whole") * 95).cast(pl.Int32)
            ),
        )
        .select(
            *(pl.col(name).sum().cast(pl.Int64) for name in ("units", "net", "half", "soon")),
            *((pl.col("abc") == each).sum().cast(pl.Int64).alias(f"abc_{each}") for each in range(3)),
        )
    )

    def told() -> Told:
        units, net, half, soon, *classes = query.collect(engine="streaming").row(0)
        return units, net, half, soon, classes

    return told
