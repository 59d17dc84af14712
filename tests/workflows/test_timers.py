"""Letting time pass: what has fallen due is listed once, carried out once, and moves its deadline or loses it."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import RESERVATION, STOCK, Hold, Reservation
from ecomops.inventory.reservations import Status as ReservationStatus
from ecomops.inventory.reservations import claim
from ecomops.kernel import Cursor, DomainError, Missing, OutOfRange, ask, ask_async
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, Order, OrderPolicy, Status
from ecomops.orders.order import OrderAdopted
from ecomops.terms import OrderId
from ecomops.testing import (
    BUYER,
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_notice,
    a_paid_order,
    a_payment,
    a_placement,
    a_received_order,
    a_service,
    a_shipped_order,
    a_taking,
    an_order,
    cny,
    some_stock,
)
from ecomops.workflows.binding import Bound
from ecomops.workflows.clock import CLOCK
from ecomops.workflows.deadlines import (
    DueNeeds,
    Elapsed,
    OrderDue,
    ReservationDue,
    plan_order_due,
    plan_reservation_due,
)
from ecomops.workflows.placement import PlaceOrder, PlaceOrderNeeds, plan_place_order
from ecomops.workflows.shipping import ship_order
from ecomops.workflows.timers import DueCommand, DueCursor, DuePage, command_due, due, pass_time
from tests.workflows.shop import (
    Drive,
    a_cancellation,
    a_coupon,
    a_paid_shop,
    a_receipt,
    a_shipment,
    a_shop,
    a_shop_with,
    all_due,
    bound_of,
    codes,
    do,
    dump,
    events_of,
    found,
    put,
    reservation_id,
    the_order,
    the_reservation,
    the_stock,
    units,
    value_of,
    written,
)

HALF_PAST = NOON.add(minutes=30)
IN_TEN_DAYS = NOON.add(days=10)
IN_A_YEAR = NOON.add(years=1)
NOTHING_BOUND = Bound(None, {})
NOTHING = Elapsed(happened=(), refund_due=None, freed=())


def of(order: Order, *, bound: Bound = NOTHING_BOUND, captured: str | None = None) -> DueNeeds:
    """Return what the plans look at, with a payment of *captured*."""
    payment = None if captured is None else found(a_payment(a_notice(amount=captured)))
    return DueNeeds(order=found(order), payment=payment, bound=bound)


def placed(command: PlaceOrder | None = None) -> DueNeeds:
    """Return what the plans look at after an order was placed."""
    plan = plan_place_order(command or a_placement(), PlaceOrderNeeds(order=None, stock={TEA: found(some_stock())}))
    return DueNeeds(order=written(plan, ORDER), payment=None, bound=bound_of(plan))


def order_due(at: DateTime = HALF_PAST, *, order_id: str = "o-1") -> OrderDue:
    """Return the command that does what time asks of an order."""
    return OrderDue(id=a_placement(id=f"due-{at}").id, by=CLOCK, at=at, order_id=OrderId(order_id))


def reservation_due(at: DateTime = HALF_PAST, *, id: str = "o-1") -> ReservationDue:
    """Return the command that does what time asks of a reservation."""
    return ReservationDue(id=a_placement(id=f"due-r-{at}").id, by=CLOCK, at=at, reservation_id=reservation_id(id))


def deadlines(store: MemoryStore) -> list[tuple[str, str]]:
    """Return (kind, id) of every object of which time will ask something."""
    orders = [(ORDER.kind, id) for id, row in store.rows(ORDER).items() if row.value.due_at]
    return orders + [(RESERVATION.kind, id) for id, row in store.rows(RESERVATION).items() if row.value.expires_at]


def passed(drive: Drive, command: DueCommand, store: MemoryStore) -> Elapsed:
    """Return what time did to an order or to what it has bound."""
    answer = drive(pass_time, command, store)
    assert isinstance(answer, Elapsed)
    return answer


# --- what has fallen due ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "deadline", "id"),
    [
        (an_order(), HALF_PAST, "due:order:o-1:2026-06-18T12:30:00+00:00"),
        (a_shipped_order(), IN_TEN_DAYS, "due:order:o-1:2026-06-28T12:00:00+00:00"),
        (a_received_order(), NOON.add(days=7, microseconds=1), "due:order:o-1:2026-06-25T12:00:00+00:00"),
        (
            Reservation(id=reservation_id(), status=ReservationStatus.LIVE, holds=(), expires_at=HALF_PAST),
            HALF_PAST,
            "due:reservation:o-1:2026-06-18T12:30:00+00:00",
        ),
    ],
    ids=["unpaid", "shipped", "received", "reservation"],
)
def test_a_deadline_falls_due_at_its_instant(value: Order | Reservation, deadline: DateTime, id: str) -> None:
    """Up to the deadline nothing is due; from it on one command is, with one id, given by the clock.

    Of a return window the last instant counts: the order closes the moment after.
    """
    assert command_due(value, at=deadline.subtract(microseconds=1)) is None
    command = command_due(value, at=deadline)
    assert command is not None
    assert (command.id, command.by, command.at) == (id, CLOCK, deadline)
    much_later = command_due(value, at=deadline.add(years=1))
    assert much_later is not None
    assert much_later.id == id


@pytest.mark.parametrize(
    "value",
    [
        a_paid_order(),
        Reservation(id=reservation_id(), status=ReservationStatus.ENDED, holds=(), expires_at=None),
    ],
    ids=["order", "reservation"],
)
def test_without_a_deadline_nothing_falls_due(value: Order | Reservation) -> None:
    """An object of which time asks nothing is never due."""
    assert command_due(value, at=IN_A_YEAR) is None


def three_orders() -> MemoryStore:
    """Return a store with three orders: two of one deadline, placed in the order of their ids backwards."""
    store = a_shop()
    for n, (order_id, at) in enumerate([("o-3", NOON), ("o-2", NOON), ("o-1", NOON.add(minutes=5))]):
        do(store, a_placement(a_checkout(order_id=order_id), id=f"c-{n}", at=at))
    return store


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_visit_everything_once(limit: int) -> None:
    """Whatever the size of a page, orders come by (deadline, id), then reservations likewise, each once."""
    store = three_orders()
    pages = list(all_due(store, IN_A_YEAR, limit=limit))
    assert all(len(page) <= limit for page in pages)
    listed = [command.order_id if isinstance(command, OrderDue) else None for page in pages for command in page]
    bound = [command.reservation_id for page in pages for command in page if isinstance(command, ReservationDue)]
    assert listed == ["o-2", "o-3", "o-1", None, None, None]
    assert bound == ["o-2", "o-3", "o-1"]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_carried_out_as_they_come(limit: int) -> None:
    """Carrying each page out before the next one is read skips nothing and ends."""
    store = three_orders()
    for page in all_due(store, IN_A_YEAR, limit=limit):
        do(store, *page)
    assert deadlines(store) == []
    assert {row.value.status for row in store.rows(ORDER).values()} == {Status.CANCELLED}
    assert the_stock(store) == some_stock()


def test_only_what_has_fallen_due_is_listed() -> None:
    """A deadline counts from its own instant on, to the microsecond."""
    store = three_orders()
    assert list(all_due(store, HALF_PAST.subtract(microseconds=1))) == [()]
    orders, reservations, rest = all_due(store, HALF_PAST)
    assert rest == ()
    assert [command.id.split(":")[2] for command in (*orders, *reservations)] == ["o-2", "o-3", "o-2", "o-3"]


def test_an_empty_store_owes_nothing() -> None:
    """Where there is nothing, there is one page, and it is empty."""
    assert list(all_due(MemoryStore(), IN_A_YEAR)) == [()]


def test_due_is_read_by_async_hosts_too() -> None:
    """An async host reads the same page."""
    store = three_orders()
    reading = partial(due, at=IN_A_YEAR, limit=2)
    page = asyncio.run(ask_async(reading, store.async_unit))
    assert page == ask(reading, store.unit)
    assert isinstance(page, DuePage)
    assert page.next == DueCursor(kind="order", cursor=Cursor(value=HALF_PAST, id="o-3"))


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_page_has_a_size(limit: int) -> None:
    """A page of nothing or of too much is refused."""
    with pytest.raises(OutOfRange):
        ask(partial(due, at=NOON, limit=limit), MemoryStore().unit)


# --- what time asks, without a store ------------------------------------------------------------------------------


def test_an_unpaid_order_is_cancelled_and_its_stock_freed() -> None:
    """The plan calls the order off and frees what it had bound."""
    plan = plan_order_due(order_due(), placed())
    assert plan.answer == Elapsed(happened=("order.cancelled",), refund_due=cny("0"), freed=(units(1),))
    assert events_of(plan.writes) == [
        ("order", "order.cancelled"),
        ("reservation", "reservation.released"),
        ("stock", "stock.released"),
    ]
    assert written(plan, STOCK).value == some_stock()


def test_a_part_that_was_paid_is_due_back() -> None:
    """What an unpaid order had brought is to be paid back when time cancels it."""
    assert plan_order_due(order_due(), of(an_order(), captured="4.00")).answer.refund_due == cny("4.00")
    late = evolve(placed(), payment=found(a_payment(a_notice(amount="4.00"))))
    assert plan_reservation_due(reservation_due(), late).answer.refund_due == cny("4.00")


def test_a_shipped_order_is_taken_as_received() -> None:
    """Ten days after shipment the receipt counts as confirmed and the return window starts."""
    plan = plan_order_due(order_due(IN_TEN_DAYS), of(a_shipped_order()))
    assert plan.answer == evolve(NOTHING, happened=("order.received",))
    assert written(plan, ORDER).value.due_at == NOON.add(days=17)


def test_a_shipped_order_without_a_window_is_over() -> None:
    """With a policy of no return window it is received and closed at once."""
    policy = OrderPolicy(return_window=timedelta(0))
    plan = plan_order_due(order_due(IN_TEN_DAYS), of(a_shipped_order()), policy=policy)
    assert plan.answer.happened == ("order.received", "order.closed")


def test_a_received_order_closes() -> None:
    """The moment after its return window ends the order is over."""
    plan = plan_order_due(order_due(NOON.add(days=7, microseconds=1)), of(a_received_order()))
    assert plan.answer.happened == ("order.closed",)
    assert (written(plan, ORDER).value.status, written(plan, ORDER).value.due_at) == (Status.CLOSED, None)


@pytest.mark.parametrize("order", [an_order(at=NOON.add(hours=1)), a_paid_order()], ids=["later", "never"])
def test_a_deadline_that_moved_is_left_alone(order: Order) -> None:
    """A command of a deadline that has moved or gone changes nothing."""
    plan = plan_order_due(order_due(), of(order))
    assert (plan.answer, plan.writes) == (NOTHING, ())


def test_an_expired_reservation_takes_its_unpaid_order_along() -> None:
    """What a reservation bound is freed, and an order that still awaits payment is cancelled with it."""
    plan = plan_reservation_due(reservation_due(), placed())
    assert plan.answer == Elapsed(
        happened=("order.cancelled", "reservation.released"), refund_due=cny("0"), freed=(units(1),)
    )
    assert [kind for kind, _ in events_of(plan.writes)] == ["order", "reservation", "stock"]


def test_an_expired_cart_is_freed() -> None:
    """A reservation without an order is freed and nothing else happens."""
    plan = plan_reservation_due(reservation_due(), evolve(placed(), order=None))
    assert plan.answer == Elapsed(happened=("reservation.released",), refund_due=None, freed=(units(1),))
    assert events_of(plan.writes) == [("reservation", "reservation.released"), ("stock", "stock.released")]


def test_the_tenders_of_an_order_that_time_cancels_are_told() -> None:
    """Whichever timer was first."""
    needs = placed(a_placement(a_checkout(a_line(), tenders=(a_coupon("4.00"),))))
    for plan in (plan_order_due(order_due(), needs), plan_reservation_due(reservation_due(), needs)):
        assert [each.amount for each in plan.answer.tenders] == [cny("4.00")]


@pytest.mark.parametrize("order", [a_paid_order(), a_received_order()], ids=["paid", "received"])
def test_an_expired_reservation_leaves_other_orders_alone(order: Order) -> None:
    """An order that does not await payment is not cancelled by a claim that an earlier system let expire."""
    plan = plan_reservation_due(reservation_due(), evolve(placed(), order=found(order)))
    assert plan.answer.happened == ("reservation.released",)
    assert "order" not in {kind for kind, _ in events_of(plan.writes)}


def test_an_expired_reservation_frees_the_rest_of_an_unpaid_order_that_has_left() -> None:
    """Sold on account by an earlier system: goods have left, so the order is not called off, and time goes on."""
    order = a_shipped_order()
    on_account = evolve(order, status=Status.AWAITING_PAYMENT, due_at=None)
    plan = plan_reservation_due(reservation_due(), evolve(placed(), order=found(on_account)))
    assert (plan.answer.happened, plan.answer.refund_due) == (("reservation.released",), None)
    assert "order" not in {kind for kind, _ in events_of(plan.writes)}


@pytest.mark.parametrize(
    "needs",
    [evolve(placed(), bound=NOTHING_BOUND), placed()],
    ids=["gone", "later"],
)
def test_a_reservation_that_is_not_due_is_left_alone(needs: DueNeeds) -> None:
    """A command of a reservation that is gone, or whose expiry has moved, changes nothing."""
    plan = plan_reservation_due(reservation_due(HALF_PAST.subtract(seconds=1)), needs)
    assert (plan.answer, plan.writes) == (Elapsed(happened=(), refund_due=None, freed=()), ())


def test_a_plan_without_its_order_is_refused() -> None:
    """A plan that is given no order for an order's deadline refuses, as for any id that names nothing."""
    with pytest.raises(DomainError):
        plan_order_due(order_due(), DueNeeds(order=None, payment=None, bound=NOTHING_BOUND))


