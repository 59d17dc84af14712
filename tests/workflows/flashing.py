"""Commands of flash sales in few words, and the tables of what the laws of all use cases are tried on."""

from collections.abc import Mapping

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, Period
from ecomops.promotions.flashsales import FlashOffer, FlashSessionId
from ecomops.terms import CustomerId, OrderId, PromotionId, Sku
from ecomops.testing import BUYER, NOON, a_checkout, a_discount, a_line, a_taking
from ecomops.workflows.clock import CLOCK
from ecomops.workflows.flashorders import FlashHoldDue, FollowFlashOrder, PlaceFlashOrder
from ecomops.workflows.flashsales import CloseFlashSale, FlashSaleDue, PlanFlashSale, SetFlashQuota
from tests.workflows.shop import STAFF, a_cancellation

S, TEA_SKU = FlashSessionId("20:00"), Sku("tea")
START, END = NOON.add(hours=1), NOON.add(hours=2)
PAY_BY = START.add(minutes=5)
OFFER = FlashOffer(sku=TEA_SKU, promotion=PromotionId("flash-tea"), quota=4, per_buyer=3)


def a_session(*offers: FlashOffer, id: str = "c-plan", at: DateTime = NOON) -> PlanFlashSale:
    """Return the command that plans the session: of tea, when no offer is named."""
    return PlanFlashSale(
        id=CommandId(id),
        by=STAFF,
        at=at,
        session_id=S,
        period=Period(start=START, end=END),
        offers=offers or (OFFER,),
    )


def a_buy(
    quantity: int = 1,
    *,
    order_id: str = "o-1",
    id: str = "c-buy",
    at: DateTime = START,
    customer: str | None = "c-1",
    promotion: str = "flash-tea",
    gross: str = "14.00",
) -> PlaceFlashOrder:
    """Return the command that places units of tea in the session."""
    line = a_line(quantity=quantity, gross=gross, discounts=(a_discount("4.00", promotion=promotion),))
    checkout = evolve(a_checkout(line, order_id=order_id), customer=None if customer is None else CustomerId(customer))
    return PlaceFlashOrder(id=CommandId(id), by=BUYER, at=at, session_id=S, checkout=checkout)


def a_follow(*, id: str = "c-follow", at: DateTime = START, order_id: str = "o-1") -> FollowFlashOrder:
    """Return the command that lets the units follow their order."""
    return FollowFlashOrder(id=CommandId(id), by=STAFF, at=at, order_id=OrderId(order_id))


def an_end(*, id: str = "c-close", at: DateTime = START) -> CloseFlashSale:
    """Return the command that closes the session."""
    return CloseFlashSale(id=CommandId(id), by=STAFF, at=at, session_id=S)


def a_turn(at: DateTime = START, *, id: str = "c-turn") -> FlashSaleDue:
    """Return the command that does what time asks of the session."""
    return FlashSaleDue(id=CommandId(id), by=CLOCK, at=at, session_id=S)


def a_lapse(at: DateTime = PAY_BY, *, id: str = "c-lapse", order_id: str = "o-1") -> FlashHoldDue:
    """Return the command that does what time asks of what an order holds."""
    return FlashHoldDue(id=CommandId(id), by=CLOCK, at=at, order_id=OrderId(order_id))


def a_quota(units: int = 9, *, id: str = "c-quota", sku: str = "tea") -> SetFlashQuota:
    """Return the command that changes how many units there are."""
    return SetFlashQuota(id=CommandId(id), by=STAFF, at=NOON, session_id=S, sku=Sku(sku), units=units)


ANOTHER = a_buy(2, order_id="o-2", id="c-2", customer="c-2")
PLANNED: tuple[Command, ...] = (a_session(),)
BOUGHT: tuple[Command, ...] = (*PLANNED, a_turn(), a_buy())
PAID: tuple[Command, ...] = (*BOUGHT, evolve(a_taking(), at=START))
CANCELLED: tuple[Command, ...] = (*BOUGHT, a_cancellation(at=START))

FLASH_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "plan a flash sale": (a_session(), ()),
    "open a flash sale": (a_turn(), PLANNED),
    "end a flash sale": (a_turn(END), (*PLANNED, a_turn(id="c-open"))),
    "a flash sale does not open": (a_turn(NOON), PLANNED),
    "close a flash sale": (an_end(), PLANNED),
    "change a flash quota": (a_quota(), PLANNED),
    "buy in a flash sale": (a_buy(), PLANNED),
    "a flash order is paid": (a_follow(), PAID),
    "a flash order waits": (a_follow(), BOUGHT),
    "a flash order is cancelled": (a_follow(), CANCELLED),
    "a paid flash order is cancelled": (
        a_follow(id="c-2"),
        (*PAID, a_follow(), a_cancellation(at=START)),
    ),
    "time to pay a flash order passes": (a_lapse(), BOUGHT),
    "time to pay a flash order does not pass": (a_lapse(START), BOUGHT),
}
"""A command of every use case, and what came before it."""

FLASH_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "plan a flash sale again": ("flash_sale.exists", PLANNED, a_session(id="c-2")),
    "plan a flash sale of no time": (
        "flash_sale.too_short",
        (),
        evolve(a_session(), period=Period(start=START, end=START)),
    ),
    "plan a flash sale too late": ("flash_sale.ended", (), a_session(at=END)),
    "offer a SKU twice": ("value.repeated", (), a_session(OFFER, OFFER)),
    "close no flash sale": ("noun.not_found", (), an_end()),
    "time for no flash sale": ("noun.not_found", (), a_turn()),
    "change no flash quota": ("noun.not_found", PLANNED, a_quota(sku="cup")),
    "buy too early": ("flash_sale.not_open", PLANNED, a_buy(at=NOON)),
    "buy too late": ("flash_sale.ended", PLANNED, a_buy(at=END)),
    "buy at another price": ("flash_sale.not_offered", PLANNED, a_buy(promotion="loyalty")),
    "buy for nobody": ("flash_sale.buyer_unknown", PLANNED, a_buy(customer=None)),
    "buy too much": ("flash_sale.over_limit", PLANNED, a_buy(4)),
    "buy what is gone": (
        "flash_sale.sold_out",
        (*PLANNED, a_buy(3)),
        ANOTHER,
    ),
    "buy again in one order": ("order.exists", BOUGHT, a_buy(id="c-2")),
    "follow what holds nothing": ("noun.not_found", (), a_follow()),
    "time for what holds nothing": ("noun.not_found", (), a_lapse()),
}
"""A refusal of every use case: its code, what came before, the command."""
