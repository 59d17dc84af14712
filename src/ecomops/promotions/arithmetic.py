"""What a benefit takes off a canonical basket, in integers: nothing here knows of money, instants or conditions.

A row is what is equal in a basket: SKU, price, floor and facts. `effect` says what a promotion would take and writes
nothing; `take` writes. No row ever falls below its floor, and every share adds up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from ecomops.kernel import split, worth
from ecomops.kernel.rules import FactValue
from ecomops.promotions.measures import MeasureKind, Reading

Effect = Sequence[int]
"""What a promotion takes off each of some rows."""


class Row:
    """Equal units of a basket while it is quoted.

    Attributes:
        facts: The facts of the lines.
        quantity: Units.
        listed: What they cost before all discounts, in minor units.
        entry: What was left when the lane began.
        left: What is left now.
        floor: What must be left.
        parts: The lines that they came from (place in the basket, units), by id.
        taken: What was taken so far: the promotion's place in the rulebook, and what was left after it.
    """

    __slots__ = ("entry", "facts", "floor", "left", "listed", "parts", "quantity", "taken")

    def __init__(self, facts: Mapping[str, FactValue]) -> None:
        """Start without units."""
        self.facts = facts
        self.quantity = self.listed = self.entry = self.left = self.floor = 0
        self.parts: list[tuple[int, int]] = []
        self.taken: list[tuple[int, int, int]] = []

    def add(self, place: int, *, quantity: int, listed: int, left: int, floor: int) -> None:
        """Add the units of the line at *place* of the basket."""
        self.parts.append((place, quantity))
        self.quantity += quantity
        self.listed += listed
        self.left += left
        self.floor += floor

    @property
    def room(self) -> int:
        """What can still be taken."""
        return self.left - self.floor

    def shares(self) -> list[tuple[int, int, int]]:
        """Return what each promotion took off each line: (promotion, place of the line, amount), none of them 0.

        Units are worth what the unit law says before and after each promotion, so that no unit is ever below its floor.
        """
        found: list[tuple[int, int, int]] = []
        start = 0
        for place, quantity in self.parts:
            end = start + quantity
            for promotion, before, after in self.taken:
                amount = self._run(before, start, end) - self._run(after, start, end)
                if amount:
                    found.append((promotion, place, amount))
            start = end
        return found

    def _run(self, amount: int, start: int, end: int) -> int:
        return worth(amount, self.quantity, end) - worth(amount, self.quantity, start)


def measured(rows: Sequence[Row], of: MeasureKind, read: Reading) -> int:
    """Return what *rows* measure together."""
    match of:
        case MeasureKind.AMOUNT:
            return sum(_AMOUNTS[read](row) for row in rows)
        case MeasureKind.QUANTITY:
            return sum(row.quantity for row in rows)
        case MeasureKind.PRODUCTS:
            return len({row.facts["sku"] for row in rows})
        case _:
            assert_never(of)


_AMOUNTS: Mapping[Reading, Callable[[Row], int]] = {
    Reading.ENTRY: lambda row: row.entry,
    Reading.LIST: lambda row: row.listed,
    Reading.RUNNING: lambda row: row.left,
}  # fmt: skip


def effect(*_: object, **__: object) -> Effect:
    raise NotImplementedError


def share(amount: int, rows: Sequence[Row]) -> Effect:
    """Share *amount* over *rows* by what is left of them, as much as there is room.

    Largest remainder, ties by the place of the rows; a row whose part exceeds its room gives its room and drops out,
    and the rest is shared again.
    """
    parts = [0] * len(rows)
    roomy = [place for place, row in enumerate(rows) if row.room > 0]
    amount = min(amount, sum(rows[place].room for place in roomy))
    while amount:
        tried = dict(zip(roomy, split(amount, [rows[place].left for place in roomy]), strict=True))
        full = [place for place, part in tried.items() if part > rows[place].room]
        for place in full or roomy:
            parts[place] = rows[place].room if full else tried[place]
            amount -= parts[place]
        gone = set(full)
        roomy = [place for place in roomy if place not in gone]
    return parts


def clamped(effect: Effect, most: int) -> Effect:
    """Cut *effect* to *most* altogether, in proportion."""
    return effect if sum(effect) <= most else split(most, effect)


def take(rows: Sequence[Row], effect: Effect, *, promotion: int) -> None:
    """Take *effect* off *rows* for the promotion at that place of the rulebook."""
    for row, amount in zip(rows, effect, strict=True):
        if amount:
            row.taken.append((promotion, row.left, row.left - amount))
            row.left -= amount
