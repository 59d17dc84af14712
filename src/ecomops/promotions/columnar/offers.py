"""What a promotion would take and give in a block of baskets: nothing is written here but counts of refusals."""

from typing import NamedTuple, Protocol

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.promotions.columnar.baskets import GUEST
from ecomops.promotions.columnar.blocks import Block, Flags, Frame, frame_of
from ecomops.promotions.columnar.effects import (
    MOST,
    Wants,
    clamped,
    off_chosen,
    off_lines,
    same,
    shared,
    shared_whole,
    wanted_whole,
    within,
)
from ecomops.promotions.columnar.limits import TAKES, VERDICTS
from ecomops.promotions.columnar.planning import Plan
from ecomops.promotions.columnar.sets import Sets
from ecomops.promotions.compiling import Compiled, FreightPlan, GoodsPlan, MeasurePlan, ValuePlan
from ecomops.promotions.measures import MeasureKind, Reading
from ecomops.promotions.predicates import Scope
from ecomops.promotions.refusals import Reason

_UNMET, _NO_ROOM = VERDICTS[Reason.CONDITION_UNMET], VERDICTS[Reason.NO_ROOM]

_NOTHING: Ints = np.zeros(0, dtype=np.int64)

Goods = tuple[Frame, Ints, Ints | None]
"""The rows of which something is taken, how much of each, and the units of each that sets take."""


class Tally(Protocol):
    """Who counts refusals."""

    def refuse(self, place: int, reason: Reason, times: int) -> None:
        """Count that a promotion did not apply to so many baskets."""
        ...


class Offer:
    """What a promotion would take and give.

    Attributes:
        compiled: The promotion.
        baskets: To which baskets it applies.
        goods: The rows of which it takes something; None when of none.
        effect: What it takes off each.
        to_share: What it takes off each basket, and is still to be shared by its rows; None when that has been done.
        consumed: How many units of each sets take; None when there are no sets.
        freight: The services of which it takes something, as rows; None when of none.
        freed: What it takes off each.
        gifts: How often each of its gifts is earned, one a basket.
        saving: What it takes off each basket.
    """

    def __init__(self, compiled: Compiled, baskets: Ints) -> None:
        """Offer nothing."""
        self.compiled, self.baskets = compiled, baskets
        self.goods: Frame | None = None
        self.effect = self.freed = np.zeros(0, dtype=np.int64)
        self.consumed: Ints | None = None
        self.to_share: Ints | None = None
        self.freight: Frame | None = None
        self.gifts: list[tuple[int, Ints]] = []
        self.saving = np.zeros(len(baskets), dtype=np.int64)

    def kept(self, keep: Flags) -> "Offer":
        """Return the offer to some of the baskets."""
        if keep.all():
            return self
        which = np.flatnonzero(keep)
        found = Offer(self.compiled, self.baskets.take(which))
        found.saving = self.saving.take(which)
        found.gifts = [(place, times.take(which)) for place, times in self.gifts]
        if self.goods is not None:
            self._keep_goods(found, self.goods, keep[_places(self.baskets, self.goods.baskets)])
        if self.freight is not None:
            of = keep[_places(self.baskets, self.freight.baskets)]
            inside = self.freight.inside(of)
            found.freight, found.freed = self.freight.kept(of, inside), self.freed.take(inside)
        return found

    def _keep_goods(self, found: "Offer", goods: Frame, of: Flags) -> None:
        if of.all():  # those that are not kept get nothing off goods
            found.goods, found.consumed = goods, self.consumed
            found.effect, found.to_share = self.effect, self.to_share
            return
        inside = goods.inside(of)
        found.goods = goods.kept(of, inside)
        found.consumed = None if self.consumed is None else self.consumed.take(inside)
        if self.to_share is None:
            found.effect = self.effect.take(inside)
        else:
            found.to_share = self.to_share[of]


class Attempt(NamedTuple):
    """What a promotion would take and give to each basket that meets its conditions, without its limits.

    Attributes:
        offer: What it would.
        verdicts: On each of its baskets: TAKES, or why not.
        customers: Their buyers, when these are counted.
        periods: Their periods, when these are counted.
    """

    offer: Offer
    verdicts: Ints
    customers: Ints | None
    periods: Ints | None


