"""The quote of a basket: what is stated, what is computed, what did not apply and how far away it was."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from ecomops.kernel import Currency, DomainError, Invalid, Money, OutOfRange, Period, Repeated, WrongKind
from ecomops.kernel.counters import Excess
from ecomops.kernel.money import MOST_MINOR, CurrencyMismatch
from ecomops.kernel.rules import (
    All,
    AtLeastFact,
    AtMostFact,
    During,
    Equals,
    Fact,
    FactKind,
    Not,
    OneOf,
    Rule,
    UndeclaredFact,
)
from ecomops.promotions import (
    AmountOff,
    Basket,
    FixedPrice,
    FunderShare,
    Lane,
    LanePick,
    Limits,
    LineExcess,
    Measure,
    MeasureKind,
    Percent,
    PromotionUse,
    Quote,
    QuotePolicy,
    Reading,
    Reason,
    Rulebook,
    Stated,
    StatedTooLarge,
    UnknownStated,
    UnknownTraits,
    UseClaim,
    UseId,
    matching,
    quote,
    spend,
)
from ecomops.promotions.coupons import Status
from ecomops.terms import CouponId, Discount, Funder, LineId, PricedLine, PromotionId
from ecomops.testing import NOON, a_service
from tests.kernel.hostile import others, untyped
from tests.promotions.kit import (
    ME,
    YEAR,
    YOU,
    a_basket,
    a_coupon,
    a_priced_line,
    a_promotion,
    fen,
    remade,
    sku,
    stated,
    traits_of,
)

P = PromotionId("p")
FACTS = (
    Fact(name="audience", kind=FactKind.TEXTS),
    Fact(name="channel", kind=FactKind.TEXT),
    Fact(name="orders", kind=FactKind.NUMBER),
)


def book(*promotions: Any, **policy: Any) -> Rulebook:  # noqa: ANN401 - promotions and fields of the policy
    """Return a rulebook of *promotions* that knows the facts of these tests."""
    return Rulebook.of(
        promotions,
        policy=QuotePolicy(**policy),
        line_facts=(Fact(name="tag", kind=FactKind.TEXT),),
        facts=FACTS,
    )


def asked(*promotions: Any, basket: Basket | None = None, **more: Any) -> Quote:  # noqa: ANN401 - see `quote`
    """Return the quote of a basket of ten yuan, unless another is given."""
    return quote(book(*promotions), basket or a_basket(), at=NOON, **more)


def why(quoted: Quote) -> list[tuple[str | None, Reason, int | None, int | None]]:
    """Return what did not apply: promotion, reason, the number there is, and the one that would do."""
    return [(each.promotion, each.reason, each.actual, each.required) for each in quoted.not_applied]


# --- what is stated -----------------------------------------------------------------------------------------------


def test_a_stated_discount_is_carried_as_it_is() -> None:
    """With its funder, in its order, and the line is the very same object."""
    line = a_priced_line(stated=[("match", 100), ("loyalty", 50)])
    quoted = asked(stated(), stated("match"), basket=a_basket(line))
    assert quoted.lines[0] is line
    assert (quoted.gross, quoted.payable) == (fen(1000), fen(850))
    assert [(each.promotion, each.amount) for each in quoted.applications] == [
        ("loyalty", fen(50)),
        ("match", fen(100)),
    ]
    assert (quoted.not_applied, quoted.claims.any) == ((), False)


def test_a_funder_has_an_application_of_its_own() -> None:
    """Who bears what stays apart, also within one promotion."""
    half = Discount(promotion=PromotionId("loyalty"), amount=fen(5), funder=Funder.BRAND)
    line = evolve(
        a_priced_line(stated=[("loyalty", 7)]), discounts=(half, *a_priced_line(stated=[("loyalty", 7)]).discounts)
    )
    found = asked(stated(), basket=a_basket(line)).applications
    assert [(each.funder, each.amount) for each in found] == [(Funder.BRAND, fen(5)), (Funder.SHOP, fen(7))]


def test_the_room_of_a_line_bounds_what_is_stated() -> None:
    """All of it will do; every line of which more is taken is listed, with its room above the floor."""
    full = a_priced_line("a", stated=[("loyalty", 600), ("match", 400)])
    assert asked(stated(), stated("match"), basket=a_basket(full)).payable == fen(0)
    over = a_priced_line("b", stated=[("loyalty", 1001)])
    low = a_priced_line("c", stated=[("loyalty", 401)])
    basket = a_basket(full, over, low, traits=(traits_of("c", floor=600),))
    with pytest.raises(StatedTooLarge) as refusal:
        asked(stated(), stated("match"), basket=basket)
    assert refusal.value.lines == (
        LineExcess(line=LineId("b"), stated=fen(1001), room=fen(1000)),
        LineExcess(line=LineId("c"), stated=fen(401), room=fen(400)),
    )
    dear = a_basket(low, traits=(traits_of("c", floor=9999),))
    with pytest.raises(StatedTooLarge) as refusal:
        asked(stated(), basket=dear)
    assert refusal.value.lines == (LineExcess(line=LineId("c"), stated=fen(401), room=fen(0)),)
    assert asked(
        stated(), basket=a_basket(evolve(low, discounts=()), traits=(traits_of("c", floor=9999),))
    ).payable == fen(1000)


def test_services_take_stated_discounts() -> None:
    """They are bounded likewise, and no promotion of goods computes anything of them."""
    service = a_service(gross="5.00", discounts=(Discount(promotion=PromotionId("loyalty"), amount=fen(200)),))
    basket = evolve(a_basket(), services=(service,))
    quoted = asked(stated(), a_promotion(value=Percent(share=Fraction(1))), basket=basket)
    assert (quoted.gross, quoted.payable, quoted.services) == (fen(1500), fen(300), (service,))
    dear = evolve(service, gross=fen(199))
    with pytest.raises(StatedTooLarge):
        asked(stated(), basket=evolve(basket, services=(dear,)))


def test_a_discount_is_stated_for_promotions_that_take_one() -> None:
    """Unknown ones, and those that compute their own, are listed."""
    line = a_priced_line(stated=[("ghost", 1), ("p", 1), ("loyalty", 1)])
    with pytest.raises(UnknownStated) as refusal:
        asked(stated(), a_promotion(), basket=a_basket(line))
    assert refusal.value.promotions == ("ghost", "p")


AUDIENCE = OneOf(fact="audience", values=("vip",))

DROPPED: list[tuple[dict[str, Any], Reason]] = [
    ({"valid": Period(start=NOON.add(days=1), end=NOON.add(days=2))}, Reason.NOT_STARTED),
    ({"valid": Period(start=NOON.subtract(days=1), end=NOON)}, Reason.ENDED),
    ({"scope": sku("coffee")}, Reason.OUT_OF_SCOPE),
    ({"conditions": spend(fen(1001))}, Reason.CONDITION_UNMET),
    ({"conditions": AUDIENCE}, Reason.FACT_UNKNOWN),
    ({"promo_code": "TEA"}, Reason.NOT_PRESENTED),
    ({"by_coupon": True}, Reason.NOT_PRESENTED),
    ({"limits": Limits(uses=0)}, Reason.EXHAUSTED),
    ({"limits": Limits(per_customer=1)}, Reason.CUSTOMER_UNKNOWN),
    ({"limits": Limits(money=fen(99), excess=Excess.CLAMP)}, Reason.BUDGET_EXHAUSTED),
]


@pytest.mark.parametrize(("fields", "reason"), DROPPED, ids=[reason for _, reason in DROPPED])
def test_what_is_stated_and_does_not_hold_today_is_dropped_whole(fields: dict[str, Any], reason: Reason) -> None:
    """With its reason; what else is stated is carried, and what is left is open for others."""
    service = a_service(gross="5.00", discounts=(Discount(promotion=PromotionId("loyalty"), amount=fen(1)),))
    line = a_priced_line(stated=[("loyalty", 99), ("match", 50)])
    basket = evolve(a_basket(line), services=() if "scope" in fields else (service,))
    loyalty = remade(stated(), **fields)
    quoted = asked(loyalty, stated("match"), basket=basket)
    assert [(each.promotion, each.reason) for each in quoted.not_applied] == [("loyalty", reason)]
    assert [(each.promotion, each.amount) for each in quoted.applications] == [("match", fen(50))]
    assert quoted.payable == quoted.gross - fen(50)
    assert not quoted.claims.any


def test_what_is_stated_and_holds_today_is_carried() -> None:
    """Valid, in scope, on its conditions, with its code, within its limits: and its use is claimed."""
    loyalty = remade(
        stated(),
        valid=YEAR,
        scope=sku("tea"),
        conditions=All(rules=(spend(fen(1000)), AUDIENCE)),
        promo_code="TEA",
        limits=Limits(uses=1, per_customer=1, money=fen(99)),
    )
    line = a_priced_line(stated=[("loyalty", 99)])
    quoted = asked(loyalty, basket=a_basket(line), customer=ME, codes=("TEA",), facts={"audience": ("vip",)})
    assert (quoted.payable, quoted.not_applied) == (fen(901), ())
    assert quoted.claims.uses == (
        UseClaim(use=UseId("loyalty"), money=fen(99), most_uses=1, most_money=fen(99)),
        UseClaim(use=UseId("loyalty@me"), money=fen(99), most_uses=1),
    )


# --- what is computed ---------------------------------------------------------------------------------------------


def test_each_promotion_works_on_what_the_former_left() -> None:
    """Priority descending, then id; stated ones before all."""
    line = a_priced_line(gross=1000, stated=[("loyalty", 200)])
    quoted = asked(
        stated(),
        a_promotion("b", Percent(share=Fraction(1, 2))),
        a_promotion("a", AmountOff(amount=fen(100))),
        a_promotion("c", AmountOff(amount=fen(10)), priority=1),
        basket=a_basket(line),
    )
    assert [(each.promotion, each.amount.minor) for each in quoted.lines[0].discounts] == [
        ("loyalty", 200),
        ("c", 10),
        ("a", 100),
        ("b", 345),
    ]
    assert quoted.payable == fen(345)


def test_lanes_run_in_order() -> None:
    """Whatever the priorities, and each lane measures at its own entry."""
    lanes = (Lane(name="early"), Lane(name="late"))
    half = a_promotion("half", Percent(share=Fraction(1, 2)), lane="early")
    rich = a_promotion("rich", AmountOff(amount=fen(1)), lane="late", priority=9, conditions=spend(fen(501)))
    poor = evolve(rich, id=PromotionId("poor"), conditions=spend(fen(500)))
    quoted = quote(book(half, rich, poor, lanes=lanes), a_basket(), at=NOON)
    assert [each.promotion for each in quoted.applications] == ["half", "poor"]
    assert why(quoted) == [("rich", Reason.CONDITION_UNMET, 500, 501)]
    assert quoted.not_applied[0].gap == 1


def test_the_best_of_a_lane_wins() -> None:
    """What saves most, ties by priority, then by id; the others say how much less they would have saved."""
    best = {"lanes": (Lane(name="main", pick=LanePick.BEST),)}
    small, large = a_promotion("a", AmountOff(amount=fen(10))), a_promotion("b", AmountOff(amount=fen(20)))
    quoted = quote(book(small, large, **best), a_basket(), at=NOON)
    assert [each.promotion for each in quoted.applications] == ["b"]
    assert why(quoted) == [("a", Reason.DISPLACED, 10, 20)]
    twin = a_promotion("c", AmountOff(amount=fen(20)))
    assert quote(book(small, twin, large, **best), a_basket(), at=NOON).applications[0].promotion == "b"
    first = evolve(twin, priority=1)
    assert quote(book(small, first, large, **best), a_basket(), at=NOON).applications[0].promotion == "c"


def test_measures_are_read_as_they_say() -> None:
    """At list, at the lane's entry, or running; over a scope of their own; amounts, units or products."""
    tenth = a_promotion("a", AmountOff(amount=fen(100)))
    line = a_priced_line("l-1", quantity=2, stated=[("loyalty", 200)])
    other = a_priced_line("l-2", sku="cup", gross=500)
    found: dict[tuple[str, str], int] = {}
    for of in MeasureKind:
        for read in Reading:
            for name, over in (("tea", sku("tea")), ("scope", None)):
                asking = a_promotion("b", AmountOff(amount=fen(1)), conditions=AtLeastFact(fact="x", bound=10**6))
                measure = Measure(fact="x", of=of, over=over, read=read)
                asking = evolve(asking, measures=(measure,))
                quoted = asked(stated(), tenth, asking, basket=a_basket(line, other))
                found[of.value + " " + name, read] = quoted.not_applied[0].actual or 0
    amounts = {read: (found["amount tea", read], found["amount scope", read]) for read in Reading}
    assert amounts[Reading.LIST] == (1000, 1500)
    assert amounts[Reading.ENTRY] == (800, 1300)
    assert amounts[Reading.RUNNING] == (738, 1200)
    assert {found["quantity tea", read] for read in Reading} == {2}
    assert {found["quantity scope", read] for read in Reading} == {3}
    assert {found["products scope", read] for read in Reading} == {2}


