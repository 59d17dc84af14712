"""How flash sales live: their sessions, the units that they count, and what orders hold of them."""

from datetime import timedelta

from ecomops.kernel import Period, later
from ecomops.promotions.flashsales import FLASH_HOLD, FLASH_QUOTA, FLASH_SESSION, holds, quotas, sessions
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.life import Life, always

HOURS = tuple(
    Period(start=later(NOON, timedelta(hours=start)), end=later(NOON, timedelta(hours=start + 2))) for start in (0, 1)
)
UNITS = always(1, 1, 2, 5)

FLASH_SALES: tuple[Life, ...] = (
    Life(
        noun=FLASH_SESSION,
        begins=(sessions.plan,),
        follows=(*((sessions.elapse,) * 4), sessions.close),
        arguments={"period": always(*HOURS)},
    ),
    Life(
        noun=FLASH_QUOTA,
        begins=(quotas.open_quota,),
        follows=(
            *((quotas.sell, quotas.reserve) * 2),
            *(quotas.release, quotas.take_back, quotas.set_quota, quotas.hand_back),
        ),
        arguments={"units": UNITS},
    ),
    Life(noun=FLASH_HOLD, begins=(holds.open_hold,), follows=(holds.sell, holds.release)),
)
"""How the objects of flash sales live."""
