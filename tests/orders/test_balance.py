"""The balance: what the buyer still owes, and what the shop owes."""

import pytest

from ecomops import orders
from ecomops.kernel import Currency, CurrencyMismatch, Money
from ecomops.orders import DEFAULT_POLICY, ORDER, CancelReason, Checkout, Notice, Operation, Order, Outcome, PaymentId
from ecomops.orders.balance import balance, owed, refund_due
from ecomops.orders.errors import WrongOrder
from ecomops.orders.payments import PAYMENT, open_payment
from ecomops.terms import OrderId, Tender, TenderKind
from ecomops.testing import NOON, a_checkout, a_line, a_notice, a_paid_order, a_payment, an_order, cny

EXCEEDED = a_checkout(a_line(gross="5.00"), tenders=(Tender(kind=TenderKind.MANUFACTURER_COUPON, amount=cny("8.00")),))


def told(operation: str, outcome: str = "succeeded", amount: str = "10.00") -> Notice:
    """Return a notice in the words of a gateway, each operation under its own reference."""
    return a_notice(
        operation=Operation(operation), outcome=Outcome(outcome), amount=amount, reference=f"{operation}-{outcome}"
    )


def cancelled(checkout: Checkout | None = None) -> Order:
    """Return an order that was called off."""
    order = an_order(checkout)
    return ORDER.fold(order, orders.cancel(order, reason=CancelReason.SHOP, at=NOON))


def test_an_order_owes_what_is_due_until_it_is_cancelled() -> None:
    """Paying it does not change what it owes, calling it off does; what tenders exceed is owed to the buyer."""
    assert owed(an_order()) == owed(a_paid_order()) == cny("10.00")
    assert owed(cancelled()) == cny("0.00")
    assert owed(an_order(EXCEEDED)) == cny("-3.00")
    assert owed(cancelled(EXCEEDED)) == cny("0.00")


@pytest.mark.parametrize(
    ("order", "notices", "open_balance", "back"),
    [
        (an_order(), None, "10.00", "0.00"),
        (an_order(), (), "10.00", "0.00"),
        (an_order(), (told("authorise"),), "10.00", "0.00"),
        (an_order(), (told("capture", "requested"),), "10.00", "0.00"),
        (an_order(), (told("capture", amount="4.00"),), "6.00", "0.00"),
        (a_paid_order(), (told("capture"),), "0.00", "0.00"),
        (a_paid_order(), (told("capture", amount="10.01"),), "-0.01", "0.01"),
        # a refund under way counts as given, a failed or reversed one is due again
        (a_paid_order(), (told("capture", amount="12.00"), told("refund", "requested", "2.00")), "0.00", "0.00"),
        (a_paid_order(), (told("capture", amount="12.00"), told("refund", "requested", "1.50")), "-0.50", "0.50"),
        (a_paid_order(), (told("capture", amount="12.00"), told("refund", "failed", "2.00")), "-2.00", "2.00"),
        (a_paid_order(), (told("capture", amount="12.00"), told("refund", "reversed", "2.00")), "-2.00", "2.00"),
        (a_paid_order(), (told("capture", amount="12.00"), told("refund", amount="2.00")), "0.00", "0.00"),
        # what was given beyond what was owed is owed by the buyer, never clipped
        (a_paid_order(), (told("capture"), told("refund", amount="4.00")), "4.00", "0.00"),
        (a_paid_order(), (told("capture"), told("chargeback")), "10.00", "0.00"),
        (a_paid_order(), (told("capture"), told("chargeback"), told("refund", "requested", "1.00")), "11.00", "0.00"),
        (a_paid_order(), (told("capture"), told("chargeback", "requested")), "0.00", "0.00"),
        # money for a cancelled order
        (cancelled(), None, "0.00", "0.00"),
        (cancelled(), (told("capture"),), "-10.00", "10.00"),
        (cancelled(), (told("capture"), told("refund", amount="4.00")), "-6.00", "6.00"),
        (cancelled(), (told("capture"), told("chargeback")), "0.00", "0.00"),
        # what tenders exceed is paid out
        (an_order(EXCEEDED), None, "-3.00", "3.00"),
        (an_order(EXCEEDED), (told("refund", "requested", "3.00"),), "0.00", "0.00"),
        (an_order(EXCEEDED), (told("refund", amount="3.00"),), "0.00", "0.00"),
        (an_order(EXCEEDED), (told("refund", "failed", "3.00"),), "-3.00", "3.00"),
        (cancelled(EXCEEDED), (told("refund", amount="3.00"),), "3.00", "0.00"),
    ],
)
def test_the_balance_is_what_is_owed_less_what_was_given_net(
    order: Order, notices: tuple[Notice, ...] | None, open_balance: str, back: str
) -> None:
    """Positive is owed by the buyer, negative by the shop; only the latter is a refund that is due."""
    payment = None if notices is None else a_payment(*notices)
    assert balance(order, payment) == cny(open_balance)
    assert refund_due(order, payment) == cny(back)


def test_the_payment_of_another_order_is_refused() -> None:
    """Both ids are named."""
    with pytest.raises(WrongOrder) as refusal:
        refund_due(an_order(), a_payment(order=OrderId("o-2")))
    assert refusal.value.code == "payment.wrong_order"
    assert refusal.value.context == {"payment": PaymentId("o-2"), "order": OrderId("o-1")}


def test_a_payment_in_another_currency_is_refused() -> None:
    """Currencies do not mix, not even when nothing was paid."""
    payment = PAYMENT.replay(open_payment(OrderId("o-1"), currency=Currency.USD, notices=(), at=NOON))
    with pytest.raises(CurrencyMismatch) as refusal:
        balance(an_order(), payment)
    assert refusal.value.context == {"left": Currency.CNY, "right": Currency.USD}


def test_a_settled_order_with_its_money_owes_nothing() -> None:
    """What settles an order is what closes its balance."""
    order = an_order()
    payment = a_payment(told("capture"))
    paid = ORDER.fold(order, orders.settle(order, captured=balance(order, None), at=NOON))
    shipped = ORDER.fold(paid, orders.ship(paid, policy=DEFAULT_POLICY, at=NOON))
    assert balance(shipped, payment) == Money.zero(Currency.CNY)