def test_a_scope_asks_what_is_known_of_a_line() -> None:
    """SKU, price, and what the host tells; a line of which nothing is told is out, also of the opposite."""
    tagged = a_basket(
        a_priced_line("l-1"), a_priced_line("l-2", sku="cup", gross=300), traits=(traits_of("l-1", tag="sale"),)
    )
    scopes: dict[str, tuple[Rule, int]] = {
        "tag": (Equals(fact="tag", value="sale"), 100),
        "not": (Not(rule=Equals(fact="tag", value="sale")), 0),
        "sku": (sku("cup"), 30),
        "price": (AtMostFact(fact="price", bound=300), 30),
        "both": (Not(rule=sku("milk")), 130),
    }
    for name, (scope, saved) in scopes.items():
        quoted = asked(a_promotion(name, scope=scope), basket=tagged)
        assert quoted.discount.minor == saved, name
    assert matching(book(), a_promotion(scope=sku("cup")), tagged) == ("l-2",)
    assert matching(book(), a_promotion(scope=Equals(fact="tag", value="sale")), tagged) == ("l-1",)


def test_nothing_is_said_of_what_does_not_meet_the_basket() -> None:
    """A promotion for other goods is silent, unless its code was entered."""
    coffee = a_promotion(scope=sku("coffee"))
    assert asked(coffee).not_applied == ()
    asked_for = evolve(coffee, promo_code="BEAN")
    assert why(asked(asked_for)) == []
    assert why(asked(asked_for, codes=("BEAN",))) == [("p", Reason.OUT_OF_SCOPE, None, None)]


