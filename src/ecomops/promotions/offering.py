"""What a promotion would take and give at its turn: nothing is written here."""

from bisect import bisect_right
from collections.abc import Sequence

from ecomops.kernel.rules import AtLeastFact
from ecomops.promotions.admitting import admits, affords, view_of
from ecomops.promotions.arithmetic import (
    AMOUNT,
    Effect,
    Rows,
    Want,
    chosen,
    clamped,
    off_chosen,
    off_line,
    off_lines,
    off_whole,
)
from ecomops.promotions.compiling import Compiled, FreightPlan, GoodsPlan, MeasurePlan, ValuePlan
from ecomops.promotions.desk import Desk
from ecomops.promotions.refusals import Reason
from ecomops.promotions.sets import NO_SET, Bundle, Scarce, off_sets

Gifts = tuple[tuple[int, int], ...]
"""Which gifts of a promotion were earned: (its place among them, how often)."""


class Offer:
    """What a promotion would take and give.

    Attributes:
        compiled: The promotion.
        rows: The rows of which it would take something.
        effect: What it would take off each of them.
        bundle: The sets that it would take; None when it takes none.
        services: The services of which it would take something.
        freight: What it would take off each of them.
        gifts: Its gifts.
        saving: What it would take altogether.
    """

    __slots__ = ("bundle", "compiled", "effect", "freight", "gifts", "rows", "saving", "services")

    def __init__(self, compiled: Compiled) -> None:
        """Offer nothing."""
        self.compiled = compiled
        self.rows: Rows = ()
        self.effect: Effect = ()
        self.bundle: Bundle | None = None
        self.services: Rows = ()
        self.freight: Effect = ()
        self.gifts: Gifts = ()
        self.saving = 0


def touches(desk: Desk, compiled: Compiled) -> bool:
    """Tell whether a basket meets the scope of a promotion, a line or a service, and has every line that it needs."""
    rows = desk.scoping.rows
    if rows(compiled.scope) and (not compiled.needs or all(rows(need) for need in compiled.needs)):
        return True
    return compiled.goods is None and not compiled.needs and bool(services_of(desk, compiled))


def services_of(desk: Desk, compiled: Compiled) -> Rows:
    """Return the services that the reduction of shipping of a promotion is for."""
    plan = compiled.freight
    if plan is None:
        return ()
    facts = desk.services.facts
    return [row for row in range(len(facts)) if not plan.names or facts[row]["name"] in plan.names]


def offer(desk: Desk, compiled: Compiled) -> Offer | None:
    """Return what a promotion would take and give; None when it does not apply, and why is noted."""
    rows = desk.scoping.rows(compiled.scope)
    if (compiled.needs or not rows) and not touches(desk, compiled):
        if compiled.id in desk.given:
            outside = Reason.COUPON_UNMATCHED if compiled.promotion.by_coupon else Reason.OUT_OF_SCOPE
            desk.refuse(compiled.id, Reason.CONDITION_UNMET if rows else outside)
        return None
    if (compiled.guarded or compiled.enemies) and not admits(desk, compiled):
        return None
    found = Offer(compiled)
    if not _offer_goods(desk, found, rows):
        return None
    if compiled.freight is not None and not _offer_freight(desk, found, compiled.freight):
        return None
    if compiled.gifts and not _offer_gifts(desk, found):
        return None
    found.saving = sum(found.effect) + (sum(found.freight) if found.freight else 0)
    if compiled.reduces and not found.saving:
        desk.refuse(compiled.id, Reason.NO_ROOM)
        return None
    return found if compiled.money is None or _affords(desk, found) else None


def _affords(desk: Desk, found: Offer) -> bool:
    """Cut an offer to what the money of its promotion allows; tell whether it applies as far as that goes."""
    left = affords(desk, found.compiled, found.saving, cut=found.compiled.cut)
    if left is None:
        return False
    if left < found.saving:
        parts, goods = clamped((*found.effect, *found.freight), left), len(found.effect)
        found.effect, found.freight, found.saving = parts[:goods], parts[goods:], left
    return True


def _offer_goods(desk: Desk, found: Offer, rows: Rows) -> bool:
    """Find what is taken off goods; tell whether the promotion applies as far as that goes."""
    compiled = found.compiled
    plan = compiled.goods
    if plan is None:
        return compiled.host is None or _offer_host(desk, found)
    value = plan.value
    if value.own:
        wants = _wants(desk, compiled, value, rows)
        if wants is None:
            return False
        effect = _by_line(desk, plan, rows, wants)
    else:
        want = value.only or _want(desk, compiled, value)
        if want is None:
            return False
        if plan.parts:
            return _offer_sets(desk, found, plan, want)
        effect = _off_rows(desk, plan, rows, want)
    found.rows = rows
    found.effect = effect if plan.cap is None else clamped(effect, plan.cap)
    return True


def _off_rows(desk: Desk, plan: GoodsPlan, rows: Rows, want: Want) -> Effect:
    state, rounded = desk.goods.state, desk.book.rounded
    if plan.choice is not None:
        return off_chosen(state, rows, want, rounded, plan.choice, each=plan.each)
    if len(rows) == 1:  # a row alone is a line as well as the whole
        row = rows[0]
        left, times = state.left[row], 1 if plan.whole or not plan.each else state.units[row]
        return [off_line(want, left, times, left - state.floor[row], rounded)]
    if plan.whole:
        return off_whole(state, rows, want, rounded)
    return off_lines(state, rows, want, rounded, each=plan.each)


