"""What a rule of a host sees of a basket: canonical rows with their amounts, and the facts; nothing can be written."""

from collections.abc import Mapping
from typing import NamedTuple

from pendulum import DateTime

from ecomops.kernel.rules import FactValue


class RowView(NamedTuple):
    """Equal units of a basket: lines equal in SKU, price, floor and facts are one row.

    Attributes:
        facts: The facts of the lines, `sku` and `price` among them.
        units: How many there are.
        listed: What they cost before all discounts, in minor units.
        entry: What was left when the lane began.
        left: What is left now.
        room: What can still be taken off.
    """

    facts: Mapping[str, FactValue]
    units: int
    listed: int
    entry: int
    left: int
    room: int


class View(NamedTuple):
    """A basket at the turn of a promotion.

    Attributes:
        at: The instant of the quote.
        facts: What is known of the buyer and the basket, with the measures of the promotion by name.
        rows: Its goods, in canonical order.
    """

    at: DateTime
    facts: Mapping[str, FactValue]
    rows: tuple[RowView, ...]


class Shortfall(NamedTuple):
    """What a condition of a host misses.

    Attributes:
        actual: The number that falls short; None when no number does.
        required: The nearest number that would do.
    """

    actual: int | None = None
    required: int | None = None
