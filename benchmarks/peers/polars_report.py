"""The daily report by polars: one lazy query a table and a source, the buyer's order before found by a shift."""

from collections.abc import Callable

import polars as pl

from benchmarks.report_cold import CHANNELS, HORIZON, PIECE, Prepared, Row

MONEY = ("gross", "discount", "tax")
CUTS = (("day",), ("week",), ("week", "channel"))


def prepared(given: dict[str, Prepared]) -> Callable[[], list[list[Row]]]:
    """Hold narrow columns, and say that orders are in the order of time."""
    orders = pl.DataFrame(given["orders"]).with_columns(pl.col("placed").set_sorted(), pl.col("day").set_sorted())
    lines, refunds = pl.DataFrame(given["lines"]), pl.DataFrame(given["refunds"])
    queries = _queries(orders.lazy(), lines.lazy(), refunds.lazy())
    return lambda: [_rows(each) for each in _tables(pl.collect_all(queries, engine="streaming"))]


def _queries(orders: pl.LazyFrame, lines: pl.LazyFrame, refunds: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Return the sums by day and channel, which weeks are made of, and the distinct buyers of each cut.

    One packed key, no filter inside of an aggregate, a stable sort by customer in place of a window: each is twice to
    five times as fast here as the way that is written first.
    """
    cell = (pl.col("day").cast(pl.Int32) * CHANNELS + pl.col("channel")).alias("cell")
    sums = (
        orders.group_by(cell, "valid")
        .agg(pl.len().cast(pl.Int64).alias("orders"), *(pl.col(name).cast(pl.Int64).sum() for name in MONEY))
        .with_columns(pl.col(*MONEY).name.prefix("all_"), valid=pl.col("orders") * pl.col("valid"), sold="valid")
        .with_columns(pl.col(*MONEY) * pl.col("sold"))
        .drop("sold")
    )
    pieces = pl.col("quantity") * (pl.col("unit") == PIECE)
    sold = (
        lines.filter("valid")
        .group_by(cell)
        .agg(units=pieces.cast(pl.Int64).sum(), cost=pl.col("cost").cast(pl.Int64).sum())
    )
    back = (
        refunds.filter("valid").group_by(cell).agg(pl.col("back_gross", "back_discount", "back").cast(pl.Int64).sum())
    )
    known = orders.filter(pl.col("valid") & pl.col("customer").is_not_null())
    again = (pl.col("customer") == pl.col("customer").shift()) & (pl.col("placed").diff() <= HORIZON)
    brings = (
        known.select(cell, "customer", "placed")
        .sort("customer", maintain_order=True)
        .select("cell", new=~again.fill_null(value=False))
        .group_by("cell")
        .agg(new=pl.col("new").sum().cast(pl.Int64))
    )
    buyers = [known.group_by(cut).agg(buyers=pl.col("customer").n_unique().cast(pl.Int64)).sort(cut) for cut in CUTS]
    return [sums, sold, back, brings, *buyers]


def _tables(found: list[pl.DataFrame]) -> list[pl.DataFrame]:
    parts = [each.lazy() for each in found]
    day, channel = pl.col("cell") // CHANNELS, pl.col("cell") % CHANNELS
    whole = (
        pl.concat(parts[:4], how="diagonal")
        .fill_null(0)
        .with_columns(day=day.cast(pl.Int16), week=(day // 7).cast(pl.UInt8), channel=channel.cast(pl.UInt8))
        .drop("cell")
    )
    sums = pl.exclude("day", "week", "channel").sum()
    return pl.collect_all(
        [
            whole.group_by(cut).agg(sums).join(buyers, on=cut, how="left").fill_null(0).sort(cut)
            for cut, buyers in zip(CUTS, parts[4:], strict=True)
        ]
    )


def _rows(table: pl.DataFrame) -> list[Row]:
    column = pl.col
    paid = column("gross") - column("discount") + column("tax")
    net = column("gross") - column("discount") - column("back_gross") + column("back_discount")
    return table.select(
        column("orders"),
        column("valid"),
        rate=column("valid") / column("orders"),
        gmv=column("all_gross") - column("all_discount") + column("all_tax"),
        paid=paid,
        net=net,
        discount=column("discount"),
        cost=column("cost"),
        profit=net - column("cost"),
        margin=(net - column("cost")) / net,
        aov=paid / column("valid"),
        units=column("units"),
        buyers=column("buyers"),
        new=column("new"),
        returning=column("buyers") - column("new"),
        refund_rate=column("back") / paid,
    ).rows()
