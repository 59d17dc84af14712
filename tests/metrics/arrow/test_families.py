"""A fact family comes straight from a table of another engine, and is checked as ever."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from ecomops.columns import NEVER, UNKNOWN, Codes, WrongColumn
from ecomops.kernel import Currency, OutOfRange, Repeated, WrongKind
from ecomops.metrics import BadFacts, Orders, Payments
from ecomops.metrics.arrow import NoSuchField, Reading, ReadingNeeded, family_from_arrow
from tests.metrics.arrow.engines import pa

FRAME = pl.DataFrame({"order_id": ["o-1", None, "o-2"], "euros": ["1.00", "2.50", "0.00"], "when": [1, 2, NEVER]})
PAID = FRAME.with_columns(pl.col("euros").cast(pl.Decimal(10, 2)))
NAMES = {"order": "order_id", "amount": "euros", "at": "when"}
SAME = {"operation": 0, "outcome": 1}


def reading(orders: Codes) -> dict[str, Reading]:
    """Return how the columns are read."""
    return {"order": Reading(codes=orders, empty=UNKNOWN), "amount": Reading.money(Currency.EUR)}


def test_family_is_read_renamed_and_filled() -> None:
    """What the table calls otherwise is found, what it does not have is the same in all rows."""
    orders = Codes()
    found = family_from_arrow(Payments, PAID, rename=NAMES, reading=reading(orders), fill=SAME)
    assert {name: column.tolist() for name, column in found.to_columns().items()} == {
        "order": [0, -1, 1],
        "operation": [0, 0, 0],
        "outcome": [1, 1, 1],
        "amount": [100, 250, 0],
        "at": [1, 2, NEVER],
    }
    assert orders.names == ("o-1", "o-2")


def test_family_is_a_copy() -> None:
    """A table over an array of the host may change; facts never do."""
    ours = np.arange(3)
    table = pa.table({name: pa.array(ours) for name in Payments.__annotations__})
    found = family_from_arrow(Payments, table)
    ours[0] = 5
    assert found.at.tolist() == [0, 1, 2]


def test_empty_table_makes_an_empty_family() -> None:
    """With its fillings."""
    assert len(family_from_arrow(Payments, PAID[:0], rename=NAMES, reading=reading(Codes()), fill=SAME)) == 0


WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "a column that is renamed": ({"rename": {"colour": "x"}}, WrongColumn, "Payments.colour"),
    "a column that is read": ({"reading": {"colour": Reading()}}, WrongColumn, "Payments.colour"),
    "a column that is filled": ({"fill": {"colour": 0}}, WrongColumn, "Payments.colour"),
    "a column that is not there": ({"fill": {"outcome": 0}}, NoSuchField, "operation"),
    "one column for two": ({"rename": {**NAMES, "amount": "when"}}, Repeated, "when"),
    "texts that nobody keeps": (
        {"reading": {"amount": Reading.money(Currency.EUR), "order": Reading(empty=-1)}},
        ReadingNeeded,
        "codes",
    ),
    "texts that nobody reads": (
        {"rename": {**NAMES, "order": "euros", "amount": "order_id"}, "reading": {}},
        ReadingNeeded,
        "digits",
    ),
    "a float for all rows": ({"fill": SAME | {"amount": 0.7}}, WrongKind, "amount must be int"),
    "more than 64 bits": ({"fill": SAME | {"amount": 2**63}}, OutOfRange, "amount"),
    "a reading without a name": ({"reading": Reading()}, WrongKind, "family_from_arrow.reading"),
    "names that are none": ({"rename": 5}, WrongKind, "family_from_arrow.rename"),
    "a value that the family refuses": ({"fill": {"operation": -2, "outcome": 0}}, BadFacts, "Payments.operation"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_column_of_the_family_is_named(case: str) -> None:
    """By the name of the family, or of the table."""
    change, refusal, named = WRONG[case]
    usual: dict[str, Any] = {"rename": NAMES, "reading": reading(Codes()), "fill": SAME}
    with pytest.raises(refusal, match=named):
        family_from_arrow(Payments, PAID, **(usual | change))


def test_what_is_no_family_is_refused() -> None:
    """A class of something else has no columns."""
    with pytest.raises(WrongKind, match="family of facts"):
        family_from_arrow(int, PAID)  # type: ignore[type-var]


def test_reading_of_what_is_filled_is_not_asked() -> None:
    """A host may keep one set of readings for tables with and without a column."""
    told = {name: Reading() for name in Orders.__annotations__}
    same = dict.fromkeys([name for name in Orders.__annotations__ if name != "paid_at"], 0)
    found = family_from_arrow(Orders, pl.DataFrame({"paid_at": [5]}), reading=told, fill=same)
    assert (found.paid_at.tolist(), found.gross.tolist()) == ([5], [0])
