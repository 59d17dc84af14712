"""The real year's discounts as promotions: what `deduced.py` found becomes rules of the library, and is backtested.

Every card price, match and coupon that the data determine is a `Promotion`; the backtest runs them over the baskets of
the year, and each line is compared with what the till took off. What is not determined is told by its reason, so that
reproduced, gone against and undetermined are the published totals, to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import NamedTuple

import numpy as np
from attrs import evolve

from campaigns import Campaigns
from completejourney import EPOCH, Flags, Ints, Tape
from deduced import (
    SILENT,
    CardPrice,
    CardPrices,
    Foretold,
    Takings,
    card_prices,
    coupons,
    face_and_units,
    matches,
    pieces,
)
from ecomops.kernel import Currency, Money, Period
from ecomops.kernel.rules import ALWAYS, All, Equals, Fact, FactKind, OneOf, Rule
from ecomops.promotions import (
    AmountOff,
    FixedPrice,
    FunderShare,
    Lines,
    Promotion,
    Reduction,
    Rulebook,
    Whole,
    quote,
)
from ecomops.promotions.columnar import Baskets, Coded, asked, backtest
from ecomops.terms import Funder, PromotionId
from faults import Fault
from past import WHERE, past
from receipts import sku
from till import end_of

FACE, UNITS = Fact(name="coupons", kind=FactKind.NUMBER), Fact(name="units", kind=FactKind.NUMBER)
"""What the till knows of a line: the coupons that were taken off it, in cents, and how many units it has."""
THE_BRAND = (FunderShare(funder=Funder.BRAND, share=Fraction(1)),)
SEED = 20_170_102
"""What draws the baskets that are also quoted."""
DRAWN, DRAWN_A_WEEK = 50, 2
"""How many baskets are quoted, of all those with coupons and of those of each week."""


class Share(NamedTuple):
    """Some lines, and what the tills took off them in cents."""

    lines: int
    cents: int


@dataclass(frozen=True, kw_only=True)
class Reproduced:
    """How far one kind of discount is determined, and reproduced by promotions."""

    rules: int
    """How many rules the data determine."""
    promotions: int
    """How many promotions they are: card prices of one week that are equal, in the same stores, are one."""
    reproduced: Share
    """Discounted lines of which the promotions take what the tills took, to the cent."""
    of_these: Mapping[str, Share]
    """Those by the kind of their rule, when there are several."""
    against: Share
    """Lines on which the tills went against the rule."""
    undetermined: Mapping[str, Share]
    """Discounted lines that no rule speaks of, by reason."""
    odd: int
    """Lines of which the promotions took something else than the rules say: none, if all is well."""
    quoted: int
    """How many baskets were quoted one by one as well."""
    unequal: int
    """How many of these differ: none, if all is well."""

    @property
    def cents(self) -> int:
        """What the tills took off, all parts together."""
        return self.reproduced.cents + self.against.cents + sum(each.cents for each in self.undetermined.values())


def reproduce(tape: Tape, found: Campaigns, fault: Fault | None = None) -> dict[str, Reproduced]:
    """Return how far each kind of discount of *tape* is determined, and reproduced.

    Args:
        tape: The till lines.
        found: Their campaigns.
        fault: If it is `promotion`, the first card price stands a cent too high in its promotion.
    """
    return {"loyalty": _loyalty(tape, fault), "match": _matches(tape), "coupons": _coupons(tape, found)}


class _Trial:
    """What promotions take off each line of a tape, and how many baskets were quoted as well.

    Attributes:
        taken: What they took off each line so far.
    """

    def __init__(self, tape: Tape) -> None:
        """Begin with nothing taken."""
        self.taken: Ints = np.zeros(len(tape.day), dtype=np.int64)
        self._promotions = self._quoted = self._unequal = 0
        self._draw = Random(SEED)

    def run(self, book: Rulebook, rows: Ints, baskets: Baskets, *, drawn: int) -> None:
        """Backtest *book* on the baskets that *rows* make, and quote some that are *drawn*."""
        found = backtest(book, baskets, lines=True, requote=False).lines
        if found is not None:
            np.add.at(self.taken, np.repeat(rows, np.diff(found.starts)), found.amounts)
        self._promotions += len(book.promotions)
        numbers = self._draw.sample(range(len(baskets)), min(drawn, len(baskets)))
        self._quoted += len(numbers)
        for number in numbers:
            lines = quote(book, **asked(baskets, number)._asdict()).lines
            cut = [sum(each.amount.minor for each in line.discounts) for line in lines]
            own = rows[baskets.starts[number] : baskets.starts[number + 1]]
            self._unequal += cut != self.taken[own].tolist()

    def told(
        self,
        said: Ints,
        data: Ints,
        *,
        rules: int,
        reasons: Mapping[str, Flags],
        kinds: Mapping[str, Flags] | None = None,
    ) -> Reproduced:
        """Return how what was taken compares with what the rules *said*, and with the *data*."""
        speaks, equal = said != SILENT, self.taken == data
        reproduced = speaks & equal & (data > 0)
        return Reproduced(
            rules=rules,
            promotions=self._promotions,
            reproduced=_share(reproduced, data),
            of_these=_by_reason(reproduced, data, kinds or {}),
            against=_share(speaks & ~equal, data),
            undetermined=_by_reason(~speaks & (data > 0), data, reasons),
            odd=int(np.count_nonzero(self.taken != np.where(speaks, said, 0))),
            quoted=self._quoted,
            unequal=self._unequal,
        )


def _share(lines: Flags, data: Ints) -> Share:
    return Share(int(np.count_nonzero(lines)), int(data[lines].sum()))


def _by_reason(left: Flags, data: Ints, reasons: Mapping[str, Flags]) -> dict[str, Share]:
    """Return the lines of each reason that have none of those before it."""
    found: dict[str, Share] = {}
    for reason, lines in reasons.items():
        found[reason] = _share(left & lines, data)
        left = left & ~lines
    return found


def _loyalty(tape: Tape, fault: Fault | None) -> Reproduced:
    """Backtest the card prices week by week, each over the lines of the products that it has a price for."""
    found, trial = card_prices(tape), _Trial(tape)
    goods = np.flatnonzero(pieces(tape))
    weeks = tape.week[goods]
    for week, prices in groupby(found.prices, key=attrgetter("week")):
        own, listed = goods[weeks == week], list(prices)
        rows = own[np.isin(tape.product[own], [each.product for each in listed])]
        made = _card_promotions(listed, _days_of(tape, week))
        if fault is Fault.PROMOTION:
            made, fault = (_dearer(made[0]), *made[1:]), None
        book = Rulebook.of(made, currency=Currency.USD, facts=(WHERE,))
        trial.run(book, rows, past(tape, rows, tape.shelf[rows]), drawn=DRAWN_A_WEEK)
    kinds = {
        "of these by a price of all stores": found.everywhere,
        "of these by a price of some stores": ~found.everywhere,
    }
    reasons = _reasons(tape, found)
    return trial.told(found.said, tape.loyalty, rules=len(found.prices), reasons=reasons, kinds=kinds)


def _reasons(tape: Tape, found: CardPrices) -> dict[str, Flags]:
    """Return why no card price speaks of a line."""
    return {
        "fuel: fractions of a cent a unit": tape.fuel,
        "service lines": tape.quantity == 0,
        "a price that one basket shows": found.seen_once,
        "no whole cents a unit, or a price of several units": (tape.shelf - tape.loyalty) % np.maximum(tape.quantity, 1)
        > 0,
        "several prices in one store and week": np.ones(len(tape.day), dtype=np.bool_),
    }


def _days_of(tape: Tape, week: int) -> Period:
    """Return the days of a week, Monday to Sunday where the shops are."""
    day = date.fromordinal(int(tape.day[np.searchsorted(tape.week, week)]) + EPOCH)
    monday = day - timedelta(days=day.weekday())
    return Period(start=end_of(monday - timedelta(days=1)), end=end_of(monday + timedelta(days=6)))


def _card_promotions(prices: Iterable[CardPrice], valid: Period) -> tuple[Promotion, ...]:
    """Return the card prices of a week: products that cost the same in the same stores are one promotion."""
    together: defaultdict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
    for each in prices:
        together[each.price, each.stores].append(sku(each.product))
    return tuple(
        Promotion(
            id=PromotionId(f"card-{number:04}"),
            benefits=(Reduction(value=FixedPrice(price=_usd(price)), target=Lines(scope=_skus(products))),),
            conditions=OneOf(fact=WHERE.name, values=tuple(map(str, stores))) if stores else ALWAYS,
            valid=valid,
        )
        for number, ((price, stores), products) in enumerate(together.items())
    )


def _dearer(promotion: Promotion) -> Promotion:
    """Return a card price that is a cent too high."""
    (benefit,) = promotion.benefits
    if not isinstance(benefit, Reduction) or not isinstance(benefit.value, FixedPrice):
        return promotion
    price = FixedPrice(price=benefit.value.price + _usd(1))
    return evolve(promotion, benefits=(evolve(benefit, value=price),))


def _skus(products: Iterable[str]) -> Rule:
    return OneOf(fact="sku", values=tuple(products))


def _usd(cents: int) -> Money:
    return Money(cents, Currency.USD)


def _matches(tape: Tape) -> Reproduced:
    """Backtest the matches over the lines off which coupons were taken, at what the card left of them."""
    found, trial = matches(tape), _Trial(tape)
    known, of = np.unique(found.keys, return_inverse=True)
    pairs, items = np.unique(tape.product[found.rows] * len(known) + of, return_inverse=True)
    about = [face_and_units(key) for key in known[pairs % len(known)].tolist()]
    told = {FACE.name: [face for face, _ in about], UNITS.name: [units for _, units in about]}
    rules = [_match(*face_and_units(each.key), each.amount) for each in found.rules if each.amount]
    book = Rulebook.of(rules, currency=Currency.USD, line_facts=(FACE, UNITS), facts=(WHERE,))
    if len(found.rows):
        amounts = (tape.shelf - tape.loyalty)[found.rows]
        trial.run(book, found.rows, past(tape, found.rows, amounts, items=items, told=told), drawn=DRAWN)
    everything = np.ones(len(tape.day), dtype=np.bool_)
    reasons = {"coupons of several units, or an amount that few baskets show": everything}
    return trial.told(_on_lines(tape, found), tape.match, rules=len(rules), reasons=reasons)


def _match(face: int, units: int, amount: int) -> Promotion:
    """Return what the shop adds to coupons of *face* cents on a line of so many units."""
    scope = All(rules=(Equals(fact=FACE.name, value=face), Equals(fact=UNITS.name, value=units)))
    return Promotion(
        id=PromotionId(f"match-{face}-{units}"),
        benefits=(Reduction(value=AmountOff(amount=_usd(amount // units)), target=Lines(scope=scope)),),
    )


def _coupons(tape: Tape, found: Campaigns) -> Reproduced:
    """Backtest the coupons of the campaigns over the lines that they are known to belong to, at what these brought."""
    deduced, trial = coupons(tape, found), _Trial(tape)
    rules = [_coupon(each.key, each.amount, sorted(found.coupons[each.key].products)) for each in deduced.rules]
    book = Rulebook.of(rules, currency=Currency.USD, facts=(WHERE,))
    rows = deduced.rows
    if len(rows):
        trial.run(book, rows, past(tape, rows, tape.net[rows], coupons=_shown(tape, deduced)), drawn=DRAWN)
    known = np.isin(np.arange(len(tape.day)), rows)
    reasons = {
        "coupons of a whole order": tape.quantity == 0,
        "which coupon it was is not known": ~known,
        "a coupon that one basket shows, or with several amounts": known,
    }
    return trial.told(_on_lines(tape, deduced), tape.coupon, rules=len(rules), reasons=reasons)


def _coupon(upc: int, amount: int, products: Iterable[int]) -> Promotion:
    """Return what a coupon of a campaign takes off, once, at the cost of the brand."""
    whole = Whole(scope=_skus(sku(product) for product in products))
    return Promotion(
        id=PromotionId(str(upc)),
        benefits=(Reduction(value=AmountOff(amount=_usd(amount)), target=whole),),
        by_coupon=True,
        funders=THE_BRAND,
    )


def _shown(tape: Tape, deduced: Takings) -> Coded:
    """Return the coupons of each basket that a rule speaks of."""
    by_basket: dict[int, list[str]] = {basket: [] for basket in tape.basket[deduced.rows].tolist()}
    for row, upc, said in zip(deduced.rows.tolist(), deduced.keys.tolist(), deduced.said.tolist(), strict=True):
        if said != SILENT:
            by_basket[int(tape.basket[row])].append(str(upc))
    sets = [tuple(sorted(each)) for each in by_basket.values()]
    values = tuple(dict.fromkeys(sets))
    places = {each: place for place, each in enumerate(values)}
    return Coded(codes=np.array([places[each] for each in sets], dtype=np.int64), values=values)


def _on_lines(tape: Tape, deduced: Takings) -> Ints:
    """Return what the rules say of each line of the tape."""
    said = np.full(len(tape.day), SILENT)
    said[deduced.rows] = deduced.said
    return said


def show(found: Mapping[str, Reproduced]) -> None:
    """Print what is determined and what is not."""
    print("\nDiscounts as promotions")
    for kind, each in found.items():
        print(f"  {kind}: {each.rules:,} rules, as {each.promotions:,} promotions")
        parts = {"reproduced to the cent": each.reproduced, **each.of_these, "against the rule": each.against}
        for what, share in (parts | dict(each.undetermined)).items():
            part = share.cents / max(each.cents, 1)
            print(f"  {share.lines:>9,} lines {share.cents / 100:>12,.2f} {part:>6.1%}  {what}")


def tell(everywhere: Foretold, here: Foretold) -> None:
    """Print how well card prices of some baskets say what others were charged."""
    print("  card prices of one half of the baskets, asked of the discounted lines of the other half:")
    for where, each in {"everywhere": everywhere, "in some stores": here}.items():
        print(f"  {each.lines:>9,} lines, {each.right / max(each.lines, 1):>6.1%} right  {where}")
