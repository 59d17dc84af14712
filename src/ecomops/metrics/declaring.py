"""How a family of facts declares its columns: meaning, unit, range, and what a column points at, in one place.

A family is a frozen struct of columns of one length. Everything that is wrong with it is told at once: the columns that
are missing, of another kind or length, and the rows that a column cannot hold.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import numpy as np
from attrs import Attribute, field, fields, frozen

from ecomops.columns import NEVER, UNKNOWN, Ints, OutOfColumn, Uneven, WrongColumn, column, require_whole
from ecomops.columns.arrays import NDArray
from ecomops.columns.extents import Extent, extent_of
from ecomops.kernel import DomainError
from ecomops.kernel.checks import MOST_UNITS, is_a, mapped, optional, some_text, whole, wrong_kind
from ecomops.kernel.currency import MOST_MINOR
from ecomops.metrics.errors import BadFact, BadFacts
from ecomops.metrics.units import MONEY, NUMBER, Unit

F = TypeVar("F", bound="Columns")

if TYPE_CHECKING:
    from ecomops.metrics.expressions import ColumnOf

MOST_CODES = 2**31 - 1
"""The largest code: a customer and an order stand together in 64 bits when they are sorted."""
MOST_TOLD = 10
"""How many wrong rows of a column are named."""
FIRST_INSTANT = 1 - 2**62
"""The earliest instant: one less stands for that of an order before the first one (`sales.NO_EARLIER`)."""
MICROSECONDS = Unit.of("microseconds")
"""The unit of the difference of two instants."""


class Is(StrEnum):
    """What stands in a column."""

    INSTANT = "instant"
    CODE = "code"
    ROW = "row"
    AMOUNT = "amount"
    COUNT = "count"
    FLAG = "flag"


def _a_family_or_none(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None:
        require_family(instance, attribute, value)


@frozen(kw_only=True)
class Declared:
    """What a column means, and what it may hold.

    Args:
        meaning: What it says of a row.
        kind: What stands in it.
        unit: What it is measured in; None where each row says it, and for codes.
        least: The least that it may hold.
        most: The most.
        names: The names that a code points at.
        rows: The family whose rows it points at.
        unique: No two rows may have one value (but for unknown): so other rows find theirs by it.
        rising: It never falls from row to row.
        main: The instant that puts a row into a period.
        until: The instant at which a row stops to hold; from its main instant on it does.
        entity: A part of what a level is a level of: the last row of each of them holds.
    """

    meaning: str = field(validator=some_text)
    kind: Is = field(validator=is_a(Is))
    unit: Unit | None = field(default=None, validator=optional(is_a(Unit)))
    least: int = field(default=0, validator=whole(-NEVER, NEVER))
    most: int = field(default=MOST_UNITS, validator=whole(-NEVER, NEVER))
    names: str | None = field(default=None, validator=optional(some_text))
    rows: "type[Columns] | None" = field(default=None, validator=_a_family_or_none)
    unique: bool = field(default=False, validator=is_a(bool))
    rising: bool = field(default=False, validator=is_a(bool))
    main: bool = field(default=False, validator=is_a(bool))
    until: bool = field(default=False, validator=is_a(bool))
    entity: bool = field(default=False, validator=is_a(bool))


DECLARED = "ecomops.column"
"""Where a field keeps what is declared of it."""
Metadata = dict[object, object]


def instant(meaning: str, *, main: bool = False, until: bool = False) -> Metadata:
    """Declare an instant: microseconds since 1970; `NEVER` for one that has not come.

    Args:
        meaning: What happened then.
        main: It puts a row into a period.
        until: From then on the row no longer holds.
    """
    told = Declared(
        meaning=meaning, kind=Is.INSTANT, unit=MICROSECONDS, least=FIRST_INSTANT, most=NEVER, main=main, until=until
    )
    return {DECLARED: told}


def code(names: str, meaning: str, *, unknown: bool = True, unique: bool = False, entity: bool = False) -> Metadata:
    """Declare a dense code: the place of its name.

    Args:
        names: Which names (`Names`, or names of a host's own).
        meaning: What it says of a row.
        unknown: It may be -1.
        unique: At most one row has it, so that other families find that row by it.
        entity: A level (of stock) is that of this.
    """
    least = UNKNOWN if unknown else 0
    told = Declared(
        meaning=meaning, kind=Is.CODE, least=least, most=MOST_CODES, names=names, unique=unique, entity=entity
    )
    return {DECLARED: told}


def row(
    family: "type[Columns]", meaning: str, *, unknown: bool = False, unique: bool = False, rising: bool = False
) -> Metadata:
    """Declare a row of another family.

    Args:
        family: Which.
        meaning: What it says of a row.
        unknown: It may be -1: there is none.
        unique: No two rows point at one.
        rising: It never falls from row to row.
    """
    least = UNKNOWN if unknown else 0
    told = Declared(
        meaning=meaning, kind=Is.ROW, least=least, most=MOST_CODES, rows=family, unique=unique, rising=rising
    )
    return {DECLARED: told}


def money(meaning: str, *, negative: bool = False, per: Unit = NUMBER) -> Metadata:
    """Declare an amount in minor units of the currency of the facts.

    Args:
        meaning: Of what.
        negative: It may be below zero.
        per: For what it is: a price is money per unit.
    """
    least = -MOST_MINOR if negative else 0
    return {DECLARED: Declared(meaning=meaning, kind=Is.AMOUNT, unit=MONEY / per, least=least, most=MOST_MINOR)}


def count(meaning: str, *, unit: Unit | None = NUMBER, negative: bool = False) -> Metadata:
    """Declare a number of things.

    Args:
        meaning: Of what.
        unit: What it is measured in; None where each row says it.
        negative: It may be below zero.
    """
    least = -MOST_UNITS if negative else 0
    return {DECLARED: Declared(meaning=meaning, kind=Is.COUNT, unit=unit, least=least, most=MOST_UNITS)}


def flag(meaning: str) -> Metadata:
    """Declare what is 1 or 0."""
    return {DECLARED: Declared(meaning=meaning, kind=Is.FLAG, unit=NUMBER, most=1)}


_EXTENTS = "_extents"
"""Where a family keeps what was seen of its columns when it was made."""


class FamilyType(type):
    """What makes `Orders["gross"]` a column of the family, as `Colour["RED"]` is a member of an enum."""

    def __getitem__(cls, name: str) -> "ColumnOf":
        from ecomops.metrics.expressions import ColumnOf  # noqa: PLC0415 - columns know families, and families columns

        return ColumnOf(cast("type[Columns]", cls), name)


class Columns(metaclass=FamilyType):
    """What every family shares: declared columns of one length.

    A host declares its own:

    Example:
        >>> from attrs import field, frozen
        >>> import numpy as np
        >>> @frozen(kw_only=True, eq=False)
        ... class Calls(Columns):
        ...     staff: Ints = field(metadata=code("staff", "Who called."))
        ...     at: Ints = field(metadata=instant("When.", main=True))
        ...     seconds: Ints = field(metadata=count("For how long."))
        >>> Calls.of({"staff": np.array([0]), "at": np.array([5]), "seconds": np.array([-1])})
        Traceback (most recent call last):
        ...
        ecomops.columns.errors.OutOfColumn: Calls.seconds must be from 0 to 1000000000000: row 0 is not
    """

    __slots__ = (_EXTENTS,)

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in declared(type(self)))
        return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({told})"

    def __attrs_post_init__(self) -> None:
        """Refuse wrong columns and rows, all at once."""
        problems, extents = looked_at(type(self), {name: getattr(self, name) for name in declared(type(self))})
        refuse(problems)
        kept = {name: found for name, found in extents.items() if not getattr(self, name).flags.writeable}
        object.__setattr__(self, _EXTENTS, kept)

    @classmethod
    def of(cls, columns: Mapping[str, object]) -> Self:
        """Make the family of a mapping of arrays, which are copied.

        Raises:
            WrongColumn: A column is missing, unknown, or no array of whole numbers.
            OutOfColumn: A value that the column cannot hold.
            Uneven: A column is not as long as most others.
            BadFacts: There is more than one such problem; all are listed.
        """
        taken, problems = copied(cls, columns)
        refuse(problems)
        return cls(**taken)

    def to_columns(self) -> dict[str, Ints]:
        """Return the columns by name, for any engine that takes numpy arrays; they are read-only."""
        return {name: cast("Ints", getattr(self, name)) for name in declared(type(self))}

    def __len__(self) -> int:
        return len(cast("Ints", getattr(self, next(iter(declared(type(self)))))))


def unchecked(family: type[F], **columns: Ints) -> F:
    """Return a family of columns that were taken from checked ones: nothing is looked at again.

    Example:
        >>> import numpy as np
        >>> from ecomops.metrics import Costs
        >>> zero = np.zeros(1, dtype=np.int64)
        >>> len(unchecked(Costs, at=zero, kind=zero, channel=zero, amount=zero))
        1
    """
    made = object.__new__(family)
    for name, values in columns.items():
        object.__setattr__(made, name, values)
    return made


@cache
def declared(family: type[Columns]) -> Mapping[str, Declared]:
    """Return what a family declares of its columns, by name, in their order.

    Raises:
        WrongColumn: It has no column, or one that is not declared.
    """
    found: dict[str, Declared] = {}
    for each in cast("tuple[Attribute[Any], ...]", fields(family)):  # type: ignore[arg-type] # every family is an attrs class
        told = each.metadata.get(DECLARED)
        if not isinstance(told, Declared):
            raise WrongColumn(column=f"{family.__name__}.{each.name}", found="a field that declares nothing")
        found[each.name] = told
    if not found:
        raise WrongColumn(column=family.__name__, found="a family without a column")
    return found


def require_family(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Check that the value is a family."""
    if not isinstance(value, FamilyType) or value is Columns:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "family of facts", value)


