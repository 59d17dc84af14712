"""The contract of a store lets good stores pass, however they lock, and names the law that a bad one breaks."""
# ruff: noqa: D102 - the class says what a planted store does wrong, and its methods do it

import asyncio
import pickle
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from operator import attrgetter
from types import TracebackType
from typing import Any, cast

import pytest
from attrs import evolve, frozen

from ecomops.codec import NOUNS
from ecomops.inventory import RESERVATION, STOCK
from ecomops.kernel import (
    Between,
    Command,
    CommandId,
    Commit,
    Conflict,
    Done,
    In,
    Keys,
    Noun,
    Page,
    Query,
    Recorded,
    StaleVersion,
    Store,
    Version,
    Versioned,
    Write,
    run,
)
from ecomops.kernel.queries import MOST_ROWS
from ecomops.memory import AsyncMemoryUnit, MemoryStore, MemoryUnit
from ecomops.orders import ORDER
from ecomops.testing import Law, StoreBroken, a_delivery, blocking, check_store
from ecomops.testing.contract import SAMPLES
from ecomops.workflows.stocking import receive_stock

Rows = Mapping[str, Versioned[Any]]


# --- a good store with a hook for every fault ----------------------------------------------------------------------


class Good:
    """The memory store behind hooks; a planted fault overrides one of them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.memory = MemoryStore()
        self.logged = -1
        self.kept: list[Recorded] = []

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        """Open a transaction behind the hooks."""
        with self.memory.unit(attempt) as store:
            yield Hooked(self, store)

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        """Read by id."""
        return store.repository(noun).get_many(ids)

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        """Read by query."""
        return store.repository(query.noun).find(query)

    def done(self, store: MemoryUnit, command: Command) -> Done[Any] | None:
        """Look a command up."""
        return store.done(command)

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        """Save."""
        return store.save(commit)

    def log(self) -> list[Recorded]:
        """Return the whole log."""
        return list(self.memory.after(-1, MOST_ROWS))

    def kept_log(self) -> list[Recorded]:
        """Return the whole log, made anew when something has been saved."""
        if self.logged != self.memory.commits:
            self.logged, self.kept = self.memory.commits, self.log()
        return self.kept

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Read the events of one object."""
        return [each for each in self.kept_log() if each.id == id and each.kind == kind]

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Read a page of the log."""
        return [each for each in self.kept_log() if each.position > position][:limit]

    def row(self, write: Write[Any]) -> Versioned[Any] | None:
        """Return the row that a write finds."""
        return self.memory.row(write.kind, write.id)


@frozen
class Reader:
    """The repository of a hooked store."""

    host: Good
    store: MemoryUnit
    noun: Noun[Any, Any, Any]

    def get_many(self, ids: Sequence[str]) -> Rows:
        """Read by id, through the hook."""
        return self.host.get_many(self.store, self.noun, ids)

    def find(self, query: Query[Any]) -> Page[Any]:
        """Read by query, through the hook."""
        return self.host.find(self.store, query)


@frozen
class Hooked:
    """A unit of a hooked store."""

    host: Good
    store: MemoryUnit

    def repository(self, noun: Noun[Any, Any, Any]) -> Reader:
        """Return the reader of *noun*."""
        return Reader(self.host, self.store, noun)

    def done(self, command: Command) -> Done[Any] | None:
        """Look a command up, through the hook."""
        return self.host.done(self.store, command)

    def save(self, commit: Commit) -> bool:
        """Save, through the hook."""
        return self.host.save(self.store, commit)


def rewritten(commit: Commit, change: Callable[[Write[Any]], Write[Any]]) -> Commit:
    """Return *commit* with each write changed."""
    return evolve(commit, writes=tuple(change(write) for write in commit.writes))


def renamed(command: Command, suffix: str) -> Command:
    """Return *command* under another id."""
    other: Command = evolve(cast("Any", command), id=CommandId(f"{command.id} {suffix}"))
    return other


class LocksAtOpening(Good):
    """One unit at a time: a second one gives up when it opens, as BEGIN IMMEDIATE does."""

    def __init__(self) -> None:
        super().__init__()
        self.units = 0

    def require_turn(self, store: MemoryUnit) -> None:
        """Refuse the end of a unit that must wait; here none has to."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        if self.units:
            raise StaleVersion(kind="database", id="locked")
        with self.counted(attempt) as store:
            yield store

    @contextmanager
    def counted(self, attempt: int) -> Generator[Store]:
        """Open a unit and count it while it is open."""
        self.units += 1
        try:
            with self.memory.unit(attempt) as store:
                yield Hooked(self, store)
                self.require_turn(store)
        finally:
            self.units -= 1


# --- planted stores: reading and writing ---------------------------------------------------------------------------


class NotEmpty(Good):
    """It has been used before."""

    def __init__(self) -> None:
        super().__init__()
        run(receive_stock, a_delivery(), self.unit)


class RowsOfBefore(NotEmpty):
    """Its commands and its log were emptied, its rows were not."""

    def log(self) -> list[Recorded]:
        return [each for each in super().log() if each.command_id != a_delivery().id]


class LogOfBefore(Good):
    """Its rows and commands were deleted, its log was not."""

    def __init__(self) -> None:
        super().__init__()
        used = MemoryStore()
        run(receive_stock, a_delivery(), used.unit)
        self.before = list(used.after(-1, MOST_ROWS))

    def log(self) -> list[Recorded]:
        return self.before


