"""The public cases of payments: what gateways told, the derived status, and the one balance.

Amounts are taken as major units. Other systems keep several payments of an order, each with a status; here all that
was told are notices of one payment, each under a reference of its own. Their words are translated in `words`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ecomops.orders import ORDER, PAYMENT, Operation, Order, Outcome, Payment, Status
from ecomops.orders.balance import balance, owed, refund_due
from ecomops.orders.order import OrderPaid
from ecomops.orders.payments import PaymentStatus, net, status, total
from ecomops.testing import NOON, a_checkout, a_discount, a_line, a_service, cny
from tests.conformance.case_files import Case, cases, numbers
from tests.conformance.shop import Shop, a_told
from tests.conformance.words import CHARGE_STATUS, NOTICES, PAYMENT_STATUS

EACH = 10
"""What a payment brings of which a case names no amount."""

Told = Mapping[str, Any]
"""What one payment of another system tells: amount by word."""


def a_shop(due: object, *, granted: str = "0") -> Shop:
    """Return a shop with one order of one line, of which *granted* is taken off."""
    shop = Shop()
    shop.keep(2)
    shop.place(a_checkout(a_line(gross=str(due), discounts=(a_discount(granted),))))
    return shop


def tell(shop: Shop, payments: Sequence[Told]) -> None:
    """Tell the shop of each payment, under a reference of its own."""
    for number, payment in enumerate(payments):
        for word, amount in payment.items():
            shop.hear(word, cny(str(amount)), reference=f"r-{number}")


def their_word(shop: Shop) -> str:
    """Return what Sylius and Medusa call the state of the payment and of the order."""
    order, payment = shop.order(), shop.payment()
    word = PAYMENT_STATUS[None if payment is None else status(payment), order.settled]
    return "authorized" if word == "partially_authorized" and authorised(payment) >= order.due.minor else word


def authorised(payment: Payment | None) -> int:
    """Return what is authorised and not voided, in minor units."""
    assert payment is not None
    return (total(payment, Operation.AUTHORISE) - total(payment, Operation.VOID)).minor


@cases("PAY-004")
def test_what_a_gateway_told_adds_up(case: Case) -> None:
    """Sums are gross here; theirs take what is captured or under way off the authorisation, refunds off the charge."""
    events, then = case["given"]["events"], {word: cny(str(amount)) for word, amount in case["then"].items()}
    shop = a_shop(events[0][1])
    tell(shop, [{word: amount} for word, amount in events])
    payment = shop.payment()
    assert payment is not None
    captured, capturing = total(payment, Operation.CAPTURE), total(payment, Operation.CAPTURE, Outcome.REQUESTED)
    refunding = total(payment, Operation.REFUND, Outcome.REQUESTED)
    assert total(payment, Operation.AUTHORISE) - captured - capturing == then["authorized"]
    assert (capturing, refunding) == (then["charge_pending"], then["refund_pending"])
    assert total(payment, Operation.REFUND) == then["refunded"]
    assert net(payment) - refunding == then["charged"]
    assert owed(shop.order()) - balance(shop.order(), payment) == then["charged"]


@cases("PAY-007")
def test_an_order_is_paid_by_the_capture_that_covers_it(case: Case) -> None:
    """Captured at is the instant of the event that says so: nothing at the first half, paid at the second."""
    first, second = numbers(case)
    shop = a_shop(case["given"]["authorised"])
    tell(shop, [{"auth_ok": case["given"]["authorised"]}])
    assert not shop.tell(a_told(Operation.CAPTURE, cny(str(first)), reference="first")).settled
    captured_at = NOON.add(minutes=1)
    shop.tell(a_told(Operation.CAPTURE, cny(str(second)), reference="second", at=captured_at))
    captured = cny(str(case["then"]["captured"]))
    assert case["then"]["captured_at"] == "set"
    assert shop.log(ORDER, "o-1")[1:] == [OrderPaid(order_id=shop.order().id, amount=captured, at=captured_at)]


@cases("PAY-011")
def test_a_capture_told_again_changes_nothing(case: Case) -> None:
    """The poll that tells what the webhook told is another command about the same reference: no event comes of it."""
    assert case["given"]["captured"] == "full"
    shop = a_shop(EACH)
    shop.pay()
    before = shop.payment(), shop.log(ORDER, "o-1"), shop.log(PAYMENT, "o-1")
    assert shop.pay().net == cny(str(EACH))
    assert (shop.payment(), shop.log(ORDER, "o-1"), shop.log(PAYMENT, "o-1")) == before


@cases("PAY-012")
def test_money_for_a_cancelled_payment_is_taken_and_given_back(case: Case) -> None:
    """On purpose otherwise (a payment is the set of its notices): what happened is not refused, it is owed back."""
    assert case["then"] == {"error": "canceled"}
    shop = a_shop(EACH)
    tell(shop, [{case["given"]["status"]: EACH}])
    shop.cancel()
    taken = shop.pay()
    assert (taken.payment, taken.settled) == (PaymentStatus.CAPTURED, False)
    assert taken.refund_due == refund_due(shop.order(), shop.payment()) == cny(str(EACH))
    assert shop.order().status is Status.CANCELLED


@cases("AGG-002", "AGG-004", "AGG-005", "AGG-006")
def test_the_status_of_payments_told_by_amount(case: Case) -> None:
    """Sylius gives the total and the amounts of each state; an order that owes nothing is settled when placed."""
    given = case["given"]
    shop = a_shop(given["total"])
    tell(shop, [{word: amount} for word in NOTICES for amount in given.get(word, [])])
    assert their_word(shop) == case["then"]["status"]


@cases("AGG-007", "AGG-008", "AGG-012", "AGG-014", "AGG-016", "AGG-017", "AGG-018")
def test_the_status_of_payments_told_one_by_one(case: Case) -> None:
    """Medusa gives payments and no total: the order owes what they are for, those called off left out."""
    payments = [medusa(payment) for payment in case["given"]["payments"]]
    live = [next(iter(payment.values())) for payment in payments if "canceled" not in payment]
    shop = a_shop(sum(live) or EACH)
    tell(shop, payments)
    assert their_word(shop) == case["then"]["status"]


def medusa(payment: str | Mapping[str, Any]) -> Told:
    """Return what one of Medusa's payments tells."""
    if isinstance(payment, str):
        return {payment: EACH}
    moved = {word: payment[word] for word in ("captured", "refunded") if word in payment}
    return {payment["s"]: payment.get("amount", EACH), **moved}


