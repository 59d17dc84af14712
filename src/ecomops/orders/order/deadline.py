"""When time next asks something of a paid order, read off its counters."""

from datetime import timedelta
from typing import TypeVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import later
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.kernel.copies import changed
from ecomops.orders.order.events import (
    OrderClosed,
    OrderDelivered,
    OrderLost,
    OrderReduced,
    OrderRefunded,
    OrderReturnDropped,
    OrderReturnRequested,
)
from ecomops.orders.order.fold import evolve
from ecomops.orders.order.nouns import Order, Status

E = TypeVar("E", OrderDelivered, OrderLost, OrderReduced, OrderRefunded, OrderReturnDropped, OrderReturnRequested)


@frozen(kw_only=True)
class Next:
    """What a paid order waits for.

    Args:
        due_at: When time next asks something of it; None when it waits for somebody, or for nothing.
        over: Whether it waits for nothing any more, and closes.
    """

    due_at: DateTime | None = field(default=None, validator=optional(an_instant))
    over: bool = field(default=False, validator=is_a(bool))


def what_next(order: Order, *, at: DateTime) -> Next:
    """Return what *order* waits for: its parcels, the shop, an open case, its last return window; or for nothing.

    The first that holds is the answer. Lost units wait for the shop until their money has gone back.
    """
    if any(line.on_the_way for line in order.lines):
        return Next(due_at=order.due_at)
    if any(line.unshipped for line in order.lines) or _asked(order) or _missing(order):
        return Next()
    until = max((window.until for line in order.lines for window in line.aftermath.windows), default=None)
    return Next(over=True) if until is None or until < at else Next(due_at=until)


def acts_at(order: Order) -> DateTime | None:
    """Return the instant at which time does what it asks of *order*: its deadline; None when it asks nothing.

    It closes only after its last return window, whose last instant counts, so that one comes a moment later.
    """
    closes = order.status is Status.PAID and not any(line.on_the_way for line in order.lines)
    return later(order.due_at, timedelta(microseconds=1)) if order.due_at and closes else order.due_at


def _asked(order: Order) -> bool:
    """Tell whether a case is open."""
    return any(row.aftermath.return_requested for row in order.rows)


def _missing(order: Order) -> bool:
    """Tell whether units were lost whose money has not gone back."""
    return any(line.lost_unclaimed for line in order.lines)


def timed(order: Order, event: E, *, at: DateTime) -> tuple[E | OrderClosed, ...]:
    """Return *event* with the deadline that it leaves *order*, and the end of the order when it leaves nothing open."""
    then = what_next(evolve(order, event), at=at)
    event = changed(event, due_at=then.due_at)
    return (event, OrderClosed(order_id=order.id, at=at)) if then.over else (event,)
