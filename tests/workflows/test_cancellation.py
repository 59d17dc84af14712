"""Calling an order off: before anything left, its stock freed, its money due back."""

import pytest
from attrs import evolve

from ecomops.inventory import RESERVATION, STOCK, Hold
from ecomops.inventory.reservations import Status as ReservationStatus
from ecomops.kernel import Currency, IllegalMove, Missing, Money
from ecomops.orders import ORDER, AlreadyShipped, CancelReason, OverCancelled, Status
from ecomops.terms import OrderId
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_line,
    a_notice,
    a_paid_order,
    a_payment,
    a_placement,
    a_received_order,
    a_service,
    a_shipped_order,
    a_taking,
    cny,
    some_stock,
)
from ecomops.workflows.binding import Bound
from ecomops.workflows.cancellation import (
    Cancelled,
    CancelOrderNeeds,
    UnitsCancelled,
    cancel_order,
    cancel_units,
    plan_cancel_order,
    plan_cancel_units,
)
from ecomops.workflows.placement import PlaceOrderNeeds, plan_place_order
from tests.workflows.goods_back import BASKET, a_paid_basket, a_partial_cancellation
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
    the_order,
    the_reservation,
    the_stock,
    units,
    written,
)

THREE_OF_TEA = a_checkout(a_line(quantity=3))
NOTHING_BOUND = Bound(None, {})


def placed() -> CancelOrderNeeds:
    """Return what the plan looks at after three units were ordered."""
    plan = plan_place_order(
        a_placement(THREE_OF_TEA), PlaceOrderNeeds(order=None, stock={TEA: found(some_stock())})
    )  # fmt: skip
    return CancelOrderNeeds(order=written(plan, ORDER), payment=None, bound=bound_of(plan))


def test_an_unpaid_order_is_called_off() -> None:
    """The plan cancels the order, ends its reservation and frees the stock; nothing is due back."""
    plan = plan_cancel_order(a_cancellation(), placed())
    assert plan.answer == Cancelled(order_id=OrderId("o-1"), refund_due=cny("0"), freed=(units(3),))
    assert events_of(plan.writes) == [
        ("order", "order.cancelled"),
        ("reservation", "reservation.released"),
        ("stock", "stock.released"),
    ]
    assert written(plan, RESERVATION).value.status is ReservationStatus.ENDED
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA),)
    assert written(plan, STOCK).value == some_stock()


def test_what_came_in_is_due_back() -> None:
    """All that the payment brought is to be paid back."""
    paid = found(a_payment(a_notice(amount="4.00")))
    plan = plan_cancel_order(a_cancellation(), evolve(placed(), payment=paid))
    assert plan.answer.refund_due == cny("4.00")


def test_calling_off_twice_changes_nothing() -> None:
    """An order that is cancelled already is answered and nothing is written."""
    over = written(plan_cancel_order(a_cancellation(), placed()), ORDER)
    needs = CancelOrderNeeds(order=over, payment=None, bound=NOTHING_BOUND)
    plan = plan_cancel_order(a_cancellation(), needs)
    assert (plan.answer.freed, plan.writes) == ((), ())


def test_goods_that_left_come_back_as_a_return() -> None:
    """An order of which goods have left is not called off."""
    needs = CancelOrderNeeds(order=found(a_shipped_order()), payment=None, bound=NOTHING_BOUND)
    with pytest.raises(AlreadyShipped):
        plan_cancel_order(a_cancellation(), needs)


def test_a_closed_order_stays_closed() -> None:
    """An order that is over is not called off."""
    over = evolve(a_received_order(), status=Status.CLOSED)
    with pytest.raises(IllegalMove):
        plan_cancel_order(
            a_cancellation(), CancelOrderNeeds(order=found(over), payment=None, bound=NOTHING_BOUND)
        )  # fmt: skip


def test_an_unpaid_order_through_a_store(drive: Drive) -> None:
    """Its stock is there for others again, and time asks nothing of it any more."""
    store = a_shop_with(a_placement(THREE_OF_TEA))
    assert drive(cancel_order, a_cancellation(), store).freed == (units(3),)
    assert (the_order(store).status, the_order(store).due_at) == (Status.CANCELLED, None)
    assert (the_reservation(store).status, the_reservation(store).expires_at) == (ReservationStatus.ENDED, None)
    assert the_stock(store) == some_stock()


def test_a_paid_order_through_a_store(drive: Drive) -> None:
    """What was set aside is free again, and all money due back."""
    store = a_paid_shop(a_placement(THREE_OF_TEA))
    answer = drive(cancel_order, a_cancellation(), store)
    assert answer == Cancelled(order_id=OrderId("o-1"), refund_due=cny("10.00"), freed=(units(3),))
    assert the_stock(store) == some_stock()
    assert codes(store)[-3:] == ["order.cancelled", "reservation.released", "stock.deallocated"]


