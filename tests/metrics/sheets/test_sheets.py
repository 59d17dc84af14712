"""The form of sheets, what stands in them where nothing is known, and what they refuse."""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pendulum
import pytest
from attrs import evolve
from pendulum import Date

from ecomops.columns import NEVER
from ecomops.kernel import Currency, DomainError, Grain, OutOfRange, Period, Repeated, WrongKind, later
from ecomops.metrics import (
    BROAD,
    ORDERS,
    Exposures,
    Facts,
    FamilyMissing,
    Lines,
    LineWorth,
    Members,
    NotInTable,
    NoWay,
    Orders,
    Reason,
    Refunds,
    Views,
    Visits,
    tabulate,
)
from ecomops.metrics.comparing import Against, StepWidens, Verdict
from ecomops.metrics.dictionary.people import MEMBER_PURCHASE_RATIO
from ecomops.metrics.errors import NotComparable
from ecomops.metrics.sheets import (
    CohortCosts,
    NothingObserved,
    PageTerms,
    Sheet,
    SheetTerms,
    SourceTerms,
    WeighsNothing,
    daily_sheet,
    engagement,
    headline,
    member_sheet,
    page_quality,
    shop_funnel,
    source_quality,
    stages,
    weekly_sheet,
)
from ecomops.metrics.sheets.sources import mean_ranks
from tests.metrics.sheets.real_weeks import FIRST, OBSERVED, SHOP, facts
from tests.metrics.shops import MONDAY, at, ints, some_orders, weeks
from tests.metrics.shops import SHOP as UTC

KNOWN: dict[str, Any] = {"calendar": SHOP, "observed": OBSERVED}
HERE: dict[str, Any] = {"calendar": UTC, "observed": weeks(2)}
THIRD = Date(2017, 1, 18)
COSTS = CohortCosts(acquisition=1_000, retention=200)


def a_week(week: Date = THIRD, **more: Any) -> Sheet:  # noqa: ANN401 - any argument of a sheet
    """Return the sheet of a real week."""
    return weekly_sheet(facts(), week, **(KNOWN | more))


# --- the form -----------------------------------------------------------------------------------------------------


def test_line_has_a_baseline_a_change_and_a_verdict() -> None:
    """Fewer orders are worse, a higher return rate is worse, a lower one better."""
    sheet = a_week()
    line = sheet[ORDERS]
    assert (line.value, line.baseline, line.change, line.verdict) == (106, 127, -21, Verdict.WORSE)
    assert line.growth == 106 / 127 - 1
    assert sheet["return_rate"].verdict is Verdict.WORSE
    assert a_week(Date(2017, 1, 9))["return_rate"].verdict is Verdict.BETTER


def test_whole_numbers_stay_whole() -> None:
    """Even beside weeks without a figure."""
    row = a_week().to_rows()[0]
    assert (row["value"], row["baseline"], row["change"]) == (233, 240, -7)
    assert [type(row[key]) for key in ("value", "baseline", "change")] == [int, int, int]
    assert (row["block"], row["name_zh"], row["verdict"]) == ("site", "IP", "worse")


def test_first_week_is_compared_with_nothing() -> None:
    """It says why, and shows the figure alone."""
    sheet = a_week(Date(2017, 1, 2))
    line = sheet[ORDERS]
    assert (line.value, line.baseline, line.verdict, line.unlike) == (112, None, None, Reason.NO_BASELINE)
    assert "  valid orders  112" in sheet.words().splitlines()
    assert sheet["member_repurchase_rate"].reason is Reason.NOT_OBSERVED
    assert "近30天）  - (未观测)" in sheet.words("zh")


def test_sheet_alone() -> None:
    """Compared with nothing at all when nobody asks for it."""
    sheet = a_week(to=None)
    assert sheet.against is None
    assert {line.verdict for line in sheet.lines} == {None}
    assert sheet.words().splitlines()[0] == "Weekly sheet 2017-01-16"


