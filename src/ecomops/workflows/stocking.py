"""Receive stock, adjust it, count it, and bound it: what comes in, what is found or lost, what may be sold of it."""

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import STOCK, StockItem
from ecomops.kernel import Actor, CommandId, Missing, Plan, Versioned, Work, Write, get, get_many
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, some_text, tuple_of, whole
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


@frozen(kw_only=True)
class StockCount:
    """So many units of one stock were counted."""

    stock: StockKey = field(validator=is_a(StockKey))
    counted: Quantity = field(validator=whole(0))


@frozen(kw_only=True)
class CountStock:
    """Record a count of some stocks: what differs from what should be there is found or lost.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        counts: What was counted, each stock once.
        reason: Why it was counted, in the shop's own words.
    """

    code: ClassVar[str] = "count_stock"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    counts: tuple[StockCount, ...] = field(validator=tuple_of(StockCount))
    reason: str = field(default="count", validator=some_text)


@frozen(kw_only=True)
class StockDifference:
    """So many units were found (positive) or lost (negative) of one stock."""

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: int = field(validator=whole())


@frozen(kw_only=True)
class StockCounted:
    """The answer: every stock of which another number was counted than should be there."""

    code: ClassVar[str] = "stock_counted"

    differences: tuple[StockDifference, ...] = field(validator=tuple_of(StockDifference))


def plan_count_stock(command: CountStock, needs: ReceiveStockNeeds) -> Plan[StockCounted]:
    """Decide what a count changes; it compares versions, since a movement meanwhile would falsify it.

    Raises:
        Missing: A stock is not kept; each is listed.
        Repeated: A stock stands twice.
    """
    require_once((each.stock for each in command.counts), field="CountStock.counts")
    gone = tuple(sorted(str(each.stock) for each in command.counts if needs.stock.get(each.stock) is None))
    if gone:
        raise Missing(kind=STOCK.kind, ids=gone)
    writes = tuple(write for each in command.counts for write in _counted(command, each, needs.stock))
    differences = tuple(
        StockDifference(stock=write.after.id, quantity=write.after.adjusted - write.before.adjusted)
        for write in writes
        if write.before is not None
    )
    return Plan(answer=StockCounted(differences=differences), writes=writes)


def _counted(command: CountStock, count: StockCount, stock: StockFound) -> tuple[Write[StockItem], ...]:
    found = stock[count.stock]
    lost = count.counted - found.value.on_hand
    events = inventory.adjust(found.value, quantity=lost, reason=command.reason, at=command.at)
    return STOCK.write(found, events, exact=True)


def count_stock(command: CountStock) -> Work[StockCounted]:
    """Read the stocks that were counted and record what differs."""
    stock = yield from get_many(STOCK, (each.stock for each in command.counts))
    return plan_count_stock(command, ReceiveStockNeeds(stock=stock))


@frozen(kw_only=True)
class BoundStock:
    """Say how much of a stock may be sold: what is kept from the channels, and what may be sold beyond it.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        stock: Which stock.
        buffer: Units that no channel may sell.
        backorder_limit: Units that may be sold beyond what is on hand; None is no limit.
    """

    code: ClassVar[str] = "bound_stock"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    stock: StockKey = field(validator=is_a(StockKey))
    buffer: Quantity = field(validator=whole(0))
    backorder_limit: Quantity | None = field(validator=optional(whole(0)))


@frozen(kw_only=True)
class StockBounded:
    """The answer: which stock, and whether anything changed."""

    code: ClassVar[str] = "stock_bounded"

    stock: StockKey = field(validator=is_a(StockKey))
    changed: bool = field(validator=is_a(bool))


def plan_bound_stock(command: BoundStock, found: Versioned[StockItem]) -> Plan[StockBounded]:
    """Decide the bounds; what is sold already stays sold."""
    item = STOCK.draft(found)
    item.add(inventory.set_buffer(item.value, buffer=command.buffer, at=command.at))
    item.add(inventory.set_backorder_limit(item.value, limit=command.backorder_limit, at=command.at))
    writes = item.writes()
    return Plan(answer=StockBounded(stock=command.stock, changed=bool(writes)), writes=writes)


def bound_stock(command: BoundStock) -> Work[StockBounded]:
    """Read the stock and bound it.

    Raises:
        Missing: There is no such stock.
    """
    item = yield from get(STOCK, command.stock)
    return plan_bound_stock(command, item)
