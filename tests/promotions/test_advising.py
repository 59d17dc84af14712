"""What to add to a basket: the cheapest that closes a gap, confirmed, never at a loss."""

from fractions import Fraction
from itertools import product
from typing import ClassVar

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError, Money
from ecomops.kernel.rules import All, AtLeastFact, AtMostFact, Equals, Fact, FactKind, Not
from ecomops.promotions import (
    AmountOff,
    Basket,
    Every,
    Lane,
    Measure,
    MeasureKind,
    Part,
    Per,
    Percent,
    Promotion,
    QuotePolicy,
    Reduction,
    Rulebook,
    Sets,
    Shortfall,
    Trait,
    View,
    Whole,
    quote,
    spend,
)
from ecomops.promotions.advising import Advice, Filler, advise, cheapest_sum
from ecomops.terms import LocationId, Sku, StockKey
from ecomops.testing import NOON
from tests.promotions.kit import (
    TAGGED,
    TENTH,
    a_basket,
    a_priced_line,
    a_promotion,
    baskets,
    fen,
    giving,
    programmes,
    sku,
    traits_of,
)

CUT, DEEP = AmountOff(amount=fen(2000)), AmountOff(amount=fen(5000))


def a_filler(sku: str = "cup", price: int = 1200, available: int = 9, **facts: str) -> Filler:
    """Return goods that may be added."""
    told = tuple(Trait(name=name, value=value) for name, value in facts.items())
    stock = StockKey.of(Sku(sku), LocationId("hz"))
    return Filler(stock=stock, price=fen(price), available=available, facts=told)


def added(advice: Advice) -> list[tuple[str, int]]:
    """Return what an advice adds."""
    return [(each.sku, each.quantity) for each in advice.added]


@frozen(kw_only=True)
class Never:
    """A host's own condition that always misses a number."""

    code: ClassVar[str] = "test.never"

    def unmet(self, view: View) -> Shortfall | None:  # noqa: ARG002 - it looks at nothing
        """Miss one of two."""
        return Shortfall(1, 2)


TEA = a_basket(a_priced_line("l", sku="tea", quantity=2, gross=19000))
THREE = Measure(fact="row", of=MeasureKind.LINE_QUANTITY)
KINDS = Measure(fact="kinds", of=MeasureKind.PRODUCTS)
BUNDLE = Sets(parts=(Part(scope=sku("tea"), quantity=2), Part(scope=sku("cup"), quantity=2)), per=Per.SET)


@pytest.mark.parametrize(
    ("promotion", "expected"),
    [
        (a_promotion(value=CUT, conditions=spend(fen(20000))), [("sweet", 2)]),
        (a_promotion(value=CUT, conditions=spend(fen(20600))), [("cup", 1), ("sweet", 1)]),
        (a_promotion(value=DEEP, conditions=AtLeastFact(fact="quantity", bound=5)), [("sweet", 2), ("cup", 1)]),
        (
            a_promotion(value=CUT, measures=(KINDS,), conditions=AtLeastFact(fact="kinds", bound=3)),
            [("sweet", 1), ("cup", 1)],
        ),
        (a_promotion(value=DEEP, measures=(THREE,), conditions=AtLeastFact(fact="row", bound=3)), [("cup", 3)]),
        (a_promotion(value=AmountOff(amount=fen(5000)), target=BUNDLE), [("cup", 2)]),
        (a_promotion(value=Every(by="amount", step=20000, amount=fen(1500)), target=Whole()), [("sweet", 2)]),
    ],
    ids=["amount", "mixed", "units", "products", "line", "set", "every"],
)
def test_the_cheapest_goods_close_the_gap(promotion: Promotion, expected: list[tuple[str, int]]) -> None:
    """Two sweets of 5.00 before a cup of 12.00, as far as there are any."""
    fillers = [a_filler("cup", 1200), a_filler("sweet", 500, available=2), a_filler("gone", 1, available=0)]
    (advice,) = advise(Rulebook.of([promotion]), TEA, fillers, at=NOON)
    assert sorted(added(advice)) == sorted(expected)
    assert advice.gives == advice.cost - advice.net >= advice.cost


