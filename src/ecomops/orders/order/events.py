"""What can happen to an order, and the table of when: `LIFECYCLE` is read for refusals, buttons and diagrams."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Currency, Lifecycle, Money
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.orders.order.nouns import CancelReason, LineUnits, Status
from ecomops.orders.refunds import RefundedLine, Returned
from ecomops.orders.rungs import Line, ServiceLine
from ecomops.terms import CaseId, CustomerId, OrderId, ShipmentId, Tender


@frozen(kw_only=True, weakref_slot=False)
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


@frozen(kw_only=True, weakref_slot=False)
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
    parcels: tuple[ShipmentId, ...] = field(default=(), validator=tuple_of(ShipmentId))
    fees: Money | None = field(default=None, validator=optional(is_a(Money)))


@frozen(kw_only=True, weakref_slot=False)
class OrderPaid:
    """What is due was covered."""

    code: ClassVar[str] = "order.paid"

    order_id: OrderId = field(validator=is_a(OrderId))
    amount: Money = field(validator=is_a(Money))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderShipped:
    """Units left the shop.

    Args:
        order_id: The order.
        units: How many of which line.
        carrier: Who carries them; None when they were handed over.
        confirm_by: When receipt is taken as confirmed.
        at: When they left.
        shipment: The parcel that they left in; None when nobody follows one.
    """

    code: ClassVar[str] = "order.shipped"

    order_id: OrderId = field(validator=is_a(OrderId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    carrier: str | None = field(validator=optional(some_text))
    confirm_by: DateTime = field(validator=an_instant)
    at: DateTime = field(validator=an_instant)
    shipment: ShipmentId | None = field(default=None, validator=optional(is_a(ShipmentId)))


@frozen(kw_only=True, weakref_slot=False)
class OrderReceived:
    """All that had been shipped arrived.

    Args:
        order_id: The order.
        close_at: When its return window ends; None while goods are still to come, or when there is no window.
        at: When they arrived, or were taken as arrived.
        return_by: Until when they may be asked back, that instant included; None when they may not.
    """

    code: ClassVar[str] = "order.received"

    order_id: OrderId = field(validator=is_a(OrderId))
    close_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)
    return_by: DateTime | None = field(default=None, validator=optional(an_instant))


@frozen(kw_only=True, weakref_slot=False)
class OrderDelivered:
    """A parcel arrived.

    Args:
        order_id: The order.
        shipment: The parcel.
        units: What was in it.
        return_by: Until when it may be asked back, that instant included; None when it may not.
        due_at: When time next asks something of the order.
        at: When it arrived.
    """

    code: ClassVar[str] = "order.delivered"

    order_id: OrderId = field(validator=is_a(OrderId))
    shipment: ShipmentId = field(validator=is_a(ShipmentId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    return_by: DateTime | None = field(validator=optional(an_instant))
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderLost:
    """A parcel was lost: what was in it will not arrive.

    Args:
        order_id: The order.
        shipment: The parcel.
        units: What was in it.
        due_at: When time next asks something of the order.
        at: When it was given up.
    """

    code: ClassVar[str] = "order.lost"

    order_id: OrderId = field(validator=is_a(OrderId))
    shipment: ShipmentId = field(validator=is_a(ShipmentId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderReduced:
    """Units were called off before they left, and their money with them.

    Args:
        order_id: The order.
        reason: Why.
        lines: The goods, with what their steps contributed.
        services: The services, likewise.
        amount: What the gateway need not bring, or is to give back.
        tenders: What goes back to tenders.
        due: What the gateway is to bring from now on.
        excess: What tenders exceed the lines from now on.
        due_at: When time next asks something of the order.
        at: When.
    """

    code: ClassVar[str] = "order.reduced"

    order_id: OrderId = field(validator=is_a(OrderId))
    reason: CancelReason = field(validator=is_a(CancelReason))
    lines: tuple[RefundedLine, ...] = field(validator=tuple_of(RefundedLine))
    services: tuple[RefundedLine, ...] = field(validator=tuple_of(RefundedLine))
    amount: Money = field(validator=is_a(Money))
    tenders: tuple[Returned, ...] = field(validator=tuple_of(Returned))
    due: Money = field(validator=is_a(Money))
    excess: Money = field(validator=is_a(Money))
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderReturnRequested:
    """A case asked for units: while it is open nobody else can, and the order does not close.

    Args:
        order_id: The order.
        case: The after-sale case.
        units: What it asks for.
        lost: Of those, what never arrived.
        due_at: When time next asks something of the order.
        at: When.
    """

    code: ClassVar[str] = "order.return_requested"

    order_id: OrderId = field(validator=is_a(OrderId))
    case: CaseId = field(validator=is_a(CaseId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    lost: tuple[LineUnits, ...] = field(default=(), validator=tuple_of(LineUnits))
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderReturnDropped:
    """A case asks for units no more: it was rejected or withdrawn, or they never came.

    Args:
        order_id: The order.
        case: The after-sale case.
        units: What it had asked for.
        sent_back: Of those, what had come and goes to the buyer again.
        lost: Of those, what never arrived.
        due_at: When time next asks something of the order.
        at: When.
    """

    code: ClassVar[str] = "order.return_dropped"

    order_id: OrderId = field(validator=is_a(OrderId))
    case: CaseId = field(validator=is_a(CaseId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    sent_back: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    lost: tuple[LineUnits, ...] = field(default=(), validator=tuple_of(LineUnits))
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderReturned:
    """Units that a case asked for came back.

    Args:
        order_id: The order.
        case: The after-sale case.
        units: What came.
        at: When.
    """

    code: ClassVar[str] = "order.returned"

    order_id: OrderId = field(validator=is_a(OrderId))
    case: CaseId = field(validator=is_a(CaseId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderRefunded:
    """The money of units that a case asked for goes back.

    Args:
        order_id: The order.
        case: The after-sale case, whose own event tells the amounts.
        units: Whose money.
        due: What the gateway is to have brought from now on, fees apart.
        excess: What tenders exceed the lines from now on.
        fees: What the shop keeps of all that came back.
        due_at: When time next asks something of the order.
        at: When.
    """

    code: ClassVar[str] = "order.refunded"

    order_id: OrderId = field(validator=is_a(OrderId))
    case: CaseId = field(validator=is_a(CaseId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    due: Money = field(validator=is_a(Money))
    excess: Money = field(validator=is_a(Money))
    fees: Money = field(validator=is_a(Money))
    due_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderCancelled:
    """The order was called off before anything left."""

    code: ClassVar[str] = "order.cancelled"

    order_id: OrderId = field(validator=is_a(OrderId))
    reason: CancelReason = field(validator=is_a(CancelReason))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class OrderClosed:
    """Nothing can come back any more."""

    code: ClassVar[str] = "order.closed"

    order_id: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


Opening = OrderPlaced | OrderAdopted
Later = (
    OrderPaid
    | OrderReduced
    | OrderShipped
    | OrderDelivered
    | OrderLost
    | OrderReceived
    | OrderReturnRequested
    | OrderReturnDropped
    | OrderReturned
    | OrderRefunded
    | OrderCancelled
    | OrderClosed
)
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "order",
    events=Event,
    table={
        None: {OrderPlaced: Status.AWAITING_PAYMENT, OrderAdopted: ADOPTED},
        Status.AWAITING_PAYMENT: {
            OrderPaid: Status.PAID,
            OrderReduced: Status.AWAITING_PAYMENT,
            OrderCancelled: Status.CANCELLED,
        },
        Status.PAID: {
            OrderReduced: Status.PAID,
            OrderShipped: Status.PAID,
            OrderDelivered: Status.PAID,
            OrderLost: Status.PAID,
            OrderReceived: Status.PAID,
            OrderReturnRequested: Status.PAID,
            OrderReturnDropped: Status.PAID,
            OrderReturned: Status.PAID,
            OrderRefunded: Status.PAID,
            OrderCancelled: Status.CANCELLED,
            OrderClosed: Status.CLOSED,
        },
        Status.CLOSED: {},
        Status.CANCELLED: {},
    },
)
