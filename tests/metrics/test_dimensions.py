"""Dimensions, conditions, totals, the largest and the rest, and definitions side by side."""

from typing import Any

import numpy as np
import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date

from ecomops.columns import NEVER, CannotHoldSum, Ints, OutOfColumn, Uneven, WrongColumn
from ecomops.kernel import BadText, Currency, Grain, OutOfRange, Repeated, Text, WrongKind
from ecomops.metrics import (
    BROAD,
    BUYERS,
    DEFAULT_DEFINITION,
    END,
    GROSS,
    JD,
    MONEY,
    NEW_BUYERS,
    ORDERS,
    REFUNDS,
    START,
    TAOBAO,
    BadFacts,
    Before,
    Cancelled,
    Columns,
    Constant,
    Conversations,
    Counted,
    Counts,
    Definition,
    Facts,
    FamilyMissing,
    Keys,
    LeadsNowhere,
    Lines,
    LineWorth,
    Measure,
    Members,
    Names,
    NeedsCalendar,
    NoSuchColumn,
    NotAdditive,
    NotInTable,
    NoWay,
    Orders,
    OrderTerms,
    Reason,
    Refunds,
    ReturnInstant,
    SaleInstant,
    Seen,
    Stock,
    Top,
    Unit,
    UnitMismatch,
    Views,
    Visits,
    among,
    count,
    report,
    tabulate,
)
from ecomops.metrics.declaring import Declared, Is, code, declared, instant
from ecomops.metrics.declaring import count as number
from ecomops.metrics.dictionary.goods import CLOSING_STOCK, ON_SALE, OPENING_STOCK
from ecomops.metrics.dictionary.people import CONSULTING_USERS
from ecomops.metrics.dictionary.selling import SALES
from ecomops.metrics.dictionary.traffic import VISITORS, VISITS
from ecomops.metrics.expressions import AnyRow, ClockOf, Combined, DayOf, families_in
from ecomops.metrics.sales import clocks, day_numbers, sales, sold_for
from ecomops.metrics.windows import Windows, in_windows
from tests.metrics.shops import SHOP, at, facts_of, ints, nothing, some_orders, weeks

NAME = Text("figure", "数")
CHANNELS = Names.of({"channels": ("shop", "app"), "visit_sources": ("ads",)})


def terms(channels: list[int], **columns: Ints) -> OrderTerms:
    """Return the terms of the first orders."""
    size = len(channels)
    usual = {name: np.full(size, -1) for name in ("source", "staff")}
    zeros = {name: np.zeros(size, dtype=np.int64) for name in ("on_delivery", "freight")}
    return OrderTerms.of({"order": np.arange(size), "channel": ints(*channels), **usual, **zeros, **columns})


def by_channel() -> Facts:
    """Return five orders of two weeks and two channels; one has no terms."""
    facts = some_orders([1, 2, 3, 8, 9], [0, 1, 0, 0, -1], [100, 200, 300, 400, 500])
    return evolve(facts, names=CHANNELS).joined(terms([0, 1, 1, 0]))


def rows(*figures: Any, **asked: Any) -> list[list[Any]]:  # noqa: ANN401 - figures and what is asked
    """Return the rows of a table of two weeks as lists, without their flags."""
    table = tabulate(asked.pop("facts", by_channel()), figures, calendar=SHOP, observed=weeks(2), **asked)
    return [list(row.values())[:-1] for row in table.to_rows()]


def test_rows_are_periods_and_values_in_a_stable_order() -> None:
    """Every value that occurs stands in every period, unknown ones last; a cell without an order is zero."""
    assert rows(ORDERS, GROSS, by=(Grain.WEEK, "channels")) == [
        ["2026-06-15", "shop", 1, 100],
        ["2026-06-15", "app", 2, 500],
        ["2026-06-15", None, 0, 0],
        ["2026-06-22", "shop", 1, 400],
        ["2026-06-22", "app", 0, 0],
        ["2026-06-22", None, 1, 500],
    ]
    by_column = rows(ORDERS, by=(OrderTerms["channel"], Grain.WEEK))
    assert [row[1:] for row in by_column] == [["shop", 1], ["app", 2], [None, 0], ["shop", 1], ["app", 0], [None, 1]]


