"""What an order is: where it stands, what a buyer confirms, and the order itself with its lines."""

from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, Money
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.orders.rungs import Line, ServiceLine
from ecomops.terms import CustomerId, LineId, OrderId, PricedLine, PricedService, Quantity, ShipmentId, Tender


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


@frozen(kw_only=True, weakref_slot=False)
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


@frozen(kw_only=True, weakref_slot=False)
class LineUnits:
    """So many units of one line."""

    line: LineId = field(validator=is_a(LineId))
    quantity: Quantity = field(validator=whole(1))


@frozen(kw_only=True, weakref_slot=False)
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
        due: What the gateway is to bring for what was neither called off nor refunded; negative when tenders exceed it.
        placed_at: When it was placed.
        due_at: When time next asks something of it: cancel it unpaid, take it as received, close it.
        parcels: The shipments that are on their way; goods that left without one are none.
        fees: What the shop keeps of what came back; None when it never kept anything.
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
    parcels: tuple[ShipmentId, ...] = field(default=(), validator=tuple_of(ShipmentId))
    fees: Money | None = field(default=None, validator=optional(is_a(Money)))

    @property
    def rows(self) -> tuple[Line | ServiceLine, ...]:
        """Its lines, then its services."""
        return (*self.lines, *self.services)

    @property
    def settled(self) -> bool:
        """Whether what was due has been paid."""
        return self.status in {Status.PAID, Status.CLOSED}
