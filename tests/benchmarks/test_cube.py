"""The benchmark of goods that are kept: another engine classes the same ones."""

import pytest

from benchmarks import cube


def test_polars_classes_the_same_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beside it; duckdb is there for the benchmark alone."""
    monkeypatch.setattr(cube, "SIZES", (4_000,))
    monkeypatch.setattr(cube, "PEERS", ("polars",))
    assert [(each["bench"], each["peer"]) for each in cube.lines()] == [("T6 from cube", "polars")]
