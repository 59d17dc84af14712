"""Three invented programmes, tried side by side on the real year's baskets: what each would have cost and left.

This is accounting: the baskets are those that were bought, and nobody buys more. The programmes come on top of what the
tills took off, on goods by the piece. The files tell no costs; `COST` of what a unit of the product brought on average
stands for what it cost, so margins are good for comparing programmes and for nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np

from completejourney import Ints, Product, Tape
from deduced import pieces
from ecomops.kernel import Currency, Money
from ecomops.kernel.rules import Equals, Fact, FactKind
from ecomops.promotions import (
    Every,
    FunderShare,
    Ladder,
    Lines,
    Part,
    Percent,
    Pick,
    Promotion,
    Reduction,
    Rulebook,
    Sets,
    Tier,
    Whole,
    quote,
    spend,
)
from ecomops.promotions.columnar import Backtest, Baskets, Programme, asked, backtest, compare
from ecomops.terms import Funder, PromotionId
from past import WHERE, past

COST = Fraction(3, 4)
"""What stands for the cost of a unit: this share of what it brought on average."""
SEED = 20_170_103
"""What draws the baskets that are also quoted."""
DRAWN = 40
"""How many baskets are quoted under each programme."""
DEPARTMENT = Fact(name="department", kind=FactKind.TEXT)
CATEGORY = Fact(name="category", kind=FactKind.TEXT)
HALVES = tuple(FunderShare(funder=funder, share=Fraction(1, 2)) for funder in (Funder.SHOP, Funder.SUPPLIER))
"""The shop and a supplier bear half each; of an odd cent the shop bears the half that is left."""


def _usd(cents: int) -> Money:
    return Money(cents, Currency.USD)


def _percent(number: int) -> Percent:
    return Percent(share=Fraction(number, 100))


SPEND_AND_SAVE = (  # 每满减: 3 off for every 30, at most 9; then a tenth off fruit and vegetables
    Promotion(
        id=PromotionId("every-30-3"),
        benefits=(Reduction(value=Every(by="amount", step=30_00, amount=_usd(3_00)), target=Whole(), cap=_usd(9_00)),),
        priority=2,
    ),
    Promotion(
        id=PromotionId("produce-10"),
        benefits=(Reduction(value=_percent(10), target=Lines(scope=Equals(fact="department", value="PRODUCE"))),),
        priority=1,
    ),
)
MORE_PIECES = (  # N件M折: three pieces of the department a tenth off, six a fifth; then 5 % off large baskets
    Promotion(
        id=PromotionId("drug-3-6"),
        benefits=(
            Reduction(
                value=Ladder(
                    by="quantity", tiers=(Tier(bound=3, value=_percent(10)), Tier(bound=6, value=_percent(20)))
                ),
                target=Whole(scope=Equals(fact="department", value="DRUG GM")),
            ),
        ),
        priority=2,
    ),
    Promotion(
        id=PromotionId("large-5"),
        benefits=(Reduction(value=_percent(5), target=Whole()),),
        conditions=spend(_usd(75_00)),
        priority=1,
    ),
)
SECOND_HALF = (  # 第二件半价, half of it borne by a supplier; then a twentieth off the groceries
    Promotion(
        id=PromotionId("second-half"),
        benefits=(
            Reduction(
                value=_percent(50),
                target=Sets(
                    parts=(Part(scope=Equals(fact="category", value="SOFT DRINKS"), quantity=2, pick=Pick(count=1)),)
                ),
            ),
        ),
        priority=2,
        funders=HALVES,
    ),
    Promotion(
        id=PromotionId("grocery-5"),
        benefits=(Reduction(value=_percent(5), target=Lines(scope=Equals(fact="department", value="GROCERY"))),),
        priority=1,
    ),
)


PROGRAMMES = {"spend and save": SPEND_AND_SAVE, "more pieces": MORE_PIECES, "second half price": SECOND_HALF}
"""The programmes by name."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the programmes would have done."""

    baskets: int
    gross: int
    """What all baskets brought, in cents, before any programme."""
    margin: int
    """That less what stands for the costs."""
    programmes: tuple[Programme, ...]
    supplied: Mapping[PromotionId, int]
    """What a supplier bears of a promotion, in cents."""
    quoted: int
    """How many baskets were quoted one by one as well."""
    unequal: int
    """How many of these differ in any cent: none, if all is well."""


