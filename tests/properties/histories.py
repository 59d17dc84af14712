"""Days of a small shop, carried out: commands of every use case, right and wrong, and time that passes between them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, cast

from attrs import evolve
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, DomainError
from ecomops.memory import MemoryStore
from ecomops.testing import (
    NOON,
    a_checkout,
    a_delivery,
)
from ecomops.testing.strategies import Step, Wait
from ecomops.workflows.deadlines import OrderDue, ReservationDue
from tests.workflows.shop import (
    CUP,
    STAFF,
    a_shop,
    all_due,
    do,
    reservation_id,
)


def order_due(at: DateTime, order_id: str = "o-1") -> OrderDue:
    """Return the command that does what time asks of an order."""
    return OrderDue(id=CommandId("c-due"), by=STAFF, at=at, order_id=a_checkout(order_id=order_id).order_id)


def reservation_due(at: DateTime, id: str = "o-1") -> ReservationDue:
    """Return the command that does what time asks of a reservation."""
    return ReservationDue(id=CommandId("c-due"), by=STAFF, at=at, reservation_id=reservation_id(id))


def changed(command: Command, **changes: object) -> Any:  # noqa: ANN401 - of the class of the command
    """Return *command* with *changes*."""
    return evolve(cast("Any", command), **changes)


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
