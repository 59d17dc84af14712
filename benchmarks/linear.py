"""What must grow as its input and no faster: refunds, payment notices, points, facts, quotes; and what must not grow.

Seconds are for the whole input of size n. The exponent is that between the first and the last size: 1 is linear, 0 is
the same cost whatever the size.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial, reduce
from itertools import count
from random import Random

from attrs import evolve, frozen

from benchmarks.ours import Ours
from benchmarks.report import Line, exponent, line, paired
from benchmarks.script import live, order_rows
from ecomops import orders
from ecomops.customers import POINTS, EarnRule, PointsAccount, PointsPolicy, points
from ecomops.customers.points import Event
from ecomops.facts import FactReader
from ecomops.kernel import CommandId, Commit, Currency, Lot, Money, later, run
from ecomops.memory import MemoryStore
from ecomops.metrics import Facts
from ecomops.orders import ORDER, PAYMENT, LineUnits, Notice, Order, Payment, Reference, Refund
from ecomops.orders.payments import PaymentNoticed, Sums, open_payment, sums, take
from ecomops.orders.refunds import refund_of
from ecomops.promotions import Basket, Promotion, Quote, Reduction, Rulebook, Stated, Whole, quote
from ecomops.terms import CaseId, CustomerId, LineId, OrderId, PromotionId, Tender, TenderKind
from ecomops.testing import (
    BUYER,
    NOON,
    a_checkout,
    a_discount,
    a_line,
    a_notice,
    a_placement,
    a_received_order,
    cny,
)
from ecomops.workflows.membership import EarnPoints, earn_points
from ecomops.workflows.registration import RegisterCustomer, register_customer

ROUNDS = 5
MOST_REPEATS = 100
CASE = CaseId("k-1")
MEMBER = CustomerId("u-1")
POLICY = PointsPolicy(earn=EarnRule(points=1, per=cny("1.00")))
EARNED = 100
"""Commands that earn points, for one measurement."""


@frozen(kw_only=True)
class Growth:
    """One thing whose cost is looked at while its input grows.

    Args:
        bench: Its name.
        of: What n counts.
        sizes: How large the input is.
        prepare: Makes the input of a size; returns the work on it, which can be done again and again.
        wanted: The exponent that is wanted: 1 is linear.
        most: The most that it may be: no clock is exact, and large inputs do not fit the caches.
    """

    bench: str
    of: str
    sizes: tuple[int, ...]
    prepare: Callable[[int], Callable[[], object]]
    wanted: int = 1
    most: float = 1.2


def lines() -> Iterator[Line]:
    """Yield every size of everything that grows."""
    for growth in GROWTHS:
        yield from _grown(growth)


def _grown(growth: Growth) -> Iterator[Line]:
    sizes, largest = growth.sizes, growth.sizes[-1]
    repeats = [min(largest // size, MOST_REPEATS) if growth.wanted else 1 for size in sizes]
    works = [growth.prepare(size) for size in sizes]
    sides = [partial(_again, work, times) for work, times in zip(works, repeats, strict=True)]
    taken = paired(*sides, rounds=ROUNDS)
    seconds = [each / times for each, times in zip(taken, repeats, strict=True)]
    power = exponent((sizes[0], seconds[0]), (largest, seconds[-1]))
    for size, each in zip(sizes, seconds, strict=True):
        note = f"n {growth.of}; exponent {power:.2f} from {sizes[0]} to {largest}; at most {growth.most}"
        peer = f"{sizes[0]} {growth.of}"
        yield line(growth.bench, n=size, ours_s=each, peer=peer, peer_s=seconds[0], note=note)


def _again(work: Callable[[], object], times: int) -> Callable[[], object]:
    def repeated() -> None:
        for _ in range(times):
            work()

    return repeated


# --- refunds


def an_order(size: int) -> tuple[Order, tuple[LineUnits, ...]]:
    """Return an order that arrived, with two discounts a line and a gift card, and the units that come back."""
    off = a_discount("0.10"), a_discount("0.05", promotion="match")
    lines = (a_line(id=f"l-{number}", quantity=3, gross="9.99", discounts=off) for number in range(size))
    card = Tender(kind=TenderKind.GIFT_CARD, amount=Money(size * 100, Currency.CNY))
    order = a_received_order(a_checkout(*lines, tenders=(card,)))
    return order, tuple(LineUnits(line=LineId(f"l-{number}"), quantity=2) for number in range(size))


def refunding(size: int) -> Callable[[], Refund]:
    """Return the arithmetic of two of three units of every line."""
    order, units = an_order(size)
    return partial(refund_of, order, units=units)


def returning(size: int) -> Callable[[], Order]:
    """Return the whole return of them: asked for, taken back and refunded, each decided and folded."""
    order, units = an_order(size)

    def work() -> Order:
        asked = ORDER.fold(order, orders.ask_back(order, case=CASE, units=units, at=NOON))
        back = ORDER.fold(asked, orders.take_back(asked, case=CASE, units=units, at=NOON))
        return ORDER.fold(back, orders.refund(back, case=CASE, units=units, at=NOON))

    return work


# --- payments


def told(size: int) -> tuple[Notice, ...]:
    """Return so many captures in no order, every second of them told twice."""
    one = a_notice(amount="0.01")
    notices = [evolve(one, reference=Reference(f"r-{number:07}")) for number in range(size - size // 3)]
    notices += notices[: size // 3]
    Random(1).shuffle(notices)
    return tuple(notices)


def noticed(notices: tuple[Notice, ...]) -> tuple[object, ...]:
    """Return the events of a payment that is told *notices* one by one."""
    (opened,) = open_payment(OrderId("o-1"), currency=Currency.CNY, notices=(), at=NOON)
    return (opened, *(PaymentNoticed(id=opened.id, notice=notice, at=NOON) for notice in notices))


def folding_notices(size: int) -> Callable[[], Payment]:
    """Return the replay of a payment."""
    events = noticed(told(size))
    return lambda: PAYMENT.replay(events)  # type: ignore[arg-type] # they are those of a payment


def taking_notices(size: int) -> Callable[[], int]:
    """Return the decision on every notice, half of which the payment knows; it tells how many are news."""
    notices = told(size)
    payment: Payment = PAYMENT.replay(noticed(notices[: size // 2]))  # type: ignore[arg-type] # as above
    return lambda: sum(len(take(payment, notice=notice, at=NOON)) for notice in notices)


def summing_notices(size: int) -> Callable[[], Sums]:
    """Return the sums of a payment, which every answer of a webhook shows."""
    payment: Payment = PAYMENT.replay(noticed(told(size)))  # type: ignore[arg-type] # as above
    return partial(sums, payment)


# --- points


def entries(size: int) -> list[Event]:
    """Return the first entries of an account: three orders a week, whose points mature and expire by the default."""
    events: list[Event] = [*points.open_points(MEMBER, at=NOON)]
    account = PointsAccount(id=MEMBER)
    for number in count():
        if len(events) >= size:
            return events[:size]
        at = later(NOON, timedelta(hours=56) * number)
        new = points.earn(account, order_id=OrderId(f"o-{number}"), quantity=5, bucket=POLICY.bucket(at), at=at)
        account = reduce(POINTS.evolve, new, account)
        events += new
    raise AssertionError


def replaying_points(size: int) -> Callable[[], PointsAccount]:
    """Return the replay of an account."""
    events = entries(size)
    return lambda: POINTS.replay(events)


def earning(lots: int) -> Callable[[], None]:
    """Return the commands that earn points beside so many lots, through the store."""
    store = MemoryStore()
    run(register_customer, RegisterCustomer(id=CommandId("r"), by=BUYER, at=NOON, customer_id=MEMBER), store.unit)
    held = tuple(
        Lot(quantity=5, opened_at=NOON, expires_at=later(NOON, timedelta(days=number + 1))) for number in range(lots)
    )
    adopted = POINTS.write(None, points.adopt(MEMBER, lots=held, at=NOON))
    with store.unit() as unit:
        unit.save(Commit(command=a_placement(), answer=None, writes=adopted))
    names = (f"o-{number}" for number in count())
    earns = partial(earn_points, policy=POLICY)

    def work() -> None:
        for _ in range(EARNED):
            order = next(names)
            command = EarnPoints(
                id=CommandId(order),
                by=BUYER,
                at=NOON,
                order_id=OrderId(order),
                customer_id=MEMBER,
                amount=cny("50.00"),
            )
            run(earns, command, store.unit)

    return work


# --- facts, quotes


def reading(size: int) -> Callable[[], Facts]:
    """Return what reads the log of so many orders of three lines from its beginning, into columns."""
    shop = Ours()
    for row in order_rows(size):
        shop.stock_in(row, 10)
        live(shop, row)
    history = shop.history

    def work() -> Facts:
        reader = FactReader(currency=Currency.CNY)
        reader.follow(history)
        return reader.facts()

    return work


def quoting(size: int) -> Callable[[], Quote]:
    """Return the quote of so many lines, each with a stated discount."""
    book = Rulebook.of([Promotion(id=PromotionId("loyalty"), benefits=(Reduction(value=Stated(), target=Whole()),))])
    lines = tuple(a_line(id=f"l-{number}", discounts=(a_discount("0.10"),)) for number in range(size))
    return partial(quote, book, Basket(currency=Currency.CNY, lines=lines), at=NOON)


GROWTHS = (
    Growth(bench="refund", of="lines", sizes=(50, 500, 5_000), prepare=refunding),
    Growth(bench="return", of="lines", sizes=(50, 500, 5_000), prepare=returning),
    Growth(bench="notices_fold", of="notices", sizes=(100, 1_000, 10_000), prepare=folding_notices),
    Growth(bench="notices_take", of="notices", sizes=(100, 1_000, 10_000), prepare=taking_notices),
    Growth(bench="notices_sums", of="notices", sizes=(100, 1_000, 10_000), prepare=summing_notices),
    Growth(bench="points_replay", of="entries", sizes=(1_000, 10_000, 100_000), prepare=replaying_points),
    Growth(bench="points_earn", of=f"lots, {EARNED} commands", sizes=(1, 50, 365), prepare=earning, wanted=0, most=0.1),
    Growth(bench="facts", of="orders", sizes=(10, 100, 1_000), prepare=reading),
    Growth(bench="quote_stated", of="lines", sizes=(10, 100, 1_000), prepare=quoting),
)
