"""What a host waits for an import of ours, beside what the packages that it loads take alone.

`ecomops.orders` may take 150 ms more than attrs and pendulum, `ecomops.metrics` 60 ms more than those and numpy, also
with what counts its tables, which is loaded when somebody first asks for one.
Seconds are processor time, the least of some clean interpreters on each side, taken in turns.
"""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.report import Line, line

ROUNDS = 9
SCRIPT = "from time import process_time; start = process_time(); import {}; print(process_time() - start)"
ALLOWED = (
    ("import", "ecomops.orders", "attrs, pendulum", 150),
    ("import metrics", "ecomops.metrics", "numpy, attrs, pendulum", 60),
    ("import tabulate", "ecomops.metrics.tabulating", "numpy, attrs, pendulum", 60),
)
"""Benchmark, module, what it loads, and how many milliseconds more it may take."""


def lines() -> Iterator[Line]:
    """Yield a comparison for each module, each side in clean interpreters."""
    for bench, module, loaded, most in ALLOWED:
        runs = [(_seconds(f"{loaded}, {module}"), _seconds(loaded)) for _ in range(ROUNDS)]
        ours, peer = (min(side) for side in zip(*runs, strict=True))
        note = f"{(ours - peer) * 1000:.0f} ms more than the peer; at most {most}"
        yield line(bench, n=1, ours_s=ours, peer=f"import {loaded}", peer_s=peer, note=note)


def _seconds(modules: str) -> float:
    command = [sys.executable, "-I", "-c", SCRIPT.format(modules)]
    run = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return float(run.stdout)
