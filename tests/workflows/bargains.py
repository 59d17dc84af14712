"""Commands of bargains in few words, and the tables of what the laws of all use cases are tried on."""

from collections.abc import Mapping

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, Currency, Money
from ecomops.promotions.bargains import BargainId
from ecomops.terms import CustomerId, PromotionId, Sku
from ecomops.testing import BUYER, NOON, a_checkout, a_discount, a_line, cny
from ecomops.workflows.bargaining import BargainDue, BuyBargain, CancelBargain, FollowBargain, HelpBargain, StartBargain
from ecomops.workflows.clock import CLOCK
from tests.workflows.shop import STAFF, a_cancellation

B, END = BargainId("b-1"), NOON.add(days=1)


def a_start(*, id: str = "c-start", bargain: str = "b-1", floor: str = "3.00") -> StartBargain:
    """Return the command that starts a bargain for tea of 10 yuan."""
    return StartBargain(
        id=CommandId(id),
        by=BUYER,
        at=NOON,
        bargain_id=BargainId(bargain),
        buyer=CustomerId("c-1"),
        sku=Sku("tea"),
        promotion=PromotionId("bargain"),
        list_price=cny("10.00"),
        floor=cny(floor),
    )


def a_help(helper: str = "h-1", *, id: str | None = None, bargain: str = "b-1", at: DateTime = NOON) -> HelpBargain:
    """Return the command that helps."""
    return HelpBargain(
        id=CommandId(id or f"c-{helper}-{bargain}"),
        by=BUYER,
        at=at,
        bargain_id=BargainId(bargain),
        helper=CustomerId(helper),
    )


def a_purchase(
    *, id: str = "c-buy", order_id: str = "o-1", customer: str = "c-1", off: str = "7.00", at: DateTime = NOON
) -> BuyBargain:
    """Return the command that places an order at the price."""
    line = a_line(discounts=(a_discount(off, promotion="bargain"),))
    checkout = evolve(a_checkout(line, order_id=order_id), customer=CustomerId(customer))
    return BuyBargain(id=CommandId(id), by=BUYER, at=at, bargain_id=B, checkout=checkout)


def a_look(*, id: str = "c-look") -> FollowBargain:
    """Return the command that lets it follow its order."""
    return FollowBargain(id=CommandId(id), by=STAFF, at=NOON, bargain_id=B)


def an_end(*, id: str = "c-off") -> CancelBargain:
    """Return the command that calls it off."""
    return CancelBargain(id=CommandId(id), by=BUYER, at=NOON, bargain_id=B)


def a_lapse(at: DateTime = END, *, id: str = "c-end") -> BargainDue:
    """Return the command that does what time asks of it."""
    return BargainDue(id=CommandId(id), by=CLOCK, at=at, bargain_id=B)


STARTED: tuple[Command, ...] = (a_start(),)
REACHED: tuple[Command, ...] = (*STARTED, a_help("h-1"), a_help("h-2"))
BOUGHT: tuple[Command, ...] = (*REACHED, a_purchase())

BARGAIN_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "start a bargain": (a_start(), ()),
    "help in a bargain": (a_help(), STARTED),
    "reach the floor": (a_help("h-2"), (*STARTED, a_help("h-1"))),
    "buy at the floor": (a_purchase(), REACHED),
    "a bargain keeps its order": (a_look(), BOUGHT),
    "a bargain is free again": (a_look(), (*BOUGHT, a_cancellation())),
    "call a bargain off": (an_end(), STARTED),
    "a bargain ends": (a_lapse(), STARTED),
    "a bargain does not end": (a_lapse(NOON), STARTED),
}
"""A command of every use case, and what came before it."""

BARGAIN_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "start a bargain again": ("bargain.exists", STARTED, a_start(id="c-2")),
    "start a bargain for a cent": ("bargain.bad_terms", (), a_start(floor="9.99")),
    "start a bargain in yen": (
        "money.currency_mismatch",
        (),
        evolve(a_start(), floor=Money(100, Currency.JPY)),
    ),
    "help twice": ("bargain.helped_already", (*STARTED, a_help()), a_help(id="c-2")),
    "help yourself": ("bargain.own_help", STARTED, a_help("c-1")),
    "help too late": ("bargain.ended", STARTED, a_help(at=END)),
    "help too often": (
        "bargain.too_often",
        tuple(each for n in range(2, 5) for each in (a_start(id=f"c-s{n}", bargain=f"b-{n}"), a_help(bargain=f"b-{n}")))
        + STARTED,
        a_help(),
    ),
    "help when it is reached": ("bargain.illegal_move", REACHED, a_help("h-3")),
    "buy above the floor": ("bargain.not_reached", STARTED, a_purchase()),
    "buy another's bargain": ("bargain.not_owner", REACHED, a_purchase(customer="c-2")),
    "buy a bargain twice": ("bargain.taken", BOUGHT, a_purchase(id="c-2", order_id="o-2")),
    "buy at another price": ("bargain.not_priced", REACHED, a_purchase(off="6.99")),
    "follow no bargain": ("noun.not_found", (), a_look()),
    "call a bought bargain off": ("bargain.taken", BOUGHT, an_end()),
    "time for no bargain": ("noun.not_found", (), a_lapse()),
}
"""A refusal of every use case: its code, what came before, the command."""
