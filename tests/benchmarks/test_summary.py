"""The merge of the benchmark: both sides have the same figures, of parts of both kinds."""

from importlib import import_module
from typing import Any, cast

import pytest

from benchmarks import summary


@pytest.mark.parametrize("name", sorted(summary.BY))
def test_polars_has_the_same_figures(name: str) -> None:
    """All whole numbers of all days and channels."""
    columns, by = summary.two_years(20_000), summary.BY[name]
    peer: Any = import_module("benchmarks.peers.polars_summary")
    split = [cast("summary.Columns", part["orders"]) for part in by.split({"orders": dict(columns)})]
    theirs = peer.prepared(split, closed=name == "closed")
    assert theirs() == summary.told(summary.merged(summary.summaries(columns, by, new=False)))


def test_both_kinds_of_parts_find_the_same_new_buyers() -> None:
    """What polars is not asked for is the same closed and open."""
    columns = summary.two_years(20_000)
    closed, opened = (summary.merged(summary.summaries(columns, by, new=True)) for by in summary.BY.values())
    assert {name: values.tolist() for name, values in closed.items()} == {
        name: values.tolist() for name, values in opened.items()
    }
    assert closed["new_buyers"].sum() > 0


def test_every_size_is_measured_closed_and_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line against the peer and one with new buyers, for both kinds."""
    monkeypatch.setattr(summary, "LINES", (10_000,))
    told = list(summary.lines())
    names = ["summary_closed", "summary_closed_new", "summary_open", "summary_open_new"]
    assert [each["bench"] for each in told] == names
    assert [each["peer_s"] is None for each in told] == [False, True, False, True]