COMPUTED: list[tuple[dict[str, Any], dict[str, Any], tuple[Reason, int | None, int | None]]] = [
    ({"valid": Period(start=NOON.add(microseconds=1), end=NOON.add(days=2))}, {}, (Reason.NOT_STARTED, None, None)),
    ({"valid": Period(start=NOON.subtract(days=1), end=NOON)}, {}, (Reason.ENDED, None, None)),
    ({"conditions": spend(fen(1500))}, {}, (Reason.CONDITION_UNMET, 1000, 1500)),
    ({"conditions": AtLeastFact(fact="quantity", bound=3)}, {}, (Reason.CONDITION_UNMET, 1, 3)),
    ({"conditions": AUDIENCE}, {}, (Reason.FACT_UNKNOWN, None, None)),
    ({"conditions": AUDIENCE}, {"facts": {"audience": ("new",)}}, (Reason.CONDITION_UNMET, None, None)),
    ({"conditions": AtMostFact(fact="orders", bound=0)}, {"facts": {"orders": 2}}, (Reason.CONDITION_UNMET, 2, 0)),
    (
        {"conditions": During(fact="at", periods=(Period(start=NOON.subtract(days=1), end=NOON),))},
        {},
        (Reason.CONDITION_UNMET, None, None),
    ),
    ({"limits": Limits(uses=0)}, {}, (Reason.EXHAUSTED, 0, 0)),
    ({"limits": Limits(per_customer=1)}, {}, (Reason.CUSTOMER_UNKNOWN, None, None)),
    ({"limits": Limits(money=fen(99))}, {}, (Reason.BUDGET_EXHAUSTED, 99, 100)),
    ({"limits": Limits(money=fen(0), excess=Excess.CLAMP)}, {}, (Reason.BUDGET_EXHAUSTED, 0, 100)),
    ({"value": FixedPrice(price=fen(1000))}, {}, (Reason.NO_ROOM, None, None)),
]


