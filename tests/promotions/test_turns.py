"""Who takes a turn and who wins: exclusive ones, lanes, bars; and what is given beside reductions."""

from datetime import time
from fractions import Fraction
from typing import Any, ClassVar, cast

import pytest
from attrs import evolve, frozen

from ecomops.codec import CODEC, MESSAGES, NOUNS, VALUES, Codec, Malformed
from ecomops.kernel import Calendar, Grain, Missing
from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import AtLeastFact, Rule
from ecomops.promotions import (
    AmountOff,
    Basket,
    Chosen,
    CouponGrant,
    CouponsGiven,
    Every,
    FixedPrice,
    FunderShare,
    Gift,
    GiftChoice,
    GiftGiven,
    GiftOffer,
    Ladder,
    Lane,
    LaneNotOfLines,
    LanePick,
    Limits,
    Lines,
    Measure,
    MeasureKind,
    Part,
    Per,
    Percent,
    PeriodLimit,
    PointsGiven,
    PointsGrant,
    Promotion,
    PromotionUse,
    Quote,
    QuotePolicy,
    Reason,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    Shortfall,
    Tier,
    UseClaim,
    UseId,
    View,
    Whole,
    explain,
    quote,
    trace,
    why,
)
from ecomops.terms import BatchId, Funder, LineId, PromotionId, Sku
from ecomops.testing import NOON, a_service
from tests.promotions.kit import TENTH, a_basket, a_priced_line, a_promotion, fen, giving, off, sku, stated

SHANGHAI = Calendar(timezone="Asia/Shanghai", day_start=time(4))
TWO = a_basket(a_priced_line("l-1", sku="a", gross=1000), a_priced_line("l-2", sku="b", gross=500))
FREIGHT = evolve(
    a_basket(), services=(evolve(a_service(gross="8.00"), name="freight"), evolve(a_service(id="s-2"), name="wrap"))
)


def a_basket_of_nothing() -> Basket:
    """Return a basket without lines."""
    return evolve(TWO, lines=())


def cut(amount: int) -> AmountOff:
    """Return so many cents off."""
    return AmountOff(amount=fen(amount))


def asked(*promotions: Promotion, basket: Basket = TWO, pick: LanePick = LanePick.STACK, **more: Any) -> Quote:  # noqa: ANN401 - see `quote`
    """Return the quote of *basket* under *promotions* in one lane."""
    policy = QuotePolicy(lanes=(Lane(name="main", pick=pick),))
    return quote(Rulebook.of(promotions, policy=policy), basket, at=NOON, **more)


def refused(quoted: Quote) -> list[tuple[str | None, Reason, int | None, int | None, str | None]]:
    """Return what did not apply: promotion, reason, the number there is, the one that would do, and because of whom."""
    return [(each.promotion, each.reason, each.actual, each.required, each.by) for each in quoted.not_applied]


# --- alone, and not together ----------------------------------------------------------------------------------------


def test_an_exclusive_promotion_stands_alone() -> None:
    """The first that applies, whatever its lane and priority; what it keeps out is named, and what is stated stays."""
    dear = a_promotion("a", cut(9), exclusive=True, conditions=AtLeastFact(fact="amount", bound=9999))
    alone = a_promotion("b", cut(1), exclusive=True, priority=-9)
    others = [a_promotion("c", cut(5)), a_promotion("d", cut(5), scope=sku("z")), a_promotion("e", promo_code="E")]
    line = a_priced_line("l-1", stated=[("loyalty", 10)])
    quoted = asked(dear, alone, *others, stated(), basket=a_basket(line), codes=("E",))
    assert (quoted.applied, quoted.discount) == (("b",), fen(11))
    assert refused(quoted) == [
        ("a", Reason.CONDITION_UNMET, 990, 9999, None),
        ("c", Reason.EXCLUDED, None, None, "b"),
        ("e", Reason.EXCLUDED, None, None, "b"),
    ]
    without = asked(dear, *others, stated(), basket=a_basket(line))
    assert (without.applied, [each[0] for each in refused(without)]) == (("c",), ["a"])


