"""Goods ranked by polars: one lazy query for the sums of both periods, then ranks and classes of what is left."""

from collections.abc import Callable

import polars as pl

from benchmarks.assortment import Edges, Prepared, Told

NOW, BEFORE = pl.col("now"), ~pl.col("now")


def assortment(lines: Prepared, days: Edges) -> Callable[[], Told]:
    """Return what ranks the goods."""
    frame = pl.DataFrame(lines)
    before, now, end = days
    net = (pl.col("gross") - pl.col("discount")).cast(pl.Int64)
    units = pl.col("quantity").cast(pl.Int64)
    query = (
        frame.lazy()
        .filter(pl.col("valid") & (pl.col("day") >= before) & (pl.col("day") < end))
        .group_by("sku", now=pl.col("day") >= now)
        .agg(units=units.sum(), net=net.sum())
        .group_by("sku")
        .agg(
            units=pl.col("units").filter(NOW).sum(),
            net=pl.col("net").filter(NOW).sum(),
            units_before=pl.col("units").filter(BEFORE).sum(),
            net_before=pl.col("net").filter(BEFORE).sum(),
        )
        .with_columns(_rank("net", "units"), _rank("net_before", "units_before"))
        .sort("net", descending=True)
        .with_columns(above=pl.col("net").cum_sum() - pl.col("net"), whole=pl.col("net").sum())
        .with_columns(above=pl.col("above").min().over("net"))
        .with_columns(
            abc=pl.when(pl.col("net") <= 0)
            .then(2)
            .otherwise(
                (pl.col("above") * 100 >= pl.col("whole") * 80).cast(pl.Int32)
                + (pl.col("above") * 100 >= pl.col("whole") * 95).cast(pl.Int32)
            )
        )
        .select("units", "units_before", "net", "net_before", "net_rank", "net_before_rank", "abc")
    )
    return lambda: _told(query.collect(engine="streaming"))


def _rank(figure: str, sold: str) -> pl.Expr:
    ranked = pl.when(pl.col(sold) > 0).then(pl.col(figure)).rank("min", descending=True)
    return ranked.fill_null(0).cast(pl.Int64).alias(f"{figure}_rank")


def _told(found: pl.DataFrame) -> Told:
    units, before, net, net_before, rank, rank_before = (int(found[name].sum()) for name in found.columns[:-1])
    return units, before, net, net_before, rank, rank_before, [int((found["abc"] == each).sum()) for each in range(3)]