def test_a_backorder_is_freed_whole(drive: Drive) -> None:
    """Units set aside and units promised are freed together."""
    store = a_shop_with(a_placement(THREE_OF_TEA), a_taking(), on_hand=1, backorder_limit=5)
    assert drive(cancel_order, a_cancellation(), store).freed == (units(3),)
    assert codes(store)[-4:] == [
        "order.cancelled",
        "reservation.released",
        "stock.released",
        "stock.deallocated",
    ]
    assert the_stock(store) == some_stock(on_hand=1, backorder_limit=5)


def test_stock_that_was_lost_does_not_stand_in_the_way(drive: Drive) -> None:
    """An order is called off although what was set aside for it is gone."""
    store = a_paid_shop(a_placement(THREE_OF_TEA), on_hand=3)
    do(store, an_adjustment(-3))
    assert drive(cancel_order, a_cancellation(), store).freed == (units(3),)
    assert (the_stock(store).on_hand, the_stock(store).allocated) == (0, 0)


def test_services_are_called_off(drive: Drive) -> None:
    """An order without goods frees nothing."""
    store = a_shop_with(a_placement(a_checkout(services=(a_service(),))))
    assert drive(cancel_order, a_cancellation(), store).freed == ()
    assert the_order(store).status is Status.CANCELLED


def test_a_payout_is_not_taken_back_twice(drive: Drive) -> None:
    """When tenders exceeded what was bought, the refund under way leaves nothing more due back."""
    store = a_shop_with(a_placement(a_checkout(a_line(), tenders=(a_coupon("12.50"),))))
    assert drive(cancel_order, a_cancellation(), store).refund_due == cny("0")


def test_another_cancellation_changes_nothing(drive: Drive) -> None:
    """A second command on a cancelled order is answered from what is there."""
    store = a_shop_with(a_placement(THREE_OF_TEA), a_cancellation(), a_taking())
    log = codes(store)
    again = evolve(a_cancellation(id="c-2"), reason=CancelReason.SHOP)
    assert drive(cancel_order, again, store) == Cancelled(
        order_id=OrderId("o-1"), refund_due=cny("10.00"), freed=()
    )  # fmt: skip
    assert codes(store) == log


def test_goods_that_left_through_a_store(drive: Drive) -> None:
    """From the first unit that left the order is not called off, and the store stays as it was."""
    store = a_paid_shop(a_placement(THREE_OF_TEA))
    do(store, a_shipment(("l-1", 1)))
    before = dump(store)
    with pytest.raises(AlreadyShipped):
        drive(cancel_order, a_cancellation(at=NOON.add(days=1)), store)
    assert dump(store) == before


def test_an_order_nobody_placed(drive: Drive) -> None:
    """Calling off an order that is not there is refused by its id."""
    with pytest.raises(Missing):
        drive(cancel_order, a_cancellation(), a_shop_with())


# --- in part


def test_some_units_of_an_unpaid_order_are_called_off(drive: Drive) -> None:
    """Less is due, and their stock is free again."""
    store = a_shop_with(a_placement(BASKET))
    answer = drive(cancel_units, a_partial_cancellation(("l-1", 1), ("s-1", 1)), store)
    assert answer == UnitsCancelled(
        order_id=OrderId("o-1"),
        due=cny("6.66"),
        settled=False,
        refund_due=cny("0"),
        tenders=(),
        freed=(units(1),),
        unallocated=(),
    )
    assert codes(store)[-3:] == ["order.reduced", "reservation.reduced", "stock.released"]
    assert (the_stock(store).reserved, the_reservation(store).holds) == (2, (Hold(stock=TEA, held=2),))


def test_what_has_come_may_pay_for_the_rest(drive: Drive) -> None:
    """The order is settled, and what stays is set aside."""
    store = a_shop_with(a_placement(BASKET), a_taking(a_notice(amount="12.00")))
    answer = drive(cancel_units, a_partial_cancellation(("l-1", 1)), store)
    assert (answer.due, answer.settled, answer.refund_due) == (cny("11.66"), True, cny("0.34"))
    assert the_stock(store).allocated == 2


def test_some_units_of_a_paid_order_are_called_off(drive: Drive) -> None:
    """Their money is due back, and what was set aside for them is free."""
    store = a_shop_with(*a_paid_basket())
    answer = drive(cancel_units, a_partial_cancellation(("l-1", 2)), store)
    assert (answer.refund_due, answer.freed) == (cny("6.67"), (units(2),))
    assert codes(store)[-3:] == ["order.reduced", "reservation.reduced", "stock.deallocated"]
    assert (the_stock(store).allocated, the_stock(store).reserved) == (1, 0)


def test_what_waits_for_supply_is_freed_first(drive: Drive) -> None:
    """Of three units one lies there and is set aside; two are promised."""
    store = a_shop_with(*a_paid_basket(), on_hand=1, backorder_limit=5)
    assert the_reservation(store).holds == (Hold(stock=TEA, promised=2, allocated=1),)
    drive(cancel_units, a_partial_cancellation(("l-1", 1)), store)
    assert the_reservation(store).holds == (Hold(stock=TEA, promised=1, allocated=1),)
    assert codes(store)[-2:] == ["reservation.reduced", "stock.released"]


