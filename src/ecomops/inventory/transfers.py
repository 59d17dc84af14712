"""The transfer of goods from one location of the shop to another: requested, dispatched, arrived, or cancelled.

Everything that affects it lives here; the stock at both ends moves by `inventory.transfer_out` and `transfer_in`. The
law: over all locations, what was transferred, what is in transit and what is missing add up to nothing.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.inventory.errors import EmptyTransfer, NotRequested, SameLocation
from ecomops.inventory.movements import TransferId
from ecomops.kernel import ADOPTED, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, require_once, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.terms import LocationId, Quantity, Sku, StockKey, StockUnits


class Status(StrEnum):
    """How far the goods have come."""

    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class Goods:
    """So many units of one SKU, wherever they are."""

    sku: Sku = field(validator=is_a(Sku))
    quantity: Quantity = field(validator=whole(1))

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


@frozen(kw_only=True)
class TransferLine:
    """What was asked for of one SKU, what left, and what was counted where it arrived."""

    sku: Sku = field(validator=is_a(Sku))
    requested: Quantity = field(validator=whole(1))
    dispatched: Quantity = field(default=0, validator=whole(0))
    arrived: Quantity = field(default=0, validator=whole(0))

    @property
    def missing(self) -> int:
        """Units that left and were not counted where they arrived; negative when more arrived."""
        return self.dispatched - self.arrived


@frozen(kw_only=True)
class Transfer:
    """Goods on their way from one location to another.

    Args:
        id: Which transfer.
        status: How far it has come.
        origin: Whence.
        destination: Where to.
        lines: One for each SKU, in their order.
    """

    id: TransferId = field(validator=is_a(TransferId))
    status: Status = field(validator=is_a(Status))
    origin: LocationId = field(validator=is_a(LocationId))
    destination: LocationId = field(validator=is_a(LocationId))
    lines: tuple[TransferLine, ...] = field(validator=tuple_of(TransferLine))


@frozen(kw_only=True)
class TransferRequested:
    """Goods were asked for at one location, from another."""

    code: ClassVar[str] = "transfer.requested"

    id: TransferId = field(validator=is_a(TransferId))
    origin: LocationId = field(validator=is_a(LocationId))
    destination: LocationId = field(validator=is_a(LocationId))
    goods: tuple[Goods, ...] = field(validator=tuple_of(Goods))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class TransferAdopted:
    """A transfer was taken over from another system, goods on their way included."""

    code: ClassVar[str] = "transfer.adopted"

    id: TransferId = field(validator=is_a(TransferId))
    status: Status = field(validator=is_a(Status))
    origin: LocationId = field(validator=is_a(LocationId))
    destination: LocationId = field(validator=is_a(LocationId))
    lines: tuple[TransferLine, ...] = field(validator=tuple_of(TransferLine))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class TransferDispatched:
    """The goods left."""

    code: ClassVar[str] = "transfer.dispatched"

    id: TransferId = field(validator=is_a(TransferId))
    goods: tuple[Goods, ...] = field(validator=tuple_of(Goods))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class TransferArrived:
    """The goods were counted where they arrived."""

    code: ClassVar[str] = "transfer.arrived"

    id: TransferId = field(validator=is_a(TransferId))
    goods: tuple[Goods, ...] = field(validator=tuple_of(Goods))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class TransferCancelled:
    """The transfer was called off before anything left."""

    code: ClassVar[str] = "transfer.cancelled"

    id: TransferId = field(validator=is_a(TransferId))
    at: DateTime = field(validator=an_instant)


Opening = TransferRequested | TransferAdopted
Later = TransferDispatched | TransferArrived | TransferCancelled
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "transfer",
    events=Event,
    table={
        None: {TransferRequested: Status.REQUESTED, TransferAdopted: ADOPTED},
        Status.REQUESTED: {TransferDispatched: Status.IN_TRANSIT, TransferCancelled: Status.CANCELLED},
        Status.IN_TRANSIT: {TransferArrived: Status.ARRIVED},
        Status.ARRIVED: {},
        Status.CANCELLED: {},
    },
)


def request(
    id: TransferId, *, origin: LocationId, destination: LocationId, goods: Iterable[Goods], at: DateTime
) -> tuple[TransferRequested]:
    """Ask for goods of another location; nothing moves yet, and nothing is bound.

    Args:
        id: Names the transfer.
        origin: Whence the goods shall come.
        destination: Where to.
        goods: What is wanted, each SKU once.
        at: When.

    Raises:
        SameLocation: Both locations are one.
        EmptyTransfer: Nothing is wanted.
        Repeated: A SKU stands twice.

    Example:
        >>> import pendulum
        >>> (requested,) = request(
        ...     TransferId("t-1"),
        ...     origin=LocationId("hangzhou"),
        ...     destination=LocationId("ningbo"),
        ...     goods=[Goods(sku=Sku("tea"), quantity=5)],
        ...     at=pendulum.datetime(2026, 6, 18),
        ... )
        >>> TRANSFER.replay((requested,)).status
        <Status.REQUESTED: 'requested'>
    """
    if origin == destination:
        raise SameLocation(id=id, location=origin)
    wanted = _each_once(id, goods)
    return (TransferRequested(id=id, origin=origin, destination=destination, goods=wanted, at=at),)


def _each_once(id: TransferId, goods: Iterable[Goods]) -> tuple[Goods, ...]:
    """Return *goods* in the order of their SKUs, each of which stands once."""
    sorted_goods = tuple(sorted(goods, key=lambda each: each.sku))
    if not sorted_goods:
        raise EmptyTransfer(id=id)
    require_once((each.sku for each in sorted_goods), field="goods")
    return sorted_goods


def dispatch(
    transfer: Transfer, *, goods: Iterable[Goods] | None = None, at: DateTime
) -> tuple[TransferDispatched, ...]:  # fmt: skip
    """Let the goods leave: all that is asked for, or less; () when the same left before.

    Args:
        transfer: What was asked for.
        goods: What leaves; None is all that was asked for.
        at: When.

    Raises:
        NotRequested: More leaves of a SKU than was asked for; each is listed.
        EmptyTransfer: Nothing leaves: cancel it instead.
        Repeated: A SKU stands twice.
        IllegalMove: It is under way with other goods, has arrived, or is cancelled.
    """
    requested = {line.sku: line.requested for line in transfer.lines}
    leaving = _goods(requested) if goods is None else _each_once(transfer.id, goods)
    if transfer.status is Status.IN_TRANSIT and leaving == _goods(_dispatched(transfer)):
        return ()
    LIFECYCLE.require(transfer.status, TransferDispatched, id=transfer.id)
    _require_listed(transfer, leaving, requested)
    return (TransferDispatched(id=transfer.id, goods=leaving, at=at),)


def arrive(
    transfer: Transfer, *, goods: Iterable[Goods] | None = None, at: DateTime
) -> tuple[TransferArrived, ...]:  # fmt: skip
    """Count the goods where they arrive; less or more than left is a difference, recorded as it is.

    Args:
        transfer: What is on its way.
        goods: What was counted, each SKU once, () for nothing at all; None is exactly what left.
        at: When.

    Returns:
        () when the same was counted before.

    Raises:
        NotRequested: A SKU arrived that the transfer does not hold (adjust the stock instead); each is listed.
        Repeated: A SKU stands twice.
        IllegalMove: Nothing is on its way.
    """
    counted = _goods(_dispatched(transfer)) if goods is None else tuple(sorted(goods, key=lambda each: each.sku))
    require_once((each.sku for each in counted), field="goods")
    if transfer.status is Status.ARRIVED and counted == _goods({line.sku: line.arrived for line in transfer.lines}):
        return ()
    LIFECYCLE.require(transfer.status, TransferArrived, id=transfer.id)
    _require_listed(transfer, counted, None)
    return (TransferArrived(id=transfer.id, goods=counted, at=at),)


def cancel(transfer: Transfer, *, at: DateTime) -> tuple[TransferCancelled, ...]:
    """Call the transfer off; () when it is.

    Raises:
        IllegalMove: The goods have left.
    """
    if transfer.status is Status.CANCELLED:
        return ()
    LIFECYCLE.require(transfer.status, TransferCancelled, id=transfer.id)
    return (TransferCancelled(id=transfer.id, at=at),)


def _dispatched(transfer: Transfer) -> dict[Sku, Quantity]:
    return {line.sku: line.dispatched for line in transfer.lines}


def _goods(quantities: Mapping[Sku, Quantity]) -> tuple[Goods, ...]:
    return tuple(Goods(sku=sku, quantity=quantity) for sku, quantity in quantities.items() if quantity)


def _require_listed(transfer: Transfer, goods: tuple[Goods, ...], most: Mapping[Sku, Quantity] | None) -> None:
    """Refuse goods that the transfer does not hold or, where *most* is given, more than that."""
    held = {line.sku for line in transfer.lines}
    over = tuple(each for each in goods if each.sku not in held or (most and each.quantity > most[each.sku]))
    if over:
        raise NotRequested(id=transfer.id, goods=tuple(str(each) for each in over))


def in_transit(transfer: Transfer) -> tuple[StockUnits, ...]:
    """Return what has left and not arrived, under the keys of the destination: supply that is on its way."""
    if transfer.status is not Status.IN_TRANSIT:
        return ()
    return _at(transfer.destination, _goods(_dispatched(transfer)))


def leaving(transfer: Transfer, event: TransferDispatched) -> tuple[StockUnits, ...]:
    """Return what *event* takes from the stock of the origin."""
    return _at(transfer.origin, event.goods)


def arriving(transfer: Transfer, event: TransferArrived) -> tuple[StockUnits, ...]:
    """Return what *event* brings to the stock of the destination."""
    return _at(transfer.destination, event.goods)


def _at(location: LocationId, goods: Iterable[Goods]) -> tuple[StockUnits, ...]:
    return tuple(StockUnits(stock=StockKey.of(each.sku, location), quantity=each.quantity) for each in goods)


def differences(transfer: Transfer) -> tuple[TransferLine, ...]:
    """Return the lines of a transfer that has arrived of which less or more was counted than had left."""
    return tuple(line for line in transfer.lines if transfer.status is Status.ARRIVED and line.missing)


def begin(event: Opening) -> Transfer:
    """Return the transfer that *event* tells of."""
    if isinstance(event, TransferAdopted):
        lines = event.lines
    else:
        lines = tuple(TransferLine(sku=each.sku, requested=each.quantity) for each in event.goods)
    return Transfer(
        id=event.id,
        status=LIFECYCLE.opened(event),
        origin=event.origin,
        destination=event.destination,
        lines=lines,
    )


def evolve(transfer: Transfer, event: Later) -> Transfer:
    """Return the transfer as it stands after *event*."""
    status = LIFECYCLE.after(transfer.status, type(event))
    match event:
        case TransferDispatched(goods=goods):
            moved = {each.sku: each.quantity for each in goods}
            lines = tuple(changed(line, dispatched=moved.get(line.sku, 0)) for line in transfer.lines)
            return changed(transfer, status=status, lines=lines)
        case TransferArrived(goods=goods):
            moved = {each.sku: each.quantity for each in goods}
            lines = tuple(changed(line, arrived=moved.get(line.sku, 0)) for line in transfer.lines)
            return changed(transfer, status=status, lines=lines)
        case TransferCancelled():
            return changed(transfer, status=status)
        case _:
            assert_never(event)


TRANSFER: Noun[Transfer, Opening, Later] = Noun(
    kind="transfer",
    model=Transfer,
    events=Event,
    opens=(TransferRequested, TransferAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda transfer: transfer.id,
    keys={
        "status": lambda transfer: transfer.status,
        "origin": lambda transfer: transfer.origin,
        "destination": lambda transfer: transfer.destination,
        "sku": lambda transfer: tuple(line.sku for line in transfer.lines),
    },
)
