"""The backtest: a rulebook over past baskets, block by block, equal to the quote of each in every minor unit."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints, OutOfColumn
from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.money import CurrencyMismatch
from ecomops.promotions.columnar.baskets import Baskets, Coded
from ecomops.promotions.columnar.blocks import Block, Flags, Frame, lines_of
from ecomops.promotions.columnar.contests import best_limited
from ecomops.promotions.columnar.effects import MOST, take
from ecomops.promotions.columnar.errors import NotColumnar
from ecomops.promotions.columnar.offers import Bench, Offer
from ecomops.promotions.columnar.planning import Plan, strays
from ecomops.promotions.columnar.requoting import asked
from ecomops.promotions.columnar.results import Backtest
from ecomops.promotions.columnar.sets import take_sets
from ecomops.promotions.columnar.standing import Standing
from ecomops.promotions.columnar.tallying import Totals, Uses
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.policy import LanePick
from ecomops.promotions.quoting import quote
from ecomops.promotions.refusals import Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.usage import PromotionUse, UseId

BLOCK = 50_000
"""Baskets that are computed together: what they need stays near the processor."""


def backtest(
    rulebook: Rulebook,
    baskets: Baskets,
    *,
    used: Mapping[UseId, PromotionUse] | None = None,
    lines: bool = False,
    requote: bool = True,
    block: int = BLOCK,
) -> Backtest:
    """Return what *rulebook* would have done to past baskets.

    The answer equals the sum of `quote` over the baskets in the order of their instants (ties by their place), each
    with the limits as the baskets before it left them, and with every gift in stock.

    Args:
        rulebook: The promotions.
        baskets: The baskets.
        used: The counters of promotions with limits before the first basket, as `quote` takes them; the customer of
            code 7 is called `c7`, as `asked` calls it. None is nothing used.
        lines: Whether the discounts of each line are wanted too.
        requote: Whether baskets without a form in columns are quoted one by one; refused otherwise.
        block: How many baskets are computed together; it changes nothing but the time and the memory.

    Raises:
        NotColumnar: Some baskets can only be quoted one by one, and *requote* is false.
        CurrencyMismatch: The rulebook is in another currency.
        OutOfColumn: The block is below 1.
        UnknownStated: A discount is stated for promotions that do not take any.
        BadUse: A counter is told of that a backtest cannot go on counting.
        OutOfRange: A counter is below 0.
        UndeclaredFact: Facts are told that the rulebook does not declare.
        WrongKind: They are of another kind than it declares, or what is asked is.

    Example:
        >>> import numpy as np
        >>> from fractions import Fraction
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import Percent, Promotion, Reduction, Whole
        >>> from ecomops.promotions.columnar import Catalogue
        >>> from ecomops.terms import PromotionId, Sku
        >>> tenth = Reduction(value=Percent(share=Fraction(1, 10)), target=Whole())
        >>> book = Rulebook.of([Promotion(id=PromotionId("618"), benefits=(tenth,))])
        >>> goods = Catalogue(skus=(Sku("tea"), Sku("cup")), prices=np.array([3000, 2000]))
        >>> past = Baskets(
        ...     currency=Currency.CNY,
        ...     catalogue=goods,
        ...     starts=np.array([0, 2, 3]),
        ...     items=np.array([0, 1, 1]),
        ...     quantities=np.array([1, 2, 1]),
        ...     amounts=np.array([3000, 4000, 2000]),
        ...     at=np.array([0, 0]),
        ... )
        >>> answer = backtest(book, past)
        >>> answer.of(PromotionId("618")).uses, answer.discount, answer.discounts
        (2, 900, array([700, 200]))
    """
    _require_asked(rulebook, baskets, used, block)
    plan, totals = Plan(rulebook, baskets, used or {}), Totals(rulebook, baskets, lines=lines)
    alone = _alone(plan)
    if alone.any() and not requote:
        raise NotColumnar(promotions=_unfit(plan), baskets=int(alone.sum()))
    numbers = np.arange(len(baskets))
    counted = any(each.counted for each in rulebook.compiled)
    if counted and (baskets.at[1:] < baskets.at[:-1]).any():
        numbers = np.argsort(baskets.at, kind="stable")
    if alone.any():
        _quote_alone(plan, totals, numbers[alone[numbers]], Uses(used or {}))
        numbers = numbers[~alone[numbers]]
    _count_unknown(plan, totals, numbers)
    if lines and plan.standing is not None:
        for rows, place, amounts, services in plan.standing.discounts(~alone):
            totals.note(rows, place, amounts, services=services)
    turns = [each for each in plan.computed if each.place not in plan.unfit]
    for start in range(0, len(numbers), block):
        _Run(plan, totals, numbers[start : start + block], lines=lines).all(turns)
    return totals.answer(int(alone.sum()))


def _require_asked(rulebook: object, baskets: object, used: object, block: object) -> None:
    """Refuse what callers without types may ask for, and what does not go together."""
    if type(rulebook) is not Rulebook:
        raise wrong_kind("backtest.rulebook", "Rulebook", rulebook)
    if type(baskets) is not Baskets:
        raise wrong_kind("backtest.baskets", "Baskets", baskets)
    if not isinstance(used, Mapping | None):
        raise wrong_kind("backtest.used", "Mapping", used)
    if type(block) is not int:
        raise wrong_kind("backtest.block", "int", block)
    if block < 1:
        raise OutOfColumn(column="backtest.block", row=0, least=1, most=2**31)
    if baskets.currency is not rulebook.currency:
        raise CurrencyMismatch(left=rulebook.currency, right=baskets.currency)
    _require_told(rulebook, baskets)


def _require_told(book: Rulebook, baskets: Baskets) -> None:
    """Refuse facts that the rulebook does not declare, or declares as another kind."""
    for name, column in baskets.facts.items():
        told = column.values if isinstance(column, Coded) else (column.dtype.type().item(),)
        for value in told:
            book.require_facts({name: value})
    for name, values in baskets.catalogue.facts.items():
        for value in dict.fromkeys(values):
            if value is not None:
                book.line_facts.require_facts({name: value})


def _count_unknown(plan: Plan, totals: Totals, numbers: Ints) -> None:
    """Count codes and coupons that no promotion takes."""
    book, baskets = plan.book, plan.baskets
    for sets, known in ((baskets.codes, book.by_code), (baskets.coupons, {str(id) for id in book.by_id})):
        if sets is not None:
            totals.unknown_codes += int(strays(sets, known)[sets.codes[numbers]].sum())
    if baskets.coupons is not None:
        codes = baskets.coupons.codes[numbers]
        for each in book.compiled:
            if not each.promotion.by_coupon:
                table = np.array([*(str(each.id) in some for some in baskets.coupons.values), False], dtype=np.bool_)
                shown = int(np.count_nonzero(table[codes]))
                if shown:
                    totals.refuse(each.place, Reason.COUPON_UNKNOWN, shown)


# --- one by one


def _unfit(plan: Plan) -> tuple[str, ...]:
    """Return the promotions without a form in columns, of stated ones those for which anything is stated."""
    standing = plan.standing
    named = plan.bound.intersection(() if standing is None else standing.places.tolist())
    return tuple(str(plan.book.promotions[place].id) for place in sorted(plan.unfit | named))


def _alone(plan: Plan) -> Flags:
    """Return which baskets can only be quoted one by one.

    Those that a promotion without a form in columns touches, those of which something is stated for a promotion that
    does not always hold, those too large for 64 bits, and, since they take their
    turns at the counters, those that touch a limited promotion which such a basket touches.
    """
    baskets = plan.baskets
    alone = _large(baskets)
    if baskets.coupons is not None:
        stated = {str(each.id) for each in plan.book.compiled if each.stated}
        if stated:
            table = np.array([*(not stated.isdisjoint(each) for each in baskets.coupons.values), False])
            alone |= table[baskets.coupons.codes]
    if plan.standing is not None:
        alone |= plan.standing.of_promotions(plan.bound)
    for place in plan.unfit:
        alone |= _touched(plan, plan.book.compiled[place])
    if not (alone.any() and plan.counters):
        return alone
    touched = {place: _touched(plan, plan.book.compiled[place]) for place in plan.counters}
    while touched:
        met = [place for place, flags in touched.items() if (flags & alone).any()]
        if not met:
            break
        for place in met:
            alone |= touched.pop(place)
    return alone


def _large(baskets: Baskets) -> Flags:
    """Return which baskets cost more, or have more units, than is computed in columns."""
    columns = [(baskets.quantities, baskets.starts), (baskets.amounts, baskets.starts)]
    if baskets.services is not None:
        columns.append((baskets.services.amounts, baskets.services.starts))
    found = np.zeros(len(baskets), dtype=np.bool_)
    for values, starts in columns:
        most = int(values.max()) if len(values) else 0
        if most * int(np.diff(starts).max(initial=0)) > MOST // 2:  # a basket might be too large: nearly never
            found |= _sums(values.astype(np.float64), starts) > MOST // 2
    return found


def _sums(values: NDArray[Any], starts: Ints) -> NDArray[Any]:
    """Return the sum of each basket."""
    running = np.zeros(len(values) + 1, dtype=values.dtype)
    np.cumsum(values, out=running[1:])
    return np.diff(running[starts])


def _touched(plan: Plan, compiled: Compiled) -> Flags:
    """Return which baskets a promotion touches, or present what it asks for: these are told why not."""
    baskets = plan.baskets
    if compiled.presented:
        return plan.given(compiled)
    fits = plan.items.fits(compiled.scope)[plan.items.places]
    found = _sums(fits[baskets.items].astype(np.int64), baskets.starts) > 0
    if compiled.goods is None and baskets.services is not None:
        found |= np.diff(baskets.services.starts) > 0
    return found


def _quote_alone(plan: Plan, totals: Totals, numbers: Ints, uses: Uses) -> None:
    for number in numbers.tolist():
        basket, at, customer, facts, codes, coupons = asked(plan.baskets, number)
        found = quote(
            plan.book,
            basket,
            at=at,
            customer=customer,
            facts=facts,
            codes=codes,
            coupons=coupons,
            used=uses.used,
        )
        uses.add(found)
        totals.add(number, found)


# --- together


class _Run:
    """One block of baskets while all promotions take their turns."""

    def __init__(self, plan: Plan, totals: Totals, numbers: Ints, *, lines: bool) -> None:
        self._plan, self._totals, self._lines = plan, totals, lines
        self._block = Block(plan.baskets, numbers, plan.items.places, sets=plan.sets, standing=plan.standing)
        self._bench = Bench(plan, self._block, totals)
        self._applied: list[tuple[int, Ints]] = []
        self._gifts: Ints = np.zeros(len(numbers), dtype=np.int64)
        self._off: Ints = np.zeros(len(numbers), dtype=np.int64)
        if plan.standing is not None:
            self._carry(plan.standing)

    def _carry(self, standing: Standing) -> None:
        """Carry what is stated."""
        _, lengths, rows = lines_of(standing.starts, self._block.numbers)
        owners, places, amounts = (
            np.repeat(np.arange(self._block.size), lengths),
            standing.places[rows],
            standing.amounts[rows],
        )
        for place in np.unique(places).tolist():
            of = places == place
            self._apply(place, owners[of], amounts[of])

    def _apply(self, place: int, baskets: Ints, amounts: Ints) -> None:
        """Note that a promotion applied, and what it takes off each basket."""
        if place in self._plan.barring:
            carried = self._bench.carried.setdefault(place, np.zeros(self._block.size, dtype=np.bool_))
            carried[baskets] = True
        if len(baskets) == self._block.size:
            self._off += amounts
        else:
            self._off[baskets] += amounts
        self._totals.apply(place, len(baskets), int(amounts.sum()))
        self._applied.append((place, baskets))

    def all(self, turns: Sequence[Compiled]) -> None:
        """Let all take their turns, and add up."""
        book, bench = self._plan.book, self._bench
        for each in turns:
            if each.promotion.exclusive:
                self._exclude(each)
        usual = (each for each in turns if not each.promotion.exclusive)
        for lane, promotions in groupby(usual, key=lambda each: book.lane_of[each.place]):
            bench.enter()
            _PICKS[book.policy.lanes[lane].pick](self, promotions)
        self._finish()

    def _exclude(self, compiled: Compiled) -> None:
        found = self._bench.offer(compiled)
        if found is not None:
            self._take(found)
            self._bench.open[found.baskets] = False
            self._bench.closed = True

    def stack(self, promotions: Iterable[Compiled]) -> None:
        for each in promotions:
            found = self._bench.offer(each)
            if found is not None:
                self._take(found)

    def take_best(self, promotions: Iterable[Compiled]) -> None:
        """Let the offer that saves most be taken of each basket; ties go to the first in turn."""
        tried = list(promotions)
        if any(each.place in self._plan.counters for each in tried):
            for offer, won in best_limited(self._bench, tried):
                self._take_won(offer, won)
            return
        promotions = tried
        offers = [found for each in promotions if (found := self._bench.offer(each)) is not None]
        saving = np.full(self._block.size, -1, dtype=np.int64)
        winner = np.full(self._block.size, -1, dtype=np.int64)
        for place, each in enumerate(offers):
            better = np.flatnonzero(each.saving > saving.take(each.baskets))
            baskets = each.baskets.take(better)
            saving[baskets], winner[baskets] = each.saving.take(better), place
        for place, each in enumerate(offers):
            self._take_won(each, winner.take(each.baskets) == place)

    def _take_won(self, offer: Offer, won: Flags) -> None:
        """Take an offer where it won, and count where it did not."""
        lost = len(won) - int(np.count_nonzero(won))
        if lost:
            self._totals.refuse(offer.compiled.place, Reason.DISPLACED, lost)
        if lost < len(won):
            self._take(offer.kept(won))

    def take_best_per_line(self, promotions: Iterable[Compiled]) -> None:
        """Let each row take the offer that takes most off it; ties go to the first in turn."""
        offers = [found for each in promotions if (found := self._bench.offer(each)) is not None]
        rows = len(self._block.owners)
        most = np.zeros(rows, dtype=np.int64)
        winner = np.full(rows, -1, dtype=np.int64)
        pairs = [(each, goods) for each in offers if (goods := each.goods) is not None]
        for place, (each, goods) in enumerate(pairs):
            better = np.flatnonzero(each.effect > goods.of(most))
            of = better if goods.rows is None else goods.rows.take(better)
            most[of], winner[of] = each.effect.take(better), place
        for place, (each, goods) in enumerate(pairs):
            mine = goods.of(winner) == place
            each.effect = each.effect * mine
            each.saving = goods.sums(each.effect)
            self._take_won(each, goods.sums(mine.astype(np.int64)) > 0)

    def _take(self, found: Offer) -> None:
        """Take what was offered."""
        compiled, totals, block = found.compiled, self._totals, self._block
        rounding = self._plan.book.policy.rounding
        self._bench.settle(found)
        if found.goods is not None:
            if self._lines:
                self._note(compiled.place, found.goods, found.effect)
            if found.consumed is None:
                take(block, found.goods, found.effect, rounding)
            else:
                plan = compiled.goods
                consuming = plan is not None and plan.consuming
                take_sets(block, found.goods, found.effect, found.consumed, consuming=consuming)
        if found.freight is not None:
            rows = slice(None) if found.freight.rows is None else found.freight.rows
            if self._lines:
                numbers = block.services.numbers[rows]
                totals.note(numbers, compiled.place, found.freed, services=True)
            block.services.left[rows] -= found.freed
        self._apply(compiled.place, found.baskets, found.saving)
        for place, times in found.gifts:
            gift = compiled.gifts[place].gift
            totals.give(compiled.place, gift, int(times.sum()))
            self._gifts[found.baskets] += times * gift.quantity * (totals.gift_cost(gift) or 0)

    def _note(self, place: int, frame: Frame, effect: Ints) -> None:
        """Keep what each line loses: a row is handed back to its lines by the unit law."""
        block = self._block
        rows = np.arange(frame.size) if frame.rows is None else frame.rows
        lines, starts = block.line_numbers(), block.part_starts
        if starts is None:
            self._totals.note(lines[rows], place, effect, services=False)
            return
        ends = np.append(starts[1:], len(lines))
        many = ends[rows] - starts[rows]
        parts = np.repeat(starts[rows] - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))
        units = self._plan.baskets.quantities[lines[parts]]
        of = np.repeat(np.arange(len(rows)), many)
        begin = np.cumsum(units) - units
        begin = begin - begin[(np.cumsum(many) - many)][of]
        amounts = np.zeros(len(parts), dtype=np.int64)
        for sign, amount in ((1, block.left[rows]), (-1, block.left[rows] - effect)):
            each, odd = np.divmod(amount, block.units[rows])
            amounts += sign * (units * each[of])
            amounts += sign * (np.minimum(begin + units, odd[of]) - np.minimum(begin, odd[of]))
        self._totals.note(lines[parts], place, amounts, services=False)

    def _finish(self) -> None:
        """Add up what the baskets brought."""
        block, totals = self._block, self._totals
        totals.discounts[block.numbers] = self._off
        sales = np.zeros(block.size, dtype=np.int64)
        sales[block.all.baskets] = block.all.sums(block.left)
        margin: Ints | None = None
        costs = self._plan.baskets.catalogue.costs
        if costs is not None:
            of_place = costs[self._plan.items.of_place]
            margin = sales - self._gifts
            margin[block.all.baskets] -= block.all.sums(of_place[block.items] * block.units)
            totals.earn(int(margin.sum()))
        for place, baskets in self._applied:
            whole = len(baskets) == block.size
            brought = 0 if margin is None else int((margin if whole else margin[baskets]).sum())
            totals.bring(place, int((sales if whole else sales[baskets]).sum()), brought)


_PICKS = {
    LanePick.STACK: _Run.stack,
    LanePick.BEST: _Run.take_best,
    LanePick.BEST_PER_LINE: _Run.take_best_per_line,
}
