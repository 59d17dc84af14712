"""The rulebook: checked, sorted and indexed once."""

from itertools import permutations
from typing import Any

import pytest
from attrs import evolve

from ecomops.kernel import Currency, DomainError, Money, Repeated, WrongKind
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import AtLeastFact, Equals, Fact, FactKind, FactMisread, UndeclaredFact
from ecomops.promotions import (
    AmountOff,
    FixedPrice,
    Lane,
    Limits,
    Measure,
    MeasureKind,
    Promotion,
    QuotePolicy,
    Rulebook,
    UnknownLane,
)
from tests.kernel.hostile import others, untyped
from tests.promotions.kit import YEAR, a_promotion, fen, remade, sku, stated

YEN = Money(1, Currency.JPY)


def test_promotions_have_one_total_order() -> None:
    """Lane, priority descending, id, in whatever order they come."""
    lanes = QuotePolicy(lanes=(Lane(name="z"), Lane(name="a")))
    ordered = [
        a_promotion("m", lane="z", priority=2),
        a_promotion("b", lane="z"),
        a_promotion("c", lane="z"),
        a_promotion("a", lane="a", priority=9),
    ]
    for mixed in permutations(ordered):
        book = Rulebook.of(mixed, policy=lanes)
        assert list(book.promotions) == ordered
        assert book.lane_of == (0, 0, 0, 1)
        assert [book.places[each.id] for each in ordered] == [0, 1, 2, 3]


def test_stated_ones_are_known_and_have_no_turn() -> None:
    """Those that always hold for everything are told apart: they cost a quote nothing."""
    plain = stated("plain")
    odd = [
        evolve(stated("valid"), valid=YEAR),
        remade(stated("scope"), scope=sku("tea")),
        evolve(stated("conditions"), conditions=AtLeastFact(fact="amount", bound=1)),
        evolve(stated("code"), promo_code="X"),
        evolve(stated("coupon"), by_coupon=True),
        evolve(stated("limits"), limits=Limits(uses=1)),
    ]
    book = Rulebook.of([plain, *odd, a_promotion()])
    assert book.plain == {"plain"}
    assert [each.id for each in book.compiled if not each.stated] == ["p"]
    assert set(book.by_id) == {"plain", "valid", "scope", "conditions", "code", "coupon", "limits", "p"}
    assert {code: each.id for code, each in book.by_code.items()} == {"X": "code"}


BAD: list[tuple[Promotion, type[DomainError], dict[str, Any]]] = [
    (a_promotion(lane="odd"), UnknownLane, {"promotion": "p", "lane": "odd"}),
    (a_promotion(scope=Equals(fact="colour", value="red")), UndeclaredFact, {"rule": "p", "facts": ("colour",)}),
    (a_promotion(conditions=Equals(fact="mood", value="good")), UndeclaredFact, {"rule": "p", "facts": ("mood",)}),
    (a_promotion(conditions=Equals(fact="sku", value="tea")), UndeclaredFact, {"rule": "p", "facts": ("sku",)}),
    (
        evolve(a_promotion(), measures=(Measure(fact="x", of=MeasureKind.AMOUNT, over=Equals(fact="y", value=1)),)),
        UndeclaredFact,
        {"rule": "p", "facts": ("y",)},
    ),
    (
        a_promotion(conditions=Equals(fact="amount", value="much")),
        FactMisread,
        {"rule": "p", "fact": "amount", "read": "text", "declared": "number"},
    ),
    (a_promotion(value=AmountOff(amount=YEN)), CurrencyMismatch, {}),
    (a_promotion(value=FixedPrice(price=YEN)), CurrencyMismatch, {}),
    (a_promotion(limits=Limits(money=YEN)), CurrencyMismatch, {}),
    (evolve(a_promotion(), measures=(Measure(fact="at", of=MeasureKind.AMOUNT),)), Repeated, {}),
]


@pytest.mark.parametrize(("promotion", "kind", "context"), BAD, ids=lambda each: str(each)[:40])
def test_what_nobody_could_answer_is_refused_by_name(
    promotion: Promotion, kind: type[DomainError], context: dict[str, Any]
) -> None:
    """Before anything is quoted, with the promotion that is wrong."""
    with pytest.raises(kind) as refusal:
        Rulebook.of([a_promotion("good"), promotion])
    assert context.items() <= refusal.value.context.items()


def test_ids_and_codes_are_one_promotions() -> None:
    """Two of one name would be two turns, two of one code two answers."""
    for pair in ([a_promotion(), a_promotion()], [a_promotion("a", promo_code="X"), a_promotion("b", promo_code="X")]):
        with pytest.raises(Repeated):
            Rulebook.of(pair)


def test_kinds_are_checked() -> None:
    """A rulebook is made of promotions and has a currency."""
    for value in others():
        with pytest.raises(WrongKind):
            Rulebook.of([untyped(value)[0]])
    for value in others(Currency):
        with pytest.raises(WrongKind):
            Rulebook.of(currency=untyped(value)[0])


def test_declared_facts_are_let_in() -> None:
    """What the host declares of lines and baskets, beside what every rulebook knows."""
    book = Rulebook.of(
        [a_promotion(scope=Equals(fact="colour", value="red"), conditions=Equals(fact="mood", value="good"))],
        line_facts=(Fact(name="colour", kind=FactKind.TEXT),),
        facts=(Fact(name="mood", kind=FactKind.TEXT),),
    )
    assert [fact.name for fact in book.line_facts.facts] == ["sku", "price", "colour"]
    assert [fact.name for fact in book.facts.facts] == ["at", "mood"]
    assert [fact.name for fact in book.words(book.promotions[0]).facts] == ["at", "mood", "amount", "quantity"]


def test_an_amount_is_shown_as_money() -> None:
    """And units as numbers, whatever they are called."""
    promotion = evolve(
        a_promotion(), measures=(Measure(fact="x", of=MeasureKind.AMOUNT), Measure(fact="n", of=MeasureKind.PRODUCTS))
    )
    words = Rulebook.of([promotion]).words(promotion)
    found = {fact.name: (fact.words.zh, fact.currency) for fact in words.facts if fact.name in {"x", "n"}}
    assert found == {"x": ("金额", Currency.CNY), "n": ("商品种数", None)}


def test_a_large_rulebook_is_made_once() -> None:
    """Ten thousand promotions are sorted and indexed, and a quote of another shop's basket asks none by its code."""
    many = [a_promotion(f"p-{n:05}", AmountOff(amount=fen(1)), promo_code=f"C{n}") for n in range(10_000)]
    book = Rulebook.of(reversed(many))
    assert list(book.promotions) == many
    assert book.by_code["C77"].id == "p-00077"
