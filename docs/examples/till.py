"""Who stands at the till, and when the shops' days end."""

from datetime import date

from pendulum import Date, DateTime

from completejourney import SHOPS
from ecomops.kernel import Actor, ActorId, ActorKind, Calendar

TILL = Actor(kind=ActorKind.STAFF, id=ActorId("till"))
"""Who gives all commands but those of time."""
DAYS = Calendar(timezone=SHOPS.key)
"""When a business day ends."""


def end_of(day: date) -> DateTime:
    """Return the instant at which the shops' *day* ends."""
    return DAYS.bounds(Date.fromordinal(day.toordinal())).end
