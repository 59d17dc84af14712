"""Reading facts for a table: columns of whatever family on the rows of another, conditions, and the periods of rows.

Rows find those of other families by keys alone: a row that is named, or a code that one row has. Every way is found by
its length and the order of columns, so that it is the same in every process.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from pendulum import Date

from ecomops.columns import UNKNOWN, CannotHoldSum, Ints, microseconds
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.columns.extents import Extent, extent_of
from ecomops.kernel import Calendar
from ecomops.metrics.adding import Flags, there_of
from ecomops.metrics.bits import Bits
from ecomops.metrics.declaring import Columns, Declared, Is, declared, extent
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
from ecomops.metrics.marks import Marks, OrderLog
from ecomops.metrics.sales import (
    Definition,
    ReturnInstant,
    Sales,
    clocks,
    day_numbers,
    horizon,
    sales,
    sold_for,
    validity,
)
from ecomops.metrics.ways import inverse, looked_up
from ecomops.metrics.windows import Chosen, Same, Windows, in_windows

Family: TypeAlias = type[Columns]
Dimension: TypeAlias = ColumnOf | str
"""What a table is cut by beside periods: a column, or the names that a column of every family points at."""

V = TypeVar("V")


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

    def knows(self, key: object) -> bool:
        """Tell whether something is kept under a key."""
        return key in self._kept

    def keep(self, key: object, value: object) -> None:
        """Keep what was made beside other things."""
        self._kept[key] = value

    def kept(self, key: object) -> Any:  # noqa: ANN401 - whatever was kept
        """Return what `keep` was given."""
        return self._kept[key]

    def rises(self, instants: Ints) -> bool:
        """Tell whether no instant of orders lies before the one above it."""
        return self._extent(instants, Orders).rises

    def _extent(self, values: Ints, *families: Family) -> Extent:
        """Return where values go: of a column of one of these families it was seen when the facts were made."""
        for family in families:
            for name in declared(family):
                if getattr(self.facts[family], name) is values:
                    return extent(self.facts[family], name)
        return self.once(("extent", Same(values)), lambda: extent_of(values))

    def begin_of(self, number: int) -> int:
        """Return the instant at which the business day of a number begins."""
        return microseconds(self.calendar.bounds(Date.fromordinal(number)).start)

    @property
    def sales(self) -> Sales:
        """The valid orders, each with its predecessor."""
        return self.once("sales", lambda: sales(self.facts, self.definition, self.calendar))

    @property
    def marks(self) -> Marks:
        """What the order before tells of each order."""
        return self.once("marks", lambda: Marks(self._log()))

    def _log(self) -> OrderLog:
        valid, at = self._validity
        return OrderLog(
            orders=self.facts.orders,
            at=at,
            rises=self.rises(at),
            valid=valid,
            elapsed=horizon(self.definition),
            sales=lambda: self.sales,
        )

    @property
    def _validity(self) -> tuple[Bits, Ints]:
        return self.once("validity", lambda: validity(self.facts, self.definition, self.calendar))

    # --- ways ---------------------------------------------------------------------------------------------------

    def way(self, base: Family, target: Family) -> Ints | None:
        """Return the row of *target* of each row of *base*, -1 for none; None when they stand beside each other.

        Raises:
            FamilyMissing: The facts do not hold one of them.
            NoWay: No key leads there.
        """
        if base is target:
            return None
        return self.once(("way", base, target), lambda: self._way(base, target))

    def _way(self, base: Family, target: Family) -> Ints | None:
        there = self.facts[target]
        for path in self._paths(base):
            if path[-1] is target:
                rows = self._walked(path)
                return None if self._extent(rows, *path).counts(len(there)) and len(rows) == len(there) else rows
        raise NoWay(family=base.__name__, target=target.__name__)

    def _paths(self, base: Family) -> Sequence[tuple[Family, ...]]:
        """Return the shortest way to every family that is reached, the near ones first."""
        return self.once(("paths", base), lambda: self._found_paths(base))

    def _found_paths(self, base: Family) -> Sequence[tuple[Family, ...]]:
        _ = self.facts[base]
        reached, families = {base}, [type(each) for each in self.facts.families]
        paths: list[tuple[Family, ...]] = [(base,)]
        for path in paths:  # grows while it is walked
            for family in families:
                if family not in reached and self._step(path[-1], family) is not None:
                    reached.add(family)
                    paths.append((*path, family))
        return paths

    def _walked(self, path: tuple[Family, ...]) -> Ints:
        rows: Ints | None = None
        for here, there in pairwise(path):
            step = self.once(("step", here, there), cast("Callable[[], Ints]", self._step(here, there)))
            if rows is None:
                rows = step
            elif self.way(here, there) is not None:  # rows that stand beside each other have the same numbers
                rows = looked_up(step, rows)
        return cast("Ints", rows)  # a way has a step at least: a family is not asked for the way to itself

    def _step(self, here: Family, there: Family) -> Callable[[], Ints] | None:
        """Return how rows of one family find those of another by a key; None when they do not."""
        facts = self.facts
        for name, told in declared(here).items():
            if told.rows is there:
                return lambda: cast("Ints", getattr(facts[here], name))
            for key, theirs in declared(there).items():
                if theirs.unique and theirs.names is not None and theirs.names == told.names:
                    return lambda: looked_up(inverse(facts[there], key, 0), getattr(facts[here], name))
        for key, theirs in declared(there).items():
            if theirs.unique and theirs.rows is here:
                return lambda: inverse(facts[there], key, len(facts[here]))
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

    def codes_within(self, base: Family, dimension: Dimension) -> tuple[Ints, Extent]:
        """Return the code of each row of *base* in a dimension, and where codes go."""
        return (codes := self.codes(base, dimension)), self._extent(codes, self.column_for(base, dimension).family)

    def _codes(self, base: Family, column: ColumnOf) -> Ints:
        values = cast("Ints", getattr(self.facts[column.family], column.name))
        way = self.way(base, column.family)
        return values if way is None else looked_up(values, way)

    def coding(self, base: Family, dimension: Dimension) -> Callable[[slice | Ints], Ints]:
        """Return what tells the codes of some rows of *base*, as `codes` has them of all."""
        column = self.column_for(base, dimension)
        values, way = cast("Ints", getattr(self.facts[column.family], column.name)), self.way(base, column.family)
        return values.__getitem__ if way is None else lambda rows: looked_up(values, way[rows])

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
        way, (valid, _) = self.way(base, Orders), self._validity
        return valid[:] if way is None else valid.take(way)

    def counting(self, base: Family, *, valid: bool) -> Callable[[slice], Flags] | None:
        """Return what tells which of some rows of *base* count, as `counted` has it of all; None for all."""
        return self.once(("counting", base), lambda: self._counting(base)) if valid and self.owner(base) else None

    def _counting(self, base: Family) -> Callable[[slice], Flags]:
        way, (valid, _) = self.way(base, Orders), self._validity
        return valid.__getitem__ if way is None else lambda block: valid.take(way[block])

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
            return self._validity[1]
        main = next((name for name, told in declared(base).items() if told.main), None)
        if base is Refunds:
            return self._refunded_at()
        if main is not None:
            return cast("Ints", getattr(self.facts[base], main))
        above = next((told.rows for told in declared(base).values() if _owns(told) and told.rows), None)
        if above is None:
            raise NoWay(family=base.__name__, target="instant")
        return self._beside(self.instants(above), self.way(base, above))

    @staticmethod
    def _beside(values: Ints, way: Ints | None) -> Ints:
        return values if way is None else values.take(way)

    def _refunded_at(self) -> Ints:
        """Return when refunds count; what was called off before it was paid is no sale first."""
        refunds = self.facts.refunds
        sold = self._validity[1].take(refunds.order)
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
        found = self.placed(base, windows, at, valid=valid)
        for condition in (self.where, where):
            if condition is not None:
                found = found.inside()
                found = found.narrowed(self.holds(condition, base, found, windows))
        return found

    def counted(self, base: Family, *, valid: bool) -> Flags | None:
        """Return which rows of *base* count when those of valid orders do alone; None for all."""
        return self.valid(base) if valid and self.owner(base) else None

    def placed(self, base: Family, windows: Windows, at: Expression | None, *, valid: bool) -> Chosen:
        """Return all rows of *base* that count, each in its period, whatever else is asked of them."""
        instants, counted = self.instants(base, at), self.counted(base, valid=valid)
        if not windows.apart:
            return in_windows(instants, windows, counted)
        key = ("placed", Same(instants), windows)  # different measures ask for the same instants
        every = self.once(key, lambda: in_windows(instants, windows, None))
        if counted is None:
            return every
        counts = ("placed and counted", every, Same(counted))
        return self.once(counts, lambda: Chosen(rows=None, periods=np.where(counted, every.periods, -1)))

    def above(self, base: Family, at: Expression | None) -> Family | None:
        """Return the family whose rows alone say when those of *base* were and whether they count; None for no such."""
        told = declared(base).values()
        owners = [each.rows for each in told if _owns(each)]
        if at is not None or len(owners) != 1 or any(each.main for each in told):
            return None
        above = cast("Family", owners[0])
        return None if self.owner(base) and not self._one_longer(base, above, Orders) else above

    def follows(self, base: Family, above: Family, dimension: Dimension) -> bool:
        """Tell whether the way from *base* to a dimension is that from the family *above* it, one step longer."""
        column = self.column_for(base, dimension)
        return column.family is not base and self._one_longer(base, above, column.family)

    def possible(self, base: Family, dimension: Dimension) -> Flags:
        """Return which codes, plus 1, rows of *base* may have in a dimension: no others do."""
        above = self.above(base, None)
        if above is not None and self.follows(base, above, dimension):
            return self.possible(above, dimension)
        column = self.column_for(base, dimension)
        return self.once(("possible", base, column), lambda: self._possible(base, column))

    def _possible(self, base: Family, column: ColumnOf) -> Flags:
        """Return the codes of the column itself, and unknown where a row leads nowhere."""
        own, way = self.facts[column.family], self.way(base, column.family)
        found = there_of(getattr(own, column.name), extent(own, column.name))
        found[0] |= way is not None and int(way.min(initial=0)) < 0
        return found

    def _one_longer(self, base: Family, above: Family, target: Family) -> bool:
        longer, path = (next(path for path in self._paths(each) if path[-1] is target) for each in (base, above))
        return longer == (base, *path)

    def holds(self, where: Where, base: Family, chosen: Chosen, windows: Windows) -> Flags:
        """Return of which rows a condition holds."""
        if isinstance(where, AnyRow):
            return self._any_row(where, base, chosen, windows)
        if isinstance(where, Not):
            return ~self.holds(where.inner, base, chosen, windows)
        if isinstance(where, Compared):
            left, right = self._sides(where, base, chosen, windows)
            return COMPARED[where.than](left, right)
        one = self.holds(where.left, base, chosen, windows)
        if isinstance(where, Both):
            return self._also(one, where.right, base, chosen, windows)
        return one | self.holds(where.right, base, chosen, windows)

    def _also(self, one: Flags, where: Where, base: Family, chosen: Chosen, windows: Windows) -> Flags:
        """Return of which rows *one* holds and a condition, too: no others are looked at."""
        if bool(one.all()):
            return self.holds(where, base, chosen, windows)
        rows = np.arange(len(one)) if chosen.rows is None else chosen.rows
        narrowed = Chosen(rows=rows.compress(one), periods=chosen.periods.compress(one))
        found = np.zeros(len(one), dtype=np.bool_)
        found[one] = self.holds(where, base, narrowed, windows)
        return found

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

    def _sides(self, where: Compared, base: Family, chosen: Chosen, windows: Windows) -> tuple[Ints, Ints | int]:
        compared = self.coded(where)
        left, right = compared.left, compared.right
        values = self.values(left, base, chosen, windows)
        return values, right.value if isinstance(right, Number) else self.values(right, base, chosen, windows)

    def coded(self, where: Compared) -> Compared:
        """Return a comparison in which the code of each name stands in its place."""
        sides = [where.left, where.right]
        for place, side in enumerate(sides):
            if isinstance(side, Named):
                sides[place] = Number(self._code_of(side.name, sides[1 - place]))
        return Compared(left=sides[0], than=where.than, right=sides[1])

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
        return chosen.of(self._beside(worth, self.way(base, Orders)))

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


COMPARED: Mapping[Than, Callable[[Ints, Ints | int], Flags]] = {
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
    return joined(expression.join, left, right)


def joined(join: Join, left: Ints, right: Ints) -> Ints:
    """Return two columns joined by a sign, of which it is known that what comes of it fits."""
    if join is Join.TIMES:
        return left * right
    return left + right if join is Join.PLUS else left - right


def largest(values: Ints) -> int:
    """Return the largest magnitude of a column."""
    return max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0


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
