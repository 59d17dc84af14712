"""Deposit pre-sale (定金膨胀): the deposit is taken, the order of the balance placed and paid, or all comes to nothing.

The deposit has a payment of its own, named after the pre-sale. In the order of the balance it is a tender, so what is
due of that order is the balance, and the order's own use cases need no rule for instalments.
"""

from typing import Any, ClassVar, assert_never

from attrs import evolve, field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Money, Plan, Reading, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    CancelReason,
    Checkout,
    Notice,
    Order,
    OrderPolicy,
    Payment,
    PaymentId,
)
from ecomops.orders import Status as OrderStatus
from ecomops.orders.payments import PaymentOpened, sums, take
from ecomops.promotions import (
    NO_CLAIMS,
    PRESALE,
    Claims,
    Presale,
    PresaleExists,
    PresaleId,
    PresaleNotOrdered,
    PresalePrice,
    PresaleTerms,
    presales,
)
from ecomops.promotions.presales import Cause, Status
from ecomops.terms import CustomerId, PromotionId, Tender, TenderKind
from ecomops.workflows.clock import CLOCK, due_id
from ecomops.workflows.placement import Placed, PlaceOrder, place_order
from ecomops.workflows.settlement import NoticeTaken, TakeNotice, take_notice
from ecomops.workflows.undoing import OrderUndone, Undoable, Undoing, undoable


@frozen(kw_only=True)
class ReservePresale:
    """Agree to a pre-sale (预订).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        presale_id: The id of the pre-sale to be.
        promotion: Of which promotion the expansion is a discount.
        customer: Who buys; None for an unknown buyer.
        terms: What is agreed.
    """

    code: ClassVar[str] = "reserve_presale"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    presale_id: PresaleId = field(validator=is_a(PresaleId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    customer: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))
    terms: PresaleTerms = field(validator=is_a(PresaleTerms))


@frozen(kw_only=True)
class TakeDeposit:
    """Take what a gateway says of the deposit of a pre-sale (付定金).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        presale_id: The pre-sale.
        notice: What the gateway says.
    """

    code: ClassVar[str] = "take_deposit"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    presale_id: PresaleId = field(validator=is_a(PresaleId))
    notice: Notice = field(validator=is_a(Notice))


@frozen(kw_only=True)
class OrderPresale:
    """Place the order of the balance: it can be paid until the window closes.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        presale_id: The pre-sale.
        checkout: The goods at the agreed price, with the expansion among their discounts (`presales.expanded`); the
            deposit is put among its tenders here.
        claims: What its quote claims of promotions.
    """

    code: ClassVar[str] = "order_presale"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    presale_id: PresaleId = field(validator=is_a(PresaleId))
    checkout: Checkout = field(validator=is_a(Checkout))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))


@frozen(kw_only=True)
class TakeBalance:
    """Take what a gateway says of the balance of a pre-sale (付尾款).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        presale_id: The pre-sale.
        notice: What the gateway says.
    """

    code: ClassVar[str] = "take_balance"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    presale_id: PresaleId = field(validator=is_a(PresaleId))
    notice: Notice = field(validator=is_a(Notice))


@frozen(kw_only=True)
class CancelPresale:
    """Call a pre-sale off: the buyer withdraws, or the shop cannot deliver.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        presale_id: The pre-sale.
        cause: Whose it is.
    """

    code: ClassVar[str] = "cancel_presale"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    presale_id: PresaleId = field(validator=is_a(PresaleId))
    cause: Cause = field(validator=is_a(Cause))


@frozen(kw_only=True)
class PresaleDue:
    """Do what time asks of a pre-sale: open the window of its balance, let it lapse unpaid.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        presale_id: The pre-sale.
    """

    code: ClassVar[str] = "presale_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    presale_id: PresaleId = field(validator=is_a(PresaleId))


