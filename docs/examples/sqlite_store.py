"""A store on the standard library's sqlite3: one file, any number of processes, no other dependency.

A row is the JSON of its noun (`codec.CODEC`) beside a column for each key by which it can be found; keys of which one
object has several values stand in a table of their own. The counters of an additive noun are integer columns, and they
are the truth: a movement is one UPDATE that adds to them under the bounds of the noun and compares no version. All of
it is derived from the bindings of the nouns. Texts compare by code point: that is SQLite's own order.

How it locks. SQLite has one writer at a time, and a transaction that has read cannot write any more once another one
has written: BEGIN DEFERRED would refuse every second buyer of a hot SKU, and BEGIN IMMEDIATE would let them in one at a
time. So a unit reads without a transaction and begins one, IMMEDIATE, when it saves: versions and bounds guard what it
has read. From the second attempt on it takes the write lock before it reads, so that it cannot lose again.
"""

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from attrs import frozen

from ecomops.codec import CODEC, NOUNS, bind
from ecomops.kernel import (
    Actor,
    ActorId,
    ActorKind,
    Additive,
    AtLeast,
    BoundBroken,
    Command,
    CommandId,
    CommandReused,
    Commit,
    Done,
    In,
    Key,
    Keys,
    Noun,
    Page,
    Query,
    Recorded,
    StaleVersion,
    Term,
    UnsortableKey,
    Versioned,
    Write,
    page_of,
)

N = TypeVar("N")
Condition = tuple[str, list[Any]]
"""A piece of SQL, and the values for its question marks."""

SEVERAL = {
    ("customer", "missing"),
    ("flash_session", "sku"),
    ("group", "customer"),
    ("group", "order"),
    ("reservation", "stock"),
    ("returned_goods", "stock"),
    ("transfer", "sku"),
}
"""The keys, by kind and name, of which one object can have several values."""

SHARED = """
PRAGMA journal_mode = WAL; -- who reads and who writes do not wait for each other
CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log (
    position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    actor_kind TEXT NOT NULL, actor TEXT NOT NULL, command TEXT NOT NULL, event TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_of ON log (kind, id, position);
CREATE TABLE IF NOT EXISTS several (kind, name, value, id, PRIMARY KEY (kind, name, value, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS several_of ON several (kind, id);
"""


# --- values --------------------------------------------------------------------------------------------------------


def bind_all(keys: Keys) -> list[str | int]:
    """Return all values under one key of an object."""
    if keys is None:
        return []
    return [bind(key) for key in keys] if isinstance(keys, tuple) else [bind(keys)]


def to_json(value: object) -> str:
    """Return JSON with its characters as they are: SQLite compares them."""
    return json.dumps(value, ensure_ascii=False)


def named(names: Iterable[str]) -> str:
    """Return names as a list of SQL identifiers: names of bindings, never what a buyer typed."""
    return ", ".join(f'"{name}"' for name in names)


# --- the table of a noun -------------------------------------------------------------------------------------------


def counted(additive: Additive | None) -> tuple[str, ...]:
    """Return the fields with a column of their own: counters, and what else the bounds look at."""
    if additive is None:
        return ()
    bounded = (name for bound in additive.keep for name in bound.weights)
    return tuple(dict.fromkeys((*additive.fields, *bounded)))


