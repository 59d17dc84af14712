"""Reads and the two drivers, on a shelf of jars: a small store with faults to plant, sync and async."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Self, TypeVar, cast

import pytest
from attrs import Factory, define, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import (
    Command,
    CommandId,
    CommandReused,
    Commit,
    Conflict,
    DomainError,
    Done,
    GetMany,
    In,
    Invalid,
    Missing,
    Noun,
    OutOfRange,
    Page,
    Plan,
    Query,
    Reading,
    StaleVersion,
    UnsortableKey,
    Versioned,
    Work,
    WrongKind,
    answer,
    ask,
    ask_async,
    get,
    get_many,
    lookup,
    page,
    run,
    run_async,
)
from tests.kernel.hostile import others
from tests.kernel.toys import JAR, AddSweets, Jar, JarFilled, SweetsAdded

N = TypeVar("N")
R = TypeVar("R")


@define
class Shelf:
    """The jars, the answers that were given, and what befell each unit that was opened."""

    rows: dict[str, Versioned[Any]] = field(factory=dict[str, Versioned[Any]])
    answers: dict[CommandId, tuple[Command, object]] = field(factory=dict[CommandId, tuple[Command, object]])
    faults: dict[str, list[BaseException | None]] = field(factory=dict[str, list[BaseException | None]])
    units: list["ShelfUnit"] = Factory(list["ShelfUnit"])
    reads: list[object] = field(factory=list[object])
    forgets: bool = False
    """Says of each command that it is there, and never has its answer."""

    def unit(self, attempt: int) -> "ShelfUnit":
        """Open a unit; what it saves is there when it ends without an exception."""
        self.units.append(ShelfUnit(self, attempt))
        return self.units[-1]

    def fail(self, place: str, *errors: BaseException | None) -> None:
        """Let the next passes of *place* fail with *errors*, one each; None is a pass without a fault."""
        self.faults[place] = list(errors)

    def pass_by(self, place: str) -> None:
        """Raise what is planted at *place*."""
        planted = self.faults.get(place, [])
        error = planted.pop(0) if planted else None
        if error is not None:
            raise error


@define(eq=False)
class ShelfUnit:
    """One transaction on a shelf: a store, its own reader, and its own context manager in both forms."""

    shelf: Shelf
    attempt: int
    commits: list[Commit] = field(factory=list[Commit])
    open: bool = False
    ended_by: type[BaseException] | None = None

    def __enter__(self) -> Self:
        self.shelf.pass_by("open")
        self.open = True
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.open = False
        self.ended_by = kind
        if kind is None:
            self.shelf.pass_by("end")
            for commit in self.commits:
                self.shelf.answers[commit.command.id] = (commit.command, commit.answer)
                for write in commit.writes:
                    version = self.shelf.rows[write.id].version if write.id in self.shelf.rows else 0
                    self.shelf.rows[write.id] = Versioned(write.after, cast("int", version) + 1)

    def repository(self, noun: Noun[N, Any, Any]) -> "ShelfReader":
        """Return the reader of *noun*."""
        return ShelfReader(self, noun)

    def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*."""
        assert self.open
        self.shelf.pass_by("done")
        if command.id not in self.shelf.answers:
            return None
        recorded, given_answer = self.shelf.answers[command.id]
        if recorded != command:
            raise CommandReused(id=command.id)
        return Done(given_answer)

    def save(self, commit: Commit) -> bool:
        """Keep *commit* until the unit ends; a rival that came between makes it False."""
        assert self.open
        self.shelf.pass_by("save")
        if self.shelf.forgets or commit.command.id in self.shelf.answers:
            return False
        self.commits.append(commit)
        return True


@frozen
class ShelfReader:
    """Reads the jars."""

    unit: ShelfUnit
    noun: Noun[Any, Any, Any]

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[Any]]:
        """Return the jars with these ids."""
        assert self.unit.open
        self.unit.shelf.reads.append(ids)
        self.unit.shelf.pass_by("read")
        return {id: self.unit.shelf.rows[id] for id in ids if id in self.unit.shelf.rows}

    def find(self, query: Query[Any]) -> Page[Any]:
        """Return the page."""
        assert self.unit.open
        self.unit.shelf.reads.append(query)
        self.unit.shelf.pass_by("read")
        return answer(query, self.unit.shelf.rows.values())


