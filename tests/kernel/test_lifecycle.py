"""The lifecycle table: what is read out of it, and which tables are refused while a module is imported."""

from collections.abc import Callable
from enum import StrEnum
from itertools import product
from typing import Any, cast

import pytest
from attrs import frozen

from ecomops.kernel import ADOPTED, BadTable, IllegalMove, Lifecycle


class Lamp(StrEnum):
    """Where a lamp stands."""

    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Door(StrEnum):
    """The states of something else; one has the text of a lamp's."""

    OFF = "off"
    AJAR = "ajar"


class Made:
    """A lamp was made."""


@frozen
class Found:
    """A lamp was found as it was."""

    status: Lamp


class Switched:
    """A lamp was switched."""


class Dropped:
    """A lamp was dropped."""


class Stolen:
    """No event of a lamp."""


Event = Made | Found | Switched | Dropped
Table = dict[Any, dict[Any, Any]]


def a_table() -> Table:
    """Return a table that is right."""
    return {
        None: {Made: Lamp.OFF, Found: ADOPTED},
        Lamp.OFF: {Switched: Lamp.ON, Dropped: Lamp.BROKEN},
        Lamp.ON: {Switched: Lamp.OFF},
        Lamp.BROKEN: {},
    }


def a_lifecycle(table: Table | None = None, events: object = Event, *, cyclic: bool = False) -> Lifecycle[Lamp, Event]:
    """Return the machine of a lamp."""
    return Lifecycle("lamp", events=events, table=table or a_table(), cyclic=cyclic)


LAMP = a_lifecycle()
LATER: list[type[Event]] = [Switched, Dropped]


def test_table_is_kept_as_it_was_given() -> None:
    """The machine knows its name, its table and its events in the order of the union."""
    assert LAMP.machine == "lamp"
    assert LAMP.table == a_table()
    assert LAMP.events == (Made, Found, Switched, Dropped)


def test_may_lists_the_moves_of_a_state() -> None:
    """A host's buttons are the row of the state, in its order."""
    assert LAMP.may(Lamp.OFF) == (Switched, Dropped)
    assert LAMP.may(Lamp.ON) == (Switched,)
    assert LAMP.may(Lamp.BROKEN) == ()


@pytest.mark.parametrize("state", Lamp)
def test_final_is_a_state_without_moves(state: Lamp) -> None:
    """Nothing can happen any more exactly where there is no button."""
    assert LAMP.is_final(state) == (state is Lamp.BROKEN)


@pytest.mark.parametrize("event", LATER)
@pytest.mark.parametrize("state", Lamp)
def test_require_refuses_every_pair_outside_the_table(state: Lamp, event: type[Event]) -> None:
    """A pair in the table passes and leads where the table says; any other is refused by the object's name."""
    row = a_table()[state]
    if event in row:
        LAMP.require(state, event, id="l-1")
        assert LAMP.after(state, event) is row[event]
    else:
        with pytest.raises(IllegalMove) as refused:
            LAMP.require(state, event, id="l-1")
        assert refused.value.code == "lamp.illegal_move"
        assert refused.value.context == {
            "machine": "lamp",
            "id": "l-1",
            "state": state.value,
            "event": event.__name__,
        }


def test_no_opening_event_follows() -> None:
    """An event that opens may not happen to an object that is there, unless its state's row has it."""
    for state in Lamp:
        with pytest.raises(IllegalMove):
            LAMP.require(state, Made, id="l-1")


@pytest.mark.parametrize("state", Lamp)
def test_opened_reads_the_opening_row(state: Lamp) -> None:
    """A new object stands where the table says; an adopted one where its event says."""
    assert LAMP.opened(Made()) is Lamp.OFF
    assert LAMP.opened(Found(state)) is state


def test_edges_are_all_moves() -> None:
    """Every move once, in the order of the table; adoption leads to every state."""
    assert list(LAMP.edges()) == [
        (None, Made, Lamp.OFF),
        (None, Found, Lamp.OFF),
        (None, Found, Lamp.ON),
        (None, Found, Lamp.BROKEN),
        (Lamp.OFF, Switched, Lamp.ON),
        (Lamp.OFF, Dropped, Lamp.BROKEN),
        (Lamp.ON, Switched, Lamp.OFF),
    ]