def _by_line(desk: Desk, plan: GoodsPlan, rows: Rows, wants: Sequence[Want | None]) -> Effect:
    """Return what is taken off rows of which each has a value of its own."""
    state, rounded = desk.goods.state, desk.book.rounded
    bases = [(state.left[row], state.units[row]) for row in rows]
    if plan.choice is not None:
        bases = chosen(state, rows, plan.choice)
    return [
        0 if want is None else off_line(want, base, units if plan.each else 1, state.room(row), rounded)
        for row, want, (base, units) in zip(rows, wants, bases, strict=True)
    ]


def _offer_sets(desk: Desk, found: Offer, plan: GoodsPlan, want: Want) -> bool:
    scopes = [desk.scoping.rows(scope) for scope in plan.scopes]
    bundle = off_sets(
        desk.goods.state, scopes, plan.parts, want, desk.book.rounded, each=plan.each, most=plan.most
    )  # fmt: skip
    if isinstance(bundle, Scarce):
        desk.refuse(found.compiled.id, Reason.CONDITION_UNMET, actual=bundle.there, required=bundle.needed)
        return False
    if bundle is NO_SET:
        desk.refuse(found.compiled.id, Reason.NO_ROOM)
        return False
    found.rows, found.bundle = bundle.rows, bundle
    found.effect = bundle.effect if plan.cap is None else clamped(bundle.effect, plan.cap)
    return True


def _offer_host(desk: Desk, found: Offer) -> bool:
    """Take what a host computed, as far as there is room; an answer that cannot be used does not apply."""
    compiled, state = found.compiled, desk.goods.state
    host = compiled.host
    told = () if host is None else host.effect(view_of(desk, compiled))
    rows = range(len(state.left))
    if not isinstance(told, Sequence) or len(told) != len(rows) or any(type(each) is not int for each in told):  # pyright: ignore[reportUnnecessaryIsInstance] - a host's own code
        desk.refuse(compiled.id, Reason.BAD_EFFECT)
        return False
    found.rows = rows
    found.effect = [min(max(each, 0), state.room(row)) for row, each in zip(rows, told, strict=True)]
    return True


def _offer_freight(desk: Desk, found: Offer, plan: FreightPlan) -> bool:
    want = plan.value.only or _want(desk, found.compiled, plan.value)
    if want is None:
        return False
    rows, state = services_of(desk, found.compiled), desk.services.state
    if plan.whole:
        effect = off_whole(state, rows, want, desk.book.rounded)
    else:
        effect = off_lines(state, rows, want, desk.book.rounded, each=False)
    found.services = rows
    found.freight = effect if plan.cap is None else clamped(effect, plan.cap)
    return True


# --- which value


def _want(desk: Desk, compiled: Compiled, plan: ValuePlan) -> Want | None:
    """Return the value that the measure of *plan* chooses; None when it reaches none, and by how much is noted."""
    measure = plan.measure
    actual = 0 if measure is None else desk.measured(measure)
    want = _reached(plan, actual)
    if want is None and measure is not None:
        _refuse_short(desk, compiled, measure, actual, plan.step or plan.bounds[0])
    return want


def _wants(desk: Desk, compiled: Compiled, plan: ValuePlan, rows: Rows) -> list[Want | None] | None:
    """Return the value of each row by its own units; None when no row reaches any."""
    measure, units = plan.measure, desk.goods.state.units
    inside = set(() if measure is None else desk.scoping.rows(measure.scope))
    own = [units[row] if row in inside else 0 for row in rows]
    wants = [_reached(plan, each) for each in own]
    if measure is not None and not any(wants):
        _refuse_short(desk, compiled, measure, max(own), plan.step or plan.bounds[0])
        return None
    return wants


def _reached(plan: ValuePlan, actual: int) -> Want | None:
    if plan.step:
        times = actual // plan.step
        times = times if plan.most is None else min(times, plan.most)
        return Want(AMOUNT, plan.wants[0].number * times) if times else None
    tier = bisect_right(plan.bounds, actual)
    return plan.wants[tier - 1] if tier else None


def _refuse_short(desk: Desk, compiled: Compiled, measure: MeasurePlan, actual: int, bound: int) -> None:
    rule = AtLeastFact(fact=measure.name, bound=bound)
    desk.refuse(compiled.id, Reason.CONDITION_UNMET, rule=rule, facts={measure.name: actual})


# --- gifts


def _offer_gifts(desk: Desk, found: Offer) -> bool:
    """Find which gifts are earned and there; tell whether the promotion applies as far as that goes."""
    compiled = found.compiled
    earned: list[tuple[int, int]] = []
    short: tuple[MeasurePlan, int, int] | None = None
    for place, (gift, measure) in enumerate(compiled.gifts):
        actual = gift.step if measure is None else desk.measured(measure)
        times = actual // gift.step
        if not times and measure is not None:
            short = short or (measure, actual, gift.step)
            continue
        earned.append((place, times if gift.most is None else min(times, gift.most)))
    there = tuple((place, times) for place, times in earned if in_stock(desk, compiled, place))
    found.gifts = there
    if there or compiled.reduces or compiled.grants:
        return True
    if short is not None and not earned:
        _refuse_short(desk, compiled, *short)
    else:
        desk.refuse(compiled.id, Reason.NO_GIFT)
    return False


def in_stock(desk: Desk, compiled: Compiled, place: int) -> bool:
    """Tell whether one time of a gift is there in any of its choices."""
    stock, gift = desk.gift_stock, compiled.gifts[place].gift
    return stock is None or any(stock.get(choice.sku, 0) >= gift.quantity for choice in gift.choices)
