"""The contract of a store as a machine of hypothesis (`pip install ecomops[testing]`).

Where `check_store` runs one script, a machine lets two stores live side by side: the host's and the memory store. Both
are given the same random days of a shop: commands of every use case, repeats of them, ids given again with another
content, units that end by an exception, two units at once, and time that passes. After each step answers, rows, log
and pages of both are compared. What it finds, hypothesis shortens to the fewest steps.

Run `check_store` first: it is faster, and names the law that is broken. The machine finds what no script thought of.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any, cast

from attrs import evolve, frozen
from hypothesis import settings as Settings  # noqa: N812 - `settings` is an argument here
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import SearchStrategy

from ecomops.codec import NOUNS
from ecomops.kernel import (
    Command,
    CommandId,
    Noun,
    later,
)
from ecomops.testing.builders import NOON, TEA, a_checkout, a_delivery, a_line, a_placement
from ecomops.testing.contract.laws import Law
from ecomops.testing.side_by_side import Pair, Subject, Works
from ecomops.testing.strategies.days import CUP, DAY, ORDER_IDS, Step, Wait, commands, shop_days
from ecomops.testing.works import WORKS

__all__ = ["Fresh", "Subject", "check_store_machine", "store_machine"]

WAITS = (timedelta(0), timedelta(microseconds=1), *(timedelta(minutes=minutes) for minutes in (31, 8 * DAY, 11 * DAY)))
SCHEDULES = ((0, 1, 0, 0, 1, 1), (0, 1, 0, 1, 0, 1), (0, 0, 1, 0, 1, 1))
"""Both units read, then one saves and ends before the other; or both save before one ends; or one reads between."""

RIVALS = st.sampled_from(["like", "same", "other"])

PLACES = st.integers(0, 999)
"""Which of what is there, counted around."""

DRAWN: SearchStrategy[Command] = st.runner().flatmap(lambda machine: machine.setting.drawn)


Fresh = Callable[[], AbstractContextManager[Subject]]
"""Opens an empty store, and closes it in the end."""


def check_store_machine(
    fresh: Fresh,
    *,
    settings: Settings | None = None,
    drawn: SearchStrategy[Command] | None = None,
    works: Works = WORKS,
    nouns: Sequence[Noun[Any, Any, Any]] = NOUNS,
) -> None:
    """Let random days of a shop pass in a host's store and in the memory store, side by side.

    Args:
        fresh: Opens an empty store; it is called for each example.
        settings: Of hypothesis: how many examples, how many steps in each.
        drawn: What commands are drawn; those of every use case, left out. The machine sets their ids and instants.
        works: The use case of each command, those of a host beside the library's.
        nouns: The nouns whose rows and pages are compared.

    Raises:
        StoreBroken: With the law that the store breaks; what hypothesis printed are the steps to it.

    Example:
        >>> from contextlib import nullcontext
        >>> from ecomops.memory import MemoryStore
        >>> def fresh():
        ...     store = MemoryStore()
        ...     return nullcontext(Subject(unit=store.unit, history=store))
        >>> check_store_machine(fresh, settings=Settings(max_examples=2, stateful_step_count=5, database=None))
    """
    run_state_machine_as_test(store_machine(fresh, drawn=drawn, works=works, nouns=nouns), settings=settings)


# --- the machine --------------------------------------------------------------------------------------------------


@frozen
class _Setting:
    """What a machine is made of; see `store_machine`."""

    fresh: Fresh
    drawn: SearchStrategy[Command]
    days: SearchStrategy[list[Step]]
    works: Works
    nouns: tuple[Noun[Any, Any, Any], ...]


class _StoreMachine(RuleBasedStateMachine):
    """Random days of a shop, in two stores; `store_machine` makes one for a host."""

    setting: _Setting

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.pair = Pair(self.closing.enter_context(self.setting.fresh()), self.setting.works, self.setting.nouns)
        self.at = NOON
        self.given: list[Command] = []

    def teardown(self) -> None:
        """Close the host's store."""
        self.closing.close()

    def new(self, command: Command) -> Command:
        """Return *command* under an id of its own, as of now."""
        fresh: Command = evolve(cast("Any", command), id=CommandId(f"c-{len(self.given)}"), at=self.at)
        self.given.append(fresh)
        return fresh

    @initialize(limit=st.sampled_from([0, 0, 3, None]), days=st.runner().flatmap(lambda machine: machine.setting.days))
    def opens(self, limit: int | None, days: Sequence[Step]) -> None:
        """Take stock in, sell some of it, and let some days pass."""
        for stock, quantity in ((TEA, 10), (CUP, 4)):
            self.carries_out(evolve(a_delivery(stock=stock, quantity=quantity), backorder_limit=limit))
        for turn, order_id in enumerate(ORDER_IDS):
            self.carries_out(a_placement(a_checkout(a_line(quantity=1 + turn), order_id=order_id)))
            self.waits(timedelta(microseconds=turn), due=False)
        for step in days:
            if isinstance(step, Wait):
                self.waits(timedelta(minutes=step.minutes), due=step.due)
            else:
                self.carries_out(step)

    @rule(command=DRAWN)
    def carries_out(self, command: Command) -> None:
        """Carry a command out."""
        self.pair.carry_out(self.new(command))

    @rule(place=PLACES)
    def repeats(self, place: int) -> None:
        """Give an earlier command again."""
        self.pair.carry_out(self.given[place % len(self.given)], Law.ANSWER)

    @rule(place=PLACES)
    def reuses_an_id(self, place: int) -> None:
        """Give the id of an earlier command again with another instant."""
        command = self.given[place % len(self.given)]
        if self.pair.memory.recorded(command.id) is not None:
            other = evolve(cast("Any", command), at=later(command.at, timedelta(microseconds=1)))
            self.pair.carry_out(other, Law.REUSED)

    @rule(command=DRAWN)
    def is_interrupted(self, command: Command) -> None:
        """End a unit by an exception; the command counts as new afterwards."""
        command = self.new(command)
        self.pair.interrupt(command)
        self.compares()
        self.pair.carry_out(command, Law.ROLLBACK)

    @rule(first=DRAWN, other=DRAWN, rival=RIVALS, schedule=st.sampled_from(SCHEDULES))
    def opens_two_units(self, first: Command, other: Command, rival: str, schedule: Sequence[int]) -> None:
        """Carry two commands out at once."""
        first = self.new(first)
        self.pair.race(first, self.rival(rival, first, other), schedule)

    @rule(first=DRAWN, other=DRAWN, rival=RIVALS)
    def comes_late(self, first: Command, other: Command, rival: str) -> None:
        """Save what was decided before another command was carried out."""
        first = self.new(first)
        self.pair.come_late(first, self.rival(rival, first, other))

    def rival(self, kind: str, first: Command, other: Command) -> Command:
        """Return the command that comes between: the same one, one that says the same, or *other*."""
        return first if kind == "same" else self.new(first if kind == "like" else other)

    @rule(wait=st.sampled_from(WAITS), due=st.booleans())
    def waits(self, wait: timedelta, due: bool) -> None:  # noqa: FBT001 - drawn
        """Let time pass, and let it do what it asks."""
        self.at = later(self.at, wait)
        if due:
            self.pair.pass_time(self.at)

    @rule(noun=st.runner().flatmap(lambda machine: st.sampled_from(machine.setting.nouns)), place=PLACES)
    def asks(self, noun: Noun[Any, Any, Any], place: int) -> None:
        """Ask a query, page by page."""
        self.pair.compare_pages(noun, place)

    @rule(place=PLACES)
    def reads_the_log(self, place: int) -> None:
        """Read the whole log again, and the events of one object."""
        self.pair.compare_whole_log(place)

    @invariant()
    def compares(self) -> None:
        """Compare what both stores hold."""
        self.pair.compare_rows()
        self.pair.compare_log()


def store_machine(
    fresh: Fresh,
    *,
    drawn: SearchStrategy[Command] | None = None,
    works: Works = WORKS,
    nouns: Sequence[Noun[Any, Any, Any]] = NOUNS,
) -> type[RuleBasedStateMachine]:
    """Return the machine of a host's store: `store_machine(fresh).TestCase` is a test for unittest and pytest.

    Args:
        fresh: Opens an empty store; it is called for each example.
        drawn: What commands are drawn; those of every use case, left out. The machine sets their ids and instants.
        works: The use case of each command, those of a host beside the library's.
        nouns: The nouns whose rows and pages are compared.
    """
    usual = _Setting(fresh, commands(), shop_days(), works, tuple(nouns))
    setting = usual if drawn is None else evolve(usual, drawn=drawn, days=st.lists(drawn, max_size=8))
    return type("StoreMachine", (_StoreMachine,), {"setting": setting})
