"""What type checkers make of the public names: each use reads as its documentation says, under mypy and pyright."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, assert_type

from pendulum import Date, DateTime

from ecomops import inventory, orders, products
from ecomops.codec import CODEC
from ecomops.inventory import RESERVATION, STOCK, Reservation, StockItem
from ecomops.inventory.stock import StockAdjusted
from ecomops.kernel import (
    Calendar,
    CommandId,
    Currency,
    Draft,
    Money,
    Noun,
    Page,
    Plan,
    Query,
    Reading,
    Recorded,
    Versioned,
    Work,
    Write,
    ask,
    ask_async,
    get,
    get_many,
    instant,
    later,
    lookup,
    page,
    run,
    run_async,
)
from ecomops.memory import MemoryStore
from ecomops.orders import DEFAULT_POLICY, ORDER, PAYMENT, Order, OrderPolicy, Payment, Status
from ecomops.orders.order import Later, Opening, OrderCancelled, OrderClosed, OrderPaid, OrderReceived, OrderShipped
from ecomops.products import PRODUCT
from ecomops.products.product import ProductDrafted, ProductPublished
from ecomops.terms import LocationId, OrderId, Price, PricedLine, Sku, StockKey
from ecomops.testing import (
    NOON,
    TEA,
    Given,
    Outcome,
    a_delivery,
    a_line,
    a_placement,
    a_taking,
    an_order,
    cny,
    given,
    some_stock,
)
from ecomops.workflows.binding import Bound
from ecomops.workflows.placement import Placed, PlaceOrder, PlaceOrderNeeds, place_order, plan_place_order
from ecomops.workflows.settlement import NoticeTaken, take_notice
from ecomops.workflows.stocking import ReceiveStockNeeds, StockTaken, plan_receive_stock, receive_stock
from ecomops.workflows.timers import DueCommand, DueCursor, DuePage, Passed, command_due, due, pass_time


def a_stocked_store() -> MemoryStore:
    """Return a store with tea."""
    store = MemoryStore()
    assert_type(run(receive_stock, a_delivery(), store.unit), StockTaken)
    return store


def test_the_drivers_give_the_answer_of_the_use_case() -> None:
    """`run` and `run_async` give what the work plans, whatever the host binds to it beforehand."""
    store = a_stocked_store()
    placed = run(place_order, a_placement(), store.unit)
    assert_type(placed, Placed)
    assert_type(placed.due, Money)
    with_policy = partial(place_order, policy=OrderPolicy(unpaid_after=timedelta(hours=1)))
    assert_type(run(with_policy, a_placement(), store.unit), Placed)
    taken = asyncio.run(run_async(take_notice, a_taking(), store.async_unit))
    assert_type(taken, NoticeTaken)
    assert taken.settled


def test_time_is_read_and_passed() -> None:
    """A page of due commands holds commands that `pass_time` takes."""
    store = a_stocked_store()
    run(place_order, a_placement(), store.unit)
    found = ask(partial(due, at=NOON.add(hours=1)), store.unit)
    assert_type(found, DuePage)
    assert_type(found.commands, tuple[DueCommand, ...])
    assert_type(found.next, DueCursor | None)
    assert_type(asyncio.run(ask_async(partial(due, at=NOON), store.async_unit)), DuePage)
    assert_type(run(pass_time, found.commands[0], store.unit), Passed)
    assert_type(command_due(an_order(), at=NOON), DueCommand | None)


def reading() -> Reading[int]:
    """Read in every way, as a host's own use case does."""
    order = yield from get(ORDER, "o-1")
    assert_type(order, Versioned[Order])
    assert_type(order.value, Order)
    payment = yield from lookup(PAYMENT, "o-1")
    assert_type(payment, Versioned[Payment] | None)
    stock = yield from get_many(STOCK, (TEA,))
    assert_type(stock, Mapping[str, Versioned[StockItem]])
    reservations = yield from page(Query(noun=RESERVATION, sort="due_at"))
    assert_type(reservations, Page[Reservation])
    assert_type(reservations.rows[0].value, Reservation)
    return len(stock)


