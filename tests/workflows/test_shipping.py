"""Shipping: lines, reservation and stock move together, whole or in parts, and supply that came late is set aside."""

from datetime import timedelta
from functools import partial

import pytest
from attrs import evolve

from ecomops.inventory import RESERVATION, STOCK, Hold, NotHeld, OverShip, Unshippable
from ecomops.inventory.reservations import Status as ReservationStatus
from ecomops.kernel import IllegalMove, Missing, Plan, Repeated, Versioned, run
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    SHIPMENT,
    NoParcel,
    NothingToShip,
    NotOnItsWay,
    OrderPolicy,
    OverShipped,
    ShipmentExists,
    Status,
    UnknownLine,
    place,
    settle,
)
from ecomops.orders import shipments as parcels
from ecomops.orders.fulfilment import Fulfilment
from ecomops.terms import OrderId, StockKey, StockUnits
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_notice,
    a_paid_order,
    a_placement,
    a_service,
    a_taking,
    an_order,
    cny,
    some_stock,
)
from ecomops.workflows.binding import Bound
from ecomops.workflows.placement import PlaceOrderNeeds, plan_place_order
from ecomops.workflows.receipt import confirm_receipt, plan_confirm_receipt
from ecomops.workflows.settlement import TakeNoticeNeeds, plan_take_notice
from ecomops.workflows.shipping import (
    DeliverShipment,
    LoseShipment,
    ParcelMoved,
    ParcelNeeds,
    ShipOrderNeeds,
    Shipped,
    move_parcel,
    plan_move_parcel,
    plan_ship_order,
    ship_order,
)
from tests.workflows.goods_back import (
    S1,
    S2,
    a_delivery_of,
    a_loss_of,
    a_number_of,
    a_paid_basket,
    a_parcel,
    lines,
    the_parcel,
)
from tests.workflows.shop import (
    CUP,
    Drive,
    a_cancellation,
    a_paid_shop,
    a_receipt,
    a_shipment,
    a_shop_with,
    all_due,
    an_adjustment,
    bound_of,
    codes,
    do,
    dump,
    events_of,
    found,
    put,
    the_order,
    the_reservation,
    the_stock,
    units,
    written,
)

IN_TEN_DAYS = NOON.add(days=10)
THREE_OF_TEA = a_checkout(a_line(quantity=3))
TEA_AND_CUPS = a_checkout(
    a_line(quantity=2), a_line(id="l-2", stock=CUP, quantity=1), a_line(id="l-3", quantity=4), order_id="o-1"
)


def paid() -> ShipOrderNeeds:
    """Return what the plan looks at after three units were ordered and paid."""
    stock = found(some_stock())
    placed = plan_place_order(a_placement(THREE_OF_TEA), PlaceOrderNeeds(order=None, stock={TEA: stock}))
    needs = TakeNoticeNeeds(order=written(placed, ORDER), payment=None, bound=bound_of(placed))
    settled = plan_take_notice(a_taking(), needs)
    return ShipOrderNeeds(order=written(settled, ORDER), bound=bound_of(settled))


def after(plan: Plan[Shipped]) -> ShipOrderNeeds:
    """Return what a plan looks at when *plan* has been saved."""
    return ShipOrderNeeds(order=written(plan, ORDER), bound=bound_of(plan))


# --- without a store ----------------------------------------------------------------------------------------------


def test_all_that_is_to_go_leaves() -> None:
    """Without units named all of it leaves: one movement of the order, the reservation and each stock."""
    plan = plan_ship_order(a_shipment(), paid())
    assert plan.answer == Shipped(
        order_id=OrderId("o-1"), units=(units(3),), fulfilment=Fulfilment.SHIPPED, confirm_by=IN_TEN_DAYS
    )
    assert events_of(plan.writes) == [
        ("order", "order.shipped"),
        ("reservation", "reservation.shipped"),
        ("reservation", "reservation.ended"),
        ("stock", "stock.shipped"),
    ]
    assert written(plan, ORDER).value.lines[0].shipped == 3
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA, shipped=3),)
    item = written(plan, STOCK).value
    assert (item.on_hand, item.allocated, item.shipped) == (7, 0, 3)


def test_parts_leave_one_after_the_other() -> None:
    """Each shipment takes its units; the reservation lives until the last one left."""
    first = plan_ship_order(a_shipment(("l-1", 1)), paid())
    assert first.answer.fulfilment is Fulfilment.PARTLY_SHIPPED
    assert written(first, RESERVATION).value.status is ReservationStatus.LIVE
    second = plan_ship_order(a_shipment(("l-1", 2)), after(first))
    assert second.answer.fulfilment is Fulfilment.SHIPPED
    assert written(second, RESERVATION).value.status is ReservationStatus.ENDED


