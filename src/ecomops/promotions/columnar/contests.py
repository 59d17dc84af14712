"""A lane of which the best offer wins while limits run out: each winner decides what later baskets find left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecomops.promotions.columnar.blocks import Flags
from ecomops.promotions.columnar.limits import TAKES, Counter
from ecomops.promotions.columnar.offers import Attempt, Bench, Offer
from ecomops.promotions.compiling import Compiled

if TYPE_CHECKING:
    from ecomops.columns import Ints


class _Entrant:
    """A promotion in the contest: plain lists, for baskets are looked at one by one.

    Attributes:
        tried: What it would take.
        counter: Its limits; None when it has none.
        baskets: Where it may apply.
        verdicts: Why it does not; changed by its limits.
        savings: What it takes; cut by its limits.
        won: Whether it is the best.
    """

    def __init__(self, tried: Attempt, counter: Counter | None) -> None:
        """Begin with nothing won."""
        self.tried, self.counter = tried, counter
        self.baskets: list[int] = tried.offer.baskets.tolist()
        self.verdicts: list[int] = tried.verdicts.tolist()
        self.savings: list[int] = tried.offer.saving.tolist()
        self.won = [False] * len(self.baskets)
        self._customers = None if tried.customers is None else tried.customers.tolist()
        self._periods = None if tried.periods is None else tried.periods.tolist()

    def _keys(self, place: int) -> tuple[int | None, int | None]:
        return (
            None if self._customers is None else self._customers[place],
            None if self._periods is None else self._periods[place],
        )

    def ask(self, place: int) -> None:
        """Let the limits decide on one of its baskets, as they stand."""
        if self.counter is not None:
            full = self.counter.full(*self._keys(place))
            if full:
                self.verdicts[place] = full
            elif self.verdicts[place] == TAKES:
                self.verdicts[place], self.savings[place] = self.counter.allowed(self.savings[place])

    def win(self, place: int) -> None:
        """Win one of its baskets."""
        self.won[place] = True
        if self.counter is not None:
            self.counter.count(*self._keys(place), self.savings[place])


def best_limited(bench: Bench, promotions: Sequence[Compiled]) -> list[tuple[Offer, Flags]]:
    """Return what is offered, and to which baskets it is the best: basket by basket, as the limits are then."""
    attempts = [tried for each in promotions if (tried := bench.attempt(each)) is not None]
    counters = bench.plan.counters
    entrants = [_Entrant(tried, counters.get(tried.offer.compiled.place)) for tried in attempts]
    if entrants:
        _contest(entrants)
    found: list[tuple[Offer, Flags]] = []
    for each in entrants:
        verdicts: Ints = np.array(each.verdicts, dtype=np.int64)
        won = np.array(each.won, dtype=np.bool_)[verdicts == TAKES]
        offer = bench.decided(each.tried._replace(verdicts=verdicts), np.array(each.savings, dtype=np.int64))
        if offer is not None:
            found.append((offer, won))
    return found


def _contest(entrants: Sequence[_Entrant]) -> None:
    """Let the entrants meet on each basket, in the order of the baskets and of their turns."""
    baskets = np.concatenate([each.tried.offer.baskets for each in entrants])
    turns: Ints = np.concatenate([np.full(len(each.baskets), turn) for turn, each in enumerate(entrants)])
    places: Ints = np.concatenate([np.arange(len(each.baskets)) for each in entrants])
    order = np.argsort(baskets, kind="stable")
    now, best, saving, at = -1, -1, -1, -1
    of_basket: list[int] = baskets[order].tolist()
    of_turn: list[int] = turns[order].tolist()
    of_place: list[int] = places[order].tolist()
    for basket, turn, place in zip(of_basket, of_turn, of_place, strict=True):
        if basket != now:
            if best >= 0:
                entrants[best].win(at)
            now, best, saving = basket, -1, -1
        each = entrants[turn]
        each.ask(place)
        if each.verdicts[place] == TAKES and each.savings[place] > saving:
            best, saving, at = turn, each.savings[place], place
    if best >= 0:
        entrants[best].win(at)