class CommandsOfBefore(Good):
    """Its rows were deleted, its commands were not."""

    def __init__(self) -> None:
        super().__init__()
        used = Good()
        check_store(used.unit, nouns=FEW)
        self.used = used.memory

    def done(self, store: MemoryUnit, command: Command) -> Done[Any] | None:
        return self.used.unit().done(command) or store.done(command)


class MissingIdRaises(Good):
    """It raises KeyError for an id that names nothing."""

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        found = super().get_many(store, noun, ids)
        return {id: found[id] for id in ids}


class MissingIdIsNone(Good):
    """It gives None for an id that names nothing."""

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        found = super().get_many(store, noun, ids)
        return cast("Rows", {id: found.get(id) for id in ids})


class NoIdsMeansAll(Good):
    """It returns everything when it is asked for no id."""

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        return super().get_many(store, noun, ids) if ids else self.memory.rows(noun)


class LosesMicroseconds(Good):
    """It keeps instants to the second."""

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        found = super().get_many(store, noun, ids)
        return found if noun is not ORDER else {id: self.cut(row) for id, row in found.items()}

    def cut(self, row: Versioned[Any]) -> Versioned[Any]:
        """Return *row* without microseconds."""
        return row._replace(value=evolve(row.value, placed_at=row.value.placed_at.replace(microsecond=0)))


class SaysNothing(Good):
    """Its `save` forgets to return anything."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        super().save(store, commit)
        return cast("bool", None)


class LocksTooLong(Good):
    """It refuses a unit that is alone."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        if self.memory.commits > 50:
            raise StaleVersion(kind="database", id="locked")
        return super().save(store, commit)


class StaleRead(Good):
    """It keeps what it has read once."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[tuple[str, str], Versioned[Any]] = {}

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        found = super().get_many(store, noun, ids)
        return {id: self.cache.setdefault((noun.kind, id), row) for id, row in found.items()}


class WritesNothing(Good):
    """It says that it has saved, and keeps the command alone."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, evolve(commit, writes=()))


class DirtyRead(Good):
    """It shows what an open unit has saved."""

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[tuple[str, str], Versioned[Any]] = {}

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        try:
            with super().unit(attempt) as store:
                yield store
        finally:
            self.open.clear()

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        dirty = {id: self.open[noun.kind, id] for id in ids if (noun.kind, id) in self.open}
        return {**dirty, **super().get_many(store, noun, ids)}

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        saved = super().save(store, commit)
        self.open |= {(write.kind, write.id): Versioned(write.after, 1) for write in commit.writes if saved}
        return saved


class SameVersion(Good):
    """It gives every row the version 1 for ever, and compares none."""

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        return {id: row._replace(version=1) for id, row in super().get_many(store, noun, ids).items()}

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.rebased))

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version of the row."""
        row = self.row(write)
        return write if row is None or write.expected is None else write._replace(expected=row.version)


class AdditionKeepsVersion(Good):
    """Its additions leave the version as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.additions: dict[str, int] = {}

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        found = super().get_many(store, noun, ids)
        return {id: row._replace(version=self.shown(id, row.version)) for id, row in found.items()}

    def shown(self, id: str, version: Version) -> int:
        """Return a version without the additions."""
        return int(version) - self.additions.get(id, 0)

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        saved = super().save(store, rewritten(commit, self.rebased))
        for write in commit.writes:
            self.additions[write.id] = self.additions.get(write.id, 0) + (write.additive is not None)
        return saved

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version that the memory store compares; an addition is always added."""
        if write.expected is None:
            return write
        return write._replace(expected=0 if write.additive else int(write.expected) + self.additions.get(write.id, 0))


class KeepsRolledBackRows(Good):
    """It commits whatever has been saved, an exception or not."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        unit = self.memory.unit(attempt)
        try:
            yield Hooked(self, unit)
        finally:
            unit.__exit__(None, None, None)


class KeepsRowsOnly(Good):
    """What it has written before an exception stays, but for the id of the command."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        unit = self.memory.unit(attempt)
        try:
            with unit:
                yield Hooked(self, unit)
        except Exception:
            for commit, _ in unit.saved:
                with self.memory.unit() as other:
                    other.save(self.left(commit))
            raise

    def left(self, commit: Commit) -> Commit:
        """Return what stays of a commit."""
        return evolve(commit, command=renamed(commit.command, "rolled back"))


class KeepsCommandOnly(KeepsRowsOnly):
    """The id of the command stays, as if it had been carried out."""

    def left(self, commit: Commit) -> Commit:
        return evolve(commit, writes=())


class SwallowsExceptions(Good):
    """Its unit rolls back and says nothing."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        with suppress(Exception), super().unit(attempt) as store:
            yield store


# --- planted stores: commands --------------------------------------------------------------------------------------


class LosesAnswers(Good):
    """It remembers commands without their answers."""

    def done(self, store: MemoryUnit, command: Command) -> Done[Any] | None:
        return None if super().done(store, command) is None else Done(None)


class ForgetsEmptyCommits(Good):
    """It records a command only when it wrote something."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, commit) if commit.writes else True


class ExecutesRepeats(Good):
    """It saves whatever comes, whether the command was carried out or not."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        known = store.done(commit.command) is not None
        return super().save(store, evolve(commit, command=renamed(commit.command, "again")) if known else commit)