@pytest.mark.parametrize(("fields", "more", "reason"), COMPUTED, ids=lambda each: str(each)[:50])
def test_what_does_not_apply_says_why_and_how_far_away_it_was(
    fields: dict[str, Any], more: dict[str, Any], reason: tuple[Reason, int | None, int | None]
) -> None:
    """A stable code, the number there is, and the nearest that would do; nothing is taken or claimed."""
    quoted = asked(remade(a_promotion(), **fields), **more)
    assert why(quoted) == [("p", *reason)]
    assert (quoted.payable, quoted.claims.any) == (fen(1000), False)
    short, needed = reason[1:]
    assert quoted.not_applied[0].gap == (None if short is None or needed is None else abs(needed - short))


def test_unmet_conditions_are_named() -> None:
    """Every comparison that keeps it from holding, not only the first."""
    quoted = asked(a_promotion(conditions=All(rules=(AUDIENCE, spend(fen(1500))))), facts={"audience": ()})
    assert [each.rule for each in quoted.not_applied[0].unmet] == [AUDIENCE, spend(fen(1500))]
    assert quoted.not_applied[0].gap == 500


def test_conditions_ask_the_facts_of_the_basket() -> None:
    """What the host tells, and the instant of the quote."""
    during = During(fact="at", periods=(YEAR,))
    told = a_promotion(conditions=All(rules=(AUDIENCE, during, Equals(fact="channel", value="app"))))
    assert asked(told, facts={"audience": ("new", "vip"), "channel": "app"}).discount == fen(100)