def test_the_policy_of_the_day_sets_the_deadline() -> None:
    """When receipt is taken as confirmed comes from the policy that is handed in."""
    policy = OrderPolicy(confirm_after=timedelta(days=1))
    assert plan_ship_order(a_shipment(), paid(), policy=policy).answer.confirm_by == NOON.add(days=1)


def test_an_order_that_has_bound_nothing_ships_nothing() -> None:
    """Without a reservation every unit is listed as not held."""
    needs = ShipOrderNeeds(order=found(a_paid_order(THREE_OF_TEA)), bound=Bound(None, {}))
    with pytest.raises(NotHeld) as refusal:
        plan_ship_order(a_shipment(), needs)
    assert refusal.value.context == {"id": "o-1", "units": (units(3),)}


def test_a_reservation_of_other_goods_does_not_help() -> None:
    """Units of a stock that the reservation does not name are listed as not held."""
    checkout = a_checkout(a_line(stock=CUP))
    needs = evolve(paid(), order=found(a_paid_order(checkout)))
    with pytest.raises(NotHeld) as refusal:
        plan_ship_order(a_shipment(), needs)
    assert refusal.value.context == {"id": "o-1", "units": (units(1, CUP),)}


def backordered(*, arrived: int) -> ShipOrderNeeds:
    """Return a paid order of three units of which one lay there, and *arrived* came since."""
    stock = found(some_stock(on_hand=1, backorder_limit=5))
    placed = plan_place_order(a_placement(THREE_OF_TEA), PlaceOrderNeeds(order=None, stock={TEA: stock}))
    needs = TakeNoticeNeeds(order=written(placed, ORDER), payment=None, bound=bound_of(placed))
    settled = plan_take_notice(a_taking(), needs)
    item = written(settled, STOCK).value
    more = Versioned(evolve(item, on_hand=1 + arrived, received=1 + arrived), 8)
    return ShipOrderNeeds(order=written(settled, ORDER), bound=bound_of(settled, more))


def test_supply_that_came_is_set_aside_and_leaves() -> None:
    """Promised units whose supply has arrived are allocated and shipped in one plan."""
    plan = plan_ship_order(a_shipment(), backordered(arrived=2))
    assert [code for _, code in events_of(plan.writes)] == [
        "order.shipped",
        "reservation.allocated",
        "reservation.shipped",
        "reservation.ended",
        "stock.allocated",
        "stock.shipped",
    ]
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA, shipped=3),)


@pytest.mark.parametrize("arrived", [0, 1])
def test_supply_that_did_not_come_holds_the_shipment_back(arrived: int) -> None:
    """Promised units leave whole or not at all while their supply is missing."""
    with pytest.raises(NotHeld) as refusal:
        plan_ship_order(a_shipment(), backordered(arrived=arrived))
    assert refusal.value.context == {"id": "o-1", "units": (units(3),)}


def test_what_lies_there_leaves_before_supply_comes() -> None:
    """A shipment of what is set aside does not wait for the rest."""
    plan = plan_ship_order(a_shipment(("l-1", 1)), backordered(arrived=0))
    assert written(plan, RESERVATION).value.holds == (Hold(stock=TEA, promised=2, shipped=1),)


# --- through a store ----------------------------------------------------------------------------------------------


def test_shipped_through_a_store(drive: Drive) -> None:
    """What left is off the stock, and the order waits for its receipt."""
    store = a_paid_shop(a_placement(THREE_OF_TEA))
    assert drive(ship_order, evolve(a_shipment(), carrier="SF"), store).units == (units(3),)
    assert the_order(store).due_at == IN_TEN_DAYS
    assert (the_stock(store).on_hand, the_stock(store).allocated, the_stock(store).shipped) == (7, 0, 3)
    assert the_reservation(store).status is ReservationStatus.ENDED