def test_words_and_html() -> None:
    """Text in two languages, the definition in its head; HTML for notebooks."""
    sheet = daily_sheet(facts(), THIRD, **KNOWN)
    assert sheet.words().splitlines()[:2] == [
        "Daily sheet 2017-01-18, beside the same weekdays of the week before",
        sheet.definition.text.en,
    ]
    assert repr(sheet) == sheet.words()
    assert sheet.words("zh").splitlines()[2:4] == ["流量", "  IP  56  (71)  -21.1%  变差"]
    page = sheet._repr_html_()  # pyright: ignore[reportPrivateUsage] - notebooks call it
    assert page.startswith("<table><caption>Daily sheet 2017-01-18: ")
    assert "<tr><th>paid amount</th><td>482.42</td><td>(413.90)</td><td>+16.6%</td><td>better</td></tr>" in page


def test_definition_changes_the_figures() -> None:
    """A broad definition counts orders that nobody paid."""
    assert a_week(definition=BROAD)[ORDERS].value == 115
    assert a_week(definition=BROAD).definition is BROAD


def test_terms_change_the_figures() -> None:
    """Deep from five pages on is deeper than from three."""
    shallow, deep = (a_week(terms=SheetTerms(deep_pages=pages))["visit_depth_ratio"] for pages in (3, 5))
    assert shallow.value is not None
    assert deep.value is not None
    assert deep.value < shallow.value
    assert "deep: 5 pages" in a_week(terms=SheetTerms(deep_pages=5)).words()


def test_missing_line_is_refused() -> None:
    """By name."""
    with pytest.raises(NotInTable, match="csat"):
        a_week()["csat"]
    with pytest.raises(Repeated, match="site"):
        evolve(a_week(), blocks=a_week().blocks[:1] * 2)


# --- periods ------------------------------------------------------------------------------------------------------


def test_part_of_a_period_is_no_sheet_unless_asked() -> None:
    """A week that is not over is refused by name; asked for, it is marked, and compared."""
    half = Period(start=OBSERVED.start, end=later(OBSERVED.start, dt.timedelta(days=17)))
    with pytest.raises(NotComparable, match="2017-01-16"):
        a_week(observed=half)
    sheet = a_week(observed=half, even_partial=True)
    assert (sheet.partial, sheet[ORDERS].verdict) == (True, Verdict.WORSE)
    assert sheet.words().splitlines()[0] == "Weekly sheet 2017-01-16*, beside the period before"
    with pytest.raises(NotComparable):
        member_sheet(facts(), THIRD, calendar=SHOP, observed=half, by=Grain.MONTH)


@pytest.mark.parametrize("day", [Date(2017, 1, 1), Date(2017, 1, 30)], ids=str)
def test_nothing_is_told_of_what_was_not_observed(day: Date) -> None:
    """Neither before nor after."""
    with pytest.raises(NothingObserved, match=str(day)):
        daily_sheet(facts(), day, **KNOWN)
    with pytest.raises(NothingObserved, match="2017-01-02"):
        a_week(Date(2017, 1, 2), observed=Period(start=FIRST, end=FIRST))


def test_later_weeks_do_not_matter() -> None:
    """What comes after a week changes nothing in its sheet."""
    short = Period(start=OBSERVED.start, end=later(OBSERVED.start, dt.timedelta(days=21)))
    assert a_week(observed=short).to_rows() == a_week().to_rows()


def test_shop_without_traffic_or_members() -> None:
    """Each figure says that it was not observed; none is zero."""
    sheet = weekly_sheet(some_orders([0, 8], [0, 1]), MONDAY.date(), **HERE)
    found = {line.key: (line.value, line.reason) for line in sheet.lines}
    assert found["orders_valid"] == (1, Reason.NONE)
    for key in ("page_views_pv", "members_total", "member_purchase_ratio.new", "payment_conversion_rate"):
        assert found[key] == (None, Reason.NOT_OBSERVED)


