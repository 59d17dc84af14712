"""Taking payment notices: told once or often, in parts or too much, early or late, money is never refused."""

import pytest
from attrs import evolve

from ecomops.inventory import RESERVATION, STOCK, Hold
from ecomops.kernel import CurrencyMismatch, Missing, Money
from ecomops.memory import MemoryStore
from ecomops.orders import DEFAULT_POLICY, ORDER, PAYMENT, Notice, Status, WrongOrder, place
from ecomops.orders.payments import Operation, Outcome, PaymentStatus
from ecomops.terms import OrderId
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_notice,
    a_payment,
    a_placement,
    a_service,
    a_taking,
    an_order,
    cny,
    some_stock,
)
from ecomops.workflows.binding import Bound
from ecomops.workflows.placement import PlaceOrderNeeds, plan_place_order
from ecomops.workflows.settlement import NoticeTaken, TakeNoticeNeeds, plan_take_notice, take_notice
from tests.workflows.shop import (
    Drive,
    a_cancellation,
    a_coupon,
    a_paid_shop,
    a_shipment,
    a_shop_with,
    an_adjustment,
    bound_of,
    codes,
    do,
    dump,
    events_of,
    found,
    put,
    the_order,
    the_payment,
    the_reservation,
    the_stock,
    units,
    written,
)

THREE_OF_TEA = a_placement(a_checkout(a_line(quantity=3)))


def placed(*, lost: int = 0) -> TakeNoticeNeeds:
    """Return what the plan looks at after three units were ordered, and some of the ten lost since."""
    plan = plan_place_order(THREE_OF_TEA, PlaceOrderNeeds(order=None, stock={TEA: found(some_stock())}))
    item = written(plan, STOCK)
    left = found(evolve(item.value, on_hand=10 - lost, adjusted=-lost))
    return TakeNoticeNeeds(order=written(plan, ORDER), payment=None, bound=bound_of(plan, left))


def of_nothing_bound() -> TakeNoticeNeeds:
    """Return what the plan looks at for an order that was taken over without a reservation."""
    return TakeNoticeNeeds(order=found(an_order()), payment=None, bound=Bound(None, {}))


# --- without a store ----------------------------------------------------------------------------------------------


def test_what_is_due_settles_the_order() -> None:
    """The capture that covers what is due pays the order and sets its stock aside, all in one plan."""
    plan = plan_take_notice(a_taking(), placed())
    assert plan.answer == NoticeTaken(
        order_id=OrderId("o-1"),
        payment=PaymentStatus.CAPTURED,
        net=cny("10.00"),
        settled=True,
        refund_due=cny("0"),
        unallocated=(),
    )
    assert events_of(plan.writes) == [
        ("order", "order.paid"),
        ("payment", "payment.opened"),
        ("reservation", "reservation.allocated"),
        ("stock", "stock.allocated"),
    ]
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA, allocated=3),)
    assert (written(plan, STOCK).value.reserved, written(plan, STOCK).value.allocated) == (0, 3)


@pytest.mark.parametrize(
    ("notice", "stands"),
    [
        (a_notice(operation=Operation.AUTHORISE), PaymentStatus.AUTHORISED),
        (a_notice(outcome=Outcome.REQUESTED), PaymentStatus.PENDING),
        (a_notice(outcome=Outcome.FAILED), PaymentStatus.FAILED),
        (a_notice(operation=Operation.VOID), PaymentStatus.VOIDED),
        (a_notice(amount="9.99"), PaymentStatus.CAPTURED),
    ],
    ids=lambda value: value.value if isinstance(value, PaymentStatus) else "",
)
def test_anything_less_is_only_kept(notice: Notice, stands: PaymentStatus) -> None:
    """A notice that does not cover what is due is added to the payment and moves nothing else."""
    plan = plan_take_notice(a_taking(notice), placed())
    assert (plan.answer.payment, plan.answer.settled) == (stands, False)
    assert events_of(plan.writes) == [("payment", "payment.opened")]


def test_a_notice_told_before_writes_nothing() -> None:
    """A notice that is in the payment is answered from what is there."""
    needs = evolve(placed(), payment=found(a_payment(a_notice(amount="4.00"))))
    plan = plan_take_notice(a_taking(a_notice(amount="4.00")), needs)
    assert (plan.answer.net, plan.answer.settled, plan.writes) == (cny("4.00"), False, ())


def test_parts_add_up() -> None:
    """The capture that completes what is due settles the order with the sum of all."""
    needs = evolve(placed(), payment=found(a_payment(a_notice(amount="4.00"))))
    plan = plan_take_notice(a_taking(a_notice(amount="6.00", reference="r-2")), needs)
    assert (plan.answer.net, plan.answer.settled) == (cny("10.00"), True)
    assert events_of(plan.writes)[:2] == [("order", "order.paid"), ("payment", "payment.noticed")]


