"""What a case does to the order: units are asked back, come back, are refunded or dropped; and when it closes."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops import orders
from ecomops.codec import CODEC
from ecomops.kernel import Currency, Money
from ecomops.orders import DEFAULT_POLICY, ORDER, Aftermath, Excess, LineUnits, Order, Status
from ecomops.orders.order import OrderClosed, OrderRefunded, OrderReturnDropped, OrderReturned, OrderReturnRequested
from ecomops.terms import CaseId, LineId, ShipmentId
from ecomops.testing import (
    NOON,
    Given,
    Outcome,
    a_checkout,
    a_line,
    a_paid_order,
    a_received_order,
    a_service,
    a_shipped_order,
    cny,
)
from tests.orders.order.kit import LATER, O1, adopted, units

CASE = CaseId("k-1")
WEEK = NOON.add(days=7)
TICK = timedelta(microseconds=1)
BASKET = a_checkout(
    a_line(id="tea", quantity=3, gross="9.00"), a_line(id="cup", gross="1.00"), services=(a_service(id="wrap"),)
)
RECEIVED = a_received_order(BASKET)


def excess(line: str, wanted: int, left: int) -> Excess:
    """Return how many are wanted and how many there are."""
    return Excess(line=LineId(line), wanted=wanted, open=left)


def asked(
    *, at: DateTime = NOON, order: Order = RECEIVED, goods: bool = True, lost: bool = False, **quantities: int
) -> Order:
    """Return *order* after a case asked for these units."""
    events = orders.ask_back(order, case=CASE, units=units(**quantities), goods=goods, lost=lost, at=at)
    return ORDER.fold(order, events)


def back(order: Order, *, at: DateTime = NOON, **quantities: int) -> Order:
    """Return *order* after these units came back."""
    return ORDER.fold(order, orders.take_back(order, case=CASE, units=units(**quantities), at=at))


def aftermaths(order: Order) -> list[Aftermath]:
    """Return what became of each line and service, the windows apart."""
    return [evolve(row.aftermath, windows=()) for row in order.rows]


# --- asking


def test_units_are_asked_back_and_the_order_waits_for_its_case() -> None:
    """It does not close when the window ends."""
    Given(RECEIVED).when(orders.ask_back, case=CASE, units=units(tea=2, wrap=1), at=NOON).then(
        OrderReturnRequested(order_id=O1, case=CASE, units=units(tea=2, wrap=1), due_at=None, at=NOON)
    )
    order = asked(tea=2, wrap=1)
    assert aftermaths(order) == [Aftermath(return_requested=2), Aftermath(), Aftermath(return_requested=1)]
    assert (order.status, order.due_at) == (Status.PAID, None)
    assert orders.elapse(order, policy=DEFAULT_POLICY, at=NOON.add(years=1)) == ()


def test_an_order_with_a_parcel_on_its_way_keeps_its_deadline() -> None:
    """What is on its way is confirmed in time, whatever is asked back of the rest."""
    order = ORDER.replay((adopted(Status.PAID, (3, 3), (1, 0), due_at=LATER),))
    order = evolve(order, lines=(RECEIVED.lines[0], order.lines[1]))
    assert asked(order=order, tea=1).due_at == LATER


@pytest.mark.parametrize(("at", "fine"), [(NOON, True), (WEEK, True), (WEEK + TICK, False)])
def test_the_last_instant_of_the_window_counts(at: DateTime, *, fine: bool) -> None:
    """And nothing after it."""
    outcome = Given(RECEIVED).when(orders.ask_back, case=CASE, units=units(tea=3), at=at)
    if fine:
        assert outcome.refusal is None
    else:
        outcome.then_refused("order.return_too_late", lines=(excess("tea", 3, 0),))


def test_each_delivery_has_its_own_window() -> None:
    """Two of three came on the first day, the last a week later: on the tenth day one may go back, whichever it is."""
    order = a_shipped_order(BASKET)
    order = evolve(order, lines=tuple(evolve(line, shipped=min(line.shipped, 2)) for line in order.lines))
    order = ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=NOON))
    order = ORDER.fold(order, orders.ship(order, policy=DEFAULT_POLICY, at=NOON))
    order = ORDER.fold(order, orders.receive(order, policy=DEFAULT_POLICY, at=WEEK))
    assert order.due_at == WEEK.add(days=7)
    tea = order.lines[0]
    days = (0, 7, 8, 14, 15)
    assert [orders.returnable(tea, at=NOON.add(days=day)) for day in days] == [3, 3, 1, 1, 0]
    early = asked(order=order, at=NOON, tea=1).lines[0]
    assert [orders.returnable(early, at=NOON.add(days=day)) for day in days] == [2, 2, 1, 1, 0]


def two_deliveries(first: int, second: int) -> Order:
    """Return an order of ten cups: *first* came at noon, *second* four days later, and the rest is still to go."""
    order = a_paid_order(a_checkout(a_line(id="cup", quantity=10)))
    for parcel, (quantity, at) in enumerate(((first, NOON), (second, NOON.add(days=4)))):
        sent = units(cup=quantity)
        shipment = ShipmentId(f"s-{parcel}")
        order = ORDER.fold(order, orders.ship(order, units=sent, shipment=shipment, policy=DEFAULT_POLICY, at=at))
        arrived = orders.deliver(order, shipment=shipment, units=sent, policy=DEFAULT_POLICY, at=at)
        order = ORDER.fold(order, arrived)
    return order


def test_a_later_delivery_does_not_open_an_ended_window() -> None:
    """Asked for one by one, no more goes back after the first window than came with the second delivery."""
    late = NOON.add(days=8)
    order = asked(order=two_deliveries(3, 2), at=NOON, cup=1)  # in time, of the first delivery
    for _ in range(2):
        order = asked(order=order, at=late, cup=1)
    for goods in (True, False):
        Given(order).when(orders.ask_back, case=CASE, units=units(cup=1), goods=goods, at=late).then_refused(
            "order.return_too_late", lines=(excess("cup", 1, 0),)
        )
    dropped = ORDER.fold(order, orders.drop_return(order, case=CASE, units=units(cup=1), at=late))
    assert orders.returnable(dropped.lines[0], at=late) == 1


def test_lost_goods_do_not_open_an_ended_window() -> None:
    """Asked for one by one, no more than was lost goes back after the window; a return asks for no lost goods."""
    late = NOON.add(days=12)
    order = two_deliveries(3, 2)
    sent, lost = units(cup=2), ShipmentId("s-lost")
    order = ORDER.fold(order, orders.ship(order, units=sent, shipment=lost, policy=DEFAULT_POLICY, at=NOON))
    order = ORDER.fold(order, orders.lose(order, shipment=lost, units=sent, at=NOON))
    cup = asked(order=order, at=NOON, goods=False, lost=True, cup=2).lines[0]
    assert (orders.returnable(cup, at=NOON), orders.returnable(cup, at=NOON.add(days=8))) == (5, 2)
    for _ in range(2):
        order = asked(order=order, at=late, goods=False, cup=1)
    Given(order).when(orders.ask_back, case=CASE, units=units(cup=1), goods=False, at=late).then_refused(
        "order.return_too_late", lines=(excess("cup", 1, 0),)
    )
    taken_over = evolve(cup, aftermath=Aftermath(lost=1, returned=2, refunded=2))  # its windows had ended before
    assert (orders.returnable(taken_over, at=NOON), orders.refundable(taken_over, at=NOON)) == (0, 1)


def test_nothing_is_asked_back_twice() -> None:
    """Neither while a case is open nor after it was refunded; every line is listed."""
    order = asked(tea=2)
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=2, cup=2), at=NOON).then_refused(
        "order.not_returnable", lines=(excess("tea", 2, 1), excess("cup", 2, 1))
    )
    order = back(order, tea=2)
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(tea=2), at=NOON))
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=2), at=NOON).then_refused(
        "order.not_returnable", lines=(excess("tea", 2, 1),)
    )


def test_a_refusal_tells_how_many_there_are() -> None:
    """In both languages."""
    refusal = Given(asked(tea=2)).when(orders.ask_back, case=CASE, units=units(tea=2, cup=2), at=NOON).refusal
    assert refusal is not None
    assert refusal.message("en") == "not all of it can be returned: tea (2 > 1), cup (2 > 1)"
    assert "tea (2 > 1)" in refusal.message("zh")


def test_a_service_is_asked_back_once() -> None:
    """It is one unit."""
    Given(asked(wrap=1)).when(orders.ask_back, case=CASE, units=units(wrap=1), at=NOON).then_refused(
        "order.not_returnable", lines=(excess("wrap", 1, 0),)
    )


def test_money_alone_is_asked_for_lost_goods_without_a_window() -> None:
    """And for goods that arrived, within theirs; a return of lost goods is none."""
    sent = a_shipped_order(BASKET)
    lost = evolve(sent.lines[0], received=1, aftermath=Aftermath(lost=2))
    order = evolve(sent, lines=(lost, sent.lines[1]))
    late = NOON.add(years=1)
    assert [orders.refundable(lost, at=NOON), orders.refundable(lost, at=late)] == [2, 2]
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=2), goods=False, at=late).then(
        OrderReturnRequested(order_id=O1, case=CASE, units=units(tea=2), lost=units(tea=2), due_at=sent.due_at, at=late)
    )
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=3), goods=False, at=late).then_refused(
        "order.return_too_late", lines=(excess("tea", 3, 2),)
    )
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=4), goods=False, at=late).then_refused(
        "order.not_returnable", lines=(excess("tea", 4, 3),)
    )
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=2), at=NOON).then_refused(
        "order.not_returnable", lines=(excess("tea", 2, 1),)
    )
    assert orders.refundable(order.services[0], at=late) == 1
    Given(order).when(orders.ask_back, case=CASE, units=units(wrap=2), goods=False, at=late).then_refused(
        "order.not_returnable", lines=(excess("wrap", 2, 1),)
    )


# --- money for goods that arrived, money for goods that were lost


def one_of_each() -> Order:
    """Return an order of two cups: one arrived at noon, the other was lost."""
    order = a_paid_order(a_checkout(a_line(id="cup", quantity=2, gross="10.01")))
    one = units(cup=1)
    for parcel in (HERE, GONE):
        order = ORDER.fold(order, orders.ship(order, units=one, shipment=parcel, policy=DEFAULT_POLICY, at=NOON))
    order = ORDER.fold(order, orders.deliver(order, shipment=HERE, units=one, policy=DEFAULT_POLICY, at=NOON))
    return ORDER.fold(order, orders.lose(order, shipment=GONE, units=one, at=NOON))


HERE, GONE = ShipmentId("s-here"), ShipmentId("s-gone")
AFTER = WEEK + TICK


@pytest.mark.parametrize(
    ("goods", "lost", "at", "cups", "gone"),
    [
        (True, False, NOON, 1, 0),
        (True, True, NOON, 1, 0),
        (False, False, NOON, 1, 0),
        (False, False, WEEK, 1, 0),
        (False, False, AFTER, 1, 1),
        (False, False, NOON, 2, 1),
        (False, True, NOON, 1, 1),
        (False, True, AFTER, 1, 1),
        (False, True, NOON, 2, 1),
    ],
)
def test_which_units_a_case_asks_for(*, goods: bool, lost: bool, at: DateTime, cups: int, gone: int) -> None:
    """Goods are never lost ones; money is for those that arrived while they may be asked back, unless told so."""
    order = one_of_each()
    (event,) = orders.ask_back(order, case=CASE, units=units(cup=cups), goods=goods, lost=lost, at=at)
    assert event.lost == (units(cup=gone) if gone else ())
    (cup,) = ORDER.fold(order, (event,)).lines
    assert (cup.received_claimed, cup.lost_unclaimed) == (cups - gone, 1 - gone)


def test_money_for_what_arrived_is_none_for_what_was_lost() -> None:
    """After it the order waits for the shop, however long, until the lost cup is paid for too."""
    order = asked(order=one_of_each(), goods=False, cup=1)
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(cup=1), at=AFTER))
    assert (order.status, order.due_at, order.due) == (Status.PAID, None, cny("5.00"))
    assert orders.elapse(order, policy=DEFAULT_POLICY, at=NOON.add(years=1)) == ()
    for goods in (True, False):  # nobody is paid twice for the cup that he has
        assert Given(order).when(orders.ask_back, case=CASE, units=units(cup=2), goods=goods, at=NOON).refusal
    order = asked(order=order, at=AFTER, goods=False, cup=1)
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(cup=1), at=AFTER))
    assert (order.status, order.due) == (Status.CLOSED, cny("0.00"))


def test_money_for_what_was_lost_leaves_the_other_with_its_window() -> None:
    """The cup that arrived may still come back, and the order closes when it may not."""
    order = asked(order=one_of_each(), goods=False, lost=True, cup=1)
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(cup=1), at=NOON))
    assert (order.status, order.due_at, orders.returnable(order.lines[0], at=WEEK)) == (Status.PAID, WEEK, 1)
    order = back(asked(order=order, cup=1), cup=1)
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(cup=1), at=AFTER))
    assert (order.status, order.due) == (Status.CLOSED, cny("0.00"))


def test_what_was_lost_never_comes_back() -> None:
    """Money was asked for it alone."""
    order = asked(order=one_of_each(), goods=False, lost=True, cup=1)
    Given(order).when(orders.take_back, case=CASE, units=units(cup=1), at=NOON).then_refused(
        "order.not_requested", lines=(excess("cup", 1, 0),)
    )


def test_a_case_that_is_dropped_frees_what_it_asked_for() -> None:
    """The lost cup of the one, the other cup of the other: each can be asked for again."""
    first = asked(order=one_of_each(), goods=False, lost=True, cup=1)
    both = asked(order=first, goods=False, cup=1)
    cup = units(cup=1)
    lost = ORDER.fold(both, orders.drop_return(both, case=CASE, units=cup, lost=cup, at=NOON))
    other = ORDER.fold(both, orders.drop_return(both, case=CASE, units=cup, at=NOON))
    assert [(each.lines[0].received_claimed, each.lines[0].lost_unclaimed) for each in (both, lost, other)] == [
        (1, 0),
        (1, 1),
        (0, 0),
    ]
    assert other == first


@pytest.mark.parametrize(
    ("cups", "gone", "line"),
    [
        (2, 2, excess("cup", 2, 1)),  # one was asked for as lost
        (1, 2, excess("cup", 2, 1)),  # no more is lost than is dropped
        (2, 0, excess("cup", 2, 1)),  # one of the two was
    ],
)
def test_a_case_drops_what_it_told(cups: int, gone: int, line: Excess) -> None:
    """Of lost units and of others no more than was asked for."""
    order = asked(order=one_of_each(), goods=False, cup=2)
    Given(order).when(
        orders.drop_return, case=CASE, units=units(cup=cups), lost=units(cup=gone) if gone else (), at=NOON
    ).then_refused("order.not_requested", lines=(line,))


def test_a_log_that_does_not_tell_of_losses_is_read() -> None:
    """What it asks for is of the goods that arrived, and the rest of the lost ones."""
    order = one_of_each()
    asked_for = OrderReturnRequested(order_id=O1, case=CASE, units=units(cup=1), due_at=None, at=NOON)
    stored = CODEC.dump(asked_for)
    assert CODEC.load({name: stored[name] for name in stored if name != "lost"}, object) == asked_for
    cups = [ORDER.fold(order, (asked_for,) * times).lines[0] for times in (1, 2)]
    assert [(cup.received_claimed, cup.lost_unclaimed) for cup in cups] == [(1, 1), (1, 0)]


def test_an_adopted_order_waits_for_what_it_owes() -> None:
    """For lost goods that nobody asked the money of, and for the case of a service."""
    event = adopted(Status.PAID, (3, 3), (1, 0), due_at=LATER)
    tea, cup = event.lines
    unpaid = evolve(event, lines=(tea, evolve(cup, aftermath=Aftermath(lost=1))))
    paid = evolve(event, lines=(tea, evolve(cup, aftermath=Aftermath(lost=1, lost_claimed=1, refunded=1))))
    (wrap,) = RECEIVED.services
    case = evolve(paid, services=(evolve(wrap, aftermath=Aftermath(return_requested=1)),))
    assert [ORDER.replay((each,)).due_at for each in (unpaid, paid, case)] == [None, LATER, None]


def test_before_anything_has_left_it_is_called_off_instead() -> None:
    """Nothing can come back."""
    order = ORDER.replay((adopted(Status.PAID),))
    Given(order).when(orders.ask_back, case=CASE, units=units(tea=1), at=NOON).then_refused(
        "order.not_shipped", id="o-1"
    )


@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.CLOSED, Status.CANCELLED])
def test_only_of_a_paid_order_something_comes_back(status: Status) -> None:
    """All four decisions refuse by the table."""
    order = evolve(RECEIVED, status=status)
    one = units(tea=1)
    moves: dict[str, Outcome[Any]] = {
        "OrderReturnRequested": Given(order).when(orders.ask_back, case=CASE, units=one, at=NOON),
        "OrderReturned": Given(order).when(orders.take_back, case=CASE, units=one, at=NOON),
        "OrderReturnDropped": Given(order).when(orders.drop_return, case=CASE, units=one, at=NOON),
        "OrderRefunded": Given(order).when(orders.refund, case=CASE, units=one, at=NOON),
    }
    for event, outcome in moves.items():
        outcome.then_refused("order.illegal_move", state=status.value, event=event)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ((), "order.nothing_named"),
        ((*units(tea=1), *units(tea=1)), "value.repeated"),
        (units(milk=1), "order.unknown_line"),
    ],
)
def test_units_are_named_each_once(named: tuple[LineUnits, ...], code: str) -> None:
    """By all four decisions."""
    order = asked(tea=1)
    Given(order).when(orders.ask_back, case=CASE, units=named, at=NOON).then_refused(code)
    Given(order).when(orders.take_back, case=CASE, units=named, at=NOON).then_refused(code)
    Given(order).when(orders.drop_return, case=CASE, units=named, at=NOON).then_refused(code)
    Given(order).when(orders.refund, case=CASE, units=named, at=NOON).then_refused(code)


# --- coming back


def test_what_was_asked_for_comes_back() -> None:
    """It is counted, and money does not move."""
    order = asked(tea=2)
    Given(order).when(orders.take_back, case=CASE, units=units(tea=2), at=LATER).then(
        OrderReturned(order_id=O1, case=CASE, units=units(tea=2), at=LATER)
    )
    after = back(order, tea=2)
    assert aftermaths(after)[0] == Aftermath(return_requested=2, returned=2)
    assert (after.due, after.due_at) == (order.due, None)


@pytest.mark.parametrize(("quantities", "left"), [({"tea": 3}, 2), ({"cup": 1}, 0), ({"wrap": 1}, 0)])
def test_no_more_comes_back_than_was_asked_for(quantities: dict[str, int], left: int) -> None:
    """A service never does."""
    ((line, wanted),) = quantities.items()
    Given(asked(tea=2, wrap=1)).when(orders.take_back, case=CASE, units=units(**quantities), at=NOON).then_refused(
        "order.not_requested", lines=(excess(line, wanted, left),)
    )


# --- money


def test_the_money_of_units_goes_back() -> None:
    """What is due falls by what they were sold for, and the order closes when its window ends."""
    order = back(asked(tea=2), tea=2)
    events = orders.refund(order, case=CASE, units=units(tea=2), at=LATER)
    assert events == (
        OrderRefunded(
            order_id=O1,
            case=CASE,
            units=units(tea=2),
            due=cny("9.00"),
            excess=cny("0.00"),
            fees=cny("0.00"),
            due_at=WEEK,
            at=LATER,
        ),
    )
    after = ORDER.fold(order, events)
    assert aftermaths(after)[0] == Aftermath(returned=2, refunded=2)
    assert (after.due, after.due_at, after.lines[0].kept) == (cny("9.00"), WEEK, 1)


def test_the_shop_keeps_its_fees() -> None:
    """They add up, and never exceed what goes back."""
    order = back(asked(tea=2, cup=1), tea=2, cup=1)
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(tea=2), fee=cny("2.50"), at=NOON))
    assert (order.due, order.fees) == (cny("9.00"), cny("2.50"))
    order = ORDER.fold(order, orders.refund(order, case=CASE, units=units(cup=1), fee=cny("9.99"), at=NOON))
    assert (order.due, order.fees) == (cny("8.00"), cny("3.50"))


@pytest.mark.parametrize(
    ("fee", "code"),
    [(cny("-0.01"), "money.negative"), (Money(1, Currency.USD), "money.currency_mismatch")],
)
def test_a_fee_is_of_the_order_and_not_negative(fee: Money, code: str) -> None:
    """Nobody is given more than he paid."""
    Given(asked(tea=1)).when(orders.refund, case=CASE, units=units(tea=1), fee=fee, at=NOON).then_refused(code)


def test_only_what_was_asked_for_is_refunded() -> None:
    """Every line is listed."""
    Given(asked(tea=1)).when(orders.refund, case=CASE, units=units(tea=2, cup=1), at=NOON).then_refused(
        "order.not_requested", lines=(excess("tea", 2, 1), excess("cup", 1, 0))
    )


def test_an_order_whose_window_has_ended_closes_with_its_last_case() -> None:
    """The moment the case is over; one whose window is open waits for it, to its last instant."""
    order = back(asked(tea=3, at=WEEK), tea=3)
    for at, over in ((WEEK, False), (WEEK + TICK, True)):
        events = orders.refund(order, case=CASE, units=units(tea=3), at=at)
        assert (events[1:] == (OrderClosed(order_id=O1, at=at),)) is over
        after = ORDER.fold(order, events)
        assert (after.status, after.due_at) == ((Status.CLOSED, None) if over else (Status.PAID, WEEK))


def test_an_order_with_another_open_case_stays_open() -> None:
    """Although one is over and the windows have ended."""
    order = back(asked(tea=2, cup=1), tea=2)
    (refunded,) = orders.refund(order, case=CASE, units=units(tea=2), at=NOON.add(years=1))
    assert isinstance(refunded, OrderRefunded)
    assert refunded.due_at is None


# --- dropped


def test_what_is_not_wanted_any_more_can_be_asked_for_again() -> None:
    """And the order closes in time."""
    order = asked(tea=2)
    events = orders.drop_return(order, case=CASE, units=units(tea=2), at=NOON)
    assert events == (
        OrderReturnDropped(order_id=O1, case=CASE, units=units(tea=2), sent_back=(), due_at=WEEK, at=NOON),
    )
    assert ORDER.fold(order, events) == RECEIVED


def test_what_had_come_goes_to_the_buyer_again() -> None:
    """It is neither returned nor asked for."""
    order = back(asked(tea=2), tea=2)
    after = ORDER.fold(order, orders.drop_return(order, case=CASE, units=units(tea=2), sent_back=units(tea=2), at=NOON))
    assert after == RECEIVED


@pytest.mark.parametrize(
    ("named", "sent_back", "lines"),
    [
        (units(tea=3), (), (excess("tea", 3, 2),)),
        (units(tea=2), units(tea=2), (excess("tea", 2, 1),)),
    ],
)
def test_only_what_was_asked_for_is_dropped(
    named: tuple[LineUnits, ...], sent_back: tuple[LineUnits, ...], lines: tuple[Excess, ...]
) -> None:
    """And only what had come is sent back."""
    order = back(asked(tea=2), tea=1)
    Given(order).when(orders.drop_return, case=CASE, units=named, sent_back=sent_back, at=NOON).then_refused(
        "order.not_requested", lines=lines
    )


def test_units_that_came_cannot_be_dropped_and_kept() -> None:
    """The counters would say that the shop has what nobody asked back."""
    order = back(asked(tea=2), tea=2)
    Given(order).when(orders.drop_return, case=CASE, units=units(tea=2), at=NOON).then_refused("order.bad_counters")


def test_an_order_that_was_dropped_late_closes() -> None:
    """Its windows have ended meanwhile."""
    late = NOON.add(years=1)
    order = asked(tea=2)
    assert orders.drop_return(order, case=CASE, units=units(tea=2), at=late)[1:] == (
        OrderClosed(order_id=O1, at=late),
    )  # fmt: skip


# --- lost parcels


def test_an_order_waits_until_lost_goods_are_refunded() -> None:
    """Then it closes, for there is nothing that could come back."""
    parcel = ShipmentId("s-1")
    order = evolve(a_shipped_order(BASKET), parcels=(parcel,))
    all_of_it = units(tea=3, cup=1)
    order = ORDER.fold(order, orders.lose(order, shipment=parcel, units=all_of_it, at=NOON))
    assert (order.status, order.due_at, order.parcels) == (Status.PAID, None, ())
    order = asked(order=order, goods=False, tea=3, cup=1)
    some = orders.refund(order, case=CASE, units=units(tea=3), at=NOON)
    assert ORDER.fold(order, some).status is Status.PAID
    after = ORDER.fold(order, orders.refund(order, case=CASE, units=all_of_it, at=NOON))
    assert (after.status, after.due) == (Status.CLOSED, cny("5.00"))
