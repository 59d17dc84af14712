"""Cancel an order, whole or in part, before it left: free its stock, and say what is to be paid back."""

from typing import Any, ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import ReservationId
from ecomops.kernel import Actor, CommandId, Money, Plan, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import ORDER, PAYMENT, CancelReason, LineUnits, Order, Payment, PaymentId, Returned, Status
from ecomops.orders.balance import owed, refund_due
from ecomops.orders.order import OrderCancelled, OrderClosed, OrderReduced
from ecomops.orders.payments import net
from ecomops.orders.refunds import tenders_left
from ecomops.promotions import DEFAULT_COUPON_POLICY, CouponPolicy
from ecomops.terms import OrderId, StockUnits, demand
from ecomops.workflows.binding import Binding, Bound, bound
from ecomops.workflows.quoting import NOTHING_CLAIMED, Claimable, promotional_needs, redeem_for, release_for


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
    """The answer.

    Args:
        order_id: The order.
        refund_due: What is to be paid back.
        freed: Units that are free again.
        tenders: What goes back to tenders; () on a repeat by another command.
    """

    code: ClassVar[str] = "cancelled"

    order_id: OrderId = field(validator=is_a(OrderId))
    refund_due: Money = field(validator=is_a(Money))
    freed: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    tenders: tuple[Returned, ...] = field(default=(), validator=tuple_of(Returned))


@frozen(kw_only=True)
class CancelOrderNeeds:
    """What the plan looks at: the order, its payment if there is one, what it has bound and claimed."""

    order: Versioned[Order] = field(validator=is_a(Versioned))
    payment: Versioned[Payment] | None = field(validator=optional(is_a(Versioned)))
    bound: Bound = field(validator=is_a(Bound))
    claimed: Claimable = field(default=NOTHING_CLAIMED, validator=is_a(Claimable))


def plan_cancel_order(
    command: CancelOrder, needs: CancelOrderNeeds, *, coupons: CouponPolicy = DEFAULT_COUPON_POLICY
) -> Plan[Cancelled]:
    """Decide the cancellation; an order that is cancelled already changes nothing.

    Raises:
        AlreadyShipped: Goods have left.
        IllegalMove: The order is closed.
    """
    order = ORDER.draft(needs.order)
    cancelled = orders.cancel(order.value, reason=command.reason, at=command.at)
    order.add(cancelled)
    binding = Binding(ReservationId(command.order_id), needs.bound)
    freed = binding.release(at=command.at) if needs.bound.live else ()
    payment = None if needs.payment is None else needs.payment.value
    answer = Cancelled(
        order_id=command.order_id,
        refund_due=refund_due(order.value, payment),
        freed=freed,
        tenders=_given_back(order.value, cancelled),
    )
    given_back = release_for(command.order_id, needs.claimed, policy=coupons, at=command.at)
    return Plan(answer=answer, writes=(*order.writes(), *binding.writes(), *given_back))


def _given_back(
    order: Order, events: tuple[OrderReduced | OrderCancelled | OrderClosed, ...]
) -> tuple[Returned, ...]:  # fmt: skip
    """Return what goes back to the tenders of *order*, which stands as *events* left it; () when nothing happened."""
    if any(isinstance(event, OrderCancelled) for event in events):
        return tenders_left(order)
    return tuple(each for event in events if isinstance(event, OrderReduced) for each in event.tenders)