def cancel_for_fraud(command: PlaceOrder) -> Work[str]:
    """Do what a host's own use case does: read, decide, plan."""
    order = yield from get(ORDER, command.checkout.order_id)
    events = orders.cancel(order.value, reason=orders.CancelReason.SHOP, at=command.at)
    assert_type(events, tuple[OrderCancelled, ...])
    writes = ORDER.write(order, events)
    assert_type(writes, tuple[Write[Order], ...])
    return Plan(answer="cancelled", writes=writes)


def test_a_generator_of_reads_knows_what_it_reads() -> None:
    """Inside a generator each read gives what it asks for, and outside its own answer."""
    store = a_stocked_store()
    run(place_order, a_placement(), store.unit)
    assert_type(ask(reading, store.unit), int)
    assert ask(reading, store.unit) == 1
    told = run(cancel_for_fraud, a_placement(id="c-2"), store.unit)
    assert_type(told, str)
    assert told == "cancelled"


def test_a_plan_needs_no_store() -> None:
    """A plan made of needs by hand holds the answer and the writes."""
    needs = PlaceOrderNeeds(order=None, stock={TEA: Versioned(some_stock(), 1)})
    plan = plan_place_order(a_placement(), needs)
    assert_type(plan, Plan[Placed])
    assert_type(plan.answer.settled, bool)
    assert_type(Bound(None, {}).live, bool)


def test_stock_may_be_handed_over_by_any_text() -> None:
    """A host's mapping by stock key and a repository's by text both serve as needs."""
    item = Versioned(some_stock(), 1)
    by_key: dict[StockKey, Versioned[StockItem]] = {TEA: item}
    by_text: Mapping[str, Versioned[StockItem]] = {"tea@hangzhou": item}
    for stock in (by_key, by_text):
        needs = PlaceOrderNeeds(order=None, stock=stock)
        assert_type(plan_place_order(a_placement(), needs), Plan[Placed])
        assert_type(plan_receive_stock(a_delivery(), ReceiveStockNeeds(stock=stock)), Plan[StockTaken])
        assert Bound(None, stock).stock is stock


def test_a_lifecycle_answers_with_its_events() -> None:
    """The table speaks in the states and events of its machine."""
    assert_type(orders.LIFECYCLE.is_final(Status.PAID), bool)
    buttons = orders.LIFECYCLE.may(Status.AWAITING_PAYMENT)
    assert OrderPaid in buttons
    assert_type(orders.LIFECYCLE.after(Status.AWAITING_PAYMENT, OrderPaid), Status)
    assert_type(orders.LIFECYCLE.mermaid(), str)
    states = [(state, to) for state, _, to in orders.LIFECYCLE.edges()]
    assert_type(states, list[tuple[Status | None, Status]])


def test_decisions_return_their_events() -> None:
    """Each decision says which events it can give."""
    order = an_order()
    assert_type(orders.settle(order, captured=order.due, at=NOON), tuple[OrderPaid | OrderReceived | OrderClosed, ...])
    drafted = products.draft(Sku("tea"), category=None, list_price=None, at=NOON)
    assert_type(drafted, tuple[ProductDrafted])
    product = PRODUCT.replay(drafted)
    assert_type(products.publish(product, at=NOON), tuple[ProductPublished, ...])
    assert_type(inventory.adjust(some_stock(), quantity=1, reason="count", at=NOON), tuple[StockAdjusted, ...])
    assert_type(inventory.sellable(some_stock()), int | None)


def shipped(order: Order) -> tuple[OrderShipped]:
    """Ship everything."""
    return orders.ship(order, policy=DEFAULT_POLICY, at=NOON)


def test_a_noun_folds_its_own_events() -> None:
    """Replay, fold, write and draft give the noun, and take its events alone."""
    placed = orders.place(a_placement().checkout, policy=DEFAULT_POLICY, at=NOON)
    order = ORDER.replay(placed)
    assert_type(order, Order)
    paid = orders.settle(order, captured=order.due, at=NOON)
    assert_type(ORDER.fold(order, paid), Order)
    assert_type(ORDER.write(None, placed), tuple[Write[Order], ...])
    draft = ORDER.draft(Versioned(order, "v-1")).add(paid)
    assert_type(draft.value, Order)
    assert_type(draft.writes()[0].expected, int | str | None)
    assert [event.code for event in shipped(draft.value)] == ["order.shipped"]
    assert_type(draft, Draft[Order, Opening, Later])
    assert_type(ORDER, Noun[Order, Opening, Later])


