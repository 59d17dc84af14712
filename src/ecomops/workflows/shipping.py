"""Ship an order, whole or in parcels: its lines, its reservation and the stock move in one commit.

A parcel is followed until it is delivered or lost when the command names it; the counters of the order go with it.
"""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import NotHeld, ReservationId
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    SHIPMENT,
    LineUnits,
    NoParcel,
    NotOnItsWay,
    Order,
    OrderPolicy,
    Shipment,
    ShipmentExists,
    shipments,
)
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.terms import OrderId, ShipmentId, StockUnits, demand
from ecomops.workflows.binding import Binding, Bound, bound


@frozen(kw_only=True)
class ShipOrder:
    """Let goods of an order leave.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        units: How many of which line; None is all that is still to go.
        carrier: Who carries them; None when they are handed over.
        shipment: The parcel that they leave in; None when nobody follows one.
        tracking: The carrier's number of the parcel, which must be named.
    """

    code: ClassVar[str] = "ship_order"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    units: tuple[LineUnits, ...] | None = field(default=None, validator=optional(tuple_of(LineUnits)))
    carrier: str | None = field(default=None, validator=optional(some_text))
    shipment: ShipmentId | None = field(default=None, validator=optional(is_a(ShipmentId)))
    tracking: str | None = field(default=None, validator=optional(some_text))


