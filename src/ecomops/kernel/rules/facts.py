"""The facts that rules may ask for: declared by name and kind, so that a rule nobody could answer is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, assert_never, cast

from attrs import Attribute, Factory, define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import is_a, is_instant, optional, require_once, some_text, tuple_of, wrong_kind
from ecomops.kernel.currency import Currency
from ecomops.kernel.errors import Refused
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules.values import (
    AtLeastFact,
    AtMostFact,
    Comparison,
    During,
    Equals,
    OneOf,
    Rule,
    Weekly,
    comparisons,
)
from ecomops.kernel.text import Text

FactValue = bool | int | str | tuple[str, ...] | DateTime
"""What a fact may be: a flag, a whole number (money in minor units), a text, several texts, an instant."""

Facts = Mapping[str, FactValue]
"""What is known, by name; a name that is missing is not known yet."""


class FactKind(StrEnum):
    """What kind of value a fact has."""

    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    INSTANT = "instant"


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
    _names: Mapping[str, Fact] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a name that stands twice; index the others."""
        require_once((fact.name for fact in self.facts), field="Vocabulary.facts")
        object.__setattr__(self, "_names", {fact.name: fact for fact in self.facts})

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
            ecomops.kernel.rules.facts.UndeclaredFact: rule p-1 asks for undeclared facts: level
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


def a_fact(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Check that the value can be one of a fact."""
    if kind_of(value) is None:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "value of a fact", value)


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
        case During() | Weekly():
            return (FactKind.INSTANT,)
        case _:
            assert_never(leaf)