# --- what time asks, through a store ------------------------------------------------------------------------------


def test_a_whole_life_by_the_clock(drive: Drive) -> None:
    """Each command of time moves the deadline later or takes it away, until time asks nothing any more."""
    store = a_paid_shop()
    do(store, a_shipment())
    seen: list[DateTime] = []
    while (deadline := the_order(store).due_at) is not None:
        seen.append(deadline)
        command = command_due(the_order(store), at=deadline.add(microseconds=1))
        assert command is not None
        assert passed(drive, command, store).happened
    assert seen == [IN_TEN_DAYS, NOON.add(days=17)]
    assert the_order(store).status is Status.CLOSED


def test_running_a_command_twice_changes_nothing(drive: Drive) -> None:
    """The second run of a command gives the recorded answer."""
    store = a_shop_with(a_placement())
    command = command_due(the_order(store), at=HALF_PAST)
    assert command is not None
    first = drive(pass_time, command, store)
    before = dump(store)
    assert drive(pass_time, command, store) == first
    assert dump(store) == before


def test_two_workers_with_two_clocks(drive: Drive) -> None:
    """Two workers that read the same deadline a second apart carry it out once, and neither is refused."""
    store = a_shop_with(a_placement())
    commands = [command_due(the_order(store), at=HALF_PAST.add(seconds=n)) for n in range(2)]
    answers = [passed(drive, command, store) for command in commands if command is not None]
    assert answers[0].happened == ("order.cancelled",)
    assert codes(store).count("order.cancelled") == 1