def test_the_shop_bears_what_no_other_does() -> None:
    """A computed discount names the funder of its promotion."""
    brand = a_promotion(funders=(FunderShare(funder=Funder.BRAND, share=Fraction(1)),))
    assert asked(brand).lines[0].discounts == (Discount(promotion=P, amount=fen(100), funder=Funder.BRAND),)


# --- limits -------------------------------------------------------------------------------------------------------


def used(id: str, *, uses: int = 0, money: int = 0) -> dict[UseId, PromotionUse]:
    """Return the counters of a promotion that is used so often, for so much."""
    return {UseId(id): PromotionUse(id=UseId(id), reserved=uses, redeemed_money=money)}


def test_what_is_left_of_a_limit_can_be_used() -> None:
    """The last use, the last cent; the claim names the limits of the day."""
    limits = Limits(uses=3, money=fen(500))
    quoted = asked(a_promotion(limits=limits), used=used("p", uses=2, money=400))
    assert quoted.discount == fen(100)
    assert quoted.claims.uses == (UseClaim(use=UseId("p"), money=fen(100), most_uses=3, most_money=fen(500)),)
    assert why(asked(a_promotion(limits=limits), used=used("p", uses=3))) == [("p", Reason.EXHAUSTED, 3, 3)]
    assert why(asked(a_promotion(limits=limits), used=used("p", money=401))) == [
        ("p", Reason.BUDGET_EXHAUSTED, 99, 100)
    ]