def cancel_order(command: CancelOrder, *, coupons: CouponPolicy = DEFAULT_COUPON_POLICY) -> Work[Cancelled]:
    """Read the order, its payment and its reservation, and call it off.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    payment = yield from lookup(PAYMENT, PaymentId(command.order_id))
    claims = yield from bound(ReservationId(command.order_id))
    claimed = yield from promotional_needs(command.order_id)
    needs = CancelOrderNeeds(order=order, payment=payment, bound=claims, claimed=claimed)
    return plan_cancel_order(command, needs, coupons=coupons)


@frozen(kw_only=True)
class CancelUnits:
    """Call some units of an order off before they leave.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        units: How many of which line; a service is one unit.
        reason: Why.
    """

    code: ClassVar[str] = "cancel_units"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    reason: CancelReason = field(validator=is_a(CancelReason))


@frozen(kw_only=True)
class UnitsCancelled:
    """The answer.

    Args:
        order_id: The order.
        due: What the gateway is to bring from now on.
        settled: Whether the order is paid.
        refund_due: What is to be paid back.
        tenders: What goes back to tenders.
        freed: Units that are free again.
        unallocated: Units that are paid now and could not be set aside yet.
    """

    code: ClassVar[str] = "units_cancelled"

    order_id: OrderId = field(validator=is_a(OrderId))
    due: Money = field(validator=is_a(Money))
    settled: bool = field(validator=is_a(bool))
    refund_due: Money = field(validator=is_a(Money))
    tenders: tuple[Returned, ...] = field(validator=tuple_of(Returned))
    freed: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    unallocated: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


def plan_cancel_units(
    command: CancelUnits, needs: CancelOrderNeeds, *, coupons: CouponPolicy = DEFAULT_COUPON_POLICY
) -> Plan[UnitsCancelled]:
    """Decide the cancellation of some units: stock and money of them are free, and what came may pay for the rest now.

    An order of which nothing stays is called off whole.

    Raises:
        NotHeld: Its reservation does not have the units.
        Refused, Invalid: As `orders.reduce` refuses.
    """
    order = ORDER.draft(needs.order)
    reduced = orders.reduce(order.value, units=command.units, reason=command.reason, at=command.at)
    order.add(reduced)
    payment = None if needs.payment is None else needs.payment.value
    brought = Money.zero(order.value.currency) if payment is None else net(payment)
    paid = orders.settle(order.value, captured=brought, at=command.at)
    order.add(paid)
    binding = Binding(ReservationId(command.order_id), needs.bound)
    freed = _freed(command, order.value, binding) if needs.bound.live else ()
    unallocated = binding.allocate_all(at=command.at) if paid and needs.bound.live else ()
    answer = UnitsCancelled(
        order_id=command.order_id,
        due=owed(order.value),
        settled=order.value.settled,
        refund_due=refund_due(order.value, payment),
        tenders=_given_back(order.value, reduced),
        freed=freed,
        unallocated=unallocated,
    )
    claims = _claims_moved(command, order.value, needs.claimed, paid=bool(paid), coupons=coupons)
    return Plan(answer=answer, writes=(*order.writes(), *binding.writes(), *claims))


def _claims_moved(
    command: CancelUnits, order: Order, claimed: Claimable, *, paid: bool, coupons: CouponPolicy
) -> tuple[Write[Any], ...]:
    """Give back what the order has claimed when nothing of it stays; redeem it when what had come pays for the rest."""
    if order.status is Status.CANCELLED:
        return release_for(command.order_id, claimed, policy=coupons, at=command.at)
    return redeem_for(command.order_id, claimed, at=command.at) if paid else ()


def _freed(command: CancelUnits, order: Order, binding: Binding) -> tuple[StockUnits, ...]:
    """Free the stock of the units that are called off; of all, when the whole order is."""
    if order.status is Status.CANCELLED:
        return binding.release(at=command.at)
    stock = {line.id: line.stock for line in order.lines}
    goods = demand((stock[each.line], each.quantity) for each in command.units if each.line in stock)
    return binding.reduce(goods, at=command.at)


def cancel_units(command: CancelUnits, *, coupons: CouponPolicy = DEFAULT_COUPON_POLICY) -> Work[UnitsCancelled]:
    """Read the order, its payment and its reservation, and call some of its units off.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    payment = yield from lookup(PAYMENT, PaymentId(command.order_id))
    claims = yield from bound(ReservationId(command.order_id))
    claimed = yield from promotional_needs(command.order_id)
    needs = CancelOrderNeeds(order=order, payment=payment, bound=claims, claimed=claimed)
    return plan_cancel_units(command, needs, coupons=coupons)
