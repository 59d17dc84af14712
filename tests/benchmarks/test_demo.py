"""The benchmark of the demo: what it says of replays, and how the seconds of a trade are told apart."""

from itertools import pairwise

import pytest

from benchmarks import demo
from benchmarks.children import replay
from ecomops.memory import MemoryStore
from ecomops.testing import a_delivery
from ecomops.workflows.stocking import receive_stock


def a_replay(weeks: int) -> demo.Replay:
    """Return a replay that takes a second for every thousand lines."""
    return demo.Replay(
        orders=100 * weeks,
        lines=1_000 * weeks,
        seconds=1.0 * weeks,
        grown=2_000_000 * weeks,
        peak=3_000_000 * weeks,
        parts={"place_order": (100 * weeks, 0.75 * weeks), "host": (1, 0.25 * weeks)},
    )


def a_script(weeks: int) -> tuple[float, int]:
    """Return what a run of the script took."""
    return 2.5 * weeks, 700_000_000


@pytest.mark.parametrize(("year", "weeks"), [("", [1, 4, 13]), ("1", [1, 4, 13, 53])])
def test_the_year_is_replayed_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, year: str, weeks: list[int]
) -> None:
    """Each replay, each step from one to the next, the parts of the longest one, and the script."""
    monkeypatch.setenv("YEAR", year)
    monkeypatch.setattr(demo, "_replay", a_replay)
    monkeypatch.setattr(demo, "_script", a_script)
    told = list(demo.lines())
    growths = [f"demo_growth_{first}_{last}" for first, last in pairwise(weeks)]
    names = [*["demo"] * len(weeks), *growths, "demo_part_place_order", "demo_part_host", "demo_script"]
    assert [each["bench"] for each in told] == names
    assert [each["n"] for each in told[: len(weeks)]] == [1_000 * number for number in weeks]
    assert told[1]["note"] == (
        "4 weeks: 400 orders with all that became of them: 100 orders/s, 1,000 lines/s, "
        "1000 us and 2,000 bytes a line; peak memory 12 MB"
    )
    assert told[len(weeks)]["note"].startswith("exponent 1.00 of time over lines from 1000 to 4000")
    assert told[-3]["note"] == "75.0% of the trade; 7,500 us each"


def test_the_seconds_of_each_kind_of_command_are_told_apart() -> None:
    """They are carried out as ever; what is between them is the host's."""
    clock, store = replay.Clock(), MemoryStore()
    before = [vars(user)["carry_out"] for user in replay.USERS]
    with clock.measured():
        carry_out = vars(replay.USERS[0])["carry_out"]
        for number in range(3):
            carry_out(receive_stock, a_delivery(id=f"c-{number}"), store.unit)
    assert [vars(user)["carry_out"] for user in replay.USERS] == before
    assert store.commits == 3
    assert {part: number for part, (number, _) in clock.parts.items()} == {"receive_stock": 3, "host": 1}
    assert all(seconds >= 0 for _, seconds in clock.parts.values())
