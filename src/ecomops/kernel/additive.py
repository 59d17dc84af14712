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