def test_without_a_length_there_is_one_period() -> None:
    """The whole of what was observed is one row for each value."""
    assert rows(ORDERS, by="channels") == [
        ["2026-06-15", "shop", 2],
        ["2026-06-15", "app", 2],
        ["2026-06-15", None, 1],
    ]
    assert rows(ORDERS, by=()) == [["2026-06-15", 5]]


def test_totals_count_distinct_things_anew() -> None:
    """A buyer of two channels counts once in the total, which a sum of the rows would not."""
    table = tabulate(
        by_channel(), (ORDERS, BUYERS), calendar=SHOP, observed=weeks(2), by=(Grain.WEEK, "channels"), totals=True
    )
    assert [len(each) for each in table.totals] == [2, 1]
    assert table.totals[0][BUYERS].tolist() == [2, 1]
    assert table.totals[1].to_rows()[0]["buyers"] == 2
    assert table.total(ORDERS) == table.totals[1].total(ORDERS) == 5
    with pytest.raises(NotAdditive):
        table.total(BUYERS)


def test_the_largest_are_shown_and_the_rest_is_one_row() -> None:
    """Values are ranked by the whole; distinct things of the rest are counted anew; fewer values need no rest."""
    top = Top(number=1, by=GROSS, of="channels")
    assert rows(GROSS, BUYERS, by="channels", top=top) == [
        ["2026-06-15", "shop", 500, 1],
        ["2026-06-15", "rest", 1000, 2],
    ]
    assert len(rows(GROSS, by="channels", top=Top(number=3, by=GROSS, of="channels"))) == 3
    none_first = Top(number=1, by=GROSS / (ORDERS - ORDERS), of="channels")
    assert rows(GROSS, by="channels", top=none_first)[0][1] == "shop"


def test_the_largest_are_those_of_a_dimension_of_the_table() -> None:
    """A name stands beside a column, each is its own dimension; one by which nothing is cut is refused."""
    top = Top(number=1, by=GROSS, of="channels")
    assert len(rows(GROSS, by=(Orders["location"], "channels"), top=top)) == 2
    for by in ("customers", OrderTerms["channel"]):
        with pytest.raises(NotInTable, match="channels"):
            rows(GROSS, by=by, top=top)


@pytest.mark.parametrize(
    ("where", "orders"),
    [
        (OrderTerms["channel"] == "app", [2, 0]),
        (OrderTerms["channel"] == "kiosk", [0, 0]),
        (~(OrderTerms["channel"] == "app"), [1, 2]),
        ((Orders["gross"] > 100) & (Orders["gross"] < 500), [2, 1]),
        ((Orders["gross"] >= 500) | (Orders["gross"] <= 100), [1, 1]),
        (among(Orders["gross"], 100, 400), [1, 1]),
        (Orders["gross"].equals(Orders["due"]), [3, 2]),
        (Orders["gross"] + Orders["gross"] - Orders["due"] == 300, [1, 0]),
        (Orders["gross"] * 2 == 600, [1, 0]),
        (Orders["paid_at"] >= START, [3, 2]),
        (Orders["paid_at"] > END, [0, 0]),
        (ClockOf(Orders["paid_at"]) == 0, [3, 2]),
        (DayOf(Orders["paid_at"]).equals(DayOf(START) + 1), [1, 1]),
        (AnyRow(entity=Orders["customer"], where=Orders["gross"] == 400), [2, 1]),
        (AnyRow(entity=Orders["customer"], where=Orders["gross"] == 401), [0, 0]),
    ],
)
def test_conditions_choose_rows(where: Any, orders: list[int]) -> None:  # noqa: ANN401 - a condition
    """A condition holds for every figure of the table, whether it is written on the table or on the measure."""
    assert [row[1] for row in rows(ORDERS, where=where)] == orders
    chosen = Measure(key="chosen", name=NAME, unit=Unit.of("orders"), counted=Counted.ROWS, where=where)
    assert [row[1] for row in rows(chosen)] == orders