@frozen
class AwaitedUnit:
    """A unit of the shelf for `async with`."""

    inner: ShelfUnit

    async def __aenter__(self) -> Self:
        self.inner.__enter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.inner.__exit__(kind)

    def repository(self, noun: Noun[N, Any, Any]) -> "AwaitedReader":
        """Return the reader of *noun*."""
        return AwaitedReader(self.inner.repository(noun))

    async def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*."""
        return self.inner.done(command)

    async def save(self, commit: Commit) -> bool:
        """Keep *commit* until the unit ends."""
        return self.inner.save(commit)


@frozen
class AwaitedReader:
    """Reads the jars, awaited."""

    inner: ShelfReader

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[Any]]:
        """Return the jars with these ids."""
        await asyncio.sleep(0)
        return self.inner.get_many(ids)

    async def find(self, query: Query[Any]) -> Page[Any]:
        """Return the page."""
        await asyncio.sleep(0)
        return self.inner.find(query)


UseCase = Callable[[AddSweets], Work[int]]


def run_on(shelf: Shelf, work: UseCase, command: AddSweets, **options: Any) -> int:  # noqa: ANN401 - those of `run`
    """Carry *command* out as a sync host does."""
    return run(work, command, shelf.unit, **options)


def run_async_on(
    shelf: Shelf,
    work: UseCase,
    command: AddSweets,
    *,
    pause: Callable[[int], None] | None = None,
    **options: Any,  # noqa: ANN401 - those of `run_async`
) -> int:
    """Carry *command* out as an async host does."""
    if pause is not None:

        async def wait(attempt: int) -> None:
            await asyncio.sleep(0)
            pause(attempt)

        options["pause"] = wait

    return asyncio.run(run_async(work, command, lambda attempt: AwaitedUnit(shelf.unit(attempt)), **options))


def ask_on(shelf: Shelf, reading: Callable[[], Reading[R]]) -> R:
    """Ask as a sync host does."""
    return ask(reading, shelf.unit)


def ask_async_on(shelf: Shelf, reading: Callable[[], Reading[R]]) -> R:
    """Ask as an async host does."""
    return asyncio.run(ask_async(reading, lambda attempt: AwaitedUnit(shelf.unit(attempt))))


both_run = pytest.mark.parametrize("drive", [run_on, run_async_on], ids=["sync", "async"])
both_ask = pytest.mark.parametrize("inquire", [ask_on, ask_async_on], ids=["sync", "async"])
Drive = Callable[..., int]
Inquire = Callable[[Shelf, Callable[[], Reading[Any]]], Any]

COMMAND = AddSweets(sweets=2)
CLASH = StaleVersion(kind="jar", id="j-1")


def add_sweets(command: AddSweets) -> Work[int]:
    """Add sweets to a jar, new or not, and answer how many it has."""
    found = yield from lookup(JAR, command.jar)
    draft = JAR.draft(found)
    if found is None:
        draft.add([JarFilled(id=command.jar)])
    draft.add([SweetsAdded(sweets=command.sweets)])
    return Plan(answer=draft.value.sweets, writes=draft.writes())


def a_shelf() -> Shelf:
    """Return a shelf with one jar of three sweets."""
    return Shelf(rows={"j-1": Versioned(Jar(id="j-1", sweets=3), 4)})


def attempts_of(shelf: Shelf) -> list[int]:
    """Return the attempts for which units were opened."""
    return [unit.attempt for unit in shelf.units]


@both_run
def test_command_is_carried_out(drive: Drive) -> None:
    """The answer comes back, the write, the answer and the command are saved together, in one unit."""
    shelf = a_shelf()
    assert drive(shelf, add_sweets, COMMAND) == 5
    assert shelf.rows == {"j-1": Versioned(Jar(id="j-1", sweets=5), 5)}
    assert shelf.answers == {COMMAND.id: (COMMAND, 5)}
    assert attempts_of(shelf) == [0]
    (commit,) = shelf.units[0].commits
    assert commit.command is COMMAND
    assert [(write.expected, write.events) for write in commit.writes] == [(4, (SweetsAdded(sweets=2),))]


@both_run
def test_repeat_gets_the_recorded_answer_and_writes_nothing(drive: Drive) -> None:
    """The second time the use case is not even begun."""
    shelf = a_shelf()
    drive(shelf, add_sweets, COMMAND)
    rows = dict(shelf.rows)
    del shelf.reads[:]
    assert drive(shelf, add_sweets, AddSweets(sweets=2)) == 5
    assert (shelf.rows, shelf.reads, shelf.units[1].commits) == (rows, [], [])


@both_run
def test_an_answer_of_none_is_recorded_too(drive: Drive) -> None:
    """A use case that answers None is not carried out again."""
    shelf = a_shelf()
    shelf.answers[COMMAND.id] = (COMMAND, None)
    assert drive(shelf, add_sweets, COMMAND) is None
    assert shelf.reads == []


@both_run
def test_reused_id_is_refused_at_once(drive: Drive) -> None:
    """Another content under the same id is no repeat: nothing is written, nothing tried again."""
    shelf = a_shelf()
    drive(shelf, add_sweets, COMMAND)
    rows = dict(shelf.rows)
    with pytest.raises(CommandReused):
        drive(shelf, add_sweets, AddSweets(sweets=9))
    assert shelf.rows == rows
    assert attempts_of(shelf) == [0, 0]


@both_run
@pytest.mark.parametrize("place", ["open", "done", "read", "save", "end"])
def test_conflict_is_tried_again_in_a_fresh_unit(place: str, drive: Drive) -> None:
    """Wherever the conflict shows, even when the unit ends, a fresh unit looks again, after a pause."""
    shelf = a_shelf()
    shelf.fail(place, CLASH, CLASH)
    pauses: list[int] = []
    assert drive(shelf, add_sweets, COMMAND, pause=pauses.append) == 5
    assert attempts_of(shelf) == [0, 1, 2]
    assert pauses == [0, 1]
    assert shelf.rows["j-1"] == Versioned(Jar(id="j-1", sweets=5), 5)
    rolled_back = None if place in {"open", "end"} else StaleVersion
    assert [unit.ended_by for unit in shelf.units] == [rolled_back, rolled_back, None]


@both_run
def test_each_attempt_sees_what_is_there_then(drive: Drive) -> None:
    """The use case begins anew and decides on fresh rows."""
    shelf = a_shelf()

    def rival(attempt: int) -> None:
        assert attempt == 0
        shelf.rows["j-1"] = Versioned(Jar(id="j-1", sweets=90), 5)

    shelf.fail("save", CLASH)
    assert drive(shelf, add_sweets, COMMAND, pause=rival) == 92


@both_run
@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_conflict_is_raised_when_the_attempts_are_used_up(attempts: int, drive: Drive) -> None:
    """The last conflict is the host's; nothing is written, and nobody pauses when nothing follows."""
    shelf = a_shelf()
    clashes = [StaleVersion(kind="jar", id=f"{n}") for n in range(attempts)]
    shelf.fail("save", *clashes)
    pauses: list[int] = []
    with pytest.raises(Conflict) as raised:
        drive(shelf, add_sweets, COMMAND, attempts=attempts, pause=pauses.append)
    assert raised.value is clashes[-1]
    assert attempts_of(shelf) == list(range(attempts))
    assert pauses == list(range(attempts - 1))
    assert (shelf.rows, shelf.answers) == (a_shelf().rows, {})


