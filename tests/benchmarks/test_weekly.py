"""The weekly table of the benchmark: what is compared, and that another engine says the same."""

from importlib import import_module
from typing import Any

import pytest

from benchmarks import weekly

SIZE = 4_000


def test_the_orders_have_everything_that_makes_a_difference() -> None:
    """Unpaid and cancelled orders, unknown buyers, and some who come back after more than a year."""
    table = weekly.ours(weekly.two_years(SIZE))()
    orders, buyers, new, first = (table[kpi].sum() for kpi in weekly.SUMS[:4])
    assert SIZE > orders > 0.9 * SIZE
    assert orders > buyers > new > first > 0
    assert (len(table), any(table.partial)) == (105, False)


def test_polars_has_the_same_table() -> None:
    """All whole numbers of all weeks; duckdb is there for the benchmark alone, which compares both."""
    columns = weekly.two_years(SIZE)
    peer: Any = import_module("benchmarks.peers.polars_weeks")
    assert peer.prepared(columns, zone=weekly.ZONE)() == weekly.told(weekly.ours(columns)())


def test_every_size_is_compared_with_every_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each, and one that says how our time grows."""
    monkeypatch.setattr(weekly, "SIZES", (2_000, 4_000))
    monkeypatch.setattr(weekly, "PEERS", ("polars",))
    told = list(weekly.lines())
    assert [(each["bench"], each["n"], each["peer"]) for each in told] == [
        ("weekly_table", 2_000, "polars"),
        ("weekly_table", 4_000, "polars"),
        ("weekly_growth", 4_000, "2000 orders"),
    ]
    assert all(each["floor_s"] for each in told[:2])


def test_a_peer_with_another_table_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes something else has done other work."""

    class Wrong:
        def prepared(self, columns: weekly.Columns, *, zone: str) -> Any:  # noqa: ANN401 - its table is wrong anyway
            return lambda: [(zone, len(columns))]

    def wrong(_: str) -> Wrong:
        return Wrong()

    monkeypatch.setattr(weekly, "SIZES", (100,))
    monkeypatch.setattr(weekly, "_peer", wrong)
    with pytest.raises(AssertionError, match="polars has another table"):
        list(weekly.lines())
