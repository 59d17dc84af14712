"""Queries as data: which are refused, and examples of what they find; the law stands with the properties."""

from collections.abc import Callable
from typing import Any, cast

import pendulum
import pytest

from ecomops.kernel import (
    BadText,
    Between,
    Cursor,
    In,
    Invalid,
    Key,
    OutOfRange,
    Page,
    Query,
    UnknownKey,
    UnsortableKey,
    Versioned,
    WrongKind,
    answer,
)
from ecomops.kernel.queries import MOST_ROWS, Term, matches, page_of
from tests.kernel.hostile import KINDS, TEXTS, others, untyped
from tests.kernel.toys import JAR, NOON, Jar, a_jar_noun

JARS = [
    Jar(id="a", sweets=3, colour="red", labels=("new", "big"), opens_at=NOON),
    Jar(id="B", sweets=1, colour="blue", opens_at=NOON.add(hours=1)),
    Jar(id="c", sweets=3, colour=None, labels=("big",)),
    Jar(id="茶", sweets=2, colour="Red", opens_at=NOON),
]
ROWS = [Versioned(jar, 1) for jar in JARS]


def found(*terms: Term, sort: str = "id", descending: bool = False) -> list[str]:
    """Return the ids that a query finds."""
    query = Query(noun=JAR, terms=terms, sort=sort, descending=descending)
    return [row.value.id for row in answer(query, iter(ROWS)).rows]


def test_everything_by_id() -> None:
    """Without terms all rows come, by id, text by code point."""
    assert found() == ["B", "a", "c", "茶"]
    assert found(descending=True) == ["茶", "c", "a", "B"]


FOUND: list[tuple[Term, list[str]]] = [
    (In(key="id", values=("a", "z")), ["a"]),
    (In(key="sweets", values=(3, 1)), ["B", "a", "c"]),
    (In(key="sweets", values=("3",)), []),
    (In(key="sweets", values=()), []),
    (In(key="colour", values=("red",)), ["a"]),
    (In(key="labels", values=("big",)), ["a", "c"]),
    (In(key="labels", values=("new", "old")), ["a"]),
    (In(key="due_at", values=(NOON,)), ["a", "茶"]),
    (Between(key="sweets", start=2), ["a", "c", "茶"]),
    (Between(key="sweets", end=3), ["B", "茶"]),
    (Between(key="sweets", start=1, end=3), ["B", "茶"]),
    (Between(key="sweets", start=3, end=1), []),
    (Between(key="sweets"), ["B", "a", "c", "茶"]),
    (Between(key="colour"), ["B", "a", "茶"]),  # none is no colour
    (Between(key="colour", start="a"), ["B", "a"]),
    (Between(key="labels", start="c"), ["a"]),  # any of them
    (Between(key="labels"), ["a", "c"]),
    (Between(key="due_at", end=NOON.add(hours=1)), ["a", "茶"]),
    (Between(key="id", start="a", end="c"), ["a"]),
]


@pytest.mark.parametrize(("term", "ids"), FOUND)
def test_terms_find_by_any_value_of_their_key(term: Term, ids: list[str]) -> None:
    """A term holds when one value under its key is named, or lies from the start up to and not with the end."""
    assert found(term) == ids
    assert [jar.id for jar in JARS if matches(Query(noun=JAR, terms=(term,)), jar)] == [
        jar.id for jar in JARS if jar.id in ids
    ]


def test_terms_are_joined_by_and() -> None:
    """Every term must hold, also two under one key."""
    assert found(In(key="sweets", values=(3,)), In(key="labels", values=("new",))) == ["a"]
    assert found(In(key="labels", values=("new",)), In(key="labels", values=("big",))) == ["a"]
    assert found(Between(key="sweets", start=2), Between(key="sweets", end=2)) == []


def test_sort_leaves_out_what_has_no_value() -> None:
    """Rows stand by the sort key and then by id, both backwards when descending; no value, no place."""
    assert found(sort="sweets") == ["B", "茶", "a", "c"]
    assert found(sort="sweets", descending=True) == ["c", "a", "茶", "B"]
    assert found(sort="colour") == ["茶", "B", "a"]
    assert found(sort="due_at") == ["a", "茶", "B"]
    assert found(sort="due_at", descending=True) == ["B", "茶", "a"]


def test_noun_without_a_timer_is_never_due() -> None:
    """Nothing is found by a deadline that there is none of."""
    untimed = a_jar_noun(due_at=None)
    assert answer(Query(noun=untimed, sort="due_at"), ROWS) == Page(rows=())
    assert answer(Query(noun=untimed, terms=(Between(key="due_at"),)), ROWS) == Page(rows=())


