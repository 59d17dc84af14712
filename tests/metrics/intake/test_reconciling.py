"""Two sources side by side: every thing stands in one tally, and the tallies add up to each side, to the cent."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import CannotHoldSum, OutOfColumn, Uneven, WrongColumn
from ecomops.kernel import Text, WrongKind
from ecomops.metrics.intake import Ledger, RepeatedKey, added, reconcile
from tests.metrics.shops import ints

SHOP, BANK = Text("shop", "店铺"), Text("bank", "银行")
KEYS = st.integers(-3, 12)
SIDES = st.dictionaries(KEYS, st.integers(-(10**12), 10**12) | st.integers(0, 1), max_size=12)


def ledger(name: Text, rows: dict[int, int]) -> Ledger:
    """Return the ledger of some rows."""
    return Ledger(name=name, keys=ints(*rows), amounts=ints(*rows.values()))


@given(left=SIDES, right=SIDES)
def test_tallies_are_those_of_a_join(left: dict[int, int], right: dict[int, int]) -> None:
    """As polars joins the two; sums and differences are exact."""
    found = reconcile(ledger(SHOP, left), ledger(BANK, right))
    one = pl.DataFrame({"key": list(left), "left": list(left.values())}, schema={"key": pl.Int64, "left": pl.Int64})
    other = pl.DataFrame(
        {"key": list(right), "right": list(right.values())}, schema={"key": pl.Int64, "right": pl.Int64}
    )
    joined = one.join(other, on="key", how="full", coalesce=True).sort("key")
    both = joined.drop_nulls()
    expected = (
        both.filter(pl.col("left") == pl.col("right")),
        both.filter(pl.col("left") != pl.col("right")),
        joined.filter(pl.col("right").is_null()).fill_null(0),
        joined.filter(pl.col("left").is_null()).fill_null(0),
    )
    for tally, frame in zip(found.tallies, expected, strict=True):
        assert list(zip(tally.keys.tolist(), tally.left.tolist(), tally.right.tolist(), strict=True)) == frame.rows()
    sums = [sum(side) for side in zip(*(tally.sums for tally in found.tallies), strict=True)]
    assert sums == [sum(left.values()), sum(right.values())]
    assert found.difference == sums[1] - sums[0]
    assert len(found.to_rows()) == len(joined) - found.matched.size


def test_what_does_not_match_is_told() -> None:
    """In words and rows, by the names of the things."""
    found = reconcile(ledger(SHOP, {0: 500, 1: 700}), ledger(BANK, {1: 650, 2: 10}))
    assert found.text.en.splitlines() == [
        "matched: 0, shop 0, bank 0",
        "different amounts: 1, shop 700, bank 650",
        "only in shop: 1, shop 500, bank 0",
        "only in bank: 1, shop 0, bank 10",
    ]
    assert found.text.zh.splitlines()[3] == "仅见于银行：1 笔，店铺 0，银行 10"
    rows = found.to_rows(("o-1", "o-2", "o-3"))
    assert [(row["what"], row["key"], row["difference"]) for row in rows] == [
        ("different amounts", "o-2", -50),
        ("only in shop", "o-1", -500),
        ("only in bank", "o-3", 10),
    ]
    with pytest.raises(OutOfColumn):
        found.to_rows(("o-1",))


@given(rows=st.lists(st.tuples(KEYS, st.integers(-100, 100)), max_size=20))
def test_rows_of_one_key_may_be_added_first(rows: list[tuple[int, int]]) -> None:
    """Several payments of one order are one amount."""
    made = added(BANK, ints(*(key for key, _ in rows)), ints(*(amount for _, amount in rows)))
    sums = dict.fromkeys(sorted(key for key, _ in rows), 0)
    for key, amount in rows:
        sums[key] += amount
    assert dict(zip(made.keys.tolist(), made.amounts.tolist(), strict=True)) == sums


def test_bad_ledgers_are_refused() -> None:
    """A key twice, fewer amounts, floats, sums beyond 64 bits."""
    twice = Ledger(name=BANK, keys=ints(9, 7, 9, 7), amounts=ints(1, 2, 3, 4))
    with pytest.raises(RepeatedKey, match="bank has the key of row 0 again in row 2"):
        reconcile(ledger(SHOP, {}), twice)
    with pytest.raises(Uneven):
        Ledger(name=BANK, keys=ints(1), amounts=ints())
    with pytest.raises(WrongColumn):
        Ledger(name=BANK, keys=ints(1), amounts=np.array([1.5]))
    with pytest.raises(WrongKind, match="names"):
        reconcile(ledger(SHOP, {}), ledger(BANK, {})).to_rows(5)  # type: ignore[arg-type]
    large = ledger(BANK, {1: 2**62, 2: 2**62})
    with pytest.raises(CannotHoldSum):
        reconcile(large, ledger(SHOP, {}))
    with pytest.raises(CannotHoldSum):
        added(BANK, large.keys, large.amounts)
