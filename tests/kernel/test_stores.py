"""What a host plugs in: the refusal of a missing object, and the protocols, met by the shipped store."""

import asyncio
import inspect
from functools import partial

import pytest

from ecomops.kernel import (
    AsyncStore,
    AsyncUnit,
    GetMany,
    History,
    Missing,
    NotFound,
    Query,
    Repository,
    Store,
    Unit,
    ask,
    ask_async,
    lookup,
    page,
    stores,
)
from ecomops.memory import MemoryStore
from tests.kernel.toys import JAR, Jar


def test_missing_lists_what_is_not_there() -> None:
    """The refusal names the kind and every id, in both languages."""
    missing = Missing(kind="jar", ids=("j-1", "j-2"))
    assert isinstance(missing, NotFound)
    assert str(missing) == "there is no jar j-1, j-2"
    assert missing.message("zh") == "找不到 jar j-1、j-2"


def test_shipped_store_is_a_unit_and_a_history() -> None:
    """The memory store meets the protocols, by the type checkers' word and by running."""
    store = MemoryStore()
    unit: Unit = store.unit
    async_unit: AsyncUnit = store.async_unit
    history: History = store
    assert ask(partial(lookup, JAR, "j-1"), unit) is None
    assert asyncio.run(ask_async(partial(page, Query(noun=JAR)), async_unit)).rows == ()
    assert list(history.of("jar", "j-1")) == list(history.after(-1, 10)) == []


@pytest.mark.parametrize(
    ("protocol", "methods"),
    [
        (Repository, ["find", "get_many"]),
        (Store, ["done", "repository", "save"]),
        (History, ["after", "of"]),
        (AsyncStore, ["done", "repository", "save"]),
    ],
)
def test_protocols_ask_for_this_and_no_more(protocol: type, methods: list[str]) -> None:
    """What a host must write is counted: a method more would break every host."""
    assert sorted(name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if name[0] != "_") == methods


def test_async_protocols_are_those_of_sync_awaited() -> None:
    """What reads or writes is awaited; choosing the reader is not."""
    for sync, awaited in ((stores.Repository, stores.AsyncRepository), (stores.Store, stores.AsyncStore)):
        for name, method in inspect.getmembers(sync, inspect.isfunction):
            if not name.startswith("_"):
                other = getattr(awaited, name)
                assert inspect.signature(other).parameters.keys() == inspect.signature(method).parameters.keys()
                assert inspect.iscoroutinefunction(other) == (name != "repository")


def test_a_read_names_a_noun_and_ids() -> None:
    """The repository is chosen by the noun of the read."""
    read = GetMany(noun=JAR, ids=("j-1",))
    assert read.noun.model is Jar
