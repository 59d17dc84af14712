"""What a use case is told and what it answers: commands and who gave them, the plan, the commit, the record."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from attrs import define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import is_a, require_once, tuple_of
from ecomops.kernel.errors import Refused
from ecomops.kernel.ids import ActorId, CommandId
from ecomops.kernel.nouns import Version, Write
from ecomops.kernel.text import Text

A_co = TypeVar("A_co", covariant=True)


class ActorKind(StrEnum):
    """What sort of actor gives a command."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"
    PARTNER = "partner"


@frozen(kw_only=True)
class Actor:
    """Who gave a command: a kind and an id, never a name.

    Example:
        >>> Actor(kind=ActorKind.STAFF, id=ActorId("till-7")).id
        ActorId('till-7')
    """

    kind: ActorKind = field(validator=is_a(ActorKind))
    id: ActorId = field(validator=is_a(ActorId))


class Command(Protocol):
    """What every command carries: its id, by whom it was given, and the instant at which it holds."""

    @property
    def id(self) -> CommandId:
        """The id of the intention; a repeat of it writes nothing."""
        ...

    @property
    def by(self) -> Actor:
        """Who gave it."""
        ...

    @property
    def at(self) -> DateTime:
        """The instant at which it holds."""
        ...


def carries_personal(command: Command) -> bool:
    """Tell whether *command* brings personal values: its class says so by `personal = True`.

    A store keeps no such command, not even to tell a repeat from a reused id: its fingerprint does that.
    """
    return getattr(type(command), "personal", False) is True


@define(kw_only=True, slots=False, eq=False)
class CommandReused(Refused):
    """The id of the command was given before with another content."""

    code: ClassVar[str] = "command.reused"
    text: ClassVar[Text] = Text("command {id} was given before with another content", "命令 {id} 曾以不同内容提交过")

    id: str


@frozen(kw_only=True)
class Plan(Generic[A_co]):
    """What a use case decided: the answer, which explains itself, and what to write."""

    answer: A_co
    writes: tuple[Write[Any], ...] = field(default=(), validator=tuple_of(Write))


@frozen(kw_only=True)
class Commit:
    """The unit of work as a value: all of it or nothing.

    Args:
        command: What was asked.
        answer: What was answered; a store records it beside the id of the command, for repeats.
        writes: The changed objects, each once.

    Raises:
        Repeated: Two writes are of one object: the first of them would be lost.
    """

    command: Command
    answer: object
    writes: tuple[Write[Any], ...] = field(validator=tuple_of(Write))

    def __attrs_post_init__(self) -> None:
        """Refuse two writes of one object."""
        objects = {write[:2] for write in self.writes}  # kind and id: nothing of a tuple is taken apart faster
        if len(objects) < len(self.writes):
            require_once([f"{write.kind} {write.id}" for write in self.writes], field="Commit.writes")

    @property
    def events(self) -> Iterator[object]:
        """The events of the writes, in their order."""
        return (event for write in self.writes for event in write.events)


@frozen
class Done(Generic[A_co]):
    """The recorded answer of a command that was carried out before."""

    answer: A_co


class Recorded(NamedTuple):
    """One event in the log of a store (a tuple: one is made for every event that is read).

    Attributes:
        position: Its place in the log, rising without repeats.
        kind: The kind of the noun.
        id: The id of the noun.
        version: The version of the row after the write, the same for all its events.
        by: Who gave the command.
        command_id: The command that caused it.
        event: What happened.
    """

    position: int
    kind: str
    id: str
    version: Version
    by: Actor
    command_id: CommandId
    event: object
