"""A programme is tried before it starts: what was planted is found and confirmed, and nothing else is claimed."""

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError, Money
from ecomops.kernel.rules import All, AtLeastFact, AtMostFact, Rule
from ecomops.promotions import (
    AmountOff,
    Basket,
    Coupon,
    Every,
    FixedPrice,
    Ladder,
    Lane,
    LanePick,
    Measure,
    MeasureKind,
    Part,
    Percent,
    Promotion,
    QuotePolicy,
    Rulebook,
    Sets,
    Tier,
    Whole,
    quote,
    spend,
)
from ecomops.promotions.conflict_findings import Conflict, ConflictFinding
from ecomops.promotions.conflicts import conflicts
from ecomops.promotions.guarding import PriceRecord, Recorded
from ecomops.promotions.witnesses import CatalogueProduct
from ecomops.terms import Sku
from ecomops.testing import NOON
from tests.promotions.kit import (
    LANES,
    TAGGED,
    TENTH,
    a_basket,
    a_coupon,
    a_priced_line,
    a_promotion,
    conditions,
    fen,
    sku,
    targets,
    values,
)

CUT = AmountOff(amount=fen(100))
POLICY = QuotePolicy(lanes=(Lane(name="main"), Lane(name="best", pick=LanePick.BEST)))
NOTHING: set[Conflict] = set()
KINDS = Measure(fact="kinds", of=MeasureKind.PRODUCTS)
ROW = Measure(fact="row", of=MeasureKind.LINE_QUANTITY)


