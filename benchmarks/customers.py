"""Cohorts by month and scores of customers, from columns of orders, against polars, duckdb and pandas.

A shop of two years with 4.1 orders a customer, where some buy much oftener than others. The peers get what an expert
would give them: narrow columns, dense codes, month and day as numbers beside the order, and whether it is valid. All
give the same whole numbers: that is asserted at every size before anything is timed. Seconds are those of the wall, in
turns; we use two processors at most.

`retention` and `rfm` begin with our facts: instants, 64 bits, states, a zone. In `retention_dated` and `rfm_dated` both
sides begin with the same valid orders, codes of 32 bits and days: we with `DatedSales`, the peers with rows that nobody
has to filter, and the months too. `rfm_kept` scores totals that a host keeps from report to report; the peers keep
nothing there, and begin with the orders.
"""

import os
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import NamedTuple, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from benchmarks.report import Line, exponent, in_turns, line
from benchmarks.weekly import SHOP, two_years
from ecomops.columns import NEVER, Ints, intervals
from ecomops.kernel import Currency, Grain, Period
from ecomops.metrics import (
    Facts,
    Retention,
    Rfm,
    customer_totals_of,
    dated_sales_of,
    retention_of,
    retention_of_sales,
    rfm_of,
    rfm_of_sales,
    rfm_of_totals,
)
from ecomops.metrics.periods import periods_of

SIZES = (410_000, 4_100_000, *((12_300_000,) if os.environ.get("BIG") else ()))
ROUNDS = 5
YEARS = Period(start=SHOP.bounds(Date(2025, 1, 1)).start, end=SHOP.bounds(Date(2027, 1, 1)).start)
MONTHS, BINS = 24, 5
RETENTION = {
    "polars": "polars_customers.retention",
    "duckdb": "duckdb_customers.retention",
    "pandas": "pandas_customers.retention",
    "pandas_unstack": "pandas_customers.unstacked",
}
RFM = {name: f"{name}_customers.rfm" for name in ("polars", "duckdb", "pandas")}
"""Where each peer stands in `benchmarks.peers`."""

INSTANTS = "peers have months and days beside it, we instants"
DATED = "both begin with valid orders, codes and days, peers with months too"
FORMS = {
    "polars": "keys of customer and month sorted, faster there than masks of bits",
    "duckdb": "masks of bits by customer",
    "pandas": "keys of customer and month in whole numbers, each once",
    "pandas_unstack": "customers as categories, groupby, nunique and unstack",
}
"""How the cohorts are made there."""

Prepared: TypeAlias = dict[str, NDArray[np.generic]]
Cohorts: TypeAlias = list[list[int]]
Scored: TypeAlias = tuple[int, int, int, dict[int, int]]
"""The sums of the last days, of the orders and of the money, then the size of each segment."""


Answer: TypeAlias = Cohorts | Scored


class Peer(Protocol):
    """A function of a module of `benchmarks.peers`."""

    def __call__(self, orders: Prepared, /) -> Callable[[], Answer]:
        """Load the orders; return what makes the cohorts, or scores the customers."""
        ...


class Task(NamedTuple):
    """What is timed: our answer in the form of the peers', the same without that form, and where the peers begin."""

    name: str
    work: Callable[[], Answer]
    whole: Callable[[], object]
    peers: Mapping[str, str]
    given: Prepared
    note: str


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


def dated(orders: Prepared) -> Prepared:
    """Return the valid orders alone."""
    valid = orders["valid"].astype(np.bool_)
    return {name: values[valid] for name, values in orders.items() if name != "valid"}


def tasks(columns: dict[str, Ints]) -> Iterator[Task]:
    """Yield what is timed of some orders."""
    facts, given = Facts.of_orders(Currency.USD, columns), prepared(columns)
    sales, valid = dated_sales_of(facts, calendar=SHOP, period=YEARS), dated(given)
    totals = customer_totals_of(facts, calendar=SHOP, window=YEARS)
    kept = "we keep totals of each customer, peers begin with the orders"
    cohorts: tuple[tuple[str, Callable[[], Retention], Prepared, str], ...] = (
        ("retention", partial(retention_of, facts, calendar=SHOP, observed=YEARS), given, INSTANTS),
        ("retention_dated", partial(retention_of_sales, sales), valid, DATED),
    )
    scores: tuple[tuple[str, Callable[[], Rfm], Prepared, str], ...] = (
        ("rfm", partial(rfm_of, facts, calendar=SHOP, window=YEARS, bins=BINS), given, INSTANTS),
        ("rfm_dated", partial(rfm_of_sales, sales, bins=BINS), valid, DATED),
        ("rfm_kept", partial(rfm_of_totals, totals, bins=BINS), given, kept),
    )
    for name, whole, orders, note in cohorts:
        yield Task(name, partial(_cohorts, whole), whole, RETENTION, orders, note)
    for name, made, orders, note in scores:
        yield Task(name, partial(_scored, made), made, RFM, orders, note)


def lines() -> Iterator[Line]:
    """Yield the tasks at each size against each peer, then how our time grows to the last size."""
    taken: dict[str, dict[int, float]] = {}
    for size in SIZES:
        for task in tasks(shop(size)):
            sides = {name: _peer(place)(task.given) for name, place in task.peers.items()}
            for name, theirs in sides.items():
                assert theirs() == task.work(), f"{name} has another {task.name}"
            ours_s, *seconds = in_turns(task.work, *sides.values(), rounds=ROUNDS)
            taken.setdefault(task.name, {})[size] = ours_s
            cost = f"{ours_s / size * 1e9:.0f} ns an order, {_scratch(task.whole) / 1e6:.1f} MB of scratch"
            for name, peer_s in zip(sides, seconds, strict=True):
                form = f"; {name}: {FORMS[name]}" if task.peers is RETENTION else ""
                note = f"{cost}; {task.note}{form}"
                yield line(task.name, n=size, ours_s=ours_s, peer=name, peer_s=peer_s, note=note)
    first, last = SIZES[-2:]
    for name, ours in taken.items():
        power = exponent((first, ours[first]), (last, ours[last]))
        note = f"exponent {power:.2f} from {first} to {last} orders; at most 1.3"
        yield line(f"{name}_growth", n=last, ours_s=ours[last], note=note)


def _scratch(work: Callable[[], object]) -> int:
    """Return how many bytes *work* held at most, beyond what it returned."""
    tracemalloc.start()
    result = work()
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result is not None
    return most - held


def _cohorts(make: Callable[[], Retention]) -> Cohorts:
    found = make()
    return [row[: len(found) - cohort] for cohort, row in enumerate(found.buyers.tolist())]


def _scored(make: Callable[[], Rfm]) -> Scored:
    found = make()
    last = (periods_of(SHOP, YEARS, Grain.DAY).edges.size - 2) - found.recency
    sizes = {number: size for number, size in enumerate(np.bincount(found.segment).tolist()) if size}
    return int(last.sum()), int(found.frequency.sum()), int(found.monetary.sum()), sizes


def _peer(place: str) -> Peer:
    module, name = place.split(".")
    return cast("Peer", getattr(import_module(f"benchmarks.peers.{module}"), name))
