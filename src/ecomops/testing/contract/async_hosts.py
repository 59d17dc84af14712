"""An async unit run as a plain one, so that the one script checks async hosts too."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from types import TracebackType
from typing import Any, Generic, TypeVar

from attrs import frozen

from ecomops.kernel import (
    AsyncRepository,
    AsyncStore,
    AsyncUnit,
    Command,
    Commit,
    Done,
    Noun,
    Page,
    Query,
    Store,
    Unit,
    Versioned,
)

N = TypeVar("N")
Runner = Callable[[Coroutine[Any, Any, Any]], Any]


def blocking(unit: AsyncUnit, runner: Runner) -> Unit:
    """Return an async *unit* as a plain one, so that `check_store` can run it.

    Args:
        unit: The host's transaction, as the async driver gets it.
        runner: Waits for one coroutine, always on the same event loop, as the `run` of an `asyncio.Runner` does.

    Example:
        >>> import asyncio
        >>> from ecomops.memory import MemoryStore
        >>> from ecomops.orders import ORDER
        >>> from ecomops.testing import check_store
        >>> store = MemoryStore()
        >>> with asyncio.Runner() as loop:
        ...     check_store(blocking(store.async_unit, loop.run), history=store, nouns=(ORDER,))
    """
    return lambda attempt: _BlockingUnit(unit(attempt), runner)


@frozen
class _BlockingUnit(AbstractContextManager[Store]):
    inner: AbstractAsyncContextManager[AsyncStore]
    runner: Runner

    def __enter__(self) -> Store:
        return _BlockingStore(self.runner(self.inner.__aenter__()), self.runner)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        swallowed: bool | None = self.runner(self.inner.__aexit__(kind, error, trace))
        return swallowed


@frozen
class _BlockingStore:
    inner: AsyncStore
    runner: Runner

    def repository(self, noun: Noun[N, Any, Any]) -> "_BlockingRepository[N]":
        return _BlockingRepository(self.inner.repository(noun), self.runner)

    def done(self, command: Command) -> Done[Any] | None:
        found: Done[Any] | None = self.runner(self.inner.done(command))
        return found

    def save(self, commit: Commit) -> bool:
        saved: bool = self.runner(self.inner.save(commit))
        return saved


@frozen
class _BlockingRepository(Generic[N]):
    inner: AsyncRepository[N]
    runner: Runner

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Versioned[N]]:
        found: Mapping[str, Versioned[N]] = self.runner(self.inner.get_many(ids))
        return found

    def find(self, query: Query[N]) -> Page[N]:
        page: Page[N] = self.runner(self.inner.find(query))
        return page
