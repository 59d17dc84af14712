"""Laws of the arithmetic, over programmes of every kind: what must not change a quote, and what binds it."""

from collections import Counter as Tally
from fractions import Fraction
from random import Random

import pytest
from attrs import evolve

from ecomops.kernel.rules import AtLeastFact, Rule
from ecomops.promotions import (
    AmountOff,
    Basket,
    Lane,
    LanePick,
    Lines,
    Measure,
    MeasureKind,
    Order,
    Part,
    Percent,
    Pick,
    Promotion,
    Quote,
    QuotePolicy,
    Reading,
    Rulebook,
    Sets,
    Value,
    Whole,
    answering,
    quote,
    why,
)
from ecomops.terms import LineId, LocationId, Price, PricedLine, PromotionId, Sku, StockKey
from ecomops.testing import NOON
from tests.promotions.kit import a_basket, a_promotion, fen, off, sku, traits_of
from tests.promotions.oracle.drawing import FACTS, LINE_FACTS, Drawing
from tests.promotions.oracle.test_oracle import quoted, shown
from tests.promotions.oracle.turns import Answer, Asked, answered

DRAWS = range(10_000, 10_100)
"""Other programmes than those that the oracle is asked."""

HALF = Percent(share=Fraction(1, 2))


def remade(book: Rulebook, promotions: list[Promotion]) -> Rulebook:
    """Return a rulebook like *book* with other promotions."""
    return Rulebook.of(promotions, policy=book.policy, line_facts=LINE_FACTS, facts=FACTS)


def told(book: Rulebook, asked: Asked) -> Answer:
    """Return what the library says, to compare."""
    return answered(quoted(book, asked), book.promotions)


