"""What numpy itself costs here: the steps that the metrics core is made of, beside what they cost where goals were set.

Goals for the metrics core were set on a machine whose processor has instructions of 512 bits. Where sorting, choosing
and adding by code cost more than there, our times do too, while engines that hash lose less: these lines tell how much
of a missed goal is the machine. The peer is the time there, so that a ratio below 1 says that this machine is slower.
Instructions that numpy was told to do without are named.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Line, best, line

ROUNDS = 5
NEAR, FAR, ROWS = 60_000, 8_000_000, 5_000_000
"""Rows that stay near the processor, rows that do not, and rows of a column."""
CODES = 50_000
PEER = "where goals were set"

Step = tuple[str, int, Callable[[], object], float]
"""What is done, to how many rows, how, and the nanoseconds a row there."""


def steps() -> Iterator[Step]:
    """Yield the steps, each with its data."""
    draw = np.random.default_rng(618)
    near, far = (draw.integers(0, 2**31, size).astype(np.uint32) for size in (NEAR, FAR))
    yield "sort of 32 bits, near", NEAR, partial(np.sort, near), 2.8
    yield "sort of 32 bits, far", FAR, partial(np.sort, far), 4.5
    wide = draw.integers(0, 2**60, NEAR)
    yield "argsort of 64 bits, near", NEAR, partial(np.argsort, wide), 16.0
    short = draw.integers(0, NEAR, NEAR).astype(np.uint16)
    yield "stable argsort of 16 bits, near", NEAR, partial(np.argsort, short, kind="stable"), 3.5
    codes, values = draw.integers(0, CODES, ROWS), draw.integers(0, 99, ROWS)
    yield "add.at into 50,000 codes", ROWS, partial(np.add.at, np.zeros(CODES, dtype=np.int64), codes, values), 2.0
    yield "compress of nine in ten", ROWS, partial(values.compress, draw.random(ROWS) < 0.9), 1.0
    starts = np.flatnonzero(draw.random(ROWS) < 0.4)
    yield "add.reduceat of runs of 2 or 3", ROWS, partial(np.add.reduceat, values, starts), 3.5


def lines() -> Iterator[Line]:
    """Yield the time of each step, then how much two threads are faster than one."""
    without = os.environ.get("NPY_DISABLE_CPU_FEATURES")
    told = f"; numpy does without {without}" if without else ""
    for name, rows, work, there in steps():
        taken = best(work, rounds=ROUNDS)
        note = f"{taken / rows * 1e9:.1f} ns a row, {there} there{told}"
        yield line(f"numpy: {name}", n=rows, ours_s=taken, peer=PEER, peer_s=there * rows / 1e9, note=note)
    draw = np.random.default_rng(619)
    tables = [draw.integers(0, 2**31, FAR // 16).astype(np.uint32) for _ in range(2)]
    sorts = [partial(_sorted_often, each) for each in tables]
    one, two = (best(partial(_at_once, sorts[:count]), rounds=ROUNDS) for count in (1, 2))
    note = f"two threads do {2 * one / two:.2f} times as much as one"
    yield line("numpy: two threads that sort", n=FAR // 16, ours_s=two, note=note)


def _sorted_often(values: NDArray[np.uint32]) -> None:
    for _ in range(4):
        np.sort(values)


def _at_once(works: Sequence[Callable[[], None]]) -> None:
    threads = [Thread(target=work) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