class ConflictOnRepeat(Good):
    """It raises Conflict for a repeat, where it should return False."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        if not super().save(store, commit):
            raise StaleVersion(kind="command", id=commit.command.id)
        return True


class TrueForRepeat(Good):
    """It writes nothing for a repeat, and says that it has."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        super().save(store, commit)
        return True


class WritesBeforeItLooks(Good):
    """For a repeat it writes the rows first, then finds the command and returns False."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        if store.done(commit.command) is None:
            return super().save(store, commit)
        super().save(store, evolve(commit, command=renamed(commit.command, "again")))
        return False


class AcceptsReusedIds(Good):
    """It compares the ids of commands, not what they say."""

    def done(self, store: MemoryUnit, command: Command) -> Done[Any] | None:  # noqa: ARG002 - it looks past the unit
        found = self.memory.recorded(command.id)
        return None if found is None else Done(found[1])


class ChecksTooEarly(Good):
    """It checks when it saves, not when it ends: what ended in between is overwritten or done twice."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        unit = self.memory.unit(attempt)
        yield Hooked(self, unit)
        for commit, _ in unit.saved:
            with self.memory.unit() as late:
                if not late.save(self.forced(late, commit)):
                    raise StaleVersion(kind="command", id=commit.command.id)

    def forced(self, store: MemoryUnit, commit: Commit) -> Commit:  # noqa: ARG002 - for a worse one
        """Return *commit* so that it passes."""
        return rewritten(commit, self.rebased)

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version of the row."""
        row = self.row(write)
        return write if row is None or write.additive is not None else write._replace(expected=row.version)


class RepeatsTooEarly(ChecksTooEarly):
    """Two units at once carry one command out."""

    def forced(self, store: MemoryUnit, commit: Commit) -> Commit:
        known = store.done(commit.command) is not None
        return evolve(commit, command=renamed(commit.command, "again")) if known else commit


class UpdatesTooEarly(ChecksTooEarly):
    """Two units at once overwrite one row, but make no row twice."""

    def rebased(self, write: Write[Any]) -> Write[Any]:
        return write if write.expected is None else super().rebased(write)


# --- planted stores: conflicts -------------------------------------------------------------------------------------


class OverwritesTakenIds(Good):
    """It takes a new object for a change of the one that has its id."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.rebased))

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version of the row that is there."""
        row = self.row(write)
        return write if row is None or write.expected is not None else write._replace(expected=row.version)


class MakesMissingRows(Good):
    """It makes the row that a change does not find."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.made))

    def made(self, write: Write[Any]) -> Write[Any]:
        """Return *write* as one of a new row, if there is none."""
        return write if self.row(write) is not None else write._replace(expected=None)


class LosesUpdates(SameVersion):
    """It compares no version."""

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        return Good.get_many(self, store, noun, ids)


class LocksInstead(LocksAtOpening):
    """It lets in one unit at a time, and thinks that it need compare no version."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.rebased))

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version of the row."""
        row = self.row(write)
        return write if row is None or write.expected is None else write._replace(expected=row.version)


class AdditionIsNoChange(Good):
    """An addition since does not keep it from writing the whole row."""

    def __init__(self) -> None:
        super().__init__()
        self.added: set[tuple[str, Version]] = set()

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        for write in commit.writes:
            row = self.row(write)
            if row is not None and write.additive:
                self.added.add((write.id, int(row.version) + 1))
        return super().save(store, rewritten(commit, self.rebased))

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version of the row, if only additions came between."""
        return self.after_additions(write) if write.hint is not None and not write.additive else write

    def after_additions(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the version of the row, if only additions came between."""
        row = self.row(write)
        if row is None or write.expected is None:
            return write
        since = range(int(write.expected) + 1, int(row.version) + 1)
        return write._replace(expected=row.version) if all((write.id, each) in self.added for each in since) else write


class NoConflict(Good):
    """It returns False where it should raise Conflict."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        try:
            return super().save(store, commit)
        except Conflict:
            return False


class HalfCommit(Good):
    """Before it meets the conflict it has written the first row for good."""

    def left(self, commit: Commit) -> Commit:
        """Return what stays of a commit with a conflict."""
        return evolve(commit, writes=commit.writes[:1])

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        try:
            return super().save(store, commit)
        except Conflict:
            with suppress(Conflict), self.memory.unit() as other:
                other.save(self.left(commit))
            raise


class HalfCommitAnonymous(HalfCommit):
    """It has written the first row for good, and not the command."""

    def left(self, commit: Commit) -> Commit:
        return evolve(super().left(commit), command=renamed(commit.command, "half"))


class KeepsCommandOfConflict(HalfCommit):
    """It has written the id of the command for good."""

    def left(self, commit: Commit) -> Commit:
        return evolve(commit, writes=())


# --- planted stores: checks of rows that stay ----------------------------------------------------------------------


class IgnoresChecks(Good):
    """It compares no version where nothing happened."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.rebased))

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return a check as one of the row that is there."""
        row = self.row(write)
        return write if row is None or write.events else write._replace(expected=row.version)


class ChecksRowsTooEarly(ChecksTooEarly):
    """It looks at the rows that it only checks when it saves, and not again when it ends."""

    def rebased(self, write: Write[Any]) -> Write[Any]:
        return write if write.events else super().rebased(write)


class AdditionPassesChecks(AdditionIsNoChange):
    """An addition since does not keep a check from holding."""

    def rebased(self, write: Write[Any]) -> Write[Any]:
        return write if write.events else self.after_additions(write)


class DropsChecks(Good):
    """It passes over what has no event to record."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, evolve(commit, writes=tuple(write for write in commit.writes if write.events)))


