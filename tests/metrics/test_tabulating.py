"""A table by day, week or month is what another engine finds, and says what it does not know."""

import datetime as dt
from typing import Any

import numpy as np
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.columns import NEVER, CannotHoldSum
from ecomops.kernel import Calendar, Currency, Grain, OutOfRange, Period, Repeated, Text, WrongKind, later
from ecomops.metrics import (
    AOV,
    BUYERS,
    DEFAULT_DEFINITION,
    FIRST_TIME_BUYERS,
    GROSS,
    IDENTIFIED_ORDERS,
    NET,
    NEW_BUYERS,
    ORDERS,
    REFUNDS,
    UNITS,
    WEEKLY,
    Counted,
    Definition,
    Facts,
    Flag,
    Lines,
    Measure,
    SaleInstant,
    Table,
    Unit,
    Visits,
    tabulate,
    units_in,
)
from ecomops.metrics.declaring import declared
from ecomops.metrics.dictionary.catalogue import ENTRIES
from tests.kernel.hostile import others
from tests.metrics import by_polars
from tests.metrics.shops import (
    BEGINNINGS,
    MONDAY,
    SHOP,
    SHOPS,
    ZONES,
    Bought,
    Line,
    at,
    facts_of,
    ints,
    some_orders,
    weeks,
)

ALL = (*WEEKLY, IDENTIFIED_ORDERS, REFUNDS, units_in("litre"))


@given(
    SHOPS,
    st.sampled_from(BEGINNINGS),
    st.sampled_from(ZONES),
    st.sampled_from([0, 4]),
    st.sampled_from(Grain),
    st.tuples(st.integers(-3, 20), st.integers(0, 30)),
    st.sampled_from(SaleInstant),
    st.sampled_from([7, 20, 365]),
)
def test_table_is_that_of_another_engine(  # noqa: PLR0917 - drawn values
    bought: list[Bought],
    start: DateTime,
    zone: str,
    day_start: int,
    by: Grain,
    seen: tuple[int, int],
    sold: SaleInstant,
    horizon: int,
) -> None:
    """Every figure is the one that polars finds on the same facts, in any zone, over partial periods; else zero."""
    facts = facts_of(bought, start)
    since = later(start, dt.timedelta(days=seen[0], minutes=17))
    observed = Period(start=since, end=later(since, dt.timedelta(days=seen[1])))
    definition = Definition(sold=sold, new_after=dt.timedelta(days=horizon))
    calendar = Calendar(timezone=zone, day_start=dt.time(day_start))
    table = tabulate(facts, ALL, calendar=calendar, observed=observed, by=by, definition=definition)
    theirs = by_polars.table(
        facts,
        zone=zone,
        day_start=day_start,
        by=by.value,
        observed=observed,
        sold=f"{sold}_at",
        horizon=definition.new_after,
    )
    found = {row["period"]: row for row in theirs}
    nothing = {kpi.key: 0 for kpi in ALL} | {"avg_order_value_per_order": None, "avg_order_value_per_buyer": None}
    ours = [{key: value for key, value in row.items() if key != "flags"} for row in table.to_rows()]
    assert ours == [
        {by.value: day.isoformat(), **nothing, **{k: v for k, v in found.get(day, {}).items() if k != "period"}}
        for day in table.labels
    ]
    assert set(found) <= set(table.labels)


@given(SHOPS, st.sampled_from(ZONES), st.sampled_from([Date(2026, 3, 1), Date(2026, 3, 9)]), st.integers(0, 30))
def test_sums_add_up_over_periods_and_distinct_counts_do_not_exceed_them(
    bought: list[Bought], zone: str, first: Date, number: int
) -> None:
    """Days add up to the whole of what was observed, but for buyers, whom a day counts again."""
    calendar = Calendar(timezone=zone)
    facts = facts_of(bought, BEGINNINGS[0])
    observed = Period(start=calendar.bounds(first).start, end=calendar.bounds(first.add(days=number)).end)
    kpis = (ORDERS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS, UNITS, GROSS, NET, REFUNDS)
    by_day, by_month = (
        tabulate(facts, kpis, calendar=calendar, observed=observed, by=by) for by in (Grain.DAY, Grain.MONTH)
    )
    for kpi in kpis:
        if kpi is BUYERS:
            assert by_day[kpi].sum() >= by_month[kpi].sum() >= max([0, *by_day[kpi].tolist()])
        else:
            assert by_day[kpi].sum() == by_month[kpi].sum()


def figures(table: Table, *kpis: Measure) -> list[list[int | float]]:
    """Return the figures of some columns as lists."""
    return [table[kpi].tolist() for kpi in kpis]


def test_week_that_was_observed_in_part_is_flagged() -> None:
    """Only what was observed counts, and the weeks that its ends cut are partial; a week without trade is not."""
    facts = some_orders([0.5, 3, 17, 20.5], [0, 1, 0, 1])
    observed = Period(start=later(MONDAY, dt.timedelta(days=2)), end=later(MONDAY, dt.timedelta(days=20)))
    table = tabulate(facts, (ORDERS, BUYERS, FIRST_TIME_BUYERS), calendar=SHOP, observed=observed)
    assert table.labels == (Date(2026, 6, 15), Date(2026, 6, 22), Date(2026, 6, 29))
    assert table.partial == (True, False, True)
    assert figures(table, ORDERS, BUYERS, FIRST_TIME_BUYERS) == [[1, 0, 1], [1, 0, 1], [1, 0, 0]]


