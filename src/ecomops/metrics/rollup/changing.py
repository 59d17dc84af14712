"""The one way in which a rollup changes: an order of today, a late one and an amendment differ in nothing.

All is checked, the rows are added, then what changed rows were worth is taken off, and what they are worth is added.
"""

from collections.abc import Mapping

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.batches import (
    AMENDED,
    Batch,
    Table,
    checked,
    found,
    order_ranges,
    refund_ranges,
    require_new,
    require_single,
)
from ecomops.metrics.rollup.days import Days
from ecomops.metrics.rollup.facts import Told
from ecomops.metrics.rollup.linking import (
    MOST_FLAGS,
    MOST_PAIRS,
    Earlier,
    Gathered,
    Relinked,
    Touched,
    concerned,
    relinked,
    touched,
)
from ecomops.metrics.rollup.periods import Fresh, fresh, moves_of, repair
from ecomops.metrics.rollup.sorting import by_codes
from ecomops.metrics.rollup.spec import COUNTED, NEW, SHOP, SLICE_NEW, Spec
from ecomops.metrics.rollup.state import State
from ecomops.metrics.sales import Flags

Given = Mapping[str, object] | None


def checked_batch(state: State, *, append: Given, amend: Given, refund: Given) -> tuple[Batch, Days]:
    """Return the changes and the days that the rollup reaches with them; nothing is changed yet.

    Raises:
        WrongColumn: A column is missing, unknown, or no array of whole numbers.
        Uneven: Columns of one table have different lengths.
        OutOfColumn: A value that its column cannot hold.
        DuplicateId: An id stands twice, or is held already.
        UnknownOrder: An amendment or a refund of no order.
        CannotHoldSum: A sum might be more than 64 bits hold.
        TooLong: The orders would lie too many days apart.
        TooLarge: A dimension would need too many cells.
    """
    told, spec = state.told, state.spec
    orders = dict(checked(append, order_ranges(spec), name="append"))
    amended = checked(amend, AMENDED, name="amend")
    refunds = dict(checked(refund, refund_ranges(spec), name="refund"))
    require_new(orders["id"], told.order_ids, name="append.id")
    require_new(refunds["id"], told.refund_ids, name="refund.id")
    require_single(amended["id"], name="amend.id")
    first = len(told.orders)
    rows = found(amended["id"], told.order_ids, orders["id"], first=first, name="amend.id")
    refunds["order"] = found(refunds["order"], told.order_ids, orders["id"], first=first, name="refund.order")
    refunds["told_at"] = refunds["at"]
    refunds["at"] = np.maximum(refunds["at"], _instants(told, orders["at"], refunds["order"]))
    orders["valid"] = _last_word(orders["valid"], rows - first, amended["valid"])
    order_bounds = state.order_bounds.with_rows(orders, spec.amounts)
    refund_bounds = state.refund_bounds.with_rows(refunds, spec.refund_amounts)
    least, most = state.timeline.days.spanned(np.concatenate([orders["at"], refunds["at"]]))
    state.require_room(most - least + 1)
    days = state.timeline.days.reaching(least, most)
    before = rows < first
    batch = Batch(
        orders=orders,
        amended=rows[before],
        valid=amended["valid"][before],
        refunds=refunds,
        order_bounds=order_bounds,
        refund_bounds=refund_bounds,
    )
    return batch, days


def _instants(told: Told, appended: Ints, rows: Ints) -> Ints:
    """Return the instants of orders that are held or appended: what came back before it was sold is no sale first."""
    first = len(told.orders)
    at = np.zeros(len(rows), dtype=np.int64)
    held = rows < first
    at[held] = told.orders.ints("at", rows[held])
    at[~held] = appended.take(rows[~held] - first)
    return at


def _last_word(valid: Ints, rows: Ints, amended: Ints) -> Ints:
    """Return the validity of appended orders, of which the same batch amends some."""
    inside = rows >= 0
    told = valid.copy()
    told[rows[inside]] = amended[inside]
    return told


def apply(state: State, batch: Batch, days: Days) -> None:
    """Carry out a checked batch."""
    told, first = state.told, len(state.told.orders)
    state.reach(days)
    appended, refunded = _add_orders(state, batch, days), _add_refunds(state, batch, days)
    amended = batch.amended.compress(told.orders.ints("valid", batch.amended) != batch.valid)
    rows = np.concatenate([appended, amended])
    was = np.zeros(len(rows), dtype=np.bool_)
    was[len(appended) :] = told.orders.ints("valid", amended) != 0
    told.orders["valid"][batch.amended] = batch.valid
    _count_appended(state, batch.orders, appended)
    _count_amended(state, amended, was[len(appended) :])
    _count_refunds(state, refunded, amended, was[len(appended) :])
    _link(state, rows, was, first=first)