class CheckKeepsVersion(DropsChecks):
    """It compares the version of a row that it only checks, and leaves it as it was."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        if store.done(commit.command) is None:
            for write in commit.writes:
                self.compare(write)
        return super().save(store, commit)

    def compare(self, write: Write[Any]) -> None:
        """Refuse a check of what has been written since."""
        row = self.row(write)
        if not write.events and (row is None or row.version != write.expected):
            raise StaleVersion(kind=write.kind, id=write.id)


class EmptiesCheckedRows(Good):
    """It makes each row of the events of its last write: of none, none."""

    def __init__(self) -> None:
        super().__init__()
        self.empty: set[tuple[str, str, Version]] = set()

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        found = super().get_many(store, noun, ids)
        return {id: row for id, row in found.items() if (noun.kind, id, row.version) not in self.empty}

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        for write in commit.writes:
            row = self.row(write)
            if row is not None and not write.events:
                self.empty.add((write.kind, write.id, int(row.version) + 1))
        return super().save(store, commit)


class KeepsOldRows(Good):
    """A check puts the row back to what it was when it was made."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[tuple[str, str], Any] = {}

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        for write in commit.writes:
            self.first.setdefault((write.kind, write.id), write.after)
        return super().save(store, rewritten(commit, self.undone))

    def undone(self, write: Write[Any]) -> Write[Any]:
        """Return a check as a write of the old row."""
        return write if write.events else write._replace(after=self.first[write.kind, write.id])


class ChecksNothingThere(Good):
    """A check of a row that is not there holds."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        there = tuple(write for write in commit.writes if write.events or self.row(write) is not None)
        return super().save(store, evolve(commit, writes=there))


class ChecksLast(Good):
    """It has written all else for good before it looks at the rows that it only checks."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        try:
            return super().save(store, commit)
        except Conflict:
            if all(write.events for write in commit.writes):
                raise
            with suppress(Conflict), self.memory.unit() as other:
                other.save(evolve(commit, writes=tuple(write for write in commit.writes if write.events)))
            raise


class LogsChecks(Good):
    """Its log tells of a check what had happened last."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Recorded] = []

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        saved = super().save(store, commit)
        if saved:
            for write in commit.writes:
                self.told += () if write.events else self.memory.of(write.kind, write.id)[-1:]
        return saved

    def log(self) -> list[Recorded]:
        log = [*super().log(), *self.told]
        return [each._replace(position=position) for position, each in enumerate(log)]


# --- planted stores: additions -------------------------------------------------------------------------------------


class AdditionOverwrites(Good):
    """It writes the counters that were decided, whatever the row holds."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.rebased))

    def rebased(self, write: Write[Any]) -> Write[Any]:
        """Return an addition as a write of the row that is there."""
        row = self.row(write)
        return write if row is None or write.additive is None else write._replace(expected=row.version)


class AddsTooEarly(ChecksTooEarly):
    """It adds when it saves and writes the sum when it ends: what ended in between is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: set[CommandId] = set()

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        summed = rewritten(commit, self.summed)
        if summed != commit:
            self.sums.add(commit.command.id)
        return super().save(store, summed)

    def summed(self, write: Write[Any]) -> Write[Any]:
        """Return an addition as a write of the sum."""
        row = self.row(write)
        if row is None or not write.additive:
            return write
        return write._replace(after=write.onto(row.value), expected=row.version, hint=None)

    def forced(self, store: MemoryUnit, commit: Commit) -> Commit:
        return super().forced(store, commit) if commit.command.id in self.sums else commit


class AddsExactWrites(Good):
    """It adds the counters of writes that ask for the exact row, too."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.hinted))

    def hinted(self, write: Write[Any]) -> Write[Any]:
        """Return *write* with the hint that it left out."""
        exact = write.kind == STOCK.kind and write.before is not None
        return write._replace(hint=STOCK.additive) if exact else write


class IgnoresBounds(Good):
    """It adds, and looks at no bound."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        return super().save(store, rewritten(commit, self.unbound))

    def unbound(self, write: Write[Any]) -> Write[Any]:
        """Return *write* without bounds."""
        return write if write.hint is None else write._replace(hint=evolve(write.hint, keep=()))


class AlwaysBound(Good):
    """It checks its bounds for every addition: those that a write does not lower, and those that spare it."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        for write in commit.writes:
            row = self.row(write)
            if row is not None and write.hint is not None and write.additive is not None:
                after = write._replace(hint=evolve(write.hint, keep=())).onto(row.value)
                self.check(write, [bound.left(after) for bound in write.hint.keep])
        return super().save(store, commit)

    def check(self, write: Write[Any], left: Sequence[int | None]) -> None:
        """Refuse what leaves a bound broken."""
        if any(side is not None and side < 0 for side in left):
            raise StaleVersion(kind=write.kind, id=write.id)


