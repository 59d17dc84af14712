"""The units of a flash sale, as counters that many buyers touch at once: reserved, sold, returned.

One row counts what a session offers of a SKU, one what a buyer has of that. Everything that moves them lives here: each
event is a movement, never a total, and its effect on the counters is one literal table. The law after every step:
reserved, sold and returned together are at most the quota, whoever counts.
"""

from collections.abc import Mapping
from typing import ClassVar, Self, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Additive, AtLeast, Id, Noun
from ecomops.kernel.checks import an_instant, is_a, whole, wrong_kind
from ecomops.kernel.copies import changed
from ecomops.kernel.counters import bounded
from ecomops.promotions.flashsales.errors import (
    BadFlashCounters,
    FlashSaleOverLimit,
    FlashSaleOverUse,
    FlashSaleSoldOut,
)
from ecomops.terms import CustomerId, OrderId, Quantity, Sku


class FlashSessionId(Id):
    """Names a flash-sale session (秒杀场次)."""

    __slots__ = ()


class FlashQuotaId(Id):
    """Names what is counted: `session@SKU`, or `session@SKU@customer` for one buyer.

    Example:
        >>> of_all = FlashQuotaId.of(FlashSessionId("8pm"), Sku("tea"))
        >>> of_one = FlashQuotaId.of(FlashSessionId("8pm"), Sku("tea"), CustomerId("c-1"))
        >>> of_all, of_one, of_all.is_of_buyer, of_one.is_of_buyer
        (FlashQuotaId('8pm@tea'), FlashQuotaId('8pm@tea@c-1'), False, True)
    """

    __slots__ = ()

    longest: ClassVar[int] = 1802
    """Three ids of 200 characters, all of them escaped, and the signs between them."""

    @classmethod
    def of(cls, session: FlashSessionId, sku: Sku, customer: CustomerId | None = None) -> Self:
        """Name the units of a SKU in a session, of all buyers or of one; each triple has exactly one spelling.

        Raises:
            WrongKind: One of them is another kind of text.
        """
        for name, kind, part in (("session", FlashSessionId, session), ("sku", Sku, sku)):
            if not isinstance(part, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
                raise wrong_kind(f"FlashQuotaId.{name}", kind.__name__, part)
        if customer is not None and not isinstance(customer, CustomerId):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("FlashQuotaId.customer", "CustomerId", customer)
        parts = (session, sku) if customer is None else (session, sku, customer)
        return cls("@".join(part.replace("%", "%25").replace("@", "%40") for part in parts))

    @property
    def is_of_buyer(self) -> bool:
        """Whether it counts what one buyer has."""
        return self.count("@") > 1


@frozen(kw_only=True)
class FlashQuota:
    """How many units there are, and what became of them.

    Args:
        id: What is counted.
        quota: The most units: of the session, or of the buyer.
        reserved: Units of orders that are placed and not paid.
        sold: Units of orders that were paid.
        returned: Units that went back to the shop when the session closed.
    """

    id: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    quota: Quantity = field(validator=whole(0))
    reserved: Quantity = field(default=0, validator=whole())
    sold: Quantity = field(default=0, validator=whole())
    returned: Quantity = field(default=0, validator=whole())

    @property
    def used(self) -> Quantity:
        """Units that nobody can buy any more."""
        return self.reserved + self.sold + self.returned

    @property
    def left(self) -> Quantity:
        """Units that can still be bought; never below 0, though a lowered quota may lie below what is used."""
        return max(self.quota - self.used, 0)


@frozen(kw_only=True)
class FlashQuotaOpened:
    """The shop set units aside for a session, or a buyer came for the first time."""

    code: ClassVar[str] = "flash_quota.opened"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    units: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashQuotaAdopted:
    """The counters were taken over in the middle; the holds behind them are adopted one by one, and move nothing.

    Raises:
        BadFlashCounters: More is reserved, sold and returned than the quota.
    """

    code: ClassVar[str] = "flash_quota.adopted"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    units: Quantity = field(validator=whole(0))
    reserved: Quantity = field(validator=whole(0))
    sold: Quantity = field(validator=whole(0))
    returned: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse counters that cannot be."""
        gone = self.reserved + self.sold + self.returned
        if gone > self.units:
            raise BadFlashCounters(id=self.quota, quota=self.units, gone=gone)


@frozen(kw_only=True)
class FlashQuotaReserved:
    """An order was placed with the units."""

    code: ClassVar[str] = "flash_quota.reserved"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    order: OrderId = field(validator=is_a(OrderId))
    units: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashQuotaSold:
    """The order with the units was paid."""

    code: ClassVar[str] = "flash_quota.sold"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    order: OrderId = field(validator=is_a(OrderId))
    units: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashQuotaReleased:
    """The order was cancelled before it was paid, or its time to pay passed."""

    code: ClassVar[str] = "flash_quota.released"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    order: OrderId = field(validator=is_a(OrderId))
    units: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashQuotaTakenBack:
    """A paid order was cancelled."""

    code: ClassVar[str] = "flash_quota.taken_back"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    order: OrderId = field(validator=is_a(OrderId))
    units: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashQuotaReturned:
    """Units went back to the shop: the session is closed."""

    code: ClassVar[str] = "flash_quota.returned"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    units: Quantity = field(validator=whole(1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashQuotaSet:
    """The shop changed how many units there are."""

    code: ClassVar[str] = "flash_quota.set"

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    units: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


OfOrder = FlashQuotaReserved | FlashQuotaSold | FlashQuotaReleased | FlashQuotaTakenBack
Movement = OfOrder | FlashQuotaReturned
Opening = FlashQuotaOpened | FlashQuotaAdopted
Later = Movement | FlashQuotaSet
Event = Opening | Later

COUNTERS = ("reserved", "sold", "returned")

# fmt: off
EFFECTS: Mapping[type[Movement], tuple[int, int, int]] = {
    #                    reserved  sold  returned
    FlashQuotaReserved:  (+1,       0,    0),
    FlashQuotaSold:      (-1,      +1,    0),
    FlashQuotaReleased:  (-1,       0,    0),
    FlashQuotaTakenBack: ( 0,      -1,    0),
    FlashQuotaReturned:  ( 0,       0,   +1),
}
# fmt: on
"""What one unit of each movement does to the counters."""


def open_quota(id: FlashQuotaId, *, units: Quantity, at: DateTime) -> tuple[FlashQuotaOpened]:
    """Begin to count: there are so many units."""
    return (FlashQuotaOpened(quota=id, units=units, at=at),)


def set_quota(quota: FlashQuota, *, units: Quantity, at: DateTime) -> tuple[FlashQuotaSet, ...]:
    """Change how many units there are; what is reserved or sold stays so. () if unchanged."""
    event = FlashQuotaSet(quota=quota.id, units=units, at=at)
    return () if units == quota.quota else (event,)


def reserve(quota: FlashQuota, *, order: OrderId, units: Quantity, at: DateTime) -> tuple[FlashQuotaReserved]:
    """Count units of an order that is placed.

    Args:
        quota: The counters.
        order: The order.
        units: How many.
        at: When.

    Raises:
        FlashSaleSoldOut: Fewer are left of the session's.
        FlashSaleOverLimit: The buyer may have fewer.
    """
    event = FlashQuotaReserved(quota=quota.id, order=order, units=units, at=at)
    if units <= quota.quota - quota.used:
        return (event,)
    if quota.id.is_of_buyer:
        raise FlashSaleOverLimit(id=quota.id, wanted=units, bought=quota.used, most=quota.quota)
    raise FlashSaleSoldOut(id=quota.id, wanted=units, left=quota.left)


def sell(quota: FlashQuota, *, order: OrderId, units: Quantity, at: DateTime) -> tuple[FlashQuotaSold]:
    """Count reserved units as sold: their order is paid.

    Raises:
        FlashSaleOverUse: Fewer are reserved.
    """
    event = FlashQuotaSold(quota=quota.id, order=order, units=units, at=at)
    _require(quota, "reserved", units, quota.reserved)
    return (event,)


def release(quota: FlashQuota, *, order: OrderId, units: Quantity, at: DateTime) -> tuple[FlashQuotaReleased]:
    """Count reserved units as free again.

    Raises:
        FlashSaleOverUse: Fewer are reserved.
    """
    event = FlashQuotaReleased(quota=quota.id, order=order, units=units, at=at)
    _require(quota, "reserved", units, quota.reserved)
    return (event,)


def take_back(quota: FlashQuota, *, order: OrderId, units: Quantity, at: DateTime) -> tuple[FlashQuotaTakenBack]:
    """Count sold units as free again: their paid order was cancelled.

    Raises:
        FlashSaleOverUse: Fewer are sold.
    """
    event = FlashQuotaTakenBack(quota=quota.id, order=order, units=units, at=at)
    _require(quota, "sold", units, quota.sold)
    return (event,)


def hand_back(quota: FlashQuota, *, at: DateTime) -> tuple[FlashQuotaReturned, ...]:
    """Give all units that are left back to the shop; () when none is."""
    return (FlashQuotaReturned(quota=quota.id, units=quota.left, at=at),) if quota.left else ()


def _require(quota: FlashQuota, counter: str, wanted: int, counted: int) -> None:
    if wanted > counted:
        raise FlashSaleOverUse(id=quota.id, counter=counter, wanted=wanted, counted=counted)


def begin(event: Opening) -> FlashQuota:
    """Return the counters that *event* tells of."""
    match event:
        case FlashQuotaOpened():
            return FlashQuota(id=event.quota, quota=event.units)
        case FlashQuotaAdopted():
            return FlashQuota(
                id=event.quota,
                quota=event.units,
                reserved=event.reserved,
                sold=event.sold,
                returned=event.returned,
            )
        case _:
            assert_never(event)


def evolve(quota: FlashQuota, event: Later) -> FlashQuota:
    """Return the counters as they stand after *event*."""
    if isinstance(event, FlashQuotaSet):
        return changed(quota, quota=event.units)
    reserved, sold, returned = EFFECTS[type(event)]
    return changed(
        quota,
        reserved=quota.reserved + reserved * event.units,
        sold=quota.sold + sold * event.units,
        returned=quota.returned + returned * event.units,
    )


FLASH_QUOTA: Noun[FlashQuota, Opening, Later] = Noun(
    kind="flash_quota",
    model=FlashQuota,
    events=Event,
    opens=(FlashQuotaOpened, FlashQuotaAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda quota: quota.id,
    additive=Additive(
        fields=COUNTERS,
        keep=(bounded("quota", *COUNTERS), *(AtLeast(weights={counter: 1}) for counter in COUNTERS)),
    ),
)