@both_run
def test_three_attempts_without_a_pause_are_usual(drive: Drive) -> None:
    """A host that says nothing gets three attempts."""
    shelf = a_shelf()
    shelf.fail("end", CLASH, CLASH, CLASH)
    with pytest.raises(StaleVersion):
        drive(shelf, add_sweets, COMMAND)
    assert attempts_of(shelf) == [0, 1, 2]


@both_run
def test_conflict_of_the_use_case_itself_is_tried_again(drive: Drive) -> None:
    """It does not matter who found that somebody was first."""
    shelf = a_shelf()
    begun: list[int] = []

    def clashing(command: AddSweets) -> Work[int]:
        begun.append(len(begun))
        if begun == [0]:
            raise CLASH
        return (yield from add_sweets(command))

    assert drive(shelf, clashing, COMMAND) == 5
    assert begun == [0, 1]


@both_run
def test_lost_race_of_the_same_command_gets_the_rivals_answer(drive: Drive) -> None:
    """Where the id is there when it is saved, a fresh unit finds the recorded answer; nothing of ours is written."""
    shelf = a_shelf()

    def raced(command: AddSweets) -> Work[int]:
        plan = yield from add_sweets(command)
        shelf.answers[command.id] = (command, 77)
        return plan

    pauses: list[int] = []
    assert drive(shelf, raced, COMMAND, pause=pauses.append) == 77
    assert shelf.rows == a_shelf().rows
    assert attempts_of(shelf) == [0, 1]
    assert pauses == [0]


