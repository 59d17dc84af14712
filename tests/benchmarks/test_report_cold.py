"""The daily report of the benchmark: what is compared, and that another engine says the same."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from benchmarks import report_cold

SIZE = 40_000


def test_peers_have_the_same_report() -> None:
    """All figures of all three tables; duckdb is there for the benchmark alone, which compares all."""
    families = report_cold.two_years(SIZE)
    rows = [report_cold.told(table) for table in report_cold.ours(report_cold.facts_of(families))]
    given = report_cold.prepared(families)
    for name in ("polars", "pandas", "pandas_packed"):
        peer: Any = import_module(f"benchmarks.peers.{name}_report")
        assert report_cold.same(rows, peer.prepared(given)())
    assert [len(each) for each in rows] == [730, 105, 840]


def other(_: object, __: object) -> bool:
    """Tell that two reports are not the same."""
    return False


def test_every_size_is_compared_with_every_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each, and what memory it takes and how it grows; whoever makes something else has done other work."""
    monkeypatch.setattr(report_cold, "SIZES", (SIZE, SIZE + 1))
    monkeypatch.setattr(report_cold, "PEERS", ("polars",))
    told = [(each["bench"], each["peer"]) for each in report_cold.lines()]
    assert [peer for bench, peer in told if bench == "report_cold"] == 2 * ["polars", *report_cold.SLOW]
    assert [bench for bench, _ in told if bench != "report_cold"] == [
        "report_cold_memory",
        "report_cold_memory",
        "report_cold_growth",
    ]
    monkeypatch.setattr(report_cold, "same", other)
    with pytest.raises(AssertionError, match="polars has another report"):
        list(report_cold.lines())


def test_memory_is_that_of_the_work_alone() -> None:
    """What is let go of before the end was held, too."""
    assert 8_000_000 <= report_cold.scratch(lambda: np.zeros(1_000_000, dtype=np.int64).sum()) < 9_000_000