def copied(family: type[Columns], columns: Mapping[str, object]) -> tuple[dict[str, Ints], list[DomainError]]:
    """Return the columns that can be taken, and everything that is wrong with the others, or with their rows."""
    wanted, taken, problems = declared(family), dict[str, Ints](), list[DomainError]()
    columns = mapped(family.__name__, columns)
    for name in dict.fromkeys((*wanted, *columns)):
        place = f"{family.__name__}.{name}"
        if name not in columns or name not in wanted:
            problems.append(WrongColumn(column=place, found="nothing" if name in wanted else "unknown"))
            continue
        try:
            taken[name] = column(columns[name], name=place)
        except DomainError as refusal:
            problems.append(refusal)
    return taken, [*problems, *(looked_at(family, taken)[0] if problems else ())]


def looked_at(family: type[Columns], columns: Mapping[str, object]) -> tuple[list[DomainError], dict[str, Extent]]:
    """Return everything that is wrong with *columns* of a family, and the extent of each."""
    problems, lengths = list[DomainError](), Counter[int]()
    arrays, extents = dict[str, Ints](), dict[str, Extent]()
    for name, values in columns.items():
        try:
            require_whole(values, name=f"{family.__name__}.{name}")
        except DomainError as refusal:
            problems.append(refusal)
        else:
            arrays[name] = cast("Ints", values)
            lengths[len(arrays[name])] += 1
    usual = lengths.most_common(1)[0][0] if lengths else 0
    for name, values in arrays.items():
        place = f"{family.__name__}.{name}"
        if len(values) != usual:
            problems.append(Uneven(column=place, found=len(values), expected=usual))
        told, extents[name] = declared(family)[name], extent_of(values)
        problems += outside(values, extents[name], name=place, least=told.least, most=told.most)
    return problems, extents


