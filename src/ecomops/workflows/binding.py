"""How a reservation and the stock under it move together: one movement per stock item and step.

The use cases call these; no rule of their own stands here but the order of the two decisions.
"""

from collections.abc import Iterable, Mapping

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import (
    RESERVATION,
    STOCK,
    Hold,
    OverShip,
    Reservation,
    ReservationId,
    StockItem,
    Unshippable,
    reservations,
)
from ecomops.kernel import Missing, Reading, Versioned, Write, get_many, lookup
from ecomops.kernel.checks import is_a, optional
from ecomops.terms import StockKey, StockUnits, units_of

StockFound = Mapping[StockKey, Versioned[StockItem]] | Mapping[str, Versioned[StockItem]]
"""Stock items by their keys: a host's own mapping by `StockKey`, or what a repository gives."""


@frozen
class Bound:
    """A reservation with the stock under it, as read; no reservation for goods that nobody has claimed yet.

    Raises:
        Missing: A stock item under the reservation is not there.
    """

    reservation: Versioned[Reservation] | None = field(validator=optional(is_a(Versioned)))
    stock: StockFound = field(validator=is_a(Mapping))

    def __attrs_post_init__(self) -> None:
        """Refuse a reservation without the stock under it."""
        if self.reservation is None:
            return
        gone = tuple([str(hold.stock) for hold in self.reservation.value.holds if hold.stock not in self.stock])
        if gone:
            raise Missing(kind=STOCK.kind, ids=gone)

    @property
    def live(self) -> bool:
        """Whether there is a reservation that still binds anything."""
        return self.reservation is not None and self.reservation.value.status is reservations.Status.LIVE


def bound(id: ReservationId) -> Reading[Bound]:
    """Read a reservation and the stock under it.

    Raises:
        Missing: A stock item under it is gone.
    """
    reservation = yield from lookup(RESERVATION, id)
    keys = () if reservation is None else tuple(hold.stock for hold in reservation.value.holds)
    stock = yield from get_many(STOCK, keys)
    return Bound(reservation, stock)


class Binding:
    """A reservation and its stock while a plan decides."""

    __slots__ = ("_exact", "_id", "_reservation", "_stock")

    def __init__(self, id: ReservationId, found: Bound) -> None:
        """Start from what was read."""
        self._id = id if found.reservation is None else found.reservation.value.id  # one text for all its events
        self._exact = False
        self._reservation = RESERVATION.draft(found.reservation)
        self._stock = {key: STOCK.draft(item) for key, item in found.stock.items()}

    @property
    def holds(self) -> tuple[Hold, ...]:
        """The claims as they stand now."""
        return self._reservation.value.holds

    def claim(
        self, wanted: tuple[StockUnits, ...], *, expires_at: DateTime, at: DateTime
    ) -> tuple[StockUnits, ...]:  # fmt: skip
        """Bind *wanted* units in a new reservation; return what is promised from supply to come.

        What is promised was read off the counters, so stock that may be oversold is written exactly.
        """
        items: dict[StockKey, StockItem] = {each.stock: self._stock[each.stock].value for each in wanted}
        self._exact = any(item.backorder_limit != 0 for item in items.values())
        claimed = reservations.claim(self._id, wanted=wanted, items=items, expires_at=expires_at, at=at)
        self._reservation.add(claimed)
        for each in wanted:
            moved = inventory.reserve(items[each.stock], quantity=each.quantity, reservation=self._id, at=at)
            self._stock[each.stock].add(moved)
        return tuple(StockUnits(stock=hold.stock, quantity=hold.promised) for hold in self.holds if hold.promised)

    def allocate(self, wanted: Iterable[StockUnits], *, at: DateTime) -> tuple[StockUnits, ...]:
        """Set aside as much of *wanted* as lies free on hand; return what could not be."""
        moved: list[StockUnits] = []
        short: list[StockUnits] = []
        for each in wanted:
            draft = self._stock[each.stock]
            item = draft.value
            free = min(each.quantity, max(item.on_hand - item.allocated, 0))
            if free:
                moved.append(each if free == each.quantity else StockUnits(stock=each.stock, quantity=free))
                draft.add(inventory.allocate(item, quantity=free, reservation=self._id, at=at))
            if free < each.quantity:
                short.append(StockUnits(stock=each.stock, quantity=each.quantity - free))
        self._reservation.add(reservations.allocate(self._reservation.value, units=tuple(moved), at=at))
        return tuple(short)

    def allocate_all(self, *, at: DateTime) -> tuple[StockUnits, ...]:
        """Set aside as much of all claims as lies free on hand; return what could not be."""
        waiting = [units_of(hold.stock, hold.waiting) for hold in self.holds if hold.waiting]
        return self.allocate(waiting, at=at)

    def ship(self, units: tuple[StockUnits, ...], *, at: DateTime) -> None:
        """Let *units* leave, setting aside first what was waiting for supply.

        Raises:
            NotHeld: More than the reservation has, or than could be set aside.
            OverShip: What was set aside has been lost since; every stock is listed.
        """
        holds = {hold.stock: hold for hold in self.holds}
        late = [
            StockUnits(stock=each.stock, quantity=each.quantity - holds[each.stock].allocated)
            for each in units
            if each.stock in holds and 0 < each.quantity - holds[each.stock].allocated <= holds[each.stock].waiting
        ]
        if late:
            self.allocate(late, at=at)
        self._reservation.add(reservations.ship(self._reservation.value, units=units, at=at))
        short: list[Unshippable] = []
        for each in units:
            item = self._stock[each.stock]
            try:
                item.add(inventory.ship(item.value, quantity=each.quantity, reservation=self._id, at=at))
            except OverShip as refusal:
                short.extend(refusal.goods)
        if short:
            raise OverShip(goods=tuple(short))

    def reduce(self, units: tuple[StockUnits, ...], *, at: DateTime) -> tuple[StockUnits, ...]:
        """Free some *units* that have not left, first what waits for supply; return them.

        Raises:
            NotHeld: More than the reservation binds.
        """
        before = {hold.stock: hold for hold in self.holds}
        self._reservation.add(reservations.reduce(self._reservation.value, units=units, at=at))
        for each in units:
            item = self._stock[each.stock]
            waiting = min(each.quantity, before[each.stock].waiting)
            if waiting:
                item.add(inventory.release(item.value, quantity=waiting, reservation=self._id, at=at))
            if waiting < each.quantity:
                item.add(
                    inventory.deallocate(
                        item.value, quantity=each.quantity - waiting, reservation=self._id, at=at
                    )
                )  # fmt: skip
        return units

    def release(self, *, at: DateTime) -> tuple[StockUnits, ...]:
        """Free all that has not left; return it."""
        freed: list[StockUnits] = []
        for hold in self.holds:
            item = self._stock[hold.stock]
            if hold.waiting:
                item.add(inventory.release(item.value, quantity=hold.waiting, reservation=self._id, at=at))
            if hold.allocated:
                item.add(inventory.deallocate(item.value, quantity=hold.allocated, reservation=self._id, at=at))
            if hold.waiting + hold.allocated:
                freed.append(StockUnits(stock=hold.stock, quantity=hold.waiting + hold.allocated))
        self._reservation.add(reservations.release(self._reservation.value, at=at))
        return tuple(freed)

    def writes(self) -> tuple[Write[Reservation] | Write[StockItem], ...]:
        """Return what changed: the reservation, then the stock in the order of its keys."""
        moved = (write for key in sorted(self._stock) for write in self._stock[key].writes(exact=self._exact))
        return (*self._reservation.writes(), *moved)
