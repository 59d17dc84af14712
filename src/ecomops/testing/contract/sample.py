"""The form of a sample: what the script does with one noun."""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from ecomops.kernel import Noun, Versioned, Write

Events = tuple[Any, ...]
Step = Callable[[Any], Events]


@frozen(kw_only=True)
class Counters:
    """How the counters of an additive noun are moved; a new row has room for ten units.

    Args:
        take: Takes so many units of the room.
        shift: Moves so many of the units taken, and leaves the room as it is.
        endless: The beginning of a row whose room has no limit.
        lose: Takes them although there is no room: it has happened already; None where nothing can.
    """

    take: Callable[[Any, int], Events]
    shift: Callable[[Any, int], Events]
    endless: Callable[[str], Events]
    lose: Callable[[Any, int], Events] | None = None


@frozen(kw_only=True)
class Sample:
    """What the script does with one noun.

    Args:
        noun: The binding.
        command: A command of one of its use cases; the script gives it ids of its own.
        answer: An answer of that use case.
        opened: The beginning of a row, by a text for its id and a number that varies its keys.
        first: A change of a new row that must compare versions.
        second: Another one, of a new row, or of one after *first*.
        counters: How its counters move, when the noun is additive.
        row: The row of a noun that is not replayable, from what was found (None for nothing) and the events.
    """

    noun: Noun[Any, Any, Any]
    command: Any
    answer: object
    opened: Callable[[str, int], Events]
    first: Step
    second: Step
    counters: Counters | None = None
    row: Callable[[Any, Events], Any] | None = None

    def written(self, found: Versioned[Any] | None, events: Events, *, exact: bool = False) -> tuple[Write[Any], ...]:
        """Return the write of *events* on what was *found*, with its row where they do not tell it."""
        after = None if self.row is None else self.row(None if found is None else found.value, events)
        return self.noun.write(found, events, exact=exact, after=after)
