"""Stores outside the library keep the contract: one on plain dicts, of a newcomer's length, and one on sqlite3."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flask_shop
import sqlite_store
from ecomops import inventory, orders
from ecomops.codec import NOUNS
from ecomops.customers import PersonalValue
from ecomops.customers.personal import FieldName, Purpose
from ecomops.inventory import RESERVATION, STOCK, ReservationId, StockItem
from ecomops.kernel import (
    Between,
    BoundBroken,
    CommandId,
    Commit,
    Cursor,
    Noun,
    Page,
    Query,
    StaleVersion,
    Store,
    Unit,
    UnsortableKey,
    Version,
    Versioned,
    ask,
    instant,
    page,
    run,
)
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, CancelReason
from ecomops.terms import CustomerId, PersonalId
from ecomops.testing import (
    BUYER,
    NOON,
    TEA,
    a_checkout,
    a_delivery,
    a_line,
    a_placement,
    a_taking,
    check_store,
)
from ecomops.workflows.erasure import EraseCustomer, erase_customer
from ecomops.workflows.placement import place_order
from ecomops.workflows.profiles import RecordPersonal, record_personal
from ecomops.workflows.receipt import ConfirmReceipt, confirm_receipt
from ecomops.workflows.registration import RegisterCustomer, register_customer
from ecomops.workflows.settlement import take_notice
from ecomops.workflows.shipping import ShipOrder, ship_order
from ecomops.workflows.stocking import StockTaken, receive_stock
from sqlite_store import SqliteStore
from tests.hosts import dict_store
from tests.hosts.dict_store import DictStore

Plan = Callable[[Store], Commit]

MOST_LINES = 80
ALL = 10_000
ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a store on a file of its own that never waits, neither for another writer nor for the disk."""
    with closing(SqliteStore(tmp_path / "shop.db", patience=0, durable=False)) as store:
        yield store


