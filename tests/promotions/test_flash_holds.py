"""What an order holds of a flash sale: reserved, sold, released, each once."""

from typing import Any

import pytest

from ecomops.kernel import DomainError
from ecomops.promotions.flashsales import FLASH_HOLD, FlashQuotaId, FlashSessionId, HeldUnits, holds
from ecomops.promotions.flashsales.holds import (
    FlashHoldAdopted,
    FlashHoldOpened,
    FlashHoldReleased,
    FlashHoldSold,
    Status,
)
from ecomops.terms import OrderId, Sku
from ecomops.testing import NOON, given

S, O, PAY_BY = FlashSessionId("20:00"), OrderId("o-1"), NOON.add(minutes=5)  # noqa: E741 - an order
HELD = (HeldUnits(quota=FlashQuotaId.of(S, Sku("tea")), units=2),)
OPENED = FlashHoldOpened(order=O, session=S, held=HELD, expires_at=PAY_BY, at=NOON)
SOLD, RELEASED = FlashHoldSold(order=O, at=NOON), FlashHoldReleased(order=O, at=NOON)


def test_a_hold_begins_with_its_order() -> None:
    """It names the counters, each once; time asks of it while it is reserved."""
    assert holds.open_hold(O, session=S, held=HELD, expires_at=PAY_BY, at=NOON) == (OPENED,)
    for events, status, due in (
        ((OPENED,), Status.RESERVED, PAY_BY),
        ((OPENED, SOLD), Status.SOLD, None),
        ((OPENED, RELEASED), Status.RELEASED, None),
    ):
        hold = FLASH_HOLD.replay(events)
        assert (hold.status, FLASH_HOLD.key("due_at", hold)) == (status, due)
    for held, code in ((HELD * 2, "value.repeated"), ((), "value.out_of_range")):
        with pytest.raises(DomainError) as refusal:
            holds.open_hold(O, session=S, held=held, expires_at=PAY_BY, at=NOON)
        assert refusal.value.code == code


def test_a_hold_is_sold_and_released_once() -> None:
    """A repeat is nothing; what is released cannot be sold any more."""
    told: dict[str, Any] = {"at": NOON}
    given(FLASH_HOLD, OPENED).when(holds.sell, **told).then(SOLD)
    given(FLASH_HOLD, OPENED, SOLD).when(holds.sell, **told).then()
    given(FLASH_HOLD, OPENED, RELEASED).when(holds.sell, **told).then_refused("flash_hold.illegal_move", id="o-1")
    given(FLASH_HOLD, OPENED).when(holds.release, **told).then(RELEASED)
    given(FLASH_HOLD, OPENED, SOLD).when(holds.release, **told).then(RELEASED)
    given(FLASH_HOLD, OPENED, RELEASED).when(holds.release, **told).then()


def test_a_hold_is_taken_over_as_it_stands() -> None:
    """In any status."""
    for status in Status:
        adopted = FlashHoldAdopted(order=O, session=S, held=HELD, expires_at=PAY_BY, status=status, at=NOON)
        assert FLASH_HOLD.replay((adopted,)).status is status
