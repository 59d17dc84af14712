"""What a case of after-sales does to the order: units are asked for, come back, are refunded, or are dropped.

The case itself is in `ecomops.orders.aftersales`; a use case moves both. The counters of the lines keep anything from
being asked for or refunded twice.
"""

from collections.abc import Callable

from pendulum import DateTime

from ecomops.kernel import Money
from ecomops.kernel.copies import changed
from ecomops.orders.errors import NotRequested, NotReturnable, NotShipped, ReturnTooLate
from ecomops.orders.order.deadline import timed, what_next
from ecomops.orders.order.events import (
    LIFECYCLE,
    OrderClosed,
    OrderRefunded,
    OrderReturnDropped,
    OrderReturned,
    OrderReturnRequested,
)
from ecomops.orders.order.fold import evolve
from ecomops.orders.order.naming import exceeding
from ecomops.orders.order.nouns import LineUnits, Order
from ecomops.orders.refunds import refund_of
from ecomops.orders.rungs import Line, ServiceLine
from ecomops.terms import CaseId, Quantity


def returnable(row: Line | ServiceLine, *, at: DateTime) -> Quantity:
    """Return how many units of a line that arrived may be sent back at the instant *at*.

    Those that were asked back before are taken to be of the windows that end first, as far as those had not ended: the
    best for the buyer. Lost ones are none of them.
    """
    if isinstance(row, ServiceLine):
        return _unclaimed(row)
    return row.aftermath.unspent(at, spent=row.received_claimed)


def _unclaimed(row: Line | ServiceLine) -> Quantity:
    """Return how many units could be sent back, were there no windows."""
    if isinstance(row, ServiceLine):
        return row.kept - row.aftermath.return_requested
    return row.received - row.received_claimed


def refundable(row: Line | ServiceLine, *, at: DateTime) -> Quantity:
    """Return how many units of a line may be refunded without coming back: lost ones have no window."""
    return returnable(row, at=at) + (row.lost_unclaimed if isinstance(row, Line) else 0)


def ask_back(
    order: Order,
    *,
    case: CaseId,
    units: tuple[LineUnits, ...],
    goods: bool = True,
    lost: bool = False,
    at: DateTime,
) -> tuple[OrderReturnRequested]:
    """Ask for *units* of an order: until the case ends nobody else can, and the order stays open.

    The event tells which of them never arrived: money for goods that the buyer has is none for a loss, so that the
    order goes on waiting until the money of what was lost has gone back too.

    Args:
        order: The order.
        case: The after-sale case.
        units: How many of which line; a service is one unit.
        goods: Whether the goods are to come back; without, only money is asked for.
        lost: Whether the money is asked for since goods never arrived: lost units are taken first then, else last.
        at: When; the last instant of a return window counts.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NotShipped: Nothing has left: it is called off instead.
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        NotReturnable: More than arrived and was not asked back before; every line is listed.
        ReturnTooLate: The return windows of some have ended; every line is listed.
    """
    LIFECYCLE.require(order.status, OrderReturnRequested, id=order.id)
    if not any(line.shipped for line in order.lines):
        raise NotShipped(id=order.id)
    over = exceeding(order, units, _unclaimed if goods else _refundable_ever)
    if over:
        raise NotReturnable(lines=over)
    may = returnable if goods else refundable
    late = exceeding(order, units, lambda row: may(row, at=at))
    if late:
        raise ReturnTooLate(lines=late)
    gone = () if goods else _never_arrived(order, units, first=lost, at=at)
    requested = OrderReturnRequested(
        order_id=order.id, case=case, units=units, lost=gone, due_at=order.due_at, at=at
    )  # fmt: skip
    return (changed(requested, due_at=what_next(evolve(order, requested), at=at).due_at),)


def _refundable_ever(row: Line | ServiceLine) -> Quantity:
    return _unclaimed(row) + (row.lost_unclaimed if isinstance(row, Line) else 0)


