"""Cleaning says what it did: rows and money before and after, and the same as polars would have done it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import CannotHoldSum, Uneven, WrongColumn
from ecomops.kernel import DomainError, OutOfRange, Repeated, Rounding, Text, UnknownZone, WrongKind, divide
from ecomops.metrics.intake import (
    Among,
    Attached,
    Cleaning,
    Conflict,
    Contradicting,
    Deduplicated,
    Disputed,
    Every,
    NoSuchColumn,
    NotExact,
    Other,
    Outcome,
    Recoded,
    Rescaled,
    Within,
    Without,
    Zoned,
    clean,
    without_service_lines,
    without_test_orders,
)
from ecomops.metrics.intake.predicates import Sheet
from ecomops.metrics.intake.scaling import residual, scaled
from tests.metrics.intake.test_clocks import shown
from tests.metrics.shops import ints

ROWS = {
    "order": ints(1, 2, 2, 3, 4),
    "customer": ints(0, 1, 1, 9, -1),
    "sku": ints(5, 6, 6, -1, 5),
    "unit": ints(0, 1, 1, 0, 0),
    "quantity": ints(1, 2000, 2000, 0, 3),
    "gross": ints(100, 250, 250, 60, 40),
}
LINES = Text("lines", "行")


def test_every_step_tells_what_it_did() -> None:
    """A copy, a test order, a service line and a unit: rows and money add up from step to step."""
    steps = (
        Deduplicated(key=("order",)),
        without_test_orders((9,)),
        without_service_lines(),
        Rescaled(column="quantity", by=Fraction(1, 1000), where=Among("unit", (1,))),
        Recoded(column="unit", to=0, where=Among("unit", (1,))),
    )
    cleaned = clean(ROWS, steps, money=("gross",))
    assert {name: values.tolist() for name, values in cleaned.columns.items()} == {
        "order": [1, 2, 4],
        "customer": [0, 1, -1],
        "sku": [5, 6, 5],
        "unit": [0, 0, 0],
        "quantity": [1, 2, 3],
        "gross": [100, 250, 40],
    }
    assert [(change.removed, change.changed, change.moved["gross"]) for change in cleaned.changes] == [
        (1, 0, -250),
        (1, 0, -60),
        (0, 0, 0),
        (0, 1, 0),
        (0, 1, 0),
    ]
    assert cleaned.text.en.splitlines()[:2] == [
        "duplicates: 1 rows left out, 0 changed; gross -250",
        "test orders: 1 rows left out, 0 changed; gross -60",
    ]
    assert cleaned.text.zh.splitlines()[0] == "重复行：剔除 1 行，修改 0 行；gross -250"
    assert cleaned.to_rows()[0] == {
        "step": "duplicates",
        "rows_before": 5,
        "rows_after": 4,
        "removed": 1,
        "changed": 0,
        "gross_before": 700,
        "gross_after": 450,
        "gross_moved": -250,
        "notes": [],
    }
    with pytest.raises(ValueError, match="read-only"):
        cleaned.columns["gross"][0] = 1


def test_nothing_to_clean_is_fine() -> None:
    """No step, no row, no column."""
    assert clean({}, ()).columns == {}
    none = {name: values[:0] for name, values in ROWS.items()}
    steps = (Deduplicated(key=("order", "sku")), without_service_lines(), Rescaled(column="gross", by=Fraction(2)))
    cleaned = clean(none, (*steps, Zoned(column="order", zone="UTC")), money=("gross",))
    assert [change.rows_before for change in cleaned.changes] == [0] * 4
    assert clean({}, (without_service_lines(),) * 0).text.en == ""


# --- duplicates ------------------------------------------------------------------------------------------------------

FEW = st.lists(st.tuples(*[st.integers(0, 2)] * 3), max_size=20)


@given(rows=FEW, conflict=st.sampled_from(Conflict))
def test_duplicates_are_those_of_polars(rows: list[tuple[int, ...]], conflict: Conflict) -> None:
    """Copies first, then one row a key: the first or the last that differs; or all contradictions are refused."""
    frame = pl.DataFrame(rows, schema={"a": pl.Int64, "b": pl.Int64, "c": pl.Int64}, orient="row")
    columns = {name: frame[name].to_numpy() for name in frame.columns}
    step = Deduplicated(key=("a", "b"), conflict=conflict)
    once = frame.unique(maintain_order=True, keep="first")
    expected = once.unique(["a", "b"], maintain_order=True, keep="last" if conflict is Conflict.LAST else "first")
    if conflict is Conflict.REFUSED and expected.height < once.height:
        with pytest.raises(Contradicting) as refused:
            step.apply(columns)
        first, second = frame.row(refused.value.first), frame.row(refused.value.second)
        assert first[:2] == second[:2]
        assert first != second
        assert refused.value.context["rows"] == once.height - expected.height
    else:
        outcome = step.apply(columns)
        assert list(zip(*(values.tolist() for values in outcome.columns.values()), strict=True)) == expected.rows()
        assert len(outcome.notes) == (expected.height < once.height)


def test_when_a_row_arrived_makes_it_no_other_row() -> None:
    """Columns may be ignored; which of the contradicting rows are right is told."""
    rows = {"order": ints(1, 1), "arrived_at": ints(5, 6)}
    with pytest.raises(Contradicting, match="rows 0 and 1 have the same order"):
        clean(rows, (Deduplicated(key=("order",)),))
    assert clean(rows, (Deduplicated(key=("order",), ignoring=("arrived_at",)),)).columns["arrived_at"].tolist() == [5]
    last = clean(rows, (Deduplicated(key=("order",), conflict=Conflict.LAST),))
    assert (last.columns["arrived_at"].tolist(), last.changes[0].notes[0].en) == (
        [6],
        "1 of them contradicted another one",
    )
    assert last.changes[0].text.zh.endswith("其中 1 行与其他行矛盾")


# --- the other steps -------------------------------------------------------------------------------------------------


def test_predicates_are_composed() -> None:
    """Some values, a range, several conditions, and the others."""
    big = Every((Within(column="gross", least=50, most=200), Other(Among("customer", (9,)))))
    assert big.of(ROWS).tolist() == [True, False, False, False, False]
    assert clean(ROWS, (Without(where=Other(big), name=LINES),)).columns["order"].tolist() == [1]
    assert Within(column="gross").of(ROWS).all()


def test_lines_of_orders_that_are_gone_are_left_out() -> None:
    """What belongs to a test order is told as money too."""
    orders = clean({"id": ints(1, 2), "customer": ints(0, 9)}, (without_test_orders((9,)),))
    lines = clean(
        {"order": ints(1, 1, 2), "net": ints(5, 6, 7)},
        (Attached(column="order", to=orders.columns["id"]),),
        money=("net",),
    )
    assert (lines.columns["net"].tolist(), lines.changes[0].moved) == ([5, 6], {"net": -7})


def test_units_must_come_out_whole_or_be_rounded_by_name() -> None:
    """What rounding takes is told."""
    with pytest.raises(NotExact, match="row 1"):
        clean({"grams": ints(2000, 1500)}, (Rescaled(column="grams", by=Fraction(1, 1000)),))
    half = clean(
        {"grams": ints(2000, 1500, 100)},
        (Rescaled(column="grams", by=Fraction(1, 1000), rounding=Rounding.HALF_UP),),
        money=("grams",),
    )
    assert (half.columns["grams"].tolist(), half.changes[0].changed, half.changes[0].moved["grams"]) == (
        [2, 2, 0],
        3,
        -3596,
    )
    assert half.changes[0].notes[0].en == "-2/5 of grams was rounded off"


def test_times_on_the_wall_become_instants() -> None:
    """How many were disputed is told."""
    rows = {"at": shown("2026-10-25T02:30:00", "2026-03-29T02:30:00", "2026-06-15T12:00:00")}
    made = clean(rows, (Zoned(column="at", zone="Europe/Berlin", disputed=Disputed.EARLIER),))
    assert (
        made.columns["at"].tolist()
        == shown("2026-10-25T00:30:00", "2026-03-29T00:30:00", "2026-06-15T10:00:00").tolist()
    )
    assert made.changes[0].notes[0].en == "1 times came twice, 1 never: earlier taken"
    sure = clean({"at": rows["at"][2:]}, (Zoned(column="at", zone="Europe/Berlin"),))
    assert sure.changes[0].notes == ()


@frozen
class Halved:
    """A step of a host."""

    name: Text = LINES

    def apply(self, columns: Sheet) -> Outcome:
        """Return the columns, one of them cut short."""
        return Outcome(columns={**columns, "gross": columns["gross"][:1]})


WRONG: dict[str, tuple[Callable[[], object], type[DomainError]]] = {
    "floats": (lambda: clean({"a": np.array([1.5])}, ()), WrongColumn),
    "a list": (lambda: clean({"a": [1]}, ()), WrongColumn),
    "uneven": (lambda: clean({"a": ints(1), "b": ints()}, ()), Uneven),
    "a host's step that makes it uneven": (lambda: clean(ROWS, (Halved(),)), Uneven),
    "money that is not there": (lambda: clean(ROWS, (), money=("net",)), NoSuchColumn),
    "money twice": (lambda: clean(ROWS, (), money=("gross", "gross")), Repeated),
    "money beyond 64 bits": (lambda: clean({"a": ints(2**62, 2**62)}, (), money=("a",)), CannotHoldSum),
    "no step": (lambda: clean(ROWS, ("dedupe",)), WrongKind),  # type: ignore[arg-type]
    "a key that is not there": (lambda: clean(ROWS, (Deduplicated(key=("id",)),)), NoSuchColumn),
    "rows that are not there": (lambda: clean(ROWS, (Without(where=Among("id", (1,)), name=LINES),)), NoSuchColumn),
    "a range that is not there": (lambda: clean(ROWS, (Without(where=Within(column="id"), name=LINES),)), NoSuchColumn),
    "an owner that is not there": (lambda: clean(ROWS, (Attached(column="id", to=ints()),)), NoSuchColumn),
    "a unit that is not there": (lambda: clean(ROWS, (Rescaled(column="id", by=Fraction(1)),)), NoSuchColumn),
    "a code that is not there": (
        lambda: clean(ROWS, (Recoded(column="id", to=1, where=Among("sku", ())),)),
        NoSuchColumn,
    ),
    "a time that is not there": (lambda: clean(ROWS, (Zoned(column="id", zone="UTC"),)), NoSuchColumn),
    "a zone that is none": (lambda: clean(ROWS, (Zoned(column="order", zone="Mars/Base"),)), UnknownZone),
    "no key": (lambda: Deduplicated(key=()), OutOfRange),
    "no conflict": (lambda: Deduplicated(key=("a",), conflict="first"), WrongKind),  # type: ignore[arg-type]
    "a float factor": (lambda: Rescaled(column="a", by=0.001), WrongKind),  # type: ignore[arg-type]
    "no factor": (lambda: Rescaled(column="a", by=Fraction(0)), OutOfRange),
    "a factor without end": (lambda: Rescaled(column="a", by=Fraction(1, 10**13)), OutOfRange),
    "no owners": (lambda: Attached(column="a", to=[1]), WrongColumn),  # type: ignore[arg-type]
    "no condition": (lambda: Every(()), OutOfRange),
    "a condition that is none": (lambda: Without(where="sku", name=LINES), WrongKind),  # type: ignore[arg-type]
    "another's values": (lambda: Among("a", (1.5,)), WrongKind),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_refused(case: str) -> None:
    """By name."""
    wrong, refusal = WRONG[case]
    with pytest.raises(refusal):
        wrong()
    assert isinstance(Halved(), Cleaning)


# --- exact fractions -------------------------------------------------------------------------------------------------

RATES = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6) | st.sampled_from(
    [Fraction(1, 2), Fraction(2, 3), Fraction(10**30 + 1, 10**30), Fraction(1)]
)


@given(
    pairs=st.lists(st.tuples(st.integers(-(10**9), 10**9) | st.integers(-5, 5), st.integers(0, 2)), max_size=20),
    rates=st.lists(RATES, min_size=3, max_size=3),
    rounding=st.sampled_from(Rounding),
)
def test_amounts_are_rounded_as_by_the_kernel(
    pairs: list[tuple[int, int]], rates: list[Fraction], rounding: Rounding
) -> None:
    """One by one, for every rule; what is lost is the exact sum less the sum of what is there."""
    values, which = ints(*(value for value, _ in pairs)), ints(*(place for _, place in pairs))
    made = scaled(values, rates, which, rounding)
    exact = [(value * rates[place].numerator, rates[place].denominator) for value, place in pairs]
    assert made.tolist() == [divide(above, below, rounding) for above, below in exact]
    lost = sum((Fraction(above, below) for above, below in exact), start=Fraction(0)) - sum(made.tolist())
    assert residual(values, rates, which, made, name="net") == lost


@pytest.mark.parametrize("rounding", Rounding)
def test_ties_are_rounded_as_by_the_kernel(rounding: Rounding) -> None:
    """On both sides of zero, next to even and odd numbers, and next to a tie."""
    values = list(range(-12, 13))
    made = scaled(ints(*values), (Fraction(1, 4),), ints(*[0] * len(values)), rounding)
    assert made.tolist() == [divide(value, 4, rounding) for value in values]


def test_result_beyond_64_bits_is_refused() -> None:
    """It never wraps round."""
    with pytest.raises(OutOfRange):
        scaled(ints(2**62), [Fraction(4)], ints(0), Rounding.DOWN)
    big: Any = scaled(ints(2**62), [Fraction(3, 2)], ints(0), Rounding.DOWN)
    assert big.tolist() == [3 * 2**61]
