"""The order: awaiting payment, paid, closed, cancelled.

Everything that affects its state lives here. Shipped and received are derived from the counters of its lines
(`fulfilment`); what was paid comes from its payment (`payments`); its amounts were frozen when it was placed (`rungs`).
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import evolve as changed
from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Currency, Lifecycle, Money, Noun, later
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, some_text, tuple_of, whole
from ecomops.orders.errors import (
    AlreadyShipped,
    NothingToShip,
    NotShipped,
    OrderEmpty,
    OverShipped,
    UnknownLine,
)
from ecomops.orders.policy import OrderPolicy
from ecomops.orders.rungs import Line, ServiceLine, freeze
from ecomops.terms import CustomerId, LineId, OrderId, PricedLine, PricedService, Quantity, Tender


class Status(StrEnum):
    """Where an order stands; what has been shipped and received is derived, see `fulfilment`."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why an order was cancelled."""

    CUSTOMER = "customer"
    SHOP = "shop"
    UNPAID = "unpaid"


@frozen(kw_only=True)
class Checkout:
    """What the buyer confirmed, priced by the host.

    Args:
        order_id: The id of the order to be.
        customer: Who buys; None for an unknown buyer.
        currency: The one currency of all its amounts.
        lines: The goods.
        services: Money without goods.
        tenders: What pays at once, other than a gateway.
    """

    order_id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))
    currency: Currency = field(validator=is_a(Currency))
    lines: tuple[PricedLine, ...] = field(default=(), validator=tuple_of(PricedLine))
    services: tuple[PricedService, ...] = field(default=(), validator=tuple_of(PricedService))
    tenders: tuple[Tender, ...] = field(default=(), validator=tuple_of(Tender))


@frozen(kw_only=True)
class LineUnits:
    """So many units of one line."""

    line: LineId = field(validator=is_a(LineId))
    quantity: Quantity = field(validator=whole(1))


@frozen(kw_only=True)
class Order:
    """An order.

    Args:
        id: Its id.
        customer: Who bought; None for an unknown buyer.
        status: Where it stands.
        currency: The one currency of all its amounts.
        lines: The goods, with counters and frozen rungs.
        services: Money without goods, with frozen rungs.
        tenders: What paid at placement.
        excess: What those exceed the lines.
        due: What the gateway is to bring; negative when tenders exceed what is bought.
        placed_at: When it was placed.
        due_at: When time next asks something of it: cancel it unpaid, take it as received, close it.
    """

    id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    status: Status = field(validator=is_a(Status))
    currency: Currency = field(validator=is_a(Currency))
    lines: tuple[Line, ...] = field(validator=is_a(tuple))
    services: tuple[ServiceLine, ...] = field(validator=is_a(tuple))
    tenders: tuple[Tender, ...] = field(validator=is_a(tuple))
    excess: Money = field(validator=is_a(Money))
    due: Money = field(validator=is_a(Money))
    placed_at: DateTime = field(validator=an_instant)
    due_at: DateTime | None = field(validator=optional(an_instant))

    @property
    def settled(self) -> bool:
        """Whether what was due has been paid."""
        return self.status in {Status.PAID, Status.CLOSED}


