"""The maintained rollup against polars and duckdb, as their users would write it, and against its own recomputation.

Peers hold the orders in their own form, narrow and with columns for day, week and whether an order brings a new buyer,
which spares them the search for the order before; where that is the point they are given the instant of the customer's
order before as well. Structures that only we keep are the subject here: what keeping them costs stands beside it (the
append, the seal, the bytes an order). Both sides give the same whole numbers before anything is timed; seconds are
those of the wall, medians of runs in turns. Sizes are lines at 2.44 an order; BIG=1 adds 30 million.
"""

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import Protocol, TypeAlias, cast

import numpy as np
from pendulum import Date

from benchmarks.report import Line, line
from ecomops.columns import Ints, microseconds, moment
from ecomops.kernel import Calendar, Currency, Grain, Period, Text
from ecomops.metrics import BUYERS, MONEY, ORDERS, Measure
from ecomops.metrics.rollup import TOLD, Rollup

SIZES = (1_000_000, 10_000_000, *((30_000_000,) if os.environ.get("BIG") else ()))
LINES_PER_ORDER = 2.44
DAYS = 730
DAY, HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000
YEAR = 365 * DAY
SHOP = Calendar(timezone="UTC")
FIRST = microseconds(SHOP.bounds(Date(2024, 1, 1)).start)
DIMENSIONS = {"channel": 8, "region": 30, "device": 3}
OBSERVED = Period(start=moment(FIRST), end=moment(FIRST + (DAYS + 10) * DAY))
"""The two years, and the days that are appended in turns."""
GROSS, COST = (
    Measure(key=key, name=Text(key, key), unit=MONEY, column="gross") for key in ("gross", "cost")
)  # fmt: skip
AMOUNTS = (GROSS, "discount", COST, "units")
FIGURES = ("orders", "orders_valid", "gross", "discount", "cost", "units", "buyers", "new_buyers")
REPORT = (*FIGURES, ORDERS / TOLD, GROSS / ORDERS, GROSS / BUYERS, COST / GROSS)
ASKED = ("gross", "buyers")
"""What is asked of a window."""
PEERS = ("polars", "duckdb")
WINDOWS, FEW_WINDOWS = 1_000, 10

Columns: TypeAlias = dict[str, Ints]
Rows: TypeAlias = list[tuple[int, ...]]


class Peer(Protocol):
    """A module of `benchmarks.peers`."""

    def loaded(self, orders: Columns) -> "Shop":
        """Hold *orders* as the engine would."""
        ...


class Shop(Protocol):
    """An engine that holds the orders."""

    def tables(self) -> tuple[Rows, Rows, Rows]:
        """Return `FIGURES` by day, by week, and by week and channel, with the number of the period first."""
        ...

    def append(self, orders: Columns) -> tuple[Rows, Rows, Rows]:
        """Take over the orders of a day; return `FIGURES` of that day, of its week, and of its week by channel."""
        ...

    def window(self, start: int, end: int) -> tuple[int, int]:
        """Return gross sales and distinct buyers of a window, counted over its orders."""
        ...

    def window_by_link(self, start: int, end: int) -> tuple[int, int]:
        """Return the same, distinct buyers by the instant of the order before."""
        ...


def drawn(count: int, *, first_id: int, start: int, days: int, buyers: int, draw: np.random.Generator) -> Columns:
    """Return orders of some days, some buyers much busier than others."""
    share = np.cumsum(np.random.default_rng(5).lognormal(0, 1, buyers))
    columns: Columns = {
        "id": np.arange(first_id, first_id + count),
        "at": np.sort(draw.integers(start, start + days * DAY, count)),
        "customer": np.searchsorted(share, draw.random(count) * share[-1]),
        "valid": (draw.random(count) < 0.95).astype(np.int64),
        **{name: draw.integers(0, size, count) for name, size in DIMENSIONS.items()},
        "gross": draw.integers(500, 50_000, count),
        "discount": draw.integers(0, 500, count),
        "cost": draw.integers(300, 20_000, count),
        "units": draw.integers(1, 9, count),
    }
    return columns


