"""What is stated of all baskets, as a rulebook reads it: carried before any promotion has its turn."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.promotions.columnar.baskets import Baskets
from ecomops.promotions.columnar.stating import StatedDiscounts
from ecomops.promotions.errors import UnknownStated
from ecomops.promotions.rulebook import Rulebook

Flags = NDArray[np.bool_]

_NOTHING: Ints = np.zeros(0, dtype=np.int64)


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

    def __init__(self, book: Rulebook, baskets: Baskets) -> None:
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
