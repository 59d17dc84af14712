"""Random histories of a small shop: commands of every use case, right and wrong, and time that passes between them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, cast

from attrs import evolve, frozen
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, DomainError
from ecomops.memory import MemoryStore
from ecomops.orders import Checkout, Notice
from ecomops.orders.payments import Operation, Outcome
from ecomops.terms import PricedLine, StockKey
from ecomops.testing import (
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_notice,
    a_placement,
    a_service,
    a_taking,
)
from ecomops.workflows.timers import OrderDue, ReservationDue
from tests.workflows.shop import (
    CUP,
    STAFF,
    a_cancellation,
    a_coupon,
    a_publication,
    a_receipt,
    a_shipment,
    a_shop,
    all_due,
    an_adjustment,
    do,
    reservation_id,
)


@frozen
class Wait:
    """Let time pass, and let it do what it asks when *due*."""

    minutes: int
    due: bool


Step = Command | Wait

ORDER_IDS = ("o-1", "o-2", "o-3", "o-4")
QUANTITIES = (1, 1, 2, 3)
AMOUNTS = ("10.00", "0.01", "3.33", "0.00", "25.00")
DAY = 24 * 60


def order_due(at: DateTime, order_id: str = "o-1") -> OrderDue:
    """Return the command that does what time asks of an order."""
    return OrderDue(id=CommandId("c-due"), by=STAFF, at=at, order_id=a_checkout(order_id=order_id).order_id)


def reservation_due(at: DateTime, id: str = "o-1") -> ReservationDue:
    """Return the command that does what time asks of a reservation."""
    return ReservationDue(id=CommandId("c-due"), by=STAFF, at=at, reservation_id=reservation_id(id))


def changed(command: Command, **changes: object) -> Any:  # noqa: ANN401 - of the class of the command
    """Return *command* with *changes*."""
    return evolve(cast("Any", command), **changes)


# --- what can be drawn --------------------------------------------------------------------------------------------


@st.composite
def order_ids(draw: st.DrawFn) -> str:
    """Draw the id of an order; one in nine names nothing."""
    return draw(st.sampled_from([*ORDER_IDS, *ORDER_IDS, "o-9"]))


@st.composite
def stock_keys(draw: st.DrawFn) -> StockKey:
    """Draw a stock; one in sixteen is not kept."""
    return draw(st.sampled_from([*[TEA] * 8, *[CUP] * 7, StockKey("no@where")]))


@st.composite
def lines(draw: st.DrawFn) -> tuple[PricedLine, ...]:
    """Draw up to three lines, now and then far too many units, or one id twice."""
    usual = [["l-1"], ["l-1", "l-2"], ["l-1"], ["l-1", "l-2", "l-3"]]
    ids = draw(st.sampled_from([*usual, *usual, [], ["l-1", "l-1"]]))
    return tuple(
        a_line(
            id=id,
            stock=draw(stock_keys()),
            quantity=draw(st.sampled_from([*QUANTITIES * 4, 40])),
            gross=draw(st.sampled_from(AMOUNTS)),
        )
        for id in ids
    )


@st.composite
def checkouts(draw: st.DrawFn) -> Checkout:
    """Draw a checkout with a service and a coupon now and then."""
    service, coupon = (draw(st.sampled_from([None, None, *AMOUNTS])) for _ in range(2))
    return evolve(
        a_checkout(order_id=draw(st.sampled_from(ORDER_IDS))),
        lines=draw(lines()),
        services=(a_service(gross=service),) if service else (),
        tenders=(a_coupon(coupon),) if coupon else (),
    )


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Draw a notice of any operation and outcome, captures that succeeded most of all."""
    return a_notice(
        operation=draw(st.sampled_from([Operation.CAPTURE, Operation.CAPTURE, *Operation])),
        outcome=draw(st.sampled_from([Outcome.SUCCEEDED, Outcome.SUCCEEDED, *Outcome])),
        amount=draw(st.sampled_from(["0.01", "3.33", "10.00", "25.00", "100.00"])),
        reference=draw(st.sampled_from(["r-1", "r-2", "r-3", "o-1"])),
        at=NOON.add(seconds=draw(st.integers(0, 2))),
    )


