"""What `make bench` printed on one quiet machine, as tables: `docs/measured.jsonl` holds its lines as they were.

Nothing is left out: where another engine is faster, the table says so.
"""

# A tool for those who write the pages: it stands outside the package and outside its laws.
# ruff: noqa: INP001, TID251

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LINES = Path(__file__).parent / "measured.jsonl"
HEAD = ("benchmark", "rows", "ours", "beside", "theirs", "times as fast", "what it says")

ENGINES = ("polars", "duckdb", "pandas", "eventsourcing", "django-oscar", "quote", "ours, all anew")
"""How the names of other engines begin, and of the other ways to get the same answer."""

SHORT = (
    "order_life",
    "quote_offers_loaded",
    "backtest_100",
    "weekly_table",
    "report_cold",
    "retention_dated",
    "rfm_dated",
    "traffic_by_session",
    "T1 from a rollup",
    "T8 one window",
    "summary_closed",
)
"""What the README shows."""


def lines() -> list[dict[str, Any]]:
    """Return the lines that were measured, in their order."""
    return [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines() if line]


def beside(line: dict[str, Any]) -> bool:
    """Tell whether a line has another engine beside it: growth stands beside our own smaller size, say."""
    return line["ratio"] is not None and line["peer"].startswith(ENGINES)


def rows(*, compared: bool) -> Iterator[tuple[str, ...]]:
    """Yield a row for each line that has (or has not) something beside it."""
    for line in lines():
        if beside(line) == compared:
            yield (
                f"`{line['bench']}`",
                f"{line['n']:,}",
                seconds(line["ours_s"]),
                line["peer"] or "—",
                seconds(line["peer_s"]),
                ratio(line["ratio"]),
                line["note"],
            )


def losses() -> Iterator[str]:
    """Yield where what stands beside us is faster."""
    for line in lines():
        if beside(line) and line["ratio"] < 1:
            yield f"`{line['bench']}` with {line['n']:,} rows, beside {line['peer']}: {ratio(line['ratio'])}"


def best(benches: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the largest comparison of each of some benchmarks with each peer."""
    for bench in benches:
        found: dict[str, dict[str, Any]] = {}
        for line in lines():
            if line["bench"] == bench and beside(line):
                found[line["peer"]] = line
        for peer, line in found.items():
            yield f"`{bench}`", f"{line['n']:,}", seconds(line["ours_s"]), peer, ratio(line["ratio"])


def seconds(value: float | None) -> str:
    """Return seconds as people read them."""
    if value is None:
        return "—"
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def ratio(value: float | None) -> str:
    """Return how many times as fast we are; what is slower is marked."""
    if value is None:
        return "—"
    return f"**{value:.2f} (slower)**" if value < 1 else f"{value:,.1f}"
