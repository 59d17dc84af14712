"""KPIs as arithmetic: measures, and what is made of them by + - * /, as frozen values that know unit and additivity.

A ratio is a ratio of sums. Adding different units is refused, and so is adding ratios, when the formula is written.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, Union

from attrs import Attribute, field, frozen
from attrs import evolve as changed

from ecomops.kernel import Text
from ecomops.kernel.checks import is_a, optional, some_text, whole, wrong_kind
from ecomops.kernel.errors import BadText, OutOfRange
from ecomops.metrics.errors import NoSuchColumn, NotAdditive, UnitMismatch, WrongUnit
from ecomops.metrics.units import MONEY, NUMBER, Additivity, Unit


class Family(StrEnum):
    """Which rows of the facts a measure looks at."""

    ORDERS = "orders"
    LINES = "lines"
    REFUNDS = "refunds"


class Counted(StrEnum):
    """What a measure does with its rows.

    `buyers` counts each known customer of a period once. `new_buyers` counts the orders whose customer had no valid
    order within the horizon before it, `first_time_buyers` those whose customer had none at all: both add up over
    periods, since each is a property of one order.
    """

    SUM = "sum"
    ROWS = "rows"
    BUYERS = "buyers"
    NEW_BUYERS = "new_buyers"
    FIRST_TIME_BUYERS = "first_time_buyers"


KNOWN = "known"
"""The column of orders that is 1 where the customer is known."""

SUMMABLE: Mapping[Family, tuple[str, ...]] = {
    Family.ORDERS: ("gross", "discount", "tax", "tendered", "due", KNOWN),
    Family.LINES: ("quantity", "gross", "discount", "tax", "tendered"),
    Family.REFUNDS: ("gross", "discount", "tax", "amount", "fee", "called_off"),
}
"""The columns of each family that a measure may sum."""

IN_MONEY = ("gross", "discount", "tax", "tendered", "due", "amount", "fee")
"""The columns that are money, and nothing else."""

_OF_BUYERS = frozenset({Counted.BUYERS, Counted.NEW_BUYERS, Counted.FIRST_TIME_BUYERS})


class Sign(StrEnum):
    """How two figures are joined."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


Formula: TypeAlias = Union["Measure", "Kpi", "Constant"]


def _key(instance: object, attribute: "Attribute[str]", value: str) -> None:
    some_text(instance, attribute, value)
    if not value.replace(".", "").isidentifier():
        raise BadText(field=f"{type(instance).__name__}.key", longest=200)


class Arithmetic:
    """The four operations that measures, constants and KPIs share; not for hosts to build on."""

    __slots__ = ()

    def __add__(self, other: "Formula | int") -> "Kpi":
        return Kpi(left=_formula(self), sign=Sign.PLUS, right=_formula(other))

    def __sub__(self, other: "Formula | int") -> "Kpi":
        return Kpi(left=_formula(self), sign=Sign.MINUS, right=_formula(other))

    def __mul__(self, other: "Formula | int") -> "Kpi":
        return Kpi(left=_formula(self), sign=Sign.TIMES, right=_formula(other))

    def __truediv__(self, other: "Formula | int") -> "Kpi":
        return Kpi(left=_formula(self), sign=Sign.OVER, right=_formula(other))

    def __rsub__(self, other: int) -> "Kpi":
        return Kpi(left=_formula(other), sign=Sign.MINUS, right=_formula(self))

    def __rmul__(self, other: int) -> "Kpi":
        return Kpi(left=_formula(other), sign=Sign.TIMES, right=_formula(self))


def _formula(value: object) -> Formula:
    if isinstance(value, (Measure, Kpi, Constant)):
        return value
    return Constant(value)  # type: ignore[arg-type] # its own check refuses what is no whole number


@frozen
class Constant(Arithmetic):
    """A whole number in a formula, without a unit."""

    value: int = field(validator=whole(-(10**9), 10**9))

    @property
    def key(self) -> str:
        """How it is written."""
        return str(self.value)

    @property
    def unit(self) -> Unit:
        """None."""
        return NUMBER

    @property
    def additivity(self) -> Additivity:
        """It goes with ratios: adding it to a sum would depend on how many sums there are."""
        return Additivity.RATIO


