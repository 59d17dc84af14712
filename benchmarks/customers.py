"""Cohorts by month and scores of customers, from columns of orders, against polars and duckdb.

The peers get what an expert would give them: narrow columns, dense codes, month and day as numbers beside the order,
and whether it is valid. We begin with our facts: instants, 64 bits, a zone. All give the same whole numbers: that is
asserted at every size before anything is timed. Seconds are those of the wall, in turns; we use one processor.
"""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from benchmarks.report import Line, in_turns, line
from benchmarks.weekly import SHOP, two_years
from ecomops.columns import NEVER, Ints, intervals
from ecomops.kernel import Currency, Grain, Period
from ecomops.metrics import Facts
from ecomops.metrics.periods import periods_of
from ecomops.metrics.retention import retention_of
from ecomops.metrics.rfm import rfm_of

SIZES = (400_000, 4_100_000, *((12_300_000,) if os.environ.get("BIG") else ()))
ROUNDS = 5
YEARS = Period(start=SHOP.bounds(Date(2025, 1, 1)).start, end=SHOP.bounds(Date(2027, 1, 1)).start)
MONTHS, BINS = 24, 5
PEERS = ("polars", "duckdb")

Prepared: TypeAlias = dict[str, NDArray[np.generic]]
Cohorts: TypeAlias = list[list[int]]
Scored: TypeAlias = tuple[int, int, int, dict[int, int]]
"""The sums of the last days, of the orders and of the money, then the size of each segment."""


class Peer(Protocol):
    """A module of `benchmarks.peers`."""

    def retention(self, orders: Prepared) -> Callable[[], Cohorts]:
        """Load the orders; return what makes the cohorts."""
        ...

    def rfm(self, orders: Prepared) -> Callable[[], Scored]:
        """Load the orders; return what scores the customers."""
        ...


def _inside(columns: dict[str, Ints]) -> dict[str, Ints]:
    """Return the orders but those before the first month: who bought in them is in no cohort."""
    kept = columns["paid_at"] >= periods_of(SHOP, YEARS, Grain.MONTH).edges[0]
    return {name: values[kept] for name, values in columns.items()}


def prepared(columns: dict[str, Ints]) -> Prepared:
    """Return the orders as peers like them best; what lies outside of the two years is no valid order."""
    paid_at = columns["paid_at"]
    months, days = (periods_of(SHOP, YEARS, by).edges for by in (Grain.MONTH, Grain.DAY))
    inside = (paid_at >= months[0]) & (paid_at < months[-1])
    valid = inside & (paid_at != NEVER) & (columns["cancelled_at"] == NEVER) & (columns["customer"] >= 0)
    return {
        "valid": valid,
        "month": np.where(inside, intervals(paid_at, months), 0).astype(np.int8),
        "day": np.where(inside, intervals(paid_at, days), 0).astype(np.int16),
        "customer": columns["customer"].astype(np.int32),
        "paid": columns["gross"] - columns["discount"],
    }


def lines() -> Iterator[Line]:
    """Yield both tasks at each size against each peer."""
    for size in SIZES:
        columns = _inside(two_years(size))
        facts = Facts.of_orders(Currency.USD, columns)
        for task, ours in (("retention", _cohorts), ("rfm", _scored)):
            work = _of(ours, facts)
            sides = {name: getattr(_peer(name), task)(prepared(columns)) for name in PEERS}
            for name, theirs in sides.items():
                assert theirs() == work(), f"{name} has another {task}"
            ours_s, *seconds = in_turns(work, *sides.values(), rounds=ROUNDS)
            for name, peer_s in zip(sides, seconds, strict=True):
                note = f"{ours_s / size * 1e9:.0f} ns an order; peers have months and days beside it, we instants"
                yield line(task, n=size, ours_s=ours_s, peer=name, peer_s=peer_s, note=note)


def _of(ours: Callable[[Facts], object], facts: Facts) -> Callable[[], object]:
    return lambda: ours(facts)


def _cohorts(facts: Facts) -> Cohorts:
    found = retention_of(facts, calendar=SHOP, observed=YEARS)
    return [row[: len(found) - cohort] for cohort, row in enumerate(found.buyers.tolist())]


def _scored(facts: Facts) -> Scored:
    found = rfm_of(facts, calendar=SHOP, window=YEARS, bins=BINS)
    last = (periods_of(SHOP, YEARS, Grain.DAY).edges.size - 2) - found.recency
    sizes = {number: size for number, size in enumerate(np.bincount(found.segment).tolist()) if size}
    return int(last.sum()), int(found.frequency.sum()), int(found.monetary.sum()), sizes


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name}_customers"))