def test_bars_cut_both_ways() -> None:
    """By id or by tag; one that does not apply bars nobody, and nobody bars itself."""
    first, second = a_promotion("a", cut(5), tags=("t",), bars=("t",)), a_promotion("b", cut(7), tags=("t",))
    assert refused(asked(first, second)) == [("b", Reason.BARRED, None, None, "a")]
    by_id = a_promotion("b", cut(7), bars=("a",))
    assert refused(asked(first, by_id)) == [("b", Reason.BARRED, None, None, "a")]
    dear = evolve(first, conditions=AtLeastFact(fact="amount", bound=9999))
    assert asked(dear, second).applied == ("b",)


def test_a_stated_discount_bars_what_it_cannot_go_with() -> None:
    """When it is there; of two stated ones the first in turn is carried."""
    line = a_priced_line("l-1", stated=[("loyalty", 10), ("match", 20)])
    loyalty = evolve(stated(), tags=("till",))
    rival = a_promotion("p", cut(5), bars=("till",))
    both = asked(loyalty, stated("match"), rival, basket=a_basket(line))
    assert (refused(both), both.discount) == ([("p", Reason.BARRED, None, None, "loyalty")], fen(30))
    assert asked(loyalty, rival, basket=a_basket()).applied == ("p",)
    strict = evolve(stated("match"), bars=("till",))
    apart = asked(loyalty, strict, basket=a_basket(line))
    assert (refused(apart), apart.discount) == ([("match", Reason.BARRED, None, None, "loyalty")], fen(10))


def test_in_a_best_lane_bars_come_before_the_choice() -> None:
    """What an earlier lane applied keeps the best one out."""
    lanes = QuotePolicy(lanes=(Lane(name="early"), Lane(name="main", pick=LanePick.BEST)))
    early = a_promotion("a", cut(1), lane="early", tags=("t",))
    best, second = a_promotion("b", cut(9), bars=("t",)), a_promotion("c", cut(5))
    quoted = quote(Rulebook.of([early, best, second], policy=lanes), TWO, at=NOON)
    assert (quoted.applied, refused(quoted)) == (("a", "c"), [("b", Reason.BARRED, None, None, "a")])


def test_each_line_takes_its_best() -> None:
    """Ties by turn; one that wins no line is displaced by those that do."""
    on_a, on_b = a_promotion("a", scope=sku("a")), a_promotion("b", cut(30), target=Lines(scope=sku("b")))
    both = a_promotion("c", cut(50), target=Lines())
    none = a_promotion("d", cut(20), target=Lines())
    quoted = asked(on_a, on_b, both, none, pick=LanePick.BEST_PER_LINE)
    assert [(each.promotion, each.amount.minor) for each in quoted.applications] == [("a", 100), ("c", 50)]
    assert refused(quoted) == [
        ("b", Reason.DISPLACED, 30, 50, "c"),
        ("d", Reason.DISPLACED, 40, 150, "a"),
    ]
    assert asked(both, evolve(both, id=PromotionId("b")), pick=LanePick.BEST_PER_LINE).applied == ("b",)
    assert asked(a_promotion(scope=sku("z")), pick=LanePick.BEST_PER_LINE).applied == ()


def test_winners_of_lines_that_bar_each_other_choose_again() -> None:
    """The later one drops out, and its lines take the next best."""
    on_a, on_b = a_promotion("a", scope=sku("a")), a_promotion("b", scope=sku("b"), bars=("a",))
    third = a_promotion("c", cut(1), target=Lines(scope=sku("b")))
    quoted = asked(on_a, on_b, third, pick=LanePick.BEST_PER_LINE)
    assert (quoted.applied, refused(quoted)) == (("a", "c"), [("b", Reason.BARRED, None, None, "a")])


@pytest.mark.parametrize(
    "promotion",
    [a_promotion(target=Whole()), giving("p", off(), PointsGrant(points=1)), giving("p", PointsGrant(points=1))],
    ids=["whole", "points beside", "points"],
)
def test_a_lane_of_lines_takes_reductions_over_lines(promotion: Promotion) -> None:
    """Nobody could give a line its part of anything else; a stated discount has no turn in it."""
    policy = QuotePolicy(lanes=(Lane(name="main", pick=LanePick.BEST_PER_LINE),))
    with pytest.raises(LaneNotOfLines):
        Rulebook.of([promotion], policy=policy)
    assert Rulebook.of([stated(), a_promotion()], policy=policy).plain == {"loyalty"}


