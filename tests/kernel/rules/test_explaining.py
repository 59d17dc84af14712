"""Why a rule does not hold, with the number that is missing; and what it says in two languages."""

from typing import Any as Anything

import pytest
from attrs import evolve
from hypothesis import given

from ecomops.kernel import Currency, Language, Text, WrongKind
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
    Fact,
    FactKind,
    Facts,
    FactValue,
    Not,
    OneOf,
    Rule,
    Truth,
    Unmet,
    comparisons,
    declare,
    evaluate,
    holds,
    sentence,
    unmet,
)
from tests.kernel.rules.kit import DAY, THURSDAYS, facts, rules


@given(rules, facts)
def test_what_is_unmet_is_what_keeps_it_from_holding(rule: Rule, known: Facts) -> None:
    """Nothing is named when it holds, something when not; what is named stands in the rule, not as it is wanted."""
    found = unmet(rule, known)
    if not ({"always", "never"} & set(sentence(rule).replace("(", " ").replace(")", " ").split())):
        assert (found == ()) is holds(rule, known)
    for each in found:
        told = evaluate(each.rule, known).truth
        assert each.rule in comparisons(rule)
        assert each.truth is (Truth.UNKNOWN if told is Truth.UNKNOWN else Truth.NO)
        assert told is not (Truth.YES if each.wanted else Truth.NO)
        assert each.actual == known.get(each.rule.fact)


MANY = AtLeastFact(fact="n", bound=10)
FEW = AtMostFact(fact="n", bound=10)
EXACT = Equals(fact="n", value=10)

GAPS: list[tuple[Comparison, bool, int, int]] = [
    # comparison, is it wanted, actual, the nearest number that would do
    (MANY, True, 7, 10),
    (FEW, True, 12, 10),
    (EXACT, True, 12, 10),
    (EXACT, True, 7, 10),
    (MANY, False, 12, 9),
    (FEW, False, 7, 11),
]


@pytest.mark.parametrize(("rule", "wanted", "actual", "required"), GAPS)
def test_the_gap_is_to_the_nearest_number_that_would_do(
    rule: Comparison,
    wanted: bool,  # noqa: FBT001 - part of the example
    actual: int,
    required: int,
) -> None:
    """Reaching it, and no number between, makes the rule hold."""
    asked: Rule = rule if wanted else Not(rule=rule)
    (found,) = unmet(asked, {"n": actual})
    assert (found.wanted, found.actual, found.required, found.gap) == (wanted, actual, required, abs(actual - required))
    assert holds(asked, {"n": required})
    step = 1 if required > actual else -1
    assert not any(holds(asked, {"n": number}) for number in range(actual, required, step))


NO_GAPS: list[tuple[Rule, Facts]] = [
    (MANY, {}),
    (Not(rule=EXACT), {"n": 10}),
    (Equals(fact="n", value="a"), {"n": "b"}),
    (Equals(fact="n", value=True), {"n": False}),
    (OneOf(fact="n", values=("a",)), {"n": "b"}),
    (During(fact="n", periods=(DAY,)), {"n": DAY.end}),
]


@pytest.mark.parametrize(("rule", "known"), NO_GAPS, ids=lambda each: repr(each)[:60])
def test_there_is_no_gap_without_a_number(rule: Rule, known: Facts) -> None:
    """Texts, flags, instants and missing facts are no distance away."""
    (found,) = unmet(rule, known)
    assert found.gap is None


def test_every_way_is_named() -> None:
    """Of rules of which one would do, all are named; of rules that must all hold, those that do not."""
    gold, new = Equals(fact="tier", value="gold"), Equals(fact="new", value=True)
    known: dict[str, FactValue] = {"tier": "iron", "n": 12}
    assert [each.rule for each in unmet(Any(rules=(gold, new)), known)] == [gold, new]
    assert [each.rule for each in unmet(All(rules=(gold, MANY, new)), known)] == [gold, new]
    assert [each.rule for each in unmet(Not(rule=Any(rules=(MANY, gold))), known)] == [MANY]
    assert unmet(Any(rules=(gold, MANY)), known) == ()