def test_a_discount_may_be_cut_to_the_money_that_is_left() -> None:
    """In proportion, when the limits say so; a stated one never is."""
    limits = Limits(money=fen(100), excess=Excess.CLAMP)
    two = a_basket(a_priced_line("l-1"), a_priced_line("l-2", sku="cup", gross=3000))
    quoted = asked(a_promotion(limits=limits), basket=two, used=used("p", money=60))
    assert [share.amount.minor for share in quoted.applications[0].shares] == [10, 30]
    assert quoted.claims.uses[0].money == fen(40)
    over = a_basket(a_priced_line(stated=[("loyalty", 41)]))
    dropped = asked(evolve(stated(), limits=limits), basket=over, used=used("loyalty", money=60))
    assert why(dropped) == [("loyalty", Reason.BUDGET_EXHAUSTED, 40, 41)]


def test_each_customer_is_counted_apart() -> None:
    """One's own uses count, another's do not."""
    once = a_promotion(limits=Limits(per_customer=1))
    counters = used("p@me", uses=1)
    assert why(asked(once, customer=ME, used=counters)) == [("p", Reason.CUSTOMER_EXHAUSTED, 1, 1)]
    quoted = asked(once, customer=YOU, used=counters)
    assert quoted.claims.uses == (UseClaim(use=UseId("p@you"), money=fen(100), most_uses=1),)


# --- codes and coupons --------------------------------------------------------------------------------------------


def test_a_code_opens_its_promotion() -> None:
    """Only when it is entered; unknown ones and repeated ones are answered, not refused."""
    coded = a_promotion(promo_code="TEA10")
    assert asked(coded).discount == fen(0)
    assert asked(coded, codes=("TEA10",)).discount == fen(100)
    quoted = asked(coded, codes=("TEA10", "NOPE", "TEA10", "tea10"))
    assert quoted.discount == fen(100)
    assert [(each.given, each.promotion, each.reason) for each in quoted.not_applied] == [
        ("NOPE", None, Reason.CODE_UNKNOWN),
        ("TEA10", "p", Reason.CODE_REPEATED),
        ("tea10", None, Reason.CODE_UNKNOWN),
    ]
    twice = asked(coded, codes=("NOPE", "NOPE"))
    assert [each.reason for each in twice.not_applied] == [Reason.CODE_UNKNOWN, Reason.CODE_REPEATED]


BY_COUPON = a_promotion(by_coupon=True)

REFUSED: list[tuple[dict[str, Any], Reason]] = [
    ({"promotion": "ghost"}, Reason.COUPON_UNKNOWN),
    ({"promotion": "open"}, Reason.COUPON_UNKNOWN),
    ({"owner": YOU}, Reason.COUPON_NOT_OWNER),
    ({"status": Status.RESERVED}, Reason.COUPON_GONE),
    ({"status": Status.REDEEMED}, Reason.COUPON_GONE),
    ({"status": Status.EXPIRED}, Reason.COUPON_GONE),
    ({"valid": Period(start=NOON.add(days=1), end=NOON.add(days=2))}, Reason.COUPON_NOT_VALID),
    ({"valid": Period(start=NOON.subtract(days=1), end=NOON)}, Reason.COUPON_NOT_VALID),
]


@pytest.mark.parametrize(("fields", "reason"), REFUSED)
def test_a_coupon_that_cannot_be_used_says_why(fields: dict[str, Any], reason: Reason) -> None:
    """Nothing is taken and nothing claimed."""
    quoted = asked(BY_COUPON, a_promotion("open", AmountOff(amount=fen(0))), customer=ME, coupons=(a_coupon(**fields),))
    found = [each for each in quoted.not_applied if each.given == "k-1"]
    assert [each.reason for each in found] == [reason]
    assert (quoted.discount, quoted.claims.coupons) == (fen(0), ())


