"""The one result: figures by name, plain rows and columns, a readable text, and a reason for each gap."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from pendulum import Date

from ecomops.columns import Uneven, WrongColumn
from ecomops.kernel import Currency, Grain, Period, Repeated, Text, WrongKind, later
from ecomops.metrics import (
    AOV,
    BUYERS,
    GROSS,
    MONEY,
    NET,
    ORDERS,
    Additivity,
    Column,
    NotInTable,
    Partial,
    Reason,
    RowMissing,
    Table,
    compare,
    tabulate,
)
from tests.kernel.hostile import others
from tests.metrics.shops import MONDAY, SHOP, some_orders, weeks

SOLD = some_orders([1, 15, 15], [0, 0, -1], [123_456, 1_000, 500])
THREE = weeks(2.5)


def a_table(**changes: Any) -> Table:  # noqa: ANN401 - fields of a table
    """Return three weeks: one order, none, two; the last one in part."""
    table = tabulate(SOLD, (ORDERS, BUYERS, GROSS, AOV), calendar=SHOP, observed=THREE)
    return evolve(table, **changes) if changes else table


def test_figures_are_found_by_kpi_formula_or_key() -> None:
    """A KPI finds its column by name; the same formula under another name does not."""
    table = a_table()
    assert table[ORDERS].tolist() == table["orders_valid"].tolist() == [1, 0, 2]
    assert table[AOV][0] == 123_456.0
    for kpi in (NET, GROSS / ORDERS, "aov"):
        with pytest.raises(NotInTable):
            _ = table[kpi]


@pytest.mark.parametrize("key", ["week", "flags", "partial"])
def test_no_figure_takes_the_place_of_what_every_row_has(key: str) -> None:
    """Rows and columns name the first day, the flags and what is partial: a figure of such a name would replace it."""
    with pytest.raises(Repeated) as refusal:
        a_table(columns=(evolve(a_table().columns[0], key=key),))
    assert refusal.value.key == key


def test_rows_are_plain_values() -> None:
    """A row holds whole numbers, floats, None and texts, ready for JSON, and its flags."""
    assert a_table().to_rows()[1:] == [
        {
            "week": "2026-06-22",
            "orders_valid": 0,
            "buyers": 0,
            "gross_sales": 0,
            "avg_order_value_per_order": None,
            "flags": ["short_history"],
        },
        {
            "week": "2026-06-29",
            "orders_valid": 2,
            "buyers": 1,
            "gross_sales": 1_500,
            "avg_order_value_per_order": 750.0,
            "flags": ["partial", "short_history"],
        },
    ]


def test_columns_go_out_as_arrays() -> None:
    """Labels are texts, figures arrays that nobody changes, and partial periods flags."""
    columns: dict[str, Any] = a_table().to_columns()
    assert list(columns) == ["week", *a_table().keys, "partial"]
    assert (columns["week"][0], columns["partial"]) == ("2026-06-15", [False, False, True])
    assert columns["gross_sales"].dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        columns["gross_sales"][0] = 1


def test_table_reads_as_text() -> None:
    """Money stands in major units, a gap as a dash, a partial period with a star."""
    assert repr(a_table()).splitlines() == [
        "       week  orders_valid  buyers  gross_sales  avg_order_value_per_order",
        " 2026-06-15             1       1     1,234.56                   1,234.56",
        " 2026-06-22             0       0         0.00                          -",
        "2026-06-29*             2       1        15.00                       7.50",
    ]
    shares = tabulate(SOLD, (BUYERS / ORDERS,), calendar=SHOP, observed=THREE, by=Grain.MONTH)
    assert repr(shares).splitlines()[1:] == ["2026-06-01*                 0.3333", "2026-07-01*                      -"]
    assert "123,456" in repr(evolve(a_table(), currency=Currency.JPY))
    assert "123,456" in repr(evolve(a_table(), currency=Currency.of("XAU")))


def test_why_tells_of_each_gap() -> None:
    """Zero orders, no week before and a partial week are told apart; a figure has no reason."""
    compared = compare(a_table(), partial=Partial.LEFT_OUT)
    growth = "sales_growth.gross_sales"
    assert [compared.why(row, growth) for row in range(3)] == [Reason.NO_BASELINE, Reason.NONE, Reason.PARTIAL]
    assert [compared.why(row, AOV) for row in range(3)] == [Reason.NONE, Reason.ZERO_DENOMINATOR, Reason.NONE]
    for reason in Reason:
        assert reason.text.en
        assert reason.text.zh


def test_why_asks_for_a_row_and_column_of_the_table() -> None:
    """A row or column that is not there is named."""
    table = a_table()
    for row in (-1, 3):
        with pytest.raises(RowMissing, match=f"no row {row}, it has 3"):
            table.why(row, AOV)
    with pytest.raises(NotInTable):
        table.why(0, NET)
    for row in others(int):
        with pytest.raises(WrongKind):
            table.why(row, AOV)


def test_units_are_those_of_the_formulas() -> None:
    """Each column says in what it is measured."""
    assert a_table().units == {
        "orders_valid": "orders",
        "buyers": "buyers",
        "gross_sales": "money",
        "avg_order_value_per_order": "money orders^-1",
    }


def test_columns_are_as_long_as_the_labels() -> None:
    """A label, a flag or a reason too many is refused."""
    with pytest.raises(Uneven, match=r"Table\.flags"):
        a_table(flags=())
    with pytest.raises(Uneven, match=r"Table\.(flags|orders_valid)"):
        a_table(labels=(Date(2026, 6, 15),))
    column = a_table().columns[0]
    with pytest.raises(Uneven, match=r"Column\.reasons"):
        evolve(column, reasons=np.zeros(2, dtype=np.int8))


def test_column_holds_figures_and_reasons() -> None:
    """Lists, narrow numbers, texts and two dimensions are no figures."""
    fine: Any = {"values": np.zeros(1), "reasons": np.zeros(1, dtype=np.int8)}
    named: Any = {"key": "k", "name": Text("k", "k"), "unit": MONEY, "additivity": Additivity.SUM}
    assert Column(**fine, **named).plain() == [0.0]
    bad = [*others(), np.zeros(1, dtype=np.int32), np.zeros((1, 1)), np.array(["a"])]
    for name in fine:
        for value in bad:
            with pytest.raises(WrongColumn, match=f"Column.{name}"):
                Column(**(fine | {name: value}), **named)


def test_table_keeps_what_it_was_made_with() -> None:
    """Calendar, observed period and grain stand in the result."""
    table = a_table()
    assert (table.calendar, table.observed, table.grain, len(table)) == (SHOP, THREE, Grain.WEEK, 3)
    later_start = Period(start=later(MONDAY, dt.timedelta(days=7)), end=THREE.end)
    assert tabulate(SOLD, (), calendar=SHOP, observed=later_start).labels[0] == Date(2026, 6, 22)
