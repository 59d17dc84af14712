"""Cohorts and scores of customers by polars: one lazy query each, over narrow columns with the month and day beside."""

from collections.abc import Callable

import polars as pl

from benchmarks.customers import BINS, MONTHS, Cohorts, Prepared, Scored

CUTS = tuple(range(1, BINS))


def retention(orders: Prepared) -> Callable[[], Cohorts]:
    """Return what makes the cohorts: a bit for each month of a customer, then sums of bits."""
    frame = pl.DataFrame(orders)
    bit = pl.lit(1, dtype=pl.Int32) * pl.col("month").replace_strict(
        list(range(MONTHS)), [1 << month for month in range(MONTHS)], return_dtype=pl.Int32
    )
    query = (
        frame.lazy()
        .filter("valid")
        .group_by("customer")
        .agg(mask=bit.bitwise_or())
        .with_columns(first=pl.col("mask").bitwise_trailing_zeros())
        .group_by("first")
        .agg(((pl.col("mask") & (1 << month)) != 0).sum().alias(str(month)) for month in range(MONTHS))
        .sort("first")
    )
    return lambda: _by_age(query.collect(engine="streaming"))


def _by_age(found: pl.DataFrame) -> Cohorts:
    return [list(map(int, row[first + 1 :])) for first, row in enumerate(found.iter_rows())]


def rfm(orders: Prepared) -> Callable[[], Scored]:
    """Return what scores the customers: their sums, cuts by nearest rank, comparisons with them."""
    frame = pl.DataFrame(orders)
    query = (
        frame.lazy()
        .filter("valid")
        .group_by("customer")
        .agg(last=pl.col("day").max(), frequency=pl.len().cast(pl.Int64), monetary=pl.col("paid").sum())
        .with_columns(_score(name) for name in ("last", "frequency", "monetary"))
        .select(
            pl.len().alias("n"),
            *(pl.col(name).cast(pl.Int64).sum() for name in ("last", "frequency", "monetary")),
            segment=sum(
                weight * ((pl.col(f"{name}_score") * pl.len()) <= pl.col(f"{name}_score").sum()).cast(pl.Int32)
                for name, weight in (("monetary", 4), ("last", 2), ("frequency", 1))
            ),
        )
        .group_by("segment")
        .agg(pl.len().alias("size"), pl.col("last", "frequency", "monetary").first())
        .sort("segment")
    )
    return lambda: _told(query.collect(engine="streaming"))


def _score(name: str) -> pl.Expr:
    ordered, size = pl.col(name).sort(), pl.len()
    above = [
        (pl.col(name) > ordered.gather((part * size + BINS - 1) // BINS - 1).first()).cast(pl.Int64) for part in CUTS
    ]
    return (1 + sum(above[1:], above[0])).alias(f"{name}_score")


def _told(found: pl.DataFrame) -> Scored:
    sizes = dict(zip(found["segment"].to_list(), found["size"].to_list(), strict=True))
    return (*(found[name][0] for name in ("last", "frequency", "monetary")), sizes)