@frozen(kw_only=True)
class Measure(Arithmetic):
    """A figure that is read off the facts.

    Raises:
        NoSuchColumn: Its family has no such column, or no customers or units of quantity.
        WrongUnit: A column of money is to be measured in something else.

    Args:
        key: Its stable name, from the metrics dictionary where that has it.
        name: What people call it.
        unit: What it is measured in.
        family: The rows that it looks at.
        counted: What it does with them.
        column: What is summed; None when rows or buyers are counted.
        measured_in: Sum only lines of this unit of quantity; None is all lines.
    """

    key: str = field(validator=_key)
    name: Text = field(validator=is_a(Text))
    unit: Unit = field(validator=is_a(Unit))
    family: Family = field(default=Family.ORDERS, validator=is_a(Family))
    counted: Counted = field(default=Counted.SUM, validator=is_a(Counted))
    column: str | None = field(default=None, validator=optional(some_text))
    measured_in: str | None = field(default=None, validator=optional(some_text))

    def __attrs_post_init__(self) -> None:
        """Refuse what the rows of the family do not have."""
        if self.column not in (SUMMABLE[self.family] if self.counted is Counted.SUM else (None,)):
            raise NoSuchColumn(measure=self.key, family=self.family.value, column=str(self.column))
        if self.counted in _OF_BUYERS and self.family is not Family.ORDERS:
            raise NoSuchColumn(measure=self.key, family=self.family.value, column="customer")
        if self.measured_in is not None and self.family is not Family.LINES:
            raise NoSuchColumn(measure=self.key, family=self.family.value, column="unit")
        if self.column in IN_MONEY and self.unit != MONEY:
            raise WrongUnit(measure=self.key, unit=str(self.unit))

    @property
    def additivity(self) -> Additivity:
        """Whether it adds up."""
        return Additivity.DISTINCT if self.counted is Counted.BUYERS else Additivity.SUM


@frozen(kw_only=True)
class Kpi(Arithmetic):
    """Two figures joined by a sign: `NET / ORDERS` makes one.

    Args:
        left: What stands before the sign.
        sign: The sign.
        right: What stands after it.
        called: A stable name, from the metrics dictionary where that has it; None shows the formula.
        name: What people call it.

    Raises:
        UnitMismatch: Different units are added or subtracted.
        NotAdditive: Ratios are.

    Example:
        >>> from ecomops.metrics import NET, ORDERS
        >>> per_order = NET / ORDERS
        >>> str(per_order.unit), per_order.additivity.value, per_order == NET / ORDERS
        ('money orders^-1', 'ratio', True)
        >>> NET + ORDERS
        Traceback (most recent call last):
        ...
        ecomops.metrics.errors.UnitMismatch: net_sales and orders_valid cannot be added: money is not orders
    """

    left: "Formula" = field(validator=is_a(object))
    sign: Sign = field(validator=is_a(Sign))
    right: "Formula" = field(validator=is_a(object))
    called: str | None = field(default=None, validator=optional(_key))
    name: Text | None = field(default=None, validator=optional(is_a(Text)))

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be added."""
        for side in (self.left, self.right):
            if not isinstance(side, (Measure, Kpi, Constant)):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
                raise wrong_kind("Kpi", "Measure, Kpi or Constant", side)
        if _depth(self) > DEEPEST:
            raise OutOfRange(field="Kpi", least="1", most=str(DEEPEST))
        if self.sign in _ADDING:
            _require_addable(self.left, self.right)

    @property
    def key(self) -> str:
        """Its name, or its formula."""
        return self.called or self.formula

    @property
    def formula(self) -> str:
        """How it is computed, in the keys of what it is made of."""
        return f"{_side(self.left)} {self.sign} {_side(self.right)}"

    @property
    def unit(self) -> Unit:
        """What it is measured in."""
        if self.sign is Sign.TIMES:
            return self.left.unit * self.right.unit
        return self.left.unit / self.right.unit if self.sign is Sign.OVER else self.left.unit

    @property
    def additivity(self) -> Additivity:
        """Whether it adds up."""
        sides = (self.left, self.right)
        if self.sign is Sign.TIMES and any(isinstance(side, Constant) for side in sides):
            return next((side.additivity for side in sides if not isinstance(side, Constant)), Additivity.RATIO)
        if self.sign in _ADDING and not any(side.additivity is Additivity.RATIO for side in sides):
            summed = all(side.additivity is Additivity.SUM for side in sides)
            return Additivity.SUM if summed else Additivity.DISTINCT
        return Additivity.RATIO

    def named(self, key: str, name: Text) -> "Kpi":
        """Return it under a stable *key*, with the *name* that people give it."""
        return changed(self, called=key, name=name)


_ADDING = (Sign.PLUS, Sign.MINUS)
DEEPEST = 8
"""How many signs may stand inside one another in a formula."""


def _depth(formula: "Formula") -> int:
    return 1 + max(_depth(formula.left), _depth(formula.right)) if isinstance(formula, Kpi) else 0


def _side(formula: "Formula") -> str:
    return f"({formula.formula})" if isinstance(formula, Kpi) and not formula.called else formula.key


def _require_addable(left: "Formula", right: "Formula") -> None:
    if left.unit != right.unit:
        raise UnitMismatch(left=left.key, right=right.key, left_unit=str(left.unit), right_unit=str(right.unit))
    ratios = [_is_ratio(side) for side in (left, right)]
    beside_a_number = all(ratios) and (isinstance(left, Constant) or isinstance(right, Constant))
    if any(ratios) and not beside_a_number:
        raise NotAdditive(left=left.key, right=right.key)


def _is_ratio(formula: "Formula") -> bool:
    return formula.additivity is Additivity.RATIO


def measures_of(formula: "Formula") -> tuple[Measure, ...]:
    """Return the measures that *formula* is made of, each once, as it names them from left to right."""
    if isinstance(formula, Kpi):
        return tuple(dict.fromkeys((*measures_of(formula.left), *measures_of(formula.right))))
    return (formula,) if isinstance(formula, Measure) else ()
