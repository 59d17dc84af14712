"""Past baskets and programmes at random: few SKUs, few prices, so that ties occur; and one by one what a quote says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from ecomops.columns import microseconds
from ecomops.kernel import Calendar, Currency, Grain, Period, Rounding
from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import (
    ALWAYS,
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
    Weekly,
)
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions import (
    AmountOff,
    Chosen,
    CouponGrant,
    Every,
    FixedPrice,
    FunderShare,
    Gift,
    GiftChoice,
    Ladder,
    Lane,
    LanePick,
    Limits,
    Lines,
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
    Quote,
    QuotePolicy,
    Reading,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    Shortfall,
    Stated,
    Tier,
    UseId,
    View,
    Whole,
    Within,
    quote,
)
from ecomops.promotions.columnar import Baskets, Catalogue, Coded, Services, StatedDiscounts, asked
from ecomops.promotions.promotion import THE_SHOP
from ecomops.terms import BatchId, CustomerId, Funder, PromotionId, Sku
from ecomops.testing import NOON
from tests.promotions.kit import fen, stated

SHANGHAI = Calendar(timezone="Asia/Shanghai")
LINE_FACTS = (
    Fact(name="category", kind=FactKind.TEXTS),
    Fact(name="brand", kind=FactKind.TEXT),
    Fact(name="new", kind=FactKind.FLAG),
)
FACTS = (
    Fact(name="tier", kind=FactKind.TEXT),
    Fact(name="nth", kind=FactKind.NUMBER),
    Fact(name="app", kind=FactKind.FLAG),
)
SHARED = (
    FunderShare(funder=Funder.BRAND, share=Fraction(1, 3)),
    FunderShare(funder=Funder.SHOP, share=Fraction(2, 3)),
)
PRICES = (1000, 1000, 999, 250, 333, 10)
DAY = 86_400_000_000


def a_catalogue(draw: Random, *, items: int = 9) -> Catalogue:
    """Return few items, of which some share their SKU or their price."""
    skus = tuple(Sku(f"s{number * 2 // 3}") for number in range(items))
    return Catalogue(
        skus=skus,
        prices=np.array([draw.choice(PRICES) + number % 3 for number in range(items)]),
        facts={
            "category": [draw.choice((("tea",), ("tea", "green"), ("cup",), None)) for _ in skus],
            "brand": [draw.choice(("a", "b", None)) for _ in skus],
            "new": [draw.choice((True, False)) for _ in skus],
        },
        costs=np.array([draw.randrange(800) for _ in skus]),
    )


def some_baskets(draw: Random, size: int, *, floors: bool = True, sorted_at: bool = False, **changed: Any) -> Baskets:  # noqa: ANN401 - columns
    """Return so many baskets of 0 to 5 lines, in any order of time."""
    goods = a_catalogue(draw)
    lengths = [draw.choice((0, 1, 1, 2, 2, 3, 4, 5)) for _ in range(size)]
    lines = sum(lengths)
    items = np.array([draw.randrange(len(goods.skus)) for _ in range(lines)], dtype=np.int64)
    quantities = np.array([draw.choice((1, 1, 1, 2, 3, 7)) for _ in range(lines)], dtype=np.int64)
    odd = np.array([draw.choice((0, 0, 0, 0, 1, -1)) for _ in range(lines)], dtype=np.int64)
    amounts = np.maximum(goods.prices[items] * quantities + odd, 0)
    lowest = np.array([draw.choice((0, 0, 0, 50, 90, 100, 120)) for _ in range(lines)], dtype=np.int64)
    at = np.array([draw.randrange(5) * DAY // 2 for _ in range(size)], dtype=np.int64) + microseconds(NOON)
    serving = np.array([draw.choice((0, 1, 1, 2)) for _ in range(size)], dtype=np.int64)
    served = int(serving.sum())
    fields: dict[str, Any] = {
        "currency": Currency.CNY,
        "catalogue": goods,
        "starts": _starts(lengths),
        "items": items,
        "quantities": quantities,
        "amounts": amounts,
        "floors": amounts * lowest // 100 if floors else None,
        "at": np.sort(at) if sorted_at else at,
        "customers": np.array([draw.randrange(-1, 6) for _ in range(size)], dtype=np.int64),
        "facts": {
            "tier": Coded(codes=_drawn(draw, size, -1, 2), values=("gold", "black")),
            "nth": _drawn(draw, size, 0, 4),
            "app": _drawn(draw, size, 0, 2).astype(np.bool_),
        },
        "services": Services(
            starts=_starts(serving.tolist()),
            names=_drawn(draw, served, 0, 2),
            known=("freight", "wrap"),
            amounts=_drawn(draw, served, 0, 1200),
        ),
        "codes": Coded(codes=_drawn(draw, size, -1, 3), values=((), ("CODE",), ("CODE", "NO"))),
        "coupons": Coded(codes=_drawn(draw, size, -1, 2), values=(("p0", "p1", "p2", "p3"), ("p4", "p5", "p6"))),
    }
    return Baskets(**(fields | changed))


def with_stated(draw: Random, baskets: Baskets, known: tuple[str, ...]) -> Baskets:
    """Return the baskets with discounts that the host states for promotions of these names, where there is room."""
    services = baskets.services
    assert services is not None
    floors = np.zeros_like(baskets.amounts) if baskets.floors is None else baskets.floors
    room = (baskets.amounts - np.minimum(floors, baskets.amounts)).tolist()
    return evolve(
        baskets,
        stated=_stated(draw, room, known),
        services=evolve(services, stated=_stated(draw, services.amounts.tolist(), known)),
    )


def _stated(draw: Random, room: list[int], known: tuple[str, ...]) -> StatedDiscounts:
    """Return discounts of some lines: alike, odd, all that there is room for, two of one promotion."""
    found: list[tuple[int, int, int]] = []
    for line, all_of_it in enumerate(room):
        left = all_of_it
        for _ in range(draw.choice((0, 0, 0, 1, 1, 2))):
            amount = min(draw.choice((1, 3, 10, 10, 100, left)), left)
            if amount:
                found.append((line, draw.randrange(len(known)), amount))
                left -= amount
    columns = np.array(found, dtype=np.int64).reshape(-1, 3)
    return StatedDiscounts(
        starts=np.searchsorted(columns[:, 0], np.arange(len(room) + 1)).astype(np.int64),
        promotions=columns[:, 1].copy(),
        known=tuple(PromotionId(each) for each in known),
        amounts=columns[:, 2].copy(),
    )


def _starts(lengths: list[int]) -> Any:  # noqa: ANN401 - a column
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _drawn(draw: Random, size: int, least: int, most: int) -> Any:  # noqa: ANN401 - a column
    return np.array([draw.randrange(least, most) for _ in range(size)], dtype=np.int64)


# --- programmes


def a_scope(draw: Random, depth: int = 1) -> Rule:
    """Return which lines."""
    leaves: tuple[Rule, ...] = (
        ALWAYS,
        ALWAYS,
        OneOf(fact="sku", values=tuple(draw.sample(["s0", "s1", "s2", "s3", "s4", "s5"], 2))),
        OneOf(fact="category", values=("tea",)),
        Equals(fact="brand", value=draw.choice("ab")),
        Equals(fact="new", value=True),
        AtLeastFact(fact="price", bound=draw.choice((300, 999, 1000))),
    )
    if depth and draw.random() < 0.2:
        inner = a_scope(draw, 0), a_scope(draw, 0)
        return draw.choice((All(rules=inner), AnyOf(rules=inner), Not(rule=inner[0])))
    return draw.choice(leaves)


def a_condition(draw: Random, measures: tuple[Measure, ...], depth: int = 1) -> Rule:
    """Return when."""
    measure = draw.choice(measures)
    bound = draw.choice((1, 500, 1000, 2000, 4000) if measure.of is MeasureKind.AMOUNT else (1, 2, 3, 5))
    leaves: tuple[Rule, ...] = (
        ALWAYS,
        ALWAYS,
        AtLeastFact(fact=measure.fact, bound=bound),
        AtLeastFact(fact=measure.fact, bound=bound),
        AtMostFact(fact=measure.fact, bound=bound * 2),
        OneOf(fact="tier", values=("gold", "black")),
        Equals(fact="tier", value="gold"),
        AtLeastFact(fact="nth", bound=1),
        Equals(fact="nth", value=2),
        Equals(fact="app", value=draw.choice((True, False))),
        During(fact="at", periods=(Period(start=NOON, end=NOON.add(days=1)),)),
        Weekly(fact="at", calendar=SHANGHAI, weekdays=tuple(draw.sample(range(1, 8), 4)), start=600, end=1300),
    )
    if depth and draw.random() < 0.2:
        inner = a_condition(draw, measures, 0), a_condition(draw, measures, 0)
        return draw.choice((All(rules=inner), AnyOf(rules=inner), Not(rule=inner[0])))
    return draw.choice(leaves)


def a_plain(draw: Random, *, most: int = 1500) -> Percent | AmountOff | FixedPrice:
    """Return a plain value."""
    return draw.choice(
        (
            Percent(share=Fraction(draw.choice((1, 5, 10, 15, 33, 50, 100)), 100)),
            AmountOff(amount=fen(draw.choice((0, 1, 100, 101, most)))),
            FixedPrice(price=fen(draw.choice((0, 99, 800, most)))),
        )
    )


def a_value(draw: Random, measures: tuple[Measure, ...], *, priced: bool = True) -> Any:  # noqa: ANN401 - a value
    """Return a value, plain or by a measure."""
    measure = draw.choice(measures)
    steps = (700, 1000, 2500) if measure.of is MeasureKind.AMOUNT else (1, 2, 3)

    def plain() -> Any:  # noqa: ANN401 - a value
        found = a_plain(draw)
        return found if priced or not isinstance(found, FixedPrice) else AmountOff(amount=fen(150))

    kind = draw.random()
    if kind < 0.6:
        return plain()
    if kind < 0.8:
        tiers = tuple(Tier(bound=bound, value=plain()) for bound in sorted(draw.sample(steps, draw.choice((1, 2)))))
        return Ladder(by=measure.fact, tiers=tiers)
    return Every(
        by=measure.fact,
        step=draw.choice(steps),
        amount=fen(draw.choice((0, 50, 101))),
        most=draw.choice((None, 2)),
    )


def a_part(draw: Random, *, picks: bool) -> Part:
    """Return a part of a set."""
    quantity = draw.choice((1, 1, 2, 3))
    pick = None
    if draw.random() < 0.6:
        count = draw.randrange(quantity + 1) if picks else 0
        skip = draw.randrange(quantity - count + 1)
        pick = Pick(count=count, skip=skip, order=draw.choice(list(Order)), pooled=draw.random() < 0.6)
    return Part(scope=a_scope(draw), quantity=quantity, takes=draw.choice(list(Order)), pick=pick)


def a_reduction(draw: Random, measures: tuple[Measure, ...], *, over_lines: bool) -> Reduction:
    """Return a reduction of goods."""
    cap = draw.choice((None, None, fen(120)))
    kind = "lines" if over_lines else draw.choice(("lines", "whole", "sets", "sets"))
    if kind == "whole":
        return Reduction(value=a_value(draw, measures), target=Whole(scope=a_scope(draw)), cap=cap)
    if kind == "lines":
        chosen = draw.choice(
            (
                None,
                Chosen(
                    count=draw.choice((1, 2)),
                    skip=draw.choice((0, 1)),
                    order=draw.choice(list(Order)),
                    within=draw.choice(list(Within)),
                ),
            )
        )
        lines = Lines(scope=a_scope(draw), per=draw.choice((Per.UNIT, Per.LINE)), chosen=chosen)
        return Reduction(value=a_value(draw, measures), target=lines, cap=cap)
    per = draw.choice((Per.UNIT, Per.SET))
    picks = per is Per.UNIT or draw.random() < 0.5
    parts = tuple(a_part(draw, picks=picks) for _ in range(draw.choice((1, 2, 2))))
    target = Sets(parts=parts, per=per, most=draw.choice((None, None, 1)), consuming=draw.random() < 0.7)
    return Reduction(value=a_value(draw, measures, priced=per is Per.UNIT or not picks), target=target, cap=cap)


def some_measures(draw: Random) -> tuple[Measure, ...]:
    """Return measures of every kind, read in any way."""
    return tuple(
        Measure(
            fact=kind.value,
            of=kind,
            over=draw.choice((None, None, a_scope(draw))),
            read=draw.choice((Reading.ENTRY, Reading.LIST, Reading.RUNNING)),
        )
        for kind in MeasureKind
    )


def some_limits(draw: Random) -> Limits:
    """Return limits that are reached."""
    grain, calendar = draw.choice((Grain.DAY, Grain.DAY, Grain.WEEK)), draw.choice((SHANGHAI, Calendar(timezone="UTC")))
    within = PeriodLimit(uses=draw.choice((2, 4)), grain=grain, calendar=calendar)
    return Limits(
        uses=draw.choice((None, 0, 5, 20)),
        per_customer=draw.choice((None, None, 1, 3)),
        per_period=draw.choice((None, None, within)),
        money=draw.choice((None, fen(0), fen(500), fen(3000))),
        excess=draw.choice(list(Excess)),
    )


def a_programme_promotion(draw: Random, number: int, lane: Lane, *, limits: bool) -> Promotion:
    """Return a promotion of a programme."""
    measures = some_measures(draw)
    lines = lane.pick is LanePick.BEST_PER_LINE
    kind = draw.random()
    freight = Reduction(
        value=a_value(draw, measures),
        target=Shipping(names=draw.choice(((), ("freight",))), per=draw.choice((Per.WHOLE, Per.LINE))),
        cap=draw.choice((None, fen(300))),
    )
    choices = (GiftChoice(sku=Sku("s0"), value=fen(10)), GiftChoice(sku=Sku("s1"), value=fen(draw.choice((0, 10)))))
    gift = Gift(
        choices=choices[: draw.choice((1, 2))],
        quantity=draw.choice((1, 2)),
        price=draw.choice((None, fen(10))),
        by=draw.choice((None, "amount", "quantity")),
        step=draw.choice((1, 3, 1500)),
        most=draw.choice((None, 2)),
    )
    goods = a_reduction(draw, measures, over_lines=lines)
    benefits: tuple[Any, ...] = (goods,)
    if not lines:
        if kind < 0.1:
            benefits = (freight,)
        elif kind < 0.2:
            benefits = (goods, freight)
        elif kind < 0.25:
            benefits = (gift,)
        elif kind < 0.3:
            benefits = (gift, goods)
        elif kind < 0.35:
            points = draw.choice((PointsGrant(points=3), PointsGrant(points=4), PointsGrant(factor=Fraction(2))))
            coupons = CouponGrant(batch=BatchId(draw.choice("ab")), number=draw.choice((1, 2)))
            benefits = (points, coupons, gift)
    return Promotion(
        id=PromotionId(f"p{number}"),
        benefits=benefits,
        conditions=a_condition(draw, measures),
        measures=measures,
        lane=lane.name,
        priority=draw.choice((0, 0, 1)),
        valid=draw.choice((None, None, None, Period(start=NOON.add(hours=1), end=NOON.add(days=2)))),
        promo_code="CODE" if number == 3 else None,
        by_coupon=draw.random() < 0.15,
        exclusive=draw.random() < 0.08,
        tags=draw.choice(((), (), ("t",))),
        bars=draw.choice(((), (), (), (), ("t",), ("p1",))),
        limits=some_limits(draw) if limits and draw.random() < 0.4 else Limits(),
        funders=draw.choice((THE_SHOP, THE_SHOP, SHARED)),
    )


def a_programme(draw: Random, size: int, *, limits: bool = False) -> Rulebook:
    """Return a rulebook of so many promotions in lanes of all kinds."""
    names = draw.sample(["one", "two", "three"], draw.choice((1, 2, 3)))
    lanes = tuple(Lane(name=name, pick=draw.choice(list(LanePick))) for name in names)
    promotions = [a_programme_promotion(draw, number, draw.choice(lanes), limits=limits) for number in range(size)]
    policy = QuotePolicy(lanes=lanes, rounding=draw.choice([Rounding.HALF_UP] * 6 + list(Rounding)))
    return Rulebook.of(promotions, policy=policy, line_facts=LINE_FACTS, facts=FACTS)


@frozen(kw_only=True)
class HalfOfTheFirst:
    """A host's own rule: half of the first row."""

    code: ClassVar[str] = "host.half"

    def effect(self, view: View) -> Sequence[int]:
        """Return what is taken off."""
        return [row.left // 2 if place == 0 else 0 for place, row in enumerate(view.rows)]


@frozen(kw_only=True)
class FewRows:
    """A host's own condition: at most so many rows."""

    code: ClassVar[str] = "host.few"

    most: int

    def unmet(self, view: View) -> Shortfall | None:
        """Return by how much there are too many."""
        return None if len(view.rows) <= self.most else Shortfall(len(view.rows), self.most)


def with_hosts(draw: Random, book: Rulebook) -> Rulebook:
    """Return the rulebook with what a host decides: in a lane that stacks, beside all others, which it may bar."""
    policy = evolve(book.policy, lanes=(*book.policy.lanes, Lane(name="host")))
    half = Promotion(
        id=PromotionId("half"),
        benefits=(HalfOfTheFirst(),),
        lane="host",
        by_coupon=True,
        limits=some_limits(draw),
        bars=draw.choice(((), ("t",))),
    )
    few = Promotion(
        id=PromotionId("few"),
        benefits=(Reduction(value=a_plain(draw), target=Lines(scope=a_scope(draw))),),
        own=(FewRows(most=2),),
        lane="host",
        by_coupon=True,
    )
    return Rulebook.of([*book.promotions, half, few], policy=policy, line_facts=LINE_FACTS, facts=FACTS)


def and_stated(draw: Random, book: Rulebook, *, bound: bool) -> Rulebook:
    """Return the rulebook with promotions whose amounts the host states; *bound*: of which one does not always hold."""
    lanes = [lane.name for lane in book.policy.lanes]
    lane, other = draw.choice(lanes), draw.choice(lanes)
    named = [
        evolve(stated("loyalty"), lane=lane, tags=draw.choice(((), ("t",)))),
        evolve(stated("till"), lane=other, bars=draw.choice(((), ("p2",)))),
    ]
    if bound:
        narrow = Reduction(value=Stated(), target=Whole(scope=a_scope(draw)))
        measures = some_measures(draw)
        rare = evolve(stated("rare"), benefits=(narrow,), lane=lane, limits=some_limits(draw), measures=measures)
        named.append(evolve(rare, conditions=a_condition(draw, measures), bars=draw.choice(((), ("t",), ("till",)))))
    return Rulebook.of([*book.promotions, *named], policy=book.policy, line_facts=LINE_FACTS, facts=FACTS)


def some_used(draw: Random, book: Rulebook) -> dict[UseId, PromotionUse]:
    """Return what was used before: of what is counted, and of what is not."""
    found: dict[UseId, PromotionUse] = {}
    for promotion in book.promotions:
        days = [SHANGHAI.day(NOON.add(days=day)) for day in range(3)]
        names = [
            UseId.of(promotion.id),
            *(UseId.of(promotion.id, CustomerId(f"c{code}")) for code in (0, 3, 5, 99)),
            *(UseId.within(promotion.id, Grain.DAY, day) for day in days),
            UseId.within(promotion.id, Grain.WEEK, SHANGHAI.first_day(days[0], Grain.WEEK)),
            UseId.within(promotion.id, Grain.MONTH, SHANGHAI.first_day(days[0], Grain.MONTH)),
        ]
        for id in names:
            if draw.random() < 0.5:
                money = draw.choice((0, 100, 400, 10_000))
                found[id] = PromotionUse(
                    id=id, reserved=draw.choice((0, 1, 3)), redeemed=draw.choice((0, 1)), redeemed_money=money
                )
    return found


# --- one by one


class OneByOne:
    """What quotes say of baskets, one by one, in the order of their instants.

    Attributes:
        off: (line, promotion) -> what it loses.
        off_services: Likewise of services.
        uses: How often each applied.
        refused: (promotion, reason) -> how often.
        gifts: Units given, by promotion.
    """

    def __init__(self, book: Rulebook, baskets: Baskets, used: Mapping[UseId, PromotionUse] | None = None) -> None:
        """Quote all; *used* is what was used before."""
        self.off: Counter[tuple[int, str]] = Counter()
        self.off_services: Counter[tuple[int, str]] = Counter()
        self.uses: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.gifts: Counter[str] = Counter()
        self.margin: int | None = None if baskets.catalogue.costs is None else 0
        counted = dict(used or {})
        for number in np.argsort(baskets.at, kind="stable").tolist():
            basket, at, customer, facts, codes, coupons = asked(baskets, number)
            found = quote(
                book, basket, at=at, customer=customer, facts=facts, codes=codes, coupons=coupons, used=counted
            )
            for claim in found.claims.uses:
                before = counted.get(claim.use, PromotionUse(id=claim.use))
                money = before.reserved_money + claim.money.minor
                counted[claim.use] = evolve(before, reserved=before.reserved + 1, reserved_money=money)
            taking = {each.promotion for each in found.applications if book.by_id[each.promotion].stated}
            self.uses.update(map(str, (*found.applied, *taking)))
            self.refused.update((str(each.promotion), str(each.reason)) for each in found.not_applied)
            for given in found.gifts:
                self.gifts[str(given.promotion)] += given.offers[0].quantity
            self._earn(baskets, number, found)
            served = baskets.starts if baskets.services is None else baskets.services.starts
            of_lines = [line.discounts for line in found.lines]
            of_services = [service.discounts for service in found.services]
            for entries, starts, off in (
                (of_lines, baskets.starts, self.off),
                (of_services, served, self.off_services),
            ):
                for place, discounts in enumerate(entries):
                    for each in discounts:
                        off[int(starts[number]) + place, str(each.promotion)] += each.amount.minor

    def _earn(self, baskets: Baskets, number: int, found: Quote) -> None:
        """Add what a basket leaves above what its goods and gifts cost: of gifts to choose from the dearest."""
        costs = baskets.catalogue.costs
        if costs is None or self.margin is None:
            return
        for place, line in enumerate(found.lines):
            item = int(baskets.items[int(baskets.starts[number]) + place])
            net = line.gross.minor - sum(each.amount.minor for each in line.discounts)
            self.margin += net - int(costs[item]) * line.quantity
        for given in found.gifts:
            paid = 0 if given.price is None else given.price.minor
            dearest = max(
                int(cost)
                for sku, cost in zip(baskets.catalogue.skus, costs, strict=True)
                if sku in {offer.choice.sku for offer in given.offers}
            )
            self.margin -= given.offers[0].quantity * (dearest - paid)
