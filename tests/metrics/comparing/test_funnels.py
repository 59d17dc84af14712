"""A funnel narrows; its loss is told by step, and the bottleneck is where most are missing beside a benchmark."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import DomainError, OutOfRange, Repeated, Text, WrongKind
from ecomops.metrics import DEFAULT_DEFINITION, NotInTable, RowMissing
from ecomops.metrics.comparing import Funnel, Step, StepWidens, funnel, funnel_of
from tests.metrics.comparing.tables import a_column, a_table

COUNTS = {"visit": 10_000, "product": 6_000, "cart": 900, "order": 300, "paid": 240}
BENCHMARK = {"product": (1, 2), "cart": (15, 100), "order": (4, 10), "paid": (9, 10)}


def test_loss_of_each_step() -> None:
    """How many reach it, are lost at it, and which share of the step before goes on."""
    found = funnel(COUNTS)
    assert [(step.count, step.lost, step.rate) for step in found.steps[1:]] == [
        (6_000, 4_000, Fraction(3, 5)),
        (900, 5_100, Fraction(3, 20)),
        (300, 600, Fraction(1, 3)),
        (240, 60, Fraction(4, 5)),
    ]
    assert found.largest_loss.key == "cart"
    assert found.through == Fraction(240, 10_000)
    assert found.to_rows()[0] == {"step": "visit", "count": 10_000, "lost": 0, "rate": None}
    assert found.to_rows()[3] == {"step": "order", "count": 300, "lost": 600, "rate": 1 / 3}


def test_bottleneck_is_not_the_largest_loss() -> None:
    """Everybody loses most before the cart; here most are missing among those who order."""
    found = funnel(COUNTS)
    assert [(gap.step.key, gap.missing) for gap in found.gaps(BENCHMARK)] == [
        ("order", Fraction(60)),
        ("paid", Fraction(30)),
        ("cart", Fraction(0)),
        ("product", Fraction(-1_000)),
    ]
    gap = found.bottleneck(BENCHMARK)
    assert gap is not None
    assert (gap.step.key, gap.benchmark) == ("order", Fraction(2, 5))
    assert found.bottleneck({"product": Fraction(1, 2)}) is None
    assert found.bottleneck({}) is None


def test_equal_gaps_stand_in_the_order_of_the_steps() -> None:
    """Whatever the order of the benchmark."""
    found = funnel({"a": 100, "b": 100, "c": 100})
    assert [gap.step.key for gap in found.gaps({"c": (1, 1), "b": (1, 1)})] == ["b", "c"]


def test_nobody_came() -> None:
    """A step into which nobody came has no rate and misses nobody."""
    found = funnel({"visit": 0, "paid": 0})
    assert (found.steps[1].rate, found.through, found.bottleneck({"paid": (1, 2)})) == (None, None, None)
    assert found.words() == "visit 0\n  paid 0 (-, lost 0)"


def test_words() -> None:
    """In both languages."""
    names = {"visit": Text("visits", "访问"), "paid": Text("paid", "支付")}
    found = funnel({"visit": 2_000, "paid": 100}, names=names)
    assert found.words("zh") == "访问 2,000\n  支付 100（5.0%，流失 1,900）"
    assert repr(found) == "visits 2,000\n  paid 100 (5.0%, lost 1,900)"


def test_columns_of_a_row_make_a_funnel() -> None:
    """With their names and the definition of the table."""
    table = a_table(a_column([9, 8], key="visits"), a_column([3, 4], key="carts"), a_column([1, 2], key="paid"))
    found = funnel_of(table, row=1)
    assert ([step.count for step in found.steps], found.definition) == ([8, 4, 2], DEFAULT_DEFINITION)
    assert found.steps[2].name.zh == "paid名"
    assert [step.key for step in funnel_of(table, ("visits", "paid")).steps] == ["visits", "paid"]


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=6))
def test_losses_add_up(counts: list[int]) -> None:
    """What comes in is what goes through and what is lost."""
    found = funnel({f"s{place}": count for place, count in enumerate(sorted(counts, reverse=True))})
    assert sum(step.lost for step in found.steps[1:]) + found.steps[-1].count == found.steps[0].count
    assert found.largest_loss.lost == max(step.lost for step in found.steps[1:])


A, B = Step(key="a", name=Text("a", "a"), count=2, entered=2), Step(key="b", name=Text("b", "b"), count=1, entered=1)
TABLE = a_table(a_column([2]), a_column([None], key="gap"), a_column([0.5], key="rate"))
REFUSED: dict[str, tuple[Callable[[], object], type[DomainError], str]] = {
    "no mapping": (lambda: funnel([2, 1]), WrongKind, "funnel.counts"),  # type: ignore[arg-type]
    "one step": (lambda: funnel({"a": 1}), OutOfRange, "Funnel.steps"),
    "a step that widens": (lambda: funnel({"a": 1, "b": 2}), StepWidens, "b: 2 of 1"),
    "fewer than none": (lambda: funnel({"a": 1, "b": -1}), OutOfRange, "Step.count"),
    "names that are none": (lambda: funnel({"a": 2, "b": 1}, names=5), WrongKind, "funnel.names"),  # type: ignore[arg-type]
    "a share": (lambda: funnel({"a": 1, "b": 0.5}), WrongKind, "Step.count"),  # type: ignore[dict-item]
    "another step before": (lambda: Funnel(steps=(A, B)), StepWidens, "b: 1 of 2"),
    "a step twice": (
        lambda: Funnel(steps=(A, A)),
        Repeated,
        "Funnel.steps",
    ),
    "no benchmark": (lambda: funnel(COUNTS).gaps(3), WrongKind, "Funnel.benchmark"),  # type: ignore[arg-type]
    "a benchmark of no step": (lambda: funnel(COUNTS).gaps({"share": (1, 2)}), NotInTable, "share"),
    "a benchmark of the first": (lambda: funnel(COUNTS).gaps({"visit": (1, 2)}), NotInTable, "visit"),
    "a float": (lambda: funnel(COUNTS).gaps({"paid": 0.5}), WrongKind, "Funnel.benchmark"),  # type: ignore[dict-item]
    "a pair of true": (lambda: funnel(COUNTS).gaps({"paid": (True, 2)}), WrongKind, "Funnel.benchmark"),
    "more than all": (lambda: funnel(COUNTS).gaps({"paid": (3, 2)}), OutOfRange, "Funnel.benchmark"),
    "over nothing": (lambda: funnel(COUNTS).gaps({"paid": (0, 0)}), OutOfRange, "Funnel.benchmark"),
    "no table": (lambda: funnel_of({}), WrongKind, "funnel_of.table"),  # type: ignore[arg-type]
    "no row": (lambda: funnel_of(TABLE, row=1), RowMissing, "no row 1"),
    "a row that is true": (lambda: funnel_of(TABLE, row=True), WrongKind, "funnel_of.row"),
    "a gap": (lambda: funnel_of(TABLE, ("sales", "gap")), WrongKind, "funnel_of.gap"),
    "a rate": (lambda: funnel_of(TABLE, ("sales", "rate")), WrongKind, "funnel_of.rate"),
}


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable[[], object], kind: type[DomainError], words: str) -> None:
    """By the step at fault."""
    with pytest.raises(kind, match=words):
        call()