def test_days_are_compared_as_numbers() -> None:
    """The business day of an instant is a number: differences are days."""
    day = Measure(key="day", name=NAME, unit=Unit.of("days"), counted=Counted.LEAST, column=DayOf(Orders["paid_at"]))
    first, second = (row[1] for row in rows(day))
    assert (first, second - first) == (Date(2026, 6, 16).toordinal(), 7)
    assert repr(DayOf(Orders["paid_at"])), repr(ClockOf(Orders["paid_at"]))


def test_what_leads_nowhere_is_refused_by_name() -> None:
    """Rows that no key leads to a column are neither cut nor chosen by it, and absent families are named."""
    facts = by_channel().joined(nothing(Visits))
    with pytest.raises(NoWay, match=r"Visits .* channels"):
        tabulate(facts, (VISITS,), calendar=SHOP, observed=weeks(1), by="channels")
    with pytest.raises(NoWay, match=r"Visits .* OrderTerms"):
        tabulate(facts, (VISITS,), calendar=SHOP, observed=weeks(1), by=OrderTerms["channel"])
    with pytest.raises(FamilyMissing, match="Stock"):
        tabulate(facts, (ORDERS,), calendar=SHOP, observed=weeks(1), where=Stock["on_hand"] == 1)
    with pytest.raises(FamilyMissing, match="Stock"):
        _ = facts[Stock]
    visits = facts.joined(Visits.of({name: ints(0) for name in declared(Visits)} | {"began": at(1)}))
    with pytest.raises(NoWay, match=r"Visits .* OrderTerms"):
        tabulate(visits, (VISITS,), calendar=SHOP, observed=weeks(1), where=OrderTerms["channel"] == 1)


def test_a_row_without_what_is_summed_is_named() -> None:
    """The freight of an order without terms is not known, and never 0."""
    freight = Measure(key="freight", name=NAME, unit=MONEY, column=OrderTerms["freight"])
    with pytest.raises(LeadsNowhere) as refused:
        rows(freight)
    assert refused.value.context == {"family": "Orders", "target": "OrderTerms", "row": 4}
    with pytest.raises(LeadsNowhere):
        rows(freight, where=Orders["gross"] == 500)
    assert rows(freight, where=Orders["gross"] < 500) == [["2026-06-15", 0], ["2026-06-22", 0]]


def test_a_second_condition_looks_at_rows_of_the_first_alone() -> None:
    """Orders without terms are left out before their freight is asked for; the other way round they are refused."""
    known, free = OrderTerms["channel"] >= 0, OrderTerms["freight"] >= 0
    for first in (None, Orders["gross"] > 0):
        both = known & free if first is None else first & (known & free)
        assert rows(ORDERS, where=both) == rows(ORDERS, where=known)
    with pytest.raises(LeadsNowhere):
        rows(ORDERS, where=free & known)


def test_a_figure_of_an_absent_family_is_not_observed() -> None:
    """No visits were brought: conversion has no figure, which is another thing than zero."""
    table = tabulate(by_channel(), (VISITS, BUYERS / VISITORS), calendar=SHOP, observed=weeks(1))
    assert [table.why(0, key) for key in table.keys] == [Reason.NOT_OBSERVED] * 2
    assert table.to_rows()[0]["visits"] is None
    assert Reason.NOT_OBSERVED.text.zh == "未观测"


def test_extremes_of_nothing_have_no_figure() -> None:
    """The largest order of a week without one is not 0."""
    most = Measure(key="most", name=NAME, unit=MONEY, counted=Counted.MOST, column="gross")
    table = tabulate(some_orders([1], [0]), (most,), calendar=SHOP, observed=weeks(2))
    assert table.to_rows()[0]["most"] == 100
    assert table.why(1, most) is Reason.NO_ROWS


STOCKED = Stock.of(
    {
        "sku": ints(0, 0, 1),
        "location": ints(0, 0, 0),
        "at": at(1, 9, 2),
        "on_hand": ints(5, 3, 7),
        "worth": ints(0, 0, 0),
    }
)


