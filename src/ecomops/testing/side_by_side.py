"""Two stores that live side by side: the host's and the memory store, given the same, and compared.

What a machine does in one step (`ecomops.testing.machines`) is done here in both.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from itertools import pairwise
from typing import Any

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from ecomops.kernel import (
    MOST_ROWS,
    Command,
    Commit,
    Conflict,
    DomainError,
    History,
    Noun,
    Plan,
    Query,
    Recorded,
    Store,
    Unit,
    Version,
    Versioned,
    Work,
    Write,
    ask,
    run,
)
from ecomops.memory import MemoryStore
from ecomops.testing.contract.laws import Law, StoreBroken, require
from ecomops.testing.contract.queries import compare, pages, queries
from ecomops.workflows.timers import DueCursor, due

Works = Mapping[type, Callable[[Any], Work[Any]]]
Place = tuple[str, str]  # the kind and the id of a row

LOG_PAGE = 7
STRIDE = 3
"""One in so many of the queries that the script asks is asked at a step."""

DUE_PAGE = 2


@frozen(kw_only=True)
class Subject:
    """A store of the host, empty, for one run of the machine.

    Args:
        unit: The host's transaction, as the drivers get it. Its lock timeout should be short here.
        rival: Opens the second of two units at once, for hosts with one connection a thread; *unit* does, left out.
        history: The log of the store, where the host reads it.
    """

    unit: Unit
    rival: Unit | None = None
    history: History | None = None


@define
class Side:
    """One of two units that are open at once: what it decided, and whether it was saved."""

    unit: Unit
    command: Command
    work: Callable[[Any], Work[Any]]
    decision: object = None
    saved: bool = False

    def steps(self, order: list["Side"], *, save: bool = True) -> Iterator[None]:
        """Read and decide, then save, then end, pausing in between; a conflict anywhere loses."""
        try:
            with self.unit(0) as store:
                plan = _planned(store, self.command, self.work)
                self.decision = plan.answer
                yield
                written = save and store.save(_commit(self.command, plan))
                yield
        except Conflict:
            return
        except DomainError as refusal:
            self.decision = _words(refusal)
            return
        if written:
            self.saved = True
            order.append(self)


def _planned(store: Store, command: Command, work: Callable[[Any], Work[Any]]) -> Plan[Any]:
    """Return what the use case decides in an open unit, in which the command counts as new."""
    require(store.done(command) is None, Law.DIRTY_READ, command.id)
    return ask(partial(work, command), lambda _: nullcontext(store))


def _commit(command: Command, plan: Plan[Any]) -> Commit:
    return Commit(command=command, answer=plan.answer, writes=plan.writes)


def _words(refusal: DomainError) -> tuple[str, str]:
    return refusal.code, str(refusal)


def _outcome(carry_out: Callable[[], object]) -> object:
    """Return the answer, or how it was refused; any other exception of a store comes out as it is."""
    try:
        return carry_out()
    except DomainError as refusal:
        return _words(refusal)


def _saved(unit: Unit, commit: Commit) -> bool | None:
    """Save *commit* in a unit of its own and return what the store says; None for a conflict."""
    try:
        with unit(0) as store:
            return store.save(commit)
    except Conflict:
        return None


def _moved(memory: MemoryStore, write: Write[Any]) -> bool:
    """Tell whether the row of *write* is not the one that was read."""
    row = memory.row(write.kind, write.id)
    return write.expected != (None if row is None else row.version)


class _Interrupted(Exception):
    """Ends a unit in the middle."""


@define
class Pair:
    """The host's store and the memory store, given the same, and what was seen of the host's."""

    subject: Subject
    works: Works
    nouns: Sequence[Noun[Any, Any, Any]]
    memory: MemoryStore = field(factory=MemoryStore)
    versions: dict[Place, dict[Version, Version]] = field(factory=dict[Place, dict[Version, Version]])
    told: int = 0
    position: int = -1

    # --- doing ------------------------------------------------------------------------------------------------------

    def carry_out(self, command: Command, law: Law = Law.EQUAL) -> None:
        """Carry *command* out in both stores and compare what they answer, or how they refuse."""
        work = self.works[type(command)]
        got, want = (
            _outcome(partial(run, work, command, unit, attempts=1)) for unit in (self.subject.unit, self.memory.unit)
        )
        require(got == want, law, f"{command}: {got}, not {want}")

    def interrupt(self, command: Command) -> None:
        """Carry *command* out in the host's store, and end the unit by an exception after it has saved."""
        try:
            with self.subject.unit(0) as store:
                store.save(_commit(command, _planned(store, command, self.works[type(command)])))
                raise _Interrupted  # noqa: TRY301 - the unit must see it pass
        except (_Interrupted, DomainError):
            return
        raise StoreBroken(Law.ROLLBACK, "the unit swallowed the exception")

    def come_late(self, late: Command, between: Command) -> None:
        """Decide *late*, carry *between* out, then save what was decided, which may be too late by now."""
        commits = [self._commit_of(late, unit) for unit in (self.subject.unit, self.memory.unit)]
        self.carry_out(between)
        commit, twin = commits
        require((commit is None) == (twin is None), Law.EQUAL, f"{late} is decided in one store only")
        if commit is not None and twin is not None:
            self._save_late(commit, twin)

    def _commit_of(self, command: Command, unit: Unit) -> Commit | None:
        with suppress(DomainError), unit(0) as store:
            return _commit(command, _planned(store, command, self.works[type(command)]))
        return None

    def _save_late(self, commit: Commit, twin: Commit) -> None:
        """Save in both stores; the host's may also refuse to add to a row that has moved."""
        where, known = f"decided before: {commit.command}", self.memory.recorded(commit.command.id) is not None
        saved = _saved(self.subject.unit, commit)
        if saved is None:
            require(not known, Law.REPEAT, where)
            require(any(_moved(self.memory, write) for write in twin.writes), Law.ALONE, where)
            return
        want = _saved(self.memory.unit, twin)
        require(saved == want, Law.REPEAT if known else Law.LOST_UPDATE, f"{where}: {saved}, not {want}")

    def race(self, first: Command, second: Command, schedule: Sequence[int]) -> None:
        """Open two units at once in the host's store; what they saved must be possible in the memory store too.

        Either may lose by a conflict; its command is then carried out alone, as a driver does.
        """
        order: list[Side] = []
        units = (self.subject.unit, self.subject.rival or self.subject.unit)
        sides = [Side(unit, each, self.works[type(each)]) for unit, each in zip(units, (first, second), strict=True)]
        running = [side.steps(order) for side in sides]
        for turn in schedule:
            next(running[turn], None)
        self._follow(sides, order)
        for side in sides:
            if not side.saved:
                self.carry_out(side.command)

    def _follow(self, sides: Sequence[Side], order: Sequence[Side]) -> None:
        """Do in the memory store what was done in the host's: both read at once, then the same commits in order."""
        twins = [Side(self.memory.unit, side.command, side.work) for side in sides]
        running = [twin.steps([], save=side.saved) for side, twin in zip(sides, twins, strict=True)]
        for steps in running:
            next(steps, None)
        for side in (*order, *(side for side in sides if not side.saved)):
            for _ in range(2):
                next(running[sides.index(side)], None)
        law = Law.REPEAT if sides[0].command == sides[1].command else Law.LOST_UPDATE
        for side, twin in zip(sides, twins, strict=True):
            where = f"two units at once: {side.command}"
            require(side.decision is None or side.decision == twin.decision, Law.DIRTY_READ, where)
            require(side.saved <= twin.saved, law, where)

    def pass_time(self, at: DateTime) -> None:
        """Compare all pages of what has fallen due, carrying out each before the next one is read."""
        after: DueCursor | None = None
        while True:
            reading = partial(due, at=at, limit=DUE_PAGE, after=after)
            got, want = (ask(reading, unit) for unit in (self.subject.unit, self.memory.unit))
            require(got == want, Law.PAGES, f"what is due: {got}, not {want}")
            for command in want.commands:
                self.carry_out(command)
            if want.next is None:
                return
            after = want.next

    # --- comparing --------------------------------------------------------------------------------------------------

    def rows(self, noun: Noun[Any, Any, Any]) -> dict[str, Versioned[Any]]:
        """Return all rows that the host's store finds, by id."""
        with self.subject.unit(0) as store:
            found = store.repository(noun).find(Query(noun=noun, limit=MOST_ROWS)).rows
        return {noun.id_of(row.value): row for row in found}

    def compare_rows(self) -> None:
        """Compare all rows of both stores, found and read by id, and whether their versions move together."""
        for noun in self.nouns:
            want, got = self.memory.rows(noun), self.rows(noun)
            require(set(want) <= set(got), Law.QUERY_MISSES, f"{noun.kind} {sorted(set(want) - set(got))}")
            require(set(got) <= set(want), Law.QUERY_EXTRA, f"{noun.kind} {sorted(set(got) - set(want))}")
            with self.subject.unit(0) as store:
                read = store.repository(noun).get_many(["nobody", *got, "nobody else"])
                none = store.repository(noun).get_many(())
            require(set(read) == set(got) and not none, Law.MISSING, noun.kind)
            for id, row in got.items():
                require(row.value == want[id].value, Law.EQUAL, f"{noun.kind} {id}")
                require(read[id] == row, Law.STALE_READ, f"{noun.kind} {id}")
                self._compare_versions((noun.kind, id), row.version, want[id].version)

    def _compare_versions(self, place: Place, got: Version, want: Version) -> None:
        """Check that the host's version is new exactly when that of the memory store is."""
        known = self.versions.setdefault(place, {})
        seen = known.get(want, got) == got and (want in known or got not in known.values())
        require(seen, Law.VERSION, f"{place}: {got}")
        known[want] = got

    def compare_log(self, *, limit: int = LOG_PAGE) -> None:
        """Compare the events that have been recorded since, page by page."""
        if self.subject.history is None:
            return
        want, got = self.memory.after(self.told - 1, MOST_ROWS), self._new_events(self.subject.history, limit)
        require(len(got) >= len(want), Law.LOG_LOST, [_origin(each) for each in want[len(got) :]][:1])
        require(len(got) == len(want), Law.LOG_DOUBLED, [_origin(each) for each in got[len(want) :]][:1])
        for one, other in zip(got, want, strict=True):
            require(_origin(one) == _origin(other), Law.LOG_ORDER, f"{_origin(one)}, not {_origin(other)}")
            version = self.versions.get((one.kind, one.id), {}).get(other.version, one.version)
            require(one.version == version, Law.LOG_VERSION, f"{one.kind} {one.id}: {one.version}")
        self.told += len(got)

    def _new_events(self, history: History, limit: int) -> list[Recorded]:
        found: list[Recorded] = []
        while page := history.after(self.position, limit):
            positions = [self.position, *(each.position for each in page)]
            rising = all(one < other for one, other in pairwise(positions))
            require(rising and len(page) <= limit, Law.LOG_PAGES, f"after {positions[0]}: {positions[1:]}")
            self.position = positions[-1]
            found += page
        return found

    def compare_whole_log(self, place: int) -> None:
        """Compare all events again, in other pages, and those of one object and of nobody, where there is a log."""
        self.told, self.position = 0, -1
        self.compare_log(limit=1 + place % 3)
        if self.subject.history is not None:
            self._compare_one(self.subject.history, place)

    def _compare_one(self, history: History, place: int) -> None:
        """Compare the events of one object and of nobody."""
        kind, id = sorted(self.versions)[place % len(self.versions)]
        require(not history.of(kind, "nobody"), Law.LOG_PAGES, f"{kind} nobody")
        got, want = history.of(kind, id), self.memory.of(kind, id)
        require([_origin(each) for each in got] == [_origin(each) for each in want], Law.REPLAY, f"{kind} {id}")

    def compare_pages(self, noun: Noun[Any, Any, Any], place: int) -> None:
        """Compare the pages of some of the queries that can be asked of *noun*."""
        rows = list(self.rows(noun).values())
        with self.subject.unit(0) as store:
            for turn, query in enumerate(queries(noun, rows)):
                if turn % STRIDE == place % STRIDE:
                    asked = query if query.limit == MOST_ROWS else evolve(query, limit=1 + place % 3)
                    for each, wanted in pages(asked, rows):
                        compare(each, store.repository(noun).find(each), wanted)


def _origin(recorded: Recorded) -> tuple[object, ...]:
    """Return what an entry of any log of this shop says, but for its place and version."""
    return recorded.kind, recorded.id, recorded.by, recorded.command_id, recorded.event
