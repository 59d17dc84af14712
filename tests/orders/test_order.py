"""The order: what each decision does in every state, what it refuses, and when time asks something of it."""

from datetime import timedelta

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import CorruptHistory, Currency, Money
from ecomops.orders import (
    DEFAULT_POLICY,
    LIFECYCLE,
    ORDER,
    CancelReason,
    Checkout,
    Line,
    LineUnits,
    Order,
    OrderPolicy,
    Status,
)
from ecomops.orders.order import (
    OrderAdopted,
    OrderCancelled,
    OrderClosed,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderShipped,
)
from ecomops.orders.rungs import Rung, StepKind
from ecomops.terms import CustomerId, Funder, LineId, OrderId, PricedLine, Tender, TenderKind
from ecomops.testing import (
    NOON,
    Given,
    Outcome,
    a_checkout,
    a_discount,
    a_line,
    a_paid_order,
    a_received_order,
    a_service,
    a_shipped_order,
    an_order,
    cny,
    given,
)

O1 = OrderId("o-1")
LATER = NOON.add(hours=1)
CONFIRM_BY = LATER.add(days=10)
NO_WINDOW = OrderPolicy(return_window=timedelta(0))
COUPON = TenderKind.MANUFACTURER_COUPON
BASKET = a_checkout(a_line(id="tea", quantity=3, gross="9.00"), a_line(id="cup", quantity=1, gross="1.00"))

PAID = OrderPaid(order_id=O1, amount=cny("10.00"), at=LATER)
CANCELLED = OrderCancelled(order_id=O1, reason=CancelReason.SHOP, at=LATER)
CLOSED = OrderClosed(order_id=O1, at=LATER)

Timed = OrderCancelled | OrderReceived | OrderClosed


def units(**quantities: int) -> tuple[LineUnits, ...]:
    """Return so many units of the lines named."""
    return tuple(LineUnits(line=LineId(line), quantity=quantity) for line, quantity in quantities.items())


def counted(lines: tuple[Line, ...], *counters: tuple[int, int]) -> tuple[Line, ...]:
    """Return *lines* with their (shipped, received) counters set."""
    return tuple(
        evolve(line, shipped=shipped, received=received)
        for line, (shipped, received) in zip(lines, counters, strict=True)
    )


def adopted(
    status: Status, *counters: tuple[int, int], due_at: DateTime | None = None, checkout: Checkout = BASKET
) -> OrderAdopted:
    """Return the event that takes an order over in *status*, its lines with these (shipped, received) counters."""
    order = an_order(checkout)
    return OrderAdopted(
        order_id=order.id,
        customer=CustomerId("u-1"),
        status=status,
        currency=order.currency,
        lines=counted(order.lines, *counters) if counters else order.lines,
        services=order.services,
        tenders=order.tenders,
        excess=order.excess,
        due=order.due,
        placed_at=NOON.subtract(days=3),
        due_at=due_at,
        at=NOON,
    )


def shipment(confirm_by: DateTime = CONFIRM_BY, **quantities: int) -> OrderShipped:
    """Return the event of units that left an hour after noon, without a carrier."""
    return OrderShipped(order_id=O1, units=units(**quantities), carrier=None, confirm_by=confirm_by, at=LATER)


def receipt(close_at: DateTime | None) -> OrderReceived:
    """Return the event of a receipt an hour after noon."""
    return OrderReceived(order_id=O1, close_at=close_at, at=LATER)


def placing(checkout: Checkout, at: DateTime = NOON) -> Outcome[object]:
    """Return what came of placing *checkout*."""
    return Given(checkout).when(orders.place, policy=DEFAULT_POLICY, at=at)


