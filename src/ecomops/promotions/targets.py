"""Of what a reduction takes: lines, the whole, sets of units taken together, shipping.

A scope is a rule over the facts of a line (`sku`, `price`, and what the host declares); a line of which a fact is
missing is out.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, whole
from ecomops.kernel.rules import ALWAYS, RULES, Rule
from ecomops.kernel.rules import Any as AnyOf

MOST_PARTS = 6
"""The most parts of a set: the number of groups of parts doubles with each."""


class Per(StrEnum):
    """To what an amount or a price refers."""

    UNIT = "unit"
    LINE = "line"
    SET = "set"
    WHOLE = "whole"


class Order(StrEnum):
    """Which units come first: by what a unit costs, ties by canonical position."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"


class Within(StrEnum):
    """Among which units some are chosen."""

    LINE = "line"
    """Those of each line alone."""
    SCOPE = "scope"
    """Those of all lines of the scope together."""


_Check = Callable[[object, "Attribute[Any]", Per], None]


def _per(*allowed: Per) -> _Check:
    """Check that the value is one of *allowed*."""

    def check(instance: object, attribute: "Attribute[Any]", value: Per) -> None:
        is_a(Per)(instance, attribute, value)
        if value not in allowed:
            name = f"{type(instance).__name__}.{attribute.name}"
            raise OutOfRange(field=name, least=allowed[0].value, most=allowed[-1].value)

    return check


@frozen(kw_only=True)
class Chosen:
    """Some units only: the first, the cheapest, the second.

    Args:
        count: How many units get the value.
        skip: How many come before them.
        order: Which come first, within the scope; units of one line cost the same and go by their place.
        within: Among the units of each line, or of the scope together.
    """

    count: int = field(validator=whole(1))
    skip: int = field(default=0, validator=whole(0))
    order: Order = field(default=Order.CHEAPEST, validator=is_a(Order))
    within: Within = field(default=Within.LINE, validator=is_a(Within))


@frozen(kw_only=True)
class Lines:
    """Each line alone: a percentage of the line, an amount or a price for each unit, or for the line.

    Args:
        scope: Which lines.
        per: To what an amount or a price refers: UNIT or LINE.
        chosen: Which of their units; None is all.
    """

    code: ClassVar[str] = "target.lines"

    scope: Rule = field(default=ALWAYS, validator=is_a(*RULES))
    per: Per = field(default=Per.UNIT, validator=_per(Per.UNIT, Per.LINE))
    chosen: Chosen | None = field(default=None, validator=optional(is_a(Chosen)))


@frozen(kw_only=True)
class Whole:
    """All lines of the scope together, once; what is taken off is shared by amount.

    Args:
        scope: Which lines.
    """

    code: ClassVar[str] = "target.whole"

    scope: Rule = field(default=ALWAYS, validator=is_a(*RULES))


@frozen(kw_only=True)
class Pick:
    """Which of the units that a part takes get the value.

    Args:
        count: How many of each set; 0 makes the part a trigger, which only has to be there.
        skip: How many of each set come before them.
        order: Whether the cheapest come first, or the dearest.
        pooled: Whether the units of all sets stand in one order, or those of each set alone.
    """

    count: int = field(validator=whole(0))
    skip: int = field(default=0, validator=whole(0))
    order: Order = field(default=Order.CHEAPEST, validator=is_a(Order))
    pooled: bool = field(default=True, validator=is_a(bool))


@frozen(kw_only=True)
class Part:
    """What belongs to each set: so many units of a scope.

    Args:
        scope: Of which lines.
        quantity: How many units.
        takes: Which units it takes first; a trigger always takes the dearest.
        pick: Which of its units get the value; None is all.

    Raises:
        OutOfRange: More units are picked or skipped than the part has.
    """

    scope: Rule = field(default=ALWAYS, validator=is_a(*RULES))
    quantity: int = field(validator=whole(1))
    takes: Order = field(default=Order.DEAREST, validator=is_a(Order))
    pick: Pick | None = field(default=None, validator=optional(is_a(Pick)))

    def __attrs_post_init__(self) -> None:
        """Refuse to pick more units than there are."""
        if self.pick is not None and self.pick.count + self.pick.skip > self.quantity:
            raise OutOfRange(field="Part.pick", least="0", most=str(self.quantity))


def _parts(instance: object, attribute: "Attribute[Any]", value: tuple[Part, ...]) -> None:
    tuple_of(Part, least=1)(instance, attribute, value)
    if len(value) > MOST_PARTS:
        raise OutOfRange(field="Sets.parts", least="1", most=str(MOST_PARTS))


@frozen(kw_only=True)
class Sets:
    """Units that are taken together, as often as there are enough of them.

    Args:
        parts: What belongs to each set, 1 to 6 parts; their scopes may overlap.
        per: To what an amount or a price refers: UNIT (of the picked ones) or SET.
        most: The most sets; None is no limit.
        consuming: Whether units of a set can be taken for no other one.

    Raises:
        RuleTooDeep: The scopes of several parts are too deep to be asked together.
    """

    code: ClassVar[str] = "target.sets"

    parts: tuple[Part, ...] = field(validator=_parts)
    per: Per = field(default=Per.UNIT, validator=_per(Per.UNIT, Per.SET))
    most: int | None = field(default=None, validator=optional(whole(1)))
    consuming: bool = field(default=True, validator=is_a(bool))
    scope: Rule = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Join the scopes of the parts: what it touches."""
        scopes = tuple(dict.fromkeys(part.scope for part in self.parts))
        object.__setattr__(self, "scope", scopes[0] if len(scopes) == 1 else AnyOf(rules=scopes))


def _names(instance: object, attribute: "Attribute[Any]", value: tuple[str, ...]) -> None:
    tuple_of(str)(instance, attribute, value)
    for each in value:
        some_text(instance, attribute, each)
    require_once(value, field="Shipping.names")


@frozen(kw_only=True)
class Shipping:
    """Services: freight, or others that are named.

    Args:
        names: The names of the services; () is every service of the basket.
        per: To what an amount or a price refers: WHOLE (all together) or LINE (each alone).
    """

    code: ClassVar[str] = "target.shipping"

    names: tuple[str, ...] = field(default=(), validator=_names)
    per: Per = field(default=Per.WHOLE, validator=_per(Per.WHOLE, Per.LINE))


Target = Lines | Whole | Sets | Shipping
"""Of what a reduction takes."""

TARGETS = (Lines, Whole, Sets, Shipping)
"""Every class of target."""

GOODS = (Lines, Whole, Sets)
"""Every class of target that takes off goods."""
