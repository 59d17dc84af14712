"""What a run leaves to be looked into: the rows and the log of its store."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from ecomops.kernel import Noun, Recorded, Versioned

N = TypeVar("N")


class Books(Protocol):
    """The rows and the log; an embedded store is one, and so is a store with a planted fault."""

    def rows(self, noun: Noun[N, Any, Any]) -> Mapping[str, Versioned[N]]:
        """Return all objects of *noun* by id."""
        ...

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return all that happened to one object, in order."""
        ...

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return at most *limit* events that follow *position*, in order; -1 is before the first."""
        ...
