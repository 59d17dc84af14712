"""The daily report from columns of orders and lines, nothing kept before, against polars, duckdb and pandas.

Sixteen figures by day, by week, and by week and channel. The peers get what an expert would give them: narrow columns,
dense codes, day, week, channel and validity beside every order, line and refund, and no more families than needed. We
begin with our facts: 64 bits, instants, a zone, and keys between families; of an earlier call we keep nothing but when
the days and weeks of the calendar begin. Facts know the least and the largest value of each column since they were
made, and whether it rises, as the statistics of an engine's tables do. All whole numbers are the same, and all
quotients as good as: that is asserted at every size before anything is timed. Seconds are those of the wall, in turns;
the peers may use every processor, and we use two at most. Beside it stand the floor (to add the columns up once, and
nothing else), how our time grows with the lines, at most in proportion, and what we take of memory beyond the facts and
the result.
"""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any, Protocol, TypeAlias, cast

import numpy as np
import polars as pl
from pendulum import Date

from benchmarks.report import Line, best, exponent, in_turns, line
from ecomops.columns import NEVER, Ints, intervals, microseconds
from ecomops.kernel import Calendar, Currency, Grain, Period, Text
from ecomops.metrics import (
    AOV,
    BUYERS,
    DISCOUNTS,
    NET,
    NEW_BUYERS,
    ORDERS,
    PAID,
    UNITS,
    Definition,
    Facts,
    Formula,
    Lines,
    LineWorth,
    Orders,
    OrderTerms,
    Refunds,
    SaleInstant,
    Table,
    report,
)
from ecomops.metrics.declaring import Columns
from ecomops.metrics.dictionary import finance, selling

SIZES = (410_000, 4_100_000, *((12_300_000,) if os.environ.get("BIG") else ()))
"""Orders; lines are 2.43 times as many."""
ROUNDS, FEW_ROUNDS = 5, 3
ZONE = "Asia/Shanghai"
SHOP = Calendar(timezone=ZONE)
DAYS, CHANNELS, PIECE = 730, 8, 0
FIRST = Date(2024, 12, 30)
YEARS = Period(start=SHOP.bounds(FIRST).start, end=SHOP.bounds(FIRST.add(days=DAYS)).start)
BY_PLACEMENT = Definition(sold=SaleInstant.PLACED)
"""All by the instant of placement, so that orders and valid orders stand in one day: the peers need one day column."""
HORIZON = 365 * 86_400_000_000
CUTS = (Grain.DAY, Grain.WEEK, (Grain.WEEK, "channels"))
KPIS: tuple[Formula, ...] = (
    selling.PLACED,
    ORDERS,
    selling.ORDER_VALID_RATE,
    selling.GMV_BROAD,
    PAID,
    NET,
    DISCOUNTS,
    finance.COST_OF_GOODS,
    finance.GROSS_PROFIT,
    finance.GROSS_MARGIN,
    AOV,
    UNITS,
    BUYERS,
    NEW_BUYERS,
    (BUYERS - NEW_BUYERS).named("returning_buyers", Text("returning buyers", "老买家数")),
    selling.REFUND_RATE_AMOUNT,
)
RATIOS = (2, 9, 10, 15)
PEERS = ("polars", "duckdb")
SLOW = {
    "pandas": "each cut grouped by categories, sums and nunique",
    "pandas packed": "packed keys, one table of cells for all cuts",
}
"""Peers that are run in fewer turns, and how each goes about it."""

READ: dict[type[Columns], tuple[str, ...]] = {
    Orders: ("placed_at", "paid_at", "cancelled_at", "customer", "gross", "discount", "tax"),
    OrderTerms: ("order", "channel"),
    Lines: ("order", "unit", "quantity"),
    LineWorth: ("line", "cost"),
    Refunds: ("order", "at", "gross", "discount", "amount"),
}
"""The columns that these figures are made of, and those by which their rows are found."""

Families: TypeAlias = dict[type[Any], dict[str, Ints]]
Prepared: TypeAlias = dict[str, Any]
"""Columns as an engine takes them."""
Row: TypeAlias = tuple[Any, ...]


class Peer(Protocol):
    """A module of `benchmarks.peers`."""

    def prepared(self, given: dict[str, Prepared]) -> Callable[[], list[list[Row]]]:
        """Load the columns; return what makes the three tables."""
        ...