@pytest.mark.parametrize("fields", [{}, {"owner": ME}, {"status": Status.PRESENTED}])
def test_a_coupon_opens_its_promotion(fields: dict[str, Any]) -> None:
    """Anybody's or one's own, given out or shown; it is claimed with the order, and a second one is not."""
    shown = (a_coupon("k-2", **fields), a_coupon("k-1", **fields))
    quoted = asked(BY_COUPON, customer=ME, coupons=shown)
    assert (quoted.discount, quoted.claims.coupons) == (fen(100), (CouponId("k-1"),))
    assert [(each.given, each.reason) for each in quoted.not_applied] == [("k-2", Reason.COUPON_SECOND)]


def test_a_coupon_for_other_goods_is_unmatched() -> None:
    """Whether its promotion computes or is stated; it is not claimed."""
    for value in (AmountOff(amount=fen(1)), Stated()):
        other = remade(BY_COUPON, value=value, scope=sku("coffee"))
        quoted = asked(other, coupons=(a_coupon(),))
        assert [(each.given, each.reason) for each in quoted.not_applied] == [("k-1", Reason.COUPON_UNMATCHED)]
        assert not quoted.claims.any


def test_a_coupon_of_a_stated_promotion_is_claimed_by_its_goods() -> None:
    """Its worth may be a tender that no quote knows of, or a discount that the host states."""
    brand = remade(BY_COUPON, value=Stated(), scope=sku("tea"))
    plain = asked(brand, coupons=(a_coupon(),))
    assert (plain.discount, plain.claims.coupons) == (fen(0), (CouponId("k-1"),))
    line = a_priced_line(stated=[("p", 40)])
    told = asked(brand, basket=a_basket(line), coupons=(a_coupon(),))
    assert (told.discount, told.claims.coupons) == (fen(40), (CouponId("k-1"),))


def test_a_coupon_whose_promotion_does_not_apply_is_not_claimed() -> None:
    """The reason names the coupon that was shown for it."""
    dear = evolve(BY_COUPON, conditions=spend(fen(2000)))
    quoted = asked(dear, coupons=(a_coupon(),))
    assert [(each.given, each.reason, each.gap) for each in quoted.not_applied] == [
        ("k-1", Reason.CONDITION_UNMET, 1000)
    ]
    assert not quoted.claims.any


# --- bad input ----------------------------------------------------------------------------------------------------

JPY = Money(1, Currency.JPY)


def in_yen(line: PricedLine) -> PricedLine:
    """Return *line* with its amount in another currency."""
    return evolve(line, gross=JPY)


BAD: list[tuple[Basket, dict[str, Any], type[DomainError]]] = [
    (evolve(a_basket(), currency=Currency.JPY), {}, CurrencyMismatch),
    (a_basket(in_yen(a_priced_line())), {}, CurrencyMismatch),
    (a_basket(evolve(a_priced_line(), discounts=(Discount(promotion=P, amount=JPY),))), {}, CurrencyMismatch),
    (a_basket(traits=(evolve(traits_of("l-1"), floor=JPY),)), {}, CurrencyMismatch),
    (a_basket(a_priced_line(), a_priced_line()), {}, Repeated),
    (evolve(a_basket(), services=(a_service(id="l-1"),)), {}, Repeated),
    (a_basket(traits=(traits_of("l-1"), traits_of("l-1"))), {}, Repeated),
    (a_basket(traits=(traits_of("l-1", sku="cup"),)), {}, Repeated),
    (a_basket(traits=(evolve(traits_of("l-1"), facts=2 * traits_of("l-1", tag="tea").facts),)), {}, Repeated),
    (a_basket(traits=(traits_of("l-2"), traits_of("l-1"))), {}, UnknownTraits),
    (a_basket(traits=(traits_of("l-1", colour="red"),)), {}, UndeclaredFact),
    (a_basket(traits=(traits_of("l-1", tag=3),)), {}, WrongKind),
    (a_basket(), {"facts": {"mood": "good"}}, UndeclaredFact),
    (a_basket(), {"facts": {"orders": "two"}}, WrongKind),
    (a_basket(), {"coupons": (a_coupon(), a_coupon())}, Repeated),
    (a_basket(a_priced_line(gross=MOST_MINOR), a_priced_line("l-2", gross=MOST_MINOR)), {}, OutOfRange),
]