def _add_orders(state: State, batch: Batch, days: Days) -> Ints:
    told, orders = state.told, batch.orders
    first, size = len(told.orders), len(orders["id"])
    if size:
        ordinals = days.day(orders["at"]) + days.first
        told.orders.extend({**orders, "day": ordinals}, rows=size)
        told.order_ids.add(size)
        state.order_bounds = batch.order_bounds
        state.orders_in_time.grew()
        state.customers.grow(orders["customer"], first=first)
    return np.arange(first, first + size)


def _add_refunds(state: State, batch: Batch, days: Days) -> Ints:
    told, refunds = state.told, batch.refunds
    first, size = len(told.refunds), len(refunds["id"])
    if size:
        ordinals = days.day(refunds["at"]) + days.first
        told.refunds.extend({**refunds, "day": ordinals}, rows=size)
        told.refund_ids.add(size)
        told.chain_refunds(first)
        state.refund_bounds = batch.refund_bounds
        state.refunds_in_time.grew()
    return np.arange(first, first + size)


def _count_appended(state: State, orders: Table, rows: Ints) -> None:
    """Add what new orders are worth in sums."""
    valid = orders["valid"]
    worths = [np.ones(len(rows), dtype=np.int64), *_worths(state.spec, orders, valid)]
    when = orders["at"], state.told.orders["day"][len(state.told.orders) - len(rows) :].astype(np.int64)
    values = {scope: orders[scope] if scope else np.zeros(len(rows), dtype=np.int64) for scope in state.cubes}
    _scatter(state, 0, worths, values, when)


def _count_amended(state: State, rows: Ints, was: Flags) -> None:
    """Add what amended orders are worth in sums, or take off what they were."""
    if not len(rows):
        return
    told, spec = state.told, state.spec
    orders = {name: told.orders.ints(name, rows) for name in ("customer", *spec.amounts)}
    worths = _worths(spec, orders, np.where(was, -1, 1))
    when = told.orders.ints("at", rows), told.orders.ints("day", rows)
    _scatter(state, 1, worths, _values(state, rows), when)


def _worths(spec: Spec, orders: Table, sign: Ints) -> list[Ints]:
    """Return what orders add to the figures that count valid ones, each so often as its *sign* says."""
    known = sign * (orders["customer"] >= 0)
    return [sign, known, *(sign * orders[name] for name in spec.amounts)]


def _values(state: State, rows: Ints) -> dict[str, Ints]:
    return {scope: state.told.values(scope, rows) for scope in state.cubes}


def _count_refunds(state: State, refunded: Ints, amended: Ints, was: Flags) -> None:
    """Add the refunds of valid orders, and take off or add those of orders whose validity changed."""
    told, spec = state.told, state.spec
    if not len(told.refunds):
        return
    counted = told.orders["valid"].take(told.refunds.ints("order", refunded)) != 0
    moved = [
        (told.refunds_of(amended.compress(was)), -1),
        (told.refunds_of(amended.compress(~was)), 1),
    ]
    late = np.concatenate([rows for rows, _ in moved])
    signs = np.concatenate([np.full(len(rows), sign) for rows, sign in moved])
    earlier = late < len(told.refunds) - len(refunded)  # not those of this batch
    rows = np.concatenate([refunded.compress(counted), late.compress(earlier)])
    sign = np.concatenate([np.ones(int(counted.sum()), dtype=np.int64), signs.compress(earlier)])
    worths = [sign, *(sign * told.refunds.ints(name, rows) for name in spec.refund_amounts)]
    first = len(COUNTED) + len(spec.amounts)
    at, day = told.refunds.ints("at", rows), told.refunds.ints("day", rows)
    _scatter(state, first, worths, _values(state, told.refunds.ints("order", rows)), (at, day))


def _scatter(state: State, first: int, worths: list[Ints], values: Table, when: tuple[Ints, Ints]) -> None:
    """Add worths to the cubes of all scopes.

    Args:
        state: What holds them.
        first: The first of the figures.
        worths: What is added to each.
        values: The slice of each in each scope.
        when: The instant and the ordinal of the day of each.
    """
    days, (at, ordinals) = state.timeline.days, when
    day = ordinals - days.first
    hour = days.hour(at, day)
    for scope, cube in state.cubes.items():
        cube.add_all(first, worths, day, hour, values[scope])


