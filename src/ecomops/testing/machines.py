"""The contract of a store as a machine of hypothesis (`pip install ecomops[testing]`).

Where `check_store` runs one script, a machine lets two stores live side by side: the host's and the memory store. Both
are given the same random days of a shop: commands of every use case, repeats of them, ids given again with another
content, units that end by an exception, two units at once, and time that passes. After each step answers, rows, log
and pages of both are compared. What it finds, hypothesis shortens to the fewest steps.

Run `check_store` first: it is faster, and names the law that is broken. The machine finds what no script thought of.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any, cast

from attrs import define, evolve, field, frozen
from hypothesis import settings as Settings  # noqa: N812 - `settings` is an argument here
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import SearchStrategy
from pendulum import DateTime

from ecomops.codec import NOUNS
from ecomops.kernel import (
    MOST_ROWS,
    Command,
    CommandId,
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
    later,
    run,
)
from ecomops.memory import MemoryStore
from ecomops.testing.builders import NOON, TEA, a_checkout, a_delivery, a_line, a_placement
from ecomops.testing.contract.laws import Law, StoreBroken, require
from ecomops.testing.contract.queries import compare, pages, queries
from ecomops.testing.strategies.days import CUP, DAY, ORDER_IDS, Step, Wait, commands, shop_days
from ecomops.testing.works import WORKS
from ecomops.workflows.timers import DueCursor, due

Works = Mapping[type, Callable[[Any], Work[Any]]]
Place = tuple[str, str]  # the kind and the id of a row

WAITS = (timedelta(0), timedelta(microseconds=1), *(timedelta(minutes=minutes) for minutes in (31, 8 * DAY, 11 * DAY)))
LOG_PAGE = 7
STRIDE = 3
"""One in so many of the queries that the script asks is asked at a step."""

DUE_PAGE = 2
SCHEDULES = ((0, 1, 0, 0, 1, 1), (0, 1, 0, 1, 0, 1), (0, 0, 1, 0, 1, 1))
"""Both units read, then one saves and ends before the other; or both save before one ends; or one reads between."""

RIVALS = st.sampled_from(["like", "same", "other"])

PLACES = st.integers(0, 999)
"""Which of what is there, counted around."""

DRAWN: SearchStrategy[Command] = st.runner().flatmap(lambda machine: machine.setting.drawn)


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


Fresh = Callable[[], AbstractContextManager[Subject]]
"""Opens an empty store, and closes it in the end."""


def check_store_machine(
    fresh: Fresh,
    *,
    settings: Settings | None = None,
    drawn: SearchStrategy[Command] | None = None,
    works: Works = WORKS,
    nouns: Sequence[Noun[Any, Any, Any]] = NOUNS,
) -> None:
    """Let random days of a shop pass in a host's store and in the memory store, side by side.

    Args:
        fresh: Opens an empty store; it is called for each example.
        settings: Of hypothesis: how many examples, how many steps in each.
        drawn: What commands are drawn; those of every use case, left out. The machine sets their ids and instants.
        works: The use case of each command, those of a host beside the library's.
        nouns: The nouns whose rows and pages are compared.

    Raises:
        StoreBroken: With the law that the store breaks; what hypothesis printed are the steps to it.

    Example:
        >>> from contextlib import nullcontext
        >>> from ecomops.memory import MemoryStore
        >>> def fresh():
        ...     store = MemoryStore()
        ...     return nullcontext(Subject(unit=store.unit, history=store))
        >>> check_store_machine(fresh, settings=Settings(max_examples=2, stateful_step_count=5, database=None))
    """
    run_state_machine_as_test(store_machine(fresh, drawn=drawn, works=works, nouns=nouns), settings=settings)


@define
class _Side:
    """One of two units that are open at once: what it decided, and whether it was saved."""

    unit: Unit
    command: Command
    work: Callable[[Any], Work[Any]]
    decision: object = None
    saved: bool = False

    def steps(self, order: list["_Side"], *, save: bool = True) -> Iterator[None]:
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
class _Pair:
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
        order: list[_Side] = []
        units = (self.subject.unit, self.subject.rival or self.subject.unit)
        sides = [_Side(unit, each, self.works[type(each)]) for unit, each in zip(units, (first, second), strict=True)]
        running = [side.steps(order) for side in sides]
        for turn in schedule:
            next(running[turn], None)
        self._follow(sides, order)
        for side in sides:
            if not side.saved:
                self.carry_out(side.command)

    def _follow(self, sides: Sequence[_Side], order: Sequence[_Side]) -> None:
        """Do in the memory store what was done in the host's: both read at once, then the same commits in order."""
        twins = [_Side(self.memory.unit, side.command, side.work) for side in sides]
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
        """Compare all events again, in other pages, and those of one object and of nobody."""
        history = self.subject.history
        if history is None:
            return
        self.told, self.position = 0, -1
        self.compare_log(limit=1 + place % 3)
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


# --- the machine --------------------------------------------------------------------------------------------------


@frozen
class _Setting:
    """What a machine is made of; see `store_machine`."""

    fresh: Fresh
    drawn: SearchStrategy[Command]
    days: SearchStrategy[list[Step]]
    works: Works
    nouns: tuple[Noun[Any, Any, Any], ...]


