"""The law of queries: `answer` finds what a list comprehension finds, in its order, a page at a time."""

import datetime as dt
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Between, Cursor, In, Invalid, Key, Page, Query, Versioned, answer
from ecomops.kernel.queries import Term, matches
from tests.kernel.toys import JAR, NOON, Jar

hours = st.integers(0, 3).map(lambda n: NOON.add(hours=n))
colours = st.sampled_from(["red", "Red", "blue", "茶", "é"])
labels = st.sampled_from(["big", "new", "old"])
jars = st.builds(
    Jar,
    id=st.text(st.sampled_from("abAB茶"), min_size=1, max_size=2),
    sweets=st.integers(-2, 2),
    colour=st.none() | colours,
    labels=st.lists(labels, max_size=2).map(tuple),
    opens_at=st.none() | hours,
)
stocks = st.lists(jars, max_size=8, unique_by=lambda jar: jar.id)

VALUES: dict[str, st.SearchStrategy[Key]] = {
    "id": st.sampled_from(["a", "b", "A", "茶", ""]),
    "sweets": st.integers(-3, 3),
    "colour": colours,
    "labels": labels,
    "due_at": hours,
}


def terms_under(key: str) -> st.SearchStrategy[Term]:
    """Return the terms under *key* with values of its kind."""
    values = VALUES[key]
    ends = st.none() | values
    named = st.lists(values, max_size=3).map(lambda some: In(key=key, values=tuple(some)))
    return named | st.builds(Between, key=st.just(key), start=ends, end=ends)


terms = st.sampled_from(sorted(VALUES)).flatmap(terms_under)
questions = st.lists(terms, max_size=3).map(tuple)
sorts = st.sampled_from(["id", "sweets", "colour", "due_at"])


def values_of(jar: Jar, key: str) -> list[Key]:
    """Return what *jar* has under *key*, read from its fields."""
    fields: dict[str, list[Key | None]] = {
        "id": [jar.id],
        "sweets": [jar.sweets],
        "colour": [jar.colour],
        "labels": [*jar.labels],
        "due_at": [jar.opens_at],
    }
    return [value for value in fields[key] if value is not None]


def says(term: Term, jar: Jar) -> bool:
    """Tell whether *term* holds for *jar*, value by value, with instants as numbers."""
    for value in values_of(jar, term.key):
        match term:
            case In(values=values):
                inside = [number(value) == number(each) for each in values]
                if any(inside):
                    return True
            case Between(start=start, end=end):
                low = start is None or not number(value) < number(start)
                high = end is None or number(value) < number(end)
                if low and high:
                    return True
    return False


def number(value: Key) -> tuple[float, str]:
    """Return a value as something that compares plainly: numbers and instants as numbers, texts as code points."""
    if isinstance(value, dt.datetime):
        return value.timestamp(), ""
    return (0.0, value) if isinstance(value, str) else (float(value), "")


def listed(stock: list[Jar], asked: tuple[Term, ...], sort: str, *, descending: bool) -> list[Jar]:
    """Answer with a list comprehension and two sorts, the second of which keeps the order of the first among ties."""
    found = [jar for jar in stock if all(says(term, jar) for term in asked) and values_of(jar, sort)]
    by_id = sorted(found, key=lambda jar: [ord(char) for char in jar.id], reverse=descending)
    return sorted(by_id, key=lambda jar: number(values_of(jar, sort)[0]), reverse=descending)


def pages(query: Query[Jar], stock: list[Jar]) -> Iterator[Page[Jar]]:
    """Yield the pages of *query* one after the other, as a caller turns them."""
    rows = [Versioned(jar, 1) for jar in stock]
    while True:
        page = answer(query, rows)
        yield page
        if page.next is None:
            return
        query = Query(
            noun=query.noun,
            terms=query.terms,
            sort=query.sort,
            descending=query.descending,
            limit=query.limit,
            after=page.next,
        )


