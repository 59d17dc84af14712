"""KPIs as arithmetic: measures, and what is made of them by + - * /, as frozen values that know unit and additivity.

A ratio is a ratio of sums. Adding different units is refused, and so is adding ratios, when the formula is written.
"""

from enum import StrEnum
from typing import Any, TypeAlias

from attrs import Attribute, field, fields, frozen
from attrs import evolve as changed

from ecomops.kernel import Text
from ecomops.kernel.checks import is_a, optional, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.errors import BadText, OutOfRange
from ecomops.metrics.counting import (
    ADDITIVITY,
    OF_ORDERS,
    PARTS,
    Better,
    Counted,
    Seen,
    require_parts,
)
from ecomops.metrics.declaring import Columns, require_family
from ecomops.metrics.errors import NoSuchColumn, NotAdditive, UnitMismatch, WrongUnit
from ecomops.metrics.expressions import EXPRESSIONS, ColumnOf, Expression, Predicate, Than, Where
from ecomops.metrics.families import Orders
from ecomops.metrics.units import NUMBER, Additivity, Unit


class Sign(StrEnum):
    """How two figures are joined."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


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

    def mean_of_days(self) -> "MeanOfDays":
        """Return the mean of its values by day: another figure than the pooled one, and it says so."""
        return MeanOfDays(_formula(self))

    def trailing(self, days: int) -> "Trailing":
        """Return it over the last *days* business days of each period, whatever lies before its beginning."""
        return Trailing(_formula(self), days=days)


def _formula(value: object) -> "Formula":
    if isinstance(value, FORMULAS):
        return value
    return Constant(value)  # type: ignore[arg-type] # its own check refuses what is no whole number


@frozen
class Constant(Arithmetic):
    """A whole number in a formula, without a unit unless it changes one into another."""

    value: int = field(validator=whole(-(10**9), 10**9))
    unit: Unit = field(default=NUMBER, validator=is_a(Unit))

    @property
    def key(self) -> str:
        """How it is written."""
        return str(self.value)

    @property
    def additivity(self) -> Additivity:
        """It goes with ratios: adding it to a sum would depend on how many sums there are."""
        return Additivity.RATIO


def _a_measure(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, Measure):
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "Measure", value)


@frozen(kw_only=True)
class Compare:
    """A condition on a measure of an entity: `ORDERS == 1`.

    Args:
        measure: What is measured of each entity.
        than: How it compares.
        number: With what.
    """

    measure: "Measure" = field(validator=_a_measure)
    than: Than = field(validator=is_a(Than))
    number: int = field(validator=whole())

    def __and__(self, other: "Having") -> "AllOf":
        return AllOf((self, *(other.parts if isinstance(other, AllOf) else (other,))))


@frozen
class AllOf:
    """Several conditions on an entity, all of which hold."""

    parts: tuple[Compare, ...] = field(validator=tuple_of(Compare, least=1))

    def __and__(self, other: "Having") -> "AllOf":
        return AllOf((*self.parts, *(other.parts if isinstance(other, AllOf) else (other,))))


Having: TypeAlias = Compare | AllOf


@frozen(kw_only=True, eq=False)
class Measure(Arithmetic):
    """A figure that is read off the facts.

    Two measures are equal when they are made of the same; beside a whole number `==` and its kin make a condition on
    the measure of an entity: `ORDERS == 1`.

    Args:
        key: Its stable name, from the metrics dictionary where that has it.
        name: What people call it.
        unit: What it is measured in.
        family: The rows that it looks at.
        counted: What it does with them.
        column: A column of the family, by its name, or an expression: what is summed, or counted once; None is rows.
        where: Which rows; None is all.
        at: The instant that puts a row into a period; None is that of the family: the sale for what belongs to orders.
        valid: Whether of rows that belong to orders those of valid ones count alone.
        entity: Of what, for `top`, `having` and `retained`.
        of: What is measured of each entity, for `top`.
        having: What must hold of each entity, for `having`.
        number: How many are the largest, for `top`; after how many days, for `retained`; of how many days, for
            `lapsed`; for how many days after the period what must hold is looked for, for `having`.
        seen: What is asked of an entity before the period, for `distinct`.
        better: Which direction is good news.

    Raises:
        NoSuchColumn: Its family has no such column, or no customers.
        WrongUnit: Its column has another unit.
        NotOfMeasure: Its kind does not take a part that is given, or needs one that is not.

    Example:
        >>> from ecomops.metrics import Orders
        >>> freight = Measure(key="big", name=Text("big orders", "大单"), unit=Unit.of("orders"), counted=Counted.ROWS,
        ...                   where=Orders["gross"] >= 100_000)
        >>> freight.additivity.value
        'sum'
    """

    key: str = field(validator=_key)
    name: Text = field(validator=is_a(Text))
    unit: Unit = field(validator=is_a(Unit))
    family: type[Columns] = field(default=Orders, validator=require_family)
    counted: Counted = field(default=Counted.SUM, validator=is_a(Counted))
    column: Expression | str | None = field(default=None, validator=optional(is_a(str, *EXPRESSIONS)))
    where: Where | None = field(default=None, validator=optional(is_a(Predicate)))
    at: ColumnOf | None = field(default=None, validator=optional(is_a(ColumnOf)))
    valid: bool = field(default=True, validator=is_a(bool))
    entity: ColumnOf | None = field(default=None, validator=optional(is_a(ColumnOf)))
    of: "Measure | None" = field(default=None, validator=optional(_a_measure))
    having: Having | None = field(default=None, validator=optional(is_a(Compare, AllOf)))
    number: int = field(default=0, validator=whole(0, 100_000))
    seen: Seen | None = field(default=None, validator=optional(is_a(Seen)))
    better: Better = field(default=Better.HIGHER, validator=is_a(Better))

    def __attrs_post_init__(self) -> None:
        """Refuse what the rows of the family do not have, and what the kind does not take."""
        require_parts(self.counted, {name: getattr(self, name) is not None for name in PARTS}, measure=self.key)
        unit = None if self.expression is None else self.expression.unit
        summed = self.counted in {Counted.SUM, Counted.OPENING, Counted.CLOSING, Counted.LEAST, Counted.MOST}
        if summed and unit is not None and unit not in {self.unit, NUMBER}:
            raise WrongUnit(measure=self.key, unit=str(self.unit))
        if self.counted in OF_ORDERS and self.family is not Orders:
            raise NoSuchColumn(measure=self.key, family=self.family.__name__, column="customer")

    @property
    def expression(self) -> Expression | None:
        """What is summed, or counted once; None is rows."""
        return self.family[self.column] if isinstance(self.column, str) else self.column

    @property
    def additivity(self) -> Additivity:
        """Whether it adds up."""
        return ADDITIVITY.get(self.counted, Additivity.DISTINCT)

    def __eq__(self, other: object) -> Any:  # noqa: ANN401 - a condition beside a number, else equality
        if type(other) is int:
            return Compare(measure=self, than=Than.IS, number=other)
        return isinstance(other, Measure) and _parts(self) == _parts(other)

    def __hash__(self) -> int:
        return hash((self.key, self.family, self.counted))

    def __gt__(self, other: int) -> Compare:
        return Compare(measure=self, than=Than.ABOVE, number=other)

    def __lt__(self, other: int) -> Compare:
        return Compare(measure=self, than=Than.BELOW, number=other)

    def __ge__(self, other: int) -> Compare:
        return Compare(measure=self, than=Than.AT_LEAST, number=other)

    def __le__(self, other: int) -> Compare:
        return Compare(measure=self, than=Than.AT_MOST, number=other)


def _parts(measure: Measure) -> tuple[object, ...]:
    return tuple(getattr(measure, each.name) for each in fields(Measure))


def count(
    entity: ColumnOf,
    *,
    having: Having,
    key: str,
    name: Text,
    unit: Unit,
    within: int = 0,
    better: Better = Better.HIGHER,
) -> Measure:
    """Return how many entities there are in a period of whose own rows *having* holds.

    Args:
        entity: Which: a column of codes. Those are looked at that have a row of its family in the period.
        having: What must hold of each: `ORDERS == 1`.
        key: The name of the measure.
        name: What people call it.
        unit: What it is measured in.
        within: For how many days after the period it is looked for.
        better: Which direction is good news.

    Example:
        >>> from ecomops.metrics import ORDERS, Orders
        >>> once = count(
        ...     Orders["customer"], having=ORDERS == 1, key="once", name=Text("once", "一次"), unit=Unit.of("buyers")
        ... )
        >>> once.counted.value
        'having'
    """
    return Measure(
        key=key,
        name=name,
        unit=unit,
        family=entity.family,
        counted=Counted.HAVING,
        entity=entity,
        having=having,
        number=within,
        better=better,
    )


@frozen(kw_only=True)
class Kpi(Arithmetic):
    """Two figures joined by a sign: `NET / ORDERS` makes one.

    Args:
        left: What stands before the sign.
        sign: The sign.
        right: What stands after it.
        called: A stable name, from the metrics dictionary where that has it; None shows the formula.
        name: What people call it.
        better: Which direction is good news.

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
    better: Better = field(default=Better.HIGHER, validator=is_a(Better))

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be added."""
        for side in (self.left, self.right):
            if not isinstance(side, FORMULAS):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
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
        return f"{_plain_key(self.left)} {self.sign} {_plain_key(self.right)}"

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
            first = sides[0].additivity
            same = first in {Additivity.SUM, Additivity.LAST} and all(side.additivity is first for side in sides)
            return first if same else Additivity.DISTINCT
        return Additivity.RATIO

    def named(self, key: str, name: Text, *, better: Better = Better.HIGHER) -> "Kpi":
        """Return it under a stable *key*, with the *name* that people give it, and which direction is *better*."""
        return changed(self, called=key, name=name, better=better)


@frozen
class MeanOfDays(Arithmetic):
    """The mean of the values of a figure by day; days without a value are left out.

    Args:
        inner: The figure.
    """

    inner: "Formula" = field(validator=is_a(object))

    def __attrs_post_init__(self) -> None:
        """Refuse what is no figure of periods."""
        if not isinstance(self.inner, (Measure, Kpi)):
            raise wrong_kind("MeanOfDays", "Measure or Kpi", self.inner)

    @property
    def key(self) -> str:
        """The name of the figure, and that it is the mean of days."""
        return f"{_plain_key(self.inner)}.mean_of_days"

    @property
    def name(self) -> Text | None:
        """What people call it."""
        name = name_of(self.inner)
        return name and Text(f"{name.en} (mean of days)", f"{name.zh}（日均值）")

    @property
    def unit(self) -> Unit:
        """What the figure is measured in."""
        return self.inner.unit

    @property
    def additivity(self) -> Additivity:
        """It does not add up."""
        return Additivity.RATIO

    @property
    def better(self) -> Better:
        """Which direction is good news."""
        return better_of(self.inner)


@frozen
class Trailing(Arithmetic):
    """A figure of the last days of each period, as many as it takes, so that those of two periods may overlap.

    Args:
        inner: The figure.
        days: How many business days, the last one of the period included.
        called: A stable name; None is that of the figure, and of how many days it is.
        label: What people call it.
    """

    inner: "Formula" = field(validator=is_a(object))
    days: int = field(validator=whole(1, 36_500), kw_only=True)
    called: str | None = field(default=None, validator=optional(_key), kw_only=True)
    label: Text | None = field(default=None, validator=optional(is_a(Text)), kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no figure of periods."""
        if not isinstance(self.inner, (Measure, Kpi)):
            raise wrong_kind("Trailing", "Measure or Kpi", self.inner)

    @property
    def key(self) -> str:
        """The name of the figure, and of how many days it is."""
        return self.called or f"{_plain_key(self.inner)}.trailing_{self.days}d"

    @property
    def name(self) -> Text | None:
        """What people call it."""
        name = name_of(self.inner)
        return self.label or (name and Text(f"{name.en} (last {self.days} days)", f"{name.zh}（近{self.days}天）"))

    @property
    def unit(self) -> Unit:
        """What the figure is measured in."""
        return self.inner.unit

    @property
    def additivity(self) -> Additivity:
        """It does not add up: days are in several windows."""
        return Additivity.RATIO if self.inner.additivity is Additivity.RATIO else Additivity.DISTINCT

    @property
    def better(self) -> Better:
        """Which direction is good news."""
        return better_of(self.inner)


Formula: TypeAlias = Measure | Kpi | Constant | MeanOfDays | Trailing

FORMULAS = (Measure, Kpi, Constant, MeanOfDays, Trailing)
"""What a formula may be made of."""


def name_of(formula: "Formula") -> Text | None:
    """Return what people call a figure; None when it has a formula alone."""
    return None if isinstance(formula, Constant) else formula.name


def better_of(formula: "Formula") -> Better:
    """Return which direction of a figure is good news."""
    return Better.NEUTRAL if isinstance(formula, Constant) else formula.better


def _plain_key(formula: "Formula") -> str:
    return f"({formula.formula})" if isinstance(formula, Kpi) and not formula.called else formula.key


_ADDING = (Sign.PLUS, Sign.MINUS)
DEEPEST = 8
"""How many signs may stand inside one another in a formula."""


def _depth(formula: "Formula") -> int:
    if isinstance(formula, (MeanOfDays, Trailing)):
        return 1 + _depth(formula.inner)
    return 1 + max(_depth(formula.left), _depth(formula.right)) if isinstance(formula, Kpi) else 0


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
    if isinstance(formula, (MeanOfDays, Trailing)):
        return measures_of(formula.inner)
    return (formula,) if isinstance(formula, Measure) else ()
