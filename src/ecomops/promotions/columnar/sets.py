"""Units that are taken together, in columns: as `promotions.sets`, when at most two parts fit one item."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ecomops.columns import Ints
from ecomops.kernel import Rounding
from ecomops.promotions.arithmetic import PRICE
from ecomops.promotions.columnar.blocks import Block, Flags, Frame
from ecomops.promotions.columnar.effects import MOST, Wants, before, ordered, rooms, share, worth
from ecomops.promotions.compiling import GoodsPlan
from ecomops.promotions.sets import PartPlan

MOST_MEETING = 2
"""The most parts that may fit one item in columns."""


class Taken(NamedTuple):
    """What sets take off the rows of a frame.

    Attributes:
        effect: What is taken off each row.
        consumed: How many units of each are taken.
        number: How many sets each basket has.
    """

    effect: Ints
    consumed: Ints
    number: Ints


def overlapping(fits: Sequence[Flags]) -> list[list[int]] | None:
    """Return the parts that meet on an item, in groups of one or two; None when there is a larger group.

    Args:
        fits: For each part, which items of the catalogue fit it.
    """
    groups: list[list[int]] = []
    for place, fit in enumerate(fits):
        met = [group for group in groups if any((fits[other] & fit).any() for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([*(other for group in met for other in group), place])
        if len(groups[-1]) > MOST_MEETING:
            return None
    return groups


class Sets:
    """The sets of a promotion in a frame of the rows that fit any part.

    Args:
        block: The rows.
        frame: Those that fit any part.
        plan: The reduction.
        fits: For each part, which items fit it.
        groups: The parts that meet.
    """

    def __init__(
        self, block: Block, frame: Frame, plan: GoodsPlan, fits: Sequence[Flags], groups: Sequence[Sequence[int]]
    ) -> None:
        """Count the sets of each basket: Hall's condition."""
        self._block, self._frame, self._plan = block, frame, plan
        items = frame.of(block.items)
        self._fits = [fit.take(items) for fit in fits]
        self._loose, self._amount = frame.of(block.loose), frame.of(block.loose_amount)
        divisor = np.maximum(self._loose, 1)
        self._each = self._amount // divisor
        self._odd = self._amount - self._each * divisor
        self._turns = [
            sorted(group, key=lambda place: (plan.parts[place].picks == 0, place)) for group in groups
        ]  # fmt: skip
        self._orders: dict[bool, Ints] = {}
        number = np.full(len(frame.baskets), MOST if plan.most is None else min(plan.most, MOST))
        for group in groups:
            for some in ([place] for place in group):
                number = np.minimum(number, self._enough(some))
            if len(group) > 1:
                number = np.minimum(number, self._enough(group))
        self.number = number

    def _enough(self, parts: Sequence[int]) -> Ints:
        fit = np.logical_or.reduce([self._fits[place] for place in parts])
        there = self._frame.sums(self._loose * fit)
        return there // sum(self._plan.parts[place].quantity for place in parts)

    def kept(self, keep: Flags) -> "Sets":
        """Return the sets of some of the baskets."""
        found = object.__new__(Sets)
        inside = self._frame.inside(keep)
        found._block, found._frame, found._plan = self._block, self._frame.kept(keep, inside), self._plan
        found._fits = [fit.take(inside) for fit in self._fits]
        found._loose, found._amount = self._loose.take(inside), self._amount.take(inside)
        found._each, found._odd, found._turns = self._each.take(inside), self._odd.take(inside), self._turns
        found._orders = {}
        found.number = self.number[keep]
        return found

    def _order(self, *, dearest: bool) -> Ints:
        found = self._orders.get(dearest)
        if found is None:
            found = self._orders[dearest] = ordered(self._frame, self._each, dearest=dearest)
        return found

    def _allocated(self, number: Ints) -> list[tuple[Ints, Ints]]:
        """Return how many units of each row every part takes, and how many were taken of it before."""
        parts = self._plan.parts
        found: list[tuple[Ints, Ints]] = [(_NONE, _NONE)] * len(parts)
        used: Ints = np.zeros(self._frame.size, dtype=np.int64)
        for first, *later in self._turns:
            cap = None
            if later:
                (second,) = later
                spare = self._frame.sums(self._loose * self._fits[second])
                cap = spare - number * parts[second].quantity, self._fits[second]
            took = self._greedy(first, number, self._loose, cap)
            found[first] = took, used
            for second in later:
                found[second] = self._greedy(second, number, self._loose - took, None), took
        return found

    def _greedy(self, place: int, number: Ints, free: Ints, cap: tuple[Ints, Flags] | None) -> Ints:
        """Return how many units of each row a part takes, row by row until it has enough.

        Of rows that fit a later part too it takes no more than that part can spare.
        """
        part, frame = self._plan.parts[place], self._frame
        order = self._order(dearest=part.dearest or part.picks == 0)
        there = (free * self._fits[place]).take(order)
        if cap is not None:
            most, shared = cap[0], cap[1][order]
            both = there * shared
            there = np.where(shared, np.clip(frame.spread(most) - before(frame, both), 0, there), there)
        need = frame.spread(number * part.quantity)
        took = np.empty(frame.size, dtype=np.int64)
        took[order] = np.clip(need - before(frame, there), 0, there)
        return took

    def taken(self, wants: Wants, rounding: Rounding) -> Taken:
        """Return what a value takes off; where no set costs more than its price, the number becomes 0."""
        number, frame, plan = self.number, self._frame, self._plan
        units = self._allocated(number)
        prices = None if plan.each else _prices(wants, len(number))
        if prices is not None:
            fewer = self._dear(units, number, prices)
            if (fewer < number).any():
                number, units = fewer, self._allocated(fewer)
        amounts = np.zeros(frame.size, dtype=np.int64)
        picked = np.zeros(frame.size, dtype=np.int64)
        consumed = np.zeros(frame.size, dtype=np.int64)
        order = self._order(dearest=True)
        for part, (took, start) in zip(plan.parts, units, strict=True):
            place = np.empty(frame.size, dtype=np.int64)
            place[order] = before(frame, took[order])
            sets = frame.spread(number)
            odd = np.clip(self._odd - start, 0, took)
            behind = _picked_before(part, sets, place)
            many = _picked_before(part, sets, place + took) - behind
            amounts += self._each * many + _picked_before(part, sets, place + odd) - behind
            picked += many
            consumed += took
        room = rooms(self._block, frame)
        if plan.each:
            wanted = wants.wanted(amounts, picked, rounding, frame.segments)
            effect = np.maximum(np.minimum(np.minimum(wanted, amounts), room), 0)
        else:
            amount = np.maximum(wants.wanted(frame.sums(amounts), number, rounding), 0)
            effect = share(frame, amount, amounts, np.minimum(amounts, room))
        return Taken(effect, consumed, number)

    def _dear(self, units: Sequence[tuple[Ints, Ints]], number: Ints, prices: Ints) -> Ints:
        """Return how many leading sets cost more than their price: they get cheaper one by one, so halves tell."""
        least, most = np.zeros_like(number), number.copy()
        while (least < most).any():
            middle = (least + most) // 2
            dear = self._cost(units, middle) > prices
            open_ = least < most
            least = np.where(open_ & dear, middle + 1, least)
            most = np.where(open_ & ~dear, middle, most)
        return least

    def _cost(self, units: Sequence[tuple[Ints, Ints]], place: Ints) -> Ints:
        """Return what the set at *place* costs in each basket."""
        frame, order = self._frame, self._order(dearest=True)
        cost = np.zeros(len(place), dtype=np.int64)
        for part, (took, start) in zip(self._plan.parts, units, strict=True):
            if part.picks is not None:
                continue
            behind = np.empty(frame.size, dtype=np.int64)
            behind[order] = before(frame, took[order])
            first = np.clip(frame.spread(place * part.quantity) - behind, 0, took)
            last = np.clip(frame.spread((place + 1) * part.quantity) - behind, 0, took)
            odd = np.clip(self._odd - start, 0, took)
            cost += frame.sums(self._each * (last - first) + np.minimum(odd, last) - np.minimum(odd, first))
        return cost


