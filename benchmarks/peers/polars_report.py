"""The daily report by polars: one lazy query a table and a source, the buyer's order before found by a shift."""

from collections.abc import Callable

import polars as pl

from benchmarks.report_cold import HORIZON, PIECE, Prepared, Row

CUTS = (("day",), ("week",), ("week", "channel"))


def prepared(given: dict[str, Prepared]) -> Callable[[], list[list[Row]]]:
    """Hold narrow columns, and say that orders are in the order of time."""
    orders = pl.DataFrame(given["orders"]).with_columns(pl.col("placed").set_sorted(), pl.col("day").set_sorted())
    lines, refunds = pl.DataFrame(given["lines"]), pl.DataFrame(given["refunds"])
    queries = _queries(orders.lazy(), lines.lazy(), refunds.lazy())
    return lambda: [_rows(each) for each in _tables(pl.collect_all(queries, engine="streaming"))]


def _queries(orders: pl.LazyFrame, lines: pl.LazyFrame, refunds: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Return the sums by day and channel, which weeks are made of, and the distinct buyers of each cut."""
    cell, valid = ("day", "week", "channel"), pl.col("valid")
    money = ("gross", "discount", "tax")
    sums = orders.group_by(cell).agg(
        pl.len().cast(pl.Int64).alias("orders"),
        valid.sum().cast(pl.Int64).alias("valid"),
        *(pl.col(name).cast(pl.Int64).sum().alias(f"all_{name}") for name in money),
        *(pl.col(name).filter(valid).cast(pl.Int64).sum() for name in money),
    )
    sold = (
        lines.filter("valid")
        .group_by(cell)
        .agg(
            units=pl.col("quantity").filter(pl.col("unit") == PIECE).cast(pl.Int64).sum(),
            cost=pl.col("cost").cast(pl.Int64).sum(),
        )
    )
    back = (
        refunds.filter("valid")
        .group_by(cell)
        .agg(pl.col("back_gross", "back_discount", "back").cast(pl.Int64).sum())
    )
    known = orders.filter(valid & pl.col("customer").is_not_null())
    since = pl.col("placed") - pl.col("placed").shift().over("customer")
    brings = (
        known.select(*cell, new=since.is_null() | (since > HORIZON))
        .group_by(cell)
        .agg(new=pl.col("new").sum().cast(pl.Int64))
    )
    buyers = [
        known.group_by(cut).agg(buyers=pl.col("customer").n_unique().cast(pl.Int64)).sort(cut) for cut in CUTS
    ]
    return [sums, sold, back, brings, *buyers]


def _tables(found: list[pl.DataFrame]) -> list[pl.DataFrame]:
    parts = [each.lazy() for each in found]
    whole = pl.concat(parts[:4], how="diagonal").fill_null(0)
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
    return (
        table.select(
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
        )
        .rows()
    )