@frozen(kw_only=True)
class PresaleStands:
    """The answer.

    Args:
        presale_id: The pre-sale.
        status: Where it stands now.
        refund_due: What is to be paid back of the deposit, or beyond it.
        placed: The order of the balance, when it was placed by this.
        taken: What the notice did to that order, when one was taken for it.
        undone: What is to be paid back for that order, when it was called off; the deposit is in `refund_due`.
    """

    code: ClassVar[str] = "presale_stands"

    presale_id: PresaleId = field(validator=is_a(PresaleId))
    status: Status = field(validator=is_a(Status))
    refund_due: Money = field(validator=is_a(Money))
    placed: Placed | None = field(default=None, validator=optional(is_a(Placed)))
    taken: NoticeTaken | None = field(default=None, validator=optional(is_a(NoticeTaken)))
    undone: OrderUndone | None = field(default=None, validator=optional(is_a(OrderUndone)))


@frozen(kw_only=True)
class PresaleNeeds:
    """What the plans look at: the pre-sale, and the payment of its deposit."""

    presale: Versioned[Presale] | None = field(validator=optional(is_a(Versioned)))
    deposit: Versioned[Payment] | None = field(default=None, validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class PresaleFound:
    """What the plans look at: a pre-sale that is there, the payment of its deposit, and its order if there is one."""

    presale: Versioned[Presale] = field(validator=is_a(Versioned))
    deposit: Versioned[Payment] | None = field(validator=optional(is_a(Versioned)))
    order: Versioned[Order] | None = field(validator=optional(is_a(Versioned)))


def deposit_payment(id: PresaleId) -> PaymentId:
    """Return the id of the payment of a deposit: no order's.

    Raises:
        BadText: The id of the pre-sale is too long for that.
    """
    return PaymentId(f"presale:{id}")


def deposit_refund(presale: Presale, deposit: Payment | None) -> Money:
    """Return what is to be paid back of a deposit, or beyond it; refunds under way count as given, never negative."""
    if deposit is None:
        return Money(max(0, -presale.keeps.minor), presale.keeps.currency)
    found = sums(deposit)
    return Money(max(0, found.net - found.refunding - presale.keeps.minor), presale.keeps.currency)


def _standing(presale: Presale, deposit: Payment | None, **more: Any) -> PresaleStands:  # noqa: ANN401 - as the answer takes it
    return PresaleStands(
        presale_id=presale.id, status=presale.status, refund_due=deposit_refund(presale, deposit), **more
    )  # fmt: skip


def _value(payment: Versioned[Payment] | None) -> Payment | None:
    return None if payment is None else payment.value


def plan_reserve_presale(command: ReservePresale, needs: PresaleNeeds) -> Plan[PresaleStands]:
    """Decide a new pre-sale.

    Raises:
        PresaleExists: There is a pre-sale of that id.
        PresaleClosed: The window of the deposit is not open.
        BadText: The id is too long to name a payment.
    """
    if needs.presale is not None:
        raise PresaleExists(id=command.presale_id)
    deposit_payment(command.presale_id)
    reserved = presales.reserve(
        command.presale_id,
        promotion=command.promotion,
        customer=command.customer,
        terms=command.terms,
        at=command.at,
    )
    presale = PRESALE.draft(None).add(reserved)
    return Plan(answer=_standing(presale.value, None), writes=presale.writes())


def reserve_presale(command: ReservePresale) -> Work[PresaleStands]:
    """Read whether there is such a pre-sale, and agree to it."""
    presale = yield from lookup(PRESALE, command.presale_id)
    return plan_reserve_presale(command, PresaleNeeds(presale=presale))


def _found(id: PresaleId) -> Reading[PresaleFound]:
    """Read a pre-sale with its order and the payment of its deposit."""
    presale = yield from get(PRESALE, id)
    order = None if presale.value.order is None else (yield from lookup(ORDER, presale.value.order))
    deposit = yield from lookup(PAYMENT, deposit_payment(id))
    return PresaleFound(presale=presale, deposit=deposit, order=order)


def plan_take_deposit(command: TakeDeposit, needs: PresaleFound) -> Plan[PresaleStands]:
    """Decide what a notice changes; money is never refused, what comes too late is to be paid back.

    Raises:
        CurrencyMismatch: The notice is in another currency than the terms.
    """
    presale, payment = PRESALE.draft(needs.presale), PAYMENT.draft(needs.deposit)
    if needs.deposit is None:
        currency = presale.value.keeps.currency
        opened = PaymentOpened(id=deposit_payment(command.presale_id), currency=currency, notices=(), at=command.at)
        payment.add((opened,))
    payment.add(take(payment.value, notice=command.notice, at=command.at))
    brought = Money(sums(payment.value).net, payment.value.currency)
    presale.add(presales.pay_deposit(presale.value, captured=brought, at=command.at))
    return Plan(answer=_standing(presale.value, payment.value), writes=(*payment.writes(), *presale.writes()))


def take_deposit(command: TakeDeposit) -> Work[PresaleStands]:
    """Read a pre-sale with the payment of its deposit, and take the notice.

    Raises:
        Missing: There is no such pre-sale.
    """
    needs = yield from _found(command.presale_id)
    return plan_take_deposit(command, needs)


def placement_of(command: OrderPresale, presale: Presale) -> PlaceOrder:
    """Return the command that places the order of the balance: the deposit is its first tender.

    Raises:
        PresalePrice: The goods are not at the agreed price, or not with the whole expansion.
    """
    presales.require_price(presale, command.checkout.lines)
    deposit = Tender(kind=TenderKind.DEPOSIT, amount=presale.terms.deposit)
    checkout = evolve(command.checkout, tenders=(deposit, *command.checkout.tenders))
    return PlaceOrder(id=command.id, by=command.by, at=command.at, checkout=checkout, claims=command.claims)


def plan_order_presale(command: OrderPresale, needs: PresaleFound, placing: Plan[Placed]) -> Plan[PresaleStands]:
    """Decide the order of the balance, as it would be placed.

    Args:
        command: What is ordered.
        needs: The pre-sale, and the order before it.
        placing: What `place_order` decides of `placement_of`.

    Raises:
        PresalePrice: Less is left of the price than the deposit.
        IllegalMove: The deposit is not paid, or the pre-sale is over.
        PresaleClosed: The window of the balance is not open.
        PresaleOrderedAlready: Another order was placed for it.
    """
    presale, placed = PRESALE.draft(needs.presale), placing.answer
    if placed.due.minor < 0:
        terms = presale.value.terms
        raise PresalePrice(id=presale.value.id, expected=terms.deposit, found=terms.deposit + placed.due)
    instead = needs.order is None or needs.order.value.status is OrderStatus.CANCELLED
    ordered = presales.order(
        presale.value, order=placed.order_id, balance=placed.due, instead=instead, at=command.at
    )  # fmt: skip
    presale.add(ordered)
    if placed.settled:
        presale.add(presales.settle(presale.value, order=placed.order_id, at=command.at))
    answer = _standing(presale.value, _value(needs.deposit), placed=placed)
    return Plan(answer=answer, writes=(*placing.writes, *presale.writes()))


def order_presale(command: OrderPresale, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[PresaleStands]:
    """Read a pre-sale and all that its order needs, and place it.

    Args:
        command: What is ordered.
        policy: The timers of the day; unpaid it waits until the window of the balance closes.

    Raises:
        Missing: There is no such pre-sale.
    """
    needs = yield from _found(command.presale_id)
    presale = needs.presale.value
    presales.order(
        presale, order=command.checkout.order_id, balance=presale.terms.deposit, instead=True, at=command.at
    )  # refused before any stock is read
    waits = presale.terms.second.end - command.at
    placing = yield from place_order(placement_of(command, presale), policy=evolve(policy, unpaid_after=waits))
    return plan_order_presale(command, needs, placing)


def plan_take_balance(command: TakeBalance, needs: PresaleFound, taking: Plan[NoticeTaken]) -> Plan[PresaleStands]:
    """Decide what a notice of the balance changes.

    Args:
        command: What the gateway says.
        needs: The pre-sale.
        taking: What `take_notice` decides of it for the order.
    """
    presale = PRESALE.draft(needs.presale)
    if taking.answer.settled:
        presale.add(presales.settle(presale.value, order=taking.answer.order_id, at=command.at))
    answer = _standing(presale.value, _value(needs.deposit), taken=taking.answer)
    return Plan(answer=answer, writes=(*taking.writes, *presale.writes()))


def take_balance(command: TakeBalance) -> Work[PresaleStands]:
    """Read a pre-sale with its order, and take the notice for it.

    Raises:
        Missing: There is no such pre-sale.
        PresaleNotOrdered: No order was placed for it.
        CurrencyMismatch: The notice is in another currency.
    """
    needs = yield from _found(command.presale_id)
    order = needs.presale.value.order
    if order is None:
        raise PresaleNotOrdered(id=command.presale_id)
    notice = TakeNotice(id=command.id, by=command.by, at=command.at, order_id=order, notice=command.notice)
    taking = yield from take_notice(notice)
    return plan_take_balance(command, needs, taking)


def plan_end_presale(
    command: CancelPresale | PresaleDue, needs: PresaleFound, orders: Undoable
) -> Plan[PresaleStands]:  # fmt: skip
    """Decide that a pre-sale is called off, or what time asks of it; an order that was placed for it goes with it.

    Raises:
        IllegalMove: It has lapsed; or its order is closed.
        AlreadyShipped: Goods have left.
    """
    presale = PRESALE.draft(needs.presale)
    if needs.order is not None and needs.order.value.settled:
        presale.add(presales.settle(presale.value, order=needs.order.value.id, at=command.at))
    reason = CancelReason.UNPAID
    match command:
        case CancelPresale():
            reason = CancelReason.CUSTOMER if command.cause is Cause.BUYER else CancelReason.SHOP
            presale.add(presales.cancel(presale.value, cause=command.cause, at=command.at))
        case PresaleDue():
            presale.add(presales.elapse(presale.value, at=command.at))
        case _:
            assert_never(command)
    undone, writes = _undone(command, needs, orders, presale.value, reason)
    answer = _standing(presale.value, _value(needs.deposit), undone=undone)
    return Plan(answer=answer, writes=(*writes, *presale.writes()))


def _undone(
    command: CancelPresale | PresaleDue, needs: PresaleFound, orders: Undoable, after: Presale, reason: CancelReason
) -> tuple[OrderUndone | None, tuple[Write[Any], ...]]:
    """Call the order of a pre-sale off that ends now; the deposit is no tender of it to give back: the pre-sale is."""
    over = {Status.LAPSED, Status.CANCELLED}
    if needs.order is None or needs.presale.value.status in over or after.status not in over:
        return None, ()
    undoing = Undoing(orders, id=command.id, by=command.by, at=command.at)
    undone = undoing.undo(needs.order.value.id, reason=reason)
    others = tuple(each for each in undone.tenders if each.kind is not TenderKind.DEPOSIT)
    return evolve(undone, tenders=others), undoing.writes()


def end_presale(command: CancelPresale | PresaleDue) -> Work[PresaleStands]:
    """Read a pre-sale with its order and all that hangs on it, and call it off or do what time asks.

    Raises:
        Missing: There is no such pre-sale.
    """
    needs = yield from _found(command.presale_id)
    orders = yield from undoable(() if needs.order is None else (needs.order.value.id,))
    return plan_end_presale(command, needs, orders)


def presale_due(presale: Presale, *, at: DateTime) -> PresaleDue | None:
    """Return what time asks of *presale* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when.
    """
    deadline = None if PRESALE.due_at is None else PRESALE.due_at(presale)
    if deadline is None or at < deadline:
        return None
    return PresaleDue(id=due_id(PRESALE.kind, presale.id, deadline), by=CLOCK, at=deadline, presale_id=presale.id)