class NullIsNoRoom(AlwaysBound):
    """It takes a bound that is NULL for a broken one, as SQL does."""

    def check(self, write: Write[Any], left: Sequence[int | None]) -> None:
        if None in left:
            raise StaleVersion(kind=write.kind, id=write.id)


# --- planted stores: queries ---------------------------------------------------------------------------------------


class MissesRows(Good):
    """Its index lacks a row."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = super().find(store, query)
        return evolve(page, rows=page.rows[:-1])


class FirstOfSeveral(Good):
    """It looks at the first value of a key that has several."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        return super().find(store, evolve(query, noun=evolve(query.noun, keys=self.keys(query.noun))))

    def keys(self, noun: Noun[Any, Any, Any]) -> dict[str, Callable[[Any], Any]]:
        """Return the keys of *noun* with one value each."""
        return {name: partial(self.one, noun, name) for name in noun.keys}

    def one(self, noun: Noun[Any, Any, Any], name: str, value: object) -> Keys:
        """Return the one value that is looked at."""
        keys = noun.key(name, value)
        return keys[0] if isinstance(keys, tuple) else keys


class FirstOfIn(Good):
    """It looks for the first value of a term alone."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        terms = tuple(evolve(term, values=term.values[:1]) if isinstance(term, In) else term for term in query.terms)
        return super().find(store, evolve(query, terms=terms))


class LastTermOnly(Good):
    """Of several terms it asks the last."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        return super().find(store, evolve(query, terms=query.terms[-1:]))


class Rewrites(Good):
    """It asks other terms than those of the query."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        terms = [each for term in query.terms for each in ([term] if isinstance(term, In) else self.between(term))]
        return super().find(store, evolve(query, terms=tuple(terms)))

    def between(self, term: Between) -> Sequence[Between | In]:
        """Return what is asked instead of *term*."""
        raise NotImplementedError


class StartNeedsEnd(Rewrites):
    """A start alone finds nothing, as a comparison with NULL does."""

    def between(self, term: Between) -> Sequence[Between | In]:
        return [In(key=term.key, values=())] if term.start is not None and term.end is None else [term]


class EndNeedsStart(Rewrites):
    """An end alone finds nothing, as a comparison with NULL does."""

    def between(self, term: Between) -> Sequence[Between | In]:
        return [In(key=term.key, values=())] if term.end is not None and term.start is None else [term]


class EachSideByItself(Rewrites):
    """Of several values one may lie after the start, and another one before the end."""

    def between(self, term: Between) -> Sequence[Between | In]:
        return [evolve(term, end=None), evolve(term, start=None)]


class EitherWayRound(Rewrites):
    """A start behind the end is taken for the end, as SQL's BETWEEN SYMMETRIC does."""

    def between(self, term: Between) -> Sequence[Between | In]:
        sides: list[Any] = [term.start, term.end]
        return [term] if None in sides else [Between(key=term.key, start=min(sides), end=max(sides))]


class EmptyInFindsAll(Good):
    """It drops a term without values."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        terms = tuple(term for term in query.terms if not isinstance(term, In) or term.values)
        return super().find(store, evolve(query, terms=terms))


class OpenBetweenFindsAll(Good):
    """It drops a term without bounds, and finds objects without a value too."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        terms = tuple(term for term in query.terms if isinstance(term, In) or term.start or term.end)
        return super().find(store, evolve(query, terms=terms))


class EndsInside(Good):
    """It takes the end of Between for inside, as SQL's BETWEEN does."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        found = list(super().find(store, query).rows)
        for term in query.terms:
            if isinstance(term, Between) and term.end is not None:
                found += super().find(store, evolve(query, terms=(In(key=term.key, values=(term.end,)),))).rows
        return Page(rows=tuple(found))


class JoinsDoubled(Good):
    """It joins the table of several values, and finds an object once for each."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = super().find(store, query)
        return evolve(page, rows=tuple(row for row in page.rows for _ in range(self.times(query, row))))

    def times(self, query: Query[Any], row: Versioned[Any]) -> int:
        """Return how many values the row has under the keys that are asked."""
        values = [query.noun.key(term.key, row.value) for term in query.terms]
        return max((len(found) for found in values if isinstance(found, tuple)), default=1)


class SortsAsPeopleDo(Good):
    """It sorts texts without regard to case, as a database's collation does."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = super().find(store, query)
        if query.sort != "id" or query.limit < MOST_ROWS:
            return page
        folded = sorted(page.rows, key=lambda row: query.noun.id_of(row.value).casefold(), reverse=query.descending)
        return evolve(page, rows=tuple(folded))


class SortsByUtf16(SortsAsPeopleDo):
    """It sorts texts by their UTF-16 units, as Java and JavaScript do."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = Good.find(self, store, query)
        if query.sort != "id" or query.limit < MOST_ROWS:
            return page
        order = sorted(
            page.rows, key=lambda row: query.noun.id_of(row.value).encode("utf-16-be"), reverse=query.descending
        )
        return evolve(page, rows=tuple(order))


class IgnoresDescending(Good):
    """It sorts upwards only."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        return super().find(store, evolve(query, descending=False))


class TiesByArrival(Good):
    """It leaves rows of one sort value in the order of their versions."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = super().find(store, query)
        return evolve(page, rows=tuple(sorted(page.rows, key=partial(self.key, query), reverse=query.descending)))

    def key(self, query: Query[Any], row: Versioned[Any]) -> tuple[Any, ...]:
        """Return what it sorts by."""
        return query.noun.key(query.sort, row.value), row.version


