"""The third of four reconciliations: the totals from the log, event by event, as any reader of it would.

It never looks at a row: orders count when they are paid, goods when they leave, money when a notice tells of it; what
is paid for a cancelled order is none of it, and what a case gives back counts as kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from ecomops.inventory.stock import StockShipped
from ecomops.kernel import History
from ecomops.orders.aftersales import CaseRefunded
from ecomops.orders.order import OrderCancelled, OrderPaid, OrderPlaced, OrderShipped
from ecomops.orders.payments import Notice, Operation, Outcome, PaymentNoticed, PaymentOpened
from ecomops.orders.rungs import StepKind
from totals import Totals

AT_ONCE = 10_000
"""How many events are read at once."""


def totals(history: History) -> Totals:
    """Return the totals of all orders that *history* tells of."""
    seen: Counter[str] = Counter()
    notices: dict[tuple[str, Operation, str], Notice] = {}
    waiting: dict[str, OrderPlaced] = {}
    cancelled: set[str] = set()
    for event in _events(history):
        match event:
            case StockShipped():
                seen["units"] += event.quantity
            case OrderPlaced():
                waiting[event.order_id] = event
            case OrderPaid():
                _sold(seen, waiting.pop(event.order_id))
            case OrderCancelled():
                cancelled.add(event.order_id)
            case CaseRefunded():
                seen["back"] += event.amount.minor
            case OrderShipped():
                seen["goods_lines"] += len(event.units)
            case PaymentOpened():
                notices |= {(event.id, each.operation, each.reference): each for each in event.notices}
            case PaymentNoticed(notice=notice):
                notices[event.id, notice.operation, notice.reference] = notice
            case _:
                pass
    kept = [notice for (order, _, _), notice in notices.items() if order not in cancelled]
    captured, refunded = (_moved(kept, operation) for operation in (Operation.CAPTURE, Operation.REFUND))
    paid_out = refunded - seen["back"]
    return Totals(
        orders=seen["orders"],
        goods_lines=seen["goods_lines"],
        service_lines=seen["service_lines"],
        units=seen["units"],
        gross=seen["gross"],
        loyalty=seen["loyalty"],
        match=seen["match"],
        revenue=seen["revenue"],
        coupons=seen["manufacturer_coupon"],
        cash=captured - paid_out,
        paid_out=paid_out,
    )


def _events(history: History) -> Iterator[object]:
    """Yield every event of the log."""
    position = -1
    while batch := history.after(position, AT_ONCE):
        position = batch[-1].position
        for recorded in batch:
            yield recorded.event


def _sold(seen: Counter[str], placed: OrderPlaced) -> None:
    """Count an order, and what its lines cost before and after each step."""
    seen["orders"] += 1
    seen["service_lines"] += len(placed.services)
    seen["manufacturer_coupon"] += placed.excess.minor
    for rungs in chain((line.rungs for line in placed.lines), (service.rungs for service in placed.services)):
        seen["gross"] += rungs[0].left.minor
        seen["revenue"] += min(rung.left.minor for rung in rungs if rung.kind is not StepKind.TENDER)
        for above, below in pairwise(rungs):
            seen[below.source] += above.left.minor - below.left.minor


def _moved(notices: Iterable[Notice], operation: Operation) -> int:
    """Return how much money *operation* moved."""
    succeeded = (each for each in notices if each.outcome is Outcome.SUCCEEDED)
    return sum(each.amount.minor for each in succeeded if each.operation is operation)
