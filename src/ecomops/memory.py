"""The embedded store: what a newcomer starts with, what tests run on, and the reference for `testing.check_store`.

All of a unit becomes visible when the unit ends, or nothing of it. The log keeps columns and makes `Recorded` when it
is looked at.
"""

from array import array
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from threading import Lock
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from attrs import frozen
from pendulum import DateTime

from ecomops.codec import CODEC, Codec
from ecomops.codec.coding import require_key
from ecomops.kernel import (
    Actor,
    Between,
    Command,
    CommandId,
    CommandReused,
    Commit,
    Done,
    Key,
    Noun,
    Page,
    Query,
    Recorded,
    StaleVersion,
    UnsortableKey,
    Versioned,
    Write,
    answer,
    carries_personal,
)
from ecomops.kernel.queries import matches, page_of

N = TypeVar("N")
Rows = dict[str, Versioned[Any]]
Deadline = tuple[DateTime, str]


@frozen(kw_only=True)
class _Told:
    """What is kept of a command that brought personal values: who gave it and when, and a digest of its content."""

    id: CommandId
    by: Actor
    at: DateTime
    fingerprint: str


class _Log:
    """The recorded events, as columns of equal length; commands stand once, at the place of their first event."""

    def __init__(self) -> None:
        self._events: list[object] = []
        self._ids: list[str] = []
        self._codes = bytearray()
        self._kinds: dict[str, int] = {}
        self._versions = array("q")
        self._firsts = array("q")
        self._commands: list[Command] = []
        self._places: dict[str, dict[str, list[int]]] = {}
        self._placed: dict[str, int] = {}

    def append(self, writes: Sequence[Write[Any]], rows: Sequence[Versioned[Any]], command: Command) -> None:
        """Add the events of all *writes* of one *command*, which made these *rows*."""
        start = len(self._events)
        for (kind, id, _, _, _, events, _), (_, counted) in zip(writes, rows, strict=True):
            version: Any = counted  # an int: this store counts
            code = self._kinds.setdefault(kind, len(self._kinds)) if events else 0  # a check has none
            for event in events:
                self._events.append(event)
                self._ids.append(id)
                self._codes.append(code)
                self._versions.append(version)
        if len(self._events) > start:
            self._firsts.append(start)
            self._commands.append(command)

    def of(self, kind: str, id: str) -> tuple[Recorded, ...]:
        """Look up by an index of the kind, which is brought up to date when it is asked."""
        places, code = self._places.setdefault(kind, {}), self._kinds.get(kind)
        for position in range(self._placed.get(kind, 0), len(self._events)):
            if self._codes[position] == code:
                places.setdefault(self._ids[position], []).append(position)
        self._placed[kind] = len(self._events)
        return tuple(self._at(place, kind, id) for place in places.get(id, ()))

    def _at(self, place: int, kind: str, id: str) -> Recorded:
        command = self._commands[bisect_right(self._firsts, place) - 1]
        return Recorded(place, kind, id, self._versions[place], command.by, command.id, self._events[place])

    def after(self, position: int, limit: int) -> tuple[Recorded, ...]:
        start = max(position + 1, 0)
        return tuple(self._span(start, min(start + limit, len(self._events))))

    def _span(self, start: int, end: int) -> Iterator[Recorded]:
        """Yield what stands from *start* up to, and not with, *end*."""
        commands, kinds = self._commands_of(start, end), list(self._kinds)
        return map(
            Recorded,
            range(start, end),
            [kinds[code] for code in self._codes[start:end]],
            self._ids[start:end],
            self._versions[start:end],
            [command.by for command in commands],
            [command.id for command in commands],
            self._events[start:end],
        )

    def _commands_of(self, start: int, end: int) -> list[Command]:
        """Return the command of each event from *start* up to, and not with, *end*."""
        first, last = bisect_right(self._firsts, start) - 1, bisect_left(self._firsts, end)
        cuts = pairwise((start, *self._firsts[first + 1 : last], end))
        return [
            command
            for command, (since, until) in zip(self._commands[first:last], cuts, strict=False)
            for _ in range(since, until)
        ]