def test_mermaid_draws_the_table() -> None:
    """The diagram has an arrow for every cell, from the start to the end."""
    assert LAMP.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off: Made",
        "    [*] --> any_state: Found",
        "    off --> on: Switched",
        "    off --> broken: Dropped",
        "    on --> off: Switched",
        "    broken --> [*]",
    ]


def test_adopted_reads_as_its_name() -> None:
    """The mark shows in a table as it is written."""
    assert repr(ADOPTED) == "ADOPTED"


def without(state: Lamp) -> Table:
    """Return the table with the row of *state* missing."""
    return {key: row for key, row in a_table().items() if key is not state}


def with_row(state: Lamp | None, row: dict[Any, Any]) -> Table:
    """Return the table with another row for *state*."""
    return {**a_table(), state: row}


PLANTED: dict[str, tuple[Callable[[], object], str]] = {
    "state without a row": (lambda: a_lifecycle(without(Lamp.BROKEN)), "every state needs a row"),
    "no state at all": (lambda: a_lifecycle({None: {Made: Lamp.OFF}}, Made), "every state needs a row"),
    "state of another machine": (
        lambda: a_lifecycle({**a_table(), Door.AJAR: {}}),
        "every state needs a row",
    ),
    "no opening row": (
        lambda: a_lifecycle({key: row for key, row in a_table().items() if key}, Switched | Dropped),
        "no opening event",
    ),
    "empty opening row": (lambda: a_lifecycle(with_row(None, {}), Switched | Dropped), "no opening event"),
    "nothing": (lambda: Lifecycle[Lamp, Made]("lamp", events=Made, table={}), "no opening event"),
    "event of the union missing": (lambda: a_lifecycle(events=Event | Stolen), r"\['Stolen'\]"),
    "event that is not of the union": (
        lambda: a_lifecycle(with_row(Lamp.ON, {Switched: Lamp.OFF, Stolen: Lamp.BROKEN})),
        r"\['Stolen'\]",
    ),
    "two odd events": (
        lambda: a_lifecycle(with_row(Lamp.ON, {Stolen: Lamp.OFF}), Event | int),
        r"\['Stolen', 'int'\]",
    ),
    "unreachable state": (
        lambda: a_lifecycle({**a_table(), Lamp.OFF: {Switched: Lamp.OFF, Dropped: Lamp.BROKEN}}),
        r"never reached: \[<Lamp.ON: 'on'>\]",
    ),
    "reached by adoption alone": (
        lambda: a_lifecycle(
            {None: {Found: ADOPTED}, Lamp.OFF: {Switched: Lamp.ON}, Lamp.ON: {Dropped: Lamp.BROKEN}, Lamp.BROKEN: {}},
            Found | Switched | Dropped,
        ),
        "never reached",
    ),
    "no way to a final state": (
        lambda: a_lifecycle(with_row(Lamp.BROKEN, {Dropped: Lamp.BROKEN})),
        "no way to a final state",
    ),
    "one state that never ends": (
        lambda: a_lifecycle(
            {
                None: {Made: Lamp.OFF, Found: Lamp.ON},
                Lamp.OFF: {Dropped: Lamp.BROKEN},
                Lamp.ON: {Switched: Lamp.ON},
                Lamp.BROKEN: {},
            }
        ),
        r"no way to a final state from \[<Lamp.ON: 'on'>\]",
    ),
    "move to a state of another machine": (
        lambda: a_lifecycle(with_row(Lamp.ON, {Switched: Door.AJAR})),
        "lamp: ",
    ),
    "move to another machine's state of the same text": (
        lambda: a_lifecycle(with_row(Lamp.ON, {Switched: Door.OFF})),
        "lamp: ",
    ),
    "move to a text": (lambda: a_lifecycle(with_row(Lamp.ON, {Switched: "off"})), "lamp: "),
    "opening into another machine": (lambda: a_lifecycle(with_row(None, {Made: Door.AJAR, Found: ADOPTED})), "lamp: "),
    "adoption in the middle": (lambda: a_lifecycle(with_row(Lamp.ON, {Switched: ADOPTED})), "lamp: "),
    "states that are plain texts": (
        lambda: a_lifecycle({None: {Made: "off"}, "off": {Dropped: "broken"}, "broken": {}}, Made | Dropped),
        "lamp: ",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_planted_bad_table_is_refused(fault: str) -> None:
    """A table that cannot be right is refused where it is made, in a sentence that names the machine and the fault."""
    make, said = PLANTED[fault]
    with pytest.raises(BadTable, match=said) as refused:
        make()
    assert str(refused.value).startswith("lamp: ")


def test_cyclic_machine_needs_no_end() -> None:
    """A machine without a final state is allowed when the table says so, and only then."""
    table: Table = {None: {Made: Lamp.OFF}, Lamp.OFF: {Switched: Lamp.ON}, Lamp.ON: {Dropped: Lamp.BROKEN}}
    table[Lamp.BROKEN] = {Switched: Lamp.OFF}
    events = Made | Switched | Dropped
    assert not any(a_lifecycle(table, events, cyclic=True).is_final(state) for state in Lamp)
    with pytest.raises(BadTable, match="no way to a final state"):
        Lifecycle[Lamp, Any]("lamp", events=events, table=table)


def test_other_faults_are_refused_in_a_cyclic_machine_too() -> None:
    """Being cyclic excuses the missing end alone."""
    with pytest.raises(BadTable, match="every state needs a row"):
        a_lifecycle(without(Lamp.BROKEN), cyclic=True)
    with pytest.raises(BadTable, match="never reached"):
        a_lifecycle({**a_table(), Lamp.OFF: {Switched: Lamp.OFF, Dropped: Lamp.BROKEN}}, cyclic=True)


class Only(StrEnum):
    """A machine of one state."""

    THERE = "there"


def test_one_event_class_is_a_union_too() -> None:
    """An object to which one thing happens has a table of one cell."""
    one: Lifecycle[Only, Made] = Lifecycle("one", events=Made, table={None: {Made: Only.THERE}, Only.THERE: {}})
    assert one.events == (Made,)
    assert one.opened(Made()) is Only.THERE


class Few(StrEnum):
    """Some states."""

    A = "a"
    B = "b"
    C = "c"


KINDS: list[type] = [type(f"Kind{number}", (), {}) for number in range(2)]
Row = dict[type, Few]
Rows = dict[Few | None, Row]


def every_row() -> list[Row]:
    """Return each row that there can be: where each event leads to, if anywhere."""
    goals = product((None, *Few), repeat=len(KINDS))
    return [{event: to for event, to in zip(KINDS, row, strict=True) if to} for row in goals]


OPENINGS: list[tuple[Row, bool]] = [
    ({KINDS[0]: Few.A}, False),
    ({KINDS[0]: Few.A}, True),
    ({KINDS[0]: Few.A, KINDS[1]: Few.B}, False),
]


@pytest.mark.parametrize(("opening", "cyclic"), OPENINGS)
def test_tables_are_refused_exactly_when_they_are_wrong(opening: Row, cyclic: bool) -> None:  # noqa: FBT001 - an example
    """Of all tables of three states those are right that open, use all events, reach every state and its end."""
    verdicts: set[bool] = set()
    for later in product(every_row(), repeat=len(Few)):
        table: Rows = dict(zip((None, *Few), (opening, *later), strict=True))
        verdicts.add(is_right(table, cyclic=cyclic))
        assert is_taken(table, cyclic=cyclic) == is_right(table, cyclic=cyclic)
    assert verdicts == {True, False}


def is_taken(table: Rows, *, cyclic: bool) -> bool:
    """Tell whether the machine takes *table*."""
    events = cast("Any", KINDS[0]) | KINDS[1]
    try:
        Lifecycle[Few, Any]("random", events=events, table=table, cyclic=cyclic)
    except BadTable:
        return False
    return True


def is_right(table: Rows, *, cyclic: bool) -> bool:
    """Tell whether *table* is right, by brute force."""
    return (
        {event for row in table.values() for event in row} == set(KINDS)
        and ways(table, None) == set(Few)
        and (cyclic or all(any(not table[end] for end in ways(table, state) | {state}) for state in Few))
    )


def ways(table: Rows, start: Few | None) -> set[Few]:
    """Return the states that follow *start* in up to three moves: more lead nowhere new."""
    found: set[Few] = set()
    for _ in Few:
        found |= {to for state in (start, *found) for to in table[state].values()}
    return found
