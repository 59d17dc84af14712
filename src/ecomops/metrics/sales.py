"""What counts as a sale, when it does, and what came before it for the same customer.

Distinct and new buyers follow from one column: the instant of the customer's valid order before this one. A buyer of a
period is an order in it whose predecessor lies before the period; so nothing is counted twice, and nothing is added.
"""

from datetime import timedelta
from enum import StrEnum

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from ecomops.columns import NEVER, Ints
from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import is_a, wrong_kind
from ecomops.metrics.families import Facts, Orders

NO_EARLIER = -(2**62)
"""Stands for the instant of an order before the first one."""

Flags = NDArray[np.bool_]


class SaleInstant(StrEnum):
    """Which instant puts a sale into a period."""

    PLACED = "placed"
    PAID = "paid"


def _a_horizon(_: object, __: "Attribute[timedelta]", value: timedelta) -> None:
    if not isinstance(value, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Definition.new_after", "timedelta", value)
    if not timedelta(0) < value <= LONGEST:
        raise OutOfRange(field="Definition.new_after", least="0:00:00.000001", most=str(LONGEST))


LONGEST = timedelta(days=36_500)
"""The longest horizon of a new buyer."""


@frozen(kw_only=True)
class Definition:
    """What a table counts as sales; it carries the definition that it was made with.

    A valid order is paid, and has not been cancelled since.

    Args:
        sold: Which instant of an order puts it into a period.
        new_after: A buyer is new when the valid order before lies further back than this elapsed time.

    Raises:
        OutOfRange: The horizon is not positive, or longer than a century.
    """

    sold: SaleInstant = field(default=SaleInstant.PAID, validator=is_a(SaleInstant))
    new_after: timedelta = field(default=timedelta(days=365), validator=_a_horizon)


DEFAULT_DEFINITION = Definition()
"""By the instant of payment; new after 365 days, as the platforms have it."""


@frozen(kw_only=True, eq=False)
class Sales:
    """The valid orders of some facts.

    Args:
        valid: Which rows of the orders are valid.
        at: The instant of each order that puts it into a period.
        known: Which valid orders have a known customer.
        before: The instant of the valid order before, of the same known customer; `NO_EARLIER` where there is none.
    """

    valid: Flags
    at: Ints
    known: Flags
    before: Ints


def sales(facts: Facts, definition: Definition) -> Sales:
    """Return the valid orders of *facts*, each with its predecessor."""
    orders = facts.orders
    valid, at = valid_orders(facts, definition)
    known = valid & (orders.customer >= 0)
    return Sales(valid=valid, at=at, known=known, before=_before(orders, at, known))


ALL = slice(None)


def valid_orders(facts: Facts, definition: Definition, rows: slice = ALL) -> tuple[Flags, Ints]:
    """Return which of some orders are valid, and the instant of each that puts it into a period."""
    paid_at = facts.orders.paid_at[rows]
    valid = (paid_at != NEVER) & (facts.orders.cancelled_at[rows] == NEVER)
    return valid, paid_at if definition.sold is SaleInstant.PAID else facts.orders.placed_at[rows]


def _before(orders: Orders, at: Ints, known: Flags) -> Ints:
    """Return the instant of each known order's predecessor; orders at one instant follow each other by row."""
    rows = np.flatnonzero(known)
    rows = rows[_by_time(at[rows])]
    rows = rows[_by_code(orders.customer[rows])]
    customer, instants = orders.customer[rows], at[rows]
    before = np.full(len(at), NO_EARLIER, dtype=np.int64)
    same = customer[1:] == customer[:-1]
    before[rows[1:][same]] = instants[:-1][same]
    return before


def _by_time(instants: Ints) -> NDArray[np.intp]:
    """Return the order of time; a log is nearly in it, which a stable sort makes use of."""
    return np.argsort(instants, kind="stable")


def _by_code(codes: Ints) -> NDArray[np.int64]:
    """Return the rows by code, those of one code in their order: code and row are sorted as one packed number."""
    bits = max(len(codes) - 1, 1).bit_length()
    packed = (codes.astype(np.uint64) << np.uint64(bits)) | np.arange(len(codes), dtype=np.uint64)
    packed.sort()
    return (packed & np.uint64((1 << bits) - 1)).astype(np.int64)
