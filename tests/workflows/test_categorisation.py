"""Arranging the categories of a catalogue through a store."""

from typing import Any

import pytest

from ecomops.kernel import CommandId, DomainError, Text
from ecomops.memory import MemoryStore
from ecomops.products import CATEGORY_TREE, CategoryCycle, TreeId, UnknownCategory
from ecomops.terms import CategoryId
from ecomops.testing import NOON
from ecomops.workflows.categorisation import (
    AddCategory,
    CategoryStands,
    CloseCategory,
    MoveCategory,
    RenameCategory,
    arrange_category,
    plan_arrange_category,
)
from tests.workflows.shop import STAFF, Drive, codes, do, dump, events_of, value_of

MAIN = TreeId("main")


def told(cls: type[Any], category: str, *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command about a category."""
    command_id = CommandId(id or f"{cls.__name__}-{category}")
    return cls(id=command_id, by=STAFF, at=NOON, tree=MAIN, category=CategoryId(category), **words)


def added(category: str, parent: str | None = None) -> AddCategory:
    """Return the command that adds a category."""
    command: AddCategory = told(
        AddCategory, category, name=Text(category, category), parent=None if parent is None else CategoryId(parent)
    )
    return command


def a_tree() -> MemoryStore:
    """Return a store with food, drinks under it, tea under them, and home."""
    store = MemoryStore()
    do(store, added("food"), added("drinks", "food"), added("tea", "drinks"), added("home"))
    return store


def test_the_tree_begins_with_its_first_category() -> None:
    """In one write."""
    plan = plan_arrange_category(added("food"), None)
    assert plan.answer == CategoryStands(tree=MAIN, category=CategoryId("food"), ancestors=())
    assert events_of(plan.writes) == [
        ("category_tree", "category_tree.opened"),
        ("category_tree", "category_tree.added"),
    ]


def test_categories_are_arranged_through_a_store(drive: Drive) -> None:
    """The answer says where the category stands."""
    store = a_tree()
    home, tea = CategoryId("home"), CategoryId("tea")
    moved = drive(arrange_category, told(MoveCategory, "drinks", parent=home), store)
    assert moved == CategoryStands(tree=MAIN, category=CategoryId("drinks"), ancestors=(home,))
    drive(arrange_category, told(RenameCategory, "tea", name=Text("tea", "茶")), store)
    closed = drive(arrange_category, told(CloseCategory, "tea"), store)
    assert closed.ancestors == ("drinks", "home")
    (found,) = [each for each in value_of(store, CATEGORY_TREE, "main").categories if each.id == tea]
    assert (found.name.zh, found.closed) == ("茶", True)
    drive(arrange_category, told(CloseCategory, "tea", id="again"), store)
    assert codes(store)[-3:] == ["category_tree.moved", "category_tree.renamed", "category_tree.closed"]


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (told(MoveCategory, "food", parent=CategoryId("tea")), CategoryCycle),
        (told(CloseCategory, "no"), UnknownCategory),
        (told(RenameCategory, "no", name=Text("a", "b")), UnknownCategory),
        (added("new", "no"), UnknownCategory),
    ],
)
def test_what_is_refused_leaves_no_trace(drive: Drive, command: Any, refusal: type[DomainError]) -> None:  # noqa: ANN401 - any command
    """Neither in a tree nor where there is none."""
    for store in (a_tree(), MemoryStore()):
        before = dump(store)
        with pytest.raises((refusal, UnknownCategory)):
            drive(arrange_category, command, store)
        assert dump(store) == before
