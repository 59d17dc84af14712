"""The same table by another engine, written from the definitions and from nothing of `metrics`."""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from ecomops.columns import NEVER
from ecomops.kernel import Period
from ecomops.metrics import Facts

EVERY = {"day": "1d", "week": "1w", "month": "1mo"}
Row = dict[str, object]


def table(
    facts: Facts, *, zone: str, day_start: int, by: str, observed: Period, sold: str, horizon: dt.timedelta
) -> list[Row]:
    """Return the rows of the table, of those periods alone in which anything happened.

    Args:
        facts: What happened.
        zone: The time zone.
        day_start: The hour at which a day begins.
        by: `day`, `week` or `month`.
        observed: What is counted.
        sold: The instant that counts, `paid_at` or `placed_at`.
        horizon: After which time a buyer is new again.
    """
    orders = _valid(facts, sold)
    before = _earlier(orders, horizon)
    inside = _inside(before, observed).with_columns(period=_period(zone, day_start, by))
    lines = _frame(facts.lines.to_columns()).rename({"gross": "line_gross", "discount": "line_discount"})
    units = inside.select("row", "period").join(lines, left_on="row", right_on="order")
    refunds = _refunds(facts, orders, observed).with_columns(period=_period(zone, day_start, by))
    parts = [
        inside.group_by("period").agg(
            orders_valid=pl.len().cast(pl.Int64),
            orders_identified=(pl.col("customer") >= 0).sum().cast(pl.Int64),
            buyers=pl.col("customer").filter(pl.col("customer") >= 0).n_unique().cast(pl.Int64),
            new_buyers=((pl.col("customer") >= 0) & ~pl.col("recent")).sum().cast(pl.Int64),
            first_time_buyers=((pl.col("customer") >= 0) & ~pl.col("ever")).sum().cast(pl.Int64),
            gross_sales=pl.col("gross").sum(),
            sold=(pl.col("gross") - pl.col("discount")).sum(),
        ),
        units.group_by("period").agg(
            pl.col("quantity").filter(pl.col("unit") == 0).sum().alias("units"),
            pl.col("quantity").filter(pl.col("unit") == 1).sum().alias("units.litre"),
        ),
        refunds.group_by("period").agg(
            refund_amount=pl.col("amount").sum(), back=(pl.col("gross") - pl.col("discount")).sum()
        ),
    ]
    joined = parts[0].join(parts[1], on="period", how="full", coalesce=True)
    joined = joined.join(parts[2], on="period", how="full", coalesce=True).fill_null(0)
    return (
        joined.with_columns(net_sales=pl.col("sold") - pl.col("back"))
        .with_columns(
            avg_order_value_per_order=_over("sold", "orders_valid"), avg_order_value_per_buyer=_over("sold", "buyers")
        )
        .drop("sold", "back")
        .sort("period")
        .to_dicts()
    )


def _frame(columns: Mapping[str, object]) -> pl.DataFrame:
    return pl.DataFrame(dict(columns))


def _over(top: str, bottom: str) -> pl.Expr:
    return pl.when(pl.col(bottom) != 0).then(pl.col(top) / pl.col(bottom))


def _valid(facts: Facts, sold: str) -> pl.DataFrame:
    orders = _frame(facts.orders.to_columns()).with_row_index("row").cast({"row": pl.Int64})
    paid = (pl.col("paid_at") != NEVER) & (pl.col("cancelled_at") == NEVER)
    return orders.filter(paid).with_columns(at=pl.col(sold))


def _number(at: dt.datetime) -> int:
    return dt.datetime.__sub__(at, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def _inside(rows: pl.DataFrame, observed: Period) -> pl.DataFrame:
    return rows.filter((pl.col("at") >= _number(observed.start)) & (pl.col("at") < _number(observed.end)))


def _earlier(orders: pl.DataFrame, horizon: dt.timedelta) -> pl.DataFrame:
    """Say of each order whether its customer had one before, ever and within the horizon: every pair is looked at."""
    pairs = orders.select("row", "at", "customer").join(
        orders.select(pl.col("row").alias("other"), pl.col("at").alias("then"), "customer"), on="customer"
    )
    pairs = pairs.filter(
        (pl.col("then") < pl.col("at")) | ((pl.col("then") == pl.col("at")) & (pl.col("other") < pl.col("row")))
    )
    recent = pairs.filter(pl.col("at") - pl.col("then") <= horizon // dt.timedelta(microseconds=1))
    return orders.with_columns(
        ever=pl.col("row").is_in(pairs["row"].implode()), recent=pl.col("row").is_in(recent["row"].implode())
    )


def _refunds(facts: Facts, orders: pl.DataFrame, observed: Period) -> pl.DataFrame:
    """Return the refunds of valid orders; what was called off before the sale counts when that was."""
    refunds = _frame(facts.refunds.to_columns()).join(
        orders.select(pl.col("row").alias("order"), pl.col("at").alias("sold_at")), on="order"
    )
    return _inside(refunds.with_columns(at=pl.max_horizontal("at", "sold_at")), observed)


def _period(zone: str, day_start: int, by: str) -> pl.Expr:
    wall = pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    day = (wall.dt.replace_time_zone(None) - pl.duration(hours=day_start)).dt.date()
    return day.dt.truncate(EVERY[by])
