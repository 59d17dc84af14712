"""The public cases of orders: the table, cancellation, the unpaid timer, shipment and receipt, the worth of a unit."""

from datetime import timedelta
from fractions import Fraction

import pytest

from ecomops.kernel import Currency, Money, later
from ecomops.orders import DEFAULT_POLICY, LIFECYCLE, ORDER, Excess, Order, OrderPolicy, Status
from ecomops.orders.balance import owed
from ecomops.orders.fulfilment import fulfilment
from ecomops.orders.payments import PaymentStatus
from ecomops.orders.rungs import Line, StepKind, worth_of
from ecomops.terms import LineId
from ecomops.testing import NOON, a_checkout, a_discount, a_line, a_service, cny
from tests.conformance.case_files import Case, cases, numbers
from tests.conformance.shop import Shop
from tests.conformance.words import FULFILMENT, ORDER_STATUS, PARCEL


def a_paid_order(*lines: tuple[str, int], on_hand: int = 10) -> Shop:
    """Return a shop with one paid order of so many units of each line."""
    shop = Shop()
    shop.keep(on_hand)
    shop.place(a_checkout(*(a_line(id=id, quantity=quantity) for id, quantity in lines)))
    shop.pay()
    return shop


@cases("ORD-003", "ORD-006")
def test_the_next_states(case: Case) -> None:
    """The other statuses that the table reaches are theirs, but for the words that name no status of an order here."""
    state = ORDER_STATUS[case["given"]["state"]]
    assert state is not None
    allowed = {ORDER_STATUS[word] for word in case["then"]["allowed"]} - {None}
    assert {LIFECYCLE.after(state, event) for event in LIFECYCLE.may(state)} - {state} == allowed - {state}
    assert LIFECYCLE.is_final(state) is (not allowed)


@cases("ORD-003")
def test_authorised_is_a_status_of_the_payment(case: Case) -> None:
    """Their state PaymentAuthorized is read off the notices; the order still awaits its payment."""
    assert "PaymentAuthorized" in case["then"]["allowed"]
    shop = Shop()
    shop.keep(1)
    due = shop.place(a_checkout()).due
    assert [taken.payment for taken in shop.hear("authorized", due)] == [PaymentStatus.AUTHORISED]
    assert shop.order().status is ORDER_STATUS[case["given"]["state"]]


@cases("ORD-010")
def test_how_far_an_order_has_come(case: Case) -> None:
    """The four states are derived from counters; receipt here confirms all that was shipped so far.

    So an order is received in part while some of it is still to go, and never once all of it has been shipped.
    """
    partly_shipped, shipped, partly_received, received = (FULFILMENT[word] for word in case["then"]["states"])
    first, *rest = ids = [f"l-{n}" for n in range(case["given"]["fulfilments"])]
    shop = a_paid_order(*((id, 1) for id in ids))
    assert shop.ship({first: 1}).fulfilment is partly_shipped
    assert shop.ship(dict.fromkeys(rest, 1)).fulfilment is shipped
    assert shop.receive().fulfilment is received
    shop = a_paid_order(*((id, 1) for id in ids))
    shop.ship({first: 1})
    assert shop.receive().fulfilment is partly_received
    assert shop.ship(dict.fromkeys(rest, 1)).fulfilment is partly_received
    assert shop.receive().fulfilment is received


@pytest.mark.parametrize("told", ["authorized", "completed"])
@cases("ORD-012")
def test_a_cancelled_order_owes_and_binds_nothing(case: Case, told: str) -> None:
    """Amounts stay frozen and what is owed falls to nothing, shipping included; units reserved or allocated are freed.

    They allocate when a payment is authorised, we reserve at placement and allocate at payment: both are tried.
    """
    given, then = case["given"], case["then"]
    shop = Shop()
    shop.keep(given["line_qty"])
    due = shop.place(a_checkout(a_line(quantity=given["line_qty"]), services=(a_service(),))).due
    net = shop.hear(told, due)[-1].net
    assert shop.bound() == given["allocated"]
    assert shop.cancel().refund_due == net
    assert shop.order().status is ORDER_STATUS[then["state"]]
    assert owed(shop.order()).minor == then["order_total"] == then["shipping_total"]
    assert shop.bound() == then["allocated"]


@pytest.mark.parametrize(
    "policy", [DEFAULT_POLICY, OrderPolicy(unpaid_after=timedelta(days=6))], ids=["default", "6 days"]
)
@cases("ORD-015")
def test_only_an_order_that_stayed_unpaid_is_cancelled_by_time(case: Case, policy: OrderPolicy) -> None:
    """One that was paid is left alone, refunded since or not; so is one just placed; a cart is no order here.

    Policy: an unpaid order closes after 30 minutes, and the instant of the deadline counts.
    """
    now = NOON.add(days=30)
    unpaid = next(order["unpaid_days"] for order in case["given"]["orders"] if "unpaid_days" in order)
    shop = Shop(policy=policy)
    shop.keep(10)
    for order in case["given"]["orders"]:
        state, id = order.get("state", "new"), str(order["id"])
        if state == "cart":
            continue
        at = now if state == "just placed unpaid" else now.subtract(days=unpaid)
        due = shop.place(a_checkout(order_id=id), at=at).due
        shop.hear(state, due, order=id, at=at)
    deadline = later(now.subtract(days=unpaid), policy.unpaid_after)
    assert shop.pass_time(later(deadline, -timedelta(microseconds=1))) == []
    assert [elapsed.happened for elapsed in shop.pass_time(now)] == [("order.cancelled",)]
    cancelled = [int(id) for id, row in shop.store.rows(ORDER).items() if row.value.status is Status.CANCELLED]
    assert cancelled == case["then"]["cancelled"]


