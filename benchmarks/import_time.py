"""What a host waits for `import ecomops.orders`, beside what attrs and pendulum alone take. At most 150 ms more.

Seconds are processor time, the least of some clean interpreters on each side, taken in turns.
"""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.report import Line, line

ROUNDS = 9
SCRIPT = "from time import process_time; start = process_time(); import {}; print(process_time() - start)"


def lines() -> Iterator[Line]:
    """Yield the one comparison, each side in clean interpreters."""
    runs = [(_seconds("ecomops.orders"), _seconds("attrs, pendulum")) for _ in range(ROUNDS)]
    ours, peer = (min(side) for side in zip(*runs, strict=True))
    note = f"{(ours - peer) * 1000:.0f} ms more than the peer; at most 150"
    yield line("import", n=1, ours_s=ours, peer="import attrs, pendulum", peer_s=peer, note=note)


def _seconds(modules: str) -> float:
    command = [sys.executable, "-I", "-c", SCRIPT.format(modules)]
    run = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return float(run.stdout)