def test_the_parts_of_an_explanation_are_checked() -> None:
    """The rule is a comparison, what is known a fact."""
    made: dict[str, Anything] = {"rule": MANY, "wanted": True, "truth": Truth.NO, "actual": 1}
    for name, wrong in (("rule", ALWAYS), ("wanted", 1), ("truth", "no"), ("actual", 1.5)):
        odd: dict[str, Anything] = {**made, name: wrong}
        with pytest.raises(WrongKind):
            Unmet(**odd)


WORDS = declare(
    Fact(name="amount", kind=FactKind.NUMBER, words=Text("amount", "金额"), currency=Currency.CNY),
    Fact(name="tier", kind=FactKind.TEXT, words=Text("tier", "会员等级")),
    Fact(name="new", kind=FactKind.FLAG, words=Text("new buyer", "新客")),
    Fact(name="at", kind=FactKind.INSTANT, words=Text("time", "时间")),
)
SPENT = AtLeastFact(fact="amount", bound=10_000)
GOLD = OneOf(fact="tier", values=("gold", "black"))
NEW = Equals(fact="new", value=True)

SAID: list[tuple[Rule, str, str]] = [
    (SPENT, "amount is at least 100.00 CNY", "金额 不少于 100.00 CNY"),
    (AtMostFact(fact="amount", bound=5), "amount is at most 0.05 CNY", "金额 不多于 0.05 CNY"),
    (Equals(fact="amount", value=5), "amount is 0.05 CNY", "金额 为 0.05 CNY"),
    (AtLeastFact(fact="n", bound=5), "n is at least 5", "n 不少于 5"),
    (GOLD, "tier is one of gold, black", "会员等级 为 gold、black 之一"),
    (Equals(fact="tier", value="gold"), "tier is gold", "会员等级 为 gold"),
    (NEW, "new buyer is true", "新客 为 真"),
    (Equals(fact="new", value=False), "new buyer is false", "新客 为 假"),
    (
        During(fact="at", periods=(DAY,)),
        "time is within [2026-06-18T12:00:00+00:00, 2026-06-19T00:00:00+00:00)",
        "时间 在 [2026-06-18T12:00:00+00:00, 2026-06-19T00:00:00+00:00) 之内",
    ),
    (
        evolve(THURSDAYS, weekdays=(7, 4)),
        "time is on Thu, Sun 12:00-24:00 (UTC)",
        "时间 在 周四、周日 12:00-24:00 (UTC)",
    ),
    (Not(rule=NEW), "not (new buyer is true)", "并非（新客 为 真）"),
    (
        All(rules=(NEW, GOLD)),
        "new buyer is true and tier is one of gold, black",
        "新客 为 真，且会员等级 为 gold、black 之一",
    ),
    (
        Any(rules=(NEW, All(rules=(NEW, Not(rule=NEW))))),
        "new buyer is true or (new buyer is true and not (new buyer is true))",
        "新客 为 真，或（新客 为 真，且并非（新客 为 真））",
    ),
    (All(rules=(NEW,)), "new buyer is true", "新客 为 真"),
    (All(rules=(NEW, Any(rules=(NEW,)))), "new buyer is true and new buyer is true", "新客 为 真，且新客 为 真"),
    (ALWAYS, "always", "始终"),
    (NEVER, "never", "从不"),
]


@pytest.mark.parametrize(("rule", "en", "zh"), SAID, ids=[en for _, en, _ in SAID])
def test_a_rule_reads_as_a_sentence(rule: Rule, en: str, zh: str) -> None:
    """In both languages, with what people call the facts, and money as money."""
    assert (sentence(rule, "en", WORDS), sentence(rule, "zh", WORDS)) == (en, zh)


@given(rules, facts)
def test_every_residue_reads_as_a_sentence(rule: Rule, known: Facts) -> None:
    """What is still to be asked names exactly the facts that it asks for, with balanced brackets."""
    residue = evaluate(rule, known).residue or rule
    languages: tuple[Language, Language] = ("en", "zh")
    for language in languages:
        said = sentence(residue, language)
        assert all(leaf.fact in said for leaf in comparisons(residue))
        assert said.count("(") + said.count("[") == said.count(")")
        assert said.count("（") == said.count("）")
    assert sentence(residue) == sentence(residue, "en")
