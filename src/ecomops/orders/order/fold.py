"""How an order begins and evolves, and what the world is told about it: `ORDER`."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import assert_never

from pendulum import DateTime

from ecomops.kernel import Noun
from ecomops.kernel.copies import changed
from ecomops.orders.aftermath import UNTOUCHED, Aftermath, opened, without_ended
from ecomops.orders.order.events import (
    LIFECYCLE,
    Event,
    Later,
    Opening,
    OrderAdopted,
    OrderCancelled,
    OrderClosed,
    OrderDelivered,
    OrderLost,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderReduced,
    OrderRefunded,
    OrderReturnDropped,
    OrderReturned,
    OrderReturnRequested,
    OrderShipped,
)
from ecomops.orders.order.nouns import LineUnits, Order, Status
from ecomops.orders.refunds import RefundedLine
from ecomops.orders.rungs import Line, ServiceLine, with_counters
from ecomops.terms import Quantity


def begin(event: Opening) -> Order:
    """Return the order that *event* tells of."""
    placed_at, due_at = (
        (event.at, event.pay_by) if isinstance(event, OrderPlaced) else (event.placed_at, _adopted_deadline(event))
    )
    return Order(
        id=event.order_id,
        customer=event.customer,
        status=LIFECYCLE.opened(event),
        currency=event.currency,
        lines=event.lines,
        services=event.services,
        tenders=event.tenders,
        excess=event.excess,
        due=event.due,
        placed_at=placed_at,
        due_at=due_at,
        parcels=() if isinstance(event, OrderPlaced) else event.parcels,
        fees=None if isinstance(event, OrderPlaced) else event.fees,
    )


def _adopted_deadline(event: OrderAdopted) -> DateTime | None:
    """Return the deadline of an adopted order; None in a state in which time has nothing to ask."""
    if event.status is Status.AWAITING_PAYMENT:
        timed = not any(line.shipped for line in event.lines)
    else:
        on_the_way = any(line.on_the_way for line in event.lines)
        rows: tuple[Line | ServiceLine, ...] = (*event.lines, *event.services)
        asked = any(row.aftermath.return_requested for row in rows)
        waits = asked or any(line.unshipped or line.lost_unclaimed for line in event.lines)
        timed = event.status is Status.PAID and (on_the_way or not waits)
    return event.due_at if timed else None


def evolve(order: Order, event: Later) -> Order:
    """Return the order as it stands after *event*."""
    status = LIFECYCLE.after(order.status, type(event))
    match event:
        case OrderPaid() | OrderCancelled() | OrderClosed():
            return changed(order, status=status, due_at=None)
        case OrderShipped(units=units, confirm_by=confirm_by, shipment=shipment):
            parcels = order.parcels if shipment is None else (*order.parcels, shipment)
            lines = _shipped(order.lines, units)
            return changed(order, status=status, due_at=confirm_by, lines=lines, parcels=parcels)
        case OrderReceived(close_at=close_at, return_by=return_by):
            lines = _received(order.lines, return_by)
            return changed(order, status=status, due_at=close_at, lines=lines, parcels=())
        case OrderDelivered(units=units, return_by=return_by):
            return _less(order, event, lines=_delivered(order.lines, units, return_by))
        case OrderLost(units=units):
            return _less(order, event, lines=_each(order.lines, units, _lost))
        case OrderReduced(lines=lines, services=services):
            return _without(order, event, (*lines, *services), _cancelled)
        case OrderRefunded(units=units):
            return _without(order, event, units, _refunded)
        case OrderReturnRequested(units=units, lost=lost, at=at):
            requested = _counted_on(order, units, partial(_requested, at=at))
            return changed(_counted_on(requested, lost, _lost_claimed), due_at=event.due_at)
        case OrderReturnDropped(units=units, sent_back=sent_back, lost=lost):
            freed = _counted_on(_counted_on(order, sent_back, _sent_back), lost, _lost_freed)
            return changed(_counted_on(freed, units, _dropped), due_at=event.due_at)
        case OrderReturned(units=units):
            return _counted_on(order, units, _returned)
        case _:
            assert_never(event)


def _shipped(lines: tuple[Line, ...], units: tuple[LineUnits, ...]) -> tuple[Line, ...]:
    left = {each.line: each.quantity for each in units}
    return tuple([_more_shipped(line, left[line.id]) if line.id in left else line for line in lines])


def _more_shipped(line: Line, units: Quantity) -> Line:
    return with_counters(line, shipped=line.shipped + units, received=line.received, aftermath=line.aftermath)


def _received(lines: tuple[Line, ...], return_by: DateTime | None) -> tuple[Line, ...]:
    """Let all that is on its way arrive; lines of which as many arrive share what came of them."""
    fresh: dict[Quantity, Aftermath] = {}
    counted: list[Line] = []
    for line in lines:
        shipped, after = line.shipped, line.aftermath
        units = shipped - line.received - after.lost
        if units and return_by is not None:
            if after is not UNTOUCHED:
                after = opened(after, units=units, until=return_by)
            elif units in fresh:
                after = fresh[units]
            else:
                after = fresh[units] = opened(UNTOUCHED, units=units, until=return_by)
        if units:
            line = with_counters(line, shipped=shipped, received=line.received + units, aftermath=after)  # noqa: PLW2901
        counted.append(line)
    return tuple(counted)


def _delivered(
    lines: tuple[Line, ...], units: tuple[LineUnits, ...], return_by: DateTime | None
) -> tuple[Line, ...]:  # fmt: skip
    def arrived(line: Line, quantity: Quantity) -> Line:
        after = line.aftermath
        after = after if return_by is None else opened(after, units=quantity, until=return_by)
        return changed(line, received=line.received + quantity, aftermath=after)

    return _each(lines, units, arrived)


def _lost(line: Line, units: Quantity) -> Line:
    after = changed(line.aftermath, lost=line.aftermath.lost + units)
    return changed(line, aftermath=after)


def _each(
    lines: tuple[Line, ...], units: tuple[LineUnits, ...], step: Callable[[Line, Quantity], Line]
) -> tuple[Line, ...]:
    moved = {each.line: each.quantity for each in units}
    return tuple(step(line, moved[line.id]) if line.id in moved else line for line in lines)


def _less(order: Order, event: OrderDelivered | OrderLost, *, lines: tuple[Line, ...]) -> Order:
    """Return *order* with *lines* and without the parcel that arrived or was lost."""
    parcels = tuple(parcel for parcel in order.parcels if parcel != event.shipment)
    return changed(order, lines=lines, parcels=parcels, due_at=event.due_at)


Counting = Callable[[Aftermath, Quantity], Aftermath]
"""What so many units do to what became of their line."""


def _cancelled(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, cancelled=after.cancelled + units)


def _requested(after: Aftermath, units: Quantity, *, at: DateTime) -> Aftermath:
    return changed(without_ended(after, at=at), return_requested=after.return_requested + units)


def _lost_claimed(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, lost_claimed=after.lost_claimed + units)


def _lost_freed(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, lost_claimed=after.lost_claimed - units)


def _dropped(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, return_requested=after.return_requested - units)


def _returned(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, returned=after.returned + units)


def _sent_back(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, returned=after.returned - units)


def _refunded(after: Aftermath, units: Quantity) -> Aftermath:
    return changed(after, return_requested=after.return_requested - units, refunded=after.refunded + units)


def _counted_on(order: Order, units: Iterable[LineUnits | RefundedLine], step: Counting) -> Order:
    """Return *order* with *step* taken for the units of each line and service; equal lines share what came of them."""
    moved = {each.line: each.quantity for each in units}
    fresh: dict[tuple[Aftermath, Quantity], Aftermath] = {}

    def after(row: Line | ServiceLine) -> Aftermath:
        key = row.aftermath, moved[row.id]
        if key not in fresh:
            fresh[key] = step(row.aftermath, moved[row.id])
        return fresh[key]

    lines = tuple(changed(line, aftermath=after(line)) if line.id in moved else line for line in order.lines)
    services = tuple(
        changed(service, aftermath=after(service)) if service.id in moved else service for service in order.services
    )
    return changed(order, lines=lines, services=services)


def _without(
    order: Order, event: OrderReduced | OrderRefunded, units: Iterable[LineUnits | RefundedLine], step: Counting
) -> Order:
    """Return *order* without the money of *units*."""
    rest = _counted_on(order, units, step)
    fees = event.fees if isinstance(event, OrderRefunded) else order.fees
    return changed(rest, due=event.due, excess=event.excess, fees=fees, due_at=event.due_at)


ORDER: Noun[Order, Opening, Later] = Noun(
    kind="order",
    model=Order,
    events=Event,
    opens=(OrderPlaced, OrderAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda order: order.id,
    due_at=lambda order: order.due_at,
    keys={
        "status": lambda order: order.status,
        "customer": lambda order: order.customer,
        "placed_at": lambda order: order.placed_at,
    },
)