def two_years(orders: int) -> Families:
    """Return so many orders of a shop, four a customer and 2.43 lines an order, with days of promotion."""
    draw = np.random.default_rng(618)
    crowd = draw.lognormal(0, 0.4, DAYS)
    crowd[draw.choice(DAYS, 12, replace=False)] *= 6
    day = np.sort(draw.choice(DAYS, orders, p=crowd / crowd.sum()))
    placed = np.sort(microseconds(YEARS.start) + day * 86_400_000_000 + draw.integers(0, 86_400_000_000, orders))
    paid = np.where(draw.random(orders) < 0.03, NEVER, placed + draw.integers(0, 3_600_000_000, orders))
    customers = max(orders * 10 // 41, 1)
    customer = np.searchsorted(np.cumsum(draw.lognormal(0, 1, customers)), draw.random(orders) * customers * 1.6487)
    customer = draw.permutation(customers)[np.minimum(customer, customers - 1)]
    per_order = 1 + draw.poisson(1.427, orders)
    order = np.repeat(np.arange(orders), per_order)
    size = len(order)
    price = draw.integers(500, 30_000, size)
    off = price * draw.integers(0, 20, size) // 100
    starts = np.cumsum(per_order) - per_order
    gross, discount = np.add.reduceat(price, starts), np.add.reduceat(off, starts)
    zero, unknown, never = np.zeros(orders, np.int64), np.full(orders, -1), np.full(orders, NEVER)
    back = np.sort(draw.choice(orders, orders // 20, replace=False))
    share = draw.integers(10, 101, len(back))
    back_gross, back_discount = gross[back] * share // 100, discount[back] * share // 100
    none = np.zeros(len(back), np.int64)
    return {
        Orders: {
            "placed_at": placed,
            "paid_at": paid,
            "cancelled_at": np.where(draw.random(orders) < 0.07, placed + 7_200_000_000, NEVER),
            "closed_at": never,
            "customer": np.where(draw.random(orders) < 0.05, -1, customer),
            "location": unknown,
            "gross": gross,
            "discount": discount,
            "tax": (gross - discount) // 20,
            "tendered": zero,
            "due": gross - discount + (gross - discount) // 20,
        },
        OrderTerms: {
            "order": np.arange(orders),
            "channel": draw.choice(CHANNELS, orders, p=np.arange(8, 0, -1) / 36),
            "source": unknown,
            "staff": unknown,
            "on_delivery": zero,
            "freight": zero,
        },
        Lines: {
            "order": order,
            "line": np.arange(size),
            "sku": draw.integers(0, 50_000, size),
            "location": np.zeros(size, np.int64),
            "unit": (draw.random(size) < 0.02).astype(np.int64),
            "quantity": draw.integers(1, 5, size),
            "gross": price,
            "discount": off,
            "tax": np.zeros(size, np.int64),
            "tendered": np.zeros(size, np.int64),
        },
        LineWorth: {"line": np.arange(size), "cost": price * 6 // 10, "tag_price": price},
        Refunds: {
            "order": back,
            "at": placed[back] + draw.integers(86_400_000_000, 20 * 86_400_000_000, len(back)),
            "called_off": none,
            "gross": back_gross,
            "discount": back_discount,
            "tax": none,
            "amount": back_gross - back_discount,
            "fee": none,
        },
    }


def facts_of(families: Families) -> Facts:
    """Return our facts; the host keeps all names but those of units and channels."""
    return Facts.of(
        Currency.CNY, families, {"units": ("piece", "gram"), "channels": tuple(f"c{at}" for at in range(CHANNELS))}
    )


def prepared(families: Families) -> dict[str, Prepared]:
    """Return the columns as peers like them best."""
    orders, lines, refunds = families[Orders], families[Lines], families[Refunds]
    edges = np.array([microseconds(SHOP.bounds(FIRST.add(days=at)).start) for at in range(DAYS + 1)])
    day = intervals(orders["placed_at"], edges).astype(np.int16)
    channel = families[OrderTerms]["channel"].astype(np.uint8)
    valid = (orders["paid_at"] != NEVER) & (orders["cancelled_at"] == NEVER)
    refunded_at = intervals(refunds["at"], edges)
    inside = refunded_at < DAYS
    customer = pl.Series(orders["customer"], dtype=pl.Int32)
    return {
        "orders": {
            "day": day,
            "week": (day // 7).astype(np.uint8),
            "channel": channel,
            "valid": valid,
            "placed": orders["placed_at"],
            "customer": customer.set(customer < 0, None),
            **{name: orders[name].astype(np.int32) for name in ("gross", "discount", "tax")},
        },
        "lines": {
            "day": day[lines["order"]],
            "week": (day // 7).astype(np.uint8)[lines["order"]],
            "channel": channel[lines["order"]],
            "valid": valid[lines["order"]],
            "quantity": lines["quantity"].astype(np.int16),
            "unit": lines["unit"].astype(np.uint8),
            "cost": families[LineWorth]["cost"].astype(np.int32),
        },
        "refunds": {
            "day": refunded_at[inside].astype(np.int16),
            "week": (refunded_at[inside] // 7).astype(np.uint8),
            "channel": channel[refunds["order"][inside]],
            "valid": valid[refunds["order"][inside]],
            **{f"back_{name}": refunds[name][inside].astype(np.int32) for name in ("gross", "discount")},
            "back": refunds["amount"][inside].astype(np.int32),
        },
    }


def ours(facts: Facts) -> tuple[Table, ...]:
    """Return our tables."""
    return report(facts, KPIS, cuts=CUTS, calendar=SHOP, observed=YEARS, definition=BY_PLACEMENT)


def told(table: Table) -> list[Row]:
    """Return the rows of our table as peers give theirs."""
    return list(zip(*(column.values.tolist() for column in table.columns), strict=True))


def lines() -> Iterator[Line]:
    """Yield each size against each peer, then how our time grows from the one before, and what memory it takes."""
    grown: list[tuple[int, float]] = []
    for size in SIZES:
        families = two_years(size)
        facts = facts_of(families)
        work = partial(ours, facts)
        given, rows = prepared(families), [told(table) for table in work()]
        read = len(families[Lines]["order"])
        del families
        sides = {name: _checked(name, given, rows) for name in PEERS}
        floor_s = best(partial(_added, facts), rounds=ROUNDS)
        ours_s, *seconds = in_turns(work, *sides.values(), rounds=ROUNDS)
        grown.append((read, ours_s))
        figures = f"{size} orders, {len(KPIS)} figures by {', '.join(str(len(each)) for each in rows)} rows"
        for name, peer_s in zip(sides, seconds, strict=True):
            note = f"{figures}; {ours_s / read * 1e9:.0f} ns a line; {ours_s / floor_s:.0f} x the floor, at most 20"
            yield line("report_cold", n=read, ours_s=ours_s, peer=name, peer_s=peer_s, floor_s=floor_s, note=note)
        del sides
        for name, way in SLOW.items():
            slow_s, peer_s = in_turns(work, _checked(name, given, rows), rounds=FEW_ROUNDS)
            note = f"{figures}; {way}"
            yield line("report_cold", n=read, ours_s=slow_s, peer=name, peer_s=peer_s, note=note)
        del given
        note = f"{scratch(work) / 1e6:.0f} MB at most beyond the facts, the tables among them"
        yield line("report_cold_memory", n=read, ours_s=ours_s, note=note)
    for before, after in pairwise(grown):
        note = f"exponent {exponent(before, after):.2f} from {before[0]} to {after[0]} lines; at most 1.0"
        yield line(
            "report_cold_growth", n=after[0], ours_s=after[1], peer=f"{before[0]} lines", peer_s=before[1], note=note
        )


def _added(facts: Facts) -> int:
    """Return the sum of all sums of the columns that a report reads."""
    return sum(int(getattr(facts[family], name).sum()) for family, names in READ.items() for name in names)


def _checked(name: str, given: dict[str, Prepared], rows: list[list[Row]]) -> Callable[[], list[list[Row]]]:
    """Return what makes the report of a peer, which is the same as ours."""
    theirs = cast("Peer", import_module(f"benchmarks.peers.{name.replace(' ', '_')}_report")).prepared(given)
    assert same(rows, theirs()), f"{name} has another report"
    return theirs


def scratch(work: Callable[[], object]) -> int:
    """Return how many bytes *work* holds at once at most, beyond those that are held before it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def same(ours: list[list[Row]], theirs: list[list[Row]]) -> bool:
    """Tell whether all whole numbers are the same, and all quotients but for their last digits."""
    pairs = [pair for one, other in zip(ours, theirs, strict=True) for pair in zip(one, other, strict=True)]
    whole = all(
        own == each
        for one, other in pairs
        for at, (own, each) in enumerate(zip(one, other, strict=True))
        if at not in RATIOS
    )
    return whole and all(np.isclose(one[at], other[at], rtol=1e-12) for one, other in pairs for at in RATIOS)