class _DueIndex(Generic[N]):
    """The objects of one noun that have a deadline, sorted by (deadline, id); brought up to date when it is asked.

    Attributes:
        touched: The ids of the rows that were written since: an object moves several times before anybody asks.
    """

    def __init__(self, noun: Noun[N, Any, Any], rows: Mapping[str, Versioned[N]]) -> None:
        self._due_at = noun.due_at or _never
        due = ((id, self._due_at(row.value)) for id, row in rows.items())
        self._stands = {id: at for id, at in due if at is not None}
        self._entries: list[Deadline] = sorted((at, id) for id, at in self._stands.items())
        self.touched: dict[str, None] = {}

    def _refresh(self, rows: Mapping[str, Versioned[N]]) -> None:
        """Put each row that was touched in its place."""
        for id in self.touched:
            old, new = self._stands.get(id), self._due_at(rows[id].value)
            if old == new:
                continue
            if old is not None:
                del self._entries[bisect_left(self._entries, (self._stands.pop(id), id))]
            if new is not None:
                insort(self._entries, (new, id))
                self._stands[id] = new
        self.touched.clear()

    def page(self, query: Query[N], rows: Mapping[str, Versioned[N]]) -> Page[N]:
        """Answer a query that is sorted by the deadline, looking no further than its page."""
        self._refresh(rows)
        try:
            start, end = self._span(query)
        except TypeError:
            raise UnsortableKey(kind=query.noun.kind, key="due_at") from None
        entries = self._entries[start:end]
        ordered = reversed(entries) if query.descending else iter(entries)
        pairs: Iterator[tuple[Key, Versioned[N]]] = (
            (deadline, rows[id]) for deadline, id in ordered if matches(query, rows[id].value)
        )
        return page_of(query, pairs)

    def _span(self, query: Query[N]) -> tuple[int, int]:
        """Return which entries can be on the page, by its bounds on the deadline and its cursor."""
        start, end = 0, len(self._entries)
        for term in query.terms:
            if isinstance(term, Between) and term.key == "due_at":
                start = max(start, 0 if term.start is None else self._place(term.start))
                end = min(end, len(self._entries) if term.end is None else self._place(term.end))
        if query.after is not None:
            place = self._place(query.after.value, query.after.id)
            if query.descending:
                end = min(end, place)
            else:
                here = place < len(self._entries) and self._entries[place] == (query.after.value, query.after.id)
                start = max(start, place + here)
        return start, max(start, end)

    def _place(self, deadline: Key, id: str = "") -> int:
        return bisect_left(self._entries, cast("Deadline", (deadline, id)))


def _never(_: object) -> None:
    """Tell when time asks something of an object of which it asks nothing."""


