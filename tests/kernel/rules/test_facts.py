"""Declared facts: a rule that nobody could answer is refused by name, and so is a fact that nobody declared."""

import pytest
from attrs import fields
from hypothesis import given

from ecomops.kernel import Currency, Repeated, Text, WrongKind
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import (
    All,
    AtLeastFact,
    AtMostFact,
    Comparison,
    During,
    Equals,
    Fact,
    FactKind,
    FactMisread,
    Facts,
    Not,
    OneOf,
    Rule,
    UndeclaredFact,
    declare,
)
from ecomops.kernel.rules.facts import kind_of
from tests.kernel.hostile import KINDS, untyped
from tests.kernel.rules.kit import DAY, WORDS, facts, rules
from tests.kernel.toys import NOON


@given(rules, facts)
def test_declared_facts_pass(rule: Rule, known: Facts) -> None:
    """A rule over declared facts, and facts of their kinds, are let in."""
    WORDS.require(rule, id="r-1")
    WORDS.require_facts(known)


def test_undeclared_names_are_listed() -> None:
    """Every name once, in the order of the rule, with what the rule belongs to; whatever else is wrong."""
    rule = All(
        rules=(
            Equals(fact="level", value="gold"),
            Not(rule=AtLeastFact(fact="spent", bound=1)),
            Equals(fact="level", value="iron"),
            Equals(fact="n", value="one"),
        )
    )
    with pytest.raises(UndeclaredFact) as refusal:
        WORDS.require(rule, id="p-1")
    assert refusal.value.context == {"rule": "p-1", "facts": ("level", "spent")}


READ: list[tuple[Comparison, str]] = [
    (Equals(fact="n", value="one"), "text"),
    (Equals(fact="n", value=True), "flag"),
    (Equals(fact="tier", value=1), "number"),
    (Equals(fact="tags", value="a"), "text"),
    (OneOf(fact="n", values=("a",)), "text or texts"),
    (AtLeastFact(fact="tier", bound=1), "number"),
    (AtMostFact(fact="at", bound=1), "number"),
    (During(fact="n", periods=(DAY,)), "instant"),
]


@pytest.mark.parametrize(("rule", "read"), READ, ids=lambda each: repr(each)[:60])
def test_a_fact_is_compared_as_what_it_is(rule: Comparison, read: str) -> None:
    """A comparison of another kind is refused with both kinds."""
    declared = WORDS.find(rule.fact)
    assert declared is not None
    with pytest.raises(FactMisread) as refusal:
        WORDS.require(Not(rule=rule), id="p-1")
    assert refusal.value.context == {"rule": "p-1", "fact": rule.fact, "read": read, "declared": declared.kind.value}


FITS: dict[FactKind, tuple[str, ...]] = {
    FactKind.FLAG: ("bool",),
    FactKind.NUMBER: ("int", "negative int"),
    FactKind.TEXT: ("text", "number as text", "currency", "id"),
    FactKind.TEXTS: ("tuple", "empty tuple"),
    FactKind.INSTANT: ("instant",),
}


def test_a_value_is_of_one_kind_or_of_none() -> None:
    """What no rule could compare is no fact: floats, naive and local times, lists, huge numbers."""
    kinds = {words: kind_of(value) for words, value in KINDS.items()}
    for kind, names in FITS.items():
        assert {words for words, found in kinds.items() if found is kind} == set(names)


@pytest.mark.parametrize("kind", FactKind)
def test_facts_are_of_their_kind(kind: FactKind) -> None:
    """A value of another kind than was declared is refused by the name of the fact."""
    words = declare(Fact(name="x", kind=kind))
    for name, value in KINDS.items():
        (given,) = untyped(value)
        if name in FITS[kind]:
            words.require_facts({"x": given})
        else:
            with pytest.raises(WrongKind, match="fact x"):
                words.require_facts({"x": given})


def test_unknown_facts_are_listed() -> None:
    """Facts that nobody declared are refused all at once; what is no mapping is none."""
    with pytest.raises(UndeclaredFact) as refusal:
        WORDS.require_facts({"n": 1, "level": "gold", "spent": 3})
    assert refusal.value.context["facts"] == ("level", "spent")
    for value in untyped(None, [("n", 1)], "n"):
        with pytest.raises(WrongKind):
            WORDS.require_facts(value)


def test_a_name_is_declared_once() -> None:
    """Two facts of one name would be two meanings."""
    with pytest.raises(Repeated):
        declare(Fact(name="x", kind=FactKind.FLAG), Fact(name="x", kind=FactKind.TEXT))
    with pytest.raises(Repeated):
        WORDS.with_facts(Fact(name="n", kind=FactKind.NUMBER))


def test_facts_are_found_by_name() -> None:
    """What was declared is found with its words; the name stands in for them; what was not is not."""
    fact = Fact(name="x", kind=FactKind.NUMBER, words=Text("spent", "消费"), currency=Currency.CNY)
    words = WORDS.with_facts(fact)
    assert words.find("x") is fact
    assert words.find("y") is None
    assert WORDS.find("x") is None
    assert Fact(name="y", kind=FactKind.FLAG).words == Text("y", "y")
    assert [field.name for field in fields(Fact)] == ["name", "kind", "words", "currency"]


def test_instants_are_facts() -> None:
    """Time is a fact like any other: an instant fits it, and nothing else does."""
    WORDS.require_facts({"at": NOON})
    with pytest.raises(WrongKind):
        WORDS.require_facts({"at": NOON.naive()})


@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_are_bounded_like_money(sign: int) -> None:
    """The largest amount is a fact, and one more is none."""
    assert kind_of(sign * MOST_MINOR) is FactKind.NUMBER
    assert kind_of(sign * (MOST_MINOR + 1)) is None
