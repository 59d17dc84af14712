"""Cancel an order: call it off before anything left, free its stock, and say what is to be paid back."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import ReservationId
from ecomops.kernel import Actor, CommandId, Money, Plan, Versioned, Work, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import ORDER, PAYMENT, CancelReason, Order, Payment, PaymentId
from ecomops.orders.balance import refund_due
from ecomops.terms import OrderId, StockUnits
from ecomops.workflows.binding import Binding, Bound, bound


@frozen(kw_only=True)
class CancelOrder:
    """Call an order off.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        reason: Why.
    """

    code: ClassVar[str] = "cancel_order"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    reason: CancelReason = field(validator=is_a(CancelReason))


@frozen(kw_only=True)
class Cancelled:
    """The answer: the order, what is to be paid back, and the units that are free again."""

    code: ClassVar[str] = "cancelled"

    order_id: OrderId = field(validator=is_a(OrderId))
    refund_due: Money = field(validator=is_a(Money))
    freed: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class CancelOrderNeeds:
    """What the plan looks at: the order, its payment if there is one, and what it has bound."""

    order: Versioned[Order] = field(validator=is_a(Versioned))
    payment: Versioned[Payment] | None = field(validator=optional(is_a(Versioned)))
    bound: Bound = field(validator=is_a(Bound))


def plan_cancel_order(command: CancelOrder, needs: CancelOrderNeeds) -> Plan[Cancelled]:
    """Decide the cancellation; an order that is cancelled already changes nothing.

    Raises:
        AlreadyShipped: Goods have left.
        IllegalMove: The order is closed.
    """
    order = ORDER.draft(needs.order)
    order.add(orders.cancel(order.value, reason=command.reason, at=command.at))
    binding = Binding(ReservationId(command.order_id), needs.bound)
    freed = binding.release(at=command.at) if needs.bound.live else ()
    payment = None if needs.payment is None else needs.payment.value
    answer = Cancelled(order_id=command.order_id, refund_due=refund_due(order.value, payment), freed=freed)
    return Plan(answer=answer, writes=(*order.writes(), *binding.writes()))


def cancel_order(command: CancelOrder) -> Work[Cancelled]:
    """Read the order, its payment and its reservation, and call it off.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    payment = yield from lookup(PAYMENT, PaymentId(command.order_id))
    claims = yield from bound(ReservationId(command.order_id))
    return plan_cancel_order(command, CancelOrderNeeds(order=order, payment=payment, bound=claims))