def test_cursor_tells_where_the_page_ended() -> None:
    """The next page begins behind the sort value and the id of the last row; the last page has no next."""
    first = answer(Query(noun=JAR, sort="sweets", limit=3), ROWS)
    assert [row.value.id for row in first.rows] == ["B", "茶", "a"]
    assert first.next == Cursor(value=3, id="a")
    last = answer(Query(noun=JAR, sort="sweets", limit=3, after=first.next), ROWS)
    assert [row.value.id for row in last.rows] == ["c"]
    assert last.next is None
    assert answer(Query(noun=JAR, limit=4), ROWS).next is None


def test_cursor_holds_when_its_row_is_gone() -> None:
    """A page goes on behind the place of a row, whether it is still there or not."""
    query = Query(noun=JAR, sort="sweets", after=Cursor(value=2, id="zz"))
    assert [row.value.id for row in answer(query, ROWS).rows] == ["茶", "a", "c"]
    backwards = Query(noun=JAR, sort="sweets", descending=True, after=Cursor(value=3, id="b"))
    assert [row.value.id for row in answer(backwards, ROWS).rows] == ["a", "茶", "B"]


def test_page_of_looks_no_further_than_its_limit() -> None:
    """An adapter may hand over a stream: one pair behind the page is asked for, no more."""
    pairs: list[tuple[Key, Versioned[Jar]]] = [(row.value.sweets, row) for row in ROWS]
    stream = iter(pairs)
    page = page_of(Query(noun=JAR, sort="sweets", limit=2), stream)
    assert page == Page(rows=(ROWS[0], ROWS[1]), next=Cursor(value=1, id="B"))
    assert list(stream) == pairs[3:]
    assert page_of(Query(noun=JAR), ()) == Page(rows=(), next=None)


NAMING: list[Callable[[str], Query[Jar]]] = [
    lambda name: Query(noun=JAR, sort=name),
    lambda name: Query(noun=JAR, terms=(In(key=name, values=("a",)),)),
    lambda name: Query(noun=JAR, terms=(Between(key="id"), Between(key=name))),
]


@pytest.mark.parametrize("key", ["flavour", "", "credit", "ID", *TEXTS])
def test_unknown_key_is_refused(key: str) -> None:
    """Neither a term nor the sort may name a key that the noun does not declare, though the field be there."""
    name = TEXTS.get(key, key)
    for make in NAMING:
        with pytest.raises(UnknownKey) as refused:
            make(name)
        assert refused.value.context == {"kind": "jar", "key": name}


def test_several_values_do_not_sort() -> None:
    """A key with several values gives no order."""
    with pytest.raises(UnsortableKey) as refused:
        found(sort="labels")
    assert refused.value.context == {"kind": "jar", "key": "labels"}


UNEQUAL: list[tuple[str, Query[Jar]]] = [
    ("sweets", Query(noun=JAR, terms=(Between(key="sweets", start="a"),))),
    ("sweets", Query(noun=JAR, terms=(Between(key="sweets", end=NOON),))),
    ("labels", Query(noun=JAR, terms=(Between(key="labels", start=1),))),
    ("due_at", Query(noun=JAR, terms=(Between(key="due_at", end=5),))),
    ("sweets", Query(noun=JAR, sort="sweets", after=Cursor(value="a", id="a"))),
    ("id", Query(noun=JAR, after=Cursor(value=1, id="a"))),
]


@pytest.mark.parametrize(("key", "query"), UNEQUAL)
def test_values_of_different_kinds_do_not_compare(key: str, query: Query[Jar]) -> None:
    """A bound or a cursor of another kind than the rows' values is refused as malformed, never a TypeError."""
    with pytest.raises(UnsortableKey) as refused:
        answer(query, ROWS)
    assert refused.value.context == {"kind": "jar", "key": key}


def test_rows_of_different_kinds_do_not_sort() -> None:
    """A noun whose key is now a number and now a text cannot be sorted by it."""
    mixed = a_jar_noun(keys={"mixed": lambda jar: jar.colour or jar.sweets})
    with pytest.raises(UnsortableKey):
        answer(Query(noun=mixed, sort="mixed"), ROWS)


def test_key_that_is_none_of_the_kinds_makes_no_cursor() -> None:
    """A noun that gives another kind of key is refused as malformed where the page would end."""
    odd = a_jar_noun(keys={"odd": lambda jar: cast("Any", float(jar.sweets))})
    with pytest.raises(Invalid):
        answer(Query(noun=odd, sort="odd", limit=1), ROWS)


FIELDS: list[tuple[str, tuple[type, ...]]] = [
    ("noun", (type(JAR),)),
    ("terms", ()),
    ("sort", (str,)),
    ("descending", (bool,)),
    ("after", (type(None),)),
    ("limit", (int,)),
]


@pytest.mark.parametrize(("field", "kinds"), FIELDS, ids=[name for name, _ in FIELDS])
def test_query_refuses_other_kinds(field: str, kinds: tuple[type, ...]) -> None:
    """Whatever stands in a field of a query where it does not belong is refused as malformed."""
    good: dict[str, Any] = {"noun": JAR}
    for value in others(*kinds):
        if field != "terms" or value != ():  # no term is no fault
            with pytest.raises(Invalid):
                Query(**{**good, field: value})


