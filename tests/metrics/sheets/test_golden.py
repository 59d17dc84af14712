"""Every sheet of four real weeks is what SQL makes of the same facts, to the last bit."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest
from pendulum import Date

from ecomops.kernel import Period, later
from ecomops.metrics import assortment_of
from ecomops.metrics.sheets import (
    CohortCosts,
    PageTerms,
    Sheet,
    SheetTerms,
    SourceTerms,
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
from tests.metrics.sheets import by_sql
from tests.metrics.sheets.real_weeks import FIRST, OBSERVED, SHOP, facts

KNOWN: dict[str, Any] = {"calendar": SHOP, "observed": OBSERVED}
TERMS = SheetTerms(repurchase_days=by_sql.AGAIN)
GOLDEN: Mapping[str, Any] = json.loads(by_sql.GOLDEN.read_text())


def values(sheet: Sheet) -> dict[str, Any]:
    """Return the figures of a sheet by their keys."""
    return {line.key: line.value for line in sheet.lines}


def test_golden_values_are_those_of_sql() -> None:
    """What is committed is what SQL answers today."""
    assert json.loads(json.dumps(by_sql.answers())) == GOLDEN


@pytest.mark.parametrize("label", by_sql.WEEKS)
def test_weekly_sheet(label: str) -> None:
    """All figures of the three blocks of each week, and beside them those of the week before."""
    sheet = weekly_sheet(facts(), Date.fromisoformat(label), **KNOWN, terms=TERMS)
    wanted = GOLDEN["weekly"][label]
    assert values(sheet) == {key: wanted[key] for key in values(sheet)}
    assert len(sheet.lines) == 22
    before = GOLDEN["weekly"].get(str(Date.fromisoformat(label).subtract(days=7)), {})
    assert {line.key: line.baseline for line in sheet.lines} == {
        key: before.get(key) if wanted[key] is not None else None for key in values(sheet)
    }


@pytest.mark.parametrize("label", by_sql.DAYS)
def test_daily_sheet(label: str) -> None:
    """All figures of the three blocks of some days, and beside them those of the same weekday a week before."""
    sheet = daily_sheet(facts(), Date.fromisoformat(label), **KNOWN)
    assert values(sheet) == {key: GOLDEN["daily"][label][key] for key in values(sheet)}
    assert len(sheet.lines) == 14
    before = GOLDEN["daily"].get(str(Date.fromisoformat(label).subtract(days=7)), {})
    if before or label < "2017-01-09":
        assert {line.key: line.baseline for line in sheet.lines} == {
            key: None if value is None else before.get(key) for key, value in values(sheet).items()
        }


def test_member_sheet() -> None:
    """The block of members stands alone, too."""
    sheet = member_sheet(facts(), Date(2017, 1, 18), **KNOWN, terms=TERMS)
    assert values(sheet) == {key: GOLDEN["weekly"]["2017-01-16"][key] for key in values(sheet)}


def test_source_quality() -> None:
    """Figures, mean ranks and places; a source with too few visits is left out, and so is the unknown one."""
    found = source_quality(facts(), **KNOWN, terms=SourceTerms(least_visits=330))
    assert found.to_rows() == [{key: row[key] for key in found.to_rows()[0]} for row in GOLDEN["sources"]]
    assert [each.name for each in found.left_out] == ["newsletter", None]


def test_page_quality() -> None:
    """The home page, the best and the worst product pages, with their numbers."""
    found = page_quality(facts(), **KNOWN, terms=PageTerms(number=6, least_visitors=15))
    assert found.to_rows() == GOLDEN["pages"]


def test_headline() -> None:
    """The five figures of the cohort of two weeks."""
    cohort = Period(start=FIRST, end=later(FIRST, dt.timedelta(days=14)))
    sheet = headline(facts(), cohort, CohortCosts(acquisition=100_000, retention=20_000), horizon=14, **KNOWN)
    assert values(sheet) == GOLDEN["headline"]


def test_stages() -> None:
    """Four cohorts, of which the last two cannot have come back yet."""
    found = stages(facts(), **KNOWN, within=10)
    assert [{key: row[key] for key in GOLDEN["stages"][0]} for row in found.to_rows()] == GOLDEN["stages"]


def test_engagement() -> None:
    """Events and users of nine kinds."""
    found = engagement(facts(), **KNOWN)
    assert {kind.key: {"e": kind.events, "u": kind.users} for kind in found.kinds} == GOLDEN["engagement"]


def test_funnel() -> None:
    """Persons at each of the five steps."""
    found = shop_funnel(facts(), **KNOWN)
    assert {step.key: step.count for step in found.steps} == GOLDEN["funnel"]


def test_growth_bottleneck() -> None:
    """The step at which most are missing beside a benchmark, and how many."""
    gap = shop_funnel(facts(), **KNOWN).bottleneck(by_sql.BENCHMARK)
    assert gap is not None
    assert {"step": gap.step.key, "missing": str(gap.missing)} == GOLDEN["bottleneck"]


def test_best_and_worst_sellers() -> None:
    """Of the last fortnight beside the one before, with ranks and classes."""
    half = later(FIRST, dt.timedelta(days=14))
    found = assortment_of(facts(), calendar=SHOP, period=Period(start=half, end=later(FIRST, dt.timedelta(days=28))))
    wanted = GOLDEN["sellers"]
    for listed, rows in ((wanted["best"], found.best(5)), (wanted["worst"], found.worst(5))):
        assert [{key: row[key] for key in listed[0]} for row in rows] == listed
    classes = [row["abc"] for row in found.to_rows()]
    assert {each: classes.count(each) for each in "ABC"} == wanted["classes"]
