"""Reads and the two drivers: a use case is a generator of reads, written once, run by sync and async hosts.

`run` opens a unit, asks whether the command was done before, answers the reads, saves the plan, and starts again in a
fresh unit after a `Conflict`. `ask` answers a reading that writes nothing.
"""

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.errors import Conflict, OutOfRange, StaleVersion
from ecomops.kernel.nouns import Noun, Versioned
from ecomops.kernel.plans import Command, Commit, Plan
from ecomops.kernel.queries import Page, Query
from ecomops.kernel.stores import AsyncStore, AsyncUnit, Missing, Store, Unit

N = TypeVar("N")
A = TypeVar("A")
C = TypeVar("C", bound=Command)
R = TypeVar("R")


class GetMany(NamedTuple):
    """Asks for the objects with these ids (a tuple: several are made for every command)."""

    noun: Noun[Any, Any, Any]
    ids: tuple[str, ...]


class Find(NamedTuple):
    """Asks for a page."""

    query: Query[Any]


Read = GetMany | Find
Reading: TypeAlias = Generator[Read, Any, R]
"""A generator that yields reads and returns what it made of the answers."""

Work: TypeAlias = Generator[Read, Any, Plan[A]]
"""A reading that returns a plan: one use case."""


def get_many(noun: Noun[N, Any, Any], ids: Iterable[str]) -> Reading[Mapping[str, Versioned[N]]]:
    """Read the objects with these *ids*, each once, in the order of the ids; those that are missing are left out.

    Raises:
        WrongKind: *ids* is one id; `lookup` reads one object.
    """
    if isinstance(ids, str):
        raise wrong_kind("get_many.ids", "several ids", ids)
    wanted = tuple(sorted(set(ids)))
    _require_noun(noun)
    if not wanted:
        return {}
    found: Mapping[str, Versioned[N]] = yield GetMany(noun, wanted)
    return found


def lookup(noun: Noun[N, Any, Any], id: str) -> Reading[Versioned[N] | None]:
    """Read one object; None when there is none."""
    _require_noun(noun)
    found: Mapping[str, Versioned[N]] = yield GetMany(noun, (id,))
    return found.get(id)


def get(noun: Noun[N, Any, Any], id: str) -> Reading[Versioned[N]]:
    """Read one object that must be there.

    Raises:
        Missing: There is none.
    """
    found = yield from lookup(noun, id)
    if found is None:
        raise Missing(kind=noun.kind, ids=(str(id),))
    return found


def page(query: Query[N]) -> Reading[Page[N]]:
    """Read one page."""
    if not isinstance(query, Query):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("page", "Query", query)
    found: Page[N] = yield Find(query)
    return found


def _require_noun(noun: Noun[Any, Any, Any]) -> None:
    if not isinstance(noun, Noun):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("noun", "Noun", noun)


def _answered(store: Store, read: Read) -> object:
    if isinstance(read, GetMany):
        noun, ids = read
        return store.repository(noun).get_many(ids)
    return store.repository(read.query.noun).find(read.query)


def _driven(reading: Reading[R], store: Store) -> R:
    """Answer the reads of *reading* from *store* and return what it returns."""
    answer: object = None
    while True:
        try:
            read = reading.send(answer)
        except StopIteration as end:
            result: R = end.value
            return result
        answer = _answered(store, read)


def ask(reading: Callable[[], Reading[R]], unit: Unit) -> R:
    """Answer a reading that writes nothing, in a unit of its own.

    Args:
        reading: Makes the reading, for example `partial(due, at=now)`.
        unit: The host's transaction.
    """
    with unit(0) as store:
        return _driven(reading(), store)


def _tries(attempts: int) -> range:
    """Return the numbers of the attempts.

    Raises:
        WrongKind: It is no whole number.
        OutOfRange: There is to be none: a use case that is not tried has no answer.
    """
    if type(attempts) is not int:
        raise wrong_kind("run.attempts", "int", attempts)
    if attempts < 1:
        raise OutOfRange(field="run.attempts", least="1", most="∞")
    return range(attempts)


def run(
    work: Callable[[C], Work[A]],
    command: C,
    unit: Unit,
    *,
    attempts: int = 3,
    pause: Callable[[int], None] | None = None,
) -> A:
    """Carry out *command* and return its answer; a repeat gets the recorded answer and writes nothing.

    Args:
        work: The use case, such as `place_order`.
        command: What is asked, with its id.
        unit: The host's transaction; a fresh one is opened for each attempt.
        attempts: How often to look again after a `Conflict`.
        pause: Called with the number of the attempt that failed, before the next one (a host's back-off).

    Raises:
        CommandReused: The id of the command was given before with another content.
        Conflict: Somebody saved first, *attempts* times.
        Invalid: *attempts* is no whole number from 1.
        DomainError: What the use case refuses; nothing is written.
    """
    for attempt in _tries(attempts):
        if attempt and pause is not None:
            pause(attempt - 1)
        try:
            with unit(attempt) as store:
                done = store.done(command)
                if done is not None:
                    recorded: A = done.answer
                    return recorded
                plan = _driven(work(command), store)
                if store.save(Commit(command=command, answer=plan.answer, writes=plan.writes)):
                    return plan.answer
        except Conflict:
            if attempt + 1 >= attempts:
                raise
    raise StaleVersion(kind="command", id=command.id)


async def _answered_async(store: AsyncStore, read: Read) -> object:
    if isinstance(read, GetMany):
        return await store.repository(read.noun).get_many(read.ids)
    return await store.repository(read.query.noun).find(read.query)


async def _driven_async(reading: Reading[R], store: AsyncStore) -> R:
    answer: object = None
    while True:
        try:
            read = reading.send(answer)
        except StopIteration as end:
            result: R = end.value
            return result
        answer = await _answered_async(store, read)


async def ask_async(reading: Callable[[], Reading[R]], unit: AsyncUnit) -> R:
    """Do as `ask` does, with an async unit."""
    async with unit(0) as store:
        return await _driven_async(reading(), store)


async def run_async(
    work: Callable[[C], Work[A]],
    command: C,
    unit: AsyncUnit,
    *,
    attempts: int = 3,
    pause: Callable[[int], Awaitable[None]] | None = None,
) -> A:
    """Do as `run` does, with an async unit."""
    for attempt in _tries(attempts):
        if attempt and pause is not None:
            await pause(attempt - 1)
        try:
            async with unit(attempt) as store:
                done = await store.done(command)
                if done is not None:
                    recorded: A = done.answer
                    return recorded
                plan = await _driven_async(work(command), store)
                if await store.save(Commit(command=command, answer=plan.answer, writes=plan.writes)):
                    return plan.answer
        except Conflict:
            if attempt + 1 >= attempts:
                raise
    raise StaleVersion(kind="command", id=command.id)
