"""Summaries of any division of the rows, merged in any order, are that of all rows, byte for byte."""

from collections.abc import Sequence
from functools import reduce
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Grain
from ecomops.metrics.summary import Kind, Partitioning, Rows, Summary, SummaryMeasure, SummarySpec
from tests.metrics.summary.rows import (
    BY_CUSTOMER,
    BY_ORDER,
    FEW,
    GROSS,
    ORDERS,
    PARTITIONINGS,
    REFUNDS,
    Order,
    Refund,
    a_spec,
    measure,
    naive,
    plain,
    rows_of,
)


def some_spec(measures: tuple[SummaryMeasure, ...], by: Grain, days: int) -> SummarySpec:
    """Return a specification of some of the measures."""
    return a_spec(*measures, by=by, days=days)


SPECS = st.builds(some_spec, FEW, st.sampled_from(Grain), st.sampled_from([2, 7, 365]))


def of_all(rows: Rows, spec: SummarySpec, partitioning: Partitioning) -> Summary:
    """Return the summary of all rows at once."""
    return Summary.of({family: rows[family] for family in spec.families}, spec, partitioning.whole)


def summed(rows: Rows, spec: SummarySpec, partitioning: Partitioning) -> list[Summary]:
    """Return the summary of each part."""
    own = [{family: part[family] for family in spec.families} for part in partitioning.split(rows)]
    return [Summary.of(part, spec, partitioning.part(number)) for number, part in enumerate(own)]


@given(ORDERS, REFUNDS, PARTITIONINGS, SPECS, st.randoms())
def test_any_split_in_any_order_is_the_whole(
    orders: list[Order], refunds: list[Refund], by: Partitioning, spec: SummarySpec, draw: Random
) -> None:
    """Whatever the parts are, and however they are merged, the bytes are those of all rows at once."""
    rows = rows_of(orders, refunds)
    whole = of_all(rows, spec, by).to_bytes()
    parts = summed(rows, spec, by)
    draw.shuffle(parts)
    assert reduce(Summary.merge, parts, Summary.empty(spec, by.part())).to_bytes() == whole
    assert Summary.merge(*parts).to_bytes() == whole
    assert reduce(lambda right, left: left.merge(right), parts).to_bytes() == whole


@given(ORDERS, REFUNDS, PARTITIONINGS, SPECS, st.randoms())
def test_order_of_rows_does_not_matter(
    orders: list[Order], refunds: list[Refund], by: Partitioning, spec: SummarySpec, draw: Random
) -> None:
    """A shuffle that forgets the order of rows, ties included, changes no byte."""
    before = of_all(rows_of(orders, refunds), spec, by).to_bytes()
    draw.shuffle(orders)
    draw.shuffle(refunds)
    assert of_all(rows_of(orders, refunds), spec, by).to_bytes() == before


@given(ORDERS, REFUNDS, PARTITIONINGS, SPECS)
def test_merging_is_associative_and_commutative_and_has_an_identity(
    orders: list[Order], refunds: list[Refund], by: Partitioning, spec: SummarySpec
) -> None:
    """Three summaries, of which one may have seen several parts or none, in any order and both ways of bracketing."""
    a, *others = summed(rows_of(orders, refunds), spec, by)
    nothing = Summary.empty(spec, by.part())
    b, c = reduce(Summary.merge, others[:1], nothing), reduce(Summary.merge, others[1:], nothing)
    found = [a.merge(b).merge(c), a.merge(b.merge(c)), c.merge(b).merge(a), b.merge(c, a)]
    assert len({each.to_bytes() for each in found}) == 1
    same = [a, a.merge(nothing), nothing.merge(a), a.merge()]
    assert len({each.to_bytes() for each in same}) == 1


@given(ORDERS, REFUNDS, PARTITIONINGS, SPECS)
def test_figures_are_those_of_sets_and_lists(
    orders: list[Order], refunds: list[Refund], by: Partitioning, spec: SummarySpec
) -> None:
    """Every figure of every slice is what its definition says, in exact whole numbers."""
    merged = Summary.merge(*summed(rows_of(orders, refunds), spec, by))
    assert plain(merged.to_columns()) == naive(spec, orders, refunds)