def _never_arrived(
    order: Order, units: tuple[LineUnits, ...], *, first: bool, at: DateTime
) -> tuple[LineUnits, ...]:  # fmt: skip
    """Return which of *units*, whose money is asked for, are lost ones: as many as there are, or as must be."""
    lines = {line.id: line for line in order.lines}
    wanted = {each.line: each.quantity for each in units if each.line in lines}
    lost = {
        id: min(quantity, lines[id].lost_unclaimed) if first else max(0, quantity - returnable(lines[id], at=at))
        for id, quantity in wanted.items()
    }
    return tuple(LineUnits(line=id, quantity=quantity) for id, quantity in lost.items() if quantity)


def take_back(
    order: Order, *, case: CaseId, units: tuple[LineUnits, ...], at: DateTime
) -> tuple[OrderReturned]:  # fmt: skip
    """Record that *units* that a case asked for came back.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        NotRequested: More than was asked for, or than ever arrived; every line is listed.
    """
    LIFECYCLE.require(order.status, OrderReturned, id=order.id)
    _require(order, units, _out)
    return (OrderReturned(order_id=order.id, case=case, units=units, at=at),)


def drop_return(
    order: Order,
    *,
    case: CaseId,
    units: tuple[LineUnits, ...],
    sent_back: tuple[LineUnits, ...] = (),
    lost: tuple[LineUnits, ...] = (),
    at: DateTime,
) -> tuple[OrderReturnDropped | OrderClosed, ...]:
    """Free *units* that a case asked for: it was rejected or withdrawn, or they never came.

    Args:
        order: The order.
        case: The after-sale case.
        units: What it asks for no more.
        sent_back: Of those, what had come and goes to the buyer again.
        lost: Of those, what never arrived, as the request told.
        at: When; an order whose windows have ended meanwhile closes.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        NotRequested: More than was asked for, of lost units or of others, or than had come; every line is listed.
    """
    LIFECYCLE.require(order.status, OrderReturnDropped, id=order.id)
    _require(order, units, lambda row: row.aftermath.return_requested)
    if sent_back:
        _require(order, sent_back, lambda row: row.aftermath.returned)
    if lost:
        named = {each.line: each.quantity for each in units}
        _require(order, lost, lambda row: min(named.get(row.id, 0), row.aftermath.lost_claimed))
    _require(order, units, lambda row: _freed_at_most(row, lost))
    dropped = OrderReturnDropped(
        order_id=order.id, case=case, units=units, sent_back=sent_back, lost=lost, due_at=order.due_at, at=at
    )
    return timed(order, dropped, at=at)


def refund(
    order: Order, *, case: CaseId, units: tuple[LineUnits, ...], fee: Money | None = None, at: DateTime
) -> tuple[OrderRefunded | OrderClosed, ...]:
    """Give the money of *units* back that a case asked for; `refunds.refund_of` says how much.

    Args:
        order: The order.
        case: The after-sale case.
        units: Whose money.
        fee: What the shop keeps of it.
        at: When; an order whose windows have ended meanwhile closes.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        NotRequested: More than was asked for; every line is listed.
        CurrencyMismatch: The fee is in another currency.
        NegativeAmount: The fee is negative.
    """
    LIFECYCLE.require(order.status, OrderRefunded, id=order.id)
    _require(order, units, lambda row: row.aftermath.return_requested)
    back = refund_of(order, units=units, fee=fee)
    refunded = OrderRefunded(
        order_id=order.id,
        case=case,
        units=units,
        due=back.due,
        excess=back.excess,
        fees=back.fee if order.fees is None else order.fees + back.fee,
        due_at=order.due_at,
        at=at,
    )
    return timed(order, refunded, at=at)


def _out(row: Line | ServiceLine) -> Quantity:
    """Return how many units are with the buyer that were asked for."""
    return row.received_claimed - row.aftermath.returned if isinstance(row, Line) else 0


def _freed_at_most(row: Line | ServiceLine, lost: tuple[LineUnits, ...]) -> Quantity:
    """Return how many units of a line a case can have asked for, of which it says that those never arrived."""
    after = row.aftermath
    return after.claimed - after.lost_claimed + sum(each.quantity for each in lost if each.line == row.id)


def _require(
    order: Order, units: tuple[LineUnits, ...], has: Callable[[Line | ServiceLine], Quantity]
) -> None:  # fmt: skip
    over = exceeding(order, units, has)
    if over:
        raise NotRequested(lines=over)
