"""The tree of categories: what may stand where, what is refused, and that it is always a tree."""

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomops.kernel import DomainError, Text
from ecomops.products import CATEGORY_TREE, Category, CategoryTree, TreeId, categories
from ecomops.products.categories import (
    CategoryAdded,
    CategoryEnded,
    CategoryMoved,
    CategoryRenamed,
    Later,
    TreeAdopted,
    TreeOpened,
    ancestors,
    lineages,
)
from ecomops.terms import CategoryId
from ecomops.testing import NOON, given

MAIN = TreeId("main")
TEA_NAME = Text("tea", "茶")


def id_of(name: str | None) -> Any:  # noqa: ANN401 - None stays None
    """Return the id of a category; None for the root."""
    return None if name is None else CategoryId(name)


def category(name: str, parent: str | None = None, *, closed: bool = False) -> Category:
    """Return a category."""
    return Category(id=CategoryId(name), name=Text(name, name), parent=id_of(parent), closed=closed)


ADOPTED = TreeAdopted(
    tree=MAIN,
    categories=(
        category("food"),
        category("drinks", "food"),
        category("tea", "drinks"),
        category("snacks", "food", closed=True),
        category("home"),
    ),
    at=NOON,
)
TREE = CATEGORY_TREE.replay((ADOPTED,))
"""Food with drinks (with tea) and closed snacks, and home."""


def test_a_tree_begins_empty_or_as_another_system_had_it() -> None:
    """Categories keep the order in which they came."""
    opened = categories.open_tree(MAIN, at=NOON)
    assert opened == (TreeOpened(tree=MAIN, at=NOON),)
    assert CATEGORY_TREE.replay(opened) == CategoryTree(id=MAIN, categories=())
    assert categories.adopt_tree(MAIN, categories=iter(ADOPTED.categories), at=NOON) == (ADOPTED,)
    assert TREE.categories == ADOPTED.categories


@pytest.mark.parametrize(
    ("taken", "code", "context"),
    [
        ([category("a"), category("a")], "value.repeated", {"key": "a"}),
        ([category("a", "b"), category("c")], "category_tree.no_tree", {"categories": ("a",)}),
        ([category("a", "a")], "category_tree.no_tree", {"categories": ("a",)}),
        (
            [category("d"), category("a", "b"), category("b", "a"), category("c", "a")],
            "category_tree.no_tree",
            {"categories": ("a", "b", "c")},
        ),
    ],
)
def test_what_is_no_tree_is_not_taken_over(taken: list[Category], code: str, context: dict[str, object]) -> None:
    """Twice the same, a parent that is not there, a circle: every category that leads to no root is listed."""
    given(CATEGORY_TREE, ADOPTED).when(
        lambda tree: categories.adopt_tree(tree.id, categories=taken, at=NOON)
    ).then_refused(code, **context)


@pytest.mark.parametrize("parent", [None, "drinks", "tea"])
def test_a_category_is_added_under_any_open_one(parent: str | None) -> None:
    """Or at the root; the very same again is nothing."""
    added = CategoryAdded(tree=MAIN, category=CategoryId("new"), name=TEA_NAME, parent=id_of(parent), at=NOON)
    wish: dict[str, Any] = {"category": added.category, "name": TEA_NAME, "parent": added.parent, "at": NOON}
    given(CATEGORY_TREE, ADOPTED).when(categories.add, **wish).then(added)
    given(CATEGORY_TREE, ADOPTED, added).when(categories.add, **wish).then_nothing()
    assert CATEGORY_TREE.replay((ADOPTED, added)).categories[-1] == Category(
        id=added.category, name=TEA_NAME, parent=added.parent
    )


@pytest.mark.parametrize(
    ("name", "parent", "code", "context"),
    [
        ("tea", "food", "category_tree.taken", {"tree": MAIN, "category": "tea"}),
        ("snacks", "food", "category_tree.taken", {"tree": MAIN, "category": "snacks"}),
        ("new", "nowhere", "category_tree.unknown", {"tree": MAIN, "category": "nowhere"}),
        ("new", "snacks", "category_tree.closed", {"tree": MAIN, "category": "snacks"}),
    ],
)
def test_a_category_that_cannot_stand_there_is_refused(
    name: str, parent: str, code: str, context: dict[str, object]
) -> None:
    """Its id is another's, or nothing may be put there."""
    given(CATEGORY_TREE, ADOPTED).when(
        categories.add, category=CategoryId(name), name=Text(name, name), parent=CategoryId(parent), at=NOON
    ).then_refused(code, **context)


@pytest.mark.parametrize(("name", "parent"), [("tea", "food"), ("tea", None), ("drinks", "home"), ("food", "home")])
def test_a_category_moves_with_all_that_stands_under_it(name: str, parent: str | None) -> None:
    """Only its own place changes; what stands under it comes along."""
    moved = CategoryMoved(tree=MAIN, category=CategoryId(name), parent=id_of(parent), at=NOON)
    given(CATEGORY_TREE, ADOPTED).when(
        categories.move, category=moved.category, parent=moved.parent, at=NOON
    ).then(moved)  # fmt: skip
    after = CATEGORY_TREE.replay((ADOPTED, moved))
    given(CATEGORY_TREE, ADOPTED, moved).when(
        categories.move, category=moved.category, parent=moved.parent, at=NOON
    ).then_nothing()
    above = {each.id: each.parent for each in TREE.categories} | {moved.category: moved.parent}
    assert {each.id: each.parent for each in after.categories} == above
    assert moved.parent is None or moved.parent in ancestors(after, CategoryId("tea"))


