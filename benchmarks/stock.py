"""What a hot SKU costs: it must not matter how many reservations live on it, nor how many units a line has.

Reserving beside 100,000 live reservations costs at most 1.5 times what it costs beside 10; quantity 1 and 100,000
cost the same; a fold is linear in its events.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from statistics import median
from time import process_time
from typing import Any

from pendulum import DateTime

from benchmarks.report import Line, exponent, line, paired
from ecomops import inventory, orders
from ecomops.inventory import RESERVATION, STOCK, ReservationId, reservations
from ecomops.kernel import CommandId, Commit, Noun, ask, later, run
from ecomops.memory import MemoryStore
from ecomops.orders import DEFAULT_POLICY, ORDER, PAYMENT, CancelReason, LineUnits, payments
from ecomops.terms import LineId, OrderId, StockUnits
from ecomops.testing import (
    BUYER,
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_notice,
    a_paid_order,
    a_payment,
    a_placement,
    a_taking,
    some_stock,
)
from ecomops.workflows.cancellation import CancelOrder, cancel_order
from ecomops.workflows.placement import place_order
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.settlement import take_notice
from ecomops.workflows.shipping import ShipOrder, ship_order
from ecomops.workflows.stocking import receive_stock
from ecomops.workflows.timers import due

LIVE = (10, 1_000, 100_000)
QUANTITIES = (1, 100_000)
EVENTS = (10, 100, 1_000)
PLACED = 300
LIVES = 50
ROUNDS = 15
PLENTY = 10**9


def lines() -> Iterator[Line]:
    """Yield the hot SKU, the quantities and the folds."""
    yield from _hot()
    yield from _quantities()
    yield from _folds()


def _hot() -> Iterator[Line]:
    """Place an order beside ever more live reservations on its SKU, cancelling each again outside of the time."""
    names = (f"o-{number}" for number in count())
    stores = [_with_live(live) for live in LIVE]
    gc.collect()
    gc.freeze()
    taken: list[list[float]] = [[] for _ in stores]
    for _ in range(PLACED):
        for store, runs in zip(stores, taken, strict=True):
            runs.append(_placed(store, next(names)))
    gc.unfreeze()
    first, *_ = seconds = [median(runs) for runs in taken]
    for live, each in zip(LIVE, seconds, strict=True):
        note = f"n live reservations; x{each / first:.2f} the cost of the first, at most 1.5"
        yield line("reserve", n=live, ours_s=each, peer=f"{LIVE[0]} live reservations", peer_s=first, note=note)


def _with_live(live: int) -> MemoryStore:
    """Return a store with one SKU on which *live* reservations live, its deadlines indexed."""
    store = MemoryStore()
    run(receive_stock, a_delivery(quantity=PLENTY), store.unit)
    found = store.rows(STOCK)[TEA]
    one, ids = (StockUnits(stock=TEA, quantity=1),), [ReservationId(f"r-{number}") for number in range(live)]
    claim = partial(reservations.claim, wanted=one, items={TEA: found.value}, expires_at=_pay_by(), at=NOON)
    claims = [write for id in ids for write in RESERVATION.write(None, claim(id))]
    moved = [event for id in ids for event in inventory.reserve(found.value, quantity=1, reservation=id, at=NOON)]
    with store.unit() as unit:
        unit.save(Commit(command=a_placement(), answer=None, writes=(*claims, *STOCK.write(found, moved))))
    ask(partial(due, at=NOON, limit=1), store.unit)
    return store


def _pay_by() -> DateTime:
    return later(NOON, DEFAULT_POLICY.unpaid_after)


def _placed(store: MemoryStore, name: str) -> float:
    """Return the seconds of placing one order."""
    place = a_placement(a_checkout(order_id=name), id=f"place {name}")
    start = process_time()
    run(place_order, place, store.unit)
    seconds = process_time() - start
    cancel = CancelOrder(
        id=CommandId(f"cancel {name}"), by=BUYER, at=NOON, order_id=OrderId(name), reason=CancelReason.CUSTOMER
    )
    run(cancel_order, cancel, store.unit)
    return seconds


def _quantities() -> Iterator[Line]:
    """Lead orders of one line through their lives, at quantity 1 and 100,000."""
    small, large = paired(*(partial(_lives, quantity) for quantity in QUANTITIES), rounds=ROUNDS)
    note = f"an order life with one line; x{large / small:.2f} the cost of quantity {QUANTITIES[0]}, the same is wanted"
    yield line("quantity", n=QUANTITIES[1], ours_s=large / LIVES, peer="quantity 1", peer_s=small / LIVES, note=note)


def _lives(quantity: int) -> Callable[[], None]:
    store = MemoryStore()
    run(receive_stock, a_delivery(quantity=PLENTY), store.unit)
    checkouts = [a_checkout(a_line(quantity=quantity), order_id=f"o-{number}") for number in range(LIVES)]

    def work() -> None:
        for each in checkouts:
            id = each.order_id
            run(place_order, a_placement(each, id=f"place {id}"), store.unit)
            run(take_notice, a_taking(id=f"pay {id}", order_id=id), store.unit)
            run(ship_order, ShipOrder(id=CommandId(f"ship {id}"), by=BUYER, at=NOON, order_id=id), store.unit)
            receive = ConfirmReceipt(id=CommandId(f"receive {id}"), by=BUYER, at=NOON, order_id=id)
            run(confirm_receipt, receive, store.unit)

    return work


def _folds() -> Iterator[Line]:
    """Replay histories of ever more events."""
    for noun, history in ((STOCK, _movements), (RESERVATION, _allocations), (ORDER, _shipments), (PAYMENT, _notices)):
        seconds = paired(*(partial(_replays, noun, history(size)) for size in EVENTS), rounds=ROUNDS)
        each = [taken * size / EVENTS[-1] for taken, size in zip(seconds, EVENTS, strict=True)]
        grown = exponent((EVENTS[0], each[0]), (EVENTS[-1], each[-1]))
        note = f"exponent {grown:.2f} from {EVENTS[0]} to {EVENTS[-1]} events, 1 is linear"
        peer = f"{EVENTS[0]} events"
        yield line(f"fold_{noun.kind}", n=EVENTS[-1], ours_s=each[-1], peer=peer, peer_s=each[0], note=note)


def _replays(noun: Noun[Any, Any, Any], events: Sequence[Any]) -> Callable[[], None]:
    """Return the work of replaying *events* as often as makes the most of `EVENTS` altogether."""

    def work() -> None:
        for _ in range(EVENTS[-1] // len(events)):
            noun.replay(events)

    return work


def _movements(size: int) -> Sequence[Any]:
    """Return *size* events of a stock item: deliveries, each reserved and released."""
    item, id = some_stock(), ReservationId("r-1")
    turn = (
        *inventory.receive(item, quantity=5, at=NOON),
        *inventory.reserve(item, quantity=5, reservation=id, at=NOON),
        *inventory.release(
            STOCK.fold(item, inventory.reserve(item, quantity=5, reservation=id, at=NOON)),
            quantity=5,
            reservation=id,
            at=NOON,
        ),
    )
    return (*inventory.open_stock(TEA, at=NOON), *(turn[number % 3] for number in range(size - 1)))


def _allocations(size: int) -> Sequence[Any]:
    """Return *size* events of a reservation: its units set aside one by one."""
    units = (StockUnits(stock=TEA, quantity=size),)
    one = (StockUnits(stock=TEA, quantity=1),)
    item = some_stock(on_hand=size)
    opened = reservations.claim(ReservationId("r-1"), wanted=units, items={TEA: item}, expires_at=_pay_by(), at=NOON)
    allocated = reservations.allocate(RESERVATION.replay(opened), units=one, at=NOON)
    return (*opened, *(allocated * (size - 1)))


def _shipments(size: int) -> Sequence[Any]:
    """Return *size* events of an order: its units shipped one by one."""
    checkout = a_checkout(a_line(quantity=size))
    placed = orders.place(checkout, policy=DEFAULT_POLICY, at=NOON)
    paid = orders.settle(ORDER.replay(placed), captured=ORDER.replay(placed).due, at=NOON)
    one = (LineUnits(line=LineId("l-1"), quantity=1),)
    shipped = orders.ship(a_paid_order(checkout), units=one, policy=DEFAULT_POLICY, at=NOON)
    return (*placed, *paid, *(shipped * (size - 2)))


def _notices(size: int) -> Sequence[Any]:
    """Return *size* events of a payment: captures of their own references."""
    payment = a_payment(a_notice())
    later_ones = (a_notice(reference=f"r-{number}", amount="0.01") for number in range(2, size + 1))
    opened = payments.open_payment(OrderId("o-1"), currency=payment.currency, notices=payment.notices, at=NOON)
    return (*opened, *(event for each in later_ones for event in payments.take(payment, notice=each, at=NOON)))
