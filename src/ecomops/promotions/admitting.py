"""Whether a promotion may apply at its turn: its time, its conditions, its limits, and who bars it."""

from ecomops.kernel.counters import Limit, room
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.desk import Desk, period_use
from ecomops.promotions.refusals import Reason
from ecomops.promotions.usage import UseId
from ecomops.promotions.views import RowView, Shortfall, View


def admits(desk: Desk, compiled: Compiled) -> bool:
    """Tell whether a promotion holds now, its conditions are met, and one order more may use it."""
    if compiled.start is not None and compiled.end is not None and not compiled.start <= desk.at < compiled.end:
        desk.refuse(compiled.id, Reason.ENDED if desk.at >= compiled.end else Reason.NOT_STARTED)
        return False
    if compiled.enemies and desk.carried and _barred(desk, compiled):
        return False
    if compiled.ask is not None and not _meets(desk, compiled):
        return False
    if compiled.promotion.own and not _meets_own(desk, compiled):
        return False
    return not compiled.counted or _may_count(desk, compiled)


def _barred(desk: Desk, compiled: Compiled) -> bool:
    enemies = compiled.enemies & desk.carried
    if enemies:
        desk.refuse(compiled.id, Reason.BARRED, by=desk.book.promotions[min(enemies)].id)
    return bool(enemies)


def _meets(desk: Desk, compiled: Compiled) -> bool:
    rule, ask = compiled.promotion.conditions, compiled.ask
    if compiled.bound is not None:  # nearly always one number that has to be reached
        plan, bound = compiled.bound
        actual = desk.measured(plan)
        if actual >= bound:
            return True
        desk.refuse(compiled.id, Reason.CONDITION_UNMET, rule=rule, facts={plan.name: actual})
        return False
    facts = {**desk.facts, **{plan.name: desk.measured(plan) for plan in compiled.asked}}
    told = ask(facts) if ask is not None else True
    if not told:
        reason = Reason.FACT_UNKNOWN if told is None else Reason.CONDITION_UNMET
        desk.refuse(compiled.id, reason, rule=rule, facts=facts)
    return bool(told)


def _meets_own(desk: Desk, compiled: Compiled) -> bool:
    view = view_of(desk, compiled)
    for condition in compiled.promotion.own:
        short = condition.unmet(view)
        if short is not None:
            actual, required = _numbers(short)
            desk.refuse(compiled.id, Reason.CONDITION_UNMET, actual=actual, required=required)
            return False
    return True


def _numbers(short: Shortfall) -> tuple[int | None, int | None]:
    """Return the numbers of what a host's condition misses: of a shortfall, whole ones that an amount can be."""
    if not isinstance(short, Shortfall):  # pyright: ignore[reportUnnecessaryIsInstance] - a host's own code
        return None, None
    actual, required = (each if type(each) is int and abs(each) <= MOST_MINOR else None for each in short)
    return actual, required


def view_of(desk: Desk, compiled: Compiled) -> View:
    """Return what a rule of a host sees."""
    state = desk.goods.state
    rows = tuple(
        RowView(facts, state.units[row], state.listed[row], state.entry[row], state.left[row], state.room(row))
        for row, facts in enumerate(desk.goods.facts)
    )
    measures = {name: desk.measured(plan) for name, plan in sorted(compiled.measures.items())}
    return View(at=desk.at, facts={**desk.facts, **measures}, rows=rows)


def _may_count(desk: Desk, compiled: Compiled) -> bool:
    """Tell whether one order more may use a promotion."""
    limits = compiled.promotion.limits
    if limits.per_customer is not None:
        if desk.customer is None:
            desk.refuse(compiled.id, Reason.CUSTOMER_UNKNOWN)
            return False
        own = UseId.of(compiled.id, desk.customer)
        if not _has_room(desk, compiled, own, limits.per_customer, Reason.CUSTOMER_EXHAUSTED):
            return False
    if limits.per_period is not None:
        use = period_use(compiled, limits.per_period, desk.at)
        if not _has_room(desk, compiled, use, limits.per_period.uses, Reason.PERIOD_EXHAUSTED):
            return False
    if limits.uses is None:
        return True
    return _has_room(desk, compiled, UseId.of(compiled.id), limits.uses, Reason.EXHAUSTED)


def _has_room(desk: Desk, compiled: Compiled, use: UseId, most: int, reason: Reason) -> bool:
    uses = desk.used[use].uses if use in desk.used else 0
    if room(uses, Limit(most)) != 0:
        return True
    desk.refuse(compiled.id, reason, actual=uses, required=most)
    return False


def affords(desk: Desk, compiled: Compiled, amount: int, *, cut: bool) -> int | None:
    """Return how much of *amount* the money of a promotion allows; None when it does not apply for it."""
    if compiled.money is None:
        return amount
    use = UseId.of(compiled.id)
    left = room(desk.used[use].money if use in desk.used else 0, Limit(compiled.money)) or 0
    if amount <= left or (cut and left):
        return min(amount, left)
    desk.refuse(compiled.id, Reason.BUDGET_EXHAUSTED, actual=left, required=amount)
    return None
