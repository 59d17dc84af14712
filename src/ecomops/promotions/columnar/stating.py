"""Discounts that the host states, in columns: bounded when they are made."""

from typing import Any

import numpy as np
from attrs import Attribute, field, frozen

from ecomops.columns import Ints, Segments, Uneven, require_range, require_whole
from ecomops.columns.column import require_sum
from ecomops.kernel.checks import require_once, tuple_of
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.columnar.errors import StatedBeyondRoom
from ecomops.terms import PromotionId

MOST_NAMED = 10
"""The most rows that a refusal names."""


def _known(instance: object, attribute: "Attribute[Any]", value: tuple[PromotionId, ...]) -> None:
    tuple_of(PromotionId)(instance, attribute, value)
    require_once(value, field="StatedDiscounts.known")


@frozen(kw_only=True, eq=False)
class StatedDiscounts:
    """What promotions whose amounts the host states take off each line, or each service.

    Args:
        starts: Where the discounts of each line start, and at last where those of the last one end.
        promotions: The place of the promotion of each in *known*.
        known: The promotions.
        amounts: What each takes off its line, in minor units, at least 1.

    Raises:
        WrongColumn: One of them is no column of 64 bits.
        Uneven: Promotions and amounts are not as many as the starts say.
        OutOfColumn: An amount is below 1, a promotion unknown, or the starts fall.
        CannotHoldSum: A sum of the amounts might exceed 64 bits.
        Repeated: A promotion is known twice.

    Example:
        >>> import numpy as np
        >>> stated = StatedDiscounts(
        ...     starts=np.array([0, 1, 1, 3]),
        ...     promotions=np.array([0, 0, 1]),
        ...     known=(PromotionId("loyalty"), PromotionId("till")),
        ...     amounts=np.array([50, 20, 5]),
        ... )
        >>> stated.sums()
        array([50,  0, 25])
    """

    starts: Ints
    promotions: Ints
    known: tuple[PromotionId, ...] = field(validator=_known)
    amounts: Ints

    def __attrs_post_init__(self) -> None:
        """Check all columns."""
        size = int(Segments(self.starts).starts[-1])
        for name, values, most in (
            ("promotions", self.promotions, len(self.known) - 1),
            ("amounts", self.amounts, MOST_MINOR),
        ):
            column = f"StatedDiscounts.{name}"
            require_whole(values, name=column)
            if len(values) != size:
                raise Uneven(column=column, found=len(values), expected=size)
            require_range(values, name=column, least=int(name == "amounts"), most=most)
        require_sum(self.amounts, name="StatedDiscounts.amounts")

    def sums(self) -> Ints:
        """Return what is taken off each line altogether."""
        running = np.zeros(len(self.amounts) + 1, dtype=np.int64)
        np.cumsum(self.amounts, out=running[1:])
        return np.diff(running[self.starts])


def require_stated(stated: StatedDiscounts, amounts: Ints, floors: Ints | None, *, name: str) -> None:
    """Refuse what exceeds the room of its line.

    Raises:
        Uneven: It is of more or fewer lines.
        StatedBeyondRoom: It names the first rows.
    """
    if len(stated.starts) - 1 != len(amounts):
        raise Uneven(column=name, found=len(stated.starts) - 1, expected=len(amounts))
    room = amounts if floors is None else amounts - np.minimum(floors, amounts)
    beyond = np.flatnonzero(stated.sums() > room)
    if len(beyond):
        raise StatedBeyondRoom(column=name, count=len(beyond), rows=tuple(beyond[:MOST_NAMED].tolist()))
