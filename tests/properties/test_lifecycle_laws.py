"""The laws of every lifecycle table and of every noun: whatever the package holds is found and tested here."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from itertools import product
from pkgutil import walk_packages
from typing import Any, cast, get_args

import pytest
from attrs import fields_dict
from pendulum import DateTime

import ecomops
from ecomops.kernel import ADOPTED, IllegalMove, Lifecycle, Noun

Table = Mapping[StrEnum | None, Mapping[type[Any], Any]]

MODULES = [import_module(found.name) for found in walk_packages(ecomops.__path__, "ecomops.")]


def found(kind: type[object]) -> list[Any]:
    """Return every object of *kind* that stands in a module of the package, each once."""
    everything = (value for module in MODULES for value in vars(module).values())
    return list({id(value): value for value in everything if isinstance(value, kind)}.values())


LIFECYCLES: list[Lifecycle[Any, Any]] = found(Lifecycle)
NOUNS: list[Noun[Any, Any, Any]] = found(Noun)

every_lifecycle = pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.machine)
every_noun = pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.kind)


def states(table: Table) -> list[StrEnum]:
    """Return the states that have a row."""
    return [state for state in table if state is not None]


def an_event(event: type[object], **fields: object) -> object:
    """Return an event of which only these fields are filled in: all that its table may look at."""
    bare = event.__new__(event)
    for name, value in fields.items():
        object.__setattr__(bare, name, value)
    return bare


def test_the_machines_and_nouns_of_the_shop_are_found() -> None:
    """What is not found is not tested: these at least stand in the package, each under a name of its own."""
    machines, kinds = [each.machine for each in LIFECYCLES], [each.kind for each in NOUNS]
    assert {"product", "reservation", "order"} <= set(machines)
    assert {"product", "stock", "reservation", "order", "payment"} <= set(kinds)
    assert len(set(machines)) == len(machines)
    assert len(set(kinds)) == len(kinds)


# --- tables


@every_lifecycle
def test_every_move_outside_the_table_is_refused(lifecycle: Lifecycle[Any, Any]) -> None:
    """With the code of its machine, naming object, state and event; every move inside it passes."""
    table: Table = lifecycle.table
    events = {event for row in table.values() for event in row}
    for state, event in product(states(table), events):
        if event in table[state]:
            lifecycle.require(state, event, id="x-1")
            assert lifecycle.after(state, event) is table[state][event]
        else:
            with pytest.raises(IllegalMove) as refusal:
                lifecycle.require(state, event, id="x-1")
            assert refusal.value.code == f"{lifecycle.machine}.illegal_move"
            assert refusal.value.context == {
                "machine": lifecycle.machine,
                "id": "x-1",
                "state": state.value,
                "event": event.__name__,
            }


@every_lifecycle
def test_every_event_of_the_union_occurs_in_the_table(lifecycle: Lifecycle[Any, Any]) -> None:
    """And no other."""
    table: Table = lifecycle.table
    assert {event for row in table.values() for event in row} == set(lifecycle.events)


@every_lifecycle
def test_every_state_can_be_reached_without_adoption(lifecycle: Lifecycle[Any, Any]) -> None:
    """A state that only another system could have brought would be dead in this one."""
    table: Table = lifecycle.table
    reached: set[Any] = set()
    front: list[StrEnum | None] = [None]
    while front:
        fresh = {to for to in table[front.pop()].values() if to is not ADOPTED} - reached
        reached |= fresh
        front.extend(fresh)
    assert reached == set(states(table)) == set(type(states(table)[0]))


@every_lifecycle
def test_an_adopting_event_opens_any_state_and_any_other_opening_event_one(lifecycle: Lifecycle[Any, Any]) -> None:
    """A shop that starts in the middle brings its objects as they are: every lifecycle has a door for it."""
    table: Table = lifecycle.table
    assert ADOPTED in table[None].values()
    for event, to in table[None].items():
        if to is ADOPTED:
            assert [lifecycle.opened(an_event(event, status=each)) for each in states(table)] == states(table)
        else:
            assert lifecycle.opened(an_event(event)) is to


@every_lifecycle
def test_adoption_is_an_opening_only(lifecycle: Lifecycle[Any, Any]) -> None:
    """No later event names its own next state, and no opening event can come later."""
    table: Table = lifecycle.table
    for state in states(table):
        assert ADOPTED not in table[state].values()
        assert not set(table[state]) & set(table[None])


@every_lifecycle
def test_a_hosts_buttons_are_the_row_of_the_state(lifecycle: Lifecycle[Any, Any]) -> None:
    """In the order of the table; a final state has none."""
    table: Table = lifecycle.table
    for state in states(table):
        assert lifecycle.may(state) == tuple(table[state])
        assert lifecycle.is_final(state) is (len(table[state]) == 0)


def written(table: Table) -> Counter[tuple[StrEnum | None, type[Any], Any]]:
    """Return the moves that the table has, an adopting one for each state."""
    return Counter(
        (state, event, each)
        for state, row in table.items()
        for event, to in row.items()
        for each in (states(table) if to is ADOPTED else [to])
    )


@every_lifecycle
def test_the_edges_are_the_moves_of_the_table(lifecycle: Lifecycle[Any, Any]) -> None:
    """Each once."""
    assert Counter(lifecycle.edges()) == written(lifecycle.table)


@every_lifecycle
def test_the_diagram_has_every_edge(lifecycle: Lifecycle[Any, Any]) -> None:
    """One arrow for each move, adoption into any state, and an end for each final state; nothing else."""
    table: Table = lifecycle.table
    arrows = {
        f"{'[*]' if state is None else state.value} --> {'any_state' if to is ADOPTED else to.value}: {event.__name__}"
        for state, row in table.items()
        for event, to in row.items()
    }
    ends = {f"{state.value} --> [*]" for state in states(table) if not table[state]}
    head, *lines = lifecycle.mermaid().splitlines()
    assert head == "stateDiagram-v2"
    assert Counter(line.strip() for line in lines) == Counter(arrows | ends)


@every_lifecycle
def test_a_lifecycle_belongs_to_the_noun_of_its_name(lifecycle: Lifecycle[Any, Any]) -> None:
    """They have the same events, and the same of them open."""
    (noun,) = [each for each in NOUNS if each.kind == lifecycle.machine]
    assert set(lifecycle.events) == set(get_args(noun.events))
    assert set(lifecycle.table[None]) == set(noun.opens)


# --- nouns


@every_noun
def test_every_event_says_what_and_when(noun: Noun[Any, Any, Any]) -> None:
    """It has a code of its own that begins with its noun, and carries its instant."""
    codes = [cast("Any", event).code for event in noun.all_events]
    assert all(code.startswith(f"{noun.kind}.") for code in codes)
    assert len(set(codes)) == len(codes)
    assert all(fields_dict(cast("Any", event))["at"].type is DateTime for event in noun.all_events)


@every_noun
def test_every_noun_opens_with_some_of_its_events_and_lives_by_the_others(noun: Noun[Any, Any, Any]) -> None:
    """No event does both."""
    union = set(get_args(noun.events))
    assert set(noun.opens) < union
    assert noun.later == union - set(noun.opens)


@every_noun
def test_counters_that_move_by_addition_have_neither_timer_nor_other_fields(noun: Noun[Any, Any, Any]) -> None:
    """Every field of such a noun is its id, a counter or a bound, and its bounds speak of its fields."""
    if noun.additive is None:
        return
    fields = set(fields_dict(noun.model))
    bounds = {name for bound in noun.additive.keep for name in bound.weights}
    assert noun.due_at is None
    assert fields == {"id"} | set(noun.additive.fields) | bounds
    assert all(set(bound.spares) <= noun.later for bound in noun.additive.keep)
