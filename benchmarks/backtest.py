"""The backtest of a million baskets with 10, 30 and 100 promotions, beside the quote of each of a sample of them.

The cents of the sample are compared before anything is timed. Guards: 0.5, 0.7 and 3 seconds, 25 times the quote, and
150 MB beside the baskets.
"""

import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np

from benchmarks.report import Line, best, line
from ecomops.columns import Ints, microseconds
from ecomops.kernel import Currency, Money, Period
from ecomops.kernel.rules import All, AtLeastFact, During, Fact, FactKind, OneOf
from ecomops.promotions import (
    AmountOff,
    Chosen,
    Every,
    FixedPrice,
    Ladder,
    Lane,
    LanePick,
    Limits,
    Lines,
    Part,
    Percent,
    Pick,
    Promotion,
    Quote,
    QuotePolicy,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    Tier,
    Value,
    Whole,
    quote,
    spend,
)
from ecomops.promotions.columnar import Baskets, Catalogue, Coded, Services, asked, backtest
from ecomops.promotions.targets import Per, Target
from ecomops.terms import PromotionId, Sku
from ecomops.testing import NOON

SIZE = 1_000_000
SAMPLE = 2_000
SKUS = 2_000
CATEGORIES = 40
BRANDS = 60
ROUNDS = 3
GUARDS = {10: 0.5, 30: 0.7, 100: 3.0}
TIMES = 25
MOST_MB = 150
DAY = 86_400_000_000
LINE_FACTS = (Fact(name="category", kind=FactKind.TEXT), Fact(name="brand", kind=FactKind.TEXT))
FACTS = (Fact(name="tier", kind=FactKind.TEXT), Fact(name="nth", kind=FactKind.NUMBER))