def book_of(promotions: Iterable[Promotion]) -> Rulebook:
    """Return a rulebook of promotions over departments and categories."""
    return Rulebook.of(promotions, currency=Currency.USD, line_facts=(DEPARTMENT, CATEGORY), facts=(WHERE,))


def tried(tape: Tape, products: Sequence[Product]) -> Tried:
    """Return what the programmes would have done to the baskets of *tape*."""
    rows = np.flatnonzero(pieces(tape))
    keys, items = np.unique(tape.product[rows], return_inverse=True)
    about = {each.product_id: each for each in products}
    sold = [about[key] for key in keys.tolist()]
    told = {DEPARTMENT.name: [each.department for each in sold], CATEGORY.name: [each.category for each in sold]}
    costs = _costs(tape, rows, items)
    baskets = past(tape, rows, tape.net[rows], items=items, told=told, costs=costs)
    books = {name: book_of(promotions) for name, promotions in PROGRAMMES.items()}
    found = compare(books, baskets, overlaps=True)
    supplied = {id: cut for book in books.values() for id, cut in _supplied(book, baskets).items()}
    drawn = Random(SEED).sample(range(len(baskets)), min(DRAWN, len(baskets)))
    pairs = [(books[each.name], each.backtest, number) for each in found for number in drawn]
    return Tried(
        baskets=len(baskets),
        gross=int(baskets.amounts.sum()),
        margin=int((baskets.amounts - costs[items] * baskets.quantities).sum()),
        programmes=found,
        supplied={id: int(cut.sum()) for id, cut in supplied.items()},
        quoted=len(pairs),
        unequal=sum(not _equal(book, baskets, answer, supplied, number) for book, answer, number in pairs),
    )


def _costs(tape: Tape, rows: Ints, items: Ints) -> Ints:
    """Return what stands for the cost of a unit of each item."""
    brought, units = (np.bincount(items, weights=column[rows]) for column in (tape.net, tape.quantity))
    share = COST.numerator, COST.denominator
    return brought.astype(np.int64) * share[0] // (units.astype(np.int64) * share[1])


def _supplied(book: Rulebook, baskets: Baskets) -> dict[PromotionId, Ints]:
    """Return by promotion what a supplier bears of it in each basket: the smaller half."""
    places = [place for place, each in enumerate(book.promotions) if each.funders == HALVES]
    lines = backtest(book, baskets, lines=True).lines if places else None
    if lines is None:
        return {}
    basket = np.repeat(np.arange(len(baskets)), np.diff(baskets.starts))
    of = np.repeat(basket, np.diff(lines.starts))
    found: dict[PromotionId, Ints] = {}
    for place in places:
        own = lines.promotions == place
        cut = np.zeros(len(baskets), dtype=np.int64)
        np.add.at(cut, of[own], lines.amounts[own])
        found[book.promotions[place].id] = cut // 2
    return found


def _equal(
    book: Rulebook, baskets: Baskets, answer: Backtest, supplied: Mapping[PromotionId, Ints], number: int
) -> bool:
    """Tell whether the quote of one basket takes off what the backtest does, and the supplier bears as much of it."""
    quoted = quote(book, **asked(baskets, number)._asdict())
    borne = {each.promotion: each.amount.minor for each in quoted.applications if each.funder is Funder.SUPPLIER}
    said = {id: int(cut[number]) for id, cut in supplied.items() if id in book.by_id and cut[number]}
    return quoted.discount.minor == answer.discounts[number] and borne == said


def show(found: Tried) -> None:
    """Print the programmes side by side."""
    print(
        f"\nProgrammes on {found.baskets:,} baskets that brought {_money(found.gross)} (margin {_money(found.margin)})"
    )
    print(f"  {'uses':>9} {'discount':>12} {'by supplier':>12} {'alone':>12} {'lost':>10}  promotion")
    for each in found.programmes:
        answer = each.backtest
        margin = answer.margin or 0
        print(f"  {each.name}: discount {_money(answer.discount)}, margin {_money(margin)} without a supplier's part")
        for own, overlap in zip(answer.promotions, each.overlaps, strict=True):
            borne = found.supplied.get(own.promotion, 0)
            amounts = (
                f"{_money(own.discount):>12} {_money(borne):>12} {_money(overlap.alone):>12} {_money(overlap.lost):>10}"
            )
            print(f"  {own.uses:>9,} {amounts}  {own.promotion}")


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}"
