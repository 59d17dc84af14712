"""A week is compared with the week before it, or says why not."""

import datetime as dt

import pytest

from ecomops.kernel import Period, Repeated, later
from ecomops.metrics import AOV, GROSS, NET, ORDERS, Partial, Reason, Table, Unit, compare, growth_of, tabulate
from ecomops.metrics.errors import NotComparable, NotInTable
from tests.metrics.shops import MONDAY, SHOP, some_orders, weeks


def a_table(*gross: int, observed: Period | None = None) -> Table:
    """Return a table of weeks with one order of so much each; none for 0."""
    sold = [(7.0 * week + 3, amount) for week, amount in enumerate(gross) if amount]
    facts = some_orders([day for day, _ in sold], [0] * len(sold), [amount for _, amount in sold])
    return tabulate(facts, (GROSS, ORDERS, AOV), calendar=SHOP, observed=observed or weeks(len(gross)))


def test_growth_is_current_over_previous_less_one() -> None:
    """Each figure is compared with the one above; the first has nothing above it."""
    compared = compare(a_table(100, 150, 75), (GROSS,))
    column = compared.column(growth_of(GROSS))
    assert column.plain() == [None, 0.5, -0.5]
    assert [compared.why(row, growth_of(GROSS)) for row in range(3)] == [Reason.NO_BASELINE, Reason.NONE, Reason.NONE]
    assert (column.unit, column.name and column.name.zh) == (Unit(), "折前销售额环比")
    assert compared.keys == ("gross_sales", "orders_valid", "avg_order_value_per_order", "sales_growth.gross_sales")


def test_all_columns_are_compared_unless_told() -> None:
    """Without a choice every column gets its growth."""
    assert compare(a_table(1, 2)).keys[3:] == tuple(growth_of(kpi) for kpi in (GROSS, ORDERS, AOV))


def test_growth_from_nothing_has_no_value() -> None:
    """After a week of zero there is no growth rate, neither 0 nor infinite; and a missing figure stays missing."""
    compared = compare(a_table(100, 0, 100, 200))
    assert compared.column(growth_of(GROSS)).plain() == [None, -1.0, None, 1.0]
    assert compared.why(2, growth_of(GROSS)) is Reason.ZERO_DENOMINATOR
    assert compared.column(growth_of(AOV)).plain() == [None, None, None, 1.0]
    assert [compared.why(row, growth_of(AOV)) for row in (1, 2)] == [Reason.ZERO_DENOMINATOR] * 2


def test_partial_weeks_are_not_compared() -> None:
    """A week of which a part was observed is refused beside others; left out, it is compared with none."""
    observed = Period(start=later(MONDAY, dt.timedelta(days=2)), end=later(MONDAY, dt.timedelta(days=25)))
    table = a_table(100, 100, 200, 300, observed=observed)
    with pytest.raises(NotComparable) as refused:
        compare(table, (GROSS,))
    assert refused.value.period == "2026-06-22, 2026-07-06"  # the week after the first part, and the last part
    compared = compare(table, (GROSS,), partial=Partial.LEFT_OUT)
    assert compared.partial == (True, False, False, True)
    assert compared.column(growth_of(GROSS)).plain() == [None, None, 1.0, None]
    reasons = [compared.why(row, growth_of(GROSS)) for row in range(4)]
    assert reasons == [Reason.NO_BASELINE, Reason.PARTIAL, Reason.NONE, Reason.PARTIAL]


def test_negative_figure_is_no_baseline() -> None:
    """From a loss to a gain is no growth of minus two hundred per cent."""
    table = a_table(100, 300)
    loss = tabulate(
        some_orders([3, 10], [0, 0], [100, 300]), (GROSS - 2 * GROSS, GROSS), calendar=SHOP, observed=weeks(2)
    )
    assert compare(loss, loss.keys[:1]).why(1, growth_of(loss.keys[0])) is Reason.NO_BASELINE
    assert compare(table, (GROSS,)).why(1, growth_of(GROSS)) is Reason.NONE


def test_empty_table_is_compared_with_nothing() -> None:
    """No row, no growth."""
    empty = compare(tabulate(some_orders([], []), (GROSS,), calendar=SHOP, observed=weeks(0)))
    assert empty.to_rows() == []


def test_column_must_be_there_and_compared_once() -> None:
    """A figure that the table was not made with is refused by name, and so is a second comparison."""
    with pytest.raises(NotInTable, match="net_sales"):
        compare(a_table(1), (NET,))
    with pytest.raises(Repeated):
        compare(compare(a_table(1), (GROSS,)), (GROSS,))
