"""Counters with a limit: used + n is at most the limit, whoever counts at the same time.

A noun of counters (`Additive`) states its bounds with `bounded`; its decisions ask here before they count. What does
not fit is refused whole, or cut to what is left, as the policy says.
"""

from enum import StrEnum
from typing import ClassVar

from attrs import define, field, frozen

from ecomops.kernel.additive import AtLeast
from ecomops.kernel.checks import optional, whole, wrong_kind
from ecomops.kernel.errors import OutOfRange, Refused
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.text import Text


class Excess(StrEnum):
    """What becomes of a claim that exceeds a limit."""

    REFUSE = "refuse"
    """Nothing of it is counted: the default of the shop."""
    CLAMP = "clamp"
    """It is cut to what is left."""


@define(kw_only=True, slots=False, eq=False)
class LimitReached(Refused):
    """More is claimed than a limit leaves."""

    code: ClassVar[str] = "limit.reached"
    text: ClassVar[Text] = Text(
        "{counter}: {wanted} more would exceed the limit of {most}, {used} are used",
        "{counter}：再计 {wanted} 将超出上限 {most}，已用 {used}",
    )

    counter: str
    wanted: int
    used: int
    most: int


@frozen
class Limit:
    """The most that may be counted; None is no limit.

    Example:
        >>> room(7, Limit(10)), room(7, Limit(None)), room(12, Limit(10))
        (3, None, 0)
    """

    most: int | None = field(default=None, validator=optional(whole(0, MOST_MINOR)))


UNLIMITED = Limit(None)


def room(used: int, limit: Limit) -> int | None:
    """Return how much may still be counted: never below 0, None for no limit."""
    _numbers(used, limit)
    return None if limit.most is None else max(limit.most - used, 0)


def _numbers(number: int, limit: Limit) -> None:
    if type(number) is not int:
        raise wrong_kind("counter", "int", number)
    if type(limit) is not Limit:
        raise wrong_kind("counter", "Limit", limit)


def _claim(wanted: int) -> None:
    if type(wanted) is not int:
        raise wrong_kind("wanted", "int", wanted)
    if wanted < 0:
        raise OutOfRange(field="wanted", least="0", most="∞")


def require_room(used: int, wanted: int, limit: Limit, *, counter: str) -> None:
    """Refuse unless *wanted* more fit: used + wanted is at most the limit.

    Raises:
        LimitReached: They do not.
        OutOfRange: A negative number is wanted.
        WrongKind: A number is no int.
    """
    _claim(wanted)
    left = room(used, limit)
    if left is not None and wanted > left:
        raise LimitReached(counter=counter, wanted=wanted, used=used, most=limit.most or 0)


def fit(used: int, wanted: int, limit: Limit, *, excess: Excess = Excess.REFUSE, counter: str = "counter") -> int:
    """Return how much of *wanted* is counted.

    Args:
        used: What has been counted.
        wanted: What is claimed now, not negative.
        limit: The most.
        excess: What becomes of a claim that does not fit.
        counter: What is counted: the refusal names it.

    Raises:
        LimitReached: It does not fit and is to be refused, or nothing is left of what could be cut.
        OutOfRange: A negative number is wanted.
        WrongKind: A number is no int.

    Example:
        >>> fit(7, 5, Limit(10), excess=Excess.CLAMP)
        3
    """
    _claim(wanted)
    left = room(used, limit)
    if left is None or wanted <= left:
        return wanted
    if excess is Excess.REFUSE or not left:
        raise LimitReached(counter=counter, wanted=wanted, used=used, most=limit.most or 0)
    return left


def bounded(limit: str, *counters: str) -> AtLeast:
    """Return the bound of an additive noun: its *counters* together are at most its field *limit* (None lifts it).

    Example:
        >>> bounded("most", "reserved", "redeemed").weights
        {'most': 1, 'reserved': -1, 'redeemed': -1}
    """
    return AtLeast(weights={limit: 1, **dict.fromkeys(counters, -1)})
