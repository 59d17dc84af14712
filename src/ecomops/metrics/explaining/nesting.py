"""The arithmetic of mix and rate in nested slices, in ratios that are not reduced."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ecomops.metrics.explaining.exact import NOTHING, Pair, added
from ecomops.metrics.explaining.slices import Held, Pairs, Path, merged

ONE: Pair = (1, 1)


class Node(NamedTuple):
    """A slice in its place; not for hosts to make.

    Attributes:
        path: Which slice it is.
        before: How much lay there, and what it weighed.
        after: How much lies there now.
        inside_before: The same of the slice that it lies in.
        inside_after: The same of that one now.
        counts: At what share that one counts in the whole.
    """

    path: Path
    before: Held
    after: Held
    inside_before: Held
    inside_after: Held
    counts: Pair

    @property
    def compared(self) -> bool:
        """Whether what it lies in was there on both sides: otherwise all of it has been told further out."""
        return self.inside_before[1] > 0 and self.inside_after[1] > 0

    @property
    def share(self) -> Pair:
        """Its mean share in what it lies in."""
        (_, weight), (_, now), (_, inside), (_, inside_now) = self._held
        return weight * inside_now + now * inside, 2 * inside * inside_now

    @property
    def mix(self) -> Pair:
        """What the change of its share did, against the mean rate of what it lies in."""
        if not self.compared:
            return NOTHING
        (_, weight), (_, now), (amount, inside), (amount_now, inside_now) = self._held
        moved = now * inside - weight * inside_now
        above, below = self._mean_rate
        mean, twice = amount * inside_now + amount_now * inside, 2 * inside * inside_now
        against = above * twice - mean * below
        return moved * against * self.counts[0], inside * inside_now * below * twice * self.counts[1]

    @property
    def within(self) -> Pair:
        """What the change of its own rate did; nothing where it was not there on both sides."""
        (amount, weight), (amount_now, now), *_ = self._held
        if not (self.compared and weight and now):
            return NOTHING
        above, below = self.share
        changed = amount_now * weight - amount * now
        return above * changed * self.counts[0], below * weight * now * self.counts[1]

    @property
    def _held(self) -> tuple[Held, Held, Held, Held]:
        return self.before, self.after, self.inside_before, self.inside_after

    @property
    def _mean_rate(self) -> Pair:
        """The mean of its rates; where it was not there, the rate of the other side stands for it."""
        (amount, weight), (amount_now, now) = self.before, self.after
        if weight and now:
            return amount * now + amount_now * weight, 2 * weight * now
        return (amount, weight) if weight else (amount_now, max(now, 1))

    def terms(self) -> Iterator[Pair]:
        """Yield what the change of its share did, against no rate: ratios of few denominators.

        The changes of all shares in one slice add up to nothing, so the mean rate may be left out of their sum.
        """
        if not self.compared:
            return
        (amount, weight), (amount_now, now), (_, inside), (_, inside_now) = self._held
        above, below = self.counts
        below *= 2 * inside * inside_now
        yield (inside * amount_now - inside_now * amount) * above, below
        rate, rate_now = (
            (amount, weight) if weight else (amount_now, now),
            (amount_now, now) if now else (amount, weight),
        )
        yield now * inside * rate[0] * above, below * max(rate[1], 1)
        yield -weight * inside_now * rate_now[0] * above, below * max(rate_now[1], 1)


def nested(pairs: Pairs) -> list[list[Node]]:
    """Return the slices of each dimension, in the order of their paths; *pairs* are the innermost."""
    depth = len(next(iter(pairs)))
    levels = [*(merged(pairs, level) for level in range(depth)), pairs]
    counts: dict[Path, Pair] = {(): ONE}
    found: list[list[Node]] = []
    for outer, inner in pairwise(levels):
        nodes = [Node(path, *held, *outer[path[:-1]], counts[path[:-1]]) for path, held in inner.items()]
        counts = {node.path: _counted(node) for node in nodes}
        found.append(nodes)
    return found


def _counted(node: Node) -> Pair:
    if not node.compared:
        return NOTHING
    above, below = node.share
    return above * node.counts[0], below * node.counts[1]


def mix_in_all(nodes: Sequence[Node]) -> Pair:
    """Return what the mix of one dimension did in all, exactly."""
    return added(term for node in nodes for term in node.terms())
