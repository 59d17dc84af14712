"""Checks of single fields, shared by every noun, event and command: attrs validators that refuse with a code.

A check looks at kind and range only; what a rule of the shop thinks of the value belongs to decisions.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from attrs import Attribute  # noqa: TC002 - read by the type checkers in quotes only, kept real for hosts
from pendulum import UTC, DateTime

from ecomops.kernel.errors import BadText, OutOfRange, Repeated, WrongKind

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

Check = Callable[[Any, "Attribute[Any]", Any], None]

MOST_UNITS = 10**12
"""The largest quantity of one field: far above any stock, and any sum of millions of them fits an int64."""

FEW_UNITS = 2**39
"""Less than a field may hold, and a power of two: the bits of several counters, `0 <= a | b < FEW_UNITS`, tell at once
that none is negative and none as large; where they do not, each counter is checked on its own."""

LONGEST_TEXT = 500
"""The longest free text of a field, in characters."""


def _name(instance: object, attribute: "Attribute[Any]") -> str:
    return f"{type(instance).__name__}.{attribute.name}"


def wrong_kind(field: str, expected: str, value: object) -> WrongKind:
    """Return the refusal of *value* in *field*: it names the kind that was found, never the value."""
    return WrongKind(field=field, expected=expected, found=type(value).__name__)


def require_kind(field: str, kind: type, value: object) -> None:
    """Refuse a *value* that is of another kind: an argument, of a caller without types."""
    if not isinstance(value, kind):
        raise wrong_kind(field, kind.__name__, value)


def mapped(field: str, value: Mapping[K, V]) -> Mapping[K, V]:
    """Return *value*, an argument, when it is a mapping."""
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind(field, "mapping", value)
    return value


def listed(field: str, value: Iterable[T]) -> tuple[T, ...]:
    """Return the members of *value*, an argument, when it has any to go through."""
    if not isinstance(value, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind(field, "iterable", value)
    return tuple(value)


def is_a(*kinds: type) -> Check:
    """Check that the value is an instance of one of *kinds* (a bool is no int)."""
    names = " or ".join(kind.__name__ for kind in kinds)
    usual = dict if kinds[0] is Mapping else kinds[0]  # what a mapping nearly always is

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if type(value) is usual:  # nearly always, and cheaper to ask than isinstance
            return
        if not isinstance(value, kinds) or (type(value) is bool and bool not in kinds):
            raise wrong_kind(_name(instance, attribute), names, value)

    return check


def optional(inner: Check) -> Check:
    """Check as *inner* does, and let None pass."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if value is not None:
            inner(instance, attribute, value)

    return check


def whole(least: int = -MOST_UNITS, most: int = MOST_UNITS) -> Check:
    """Check that the value is an int (no bool) from *least* to *most*."""

    def check(instance: object, attribute: "Attribute[Any]", value: int) -> None:
        if type(value) is int and least <= value <= most:
            return
        if type(value) is not int:
            raise wrong_kind(_name(instance, attribute), "int", value)
        raise OutOfRange(field=_name(instance, attribute), least=str(least), most=str(most))

    return check


def tuple_of(*kinds: type, least: int = 0) -> Check:
    """Check that the value is a tuple of at least *least* members that are all instances of one of *kinds*."""
    expected = f"tuple of {' or '.join(kind.__name__ for kind in kinds)}"
    usual = kinds[0]

    def check(instance: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
        if type(value) is not tuple:
            raise wrong_kind(_name(instance, attribute), expected, value)
        for member in value:
            if type(member) is not usual and not isinstance(member, kinds):
                raise wrong_kind(_name(instance, attribute), expected, member)
        if least and len(value) < least:
            raise OutOfRange(field=_name(instance, attribute), least=str(least), most="∞")

    return check


def some_text(instance: object, attribute: "Attribute[Any]", value: str) -> None:
    """Check that the value is a trimmed, printable text of 1 to 500 characters."""
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind(_name(instance, attribute), "str", value)
    if not is_plain(value, longest=LONGEST_TEXT):
        raise BadText(field=_name(instance, attribute), longest=LONGEST_TEXT)


def is_plain(text: str, *, longest: int) -> bool:
    """Tell whether *text* is 1 to *longest* printable characters without spaces around them."""
    return 0 < len(text) <= longest and text.isprintable() and text.strip() == text


def is_storable(text: str) -> bool:
    """Tell whether *text* can be written as UTF-8: a lone half of a pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def an_instant(instance: object, attribute: "Attribute[Any]", value: DateTime) -> None:
    """Check that the value is a pendulum instant in UTC (`kernel.instant` makes one of any aware datetime)."""
    if type(value) is DateTime and value.tzinfo is UTC:  # nearly always, and cheaper than another call
        return
    if not is_instant(value):
        raise wrong_kind(_name(instance, attribute), "DateTime in UTC", value)


def is_instant(value: object) -> bool:
    """Tell whether *value* is a pendulum instant in UTC, whoever made its time zone."""
    if type(value) is DateTime and value.tzinfo is UTC:  # nearly always
        return True
    return isinstance(value, DateTime) and str(value.tzinfo) == "UTC" and not value.utcoffset()


def require_once(keys: Iterable[str], *, field: str) -> None:
    """Refuse when one of *keys* stands twice in *field*.

    Raises:
        Repeated: It names the first one that does.
    """
    listed = tuple(keys)
    if len(set(listed)) < len(listed):
        first = {key: place for place, key in reversed(list(enumerate(listed)))}
        raise Repeated(field=field, key=next(key for place, key in enumerate(listed) if first[key] < place))
