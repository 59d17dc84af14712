"""Distinct buyers by grid and scans are those of a set."""

import numpy as np
import pytest

from ecomops.metrics.rollup.sealed import SealedChains


@pytest.mark.parametrize("size", [1, 3, 40])
@pytest.mark.parametrize(("rows", "buyers"), [(0, 90), (1, 90), (64, 1), (1_000, 90)])
def test_distinct_buyers_are_those_of_a_set(size: int, rows: int, buyers: int) -> None:
    """Windows that begin and end in blocks, at their edges, before the first order and after the last."""
    draw = np.random.default_rng(rows + size)
    at = np.sort(draw.integers(0, 700, rows))
    customers, values = draw.integers(0, buyers, rows), draw.integers(0, size, rows)
    by_customer = np.argsort(customers, kind="stable")
    chains = SealedChains(values, customers[by_customer], at, by_customer, size=size)
    starts = draw.integers(-5, 700, 200)
    ends = starts + draw.integers(0, 500, 200)
    expected = [
        [len({*customers[(values == value) & (start <= at) & (at < end)].tolist()}) for value in range(size)]
        for start, end in zip(starts, ends, strict=True)
    ]
    assert chains.distinct(starts, ends).tolist() == expected
    assert [chains.of_one(*window).tolist() for window in zip(starts, ends, strict=True)] == expected


def test_long_scans_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little is held at once, the answer is the same."""
    at, customers = np.arange(500), np.arange(500) % 7
    by_customer = np.argsort(customers, kind="stable")
    chains = SealedChains(np.zeros(500, dtype=np.int64), customers[by_customer], at, by_customer, size=1)
    starts, ends = np.arange(0, 400, 3), np.arange(0, 400, 3) + 90
    before = chains.distinct(starts, ends)
    monkeypatch.setattr("ecomops.metrics.rollup.sealed.AT_ONCE", 50)
    assert (chains.distinct(starts, ends) == before).all()
    assert set(before.reshape(-1).tolist()) == {7}
