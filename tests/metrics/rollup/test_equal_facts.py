"""A rollup says of what it was told what the facts of the same orders say."""

from datetime import timedelta

import numpy as np
import pendulum
import pytest
from pendulum import Date

from ecomops.columns import NEVER, Ints, microseconds
from ecomops.kernel import Calendar, Currency, DomainError, Grain, Period, RetailCalendar
from ecomops.metrics import (
    AOV,
    AOV_PER_BUYER,
    BUYERS,
    DISCOUNTS,
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
    Definition,
    Facts,
    Lines,
    Orders,
    Refunds,
    Stock,
    tabulate,
)
from ecomops.metrics.assortment import By, assortment_of
from ecomops.metrics.covering import cover_of
from ecomops.metrics.rfm import rfm_of
from ecomops.metrics.rollup import RETURNS, TOLD, Rollup

ZONE = Calendar(timezone="Asia/Kolkata")
START = ZONE.bounds(Date(2026, 3, 2)).start
"""A Monday."""
DEFINITION = Definition(new_after=timedelta(days=20))
OF_ORDERS, OF_REFUNDS = (GROSS, DISCOUNTS, TAX), (REFUNDS, RETURNED_GROSS, RETURNED_DISCOUNTS)
KPIS = (
    *(ORDERS, IDENTIFIED_ORDERS, BUYERS, NEW_BUYERS, TOLD, RETURNS, *OF_ORDERS, *OF_REFUNDS),
    *(
        PAID,
        RETURNED,
        NET,
        AOV,
        AOV_PER_BUYER,
        REFUNDS / PAID,
        ORDERS / TOLD,
        NEW_BUYERS / BUYERS,
        1 - RETURNED / GROSS,
    ),
)
PLACES, SKUS = 4, 30
DAY = 86_400_000_000