def test_a_deadline_that_comes_back_is_carried_out_again(drive: Drive) -> None:
    """Two parts that leave and arrive at one instant are both received, and the order comes to its end."""
    policy = OrderPolicy(confirm_after=timedelta(0), return_window=timedelta(0))
    store = a_paid_shop(a_placement(a_checkout(a_line(quantity=2))))
    for n in range(2):
        drive(partial(ship_order, policy=policy), a_shipment(("l-1", 1), id=f"c-ship-{n}"), store)
        command = command_due(the_order(store), at=NOON)
        assert command is not None
        drive(partial(pass_time, policy=policy), command, store)
    assert (the_order(store).status, the_order(store).due_at) == (Status.CLOSED, None)


@pytest.mark.parametrize("command", [order_due(), reservation_due()], ids=["order", "reservation"])
def test_a_payment_that_came_first_wins(drive: Drive, command: DueCommand) -> None:
    """A command that was listed before the order was paid does nothing after it."""
    store = a_paid_shop()
    before = codes(store)
    answer = passed(drive, command, store)
    assert (answer.happened, answer.freed) == ((), ())
    assert codes(store) == before


@pytest.mark.parametrize("command", [order_due(), reservation_due()], ids=["order", "reservation"])
def test_a_cancellation_that_came_first_wins(drive: Drive, command: DueCommand) -> None:
    """A command that was listed before the order was called off does nothing after it."""
    store = a_shop_with(a_placement(), a_cancellation())
    before = codes(store)
    assert passed(drive, command, store).happened == ()
    assert codes(store) == before


