"""The best of the codes and coupons that a buyer has: equal to every choice tried, or it says that it is not proved."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError
from ecomops.kernel.counters import Excess
from ecomops.promotions import (
    AmountOff,
    Basket,
    Coupon,
    FixedPrice,
    Lane,
    LanePick,
    Limits,
    Part,
    Per,
    Percent,
    Pick,
    Promotion,
    QuotePolicy,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    View,
    quote,
    spend,
)
from ecomops.promotions.canonical import goods_of, services_of
from ecomops.promotions.choosing import Best, best_coupons
from ecomops.promotions.desk import Desk
from ecomops.promotions.potential import potential_of
from ecomops.promotions.stating import carry
from ecomops.testing import NOON, a_service
from tests.promotions.kit import (
    LANES,
    TAGGED,
    YOU,
    a_basket,
    a_coupon,
    a_priced_line,
    a_promotion,
    baskets,
    conditions,
    fen,
    giving,
    programmes,
    stated,
    targets,
    values,
)
from tests.promotions.oracle.drawing import Drawing
from tests.promotions.oracle.test_oracle import quoted

CUT = AmountOff(amount=fen(50))
Tokens = list[tuple[str, str | Coupon]]


@st.composite
def with_coupons(draw: st.DrawFn) -> tuple[Rulebook, Tokens]:
    """Draw a rulebook of which most promotions need a code or a coupon, and what opens them."""
    book = draw(programmes())
    promotions: list[Promotion] = []
    tokens: Tokens = []
    for each in book.promotions:
        how = draw(st.sampled_from(["code", "code", "coupon", "none"])) if not each.stated else "none"
        if each.stated and draw(st.booleans()):
            how = "coupon"
        if how == "code":
            promotions.append(evolve(each, promo_code=f"c-{each.id}"))
            tokens.append((each.id, f"c-{each.id}"))
        elif how == "coupon":
            promotions.append(evolve(each, by_coupon=True))
            tokens.append((each.id, a_coupon(f"k-{each.id}", promotion=each.id)))
        else:
            promotions.append(each)
    return Rulebook.of(promotions, policy=book.policy, line_facts=TAGGED), tokens


def tried(book: Rulebook, basket: Basket, tokens: Tokens, most: int) -> tuple[int, tuple[str, ...]]:
    """Return what the best choice saves, and its promotions: every choice is quoted."""
    none = quote(book, basket, at=NOON).payable.minor
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for number in range(min(most, len(tokens)) + 1):
        for some in combinations(tokens, number):
            codes = tuple(each for _, each in some if isinstance(each, str))
            coupons = tuple(each for _, each in some if isinstance(each, Coupon))
            payable = quote(book, basket, at=NOON, codes=codes, coupons=coupons).payable.minor
            found.append((payable, number, tuple(sorted(id for id, _ in some))))
    left, _, ids = min(found)
    return none - left, ids


def best_of(book: Rulebook, basket: Basket, tokens: Tokens, **fields: Any) -> Best:  # noqa: ANN401 - of a search
    """Return the best choice of what is in *tokens*."""
    codes = tuple(each for _, each in tokens if isinstance(each, str))
    coupons = tuple(each for _, each in tokens if isinstance(each, Coupon))
    return best_coupons(book, basket, at=NOON, codes=codes, coupons=coupons, **fields)


@settings(max_examples=60)
@given(with_coupons(), baskets(), st.sampled_from([1, 2, 9]))
def test_the_best_is_the_best_of_all_choices(drawn: tuple[Rulebook, Tokens], basket: Basket, most: int) -> None:
    """Its saving, and of equal ones the fewest codes with the smallest ids; it is proved."""
    book, tokens = drawn
    best = best_of(book, basket, tokens, most=most)
    saving, ids = tried(book, basket, tokens, most)
    opens = {str(each if isinstance(each, str) else each.id): id for id, each in tokens}
    assert best.proved
    assert best.saving.minor == best.bound.minor == saving
    assert tuple(sorted(opens[each] for each in (*best.codes, *best.coupons))) == ids


@st.composite
def eleven(draw: st.DrawFn) -> tuple[Rulebook, Tokens]:
    """Draw a rulebook of eleven coupons, some of which bar each other."""
    lanes = tuple(Lane(name=each.name, pick=draw(st.sampled_from([LanePick.STACK, LanePick.BEST]))) for each in LANES)
    promotions = [
        a_promotion(
            f"p-{n:02}",
            draw(values),
            target=draw(targets()),
            conditions=draw(conditions),
            lane=draw(st.sampled_from(LANES)).name,
            tags=(tag := draw(st.sampled_from(["s", "t", "u"])),),
            bars=draw(st.sampled_from([(), (tag,)])),
            promo_code=f"c-{n}",
        )
        for n in range(11)
    ]
    book = Rulebook.of(
        [stated(), *promotions], policy=QuotePolicy(lanes=(*lanes, Lane(name="main"))), line_facts=TAGGED
    )
    return book, [(each.id, str(each.promo_code)) for each in promotions]


@settings(max_examples=1)
@given(eleven(), baskets())
def test_the_best_of_eleven_is_the_best_of_all_2048(drawn: tuple[Rulebook, Tokens], basket: Basket) -> None:
    """Also where many coupons meet."""
    book, tokens = drawn
    best = best_of(book, basket, tokens)
    assert best.proved
    assert best.saving.minor == tried(book, basket, tokens, 11)[0]


@settings(max_examples=40)
@given(with_coupons(), baskets(), st.integers(1, 6))
def test_a_search_that_stops_says_how_much_more_there_might_be(
    drawn: tuple[Rulebook, Tokens], basket: Basket, limit: int
) -> None:
    """What it found can be had, and nothing saves more than its bound."""
    book, tokens = drawn
    best = best_of(book, basket, tokens, limit=limit)
    saving, _ = tried(book, basket, tokens, len(tokens))
    assert best.saving.minor <= saving <= best.bound.minor
    assert best.proved is (best.saving == best.bound)
    coupons = tuple(each for _, each in tokens if isinstance(each, Coupon) and each.id in best.coupons)
    again = quote(book, basket, at=NOON, codes=best.codes, coupons=coupons).payable.minor
    assert quote(book, basket, at=NOON).payable.minor - again == best.saving.minor


def test_a_search_that_stops_is_not_proved() -> None:
    """Thirty coupons that all stack on lines of which each has little room, and one look."""
    promotions = [a_promotion(f"p-{n}", CUT, promo_code=f"c-{n}", conditions=spend(fen(n))) for n in range(9)]
    basket = a_basket(a_priced_line(gross=1000))
    best = best_coupons(
        Rulebook.of(promotions), basket, at=NOON, codes=tuple(f"c-{n}" for n in range(9)), most=2, limit=1
    )
    assert (best.proved, best.saving, best.bound) == (True, fen(100), fen(100))
    dear = [a_promotion("a", FixedPrice(price=fen(990)), promo_code="a"), *promotions]
    mixed = best_coupons(Rulebook.of(dear), basket, at=NOON, codes=("a", "c-1", "c-2"), most=1, limit=1)
    assert (mixed.proved, mixed.saving, mixed.bound, mixed.looked_at) == (False, fen(10), fen(50), 2)


def test_codes_come_before_coupons_and_what_cannot_be_used_is_left_out() -> None:
    """A code is not used up; of equal coupons the first is taken; those of others, and unknown codes, never."""
    both = a_promotion("both", CUT, promo_code="CUT", by_coupon=True)
    card = a_promotion("card", CUT, by_coupon=True)
    foreign = a_promotion("foreign", CUT, by_coupon=True)
    coupons = (
        a_coupon("k-3", promotion="card"),
        a_coupon("k-2", promotion="card"),
        a_coupon("k-1", promotion="both"),
        a_coupon("k-0", promotion="foreign", owner=YOU),
    )
    book = Rulebook.of([both, card, foreign])
    best = best_coupons(book, a_basket(), at=NOON, codes=("CUT", "CUT", "NONE"), coupons=coupons)
    assert (best.codes, best.coupons, best.saving) == (("CUT",), ("k-2",), fen(100))


def test_of_equal_choices_the_smaller_ids_win() -> None:
    """Two coupons that bar each other and take the same: the first by id, whatever its turn."""
    last = a_promotion("a", CUT, promo_code="a", bars=("b",), priority=-1)
    book = Rulebook.of([last, a_promotion("b", CUT, promo_code="b")])
    assert best_coupons(book, a_basket(), at=NOON, codes=("b", "a")).codes == ("a",)


MANY = Sets(parts=(Part(quantity=2, pick=Pick(count=1)),))
PER_SET = Sets(parts=(Part(quantity=3),), per=Per.SET)


def test_what_was_reached_before_is_not_followed_again() -> None:
    """Of two equal coupons that bar each other the later one leads to the same states."""
    pair = [a_promotion(id, CUT, promo_code=id, tags=("t",), bars=("t",), priority=9) for id in ("a", "b")]
    third = a_promotion("c", AmountOff(amount=fen(7)), promo_code="c", priority=8)
    far = a_promotion("d", AmountOff(amount=fen(400)), promo_code="d", conditions=spend(fen(10**6)))
    best = best_coupons(Rulebook.of([*pair, third, far]), a_basket(), at=NOON, codes=("a", "b", "c", "d"))
    assert (best.codes, best.saving, best.proved) == (("a", "c"), fen(57), True)
    one = best_coupons(Rulebook.of([*pair, third, far]), a_basket(), at=NOON, codes=("a", "b", "c", "d"), most=1)
    assert (one.codes, one.saving, one.proved) == (("a",), fen(50), True)


def test_percentages_compound_and_freight_counts() -> None:
    """Two halves of everything leave a quarter; of those that bar each other one is taken; freight is money too."""
    half = Percent(share=Fraction(1, 2))
    pair = [a_promotion(id, half, promo_code=id, tags=("t",), bars=("t",)) for id in ("a", "b")]
    post = giving("post", Reduction(value=CUT, target=Shipping()), promo_code="post")
    book = Rulebook.of([*pair, a_promotion("c", half, promo_code="c"), post])
    basket = evolve(a_basket(), services=(a_service(gross="0.80"),))
    best = best_coupons(book, basket, at=NOON, codes=("a", "b", "c", "post"))
    assert (best.codes, best.saving, best.proved) == (("a", "c", "post"), fen(800), True)


@frozen(kw_only=True)
class Half:
    """A host's own benefit: half of each row."""

    code: ClassVar[str] = "test.half"

    def effect(self, view: View) -> Sequence[int]:
        """Take half off."""
        return [row.left // 2 for row in view.rows]


HALF = Percent(share=Fraction(1, 2))
NINE = FixedPrice(price=fen(100))


@pytest.mark.parametrize(
    "promotion",
    [
        a_promotion(promo_code="c", value=HALF, limits=Limits(money=fen(7), excess=Excess.CLAMP)),
        a_promotion(promo_code="c", value=NINE, target=MANY),
        a_promotion(promo_code="c", value=NINE, target=PER_SET),
        a_promotion(promo_code="c", value=CUT, target=MANY),
        a_promotion(promo_code="c", exclusive=True),
        giving("p", Half(), promo_code="c"),
    ],
    ids=["money", "unit price", "set price", "amount", "exclusive", "host"],
)
def test_one_coupon_takes_what_it_takes(promotion: Promotion) -> None:
    """A coupon alone on three units of 3.00."""
    book, basket = Rulebook.of([promotion]), a_basket(a_priced_line(quantity=3, gross=900))
    best = best_coupons(book, basket, at=NOON, codes=("c",))
    assert best.proved
    assert best.saving == quote(book, basket, at=NOON, codes=("c",)).discount


@pytest.mark.parametrize("pick", [LanePick.BEST, LanePick.BEST_PER_LINE])
def test_in_a_lane_of_the_best_a_coupon_must_be_better(pick: LanePick) -> None:
    """Than what needs none; with no look left the coupons of the lane are not proved."""
    policy = QuotePolicy(lanes=(Lane(name="main", pick=pick),))
    tenth, cut, small = Percent(share=Fraction(1, 10)), Percent(share=Fraction(1, 5)), Percent(share=Fraction(1, 50))
    promotions = [
        a_promotion("auto", tenth),
        a_promotion("cut", cut, promo_code="cut"),
        a_promotion("small", small, promo_code="small"),
        a_promotion("same", tenth, promo_code="same"),
        a_promotion("early", tenth, promo_code="early", priority=1),
    ]
    book, codes = Rulebook.of(promotions, policy=policy), ("small", "cut", "same", "early")
    best = best_coupons(book, a_basket(), at=NOON, codes=codes)
    assert (best.codes, best.saving, best.proved) == (("cut",), fen(100), True)
    hasty = best_coupons(book, a_basket(), at=NOON, codes=codes, limit=1)
    assert hasty.bound >= best.saving
    assert hasty.proved is (hasty.saving == hasty.bound)
    assert best_coupons(book, a_basket(), at=NOON, codes=codes, most=0).saving == fen(0)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"limit": 0}, "value.out_of_range"),
        ({"most": -1}, "value.out_of_range"),
        ({"most": "1"}, "value.wrong_kind"),
        ({"codes": "TEN"}, "value.wrong_kind"),
    ],
)
def test_bad_questions_are_refused(fields: dict[str, Any], code: str) -> None:
    """Before anything is looked at."""
    with pytest.raises(DomainError) as refused:
        best_coupons(Rulebook.of([]), a_basket(), at=NOON, **fields)
    assert refused.value.code == code


