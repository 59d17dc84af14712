"""What a host waits for `import ecomops.orders`, beside what attrs and pendulum alone take. At most 150 ms more."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.report import Line, line

ROUNDS = 9
SCRIPT = "from time import perf_counter; start = perf_counter(); import {}; print(perf_counter() - start)"


def lines() -> Iterator[Line]:
    """Yield the one comparison, each side in clean interpreters."""
    ours, peer = _seconds("ecomops.orders"), _seconds("attrs, pendulum")
    note = f"{(ours - peer) * 1000:.0f} ms more than the peer; at most 150"
    yield line("import", n=1, ours_s=ours, peer="import attrs, pendulum", peer_s=peer, note=note)


def _seconds(modules: str) -> float:
    command = [sys.executable, "-I", "-c", SCRIPT.format(modules)]
    runs = (subprocess.run(command, check=True, capture_output=True, encoding="utf-8") for _ in range(ROUNDS))
    return min(float(run.stdout) for run in runs)
