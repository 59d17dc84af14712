"""A fact family straight from a table of another engine."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from attrs import fields

from ecomops.columns import WrongColumn
from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import mapped, wrong_kind
from ecomops.metrics.arrow.errors import ReadingNeeded
from ecomops.metrics.arrow.reading import Reading, columns_from_arrow
from ecomops.metrics.declaring import FamilyType
from ecomops.metrics.families import Columns

F = TypeVar("F", bound=Columns)
LEAST, MOST = -(2**63), 2**63 - 1
"""What 64 bits hold."""


def family_from_arrow(
    family: type[F],
    table: object,
    *,
    rename: Mapping[str, str] | None = None,
    reading: Mapping[str, Reading] | None = None,
    fill: Mapping[str, int] | None = None,
) -> F:
    """Make a fact family of a table of another engine; its columns are copied, and checked as ever.

    Args:
        family: Which family, such as `Orders`.
        table: What speaks Arrow; columns that the family does not have are left alone.
        rename: What the table calls a column of the family, where it is another name.
        reading: How columns are read, by the names of the family. A column of texts needs `Reading(codes=...)`, for the
            family keeps codes alone.
        fill: Columns that the table does not have, each with the one value of all rows.

    Raises:
        WrongColumn: A name in *rename*, *reading* or *fill* is none of the family.
        ReadingNeeded: A column of texts without a dictionary that keeps them.
        WrongKind: *fill* has something else than whole numbers, or what is given is no mapping, or no family.
        OutOfRange: *fill* has a number that 64 bits do not hold.
        Repeated: One column of the table is to be two of the family.
        DomainError: As `columns_from_arrow` and the family itself refuse.

    Example:
        >>> import polars as pl
        >>> from ecomops.columns import Codes
        >>> from ecomops.kernel import Currency
        >>> from ecomops.metrics.families import Refunds
        >>> orders, cny = Codes(), Reading.money(Currency.CNY)
        >>> frame = pl.DataFrame({"order": ["o-2", "o-1"], "back": [5, 7], "at": [10, 20]})
        >>> refunds = family_from_arrow(
        ...     Refunds,
        ...     frame,
        ...     rename={"amount": "back"},
        ...     reading={"order": Reading(codes=orders), "amount": cny},
        ...     fill={"called_off": 0, "gross": 700, "discount": 0, "tax": 0, "fee": 0},
        ... )
        >>> refunds.order, refunds.amount, orders.names
        (array([0, 1]), array([500, 700]), ('o-2', 'o-1'))
    """
    if not isinstance(family, FamilyType):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("family_from_arrow.family", "family of facts", family)
    names = mapped("family_from_arrow.rename", {} if rename is None else rename)
    told = mapped("family_from_arrow.reading", {} if reading is None else reading)
    same = _filled({} if fill is None else fill)
    wanted = [str(each.name) for each in fields(family)]  # type: ignore[arg-type] # every family is an attrs class
    for name in (*names, *told, *same):
        if name not in wanted:
            raise WrongColumn(column=f"{family.__name__}.{name}", found="unknown")
    sources = {name: names.get(name, name) for name in wanted if name not in same}
    arrived = columns_from_arrow(
        table, *sources.values(), reading={sources[name]: each for name, each in told.items() if name in sources}
    )
    for name, source in sources.items():
        if source in arrived.names and (name not in told or told[name].codes is None):
            raise ReadingNeeded(column=source, found="texts", argument="codes")
    size = max((len(each) for each in arrived.columns.values()), default=0)
    columns = {name: arrived.columns[source] for name, source in sources.items()}
    return family.of(columns | {name: np.full(size, value, dtype=np.int64) for name, value in same.items()})


def _filled(given: Mapping[str, int]) -> Mapping[str, int]:
    """Refuse what columns cannot hold: numpy would cut off what a float has behind the point."""
    for name, value in mapped("family_from_arrow.fill", given).items():
        if type(value) is not int:
            raise wrong_kind(f"family_from_arrow.fill.{name}", "int", value)
        if not LEAST <= value <= MOST:
            raise OutOfRange(field=f"family_from_arrow.fill.{name}", least=str(LEAST), most=str(MOST))
    return given
