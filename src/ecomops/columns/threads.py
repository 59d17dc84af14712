"""Two threads for long work on columns: numpy keeps the lock of Python from nobody while it computes."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Thread
from typing import TypeVar

from ecomops.columns.errors import NoThreads

Answer = TypeVar("Answer")

_ALLOWED: ContextVar[int] = ContextVar("threads", default=2)


@contextmanager
def threads(most: int) -> Generator[None]:
    """Let long work on columns use at most so many threads; two, where nothing is said.

    No answer depends on it: every work has rows of its own. A host whose own workers fill the processors says one.

    Args:
        most: How many threads at once, the calling one among them.

    Raises:
        NoThreads: There is not even one.

    Examples:
        >>> with threads(1):
        ...     together([lambda: 1, lambda: 2])
        [1, 2]
    """
    if most < 1:
        raise NoThreads(most=most)
    before = _ALLOWED.set(most)
    try:
        yield
    finally:
        _ALLOWED.reset(before)


def together(works: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Return the answer of each work, in their order; so many of them at once as are allowed.

    A thread takes a tenth of a millisecond to begin, and only calls of numpy run beside each other: works are to be
    few, like each other, and each of them some hundred thousand rows. The threads end with the call. A work keeps the
    context of its caller; of works that fail the first is told of, when all that had begun have ended.

    Examples:
        >>> together([lambda: 1, lambda: 2])
        [1, 2]
    """
    count = max(min(_ALLOWED.get(), len(works)), 1)
    answers: dict[int, Answer] = {}
    failures: dict[int, BaseException] = {}

    def take(first: int) -> None:
        for place in range(first, len(works), count):
            try:
                answers[place] = works[place]()
            except BaseException as failure:  # noqa: BLE001 - it is raised where the caller waits
                failures[place] = failure
                return

    helpers = [Thread(target=copy_context().run, args=(take, first)) for first in range(1, count)]
    for helper in helpers:
        helper.start()
    take(0)
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[min(failures)]
    return [answers[place] for place in range(len(works))]
