"""What a summary holds: periods by a calendar, dimensions, and measures over plain columns, as a frozen value.

Two summaries are merged when they were made by one specification. It is compared by its description, in which whatever
is left at its default does not appear: a field that a later version adds with a default changes nothing stored.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, cast

from attrs import Attribute, field, fields, frozen, has

from ecomops.columns import microseconds
from ecomops.kernel import Calendar, Currency, Grain, OutOfRange, Period, Text
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, wrong_kind
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.summary.errors import NotSummed
from ecomops.metrics.units import Additivity, Unit

AT = "at"
"""The column of every family that holds the instants of its rows."""


class Kind(StrEnum):
    """What is kept of the rows of a slice.

    `rows`: how many there are. `sum`, `min`, `max`: of a column. `flags`: the bits that any of its values has.
    `distinct`: how many different codes from 0 it has. `new`: how many codes had no row within the horizon of the
    definition before, credited to the row that brings them; `first`: had none at all. `quantile`: the value of nearest
    rank.
    """

    ROWS = "rows"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    FLAGS = "flags"
    DISTINCT = "distinct"
    NEW = "new"
    FIRST = "first"
    QUANTILE = "quantile"


_ADDED = frozenset({Kind.ROWS, Kind.SUM, Kind.NEW, Kind.FIRST})
LINKED = frozenset({Kind.NEW, Kind.FIRST})
OF_ENTITIES = frozenset({Kind.DISTINCT, Kind.NEW, Kind.FIRST})
FINEST_SHARE = 10_000
"""The largest denominator of the share of a quantile."""


def _a_share(_: object, __: "Attribute[Fraction]", value: Fraction) -> None:
    if not isinstance(value, Fraction):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("SummaryMeasure.share", "Fraction", value)
    if not 0 < value <= 1 or value.denominator > FINEST_SHARE:
        raise OutOfRange(field="SummaryMeasure.share", least=f"1/{FINEST_SHARE}", most="1")


@frozen(kw_only=True)
class SummaryMeasure:
    """One figure of a summary.

    Args:
        key: Its stable name; a KPI finds its measures by their keys.
        unit: What it is measured in.
        kind: What is kept.
        family: The rows that it looks at.
        column: The column that it looks at; None where rows are counted.
        where: A column of 0 and 1 that says which rows count; None is all.
        share: Which quantile: 1/2 is the median.
        name: What people call it; it is not compared.

    Raises:
        OutOfRange: The share is not from above 0 to 1, or finer than a ten-thousandth.
        WrongKind: A kind that counts rows has a column, or another one has none.
    """

    key: str = field(validator=some_text)
    unit: Unit = field(validator=is_a(Unit))
    kind: Kind = field(validator=is_a(Kind))
    family: str = field(default="orders", validator=some_text)
    column: str | None = field(default=None, validator=optional(some_text))
    where: str | None = field(default=None, validator=optional(some_text))
    share: Fraction = field(default=Fraction(1, 2), validator=_a_share)
    name: Text | None = field(default=None, eq=False, validator=optional(is_a(Text)))

    def __attrs_post_init__(self) -> None:
        """Refuse a column where none is looked at, and none where one is."""
        if (self.column is None) is not (self.kind is Kind.ROWS):
            expected = "None" if self.kind is Kind.ROWS else "str"
            raise wrong_kind("SummaryMeasure.column", expected, self.column)

    @property
    def additivity(self) -> Additivity:
        """Whether it adds up over slices; what does not is found again from what was kept, never added."""
        return Additivity.SUM if self.kind in _ADDED else Additivity.DISTINCT

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return tuple(name for name in (self.column, self.where) if name is not None)


@frozen(kw_only=True)
class SummarySpec:
    """What a summary holds.

    Args:
        calendar: What cuts time into periods.
        observed: What was observed, as the host declares it. Rows before it are known as history of new codes, and
            counted in no slice; rows after it are left out.
        measures: The figures, in their order.
        currency: The currency of all money.
        by: How long the periods are.
        dimensions: Columns of dense codes that every family has; -1 is a slice of its own.
        definition: What the host counted as a sale; its horizon is that of new codes.

    Raises:
        Repeated: Two measures or dimensions have one name, or that of the periods.

    Example:
        >>> import pendulum
        >>> from ecomops.metrics import MONEY
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> gross = SummaryMeasure(key="gross_sales", unit=MONEY, kind=Kind.SUM, column="gross")
        >>> spec = SummarySpec(
        ...     calendar=Calendar(timezone="UTC"), observed=june, measures=(gross,), currency=Currency.CNY
        ... )
        >>> spec.families, spec.columns_of("orders")
        (('orders',), ('gross',))
    """

    calendar: Calendar = field(validator=is_a(Calendar))
    observed: Period = field(validator=is_a(Period))
    measures: tuple[SummaryMeasure, ...] = field(validator=tuple_of(SummaryMeasure, least=1))
    currency: Currency = field(validator=is_a(Currency))
    by: Grain = field(default=Grain.WEEK, validator=is_a(Grain))
    dimensions: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    definition: Definition = field(default=DEFAULT_DEFINITION, validator=is_a(Definition))

    def __attrs_post_init__(self) -> None:
        """Refuse names that stand twice."""
        keys = (measure.key for measure in self.measures)
        require_once((self.by.value, AT, "partial", "flags", *self.dimensions, *keys), field="SummarySpec")

    @property
    def families(self) -> tuple[str, ...]:
        """The families that its measures look at, in their order."""
        return tuple(dict.fromkeys(measure.family for measure in self.measures))

    def columns_of(self, family: str) -> tuple[str, ...]:
        """Return the columns of a family that its measures look at, each once."""
        names = (name for measure in self.measures if measure.family == family for name in measure.columns)
        return tuple(dict.fromkeys(names))

    def measure(self, key: str) -> SummaryMeasure:
        """Return the measure of that name.

        Raises:
            NotSummed: There is none.
        """
        for measure in self.measures:
            if measure.key == key:
                return measure
        raise NotSummed(measure=key)

    @property
    def description(self) -> dict[str, Any]:
        """It, as plain values: equal ones for specifications whose summaries can be merged."""
        return cast("dict[str, Any]", plain(self))


def plain(value: object) -> object:
    """Return a frozen value as plain ones: a mapping of those of its fields that are compared and not at their default.

    Example:
        >>> plain(Calendar(timezone="UTC"))
        {'timezone': 'UTC'}
    """
    match value:
        case None | bool() | int() | str():
            return value
        case timedelta():
            return value // timedelta(microseconds=1)
        case datetime():
            return microseconds(cast("Any", value))
        case time():
            return value.isoformat("minutes")
        case tuple():
            return [plain(each) for each in cast("tuple[object, ...]", value)]
        case _ if has(type(value)):
            told = (each.name for each in fields(type(value)) if _told(each, value))  # type: ignore[arg-type] # it has
            return {name: plain(getattr(value, name)) for name in told}
        case _:
            return str(value)


def _told(each: "Attribute[Any]", value: object) -> bool:
    return bool(each.eq) and getattr(value, each.name) != each.default


def differing(left: dict[str, Any], right: dict[str, Any]) -> tuple[str, ...]:
    """Return in which fields two descriptions differ."""
    return tuple(name for name in sorted({*left, *right}) if left.get(name) != right.get(name))