def test_the_table() -> None:
    """Awaiting payment, paid, closed, cancelled: shipped and received are derived, so no state of their own."""
    assert set(LIFECYCLE.edges()) == {
        (None, OrderPlaced, Status.AWAITING_PAYMENT),
        *((None, OrderAdopted, status) for status in Status),
        (Status.AWAITING_PAYMENT, OrderPaid, Status.PAID),
        (Status.AWAITING_PAYMENT, OrderCancelled, Status.CANCELLED),
        (Status.PAID, OrderShipped, Status.PAID),
        (Status.PAID, OrderReceived, Status.PAID),
        (Status.PAID, OrderCancelled, Status.CANCELLED),
        (Status.PAID, OrderClosed, Status.CLOSED),
    }


# --- placing


def test_a_placed_order_awaits_its_payment_for_half_an_hour() -> None:
    """Its amounts are frozen and its payment window starts when it is placed."""
    discounted = a_line(quantity=2, gross="10.00", discounts=(a_discount("1.00"),))
    coupon = Tender(kind=COUPON, amount=cny("2.00"), funder=Funder.BRAND)
    checkout = Checkout(
        order_id=O1, customer=CustomerId("u-1"), currency=Currency.CNY, lines=(discounted,), tenders=(coupon,)
    )
    rungs = (
        Rung(kind=StepKind.GROSS, source="gross", funder=Funder.SHOP, left=cny("10.00")),
        Rung(kind=StepKind.DISCOUNT, source="loyalty", funder=Funder.SHOP, left=cny("9.00")),
        Rung(kind=StepKind.TENDER, source="manufacturer_coupon", funder=Funder.BRAND, left=cny("7.00")),
    )
    line = Line(id=discounted.id, stock=discounted.stock, quantity=2, price=discounted.price, rungs=rungs)
    (placed,) = orders.place(checkout, policy=DEFAULT_POLICY, at=NOON)
    assert placed == OrderPlaced(
        order_id=O1,
        customer=CustomerId("u-1"),
        currency=Currency.CNY,
        lines=(line,),
        services=(),
        tenders=(coupon,),
        excess=cny("0.00"),
        due=cny("7.00"),
        pay_by=NOON.add(minutes=30),
        at=NOON,
    )
    assert ORDER.replay((placed,)) == Order(
        id=O1,
        customer=CustomerId("u-1"),
        status=Status.AWAITING_PAYMENT,
        currency=Currency.CNY,
        lines=(line,),
        services=(),
        tenders=(coupon,),
        excess=cny("0.00"),
        due=cny("7.00"),
        placed_at=NOON,
        due_at=NOON.add(minutes=30),
    )


def test_the_payment_window_is_the_policys() -> None:
    """A shop may give its buyers more or less time."""
    (placed,) = orders.place(a_checkout(), policy=OrderPolicy(unpaid_after=timedelta(hours=2)), at=NOON)
    assert ORDER.replay((placed,)).due_at == NOON.add(hours=2)


FREE = a_checkout(a_line(gross="0.00"))
COVERED = a_checkout(a_line(gross="5.00"), tenders=(Tender(kind=COUPON, amount=cny("5.00")),))
EXCEEDED = a_checkout(a_line(gross="5.00"), tenders=(Tender(kind=COUPON, amount=cny("7.00")),))


@pytest.mark.parametrize(("checkout", "due"), [(FREE, "0.00"), (COVERED, "0.00"), (EXCEEDED, "-2.00")])
def test_an_order_that_owes_nothing_is_settled_at_once(checkout: Checkout, due: str) -> None:
    """It is paid with nothing, also when tenders exceed it, and waits for its goods to be shipped."""
    placed, *rest = orders.place(checkout, policy=DEFAULT_POLICY, at=NOON)
    assert rest == [OrderPaid(order_id=O1, amount=cny("0.00"), at=NOON)]
    order = ORDER.replay((placed, *rest))
    assert (order.status, order.due, order.due_at) == (Status.PAID, cny(due), None)


