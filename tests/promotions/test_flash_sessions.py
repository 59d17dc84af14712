"""The session of a flash sale: planned, open, closed, by time or before; how buyers see it."""

from datetime import time
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given as drawn
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.kernel import DomainError, Period
from ecomops.kernel.instants import Reversed
from ecomops.promotions.flashsales import (
    FLASH_QUOTA,
    FLASH_SESSION,
    FlashOffer,
    FlashQuotaId,
    FlashSession,
    FlashSessionId,
    Standing,
    day_periods,
    quotas,
    sessions,
    standing,
)
from ecomops.promotions.flashsales.sessions import (
    LIFECYCLE,
    FlashSessionAdopted,
    FlashSessionClosed,
    FlashSessionOpened,
    FlashSessionPlanned,
    Status,
)
from ecomops.terms import PromotionId, Sku
from ecomops.testing import NOON, given

S = FlashSessionId("20:00")
START, END = NOON.add(hours=1), NOON.add(hours=2)
HOUR = Period(start=START, end=END)
OFFERS = (
    FlashOffer(sku=Sku("tea"), promotion=PromotionId("p-tea"), quota=2),
    FlashOffer(sku=Sku("cup"), promotion=PromotionId("p-cup"), quota=1, per_buyer=1),
)
PLANNED = FlashSessionPlanned(session=S, period=HOUR, offers=OFFERS, at=NOON)
OPENED = FlashSessionOpened(session=S, at=START)
ENDED = FlashSessionClosed(session=S, at=END)
CALLED_OFF = FlashSessionClosed(session=S, at=NOON)
HISTORIES: dict[Status, tuple[Any, ...]] = {
    Status.PLANNED: (PLANNED,),
    Status.OPEN: (PLANNED, OPENED),
    Status.CLOSED: (PLANNED, OPENED, ENDED),
}


def test_a_session_is_planned() -> None:
    """With what it offers; one of no time, or of a time that is gone, is refused with the instants."""
    assert sessions.plan(S, period=HOUR, offers=OFFERS, at=NOON) == (PLANNED,)
    session = FLASH_SESSION.replay((PLANNED,))
    assert session == FlashSession(id=S, period=HOUR, offers=OFFERS, status=Status.PLANNED)
    assert session.offer(PromotionId("p-cup")) is OFFERS[1]
    assert session.offer(PromotionId("tea")) is None
    never = Period(start=START, end=START)
    for period, at, code, context in (
        (never, NOON, "flash_sale.too_short", {"id": S, "start": START}),
        (HOUR, END, "flash_sale.ended", {"id": S, "end": END, "at": END}),
    ):
        with pytest.raises(DomainError) as refusal:
            sessions.plan(S, period=period, offers=OFFERS, at=at)
        assert (refusal.value.code, refusal.value.context) == (code, context)
    with pytest.raises(DomainError, match="more than once"):
        sessions.plan(S, period=HOUR, offers=(OFFERS[0], OFFERS[0]), at=NOON)


def test_time_opens_and_closes_it() -> None:
    """At its instants, whenever that is asked; both at once when nobody asked in between; () on a repeat."""
    for before, at, then in (
        (Status.PLANNED, NOON, ()),
        (Status.PLANNED, START, (OPENED,)),
        (Status.PLANNED, END.subtract(microseconds=1), (OPENED,)),
        (Status.PLANNED, END.add(days=1), (OPENED, ENDED)),
        (Status.OPEN, START, ()),
        (Status.OPEN, END, (ENDED,)),
        (Status.CLOSED, END, ()),
    ):
        given(FLASH_SESSION, *HISTORIES[before]).when(sessions.elapse, at=at).then(*then)
    for status, due in ((Status.PLANNED, START), (Status.OPEN, END), (Status.CLOSED, None)):
        assert sessions.due_at(FLASH_SESSION.replay(HISTORIES[status])) == due


def test_it_is_closed_before_its_end() -> None:
    """Or called off while it is planned; what time did by then is told first."""
    early, half_past = FlashSessionClosed(session=S, at=START), START.add(minutes=30)
    given(FLASH_SESSION, PLANNED).when(sessions.close, at=NOON).then(CALLED_OFF)
    given(FLASH_SESSION, PLANNED).when(sessions.close, at=START).then(OPENED, early)
    given(FLASH_SESSION, PLANNED, OPENED).when(sessions.close, at=half_past).then(evolve(early, at=half_past))
    given(FLASH_SESSION, PLANNED, OPENED).when(sessions.close, at=END).then(ENDED)
    given(FLASH_SESSION, PLANNED, CALLED_OFF).when(sessions.close, at=END).then()


@drawn(st.sampled_from(Status), st.integers(-9, 130), st.integers(0, 130))
def test_a_session_as_of_an_instant(status: Status, minutes: int, more: int) -> None:
    """It is the same whether time's commands were carried out before or not, and open in its period only."""
    session = FLASH_SESSION.replay(HISTORIES[status])
    first, then = NOON.add(minutes=minutes), NOON.add(minutes=minutes + more)
    assert sessions.as_of(sessions.as_of(session, first), then) == sessions.as_of(session, then)
    try:
        sessions.require_open(session, at=then)
    except DomainError as refusal:
        assert not HOUR.holds(then) or status is Status.CLOSED
        too_late = then >= END or status is Status.CLOSED
        assert refusal.code == ("flash_sale.ended" if too_late else "flash_sale.not_open")  # noqa: PT017 - as above
        return
    assert HOUR.holds(then)


def test_sold_out_is_derived() -> None:
    """An open session of which nothing is left is sold out; one that is not open yet, or no more, is not."""
    session = FLASH_SESSION.replay((PLANNED,))
    rows = [
        FLASH_QUOTA.replay(quotas.open_quota(FlashQuotaId.of(S, each.sku), units=units, at=NOON))
        for each, units in zip(OFFERS, (0, 1), strict=True)
    ]
    nothing = [FLASH_QUOTA.fold(each, quotas.set_quota(each, units=0, at=NOON)) for each in rows]
    seen = [(standing(session, rows, at=at), standing(session, nothing, at=at)) for at in (NOON, START, END)]
    assert seen == [
        (Standing.PLANNED, Standing.PLANNED),
        (Standing.OPEN, Standing.SOLD_OUT),
        (Standing.CLOSED, Standing.CLOSED),
    ]


def test_a_session_is_taken_over_as_it_stands() -> None:
    """In any status."""
    for status in Status:
        adopted = FlashSessionAdopted(session=S, period=HOUR, offers=OFFERS, status=status, at=NOON)
        assert FLASH_SESSION.replay((adopted,)).status is status
        assert LIFECYCLE.opened(adopted) is status


def test_sessions_of_a_day() -> None:
    """Each lasts until the next one, as the clocks of the zone say: also on a day of 23 hours."""
    spring = Date(2026, 3, 29)
    morning, *_, night = day_periods("Europe/Berlin", spring, starts=(time(0), time(10), time(20)), until=time(22))
    assert (morning.elapsed.total_seconds(), night.elapsed.total_seconds()) == (9 * 3600, 2 * 3600)
    (last,) = day_periods("Asia/Shanghai", Date(2026, 6, 18), starts=(time(20),))
    assert last == Period(start=DateTime.create(2026, 6, 18, 12), end=DateTime.create(2026, 6, 18, 16))
    assert day_periods("Asia/Shanghai", spring, starts=()) == ()
    with pytest.raises(Reversed):
        day_periods("Asia/Shanghai", spring, starts=(time(20), time(10)))
