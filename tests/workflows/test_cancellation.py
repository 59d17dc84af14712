"""Calling an order off: before anything left, its stock freed, its money due back."""

import pytest
from attrs import evolve

from ecomops.inventory import RESERVATION, STOCK, Hold
from ecomops.inventory.reservations import Status as ReservationStatus
from ecomops.kernel import IllegalMove, Missing
from ecomops.orders import ORDER, AlreadyShipped, CancelReason, Status
from ecomops.terms import OrderId
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_line,
    a_notice,
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
from ecomops.workflows.cancellation import Cancelled, CancelOrderNeeds, cancel_order, plan_cancel_order
from ecomops.workflows.placement import PlaceOrderNeeds, plan_place_order
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
