"""Rules as values: what they take, how deep they stand, what they compare."""

from typing import Any as Anything
from typing import cast

import pytest
from hypothesis import given

from ecomops.codec import CODEC
from ecomops.kernel import BadText, Calendar, Invalid, OutOfRange, Period, Repeated, WrongKind
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.rules import (
    ALWAYS,
    MOST_DEPTH,
    All,
    Any,
    AtLeastFact,
    AtMostFact,
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
from tests.kernel.hostile import TEXTS, others, untyped
from tests.kernel.rules.kit import DAY, rules
from tests.kernel.toys import NOON

NEW = Equals(fact="new", value=True)


def nested(levels: int) -> Rule:
    """Return a rule that is *levels* deep."""
    rule: Rule = NEW
    for level in range(levels - 1):
        rule = Not(rule=rule) if level % 2 else All(rules=(rule,))
    return rule


def test_rules_stand_in_rules_sixteen_deep() -> None:
    """The limit itself will do, one more is refused, whatever stands on top."""
    deepest = nested(MOST_DEPTH)
    assert depth(deepest) == MOST_DEPTH == 16
    for deeper in (lambda: Not(rule=deepest), lambda: All(rules=(NEW, deepest)), lambda: Any(rules=(deepest,))):
        with pytest.raises(RuleTooDeep):
            deeper()


def test_depth_is_that_of_the_deepest_member() -> None:
    """A comparison is 1 deep, all of none too."""
    assert [depth(rule) for rule in (NEW, ALWAYS, All(rules=(NEW, Not(rule=NEW))))] == [1, 1, 3]


def test_comparisons_come_as_they_stand() -> None:
    """Every comparison of a rule, from left to right, twice where it stands twice."""
    gold, many = Equals(fact="tier", value="gold"), AtLeastFact(fact="n", bound=2)
    rule = Any(rules=(All(rules=(gold, Not(rule=many))), NEW, gold))
    assert comparisons(rule) == (gold, many, NEW, gold)


def test_texts_of_a_rule_are_plain() -> None:
    """Names of facts and texts to compare print, are trimmed and not empty."""
    for text in TEXTS.values():
        for attempt in (
            lambda text=text: Equals(fact=text, value=1),
            lambda text=text: Equals(fact="x", value=text),
            lambda text=text: OneOf(fact="x", values=("a", text)),
        ):
            with pytest.raises(BadText):
                attempt()


def test_fields_take_their_kinds() -> None:
    """Whatever else is given is refused by the name of the field."""
    for value in others(bool, int, str):
        if not isinstance(value, str):
            with pytest.raises(WrongKind):
                Equals(fact="x", value=value)
    for value in others(int):
        for kind in (AtLeastFact, AtMostFact):
            with pytest.raises(Invalid):
                kind(fact="x", bound=value)
    for value in untyped("abc", ["a"], (1,), None):
        with pytest.raises(WrongKind):
            OneOf(fact="x", values=value)
    for value in untyped(DAY, [DAY], (NOON,)):
        with pytest.raises(WrongKind):
            During(fact="x", periods=value)
    for value in untyped(None, "new", (NEW,), [NEW], object()):
        with pytest.raises(WrongKind):
            Not(rule=value)
    for value in untyped(None, NEW, [NEW], ("new",), (NEW, None)):
        for several in (All, Any):
            with pytest.raises(WrongKind):
                several(rules=value)


def test_a_choice_of_nothing_is_refused() -> None:
    """One of no texts and during no periods would never hold: `NEVER` says so in words."""
    for attempt in (lambda: OneOf(fact="x", values=()), lambda: During(fact="x", periods=())):
        with pytest.raises(OutOfRange):
            attempt()


def test_weekly_hours_lie_within_a_day() -> None:
    """Known weekdays, each once, and an end after the start; over midnight it takes two rules."""
    shop = Calendar(timezone="Asia/Shanghai")
    bad: list[tuple[dict[str, Anything], type[Invalid]]] = [
        ({"weekdays": ()}, OutOfRange),
        ({"weekdays": (0,)}, OutOfRange),
        ({"weekdays": (8,)}, OutOfRange),
        ({"weekdays": (1, 1)}, Repeated),
        ({"weekdays": [1]}, WrongKind),
        ({"start": -1}, OutOfRange),
        ({"end": 1441}, OutOfRange),
        ({"start": 60, "end": 60}, OutOfRange),
        ({"calendar": "Asia/Shanghai"}, WrongKind),
    ]
    usual: dict[str, Anything] = {"fact": "at", "calendar": shop}
    for fields, kind in bad:
        with pytest.raises(kind):
            Weekly(**{**usual, **fields})
    assert Weekly(fact="at", calendar=shop).has(NOON)


@pytest.mark.parametrize("bound", [MOST_MINOR, -MOST_MINOR])
def test_numbers_reach_as_far_as_money(bound: int) -> None:
    """A threshold may be any amount that can be kept, and no other."""
    for kind in (AtLeastFact, AtMostFact):
        assert kind(fact="x", bound=bound).bound == bound
        with pytest.raises(OutOfRange):
            kind(fact="x", bound=bound * 2)
    with pytest.raises(OutOfRange):
        Equals(fact="x", value=bound * 2)


def test_equal_rules_are_one() -> None:
    """A rule is its value: equal ones hash alike, and the index inside shows nowhere."""
    one, other = (OneOf(fact="x", values=("a", "b")) for _ in range(2))
    assert (one, hash(one)) == (other, hash(other))
    assert repr(one) == "OneOf(fact='x', values=('a', 'b'))"
    assert one != OneOf(fact="x", values=("b", "a"))


@given(rules)
def test_every_rule_travels_as_json(rule: Rule) -> None:
    """There and back through the codec it is the same, of its own class at every level."""
    payload = CODEC.dump(rule)
    assert payload["type"] == rule.code
    assert CODEC.load(payload, object) == rule


def test_a_period_keeps_its_instants() -> None:
    """A rule on time comes back with instants in UTC."""
    rule = During(fact="at", periods=(Period(start=NOON, end=NOON.add(days=1)),))
    back = CODEC.load(CODEC.dump(rule), During)
    assert back.periods[0].end.timezone_name == "UTC"
    assert cast("Anything", back) == rule