@pytest.mark.parametrize(("lost", "short"), [(7, ()), (8, (units(1),)), (9, (units(2),))])
def test_stock_lost_meanwhile_is_told(lost: int, short: tuple[object, ...]) -> None:
    """Units that were lost between placement and payment are paid and named as not set aside."""
    plan = plan_take_notice(a_taking(), placed(lost=lost))
    assert (plan.answer.settled, plan.answer.unallocated) == (True, short)
    hold = written(plan, RESERVATION).value.holds[0]
    assert hold.allocated == 3 - sum(each.quantity for each in plan.answer.unallocated)
    assert hold.waiting + hold.allocated == 3


def test_all_stock_lost_meanwhile() -> None:
    """When nothing is left to set aside, all units are named, and the order is paid nevertheless."""
    plan = plan_take_notice(a_taking(), placed(lost=10))
    assert (plan.answer.settled, plan.answer.unallocated) == (True, (units(3),))


def test_an_order_that_has_bound_nothing_is_paid() -> None:
    """An order without a reservation (services, or taken over) is settled, and nothing is set aside."""
    plan = plan_take_notice(a_taking(), of_nothing_bound())
    assert (plan.answer.settled, plan.answer.unallocated) == (True, ())
    assert events_of(plan.writes) == [("order", "order.paid"), ("payment", "payment.opened")]


def test_money_of_another_currency_is_refused() -> None:
    """A notice in another currency than the order is refused, as the first and as a later one."""
    yen = evolve(a_notice(), amount=Money.parse("10", "JPY"))
    with pytest.raises(CurrencyMismatch):
        plan_take_notice(a_taking(yen), placed())
    with pytest.raises(CurrencyMismatch):
        plan_take_notice(a_taking(yen), evolve(placed(), payment=found(a_payment(a_notice()))))


def test_a_payment_of_another_order_is_refused() -> None:
    """Needs that do not belong together are refused."""
    foreign = found(a_payment(a_notice(amount="1.00"), order=OrderId("o-2")))
    with pytest.raises(WrongOrder):
        plan_take_notice(a_taking(a_notice(amount="1.00")), evolve(placed(), payment=foreign))


# --- through a store ----------------------------------------------------------------------------------------------


def test_settled_through_a_store(drive: Drive) -> None:
    """The order is paid, has no deadline any more, and its stock is set aside for good."""
    store = a_shop_with(THREE_OF_TEA)
    assert drive(take_notice, a_taking(), store).settled
    assert (the_order(store).status, the_order(store).due_at) == (Status.PAID, None)
    assert the_reservation(store).expires_at is None
    assert (the_stock(store).on_hand, the_stock(store).reserved, the_stock(store).allocated) == (10, 0, 3)


def test_webhook_and_poll_tell_the_same(drive: Drive) -> None:
    """The same notice in another delivery changes nothing."""
    store = a_paid_shop()
    log = codes(store)
    answer = drive(take_notice, a_taking(id="c-poll"), store)
    assert (answer.settled, answer.net, answer.unallocated) == (True, cny("10.00"), ())
    assert codes(store) == log


def test_partial_captures(drive: Drive) -> None:
    """Three captures of parts settle the order with the last of them, in whatever order they come."""
    store = a_shop_with(THREE_OF_TEA)
    answers = [
        drive(take_notice, a_taking(a_notice(amount=amount, reference=f"r-{n}"), id=f"c-{n}"), store)
        for n, amount in enumerate(("5.00", "2.00", "3.00"))
    ]
    assert [answer.settled for answer in answers] == [False, False, True]
    assert [answer.net for answer in answers] == [cny("5.00"), cny("7.00"), cny("10.00")]


def test_one_reference_counts_once(drive: Drive) -> None:
    """A later result of the same reference replaces the earlier one instead of adding to it."""
    store = a_shop_with(THREE_OF_TEA)
    drive(take_notice, a_taking(a_notice(amount="6.00")), store)
    again = a_notice(amount="7.00", at=NOON.add(seconds=1))
    assert drive(take_notice, a_taking(again, id="c-2"), store).net == cny("7.00")


def test_too_much_money_is_to_be_paid_back(drive: Drive) -> None:
    """What comes beyond what is due settles the order and becomes a refund that is due."""
    store = a_shop_with(THREE_OF_TEA)
    answer = drive(take_notice, a_taking(a_notice(amount="12.34")), store)
    assert (answer.settled, answer.refund_due) == (True, cny("2.34"))


def test_money_for_a_cancelled_order_is_to_be_paid_back(drive: Drive) -> None:
    """A capture that comes after the order was called off is kept, and all of it is due back."""
    store = a_shop_with(THREE_OF_TEA, a_cancellation())
    answer = drive(take_notice, a_taking(), store)
    assert (answer.settled, answer.refund_due, answer.unallocated) == (False, cny("10.00"), ())
    assert the_order(store).status is Status.CANCELLED
    assert (the_stock(store).reserved, the_stock(store).allocated) == (0, 0)


