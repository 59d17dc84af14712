"""New and first codes: each code's rows are runs, in which none lies further after the one before than the horizon.

The runs travel where parts are open. The first row of a run is a new code, whatever else the shop has seen within the
run. Two runs of one code become one when they meet; so runs of any parts, joined in any order, are those of all rows
together. Rows at one instant are one, and the smallest slice among them has it.
"""

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.metrics.summary.states import NO_MOST, Block, Keys, combined, heads, places


@frozen(kw_only=True)
class Chain:
    """When two rows of a code lie in one run.

    Args:
        horizon: How far apart they may be, in microseconds; None is any distance.
        observed: When what is counted begins. What lies before matters only by how far it reaches.
        day: What stands for the period of a run that began before.
    """

    horizon: int | None
    observed: int
    day: int

    @property
    def before(self) -> int:
        """The instant that stands for the start of every run that began before."""
        return self.observed - (1 if self.horizon is None else self.horizon)


def runs(codes: Ints, at: Ints, slices: Keys, chain: Chain) -> Block:
    """Return the runs of single rows: code, start and slice are keys; how long the run lasts is the value."""
    early = at < chain.observed
    needed = ~early if chain.horizon is not None else np.ones(len(at), dtype=np.bool_)
    if chain.horizon is not None:
        needed |= at >= chain.before
    codes, at, early = codes[needed], at[needed], early[needed]
    start = np.where(early, chain.before, at)
    kept = (np.where(early, 0 if number else chain.day, each[needed]) for number, each in enumerate(slices))
    return joined((codes, start, *kept), at - start, chain)


def joined(keys: Keys, length: Ints, chain: Chain) -> Block:
    """Return runs in any order as those that they are together."""
    if not len(length):
        return Block(keys, (length,))
    if chain.horizon is None:
        return _earliest(keys)
    order = places(keys)
    held = tuple(key.take(order) for key in keys)
    codes, start = held[0], held[1]
    end = start + length.take(order)
    reached = _reached(codes, end) if length.any() else end
    new = np.ones(len(codes), dtype=np.bool_)
    new[1:] = (codes[1:] != codes[:-1]) | (start[1:] - reached[:-1] > chain.horizon)
    begins = np.flatnonzero(new)
    lasts = np.append(begins[1:], len(codes)) - 1
    return Block(tuple(key.take(begins) for key in held), (reached.take(lasts) - start.take(begins),))


def _earliest(keys: Keys) -> Block:
    """Return the earliest run of each code: without a horizon it has no other."""
    found = combined(keys, (), ()).keys
    begins = heads(found[:1])
    kept = tuple(key.take(begins) for key in found)
    return Block(kept, (np.zeros(len(begins), dtype=np.int64),))


def _reached(codes: Ints, end: Ints) -> Ints:
    """Return the latest end of each row and those above it, of the same code: each round looks twice as far up."""
    reached, step = end.copy(), 1
    while (same := codes[step:] == codes[:-step]).any():
        above = np.where(same, reached[:-step], NO_MOST)
        np.maximum(reached[step:], above, out=reached[step:])
        step *= 2
    return reached


def started(block: Block, chain: Chain) -> Keys:
    """Return the slices of the runs that began while it was observed: one new code each."""
    counted = block.keys[1] >= chain.observed
    return tuple(key[counted] for key in block.keys[2:])
