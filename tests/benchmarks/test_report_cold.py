"""The daily report of the benchmark: what is compared, and that another engine says the same."""

from importlib import import_module
from typing import Any

import pytest

from benchmarks import report_cold

SIZE = 40_000


def test_polars_has_the_same_report() -> None:
    """All figures of all three tables; duckdb is there for the benchmark alone, which compares both."""
    families = report_cold.two_years(SIZE)
    rows = [report_cold.told(table) for table in report_cold.ours(report_cold.facts_of(families))]
    peer: Any = import_module("benchmarks.peers.polars_report")
    assert report_cold.same(rows, peer.prepared(report_cold.prepared(families))())
    assert [len(each) for each in rows] == [730, 105, 840]


def other(_: object, __: object) -> bool:
    """Tell that two reports are not the same."""
    return False


def test_every_size_is_compared_with_every_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each; whoever makes something else has done other work."""
    monkeypatch.setattr(report_cold, "SIZES", (SIZE,))
    monkeypatch.setattr(report_cold, "PEERS", ("polars",))
    assert [each["peer"] for each in report_cold.lines()] == ["polars"]
    monkeypatch.setattr(report_cold, "same", other)
    with pytest.raises(AssertionError, match="polars has another report"):
        list(report_cold.lines())
