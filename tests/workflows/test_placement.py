"""Placing an order: amounts frozen, stock bound until it is paid, shortages all told, what tenders exceed paid out."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve

from ecomops.codec import NOUNS
from ecomops.inventory import (
    RESERVATION,
    STOCK,
    Hold,
    ReservationExists,
    ReservationId,
    Shortage,
    StockItem,
    StockShort,
    reservations,
)
from ecomops.inventory.reservations import Status as ReservationStatus
from ecomops.kernel import BoundBroken, CommandId, CurrencyMismatch, Noun, OutOfRange, Repeated, Versioned
from ecomops.memory import MemoryStore
from ecomops.orders import (
    ORDER,
    PAYMENT,
    DiscountTooLarge,
    OrderEmpty,
    OrderExists,
    OrderPolicy,
    Status,
    UnknownLine,
)
from ecomops.orders.balance import balance, refund_due
from ecomops.orders.payments import Operation, Outcome, PaymentStatus, status
from ecomops.terms import OrderId, Quantity, StockKey
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_discount,
    a_line,
    a_notice,
    a_placement,
    a_service,
    a_taking,
    an_order,
    cny,
    some_stock,
)
from ecomops.workflows.placement import Placed, PlaceOrder, PlaceOrderNeeds, place_order, plan_place_order, wanted
from ecomops.workflows.settlement import take_notice
from tests.workflows.shop import (
    CUP,
    Drive,
    a_coupon,
    a_shop,
    a_shop_with,
    codes,
    do,
    dump,
    events_of,
    folded,
    found,
    put,
    the_order,
    the_payment,
    the_reservation,
    the_stock,
    units,
    written,
)

HALF_AN_HOUR_LATER = NOON.add(minutes=30)
TWO_OF_TEA = a_checkout(a_line(quantity=2))


def needs(*items: StockItem) -> PlaceOrderNeeds:
    """Return what the plan looks at when there is no such order yet."""
    return PlaceOrderNeeds(order=None, stock={item.id: found(item) for item in items})


# --- without a store ----------------------------------------------------------------------------------------------


def test_an_order_is_placed_and_its_stock_bound() -> None:
    """The plan writes the order, its reservation and a movement of each stock, in this order."""
    checkout = a_checkout(a_line(quantity=2), a_line(id="l-2", stock=CUP, quantity=1))
    plan = plan_place_order(a_placement(checkout), needs(some_stock(), some_stock(stock=CUP)))
    assert plan.answer == Placed(
        order_id=OrderId("o-1"),
        due=cny("20.00"),
        settled=False,
        pay_by=HALF_AN_HOUR_LATER,
        promised=(),
        payout=None,
    )
    assert events_of(plan.writes) == [
        ("order", "order.placed"),
        ("reservation", "reservation.opened"),
        ("stock", "stock.reserved"),
        ("stock", "stock.reserved"),
    ]
    assert [write.expected for write in plan.writes] == [None, None, 7, 7]
    assert written(plan, RESERVATION).value.holds == (Hold(stock=CUP, held=1), Hold(stock=TEA, held=2))
    assert [write.additive is not None for write in plan.writes] == [False, False, True, True]


def test_the_plan_folds_what_it_writes() -> None:
    """Each write holds the value that its events make of what was read."""
    plan = plan_place_order(a_placement(TWO_OF_TEA), needs(some_stock()))
    nouns: dict[str, Noun[Any, Any, Any]] = {noun.kind: noun for noun in NOUNS}
    assert [folded(nouns[write.kind], write) for write in plan.writes] == [write.after for write in plan.writes]


def test_the_policy_of_the_day_sets_the_window() -> None:
    """The payment window and the expiry of the claim come from the policy that is handed in."""
    policy = OrderPolicy(unpaid_after=timedelta(hours=2))
    plan = plan_place_order(a_placement(), needs(some_stock()), policy=policy)
    assert plan.answer.pay_by == NOON.add(hours=2)
    assert written(plan, RESERVATION).value.expires_at == NOON.add(hours=2)


def test_demand_of_several_lines_is_checked_together() -> None:
    """Two lines that each fit and together do not are one shortage with their sum."""
    checkout = a_checkout(a_line(quantity=6), a_line(id="l-2", quantity=5))
    assert wanted(a_placement(checkout)) == (units(11),)
    with pytest.raises(StockShort) as refusal:
        plan_place_order(a_placement(checkout), needs(some_stock(on_hand=10)))
    assert refusal.value.context == {"shortages": (Shortage(stock=TEA, wanted=11, available=10),)}


def test_every_shortage_is_listed() -> None:
    """All stocks of which too much is wanted are told at once in the order of their keys, those unknown with 0."""
    unknown = StockKey("no@where")
    checkout = a_checkout(
        a_line(quantity=4),
        a_line(id="l-2", stock=unknown, quantity=1),
        a_line(id="l-3", stock=CUP, quantity=9),
    )
    stock = needs(some_stock(on_hand=3), some_stock(stock=CUP, on_hand=9))
    with pytest.raises(StockShort) as refusal:
        plan_place_order(a_placement(checkout), stock)
    assert refusal.value.context == {
        "shortages": (
            Shortage(stock=unknown, wanted=1, available=0),
            Shortage(stock=TEA, wanted=4, available=3),
        )
    }
    assert refusal.value.code == "stock.short"


@pytest.mark.parametrize(("backorder_limit", "quantity"), [(2, 5), (None, 100), (0, 3)])
def test_what_does_not_lie_there_is_promised(backorder_limit: Quantity | None, quantity: Quantity) -> None:
    """Up to the limit units beyond what lies there are promised from supply to come, and the answer says how many."""
    item = some_stock(on_hand=3, backorder_limit=backorder_limit)
    plan = plan_place_order(a_placement(a_checkout(a_line(quantity=quantity))), needs(item))
    promised = quantity - 3
    assert plan.answer.promised == ((units(promised),) if promised else ())
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA, held=3, promised=promised),)
    assert written(plan, STOCK).value.reserved == quantity


def test_the_backorder_limit_is_kept() -> None:
    """One unit beyond what is on hand and the limit is refused with what could be had."""
    item = some_stock(on_hand=3, backorder_limit=2)
    with pytest.raises(StockShort) as refusal:
        plan_place_order(a_placement(a_checkout(a_line(quantity=6))), needs(item))
    assert refusal.value.context == {"shortages": (Shortage(stock=TEA, wanted=6, available=5),)}


def test_a_promise_is_written_exactly() -> None:
    """What was promised was read off the counters, so stock that may be oversold is compared, not added."""
    item = some_stock(on_hand=3, backorder_limit=2)
    (_, _, stock) = plan_place_order(a_placement(), needs(item)).writes
    assert stock.additive is None


def test_an_order_that_owes_nothing_is_settled_at_once() -> None:
    """When tenders cover everything the order is paid in the same plan and its stock set aside."""
    checkout = a_checkout(a_line(quantity=2), tenders=(a_coupon("10.00"),))
    plan = plan_place_order(a_placement(checkout), needs(some_stock()))
    assert plan.answer == Placed(
        order_id=OrderId("o-1"), due=cny("0"), settled=True, pay_by=NOON, promised=(), payout=None
    )
    assert events_of(plan.writes) == [
        ("order", "order.placed"),
        ("order", "order.paid"),
        ("reservation", "reservation.opened"),
        ("reservation", "reservation.allocated"),
        ("stock", "stock.reserved"),
        ("stock", "stock.allocated"),
    ]
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA, allocated=2),)
    assert written(plan, RESERVATION).value.expires_at is None


def test_what_tenders_exceed_is_paid_out() -> None:
    """Tenders beyond what is bought open a payment with a requested refund, which the answer names."""
    checkout = a_checkout(a_line(gross="10.00"), tenders=(a_coupon("12.50"),))
    plan = plan_place_order(a_placement(checkout), needs(some_stock()))
    payout = a_notice(operation=Operation.REFUND, outcome=Outcome.REQUESTED, amount="2.50", reference="o-1")
    assert (plan.answer.due, plan.answer.settled, plan.answer.payout) == (cny("-2.50"), True, payout)
    payment = written(plan, PAYMENT).value
    assert payment.notices == (payout,)
    assert status(payment) is PaymentStatus.PENDING
    assert refund_due(written(plan, ORDER).value, payment) == cny("0")


def test_an_order_without_goods_closes_at_once() -> None:
    """Tenders alone, or services that tenders cover, make an order that is over when it is placed."""
    checkout = a_checkout(services=(a_service(gross="5.00"),), tenders=(a_coupon("5.00"),))
    plan = plan_place_order(a_placement(checkout), needs())
    assert events_of(plan.writes) == [("order", "order.placed"), ("order", "order.paid"), ("order", "order.closed")]
    assert plan.answer.settled
    assert written(plan, ORDER).value.status is Status.CLOSED


def test_an_id_is_an_order_once() -> None:
    """An id under which there is an order is refused before anything else is looked at."""
    taken = PlaceOrderNeeds(order=found(an_order()), stock={})
    with pytest.raises(OrderExists) as refusal:
        plan_place_order(a_placement(), taken)
    assert (refusal.value.code, refusal.value.context) == ("order.exists", {"id": "o-1"})


# --- through a store ----------------------------------------------------------------------------------------------


def test_placed_through_a_store(drive: Drive) -> None:
    """The order awaits payment, its reservation is live and the stock counts what is bound."""
    store = a_shop()
    answer = drive(place_order, a_placement(TWO_OF_TEA), store)
    assert answer.pay_by == HALF_AN_HOUR_LATER
    assert the_order(store) == an_order(TWO_OF_TEA)
    assert the_reservation(store).status is ReservationStatus.LIVE
    assert the_reservation(store).expires_at == HALF_AN_HOUR_LATER
    assert (the_stock(store).on_hand, the_stock(store).reserved, the_stock(store).allocated) == (10, 2, 0)
    assert not store.rows(PAYMENT)


def test_a_policy_is_bound_with_partial(drive: Drive) -> None:
    """A host hands its own timers over by binding them to the use case."""
    work = partial(place_order, policy=OrderPolicy(unpaid_after=timedelta(0)))
    assert drive(work, a_placement(), a_shop()).pay_by == NOON


def test_the_last_units_go_once(drive: Drive) -> None:
    """The stock that one order has bound is not there for the next."""
    store = a_shop(on_hand=2)
    drive(place_order, a_placement(TWO_OF_TEA), store)
    before = dump(store)
    with pytest.raises(StockShort):
        drive(place_order, a_placement(a_checkout(order_id="o-2"), id="c-2"), store)
    assert dump(store) == before


def test_another_command_cannot_take_the_id(drive: Drive) -> None:
    """A second command that places an order under the same id is refused."""
    store = a_shop_with(a_placement())
    with pytest.raises(OrderExists):
        drive(place_order, a_placement(id="c-2"), store)


def test_goods_and_services(drive: Drive) -> None:
    """Services count in what is due and bind no stock; discounts lower it."""
    store = a_shop()
    checkout = a_checkout(
        a_line(gross="10.00", discounts=(a_discount("1.50"),)), services=(a_service(gross="5.00"),)
    )  # fmt: skip
    assert drive(place_order, a_placement(checkout), store).due == cny("13.50")
    assert the_stock(store).reserved == 1


def test_services_alone_await_payment(drive: Drive) -> None:
    """An order of services alone awaits payment, binds nothing, and needs no stock."""
    store = MemoryStore()
    answer = drive(place_order, a_placement(a_checkout(services=(a_service(gross="5.00"),))), store)
    assert (answer.due, answer.settled, answer.pay_by) == (cny("5.00"), False, HALF_AN_HOUR_LATER)
    assert codes(store) == ["order.placed"]


def test_tenders_alone_are_paid_out_whole(drive: Drive) -> None:
    """A coupon without goods closes the order at once and all of it is paid out."""
    store = MemoryStore()
    answer = drive(place_order, a_placement(a_checkout(tenders=(a_coupon("3.00"),))), store)
    assert (answer.due, answer.settled) == (cny("-3.00"), True)
    assert the_order(store).status is Status.CLOSED
    assert codes(store) == ["order.placed", "order.paid", "order.closed", "payment.opened"]


def test_the_gateways_refund_closes_the_payout(drive: Drive) -> None:
    """The succeeded notice with the payout's reference closes it; nothing is owed before or after."""
    store = a_shop()
    answer = drive(place_order, a_placement(a_checkout(a_line(), tenders=(a_coupon("12.50"),))), store)
    assert answer.payout is not None
    before = refund_due(the_order(store), the_payment(store))
    done = evolve(answer.payout, outcome=Outcome.SUCCEEDED, at=NOON.add(minutes=1))
    taken = drive(take_notice, a_taking(done), store)
    assert (before, taken.refund_due) == (cny("0"), cny("0"))
    assert (taken.payment, taken.net) == (PaymentStatus.PAID_OUT, cny("-2.50"))
    assert balance(the_order(store), the_payment(store)) == cny("0")