def test_members_by_hand() -> None:
    """One of old, one who joins, one who joins later, one who left before the week: each is in one group at most."""
    members = {
        "customer": np.arange(4),
        "tier": ints(0, 0, 0, 0),
        "joined_at": at(-9, 8, 15, -9),
        "left_at": ints(NEVER, NEVER, NEVER, int(at(5)[0])),
    }
    whole = some_orders([9, 10, 11, 12], [0, 1, 2, 3]).joined(Members.of(members))
    sheet = member_sheet(whole, MONDAY.date().add(days=7), calendar=UTC, observed=weeks(3))
    found = {line.key: line.value for line in sheet.lines if line.value is not None}
    assert found == {
        "members_total": 2,
        "member_purchase_ratio": 1.0,
        "member_purchase_ratio.new": 1.0,
        "member_purchase_ratio.old": 1.0,
    }
    ratio = tabulate(whole, (MEMBER_PURCHASE_RATIO,), calendar=UTC, observed=weeks(3))
    assert ratio.column(MEMBER_PURCHASE_RATIO).plain() == [0.0, 1.0, 0.0]  # the same, of each week
    fewer = some_orders([9], [0]).joined(Members.of(members))
    quiet = member_sheet(fewer, MONDAY.date().add(days=7), calendar=UTC, observed=weeks(3))
    groups = ("member_purchase_ratio", "member_purchase_ratio.new", "member_purchase_ratio.old")
    assert [quiet[key].value for key in groups] == [0.5, 0.0, 1.0]
    gone = member_sheet(
        some_orders([12], [0]).joined(Members.of(members)), MONDAY.date(), calendar=UTC, observed=weeks(3)
    )
    assert [gone[key].value for key in ("members_total", "member_purchase_ratio.old")] == [1, 0.0]


# --- sources ------------------------------------------------------------------------------------------------------


def test_weights_change_the_order() -> None:
    """By time alone the newsletter is the best; by conversion the search."""
    zero = {"conversion": 0, "pages": 0, "seconds": 0, "depth": 0}
    order = {
        key: source_quality(facts(), **KNOWN, terms=SourceTerms(**(zero | {key: 2}))).sources[0].name for key in zero
    }
    assert order == {"conversion": "search", "pages": "adverts", "seconds": "newsletter", "depth": "adverts"}


def test_equal_mean_ranks_share_a_place() -> None:
    """Two sources at four."""
    found = source_quality(facts(), **KNOWN)
    assert [(each.place, str(each.mean_rank)) for each in found.sources] == [
        (1, "3/2"),
        (2, "5/2"),
        (3, "3"),
        (4, "4"),
        (4, "4"),
    ]
    assert [each.name for each in found.left_out] == [None]
    assert "来源" in found.words("zh")
    assert repr(found).splitlines()[0] == (
        "Sources of traffic by their mean rank; 1 unknown or with fewer than 100 visits"
    )


def test_no_source_has_enough_visits() -> None:
    """Then none is ranked."""
    found = source_quality(facts(), **KNOWN, terms=SourceTerms(least_visits=10_000))
    assert (found.sources, len(found.left_out)) == ((), 6)
    assert found.to_rows() == []
    assert len(source_quality(facts(), **KNOWN, terms=SourceTerms(least_visits=327)).sources) == 5
    assert len(source_quality(facts(), **KNOWN, terms=SourceTerms(least_visits=328)).sources) == 4


def test_period_without_a_visit() -> None:
    """No source, no page, nothing left out."""
    before = Period(start=later(FIRST, -dt.timedelta(days=300)), end=later(FIRST, -dt.timedelta(days=299)))
    found = source_quality(facts(), calendar=SHOP, observed=before)
    assert (found.sources, found.left_out) == ((), ())
    pages = page_quality(facts(), calendar=SHOP, observed=before)
    assert (pages.best, pages.worst, pages.homes[0].rate) == ((), (), None)
    empty = Period(start=FIRST, end=FIRST)
    assert page_quality(facts(), calendar=SHOP, observed=empty).homes[0].visitors == 0
    assert stages(facts(), calendar=SHOP, observed=empty).cohorts == ()
    assert engagement(facts(), calendar=SHOP, observed=empty).kinds[0].events is None


def test_mean_ranks_keep_their_sum() -> None:
    """Whatever is tied."""
    assert mean_ranks([]) == []
    assert sum(mean_ranks([1, 1, 2, None, None, 0])) == Fraction(21)


# --- pages --------------------------------------------------------------------------------------------------------


def test_no_page_is_best_and_worst() -> None:
    """With few pages the best come first, and the worst are of the others."""
    found = page_quality(facts(), **KNOWN, terms=PageTerms(number=40))
    names = [page.name for page in (*found.best, *found.worst)]
    assert (len(found.best), len(names), found.judged) == (40, 60, 60)
    assert len(set(names)) == 60
    least = min(page.visitors for page in (*found.best, *found.worst))
    assert page_quality(facts(), **KNOWN, terms=PageTerms(least_visitors=least)).judged == 60
    assert page_quality(facts(), **KNOWN, terms=PageTerms(least_visitors=least + 1)).judged < 60
    rates = [page.rate for page in (*found.best, *reversed(found.worst))]
    assert rates == sorted(rates, key=lambda rate: -(rate or 0))
    assert [row["list"] for row in found.to_rows()][:2] == ["home", "best"]
    assert "首页与落地页" in found.words("zh")
    assert repr(found) == found.words()


