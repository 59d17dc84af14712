"""The frame of the benchmarks: what a line says, and how two sides are timed."""

from collections.abc import Callable
from functools import partial

import pytest

from benchmarks.report import exponent, line, paired


def test_a_line_says_the_same_eight_things_whatever_is_known() -> None:
    """Every line has all keys, so that a reader of many lines needs no cases."""
    told = line("import", n=1, ours_s=0.5)
    assert told == {
        "bench": "import",
        "n": 1,
        "ours_s": 0.5,
        "peer": "",
        "peer_s": None,
        "ratio": None,
        "floor_s": None,
        "note": "",
    }


def test_the_ratio_says_how_many_times_faster_we_are() -> None:
    """Twice the seconds of the peer is a ratio of 2."""
    assert line("x", n=3, ours_s=0.25, peer="them", peer_s=0.5)["ratio"] == 2.0


def test_sides_run_in_turns_each_set_up_afresh_for_every_round() -> None:
    """No side runs twice before the other has run, the first alternates, and nothing is set up once for all rounds."""
    happened: list[str] = []

    def prepare(name: str) -> Callable[[], None]:
        happened.append(f"set up {name}")
        return partial(happened.append, name)

    seconds = paired(partial(prepare, "a"), partial(prepare, "b"), rounds=2)
    assert happened == ["set up b", "b", "set up a", "a", "set up a", "a", "set up b", "b"]
    assert len(seconds) == 2


def test_the_exponent_is_the_slope_between_two_sizes() -> None:
    """A hundred times the time for ten times the size is quadratic, the same time is constant."""
    assert exponent((10, 1.0), (100, 100.0)) == pytest.approx(2.0)
    assert exponent((10, 1.0), (100, 1.0)) == 0.0
