"""The line that every benchmark prints, and the stopwatch that most of them use."""

import gc
from collections.abc import Callable
from math import log
from statistics import median
from time import perf_counter, process_time
from typing import TypedDict

Prepare = Callable[[], Callable[[], object]]
"""Sets one run up, outside of the time that counts, and returns the work."""


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


def in_turns(*sides: Callable[[], object], rounds: int) -> tuple[float, ...]:
    """Return the median seconds of the wall of each of *sides*, run in turns: for peers that use every processor."""
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for at, side in enumerate(sides):
            taken[at].append(_seconds(side))
    return tuple(median(runs) for runs in taken)


def paired(*sides: Prepare, rounds: int) -> tuple[float, ...]:
    """Return the median seconds of each of *sides*, run in turns so that a busy machine slows all of them alike.

    Seconds of this process's processor time, so that what others run counts less: for work of one thread only.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for turn in range(rounds):
        order = range(len(sides)) if turn % 2 else reversed(range(len(sides)))
        for at in order:
            taken[at].append(_seconds(sides[at](), clock=process_time))
    return tuple(median(runs) for runs in taken)


def exponent(first: tuple[float, float], last: tuple[float, float]) -> float:
    """Return by which power of the size the seconds grow between two (size, seconds); 1 is linear.

    Example:
        >>> exponent((10, 1.0), (1000, 100.0))
        1.0
    """
    return log(last[1] / first[1]) / log(last[0] / first[0])


def _seconds(work: Callable[[], object], *, clock: Callable[[], float] = perf_counter) -> float:
    gc.collect()
    start = clock()
    work()
    return clock() - start
