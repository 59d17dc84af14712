"""The reservation: what one order (or cart) binds of each stock, until all of it is shipped or freed.

Everything that changes a claim lives here; the stock item keeps the sums. A hold counts units promised (claimed from
supply that has not arrived), held, allocated and shipped.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.inventory.errors import NotHeld, NothingReserved
from ecomops.inventory.stock import ReservationId, StockItem, available
from ecomops.kernel import ADOPTED, Lifecycle, Noun
from ecomops.kernel.checks import FEW_UNITS, an_instant, is_a, optional, require_once, tuple_of, whole
from ecomops.kernel.copies import maker
from ecomops.terms import Quantity, StockKey, StockUnits


class Status(StrEnum):
    """Whether a reservation still binds anything."""

    LIVE = "live"
    ENDED = "ended"


@frozen(kw_only=True, weakref_slot=False)
class Hold:
    """What a reservation binds of one stock.

    Args:
        stock: Which stock.
        promised: Units claimed from supply that has not arrived.
        held: Units claimed from what lay there.
        allocated: Units set aside since the order is paid.
        shipped: Units that left.
    """

    stock: StockKey = field(validator=is_a(StockKey))
    promised: Quantity = field(default=0, validator=whole(0))
    held: Quantity = field(default=0, validator=whole(0))
    allocated: Quantity = field(default=0, validator=whole(0))
    shipped: Quantity = field(default=0, validator=whole(0))

    @property
    def waiting(self) -> Quantity:
        """Units not yet allocated: what the stock item counts as reserved."""
        return self.promised + self.held


@frozen(kw_only=True, weakref_slot=False)
class Reservation:
    """What one order or cart binds.

    Args:
        id: Whose it is.
        status: Whether it still binds anything.
        holds: One for each stock, in the order of the keys.
        expires_at: When what is not allocated is freed; None once it is allocated.
    """

    id: ReservationId = field(validator=is_a(ReservationId))
    status: Status = field(validator=is_a(Status))
    holds: tuple[Hold, ...] = field(validator=tuple_of(Hold))
    expires_at: DateTime | None = field(validator=optional(an_instant))


@frozen(kw_only=True, weakref_slot=False)
class ReservationOpened:
    """Units were claimed."""

    code: ClassVar[str] = "reservation.opened"

    id: ReservationId = field(validator=is_a(ReservationId))
    holds: tuple[Hold, ...] = field(validator=tuple_of(Hold))
    expires_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class ReservationAdopted:
    """A reservation was taken over in the middle of its life."""

    code: ClassVar[str] = "reservation.adopted"

    id: ReservationId = field(validator=is_a(ReservationId))
    status: Status = field(validator=is_a(Status))
    holds: tuple[Hold, ...] = field(validator=tuple_of(Hold))
    expires_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class ReservationAllocated:
    """Claimed units were set aside: the order is paid, and nothing expires any more."""

    code: ClassVar[str] = "reservation.allocated"

    id: ReservationId = field(validator=is_a(ReservationId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class ReservationShipped:
    """Allocated units left."""

    code: ClassVar[str] = "reservation.shipped"

    id: ReservationId = field(validator=is_a(ReservationId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class ReservationReduced:
    """Some of the units that were not shipped were freed.

    Args:
        id: Whose claim it was.
        waiting: Units that were not yet set aside.
        allocated: Units that were.
        at: When.
    """

    code: ClassVar[str] = "reservation.reduced"

    id: ReservationId = field(validator=is_a(ReservationId))
    waiting: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    allocated: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class ReservationReleased:
    """All that was not shipped was freed."""

    code: ClassVar[str] = "reservation.released"

    id: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class ReservationEnded:
    """Everything was shipped."""

    code: ClassVar[str] = "reservation.ended"

    id: ReservationId = field(validator=is_a(ReservationId))
    at: DateTime = field(validator=an_instant)


Opening = ReservationOpened | ReservationAdopted
Later = ReservationAllocated | ReservationReduced | ReservationShipped | ReservationReleased | ReservationEnded
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "reservation",
    events=Event,
    table={
        None: {ReservationOpened: Status.LIVE, ReservationAdopted: ADOPTED},
        Status.LIVE: {
            ReservationAllocated: Status.LIVE,
            ReservationReduced: Status.LIVE,
            ReservationShipped: Status.LIVE,
            ReservationReleased: Status.ENDED,
            ReservationEnded: Status.ENDED,
        },
        Status.ENDED: {},
    },
)


def claim(
    id: ReservationId,
    *,
    wanted: tuple[StockUnits, ...],
    items: Mapping[StockKey, StockItem],
    expires_at: DateTime | None,
    at: DateTime,
) -> tuple[ReservationOpened]:
    """Claim *wanted* units; what the stock does not have lying free is promised.

    Args:
        id: Whose claim it is.
        wanted: The demand, one entry per key (`terms.demand` adds it up).
        items: The stock as it stood before this claim; a missing one has nothing.
        expires_at: When the claim lapses; None for never.
        at: When it is made.

    Raises:
        NothingReserved: Nothing is wanted.
        Repeated: A key stands twice.
    """
    if not wanted:
        raise NothingReserved(id=id)
    require_once([each.stock for each in wanted], field="claim.wanted")
    holds = tuple(_hold(each, items.get(each.stock)) for each in sorted(wanted, key=lambda each: each.stock))
    return (ReservationOpened(id=id, holds=holds, expires_at=expires_at, at=at),)


def _hold(wanted: StockUnits, item: StockItem | None) -> Hold:
    free = 0 if item is None else max(available(item), 0)
    held = min(wanted.quantity, free)
    return _hold_made(wanted.stock, wanted.quantity - held, held, 0, 0)


def allocate(
    reservation: Reservation, *, units: tuple[StockUnits, ...], at: DateTime
) -> tuple[ReservationAllocated, ...]:
    """Set claimed *units* aside, held ones first; from then on nothing of the claim expires any more.

    Args:
        reservation: The claim of a paid order.
        units: What lies there for it; () when all of it is still to arrive.
        at: When.

    Returns:
        () when there is nothing to set aside and nothing that could expire.

    Raises:
        IllegalMove: The reservation has ended.
        NotHeld: More than is claimed and not yet allocated.
    """
    if not units and reservation.expires_at is None:
        return ()
    LIFECYCLE.require(reservation.status, ReservationAllocated, id=reservation.id)
    _require(reservation, units, lambda hold: hold.waiting)
    return (ReservationAllocated(id=reservation.id, units=units, at=at),)


def ship(
    reservation: Reservation, *, units: tuple[StockUnits, ...], at: DateTime
) -> tuple[ReservationShipped | ReservationEnded, ...]:
    """Let allocated *units* leave; the reservation ends with the last of them. () for none.

    Raises:
        IllegalMove: The reservation has ended.
        NotHeld: More than is allocated.
    """
    if not units:
        return ()
    LIFECYCLE.require(reservation.status, ReservationShipped, id=reservation.id)
    _require(reservation, units, lambda hold: hold.allocated)
    shipped = ReservationShipped(id=reservation.id, units=units, at=at)
    if unshipped(reservation) > sum(each.quantity for each in units):
        return (shipped,)
    return shipped, ReservationEnded(id=reservation.id, at=at)


def reduce(
    reservation: Reservation, *, units: tuple[StockUnits, ...], at: DateTime
) -> tuple[ReservationReduced | ReservationReleased, ...]:
    """Free some *units* that are not shipped: first what waits, then what is set aside. () for none.

    Args:
        reservation: The claim of an order of which a part is called off.
        units: What is not wanted any more.
        at: When.

    Returns:
        The claim ends with it when nothing is left to ship.

    Raises:
        IllegalMove: The reservation has ended.
        NotHeld: More than it binds; every excess is listed.
    """
    if not units:
        return ()
    LIFECYCLE.require(reservation.status, ReservationReduced, id=reservation.id)
    _require(reservation, units, lambda hold: hold.waiting + hold.allocated)
    if unshipped(reservation) == sum(each.quantity for each in units):
        return release(reservation, at=at)
    holds = {hold.stock: hold for hold in reservation.holds}
    waiting = [(each.stock, min(each.quantity, holds[each.stock].waiting)) for each in units]
    rest = [(each.stock, each.quantity - freed) for each, (_, freed) in zip(units, waiting, strict=True)]
    return (ReservationReduced(id=reservation.id, waiting=_some(waiting), allocated=_some(rest), at=at),)


def _some(units: Iterable[tuple[StockKey, Quantity]]) -> tuple[StockUnits, ...]:
    return tuple(StockUnits(stock=stock, quantity=quantity) for stock, quantity in units if quantity)


def release(reservation: Reservation, *, at: DateTime) -> tuple[ReservationReleased, ...]:
    """Free all that is not shipped; () when the reservation has ended."""
    if reservation.status is Status.ENDED:
        return ()
    return (ReservationReleased(id=reservation.id, at=at),)


def unshipped(reservation: Reservation) -> Quantity:
    """Return how many units the reservation still binds."""
    return sum(hold.waiting + hold.allocated for hold in reservation.holds)


def _require(
    reservation: Reservation, units: tuple[StockUnits, ...], has: Callable[[Hold], Quantity]
) -> None:  # fmt: skip
    """Refuse unless every hold *has* the units, listing each excess."""
    require_once([each.stock for each in units], field="units")
    holds = {hold.stock: hold for hold in reservation.holds}
    over = tuple(each for each in units if each.stock not in holds or each.quantity > has(holds[each.stock]))
    if over:
        raise NotHeld(id=reservation.id, units=over)


def begin(event: Opening) -> Reservation:
    """Return the reservation that *event* tells of."""
    status = LIFECYCLE.opened(event)
    expires_at = event.expires_at if status is Status.LIVE else None
    return Reservation(id=event.id, status=status, holds=event.holds, expires_at=expires_at)


def evolve(reservation: Reservation, event: Later) -> Reservation:
    """Return the reservation as it stands after *event*."""
    status = LIFECYCLE.after(reservation.status, type(event))
    id, holds, expires_at = reservation.id, reservation.holds, reservation.expires_at
    match event:
        case ReservationAllocated(units=units):
            return _claim(id, status, _each(holds, units, _allocated), None)
        case ReservationReduced(waiting=waiting, allocated=allocated):
            return _claim(id, status, _each(_each(holds, waiting, _freed), allocated, _deallocated), expires_at)
        case ReservationShipped(units=units):
            return _claim(id, status, _each(holds, units, _shipped), expires_at)
        case ReservationReleased():
            return _claim(id, status, tuple(_counted(hold, 0, 0, 0, hold.shipped) for hold in holds), None)
        case ReservationEnded():
            return _claim(id, status, holds, None)
        case _:
            assert_never(event)


_claim = maker(Reservation)
_hold_made = maker(Hold)


def _counted(hold: Hold, promised: int, held: int, allocated: int, shipped: int) -> Hold:
    """Return *hold* with other counts, checked as its class does."""
    if 0 <= promised | held | allocated | shipped < FEW_UNITS:
        return _hold_made(hold.stock, promised, held, allocated, shipped)
    return Hold(stock=hold.stock, promised=promised, held=held, allocated=allocated, shipped=shipped)


def _each(
    holds: tuple[Hold, ...], units: Iterable[StockUnits], step: Callable[[Hold, Quantity], Hold]
) -> tuple[Hold, ...]:
    moved = {each.stock: each.quantity for each in units}
    return tuple(step(hold, moved[hold.stock]) if hold.stock in moved else hold for hold in holds)


def _allocated(hold: Hold, units: Quantity) -> Hold:
    """Take *units* from the held ones first, then from the promised."""
    of_held = min(units, hold.held)
    promised = hold.promised - (units - of_held)
    return _counted(hold, promised, hold.held - of_held, hold.allocated + units, hold.shipped)


def _freed(hold: Hold, units: Quantity) -> Hold:
    """Give *units* up that wait: the promised ones first, for nobody has them yet."""
    of_promised = min(units, hold.promised)
    held = hold.held - (units - of_promised)
    return _counted(hold, hold.promised - of_promised, held, hold.allocated, hold.shipped)


def _deallocated(hold: Hold, units: Quantity) -> Hold:
    return _counted(hold, hold.promised, hold.held, hold.allocated - units, hold.shipped)


def _shipped(hold: Hold, units: Quantity) -> Hold:
    return _counted(hold, hold.promised, hold.held, hold.allocated - units, hold.shipped + units)


RESERVATION: Noun[Reservation, Opening, Later] = Noun(
    kind="reservation",
    model=Reservation,
    events=Event,
    opens=(ReservationOpened, ReservationAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda reservation: reservation.id,
    due_at=lambda reservation: reservation.expires_at,
    keys={
        "status": lambda reservation: reservation.status,
        "stock": lambda reservation: tuple(hold.stock for hold in reservation.holds),
    },
)