def kept(rollup: Rollup, orders: Columns) -> Rollup:
    """Tell *rollup* of the columns that it wants, and seal."""
    wanted = rollup.orders()
    rollup.append({name: orders[name] for name in wanted})
    rollup.seal()
    return rollup


def full() -> Rollup:
    """Return a rollup of three dimensions, windows by all of them."""
    return Rollup(
        SHOP,
        currency=Currency.USD,
        dimensions=DIMENSIONS,
        windows=tuple(DIMENSIONS),
        amounts=AMOUNTS,
        refund_amounts=("returned",),
    )


def small() -> Rollup:
    """Return a rollup by channel only."""
    return Rollup(SHOP, currency=Currency.USD, dimensions={"channel": 8}, amounts=AMOUNTS)


def read(rollup: Rollup) -> tuple[object, object, object]:
    """Read the three tables, with the ratios."""
    return (
        rollup.table(Grain.DAY, observed=OBSERVED, figures=REPORT),
        rollup.table(Grain.WEEK, observed=OBSERVED, figures=REPORT),
        rollup.table(Grain.WEEK, observed=OBSERVED, by="channel", figures=REPORT),
    )


def rows(rollup: Rollup, grain: Grain, by: str | None = None) -> Rows:
    """Return a table as peers give theirs: counted from the first period, those without orders left out."""
    table = rollup.table(grain, observed=OBSERVED, by=by, figures=FIGURES)
    slots = 1 if by is None else DIMENSIONS[by]
    columns = [np.arange(len(table)) // slots, *(each.codes for each in table.keys_of_rows)]
    columns += [table[name].astype(np.int64, copy=False) for name in FIGURES]
    counted = table["orders"].tolist()
    every = zip(*(values.tolist() for values in columns), strict=True)
    return [row for row, orders in zip(every, counted, strict=True) if orders]


def turns(*sides: Callable[[], object], rounds: int) -> tuple[float, ...]:
    """Return the median seconds of each side, run in turns so that a busy machine slows all alike."""
    taken: list[list[float]] = [[] for _ in sides]
    gc.collect()
    for _ in range(rounds):
        for side, seconds in zip(sides, taken, strict=True):
            began = perf_counter()
            side()
            seconds.append(perf_counter() - began)
    return tuple(median(each) for each in taken)


class _Year:
    """The rollups and the data of one size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.count = int(size / LINES_PER_ORDER)
        self.buyers = max(self.count // 4, 1)
        self.draw = np.random.default_rng(618)
        self.orders = drawn(self.count, first_id=0, start=FIRST, days=DAYS, buyers=self.buyers, draw=self.draw)
        began = perf_counter()
        self.full = kept(full(), self.orders)
        self.rebuilt = perf_counter() - began
        self.small = kept(small(), self.orders)
        self.days = 0
        self.orders["new"] = _marks(self.full, self.orders)
        self.orders["before"] = _befores(self.orders)

    def day(self) -> Columns:
        """Return the orders of the next day."""
        count = self.count // DAYS
        first, start = self.count + self.days * count, FIRST + (DAYS + self.days) * DAY
        self.days += 1
        orders = drawn(count, first_id=first, start=start, days=1, buyers=self.buyers, draw=self.draw)
        return {**orders, "new": np.zeros(count, dtype=np.int64), "before": np.zeros(count, dtype=np.int64)}


def _befores(orders: Columns) -> Ints:
    """Return the instant of the customer's valid order before each valid one; long ago for none."""
    valid = np.flatnonzero(orders["valid"])
    order = valid[np.lexsort((orders["at"][valid], orders["customer"][valid]))]
    before = np.full(len(orders["at"]), -(2**62))
    same = orders["customer"][order[1:]] == orders["customer"][order[:-1]]
    before[order[1:][same]] = orders["at"][order[:-1][same]]
    return before


def _marks(rollup: Rollup, orders: Columns) -> Ints:
    """Return which orders bring a new buyer, and see that it is as many as the rollup says."""
    new = orders["valid"] * (_befores(orders) < orders["at"] - YEAR)
    assert int(new.sum()) == int(
        rollup.table(Grain.MONTH, observed=OBSERVED, figures=("new_buyers",))["new_buyers"].sum()
    )
    return new


def lines() -> Iterator[Line]:
    """Yield each task at each size: what only reads first, then what changes the rollups."""
    for size in SIZES:
        year = _Year(size)
        shops = {name: _peer(name).loaded(year.orders) for name in PEERS}
        for name, shop in shops.items():
            yield _tables(year, shop, name)
            yield from _windows(year, shop, name)
        yield from _appends(year, shops)
        yield from _changes(year)


def _peer(name: str) -> Peer:
    return cast("Peer", import_module(f"benchmarks.peers.{name}_rollup"))


def _tables(year: _Year, shop: Shop, name: str) -> Line:
    ours = (rows(year.full, Grain.DAY), rows(year.full, Grain.WEEK), rows(year.full, Grain.WEEK, "channel"))
    assert shop.tables() == ours, f"{name} has other tables"
    mine, theirs = turns(partial(read, year.full), shop.tables, rounds=5)
    note = f"{sum(year.full.nbytes.values()) / year.count:.0f} B an order; built in {year.rebuilt:.1f} s"
    return line("T1 from a rollup", n=year.size, ours_s=mine, peer=name, peer_s=theirs, note=note)


def _appends(year: _Year, shops: Mapping[str, Shop]) -> Iterator[Line]:
    earlier: list[Columns] = []
    for bench, rollup in (("T7a append, by channel", year.small), ("T7b append, full rollup", year.full)):
        days = [year.day() for _ in range(5)]
        wanted = tuple(rollup.orders(np.arange(0)))
        own = iter([{column: day[column] for column in wanted} for day in days])
        told: dict[str, tuple[Rows, Rows, Rows]] = {}
        for day in earlier:
            rollup.append({column: day[column] for column in wanted})
        earlier += days
        peers = [partial(_told, name, shop, iter(days), told) for name, shop in shops.items()]
        mine, *theirs = turns(partial(_appended, rollup, own), *peers, rounds=len(days))
        last = _last_rows(rollup)
        note = f"{year.count // DAYS} orders; the peer counts the last day, week and week by channel anew"
        for name, seconds in zip(shops, theirs, strict=True):
            assert told[name] == last, f"{name} has another last week"
            yield line(bench, n=year.size, ours_s=mine, peer=name, peer_s=seconds, note=note)


def _appended(rollup: Rollup, days: Iterator[Columns]) -> None:
    rollup.append(next(days))
    read(rollup)


def _told(name: str, peer: Shop, days: Iterator[Columns], told: dict[str, tuple[Rows, Rows, Rows]]) -> None:
    told[name] = peer.append(next(days))


def _last_rows(rollup: Rollup) -> tuple[Rows, Rows, Rows]:
    """Return what peers tell after they took over a day."""
    day, week, sliced = rows(rollup, Grain.DAY), rows(rollup, Grain.WEEK), rows(rollup, Grain.WEEK, "channel")
    return day[-1:], week[-1:], [row for row in sliced if row[0] == sliced[-1][0]]


def anywhere(draw: np.random.Generator) -> tuple[Ints, Ints]:
    """Return where windows between any two instants of the two years begin and end, at odd minutes, an hour apart."""
    first, last = np.sort(draw.integers(0, DAYS * 24 * 30, (2, WINDOWS)), axis=0) * 2 + 1
    return FIRST + first * MINUTE, FIRST + np.maximum(last, first + 60) * MINUTE


def short(draw: np.random.Generator) -> tuple[Ints, Ints]:
    """Return where windows of up to 120 days begin, at full hours, and end, at half ones."""
    starts = FIRST + draw.integers(0, DAYS * 20, WINDOWS) * HOUR
    return starts, starts + draw.integers(1, 120 * 24, WINDOWS) * HOUR + HOUR // 2


WINDOWS_OF: Mapping[str, Callable[[np.random.Generator], tuple[Ints, Ints]]] = {
    "": anywhere,
    ", up to 120 days": short,
}


def _windows(year: _Year, peer: Shop, name: str) -> Iterator[Line]:
    for kind, draw in WINDOWS_OF.items():
        starts, ends = draw(year.draw)
        pairs = list(zip(starts[:FEW_WINDOWS].tolist(), ends[:FEW_WINDOWS].tolist(), strict=True))
        answer = year.full.windows(starts, ends)
        expected = list(zip(answer["gross"].tolist(), answer["buyers"].tolist(), strict=True))[:FEW_WINDOWS]
        assert [peer.window(*pair) for pair in pairs] == expected, f"{name} has other windows{kind}"
        assert [peer.window_by_link(*pair) for pair in pairs] == expected, f"{name} has other linked windows{kind}"
        yield _many(year, partial(_each, peer.window, pairs), (starts, ends), name, kind)
        yield _one(year, partial(_each, peer.window_by_link, pairs), pairs, name, kind)


def _each(window: Callable[[int, int], tuple[int, int]], pairs: list[tuple[int, int]]) -> None:
    for pair in pairs:
        window(*pair)


def _many(year: _Year, peer: Callable[[], None], windows: tuple[Ints, Ints], name: str, kind: str) -> Line:
    shop, sliced, theirs = turns(
        lambda: year.full.windows(*windows, figures=ASKED),
        lambda: year.full.windows(*windows, by="channel", figures=ASKED),
        peer,
        rounds=3,
    )
    each, by_channel = (seconds / WINDOWS * 1e6 for seconds in (shop, sliced))
    note = f"{each:.0f} us a window; by channel {by_channel:.0f} us; the peer's {FEW_WINDOWS} scaled to {WINDOWS:,}"
    scaled = theirs * WINDOWS / FEW_WINDOWS
    return line(f"T8 {WINDOWS:,} windows{kind}", n=year.size, ours_s=shop, peer=name, peer_s=scaled, note=note)


def _one(year: _Year, peer: Callable[[], None], pairs: list[tuple[int, int]], name: str, kind: str) -> Line:
    periods = [Period(start=moment(start), end=moment(end)) for start, end in pairs]
    shop, sliced, theirs = turns(
        lambda: [year.full.window(each, figures=ASKED) for each in periods],
        lambda: [year.full.window(each, by="channel", figures=ASKED) for each in periods],
        peer,
        rounds=5,
    )
    each, by_channel, peer_s = (seconds / FEW_WINDOWS for seconds in (shop, sliced, theirs))
    note = f"by channel {by_channel * 1e3:.2f} ms; the peer is given the order before"
    return line(f"T8 one window{kind}", n=year.size, ours_s=each, peer=name, peer_s=peer_s, note=note)


def _changes(year: _Year) -> Iterator[Line]:
    """Yield what 1,000 changes cost, and a seal; the peer is our own recomputation of everything."""
    rollup, draw = year.full, year.draw
    taken: dict[str, list[float]] = {"flips": [], "refunds": [], "late orders": [], "seal": []}
    for turn in range(5):
        ids = draw.choice(year.count, 1_000, replace=False)
        flipped = 1 - rollup.orders(ids)["valid"]
        late = drawn(1_000, first_id=-1_000 * (turn + 1), start=FIRST, days=DAYS, buyers=year.buyers, draw=draw)
        refunds = {
            "id": np.arange(1_000) + turn * 1_000,
            "order": ids,
            "at": year.orders["at"][ids] + 5 * DAY,
            "returned": np.full(1_000, 100),
        }
        works: dict[str, Callable[[], None]] = {
            "flips": partial(rollup.amend, {"id": ids, "valid": flipped}),
            "refunds": partial(rollup.refund, refunds),
            "late orders": partial(rollup.append, {name: late[name] for name in rollup.orders(ids[:0])}),
            "seal": rollup.seal,
        }
        for name, work in works.items():
            began = perf_counter()
            work()
            taken[name].append(perf_counter() - began)
    for name, seconds in taken.items():
        bench = "seal" if name == "seal" else f"T11 1,000 {name}"
        note = f"{len(DIMENSIONS) + 1} chains" if name == "seal" else "the full rollup; without reading"
        own = "ours, all anew"
        yield line(bench, n=year.size, ours_s=median(seconds), peer=own, peer_s=year.rebuilt, note=note)
