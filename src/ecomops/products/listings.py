"""The listing of a product on one channel: on or off, why, and since when; what is planned, and who barred it.

Everything that affects it lives here. A planned switch happens at its own instant, whoever looks and when: every
decision takes the listing as of its instant first (`as_of`), and `elapse` only records it earlier.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Id, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, some_text
from ecomops.kernel.copies import changed
from ecomops.products.errors import BadSchedule
from ecomops.terms import ChannelId, LocationId, Sku, StockKey


class ListingId(Id):
    """Names the listing of one SKU on one channel, as `SKU@channel`; `listing_id` spells it."""

    __slots__ = ()

    longest: ClassVar[int] = 340
    """So that the id of the command of time, made of it and an instant, can be one."""


def listing_id(sku: Sku, channel: ChannelId) -> ListingId:
    """Return the id of the listing of *sku* on *channel*: each pair has exactly one, spelt as a stock key is.

    Raises:
        BadText: The two are longer than 340 characters together.

    Example:
        >>> listing_id(Sku("tea"), ChannelId("tmall"))
        ListingId('tea@tmall')
    """
    return ListingId(StockKey.of(sku, LocationId(channel)))


class Status(StrEnum):
    """Whether buyers see the product on the channel."""

    OFF = "off"
    ON = "on"
    BARRED = "barred"
    CLOSED = "closed"


class OffReason(StrEnum):
    """Why a product is not listed."""

    NEVER_LISTED = "never_listed"
    TAKEN_OFF = "taken_off"
    SCHEDULED = "scheduled"
    SOLD_OUT = "sold_out"
    RULE_BROKEN = "rule_broken"
    BAR_LIFTED = "bar_lifted"
    RETIRED = "retired"


@frozen(kw_only=True)
class Listing:
    """A product on a channel.

    Args:
        id: Which listing.
        sku: The product.
        channel: Where.
        status: Whether buyers see it.
        reason: Why they do not; None while they do.
        on_at: When it is planned to be listed; None for nothing planned.
        off_at: When it is planned to be taken off; None for nothing planned.
    """

    id: ListingId = field(validator=is_a(ListingId))
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))
    status: Status = field(validator=is_a(Status))
    reason: OffReason | None = field(validator=optional(is_a(OffReason)))
    on_at: DateTime | None = field(default=None, validator=optional(an_instant))
    off_at: DateTime | None = field(default=None, validator=optional(an_instant))


@frozen(kw_only=True)
class ListingOpened:
    """A product was entered on a channel, not yet listed."""

    code: ClassVar[str] = "listing.opened"

    id: ListingId = field(validator=is_a(ListingId))
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingAdopted:
    """A listing was taken over as another system had it."""

    code: ClassVar[str] = "listing.adopted"

    id: ListingId = field(validator=is_a(ListingId))
    sku: Sku = field(validator=is_a(Sku))
    channel: ChannelId = field(validator=is_a(ChannelId))
    status: Status = field(validator=is_a(Status))
    reason: OffReason | None = field(validator=optional(is_a(OffReason)))
    on_at: DateTime | None = field(default=None, validator=optional(an_instant))
    off_at: DateTime | None = field(default=None, validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingTurnedOn:
    """Buyers see the product: somebody listed it, or its time had come."""

    code: ClassVar[str] = "listing.turned_on"

    id: ListingId = field(validator=is_a(ListingId))
    planned: bool = field(validator=is_a(bool))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingTurnedOff:
    """Buyers do not see the product, and why: somebody took it off, or its time was up."""

    code: ClassVar[str] = "listing.turned_off"

    id: ListingId = field(validator=is_a(ListingId))
    reason: OffReason = field(validator=is_a(OffReason))
    planned: bool = field(validator=is_a(bool))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingPlanned:
    """The next switches were planned; None plans nothing."""

    code: ClassVar[str] = "listing.planned"

    id: ListingId = field(validator=is_a(ListingId))
    on_at: DateTime | None = field(validator=optional(an_instant))
    off_at: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingBarred:
    """The channel took the product off for a broken rule; what was planned is dropped."""

    code: ClassVar[str] = "listing.barred"

    id: ListingId = field(validator=is_a(ListingId))
    rule: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingBarLifted:
    """The channel lets the product be listed again; it is off until somebody lists it."""

    code: ClassVar[str] = "listing.bar_lifted"

    id: ListingId = field(validator=is_a(ListingId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ListingClosed:
    """The product will never be listed on the channel again."""

    code: ClassVar[str] = "listing.closed"

    id: ListingId = field(validator=is_a(ListingId))
    at: DateTime = field(validator=an_instant)


Opening = ListingOpened | ListingAdopted
Later = ListingTurnedOn | ListingTurnedOff | ListingPlanned | ListingBarred | ListingBarLifted | ListingClosed
Event = Opening | Later
Switch = ListingTurnedOn | ListingTurnedOff

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "listing",
    events=Event,
    table={
        None: {ListingOpened: Status.OFF, ListingAdopted: ADOPTED},
        Status.OFF: {
            ListingTurnedOn: Status.ON,
            ListingTurnedOff: Status.OFF,
            ListingPlanned: Status.OFF,
            ListingBarred: Status.BARRED,
            ListingClosed: Status.CLOSED,
        },
        Status.ON: {
            ListingTurnedOn: Status.ON,
            ListingTurnedOff: Status.OFF,
            ListingPlanned: Status.ON,
            ListingBarred: Status.BARRED,
            ListingClosed: Status.CLOSED,
        },
        Status.BARRED: {ListingBarLifted: Status.OFF, ListingClosed: Status.CLOSED},
        Status.CLOSED: {},
    },
)


def open_listing(sku: Sku, channel: ChannelId, *, at: DateTime) -> tuple[ListingOpened]:
    """Enter a product on a channel; nobody sees it yet."""
    return (ListingOpened(id=listing_id(sku, channel), sku=sku, channel=channel, at=at),)


def due_at(listing: Listing) -> DateTime | None:
    """Return when the next planned switch happens; None when none is planned."""
    planned = _planned(listing)
    return planned[0].at if planned else None


def _planned(listing: Listing) -> tuple[Switch, ...]:
    """Return the planned switches in the order of their instants."""
    if listing.status not in (Status.ON, Status.OFF):
        return ()
    planned: list[Switch] = []
    if listing.on_at is not None:
        planned.append(ListingTurnedOn(id=listing.id, planned=True, at=listing.on_at))
    if listing.off_at is not None:
        planned.append(
            ListingTurnedOff(id=listing.id, reason=OffReason.SCHEDULED, planned=True, at=listing.off_at)
        )  # fmt: skip
    return tuple(sorted(planned, key=lambda each: each.at))


def elapse(listing: Listing, *, at: DateTime) -> tuple[Switch, ...]:
    """Return the planned switches that have happened by the instant *at*, each at its own; () for none."""
    return tuple(switch for switch in _planned(listing) if switch.at <= at)


def as_of(listing: Listing, *, at: DateTime) -> Listing:
    """Return the listing as it stands at the instant *at*, whether or not the planned switches were recorded.

    Example:
        >>> import pendulum
        >>> morning, noon = pendulum.datetime(2026, 6, 18, 8), pendulum.datetime(2026, 6, 18, 12)
        >>> listing = LISTING.replay(open_listing(Sku("tea"), ChannelId("tmall"), at=morning))
        >>> listing = LISTING.fold(listing, plan(listing, on_at=noon, off_at=None, at=morning))
        >>> listing.status, as_of(listing, at=noon).status
        (<Status.OFF: 'off'>, <Status.ON: 'on'>)
    """
    return LISTING.fold(listing, elapse(listing, at=at))


def turn_on(listing: Listing, *, at: DateTime) -> tuple[Switch, ...]:
    """List the product, so that buyers see it; nothing when they do. What is planned stays planned.

    Raises:
        IllegalMove: The channel barred it, or it is closed.
    """
    elapsed, now = elapse(listing, at=at), as_of(listing, at=at)
    LIFECYCLE.require(now.status, ListingTurnedOn, id=listing.id)
    if now.status is Status.ON:
        return elapsed
    return (*elapsed, ListingTurnedOn(id=listing.id, planned=False, at=at))


def turn_off(listing: Listing, *, reason: OffReason = OffReason.TAKEN_OFF, at: DateTime) -> tuple[Switch, ...]:
    """Take the product off, and say why; nothing when it is off for that reason. What is planned stays planned.

    Raises:
        IllegalMove: The channel barred it, or it is closed.
    """
    elapsed, now = elapse(listing, at=at), as_of(listing, at=at)
    event = ListingTurnedOff(id=listing.id, reason=reason, planned=False, at=at)
    LIFECYCLE.require(now.status, ListingTurnedOff, id=listing.id)
    return elapsed if now.reason is reason else (*elapsed, event)


def plan(
    listing: Listing, *, on_at: DateTime | None, off_at: DateTime | None, at: DateTime
) -> tuple[Switch | ListingPlanned, ...]:
    """Plan the next switches, in either order; None plans none. Nothing when the very same is planned.

    Args:
        listing: The listing.
        on_at: When buyers shall see it.
        off_at: When they shall not see it any more.
        at: Now.

    Raises:
        BadSchedule: One of the instants has passed, or both are one.
        IllegalMove: The channel barred it, or it is closed.
    """
    elapsed, now = elapse(listing, at=at), as_of(listing, at=at)
    event = ListingPlanned(id=listing.id, on_at=on_at, off_at=off_at, at=at)
    LIFECYCLE.require(now.status, ListingPlanned, id=listing.id)
    if (on_at, off_at) == (now.on_at, now.off_at):
        return elapsed
    instants = tuple(each for each in (on_at, off_at) if each is not None)
    if any(each <= at for each in instants) or len(set(instants)) < len(instants):
        raise BadSchedule(id=listing.id, at=at)
    return (*elapsed, event)


def bar(listing: Listing, *, rule: str, at: DateTime) -> tuple[Switch | ListingBarred, ...]:
    """Record that the channel took the product off for a broken rule; nothing when it is barred.

    Raises:
        IllegalMove: It is closed.
    """
    if listing.status is Status.BARRED:
        return ()
    event = ListingBarred(id=listing.id, rule=rule, at=at)
    LIFECYCLE.require(listing.status, ListingBarred, id=listing.id)
    return (*elapse(listing, at=at), event)


def lift_bar(listing: Listing, *, at: DateTime) -> tuple[ListingBarLifted]:
    """Record that the channel lets the product be listed again.

    Raises:
        IllegalMove: It is not barred.
    """
    LIFECYCLE.require(listing.status, ListingBarLifted, id=listing.id)
    return (ListingBarLifted(id=listing.id, at=at),)


def close(listing: Listing, *, at: DateTime) -> tuple[Switch | ListingClosed, ...]:
    """Never list the product on the channel again; nothing when it is closed."""
    if listing.status is Status.CLOSED:
        return ()
    return (*elapse(listing, at=at), ListingClosed(id=listing.id, at=at))


def begin(event: Opening) -> Listing:
    """Return the listing that *event* tells of."""
    if isinstance(event, ListingOpened):
        return Listing(
            id=event.id, sku=event.sku, channel=event.channel, status=Status.OFF, reason=OffReason.NEVER_LISTED
        )  # fmt: skip
    return Listing(
        id=event.id,
        sku=event.sku,
        channel=event.channel,
        status=event.status,
        reason=event.reason,
        on_at=event.on_at,
        off_at=event.off_at,
    )


def evolve(listing: Listing, event: Later) -> Listing:
    """Return the listing as it stands after *event*."""
    status = LIFECYCLE.after(listing.status, type(event))
    match event:
        case ListingTurnedOn(planned=planned):
            on_at = None if planned else listing.on_at
            return changed(listing, status=status, reason=None, on_at=on_at)
        case ListingTurnedOff(reason=reason, planned=planned):
            off_at = None if planned else listing.off_at
            return changed(listing, status=status, reason=reason, off_at=off_at)
        case ListingPlanned(on_at=on_at, off_at=off_at):
            return changed(listing, on_at=on_at, off_at=off_at)
        case ListingBarred():
            return _ended(listing, status, OffReason.RULE_BROKEN)
        case ListingBarLifted():
            return _ended(listing, status, OffReason.BAR_LIFTED)
        case ListingClosed():
            return _ended(listing, status, OffReason.RETIRED)
        case _:
            assert_never(event)


def _ended(listing: Listing, status: Status, reason: OffReason) -> Listing:
    return changed(listing, status=status, reason=reason, on_at=None, off_at=None)


LISTING: Noun[Listing, Opening, Later] = Noun(
    kind="listing",
    model=Listing,
    events=Event,
    opens=(ListingOpened, ListingAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda listing: listing.id,
    due_at=due_at,
    keys={
        "status": lambda listing: listing.status,
        "sku": lambda listing: listing.sku,
        "channel": lambda listing: listing.channel,
    },
)