@pytest.mark.parametrize(
    "promotion",
    [
        a_promotion(value=AmountOff(amount=fen(999)), conditions=spend(fen(20000))),
        a_promotion(value=CUT, conditions=spend(fen(10**9))),
        a_promotion(value=CUT, conditions=spend(fen(100_000))),
        a_promotion(value=CUT, conditions=AtLeastFact(fact="quantity", bound=50)),
        a_promotion(value=CUT, measures=(KINDS,), conditions=AtLeastFact(fact="kinds", bound=9)),
        a_promotion(value=CUT, conditions=AtMostFact(fact="quantity", bound=1)),
        a_promotion(value=CUT, conditions=Not(rule=AtLeastFact(fact="quantity", bound=2))),
        a_promotion(value=CUT, conditions=Equals(fact="member", value=True)),
        a_promotion(value=CUT, conditions=AtLeastFact(fact="orders", bound=2)),
        a_promotion(value=CUT, promo_code="c"),
        a_promotion(value=CUT, conditions=All(rules=(spend(fen(20000)), AtLeastFact(fact="quantity", bound=9)))),
    ],
    ids=[
        "at a loss",
        "too far",
        "too little",
        "too few",
        "too few kinds",
        "too much",
        "not",
        "fact",
        "number",
        "code",
        "two",
    ],
)
def test_where_nothing_pays_nothing_is_advised(promotion: Promotion) -> None:
    """Advice never costs more than it gives, and only goods close a gap."""
    facts = (Fact(name="member", kind=FactKind.FLAG), Fact(name="orders", kind=FactKind.NUMBER))
    book = Rulebook.of([promotion], facts=facts)
    assert advise(book, TEA, [a_filler(price=1000, available=2)], at=NOON, facts={"orders": 1, "member": False}) == ()


def test_what_is_added_may_be_reduced_before_it_counts() -> None:
    """A lane before takes a tenth off everything, so more has to be added; the gap is widened until a quote agrees."""
    policy = QuotePolicy(lanes=(Lane(name="first"), Lane(name="main")))
    tenth = a_promotion("tenth", TENTH, lane="first")
    book = Rulebook.of([tenth, a_promotion("cut", CUT, conditions=spend(fen(18000)))], policy=policy)
    (advice,) = advise(book, TEA, [a_filler("sweet", 100, available=50)], at=NOON)
    assert added(advice) == [("sweet", 10)]
    assert (advice.cost, advice.net) == (fen(1000), fen(-1100))


def test_what_never_counts_enough_is_not_advised() -> None:
    """Half of everything that is added is taken off before it counts: after some rounds it is given up."""
    policy = QuotePolicy(lanes=(Lane(name="first"), Lane(name="main")))
    half = a_promotion("half", Percent(share=Fraction(1, 2)), lane="first")
    book = Rulebook.of([half, a_promotion("cut", CUT, conditions=spend(fen(19500)))], policy=policy)
    assert advise(book, TEA, [a_filler("sweet", 1, available=10**6)], at=NOON) == ()


def test_facts_of_what_is_added_count() -> None:
    """Only goods of the scope close its gap."""
    sale = Equals(fact="tag", value="sale")
    book = Rulebook.of([a_promotion("p", CUT, scope=sale, conditions=spend(fen(100)))], line_facts=TAGGED)
    basket = evolve(TEA, traits=(traits_of("l", tag="sale"),))
    assert advise(book, basket, [a_filler(tag="sale")], at=NOON) == ()
    dear = Rulebook.of([a_promotion("p", CUT, scope=sale, conditions=spend(fen(20000)))], line_facts=TAGGED)
    (advice,) = advise(dear, basket, [a_filler("x", 1000), a_filler(tag="sale")], at=NOON)
    assert added(advice) == [("cup", 1)]