class MemoryStore:
    """An embedded store: rows, answers of commands, and the log, all in memory.

    Hand `store.unit` (or `store.async_unit`) to the drivers; the store itself is the `History` of all that was saved.

    Example:
        >>> from ecomops.kernel import run
        >>> from ecomops.testing import a_delivery
        >>> from ecomops.workflows.stocking import receive_stock
        >>> store = MemoryStore()
        >>> run(receive_stock, a_delivery(), store.unit).units[0].quantity
        10
        >>> [recorded.event.code for recorded in store.after(-1, 10)]
        ['stock.opened', 'stock.received']
    """

    def __init__(self, *, codec: Codec = CODEC, key: bytes | None = None) -> None:
        """Start with nothing.

        Args:
            codec: Digests the commands that bring personal values, which are not kept.
            key: A secret of the host with which it does, see `Codec.fingerprint`; None makes plain digests.

        Raises:
            WrongKind: The key is no bytes, or empty.
        """
        if key is not None:
            require_key(key, field="MemoryStore.key")
        self._codec = codec
        self._key = key
        self._rows: defaultdict[str, Rows] = defaultdict(dict)
        self._done: dict[CommandId, tuple[Command, object]] = {}
        self._log = _Log()
        self._deadlines: dict[str, _DueIndex[Any]] = {}
        self._lock = Lock()

    def unit(self, attempt: int = 0) -> "MemoryUnit":  # noqa: ARG002 - the form of every unit
        """Open a transaction; nothing of it is seen by others until it ends without an exception."""
        return MemoryUnit(self)

    def async_unit(self, attempt: int = 0) -> "AsyncMemoryUnit":
        """Open a transaction for `async with`."""
        return AsyncMemoryUnit(self.unit(attempt))

    def rows(self, noun: Noun[N, Any, Any]) -> Mapping[str, Versioned[N]]:
        """Return all objects of *noun* by id, as they stand: for audits and tests; do not change the mapping."""
        return self._rows.get(noun.kind, {})

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return all that happened to one object, in order."""
        with self._lock:
            return self._log.of(kind, id)

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return at most *limit* events that follow *position*, in order; -1 is before the first."""
        with self._lock:
            return self._log.after(position, limit)

    @property
    def commits(self) -> int:
        """How many commands have been carried out."""
        return len(self._done)

    def recorded(self, id: CommandId) -> tuple[Command, object] | None:
        """Return what is kept of a command that was carried out, with its answer."""
        return self._done.get(id)

    def carried_out(self) -> Sequence[tuple[Command, object]]:
        """Return what is kept of every command carried out until now, with its answer, in their order: for audits."""
        with self._lock:
            return tuple(self._done.values())

    def kept(self, command: Command) -> Command:
        """Return what is kept of *command*: itself, or, when it brings personal values, none of them."""
        if not carries_personal(command):
            return command
        digest = self._codec.fingerprint(command, self._key)
        return _Told(id=command.id, by=command.by, at=command.at, fingerprint=digest)

    def row(self, kind: str, id: str) -> Versioned[Any] | None:
        """Return one row as it stands; None where there is none."""
        return self._rows.get(kind, {}).get(id)

    def read(self, noun: Noun[N, Any, Any], ids: Sequence[str]) -> dict[str, Versioned[N]]:
        """Return the objects with these ids, all as of one moment."""
        with self._lock:
            rows = self._rows[noun.kind]
            return {id: rows[id] for id in ids if id in rows}

    def find(self, query: Query[N], own: Rows) -> Page[N]:
        """Answer *query*, with the rows of a unit's *own* over those that are there."""
        with self._lock:
            rows = self.rows(query.noun)
            if own or query.sort != "due_at":
                return answer(query, {**rows, **own}.values())
            if query.noun.kind not in self._deadlines:
                self._deadlines[query.noun.kind] = _DueIndex(query.noun, rows)
            return self._deadlines[query.noun.kind].page(query, rows)

    def commit(self, unit: "MemoryUnit") -> None:
        """Make all that *unit* has saved visible; staged again first when another unit came between.

        Raises:
            Conflict: The other unit changed what this one had read.
        """
        with self._lock:
            if unit.seen != self.commits:
                unit.stage_again()
            for commit, rows in unit.saved:
                command = self.kept(commit.command)
                self._put(commit.writes, rows)
                self._log.append(commit.writes, rows, command)
                self._done[command.id] = (command, commit.answer)

    def _put(self, writes: Sequence[Write[Any]], rows: Sequence[Versioned[Any]]) -> None:
        """Let the *rows* that *writes* make stand."""
        for (kind, id, *_), row in zip(writes, rows, strict=True):
            standing = self._rows[kind]
            if kind in self._deadlines:
                self._deadlines[kind].touched[id] = None
            standing[id] = row


class _Repository(Generic[N]):
    """Reads one noun: what the unit itself has saved, over what is there."""

    __slots__ = ("noun", "own", "store")

    def __init__(self, store: MemoryStore, noun: Noun[N, Any, Any], own: Rows) -> None:
        self.store = store
        self.noun = noun
        self.own = own

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        found = self.store.read(self.noun, ids)
        return found | {id: self.own[id] for id in ids if id in self.own} if self.own else found

    def find(self, query: Query[N]) -> Page[N]:
        return self.store.find(query, self.own)


