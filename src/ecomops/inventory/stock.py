"""The stock of one SKU at one location, as counters that many buyers touch at once.

Everything that moves them lives here: each event is a movement, never a total, and its effect on the counters is one
literal table. Two laws hold after every step: on hand = received + adjusted + restocked + transferred - shipped, and
reserved and allocated are the sums over the reservations.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar, assert_never, cast

from attrs import field, frozen
from pendulum import DateTime

from ecomops.inventory.errors import BelowZero, OverAllocate, OverRelease, OverShip, Shortage, StockShort, Unshippable
from ecomops.inventory.movements import (
    BufferSet,
    StockRestocked,
    StockSold,
    StockTransferredIn,
    StockTransferredOut,
)
from ecomops.kernel import Additive, AtLeast, Id, Noun
from ecomops.kernel.checks import FEW_UNITS, MOST_UNITS, an_instant, is_a, is_instant, optional, some_text, whole
from ecomops.kernel.copies import changed, maker
from ecomops.terms import Quantity, StockKey, StockUnits


class ReservationId(Id):
    """Names a reservation: the text of its order's id, or of its cart's."""

    __slots__ = ()


@frozen(kw_only=True, weakref_slot=False)
class StockItem:
    """The stock of one SKU at one location.

    Args:
        id: Which stock.
        on_hand: Units that lie there.
        reserved: Units bound by reservations and not yet allocated, promised ones included.
        allocated: Units set aside for paid orders.
        received: All that ever came in.
        adjusted: All losses and finds, signed.
        shipped: All that ever left for a buyer.
        restocked: All that buyers ever sent back and the shop put back on its shelves.
        transferred: What came from other locations less what went to them, signed.
        buffer: Units that no channel may sell: they are kept for the counter, or against late counts.
        backorder_limit: How many units may be sold beyond what is on hand; None is no limit.
    """

    id: StockKey = field(validator=is_a(StockKey))
    on_hand: Quantity = field(default=0, validator=whole())
    reserved: Quantity = field(default=0, validator=whole())
    allocated: Quantity = field(default=0, validator=whole())
    received: Quantity = field(default=0, validator=whole())
    adjusted: int = field(default=0, validator=whole())
    shipped: Quantity = field(default=0, validator=whole())
    restocked: Quantity = field(default=0, validator=whole())
    transferred: int = field(default=0, validator=whole())
    buffer: Quantity = field(default=0, validator=whole(0))
    backorder_limit: Quantity | None = field(default=0, validator=optional(whole(0)))


@frozen(kw_only=True, weakref_slot=False)
class StockOpened:
    """The shop began to keep a SKU at a location."""

    code: ClassVar[str] = "stock.opened"

    stock: StockKey = field(validator=is_a(StockKey))
    backorder_limit: Quantity | None = field(validator=optional(whole(0)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockAdopted:
    """A stock was taken over in the middle: its opening balance counts as received."""

    code: ClassVar[str] = "stock.adopted"

    stock: StockKey = field(validator=is_a(StockKey))
    on_hand: Quantity = field(validator=whole(0))
    reserved: Quantity = field(validator=whole(0))
    allocated: Quantity = field(validator=whole(0))
    backorder_limit: Quantity | None = field(validator=optional(whole(0)))
    buffer: Quantity = field(default=0, validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockReceived:
    """Goods came in."""

    code: ClassVar[str] = "stock.received"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockAdjusted:
    """A loss (negative) or a find was recorded: it has already happened."""

    code: ClassVar[str] = "stock.adjusted"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: int = field(validator=whole())
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockReserved:
    """Units were bound by a reservation."""

    code: ClassVar[str] = "stock.reserved"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    reservation: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockReleased:
    """Reserved units were freed."""

    code: ClassVar[str] = "stock.released"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    reservation: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockAllocated:
    """Reserved units were set aside for a paid order."""

    code: ClassVar[str] = "stock.allocated"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    reservation: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockDeallocated:
    """Units set aside for a paid order were freed."""

    code: ClassVar[str] = "stock.deallocated"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    reservation: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockShipped:
    """Allocated units left."""

    code: ClassVar[str] = "stock.shipped"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    reservation: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class BackorderLimitSet:
    """The shop changed how many units may be sold beyond what is on hand."""

    code: ClassVar[str] = "stock.backorder_limit_set"

    stock: StockKey = field(validator=is_a(StockKey))
    limit: Quantity | None = field(validator=optional(whole(0)))
    at: DateTime = field(validator=an_instant)


Movement = (
    StockReceived
    | StockAdjusted
    | StockReserved
    | StockReleased
    | StockAllocated
    | StockDeallocated
    | StockShipped
    | StockSold
    | StockRestocked
    | StockTransferredOut
    | StockTransferredIn
)  # fmt: skip
Opening = StockOpened | StockAdopted
Bounding = BackorderLimitSet | BufferSet
Later = Movement | Bounding
Event = Opening | Later

COUNTERS = (
    "on_hand",
    "reserved",
    "allocated",
    "received",
    "adjusted",
    "shipped",
    "restocked",
    "transferred",
)

# fmt: off
EFFECTS: Mapping[type[Movement], tuple[int, int, int, int, int, int, int, int]] = {
    #                    on_hand  reserved  allocated  received  adjusted  shipped  restocked  transferred
    StockReceived:       (+1,       0,        0,        +1,        0,        0,       0,         0),
    StockAdjusted:       (+1,       0,        0,         0,       +1,        0,       0,         0),
    StockReserved:       ( 0,      +1,        0,         0,        0,        0,       0,         0),
    StockReleased:       ( 0,      -1,        0,         0,        0,        0,       0,         0),
    StockAllocated:      ( 0,      -1,       +1,         0,        0,        0,       0,         0),
    StockDeallocated:    ( 0,       0,       -1,         0,        0,        0,       0,         0),
    StockShipped:        (-1,       0,       -1,         0,        0,       +1,       0,         0),
    StockSold:           (-1,       0,        0,         0,        0,       +1,       0,         0),
    StockRestocked:      (+1,       0,        0,         0,        0,        0,      +1,         0),
    StockTransferredOut: (-1,       0,        0,         0,        0,        0,       0,        -1),
    StockTransferredIn:  (+1,       0,        0,         0,        0,        0,       0,        +1),
}
# fmt: on
"""What one unit of each movement does to the counters."""


def available(item: StockItem) -> int:
    """Return what lies on hand without a claim on it, the buffer included; negative when it is oversold.

    Example:
        >>> available(StockItem(id=StockKey("tea@hz"), on_hand=10, reserved=3, allocated=2))
        5
    """
    return item.on_hand - item.reserved - item.allocated


def sellable(item: StockItem) -> int | None:
    """Return how many units the channels may still reserve: without the buffer, backorders included; None is no limit.

    Example:
        >>> sellable(StockItem(id=StockKey("tea@hz"), on_hand=3, buffer=2, backorder_limit=4))
        5
    """
    if item.backorder_limit is None:
        return None
    return item.on_hand - item.reserved - item.allocated - item.buffer + item.backorder_limit


def open_stock(stock: StockKey, *, backorder_limit: Quantity | None = 0, at: DateTime) -> tuple[StockOpened]:
    """Begin to keep a SKU at a location.

    Args:
        stock: Which stock.
        backorder_limit: Units that may be sold beyond what is on hand; None is no limit.
        at: When.
    """
    return (StockOpened(stock=stock, backorder_limit=backorder_limit, at=at),)


def set_backorder_limit(item: StockItem, *, limit: Quantity | None, at: DateTime) -> tuple[BackorderLimitSet, ...]:
    """Change how many units may be sold beyond what is on hand; what is sold already stays sold. () if unchanged."""
    return () if limit == item.backorder_limit else (BackorderLimitSet(stock=item.id, limit=limit, at=at),)


def set_buffer(item: StockItem, *, buffer: Quantity, at: DateTime) -> tuple[BufferSet, ...]:
    """Change how many units no channel may sell; what is sold already stays sold. () if unchanged."""
    return () if buffer == item.buffer else (BufferSet(stock=item.id, buffer=buffer, at=at),)


def receive(item: StockItem, *, quantity: Quantity, at: DateTime) -> tuple[StockReceived]:
    """Take goods in.

    Raises:
        Invalid: The quantity is not positive.
    """
    return (StockReceived(stock=item.id, quantity=quantity, at=at),)


def adjust(item: StockItem, *, quantity: int, reason: str, at: DateTime) -> tuple[StockAdjusted, ...]:
    """Record a loss (negative) or a find; () for none. It may leave less than is promised: it has happened.

    Raises:
        BelowZero: The loss is larger than what is on hand.
    """
    event = StockAdjusted(stock=item.id, quantity=quantity, reason=reason, at=at)
    if item.on_hand + quantity < 0:
        raise BelowZero(stock=item.id, quantity=quantity, on_hand=item.on_hand)
    return (event,) if quantity else ()


def shortages(
    items: Mapping[StockKey, StockItem],
    wanted: Iterable[StockUnits],
    *,
    most_of: Callable[[StockItem], int | None] = sellable,
) -> tuple[Shortage, ...]:
    """Return every stock of which more is *wanted* than may be had, in the order of *wanted*.

    Args:
        items: The stock by key; one that is missing has nothing.
        wanted: The demand, one entry per key (`terms.demand` adds it up).
        most_of: How much may be had of a stock, None is no limit: `sellable` asks for a channel, `in_hand` for the
            counter and for transfers.
    """
    found: list[Shortage] = []
    for each in wanted:
        item = items.get(each.stock)
        most = 0 if item is None else most_of(item)
        if most is not None and each.quantity > most:
            found.append(Shortage(stock=each.stock, wanted=each.quantity, available=max(most, 0)))
    return tuple(found)


B = TypeVar("B", StockReserved, StockReleased, StockAllocated, StockDeallocated, StockShipped)
_BOUND: Mapping[type, Callable[..., Any]] = {
    event: maker(event) for event in (StockReserved, StockReleased, StockAllocated, StockDeallocated, StockShipped)
}
"""How the movements of what is bound are made of checked parts: three of them for every line that is sold."""


def _bound(event: type[B], item: StockItem, quantity: Quantity, reservation: ReservationId, at: DateTime) -> B:
    """Return *event* of what is bound of *item*, checked as its class does."""
    if type(quantity) is int and 0 < quantity <= MOST_UNITS and type(reservation) is ReservationId and is_instant(at):
        return cast("B", _BOUND[event](item.id, quantity, reservation, at))
    return event(stock=item.id, quantity=quantity, reservation=reservation, at=at)


def reserve(
    item: StockItem, *, quantity: Quantity, reservation: ReservationId, at: DateTime
) -> tuple[StockReserved]:  # fmt: skip
    """Bind units by a reservation.

    Raises:
        StockShort: More is wanted than is available, backorders included.
    """
    event = _bound(StockReserved, item, quantity, reservation, at)
    most = sellable(item)
    if most is not None and quantity > most:
        raise StockShort(shortages=(Shortage(stock=item.id, wanted=quantity, available=max(most, 0)),))
    return (event,)


def release(
    item: StockItem, *, quantity: Quantity, reservation: ReservationId, at: DateTime
) -> tuple[StockReleased]:  # fmt: skip
    """Free reserved units.

    Raises:
        OverRelease: Fewer are reserved.
    """
    event = _bound(StockReleased, item, quantity, reservation, at)
    if quantity > item.reserved:
        raise OverRelease(stock=item.id, wanted=quantity, bound=item.reserved)
    return (event,)


def allocate(
    item: StockItem, *, quantity: Quantity, reservation: ReservationId, at: DateTime
) -> tuple[StockAllocated]:  # fmt: skip
    """Set reserved units aside for a paid order.

    Raises:
        OverAllocate: Fewer are reserved, or fewer lie unallocated on hand.
    """
    event = _bound(StockAllocated, item, quantity, reservation, at)
    free = item.on_hand - item.allocated
    if quantity > item.reserved or quantity > free:
        raise OverAllocate(stock=item.id, wanted=quantity, reserved=item.reserved, free=free)
    return (event,)


def deallocate(
    item: StockItem, *, quantity: Quantity, reservation: ReservationId, at: DateTime
) -> tuple[StockDeallocated]:  # fmt: skip
    """Free units that were set aside for a paid order.

    Raises:
        OverRelease: Fewer are allocated.
    """
    event = _bound(StockDeallocated, item, quantity, reservation, at)
    if quantity > item.allocated:
        raise OverRelease(stock=item.id, wanted=quantity, bound=item.allocated)
    return (event,)


def ship(
    item: StockItem, *, quantity: Quantity, reservation: ReservationId, at: DateTime
) -> tuple[StockShipped]:  # fmt: skip
    """Let allocated units leave.

    Raises:
        OverShip: Fewer are allocated, or fewer are on hand.
    """
    event = _bound(StockShipped, item, quantity, reservation, at)
    if quantity > item.allocated or quantity > item.on_hand:
        short = Unshippable(stock=item.id, wanted=quantity, allocated=item.allocated, on_hand=item.on_hand)
        raise OverShip(goods=(short,))
    return (event,)


def begin(event: Opening) -> StockItem:
    """Return the stock that *event* tells of."""
    match event:
        case StockOpened():
            return StockItem(id=event.stock, backorder_limit=event.backorder_limit)
        case StockAdopted():
            return StockItem(
                id=event.stock,
                on_hand=event.on_hand,
                reserved=event.reserved,
                allocated=event.allocated,
                received=event.on_hand,
                buffer=event.buffer,
                backorder_limit=event.backorder_limit,
            )
        case _:
            assert_never(event)


def evolve(item: StockItem, event: Later) -> StockItem:
    """Return the stock as it stands after *event*."""
    if isinstance(event, (BackorderLimitSet, BufferSet)):
        return _bounded(item, event)
    a, b, c, d, e, f, g, h = EFFECTS[type(event)]
    units = event.quantity
    on_hand, reserved, allocated = item.on_hand + a * units, item.reserved + b * units, item.allocated + c * units
    received, adjusted, shipped = item.received + d * units, item.adjusted + e * units, item.shipped + f * units
    restocked, transferred = item.restocked + g * units, item.transferred + h * units
    if 0 <= on_hand | reserved | allocated | received | adjusted | shipped | restocked | transferred < FEW_UNITS:
        counters = on_hand, reserved, allocated, received, adjusted, shipped, restocked, transferred
        return _made(item.id, *counters, item.buffer, item.backorder_limit)
    return changed(
        item,
        on_hand=on_hand,
        reserved=reserved,
        allocated=allocated,
        received=received,
        adjusted=adjusted,
        shipped=shipped,
        restocked=restocked,
        transferred=transferred,
    )


_made = maker(StockItem)
"""Three are made for every line that is sold."""


def _bounded(item: StockItem, event: Bounding) -> StockItem:
    if isinstance(event, BackorderLimitSet):
        return changed(item, backorder_limit=event.limit)
    return changed(item, buffer=event.buffer)


STOCK: Noun[StockItem, Opening, Later] = Noun(
    kind="stock",
    model=StockItem,
    events=Event,
    opens=(StockOpened, StockAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda item: item.id,
    keys={"sku": lambda item: item.id.sku, "location": lambda item: item.id.location},
    additive=Additive(
        fields=COUNTERS,
        keep=(
            AtLeast(
                weights={"on_hand": 1, "reserved": -1, "allocated": -1, "buffer": -1, "backorder_limit": 1},
                spares=(StockAdjusted, StockSold, StockTransferredOut),
            ),
            AtLeast(
                weights={"on_hand": 1, "reserved": -1, "allocated": -1, "backorder_limit": 1},
                spares=(StockAdjusted,),
            ),
            AtLeast(weights={"on_hand": 1, "allocated": -1}, spares=(StockAdjusted,)),
            AtLeast(weights={"on_hand": 1}),
            AtLeast(weights={"reserved": 1}),
            AtLeast(weights={"allocated": 1}),
        ),
    ),
)
