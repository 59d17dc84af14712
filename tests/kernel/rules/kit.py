"""Rules and facts to draw, and a second interpreter that looks at a rule the long way round."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any as Anything

import pendulum
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Calendar, Period
from ecomops.kernel.rules import (
    All,
    Any,
    AtLeastFact,
    AtMostFact,
    During,
    Equals,
    Fact,
    FactKind,
    Facts,
    FactValue,
    Not,
    OneOf,
    Rule,
    Truth,
    Vocabulary,
    Weekly,
    declare,
)
from tests.kernel.toys import NOON

THURSDAYS = Weekly(fact="at", calendar=Calendar(timezone="UTC"), weekdays=(4,), start=12 * 60)
"""From noon on; noon of the toys is on a Thursday."""

LATER: DateTime = pendulum.datetime(2026, 6, 19)
DAY = Period(start=NOON, end=LATER)

WORDS: Vocabulary = declare(
    Fact(name="new", kind=FactKind.FLAG),
    Fact(name="n", kind=FactKind.NUMBER),
    Fact(name="m", kind=FactKind.NUMBER),
    Fact(name="tier", kind=FactKind.TEXT),
    Fact(name="tags", kind=FactKind.TEXTS),
    Fact(name="at", kind=FactKind.INSTANT),
)

DOMAIN: Mapping[str, tuple[FactValue, ...]] = {
    "new": (True, False),
    "n": (0, 1, 2),
    "m": (1, 2),
    "tier": ("gold", "iron"),
    "tags": ((), ("a",), ("a", "b")),
    "at": (NOON.subtract(microseconds=1), NOON, LATER),
}
"""All that the toy facts can be: few values, so that every rule can be asked of all of them."""

numbers = st.sampled_from(["n", "m"])
leaves: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Equals, fact=st.just("new"), value=st.booleans()),
    st.builds(Equals, fact=numbers, value=st.integers(0, 2)),
    st.builds(Equals, fact=st.just("tier"), value=st.sampled_from(["gold", "iron"])),
    st.builds(OneOf, fact=st.just("tier"), values=st.sampled_from([("gold",), ("gold", "iron"), ("tin",)])),
    st.builds(OneOf, fact=st.just("tags"), values=st.sampled_from([("a",), ("b", "c")])),
    st.builds(AtLeastFact, fact=numbers, bound=st.integers(0, 3)),
    st.builds(AtMostFact, fact=numbers, bound=st.integers(-1, 2)),
    st.just(During(fact="at", periods=(DAY,))),
    st.just(THURSDAYS),
)


def _nested(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(All, rules=several), st.builds(Any, rules=several), st.builds(Not, rule=inner))


rules: st.SearchStrategy[Rule] = st.recursive(leaves, _nested, max_leaves=6)
"""Rules over the toy facts, nested a few times."""

facts: st.SearchStrategy[Facts] = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in DOMAIN.items()}
)
"""What may be known of the toy facts: any part of them."""


def worlds(known: Facts) -> Iterator[Facts]:
    """Yield every complete set of facts that agrees with what is known."""
    choices = [[known[name]] if name in known else list(values) for name, values in DOMAIN.items()]
    for chosen in product(*choices):
        yield dict(zip(DOMAIN, chosen, strict=True))


def plainly(rule: Rule, world: Facts) -> bool:
    """Return what a rule says of a world in which everything is known, in plain Python."""
    value: Anything = world.get(getattr(rule, "fact", ""))
    match rule:
        case All():
            return all(plainly(each, world) for each in rule.rules)
        case Any():
            return any(plainly(each, world) for each in rule.rules)
        case Not():
            return not plainly(rule.rule, world)
        case Equals():
            return bool(value == rule.value)
        case OneOf():
            return bool({*rule.values} & {*(value if type(value) is tuple else (value,))})
        case AtLeastFact():
            return not value < rule.bound
        case AtMostFact():
            return not value > rule.bound
        case During():
            return any(each.start <= value < each.end for each in rule.periods)
        case Weekly():
            return value.isoweekday() in rule.weekdays and rule.start <= value.hour * 60 < rule.end


NUMBER = {Truth.NO: 0, Truth.UNKNOWN: 1, Truth.YES: 2}


def naively(rule: Rule, known: Facts) -> Truth:
    """Return what a rule says, by Kleene's tables: all is the least of its members, any the greatest."""
    order = {number: truth for truth, number in NUMBER.items()}
    match rule:
        case All():
            return order[min((NUMBER[naively(each, known)] for each in rule.rules), default=2)]
        case Any():
            return order[max((NUMBER[naively(each, known)] for each in rule.rules), default=0)]
        case Not():
            return order[2 - NUMBER[naively(rule.rule, known)]]
        case _:
            if rule.fact not in known:
                return Truth.UNKNOWN
            return Truth.YES if plainly(rule, known) else Truth.NO