def _link(state: State, rows: Ints, was: Flags, *, first: int) -> None:
    """Repair the chains of all customers of whom an order became valid, or is not so any more."""
    orders = state.told.orders
    valid = orders.ints("valid", rows) != 0
    moved = (valid != was) & (orders.ints("customer", rows) >= 0)
    rows, was = rows.compress(moved), was.compress(moved)
    if not len(rows):
        return
    gathered = _gathered(state, rows)
    now = orders.ints("valid", gathered.rows) != 0
    before = now & (gathered.rows < first)
    amended = _places(gathered.rows, rows.compress(rows < first))
    before[amended] = ~now[amended]
    sealed = amended.compress(amended < len(gathered.cells))
    state.customers.amend(gathered.cells.take(sealed), now.take(sealed))
    _relink(state, touched(gathered, at=orders["at"], ids=orders["id"], was=before, valid=now), gathered.earlier)


def _gathered(state: State, rows: Ints) -> Gathered:
    """Return what to look at when the validity of some orders of known customers changes."""
    orders, timeline = state.told.orders, state.timeline
    customers, day = orders.ints("customer", rows), orders.ints("day", rows) - timeline.days.first
    order = by_codes((customers, int(customers.max()) + 1))
    customers = customers.take(order)
    begins = np.flatnonzero(np.concatenate([[True], customers[1:] != customers[:-1]]))
    earliest = np.minimum.reduceat(day.take(order), begins)
    least = int(earliest.min())
    began = timeline.began[least : int(earliest.max()) + 1]
    since = state.orders_in_time.sealed_places(began).take(earliest - least)
    return state.customers.gather(customers.take(begins), since, orders["customer"], state.orders_in_time)


def _places(gathered: Ints, rows: Ints) -> Ints:
    """Return where *rows* stand among the gathered ones, which hold all of them."""
    if not len(rows):
        return rows
    order = np.argsort(gathered)
    return order.take(np.searchsorted(gathered, rows, sorter=order))


def _relink(state: State, chains: Touched, earlier: Earlier) -> None:
    """Bring points, buyers and marks of all scopes up to date, the shop first: it says who is new."""
    told, spec, timeline = state.told, state.spec, state.timeline
    day = told.orders.ints("day", chains.rows) - timeline.days.first
    limit = chains.at - spec.horizon
    alone = relinked(chains, None, chains.owner, earlier.last(chains.owners))
    was, now = alone.was < limit, alone.became < limit
    found = fresh(timeline, chains, day, was=was, became=now)
    _mend(state, SHOP, chains, found, moved=alone, values=told.values(SHOP, chains.rows))
    other = np.flatnonzero(was != now)
    _count_new(state, chains.rows.take(other), chains.at.take(other), day.take(other), now.take(other))
    renewed = chains.owner.take(other)
    most = MOST_PAIRS if len(earlier.owner) else MOST_FLAGS
    for scope in spec.dimensions:
        values = told.values(scope, chains.rows)
        pairs = concerned(chains, values, renewed, size=spec.values(scope), most=most)
        group = pairs.of(chains.owner, values)
        places = np.flatnonzero(pairs.met.take(group))
        some, group = chains.take(places), group.take(places)
        order = by_codes((group, len(pairs.met)))
        moved = relinked(some, order, group, earlier.last_of(pairs, scope))
        _mend(state, scope, some, found.take(places), moved=moved, values=values.take(places))


def _mend(state: State, scope: str, chains: Touched, found: Fresh, *, moved: Relinked, values: Ints) -> None:
    """Bring one scope up to date."""
    days = state.timeline.days
    moves = moves_of(found, moved, values, moved.places)
    at = chains.at.take(moves.places)
    if scope in state.deltas:
        state.deltas[scope].add(moves, at)
    repair(state.buyers[scope], state.timeline, found, (moved, moves), values)
    limit = at - state.spec.horizon
    worth = (moves.became < limit).view(np.int8) - (moves.was < limit).view(np.int8)
    changed = np.flatnonzero(worth)
    rows = chains.rows.take(moves.places.take(changed))
    state.told.orders["new"][rows] ^= np.uint16(1 << state.spec.scopes.index(scope))
    at, day, values = at.take(changed), moves.day.take(changed), moves.value.take(changed)
    new = worth.take(changed).astype(np.int64)
    if scope == SHOP:  # who is new to it is new to its one slice, and the two figures follow each other
        state.cubes[scope].add_all(state.spec.sums.index(NEW), [new, new], day, days.hour(at, day), values)
    else:
        state.cubes[scope].add_all(state.spec.sums.index(SLICE_NEW), [new], day, days.hour(at, day), values)


def _count_new(state: State, rows: Ints, at: Ints, day: Ints, now: Flags) -> None:
    """Credit the orders that bring a new buyer to the shop now, and no more those that did, each to its slices."""
    worth, hour = np.where(now, 1, -1), state.timeline.days.hour(at, day)
    figure = state.spec.sums.index(NEW)
    for scope in state.spec.dimensions:
        state.cubes[scope].add_all(figure, [worth], day, hour, state.told.values(scope, rows))