class Table(Generic[N]):
    """How the objects of one noun stand in the file.

    Attributes:
        noun: Its binding.
        name: The name of the table, quoted: an order is a word of SQL.
        numbers: The fields that are columns of the same name.
        keys: The keys that are columns, named `by_` and the key.
        sets: The keys that stand in the table of several values.
        names: All columns beside the id and the version.
    """

    def __init__(self, noun: Noun[N, Any, Any]) -> None:
        """Derive the columns from the binding."""
        timer = () if noun.due_at is None else ("due_at",)
        self.noun = noun
        self.name = named((noun.kind,))
        self.numbers = counted(noun.additive)
        self.keys = tuple(key for key in (*timer, *noun.keys) if (noun.kind, key) not in SEVERAL)
        self.sets = tuple(key for key in noun.keys if (noun.kind, key) in SEVERAL)
        self.names = ("body", *self.numbers, *(f"by_{key}" for key in self.keys))

    def schema(self) -> str:
        """Return the statements that make the table, and an index for each key."""
        table = f"CREATE TABLE IF NOT EXISTS {self.name} (id TEXT PRIMARY KEY, version, {named(self.names)});"
        indexes = (
            f'CREATE INDEX IF NOT EXISTS "{self.noun.kind}_by_{key}" ON {self.name} ("by_{key}", id);'
            for key in self.keys
        )
        return "\n".join((table, *indexes))

    def values(self, value: N) -> list[Any]:
        """Return what stands of *value* in the columns, in the order of their names."""
        counters = [getattr(value, name) for name in self.numbers]
        return [to_json(CODEC.dump(value)), *counters, *(self.only(key, value) for key in self.keys)]

    def only(self, key: str, value: N) -> str | int | None:
        """Return the one value under a key that is a column; None when there is none.

        Raises:
            ValueError: There are several: the key belongs to `SEVERAL`.
        """
        found = bind_all(self.noun.key(key, value))
        if len(found) > 1:
            raise ValueError(f"{self.noun.kind}.{key} has several values")
        return found[0] if found else None

    def column(self, key: str) -> str:
        """Return where a key stands; NULL for the timer of a noun that has none."""
        return "id" if key == "id" else f'"by_{key}"' if key in self.keys else "NULL"

    def condition(self, term: Term) -> Condition:
        """Return what *term* asks of a row."""
        if term.key not in self.sets:
            return compared(term, self.column(term.key))
        sql, values = compared(term, "value")
        return (
            f"id IN (SELECT id FROM several WHERE kind = ? AND name = ? AND {sql})",  # noqa: S608 - only names of bindings
            [self.noun.kind, term.key, *values],
        )


def compared(term: Term, column: str) -> Condition:
    """Return what *term* asks of a column."""
    if isinstance(term, In):
        return f"{column} IN (SELECT value FROM json_each(?))", [to_json([bind(value) for value in term.values])]  # noqa: S608 - only names of bindings
    sides = [
        (f"{column} {sign} ?", value) for sign, value in ((">=", term.start), ("<", term.end)) if value is not None
    ]
    return " AND ".join((f"{column} IS NOT NULL", *(sql for sql, _ in sides))), [bind(value) for _, value in sides]


# --- one transaction -----------------------------------------------------------------------------------------------


@frozen
class SqliteRepository(Generic[N]):
    """Reads the objects of one noun."""

    connection: sqlite3.Connection
    table: Table[N]

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        """Return the objects with these ids; an id that names nothing is left out."""
        rows = self._rows(("id IN (SELECT value FROM json_each(?))", [to_json([str(id) for id in ids])]))
        return {self.table.noun.id_of(row.value): row for row in rows}

    def find(self, query: Query[N]) -> Page[N]:
        """Return the page that *query* asks for: one row more than it holds tells whether another follows.

        Raises:
            UnsortableKey: One object can have several values under the sort key.
        """
        if query.sort in self.table.sets:
            raise UnsortableKey(kind=self.table.noun.kind, key=query.sort)
        sort = self.table.column(query.sort)
        way, beyond = ("DESC", "<") if query.descending else ("ASC", ">")
        conditions = [(f"{sort} IS NOT NULL", list[Any]()), *map(self.table.condition, query.terms)]
        if query.after is not None:
            conditions.append((f"({sort}, id) {beyond} (?, ?)", [bind(query.after.value), query.after.id]))
        where = " AND ".join(sql for sql, _ in conditions)
        values = [value for _, some in conditions for value in some]
        rows = self._rows((f"{where} ORDER BY {sort} {way}, id {way} LIMIT ?", [*values, query.limit + 1]))
        return page_of(query, ((self._key(query.sort, row), row) for row in rows))

    def _key(self, name: str, row: Versioned[N]) -> Key:
        return cast("Key", self.table.noun.key(name, row.value))  # one key, never several: `find` has looked

    def _rows(self, condition: Condition) -> Iterator[Versioned[N]]:
        columns = named(("version", "body", *self.table.numbers))
        sql = f"SELECT {columns} FROM {self.table.name} WHERE {condition[0]}"  # noqa: S608 - only names of bindings
        for version, body, *counters in self.connection.execute(sql, condition[1]).fetchall():
            payload = json.loads(body) | dict(zip(self.table.numbers, counters, strict=True))
            yield Versioned(CODEC.load(payload, self.table.noun.model), version)


