"""Events become metric columns here: the only bridge between lifecycles and metrics.

A reader follows the log from its beginning, remembers its position, and looks at nothing else. Whatever the chunks in
which it is fed, and however often a chunk is fed again, the columns are the same.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from ecomops.columns import NEVER, UNKNOWN, Codes, Rows, microseconds
from ecomops.kernel import CorruptHistory, Currency, CurrencyMismatch, History, OutOfRange, Recorded
from ecomops.kernel.money import MOST_MINOR
from ecomops.metrics.dictionary import PIECES
from ecomops.metrics.families import Facts, Lines, Names, Orders, Payments, RefundedLines, Refunds, Steps
from ecomops.orders.aftersales import CaseRefunded
from ecomops.orders.order.events import (
    OrderAdopted,
    OrderCancelled,
    OrderClosed,
    OrderPaid,
    OrderPlaced,
    OrderReduced,
)
from ecomops.orders.order.nouns import Status
from ecomops.orders.payments import (
    Notice,
    Operation,
    Outcome,
    Payment,
    PaymentId,
    PaymentNoticed,
    PaymentOpened,
    results,
)
from ecomops.orders.rungs import Line, Part, Rung, ServiceLine, StepKind
from ecomops.terms import Funder, Sku, StockKey

AT_ONCE = 10_000
"""How many events are read from a history at once."""

_KINDS = {kind: code for code, kind in enumerate(StepKind)}
_FUNDERS = {funder: code for code, funder in enumerate(Funder)}
_OPERATIONS = {operation: code for code, operation in enumerate(Operation)}
_OUTCOMES = {outcome: code for code, outcome in enumerate(Outcome)}

_NO_GOODS = (UNKNOWN, UNKNOWN, UNKNOWN, 0)
"""SKU, location, unit and quantity of a service."""

Amounts = tuple[int, int, int, int]
"""Gross, discount, tax on top, paid by tenders."""


def in_pieces(sku: Sku) -> str:  # noqa: ARG001 - the form of every such function
    """Return that a SKU is sold in pieces, whatever it is."""
    return PIECES


class FactReader:
    """Gathers the facts of a shop from its log.

    Args:
        currency: The one currency of the facts; an order in another one is refused.
        unit_of: In what the quantity of a SKU is measured; it is asked once for each and must always say the same.
            Units are never added to units of another kind, so fuel in thousandths stands apart from pieces.

    Attributes:
        position: The position of the last event that was read; -1 before the first.

    Example:
        >>> from ecomops.memory import MemoryStore
        >>> reader = FactReader(currency=Currency.CNY)
        >>> reader.follow(MemoryStore()), reader.position, len(reader.facts().orders)
        (0, -1, 0)
    """

    def __init__(self, *, currency: Currency, unit_of: Callable[[Sku], str] = in_pieces) -> None:
        """Begin before the first event."""
        self.position = -1
        self._currency = currency
        self._unit_of = unit_of
        self._orders = Rows(*_names(Orders))
        self._lines = Rows(*_names(Lines))
        self._steps = Rows(*_names(Steps))
        self._payments = Rows(*_names(Payments))
        self._refunds = Rows(*_names(Refunds))
        self._refunded_lines = Rows(*_names(RefundedLines))
        self._order_ids, self._customers, self._locations = Codes(), Codes(), Codes()
        self._line_ids, self._skus, self._units, self._sources = Codes(), Codes(), Codes(), Codes()
        self._spelt_skus: dict[str, tuple[int, int]] = {}
        self._spelt_locations: dict[str, int] = {}
        self._first_lines = array("q")
        self._told: dict[tuple[str, Operation, str], tuple[int, Notice]] = {}
        self._readers: Mapping[type, Callable[[Any], None]] = {
            OrderPlaced: self._placed,
            OrderAdopted: self._adopted,
            OrderPaid: self._paid,
            OrderCancelled: self._cancelled,
            OrderClosed: self._closed,
            OrderReduced: self._reduced,
            CaseRefunded: self._refunded,
            PaymentOpened: self._opened,
            PaymentNoticed: self._noticed,
        }

    def read(self, log: Iterable[Recorded]) -> int:
        """Read the events of *log*, which come in their order; those that were read before are passed over.

        Returns:
            How many were new.

        Raises:
            CurrencyMismatch: An order is in another currency; what came before it has been read.
            OutOfRange: The lines of an order add up to more than an amount can be; as above.
            CorruptHistory: The log does not begin at its beginning: an order was never placed.
        """
        readers, position, new = self._readers, self.position, 0
        try:
            for recorded in log:
                if recorded.position > position:
                    event = recorded.event
                    reader = readers.get(type(event))
                    if reader is not None:
                        reader(event)
                    position = recorded.position
                    new += 1
        finally:  # also when an event is refused: what came before it has been read
            self.position = position
        return new

    def follow(self, history: History) -> int:
        """Read all that *history* holds and this reader has not read; return how many events that was."""
        before = 0
        while batch := history.after(self.position, AT_ONCE):
            before += self.read(batch)
        return before

    def facts(self) -> Facts:
        """Return the facts as of the position: columns that later events do not change."""
        return Facts(
            currency=self._currency,
            names=Names(
                orders=self._order_ids.names,
                customers=self._customers.names,
                locations=self._locations.names,
                lines=self._line_ids.names,
                skus=self._skus.names,
                units=self._units.names,
                kinds=tuple(_KINDS),
                sources=self._sources.names,
                funders=tuple(_FUNDERS),
                operations=tuple(_OPERATIONS),
                outcomes=tuple(_OUTCOMES),
            ),
            orders=Orders(**self._orders.columns()),
            lines=Lines(**self._lines.columns()),
            steps=Steps(**self._steps.columns()),
            payments=Payments(**self._payments.columns()),
            refunds=Refunds(**self._refunds.columns()),
            refunded_lines=RefundedLines(**self._refunded_lines.columns()),
        )

    def _placed(self, event: OrderPlaced) -> None:
        self._add(event, placed_at=microseconds(event.at), paid_at=NEVER, cancelled_at=NEVER, closed_at=NEVER)

    def _adopted(self, event: OrderAdopted) -> None:
        """Take over an order; when it was paid is not known, so it counts as paid when it was placed."""
        placed, adopted = microseconds(event.placed_at), microseconds(event.at)
        self._add(
            event,
            placed_at=placed,
            paid_at=placed if event.status in {Status.PAID, Status.CLOSED} else NEVER,
            cancelled_at=adopted if event.status is Status.CANCELLED else NEVER,
            closed_at=adopted if event.status is Status.CLOSED else NEVER,
        )

    def _add(
        self, event: OrderPlaced | OrderAdopted, *, placed_at: int, paid_at: int, cancelled_at: int, closed_at: int
    ) -> None:
        """Add an order with its lines: what may be refused is looked at before the first row is added."""
        if event.currency is not self._currency:
            raise CurrencyMismatch(left=self._currency, right=event.currency)
        if self._order_ids.known(event.order_id) != UNKNOWN:
            raise CorruptHistory(f"order {event.order_id} was placed twice")
        first, steps = len(self._lines), list[int]()
        lines: tuple[Line | ServiceLine, ...] = (*event.lines, *event.services)
        amounts = [self._amounts(line.rungs, row, steps) for row, line in enumerate(lines, start=first)]
        gross, discount, tax, tendered = _added(amounts)
        goods = [(*self._keys(line.stock), line.quantity) for line in event.lines]
        places = {place for _, place, _, _ in goods}
        self._first_lines.append(first)
        order = self._orders.append(
            placed_at,
            paid_at,
            cancelled_at,
            closed_at,
            UNKNOWN if event.customer is None else self._customers.code(event.customer),
            next(iter(places)) if len(places) == 1 else UNKNOWN,
            gross,
            discount,
            tax,
            tendered + event.excess.minor,
            event.due.minor,
        )
        self._order_ids.code(event.order_id)
        self._add_lines(order, lines, goods, amounts)
        self._steps.extend(steps)

    def _add_lines(
        self,
        order: int,
        lines: Sequence[Line | ServiceLine],
        goods: Sequence[tuple[int, int, int, int]],
        amounts: Sequence[Amounts],
    ) -> None:
        code, cells = self._line_ids.code, list[int]()
        for line, sold, worth in zip(lines, chain(goods, repeat(_NO_GOODS)), amounts, strict=False):
            cells += (order, code(line.id), *sold, *worth)
        self._lines.extend(cells)

    def _keys(self, stock: StockKey) -> tuple[int, int, int]:
        """Return the codes of SKU, location and unit of a stock key; each half is read when it is first met."""
        spelt, _, place = stock.partition("@")
        goods = self._spelt_skus.get(spelt)
        if goods is None:
            sku = stock.sku
            unit = self._units.code(self._unit_of(sku))
            goods = self._spelt_skus[spelt] = (self._skus.code(sku), unit)
        location = self._spelt_locations.get(place)
        if location is None:
            location = self._spelt_locations[place] = self._locations.code(stock.location)
        return goods[0], location, goods[1]

    def _amounts(self, rungs: Sequence[Rung], row: int, cells: list[int]) -> Amounts:
        """Return what the steps of a line come to, and add the *cells* of each, which belong to the line at *row*."""
        gross = left = rungs[0].left.minor
        discount = tendered = 0
        for rung in rungs[1:]:
            above, left = left, rung.left.minor
            cells += (row, _KINDS[rung.kind], self._sources.code(rung.source), _FUNDERS[rung.funder], above - left)
            if rung.kind is StepKind.DISCOUNT:
                discount += above - left
            elif rung.kind is StepKind.TENDER:
                tendered += above - left
        return gross, discount, left - (gross - discount - tendered), tendered

    def _row(self, order_id: str) -> int:
        row = self._order_ids.known(order_id)
        if row == UNKNOWN:
            raise CorruptHistory(f"order {order_id} was never placed: a log is read from its beginning")
        return row

    def _paid(self, event: OrderPaid) -> None:
        self._orders.put(self._row(event.order_id), "paid_at", microseconds(event.at))

    def _cancelled(self, event: OrderCancelled) -> None:
        self._orders.put(self._row(event.order_id), "cancelled_at", microseconds(event.at))

    def _closed(self, event: OrderClosed) -> None:
        self._orders.put(self._row(event.order_id), "closed_at", microseconds(event.at))

    def _reduced(self, event: OrderReduced) -> None:
        """Add what was called off; before an order is paid, that was never sold: the order is smaller."""
        order = self._row(event.order_id)
        if self._orders.cell(order, "paid_at") == NEVER:
            self._unsell(event, order)
        else:
            self._take_back(event, order, called_off=1, amount=_back(event), fee=0)

    def _refunded(self, event: CaseRefunded) -> None:
        order = self._row(event.order_id)
        self._take_back(event, order, called_off=0, amount=_back(event), fee=event.fee.minor)

    def _take_back(
        self, event: OrderReduced | CaseRefunded, order: int, *, called_off: int, amount: int, fee: int
    ) -> None:
        """Add what was taken back out of an order, with its lines."""
        read = [(each, _parts(each.parts)) for each in (*event.lines, *event.services)]
        gross, discount, tax, _ = _added(amounts for _, amounts in read)
        at = microseconds(event.at)
        refund = self._refunds.append(order, at, called_off, gross, discount, tax, amount, fee)
        rows = self._lines_of(order)
        for each, (gross, discount, tax, _) in read:
            row = rows[self._line_ids.known(each.line)]
            goods = self._lines.cell(row, "sku") != UNKNOWN
            self._refunded_lines.append(refund, row, each.quantity if goods else 0, gross, discount, tax)

    def _unsell(self, event: OrderReduced, order: int) -> None:
        """Take what was called off before it was paid out of the order, its lines, and their steps."""
        rows = self._lines_of(order)
        read = [(rows[self._line_ids.known(each.line)], each) for each in (*event.lines, *event.services)]
        amounts = [_parts(each.parts) for _, each in read]
        for (row, each), worth in zip(read, amounts, strict=True):
            goods = self._lines.cell(row, "sku") != UNKNOWN
            _less(self._lines, row, zip(_SUMS, worth, strict=True))
            _less(self._lines, row, [("quantity", each.quantity if goods else 0)])
            first = bisect_left(range(len(self._steps)), row, key=lambda step: self._steps.cell(step, "line"))
            for step, part in enumerate(each.parts[1:], start=first):
                taken = -part.amount.minor if part.kind is StepKind.TAX else part.amount.minor
                _less(self._steps, step, [("amount", taken)])
        gross, discount, tax, _ = _added(amounts)
        _less(self._orders, order, [("gross", gross), ("discount", discount), ("tax", tax)])
        self._orders.put(order, "due", event.due.minor)
        tendered = sum(self._lines.cell(row, "tendered") for row in rows.values())
        self._orders.put(order, "tendered", tendered + event.excess.minor)

    def _lines_of(self, order: int) -> Mapping[int, int]:
        """Return the rows of the lines of an order, by the codes of their ids."""
        last = order + 1 == len(self._first_lines)
        rows = range(self._first_lines[order], len(self._lines) if last else self._first_lines[order + 1])
        return {self._lines.cell(row, "line"): row for row in rows}

    def _opened(self, event: PaymentOpened) -> None:
        for notice in event.notices:
            self._tell(event.id, notice)

    def _noticed(self, event: PaymentNoticed) -> None:
        self._tell(event.id, event.notice)

    def _tell(self, payment: PaymentId, notice: Notice) -> None:
        """Add the result of an operation, or put it in place of an earlier one that it outweighs."""
        key = (payment, notice.operation, notice.reference)
        if key not in self._told:
            order = self._order_ids.known(payment)
            row = self._payments.append(order, _OPERATIONS[notice.operation], *_result(notice))
            self._told[key] = (row, notice)
            return
        row, before = self._told[key]
        (latest,) = results(Payment(id=payment, currency=self._currency, notices=(before, notice)))
        self._told[key] = (row, latest)
        for name, value in zip(("outcome", "amount", "at"), _result(latest), strict=True):
            self._payments.put(row, name, value)


_SUMS = ("gross", "discount", "tax", "tendered")
"""The columns of `Amounts`."""


def _less(rows: Rows, row: int, amounts: Iterable[tuple[str, int]]) -> None:
    """Make cells of a row smaller."""
    for name, amount in amounts:
        rows.put(row, name, rows.cell(row, name) - amount)


def _names(family: type) -> tuple[str, ...]:
    """Return the columns of a family, in their order."""
    return tuple(family.__annotations__)


def _result(notice: Notice) -> tuple[int, int, int]:
    return _OUTCOMES[notice.outcome], notice.amount.minor, microseconds(notice.at)


def _back(event: OrderReduced | CaseRefunded) -> int:
    """Return what goes back to the buyer and to tenders."""
    return event.amount.minor + sum(each.amount.minor for each in event.tenders)


def _parts(parts: Iterable[Part]) -> Amounts:
    """Return what the parts of some units come to."""
    by_kind = dict.fromkeys(StepKind, 0)
    for part in parts:
        by_kind[part.kind] += part.amount.minor
    tax = by_kind[StepKind.TAX] - by_kind[StepKind.NET]
    return by_kind[StepKind.GROSS], by_kind[StepKind.DISCOUNT], tax, by_kind[StepKind.TENDER]


def _added(lines: Iterable[Amounts]) -> Amounts:
    """Return the amounts of all *lines*.

    Raises:
        OutOfRange: They are more than an amount can be.
    """
    gross = discount = tax = tendered = 0
    for line in lines:
        gross, discount, tax, tendered = gross + line[0], discount + line[1], tax + line[2], tendered + line[3]
    if max(gross, discount, abs(tax), tendered) > MOST_MINOR:
        raise OutOfRange(field="Orders.gross", least="0", most=str(MOST_MINOR))
    return gross, discount, tax, tendered