def test_levels_hold_from_one_count_to_the_next() -> None:
    """The stock of a week is that of the last counts; before the first one it is not known."""
    facts = some_orders([1], [0]).joined(STOCKED)
    table = tabulate(facts, (OPENING_STOCK, CLOSING_STOCK), calendar=SHOP, observed=weeks(2))
    assert [row["opening_stock"] for row in table.to_rows()] == [None, 12]
    assert table[CLOSING_STOCK].tolist() == [12, 10]
    assert table.why(0, OPENING_STOCK) is Reason.NO_ROWS
    by_sku = tabulate(facts, (CLOSING_STOCK,), calendar=SHOP, observed=weeks(2), by=(Grain.WEEK, "skus"))
    assert by_sku[CLOSING_STOCK].tolist() == [5, 7, 3, 7]
    chosen = tabulate(facts, (CLOSING_STOCK,), calendar=SHOP, observed=weeks(2), where=Stock["sku"] == 1)
    assert chosen[CLOSING_STOCK].tolist() == [7, 7]


def test_levels_need_something_that_holds() -> None:
    """Orders are no level: nothing says how long a row of them holds."""
    level = Measure(key="level", name=NAME, unit=MONEY, counted=Counted.CLOSING, column="gross")
    with pytest.raises(NoSuchColumn, match="until"):
        rows(level)


def test_definitions_stand_side_by_side() -> None:
    """Each definition has columns of its own, and the table carries them all."""
    facts = some_orders([1, 2], [0, 1], [100, 200], cancelled_at=ints(NEVER, *at(3)))
    table = tabulate(
        facts,
        (ORDERS, GROSS),
        calendar=SHOP,
        observed=weeks(1),
        definition={"ours": DEFAULT_DEFINITION, "broad": BROAD},
    )
    assert list(table.to_rows()[0].values())[1:-1] == [1, 100, 2, 300]
    assert table.keys == ("ours.orders_valid", "ours.gross_sales", "broad.orders_valid", "broad.gross_sales")
    assert table.definitions == (("ours", DEFAULT_DEFINITION), ("broad", BROAD))
    for wrong in ({}, {"a": 1}, "paid"):
        with pytest.raises(WrongKind, match=r"tabulate\.definition"):
            tabulate(facts, calendar=SHOP, observed=weeks(1), definition=wrong)  # type: ignore[arg-type] # on purpose
    with pytest.raises(BadText):
        tabulate(facts, calendar=SHOP, observed=weeks(1), definition={" ": BROAD})


VALID = [
    (Definition(), [1, 0, 0, 0]),
    (Definition(cancelled=Cancelled.LATER), [1, 0, 1, 0]),
    (TAOBAO, [1, 1, 1, 0]),
    (Definition(counts=Counts.PAID_OR_ON_DELIVERY), [1, 0, 0, 1]),
    (BROAD, [1, 1, 1, 1]),
]


@pytest.mark.parametrize(("definition", "valid"), VALID)
def test_what_counts_is_data(definition: Definition, valid: list[int]) -> None:
    """Paid, cancelled the same day, cancelled later, and placed on delivery."""
    facts = some_orders(
        [1, 1, 1, 1],
        [0] * 4,
        cancelled_at=np.concatenate([ints(NEVER), at(1.2, 4), ints(NEVER)]),
        paid_at=np.concatenate([at(1, 1, 1), ints(NEVER)]),
        placed_at=at(1, 1, 1, 1),
    ).joined(terms([0, 0, 0, 0], on_delivery=ints(0, 0, 0, 1)))
    assert sales(facts, definition, SHOP).valid.astype(int).tolist() == valid
    assert definition.text.en
    assert definition.text.zh
    if definition.cancelled is Cancelled.LATER:
        with pytest.raises(NeedsCalendar):
            sales(facts, definition)


def test_amounts_follow_the_definition() -> None:
    """Tax, freight and the discounts of others are in or out as the definition says."""
    facts = some_orders([1], [0], [1000], discount=ints(100), tax=ints(50)).joined(terms([0], freight=ints(30)))
    worth = {
        Definition(): 950,
        Definition(tax=False): 900,
        Definition(freight=False): 920,
        Definition(funders=()): 950,
    }
    for definition, expected in worth.items():
        assert sold_for(facts, definition).tolist() == [expected]
        table = tabulate(facts, (SALES,), calendar=SHOP, observed=weeks(1), definition=definition)
        assert table[SALES].tolist() == [expected]
    assert "运费" in Definition(funders=("merchant",), returns=ReturnInstant.SOLD).text.zh
    assert JD.sold is SaleInstant.PAID


