"""Effective dates: which value is in force at an instant, when each holds from its own instant until the next begins.

Prices, tax rates and other rules change on a stated day; what was in force before stays readable. The law: a change
moves the answer only from its own instant up to the next entry, and never for an instant that has passed, unless the
caller says that it corrects the past.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar, Generic, TypeVar

from attrs import Attribute, define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import an_instant, is_instant, tuple_of, wrong_kind
from ecomops.kernel.errors import Invalid, Refused
from ecomops.kernel.text import Text

T = TypeVar("T")


@define(kw_only=True, slots=False, eq=False)
class Unsorted(Invalid):
    """Two entries begin at one instant, or an earlier one stands after a later one."""

    code: ClassVar[str] = "effective.unsorted"
    text: ClassVar[Text] = Text(
        "the entry since {since} must stand after the one since {before}",
        "自 {since} 生效的条目必须晚于自 {before} 生效的条目",
    )

    before: DateTime
    since: DateTime


@define(kw_only=True, slots=False, eq=False)
class AlreadyBegun(Refused):
    """A change would rewrite what is or was in force, and the caller did not say that it corrects the past."""

    code: ClassVar[str] = "effective.begun"
    text: ClassVar[Text] = Text(
        "a change since {since} rewrites what has begun by {at}", "自 {since} 起的变更会改写在 {at} 之前已生效的内容"
    )

    since: DateTime
    at: DateTime


@frozen(kw_only=True)
class Dated(Generic[T]):
    """A value and the instant from which it holds."""

    since: DateTime = field(validator=an_instant)
    value: T


@frozen(kw_only=True)
class Effective(Generic[T]):
    """A value that changes at stated instants: each entry holds from its own instant until the next one begins.

    Args:
        entries: Strictly rising by their instants; none at all is no value at any time.

    Raises:
        Unsorted: The instants do not rise.

    Example:
        >>> import pendulum
        >>> from fractions import Fraction
        >>> vat = Effective(entries=(Dated(since=pendulum.datetime(2018, 5, 1), value=Fraction(16, 100)),))
        >>> vat = vat.changed(
        ...     Fraction(13, 100), since=pendulum.datetime(2019, 4, 1), at=pendulum.datetime(2019, 3, 20)
        ... )
        >>> [str(in_force(vat, at=pendulum.datetime(2019, month, 1))) for month in (3, 4)]
        ['4/25', '13/100']
    """

    entries: tuple[Dated[T], ...] = field(default=(), validator=tuple_of(Dated))

    def __attrs_post_init__(self) -> None:
        """Refuse entries whose instants do not rise."""
        for before, after in pairwise(self.entries):
            if after.since <= before.since:
                raise Unsorted(before=before.since, since=after.since)

    def changed(self, value: T, *, since: DateTime, at: DateTime, correcting: bool = False) -> "Effective[T]":
        """Return this with *value* in force from *since* until the next entry.

        Args:
            value: What shall hold.
            since: From when; an entry that is planned for that very instant is replaced.
            at: The instant of the decision: what has begun by then is history.
            correcting: Rewrite history all the same (a wrong figure was entered).

        Raises:
            AlreadyBegun: *since* lies before *at*, or an entry of another value began at that very instant.
            WrongKind: One of the two is no instant.
        """
        entry = Dated(since=since, value=value)
        if not is_instant(at):
            raise wrong_kind("Effective.changed", "DateTime in UTC", at)
        place = bisect_left(self.entries, since, key=_since)
        there = self.entries[place : place + 1]
        taken = there if there and there[0].since == since else ()
        if taken and taken[0].value == value:
            return self
        if not correcting and (since < at or (taken and since == at)):
            raise AlreadyBegun(since=since, at=at)
        return Effective(entries=(*self.entries[:place], entry, *self.entries[place + len(taken) :]))


def _since(entry: Dated[Any]) -> DateTime:
    return entry.since


def in_force(effective: Effective[T], *, at: DateTime) -> T | None:
    """Return the value that holds at the instant *at*; None before the first entry.

    Raises:
        WrongKind: *at* is no instant in UTC.
    """
    if not is_instant(at):
        raise wrong_kind("in_force.at", "DateTime in UTC", at)
    place = bisect_right(effective.entries, at, key=_since)
    return effective.entries[place - 1].value if place else None


def next_change(effective: Effective[Any], *, after: DateTime) -> DateTime | None:
    """Return the first instant later than *after* at which another entry begins; None when none is planned.

    Raises:
        WrongKind: *after* is no instant in UTC.
    """
    if not is_instant(after):
        raise wrong_kind("next_change.after", "DateTime in UTC", after)
    place = bisect_right(effective.entries, after, key=_since)
    return effective.entries[place].since if place < len(effective.entries) else None


def effective_of(*kinds: type) -> Callable[[Any, "Attribute[Any]", Any], None]:
    """Check that the value is an `Effective` of which every entry holds an instance of one of *kinds*."""
    expected = f"Effective of {' or '.join(kind.__name__ for kind in kinds)}"

    def check(instance: object, attribute: "Attribute[Any]", value: Effective[object]) -> None:
        name = f"{type(instance).__name__}.{attribute.name}"
        if type(value) is not Effective:
            raise wrong_kind(name, expected, value)
        for entry in value.entries:
            if not isinstance(entry.value, kinds):
                raise wrong_kind(name, expected, entry.value)

    return check
