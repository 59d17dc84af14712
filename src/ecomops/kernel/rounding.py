"""Exact division of integers with a named rounding: the one place where a fraction of a cent disappears."""

from enum import StrEnum
from typing import assert_never

from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.errors import OutOfRange


class Rounding(StrEnum):
    """How a value between two integers becomes one of them; the names and meanings of the decimal standard."""

    HALF_UP = "half_up"
    """To the nearest, a tie away from zero: the default of the shop."""
    HALF_EVEN = "half_even"
    """To the nearest, a tie to the even one."""
    HALF_DOWN = "half_down"
    """To the nearest, a tie toward zero."""
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Toward zero."""
    CEILING = "ceiling"
    """Toward plus infinity."""
    FLOOR = "floor"
    """Toward minus infinity."""


def divide(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Return *numerator* / *denominator* rounded to an integer, exactly, for any size of integers.

    Args:
        numerator: Any integer.
        denominator: A positive integer.
        rounding: The rule for what lies between two integers.

    Raises:
        WrongKind: The rounding is no `Rounding`, or one of the numbers no int.
        OutOfRange: The denominator is not positive.

    Example:
        >>> divide(5, 2), divide(-5, 2), divide(5, 2, Rounding.HALF_EVEN)
        (3, -3, 2)

    Note:
        Rounding modes as in the General Decimal Arithmetic specification (Python's `decimal`).
    """
    if not isinstance(rounding, Rounding):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("divide.rounding", "Rounding", rounding)
    if type(numerator) is not int or type(denominator) is not int:
        raise wrong_kind("divide", "int", denominator if type(numerator) is int else numerator)
    if denominator < 1:
        raise OutOfRange(field="divide.denominator", least="1", most="∞")
    whole, rest = divmod(abs(numerator), denominator)
    positive = numerator >= 0
    if _away(whole, rest, denominator, rounding=rounding, positive=positive):
        whole += 1
    return whole if positive else -whole


def _away(whole: int, rest: int, denominator: int, *, rounding: Rounding, positive: bool) -> bool:
    """Tell whether whole + rest/denominator (a magnitude) moves away from zero."""
    twice = 2 * rest
    match rounding:
        case Rounding.HALF_UP:
            return twice >= denominator
        case Rounding.HALF_EVEN:
            return twice > denominator or (twice == denominator and whole % 2 == 1)
        case Rounding.HALF_DOWN:
            return twice > denominator
        case Rounding.UP:
            return rest > 0
        case Rounding.DOWN:
            return False
        case Rounding.CEILING:
            return rest > 0 and positive
        case Rounding.FLOOR:
            return rest > 0 and not positive
        case _:
            assert_never(rounding)