def test_returns_count_when_they_happen_or_when_the_sale_did() -> None:
    """The definition says which instant puts a return into a week."""
    refund = {name: ints(0) for name in declared(Refunds)} | {"at": at(8), "amount": ints(7)}
    facts = evolve(some_orders([1], [0]), refunds=Refunds.of(refund))
    for returns, expected in ((ReturnInstant.RETURNED, [0, 7]), (ReturnInstant.SOLD, [7, 0])):
        table = tabulate(facts, (REFUNDS,), calendar=SHOP, observed=weeks(2), definition=Definition(returns=returns))
        assert table[REFUNDS].tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 27), st.integers(-1, 5), st.integers(-1, 2)), max_size=40))
def test_distinct_things_by_slice_are_those_of_sets(drawn: list[tuple[int, int, int]]) -> None:
    """Buyers by week and channel are sets; new ones are credited once; days add up to weeks where they may."""
    facts = some_orders([day + 0.5 for day, _, _ in drawn], [customer for _, customer, _ in drawn], [1] * len(drawn))
    facts = facts.joined(terms([channel for _, _, channel in drawn]))
    cuts = ((Grain.WEEK, "channels"), Grain.WEEK, Grain.DAY)
    by_slice, by_week, by_day = report(facts, (ORDERS, BUYERS, NEW_BUYERS), cuts=cuts, calendar=SHOP, observed=weeks(4))
    for row in by_slice.to_rows():
        week = by_week.labels.index(by_slice.labels[by_slice.to_rows().index(row)])
        mine = [
            each
            for each in drawn
            if each[0] // 7 == week and each[2] == (-1 if row["channels"] is None else row["channels"])
        ]
        assert row["orders_valid"] == len(mine)
        assert row["buyers"] == len({customer for _, customer, _ in mine} - {-1})
    for week in range(4):
        assert by_week[BUYERS][week] == len({each[1] for each in drawn if each[0] // 7 == week} - {-1})
    assert by_day.total(ORDERS) == by_week.total(ORDERS) == len(drawn)
    assert by_day.total(NEW_BUYERS) == by_week.total(NEW_BUYERS) == len({each[1] for each in drawn} - {-1})


def test_trailing_windows_overlap_and_say_what_was_not_seen() -> None:
    """A figure of the last ten days of each week has no value where these days were not observed."""
    facts = some_orders([1, 6, 8, 15], [0, 0, 1, 0])
    table = tabulate(facts, (BUYERS.trailing(10), ORDERS.trailing(7)), calendar=SHOP, observed=weeks(3))
    assert table.column(BUYERS.trailing(10)).plain() == [None, 2, 1]
    assert table.why(0, BUYERS.trailing(10)) is Reason.NOT_OBSERVED
    assert table[ORDERS.trailing(7)].tolist() == [2, 1, 1]
    assert BUYERS.trailing(10).name == Text("paying buyers (last 10 days)", "支付买家数（近10天）")
    assert (ORDERS / BUYERS).trailing(7).key == "(orders_valid / buyers).trailing_7d"


def test_mean_of_days_is_another_figure_than_the_pooled_one() -> None:
    """Days without a value are left out; a week without any has the reason of its days."""
    facts = some_orders([0, 0.5, 1], [0, 1, 0], [100, 100, 400])
    pooled = GROSS / ORDERS
    table = tabulate(facts, (pooled, pooled.mean_of_days(), ORDERS.mean_of_days()), calendar=SHOP, observed=weeks(2))
    assert table.column(pooled).plain() == [200.0, None]
    assert table.column(pooled.mean_of_days()).plain() == [250.0, None]
    assert table.why(1, pooled.mean_of_days()) is Reason.ZERO_DENOMINATOR
    assert table.column(ORDERS.mean_of_days()).plain()[0] == pytest.approx(3 / 7)
    assert table.keys[2] == "orders_valid.mean_of_days"
    assert pooled.mean_of_days().name is None
    for wrong in (Constant(1), 3):
        with pytest.raises(WrongKind):
            tabulate(facts, (type(pooled.mean_of_days())(wrong),), calendar=SHOP, observed=weeks(2))  # type: ignore[arg-type] # on purpose
        with pytest.raises(WrongKind):
            type(ORDERS.trailing(1))(wrong, days=2)  # type: ignore[arg-type] # on purpose


def test_having_takes_measures_that_add_up() -> None:
    """Of an entity that is counted, what is measured is a sum, a number of rows, or whether it is new."""
    spent = count(
        Orders["customer"],
        having=(GROSS >= 300) & (ORDERS >= 2) & ((NEW_BUYERS >= 0) & (ORDERS < 9)),
        key="spent",
        name=NAME,
        unit=Unit.of("buyers"),
    )
    assert [row[1] for row in rows(spent)] == [1, 0]
    assert [row[1] for row in rows(evolve(spent, having=ORDERS <= 1))] == [1, 1]
    assert [row[1] for row in rows(evolve(spent, having=ORDERS > 1))] == [1, 0]
    with pytest.raises(NoSuchColumn, match="buyers"):
        rows(evolve(spent, having=BUYERS >= 1))
    late = evolve(spent, having=ORDERS >= 1, number=3)
    table = tabulate(by_channel(), (late,), calendar=SHOP, observed=weeks(2))
    assert table.column(late).plain() == [2, None]


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "refusal"), [((Grain.DAY, Grain.WEEK), Repeated), (3, WrongKind), (None, WrongKind)])
def test_what_a_table_is_cut_by(by: Any, refusal: type[Exception]) -> None:  # noqa: ANN401 - anything
    """One length of periods, and columns or names."""
    with pytest.raises(refusal, match=r"tabulate\.by"):
        rows(ORDERS, by=by)
    with pytest.raises(WrongKind, match=r"tabulate\.where"):
        rows(ORDERS, where=3)


