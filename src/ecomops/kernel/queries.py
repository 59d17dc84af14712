"""Queries as data: which objects of one noun, by declared keys, in which order, a page at a time.

Terms are joined by *and*; no joins, no *or*, no counts. `answer` is the naive adapter and the reference for all.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, ClassVar, Generic, TypeVar, cast

from attrs import define, field, frozen

from ecomops.kernel.checks import is_a, is_instant, is_storable, optional, tuple_of, whole, wrong_kind
from ecomops.kernel.errors import BadText, Invalid, OutOfRange
from ecomops.kernel.nouns import Key, Keys, Noun, Versioned
from ecomops.kernel.text import Text

N = TypeVar("N")

MOST_ROWS = 10_000
"""The largest page."""


@define(kw_only=True, slots=False, eq=False)
class UnknownKey(Invalid):
    """A query names a key that its noun does not declare."""

    code: ClassVar[str] = "query.unknown_key"
    text: ClassVar[Text] = Text("{kind} cannot be found by {key}", "{kind} 不能按 {key} 查询")

    kind: str
    key: str


@define(kw_only=True, slots=False, eq=False)
class UnsortableKey(Invalid):
    """A query sorts by a key of which an object has several values, or compares values of different kinds."""

    code: ClassVar[str] = "query.unsortable_key"
    text: ClassVar[Text] = Text("{kind} cannot be sorted or compared by {key} so", "{kind} 不能按 {key} 这样排序或比较")

    kind: str
    key: str


LARGEST = 2**63 - 1
"""The largest whole number of a key: what every store can compare."""


def _is_key(value: object) -> bool:
    return is_instant(value) or (isinstance(value, (str, int)) and type(value) is not bool)


def _some_key(instance: object, _: object, value: Any) -> None:  # noqa: ANN401 - whatever it is, it is checked
    name = f"{type(instance).__name__} value"
    if not _is_key(value):
        raise wrong_kind(name, "str, int or DateTime in UTC", value)
    if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        raise OutOfRange(field=name, least=str(-LARGEST), most=str(LARGEST))
    if isinstance(value, str) and not is_storable(value):
        raise BadText(field=name, longest=len(value))


def _some_keys(instance: object, attribute: Any, value: tuple[object, ...]) -> None:  # noqa: ANN401 - attrs' own type
    is_a(tuple)(instance, attribute, value)
    for member in value:
        _some_key(instance, attribute, member)


@frozen(kw_only=True)
class In:
    """The objects of which a value under *key* is one of *values*."""

    key: str = field(validator=is_a(str))
    values: tuple[Key, ...] = field(validator=_some_keys)


@frozen(kw_only=True)
class Between:
    """The objects of which a value under *key* lies from *start* up to, and not with, *end*; None is open."""

    key: str = field(validator=is_a(str))
    start: Key | None = field(default=None, validator=optional(_some_key))
    end: Key | None = field(default=None, validator=optional(_some_key))


Term = In | Between


@frozen(kw_only=True)
class Cursor:
    """Where a page ended: the sort value and the id of its last object."""

    value: Key = field(validator=_some_key)
    id: str = field(validator=is_a(str))


@frozen(kw_only=True)
class Query(Generic[N]):
    """Which objects of *noun*, in which order.

    Args:
        noun: The binding of the objects.
        terms: All of them must hold.
        sort: The key to sort by, then id; text by code point. An object without a value under it is left out.
        descending: Whether both sort key and id run backwards.
        after: The cursor of the page before.
        limit: How many objects a page holds at most, 1 to 10,000.

    Raises:
        UnknownKey: A term or the sort names a key that the noun does not declare.
    """

    noun: Noun[N, Any, Any] = field(validator=is_a(Noun))
    terms: tuple[Term, ...] = field(default=(), validator=tuple_of(In, Between))
    sort: str = field(default="id", validator=is_a(str))
    descending: bool = field(default=False, validator=is_a(bool))
    after: Cursor | None = field(default=None, validator=optional(is_a(Cursor)))
    limit: int = field(default=100, validator=whole(1, MOST_ROWS))

    def __attrs_post_init__(self) -> None:
        """Refuse keys that the noun does not declare."""
        known = {"id", "due_at", *self.noun.keys}
        for key in (*(term.key for term in self.terms), self.sort):
            if key not in known:
                raise UnknownKey(kind=self.noun.kind, key=key)


@frozen(kw_only=True)
class Page(Generic[N]):
    """The objects of one page in order, and the cursor of the next one; None when this was the last."""

    rows: tuple[Versioned[N], ...] = field(validator=tuple_of(Versioned))
    next: Cursor | None = field(default=None, validator=optional(is_a(Cursor)))


def answer(query: Query[N], rows: Iterable[Versioned[N]]) -> Page[N]:
    """Return the page of *rows* that *query* asks for: the naive adapter, and the reference for every other.

    Raises:
        UnsortableKey: The sort key has several values for one object, or values that do not compare.
    """
    found = [(_sort_value(query, row), row) for row in rows if _matches(query, row)]
    try:
        kept = sorted(
            (pair for pair in ((key, row) for key, row in found if key is not None) if _is_after(query, *pair)),
            key=_order(query),
            reverse=query.descending,
        )
    except TypeError:
        raise UnsortableKey(kind=query.noun.kind, key=query.sort) from None
    return page_of(query, kept)


def page_of(query: Query[N], pairs: Iterable[tuple[Key, Versioned[N]]]) -> Page[N]:
    """Return the page of *pairs* (sort value, row), which come in the order of *query* and after its cursor."""
    taken = list(islice(pairs, query.limit + 1))
    more = len(taken) > query.limit
    kept = taken[: query.limit]
    cursor = Cursor(value=kept[-1][0], id=query.noun.id_of(kept[-1][1].value)) if more else None
    return Page(rows=tuple(row for _, row in kept), next=cursor)


def matches(query: Query[N], value: N) -> bool:
    """Tell whether every term of *query* holds for *value*.

    Raises:
        UnsortableKey: A bound and the value of the object do not compare.
    """
    return all(_holds(query, term, _many(query.noun.key(term.key, value))) for term in query.terms)


def _matches(query: Query[N], row: Versioned[N]) -> bool:
    return matches(query, row.value)


def _many(keys: Keys) -> tuple[Key, ...]:
    if keys is None:
        return ()
    return keys if isinstance(keys, tuple) else (keys,)


def _holds(query: Query[N], term: Term, keys: Sequence[Key]) -> bool:
    if isinstance(term, In):
        return any(key in term.values for key in keys)
    try:
        return any(_inside(term, cast("Any", key)) for key in keys)
    except TypeError:
        raise UnsortableKey(kind=query.noun.kind, key=term.key) from None


def _inside(term: Between, key: Any) -> bool:  # noqa: ANN401 - keys of one name are of one kind
    return (term.start is None or term.start <= key) and (term.end is None or key < term.end)


def _sort_value(query: Query[N], row: Versioned[N]) -> Key | None:
    key = query.noun.key(query.sort, row.value)
    if isinstance(key, tuple):
        raise UnsortableKey(kind=query.noun.kind, key=query.sort)
    return key


def _order(query: Query[N]) -> Callable[[tuple[Key, Versioned[N]]], Any]:
    return lambda pair: (pair[0], query.noun.id_of(pair[1].value))


def _is_after(query: Query[N], key: Any, row: Versioned[N]) -> bool:  # noqa: ANN401 - keys of one name are of one kind
    if query.after is None:
        return True
    here, cursor = (key, query.noun.id_of(row.value)), (cast("Any", query.after.value), query.after.id)
    return here < cursor if query.descending else here > cursor
