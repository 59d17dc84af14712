"""The demo: how fast real orders go through the public workflows, in how much memory, and how both grow.

The replay alone is timed in a process of its own; the script as a whole is run once. From 1 to 4 weeks the time may
grow with an exponent of 1.2 of the lines at most; week 1 has one day, so 2 to 4 weeks are told too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypedDict

from benchmarks.report import Line, exponent, line

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
WEEKS = (1, 2, 4)
ROUNDS = 3


class Replay(TypedDict):
    """What `children.replay` tells; memory is what the orders added to the peak, in bytes."""

    orders: int
    lines: int
    seconds: float
    grown: int


def lines() -> Iterator[Line]:
    """Yield the replay of 1, 2 and 4 weeks, and the whole script with 4."""
    rounds = [[_replay(weeks) for weeks in WEEKS] for _ in range(ROUNDS)]
    runs = dict(zip(WEEKS, (_middle(list(each)) for each in zip(*rounds, strict=True)), strict=True))
    last = runs[WEEKS[-1]]
    yield line("demo", n=last["lines"], ours_s=last["seconds"], note=_speed(last))
    for weeks in WEEKS[:-1]:
        first = runs[weeks]
        grown = exponent((first["lines"], first["seconds"]), (last["lines"], last["seconds"]))
        note = f"exponent {grown:.2f} of time over lines from {first['lines']} to {last['lines']}; at most 1.2"
        yield line(
            f"demo_growth_{weeks}_{WEEKS[-1]}",
            n=last["lines"],
            ours_s=last["seconds"],
            peer=f"{weeks} of the weeks",
            peer_s=first["seconds"],
            note=note,
        )
    seconds, peak = _script(WEEKS[-1])
    note = f"the script whole, checks included; peak memory {peak / 1e6:.0f} MB; at most 15 s"
    yield line("demo_script", n=WEEKS[-1], ours_s=seconds, note=note)


def _replay(weeks: int) -> Replay:
    command = [sys.executable, "-m", "benchmarks.children.replay", str(weeks)]
    path = os.pathsep.join([str(EXAMPLES), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = os.environ | {"PYTHONPATH": path}
    run = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT, env=env)
    told: Replay = json.loads(run.stdout)
    return told


def _middle(runs: list[Replay]) -> Replay:
    """Return the run of the median time; an odd number of runs has one."""
    middle = median(run["seconds"] for run in runs)
    return next(run for run in runs if run["seconds"] == middle)


def _speed(run: Replay) -> str:
    seconds, orders, sold = run["seconds"], run["orders"], run["lines"]
    return (
        f"{orders} orders placed, paid, shipped, received, closed: {orders / seconds:,.0f} orders/s, "
        f"{sold / seconds:,.0f} lines/s, {seconds / sold * 1e6:.0f} us and {run['grown'] / sold:,.0f} bytes a line"
    )


def _script(weeks: int) -> tuple[float, int]:
    """Return the seconds of the script and the most bytes it held."""
    start = perf_counter()
    command = [sys.executable, str(EXAMPLES / "real_year.py")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | {"WEEKS": str(weeks)}) as script:
        _, status, used = os.wait4(script.pid, 0)
        script.returncode = os.waitstatus_to_exitcode(status)
    assert script.returncode == 0, "the demo failed"
    return perf_counter() - start, used.ru_maxrss * 1024