def test_too_many_cells_are_refused() -> None:
    """A table of every customer and day of an age is told, not made."""
    size = 5_000
    facts = some_orders([1] * size, list(range(size)))
    with pytest.raises(OutOfRange, match=r"tabulate\.by"):
        tabulate(facts, (ORDERS,), calendar=SHOP, observed=weeks(600), by=(Grain.DAY, "customers"))


def test_conditions_are_no_flags() -> None:
    """`and` would drop a side without a word."""
    with pytest.raises(WrongKind):
        _ = bool(Orders["gross"] == 1)
    with pytest.raises(WrongKind):
        _ = (Orders["gross"] == 1) and ORDERS


def test_expressions_are_values() -> None:
    """Equal columns are equal; different units are not added; a column that is not there is named."""
    assert Orders["gross"] == Orders["gross"] != Orders["due"]
    assert len({Orders["gross"], Orders["gross"]}) == 1
    with pytest.raises(UnitMismatch):
        _ = Orders["gross"] + Orders["paid_at"]
    with pytest.raises(NoSuchColumn, match="colour"):
        _ = Orders["colour"]
    price = LineWorth["tag_price"] * Lines["quantity"]
    assert isinstance(price, Combined)
    assert (price.unit, str((LineWorth["tag_price"] * Stock["on_hand"]).unit)) == (None, "money")
    assert families_in((price > 1) | ~(DayOf(Orders["paid_at"]) == 1)) == (LineWorth, Lines, Orders)
    assert str((Orders["gross"] * 2).unit) == "money"


def test_a_product_that_might_not_fit_is_refused() -> None:
    """The bounds of both columns are looked at before they are multiplied."""
    square = Measure(key="square", name=NAME, unit=MONEY * MONEY, column=Orders["gross"] * Orders["gross"])
    with pytest.raises(CannotHoldSum):
        tabulate(some_orders([1], [0], [2**40]), (square,), calendar=SHOP, observed=weeks(1))


# --- families -----------------------------------------------------------------------------------------------------


@frozen(kw_only=True, eq=False)
class Calls(Columns):
    """A host's own family."""

    customer: Ints = field(metadata=code("customers", "Who was called."))
    at: Ints = field(metadata=instant("When.", main=True))
    minutes: Ints = field(metadata=number("How long.", unit=Unit.of("minutes")))


