"""Some baskets while they are computed: their canonical rows in columns, and frames of the rows of a scope."""

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.promotions.columnar.baskets import Baskets
from ecomops.promotions.columnar.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

Flags = NDArray[np.bool_]

_WORD = 63
"""The bits of a number that is not negative."""

N = TypeVar("N", np.int64, np.bool_)


class Frame:
    """Rows of some baskets, each basket a segment of its own; the baskets rise, and so do the rows.

    Attributes:
        rows: The rows; None is all rows of the block.
        starts: Where the rows of each basket start.
        baskets: The baskets.
        size: How many rows there are.
    """

    def __init__(self, rows: Ints | None, starts: Ints, baskets: Ints, size: int) -> None:
        """Keep what belongs together."""
        self.rows, self.starts, self.baskets, self.size = rows, starts, baskets, size

    @property
    def alone(self) -> bool:
        """Whether each basket has one row."""
        return self.size == len(self.starts)

    def of(self, values: Ints) -> Ints:
        """Return the values of the rows."""
        return values if self.rows is None else values.take(self.rows)

    def sums(self, values: Ints) -> Ints:
        """Return the sum of *values*, one a row, for each basket."""
        if self.alone:
            return values
        sums: Ints = np.cumsum(values).take(self._last)  # several times as fast as to add up short segments one by one
        sums[1:] -= sums[:-1].copy()
        return sums

    def most(self, values: Ints) -> Ints:
        """Return the greatest of *values*, one a row, for each basket."""
        return values if self.alone else np.maximum.reduceat(values, self.starts)

    @cached_property
    def lengths(self) -> Ints:
        """How many rows each basket has."""
        lengths = np.empty_like(self.starts)
        np.subtract(self.starts[1:], self.starts[:-1], out=lengths[:-1])
        lengths[-1:] = self.size - self.starts[-1:]
        return lengths

    @cached_property
    def segments(self) -> Ints:
        """To which segment each row belongs."""
        begins = np.zeros(self.size, dtype=np.int64)
        begins[self.starts[1:]] = 1
        return np.cumsum(begins)

    @cached_property
    def _last(self) -> Ints:
        """Where the last row of each basket stands."""
        last = self.starts + self.lengths
        last -= 1
        return last

    def spread(self, values: NDArray[N]) -> NDArray[N]:
        """Return *values*, one a basket, for each row."""
        return values if self.alone else values.take(self.segments)

    def inside(self, keep: Flags) -> Ints:
        """Return where the rows of some of the baskets stand in this frame."""
        which = np.flatnonzero(keep)
        if self.alone:
            return which
        if len(which) * _FEW > len(keep):
            return np.flatnonzero(self.spread(keep))
        return runs(self.starts.take(which), self.lengths.take(which))

    def kept(self, keep: Flags, inside: Ints | None = None) -> "Frame":
        """Return the frame of some of the baskets; *inside* is where their rows stand, when that is known."""
        where = self.inside(keep) if inside is None else inside
        which = np.flatnonzero(keep)
        baskets = self.baskets.take(which)
        rows = where if self.rows is None else self.rows.take(where)
        if self.alone:
            return Frame(rows, np.arange(len(rows)), baskets, len(rows))
        lengths = self.lengths.take(which)
        found = Frame(rows, np.cumsum(lengths) - lengths, baskets, len(rows))
        found.lengths = lengths
        return found


_FEW = 3
"""Where fewer than one of so many baskets are kept, their rows are found by their lengths, and not by asking all."""