class Bench:
    """A block of baskets at which promotions take their turns.

    Args:
        plan: The rulebook over all baskets.
        block: The baskets.
        tally: Who counts refusals.
    """

    def __init__(self, plan: Plan, block: Block, tally: Tally) -> None:
        """Start with every basket open to all promotions."""
        self.plan, self.block, self._tally = plan, block, tally
        self.open = np.ones(block.size, dtype=np.bool_)
        self.closed = False
        self.carried: dict[int, Flags] = {}
        self._frames: dict[int, Frame] = {}
        self._measures: dict[int, Ints] = {}
        self._services: dict[frozenset[str], Frame] = {}
        self._touching: dict[tuple[int, frozenset[str] | None], Frame] = {}

    def enter(self) -> None:
        """Begin a lane."""
        self.block.enter()
        self._measures.clear()

    def frame(self, scope: Scope) -> Frame:
        """Return the rows in a scope."""
        found = self._frames.get(scope.place)
        if found is None:
            found = self.block.all
            if not scope.everything:
                fits = self.plan.items.fits(scope)
                if not fits.all():
                    found = frame_of(np.flatnonzero(fits.take(self.block.items)), self.block.owners)
            self._frames[scope.place] = found
        return found

    def services(self, plan: FreightPlan) -> Frame:
        """Return the services of a reduction, as rows."""
        found = self._services.get(plan.names)
        if found is not None:
            return found
        services = self.block.services
        wanted = np.array([not plan.names or name in plan.names for name in services.known], dtype=np.bool_)
        found = frame_of(np.flatnonzero(wanted[services.names]), services.owners)
        self._services[plan.names] = found
        return found

    # --- measures

    def measured(self, plan: MeasurePlan, frame: Frame) -> Ints:
        """Return what a measure reads in the baskets of *frame*."""
        own = self.frame(plan.scope)
        running = plan.read is Reading.RUNNING
        values = None if running else self._measures.get(plan.key)
        if values is None:
            values = self._measure(plan, own)
            if not running:
                self._measures[plan.key] = values
        if own.baskets is frame.baskets or len(own.baskets) == self.block.size == len(frame.baskets):
            return values
        if len(own.baskets) == self.block.size:
            return values.take(frame.baskets)
        dense = np.zeros(self.block.size, dtype=np.int64)
        dense[own.baskets] = values
        return dense.take(frame.baskets)

    def _measure(self, plan: MeasurePlan, own: Frame) -> Ints:
        block = self.block
        match plan.of:
            case MeasureKind.AMOUNT:
                by = {Reading.ENTRY: block.entry, Reading.LIST: block.listed, Reading.RUNNING: block.left}
                return own.sums(own.of(by[plan.read]))
            case MeasureKind.QUANTITY:
                return own.sums(own.of(block.units))
            case MeasureKind.PRODUCTS:
                skus = self.plan.items.skus[own.of(block.items)]
                new = np.ones(own.size, dtype=np.int64)
                new[1:] = skus[1:] != skus[:-1]
                new[own.starts] = 1
                return own.sums(new)
            case _:
                return own.most(own.of(block.units))

    # --- who may

    def offer(self, compiled: Compiled) -> Offer | None:
        """Return what a promotion would take and give, as far as its limits allow; None when it applies nowhere."""
        tried = self.attempt(compiled)
        if tried is None:
            return None
        counter = self.plan.counters.get(compiled.place)
        allowed = tried.offer.saving
        if counter is not None:
            verdicts, allowed = counter.admit(tried.verdicts, allowed, tried.customers, tried.periods)
            tried = tried._replace(verdicts=verdicts)
        return self.decided(tried, allowed)

    def attempt(self, compiled: Compiled) -> "Attempt | None":
        """Return what a promotion would take and give without its limits; None when its conditions are met nowhere."""
        frame = self._admitted(compiled)
        if not len(frame.baskets):
            return None
        verdicts = np.zeros(len(frame.baskets), dtype=np.int64)
        found = self._offered(compiled, frame, verdicts)
        return Attempt(found, verdicts, *self._counted_by(compiled, frame))

    def decided(self, tried: "Attempt", allowed: Ints) -> Offer | None:
        """Return what is left of an attempt by its verdicts and what they allow; None when nothing is."""
        found, takes = tried.offer, tried.verdicts == TAKES
        if not takes.all():
            self._count(found.compiled.place, tried.verdicts[~takes])
            found, allowed = found.kept(takes), allowed[takes]
        if (allowed < found.saving).any():
            self._clamp(found, allowed)
        return found if len(found.baskets) else None

    def _count(self, place: int, verdicts: Ints) -> None:
        counts = np.bincount(verdicts)
        for reason, verdict in VERDICTS.items():
            if verdict < len(counts) and counts[verdict]:
                self._tally.refuse(place, reason, int(counts[verdict]))

    def _refuse(self, compiled: Compiled, reason: Reason, refused: Flags) -> None:
        times = int(np.count_nonzero(refused))
        if times:
            self._tally.refuse(compiled.place, reason, times)

    def _touched(self, compiled: Compiled) -> Frame:
        """Return the rows of the baskets that a promotion touches; those touched by a service alone have none."""
        frame = self.frame(compiled.scope) if compiled.goods is not None else self._served(compiled)
        given = self.plan.given(compiled)[self.block.numbers] if compiled.presented else None
        if given is None:
            return frame
        inside = given[frame.baskets]
        outside = given.copy()
        outside[frame.baskets] = False
        self._refuse(compiled, Reason.EXCLUDED, outside & ~self.open)
        by_coupon = compiled.promotion.by_coupon
        by_itself = Reason.COUPON_UNMATCHED if by_coupon else Reason.OUT_OF_SCOPE
        self._refuse(compiled, by_itself, outside & self.open)
        return frame.kept(inside)

    def _served(self, compiled: Compiled) -> Frame:
        """Return the baskets that a promotion without a reduction of goods touches, each as a row."""
        key = compiled.scope.place, None if compiled.freight is None else compiled.freight.names
        found = self._touching.get(key)
        if found is None:
            touched = np.zeros(self.block.size, dtype=np.bool_)
            touched[self.frame(compiled.scope).baskets] = True
            if compiled.freight is not None:
                touched[self.services(compiled.freight).baskets] = True
            baskets = np.flatnonzero(touched)
            found = self._touching[key] = Frame(baskets, np.arange(len(baskets)), baskets, len(baskets))
        return found

    def _admitted(self, compiled: Compiled) -> Frame:
        """Return the rows of the baskets that a promotion touches, and whose conditions are met."""
        frame = self._touched(compiled)
        if self.closed:
            is_open = self.open[frame.baskets]
            self._refuse(compiled, Reason.EXCLUDED, ~is_open)
            frame = _kept(frame, is_open)
        if compiled.start is not None and compiled.end is not None:
            at = self.plan.baskets.at[self.block.numbers[frame.baskets]]
            ended, early = at >= microseconds(compiled.end), at < microseconds(compiled.start)
            self._refuse(compiled, Reason.ENDED, ended)
            self._refuse(compiled, Reason.NOT_STARTED, early)
            frame = _kept(frame, ~(ended | early))
        for enemy in sorted(compiled.enemies & self.carried.keys()):
            barred = self.carried[enemy][frame.baskets]
            self._refuse(compiled, Reason.BARRED, barred)
            frame = _kept(frame, ~barred)
        if compiled.ask is None:
            return frame
        if compiled.bound is not None:
            plan, bound = compiled.bound
            yes = self.measured(plan, frame) >= bound
            no = ~yes
        else:
            measures = {plan.name: self.measured(plan, frame) for plan in compiled.asked}
            numbers = self.block.numbers[frame.baskets]
            yes, no = self.plan.asking.ask(compiled.promotion.conditions, measures, numbers)
            self._refuse(compiled, Reason.FACT_UNKNOWN, ~(yes | no))
        self._refuse(compiled, Reason.CONDITION_UNMET, no)
        return _kept(frame, yes)

    def _counted_by(self, compiled: Compiled, frame: Frame) -> tuple[Ints | None, Ints | None]:
        """Return the buyers and the periods of baskets, as far as the limits of a promotion count by them."""
        if compiled.place not in self.plan.counters:
            return None, None
        customers, periods = None, self.plan.periods.get(compiled.place)
        numbers = self.block.numbers[frame.baskets]
        if compiled.promotion.limits.per_customer is not None:
            of = self.plan.baskets.customers
            customers = np.full(len(numbers), GUEST, dtype=np.int64) if of is None else of[numbers]
        return customers, None if periods is None else periods[numbers]

    def _clamp(self, found: Offer, allowed: Ints) -> None:
        """Cut goods and freight of each basket together to what is allowed."""
        self.settle(found)
        for place in np.flatnonzero(found.saving > allowed).tolist():
            basket = int(found.baskets[place])
            goods = _rows_of(found.goods, basket)
            freight = _rows_of(found.freight, basket)
            parts = np.concatenate([found.effect[goods], found.freed[freight]])
            one = Frame(None, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), len(parts))
            cut = shared(one, allowed[place : place + 1], parts, parts.sum(keepdims=True))
            found.effect, found.freed = found.effect.copy(), found.freed.copy()
            found.effect[goods], found.freed[freight] = np.split(cut, [goods.stop - goods.start])
        found.saving = np.minimum(found.saving, allowed)

    # --- how much

    def _offered(self, compiled: Compiled, frame: Frame, verdicts: Ints) -> Offer:
        """Return what is offered to each basket; the verdicts on those that get nothing are written."""
        found = Offer(compiled, frame.baskets)
        if compiled.goods is not None:
            self._offer_goods(found, compiled.goods, frame, verdicts)
        if compiled.freight is not None:
            found.freight, found.freed = self._freight(compiled.freight, frame, verdicts)
            found.saving[_places(frame.baskets, found.freight.baskets)] += found.freight.sums(found.freed)
        if compiled.gifts:
            found.gifts = self._gifts(compiled, frame, verdicts)
        if compiled.reduces:
            verdicts[(verdicts == TAKES) & (found.saving == 0)] = _NO_ROOM
        return found

    def _offer_goods(self, found: Offer, plan: GoodsPlan, frame: Frame, verdicts: Ints) -> None:
        """Find what is taken off goods."""
        if not plan.whole:
            found.goods, found.effect, found.consumed = self._goods(found.compiled, plan, frame, verdicts)
            found.saving[_places(frame.baskets, found.goods.baskets)] += found.goods.sums(found.effect)
            return
        wants, met = self._wants(plan.value, frame)
        if met is not None and not met.all():
            verdicts[~met] = _UNMET
            wants, frame = wants.of(met), frame.kept(met)
        found.goods = frame
        if len(frame.baskets):
            found.to_share = wanted_whole(self.block, frame, wants, self.plan.book.policy.rounding)
            amount = found.to_share if plan.cap is None else np.minimum(found.to_share, plan.cap)
            found.saving[_places(found.baskets, frame.baskets)] += amount

    def settle(self, found: Offer) -> None:
        """Share by rows what is taken off baskets: only when it is taken, which is of fewer than it is offered to."""
        plan = found.compiled.goods
        if found.to_share is not None and found.goods is not None and plan is not None:
            effect = shared_whole(self.block, found.goods, found.to_share)
            found.effect = effect if plan.cap is None else clamped(found.goods, effect, plan.cap)
            found.to_share = None

    def _goods(self, compiled: Compiled, plan: GoodsPlan, frame: Frame, verdicts: Ints) -> Goods:
        value, rounding = plan.value, self.plan.book.policy.rounding
        wants, met = self._own(value, frame) if value.own else self._wants(value, frame)
        work = frame
        if met is not None and not met.all():
            verdicts[~met] = _UNMET
            inside = frame.inside(met)
            wants = wants.of(inside if value.own else met)
            work = frame.kept(met, inside)
        if not len(work.baskets):
            return work, _NOTHING, _NOTHING if plan.parts else None
        if plan.parts:
            told = np.zeros(len(work.baskets), dtype=np.int64)
            found = self._sets(compiled, plan, work, wants, told)
            verdicts[_places(frame.baskets, work.baskets)] = told
            return found
        if plan.choice is None:
            effect = off_lines(self.block, work, wants, rounding, each=plan.each, own=value.own)
        else:
            effect = off_chosen(self.block, work, wants, rounding, plan.choice, each=plan.each, own=value.own)
        return work, effect if plan.cap is None else clamped(work, effect, plan.cap), None

    def _sets(self, compiled: Compiled, plan: GoodsPlan, work: Frame, wants: Wants, verdicts: Ints) -> Goods:
        """Find what sets take; *verdicts* are on the baskets of *work*."""
        fits = [self.plan.items.fits(scope) for scope in plan.scopes]
        sets = Sets(self.block, work, plan, fits, self.plan.groups[compiled.place])
        there = sets.number > 0
        verdicts[~there] = _UNMET
        if not there.any():
            return work.kept(there), _NOTHING, _NOTHING
        if not there.all():
            sets, wants, work = sets.kept(there), wants.of(there), work.kept(there)
        taken = sets.taken(wants, self.plan.book.policy.rounding)
        verdicts[np.flatnonzero(there)[taken.number == 0]] = _NO_ROOM
        effect = taken.effect if plan.cap is None else clamped(work, taken.effect, plan.cap)
        return work, effect, taken.consumed

    def _freight(self, plan: FreightPlan, frame: Frame, verdicts: Ints) -> tuple[Frame, Ints]:
        wants, met = self._wants(plan.value, frame)
        if met is not None:
            verdicts[(verdicts == TAKES) & ~met] = _UNMET
        services, baskets = self.services(plan), frame.baskets
        if met is not None and not met.all():
            which = np.flatnonzero(met)
            baskets, wants = baskets.take(which), wants.of(which)
        there = np.zeros(self.block.size, dtype=np.bool_)
        there[baskets] = True
        work = _kept(services, there.take(services.baskets))
        if not len(work.baskets):
            return work, _NOTHING
        if not same(wants):
            wants = wants.of(_places(baskets, work.baskets))
        left = work.of(self.block.services.left)
        rounding = self.plan.book.policy.rounding
        if plan.whole:
            total = work.sums(left)
            effect = shared(work, within(wants.wanted(total, 1, rounding), total), left, total)
        else:
            effect = within(wants.wanted(left, 1, rounding, None if same(wants) else work.segments), left)
        return work, effect if plan.cap is None else clamped(work, effect, plan.cap)

    # --- which value

    def _wants(self, plan: ValuePlan, frame: Frame) -> tuple[Wants, Flags | None]:
        """Return the value of each basket, and which have one; None when all have the same."""
        if plan.measure is None:
            return Wants(plan.wants), None
        return _reached(plan, self.measured(plan.measure, frame))

    def _own(self, plan: ValuePlan, frame: Frame) -> tuple[Wants, Flags]:
        """Return the value of each row by its own units, and which baskets have any."""
        units = frame.of(self.block.units)
        if plan.measure is not None and not plan.measure.scope.everything:
            units = np.where(self.plan.items.fits(plan.measure.scope)[frame.of(self.block.items)], units, 0)
        wants, reached = _reached(plan, units)
        return wants, frame.most(reached.astype(np.int64)) > 0

    def _gifts(self, compiled: Compiled, frame: Frame, verdicts: Ints) -> list[tuple[int, Ints]]:
        """Return how often each gift is earned; what gives nothing else does not apply where none is."""
        found: list[tuple[int, Ints]] = []
        earned = np.zeros(len(frame.baskets), dtype=np.bool_)
        for place, (gift, measure) in enumerate(compiled.gifts):
            actual = np.full(len(earned), gift.step) if measure is None else self.measured(measure, frame)
            times = actual // gift.step
            if gift.most is not None:
                times = np.minimum(times, gift.most)
            earned |= times > 0
            found.append((place, times))
        if not (compiled.reduces or compiled.grants):
            verdicts[~earned] = _UNMET
        return found