@cases("FUL-009")
def test_more_than_is_still_to_go_is_not_shipped(case: Case) -> None:
    """The order's own counters refuse it (policy: over-ship), though the goods lie there; nothing moves."""
    first, second = numbers(case)
    quantity = case["given"]["line_qty"]
    shop = a_paid_order(("l-1", quantity), on_hand=first + second)
    assert case["then"] == {"first": "ok", "second": "error invalid shipping event"}
    shop.ship({"l-1": first})
    with shop.refuses("order.over_shipped") as context:
        shop.ship({"l-1": second})
    assert context == {"lines": (Excess(line=LineId("l-1"), wanted=second, open=quantity - first),)}


@cases("AGG-020", "AGG-023", "AGG-027", "AGG-029")
def test_the_status_of_parcels(case: Case) -> None:
    """A parcel is what has left: one that is packed is nothing yet, and one called off has moved no counter."""
    parcels = [PARCEL[word] for word in case["given"]["fulfilments"]]
    received = sum(parcel.received for parcel in parcels)
    shop = a_paid_order(("l-1", sum(parcel.units for parcel in parcels)))
    if received:
        shop.ship({"l-1": received})
        shop.receive()
    if under_way := sum(parcel.shipped for parcel in parcels) - received:
        shop.ship({"l-1": under_way})
    assert fulfilment(shop.order()) is FULFILMENT[case["then"]["status"]]


def paid_for(line: Line, *, start: int, end: int) -> Money:
    """Return what the buyer paid for a run of units: the default refund of a return without fees."""
    gross, *taken = worth_of(line, start=start, end=end)
    assert gross.kind is StepKind.GROSS
    return gross.amount - Money.total((part.amount for part in taken), gross.amount.currency)


def an_order_of(unit: int, quantity: int, *, discount: str = "0") -> Order:
    """Return an order of one line, of which *discount* is taken off."""
    shop = Shop()
    shop.keep(quantity)
    line = a_line(quantity=quantity, gross=str(unit * quantity), discounts=(a_discount(discount),))
    shop.place(a_checkout(line))
    return shop.order()


@cases("RFD-007", "RFD-013")
def test_the_worth_of_returned_units(case: Case) -> None:
    """Units are worth their part of the frozen line; a line that costs nothing divides by nothing."""
    quantity = case["given"]["line"]["qty"]
    (line,) = an_order_of(case["given"]["line"]["unit"], quantity).lines
    (units,) = numbers(case) or [quantity]
    assert paid_for(line, start=0, end=units) == cny(str(case["then"]["refund"]))


@cases("RFD-008")
def test_a_unit_is_worth_whole_cents_and_all_units_the_line(case: Case) -> None:
    """On purpose otherwise (policy: shares): theirs is 96.666…, ours whole cents whose sum is what was paid."""
    quantity, unit = case["given"]["line"]["qty"], case["given"]["line"]["unit"]
    adjustment = case["given"]["order_adjustment"]
    (line,) = an_order_of(unit, quantity, discount=str(-adjustment)).lines
    exact = Fraction(unit * quantity + adjustment, quantity)
    assert case["then"]["refund"] == "96.666…"
    units = [paid_for(line, start=n, end=n + 1) for n in range(quantity)]
    assert units == [cny("96.67"), cny("96.67"), cny("96.66")]
    assert all(abs(Fraction(worth.minor, 100) - exact) < Fraction(1, 100) for worth in units)
    assert Money.total(units, Currency.CNY) == cny(str(unit * quantity + adjustment))


@cases("ISS-02")
def test_a_unit_under_a_voucher_is_worth_what_was_paid_for_it(case: Case) -> None:
    """The host prices the voucher as a discount of each line; what is paid back is read off the frozen line."""
    gross = [Money(line["unit_price_minor"] * line["qty"], Currency.CNY) for line in case["lines"]]
    percent = Fraction(case["promotions"][0]["params"]["percent"], 100)
    voucher = Money.total(gross, Currency.CNY).times(percent).split([amount.minor for amount in gross])
    shop = Shop()
    shop.keep(sum(line["qty"] for line in case["lines"]))
    lines = [
        a_line(id=line["sku"], quantity=line["qty"], gross=text(cost), discounts=(a_discount(text(off)),))
        for line, cost, off in zip(case["lines"], gross, voucher, strict=True)
    ]
    assert shop.place(a_checkout(*lines)).due.minor == case["expected"]["total_minor"]
    placed = {line.id: line for line in shop.order().lines}
    back = [paid_for(placed[each["sku"]], start=0, end=each["qty"]) for each in case["refund"]]
    assert Money.total(back, Currency.CNY).minor == case["expected"]["refund_minor"]


def text(amount: Money) -> str:
    """Return an amount as the builders take it."""
    return str(amount).removesuffix(" CNY")