def test_several_homes() -> None:
    """Landing pages beside the home page; a page that nobody saw has no rate."""
    found = page_quality(facts(), **KNOWN, terms=PageTerms(homes=("home", "campaign", "nowhere")))
    assert [(page.name, page.rate is None) for page in found.homes] == [
        ("home", False),
        ("campaign", False),
        ("nowhere", True),
    ]


# --- cohorts ------------------------------------------------------------------------------------------------------


def test_five_figures_by_hand() -> None:
    """Three customers; one comes back in time, one too late, one is loyal; a refund and the costs of goods count."""
    sold = {
        "paid_at": at(0, 1, 2, 3, 4, 5, 12),
        "customer": ints(0, 1, 2, 2, 2, 0, 1),
        "gross": ints(100, 100, 100, 100, 100, 100, 100),
    }
    orders = dict(Facts.of_orders(Currency.CNY, sold).orders.to_columns())
    line = {
        name: np.zeros(7, dtype=np.int64) for name in ("line", "sku", "location", "unit", "quantity", "tax", "tendered")
    }
    back = {name: ints(0) for name in ("called_off", "tax", "fee", "discount")}
    lines = line | {"order": np.arange(7), "gross": sold["gross"], "discount": ints(*[0] * 7)}
    costs = {"line": np.arange(7), "cost": ints(*[60] * 7), "tag_price": ints(*[100] * 7)}
    whole = Facts.of(
        Currency.CNY,
        {
            Orders: orders,
            Lines: lines,
            Refunds: back | {"order": ints(4), "at": at(9), "gross": ints(100), "amount": ints(100)},
            LineWorth: costs,
        },
    )
    cohort = weeks(0.5)
    known: dict[str, Any] = {"calendar": UTC, "observed": weeks(3), "horizon": 7}
    sheet = headline(whole, cohort, CohortCosts(acquisition=300, retention=20), **known)
    found = {line.key: line.value for line in sheet.lines}
    assert found == {
        "customer_acquisition_cost": 100,
        "full_path_roi": (6 * 100 - 100 - 6 * 60) / 320,
        "payment_conversion_rate": None,
        "repurchase_rate_new_customers": 2 / 3,
        "loyalty_rate": 1 / 3,
    }
    assert sheet["payment_conversion_rate"].reason is Reason.NOT_OBSERVED
    assert headline(whole, cohort, COSTS, **known, loyal=2)["loyalty_rate"].value == 2 / 3
    assert (
        headline(whole, cohort, COSTS, calendar=UTC, observed=weeks(3), horizon=12)[
            "repurchase_rate_new_customers"
        ].value
        == 1
    )
    assert "3 customers, followed for 7 days each" in sheet.words()
    some = evolve(whole, more=())
    assert headline(some, cohort, COSTS, **known)["full_path_roi"].reason is Reason.NOT_OBSERVED
    fewer = Facts.of(Currency.CNY, {Orders: orders, Lines: lines, LineWorth: {k: v[:6] for k, v in costs.items()}})
    assert headline(fewer, cohort, COSTS, **known)["full_path_roi"].value is not None
    least = Facts.of(Currency.CNY, {Orders: orders, Lines: lines, LineWorth: {k: v[1:] for k, v in costs.items()}})
    assert headline(least, cohort, COSTS, **known)["full_path_roi"].reason is Reason.NO_ROWS


def test_too_early_is_no_low_figure() -> None:
    """As long as the horizon is not over, nobody knows who comes back."""
    cohort = Period(start=FIRST, end=later(FIRST, dt.timedelta(days=21)))
    sheet = headline(facts(), cohort, COSTS, horizon=8, **KNOWN)
    reasons = [line.reason for line in sheet.lines]
    assert reasons == [Reason.NONE, Reason.NOT_OBSERVED, Reason.NONE, Reason.NOT_OBSERVED, Reason.NOT_OBSERVED]
    over = headline(facts(), cohort, COSTS, horizon=7, **KNOWN)
    assert {line.reason for line in over.lines} == {Reason.NONE}


