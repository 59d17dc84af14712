"""Eight partial results merged into a table, against polars grouping the same partial results once more.

Both sides hold their partials in their own form before anything is timed, and give the same whole numbers. The goals
are 40 ms (20 ms) for parts closed by customer, whose partials are a row a slice, and 2 s (1 s) for open ones, whose
partials hold the customers of each slice. Wall seconds, the median of runs in turns; both sides
may use two processors. `BIG=1` adds 30 million lines.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from statistics import median
from typing import Protocol, TypeAlias, cast

import numpy as np
from pendulum import Date

from benchmarks.report import Line, best, line
from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Currency, Grain, Period
from ecomops.metrics import MONEY, NUMBER
from ecomops.metrics.summary import Hashing, Kind, Partitioning, Summary, SummaryMeasure, SummarySpec

LINES = (1_000_000, 10_000_000, *((30_000_000,) if os.environ.get("BIG") else ()))
AN_ORDER = 2.43
"""Lines an order: what is summed of them stands on the order."""
ROUNDS = 5
PARTS = 8
CHANNELS = 8
UTC = Calendar(timezone="UTC")
YEARS = Period(start=UTC.bounds(Date(2025, 1, 1)).start, end=UTC.bounds(Date(2027, 1, 1)).start)
SUMS = ("gross", "discount", "units", "cost")
SPEC = SummarySpec(
    calendar=UTC,
    observed=YEARS,
    currency=Currency.CNY,
    by=Grain.DAY,
    dimensions=("channel",),
    measures=(
        SummaryMeasure(key="orders", unit=NUMBER, kind=Kind.ROWS),
        *(SummaryMeasure(key=name, unit=MONEY, kind=Kind.SUM, column=name) for name in SUMS),
        SummaryMeasure(key="buyers", unit=NUMBER, kind=Kind.DISTINCT, column="customer"),
    ),
)
NEW = SummaryMeasure(key="new_buyers", unit=NUMBER, kind=Kind.NEW, column="customer")
BY = {
    "closed": Partitioning(column="customer", parts=PARTS, hashing=Hashing.SPLITMIX64),
    "open": Partitioning(column="order", parts=PARTS, hashing=Hashing.MODULO),
}

Columns: TypeAlias = dict[str, Ints]
Rows: TypeAlias = list[tuple[int, ...]]


class Peer(Protocol):
    """The module of `benchmarks.peers` that merges with polars."""

    def prepared(self, parts: list[Columns], *, closed: bool) -> Callable[[], Rows]:
        """Summarise each part; return what merges them into rows of day, channel and figures."""
        ...


def two_years(lines: int) -> Columns:
    """Return so many lines as orders of a million customers at 10 million lines, in random order of customers."""
    draw = np.random.default_rng(12)
    size = int(lines / AN_ORDER)
    customers = np.minimum(draw.lognormal(0, 1.2, size) * lines / 80, lines / 10 - 1).astype(np.int64)
    at = np.sort(draw.integers(microseconds(YEARS.start), microseconds(YEARS.end), size))
    return {
        "at": at,
        "day": at // 86_400_000_000,
        "order": np.arange(size),
        "customer": np.where(draw.random(size) < 0.1, -1, customers),
        "channel": draw.integers(0, CHANNELS, size),
        **{name: draw.integers(1, 50_000, size) for name in SUMS},
    }


def summaries(columns: Columns, by: Partitioning, *, new: bool) -> list[Summary]:
    """Return our partials."""
    spec = SPEC if not new else _with_new()
    split = by.split({"orders": dict(columns)})
    return [Summary.of(part, spec, by.part(number)) for number, part in enumerate(split)]


def _with_new() -> SummarySpec:
    return SummarySpec(
        calendar=UTC,
        observed=YEARS,
        currency=Currency.CNY,
        by=Grain.DAY,
        dimensions=("channel",),
        measures=(*SPEC.measures, NEW),
    )


def merged(parts: list[Summary]) -> dict[str, Ints]:
    """Merge ours, and count what is counted again."""
    return parts[0].merge(*parts[1:]).to_columns()


def told(columns: dict[str, Ints]) -> Rows:
    """Return our columns as polars gives its rows."""
    days = columns["day"].astype("datetime64[D]").astype(np.int64).tolist()
    figures = (columns[name].tolist() for name in ("channel", "orders", *SUMS, "buyers"))
    return list(zip(days, *figures, strict=True))


def lines() -> Iterator[Line]:
    """Yield both kinds of parts at each size; new buyers, which polars is not asked for, stand apart."""
    peer = cast("Peer", import_module("benchmarks.peers.polars_summary"))
    for size in LINES:
        columns = two_years(size)
        for name, by in BY.items():
            parts = summaries(columns, by, new=False)
            split = [cast("Columns", part["orders"]) for part in by.split({"orders": dict(columns)})]
            theirs = peer.prepared(split, closed=name == "closed")
            assert told(merged(parts)) == theirs(), f"polars has other figures: {name}"
            ours_s, peer_s = in_turns(partial(merged, parts), theirs)
            note = f"{PARTS} parts, {len(merged(parts)['day'])} slices, {sent(parts)}"
            yield line(f"summary_{name}", n=size, ours_s=ours_s, peer="polars", peer_s=peer_s, note=note)
            parts = summaries(columns, by, new=True)
            seconds = median(best(partial(merged, parts), rounds=1) for _ in range(ROUNDS))
            note = f"as above with new buyers, which the peer is not asked for; {sent(parts)}"
            yield line(f"summary_{name}_new", n=size, ours_s=seconds, note=note)


def in_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both, run in turns so that a busy machine slows both alike."""
    runs = [(best(ours, rounds=1), best(theirs, rounds=1)) for _ in range(ROUNDS)]
    return median(run[0] for run in runs), median(run[1] for run in runs)


def sent(parts: list[Summary]) -> str:
    """Return how much a part sends, and how long it takes to write and read it."""
    data = parts[0].to_bytes()
    seconds = best(lambda: Summary.from_bytes(parts[0].to_bytes(), parts[0].spec), rounds=1)
    return f"{len(data) / 1000:.0f} kB a part, {seconds * 1000:.0f} ms to write and read it"
