"""Given, when, then: a decision tried on a history, in the words in which a rule is told.

A host tests its own rules with it: given what happened, when a decision is taken, then these events, or this refusal.
"""

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from ecomops.kernel import DomainError, Noun

N = TypeVar("N")
E = TypeVar("E")
P = ParamSpec("P")


class Given(Generic[N]):
    """An object with a history; see `given`."""

    def __init__(self, value: N) -> None:
        """Keep the object."""
        self.value = value

    def when(
        self, decision: Callable[Concatenate[N, P], Sequence[E]], *args: P.args, **kwargs: P.kwargs
    ) -> "Outcome[E]":
        """Take *decision* on the object; a refusal is kept for `then_refused`."""
        try:
            return Outcome(tuple(decision(self.value, *args, **kwargs)), None)
        except DomainError as refusal:
            return Outcome((), refusal)


class Outcome(Generic[E]):
    """What a decision came to; see `given`."""

    def __init__(self, events: tuple[E, ...], refusal: DomainError | None) -> None:
        """Keep what came of it."""
        self.events = events
        self.refusal = refusal

    def then(self, *events: E) -> None:
        """Check that exactly these events came of it.

        Raises:
            AssertionError: Others did, or it was refused.
        """
        if self.refusal is not None or self.events != events:
            raise AssertionError(f"expected {events}, got {self.refusal or self.events}")

    def then_nothing(self) -> None:
        """Check that nothing came of it: a repeat.

        Raises:
            AssertionError: Something did.
        """
        self.then()

    def then_refused(self, code: str, **context: object) -> None:
        """Check that it was refused with *code*, and with these fields of its context.

        Raises:
            AssertionError: It was not, or for another reason.
        """
        if self.refusal is None or self.refusal.code != code:
            raise AssertionError(f"expected a refusal {code}, got {self.refusal or self.events}")
        found = {name: value for name, value in self.refusal.context.items() if name in context}
        if found != context:
            raise AssertionError(f"expected {code} with {context}, got {found}")


def given(noun: Noun[N, Any, Any], *events: Any) -> Given[N]:  # noqa: ANN401 - any event of the noun
    """Return the object that *events* tell of, ready for a decision.

    Example:
        >>> from ecomops import inventory
        >>> from ecomops.inventory import STOCK
        >>> from ecomops.testing import NOON, TEA
        >>> opened = inventory.open_stock(TEA, at=NOON)
        >>> given(STOCK, *opened).when(inventory.adjust, quantity=-1, reason="lost", at=NOON).then_refused(
        ...     "stock.below_zero", on_hand=0
        ... )
    """
    return Given(noun.replay(events))
