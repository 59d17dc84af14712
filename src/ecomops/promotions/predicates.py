"""Rules as functions: compiled once, asked of every line of every basket.

They answer as `kernel.rules.evaluate` does: True, False, or None while a fact is missing. The kinds of the facts were
checked when they were told, and those of the rules when they were taken into a rulebook, so nothing is checked here.
"""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from ecomops.kernel.rules import (
    ALWAYS,
    All,
    AtLeastFact,
    AtMostFact,
    Comparison,
    During,
    Equals,
    Facts,
    FactValue,
    Not,
    OneOf,
    Rule,
    Weekly,
)
from ecomops.kernel.rules import Any as AnyOf

Ask = Callable[[Facts], bool | None]
"""A rule as a function of facts."""


def compiled(rule: Rule) -> Ask:
    """Return *rule* as a function."""
    match rule:
        case All():
            return _all(tuple(compiled(each) for each in rule.rules))
        case AnyOf():
            return _any(tuple(compiled(each) for each in rule.rules))
        case Not():
            return _not(compiled(rule.rule))
        case _:
            return _leaf(rule.fact, _tests(rule))


def _leaf(fact: str, test: Callable[[Any], bool]) -> Ask:
    def ask(facts: Facts) -> bool | None:
        return test(facts[fact]) if fact in facts else None

    return ask


def _tests(leaf: Comparison) -> Callable[[Any], bool]:
    """Return what *leaf* asks of the value of its fact."""
    match leaf:
        case Equals(value=value):
            return lambda known: bool(known == value)
        case OneOf():
            return leaf.has
        case AtLeastFact(bound=bound):
            return lambda known: bool(known >= bound)
        case AtMostFact(bound=bound):
            return lambda known: bool(known <= bound)
        case During(periods=periods):
            return lambda known: any(period.holds(known) for period in periods)
        case Weekly():
            return leaf.has
        case _:
            assert_never(leaf)


def _all(asks: tuple[Ask, ...]) -> Ask:
    if len(asks) == 1:
        return asks[0]

    def ask(facts: Facts) -> bool | None:
        found: bool | None = True
        for each in asks:
            told = each(facts)
            if told is False:
                return False
            if told is None:
                found = None
        return found

    return ask


def _any(asks: tuple[Ask, ...]) -> Ask:
    def ask(facts: Facts) -> bool | None:
        found: bool | None = False
        for each in asks:
            told = each(facts)
            if told:
                return True
            if told is None:
                found = None
        return found

    return ask


def _not(inner: Ask) -> Ask:
    def ask(facts: Facts) -> bool | None:
        told = inner(facts)
        return None if told is None else not told

    return ask


Keys = Mapping[str, frozenset[FactValue]]
"""Values by fact, of which a line must have at least one."""


def necessary(rule: Rule) -> Keys | None:
    """Return values of which a line must have one for *rule* to hold; None when none is needed."""
    match rule:
        case Equals(fact=fact, value=value):
            return {fact: frozenset((value,))}
        case OneOf(fact=fact, values=values):
            return {fact: frozenset(values)}
        case All(rules=rules):
            found = [keys for keys in map(necessary, rules) if keys is not None]
            return min(found, key=size_of) if found else None
        case AnyOf(rules=rules):
            return _joined([necessary(each) for each in rules])
        case _:
            return None


def size_of(keys: Keys) -> int:
    """Return how many values there are."""
    return sum(len(values) for values in keys.values())


def _joined(keys: list[Keys | None]) -> Keys | None:
    found: dict[str, frozenset[FactValue]] = {}
    for each in keys:
        if each is None:
            return None
        for fact, values in each.items():
            found[fact] = found.get(fact, frozenset()) | values
    return found


class Scope:
    """A distinct rule over the facts of a line, with what an index knows of it.

    Attributes:
        place: Its number in the rulebook.
        rule: The rule.
        ask: The rule as a function.
        everything: Whether it holds for every line.
        keys: Values of which a line must have one; None when none is needed.
        exact: Whether having one is also enough.
    """

    __slots__ = ("ask", "everything", "exact", "keys", "place", "rule")

    def __init__(self, place: int, rule: Rule) -> None:
        """Compile *rule*."""
        self.place = place
        self.rule = rule
        self.ask = compiled(rule)
        self.everything = rule is ALWAYS or rule == ALWAYS
        self.keys = necessary(rule)
        self.exact = isinstance(rule, Equals | OneOf)
