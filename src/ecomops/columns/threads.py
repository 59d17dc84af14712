"""Two threads for long work on columns: numpy keeps the lock of Python from nobody while it computes."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Thread
from typing import TypeVar

from ecomops.columns.errors import NoThreads

Answer = TypeVar("Answer")

_ALLOWED: ContextVar[int] = ContextVar("threads", default=2)
LEAST = 1 << 19
"""Rows that are worth a thread, where each takes some nanoseconds."""


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
    few, like each other, and each of them half a million rows or more; what they write to is best made before them, as
    the memory that a new thread asks for comes page by page. The threads end with the call. A work keeps the
    context of its caller, and shares with the others what is allowed; of works that fail the first is told of, when all
    that had begun have ended.

    Examples:
        >>> together([lambda: 1, lambda: 2])
        [1, 2]
    """
    allowed = _ALLOWED.get()
    count = max(min(allowed, len(works)), 1)
    answers: dict[int, Answer] = {}
    failures: dict[int, BaseException] = {}

    def take(first: int) -> None:
        with threads(allowed // count):
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


def shares(rows: int | slice, *, unit: int = 1, least: int | None = None) -> list[slice]:
    """Return parts of a table, or of rows that stand together: so many as may be worked on at once, of like length.

    Args:
        rows: The rows, or how many there are; of few there is one part.
        unit: What each part but the last one is a multiple of, in rows.
        least: How many rows are worth a thread, where each takes longer than usual.

    Examples:
        >>> shares(5_000_000, unit=64)
        [slice(0, 2500032, None), slice(2500032, 5000000, None)]
        >>> shares(slice(5, 100_000))
        [slice(5, 100000, None)]
    """
    first, end = (0, rows) if isinstance(rows, int) else (int(rows.start), int(rows.stop))
    count = max(min(_ALLOWED.get(), (end - first) // (LEAST if least is None else least)), 1)
    each = max(-(-(end - first) // (count * unit)), 1) * unit
    return [slice(start, min(start + each, end)) for start in range(first, max(end, first + 1), each)]
