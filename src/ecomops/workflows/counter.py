"""Sell at a counter: placed, paid and handed over in one commit; nothing is reserved, and the stock moves once."""

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory, orders
from ecomops.inventory import STOCK, Shortage, StockItem, StockShort, in_hand
from ecomops.kernel import Actor, CommandId, Draft, Money, Plan, Versioned, Work, Write, get_many, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    Checkout,
    Notice,
    NotPaid,
    Order,
    OrderExists,
    OrderPolicy,
    Payment,
    Status,
)
from ecomops.orders.balance import refund_due
from ecomops.orders.payments import PaymentNoticed, PaymentOpened, net, open_payment
from ecomops.promotions import NO_CLAIMS, Claims
from ecomops.terms import OrderId, StockKey, StockUnits, demand
from ecomops.workflows.binding import StockFound
from ecomops.workflows.placement import payout_of
from ecomops.workflows.quoting import NOTHING_CLAIMED, Claimable, promotional_needs, reserve_for


@frozen(kw_only=True)
class SellAtCounter:
    """Sell what a buyer takes along at once.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        checkout: What is sold, priced by the host.
        notices: What the till took: cash, cards. () when tenders cover everything.
        claims: What its quote claims of promotions: counted uses and coupons.
    """

    code: ClassVar[str] = "sell_at_counter"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    checkout: Checkout = field(validator=is_a(Checkout))
    notices: tuple[Notice, ...] = field(default=(), validator=tuple_of(Notice))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))


@frozen(kw_only=True)
class SoldAtCounter:
    """The answer.

    Args:
        order_id: The order.
        due: What was to be paid.
        paid: What the till took.
        refund_due: What is to be given back: change that was not, or what tenders exceed.
        payout: The refund that is to be carried out, when tenders exceed what is bought.
        units: What left each stock.
        close_at: When the order closes; None when it has.
    """

    code: ClassVar[str] = "sold_at_counter"

    order_id: OrderId = field(validator=is_a(OrderId))
    due: Money = field(validator=is_a(Money))
    paid: Money = field(validator=is_a(Money))
    refund_due: Money = field(validator=is_a(Money))
    payout: Notice | None = field(validator=optional(is_a(Notice)))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    close_at: DateTime | None = field(validator=optional(an_instant))


@frozen(kw_only=True)
class SellAtCounterNeeds:
    """What the plan looks at: an order of that id (there should be none), the stock that is sold, what is claimed."""

    order: Versioned[Order] | None = field(validator=optional(is_a(Versioned)))
    stock: StockFound = field(validator=is_a(Mapping))
    claimable: Claimable = field(default=NOTHING_CLAIMED, validator=is_a(Claimable))


def plan_sell_at_counter(
    command: SellAtCounter, needs: SellAtCounterNeeds, *, policy: OrderPolicy = DEFAULT_POLICY
) -> Plan[SoldAtCounter]:
    """Decide the sale: whole, or not at all.

    Raises:
        OrderExists: There is an order of that id.
        StockShort: More is sold than lies in hand; every shortage is listed.
        NotPaid: The till took less than is due.
        LimitReached: A promotion has no use left.
        Refused, Invalid: As `orders.place` refuses, and as `coupons.reserve` refuses a coupon.
    """
    checkout = command.checkout
    if needs.order is not None:
        raise OrderExists(id=checkout.order_id)
    order = ORDER.draft(None).add(orders.place(checkout, policy=policy, at=command.at))
    payout = payout_of(order.value)
    opened = _paid(command, order.value, payout)
    payment = opened.value if command.notices or payout else None
    brought = Money.zero(checkout.currency) if payment is None else net(payment)
    order.add(orders.settle(order.value, captured=brought, at=command.at))
    if not order.value.settled:
        raise NotPaid(id=checkout.order_id, due=order.value.due, paid=brought)
    units = demand((line.stock, line.quantity) for line in checkout.lines)
    moved = _handed_over(command, units, needs.stock)
    if units:
        order.add(orders.ship(order.value, policy=policy, at=command.at))
        order.add(orders.receive(order.value, policy=policy, at=command.at))
    answer = SoldAtCounter(
        order_id=checkout.order_id,
        due=order.value.due,
        paid=brought,
        refund_due=refund_due(order.value, payment),
        payout=payout,
        units=units,
        close_at=order.value.due_at if order.value.status is Status.PAID else None,
    )
    claimed = reserve_for(
        checkout.order_id,
        command.claims,
        needs.claimable,
        customer=checkout.customer,
        settled=True,
        at=command.at,
    )
    return Plan(answer=answer, writes=(*order.writes(), *opened.writes(), *moved, *claimed))


def _paid(command: SellAtCounter, order: Order, payout: Notice | None) -> Draft[Payment, PaymentOpened, PaymentNoticed]:
    """Return the payment of the sale with what the till took and what it is to give back; empty when there is none."""
    notices = command.notices if payout is None else (*command.notices, payout)
    payment = PAYMENT.draft(None)
    return (
        payment.add(open_payment(order.id, currency=order.currency, notices=notices, at=command.at))
        if notices
        else payment
    )


def _handed_over(
    command: SellAtCounter, units: tuple[StockUnits, ...], stock: StockFound
) -> tuple[Write[StockItem], ...]:
    """Return the one movement of each stock.

    Raises:
        StockShort: It lists every shortage; a stock that nobody keeps has nothing.
    """
    found: dict[StockKey, Versioned[StockItem]] = {item.value.id: item for item in stock.values()}
    hands = {key: max(in_hand(item.value), 0) for key, item in found.items()}
    short = tuple(
        Shortage(stock=each.stock, wanted=each.quantity, available=hands.get(each.stock, 0))
        for each in units
        if each.quantity > hands.get(each.stock, 0)
    )
    if short:
        raise StockShort(shortages=short)
    return tuple(
        write
        for each in units
        for write in STOCK.write(
            found[each.stock],
            inventory.sell(
                found[each.stock].value, quantity=each.quantity, order=command.checkout.order_id, at=command.at
            ),
        )
    )


def sell_at_counter(command: SellAtCounter, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[SoldAtCounter]:
    """Read the stock that is sold and sell it.

    Args:
        command: What is sold and what the till took.
        policy: The timers of the day; bind another with `functools.partial`.
    """
    order = yield from lookup(ORDER, command.checkout.order_id)
    stock = yield from get_many(STOCK, (line.stock for line in command.checkout.lines))
    wanted = command.claims
    claimable = (yield from promotional_needs(command.checkout.order_id, wanted)) if wanted.any else NOTHING_CLAIMED
    needs = SellAtCounterNeeds(order=order, stock=stock, claimable=claimable)
    return plan_sell_at_counter(command, needs, policy=policy)