@both_run
@pytest.mark.parametrize("attempts", [0, -1, True, 1.0, "3", None])
def test_no_attempt_is_refused(attempts: Any, drive: Drive) -> None:  # noqa: ANN401 - for callers without types
    """A use case that may not be tried at all is a mistake of the caller, no lost race."""
    shelf = a_shelf()
    with pytest.raises(Invalid, match=r"run\.attempts must be"):
        drive(shelf, add_sweets, COMMAND, attempts=attempts)
    assert attempts_of(shelf) == []


@both_run
@pytest.mark.parametrize("attempts", [1, 3])
def test_store_that_neither_saves_nor_remembers_is_a_conflict(attempts: int, drive: Drive) -> None:
    """A command that is never saved and never found is given up by its name; nobody pauses when nothing follows."""
    shelf = a_shelf()
    shelf.forgets = True
    pauses: list[int] = []
    with pytest.raises(StaleVersion) as raised:
        drive(shelf, add_sweets, COMMAND, attempts=attempts, pause=pauses.append)
    assert raised.value.context == {"kind": "command", "id": "c-1"}
    assert attempts_of(shelf) == list(range(attempts))
    assert shelf.rows == a_shelf().rows
    assert pauses == list(range(attempts - 1))


REFUSALS: list[BaseException] = [
    OutOfRange(field="sweets", least="0", most="9"),
    Missing(kind="jar", ids=("j-1",)),
    CommandReused(id="c-1"),
    ValueError("a fault of the host"),
    KeyboardInterrupt(),
]


@both_run
@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_refusal_saves_nothing(error: BaseException, drive: Drive) -> None:
    """A refusal, or any other exception, ends the unit with it and reaches the host; only conflicts are tried again."""
    shelf = a_shelf()

    def refusing(command: AddSweets) -> Work[int]:
        yield from add_sweets(command)
        raise error

    pauses: list[int] = []
    with pytest.raises(type(error)) as raised:
        drive(shelf, refusing, COMMAND, pause=pauses.append)
    assert raised.value is error
    assert [unit.ended_by for unit in shelf.units] == [type(error)]
    assert (shelf.rows, shelf.answers, pauses) == (a_shelf().rows, {}, [])


@both_run
def test_missing_object_is_refused_by_its_kind_and_id(drive: Drive) -> None:
    """A use case that needs an object refuses when there is none."""
    shelf = a_shelf()

    def needing(command: AddSweets) -> Work[int]:
        found = yield from get(JAR, command.jar)
        return Plan(answer=found.value.sweets)

    with pytest.raises(Missing) as refused:
        drive(shelf, needing, AddSweets(jar="j-9"))
    assert refused.value.context == {"kind": "jar", "ids": ("j-9",)}
    assert shelf.answers == {}
    assert drive(shelf, needing, COMMAND) == 3


@both_ask
def test_lookup_and_get_read_one_object(inquire: Inquire) -> None:
    """Both give the row with its version; where there is none, one gives None and the other refuses."""
    shelf = a_shelf()
    row = shelf.rows["j-1"]
    assert inquire(shelf, partial(lookup, JAR, "j-1")) is row
    assert inquire(shelf, partial(get, JAR, "j-1")) is row
    assert inquire(shelf, partial(lookup, JAR, "j-2")) is None
    with pytest.raises(Missing):
        inquire(shelf, partial(get, JAR, "j-2"))
    assert shelf.reads == [("j-1",), ("j-1",), ("j-2",), ("j-2",)]