@pytest.mark.parametrize(
    ("checkout", "due", "excess"),
    [
        (a_checkout(services=(a_service(gross="0.00"),)), "0.00", "0.00"),
        (a_checkout(tenders=(Tender(kind=COUPON, amount=cny("3.00")),)), "-3.00", "3.00"),
        (
            a_checkout(services=(a_service(gross="5.00"),), tenders=(Tender(kind=COUPON, amount=cny("8.00")),)),
            "-3.00",
            "3.00",
        ),
    ],
)
def test_an_order_that_owes_nothing_and_has_no_goods_closes_at_once(checkout: Checkout, due: str, excess: str) -> None:
    """Nothing of it can be shipped or come back."""
    placed, *rest = orders.place(checkout, policy=DEFAULT_POLICY, at=NOON)
    assert rest == [OrderPaid(order_id=O1, amount=cny("0.00"), at=NOON), OrderClosed(order_id=O1, at=NOON)]
    order = ORDER.replay((placed, *rest))
    assert (order.status, order.due, order.excess, order.due_at) == (Status.CLOSED, cny(due), cny(excess), None)


def test_one_cent_due_is_waited_for() -> None:
    """Only what owes nothing is settled at placement."""
    assert len(orders.place(a_checkout(a_line(gross="0.01")), policy=DEFAULT_POLICY, at=NOON)) == 1


def test_an_order_of_nothing_is_refused() -> None:
    """Neither lines nor services nor tenders."""
    placing(Checkout(order_id=O1, currency=Currency.CNY)).then_refused("order.empty", id="o-1")


USD_LINE = PricedLine(
    id=LineId("l-1"), stock=a_line().stock, quantity=1, price=a_line().price, gross=Money(100, Currency.USD)
)


@pytest.mark.parametrize(
    ("checkout", "code", "context"),
    [
        (a_checkout(a_line(), a_line()), "value.repeated", {"field": "order.lines", "key": "l-1"}),
        (a_checkout(USD_LINE), "money.currency_mismatch", {"left": Currency.CNY, "right": Currency.USD}),
        (
            a_checkout(a_line(gross="1.00", discounts=(a_discount("0.60"), a_discount("0.41")))),
            "order.discount_too_large",
            {"line": "l-1", "gross": cny("1.00"), "discounts": cny("1.01")},
        ),
        (
            a_checkout(a_line(), tenders=(Tender(kind=COUPON, amount=cny("1.00"), lines=(LineId("l-2"),)),)),
            "order.unknown_line",
            {"id": "o-1", "lines": ("l-2",)},
        ),
    ],
)
def test_a_checkout_that_does_not_add_up_is_refused(checkout: Checkout, code: str, context: dict[str, object]) -> None:
    """Each refusal names the line and the numbers."""
    placing(checkout).then_refused(code, **context)


@pytest.mark.parametrize("minutes", [29, 30])
def test_a_deadline_after_the_last_instant_is_refused(minutes: int) -> None:
    """The end of the year 9999 is the end of time, to the microsecond."""
    last = NOON.set(year=9999, month=12, day=31, hour=23, minute=59, second=59, microsecond=999_999)
    outcome = placing(a_checkout(), at=last.subtract(minutes=minutes))
    if minutes == 30:
        assert outcome.refusal is None
    else:
        outcome.then_refused("value.out_of_range", field="instant")


# --- settling


@pytest.mark.parametrize("captured", ["10.00", "10.01", "99.00"])
def test_an_order_is_paid_once_what_is_due_is_covered(captured: str) -> None:
    """Exactly what is due is enough, and more is kept as what came; the payment window is over."""
    order = an_order()
    paid = OrderPaid(order_id=O1, amount=cny(captured), at=LATER)
    assert orders.settle(order, captured=cny(captured), at=LATER) == (paid,)
    assert ORDER.fold(order, (paid,)) == evolve(order, status=Status.PAID, due_at=None)


