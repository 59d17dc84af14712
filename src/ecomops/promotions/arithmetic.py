"""What a value takes off the rows of a canonical basket, in integers: nothing here knows of money or conditions.

A row is what is equal in a basket. An effect says what would be taken off each of some rows and writes nothing; `take`
writes. No row ever falls below its floor, and every share adds up. Units taken together are in `promotions.sets`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from operator import gt
from typing import NamedTuple

from ecomops.kernel import Rounding, divide

Effect = Sequence[int]
"""What is taken off each of some rows, in minor units."""

Rows = Sequence[int]
"""Places of rows in the canonical order, rising."""

Rounded = Callable[[int, int], int]
"""Divides two whole numbers that are not negative, and rounds."""

PERCENT, AMOUNT, PRICE = range(3)


class Want(NamedTuple):
    """A value in integers.

    Attributes:
        kind: PERCENT, AMOUNT or PRICE.
        number: The numerator of the share, or minor units.
        under: The denominator of the share; 1 otherwise.
    """

    kind: int
    number: int
    under: int = 1


def half_up(numerator: int, denominator: int) -> int:
    """Divide two whole numbers that are not negative, to the nearest, a tie up."""
    return (2 * numerator + denominator) // (2 * denominator)


def rounded_by(rounding: Rounding) -> Rounded:
    """Return how *rounding* divides numbers that are not negative."""
    return half_up if rounding is Rounding.HALF_UP else partial(divide, rounding=rounding)


class State:
    """The rows of a basket while it is quoted, a list of numbers for each of their properties.

    Attributes:
        units: How many units a row has.
        listed: What they cost before all discounts.
        entry: What was left when the lane began.
        left: What is left now.
        floor: What must be left.
        bare: Whether no row has a floor.
        loose: Units that no set has consumed.
        loose_amount: What is left of these.
    """

    __slots__ = ("bare", "entry", "floor", "left", "listed", "loose", "loose_amount", "units")

    def __init__(
        self, *, units: Sequence[int], listed: Sequence[int], left: Sequence[int], floor: Sequence[int]
    ) -> None:
        """Start with all units loose."""
        self.units = list(units)
        self.listed = list(listed)
        self.left = list(left)
        self.floor = list(floor)
        self.bare = not any(floor)
        self.entry = list(left)
        self.loose = list(units)
        self.loose_amount = list(left)

    def enter(self) -> None:
        """Begin a lane: what is left now is what it was at its entry."""
        self.entry = self.left[:]

    def room(self, row: int) -> int:
        """Return what can still be taken off a row."""
        return self.left[row] - self.floor[row]


def wanted(want: Want, amount: int, times: int, rounded: Rounded) -> int:
    """Return what a value takes off *amount* before any bound; an amount or a price counts so many *times*."""
    kind, number, under = want
    if kind == PERCENT:
        return rounded(amount * number, under)
    return number * times if kind == AMOUNT else amount - number * times


def off_line(want: Want, base: int, times: int, room: int, rounded: Rounded) -> int:
    """Return what a value takes off one row: never more than *base*, the part of it in question, nor than its room."""
    return max(min(wanted(want, base, times, rounded), base, room), 0)


def off_lines(state: State, rows: Rows, want: Want, rounded: Rounded, *, each: bool) -> Effect:
    """Return what a value takes off each row alone: a percentage once a row, an amount or a price per unit or row."""
    left, floor, units = state.left, state.floor, state.units
    kind, number, under = want
    if kind != PERCENT:
        return [off_line(want, left[row], units[row] if each else 1, left[row] - floor[row], rounded) for row in rows]
    if rounded is half_up:  # nearly always, and a call for each row would cost more than all else
        number, twice = 2 * number, 2 * under
        if state.bare:  # a share is at most 1: it takes no more than there is
            return [(left[row] * number + under) // twice for row in rows]
        return [min((left[row] * number + under) // twice, left[row] - floor[row]) for row in rows]
    return [min(rounded(left[row] * number, under), left[row] - floor[row]) for row in rows]


class Choice(NamedTuple):
    """Which units of some rows get a value.

    Attributes:
        many: How many.
        skip: How many come before them.
        dearest: Whether the dearest units come first, or the cheapest.
        joint: Whether the units of all rows stand in one order, or those of each row alone.
    """

    many: int
    skip: int
    dearest: bool
    joint: bool


def chosen(state: State, rows: Rows, choice: Choice) -> list[tuple[int, int]]:
    """Return what is chosen of each row: what it is worth by the unit law, and how many units."""
    runs = _joint_runs(state, rows, choice) if choice.joint else dict.fromkeys(rows, (choice.skip, choice.many))
    found: list[tuple[int, int]] = []
    for row in rows:
        skip, count = runs[row]
        units, left = state.units[row], state.left[row]
        start, end = min(max(skip, 0), units), min(max(skip + count, 0), units)
        each, odd = divmod(left, units)
        found.append(((end - start) * each + min(end, odd) - min(start, odd), end - start))
    return found


def _joint_runs(state: State, rows: Rows, choice: Choice) -> dict[int, tuple[int, int]]:
    """Return where the chosen run begins for each row, counted from its first unit, and how long it is."""
    sign = -1 if choice.dearest else 1
    runs: dict[int, tuple[int, int]] = {}
    before = 0
    for row in sorted(rows, key=lambda row: (sign * (state.left[row] // state.units[row]), row)):
        runs[row] = (choice.skip - before, choice.many)
        before += state.units[row]
    return runs


def off_chosen(state: State, rows: Rows, want: Want, rounded: Rounded, choice: Choice, *, each: bool) -> Effect:
    """Return what a value takes off the chosen units of each row."""
    return [
        off_line(want, base, count if each else 1, state.room(row), rounded)
        for row, (base, count) in zip(rows, chosen(state, rows, choice), strict=True)
    ]


def off_whole(state: State, rows: Rows, want: Want, rounded: Rounded) -> Effect:
    """Return what a value takes off all rows together, shared by what is left of them."""
    left = state.left
    lefts = [left[row] for row in rows]
    total = sum(lefts)
    amount = min(wanted(want, total, 1, rounded), total)
    if amount <= 0:
        return [0] * len(lefts)
    if state.bare:  # no part is more than what it is a part of
        return shared(amount, lefts)
    floor = state.floor
    return share(amount, lefts, [each - floor[row] for each, row in zip(lefts, rows, strict=True)])


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Cut *amount* by *weights*, which sum to more than 0: largest remainder, ties to the earlier position."""
    if len(weights) == 1:
        return [amount]
    total = sum(weights)
    whole = [amount * weight for weight in weights]
    parts = [each // total for each in whole]
    odd = amount - sum(parts)
    if odd:
        remainders = [each % total for each in whole]
        for place in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:odd]:  # a stable sort
            parts[place] += 1
    return parts