@frozen
class SqliteUnit:
    """What one use case reads and writes."""

    connection: sqlite3.Connection
    tables: Mapping[str, Table[Any]]

    def repository(self, noun: Noun[N, Any, Any]) -> SqliteRepository[N]:
        """Return the reader of *noun*."""
        return SqliteRepository(self.connection, self.tables[noun.kind])

    def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*, None when it is new.

        Raises:
            CommandReused: The id was given before with another content.
        """
        sql = "SELECT fingerprint, answer FROM command WHERE id = ?"
        found = self.connection.execute(sql, (command.id,)).fetchone()
        if found is None:
            return None
        fingerprint, answer = found
        if fingerprint != CODEC.fingerprint(command):
            raise CommandReused(id=command.id)
        return Done(CODEC.load(json.loads(answer), object))

    def save(self, commit: Commit) -> bool:
        """Write all of *commit*; False when its command is there already."""
        self.lock()
        command = commit.command
        row = (command.id, CODEC.fingerprint(command), to_json(CODEC.dump(commit.answer)))
        if not self.connection.execute("INSERT INTO command VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row).rowcount:
            return False
        for write in commit.writes:
            self._log(write, self._write(write), command)
        return True

    def lock(self) -> None:
        """Begin the transaction, unless it has begun: from here on nobody else writes."""
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN IMMEDIATE")

    def _write(self, write: Write[Any]) -> int:
        """Write one object and return the version of its row."""
        moved = write.additive
        if write.hint is not None and moved is not None:
            return self._add(write, write.hint, moved)
        table = self.tables[write.kind]
        version = self._put(write, table)
        if table.sets:
            self._put_sets(write, table)
        return version

    def _add(self, write: Write[Any], hint: Additive, moved: Mapping[str, int]) -> int:
        """Add to the counters of the row as it stands, under the bounds that the movement can break."""
        conditions = [kept(*stake) for stake in hint.at_stake(write.before, write.after, write.events)]
        added = {name: by for name, by in moved.items() if by}
        sums = ", ".join(("version = version + 1", *(f'"{name}" = "{name}" + ?' for name in added)))
        where = " AND ".join(("id = ?", *(sql for sql, _ in conditions)))
        version = self._versioned(
            f"UPDATE {self.tables[write.kind].name} SET {sums} WHERE {where}",  # noqa: S608 - only names of bindings
            [*added.values(), write.id, *(change for _, change in conditions)],
        )
        if version is None:
            raise BoundBroken(kind=write.kind, id=write.id)
        return version

    def _put(self, write: Write[Any], table: Table[Any]) -> int:
        """Write a new row, or all of a row that is still the one that was read."""
        values = table.values(write.after)
        if write.expected is None:
            marks = ", ".join("?" for _ in values)
            sql = f"INSERT INTO {table.name} (id, version, {named(table.names)}) VALUES (?, 1, {marks})"  # noqa: S608 - only names of bindings
            version = self._versioned(sql, [write.id, *values])
        else:
            columns = ", ".join(f'"{name}" = ?' for name in table.names)
            sql = f"UPDATE {table.name} SET version = version + 1, {columns} WHERE id = ? AND version = ?"  # noqa: S608 - only names of bindings
            version = self._versioned(sql, [*values, write.id, write.expected])
        if version is None:
            raise StaleVersion(kind=write.kind, id=write.id)
        return version

    def _versioned(self, sql: str, values: Sequence[Any]) -> int | None:
        """Run a statement that writes one row; return its version, None when there was no such row."""
        rows = self.connection.execute(f"{sql} RETURNING version", values).fetchall()
        return rows[0][0] if rows else None

    def _put_sets(self, write: Write[Any], table: Table[Any]) -> None:
        self.connection.execute("DELETE FROM several WHERE kind = ? AND id = ?", (write.kind, write.id))
        for key in table.sets:
            values = sorted(set(bind_all(table.noun.key(key, write.after))))
            rows = [(write.kind, key, value, write.id) for value in values]
            self.connection.executemany("INSERT INTO several VALUES (?, ?, ?, ?)", rows)

    def _log(self, write: Write[Any], version: int, command: Command) -> None:
        rows = [
            (write.kind, write.id, version, command.by.kind, command.by.id, command.id, to_json(CODEC.dump(event)))
            for event in write.events
        ]
        self.connection.executemany(
            "INSERT INTO log (kind, id, version, actor_kind, actor, command, event) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )


def kept(bound: AtLeast, change: int) -> tuple[str, int]:
    """Return the condition under which a bound still holds after the change; a limit that is NULL lifts it."""
    left = " + ".join(f'({weight}) * "{name}"' for name, weight in bound.weights.items())
    return f"coalesce({left} + ?, 0) >= 0", change


# --- the store -----------------------------------------------------------------------------------------------------


class SqliteStore:
    """A shop in one file: hand `store.unit` to the drivers; the store itself is the `History`."""

    def __init__(
        self,
        path: Path,
        *,
        nouns: Iterable[Noun[Any, Any, Any]] = NOUNS,
        patience: float = 5.0,
        durable: bool = True,
    ) -> None:
        """Open the file and make what is missing in it; `close` it in the end.

        Args:
            path: The file.
            nouns: The nouns that are kept in it.
            patience: How many seconds to wait for another writer before it is a conflict.
            durable: Whether a commit waits for the disk; a test need not.
        """
        self._path = path
        self._patience = patience
        self._waits = "FULL" if durable else "OFF"
        self._tables = {noun.kind: Table(noun) for noun in nouns}
        self._idle: list[sqlite3.Connection] = []
        with self._connection() as connection:
            connection.executescript("\n".join((SHARED, *(table.schema() for table in self._tables.values()))))

    def close(self) -> None:
        """Close the connections; no unit may be open."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def unit(self, attempt: int = 0) -> Generator[SqliteUnit]:
        """Open a transaction; a retry locks before it reads."""
        with self._connection() as connection, connection:  # its own `with` commits or rolls back
            unit = SqliteUnit(connection, self._tables)
            if attempt:
                unit.lock()
            yield unit

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return all that happened to one object, in order."""
        return self._recorded("kind = ? AND id = ? ORDER BY position", (kind, id))

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return at most *limit* events that follow *position*, in order: the outbox."""
        return self._recorded("position > ? ORDER BY position LIMIT ?", (position, limit))

    def _recorded(self, rest: str, values: Sequence[Any]) -> list[Recorded]:
        columns = "position, kind, id, version, actor_kind, actor, command, event"
        with self._connection() as connection:
            return [_recorded(*row) for row in connection.execute(f"SELECT {columns} FROM log WHERE {rest}", values)]  # noqa: S608 - only names of bindings

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        """Lend a connection that nobody else has; what another writer or a unique key refuses is a conflict."""
        connection = self._idle.pop() if self._idle else self._connect()
        try:
            yield connection
        except sqlite3.IntegrityError as error:
            raise StaleVersion(kind="row", id=str(error)) from error
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
            raise StaleVersion(kind="database", id=self._path.name) from error
        finally:
            self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        """Open the file for any thread, with no transactions but those that are asked for."""
        connection = sqlite3.connect(self._path, timeout=self._patience, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA synchronous = {self._waits}")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only let go
        return connection


def _recorded(position: int, kind: str, id: str, version: int, *rest: str) -> Recorded:
    actor_kind, actor, command, event = rest
    return Recorded(
        position=position,
        kind=kind,
        id=id,
        version=version,
        by=Actor(kind=ActorKind(actor_kind), id=ActorId(actor)),
        command_id=CommandId(command),
        event=CODEC.load(json.loads(event), object),
    )
