"""Promotions and baskets in few words, and strategies that make ties: few SKUs, few prices, few ids."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ecomops.kernel import Currency, Money, Period
from ecomops.kernel.rules import ALWAYS, All, AtLeastFact, Equals, Fact, FactKind, OneOf, Rule
from ecomops.promotions import (
    AmountOff,
    Basket,
    Chosen,
    Coupon,
    Every,
    FixedPrice,
    FunderShare,
    Ladder,
    Lane,
    LanePick,
    Lines,
    LineTraits,
    Measure,
    MeasureKind,
    Order,
    Part,
    Per,
    Percent,
    Pick,
    Promotion,
    QuotePolicy,
    Reading,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    Stated,
    Target,
    Tier,
    Trait,
    Value,
    Whole,
    Within,
)
from ecomops.promotions.benefits import Benefit
from ecomops.promotions.coupons import Status
from ecomops.promotions.measures import MEASURES
from ecomops.promotions.values import PlainValue
from ecomops.terms import (
    BatchId,
    CouponId,
    CustomerId,
    Discount,
    Funder,
    LineId,
    LocationId,
    Price,
    PricedLine,
    PromotionId,
    Sku,
    StockKey,
)
from ecomops.testing import NOON, a_service

YEAR = Period(start=NOON.subtract(days=1), end=NOON.add(days=365))
ME, YOU = CustomerId("me"), CustomerId("you")
TENTH = Percent(share=Fraction(1, 10))


def fen(minor: int) -> Money:
    """Return an amount in minor units of the yuan."""
    return Money(minor, Currency.CNY)


def off(
    value: Value = TENTH, target: Target | None = None, *, scope: Rule = ALWAYS, cap: Money | None = None
) -> Reduction:
    """Return what is taken off: of each line, but an amount once, and what is stated, when no target is named."""
    over: Target = Whole(scope=scope) if isinstance(value, AmountOff | Stated) else Lines(scope=scope)
    return Reduction(value=value, target=target or over, cap=cap)


def a_promotion(
    id: str = "p",
    value: Value = TENTH,
    *,
    target: Target | None = None,
    scope: Rule = ALWAYS,
    cap: Money | None = None,
    **fields: Any,  # noqa: ANN401 - of a promotion
) -> Promotion:
    """Return a promotion; a tenth off everything, when nothing else is said."""
    return Promotion(id=PromotionId(id), benefits=(off(value, target, scope=scope, cap=cap),), **fields)


def giving(id: str, *benefits: Benefit, **fields: Any) -> Promotion:  # noqa: ANN401 - of a promotion
    """Return a promotion that gives exactly these *benefits*."""
    return Promotion(id=PromotionId(id), benefits=benefits, **fields)


def remade(promotion: Promotion, *, value: Value | None = None, scope: Rule | None = None, **fields: Any) -> Promotion:  # noqa: ANN401 - of a promotion
    """Return *promotion* with some of its fields changed, those of its one reduction among them."""
    goods = promotion.goods
    assert goods is not None
    assert not isinstance(goods.target, Shipping)
    if value is not None or scope is not None:
        fields["benefits"] = (off(value or goods.value, scope=goods.target.scope if scope is None else scope),)
    return evolve(promotion, **fields)


def stated(id: str = "loyalty") -> Promotion:
    """Return a promotion whose amounts the host states."""
    return a_promotion(id, Stated())


def sku(*names: str) -> OneOf:
    """Return the scope of these SKUs."""
    return OneOf(fact="sku", values=names)


def a_priced_line(
    id: str = "l-1",
    *,
    sku: str = "tea",
    quantity: int = 1,
    gross: int = 1000,
    stated: Iterable[tuple[str, int]] = (),
) -> PricedLine:
    """Return a line that costs *gross* altogether, with stated discounts (promotion, amount)."""
    return PricedLine(
        id=LineId(id),
        stock=StockKey.of(Sku(sku), LocationId("hz")),
        quantity=quantity,
        price=Price(amount=fen(gross), per=quantity),
        gross=fen(gross),
        discounts=tuple(Discount(promotion=PromotionId(by), amount=fen(amount)) for by, amount in stated),
    )


def a_basket(*lines: PricedLine, traits: tuple[LineTraits, ...] = ()) -> Basket:
    """Return a basket of *lines*; of one, when none is named."""
    return Basket(currency=Currency.CNY, lines=lines or (a_priced_line(),), traits=traits)


def traits_of(line: str, *, floor: int | None = None, **facts: bool | int | str | tuple[str, ...]) -> LineTraits:
    """Return what is known of a line."""
    told = tuple(Trait(name=name, value=value) for name, value in facts.items())
    return LineTraits(line=LineId(line), facts=told, floor=None if floor is None else fen(floor))


def a_coupon(
    id: str = "k-1",
    *,
    promotion: str = "p",
    owner: CustomerId | None = None,
    status: Status = Status.ISSUED,
    valid: Period = YEAR,
) -> Coupon:
    """Return a coupon that can be used."""
    return Coupon(
        id=CouponId(id),
        batch=BatchId("b-1"),
        promotion=PromotionId(promotion),
        owner=owner,
        status=status,
        valid=valid,
    )


# --- what is drawn ------------------------------------------------------------------------------------------------

SKUS = ("a", "b", "c")
UNIT_PRICES = (1, 2, 3, 33, 100, 101)
"""Few prices: random ones hide ties, and a reversed tie would go unseen."""

LANES = (Lane(name="first"), Lane(name="second"))
TAGGED = (Fact(name="tag", kind=FactKind.TEXT),)

values: SearchStrategy[PlainValue] = st.one_of(
    st.builds(
        Percent,
        share=st.sampled_from([Fraction(1, 3), Fraction(1, 10), Fraction(1, 2), Fraction(3, 7), Fraction(1)]),
    ),
    st.builds(AmountOff, amount=st.sampled_from([1, 2, 7, 50, 1000]).map(fen)),
    st.builds(FixedPrice, price=st.sampled_from([0, 1, 2, 50, 99]).map(fen)),
)
scopes: SearchStrategy[Rule] = st.sampled_from(
    [ALWAYS, sku("a"), sku("a", "b"), Equals(fact="tag", value="sale"), AtLeastFact(fact="price", bound=100)]
)
conditions: SearchStrategy[Rule] = st.sampled_from(
    [
        ALWAYS,
        AtLeastFact(fact="amount", bound=100),
        AtLeastFact(fact="amount", bound=202),
        AtLeastFact(fact="quantity", bound=3),
        All(rules=(AtLeastFact(fact="quantity", bound=2), AtLeastFact(fact="amount", bound=4))),
    ]
)


shares = st.sampled_from([Fraction(1, 3), Fraction(1, 10), Fraction(1, 2), Fraction(3, 7), Fraction(1)])
measured = st.sampled_from(["amount", "quantity", "listed", "running", "row"])
MORE_MEASURES = (
    *MEASURES,
    Measure(fact="listed", of=MeasureKind.AMOUNT, read=Reading.LIST),
    Measure(fact="running", of=MeasureKind.AMOUNT, over=sku("a"), read=Reading.RUNNING),
    Measure(fact="row", of=MeasureKind.LINE_QUANTITY),
    Measure(fact="products", of=MeasureKind.PRODUCTS, over=ALWAYS),
)
chosen = st.builds(
    Chosen,
    count=st.integers(1, 3),
    skip=st.integers(0, 2),
    order=st.sampled_from(Order),
    within=st.sampled_from(Within),
)


@st.composite
def all_values(draw: DrawFn) -> Value:
    """Draw a value of any kind, but a stated one."""
    match draw(st.integers(0, 4)):
        case 0:
            bounds = draw(st.lists(st.sampled_from([0, 1, 2, 3, 5, 100, 200]), min_size=1, max_size=3, unique=True))
            tiers = tuple(Tier(bound=bound, value=draw(values)) for bound in sorted(bounds))
            return Ladder(by=draw(measured), tiers=tiers)
        case 1:
            most = draw(st.sampled_from([None, 1, 2]))
            amount = draw(st.sampled_from([1, 2, 7, 50]))
            return Every(by=draw(measured), step=draw(st.sampled_from([1, 2, 3, 100])), amount=fen(amount), most=most)
        case _:
            return draw(values)


@st.composite
def a_part(draw: DrawFn, *, picks: bool) -> Part:
    """Draw a part of a set."""
    quantity = draw(st.integers(1, 3))
    count = draw(st.sampled_from([None, 0, 1])) if picks else draw(st.sampled_from([None, 0]))
    if count is None:
        return Part(scope=draw(scopes), quantity=quantity, takes=draw(st.sampled_from(Order)))
    skip = draw(st.integers(0, quantity - count))
    pick = Pick(count=count, skip=skip, order=draw(st.sampled_from(Order)), pooled=draw(st.booleans()))
    return Part(scope=draw(scopes), quantity=quantity, takes=draw(st.sampled_from(Order)), pick=pick)


@st.composite
def targets(draw: DrawFn) -> Target:
    """Draw a target of goods."""
    match draw(st.integers(0, 2)):
        case 0:
            per, some = draw(st.sampled_from([Per.UNIT, Per.LINE])), draw(st.none() | chosen)
            return Lines(scope=draw(scopes), per=per, chosen=some)
        case 1:
            return Whole(scope=draw(scopes))
        case _:
            per = draw(st.sampled_from([Per.UNIT, Per.SET]))
            parts = draw(st.lists(a_part(picks=per is Per.UNIT), min_size=1, max_size=3))
            most = draw(st.sampled_from([None, None, 1, 2]))
            return Sets(parts=tuple(parts), per=per, most=most, consuming=draw(st.booleans()))


FUNDERS = (
    (FunderShare(funder=Funder.SHOP, share=Fraction(1)),),
    (
        FunderShare(funder=Funder.BRAND, share=Fraction(1, 3)),
        FunderShare(funder=Funder.SHOP, share=Fraction(1, 2)),
        FunderShare(funder=Funder.PLATFORM, share=Fraction(1, 6)),
    ),
)
CAPS = st.sampled_from([None, None, fen(1), fen(10)])


@st.composite
def programmes(draw: DrawFn) -> Rulebook:
    """Draw a rulebook of up to five promotions of every kind in two lanes, one of them stated."""
    lanes = tuple(Lane(name=lane.name, pick=draw(st.sampled_from(LanePick))) for lane in LANES)
    promotions = [a_promotion("loyalty", Stated(), lane="first", tags=("till",))]
    for n in range(draw(st.integers(1, 5))):
        lane = draw(st.sampled_from(lanes))
        target: Target = draw(targets())
        if lane.pick is LanePick.BEST_PER_LINE:
            target = Lines(scope=draw(scopes), chosen=draw(st.none() | chosen))
        benefits: list[Benefit] = [Reduction(value=draw(all_values()), target=target, cap=draw(CAPS))]
        if lane.pick is not LanePick.BEST_PER_LINE and draw(st.booleans()):
            per = draw(st.sampled_from([Per.WHOLE, Per.LINE]))
            freight = Shipping(names=draw(st.sampled_from([(), ("freight",)])), per=per)
            benefits.append(Reduction(value=draw(all_values()), target=freight, cap=draw(CAPS)))
        promotions.append(
            giving(
                f"p-{n}",
                *benefits,
                conditions=draw(conditions),
                measures=MORE_MEASURES,
                lane=lane.name,
                priority=draw(st.integers(0, 1)),
                exclusive=draw(st.sampled_from([False, False, False, True])),
                tags=draw(st.sampled_from([(), ("t",)])),
                bars=draw(st.sampled_from([(), (), ("t",), ("p-0",), ("till",)])),
                funders=draw(st.sampled_from(FUNDERS)),
            )
        )
    return Rulebook.of(promotions, policy=QuotePolicy(lanes=lanes), line_facts=TAGGED)


@st.composite
def rulebooks(draw: DrawFn) -> Rulebook:
    """Draw a rulebook of up to four computed promotions in two lanes, and one that takes stated discounts."""
    promotions = [
        a_promotion(
            f"p-{n}",
            draw(values),
            target=draw(st.sampled_from([Lines, Whole]))(scope=draw(scopes)),
            conditions=draw(conditions),
            lane=draw(st.sampled_from(LANES)).name,
            priority=draw(st.integers(0, 1)),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    lanes = tuple(Lane(name=lane.name, pick=draw(st.sampled_from([LanePick.STACK, LanePick.BEST]))) for lane in LANES)
    loyalty = a_promotion("loyalty", Stated(), lane="first")
    return Rulebook.of([loyalty, *promotions], policy=QuotePolicy(lanes=lanes), line_facts=TAGGED)


@st.composite
def baskets(draw: DrawFn) -> Basket:
    """Draw up to five lines, some equal, some with an odd amount, a floor, a tag or a stated discount."""
    lines: list[PricedLine] = []
    traits: list[LineTraits] = []
    for n in range(draw(st.integers(1, 5))):
        quantity, unit = draw(st.integers(1, 4)), draw(st.sampled_from(UNIT_PRICES))
        gross = quantity * unit + draw(st.sampled_from([0, 0, 0, 1]))
        off = draw(st.sampled_from([0, 0, quantity, 1]))
        taken = min(off, gross)
        floor = draw(st.sampled_from([None, None, 0, quantity, 1]))
        floor = None if floor is None else min(floor, gross - taken)
        id = f"l-{n}"
        lines.append(
            PricedLine(
                id=LineId(id),
                stock=StockKey.of(Sku(draw(st.sampled_from(SKUS))), LocationId("hz")),
                quantity=quantity,
                price=Price(amount=fen(unit)),
                gross=fen(gross),
                discounts=(Discount(promotion=PromotionId("loyalty"), amount=fen(taken)),) if taken else (),
            )
        )
        tag = draw(st.sampled_from([None, "sale"]))
        if tag is not None or floor is not None:
            traits.append(traits_of(id, floor=floor, **({} if tag is None else {"tag": tag})))
    basket = a_basket(*lines, traits=tuple(traits))
    names = draw(st.sampled_from([(), ("freight",), ("fee", "freight"), ("freight", "freight")]))
    services = (evolve(a_service(id=f"s-{n}", gross=f"0.{33 - n}"), name=name) for n, name in enumerate(names))
    return evolve(basket, services=tuple(services))
