"""The binding of a noun: the one fold, drafts that fold each event once, and the write that comes of them."""

from collections.abc import Callable
from functools import reduce
from types import NoneType
from typing import Any, cast

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import (
    Additive,
    AtLeast,
    BadNoun,
    BoundBroken,
    CorruptHistory,
    Currency,
    Id,
    Invalid,
    Noun,
    StaleVersion,
    Versioned,
    Write,
    WrongKind,
)
from tests.kernel.hostile import others
from tests.kernel.toys import (
    COUNTERS,
    JAR,
    NOON,
    Jar,
    JarAdopted,
    JarFilled,
    JarPainted,
    Later,
    Opening,
    SweetsAdded,
    SweetsSpilt,
    a_jar_noun,
    evolve,
)

FILLED = JarFilled(id="j-1", sweets=3)
FOUND = Versioned(Jar(id="j-1", sweets=3), 7)

openings = st.one_of(
    st.builds(JarFilled, id=st.just("j-1"), sweets=st.integers(0, 9)),
    st.builds(Jar, id=st.just("j-1"), sweets=st.integers(0, 9), colour=st.just("blue")).map(
        lambda jar: JarAdopted(jar=jar)
    ),
)
movements = st.lists(
    st.one_of(
        st.builds(SweetsAdded, sweets=st.integers(-9, 9)),
        st.builds(SweetsSpilt, sweets=st.integers(0, 9)),
        st.builds(JarPainted, colour=st.sampled_from(["red", "green"])),
    ),
    max_size=6,
)


@given(openings, movements)
def test_replay_tells_the_whole_life(opening: Opening, later: list[Later]) -> None:
    """The object after a history is what each event did to it, one after the other."""
    jar = JAR.replay([opening, *later])
    at_first = opening.sweets if isinstance(opening, JarFilled) else opening.jar.sweets
    added = sum(event.sweets for event in later if isinstance(event, SweetsAdded))
    spilt = sum(event.sweets for event in later if isinstance(event, SweetsSpilt))
    painted = [event.colour for event in later if isinstance(event, JarPainted)]
    assert jar.sweets == at_first + added - spilt
    at_last = opening.jar.colour if isinstance(opening, JarAdopted) else None
    assert jar.colour == (painted[-1] if painted else at_last)


@given(openings, movements, movements)
def test_history_can_be_cut_anywhere(opening: Opening, first: list[Later], second: list[Later]) -> None:
    """Replaying a history equals folding its end onto the replay of its beginning."""
    assert JAR.replay(iter([opening, *first, *second])) == JAR.fold(JAR.replay([opening, *first]), iter(second))


def test_fold_of_nothing_changes_nothing() -> None:
    """Without events the value stays the very same object."""
    assert JAR.fold(FOUND.value, ()) is FOUND.value


def all_at_once(jar: Jar, events: tuple[Later, ...]) -> Jar:
    """Fold as `evolve` does; the label says how many came together."""
    return changed(reduce(evolve, events, jar), labels=(str(len(events)),))


AT_ONCE = a_jar_noun(evolve_all=all_at_once)
"""A jar whose events are taken together."""


@given(openings, movements, movements)
def test_events_that_come_together_are_folded_together(
    opening: Opening, first: list[Later], second: list[Later]
) -> None:
    """A binding that can take several events at once is asked to, and says the same; one or none needs no asking."""
    whole, beginning = (AT_ONCE.replay(iter([opening, *some])) for some in ([*first, *second], first))
    count = len(first) + len(second)
    assert changed(whole, labels=JAR.begin(opening).labels) == JAR.replay([opening, *first, *second])
    assert whole.labels == ((str(count),) if count > 1 else JAR.begin(opening).labels)
    assert AT_ONCE.fold(beginning, ()) is beginning


@pytest.mark.parametrize("wrong", [FILLED, "filled"])
def test_events_that_come_together_are_checked_too(wrong: object) -> None:
    """A foreign or opening event among them is a bug, wherever it stands."""
    for events in ([wrong], [wrong, SweetsAdded(sweets=1)], [SweetsAdded(sweets=1), wrong]):
        with pytest.raises(CorruptHistory, match="cannot follow in a history of jar"):
            AT_ONCE.fold(FOUND.value, cast("Any", events))


