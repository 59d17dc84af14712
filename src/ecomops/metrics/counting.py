"""What a measure does with its rows, what it asks of an entity's past, and which direction of a figure is good news."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from ecomops.kernel.checks import is_a, whole
from ecomops.metrics.errors import NotOfMeasure
from ecomops.metrics.units import Additivity


class Counted(StrEnum):
    """What a measure does with its rows.

    `sum` and `rows` add up. `distinct` counts each value of a column once, `least` and `most` find the extremes of one.
    `opening` and `closing` are levels: what holds when a period begins, and when it ends. `top` is the sum of the
    largest entities, `having` the number of entities of which something holds, `retained` of those that came back a
    number of days after their first day, `lapsed` of those that were there once and not in so many days before
    the end of the period. `buyers` counts each known customer of a period once; `new_buyers` the orders
    whose customer had no valid order within the horizon before it, `first_time_buyers` those whose customer had none at
    all: both add up over periods, since each is a property of one order. `days` is how many days the period has, and
    `last_day` the number of its last one.
    """

    SUM = "sum"
    ROWS = "rows"
    DISTINCT = "distinct"
    LEAST = "least"
    MOST = "most"
    OPENING = "opening"
    CLOSING = "closing"
    TOP = "top"
    HAVING = "having"
    RETAINED = "retained"
    LAPSED = "lapsed"
    BUYERS = "buyers"
    NEW_BUYERS = "new_buyers"
    FIRST_TIME_BUYERS = "first_time_buyers"
    DAYS = "days"
    LAST_DAY = "last_day"


class Better(StrEnum):
    """Which direction of a figure is good news."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Before(StrEnum):
    """What is asked of an entity before the period in which it is counted.

    `ever`: it was there; `never`: it was not; `within`: in so many days before; `absent`: earlier, and not in these.
    """

    EVER = "ever"
    NEVER = "never"
    WITHIN = "within"
    ABSENT = "absent"


@frozen(kw_only=True)
class Seen:
    """A condition on what an entity did before the period in which it is counted.

    Args:
        before: What is asked.
        days: Of how many business days before the first day of the period; for `within` and `absent`.
    """

    before: Before = field(validator=is_a(Before))
    days: int = field(default=0, validator=whole(0, 36_500))


NEEDS_COLUMN = frozenset({Counted.SUM, Counted.DISTINCT, Counted.LEAST, Counted.MOST})
OF_ORDERS = frozenset({Counted.BUYERS, Counted.NEW_BUYERS, Counted.FIRST_TIME_BUYERS})
OF_ENTITIES = frozenset({Counted.TOP, Counted.HAVING, Counted.RETAINED, Counted.LAPSED})
OF_NO_ROWS = frozenset({Counted.DAYS, Counted.LAST_DAY})
ADDITIVITY = {
    Counted.SUM: Additivity.SUM,
    Counted.ROWS: Additivity.SUM,
    Counted.NEW_BUYERS: Additivity.SUM,
    Counted.FIRST_TIME_BUYERS: Additivity.SUM,
    Counted.OPENING: Additivity.LAST,
    Counted.CLOSING: Additivity.LAST,
    Counted.LEAST: Additivity.LEAST,
    Counted.MOST: Additivity.MOST,
}

PARTS = ("column", "entity", "of", "having", "seen")
"""The parts of a measure of which its kind says whether it takes them."""


def require_parts(counted: Counted, given: Mapping[str, bool], *, measure: str) -> None:
    """Refuse a part of a measure that its kind does not take, and that it needs one which is not given.

    Raises:
        NotOfMeasure: It names the part.
    """
    needs = {
        "column": counted in NEEDS_COLUMN,
        "entity": counted in OF_ENTITIES,
        "of": counted is Counted.TOP,
        "having": counted is Counted.HAVING,
        "seen": False,
    }
    takes = needs | {
        "column": needs["column"] or counted in {Counted.OPENING, Counted.CLOSING},
        "seen": counted is Counted.DISTINCT,
    }
    for name in PARTS:
        if (given[name] and not takes[name]) or (needs[name] and not given[name]):
            raise NotOfMeasure(measure=measure, field=name, counted=counted.value)
