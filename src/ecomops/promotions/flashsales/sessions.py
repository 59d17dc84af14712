"""The flash-sale session (秒杀场次): planned, open, closed; sold out is derived from its counters.

A session is a period with its offers: for each SKU the promotion that gives its flash price, how many units it has and
how many of these one buyer may have. Everything that affects its state lives here; its units are counted in
`ecomops.promotions.flashsales.quotas`, what an order holds of them in `ecomops.promotions.flashsales.holds`.
"""

from collections.abc import Iterable
from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import Any, ClassVar, assert_never

from attrs import Attribute, field, frozen
from pendulum import Date, DateTime

from ecomops.kernel import ADOPTED, Calendar, Lifecycle, Noun, Period
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.promotions.flashsales.errors import FlashSaleEnded, FlashSaleNotOpen, FlashSaleTooShort
from ecomops.promotions.flashsales.quotas import FlashQuota, FlashSessionId
from ecomops.terms import PromotionId, Sku


class Status(StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Standing(StrEnum):
    """How buyers see a session: its status, or sold out when nothing is left of an open one."""

    PLANNED = "planned"
    OPEN = "open"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


@frozen(kw_only=True)
class FlashOffer:
    """What a session offers of one SKU.

    Args:
        sku: The SKU.
        promotion: The promotion of the rulebook that gives the flash price: a `FixedPrice` for the SKU.
        quota: How many units the session begins with.
        per_buyer: How many units one buyer may have; None is no limit.
    """

    sku: Sku = field(validator=is_a(Sku))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    quota: int = field(validator=whole(1))
    per_buyer: int | None = field(default=None, validator=optional(whole(1)))


def _offers(instance: object, attribute: "Attribute[Any]", value: tuple[FlashOffer, ...]) -> None:
    tuple_of(FlashOffer, least=1)(instance, attribute, value)
    require_once((each.sku for each in value), field=f"{type(instance).__name__}.offers")


@frozen(kw_only=True)
class FlashSession:
    """A flash-sale session.

    Args:
        id: Its id.
        period: When it is open.
        offers: What it offers, each SKU once.
        status: Where it stands.
    """

    id: FlashSessionId = field(validator=is_a(FlashSessionId))
    period: Period = field(validator=is_a(Period))
    offers: tuple[FlashOffer, ...] = field(validator=_offers)
    status: Status = field(validator=is_a(Status))

    def offer(self, promotion: PromotionId) -> FlashOffer | None:
        """Return the offer whose price *promotion* gives; None when there is none."""
        return next((each for each in self.offers if each.promotion == promotion), None)


@frozen(kw_only=True)
class FlashSessionPlanned:
    """The shop planned a session."""

    code: ClassVar[str] = "flash_session.planned"

    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    period: Period = field(validator=is_a(Period))
    offers: tuple[FlashOffer, ...] = field(validator=_offers)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashSessionAdopted:
    """A session was taken over in the middle; its counters are adopted one by one."""

    code: ClassVar[str] = "flash_session.adopted"

    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    period: Period = field(validator=is_a(Period))
    offers: tuple[FlashOffer, ...] = field(validator=_offers)
    status: Status = field(validator=is_a(Status))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashSessionOpened:
    """The session began."""

    code: ClassVar[str] = "flash_session.opened"

    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class FlashSessionClosed:
    """The session ended, or the shop closed it before."""

    code: ClassVar[str] = "flash_session.closed"

    session: FlashSessionId = field(validator=is_a(FlashSessionId))
    at: DateTime = field(validator=an_instant)


Opening = FlashSessionPlanned | FlashSessionAdopted
Later = FlashSessionOpened | FlashSessionClosed
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "flash_session",
    events=Event,
    table={
        None: {FlashSessionPlanned: Status.PLANNED, FlashSessionAdopted: ADOPTED},
        Status.PLANNED: {FlashSessionOpened: Status.OPEN, FlashSessionClosed: Status.CLOSED},
        Status.OPEN: {FlashSessionClosed: Status.CLOSED},
        Status.CLOSED: {},
    },
)


