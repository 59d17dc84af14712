"""The machine lets good stores live beside the memory store, sync and async, and catches those that break a law."""

import asyncio
from collections.abc import Generator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from ecomops.inventory import STOCK
from ecomops.kernel import Command, CommandId, Commit, DomainError, Store, Work
from ecomops.memory import MemoryStore, MemoryUnit
from ecomops.orders import ORDER
from ecomops.products import PRODUCT
from ecomops.testing import StoreBroken, a_delivery, blocking
from ecomops.testing.machines import Fresh, Subject, check_store_machine, store_machine
from ecomops.testing.side_by_side import Pair
from ecomops.testing.strategies import COMMANDS
from ecomops.testing.works import WORKS
from ecomops.workflows.publication import Published, PublishProduct, publish_product
from ecomops.workflows.stocking import AdjustStock, ReceiveStock
from sqlite_store import SqliteStore
from tests.hosts.dict_store import DictStore
from tests.testing import test_contract as contract

FEW = settings(
    max_examples=max(settings().max_examples // 10, 3),
    stateful_step_count=20,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""Enough for a store that is good; what is bad is looked for longer."""

LONGER = settings(FEW, max_examples=40, derandomize=True, report_multiple_bugs=False)


def in_memory() -> nullcontext[Subject]:
    """Open a memory store: the machine beside itself."""
    store = MemoryStore()
    return nullcontext(Subject(unit=store.unit, history=store))


def on_dicts() -> nullcontext[Subject]:
    """Open a newcomer's store, which compares versions where counters could be added."""
    store = DictStore()
    return nullcontext(Subject(unit=store.unit, history=store))


@contextmanager
def in_a_file() -> Generator[Subject]:
    """Open a store on sqlite3, with the second unit on connections of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        with (
            closing(SqliteStore(path, patience=0, durable=False)) as store,
            closing(SqliteStore(path, patience=0, durable=False)) as rival,
        ):
            yield Subject(unit=store.unit, rival=rival.unit, history=rival)


@contextmanager
def async_in_memory() -> Generator[Subject]:
    """Open an async store."""
    store = MemoryStore()
    with asyncio.Runner() as loop:
        yield Subject(unit=blocking(store.async_unit, loop.run), history=store)


def without_a_log() -> nullcontext[Subject]:
    """Open a store whose log the host does not read."""
    return nullcontext(Subject(unit=MemoryStore().unit))


@pytest.mark.parametrize("fresh", [in_memory, on_dicts, in_a_file, async_in_memory, without_a_log])
def test_good_store_lives_on(fresh: Fresh) -> None:
    """A good store answers, keeps and tells the same as the memory store, whatever happens."""
    check_store_machine(fresh, settings=FEW)


def test_a_store_without_a_log_is_not_asked_for_one() -> None:
    """Where the host does not read the log there is nothing to compare."""
    with without_a_log() as subject:
        Pair(subject, WORKS, (STOCK,)).compare_whole_log(0)


@pytest.mark.parametrize(
    "good", [contract.Good, contract.LocksAtOpening, contract.ReadersBlockWriters, contract.BothLose]
)
def test_good_store_may_lock_as_it_likes(good: type[contract.Good]) -> None:
    """Either of two units may lose, at opening or at its end, or both of them."""
    check_store_machine(lambda: hooked(good), settings=FEW)


def hooked(planted: type[contract.Good]) -> nullcontext[Subject]:
    """Open a store with a fault."""
    store = planted()
    return nullcontext(Subject(unit=store.unit, history=store))


class SwallowsOtherExceptions(contract.Good):
    """Its unit rolls back, and lets refusals pass alone."""

    @contextmanager
    def unit(self, attempt: int) -> Generator[Store]:
        """Open a transaction that hides what it does not know."""
        try:
            with super().unit(attempt) as store:
                yield store
        except DomainError:
            raise
        except Exception:  # noqa: BLE001, S110 - what is wrong with it
            pass


BAD: list[type[contract.Good]] = [
    contract.MissingIdIsNone,
    contract.LosesMicroseconds,
    contract.StaleRead,
    contract.AdditionKeepsVersion,
    contract.KeepsRolledBackRows,
    SwallowsOtherExceptions,
    contract.LosesAnswers,
    contract.AcceptsReusedIds,
    contract.MissesRows,
    contract.LosesEvents,
    contract.RepeatsPages,
    contract.VersionBefore,
]


AT_ONE_STOCK = [contract.AdditionOverwrites, contract.LocksInstead, contract.ExecutesRepeats]
"""Seen only, or soonest, where two commands at once move one stock: they are looked for among such commands."""


@pytest.mark.parametrize("planted", AT_ONE_STOCK)
def test_planted_store_is_caught_at_one_stock(planted: type[contract.Good]) -> None:
    """A store that loses additions, or adds twice, breaks a law where two commands meet at one stock."""
    meeting = st.one_of(COMMANDS[ReceiveStock], COMMANDS[AdjustStock])
    with pytest.raises(StoreBroken):
        check_store_machine(lambda: hooked(planted), settings=LONGER, drawn=meeting, nouns=(STOCK,))


@pytest.mark.parametrize("planted", BAD)
def test_planted_store_is_caught(planted: type[contract.Good]) -> None:
    """A store with a fault breaks a law sooner or later."""
    with pytest.raises(StoreBroken):
        check_store_machine(lambda: hooked(planted), settings=LONGER)


def test_exception_of_the_store_comes_out() -> None:
    """What a store raises that no law asks for is shown as it is."""
    with pytest.raises(KeyError):
        check_store_machine(lambda: hooked(contract.MissingIdRaises), settings=LONGER)


def test_a_host_draws_commands_of_its_own() -> None:
    """A host names its commands, its use cases and the nouns that are compared; and no other is drawn."""
    published: list[Command] = []

    def publish(command: PublishProduct) -> Work[Published]:
        published.append(command)
        return publish_product(command)

    machine = store_machine(
        in_memory,
        drawn=st.one_of(COMMANDS[PublishProduct]),
        works={**WORKS, PublishProduct: publish},
        nouns=(PRODUCT, ORDER),
    )
    run_state_machine_as_test(machine, settings=FEW)
    assert {type(command) for command in published} == {PublishProduct}


class ComparesVersions(contract.Good):
    """A host that ignores the hint: it compares versions where it might add."""

    def save(self, store: MemoryUnit, commit: Commit) -> bool:
        """Save exactly."""
        return super().save(store, contract.rewritten(commit, lambda write: write._replace(hint=None)))


def test_a_host_that_compares_versions_may_refuse_what_comes_late() -> None:
    """A delivery that was decided before another one is a conflict there, and lost nowhere else."""
    host = ComparesVersions()
    pair = Pair(Subject(unit=host.unit, history=host), WORKS, (STOCK,))
    pair.carry_out(a_delivery(id="c-1"))
    pair.come_late(a_delivery(id="c-2"), a_delivery(id="c-3"))
    rows = [store.rows(STOCK) for store in (host.memory, pair.memory)]
    assert rows[0].keys() == rows[1].keys()
    assert [row.value for row in rows[0].values()] == [row.value for row in rows[1].values()]
    assert host.memory.recorded(CommandId("c-2")) is None
