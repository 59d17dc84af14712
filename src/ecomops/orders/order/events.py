"""What can happen to an order, and the table of when: `LIFECYCLE` is read for refusals, buttons and diagrams."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Currency, Lifecycle, Money
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.orders.order.nouns import CancelReason, LineUnits, Status
from ecomops.orders.rungs import Line, ServiceLine
from ecomops.terms import CustomerId, OrderId, Tender


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
