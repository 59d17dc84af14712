"""Columns as data: arithmetic of what is summed, and comparisons that say which rows count.

`LineWorth["tag_price"] * Lines["quantity"]` and `Orders["customer"] >= 0` are frozen values that can be stored,
compared and read back. A column is compared with a number or a name by `==`; with another column by `equals`.
"""

from enum import StrEnum
from typing import Any, TypeAlias, cast

from attrs import Attribute, field, fields, frozen

from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import is_a, some_text, whole, wrong_kind
from ecomops.metrics.declaring import Columns, Declared, declared, require_family
from ecomops.metrics.errors import NoSuchColumn, TimelessCondition, UnitMismatch
from ecomops.metrics.units import NUMBER, Unit


class Join(StrEnum):
    """How two columns are joined."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"


class Than(StrEnum):
    """How two values are compared."""

    IS = "="
    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


class Edge(StrEnum):
    """The instants at which the period of a row begins and ends."""

    START = "start"
    END = "end"


class Predicate:
    """What `&`, `|` and `~` join; not for hosts to build on."""

    __slots__ = ()

    def __and__(self, other: "Where") -> "Both":
        return Both(left=_where(self), right=other)

    def __or__(self, other: "Where") -> "Either":
        return Either(left=_where(self), right=other)

    def __invert__(self) -> "Not":
        return Not(_where(self))

    def __bool__(self) -> bool:
        """Refuse to be a flag: `and` and `or` would drop one side without a word.

        Raises:
            WrongKind: Always.
        """
        raise wrong_kind("where", "& | ~ of comparisons", self)


class Arithmetic:
    """What expressions share: + - * and comparisons; not for hosts to build on."""

    __slots__ = ()

    def __add__(self, other: "Expression | int") -> "Combined":
        return Combined(left=_expression(self), join=Join.PLUS, right=_expression(other))

    def __sub__(self, other: "Expression | int") -> "Combined":
        return Combined(left=_expression(self), join=Join.MINUS, right=_expression(other))

    def __mul__(self, other: "Expression | int") -> "Combined":
        return Combined(left=_expression(self), join=Join.TIMES, right=_expression(other))

    def __eq__(self, other: object) -> Any:  # noqa: ANN401 - a comparison beside a number or a name, else equality
        if isinstance(other, (int, str)) and type(other) is not bool:
            return Compared(left=_expression(self), than=Than.IS, right=_expression(other))
        return type(self) is type(other) and _parts(self) == _parts(other)

    def __hash__(self) -> int:
        return hash((type(self).__name__, *_parts(self)))

    def __gt__(self, other: "Expression | int") -> "Compared":
        return Compared(left=_expression(self), than=Than.ABOVE, right=_expression(other))

    def __lt__(self, other: "Expression | int") -> "Compared":
        return Compared(left=_expression(self), than=Than.BELOW, right=_expression(other))

    def __ge__(self, other: "Expression | int") -> "Compared":
        return Compared(left=_expression(self), than=Than.AT_LEAST, right=_expression(other))

    def __le__(self, other: "Expression | int") -> "Compared":
        return Compared(left=_expression(self), than=Than.AT_MOST, right=_expression(other))

    def equals(self, other: "Expression | int | str") -> "Compared":
        """Return the rows in which it is equal to *other*, which may be a column."""
        return Compared(left=_expression(self), than=Than.IS, right=_expression(other))


def _parts(value: object) -> tuple[object, ...]:
    return tuple(getattr(value, each.name) for each in fields(type(value)))  # type: ignore[arg-type] # every expression is an attrs class


def _an_expression(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, EXPRESSIONS):
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "column", value)


def _a_condition(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, (Compared, Both, Either, Not, AnyRow)):
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "comparisons of columns", value)


@frozen(eq=False, repr=False)
class ColumnOf(Arithmetic):
    """One column of a family: `Orders["gross"]`.

    Raises:
        NoSuchColumn: The family has no such column.
    """

    family: type[Columns] = field(validator=require_family)
    name: str = field(validator=some_text)

    def __attrs_post_init__(self) -> None:
        """Refuse what the family does not have."""
        if self.name not in declared(self.family):
            raise NoSuchColumn(measure=f"{self.family.__name__}[]", family=self.family.__name__, column=self.name)

    @property
    def declared(self) -> Declared:
        """What the column means."""
        return declared(self.family)[self.name]

    @property
    def unit(self) -> Unit | None:
        """What it is measured in; None says that each row may say otherwise."""
        return self.declared.unit

    def __repr__(self) -> str:
        return f"{self.family.__name__}.{self.name}"


@frozen(eq=False, repr=False)
class Number(Arithmetic):
    """A whole number."""

    value: int = field(validator=whole(-(2**63), 2**63 - 1))

    @property
    def unit(self) -> Unit:
        """None."""
        return NUMBER

    def __repr__(self) -> str:
        return str(self.value)


@frozen(eq=False, repr=False)
class Named(Arithmetic):
    """The code of a name, among the names of the column that it is compared with."""

    name: str = field(validator=some_text)

    @property
    def unit(self) -> None:
        """Whatever the other side has."""

    def __repr__(self) -> str:
        return repr(self.name)


@frozen(eq=False, repr=False)
class EdgeOf(Arithmetic):
    """The instant at which the period of a row begins, or ends."""

    edge: Edge = field(validator=is_a(Edge))

    @property
    def unit(self) -> None:
        """Instants have none of their own."""

    def __repr__(self) -> str:
        return self.edge.value


@frozen(eq=False, repr=False)
class SaleAmount(Arithmetic):
    """What an order is worth by the definition of the table: with or without tax, freight and coupons."""

    family: type[Columns] = field(validator=require_family)

    @property
    def unit(self) -> Unit | None:
        """Money."""
        return declared(self.family)["gross"].unit

    def __repr__(self) -> str:
        return "sale amount"


@frozen(eq=False, repr=False)
class DayOf(Arithmetic):
    """The business day of an instant, as its number: differences are days."""

    instant: "Expression" = field(validator=_an_expression)

    @property
    def unit(self) -> Unit:
        """Days."""
        return Unit.of("days")

    def __repr__(self) -> str:
        return f"day({self.instant!r})"


@frozen(eq=False, repr=False)
class ClockOf(Arithmetic):
    """How long the business day of an instant had lasted, in microseconds."""

    instant: "Expression" = field(validator=_an_expression)

    @property
    def unit(self) -> Unit:
        """Microseconds."""
        return Unit.of("microseconds")

    def __repr__(self) -> str:
        return f"clock({self.instant!r})"


@frozen(kw_only=True, eq=False, repr=False)
class Combined(Arithmetic):
    """Two expressions joined by a sign.

    Raises:
        UnitMismatch: Different units are added or subtracted.
        WrongKind: A side is a name.
    """

    left: "Expression" = field(validator=_an_expression)
    join: Join = field(validator=is_a(Join))
    right: "Expression" = field(validator=_an_expression)

    def __attrs_post_init__(self) -> None:
        """Refuse to add apples to pears."""
        for side in (self.left, self.right):
            if isinstance(side, Named):
                raise wrong_kind("Combined", "column", side)
        sides = [side for side in (self.left, self.right) if not isinstance(side, Number)]
        units = {side.unit for side in sides} - {None}
        if self.join is not Join.TIMES and len(units) > 1:
            raise UnitMismatch(
                left=repr(self.left),
                right=repr(self.right),
                left_unit=str(self.left.unit),
                right_unit=str(self.right.unit),
            )

    @property
    def unit(self) -> Unit | None:
        """What comes of it; None where a side says nothing."""
        if isinstance(self.left, Number) or isinstance(self.right, Number):
            return self.right.unit if isinstance(self.left, Number) else self.left.unit
        if self.join is Join.TIMES:
            return None if self.left.unit is None or self.right.unit is None else self.left.unit * self.right.unit
        return self.left.unit

    def __repr__(self) -> str:
        return f"({self.left!r} {self.join} {self.right!r})"


Expression: TypeAlias = ColumnOf | Number | Named | EdgeOf | SaleAmount | DayOf | ClockOf | Combined
EXPRESSIONS = (ColumnOf, Number, Named, EdgeOf, SaleAmount, DayOf, ClockOf, Combined)


@frozen(kw_only=True, repr=False)
class Compared(Predicate):
    """The rows in which two values compare so.

    Raises:
        WrongKind: A name is compared with what has no names, or by its place among them.
    """

    left: Expression = field(validator=_an_expression)
    than: Than = field(validator=is_a(Than))
    right: Expression = field(validator=_an_expression)

    def __attrs_post_init__(self) -> None:
        """Refuse to look up a name where there are none: its code would be compared with amounts."""
        for name, side in ((self.left, self.right), (self.right, self.left)):
            if isinstance(name, Named):
                if not isinstance(side, ColumnOf) or side.declared.names is None:
                    raise wrong_kind("Compared", f"column of names beside {name!r}", side)
                if self.than is not Than.IS:
                    raise wrong_kind("Compared", f"number {self.than} beside {side!r}", name)

    def __repr__(self) -> str:
        return f"{self.left!r} {self.than} {self.right!r}"


@frozen(kw_only=True, repr=False)
class Both(Predicate):
    """The rows of which both hold."""

    left: "Where" = field(validator=_a_condition)
    right: "Where" = field(validator=_a_condition)

    def __repr__(self) -> str:
        return f"({self.left!r} & {self.right!r})"


@frozen(kw_only=True, repr=False)
class Either(Predicate):
    """The rows of which one holds, or both."""

    left: "Where" = field(validator=_a_condition)
    right: "Where" = field(validator=_a_condition)

    def __repr__(self) -> str:
        return f"({self.left!r} | {self.right!r})"


@frozen(kw_only=True, repr=False)
class AnyRow(Predicate):
    """The rows whose entity has a row, whenever it was, of which something holds: lines of an order with such goods.

    Args:
        entity: The column that says which rows belong together.
        where: What must hold of one of its rows.

    Raises:
        TimelessCondition: It asks for the beginning or the end of a period.
    """

    entity: ColumnOf = field(validator=is_a(ColumnOf))
    where: "Where" = field(validator=_a_condition)

    def __attrs_post_init__(self) -> None:
        """Refuse what would depend on the period of a row."""
        if looks_at_edges(self.where):
            raise TimelessCondition(condition=repr(self.where))

    def __repr__(self) -> str:
        return f"any({self.entity!r}: {self.where!r})"


@frozen(repr=False)
class Not(Predicate):
    """The rows of which it does not hold."""

    inner: "Where" = field(validator=_a_condition)

    def __repr__(self) -> str:
        return f"~({self.inner!r})"


Where: TypeAlias = Compared | Both | Either | Not | AnyRow

START = EdgeOf(Edge.START)
"""The instant at which the period of a row begins."""
END = EdgeOf(Edge.END)
"""The instant at which the period of a row ends."""


def _expression(value: object) -> Expression:
    if isinstance(value, EXPRESSIONS):
        return value
    if isinstance(value, str):
        return Named(value)
    return Number(value)  # type: ignore[arg-type] # its own check refuses what is no whole number


def _where(value: Predicate) -> Where:
    return cast("Where", value)  # every kind of predicate is one


def among(column: Expression, *names: int | str) -> Where:
    """Return the rows in which *column* is one of *names*.

    Raises:
        OutOfRange: There is none.
        WrongKind: A name is compared with what has no names.

    Example:
        >>> from ecomops.metrics import Refunds
        >>> among(Refunds["called_off"], 0, 1)
        (Refunds.called_off = 0 | Refunds.called_off = 1)
    """
    if not names:
        raise OutOfRange(field="among.names", least="1", most="∞")
    found: Where = column.equals(names[0])
    for name in names[1:]:
        found |= column.equals(name)
    return found


def families_in(where: "Where | Expression") -> tuple[type[Columns], ...]:
    """Return the families whose columns it looks at, each once, from left to right."""
    if isinstance(where, (ColumnOf, SaleAmount)):
        return (where.family,)
    if isinstance(where, (DayOf, ClockOf)):
        return families_in(where.instant)
    if isinstance(where, Not):
        return families_in(where.inner)
    if isinstance(where, AnyRow):
        return families_in(where.where)
    if isinstance(where, (Both, Either, Compared, Combined)):
        return tuple(dict.fromkeys((*families_in(where.left), *families_in(where.right))))
    return ()


def looks_at_edges(where: "Where | Expression | None") -> bool:
    """Tell whether it asks for the beginning, or the end, of the period of a row."""
    if isinstance(where, (DayOf, ClockOf)):
        return looks_at_edges(where.instant)
    if isinstance(where, Not):
        return looks_at_edges(where.inner)
    if isinstance(where, (Both, Either, Compared, Combined)):
        return looks_at_edges(where.left) or looks_at_edges(where.right)
    return isinstance(where, EdgeOf)
