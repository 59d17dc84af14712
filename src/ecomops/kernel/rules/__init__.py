"""The one predicate algebra: all, any, not, and comparisons over named facts, as values that can be stored.

A rule is yes, no, or unknown while a fact is missing (Kleene's three values). What is unknown leaves a residue: the
same question, asked of the missing facts alone. Laws: more facts never change a yes or a no; the residue, asked of the
rest, answers as the whole rule does; both read as a sentence in English and in Chinese.
"""

from ecomops.kernel.rules.evaluation import Truth, Verdict, evaluate, holds
from ecomops.kernel.rules.explaining import Unmet, sentence, unmet
from ecomops.kernel.rules.facts import (
    Fact,
    FactKind,
    FactMisread,
    Facts,
    FactValue,
    UndeclaredFact,
    Vocabulary,
    declare,
)
from ecomops.kernel.rules.values import (
    ALWAYS,
    MOST_DEPTH,
    NEVER,
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
    RuleTooDeep,
    Weekly,
    comparisons,
    depth,
)

__all__ = [
    "ALWAYS",
    "MOST_DEPTH",
    "NEVER",
    "RULES",
    "All",
    "Any",
    "AtLeastFact",
    "AtMostFact",
    "Comparison",
    "During",
    "Equals",
    "Fact",
    "FactKind",
    "FactMisread",
    "FactValue",
    "Facts",
    "Not",
    "OneOf",
    "Rule",
    "RuleTooDeep",
    "Truth",
    "UndeclaredFact",
    "Unmet",
    "Verdict",
    "Vocabulary",
    "Weekly",
    "comparisons",
    "declare",
    "depth",
    "evaluate",
    "holds",
    "sentence",
    "unmet",
]
