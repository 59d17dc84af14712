"""Cases of figures, by facts and tables; a zero denominator gives no figure here where the source gives 0."""

import re
from collections.abc import Mapping

import numpy as np
import pytest

from ecomops.columns import microseconds
from ecomops.kernel import Calendar, Currency, Period
from ecomops.metrics import (
    DISCOUNTS,
    FIRST_TIME_BUYERS,
    PAID,
    Exposures,
    Facts,
    Formula,
    Reason,
    Table,
    tabulate,
)
from ecomops.metrics.dictionary.catalogue import ENTRIES
from tests.conformance.case_files import Case, cases
from tests.metrics.shops import MONDAY

RATES = ("click_through_rate", "cart_rate_click", "cart_pay_rate", "refund_rate_item")
"""The entries of the dictionary that the case asks for, in its order."""


def wanted(case: Case) -> list[float]:
    """Return the numbers that a case wants, as far as it rounds them."""
    return [float(number) for number in re.findall(r"\d+\.\d+", case["then"])]


def tabled(facts: Facts, kpis: tuple[Formula, ...]) -> Table:
    """Return the figures of the first day."""
    observed = Period(start=MONDAY, end=MONDAY.add(days=1))
    return tabulate(facts, kpis, calendar=Calendar(timezone="UTC"), observed=observed, by=())


def shown(item: Mapping[str, int]) -> Facts:
    """Return the facts of one item in a list."""
    counts = {"shown": "impressions", "clicks": "clicks", "cart_adds": "carts", "payments": "payments"}
    counted = {ours: item[theirs] for ours, theirs in counts.items()} | {"refunds": item["refunds"], "favourites": 0}
    codes = {"visitor": 0, "sku": 0, "keyword": -1, "at": microseconds(MONDAY)}
    columns = {name: np.array([value]) for name, value in (codes | counted).items()}
    return Facts.of(Currency.CNY, {Exposures: columns})


def rates(facts: Facts) -> Table:
    """Return the four rates of the item."""
    figures = [ENTRIES[key].figure() for key in RATES]
    return tabled(facts, tuple(figure for figure in figures if figure is not None))


@cases("MET-02")
def test_rates_of_an_item(case: Case) -> None:
    """Clicks of impressions, carts of clicks, payments of carts, refunds of payments."""
    item: Mapping[str, int] = case["given"]["item8001"]
    assert [round(column.plain()[0] or 0, 3) for column in rates(shown(item)).columns] == wanted(case)[:4]


@cases("MET-02")
def test_rates_of_what_nobody_saw(case: Case) -> None:
    """The source shows 0: here there is no rate, and the cell says why."""
    table = rates(shown(dict.fromkeys(case["given"]["item8001"], 0)))
    assert [column.plain() for column in table.columns] == [[None]] * 4
    assert {table.why(0, column.key) for column in table.columns} == {Reason.ZERO_DENOMINATOR}


@cases("MET-05")
def test_what_new_customers_brought_and_cost(case: Case) -> None:
    """Both are means over first-time buyers: what they paid, and what was taken off their first orders."""
    first = list(case["given"]["new_customers_first_orders"].values())
    paid, listed = (np.array([each[name] for each in first]) for name in ("paid", "list"))
    columns = {"paid_at": np.full(len(first), microseconds(MONDAY)), "customer": np.arange(len(first))}
    facts = Facts.of_orders(Currency.CNY, columns | {"gross": listed, "discount": listed - paid})
    kpis = PAID / FIRST_TIME_BUYERS, DISCOUNTS / FIRST_TIME_BUYERS
    table = tabled(facts, kpis)
    assert [table[kpi].tolist() for kpi in kpis] == [[pytest.approx(each, abs=0.05)] for each in wanted(case)]
