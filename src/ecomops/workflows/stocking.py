"""Receive stock and adjust it: what comes in at one location, and what is found or lost there."""

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import STOCK, StockItem
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, Write, get, get_many
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of, whole
from ecomops.terms import Quantity, StockKey, StockUnits, demand
from ecomops.workflows.binding import StockFound


@frozen(kw_only=True)
class ReceiveStock:
    """Take one delivery in; a SKU that is new at its location is opened.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        units: What came, at any number of keys.
        backorder_limit: For a stock that is new: units that may be sold beyond what is on hand; None is no limit.
    """

    code: ClassVar[str] = "receive_stock"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    backorder_limit: Quantity | None = field(default=0, validator=optional(whole(0)))


@frozen(kw_only=True)
class StockTaken:
    """The answer: what was taken in, per stock key."""

    code: ClassVar[str] = "stock_taken"

    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class ReceiveStockNeeds:
    """What the plan looks at: the stock items that are there, by key."""

    stock: StockFound = field(validator=is_a(Mapping))


def plan_receive_stock(command: ReceiveStock, needs: ReceiveStockNeeds) -> Plan[StockTaken]:
    """Decide the receipt: one movement per stock."""
    units = demand((each.stock, each.quantity) for each in command.units)
    writes = tuple(
        write for each in units for write in _taken(command, each, needs.stock.get(each.stock))
    )  # fmt: skip
    return Plan(answer=StockTaken(units=units), writes=writes)


def _taken(
    command: ReceiveStock, units: StockUnits, found: Versioned[StockItem] | None
) -> tuple[Write[StockItem], ...]:
    item = STOCK.draft(found)
    if found is None:
        item.add(inventory.open_stock(units.stock, backorder_limit=command.backorder_limit, at=command.at))
    item.add(inventory.receive(item.value, quantity=units.quantity, at=command.at))
    return item.writes()


def receive_stock(command: ReceiveStock) -> Work[StockTaken]:
    """Read the stock and take the delivery in."""
    stock = yield from get_many(STOCK, (each.stock for each in command.units))
    return plan_receive_stock(command, ReceiveStockNeeds(stock=stock))


@frozen(kw_only=True)
class AdjustStock:
    """Record what was found (positive) or lost (negative) of one stock.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        stock: Which stock.
        quantity: Units found or lost.
        reason: Why, in the shop's own words.
    """

    code: ClassVar[str] = "adjust_stock"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    stock: StockKey = field(validator=is_a(StockKey))
    quantity: int = field(validator=whole())
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class StockCorrected:
    """The answer: which stock moved by how much."""

    code: ClassVar[str] = "stock_corrected"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: int = field(validator=whole())


def plan_adjust_stock(command: AdjustStock, item: Versioned[StockItem]) -> Plan[StockCorrected]:
    """Decide the adjustment.

    Raises:
        BelowZero: The loss is larger than what is on hand.
    """
    events = inventory.adjust(item.value, quantity=command.quantity, reason=command.reason, at=command.at)
    answer = StockCorrected(stock=command.stock, quantity=command.quantity)
    return Plan(answer=answer, writes=STOCK.write(item, events))


def adjust_stock(command: AdjustStock) -> Work[StockCorrected]:
    """Read the stock and adjust it.

    Raises:
        Missing: There is no such stock.
    """
    item = yield from get(STOCK, command.stock)
    return plan_adjust_stock(command, item)
