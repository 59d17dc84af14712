"""The demo: how fast real orders go through the public workflows, in how much memory, how both grow, and who is slow.

The trade alone is timed in a process of its own; the script as a whole is run once. From 4 to 13 weeks, and from there
to the year, the time may grow with an exponent of 1.2 of the lines at most. The year takes minutes: YEAR=1 asks for it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TypedDict

from benchmarks.report import Line, exponent, line

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
WEEKS = (1, 4, 13)
YEAR = 53
USUAL = 4
"""The weeks of the script as a whole."""


class Replay(TypedDict):
    """What `children.replay` tells; memory is the peak, and what the orders added to it, in bytes.

    Parts are the number and the seconds of each kind of command, and what the host took between them.
    """

    orders: int
    lines: int
    seconds: float
    grown: int
    peak: int
    parts: dict[str, tuple[int, float]]


def lines() -> Iterator[Line]:
    """Yield the replays, how they grow, the parts of the longest, and the whole script."""
    asked = (*WEEKS, YEAR) if os.environ.get("YEAR") else WEEKS
    runs: list[Replay] = []
    for weeks in asked:
        runs.append(_replay(weeks))
        yield line("demo", n=runs[-1]["lines"], ours_s=runs[-1]["seconds"], note=f"{weeks} weeks: {_speed(runs[-1])}")
    for (weeks, more), (first, last) in zip(pairwise(asked), pairwise(runs), strict=True):
        yield _growth(weeks, more, first, last)
    yield from _parts(runs[-1])
    seconds, peak = _script(USUAL)
    note = f"the script whole, checks included; peak memory {peak / 1e6:.0f} MB; at most 15 s"
    yield line("demo_script", n=USUAL, ours_s=seconds, note=note)


def _growth(weeks: int, more: int, first: Replay, last: Replay) -> Line:
    grown = exponent((first["lines"], first["seconds"]), (last["lines"], last["seconds"]))
    note = f"exponent {grown:.2f} of time over lines from {first['lines']} to {last['lines']}; at most 1.2"
    return line(
        f"demo_growth_{weeks}_{more}",
        n=last["lines"],
        ours_s=last["seconds"],
        peer=f"{weeks} of the weeks",
        peer_s=first["seconds"],
        note=note,
    )


def _parts(run: Replay) -> Iterator[Line]:
    """Yield what each kind of command took, the longest first."""
    for part, (number, seconds) in sorted(run["parts"].items(), key=lambda each: -each[1][1]):
        note = f"{seconds / run['seconds']:.1%} of the trade; {seconds / number * 1e6:,.0f} us each"
        yield line(f"demo_part_{part}", n=number, ours_s=seconds, note=note)


def _replay(weeks: int) -> Replay:
    command = [sys.executable, "-m", "benchmarks.children.replay", str(weeks)]
    path = os.pathsep.join([str(EXAMPLES), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = os.environ | {"PYTHONPATH": path}
    run = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT, env=env)
    told: Replay = json.loads(run.stdout)
    return told


def _speed(run: Replay) -> str:
    seconds, orders, sold = run["seconds"], run["orders"], run["lines"]
    return (
        f"{orders} orders with all that became of them: {orders / seconds:,.0f} orders/s, "
        f"{sold / seconds:,.0f} lines/s, {seconds / sold * 1e6:.0f} us and {run['grown'] / sold:,.0f} bytes a line; "
        f"peak memory {run['peak'] / 1e6:,.0f} MB"
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
