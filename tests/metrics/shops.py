"""Random shops as fact columns: guests, refunds, units of two kinds, cancelled and unpaid orders, tied instants."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pendulum
from attrs import frozen
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.columns import NEVER, Ints, microseconds
from ecomops.kernel import Calendar, Currency, Period, instant, later
from ecomops.metrics import Columns, Facts, Lines, Names, Orders, Payments, RefundedLines, Refunds, Steps

SHOP = Calendar(timezone="UTC")
MONDAY = pendulum.datetime(2026, 6, 15)


def at(*days: float) -> Ints:
    """Return instants, so many days after a Monday."""
    return np.array([microseconds(MONDAY) + round(day * 86_400_000_000) for day in days], dtype=np.int64)


def weeks(number: float, *, since: DateTime = MONDAY) -> Period:
    """Return the period of so many weeks."""
    return Period(start=since, end=later(since, dt.timedelta(days=7 * number)))


def ints(*values: int) -> Ints:
    """Return a column."""
    return np.array(values, dtype=np.int64)


def some_orders(
    days: Sequence[float], customers: Sequence[int], gross: Sequence[int] | None = None, **columns: Ints
) -> Facts:
    """Return facts of paid orders, each so many days after a Monday."""
    paid = {"paid_at": at(*days), "customer": ints(*customers), "gross": ints(*(gross or [100] * len(days)))}
    return Facts.of_orders(Currency.CNY, paid | columns)


@frozen(kw_only=True)
class Line:
    """A line as it is drawn."""

    unit: int
    quantity: int
    gross: int
    discount: int
    back: int
    back_after: int


@frozen(kw_only=True)
class Bought:
    """An order as it is drawn."""

    minute: int
    paid_after: int | None
    cancelled: bool
    customer: int
    lines: tuple[Line, ...]


LINES = st.builds(
    Line,
    unit=st.sampled_from([0, 0, 1]),
    quantity=st.integers(1, 5),
    gross=st.integers(20, 5_000),
    discount=st.integers(0, 20),
    back=st.sampled_from([0, 0, 0, 1, 2]),
    back_after=st.integers(-60 * 24 * 9, 60 * 24 * 20),
)
BOUGHT = st.builds(
    Bought,
    minute=st.integers(0, 60 * 24 * 40) | st.sampled_from([0, 1, 60 * 24 * 7, 60 * 24 * 14, 60 * 24 * 20]),
    paid_after=st.none() | st.sampled_from([0, 0, 0, 0, 5, 60 * 24]),
    cancelled=st.sampled_from([False, False, False, True]),
    customer=st.integers(-1, 4),
    lines=st.lists(LINES, min_size=1, max_size=3).map(tuple),
)
SHOPS = st.lists(BOUGHT, max_size=25)

ZONES = ["UTC", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/Berlin"]
BEGINNINGS = [  # around changes of the clock
    instant(dt.datetime(2026, 3, 1, 3, 30, tzinfo=dt.UTC)),
    instant(dt.datetime(2026, 10, 18, tzinfo=dt.UTC)),
]


def facts_of(bought: Sequence[Bought], start: DateTime) -> Facts:
    """Return what was bought as facts, which begin at *start*."""
    first = microseconds(start)
    minutes = [first + order.minute * 60_000_000 for order in bought]
    paid = [
        NEVER if order.paid_after is None else when + order.paid_after * 60_000_000
        for order, when in zip(bought, minutes, strict=True)
    ]
    lines = [(row, line) for row, order in enumerate(bought) for line in order.lines]
    backs = [(row, number, line) for number, (row, line) in enumerate(lines) if line.back and paid[row] != NEVER]
    gross = [sum(line.gross for line in order.lines) for order in bought]
    discount = [sum(line.discount for line in order.lines) for order in bought]
    return Facts(
        currency=Currency.CNY,
        names=Names(units=("piece", "litre"), skus=("tea", "oil"), lines=("l",)),
        orders=Orders(
            placed_at=ints(*minutes),
            paid_at=ints(*paid),
            cancelled_at=ints(
                *(when + 1 if order.cancelled else NEVER for order, when in zip(bought, minutes, strict=True))
            ),
            closed_at=ints(*[NEVER] * len(bought)),
            customer=ints(*(order.customer for order in bought)),
            location=ints(*[-1] * len(bought)),
            gross=ints(*gross),
            discount=ints(*discount),
            tax=ints(*[0] * len(bought)),
            tendered=ints(*[0] * len(bought)),
            due=ints(*(whole - off for whole, off in zip(gross, discount, strict=True))),
        ),
        lines=Lines(
            order=ints(*(row for row, _ in lines)),
            line=ints(*[0] * len(lines)),
            sku=ints(*(line.unit for _, line in lines)),
            location=ints(*[-1] * len(lines)),
            unit=ints(*(line.unit for _, line in lines)),
            quantity=ints(*(line.quantity for _, line in lines)),
            gross=ints(*(line.gross for _, line in lines)),
            discount=ints(*(line.discount for _, line in lines)),
            tax=ints(*[0] * len(lines)),
            tendered=ints(*[0] * len(lines)),
        ),
        steps=nothing(Steps),
        payments=nothing(Payments),
        refunds=Refunds(
            order=ints(*(row for row, _, _ in backs)),
            at=ints(*(paid[row] + line.back_after * 60_000_000 for row, _, line in backs)),
            called_off=ints(*(line.back - 1 for _, _, line in backs)),
            gross=ints(*(line.gross for _, _, line in backs)),
            discount=ints(*(line.discount for _, _, line in backs)),
            tax=ints(*[0] * len(backs)),
            amount=ints(*(line.gross - line.discount for _, _, line in backs)),
            fee=ints(*[0] * len(backs)),
        ),
        refunded_lines=RefundedLines(
            refund=ints(*range(len(backs))),
            line=ints(*(number for _, number, _ in backs)),
            quantity=ints(*(line.quantity for _, _, line in backs)),
            gross=ints(*(line.gross for _, _, line in backs)),
            discount=ints(*(line.discount for _, _, line in backs)),
            tax=ints(*[0] * len(backs)),
        ),
    )


F = TypeVar("F", bound=Columns)


def nothing(family: type[F]) -> F:
    """Return a family without a row."""
    return family.of({name: ints() for name in family.__annotations__})