def frame_of(rows: Ints, owners: Ints) -> Frame:
    """Return the frame of *rows*, which rise, and of which each has an owner."""
    of = owners.take(rows)
    first = np.empty(len(of), dtype=np.bool_)
    first[:1] = True
    np.not_equal(of[1:], of[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    return Frame(rows, starts, of.take(starts), len(rows))


def runs(starts: Ints, lengths: Ints) -> Ints:
    """Return the numbers of runs laid end to end: each from its start on, so long."""
    if len(lengths) and not lengths.all():
        some = np.flatnonzero(lengths)
        starts, lengths = starts.take(some), lengths.take(some)
    if not len(lengths):
        return np.zeros(0, dtype=np.int64)
    ends = np.cumsum(lengths)
    steps = np.ones(int(ends[-1]), dtype=np.int64)
    steps[0] = starts[0]
    steps[ends[:-1]] = starts[1:] - starts[:-1] - lengths[:-1] + 1
    return np.cumsum(steps)


def owners_of(lengths: Ints) -> Ints:
    """Return to which run each row belongs, of runs so long that lie end to end."""
    ends = np.cumsum(lengths)
    size = int(ends[-1]) if len(ends) else 0
    return np.cumsum(np.bincount(ends[:-1], minlength=size + 1)[:size])


class Block:
    """Canonical rows of some baskets.

    Attributes:
        numbers: Which baskets of all these are.
        size: How many.
        owners: The basket of each row, counted within the block.
        items: The canonical place of the item of each row.
        units: How many units it has.
        listed: What they cost before all discounts.
        floor: What must be left; None is 0 everywhere.
        left: What is left.
        entry: What was left when the lane began.
        sets: Whether any promotion takes sets: what follows is kept for these.
        loose: Units that no set has consumed.
        loose_amount: What is left of these.
        lines: The input line of each part of a row, rows end to end; None when row by row each line is one.
        part_starts: Where the parts of each row start.
        first_line: Without *lines*, the input line of the first row.
        services: Its services, as rows of their own.
    """

    def __init__(
        self, baskets: Baskets, numbers: Ints, places: Ints, *, sets: bool, standing: Standing | None = None
    ) -> None:
        """Merge and order the lines of the baskets *numbers*.

        Args:
            baskets: All baskets.
            numbers: Which of them.
            places: The canonical places of the items.
            sets: Whether any promotion takes sets.
            standing: What is stated of them.
        """
        self.numbers, self.size = numbers, len(numbers)
        starts, lengths, lines = lines_of(baskets.starts, numbers)
        owners = owners_of(lengths)
        items = places.take(baskets.items[lines])
        units, listed = baskets.quantities[lines], baskets.amounts[lines]
        floor = None if baskets.floors is None else np.minimum(baskets.floors[lines], listed)
        stated = None if standing is None else standing.lines
        left = listed if stated is None else listed - stated[lines]
        self.lines: Ints | None = None
        self.part_starts: Ints | None = None
        self.first_line = int(starts[0]) if isinstance(lines, slice) and len(starts) else 0
        keys = owners * len(places) + items
        if isinstance(lines, slice) and not (keys[1:] <= keys[:-1]).any():
            units, listed = units.copy(), listed.copy()
        else:
            alike = [listed, *(() if stated is None else (left,)), *(() if floor is None else (floor,))]
            order, begin, added = _merged(keys, units, alike)
            self.lines, self.part_starts = _numbers(lines)[order], begin
            owners, items = (column.take(order.take(begin)) for column in (owners, items))
            units, listed = added[:2]
            left = listed if stated is None else added[2]
            floor = added[-1] if floor is not None else None
        if floor is not None and not floor.any():
            floor = None
        self.owners, self.items, self.units, self.listed, self.floor = owners, items, units, listed, floor
        self.left = left.copy()
        self.entry = self.left
        self.sets = sets
        self.loose: Ints = units.copy() if sets else units
        self.loose_amount: Ints = left.copy() if sets else left
        self.all = frame_of(np.arange(len(owners)), owners)
        self.all.rows = None
        self.services = _Services(baskets, numbers, None if standing is None else standing.services)

    def enter(self) -> None:
        """Begin a lane."""
        self.entry = self.left.copy()

    def line_numbers(self) -> Ints:
        """Return the input line of each part, rows end to end."""
        if self.lines is None:
            return np.arange(self.first_line, self.first_line + len(self.owners))
        return self.lines


class _Services:
    """The services of some baskets."""

    def __init__(self, baskets: Baskets, numbers: Ints, stated: Ints | None) -> None:
        self.known: Sequence[str] = ()
        empty = np.zeros(0, dtype=np.int64)
        self.owners = self.names = self.left = empty
        self.numbers: Ints = empty
        services = baskets.services
        if services is not None:
            self.known = services.known
            _, lengths, rows = lines_of(services.starts, numbers)
            self.owners = owners_of(lengths)
            self.numbers = _numbers(rows)
            self.names, self.left = services.names[rows], services.amounts[rows].copy()
            if stated is not None:
                self.left -= stated[rows]


def lines_of(starts: Ints, numbers: Ints) -> tuple[Ints, Ints, Ints | slice]:
    """Return where the rows of each of some baskets start, how many there are, and all of them."""
    first, lengths = starts[numbers], starts[numbers + 1] - starts[numbers]
    if len(numbers) and int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1 and (numbers[1:] > numbers[:-1]).all():
        return first, lengths, slice(int(first[0]), int(first[-1] + lengths[-1]))
    return first, lengths, runs(first, lengths)


def _numbers(rows: Ints | slice) -> Ints:
    return np.arange(int(rows.start), int(rows.stop)) if isinstance(rows, slice) else rows


def _merged(keys: Ints, units: Ints, alike: "Sequence[Ints]") -> tuple[Ints, Ints, list[Ints]]:
    """Return the canonical order of lines, where each row begins in it, and units and columns added up by row."""
    order, first = _ordered(keys, units, alike)
    begin, others = np.flatnonzero(first), np.flatnonzero(~first)
    into, further = np.cumsum(first).take(others) - 1, order.take(others)
    columns, leaders = [units, *alike], order.take(begin)
    added = [column.take(leaders) for column in columns]
    for column, sums in zip(columns, added, strict=True):
        np.add.at(sums, into, column.take(further))
    return order, begin, added


def _ordered(keys: Ints, units: Ints, alike: "Sequence[Ints]") -> tuple[Ints, Flags]:
    """Return the canonical order of lines, and which of them begin a row.

    Lines of one item in one basket are one row when they are *alike*: each of their units is worth the same whole
    number of minor units, in each of these columns.
    """
    size = len(keys)
    width = max(size - 1, 1).bit_length()
    if (
        size and int(keys.max()).bit_length() + width < _WORD
    ):  # one number for key and place: faster to sort than places by key
        packed = (keys << width) | np.arange(size)
        packed.sort()
        order, told = packed & ((1 << width) - 1), packed >> width
    else:
        order = np.argsort(keys, kind="stable")
        told = keys[order]
    same = np.zeros(len(told) + 1, dtype=np.bool_)
    same[1:-1] = told[1:] == told[:-1]
    first = ~same[:-1]
    double = np.flatnonzero(same[1:] | same[:-1])  # lines beside another one of their item
    if len(double):
        of = order[double]
        count, found = units[of], [column[of] for column in alike]
        odd = np.logical_or.reduce([amount % count != 0 for amount in found])
        worths = [np.where(odd, amount, amount // count) for amount in found]
        by = np.lexsort((of, odd, *reversed(worths), keys[of]))
        order[double] = of[by]
        columns = (keys[of][by], *(each[by] for each in worths))
        equal = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
        odd = odd[by]
        first[double] = True
        first[double[1:]] = ~(equal & ~odd[1:] & ~odd[:-1])
    return order, first
