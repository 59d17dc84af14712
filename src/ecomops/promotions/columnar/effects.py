"""What a value takes off rows, in columns: the arithmetic of `promotions.arithmetic` over many baskets at once.

All amounts and units of a basket are at most 2^30, so that no product of two of them, doubled, leaves 64 bits.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ecomops.columns import Ints
from ecomops.kernel import Rounding
from ecomops.promotions.arithmetic import AMOUNT, PERCENT, Choice, Want
from ecomops.promotions.columnar.blocks import Block, Flags, Frame

MOST = 2**30
"""The most that the lines and services of a basket may cost together, and the most units, to be computed in columns."""

_BITS = 30

_WORD = 63
"""The bits of a number that is not negative."""

_SHORT = 6
"""The most rows of a basket of which each is compared with each."""

_MANY = 256
"""How many such baskets there must be for that to be faster than to sort their rows."""


def divided(numerator: Ints, denominator: "Ints | int", rounding: Rounding) -> Ints:
    """Divide numbers that are not negative, and round."""
    whole: Ints
    if rounding is Rounding.HALF_UP:
        whole = (2 * numerator + denominator) // (2 * denominator)
        return whole
    whole = numerator // denominator
    rest = numerator - whole * denominator
    match rounding:
        case Rounding.HALF_EVEN:
            whole += (2 * rest + (whole & 1)) > denominator
        case Rounding.HALF_DOWN:
            whole += 2 * rest > denominator
        case Rounding.UP | Rounding.CEILING:
            whole += rest > 0
        case _:  # down, floor: nothing is negative
            pass
    return whole


def worth(amount: Ints, units: Ints, first: "Ints | int") -> Ints:
    """Return what the first units are worth: the unit law."""
    each = amount // units  # with the rest by a product several times as fast as both at once
    return first * each + np.minimum(amount - each * units, first)


class Wants:
    """The value of each basket, or of each row: one for all, one of several by tiers, or an amount of its own.

    Attributes:
        wants: The values.
        tiers: Which of them each basket or row has, -1 for none; None when there is one for all.
        amounts: What each basket or row gets instead; None when values say it.
    """

    def __init__(self, wants: Sequence[Want], tiers: Ints | None = None, amounts: Ints | None = None) -> None:
        """Keep them."""
        self.wants, self.tiers, self.amounts = wants, tiers, amounts

    def wanted(self, base: Ints, times: "Ints | int", rounding: Rounding, at: Ints | None = None) -> Ints:
        """Return what is wanted of *base*, before any bound.

        Args:
            base: Amounts.
            times: How many times an amount or a price counts.
            rounding: Of a percentage.
            at: To which basket each of *base* belongs, when there are several of one basket.
        """
        if self.amounts is not None:
            return (self.amounts if at is None else self.amounts[at]) * times
        if self.tiers is None:
            return _wanted(self.wants[0], base, times, rounding)
        tiers = self.tiers if at is None else self.tiers[at]
        found = np.zeros(len(base), dtype=np.int64)
        for place, want in enumerate(self.wants):
            of = np.flatnonzero(tiers == place)
            if len(of):
                found[of] = _wanted(want, base[of], times if isinstance(times, int) else times[of], rounding)
        return found

    def of(self, which: "Ints | Flags | slice") -> "Wants":
        """Return those of some baskets or rows."""
        if self.tiers is None and self.amounts is None:
            return self
        tiers = None if self.tiers is None else self.tiers[which]
        return Wants(self.wants, tiers, None if self.amounts is None else self.amounts[which])


def _wanted(want: Want, base: Ints, times: "Ints | int", rounding: Rounding) -> Ints:
    kind, number, under = want
    if kind == PERCENT and number == under:
        return base.copy()
    if kind == PERCENT:
        return divided(base * number, under, rounding)
    bounded = min(number, 2 * MOST)  # more than any basket costs: the answer is the same
    return bounded * times + np.zeros_like(base) if kind == AMOUNT else base - bounded * times


def columnar(want: Want) -> bool:
    """Tell whether a value times any amount of a basket, doubled, stays within 64 bits."""
    return want.kind != PERCENT or (want.number <= 2 * MOST and want.under <= 2 * MOST * MOST)


def rooms(block: Block, frame: Frame) -> Ints:
    """Return what can still be taken off each row."""
    left = frame.of(block.left)
    return left if block.floor is None else left - frame.of(block.floor)


def _bounded(wanted: Ints, base: Ints, room: Ints) -> Ints:
    return np.maximum(np.minimum(np.minimum(wanted, base), room), 0)


def within(wanted: Ints, most: Ints) -> Ints:
    """Return what is wanted, from nothing to the most."""
    return np.maximum(np.minimum(wanted, most), 0)


def off_lines(block: Block, frame: Frame, wants: Wants, rounding: Rounding, *, each: bool, own: bool) -> Ints:
    """Return what a value takes off each row alone; *own* says that each row has a value, and not each basket."""
    left = frame.of(block.left)
    times = frame.of(block.units) if each else 1
    at = None if own or frame.alone or same(wants) else frame.segments
    wanted = wants.wanted(left, times, rounding, at)
    if block.floor is None and _shares(wants):
        return wanted
    return _bounded(wanted, left, rooms(block, frame))


def same(wants: Wants) -> bool:
    """Tell whether all have one value."""
    return wants.tiers is None and wants.amounts is None


def _shares(wants: Wants) -> bool:
    """Tell whether all values are shares: never negative, never more than there is."""
    return wants.amounts is None and all(want.kind == PERCENT for want in wants.wants)


def off_chosen(
    block: Block, frame: Frame, wants: Wants, rounding: Rounding, choice: Choice, *, each: bool, own: bool
) -> Ints:
    """Return what a value takes off the chosen units of each row."""
    left, units = frame.of(block.left), frame.of(block.units)
    skip: Ints | int = min(choice.skip, MOST)
    if choice.joint:
        skip = skip - _before(frame, left // units, units, dearest=choice.dearest)
    many = min(choice.many, MOST)
    start = np.clip(skip, 0, units)
    end = np.clip(skip + many, 0, units)
    base, count = worth(left, units, end) - worth(left, units, start), end - start
    at = None if own or frame.alone or same(wants) else frame.segments
    wanted = wants.wanted(base, count if each else 1, rounding, at)
    return _bounded(wanted, base, rooms(block, frame))


def ordered(frame: Frame, values: Ints, *, dearest: bool) -> Ints:
    """Return the order of rows by basket, by value, and by place where these are equal; values are at most 2^30."""
    if frame.alone:
        return np.arange(frame.size)
    by = MOST - values if dearest else values
    return np.argsort((frame.segments << (_BITS + 1)) + by, kind="stable")


def before(frame: Frame, values: Ints) -> Ints:
    """Return the sum of the *values* of the rows before each, in its basket."""
    running = np.cumsum(values) - values
    return running - frame.spread(running[frame.starts])


def _before(frame: Frame, values: Ints, units: Ints, *, dearest: bool) -> Ints:
    order = ordered(frame, values, dearest=dearest)
    found = np.empty(frame.size, dtype=np.int64)
    found[order] = before(frame, units[order])
    return found


def wanted_whole(block: Block, frame: Frame, wants: Wants, rounding: Rounding) -> Ints:
    """Return what a value takes off all rows of a basket together: as much as there is room."""
    total = frame.sums(frame.of(block.left))
    amount = np.maximum(wants.wanted(total, 1, rounding), 0)
    room = total if block.floor is None else frame.sums(np.maximum(rooms(block, frame), 0))
    return np.minimum(amount, room)


def shared_whole(block: Block, frame: Frame, amount: Ints) -> Ints:
    """Share what is taken off baskets by what is left of their rows."""
    left = frame.of(block.left)
    if block.floor is None:
        return shared(frame, amount, left, frame.sums(left))
    return share(frame, amount, left, rooms(block, frame))


def shared(frame: Frame, amount: Ints, weights: Ints, total: Ints) -> Ints:
    """Cut *amount* of each basket by *weights*: largest remainder, ties to the earlier row.

    Args:
        frame: The rows.
        amount: What is cut, one a basket: 0 where the total is.
        weights: One a row.
        total: Their sum, one a basket.
    """
    if frame.alone:
        return amount
    parts: Ints
    under = frame.spread(np.maximum(total, 1))
    product = frame.spread(amount) * weights
    parts = product // under
    odd = amount - frame.sums(parts)
    uneven = odd > 0
    if uneven.any():
        rests = product - parts * under
        _rank_short(frame, parts, rests, odd, uneven)
        _rank(frame, parts, rests, odd, uneven)
    return parts


def _rank_short(frame: Frame, parts: Ints, rests: Ints, odd: Ints, uneven: Flags) -> None:
    """Add the *odd* units of the many baskets of few rows: of each row it is counted how many others are before it."""
    which = np.flatnonzero(uneven)
    lengths = frame.lengths.take(which)
    counts = np.bincount(lengths, minlength=_SHORT + 1)
    more = np.zeros(frame.size, dtype=np.bool_)
    for length in range(2, _SHORT + 1):
        if counts[length] < _MANY:
            continue
        of = which[lengths == length]
        starts, units = frame.starts.take(of), odd.take(of).astype(np.int8)
        behind = [rests.take(starts + place) for place in range(length)]
        ranks = [np.full(len(of), length - 1 - place, dtype=np.int8) for place in range(length)]
        for one, other in combinations(range(length), 2):
            before = (behind[one] >= behind[other]).view(np.int8)
            ranks[one] -= before
            ranks[other] += before
        for place, rank in enumerate(ranks):
            more[starts + place] = rank < units
        uneven[of] = False
    parts += more


def _rank(frame: Frame, parts: Ints, rests: Ints, odd: Ints, uneven: Flags) -> None:
    """Add the *odd* units of the uneven baskets to the rows with the largest *rests*, ties to the earlier row."""
    where = frame.inside(uneven)
    if not len(where):
        return
    short = Frame(None, frame.starts, frame.baskets, frame.size).kept(uneven, where)
    behind = MOST - rests.take(where)  # the largest remainder first
    segments = short.segments
    places = np.arange(short.size) - short.starts.take(segments)
    width = max(int(short.lengths.max()) - 1, 1).bit_length()
    if len(short.baskets).bit_length() + _BITS + 1 + width < _WORD:
        keys = (((segments << (_BITS + 1)) + behind) << width) + places  # all in one number: sorting it sorts the rows
        keys.sort()
        order = (keys & ((1 << width) - 1)) + short.starts.take(segments)
    else:
        order = np.lexsort((places, behind, segments))
    parts[where.take(order[places < odd[uneven].take(segments)])] += 1


def share(frame: Frame, amount: Ints, weights: Ints, room: Ints) -> Ints:
    """Share *amount* of each basket by *weights*, as much as there is room.

    A row whose part exceeds its room gives its room and drops out, and the rest is shared again: in one round for all
    baskets of which a row does.
    """
    roomy = np.maximum(room, 0)
    rest = np.minimum(amount, frame.sums(roomy))
    weighing = weights * (roomy > 0)
    parts = np.zeros(frame.size, dtype=np.int64)
    within, rows = frame, np.arange(frame.size)
    while True:
        weight = weighing[rows]
        tried = shared(within, rest, weight, within.sums(weight))
        full = tried > roomy[rows]
        again = within.sums(full.astype(np.int64)) > 0
        parts[rows] += tried * ~within.spread(again)
        if not again.any():
            return parts
        gone = rows[full]
        parts[gone] = roomy[gone]
        given = within.sums(roomy[rows] * full)
        weighing[gone] = roomy[gone] = 0
        rest = (rest - given)[again]
        within = Frame(rows, within.starts, within.baskets, within.size).kept(again)
        rows = within.of(rows) if within.rows is None else within.rows


def clamped(frame: Frame, effect: Ints, most: "Ints | int") -> Ints:
    """Cut what is taken off each basket to *most* altogether, in proportion."""
    total = frame.sums(effect)
    over = total > most
    if not over.any():
        return effect
    found = effect.copy()
    inside = frame.inside(over)
    narrow = Frame(None, frame.starts, frame.baskets, frame.size).kept(over, inside)
    bound = np.full(len(total), most)[over] if isinstance(most, int) else most[over]
    found[inside] = shared(narrow, bound, effect.take(inside), total[over])
    return found


def take(block: Block, frame: Frame, effect: Ints, rounding: Rounding) -> None:
    """Take *effect* off rows: the units that no set has consumed bear their part of it."""
    left = frame.of(block.left)
    if block.sets:
        loose = frame.of(block.loose_amount)
        partly = np.flatnonzero(loose != left)
        bears = effect.copy()
        whole = np.maximum(left[partly], 1)
        bears[partly] = divided(effect[partly] * loose[partly], whole, rounding)
        _put(block.loose_amount, frame, loose - bears)
    _put(block.left, frame, left - effect)


def _put(values: Ints, frame: Frame, changed: Ints) -> None:
    if frame.rows is None:
        values[:] = changed
    else:
        values[frame.rows] = changed