def test_an_advice_reads_in_both_languages() -> None:
    """With what is paid less, or the same; ids of lines do not collide."""
    basket = a_basket(a_priced_line("added-0", sku="tea", gross=19000))
    book = Rulebook.of([a_promotion("cut", CUT, conditions=spend(fen(20000)))])
    (less,) = advise(book, basket, [a_filler("cup", 1200)], at=NOON)
    assert less.text() == "add 1 cup for 12.00 CNY: cut applies, and you pay 8.00 CNY less"
    assert less.text("zh") == "加购 1 cup（12.00 CNY）即享 cut，应付反而少 8.00 CNY"
    (same,) = advise(book, basket, [a_filler("pot", 2000)], at=NOON)
    assert same.text() == "add 1 pot for 20.00 CNY: cut applies, and you pay the same"


def test_a_host_decides_what_goods_cannot_close() -> None:
    """A number that is missing for a condition of the host, and for a benefit of which goods are no measure."""
    far = giving("host", Reduction(value=CUT, target=Whole()), own=(Never(),))
    assert advise(Rulebook.of([far]), TEA, [a_filler()], at=NOON) == ()


def test_what_is_barred_then_is_not_advised() -> None:
    """The gap can be closed, and still the promotion does not apply."""
    first = a_promotion("first", CUT, tags=("t",), priority=1)
    second = a_promotion("second", CUT, bars=("t",), conditions=spend(fen(20000)))
    third = a_promotion("third", CUT, exclusive=True, conditions=spend(fen(20000)))
    book = Rulebook.of([first, second])
    assert advise(book, TEA, [a_filler()], at=NOON) == ()
    ladder = Rulebook.of([third, a_promotion("fourth", CUT, conditions=spend(fen(20000)))])
    assert [each.promotion for each in advise(ladder, TEA, [a_filler()], at=NOON)] == ["third"]


def test_fillers_are_checked() -> None:
    """What is no filler, and another currency."""
    with pytest.raises(DomainError) as refused:
        advise(Rulebook.of([]), TEA, ["cup"], at=NOON)  # type: ignore[list-item] # pyright: ignore[reportArgumentType]
    assert refused.value.code == "value.wrong_kind"
    with pytest.raises(DomainError) as refused:
        advise(Rulebook.of([]), TEA, [evolve(a_filler(), price=Money(1, Currency.USD))], at=NOON)
    assert refused.value.code == "money.currency_mismatch"


@settings(max_examples=40)
@given(
    programmes(),
    baskets(),
    st.lists(st.builds(a_filler, st.sampled_from("abz"), st.sampled_from([1, 50, 101]), st.integers(0, 3)), max_size=3),
)
def test_every_advice_holds(book: Rulebook, basket: Basket, fillers: list[Filler]) -> None:
    """A quote with what is added says the same: the promotion applies, and no more is paid."""
    before = quote(book, basket, at=NOON)
    for advice in advise(book, basket, fillers, at=NOON):
        lines = [
            evolve(
                a_priced_line(f"x-{n}", sku=each.sku, quantity=each.quantity, gross=each.cost.minor),
                price=evolve(a_priced_line().price, amount=fen(each.cost.minor // each.quantity)),
            )
            for n, each in enumerate(advice.added)
        ]
        after = quote(book, evolve(basket, lines=(*basket.lines, *lines)), at=NOON)
        assert advice.promotion in after.applied
        assert advice.promotion not in before.applied
        assert after.payable - before.payable == advice.net <= fen(0)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3)), max_size=4), st.integers(1, 30))
def test_the_cheapest_sum_is_the_cheapest_of_all(goods: list[tuple[int, int]], least: int) -> None:
    """Of all numbers of units."""
    sums = [
        sum(units * price for units, (price, _) in zip(some, goods, strict=True))
        for some in product(*(range(available + 1) for _, available in goods))
    ]
    enough = [total for total in sums if total >= least]
    plan = cheapest_sum(goods, least)
    if plan is None:
        assert not enough
    else:
        assert all(0 < units <= goods[place][1] for place, units in plan)
        assert sum(goods[place][0] * units for place, units in plan) == min(enough)
