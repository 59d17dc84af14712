"""Units that are taken together: how many sets there are, which units belong to them, and what is taken off.

The number of sets follows Hall's condition, so that parts may overlap; the units of a part go from row to row, and one
that fits several parts goes to an earlier part only while the later ones still have enough. A unit is worth what the
unit law says of what is not consumed yet. Integers only; numbers of units may be large, nothing counts them one by one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

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
    fit = _Alone(state, scopes[0], parts[0]) if len(parts) == 1 else _Together(state, scopes, parts)
    number = fit.number()
    if isinstance(number, Scarce):
        return number
    number = number if most is None else min(number, most)
    runs = fit.allocated(number)
    if want.kind == PRICE and not each:
        dear = _dear_sets(state, parts, runs, number, want.number)
        if dear < number:
            if not dear:
                return NO_SET
            number, runs = dear, fit.allocated(dear)
    return _taken(state, parts, runs, number, want=want, rounded=rounded, each=each)


def _in_order(values: dict[int, int], *, dearest: bool) -> list[int]:
    """Return rows by what a unit of them is worth, ties by place; *values* are in the order of their places."""
    if len(values) == 1:
        return list(values)
    return sorted(values, key=(lambda row: -values[row]) if dearest else values.__getitem__)  # a stable sort


class _Alone:
    """The units that fit the only part of a set: all of them are for it."""

    def __init__(self, state: State, rows: Rows, part: PartPlan) -> None:
        self.part = part
        self.loose = {row: state.loose[row] for row in rows if state.loose[row]}
        self.values = {row: state.loose_amount[row] // units for row, units in self.loose.items()}

    def number(self) -> int | Scarce:
        """Return how many sets there are."""
        there, needed = sum(self.loose.values()), self.part.quantity
        return there // needed or Scarce(there, needed)

    def allocated(self, number: int) -> list[list[Run]]:
        """Return which units the part takes, dearest first."""
        part, values = self.part, self.values
        dearest, need = part.dearest or part.picks == 0, number * part.quantity
        found: list[Run] = []
        rows = iter(_in_order(values, dearest=dearest))
        while need:
            row = next(rows)
            units = min(self.loose[row], need)
            found.append(Run(row, 0, units))
            need -= units
        if not dearest:
            found.sort(key=lambda run: (-values[run.row], run.row))
        return [found]


class _Together:
    """The units that fit several parts of a set, each of them one or more.

    Attributes:
        masks: The rows with loose units that fit any part, in canonical order, with a bit for each part.
    """

    def __init__(self, state: State, scopes: Sequence[Rows], parts: Sequence[PartPlan]) -> None:
        self.parts = parts
        masks: dict[int, int] = {}
        for place, rows in enumerate(scopes):
            for row in rows:
                if state.loose[row]:
                    masks[row] = masks.get(row, 0) | 1 << place
        self.masks = {row: masks[row] for row in sorted(masks)}
        self.loose = {row: state.loose[row] for row in self.masks}
        self.values = {row: state.loose_amount[row] // units for row, units in self.loose.items()}

    def _by_mask(self) -> dict[int, int]:
        """Return how many loose units fit exactly the parts of each mask."""
        free: dict[int, int] = {}
        for row, mask in self.masks.items():
            free[mask] = free.get(mask, 0) + self.loose[row]
        return free

    def number(self) -> int | Scarce:
        """Return how many sets there are: Hall's condition."""
        free = self._by_mask()
        groups = [(_there(free, group), _needed(self.parts, group)) for group in range(1, 1 << len(self.parts))]
        number = min(there // needed for there, needed in groups)
        return number or Scarce(*max(groups, key=lambda group: group[1] - group[0]))

    def allocated(self, number: int) -> list[list[Run]]:
        """Return which units each part takes, dearest first; those that get the value choose before the triggers."""
        parts, masks, values = self.parts, self.masks, self.values
        turns = sorted(range(len(parts)), key=lambda place: parts[place].picks == 0)
        free, pools = dict(self.loose), self._by_mask()
        dearest, cheapest = _in_order(values, dearest=True), _in_order(values, dearest=False)
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
                        found[place].append(Run(row, self.loose[row] - free[row], count))
                        free[row] -= count
                        pools[mask] -= count
                        need -= count
            found[place].sort(key=lambda run: (-values[run.row], run.row))
        return found


def _groups(waiting: int) -> list[int]:
    """Return every group of some of the parts that are waiting, none left out."""
    return [group for group in range(1, waiting + 1) if group & waiting == group]


def _there(free: dict[int, int], group: int) -> int:
    """Return how many free units fit at least one part of *group*."""
    return sum(units for mask, units in free.items() if mask & group)


def _needed(parts: Sequence[PartPlan], group: int) -> int:
    return sum(part.quantity for place, part in enumerate(parts) if group >> place & 1)


class _Sequence:
    """The units of one part in their order, dearest first, as steps of equal worth."""

    def __init__(self, state: State, runs: Sequence[Run]) -> None:
        self.starts: list[int] = []
        self.before: list[int] = []
        self.each: list[int] = []
        place = amount = 0
        for row, start, units in runs:
            worth, dearer = divmod(state.loose_amount[row], state.loose[row])
            odd = min(max(dearer - start, 0), units)
            for count, each in ((odd, worth + 1), (units - odd, worth)):
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
    priced = [(part.quantity, _Sequence(state, of)) for part, of in zip(parts, runs, strict=True) if part.picks is None]
    turns = {0}
    for quantity, units in priced:
        for start in units.starts:
            turn = start // quantity
            turns.add(turn)
            turns.add(turn + 1)
    for turn in sorted(turns):
        if turn < number:
            cost = 0
            for quantity, units in priced:
                cost += units.first((turn + 1) * quantity) - units.first(turn * quantity)
            if cost <= price:
                return turn
    return number


class _Picked:
    """Which units of a part get the value, as they stand dearest first: *count* of each *size*, after *least*."""

    __slots__ = ("count", "least", "size")

    def __init__(self, part: PartPlan, number: int) -> None:
        if part.picks is None:
            self.size, self.count, self.least = 1, 1, 0
            return
        times = number if part.pooled else 1
        self.size, self.count, skip = times * part.quantity, times * part.picks, times * part.skip
        self.least = skip if part.from_dearest else self.size - skip - self.count

    def before(self, place: int) -> int:
        """Return how many of the first *place* units get the value."""
        blocks, rest = divmod(place, self.size)
        return blocks * self.count + min(max(rest - self.least, 0), self.count)


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
    found: dict[int, tuple[int, int, int]] = {}
    for part, of in zip(parts, runs, strict=True):
        picked = _Picked(part, number)
        place = so_far = 0
        for row, start, count in of:
            worth, dearer = divmod(state.loose_amount[row], state.loose[row])
            until = picked.before(place + count)
            units = until - so_far
            amount = worth * units
            if dearer > start:
                amount += picked.before(place + min(dearer - start, count)) - so_far
            consumed, others, more = found.get(row, _NOTHING)
            found[row] = consumed + count, others + units, more + amount
            place, so_far = place + count, until
    rows = sorted(found)
    consumed_of, units_of, amounts = map(list, zip(*[found[row] for row in rows], strict=True))
    rooms = [state.left[row] - state.floor[row] for row in rows]
    if each:
        effect: Effect = [
            off_line(want, amount, units, room, rounded)
            for amount, units, room in zip(amounts, units_of, rooms, strict=True)
        ]
    else:
        amount = wanted(want, sum(amounts), number, rounded)
        effect = share(max(amount, 0), amounts, list(map(min, amounts, rooms)))
    return Bundle(rows, effect, consumed_of, number)


_NOTHING = (0, 0, 0)


def take_sets(state: State, bundle: Bundle, effect: Effect, *, consuming: bool) -> None:
    """Take *effect* off the rows of *bundle*, and consume its units if it does."""
    loose, loose_amount = state.loose, state.loose_amount
    for row, amount, count in zip(bundle.rows, effect, bundle.consumed, strict=True):
        if consuming:
            worth, dearer = divmod(loose_amount[row], loose[row])
            loose_amount[row] -= count * worth + min(count, dearer)
            loose[row] -= count
        else:
            loose_amount[row] -= amount
        state.left[row] -= amount
