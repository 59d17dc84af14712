"""The figures that ship have keys, names in both languages, and the meaning that the dictionary gives them."""

import pytest

from ecomops.metrics import (
    AOV,
    AOV_PER_BUYER,
    BUYERS,
    DISCOUNTS,
    FIRST_TIME_BUYERS,
    GROSS,
    IDENTIFIED_ORDERS,
    NET,
    NEW_BUYERS,
    ORDERS,
    PAID,
    REFUNDS,
    RETURNED,
    RETURNED_DISCOUNTS,
    RETURNED_GROSS,
    TAX,
    UNITS,
    WEEKLY,
    Formula,
    Kpi,
    Measure,
    tabulate,
    units_in,
)
from tests.metrics.shops import MONDAY, SHOP, Bought, Line, facts_of, ints, some_orders, weeks

SHIPPED: list[Formula] = [
    ORDERS,
    IDENTIFIED_ORDERS,
    BUYERS,
    NEW_BUYERS,
    FIRST_TIME_BUYERS,
    UNITS,
    units_in("litre"),
    GROSS,
    DISCOUNTS,
    TAX,
    REFUNDS,
    RETURNED_GROSS,
    RETURNED_DISCOUNTS,
    RETURNED,
    PAID,
    NET,
    AOV,
    AOV_PER_BUYER,
]
OF_THE_DICTIONARY = {
    "orders_valid",
    "buyers",
    "new_buyers",
    "first_time_buyers",
    "refund_amount",
    "paid_amount",
    "net_sales",
    "avg_order_value_per_order",
    "avg_order_value_per_buyer",
}


def test_keys_are_unique_and_those_of_the_dictionary() -> None:
    """Each figure has a key of its own; where the metrics dictionary has the figure, that key."""
    keys = [each.key for each in SHIPPED]
    assert len(set(keys)) == len(keys)
    assert set(keys) >= OF_THE_DICTIONARY
    assert {each.key for each in WEEKLY} <= set(keys)


@pytest.mark.parametrize("figure", SHIPPED, ids=lambda each: each.key)
def test_figure_has_a_name_in_both_languages(figure: Formula) -> None:
    """People read them in English and Chinese."""
    assert isinstance(figure, (Measure, Kpi))
    assert figure.name is not None
    assert figure.name.en
    assert not figure.name.zh.isascii()


def test_hand_worked_week() -> None:
    """Two buyers and a guest, a discount, tax on top, and a return: each figure as worked out by hand."""
    tea = Line(unit=0, quantity=2, gross=1_000, discount=100, back=0, back_after=0)
    oil = Line(unit=1, quantity=5, gross=600, discount=0, back=1, back_after=60)
    orders = [((tea,), 0), ((tea, oil), 0), ((oil,), 1), ((tea,), -1)]
    facts = facts_of(
        [
            Bought(minute=n, paid_after=0, cancelled=False, customer=who, lines=own)
            for n, (own, who) in enumerate(orders)
        ],
        MONDAY,
    )
    row = tabulate(facts, SHIPPED, calendar=SHOP, observed=weeks(1)).to_rows()[0]
    assert row == {
        "week": "2026-06-15",
        "orders_valid": 4,
        "orders_identified": 3,
        "buyers": 2,
        "new_buyers": 2,
        "first_time_buyers": 2,
        "units": 6,
        "units.litre": 10,
        "gross_sales": 4_200,
        "discounts": 300,
        "tax": 0,
        "refund_amount": 1_200,
        "returned_gross_sales": 1_200,
        "returned_discounts": 0,
        "returned_sales": 1_200,
        "paid_amount": 3_900,
        "net_sales": 2_700,
        "avg_order_value_per_order": 975.0,
        "avg_order_value_per_buyer": 1_950.0,
        "flags": ["short_history"],
    }


def test_tax_on_top_is_paid_and_no_sale() -> None:
    """Tax counts in what was paid, not in net sales."""
    facts = some_orders([1], [0], [1_000], tax=ints(60), discount=ints(100))
    row = tabulate(facts, (TAX, PAID, NET), calendar=SHOP, observed=weeks(1)).to_rows()[0]
    assert (row["tax"], row["paid_amount"], row["net_sales"]) == (60, 960, 900)