def test_the_codec_gives_what_was_asked_for() -> None:
    """Loading gives a value of the class that is expected."""
    order = CODEC.load(CODEC.dump(an_order()), Order)
    assert_type(order, Order)
    assert_type(CODEC.load(CODEC.dump(a_placement()), PlaceOrder), PlaceOrder)
    assert_type(CODEC.load(CODEC.dump(an_order()), object), object)
    assert_type(CODEC.fingerprint(a_placement()), str)


def test_money_stays_money() -> None:
    """Sums, multiples and parts of money are money; comparisons are bools; nothing is a float."""
    price = Money.parse("19.99", "CNY")
    assert_type(price + price, Money)
    assert_type(price - price, Money)
    assert_type(-price, Money)
    assert_type(price * 3, Money)
    assert_type(3 * price, Money)
    assert_type(price < cny("20.00"), bool)
    assert_type(price >= cny("20.00"), bool)
    assert_type(price.times(Fraction(15, 100)), Money)
    assert_type(price.split((1, 2)), tuple[Money, ...])
    assert_type(Money.total([price], Currency.CNY), Money)
    assert_type(price.minor, int)
    assert_type(Price(amount=price).of(3), Money)


def test_ids_are_of_their_own_kinds() -> None:
    """Ids keep their class, and a stock key gives the two of which it is made."""
    key = StockKey.of(Sku("tea"), LocationId("hz"))
    assert_type(key, StockKey)
    assert_type(key.sku, Sku)
    assert_type(key.location, LocationId)
    assert_type(OrderId("o-1"), OrderId)
    assert_type(CommandId("c-1"), CommandId)
    assert_type(a_line(), PricedLine)


def test_time_stays_time() -> None:
    """Instants, days and elapsed times are pendulum's and the standard library's."""
    assert_type(later(NOON, timedelta(days=1)), DateTime)
    assert_type(instant(NOON), DateTime)
    shop = Calendar(timezone="Asia/Shanghai")
    assert_type(shop.day(NOON), Date)
    assert_type(shop.bounds(shop.day(NOON)).elapsed, timedelta)


def test_a_store_reads_by_noun() -> None:
    """Rows and repositories of the memory store are of the noun that is asked for; its log is recorded events."""
    store = a_stocked_store()
    assert_type(store.rows(STOCK), Mapping[str, Versioned[StockItem]])
    with store.unit() as unit:
        assert_type(unit.repository(ORDER).find(Query(noun=ORDER)), Page[Order])
        assert_type(unit.repository(STOCK).get_many([TEA]), Mapping[str, Versioned[StockItem]])
    assert [type(recorded) for recorded in store.after(-1, 1)] == [Recorded]


def test_given_when_then_is_typed() -> None:
    """The kit knows the noun, the arguments of the decision, and the events that it gives."""
    history = given(STOCK, *inventory.open_stock(TEA, at=NOON))
    assert_type(history, Given[StockItem])
    outcome = history.when(inventory.adjust, quantity=-1, reason="lost", at=NOON)
    assert_type(outcome, Outcome[StockAdjusted])
    outcome.then_refused("stock.below_zero", on_hand=0)
    assert_type(cny("1.00"), Money)


if TYPE_CHECKING:  # what checkers must refuse: where one did not, its comment would be unused, which mypy reports

    def refused(store: MemoryStore) -> None:
        """Mix what does not belong together."""
        run(place_order, a_delivery(), store.unit)  # type: ignore[arg-type]
        run(place_order, a_placement(), store.async_unit)  # type: ignore[arg-type]
        _ = cny("1.00") + 1  # type: ignore[operator]
        _ = cny("1.00") * 0.5  # type: ignore[operator]
        StockKey.of(LocationId("hz"), Sku("tea"))  # type: ignore[arg-type]
        ORDER.write(None, inventory.open_stock(TEA, at=NOON))  # type: ignore[arg-type]
        orders.settle(some_stock(), captured=cny("1.00"), at=NOON)  # type: ignore[arg-type]
        given(STOCK).when(inventory.adjust, quantity="1", reason="lost", at=NOON)  # type: ignore[arg-type]
        a_line("l-1")  # type: ignore[call-arg]