def test_cohort_of_nobody() -> None:
    """Nothing is divided by nobody, and nothing spent has no return."""
    sheet = headline(some_orders([], []), weeks(1), CohortCosts(acquisition=0), horizon=1, **HERE)
    assert {line.value for line in sheet.lines} == {None}
    assert sheet["customer_acquisition_cost"].reason is Reason.ZERO_DENOMINATOR
    empty = headline(some_orders([], []), weeks(0), COSTS, horizon=1, **HERE)
    assert empty["payment_conversion_rate"].reason is Reason.NOT_OBSERVED


def test_stages_by_hand() -> None:
    """Who buys again a week after the first order is kept within eight days, and not within seven."""
    whole = some_orders([0, 7, 8, 9], [0, 0, 1, -1])
    known: dict[str, Any] = {"calendar": UTC, "observed": weeks(3)}
    found = stages(whole, **known, within=8)
    assert [(each.converted, each.retained, each.partial) for each in found.cohorts] == [
        (1, 1, False),
        (1, None, False),
        (0, None, False),
    ]
    assert [each.retained for each in stages(whole, **known, within=7).cohorts] == [0, 0, None]
    assert (found.cohorts[0].acquired, found.cohorts[0].conversion) == (None, None)
    assert (found.cohorts[0].retention, found.cohorts[2].retention) == (1.0, None)
    edge = stages(some_orders([0, 7], [0, 1]), **known, within=7)
    assert [each.converted for each in edge.cohorts] == [1, 1, 0]
    part = stages(whole, calendar=UTC, observed=weeks(1.5), within=1)
    assert part.words("zh").splitlines()[0] == "获取、转化、留存（1 天内）"
    assert repr(part).splitlines()[3].split()[0] == "2026-06-22*"
    assert part.to_rows()[1]["partial"] is True


# --- engagement and the funnel --------------------------------------------------------------------------------------


def test_engagement_of_what_is_known() -> None:
    """Orders alone: the others are not observed, and no zeros."""
    found = engagement(some_orders([0, 1, 2], [0, 0, -1]), **HERE)
    rows = {str(row["kind"]): row for row in found.to_rows()}
    assert rows["orders"] == {"kind": "orders", "events": 2, "users": 1, "per_user": 2.0}
    assert rows["visits"] == {"kind": "visits", "events": None, "users": None, "per_user": None}
    assert "互动参与度" in found.words("zh")
    assert repr(found).splitlines()[1].split() == ["kind", "of", "event", "events", "active", "users", "per", "user"]


def test_funnel_of_the_weeks() -> None:
    """With names, and a bottleneck beside a benchmark."""
    found = shop_funnel(facts(), **KNOWN)
    assert [step.name.zh for step in found.steps] == ["访客", "商品访客", "加购访客", "下单买家", "支付买家数"]
    gap = found.bottleneck({"product_visitors": (9, 10), "cart_visitors": (1, 2), "ordering_customers": (1, 2)})
    assert gap is not None
    assert gap.step.key == "ordering_customers"


# --- refusals -------------------------------------------------------------------------------------------------------

