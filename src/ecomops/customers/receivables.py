"""What customers owe, as entries of the journal: an order is owed for, paid, called off, and money goes back.

Pure and without memory: the host posts an entry for each happening, and the balances of all entries tell what every
order still owes. A caller that posts each happening once has books that agree with `orders.balance`.
"""

from collections.abc import Iterable

from pendulum import DateTime

from ecomops.kernel import Currency, Entry, Money, Posting, balances
from ecomops.terms import OrderId

SALES = "sales"
"""The account against which what is due for orders is posted."""

GATEWAY = "gateway"
"""The account on which money that payments brought stands."""


def receivable(order: OrderId) -> str:
    """Return the name of the account of what is owed for *order*."""
    return f"receivable:{order}"


def owe(order: OrderId, *, due: Money, at: DateTime) -> tuple[Entry, ...]:
    """Post what is due for an order that is placed; () for nothing. A negative amount is owed by the shop.

    Example:
        >>> import pendulum
        >>> day, due = pendulum.datetime(2026, 6, 18), Money.parse("9.00", "CNY")
        >>> journal = owe(OrderId("o-1"), due=due, at=day) + pay(OrderId("o-1"), amount=due, at=day)
        >>> open_items(journal)
        {}
    """
    return _moved(SALES, receivable(order), due, order, at)


def release(order: OrderId, *, due: Money, at: DateTime) -> tuple[Entry, ...]:
    """Post that so much of what was due is due no more: the order is called off, goods come back; () for nothing."""
    return owe(order, due=-due, at=at)


def pay(order: OrderId, *, amount: Money, at: DateTime) -> tuple[Entry, ...]:
    """Post money that a payment brought; a negative amount went back (refund, chargeback); () for nothing."""
    return _moved(receivable(order), GATEWAY, amount, order, at)


def _moved(giver: str, taker: str, amount: Money, order: OrderId, at: DateTime) -> tuple[Entry, ...]:
    if not amount.minor:
        return ()
    postings = (Posting(account=taker, amount=amount), Posting(account=giver, amount=-amount))
    return (Entry(postings=postings, at=at, source=order),)


def open_items(entries: Iterable[Entry]) -> dict[tuple[OrderId, Currency], Money]:
    """Return what is still owed for each order, in the order of their ids; negative is owed by the shop.

    Orders that are settled are left out.
    """
    name = receivable(OrderId("x"))[:-1]
    return {
        (OrderId(account.removeprefix(name)), unit): Money(left, unit)
        for (account, unit), left in balances(entries).items()
        if unit is not None and account.startswith(name)
    }