class IgnoresCursor(Good):
    """Every page is the first."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        return super().find(store, evolve(query, after=None))


class CursorWithoutId(Good):
    """It goes on after the sort value, and loses the rest of a tie."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        if query.after is None:
            return super().find(store, query)
        last = "" if query.descending else "\U0010ffff"
        return super().find(store, evolve(query, after=evolve(query.after, id=last)))


class AlwaysAnotherPage(Good):
    """A full page always has a next one."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = super().find(store, query)
        more = super().find(store, evolve(query, limit=max(query.limit - 1, 1))).next
        return evolve(page, next=page.next or (more if len(page.rows) == query.limit else None))


class IgnoresLimit(Good):
    """A page has all rows."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        return super().find(store, evolve(query, limit=MOST_ROWS))


class OldVersionsInQueries(Good):
    """Its queries answer with another version than its reads by id."""

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        page = super().find(store, query)
        return evolve(page, rows=tuple(row._replace(version=0) for row in page.rows))


# --- planted stores: the log ---------------------------------------------------------------------------------------


class LosesEvents(Good):
    """Its log lacks every fifth event."""

    def log(self) -> list[Recorded]:
        return [each for each in super().log() if each.position % 5]


class LosesTheLastEvent(Good):
    """Its log lacks one of two equal events."""

    def log(self) -> list[Recorded]:
        log = super().log()
        events = [each.event for each in log]
        twin = next((place for place, event in enumerate(events) if event in events[:place]), len(log))
        return log[:twin] + log[twin + 1 :]


class DoublesEvents(Good):
    """Its log has every fifth event twice."""

    def log(self) -> list[Recorded]:
        told = [each for each in super().log() for _ in range(1 if each.position % 5 else 2)]
        return [each._replace(position=position) for position, each in enumerate(told)]


