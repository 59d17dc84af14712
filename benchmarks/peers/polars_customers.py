"""Cohorts and scores of customers by polars: lazy queries over narrow columns, with the month and day beside.

A sort of packed keys is faster there than masks of bits by `bitwise_or` for each customer, or `unique`;
sums stream, and the scores of what is summed do not: each the faster way, as measured.
"""

from collections.abc import Callable

import polars as pl

from benchmarks.customers import BINS, MONTHS, Cohorts, Prepared, Scored

CUTS = tuple(range(1, BINS))
NAMES = ("last", "frequency", "monetary")
NO_KEY = 2**31 - 1
KEY = 32
"""A power of two: more than there are months."""


def retention(orders: Prepared) -> Callable[[], Cohorts]:
    """Return what makes the cohorts: sorted keys of customer and month, each once, the first month of each customer."""
    key, customer = pl.col("key"), pl.col("customer")
    query = (
        _valid(orders)
        .select(key=customer * KEY + pl.col("month"))
        .sort("key")
        .filter(key != key.shift(fill_value=NO_KEY))
        .with_columns(customer=key // KEY, month=key & (KEY - 1))
        .with_columns(first=pl.when(customer != customer.shift(fill_value=NO_KEY)).then(pl.col("month")).forward_fill())
        .select(cell=pl.col("first") * KEY + pl.col("month"))
        .group_by("cell")
        .agg(buyers=pl.len())
    )
    return lambda: _by_age(query.collect(engine="streaming"))


def _valid(orders: Prepared) -> pl.LazyFrame:
    """Return the valid orders: all, where nothing says which ones are."""
    rows = pl.DataFrame(orders).lazy()
    return rows.filter("valid") if "valid" in orders else rows


def _by_age(found: pl.DataFrame) -> Cohorts:
    cohorts = [[0] * (MONTHS - first) for first in range(MONTHS)]
    for cell, buyers in found.iter_rows():
        first, month = divmod(cell, KEY)
        cohorts[first][month - first] = buyers
    return cohorts


def rfm(orders: Prepared) -> Callable[[], Scored]:
    """Return what scores the customers: their sums, cuts by nearest rank, comparisons with them."""
    sums = (
        _valid(orders)
        .group_by("customer")
        .agg(last=pl.col("day").max(), frequency=pl.len().cast(pl.Int64), monetary=pl.col("paid").sum())
    )
    return lambda: _told(_scores(sums.collect(engine="streaming").lazy()).collect())


def _scores(summed: pl.LazyFrame) -> pl.LazyFrame:
    return (
        summed.with_columns(_score(name) for name in NAMES)
        .select(
            pl.len().alias("n"),
            *(pl.col(name).cast(pl.Int64).sum() for name in NAMES),
            segment=sum(
                weight * ((pl.col(f"{name}_score") * pl.len()) <= pl.col(f"{name}_score").sum()).cast(pl.Int32)
                for name, weight in (("monetary", 4), ("last", 2), ("frequency", 1))
            ),
        )
        .group_by("segment")
        .agg(pl.len().alias("size"), pl.col(NAMES).first())
        .sort("segment")
    )


def _score(name: str) -> pl.Expr:
    ordered, size = pl.col(name).sort(), pl.len()
    above = [
        (pl.col(name) > ordered.gather((part * size + BINS - 1) // BINS - 1).first()).cast(pl.Int64) for part in CUTS
    ]
    return (1 + sum(above[1:], above[0])).alias(f"{name}_score")


def _told(found: pl.DataFrame) -> Scored:
    sizes = dict(zip(found["segment"].to_list(), found["size"].to_list(), strict=True))
    return (*(found[name][0] for name in NAMES), sizes)
