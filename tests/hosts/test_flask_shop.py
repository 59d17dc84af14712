"""A newcomer's web shop, through its own client: one day of it, every kind of refusal, and everything said twice."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import time
from typing import Any, cast

import pytest
from attrs import define
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

import flask_shop
from ecomops.inventory import STOCK
from ecomops.kernel import CommandId, Period, StaleVersion, ask, get, instant, later, run
from ecomops.promotions import COUPON
from ecomops.terms import BatchId, CouponId, CustomerId, LocationId, Sku, StockKey, StockUnits
from ecomops.workflows.couponing import IssueCoupons, NewCoupon, OpenBatch, issue_coupons, open_batch
from ecomops.workflows.stocking import ReceiveStock, receive_stock
from sqlite_store import SqliteStore

Json = dict[str, Any]

MOST_LINES = 150
OPENING = datetime(2026, 6, 18, 1, tzinfo=UTC)
TEA = StockKey.of(Sku("longjing-50g"), LocationId("hangzhou"))
COUPON_ID = CouponId("W-1")


@define
class Clock:
    """What the wall shows."""

    at: datetime = OPENING

    def __call__(self) -> datetime:
        """Return it."""
        return self.at


@define
class Visitor:
    """Whoever speaks to the shop."""

    client: FlaskClient
    store: SqliteStore
    clock: Clock

    def post(self, path: str, body: object = None, *, status: int = 200) -> Json:
        """Send JSON; return the JSON of the answer, which must have this status."""
        answer = self.client.post(path, json={} if body is None else body)
        assert answer.status_code == status, answer.text
        return cast("Json", answer.get_json())

    def wish(self, quantity: int, **more: object) -> Json:
        """Ask what tins of tea cost."""
        lines = [{"sku": "longjing-50g", "quantity": quantity}]
        return self.post("/quotes", {"customer": "c-88", "lines": lines, **more})

    def order(self, quantity: int, **more: object) -> Json:
        """Place an order of tins of tea."""
        return self.post("/orders", {"token": self.wish(quantity, **more)["token"]})

    def pay(self, placed: Json) -> Json:
        """Let the gateway tell that an order is paid."""
        return self.post("/gateway", captured(placed))

    @property
    def on_hand(self) -> int:
        """How many tins there are."""
        return ask(partial(get, STOCK, TEA), self.store.unit).value.on_hand

    @property
    def coupon(self) -> str:
        """Where the coupon stands."""
        return ask(partial(get, COUPON, COUPON_ID), self.store.unit).value.status.value


def captured(placed: Json, *, delivery: str = "d-1") -> Json:
    """Return what the gateway sends when an order is paid."""
    notice = {
        "operation": "capture",
        "reference": f"wx-{placed['order_id']}",
        "outcome": "succeeded",
        "amount": placed["due"],
        "at": "2026-06-18T09:12:00+08:00",
    }
    return {
        "id": f"{delivery}-{placed['order_id']}",
        "order_id": placed["order_id"],
        "at": notice["at"],
        "notice": notice,
    }


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    """Open the shop with ten tins of tea and one coupon."""
    clock = Clock()
    with closing(SqliteStore(tmp_path / "shop.db", durable=False)) as store:
        fill(store)
        yield Visitor(flask_shop.create_app(store, clock=clock).test_client(), store, clock)


def fill(store: SqliteStore) -> None:
    """Take a delivery in, and give a coupon to the customer c-88."""
    at, by = instant(OPENING), flask_shop.STAFF
    units = (StockUnits(stock=TEA, quantity=10),)
    run(receive_stock, ReceiveStock(id=CommandId("stock"), by=by, at=at, units=units), store.unit)
    batch = BatchId("welcome")
    run(open_batch, OpenBatch(id=CommandId("batch"), by=by, at=at, batch_id=batch), store.unit)
    issue = IssueCoupons(
        id=CommandId("issue"),
        by=by,
        at=at,
        batch_id=batch,
        promotion=flask_shop.WELCOME.id,
        valid=Period(start=at, end=later(at, timedelta(days=30))),
        coupons=(NewCoupon(id=COUPON_ID, owner=CustomerId("c-88")),),
    )
    run(issue_coupons, issue, store.unit)


# --- a day ---------------------------------------------------------------------------------------------------------


def test_quote_says_what_applies_and_what_is_missed(visitor: Visitor) -> None:
    """Two tins are too few for the promotion of the summer, and the buyer reads how far away it is."""
    two, three = visitor.wish(2), visitor.wish(3, coupon=COUPON_ID)
    assert two["payable"] == "136.00 CNY"
    assert two["applied"] == {}
    assert "200.00 CNY" in two["missed"][0]["en"]
    assert "200.00 CNY" in two["missed"][0]["zh"]
    assert three["payable"] == "168.60 CNY"
    assert three["applied"] == {"summer": "20.40 CNY", "welcome": "15.00 CNY"}
    assert three["missed"] == []


def test_order_with_a_coupon_lives_to_its_refund(visitor: Visitor) -> None:
    """Quoted, placed, paid, shipped, and one tin of three back: a third of what was paid, and the tin on the shelf."""
    placed = visitor.order(3, coupon=COUPON_ID)
    assert placed["due"] == {"minor": 16860, "currency": "CNY"}
    assert visitor.coupon == "reserved"
    assert visitor.pay(placed)["settled"]
    assert visitor.coupon == "redeemed"
    visitor.post(f"/orders/{placed['order_id']}/parcels", {"id": "p-1", "at": "2026-06-18T10:30:00+08:00"})
    assert visitor.on_hand == 7
    visitor.post(f"/orders/{placed['order_id']}/receipt", {"id": "scan-1", "at": "2026-06-19T09:00:00+08:00"})
    settled = visitor.post(f"/orders/{placed['order_id']}/returns", returning())
    assert settled["payout"]["amount"] == {"minor": 5620, "currency": "CNY"}
    assert visitor.on_hand == 8


def returning() -> Json:
    """Return what the desk sends when one tin comes back."""
    one = [{"line": "1", "quantity": 1}]
    return {"id": "ask-1", "at": "2026-06-19T10:30:00+08:00", "case_id": "R-1", "units": one}


def test_unpaid_order_is_called_off_in_time(visitor: Visitor) -> None:
    """The cron job cancels it after half an hour, its coupon is free again, and a second run finds nothing."""
    visitor.order(3, coupon=COUPON_ID)
    assert visitor.post("/cron")["done"] == []
    visitor.clock.at = OPENING + timedelta(minutes=30)
    assert len(visitor.post("/cron")["done"]) == 1
    assert visitor.coupon == "issued"
    assert visitor.post("/cron")["done"] == []


# --- twice ---------------------------------------------------------------------------------------------------------


def test_everything_may_be_sent_twice(visitor: Visitor) -> None:
    """A second tap, a second delivery of a notice, a second scan and a second refund change nothing."""
    token = visitor.wish(3, coupon=COUPON_ID)["token"]
    placed = visitor.post("/orders", {"token": token})
    order = f"/orders/{placed['order_id']}"
    parcel = {"id": "p-1", "at": "2026-06-18T10:30:00+08:00"}
    visits: list[tuple[str, object]] = [
        ("/orders", {"token": token}),
        ("/gateway", captured(placed)),
        (f"{order}/parcels", parcel),
        (f"{order}/receipt", {"id": "scan-1", "at": "2026-06-19T09:00:00+08:00"}),
        (f"{order}/returns", returning()),
    ]
    for path, body in visits:
        first = visitor.post(path, body)
        before = visitor.store.after(-1, 1000)
        assert visitor.post(path, body) == first
        assert visitor.store.after(-1, 1000) == before


def test_another_delivery_of_a_notice_counts_once(visitor: Visitor) -> None:
    """The gateway's own reference tells that it is the same money."""
    placed = visitor.order(2)
    first = visitor.pay(placed)
    assert visitor.post("/gateway", captured(placed, delivery="poll-7")) == first


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/quotes", {"customer": "c-1", "lines": [{"sku": "", "quantity": "3"}]}, 422, "payload.malformed"),
        ("/quotes", [], 422, "payload.malformed"),
        ("/quotes", {"customer": "c-1", "lines": [{"sku": "gold", "quantity": 1}]}, 404, "noun.not_found"),
        ("/quotes", {"customer": "c-1", "lines": [], "coupon": "none"}, 404, "noun.not_found"),
        ("/orders", {"token": "forged"}, 409, "quote.gone"),
        ("/orders", {}, 409, "quote.gone"),
        ("/orders/none/parcels", {"id": "p-1", "at": "2026-06-18T10:30:00+08:00"}, 404, "noun.not_found"),
        ("/orders/none/parcels", {"id": "p-1", "at": "2026-06-18T10:30:00"}, 422, "payload.malformed"),
    ],
)
def test_refusal_has_its_status(visitor: Visitor, path: str, body: object, status: int, code: str) -> None:
    """What is malformed is 422, what a rule forbids 409, what is not there 404; each in both languages."""
    refused = visitor.post(path, body, status=status)
    assert refused["code"] == code
    assert refused["en"] != refused["zh"]


