"""The shipment: one parcel of an order, on its way until it is delivered or lost.

Its order counts the units (`orders.ship`, `orders.deliver`, `orders.lose`); a use case moves both. Goods that are
handed over, and those of a shop that follows no parcels, leave without one.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.kernel.copies import changed
from ecomops.orders.order.nouns import LineUnits
from ecomops.terms import OrderId, ShipmentId


class Status(StrEnum):
    """Where a parcel is."""

    SHIPPED = "shipped"
    DELIVERED = "delivered"
    LOST = "lost"


@frozen(kw_only=True)
class Shipment:
    """One parcel of an order.

    Args:
        id: Which parcel.
        order: Whose goods are in it.
        status: Where it is.
        units: What is in it.
        carrier: Who carries it; None when the shop itself does.
        tracking: The carrier's number of it; None before it is known.
        shipped_at: When it left.
        arrived_at: When it was delivered; None before.
    """

    id: ShipmentId = field(validator=is_a(ShipmentId))
    order: OrderId = field(validator=is_a(OrderId))
    status: Status = field(validator=is_a(Status))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    carrier: str | None = field(validator=optional(some_text))
    tracking: str | None = field(validator=optional(some_text))
    shipped_at: DateTime = field(validator=an_instant)
    arrived_at: DateTime | None = field(default=None, validator=optional(an_instant))


@frozen(kw_only=True)
class ShipmentSent:
    """A parcel left."""

    code: ClassVar[str] = "shipment.sent"

    id: ShipmentId = field(validator=is_a(ShipmentId))
    order: OrderId = field(validator=is_a(OrderId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    carrier: str | None = field(validator=optional(some_text))
    tracking: str | None = field(validator=optional(some_text))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ShipmentAdopted:
    """A parcel was taken over from another system, on its way or at its end."""

    code: ClassVar[str] = "shipment.adopted"

    id: ShipmentId = field(validator=is_a(ShipmentId))
    order: OrderId = field(validator=is_a(OrderId))
    status: Status = field(validator=is_a(Status))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    carrier: str | None = field(validator=optional(some_text))
    tracking: str | None = field(validator=optional(some_text))
    shipped_at: DateTime = field(validator=an_instant)
    arrived_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ShipmentTracked:
    """The carrier's number of a parcel became known, or another one replaced it."""

    code: ClassVar[str] = "shipment.tracked"

    id: ShipmentId = field(validator=is_a(ShipmentId))
    carrier: str = field(validator=some_text)
    tracking: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ShipmentDelivered:
    """A parcel arrived, or was taken as arrived."""

    code: ClassVar[str] = "shipment.delivered"

    id: ShipmentId = field(validator=is_a(ShipmentId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ShipmentLost:
    """A parcel was given up."""

    code: ClassVar[str] = "shipment.lost"

    id: ShipmentId = field(validator=is_a(ShipmentId))
    at: DateTime = field(validator=an_instant)


Opening = ShipmentSent | ShipmentAdopted
Later = ShipmentTracked | ShipmentDelivered | ShipmentLost
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "shipment",
    events=Event,
    table={
        None: {ShipmentSent: Status.SHIPPED, ShipmentAdopted: ADOPTED},
        Status.SHIPPED: {
            ShipmentTracked: Status.SHIPPED,
            ShipmentDelivered: Status.DELIVERED,
            ShipmentLost: Status.LOST,
        },
        Status.DELIVERED: {},
        Status.LOST: {},
    },
)


def send(
    id: ShipmentId,
    *,
    order: OrderId,
    units: tuple[LineUnits, ...],
    carrier: str | None = None,
    tracking: str | None = None,
    at: DateTime,
) -> tuple[ShipmentSent]:
    """Let a parcel with *units* of *order* leave.

    Args:
        id: Names the parcel.
        order: Whose goods are in it.
        units: What is in it.
        carrier: Who carries it.
        tracking: The carrier's number of it.
        at: When it leaves.

    Raises:
        Invalid: A field is malformed.
    """
    return (ShipmentSent(id=id, order=order, units=units, carrier=carrier, tracking=tracking, at=at),)


def track(shipment: Shipment, *, carrier: str, tracking: str, at: DateTime) -> tuple[ShipmentTracked, ...]:
    """Record who carries *shipment* and under which number; () when that is known.

    Raises:
        IllegalMove: It has arrived, or it is lost.
        Invalid: A field is malformed.
    """
    if (shipment.carrier, shipment.tracking) == (carrier, tracking):
        return ()
    LIFECYCLE.require(shipment.status, ShipmentTracked, id=shipment.id)
    return (ShipmentTracked(id=shipment.id, carrier=carrier, tracking=tracking, at=at),)


def deliver(shipment: Shipment, *, at: DateTime) -> tuple[ShipmentDelivered, ...]:
    """Record that *shipment* arrived; () when it had.

    Raises:
        IllegalMove: It is lost.
    """
    if shipment.status is Status.DELIVERED:
        return ()
    LIFECYCLE.require(shipment.status, ShipmentDelivered, id=shipment.id)
    return (ShipmentDelivered(id=shipment.id, at=at),)


def lose(shipment: Shipment, *, at: DateTime) -> tuple[ShipmentLost, ...]:
    """Give *shipment* up; () when it was.

    Raises:
        IllegalMove: It has arrived.
    """
    if shipment.status is Status.LOST:
        return ()
    LIFECYCLE.require(shipment.status, ShipmentLost, id=shipment.id)
    return (ShipmentLost(id=shipment.id, at=at),)


def begin(event: Opening) -> Shipment:
    """Return the shipment that *event* tells of."""
    shipped_at, arrived_at = (
        (event.shipped_at, event.arrived_at) if isinstance(event, ShipmentAdopted) else (event.at, None)
    )  # fmt: skip
    return Shipment(
        id=event.id,
        order=event.order,
        status=LIFECYCLE.opened(event),
        units=event.units,
        carrier=event.carrier,
        tracking=event.tracking,
        shipped_at=shipped_at,
        arrived_at=arrived_at,
    )


def evolve(shipment: Shipment, event: Later) -> Shipment:
    """Return the shipment as it stands after *event*."""
    status = LIFECYCLE.after(shipment.status, type(event))
    match event:
        case ShipmentTracked(carrier=carrier, tracking=tracking):
            return changed(shipment, status=status, carrier=carrier, tracking=tracking)
        case ShipmentDelivered(at=at):
            return changed(shipment, status=status, arrived_at=at)
        case ShipmentLost():
            return changed(shipment, status=status)
        case _:
            assert_never(event)


SHIPMENT: Noun[Shipment, Opening, Later] = Noun(
    kind="shipment",
    model=Shipment,
    events=Event,
    opens=(ShipmentSent, ShipmentAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda shipment: shipment.id,
    keys={
        "status": lambda shipment: shipment.status,
        "order": lambda shipment: shipment.order,
        "tracking": lambda shipment: shipment.tracking,
    },
)