@pytest.mark.parametrize(
    ("name", "parent", "code"),
    [
        ("food", "tea", "category_tree.cycle"),
        ("food", "food", "category_tree.cycle"),
        ("drinks", "tea", "category_tree.cycle"),
        ("nowhere", None, "category_tree.unknown"),
        ("tea", "nowhere", "category_tree.unknown"),
        ("tea", "snacks", "category_tree.closed"),
        ("snacks", "home", "category_tree.closed"),
    ],
)
def test_no_category_comes_to_stand_below_itself(name: str, parent: str | None, code: str) -> None:
    """Nor under one that is closed or is not there."""
    given(CATEGORY_TREE, ADOPTED).when(
        categories.move, category=CategoryId(name), parent=id_of(parent), at=NOON
    ).then_refused(code)


def test_a_category_gets_another_name() -> None:
    """In both languages; the same again is nothing, a closed one keeps its own."""
    tree = given(CATEGORY_TREE, ADOPTED)
    tree.when(categories.rename, category=CategoryId("tea"), name=TEA_NAME, at=NOON).then(
        CategoryRenamed(tree=MAIN, category=CategoryId("tea"), name=TEA_NAME, at=NOON)
    )
    tree.when(categories.rename, category=CategoryId("tea"), name=Text("tea", "tea"), at=NOON).then_nothing()
    tree.when(categories.rename, category=CategoryId("snacks"), name=TEA_NAME, at=NOON).then_refused(
        "category_tree.closed"
    )
    tree.when(categories.rename, category=CategoryId("no"), name=TEA_NAME, at=NOON).then_refused(
        "category_tree.unknown"
    )
    renamed = CategoryRenamed(tree=MAIN, category=CategoryId("tea"), name=TEA_NAME, at=NOON)
    assert CATEGORY_TREE.replay((ADOPTED, renamed)).categories[2].name == TEA_NAME


def test_a_category_is_closed_from_below() -> None:
    """While open ones stand under it, it is refused with all of them; closed again is nothing."""
    tree = given(CATEGORY_TREE, ADOPTED)
    tree.when(categories.close, category=CategoryId("tea"), at=NOON).then(
        CategoryEnded(tree=MAIN, category=CategoryId("tea"), at=NOON)
    )
    tree.when(categories.close, category=CategoryId("food"), at=NOON).then_refused(
        "category_tree.in_use", category="food", children=("drinks",)
    )
    tree.when(categories.close, category=CategoryId("snacks"), at=NOON).then_nothing()
    tree.when(categories.close, category=CategoryId("no"), at=NOON).then_refused("category_tree.unknown")
    closed = CATEGORY_TREE.replay((ADOPTED, CategoryEnded(tree=MAIN, category=CategoryId("tea"), at=NOON)))
    assert [each.id for each in closed.categories if each.closed] == ["tea", "snacks"]


def test_the_way_up_is_known_for_every_category() -> None:
    """From the parent to the root; with the category itself first, it is what a rule asks for."""
    assert ancestors(TREE, CategoryId("tea")) == ("drinks", "food")
    assert ancestors(TREE, CategoryId("home")) == ()
    given(CATEGORY_TREE, ADOPTED).when(ancestors, CategoryId("no")).then_refused("category_tree.unknown")
    assert lineages(TREE) == {
        "food": ("food",),
        "drinks": ("drinks", "food"),
        "tea": ("tea", "drinks", "food"),
        "snacks": ("snacks", "food"),
        "home": ("home",),
    }


@pytest.mark.parametrize(
    "broken",
    [(category("a", "b"), category("b", "a")), (category("a", "b"), category("b", "gone")), (category("a", "a"),)],
)
def test_a_stored_circle_ends(broken: tuple[Category, ...]) -> None:
    """What another writer left without a root is walked until it breaks off or comes round."""
    tree = CategoryTree(id=MAIN, categories=broken)
    assert all(len(way) <= 3 for way in lineages(tree).values())


names = st.sampled_from("abcdef")
steps = st.lists(st.tuples(st.sampled_from(["add", "move", "close"]), names, st.none() | names), max_size=30)


@drawn(steps=steps)
def test_it_is_always_a_tree(steps: list[tuple[str, str, str | None]]) -> None:
    """Whatever is added, moved and closed: every way leads up to a root, and replay agrees."""
    log: list[Any] = list(categories.open_tree(MAIN, at=NOON))
    tree = CATEGORY_TREE.replay(log)
    for verb, name, parent in steps:
        try:
            events = decided(tree, verb, name, parent)
        except DomainError:
            continue
        log.extend(events)
        tree = CATEGORY_TREE.fold(tree, events)
        assert CATEGORY_TREE.replay(log) == tree
        assert categories.adopt_tree(MAIN, categories=tree.categories, at=NOON)[0].categories == tree.categories
        assert all(len(set(way)) == len(way) for way in lineages(tree).values())


def decided(tree: CategoryTree, verb: str, name: str, parent: str | None) -> tuple[Later, ...]:
    """Return what a step comes to."""
    if verb == "add":
        return categories.add(tree, category=CategoryId(name), name=Text(name, name), parent=id_of(parent), at=NOON)
    if verb == "move":
        return categories.move(tree, category=CategoryId(name), parent=id_of(parent), at=NOON)
    return categories.close(tree, category=CategoryId(name), at=NOON)


def test_a_tree_is_found_by_its_id_alone() -> None:
    """Nothing about it is asked by time."""
    assert CATEGORY_TREE.id_of(TREE) == "main"
    assert dict(CATEGORY_TREE.keys) == {}
    assert CATEGORY_TREE.due_at is None
