"""Shares, contributions, classes, ranks and funnels; comparisons aligned by calendar and by weekday."""

from typing import Any

import numpy as np
import pendulum
import pytest
from attrs import evolve

from ecomops.kernel import Calendar, Grain, OutOfRange, Period, Text, WrongKind
from ecomops.metrics import (
    BUYERS,
    GROSS,
    NET,
    ORDERS,
    REFUNDS,
    Against,
    Better,
    Facts,
    Funnel,
    NotAdditive,
    OrderTerms,
    Reason,
    RowMissing,
    Table,
    Verdict,
    abc,
    attain,
    compare,
    contribution,
    funnel,
    growth_of,
    ranks,
    share,
    tabulate,
    verdicts,
)
from ecomops.metrics.comparing import judged
from ecomops.metrics.declaring import declared
from tests.metrics.shops import SHOP, ints, some_orders, weeks

CUT = (Grain.WEEK, "channels")


def slices(days: list[float], channels: list[int], gross: list[int]) -> Facts:
    """Return orders of channels."""
    terms = {name: np.zeros(len(days), dtype=np.int64) for name in declared(OrderTerms)}
    terms |= {"order": np.arange(len(days)), "channel": ints(*channels)}
    return some_orders(days, [0] * len(days), gross).joined(OrderTerms.of(terms))


TWO = slices([1, 1, 1, 8, 8, 8], [0, 1, 2, 0, 1, 3], [600, 300, 100, 700, 300, 500])


def two_weeks(*kpis: Any, facts: Facts = TWO) -> Table:  # noqa: ANN401 - figures
    """Return the figures of two weeks by channel."""
    return tabulate(facts, kpis, calendar=SHOP, observed=weeks(2), by=CUT)


def test_shares_add_up_to_one_in_each_period() -> None:
    """Each slice over the whole of its own week."""
    table = share(two_weeks(GROSS), GROSS)
    assert table["share.gross_sales"].tolist() == [0.6, 0.3, 0.1, 0.0, 700 / 1500, 0.2, 0.0, 500 / 1500]
    with pytest.raises(NotAdditive, match="buyers"):
        share(two_weeks(BUYERS), BUYERS)


def test_contributions_add_up_to_the_growth_of_the_whole() -> None:
    """A channel that came and one that went count from and to zero."""
    table = contribution(two_weeks(GROSS), GROSS)
    found = table["contribution.gross_sales"]
    assert np.isnan(found[:4]).all()
    assert found[4:].tolist() == [0.1, 0.0, -0.1, 0.5]
    assert table.why(0, "contribution.gross_sales") is Reason.NO_BASELINE
    part = tabulate(TWO, (GROSS,), calendar=SHOP, observed=weeks(1.5), by=CUT)
    assert contribution(part, GROSS).why(7, "contribution.gross_sales") is Reason.PARTIAL


def test_classes_go_by_what_the_larger_ones_make() -> None:
    """The slice that crosses the cut still belongs to the class; nothing of nothing is C."""
    assert abc(two_weeks(GROSS), GROSS) == ("A", "A", "B", "C", "A", "B", "C", "A")
    assert abc(two_weeks(GROSS), GROSS, cuts=(0.5, 0.5)) == ("A", "C", "C", "C", "A", "C", "C", "A")
    for cuts in ((0.0, 1.0), (0.9, 0.8), (0.5, 1.1)):
        with pytest.raises(OutOfRange, match=r"abc\.cuts"):
            abc(two_weeks(GROSS), GROSS, cuts=cuts)
    less = GROSS - GROSS - GROSS
    with pytest.raises(OutOfRange, match="abc"):
        abc(two_weeks(less), less)


def test_ranks_say_who_has_risen() -> None:
    """1 is the largest, equal ones share a rank, and a rise is positive."""
    table = ranks(two_weeks(GROSS), GROSS)
    assert table["rank.gross_sales"].tolist() == [1, 2, 3, 4, 1, 3, 4, 2]
    assert table["rank_change.gross_sales"][4:].tolist() == [0, -1, -1, 2]
    assert table.why(0, "rank_change.gross_sales") is Reason.NO_BASELINE


def test_tables_without_a_row_stay_so() -> None:
    """Nothing observed has no shares, contributions, ranks or classes."""
    empty = tabulate(TWO, (GROSS,), calendar=SHOP, observed=Period(start=weeks(1).start, end=weeks(1).start))
    for made in (share(empty, GROSS), contribution(empty, GROSS), ranks(empty, GROSS), compare(empty)):
        assert len(made) == 0
    assert abc(empty, GROSS) == ()


def test_funnel_names_the_largest_loss_against_the_benchmark() -> None:
    """Not the step that loses most, but the one furthest below what is usual."""
    table = tabulate(TWO, (GROSS, NET, ORDERS), calendar=SHOP, observed=weeks(1), by=())
    steps = funnel(table, (GROSS, NET, ORDERS), benchmark=(1.0, 0.01))
    found = [(step.number, step.rate, step.lost) for step in steps.steps]
    assert found == [(1000, None, 0), (1000, 1.0, 0), (3, 0.003, 997)]
    assert steps.weakest is steps.steps[2]
    assert steps.text.en == "the largest loss is at valid orders: 0.3 % come, 0.7 points below the benchmark"
    assert funnel(table, (GROSS, NET)).weakest is None
    assert funnel(table, (GROSS, NET)).text == Text("no step is below its benchmark", "没有低于基准的环节")
    with pytest.raises(OutOfRange, match="benchmark"):
        funnel(table, (GROSS, NET), benchmark=())
    with pytest.raises(RowMissing):
        funnel(table, (GROSS,), row=1)
    nobody = tabulate(some_orders([], []), (ORDERS, NET), calendar=SHOP, observed=weeks(1))
    assert funnel(nobody, (ORDERS, NET), benchmark=(0.5,)).steps[1].rate is None
    assert Funnel(steps=()).weakest is None


