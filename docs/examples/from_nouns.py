"""The second of four reconciliations: the totals from the rows that the store holds when all is over.

It reads orders, payments, cases and stock as they stand, and never the log: what was bought is told by the rungs of the
lines, what came in by the payments, what went back by the cases, what left by the stock. Orders that were cancelled,
with all that was paid for them, are none; what came back counts as sold.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from books import Books
from ecomops.inventory import STOCK
from ecomops.orders import AFTERSALE, ORDER, PAYMENT, Order, Rung, Status
from ecomops.orders.payments import Operation, net, total
from totals import Totals


def totals(books: Books) -> Totals:
    """Return the totals of all orders in *books*."""
    kept = {id: row.value for id, row in books.rows(ORDER).items() if row.value.status is not Status.CANCELLED}
    orders = list(kept.values())
    payments = [row.value for id, row in books.rows(PAYMENT).items() if id in kept]
    coupons = sum(tender.amount.minor for order in orders for tender in order.tenders)
    back = sum(row.value.amount.minor for row in books.rows(AFTERSALE).values() if row.value.amount)
    steps = _steps(orders)
    return Totals(
        orders=len(orders),
        goods_lines=sum(1 for order in orders for line in order.lines if line.received),
        service_lines=sum(len(order.services) for order in orders),
        units=sum(row.value.shipped for row in books.rows(STOCK).values()),
        gross=steps["gross"],
        loyalty=steps["loyalty"],
        match=steps["match"],
        revenue=steps["gross"] - steps["loyalty"] - steps["match"],
        coupons=coupons,
        cash=sum(net(payment).minor for payment in payments) + back,
        paid_out=sum(total(payment, Operation.REFUND).minor for payment in payments) - back,
    )


def _steps(orders: Iterable[Order]) -> Counter[str]:
    """Return what the lines cost before, and what each discount and tender took off them."""
    sums: Counter[str] = Counter()
    for first, *rest in _ladders(orders):
        left = first.left.minor
        sums[first.source] += left
        for rung in rest:
            sums[rung.source] += left - rung.left.minor
            left = rung.left.minor
    return sums


def _ladders(orders: Iterable[Order]) -> Iterator[tuple[Rung, ...]]:
    for order in orders:
        yield from (line.rungs for line in order.lines)
        yield from (service.rungs for service in order.services)