# --- values by measures ---------------------------------------------------------------------------------------------

ROW = Measure(fact="row", of=MeasureKind.LINE_QUANTITY)
OF_B = Measure(fact="row", of=MeasureKind.LINE_QUANTITY, over=sku("b"))
LADDER = Ladder(by="row", tiers=(Tier(bound=2, value=cut(10)), Tier(bound=3, value=TENTH)))
ROWS = a_basket(
    a_priced_line("l-1", sku="a", gross=1000, quantity=2), a_priced_line("l-2", sku="b", gross=600, quantity=3)
)

VALUED: dict[str, tuple[Promotion, int]] = {
    "each row its tier": (a_promotion(value=LADDER, target=Lines(), measures=(ROW,)), 20 + 60),
    "each row its tier, chosen": (
        a_promotion(value=LADDER, target=Lines(chosen=Chosen(count=1)), measures=(ROW,)),
        10 + 20,
    ),
    "rows out of the measure": (a_promotion(value=LADDER, target=Lines(), measures=(OF_B,)), 60),
    "the longest row for all": (a_promotion(value=LADDER, target=Whole(), measures=(ROW,)), 160),
    "a ladder of sets": (
        a_promotion(value=LADDER, target=Sets(parts=(Part(quantity=2, scope=sku("a")),)), measures=(ROW,)),
        20,
    ),
    "every step of a row": (
        a_promotion(value=Every(by="row", step=2, amount=fen(7)), target=Lines(per=Per.LINE), measures=(ROW,)),
        14,
    ),
    "every step, at most": (
        a_promotion(value=Every(by="amount", step=100, amount=fen(7), most=5), target=Whole()),
        35,
    ),
    "at most": (a_promotion(cap=fen(33)), 33),
    "sets at most": (a_promotion(target=Sets(parts=(Part(quantity=5),)), cap=fen(7)), 7),
    "at most of each row's own": (a_promotion(value=LADDER, target=Lines(), measures=(ROW,), cap=fen(8)), 8),
}


@pytest.mark.parametrize("name", VALUED)
def test_a_measure_chooses_the_value(name: str) -> None:
    """Of each line alone, or of all together; what is taken is cut to the most."""
    promotion, saved = VALUED[name]
    assert asked(promotion, basket=ROWS).discount == fen(saved)


SHORT: dict[str, tuple[Promotion, tuple[Any, ...]]] = {
    "no tier": (
        a_promotion(value=Ladder(by="amount", tiers=(Tier(bound=2000, value=TENTH),)), target=Whole()),
        (Reason.CONDITION_UNMET, 1600, 2000, None),
    ),
    "no tier of any row": (
        a_promotion(value=Ladder(by="row", tiers=(Tier(bound=4, value=TENTH),)), target=Lines(), measures=(ROW,)),
        (Reason.CONDITION_UNMET, 3, 4, None),
    ),
    "no step": (
        a_promotion(value=Every(by="quantity", step=6, amount=fen(1)), target=Whole()),
        (Reason.CONDITION_UNMET, 5, 6, None),
    ),
    "no set": (a_promotion(target=Sets(parts=(Part(quantity=6),))), (Reason.CONDITION_UNMET, 5, 6, None)),
    "no set that costs more": (
        a_promotion(value=FixedPrice(price=fen(9999)), target=Sets(parts=(Part(quantity=2),), per=Per.SET)),
        (Reason.NO_ROOM, None, None, None),
    ),
    "no step for shipping": (
        giving("p", Reduction(value=Every(by="quantity", step=9, amount=fen(1)), target=Shipping())),
        (Reason.CONDITION_UNMET, 5, 9, None),
    ),
    "no step for a gift": (
        giving("p", Gift(choices=(GiftChoice(sku=Sku("cup"), value=fen(1)),), by="amount", step=2000)),
        (Reason.CONDITION_UNMET, 1600, 2000, None),
    ),
}


@pytest.mark.parametrize("name", SHORT)
def test_what_is_missing_is_a_number(name: str) -> None:
    """The gap to the lowest tier, the next step, or units of the part that is scarce."""
    promotion, reason = SHORT[name]
    quoted = asked(promotion, basket=evolve(ROWS, services=(a_service(),)))
    assert refused(quoted) == [("p", *reason)]
    assert explain(Rulebook.of([promotion]), quoted.not_applied[0]).startswith("p: ")


