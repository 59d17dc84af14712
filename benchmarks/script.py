"""What both sides of `order_life` are given, in plain values, and what they are asked about it afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
NOON = datetime(2026, 6, 18, 12, tzinfo=UTC)
PAY_WITHIN = timedelta(minutes=30)
CONFIRM_WITHIN = timedelta(days=10)
RETURN_WITHIN = timedelta(days=7)
CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as a web request has it; amounts in minor units, the stock by its text and by its UUID."""

    line: str
    stock: str
    stock_uuid: UUID
    quantity: int
    gross: int
    discount: int = 0


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a web request has it, by its text and by its UUID."""

    order: str
    order_uuid: UUID
    lines: tuple[LineRow, ...]

    @property
    def due(self) -> int:
        """What the gateway is to bring."""
        return sum(line.gross - line.discount for line in self.lines)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What both sides must say of an order: its lines as (line, quantity, shipped, received)."""

    status: str
    due: int
    paid: int
    due_at: datetime | None
    lines: tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class StockFacts:
    """What both sides must say of a stock item."""

    on_hand: int
    reserved: int
    allocated: int
    received: int
    shipped: int


class Side(Protocol):
    """A shop that carries the commands out, each in one commit, and records what happened."""

    def stock_in(self, row: OrderRow, units: int) -> None:
        """Open the stock of each line with *units* on hand."""
        ...

    def place(self, row: OrderRow) -> None:
        """Place the order and reserve its stock."""
        ...

    def pay(self, row: OrderRow) -> None:
        """Take the notice that all that is due was captured, and allocate the stock."""
        ...

    def ship(self, row: OrderRow) -> None:
        """Let all of it leave."""
        ...

    def receive(self, row: OrderRow) -> None:
        """Confirm that it arrived."""
        ...

    def order(self, row: OrderRow) -> OrderFacts:
        """Return the order as it is stored."""
        ...

    def stock(self, row: OrderRow) -> tuple[StockFacts, ...]:
        """Return the stock under each line as it is stored."""
        ...

    def events(self) -> Mapping[str, int]:
        """Return how many events of orders and stock were recorded, by code."""
        ...


def order_rows(count: int, *, lines: int = 3) -> tuple[OrderRow, ...]:
    """Return orders of three lines of fresh SKUs, one of them discounted."""
    return tuple(_order_row(f"o-{number}", lines) for number in range(count))


def _order_row(order: str, lines: int) -> OrderRow:
    return OrderRow(order, uuid5(NAMES, order), tuple(_line_row(order, each) for each in range(lines)))


def _line_row(order: str, number: int) -> LineRow:
    stock = f"sku-{order}-{number}@hangzhou"
    discount = 150 if number == 1 else 0
    return LineRow(f"l-{number}", stock, uuid5(NAMES, stock), 1 + number, 1999 * (1 + number), discount)


def live(side: Side, row: OrderRow) -> None:
    """Lead one order through its life: four commands."""
    side.place(row)
    side.pay(row)
    side.ship(row)
    side.receive(row)


def tried(act: Callable[[], object]) -> str:
    """Return the code with which *act* is refused, or that it was not."""
    try:
        act()
    except Exception as refusal:  # the two sides share no class of refusals; what has no code is no refusal
        code: str | None = getattr(refusal, "code", None)
        if code is None:
            raise
        return code
    return "done"