def random_facts(seed: int, rows: int = 900) -> Facts:
    """Return orders of 80 days: guests, cancelled ones, refunds before and after the sale, tied instants, lines."""
    draw = np.random.default_rng(seed)
    at = np.sort(microseconds(START) + draw.integers(0, 80 * 24 * 4, rows) * (DAY // 96))
    size = 2 * rows
    nothing = np.zeros(size, dtype=np.int64)
    orders = {
        "placed_at": at, "paid_at": at, "closed_at": np.full(rows, NEVER),
        "cancelled_at": np.where(draw.random(rows) < 0.2, at + 5, NEVER),
        "customer": draw.integers(-1, 150, rows), "location": draw.integers(0, PLACES, rows),
        "gross": draw.integers(0, 9_000, rows), "discount": draw.integers(0, 90, rows),
        "tax": draw.integers(-5, 90, rows),
        "tendered": np.zeros(rows, dtype=np.int64), "due": np.zeros(rows, dtype=np.int64),
    }  # fmt: skip
    back = draw.integers(0, rows, rows // 3)
    refunds = {
        "order": back, "at": at[back] + draw.integers(-2, 30, len(back)) * DAY,
        "called_off": np.zeros(len(back), dtype=np.int64), "fee": np.zeros(len(back), dtype=np.int64),
        **{name: draw.integers(0, 900, len(back)) for name in ("gross", "discount", "tax", "amount")},
    }  # fmt: skip
    lines = {
        "order": np.sort(draw.integers(0, rows, size)), "line": np.arange(size), "location": nothing, "unit": nothing,
        "sku": np.minimum(draw.integers(-1, SKUS + 9, size), SKUS - 1), "quantity": draw.integers(0, 4, size),
        "gross": draw.integers(100, 9_000, size), "discount": draw.integers(0, 90, size), "tax": nothing,
        "tendered": nothing,
    }  # fmt: skip
    stock = {
        "sku": np.arange(2 * SKUS) % SKUS, "location": np.zeros(2 * SKUS, dtype=np.int64),
        "at": microseconds(START) + np.repeat([0, 40], SKUS) * DAY, "on_hand": draw.integers(0, 50, 2 * SKUS),
        "worth": np.zeros(2 * SKUS, dtype=np.int64),
    }  # fmt: skip
    return Facts.of(Currency.INR, {Orders: orders, Refunds: refunds, Lines: lines, Stock: stock})


def told(facts: Facts, seed: int, calendar: Calendar = ZONE) -> Rollup:
    """Return a rollup that was told of the orders in any order, and of what was cancelled later."""
    draw = np.random.default_rng(seed)
    orders, refunds, lines = facts.orders, facts.refunds, facts.lines
    rollup = Rollup(
        calendar, currency=facts.currency, definition=DEFINITION, dimensions={"location": PLACES, "place": PLACES},
        windows=["location"], amounts=OF_ORDERS, refund_amounts=OF_REFUNDS, skus=SKUS + 1,
    )  # fmt: skip
    columns: dict[str, Ints] = {
        "id": np.arange(len(orders)), "at": orders.paid_at, "customer": orders.customer,
        "valid": np.ones(len(orders), dtype=np.int64), "location": orders.location, "place": orders.location,
        "gross_sales": orders.gross, "discounts": orders.discount, "tax": orders.tax,
    }  # fmt: skip
    of_lines = {
        "order": lines.order, "sku": lines.sku, "quantity": lines.quantity, "net": lines.gross - lines.discount
    }  # fmt: skip
    for part in np.array_split(draw.permutation(len(orders)), 5):
        theirs = np.isin(lines.order, part)
        rollup.append(
            {name: values[part] for name, values in columns.items()},
            {name: values[theirs] for name, values in of_lines.items()},
        )
    cancelled = np.flatnonzero(orders.cancelled_at != NEVER)
    rollup.change(
        amend={"id": cancelled, "valid": np.zeros(len(cancelled), dtype=np.int64)},
        refund={
            "id": np.arange(len(refunds)), "order": refunds.order, "at": refunds.at,
            "refund_amount": refunds.amount, "returned_gross_sales": refunds.gross,
            "returned_discounts": refunds.discount,
        },
    )  # fmt: skip
    return rollup


def days(first: float, last: float) -> Period:
    """Return what lies between two days after the first Monday."""
    return Period(start=START.add(seconds=round(first * 86_400)), end=START.add(seconds=round(last * 86_400)))


RETAIL = RetailCalendar(timezone="Asia/Kolkata", weeks=(4, 4, 5))
PARTS = [days(0, 77), days(10.3, 61.7), days(-9, 120), days(30.2, 30.9)]
"""Whole weeks; such as begin and end in the middle of a day; more than there is; a part of one day."""


@pytest.mark.parametrize(
    ("observed", "calendar"), [*((part, ZONE) for part in PARTS), (PARTS[1], RETAIL)], ids=range(len(PARTS) + 1)
)
@pytest.mark.parametrize("by", [None, "location"])
def test_tables_are_those_of_facts(observed: Period, calendar: Calendar, by: str | None) -> None:
    """Every KPI of every period, every reason, flag, unit and name; and of the whole as one period."""
    facts = random_facts(5)
    rollup = told(facts, 6, calendar)
    for grain in Grain:
        cut = grain if by is None else (grain, Orders["location"])
        theirs = tabulate(facts, KPIS, calendar=calendar, observed=observed, by=cut, definition=DEFINITION)
        ours = rollup.table(grain, observed=observed, by=by, figures=KPIS)
        slots = [code in theirs.keys_of_rows[0].codes for code in range(PLACES)] * (len(ours) // PLACES) if by else None
        rows = [row for place, row in enumerate(ours.to_rows()) if slots is None or slots[place]]
        assert rows == theirs.to_rows()
        assert (ours.units, ours.definition, ours.currency) == (theirs.units, theirs.definition, theirs.currency)
        if by is None:
            for kpi in KPIS:
                assert ours[kpi].dtype == theirs[kpi].dtype
                assert ours.column(kpi).reasons.tolist() == theirs.column(kpi).reasons.tolist()
                assert ours.column(kpi).name == theirs.column(kpi).name
    whole = tabulate(facts, KPIS, calendar=calendar, observed=observed, by=(), definition=DEFINITION)
    window = rollup.window(observed, figures=KPIS)
    assert (window.to_rows(), repr(window)) == (whole.to_rows(), repr(whole))
    starts, ends = (np.array([microseconds(each)]) for each in (observed.start, observed.end))
    arrays = rollup.windows(starts, ends, figures=KPIS)
    assert {key: values.tolist() for key, values in arrays.items()} == {key: whole[key].tolist() for key in whole.keys}


def test_a_dimension_without_windows_refuses_what_it_would_have_to_guess() -> None:
    """A first day that was observed in part: sums stand, distinct buyers by such a dimension do not."""
    facts = random_facts(7)
    rollup, observed = told(facts, 8), days(10.3, 61.7)
    table = rollup.table(Grain.DAY, observed=observed, by="place", figures=(ORDERS, NET, NEW_BUYERS))
    same = rollup.table(Grain.DAY, observed=observed, by="location", figures=(ORDERS, NET, NEW_BUYERS))
    assert [table[key].tolist() for key in table.keys] == [same[key].tolist() for key in same.keys]
    with pytest.raises(DomainError) as refused:
        rollup.table(Grain.DAY, observed=observed, by="place", figures=(BUYERS / ORDERS,))
    assert refused.value.code == "rollup.windows_not_kept"


@pytest.mark.parametrize("window", PARTS, ids=range(len(PARTS)))
def test_customers_are_those_of_facts(window: Period) -> None:
    """Last order, number of orders and money of each customer: what recency, frequency and money are made of."""
    facts = random_facts(9)
    ours = told(facts, 10).customers(window, figures=(ORDERS, PAID))
    theirs = rfm_of(facts, calendar=ZONE, window=window, definition=DEFINITION)
    last = [ZONE.day(pendulum.from_timestamp(each / 1e6)).toordinal() for each in ours["last_at"].tolist()]
    assert ours["customer"].tolist() == theirs.customer.tolist()
    assert ours["orders_valid"].tolist() == theirs.frequency.tolist()
    assert ours["paid_amount"].tolist() == theirs.monetary.tolist()
    assert [theirs.as_of.toordinal() - day for day in last] == theirs.recency.tolist()
    assert [*told(facts, 10).customers(window)] == [
        "customer",
        "last_at",
        "orders_valid",
        "gross_sales",
        "discounts",
        "tax",
    ]


@pytest.mark.parametrize("by", list(By))
def test_goods_are_those_of_facts(by: By) -> None:
    """Ranks, classes, sell-through and days of supply of whole weeks."""
    facts = random_facts(11)
    rollup, period = told(facts, 12), days(35, 77)
    theirs = assortment_of(facts, calendar=ZONE, period=period, by=by, definition=DEFINITION)
    for before in (None, theirs.before):
        ours = rollup.assortment(period, before=before, by=by)
        assert (ours.to_rows(), ours.before, ours.definition) == (theirs.to_rows(), theirs.before, DEFINITION)
    cover = cover_of(facts, calendar=ZONE, period=period, definition=DEFINITION)
    stock = np.zeros((2, SKUS + 1), dtype=np.int64)  # of the last code there never was any
    stock[:, :SKUS] = facts[Stock].on_hand.reshape(2, SKUS)
    nothing = np.zeros(SKUS + 1, dtype=np.int64)
    mine = rollup.goods(period).cover(opening=stock[0], received=nothing, closing=stock[1])
    sold = [row for row in cover.to_rows() if row["units"] or row["opening"] or row["closing"]]
    assert mine.to_rows() == sold
    with pytest.raises(DomainError) as refused:
        rollup.goods(period).cover(opening=stock[0], received=nothing, closing=stock[1][1:])
    assert refused.value.code == "column.uneven"
    with pytest.raises(DomainError):
        rollup.assortment(period, by="net")  # type: ignore[arg-type] # what is refused
