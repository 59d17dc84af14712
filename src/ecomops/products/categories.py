"""The categories of the catalogue, as one tree: what stands under what, what was moved, what is closed.

Everything that affects them lives here. The whole tree is one object, so that two moves at once can never make a
circle: each is decided on the tree as it is. The law: from every category a way leads up to a root.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Id, Noun, Text
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of
from ecomops.kernel.copies import changed
from ecomops.products.errors import (
    BadTree,
    CategoryClosed,
    CategoryCycle,
    CategoryInUse,
    CategoryTaken,
    UnknownCategory,
)
from ecomops.terms import CategoryId


class TreeId(Id):
    """Names a tree of categories: a shop may have one of its own and one for each platform."""

    __slots__ = ()


@frozen(kw_only=True)
class Category:
    """One category.

    Args:
        id: Which.
        name: What buyers read.
        parent: Under which it stands; None at the root.
        closed: Whether nothing new may be put under it.
    """

    id: CategoryId = field(validator=is_a(CategoryId))
    name: Text = field(validator=is_a(Text))
    parent: CategoryId | None = field(default=None, validator=optional(is_a(CategoryId)))
    closed: bool = field(default=False, validator=is_a(bool))


@frozen(kw_only=True)
class CategoryTree:
    """The categories of one catalogue, in the order in which they were entered."""

    id: TreeId = field(validator=is_a(TreeId))
    categories: tuple[Category, ...] = field(default=(), validator=tuple_of(Category))


@frozen(kw_only=True)
class TreeOpened:
    """A catalogue without categories was begun."""

    code: ClassVar[str] = "category_tree.opened"

    tree: TreeId = field(validator=is_a(TreeId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class TreeAdopted:
    """The categories of another system were taken over as they stood."""

    code: ClassVar[str] = "category_tree.adopted"

    tree: TreeId = field(validator=is_a(TreeId))
    categories: tuple[Category, ...] = field(validator=tuple_of(Category))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CategoryAdded:
    """A category was entered."""

    code: ClassVar[str] = "category_tree.added"

    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    name: Text = field(validator=is_a(Text))
    parent: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CategoryRenamed:
    """Buyers read another name."""

    code: ClassVar[str] = "category_tree.renamed"

    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    name: Text = field(validator=is_a(Text))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CategoryMoved:
    """A category, with all that stands under it, was put under another."""

    code: ClassVar[str] = "category_tree.moved"

    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    parent: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CategoryEnded:
    """A category was closed: what is in it stays, nothing new comes under it."""

    code: ClassVar[str] = "category_tree.closed"

    tree: TreeId = field(validator=is_a(TreeId))
    category: CategoryId = field(validator=is_a(CategoryId))
    at: DateTime = field(validator=an_instant)


Opening = TreeOpened | TreeAdopted
Later = CategoryAdded | CategoryRenamed | CategoryMoved | CategoryEnded
Event = Opening | Later


def open_tree(tree: TreeId, *, at: DateTime) -> tuple[TreeOpened]:
    """Begin a catalogue without categories."""
    return (TreeOpened(tree=tree, at=at),)


def adopt_tree(tree: TreeId, *, categories: Iterable[Category], at: DateTime) -> tuple[TreeAdopted]:
    """Take the categories of another system over.

    Raises:
        Repeated: A category stands twice.
        BadTree: A parent is missing, or categories stand below themselves; each is listed.
    """
    taken = tuple(categories)
    require_once((each.id for each in taken), field="TreeAdopted.categories")
    above = {each.id: each.parent for each in taken}
    rooted = _rooted(above)
    lost = tuple(id for id in above if not rooted[id])
    if lost:
        raise BadTree(categories=lost)
    return (TreeAdopted(tree=tree, categories=taken, at=at),)


def _rooted(above: Mapping[CategoryId, CategoryId | None]) -> Mapping[CategoryId, bool]:
    """Return of which categories a way leads to a root; from the others it ends nowhere, or goes in a circle."""
    rooted: dict[CategoryId, bool] = {}
    for id in above:
        at: CategoryId | None = id
        way: dict[CategoryId, None] = {}
        while at is not None and at in above and at not in rooted and at not in way:
            way[at] = None
            at = above[at]
        rooted.update(dict.fromkeys(way, at is None or rooted.get(at, False)))
    return rooted


def add(
    tree: CategoryTree, *, category: CategoryId, name: Text, parent: CategoryId | None = None, at: DateTime
) -> tuple[CategoryAdded, ...]:
    """Enter a category; () when the very same stands there.

    Args:
        tree: Where.
        category: Its id.
        name: What buyers read.
        parent: Under which it shall stand; None at the root.
        at: When.

    Raises:
        CategoryTaken: The id names another category.
        UnknownCategory: There is no such parent.
        CategoryClosed: The parent is closed.

    Example:
        >>> import pendulum
        >>> noon, main = pendulum.datetime(2026, 6, 18, 12), TreeId("main")
        >>> tree = CATEGORY_TREE.replay(open_tree(main, at=noon))
        >>> for id, parent in (("food", None), ("tea", CategoryId("food")), ("green", CategoryId("tea"))):
        ...     added = add(tree, category=CategoryId(id), name=Text(id, id), parent=parent, at=noon)
        ...     tree = CATEGORY_TREE.fold(tree, added)
        >>> [str(each) for each in ancestors(tree, CategoryId("green"))]
        ['tea', 'food']
    """
    event = CategoryAdded(tree=tree.id, category=category, name=name, parent=parent, at=at)
    there = _index(tree).get(category)
    if there is not None and there == Category(id=category, name=name, parent=parent):
        return ()
    if there is not None:
        raise CategoryTaken(tree=tree.id, category=category)
    if parent is not None:
        require_open(tree, parent)
    return (event,)


def rename(tree: CategoryTree, *, category: CategoryId, name: Text, at: DateTime) -> tuple[CategoryRenamed, ...]:
    """Let buyers read another name; () when they do.

    Raises:
        UnknownCategory: There is no such category.
        CategoryClosed: It is closed.
    """
    event = CategoryRenamed(tree=tree.id, category=category, name=name, at=at)
    if _found(tree, category).name == name:
        return ()
    require_open(tree, category)
    return (event,)


def move(
    tree: CategoryTree, *, category: CategoryId, parent: CategoryId | None, at: DateTime
) -> tuple[CategoryMoved, ...]:
    """Put a category, with all that stands under it, under another, or at the root; () when it stands there.

    Raises:
        UnknownCategory: One of the two is not there.
        CategoryClosed: One of the two is closed.
        CategoryCycle: The new parent stands under the category, or is the category itself.
    """
    event = CategoryMoved(tree=tree.id, category=category, parent=parent, at=at)
    if _found(tree, category).parent == parent:
        return ()
    require_open(tree, category)
    if parent is not None:
        require_open(tree, parent)
        if category in (parent, *ancestors(tree, parent)):
            raise CategoryCycle(tree=tree.id, category=category, parent=parent)
    return (event,)


def close(tree: CategoryTree, *, category: CategoryId, at: DateTime) -> tuple[CategoryEnded, ...]:
    """Let nothing new come under a category; () when it is closed.

    Raises:
        UnknownCategory: There is no such category.
        CategoryInUse: Open categories stand under it; each is listed.
    """
    if _found(tree, category).closed:
        return ()
    below = tuple(each.id for each in tree.categories if each.parent == category and not each.closed)
    if below:
        raise CategoryInUse(tree=tree.id, category=category, children=below)
    return (CategoryEnded(tree=tree.id, category=category, at=at),)


def _index(tree: CategoryTree) -> dict[CategoryId, Category]:
    return {each.id: each for each in tree.categories}


def _found(tree: CategoryTree, category: CategoryId) -> Category:
    found = _index(tree).get(category)
    if found is None:
        raise UnknownCategory(tree=tree.id, category=category)
    return found


def require_open(tree: CategoryTree, category: CategoryId) -> None:
    """Refuse a category under which nothing can be put.

    Raises:
        UnknownCategory: It is not there.
        CategoryClosed: It is closed.
    """
    if _found(tree, category).closed:
        raise CategoryClosed(tree=tree.id, category=category)


def ancestors(tree: CategoryTree, category: CategoryId) -> tuple[CategoryId, ...]:
    """Return the categories above one, from its parent up to the root.

    Raises:
        UnknownCategory: There is no such category.
    """
    _found(tree, category)
    return _above(_index(tree), category)


def lineages(tree: CategoryTree) -> dict[CategoryId, tuple[CategoryId, ...]]:
    """Return each category with itself and all above it, from itself up: the facts of a rule about categories."""
    index = _index(tree)
    return {id: (id, *_above(index, id)) for id in index}


def _above(index: Mapping[CategoryId, Category], category: CategoryId) -> tuple[CategoryId, ...]:
    """Return the way up; what another system left without a root ends where it breaks off or comes round."""
    way: list[CategoryId] = []
    parent = index[category].parent
    while parent is not None and parent in index and parent not in way:
        way.append(parent)
        parent = index[parent].parent
    return tuple(way)


def begin(event: Opening) -> CategoryTree:
    """Return the tree that *event* tells of."""
    return CategoryTree(id=event.tree, categories=event.categories if isinstance(event, TreeAdopted) else ())


def evolve(tree: CategoryTree, event: Later) -> CategoryTree:
    """Return the tree as it stands after *event*."""
    match event:
        case CategoryAdded(category=category, name=name, parent=parent):
            added = Category(id=category, name=name, parent=parent)
            return changed(tree, categories=(*tree.categories, added))
        case CategoryRenamed(category=category, name=name):
            return _with(tree, category, lambda each: changed(each, name=name))
        case CategoryMoved(category=category, parent=parent):
            return _with(tree, category, lambda each: changed(each, parent=parent))
        case CategoryEnded(category=category):
            return _with(tree, category, lambda each: changed(each, closed=True))
        case _:
            assert_never(event)


def _with(tree: CategoryTree, category: CategoryId, step: Callable[[Category], Category]) -> CategoryTree:
    return changed(tree, categories=tuple(step(each) if each.id == category else each for each in tree.categories))


CATEGORY_TREE: Noun[CategoryTree, Opening, Later] = Noun(
    kind="category_tree",
    model=CategoryTree,
    events=Event,
    opens=(TreeOpened, TreeAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda tree: tree.id,
)
