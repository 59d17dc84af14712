"""What the script saves: for each noun of the library a command, an answer, a beginning and changes of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve

from ecomops import inventory, orders, products
from ecomops.inventory import RESERVATION, STOCK, Reservation, ReservationId, StockItem, reservations
from ecomops.kernel import CommandId, Noun, later
from ecomops.orders import ORDER, PAYMENT, CancelReason, Operation, Outcome
from ecomops.orders.payments import PaymentStatus, open_payment, take
from ecomops.products import PRODUCT
from ecomops.terms import CategoryId, CustomerId, LocationId, OrderId, Price, Sku, StockKey, StockUnits
from ecomops.testing.builders import BUYER, NOON, TEA, a_checkout, a_delivery, a_notice, a_placement, a_taking, cny
from ecomops.testing.contract.afterwards import AFTERWARDS
from ecomops.testing.contract.bargains import BARGAINS
from ecomops.testing.contract.campaigns import COUPONS
from ecomops.testing.contract.flashsales import FLASH_SALES
from ecomops.testing.contract.goods import CATALOGUE, GOODS
from ecomops.testing.contract.people import PEOPLE
from ecomops.testing.contract.sample import Counters, Events, Sample, Step
from ecomops.workflows.deadlines import Elapsed, ReservationDue
from ecomops.workflows.placement import Placed
from ecomops.workflows.publication import Published, PublishProduct
from ecomops.workflows.settlement import NoticeTaken
from ecomops.workflows.stocking import StockTaken

NAMES = (
    *("tea", "TEA", "Tea", "zebra", "Äpfel", "été", "e\u0301te\u0301", "茶", "\uff21", "\U0001f375"),
    *("10", "9", "-1", "1e3", "o'neil", 'a"b', "100%_", "back\\slash", "NULL"),
)
"""Ids at which stores stumble: case, accents, code points beyond 16 bits, numbers, quotes, wildcards."""


def _product(name: str, turn: int) -> Events:
    category = (None, *(CategoryId(each) for each in ("drinks", "Drinks", "茶")))[turn % 4]
    return products.draft(Sku(name), category=category, list_price=Price(amount=cny("10.00")), at=NOON)


def _stock(name: str, turn: int, backorder_limit: int | None = 0) -> Events:
    key = StockKey.of(Sku(name), LocationId(("hangzhou", "Hall 2")[turn % 2]))
    opened = inventory.open_stock(key, backorder_limit=backorder_limit, at=NOON)
    return *opened, *inventory.receive(STOCK.replay(opened), quantity=10, at=NOON)


def _taken(item: StockItem, quantity: int) -> Events:
    return inventory.reserve(item, quantity=quantity, reservation=ReservationId("o-1"), at=NOON)


def _lost(item: StockItem, quantity: int) -> Events:
    return inventory.adjust(item, quantity=-quantity, reason="lost", at=NOON)


def _allocated(item: StockItem, quantity: int) -> Events:
    return inventory.allocate(item, quantity=quantity, reservation=ReservationId("o-1"), at=NOON)


def _reservation(name: str, turn: int) -> Events:
    keys = sorted((TEA, StockKey("TEA@Hall 2"), StockKey("茶@hangzhou"))[turn % 3 :])
    wanted = tuple(StockUnits(stock=key, quantity=2) for key in keys)
    expires_at = None if turn % 4 == 0 else later(NOON, timedelta(microseconds=turn % 4))
    return reservations.claim(ReservationId(name), wanted=wanted, items={}, expires_at=expires_at, at=NOON)


def _all_allocated(reservation: Reservation) -> Events:
    units = tuple(StockUnits(stock=hold.stock, quantity=hold.waiting) for hold in reservation.holds)
    return reservations.allocate(reservation, units=units, at=NOON)


def _order(name: str, turn: int) -> Events:
    customer = (None, CustomerId("c-1"), CustomerId("C-1"), CustomerId("客"))[turn % 4]
    at = later(NOON, timedelta(microseconds=turn % 5))
    return orders.place(evolve(a_checkout(order_id=name), customer=customer), policy=orders.DEFAULT_POLICY, at=at)


def _payment(name: str, turn: int) -> Events:
    notices = (a_notice(reference="r-0"),)[turn % 2 :]
    return open_payment(OrderId(name), currency=cny("0.00").currency, notices=notices, at=NOON)


def _noticed(reference: str) -> Step:
    return lambda payment: take(payment, notice=a_notice(reference=reference), at=NOON)


UNITS = (StockUnits(stock=TEA, quantity=2),)

SAMPLES: Mapping[str, Sample] = {
    sample.noun.kind: sample
    for sample in (
        Sample(
            noun=PRODUCT,
            command=PublishProduct(
                id=CommandId("contract"), by=BUYER, at=NOON, sku=Sku("tea"), category=CategoryId("drinks")
            ),
            answer=Published(sku=Sku("tea"), new=True),
            opened=_product,
            first=lambda product: products.publish(product, at=NOON),
            second=lambda product: products.retire(product, at=NOON),
        ),
        *CATALOGUE,
        Sample(
            noun=STOCK,
            command=a_delivery(),
            answer=StockTaken(units=UNITS),
            opened=_stock,
            first=lambda item: inventory.set_backorder_limit(item, limit=5, at=NOON),
            second=lambda item: inventory.set_backorder_limit(item, limit=7, at=NOON),
            counters=Counters(
                take=_taken, lose=_lost, shift=_allocated, endless=lambda name: _stock(name, 0, backorder_limit=None)
            ),
        ),
        Sample(
            noun=RESERVATION,
            command=ReservationDue(id=CommandId("contract"), by=BUYER, at=NOON, reservation_id=ReservationId("o-1")),
            answer=Elapsed(happened=("reservation.released",), refund_due=cny("0.01"), freed=UNITS),
            opened=_reservation,
            first=_all_allocated,
            second=lambda reservation: reservations.release(reservation, at=NOON),
        ),
        *GOODS,
        Sample(
            noun=ORDER,
            command=a_placement(),
            answer=Placed(
                order_id=OrderId("o-1"),
                due=cny("-0.01"),
                settled=True,
                pay_by=later(NOON, timedelta(microseconds=1)),
                promised=UNITS,
                payout=a_notice(operation=Operation.REFUND, outcome=Outcome.REQUESTED, amount="0.01"),
            ),
            opened=_order,
            first=lambda order: orders.settle(order, captured=order.due, at=NOON),
            second=lambda order: orders.cancel(order, reason=CancelReason.SHOP, at=NOON),
        ),
        Sample(
            noun=PAYMENT,
            command=a_taking(),
            answer=NoticeTaken(
                order_id=OrderId("o-1"),
                payment=PaymentStatus.CAPTURED,
                net=cny("10.00"),
                settled=True,
                refund_due=cny("0.00"),
                unallocated=(),
            ),
            opened=_payment,
            first=_noticed("r-1"),
            second=_noticed("r-2"),
        ),
        *AFTERWARDS,
        *PEOPLE,
        *COUPONS,
        *FLASH_SALES,
        *BARGAINS,
    )
}
"""What the script does with each noun of the library, by kind."""


def sample_of(noun: Noun[Any, Any, Any]) -> Sample:
    """Return what the script does with *noun*, or raise `ValueError`."""
    if noun.kind not in SAMPLES:
        raise ValueError(f"the contract knows nothing of {noun.kind}")
    return SAMPLES[noun.kind]