def test_a_payout_that_fails_is_due_again(drive: Drive) -> None:
    """A refund that the gateway could not carry out is money that is to be paid back."""
    store = a_shop()
    answer = drive(place_order, a_placement(a_checkout(a_line(), tenders=(a_coupon("12.50"),))), store)
    assert answer.payout is not None
    failed = evolve(answer.payout, outcome=Outcome.FAILED, at=NOON.add(minutes=1))
    assert drive(take_notice, a_taking(failed), store).refund_due == cny("2.50")


@pytest.mark.parametrize(
    ("outcome", "stands", "due_back"),
    [
        (Outcome.SUCCEEDED, PaymentStatus.PAID_OUT, "0"),
        (Outcome.FAILED, PaymentStatus.FAILED, "2.50"),
        (Outcome.REVERSED, PaymentStatus.FAILED, "2.50"),
    ],
    ids=lambda value: value.value if isinstance(value, Outcome) else "",
)
def test_a_gateway_whose_clock_is_behind_answers_too(
    drive: Drive, outcome: Outcome, stands: PaymentStatus, due_back: str
) -> None:
    """What the gateway did with a payout counts although its clock says that it was before the shop asked for it."""
    store = a_shop()
    answer = drive(place_order, a_placement(a_checkout(a_line(), tenders=(a_coupon("12.50"),))), store)
    assert answer.payout is not None
    told = evolve(answer.payout, outcome=outcome, at=NOON.subtract(seconds=1))
    taken = drive(take_notice, a_taking(told), store)
    assert (taken.payment, taken.refund_due) == (stands, cny(due_back))


