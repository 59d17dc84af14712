"""Fact families as plain rows: numbers, texts and instants as people and JSON write them."""

from collections.abc import Mapping, Sequence

from ecomops.columns import NEVER, UNKNOWN, WrongColumn, moment, require_range
from ecomops.kernel.checks import mapped, wrong_kind
from ecomops.metrics.declaring import Is, declared
from ecomops.metrics.families import Columns


def rows_of(family: Columns, names: Mapping[str, Sequence[str]] | None = None) -> list[dict[str, object]]:
    """Return the rows of a fact family as plain values.

    Instants become texts in UTC, None for those that have not come; a code becomes its name, None for unknown. What is
    neither stays a number: money in minor units.

    Args:
        family: The facts.
        names: The names of the codes, by the columns that hold them; codes of other columns stay numbers.

    Raises:
        WrongKind: It is no fact family.
        WrongColumn: *names* tells of a column that is not there.
        OutOfColumn: A code has no name; the first such row is named.

    Example:
        >>> import numpy as np
        >>> from ecomops.kernel import Currency
        >>> from ecomops.metrics import Facts
        >>> facts = Facts.of_orders(Currency.CNY, {"paid_at": np.array([0]), "gross": np.array([500])})
        >>> (row,) = rows_of(facts.orders)
        >>> row["paid_at"], row["cancelled_at"], row["gross"]
        ('1970-01-01T00:00:00+00:00', None, 500)
    """
    if not isinstance(family, Columns):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("rows_of.family", "a fact family", family)
    columns = family.to_columns()
    given: Mapping[str, Sequence[str]] = {} if names is None else names
    require_names(family, given)
    instants = instants_of(type(family))
    plain = [_plain(values.tolist(), given.get(name), name in instants) for name, values in columns.items()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*plain, strict=True)]


def instants_of(family: type[Columns]) -> frozenset[str]:
    """Return the columns of a family that are declared to hold instants."""
    return frozenset(name for name, each in declared(family).items() if each.kind is Is.INSTANT)


def require_names(family: Columns, names: Mapping[str, Sequence[str]]) -> None:
    """Refuse names that are too few for the codes of their column, and those of a column that is not there.

    Raises:
        WrongColumn: There is no such column.
        OutOfColumn: A code has no name; the first such row is named.
        WrongKind: The names are no sequences by column.
    """
    columns = family.to_columns()
    for name, known in mapped("names", names).items():
        called = f"{type(family).__name__}.{name}"
        if name not in columns:
            raise WrongColumn(column=called, found="unknown")
        if not isinstance(known, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(called, "sequence of str", known)
        require_range(columns[name], name=called, least=UNKNOWN, most=len(known) - 1)


def _plain(values: list[int], names: Sequence[str] | None, instants: bool) -> list[object]:  # noqa: FBT001 - what they are
    if names is not None:
        return [None if value == UNKNOWN else names[value] for value in values]
    if instants:
        return [None if value == NEVER else moment(value).isoformat() for value in values]
    return list(values)
