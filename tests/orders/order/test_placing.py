"""Placing and settling an order: what is frozen, what is refused, when it is paid."""

from datetime import timedelta

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import Currency, Money
from ecomops.orders import DEFAULT_POLICY, ORDER, Checkout, Line, Order, OrderPolicy, Overdiscount, Status
from ecomops.orders.aftermath import UNTOUCHED, opened
from ecomops.orders.order import OrderClosed, OrderPaid, OrderPlaced
from ecomops.orders.rungs import Rung, StepKind
from ecomops.terms import CustomerId, Funder, LineId, PricedLine, Tender
from ecomops.testing import NOON, a_checkout, a_discount, a_line, a_service, an_order, cny, given
from tests.orders.order.kit import CLOSED, COUPON, LATER, O1, adopted, placing


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
            {"lines": (Overdiscount(line=LineId("l-1"), gross=cny("1.00"), discounts=cny("1.01")),)},
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


@pytest.mark.parametrize(
    ("counters", "window", "due_at", "closed"),
    [
        (((3, 3), (1, 1)), None, None, True),
        (((3, 3), (1, 1)), LATER, LATER, False),
        (((3, 3), (1, 1)), NOON, None, True),
        (((3, 3), (0, 0)), LATER, None, False),
        (((3, 1), (1, 1)), LATER, None, False),
    ],
    ids=["no window", "open window", "ended window", "to go", "on the way"],
)
def test_goods_sold_on_account_are_paid_later(
    counters: tuple[tuple[int, int], ...], window: DateTime | None, due_at: DateTime | None, *, closed: bool
) -> None:
    """An earlier system let them leave unpaid: once paid, the order waits for what any other waits for, or closes."""
    order = ORDER.replay((adopted(Status.AWAITING_PAYMENT, *counters),))
    if window is not None:
        after = opened(UNTOUCHED, units=1, until=window)
        order = evolve(order, lines=(evolve(order.lines[0], aftermath=after), order.lines[1]))
    at = NOON.add(minutes=1)
    order = ORDER.fold(order, orders.settle(order, captured=order.due, at=at))
    assert (order.status, order.due_at) == (Status.CLOSED if closed else Status.PAID, due_at)


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
