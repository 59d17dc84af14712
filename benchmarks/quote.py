"""Quotes of promotions: a usual basket, many promotions of which few are touched, compiling, and large baskets.

The programme has ten kinds of promotion, all of them in one lane that stacks: more of them apply to a basket than in
most shops. How many the index touches, and how many apply, is printed.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from random import Random

from benchmarks.report import Line, exponent, line, paired
from ecomops.kernel import Currency, Money
from ecomops.kernel.rules import Equals, Fact, FactKind, OneOf, Rule
from ecomops.promotions import (
    AmountOff,
    Basket,
    Chosen,
    Every,
    FixedPrice,
    Ladder,
    Lines,
    LineTraits,
    Part,
    Per,
    Percent,
    Pick,
    Promotion,
    Reduction,
    Rulebook,
    Sets,
    Tier,
    Trait,
    Whole,
    quote,
    spend,
)
from ecomops.promotions.canonical import goods_of
from ecomops.promotions.scoping import Reach, Scoping
from ecomops.terms import LineId, LocationId, Price, PricedLine, PromotionId, Sku, StockKey
from ecomops.testing import NOON

CATEGORIES, PRODUCTS = 50, 20
"""Categories, and products of each."""
ROUNDS = 9
QUOTES = 20
"""Quotes for one measurement."""
EVERYTHING = 25
"""One promotion of so many is for everything above an amount."""
MANY, COMPILED = 10_000, 5_000
MOST_TOUCHED = 40
SIZES = (10, 100, 1_000)
MOST = 1.05
"""The most by which the time of a quote may grow with its lines, as a power."""
CATEGORY = Fact(name="category", kind=FactKind.TEXT)
PRICES = (333, 990, 1990, 4950, 12900)


def fen(minor: int) -> Money:
    """Return an amount in minor units of the yuan."""
    return Money(minor, Currency.CNY)


def basket_of(size: int, *, categories: int = CATEGORIES) -> Basket:
    """Return a basket of so many lines, each with its category."""
    random = Random(1)
    lines: list[PricedLine] = []
    traits: list[LineTraits] = []
    for number in range(size):
        category, product = random.randrange(categories), random.randrange(PRODUCTS)
        units, price = random.randint(1, 4), random.choice(PRICES)
        id = LineId(f"l-{number:05}")
        sku = Sku(f"{category}-{product}")
        lines.append(
            PricedLine(
                id=id,
                stock=StockKey.of(sku, LocationId("hz")),
                quantity=units,
                price=Price(amount=fen(price)),
                gross=fen(units * price),
            )
        )
        traits.append(LineTraits(line=id, facts=(Trait(name="category", value=f"c-{category}"),)))
    return Basket(currency=Currency.CNY, lines=tuple(lines), traits=tuple(traits))


def programme(size: int, *, categories: int = CATEGORIES, everything: bool = True) -> list[Promotion]:
    """Return so many promotions: two of three of a category, others of five SKUs, and a few of everything."""
    random = Random(2)
    return [_promotion(random, number, categories, everything=everything) for number in range(size)]


def _promotion(random: Random, number: int, categories: int, *, everything: bool) -> Promotion:
    scope = _scope(random, categories)
    id, priority = PromotionId(f"p-{number:05}"), random.randint(0, 5)
    if number % EVERYTHING == EVERYTHING - 1 and everything:
        benefit = Reduction(value=AmountOff(amount=fen(random.randint(1, 20) * 100)), target=Whole())
        bound = spend(fen(random.choice((20000, 50000, 500000))))
        return Promotion(id=id, benefits=(benefit,), conditions=bound, priority=priority)
    percent = Percent(share=Fraction(random.randint(1, 10), 100))
    return Promotion(id=id, benefits=(_KINDS[number % 10](scope, percent),), priority=priority)


def _scope(random: Random, categories: int) -> Rule:
    if random.random() < 2 / 3:
        return Equals(fact="category", value=f"c-{random.randrange(categories)}")
    skus = (f"{random.randrange(categories)}-{random.randrange(PRODUCTS)}" for _ in range(5))
    return OneOf(fact="sku", values=tuple(dict.fromkeys(skus)))


def _ladder(percent: Percent) -> Ladder:
    return Ladder(
        by="quantity", tiers=(Tier(bound=2, value=percent), Tier(bound=3, value=Percent(share=Fraction(1, 5))))
    )


_KINDS: tuple[Callable[[Rule, Percent], Reduction], ...] = (
    lambda scope, percent: Reduction(value=percent, target=Lines(scope=scope)),
    lambda scope, percent: Reduction(value=percent, target=Whole(scope=scope)),
    lambda scope, _: Reduction(value=AmountOff(amount=fen(100)), target=Lines(scope=scope)),
    lambda scope, _: Reduction(value=Every(by="amount", step=5000, amount=fen(300), most=3), target=Whole(scope=scope)),
    lambda scope, percent: Reduction(value=_ladder(percent), target=Whole(scope=scope)),
    lambda scope, _: Reduction(
        value=Percent(share=Fraction(1, 2)),
        target=Sets(parts=(Part(scope=scope, quantity=2, pick=Pick(count=1)),)),
    ),
    lambda scope, _: Reduction(
        value=FixedPrice(price=fen(9900)), target=Sets(parts=(Part(scope=scope, quantity=3),), per=Per.SET)
    ),
    lambda scope, _: Reduction(value=FixedPrice(price=fen(1800)), target=Lines(scope=scope)),
    lambda scope, percent: Reduction(value=percent, target=Lines(scope=scope, chosen=Chosen(count=1, skip=1))),
    lambda scope, percent: Reduction(value=percent, target=Lines(scope=scope), cap=fen(500)),
)


def book_of(promotions: list[Promotion]) -> Rulebook:
    """Return the rulebook of some promotions."""
    return Rulebook.of(promotions, line_facts=(CATEGORY,))


def touched(book: Rulebook, basket: Basket) -> list[Promotion]:
    """Return the promotions to which the index leads: those that a quote looks at."""
    goods = goods_of(basket, [each.gross.minor for each in basket.lines], {})
    reach = Reach(sum(goods.state.listed), sum(goods.state.units))
    return [book.promotions[place] for place in sorted(book.index.touched(Scoping(goods.facts), reach))]


def quoting(book: Rulebook, basket: Basket, times: int) -> Callable[[], Callable[[], object]]:
    """Return what quotes a basket so many times."""
    work = partial(quote, book, basket, at=NOON)

    def again() -> None:
        for _ in range(times):
            work()

    return lambda: again


def lines() -> Iterator[Line]:
    """Yield each benchmark of quotes."""
    yield _usual()
    yield _indexed("quote_indexed", basket_of(20, categories=6_000), _filed_by_values())
    yield _indexed("quote_by_amount", basket_of(20), _filed_by_amount())
    yield _compiling()
    yield from _growing()


def _usual() -> Line:
    basket, book = basket_of(20), book_of(programme(100))
    (seconds,) = paired(quoting(book, basket, QUOTES), rounds=ROUNDS)
    looked, applied = len(touched(book, basket)), len(quote(book, basket, at=NOON).applied)
    note = f"20 lines, n promotions; {looked} touched, {applied} apply; guard 0.6 ms, aim 0.35 ms"
    return line("quote", n=100, ours_s=seconds / QUOTES, note=note)


def _filed_by_values() -> list[Promotion]:
    return programme(MANY, categories=6_000, everything=False)


def _filed_by_amount() -> list[Promotion]:
    """Return promotions for everything above an amount, of which a basket reaches few."""
    value = Percent(share=Fraction(1, 100))
    return [
        Promotion(
            id=PromotionId(f"p-{number:05}"),
            benefits=(Reduction(value=value, target=Whole()),),
            conditions=spend(fen(8_000 * (number + 1))),
        )
        for number in range(MANY)
    ]


def _indexed(bench: str, basket: Basket, promotions: list[Promotion]) -> Line:
    """Compare many promotions with the few of them that are touched: what the others cost."""
    many = book_of(promotions)
    found = touched(many, basket)
    few = book_of(found)
    assert len(found) <= MOST_TOUCHED, len(found)
    whole, alone = quote(many, basket, at=NOON), quote(few, basket, at=NOON)
    assert (whole.lines, whole.applied) == (alone.lines, alone.applied), "the others change the answer"
    ours, theirs = paired(quoting(many, basket, QUOTES), quoting(few, basket, QUOTES), rounds=ROUNDS)
    note = f"n promotions, {len(found)} touched; times these alone: {ours / theirs:.2f}; guard 1.6, aim 1.25"
    return line(bench, n=MANY, ours_s=ours / QUOTES, peer=f"{len(found)} promotions", peer_s=theirs / QUOTES, note=note)


def _compiling() -> Line:
    promotions = programme(COMPILED, categories=1_000)
    (seconds,) = paired(lambda: partial(book_of, promotions), rounds=5)
    note = f"{seconds / len(promotions) * 1e6:.1f} us a promotion; guard 20, aim 8"
    return line("quote_compile", n=len(promotions), ours_s=seconds, note=note)


def _growing() -> Iterator[Line]:
    book = book_of(programme(100))
    counts = [max(SIZES[-1] // size // 10, 1) for size in SIZES]
    sides = [quoting(book, basket_of(size), times) for size, times in zip(SIZES, counts, strict=True)]
    taken = paired(*sides, rounds=ROUNDS)
    seconds = [each / times for each, times in zip(taken, counts, strict=True)]
    power = exponent((SIZES[1], seconds[1]), (SIZES[-1], seconds[-1]))
    for size, each in zip(SIZES, seconds, strict=True):
        note = f"n lines, 100 promotions; exponent {power:.2f} from {SIZES[1]} to {SIZES[-1]}; at most {MOST}"
        yield line("quote_growth", n=size, ours_s=each, peer=f"{SIZES[0]} lines", peer_s=seconds[0], note=note)