@pytest.mark.parametrize("captured", ["9.99", "0.00", "-1.00"])
def test_an_order_waits_until_what_is_due_is_covered(captured: str) -> None:
    """A part of it changes nothing."""
    assert orders.settle(an_order(), captured=cny(captured), at=LATER) == ()


def test_an_order_of_services_closes_when_it_is_paid() -> None:
    """It has no goods to ship or to come back."""
    fee = an_order(a_checkout(services=(a_service(gross="5.00"),)))
    events = orders.settle(fee, captured=cny("5.00"), at=LATER)
    assert events == (OrderPaid(order_id=O1, amount=cny("5.00"), at=LATER), CLOSED)
    assert ORDER.fold(fee, events) == evolve(fee, status=Status.CLOSED, due_at=None)


@pytest.mark.parametrize("status", [Status.PAID, Status.CLOSED, Status.CANCELLED])
def test_money_for_an_order_that_waits_for_none_settles_nothing(status: Status) -> None:
    """A repeat, and money for a cancelled order: the balance says that it is to be paid back."""
    given(ORDER, adopted(status)).when(orders.settle, captured=cny("99.00"), at=LATER).then_nothing()


def test_money_of_another_currency_settles_nothing() -> None:
    """It is refused: currencies do not mix."""
    given(ORDER, adopted(Status.AWAITING_PAYMENT)).when(
        orders.settle, captured=Money(99_999, Currency.USD), at=LATER
    ).then_refused("money.currency_mismatch", left=Currency.USD, right=Currency.CNY)


@pytest.mark.parametrize(
    ("status", "settled"),
    [(Status.AWAITING_PAYMENT, False), (Status.PAID, True), (Status.CLOSED, True), (Status.CANCELLED, False)],
)
def test_which_orders_are_settled(status: Status, *, settled: bool) -> None:
    """Those that were paid and not called off."""
    assert ORDER.replay((adopted(status),)).settled is settled


# --- shipping


def test_all_that_is_still_to_go_leaves_by_default() -> None:
    """A line that has gone already is not named again."""
    order = given(ORDER, adopted(Status.PAID, (1, 0), (1, 0)))
    order.when(orders.ship, policy=DEFAULT_POLICY, at=LATER).then(shipment(tea=2))
    assert orders.open_units(order.value) == units(tea=2)


def test_a_part_can_leave() -> None:
    """The counters of its lines move, receipt is taken as confirmed ten days later, nothing else changes."""
    order = a_paid_order(BASKET)
    events = orders.ship(order, units=units(tea=2), carrier="sf", policy=DEFAULT_POLICY, at=LATER)
    assert events == (evolve(shipment(tea=2), carrier="sf"),)
    assert ORDER.fold(order, events) == evolve(
        order, lines=counted(order.lines, (2, 0), (0, 0)), due_at=LATER.add(days=10)
    )


def test_shipments_of_one_line_add_up() -> None:
    """Two, then one more; and the later deadline counts."""
    history = (adopted(Status.PAID), shipment(tea=2), shipment(LATER.add(days=11), tea=1, cup=1))
    order = ORDER.replay(history)
    assert [(line.shipped, line.unshipped) for line in order.lines] == [(3, 0), (1, 0)]
    assert order.due_at == LATER.add(days=11)


def test_receipt_is_taken_as_confirmed_when_the_policy_says() -> None:
    """Ten days are a default."""
    policy = OrderPolicy(confirm_after=timedelta(days=3))
    (shipped,) = orders.ship(a_paid_order(), policy=policy, at=LATER)
    assert shipped.confirm_by == LATER.add(days=3)


@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.CLOSED, Status.CANCELLED])
def test_only_a_paid_order_is_shipped(status: Status) -> None:
    """Any other refuses by its table."""
    given(ORDER, adopted(status)).when(orders.ship, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.illegal_move", machine="order", id="o-1", state=status.value, event="OrderShipped"
    )


