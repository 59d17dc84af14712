"""The one balance that drives money: what the order is worth to the buyer less what was given net."""

from ecomops.kernel import CurrencyMismatch, Money
from ecomops.orders.errors import WrongOrder
from ecomops.orders.order import Order, Status
from ecomops.orders.payments import Payment, Sums, sums


def owed(order: Order) -> Money:
    """Return what the gateway is to bring for *order*, fees of returns included: nothing once it is cancelled.

    Tenders of a cancelled order go back to their funders, not over the gateway.
    """
    if order.status is Status.CANCELLED:
        return Money.zero(order.currency)
    return order.due if order.fees is None else order.due + order.fees


def balance(order: Order, payment: Payment | None, *, found: Sums | None = None) -> Money:
    """Return what the buyer still owes; negative is what the shop owes, refunds under way counted as given.

    Args:
        order: The order.
        payment: Its payment; None before the first notice.
        found: The sums of the payment, of a caller who has them; None adds them up.

    Raises:
        WrongOrder: The payment is of another order.
        CurrencyMismatch: It is in another currency.
    """
    if payment is None:
        return owed(order)
    if str(payment.id) != str(order.id):
        raise WrongOrder(payment=payment.id, order=order.id)
    if payment.currency is not order.currency:
        raise CurrencyMismatch(left=order.currency, right=payment.currency)
    found = sums(payment) if found is None else found
    return Money(owed(order).minor - (found.net - found.refunding), order.currency)


def refund_due(order: Order, payment: Payment | None, *, found: Sums | None = None) -> Money:
    """Return what is to be paid back: for a cancelled order, for money beyond what is due; never negative.

    Its arguments are those of `balance`.

    Example:
        >>> from ecomops.testing import a_notice, a_payment, an_order
        >>> order = an_order(gross="8.00")
        >>> str(refund_due(order, a_payment(a_notice(amount="10.00"), order=order.id)))
        '2.00 CNY'
    """
    open_balance = balance(order, payment, found=found)
    return Money(max(0, -open_balance.minor), open_balance.currency)
