"""Reading facts for a table: columns of whatever family on the rows of another, conditions, and the periods of rows.

Rows find those of other families by keys alone: a row that is named, or a code that one row has. Every way is found by
its length and the order of columns, so that it is the same in every process.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias, TypeVar, cast

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import NEVER, UNKNOWN, CannotHoldSum, Ints, microseconds
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel import Calendar
from ecomops.metrics.declaring import Columns, Declared, Is, declared
from ecomops.metrics.errors import FamilyMissing, LeadsNowhere, NoWay
from ecomops.metrics.expressions import (
    AnyRow,
    Both,
    ClockOf,
    ColumnOf,
    Combined,
    Compared,
    DayOf,
    Edge,
    EdgeOf,
    Expression,
    Join,
    Named,
    Not,
    Number,
    SaleAmount,
    Than,
    Where,
    families_in,
)
from ecomops.metrics.families import Facts, Orders, Refunds
from ecomops.metrics.sales import Definition, ReturnInstant, Sales, clocks, day_numbers, is_sorted, sales, sold_for

Flags: TypeAlias = NDArray[np.bool_]
Family: TypeAlias = type[Columns]
Dimension: TypeAlias = ColumnOf | str
"""What a table is cut by beside periods: a column, or the names that a column of every family points at."""

V = TypeVar("V")


@frozen(kw_only=True, eq=False)
class Windows:
    """The periods of a table, as far as they were observed.

    Args:
        starts: When each begins, in rising order.
        ends: When each ends.
        first_days: The number of the first business day of each.
        last_days: The number of the last one.
    """

    starts: Ints
    ends: Ints
    first_days: Ints
    last_days: Ints

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def apart(self) -> bool:
        """Whether no instant lies in two of them."""
        return bool((self.starts[1:] >= self.ends[:-1]).all())


@frozen(kw_only=True, eq=False)
class Chosen:
    """Rows of a family, each in a period.

    Args:
        rows: Which rows; None is all, in their order.
        periods: The period of each; -1 for none.
    """

    rows: Ints | None
    periods: Ints

    def narrowed(self, holds: Flags) -> "Chosen":
        """Return those of which something holds."""
        rows = np.flatnonzero(holds) if self.rows is None else self.rows[holds]
        return Chosen(rows=rows, periods=self.periods[holds])

    def inside(self) -> "Chosen":
        """Return those that lie in a period."""
        return self if self.rows is not None else self.narrowed(self.periods >= 0)

    def of(self, values: Ints) -> Ints:
        """Return *values* of a column on these rows."""
        return values if self.rows is None else values.take(self.rows)


class Reader:
    """What one table reads of the facts; what was read once is kept for its other columns."""

    def __init__(self, facts: Facts, definition: Definition, calendar: Calendar, *, where: Where | None = None) -> None:
        """Begin with nothing read."""
        self.facts, self.definition, self.calendar, self.where = facts, definition, calendar, where
        self._kept: dict[object, object] = {}

    def once(self, key: object, make: Callable[[], V]) -> V:
        """Return what *make* makes, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast("V", self._kept[key])

    def begin_of(self, number: int) -> int:
        """Return the instant at which the business day of a number begins."""
        return microseconds(self.calendar.bounds(Date.fromordinal(number)).start)

    @property
    def sales(self) -> Sales:
        """The valid orders."""
        return self.once("sales", lambda: sales(self.facts, self.definition, self.calendar))

    # --- ways ---------------------------------------------------------------------------------------------------

    def way(self, base: Family, target: Family) -> Ints | None:
        """Return the row of *target* of each row of *base*, -1 for none; None when they are one family.

        Raises:
            FamilyMissing: The facts do not hold one of them.
            NoWay: No key leads there.
        """
        if base is target:
            return None
        return self.once(("way", base, target), lambda: self._way(base, target))

    def _way(self, base: Family, target: Family) -> Ints:
        _ = self.facts[target]
        for path in self._paths(base):
            if path[-1] is target:
                return self._walked(path)
        raise NoWay(family=base.__name__, target=target.__name__)

    def _paths(self, base: Family) -> Sequence[tuple[Family, ...]]:
        """Return the shortest way to every family that is reached, the near ones first."""
        return self.once(("paths", base), lambda: self._found_paths(base))

    def _found_paths(self, base: Family) -> Sequence[tuple[Family, ...]]:
        _ = self.facts[base]
        reached = {base}
        paths: list[tuple[Family, ...]] = [(base,)]
        for path in paths:  # grows while it is walked
            for family in map(type, self.facts.families):
                if family not in reached and self._step(path[-1], family) is not None:
                    reached.add(family)
                    paths.append((*path, family))
        return paths

    def _walked(self, path: tuple[Family, ...]) -> Ints:
        rows = np.arange(len(self.facts[path[0]]), dtype=np.int64)
        for here, there in pairwise(path):
            step = self.once(("step", here, there), cast("Callable[[], Ints]", self._step(here, there)))
            rows = step if here is path[0] else looked_up(step, rows)
        return rows

    def _step(self, here: Family, there: Family) -> Callable[[], Ints] | None:
        """Return how rows of one family find those of another by a key; None when they do not."""
        own, others = self.facts[here], self.facts[there]
        for name, told in declared(here).items():
            if told.rows is there:
                return lambda: cast("Ints", getattr(own, name))
            for key, theirs in declared(there).items():
                if theirs.unique and theirs.names is not None and theirs.names == told.names:
                    return lambda: looked_up(_inverse(getattr(others, key), 0), getattr(own, name))
        for key, theirs in declared(there).items():
            if theirs.unique and theirs.rows is here:
                return lambda: _inverse(getattr(others, key), len(own))
        return None

    def column_for(self, base: Family, dimension: Dimension) -> ColumnOf:
        """Return the column by which the rows of *base* are cut: the nearest one that points at such names.

        Raises:
            NoWay: There is none.
        """
        if isinstance(dimension, ColumnOf):
            if dimension.family is not base and all(path[-1] is not dimension.family for path in self._paths(base)):
                raise NoWay(family=base.__name__, target=repr(dimension))
            return dimension
        for path in self._paths(base):
            for name, told in declared(path[-1]).items():
                if told.names == dimension:
                    return ColumnOf(path[-1], name)
        raise NoWay(family=base.__name__, target=dimension)

    def codes(self, base: Family, dimension: Dimension) -> Ints:
        """Return the code of each row of *base* in a dimension; -1 for unknown."""
        column = self.column_for(base, dimension)
        return self.once(("codes", base, column), lambda: self._codes(base, column))

    def _codes(self, base: Family, column: ColumnOf) -> Ints:
        values = cast("Ints", getattr(self.facts[column.family], column.name))
        way = self.way(base, column.family)
        return values if way is None else looked_up(values, way)

    # --- rows of orders -------------------------------------------------------------------------------------------

    def owner(self, base: Family) -> bool:
        """Tell whether every row of *base* belongs to an order."""
        return base is Orders or any(
            told.rows is not None and self.owner(told.rows) for told in declared(base).values() if _owns(told)
        )

    def valid(self, base: Family) -> Flags:
        """Return which rows of *base* belong to valid orders."""
        return self.once(("valid", base), lambda: self._valid(base))

    def _valid(self, base: Family) -> Flags:
        way, found = self.way(base, Orders), self.sales.valid
        return found if way is None else found.take(way)

    def instants(self, base: Family, at: Expression | None = None) -> Ints:
        """Return the instant that puts each row of *base* into a period.

        Raises:
            NoWay: The family has none.
        """
        return self.once(("instants", base, at), lambda: self._instants(base, at))

    def _instants(self, base: Family, at: Expression | None) -> Ints:
        if isinstance(at, ColumnOf):
            return self._codes(base, at)
        if base is Orders:
            return self.sales.at
        main = next((name for name, told in declared(base).items() if told.main), None)
        if base is Refunds:
            return self._refunded_at()
        if main is not None:
            return cast("Ints", getattr(self.facts[base], main))
        above = next((told.rows for told in declared(base).values() if _owns(told) and told.rows), None)
        if above is None:
            raise NoWay(family=base.__name__, target="instant")
        return self.instants(above).take(cast("Ints", self.way(base, above)))

    def _refunded_at(self) -> Ints:
        """Return when refunds count; what was called off before it was paid is no sale first."""
        refunds = self.facts.refunds
        sold = self.sales.at.take(refunds.order)
        return sold if self.definition.returns is ReturnInstant.SOLD else np.maximum(refunds.at, sold)

    # --- choosing -------------------------------------------------------------------------------------------------

    def chosen(
        self, base: Family, windows: Windows, *, at: Expression | None, valid: bool, where: Where | None
    ) -> Chosen:
        """Return the rows of *base* that count, each in its period."""
        key = ("chosen", base, windows, at, valid, where)
        return self.once(key, lambda: self._chosen(base, windows, at, valid=valid, where=where))

    def _chosen(
        self, base: Family, windows: Windows, at: Expression | None, *, valid: bool, where: Where | None
    ) -> Chosen:
        counted = self.valid(base) if valid and self.owner(base) else None
        found = in_windows(self.instants(base, at), windows, counted)
        for condition in (self.where, where):
            if condition is not None:
                found = found.inside()
                found = found.narrowed(self.holds(condition, base, found, windows))
        return found

    def holds(self, where: Where, base: Family, chosen: Chosen, windows: Windows) -> Flags:
        """Return of which rows a condition holds."""
        if isinstance(where, AnyRow):
            return self._any_row(where, base, chosen, windows)
        if isinstance(where, Not):
            return ~self.holds(where.inner, base, chosen, windows)
        if isinstance(where, Compared):
            left, right = self._sides(where, base, chosen, windows)
            return _COMPARED[where.than](left, right)
        one, other = (self.holds(side, base, chosen, windows) for side in (where.left, where.right))
        return one & other if isinstance(where, Both) else one | other

    def _any_row(self, where: AnyRow, base: Family, chosen: Chosen, windows: Windows) -> Flags:
        entity = where.entity
        every = Chosen(
            rows=np.arange(len(self.facts[entity.family])), periods=np.zeros(len(self.facts[entity.family]), int)
        )
        codes = self._codes(entity.family, entity)[self.holds(where.where, entity.family, every, windows)]
        found = np.zeros(int(codes.max()) + 2 if len(codes) else 1, dtype=np.bool_)
        found[codes[codes >= 0]] = True
        own = chosen.of(self.codes(base, entity if base is entity.family else entity.declared.names or entity))
        return found.take(own, mode="clip") & (own >= 0) & (own < len(found))

    def _sides(self, where: Compared, base: Family, chosen: Chosen, windows: Windows) -> tuple[Ints, Ints]:
        sides = [where.left, where.right]
        for place, side in enumerate(sides):
            if isinstance(side, Named):
                sides[place] = Number(self._code_of(side.name, sides[1 - place]))
        left, right = (self.values(side, base, chosen, windows) for side in sides)
        return left, right

    def _code_of(self, name: str, column: Expression) -> int:
        """Return the code of a name among those of the column; of a name that is none, what no row has."""
        names = self.facts.names.read(column.declared.names or "") if isinstance(column, ColumnOf) else ()
        return names.index(name) if name in names else UNKNOWN - 1

    # --- values ---------------------------------------------------------------------------------------------------

    def values(self, expression: Expression, base: Family, chosen: Chosen, windows: Windows) -> Ints:
        """Return the values of an expression on rows of *base*.

        Raises:
            CannotHoldSum: One might be more than 64 bits hold.
            LeadsNowhere: A row has nothing in a family whose amounts are asked for.
            NoWay: No key leads to a family of it.
        """
        if isinstance(expression, Number):
            return np.full(len(chosen.periods), expression.value, dtype=np.int64)
        if isinstance(expression, EdgeOf):
            edges = windows.starts if expression.edge is Edge.START else windows.ends
            return edges.take(chosen.periods) if len(edges) else chosen.periods
        if isinstance(expression, DayOf):
            return day_numbers(self.calendar, self.values(expression.instant, base, chosen, windows))
        if isinstance(expression, ClockOf):
            return clocks(self.calendar, self.values(expression.instant, base, chosen, windows))
        if isinstance(expression, Combined):
            left, right = (self.values(each, base, chosen, windows) for each in (expression.left, expression.right))
            return combined(expression, left, right)
        if isinstance(expression, SaleAmount):
            return self._amounts(base, chosen)
        return self._column(cast("ColumnOf", expression), base, chosen)

    def _amounts(self, base: Family, chosen: Chosen) -> Ints:
        worth = self.once("sold_for", lambda: sold_for(self.facts, self.definition))
        return chosen.of(worth if base is Orders else worth.take(cast("Ints", self.way(base, Orders))))

    def _column(self, column: ColumnOf, base: Family, chosen: Chosen) -> Ints:
        values = cast("Ints", getattr(self.facts[column.family], column.name))
        way = self.way(base, column.family)
        if way is None:
            return chosen.of(values)
        rows = chosen.of(way)
        if column.declared.kind not in {Is.CODE, Is.ROW, Is.FLAG} and len(rows) and int(rows.min()) < 0:
            place = int((rows < 0).argmax())
            at = place if chosen.rows is None else int(chosen.rows[place])
            raise LeadsNowhere(family=base.__name__, target=column.family.__name__, row=at)
        return looked_up(values, rows)


