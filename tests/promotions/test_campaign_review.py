"""Plan against actual, stop rules, baselines and reviews; findings in words."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import Date

from ecomops.kernel import Currency, DomainError, Money
from ecomops.promotions.evaluation import (
    Baseline,
    BaselineSource,
    DayResult,
    Results,
    control_baseline,
    review_results,
    weekday_baseline,
)
from ecomops.promotions.exact import MOST
from ecomops.promotions.findings import WORDS, Figure, FigureKind, Finding, Remark, amount, count
from ecomops.promotions.pacing import DayNumber, pace
from ecomops.promotions.stopping import Standing, StopBehind, StopOverspent, StopRule, StopThin, breaches
from ecomops.testing import NOON, cny
from tests.workflows.sales import BASELINE, GOING_WELL, RESULTS

YEN = Money(1, Currency.JPY)


def refused(attempt: Callable[[], object], code: str) -> None:
    """Require that it is refused with that code."""
    with pytest.raises(DomainError) as refusal:
        attempt()
    assert refusal.value.code == code


def june(day: int, number: int) -> DayNumber:
    """Return a number of a day in June."""
    return DayNumber(day=Date(2026, 6, day), number=number)


PLAN = [june(1, 100), june(2, 100), june(3, 100), june(4, 300)]


def test_a_plan_against_what_came() -> None:
    """Over the days that are over and told; what is missing is no zero, and today counts for nothing."""
    found = pace(PLAN, [june(1, 90), june(3, 70), june(4, 999)], today=Date(2026, 6, 4))
    assert (found.planned, found.planned_to_date, found.actual_to_date, found.days) == (600, 200, 160, 2)
    assert (found.attained, found.projected, found.missing) == (Fraction(4, 5), 480, (Date(2026, 6, 2),))
    early = pace(PLAN, [], today=Date(2026, 6, 1))
    assert (early.planned, early.attained, early.projected, early.missing) == (600, None, None, ())
    odd = pace([june(1, 2), june(2, 1)], [june(1, 1)], today=Date(2026, 6, 2))
    assert odd.projected == 2  # 1.5, a tie that goes up


def test_plans_that_cannot_be_compared() -> None:
    """No plan, a day twice, days without a plan, no day."""
    today = Date(2026, 6, 4)
    refused(lambda: pace([], [], today=today), "figures.no_rows")
    odd: Any = 5
    refused(lambda: pace([odd], [], today=today), "value.wrong_kind")
    refused(lambda: pace(PLAN, [odd], today=today), "value.wrong_kind")
    refused(lambda: pace([*PLAN, PLAN[0]], [], today=today), "value.repeated")
    refused(lambda: pace(PLAN, [june(1, 1)] * 2, today=today), "value.repeated")
    refused(lambda: pace(PLAN, [june(5, 1)], today=today), "pace.unplanned_days")
    wrong: Any = NOON
    refused(lambda: pace(PLAN, [], today=wrong), "value.wrong_kind")


BEHIND, OVER, THIN = StopBehind(below=Fraction(1, 2), after=2), StopOverspent(), StopThin(below=Fraction(1, 10))
STOPS: list[tuple[StopRule, dict[str, Any], bool]] = [
    (BEHIND, {"actual": 20}, False),
    (BEHIND, {"actual": 19}, True),
    (BEHIND, {"actual": 19, "days": 1}, False),
    (BEHIND, {"actual": 0, "planned": 0}, False),
    (OVER, {"spent": cny("899.99")}, False),
    (OVER, {"spent": cny("900.00")}, True),
    (OVER, {"spent": cny("0.00"), "budget": cny("0.00")}, False),
    (OVER, {"spent": cny("0.01"), "budget": cny("0.00")}, True),
    (StopOverspent(share=Fraction(4, 5)), {"spent": cny("720.00")}, True),
    (StopOverspent(share=Fraction(4, 5)), {"spent": cny("719.99")}, False),
    (THIN, {"margin": cny("80.00")}, False),
    (THIN, {"margin": cny("79.99")}, True),
    (THIN, {"sales": cny("0.00"), "margin": cny("-5.00")}, False),
]


@pytest.mark.parametrize(
    ("rule", "change", "stops"), STOPS, ids=[f"{n} {each[0].code}" for n, each in enumerate(STOPS)]
)
def test_a_rule_stops_beyond_its_bound(rule: StopRule, change: dict[str, Any], stops: bool) -> None:  # noqa: FBT001 - a cell of the table
    """And not at it, but for the budget, of which the whole is the bound; what cannot be divided stops nothing."""
    standing = evolve(GOING_WELL, **change)
    found = breaches((rule,), standing)
    assert bool(found) is stops
    assert all("—" not in each.message("en") for each in found if standing.budget.minor)


def test_what_stops_is_a_rule() -> None:
    """And it is asked of how a campaign stands."""
    odd: Any = 5
    refused(lambda: breaches((odd,), GOING_WELL), "value.wrong_kind")
    refused(lambda: breaches((OVER,), odd), "value.wrong_kind")


def test_standings_have_one_currency() -> None:
    """Others are refused."""
    for name in ("spent", "sales", "margin"):
        yen: dict[str, Any] = {name: YEN}
        refused(partial(evolve, GOING_WELL, **yen), "money.currency_mismatch")
    assert isinstance(GOING_WELL, Standing)


def day(number: int, sales: str, margin: str = "1.00") -> DayResult:
    """Return what a day of June sold."""
    return DayResult(day=Date(2026, 6, number), sales=cny(sales), margin=cny(margin))


def test_the_same_weekdays_before() -> None:
    """Each day of the campaign has the mean of its last weekdays before the campaign, not inside it."""
    history = [day(number, f"{number}.00") for number in range(1, 15)]
    one = weekday_baseline(history, first=Date(2026, 6, 15), last=Date(2026, 6, 15), weeks=2)
    assert (one.sales, one.margin, one.observations) == (cny("4.50"), cny("1.00"), 2)  # the 1st and the 8th
    nine = weekday_baseline(history, first=Date(2026, 6, 15), last=Date(2026, 6, 23), weeks=1)
    assert nine.sales == cny(f"{sum(range(8, 15)) + 8 + 9}.00")
    assert (nine.source, nine.observations) == (BaselineSource.WEEKDAYS, 7)
    assert weekday_baseline(
        [day(8, "0.01"), day(1, "0.00")], first=Date(2026, 6, 15), last=Date(2026, 6, 15), weeks=2
    ).sales == cny("0.01")


@given(st.integers(1, 60), st.integers(1, 6))
def test_a_steady_shop_has_no_uplift(length: int, weeks: int) -> None:
    """A shop that sells the same every day is its own baseline, however long the campaign is."""
    first = Date(2026, 6, 15)
    before = [DayResult(day=first.subtract(days=n), sales=cny("7.00"), margin=cny("2.00")) for n in range(1, 50)]
    found = weekday_baseline(before, first=first, last=first.add(days=length - 1), weeks=weeks)
    assert (found.sales, found.margin) == (cny("7.00") * length, cny("2.00") * length)


def test_baselines_that_cannot_be() -> None:
    """No history, a day missing or twice, two currencies, a campaign that runs backwards, groups of nobody."""
    first = Date(2026, 6, 15)
    span: dict[str, Any] = {"first": first, "last": first, "weeks": 2}
    refused(lambda: weekday_baseline([], **span), "figures.no_rows")
    with pytest.raises(DomainError) as refusal:
        weekday_baseline([day(8, "1.00")], **span)
    assert (refusal.value.code, refusal.value.context) == ("baseline.missing_days", {"days": ("2026-06-01",)})
    refused(lambda: weekday_baseline([day(8, "1.00")] * 2, **span), "value.repeated")
    yen = DayResult(day=Date(2026, 6, 1), sales=YEN, margin=YEN)
    refused(lambda: weekday_baseline([day(8, "1.00"), yen], **span), "money.currency_mismatch")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"last": Date(2026, 6, 14)}, "value.out_of_range"),
        ({"last": Date(2027, 6, 20)}, "value.out_of_range"),
        ({"weeks": 0}, "value.out_of_range"),
        ({"weeks": 53}, "value.out_of_range"),
        ({"first": "June"}, "value.wrong_kind"),
        ({"weeks": 1.5}, "value.wrong_kind"),
    ]
    for change, code in wrong:
        refused(partial(weekday_baseline, [day(8, "1.00")], **{**span, **change}), code)


def test_a_control_group_is_scaled_up() -> None:
    """To as many as the campaign reached; groups of nobody, and what is no number, are refused."""
    group: dict[str, Any] = {"reached": 7, "control": 3, "sales": cny("100.00"), "margin": cny("-0.50")}
    found = control_baseline(**group)
    assert (found.sales, found.margin, found.observations) == (cny("233.33"), cny("-1.17"), 3)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"reached": 0}, "value.out_of_range"),
        ({"control": 0}, "value.out_of_range"),
        ({"control": 1.5}, "value.wrong_kind"),
        ({"sales": 100}, "value.wrong_kind"),
        ({"margin": YEN}, "money.currency_mismatch"),
        ({"sales": cny("-1.00")}, "money.negative"),
    ]
    for change, code in wrong:
        refused(partial(control_baseline, **{**group, **change}), code)


def remarks(results: Results, baseline: Baseline = BASELINE, target: int = 50) -> list[Remark]:
    """Return what a review says."""
    return [each.remark for each in review_results(results, baseline=baseline, target=target).findings]


def test_a_review() -> None:
    """Sales and margin beyond the baseline, less the spend; the goal at its target is reached."""
    found = review_results(RESULTS, baseline=BASELINE, target=45)
    assert (found.incremental_sales, found.uplift) == (cny("300.00"), Fraction(1, 2))
    assert (found.incremental_margin, found.profit, found.return_on_spend) == (
        cny("110.00"),
        cny("30.00"),
        Fraction(3, 8),
    )
    assert [each.remark for each in found.findings] == [Remark.GOAL_REACHED, Remark.PROFIT]
    assert remarks(RESULTS, target=46) == [Remark.GOAL_MISSED, Remark.PROFIT]


def test_what_a_review_finds() -> None:
    """No profit at nothing, no uplift at the baseline, discounts that ate what the campaign brought."""
    even = evolve(RESULTS, spend=cny("110.00"))
    assert remarks(even)[1:] == [Remark.LOSS]
    assert remarks(evolve(RESULTS, spend=cny("109.99")))[1:] == [Remark.PROFIT]
    flat = evolve(RESULTS, list_sales=cny("700.00"), goods_cost=cny("360.00"))
    assert remarks(flat)[1:] == [Remark.NO_UPLIFT, Remark.DEEP_DISCOUNT, Remark.LOSS]
    assert remarks(evolve(flat, list_sales=cny("700.01")))[1:] == [Remark.LOSS]
    undiscounted = evolve(flat, discount=cny("0.00"), goods_cost=cny("460.00"))
    assert remarks(undiscounted)[1:] == [Remark.LOSS]
    nothing = evolve(RESULTS, list_sales=cny("0.00"), discount=cny("0.00"), goods_cost=cny("0.00"), spend=cny("0.00"))
    none = evolve(BASELINE, sales=cny("0.00"), margin=cny("0.00"))
    found = review_results(nothing, baseline=none, target=50)
    assert (found.uplift, found.return_on_spend) == (None, None)


def test_reviews_that_cannot_be() -> None:
    """Two currencies, more discount than sales, no target."""
    refused(lambda: evolve(RESULTS, discount=cny("1000.01")), "value.out_of_range")
    refused(lambda: evolve(RESULTS, spend=YEN), "money.currency_mismatch")
    refused(lambda: remarks(RESULTS, evolve(BASELINE, sales=YEN, margin=YEN)), "money.currency_mismatch")
    refused(lambda: remarks(RESULTS, target=0), "value.out_of_range")
    wrong: Any = 1.5
    refused(lambda: remarks(RESULTS, target=wrong), "value.wrong_kind")


@pytest.mark.parametrize("remark", Remark)
def test_every_remark_has_words_and_advice(remark: Remark) -> None:
    """In both languages, with the same numbers; one that is not there is a dash."""
    assert all(text.en and text.zh for text in WORDS[remark])
    finding = Finding(remark=remark, figures=())
    assert all(finding.message(language) and finding.next_step(language) for language in ("en", "zh"))


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (count("n", 3), "3"),
        (count("n", Fraction(1, 3)), "0.33"),
        (count("n", Fraction(-1, 1000)), "0.00"),
        (Figure(name="n", value=Fraction(2, 3), kind=FigureKind.SHARE), "66.7%"),
        (Figure(name="n", value=Fraction(-1, 8), kind=FigureKind.SHARE), "-12.5%"),
        (amount("n", cny("-0.05")), "-0.05 CNY"),
        (amount("n", Money(7, Currency.JPY)), "7 JPY"),
        (Figure(name="n", value=Fraction(5, 2), kind=FigureKind.MONEY, currency=Currency.CNY), "0.03 CNY"),
        (Figure(name="n", value=Fraction(5, 2), kind=FigureKind.MONEY), "2.50"),
        (Figure(name="n", value=Fraction(5), kind=FigureKind.MONEY, currency=Currency.XAU), "5"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_figures_in_words(figure: Figure, words: str) -> None:
    """Percent with one decimal, money as money, other numbers with two; rounded half-up."""
    assert figure.words == words


def test_figures_are_exact_and_can_be_stored() -> None:
    """Floats, and numbers that no store reads back, are refused."""
    wrong: Any = 0.5
    refused(lambda: Figure(name="n", value=wrong), "value.wrong_kind")
    for value in (Fraction(MOST + 1), Fraction(1, MOST + 1)):
        refused(partial(count, "n", value), "value.out_of_range")
    instant: Any = NOON
    refused(lambda: DayNumber(day=instant, number=1), "value.wrong_kind")