def test_waiting_and_allocated_units_are_freed_together(drive: Drive) -> None:
    """Two are promised and two set aside; three of the four are called off."""
    store = a_shop_with(*a_paid_basket(a_placement(a_checkout(a_line(quantity=4)))), on_hand=2, backorder_limit=5)
    drive(cancel_units, a_partial_cancellation(("l-1", 3)), store)
    assert the_reservation(store).holds == (Hold(stock=TEA, allocated=1),)
    assert codes(store)[-3:] == ["reservation.reduced", "stock.released", "stock.deallocated"]


def test_all_units_are_the_whole_order(drive: Drive) -> None:
    """It is called off, and its reservation ends."""
    store = a_shop_with(a_placement(THREE_OF_TEA), a_taking())
    answer = drive(cancel_units, a_partial_cancellation(("l-1", 3)), store)
    assert (answer.refund_due, answer.freed, answer.settled) == (cny("10.00"), (units(3),), False)
    assert answer.due == cny("0.00")
    assert the_order(store).status is Status.CANCELLED
    assert the_reservation(store).status is ReservationStatus.ENDED
    assert the_stock(store) == some_stock()


def test_a_service_alone_frees_no_stock(drive: Drive) -> None:
    """And an order whose goods are all called off frees all of it."""
    store = a_shop_with(*a_paid_basket())
    assert drive(cancel_units, a_partial_cancellation(("s-1", 1)), store).freed == ()
    store = a_shop_with(*a_paid_basket())
    answer = drive(cancel_units, a_partial_cancellation(("l-1", 3)), store)
    assert (answer.freed, the_order(store).status) == ((units(3),), Status.CLOSED)
    assert the_reservation(store).status is ReservationStatus.ENDED


def test_the_brand_gets_its_coupon_back(drive: Drive) -> None:
    """The part of it that paid for what is called off."""
    store = a_shop_with(a_placement(a_checkout(a_line(quantity=3), tenders=(a_coupon("3.00"),))))
    answer = drive(cancel_units, a_partial_cancellation(("l-1", 1)), store)
    assert [each.amount for each in answer.tenders] == [cny("1.00")]


def test_a_tender_gets_all_of_it_back_step_by_step(drive: Drive) -> None:
    """What goes back with the last units is told as well: together it is what the tender had given."""
    paid = a_checkout(a_line(quantity=3), services=(a_service(),), tenders=(a_coupon("9.00"), a_coupon("8.00", "s-1")))
    store = a_shop_with(a_placement(paid))
    some = drive(cancel_units, a_partial_cancellation(("l-1", 2)), store)
    rest = drive(cancel_units, a_partial_cancellation(("l-1", 1), ("s-1", 1), id="c-rest"), store)
    assert the_order(store).status is Status.CANCELLED
    assert cny("17.00") == Money.total((each.amount for each in (*some.tenders, *rest.tenders)), Currency.CNY)


def test_a_tender_of_a_cancelled_order_gets_back_what_it_has_not(drive: Drive) -> None:
    """All of it, or what is left after some units were called off; nothing on a repeat."""
    paid = a_placement(a_checkout(a_line(quantity=3), tenders=(a_coupon("12.00"),)))
    whole = drive(cancel_order, a_cancellation(), a_shop_with(paid))
    assert [each.amount for each in whole.tenders] == [cny("12.00")]
    store = a_shop_with(paid, a_partial_cancellation(("l-1", 2)))
    rest = drive(cancel_order, a_cancellation(), store)
    assert [each.amount for each in rest.tenders] == [cny("5.33")]
    assert drive(cancel_order, a_cancellation(id="c-again"), store).tenders == ()


def test_an_order_without_a_reservation_frees_nothing() -> None:
    """It was taken over from a system that had none."""
    needs = CancelOrderNeeds(order=found(a_paid_order(THREE_OF_TEA)), payment=None, bound=NOTHING_BOUND)
    plan = plan_cancel_units(a_partial_cancellation(("l-1", 1)), needs)
    assert (plan.answer.freed, [write.kind for write in plan.writes]) == ((), ["order"])


def test_what_has_left_stays_so(drive: Drive) -> None:
    """Every line of which too much is named is listed, and nothing is written."""
    store = a_shop_with(*a_paid_basket(), a_shipment(("l-1", 2)))
    before = dump(store)
    with pytest.raises(OverCancelled) as refusal:
        drive(cancel_units, a_partial_cancellation(("l-1", 2), ("s-1", 2)), store)
    assert [each.open for each in refusal.value.lines] == [1, 1]
    assert dump(store) == before
    with pytest.raises(Missing):
        drive(cancel_units, a_partial_cancellation(("l-1", 1)), a_shop_with())
