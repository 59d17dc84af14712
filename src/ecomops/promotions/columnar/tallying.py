"""What a backtest adds up: uses, discounts, gifts and refusals of each promotion, in columns and one by one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ecomops.columns import Ints
from ecomops.kernel.copies import changed
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.benefits import Gift
from ecomops.promotions.columnar.baskets import Baskets
from ecomops.promotions.columnar.results import Backtest, PromotionResult, line_discounts
from ecomops.promotions.quotes import Quote
from ecomops.promotions.refusals import Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.usage import PromotionUse, UseId

if TYPE_CHECKING:
    from ecomops.promotions.basket import Entry


class _Of:
    """What is counted of one promotion."""

    __slots__ = ("discount", "gift_cost", "gifts", "margin", "refused", "sales", "uses")

    def __init__(self) -> None:
        self.uses = self.discount = self.gifts = self.gift_cost = self.sales = self.margin = 0
        self.refused: dict[Reason, int] = {}


class Totals:
    """Sums over all baskets of a backtest.

    Args:
        book: The rulebook.
        baskets: The baskets.
        lines: Whether the discounts of each line are wanted.
    """

    def __init__(self, book: Rulebook, baskets: Baskets, *, lines: bool) -> None:
        """Start with nothing."""
        self.discounts: Ints = np.zeros(len(baskets), dtype=np.int64)
        self._book, self._baskets, self._wanted = book, baskets, lines
        self._of = [_Of() for _ in book.promotions]
        self._lines: list[tuple[Ints, Ints, Ints]] = []
        self._services: list[tuple[Ints, Ints, Ints]] = []
        self._costs = _gift_costs(book, baskets)
        self._margin = 0
        self.unknown_codes = 0

    def refuse(self, place: int, reason: Reason, times: int) -> None:
        """Count that a promotion did not apply to so many baskets."""
        refused = self._of[place].refused
        refused[reason] = refused.get(reason, 0) + times

    def apply(self, place: int, uses: int, discount: int) -> None:
        """Count that a promotion applied to so many baskets."""
        of = self._of[place]
        of.uses += uses
        of.discount += discount

    def give(self, place: int, gift: Gift, times: int) -> int | None:
        """Count gifts; return what they cost the shop, None when that is unknown."""
        of, units = self._of[place], times * gift.quantity
        of.gifts += units
        each = self.gift_cost(gift)
        if each is not None:
            of.gift_cost += each * units
        return None if each is None else each * units

    def gift_cost(self, gift: Gift) -> int | None:
        """Return what a unit of a gift costs the shop, less its price: the dearest choice; None when unknown."""
        if self._costs is None:
            return None
        paid = 0 if gift.price is None else gift.price.minor
        return max(self._costs.get(str(choice.sku), 0) for choice in gift.choices) - paid

    def bring(self, place: int, sales: int, margin: int) -> None:
        """Add what the baskets of a promotion brought."""
        of = self._of[place]
        of.sales += sales
        of.margin += margin

    def earn(self, margin: int) -> None:
        """Add to the margin of all baskets."""
        self._margin += margin

    def note(self, lines: Ints, place: int, amounts: Ints, *, services: bool) -> None:
        """Keep what lines lose to a promotion."""
        into = self._services if services else self._lines
        some = amounts > 0
        into.append((lines[some], np.full(int(some.sum()), place), amounts[some]))

    def add(self, number: int, quote: Quote) -> None:
        """Add one basket that was quoted by itself."""
        book, baskets = self._book, self._baskets
        taken: dict[int, int] = {book.places[id]: 0 for id in quote.applied}
        first = int(baskets.starts[number])
        served = 0 if baskets.services is None else int(baskets.services.starts[number])
        places = [*range(first, first + len(quote.lines)), *range(served, served + len(quote.services))]
        entries: tuple[Entry, ...] = (*quote.lines, *quote.services)
        for at, (line, entry) in enumerate(zip(places, entries, strict=True)):
            for discount in entry.discounts:
                place, amount = book.places[discount.promotion], discount.amount.minor
                taken[place] = taken.get(place, 0) + amount
                if self._wanted:
                    services = at >= len(quote.lines)
                    self.note(np.array([line]), place, np.array([amount]), services=services)
        self.discounts[number] = sum(taken.values())
        for place, amount in taken.items():
            self.apply(place, 1, amount)
        for each in quote.not_applied:
            if each.promotion is None or each.promotion not in book.places:
                self.unknown_codes += 1
            else:
                self.refuse(book.places[each.promotion], each.reason, 1)
        self._bring(number, quote, taken)

    def _bring(self, number: int, quote: Quote, taken: Mapping[int, int]) -> None:
        """Add what one basket brought."""
        costs = self._baskets.catalogue.costs
        gifts = 0
        for given in quote.gifts:
            place = self._book.places[given.promotion]
            plans = [each for each in self._book.compiled[place].promotion.benefits if isinstance(each, Gift)]
            choices = tuple(offer.choice for offer in given.offers)
            gift = next(each for each in plans if each.choices == choices and each.price == given.price)
            gifts += self.give(place, gift, given.times) or 0
        sales = sum(line.gross.minor - sum(each.amount.minor for each in line.discounts) for line in quote.lines)
        margin = 0
        if costs is not None:
            first, last = self._baskets.starts[number], self._baskets.starts[number + 1]
            cost = costs[self._baskets.items[first:last]] * self._baskets.quantities[first:last]
            margin = sales - int(cost.sum()) - gifts
            self.earn(margin)
        for place in taken:
            self.bring(place, sales, margin)

    def answer(self, requoted: int) -> Backtest:
        """Return the sums as the answer."""
        baskets, known = self._baskets, self._costs is not None
        services = baskets.services
        gross = int(baskets.amounts.sum()) + (0 if services is None else int(services.amounts.sum()))
        return Backtest(
            baskets=len(baskets),
            requoted=requoted,
            gross=gross,
            discount=int(self.discounts.sum()),
            margin=self._margin if known else None,
            promotions=tuple(
                PromotionResult(
                    promotion=promotion.id,
                    uses=of.uses,
                    discount=of.discount,
                    gifts=of.gifts,
                    gift_cost=of.gift_cost if known else None,
                    sales=of.sales,
                    margin=of.margin if known else None,
                    refused={reason: of.refused[reason] for reason in Reason if reason in of.refused},
                )
                for promotion, of in zip(self._book.promotions, self._of, strict=True)
            ),
            unknown_codes=self.unknown_codes,
            discounts=self.discounts,
            lines=line_discounts(*_joined(self._lines), size=len(baskets.items)) if self._wanted else None,
            services=line_discounts(*_joined(self._services), size=0 if services is None else len(services.amounts))
            if self._wanted
            else None,
        )


def _joined(noted: list[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    if not noted:
        empty: Ints = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    first, second, third = zip(*noted, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(third)


def _gift_costs(book: Rulebook, baskets: Baskets) -> dict[str, int] | None:
    """Return what a unit of each SKU costs that may be given, the dearest of its items; None when costs are unknown."""
    goods = baskets.catalogue
    if goods.costs is None:
        return None
    gifts = {str(choice.sku) for each in book.compiled for plan in each.gifts for choice in plan.gift.choices}
    found: dict[str, int] = {}
    for sku, cost in zip(goods.skus, goods.costs.tolist(), strict=True) if gifts else ():
        if str(sku) in gifts:
            found[str(sku)] = max(found.get(str(sku), 0), cost)
    return found


class Uses:
    """The counters of the promotions with limits, as quotes read them.

    Args:
        used: What they were before.
    """

    def __init__(self, used: Mapping[UseId, PromotionUse]) -> None:
        """Start with what was used before."""
        self.used = dict(used)

    def add(self, quote: Quote) -> None:
        """Count what a quote claims."""
        for claim in quote.claims.uses:
            known = self.used.get(claim.use, PromotionUse(id=claim.use))
            redeemed, money = known.redeemed + 1, known.redeemed_money + claim.money.minor
            self.used[claim.use] = changed(known, redeemed=redeemed, redeemed_money=min(money, MOST_MINOR))
