"""Rules as functions, scopes by necessary values, and the index of promotions."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel.rules import (
    ALWAYS,
    NEVER,
    All,
    Any,
    AtLeastFact,
    Equals,
    Fact,
    FactKind,
    Facts,
    Not,
    OneOf,
    Rule,
    Truth,
    declare,
    evaluate,
    holds,
)
from ecomops.promotions import (
    AmountOff,
    Basket,
    Every,
    Gift,
    GiftChoice,
    Ladder,
    Limits,
    Measure,
    MeasureKind,
    PointsGrant,
    Promotion,
    PromotionUse,
    Reason,
    Rulebook,
    Tier,
    UseId,
    quote,
)
from ecomops.promotions.compiling import Scopes
from ecomops.promotions.predicates import compiled, necessary
from ecomops.promotions.scoping import Reach, Scoping
from ecomops.terms import PromotionId, Sku
from ecomops.testing import NOON
from tests.kernel.rules.kit import WORDS, facts, rules
from tests.promotions.kit import (
    MORE_MEASURES,
    TAGGED,
    a_basket,
    a_priced_line,
    a_promotion,
    baskets,
    fen,
    giving,
    sku,
    stated,
)

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


COLOUR = Fact(name="colour", kind=FactKind.TEXT)
ONE_POINT = PointsGrant(points=1)
YUAN = AmountOff(amount=fen(100))
AMOUNT_OF_TEN = AtLeastFact(fact="amount", bound=1000)
THREE = AtLeastFact(fact="quantity", bound=3)
KINDS = (Measure(fact="kinds", of=MeasureKind.PRODUCTS), Measure(fact="most", of=MeasureKind.LINE_QUANTITY))


@pytest.mark.parametrize(
    ("promotion", "least"),
    [
        (a_promotion(conditions=AMOUNT_OF_TEN), Reach(1000, 0)),
        (a_promotion(conditions=All(rules=(RED, THREE, AMOUNT_OF_TEN))), Reach(0, 3)),
        (a_promotion(conditions=AtLeastFact(fact="kinds", bound=2), measures=KINDS), Reach(0, 2)),
        (a_promotion(conditions=AtLeastFact(fact="most", bound=4), measures=KINDS), Reach(0, 4)),
        (a_promotion("p", Every(by="amount", step=700, amount=fen(5))), Reach(700, 0)),
        (a_promotion("p", Ladder(by="quantity", tiers=(Tier(bound=2, value=YUAN),))), Reach(0, 2)),
        (a_promotion("p", YUAN, conditions=Any(rules=(AMOUNT_OF_TEN, THREE))), Reach(0, 0)),
        (a_promotion("p", YUAN, conditions=Not(rule=AMOUNT_OF_TEN)), Reach(0, 0)),
        (giving("p", ONE_POINT), Reach(0, 0)),
    ],
)
def test_what_needs_no_value_is_filed_under_the_least_that_it_needs(promotion: Promotion, least: Reach) -> None:
    """One less of it, and the index does not lead there; more of the other does not help."""
    index = Rulebook.of([promotion], facts=(COLOUR,)).index
    scoping, enough = Scoping([{"sku": "a", "price": 1}]), 10**9
    assert index.touched(scoping) == index.touched(scoping, least) == {0}
    assert not index.leaves_out(least)
    for short in (Reach(least.amount - 1, enough), Reach(enough, least.units - 1)):
        left_out = min(short) >= 0
        assert index.touched(scoping, short) == (set() if left_out else {0})
        assert index.leaves_out(short) is left_out


@given(baskets(), st.lists(st.tuples(st.sampled_from(["listed", "quantity"]), st.integers(-2, 2)), max_size=6))
def test_a_bound_that_is_just_met_is_met(basket: Basket, asked: list[tuple[str, int]]) -> None:
    """Of bounds about what a basket comes to, those up to it apply; of the others their gap is told."""
    comes_to = {
        "listed": sum(line.gross.minor for line in basket.lines),
        "quantity": sum(line.quantity for line in basket.lines),
    }
    bounds = [(by, max(comes_to[by] + step, 0)) for by, step in asked]
    promotions = [
        giving(f"p-{place}", ONE_POINT, conditions=AtLeastFact(fact=by, bound=bound), measures=MORE_MEASURES)
        for place, (by, bound) in enumerate(bounds)
    ]
    found = quote(Rulebook.of([stated(), *promotions], line_facts=TAGGED), basket, at=NOON)
    told = {each.promotion: (each.reason, each.actual, each.required) for each in found.not_applied}
    for promotion, (by, bound) in zip(promotions, bounds, strict=True):
        applies = bound <= comes_to[by]
        assert (promotion.id in found.applied) is applies
        expected = None if applies else (Reason.CONDITION_UNMET, comes_to[by], bound)
        assert told.get(promotion.id) == expected


def test_what_was_left_out_is_told_as_things_stood() -> None:
    """Whatever becomes of what was asked with: the second look is for the same basket, counters and stock."""
    use = UseId.of(PromotionId("a"))
    limited = a_promotion("a", limits=Limits(uses=1))
    pen = giving("b", Gift(choices=(GiftChoice(sku=Sku("pen"), value=fen(100)),)))
    far = a_promotion("c", conditions=All(rules=(AMOUNT_OF_TEN, RED)))
    book, basket = Rulebook.of([limited, pen, far], facts=(COLOUR,)), a_basket(a_priced_line(gross=999))
    used, stock, known = {use: PromotionUse(id=use, redeemed=1)}, {Sku("pen"): 0}, {"colour": "red"}
    found = quote(book, basket, at=NOON, used=used, gift_stock=stock, facts=known)
    used.clear()
    stock[Sku("pen")] = 9
    known["colour"] = "blue"
    for each in (deepcopy(found), found):
        assert [(one.promotion, one.reason, one.gap) for one in each.not_applied] == [
            ("a", Reason.EXHAUSTED, 0),
            ("b", Reason.NO_GIFT, None),
            ("c", Reason.CONDITION_UNMET, 1),
        ]