class MemoryUnit:
    """One transaction on a `MemoryStore`: a `Store`, and its own context manager.

    Attributes:
        saved: The commits that wait for the unit to end, each with the rows that its writes make.
        seen: How many commits the store held when the first of them was staged.
    """

    __slots__ = ("_store", "saved", "seen")

    def __init__(self, store: MemoryStore) -> None:
        """Open the unit on *store*."""
        self._store = store
        self.saved: list[tuple[Commit, list[Versioned[Any]]]] = []
        self.seen = 0

    def repository(self, noun: Noun[N, Any, Any]) -> _Repository[N]:
        """Return the reader of *noun*."""
        return _Repository(self._store, noun, self._own(noun.kind) if self.saved else {})

    def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*; see `kernel.Store`."""
        recorded = self._store.recorded(command.id)
        for saved, _ in self.saved:
            if saved.command.id == command.id:
                recorded = (self._store.kept(saved.command), saved.answer)
        if recorded is None:
            return None
        if recorded[0] != self._store.kept(command):
            raise CommandReused(id=command.id)
        return Done(recorded[1])

    def save(self, commit: Commit) -> bool:
        """Keep *commit* for the end of the unit; see `kernel.Store`."""
        if self.done(commit.command) is not None:
            return False
        if not self.saved:
            self.seen = self._store.commits
        standing = self._standing(commit.writes)
        self.saved.append((commit, [_next(write, standing(write.kind, write.id)) for write in commit.writes]))
        return True

    def _standing(self, writes: Sequence[Write[Any]]) -> Callable[[str, str], Versioned[Any] | None]:
        """Return what tells the row under each of *writes*: the one that this unit itself has saved, or the store's."""
        there = self._store.row
        if not self.saved:
            return there
        own = {kind: self._own(kind) for kind in dict.fromkeys(write.kind for write in writes)}
        return lambda kind, id: own[kind].get(id) or there(kind, id)

    def _own(self, kind: str) -> Rows:
        """Return the rows of one kind that this unit itself has saved."""
        pairs = (pair for commit, rows in self.saved for pair in zip(commit.writes, rows, strict=True))
        return {write.id: row for write, row in pairs if write.kind == kind}

    def stage_again(self) -> None:
        """Stage all that was saved on the rows that are there now.

        Raises:
            Conflict: They are not what was read, or a command has been carried out meanwhile.
        """
        waiting, self.saved = self.saved, []
        for commit, _ in waiting:
            if not self.save(commit):
                raise StaleVersion(kind="command", id=commit.command.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self.saved:
            self._store.commit(self)


def _next(write: Write[Any], row: Versioned[Any] | None) -> Versioned[Any]:
    """Return the row after *write* on the row that is there.

    Raises:
        StaleVersion: The row is not the one that was read.
        BoundBroken: It moved too far for an addition.
    """
    kind, id, _, after, expected, _, _ = write
    if row is None:
        if expected is None:
            return Versioned(after, 1)
        raise StaleVersion(kind=kind, id=id)
    value, counted = row
    version: Any = counted  # an int: this store counts
    return Versioned(after if version == expected else write.onto(value), version + 1)


@frozen
class _AsyncRepository(Generic[N]):
    inner: _Repository[N]

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        return self.inner.get_many(ids)

    async def find(self, query: Query[N]) -> Page[N]:
        return self.inner.find(query)


@frozen
class AsyncMemoryUnit:
    """A `MemoryUnit` for `async with`: an `AsyncStore`."""

    inner: MemoryUnit

    def repository(self, noun: Noun[N, Any, Any]) -> _AsyncRepository[N]:
        """Return the reader of *noun*."""
        return _AsyncRepository(self.inner.repository(noun))

    async def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*; see `kernel.Store`."""
        return self.inner.done(command)

    async def save(self, commit: Commit) -> bool:
        """Keep *commit* for the end of the unit; see `kernel.Store`."""
        return self.inner.save(commit)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.inner.__exit__(kind, error, trace)