def test_several_partial_shipments(drive: Drive) -> None:
    """Lines leave in any parts; lines of one stock are one movement of it, and the last part ends the reservation."""
    store = a_shop_with(a_delivery(id="c-cup", stock=CUP), a_placement(TEA_AND_CUPS))
    do(store, a_taking(evolve(a_taking().notice, amount=cny("30.00"))))
    parts = [
        a_shipment(("l-1", 1), ("l-3", 2), id="c-1"),
        a_shipment(("l-2", 1), id="c-2"),
        a_shipment(("l-3", 2), ("l-1", 1), id="c-3", at=NOON.add(days=1)),
    ]
    answers = [drive(ship_order, part, store) for part in parts]
    assert [answer.units for answer in answers] == [(units(3),), (units(1, CUP),), (units(3),)]
    assert [answer.fulfilment.value for answer in answers] == ["partly_shipped", "partly_shipped", "shipped"]
    assert the_order(store).due_at == NOON.add(days=11)
    assert codes(store).count("stock.shipped") == 3
    assert the_reservation(store).status is ReservationStatus.ENDED


def test_a_backorder_ships_when_supply_came(drive: Drive) -> None:
    """Refused before, carried out after the delivery."""
    store = a_shop_with(a_placement(THREE_OF_TEA), a_taking(), on_hand=1, backorder_limit=5)
    before = dump(store)
    with pytest.raises(NotHeld):
        drive(ship_order, a_shipment(), store)
    assert dump(store) == before
    do(store, a_delivery(id="c-more", quantity=2))
    assert drive(ship_order, a_shipment(), store).fulfilment is Fulfilment.SHIPPED
    assert (the_stock(store).on_hand, the_stock(store).reserved, the_stock(store).allocated) == (0, 0, 0)


def test_stock_lost_after_payment_holds_the_shipment_back(drive: Drive) -> None:
    """What was set aside and then lost cannot leave; what is left of it can."""
    store = a_paid_shop(a_placement(THREE_OF_TEA), on_hand=3)
    do(store, an_adjustment(-1))
    with pytest.raises(OverShip) as refusal:
        drive(ship_order, a_shipment(), store)
    assert refusal.value.context == {"goods": (Unshippable(stock=TEA, wanted=3, allocated=3, on_hand=2),)}
    assert str(refusal.value) == "more to ship than is allocated and on hand: tea@hangzhou (3 > 2)"
    assert drive(ship_order, a_shipment(("l-1", 2), id="c-2"), store).fulfilment is Fulfilment.PARTLY_SHIPPED


def test_every_stock_that_was_lost_is_listed(drive: Drive) -> None:
    """Both of two, the one that is there not."""
    pen = StockKey("pen@hangzhou")
    basket = a_checkout(*(a_line(id=f"l-{n}", stock=key) for n, key in enumerate((TEA, CUP, pen))))
    store = a_shop_with(on_hand=1)
    do(store, a_delivery(id="c-cup", stock=CUP, quantity=1), a_delivery(id="c-pen", stock=pen, quantity=1))
    do(store, a_placement(basket), a_taking(a_notice(amount="30.00")))
    do(store, an_adjustment(-1), an_adjustment(-1, id="c-2", stock=CUP))
    before = dump(store)
    with pytest.raises(OverShip) as refusal:
        drive(ship_order, a_shipment(), store)
    assert [each.stock for each in refusal.value.goods] == [CUP, TEA]
    assert dump(store) == before


@pytest.mark.parametrize(
    ("units", "error"),
    [
        ((("l-1", 4),), OverShipped),
        ((("l-9", 1),), UnknownLine),
        ((("l-1", 1), ("l-1", 1)), Repeated),
        ((("s-1", 1),), UnknownLine),
    ],
    ids=["too much", "unknown line", "a line twice", "a service"],
)
def test_units_that_are_not_to_go(drive: Drive, units: tuple[tuple[str, int], ...], error: type[Exception]) -> None:
    """Units that the order does not have to go are refused, and the store stays as it was."""
    store = a_shop_with(a_placement(a_checkout(a_line(quantity=3), services=(a_service(),))))
    do(store, a_taking(evolve(a_taking().notice, amount=cny("15.00"))))
    before = dump(store)
    with pytest.raises(error):
        drive(ship_order, a_shipment(*units), store)
    assert dump(store) == before


def test_a_shipment_of_nothing_is_refused(drive: Drive) -> None:
    """An empty list of units is no shipment, and neither is another one after everything left."""
    store = a_paid_shop()
    with pytest.raises(NothingToShip):
        drive(ship_order, evolve(a_shipment(), units=()), store)
    do(store, a_shipment())
    with pytest.raises(NothingToShip):
        drive(ship_order, a_shipment(id="c-2"), store)