def test_buyer_of_the_part_that_was_not_observed_is_a_buyer_of_the_rest() -> None:
    """Who bought on Monday, before the shop looked, and on Thursday is a buyer of that week, and no new one."""
    facts = some_orders([0, 3], [0, 0])
    observed = Period(start=later(MONDAY, dt.timedelta(days=1)), end=later(MONDAY, dt.timedelta(days=7)))
    table = tabulate(facts, (BUYERS, NEW_BUYERS), calendar=SHOP, observed=observed)
    assert figures(table, BUYERS, NEW_BUYERS) == [[1], [0]]


def test_short_history_is_flagged_until_the_horizon_has_been_observed() -> None:
    """New buyers of a week are certain once a whole horizon was observed before it."""
    definition = Definition(new_after=dt.timedelta(days=14))
    table = tabulate(some_orders([], []), (), calendar=SHOP, observed=weeks(4), definition=definition)
    assert [Flag.SHORT_HISTORY in flags for flags in table.flags] == [True, True, False, False]


@pytest.mark.parametrize(("later_by", "new"), [(0, [1, 0]), (1, [1, 1])])
def test_new_again_after_more_than_the_horizon(later_by: int, new: list[int]) -> None:
    """A payment exactly 365 days ago still makes an old buyer, a microsecond more a new one; first-time only once."""
    facts = some_orders([0, 365], [0, 0], paid_at=at(0, 365) + ints(0, later_by))
    table = tabulate(facts, (NEW_BUYERS, FIRST_TIME_BUYERS), calendar=SHOP, observed=weeks(54))
    assert [int(table[NEW_BUYERS][0]), int(table[NEW_BUYERS][1:].sum())] == new
    assert int(table[FIRST_TIME_BUYERS].sum()) == 1


def test_orders_at_one_instant_make_one_new_buyer() -> None:
    """Two orders of one customer at the same instant bring one buyer, in whatever order the log has them."""
    facts = some_orders([1, 1, 1], [0, 0, 1])
    table = tabulate(facts, (ORDERS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS), calendar=SHOP, observed=weeks(1))
    assert figures(table, ORDERS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS) == [[3], [2], [2], [2]]


def test_guest_is_never_a_buyer() -> None:
    """An order of an unknown customer counts as an order and as money, and brings no buyer."""
    table = tabulate(
        some_orders([1, 2], [-1, -1]),
        (ORDERS, IDENTIFIED_ORDERS, BUYERS, NEW_BUYERS, GROSS),
        calendar=SHOP,
        observed=weeks(1),
    )
    assert figures(table, ORDERS, IDENTIFIED_ORDERS, BUYERS, NEW_BUYERS, GROSS) == [[2], [0], [0], [0], [200]]


def test_cancelled_and_unpaid_orders_do_not_count() -> None:
    """A valid order is paid and not cancelled since; nor does a cancelled order make its customer an old one."""
    facts = some_orders(
        [1, 8, 9],
        [0, 0, 0],
        cancelled_at=ints(*at(2), NEVER, NEVER),
        paid_at=ints(*at(1, 8), NEVER),
        placed_at=at(1, 8, 9),
    )
    table = tabulate(facts, (ORDERS, FIRST_TIME_BUYERS, GROSS), calendar=SHOP, observed=weeks(2))
    assert figures(table, ORDERS, FIRST_TIME_BUYERS, GROSS) == [[0, 1], [0, 1], [0, 100]]


def test_placed_or_paid_puts_an_order_into_its_week() -> None:
    """An order placed on Sunday and paid on Monday is a sale of the week that the definition says."""
    facts = some_orders([7], [0], placed_at=at(6.9))
    for sold, expected in ((SaleInstant.PAID, [0, 1]), (SaleInstant.PLACED, [1, 0])):
        definition = Definition(sold=sold)
        table = tabulate(facts, (ORDERS,), calendar=SHOP, observed=weeks(2), definition=definition)
        assert (table[ORDERS].tolist(), table.definition) == (expected, definition)


def test_what_is_called_off_before_it_is_paid_comes_off_when_it_is() -> None:
    """Nothing is taken back in a week in which nothing was sold yet."""
    tea = Line(unit=0, quantity=1, gross=100, discount=0, back=2, back_after=-60 * 24)
    bought = Bought(minute=0, paid_after=60 * 24 * 7, cancelled=False, customer=0, lines=(tea,))
    table = tabulate(facts_of([bought], MONDAY), (GROSS, NET), calendar=SHOP, observed=weeks(2))
    assert [table[kpi].tolist() for kpi in (GROSS, NET)] == [[0, 100], [0, 0]]