class _StoreMachine(RuleBasedStateMachine):
    """Random days of a shop, in two stores; `store_machine` makes one for a host."""

    setting: _Setting

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.pair = _Pair(self.closing.enter_context(self.setting.fresh()), self.setting.works, self.setting.nouns)
        self.at = NOON
        self.given: list[Command] = []

    def teardown(self) -> None:
        """Close the host's store."""
        self.closing.close()

    def new(self, command: Command) -> Command:
        """Return *command* under an id of its own, as of now."""
        fresh: Command = evolve(cast("Any", command), id=CommandId(f"c-{len(self.given)}"), at=self.at)
        self.given.append(fresh)
        return fresh

    @initialize(limit=st.sampled_from([0, 0, 3, None]), days=st.runner().flatmap(lambda machine: machine.setting.days))
    def opens(self, limit: int | None, days: Sequence[Step]) -> None:
        """Take stock in, sell some of it, and let some days pass."""
        for stock, quantity in ((TEA, 10), (CUP, 4)):
            self.carries_out(evolve(a_delivery(stock=stock, quantity=quantity), backorder_limit=limit))
        for turn, order_id in enumerate(ORDER_IDS):
            self.carries_out(a_placement(a_checkout(a_line(quantity=1 + turn), order_id=order_id)))
            self.waits(timedelta(microseconds=turn), due=False)
        for step in days:
            if isinstance(step, Wait):
                self.waits(timedelta(minutes=step.minutes), due=step.due)
            else:
                self.carries_out(step)

    @rule(command=DRAWN)
    def carries_out(self, command: Command) -> None:
        """Carry a command out."""
        self.pair.carry_out(self.new(command))

    @rule(place=PLACES)
    def repeats(self, place: int) -> None:
        """Give an earlier command again."""
        self.pair.carry_out(self.given[place % len(self.given)], Law.ANSWER)

    @rule(place=PLACES)
    def reuses_an_id(self, place: int) -> None:
        """Give the id of an earlier command again with another instant."""
        command = self.given[place % len(self.given)]
        if self.pair.memory.recorded(command.id) is not None:
            other = evolve(cast("Any", command), at=later(command.at, timedelta(microseconds=1)))
            self.pair.carry_out(other, Law.REUSED)

    @rule(command=DRAWN)
    def is_interrupted(self, command: Command) -> None:
        """End a unit by an exception; the command counts as new afterwards."""
        command = self.new(command)
        self.pair.interrupt(command)
        self.compares()
        self.pair.carry_out(command, Law.ROLLBACK)

    @rule(first=DRAWN, other=DRAWN, rival=RIVALS, schedule=st.sampled_from(SCHEDULES))
    def opens_two_units(self, first: Command, other: Command, rival: str, schedule: Sequence[int]) -> None:
        """Carry two commands out at once."""
        first = self.new(first)
        self.pair.race(first, self.rival(rival, first, other), schedule)

    @rule(first=DRAWN, other=DRAWN, rival=RIVALS)
    def comes_late(self, first: Command, other: Command, rival: str) -> None:
        """Save what was decided before another command was carried out."""
        first = self.new(first)
        self.pair.come_late(first, self.rival(rival, first, other))

    def rival(self, kind: str, first: Command, other: Command) -> Command:
        """Return the command that comes between: the same one, one that says the same, or *other*."""
        return first if kind == "same" else self.new(first if kind == "like" else other)

    @rule(wait=st.sampled_from(WAITS), due=st.booleans())
    def waits(self, wait: timedelta, due: bool) -> None:  # noqa: FBT001 - drawn
        """Let time pass, and let it do what it asks."""
        self.at = later(self.at, wait)
        if due:
            self.pair.pass_time(self.at)

    @rule(noun=st.runner().flatmap(lambda machine: st.sampled_from(machine.setting.nouns)), place=PLACES)
    def asks(self, noun: Noun[Any, Any, Any], place: int) -> None:
        """Ask a query, page by page."""
        self.pair.compare_pages(noun, place)

    @rule(place=PLACES)
    def reads_the_log(self, place: int) -> None:
        """Read the whole log again, and the events of one object."""
        self.pair.compare_whole_log(place)

    @invariant()
    def compares(self) -> None:
        """Compare what both stores hold."""
        self.pair.compare_rows()
        self.pair.compare_log()


def store_machine(
    fresh: Fresh,
    *,
    drawn: SearchStrategy[Command] | None = None,
    works: Works = WORKS,
    nouns: Sequence[Noun[Any, Any, Any]] = NOUNS,
) -> type[RuleBasedStateMachine]:
    """Return the machine of a host's store: `store_machine(fresh).TestCase` is a test for unittest and pytest.

    Args:
        fresh: Opens an empty store; it is called for each example.
        drawn: What commands are drawn; those of every use case, left out. The machine sets their ids and instants.
        works: The use case of each command, those of a host beside the library's.
        nouns: The nouns whose rows and pages are compared.
    """
    usual = _Setting(fresh, commands(), shop_days(), works, tuple(nouns))
    setting = usual if drawn is None else evolve(usual, drawn=drawn, days=st.lists(drawn, max_size=8))
    return type("StoreMachine", (_StoreMachine,), {"setting": setting})
