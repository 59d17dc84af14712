"""The laws of orders: frozen amounts that add up, histories that replay, timers that come to an end."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from random import Random
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import Currency, DomainError, Money
from ecomops.orders import LIFECYCLE, ORDER, CancelReason, Checkout, Line, LineUnits, Order, OrderPolicy, Status
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.orders.order import OrderAdopted
from ecomops.orders.order.deadline import acts_at
from ecomops.orders.rungs import ServiceLine, StepKind, worth_of
from ecomops.terms import (
    Discount,
    Funder,
    LineId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    Tender,
    TenderKind,
)
from ecomops.testing import NOON, TEA

CNY = Currency.CNY
POLICY = OrderPolicy()
TICK = timedelta(microseconds=1)


def yuan(minor: int) -> Money:
    """Return an amount of so many fen."""
    return Money(minor, CNY)


# --- checkouts of any kind

amounts = st.one_of(st.integers(0, 9), st.integers(0, 3000), st.integers(0, 10**12))
quantities = st.one_of(st.integers(1, 7), st.integers(1, 10**9))
PAYERS = [(kind, funder) for kind in TenderKind for funder in Funder]


@st.composite
def discounts(draw: st.DrawFn, gross: int) -> tuple[Discount, ...]:
    """Draw discounts that take no more off a line than it costs."""
    left = gross
    taken: list[Discount] = []
    for number in range(draw(st.integers(0, 3))):
        amount = draw(st.integers(0, left))
        left -= amount
        funder = draw(st.sampled_from(Funder))
        taken.append(Discount(promotion=PromotionId(f"p-{number}"), amount=yuan(amount), funder=funder))
    return tuple(taken)


@st.composite
def priced_lines(draw: st.DrawFn, id: str, units: st.SearchStrategy[int]) -> PricedLine:
    """Draw a line whose amount need not be its price times its quantity."""
    gross = draw(amounts)
    return PricedLine(
        id=LineId(id),
        stock=TEA,
        quantity=draw(units),
        price=Price(amount=yuan(draw(amounts))),
        gross=yuan(gross),
        discounts=draw(discounts(gross)),
    )


@st.composite
def priced_services(draw: st.DrawFn, id: str) -> PricedService:
    """Draw a service line."""
    gross = draw(amounts)
    return PricedService(id=LineId(id), name="fee", gross=yuan(gross), discounts=draw(discounts(gross)))


@st.composite
def checkouts(
    draw: st.DrawFn, *, units: st.SearchStrategy[int] = quantities, lines: int = 0, named: bool = True
) -> Checkout:
    """Draw a checkout of at least so many lines; its tenders name some lines or none, each payer comes once."""
    goods = tuple(draw(priced_lines(f"l-{n}", units)) for n in range(draw(st.integers(lines, 4))))
    services = tuple(draw(priced_services(f"s-{n}")) for n in range(draw(st.integers(0, 2))))
    ids = [*(each.id for each in goods), *(each.id for each in services)]
    payers = draw(st.lists(st.sampled_from(PAYERS), max_size=4, unique=True, min_size=0 if ids else 1))
    some = st.lists(st.sampled_from(ids), max_size=3).map(tuple) if ids and named else st.just(())
    return Checkout(
        order_id=OrderId("o-1"),
        currency=CNY,
        lines=goods,
        services=services,
        tenders=tuple(
            Tender(kind=kind, amount=yuan(draw(amounts)), funder=funder, lines=draw(some)) for kind, funder in payers
        ),
    )


def placed(checkout: Checkout) -> Order:
    """Return the order that *checkout* becomes."""
    return ORDER.replay(orders.place(checkout, policy=POLICY, at=NOON))


def bought(checkout: Checkout) -> tuple[PricedLine | PricedService, ...]:
    """Return the lines and services of a checkout."""
    return (*checkout.lines, *checkout.services)


def lines_of(order: Order) -> tuple[Line | ServiceLine, ...]:
    """Return the lines and services of an order."""
    return (*order.lines, *order.services)


def ladder(line: Line | ServiceLine) -> list[int]:
    """Return the running amounts of a line in fen."""
    return [rung.left.minor for rung in line.rungs]


# --- the money of an order


@given(checkouts())
def test_what_is_due_is_gross_less_discounts_less_tenders(checkout: Checkout) -> None:
    """And so are the last rungs of all lines less what tenders exceed them."""
    order = placed(checkout)
    gross = sum(each.gross.minor for each in bought(checkout))
    taken = sum(discount.amount.minor for each in bought(checkout) for discount in each.discounts)
    tendered = sum(tender.amount.minor for tender in checkout.tenders)
    assert order.due.minor == gross - taken - tendered
    assert order.due.minor == sum(ladder(each)[-1] for each in lines_of(order)) - order.excess.minor


@given(checkouts())
def test_every_rung_is_at_most_the_one_before(checkout: Checkout) -> None:
    """And never negative: no step adds to a line, and none takes more than is left."""
    order = placed(checkout)
    for line in lines_of(order):
        running = ladder(line)
        assert running == sorted(running, reverse=True)
        assert running[-1] >= 0


@given(checkouts())
def test_discounts_stand_in_the_rungs_as_they_were_stated(checkout: Checkout) -> None:
    """After the gross amount, in their order, whatever else is bought and tendered."""
    order = placed(checkout)
    for each, line in zip(bought(checkout), lines_of(order), strict=True):
        stated = [discount.amount.minor for discount in each.discounts]
        steps = 1 + len(stated)
        assert ladder(line)[:steps] == [each.gross.minor - taken for taken in accumulate([0, *stated])]
        assert [(rung.kind, rung.source, rung.funder) for rung in line.rungs[:steps]] == [
            (StepKind.GROSS, "gross", Funder.SHOP),
            *((StepKind.DISCOUNT, discount.promotion, discount.funder) for discount in each.discounts),
        ]
        assert all(rung.kind is StepKind.TENDER for rung in line.rungs[steps:])


def shared(amount: int, left: Sequence[int]) -> list[int]:
    """Share *amount* by what is *left*: the largest remainder, by exact fractions, the first of equals."""
    whole = sum(left)
    exact = [Fraction(amount * each, whole) for each in left]
    parts = [int(share) for share in exact]
    while sum(parts) < amount:
        lacking = [share - part for share, part in zip(exact, parts, strict=True)]
        parts[lacking.index(max(lacking))] += 1
    return parts


@given(checkouts())
def test_tenders_pay_one_after_the_other_by_what_is_left(checkout: Checkout) -> None:
    """Each for the lines that it names, or for all, and never more than is left; the rest is excess."""
    order = placed(checkout)
    left = {
        each.id: each.gross.minor - sum(taken.amount.minor for taken in each.discounts) for each in bought(checkout)
    }
    expected: dict[LineId, list[tuple[str, Funder, int]]] = {each.id: [] for each in bought(checkout)}
    excess = 0
    for tender in checkout.tenders:
        reached: list[LineId] = []
        for line in tender.lines or left:
            reached += [] if line in reached else [line]
        paid = min(tender.amount.minor, sum(left[line] for line in reached))
        excess += tender.amount.minor - paid
        parts = shared(paid, [left[line] for line in reached]) if paid else [0] * len(reached)
        for line, part in zip(reached, parts, strict=True):
            left[line] -= part
            expected[line] += [(tender.kind.value, tender.funder, left[line])] if part else []
    assert order.excess.minor == excess
    for each in lines_of(order):
        found = [(rung.source, rung.funder, rung.left.minor) for rung in each.rungs if rung.kind is StepKind.TENDER]
        assert found == expected[each.id]


@given(checkouts())
def test_every_fen_of_a_tender_is_in_a_rung_or_in_the_excess(checkout: Checkout) -> None:
    """What it paid stands on lines that it may pay for, and it exceeds them only when nothing is left of them."""
    order = placed(checkout)
    paid = dict.fromkeys(((tender.kind.value, tender.funder) for tender in checkout.tenders), 0)
    names = {(tender.kind.value, tender.funder): tender.lines for tender in checkout.tenders}
    for line in lines_of(order):
        for before, rung in pairwise(line.rungs):
            if rung.kind is StepKind.TENDER:
                payer = (rung.source, rung.funder)
                assert not names[payer] or line.id in names[payer]
                paid[payer] += before.left.minor - rung.left.minor
    assert sum(paid.values()) + order.excess.minor == sum(tender.amount.minor for tender in checkout.tenders)
    last = {line.id: ladder(line)[-1] for line in lines_of(order)}
    for tender in checkout.tenders:
        if paid[tender.kind.value, tender.funder] < tender.amount.minor:
            assert all(last[line] == 0 for line in tender.lines or last)


@given(checkouts(), st.data())
def test_amounts_do_not_depend_on_the_names_of_lines(checkout: Checkout, data: st.DataObject) -> None:
    """Nor on quantities and prices: only on amounts, on stocks, and of equal lines on which name is the smaller."""
    ids = sorted(each.id for each in bought(checkout))
    numbers = sorted(data.draw(st.lists(st.integers(10, 99), min_size=len(ids), max_size=len(ids), unique=True)))
    others = {id: LineId(f"x-{number}") for id, number in zip(ids, numbers, strict=True)}
    renamed = evolve(
        checkout,
        lines=tuple(
            evolve(line, id=others[line.id], quantity=data.draw(quantities), price=Price(amount=yuan(0)))
            for line in checkout.lines
        ),
        services=tuple(evolve(service, id=others[service.id]) for service in checkout.services),
        tenders=tuple(
            evolve(tender, lines=tuple(others[line] for line in tender.lines)) for tender in checkout.tenders
        ),
    )
    one, two = placed(checkout), placed(renamed)
    assert (one.due, one.excess) == (two.due, two.excess)
    assert [line.rungs for line in one.lines] == [line.rungs for line in two.lines]
    assert [service.rungs for service in one.services] == [service.rungs for service in two.services]


@given(checkouts(named=False), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_tenders_moves_no_money_when_tenders_pay_for_all(
    checkout: Checkout, random: Random
) -> None:
    """Due and excess stay; with one tender no line moves by more than the odd fen."""
    lines, tenders = list(checkout.lines), list(checkout.tenders)
    random.shuffle(lines)
    random.shuffle(tenders)
    one, two = placed(checkout), placed(evolve(checkout, lines=tuple(lines), tenders=tuple(tenders)))
    assert (one.due, one.excess) == (two.due, two.excess)
    if len(tenders) <= 1:
        ends = {line.id: ladder(line)[-1] for line in two.lines}
        assert all(abs(ladder(line)[-1] - ends[line.id]) <= 1 for line in one.lines)


@given(checkouts())
def test_an_order_owes_exactly_when_it_awaits_payment(checkout: Checkout) -> None:
    """What owes nothing is settled at placement, and closed with it when it has no goods."""
    order = placed(checkout)
    assert (order.status is Status.AWAITING_PAYMENT) is (order.due.minor > 0)
    assert (order.status is Status.CLOSED) is (order.due.minor <= 0 and not order.lines)
    assert order.due_at == (NOON.add(minutes=30) if order.due.minor > 0 else None)


# --- the units of a line


def parts(line: Line, start: int, end: int) -> list[int]:
    """Return what each step contributes to a run of units, in fen."""
    return [part.amount.minor for part in worth_of(line, start=start, end=end)]


def summed(runs: Sequence[Sequence[int]]) -> list[int]:
    """Return the sums step by step."""
    return [sum(step) for step in zip(*runs, strict=True)]


@given(checkouts(lines=1, units=st.integers(1, 40)))
def test_the_units_of_a_line_add_up_to_each_of_its_rungs_and_no_part_is_negative(checkout: Checkout) -> None:
    """Nor is what is left of a unit after all its parts."""
    for line in placed(checkout).lines:
        units = [parts(line, unit, unit + 1) for unit in range(line.quantity)]
        gross, *taken = summed(units)
        assert [gross - each for each in accumulate([0, *taken])] == ladder(line)
        assert all(part >= 0 for unit in units for part in unit)
        assert all(unit[0] >= sum(unit[1:]) for unit in units)


@given(checkouts(lines=1, units=st.integers(1, 40)))
def test_the_units_of_a_line_differ_by_at_most_a_fen(checkout: Checkout) -> None:
    """In their gross amounts and in what is left of them; the odd fen go to the first units."""
    for line in placed(checkout).lines:
        units = [parts(line, unit, unit + 1) for unit in range(line.quantity)]
        for amounts_of_units in ([unit[0] for unit in units], [unit[0] - sum(unit[1:]) for unit in units]):
            assert amounts_of_units == sorted(amounts_of_units, reverse=True)
            assert amounts_of_units[0] - amounts_of_units[-1] <= 1


@given(checkouts(lines=1), st.data())
def test_any_cutting_of_a_line_into_runs_adds_up(checkout: Checkout, data: st.DataObject) -> None:
    """Whole lines of a thousand million units too, and a run can be cut again."""
    for line in placed(checkout).lines:
        cuts = sorted(data.draw(st.lists(st.integers(0, line.quantity), max_size=6)))
        runs = [parts(line, start, end) for start, end in pairwise([0, *cuts, line.quantity])]
        assert summed(runs) == parts(line, 0, line.quantity)
        assert all(part >= 0 for run in runs for part in run)


@given(checkouts(lines=1))
def test_a_step_names_what_stands_in_its_rung(checkout: Checkout) -> None:
    """Kind, source and funder, in the order of the rungs."""
    for line in placed(checkout).lines:
        assert [(part.kind, part.source, part.funder) for part in worth_of(line, start=0, end=1)] == [
            (rung.kind, rung.source, rung.funder) for rung in line.rungs
        ]


# --- how far an order has come


@st.composite
def counters(draw: st.DrawFn) -> tuple[int, int, int]:
    """Draw the (ordered, shipped, received) of a line."""
    ordered = draw(st.integers(1, 3))
    shipped = draw(st.integers(0, ordered))
    return ordered, shipped, draw(st.integers(0, shipped))


def adopted(status: Status, counted: Sequence[tuple[int, int, int]], due_at: DateTime | None = None) -> Order:
    """Return an order taken over from another system, a line for each of the counters."""
    lines = [
        PricedLine(
            id=LineId(f"l-{n}"), stock=TEA, quantity=ordered, price=Price(amount=yuan(100)), gross=yuan(100 * ordered)
        )
        for n, (ordered, _, _) in enumerate(counted)
    ]
    services = (PricedService(id=LineId("s-1"), name="fee", gross=yuan(100)),)
    order = placed(Checkout(order_id=OrderId("o-1"), currency=CNY, lines=tuple(lines), services=services))
    event = OrderAdopted(
        order_id=order.id,
        customer=None,
        status=status,
        currency=CNY,
        lines=tuple(
            evolve(line, shipped=shipped, received=received)
            for line, (_, shipped, received) in zip(order.lines, counted, strict=True)
        ),
        services=order.services,
        tenders=(),
        excess=order.excess,
        due=order.due,
        placed_at=NOON,
        due_at=due_at,
        at=NOON,
    )
    return ORDER.replay((event,))


def unit_by_unit(order: Order) -> Fulfilment:
    """Look at every unit on its own: still here, on its way, or there."""
    units: list[str] = []
    for line in order.lines:
        units += ["there"] * line.received
        units += ["away"] * (line.shipped - line.received)
        units += ["here"] * (line.quantity - line.shipped)
    match sorted(set(units)):
        case []:
            return Fulfilment.NO_GOODS
        case ["here"]:
            return Fulfilment.UNSHIPPED
        case ["there"]:
            return Fulfilment.RECEIVED
        case ["away"]:
            return Fulfilment.SHIPPED
        case _ if "there" in units:
            return Fulfilment.PARTLY_RECEIVED
        case _:
            return Fulfilment.PARTLY_SHIPPED


@given(st.sampled_from(Status), st.lists(counters(), max_size=3))
def test_fulfilment_is_what_the_units_say(status: Status, counted: list[tuple[int, int, int]]) -> None:
    """In every state of the order: it is derived from the counters alone."""
    order = adopted(status, counted)
    assert fulfilment(order) is unit_by_unit(order)


# --- any sequence of commands

waits = st.sampled_from(
    [timedelta(0), TICK, timedelta(minutes=30) - TICK, timedelta(minutes=30), timedelta(days=7), timedelta(days=10)]
)
policies = st.builds(
    OrderPolicy,
    unpaid_after=st.sampled_from([timedelta(0), timedelta(minutes=30)]),
    confirm_after=st.sampled_from([timedelta(0), timedelta(days=10)]),
    return_window=st.sampled_from([timedelta(0), timedelta(days=7)]),
)
shipments = st.none() | st.lists(
    st.builds(LineUnits, line=st.sampled_from([LineId(f"l-{n}") for n in range(3)]), quantity=st.integers(1, 3)),
    max_size=2,
).map(tuple)
verbs = st.sampled_from(["settle", "ship", "ship", "receive", "cancel", "elapse", "elapse"])
small_checkouts = checkouts(units=st.integers(1, 3))


def decide(order: Order, verb: str, data: st.DataObject, policy: OrderPolicy, at: DateTime) -> tuple[Any, ...]:
    """Take the decision that *verb* names."""
    match verb:
        case "settle":
            return orders.settle(order, captured=order.due + yuan(data.draw(st.integers(-1, 1))), at=at)
        case "ship":
            return orders.ship(order, units=data.draw(shipments), policy=policy, at=at)
        case "receive":
            return orders.receive(order, policy=policy, at=at)
        case "cancel":
            return orders.cancel(order, reason=data.draw(st.sampled_from(CancelReason)), at=at)
        case _:
            return orders.elapse(order, policy=policy, at=at)


def check(order: Order, before: Order) -> None:
    """Check what holds of every order at every moment of its life."""
    frozen = ("id", "customer", "currency", "services", "tenders", "excess", "due", "placed_at")
    assert all(getattr(order, name) == getattr(before, name) for name in frozen)
    for line, old in zip(order.lines, before.lines, strict=True):
        assert what_is_frozen(line) == what_is_frozen(old)
        assert 0 <= old.received <= line.received <= line.shipped <= line.quantity
        assert old.shipped <= line.shipped
    assert order.status is before.status or before.status in {Status.AWAITING_PAYMENT, Status.PAID}
    assert fulfilment(order) is unit_by_unit(order)
    if LIFECYCLE.is_final(order.status):
        assert order.due_at is None


def what_is_frozen(line: Line) -> tuple[object, ...]:
    """Return what never changes of a line."""
    return line.id, line.stock, line.quantity, line.price, line.rungs


@given(small_checkouts, policies, st.data())
def test_replaying_an_order_gives_the_order(checkout: Checkout, policy: OrderPolicy, data: st.DataObject) -> None:
    """After every command of any sequence; what was frozen stays, and a refusal changes nothing."""
    at = NOON
    log: list[Any] = list(orders.place(checkout, policy=policy, at=at))
    order = ORDER.replay(log)
    for verb in data.draw(st.lists(verbs, max_size=12)):
        at += data.draw(waits)
        before = order
        try:
            events = decide(order, verb, data, policy, at)
        except DomainError:
            assert order == ORDER.replay(log)
            continue
        log += events
        order = ORDER.fold(order, events)
        check(order, before)
        assert ORDER.replay(log) == order


@given(small_checkouts, policies, st.data())
def test_time_brings_every_order_to_an_end(checkout: Checkout, policy: OrderPolicy, data: st.DataObject) -> None:
    """Not before its deadline, and it closes just after; each deadline moves later or goes, without one it waits."""
    order = ORDER.replay(orders.place(checkout, policy=policy, at=NOON))
    if data.draw(st.booleans()) and not LIFECYCLE.is_final(order.status):
        order = ORDER.fold(order, orders.settle(order, captured=max(order.due, yuan(0)), at=NOON))
    if order.status is Status.PAID:
        some = tuple(LineUnits(line=line.id, quantity=1) for line in order.lines[: data.draw(st.integers(1, 3))])
        units = data.draw(st.sampled_from([None, some]))
        order = ORDER.fold(order, orders.ship(order, units=units, policy=policy, at=NOON))
    rounds = 0
    while order.due_at is not None:
        deadline = order.due_at
        assert orders.elapse(order, policy=policy, at=deadline - TICK) == ()
        at = acts_at(order)
        assert at is not None
        assert deadline <= at <= deadline + TICK
        events = orders.elapse(order, policy=policy, at=at)
        assert events
        order = ORDER.fold(order, events)
        assert order.due_at is None or order.due_at > deadline
        rounds += 1
        assert rounds <= 2
    assert LIFECYCLE.is_final(order.status) or fulfilment(order) is Fulfilment.PARTLY_RECEIVED


@given(
    st.sampled_from(Status),
    st.lists(counters(), max_size=3),
    st.none() | st.just(NOON) | st.just(NOON + TICK),
    policies,
)
def test_time_moves_the_deadline_of_an_adopted_order_too(
    status: Status, counted: list[tuple[int, int, int]], due_at: DateTime | None, policy: OrderPolicy
) -> None:
    """Whatever the former system had left on it, nothing stays due for ever and no goods are forgotten."""
    order = adopted(status, counted, due_at)
    after = ORDER.fold(order, orders.elapse(order, policy=policy, at=NOON + TICK))
    check(after, order)
    due = ORDER.key("due_at", after)
    assert due is None or (isinstance(due, DateTime) and due > NOON)
    if status is Status.PAID and any(line.unshipped for line in order.lines):
        assert after.status is Status.PAID
