"""The lifecycle table: `state -> event class -> next state`, literal, checked when it is made, read for everything.

Refusals, a host's buttons, diagrams, documentation and property tests are all read out of the one table. What the
table allows may still be refused by a decision; what it does not have can never happen.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar, cast, get_args

from ecomops.kernel.errors import CorruptHistory, IllegalMove

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E")


class _Adopted:
    """The mark of an opening event that names the state itself."""

    def __repr__(self) -> str:
        return "ADOPTED"


ADOPTED: Final = _Adopted()
"""In the opening row: the event (an adopted object, in the middle of its life) names the state in its `status`."""


class BadTable(TypeError):
    """A lifecycle table that cannot be right: a mistake of the programmer, raised while the module is imported."""


class Lifecycle(Generic[S, E]):
    """One literal table of what may happen to an object of one kind.

    Args:
        machine: The name of the machine; its refusals have the code `<machine>.illegal_move`.
        events: The union of the event classes.
        table: `state -> event class -> next state`; the row `None` holds the opening events; a final state has an
            empty row.
        cyclic: The machine has no final state, on purpose.

    Raises:
        BadTable: An event class stands nowhere or is foreign, a state has no row or cannot be reached, or a state
            cannot reach a final one.

    Note:
        The form (a table read for refusals and diagrams) is that of python-hyper's h11.
    """

    def __init__(
        self,
        machine: str,
        *,
        events: object,
        table: Mapping[S | None, Mapping[type[E], "S | _Adopted"]],
        cyclic: bool = False,
    ) -> None:
        """Keep the table and check it."""
        self.machine: Final = machine
        self.events: Final = cast("tuple[type[E], ...]", get_args(events) or (events,))
        self.table: Final = table
        self._check(cyclic=cyclic)

    def may(self, state: S) -> tuple[type[E], ...]:
        """Return the event classes that the table has in *state*: a host's buttons."""
        return tuple(self.table[state])

    def is_final(self, state: S) -> bool:
        """Tell whether nothing can happen any more in *state*."""
        return not self.table[state]

    def require(self, state: S, event: type[E], *, id: str) -> None:
        """Refuse unless the table has *event* in *state*.

        Raises:
            IllegalMove: It has not; the refusal names the object by *id*.
        """
        if event not in self.table[state]:
            raise IllegalMove(machine=self.machine, id=id, state=state.value, event=event.__name__)

    def after(self, state: S, event: type[E]) -> S:
        """Return the state after *event* in *state*; a decision asked `require` before.

        Raises:
            CorruptHistory: The table does not have it: a stored history that never can have happened.
        """
        row = self.table[state]
        if event not in row:
            raise CorruptHistory(f"{self.machine} is {state.value}: {event.__name__} cannot have happened")
        return cast("S", row[event])

    def opened(self, event: E) -> S:
        """Return the state in which the opening *event* puts a new object; an adopting one names it itself."""
        to = self.table[None][type(event)]
        return cast("S", cast("Any", event).status if isinstance(to, _Adopted) else to)

    def edges(self) -> Iterator[tuple[S | None, type[E], S]]:
        """Yield every move as (state, event class, next state); an adopting event has one for every state."""
        for state, row in self.table.items():
            for event, to in row.items():
                for each in self._states() if isinstance(to, _Adopted) else (to,):
                    yield state, event, each

    def mermaid(self) -> str:
        """Return the table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        for state, row in self.table.items():
            for event, to in row.items():
                goal = "any_state" if isinstance(to, _Adopted) else to.value
                lines.append(f"    {state.value if state else '[*]'} --> {goal}: {event.__name__}")
            if state is not None and not row:
                lines.append(f"    {state.value} --> [*]")
        return "\n".join(lines)

    def _states(self) -> tuple[S, ...]:
        return tuple(state for state in self.table if state is not None)

    def _check(self, *, cyclic: bool) -> None:
        states = self._states()
        self._check_events()
        self._check_states(states)
        moves = self._moves()
        lost = set(states) - _reachable(moves, None)
        if lost:
            raise BadTable(f"{self.machine}: never reached: {sorted(lost)}")
        stuck = [s for s in states if not any(self.is_final(e) for e in _reachable(moves, s))]
        if stuck and not cyclic:
            raise BadTable(f"{self.machine}: no way to a final state from {sorted(stuck)}")

    def _check_states(self, states: tuple[S, ...]) -> None:
        kind = type(states[0]) if states else None
        if kind is not None and not issubclass(kind, StrEnum):  # pyright: ignore[reportUnnecessaryIsInstance] - for callers without types
            raise BadTable(f"{self.machine}: states are members of a StrEnum")
        if kind is None or set(kind) != set(states) or any(type(state) is not kind for state in states):
            raise BadTable(f"{self.machine}: every state needs a row")
        for state, row in self.table.items():
            odd = [event.__name__ for event, to in row.items() if not _may_lead(state, to, kind)]
            if odd:
                raise BadTable(f"{self.machine}: {odd} must lead to a state of {kind.__name__}")

    def _check_events(self) -> None:
        used = {event for row in self.table.values() for event in row}
        if not self.table.get(None):
            raise BadTable(f"{self.machine}: no opening event")
        if used != set(self.events):
            odd = sorted(event.__name__ for event in used ^ set(self.events))
            raise BadTable(f"{self.machine}: not in both the table and the union of events: {odd}")

    def _moves(self) -> dict[S | None, set[S]]:
        """Return the next states of each state; a state that only adopting events name counts as never reached."""
        moves: dict[S | None, set[S]] = {state: set() for state in self.table}
        for state, row in self.table.items():
            for to in row.values():
                if not isinstance(to, _Adopted):
                    moves[state].add(to)
        return moves


def _may_lead(state: StrEnum | None, to: object, kind: type[StrEnum]) -> bool:
    """Tell whether a move may lead to *to*: a state of the machine; in the opening row also what the event names."""
    return type(to) is kind or (state is None and isinstance(to, _Adopted))


def _reachable(moves: Mapping[S | None, set[S]], start: S | None) -> set[S]:
    """Return the states that can follow *start*, with itself when it is one."""
    found: set[S] = set() if start is None else {start}
    edge: list[S | None] = [start]
    while edge:
        fresh = moves[edge.pop()] - found
        found |= fresh
        edge.extend(fresh)
    return found