@both_ask
def test_get_many_leaves_out_what_is_missing(inquire: Inquire) -> None:
    """The rows come by id; an id that names nothing is not among them; of no ids nothing is read."""
    shelf = a_shelf()
    assert inquire(shelf, partial(get_many, JAR, ["j-2", "j-1"])) == {"j-1": shelf.rows["j-1"]}
    assert inquire(shelf, partial(get_many, JAR, iter(()))) == {}
    assert shelf.reads == [("j-1", "j-2")]


@both_ask
def test_page_reads_what_the_query_finds(inquire: Inquire) -> None:
    """A page is that of the repository."""
    shelf = a_shelf()
    query = Query(noun=JAR, terms=(In(key="sweets", values=(3,)),))
    assert inquire(shelf, partial(page, query)) == Page(rows=(shelf.rows["j-1"],))
    assert shelf.reads == [query]


@both_ask
def test_asking_writes_nothing(inquire: Inquire) -> None:
    """A reading has one unit of its own, in which nothing is saved; reads of several kinds follow one another."""
    shelf = a_shelf()

    def reading() -> Reading[tuple[int, int]]:
        jar = yield from get(JAR, "j-1")
        found = yield from page(Query(noun=JAR))
        return jar.value.sweets, len(found.rows)

    assert inquire(shelf, reading) == (3, 1)
    assert attempts_of(shelf) == [0]
    assert (shelf.units[0].commits, shelf.units[0].open, shelf.answers) == ([], False, {})


@both_ask
@pytest.mark.parametrize("error", [CLASH, UnsortableKey(kind="jar", key="labels"), StopIteration(5)])
@pytest.mark.parametrize("reading", [partial(get_many, JAR, ["j-1"]), partial(page, Query(noun=JAR))], ids="gp")
def test_fault_of_a_repository_reaches_the_host(
    reading: Callable[[], Reading[Any]], error: Exception, inquire: Inquire
) -> None:
    """An exception of a repository is never taken for an answer, not even the one that ends an iterator."""
    shelf = a_shelf()
    shelf.fail("read", error)
    with pytest.raises((type(error), RuntimeError)) as raised:  # a coroutine turns StopIteration into RuntimeError
        inquire(shelf, reading)
    assert error in {raised.value, raised.value.__cause__}
    assert shelf.units[0].ended_by is not None


@both_run
def test_stop_iteration_of_a_repository_is_no_plan(drive: Drive) -> None:
    """The one that ends an iterator is a fault of the host in a use case too, and nothing is saved."""
    shelf = a_shelf()
    stop = StopIteration(Plan(answer=99))
    shelf.fail("read", stop)
    with pytest.raises((StopIteration, RuntimeError)):
        drive(shelf, add_sweets, COMMAND)
    assert shelf.answers == {}


@given(st.lists(st.text(st.sampled_from("abc"), min_size=1, max_size=2)))
def test_get_many_asks_for_each_id_once_in_order(ids: list[str]) -> None:
    """Locks are taken in one order by everybody: ids sorted, none twice."""
    reading = get_many(JAR, iter(ids))
    if not ids:
        with pytest.raises(StopIteration) as end:
            next(reading)
        assert end.value.value == {}
        return
    read = next(reading)
    assert isinstance(read, GetMany)
    assert read.noun is JAR
    assert set(read.ids) == set(ids)
    assert all(one < other for one, other in zip(read.ids, read.ids[1:], strict=False))


@pytest.mark.parametrize("ids", ["abc", "", CommandId("j-1")])
def test_one_id_is_not_several(ids: str) -> None:
    """A text given for ids would be read letter by letter: it is refused before anything is read."""
    with pytest.raises(WrongKind, match=r"get_many\.ids must be several ids"):
        next(get_many(JAR, ids))


def test_reads_are_checked() -> None:
    """A read names a noun, or a query."""
    for value in others():
        noun: Noun[Jar, Any, Any] = value
        query: Query[Jar] = value
        with pytest.raises(WrongKind, match="noun must be Noun"):
            next(get_many(noun, ()))
        with pytest.raises(WrongKind, match="noun must be Noun"):
            next(lookup(noun, "a"))
        with pytest.raises(WrongKind, match="page must be Query"):
            next(page(query))
    with pytest.raises(DomainError):
        page(Query(noun=JAR, sort="flavour"))