@given(stocks, questions, sorts, st.booleans())
def test_answer_is_a_list_comprehension(
    stock: list[Jar],
    asked: tuple[Term, ...],
    sort: str,
    descending: bool,  # noqa: FBT001 - a drawn value
) -> None:
    """Whatever is asked, the rows are those of the comprehension, in its order, whatever order they lie in."""
    query = Query(noun=JAR, terms=asked, sort=sort, descending=descending)
    expected = listed(stock, asked, sort, descending=descending)
    for lie in (stock, stock[::-1]):
        rows = [Versioned(jar, jar.id) for jar in lie]
        page = answer(query, iter(rows))
        assert [row.value for row in page.rows] == expected
        assert [row.version for row in page.rows] == [jar.id for jar in expected]
        assert page.next is None


@given(stocks, questions)
def test_matches_is_all_of_the_terms(stock: list[Jar], asked: tuple[Term, ...]) -> None:
    """A row matches when every term holds, whatever the sort; no term is no hurdle."""
    query = Query(noun=JAR, terms=asked)
    assert [matches(query, jar) for jar in stock] == [all(says(term, jar) for term in asked) for jar in stock]


@given(stocks, questions, sorts, st.booleans(), st.integers(1, 4))
def test_pages_visit_each_row_once(
    stock: list[Jar],
    asked: tuple[Term, ...],
    sort: str,
    descending: bool,  # noqa: FBT001 - a drawn value
    limit: int,
) -> None:
    """Turning the pages shows every row once, in order; all pages but the last are full, none is empty behind one."""
    query = Query(noun=JAR, terms=asked, sort=sort, descending=descending, limit=limit)
    turned = list(pages(query, stock))
    expected = listed(stock, asked, sort, descending=descending)
    assert [row.value for page in turned for row in page.rows] == expected
    assert [len(page.rows) for page in turned[:-1]] == [limit] * (len(turned) - 1)
    assert len(turned) == max(1, -(-len(expected) // limit))


@given(stocks, sorts, st.booleans(), st.data())
def test_cursor_may_stand_anywhere(
    stock: list[Jar],
    sort: str,
    descending: bool,  # noqa: FBT001 - a drawn value
    data: st.DataObject,
) -> None:
    """Behind any cursor lie the rows that follow its place, whether a row stands there or not."""
    cursor = Cursor(value=data.draw(VALUES[sort]), id=data.draw(st.sampled_from(["", "a", "b", "茶", "茶茶茶"])))
    place = (number(cursor.value), cursor.id)
    found = answer(
        Query(noun=JAR, sort=sort, descending=descending, after=cursor), [Versioned(jar, 1) for jar in stock]
    )
    behind = [
        jar
        for jar in listed(stock, (), sort, descending=descending)
        if (((number(values_of(jar, sort)[0]), jar.id) < place) if descending else
            ((number(values_of(jar, sort)[0]), jar.id) > place))
    ]  # fmt: skip
    assert [row.value for row in found.rows] == behind


any_key = st.one_of(
    st.text(max_size=2),
    st.just("a\ud800"),
    st.integers(),
    st.integers(10**4000, 10**4001),
    st.datetimes(),
    st.datetimes(timezones=st.just(dt.UTC)),
    hours,
)
any_terms = st.lists(st.tuples(st.sampled_from(sorted(VALUES)), st.none() | any_key, st.none() | any_key), max_size=2)


@given(stocks, any_terms, st.sampled_from(sorted(VALUES)), st.none() | st.tuples(any_key, st.text(max_size=1)))
def test_values_of_any_kind_are_answered_or_refused(
    stock: list[Jar], asked: list[tuple[str, Key | None, Key | None]], sort: str, after: tuple[Key, str] | None
) -> None:
    """Bounds, values and cursors of wrong kinds find nothing or are refused as malformed; nothing else happens."""
    try:
        named = [In(key=key, values=tuple(v for v in (one, two) if v is not None)) for key, one, two in asked[:1]]
        between = [Between(key=key, start=one, end=two) for key, one, two in asked[1:]]
        cursor = None if after is None else Cursor(value=after[0], id=after[1])
        query = Query(noun=JAR, terms=(*named, *between), sort=sort, after=cursor)
        page = answer(query, [Versioned(jar, 1) for jar in stock])
    except Invalid as refused:
        assert len(str(refused)) < 200  # noqa: PT017 - a query of mixed kinds may well be answered
    else:
        assert {row.value.id for row in page.rows} <= {jar.id for jar in stock}
