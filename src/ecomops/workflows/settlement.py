"""Take a payment notice: add it to the payment, settle the order when it covers what is due, set its stock aside."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import ReservationId
from ecomops.kernel import Actor, CommandId, Money, Plan, Versioned, Work, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import ORDER, PAYMENT, Notice, Order, Payment, PaymentId
from ecomops.orders.balance import refund_due
from ecomops.orders.payments import PaymentStatus, open_payment, status_of, sums, take
from ecomops.terms import OrderId, StockUnits
from ecomops.workflows.binding import Binding, Bound, bound
from ecomops.workflows.quoting import NOTHING_CLAIMED, Claimable, promotional_needs, redeem_for


@frozen(kw_only=True)
class TakeNotice:
    """Take what a gateway says of one operation for an order; webhook and poll may both tell it.

    Args:
        id: The id of the command (of the delivery; the notice has its own reference).
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        notice: What the gateway says.
    """

    code: ClassVar[str] = "take_notice"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    notice: Notice = field(validator=is_a(Notice))


@frozen(kw_only=True)
class NoticeTaken:
    """The answer.

    Args:
        order_id: The order.
        payment: Where its payment stands now.
        net: What the payment brought, less what was given back.
        settled: Whether the order is paid.
        refund_due: What is to be paid back: the order was cancelled, or more came than is due.
        unallocated: Units that are paid and could not be set aside yet.
    """

    code: ClassVar[str] = "notice_taken"

    order_id: OrderId = field(validator=is_a(OrderId))
    payment: PaymentStatus = field(validator=is_a(PaymentStatus))
    net: Money = field(validator=is_a(Money))
    settled: bool = field(validator=is_a(bool))
    refund_due: Money = field(validator=is_a(Money))
    unallocated: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class TakeNoticeNeeds:
    """What the plan looks at: the order, its payment (None before the first notice), what it has bound and claimed."""

    order: Versioned[Order] = field(validator=is_a(Versioned))
    payment: Versioned[Payment] | None = field(validator=optional(is_a(Versioned)))
    bound: Bound = field(validator=is_a(Bound))
    claimed: Claimable = field(default=NOTHING_CLAIMED, validator=is_a(Claimable))


def plan_take_notice(command: TakeNotice, needs: TakeNoticeNeeds) -> Plan[NoticeTaken]:
    """Decide what a notice changes; money is never refused, it becomes a refund that is due.

    Raises:
        CurrencyMismatch: The notice is in another currency than the order.
    """
    order, payment = ORDER.draft(needs.order), PAYMENT.draft(needs.payment)
    if needs.payment is None:
        payment.add(
            open_payment(
                order.value.id, currency=order.value.currency, notices=(command.notice,), at=command.at
            )
        )  # fmt: skip
    else:
        payment.add(take(payment.value, notice=command.notice, at=command.at))
    found = sums(payment.value)
    brought = Money(found.net, order.value.currency)
    paid = orders.settle(order.value, captured=brought, at=command.at)
    order.add(paid)
    binding = Binding(ReservationId(command.order_id), needs.bound)
    unallocated = binding.allocate_all(at=command.at) if paid and needs.bound.live else ()
    redeemed = redeem_for(command.order_id, needs.claimed, at=command.at) if paid else ()
    answer = NoticeTaken(
        order_id=command.order_id,
        payment=status_of(found),
        net=brought,
        settled=order.value.settled,
        refund_due=refund_due(order.value, payment.value, found=found),
        unallocated=unallocated,
    )
    return Plan(answer=answer, writes=(*order.writes(), *payment.writes(), *binding.writes(), *redeemed))


def take_notice(command: TakeNotice) -> Work[NoticeTaken]:
    """Read the order, its payment, and what it has bound and claimed, and take the notice.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    payment = yield from lookup(PAYMENT, PaymentId(command.order_id))
    claims = yield from bound(ReservationId(command.order_id))
    claimed = NOTHING_CLAIMED if order.value.settled else (yield from promotional_needs(command.order_id))
    return plan_take_notice(command, TakeNoticeNeeds(order=order, payment=payment, bound=claims, claimed=claimed))
