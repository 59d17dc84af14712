"""What a host plugs in: repositories to read by id and by query, a store to save one commit, a history to read.

A store lives inside one *unit*: the host's transaction. `save` writes, the end of the unit makes it durable, and after
an exception the unit is rolled back. See the embedding guide for locks, retries and the outbox.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, ClassVar, Protocol, TypeVar

from attrs import define

from ecomops.kernel.errors import NotFound
from ecomops.kernel.nouns import Noun, Versioned
from ecomops.kernel.plans import Command, Commit, Done, Recorded
from ecomops.kernel.queries import Page, Query
from ecomops.kernel.text import Text

N = TypeVar("N")


@define(kw_only=True, slots=False, eq=False)
class Missing(NotFound):
    """Nothing of this kind has these ids."""

    code: ClassVar[str] = "noun.not_found"
    text: ClassVar[Text] = Text("there is no {kind} {ids}", "找不到 {kind} {ids}")

    kind: str
    ids: tuple[str, ...]


class Repository(Protocol[N]):
    """Reads the objects of one noun."""

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        """Return the objects with these ids; an id that names nothing is left out."""
        ...

    def find(self, query: Query[N]) -> Page[N]:
        """Return the page that *query* asks for, as `kernel.answer` would."""
        ...


class Store(Protocol):
    """All that one use case reads and writes, inside one transaction."""

    def repository(self, noun: Noun[N, Any, Any]) -> Repository[N]:
        """Return the reader of *noun*."""
        ...

    def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*, None when it is new.

        Raises:
            CommandReused: The id was given before with another content.
        """
        ...

    def save(self, commit: Commit) -> bool:
        """Write all of *commit*, or nothing.

        Returns:
            False, having written nothing, when the id of the command is already there.

        Raises:
            Conflict: A version is not the expected one, a new id is taken, or a bound of an addition breaks.
        """
        ...


class History(Protocol):
    """Reads the log: for facts, audit, replay and the host's outbox."""

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return all that happened to one object, in order."""
        ...

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return at most *limit* events that follow *position*, in order; -1 is before the first."""
        ...


class AsyncRepository(Protocol[N]):
    """`Repository`, awaited."""

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        """Return the objects with these ids; an id that names nothing is left out."""
        ...

    async def find(self, query: Query[N]) -> Page[N]:
        """Return the page that *query* asks for."""
        ...


class AsyncStore(Protocol):
    """`Store`, awaited."""

    def repository(self, noun: Noun[N, Any, Any]) -> AsyncRepository[N]:
        """Return the reader of *noun*."""
        ...

    async def done(self, command: Command) -> Done[Any] | None:
        """Return the recorded answer of *command*, None when it is new."""
        ...

    async def save(self, commit: Commit) -> bool:
        """Write all of *commit*, or nothing."""
        ...


Unit = Callable[[int], AbstractContextManager[Store]]
"""The host's transaction: called with the number of the attempt, from 0, it gives a context manager of a store."""

AsyncUnit = Callable[[int], AbstractAsyncContextManager[AsyncStore]]
"""`Unit`, for `async with`."""
