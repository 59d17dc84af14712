"""The hold: what one order has of a flash sale, reserved until it is paid or its time to pay passes.

It makes counting idempotent for each order: what a payment sells and a cancellation frees stands here.
"""

from enum import StrEnum
from typing import Any, ClassVar, assert_never

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, require_once, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.promotions.flashsales.quotas import FlashQuotaId, FlashSessionId
from ecomops.terms import OrderId, Quantity


class Status(StrEnum):
    """What became of the units of an order."""

    RESERVED = "reserved"
    SOLD = "sold"
    RELEASED = "released"


@frozen(kw_only=True)
class HeldUnits:
    """So many units that are counted for an order: of a session's SKU, or of one buyer's."""

    quota: FlashQuotaId = field(validator=is_a(FlashQuotaId))
    units: Quantity = field(validator=whole(1))


def _held(instance: object, attribute: "Attribute[Any]", value: tuple[HeldUnits, ...]) -> None:
    tuple_of(HeldUnits, least=1)(instance, attribute, value)
    require_once((each.quota for each in value), field=f"{type(instance).__name__}.held")


@frozen(kw_only=True)
class FlashHold:
    """What an order has of a flash sale.

    Args:
        id: The order.
        session: Of which session.
        held: Which counters hold how many units for it, each once.
        expires_at: Until when it is to be paid.
        status: What became of the units.
    """

    id: OrderId = field(validator=is_a(OrderId))
    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    held: tuple[HeldUnits, ...] = field(validator=_held)
    expires_at: DateTime = field(validator=an_instant)
    status: Status = field(validator=is_a(Status))


@frozen(kw_only=True)
class FlashHoldOpened:
    """An order was placed in a flash sale."""

    code: ClassVar[str] = "flash_hold.opened"

    order: OrderId = field(validator=is_a(OrderId))
    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    held: tuple[HeldUnits, ...] = field(validator=_held)
    expires_at: DateTime = field(validator=an_instant)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashHoldAdopted:
    """A hold was taken over in the middle of its life."""

    code: ClassVar[str] = "flash_hold.adopted"

    order: OrderId = field(validator=is_a(OrderId))
    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    held: tuple[HeldUnits, ...] = field(validator=_held)
    expires_at: DateTime = field(validator=an_instant)
    status: Status = field(validator=is_a(Status))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashHoldSold:
    """The order was paid."""

    code: ClassVar[str] = "flash_hold.sold"

    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashHoldReleased:
    """The order was cancelled: its units are free again."""

    code: ClassVar[str] = "flash_hold.released"

    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


Opening = FlashHoldOpened | FlashHoldAdopted
Later = FlashHoldSold | FlashHoldReleased
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "flash_hold",
    events=Event,
    table={
        None: {FlashHoldOpened: Status.RESERVED, FlashHoldAdopted: ADOPTED},
        Status.RESERVED: {FlashHoldSold: Status.SOLD, FlashHoldReleased: Status.RELEASED},
        Status.SOLD: {FlashHoldReleased: Status.RELEASED},
        Status.RELEASED: {},
    },
)


def open_hold(
    order: OrderId, *, session: FlashSessionId, held: tuple[HeldUnits, ...], expires_at: DateTime, at: DateTime
) -> tuple[FlashHoldOpened]:
    """Hold units for an order that is placed.

    Args:
        order: The order.
        session: Of which session.
        held: Which counters hold how many units for it, each once.
        expires_at: Until when it is to be paid.
        at: When.
    """
    return (FlashHoldOpened(order=order, session=session, held=held, expires_at=expires_at, at=at),)


def sell(hold: FlashHold, *, at: DateTime) -> tuple[FlashHoldSold, ...]:
    """Sell what a paid order holds; () when it was sold already.

    Raises:
        IllegalMove: It has been released.
    """
    if hold.status is Status.SOLD:
        return ()
    LIFECYCLE.require(hold.status, FlashHoldSold, id=hold.id)
    return (FlashHoldSold(order=hold.id, at=at),)


def release(hold: FlashHold, *, at: DateTime) -> tuple[FlashHoldReleased, ...]:
    """Free what a cancelled order holds; () when it was free already."""
    return () if hold.status is Status.RELEASED else (FlashHoldReleased(order=hold.id, at=at),)


def begin(event: Opening) -> FlashHold:
    """Return the hold that *event* tells of."""
    return FlashHold(
        id=event.order,
        session=event.session,
        held=event.held,
        expires_at=event.expires_at,
        status=LIFECYCLE.opened(event),
    )


def evolve(hold: FlashHold, event: Later) -> FlashHold:
    """Return the hold as it stands after *event*."""
    status = LIFECYCLE.after(hold.status, type(event))
    match event:
        case FlashHoldSold() | FlashHoldReleased():
            return changed(hold, status=status)
        case _:
            assert_never(event)


FLASH_HOLD: Noun[FlashHold, Opening, Later] = Noun(
    kind="flash_hold",
    model=FlashHold,
    events=Event,
    opens=(FlashHoldOpened, FlashHoldAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda hold: hold.id,
    due_at=lambda hold: hold.expires_at if hold.status is Status.RESERVED else None,
    keys={"status": lambda hold: hold.status, "session": lambda hold: hold.session},
)
