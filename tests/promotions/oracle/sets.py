"""Sets by trying: a unit is given to a part when the others can still be served, which a matching decides."""

from collections.abc import Sequence
from itertools import combinations, count

from ecomops.promotions import Order, Part, Sets
from tests.promotions.oracle.units import Row, Unit, inside

Taken = tuple[Row, Unit]


class Forming:
    """What parts may take: the loose units of their rows, as they stood before the promotion."""

    def __init__(self, target: Sets, rows: Sequence[Row]) -> None:
        self.target = target
        self.rows = rows
        self.fits = [inside(part.scope, rows) for part in target.parts]

    def can_serve(self, needs: Sequence[int], gone: Sequence[Unit] = ()) -> bool:
        """Tell whether every part can have what it needs, each unit in one part: one augmenting path after another."""
        holder: dict[Unit, int] = {}
        return all(self._seat(part, holder, gone, set()) for part, need in enumerate(needs) for _ in range(need))

    def _seat(self, part: int, holder: dict[Unit, int], gone: Sequence[Unit], asked: set[Unit]) -> bool:
        for row in self.fits[part]:
            for unit in row.loose:
                if unit in gone or unit in asked:
                    continue
                asked.add(unit)
                if unit not in holder or self._seat(holder[unit], holder, gone, asked):
                    holder[unit] = part
                    return True
        return False

    def most(self) -> int:
        """Return how many sets there are: one more as long as it can be served."""
        quantities = [part.quantity for part in self.target.parts]
        found = next(sets for sets in count() if not self.can_serve([(sets + 1) * each for each in quantities]))
        return found if self.target.most is None else min(found, self.target.most)

    def lack(self) -> int:
        """Return how many units the group of parts lacks that lacks most for a set."""
        parts = range(len(self.target.parts))
        groups = [group for size in parts for group in combinations(parts, size + 1)]
        return max(self._needed(group) - self._there(group) for group in groups)

    def _needed(self, group: Sequence[int]) -> int:
        return sum(self.target.parts[place].quantity for place in group)

    def _there(self, group: Sequence[int]) -> int:
        return len({unit for place in group for row in self.fits[place] for unit in row.loose})

    def allocate(self, sets: int) -> list[list[Taken]]:
        """Return what each part takes for so many *sets*, the dearest first."""
        parts = self.target.parts
        waiting = [sets * part.quantity for part in parts]
        gone: list[Unit] = []
        taken: list[list[Taken]] = [[] for _ in parts]
        for place in sorted(range(len(parts)), key=lambda place: is_trigger(parts[place])):
            need, waiting[place] = waiting[place], 0
            for row in self._in_turn(place):
                for unit in row.loose:
                    if need and unit not in gone and self.can_serve(waiting, [*gone, unit]):
                        gone.append(unit)
                        taken[place].append((row, unit))
                        need -= 1
            assert need == 0
            taken[place].sort(key=lambda one: (-value_of(one[0]), self.rows.index(one[0])))
        return taken

    def _in_turn(self, place: int) -> list[Row]:
        part = self.target.parts[place]
        dear = is_trigger(part) or part.takes is Order.DEAREST
        rows = [row for row in self.fits[place] if row.loose]
        return sorted(rows, key=lambda row: -value_of(row) if dear else value_of(row))


def is_trigger(part: Part) -> bool:
    """Tell whether a part only has to be there."""
    return part.pick is not None and part.pick.count == 0


def value_of(row: Row) -> int:
    """Return by what its loose units are ordered: what each is worth, in whole cents."""
    return row.loose_amount // len(row.loose)


def picked(part: Part, taken: Sequence[Taken], sets: int) -> list[Taken]:
    """Return the units of a part that get the value; *taken* begins with the dearest."""
    pick = part.pick
    if pick is None:
        return list(taken)
    size = sets * part.quantity if pick.pooled else part.quantity
    times = sets if pick.pooled else 1
    found: list[Taken] = []
    for first in range(0, len(taken), size):
        block = list(taken[first : first + size])
        if pick.order is Order.CHEAPEST:
            block.reverse()
        found += block[times * pick.skip : times * (pick.skip + pick.count)]
    return found
