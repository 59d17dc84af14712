"""Why a rule does not hold, with the numbers, and what it says in words of both languages."""

from collections.abc import Mapping
from typing import assert_never, cast

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import is_a, optional
from ecomops.kernel.money import Money
from ecomops.kernel.rules.evaluation import Truth, evaluate
from ecomops.kernel.rules.facts import Fact, Facts, Vocabulary, a_fact
from ecomops.kernel.rules.values import (
    RULES,
    All,
    Any,
    AtLeastFact,
    AtMostFact,
    Comparison,
    During,
    Equals,
    Not,
    OneOf,
    Rule,
    Weekly,
)
from ecomops.kernel.text import Language, Text


@frozen(kw_only=True)
class Unmet:
    """A comparison that keeps a rule from holding.

    Args:
        rule: The comparison.
        wanted: Whether it should hold; False where the rule wants its opposite.
        truth: No, or unknown while its fact is missing.
        actual: The fact; None while it is missing.
    """

    rule: Comparison = field(validator=is_a(*RULES[:6]))
    wanted: bool = field(validator=is_a(bool))
    truth: Truth = field(validator=is_a(Truth))
    actual: bool | int | str | tuple[str, ...] | DateTime | None = field(validator=optional(a_fact))

    @property
    def required(self) -> int | None:
        """The nearest number that would do; None where no number is compared."""
        match self.rule:
            case AtLeastFact(bound=bound):
                return bound if self.wanted else bound - 1
            case AtMostFact(bound=bound):
                return bound if self.wanted else bound + 1
            case Equals(value=value) if self.wanted and type(value) is int:
                return value
            case _:
                return None

    @property
    def gap(self) -> int | None:
        """How far the number is from the nearest one that would do; None where there is none."""
        if self.required is None or type(self.actual) is not int:
            return None
        return abs(self.required - self.actual)


def unmet(rule: Rule, facts: Facts) -> tuple[Unmet, ...]:
    """Return every comparison that keeps *rule* from holding, in the order in which they stand; () when it holds.

    Of rules of which one would do, all are named: each is a way.

    Raises:
        WrongKind: A fact is of another kind than the rule compares.

    Example:
        >>> missing = unmet(AtLeastFact(fact="amount", bound=100), {"amount": 88})
        >>> missing[0].actual, missing[0].required, missing[0].gap
        (88, 100, 12)
    """
    return _unmet(rule, facts, wanted=True)


def _unmet(rule: Rule, facts: Facts, *, wanted: bool) -> tuple[Unmet, ...]:
    truth = evaluate(rule, facts).truth
    if truth is (Truth.YES if wanted else Truth.NO):
        return ()
    match rule:
        case All() | Any():
            return tuple(leaf for each in rule.rules for leaf in _unmet(each, facts, wanted=wanted))
        case Not():
            return _unmet(rule.rule, facts, wanted=not wanted)
        case _:
            told = Truth.UNKNOWN if truth is Truth.UNKNOWN else Truth.NO
            return (Unmet(rule=rule, wanted=wanted, truth=told, actual=facts.get(rule.fact)),)


_NOTHING = Vocabulary(facts=())


def sentence(rule: Rule, language: Language = "en", vocabulary: Vocabulary = _NOTHING) -> str:
    """Return *rule* as a sentence.

    Args:
        rule: A rule, or the residue of one.
        language: `en` or `zh`.
        vocabulary: What people call the facts; one that is not declared is called by its name.

    Example:
        >>> sentence(Not(rule=OneOf(fact="tier", values=("gold", "black"))))
        'not (tier is one of gold, black)'
        >>> sentence(AtLeastFact(fact="amount", bound=3), "zh")
        'amount 不少于 3'
    """
    match rule:
        case All() | Any():
            return _joined(rule, language, vocabulary)
        case Not():
            inner = sentence(rule.rule, language, vocabulary)
            return f"not ({inner})" if language == "en" else f"并非（{inner}）"
        case _:
            return _said(rule, language, vocabulary.find(rule.fact))


def _joined(rule: All | Any, language: Language, vocabulary: Vocabulary) -> str:
    if not rule.rules:
        return (Text("always", "始终") if isinstance(rule, All) else Text("never", "从不")).read(language)
    parts = [sentence(each, language, vocabulary) for each in rule.rules]
    if len(parts) == 1:
        return parts[0]
    word = (Text(" and ", "，且") if isinstance(rule, All) else Text(" or ", "，或")).read(language)
    nested = [isinstance(each, All | Any) and len(each.rules) > 1 for each in rule.rules]
    left, right = ("(", ")") if language == "en" else ("（", "）")
    return word.join(f"{left}{part}{right}" if inner else part for part, inner in zip(parts, nested, strict=True))


_WORDS: Mapping[type, Text] = {
    Equals: Text("{fact} is {value}", "{fact} 为 {value}"),
    OneOf: Text("{fact} is one of {value}", "{fact} 为 {value} 之一"),
    AtLeastFact: Text("{fact} is at least {value}", "{fact} 不少于 {value}"),
    AtMostFact: Text("{fact} is at most {value}", "{fact} 不多于 {value}"),
    During: Text("{fact} is within {value}", "{fact} 在 {value} 之内"),
    Weekly: Text("{fact} is on {value}", "{fact} 在 {value}"),
}


def _said(leaf: Comparison, language: Language, fact: Fact | None) -> str:
    name = leaf.fact if fact is None else fact.words.read(language)
    return _WORDS[type(leaf)].read(language).format(fact=name, value=_value_said(leaf, language, fact))


def _value_said(leaf: Comparison, language: Language, fact: Fact | None) -> str:
    comma = ", " if language == "en" else "、"
    match leaf:
        case OneOf(values=values):
            return comma.join(values)
        case During(periods=periods):
            return comma.join(f"[{each.start.isoformat()}, {each.end.isoformat()})" for each in periods)
        case Weekly():
            return _week_said(leaf, language)
        case Equals(value=value) if type(value) is bool:
            return (Text("true", "真") if value else Text("false", "假")).read(language)
        case Equals(value=value) if isinstance(value, str):
            return value
        case Equals(value=number) | AtLeastFact(bound=number) | AtMostFact(bound=number):
            money = fact is not None and fact.currency is not None
            return str(Money(int(number), cast("Fact", fact).currency)) if money else str(number)  # type: ignore[arg-type]
        case _:
            assert_never(leaf)


_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")


def _week_said(leaf: Weekly, language: Language) -> str:
    names = _DAYS.read(language).split()
    days = (", " if language == "en" else "、").join(names[day - 1] for day in sorted(leaf.weekdays))
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (leaf.start, leaf.end))
    return f"{days} {start}-{end} ({leaf.calendar.timezone})"
