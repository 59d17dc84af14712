"""Arrange the categories of a catalogue: add one, rename it, move it, close it."""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Plan, Text, Versioned, Work, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.products import CATEGORY_TREE, CategoryTree, TreeId, categories
from ecomops.products.categories import Later
from ecomops.terms import CategoryId


@frozen(kw_only=True)
class AddCategory:
    """Enter a category; the tree begins with its first one.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        tree: Which catalogue.
        category: The category.
        name: What buyers read.
        parent: Under which it shall stand; None at the root.
    """

    code: ClassVar[str] = "add_category"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    name: Text = field(validator=is_a(Text))
    parent: CategoryId | None = field(default=None, validator=optional(is_a(CategoryId)))


@frozen(kw_only=True)
class RenameCategory:
    """Let buyers read another name of a category.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        tree: Which catalogue.
        category: The category.
        name: What buyers read.
    """

    code: ClassVar[str] = "rename_category"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    name: Text = field(validator=is_a(Text))


@frozen(kw_only=True)
class MoveCategory:
    """Put a category, with all that stands under it, under another one.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        tree: Which catalogue.
        category: The category.
        parent: Under which it shall stand; None at the root.
    """

    code: ClassVar[str] = "move_category"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    parent: CategoryId | None = field(validator=optional(is_a(CategoryId)))


@frozen(kw_only=True)
class CloseCategory:
    """Let nothing new come under a category.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        tree: Which catalogue.
        category: The category.
    """

    code: ClassVar[str] = "close_category"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))


CategoryCommand = AddCategory | RenameCategory | MoveCategory | CloseCategory


@frozen(kw_only=True)
class CategoryStands:
    """The answer: where the category stands, from its parent up to the root."""

    code: ClassVar[str] = "category_stands"

    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    ancestors: tuple[CategoryId, ...] = field(validator=tuple_of(CategoryId))


def plan_arrange_category(command: CategoryCommand, found: Versioned[CategoryTree] | None) -> Plan[CategoryStands]:
    """Decide what happens to a category; the whole tree is one object, so that no two moves make a circle.

    Raises:
        UnknownCategory: The category, or the one above it, is not there.
        CategoryTaken, CategoryClosed, CategoryCycle, CategoryInUse: As the decisions refuse.
    """
    tree = CATEGORY_TREE.draft(found)
    if found is None:
        tree.add(categories.open_tree(command.tree, at=command.at))
    tree.add(_decided(command, tree.value))
    ancestors = categories.ancestors(tree.value, command.category)
    answer = CategoryStands(tree=command.tree, category=command.category, ancestors=ancestors)
    return Plan(answer=answer, writes=tree.writes())


def _decided(command: CategoryCommand, tree: CategoryTree) -> tuple[Later, ...]:
    category, at = command.category, command.at
    match command:
        case AddCategory(name=name, parent=parent):
            return categories.add(tree, category=category, name=name, parent=parent, at=at)
        case RenameCategory(name=name):
            return categories.rename(tree, category=category, name=name, at=at)
        case MoveCategory(parent=parent):
            return categories.move(tree, category=category, parent=parent, at=at)
        case CloseCategory():
            return categories.close(tree, category=category, at=at)
        case _:
            assert_never(command)


def arrange_category(command: CategoryCommand) -> Work[CategoryStands]:
    """Read the tree and do what the command says: one use case for all four."""
    tree = yield from lookup(CATEGORY_TREE, command.tree)
    return plan_arrange_category(command, tree)