@cases("CHG-003", "CHG-005")
def test_the_charge_status_against_what_is_due(case: Case) -> None:
    """A granted refund is an amount taken off what is due: charged is measured against total less granted."""
    given = case["given"]
    shop = a_shop(given["order_total"], granted=given["granted_refunds"])
    charged, due = cny(given["charged"]), cny(given["order_total"]) - cny(given["granted_refunds"])
    assert shop.order().due == due
    if charged.minor:
        shop.tell(a_told(Operation.CAPTURE, charged))
    assert their_word(shop) == CHARGE_STATUS[case["then"]["status"]]
    shop.tell(a_told(Operation.CAPTURE, due - charged, reference="rest"))
    assert their_word(shop) == CHARGE_STATUS["full"]


def solidus(given: Case) -> Shop:
    """Return a shop with Solidus' order: its items, its shipping as a service line, an adjustment as a discount."""
    shop = Shop()
    shop.keep(len(given["items"]))
    adjusted = a_discount(str(-given.get("item_adjustment", 0)))
    lines = [a_line(id=f"l-{n}", gross=str(item)) for n, item in enumerate(given["items"])]
    lines[0] = a_line(id="l-0", gross=str(given["items"][0]), discounts=(adjusted,))
    placed = shop.place(a_checkout(*lines, services=(a_service(gross=str(given["shipping"])),)))
    assert placed.due + adjusted.amount == cny(str(given["total"]))
    return shop


def outstanding(order: Order, payment: Payment | None) -> str:
    """Return the balance as Solidus writes it, in whole major units."""
    return str(balance(order, payment)).removesuffix(".00 CNY")


@cases("BAL-001", "BAL-002", "BAL-003", "BAL-004", "BAL-007", "BAL-013")
def test_the_outstanding_balance(case: Case) -> None:
    """Worth of what the buyer keeps less what was given net: money refunded on a standing order is owed again."""
    given = case["given"]
    shop = solidus(given)
    words = {"completed": given["payments"], "refund_ok": given.get("refunds", 0)}
    tell(shop, [{word: amount} for word, amount in words.items() if amount])
    if given.get("order") == "cancelled":
        shop.cancel()
    assert outstanding(shop.order(), shop.payment()) == str(case["then"]["balance"])


@cases("BAL-007")
def test_the_balance_does_not_ask_whether_refund_or_cancellation_came_first(case: Case) -> None:
    """Between the two all that was paid is to be given back; after both nothing is owed by anybody."""
    given = case["given"]
    shop = solidus(given)
    tell(shop, [{"completed": given["payments"]}])
    assert shop.cancel().refund_due == cny(str(given["refunds"]))
    tell(shop, [{"refund_ok": given["refunds"]}])
    assert outstanding(shop.order(), shop.payment()) == str(case["then"]["balance"])


@cases("RFD-003")
def test_money_of_one_order_is_not_refunded_for_another(case: Case) -> None:
    """A payment belongs to the order whose id it has; what is due back for another order cannot be read off it."""
    assert case["then"] == {"error": "payment/order mismatch"}
    shop = a_shop(EACH)
    shop.pay()
    shop.place(a_checkout(order_id="o-2"))
    with shop.refuses("payment.wrong_order") as context:
        refund_due(shop.order("o-2"), shop.payment("o-1"))
    assert context == {"payment": "o-1", "order": "o-2"}