def _owns(told: Declared) -> bool:
    return told.rows is not None and told.least >= 0


def looked_up(values: Ints, rows: Ints) -> Ints:
    """Return *values* at *rows*; -1 where there is no such row."""
    if not len(values):
        return np.full(len(rows), UNKNOWN, dtype=np.int64)
    known = (rows >= 0) & (rows < len(values))
    return values.take(rows) if bool(known.all()) else np.where(known, values.take(np.where(known, rows, 0)), UNKNOWN)


def _inverse(keys: Ints, size: int) -> Ints:
    """Return the row of each key; -1 for a key without a row."""
    most = int(keys.max()) + 1 if len(keys) else 0
    rows = np.full(max(size, most), UNKNOWN, dtype=np.int64)
    there = np.flatnonzero(keys >= 0)
    rows[keys[there]] = there
    return rows


_COMPARED: dict[Than, Callable[[Ints, Ints], Flags]] = {
    Than.IS: lambda left, right: left == right,
    Than.ABOVE: lambda left, right: left > right,
    Than.BELOW: lambda left, right: left < right,
    Than.AT_LEAST: lambda left, right: left >= right,
    Than.AT_MOST: lambda left, right: left <= right,
}


def combined(expression: Combined, left: Ints, right: Ints) -> Ints:
    """Return two columns joined by a sign.

    Raises:
        CannotHoldSum: A value might be more than 64 bits hold: the bounds of both sides are looked at before.
    """
    one, other = largest(left), largest(right)
    if (one * other if expression.join is Join.TIMES else one + other) > MOST_OF_A_SUM:
        raise CannotHoldSum(column=repr(expression), rows=len(left), largest=max(one, other))
    if expression.join is Join.TIMES:
        return left * right
    return left + right if expression.join is Join.PLUS else left - right


