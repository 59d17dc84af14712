"""What a summary refuses, by code: rows that would count twice or not at all, and specifications that cannot be."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest
from attrs import evolve

from ecomops.kernel import DomainError, Period, WrongKind
from ecomops.metrics.summary import Kind, Partitioning, Summary, SummarySpec
from ecomops.metrics.summary.specs import plain
from tests.kernel.hostile import others
from tests.metrics.summary.rows import BY_CUSTOMER, BY_ORDER, GROSS, MONDAY, Order, a_spec, ints, measure, rows_of

BY = BY_CUSTOMER[0]
SPEC = a_spec(
    GROSS,
    measure("buyers", Kind.DISTINCT, "customer"),
    measure("skus", Kind.DISTINCT, "sku", where="valid"),
    measure("refunds", Kind.SUM, "amount", family="refunds"),
)
ORDERS = [
    Order(hours=50, customer=n, channel=0, gross=2, valid=1, marks=0, sku=0) for n in (0, 3, 6)
]  # all of one part
ROWS = rows_of(ORDERS)


def part(number: int, spec: SummarySpec = SPEC, by: Partitioning = BY) -> Summary:
    """Return a summary of a part without rows."""
    return Summary.empty(spec, by.part(number))


def with_orders(**columns: object) -> dict[str, dict[str, object]]:
    """Return the rows with other columns of orders; None takes one away."""
    orders = {name: values for name, values in (ROWS["orders"] | columns).items() if values is not None}
    return {**ROWS, "orders": orders}


def of(rows: object) -> Callable[[], Summary]:
    """Return what makes a summary of *rows*."""
    return lambda: Summary.of(cast("Any", rows), SPEC, BY.part(0))


AGES = Period(start=MONDAY.subtract(years=2000), end=MONDAY.add(years=20))
HALF = 2**61 + 1
REFUSALS: dict[str, tuple[str, Callable[[], object]]] = {
    "part twice": ("summary.part_twice", lambda: part(0).merge(part(1), part(0))),
    "part of another whole": ("summary.part_twice", lambda: Summary.empty(SPEC, BY.whole).merge(part(2))),
    "other column": ("summary.other_partitioning", lambda: part(0).merge(part(1, by=BY_ORDER[0]))),
    "other number": ("summary.other_partitioning", lambda: part(0).merge(part(1, by=evolve(BY, parts=4)))),
    "other function": ("summary.other_partitioning", lambda: part(0).merge(part(1, by=BY_ORDER[2]))),
    "other measures": ("summary.other_spec", lambda: part(0).merge(part(1, a_spec(GROSS)))),
    "row of another part": ("summary.not_of_part", lambda: Summary.of(ROWS, SPEC, BY.part(1, 2))),
    "row of no part": ("summary.not_of_part", lambda: Summary.of(ROWS, SPEC, BY.part())),
    "last row": ("summary.not_of_part", of(with_orders(customer=ints([0, 3, 7])))),
    "rows late": ("summary.not_of_part", of(with_orders(customer=ints([0, 3, 7]), at=ints([2**62] * 3)))),
    "sum of a part": ("summary.sum_too_large", of(with_orders(gross=ints([HALF, -HALF, 0])))),
    "sum of parts": ("summary.sum_too_large", lambda: heavy(0).merge(heavy(1))),
    "no family": ("column.wrong_kind", of({"orders": ROWS["orders"]})),
    "unknown family": ("column.wrong_kind", of(ROWS | {"visits": {}})),
    "no instants": ("column.wrong_kind", of(with_orders(at=None))),
    "no dimension": ("column.wrong_kind", of(with_orders(channel=None))),
    "no measure": ("column.wrong_kind", of(with_orders(gross=None))),
    "no part": ("column.wrong_kind", of(with_orders(customer=None))),
    "floats": ("column.wrong_kind", of(with_orders(gross=np.array([1.0, 2.0, 3.0])))),
    "texts": ("column.wrong_kind", of(with_orders(sku=["a", "b", "c"]))),
    "uneven": ("column.uneven", of(with_orders(gross=ints([1, 2])))),
    "instant too early": ("column.out_of_range", of(with_orders(at=ints([-(2**62) - 1, 0, 0])))),
    "money too large": ("column.out_of_range", of(with_orders(gross=ints([2**62 + 1, 0, 0])))),
    "id below -1": ("column.out_of_range", of(with_orders(customer=ints([-4, 0, 0])))),
    "code below -1": ("column.out_of_range", of(with_orders(channel=ints([-2, 0, 0])))),
    "code too large": ("column.out_of_range", of(with_orders(channel=ints([2**31, 0, 0])))),
    "flag of 2": ("column.out_of_range", of(with_orders(valid=ints([2, 0, 0])))),
    "rows that are none": ("value.wrong_kind", of([ROWS])),
    "family that is none": ("value.wrong_kind", of({"orders": [1], "refunds": {}})),
    "measure twice": ("value.repeated", lambda: a_spec(GROSS, GROSS)),
    "measure called as the dimension": ("value.repeated", lambda: a_spec(measure("channel", Kind.ROWS))),
    "measure called as the period": ("value.repeated", lambda: a_spec(measure("week", Kind.ROWS))),
    "no measures": ("value.out_of_range", lambda: evolve(SPEC, measures=())),
    "rows of a column": ("value.wrong_kind", lambda: measure("rows", Kind.ROWS, "gross")),
    "sum of nothing": ("value.wrong_kind", lambda: measure("sum", Kind.SUM)),
    "share of 0": ("value.out_of_range", lambda: measure("q", Kind.QUANTILE, "gross", share=Fraction(0))),
    "share above 1": ("value.out_of_range", lambda: measure("q", Kind.QUANTILE, "gross", share=Fraction(3, 2))),
    "share too fine": ("value.out_of_range", lambda: measure("q", Kind.QUANTILE, "gross", share=Fraction(1, 10**6))),
    "share as a float": ("value.wrong_kind", lambda: measure("q", Kind.QUANTILE, "x", share=cast("Any", 0.5))),
    "too many periods": ("value.out_of_range", lambda: Summary.of(ROWS, evolve(SPEC, observed=AGES), BY.part(0))),
}


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_it_is_refused_by_code(name: str) -> None:
    """Each refusal has its code, and says so in both languages."""
    code, make = REFUSALS[name]
    with pytest.raises(DomainError) as refused:
        make()
    assert refused.value.code == code
    assert refused.value.message("zh") != refused.value.message("en")


def heavy(number: int) -> Summary:
    """Return a part whose amounts are more than half of what a sum holds, and cancel out."""
    gross = ints([2**60 + 2**30 + 1, -(2**60) - 2**30 - 1, 0])
    orders = with_orders(customer=ints([number] * 3), gross=gross)
    return Summary.of(orders, SPEC, BY.part(number))


def test_first_wrong_row_is_named() -> None:
    """The refusal says which row it is and where it belongs."""
    with pytest.raises(DomainError, match="row 2 of orders belongs to part 1 by its customer"):
        of(with_orders(customer=ints([0, 3, 7])))()


def test_sums_are_refused_however_the_rows_were_divided() -> None:
    """What is too much at once is too much in parts, also when the amounts cancel out."""
    with pytest.raises(DomainError, match="without their signs"):
        heavy(0).merge(heavy(1), heavy(2))
    with pytest.raises(DomainError, match="without their signs"):
        heavy(0).merge(heavy(1).merge(heavy(2)))
    assert heavy(0).contents.weights == (2**61 + 2**31 + 2, 0)


def test_what_summaries_are_made_of_is_of_its_kind() -> None:
    """A text is no specification, and a number is no part."""
    for wrong in others():
        calls: list[tuple[Callable[..., object], tuple[Any, ...]]] = [
            (Summary.of, (ROWS, wrong, BY.part(0))),
            (Summary.of, (ROWS, SPEC, wrong)),
            (Summary.empty, (wrong, BY.part(0))),
            (Summary.empty, (SPEC, wrong)),
            (part(0).merge, (wrong,)),
        ]
        for call, given in calls:
            with pytest.raises(WrongKind):
                call(*given)
        with pytest.raises(WrongKind):
            Summary(contents=wrong)


def test_description_is_plain_and_leaves_defaults_out() -> None:
    """What is compared and stored has no default in it, so that a field with one can be added later."""
    assert SPEC.description["definition"] == {"new_after": 7 * 86_400_000_000}
    assert SPEC.description["calendar"] == {"timezone": "Europe/Berlin", "day_start": "04:00"}
    assert SPEC.description["measures"][0] == {
        "key": "gross_sales",
        "unit": {"powers": [["money", 1]]},
        "kind": "sum",
        "column": "gross",
    }
    assert "by" not in SPEC.description
    assert plain(Fraction(9, 10)) == "9/10"
