"""ABC classes, sell-through and days of supply of trailing weeks: read from a rollup that keeps goods by SKU and week.

The peers count the lines again, of narrow columns with the instant cut beforehand: the week stands beside each line,
and whether its order is valid; which weeks will be asked for nobody knows. That is the point of what is kept, and what
keeping it costs stands beside it: the first load, a day that is appended, and the bytes. Both sides give the same
numbers before anything is timed; seconds are those of the wall, medians of runs in turns. BIG=1 adds 30 million lines.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pendulum import Date

from benchmarks.assortment import SKUS, shop_of
from benchmarks.report import Line, in_turns, line
from benchmarks.weekly import SHOP, YEARS
from ecomops.columns import NEVER, Ints, Narrow, intervals, microseconds
from ecomops.kernel import Grain, Period
from ecomops.metrics import Facts
from ecomops.metrics.assortment import abc_of
from ecomops.metrics.periods import periods_of
from ecomops.metrics.rollup import Rollup

SIZES = (1_000_000, 10_000_000, *((30_000_000,) if os.environ.get("BIG") else ()))
ROUNDS = 9
PEERS = ("polars", "duckdb")
LAST = SHOP.first_day(Date(2026, 12, 31), Grain.WEEK)
YEAR = Period(
    start=SHOP.bounds(LAST.subtract(weeks=52), Grain.WEEK).start, end=SHOP.bounds(LAST, Grain.WEEK).start
)  # fmt: skip
DAYS = 364.0
DAY = 86_400_000_000

Columns: TypeAlias = dict[str, NDArray[np.generic]]
Edges: TypeAlias = tuple[int, int]
"""The first week, and the one after the last, as the weeks beside the lines."""
Told: TypeAlias = tuple[int, int, int, int, list[int]]
"""Units, money, how many SKUs sold half of what they had, how many last less than 30 days, and the goods of a class."""


class Peer(Protocol):
    """A module of `benchmarks.peers`."""

    def trailing(self, lines: Columns, stock: Columns, weeks: Edges) -> Callable[[], Told]:
        """Load lines and stock; return what classes the goods of some weeks."""
        ...


def kept(facts: Facts) -> tuple[Rollup, float, float]:
    """Return a rollup with the goods of *facts*, and the seconds of its load and of another day."""
    orders, lines = facts.orders, facts.lines
    rollup = Rollup(SHOP, currency=facts.currency, skus=SKUS)
    rows = np.flatnonzero(orders.paid_at != NEVER)
    of_orders: dict[str, Ints] = {
        "id": rows,
        "at": orders.paid_at[rows],
        "customer": np.full(len(rows), -1),  # buyers are the subject of another benchmark
        "valid": (orders.cancelled_at[rows] == NEVER).astype(np.int64),
    }
    theirs = np.flatnonzero(orders.paid_at.take(lines.order) != NEVER)
    of_lines: dict[str, Ints] = {
        "order": lines.order[theirs],
        "sku": lines.sku[theirs],
        "quantity": lines.quantity[theirs],
        "net": (lines.gross - lines.discount)[theirs],
    }
    began = perf_counter()
    rollup.append(of_orders, of_lines)
    rollup.seal()
    loaded = perf_counter() - began
    day = max(len(rows) // 730, 1)
    seconds = 0.0
    for turn in range(1, 3):  # the first one makes room for as much again
        more, of_more = _day(of_orders, of_lines, rows[:day], first=turn * len(orders))
        began = perf_counter()
        rollup.append(more, of_more)
        seconds = perf_counter() - began
    return rollup, loaded, seconds


def _day(orders: dict[str, Ints], lines: dict[str, Ints], ids: Ints, *, first: int) -> tuple[dict[str, Ints], ...]:
    """Return the orders with some ids as those of a day after the weeks, with ids from *first* on, and their lines."""
    theirs = np.flatnonzero(lines["order"] <= ids[-1])
    more = {name: values[: len(ids)] for name, values in orders.items()}
    of_more = {name: values[theirs] for name, values in lines.items()}
    at = np.full(len(ids), microseconds(YEAR.end) + DAY)
    return {**more, "id": ids + first, "at": at}, {**of_more, "order": of_more["order"] + first}


def stocked() -> dict[str, Ints]:
    """Return what there was of each SKU: counted at both ends of the weeks, and received in between."""
    draw = np.random.default_rng(52)
    return {name: draw.integers(0, most, SKUS) for name, most in (("opening", 200), ("received", 500), ("closing", 90))}


def ours(rollup: Rollup, stock: dict[str, Ints]) -> Told:
    """Class the goods of the weeks."""
    sold = rollup.goods(YEAR)
    classes = abc_of(sold.net)
    cover = sold.cover(opening=stock["opening"], received=stock["received"], closing=stock["closing"])
    half, soon = (int(np.count_nonzero(each)) for each in (cover.sell_through >= 0.5, cover.days_of_supply < 30))
    counts = [int(np.count_nonzero(classes == each)) for each in range(3)]
    return int(sold.units.sum()), int(sold.net.sum()), half, soon, counts


def prepared(facts: Facts) -> Columns:
    """Return the lines as peers like them best."""
    orders, lines = facts.orders, facts.lines
    valid = (orders.paid_at != NEVER) & (orders.cancelled_at == NEVER)
    return {
        "week": _weeks(orders.paid_at).take(lines.order),
        "valid": valid.take(lines.order),
        "sku": lines.sku.astype(np.int32),
        "quantity": lines.quantity.astype(np.int16),
        "net": (lines.gross - lines.discount).astype(np.int32),
    }


def _weeks(instants: Ints) -> Narrow:
    """Return the week of each instant, as peers number them."""
    return intervals(instants, periods_of(SHOP, YEARS, Grain.WEEK).edges)


def lines() -> Iterator[Line]:
    """Yield each size against each peer."""
    stock = stocked()
    first, end = _weeks(np.array([microseconds(YEAR.start), microseconds(YEAR.end)])).tolist()
    for size in SIZES:
        facts = shop_of(size)
        rollup, loaded, day = kept(facts)
        work = partial(ours, rollup, stock)
        given = prepared(facts)
        columns: Columns = {"sku": np.arange(SKUS, dtype=np.int32), **stock}
        sides = {name: _peer(name).trailing(given, columns, (first, end)) for name in PEERS}
        for name, theirs in sides.items():
            assert theirs() == work(), f"{name} classes other goods"
        mine, *seconds = in_turns(work, *sides.values(), rounds=ROUNDS)
        size_of = rollup.nbytes["goods"] / 1e6
        note = f"{size_of:.0f} MB with the lines; loaded in {loaded:.1f} s, a day appended in {day * 1e3:.0f} ms"
        for name, peer_s in zip(sides, seconds, strict=True):
            yield line("T6 from cube", n=size, ours_s=mine, peer=name, peer_s=peer_s, note=note)


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name}_cube"))
