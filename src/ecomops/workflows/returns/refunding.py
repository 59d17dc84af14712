"""The money of a case goes back: to the buyer over the gateway, to tenders, to nobody twice."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import Actor, CommandId, Money, Plan, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import (
    AFTERSALE,
    ORDER,
    PAYMENT,
    AfterSale,
    Notice,
    Operation,
    Order,
    Outcome,
    Payment,
    PaymentId,
    Reference,
    ReferenceUsed,
    Returned,
    aftersales,
)
from ecomops.orders.aftersales import Status
from ecomops.orders.balance import refund_due
from ecomops.orders.payments import take
from ecomops.orders.refunds import refund_of
from ecomops.promotions import DEFAULT_COUPON_POLICY, CouponPolicy
from ecomops.terms import CaseId, OrderId, not_negative
from ecomops.workflows.quoting import NOTHING_CLAIMED, Claimable, promotional_needs, refund_for


@frozen(kw_only=True)
class RefundReturn:
    """Give the money of a case back.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        case_id: The case.
        fee: What the shop keeps (restocking, damage), at most what goes back over the gateway; None is nothing.
        reference: What the gateway is to call the refund; None is the id of the case.
    """

    code: ClassVar[str] = "refund_return"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))
    fee: Money | None = field(default=None, validator=optional(not_negative))
    reference: Reference | None = field(default=None, validator=optional(is_a(Reference)))


@frozen(kw_only=True)
class CaseSettled:
    """The answer.

    Args:
        case_id: The case.
        order_id: The order.
        amount: What goes back over the gateway.
        fee: What the shop keeps.
        tenders: What goes back to tenders; () on a repeat by another command.
        payout: The refund that is to be carried out; None when the gateway has nothing of it any more.
    """

    code: ClassVar[str] = "case_settled"

    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    amount: Money = field(validator=is_a(Money))
    fee: Money = field(validator=is_a(Money))
    tenders: tuple[Returned, ...] = field(validator=tuple_of(Returned))
    payout: Notice | None = field(validator=optional(is_a(Notice)))


@frozen(kw_only=True)
class RefundReturnNeeds:
    """What the plan looks at: the case, its order, the payment (None when nothing was ever paid), what it claims."""

    case: Versioned[AfterSale] = field(validator=is_a(Versioned))
    order: Versioned[Order] = field(validator=is_a(Versioned))
    payment: Versioned[Payment] | None = field(validator=optional(is_a(Versioned)))
    claimed: Claimable = field(default=NOTHING_CLAIMED, validator=is_a(Claimable))


def plan_refund_return(
    command: RefundReturn, needs: RefundReturnNeeds, *, coupons: CouponPolicy = DEFAULT_COUPON_POLICY
) -> Plan[CaseSettled]:
    """Decide the refund: amounts from the frozen rungs, and a refund that the gateway is asked for.

    The one balance drives the payout: what was charged back or paid out before is not paid out again. When the
    buyer keeps no goods, coupons and uses of the order come back, as the policy says; freight may stay with the shop.

    Raises:
        ReferenceUsed: The payment has a refund of that reference.
        Refused, Invalid: As `orders.refund`, `refunds.refund_of` and `aftersales.refund` refuse.
    """
    case, order = AFTERSALE.draft(needs.case), ORDER.draft(needs.order)
    asked = case.value
    if asked.status is Status.REFUNDED:
        return Plan(answer=_settled_before(asked, order.value))
    back = refund_of(order.value, units=asked.units, fee=command.fee)
    case.add(aftersales.refund(asked, refund=back, at=command.at))
    order.add(orders.refund(order.value, case=asked.id, units=asked.units, fee=command.fee, at=command.at))
    payout = _payout(command, order.value, needs.payment, back.amount)
    answer = CaseSettled(
        case_id=asked.id, order_id=asked.order, amount=back.amount, fee=back.fee, tenders=back.tenders, payout=payout
    )
    kept = any(row.kept for row in order.value.lines or order.value.services)
    given_back = () if kept else refund_for(asked.order, needs.claimed, policy=coupons, at=command.at)
    asked_for = _asked_for(needs.payment, payout)
    return Plan(answer=answer, writes=(*order.writes(), *case.writes(), *asked_for, *given_back))


def _settled_before(case: AfterSale, order: Order) -> CaseSettled:
    nothing = Money.zero(order.currency)
    return CaseSettled(
        case_id=case.id,
        order_id=case.order,
        amount=case.amount or nothing,
        fee=case.fee or nothing,
        tenders=(),
        payout=None,
    )


def _payout(
    command: RefundReturn, order: Order, payment: Versioned[Payment] | None, amount: Money
) -> Notice | None:  # fmt: skip
    """Return the refund that the gateway is asked for; None for nothing."""
    owed = min(amount, refund_due(order, None if payment is None else payment.value))
    if not owed.minor:
        return None
    reference = command.reference or Reference(command.case_id)
    told = () if payment is None else payment.value.notices
    if any(each.operation is Operation.REFUND and each.reference == reference for each in told):
        raise ReferenceUsed(payment=order.id, reference=reference)
    return Notice(
        operation=Operation.REFUND, reference=reference, outcome=Outcome.REQUESTED, amount=owed, at=command.at
    )


def _asked_for(
    payment: Versioned[Payment] | None, payout: Notice | None
) -> tuple[Write[Payment], ...]:  # fmt: skip
    if payout is None or payment is None:  # without a payment the gateway has nothing to give back
        return ()
    return PAYMENT.write(payment, take(payment.value, notice=payout, at=payout.at))


def refund_return(command: RefundReturn, *, coupons: CouponPolicy = DEFAULT_COUPON_POLICY) -> Work[CaseSettled]:
    """Read the case, its order and its payment, and refund it.

    Args:
        command: Which case.
        coupons: Whether an order that is refunded whole gives back its coupons and uses; bind another with
            `functools.partial`.

    Raises:
        Missing: There is no such case.
    """
    case = yield from get(AFTERSALE, command.case_id)
    order = yield from get(ORDER, case.value.order)
    payment = yield from lookup(PAYMENT, PaymentId(case.value.order))
    claimed = (yield from promotional_needs(case.value.order)) if coupons.back_when_refunded else NOTHING_CLAIMED
    needs = RefundReturnNeeds(case=case, order=order, payment=payment, claimed=claimed)
    return plan_refund_return(command, needs, coupons=coupons)