def test_a_refund_under_way_counts_as_given(drive: Drive) -> None:
    """From the request on nothing is due back any more; when it fails it is due again."""
    store = a_shop_with(THREE_OF_TEA, a_cancellation(), a_taking())
    asked = a_notice(operation=Operation.REFUND, outcome=Outcome.REQUESTED, reference="f-1")
    assert drive(take_notice, a_taking(asked, id="c-2"), store).refund_due == cny("0")
    failed = evolve(asked, outcome=Outcome.FAILED, at=NOON.add(seconds=9))
    assert drive(take_notice, a_taking(failed, id="c-3"), store).refund_due == cny("10.00")
    done = evolve(asked, outcome=Outcome.SUCCEEDED, at=NOON.add(seconds=19))
    answer = drive(take_notice, a_taking(done, id="c-4"), store)
    assert (answer.refund_due, answer.payment, answer.net) == (cny("0"), PaymentStatus.REFUNDED, cny("0"))


def test_a_paid_order_stays_paid(drive: Drive) -> None:
    """A chargeback lowers what the payment brought and leaves order and stock as they are."""
    store = a_paid_shop()
    back = a_notice(operation=Operation.CHARGEBACK, reference="b-1")
    answer = drive(take_notice, a_taking(back, id="c-2"), store)
    assert (answer.settled, answer.payment, answer.net) == (True, PaymentStatus.CHARGED_BACK, cny("0"))
    assert the_stock(store).allocated == 1


def test_services_close_when_they_are_paid(drive: Drive) -> None:
    """An order without goods is over with its payment."""
    store = MemoryStore()
    do(store, a_placement(a_checkout(services=(a_service(gross="10.00"),))))
    assert drive(take_notice, a_taking(), store).settled
    assert the_order(store).status is Status.CLOSED


def test_a_capture_on_top_of_a_payout(drive: Drive) -> None:
    """Money that comes in although the order is owed a payout is due back too."""
    store = a_shop_with(a_placement(a_checkout(a_line(), tenders=(a_coupon("12.50"),))))
    answer = drive(take_notice, a_taking(a_notice(amount="1.00")), store)
    assert (answer.settled, answer.refund_due) == (True, cny("1.00"))
    assert len(the_payment(store).notices) == 2


def test_money_after_shipment_moves_no_goods(drive: Drive) -> None:
    """A notice for an order of which all has left touches the payment alone."""
    store = a_paid_shop()
    do(store, a_shipment())
    log = len(codes(store))
    more = a_notice(amount="0.50", reference="r-2")
    assert drive(take_notice, a_taking(more, id="c-2"), store).refund_due == cny("0.50")
    assert codes(store)[log:] == ["payment.noticed"]


def test_a_backorder_waits_for_supply(drive: Drive) -> None:
    """Units promised from supply to come are paid, named as not set aside, and stay claimed."""
    store = a_shop_with(THREE_OF_TEA, on_hand=1, backorder_limit=5)
    answer = drive(take_notice, a_taking(), store)
    assert answer.unallocated == (units(2),)
    assert the_reservation(store).holds == (Hold(stock=TEA, promised=2, allocated=1),)
    assert (the_stock(store).reserved, the_stock(store).allocated) == (2, 1)


@pytest.mark.parametrize("on_hand", [0, 1, 2])
def test_what_is_paid_is_kept_for_the_buyer(drive: Drive, on_hand: int) -> None:
    """Once an order is paid its claim does not lapse, however few of its units could be set aside."""
    store = a_shop_with(THREE_OF_TEA, on_hand=on_hand, backorder_limit=5)
    drive(take_notice, a_taking(), store)
    assert the_reservation(store).expires_at is None


def test_what_was_lost_whole_is_kept_for_the_buyer(drive: Drive) -> None:
    """An order whose stock was lost before it was paid keeps its claim on what comes next."""
    store = a_shop_with(THREE_OF_TEA, an_adjustment(-10))
    drive(take_notice, a_taking(), store)
    assert the_reservation(store).expires_at is None
    do(store, a_delivery(id="c-more"), a_shipment(at=NOON.add(days=2)))
    assert the_stock(store).shipped == 3


def test_an_order_nobody_placed(drive: Drive) -> None:
    """A notice for an order that is not there is refused by its id, and nothing is kept."""
    store = a_shop_with()
    before = dump(store)
    with pytest.raises(Missing) as refusal:
        drive(take_notice, a_taking(), store)
    assert refusal.value.context == {"kind": "order", "ids": ("o-1",)}
    assert dump(store) == before


def test_an_order_taken_over_without_a_reservation(drive: Drive) -> None:
    """An order that an earlier system placed is settled, and has nothing to set aside."""
    store = a_shop_with()
    put(store, *ORDER.write(None, place(a_checkout(), policy=DEFAULT_POLICY, at=NOON)))
    answer = drive(take_notice, a_taking(), store)
    assert (answer.settled, answer.unallocated) == (True, ())
    assert not store.rows(RESERVATION)
    assert store.rows(PAYMENT)["o-1"].value == a_payment(a_notice())
