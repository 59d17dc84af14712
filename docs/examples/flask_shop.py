"""A small shop on Flask: it quotes baskets, takes orders with a coupon, hears of payments, ships, and takes goods back.

Everything stands in one SQLite file, which `sqlite_store.py` keeps. Who may call what is for the host's login to say,
and left out. `flask --app flask_shop run` starts it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, ClassVar, TypeVar, cast
from uuid import uuid4

from attrs import define, frozen
from flask import Flask, request
from itsdangerous import BadData, URLSafeTimedSerializer
from pendulum import DateTime

from ecomops.codec import CODEC, Codec
from ecomops.inventory import Disposition
from ecomops.kernel import (
    Actor,
    ActorId,
    ActorKind,
    Command,
    CommandId,
    Conflict,
    Currency,
    DomainError,
    Invalid,
    Missing,
    Money,
    NotFound,
    Reading,
    Refused,
    Text,
    Work,
    ask,
    get,
    instant,
    run,
)
from ecomops.promotions import (
    COUPON,
    AmountOff,
    Basket,
    Lines,
    Percent,
    Promotion,
    Quote,
    Reduction,
    Rulebook,
    Whole,
    explain,
    quote,
    spend,
)
from ecomops.terms import (
    CouponId,
    CustomerId,
    LineId,
    LocationId,
    OrderId,
    Price,
    PricedLine,
    PromotionId,
    Sku,
    StockKey,
)
from ecomops.workflows import placement, receipt, returns, settlement, shipping, timers
from sqlite_store import SqliteStore

C = TypeVar("C", bound=Command)
Json = dict[str, Any]


def yuan(amount: str) -> Money:
    """Return an amount in the one currency of the shop."""
    return Money.parse(amount, Currency.CNY)


ANSWERS: tuple[tuple[type[DomainError], int], ...] = ((Invalid, 422), (Refused, 409), (NotFound, 404), (Conflict, 503))
STAFF = Actor(kind=ActorKind.STAFF, id=ActorId("desk"))
GATEWAY = Actor(kind=ActorKind.PARTNER, id=ActorId("gateway"))
PRICES = {Sku("longjing-50g"): yuan("68.00"), Sku("cup"): yuan("25.00")}
TENTH = Reduction(value=Percent(share=Fraction(1, 10)), target=Lines())
GREETING = Reduction(value=AmountOff(amount=yuan("15.00")), target=Whole())
SUMMER = Promotion(id=PromotionId("summer"), benefits=(TENTH,), conditions=spend(yuan("200.00")))
WELCOME = Promotion(id=PromotionId("welcome"), benefits=(GREETING,), by_coupon=True, priority=-1)
RULES = Rulebook.of([SUMMER, WELCOME])
QUOTE_HOLDS = timedelta(minutes=10)


@frozen(kw_only=True)
class Wanted:
    """So many units of a SKU."""

    sku: Sku
    quantity: int


@frozen(kw_only=True)
class Wish:
    """What a buyer has in the basket."""

    code: ClassVar[str] = "wish"

    customer: CustomerId
    lines: tuple[Wanted, ...]
    coupon: CouponId | None = None

    def basket(self) -> Basket:
        """Price it."""
        unknown = tuple(each.sku for each in self.lines if each.sku not in PRICES)
        if unknown:
            raise Missing(kind="price", ids=unknown)
        lines = (
            PricedLine.of(
                LineId(str(number)),
                StockKey.of(each.sku, LocationId("hangzhou")),
                quantity=each.quantity,
                price=Price(amount=PRICES[each.sku]),
            )
            for number, each in enumerate(self.lines, start=1)
        )
        return Basket(currency=Currency.CNY, lines=tuple(lines))


WISHES = Codec(nouns=(), messages=(Wish,))


@define(kw_only=True, slots=False, eq=False)
class QuoteGone(Refused):
    """A quote was given too long ago, or never."""

    code: ClassVar[str] = "quote.gone"
    text: ClassVar[Text] = Text("this quote does not hold any more", "此报价已失效")


def refusal(error: DomainError) -> tuple[Json, int]:
    """Answer what is refused: its code, and a sentence in both languages."""
    status = next(status for branch, status in ANSWERS if isinstance(error, branch))
    return {"code": error.code, "en": error.message("en"), "zh": error.message("zh")}, status


def said() -> Json:
    """Return the JSON object that was sent."""
    body = request.get_json()
    return cast("Json", body) if isinstance(body, dict) else {}


def read(kind: type[C], by: Actor, **known: object) -> C:
    """Read a command out of the request; whoever knows of a fact says when it happened, and names it."""
    code = getattr(kind, "code")  # noqa: B009 - every command has one, which `Command` does not tell
    return CODEC.load({**said(), **known, "type": code, "by": {"kind": by.kind.value, "id": str(by.id)}}, kind)


def quoted(wish: Wish, *, at: DateTime) -> Reading[Quote]:
    """Read the coupon, if one is shown, and quote."""
    coupons = () if wish.coupon is None else ((yield from get(COUPON, wish.coupon)).value,)
    return quote(RULES, wish.basket(), at=at, customer=wish.customer, coupons=coupons)


@frozen
class Shop:
    """The views, and what they share: the store, the clock, and what signs the quotes."""

    store: SqliteStore
    clock: Callable[[], datetime]
    signed: URLSafeTimedSerializer

    def carry_out(self, work: Callable[[C], Work[Any]], command: C) -> Json:
        """Carry out a command in a transaction of its own; return the answer as JSON."""
        return CODEC.dump(run(work, command, self.store.unit))

    def quote(self) -> Json:
        """Quote a basket. The token is the order to be, signed: sent twice, it is the same command twice."""
        at, wish, order_id = instant(self.clock()), WISHES.load({**said(), "type": "wish"}, Wish), OrderId(uuid4().hex)
        found = ask(partial(quoted, wish, at=at), self.store.unit)
        placing = placement.placement_of(
            found,
            id=CommandId(f"place:{order_id}"),
            by=Actor(kind=ActorKind.CUSTOMER, id=ActorId(wish.customer)),
            at=at,
            order_id=order_id,
            customer=wish.customer,
        )
        return {
            "token": self.signed.dumps(CODEC.dump(placing)),
            "payable": str(found.payable),
            "applied": {each.promotion: str(each.amount) for each in found.applications},
            "missed": [{"en": explain(RULES, each), "zh": explain(RULES, each, "zh")} for each in found.not_applied],
        }

    def place(self) -> Json:
        """Place the order of a quote."""
        try:
            payload = self.signed.loads(str(said().get("token")), max_age=int(QUOTE_HOLDS.total_seconds()))
        except BadData as error:
            raise QuoteGone from error
        return self.carry_out(placement.place_order, CODEC.load(payload, placement.PlaceOrder))

    def hear(self) -> Json:
        """Hear from the gateway, as often as it likes: its reference and its instant are what counts."""
        return self.carry_out(settlement.take_notice, read(settlement.TakeNotice, GATEWAY))

    def ship(self, order_id: str) -> Json:
        """Let a parcel leave."""
        return self.carry_out(shipping.ship_order, read(shipping.ShipOrder, STAFF, order_id=order_id))

    def arrive(self, order_id: str) -> Json:
        """Hear from the carrier that everything has arrived: from now on it can be returned."""
        return self.carry_out(receipt.confirm_receipt, read(receipt.ConfirmReceipt, STAFF, order_id=order_id))

    def take_back(self, order_id: str) -> Json:
        """Take goods back at the counter and refund them: four steps, each of which may be repeated."""
        asked = read(returns.RequestReturn, STAFF, order_id=order_id)
        shelf = Disposition.RESTOCK
        judged = tuple(returns.Judged(line=u.line, quantity=u.quantity, disposition=shelf) for u in asked.units)
        self.carry_out(returns.request_return, asked)
        self.carry_out(returns.move_case, returns.ApproveReturn(**step("approve", asked)))
        self.carry_out(returns.take_return, returns.TakeReturn(**step("take", asked), judged=judged))
        return self.carry_out(returns.refund_return, returns.RefundReturn(**step("refund", asked)))

    def pass_time(self) -> Json:
        """Carry out what has fallen due; a cron job asks every minute."""
        at, cursor, done = instant(self.clock()), None, list[str]()
        while True:
            page = ask(partial(timers.due, at=at, after=cursor), self.store.unit)
            for command in page.commands:
                self.carry_out(timers.pass_time, command)
                done.append(command.id)
            if page.next is None:
                return {"done": done}
            cursor = page.next


def step(name: str, asked: returns.RequestReturn) -> Json:
    """Return what a step of a case says beside its own."""
    return {"id": CommandId(f"{name}:{asked.case_id}"), "by": asked.by, "at": asked.at, "case_id": asked.case_id}


def create_app(store: SqliteStore | None = None, *, clock: Callable[[], datetime] | None = None) -> Flask:
    """Make the app on a shop in a file, with the machine's clock unless there is another."""
    kept, wall = store or SqliteStore(Path("shop.db")), clock or partial(datetime.now, UTC)
    app, shop = Flask(__name__), Shop(kept, wall, URLSafeTimedSerializer(token_urlsafe()))
    app.register_error_handler(DomainError, refusal)
    app.post("/quotes")(shop.quote)
    app.post("/orders")(shop.place)
    app.post("/gateway")(shop.hear)
    app.post("/orders/<order_id>/parcels")(shop.ship)
    app.post("/orders/<order_id>/receipt")(shop.arrive)
    app.post("/orders/<order_id>/returns")(shop.take_back)
    app.post("/cron")(shop.pass_time)
    return app