def day_periods(
    timezone: str, day: Date, *, starts: tuple[time, ...], until: time | None = None
) -> tuple[Period, ...]:  # fmt: skip
    """Return the periods of a day's sessions (场次): each lasts until the next one starts.

    Args:
        timezone: Whose clocks: a name of the time-zone database.
        day: The day on the wall.
        starts: When sessions start, in whole minutes, rising.
        until: When the last one ends; None is the end of the day.

    Raises:
        UnknownZone: There is no such zone.
        Reversed: The times do not rise.
        Invalid: A time or the day is of another kind.

    Example:
        >>> from datetime import time
        >>> from pendulum import Date
        >>> for each in day_periods("Asia/Shanghai", Date(2026, 6, 18), starts=(time(10), time(20))):
        ...     print(each.start, each.end)
        2026-06-18 02:00:00+00:00 2026-06-18 12:00:00+00:00
        2026-06-18 12:00:00+00:00 2026-06-18 16:00:00+00:00
    """
    begun = [Calendar(timezone=timezone, day_start=start).bounds(day).start for start in starts]
    last = Calendar(timezone=timezone).bounds(day).end
    if until is not None:
        last = Calendar(timezone=timezone, day_start=until).bounds(day).start
    return tuple(Period(start=start, end=end) for start, end in pairwise((*begun, last)))


def plan(
    id: FlashSessionId, *, period: Period, offers: tuple[FlashOffer, ...], at: DateTime
) -> tuple[FlashSessionPlanned]:  # fmt: skip
    """Plan a session.

    Args:
        id: Its id.
        period: When it is open.
        offers: What it offers, each SKU once.
        at: When it is planned.

    Raises:
        FlashSaleTooShort: It would end when it starts.
        FlashSaleEnded: It would have ended already.
    """
    event = FlashSessionPlanned(session=id, period=period, offers=offers, at=at)
    if period.start == period.end:
        raise FlashSaleTooShort(id=id, start=period.start)
    if at >= period.end:
        raise FlashSaleEnded(id=id, end=period.end, at=at)
    return (event,)


def elapse(session: FlashSession, *, at: DateTime) -> tuple[Later, ...]:
    """Do what time asks of *session* by *at*: open it at its start, close it at its end; () when nothing."""
    events: list[Later] = []
    if session.status is Status.PLANNED and at >= session.period.start:
        events.append(FlashSessionOpened(session=session.id, at=session.period.start))
    if session.status is not Status.CLOSED and at >= session.period.end:
        events.append(FlashSessionClosed(session=session.id, at=session.period.end))
    return tuple(events)


def close(session: FlashSession, *, at: DateTime) -> tuple[Later, ...]:
    """Close *session* before its end, or call off what is planned; () when it is closed already."""
    events = elapse(session, at=at)
    if session.status is Status.CLOSED or at >= session.period.end:
        return events
    return (*events, FlashSessionClosed(session=session.id, at=at))


def as_of(session: FlashSession, at: DateTime) -> FlashSession:
    """Return *session* as it stands at the instant *at*, whether or not time's commands have been carried out."""
    return FLASH_SESSION.fold(session, elapse(session, at=at))


def require_open(session: FlashSession, *, at: DateTime) -> None:
    """Refuse unless *session* is open at the instant *at*.

    Raises:
        FlashSaleNotOpen: It has not started.
        FlashSaleEnded: It has ended, or was closed.
    """
    status = as_of(session, at).status
    if status is Status.CLOSED:
        raise FlashSaleEnded(id=session.id, end=session.period.end, at=at)
    if status is Status.PLANNED or at < session.period.start:
        raise FlashSaleNotOpen(id=session.id, start=session.period.start, at=at)


def standing(session: FlashSession, quotas: Iterable[FlashQuota], *, at: DateTime) -> Standing:
    """Return how buyers see *session* at the instant *at*.

    Args:
        session: The session.
        quotas: The counters of its offers.
        at: Now.
    """
    status = as_of(session, at).status
    if status is Status.OPEN and not any(each.left > 0 for each in quotas):
        return Standing.SOLD_OUT
    return Standing(status.value)


def due_at(session: FlashSession) -> DateTime | None:
    """Return when time next asks something of *session*: its start, then its end."""
    match session.status:
        case Status.PLANNED:
            return session.period.start
        case Status.OPEN:
            return session.period.end
        case Status.CLOSED:
            return None
        case _:
            assert_never(session.status)


def begin(event: Opening) -> FlashSession:
    """Return the session that *event* tells of."""
    return FlashSession(id=event.session, period=event.period, offers=event.offers, status=LIFECYCLE.opened(event))


def evolve(session: FlashSession, event: Later) -> FlashSession:
    """Return the session as it stands after *event*."""
    return changed(session, status=LIFECYCLE.after(session.status, type(event)))


FLASH_SESSION: Noun[FlashSession, Opening, Later] = Noun(
    kind="flash_session",
    model=FlashSession,
    events=Event,
    opens=(FlashSessionPlanned, FlashSessionAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda session: session.id,
    due_at=due_at,
    keys={
        "status": lambda session: session.status,
        "sku": lambda session: tuple(each.sku for each in session.offers),
        "start": lambda session: session.period.start,
    },
)