def _reached(plan: ValuePlan, actual: Ints) -> tuple[Wants, Flags]:
    """Return the value that each number reaches, and which reach any."""
    if plan.step:
        times = actual // plan.step
        if plan.most is not None:
            times = np.minimum(times, plan.most)
        each = min(plan.wants[0].number, MOST)
        return Wants(plan.wants, amounts=np.minimum(times * each, MOST)), times > 0
    tiers = np.full(len(actual), -1, dtype=np.int64)
    for bound in plan.bounds:  # few: faster than a search of each number
        tiers += actual >= bound
    return Wants(plan.wants, tiers), tiers >= 0


def _places(all_of_them: Ints, some: Ints) -> "Ints | slice":
    """Return where some baskets stand among others: both rise."""
    if len(some) == len(all_of_them):
        return slice(None)
    there = np.zeros(int(all_of_them[-1]) + 1, dtype=np.bool_)
    there[some] = True
    return np.flatnonzero(there.take(all_of_them))


def _kept(frame: Frame, keep: Flags) -> Frame:
    return frame if keep.all() else frame.kept(keep)


def _rows_of(frame: Frame | None, basket: int) -> slice:
    """Return where the rows of a basket stand in a frame."""
    if frame is None:
        return slice(0, 0)
    place = int(np.searchsorted(frame.baskets, basket))
    if place == len(frame.baskets) or int(frame.baskets[place]) != basket:
        return slice(0, 0)
    start = int(frame.starts[place])
    return slice(start, start + int(frame.lengths[place]))