def extent(columns: Columns, name: str) -> Extent:
    """Return from where to where the values of a column go: as it was seen when the family was made.

    A family of columns that somebody may have written to since is looked at again.

    Example:
        >>> import numpy as np
        >>> from ecomops.metrics import Costs
        >>> zero = np.zeros(2, dtype=np.int64)
        >>> costs = Costs.of({"at": zero, "kind": zero, "channel": zero, "amount": np.array([7, 5])})
        >>> extent(costs, "amount").most
        7
    """
    values: Ints = getattr(columns, name)
    seen: Mapping[str, Extent] = {} if values.flags.writeable else getattr(columns, _EXTENTS, {})
    return seen[name] if name in seen else extent_of(values)


def outside(values: Ints, found: Extent, *, name: str, least: int, most: int) -> list[DomainError]:
    """Return a problem for each of the first rows of a column of some extent that lie outside *least* to *most*."""
    if not len(values) or (least <= found.least and found.most <= most):
        return []
    return rows_told((values < least) | (values > most), name=name, least=least, most=most)


def rows_told(wrong: NDArray[np.bool_], *, name: str, least: int, most: int) -> list[DomainError]:
    """Return a problem for each of the first wrong rows."""
    rows = np.flatnonzero(wrong)[:MOST_TOLD].tolist()
    return [OutOfColumn(column=name, row=row, least=least, most=most) for row in rows]


def refuse(problems: Iterable[DomainError]) -> None:
    """Refuse when there is a problem: a single one as itself, several together.

    Raises:
        BadFacts: There are several.
        DomainError: There is one.
    """
    told = tuple(problems)
    if len(told) == 1:
        raise told[0]
    if told:
        raise BadFacts(problems=tuple(BadFact.of(each) for each in told))
