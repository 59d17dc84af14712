"""Toys for the tests of the kernel: a jar of sweets with its events, its counters and its keys; no word of a shop."""

from functools import partial
from typing import assert_never

import pendulum
from attrs import evolve as changed
from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, ActorId, ActorKind, Additive, AtLeast, CommandId, Noun
from ecomops.kernel.checks import an_instant, is_a, whole

NOON: DateTime = pendulum.datetime(2026, 6, 18, 12)
CHILD = Actor(kind=ActorKind.CUSTOMER, id=ActorId("child"))


@frozen(kw_only=True)
class Jar:
    """A jar: its sweets are a counter, its credit (None is no bound) says how far below zero they may go."""

    id: str
    sweets: int = 0
    credit: int | None = 0
    colour: str | None = None
    labels: tuple[str, ...] = ()
    opens_at: DateTime | None = None


@frozen(kw_only=True)
class JarFilled:
    """A new jar was filled."""

    id: str
    sweets: int = 0
    credit: int | None = 0


@frozen(kw_only=True)
class JarAdopted:
    """A jar was taken over as it stood."""

    jar: Jar


@frozen(kw_only=True)
class SweetsAdded:
    """Sweets were put in; a negative number takes them out."""

    sweets: int


@frozen(kw_only=True)
class SweetsSpilt:
    """Sweets fell on the floor: it has already happened."""

    sweets: int


@frozen(kw_only=True)
class JarPainted:
    """The jar got another colour, which is no counter."""

    colour: str


Opening = JarFilled | JarAdopted
Later = SweetsAdded | SweetsSpilt | JarPainted


def begin(event: Opening) -> Jar:
    """Return the jar that *event* tells of."""
    match event:
        case JarFilled(id=id, sweets=sweets, credit=credit):
            return Jar(id=id, sweets=sweets, credit=credit)
        case JarAdopted(jar=jar):
            return jar
        case _:
            assert_never(event)


def evolve(jar: Jar, event: Later) -> Jar:
    """Return the jar as it stands after *event*."""
    match event:
        case SweetsAdded(sweets=sweets):
            return changed(jar, sweets=jar.sweets + sweets)
        case SweetsSpilt(sweets=sweets):
            return changed(jar, sweets=jar.sweets - sweets)
        case JarPainted(colour=colour):
            return changed(jar, colour=colour)
        case _:
            assert_never(event)


COUNTERS = Additive(
    fields=("sweets",),
    keep=(AtLeast(weights={"sweets": 1, "credit": 1}, spares=(SweetsSpilt,)),),
)

a_jar_noun = partial(
    Noun[Jar, Opening, Later],
    kind="jar",
    model=Jar,
    events=Opening | Later,
    opens=(JarFilled, JarAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda jar: jar.id,
    due_at=lambda jar: jar.opens_at,
    keys={
        "sweets": lambda jar: jar.sweets,
        "colour": lambda jar: jar.colour,
        "labels": lambda jar: jar.labels,
    },
    additive=COUNTERS,
)
"""Makes the binding of the jar; a test gives what it wants otherwise."""

JAR = a_jar_noun()


@frozen(kw_only=True)
class AddSweets:
    """The command that adds sweets to a jar."""

    id: CommandId = field(default=CommandId("c-1"), validator=is_a(CommandId))
    by: Actor = field(default=CHILD, validator=is_a(Actor))
    at: DateTime = field(default=NOON, validator=an_instant)
    jar: str = "j-1"
    sweets: int = field(default=1, validator=whole())
