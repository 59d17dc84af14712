"""What counts as a sale, when it does, and what came before it for the same customer.

Distinct and new buyers follow from one column: the instant of the customer's valid order before this one. A buyer of a
period is an order in it whose predecessor lies before the period; so nothing is counted twice, and nothing is added.
"""

from datetime import timedelta
from enum import StrEnum
from functools import partial

import numpy as np
from attrs import Attribute, field, frozen
from pendulum import Date

from ecomops.columns import NEVER, UNKNOWN, Ints, grouped, microseconds, moment, together
from ecomops.columns.arrays import NDArray
from ecomops.columns.threads import shares
from ecomops.kernel import Calendar, OutOfRange, Text
from ecomops.kernel.checks import is_a, optional, tuple_of, wrong_kind
from ecomops.metrics.adding import is_dense, rising
from ecomops.metrics.bits import Bits
from ecomops.metrics.declaring import extent
from ecomops.metrics.errors import NeedsCalendar
from ecomops.metrics.families import Facts, Orders
from ecomops.metrics.families_goods import OrderTerms

NO_EARLIER = -(2**62)
"""Stands for the instant of an order before the first one."""

Flags = NDArray[np.bool_]
Links = NDArray[np.signedinteger]
"""Instants, or numbers of rows."""


class SaleInstant(StrEnum):
    """Which instant puts a sale into a period; an order that counts before it is paid counts when it is placed."""

    PLACED = "placed"
    PAID = "paid"


class Counts(StrEnum):
    """Which orders count: those that are paid, these and what is paid on delivery, or all that were placed."""

    PAID = "paid"
    PAID_OR_ON_DELIVERY = "paid_or_on_delivery"
    PLACED = "placed"


class Cancelled(StrEnum):
    """Whether an order counts that was cancelled: never, unless on its own business day, or always."""

    NEVER = "never"
    LATER = "later"
    ALWAYS = "always"