@frozen(kw_only=True)
class OrderPlaced:
    """A buyer confirmed a checkout; its amounts are frozen from here on."""

    code: ClassVar[str] = "order.placed"

    order_id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    currency: Currency = field(validator=is_a(Currency))
    lines: tuple[Line, ...] = field(validator=tuple_of(Line))
    services: tuple[ServiceLine, ...] = field(validator=tuple_of(ServiceLine))
    tenders: tuple[Tender, ...] = field(validator=tuple_of(Tender))
    excess: Money = field(validator=is_a(Money))
    due: Money = field(validator=is_a(Money))
    pay_by: DateTime = field(validator=an_instant)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class OrderAdopted:
    """An order was taken over from another system in the middle of its life."""

    code: ClassVar[str] = "order.adopted"

    order_id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    status: Status = field(validator=is_a(Status))
    currency: Currency = field(validator=is_a(Currency))
    lines: tuple[Line, ...] = field(validator=tuple_of(Line))
    services: tuple[ServiceLine, ...] = field(validator=tuple_of(ServiceLine))
    tenders: tuple[Tender, ...] = field(validator=tuple_of(Tender))
    excess: Money = field(validator=is_a(Money))
    due: Money = field(validator=is_a(Money))
    placed_at: DateTime = field(validator=an_instant)
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class OrderPaid:
    """What is due was covered."""

    code: ClassVar[str] = "order.paid"

    order_id: OrderId = field(validator=is_a(OrderId))
    amount: Money = field(validator=is_a(Money))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class OrderShipped:
    """Units left the shop.

    Args:
        order_id: The order.
        units: How many of which line.
        carrier: Who carries them; None when they were handed over.
        confirm_by: When receipt is taken as confirmed.
        at: When they left.
    """

    code: ClassVar[str] = "order.shipped"

    order_id: OrderId = field(validator=is_a(OrderId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    carrier: str | None = field(validator=optional(some_text))
    confirm_by: DateTime = field(validator=an_instant)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class OrderReceived:
    """All that had been shipped arrived.

    Args:
        order_id: The order.
        close_at: When its return window ends; None while goods are still to come, or when there is no window.
        at: When they arrived, or were taken as arrived.
    """

    code: ClassVar[str] = "order.received"

    order_id: OrderId = field(validator=is_a(OrderId))
    close_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class OrderCancelled:
    """The order was called off before anything left."""

    code: ClassVar[str] = "order.cancelled"

    order_id: OrderId = field(validator=is_a(OrderId))
    reason: CancelReason = field(validator=is_a(CancelReason))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class OrderClosed:
    """Nothing can come back any more."""

    code: ClassVar[str] = "order.closed"

    order_id: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


Opening = OrderPlaced | OrderAdopted
Later = OrderPaid | OrderShipped | OrderReceived | OrderCancelled | OrderClosed
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "order",
    events=Event,
    table={
        None: {OrderPlaced: Status.AWAITING_PAYMENT, OrderAdopted: ADOPTED},
        Status.AWAITING_PAYMENT: {OrderPaid: Status.PAID, OrderCancelled: Status.CANCELLED},
        Status.PAID: {
            OrderShipped: Status.PAID,
            OrderReceived: Status.PAID,
            OrderCancelled: Status.CANCELLED,
            OrderClosed: Status.CLOSED,
        },
        Status.CLOSED: {},
        Status.CANCELLED: {},
    },
)


def place(
    checkout: Checkout, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderPlaced] | tuple[OrderPlaced | OrderPaid | OrderClosed, ...]:
    """Place an order: freeze its amounts and start its payment window.

    An order that owes nothing is settled in the same decision, and closed too when it holds no goods.

    Args:
        checkout: What the buyer confirmed.
        policy: The timers of the day.
        at: When it is placed.

    Raises:
        OrderEmpty: It has neither lines nor services nor tenders.
        Repeated: Two lines have one id.
        CurrencyMismatch: An amount is not in the currency of the order.
        DiscountTooLarge: The discounts of a line exceed what it costs.
        UnknownLine: A tender names a line that is not there.
        OutOfRange: A total or a deadline is larger than can be kept.
    """
    if not (checkout.lines or checkout.services or checkout.tenders):
        raise OrderEmpty(id=checkout.order_id)
    frozen_lines = freeze(
        checkout.lines,
        checkout.services,
        checkout.tenders,
        order_id=checkout.order_id,
        currency=checkout.currency,
    )
    placed = OrderPlaced(
        order_id=checkout.order_id,
        customer=checkout.customer,
        currency=checkout.currency,
        lines=frozen_lines.lines,
        services=frozen_lines.services,
        tenders=checkout.tenders,
        excess=frozen_lines.excess,
        due=frozen_lines.due,
        pay_by=later(at, policy.unpaid_after),
        at=at,
    )
    return (placed, *settle(begin(placed), captured=Money.zero(checkout.currency), at=at))


def settle(order: Order, *, captured: Money, at: DateTime) -> tuple[OrderPaid | OrderClosed, ...]:
    """Mark *order* paid once *captured* covers what is due; () before that, on a repeat and when it is cancelled.

    An order without goods closes at once: nothing of it can be shipped or come back.

    Args:
        order: The order.
        captured: What its payment brought, less what was given back.
        at: When.

    Raises:
        CurrencyMismatch: The money is in another currency.
    """
    if order.settled or order.status is Status.CANCELLED or captured < order.due:
        return ()
    LIFECYCLE.require(order.status, OrderPaid, id=order.id)
    paid = OrderPaid(order_id=order.id, amount=captured, at=at)
    return (paid,) if order.lines else (paid, OrderClosed(order_id=order.id, at=at))


def ship(
    order: Order,
    *,
    units: tuple[LineUnits, ...] | None = None,
    carrier: str | None = None,
    policy: OrderPolicy,
    at: DateTime,
) -> tuple[OrderShipped]:
    """Let units of *order* leave.

    Args:
        order: A paid order.
        units: How many of which line; None is all that is still to go.
        carrier: Who carries them; None when they are handed over.
        policy: The timers of the day.
        at: When they leave.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NothingToShip: Nothing is left to go, or nothing was named.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        OverShipped: More of a line than is still to go.
    """
    LIFECYCLE.require(order.status, OrderShipped, id=order.id)
    going = open_units(order) if units is None else units
    if not going:
        raise NothingToShip(id=order.id)
    _require_open(order, going)
    return (
        OrderShipped(
            order_id=order.id,
            units=going,
            carrier=carrier,
            confirm_by=later(at, policy.confirm_after),
            at=at,
        ),
    )


def open_units(order: Order) -> tuple[LineUnits, ...]:
    """Return what is still to go."""
    return tuple(LineUnits(line=line.id, quantity=line.unshipped) for line in order.lines if line.unshipped)


def _require_open(order: Order, units: tuple[LineUnits, ...]) -> None:
    lines = {line.id: line for line in order.lines}
    unknown = tuple(each.line for each in units if each.line not in lines)
    if unknown:
        raise UnknownLine(id=order.id, lines=unknown)
    require_once([each.line for each in units], field="ship.units")
    for each in units:
        if each.quantity > lines[each.line].unshipped:
            raise OverShipped(line=each.line, wanted=each.quantity, open=lines[each.line].unshipped)


def receive(
    order: Order, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderReceived | OrderClosed, ...]:  # fmt: skip
    """Confirm that all that was shipped of *order* arrived; () when it had already.

    The return window starts when the last unit has arrived; without one the order closes at once.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NotShipped: Nothing has been shipped.
    """
    LIFECYCLE.require(order.status, OrderReceived, id=order.id)
    if not any(line.shipped for line in order.lines):
        raise NotShipped(id=order.id)
    if all(line.received == line.shipped for line in order.lines):
        return ()
    if any(line.unshipped for line in order.lines):
        return (OrderReceived(order_id=order.id, close_at=None, at=at),)
    if not policy.return_window:
        return OrderReceived(order_id=order.id, close_at=None, at=at), OrderClosed(order_id=order.id, at=at)
    return (OrderReceived(order_id=order.id, close_at=later(at, policy.return_window), at=at),)


def cancel(order: Order, *, reason: CancelReason, at: DateTime) -> tuple[OrderCancelled, ...]:
    """Call *order* off; () when it was already.

    Raises:
        AlreadyShipped: Goods have left; they come back as a return.
        IllegalMove: The order is closed.
    """
    if order.status is Status.CANCELLED:
        return ()
    LIFECYCLE.require(order.status, OrderCancelled, id=order.id)
    if any(line.shipped for line in order.lines):
        raise AlreadyShipped(id=order.id)
    return (OrderCancelled(order_id=order.id, reason=reason, at=at),)


def elapse(
    order: Order, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderCancelled | OrderReceived | OrderClosed, ...]:
    """Do what time asks of *order* at the instant *at*; () when nothing has fallen due.

    Unpaid, it is cancelled; shipped, its receipt is taken as confirmed; received, it is closed.
    """
    if order.due_at is None or at < order.due_at or LIFECYCLE.is_final(order.status):
        return ()
    if order.status is Status.AWAITING_PAYMENT:
        return cancel(order, reason=CancelReason.UNPAID, at=at)
    if any(line.received < line.shipped for line in order.lines):
        return receive(order, policy=policy, at=at)
    return (OrderClosed(order_id=order.id, at=at),)


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