@pytest.mark.parametrize(
    ("named", "code", "context"),
    [
        ((), "order.nothing_to_ship", {"id": "o-1"}),
        (units(tea=3), "order.over_shipped", {"line": "tea", "wanted": 3, "open": 2}),
        (units(tea=2, cup=1), "order.over_shipped", {"line": "cup", "wanted": 1, "open": 0}),
        (units(tea=1, milk=1, salt=9), "order.unknown_line", {"id": "o-1", "lines": ("milk", "salt")}),
        ((*units(tea=1), *units(tea=1)), "value.repeated", {"field": "ship.units", "key": "tea"}),
    ],
)
def test_what_is_not_there_to_ship_is_refused(
    named: tuple[LineUnits, ...], code: str, context: dict[str, object]
) -> None:
    """Of three teas one has gone, and the cup."""
    given(ORDER, adopted(Status.PAID, (1, 0), (1, 1))).when(
        orders.ship, units=named, policy=DEFAULT_POLICY, at=LATER
    ).then_refused(code, **context)


@pytest.mark.parametrize(
    "event",
    [adopted(Status.PAID, (3, 0), (1, 0)), adopted(Status.PAID, checkout=a_checkout(services=(a_service(),)))],
)
def test_an_order_with_nothing_left_to_go_is_not_shipped(event: OrderAdopted) -> None:
    """All of it has gone, or it has no goods."""
    given(ORDER, event).when(orders.ship, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.nothing_to_ship", id="o-1"
    )


# --- receiving


def test_the_return_window_starts_when_the_last_unit_arrives() -> None:
    """Seven days by default; then the order closes."""
    order = a_shipped_order(BASKET)
    events = orders.receive(order, policy=DEFAULT_POLICY, at=LATER)
    assert events == (receipt(LATER.add(days=7)),)
    assert ORDER.fold(order, events) == evolve(
        order, lines=counted(order.lines, (3, 3), (1, 1)), due_at=LATER.add(days=7)
    )


@pytest.mark.parametrize("policy", [DEFAULT_POLICY, NO_WINDOW])
def test_no_window_starts_while_goods_are_still_to_come(policy: OrderPolicy) -> None:
    """What was shipped has arrived, and nothing is waited for until the rest leaves."""
    event = adopted(Status.PAID, (2, 1), (1, 0), due_at=LATER)
    given(ORDER, event).when(orders.receive, policy=policy, at=LATER).then(receipt(None))
    order = ORDER.replay((event, receipt(None)))
    assert [(line.shipped, line.received) for line in order.lines] == [(2, 2), (1, 1)]
    assert (order.status, order.due_at) == (Status.PAID, None)


def test_an_order_without_a_return_window_closes_when_it_is_received() -> None:
    """In the same decision."""
    event = adopted(Status.PAID, (3, 0), (1, 1), due_at=LATER)
    given(ORDER, event).when(orders.receive, policy=NO_WINDOW, at=LATER).then(receipt(None), CLOSED)
    order = ORDER.replay((event, receipt(None), CLOSED))
    assert (order.status, order.due_at) == (Status.CLOSED, None)


def test_the_return_window_is_the_policys() -> None:
    """Seven days are a default."""
    policy = OrderPolicy(return_window=timedelta(days=14))
    assert orders.receive(a_shipped_order(), policy=policy, at=LATER) == (receipt(LATER.add(days=14)),)


@pytest.mark.parametrize("counters", [((3, 3), (1, 1)), ((2, 2), (0, 0))])
def test_what_has_arrived_arrives_once(counters: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """A repeat leaves no event: it would move the return window."""
    given(ORDER, adopted(Status.PAID, *counters)).when(orders.receive, policy=DEFAULT_POLICY, at=LATER).then_nothing()


def test_nothing_arrives_before_something_is_shipped() -> None:
    """Receipt of an unshipped order is refused."""
    given(ORDER, adopted(Status.PAID)).when(orders.receive, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.not_shipped", id="o-1"
    )


@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.CLOSED, Status.CANCELLED])
def test_only_a_paid_order_is_received(status: Status) -> None:
    """Any other refuses by its table."""
    given(ORDER, adopted(status, (3, 0), (1, 0))).when(orders.receive, policy=DEFAULT_POLICY, at=LATER).then_refused(
        "order.illegal_move", machine="order", id="o-1", state=status.value, event="OrderReceived"
    )