@st.composite
def _units(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Draw units of lines, none for all that is to go."""
    ids = draw(st.sampled_from([[], ["l-1"], ["l-1"], ["l-1", "l-2"], ["l-1", "l-1"], ["l-9"]]))
    return [(id, draw(st.sampled_from([1, 1, 2, 40]))) for id in ids]


def money_for(order_id: str) -> Command:
    """Return the command that brings enough for any order."""
    return a_taking(a_notice(amount="1000.00"), order_id=order_id)


MAKERS: tuple[Callable[[st.DrawFn], Command], ...] = (
    lambda draw: a_delivery(stock=draw(stock_keys()), quantity=draw(st.sampled_from(QUANTITIES))),
    lambda draw: an_adjustment(draw(st.integers(-6, 3)), stock=draw(stock_keys())),
    lambda draw: a_placement(draw(checkouts())),
    lambda draw: a_taking(draw(notices()), order_id=draw(order_ids())),
    lambda draw: money_for(draw(order_ids())),
    lambda draw: a_cancellation(order_id=draw(order_ids())),
    lambda draw: a_shipment(*draw(_units()), order_id=draw(order_ids())),
    lambda draw: a_receipt(order_id=draw(order_ids())),
    lambda draw: order_due(NOON, draw(order_ids())),
    lambda draw: reservation_due(NOON, draw(order_ids())),
    lambda draw: a_publication(sku=draw(st.sampled_from(["tea", "cup"]))),
)
"""One maker for each use case, two for payments."""


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Draw any command, its id and its instant to be set."""
    return draw(st.sampled_from(MAKERS))(draw)


@st.composite
def lives(draw: st.DrawFn) -> list[Step]:
    """Draw the beginning of an order's life, as far as its end; now and then time or the buyer comes between."""
    checkout = draw(checkouts())
    id = checkout.order_id
    life: list[Step] = [
        a_placement(checkout),
        money_for(id),
        a_shipment(*draw(_units()), order_id=id),
        a_shipment(order_id=id),
        a_receipt(order_id=id),
        Wait(8 * DAY, due=True),
    ]
    between: list[Step] = [a_cancellation(order_id=id), Wait(31, due=True), Wait(11 * DAY, due=True)]
    if draw(st.booleans()):
        life.insert(draw(st.sampled_from([1, 2, 1, 4])), draw(st.sampled_from(between)))
    return life[: draw(st.sampled_from([3, 4, 6, 7, 2]))]


@st.composite
def _parts(draw: st.DrawFn) -> list[Step]:
    """Draw a few steps that belong together, or not."""
    kind = draw(st.sampled_from("llllccw"))
    if kind == "l":
        return draw(lives())
    if kind == "c":
        return [draw(commands()) for _ in range(draw(st.integers(1, 3)))]
    return [Wait(draw(st.sampled_from([1, 31, 8 * DAY, 11 * DAY])), draw(st.booleans()))]


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Draw a history."""
    return [step for part in draw(st.lists(_parts(), min_size=2, max_size=8)) for step in part]


LIMITS = st.sampled_from([0, 0, 3, None])
"""How far the shop sells beyond what lies there."""


# --- carrying it out ----------------------------------------------------------------------------------------------


Attempt = Callable[[MemoryStore, Command], None]


def attempt(store: MemoryStore, command: Command) -> None:
    """Carry *command* out, or let it be refused."""
    with suppress(DomainError):
        do(store, command)


def lived(
    steps: Iterable[Step], limit: int | None, *, attempt: Attempt = attempt
) -> Iterator[tuple[MemoryStore, DateTime]]:
    """Yield the store after each of *steps*, with the instant that it is then."""
    at = NOON
    store = a_shop(backorder_limit=limit)
    do(store, evolve(a_delivery(id="c-cup", stock=CUP, quantity=4), backorder_limit=limit))
    yield store, at
    for n, step in enumerate(steps):
        if isinstance(step, Wait):
            at = at.add(minutes=step.minutes)
            if step.due:
                pass_all(store, at)
        else:
            attempt(store, changed(step, id=CommandId(f"c-{n}"), at=at))
        yield store, at


def at_last(steps: Iterable[Step], limit: int | None, *, attempt: Attempt = attempt) -> tuple[MemoryStore, DateTime]:
    """Return the store after all of *steps*, with the instant that it is then."""
    *_, last = lived(steps, limit, attempt=attempt)
    return last


def pass_all(store: MemoryStore, at: DateTime) -> None:
    """Carry out all that has fallen due at *at*, a small page at a time."""
    for page in all_due(store, at, limit=2):
        do(store, *page)
