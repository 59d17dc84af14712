"""The exact best of 30 coupons in 5 exclusion groups, at most 4 used: median over programmes, every answer proved.

Each group has full cuts and percentages of everything, of a category, of a brand, some of them capped; a basket has 20
lines of 4 categories and 5 brands. No peer searches: the baseline is every admissible choice, whose number is printed.
Seconds are of the processor: one thread, on machines that do other things.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import prod
from statistics import median
from time import process_time

from benchmarks.report import Line, line
from ecomops.kernel import Currency, Money
from ecomops.kernel.rules import ALWAYS, Equals, Fact, FactKind, Rule
from ecomops.promotions import (
    AmountOff,
    Basket,
    Lines,
    LineTraits,
    Percent,
    Promotion,
    Reduction,
    Rulebook,
    Trait,
    Whole,
    spend,
)
from ecomops.promotions.choosing import best_coupons
from ecomops.terms import LineId, LocationId, Price, PricedLine, PromotionId, Sku, StockKey
from ecomops.testing import NOON

GROUPS, EACH, MOST = 5, 6, 4
PROGRAMMES = 21
FACTS = (Fact(name="category", kind=FactKind.TEXT), Fact(name="brand", kind=FactKind.TEXT))


def admissible() -> int:
    """Return how many choices there are: at most one of a group, at most so many."""
    sizes = (EACH,) * GROUPS
    return sum(prod(some) for number in range(MOST + 1) for some in combinations(sizes, number))


def a_coupon(draw: random.Random, group: int, number: int) -> Promotion:
    """Return a coupon of a group."""
    scopes: list[Rule] = [
        ALWAYS,
        Equals(fact="category", value=f"c-{draw.randrange(4)}"),
        Equals(fact="brand", value=f"b-{draw.randrange(5)}"),
    ]
    scope = draw.choice(scopes)
    if draw.random() < 0.5:
        bound = draw.choice([5000, 10000, 20000, 50000])
        cut = Money(bound // draw.choice([5, 8, 10, 20]), Currency.CNY)
        benefit = Reduction(value=AmountOff(amount=cut), target=Whole(scope=scope))
    else:
        bound = draw.choice([1, 5000, 10000])
        cap = None if draw.random() < 0.7 else Money(draw.choice([1000, 3000]), Currency.CNY)
        share = Fraction(draw.choice([5, 8, 10, 12, 15, 20]), 100)
        benefit = Reduction(value=Percent(share=share), target=draw.choice([Lines, Whole])(scope=scope), cap=cap)
    id, tag = f"g{group}-{number}", f"g{group}"
    return Promotion(
        id=PromotionId(id),
        benefits=(benefit,),
        conditions=spend(Money(bound, Currency.CNY)),
        promo_code=id,
        priority=draw.randrange(4),
        tags=(tag,),
        bars=(tag,),
    )


def a_basket(draw: random.Random) -> Basket:
    """Return a basket of 20 lines."""
    lines: list[PricedLine] = []
    traits: list[LineTraits] = []
    for n in range(20):
        price, units, id = draw.choice([990, 1990, 2500, 4900, 9900]), draw.randrange(1, 4), LineId(f"l-{n:02}")
        stock = StockKey.of(Sku(f"s-{n:02}"), LocationId("hz"))
        gross = Money(price * units, Currency.CNY)
        price_of = Price(amount=Money(price, Currency.CNY))
        lines.append(PricedLine(id=id, stock=stock, quantity=units, price=price_of, gross=gross, discounts=()))
        told = (Trait(name="category", value=f"c-{n % 4}"), Trait(name="brand", value=f"b-{n % 5}"))
        traits.append(LineTraits(line=id, facts=told))
    return Basket(currency=Currency.CNY, lines=tuple(lines), traits=tuple(traits))


def lines() -> Iterator[Line]:
    """Yield the median time of a search."""
    draw = random.Random(618)
    seconds: list[float] = []
    looked: list[int] = []
    for _ in range(PROGRAMMES):
        promotions = [a_coupon(draw, group, number) for group in range(GROUPS) for number in range(EACH)]
        book, basket = Rulebook.of(promotions, line_facts=FACTS), a_basket(draw)
        codes = tuple(str(each.promo_code) for each in promotions)
        started = process_time()
        best = best_coupons(book, basket, at=NOON, codes=codes, most=MOST)
        seconds.append(process_time() - started)
        assert best.proved, "the search gave up"
        looked.append(best.looked_at)
    note = (
        f"{admissible():,} admissible choices, {median(looked):,} states looked at; slowest {max(seconds) * 1e3:.1f} ms"
    )
    yield line("best coupons", n=GROUPS * EACH, ours_s=median(seconds), note=note)
