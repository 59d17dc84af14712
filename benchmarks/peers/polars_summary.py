"""Partial results by polars: grouped by part, concatenated, grouped once more; open customers as rows of their own."""

from collections.abc import Callable

import polars as pl

from benchmarks.summary import SUMS, Columns, Rows

KEYS = ("day", "channel")


def prepared(parts: list[Columns], *, closed: bool) -> Callable[[], Rows]:
    """Summarise each part; return what merges them."""
    frames = [_frame(part) for part in parts]
    known = pl.col("customer").filter(pl.col("customer") >= 0)
    sums = [pl.len().cast(pl.Int64).alias("orders"), *(pl.col(name).sum() for name in SUMS)]
    if closed:
        partials = [
            frame.group_by(KEYS).agg(*sums, known.n_unique().cast(pl.Int64).alias("buyers")) for frame in frames
        ]
        return lambda: _rows(pl.concat(partials).lazy().group_by(KEYS).agg(*_added(), pl.col("buyers").sum()))
    partials = [frame.group_by(KEYS).agg(*sums) for frame in frames]
    codes = [frame.filter(pl.col("customer") >= 0).select(*KEYS, "customer").unique() for frame in frames]
    return lambda: _open(partials, codes)


def _open(partials: list[pl.DataFrame], codes: list[pl.DataFrame]) -> Rows:
    figures = pl.concat(partials).lazy().group_by(KEYS).agg(*_added())
    buyers = pl.concat(codes).lazy().group_by(KEYS).agg(pl.col("customer").n_unique().cast(pl.Int64).alias("buyers"))
    return _rows(figures.join(buyers, on=KEYS, how="left").with_columns(pl.col("buyers").fill_null(0)))


def _added() -> list[pl.Expr]:
    return [pl.col(name).sum() for name in ("orders", *SUMS)]


def _frame(part: Columns) -> pl.DataFrame:
    narrow = {"day": pl.Int32, "channel": pl.UInt8, "customer": pl.Int32}
    return pl.DataFrame(part).with_columns(pl.col(name).cast(kind) for name, kind in narrow.items())


def _rows(table: pl.LazyFrame) -> Rows:
    order = (*KEYS, "orders", *SUMS, "buyers")
    return table.select(order).sort(KEYS).collect(engine="streaming").rows()