# --- shipping -------------------------------------------------------------------------------------------------------


def shipping(value: Any, *names: str, per: Per = Per.WHOLE, **fields: Any) -> Promotion:  # noqa: ANN401 - of a promotion
    """Return a reduction of shipping."""
    return giving("p", Reduction(value=value, target=Shipping(names=names, per=per)), **fields)


def test_shipping_is_reduced_by_name() -> None:
    """Together or each alone; services of other names stay, and a basket without them is silent."""
    free = Percent(share=Fraction(1))
    assert (asked(shipping(free), basket=FREIGHT).shipping, FREIGHT.services[0].gross) == (fen(0), fen(800))
    assert asked(shipping(free, "freight"), basket=FREIGHT).shipping == fen(500)
    assert asked(shipping(cut(100)), basket=FREIGHT).shipping == fen(1200)
    assert asked(shipping(cut(600), per=Per.LINE), basket=FREIGHT).shipping == fen(200)
    assert asked(shipping(FixedPrice(price=fen(600)), "freight"), basket=FREIGHT).shipping == fen(1100)
    capped = giving("p", Reduction(value=free, target=Shipping(), cap=fen(13)))
    assert asked(capped, basket=FREIGHT).shipping == fen(1287)
    only = evolve(FREIGHT, lines=())
    assert asked(shipping(free), basket=only).payable == fen(0)
    assert refused(asked(shipping(free, "other"), basket=only)) == []
    assert refused(asked(shipping(free), basket=TWO)) == [("p", Reason.NO_ROOM, None, None, None)]
    assert asked(shipping(free, promo_code="F"), basket=only, codes=("F",)).payable == fen(0)


def test_goods_and_shipping_are_one_saving() -> None:
    """The lane compares both, a budget cuts both in proportion, and the claim counts both."""
    both = giving(
        "a",
        off(cut(100)),
        Reduction(value=cut(300), target=Shipping(names=("freight",))),
        limits=Limits(money=fen(40), excess=Excess.CLAMP),
    )
    quoted = asked(both, a_promotion("b", cut(39)), basket=FREIGHT, pick=LanePick.BEST)
    assert [(each.promotion, [share.amount.minor for share in each.shares]) for each in quoted.applications] == [
        ("a", [10, 30])
    ]
    assert quoted.claims.uses[0].money == fen(40)


# --- gifts, points, coupons -----------------------------------------------------------------------------------------

CUP, TIN = GiftChoice(sku=Sku("cup"), value=fen(900)), GiftChoice(sku=Sku("tin"), value=fen(700))


def test_gifts_points_and_coupons_are_told() -> None:
    """Beside a reduction or alone; nothing of them is in any sum."""
    benefits = (
        off(cut(5)),
        Gift(choices=(CUP, TIN), quantity=2, by="amount", step=500, most=2),
        PointsGrant(factor=Fraction(2)),
        PointsGrant(points=7),
        CouponGrant(batch=BatchId("b"), number=3),
    )
    quoted = asked(giving("p", *benefits))
    p = PromotionId("p")
    both = (GiftOffer(choice=CUP, quantity=4), GiftOffer(choice=TIN, quantity=4))
    assert quoted.gifts == (GiftGiven(promotion=p, times=2, price=None, offers=both),)
    assert quoted.points == (
        PointsGiven(promotion=p, factor=Fraction(2), points=None),
        PointsGiven(promotion=p, factor=None, points=7),
    )
    assert quoted.coupons == (CouponsGiven(promotion=p, batch=BatchId("b"), number=3),)
    assert quoted.payable == fen(1495)
    alone = asked(giving("p", Gift(choices=(CUP,), price=fen(100))))
    assert (alone.payable, alone.gifts[0].price, alone.applied) == (fen(1500), fen(100), ("p",))


