"""The second of three reconciliations: the totals from the rows that the store holds when all is over.

It reads orders, payments and stock as they stand, and never the log: what was bought is told by the rungs of the
lines, what is owed by the orders, what came in by the payments, what left by the stock.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from books import Books
from ecomops.inventory import STOCK
from ecomops.orders import ORDER, PAYMENT, Order, Rung
from ecomops.orders.payments import Operation, net, total
from totals import Totals


def totals(books: Books) -> Totals:
    """Return the totals of all orders in *books*."""
    orders = [row.value for row in books.rows(ORDER).values()]
    payments = [row.value for row in books.rows(PAYMENT).values()]
    coupons = sum(tender.amount.minor for order in orders for tender in order.tenders)
    steps = _steps(orders)
    return Totals(
        orders=len(orders),
        goods_lines=sum(1 for order in orders for line in order.lines if line.received),
        service_lines=sum(len(order.services) for order in orders),
        units=sum(row.value.shipped for row in books.rows(STOCK).values()),
        gross=steps["gross"],
        loyalty=steps["loyalty"],
        match=steps["match"],
        revenue=sum(order.due.minor for order in orders) + coupons,
        coupons=coupons,
        cash=sum(net(payment).minor for payment in payments),
        paid_out=sum(total(payment, Operation.REFUND).minor for payment in payments),
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
