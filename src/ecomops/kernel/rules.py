"""The one predicate algebra: all, any, not, and comparisons over named facts, as values that can be stored.

A rule is yes, no, or unknown while a fact is missing (Kleene's three values). What is unknown leaves a residue: the
same question, asked of the missing facts alone. Laws: more facts never change a yes or a no; the residue, asked of the
rest, answers as the whole rule does; both read as a sentence in English and in Chinese.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any as Anything
from typing import ClassVar, assert_never, cast

from attrs import Attribute, Factory, define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import is_a, is_instant, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.currency import Currency
from ecomops.kernel.errors import Invalid, Refused
from ecomops.kernel.instants import Period
from ecomops.kernel.money import MOST_MINOR, Money
from ecomops.kernel.text import Language, Text

MOST_DEPTH = 16
"""How deep rules may stand in rules: far above what anybody reads, far below what a stack holds."""

FactValue = bool | int | str | tuple[str, ...] | DateTime
"""What a fact may be: a flag, a whole number (money in minor units), a text, several texts, an instant."""

Facts = Mapping[str, FactValue]
"""What is known, by name; a name that is missing is not known yet."""


class Truth(StrEnum):
    """What a rule says of some facts."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"


class FactKind(StrEnum):
    """What kind of value a fact has."""

    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    INSTANT = "instant"


@define(kw_only=True, slots=False, eq=False)
class RuleTooDeep(Invalid):
    """Rules stand in rules more often than can be read."""

    code: ClassVar[str] = "rule.too_deep"
    text: ClassVar[Text] = Text("rules may stand {most} deep", "规则最多嵌套 {most} 层")

    most: int


@define(kw_only=True, slots=False, eq=False)
class UndeclaredFact(Refused):
    """A rule asks for facts that nobody declared: it would never be answered."""

    code: ClassVar[str] = "rule.undeclared_fact"
    text: ClassVar[Text] = Text(
        "rule {rule} asks for undeclared facts: {facts}", "规则 {rule} 使用了未声明的事实：{facts}"
    )

    rule: str
    facts: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class FactMisread(Refused):
    """A rule compares a fact as another kind than it was declared as."""

    code: ClassVar[str] = "rule.fact_misread"
    text: ClassVar[Text] = Text(
        "rule {rule} reads {fact} as {read}, it is declared as {declared}",
        "规则 {rule} 将 {fact} 读作 {read}，而其声明为 {declared}",
    )

    rule: str
    fact: str
    read: str
    declared: str


# --- rules --------------------------------------------------------------------------------------------------------


def _a_value(instance: object, attribute: "Attribute[Anything]", value: object) -> None:
    if type(value) is not bool:
        check = whole(-MOST_MINOR, MOST_MINOR) if isinstance(value, int) else some_text
        check(instance, attribute, cast("Anything", value))


def _some_texts(instance: object, attribute: "Attribute[Anything]", value: tuple[str, ...]) -> None:
    tuple_of(str, least=1)(instance, attribute, value)
    for each in value:
        some_text(instance, attribute, each)


def _a_rule(instance: object, attribute: "Attribute[Anything]", value: object) -> None:
    is_a(*RULES)(instance, attribute, value)
    if depth(cast("Rule", value)) >= MOST_DEPTH:
        raise RuleTooDeep(most=MOST_DEPTH)


def _some_rules(instance: object, attribute: "Attribute[Anything]", value: tuple["Rule", ...]) -> None:
    tuple_of(*RULES)(instance, attribute, value)
    for each in value:
        _a_rule(instance, attribute, each)


@frozen(kw_only=True)
class Equals:
    """The fact is exactly this flag, number or text."""

    code: ClassVar[str] = "rule.equals"

    fact: str = field(validator=some_text)
    value: bool | int | str = field(validator=_a_value)


@frozen(kw_only=True)
class OneOf:
    """The text is one of these; of several texts, at least one is."""

    code: ClassVar[str] = "rule.one_of"

    fact: str = field(validator=some_text)
    values: tuple[str, ...] = field(validator=_some_texts)
    _known: frozenset[str] = field(
        init=False, eq=False, repr=False, default=Factory(lambda rule: frozenset(rule.values), takes_self=True)
    )

    def has(self, value: str | tuple[str, ...]) -> bool:
        """Tell whether *value*, or one of several, is among these."""
        return not self._known.isdisjoint(value) if isinstance(value, tuple) else value in self._known


@frozen(kw_only=True)
class AtLeastFact:
    """The number is at least this: the bound itself will do."""

    code: ClassVar[str] = "rule.at_least"

    fact: str = field(validator=some_text)
    bound: int = field(validator=whole(-MOST_MINOR, MOST_MINOR))


