"""Cohorts by month and scores of customers, from columns of orders, against polars, duckdb and pandas.

A shop of two years with 4.1 orders a customer, where some buy much oftener than others. The peers get what an expert
would give them: narrow columns, dense codes, month and day as numbers beside the order, and whether it is valid. We
begin with our facts: instants, 64 bits, a zone. All give the same whole numbers: that is asserted at every size before
anything is timed. Seconds are those of the wall, in turns; we use one processor. `rfm_kept` scores totals that a host
keeps from report to report; the peers keep nothing there, and begin with the orders.
"""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from benchmarks.report import Line, exponent, in_turns, line
from benchmarks.weekly import SHOP, two_years
from ecomops.columns import NEVER, Ints, intervals
from ecomops.kernel import Currency, Grain, Period
from ecomops.metrics import CustomerTotals, Facts, Retention, Rfm, customer_totals_of, rfm_of_totals
from ecomops.metrics.periods import periods_of
from ecomops.metrics.retention import retention_of
from ecomops.metrics.rfm import rfm_of

SIZES = (410_000, 4_100_000, *((12_300_000,) if os.environ.get("BIG") else ()))
ROUNDS = 5
YEARS = Period(start=SHOP.bounds(Date(2025, 1, 1)).start, end=SHOP.bounds(Date(2027, 1, 1)).start)
MONTHS, BINS = 24, 5
PEERS = ("polars", "duckdb", "pandas")

NOTES = {
    "retention": "peers have months and days beside it, we instants",
    "rfm": "peers have months and days beside it, we instants",
    "rfm_kept": "we keep totals of each customer, peers begin with the orders",
}

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


def shop(orders: int) -> dict[str, Ints]:
    """Return the orders but those before the first month, since who bought in them is in no cohort."""
    columns, draw = two_years(orders), np.random.default_rng(619)
    eager: NDArray[np.float64] = np.cumsum(draw.lognormal(0, 1, orders * 10 // 41))
    drawn: NDArray[np.float64] = draw.random(orders) * float(eager[-1])
    buyers: Ints = np.searchsorted(eager, drawn).astype(np.int64)
    columns["customer"] = np.where(columns["customer"] < 0, -1, np.minimum(buyers, len(eager) - 1))
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
    """Yield the tasks at each size against each peer, then how our time grows to the last size."""
    taken: dict[str, dict[int, float]] = {}
    for size in SIZES:
        columns = shop(size)
        facts = Facts.of_orders(Currency.USD, columns)
        given = prepared(columns)
        totals = customer_totals_of(facts, calendar=SHOP, window=YEARS)
        for task, name, work, whole in (
            ("retention", "retention", partial(_cohorts, facts), partial(_retention, facts)),
            ("rfm", "rfm", partial(_scored, facts), partial(_rfm, facts)),
            ("rfm_kept", "rfm", partial(_told, totals), partial(rfm_of_totals, totals, bins=BINS)),
        ):
            sides = {peer: getattr(_peer(peer), name)(given) for peer in PEERS}
            for peer, theirs in sides.items():
                assert theirs() == work(), f"{peer} has another {name}"
            ours_s, *seconds = in_turns(work, *sides.values(), rounds=ROUNDS)
            taken.setdefault(task, {})[size] = ours_s
            note = f"{ours_s / size * 1e9:.0f} ns an order, {_scratch(whole) / 1e6:.1f} MB of scratch; {NOTES[task]}"
            for peer, peer_s in zip(sides, seconds, strict=True):
                yield line(task, n=size, ours_s=ours_s, peer=peer, peer_s=peer_s, note=note)
    first, last = SIZES[-2:]
    for task, ours in taken.items():
        power = exponent((first, ours[first]), (last, ours[last]))
        note = f"exponent {power:.2f} from {first} to {last} orders; at most 1.3"
        yield line(f"{task}_growth", n=last, ours_s=ours[last], note=note)


def _scratch(work: Callable[[], object]) -> int:
    """Return how many bytes *work* held at most, beyond what it returned."""
    tracemalloc.start()
    result = work()
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result is not None
    return most - held


def _retention(facts: Facts) -> Retention:
    return retention_of(facts, calendar=SHOP, observed=YEARS)


def _rfm(facts: Facts) -> Rfm:
    return rfm_of(facts, calendar=SHOP, window=YEARS, bins=BINS)


def _cohorts(facts: Facts) -> Cohorts:
    found = _retention(facts)
    return [row[: len(found) - cohort] for cohort, row in enumerate(found.buyers.tolist())]


def _scored(facts: Facts) -> Scored:
    return _figures(_rfm(facts))


def _told(totals: CustomerTotals) -> Scored:
    return _figures(rfm_of_totals(totals, bins=BINS))


def _figures(found: Rfm) -> Scored:
    last = (periods_of(SHOP, YEARS, Grain.DAY).edges.size - 2) - found.recency
    sizes = {number: size for number, size in enumerate(np.bincount(found.segment).tolist()) if size}
    return int(last.sum()), int(found.frequency.sum()), int(found.monetary.sum()), sizes


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name}_customers"))
