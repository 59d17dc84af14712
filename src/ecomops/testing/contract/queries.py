"""The queries that the script asks by every key of a noun, and the comparison of the pages that come back."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from attrs import evolve

from ecomops.kernel import MOST_ROWS, Between, In, Key, Keys, Noun, Page, Query, Term, Versioned, answer
from ecomops.testing.builders import NOON
from ecomops.testing.contract.laws import Law, require


def queries(noun: Noun[Any, Any, Any], rows: Sequence[Versioned[Any]]) -> Iterator[Query[Any]]:
    """Yield queries by every key: terms alone and in pairs, then every order, whole and in pages."""
    keys = {name: _terms(name, _values(noun, name, rows)) for name in ("id", "due_at", *noun.keys)}
    for terms in keys.values():
        for term in terms:
            yield Query(noun=noun, terms=(term,), limit=MOST_ROWS)
    for (inside, *_), (_, one, some, *_) in pairwise(keys.values()):
        for other in (one, some):
            yield Query(noun=noun, terms=(inside, other), limit=MOST_ROWS)
    for name in keys:
        for descending in (False, True):
            yield from _orders(Query(noun=noun, sort=name, descending=descending, limit=MOST_ROWS), rows)


def _values(noun: Noun[Any, Any, Any], name: str, rows: Iterable[Versioned[Any]]) -> Sequence[Any]:
    """Return all values that *rows* have under a key, in order; an instant, when they have none."""
    found: set[Key] = set()
    for row in rows:
        found.update(_many(noun.key(name, row.value)))
    return sorted(found, key=_itself) or [NOON]


def _many(keys: Keys) -> tuple[Key, ...]:
    if keys is None:
        return ()
    return keys if isinstance(keys, tuple) else (keys,)


def _itself(key: Any) -> Any:  # noqa: ANN401 - keys of one name are of one kind
    return key


def _terms(name: str, values: Sequence[Any]) -> tuple[Term, ...]:
    low, middle, high = values[0], values[len(values) // 2], values[-1]
    return (
        Between(key=name, start=low, end=high),
        In(key=name, values=(middle,)),
        In(key=name, values=(low, high)),
        In(key=name, values=()),
        Between(key=name),
        Between(key=name, start=middle),
        Between(key=name, end=middle),
        Between(key=name, start=middle, end=high),
        Between(key=name, start=high, end=low),
    )


def _orders(query: Query[Any], rows: Sequence[Versioned[Any]]) -> Iterator[Query[Any]]:
    """Yield *query* whole, in pages of ten, and in one page that is just full; nothing, where it cannot be sorted.

    Without rows nobody knows whether it can, but by what every noun has.
    """
    unknown = not rows and query.sort in query.noun.keys
    if unknown or any(isinstance(query.noun.key(query.sort, row.value), tuple) for row in rows):
        return
    yield query
    yield evolve(query, limit=10)
    yield evolve(query, limit=len(answer(query, rows).rows) or 1)


def pages(query: Query[Any], rows: Sequence[Versioned[Any]]) -> Iterator[tuple[Query[Any], Page[Any]]]:
    """Yield *query* with the page that it should give, and so on with the following ones."""
    page = answer(query, rows)
    yield query, page
    while page.next is not None:
        query = evolve(query, after=page.next)
        page = answer(query, rows)
        yield query, page


def compare(query: Query[Any], found: Page[Any], wanted: Page[Any]) -> None:
    """Check that a page is the one that was *wanted*, naming what is wrong with it."""
    got, want = ([query.noun.id_of(row.value) for row in page.rows] for page in (found, wanted))
    if query.limit == MOST_ROWS:
        require(set(want) <= set(got), Law.QUERY_MISSES, query)
        require(len(want) == len(got), Law.QUERY_EXTRA, query)
        require(want == got, Law.ORDER, query)
        require(found.rows == wanted.rows, Law.EQUAL, query)
    require(found == wanted, Law.PAGES, query)
