"""What the tills' discounts obey, as far as the lines of a year determine it: card prices, matches, coupons.

A rule is deduced from what at least two baskets show, and it speaks of whole lines in whole cents; where nothing is
deduced, nothing is said. What a card price says is true of every line of its product, week and stores, discounted or
not. Of matches and coupons one line in twenty may go against the rule, since people stand at tills: such lines are
counted, and never reproduced. Nothing here knows of promotions: `reproduced.py` makes them of these rules.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from campaigns import Campaigns
from completejourney import Flags, Ints, Tape

SILENT = -1
"""What a rule says of a line that it does not speak of; and the price where there is none."""
EVERYWHERE = -1
"""The store of a price that holds in all stores."""
AGAINST = 20
"""At most one line in so many may go against the rule of a match or of a coupon."""
_WEEKS, _STORES, _UNITS, _CENTS = 1 << 6, 1 << 17, 1 << 20, 1 << 24
"""More than there are, for keys that hold several columns."""
_FAR = 1 << 62


@dataclass(frozen=True, slots=True)
class CardPrice:
    """What a unit of a product costs with the card in a week; what is cheaper on the shelf stays."""

    week: int
    product: int
    price: int
    """In cents."""
    stores: tuple[int, ...]
    """Where; () is everywhere."""


@dataclass(frozen=True, eq=False, kw_only=True)
class CardPrices:
    """The card prices, and what they say."""

    prices: tuple[CardPrice, ...]
    """By week."""
    said: Ints
    """What they take off each line of the tape; -1 where they are silent."""
    everywhere: Flags
    """Lines of which a price speaks that holds in all stores."""
    seen_once: Flags
    """Lines of a price that is seen in one basket only: they are silent on it."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """How well the card prices of some baskets say what others were charged."""

    lines: int
    """Discounted lines of the others of which such a price speaks."""
    right: int
    """Those of which it says the discount, to the cent."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken off the lines of a key: of a face and a number of units, or of a coupon."""

    key: int
    amount: int
    """In cents, once a line; never more than the line costs."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Takings:
    """Amounts by key, and what they say."""

    rules: tuple[Taken, ...]
    """By key; those that take nothing are among them."""
    rows: Ints
    """The lines of the tape that have a key."""
    keys: Ints
    """The key of each."""
    said: Ints
    """What is taken off each; -1 where no rule speaks."""


def pieces(tape: Tape) -> Flags:
    """Return which lines are goods by the piece."""
    return (tape.quantity > 0) & ~tape.fuel


def card_prices(tape: Tape) -> CardPrices:
    """Return the prices that the loyalty card gave, as far as *tape* determines them.

    A price is deduced for a product in a week when each discounted line of it costs the same for a unit and no other
    line costs more. It counts when two baskets show it, in that week or in the weeks next to it in which the product
    had the same price. Where that fails, each store is asked alone, and those with the same price in the same week
    are taken together.
    """
    price, rows = np.full(len(tape.day), SILENT), np.flatnonzero(pieces(tape))
    cells, of, found = _obeyed(tape, rows, tape.product[rows] * _WEEKS + tape.week[rows])
    price[rows] = _confirmed(tape, rows, _runs(cells, found)[of], found[of])
    everywhere, rows = price != SILENT, rows[price[rows] == SILENT]
    weekly = tape.product[rows] * _WEEKS + tape.week[rows]
    _, of, found = _obeyed(tape, rows, weekly * _STORES + tape.store[rows])
    _, together = np.unique(weekly * _CENTS + found[of], return_inverse=True)
    price[rows] = _confirmed(tape, rows, together, found[of])
    seen_once = np.zeros(len(price), dtype=np.bool_)
    seen_once[rows] = (found[of] != SILENT) & (price[rows] == SILENT)
    return CardPrices(
        prices=tuple(_listed(tape, price, everywhere)),
        said=np.where(price == SILENT, SILENT, np.maximum(tape.shelf - price * tape.quantity, 0)),
        everywhere=everywhere,
        seen_once=seen_once,
    )


def _obeyed(tape: Tape, rows: Ints, keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the different *keys*, the place of that of each row, and the one price that all rows of each obey."""
    cells, of = np.unique(keys, return_inverse=True)
    units, shelf, cut = tape.quantity[rows], tape.shelf[rows], tape.loyalty[rows] > 0
    each, odd = np.divmod(shelf - tape.loyalty[rows], units)
    high, low, uncut = np.full(len(cells), SILENT), np.full(len(cells), _FAR), np.full(len(cells), SILENT)
    np.maximum.at(high, of[cut], np.where(odd, _FAR, each)[cut])
    np.minimum.at(low, of[cut], each[cut])
    np.maximum.at(uncut, of[~cut], -(-shelf // units)[~cut])
    return cells, of, np.where((high == low) & (uncut <= high), high, SILENT)


def _runs(cells: Ints, price: Ints) -> Ints:
    """Return for each product and week the run of its weeks, one after the other, with the same price."""
    goes_on = (np.diff(cells // _WEEKS) == 0) & (np.diff(price) == 0)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(~goes_on)])[: len(cells)]


def _confirmed(tape: Tape, rows: Ints, group: Ints, price: Ints) -> Ints:
    """Return the prices of *rows* of whose group at least two baskets show a discount, and `SILENT` for others."""
    size = int(group.max(initial=0)) + 1
    cut = (tape.loyalty[rows] > 0) & (price != SILENT)
    first, last = np.full(size, _FAR), np.full(size, -1)
    np.minimum.at(first, group[cut], tape.basket[rows[cut]])
    np.maximum.at(last, group[cut], tape.basket[rows[cut]])
    return np.where((first < last)[group], price, SILENT)


def _listed(tape: Tape, price: Ints, everywhere: Flags) -> Iterator[CardPrice]:
    """Yield each price once, with its stores, by week."""
    rows = np.flatnonzero(price != SILENT)
    store = np.where(everywhere, EVERYWHERE, tape.store)[rows]
    order = np.lexsort((store, price[rows], tape.product[rows], tape.week[rows]))
    columns = np.stack([tape.week[rows], tape.product[rows], price[rows], store])[:, order]
    new = np.append(True, (np.diff(columns) != 0).any(axis=0))[: len(rows)]
    for (week, product, cents), own in groupby(columns[:, new].T.tolist(), key=lambda row: row[:3]):
        stores = tuple(row[3] for row in own)
        yield CardPrice(week, product, cents, () if stores == (EVERYWHERE,) else stores)


def foretold(tape: Tape) -> tuple[Foretold, Foretold]:
    """Return how well the prices that baskets with even numbers show say what those with odd numbers were charged.

    First the prices that hold everywhere, then those of some stores: a rule that only repeats what it was made of
    would say nothing of other baskets.
    """
    even = tape.basket % 2 == 0
    prices = card_prices(tape.where(even)).prices
    others = tape.where(~even & pieces(tape) & (tape.loyalty > 0))
    weekly = others.product * _WEEKS + others.week
    wide = {each.product * _WEEKS + each.week: each.price for each in prices if not each.stores}
    here = {
        (each.product * _WEEKS + each.week) * _STORES + store: each.price for each in prices for store in each.stores
    }
    return _right(others, wide, weekly), _right(others, here, weekly * _STORES + others.store)


def _right(tape: Tape, prices: dict[int, int], keys: Ints) -> Foretold:
    price = np.array([prices.get(key, SILENT) for key in keys.tolist()], dtype=np.int64)
    said = np.maximum(tape.shelf - price * tape.quantity, 0)
    spoken = price != SILENT
    return Foretold(int(np.count_nonzero(spoken)), int(np.count_nonzero(spoken & (said == tape.loyalty))))


def matches(tape: Tape) -> Takings:
    """Return by how much the shop matched the coupons of a line, by their amount and its units.

    How many coupons were taken off a line of several units, the files do not say; so each number of units has rules
    of its own.
    """
    rows = np.flatnonzero((tape.quantity > 0) & (tape.coupon > 0))
    keys = tape.coupon[rows] * _UNITS + tape.quantity[rows]
    room = (tape.shelf - tape.loyalty)[rows]
    return _takings(tape, _Shown(rows=rows, keys=keys, taken=tape.match[rows], room=room, parts=tape.quantity[rows]))


def face_and_units(key: int) -> tuple[int, int]:
    """Return what a key of `matches` tells: the coupons of a line in cents, and its units."""
    return divmod(key, _UNITS)


def coupons(tape: Tape, found: Campaigns) -> Takings:
    """Return how much the coupons of the campaigns took off, for the lines of which one of them is known.

    These are the lines that one redemption belongs to and no other, when it belongs to no other line.
    """
    starts = dict(zip(tape.basket[tape.starts].tolist(), tape.starts.tolist(), strict=True))
    known = [
        (starts[each.basket_id] + line - 1, each.upc)
        for each in found.redemptions
        if each.basket_id is not None and len(each.lines) == 1
        for line in each.lines
    ]
    claimed = Counter(row for row, _ in known)
    alone = sorted((row, upc) for row, upc in known if claimed[row] == 1 and tape.quantity[row])
    rows, keys = (np.array([pair[at] for pair in alone], dtype=np.int64) for at in (0, 1))
    once = np.ones(len(rows), dtype=np.int64)
    return _takings(tape, _Shown(rows=rows, keys=keys, taken=tape.coupon[rows], room=tape.net[rows], parts=once))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Shown:
    """Lines with a key, what was taken off each, what it cost, and into how many whole parts that must divide."""

    rows: Ints
    keys: Ints
    taken: Ints
    room: Ints
    parts: Ints


def _takings(tape: Tape, shown: _Shown) -> Takings:
    """Return the amount of each key that most of its lines show, when two baskets do and few lines go against it."""
    said, rules = np.full(len(shown.rows), SILENT), list[Taken]()
    for key in np.unique(shown.keys).tolist():
        own = np.flatnonzero(shown.keys == key)
        taken: list[int] = shown.taken[own].tolist()
        amount = Counter(taken).most_common(1)[0][0]
        would = np.minimum(amount, shown.room[own])
        agrees = shown.taken[own] == would
        few = AGAINST * np.count_nonzero(~agrees) <= len(own)
        baskets = np.unique(tape.basket[shown.rows[own[agrees]]])
        if few and len(baskets) > 1 and amount % shown.parts[own[0]] == 0:
            rules.append(Taken(key, amount))
            said[own] = would
    return Takings(rules=tuple(rules), rows=shown.rows, keys=shown.keys, said=said)
