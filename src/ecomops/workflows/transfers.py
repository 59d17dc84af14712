"""Move goods from one location of the shop to another: ask for them, send them, count them, or call it off."""

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import (
    STOCK,
    TRANSFER,
    Goods,
    StockItem,
    StockShort,
    Transfer,
    TransferExists,
    TransferId,
    transfers,
)
from ecomops.inventory.transfers import TransferLine
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, Write, get, get_many, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.terms import LocationId, Sku, StockKey, StockUnits
from ecomops.workflows.binding import StockFound


@frozen(kw_only=True)
class RequestTransfer:
    """Ask for goods of another location.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        transfer_id: Names the transfer.
        origin: Whence the goods shall come.
        destination: Where to.
        goods: What is wanted, each SKU once.
    """

    code: ClassVar[str] = "request_transfer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    transfer_id: TransferId = field(validator=is_a(TransferId))
    origin: LocationId = field(validator=is_a(LocationId))
    destination: LocationId = field(validator=is_a(LocationId))
    goods: tuple[Goods, ...] = field(validator=tuple_of(Goods))


@frozen(kw_only=True)
class DispatchTransfer:
    """Let the goods of a transfer leave.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        transfer_id: The transfer.
        goods: What leaves; None is all that was asked for.
    """

    code: ClassVar[str] = "dispatch_transfer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    transfer_id: TransferId = field(validator=is_a(TransferId))
    goods: tuple[Goods, ...] | None = field(default=None, validator=optional(tuple_of(Goods)))


@frozen(kw_only=True)
class CountTransfer:
    """Count the goods of a transfer where they arrived, and take them in; a SKU that is new there is opened.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        transfer_id: The transfer.
        goods: What was counted, () for nothing; None is exactly what left.
    """

    code: ClassVar[str] = "count_transfer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    transfer_id: TransferId = field(validator=is_a(TransferId))
    goods: tuple[Goods, ...] | None = field(default=None, validator=optional(tuple_of(Goods)))


@frozen(kw_only=True)
class CancelTransfer:
    """Call a transfer off before its goods leave.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        transfer_id: The transfer.
    """

    code: ClassVar[str] = "cancel_transfer"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    transfer_id: TransferId = field(validator=is_a(TransferId))


@frozen(kw_only=True)
class TransferStands:
    """The answer: how far the transfer has come.

    Args:
        transfer_id: The transfer.
        status: How far.
        moved: What this step took from the stock of one end, or brought to that of the other.
        differences: Once it has arrived: the lines of which less or more was counted than had left.
    """

    code: ClassVar[str] = "transfer_stands"

    transfer_id: TransferId = field(validator=is_a(TransferId))
    status: transfers.Status = field(validator=is_a(transfers.Status))
    moved: tuple[StockUnits, ...] = field(default=(), validator=tuple_of(StockUnits))
    differences: tuple[TransferLine, ...] = field(default=(), validator=tuple_of(TransferLine))


@frozen(kw_only=True)
class TransferNeeds:
    """What the plans of a movement look at: the transfer, and the stock at the end that moves, by key."""

    transfer: Versioned[Transfer] = field(validator=is_a(Versioned))
    stock: StockFound = field(validator=is_a(Mapping))


def plan_request_transfer(command: RequestTransfer, found: Versioned[Transfer] | None) -> Plan[TransferStands]:
    """Decide the request; nothing when the very same was asked for.

    Raises:
        TransferExists: The id names another transfer.
        SameLocation, EmptyTransfer, Repeated: As `transfers.request` refuses.
    """
    requested = transfers.request(
        command.transfer_id,
        origin=command.origin,
        destination=command.destination,
        goods=command.goods,
        at=command.at,
    )
    if found is None:
        return _stands(TRANSFER.replay(requested), writes=TRANSFER.write(None, requested))
    if _asks(found.value) != _asks(TRANSFER.replay(requested)):
        raise TransferExists(id=command.transfer_id)
    return _stands(found.value)


def _asks(transfer: Transfer) -> tuple[LocationId, LocationId, tuple[tuple[Sku, int], ...]]:
    return transfer.origin, transfer.destination, tuple((line.sku, line.requested) for line in transfer.lines)


def _stands(
    transfer: Transfer,
    *,
    moved: tuple[StockUnits, ...] = (),
    writes: tuple[Write[Transfer] | Write[StockItem], ...] = (),
) -> Plan[TransferStands]:
    answer = TransferStands(
        transfer_id=transfer.id,
        status=transfer.status,
        moved=moved,
        differences=transfers.differences(transfer),
    )
    return Plan(answer=answer, writes=writes)