COHORT = Period(start=FIRST, end=later(FIRST, dt.timedelta(days=7)))
OUTSIDE = Period(start=later(FIRST, -dt.timedelta(days=1)), end=FIRST)
BARE = some_orders([0], [0])
A_VISIT: dict[str, Any] = {
    name: ints(0) for name in ("visitor", "customer", "source", "entrance", "address", "pages", "clicks")
} | {"began": at(0), "left": at(0)}
VISITED = BARE.joined(Visits.of(A_VISIT))
REFUSED: dict[str, tuple[Callable[[], object], type[DomainError], str]] = {
    "a baseline of another kind": (lambda: a_week(to="previous"), WrongKind, "sheet.to"),
    "no calendar": (lambda: a_week(calendar="UTC"), WrongKind, "sheet.calendar"),
    "no observed period": (lambda: a_week(observed=None), WrongKind, "sheet.observed"),
    "no day": (lambda: a_week("2017-01-18"), WrongKind, "Date"),  # type: ignore[arg-type]
    "no facts": (lambda: weekly_sheet(None, THIRD, **KNOWN), WrongKind, "tabulate.facts"),  # type: ignore[arg-type]
    "weekdays of months": (
        lambda: member_sheet(
            some_orders([0], [0]),
            Date(2026, 6, 1),
            calendar=UTC,
            observed=weeks(20, since=pendulum.datetime(2026, 6, 1)),
            by=Grain.MONTH,
            to=Against.SAME_WEEKDAYS,
        ),
        DomainError,
        "same_weekdays",
    ),
    "terms of another kind": (lambda: source_quality(facts(), **KNOWN, terms=PageTerms()), WrongKind, "SourceTerms"),  # type: ignore[arg-type]
    "sources of no facts": (lambda: source_quality(3, **KNOWN), WrongKind, "source_quality.facts"),  # type: ignore[arg-type]
    "no visits": (lambda: source_quality(BARE, **HERE), FamilyMissing, "Visits"),
    "orders without sources": (lambda: source_quality(VISITED, **HERE), NoWay, "visit_sources"),
    "no weight": (
        lambda: SourceTerms(conversion=0, pages=0, seconds=0, depth=0),
        WeighsNothing,
        "SourceTerms gives no criterion a weight",
    ),
    "a negative weight": (lambda: SourceTerms(pages=-1), OutOfRange, "SourceTerms.pages"),
    "page terms of another kind": (lambda: page_quality(facts(), **KNOWN, terms=3), WrongKind, "PageTerms"),  # type: ignore[arg-type]
    "pages of no facts": (lambda: page_quality(3, **KNOWN), WrongKind, "page_quality.facts"),  # type: ignore[arg-type]
    "no page views": (lambda: page_quality(BARE, **HERE), FamilyMissing, "Views"),
    "a horizon of no day": (
        lambda: headline(facts(), COHORT, COSTS, horizon=0, **KNOWN),
        OutOfRange,
        "headline.horizon",
    ),
    "a horizon that is no number": (
        lambda: headline(facts(), COHORT, COSTS, horizon=7.0, **KNOWN),  # type: ignore[arg-type]
        WrongKind,
        "headline.horizon",
    ),
    "loyal at once": (
        lambda: headline(facts(), COHORT, COSTS, horizon=7, loyal=1, **KNOWN),
        OutOfRange,
        "headline.loyal",
    ),
    "no costs": (lambda: headline(facts(), COHORT, 3, horizon=7, **KNOWN), WrongKind, "headline.costs"),  # type: ignore[arg-type]
    "negative costs": (lambda: CohortCosts(acquisition=-1), OutOfRange, "CohortCosts.acquisition"),
    "a figure in words": (lambda: evolve(a_week().lines[0], value="3"), WrongKind, "Line.value"),  # type: ignore[arg-type]
    "an instant for a day": (lambda: evolve(a_week(), first_day=FIRST), WrongKind, "Sheet.first_day"),
    "a cohort before all": (
        lambda: headline(facts(), OUTSIDE, COSTS, horizon=7, **KNOWN),
        NothingObserved,
        "2017-01-01/2017-01-02",
    ),
    "no days to come back": (lambda: stages(facts(), **KNOWN, within=0), OutOfRange, "stages.within"),
    "days that are no number": (lambda: stages(facts(), **KNOWN, within="7"), WrongKind, "stages.within"),  # type: ignore[arg-type]
    "no length of cohorts": (lambda: stages(facts(), **KNOWN, by="week"), WrongKind, "stages.by"),  # type: ignore[arg-type]
    "a funnel of orders alone": (lambda: shop_funnel(BARE, **HERE), WrongKind, "funnel_of.visitors_of_visits"),
}


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable[[], object], kind: type[DomainError], words: str) -> None:
    """With what is at fault."""
    with pytest.raises(kind, match=words):
        call()


def test_funnel_of_other_people_is_refused() -> None:
    """More buyers than visitors: devices and customers do not tell of the same persons."""
    two = some_orders([0, 1], [0, 1])
    views = {name: ints(0) for name in ("visitor", "customer", "page", "sku")} | {"visit": ints(-1), "at": at(0)}
    shown = {name: ints(1) for name in ("shown", "clicks", "cart_adds", "favourites", "payments", "refunds")} | {
        "visitor": ints(0),
        "sku": ints(0),
        "keyword": ints(-1),
        "at": at(0),
    }
    whole = two.joined(Visits.of(A_VISIT), Views.of(views), Exposures.of(shown))
    with pytest.raises(StepWidens, match="ordering_customers: 2 of 1"):
        shop_funnel(whole, **HERE)
