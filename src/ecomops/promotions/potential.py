"""How much a promotion could take off a basket at most, whatever comes before it: what a search may leave out by.

Every effect is monotone: what is left of a row, what a measure reads and how many units are loose only fall while a
basket is quoted. So a promotion never takes more than its best tier would take off the untouched rows, with the dearest
units where units are chosen. Conditions are ignored, and what is hard to say is rounded up.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ecomops.kernel.counters import Limit, room
from ecomops.promotions.arithmetic import (
    AMOUNT,
    PERCENT,
    Rounded,
    Rows,
    State,
    Want,
    off_line,
    off_lines,
    off_whole,
    wanted,
)
from ecomops.promotions.compiling import Compiled, GoodsPlan, MeasurePlan, ValuePlan
from ecomops.promotions.desk import Desk
from ecomops.promotions.offering import services_of
from ecomops.promotions.usage import UseId


class Potential(NamedTuple):
    """What a promotion could take off at most.

    Attributes:
        most: In minor units.
        share: The share that it takes off all goods, as numerator and denominator; None when it is something else.
        slack: By how much roundings may exceed that share.
    """

    most: int
    share: tuple[int, int] | None = None
    slack: int = 0


def potential_of(desk: Desk, compiled: Compiled) -> Potential:
    """Return how much *compiled* could take off at most, from what stands on *desk* on.

    Args:
        desk: A desk at the entry of a lane, before the promotion had its turn.
        compiled: The promotion.
    """
    most = _goods(desk, compiled) + _freight(desk, compiled)
    if compiled.money is not None:
        use = UseId.of(compiled.id)
        most = min(most, room(desk.used[use].money if use in desk.used else 0, Limit(compiled.money)) or 0)
    plan, rows = compiled.goods, desk.scoping.rows(compiled.scope)
    capped = plan is None or plan.cap is not None or compiled.money is not None or compiled.freight is not None
    if plan is None or capped or not _is_of_everything(desk, plan, rows):
        return Potential(most)
    want = plan.value.wants[0]
    return Potential(most, (want.number, want.under), 1 if plan.whole else len(rows))


def _is_of_everything(desk: Desk, plan: GoodsPlan, rows: Rows) -> bool:
    """Tell whether it takes one share of all goods."""
    plain = plan.value.measure is None and plan.value.wants[0].kind == PERCENT
    return plain and not plan.parts and plan.choice is None and len(rows) == len(desk.goods.state.units)


def _goods(desk: Desk, compiled: Compiled) -> int:
    plan, state = compiled.goods, desk.goods.state
    if plan is None:
        return 0 if compiled.host is None else sum(map(state.room, range(len(state.left))))
    rows = desk.scoping.rows(compiled.scope)
    if plan.value.own:
        most = _by_line(desk, plan, rows)
    else:
        wants = _reachable(desk, plan.value)
        most = max((_off(desk, plan, rows, want) for want in wants), default=0)
    most = min(most, sum(map(state.room, rows)))
    return most if plan.cap is None else min(most, plan.cap)


def _off(desk: Desk, plan: GoodsPlan, rows: Rows, want: Want) -> int:
    state, rounded = desk.goods.state, desk.book.rounded
    if plan.parts:
        return _off_sets(desk, plan, rows, want)
    if plan.whole:
        return sum(off_whole(state, rows, want, rounded))
    if plan.choice is None:
        return sum(off_lines(state, rows, want, rounded, each=plan.each))
    return sum(_off_some(state, row, want, rounded, plan.choice.many, each=plan.each) for row in rows)


def _off_some(state: State, row: int, want: Want, rounded: Rounded, many: int, *, each: bool) -> int:
    """Return what is taken off up to *many* of the dearest units of a row, or off fewer when that is more."""
    units, left = state.units[row], state.left[row]
    count = min(many, units)
    base = min(left, count * -(-left // units))
    fewest = 1 if want.kind != AMOUNT and each else count
    times = fewest if each else 1
    return off_line(want, base, times, state.room(row), rounded)


def _off_sets(desk: Desk, plan: GoodsPlan, rows: Rows, want: Want) -> int:
    """Return what is taken off the dearest units that as many sets as each part alone allows could pick."""
    state = desk.goods.state
    sets = min(
        sum(state.units[row] for row in desk.scoping.rows(scope)) // part.quantity
        for scope, part in zip(plan.scopes, plan.parts, strict=True)
    )
    sets = sets if plan.most is None else min(sets, plan.most)
    picks = sets * sum(part.quantity if part.picks is None else part.picks for part in plan.parts)
    if not picks:
        return 0
    base = _dearest(state, rows, picks)
    if want.kind == AMOUNT:
        return want.number * (picks if plan.each else sets)
    if want.kind == PERCENT:
        return wanted(want, base, 1, desk.book.rounded) + len(rows) + 1
    return max(base - want.number, 0)


def _dearest(state: State, rows: Rows, count: int) -> int:
    """Return what the *count* dearest units cost at most."""
    total = 0
    for value, units in sorted(
        ((-(-state.left[row] // state.units[row]), state.units[row]) for row in rows), reverse=True
    ):
        taken = min(units, count)
        total, count = total + taken * value, count - taken
    return total


def _by_line(desk: Desk, plan: GoodsPlan, rows: Rows) -> int:
    """Return what is taken off rows of which each reaches a tier of its own."""
    state, rounded = desk.goods.state, desk.book.rounded
    total = 0
    for row in rows:
        wants = reached_up_to(plan.value, state.units[row])
        many = state.units[row] if plan.choice is None else plan.choice.many
        total += max((_off_some(state, row, want, rounded, many, each=plan.each) for want in wants), default=0)
    return total


def _reachable(desk: Desk, plan: ValuePlan) -> Sequence[Want]:
    """Return what a value can take from now on: measures only fall."""
    measure: MeasurePlan | None = plan.measure
    return plan.wants if measure is None else reached_up_to(plan, desk.measured(measure))


def reached_up_to(plan: ValuePlan, actual: int) -> Sequence[Want]:
    """Return what a value takes at any measure up to *actual*."""
    if not plan.step:
        return [want for bound, want in zip(plan.bounds, plan.wants, strict=True) if bound <= actual]
    times = actual // plan.step
    times = times if plan.most is None else min(times, plan.most)
    return [Want(AMOUNT, plan.wants[0].number * times)] if times else []


def _freight(desk: Desk, compiled: Compiled) -> int:
    plan, state = compiled.freight, desk.services.state
    if plan is None:
        return 0
    rows, rounded = services_of(desk, compiled), desk.book.rounded
    off = [
        sum(off_whole(state, rows, want, rounded) if plan.whole else off_lines(state, rows, want, rounded, each=False))
        for want in _reachable(desk, plan.value)
    ]
    most = max(off, default=0)
    return most if plan.cap is None else min(most, plan.cap)