def test_columns_of_a_unit_that_nobody_sold_are_zero() -> None:
    """Asking for a unit that no line has is a figure of nothing, not a refusal."""
    facts = facts_of([], MONDAY)
    assert tabulate(facts, (units_in("carat"), UNITS), calendar=SHOP, observed=weeks(1))["units.carat"].tolist() == [0]


def test_lines_of_every_unit_can_be_summed() -> None:
    """A measure over all lines does not ask for their unit."""
    lines = Measure(key="lines", name=Text("lines", "行数"), unit=Unit.of("lines"), family=Lines, counted=Counted.ROWS)
    bought = Bought(minute=1, paid_after=0, cancelled=False, customer=0, lines=())
    assert tabulate(facts_of([bought], MONDAY), (lines,), calendar=SHOP, observed=weeks(1))[lines].tolist() == [0]


def test_nothing_observed_has_no_rows() -> None:
    """An empty period has no row, whatever happened in it; facts without a row have rows of zeros."""
    nothing = Period(start=MONDAY, end=MONDAY)
    assert len(tabulate(some_orders([0], [0]), calendar=SHOP, observed=nothing)) == 0
    empty = tabulate(some_orders([], []), (ORDERS, BUYERS, AOV), calendar=SHOP, observed=weeks(2))
    assert [row[ORDERS.key] for row in empty.to_rows()] == [0, 0]


def test_sum_beyond_64_bits_is_refused() -> None:
    """Two orders that together might be too much are refused by the measure, not added."""
    facts = some_orders([1, 2], [0, 1], [2**62, 2**62])
    with pytest.raises(CannotHoldSum, match="gross_sales"):
        tabulate(facts, calendar=SHOP, observed=weeks(1))
    each = tabulate(some_orders([1], [0], [2**62]), (GROSS,), calendar=SHOP, observed=weeks(1))
    assert each[GROSS].tolist() == [2**62]


def test_a_column_stands_once() -> None:
    """Two columns of one name are refused."""
    with pytest.raises(Repeated):
        tabulate(some_orders([], []), (ORDERS, ORDERS), calendar=SHOP, observed=weeks(1))


def test_columns_are_measures_and_kpis() -> None:
    """A text, a number and nothing are no figure."""
    for kpi in others():
        with pytest.raises(WrongKind, match=r"tabulate\.kpis"):
            tabulate(some_orders([], []), (kpi,), calendar=SHOP, observed=weeks(1))


@pytest.mark.parametrize(
    ("name", "kind"), [("facts", Facts), ("calendar", Calendar), ("observed", Period), ("definition", Definition)]
)
def test_what_a_table_is_made_of_is_of_its_kind(name: str, kind: type) -> None:
    """The name of a zone is no calendar, and two instants are no period."""
    asked: dict[str, Any] = {"facts": some_orders([1], [0]), "calendar": SHOP, "observed": weeks(1)}
    wrong: list[Any] = ["UTC", (MONDAY, MONDAY), *others()]
    for value in wrong:
        if type(value) is not kind:
            with pytest.raises(WrongKind, match=rf"tabulate\.{name}"):
                tabulate(**{**asked, name: value})


def test_too_many_periods_are_refused() -> None:
    """A mistaken century is told, not computed."""
    ages = Period(start=pendulum.datetime(1500, 1, 1), end=pendulum.datetime(2000, 1, 1))
    with pytest.raises(OutOfRange, match=r"tabulate\.observed"):
        tabulate(some_orders([], []), (), calendar=SHOP, observed=ages, by=Grain.DAY)


def test_rows_grow_in_linear_time_and_stay_exact() -> None:
    """A hundred thousand orders out of order are counted as a set would count them."""
    draw = np.random.default_rng(4)
    days, customers = draw.integers(0, 70, 100_000) + 0.5, draw.integers(-1, 3_000, 100_000)
    facts = Facts.of_orders(
        Currency.CNY,
        {"paid_at": (days * 86_400_000_000).astype(np.int64) + at(0), "customer": customers, "gross": customers + 1},
    )
    table = tabulate(facts, calendar=SHOP, observed=weeks(10))
    week = (days // 7).astype(int)
    assert table[BUYERS].tolist() == [len({*customers[week == each].tolist()} - {-1}) for each in range(10)]
    assert int(table[FIRST_TIME_BUYERS].sum()) == len({*customers.tolist()} - {-1})
    assert table.definition == DEFAULT_DEFINITION


LOOKS_BACK = ["new_visitors", "returning_visitor_rate_7d", "retention_rate", "returned_users", "new_buyers"]


@pytest.mark.parametrize("key", LOOKS_BACK)
def test_a_period_without_an_instant_has_no_row(key: str) -> None:
    """Whatever is asked: also what looks at the days before a period, or at what else somebody did."""
    figure = ENTRIES[key].figure()
    assert figure is not None
    visit = Visits.of({name: np.zeros(1, dtype=np.int64) for name in declared(Visits)})
    facts = some_orders([0, 1], [0, 0]).joined(visit)
    table = tabulate(facts, (figure,), calendar=SHOP, observed=weeks(0))
    assert (len(table), table.to_rows()) == (0, [])
