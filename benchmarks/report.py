"""The line that every benchmark prints, and the stopwatch that most of them use."""

import gc
from collections.abc import Callable
from time import perf_counter
from typing import TypedDict


class Line(TypedDict):
    """One comparison: seconds for the whole work of size `n`; `floor_s` is what it could cost at best."""

    bench: str
    n: int
    ours_s: float
    peer: str
    peer_s: float | None
    ratio: float | None
    floor_s: float | None
    note: str


def line(
    bench: str,
    *,
    n: int,
    ours_s: float,
    peer: str = "",
    peer_s: float | None = None,
    floor_s: float | None = None,
    note: str = "",
) -> Line:
    """Return the line of *bench*; its ratio says how many times faster than the peer we are."""
    ratio = None if peer_s is None else round(peer_s / ours_s, 3)
    return Line(bench=bench, n=n, ours_s=ours_s, peer=peer, peer_s=peer_s, ratio=ratio, floor_s=floor_s, note=note)


def best(work: Callable[[], object], *, rounds: int) -> float:
    """Return the seconds of the fastest of *rounds* runs of *work*, the least disturbed one."""
    return min(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start