def test_another_currency_is_refused() -> None:
    """As by a quote."""
    with pytest.raises(DomainError) as refused:
        best_coupons(Rulebook.of([]), evolve(a_basket(), currency=Currency.USD), at=NOON)
    assert refused.value.code == "money.currency_mismatch"


def test_nothing_takes_more_than_its_bound() -> None:
    """What a search leaves out by: of the programmes of the oracle, whatever came before; often just the bound."""
    taken: list[bool] = []
    for seed in range(300, 420):
        drawing = Drawing(Random(seed))
        book = drawing.book()
        for asked in (drawing.asked(book) for _ in range(3)):
            found = quoted(book, asked)
            desk = Desk(
                book, asked.basket, at=asked.at, customer=asked.customer, facts=asked.facts, used=asked.used
            )  # fmt: skip
            carry(desk)
            desk.lay_out(goods_of(desk.basket, desk.left, desk.floors), services_of(desk.basket, desk.left_of_services))
            desk.enter()
            for id in found.applied:
                compiled = book.compiled[book.places[id]]
                if not compiled.stated:
                    goods = (each for line in found.lines for each in line.discounts)
                    freight = (each for service in found.services for each in service.discounts)
                    off = sum(each.amount.minor for each in (*goods, *freight) if each.promotion == id)
                    most = potential_of(desk, compiled).most
                    assert off <= most, f"seed {seed}, {id}"
                    taken.append(off == most)
    assert len(taken) > 200
    assert sum(taken) > len(taken) // 2
