"""Orders and events of which the tests of the order are made."""

from datetime import timedelta

from attrs import evolve
from pendulum import DateTime

from ecomops import orders
from ecomops.orders import DEFAULT_POLICY, CancelReason, Checkout, Line, LineUnits, OrderPolicy, Status
from ecomops.orders.order import OrderAdopted, OrderCancelled, OrderClosed, OrderPaid, OrderReceived, OrderShipped
from ecomops.terms import CustomerId, LineId, OrderId, TenderKind
from ecomops.testing import NOON, Given, Outcome, a_checkout, a_line, an_order, cny

O1 = OrderId("o-1")
LATER = NOON.add(hours=1)
CONFIRM_BY = LATER.add(days=10)
NO_WINDOW = OrderPolicy(return_window=timedelta(0))
COUPON = TenderKind.MANUFACTURER_COUPON
BASKET = a_checkout(a_line(id="tea", quantity=3, gross="9.00"), a_line(id="cup", quantity=1, gross="1.00"))

PAID = OrderPaid(order_id=O1, amount=cny("10.00"), at=LATER)
CANCELLED = OrderCancelled(order_id=O1, reason=CancelReason.SHOP, at=LATER)
CLOSED = OrderClosed(order_id=O1, at=LATER)

Timed = OrderCancelled | OrderReceived | OrderClosed


def units(**quantities: int) -> tuple[LineUnits, ...]:
    """Return so many units of the lines named."""
    return tuple(LineUnits(line=LineId(line), quantity=quantity) for line, quantity in quantities.items())


def counted(lines: tuple[Line, ...], *counters: tuple[int, int]) -> tuple[Line, ...]:
    """Return *lines* with their (shipped, received) counters set."""
    return tuple(
        evolve(line, shipped=shipped, received=received)
        for line, (shipped, received) in zip(lines, counters, strict=True)
    )


def adopted(
    status: Status, *counters: tuple[int, int], due_at: DateTime | None = None, checkout: Checkout = BASKET
) -> OrderAdopted:
    """Return the event that takes an order over in *status*, its lines with these (shipped, received) counters."""
    order = an_order(checkout)
    return OrderAdopted(
        order_id=order.id,
        customer=CustomerId("u-1"),
        status=status,
        currency=order.currency,
        lines=counted(order.lines, *counters) if counters else order.lines,
        services=order.services,
        tenders=order.tenders,
        excess=order.excess,
        due=order.due,
        placed_at=NOON.subtract(days=3),
        due_at=due_at,
        at=NOON,
    )


def shipment(confirm_by: DateTime = CONFIRM_BY, **quantities: int) -> OrderShipped:
    """Return the event of units that left an hour after noon, without a carrier."""
    return OrderShipped(order_id=O1, units=units(**quantities), carrier=None, confirm_by=confirm_by, at=LATER)


def receipt(close_at: DateTime | None, *, return_by: DateTime | None = None) -> OrderReceived:
    """Return the event of a receipt an hour after noon; what arrived may be asked back until *return_by*."""
    return OrderReceived(order_id=O1, close_at=close_at, return_by=return_by, at=LATER)


def placing(checkout: Checkout, at: DateTime = NOON) -> Outcome[object]:
    """Return what came of placing *checkout*."""
    return Given(checkout).when(orders.place, policy=DEFAULT_POLICY, at=at)