def split(basket: Basket, random: Random) -> Basket:
    """Return *basket* with every line of even units in two pieces, shuffled."""
    lines: list[PricedLine] = []
    traits = {each.line: each for each in basket.traits}
    for line in basket.lines:
        known, amounts = traits.get(line.id), [line.gross.minor]
        amounts += [discount.amount.minor for discount in line.discounts]
        floor = known.floor.minor if known is not None and known.floor is not None else 0
        if line.quantity == 1 or any(amount % line.quantity for amount in (*amounts, floor)):
            lines.append(line)
            continue
        first = random.randint(1, line.quantity - 1)
        for id, units in ((line.id, first), (LineId(f"{line.id}+"), line.quantity - first)):
            stated = [evolve(each, amount=fen(each.amount.minor // line.quantity * units)) for each in line.discounts]
            gross = fen(line.gross.minor // line.quantity * units)
            lines.append(evolve(line, id=id, quantity=units, gross=gross, discounts=tuple(stated)))
            if known is not None:
                least = None if known.floor is None else fen(floor // line.quantity * units)
                traits[id] = evolve(known, line=id, floor=least)
    random.shuffle(lines)
    return evolve(basket, lines=tuple(lines), traits=tuple(traits.values()))


def test_neither_pieces_nor_orders_change_a_quote() -> None:
    """Laws 1 and 6: a line in two pieces, lines and promotions in any order; the pieces give what the line gave."""
    pieces = 0
    for seed in DRAWS:
        random = Random(seed)
        drawing = Drawing(random)
        book = drawing.book()
        asked = drawing.asked(book)
        other = evolve(asked, basket=split(asked.basket, random))
        pieces += len(other.basket.lines) - len(asked.basket.lines)
        once, twice = told(book, asked), told(remade(book, random.sample(book.promotions, len(book.promotions))), other)
        joined: Tally[tuple[str, str, str]] = Tally()
        for (line, promotion, funder), amount in twice.taken.items():
            joined[line.removesuffix("+"), promotion, funder] += amount
        assert (once.applied, once.refused, once.gifts) == (twice.applied, twice.refused, twice.gifts), f"seed {seed}"
        assert once.taken == dict(joined), f"seed {seed}"
    assert pieces > len(DRAWS) // 2


def test_what_did_not_apply_can_be_left_out_one_by_one() -> None:
    """Without it every line is what it was: also what was displaced, barred, excluded or never touched."""
    for seed in DRAWS:
        drawing = Drawing(Random(seed))
        book = drawing.book()
        asked = drawing.asked(book)
        once = told(book, asked)
        for promotion in book.promotions:
            if promotion.id not in once.applied and not promotion.stated:
                rest = [each for each in book.promotions if each is not promotion]
                again = told(remade(book, rest), asked)
                assert (again.taken, again.applied, again.gifts) == (once.taken, once.applied, once.gifts), (
                    f"seed {seed}"
                )


def test_asking_writes_nothing_and_the_index_hides_nothing() -> None:
    """Law 3: a quote after every `why` is the same; a hundred promotions that touch nothing change nothing."""
    nothing = [a_promotion(f"z-{n}", scope=sku(f"other-{n}"), lane="lane-0") for n in range(100)]
    nothing = [evolve(each, benefits=(off(HALF, Lines(scope=sku(f"x-{each.id}"))),)) for each in nothing]
    for seed in DRAWS[::3]:
        drawing = Drawing(Random(seed))
        book = drawing.book()
        asked = drawing.asked(book)
        once = quoted(book, asked)
        for promotion in book.promotions:
            said = why(
                book,
                asked.basket,
                promotion.id,
                at=asked.at,
                customer=asked.customer,
                facts=asked.facts,
                codes=asked.codes,
                coupons=shown(asked),
                used=asked.used,
                gift_stock=asked.gift_stock,
            )
            assert promotion.stated or (said is None) is (promotion.id in once.applied), f"seed {seed}"
        assert quoted(book, asked) == once
        assert quoted(remade(book, [*book.promotions, *nothing]), asked) == once


def test_discounts_of_a_large_basket_are_those_of_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where equal ones are made once, each line has the same ones in the same order."""
    for seed in DRAWS[::3]:
        drawing = Drawing(Random(seed))
        book = drawing.book()
        asked = drawing.asked(book)
        with monkeypatch.context() as patched:
            patched.setattr(answering, "MANY", 0)
            large = quoted(book, asked)
        assert large == quoted(book, asked), f"seed {seed}"


def test_a_best_lane_saves_what_no_other_of_its_promotions_could() -> None:
    """Law 10: within one lane; equal savings go by priority, then by id."""
    for seed in DRAWS[::3]:
        drawing = Drawing(Random(seed))
        book = drawing.book()
        asked = drawing.asked(book)
        plain = [evolve(each, lane="best", exclusive=False) for each in book.promotions]
        policy = QuotePolicy(lanes=(Lane(name="best", pick=LanePick.BEST),), rounding=book.policy.rounding)
        best = Rulebook.of(plain, policy=policy, line_facts=LINE_FACTS, facts=FACTS)
        stated = [each for each in plain if each.stated]
        alone = {
            each.id: quoted(Rulebook.of([*stated, each], policy=policy, line_facts=LINE_FACTS, facts=FACTS), asked)
            for each in plain
            if not each.stated
        }
        saved = {id: (quote.payable.minor, *rank(best, id)) for id, quote in alone.items() if quote.applied}
        assert quoted(best, asked).applied == ((min(saved, key=saved.__getitem__),) if saved else ()), f"seed {seed}"


def rank(book: Rulebook, id: str) -> tuple[int, str]:
    """Return by what promotions of equal savings go."""
    promotion = book.by_id[id]  # type: ignore[index]
    return -promotion.priority, promotion.id


def test_funders_bear_their_shares_to_the_cent() -> None:
    """What they bear adds up to the discount of every line, and is less than a cent off their share of all."""
    seen = 0
    for seed in DRAWS:
        drawing = Drawing(Random(seed))
        book = drawing.book()
        answer = told(book, drawing.asked(book))
        for id in answer.applied:
            promotion = book.by_id[id]  # type: ignore[index]
            borne: Tally[str] = Tally()
            for (_, by, funder), amount in answer.taken.items():
                borne[funder] += amount if by == id else 0
            total = sum(borne.values())
            assert all(abs(borne[each.funder] - total * each.share) < 1 for each in promotion.funders), f"seed {seed}"
            seen += len(promotion.funders) > 1
    assert seen > len(DRAWS) // 10


# --- one example for each law -------------------------------------------------------------------------------------


def a_line(id: str, name: str, quantity: int, unit: int) -> PricedLine:
    """Return a line of whole units."""
    return PricedLine(
        id=LineId(id),
        stock=StockKey.of(Sku(name), LocationId("hz")),
        quantity=quantity,
        price=Price(amount=fen(unit)),
        gross=fen(quantity * unit),
    )


def taken(basket: Basket, *promotions: Promotion) -> dict[tuple[str, str], int]:
    """Return what each promotion takes off each line, in a rulebook where all stack."""
    found: Quote = quote(Rulebook.of(promotions), basket, at=NOON)
    return {
        (str(application.promotion), str(share.line)): share.amount.minor
        for application in found.applications
        for share in application.shares
    }


def of_sets(id: str, value: Value, *parts: Part, most: int | None = None) -> Promotion:
    """Return a promotion over sets."""
    return a_promotion(id, value, target=Sets(parts=parts, most=most))


def at_least(fact: str, bound: int) -> Rule:
    """Return a condition."""
    return AtLeastFact(fact=fact, bound=bound)


FREE = Percent(share=Fraction(1))
TRIGGER = Pick(count=0)


def test_law_2_a_discount_falls_on_what_is_loose_in_proportion() -> None:
    """Of 270 left 200 are loose; 27 off the row take 20 of these: the next set finds 90 a unit."""
    basket = a_basket(a_line("l", "a", 3, 100))
    first = of_sets("p-1", AmountOff(amount=fen(30)), Part(quantity=1), most=1)
    second = a_promotion("p-2", AmountOff(amount=fen(27)), target=Whole())
    third = of_sets("p-3", FREE, Part(quantity=1), most=1)
    assert taken(basket, first, second, third)["p-3", "l"] == 90


def test_law_4_a_percentage_is_rounded_once_a_line_or_once_in_all() -> None:
    """Half of three times one: two of each line of three, or five of all nine."""
    basket = a_basket(*(a_line(f"l-{name}", name, 3, 1) for name in "abc"))
    assert taken(basket, a_promotion("p", HALF, target=Lines())) == {("p", f"l-{name}"): 2 for name in "abc"}
    assert sum(taken(basket, a_promotion("p", HALF, target=Whole())).values()) == 5


def test_law_5_a_full_line_drops_out_and_the_rest_is_shared_again() -> None:
    """Twelve: the line at its floor gives nothing, one gives its single cent, two share the rest."""
    lines = [a_line("l-1", "a", 1, 10), a_line("l-2", "b", 1, 20), a_line("l-3", "c", 1, 50), a_line("l-4", "d", 1, 30)]
    floors = (traits_of("l-2", floor=19), traits_of("l-3", floor=50), traits_of("l-4", floor=29))
    found = taken(a_basket(*lines, traits=floors), a_promotion("p", AmountOff(amount=fen(12)), target=Whole()))
    assert found == {("p", "l-1"): 10, ("p", "l-2"): 1, ("p", "l-4"): 1}


def test_law_7_the_cheapest_units_are_rewards_and_ties_go_by_place() -> None:
    """Two for one: of equal units those of the first line in canonical order are the dearer ones."""
    pair = Part(quantity=2, pick=Pick(count=1))
    basket = a_basket(a_line("l-1", "a", 1, 50), a_line("l-2", "b", 1, 30))
    assert taken(basket, of_sets("p", FREE, pair)) == {("p", "l-2"): 30}
    basket = a_basket(a_line("l-2", "a", 1, 50), a_line("l-1", "b", 1, 50))
    assert taken(basket, of_sets("p", FREE, pair)) == {("p", "l-1"): 50}
    dearest = Part(quantity=2, pick=Pick(count=1, order=Order.DEAREST))
    assert taken(basket, of_sets("p", FREE, dearest)) == {("p", "l-2"): 50}


def test_law_7_units_are_ordered_by_what_is_not_consumed_of_a_row() -> None:
    """One of three for nothing: the two loose ones cost 100 still, though 66 a unit is left of the row."""
    basket = a_basket(a_line("l-1", "a", 3, 100), a_line("l-2", "b", 1, 99))
    first = of_sets("p-1", FREE, Part(scope=sku("a"), quantity=1), most=1)
    second = of_sets("p-2", FREE, Part(quantity=1, takes=Order.CHEAPEST), most=1)
    assert taken(basket, first, second) == {("p-1", "l-1"): 100, ("p-2", "l-2"): 99}


def test_law_7_consumption_binds_sets_and_nothing_else() -> None:
    """A unit that a set took is in no other set, but pays its part of what all lines pay."""
    basket = a_basket(a_line("l", "a", 3, 100))
    pair = of_sets("p-1", FREE, Part(quantity=1, takes=Order.CHEAPEST), Part(quantity=1, pick=TRIGGER))
    again = evolve(pair, id=PromotionId("p-2"))
    everything = a_promotion("p-3", HALF, target=Lines())
    assert taken(basket, pair, again, everything) == {("p-1", "l"): 100, ("p-3", "l"): 100}


@pytest.mark.parametrize(
    ("units", "sets"), [((1, 1, 1), 1), ((1, 0, 2), 1), ((0, 2, 2), 0), ((2, 2, 2), 2), ((3, 0, 0), 1)]
)
def test_law_8_a_unit_is_a_reward_only_while_triggers_have_enough(units: tuple[int, int, int], sets: int) -> None:
    """Any two of three buy the first of them."""
    lines = [a_line(f"l-{name}", name, count, 100) for name, count in zip("abc", units, strict=True) if count]
    reward = Part(scope=sku("a"), quantity=1, takes=Order.CHEAPEST)
    promotion = of_sets("p", FREE, reward, Part(scope=sku("a", "b", "c"), quantity=2, pick=TRIGGER))
    assert taken(a_basket(*lines), promotion) == ({("p", "l-a"): 100 * sets} if sets else {})


@pytest.mark.parametrize(
    ("reading", "applies"), [(Reading.LIST, True), (Reading.ENTRY, True), (Reading.RUNNING, False)]
)
def test_law_9_a_measure_is_read_once(reading: Reading, *, applies: bool) -> None:
    """Within a lane only a running one sees what promotions before it took."""
    basket = a_basket(a_line("l", "a", 1, 100))
    measure = Measure(fact="worth", of=MeasureKind.AMOUNT, read=reading)
    late = a_promotion("p-2", HALF, conditions=at_least("worth", 100), measures=(measure,))
    assert (("p-2", "l") in taken(basket, a_promotion("p-1", HALF), late)) is applies
