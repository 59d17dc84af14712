"""The benchmark of the rollup: another engine says the same, and whoever does not is not timed."""

from importlib import import_module
from typing import Any

import pytest

from benchmarks import rollup

SIZE = 4_000


def test_polars_has_the_same_tables_and_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each task; duckdb is there for the benchmark alone."""
    monkeypatch.setattr(rollup, "SIZES", (SIZE,))
    monkeypatch.setattr(rollup, "PEERS", ("polars",))
    told = [(each["bench"], each["peer"]) for each in rollup.lines()]
    assert told == [
        ("T1 from a rollup", "polars"),
        ("T8 1,000 windows", "polars"),
        ("T8 one window", "polars"),
        ("T8 1,000 windows, up to 120 days", "polars"),
        ("T8 one window, up to 120 days", "polars"),
        ("T7a append, by channel", "polars"),
        ("T7b append, full rollup", "polars"),
        ("T11 1,000 flips", "ours, all anew"),
        ("T11 1,000 refunds", "ours, all anew"),
        ("T11 1,000 late orders", "ours, all anew"),
        ("seal", "ours, all anew"),
    ]


def test_a_peer_with_other_tables_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes something else has done other work."""

    def wrong(_: object) -> tuple[list[int], ...]:
        return [], [], []

    polars: Any = import_module("benchmarks.peers.polars_rollup")
    monkeypatch.setattr(rollup, "SIZES", (SIZE,))
    monkeypatch.setattr(polars.Shop, "tables", wrong)
    with pytest.raises(AssertionError, match="polars has other tables"):
        list(rollup.lines())
