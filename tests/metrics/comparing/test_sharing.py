"""Shares make a whole, contributions make the growth of the whole; what is no part of one is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Grain, WrongKind
from ecomops.metrics import BUYERS, GROSS, Additivity, NotAdditive, NotInTable, Reason, compare, growth_of, tabulate
from ecomops.metrics.comparing import Against, Partial, contribute, share
from ecomops.metrics.errors import NotComparable
from tests.metrics.comparing.tables import a_column, a_table, cut
from tests.metrics.shops import SHOP, some_orders, weeks


def test_share_of_the_period() -> None:
    """Each week is a whole of its own."""
    found = share(cut(1, 3, 2, 2, periods=2))
    assert found.column("share.sales").plain() == [0.25, 0.75, 0.5, 0.5]
    assert found.column("share.sales").name is not None
    assert [str(column.unit) for column in found.columns] == ["money", "1"]


def test_gap_has_no_share_and_takes_none() -> None:
    """A cell without a figure says why; a period of nothing has no shares."""
    found = share(cut(1, None, 3, 0, 0, 0, periods=2))
    assert found.column("share.sales").plain() == [0.25, None, 0.75, None, None, None]
    assert [found.why(row, "share.sales") for row in (1, 3)] == [Reason.NO_ROWS, Reason.ZERO_DENOMINATOR]


def test_distinct_things_are_shared_of_what_was_counted_anew() -> None:
    """One buyer of two places is one buyer: the shares pass one, and none is a share of two."""
    facts = some_orders([0, 1, 2], [0, 0, 1], location=np.array([0, 1, 1]))
    cuts = {"calendar": SHOP, "observed": weeks(1), "by": (Grain.WEEK, "locations")}
    table = tabulate(facts, (BUYERS,), totals=True, **cuts)  # type: ignore[arg-type]
    assert share(table).column("share.buyers").plain() == [0.5, 1.0]
    finer = tabulate(facts, (BUYERS,), totals=True, **(cuts | {"by": (Grain.WEEK, "locations", "customers")}))  # type: ignore[arg-type]
    assert share(finer).column("share.buyers").plain() == [0.5, 0.0, 0.5, 0.5]
    with pytest.raises(NotAdditive, match="buyers"):
        share(tabulate(facts, (BUYERS,), **cuts))  # type: ignore[arg-type]


def test_levels_are_shared_over_places() -> None:
    """A level adds up over the rows of one period."""
    table = a_table(a_column([1, 1], additivity=Additivity.LAST), labels=cut(1, 2).labels)
    assert share(table, ("sales",)).column("share.sales").plain() == [0.5, 0.5]


def test_contributions() -> None:
    """In points of the growth of the whole."""
    found = contribute(cut(60, 40, 90, 20, periods=2))
    assert found.column("contribution.sales").plain() == [None, None, 0.3, -0.2]
    assert found.why(0, "contribution.sales") is Reason.NO_BASELINE


def test_contribution_to_nothing() -> None:
    """Growth from nothing or from a loss has no parts."""
    assert contribute(cut(0, 0, 5, 5, periods=2)).why(3, "contribution.sales") is Reason.ZERO_DENOMINATOR
    assert contribute(cut(-5, 1, 5, 5, periods=2)).why(3, "contribution.sales") is Reason.NO_BASELINE


def test_gap_contributes_nothing_and_says_why() -> None:
    """Its own reason, or that of the baseline."""
    found = contribute(cut(1, None, None, 2, periods=2))
    assert [found.why(row, "contribution.sales") for row in (2, 3)] == [Reason.NO_ROWS, Reason.NO_ROWS]


def test_contribution_to_a_part_is_asked_for() -> None:
    """As a comparison is."""
    table = a_table(a_column([4, 6]), partial=[1])
    with pytest.raises(NotComparable, match="2026-06-22"):
        contribute(table)
    assert contribute(table, partial=Partial.LEFT_OUT).why(1, "contribution.sales") is Reason.PARTIAL
    assert contribute(table, ("sales",), partial=Partial.COMPARED).column("contribution.sales").plain() == [None, 0.5]


@given(st.lists(st.integers(1, 10**6), min_size=4, max_size=12))
def test_parts_make_the_whole(values: list[int]) -> None:
    """Shares of a week add up to one, contributions to the growth of the table's totals."""
    half = len(values) // 2
    table = cut(*values[: 2 * half], periods=2)
    shares = share(table)["share.sales"]
    assert np.allclose([shares[:half].sum(), shares[half:].sum()], 1)
    whole = a_table(a_column([sum(values[:half]), sum(values[half : 2 * half])]))
    growth = compare(whole)[growth_of("sales")][1]
    assert np.isclose(contribute(table)["contribution.sales"][half:].sum(), growth)


def test_shares_of_facts() -> None:
    """Of a table that `tabulate` made."""
    facts = some_orders([0, 1, 8], [0, 1, 1], [300, 100, 5])
    table = tabulate(facts, (GROSS,), calendar=SHOP, observed=weeks(2), by=(Grain.WEEK, "customers"))
    assert share(table).column("share.gross_sales").plain() == [0.75, 0.25, 0.0, 1.0]


def test_bad_input_is_refused() -> None:
    """Ratios are no parts, and only sums contribute."""
    ratios = a_table(a_column([0.5, 0.2], additivity=Additivity.RATIO))
    with pytest.raises(NotAdditive, match="sales"):
        share(ratios)
    with pytest.raises(NotAdditive, match="sales"):
        contribute(a_table(a_column([1, 2], additivity=Additivity.DISTINCT)))
    with pytest.raises(NotInTable, match="net"):
        share(cut(1), ("net",))
    with pytest.raises(WrongKind, match=r"share\.table"):
        share(None)  # type: ignore[arg-type]
    with pytest.raises(WrongKind, match=r"contribute\.table"):
        contribute(3)  # type: ignore[arg-type]
    with pytest.raises(WrongKind, match=r"contribute\.to"):
        contribute(cut(1), to=cut(1))  # type: ignore[arg-type]


def test_empty_table_has_no_shares() -> None:
    """No row, no share."""
    empty = a_table(a_column([]))
    assert len(share(empty).column("share.sales")) == 0
    assert len(contribute(empty, to=Against.YEAR_AGO).column("contribution.sales")) == 0
