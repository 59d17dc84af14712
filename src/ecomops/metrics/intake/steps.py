"""The steps of cleaning that ship: duplicates, rows that are none of the shop's, units, codes, clocks, orphans."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

import numpy as np
from attrs import Attribute, field, frozen

from ecomops.columns import UNKNOWN, Ints, require_whole
from ecomops.kernel import OutOfRange, Rounding, Text
from ecomops.kernel.checks import is_a, optional, tuple_of, whole, wrong_kind
from ecomops.metrics.intake.cleaning import Outcome
from ecomops.metrics.intake.clocks import Disputed, localised
from ecomops.metrics.intake.errors import Contradicting, NotExact
from ecomops.metrics.intake.predicates import Among, Flags, Rows, Sheet, column_of
from ecomops.metrics.intake.scaling import residual, scaled

MOST_OF_A_FACTOR = 10**12
"""The largest numerator and denominator of a factor between units."""


class Conflict(StrEnum):
    """What becomes of rows of one key that say different things."""

    REFUSED = "refused"
    FIRST = "first"
    LAST = "last"


DUPLICATES = Text("duplicates", "重复行")


@frozen(kw_only=True)
class Deduplicated:
    """Leaves out rows that are told twice.

    Rows with the same key and the same content are one row, and the first of them stays. Rows with the same key and
    another content contradict each other: that is refused, unless it is said which of them is right.

    Args:
        key: The columns that tell what a row is about.
        conflict: What becomes of contradictions: the first, or the last different row stays.
        ignoring: Columns that may differ, such as when a row arrived.
        name: What the step is called.

    Raises:
        OutOfRange: The key has no column.

    Example:
        >>> import numpy as np
        >>> rows = {"order": np.array([7, 7, 7]), "gross": np.array([5, 5, 6])}
        >>> Deduplicated(key=("order",), conflict=Conflict.LAST).apply(rows).columns["gross"]
        array([6])
    """

    key: tuple[str, ...] = field(validator=tuple_of(str, least=1))
    conflict: Conflict = field(default=Conflict.REFUSED, validator=is_a(Conflict))
    ignoring: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    name: Text = field(default=DUPLICATES, validator=is_a(Text))

    def apply(self, columns: Sheet) -> Outcome:
        """Return the rows, each once.

        Raises:
            NoSuchColumn: A column of the key is not there.
            Contradicting: Rows contradict each other; the first two are named.
        """
        keys = [column_of(columns, name, step="Deduplicated") for name in self.key]
        others = [values for name, values in columns.items() if name not in self.key and name not in self.ignoring]
        once = _first_rows(np.arange(len(keys[0]), dtype=np.int64), [*keys, *others])
        kept = self._chosen(once, keys)
        at_odds = len(once) - len(kept)
        notes = (
            (Text(f"{at_odds} of them contradicted another one", f"其中 {at_odds} 行与其他行矛盾"),) if at_odds else ()
        )
        return Outcome(columns={name: values[kept] for name, values in columns.items()}, notes=notes)

    def _chosen(self, once: Ints, keys: Sequence[Ints]) -> Ints:
        """Return of rows that are no copies one for each key."""
        last = self.conflict is Conflict.LAST
        chosen = _first_rows(once[::-1] if last else once, keys)
        if self.conflict is Conflict.REFUSED and len(chosen) < len(once):
            at_odds = np.setdiff1d(once, chosen, assume_unique=True)
            second = int(at_odds[0])
            same = np.logical_and.reduce([values[chosen] == values[second] for values in keys])
            first = int(chosen[same][0])
            raise Contradicting(key=", ".join(self.key), first=first, second=second, rows=len(at_odds))
        return chosen


def _first_rows(rows: Ints, columns: Sequence[Ints]) -> Ints:
    """Return, in rising order, the rows that hold what none before them in *rows* holds."""
    order = np.lexsort([values[rows] for values in reversed(columns)])
    changes = np.ones(len(rows), dtype=np.bool_)
    if len(rows):
        changes[1:] = np.logical_or.reduce([np.diff(values[rows][order]) != 0 for values in columns])
    return np.sort(rows[order[changes]])


@frozen(kw_only=True)
class Without:
    """Leaves out rows: test orders, service lines, whatever is none of what is counted.

    Args:
        where: Which rows.
        name: What they are called.
    """

    where: Rows = field(validator=is_a(Rows))
    name: Text = field(validator=is_a(Text))

    def apply(self, columns: Sheet) -> Outcome:
        """Return the other rows.

        Raises:
            NoSuchColumn: A column that is looked at is not there.
        """
        return _only(columns, ~self.where.of(columns))


def _only(columns: Sheet, kept: Flags) -> Outcome:
    return Outcome(columns={name: values[kept] for name, values in columns.items()})


def without_test_orders(customers: Sequence[int], *, customer: str = "customer") -> Without:
    """Return the step that leaves out the orders of test customers.

    Args:
        customers: Their codes.
        customer: The column of the customers.
    """
    return Without(where=Among(customer, tuple(customers)), name=Text("test orders", "测试订单"))


def without_service_lines(*, sku: str = "sku") -> Without:
    """Return the step that leaves out lines without goods: freight, wrapping, fees.

    Args:
        sku: The column of the goods; -1 is none.
    """
    return Without(where=Among(sku, (UNKNOWN,)), name=Text("service lines", "服务行"))


def _a_column(_: object, __: "Attribute[Ints]", value: Ints) -> None:
    require_whole(value, name="Attached.to")


@frozen(kw_only=True, eq=False)
class Attached:
    """Leaves out rows that belong to something that is not there (any more): the lines of a test order.

    Args:
        column: The column that names what a row belongs to.
        to: What is there, such as the order ids of cleaned orders.
        name: What the step is called.
    """

    column: str = field(validator=is_a(str))
    to: Ints = field(validator=_a_column)
    name: Text = field(default=Text("rows that belong to nothing", "无主行"), validator=is_a(Text))

    def apply(self, columns: Sheet) -> Outcome:
        """Return the rows that belong to something.

        Raises:
            NoSuchColumn: The column is not there.
        """
        return _only(columns, np.isin(column_of(columns, self.column, step="Attached"), self.to))


def _a_fraction(_: object, __: "Attribute[Fraction]", value: Fraction) -> None:
    if not isinstance(value, Fraction):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Rescaled.by", "Fraction", value)
    if not value > 0 or max(value.numerator, value.denominator) > MOST_OF_A_FACTOR:
        raise OutOfRange(field="Rescaled.by", least=f"1/{MOST_OF_A_FACTOR}", most=str(MOST_OF_A_FACTOR))


@frozen(kw_only=True)
class Rescaled:
    """Brings a column into another unit: fuel that is told in thousandths, weights in grams.

    Args:
        column: Which one.
        by: What it is multiplied by, exactly: `Fraction(1, 1000)`.
        where: Which rows; None for all.
        rounding: The rule for what does not come out whole; None refuses it.
        name: What the step is called.

    Raises:
        WrongKind: A value of another kind: a float is no exact fraction.
        OutOfRange: The factor is not positive.

    Example:
        >>> import numpy as np
        >>> rows = {"unit": np.array([0, 1]), "quantity": np.array([3, 12_000])}
        >>> litres = Rescaled(column="quantity", by=Fraction(1, 1000), where=Among("unit", (1,)))
        >>> litres.apply(rows).columns["quantity"]
        array([ 3, 12])
    """

    column: str = field(validator=is_a(str))
    by: Fraction = field(validator=_a_fraction)
    where: Rows | None = field(default=None, validator=optional(is_a(Rows)))
    rounding: Rounding | None = field(default=None, validator=optional(is_a(Rounding)))
    name: Text = field(default=Text("units", "计量单位"), validator=is_a(Text))

    def apply(self, columns: Sheet) -> Outcome:
        """Return the rows with the column in the other unit.

        Raises:
            NoSuchColumn: A column is not there.
            NotExact: A number does not come out whole, and no rounding was named.
            OutOfRange: A number is more than 64 bits hold.
        """
        values = column_of(columns, self.column, step="Rescaled")
        rows = np.flatnonzero(np.ones(len(values), dtype=np.bool_) if self.where is None else self.where.of(columns))
        chosen, one = values[rows], np.zeros(len(rows), dtype=np.int64)
        if self.rounding is None:
            odd = chosen % np.int64(self.by.denominator) != 0
            if odd.any():
                raise NotExact(column=self.column, row=int(rows[odd.argmax()]))
        made = scaled(chosen, (self.by,), one, self.rounding or Rounding.DOWN)
        left = residual(chosen, (self.by,), one, made, name=self.column)
        after = values.copy()
        after[rows] = made
        notes = (Text(f"{left} of {self.column} was rounded off", f"{self.column} 舍入合计 {left}"),) if left else ()
        return Outcome(columns={**columns, self.column: after}, changed=int((after != values).sum()), notes=notes)


@frozen(kw_only=True)
class Recoded:
    """Puts another value where some rows hold a wrong one: a unit, a channel, an unknown customer.

    Args:
        column: Which column.
        to: What stands there afterwards.
        where: Which rows.
        name: What the step is called.
    """

    column: str = field(validator=is_a(str))
    to: int = field(validator=whole(-(2**63), 2**63 - 1))
    where: Rows = field(validator=is_a(Rows))
    name: Text = field(default=Text("codes", "编码"), validator=is_a(Text))

    def apply(self, columns: Sheet) -> Outcome:
        """Return the rows with the other value.

        Raises:
            NoSuchColumn: A column is not there.
        """
        values = column_of(columns, self.column, step="Recoded")
        after = np.where(self.where.of(columns), np.int64(self.to), values)
        return Outcome(columns={**columns, self.column: after}, changed=int((after != values).sum()))


@frozen(kw_only=True)
class Zoned:
    """Makes instants of what clocks on the wall showed.

    Args:
        column: Which column: microseconds since 1970 as UTC would have them at that time on the wall.
        zone: Whose clocks.
        disputed: What becomes of times that were shown twice or never; how many there were is told.
        name: What the step is called.
    """

    column: str = field(validator=is_a(str))
    zone: str = field(validator=is_a(str))
    disputed: Disputed = field(default=Disputed.REFUSED, validator=is_a(Disputed))
    name: Text = field(default=Text("time zone", "时区"), validator=is_a(Text))

    def apply(self, columns: Sheet) -> Outcome:
        """Return the rows with instants.

        Raises:
            NoSuchColumn: The column is not there.
            UnknownZone: There is no such zone.
            DisputedTime: A time was shown twice or never, and no choice was made.
            OutOfColumn: A time lies outside the years 1 to 9999.
        """
        values = column_of(columns, self.column, step="Zoned")
        found = localised(values, zone=self.zone, disputed=self.disputed, column=self.column)
        twice, skipped = int(found.twice.sum()), int(found.skipped.sum())
        notes = (
            Text(
                f"{twice} times came twice, {skipped} never: {self.disputed.value} taken",
                f"{twice} 个时刻出现两次，{skipped} 个从未出现：取 {self.disputed.value}",
            ),
        )
        changed = int((found.at != values).sum())
        return Outcome(
            columns={**columns, self.column: found.at}, changed=changed, notes=notes if twice or skipped else ()
        )
