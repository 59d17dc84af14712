"""Ship an order, whole or in part: its lines, its reservation and the stock move in one commit."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import NotHeld, ReservationId
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, get
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.orders import DEFAULT_POLICY, ORDER, LineUnits, Order, OrderPolicy
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.terms import OrderId, StockUnits, demand
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
    """

    code: ClassVar[str] = "ship_order"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    units: tuple[LineUnits, ...] | None = field(default=None, validator=optional(tuple_of(LineUnits)))
    carrier: str | None = field(default=None, validator=optional(some_text))


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
    """What the plan looks at: the order and what it has bound."""

    order: Versioned[Order] = field(validator=is_a(Versioned))
    bound: Bound = field(validator=is_a(Bound))


def plan_ship_order(
    command: ShipOrder, needs: ShipOrderNeeds, *, policy: OrderPolicy = DEFAULT_POLICY
) -> Plan[Shipped]:
    """Decide the shipment.

    Raises:
        NotHeld: Its reservation does not have the units, or supply has not arrived.
        Refused, Invalid: As `orders.ship` refuses.
    """
    order = ORDER.draft(needs.order)
    (shipped,) = orders.ship(order.value, units=command.units, carrier=command.carrier, policy=policy, at=command.at)
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
    return Plan(answer=answer, writes=(*order.writes(), *binding.writes()))


def ship_order(command: ShipOrder, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Shipped]:
    """Read the order and its reservation, and ship.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    claims = yield from bound(ReservationId(command.order_id))
    return plan_ship_order(command, ShipOrderNeeds(order=order, bound=claims), policy=policy)
