"""What the script does with bargains."""

from datetime import timedelta
from typing import Any

from ecomops.kernel import CommandId, later
from ecomops.promotions.bargains import BARGAIN, Bargain, BargainId, BargainPolicy, bargain, terms_of
from ecomops.terms import CustomerId, PromotionId, Sku
from ecomops.testing.builders import BUYER, NOON, cny
from ecomops.testing.contract.sample import Events, Sample
from ecomops.workflows import bargaining

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}
TERMS = terms_of(BargainPolicy(helpers=2), list_price=cny("10.00"), floor=cny("3.00"))


def _started(name: str, turn: int) -> Events:
    return bargain.start(
        BargainId(name),
        buyer=CustomerId(("c-1", "C-1", "客")[turn % 3]),
        sku=Sku(("tea", "TEA", "茶")[turn % 3]),
        promotion=PromotionId("bargain"),
        terms=TERMS,
        ends_at=later(NOON, timedelta(microseconds=1 + turn % 3)),
        at=NOON,
    )


def _helped(found: Bargain) -> Events:
    return bargain.cut(found, helper=CustomerId("帮"), amount=cny("3.50"), at=NOON)


BARGAINS: tuple[Sample, ...] = (
    Sample(
        noun=BARGAIN,
        command=bargaining.HelpBargain(**TOLD, bargain_id=BargainId("b-1"), helper=CustomerId("帮")),
        answer=bargaining.BargainCut(
            bargain_id=BargainId("b-1"), amount=cny("0.01"), remaining=cny("0.00"), helpers_left=0
        ),
        opened=_started,
        first=_helped,
        second=lambda found: bargain.cancel(found, at=NOON),
    ),
)
"""What the script does with bargains."""