def test_every_bad_field_is_told_at_once(visitor: Visitor) -> None:
    """With its place in what was sent."""
    body = {"customer": "c-1", "lines": [{"sku": "", "quantity": "3"}], "colour": "red"}
    told = visitor.post("/quotes", body, status=422)["en"]
    assert all(place in told for place in ("$.?", "$.lines[0].sku", "$.lines[0].quantity"))


def test_shortage_is_a_conflict_with_the_shop(visitor: Visitor) -> None:
    """More than there is: 409, and it says how many there are."""
    refused = visitor.post("/orders", {"token": visitor.wish(11)["token"]}, status=409)
    assert refused["code"] == "stock.short"
    assert "11 > 10" in refused["zh"]


def test_coupon_is_used_once(visitor: Visitor) -> None:
    """Two baskets were quoted with one coupon; the second order is refused."""
    tokens = [visitor.wish(3, coupon=COUPON_ID)["token"] for _ in range(2)]
    visitor.post("/orders", {"token": tokens[0]})
    assert visitor.post("/orders", {"token": tokens[1]}, status=409)["code"].startswith("coupon.")


def in_eleven_minutes(_: TimestampSigner) -> int:
    """Return what the clock will show then."""
    return int(time()) + 660


def test_quote_does_not_hold_for_ever(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten minutes the buyer asks again."""
    token = visitor.wish(1)["token"]
    monkeypatch.setattr(TimestampSigner, "get_timestamp", in_eleven_minutes)
    assert visitor.post("/orders", {"token": token}, status=409)["code"] == "quote.gone"


def test_lost_race_is_worth_another_try(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody else was faster each time, the answer is 503."""
    token = visitor.wish(1)["token"]

    def slow(*_: object) -> None:
        raise StaleVersion(kind="database", id="shop.db")

    monkeypatch.setattr("sqlite_store.SqliteUnit.save", slow)
    assert visitor.post("/orders", {"token": token}, status=503)["code"] == "store.stale_version"


def test_shop_is_short() -> None:
    """The whole shop takes at most 150 lines beside imports and blank ones."""
    source = Path(flask_shop.__file__).read_text(encoding="utf-8")
    body = source[source.index("\nC = TypeVar") :]
    assert len([line for line in body.splitlines() if line.strip()]) <= MOST_LINES
