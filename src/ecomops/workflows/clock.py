"""The clock as an actor: who gives the commands of time, and how such a command is named."""

from pendulum import DateTime

from ecomops.kernel import Actor, ActorId, ActorKind, CommandId

CLOCK = Actor(kind=ActorKind.SYSTEM, id=ActorId("clock"))
"""Who gives the commands of time."""


def due_id(kind: str, id: str, deadline: DateTime) -> CommandId:
    """Return the id of what time asks of an object at its *deadline*: the same for every worker that asks."""
    return CommandId(f"due:{kind}:{id}:{deadline.isoformat()}")