def test_a_gift_is_limited_by_its_stock() -> None:
    """Choices without stock drop out, a short one offers what there is; with none a gift does not apply."""
    gift = Gift(choices=(CUP, TIN), quantity=2, by="amount", step=500)
    some = asked(giving("p", gift), gift_stock={Sku("cup"): 5, Sku("tin"): 1})
    assert [(each.choice.sku, each.quantity) for each in some.gifts[0].offers] == [("cup", 4)]
    assert refused(asked(giving("p", gift), gift_stock={})) == [("p", Reason.NO_GIFT, None, None, None)]
    beside = asked(giving("p", off(cut(5)), gift), gift_stock={})
    assert (beside.applied, beside.gifts) == (("p",), ())
    assert refused(asked(giving("p", gift), basket=a_basket_of_nothing())) == []
    late = Gift(choices=(TIN,), by="amount", step=9999)
    one_of_two = asked(giving("p", gift, late))
    assert [each.offers[0].choice for each in one_of_two.gifts] == [CUP]


# --- limits and funders ---------------------------------------------------------------------------------------------


def test_uses_of_a_day_are_counted_apart() -> None:
    """By the business day, week or month of the calendar."""
    limits = Limits(per_period=PeriodLimit(uses=2, grain=Grain.DAY, calendar=SHANGHAI))
    use = UseId("p%day:2026-06-18")
    quoted = asked(a_promotion(value=cut(5), limits=limits), used={use: PromotionUse(id=use, reserved=1)})
    assert quoted.claims.uses == (UseClaim(use=use, money=fen(5), most_uses=2),)
    gone = asked(a_promotion(value=cut(5), limits=limits), used={use: PromotionUse(id=use, reserved=2)})
    assert refused(gone) == [("p", Reason.PERIOD_EXHAUSTED, 2, 2, None)]
    monthly = Limits(per_period=PeriodLimit(uses=2, grain=Grain.MONTH, calendar=SHANGHAI))
    assert asked(a_promotion(limits=monthly)).claims.uses[0].use == UseId("p%month:2026-06-01")
    assert use.is_for(None)


def test_funders_share_every_line() -> None:
    """In exact shares; the trace adds them up again."""
    funders = (
        FunderShare(funder=Funder.BRAND, share=Fraction(1, 3)),
        FunderShare(funder=Funder.SHOP, share=Fraction(2, 3)),
    )
    shared = giving("p", off(cut(100)), Reduction(value=cut(10), target=Shipping()), funders=funders)
    basket = evolve(TWO, services=(a_service(),))
    quoted = asked(shared, basket=basket)
    assert [(each.funder, each.amount.minor) for each in quoted.applications] == [(Funder.BRAND, 37), (Funder.SHOP, 73)]
    assert [each.amount.minor for each in quoted.lines[0].discounts] == [22, 45]
    (step,) = trace(Rulebook.of([shared]), basket, at=NOON).steps
    assert [(row.before.minor, row.after.minor) for row in step.rows] == [(1000, 933), (500, 467), (500, 490)]


# --- a host's own rules ---------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Takes:
    """Takes what it was told off every row."""

    code: ClassVar[str] = "host.takes"

    parts: tuple[int, ...]

    def effect(self, view: View) -> tuple[int, ...]:
        """Return the parts, whatever the rows."""
        assert [row.facts["sku"] for row in view.rows] == ["a", "b"]
        return self.parts


@frozen(kw_only=True)
class AtLeastLines:
    """Holds for so many rows."""

    code: ClassVar[str] = "host.at_least_lines"

    lines: int
    of: str = "a"

    def unmet(self, view: View) -> Shortfall | None:
        """Return how many rows there are."""
        assert view.facts["amount"] == 1500
        short = Shortfall(actual=len(view.rows), required=self.lines)
        return None if len(view.rows) >= self.lines else short

    def needs(self) -> Rule:
        """Return that a SKU has to be there."""
        return sku(self.of)


def test_a_host_computes_what_is_taken() -> None:
    """As far as there is room; an answer that cannot be used does not apply."""
    quoted = asked(giving("p", Takes(parts=(9999, -3))))
    assert [(each.promotion, each.amount) for each in quoted.applications] == [("p", fen(1000))]
    odd: tuple[Any, ...] = ((1,), (1.5, 2), None, "ab")
    for parts in odd:
        assert refused(asked(giving("p", Takes(parts=parts)))) == [("p", Reason.BAD_EFFECT, None, None, None)]


