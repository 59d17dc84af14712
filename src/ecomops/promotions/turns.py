"""Whose turn it is, and who wins: exclusive promotions first, then the lanes in their order, each on what was left."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from ecomops.promotions.arithmetic import Effect, Rows, cut_by_funders
from ecomops.promotions.arithmetic import take as take_rows
from ecomops.promotions.canonical import Canonical, goods_of, services_of
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.desk import Desk
from ecomops.promotions.offering import Offer, offer, touches
from ecomops.promotions.policy import LanePick
from ecomops.promotions.refusals import Reason, Refusal
from ecomops.promotions.scoping import Reach
from ecomops.promotions.sets import take_sets


def run(desk: Desk, *, told: bool = False) -> None:
    """Let every promotion that the basket touches take its turn.

    Args:
        desk: The basket, with what is stated carried.
        told: Whether what needs more than the basket comes to is looked at too, to be told of: it never applies.
    """
    book = desk.book
    if not book.computes:
        return
    desk.lay_out(goods_of(desk.basket, desk.left, desk.floors), services_of(desk.basket, desk.left_of_services))
    state = desk.goods.state
    reach = Reach(sum(state.listed), sum(state.units))
    desk.leaves_out = not told and book.index.leaves_out(reach)
    places = book.index.touched(desk.scoping, reach if desk.leaves_out else None)
    places.update(book.places[id] for id in desk.given if not book.compiled[book.places[id]].stated)
    turns = [book.compiled[place] for place in sorted(places)]
    if book.index.needy:
        desk.later = partial(_lacking, desk)
    if book.exclusive and not book.exclusive.isdisjoint(places):
        if _run_exclusive(desk, turns):
            return
        turns = [each for each in turns if not each.promotion.exclusive]
    for lane, promotions in groupby(turns, key=lambda each: book.lane_of[each.place]):
        desk.enter()
        _PICKS[book.policy.lanes[lane].pick](desk, promotions)


def _lacking(desk: Desk) -> list[Refusal]:
    """Return that promotions whose scope is met lack a line that they need: the index did not lead to all of them."""
    return [Refusal(each.id, None, Reason.CONDITION_UNMET) for each in desk.book.index.lacking(desk.scoping)]


def _run_exclusive(desk: Desk, turns: Sequence[Compiled]) -> bool:
    """Let the first exclusive promotion that applies stand alone; tell whether one does."""
    desk.enter()
    tried: set[int] = set()
    for each in turns:
        if each.promotion.exclusive:
            tried.add(each.place)
            found = offer(desk, each)
            if found is not None:
                take(desk, found)
                for other in turns:
                    if other.place not in tried and (other.id in desk.given or touches(desk, other)):
                        desk.refuse(other.id, Reason.EXCLUDED, by=each.id)
                return True
    return False


def _stack(desk: Desk, promotions: Iterable[Compiled]) -> None:
    for each in promotions:
        found = offer(desk, each)
        if found is not None:
            take(desk, found)


def _offers(desk: Desk, promotions: Iterable[Compiled]) -> list[Offer]:
    offers = (offer(desk, each) for each in promotions)
    return [each for each in offers if each is not None]


def _take_best(desk: Desk, promotions: Iterable[Compiled]) -> None:
    """Let the offer that saves most be taken; ties go to the first in turn."""
    offers = _offers(desk, promotions)
    if not offers:
        return
    best = max(offers, key=lambda each: each.saving)
    take(desk, best)
    for each in offers:
        if each is not best:
            desk.refuse(
                each.compiled.id, Reason.DISPLACED, actual=each.saving, required=best.saving, by=best.compiled.id
            )  # fmt: skip


def _take_best_per_line(desk: Desk, promotions: Iterable[Compiled]) -> None:
    for each in won_by_row(desk, _offers(desk, promotions)):
        if each.effect:
            take(desk, each)


def won_by_row(desk: Desk, offers: list[Offer]) -> list[Offer]:
    """Let each row take the offer that takes most off it; ties go to the first in turn. Leave of each what it wins.

    Of two winners that bar each other the later one drops out, and the rows choose again.
    """
    best = _best(offers)
    barred = _barred(offers, best)
    while barred is not None:
        loser, winner = barred
        desk.refuse(loser.compiled.id, Reason.BARRED, by=winner.compiled.id)
        offers = [each for each in offers if each is not loser]
        best = _best(offers)
        barred = _barred(offers, best)
    for each in offers:
        _keep_won(desk, each, best)
    return offers


def _best(offers: Sequence[Offer]) -> dict[int, tuple[int, Offer]]:
    """Return what takes most off each row, and how much."""
    best: dict[int, tuple[int, Offer]] = {}
    for each in offers:
        for row, amount in zip(each.rows, each.effect, strict=True):
            if amount and (row not in best or amount > best[row][0]):
                best[row] = amount, each
    return best


def _keep_won(desk: Desk, offered: Offer, best: dict[int, tuple[int, Offer]]) -> None:
    """Leave of an offer what it wins; one that wins nothing is displaced."""
    wanted = [best[row] for row, amount in zip(offered.rows, offered.effect, strict=True) if amount]
    pairs = [(row, best[row][0]) for row in offered.rows if row in best and best[row][1] is offered]
    if not pairs:
        required, by = sum(amount for amount, _ in wanted), wanted[0][1].compiled.id
        desk.refuse(offered.compiled.id, Reason.DISPLACED, actual=offered.saving, required=required, by=by)
    offered.rows = [row for row, _ in pairs]
    offered.effect = [amount for _, amount in pairs]
    offered.saving = sum(offered.effect)


def _barred(offers: Sequence[Offer], best: dict[int, tuple[int, Offer]]) -> tuple[Offer, Offer] | None:
    """Return the first winner that bars an earlier one, or is barred by it, with that one."""
    places = {each.compiled.place for _, each in best.values()}
    winners = [each for each in offers if each.compiled.place in places]
    for place, each in enumerate(winners):
        for earlier in winners[:place]:
            if earlier.compiled.place in each.compiled.enemies:
                return each, earlier
    return None


_PICKS = {
    LanePick.STACK: _stack,
    LanePick.BEST: _take_best,
    LanePick.BEST_PER_LINE: _take_best_per_line,
}


# --- taking


def take(desk: Desk, found: Offer) -> None:
    """Take what was offered: the one place where a promotion changes what is left."""
    compiled, rounded = found.compiled, desk.book.rounded
    short = [] if compiled.funding is None else [0] * len(compiled.funding.shares)
    if found.effect:
        _note(desk.goods, compiled, short, found.rows, found.effect)
        if found.bundle is None:
            take_rows(desk.goods.state, found.rows, found.effect, rounded)
        else:
            plan = compiled.goods
            consuming = plan is not None and plan.consuming
            take_sets(desk.goods.state, found.bundle, found.effect, consuming=consuming)
    if found.freight:
        _note(desk.services, compiled, short, found.services, found.freight)
        take_rows(desk.services.state, found.services, found.freight, rounded)
    desk.applied.append(compiled)
    desk.carried.add(compiled.place)
    if compiled.counted or desk.coupons or desk.families:
        desk.claim(compiled, found.saving)
    if found.gifts or compiled.grants:
        desk.earned.append((compiled, found.gifts))


def _note(at: Canonical, compiled: Compiled, short: list[int], rows: Rows, effect: Effect) -> None:
    """Note what is taken off some rows, and by whom it is borne: how far each funder is behind stands in *short*."""
    plan = compiled.funding
    if plan is None:
        at.taken.append((compiled.place, 0, rows, effect))
        return
    parts = [cut_by_funders(amount, plan.shares, plan.under, short) for amount in effect]
    for funder, borne in enumerate(zip(*parts, strict=True)):
        at.taken.append((compiled.place, funder, rows, borne))
