"""Programmes and baskets drawn from few prices, so that units tie, rows fill and floors are met."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from attrs import evolve

from ecomops.kernel import Calendar, Currency, Grain, Period, Rounding
from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import ALWAYS, All, AtLeastFact, AtMostFact, Equals, Fact, FactKind, Not, OneOf, Rule
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions import (
    AmountOff,
    Basket,
    Benefit,
    Chosen,
    CouponGrant,
    Every,
    FixedPrice,
    FunderShare,
    Gift,
    GiftChoice,
    HostCondition,
    Ladder,
    Lane,
    LanePick,
    Limits,
    Lines,
    LineTraits,
    Measure,
    MeasureKind,
    Order,
    Part,
    Per,
    Percent,
    PeriodLimit,
    Pick,
    PointsGrant,
    Promotion,
    PromotionUse,
    QuotePolicy,
    Reading,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    Stated,
    Target,
    Tier,
    UseId,
    Value,
    Whole,
    Within,
)
from ecomops.terms import (
    BatchId,
    CustomerId,
    Discount,
    Funder,
    LineId,
    LocationId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Sku,
    StockKey,
)
from ecomops.testing import NOON
from tests.promotions.kit import fen, giving, sku, traits_of
from tests.promotions.oracle.hosts import Beside, Shaved, Units
from tests.promotions.oracle.sets import is_trigger
from tests.promotions.oracle.turns import Asked

PRICES = (1, 2, 3, 33, 50, 100, 100, 101)
NEAR = (30, 31, 32, 32)
ME = CustomerId("me")
LINE_FACTS = (Fact(name="tag", kind=FactKind.TEXTS), Fact(name="reduced", kind=FactKind.FLAG))
FACTS = (Fact(name="tier", kind=FactKind.TEXT), Fact(name="orders", kind=FactKind.NUMBER))
CALENDAR = Calendar(timezone="Asia/Shanghai")
DAY = CALENDAR.day(NOON)
SCOPES: tuple[Rule, ...] = (
    ALWAYS,
    ALWAYS,
    sku("a"),
    sku("b"),
    sku("a", "b"),
    OneOf(fact="tag", values=("sale",)),
    Not(rule=Equals(fact="reduced", value=True)),
    AtLeastFact(fact="price", bound=50),
    All(rules=(AtMostFact(fact="price", bound=100), Not(rule=sku("c")))),
    AnyOf(rules=(sku("c"), OneOf(fact="tag", values=("new", "sale")))),
)
MEASURES = (
    Measure(fact="amount", of=MeasureKind.AMOUNT),
    Measure(fact="quantity", of=MeasureKind.QUANTITY),
    Measure(fact="listed", of=MeasureKind.AMOUNT, read=Reading.LIST),
    Measure(fact="running", of=MeasureKind.AMOUNT, over=ALWAYS, read=Reading.RUNNING),
    Measure(fact="of_a", of=MeasureKind.AMOUNT, over=sku("a")),
    Measure(fact="products", of=MeasureKind.PRODUCTS),
    Measure(fact="row", of=MeasureKind.LINE_QUANTITY),
    Measure(fact="row_of_a", of=MeasureKind.LINE_QUANTITY, over=sku("a")),
)
NAMES = [*(measure.fact for measure in MEASURES), "amount", "amount", "running"]
FUNDERS = (
    (FunderShare(funder=Funder.SHOP, share=Fraction(1)),),
    (FunderShare(funder=Funder.PLATFORM, share=Fraction(1, 2)), FunderShare(funder=Funder.SHOP, share=Fraction(1, 2))),
    (
        FunderShare(funder=Funder.BRAND, share=Fraction(1, 3)),
        FunderShare(funder=Funder.SUPPLIER, share=Fraction(1, 6)),
        FunderShare(funder=Funder.SHOP, share=Fraction(1, 2)),
    ),
)
TAGS = ("t", "u")


class Drawing:
    """Draws one programme and baskets for it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.choice = random.choice
        self.calm = self.often(0.3)
        """Whether nothing keeps promotions from applying: sets follow on sets, of units that cost nearly the same."""

    def often(self, chance: float) -> bool:
        """Tell whether what happens so often happens."""
        return self.random.random() < chance

    def plain(self) -> Percent | AmountOff | FixedPrice:
        """Draw a value that needs no measure."""
        match self.random.randrange(3):
            case 0:
                return Percent(
                    share=self.choice([Fraction(n, d) for n, d in ((1, 2), (1, 3), (1, 10), (3, 7), (1, 1))])
                )
            case 1:
                return AmountOff(amount=fen(self.choice([1, 2, 7, 33, 50, 150])))
            case _:
                return FixedPrice(price=fen(self.choice([0, 1, 2, 50, 99, 150])))

    def value(self) -> Value:
        """Draw a value."""
        match self.random.randrange(6):
            case 0:
                bounds = sorted(self.random.sample([0, 1, 2, 3, 4, 100, 150], self.choice([1, 2, 3])))
                return Ladder(
                    by=self.choice(NAMES), tiers=tuple(Tier(bound=each, value=self.plain()) for each in bounds)
                )
            case 1:
                return Every(
                    by=self.choice(NAMES),
                    step=self.choice([1, 2, 3, 50, 100]),
                    amount=fen(self.choice([1, 3, 20])),
                    most=self.choice([None, None, 1, 2]),
                )
            case _:
                return self.plain()

    def lines(self) -> Lines:
        """Draw lines."""
        chosen = None
        if self.often(0.5):
            chosen = Chosen(
                count=self.choice([1, 2, 3]),
                skip=self.choice([0, 0, 1, 2]),
                order=self.choice(list(Order)),
                within=self.choice(list(Within)),
            )
        return Lines(scope=self.choice(SCOPES), per=self.choice([Per.UNIT, Per.LINE]), chosen=chosen)

    def sets(self) -> Sets:
        """Draw sets of one to three parts, whose scopes often overlap."""
        per = self.choice([Per.UNIT, Per.SET])
        parts: list[Part] = []
        for _ in range(self.choice([1, 1, 2, 2, 3])):
            quantity = self.choice([1, 1, 2, 3])
            pick = None
            if self.often(0.5):
                count = self.choice([0, 1, quantity]) if per is Per.UNIT else 0
                pick = Pick(
                    count=count,
                    skip=self.random.randint(0, quantity - count),
                    order=self.choice(list(Order)),
                    pooled=self.often(0.5),
                )
            takes = self.choice(list(Order))
            parts.append(Part(scope=self.choice(SCOPES), quantity=quantity, takes=takes, pick=pick))
        most = self.choice([1, 1, 2, None] if self.calm else [None, None, 1, 2])
        return Sets(parts=tuple(parts), per=per, most=most, consuming=self.often(0.75))

    def target(self) -> Target:
        """Draw a target of goods."""
        match self.random.randrange(2, 8) if self.calm else self.random.randrange(4):
            case 0 | 4:
                return self.lines()
            case 1 | 5:
                return Whole(scope=self.choice(SCOPES))
            case _:
                return self.sets()

    def reduction(self, target: Target) -> Reduction:
        """Draw what is taken off *target*."""
        value, cap = self.value(), self.choice([None, None, None, fen(1), fen(10), fen(51)])
        if isinstance(target, Sets) and target.per is Per.SET and any(part.pick for part in target.parts):
            plain = [part if is_trigger(part) else evolve(part, pick=None) for part in target.parts]
            target = evolve(target, parts=tuple(plain))
        return Reduction(value=value, target=target, cap=cap)

    def benefits(self, pick: LanePick) -> list[Benefit]:
        """Draw what a promotion gives in a lane of this kind."""
        if pick is LanePick.BEST_PER_LINE:
            return [self.reduction(self.lines())]
        found: list[Benefit] = []
        if self.often(0.08):
            useless = self.choice([None, None, "short", "flag"])
            found.append(Shaved(sku=self.choice("abc"), off=self.choice([-1, 0, 7, 60]), useless=useless))
        elif self.often(0.9):
            found.append(self.reduction(self.target()))
        if self.often(0.2):
            names = self.choice([(), ("freight",), ("fee", "freight")])
            found.append(self.reduction(Shipping(names=names, per=self.choice([Per.WHOLE, Per.LINE]))))
        if self.often(0.1):
            found.append(self.gift())
        if self.often(0.1):
            found.append(
                self.choice([PointsGrant(points=7), PointsGrant(points=8), PointsGrant(factor=Fraction(3, 2))])
            )
        if self.often(0.05) or not found:
            batch = BatchId(self.choice(["later", "soon"]))
            found.append(CouponGrant(batch=batch, number=self.choice([1, 2])))
        return found

    def gift(self) -> Gift:
        """Draw a gift."""
        some = self.choice([("mug", "pen"), ("mug", "pen"), ("pen",)])
        return Gift(
            choices=tuple(GiftChoice(sku=Sku(each), value=fen(self.choice([0, 9]))) for each in some),
            quantity=self.choice([1, 2]),
            price=self.choice([None, None, fen(0), fen(5)]),
            by=self.choice([None, *NAMES]),
            step=self.choice([1, 3, 100]),
            most=self.choice([None, None, 1]),
        )

    def conditions(self) -> Rule:
        """Draw when a promotion applies."""
        leaves: tuple[Rule, ...] = (
            AtLeastFact(fact=self.choice(NAMES), bound=self.choice([1, 2, 3, 100, 150, 202])),
            AtLeastFact(fact=self.choice(["amount", "running"]), bound=self.random.randint(20, 400)),
            AtMostFact(fact=self.choice(NAMES), bound=self.choice([2, 3, 100, 202])),
            AtMostFact(fact=self.choice(["amount", "listed"]), bound=self.random.randint(20, 400)),
            Equals(fact="tier", value="gold"),
            AtLeastFact(fact="orders", bound=1),
        )
        if self.often(0.8 if self.calm else 0.4):
            return ALWAYS
        one, other = self.choice(leaves), self.choice(leaves)
        return self.choice([one, one, All(rules=(one, other)), AnyOf(rules=(one, other)), Not(rule=one)])

    def own(self) -> tuple[HostCondition, ...]:
        """Draw what the host decides."""
        if self.calm or self.often(0.9):
            return ()
        one, other = Units(least=self.choice([1, 2, 4])), Beside(sku=self.choice("abc"))
        return self.choice([(one,), (other,), (one, other)])

    def limits(self) -> Limits:
        """Draw how often a promotion may be used."""
        if self.calm or self.often(0.7):
            return Limits()
        within = PeriodLimit(
            uses=self.choice([1, 2]),
            grain=self.choice([Grain.DAY, Grain.WEEK]),
            calendar=self.choice([CALENDAR, Calendar(timezone="UTC")]),
        )
        return Limits(
            uses=self.choice([None, None, 1, 3]),
            per_customer=self.choice([None, None, 1, 2]),
            per_period=self.choice([None, None, within]),
            money=self.choice([None, fen(20), fen(100)]),
            excess=self.choice(list(Excess)),
        )

    def promotion(self, name: str, lane: Lane) -> Promotion:
        """Draw a promotion."""
        valid = None
        if not self.calm and self.often(0.1):
            valid = self.choice(
                [
                    Period(start=NOON, end=NOON.add(days=1)),
                    Period(start=NOON.add(days=1), end=NOON.add(days=2)),
                    Period(start=NOON.subtract(days=2), end=NOON),
                ]
            )
        return giving(
            name,
            *self.benefits(lane.pick),
            conditions=self.conditions(),
            own=self.own(),
            measures=MEASURES,
            lane=lane.name,
            priority=self.choice([0, 0, 1]),
            valid=valid,
            promo_code=name.upper() if not self.calm and self.often(0.1) else None,
            by_coupon=not self.calm and self.often(0.1),
            exclusive=not self.calm and self.often(0.07),
            tags=tuple(tag for tag in TAGS if self.often(0.3)),
            bars=() if self.calm else self.choice([()] * 6 + [("t",), ("u",), ("p-0",)]),
            limits=self.limits(),
            funders=self.choice(FUNDERS),
        )

    def book(self) -> Rulebook:
        """Draw a rulebook of one to six promotions in one to three lanes, two of them stated."""
        picks = [LanePick.STACK] if self.calm else list(LanePick)
        lanes = tuple(Lane(name=f"lane-{n}", pick=self.choice(picks)) for n in range(self.choice([1, 2, 2, 3])))
        promotions = [
            self.promotion(f"p-{n}", self.choice(lanes)) for n in range(self.random.randint(4 if self.calm else 1, 6))
        ]
        for name, tags in (("loyalty", ("t",)), ("till", ())):
            stated = Reduction(value=Stated(), target=Whole())
            promotions.append(giving(name, stated, lane=self.choice(lanes).name, tags=tags))
        rounding = Rounding.HALF_UP if self.often(0.7) else self.choice(list(Rounding))
        policy = QuotePolicy(lanes=lanes, rounding=rounding)
        return Rulebook.of(promotions, policy=policy, line_facts=LINE_FACTS, facts=FACTS)

    def basket(self) -> Basket:
        """Draw a basket: equal lines in several pieces, odd amounts, floors, facts, stated discounts, services."""
        lines: list[PricedLine] = []
        traits: list[LineTraits] = []
        for n in range(self.choice([0, 1, 2, 2, 3, 3, 4])):
            name, unit, per = self.choice("abc"), self.choice(NEAR if self.calm else PRICES), self.choice([1] * 9 + [2])
            facts: dict[str, Any] = {}
            if self.often(0.3):
                facts["tag"] = self.choice([("sale",), ("new",), ("new", "sale")])
            if self.often(0.3):
                facts["reduced"] = self.often(0.5)
            odd, each = self.choice([0, 0, 0, 1]), self.choice([0, 0, 1]) if unit > 1 else 0
            floor = self.choice([None, None, 0, 1, unit // 2, unit - 1, unit])
            for piece in range(self.choice([1, 1, 2])):
                id, quantity = f"l-{n}-{piece}", self.choice([1, 1, 2, 3, 5])
                gross, off = quantity * unit + odd, self.choice([each * quantity, each * quantity, min(1, unit - 1)])
                lines.append(
                    PricedLine(
                        id=LineId(id),
                        stock=StockKey.of(Sku(name), LocationId("hz")),
                        quantity=quantity,
                        price=Price(amount=fen(unit), per=per),
                        gross=fen(gross),
                        discounts=self._stated(off),
                    )
                )
                if facts or floor is not None:
                    least = None if floor is None else min(floor * quantity, gross - off)
                    traits.append(traits_of(id, floor=least, **facts))
        services = [
            PricedService(
                id=LineId(f"s-{n}"),
                name=name,
                gross=fen(gross := self.choice([0, 1, 33, 100])),
                discounts=self._stated(min(gross, self.choice([0, 0, 1]))),
            )
            for n, name in enumerate(self.choice([(), ("freight",), ("fee", "freight"), ("freight", "freight", "fee")]))
        ]
        self.random.shuffle(lines)
        return Basket(currency=Currency.CNY, lines=tuple(lines), services=tuple(services), traits=tuple(traits))

    def _stated(self, off: int) -> tuple[Discount, ...]:
        return (Discount(promotion=PromotionId(self.choice(["loyalty", "till"])), amount=fen(off)),) if off else ()

    def used(self, promotions: Sequence[Promotion]) -> dict[UseId, PromotionUse]:
        """Draw how often promotions with limits were used."""
        found: dict[UseId, PromotionUse] = {}
        for promotion in promotions:
            if promotion.limits.counted:
                for id in (
                    UseId.of(promotion.id),
                    UseId.of(promotion.id, ME),
                    UseId.within(promotion.id, Grain.DAY, DAY),
                    UseId.within(promotion.id, Grain.WEEK, CALENDAR.first_day(DAY, Grain.WEEK)),
                ):
                    if self.often(0.6):
                        found[id] = PromotionUse(
                            id=id,
                            reserved=self.choice([0, 1]),
                            redeemed=self.choice([0, 0, 1]),
                            redeemed_money=self.choice([0, 5, 20, 30]),
                        )
        return found

    def asked(self, book: Rulebook) -> Asked:
        """Draw what a quote is asked for."""
        facts = {name: value for name, value in (("tier", "gold"), ("orders", 1)) if self.often(0.7)}
        return Asked(
            promotions=book.promotions,
            policy=book.policy,
            basket=self.basket(),
            at=NOON,
            customer=ME if self.often(0.8) else None,
            facts=facts,
            codes=tuple(
                promotion.promo_code for promotion in book.promotions if promotion.promo_code and self.often(0.7)
            ),
            coupons=tuple(promotion.id for promotion in book.promotions if promotion.by_coupon and self.often(0.7)),
            used=self.used(book.promotions),
            gift_stock=self.choice([None, {}, {Sku("pen"): 1}, {Sku("mug"): 3}]),
        )
