"""What rules say: Kleene's tables, De Morgan, and that more knowledge never changes an answer."""

from datetime import time
from typing import Any as Anything
from typing import cast

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Calendar, WrongKind
from ecomops.kernel.rules import (
    ALWAYS,
    NEVER,
    All,
    Any,
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
    Truth,
    Verdict,
    Weekly,
    comparisons,
    evaluate,
    holds,
)
from tests.kernel.hostile import KINDS
from tests.kernel.rules.kit import DAY, LATER, NUMBER, THURSDAYS, facts, naively, plainly, rules, worlds
from tests.kernel.toys import NOON

NIGHT = Calendar(timezone="UTC", day_start=time(4))
"""A shop whose days begin at four in the morning."""

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

COMPARED: list[tuple[Comparison, FactValue, bool]] = [
    (Equals(fact="x", value=True), True, True),
    (Equals(fact="x", value=False), True, False),
    (Equals(fact="x", value=3), 3, True),
    (Equals(fact="x", value=3), 4, False),
    (Equals(fact="x", value="gold"), "gold", True),
    (Equals(fact="x", value="gold"), "Gold", False),
    (OneOf(fact="x", values=("gold", "black")), "black", True),
    (OneOf(fact="x", values=("gold", "black")), "blac", False),
    (OneOf(fact="x", values=("gold",)), ("iron", "gold"), True),
    (OneOf(fact="x", values=("gold",)), ("iron",), False),
    (OneOf(fact="x", values=("gold",)), (), False),
    (AtLeastFact(fact="x", bound=100), 100, True),
    (AtLeastFact(fact="x", bound=100), 99, False),
    (AtMostFact(fact="x", bound=100), 100, True),
    (AtMostFact(fact="x", bound=100), 101, False),
    (During(fact="x", periods=(DAY,)), NOON, True),
    (During(fact="x", periods=(DAY,)), LATER, False),
    (evolve(THURSDAYS, fact="x"), NOON, True),
    (evolve(THURSDAYS, fact="x"), NOON.subtract(microseconds=1), False),
    (evolve(THURSDAYS, fact="x"), NOON.add(days=1), False),
    (Weekly(fact="x", calendar=NIGHT, weekdays=(4,), end=240), LATER.add(hours=3), True),
    (Weekly(fact="x", calendar=NIGHT, weekdays=(5,), end=240), LATER.add(hours=3), False),
    (Weekly(fact="x", calendar=NIGHT, weekdays=(4,), end=240), LATER.add(hours=4), False),
]


@pytest.mark.parametrize(("rule", "value", "answer"), COMPARED, ids=lambda each: repr(each)[:60])
def test_a_comparison_includes_its_bound(rule: Comparison, value: FactValue, answer: bool) -> None:  # noqa: FBT001 - the answer of the example
    """The bound itself will do; the end of a period does not; texts are compared by every sign."""
    assert evaluate(rule, {"x": value}) == Verdict(YES if answer else NO)
    assert holds(rule, {"x": value}) is answer


@pytest.mark.parametrize("rule", [each for each, _, _ in COMPARED], ids=lambda each: repr(each)[:60])
def test_a_missing_fact_is_unknown(rule: Comparison) -> None:
    """The residue of a comparison is itself; what is unknown does not hold, and neither does its opposite."""
    assert evaluate(rule, {"y": 1}) == Verdict(UNKNOWN, rule)
    assert evaluate(Not(rule=rule), {}) == Verdict(UNKNOWN, Not(rule=rule))
    assert not holds(rule, {})
    assert not holds(Not(rule=rule), {})


def test_nothing_to_hold_always_holds() -> None:
    """All of none is yes, any of none is no, whatever is known."""
    assert evaluate(ALWAYS, {}) == Verdict(YES)
    assert evaluate(NEVER, {}) == Verdict(NO)


GOLD = Equals(fact="tier", value="gold")
NEW = Equals(fact="new", value=True)
LARGE = AtLeastFact(fact="n", bound=2)


def test_one_member_decides() -> None:
    """A no settles all, a yes settles any, whatever is still unknown."""
    assert evaluate(All(rules=(GOLD, NEW)), {"new": False}) == Verdict(NO)
    assert evaluate(Any(rules=(GOLD, NEW)), {"new": True}) == Verdict(YES)


def test_the_residue_asks_for_what_is_missing_alone() -> None:
    """What is settled is left out of the question; one member that is left stands alone."""
    assert evaluate(All(rules=(GOLD, NEW, LARGE)), {"new": True}).residue == All(rules=(GOLD, LARGE))
    assert evaluate(Any(rules=(GOLD, NEW)), {"new": False}).residue == GOLD
    nested = Not(rule=Any(rules=(GOLD, All(rules=(NEW, LARGE)))))
    assert evaluate(nested, {"n": 2}).residue == Not(rule=Any(rules=(GOLD, NEW)))


@given(rules, facts)
def test_it_says_what_the_tables_of_kleene_say(rule: Rule, known: Facts) -> None:
    """The naive interpreter takes the least of all, the greatest of any, and turns the scale for not."""
    verdict = evaluate(rule, known)
    assert verdict.truth is naively(rule, known)
    assert (verdict.residue is None) == (verdict.truth is not UNKNOWN)