# --- comparisons --------------------------------------------------------------------------------------------------


def test_slices_are_compared_with_themselves() -> None:
    """A row is compared with the same channel of the week before, not with the row above it."""
    table = compare(two_weeks(GROSS))
    assert table.column(growth_of(GROSS)).plain()[4:] == pytest.approx([1 / 6, 0.0, -1.0, None], nan_ok=True)
    assert table.why(7, growth_of(GROSS)) is Reason.ZERO_DENOMINATOR


@pytest.mark.parametrize(
    ("by", "against", "days", "found"),
    [
        (Grain.DAY, Against.PREVIOUS, [0, 1], 1.0),
        (Grain.DAY, Against.SAME_WEEKDAY, [0, 7], 1.0),
        (Grain.DAY, Against.YEAR_AGO_WEEKDAY, [0, 364], 1.0),
        (Grain.DAY, Against.YEAR_AGO, [0, 365], 1.0),
        (Grain.WEEK, Against.YEAR_AGO, [0, 364], 1.0),
        (Grain.MONTH, Against.YEAR_AGO, [20, 385], 1.0),
    ],
)
def test_periods_are_aligned_by_the_calendar_or_by_the_weekday(
    by: Grain, against: Against, days: list[float], found: float
) -> None:
    """The last day of trade is twice the day with which it is compared."""
    facts = some_orders(days, [0, 0], [100, 200])
    table = compare(tabulate(facts, (GROSS,), calendar=SHOP, observed=weeks(60), by=by), against=against)
    row = table[GROSS].tolist().index(200)
    assert table.column(growth_of(GROSS, against)).plain()[row] == found
    assert table.why(0, growth_of(GROSS, against)) is Reason.NO_BASELINE


def test_leap_day_is_compared_with_the_day_before_march() -> None:
    """29 February meets 28 February."""
    leap = Period(start=pendulum.datetime(2027, 2, 28), end=pendulum.datetime(2028, 3, 1))
    table = compare(
        tabulate(some_orders([], []), (ORDERS,), calendar=Calendar(timezone="UTC"), observed=leap, by=Grain.DAY),
        against=Against.YEAR_AGO,
    )
    assert table.why(len(table) - 1, growth_of(ORDERS, Against.YEAR_AGO)) is Reason.ZERO_DENOMINATOR


def test_partial_periods_are_compared_when_that_is_asked_for() -> None:
    """Else the reason stands in the place of the figure."""
    table = tabulate(TWO, (GROSS,), calendar=SHOP, observed=weeks(1.5))
    assert compare(table).why(1, growth_of(GROSS)) is Reason.PARTIAL
    assert compare(table, partial=True)[growth_of(GROSS)].tolist()[1] == 0.5


def test_weekdays_are_of_days_and_comparisons_of_periods() -> None:
    """A week has no weekday, a table without periods nothing before it, and a text is no comparison."""
    for table, against in (
        (two_weeks(GROSS), Against.SAME_WEEKDAY),
        (tabulate(TWO, (GROSS,), calendar=SHOP, observed=weeks(1), by=()), Against.PREVIOUS),
    ):
        with pytest.raises(OutOfRange, match=r"compare\.against"):
            compare(table, against=against)
    with pytest.raises(WrongKind, match=r"compare\.against"):
        compare(two_weeks(GROSS), against="previous")  # type: ignore[arg-type] # on purpose


def test_verdicts_know_which_direction_is_good() -> None:
    """More sales are better, more refunds are worse, and a neutral figure is neither."""
    table = compare(tabulate(TWO, (GROSS, ORDERS, REFUNDS), calendar=SHOP, observed=weeks(2)))
    assert verdicts(table, GROSS) == (Verdict.NONE, Verdict.BETTER)
    assert verdicts(table, ORDERS) == (Verdict.NONE, Verdict.SAME)
    assert REFUNDS.better is Better.LOWER
    assert judged(np.array([1.0]), Better.NEUTRAL) == (Verdict.NONE,)
    assert [each.text.zh for each in Against] == ["环比", "较上周同日", "同比", "同比（按星期）"]
    assert "同比" in str(compare(two_weeks(GROSS), against=Against.YEAR_AGO).columns[-1].name)


def test_attainment_turns_where_less_is_better() -> None:
    """Actual over target, or target over actual."""
    refunds = evolve(GROSS, key="refunds", better=Better.LOWER)
    targets = {"gross_sales": 2000.0, "refunds": 2000.0}
    table = attain(tabulate(TWO, (GROSS, refunds), calendar=SHOP, observed=weeks(2)), targets)
    assert table["target_attainment.gross_sales"].tolist() == [0.5, 0.75]
    assert table["target_attainment.refunds"].tolist() == [2.0, 2000 / 1500]
    nothing = Period(start=weeks(1).start, end=weeks(1).start)
    assert len(attain(tabulate(TWO, (GROSS,), calendar=SHOP, observed=nothing), {"gross_sales": 1})) == 0
