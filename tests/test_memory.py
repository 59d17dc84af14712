"""The embedded store: units that are whole or leave nothing, additions beside comparisons, an index that is right."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops import inventory, products
from ecomops.inventory import RESERVATION, STOCK, ReservationId, StockItem, StockShort
from ecomops.inventory.stock import set_backorder_limit
from ecomops.kernel import (
    Between,
    BoundBroken,
    CommandId,
    CommandReused,
    Commit,
    Cursor,
    Done,
    In,
    Noun,
    Page,
    Query,
    StaleVersion,
    UnsortableKey,
    Versioned,
    Write,
    answer,
    ask,
    later,
    run,
)
from ecomops.memory import MemoryStore, MemoryUnit
from ecomops.orders import ORDER
from ecomops.products import PRODUCT
from ecomops.terms import Sku
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_placement, a_product, some_stock
from ecomops.workflows.placement import place_order
from ecomops.workflows.timers import due
from tests.workflows.people import a_record, a_registration
from tests.workflows.shop import CUP, a_publication, a_shop, do, dump, put, the_stock


def commit(*writes: Write[Any], id: str = "c-1", answer: object = "done") -> Commit:
    """Return a commit of *writes* for a command of its own."""
    return Commit(command=a_delivery(id=id), answer=answer, writes=writes)


def saved(unit: MemoryUnit, *writes: Write[Any], id: str = "c-new") -> None:
    """Save *writes* in *unit*, for a command that is new."""
    assert unit.save(commit(*writes, id=id))


def looked(unit: MemoryUnit, noun: Noun[Any, Any, Any], id: str) -> Versioned[Any]:
    """Return an object as *unit* reads it."""
    return unit.repository(noun).get_many([id])[id]


def reserved(found: Versioned[StockItem], units: int = 1, *, exact: bool = False) -> tuple[Write[StockItem], ...]:
    """Return the write that reserves units of what was *found*."""
    events = inventory.reserve(found.value, quantity=units, reservation=ReservationId("o-1"), at=NOON)
    return STOCK.write(found, events, exact=exact)


def drafted(sku: str = "tea") -> tuple[Write[Any], ...]:
    """Return the write that enters a product."""
    return PRODUCT.write(None, products.draft(Sku(sku), category=None, list_price=None, at=NOON))


# --- one unit -----------------------------------------------------------------------------------------------------


def test_a_unit_becomes_visible_when_it_ends() -> None:
    """Until a unit ends nobody else sees what it has saved: no row, no event, no answer."""
    store = MemoryStore()
    empty = dump(store)
    with store.unit() as unit:
        assert unit.save(commit(*drafted()))
        assert dump(store) == empty
        with store.unit() as other:
            assert other.repository(PRODUCT).get_many(["tea"]) == {}
            assert other.done(a_delivery(id="c-1")) is None
    assert store.rows(PRODUCT)["tea"].version == 1
    assert store.commits == 1


def test_a_unit_sees_its_own_saves() -> None:
    """What a unit has saved it reads back, by id and by query, over what is there, and its commands are done in it."""
    store = a_shop()
    with store.unit() as unit:
        saved(unit, *reserved(looked(unit, STOCK, TEA), 3), id="c-1")
        assert looked(unit, STOCK, TEA).value.reserved == 3
        saved(unit, *reserved(looked(unit, STOCK, TEA), 2), *drafted(), id="c-2")
        assert looked(unit, STOCK, TEA).value.reserved == 5
        assert [row.value.sku for row in unit.repository(PRODUCT).find(Query(noun=PRODUCT)).rows] == ["tea"]
        assert unit.done(a_delivery(id="c-2")) == Done("done")
        assert unit.repository(STOCK).get_many(["no@where"]) == {}
    assert (the_stock(store).reserved, store.rows(STOCK)[TEA].version) == (5, 3)


def test_an_exception_undoes_everything() -> None:
    """A unit that ends by an exception leaves nothing behind and lets it pass."""
    store = a_shop()
    before = dump(store)
    with suppress(LookupError), store.unit() as unit:
        saved(unit, *reserved(looked(unit, STOCK, TEA)), id="c-1")
        raise LookupError
    assert dump(store) == before
    assert store.recorded(CommandId("c-1")) is None


def test_the_exception_of_a_unit_passes() -> None:
    """A unit does not swallow what ended it."""
    with pytest.raises(LookupError), a_shop().unit():
        raise LookupError


def test_a_unit_that_saved_nothing_ends_quietly() -> None:
    """A unit that only read changes nothing when it ends, whatever happened meanwhile."""
    store = a_shop()
    with store.unit() as unit:
        looked(unit, STOCK, TEA)
        do(store, a_publication())
        before = dump(store)
    assert dump(store) == before


def test_a_command_is_saved_once() -> None:
    """A command that is there is not written again: by the same unit, by a later one, or with another content."""
    store = a_shop()
    with store.unit() as unit:
        assert unit.save(commit(*drafted("a")))
        assert not unit.save(commit(*drafted("b")))
    with store.unit() as unit:
        assert not unit.save(commit(*drafted("c")))
        with pytest.raises(CommandReused):
            unit.done(evolve(a_delivery(id="c-1"), at=later(NOON, NOON.add(days=1) - NOON)))
        with pytest.raises(CommandReused):
            unit.save(Commit(command=a_placement(id="c-1"), answer=None, writes=()))
    assert list(store.rows(PRODUCT)) == ["a"]
    assert store.recorded(CommandId("c-1")) == (a_delivery(id="c-1"), "done")


def test_an_audit_reads_all_that_was_carried_out() -> None:
    """Every command with its answer, in the order in which they were saved; what was refused is not there."""
    store = a_shop(on_hand=1)
    (placed,) = do(store, a_placement())
    with pytest.raises(StockShort):
        do(store, a_placement(a_checkout(order_id="o-2"), id="c-2"))
    told = store.carried_out()
    do(store, a_publication())
    assert [command.id for command, _ in told] == ["c-open-tea@hangzhou", "c-place"]
    assert told[1] == (a_placement(), placed) == store.recorded(CommandId("c-place"))
    assert len(told) == store.commits - 1


def test_an_audit_reads_no_personal_values() -> None:
    """Of a command that brought them only its head and its digest are kept."""
    store = MemoryStore()
    do(store, a_registration("c-1"), a_record(name="Li Lei"))
    (_, _), (kept, _) = store.carried_out()
    assert (kept.id, kept.by, kept.at) == (a_record().id, a_record().by, a_record().at)
    assert "Li Lei" not in repr(store.carried_out())


@pytest.mark.parametrize("answer", [None, False, (), "done"])
def test_any_answer_is_kept(answer: object) -> None:
    """What was answered is on record whatever it is, also when it is nothing."""
    store = MemoryStore()
    with store.unit() as unit:
        unit.save(commit(answer=answer))
        assert unit.done(a_delivery(id="c-1")) == Done(answer)
    with store.unit() as unit:
        assert unit.done(a_delivery(id="c-1")) == Done(answer)


def test_a_new_object_takes_a_new_id() -> None:
    """An id that is taken is a conflict, and so is a change of what is not there."""
    store = a_shop()
    put(store, *drafted())
    before = dump(store)
    ghost = PRODUCT.write(Versioned(a_product(sku="ghost"), 1), products.retire(a_product(sku="ghost"), at=NOON))
    newer = PRODUCT.write(Versioned(a_product(), 2), products.retire(a_product(), at=NOON))
    for writes in (drafted(), ghost, newer):
        with pytest.raises(StaleVersion), store.unit() as unit:
            unit.save(commit(*writes))
    assert dump(store) == before


def test_half_a_commit_is_none() -> None:
    """When one write of a commit is a conflict, none of the others is kept."""
    store = a_shop()
    before = dump(store)
    with store.unit() as unit:
        stale = Versioned(looked(unit, STOCK, TEA).value, 99)
        with pytest.raises(StaleVersion):
            unit.save(commit(*drafted(), *reserved(stale, exact=True)))
        assert unit.repository(PRODUCT).get_many(["tea"]) == {}
    assert dump(store) == before


# --- two units ----------------------------------------------------------------------------------------------------


@pytest.fixture
def store() -> MemoryStore:
    """Return a store of ten units of tea."""
    return a_shop()


def both(store: MemoryStore, first: Callable[[MemoryUnit], object], second: Callable[[MemoryUnit], object]) -> None:
    """Let two units read and save, then end the first and the second."""
    one, two = store.unit(), store.unit()
    with two, one:
        first(one)
        second(two)


def save_reserved(units: int, id: str, *, exact: bool = False) -> Callable[[MemoryUnit], object]:
    """Return what reserves units of tea in a unit."""
    return lambda unit: saved(unit, *reserved(looked(unit, STOCK, TEA), units, exact=exact), id=id)


def save_drafted(sku: str, id: str) -> Callable[[MemoryUnit], object]:
    """Return what enters a product in a unit."""
    return lambda unit: saved(unit, *drafted(sku), id=id)


def test_a_lost_update_is_refused(store: MemoryStore) -> None:
    """When both compare versions, the second unit ends in a conflict and leaves nothing."""
    with pytest.raises(StaleVersion) as refusal:
        both(store, save_reserved(1, "c-1", exact=True), save_reserved(2, "c-2", exact=True))
    assert refusal.value.context == {"kind": "stock", "id": TEA}
    assert the_stock(store).reserved == 1
    assert store.recorded(CommandId("c-2")) is None


@pytest.mark.parametrize("exact", [False, True])
def test_additions_of_both_are_kept(store: MemoryStore, *, exact: bool) -> None:
    """An addition is added to the row that the other unit left, whichever way that one wrote."""
    both(store, save_reserved(1, "c-1", exact=exact), save_reserved(2, "c-2"))
    assert (the_stock(store).reserved, store.rows(STOCK)[TEA].version) == (3, 3)
    assert [(each.position, each.version, each.command_id) for each in store.of("stock", TEA)] == [
        (0, 1, "c-open-tea@hangzhou"),
        (1, 1, "c-open-tea@hangzhou"),
        (2, 2, "c-1"),
        (3, 3, "c-2"),
    ]


def test_a_comparison_after_an_addition_is_refused(store: MemoryStore) -> None:
    """A write that must see the exact row does not pass over an addition."""
    with pytest.raises(StaleVersion):
        both(store, save_reserved(1, "c-1"), save_reserved(2, "c-2", exact=True))
    assert the_stock(store).reserved == 1


def test_a_bound_that_breaks_is_a_conflict(store: MemoryStore) -> None:
    """Two additions that each fit and together do not: the second ends in a conflict."""
    with pytest.raises(BoundBroken):
        both(store, save_reserved(6, "c-1"), save_reserved(5, "c-2"))
    assert the_stock(store).reserved == 6


def test_a_bound_that_was_lifted_does_not_break(store: MemoryStore) -> None:
    """An addition is checked against the bounds of the row as it stands."""

    def lift(unit: MemoryUnit) -> None:
        found = looked(unit, STOCK, TEA)
        saved(unit, *STOCK.write(found, set_backorder_limit(found.value, limit=None, at=NOON)), id="c-1")

    both(store, lift, save_reserved(10, "c-2"))
    assert (the_stock(store).reserved, the_stock(store).backorder_limit) == (10, None)


def test_the_second_unit_is_staged_again_whole(store: MemoryStore) -> None:
    """When a later save of the second unit conflicts, its earlier ones are undone with it."""

    def twice(unit: MemoryUnit) -> None:
        saved(unit, *drafted(), id="c-2")
        saved(unit, *reserved(looked(unit, STOCK, TEA), exact=True), id="c-3")

    with pytest.raises(StaleVersion):
        both(store, save_reserved(1, "c-1"), twice)
    assert store.rows(PRODUCT) == {}
    assert store.recorded(CommandId("c-2")) is None


def test_both_carry_the_same_command_out(store: MemoryStore) -> None:
    """When both units carried one command out, the second ends in a conflict and its rows are those of the first."""
    with pytest.raises(StaleVersion) as refusal:
        both(store, save_reserved(1, "c-1"), save_reserved(1, "c-1"))
    assert refusal.value.context == {"kind": "command", "id": "c-1"}
    assert the_stock(store).reserved == 1


def test_both_make_the_same_object(store: MemoryStore) -> None:
    """When both units make an object of one id, the second ends in a conflict."""
    with pytest.raises(StaleVersion):
        both(store, save_drafted("tea", "c-1"), save_drafted("tea", "c-2"))
    assert store.rows(PRODUCT)["tea"].version == 1


def test_units_of_other_objects_do_not_meet(store: MemoryStore) -> None:
    """Units that touch different objects both end well."""
    both(store, save_drafted("a", "c-1"), save_drafted("b", "c-2"))
    assert sorted(store.rows(PRODUCT)) == ["a", "b"]


# --- the log ------------------------------------------------------------------------------------------------------


def test_the_log_keeps_the_order_of_commits(store: MemoryStore) -> None:
    """Events stand in the order of commits and of the writes in each, with who gave the command."""
    do(store, a_placement())
    told = store.after(-1, 100)
    assert [(each.position, each.kind, each.id, each.version) for each in told] == [
        (0, "stock", TEA, 1),
        (1, "stock", TEA, 1),
        (2, "order", "o-1", 1),
        (3, "reservation", "o-1", 1),
        (4, "stock", TEA, 2),
    ]
    assert {each.by for each in told} == {a_placement().by}
    assert [each.command_id for each in told[2:]] == ["c-place"] * 3


def test_the_log_is_read_in_pages(store: MemoryStore) -> None:
    """A page holds at most so many events after a position; beyond the last there are none."""
    do(store, a_placement())
    whole = store.after(-1, 100)
    assert [store.after(position, 2) for position in (-1, 1, 3, 4, 99)] == [
        whole[0:2],
        whole[2:4],
        whole[4:5],
        (),
        (),
    ]
    assert store.after(-1, 0) == ()


@pytest.mark.parametrize("position", [-2, -5, -(10**9)])
def test_the_log_begins_at_its_first_event(store: MemoryStore, position: int) -> None:
    """Whatever lies before the first event, a page after it begins with the first event."""
    assert store.after(position, 1) in {(), store.after(-1, 1)}
    assert MemoryStore().after(position, 3) == ()


def test_the_log_of_one_object_grows(store: MemoryStore) -> None:
    """What happened to one object is found by kind and id, also after it was asked for before."""
    assert [each.position for each in store.of("stock", TEA)] == [0, 1]
    do(store, a_placement())
    assert [each.position for each in store.of("stock", TEA)] == [0, 1, 4]
    assert store.of("stock", "o-1") == ()
    assert store.of("order", "o-9") == ()


# --- queries ------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Task:
    """Something with a deadline, or none."""

    id: str
    tag: str
    due_at: DateTime | None


@frozen(kw_only=True)
class TaskOpened:
    """It began."""

    id: str
    tag: str
    due_at: DateTime | None


@frozen(kw_only=True)
class TaskMoved:
    """Its deadline moved."""

    due_at: DateTime | None


TASK: Noun[Task, TaskOpened, TaskMoved] = Noun(
    kind="task",
    model=Task,
    events=TaskOpened | TaskMoved,
    opens=(TaskOpened,),
    begin=lambda event: Task(id=event.id, tag=event.tag, due_at=event.due_at),
    evolve=lambda task, event: evolve(task, due_at=event.due_at),
    id_of=lambda task: task.id,
    due_at=lambda task: task.due_at,
    keys={"tag": lambda task: task.tag},
)

IDS = ("a", "b", "c", "B", "é", "10", "9")
MINUTES = [NOON.add(minutes=n) for n in range(4)]
DEADLINES = st.none() | st.sampled_from(MINUTES)
TERMS = st.one_of(
    st.builds(Between, key=st.just("due_at"), start=DEADLINES, end=DEADLINES),
    st.builds(In, key=st.just("due_at"), values=st.lists(st.sampled_from(MINUTES), max_size=2).map(tuple)),
    st.builds(In, key=st.just("tag"), values=st.lists(st.sampled_from("xyz"), max_size=2).map(tuple)),
    st.builds(Between, key=st.just("id"), start=st.none() | st.sampled_from(IDS), end=st.none() | st.sampled_from(IDS)),
)
QUERIES: st.SearchStrategy[Query[Task]] = st.builds(
    Query[Task],
    noun=st.just(TASK),
    terms=st.lists(TERMS, max_size=3).map(tuple),
    sort=st.just("due_at"),
    descending=st.booleans(),
    after=st.none() | st.builds(Cursor, value=st.sampled_from(MINUTES), id=st.sampled_from(IDS)),
    limit=st.integers(1, 4),
)
CHANGES = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from("xyz"), DEADLINES), max_size=12)


def tell(store: MemoryStore, changes: list[tuple[str, str, DateTime | None]], name: str) -> None:
    """Open tasks, and move those that are there."""
    for n, (id, tag, due_at) in enumerate(changes):
        found = store.rows(TASK).get(id)
        event = TaskOpened(id=id, tag=tag, due_at=due_at) if found is None else TaskMoved(due_at=due_at)
        put(store, *TASK.write(found, (event,)), id=f"{name}-{n}")


def found(store: MemoryStore, query: Query[Any]) -> Page[Any]:
    """Return what *store* finds."""
    with store.unit() as unit:
        return unit.repository(query.noun).find(query)


@given(CHANGES, CHANGES, QUERIES, QUERIES)
def test_the_index_finds_what_the_reference_finds(
    changes: list[tuple[str, str, DateTime | None]],
    more: list[tuple[str, str, DateTime | None]],
    query: Query[Task],
    other: Query[Task],
) -> None:
    """By deadline, in both directions, within bounds, after a cursor, and after changes: `kernel.answer` to the row."""
    store = MemoryStore()
    tell(store, changes, "c")
    for each in (query, other):
        assert found(store, each) == answer(each, store.rows(TASK).values())
    tell(store, more, "d")
    for each in (query, other, evolve(query, sort="tag", after=None), evolve(query, sort="id", after=None)):
        assert found(store, each) == answer(each, store.rows(TASK).values())


@given(CHANGES, st.booleans(), st.integers(1, 3))
def test_pages_follow_one_another(
    changes: list[tuple[str, str, DateTime | None]],
    descending: bool,  # noqa: FBT001 - drawn
    limit: int,
) -> None:
    """Cursor after cursor every object with a deadline comes once, in order."""
    store = MemoryStore()
    tell(store, changes, "c")
    query = Query(noun=TASK, sort="due_at", descending=descending, limit=limit)
    listed = list(rows_of(store, query))
    expected = sorted(
        ((row.value.due_at, id) for id, row in store.rows(TASK).items() if row.value.due_at), reverse=descending
    )
    assert [(task.due_at, task.id) for task in listed] == expected


def rows_of(store: MemoryStore, query: Query[Task]) -> Iterator[Task]:
    """Yield what *query* finds, page after page."""
    while True:
        page = found(store, query)
        yield from (row.value for row in page.rows)
        if page.next is None:
            return
        query = evolve(query, after=page.next)


def test_a_unit_finds_its_own_deadlines(store: MemoryStore) -> None:
    """What a unit has saved stands in what it finds by deadline, and the old deadline does not."""
    tell(store, [("a", "x", MINUTES[0]), ("b", "x", MINUTES[1])], "c")
    query = Query(noun=TASK, sort="due_at")
    assert [row.value.id for row in found(store, query).rows] == ["a", "b"]
    with store.unit() as unit:
        row = unit.repository(TASK).get_many(["a"])["a"]
        saved(unit, *TASK.write(row, (TaskMoved(due_at=MINUTES[3]),)))
        assert [row.value.id for row in unit.repository(TASK).find(query).rows] == ["b", "a"]
        assert [row.value.id for row in found(store, query).rows] == ["a", "b"]
    assert [row.value.id for row in found(store, query).rows] == ["b", "a"]


def test_a_noun_without_deadlines_has_none(store: MemoryStore) -> None:
    """By a deadline that its noun does not have, nothing is found."""
    assert found(store, Query(noun=STOCK, sort="due_at")) == Page(rows=())
    assert [row.value.id for row in found(store, Query(noun=STOCK)).rows] == [TEA]


@pytest.mark.parametrize("value", ["soon", 5], ids=["text", "number"])
def test_what_does_not_compare_with_a_deadline_is_refused(store: MemoryStore, value: Any) -> None:  # noqa: ANN401
    """A bound or a cursor of another kind than a deadline is refused as the reference refuses it."""
    do(store, a_placement())
    for query in (
        Query(noun=ORDER, sort="due_at", terms=(Between(key="due_at", start=value),)),
        Query(noun=ORDER, sort="due_at", terms=(Between(key="due_at", end=value),)),
        Query(noun=ORDER, sort="due_at", after=Cursor(value=value, id="o-1")),
    ):
        with pytest.raises(UnsortableKey):
            answer(query, store.rows(ORDER).values())
        with pytest.raises(UnsortableKey):
            found(store, query)


# --- many threads -------------------------------------------------------------------------------------------------


@pytest.fixture
def _busy() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run *jobs*, each in a thread of its own; return what they raised."""
    raised: list[BaseException] = []

    def guarded(job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            raised.append(error)

    threads = [Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.usefixtures("_busy")
@pytest.mark.parametrize("backorder_limit", [0, 5])
def test_no_unit_of_a_hot_stock_is_lost(backorder_limit: int) -> None:
    """Eight threads place fifty orders each on one stock of 300 units: all that can be had are sold, and no more."""
    store = a_shop(on_hand=300, backorder_limit=backorder_limit)
    refused: list[str] = []

    def buy(buyer: int) -> None:
        for n in range(50):
            id = f"{buyer}-{n}"
            try:
                run(place_order, a_placement(a_checkout(order_id=id), id=id), store.unit, attempts=1000)
            except StockShort:
                refused.append(id)

    assert at_once(*(partial(buy, buyer) for buyer in range(8))) == []
    sold = 300 + backorder_limit
    assert the_stock(store).reserved == sold == len(store.rows(ORDER)) == len(store.rows(RESERVATION))
    assert len(refused) == 400 - sold
    assert store.rows(STOCK)[TEA].version == sold + 1
    promised = sum(hold.promised for row in store.rows(RESERVATION).values() for hold in row.value.holds)
    assert promised == backorder_limit
    events: list[Any] = [each.event for each in store.of("stock", TEA)]
    assert STOCK.replay(events) == the_stock(store)


@pytest.mark.usefixtures("_busy")
def test_what_falls_due_is_read_while_orders_are_placed() -> None:
    """Readers of deadlines are not disturbed by orders that are placed meanwhile, and miss none of them afterwards."""
    store = a_shop(on_hand=1_000)
    do(store, *(a_placement(a_checkout(order_id=f"o-{n}"), id=f"o-{n}") for n in range(100)))
    reading = partial(due, at=NOON.add(days=1), limit=1_000)
    buying = [True] * 4

    def buy(buyer: int) -> None:
        for n in range(100):
            id = f"{buyer}-{n}"
            run(place_order, a_placement(a_checkout(order_id=id), id=id), store.unit, attempts=1000)
        buying[buyer] = False

    def read() -> None:
        while any(buying):
            ask(reading, store.unit)

    assert at_once(*(partial(buy, buyer) for buyer in range(4)), *[read] * 4) == []
    assert len(ask(reading, store.unit).commands) == 500


LOOKS: list[Callable[[], None]] = []
"""What is done whenever a watched id is looked up; at most one thing, and not while it is being done."""


class Watched(str):
    """An id whose looking up is interrupted."""

    __slots__ = ()

    def __hash__(self) -> int:
        looks = LOOKS.copy()
        LOOKS.clear()
        for look in looks:
            look()
        LOOKS.extend(looks)
        return super().__hash__()

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other)


def interrupted(job: Callable[[], object], reader: Callable[[], object]) -> list[BaseException]:
    """Do *job*, and let *reader* come in another thread at every look-up of a watched id; return what readers raised.

    A reader that has to wait for the job is waited for afterwards.
    """
    readers: list[Thread] = []
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            reader()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            raised.append(error)

    def look() -> None:
        readers.append(Thread(target=guarded))
        readers[-1].start()
        readers[-1].join(timeout=0.05)

    LOOKS.append(look)
    job()
    LOOKS.clear()
    for each in readers:
        each.join()
    assert readers
    return raised


def test_a_reader_of_deadlines_may_come_at_any_moment() -> None:
    """At whatever point of a commit somebody asks what has fallen due, the answer is that of before or of after."""
    store = MemoryStore()
    tell(store, [("b", "x", MINUTES[1])], "c")
    query = Query(noun=TASK, sort="due_at")
    seen = [tuple(row.value.id for row in found(store, query).rows)]
    opened = TASK.write(None, (TaskOpened(id=Watched("a"), tag="x", due_at=MINUTES[0]),))

    def read() -> None:
        seen.append(tuple(row.value.id for row in found(store, query).rows))

    assert interrupted(lambda: put(store, *opened, id="c-a"), read) == []
    assert set(seen) <= {("b",), ("a", "b")}
    read()
    assert seen[-1] == ("a", "b")


def test_a_commit_appears_at_once() -> None:
    """At whatever point of a commit somebody reads its objects one after the other, all of it is there or nothing."""
    store = MemoryStore()
    tell(store, [("x", "x", None)], "c")
    seen: list[tuple[bool, bool]] = []

    def read() -> None:
        with store.unit() as unit:
            tasks = unit.repository(TASK)
            seen.append(("a" in tasks.get_many(["a"]), "b" in tasks.get_many(["b"])))

    def open_both() -> None:
        with store.unit() as unit:
            opened = [TaskOpened(id=id, tag="x", due_at=None) for id in ("a", Watched("b"))]
            saved(unit, *(write for event in opened for write in TASK.write(None, (event,))))

    assert interrupted(open_both, read) == []
    assert (True, False) not in seen
    read()
    assert seen[-1] == (True, True)


def test_a_reader_of_the_log_may_come_at_any_moment() -> None:
    """Two readers that ask at once what happened to an object are each told everything once."""
    store = MemoryStore()
    tell(store, [(Watched("a"), "x", MINUTES[n]) for n in range(3)], "c")
    told: list[int] = []

    def read() -> None:
        told.append(len(store.of("task", "a")))

    assert interrupted(read, read) == []
    read()
    assert set(told) == {3}


# --- async --------------------------------------------------------------------------------------------------------


def test_an_async_unit_is_the_same() -> None:
    """An async unit reads, saves, repeats, ends and undoes as the plain one does."""
    store = a_shop()

    async def work() -> None:
        async with store.async_unit() as unit:
            found = (await unit.repository(STOCK).get_many([TEA]))[TEA]
            assert (await unit.repository(STOCK).find(Query(noun=STOCK))).rows == (found,)
            assert await unit.done(a_delivery(id="c-1")) is None
            assert await unit.save(commit(*reserved(found)))
            assert not await unit.save(commit(*reserved(found)))
            assert the_stock(store).reserved == 0
        async with store.async_unit() as unit:
            assert await unit.done(a_delivery(id="c-1")) == Done("done")
        before = dump(store)
        with suppress(LookupError):
            async with store.async_unit() as unit:
                assert await unit.save(commit(*drafted(), id="c-2"))
                raise LookupError
        assert dump(store) == before

    asyncio.run(work())
    assert the_stock(store).reserved == 1


def test_two_async_units_meet() -> None:
    """Two async units in one loop conflict as two plain ones do."""
    store = a_shop()

    async def work() -> None:
        one, two = store.async_unit(), store.async_unit()
        async with two, one:
            for n, unit in enumerate((one, two)):
                found = (await unit.repository(STOCK).get_many([TEA]))[TEA]
                assert await unit.save(commit(*reserved(found, exact=True), id=f"c-{n}"))

    with pytest.raises(StaleVersion):
        asyncio.run(work())
    assert the_stock(store).reserved == 1


def test_rows_are_kept_apart_by_kind() -> None:
    """Objects of different kinds may have one id."""
    store = a_shop()
    do(store, a_placement())
    assert store.row("order", "o-1") == store.rows(ORDER)["o-1"]
    assert store.row("reservation", "o-1") == store.rows(RESERVATION)["o-1"]
    assert store.row("stock", "o-1") is None
    assert store.row("nothing", "o-1") is None
    assert some_stock(stock=CUP).id not in store.rows(STOCK)