class ReturnInstant(StrEnum):
    """Which instant puts a return into a period: its own, or that of the sale."""

    RETURNED = "returned"
    SOLD = "sold"


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

    By default a valid order is paid, and has not been cancelled since.

    Args:
        sold: Which instant of an order puts it into a period.
        new_after: A buyer is new when the valid order before lies further back than this elapsed time.
        counts: Which orders count.
        cancelled: Whether those count that were cancelled.
        returns: Which instant of a return puts it into a period.
        tax: Whether `SALES` holds the tax on top.
        freight: Whether `SALES` holds freight (`OrderTerms.freight`).
        funders: Whose discounts `SALES` is less of, by the names of `Steps.funder`; None is everybody's.

    Raises:
        OutOfRange: The horizon is not positive, or longer than a century.
    """

    sold: SaleInstant = field(default=SaleInstant.PAID, validator=is_a(SaleInstant))
    new_after: timedelta = field(default=timedelta(days=365), validator=_a_horizon)
    counts: Counts = field(default=Counts.PAID, validator=is_a(Counts))
    cancelled: Cancelled = field(default=Cancelled.NEVER, validator=is_a(Cancelled))
    returns: ReturnInstant = field(default=ReturnInstant.RETURNED, validator=is_a(ReturnInstant))
    tax: bool = field(default=True, validator=is_a(bool))
    freight: bool = field(default=True, validator=is_a(bool))
    funders: tuple[str, ...] | None = field(default=None, validator=optional(tuple_of(str)))

    @property
    def text(self) -> Text:
        """The definition in words."""
        return _told(self)


_COUNTS = {
    Counts.PAID: Text("paid orders", "已支付订单"),
    Counts.PAID_OR_ON_DELIVERY: Text("paid orders and orders paid on delivery", "已支付订单及货到付款订单"),
    Counts.PLACED: Text("all orders placed", "全部下单"),
}
_CANCELLED = {
    Cancelled.NEVER: Text("without the cancelled ones", "不含已取消"),
    Cancelled.LATER: Text("without those cancelled on their own day", "扣除当日取消"),
    Cancelled.ALWAYS: Text("with the cancelled ones", "含已取消"),
}
_SOLD = {
    SaleInstant.PAID: Text("by the instant of payment", "按支付时间"),
    SaleInstant.PLACED: Text("by the instant of placement", "按下单时间"),
}
_RETURNS = {
    ReturnInstant.RETURNED: Text("returns by their own instant", "退货按退货时间"),
    ReturnInstant.SOLD: Text("returns by the instant of the sale", "退货按销售时间"),
}


def _told(definition: Definition) -> Text:
    parts = [
        _COUNTS[definition.counts],
        _CANCELLED[definition.cancelled],
        _SOLD[definition.sold],
        _RETURNS[definition.returns],
        Text("with tax", "含税") if definition.tax else Text("without tax", "不含税"),
        Text("with freight", "含运费") if definition.freight else Text("without freight", "不含运费"),
    ]
    if definition.funders is not None:
        who = ", ".join(definition.funders) or "-"
        parts.append(Text(f"less discounts of {who} alone", f"仅扣除以下承担方的优惠：{who}"))
    return Text(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


DEFAULT_DEFINITION = Definition()
"""By the instant of payment; new after 365 days, as the platforms have it."""

JD = Definition(counts=Counts.PAID_OR_ON_DELIVERY, cancelled=Cancelled.LATER, funders=("merchant",))
"""Paid orders when they are paid, those on delivery when they are placed, less what is cancelled the same day; what the
platform takes off is not taken off (京东商智)."""

TAOBAO = Definition(cancelled=Cancelled.ALWAYS)
"""What was paid, whatever came after it (生意参谋)."""

BROAD = Definition(counts=Counts.PLACED, cancelled=Cancelled.ALWAYS, sold=SaleInstant.PLACED)
"""All orders placed, paid or not (GMV in the broad sense)."""


def horizon(definition: Definition) -> int:
    """Return after how many microseconds a buyer is a new one."""
    after = definition.new_after
    return (after.days * 86_400 + after.seconds) * 1_000_000 + after.microseconds


@frozen(kw_only=True, eq=False, repr=False)
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


def sales(facts: Facts, definition: Definition, calendar: Calendar | None = None) -> Sales:
    """Return the valid orders of *facts*, each with its predecessor.

    Args:
        facts: What happened.
        definition: What counts.
        calendar: What makes business days, for a definition that asks whether two instants lie in one.

    Raises:
        NeedsCalendar: It does, and there is none.
        FamilyMissing: It asks what is paid on delivery, and the facts hold no `OrderTerms`.
    """
    orders = facts.orders
    valid, at = valid_orders(facts, definition, calendar)
    known = valid & (orders.customer >= 0)
    return Sales(valid=valid, at=at, known=known, before=_before(orders, at, known))


def valid_orders(facts: Facts, definition: Definition, calendar: Calendar | None = None) -> tuple[Flags, Ints]:
    """Return which orders are valid, and the instant of each that puts it into a period; see `sales`."""
    orders = facts.orders
    on_delivery = _on_delivery(facts, definition)
    at = orders.paid_at if definition.sold is SaleInstant.PAID else orders.placed_at
    if definition.counts is Counts.PLACED:
        at = np.where(at == NEVER, orders.placed_at, at)
        valid = np.ones(len(orders), dtype=np.bool_)
    else:
        at = at if on_delivery is None else np.where(on_delivery, orders.placed_at, at)
        valid = orders.paid_at != NEVER if on_delivery is None else (orders.paid_at != NEVER) | on_delivery
    if definition.cancelled is not Cancelled.ALWAYS:
        valid &= _kept(orders, at, definition, calendar)
    return valid, at


def validity(facts: Facts, definition: Definition, calendar: Calendar | None = None) -> tuple[Bits, Ints]:
    """Return the same with one bit an order; nothing of full length is made where columns tell it."""
    orders, found = facts.orders, Bits(len(facts.orders))
    if definition.counts is not Counts.PAID or definition.cancelled is Cancelled.LATER:
        valid, at = valid_orders(facts, definition, calendar)
        found.put(0, valid)
        return found, at

    def find(share: slice) -> None:
        for start in range(share.start, share.stop, MANY):
            rows = slice(start, min(start + MANY, share.stop))
            valid = orders.paid_at[rows] != NEVER
            if definition.cancelled is Cancelled.NEVER:
                valid &= orders.cancelled_at[rows] == NEVER
            found.put(start, valid)

    together([partial(find, share) for share in shares(len(orders), unit=MANY)])
    return found, orders.paid_at if definition.sold is SaleInstant.PAID else orders.placed_at


def _on_delivery(facts: Facts, definition: Definition) -> Flags | None:
    """Return which orders are paid on delivery; None when that makes no difference."""
    if definition.counts is not Counts.PAID_OR_ON_DELIVERY:
        return None
    terms, found = facts[OrderTerms], np.zeros(len(facts.orders), dtype=np.bool_)
    found[terms.order[terms.on_delivery == 1]] = True
    return found


def _kept(orders: Orders, at: Ints, definition: Definition, calendar: Calendar | None) -> Flags:
    """Return which orders were not cancelled, or not on their own day."""
    never: Flags = orders.cancelled_at == NEVER
    if definition.cancelled is Cancelled.NEVER:
        return never
    if calendar is None:
        raise NeedsCalendar(definition="Cancelled.LATER")
    other_day: Flags = day_numbers(calendar, orders.cancelled_at) != day_numbers(calendar, at)
    return never | other_day


def sold_for(facts: Facts, definition: Definition) -> Ints:
    """Return what each order is worth by *definition*: `SALES` adds these up.

    Raises:
        FamilyMissing: It leaves freight out, and the facts hold no `OrderTerms`.
        CannotHoldSum: A discount might be more than 64 bits hold.
    """
    orders = facts.orders
    worth = orders.gross - orders.discount
    if definition.tax:
        worth += orders.tax
    if not definition.freight:
        terms = facts[OrderTerms]
        np.subtract.at(worth, terms.order, terms.freight)
    if definition.funders is not None:
        worth += _borne_by_others(facts, definition.funders)
    return worth


def _borne_by_others(facts: Facts, funders: tuple[str, ...]) -> Ints:
    """Return what discounts took off each order that *funders* do not bear."""
    steps, names = facts.steps, facts.names
    theirs = [code for code, name in enumerate(names.funders) if name in funders]
    discount = names.kinds.index(DISCOUNT) if DISCOUNT in names.kinds else UNKNOWN
    others = (steps.kind == discount) & ~np.isin(steps.funder, theirs)
    orders = np.where(others, facts.lines.order.take(steps.line), -1)
    return grouped(steps.amount, orders, size=len(facts.orders), name="Steps.amount")


DISCOUNT = "discount"
"""What `Names.kinds` calls a discount."""


def day_numbers(calendar: Calendar, instants: Ints) -> Ints:
    """Return the number of the business day of each instant: differences are days. `NEVER` has the largest number.

    Raises:
        OutOfRange: The instants span more than 100,000 days, or lie outside the years 1 to 9999.
    """
    found = np.full(len(instants), NEVER, dtype=np.int64)
    there = instants != NEVER
    if there.any():
        first, starts = _starts_of_days(calendar, instants[there])
        found[there] = np.searchsorted(starts, instants[there], side="right") + (first - 1)
    return found


def clocks(calendar: Calendar, instants: Ints) -> Ints:
    """Return how long the business day of each instant had lasted, in microseconds; `NEVER` stays what it is.

    Raises:
        OutOfRange: As `day_numbers` refuses.
    """
    found = np.full(len(instants), NEVER, dtype=np.int64)
    there = instants != NEVER
    if there.any():
        _, starts = _starts_of_days(calendar, instants[there])
        found[there] = instants[there] - starts[np.searchsorted(starts, instants[there], side="right") - 1]
    return found


def _starts_of_days(calendar: Calendar, instants: Ints) -> tuple[int, Ints]:
    """Return the number of the first business day of *instants*, and when each begins from it to the last one."""
    first, last = (calendar.day(moment(int(each))).toordinal() for each in (instants.min(), instants.max()))
    if last - first >= MOST_DAYS:
        raise OutOfRange(field="day_numbers", least="0", most=str(MOST_DAYS))
    days = (Date.fromordinal(number) for number in range(first, last + 1))
    return first, np.array([microseconds(calendar.bounds(day).start) for day in days], dtype=np.int64)


MOST_DAYS = 100_000
"""How many days instants may span that are told by their business days."""


def _before(orders: Orders, at: Ints, known: Flags) -> Ints:
    """Return the instant of each known order's predecessor; orders at one instant follow each other by row."""
    in_order = None if is_sorted(at) else _by_time(at, known)
    most = max(extent(orders, "customer").most, 0)
    if not is_dense(most, rows=len(at)):
        return _before_of_sparse(orders, at, known, in_order)
    before = np.full(len(at), NO_EARLIER, dtype=np.int64)
    last, places = np.full(most + 1, NO_EARLIER, dtype=np.int64), np.empty(most + 1, dtype=np.uint16)
    for start in range(0, len(at) if in_order is None else len(in_order), BLOCK):
        block = slice(start, start + BLOCK)
        rows = np.flatnonzero(known[block]) + start if in_order is None else in_order[block]
        before[rows] = _since(last, places, orders.customer.take(rows), at.take(rows))
    return before


