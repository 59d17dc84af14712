"""The main job, run as `make demo` runs it, on the one day of the first week."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

import completejourney
import from_columns
import from_files
import from_log
import from_nouns
import real_year
from checks import Evidence, Untrue
from faults import PLANTED, Fault, in_the_books
from promises import checks
from tests.examples.conftest import Run

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "real_year.py"
CHECKS = [
    *("totals", "baskets", "replay", "stock", "cash", "shares", "open", "weeks"),
    *("coupons", "points", "refunds", "members", "discounts", "programmes"),
]


class Terminal(StringIO):
    """A place to print that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def run(environ: Mapping[str, str]) -> tuple[int, str, str]:
    """Return how a run in this process ends and what it prints."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = real_year.main(environ)
    return code, out.getvalue(), err.getvalue()


def ticked(out: str, mark: str) -> list[str]:
    """Return the names of the checks that carry *mark*."""
    return [line.split()[1].rstrip(":") for line in out.splitlines() if line.startswith(f"  {mark} ")]


def test_a_good_week_passes_every_check(day: Run) -> None:
    """The first week ends with 0, each check ticked, its traps, totals, weeks and times told, and nothing else."""
    assert (day.code, ticked(day.out, "✓"), ticked(day.out, "✗"), day.err) == (0, CHECKS, [], "")
    figures = [line.split(maxsplit=1) for line in day.out.splitlines() if line.startswith("  ")]
    assert ["382", "baskets"] in figures
    assert ["4,872", "of these, duplicates"] in figures
    assert figures[figures.index(["382", "orders"]) :][:11] == [
        ["382", "orders"],
        ["3,708", "goods lines"],
        ["0", "service lines"],
        ["141,905", "units"],
        ["12,397.21", "gross"],
        ["-1,916.86", "loyalty"],
        ["-2.85", "match"],
        ["10,477.50", "revenue"],
        ["31.54", "coupons"],
        ["10,445.96", "cash"],
        ["0.00", "paid out"],
    ]
    assert [each[1] for each in figures[-3:]] == ["orders a second", "lines a second", "microseconds a line"]
    assert any(line.split()[:3] == ["2016-12-26*", "382", "315"] for line in day.out.splitlines())


def test_what_went_wrong_is_told_by_the_checks(day: Run) -> None:
    """Each check says in numbers what it looked into: late payers, returns, coupons, points."""
    told = {line.split()[1]: line for line in day.out.splitlines() if line.startswith("  ✓ ")}
    assert "20 were cancelled unpaid" in told["open:"]
    assert "2 refused as coupon.unmatched" in told["coupons:"]
    assert "for 20 cancelled orders, and went back" in told["refunds:"]
    assert "315 households are customers" in told["members:"]


def test_each_phase_has_its_time(day: Run) -> None:
    """The share of each part is told, orders first among what users wait for."""
    phases = [line.split("  ")[-1] for line in day.out[day.out.index("\nTime") :].splitlines()[2:]]
    parts = [
        "reading",
        "products and deliveries",
        "promotions on past baskets",
        "publishing",
        "stock-in",
        "orders",
        "facts",
        "weekly table",
    ]
    guard = "weekly table with comparisons, first call (guard 0.5 s)"
    assert phases[: len(parts) + 4] == [*parts, "totals", "checks", "altogether", guard]


def _with(fault: Fault, evidence: Evidence) -> Evidence:
    """Return what a run with *fault* in its books looks into, as if it were too long to be searched whole."""
    books = in_the_books(evidence.books, fault)
    facts = from_columns.facts(books, frozenset())
    codes = {
        "nouns": from_nouns.totals(books),
        "log": from_log.totals(books),
        "columns": from_columns.totals(facts),
    }
    return replace(evidence, weeks=2, books=books, totals={**evidence.totals, **codes})


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("event", ["totals", "replay"]),
        ("stock", ["stock"]),
        ("share", ["totals", "replay", "shares"]),
        ("coupon", ["coupons"]),
        ("points", ["points"]),
        ("refund", ["totals", "refunds"]),
        ("erase", ["members"]),
    ],
)
def test_a_fault_in_the_books_breaks_just_the_checks_that_it_should(fault: str, broken: list[str], day: Run) -> None:
    """Each fault that is planted in the books is found, by the checks of its law and by no other."""
    evidence = _with(Fault(fault), day.evidence)
    found: list[str] = []
    for name, check in checks(2).items():
        try:
            check(evidence)
        except Untrue:
            found.append(name)
    assert found == broken


@pytest.mark.parametrize(
    ("fault", "broken", "finding"),
    [
        ("price", ["totals", "weeks"], "gross is 12,397.21 by files, 12,397.22 by nouns, 12,397.22 by log, 12,397.22"),
        ("promotion", ["discounts"], "loyalty: 72 lines are not what the rules say, 0 of 2 quotes differ"),
    ],
)
def test_the_script_ends_as_the_run_does(fault: str, broken: list[str], finding: str) -> None:
    """Started as `make demo` does, in a pipe, it shows no bar, names the fault and what it breaks, and ends with 1."""
    environ = {**os.environ, "WEEKS": "1", "BREAK": fault}
    done = subprocess.run([sys.executable, SCRIPT], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"Broken: {', '.join(broken)}.\n")
    assert ticked(done.stdout, "✗") == broken
    assert ticked(done.stdout, "✓") == [name for name in CHECKS if name not in broken]
    assert finding in done.stdout
    assert f"Planted ({fault}): {PLANTED[Fault(fault)]}." in done.stdout
    assert "\x1b" not in done.stdout
    assert "━" not in done.stdout


@pytest.mark.parametrize(("out", "shown"), [(Terminal(), True), (StringIO(), False)])
def test_only_a_terminal_sees_a_bar(out: StringIO, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 - a case
    """On a terminal a bar moves while baskets are sold; elsewhere nothing is printed."""
    monkeypatch.setenv("TERM", "xterm")
    with redirect_stdout(out), real_year.progress(3) as advance:
        advance(2)
    assert ("━" in out.getvalue()) is shown


@pytest.mark.parametrize("weeks", ["0", "abc", "54", "-1", "4.0", "", "04", "٤", " 4"])
def test_a_number_of_weeks_that_is_none_is_refused_in_words(weeks: str) -> None:
    """Anything but 1 to 53 ends with 2 and a sentence, before anything is read."""
    assert run({"WEEKS": weeks}) == (2, "", f"WEEKS is a number from 1 to 53, not {weeks!r}\n")


@pytest.mark.parametrize("fault", ["prices", "EVENT", " ", "event,stock"])
def test_a_fault_that_is_none_is_refused_in_words(fault: str) -> None:
    """A fault that cannot be planted ends with 2 and a sentence that tells which can."""
    can = "event, stock, price, share, coupon, points, refund, erase, promotion"
    assert run({"WEEKS": "1", "BREAK": fault}) == (2, "", f"BREAK is one of {can}, or empty, not {fault!r}\n")


def test_every_fault_says_what_it_does() -> None:
    """None can be planted of which the run could not say what was planted."""
    assert list(PLANTED) == list(Fault)


def test_the_year_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for nothing gets the 53 weeks; files that cannot be read are told in words."""

    def unreadable(weeks: int) -> completejourney.Tape:
        raise completejourney.BadDataError(f"no files for {weeks} weeks")

    monkeypatch.setattr(completejourney, "read", unreadable)
    assert run({}) == (2, "", "no files for 53 weeks\n")


def test_the_files_tell_of_all_that_the_checks_ask(day: Run) -> None:
    """The run looks at the baskets, points and households of the weeks that were asked for."""
    evidence = day.evidence
    assert (evidence.baskets, evidence.points, evidence.households) == (382, from_files.points(1), 315)
    assert list(evidence.totals) == ["files", "nouns", "log", "columns"]