@given(rules, facts)
def test_what_is_settled_is_settled_in_every_world(rule: Rule, known: Facts) -> None:
    """A yes or a no holds whatever the missing facts turn out to be; knowing all leaves nothing unknown."""
    truth = evaluate(rule, known).truth
    for world in worlds(known):
        complete = evaluate(rule, world).truth
        assert complete is (YES if plainly(rule, world) else NO)
        assert truth in {UNKNOWN, complete}


@given(rules, facts, facts)
def test_more_knowledge_never_changes_an_answer(rule: Rule, some: Facts, more: Facts) -> None:
    """Evaluation is monotone: a fact more turns an unknown into an answer, and no answer into another."""
    before = evaluate(rule, some).truth
    assert before in {UNKNOWN, evaluate(rule, {**more, **some}).truth}


@given(rules, facts, facts)
def test_the_residue_answers_for_the_whole_rule(rule: Rule, some: Facts, more: Facts) -> None:
    """It asks for missing facts only, and says of the rest what the rule says of everything."""
    residue = evaluate(rule, some).residue
    if residue is None:
        return
    assert not {leaf.fact for leaf in comparisons(residue)} & set(some)
    rest = {name: value for name, value in more.items() if name not in some}
    assert evaluate(residue, rest) == evaluate(rule, {**rest, **some})


def same(one: Rule, other: Rule, known: Facts) -> bool:
    """Tell whether two rules say the same of some facts."""
    return evaluate(one, known).truth is evaluate(other, known).truth


def both(*members: Rule) -> All:
    """Return the rule that all *members* hold."""
    return All(rules=members)


def either(*members: Rule) -> Any:
    """Return the rule that one of *members* holds."""
    return Any(rules=members)


@given(rules, rules, facts)
def test_de_morgan(one: Rule, other: Rule, known: Facts) -> None:
    """Not all is any not, not any is all not; not not is nothing."""
    assert same(Not(rule=both(one, other)), either(Not(rule=one), Not(rule=other)), known)
    assert same(Not(rule=either(one, other)), both(Not(rule=one), Not(rule=other)), known)
    assert same(Not(rule=Not(rule=one)), one, known)


@given(rules, rules, rules, facts)
def test_the_laws_of_a_lattice(one: Rule, other: Rule, third: Rule, known: Facts) -> None:
    """Order, grouping and repetition change nothing; each absorbs and distributes over the other."""
    for join, meet in ((both, either), (either, both)):
        assert same(join(one, other), join(other, one), known)
        assert same(join(one, join(other, third)), join(one, other, third), known)
        assert same(join(one, one), one, known)
        assert same(join(one, meet(one, other)), one, known)
        assert same(join(one, meet(other, third)), meet(join(one, other), join(one, third)), known)
    assert same(both(one, ALWAYS), one, known)
    assert same(either(one, NEVER), one, known)


@given(rules, facts)
def test_the_middle_is_not_excluded(rule: Rule, known: Facts) -> None:
    """A rule or its opposite is never a no, and is a yes exactly when the rule is settled."""
    middle = evaluate(either(rule, Not(rule=rule)), known).truth
    assert middle is (UNKNOWN if evaluate(rule, known).truth is UNKNOWN else YES)
    assert NUMBER[middle] > 0


WRONG: list[tuple[Comparison, tuple[str, ...]]] = [
    (NEW, ("bool",)),
    (LARGE, ("int", "negative int")),
    (Equals(fact="n", value=3), ("int", "negative int")),
    (GOLD, ("text", "number as text", "currency", "id")),
    (OneOf(fact="tier", values=("gold",)), ("text", "number as text", "tuple", "empty tuple", "currency", "id")),
    (During(fact="at", periods=(DAY,)), ("instant",)),
]


@pytest.mark.parametrize(("rule", "fit"), WRONG, ids=lambda each: repr(each)[:60])
def test_a_fact_of_another_kind_is_refused(rule: Comparison, fit: tuple[str, ...]) -> None:
    """A comparison takes its own kind; a bool is no number, a naive or local time no instant, a float nothing."""
    for words, value in KINDS.items():
        known = cast("dict[str, Anything]", {rule.fact: value})
        if words in fit:
            assert evaluate(rule, known).truth in {YES, NO}
        else:
            with pytest.raises(WrongKind, match=rule.fact):
                evaluate(rule, known)


def test_a_verdict_checks_its_parts() -> None:
    """Truth is one of three, the residue a rule."""
    for wrong in ("yes", None, 1):
        with pytest.raises(WrongKind):
            Verdict(cast("Anything", wrong))
    with pytest.raises(WrongKind):
        Verdict(UNKNOWN, cast("Anything", "rule"))


@given(st.data())
def test_asking_twice_gives_the_same(data: st.DataObject) -> None:
    """The answer depends on the values alone, not on the order in which the facts came."""
    rule, known = data.draw(rules), data.draw(facts)
    turned = dict(reversed(list(known.items())))
    assert evaluate(rule, known) == evaluate(rule, turned)