def _since(last: Ints, places: NDArray[np.uint16], codes: Ints, at: Ints) -> Ints:
    """Return the last instant of each code before its own one, and keep those of a block for the next one.

    Whichever place of a code is kept, the others are found by it: those that stand in the block more than once are few,
    and are sorted.
    """
    before, own = last.take(codes), np.arange(len(codes), dtype=np.uint16)
    last[codes], places[codes] = at, own
    kept = places.take(codes)
    others = np.flatnonzero(kept != own)
    if len(others):
        link(before, last, codes, at, same_codes(others, kept.take(others), size=len(codes)))
    return before


def same_codes(others: Ints, kept: NDArray[np.integer], *, size: int) -> Ints:
    """Return the rows of a block whose code stands in it more than once: *others*, and those that were *kept*."""
    several = np.zeros(size, dtype=np.bool_)
    several[others] = several[kept] = True
    return np.flatnonzero(several)


def link(before: Links, last: Links, codes: Ints, values: Links, rows: Ints) -> None:
    """Write the value before of each of *rows* whose code stands above it, and the last value of each of their codes.

    Args:
        before: The value before each row.
        last: The last value of each code.
        codes: The code of each row.
        values: The value of each row.
        rows: All rows of some codes, in their order.
    """
    bits = (len(codes) - 1).bit_length()
    packed = (codes.take(rows) << bits) | rows  # sorting numbers is faster than sorting places
    packed.sort()
    rows, sorted_codes = packed & ((1 << bits) - 1), packed >> bits
    own, same = values.take(rows), sorted_codes[1:] == sorted_codes[:-1]
    before[rows[1:].compress(same)] = own[:-1].compress(same)
    ends = np.append(~same, True)
    last[sorted_codes.compress(ends)] = own.compress(ends)


