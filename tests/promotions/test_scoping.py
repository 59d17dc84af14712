"""Rules as functions, scopes by necessary values, and the index of promotions."""

from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel.rules import (
    ALWAYS,
    NEVER,
    All,
    Any,
    AtLeastFact,
    Equals,
    Facts,
    Not,
    OneOf,
    Rule,
    Truth,
    declare,
    evaluate,
    holds,
)
from ecomops.promotions import Rulebook
from ecomops.promotions.compiling import Scopes
from ecomops.promotions.predicates import compiled, necessary
from ecomops.promotions.scoping import Scoping
from tests.kernel.rules.kit import WORDS, facts, rules
from tests.promotions.kit import a_promotion, sku

TOLD = {True: Truth.YES, False: Truth.NO, None: Truth.UNKNOWN}
RED, BLUE = Equals(fact="colour", value="red"), OneOf(fact="tags", values=("a", "b"))


@given(rules, facts)
def test_a_compiled_rule_answers_as_the_rule_does(rule: Rule, known: Facts) -> None:
    """Yes, no, or unknown."""
    assert TOLD[compiled(rule)(known)] is evaluate(rule, known).truth


@given(rules, st.lists(facts, max_size=5))
def test_a_scope_finds_the_rows_for_which_its_rule_holds(rule: Rule, rows: list[Facts]) -> None:
    """By necessary values or one by one, and the second time as the first."""
    scope = Scopes(WORDS).of(rule)
    scoping = Scoping(rows)
    wanted = [row for row, known in enumerate(rows) if holds(rule, known)]
    assert list(scoping.rows(scope)) == list(scoping.rows(scope)) == wanted


def needed(rule: Rule) -> dict[str, set[object]] | None:
    """Return the necessary values of *rule*."""
    keys = necessary(rule)
    return None if keys is None else {fact: set(values) for fact, values in keys.items()}


def test_necessary_values_are_few() -> None:
    """The smallest set of several that are all needed, all of several of which one would do; none for the rest."""
    assert needed(All(rules=(BLUE, RED, AtLeastFact(fact="price", bound=1)))) == {"colour": {"red"}}
    assert needed(Any(rules=(BLUE, RED))) == {"colour": {"red"}, "tags": {"a", "b"}}
    assert needed(Any(rules=(BLUE, OneOf(fact="tags", values=("c",))))) == {"tags": {"a", "b", "c"}}
    assert needed(NEVER) == {}
    for rule in (ALWAYS, Any(rules=(RED, ALWAYS)), Not(rule=RED), AtLeastFact(fact="price", bound=1)):
        assert needed(rule) is None


def test_equal_scopes_are_one() -> None:
    """Compiled once, whoever asks."""
    scopes = Scopes(declare())
    assert scopes.of(ALWAYS) is scopes.of(All(rules=()))
    assert scopes.of(ALWAYS).everything


def test_a_basket_touches_few_of_many() -> None:
    """Those of its values, and those that are for everything."""
    many = [a_promotion(f"p-{n:04}", scope=sku(f"s-{n}", f"s-{n + 1}")) for n in range(1000)]
    book = Rulebook.of([*many, a_promotion("z")])
    scoping = Scoping([{"sku": "s-7", "price": 3}, {"sku": "none", "price": 3}])
    assert sorted(book.promotions[place].id for place in book.index.touched(scoping)) == ["p-0006", "p-0007", "z"]
