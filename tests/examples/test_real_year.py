"""The main job, run as `make demo` runs it, on the one day of the first week."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import completejourney
import real_year

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "real_year.py"
CHECKS = ["totals", "baskets", "replay", "stock", "cash", "shares", "open"]


class Terminal(StringIO):
    """A place to print that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def _thaw() -> Iterator[None]:
    """Undo the script's `gc.freeze()`, which is meant for a process of its own."""
    yield
    gc.unfreeze()


def run(environ: Mapping[str, str], out: StringIO | None = None) -> tuple[int, str, str]:
    """Return how a run in this process ends and what it prints."""
    out, err = out or StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = real_year.main(environ)
    return code, out.getvalue(), err.getvalue()


def ticked(out: str, mark: str) -> list[str]:
    """Return the names of the checks that carry *mark*."""
    return [line.split()[1].rstrip(":") for line in out.splitlines() if line.startswith(f"  {mark} ")]


def test_a_good_week_passes_every_check() -> None:
    """The first week ends with 0, each check ticked, its traps, totals and times told, and nothing else."""
    code, out, err = run({"WEEKS": "1"})
    assert (code, ticked(out, "✓"), ticked(out, "✗"), err) == (0, CHECKS, [], "")
    figures = [line.split(maxsplit=1) for line in out.splitlines() if line.startswith("  ")]
    assert ["382", "baskets"] in figures
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


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("event", ["totals", "replay"]),
        ("stock", ["stock"]),
        ("price", ["totals"]),
        ("share", ["totals", "replay", "shares"]),
    ],
)
def test_a_planted_fault_is_found_and_named(fault: str, broken: list[str]) -> None:
    """A run with a fault ends with 1, and names the fault and just the checks that it breaks."""
    code, out, err = run({"WEEKS": "1", "BREAK": fault})
    assert (code, ticked(out, "✗"), err) == (1, broken, f"Broken: {', '.join(broken)}.\n")
    assert ticked(out, "✓") == [name for name in CHECKS if name not in broken]
    assert f"Planted ({fault}): " in out


def test_the_script_ends_as_the_run_does() -> None:
    """Started as `make demo` does, in a pipe, it shows no bar and ends with what the checks say."""
    environ = {**os.environ, "WEEKS": "1", "BREAK": "price"}
    done = subprocess.run([sys.executable, SCRIPT], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Broken: totals.\n")
    assert "gross is 12,397.21 by files, 12,397.22 by nouns" in done.stdout
    assert "\x1b" not in done.stdout
    assert "━" not in done.stdout


def test_a_terminal_sees_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar moves while baskets are sold."""
    monkeypatch.setenv("TERM", "xterm")
    code, out, _ = run({"WEEKS": "1"}, Terminal())
    assert code == 0
    assert "━" in out


@pytest.mark.parametrize("weeks", ["0", "abc", "54", "-1", "4.0", "", "04", "٤", " 4"])
def test_a_number_of_weeks_that_is_none_is_refused_in_words(weeks: str) -> None:
    """Anything but 1 to 53 ends with 2 and a sentence, before anything is read."""
    assert run({"WEEKS": weeks}) == (2, "", f"WEEKS is a number from 1 to 53, not {weeks!r}\n")


@pytest.mark.parametrize("fault", ["prices", "EVENT", " ", "event,stock"])
def test_a_fault_that_is_none_is_refused_in_words(fault: str) -> None:
    """A fault that cannot be planted ends with 2 and a sentence that tells which can."""
    told = f"BREAK is one of event, stock, price, share, or empty, not {fault!r}\n"
    assert run({"WEEKS": "1", "BREAK": fault}) == (2, "", told)


def test_four_weeks_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for nothing gets four weeks; files that cannot be read are told in words."""

    def unreadable(weeks: int) -> completejourney.Tape:
        raise completejourney.BadDataError(f"no files for {weeks} weeks")

    monkeypatch.setattr(completejourney, "read", unreadable)
    assert run({}) == (2, "", "no files for 4 weeks\n")