_NONE: Ints = np.zeros(0, dtype=np.int64)


def _prices(wants: Wants, size: int) -> Ints | None:
    """Return the price of a set in each basket, -1 where it has none; None when none has."""
    if wants.amounts is not None or all(want.kind != PRICE for want in wants.wants):
        return None
    prices = np.array([min(want.number, 2 * MOST) if want.kind == PRICE else -1 for want in wants.wants])
    return np.full(size, prices[0]) if wants.tiers is None else prices[wants.tiers]


def _picked_before(part: PartPlan, number: Ints, place: Ints) -> Ints:
    """Return how many of the first *place* units of a part get the value."""
    if part.picks is None:
        return place
    size, count, skip = part.quantity, part.picks, part.skip
    least = skip if part.from_dearest else size - skip - count
    if not part.pooled:
        blocks, rest = np.divmod(place, size)
        found: Ints = blocks * count + np.clip(rest - least, 0, count)
        return found
    picked: Ints = np.clip(place - number * least, 0, number * count)
    return picked


def take_sets(block: Block, frame: Frame, effect: Ints, consumed: Ints, *, consuming: bool) -> None:
    """Take *effect* off the rows of a frame, and consume units if the sets do."""
    rows = slice(None) if frame.rows is None else frame.rows
    if consuming:
        amount, loose = block.loose_amount[rows], block.loose[rows]
        block.loose_amount[rows] = amount - worth(amount, np.maximum(loose, 1), consumed)
        block.loose[rows] = loose - consumed
    else:
        block.loose_amount[rows] -= effect
    block.left[rows] -= effect
