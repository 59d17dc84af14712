"""The search behind `best_coupons`: depth first, in the order of turns, on states that are copied.

In a lane where all stack each coupon is a decision; in a lane where the best one wins at most one coupon is worth
presenting; where the best wins for each line every choice of its coupons is looked at. Exclusive coupons stand alone.
A branch is left when it cannot pay less than the best that is known: what is still to come takes off no more than its
potentials, and percentages of everything compound. So is a state that was reached before with no more coupons.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from fractions import Fraction
from itertools import combinations, groupby
from typing import NamedTuple

from ecomops.promotions.arithmetic import take as take_rows
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.desk import Desk
from ecomops.promotions.offering import Offer, offer
from ecomops.promotions.policy import LanePick
from ecomops.promotions.potential import potential_of
from ecomops.promotions.sets import take_sets
from ecomops.promotions.turns import won_by_row
from ecomops.terms import PromotionId

Ids = tuple[PromotionId, ...]
"""Promotions that are presented, by id."""

STEPS = 64
"""For how many places of the turns bounds are made: a bound of an earlier place is safe too."""


class _Node(NamedTuple):
    """A basket in the middle of its turns.

    Attributes:
        lane: The lane.
        at: The next turn of it; 0 is before the lane begins.
        goods: What is left, what is loose and its amount, and what was left when the lane began.
        services: What is left of them.
        readings: What was measured in the lane.
        blocked: A bit for each promotion that is barred.
        groups: A bit for each group of coupons of which one was taken.
        chosen: What was presented.
    """

    lane: int
    at: int
    goods: tuple[list[int], ...]
    services: tuple[list[int], ...]
    readings: dict[int, int]
    blocked: int
    groups: int
    chosen: Ids


class _Tail(NamedTuple):
    """What is still to come from some turn on.

    Attributes:
        automatic: What promotions that need nothing take off at most.
        amounts: What coupons take off at most, and their group; the largest first.
        shares: Shares of everything as (numerator, denominator, slack, group); the largest first.
    """

    automatic: int
    amounts: Sequence[tuple[int, int]]
    shares: Sequence[tuple[int, int, int, int]]


class Search:
    """The best choice so far, over one or several baskets.

    Args:
        coupons: The promotions that can be presented.
        room: How many may be.
        limit: After how many states it stops.
        none: What the basket costs without any.

    Attributes:
        best: The promotions to present.
        best_left: What the basket costs then.
        looked_at: How many states were looked at.
        open_left: Of what was not looked at nothing costs less than this.
    """

    def __init__(self, coupons: Iterable[Compiled], *, room: int, limit: int, none: int) -> None:
        """Start with nothing presented."""
        self.best: Ids = ()
        self.best_left = none
        self.looked_at = 0
        self.open_left = none
        self._coupons = {each.place: each for each in coupons}
        self._room = room
        self._limit = limit

    @property
    def proved(self) -> bool:
        """Whether nothing that was not looked at is better."""
        return self.open_left >= self.best_left

    @property
    def least_left(self) -> int:
        """No choice costs less than this."""
        return min(self.best_left, self.open_left)

    def run(self, desk: Desk, chosen: Ids) -> None:
        """Look at every choice on a basket that is laid out, on which *chosen* is presented already.

        Args:
            desk: The basket after stated discounts.
            chosen: The stated promotions that are presented.
        """
        if self.looked_at >= self._limit:
            self.open_left = min(self.open_left, sum(desk.goods.state.floor))
            return
        _Walk(self, desk, self._coupons, self._room, self._limit).run(chosen)

    def leaf(self, left: int, chosen: Ids) -> None:
        """Keep a choice if it is better: it costs less, has fewer coupons, or smaller ids."""
        ids = tuple(sorted(chosen))
        if (left, len(ids), ids) < (self.best_left, len(self.best), self.best):
            self.best, self.best_left = ids, left

    def is_beaten(self, least: int, chosen: Ids) -> bool:
        """Tell whether nothing that presents *chosen* and costs at least *least* can be better than what is known."""
        if least != self.best_left:
            return least > self.best_left
        return len(chosen) > len(self.best) or (len(chosen) == len(self.best) and tuple(sorted(chosen)) >= self.best)


class _Walk:
    """The search on one basket."""

    def __init__(self, search: Search, desk: Desk, coupons: dict[int, Compiled], room: int, limit: int) -> None:
        self.search = search
        self.desk = desk
        self.coupons = coupons
        self.room = room
        self.limit = limit
        self.blocked = self.groups = 0
        self.chosen: Ids = ()
        self.seen: dict[tuple[object, ...], tuple[int, Ids]] = {}

    def run(self, chosen: Ids) -> None:
        """Look at every choice."""
        desk, book = self.desk, self.desk.book
        desk.enter()
        touched = book.index.touched(desk.scoping) | set(self.coupons)
        turns = [book.compiled[place] for place in sorted(touched)]
        if self._alone([each for each in turns if each.promotion.exclusive], chosen):
            return
        turns = [each for each in turns if not each.promotion.exclusive]
        lanes = [(lane, list(own)) for lane, own in groupby(turns, key=lambda each: book.lane_of[each.place])]
        self.lanes = [(book.policy.lanes[lane].pick, own) for lane, own in lanes]
        self.enemies = {each.place: sum(1 << other for other in each.enemies) for each in turns}
        self.chosen = chosen
        for place in desk.carried:
            self.blocked |= sum(1 << other for other in book.compiled[place].enemies)
        self._plan(turns)
        self.stack = [self._mark(0, 0)]
        while self.stack:
            self._look(self.stack.pop())

    def _alone(self, exclusive: Sequence[Compiled], chosen: Ids) -> bool:
        """Try what stands alone in its basket; tell whether one of these applies without being presented."""
        total = self._left()
        for each in exclusive:
            found = offer(self.desk, each)
            if found is not None and each.place not in self.coupons:
                self.search.leaf(total - found.saving, chosen)
                return True
            if found is not None and len(chosen) < self.room:
                self.search.looked_at += 1
                self.search.leaf(total - found.saving, (*chosen, each.id))
        return False

    # --- bounds

    def _plan(self, turns: Sequence[Compiled]) -> None:
        """Find how much each promotion may take off, and which coupons are of one group."""
        self.starts = [0]
        for _, own in self.lanes:
            self.starts.append(self.starts[-1] + len(own))
        self.turns = turns
        self.potentials = [potential_of(self.desk, each) for each in turns]
        self.group = self._grouped()
        self.step = max(1, len(turns) // STEPS)
        self.tails: dict[int, _Tail] = {}

    def _grouped(self) -> dict[int, int]:
        """Return a bit for the group of each coupon: of one group at most one applies."""
        cliques: list[list[Compiled]] = []
        found: dict[int, int] = {}
        for pick, own in self.lanes:
            coupons = [each for each in own if each.place in self.coupons]
            if pick is LanePick.BEST:
                cliques.append([])  # nothing else is of its group
                found.update((each.place, 1 << len(cliques) - 1) for each in coupons)
                continue
            for each in coupons:
                fits = (
                    place
                    for place, clique in enumerate(cliques)
                    if clique and all(other.place in each.enemies for other in clique)
                )
                place = next(fits, len(cliques))
                if place == len(cliques):
                    cliques.append([])
                cliques[place].append(each)
                found[each.place] = 1 << place
        return found

    def _tail(self, at: int) -> _Tail:
        at -= at % self.step
        found = self.tails.get(at)
        if found is None:
            found = self.tails[at] = self._made_tail(at)
        return found

    def _made_tail(self, at: int) -> _Tail:
        amounts: dict[int, int] = {}
        shares: dict[int, tuple[int, int, int]] = {}
        automatic = 0
        for each, potential in zip(self.turns[at:], self.potentials[at:], strict=True):
            group = self.group.get(each.place)
            if group is None:
                automatic += potential.most
            elif potential.share is None:
                amounts[group] = max(amounts.get(group, 0), potential.most)
            else:
                share = (*potential.share, potential.slack)
                shares[group] = max(shares.get(group, share), share, key=_as_share)
        parts = [(*share, group) for group, share in shares.items()]
        return _Tail(
            automatic,
            sorted(((most, group) for group, most in amounts.items()), reverse=True),
            sorted(parts, key=_as_share, reverse=True),
        )

    def _least(self, lane: int, at: int) -> int:
        """Return what the basket costs at least when all is done."""
        tail, room, groups = self._tail(self.starts[lane] + at), self.room - len(self.chosen), self.groups
        amounts = [0]
        for most, group in tail.amounts:
            if len(amounts) > room:
                break
            if not group & groups:
                amounts.append(amounts[-1] + most)
        goods = sum(self.desk.goods.state.left)
        best, kept, under, slack, taken = amounts[-1], 1, 1, 0, 0
        for share, of, loose, group in tail.shares:
            if taken == room:
                break
            if not group & groups:
                kept, under, slack, taken = kept * (of - share), under * of, slack + loose, taken + 1
                off = min(goods, goods - goods * kept // under + slack)
                best = max(best, off + amounts[min(room - taken, len(amounts) - 1)])
        return self._left() - tail.automatic - best

    # --- one state

    def _left(self) -> int:
        return sum(self.desk.goods.state.left) + sum(self.desk.services.state.left)

    def _mark(self, lane: int, at: int) -> _Node:
        goods, services = self.desk.goods.state, self.desk.services.state
        return _Node(
            lane,
            at,
            (goods.left[:], goods.loose[:], goods.loose_amount[:], goods.entry),
            (services.left[:], services.loose_amount[:]),
            self.desk.readings,
            self.blocked,
            self.groups,
            self.chosen,
        )

    def _return(self, node: _Node) -> None:
        goods, services = self.desk.goods.state, self.desk.services.state
        goods.left, goods.loose, goods.loose_amount, goods.entry = node.goods
        services.left, services.loose_amount = node.services
        self.desk.readings = node.readings
        self.blocked, self.groups, self.chosen = node.blocked, node.groups, node.chosen

    def _look(self, node: _Node) -> None:
        """Follow a state to its end, and put aside what else could be decided on the way."""
        search = self.search
        self._return(node)
        self.desk.refused.clear()
        least = self._least(node.lane, node.at)
        if search.is_beaten(least, self.chosen):
            return
        if search.looked_at >= self.limit:
            search.open_left = min(search.open_left, least)
            return
        search.looked_at += 1
        lane, at = node.lane, node.at
        while lane < len(self.lanes):
            pick, turns = self.lanes[lane]
            if not at:
                self.desk.enter()
            if pick is LanePick.BEST:
                self._best(lane, turns)
            elif pick is LanePick.BEST_PER_LINE:
                self._best_per_line(lane, turns)
            elif not self._stack(lane, at, turns):
                return
            lane, at = lane + 1, 0
        search.leaf(self._left(), self.chosen)

    def _stack(self, lane: int, at: int, turns: Sequence[Compiled]) -> bool:
        """Let all stack; tell whether it is worth going on."""
        for place in range(at, len(turns)):
            each = turns[place]
            coupon = each.place in self.group
            if self.blocked >> each.place & 1 or (coupon and len(self.chosen) >= self.room):
                continue
            found = offer(self.desk, each)
            if found is None:
                continue
            if coupon:
                self.stack.append(self._mark(lane, place + 1))
            self._take(found)
            if coupon and self._is_hopeless(lane, place + 1):
                return False
        return True

    def _is_hopeless(self, lane: int, at: int) -> bool:
        """Tell whether nothing better follows, or the same was reached before with no more coupons."""
        self.search.looked_at += 1
        if self.search.is_beaten(self._least(lane, at), self.chosen):
            return True
        goods, services = self.desk.goods.state, self.desk.services.state
        key = (
            lane,
            at,
            self.blocked >> self.lanes[lane][1][at - 1].place,
            *(tuple(each) for each in (goods.left, goods.loose, goods.loose_amount, goods.entry, services.left)),
        )
        ids = tuple(sorted(self.chosen))
        known = self.seen.get(key)
        if known is not None and known <= (len(ids), ids):
            return True
        self.seen[key] = len(ids), ids
        return False

    def _best(self, lane: int, turns: Sequence[Compiled]) -> None:
        """Let the best one win: that of the automatic ones goes on, and each better coupon is put aside."""
        offers = self._offers(turns)
        automatic = [each for each in offers if each.compiled.place not in self.group]
        best = max(automatic, key=lambda each: each.saving, default=None)
        start = self._mark(lane + 1, 0)
        if len(self.chosen) < self.room:
            for each in offers:
                if each.compiled.place in self.group and (best is None or _wins(each, best)):
                    self._take(each)
                    self.stack.append(self._mark(lane + 1, 0))
                    self._return(_again(start))
        if best is not None:
            self._take(best)

    def _best_per_line(self, lane: int, turns: Sequence[Compiled]) -> None:
        """Let the best one win for each line: every choice of coupons is put aside."""
        search, offers = self.search, self._offers(turns)
        automatic = [each for each in offers if each.compiled.place not in self.group]
        coupons = [each for each in offers if each.compiled.place in self.group]
        start, room = self._mark(lane + 1, 0), self.room - len(self.chosen)
        least = self._least(lane, 0)
        for number in range(1, min(room, len(coupons)) + 1):
            for some in combinations(coupons, number):
                if search.looked_at >= self.limit:
                    search.open_left = min(search.open_left, least)
                    break
                search.looked_at += 1
                self._take_rows((*automatic, *some))
                self.groups |= sum(self.group[each.compiled.place] for each in some)
                self.chosen = (*self.chosen, *(each.compiled.id for each in some))
                self.stack.append(self._mark(lane + 1, 0))
                self._return(_again(start))
        self._take_rows(automatic)

    def _offers(self, turns: Sequence[Compiled]) -> list[Offer]:
        found = (offer(self.desk, each) for each in turns if not self.blocked >> each.place & 1)
        return [each for each in found if each is not None]

    def _take_rows(self, offers: Iterable[Offer]) -> None:
        copies = sorted((copy(each) for each in offers), key=lambda each: each.compiled.place)
        for each in won_by_row(self.desk, copies):
            if each.effect:
                self._apply(each)

    def _take(self, found: Offer) -> None:
        self._apply(found)
        group = self.group.get(found.compiled.place)
        if group is not None:
            self.groups |= group
            self.chosen = (*self.chosen, found.compiled.id)

    def _apply(self, found: Offer) -> None:
        desk, compiled = self.desk, found.compiled
        if found.bundle is not None:
            plan = compiled.goods
            take_sets(desk.goods.state, found.bundle, found.effect, consuming=plan is not None and plan.consuming)
        elif found.effect:
            take_rows(desk.goods.state, found.rows, found.effect, desk.book.rounded)
        if found.freight:
            take_rows(desk.services.state, found.services, found.freight, desk.book.rounded)
        self.blocked |= self.enemies[compiled.place]


def _as_share(part: tuple[int, ...]) -> tuple[Fraction, int]:
    """Return the share and its slack, to put the largest first."""
    return Fraction(part[0], part[1]), part[2]


def _wins(coupon: Offer, best: Offer) -> bool:
    """Tell whether a coupon wins its lane: it saves more, or as much and has its turn before."""
    if coupon.saving != best.saving:
        return coupon.saving > best.saving
    return coupon.compiled.place < best.compiled.place


def _again(node: _Node) -> _Node:
    """Return a state of which the lists are free to change."""
    left, loose, loose_amount, entry = node.goods
    return node._replace(
        goods=(left[:], loose[:], loose_amount[:], entry), services=tuple(each[:] for each in node.services)
    )