def a_product(id: str, price: int = 1000, **fields: Any) -> CatalogueProduct:  # noqa: ANN401 - of a product
    """Return a product of the catalogue."""
    known: dict[str, Any] = {"cost": fen(price // 5), **fields}
    return CatalogueProduct(sku=Sku(id), price=fen(price), **known)


def band(fact: str, low: int, high: int) -> Rule:
    """Return the condition that a measure lies between two bounds, both included."""
    return All(rules=(AtLeastFact(fact=fact, bound=low), AtMostFact(fact=fact, bound=high)))


def tiers(by: str, *steps: tuple[int, int]) -> Ladder:
    """Return a ladder of amounts off."""
    return Ladder(by=by, tiers=tuple(Tier(bound=bound, value=AmountOff(amount=fen(off))) for bound, off in steps))


def planted() -> tuple[Rulebook, list[CatalogueProduct], dict[tuple[Conflict, tuple[str, ...]], None]]:
    """Return a programme of 40 promotions, its catalogue, and what is wrong with it: each fault has its own product."""
    of: dict[str, list[Promotion]] = {
        "meet": [a_promotion("m-1", CUT, scope=sku("meet")), a_promotion("m-2", TENTH, scope=sku("meet"))],
        "code": [
            a_promotion("c-1", CUT, scope=sku("code"), promo_code="C1"),
            a_promotion("c-2", CUT, scope=sku("code"), by_coupon=True, conditions=spend(fen(9000))),
        ],
        "deep": [a_promotion("d-1", AmountOff(amount=fen(900)), scope=sku("deep"))],
        "least": [a_promotion("e-1", Percent(share=Fraction(1, 2)), scope=sku("least"))],
        "shadow": [
            a_promotion("s-1", CUT, scope=sku("shadow"), lane="best"),
            a_promotion("s-2", AmountOff(amount=fen(200)), scope=sku("shadow"), lane="best"),
        ],
        "barred": [
            a_promotion("b-1", CUT, scope=sku("barred"), priority=1),
            a_promotion("b-2", CUT, scope=sku("barred"), bars=("b-1",)),
        ],
        "gap": [
            a_promotion("g-1", CUT, scope=sku("gap"), conditions=band("quantity", 1, 2)),
            a_promotion("g-2", CUT, scope=sku("gap"), conditions=AtLeastFact(fact="quantity", bound=5)),
        ],
        "closed": [
            a_promotion("h-1", CUT, scope=sku("closed"), conditions=band("quantity", 1, 2)),
            a_promotion("h-2", CUT, scope=sku("closed"), conditions=AtLeastFact(fact="quantity", bound=3)),
        ],
        "over": [
            a_promotion("o-1", CUT, scope=sku("over"), conditions=band("amount", 1000, 4000)),
            a_promotion("o-2", CUT, scope=sku("over"), conditions=band("amount", 3000, 9000)),
        ],
        "ladder": [a_promotion("l-1", tiers("amount", (1000, 300), (5000, 200)), target=Whole(scope=sku("ladder")))],
        "rises": [a_promotion("l-2", tiers("quantity", (2, 300), (5, 400)), target=Whole(scope=sku("rises")))],
        "law": [a_promotion("z-1", CUT, scope=sku("law"))],
    }
    quiet = [a_promotion(f"q-{n:02}", CUT, scope=sku(f"q-{n:02}")) for n in range(40 - sum(map(len, of.values())))]
    catalogue = [a_product(id) for id in of] + [a_product(str(each.id)) for each in quiet]
    catalogue[list(of).index("least")] = a_product("least", least=fen(600))
    promotions = [*quiet, *(each for some in of.values() for each in some)]
    assert len(promotions) == 40
    expected = [
        (Conflict.MEET, ("m-1", "m-2")),
        (Conflict.MEET, ("c-1", "c-2")),
        (Conflict.MEET, ("o-1", "o-2")),
        (Conflict.BELOW_COST, ("d-1",)),
        (Conflict.BELOW_LEAST, ("e-1",)),
        (Conflict.SHADOWED, ("s-1", "s-2")),
        (Conflict.SHADOWED, ("b-2", "b-1")),
        (Conflict.TIER_GAP, ("g-1", "g-2")),
        (Conflict.TIER_OVERLAP, ("o-1", "o-2")),
        (Conflict.LADDER_FALLS, ("l-1",)),
        (Conflict.LEGAL, ("z-1",)),
    ]
    return Rulebook.of(promotions, policy=POLICY), catalogue, dict.fromkeys(expected)


def confirmed(book: Rulebook, finding: ConflictFinding) -> bool:
    """Tell whether a quote of the witness says what a finding says."""
    known = [book.by_id[id] for id in finding.codes]
    codes = tuple(each.promo_code for each in known if each.promo_code)
    coupons = tuple(a_coupon(f"k-{each.id}", promotion=each.id) for each in known if each.by_coupon)
    quoted = quote(book, finding.witness, at=NOON, codes=codes, coupons=coupons)
    net = {
        line.stock.sku: line.gross.minor - sum(each.amount.minor for each in line.discounts) for line in quoted.lines
    }
    match finding.kind:
        case Conflict.MEET | Conflict.TIER_OVERLAP:
            return set(finding.promotions) <= set(quoted.applied)
        case Conflict.BELOW_COST | Conflict.BELOW_LEAST:
            assert finding.sku is not None
            assert finding.actual is not None
            assert finding.required is not None
            return net[finding.sku] == finding.actual < finding.required
        case Conflict.SHADOWED:
            lost, won = finding.promotions
            return lost not in quoted.applied and won in quoted.applied
        case Conflict.TIER_GAP:
            return set(finding.promotions).isdisjoint(quoted.applied)
        case _:
            return set(finding.promotions) <= set(quoted.applied)


def test_every_planted_conflict_is_found_and_none_is_false() -> None:
    """Of 40 promotions; each finding is confirmed by a quote of its witness, and reads in two languages."""
    book, catalogue, expected = planted()
    shown = [each for each in catalogue if each.sku != "law"]
    log = [PriceRecord(sku=each.sku, at=NOON.subtract(days=1), price=each.price, kind=Recorded.DEAL) for each in shown]
    law = PriceRecord(sku=Sku("law"), at=NOON.subtract(days=2), price=fen(950), kind=Recorded.DEAL)
    report = conflicts(book, catalogue, at=NOON, log=[*log, law])
    assert [(each.kind, each.promotions) for each in report.findings if each.kind is not Conflict.LEGAL] == [
        key
        for key in sorted(expected, key=lambda key: (list(Conflict).index(key[0]), key[1]))
        if key[0] is not Conflict.LEGAL
    ]
    legal = [each for each in report.findings if each.kind is Conflict.LEGAL]
    told = {(each.promotions, each.actual, each.required): each.legal and each.legal.guard.value for each in legal}
    assert told == {(("z-1",), 1000, 950): "price.prior_too_high", (("d-1",), 100, 200): "price.below_cost"}
    assert not report.complete
    assert report.deepest is not None
    assert report.deepest.applied == ("d-1",)
    for each in report.findings:
        assert confirmed(book, each), each.text()
        assert each.text() != each.text("zh")


def deepest_of_all(
    book: Rulebook, products: list[CatalogueProduct], units: int, opens: dict[str, str | Coupon]
) -> Fraction:
    """Return the smallest share of its cost that is left of any basket, with any codes."""
    found: list[Fraction] = []
    for numbers in product(range(units + 1), repeat=len(products)):
        base = sum(number * each.cost.minor for number, each in zip(numbers, products, strict=True) if each.cost)
        if base:
            basket = basket_of(products, numbers)
            for number in range(len(opens) + 1):
                for some in combinations(opens.values(), number):
                    codes = tuple(each for each in some if isinstance(each, str))
                    coupons = tuple(each for each in some if isinstance(each, Coupon))
                    payable = quote(book, basket, at=NOON, codes=codes, coupons=coupons).payable.minor
                    found.append(Fraction(payable, base))
    return min(found)


def basket_of(products: list[CatalogueProduct], numbers: tuple[int, ...]) -> Basket:
    """Return a basket of so many units of each product, made without the code under test."""
    lines = [
        a_priced_line(f"l-{n}", sku=each.sku, quantity=number, gross=each.price.minor * number)
        for n, (each, number) in enumerate(zip(products, numbers, strict=True))
        if number
    ]
    unit = {each.sku: each.price for each in products}
    lines = [evolve(line, price=evolve(line.price, amount=unit[line.stock.sku], per=1)) for line in lines]
    return a_basket(*lines)


@st.composite
def small(draw: st.DrawFn) -> tuple[Rulebook, list[CatalogueProduct], dict[str, str | Coupon]]:
    """Draw a small catalogue, and promotions of which some need a code or a coupon."""
    lanes = tuple(Lane(name=each.name, pick=draw(st.sampled_from([LanePick.STACK, LanePick.BEST]))) for each in LANES)
    opens: dict[str, str | Coupon] = {}
    promotions: list[Promotion] = []
    for n in range(draw(st.integers(1, 4))):
        how: dict[str, Any] = draw(st.sampled_from([{}, {}, {"promo_code": f"c-{n}"}, {"by_coupon": True}]))
        id, lane = f"p-{n}", draw(st.sampled_from(LANES)).name
        bars = draw(st.sampled_from([(), ("p-0",)]))
        promotions.append(
            a_promotion(
                id, draw(values), target=draw(targets()), conditions=draw(conditions), lane=lane, bars=bars, **how
            )
        )
        if how:
            opens[id] = f"c-{n}" if "promo_code" in how else a_coupon(f"k-{n}", promotion=id)
    book = Rulebook.of(promotions, policy=QuotePolicy(lanes=lanes), line_facts=TAGGED)
    prices = draw(st.lists(st.sampled_from([33, 100, 101]), min_size=1, max_size=4))
    return book, [a_product(id, price) for id, price in zip("abcd", prices, strict=False)], opens


@settings(max_examples=8)
@given(small())
def test_no_basket_is_deeper_than_the_reported_one(
    drawn: tuple[Rulebook, list[CatalogueProduct], dict[str, str | Coupon]],
) -> None:
    """Of at most 4 products with up to 3 units each, with any codes; every finding is confirmed."""
    book, products, opens = drawn
    report = conflicts(book, products, at=NOON)
    assert report.complete
    assert report.deepest is not None
    assert report.deepest.share <= deepest_of_all(book, products, 3 if len(products) < 4 else 2, opens)
    for each in report.findings:
        if each.kind is not Conflict.LADDER_FALLS:
            assert confirmed(book, each), each.text()


@pytest.mark.parametrize(
    ("promotion", "kinds"),
    [
        (a_promotion("p", tiers("row", (1, 300), (3, 200)), target=Whole(), measures=(ROW,)), {Conflict.LADDER_FALLS}),
        (
            a_promotion("p", tiers("kinds", (1, 300), (2, 200)), target=Whole(), measures=(KINDS,)),
            {Conflict.LADDER_FALLS},
        ),
        (a_promotion("p", Every(by="quantity", step=2, amount=fen(10)), target=Whole()), NOTHING),
        (
            a_promotion(
                "p",
                FixedPrice(price=fen(10)),
                target=Sets(parts=(Part(scope=sku("a"), quantity=4), Part(scope=sku("z"), quantity=1))),
            ),
            NOTHING,
        ),
        (
            a_promotion("p", FixedPrice(price=fen(10)), target=Sets(parts=(Part(scope=sku("a"), quantity=5),))),
            {Conflict.BELOW_COST},
        ),
        (a_promotion("p", CUT, exclusive=True), NOTHING),
    ],
    ids=["row", "kinds", "every", "no part", "set", "exclusive"],
)
def test_thresholds_of_every_kind_are_reached(promotion: Promotion, kinds: set[Conflict]) -> None:
    """Units of a line, products, steps and sets, on a catalogue that is too large to try everything."""
    catalogue = [a_product(id, 1000 + place) for place, id in enumerate("abcdefg")]
    report = conflicts(
        Rulebook.of([promotion, a_promotion("quiet", CUT, exclusive=True, scope=sku("none"))]), catalogue, at=NOON
    )
    assert {each.kind for each in report.findings} == kinds


AMOUNT = Measure(fact="sum", of=MeasureKind.AMOUNT, over=sku("a"))


@pytest.mark.parametrize(
    ("measure", "low", "high", "found"),
    [
        (KINDS, 1, 3, 1),
        (ROW, 1, 3, 1),
        (AMOUNT, 1000, 3000, 1),
        (AMOUNT, 1000, 1500, 0),
        (AMOUNT, 1000, 1001, 0),
    ],
    ids=["kinds", "row", "amount", "no basket in it", "no gap"],
)
def test_a_gap_has_a_basket_in_it(measure: Measure, low: int, high: int, found: int) -> None:
    """Between two tiers of any measure; a gap that no basket can have is none."""
    lower = a_promotion("a", CUT, measures=(measure,), conditions=band(measure.fact, low, low))
    upper = a_promotion("b", CUT, measures=(measure,), conditions=AtLeastFact(fact=measure.fact, bound=high))
    report = conflicts(Rulebook.of([lower, upper]), [a_product("a"), a_product("b"), a_product("c")], at=NOON)
    gaps = [each for each in report.findings if each.kind is Conflict.TIER_GAP]
    assert [(each.promotions, each.actual, each.required) for each in gaps] == [(("a", "b"), low + 1, high - 1)] * found


def test_tiers_that_something_else_fills_or_that_bar_each_other_are_none() -> None:
    """Two that overlap cannot both apply when they bar each other; where the first ends the second applies."""
    lower = a_promotion("a", CUT, conditions=band("quantity", 1, 4), bars=("b",))
    upper = a_promotion("b", CUT, conditions=AtLeastFact(fact="quantity", bound=2))
    report = conflicts(Rulebook.of([lower, upper]), [a_product("a")], at=NOON)
    assert report.findings == ()


def test_a_gap_that_a_quote_fills_is_none() -> None:
    """A lane before takes a tenth off, so two units of 10.00 are still in the lower tier."""
    policy = QuotePolicy(lanes=(Lane(name="first"), Lane(name="main")))
    lower = a_promotion("a", CUT, conditions=band("amount", 1000, 1900))
    upper = a_promotion("b", CUT, conditions=AtLeastFact(fact="amount", bound=3000))
    book = Rulebook.of([a_promotion("tenth", TENTH, lane="first"), lower, upper], policy=policy)
    report = conflicts(book, [a_product("a")], at=NOON)
    assert {each.kind for each in report.findings} == {Conflict.MEET}


def test_without_costs_the_list_price_is_the_base() -> None:
    """And without a price there is no deepest basket; a floor of the product holds."""
    book = Rulebook.of([a_promotion("p", Percent(share=Fraction(1)))])
    bare = [a_product("a", cost=None, floor=fen(250)), a_product("b")]
    report = conflicts(book, bare, at=NOON)
    assert report.deepest is not None
    assert report.deepest.share == 0
    assert conflicts(book, bare[:1], at=NOON).deepest == conflicts(book, bare[:1], at=NOON, limit=1).deepest
    assert conflicts(book, [a_product("a", 0)], at=NOON).deepest is None


def test_the_catalogue_is_checked() -> None:
    """What is no product, and another currency."""
    with pytest.raises(DomainError) as refused:
        conflicts(Rulebook.of([]), ["tea"], at=NOON)  # type: ignore[list-item] # pyright: ignore[reportArgumentType]
    assert refused.value.code == "value.wrong_kind"
    dollars = CatalogueProduct(sku=Sku("tea"), price=Money(1, Currency.USD))
    with pytest.raises(DomainError) as refused:
        conflicts(Rulebook.of([]), [dollars], at=NOON)
    assert refused.value.code == "money.currency_mismatch"