@frozen(kw_only=True)
class AtMostFact:
    """The number is at most this: the bound itself will do."""

    code: ClassVar[str] = "rule.at_most"

    fact: str = field(validator=some_text)
    bound: int = field(validator=whole(-MOST_MINOR, MOST_MINOR))


@frozen(kw_only=True)
class During:
    """The instant lies in one of these periods; the end of a period does not."""

    code: ClassVar[str] = "rule.during"

    fact: str = field(validator=some_text)
    periods: tuple[Period, ...] = field(validator=tuple_of(Period, least=1))


@frozen(kw_only=True)
class All:
    """Every one of these holds; of none, always.

    Raises:
        RuleTooDeep: Rules stand in rules more than 16 deep.
    """

    code: ClassVar[str] = "rule.all"

    rules: tuple["Rule", ...] = field(validator=_some_rules)


@frozen(kw_only=True)
class Any:
    """At least one of these holds; of none, never.

    Raises:
        RuleTooDeep: Rules stand in rules more than 16 deep.
    """

    code: ClassVar[str] = "rule.any"

    rules: tuple["Rule", ...] = field(validator=_some_rules)


@frozen(kw_only=True)
class Not:
    """This does not hold.

    Raises:
        RuleTooDeep: Rules stand in rules more than 16 deep.
    """

    code: ClassVar[str] = "rule.not"

    rule: "Rule" = field(validator=_a_rule)


Comparison = Equals | OneOf | AtLeastFact | AtMostFact | During
Rule = Equals | OneOf | AtLeastFact | AtMostFact | During | All | Any | Not

RULES: tuple[type[Anything], ...] = (Equals, OneOf, AtLeastFact, AtMostFact, During, All, Any, Not)
"""Every class of rule."""

ALWAYS = All(rules=())
"""Holds whatever the facts are."""

NEVER = Any(rules=())
"""Never holds."""


def depth(rule: Rule) -> int:
    """Return how deep rules stand in *rule*: 1 for a comparison.

    Example:
        >>> depth(Not(rule=All(rules=(Equals(fact="new", value=True),))))
        3
    """
    match rule:
        case All() | Any():
            return 1 + max((depth(each) for each in rule.rules), default=0)
        case Not():
            return 1 + depth(rule.rule)
        case _:
            return 1


def comparisons(rule: Rule) -> tuple[Comparison, ...]:
    """Return the comparisons of *rule*, in the order in which they stand."""
    match rule:
        case All() | Any():
            return tuple(leaf for each in rule.rules for leaf in comparisons(each))
        case Not():
            return comparisons(rule.rule)
        case _:
            return (rule,)


# --- declared facts -----------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Fact:
    """A fact that rules may ask for.

    Args:
        name: What rules call it.
        kind: What kind of value it has.
        words: What people call it, in both languages; the name, when nothing is said.
        currency: A number of minor units of this currency is shown as money.
    """

    name: str = field(validator=some_text)
    kind: FactKind = field(validator=is_a(FactKind))
    words: Text = field(default=Factory(lambda fact: Text(fact.name, fact.name), takes_self=True), validator=is_a(Text))
    currency: Currency | None = field(default=None, validator=optional(is_a(Currency)))