def test_an_expired_reservation_through_a_store(drive: Drive) -> None:
    """The reservation's own deadline cancels the order, frees the stock and leaves nothing due."""
    store = a_shop_with(a_placement())
    assert passed(drive, reservation_due(), store).freed == (units(1),)
    assert the_order(store).status is Status.CANCELLED
    assert deadlines(store) == []


def test_a_cart_through_a_store(drive: Drive) -> None:
    """A reservation that no order stands behind is freed when it expires."""
    store = a_shop()
    stock, id = store.rows(STOCK)[TEA], reservation_id("cart")
    opened = claim(id, wanted=(units(2),), items={TEA: stock.value}, expires_at=HALF_PAST, at=NOON)
    reserved = inventory.reserve(stock.value, quantity=2, reservation=id, at=NOON)
    put(store, *RESERVATION.write(None, opened), *STOCK.write(stock, reserved))
    assert drive(pass_time, reservation_due(id="cart"), store) == Elapsed(
        happened=("reservation.released",), refund_due=None, freed=(units(2),)
    )
    assert the_stock(store).reserved == 0


@pytest.mark.parametrize("on_hand", [0, 1])
def test_time_takes_nothing_from_a_paid_order(on_hand: int) -> None:
    """A backorder that is paid keeps its claim until supply comes, whatever time passes."""
    store = a_shop_with(
        a_placement(a_checkout(a_line(quantity=2))), a_taking(), on_hand=on_hand, backorder_limit=5
    )  # fmt: skip
    for page in all_due(store, IN_A_YEAR):
        do(store, *page)
    assert the_reservation(store).holds == (Hold(stock=TEA, promised=2 - on_hand, allocated=on_hand),)
    do(store, a_delivery(id="c-more"), a_shipment(at=IN_A_YEAR))
    assert the_stock(store).shipped == 2


