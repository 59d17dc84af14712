"""Rules as frozen values: comparisons with named facts, and all, any, not of them, to a depth that can be read."""

from typing import Any as Anything
from typing import ClassVar, cast

from attrs import Attribute, define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import is_a, require_once, some_text, tuple_of, whole
from ecomops.kernel.errors import Invalid, OutOfRange
from ecomops.kernel.instants import Calendar, Period, zone_named
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.text import Text

MOST_DEPTH = 16
"""How deep rules may stand in rules: far above what anybody reads, far below what a stack holds."""


@define(kw_only=True, slots=False, eq=False)
class RuleTooDeep(Invalid):
    """Rules stand in rules more often than can be read."""

    code: ClassVar[str] = "rule.too_deep"
    text: ClassVar[Text] = Text("rules may stand {most} deep", "规则最多嵌套 {most} 层")

    most: int


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
    _known: frozenset[str] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Index the texts: a scope of a thousand SKUs is asked of every line."""
        object.__setattr__(self, "_known", frozenset(self.values))

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


DAYS = range(1, 8)
"""The days of a week, Monday first."""

MINUTES = 1440
"""The minutes of a day on the wall."""


def _weekdays(instance: object, attribute: "Attribute[Anything]", value: tuple[int, ...]) -> None:
    tuple_of(int, least=1)(instance, attribute, value)
    for each in value:
        whole(DAYS[0], DAYS[-1])(instance, attribute, each)
    require_once((str(each) for each in value), field="Weekly.weekdays")


@frozen(kw_only=True)
class Weekly:
    """The instant lies on one of these weekdays, between two times on the wall.

    Args:
        fact: The instant.
        calendar: Whose days and clock: until the day starts, an hour belongs to the day before.
        weekdays: Of the business day, 1 (Monday) to 7 (Sunday).
        start: From when, in minutes after midnight on the wall.
        end: Until when; the end itself does not.

    Raises:
        OutOfRange: It ends before it starts: two rules say that it goes over midnight.

    Example:
        >>> import pendulum
        >>> happy = Weekly(fact="at", calendar=Calendar(timezone="Asia/Shanghai"), weekdays=(5,), start=17 * 60)
        >>> happy.has(pendulum.datetime(2026, 6, 19, 9)), happy.has(pendulum.datetime(2026, 6, 19, 16))
        (True, False)
    """

    code: ClassVar[str] = "rule.weekly"

    fact: str = field(validator=some_text)
    calendar: Calendar = field(validator=is_a(Calendar))
    weekdays: tuple[int, ...] = field(default=tuple(DAYS), validator=_weekdays)
    start: int = field(default=0, validator=whole(0, MINUTES - 1))
    end: int = field(default=MINUTES, validator=whole(1, MINUTES))

    def __attrs_post_init__(self) -> None:
        """Refuse an end that is not after the start."""
        if self.end <= self.start:
            raise OutOfRange(field="Weekly.end", least=str(self.start + 1), most=str(MINUTES))

    def has(self, at: DateTime) -> bool:
        """Tell whether *at* lies within.

        Raises:
            WrongKind: It is no instant.
            OutOfRange: Its day lies outside the years 1 to 9999.
        """
        if self.calendar.day(at).isoweekday() not in self.weekdays:
            return False
        wall = at.in_timezone(zone_named(self.calendar.timezone))
        return self.start <= wall.hour * 60 + wall.minute < self.end


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


Comparison = Equals | OneOf | AtLeastFact | AtMostFact | During | Weekly
Rule = Equals | OneOf | AtLeastFact | AtMostFact | During | Weekly | All | Any | Not

RULES: tuple[type[Anything], ...] = (Equals, OneOf, AtLeastFact, AtMostFact, During, Weekly, All, Any, Not)
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
