"""Commands of every use case of a small shop, right and wrong, and days of it: commands, and time that passes.

The shop has two stocks and four orders, so that commands meet. Their ids and instants are set by who carries them out.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.customers import StepId
from ecomops.inventory import Disposition, ReservationId
from ecomops.kernel import Actor, ActorId, ActorKind, Command, CommandId, Currency, Id, Money, later
from ecomops.kernel.checks import is_a, whole
from ecomops.orders import CancelReason, Checkout, LineUnits
from ecomops.terms import (
    CaseId,
    CategoryId,
    CustomerId,
    LineId,
    LocationId,
    OrderId,
    PromotionId,
    Sku,
    StockKey,
    StockUnits,
)
from ecomops.testing.builders import BUYER, NOON, TEA, a_notice, a_placement, a_taking
from ecomops.testing.strategies.buying import checkouts, notices
from ecomops.testing.strategies.values import USUAL, Leaves, money, values_of
from ecomops.testing.works import WORKS
from ecomops.workflows.cancellation import CancelOrder
from ecomops.workflows.deadlines import OrderDue, ReservationDue
from ecomops.workflows.placement import PlaceOrder
from ecomops.workflows.publication import PublishProduct
from ecomops.workflows.receipt import ConfirmReceipt
from ecomops.workflows.returns import ApproveReturn, Judged, RefundReturn, RequestReturn, TakeReturn
from ecomops.workflows.settlement import TakeNotice
from ecomops.workflows.shipping import ShipOrder
from ecomops.workflows.stocking import AdjustStock, ReceiveStock

CUP = StockKey.of(Sku("cup"), LocationId("hangzhou"))
NOWHERE = StockKey.of(Sku("no"), LocationId("where"))
STAFF = Actor(kind=ActorKind.STAFF, id=ActorId("s-1"))
UNSET = CommandId("to be set")
DAY = 24 * 60

ORDER_IDS = tuple(map(OrderId, ("o-1", "O-1", "\uff21", "\U0001f375")))
"""Four orders, whose ids sort differently by case, by language and in 16 bits."""

ORDERS = st.sampled_from([*ORDER_IDS, *ORDER_IDS, OrderId("o-9")])
"""One in nine names nothing."""

STOCKS = st.sampled_from([*[TEA] * 8, *[CUP] * 7, NOWHERE])
"""Two stocks; one in sixteen is not kept."""

QUANTITIES = st.sampled_from([1, 1, 2, 3])


def _command(kind: type[Any], **fields: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.builds(kind, id=st.just(UNSET), by=st.just(STAFF), at=st.just(NOON), **fields)


def shop_checkouts() -> SearchStrategy[Checkout]:
    """Draw checkouts of the shop: now and then empty, with one id twice, or of far more than there is."""
    usual = checkouts(order_ids=ORDERS, stocks=STOCKS)
    return st.one_of([*[usual] * 8, usual.map(_emptied), usual.map(_doubled), usual.map(_far_too_many)])


def _emptied(checkout: Checkout) -> Checkout:
    return evolve(checkout, lines=(), services=())


def _doubled(checkout: Checkout) -> Checkout:
    return evolve(checkout, lines=checkout.lines[:1] * 2)


def _far_too_many(checkout: Checkout) -> Checkout:
    return evolve(checkout, lines=tuple(evolve(line, quantity=40) for line in checkout.lines))


def _line_units() -> SearchStrategy[tuple[LineUnits, ...] | None]:
    """Draw units of lines, none for all that is to go; now and then a line twice, or one that is not there."""
    lines = st.sampled_from([["l-1"], ["l-1"], ["l-1", "l-2"], ["l-1", "l-1"], ["l-9"]])
    some = lines.flatmap(
        lambda ids: st.tuples(
            *(st.builds(LineUnits, line=st.just(LineId(id)), quantity=st.sampled_from([1, 1, 2, 40])) for id in ids)
        )
    )
    return st.none() | st.none() | some


def _few(kind: type[Any], *names: str) -> SearchStrategy[Any]:
    return st.sampled_from([kind(name) for name in names])


SHOP: Leaves = {
    **USUAL,
    int: QUANTITIES,
    str: st.sampled_from(["2026-01", "note"]),
    Currency: st.just(Currency.CNY),
    Money: money(Currency.CNY, most=2_000),
    DateTime: st.sampled_from([later(NOON, timedelta(days=days)) for days in (0, 1, 9, 400)]),
    Id: st.sampled_from(["a-1", "a-2"]),
    Actor: st.just(STAFF),
    CommandId: st.just(UNSET),
    OrderId: ORDERS,
    StockKey: STOCKS,
    Sku: _few(Sku, "tea", "cup"),
    LocationId: _few(LocationId, "hangzhou", "where"),
    LineId: _few(LineId, "l-1", "l-1", "l-2"),
    CustomerId: _few(CustomerId, "c-1", "c-2"),
    PromotionId: st.just(PromotionId("voucher")),
    StepId: _few(StepId, "phone_verified", "consent_given"),
}
"""What the commands of the shop name: few things, so that commands meet."""

ORDINARY: Mapping[type, SearchStrategy[Any]] = {
    PublishProduct: _command(
        PublishProduct,
        sku=st.sampled_from([Sku("tea"), Sku("cup")]),
        category=st.sampled_from([None, CategoryId("drinks")]),
    ),
    ReceiveStock: _command(
        ReceiveStock,
        units=st.builds(StockUnits, stock=STOCKS, quantity=QUANTITIES).map(lambda units: (units,)),
        backorder_limit=st.sampled_from([0, 0, 3, None]),
    ),
    AdjustStock: _command(AdjustStock, stock=STOCKS, quantity=st.integers(-6, 3), reason=st.just("count")),
    PlaceOrder: _command(PlaceOrder, checkout=shop_checkouts()),
    TakeNotice: _command(
        TakeNotice,
        order_id=ORDERS,
        notice=notices(amounts=st.sampled_from([1, 333, 1_000, 2_500]).map(lambda minor: Money(minor, Currency.CNY)))
        | st.just(a_notice(amount="100000.00")),
    ),
    CancelOrder: _command(CancelOrder, order_id=ORDERS, reason=st.just(CancelReason.CUSTOMER)),
    ShipOrder: _command(ShipOrder, order_id=ORDERS, units=_line_units()),
    ConfirmReceipt: _command(ConfirmReceipt, order_id=ORDERS),
    OrderDue: _command(OrderDue, order_id=ORDERS),
    ReservationDue: _command(ReservationDue, reservation_id=ORDERS.map(ReservationId)),
}
"""How the commands of an ordinary day are drawn: from goods that come to an order that is received."""

COMMANDS: Mapping[type, SearchStrategy[Any]] = {
    kind: ORDINARY[kind] if kind in ORDINARY else values_of(kind, SHOP) for kind in WORKS
}
"""How a command of each use case is drawn; all but those of an ordinary day by their annotations."""


def commands() -> SearchStrategy[Command]:
    """Draw a command of any use case, those of an ordinary day more often; its id and its instant are to be set."""
    return st.one_of([*[st.one_of(list(ORDINARY.values()))] * 4, st.one_of(list(COMMANDS.values()))])


# --- days ---------------------------------------------------------------------------------------------------------


@frozen
class Wait:
    """Let time pass, and let it do what it asks when *due*."""

    minutes: int = field(validator=whole(0))
    due: bool = field(validator=is_a(bool))


Step = Command | Wait


def money_for(order_id: str) -> TakeNotice:
    """Return the command that brings enough for any order."""
    return a_taking(a_notice(amount="100000.00"), order_id=order_id)


@st.composite
def order_lives(draw: DrawFn) -> list[Step]:
    """Draw the beginning of an order's life, as far as its end; now and then time or the buyer comes between."""
    checkout = draw(shop_checkouts())
    id = checkout.order_id
    about: dict[str, Any] = {"id": UNSET, "by": BUYER, "at": NOON, "order_id": id}
    life: list[Step] = [
        a_placement(checkout),
        money_for(id),
        ShipOrder(units=draw(_line_units()), **about),
        ShipOrder(**about),
        ConfirmReceipt(**about),
        Wait(8 * DAY, due=True),
    ]
    cancelled = CancelOrder(reason=CancelReason.CUSTOMER, **about)
    between: list[Step] = [cancelled, Wait(31, due=True), Wait(11 * DAY, due=True)]
    if draw(st.booleans()):
        life.insert(draw(st.sampled_from([1, 2, 1, 4])), draw(st.sampled_from(between)))
    life = life[: draw(st.sampled_from([3, 4, 6, 7, 2]))]
    return life + _coming_back(about) if draw(COMES_BACK) else life


