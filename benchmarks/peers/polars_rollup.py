"""The tables and windows of a shop by polars: lazy queries over narrow columns, sorted by instant."""

import numpy as np
import polars as pl

from benchmarks.rollup import DAY, FIRST, YEAR, Columns, Rows

NARROW = {
    "customer": pl.Int32,
    "valid": pl.Boolean,
    "channel": pl.UInt8,
    "day": pl.Int32,
    "week": pl.Int32,
    "new": pl.UInt8,
}
WANTED = ("at", "before", "gross", "discount", "cost", "units", *NARROW)


def loaded(orders: Columns) -> "Shop":
    """Hold *orders* as polars would."""
    return Shop(_frame(orders))


def _frame(orders: Columns) -> pl.DataFrame:
    day = (orders["at"] - FIRST) // DAY
    frame = pl.DataFrame({**orders, "day": day, "week": day // 7})
    return frame.select(pl.col(name).cast(NARROW.get(name, pl.Int64)) for name in WANTED).with_columns(
        pl.col("at").set_sorted()
    )


def _figures() -> list[pl.Expr]:
    valid = pl.col("valid")
    return [
        pl.len().cast(pl.Int64).alias("orders"),
        valid.sum().cast(pl.Int64).alias("orders_valid"),
        *(pl.col(name).filter(valid).sum() for name in ("gross", "discount", "cost", "units")),
        pl.col("customer").filter(valid).n_unique().cast(pl.Int64).alias("buyers"),
        pl.col("new").cast(pl.Int64).sum(),
    ]


class Shop:
    """A frame of orders."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def tables(self) -> tuple[Rows, Rows, Rows]:
        """Return the figures by day, by week, and by week and channel."""
        lazy = self.frame.lazy()
        keys = (["day"], ["week"], ["week", "channel"])
        found = pl.collect_all([lazy.group_by(key).agg(_figures()).sort(key) for key in keys], engine="streaming")
        return tuple(table.rows() for table in found)

    def append(self, orders: Columns) -> tuple[Rows, Rows, Rows]:
        """Take over a day; return the last row of each table, by channel those of the last week."""
        day = _frame(orders)
        bought = day.lazy().filter("valid").select("customer").unique()
        year = self.frame.slice(int(self.frame["at"].search_sorted(int(day["at"][0]) - YEAR))).lazy()
        last = year.filter("valid").join(bought, on="customer", how="semi").group_by("customer")
        known = day.lazy().join(last.agg(last=pl.col("at").max()), on="customer", how="left", maintain_order="left")
        before = pl.coalesce(pl.col("at").shift(1).over("customer", "valid"), "last", pl.lit(-(2**62)))
        new = (pl.col("valid") & (before < pl.col("at") - YEAR)).cast(pl.UInt8)
        told = known.with_columns(new=new).drop("last").collect(engine="streaming")
        self.frame = pl.concat([self.frame, told.with_columns(pl.col("at").set_sorted())], rechunk=False)
        low = self.frame["week"].search_sorted(self.frame["week"][-1])
        week = self.frame.slice(low).lazy()
        tables = [("day",), ("week",), ("week", "channel")]
        found = pl.collect_all(
            week.filter(pl.col("day") == day["day"][-1]).group_by(key).agg(_figures()).sort(key)
            if key == ("day",)
            else week.group_by(key).agg(_figures()).sort(key)
            for key in tables
        )
        return tuple(table.rows() for table in found)

    def _slice(self, start: int, end: int) -> pl.DataFrame:
        low, high = self.frame["at"].search_sorted(np.array([start, end])).to_list()
        return self.frame.slice(low, high - low)

    def window(self, start: int, end: int) -> tuple[int, int]:
        """Return gross sales and distinct buyers of a window."""
        valid = self._slice(start, end).lazy().filter("valid")
        return valid.select(pl.col("gross").sum(), pl.col("customer").n_unique().cast(pl.Int64)).collect().row(0)

    def window_by_link(self, start: int, end: int) -> tuple[int, int]:
        """Return the same by the instant of the order before."""
        valid = pl.col("valid")
        first = (valid & (pl.col("before") < start)).sum().cast(pl.Int64)
        return self._slice(start, end).select(pl.col("gross").filter(valid).sum(), first.alias("buyers")).row(0)
