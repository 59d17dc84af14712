"""The recipes for other engines give the bytes of all rows at once, and the table that `tabulate` makes of facts."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import on_dask
import on_duckdb
import pytest
from attrs import evolve
from partitioned import BY_CUSTOMER, KPIS, SPEC, at_once, merged, shop

from ecomops.columns import NEVER
from ecomops.kernel import Currency
from ecomops.metrics import Facts, Names, Refunds, tabulate
from ecomops.metrics.summary import Summary
from tests.metrics.summary.test_tabling import assert_same

ROWS = shop(3_000)
WHOLE = at_once(ROWS)


def facts() -> Facts:
    """Return the same shop as facts; each refund is of an order of its own, as it was drawn."""
    orders = ROWS["orders"] | {"paid_at": ROWS["orders"]["at"]}
    named = {name: orders[name] for name in ("paid_at", "customer", "gross", "discount", "tax")}
    base = Facts.of_orders(Currency.CNY, named, Names())
    back = ROWS["refunds"]
    rows = {(int(each), int(gross)): row for row, (each, gross) in enumerate(zip(*sold(orders), strict=True))}
    nothing = np.zeros(len(back["at"]), dtype=np.int64)
    keys = zip(*sold(back), strict=True)
    order = np.array([rows[int(customer), int(gross)] for customer, gross in keys], dtype=np.int64)
    shared = {name: back[name] for name in ("at", "gross", "discount", "amount")}
    refunds = Refunds.of(shared | {"order": order, "called_off": nothing, "tax": nothing, "fee": nothing})
    assert (base.orders.cancelled_at == NEVER).all()
    return evolve(base, refunds=refunds)


def sold(columns: Any) -> tuple[Any, Any]:  # noqa: ANN401 - arrays
    """Return by whom and for how much: enough to find the order of a refund."""
    return columns["customer"].tolist(), columns["gross"].tolist()


def test_table_is_that_of_the_facts() -> None:
    """What the recipes agree on is right."""
    whole = tabulate(facts(), KPIS, calendar=SPEC.calendar, observed=SPEC.observed)
    assert_same(WHOLE.table(KPIS), whole)


@pytest.mark.parametrize("number", [1, 5])
def test_dask_gives_the_same_bytes(number: int) -> None:
    """However many chunks the rows came in."""
    dask: Any = import_module("dask")
    with dask.config.set(scheduler="synchronous"):
        assert on_dask.summary(on_dask.chunks_of(ROWS, number)).to_bytes() == WHOLE.to_bytes()


def test_duckdb_gives_the_same_bytes() -> None:
    """Each part by a query of its own."""
    assert on_duckdb.summary(on_duckdb.loaded(ROWS)).to_bytes() == WHOLE.to_bytes()


def test_a_part_that_is_forgotten_is_told() -> None:
    """Seven of eight parts give no table."""
    sent = [Summary.of(part, SPEC, BY_CUSTOMER.part(at)).to_bytes() for at, part in enumerate(BY_CUSTOMER.split(ROWS))]
    assert merged(sent).to_bytes() == WHOLE.to_bytes()
    with pytest.raises(Exception, match="1 of 8 parts are missing"):
        merged(sent[:-1]).table(KPIS)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A session of Spark with workers that run this interpreter."""
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    spark: Any = import_module("pyspark.sql").SparkSession
    running = spark.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    yield running
    running.stop()


@pytest.mark.spark
@pytest.mark.filterwarnings("default")
def test_spark_gives_the_same_bytes(session: Any) -> None:  # noqa: ANN401 - Spark has no types
    """Also when a part has no row at all, which Spark never tells of."""
    on_spark = import_module("on_spark")
    few = {family: {name: values[:4] for name, values in columns.items()} for family, columns in ROWS.items()}
    for rows in (ROWS, few):
        assert on_spark.summary(on_spark.loaded(session, rows)).to_bytes() == at_once(rows).to_bytes()


@pytest.mark.parametrize("name", ["on_dask", "on_duckdb"])
def test_scripts_print_the_table(name: str) -> None:
    """As their first line says."""
    script = Path(on_dask.__file__).with_name(f"{name}.py")
    shown = subprocess.run([sys.executable, str(script)], env=dict(os.environ), capture_output=True, check=True)
    assert shown.stdout.decode().strip("\n") == str(at_once(shop()).table(KPIS))