# --- cancelling


@pytest.mark.parametrize("reason", CancelReason)
@pytest.mark.parametrize("status", [Status.AWAITING_PAYMENT, Status.PAID])
def test_an_order_is_called_off_before_anything_leaves(status: Status, reason: CancelReason) -> None:
    """Paid or not, for whatever reason; time asks nothing more of it."""
    event = adopted(status, due_at=LATER)
    cancelled = OrderCancelled(order_id=O1, reason=reason, at=LATER)
    given(ORDER, event).when(orders.cancel, reason=reason, at=LATER).then(cancelled)
    order = ORDER.replay((event, cancelled))
    assert order == evolve(ORDER.replay((event,)), status=Status.CANCELLED, due_at=None)


def test_a_cancelled_order_is_called_off_already() -> None:
    """A repeat leaves no event."""
    given(ORDER, adopted(Status.CANCELLED)).when(orders.cancel, reason=CancelReason.SHOP, at=LATER).then_nothing()


def test_an_order_of_which_goods_have_left_is_not_called_off() -> None:
    """One unit is enough: it comes back as a return."""
    given(ORDER, adopted(Status.PAID, (0, 0), (1, 0))).when(
        orders.cancel, reason=CancelReason.CUSTOMER, at=LATER
    ).then_refused("order.already_shipped", id="o-1")


def test_a_closed_order_is_not_called_off() -> None:
    """It is over."""
    given(ORDER, adopted(Status.CLOSED)).when(orders.cancel, reason=CancelReason.SHOP, at=LATER).then_refused(
        "order.illegal_move", machine="order", id="o-1", state="closed", event="OrderCancelled"
    )


# --- time

TICK = timedelta(microseconds=1)
UNPAID = OrderCancelled(order_id=O1, reason=CancelReason.UNPAID, at=LATER)


@pytest.mark.parametrize(
    ("event", "policy", "happens"),
    [
        (adopted(Status.AWAITING_PAYMENT, due_at=LATER), DEFAULT_POLICY, (UNPAID,)),
        (adopted(Status.PAID, (3, 0), (1, 0), due_at=LATER), DEFAULT_POLICY, (receipt(LATER.add(days=7)),)),
        (adopted(Status.PAID, (3, 3), (1, 0), due_at=LATER), DEFAULT_POLICY, (receipt(LATER.add(days=7)),)),
        (adopted(Status.PAID, (3, 0), (1, 0), due_at=LATER), NO_WINDOW, (receipt(None), CLOSED)),
        (adopted(Status.PAID, (1, 0), (0, 0), due_at=LATER), DEFAULT_POLICY, (receipt(None),)),
        (adopted(Status.PAID, (3, 3), (1, 1), due_at=LATER), DEFAULT_POLICY, (CLOSED,)),
    ],
)
def test_time_asks_at_the_deadline_and_not_a_microsecond_before(
    event: OrderAdopted, policy: OrderPolicy, happens: tuple[Timed, ...]
) -> None:
    """Unpaid, it is cancelled; shipped, it is taken as received; received, it is closed."""
    order = given(ORDER, event)
    order.when(orders.elapse, policy=policy, at=LATER - TICK).then_nothing()
    order.when(orders.elapse, policy=policy, at=LATER).then(*happens)


