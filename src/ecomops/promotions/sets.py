"""Units that are taken together: how many sets there are, which units belong to them, and what is taken off.

The number of sets follows Hall's condition, so that parts may overlap; the units of a part go from row to row, and one
that fits several parts goes to an earlier part only while the later ones still have enough. A unit is worth what the
unit law says of what is not consumed yet. Integers only; numbers of units may be large, nothing counts them one by one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ecomops.kernel import worth
from ecomops.promotions.arithmetic import PRICE, Effect, Rounded, Rows, State, Want, off_line, share, wanted


class PartPlan(NamedTuple):
    """A part of a set, in integers.

    Attributes:
        quantity: Units in each set.
        dearest: Whether it takes the dearest units first.
        picks: Units of each set that get the value; None is all, 0 makes it a trigger.
        skip: Units of each set before them.
        from_dearest: Whether they are counted from the dearest.
        pooled: Whether the units of all sets stand in one order.
    """

    quantity: int
    dearest: bool
    picks: int | None = None
    skip: int = 0
    from_dearest: bool = False
    pooled: bool = True


class Run(NamedTuple):
    """Units of one row that a part takes: from *start* of what is not consumed of it, *units* of them."""

    row: int
    start: int
    units: int


class Bundle(NamedTuple):
    """What sets take.

    Attributes:
        rows: The rows that they touch.
        effect: What is taken off each of them.
        consumed: How many units of each are taken, triggers too.
        sets: How many sets there are.
    """

    rows: Rows
    effect: Effect
    consumed: Sequence[int]
    sets: int


class Scarce(NamedTuple):
    """Why there is no set: units that fit some parts, and how many these parts need."""

    there: int
    needed: int


NO_SET = Bundle(rows=(), effect=(), consumed=(), sets=0)


def off_sets(
    state: State,
    scopes: Sequence[Rows],
    parts: Sequence[PartPlan],
    want: Want,
    rounded: Rounded,
    *,
    each: bool,
    most: int | None = None,
) -> Bundle | Scarce:
    """Return what a value takes off sets; what is scarce when there is none.

    Args:
        state: The rows.
        scopes: The rows that fit each part.
        parts: The parts.
        want: The value.
        rounded: How a percentage is rounded.
        each: Whether an amount or a price is of each picked unit, or of each set.
        most: The most sets; None is no limit.
    """
    masks = _masks(state, scopes)
    number = _number(state, masks, parts)
    if isinstance(number, Scarce):
        return number
    number = number if most is None else min(number, most)
    runs = _allocated(state, masks, parts, number)
    if want.kind == PRICE and not each:
        dear = _dear_sets(state, parts, runs, number, want.number)
        if dear < number:
            if not dear:
                return NO_SET
            number, runs = dear, _allocated(state, masks, parts, dear)
    return _taken(state, parts, runs, number, want=want, rounded=rounded, each=each)


def _masks(state: State, scopes: Sequence[Rows]) -> dict[int, int]:
    """Return the rows with loose units that fit any part, in canonical order, with a bit for each part."""
    masks: dict[int, int] = {}
    for place, rows in enumerate(scopes):
        for row in rows:
            if state.loose[row]:
                masks[row] = masks.get(row, 0) | 1 << place
    return {row: masks[row] for row in sorted(masks)}


def _by_mask(state: State, masks: dict[int, int]) -> dict[int, int]:
    """Return how many loose units fit exactly the parts of each mask."""
    free: dict[int, int] = {}
    for row, mask in masks.items():
        free[mask] = free.get(mask, 0) + state.loose[row]
    return free


def _groups(waiting: int) -> list[int]:
    """Return every group of some of the parts that are waiting, none left out."""
    return [group for group in range(1, waiting + 1) if group & waiting == group]


def _there(free: dict[int, int], group: int) -> int:
    """Return how many free units fit at least one part of *group*."""
    return sum(units for mask, units in free.items() if mask & group)


def _needed(parts: Sequence[PartPlan], group: int) -> int:
    return sum(part.quantity for place, part in enumerate(parts) if group >> place & 1)


def _number(state: State, masks: dict[int, int], parts: Sequence[PartPlan]) -> int | Scarce:
    """Return how many sets there are: Hall's condition."""
    free = _by_mask(state, masks)
    groups = [(_there(free, group), _needed(parts, group)) for group in range(1, 1 << len(parts))]
    number = min(there // needed for there, needed in groups)
    if number:
        return number
    return Scarce(*max(groups, key=lambda group: group[1] - group[0]))


def _allocated(state: State, masks: dict[int, int], parts: Sequence[PartPlan], number: int) -> list[list[Run]]:
    """Return which units each part takes, dearest first; the parts that get the value choose before the triggers."""
    turns = sorted(range(len(parts)), key=lambda place: parts[place].picks == 0)
    values = {row: state.loose_amount[row] // state.loose[row] for row in masks}
    free = {row: state.loose[row] for row in masks}
    pools = _by_mask(state, masks)
    dearest = sorted(masks, key=lambda row: (-values[row], row))
    cheapest = sorted(masks, key=lambda row: (values[row], row))
    found: list[list[Run]] = [[] for _ in parts]
    waiting = (1 << len(parts)) - 1
    for place in turns:
        part, bit = parts[place], 1 << place
        waiting &= ~bit
        groups = [(group, number * _needed(parts, group)) for group in _groups(waiting)]
        need = number * part.quantity
        for row in dearest if part.dearest or part.picks == 0 else cheapest:
            mask = masks[row]
            if mask & bit:
                spare = [_there(pools, group) - wants for group, wants in groups if mask & group]
                count = min(free[row], need, *spare)
                if count:
                    found[place].append(Run(row, state.loose[row] - free[row], count))
                    free[row] -= count
                    pools[mask] -= count
                    need -= count
        found[place].sort(key=lambda run: (-values[run.row], run.row))
    return found


class _Rung(NamedTuple):
    """What is loose of a row: what each unit is worth, and how many of the first are worth one more."""

    each: int
    odd: int


def _rungs(state: State, runs: Sequence[Sequence[Run]]) -> dict[int, _Rung]:
    rows = {run.row for part in runs for run in part}
    return {row: _Rung(*divmod(state.loose_amount[row], state.loose[row])) for row in rows}


class _Sequence:
    """The units of one part in their order, dearest first, as steps of equal worth."""

    def __init__(self, runs: Sequence[Run], rungs: dict[int, _Rung]) -> None:
        self.starts: list[int] = []
        self.before: list[int] = []
        self.each: list[int] = []
        place = amount = 0
        for run in runs:
            rung = rungs[run.row]
            odd = min(max(rung.odd - run.start, 0), run.units)
            for count, each in ((odd, rung.each + 1), (run.units - odd, rung.each)):
                if count:
                    self.starts.append(place)
                    self.before.append(amount)
                    self.each.append(each)
                    place, amount = place + count, amount + count * each

    def first(self, count: int) -> int:
        """Return what the first *count* units are worth."""
        if not count:
            return 0
        step = bisect_right(self.starts, count - 1) - 1
        return self.before[step] + (count - self.starts[step]) * self.each[step]


def _dear_sets(state: State, parts: Sequence[PartPlan], runs: Sequence[Sequence[Run]], number: int, price: int) -> int:
    """Return how many leading sets cost more than *price*; the worth of a set changes only where a step begins."""
    rungs = _rungs(state, runs)
    priced = [(part, _Sequence(of, rungs)) for part, of in zip(parts, runs, strict=True) if part.picks is None]
    turns = {0}
    for part, units in priced:
        for start in units.starts:
            turns |= {start // part.quantity, start // part.quantity + 1}
    for turn in sorted(turn for turn in turns if turn < number):
        cost = sum(
            units.first((turn + 1) * part.quantity) - units.first(turn * part.quantity) for part, units in priced
        )
        if cost <= price:
            return turn
    return number


def _picked_before(part: PartPlan, number: int, place: int) -> int:
    """Return how many of the first *place* units of a part get the value."""
    if part.picks is None:
        return place
    size, count, skip = part.quantity, part.picks, part.skip
    if part.pooled:
        size, count, skip = number * size, number * count, number * skip
    least = skip if part.from_dearest else size - skip - count
    blocks, rest = divmod(place, size)
    return blocks * count + min(max(rest - least, 0), count)


def _taken(
    state: State,
    parts: Sequence[PartPlan],
    runs: Sequence[Sequence[Run]],
    number: int,
    *,
    want: Want,
    rounded: Rounded,
    each: bool,
) -> Bundle:
    """Return what a value takes off the picked units of *number* sets."""
    rungs = _rungs(state, runs)
    consumed: dict[int, int] = {}
    picked: dict[int, int] = {}
    amounts: dict[int, int] = {}
    for part, of in zip(parts, runs, strict=True):
        place = 0
        for row, start, count in of:
            rung = rungs[row]
            before = _picked_before(part, number, place)
            units = _picked_before(part, number, place + count) - before
            odd = min(max(rung.odd - start, 0), count)
            dearer = _picked_before(part, number, place + odd) - before
            consumed[row] = consumed.get(row, 0) + count
            picked[row] = picked.get(row, 0) + units
            amounts[row] = amounts.get(row, 0) + rung.each * units + dearer
            place += count
    rows = sorted(consumed)
    if each:
        effect: Effect = [off_line(want, amounts[row], picked[row], state.room(row), rounded) for row in rows]
    else:
        amount = wanted(want, sum(amounts.values()), number, rounded)
        effect = share(
            max(amount, 0), [amounts[row] for row in rows], [min(amounts[row], state.room(row)) for row in rows]
        )
    return Bundle(rows=rows, effect=effect, consumed=[consumed[row] for row in rows], sets=number)


def take_sets(state: State, bundle: Bundle, effect: Effect, *, consuming: bool) -> None:
    """Take *effect* off the rows of *bundle*, and consume its units if it does."""
    for row, amount, count in zip(bundle.rows, effect, bundle.consumed, strict=True):
        if consuming:
            state.loose_amount[row] -= worth(state.loose_amount[row], state.loose[row], count)
            state.loose[row] -= count
        else:
            state.loose_amount[row] -= amount
        state.left[row] -= amount
