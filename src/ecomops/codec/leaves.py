"""Values without fields: flags, numbers, texts, instants, exact ratios. Each is read as exactly what it is."""

import re
from collections.abc import Callable
from datetime import datetime, time
from enum import Enum, IntEnum
from fractions import Fraction
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

from cattrs import Converter
from pendulum import DateTime

from ecomops.codec.problems import misfit
from ecomops.kernel import Key, instant
from ecomops.kernel.checks import is_instant, wrong_kind


def exactly(kind: type) -> Callable[[object, type], object]:
    """Return a hook that lets values of exactly *kind* pass and converts nothing."""

    def structure(value: object, _: type) -> object:
        if type(value) is not kind:
            raise misfit(value, kind.__name__)
        return value

    return structure


def text_of(value: object, kind: type[str]) -> str:
    """Read a text, an id or a member of an enumeration: all of them stand as texts."""
    if type(value) is not str:
        raise misfit(value, "str")
    if not issubclass(kind, Enum):
        return kind(value)
    if value not in kind._value2member_map_:
        raise misfit(value, f"one of the values of {kind.__name__}")
    return kind(value)


def instant_of(value: object, _: type) -> DateTime:
    """Read an instant: a text of ISO 8601 with an offset."""
    if type(value) is not str:
        raise misfit(value, "an instant as text")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise misfit(value, "an instant as text") from None
    return instant(moment)


def written(at: datetime) -> str:
    """Return an instant as text: always with microseconds, so that texts sort as the instants do."""
    return at.isoformat(timespec="microseconds")


_WALL = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def wall_time_of(value: object, _: type) -> time:
    """Read a time on the wall: a text like `04:30`."""
    if type(value) is not str or not _WALL.fullmatch(value):
        raise misfit(value, "a time on the wall as text")
    return time.fromisoformat(value)


def number_of(value: object, kind: type[IntEnum]) -> IntEnum:
    """Read a member of an enumeration of whole numbers."""
    if type(value) is not int or value not in kind._value2member_map_:
        raise misfit(value, f"one of the values of {kind.__name__}")
    return kind(value)


def bind(key: Key) -> str | int:
    """Return the value of a key or a cursor as a database takes it: drivers tend to refuse the library's classes.

    Args:
        key: A value of a query, or what `Noun.key` gives for a row.

    Returns:
        A whole number as it is, an id as plain text, an instant as the codec writes it: in UTC with microseconds, so
        that the texts sort as the instants do.

    Raises:
        WrongKind: It is no value of a key.

    Example:
        >>> from ecomops.terms import OrderId
        >>> from ecomops.testing import NOON
        >>> bind(OrderId("o-1")), bind(7), bind(NOON)
        ('o-1', 7, '2026-06-18T12:00:00.000000+00:00')
    """
    if is_instant(key):
        return written(cast("datetime", key))
    if isinstance(key, str):
        return str(key)
    if isinstance(key, int) and type(key) is not bool:
        return key
    raise wrong_kind("bind", "str, int or DateTime in UTC", key)


_RATIO = re.compile(r"-?[0-9]{1,30}(/[0-9]{1,30})?")


def fraction_of(value: object, _: type) -> Fraction:
    """Read an exact ratio: a text like `1/3` or `7`."""
    if type(value) is not str or not _RATIO.fullmatch(value):
        raise misfit(value, "an exact ratio as text")
    over, under = value.split("/") if "/" in value else (value, "1")
    if not int(under):
        raise misfit(value, "an exact ratio as text")
    return Fraction(int(over), int(under))


def union_of(kind: object) -> tuple[Any, ...]:
    """Return the members of a union; () for anything else."""
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else ()


_PLAIN = (bool, int, str)


def is_plain_union(kind: object) -> bool:
    """Tell whether *kind* is a flag, a number, a text or several texts, by what it looks like."""
    members = union_of(kind)
    return bool(members) and all(member in _PLAIN or member == tuple[str, ...] for member in members)


def plain_hook(converter: Converter) -> Callable[[object, Any], object]:
    """Return the hook of a flag, a number, a text or several texts: each is what it looks like."""

    def structure(value: object, kind: Any) -> object:  # noqa: ANN401 - a union
        members = union_of(kind)
        if type(value) in members:
            return value
        if tuple[str, ...] in members and type(value) is list:
            return converter.structure(value, cast("Any", tuple[str, ...]))
        raise misfit(value, " or ".join(sorted(getattr(member, "__name__", "tuple") for member in members)))

    return structure