def test_a_host_decides_a_condition() -> None:
    """With the gap that it tells; where the line that it needs is not there it is not even asked."""
    assert asked(giving("p", off(), own=(AtLeastLines(lines=2),))).applied == ("p",)
    assert refused(asked(giving("p", off(), own=(AtLeastLines(lines=3),)))) == [
        ("p", Reason.CONDITION_UNMET, 2, 3, None)
    ]
    elsewhere = giving("p", off(), own=(AtLeastLines(lines=1, of="z"),))
    lacking = [("p", Reason.CONDITION_UNMET, None, None, None)]
    assert refused(asked(elsewhere)) == lacking
    assert refused(asked(evolve(elsewhere, promo_code="Z"))) == []
    assert refused(asked(evolve(elsewhere, promo_code="Z"), codes=("Z",))) == lacking


@frozen(kw_only=True)
class Says:
    """Holds never, and misses whatever it is told to miss."""

    code: ClassVar[str] = "host.says"

    what: Any

    def unmet(self, view: View) -> Shortfall | None:
        """Return it."""
        assert view.rows
        return self.what  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "what", [5, (1,), (1, 2, 3), "ab", Shortfall(2**70, 1), Shortfall(cast("int", 1.5), 1)], ids=repr
)
def test_what_a_host_misses_is_told_as_far_as_it_is_a_number(what: object) -> None:
    """Never an exception in the middle of a quote, nor when its refusals are read."""
    ((promotion, reason, actual, _, _),) = refused(asked(giving("p", off(), own=(Says(what=what),))))
    assert (promotion, reason, actual) == ("p", Reason.CONDITION_UNMET, None)


def test_rules_of_a_host_travel_as_json() -> None:
    """By a codec that knows them; each where it belongs."""
    codec = Codec(nouns=NOUNS, messages=MESSAGES, values=(*VALUES, AtLeastLines))
    promotion = giving("p", off(), own=(AtLeastLines(lines=2),))
    payload = codec.dump(promotion)
    assert codec.load(payload, Promotion) == promotion
    with pytest.raises(Malformed):
        CODEC.load(payload, Promotion)
    payload["benefits"] = payload["own"]
    with pytest.raises(Malformed):
        codec.load(payload, Promotion)


# --- why ------------------------------------------------------------------------------------------------------------


def test_any_promotion_is_explained() -> None:
    """Also one that a quote does not tell of; None when it applies."""
    other, coded = a_promotion("other", scope=sku("z")), a_promotion("coded", promo_code="C")
    short = a_promotion("short", conditions=AtLeastFact(fact="amount", bound=9999))
    book = Rulebook.of([other, coded, short, a_promotion("p"), stated()])
    basket = a_basket(a_priced_line(stated=[("loyalty", 5)]))
    found = {id: why(book, basket, id, at=NOON) for id in book.by_id}
    assert {id: each and each.reason for id, each in found.items()} == {
        "other": Reason.OUT_OF_SCOPE,
        "coded": Reason.NOT_PRESENTED,
        "short": Reason.CONDITION_UNMET,
        "p": None,
        "loyalty": None,
    }
    with pytest.raises(Missing):
        why(book, basket, PromotionId("ghost"), at=NOON)


def test_a_trace_reads_line_by_line() -> None:
    """The start, each step, what takes nothing off, and what did not apply, in both languages."""
    short = a_promotion("short", conditions=AtLeastFact(fact="amount", bound=9999))
    book = Rulebook.of([a_promotion("a", cut(150)), giving("b", PointsGrant(points=1)), short])
    told = trace(book, TWO, at=NOON)
    assert told.text(book) == (
        "before promotions: 15.00 CNY\n"
        "+ a (main): l-1 10.00 CNY -> 9.00 CNY, l-2 5.00 CNY -> 4.50 CNY; payable 13.50 CNY\n"
        "+ b (main): takes nothing off; payable 13.50 CNY\n"
        "- short: a condition is not met: amount is at least 99.99 CNY: 15.00 CNY of 99.99 CNY"
    )
    assert told.text(book, "zh").splitlines()[2] == "+ b（main）：不减金额；应付 13.50 CNY"
    assert told.steps[0].rows[0].lines == (LineId("l-1"),)
    assert trace(Rulebook.of(), TWO, at=NOON).steps == ()