CORRUPT: dict[str, tuple[list[Any], str]] = {
    "nothing": ([], "a history of jar cannot begin with NoneType"),
    "a later event first": ([SweetsAdded(sweets=1), FILLED], "a history of jar cannot begin with SweetsAdded"),
    "a foreign event first": (["filled"], "a history of jar cannot begin with str"),
    "none first": ([None, FILLED], "a history of jar cannot begin with NoneType"),
    "an opening event again": ([FILLED, FILLED], "JarFilled cannot follow in a history of jar"),
    "another opening event in the middle": (
        [FILLED, SweetsAdded(sweets=1), JarAdopted(jar=FOUND.value), SweetsAdded(sweets=1)],
        "JarAdopted cannot follow in a history of jar",
    ),
    "a foreign event later": ([FILLED, SweetsAdded(sweets=1), 5], "int cannot follow in a history of jar"),
    "the class of an event": ([FILLED, SweetsAdded], "type cannot follow in a history of jar"),
}


@pytest.mark.parametrize("history", CORRUPT)
def test_corrupt_history_is_no_history(history: str) -> None:
    """A history begins with an opening event and goes on with later ones of its noun; anything else is a bug."""
    events, said = CORRUPT[history]
    with pytest.raises(CorruptHistory) as found:
        JAR.replay(events)
    assert str(found.value) == said
    if events:
        with pytest.raises(CorruptHistory, match=said):
            JAR.write(None, events)


def test_later_events_of_a_found_object_are_checked_too() -> None:
    """An opening event does not follow on what was found."""
    with pytest.raises(CorruptHistory, match="JarFilled cannot follow"):
        JAR.write(FOUND, [FILLED])
    with pytest.raises(CorruptHistory, match="JarFilled cannot follow"):
        JAR.fold(FOUND.value, cast("Any", [FILLED]))


def counting() -> tuple[Noun[Jar, Opening, Later], list[Later]]:
    """Return a binding of the jar, and the list of the events that it has folded."""
    folded: list[Later] = []

    def folds(jar: Jar, event: Later) -> Jar:
        folded.append(event)
        return evolve(jar, event)

    return a_jar_noun(evolve=folds), folded


def test_draft_folds_each_event_once() -> None:
    """Decisions are chained on one object: the value follows, and each event is folded when it is added."""
    noun, folded = counting()
    draft = noun.draft(FOUND)
    added: list[Later] = [SweetsAdded(sweets=n) for n in range(1, 5)]
    assert draft.value is FOUND.value
    assert draft.add(added[:1]).value.sweets == 4
    assert draft.add(added[1:3]).add(()).add(added[3:]) is draft
    assert draft.value.sweets == draft.value.sweets == 13
    (write,) = draft.writes()
    assert (write,) == draft.writes()
    assert write.events == tuple(added) == tuple(folded)
    assert write.after is draft.value
    assert write.before is FOUND.value
    assert write.hint is COUNTERS
    assert [exact.hint for exact in draft.writes(exact=True)] == [None]


def test_draft_of_a_new_object() -> None:
    """A draft of nothing has no value until it is opened; then it goes on like any other."""
    noun, folded = counting()
    draft = noun.draft(None)
    for empty in (draft, draft.add(())):
        with pytest.raises(CorruptHistory, match="no jar yet"):
            _ = empty.value
        assert empty.writes() == ()
    draft.add([FILLED]).add([SweetsAdded(sweets=2)]).add([SweetsSpilt(sweets=1)])
    assert draft.value == Jar(id="j-1", sweets=4)
    (write,) = draft.writes()
    assert (write.before, write.expected, write.hint) == (None, None, None)
    assert write.events == (FILLED, SweetsAdded(sweets=2), SweetsSpilt(sweets=1))
    assert len(folded) == 2


def test_draft_keeps_what_it_had_when_an_event_is_corrupt() -> None:
    """Events are taken whole or not at all."""
    draft = JAR.draft(FOUND).add([SweetsAdded(sweets=1)])
    with pytest.raises(CorruptHistory):
        draft.add([SweetsAdded(sweets=1), FILLED])
    assert draft.value.sweets == 4
    (write,) = draft.writes()
    assert write.events == (SweetsAdded(sweets=1),)


@pytest.mark.parametrize("found", [None, FOUND])
def test_nothing_happened_writes_nothing(found: Versioned[Jar] | None) -> None:
    """A decision without events, the repeat of one that was taken, leaves no write."""
    assert JAR.write(found, ()) == ()
    assert JAR.write(found, [], exact=True) == ()


def test_write_of_a_change() -> None:
    """A write says what was read, what is there now, what happened, and under which version it was read."""
    events = (SweetsAdded(sweets=2), JarPainted(colour="red"))
    assert JAR.write(FOUND, events) == (
        Write(
            kind="jar",
            id="j-1",
            before=FOUND.value,
            after=Jar(id="j-1", sweets=5, colour="red"),
            expected=7,
            events=events,
            hint=COUNTERS,
        ),
    )


