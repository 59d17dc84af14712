"""Values of any annotated type of the library: what a field may hold, drawn by its annotation alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs
from attrs import AttrsInstance
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pendulum import UTC, DateTime

import ecomops
from ecomops.kernel import Currency, Dated, DomainError, Effective, Id, Money, Versioned, instant
from ecomops.terms import LocationId, Sku, StockKey

PRICED = (Currency.CNY, Currency.JPY, Currency.KWD, Currency.USD)

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made aware below
    lambda moment: instant(moment.replace(tzinfo=UTC))
)
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
IDS = st.text("abcdefghij-0123456789%@é茶", min_size=1, max_size=6)
UNITS = st.integers(1, 1_000)
MONEY = st.builds(Money, st.integers(0, 10**9), st.sampled_from(PRICED))
KEYS = st.builds(StockKey.of, IDS.map(Sku), IDS.map(LocationId))

Leaves = Mapping[Any, SearchStrategy[Any]]

USUAL: Leaves = {
    bool: st.booleans(),
    int: UNITS,
    str: TEXTS,
    object: st.none(),
    NoneType: st.none(),
    DateTime: INSTANTS,
    timedelta: st.timedeltas(timedelta(0), timedelta(days=3650)),
    Currency: st.sampled_from(PRICED),
    Money: MONEY,
    StockKey: KEYS,
    Id: IDS,
}
"""What stands at the ends of annotations, as a shop would have it; `Id` gives the texts of all other ids."""


KNOWN: dict[tuple[int, Any], SearchStrategy[Any]] = {}
"""What was made before, by the identity of its leaves: making it takes longer than drawing."""


def values_of(kind: Any, leaves: Leaves = USUAL) -> SearchStrategy[Any]:  # noqa: ANN401 - an annotation
    """Return values that a field or argument annotated with *kind* may hold."""
    key = (id(leaves), kind)
    if key not in KNOWN:
        KNOWN[key] = _values_of(kind, leaves)
    return KNOWN[key]


def _values_of(kind: Any, leaves: Leaves) -> SearchStrategy[Any]:  # noqa: ANN401 - an annotation
    origin, members = get_origin(kind), get_args(kind)
    if kind in leaves:
        return leaves[kind]
    if origin in {Union, UnionType}:
        return st.one_of([values_of(member, leaves) for member in members])
    if origin is tuple and members[-1] is not ...:
        return st.tuples(*(values_of(member, leaves) for member in members))
    if origin in {tuple, Sequence, Iterable}:
        return st.lists(values_of(members[0], leaves), max_size=2).map(tuple)
    if origin is Effective:
        timelines = st.dictionaries(values_of(DateTime, leaves), values_of(members[0], leaves), max_size=3)
        return timelines.map(_effective)
    if origin is Versioned:
        return st.builds(Versioned, values_of(members[0], leaves), st.integers(1, 3))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if issubclass(kind, Id):
        return leaves[Id].map(kind)
    return _instances_of(kind, leaves)


def _effective(timeline: dict[DateTime, Any]) -> Effective[Any]:
    """Return the values of *timeline*, each since its instant."""
    return Effective(entries=tuple(Dated(since=since, value=timeline[since]) for since in sorted(timeline)))


def _instances_of(cls: type[Any], leaves: Leaves) -> SearchStrategy[Any]:
    """Return instances of an attrs class: every field drawn by its annotation, and passed by its own check."""
    return st.deferred(
        lambda: st.builds(cls, **{field.name: _passed(cls, field, leaves) for field in made_of(cls)})
    )  # fmt: skip


def _passed(cls: type[Any], field: "attrs.Attribute[Any]", leaves: Leaves) -> SearchStrategy[Any]:
    """Return the values of one field that its check lets pass."""
    check: Any = field.validator

    def passes(value: object) -> bool:
        try:
            check(object.__new__(cls), field, value)
        except DomainError:
            return False
        return True

    values = values_of(field.type, leaves)
    return values if check is None else values.filter(passes)


def made_of(cls: type[Any]) -> "tuple[attrs.Attribute[Any], ...]":
    """Return the fields with which an attrs class is made, their annotations resolved."""
    return tuple(field for field in attrs.fields(attrs.resolve_types(cls)) if field.init)


def modules() -> Iterator[ModuleType]:
    """Yield every module of the library."""
    for found in walk_packages(ecomops.__path__, "ecomops."):
        yield import_module(found.name)


def classes() -> list[type[Any]]:
    """Return every class that the library defines, once each, in the order of modules and definitions."""
    found: dict[type[Any], None] = {}
    for module in modules():
        members = vars(module)
        own = (each for each in members.values() if isinstance(each, type) and each.__module__ == module.__name__)
        found.update(dict.fromkeys(own))
    return list(found)


def attrs_classes() -> list[type[AttrsInstance]]:
    """Return every attrs class that the library defines."""
    return [cls for cls in classes() if attrs.has(cls)]