def test_promised_units_stay_claimed(drive: Drive) -> None:
    """A second order is promised units on top of those that the first was."""
    store = a_shop(on_hand=1, backorder_limit=4)
    first = drive(place_order, a_placement(a_checkout(a_line(quantity=3))), store)
    second = drive(place_order, a_placement(a_checkout(a_line(quantity=2), order_id="o-2"), id="c-2"), store)
    assert (first.promised, second.promised) == ((units(2),), (units(2),))
    with pytest.raises(StockShort) as refusal:
        drive(place_order, a_placement(a_checkout(order_id="o-3"), id="c-3"), store)
    assert refusal.value.context == {"shortages": (Shortage(stock=TEA, wanted=1, available=0),)}


@pytest.mark.parametrize(
    ("placement", "error"),
    [
        (a_placement(evolve(a_checkout(), lines=())), OrderEmpty),
        (a_placement(a_checkout(a_line(), a_line())), Repeated),
        (a_placement(evolve(a_checkout(), currency=cny("1").currency.of("USD"))), CurrencyMismatch),
        (a_placement(a_checkout(a_line(gross="1.00", discounts=(a_discount("1.01"),)))), DiscountTooLarge),
        (a_placement(a_checkout(a_line(), tenders=(a_coupon("1.00", "l-9"),))), UnknownLine),
        (a_placement(at=NOON.replace(year=9999, month=12, day=31, hour=23, minute=45)), OutOfRange),
        (a_placement(a_checkout(a_line(quantity=10**12), a_line(id="l-2"))), OutOfRange),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_cannot_be_frozen_is_not_placed(drive: Drive, placement: PlaceOrder, error: type[Exception]) -> None:
    """Whatever the order itself refuses is refused whole, and the store stays as it was."""
    store = a_shop()
    before = dump(store)
    with pytest.raises(error):
        drive(place_order, placement, store)
    assert dump(store) == before


def test_a_claim_that_lost_the_race_is_decided_again() -> None:
    """When others took the stock after it was read the bound breaks, and the next look refuses with fresh figures."""
    store = a_shop(on_hand=1)
    looked = {key: Versioned(row.value, row.version) for key, row in store.rows(STOCK).items()}
    late = plan_place_order(
        a_placement(a_checkout(order_id="o-2"), id="c-2"), PlaceOrderNeeds(order=None, stock=looked)
    )  # fmt: skip
    do(store, a_placement())
    with pytest.raises(BoundBroken):
        late.writes[-1].onto(the_stock(store))
    with pytest.raises(StockShort):
        do(store, a_placement(a_checkout(order_id="o-2"), id="c-2"))


def test_ten_thousand_lines(drive: Drive) -> None:
    """An order of ten thousand lines over two stocks is one claim of each."""
    lines = tuple(a_line(id=f"l-{n}", stock=CUP if n % 2 else TEA) for n in range(10_000))
    store = a_shop(on_hand=10_000)
    do(store, a_delivery(id="c-cup", stock=CUP, quantity=10_000))
    answer = drive(place_order, a_placement(a_checkout(*lines, tenders=(a_coupon("7.00"),))), store)
    assert answer.due == cny("99993.00")
    assert the_reservation(store).holds == (Hold(stock=CUP, held=5_000), Hold(stock=TEA, held=5_000))


def test_the_answer_of_a_repeat_is_the_recorded_one(drive: Drive) -> None:
    """A repeat says what was said, although the stock has moved on since."""
    store = a_shop(on_hand=1, backorder_limit=5)
    placement = evolve(a_placement(TWO_OF_TEA), id=CommandId("c-1"))
    first = drive(place_order, placement, store)
    do(store, a_delivery(id="c-more", quantity=50))
    assert drive(place_order, placement, store) == first
    assert first.promised == (units(1),)


def test_an_id_that_has_a_claim_and_no_order_is_refused(drive: Drive) -> None:
    """What an earlier system, or a cart, left under it: the refusal names it, and trying again would not help."""
    store = a_shop()
    claimed = reservations.claim(
        ReservationId("o-1"), wanted=(units(1),), items={TEA: the_stock(store)}, expires_at=None, at=NOON
    )
    put(store, *RESERVATION.write(None, claimed))
    before = dump(store)
    with pytest.raises(ReservationExists) as refusal:
        drive(place_order, a_placement(), store)
    assert (refusal.value.code, refusal.value.context) == ("reservation.exists", {"id": "o-1"})
    assert dump(store) == before
    services = a_placement(a_checkout(services=(a_service(),)), id="c-2")
    assert drive(place_order, services, store).order_id == "o-1"  # it claims nothing
