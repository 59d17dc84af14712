"""Discounts that the host states, in columns: bounded when they are made, carried before any promotion has its turn."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints, Segments, Uneven, require_range, require_whole
from ecomops.columns.column import require_sum
from ecomops.kernel.checks import require_once, tuple_of
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.columnar.errors import StatedBeyondRoom
from ecomops.promotions.errors import UnknownStated
from ecomops.promotions.rulebook import Rulebook
from ecomops.terms import PromotionId

if TYPE_CHECKING:
    from ecomops.promotions.columnar.baskets import Baskets

Flags = NDArray[np.bool_]

MOST_NAMED = 10
"""The most rows that a refusal names."""


def _known(instance: object, attribute: "Attribute[Any]", value: tuple[PromotionId, ...]) -> None:
    tuple_of(PromotionId)(instance, attribute, value)
    require_once(value, field="StatedDiscounts.known")


@frozen(kw_only=True, eq=False)
class StatedDiscounts:
    """What promotions whose amounts the host states take off each line, or each service.

    Args:
        starts: Where the discounts of each line start, and at last where those of the last one end.
        promotions: The place of the promotion of each in *known*.
        known: The promotions.
        amounts: What each takes off its line, in minor units, at least 1.

    Raises:
        WrongColumn: One of them is no column of 64 bits.
        Uneven: Promotions and amounts are not as many as the starts say.
        OutOfColumn: An amount is below 1, a promotion unknown, or the starts fall.
        CannotHoldSum: A sum of the amounts might exceed 64 bits.
        Repeated: A promotion is known twice.

    Example:
        >>> import numpy as np
        >>> stated = StatedDiscounts(
        ...     starts=np.array([0, 1, 1, 3]),
        ...     promotions=np.array([0, 0, 1]),
        ...     known=(PromotionId("loyalty"), PromotionId("till")),
        ...     amounts=np.array([50, 20, 5]),
        ... )
        >>> stated.sums()
        array([50,  0, 25])
    """

    starts: Ints
    promotions: Ints
    known: tuple[PromotionId, ...] = field(validator=_known)
    amounts: Ints

    def __attrs_post_init__(self) -> None:
        """Check all columns."""
        size = int(Segments(self.starts).starts[-1])
        for name, values, most in (
            ("promotions", self.promotions, len(self.known) - 1),
            ("amounts", self.amounts, MOST_MINOR),
        ):
            column = f"StatedDiscounts.{name}"
            require_whole(values, name=column)
            if len(values) != size:
                raise Uneven(column=column, found=len(values), expected=size)
            require_range(values, name=column, least=int(name == "amounts"), most=most)
        require_sum(self.amounts, name="StatedDiscounts.amounts")

    def sums(self) -> Ints:
        """Return what is taken off each line altogether."""
        running = np.zeros(len(self.amounts) + 1, dtype=np.int64)
        np.cumsum(self.amounts, out=running[1:])
        return np.diff(running[self.starts])


def require_stated(stated: StatedDiscounts, amounts: Ints, floors: Ints | None, *, name: str) -> None:
    """Refuse what exceeds the room of its line.

    Raises:
        Uneven: It is of more or fewer lines.
        StatedBeyondRoom: It names the first rows.
    """
    if len(stated.starts) - 1 != len(amounts):
        raise Uneven(column=name, found=len(stated.starts) - 1, expected=len(amounts))
    room = amounts if floors is None else amounts - np.minimum(floors, amounts)
    beyond = np.flatnonzero(stated.sums() > room)
    if len(beyond):
        raise StatedBeyondRoom(column=name, count=len(beyond), rows=tuple(beyond[:MOST_NAMED].tolist()))


class _Side(NamedTuple):
    """What is stated of lines, or of services.

    Attributes:
        stated: The discounts.
        starts: Where the lines of each basket start.
        places: The place of the promotion of each discount in the total order.
        services: Whether the lines are services.
    """

    stated: StatedDiscounts
    starts: Ints
    places: Ints
    services: bool


class Standing:
    """The stated discounts of all baskets, as a rulebook reads them.

    Attributes:
        lines: What is stated of each line altogether; None when nothing is stated of lines.
        services: Likewise of each service.
        starts: Where what is stated of each basket starts: an entry for each of its promotions, in total order.
        places: The place of the promotion of each entry.
        amounts: What it takes off the basket.
    """

    def __init__(self, book: Rulebook, baskets: "Baskets") -> None:
        """Read them.

        Raises:
            UnknownStated: A discount is stated for promotions that do not take any.
        """
        self.lines = self.services = None
        self._sides: list[_Side] = []
        if baskets.stated is not None:
            self.lines = baskets.stated.sums()
            self._sides.append(_Side(baskets.stated, baskets.starts, _places(book, baskets.stated), services=False))
        services = baskets.services
        if services is not None and services.stated is not None:
            self.services = services.stated.sums()
            self._sides.append(_Side(services.stated, services.starts, _places(book, services.stated), services=True))
        size = len(book.promotions)
        keys = [_owners(each.stated.starts[each.starts]) * size + each.places for each in self._sides]
        key = np.concatenate([_NOTHING, *keys])
        taken = np.concatenate([_NOTHING, *(each.stated.amounts for each in self._sides)])
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        of, self.places = np.divmod(key[order[first]], max(size, 1))
        self.amounts: Ints = np.add.reduceat(taken[order], first) if len(first) else taken
        self.starts: Ints = np.searchsorted(of, np.arange(len(baskets) + 1))

    def of_promotions(self, promotions: Collection[int]) -> Flags:
        """Return of which baskets anything is stated for *promotions*, by their places."""
        found = np.zeros(len(self.starts) - 1, dtype=np.bool_)
        found[_owners(self.starts)[np.isin(self.places, sorted(promotions))]] = True
        return found

    def discounts(self, wanted: Flags) -> Iterator[tuple[Ints, int, Ints, bool]]:
        """Yield lines of the *wanted* baskets, a promotion, what each loses to it, and whether they are services."""
        for each in self._sides:
            lines = _owners(each.stated.starts)
            inside = np.repeat(wanted, np.diff(each.starts))[lines]
            for place in np.unique(each.places).tolist():
                of = inside & (each.places == place)
                yield lines[of], place, each.stated.amounts[of], each.services


_NOTHING: Ints = np.zeros(0, dtype=np.int64)


def _owners(starts: Ints) -> Ints:
    """Return to which run each row belongs."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _places(book: Rulebook, stated: StatedDiscounts) -> Ints:
    """Return the place of the promotion of each discount."""
    places: list[int] = np.unique(stated.promotions).tolist()
    named = [stated.known[place] for place in places]
    unknown = tuple(sorted(id for id in named if id not in book.by_id or not book.by_id[id].stated))
    if unknown:
        raise UnknownStated(promotions=unknown)
    table = np.array([book.places.get(id, -1) for id in stated.known], dtype=np.int64)
    return table[stated.promotions]