def largest(values: Ints) -> int:
    """Return the largest magnitude of a column."""
    return max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0


def in_windows(at: Ints, windows: Windows, counted: Flags | None) -> Chosen:
    """Return the rows of instants *at* in their periods: each once where periods lie apart."""
    if not len(windows):
        return Chosen(rows=None, periods=np.full(len(at), -1, dtype=np.int64))
    if not windows.apart:
        return _in_overlapping(at, windows, counted)
    inside = (windows.starts[0] <= at) & (at < windows.ends[-1])
    inside = inside if counted is None else inside & counted
    periods = _places(windows.starts, at)
    gaps = bool((windows.starts[1:] > windows.ends[:-1]).any())
    if gaps:
        inside &= at < windows.ends.take(np.maximum(periods, 0))
    return Chosen(rows=None, periods=np.where(inside, periods, -1))


def _places(starts: Ints, at: Ints) -> Ints:
    """Return the last start that is not after each instant; of instants in their order without looking at each."""
    if len(at) > len(starts) and is_sorted(at):
        edges = np.searchsorted(at, starts)
        lengths = np.diff(edges, prepend=0, append=len(at))
        return np.repeat(np.arange(-1, len(starts), dtype=np.int64), lengths)
    return np.searchsorted(starts, at, side="right") - 1


def _in_overlapping(at: Ints, windows: Windows, counted: Flags | None) -> Chosen:
    rows = np.flatnonzero(at < NEVER if counted is None else counted)
    rows = rows[np.argsort(at[rows], kind="stable")]
    first, after = (np.searchsorted(at[rows], edge) for edge in (windows.starts, windows.ends))
    sizes = np.maximum(after - first, 0)
    periods = np.repeat(np.arange(len(windows), dtype=np.int64), sizes)
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return Chosen(rows=rows.take(within + np.repeat(first, sizes)), periods=periods)


def missing_for(facts: Facts, where: Where | Expression | None) -> tuple[Family, ...]:
    """Return the families of an expression that *facts* do not hold."""
    return tuple(each for each in families_in(where) if each not in facts) if where is not None else ()


def require_families(facts: Facts, where: Where | None) -> None:
    """Refuse a condition on what the facts do not hold.

    Raises:
        FamilyMissing: It names the first such family.
    """
    for family in missing_for(facts, where):
        raise FamilyMissing(family=family.__name__)
