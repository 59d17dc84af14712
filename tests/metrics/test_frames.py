"""What goes out is read by every engine, and comes back as it was."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from ecomops.columns import NEVER, UNKNOWN, OutOfColumn, WrongColumn
from ecomops.kernel import Currency, Grain, WrongKind
from ecomops.metrics import (
    AOV,
    NET,
    ORDERS,
    Lines,
    Orders,
    Payments,
    RefundedLines,
    Refunds,
    Steps,
    Visits,
    compare,
    tabulate,
)
from ecomops.metrics.arrow import Reading, family_from_arrow
from ecomops.metrics.families import Columns
from ecomops.metrics.frames import frame
from ecomops.metrics.rows import instants_of, rows_of
from tests.metrics.arrow.engines import duckdb, pa, pd
from tests.metrics.shops import SHOP, nothing, some_orders, weeks

SOME = some_orders([0.5, 1, 9], [0, -1, 1], [1000, 2000, 3000]).orders
NAMES = {"customer": ("ann", "bo")}
TABLE = tabulate(some_orders([0.5, 8], [0, 1]), (ORDERS, NET, AOV), calendar=SHOP, observed=weeks(3))


def engines(thing: Any) -> dict[str, list[tuple[object, ...]]]:  # noqa: ANN401 - an Arrow table
    """Return the rows that each engine reads."""
    read: Any = thing
    frame_of_pandas = pd.DataFrame.from_arrow(read)
    return {
        "polars": pl.DataFrame(read).rows(),
        "duckdb": duckdb.connect().from_arrow(read).pl().rows(),
        "pandas": pl.DataFrame(frame_of_pandas.convert_dtypes(dtype_backend="pyarrow")).rows(),
    }


def test_every_engine_reads_a_family() -> None:
    """The customers by name, the unknown one as no value, and what has not come as no value."""
    for engine, found in engines(frame(SOME, NAMES)).items():
        columns = dict(zip(SOME.to_columns(), zip(*found, strict=True), strict=True))
        assert columns["customer"] == ("ann", None, "bo"), engine
        assert columns["gross"] == (1000, 2000, 3000), engine
        assert columns["closed_at"] == (None, None, None), engine
        assert [at.isoformat() for at in columns["paid_at"]] == [row["paid_at"] for row in rows_of(SOME)], engine


def test_every_engine_reads_a_table() -> None:
    """A cell without a figure has no value, and each field says what it is measured in."""
    made: Any = frame(TABLE)
    for engine, found in engines(made).items():
        days, orders, net, aov, partial = zip(*found, strict=True)
        assert [str(day)[:10] for day in days] == ["2026-06-15", "2026-06-22", "2026-06-29"], engine
        assert (orders, net, aov, partial) == ((1, 1, 0), (100, 100, 0), (100.0, 100.0, None), (False,) * 3), engine
    assert made.schema.field("week").type == pa.date32()
    assert made.schema.field(NET.key).metadata == {b"unit": b"money", b"currency": b"CNY"}
    assert made.schema.field(ORDERS.key).metadata == {b"unit": b"orders"}
    assert pl.DataFrame(frame(compare(TABLE, (NET,)))).height == 3


@pytest.mark.parametrize("family", [Orders, Lines, Steps, Payments, Refunds, RefundedLines, Visits])
def test_family_comes_back_as_it_was(family: type[Columns]) -> None:
    """Every family, without a row and with some; its instants are those that it declares."""
    reading = {name: Reading(empty=NEVER) for name in instants_of(family)}
    one = family.of({name: np.array([1, 0]) for name in family.__annotations__})
    for given in (nothing(family), one):
        back = family_from_arrow(family, frame(given), reading=reading)
        assert {name: each.tolist() for name, each in back.to_columns().items()} == {
            name: each.tolist() for name, each in given.to_columns().items()
        }


def test_rows_are_plain() -> None:
    """Names for codes, texts for instants, None for what is not known or has not come."""
    rows = rows_of(SOME, NAMES)
    assert [row["customer"] for row in rows] == ["ann", None, "bo"]
    assert rows[0] == {
        "placed_at": "2026-06-15T12:00:00+00:00",
        "paid_at": "2026-06-15T12:00:00+00:00",
        "cancelled_at": None,
        "closed_at": None,
        "customer": "ann",
        "location": UNKNOWN,
        "gross": 1000,
        "discount": 0,
        "tax": 0,
        "tendered": 0,
        "due": 1000,
    }
    assert rows_of(nothing(Orders), NAMES) == []


def test_names_must_be_enough() -> None:
    """A code without a name is refused, and names of no column; other things do not go out."""
    ways: list[Any] = [rows_of, frame]
    for go in ways:
        with pytest.raises(OutOfColumn, match=r"Orders\.customer"):
            go(SOME, {"customer": ("ann",)})
        with pytest.raises(WrongKind):
            go({"a": [1]})
        with pytest.raises(WrongKind, match="names"):
            go(SOME, 5)
        with pytest.raises(WrongKind, match=r"Orders\.customer"):
            go(SOME, {"customer": 5})
        with pytest.raises(WrongColumn, match=r"Orders\.colour"):
            go(SOME, {"colour": ()})


def test_currency_and_grain_are_those_of_the_table() -> None:
    """A monthly table has months."""
    monthly: Any = frame(tabulate(some_orders([0.5], [0]), (NET,), calendar=SHOP, observed=weeks(1), by=Grain.MONTH))
    assert monthly.column_names == ["month", NET.key, "partial"]
    assert Currency.CNY.name in str(monthly.schema.field(NET.key).metadata)
