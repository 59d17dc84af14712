"""What the script does with the sessions of flash sales, the units that they count, and what orders hold of them."""

from datetime import timedelta
from typing import Any

from ecomops.kernel import CommandId, Period, later
from ecomops.promotions.flashsales import (
    FLASH_HOLD,
    FLASH_QUOTA,
    FLASH_SESSION,
    FlashOffer,
    FlashQuota,
    FlashQuotaId,
    FlashSessionId,
    HeldUnits,
    holds,
    quotas,
    sessions,
)
from ecomops.terms import CustomerId, OrderId, PromotionId, Sku
from ecomops.testing.builders import BUYER, NOON, a_checkout, cny
from ecomops.testing.contract.sample import Counters, Events, Sample, Step
from ecomops.workflows import flashorders, flashsales, placement

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}
EVENING, ORDER_ID = FlashSessionId("20:00"), OrderId("o-1")
OFFERS = tuple(
    FlashOffer(sku=Sku(sku), promotion=PromotionId(f"flash-{sku}"), quota=10, per_buyer=most)
    for sku, most in (("tea", 2), ("TEA", None), ("茶", 1))
)
HOUR = Period(start=later(NOON, timedelta(microseconds=1)), end=later(NOON, timedelta(hours=1)))


def _session(name: str, turn: int) -> Events:
    start = later(NOON, timedelta(microseconds=turn % 3))
    period = Period(start=start, end=later(start, timedelta(hours=1)))
    return sessions.plan(FlashSessionId(name), period=period, offers=OFFERS[turn % 3 :], at=NOON)


def _quota(name: str, turn: int) -> Events:
    id = FlashQuotaId.of(FlashSessionId(name), Sku("tea"), CustomerId("c@1") if turn % 2 else None)
    return quotas.open_quota(id, units=10, at=NOON)


def _roomy(name: str) -> Events:
    return quotas.open_quota(FlashQuotaId.of(FlashSessionId(name), Sku("tea")), units=10**9, at=NOON)


def _reserved(quota: FlashQuota, units: int) -> Events:
    return quotas.reserve(quota, order=ORDER_ID, units=units, at=NOON)


def _sold(quota: FlashQuota, units: int) -> Events:
    return quotas.sell(quota, order=ORDER_ID, units=units, at=NOON)


def _set(units: int) -> Step:
    return lambda quota: quotas.set_quota(quota, units=units, at=NOON)


def _hold(name: str, turn: int) -> Events:
    held = (HeldUnits(quota=FlashQuotaId.of(EVENING, Sku("茶")), units=1 + turn % 2),)
    expires_at = later(NOON, timedelta(microseconds=turn % 4))
    return holds.open_hold(OrderId(name), session=EVENING, held=held, expires_at=expires_at, at=NOON)


FLASH_SALES: tuple[Sample, ...] = (
    Sample(
        noun=FLASH_SESSION,
        command=flashsales.PlanFlashSale(**TOLD, session_id=EVENING, period=HOUR, offers=OFFERS),
        answer=flashsales.FlashSaleStands(
            session_id=EVENING,
            status=sessions.Status.CLOSED,
            returned=(flashsales.SkuUnits(sku=Sku("茶"), quantity=3),),
        ),
        opened=_session,
        first=lambda session: sessions.elapse(session, at=session.period.start),
        second=lambda session: sessions.close(session, at=session.period.end),
    ),
    Sample(
        noun=FLASH_QUOTA,
        command=flashsales.SetFlashQuota(**TOLD, session_id=EVENING, sku=Sku("茶"), units=0),
        answer=flashsales.FlashSaleQuota(session_id=EVENING, sku=Sku("茶"), units=0),
        opened=_quota,
        first=_set(15),
        second=_set(17),
        counters=Counters(take=_reserved, shift=_sold, endless=_roomy),
    ),
    Sample(
        noun=FLASH_HOLD,
        command=flashorders.PlaceFlashOrder(**TOLD, session_id=EVENING, checkout=a_checkout()),
        answer=placement.Placed(
            order_id=ORDER_ID, due=cny("10.00"), settled=False, pay_by=NOON, promised=(), payout=None
        ),
        opened=_hold,
        first=lambda hold: holds.sell(hold, at=NOON),
        second=lambda hold: holds.release(hold, at=NOON),
    ),
)
"""What the script does with each noun of flash sales."""
