"""Two rows of a table are the two sides of an explanation; its rounded ratios are not."""

import datetime as dt

import pytest

from ecomops.kernel import Period, WrongKind, later
from ecomops.metrics import AOV, BUYERS, GROSS, ORDERS, PAID, RowMissing, Table, tabulate
from ecomops.metrics.explaining import FigureMissing, PartialRow, ZeroDenominator, decompose_rows, figures_of
from tests.metrics.shops import MONDAY, SHOP, some_orders, weeks

KPI = BUYERS * (ORDERS / BUYERS) * (PAID / ORDERS)


def a_table(observed: Period | None = None) -> Table:
    """Return three weeks: one order, three orders of two buyers, none."""
    facts = some_orders([3, 8, 9, 10], [0, 0, 1, 1], [1000, 1500, 1000, 801])
    return tabulate(facts, (BUYERS, ORDERS, PAID, AOV, PAID * AOV), calendar=SHOP, observed=observed or weeks(3))


def test_rows_are_explained() -> None:
    """In the currency of the table, to the cent."""
    found = decompose_rows(a_table(), KPI, before=0, after=1)
    assert [(part.key, part.steps) for part in found.parts] == [
        ("buyers", 1317),
        ("orders_valid / buyers", 792),
        ("paid_amount / orders_valid", 192),
    ]
    assert (found.steps, found.scale.currency) == (2301, a_table().currency)


def test_ratios_of_a_table_are_rounded_and_left_out() -> None:
    """What is missing in a whole column is None."""
    assert figures_of(a_table(), 1) == {"buyers": 2, "orders_valid": 3, "paid_amount": 3301}


def test_growth_from_nothing_is_all_buyers() -> None:
    """In an empty week nobody bought: how often and for how much has no value, and no part."""
    found = decompose_rows(a_table(), KPI, before=1, after=2)
    assert [part.steps for part in found.parts] == [-3301, 0, 0]


def test_partial_rows_are_compared_only_when_told() -> None:
    """The last week was observed in part."""
    table = a_table(Period(start=MONDAY, end=later(MONDAY, dt.timedelta(days=17))))
    with pytest.raises(PartialRow, match="the period of row 2 was observed in part"):
        decompose_rows(table, KPI, before=1, after=2)
    assert decompose_rows(table, KPI, before=1, after=2, partial=True).steps == -3301


def test_what_is_not_there_is_refused_by_name() -> None:
    """Rows, tables, figures, and quotients of nothing."""
    with pytest.raises(RowMissing):
        decompose_rows(a_table(), KPI, before=0, after=3)
    with pytest.raises(WrongKind, match=r"figures_of\.row"):
        figures_of(a_table(), True)  # noqa: FBT003 - that is the point
    with pytest.raises(WrongKind, match=r"decompose_rows\.table"):
        decompose_rows([], KPI, before=0, after=1)  # type: ignore[arg-type]
    with pytest.raises(FigureMissing, match="gross_sales"):
        decompose_rows(a_table(), GROSS / ORDERS, before=0, after=1)
    with pytest.raises(ZeroDenominator, match="orders_valid divides something by zero after"):
        decompose_rows(a_table(), PAID / ORDERS, before=0, after=2)
