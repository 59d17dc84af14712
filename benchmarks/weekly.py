"""The weekly table from columns, against the same table by polars and by duckdb, as their users would write it.

All three hold the columns in their own form before anything is timed, and give the same whole numbers: that is
asserted at every size. Seconds are those of the wall, since the other two use every processor and we use one. Our
time may grow with an exponent of 1.2 of the orders at most.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Protocol, TypeAlias, cast

import numpy as np
from pendulum import Date

from benchmarks.report import Line, best, exponent, line
from ecomops.columns import NEVER, Ints, microseconds
from ecomops.kernel import Calendar, Currency, Period
from ecomops.metrics import (
    AOV,
    AOV_PER_BUYER,
    BUYERS,
    FIRST_TIME_BUYERS,
    GROSS,
    NET,
    NEW_BUYERS,
    ORDERS,
    Facts,
    Table,
    tabulate,
)

SIZES = (250_000, 1_000_000, 4_000_000)
ROUNDS = 3
ZONE = "America/New_York"
SHOP = Calendar(timezone=ZONE)
YEARS = Period(start=SHOP.bounds(Date(2024, 12, 30)).start, end=SHOP.bounds(Date(2027, 1, 4)).start)
"""Two years of whole weeks: longer than the horizon of new buyers, so that some come back as new ones."""
SUMS = (ORDERS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS, GROSS, NET)
"""The whole numbers, which are compared; of units of goods the orders alone know nothing."""
KPIS = (*SUMS, AOV, AOV_PER_BUYER)
READ = ("paid_at", "cancelled_at", "customer", "gross", "discount")
"""The columns that the table is made of."""
PEERS = ("polars", "duckdb")

Columns: TypeAlias = dict[str, Ints]
Row: TypeAlias = tuple[str, int, int, int, int, int, int]
"""The first day of a week, then `SUMS`."""


class Peer(Protocol):
    """A module of `benchmarks.peers`: the table of an engine."""

    def prepared(self, columns: Columns, *, zone: str) -> Callable[[], list[Row]]:
        """Load *columns* into the engine; return what makes the table, with the two averages as further columns."""
        ...


def two_years(orders: int) -> Columns:
    """Return so many orders, about eight a buyer: some unpaid, some cancelled, some of unknown buyers."""
    draw = np.random.default_rng(618)
    first, last = microseconds(YEARS.start), microseconds(YEARS.end)
    placed = np.sort(draw.integers(first, last - 3_600_000_000, orders))
    paid = placed + draw.integers(0, 3_600_000_000, orders)
    return {
        "placed_at": placed,
        "paid_at": np.where(draw.random(orders) < 0.02, NEVER, paid),
        "cancelled_at": np.where(draw.random(orders) < 0.03, paid + 60_000_000, NEVER),
        "customer": np.where(draw.random(orders) < 0.1, -1, draw.integers(0, max(orders // 8, 1), orders)),
        "gross": draw.integers(500, 50_000, orders),
        "discount": draw.integers(0, 500, orders),
    }


def ours(columns: Columns) -> Callable[[], Table]:
    """Return what makes our table of *columns*."""
    facts = Facts.of_orders(Currency.USD, columns)
    return lambda: tabulate(facts, KPIS, calendar=SHOP, observed=YEARS)


def told(table: Table) -> list[Row]:
    """Return the rows of our table as peers give theirs."""
    figures = [table[kpi].tolist() for kpi in SUMS]
    return cast("list[Row]", list(zip(map(Date.isoformat, table.labels), *figures, strict=True)))


def lines() -> Iterator[Line]:
    """Yield each size against each peer, then how our time grows."""
    grown = dict.fromkeys(SIZES, 0.0)
    for size in SIZES:
        columns = two_years(size)
        work = ours(columns)
        rows = told(work())
        grown[size] = best(work, rounds=ROUNDS)
        floor = best(partial(_added, columns), rounds=ROUNDS)
        for name in PEERS:
            theirs = _peer(name).prepared(columns, zone=ZONE)
            assert theirs() == rows, f"{name} has another table"
            seconds = best(theirs, rounds=ROUNDS)
            note = (
                f"{len(rows)} weeks, {len(KPIS)} figures; {grown[size] / size * 1e9:.0f} ns an order; floor: sums alone"
            )
            yield line("weekly_table", n=size, ours_s=grown[size], peer=name, peer_s=seconds, floor_s=floor, note=note)
    first, last = SIZES[0], SIZES[-1]
    power = exponent((first, grown[first]), (last, grown[last]))
    note = f"exponent {power:.2f} from {first} to {last} orders; at most 1.2"
    yield line("weekly_growth", n=last, ours_s=grown[last], peer=f"{first} orders", peer_s=grown[first], note=note)


def _added(columns: Columns) -> list[int]:
    return [int(columns[name].sum()) for name in READ]


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name}_weeks"))
