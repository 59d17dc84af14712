"""What a rule says of some facts: yes, no, or unknown with the question that is left (Kleene's three values)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any as Anything
from typing import assert_never, cast

from attrs import field, frozen

from ecomops.kernel.checks import is_a, optional
from ecomops.kernel.rules.facts import Facts, FactValue, kinds_read, require_kind
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


class Truth(StrEnum):
    """What a rule says of some facts."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"


@frozen
class Verdict:
    """What a rule says: yes, no, or unknown with what is still to be asked.

    Args:
        truth: The answer.
        residue: The question to the missing facts; None unless the answer is unknown.
    """

    truth: Truth = field(validator=is_a(Truth))
    residue: Rule | None = field(default=None, validator=optional(is_a(*RULES)))


YES, NO = Verdict(Truth.YES), Verdict(Truth.NO)


def evaluate(rule: Rule, facts: Facts) -> Verdict:
    """Ask *rule* of *facts*.

    Args:
        rule: The rule.
        facts: What is known; a missing name is unknown.

    Returns:
        Yes, no, or unknown with the residue: the rule over the missing facts alone, which answers as the whole one.

    Raises:
        WrongKind: A fact is of another kind than the rule compares.

    Example:
        >>> rule = All(rules=(AtLeastFact(fact="amount", bound=100), OneOf(fact="tier", values=("gold", "black"))))
        >>> evaluate(rule, {"amount": 99}).truth
        <Truth.NO: 'no'>
        >>> evaluate(rule, {"amount": 100}).residue
        OneOf(fact='tier', values=('gold', 'black'))

    Note:
        The strong three-valued logic of Kleene.
    """
    match rule:
        case All():
            return _folded(rule.rules, facts, deciding=NO, neutral=YES)
        case Any():
            return _folded(rule.rules, facts, deciding=YES, neutral=NO)
        case Not():
            return _negated(evaluate(rule.rule, facts))
        case _:
            if rule.fact not in facts:
                return Verdict(Truth.UNKNOWN, rule)
            return YES if _compares(rule, facts[rule.fact]) else NO


def _folded(rules: Sequence[Rule], facts: Facts, *, deciding: Verdict, neutral: Verdict) -> Verdict:
    """Return what *rules* say together: one *deciding* member decides, else the unknown ones are the residue."""
    unknown: list[Rule] = []
    for each in rules:
        verdict = evaluate(each, facts)
        if verdict.truth is deciding.truth:
            return deciding
        if verdict.residue is not None:
            unknown.append(verdict.residue)
    if not unknown:
        return neutral
    made = All if deciding is NO else Any
    return Verdict(Truth.UNKNOWN, unknown[0] if len(unknown) == 1 else made(rules=tuple(unknown)))


def _negated(verdict: Verdict) -> Verdict:
    if verdict.residue is None:
        return NO if verdict.truth is Truth.YES else YES
    return Verdict(Truth.UNKNOWN, Not(rule=verdict.residue))


def _compares(leaf: Comparison, value: FactValue) -> bool:
    """Tell whether *value* is what *leaf* asks for."""
    require_kind(leaf.fact, value, *kinds_read(leaf))
    known = cast("Anything", value)
    match leaf:
        case Equals():
            return bool(known == leaf.value)
        case OneOf():
            return leaf.has(known)
        case AtLeastFact():
            return bool(known >= leaf.bound)
        case AtMostFact():
            return bool(known <= leaf.bound)
        case During():
            return any(period.holds(known) for period in leaf.periods)
        case Weekly():
            return leaf.has(known)
        case _:
            assert_never(leaf)


def holds(rule: Rule, facts: Facts) -> bool:
    """Tell whether *rule* is known to hold; what is unknown does not.

    Raises:
        WrongKind: A fact is of another kind than the rule compares.
    """
    return evaluate(rule, facts).truth is Truth.YES