def test_time_takes_nothing_from_an_order_that_owes_nothing() -> None:
    """A backorder that tenders pay at placement keeps its claim too."""
    store = a_shop_with(a_placement(a_checkout(a_line(), tenders=(a_coupon("10.00"),))), on_hand=0, backorder_limit=5)
    for page in all_due(store, NOON):
        do(store, *page)
    assert the_reservation(store).status is ReservationStatus.LIVE


def test_services_are_cancelled_unpaid(drive: Drive) -> None:
    """An order without goods is cancelled when its payment window ends, and frees nothing."""
    store = a_shop_with(a_placement(a_checkout(services=(a_service(),))))
    cancelled = evolve(NOTHING, happened=("order.cancelled",), refund_due=cny("0"))
    assert drive(pass_time, order_due(), store) == cancelled


def test_a_policy_is_bound_with_partial(drive: Drive) -> None:
    """A host hands its own timers over by binding them to the use case."""
    store = a_paid_shop()
    do(store, a_shipment())
    work = partial(pass_time, policy=OrderPolicy(return_window=timedelta(0)))
    drive(work, order_due(IN_TEN_DAYS), store)
    assert the_order(store).status is Status.CLOSED


def test_a_receipt_starts_the_window_before_time_does(drive: Drive) -> None:
    """A command of the shipment's deadline finds the order received and leaves its window alone."""
    store = a_paid_shop()
    do(store, a_shipment(), a_receipt(at=NOON.add(days=9)))
    assert passed(drive, order_due(IN_TEN_DAYS), store).happened == ()
    assert the_order(store).due_at == NOON.add(days=16)


@pytest.mark.parametrize("command", [order_due(), reservation_due()], ids=["order", "reservation"])
def test_what_is_not_there_is_not_due(drive: Drive, command: DueCommand) -> None:
    """A command for an id that names nothing is refused."""
    with pytest.raises(Missing):
        drive(pass_time, command, a_shop())


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_time_asks_nothing_of_what_is_over(status: Status) -> None:
    """An order that was over when it was taken over stays as it is, whatever deadline it came with."""
    order = an_order()
    adopted = OrderAdopted(
        order_id=order.id,
        customer=None,
        status=status,
        currency=order.currency,
        lines=order.lines,
        services=(),
        tenders=(),
        excess=order.excess,
        due=order.due,
        placed_at=NOON,
        due_at=HALF_PAST,
        at=NOON,
    )
    store = a_shop()
    put(store, *ORDER.write(None, (adopted,)))
    for page in all_due(store, IN_A_YEAR):
        do(store, *page)
    assert codes(store)[2:] == ["order.adopted"]


def test_commands_of_time_name_their_object() -> None:
    """A command of time holds the id of what has fallen due, and nobody but the clock gives it."""
    store = a_shop_with(a_placement())
    orders, reservations, rest = all_due(store, HALF_PAST)
    assert rest == ()
    assert [type(command) for command in (*orders, *reservations)] == [OrderDue, ReservationDue]
    assert {command.by for command in (*orders, *reservations)} == {CLOCK}
    assert BUYER != CLOCK
    assert value_of(store, ORDER, "o-1").due_at == HALF_PAST
