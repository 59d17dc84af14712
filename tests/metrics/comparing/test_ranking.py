"""Rows are ranked by the direction of a figure, and classed by what the largest of them make up."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import DomainError, OutOfRange, WrongKind
from ecomops.metrics import Additivity, Better, NotAdditive, NotInTable, Reason, Table, compare
from ecomops.metrics.comparing import Against, NotOfOneKind, abc_classes, growth_of, rank
from ecomops.metrics.tables import REST
from tests.metrics.comparing.tables import a_column, a_table, cut


def ranks(table: Table) -> list[float | None]:
    """Return the ranks of a table."""
    return table.column("rank.sales").plain()


def classes(table: Table) -> list[str | int | None]:
    """Return the classes of a table."""
    return table.keys_of_rows[-1].plain()


def test_best_is_first_and_equal_ones_share() -> None:
    """In each period anew; a gap has no rank, and the rest of a table has none."""
    assert ranks(rank(cut(5, 9, 5, 1, 7, None, 3, 2, periods=2), "sales")) == [2, 1, 2, 4, 1, None, 2, 3]
    found = rank(cut(5, 9, 100, codes=(0, 1, REST)), "sales")
    assert ranks(found) == [2, 1, None]
    assert found.why(2, "rank.sales") is Reason.NO_ROWS


def test_less_may_be_better() -> None:
    """Of refunds the smallest is the best."""
    refunds = a_table(a_column([5, 9, 5], better=Better.LOWER), labels=cut(1, 2, 3).labels)
    assert ranks(rank(refunds, "sales")) == [1, 3, 1]


def test_places_risen() -> None:
    """Beside the week before, or another table: up is positive, whoever was not ranked has none."""
    found = rank(cut(5, 9, 1, 3, 2, 8, periods=2), "sales", to=Against.PREVIOUS)
    assert found.column("rank_change.sales").plain() == [None, None, None, 0, -2, 2]
    beside = rank(cut(5, 9, 3), "sales", to=cut(9, 5, codes=(0, 1)))
    assert beside.column("rank_change.sales").plain() == [-1, 1, None]
    assert beside.why(2, "rank_change.sales") is Reason.NO_BASELINE
    gap = rank(cut(5, None), "sales", to=cut(None, 5))
    assert [gap.why(row, "rank_change.sales") for row in (0, 1)] == [Reason.NO_ROWS, Reason.NO_ROWS]


def test_classes_by_share() -> None:
    """The row that crosses a cut is on its better side."""
    assert classes(abc_classes(cut(5, 70, 15, 10), "sales")) == ["C", "A", "A", "B"]
    assert classes(abc_classes(cut(5, 80, 15), "sales")) == ["C", "A", "B"]
    assert classes(abc_classes(cut(60, 30, 10, 0, -5, None), "sales", cuts=(50, 90))) == ["A", "B", "C", "C", "C", None]


def test_the_rest_is_a_part_of_the_whole_and_of_no_class() -> None:
    """Without it the largest would pass for more than they are."""
    assert classes(abc_classes(cut(50, 40, 110, codes=(0, 1, REST)), "sales", cuts=(50,))) == ["A", "A", None]


def test_classes_are_no_dimension() -> None:
    """A row that changed its class is still compared with itself."""
    table = abc_classes(cut(90, 10, 10, 90, periods=2), "sales", cuts=(50,))
    assert classes(table) == ["A", "B", "B", "A"]
    assert compare(table).column(growth_of("sales")).plain()[2] == 10 / 90 - 1
    assert compare(table, to=cut(45, 10, periods=1)).column(growth_of("sales", cut(1))).plain()[0] == 1.0
    assert table.to_rows()[0]["abc.sales"] == "A"


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=30))
def test_classes_hold_what_they_say(values: list[int]) -> None:
    """A reaches 80 %, and not without its smallest row; larger rows are of no worse class."""
    found = classes(abc_classes(cut(*values), "sales"))
    best = sorted((value for value, name in zip(values, found, strict=True) if name == "A"), reverse=True)
    assert 100 * sum(best) >= 80 * sum(values)
    assert not best or 100 * sum(best[:-1]) < 80 * sum(values)
    ordered = [
        str(name) for _, name in sorted(zip(values, found, strict=True), key=lambda pair: (-pair[0], str(pair[1])))
    ]
    assert ordered == sorted(ordered)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8), st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_rank_is_one_more_than_are_better(first: list[int], second: list[int]) -> None:
    """By the naive count."""
    size = min(len(first), len(second))
    found = ranks(rank(cut(*first[:size], *second[:size], periods=2), "sales"))
    weeks = (first[:size], second[:size])
    assert found == [1 + sum(other > value for other in week) for week in weeks for value in week]


REFUSED: dict[str, tuple[Callable[[], object], type[DomainError], str]] = {
    "no table to rank": (lambda: rank([], "sales"), WrongKind, "rank.table"),  # type: ignore[arg-type]
    "no baseline": (lambda: rank(cut(1), "sales", to="before"), WrongKind, "rank.to"),  # type: ignore[arg-type]
    "no such column": (lambda: rank(cut(1), "net"), NotInTable, "net"),
    "a table of other dimensions": (
        lambda: rank(cut(1), "sales", to=a_table(a_column([1]))),
        NotOfOneKind,
        "dimensions",
    ),
    "no table to class": (lambda: abc_classes(None, "sales"), WrongKind, "abc_classes.table"),  # type: ignore[arg-type]
    "classes of ratios": (
        lambda: abc_classes(a_table(a_column([1], additivity=Additivity.RATIO)), "sales"),
        NotAdditive,
        "sales",
    ),
    "cuts that fall": (lambda: abc_classes(cut(1), "sales", cuts=(95, 80)), OutOfRange, "abc_classes.cuts"),
    "equal cuts": (lambda: abc_classes(cut(1), "sales", cuts=(80, 80)), OutOfRange, "abc_classes.cuts"),
    "no cut": (lambda: abc_classes(cut(1), "sales", cuts=()), OutOfRange, "abc_classes.cuts"),
    "a cut at all": (lambda: abc_classes(cut(1), "sales", cuts=(100,)), OutOfRange, "abc_classes.cuts"),
    "a cut at nothing": (lambda: abc_classes(cut(1), "sales", cuts=(0, 80)), OutOfRange, "abc_classes.cuts"),
    "too many cuts": (lambda: abc_classes(cut(1), "sales", cuts=range(1, 7)), OutOfRange, "abc_classes.cuts"),
    "a share as a cut": (lambda: abc_classes(cut(1), "sales", cuts=(0.8,)), WrongKind, "abc_classes.cuts"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable[[], object], kind: type[DomainError], words: str) -> None:
    """By name."""
    with pytest.raises(kind, match=words):
        call()