def share(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> Effect:
    """Share *amount* by *weights*, as much as there is room.

    A row whose part exceeds its room gives its room and drops out, and the rest is shared again.
    """
    if amount and rooms and min(rooms) > 0:  # nearly always every row has the room for its part
        tried = shared(min(amount, sum(rooms)), weights)
        if not any(map(gt, tried, rooms)):
            return tried
    parts = [0] * len(weights)
    roomy = [place for place, room in enumerate(rooms) if room > 0]
    amount = min(amount, sum(rooms[place] for place in roomy))
    while amount:
        tried = shared(amount, [weights[place] for place in roomy])
        full = [place for place, part in zip(roomy, tried, strict=True) if part > rooms[place]]
        if not full:
            for place, part in zip(roomy, tried, strict=True):
                parts[place] = part
            return parts
        for place in full:
            parts[place] = rooms[place]
            amount -= rooms[place]
        gone = set(full)
        roomy = [place for place in roomy if place not in gone]
    return parts


def clamped(effect: Effect, most: int) -> Effect:
    """Cut *effect* to *most* altogether, in proportion."""
    return effect if sum(effect) <= most else shared(most, effect)


def take(state: State, rows: Rows, effect: Effect, rounded: Rounded) -> None:
    """Take *effect* off *rows*: the units that no set has consumed bear their part of it."""
    left, loose_amount = state.left, state.loose_amount
    for place, row in enumerate(rows):
        amount = effect[place]
        if amount:
            before, loose = left[row], loose_amount[row]
            loose_amount[row] = loose - (amount if loose == before else rounded(amount * loose, before))
            left[row] = before - amount


def cut_by_funders(amount: int, shares: Sequence[int], under: int, short: list[int]) -> list[int]:
    """Cut what is taken off one row among those who bear it, by exact shares: what each bears, in their order.

    Whole cents by the floor of each share; a cent that is left goes to whoever is furthest behind over all rows so far.

    Args:
        amount: What is taken off.
        shares: The share of each, as numerators.
        under: Their denominator: what they sum to.
        short: How far each is behind, times *under*; it is kept up to date.
    """
    parts = [amount * part // under for part in shares]
    for place, part in enumerate(parts):
        short[place] += amount * shares[place] - part * under
    for _ in range(amount - sum(parts)):
        behind = max(range(len(parts)), key=short.__getitem__)
        parts[behind] += 1
        short[behind] -= under
    return parts