class KeepsEventsOfConflicts(Good):
    """Its log has the events of commits that were refused."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[tuple[Commit, Write[Any]]] = []

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        try:
            return super().save(store, commit)
        except Conflict:
            self.refused += ((commit, write) for write in commit.writes)
            raise

    def log(self) -> list[Recorded]:
        log = super().log()
        more = [(commit.command, write, event) for commit, write in self.refused for event in write.events]
        return log + [
            Recorded(
                position=position,
                kind=write.kind,
                id=write.id,
                version=1,
                by=command.by,
                command_id=command.id,
                event=event,
            )
            for position, (command, write, event) in enumerate(more, start=len(log))
        ]


class ShufflesCommits(Good):
    """The events of one commit stand in the log by kind and id."""

    def log(self) -> list[Recorded]:
        log = sorted(super().log(), key=lambda each: (each.command_id, each.kind, each.id, each.position))
        return [each._replace(position=position) for position, each in enumerate(log)]


class RepeatsPages(Good):
    """A page of its log begins with the position that was asked for."""

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        return super().after(position - 1, limit)


class WholeLog(Good):
    """A page of its log has all that follows."""

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        return super().after(position, MOST_ROWS + limit)


class ForgetsCommands(Good):
    """Its log does not say which command caused an event."""

    def log(self) -> list[Recorded]:
        return [each._replace(command_id=CommandId("?")) for each in super().log()]


class VersionBefore(Good):
    """Its log has the version before the write."""

    def log(self) -> list[Recorded]:
        return [each._replace(version=int(each.version) - 1) for each in super().log()]


class LosesEventsOfOne(Good):
    """The events of one object lack the last, when there are several."""

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        own = super().of(kind, id)
        return own[: max(len(own) - 1, 1)]


class OldestLast(Good):
    """The events of one object come as they were recorded, under new positions."""

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        return [each._replace(position=place) for place, each in enumerate(super().of(kind, id))]


class EventsOfNobody(Good):
    """It returns the whole log for an id that names nothing."""

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        return super().of(kind, id) or self.kept_log()


PLANTED: tuple[tuple[Law, type[Good]], ...] = (
    (Law.EMPTY, NotEmpty),
    (Law.EMPTY, RowsOfBefore),
    (Law.EMPTY, LogOfBefore),
    (Law.EMPTY, CommandsOfBefore),
    (Law.MISSING, MissingIdRaises),
    (Law.MISSING, MissingIdIsNone),
    (Law.MISSING, NoIdsMeansAll),
    (Law.EQUAL, LosesMicroseconds),
    (Law.EQUAL, OldVersionsInQueries),
    (Law.SAVED, SaysNothing),
    (Law.ALONE, LocksTooLong),
    (Law.STALE_READ, StaleRead),
    (Law.STALE_READ, WritesNothing),
    (Law.DIRTY_READ, DirtyRead),
    (Law.VERSION, SameVersion),
    (Law.VERSION, AdditionKeepsVersion),
    (Law.ROLLBACK, KeepsRolledBackRows),
    (Law.ROLLBACK, KeepsRowsOnly),
    (Law.ROLLBACK, KeepsCommandOnly),
    (Law.ROLLBACK, SwallowsExceptions),
    (Law.ANSWER, LosesAnswers),
    (Law.ANSWER, ForgetsEmptyCommits),
    (Law.REPEAT, ExecutesRepeats),
    (Law.REPEAT, ConflictOnRepeat),
    (Law.REPEAT, TrueForRepeat),
    (Law.REPEAT, WritesBeforeItLooks),
    (Law.REPEAT, RepeatsTooEarly),
    (Law.REUSED, AcceptsReusedIds),
    (Law.TAKEN, OverwritesTakenIds),
    (Law.TAKEN, ChecksTooEarly),
    (Law.TAKEN, NoConflict),
    (Law.GONE, MakesMissingRows),
    (Law.GONE, ChecksNothingThere),
    (Law.GONE, DropsChecks),
    (Law.LOST_UPDATE, LosesUpdates),
    (Law.LOST_UPDATE, LocksInstead),
    (Law.LOST_UPDATE, UpdatesTooEarly),
    (Law.LOST_UPDATE, AdditionIsNoChange),
    (Law.LOST_UPDATE, AddsExactWrites),
    (Law.HALF, HalfCommit),
    (Law.HALF, HalfCommitAnonymous),
    (Law.HALF, KeepsCommandOfConflict),
    (Law.HALF, ChecksLast),
    (Law.ADDITION, AdditionOverwrites),
    (Law.ADDITION, AddsTooEarly),
    (Law.BOUND, IgnoresBounds),
    (Law.SPARED, AlwaysBound),
    (Law.SPARED, NullIsNoRoom),
    (Law.CHECKED, CheckKeepsVersion),
    (Law.CHECKED, EmptiesCheckedRows),
    (Law.CHECKED, KeepsOldRows),
    (Law.CHECK, IgnoresChecks),
    (Law.CHECK, ChecksRowsTooEarly),
    (Law.CHECK, AdditionPassesChecks),
    (Law.QUERY_MISSES, MissesRows),
    (Law.QUERY_MISSES, FirstOfSeveral),
    (Law.QUERY_MISSES, FirstOfIn),
    (Law.QUERY_MISSES, StartNeedsEnd),
    (Law.QUERY_MISSES, EndNeedsStart),
    (Law.QUERY_EXTRA, LastTermOnly),
    (Law.QUERY_EXTRA, EachSideByItself),
    (Law.QUERY_EXTRA, EitherWayRound),
    (Law.QUERY_EXTRA, EmptyInFindsAll),
    (Law.QUERY_EXTRA, OpenBetweenFindsAll),
    (Law.QUERY_EXTRA, EndsInside),
    (Law.QUERY_EXTRA, JoinsDoubled),
    (Law.ORDER, SortsAsPeopleDo),
    (Law.ORDER, SortsByUtf16),
    (Law.ORDER, IgnoresDescending),
    (Law.ORDER, TiesByArrival),
    (Law.PAGES, IgnoresCursor),
    (Law.PAGES, CursorWithoutId),
    (Law.PAGES, AlwaysAnotherPage),
    (Law.PAGES, IgnoresLimit),
    (Law.LOG_LOST, LosesEvents),
    (Law.LOG_LOST, LosesTheLastEvent),
    (Law.LOG_DOUBLED, DoublesEvents),
    (Law.LOG_DOUBLED, KeepsEventsOfConflicts),
    (Law.LOG_DOUBLED, LogsChecks),
    (Law.LOG_ORDER, ShufflesCommits),
    (Law.LOG_PAGES, RepeatsPages),
    (Law.LOG_PAGES, WholeLog),
    (Law.LOG_PAGES, OldestLast),
    (Law.LOG_PAGES, EventsOfNobody),
    (Law.LOG_ORIGIN, ForgetsCommands),
    (Law.LOG_VERSION, VersionBefore),
    (Law.REPLAY, LosesEventsOfOne),
)


FEW = (STOCK, RESERVATION, ORDER)
"""Nouns enough for every fault: counters, a key with several values, keys of every kind."""


@pytest.mark.parametrize(("law", "planted"), PLANTED, ids=[planted.__name__ for _, planted in PLANTED])
def test_planted_store_is_caught(law: Law, planted: type[Good]) -> None:
    """A store with one planted fault is refused with the sentence of the law that it breaks."""
    host = planted()
    with pytest.raises(StoreBroken) as caught:
        check_store(host.unit, history=host, nouns=FEW)
    assert caught.value.law is law, str(caught.value)
    assert str(caught.value).startswith(f"{law.value} (")


@pytest.mark.parametrize("planted", [RepeatsTooEarly, ChecksTooEarly, UpdatesTooEarly])
def test_fault_between_two_units_is_said_to_be_one(planted: type[Good]) -> None:
    """What goes wrong only when two units are open at once is told so."""
    with pytest.raises(StoreBroken, match="two units at once"):
        check_store(planted().unit, nouns=FEW)


def test_every_law_has_a_planted_store() -> None:
    """No law of the contract goes without a store that breaks it."""
    assert {law for law, _ in PLANTED} == set(Law)


# --- good stores ---------------------------------------------------------------------------------------------------


class ReadersBlockWriters(LocksAtOpening):
    """A unit that has saved cannot end while another one is open: the first of two loses."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        with self.counted(attempt) as store:
            yield store

    def require_turn(self, store: MemoryUnit) -> None:
        if store.saved and self.units > 1:
            raise StaleVersion(kind="database", id="locked")