@pytest.mark.parametrize(("basket", "more", "kind"), BAD, ids=lambda each: str(each)[:60])
def test_bad_baskets_are_refused(basket: Basket, more: dict[str, Any], kind: type[DomainError]) -> None:
    """Whole and by kind, before anything is computed."""
    with pytest.raises(kind) as refusal:
        asked(stated(), a_promotion(), basket=basket, **more)
    assert isinstance(refusal.value, Invalid) or kind is UndeclaredFact


def test_an_instant_is_given() -> None:
    """No quote is made of a naive or local time, nor of none."""
    for value in others():
        if value is not None and type(value) is type(NOON) and value == NOON and value.timezone_name == "UTC":
            continue
        with pytest.raises(WrongKind):
            quote(book(), a_basket(), at=untyped(value)[0])


@pytest.mark.parametrize("name", ["codes", "coupons", "customer", "used", "gift_stock"])
def test_what_is_asked_is_of_its_kind(name: str) -> None:
    """A code alone is no tuple of codes, a text no customer; nothing else is asked instead, and nothing breaks."""
    others_of_it: tuple[object, ...] = ("CODE", ["CODE"], (3, "CODE"), (None,), 3, object())
    for value in others_of_it:
        wrong: dict[str, Any] = {name: value}
        with pytest.raises(WrongKind) as refusal:
            asked(a_promotion(), **wrong)
        assert refusal.value.field == f"quote.{name}"
    for basket in others_of_it:
        with pytest.raises(WrongKind):
            asked(a_promotion(), basket=untyped(basket)[0])


def test_a_condition_that_nothing_meets_is_no_reason_to_refuse_the_basket() -> None:
    """The nearest number that would do may lie beyond all amounts."""
    for impossible, wanted in (
        (Not(rule=AtLeastFact(fact="amount", bound=0)), -1),
        (Not(rule=AtMostFact(fact="amount", bound=MOST_MINOR)), MOST_MINOR + 1),
    ):
        (refused,) = asked(a_promotion(conditions=impossible)).not_applied
        assert (refused.reason, refused.required) == (Reason.CONDITION_UNMET, wanted)


def test_an_empty_basket_costs_nothing() -> None:
    """Nothing applies, and nothing is said."""
    quoted = quote(book(a_promotion()), Basket(currency=Currency.CNY), at=NOON)
    assert (quoted.gross, quoted.payable, quoted.not_applied) == (fen(0), fen(0), ())


def test_free_goods_have_nothing_to_take_off() -> None:
    """A line of no amount stays as it is, by every kind of value."""
    for value in (Percent(share=Fraction(1)), AmountOff(amount=fen(5)), FixedPrice(price=fen(0))):
        quoted = asked(a_promotion(value=value), basket=a_basket(a_priced_line(gross=0)))
        assert why(quoted) == [("p", Reason.NO_ROOM, None, None)]


def test_ten_thousand_lines_are_quoted_to_the_cent() -> None:
    """Each line has its own tenth, rounded by itself; what is shared over all of them adds up."""
    book = Rulebook.of([a_promotion("a"), a_promotion("b", AmountOff(amount=fen(12_345)), priority=-1)])
    grosses = range(1_000, 11_000)
    lines = tuple(evolve(a_priced_line(), id=LineId(f"l-{gross}"), gross=fen(gross)) for gross in grosses)
    found = quote(book, a_basket(*lines), at=NOON)
    tenths = [(gross + 5) // 10 for gross in grosses]
    assert found.payable == fen(sum(grosses) - sum(tenths) - 12_345)
    assert found.lines[3].discounts[0].amount == fen(tenths[3])
    assert found.applications[1].amount == fen(12_345)


def test_what_is_asked_is_checked_by_name() -> None:
    """A slip of a host without types is refused, and not left out."""
    with pytest.raises(TypeError, match="at"):
        quote(Rulebook.of(), a_basket())  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="code"):
        quote(Rulebook.of(), a_basket(), at=NOON, code=("A",))  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
