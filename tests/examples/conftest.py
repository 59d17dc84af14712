"""The modules of docs/examples, importable here as they import one another; the year, read once; and two runs.

One run is the script itself on the year's first day; the other is the whole year of a few households, with so much
mischief that each check has something to look into.
"""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "examples"))

import campaigns
import completejourney
import from_columns
import from_log
import from_nouns
import growth
import mischief
import real_year
import trials
from campaigns import Campaigns
from checks import Evidence
from completejourney import Tape
from ecomops.kernel import Period, instant
from shop import Shop
from tests.examples.planted import counted, points_of

HOUSEHOLDS = (93, 877, 888, 1899, 2123, 2496)
"""Six households with coupons: together they shop in each of the 53 weeks, in 256 baskets."""
OFTEN = 10
"""One basket of so many has its notices shuffled, one of so many comes back in part."""


@dataclass(frozen=True)
class Run:
    """How the script ended, what it printed, and what its checks looked into."""

    code: int
    out: str
    err: str
    evidence: Evidence


@dataclass(frozen=True)
class Chain:
    """The few households' year: what was sold, what went wrong, and what the checks look into."""

    tape: Tape
    mischief: mischief.Mischief
    observed: Period
    evidence: Evidence


@pytest.fixture(scope="session")
def year() -> Tape:
    """The till lines of the whole year."""
    return completejourney.read()


@pytest.fixture(scope="session")
def month() -> Tape:
    """The till lines of the first four weeks."""
    return completejourney.read(4)


@pytest.fixture(scope="session")
def products(year: Tape) -> tuple[completejourney.Product, ...]:
    """Every product of the year."""
    return completejourney.products(year)


@pytest.fixture(scope="session")
def campaigns_of_the_year(year: Tape) -> Campaigns:
    """The campaigns and redemptions of the year."""
    return campaigns.read(year)


@contextmanager
def _as_before() -> Generator[None]:
    """Undo how rarely the script collects, which is meant for a process of its own."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)


@pytest.fixture(scope="session")
def day() -> Run:
    """The script's run of the year's first week, which is one day."""
    out, err, kept = StringIO(), StringIO(), list[Evidence]()

    def keep(**found: Any) -> Evidence:  # noqa: ANN401 - whatever the evidence is made of
        kept.append(Evidence(**found))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch, _as_before(), redirect_stdout(out), redirect_stderr(err):
        patch.setattr(real_year, "Evidence", keep)
        code = real_year.main({"WEEKS": "1"})
    return Run(code, out.getvalue(), err.getvalue(), kept[0])


@pytest.fixture(scope="session")
def chain(year: Tape, campaigns_of_the_year: Campaigns) -> Chain:
    """A chain with six households, which sold them all that they bought in the year."""
    tape = _of_households(year)
    own = (each for each in campaigns_of_the_year.redemptions if each.household_id in HOUSEHOLDS)
    found = replace(campaigns_of_the_year, redemptions=tuple(own))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mischief, "RETURNED", OFTEN)
        patch.setattr(mischief, "SHUFFLED", OFTEN)
        drawn = mischief.drawn(tape, found)
    observed = real_year.observed(year)
    shop = _traded(tape, Shop(found, drawn), observed)
    facts = from_columns.facts(shop.store, real_year.fuel(tape))
    evidence = Evidence(
        weeks=1,
        books=shop.store,
        totals={
            "files": counted(tape),
            "nouns": from_nouns.totals(shop.store),
            "log": from_log.totals(shop.store),
            "columns": from_columns.totals(facts),
        },
        baskets=len(tape.starts),
        points=points_of(tape),
        households=len(HOUSEHOLDS),
        found=found,
        shop=shop,
        table=from_columns.weekly(facts, observed),
        sold=growth.of_facts(facts),
        trials=trials.held(tape, found, completejourney.products(tape)),
    )
    return Chain(tape, drawn, observed, evidence)


def _of_households(year: Tape) -> Tape:
    return year.where(np.isin(year.household, HOUSEHOLDS))


def _traded(tape: Tape, shop: Shop, valid: Period) -> Shop:
    deliveries = completejourney.deliveries(tape)
    opening = instant(deliveries[0].before)
    shop.take_in(deliveries, at=opening)
    shop.give_out(valid=Period(start=opening, end=valid.end), at=opening)
    for _ in shop.trade(completejourney.baskets(tape)):
        pass
    shop.close()
    shop.members.erase_first(at=valid.end)
    return shop
