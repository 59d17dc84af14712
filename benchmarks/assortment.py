"""ABC classes, ranks and the period before of every SKU, from columns of lines, against polars and duckdb.

The peers get what an expert would give them: narrow columns, dense codes, the day of the order and whether it is valid
beside each line. We begin with our facts: lines that know their order, orders with instants, 64 bits. All give the same
whole numbers: that is asserted at every size before anything is timed. Seconds are those of the wall, in turns; all
sides may use both processors.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from benchmarks.report import Line, in_turns, line
from benchmarks.weekly import SHOP, YEARS, two_years
from ecomops.columns import NEVER, Ints, Narrow, intervals, microseconds
from ecomops.kernel import Currency, Grain, Period
from ecomops.metrics import Facts, Lines, Orders
from ecomops.metrics.assortment import Assortment, assortment_of
from ecomops.metrics.periods import periods_of

SIZES = (1_000_000, 10_000_000, *((30_000_000,) if os.environ.get("BIG") else ()))
ROUNDS = 5
YEAR = Period(start=SHOP.bounds(Date(2026, 1, 1)).start, end=SHOP.bounds(Date(2027, 1, 1)).start)
SKUS = 50_000
PEERS = ("polars", "duckdb")

Prepared: TypeAlias = dict[str, NDArray[np.generic]]
Edges: TypeAlias = tuple[int, int, int]
"""The first day of the period before, that of the period itself, and the one after it, as the days beside the lines."""
Told: TypeAlias = tuple[int, int, int, int, int, int, list[int]]
"""The sums of units and of money now and before, of ranks and of ranks before, then the goods of each class."""


class Peer(Protocol):
    """A module of `benchmarks.peers`."""

    def assortment(self, lines: Prepared, days: Edges) -> Callable[[], Told]:
        """Load the lines; return what ranks the goods of the days before, now, and up to the end."""
        ...


def shop_of(size: int) -> Facts:
    """Return so many lines, about 2.4 an order, of goods of which few sell most."""
    draw = np.random.default_rng(200)
    columns = two_years(int(size / 2.4))
    orders = Facts.of_orders(Currency.USD, columns).orders
    owners = np.sort(draw.integers(0, len(orders), size))
    weights = 1 / np.arange(1, SKUS + 1) ** 0.9
    skus = np.searchsorted(np.cumsum(weights / weights.sum()), draw.random(size)).clip(max=SKUS - 1)
    nothing = np.zeros(size, dtype=np.int64)
    lines = dict.fromkeys(("location", "unit", "tax", "tendered"), nothing) | {
        "order": owners,
        "line": np.arange(size),
        "sku": draw.permutation(SKUS)[skus],
        "quantity": draw.integers(1, 4, size),
        "gross": draw.integers(500, 30_000, size),
        "discount": draw.integers(0, 400, size),
    }
    return Facts.of(Currency.USD, {Orders: orders.to_columns(), Lines: lines})


def prepared(facts: Facts) -> Prepared:
    """Return the lines as peers like them best: each with the day it was paid, and whether its order is valid."""
    orders, lines = facts.orders, facts.lines
    valid = (orders.paid_at != NEVER) & (orders.cancelled_at == NEVER)
    return {
        "day": _days(orders.paid_at).take(lines.order),
        "valid": valid.take(lines.order),
        "sku": lines.sku.astype(np.int32),
        "quantity": lines.quantity.astype(np.int16),
        "gross": lines.gross.astype(np.int32),
        "discount": lines.discount.astype(np.int32),
    }


def _days(instants: Ints) -> Narrow:
    """Return the day of each instant, as peers number them."""
    return intervals(instants, periods_of(SHOP, YEARS, Grain.DAY).edges)


def told(found: Assortment) -> Told:
    """Return what all sides must agree on."""
    sums = (found.units, found.units_before, found.net, found.net_before, found.rank, found.rank_before)
    units, units_before, net, net_before, rank, rank_before = (int(each.sum()) for each in sums)
    return units, units_before, net, net_before, rank, rank_before, np.bincount(found.abc, minlength=3).tolist()


def ours(facts: Facts) -> Told:
    """Rank the goods of the year."""
    return told(assortment_of(facts, calendar=SHOP, period=YEAR))


def lines() -> Iterator[Line]:
    """Yield each size against each peer."""
    for size in SIZES:
        facts = shop_of(size)
        before = assortment_of(facts, calendar=SHOP, period=YEAR).before
        given = prepared(facts)
        edges = np.array([microseconds(each) for each in (before.start, YEAR.start, YEAR.end)])
        days = cast("Edges", tuple(_days(edges).tolist()))
        work = partial(ours, facts)
        sides = {name: _peer(name).assortment(given, days) for name in PEERS}
        for name, theirs in sides.items():
            assert theirs() == work(), f"{name} ranks other goods"
        ours_s, *seconds = in_turns(work, *sides.values(), rounds=ROUNDS)
        for name, peer_s in zip(sides, seconds, strict=True):
            note = f"{ours_s / size * 1e9:.0f} ns a line; peers have day and validity beside it, we instants of orders"
            yield line("assortment", n=size, ours_s=ours_s, peer=name, peer_s=peer_s, note=note)


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name}_assortment"))