@pytest.mark.parametrize("status", Status)
def test_without_a_deadline_time_asks_nothing(status: Status) -> None:
    """However much of it passes."""
    given(ORDER, adopted(status, (3, 0), (1, 0))).when(
        orders.elapse, policy=DEFAULT_POLICY, at=NOON.add(years=100)
    ).then_nothing()


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_time_asks_nothing_of_an_order_that_is_over(status: Status) -> None:
    """Even when the system that it was adopted from had left a deadline on it."""
    order = given(ORDER, adopted(status, due_at=LATER))
    assert ORDER.key("due_at", order.value) is None
    order.when(orders.elapse, policy=DEFAULT_POLICY, at=LATER).then_nothing()


@pytest.mark.parametrize("counters", [((0, 0), (0, 0)), ((2, 2), (1, 1))])
def test_time_never_closes_a_paid_order_of_which_goods_are_still_to_go(
    counters: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    """A deadline that its former system had left on it takes nothing away that the buyer has paid for."""
    order = ORDER.replay((adopted(Status.PAID, *counters, due_at=LATER),))
    after = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=LATER))
    assert after == evolve(order, due_at=None)


def test_time_never_calls_off_an_unpaid_order_of_which_goods_have_left() -> None:
    """Adopted in that state, it waits for its money: a deadline cannot bring the goods back, nor may it be refused."""
    order = ORDER.replay((adopted(Status.AWAITING_PAYMENT, (1, 0), (0, 0), due_at=LATER),))
    after = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=LATER))
    assert after == evolve(order, due_at=None)


# --- the whole life, and the binding


def test_the_life_of_an_order_by_its_timers() -> None:
    """Placed at noon, paid, shipped, and left to time: received after ten days, closed after seven more."""
    order = a_shipped_order(at=NOON)
    assert order.due_at == NOON.add(days=10)
    order = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=NOON.add(days=10)))
    assert order.due_at == NOON.add(days=17)
    order = ORDER.fold(order, orders.elapse(order, policy=DEFAULT_POLICY, at=NOON.add(days=17)))
    assert (order.status, order.due_at) == (Status.CLOSED, None)
    assert [(line.shipped, line.received) for line in order.lines] == [(1, 1)]


@pytest.mark.parametrize("status", Status)
def test_an_adopted_order_enters_in_the_state_that_its_event_names(status: Status) -> None:
    """With its counters, its instants and its buyer as the former system had them."""
    event = adopted(status, (2, 1), (1, 0))
    assert ORDER.replay((event,)) == Order(
        id=O1,
        customer=CustomerId("u-1"),
        status=status,
        currency=Currency.CNY,
        lines=event.lines,
        services=(),
        tenders=(),
        excess=cny("0.00"),
        due=cny("10.00"),
        placed_at=NOON.subtract(days=3),
        due_at=None,
    )


def test_an_order_is_found_by_status_customer_and_placement() -> None:
    """Its deadline is its timer."""
    order = ORDER.replay((adopted(Status.PAID, (3, 0), (1, 0), due_at=LATER),))
    assert {name: key(order) for name, key in ORDER.keys.items()} == {
        "status": "paid",
        "customer": "u-1",
        "placed_at": NOON.subtract(days=3),
    }
    assert ORDER.id_of(order) == "o-1"
    assert ORDER.key("due_at", order) == LATER
    assert an_order().customer is None


def test_the_reasons_and_states_keep_their_names() -> None:
    """They stand in stored events."""
    assert [reason.value for reason in CancelReason] == ["customer", "shop", "unpaid"]
    assert [status.value for status in Status] == ["awaiting_payment", "paid", "closed", "cancelled"]


def test_a_received_order_is_within_its_return_window() -> None:
    """What the builders give stands where they say."""
    order = a_received_order(at=NOON)
    assert (order.status, order.due_at) == (Status.PAID, NOON.add(days=7))


def test_a_history_begins_with_an_opening_event() -> None:
    """An order that was paid before it was placed is a corrupt history."""
    with pytest.raises(CorruptHistory):
        ORDER.replay((PAID,))
    assert ORDER.replay((adopted(Status.PAID), CANCELLED)).status is Status.CANCELLED