def _before_of_sparse(orders: Orders, at: Ints, known: Flags, in_order: Ints | None) -> Ints:
    """Return the same where there may be too many codes to keep something of each."""
    packed, bits = _by_code(orders.customer, known) if in_order is None else _by_rank(orders.customer, in_order)
    before = np.full(len(at), NO_EARLIER, dtype=np.int64)
    for start in range(0, len(packed), BLOCK):
        block = packed[start : start + BLOCK + 1]  # one more, which is the first of the next block
        own = (block & np.uint64((1 << bits) - 1)).astype(np.int64)
        own = own if in_order is None else in_order.take(own)
        same = (block[1:] ^ block[:-1]) < np.uint64(1 << bits)
        before[own[1:].compress(same)] = at.take(own[:-1].compress(same))
    return before


BLOCK = 1 << 14
"""Rows whose predecessors are looked for together: 16 bits tell their places."""
MANY = 1 << 16
"""Rows that are looked at together."""


def is_sorted(instants: Ints) -> bool:
    """Tell whether no instant lies before the one above it."""
    return rising(instants, np.greater_equal)


def _by_time(at: Ints, known: Flags) -> Ints:
    """Return the known rows by time; a log is nearly in that order, which a stable sort makes use of."""
    rows = np.flatnonzero(known)
    return rows.take(np.argsort(at.take(rows), kind="stable"))


def _by_code(codes: Ints, known: Flags) -> tuple[NDArray[np.uint64], int]:
    """Return code and row of the known rows as one sorted number each, and how many bits the row has."""
    bits = max(len(codes) - 1, 1).bit_length()
    packed, size = np.empty(int(np.count_nonzero(known)), dtype=np.uint64), 0
    for start in range(0, len(codes), BLOCK):
        rows = np.flatnonzero(known[start : start + BLOCK]) + start
        packed[size : size + len(rows)] = (codes.take(rows) << bits) | rows
        size += len(rows)
    packed.sort()
    return packed, bits


def _by_rank(codes: Ints, rows: Ints) -> tuple[NDArray[np.uint64], int]:
    """Return code and place among *rows* as one sorted number each, and how many bits the place has."""
    bits = max(len(rows) - 1, 1).bit_length()
    packed = codes.take(rows).astype(np.uint64)
    packed <<= np.uint64(bits)
    packed |= np.arange(len(rows), dtype=np.uint64)
    packed.sort()
    return packed, bits