@given(ORDERS, REFUNDS, PARTITIONINGS, SPECS)
def test_bytes_come_back(orders: list[Order], refunds: list[Refund], by: Partitioning, spec: SummarySpec) -> None:
    """What is read is what was written, and goes on being merged."""
    rows = rows_of(orders, refunds)
    whole = of_all(rows, spec, by)
    parts = [each.to_bytes() for each in summed(rows, spec, by)]
    sent = [Summary.from_bytes(each, spec) for each in parts]
    assert [each.to_bytes() for each in sent] == parts
    assert Summary.merge(*sent).to_bytes() == whole.to_bytes()


@pytest.mark.parametrize(("by", "sent"), [(BY_CUSTOMER[1], False), (BY_ORDER[1], True)], ids=["closed", "open"])
def test_codes_travel_only_where_parts_are_open(by: Partitioning, *, sent: bool) -> None:
    """Closed by customer, no customer's code is in any block; open, they are."""
    secret = 123_456_789
    orders = [Order(hours=50 + n, customer=secret, channel=0, gross=n, valid=1, marks=0, sku=0) for n in range(3)]
    spec = a_spec(measure("buyers", Kind.DISTINCT, "customer"), measure("new", Kind.NEW, "customer"), dimensions=())
    summary = Summary.of({"orders": rows_of(orders)["orders"]}, spec, by.whole)
    codes = {int(value) for block in summary.contents.blocks for column in block.columns for value in column}
    assert (secret in codes) is sent
    assert (str(secret).encode() in summary.to_bytes()) is sent


def test_unknown_customers_are_nobody_and_texts_are_as_good_as_codes() -> None:
    """The same orders by text and by code have the same buyers; None and an empty text are unknown."""
    orders = [Order(hours=50, customer=n % 3 - 1, channel=0, gross=1, valid=1, marks=0, sku=0) for n in range(9)]
    rows = {"orders": rows_of(orders)["orders"]}
    kinds = (Kind.DISTINCT, Kind.NEW, Kind.FIRST)
    by_code, by_text = (
        Summary.of(rows, a_spec(*(measure(kind, kind, column) for kind in kinds), dimensions=()), by.whole)
        for column, by in (("customer", BY_CUSTOMER[0]), ("member", BY_ORDER[2]))
    )
    assert by_code.table().to_rows() == by_text.table().to_rows()
    assert by_text.table()["distinct"].tolist()[0] == 2
    array = {**rows["orders"], "member": np.array(["", "a", "b", "a", "", "", "", "", ""])}
    again = Summary.of({"orders": array}, by_text.spec, BY_ORDER[2].whole)
    assert again.table()["distinct"].tolist()[0] == 2


def test_history_matters_up_to_the_horizon_and_not_beyond() -> None:
    """A row before what was observed makes a later one old, also one that is exactly the horizon away."""
    spec = a_spec(measure("new", Kind.NEW, "customer"), dimensions=(), days=7)

    def new(by: Partitioning, hours: Sequence[int]) -> list[int]:
        orders = [Order(hours=hour, customer=1, channel=0, gross=1, valid=1, marks=0, sku=0) for hour in hours]
        found: list[int] = Summary.of({"orders": rows_of(orders)["orders"]}, spec, by.whole).table()["new"].tolist()
        return found

    for by in (BY_CUSTOMER[1], BY_ORDER[1]):
        assert new(by, [48]) == [1, 0, 0, 0, 0]
        assert new(by, [47, 48]) == [0, 0, 0, 0, 0]
        assert new(by, [48 - 168, 48]) == [0, 0, 0, 0, 0]
        assert new(by, [48 - 169, 48]) == [1, 0, 0, 0, 0]
        assert new(by, [48, 48 + 168, 48 + 2 * 168 + 1]) == [1, 0, 1, 0, 0]
        assert new(by, [-400, -300, 100, 48 + 24 * 28]) == [1, 0, 0, 0, 0]


def test_columns_of_a_summary_cannot_be_changed() -> None:
    """What is held is read-only, and what is handed out is a copy."""
    summary = Summary.of({"orders": rows_of([])["orders"]}, a_spec(GROSS), BY_CUSTOMER[0].whole)
    assert not any(column.flags.writeable for block in summary.contents.blocks for column in block.columns)
    assert summary.to_columns()["channel"].flags.writeable
