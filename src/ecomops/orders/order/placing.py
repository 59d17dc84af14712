"""Placing an order, and settling it once what is due has come."""

from pendulum import DateTime

from ecomops.kernel import Money, later
from ecomops.orders.errors import OrderEmpty
from ecomops.orders.order.deadline import what_next
from ecomops.orders.order.events import LIFECYCLE, OrderClosed, OrderPaid, OrderPlaced, OrderReceived
from ecomops.orders.order.fold import begin, evolve
from ecomops.orders.order.nouns import Checkout, Order, Status
from ecomops.orders.policy import OrderPolicy
from ecomops.orders.rungs import freeze


def place(
    checkout: Checkout, *, policy: OrderPolicy, at: DateTime
) -> tuple[OrderPlaced] | tuple[OrderPlaced | OrderPaid | OrderReceived | OrderClosed, ...]:
    """Place an order: freeze its amounts and start its payment window.

    An order that owes nothing is settled in the same decision, and closed too when it holds no goods.

    Args:
        checkout: What the buyer confirmed.
        policy: The timers of the day.
        at: When it is placed.

    Raises:
        OrderEmpty: It has neither lines nor services nor tenders.
        Repeated: Two lines have one id.
        CurrencyMismatch: An amount is not in the currency of the order.
        DiscountTooLarge: The discounts of lines exceed what they cost; every one is listed.
        UnknownLine: A tender names a line that is not there.
        OutOfRange: A total or a deadline is larger than can be kept.
    """
    if not (checkout.lines or checkout.services or checkout.tenders):
        raise OrderEmpty(id=checkout.order_id)
    frozen_lines = freeze(
        checkout.lines,
        checkout.services,
        checkout.tenders,
        order_id=checkout.order_id,
        currency=checkout.currency,
    )
    placed = OrderPlaced(
        order_id=checkout.order_id,
        customer=checkout.customer,
        currency=checkout.currency,
        lines=frozen_lines.lines,
        services=frozen_lines.services,
        tenders=checkout.tenders,
        excess=frozen_lines.excess,
        due=frozen_lines.due,
        pay_by=later(at, policy.unpaid_after),
        at=at,
    )
    nothing = Money.zero(checkout.currency)
    return (placed,) if nothing < placed.due else (placed, *settle(begin(placed), captured=nothing, at=at))


def settle(
    order: Order, *, captured: Money, at: DateTime
) -> tuple[OrderPaid | OrderReceived | OrderClosed, ...]:  # fmt: skip
    """Mark *order* paid once *captured* covers what is due; () before that, on a repeat and when it is cancelled.

    An order without goods closes at once: nothing of it can be shipped or come back. One that was taken over unpaid
    whose goods have all arrived counts as received: it waits for its return windows, or closes.

    Args:
        order: The order.
        captured: What its payment brought, less what was given back.
        at: When.

    Raises:
        CurrencyMismatch: The money is in another currency.
    """
    if order.settled or order.status is Status.CANCELLED or captured < order.due:
        return ()
    LIFECYCLE.require(order.status, OrderPaid, id=order.id)
    paid = OrderPaid(order_id=order.id, amount=captured, at=at)
    if any(line.unshipped for line in order.lines):
        return (paid,)
    then = what_next(evolve(order, paid), at=at)
    if then.due_at is not None:
        return (paid, OrderReceived(order_id=order.id, close_at=then.due_at, at=at))
    return (paid, OrderClosed(order_id=order.id, at=at)) if then.over else (paid,)
