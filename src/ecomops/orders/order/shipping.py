"""Letting units of an order leave."""

from pendulum import DateTime

from ecomops.kernel import later
from ecomops.kernel.checks import require_once
from ecomops.kernel.copies import maker
from ecomops.orders.errors import Excess, NothingToShip, OverShipped, UnknownLine
from ecomops.orders.order.events import LIFECYCLE, OrderShipped
from ecomops.orders.order.nouns import LineUnits, Order
from ecomops.orders.policy import OrderPolicy
from ecomops.terms import ShipmentId


def ship(
    order: Order,
    *,
    units: tuple[LineUnits, ...] | None = None,
    carrier: str | None = None,
    shipment: ShipmentId | None = None,
    policy: OrderPolicy,
    at: DateTime,
) -> tuple[OrderShipped]:
    """Let units of *order* leave.

    Args:
        order: A paid order.
        units: How many of which line; None is all that is still to go.
        carrier: Who carries them; None when they are handed over.
        shipment: The parcel that they leave in; None when nobody follows one.
        policy: The timers of the day.
        at: When they leave.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NothingToShip: Nothing is left to go, or nothing was named.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        OverShipped: More than is still to go; every line is listed.
    """
    LIFECYCLE.require(order.status, OrderShipped, id=order.id)
    going = open_units(order) if units is None else units
    if not going:
        raise NothingToShip(id=order.id)
    if units is not None:
        _require_open(order, units)
    return (
        OrderShipped(
            order_id=order.id,
            units=going,
            carrier=carrier,
            confirm_by=later(at, policy.confirm_after),
            at=at,
            shipment=shipment,
        ),
    )


def open_units(order: Order) -> tuple[LineUnits, ...]:
    """Return what is still to go."""
    return tuple([_units(line.id, left) for line in order.lines if (left := line.unshipped)])


_units = maker(LineUnits)


def _require_open(order: Order, units: tuple[LineUnits, ...]) -> None:
    lines = {line.id: line for line in order.lines}
    unknown = tuple(each.line for each in units if each.line not in lines)
    if unknown:
        raise UnknownLine(id=order.id, lines=unknown)
    require_once((each.line for each in units), field="ship.units")
    over = tuple(
        Excess(line=each.line, wanted=each.quantity, open=lines[each.line].unshipped)
        for each in units
        if each.quantity > lines[each.line].unshipped
    )
    if over:
        raise OverShipped(lines=over)
