"""Which promotions a basket touches, and which of its rows are in a scope: by necessary values, each asked once."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ecomops.kernel.rules import All, AtLeastFact, FactValue
from ecomops.promotions.arithmetic import Rows
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.measures import MeasureKind
from ecomops.promotions.predicates import Scope, size_of


class Scoping:
    """The rows of one basket by what they are.

    Args:
        facts: The facts of each row.
    """

    __slots__ = ("_all", "_facts", "_found", "_values")

    def __init__(self, facts: Sequence[Mapping[str, FactValue]]) -> None:
        """Start without having asked anything."""
        self._facts = facts
        self._all: Rows = list(range(len(facts)))
        self._values: dict[str, dict[FactValue, list[int]]] = {}
        self._found: dict[int, Rows] = {}

    def rows(self, scope: Scope) -> Rows:
        """Return the rows that are in *scope*, in canonical order."""
        found = self._found.get(scope.place)
        if found is None:
            found = self._found[scope.place] = self._asked(scope)
        return found

    def _asked(self, scope: Scope) -> Rows:
        if scope.everything:
            return self._all
        if scope.keys is None:
            facts, ask = self._facts, scope.ask
            return [row for row in self._all if ask(facts[row])]
        hits: list[list[int]] = []
        for fact, values in scope.keys.items():
            known = self._values.get(fact) or self.values(fact)
            if len(known) < len(values):
                hits += [rows for value, rows in known.items() if value in values]
                continue
            for value in values:
                rows = known.get(value)
                if rows is not None:
                    hits.append(rows)
        if len(hits) == 1 and scope.exact:  # nearly always
            return hits[0]
        found = sorted({row for each in hits for row in each})
        return found if scope.exact else [row for row in found if scope.ask(self._facts[row])]

    def values(self, fact: str) -> Mapping[FactValue, list[int]]:
        """Return the rows by each value of a fact; a row of several values stands under each of them."""
        known = self._values.get(fact)
        if known is None:
            known = self._values[fact] = {}
            for row, facts in enumerate(self._facts):
                value = facts.get(fact)
                if type(value) is tuple:
                    for each in dict.fromkeys(value):
                        known.setdefault(each, []).append(row)
                elif value is not None:
                    known.setdefault(value, []).append(row)
        return known


Reached = tuple[list[tuple[int, int]], list[tuple[int, int]]]
"""Bounds of amounts and of units, rising, each with the place of the promotion that needs it."""


class Reach(NamedTuple):
    """What a basket comes to at most, whatever is measured of it.

    Attributes:
        amount: Before all discounts, in minor units.
        units: How many there are.
    """

    amount: int
    units: int


class Index:
    """Promotions filed under the values of which a basket must have one to be touched by them.

    What needs no value is filed under the amount, or the units, that a basket must come to for it to apply.

    Attributes:
        needy: Those that also need a line outside of their scope.
    """

    __slots__ = ("_bounds", "_filed", "_unkeyed", "needy")

    def __init__(self, promotions: Iterable[Compiled]) -> None:
        """File each under its smallest set of necessary values."""
        self._filed: dict[str, dict[FactValue, list[int]]] = {}
        self._unkeyed: list[int] = []
        self._bounds: Reached = ([], [])
        self.needy: list[Compiled] = []
        for each in promotions:
            keys = each.scope.keys
            if each.needs:
                self.needy.append(each)
                found = [scope.keys for scope in (each.scope, *each.needs) if scope.keys is not None]
                keys = min(found, key=size_of, default=None)
            if keys is None:
                self._file_by_amount(each)
                continue
            for fact, values in keys.items():
                filed = self._filed.setdefault(fact, {})
                for value in values:
                    filed.setdefault(value, []).append(each.place)

        for bounds in self._bounds:
            bounds.sort()

    def _file_by_amount(self, compiled: Compiled) -> None:
        necessary = _necessary(compiled)
        if necessary is None:
            self._unkeyed.append(compiled.place)
        else:
            of, bound = necessary
            self._bounds[of is not MeasureKind.AMOUNT].append((bound, compiled.place))

    def touched(self, scoping: Scoping, reach: Reach | None = None) -> set[int]:
        """Return the places of the promotions that may touch a basket; no other one does.

        Args:
            scoping: The rows of the basket.
            reach: What it comes to: those that need more are left out, though it may meet their scope. None leaves
                none of them out.
        """
        found = set(self._unkeyed)
        for bounds, most in zip(self._bounds, reach or (None, None), strict=True):
            found.update([place for _, place in (bounds if most is None else bounds[: _met(bounds, most)])])
        for fact, filed in self._filed.items():
            met = scoping.values(fact).keys() & filed.keys()
            found.update(*[filed[value] for value in met])
        return found

    def leaves_out(self, reach: Reach) -> bool:
        """Tell whether a basket misses the necessary amount or units of any promotion."""
        return any(_met(bounds, most) < len(bounds) for bounds, most in zip(self._bounds, reach, strict=True))

    def lacking(self, scoping: Scoping) -> list[Compiled]:
        """Return the promotions whose scope a basket meets while a line that they need is not there."""
        return [
            each
            for each in self.needy
            if scoping.rows(each.scope) and not all(scoping.rows(need) for need in each.needs)
        ]


def _met(bounds: list[tuple[int, int]], most: int) -> int:
    """Return how many of the bounds are met by a basket that comes to *most*."""
    return bisect_right(bounds, most, key=_bound)


def _bound(filed: tuple[int, int]) -> int:
    return filed[0]


def _necessary(compiled: Compiled) -> tuple[MeasureKind, int] | None:
    """Return a measure and the least of it without which a promotion never applies; None when it names none.

    Measures only fall while a basket is quoted: what is too little at first is too little at its turn.
    """
    conditions = compiled.promotion.conditions
    for each in conditions.rules if isinstance(conditions, All) else (conditions,):
        if isinstance(each, AtLeastFact):
            measure = compiled.measures.get(each.fact)
            if measure is not None:
                return measure.of, each.bound
    value = None if compiled.goods is None else compiled.goods.value
    if value is None or value.measure is None:
        return None
    return value.measure.of, value.step or value.bounds[0]
