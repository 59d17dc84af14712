"""How an order begins and evolves, and what the world is told about it: `ORDER`."""

from typing import assert_never

from attrs import evolve as changed
from pendulum import DateTime

from ecomops.kernel import Noun
from ecomops.orders.order.events import (
    LIFECYCLE,
    Event,
    Later,
    Opening,
    OrderAdopted,
    OrderCancelled,
    OrderClosed,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderShipped,
)
from ecomops.orders.order.nouns import LineUnits, Order, Status
from ecomops.orders.rungs import Line
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
    )


def _adopted_deadline(event: OrderAdopted) -> DateTime | None:
    """Return the deadline of an adopted order; None in a state in which time has nothing to ask."""
    if event.status is Status.AWAITING_PAYMENT:
        timed = not any(line.shipped for line in event.lines)
    else:
        on_the_way = any(line.received < line.shipped for line in event.lines)
        timed = event.status is Status.PAID and (on_the_way or not any(line.unshipped for line in event.lines))
    return event.due_at if timed else None


def evolve(order: Order, event: Later) -> Order:
    """Return the order as it stands after *event*."""
    status = LIFECYCLE.after(order.status, type(event))
    match event:
        case OrderPaid() | OrderCancelled() | OrderClosed():
            return changed(order, status=status, due_at=None)
        case OrderShipped(units=units, confirm_by=confirm_by):
            return changed(order, status=status, due_at=confirm_by, lines=_shipped(order.lines, units))
        case OrderReceived(close_at=close_at):
            return changed(order, status=status, due_at=close_at, lines=_received(order.lines))
        case _:
            assert_never(event)


def _counted(line: Line, *, shipped: Quantity, received: Quantity) -> Line:
    return Line(
        id=line.id,
        stock=line.stock,
        quantity=line.quantity,
        price=line.price,
        rungs=line.rungs,
        shipped=shipped,
        received=received,
    )


def _shipped(lines: tuple[Line, ...], units: tuple[LineUnits, ...]) -> tuple[Line, ...]:
    left = {each.line: each.quantity for each in units}
    return tuple(
        _counted(line, shipped=line.shipped + left[line.id], received=line.received) if line.id in left else line
        for line in lines
    )


def _received(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(_counted(line, shipped=line.shipped, received=line.shipped) for line in lines)


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