def test_a_host_has_families_and_figures_of_its_own() -> None:
    """A family that a host declares is cut, summed and joined like any other."""
    calls = Calls.of({"customer": ints(0, 1, -1), "at": at(1, 2, 9), "minutes": ints(3, 4, 5)})
    members = Members.of({"customer": ints(0), "tier": ints(7), "joined_at": at(0), "left_at": ints(NEVER)})
    minutes = Measure(key="minutes", name=NAME, unit=Unit.of("minutes"), family=Calls, column="minutes")
    facts = some_orders([1], [0]).joined(calls, members)
    assert rows(minutes, facts=facts, by="tiers") == [["2026-06-15", 7, 3], ["2026-06-15", None, 9]]
    assert Calls in facts
    assert facts[Calls] is calls
    assert facts.joined(calls).families[-1] is calls


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Every wrong column and the first rows of each are listed in both languages."""
    with pytest.raises(BadFacts) as refused:
        Facts.of(
            Currency.CNY,
            {
                Calls: {"customer": ints(0, -2, -3), "at": at(1, 2), "minutes": np.zeros(3)},
                Members: {"customer": ints(0, 0), "tier": ints(0, 0), "colour": ints(0)},
            },
        )
    told = [each.code for each in refused.value.problems]
    assert told.count("column.out_of_range") == 2
    assert told.count("column.uneven") == 1
    assert told.count("column.wrong_kind") == 4
    for words in ("Calls.customer", "row 1 ", "row 2 ", "Members.colour", "Members.joined_at"):
        assert words in refused.value.message("en")
    assert "第 2 行" in refused.value.message("zh")
    assert str(refused.value.problems[0]) in str(refused.value)


def test_keys_between_families_are_checked() -> None:
    """A row that is not there, a key that stands twice, a family that is absent: each is named."""
    facts = by_channel()
    with pytest.raises(OutOfColumn, match=r"OrderTerms\.order .* row 0"):
        facts.joined(evolve(terms([0]), order=ints(9)))
    with pytest.raises(OutOfColumn, match=r"OrderTerms\.order .* row 1"):
        facts.joined(evolve(terms([0, 1]), order=ints(3, 3)))
    views = {name: ints(0) for name in declared(Views)}
    with pytest.raises(FamilyMissing, match="Visits"):
        facts.joined(Views.of(views))
    assert facts.joined(Views.of(views | {"visit": ints(-1)}))
    with pytest.raises(WrongKind, match=r"Facts\.more"):
        facts.joined(facts.orders)
    with pytest.raises(Repeated, match=r"Facts\.more"):
        evolve(facts, more=(terms([0]), terms([0])))
    with pytest.raises(BadFacts):
        evolve(facts, names=Names.of({"channels": ("shop",), "orders": ("a",)}))


def test_a_family_declares_every_column() -> None:
    """A column that says nothing of itself is refused, and so is a family without one."""

    @frozen(kw_only=True, eq=False)
    class Mute(Columns):
        at: Ints = field()

    @frozen(kw_only=True, eq=False)
    class Nothing(Columns):
        pass

    with pytest.raises(WrongColumn, match=r"Mute\.at"):
        Mute.of({"at": ints(1)})
    with pytest.raises(WrongColumn, match="Nothing"):
        Nothing.of({})
    with pytest.raises(Uneven):
        Calls(customer=ints(0), at=at(1, 2), minutes=ints(1, 2))
    with pytest.raises(WrongKind):
        Declared(meaning="rows", kind=Is.ROW, rows=int)  # type: ignore[arg-type] # on purpose


def test_names_of_other_families_stand_beside_the_first_ones() -> None:
    """Names are read by what a code points at; what nobody named is empty."""
    names = Names.of({"skus": ("tea",), "pages": ("home",)})
    assert (names.read("skus"), names.read("pages"), names.read("tiers"), names.read("others")) == (
        ("tea",),
        ("home",),
        (),
        (),
    )
    for wrong in ((("a",),), (("a", 1),), ((1, ("a",)),)):
        with pytest.raises(WrongKind):
            Names(others=wrong)  # type: ignore[arg-type] # on purpose


def test_a_table_is_shown_in_a_notebook() -> None:
    """Numbers, names and reasons stand in an HTML table, with the definition above it."""
    table = tabulate(
        by_channel(), (ORDERS, GROSS / ORDERS), calendar=SHOP, observed=weeks(2), by=(Grain.WEEK, "channels")
    )
    shown = str(getattr(table, "_repr_html_")())  # noqa: B009 - what notebooks call
    assert "<th>valid orders</th>" in shown
    assert '<td title="the denominator is zero">-</td>' in shown
    assert "paid orders" in shown
    assert "?" in repr(table)
    assert ON_SALE.additivity.value == "last"
    assert facts_of([], SHOP.bounds(table.labels[0]).start)


def test_days_that_span_an_age_are_refused() -> None:
    """A mistaken instant is told before all days since are made."""
    far = some_orders([1, 2], [0, 1], paid_at=at(1, 200_000), placed_at=at(1, 2))
    with pytest.raises(OutOfRange, match="day_numbers"):
        sales(far, Definition(cancelled=Cancelled.LATER), SHOP)
    assert day_numbers(SHOP, ints(NEVER)).tolist() == clocks(SHOP, ints(NEVER)).tolist() == [NEVER]


def test_who_was_there_before() -> None:
    """Ever and never before the period are all who were there in it."""
    visits = Visits.of(
        {name: ints(0, 0, 0) for name in declared(Visits)} | {"visitor": ints(0, 0, 1), "began": at(1, 8, 9)}
    )
    back, new = (evolve(VISITORS, key=each, seen=Seen(before=each)) for each in (Before.EVER, Before.NEVER))
    facts = some_orders([1], [0]).joined(visits)
    assert [row[1:] for row in rows(back, new, VISITORS, facts=facts)] == [[0, 1, 1], [1, 1, 2]]


def test_entities_without_any_row_have_nothing() -> None:
    """Who asked, in a shop in which nobody bought, is a consulting user."""
    asked = {name: ints(0) for name in declared(Conversations)} | {"began": at(1), "presale": ints(1)}
    facts = some_orders([], []).joined(Conversations.of(asked))
    assert rows(CONSULTING_USERS, facts=facts) == [["2026-06-15", 1], ["2026-06-22", 0]]


def test_a_family_without_an_instant_is_in_no_period() -> None:
    """Terms of orders have the instant of their order; a family of its own needs one."""

    @frozen(kw_only=True, eq=False)
    class Shelves(Columns):
        sku: Ints = field(metadata=code("skus", "What stands there."))

    shelves = Measure(key="shelves", name=NAME, unit=Unit.of("shelves"), family=Shelves, counted=Counted.ROWS)
    with pytest.raises(NoWay, match="instant"):
        rows(shelves, facts=some_orders([1], [0]).joined(Shelves.of({"sku": ints(0)})))
    of_orders = Measure(key="terms", name=NAME, unit=Unit.of("orders"), family=OrderTerms, counted=Counted.ROWS)
    assert [row[1] for row in rows(of_orders)] == [3, 1]


def test_windows_may_lie_apart() -> None:
    """What lies between two windows is in neither."""
    starts, ends = at(0, 7), at(1, 8)
    windows = Windows(starts=starts, ends=ends, first_days=ints(0, 7), last_days=ints(0, 7))
    assert in_windows(at(0.5, 3, 7.5, 9), windows, None).periods.tolist() == [0, -1, 1, -1]


def test_keys_of_rows_are_as_long_as_the_table() -> None:
    """A dimension of other rows is refused."""
    table = tabulate(by_channel(), (ORDERS,), calendar=SHOP, observed=weeks(1), by="channels")
    with pytest.raises(Uneven, match=r"Table\.skus"):
        evolve(table, keys_of_rows=(*table.keys_of_rows, Keys(key="skus", codes=ints(1))))


def test_a_dimension_is_looked_for_once() -> None:
    """Two tables of one call show the same values."""
    one, two = report(
        by_channel(), (ORDERS,), cuts=("channels", (Grain.WEEK, "channels")), calendar=SHOP, observed=weeks(2)
    )
    assert one.keys_of_rows[0].codes.tolist() == two.keys_of_rows[0].codes.tolist()[:3]
