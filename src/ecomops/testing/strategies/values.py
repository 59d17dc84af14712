"""Values of any annotated type of the library: what a field may hold, drawn by its annotation and passed by its checks.

A class that is new, a host's own too, needs nothing here: its fields say what they hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import attrs
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import UTC, Date, DateTime

from ecomops.customers.personal import FieldName
from ecomops.kernel import Currency, DomainError, Id, Money, Versioned, instant
from ecomops.terms import LocationId, Sku, StockKey
from ecomops.testing.strategies.adoptions import ADOPTIONS
from ecomops.testing.strategies.lines import SOUND
from ecomops.testing.strategies.planning import FITTING
from ecomops.testing.strategies.rules import RULED

I = TypeVar("I", bound=Id)  # noqa: E741 - ids
Leaves = Mapping[Any, SearchStrategy[Any]]
"""What is drawn where an annotation ends; `Id` gives the texts of all ids that have no entry of their own."""

PRICED = (Currency.CNY, Currency.JPY, Currency.KWD, Currency.USD)
"""Currencies with two, no and three digits."""

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made aware below
    lambda moment: instant(moment.replace(tzinfo=UTC))
)
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
ID_TEXTS = st.text("abcdefghij-0123456789%@é茶", min_size=1, max_size=6)
UNITS = st.integers(1, 1_000)


def instants() -> SearchStrategy[DateTime]:
    """Draw instants of a hundred years."""
    return INSTANTS


def texts() -> SearchStrategy[str]:
    """Draw printable texts without spaces, of any script."""
    return TEXTS


def ids(kind: type[I]) -> SearchStrategy[I]:
    """Draw ids of one kind.

    Example:
        >>> from hypothesis import find
        >>> from ecomops.terms import OrderId
        >>> find(ids(OrderId), lambda id: "-" in id)
        OrderId('-')
    """
    return ID_TEXTS.map(kind)


def stock_keys() -> SearchStrategy[StockKey]:
    """Draw stock keys of SKUs and locations whose texts need escaping now and then."""
    return st.builds(StockKey.of, ids(Sku), ids(LocationId))


def quantities(most: int = 1_000) -> SearchStrategy[int]:
    """Draw whole units from 1."""
    return st.integers(1, most)


def money(currency: Currency | None = None, *, least: int = 0, most: int = 10**9) -> SearchStrategy[Money]:
    """Draw amounts.

    Args:
        currency: In which currency; left out, in one of four with two, no and three digits.
        least: The smallest amount in minor units.
        most: The largest.
    """
    currencies = st.sampled_from(PRICED) if currency is None else st.just(currency)
    return st.builds(Money, st.integers(least, most), currencies)


USUAL: Leaves = {
    bool: st.booleans(),
    int: UNITS,
    str: TEXTS,
    object: st.none(),
    Any: st.none(),
    NoneType: st.none(),
    Fraction: st.builds(Fraction, UNITS, UNITS),
    Date: INSTANTS.map(DateTime.date),
    DateTime: INSTANTS,
    datetime: INSTANTS,
    timedelta: st.timedeltas(timedelta(0), timedelta(days=3650)),
    Currency: st.sampled_from(PRICED),
    Money: money(),
    StockKey: stock_keys(),
    Id: ID_TEXTS,
    FieldName: st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=6).map(FieldName),
}
"""What stands at the ends of annotations, as a shop would have it."""


WHOLE = {**SOUND, **ADOPTIONS, **RULED, **FITTING}
"""What is drawn whole, by its class."""

KNOWN: list[tuple[Leaves, dict[Any, SearchStrategy[Any]]]] = []
"""What was made before, by annotation, for each choice of leaves: making it takes longer than drawing."""


def values_of(kind: Any, leaves: Leaves = USUAL) -> SearchStrategy[Any]:  # noqa: ANN401 - an annotation
    """Draw values that a field or argument annotated with *kind* may hold; those that its class refuses are left out.

    Args:
        kind: A class, a union, a tuple, a mapping, or another annotation of the library.
        leaves: What is drawn where annotations end.

    Example:
        >>> from hypothesis import find
        >>> from ecomops.terms import Price
        >>> find(values_of(Price), lambda price: price.amount.minor > 0).per
        1
    """
    made = _made_of(leaves)
    if kind not in made:
        made[kind] = _values_of(kind, leaves)
    return made[kind]


def _made_of(leaves: Leaves) -> dict[Any, SearchStrategy[Any]]:
    for known, made in KNOWN:
        if known is leaves:
            return made
    KNOWN.append((leaves, {}))
    return KNOWN[-1][1]


def _values_of(kind: Any, leaves: Leaves) -> SearchStrategy[Any]:  # noqa: ANN401 - an annotation
    origin, members = get_origin(kind), get_args(kind)
    if kind in leaves:
        return leaves[kind]
    if origin in {Union, UnionType}:
        return st.one_of([values_of(member, leaves) for member in members if not _is_a_hosts(member)])
    if origin is tuple and members[-1] is not ...:
        return st.tuples(*(values_of(member, leaves) for member in members))
    if origin in {tuple, Sequence, Iterable}:
        return st.lists(values_of(members[0], leaves), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(values_of(members[0], leaves), values_of(members[1], leaves), max_size=2)
    if origin is Versioned:
        return st.builds(Versioned, values_of(members[0], leaves), st.integers(1, 3))
    if origin is not None:
        return _instances_of(origin, members, leaves)
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if issubclass(kind, Id):
        return leaves[Id].map(kind)
    if kind in WHOLE:
        return WHOLE[kind](lambda each: values_of(each, leaves))
    return _instances_of(kind, (), leaves)


def _is_a_hosts(kind: object) -> bool:
    """Tell whether *kind* is a protocol: of such classes the library has none of its own."""
    return bool(getattr(kind, "_is_protocol", False))


def _instances_of(cls: type[Any], members: tuple[Any, ...], leaves: Leaves) -> SearchStrategy[Any]:
    """Draw instances of an attrs class: every field by its annotation, passed by its own check and by the class."""

    @st.composite
    def instances(draw: DrawFn) -> object:
        drawn = {field.name: draw(values) for field, values in fields}
        try:
            return cls(**drawn)
        except DomainError:
            reject()

    fields: list[tuple[attrs.Attribute[Any], SearchStrategy[Any]]] = []

    def filled() -> SearchStrategy[object]:
        fields.extend((field, _passed(cls, field, members, leaves)) for field in made_of(cls))
        return instances()

    return st.deferred(filled)  # when it is drawn first, so that a class may hold its own kind


def _passed(
    cls: type[Any], field: "attrs.Attribute[Any]", members: tuple[Any, ...], leaves: Leaves
) -> SearchStrategy[Any]:  # fmt: skip
    """Draw the values of one field that its check lets pass."""
    check: Any = field.validator

    def passes(value: object) -> bool:
        try:
            check(object.__new__(cls), field, value)
        except DomainError:
            return False
        return True

    values = values_of(_bound(cls, field.type, members), leaves)
    return values if check is None else values.filter(passes)


def _bound(cls: type[Any], kind: Any, members: tuple[Any, ...]) -> Any:  # noqa: ANN401 - annotations
    """Return an annotation of a generic class with its variables replaced by what they stand for."""
    stands_for: dict[Any, Any] = dict(zip(getattr(cls, "__parameters__", ()), members, strict=False))
    if isinstance(kind, TypeVar):
        return stands_for.get(kind, object)
    variables = cast("tuple[Any, ...]", getattr(kind, "__parameters__", ()))
    return kind[tuple(stands_for.get(each, object) for each in variables)] if get_origin(kind) and variables else kind


def made_of(cls: type[Any]) -> "tuple[attrs.Attribute[Any], ...]":
    """Return the fields with which an attrs class is made, their annotations resolved."""
    return tuple(field for field in attrs.fields(attrs.resolve_types(cls)) if field.init)