COMES_BACK = st.sampled_from([False, False, False, True])


def _coming_back(about: dict[str, Any]) -> list[Step]:
    """Return the life of a unit that the buyer sends back; it comes to nothing where none arrived."""
    case: dict[str, Any] = {**{name: about[name] for name in ("id", "by", "at")}, "case_id": CaseId(about["order_id"])}
    line = LineId("l-1")
    return [
        RequestReturn(**about, case_id=case["case_id"], units=(LineUnits(line=line, quantity=1),)),
        ApproveReturn(**case),
        TakeReturn(**case, judged=(Judged(line=line, quantity=1, disposition=Disposition.RESTOCK),)),
        RefundReturn(**case),
    ]


@st.composite
def shop_days(draw: DrawFn) -> list[Step]:
    """Draw some days of the shop: lives of orders, single commands, and time that passes."""
    parts: list[SearchStrategy[list[Step]]] = [
        order_lives(),
        st.lists(commands(), min_size=1, max_size=3),
        st.builds(Wait, st.sampled_from([1, 31, 8 * DAY, 11 * DAY]), st.booleans()).map(lambda wait: [wait]),
    ]
    return [
        step
        for kind in draw(st.lists(st.sampled_from([0, 0, 0, 0, 1, 1, 1, 2]), min_size=2, max_size=8))
        for step in draw(parts[kind])
    ]