def test_only_paid_orders_ship(drive: Drive) -> None:
    """Before payment, after cancellation and after its end an order ships nothing."""
    unpaid = a_shop_with(a_placement())
    cancelled = a_shop_with(a_placement(), a_cancellation())
    closed = a_shop_with(a_placement(a_checkout(services=(a_service(gross="10.00"),))), a_taking())
    assert the_order(closed).status is Status.CLOSED
    for store in (unpaid, cancelled, closed):
        with pytest.raises(IllegalMove) as refusal:
            drive(ship_order, a_shipment(), store)
        assert refusal.value.code == "order.illegal_move"


def test_what_arrived_stays_arrived_when_more_leaves(drive: Drive) -> None:
    """After a first part was received a second one may leave, and the deadline is its own."""
    store = a_paid_shop(a_placement(THREE_OF_TEA))
    do(store, a_shipment(("l-1", 1)), a_receipt(at=NOON.add(days=2)))
    assert the_order(store).due_at is None
    answer = drive(ship_order, a_shipment(id="c-2", at=NOON.add(days=3)), store)
    assert answer.fulfilment is Fulfilment.PARTLY_RECEIVED
    assert the_order(store).due_at == NOON.add(days=13)


def test_a_policy_is_bound_with_partial(drive: Drive) -> None:
    """A host hands its own timers over by binding them to the use case."""
    work = partial(ship_order, policy=OrderPolicy(confirm_after=timedelta(0)))
    assert drive(work, a_shipment(), a_paid_shop()).confirm_by == NOON


def test_an_order_taken_over_without_a_reservation(drive: Drive) -> None:
    """A paid order of an earlier system that bound nothing here is refused with all its units."""
    store = a_shop_with()
    placed = place(THREE_OF_TEA, policy=DEFAULT_POLICY, at=NOON)
    paid_for = settle(an_order(THREE_OF_TEA), captured=cny("10.00"), at=NOON)
    put(store, *ORDER.write(None, (*placed, *paid_for)))
    with pytest.raises(NotHeld) as refusal:
        drive(ship_order, a_shipment(), store)
    assert refusal.value.context["units"] == (StockUnits(stock=TEA, quantity=3),)


def test_an_order_nobody_placed(drive: Drive) -> None:
    """Shipping an order that is not there is refused by its id."""
    with pytest.raises(Missing):
        drive(ship_order, a_shipment(), a_shop_with())


# --- parcels


def test_a_parcel_is_followed(drive: Drive) -> None:
    """It leaves with its units, gets a number, arrives, and its order with it."""
    store = a_shop_with(*a_paid_basket())
    drive(ship_order, a_parcel(("l-1", 2)), store)
    parcel = the_parcel(store)
    assert (parcel.order, parcel.units, parcel.tracking) == ("o-1", lines(("l-1", 2)), "SF1")
    assert the_order(store).parcels == (S1,)
    tracked = drive(move_parcel, a_number_of(), store)
    assert (tracked.status, the_parcel(store).tracking) == (parcels.Status.SHIPPED, "Y2")
    answer = drive(move_parcel, a_delivery_of(), store)
    assert answer == ParcelMoved(
        shipment_id=S1,
        order_id=OrderId("o-1"),
        status=parcels.Status.DELIVERED,
        fulfilment=Fulfilment.PARTLY_RECEIVED,
        due_at=None,
    )
    assert codes(store)[-2:] == ["order.delivered", "shipment.delivered"]
    log = codes(store)
    drive(move_parcel, a_delivery_of(id="c-again"), store)
    assert codes(store) == log