def test_check_changes_nothing_but_the_version() -> None:
    """The row must be the one that was read; it is no addition, and nothing happened."""
    found = Versioned(Jar(id="j", sweets=3), 7)
    (check,) = JAR.check(found)
    assert check == Write("jar", "j", found.value, found.value, 7, ())
    assert check.additive is None


def test_before_and_after_share_what_did_not_change() -> None:
    """An adapter may tell by identity what to write."""
    labels = tuple("ab")
    (write,) = JAR.write(Versioned(Jar(id="j-1", labels=labels), 1), [SweetsAdded(sweets=1)])
    assert cast("Jar", write.before).labels is write.after.labels is labels


@pytest.mark.parametrize("version", [0, 1, "etag", ""])
def test_version_is_opaque(version: int | str) -> None:
    """Whatever a store calls the state of a row comes back as the version to expect; zero and "" too."""
    (write,) = JAR.write(Versioned(FOUND.value, version), [SweetsAdded(sweets=1)])
    assert write.expected == version
    assert type(write.expected) is type(version)


HINTED: dict[str, tuple[Callable[[], tuple[Write[Jar], ...]], dict[str, int] | None]] = {
    "counters alone": (lambda: JAR.write(FOUND, [SweetsAdded(sweets=2), SweetsSpilt(sweets=5)]), {"sweets": -3}),
    "counters that end where they began": (
        lambda: JAR.write(FOUND, [SweetsAdded(sweets=2), SweetsAdded(sweets=-2)]),
        {"sweets": 0},
    ),
    "something else too": (lambda: JAR.write(FOUND, [SweetsAdded(sweets=2), JarPainted(colour="red")]), None),
    "the exact row is wanted": (lambda: JAR.write(FOUND, [SweetsAdded(sweets=2)], exact=True), None),
    "a new object": (lambda: JAR.write(None, [FILLED, SweetsAdded(sweets=2)]), None),
    "a noun without counters": (lambda: a_jar_noun(additive=None).write(FOUND, [SweetsAdded(sweets=2)]), None),
}


@pytest.mark.parametrize("case", HINTED)
def test_write_is_additive_when_counters_alone_moved(case: str) -> None:
    """A store may add when an object that was found differs in its counters alone and nobody wants the exact row."""
    make, moved = HINTED[case]
    (write,) = make()
    assert write.additive == moved
    row = Jar(id="j-1", sweets=10, colour="blue")
    if moved is None:
        with pytest.raises(StaleVersion) as stale:
            write.onto(row)
        assert stale.value.context == {"kind": "jar", "id": "j-1"}
    else:
        assert write.onto(row) == Jar(id="j-1", sweets=10 + moved["sweets"], colour="blue")


def test_write_onto_a_row_that_moved_too_far_is_a_conflict() -> None:
    """The bound is checked on the row that the store finds, not on the one that was read."""
    (write,) = JAR.write(FOUND, [SweetsAdded(sweets=-3)])
    assert write.after.sweets == 0
    assert write.onto(Jar(id="j-1", sweets=3)).sweets == 0
    with pytest.raises(BoundBroken) as broken:
        write.onto(Jar(id="j-1", sweets=2))
    assert broken.value.context == {"kind": "jar", "id": "j-1"}


def test_key_reads_the_declared_keys() -> None:
    """Every noun has its id and its timer among its keys; the timer is None where there is none."""
    jar = Jar(id="j-1", sweets=3, colour="red", labels=("a", "b"), opens_at=NOON)
    read = {name: JAR.key(name, jar) for name in ("id", "due_at", *JAR.keys)}
    assert read == {"id": "j-1", "due_at": NOON, "sweets": 3, "colour": "red", "labels": ("a", "b")}
    assert a_jar_noun(due_at=None).key("due_at", jar) is None


def test_binding_knows_its_events() -> None:
    """The union names all events; those that do not open may follow."""
    assert JAR.all_events == (JarFilled, JarAdopted, SweetsAdded, SweetsSpilt, JarPainted)
    assert JAR.later == {SweetsAdded, SweetsSpilt, JarPainted}
    single: Noun[Jar, JarFilled, Any] = Noun(
        kind="jar",
        model=Jar,
        events=JarFilled,
        opens=(JarFilled,),
        begin=lambda event: Jar(id=event.id),
        evolve=evolve,
        id_of=lambda jar: jar.id,
    )
    assert single.all_events == (JarFilled,)
    assert single.later == frozenset()
    assert (single.keys, single.additive, single.replayable, single.due_at) == ({}, None, True, None)


SECRET = a_jar_noun(replayable=False, additive=None)


