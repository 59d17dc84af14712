"""Laws that every use case keeps: repeats, refusals that leave no trace, a log that replays, counters that add up."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import given, seed, settings
from pendulum import DateTime

from ecomops import products, workflows
from ecomops.codec import NOUNS
from ecomops.customers import RegistrationPolicy
from ecomops.inventory import RESERVATION, STOCK, available
from ecomops.inventory.movements import StockSold
from ecomops.inventory.reservations import Status as ReservationStatus
from ecomops.kernel import Command, CommandId, CommandReused, DomainError, Money
from ecomops.memory import MemoryStore
from ecomops.orders import LIFECYCLE, ORDER, PAYMENT, Notice, Status
from ecomops.orders.balance import balance
from ecomops.orders.payments import Operation, Outcome
from ecomops.products import PRODUCT
from ecomops.testing import (
    BUYER,
    NOON,
    a_checkout,
    a_delivery,
    a_discount,
    a_line,
    a_notice,
    a_placement,
    a_product,
    a_taking,
)
from ecomops.testing.strategies import Step, Wait, shop_days
from ecomops.workflows.stocking import AdjustStock
from ecomops.workflows.timers import TIMERS, DueCommand
from tests.properties.histories import (
    LIMITS,
    at_last,
    changed,
    lived,
    order_due,
    pass_all,
    reservation_due,
)
from tests.properties.stories import far_days
from tests.workflows.aftercare import AFTERCARE_CASES, AFTERCARE_REFUSED
from tests.workflows.bargains import BARGAIN_CASES, BARGAIN_REFUSED
from tests.workflows.catalogue import CATALOGUE_CASES, CATALOGUE_REFUSED
from tests.workflows.flashing import FLASH_CASES, FLASH_REFUSED
from tests.workflows.people import PEOPLE_CASES, PEOPLE_REFUSED
from tests.workflows.sales import CAMPAIGN_CASES, CAMPAIGN_REFUSED
from tests.workflows.shop import (
    CUP,
    STAFF,
    WORKS,
    Drive,
    a_cancellation,
    a_coupon,
    a_publication,
    a_receipt,
    a_shipment,
    a_shop,
    all_due,
    an_adjustment,
    awaited,
    codes,
    do,
    dump,
    in_turn,
    put,
    value_of,
    values,
)
from tests.workflows.together import TOGETHER_CASES, TOGETHER_REFUSED
from tests.workflows.vouchers import VOUCHER_CASES, VOUCHER_REFUSED
from tests.workflows.warehouse import WAREHOUSE_CASES, WAREHOUSE_REFUSED

BOTH = pytest.mark.parametrize("drive", [in_turn, awaited], ids=["sync", "async"])
HALF_PAST = NOON.add(minutes=30)
PLACED: tuple[Command, ...] = (a_placement(),)
PAID = (*PLACED, a_taking())
SHIPPED = (*PAID, a_shipment())
RECEIVED = (*SHIPPED, a_receipt())


# --- repeats ------------------------------------------------------------------------------------------------------

CASES: dict[str, tuple[Command, tuple[Command, ...]]] = {
    "publish": (a_publication(), ()),
    "publish again": (a_publication(), (a_publication(id="c-1"),)),
    "receive stock": (a_delivery(id="c-2"), ()),
    "adjust stock": (an_adjustment(-3), ()),
    "adjust by nothing": (an_adjustment(0), ()),
    "place": (a_placement(), ()),
    "place, nothing owed": (a_placement(a_checkout(a_line(), tenders=(a_coupon("12.00"),))), ()),
    "take a notice": (a_taking(), PLACED),
    "take a notice again": (a_taking(id="c-poll"), PAID),
    "cancel unpaid": (a_cancellation(), PLACED),
    "cancel paid": (a_cancellation(), PAID),
    "cancel again": (a_cancellation(id="c-2"), (*PAID, a_cancellation())),
    "ship": (a_shipment(), PAID),
    "confirm receipt": (a_receipt(), SHIPPED),
    "confirm receipt again": (a_receipt(id="c-2"), RECEIVED),
    "time cancels": (order_due(HALF_PAST), PLACED),
    "time closes": (order_due(NOON.add(days=7, microseconds=1)), RECEIVED),
    "time asks nothing": (order_due(NOON), PLACED),
    "a reservation expires": (reservation_due(HALF_PAST), PLACED),
    "a reservation does not expire": (reservation_due(HALF_PAST), PAID),
    **PEOPLE_CASES,
    **VOUCHER_CASES,
    **CAMPAIGN_CASES,
    **FLASH_CASES,
    **BARGAIN_CASES,
    **CATALOGUE_CASES,
    **WAREHOUSE_CASES,
    **AFTERCARE_CASES,
    **TOGETHER_CASES,
}
"""A command of every use case, and what came before it."""


def test_every_use_case_stands_in_the_table() -> None:
    """No use case is left out of the laws below."""
    assert {type(command) for command, _ in CASES.values()} == set(WORKS)


@BOTH
@pytest.mark.parametrize("name", CASES)
def test_a_repeat_gets_the_recorded_answer_and_writes_nothing(name: str, drive: Drive) -> None:
    """A command that is given again is answered as before, at once and after others, and nothing is written."""
    command, before = CASES[name]
    store = a_shop()
    do(store, *before)
    first = drive(WORKS[type(command)], command, store)
    told = dump(store)
    assert drive(WORKS[type(command)], command, store) == first
    assert dump(store) == told
    do(store, a_delivery(id="c-more"), a_publication(id="c-cup", sku="cup"))
    told = dump(store)
    assert drive(WORKS[type(command)], command, store) == first
    assert dump(store) == told


@BOTH
@pytest.mark.parametrize("name", CASES)
def test_an_id_with_another_content_is_refused(name: str, drive: Drive) -> None:
    """The id of a command names one content: another instant, actor or kind of command is refused, nothing written."""
    command, before = CASES[name]
    store = a_shop()
    do(store, *before)
    drive(WORKS[type(command)], command, store)
    told = dump(store)
    others: list[Any] = [
        changed(command, at=command.at + timedelta(seconds=1)),
        changed(command, by=BUYER if command.by == STAFF else STAFF),
        a_delivery(id=command.id) if isinstance(command, AdjustStock) else an_adjustment(1, id=command.id),
    ]
    for other in others:
        with pytest.raises(CommandReused) as refusal:
            drive(WORKS[type(other)], other, store)
        assert (refusal.value.code, refusal.value.context) == ("command.reused", {"id": command.id})
        assert dump(store) == told


# --- refusals -----------------------------------------------------------------------------------------------------


def retired(store: MemoryStore) -> None:
    """Take tea off the catalogue."""
    do(store, a_publication(id="c-1"))
    put(store, *PRODUCT.write(store.rows(PRODUCT)["tea"], products.retire(a_product(), at=NOON)))


def after(*commands: Command, on_hand: int = 10, backorder_limit: int | None = 0) -> Callable[[], MemoryStore]:
    """Return a maker of a store in which *commands* were carried out."""

    def make() -> MemoryStore:
        store = a_shop(on_hand=on_hand, backorder_limit=backorder_limit)
        do(store, *commands)
        return store

    return make


def without_tea() -> MemoryStore:
    """Return a store in which tea was retired."""
    store = a_shop()
    retired(store)
    return store


TWO = a_checkout(a_line(quantity=2))
IN_YEN = evolve(a_notice(), amount=Money.parse("10", "JPY"))
LATE = NOON.replace(year=9999, month=12, day=31, hour=23, minute=59)

REFUSED: dict[str, tuple[str, Callable[[], MemoryStore], Command]] = {
    "publish retired": ("product.illegal_move", without_tea, a_publication(id="c-2")),
    "receive too much": ("value.out_of_range", after(), a_delivery(id="c-2", quantity=10**12)),
    "adjust unknown": ("noun.not_found", after(), an_adjustment(1, stock=CUP)),
    "lose too much": ("stock.below_zero", after(), an_adjustment(-11)),
    "place again": ("order.exists", after(a_placement()), a_placement(id="c-2")),
    "place nothing": ("order.empty", after(), a_placement(evolve(a_checkout(), lines=()))),
    "place too much": ("stock.short", after(on_hand=1), a_placement(TWO)),
    "place unknown": ("stock.short", after(), a_placement(a_checkout(a_line(stock=CUP)))),
    "place a line twice": ("value.repeated", after(), a_placement(a_checkout(a_line(), a_line()))),
    "place dollars": (
        "money.currency_mismatch",
        after(),
        a_placement(evolve(a_checkout(), currency=Money.parse("1", "USD").currency)),
    ),
    "discount too much": (
        "order.discount_too_large",
        after(),
        a_placement(a_checkout(a_line(gross="1.00", discounts=(a_discount("2.00"),)))),
    ),
    "tender for no line": (
        "order.unknown_line",
        after(),
        a_placement(a_checkout(a_line(), tenders=(a_coupon("1.00", "l-9"),))),
    ),
    "place too late": ("value.out_of_range", after(), a_placement(at=LATE)),
    "take for unknown": ("noun.not_found", after(), a_taking()),
    "take yen": ("money.currency_mismatch", after(*PLACED), a_taking(IN_YEN)),
    "take yen later": ("money.currency_mismatch", after(*PAID), a_taking(IN_YEN, id="c-2")),
    "cancel unknown": ("noun.not_found", after(), a_cancellation()),
    "cancel shipped": ("order.already_shipped", after(*SHIPPED), a_cancellation()),
    "cancel closed": (
        "order.illegal_move",
        after(*RECEIVED, order_due(NOON.add(days=7, microseconds=1))),
        a_cancellation(),
    ),
    "ship unknown": ("noun.not_found", after(), a_shipment()),
    "ship unpaid": ("order.illegal_move", after(*PLACED), a_shipment()),
    "ship cancelled": ("order.illegal_move", after(*PAID, a_cancellation()), a_shipment()),
    "ship all again": ("order.nothing_to_ship", after(*SHIPPED), a_shipment(id="c-2")),
    "ship no line": ("order.unknown_line", after(*PAID), a_shipment(("l-9", 1))),
    "ship a line twice": ("value.repeated", after(*PAID), a_shipment(("l-1", 1), ("l-1", 1))),
    "ship too much": ("order.over_shipped", after(*PAID), a_shipment(("l-1", 2))),
    "ship before supply": (
        "reservation.not_held",
        after(a_placement(TWO), a_taking(), on_hand=1, backorder_limit=None),
        a_shipment(),
    ),
    "ship what was lost": (
        "stock.over_ship",
        after(a_placement(TWO), a_taking(), an_adjustment(-9)),
        a_shipment(),
    ),
    "ship too late": ("value.out_of_range", after(*PAID), a_shipment(at=LATE)),
    "receive unknown": ("noun.not_found", after(), a_receipt()),
    "receive unpaid": ("order.illegal_move", after(*PLACED), a_receipt()),
    "receive unshipped": ("order.not_shipped", after(*PAID), a_receipt()),
    "receive too late": ("value.out_of_range", after(*SHIPPED), a_receipt(at=LATE)),
    "time for unknown order": ("noun.not_found", after(), order_due(HALF_PAST)),
    "time for unknown reservation": ("noun.not_found", after(), reservation_due(HALF_PAST)),
    **{
        name: (code, after(*before), command)
        for table in (
            PEOPLE_REFUSED,
            VOUCHER_REFUSED,
            CAMPAIGN_REFUSED,
            FLASH_REFUSED,
            BARGAIN_REFUSED,
            CATALOGUE_REFUSED,
            WAREHOUSE_REFUSED,
            AFTERCARE_REFUSED,
            TOGETHER_REFUSED,
        )
        for name, (code, before, command) in table.items()
    },
}
"""A refusal of every kind of every use case: its code, the store, the command."""


@BOTH
@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_leaves_no_trace(name: str, drive: Drive) -> None:
    """A command that is refused leaves the store byte for byte as it was, and is refused again in the same words."""
    code, make, command = REFUSED[name]
    store = make()
    before = dump(store)
    for _ in range(2):
        with pytest.raises(DomainError) as refusal:
            drive(WORKS[type(command)], command, store)
        assert refusal.value.code == code
        assert dump(store) == before
    assert store.recorded(command.id) is None


def test_every_use_case_can_refuse() -> None:
    """No use case but the receipt of stock in its ordinary form is without a refusal in the table."""
    assert {type(command) for _, _, command in REFUSED.values()} == set(WORKS)


# --- random histories ---------------------------------------------------------------------------------------------


DAYS = shop_days() | far_days()
"""Days of a small shop: what sells there, and stories of every use case."""

STEPLESS = "customer.step_completed"
"""Cannot happen where registration asks for no steps."""


def test_random_histories_reach_far() -> None:
    """The histories below reach every event of every lifecycle that a use case can cause: they are no toys."""
    seen: set[str] = set()

    @settings(derandomize=False)
    @given(far_days(), LIMITS)
    def look(steps: list[Step], limit: int | None) -> None:
        store, _ = at_last(steps, limit)
        seen.update(codes(store))

    adopted = {event.code for event in ADOPTIONS}
    every = {cast("Any", event).code for noun in NOUNS for event in noun.all_events} - adopted - {STEPLESS}
    for turn in range(40):  # the same in every run; a dozen is enough
        if not every <= seen:
            seed(turn)(look)()
    assert every - seen == set()
    assert seen - every == set()


ADOPTIONS: tuple[Any, ...] = tuple(
    event for noun in NOUNS for event in noun.opens if event.__name__.endswith("Adopted")
)


def test_what_no_history_reaches_no_use_case_tells() -> None:
    """What an earlier system left is told by the host; registration asks for no steps."""
    told = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(workflows.__path__[0]).rglob("*.py")))
    assert [event.__name__ for event in ADOPTIONS if event.__name__ in told] == []
    assert RegistrationPolicy().steps == ()


KNOWN = {code for code, _, _ in REFUSED.values()} | {
    # what only meets by chance: two cases of one id, a case of services alone, goods that are judged or sent twice
    *("aftersale.exists", "order.nothing_named", "returned_goods.illegal_move"),
    *("returned_goods.not_awaited", "returned_goods.not_of_case", "effective.begun"),
}
"""The refusals that the tables above know, and a few more; a random history must not find another."""


@given(DAYS, LIMITS)
def test_every_command_is_whole_or_leaves_no_trace(steps: list[Step], limit: int | None) -> None:
    """What is carried out is a repeat the second time; what is refused has changed nothing, with a known code."""
    at_last(steps, limit, attempt=whole_or_nothing)


def whole_or_nothing(store: MemoryStore, command: Command) -> None:
    """Carry *command* out twice, or see it refused."""
    before = dump(store)
    try:
        (answer,) = do(store, command)
    except DomainError as refusal:
        code = refusal.code
    else:
        told = dump(store)
        assert do(store, command) == [answer]
        assert dump(store) == told
        return
    assert code in KNOWN
    assert dump(store) == before


@given(DAYS, LIMITS)
def test_counters_are_sums(steps: list[Step], limit: int | None) -> None:
    """After every command reserved, allocated and shipped are the sums over reservations, on hand over movements.

    What was sold at the counter left without a reservation.
    """
    for store, _ in lived(steps, limit):
        waiting, allocated, shipped = Counter[str](), Counter[str](), Counter[str]()
        for reservation in values(store, RESERVATION):
            for hold in reservation.holds:
                waiting[hold.stock] += hold.promised + hold.held
                allocated[hold.stock] += hold.allocated
                shipped[hold.stock] += hold.shipped
        for recorded in store.after(-1, 10**6):
            if isinstance(recorded.event, StockSold):
                shipped[recorded.id] += recorded.event.quantity
        for item in values(store, STOCK):
            sums = (waiting[item.id], allocated[item.id], shipped[item.id])
            assert (item.reserved, item.allocated, item.shipped) == sums
            moved = item.received + item.adjusted + item.restocked + item.transferred
            assert item.on_hand == moved - item.shipped
            assert item.on_hand >= 0


@given(DAYS, LIMITS)
def test_the_log_tells_everything(steps: list[Step], limit: int | None) -> None:
    """Every object replays from its events to its row, no event is of a later version, positions rise by 1."""
    store, _ = at_last(steps, limit)
    log = store.after(-1, 10**6)
    assert [recorded.position for recorded in log] == list(range(len(log)))
    told = [(noun, id, row) for noun in NOUNS for id, row in store.rows(noun).items()]
    for noun, id, row in told:
        own = [recorded for recorded in log if (recorded.kind, recorded.id) == (noun.kind, id)]
        assert list(store.of(noun.kind, id)) == own
        assert not noun.replayable or noun.replay([recorded.event for recorded in own]) == row.value
        assert int(own[-1].version) <= int(row.version)  # a check moves it and tells nothing
    assert len(log) == sum(len(store.of(noun.kind, id)) for noun, id, _ in told)


@given(DAYS, LIMITS)
def test_what_is_paid_and_not_sent_is_bound(steps: list[Step], limit: int | None) -> None:
    """Whatever time does, what a paid order has still to send is claimed by its live reservation, and never expires."""
    for store, _ in lived(steps, limit):
        for order in values(store, ORDER):
            if order.status is not Status.PAID or not order.lines:
                continue
            to_go = Counter[str]()
            for line in order.lines:
                to_go[line.stock] += line.quantity - line.shipped
            if order.id not in store.rows(RESERVATION):  # sold at the counter: nothing was ever to be sent
                assert not any(to_go.values())
                continue
            reservation = value_of(store, RESERVATION, order.id)
            assert {hold.stock: hold.promised + hold.held + hold.allocated for hold in reservation.holds} == to_go
            assert reservation.expires_at is None
            assert (reservation.status is ReservationStatus.LIVE) == any(to_go.values())


@given(DAYS, LIMITS)
def test_nothing_is_bound_for_what_is_over(steps: list[Step], limit: int | None) -> None:
    """A cancelled or closed order binds no stock, and time asks nothing of it any more."""
    for store, _ in lived(steps, limit):
        over = {order.id: order for order in values(store, ORDER) if LIFECYCLE.is_final(order.status)}
        assert all(order.due_at is None for order in over.values())
        ended = [reservation for reservation in values(store, RESERVATION) if str(reservation.id) in over]
        assert all(reservation.status is ReservationStatus.ENDED for reservation in ended)


@given(DAYS, LIMITS)
def test_no_money_is_lost(steps: list[Step], limit: int | None) -> None:
    """The balance of an order is what is owed less what came in, and none is paid for nothing."""
    for store, _ in lived(steps, limit):
        payments = {str(payment.id): payment for payment in values(store, PAYMENT)}
        for order in values(store, ORDER):
            payment = payments.get(order.id)
            owed = 0 if order.status is Status.CANCELLED else order.due.minor
            came = 0 if payment is None else brought(payment.notices)
            assert balance(order, payment).minor == owed - came
            assert payment is not None or not order.settled or owed == 0


RANKS = [Outcome.REQUESTED, Outcome.FAILED, Outcome.REVERSED, Outcome.SUCCEEDED]
SIGNS = {
    (Operation.CAPTURE, Outcome.SUCCEEDED): +1,
    (Operation.REFUND, Outcome.SUCCEEDED): -1,
    (Operation.REFUND, Outcome.REQUESTED): -1,
    (Operation.CHARGEBACK, Outcome.SUCCEEDED): -1,
}


def brought(notices: Iterable[Notice]) -> int:
    """Return what came in less what went out or is on its way out, each reference counted once by its last result."""
    latest: dict[tuple[str, str], Notice] = {}
    for notice in sorted(notices, key=lambda each: (each.at, RANKS.index(each.outcome), each.amount.minor)):
        latest[notice.operation, notice.reference] = notice
    return sum(SIGNS.get((each.operation, each.outcome), 0) * each.amount.minor for each in latest.values())


@given(DAYS, LIMITS)
def test_stock_is_not_oversold_beyond_its_limit(steps: list[Step], limit: int | None) -> None:
    """Without losses no more is bound than lies there and the limit allows."""
    for store, _ in lived([step for step in steps if not isinstance(step, AdjustStock)], limit):
        for item in values(store, STOCK):
            assert item.backorder_limit is None or available(item) + item.backorder_limit >= 0


@given(DAYS, LIMITS)
def test_time_comes_to_an_end(steps: list[Step], limit: int | None) -> None:
    """Each command of time moves its deadline later or takes it away, and after a few rounds time asks nothing."""
    store, at = at_last(steps, limit)
    at = at.add(years=2)
    for _ in range(4):
        for command in [each for page in all_due(store, at, limit=2) for each in page]:
            before = deadline_of(store, command)
            do(store, command)
            now = deadline_of(store, command)
            assert now is None or before is None or now > before
    assert not any(all_due(store, at))
    assert all(order.due_at is None for order in values(store, ORDER))
    assert all(reservation.expires_at is None for reservation in values(store, RESERVATION))


def deadline_of(store: MemoryStore, command: DueCommand) -> DateTime | None:
    """Return the deadline of the object that *command* is about, as it stands: the id of the command names both."""
    _, kind, named = command.id.split(":", 2)
    noun = next(timer.noun for timer in TIMERS if timer.noun.kind == kind)
    assert noun.due_at is not None
    found = max((id for id in store.rows(noun) if named.startswith(f"{id}:")), key=len)  # more than a deadline follows
    return noun.due_at(value_of(store, noun, found))


@given(DAYS, LIMITS)
def test_time_is_the_same_however_often_it_is_asked(steps: list[Step], limit: int | None) -> None:
    """A job that was down for a month tells of every object what one tells that ran twice a day."""
    asleep = [evolve(step, due=False) if isinstance(step, Wait) else step for step in steps]
    (often, at), (seldom, _) = at_last(asleep, limit), at_last(asleep, limit)
    for half_days in range(1, 60):
        pass_all(often, at.add(hours=12 * half_days))
    for _ in range(4):
        pass_all(seldom, at.add(hours=12 * 59))
    for noun in NOUNS:
        assert often.rows(noun) == seldom.rows(noun)
        for id in often.rows(noun):
            assert [each.event for each in often.of(noun.kind, id)] == [each.event for each in seldom.of(noun.kind, id)]


@given(DAYS, LIMITS)
def test_both_drivers_tell_the_same(steps: list[Step], limit: int | None) -> None:
    """The same commands leave the same store, whichever driver carried them out."""
    stores = [a_shop(backorder_limit=limit) for _ in range(2)]
    for n, step in enumerate(step for step in steps if not isinstance(step, Wait)):
        command = changed(step, id=CommandId(f"c-{n}"))
        for store, drive in zip(stores, (in_turn, awaited), strict=True):
            with suppress(DomainError):
                drive(WORKS[type(command)], command, store)
    assert dump(stores[0]) == dump(stores[1])
