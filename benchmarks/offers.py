"""Ten promotions on a basket of twenty lines, against the ten offers of django-oscar.

Both sides give the same discount on every line; that is asserted before anything is timed. As shipped the peer asks its
database in memory, at least 1,000 times as long, aim 2,000; with every query taken out at least 4 times, aim 8.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

from benchmarks.peers import oscar_offers as peer
from benchmarks.quote import QUOTES, quoting
from benchmarks.report import Line, line, paired
from ecomops.kernel import Currency, Money
from ecomops.kernel.rules import OneOf
from ecomops.promotions import (
    AmountOff,
    Basket,
    Lines,
    Percent,
    Promotion,
    Quote,
    Reduction,
    Rulebook,
    Whole,
    quote,
    spend,
)
from ecomops.terms import LineId, LocationId, Price, PricedLine, PromotionId, Sku, StockKey
from ecomops.testing import NOON

ROUNDS = 7


def promotions() -> Iterator[Promotion]:
    """Yield what the offers of the peer are here."""
    percent = Percent(share=Fraction(int(peer.PERCENT), 100))
    off = AmountOff(amount=Money(int(peer.OFF) * 100, Currency.CNY))
    bound = spend(Money(int(peer.BOUND) * 100, Currency.CNY))
    for number in range(peer.OFFERS):
        scope = OneOf(fact="sku", values=(f"s-{2 * number}", f"s-{2 * number + 1}"))
        id = PromotionId(f"o-{number}")
        if number % 2:
            yield Promotion(id=id, benefits=(Reduction(value=off, target=Whole(scope=scope)),), conditions=bound)
        else:
            yield Promotion(id=id, benefits=(Reduction(value=percent, target=Lines(scope=scope)),))


def basket() -> Basket:
    """Return the basket of the peer."""
    lines = (
        PricedLine(
            id=LineId(f"l-{product}"),
            stock=StockKey.of(Sku(f"s-{product}"), LocationId("hz")),
            quantity=units,
            price=Price(amount=Money(100 * price, Currency.CNY)),
            gross=Money(100 * price * units, Currency.CNY),
        )
        for product, price, units in peer.goods()
    )
    return Basket(currency=Currency.CNY, lines=tuple(lines))


def discounts(quoted: Quote) -> dict[str, int]:
    """Return what each SKU was discounted by, in minor units."""
    taken = {str(each.stock.sku): sum(one.amount.minor for one in each.discounts) for each in quoted.lines}
    return {sku: amount for sku, amount in taken.items() if amount}


def lines() -> Iterator[Line]:
    """Yield the comparison as shipped, then without any query."""
    theirs, book, ours = peer.Peer(), Rulebook.of(promotions()), basket()
    expected = discounts(quote(book, ours, at=NOON))
    assert len(expected) == 2 * peer.OFFERS, expected
    assert theirs.discounts(theirs.shipped()) == expected, "the two sides differ"
    assert theirs.discounts(theirs.loaded()) == expected, "the two sides differ without queries"
    asked = theirs.queries(theirs.shipped)
    theirs.clear()
    assert theirs.queries(theirs.loaded) == 0, "there are queries left"

    def cleared() -> Callable[[], object]:
        theirs.clear()
        return theirs.loaded

    taken, shipped, loaded = paired(quoting(book, ours, QUOTES), lambda: theirs.shipped, cleared, rounds=ROUNDS)
    seconds, same = taken / QUOTES, f"ten offers, 20 lines, {len(expected)} equal discounts"
    note = f"{same}; {asked} queries; at least 1,000, aim 2,000"
    yield line("quote_offers", n=20, ours_s=seconds, peer="django-oscar", peer_s=shipped, note=note)
    note = f"{same}; no query; at least 4, aim 8"
    yield line("quote_offers_loaded", n=20, ours_s=seconds, peer="django-oscar, preloaded", peer_s=loaded, note=note)