def test_a_parcel_is_lost(drive: Drive) -> None:
    """Its goods will not arrive, and it cannot arrive any more."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 3)))
    answer = drive(move_parcel, a_loss_of(), store)
    assert (answer.status, answer.fulfilment, answer.due_at) == (parcels.Status.LOST, Fulfilment.NO_GOODS, None)
    assert codes(store)[-2:] == ["order.lost", "shipment.lost"]
    with pytest.raises(IllegalMove):
        drive(move_parcel, a_delivery_of(), store)


def test_the_last_parcel_starts_the_end(drive: Drive) -> None:
    """The order closes when the window of the last one ends, or at once without one."""
    parts = (a_parcel(("l-1", 2)), a_parcel(("l-1", 1), id="c-s-2", shipment=S2))
    store = a_shop_with(*a_paid_basket(), *parts, a_delivery_of())
    assert drive(move_parcel, a_delivery_of(S2, id="c-2"), store).due_at == NOON.add(hours=1, days=7)
    store = a_shop_with(*a_paid_basket(), *parts, a_delivery_of())
    at_once = partial(move_parcel, policy=OrderPolicy(return_window=timedelta(0)))
    assert run(at_once, a_delivery_of(S2, id="c-2"), store.unit).due_at == NOON.add(hours=1, days=7)


def test_a_receipt_brings_every_parcel(drive: Drive) -> None:
    """What a carrier tells afterwards changes nothing."""
    parts = (a_parcel(("l-1", 1)), a_parcel(("l-1", 1), id="c-s-2", shipment=S2))
    store = a_shop_with(*a_paid_basket(), *parts)
    drive(confirm_receipt, a_receipt(), store)
    assert [the_parcel(store, each).status for each in (S1, S2)] == [parcels.Status.DELIVERED] * 2
    assert codes(store)[-3:] == ["order.received", "shipment.delivered", "shipment.delivered"]
    log = codes(store)
    drive(move_parcel, a_delivery_of(), store)
    assert codes(store) == log
    drive(confirm_receipt, a_receipt(id="c-again"), store)
    assert codes(store) == log


def test_time_brings_every_parcel() -> None:
    """Ten days after the last one left."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 3)))
    for page in all_due(store, NOON.add(days=10)):
        do(store, *page)
    assert (the_parcel(store).status, the_parcel(store).arrived_at) == (parcels.Status.DELIVERED, NOON.add(days=10))
    assert the_order(store).parcels == ()


def test_a_parcel_is_sent_once(drive: Drive) -> None:
    """Another one has another id."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 1)))
    before = dump(store)
    with pytest.raises(ShipmentExists):
        drive(ship_order, a_parcel(("l-1", 1), id="c-2"), store)
    assert dump(store) == before


def test_a_parcel_that_is_gone_is_named() -> None:
    """An order cannot arrive without the parcels that it knows."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 3)))
    order = store.rows(ORDER)["o-1"]
    with pytest.raises(Missing) as refusal:
        plan_confirm_receipt(a_receipt(), order)
    assert refusal.value.context == {"kind": "shipment", "ids": ("s-1",)}
    with pytest.raises(Missing):
        run(move_parcel, a_delivery_of(), a_shop_with().unit)


def test_an_order_that_was_adopted_without_its_parcel_is_named(drive: Drive) -> None:
    """Its units would be on their way for ever: nothing is written."""
    store = a_shop_with(*a_paid_basket(), a_shipment())
    sent = parcels.send(S1, order=OrderId("o-1"), units=lines(("l-1", 3)), at=NOON)
    put(store, *SHIPMENT.write(None, sent))
    before = dump(store)
    with pytest.raises(NotOnItsWay):
        drive(move_parcel, a_delivery_of(), store)
    assert dump(store) == before


def test_a_number_needs_a_parcel(drive: Drive) -> None:
    """Goods that leave in none have nothing that could keep it."""
    store = a_shop_with(*a_paid_basket())
    before = dump(store)
    with pytest.raises(NoParcel) as refusal:
        drive(ship_order, evolve(a_shipment(), tracking="SF1"), store)
    assert (refusal.value.context, dump(store)) == ({"id": "o-1"}, before)


@pytest.mark.parametrize("command", [a_delivery_of(), a_loss_of()])
def test_a_parcel_that_its_order_does_not_name_is_refused(command: DeliverShipment | LoseShipment) -> None:
    """The order was taken over without it: its units would be on their way for ever."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 2)))
    nameless = evolve(the_order(store), parcels=())
    parcel = store.rows(SHIPMENT)[S1]
    with pytest.raises(NotOnItsWay) as refusal:
        plan_move_parcel(command, ParcelNeeds(shipment=parcel, order=Versioned(nameless, 1)))
    assert refusal.value.context == {"id": "o-1", "shipment": "s-1"}


def test_a_parcel_whose_order_has_all_arrives_late() -> None:
    """Receipt was confirmed of an order that was taken over without it: the parcel alone still ends."""
    store = a_shop_with(*a_paid_basket(), a_parcel(("l-1", 2)))
    parcel = store.rows(SHIPMENT)[S1]
    do(store, a_receipt())
    needs = ParcelNeeds(shipment=parcel, order=store.rows(ORDER)["o-1"])
    assert plan_move_parcel(a_delivery_of(), needs).answer.status is parcels.Status.DELIVERED
    with pytest.raises(NotOnItsWay):
        plan_move_parcel(a_loss_of(), needs)
