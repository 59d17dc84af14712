"""Answers are the same whatever the threads, and however few rows each of them has."""

from importlib import import_module

import numpy as np
import pytest

from benchmarks import report_cold
from benchmarks.report_cold import SHOP, YEARS
from ecomops.columns import Ints, threads
from ecomops.kernel import Grain
from ecomops.metrics import (
    BROAD,
    DatedSales,
    Facts,
    Orders,
    customer_totals_of,
    dated_sales_of,
    retention_of,
    retention_of_sales,
    rfm_of,
    rfm_of_sales,
)

SMALL = {
    "columns.threads.LEAST": 400,
    "metrics.adding.BLOCK": 64,
    "metrics.cells.FEW": 64,
    "metrics.cells.MANY": 1,
    "metrics.latest.RUN": 32,
    "metrics.marks.BLOCK": 64,
    "metrics.packing.BLOCK": 64,
    "metrics.retention.MANY": 64,
    "metrics.retention.MOST_WAITING": 100,
    "metrics.retention.NEAR": 64,
    "metrics.sales.MANY": 64,
}
"""Rows of a share, and of the blocks in it."""


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Give each thread a few blocks of a few rows."""
    for name, value in SMALL.items():
        module, _, constant = name.rpartition(".")
        patch.setattr(import_module(f"ecomops.{module}"), constant, value)


def told(found: object) -> list[object]:
    """Return all that an answer says: arrays as their kind and their numbers."""
    fields = [getattr(found, name) for name in type(found).__annotations__]
    return [(str(each.dtype), each.tolist()) if hasattr(each, "tolist") else each for each in fields]


def shop(rows: str) -> Facts:
    """Return three thousand orders of two years with their lines, by time or not."""
    families = report_cold.two_years(3_000)
    orders = families[Orders]
    if rows == "any order":
        mixed = np.random.default_rng(5).permutation(3_000)
        families[Orders] = {name: values[mixed] for name, values in orders.items()}
    elif rows == "nearly by time":
        families[Orders] = orders | {name: nearly(orders[name]) for name in ("placed_at", "paid_at", "cancelled_at")}
    return report_cold.facts_of(families)


def nearly(values: Ints) -> Ints:
    """Return values of which each fiftieth stands a hundred rows too late."""
    rows = np.arange(len(values))
    rows[::50] = np.roll(rows[::50], 2)
    return values.take(rows)


def answers(facts: Facts, sales: DatedSales) -> list[object]:
    """Return all that is found by shares."""
    found: list[object] = [
        repr(report_cold.told(table)) for table in report_cold.ours(facts)
    ]  # as it is: NaN is itself
    for by in (Grain.MONTH, Grain.WEEK):  # few periods, and many
        found += [
            told(retention_of(facts, calendar=SHOP, observed=YEARS, by=by)),
            told(retention_of_sales(sales, by=by)),
        ]
    found += [told(rfm_of(facts, calendar=SHOP, window=YEARS, definition=each)) for each in (BROAD, sales.definition)]
    return [*found, told(rfm_of_sales(sales)), told(customer_totals_of(facts, calendar=SHOP, window=YEARS))]


@pytest.mark.parametrize("rows", ["by time", "nearly by time", "any order"])
def test_answers_do_not_depend_on_threads(rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one thread over all rows, and of several over shares of a few blocks."""
    facts = shop(rows)
    sales = dated_sales_of(facts, calendar=SHOP, period=YEARS)
    expected = answers(facts, sales)
    make_small(monkeypatch)
    for most in (1, 2, 3):
        with threads(most):
            assert answers(facts, sales) == expected