@pytest.fixture
def rival(store: SqliteStore, tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a second store, with connections of its own, on the file of the first: another process."""
    assert store.after(-1, 1) == []
    with closing(SqliteStore(tmp_path / "shop.db", patience=0, durable=False)) as rival:
        yield rival


# --- the contract --------------------------------------------------------------------------------------------------


def test_dict_store_keeps_the_contract() -> None:
    """A store on plain dicts that ignores the additive hint is right too."""
    store = DictStore()
    check_store(store.unit, history=store)


def test_dict_store_is_short() -> None:
    """A whole store, with its transactions and its log, takes at most 80 lines."""
    assert len(Path(dict_store.__file__).read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_sqlite_store_keeps_the_contract(store: SqliteStore) -> None:
    """A store on one file keeps every law."""
    check_store(store.unit, history=store)


def test_sqlite_store_keeps_the_contract_between_processes(store: SqliteStore, rival: SqliteStore) -> None:
    """Two stores on one file keep every law between them, and tell one log."""
    check_store(store.unit, rival=rival.unit, history=rival)


@pytest.mark.parametrize("noun", [ORDER, STOCK], ids=["only orders", "only stock"])
def test_host_plugs_in_what_it_uses(noun: Noun[Any, Any, Any], tmp_path: Path) -> None:
    """A file with the table of one noun keeps the contract for that noun."""
    with closing(SqliteStore(tmp_path / "shop.db", nouns=(noun,), patience=0, durable=False)) as store:
        check_store(store.unit, history=store, nouns=(noun,))


# --- a shop lives in them ------------------------------------------------------------------------------------------

PLACEMENT = a_placement(a_checkout(a_line(quantity=2)))
ORDER_ID = PLACEMENT.checkout.order_id


def live(unit: Unit) -> None:
    """Receive stock, sell two units in one order, ship it and confirm its receipt."""
    run(receive_stock, a_delivery(), unit)
    run(place_order, PLACEMENT, unit)
    run(take_notice, a_taking(), unit)
    run(ship_order, ShipOrder(id=CommandId("c-ship"), by=BUYER, at=NOON, order_id=ORDER_ID), unit)
    run(confirm_receipt, ConfirmReceipt(id=CommandId("c-end"), by=BUYER, at=NOON, order_id=ORDER_ID), unit)


def found(query: Query[Any], unit: Unit) -> Page[Any]:
    """Answer one query in a unit of its own."""
    return ask(partial(page, query), unit)


def values(unit: Unit) -> Mapping[str, list[object]]:
    """Return the values of all objects by kind."""
    return {noun.kind: [row.value for row in found(Query(noun=noun, limit=ALL), unit).rows] for noun in NOUNS}


def test_hosts_tell_the_same_as_the_memory_store(store: SqliteStore) -> None:
    """The life of an order leaves the same rows and the same events in every store."""
    memory, dicts = MemoryStore(), DictStore()
    for unit in (memory.unit, dicts.unit, store.unit):
        live(unit)
    assert values(dicts.unit) == values(store.unit) == values(memory.unit)
    told = [[each.event for each in history.after(-1, ALL)] for history in (memory, dicts, store)]
    assert told[0] == told[1] == told[2] != []


def test_another_process_finds_it_all(store: SqliteStore, rival: SqliteStore) -> None:
    """What one process has saved another one finds: rows, log, and the answer of a command given again."""
    live(store.unit)
    log = store.after(-1, ALL)
    assert values(rival.unit) == values(store.unit)
    assert run(place_order, PLACEMENT, rival.unit) == run(place_order, PLACEMENT, store.unit)
    assert rival.after(-1, ALL) == log


# --- sqlite: additions and versions --------------------------------------------------------------------------------


def tea(store: Store) -> Versioned[StockItem]:
    """Read the tea."""
    return store.repository(STOCK).get_many((TEA,))[TEA]


def reserving(quantity: int, *, id: str) -> Plan:
    """Return a plan that reads the tea and reserves some of it."""

    def plan(store: Store) -> Commit:
        item = tea(store)
        events = inventory.reserve(item.value, quantity=quantity, reservation=ReservationId(id), at=NOON)
        return Commit(command=a_delivery(id=id), answer=StockTaken(units=()), writes=STOCK.write(item, events))

    return plan


def cancelling(*, id: str) -> Plan:
    """Return a plan that reads the order and cancels it."""

    def plan(store: Store) -> Commit:
        order = store.repository(ORDER).get_many((ORDER_ID,))[ORDER_ID]
        events = orders.cancel(order.value, reason=CancelReason.SHOP, at=NOON)
        return Commit(command=a_delivery(id=id), answer=StockTaken(units=()), writes=ORDER.write(order, events))

    return plan


def stocked(store: SqliteStore) -> Version:
    """Receive ten units of tea; return the version of their row."""
    run(receive_stock, a_delivery(), store.unit)
    with store.unit() as unit:
        return tea(unit).version


def interleave(slow: SqliteStore, first: Plan, quick: SqliteStore, second: Plan) -> None:
    """Let one unit read, another one read, save and end, and then the first one save and end."""
    with slow.unit() as one:
        commit = first(one)
        with quick.unit() as other:
            assert other.save(second(other))
        assert one.save(commit)


def test_two_units_reserve_one_sku(store: SqliteStore, rival: SqliteStore) -> None:
    """Two units that have read the same stock both reserve: the second adds to what the first one wrote."""
    before = stocked(store)
    interleave(store, reserving(3, id="r-1"), rival, reserving(4, id="r-2"))
    with store.unit() as unit:
        assert tea(unit).value.reserved == 7
        versions = [before, *(each.version for each in store.of("stock", TEA)[-2:])]
        assert len(set(versions)) == 3
        assert tea(unit).version == versions[-1]


def test_second_unit_cannot_break_a_bound(store: SqliteStore, rival: SqliteStore) -> None:
    """When the rest is too small by now, the addition is a conflict, and the driver looks again."""
    stocked(store)
    with pytest.raises(BoundBroken):
        interleave(store, reserving(5, id="r-1"), rival, reserving(6, id="r-2"))
    with store.unit() as unit:
        assert tea(unit).value.reserved == 6


def test_other_nouns_compare_versions(store: SqliteStore, rival: SqliteStore) -> None:
    """Of two units that have read one order and change it, the second gets a conflict that names the order."""
    stocked(store)
    run(place_order, PLACEMENT, store.unit)
    with pytest.raises(StaleVersion) as caught:
        interleave(store, cancelling(id="c-1"), rival, cancelling(id="c-2"))
    assert caught.value.context == {"kind": "order", "id": "o-1"}


def test_counters_are_integer_columns(store: SqliteStore, tmp_path: Path) -> None:
    """The counters of the stock and its limit stand in columns of their own, which an addition moves."""
    stocked(store)
    with store.unit() as unit:
        unit.save(reserving(4, id="r-1")(unit))
    columns = ("on_hand", "reserved", "allocated", "received", "adjusted", "shipped", "backorder_limit")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as file:
        row = file.execute(
            "SELECT on_hand, reserved, allocated, received, adjusted, shipped, backorder_limit FROM stock"
        )
        assert dict(zip(columns, row.fetchone(), strict=True)) == {
            "on_hand": 10,
            "reserved": 4,
            "allocated": 0,
            "received": 10,
            "adjusted": 0,
            "shipped": 0,
            "backorder_limit": 0,
        }


# --- sqlite: locks and errors --------------------------------------------------------------------------------------


def save_both(store: SqliteStore, rival: SqliteStore) -> None:
    """Let two units save before either ends."""
    with store.unit() as first, rival.unit() as second:
        first.save(reserving(1, id="r-1")(first))
        second.save(reserving(1, id="r-2")(second))


def test_locked_file_is_a_conflict(store: SqliteStore, rival: SqliteStore) -> None:
    """Who cannot get the lock of the file in time gets a conflict, and the driver tries again."""
    stocked(store)
    with pytest.raises(StaleVersion) as caught:
        save_both(store, rival)
    assert caught.value.context == {"kind": "database", "id": "shop.db"}


def test_retry_locks_before_it_reads(store: SqliteStore, rival: SqliteStore) -> None:
    """From the second attempt on nobody writes between the reads of a unit and its end."""
    stocked(store)
    with store.unit(1) as again:
        one = reserving(1, id="r-1")(again)
        with pytest.raises(StaleVersion):
            run(receive_stock, a_delivery(id="c-2"), rival.unit, attempts=1)
        assert again.save(one)


def insert_twice(store: SqliteStore) -> None:
    """Break a unique key with a statement of the host's own."""
    with store.unit() as unit:
        unit.lock()
        for _ in range(2):
            unit.connection.execute("INSERT INTO command VALUES ('c-1', '', '')")


def test_integrity_error_is_a_conflict(store: SqliteStore) -> None:
    """A host's own statement in the unit that breaks a unique key is a conflict too, and is rolled back."""
    with pytest.raises(StaleVersion) as caught:
        insert_twice(store)
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
    with store.unit() as unit:
        assert unit.connection.execute("SELECT count(*) FROM command").fetchone() == (0,)


def test_mistake_of_the_host_is_no_conflict(store: SqliteStore) -> None:
    """An error that a retry cannot mend comes out as it is."""
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.unit() as unit:
        unit.connection.execute("SELECT * FROM nowhere")


# --- sqlite: personal values -----------------------------------------------------------------------------------------

NAME = "Erika Example"
NAMES = f"{NAME}, " * 20 + NAME


def record(store: SqliteStore) -> None:
    """Register a customer, and hold her name."""
    ada = CustomerId("c-1")
    run(register_customer, RegisterCustomer(id=CommandId("c-reg"), by=BUYER, at=NOON, customer_id=ada), store.unit)
    holding = RecordPersonal(
        id=CommandId("c-tell"),
        by=BUYER,
        at=NOON,
        personal_id=PersonalId("p-1"),
        customer_id=ada,
        purpose=Purpose.PROFILE,
        values=(PersonalValue(name=FieldName("name"), value=NAMES),),
    )
    run(record_personal, holding, store.unit)


def kept(folder: Path) -> bool:
    """Tell whether any file of the store still holds the name."""
    return any(NAME.encode() in file.read_bytes() for file in folder.iterdir())


def test_erased_values_are_overwritten(store: SqliteStore, tmp_path: Path) -> None:
    """After an erasure and a checkpoint no byte of the name is left in the files of the store."""
    record(store)
    assert kept(tmp_path)
    erasure = EraseCustomer(id=CommandId("c-erase"), by=BUYER, at=NOON, customer_id=CustomerId("c-1"))
    run(erase_customer, erasure, store.unit)
    with store.unit() as unit:
        unit.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not kept(tmp_path)


# --- sqlite: the guide ---------------------------------------------------------------------------------------------


def lines(code: str) -> list[str]:
    """Return the lines of *code* without indentation and without what is said to the linter."""
    return [line.partition("  # noqa")[0].strip() for line in code.splitlines() if line.strip()]


@pytest.mark.parametrize(("example", "least"), [(sqlite_store, 5), (flask_shop, 3)])
def test_guide_quotes_the_example(example: ModuleType, least: int) -> None:
    """What the guide quotes of an example stands there, word by word, and there is enough of it."""
    path = Path(str(example.__file__))
    mark = f"# from {path.name}\n"
    guide = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    source = "\n".join(lines(path.read_text(encoding="utf-8")))
    blocks = [block.partition("```")[0] for block in guide.split("```python\n")[1:]]
    quotes = ["\n".join(lines(block.removeprefix(mark))) for block in blocks if block.startswith(mark)]
    assert [quote for quote in quotes if quote not in source] == []
    assert len(quotes) >= least


# --- sqlite: queries -----------------------------------------------------------------------------------------------


def test_instants_are_bound_as_the_rows_hold_them(store: SqliteStore) -> None:
    """An instant is found from itself on, not before; an aware time of the host comes in by `kernel.instant`."""
    stocked(store)
    run(place_order, PLACEMENT, store.unit)
    hangzhou = instant(datetime(2026, 6, 18, 20, tzinfo=timezone(timedelta(hours=8))))
    since = Query(noun=ORDER, terms=(Between(key="placed_at", start=hangzhou),), sort="placed_at")
    until = Query(noun=ORDER, terms=(Between(key="placed_at", end=hangzhou),), sort="placed_at")
    behind = Query(noun=ORDER, sort="placed_at", after=Cursor(value=hangzhou, id="o"))
    assert [len(found(query, store.unit).rows) for query in (since, until, behind)] == [1, 0, 1]


@pytest.mark.parametrize(("kind", "key"), sorted(sqlite_store.SEVERAL))
def test_several_values_need_their_own_table(kind: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of which an object has several values and that is kept as a column is noticed by the first such row."""
    (noun,) = (noun for noun in NOUNS if noun.kind == kind)
    monkeypatch.setattr(sqlite_store, "SEVERAL", set[tuple[str, str]]())
    monkeypatch.setattr(Noun, "key", lambda *_: ("a", "b"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(ValueError, match=f"{kind}.{key} has several values"):
        sqlite_store.Table(noun).only(key, noun)


def test_several_values_cannot_be_sorted(store: SqliteStore) -> None:
    """A key of which an object has several values is refused as the sort key, as `kernel.answer` refuses it."""
    with pytest.raises(UnsortableKey):
        found(Query(noun=RESERVATION, sort="stock"), store.unit)
