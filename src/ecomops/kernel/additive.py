"""Counters that many buyers touch at once: which fields of a noun move by addition, and which bounds hold.

A store *may* write such a change as one conditional addition instead of comparing versions; one that ignores the
hint is right too, only slower on a hot row. A failed bound is a `Conflict`: the driver looks again and the decision
refuses with fresh numbers, so that the rule has one text.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar, cast

from attrs import AttrsInstance, define, evolve, field, fields_dict, frozen

from ecomops.kernel.checks import tuple_of
from ecomops.kernel.errors import Conflict
from ecomops.kernel.text import Text

N = TypeVar("N")


@define(kw_only=True, slots=False, eq=False)
class BoundBroken(Conflict):
    """An addition to the row that was found would break a bound: the row moved since it was read."""

    code: ClassVar[str] = "store.bound_broken"
    text: ClassVar[Text] = Text("{kind} {id} moved: look again", "{kind} {id} 已变动，请重新读取")

    kind: str
    id: str


@frozen(kw_only=True)
class AtLeast:
    """The linear bound: the weighted sum of counters is at least 0.

    Args:
        weights: Factor by field; a field that is None (an absent limit) lifts the bound.
        spares: Event classes that record what has already happened (a loss, a count): a write that holds only
            these is not stopped by the bound.
    """

    weights: Mapping[str, int]
    spares: tuple[type, ...] = field(default=(), validator=tuple_of(type))

    def left(self, row: object) -> int | None:
        """Return the left side of the bound for *row*; None when a term is None."""
        total = 0
        for name, weight in self.weights.items():
            value: int | None = getattr(row, name)
            if value is None:
                return None
            total += weight * value
        return total

    def change(self, moved: Mapping[str, int]) -> int:
        """Return by how much the left side moves when the counters move so; what does not move adds nothing."""
        return sum(weight * moved.get(name, 0) for name, weight in self.weights.items())

    def breaks(self, before: object, after: object, events: Iterable[object]) -> bool:
        """Tell whether going from *before* to *after* by *events* lowers the left side below 0 and is not spared."""
        new = self.left(after)
        if new is None or new >= 0:
            return False
        old = self.left(before)
        return (old is None or new < old) and not all(isinstance(event, self.spares) for event in events)


@frozen(kw_only=True)
class Additive:
    """What a binding says about its counters.

    Args:
        fields: The counters that move by addition; every other field is the id or a bound.
        keep: The bounds, each checked only by a write that lowers its left side.
    """

    fields: tuple[str, ...] = field(validator=tuple_of(str))
    keep: tuple[AtLeast, ...] = field(default=(), validator=tuple_of(AtLeast))

    def deltas(self, before: object, after: object) -> dict[str, int] | None:
        """Return by how much each counter moved; None when something else than a counter differs too."""
        moved: dict[str, int] = {}
        for name in fields_dict(cast("type[AttrsInstance]", type(after))):
            old, new = getattr(before, name), getattr(after, name)
            if name in self.fields:
                moved[name] = new - old
            elif old != new:
                return None
        return moved

    def at_stake(self, before: object, after: object, events: Iterable[object]) -> tuple[tuple[AtLeast, int], ...]:
        """Return the bounds that a movement can break: what an adapter that adds in SQL puts into its condition.

        Args:
            before: What was read.
            after: The same with its counters moved.
            events: What happened in between.

        Returns:
            Each bound that the movement lowers and that does not spare it, with the change of its left side. Whether
            it breaks is asked of the row as it stands, where a term that is None lifts it.

        Example:
            >>> from ecomops import inventory
            >>> from ecomops.inventory import STOCK
            >>> from ecomops.testing import NOON, some_stock
            >>> item = some_stock(on_hand=3)
            >>> lost = inventory.adjust(item, quantity=-1, reason="lost", at=NOON)
            >>> for bound, change in STOCK.additive.at_stake(item, STOCK.fold(item, lost), lost):
            ...     print(dict(bound.weights), change)
            {'on_hand': 1} -1
        """
        moved = {name: getattr(after, name) - getattr(before, name) for name in self.fields}
        happened = tuple(events)
        lowered = ((bound, bound.change(moved)) for bound in self.keep)
        return tuple(
            (bound, change)
            for bound, change in lowered
            if change < 0 and not all(isinstance(event, bound.spares) for event in happened)
        )

    def add(self, row: N, moved: Mapping[str, int], events: Iterable[object], *, kind: str, id: str) -> N:
        """Return *row* with the counters *moved*: what a store does under a lock or in one statement.

        Raises:
            BoundBroken: A bound would be broken.
        """
        after: N = evolve(cast("Any", row), **{name: getattr(row, name) + by for name, by in moved.items()})
        happened = tuple(events)
        if any(bound.breaks(row, after, happened) for bound in self.keep):
            raise BoundBroken(kind=kind, id=id)
        return after