@frozen(kw_only=True)
class Shipped:
    """The answer: what left of each stock, how far the order has come, and when receipt is taken as confirmed."""

    code: ClassVar[str] = "shipped"

    order_id: OrderId = field(validator=is_a(OrderId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    fulfilment: Fulfilment = field(validator=is_a(Fulfilment))
    confirm_by: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ShipOrderNeeds:
    """What the plan looks at: the order, what it has bound, and a parcel of that id (there should be none)."""

    order: Versioned[Order] = field(validator=is_a(Versioned))
    bound: Bound = field(validator=is_a(Bound))
    shipment: Versioned[Shipment] | None = field(default=None, validator=optional(is_a(Versioned)))


def plan_ship_order(
    command: ShipOrder, needs: ShipOrderNeeds, *, policy: OrderPolicy = DEFAULT_POLICY
) -> Plan[Shipped]:
    """Decide the shipment.

    Raises:
        NotHeld: Its reservation does not have the units, or supply has not arrived.
        OverShip: What was set aside has been lost since; every stock is listed.
        NoParcel: A number is given, and no parcel to have it.
        ShipmentExists: There is a parcel of that id.
        Refused, Invalid: As `orders.ship` refuses.
    """
    if command.tracking is not None and command.shipment is None:
        raise NoParcel(id=command.order_id)
    if needs.shipment is not None:
        raise ShipmentExists(id=needs.shipment.value.id)
    order = ORDER.draft(needs.order)
    (shipped,) = orders.ship(
        order.value,
        units=command.units,
        carrier=command.carrier,
        shipment=command.shipment,
        policy=policy,
        at=command.at,
    )
    order.add((shipped,))
    stock = {line.id: line.stock for line in order.value.lines}
    units = demand((stock[each.line], each.quantity) for each in shipped.units)
    if needs.bound.reservation is None:
        raise NotHeld(id=command.order_id, units=units)
    binding = Binding(ReservationId(command.order_id), needs.bound)
    binding.ship(units, at=command.at)
    answer = Shipped(
        order_id=command.order_id,
        units=units,
        fulfilment=fulfilment(order.value),
        confirm_by=shipped.confirm_by,
    )
    return Plan(answer=answer, writes=(*order.writes(), *binding.writes(), *_sent(command, shipped.units)))


def _sent(command: ShipOrder, units: tuple[LineUnits, ...]) -> tuple[Write[Shipment], ...]:
    if command.shipment is None:
        return ()
    sent = shipments.send(
        command.shipment,
        order=command.order_id,
        units=units,
        carrier=command.carrier,
        tracking=command.tracking,
        at=command.at,
    )
    return SHIPMENT.write(None, sent)


def ship_order(command: ShipOrder, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Shipped]:
    """Read the order and its reservation, and ship.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    claims = yield from bound(ReservationId(command.order_id))
    shipment = None if command.shipment is None else (yield from lookup(SHIPMENT, command.shipment))
    return plan_ship_order(command, ShipOrderNeeds(order=order, bound=claims, shipment=shipment), policy=policy)


@frozen(kw_only=True)
class TrackShipment:
    """Record who carries a parcel and under which number.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        shipment_id: The parcel.
        carrier: Who carries it.
        tracking: The carrier's number of it.
    """

    code: ClassVar[str] = "track_shipment"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    shipment_id: ShipmentId = field(validator=is_a(ShipmentId))
    carrier: str = field(validator=some_text)
    tracking: str = field(validator=some_text)


@frozen(kw_only=True)
class DeliverShipment:
    """Record that a parcel arrived.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        shipment_id: The parcel.
    """

    code: ClassVar[str] = "deliver_shipment"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    shipment_id: ShipmentId = field(validator=is_a(ShipmentId))


@frozen(kw_only=True)
class LoseShipment:
    """Give a parcel up: its goods will not arrive.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        shipment_id: The parcel.
    """

    code: ClassVar[str] = "lose_shipment"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    shipment_id: ShipmentId = field(validator=is_a(ShipmentId))


@frozen(kw_only=True)
class ParcelMoved:
    """The answer: where the parcel is, and how far its order has come.

    Args:
        shipment_id: The parcel.
        order_id: The order.
        status: Where the parcel is.
        fulfilment: How far the order has come.
        due_at: When time next asks something of the order.
    """

    code: ClassVar[str] = "parcel_moved"

    shipment_id: ShipmentId = field(validator=is_a(ShipmentId))
    order_id: OrderId = field(validator=is_a(OrderId))
    status: shipments.Status = field(validator=is_a(shipments.Status))
    fulfilment: Fulfilment = field(validator=is_a(Fulfilment))
    due_at: DateTime | None = field(validator=optional(an_instant))


@frozen(kw_only=True)
class ParcelNeeds:
    """What the plans look at: the parcel and its order."""

    shipment: Versioned[Shipment] = field(validator=is_a(Versioned))
    order: Versioned[Order] = field(validator=is_a(Versioned))


ParcelCommand = TrackShipment | DeliverShipment | LoseShipment


def plan_move_parcel(
    command: ParcelCommand, needs: ParcelNeeds, *, policy: OrderPolicy = DEFAULT_POLICY
) -> Plan[ParcelMoved]:
    """Decide what becomes of a parcel, and with it of its order; a repeat changes nothing.

    Raises:
        IllegalMove: The parcel has arrived, or it is lost; or the order is over.
        OverDelivered: The order does not have so much on its way.
        NotOnItsWay: The order was taken over without its parcel.
    """
    parcel, order = SHIPMENT.draft(needs.shipment), ORDER.draft(needs.order)
    shipment, units = parcel.value.id, parcel.value.units
    before = parcel.value.status
    match command:
        case TrackShipment(carrier=carrier, tracking=tracking):
            parcel.add(shipments.track(parcel.value, carrier=carrier, tracking=tracking, at=command.at))
        case DeliverShipment(at=at):
            parcel.add(shipments.deliver(parcel.value, at=at))
            order.add(orders.deliver(order.value, shipment=shipment, units=units, policy=policy, at=at))
        case LoseShipment(at=at):
            parcel.add(shipments.lose(parcel.value, at=at))
            order.add(orders.lose(order.value, shipment=shipment, units=units, at=at))
        case _:
            assert_never(command)
    if parcel.value.status is not before:
        _require_named(needs.order.value, parcel.value)
    answer = ParcelMoved(
        shipment_id=shipment,
        order_id=parcel.value.order,
        status=parcel.value.status,
        fulfilment=fulfilment(order.value),
        due_at=order.value.due_at,
    )
    return Plan(answer=answer, writes=(*order.writes(), *parcel.writes()))


def _require_named(order: Order, parcel: Shipment) -> None:
    """Refuse to move a parcel that an order which was taken over does not name; but all of it may have arrived."""
    there = parcel.status is shipments.Status.DELIVERED and not any(line.on_the_way for line in order.lines)
    if parcel.id not in order.parcels and not there:
        raise NotOnItsWay(id=order.id, shipment=parcel.id)


def move_parcel(command: ParcelCommand, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[ParcelMoved]:
    """Read a parcel and its order, and track it, deliver it or give it up.

    Raises:
        Missing: There is no such parcel.
    """
    shipment = yield from get(SHIPMENT, command.shipment_id)
    order = yield from get(ORDER, shipment.value.order)
    return plan_move_parcel(command, ParcelNeeds(shipment=shipment, order=order), policy=policy)