@pytest.mark.parametrize("limit", [0, -1, MOST_ROWS + 1, 10**5000], ids=range(4))
def test_page_holds_1_to_10000_rows(limit: int) -> None:
    """A page has at least a row and at most ten thousand."""
    with pytest.raises(OutOfRange, match=r"Query\.limit must be from 1 to 10000"):
        Query(noun=JAR, limit=limit)
    assert Query(noun=JAR, limit=1).limit + 9_999 == Query(noun=JAR, limit=MOST_ROWS).limit == 10_000
    assert Query(noun=JAR).limit == 100


NO_KEYS = [name for name, value in KINDS.items() if type(value) is bool or not isinstance(value, (str, int))]


@pytest.mark.parametrize("name", [name for name in NO_KEYS if name != "instant"])
def test_values_are_texts_numbers_and_instants(name: str) -> None:
    """A float, a bool, bytes, nothing, and an instant that is naive, local or not pendulum's are no values of a key."""
    value = cast("Any", KINDS[name])
    with pytest.raises(WrongKind):
        In(key="id", values=(value,))
    with pytest.raises(WrongKind):
        In(key="id", values=("a", value))
    with pytest.raises(WrongKind):
        Cursor(value=value, id="a")
    if value is not None:  # an open end
        with pytest.raises(WrongKind):
            Between(key="id", start=value)
        with pytest.raises(WrongKind):
            Between(key="id", end=value)


BEYOND: dict[str, tuple[Key, type[Invalid]]] = {
    "too large": (2**63, OutOfRange),
    "too small": (-(2**63), OutOfRange),
    "huge": (10**5000, OutOfRange),
    "surrogate": ("a\ud800", BadText),
    "last surrogate": ("\udfffa", BadText),
}


@pytest.mark.parametrize("name", BEYOND)
def test_values_are_those_that_every_store_can_compare(name: str) -> None:
    """A number beyond 63 bits and a text that no encoding has are refused where they are named."""
    value, refusal = BEYOND[name]
    makers: list[Callable[[], object]] = [
        lambda: In(key="id", values=("a", value)),
        lambda: Between(key="id", start=value),
        lambda: Between(key="id", end=value),
        lambda: Cursor(value=value, id="a"),
    ]
    for make in makers:
        with pytest.raises(refusal) as refused:
            make()
        assert str(refused.value.context["field"]).endswith(" value")


def test_largest_values() -> None:
    """Numbers of 63 bits and the characters beside the surrogates are values."""
    for value in (2**63 - 1, -(2**63) + 1, "\ud7ff\ue000\U0010ffff", ""):
        assert In(key="id", values=(value,)).values == (Cursor(value=value, id="a").value,)


def test_fields_are_checked() -> None:
    """Keys and ids are texts, values and rows stand in tuples, a cursor is a cursor."""
    for value in (value for value in others() if not isinstance(value, str)):
        with pytest.raises(WrongKind, match=r"In\.key must be str"):
            In(key=value, values=())
        with pytest.raises(WrongKind, match=r"Between\.key must be str"):
            Between(key=value)
        with pytest.raises(WrongKind, match=r"Cursor\.id must be str"):
            Cursor(value=1, id=value)
    for value in others(tuple):
        with pytest.raises(WrongKind, match=r"In\.values must be tuple"):
            In(key="id", values=value)
        with pytest.raises(WrongKind, match=r"Page\.rows"):
            Page(rows=value)
    for value in untyped((1,), (JARS[0],)):
        with pytest.raises(WrongKind, match=r"Page\.rows"):
            Page(rows=value)
    with pytest.raises(WrongKind, match=r"Page\.next"):
        Page(rows=(), next=cast("Any", "a"))


def test_query_is_a_value() -> None:
    """Equal queries are one; their instants may come from any maker of UTC."""
    one, other = (Query(noun=JAR, terms=(Between(key="due_at", end=pendulum.datetime(2026, 6, 18)),)) for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    assert one != Query(noun=a_jar_noun())


@pytest.mark.parametrize("value", ["\ud800", "a\udfff", 2**63, -(2**63)])
def test_key_that_no_database_can_compare_is_refused(value: str | int) -> None:
    """A lone surrogate cannot be encoded, and a larger number does not fit a column: both are refused everywhere."""
    for make in (
        lambda: In(key="id", values=(value,)),
        lambda: Between(key="id", start=value),
        lambda: Between(key="id", end=value),
        lambda: Cursor(value=value, id="a"),
    ):
        with pytest.raises(Invalid):
            make()


@pytest.mark.parametrize("value", ["\ud7ff", "\ue000", "\U0001f375", 2**63 - 1, -(2**63 - 1)])
def test_key_at_the_edge_is_taken(value: str | int) -> None:
    """Everything that can be stored can be asked for."""
    assert In(key="id", values=(value,)).values == (value,)