def plan_dispatch_transfer(command: DispatchTransfer, needs: TransferNeeds) -> Plan[TransferStands]:
    """Decide what leaves: the stock of the origin moves with it.

    Raises:
        StockShort: More leaves than lies in hand there; every shortage is listed.
        NotRequested, EmptyTransfer, Repeated, IllegalMove: As `transfers.dispatch` refuses.
    """
    transfer = TRANSFER.draft(needs.transfer)
    events = transfers.dispatch(transfer.value, goods=command.goods, at=command.at)
    transfer.add(events)
    moved = tuple(units for event in events for units in transfers.leaving(transfer.value, event))
    return _stands(transfer.value, moved=moved, writes=(*transfer.writes(), *_sent(command, moved, needs.stock)))


def _sent(command: DispatchTransfer, moved: tuple[StockUnits, ...], stock: StockFound) -> tuple[Write[StockItem], ...]:
    """Take *moved* from the stock; all of it, or refuse with every shortage."""
    found = {each.stock: stock.get(each.stock) for each in moved}
    items = {key: item.value for key, item in found.items() if item is not None}
    short = inventory.shortages(items, moved, most_of=inventory.in_hand)
    if short:
        raise StockShort(shortages=short)
    return tuple(
        write
        for each in moved
        for write in STOCK.write(
            found[each.stock],
            inventory.transfer_out(
                items[each.stock], quantity=each.quantity, transfer=command.transfer_id, at=command.at
            ),
        )
    )


def plan_count_transfer(command: CountTransfer, needs: TransferNeeds) -> Plan[TransferStands]:
    """Decide what was taken in: what was counted is on hand, less or more than left is named in the answer.

    Raises:
        NotRequested, Repeated, IllegalMove: As `transfers.arrive` refuses.
    """
    transfer = TRANSFER.draft(needs.transfer)
    events = transfers.arrive(transfer.value, goods=command.goods, at=command.at)
    transfer.add(events)
    moved = tuple(units for event in events for units in transfers.arriving(transfer.value, event))
    writes = tuple(write for units in moved for write in _taken(command, units, needs.stock.get(units.stock)))
    return _stands(transfer.value, moved=moved, writes=(*transfer.writes(), *writes))


def _taken(
    command: CountTransfer, units: StockUnits, found: Versioned[StockItem] | None
) -> tuple[Write[StockItem], ...]:  # fmt: skip
    item = STOCK.draft(found)
    if found is None:
        item.add(inventory.open_stock(units.stock, at=command.at))
    item.add(
        inventory.transfer_in(item.value, quantity=units.quantity, transfer=command.transfer_id, at=command.at)
    )  # fmt: skip
    return item.writes()


def plan_cancel_transfer(command: CancelTransfer, found: Versioned[Transfer]) -> Plan[TransferStands]:
    """Decide the end of a transfer of which nothing has left.

    Raises:
        IllegalMove: The goods have left.
    """
    transfer = TRANSFER.draft(found)
    transfer.add(transfers.cancel(transfer.value, at=command.at))
    return _stands(transfer.value, writes=transfer.writes())


def request_transfer(command: RequestTransfer) -> Work[TransferStands]:
    """Read whether the transfer is there and ask for the goods."""
    found = yield from lookup(TRANSFER, command.transfer_id)
    return plan_request_transfer(command, found)


def dispatch_transfer(command: DispatchTransfer) -> Work[TransferStands]:
    """Read the transfer and the stock of its origin, and let the goods leave.

    Raises:
        Missing: There is no such transfer.
    """
    transfer = yield from get(TRANSFER, command.transfer_id)
    stock = yield from get_many(STOCK, _keys(transfer.value, transfer.value.origin))
    return plan_dispatch_transfer(command, TransferNeeds(transfer=transfer, stock=stock))


def count_transfer(command: CountTransfer) -> Work[TransferStands]:
    """Read the transfer and the stock of its destination, and take in what was counted.

    Raises:
        Missing: There is no such transfer.
    """
    transfer = yield from get(TRANSFER, command.transfer_id)
    stock = yield from get_many(STOCK, _keys(transfer.value, transfer.value.destination))
    return plan_count_transfer(command, TransferNeeds(transfer=transfer, stock=stock))


def _keys(transfer: Transfer, location: LocationId) -> tuple[StockKey, ...]:
    return tuple(StockKey.of(line.sku, location) for line in transfer.lines)


def cancel_transfer(command: CancelTransfer) -> Work[TransferStands]:
    """Read the transfer and call it off.

    Raises:
        Missing: There is no such transfer.
    """
    transfer = yield from get(TRANSFER, command.transfer_id)
    return plan_cancel_transfer(command, transfer)