class BothLose(ReadersBlockWriters):
    """No unit can save that was open beside another one."""

    def __init__(self) -> None:
        super().__init__()
        self.crowded = False

    @contextmanager
    def counted(self, attempt: int) -> Generator[Store]:
        with super().counted(attempt) as store:
            self.crowded = self.units > 1
            yield store

    def require_turn(self, store: MemoryUnit) -> None:
        if store.saved and self.crowded:
            raise StaleVersion(kind="database", id="locked")


class KnowsOne(Good):
    """It keeps one noun and has no table for another."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_many(self, store: MemoryUnit, noun: Noun[Any, Any, Any], ids: Sequence[str]) -> Rows:
        assert noun.kind == self.kind
        return super().get_many(store, noun, ids)

    def find(self, store: MemoryUnit, query: Query[Any]) -> Page[Any]:
        assert query.noun.kind == self.kind
        return super().find(store, query)

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        assert {write.kind for write in commit.writes} <= {self.kind}
        return super().save(store, commit)


@pytest.mark.parametrize("good", [Good, LocksAtOpening, ReadersBlockWriters, BothLose])
def test_good_store_passes_however_it_locks(good: type[Good]) -> None:
    """A store may let either of two units lose, at opening or at its end, or both of them."""
    host = good()
    check_store(host.unit, history=host, nouns=FEW)


def test_memory_store_passes() -> None:
    """The memory store keeps every law."""
    store = MemoryStore()
    check_store(store.unit, history=store)


def test_async_memory_store_passes() -> None:
    """The same script runs an async store, one coroutine after the other."""
    store = MemoryStore()
    with asyncio.Runner() as loop:
        check_store(blocking(store.async_unit, loop.run), history=store)


@pytest.mark.parametrize("noun", NOUNS, ids=attrgetter("kind"))
def test_store_of_one_noun_passes(noun: Noun[Any, Any, Any]) -> None:
    """A host that plugs in one noun is asked for no other."""
    host = KnowsOne(noun.kind)
    check_store(host.unit, history=host, nouns=(noun,))


def test_log_is_checked_only_where_there_is_one() -> None:
    """Without a history the laws of the log are not asked for."""
    check_store(LosesEvents().unit, nouns=FEW)


def test_script_is_the_same_every_time() -> None:
    """Two runs save the same commands and record the same events."""
    one, other = MemoryStore(), MemoryStore()
    check_store(one.unit, nouns=FEW)
    check_store(other.unit, nouns=FEW)
    assert one.after(-1, MOST_ROWS) == other.after(-1, MOST_ROWS)


def test_every_noun_has_a_sample() -> None:
    """The script has something to save for each noun of the library, and for no other."""
    assert [sample.noun for sample in SAMPLES.values()] == list(NOUNS)


def test_unknown_noun_is_refused() -> None:
    """A noun of which the script knows nothing is refused by its name, not passed over."""
    with pytest.raises(ValueError, match="nothing of basket"):
        check_store(MemoryStore().unit, nouns=(evolve(ORDER, kind="basket"),))


# --- the second unit -----------------------------------------------------------------------------------------------


def test_rival_opens_the_second_of_two_units() -> None:
    """A host with one connection a thread gives the second unit from elsewhere; it is opened, and seen to be bad."""
    host, elsewhere = Good(), RepeatsTooEarly()
    elsewhere.memory = host.memory
    with pytest.raises(StoreBroken, match="two units at once") as caught:
        check_store(host.unit, rival=elsewhere.unit)
    assert caught.value.law is Law.REPEAT


# --- async stores --------------------------------------------------------------------------------------------------


class CommitsAnyway(AsyncMemoryUnit):
    """An async unit that commits after an exception."""

    async def __aexit__(self, *_: object) -> None:
        self.inner.__exit__(None, None, None)


class SwallowsAsync(AsyncMemoryUnit):
    """An async unit that rolls back and swallows the exception."""

    async def __aexit__(  # type: ignore[override] # it is what is wrong with it
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        await super().__aexit__(kind, error, trace)
        return True


@pytest.mark.parametrize("planted", [CommitsAnyway, SwallowsAsync])
def test_planted_async_store_is_caught(planted: type[AsyncMemoryUnit]) -> None:
    """An exception reaches the async unit, and what the unit makes of it reaches the script."""
    store = MemoryStore()
    with asyncio.Runner() as loop, pytest.raises(StoreBroken) as caught:
        check_store(blocking(lambda attempt: planted(store.unit(attempt)), loop.run))
    assert caught.value.law is Law.ROLLBACK


# --- what it says --------------------------------------------------------------------------------------------------


def test_store_broken_is_an_assertion() -> None:
    """Test frameworks take a broken law for a failed test, in whatever process it was found."""
    broken: StoreBroken = pickle.loads(pickle.dumps(StoreBroken(Law.TAKEN, "order o-1")))  # noqa: S301 - its own pickle
    assert issubclass(type(broken), AssertionError)
    assert broken.law is Law.TAKEN
    assert str(broken) == "taken id: a new object whose id is taken is a `Conflict` (order o-1)"


def test_exception_of_the_store_stays_its_cause() -> None:
    """When a store raises what it should not, its own exception says where."""
    with pytest.raises(StoreBroken, match="KeyError: 'nobody'") as caught:
        check_store(MissingIdRaises().unit)
    assert isinstance(caught.value.__cause__, KeyError)