def test_row_of_a_noun_that_is_not_replayable_is_handed_in() -> None:
    """Its events do not tell the row: the write has the row beside them, of a new object and of a changed one."""
    row = Jar(id="j-1", sweets=9, colour="what no event tells")
    assert SECRET.write(None, [FILLED], after=row) == (
        Write(kind="jar", id="j-1", before=None, after=row, expected=None, events=(FILLED,)),
    )
    (write,) = SECRET.write(FOUND, [SweetsAdded(sweets=1)], after=row)
    assert (write.before, write.after, write.expected, write.hint) == (FOUND.value, row, 7, None)
    assert SECRET.write(FOUND, [], after=row) == ()


@pytest.mark.parametrize(
    ("noun", "after", "said"),
    [
        (SECRET, None, "jar is not told by its events: its row is missing"),
        (SECRET, Jar(id="j-2"), "the row of jar is of another object than its events"),
        (JAR, FOUND.value, "jar is told by its events: it takes no row"),
    ],
)
def test_row_is_handed_in_exactly_where_events_do_not_tell_it(
    noun: Noun[Jar, Opening, Later], after: Jar | None, said: str
) -> None:
    """Left out, it would lose the values; handed in elsewhere, it would break replay; of another object, both."""
    with pytest.raises(CorruptHistory, match=said):
        noun.write(None, [FILLED], after=after)
    with pytest.raises(CorruptHistory, match=said):
        noun.draft(FOUND).add([SweetsAdded(sweets=1)]).writes(after=after)


FIELDS: list[tuple[str, tuple[type, ...]]] = [
    ("kind", (str, Id, Currency)),
    ("model", (type,)),
    ("events", (type,)),
    ("opens", (tuple,)),
    ("begin", (type,)),
    ("evolve", (type,)),
    ("evolve_all", (type, NoneType)),
    ("id_of", (type,)),
    ("due_at", (type, NoneType)),
    ("keys", ()),
    ("additive", (NoneType,)),
    ("replayable", (bool,)),
]


@pytest.mark.parametrize(("name", "kinds"), FIELDS, ids=[name for name, _ in FIELDS])
def test_parts_of_a_binding_are_checked(name: str, kinds: tuple[type, ...]) -> None:
    """What stands in a field of a binding where it does not belong is refused when the module is imported."""
    for value in others(*kinds):
        with pytest.raises(Invalid):
            a_jar_noun(**{name: value})


@pytest.mark.parametrize("keys", [{1: str}, {"sweets": "sweets"}, {"sweets": None}])
def test_keys_are_functions_by_name(keys: Any) -> None:  # noqa: ANN401 - for callers without types
    """A key is a name, and a function of the value."""
    with pytest.raises(WrongKind, match=r"Noun\.keys must be functions by name"):
        a_jar_noun(keys=keys)


MISFITS: dict[str, tuple[dict[str, Any], str]] = {
    "foreign opening": (
        {"events": Later},
        r"jar: opens with what is none of its events: \['JarAdopted', 'JarFilled'\]",
    ),
    "no opening": ({"opens": ()}, "must be from 1"),
    "own id": ({"keys": {"id": str}}, r"every noun has these keys anyway: \['id'\]"),
    "own timer": ({"keys": {"due_at": str}}, r"every noun has these keys anyway: \['due_at'\]"),
    "unknown counter": ({"additive": Additive(fields=("sweets", "nuts"))}, r"no field of Jar: \['nuts'\]"),
    "unknown bound": (
        {"additive": Additive(fields=("sweets",), keep=(AtLeast(weights={"limit": 1}),))},
        r"no field of Jar: \['limit'\]",
    ),
    "model without fields": (
        {"model": str, "additive": Additive(fields=("sweets",))},
        r"no field of str: \['sweets'\]",
    ),
}


@pytest.mark.parametrize("case", MISFITS)
def test_parts_of_a_binding_fit(case: str) -> None:
    """A binding that opens with a foreign event, repeats a key or counts what is no field is refused by name."""
    parts, words = MISFITS[case]
    with pytest.raises((BadNoun, Invalid), match=words):
        a_jar_noun(**parts)


def test_binding_is_itself_alone() -> None:
    """Two bindings of one kind are two; a binding is shown by its kind."""
    assert a_jar_noun() != JAR
    assert {JAR: 1}[JAR] == 1
    assert repr(JAR) == "Noun('jar')"


def test_opening_events_are_classes() -> None:
    """A binding whose opening events are no tuple of classes is refused where it is made."""
    for opens in ([JarFilled], (FILLED,), (JarFilled, "JarAdopted")):
        with pytest.raises(WrongKind, match=r"Noun\.opens"):
            a_jar_noun(opens=cast("Any", opens))