@frozen(kw_only=True)
class Vocabulary:
    """The facts that a set of rules may ask for.

    Raises:
        Repeated: A name stands twice.
    """

    facts: tuple[Fact, ...] = field(validator=tuple_of(Fact))
    _names: Mapping[str, Fact] = field(
        init=False,
        eq=False,
        repr=False,
        default=Factory(lambda words: {fact.name: fact for fact in words.facts}, takes_self=True),
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a name that stands twice."""
        require_once((fact.name for fact in self.facts), field="Vocabulary.facts")

    def find(self, name: str) -> Fact | None:
        """Return the fact of that *name*; None when nobody declared it."""
        return self._names.get(name)

    def with_facts(self, *facts: Fact) -> "Vocabulary":
        """Return these facts and *facts*."""
        return Vocabulary(facts=(*self.facts, *facts))

    def require(self, rule: Rule, *, id: str) -> None:
        """Refuse *rule* unless it asks for declared facts only, each as what it is.

        Args:
            rule: The rule.
            id: What the rule belongs to: the refusal names it.

        Raises:
            UndeclaredFact: It lists every name that nobody declared.
            FactMisread: A fact is compared as another kind than it was declared as.

        Example:
            >>> words = declare(Fact(name="tier", kind=FactKind.TEXT))
            >>> words.require(Equals(fact="level", value="gold"), id="p-1")
            Traceback (most recent call last):
            ecomops.kernel.rules.UndeclaredFact: rule p-1 asks for undeclared facts: level
        """
        leaves = comparisons(rule)
        unknown = tuple(dict.fromkeys(leaf.fact for leaf in leaves if leaf.fact not in self._names))
        if unknown:
            raise UndeclaredFact(rule=id, facts=unknown)
        for leaf in leaves:
            declared, read = self._names[leaf.fact].kind, kinds_read(leaf)
            if declared not in read:
                raise FactMisread(rule=id, fact=leaf.fact, read=" or ".join(read), declared=declared.value)

    def require_facts(self, facts: Facts) -> None:
        """Refuse *facts* unless each is declared, and of its kind.

        Raises:
            UndeclaredFact: It lists every name that nobody declared.
            WrongKind: A value is of another kind than its fact.
        """
        if not isinstance(facts, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("facts", "Mapping", facts)
        unknown = tuple(str(name)[:80] for name in facts if name not in self._names)
        if unknown:
            raise UndeclaredFact(rule="facts", facts=unknown)
        for name, value in facts.items():
            require_kind(name, value, self._names[name].kind)


def declare(*facts: Fact) -> Vocabulary:
    """Return the vocabulary of *facts*.

    Raises:
        Repeated: A name stands twice.
    """
    return Vocabulary(facts=facts)


_KINDS: Mapping[type, FactKind] = {
    bool: FactKind.FLAG,
    int: FactKind.NUMBER,
    tuple: FactKind.TEXTS,
    DateTime: FactKind.INSTANT,
}


def kind_of(value: object) -> FactKind | None:
    """Return what kind of fact *value* can be; None when it can be none."""
    if isinstance(value, str):
        return FactKind.TEXT
    kind = _KINDS.get(type(value))
    fits = {
        FactKind.TEXTS: lambda: all(isinstance(each, str) for each in cast("tuple[object, ...]", value)),
        FactKind.INSTANT: lambda: is_instant(value),
        FactKind.NUMBER: lambda: -MOST_MINOR <= cast("int", value) <= MOST_MINOR,
    }
    return kind if kind is None or kind not in fits or fits[kind]() else None


def require_kind(name: str, value: object, *kinds: FactKind) -> None:
    """Refuse the fact *name* unless its *value* is of one of *kinds*.

    Raises:
        WrongKind: It is of another.
    """
    if kind_of(value) not in kinds:
        raise wrong_kind(f"fact {name}", " or ".join(kinds), value)


def kinds_read(leaf: Comparison) -> tuple[FactKind, ...]:
    """Return the kinds of fact that *leaf* can compare."""
    match leaf:
        case Equals():
            return (FactKind.TEXT,) if isinstance(leaf.value, str) else (_KINDS[type(leaf.value)],)
        case OneOf():
            return FactKind.TEXT, FactKind.TEXTS
        case AtLeastFact() | AtMostFact():
            return (FactKind.NUMBER,)
        case During():
            return (FactKind.INSTANT,)
        case _:
            assert_never(leaf)


# --- evaluation ---------------------------------------------------------------------------------------------------


@frozen
class Verdict:
    """What a rule says: yes, no, or unknown with what is still to be asked.

    Args:
        truth: The answer.
        residue: The question to the missing facts; None unless the answer is unknown.
    """

    truth: Truth = field(validator=is_a(Truth))
    residue: Rule | None = field(default=None, validator=optional(_a_rule))


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
        case _:
            assert_never(leaf)


def holds(rule: Rule, facts: Facts) -> bool:
    """Tell whether *rule* is known to hold; what is unknown does not.

    Raises:
        WrongKind: A fact is of another kind than the rule compares.
    """
    return evaluate(rule, facts).truth is Truth.YES


# --- explanation --------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Unmet:
    """A comparison that keeps a rule from holding.

    Args:
        rule: The comparison.
        wanted: Whether it should hold; False where the rule wants its opposite.
        truth: No, or unknown while its fact is missing.
        actual: The fact; None while it is missing.
    """

    rule: Comparison = field(validator=is_a(*RULES[:5]))
    wanted: bool = field(validator=is_a(bool))
    truth: Truth = field(validator=is_a(Truth))
    actual: bool | int | str | tuple[str, ...] | DateTime | None = field(
        validator=optional(is_a(str, bool, int, tuple, DateTime))
    )

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
        case Equals(value=value) if type(value) is bool:
            return (Text("true", "真") if value else Text("false", "假")).read(language)
        case Equals(value=value) if isinstance(value, str):
            return value
        case Equals(value=number) | AtLeastFact(bound=number) | AtMostFact(bound=number):
            money = fact is not None and fact.currency is not None
            return str(Money(int(number), cast("Fact", fact).currency)) if money else str(number)  # type: ignore[arg-type]
        case _:
            assert_never(leaf)
