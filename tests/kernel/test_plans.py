"""Commands and who gave them, plans, commits and what a store records."""

import pytest

from ecomops.kernel import (
    Actor,
    ActorId,
    ActorKind,
    Command,
    CommandId,
    CommandReused,
    Commit,
    Done,
    Plan,
    Recorded,
    Refused,
    Repeated,
    Versioned,
    WrongKind,
)
from tests.kernel.hostile import others, untyped
from tests.kernel.toys import CHILD, JAR, NOON, AddSweets, Jar, JarFilled, JarPainted, SweetsAdded, a_jar_noun


def test_actor_is_a_kind_and_an_id() -> None:
    """Four sorts of actors give commands; a text is no kind and no id."""
    assert [kind.value for kind in ActorKind] == ["customer", "staff", "system", "partner"]
    assert Actor(kind=ActorKind.STAFF, id=ActorId("till-7")) == Actor(kind=ActorKind.STAFF, id=ActorId("till-7"))
    for value in untyped("staff", CommandId("till-7"), *others()):
        with pytest.raises(WrongKind, match=r"Actor\.kind must be ActorKind"):
            Actor(kind=value, id=ActorId("till-7"))
        with pytest.raises(WrongKind, match=r"Actor\.id must be ActorId"):
            Actor(kind=ActorKind.STAFF, id=value)


def test_a_frozen_class_is_a_command() -> None:
    """Whatever has an id, an actor and an instant can be asked for."""
    command: Command = AddSweets()
    assert (command.id, command.by, command.at) == (CommandId("c-1"), CHILD, NOON)


def test_plan_may_write_nothing() -> None:
    """A plan without writes answers only; writes are a tuple of writes."""
    assert Plan(answer=5).writes == ()
    for value in untyped([], (5,), *others(tuple)):
        with pytest.raises(WrongKind, match=r"Plan\.writes must be tuple of Write"):
            Plan(answer=5, writes=value)


def test_events_of_a_commit_stand_in_the_order_of_its_writes() -> None:
    """All events of the first write, then those of the next, each time that they are asked for."""
    first: tuple[JarFilled | SweetsAdded | JarPainted, ...] = (JarFilled(id="b"), SweetsAdded(sweets=1))
    second = (JarPainted(colour="red"), SweetsAdded(sweets=2))
    writes = JAR.write(None, first) + JAR.write(Versioned(Jar(id="a"), 1), second)
    commit = Commit(command=AddSweets(), answer=None, writes=writes)
    assert list(commit.events) == list(commit.events) == [*first, *second]
    assert list(Commit(command=AddSweets(), answer=None, writes=()).events) == []
    for value in untyped([], (5,), None):
        with pytest.raises(WrongKind, match=r"Commit\.writes"):
            Commit(command=AddSweets(), answer=None, writes=value)


def test_commit_writes_each_object_once() -> None:
    """Two writes of one object are refused by its name: the first would be lost; equal ids of two kinds are two."""
    add = [SweetsAdded(sweets=1)]
    found = Versioned(Jar(id="a"), 1)
    once = JAR.write(found, add) + JAR.write(Versioned(Jar(id="b"), 1), add) + a_jar_noun(kind="tin").write(found, add)
    assert len(Commit(command=AddSweets(), answer=None, writes=once).writes) == 3
    with pytest.raises(Repeated) as refused:
        Commit(command=AddSweets(), answer=None, writes=(*once, *JAR.write(found, add)))
    assert refused.value.context == {"field": "Commit.writes", "key": "jar a"}


def test_done_holds_any_answer() -> None:
    """None is an answer too."""
    assert Done[object](None) == Done[object](None) != Done[object](5)


def test_reused_command_is_refused_by_its_id() -> None:
    """The refusal names the command, in both languages."""
    reused = CommandReused(id="c-1")
    assert isinstance(reused, Refused)
    assert str(reused) == "command c-1 was given before with another content"
    assert reused.message("zh") == "命令 c-1 曾以不同内容提交过"


def test_a_record_is_read_by_names() -> None:
    """It is a tuple of where, what and who; a version is an int or a text."""
    record = Recorded(
        position=0, kind="jar", id="j-1", version="etag", by=CHILD, command_id=CommandId("c-1"), event=JarFilled(id="j")
    )
    assert (record.position, record.version, record.command_id) == (0, "etag", "c-1")
    assert record == tuple(record)


def test_a_commit_writes_each_object_once() -> None:
    """Of two writes of one object the first would be lost: such a commit cannot be made."""
    found = Versioned(Jar(id="a"), 1)
    write = JAR.write(found, (SweetsAdded(sweets=1),))
    with pytest.raises(Repeated) as refused:
        Commit(command=AddSweets(), answer=None, writes=(*write, *JAR.write(found, (SweetsAdded(sweets=2),))))
    assert refused.value.context == {"field": "Commit.writes", "key": "jar a"}
    other = CHILD.kind, "a"
    assert Commit(command=AddSweets(), answer=None, writes=(*write, write[0]._replace(kind=other[0]))).writes