def past(size: int) -> Baskets:
    """Return so many baskets of 1 to 6 lines, few of which name an item twice, in the order of their instants."""
    draw = np.random.default_rng(6)
    lengths = draw.choice(np.arange(1, 7), size=size, p=(0.38, 0.27, 0.16, 0.1, 0.06, 0.03))
    lines = int(lengths.sum())
    popular = (draw.random(lines) ** 2 * SKUS).astype(np.int64)
    prices = draw.choice(np.array([990, 1500, 1990, 2990, 4900, 9900, 19900]), size=SKUS)
    quantities = draw.choice(np.array([1, 2, 3, 6]), size=lines, p=(0.7, 0.2, 0.07, 0.03))
    return Baskets(
        currency=Currency.CNY,
        catalogue=Catalogue(
            skus=tuple(Sku(f"sku-{number:05}") for number in range(SKUS)),
            prices=prices,
            facts={
                "category": [f"c{number % CATEGORIES}" for number in range(SKUS)],
                "brand": [f"b{number % BRANDS}" for number in range(SKUS)],
            },
        ),
        starts=_starts(lengths),
        items=popular,
        quantities=quantities,
        amounts=prices[popular] * quantities,
        at=np.sort(draw.integers(0, 30 * DAY, size=size)) + microseconds(NOON),
        customers=draw.integers(-1, size // 3, size=size),
        facts={
            "tier": Coded(codes=draw.integers(-1, 3, size=size), values=("silver", "gold", "black")),
            "nth": draw.integers(0, 8, size=size),
        },
        services=Services(
            starts=np.arange(size + 1),
            names=np.zeros(size, dtype=np.int64),
            known=("freight",),
            amounts=np.full(size, 1000),
        ),
    )


def _starts(lengths: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def programme(size: int) -> Rulebook:
    """Return a mixed programme of so many promotions in three lanes."""
    lanes = (
        Lane(name="lines", pick=LanePick.BEST_PER_LINE),
        Lane(name="main"),
        Lane(name="coupons", pick=LanePick.BEST),
    )
    return Rulebook.of(
        [_promotion(number) for number in range(size)],
        policy=QuotePolicy(lanes=lanes),
        line_facts=LINE_FACTS,
        facts=FACTS,
    )


def _promotion(number: int) -> Promotion:
    """Return a promotion of one of ten kinds, each over a category or a brand of its own; two over everything."""
    kind, turn = number % 10, number // 10
    category = OneOf(fact="category", values=(f"c{number * 7 % CATEGORIES}", f"c{(number * 7 + 3) % CATEGORIES}"))
    brand = OneOf(fact="brand", values=(f"b{number * 11 % BRANDS}",))
    everything = Whole() if turn == 0 else Whole(scope=category)
    gold = OneOf(fact="tier", values=("gold", "black"))
    sale = During(fact="at", periods=(Period(start=NOON.add(days=turn), end=NOON.add(days=turn + 12)),))
    ladder = Ladder(
        by="amount",
        tiers=(Tier(bound=20_000, value=_off(2000)), Tier(bound=40_000, value=_off(5000))),
    )
    half = Percent(share=Fraction(1, 2))
    bundle = Sets(parts=(Part(scope=category, quantity=1), Part(scope=brand, quantity=1)), per=Per.SET)
    third = Sets(parts=(Part(scope=brand, quantity=3, pick=Pick(count=1)),))
    made: list[tuple[str, Value, Target, object]] = [
        ("lines", Percent(share=Fraction(15, 100)), Lines(scope=category), None),
        ("lines", FixedPrice(price=_money(1390)), Lines(scope=brand), gold),
        ("lines", Percent(share=Fraction(8, 100)), Lines(scope=brand), sale),
        ("main", ladder, everything, None),
        ("main", half, Lines(scope=category, chosen=Chosen(count=1, skip=1)), None),
        ("main", Every(by="amount", step=10_000, amount=_money(800), most=3), Whole(scope=category), sale),
        ("main", half, third, None),
        ("main", Percent(share=Fraction(1, 5)), bundle, None),
        ("coupons", _off(1500), Whole(), All(rules=(spend(_money(15_000)), AtLeastFact(fact="nth", bound=turn % 4)))),
        ("coupons", Percent(share=Fraction(1, 1)), Shipping(), spend(_money(9_900))),
    ]
    lane, value, target, conditions = made[kind]
    limits = Limits(uses=20_000, money=_money(4_000_000)) if kind == 5 else Limits()
    more = {} if conditions is None else {"conditions": conditions}
    reduction = Reduction(value=value, target=target)
    return Promotion(id=PromotionId(f"p{number:03}"), benefits=(reduction,), lane=lane, limits=limits, **more)  # type: ignore[arg-type] # rules


def _money(minor: int) -> Money:
    return Money(minor, Currency.CNY)


def _off(minor: int) -> AmountOff:
    return AmountOff(amount=_money(minor))


def lines() -> Iterator[Line]:
    """Yield a line for each size of programme."""
    baskets, few = past(SIZE), past(SAMPLE)
    asks = [asked(few, number)._asdict() for number in range(SAMPLE)]
    for size in (10, 30, 100):
        book = programme(size)
        unlimited = _unlimited(book)
        scalar = partial(_quoted, unlimited, asks)
        found = backtest(unlimited, few)
        assert found.requoted == 0
        assert found.discounts.tolist() == [each.discount.minor for each in scalar()]
        each_s = best(scalar, rounds=ROUNDS) / SAMPLE
        taken = best(partial(backtest, book, baskets), rounds=ROUNDS)
        tracemalloc.start()
        backtest(book, baskets)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        note = (
            f"{size} promotions, {len(baskets.items)} lines; at most {GUARDS[size]} s, {TIMES} times, {most >> 20} MB"
        )
        yield line(f"backtest_{size}", n=SIZE, ours_s=taken, peer="quote", peer_s=each_s * SIZE, note=note)


def _quoted(book: Rulebook, asks: list[dict[str, object]]) -> list[Quote]:
    return [quote(book, **each) for each in asks]  # type: ignore[arg-type] # as `asked` made them


def _unlimited(book: Rulebook) -> Rulebook:
    """Return the rulebook without limits: a quote does not count."""
    from attrs import evolve  # noqa: PLC0415 - beside its one use

    promotions = [evolve(each, limits=Limits()) for each in book.promotions]
    return Rulebook.of(promotions, policy=book.policy, line_facts=LINE_FACTS, facts=FACTS)
