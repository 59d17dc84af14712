"""A funnel against a benchmark: each step answers for its own rate, all together for what is missing at the end."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError, OutOfRange, Text, WrongKind
from ecomops.metrics.explaining import FigureMissing, NoValue, StepGrows, funnel_gap

FUNNEL = {"visit": 10000, "cart": 900, "order": 300, "paid": 240}
BENCHMARK = {"cart": (8, 100), "order": (4, 10), "paid": (9, 10)}


def test_bottleneck_is_the_step_that_costs_most() -> None:
    """Not the one with the lowest rate, which is the cart: it is better than the benchmark."""
    gap = funnel_gap(FUNNEL, BENCHMARK)
    assert [int(gap.before), int(gap.after)] == [288, 240]
    assert gap.bottleneck is not None
    assert gap.bottleneck.key == "order"
    assert gap.parts[0].exact == 0


def test_what_it_costs_in_money() -> None:
    """With what one at the end is worth, in both languages."""
    names = {"paid": Text("paid orders", "付款订单"), "order": Text("orders", "下单")}
    gap = funnel_gap(FUNNEL, BENCHMARK, worth=9900, currency=Currency.CNY, names=names)
    assert gap.words("zh").splitlines()[:2] == [
        "付款订单与基准相比：28,512.00 → 23,760.00，-4,752.00（-16.7 %）",
        "  -4,763.00  下单：0.4000 → 0.3333（占变化的 100.2 %）",
    ]
    assert repr(gap).startswith("paid orders against the benchmark: 28,512.00 -> 23,760.00")


@given(st.lists(st.integers(0, 500), min_size=2, max_size=6), st.data())
def test_steps_add_up_to_what_is_missing(counts: list[int], data: st.DataObject) -> None:
    """Whatever the funnel: a step at the benchmark costs nothing."""
    reached = sorted(counts, reverse=True)
    funnel = {f"s{number}": count for number, count in enumerate(reached)}
    rates = {step: Fraction(data.draw(st.integers(0, 20)), 20) for step in list(funnel)[1:]}
    gap = funnel_gap(funnel, rates)
    assert sum(part.exact for part in gap.parts) == gap.change
    assert gap.after == reached[-1]
    own = {step: (funnel[step], funnel[before]) for before, step in zip(funnel, list(funnel)[1:], strict=False)}
    if all(entered for _, entered in own.values()):
        assert funnel_gap(funnel, own).bottleneck is None


def test_step_into_which_nothing_came_costs_nothing() -> None:
    """It has no rate of its own."""
    gap = funnel_gap({"visit": 100, "cart": 0, "paid": 0}, {"cart": (1, 10), "paid": (1, 2)})
    assert {part.key: part.steps for part in gap.parts} == {"visit": 0, "cart": -5_000_000, "paid": 0}


REFUSED: dict[str, tuple[object, object, type[DomainError], str]] = {
    "no mapping": ([1, 2], {}, WrongKind, "funnel_gap.funnel"),
    "no benchmark": (FUNNEL, None, WrongKind, "funnel_gap.benchmark"),
    "a float": ({"a": 1.0, "b": 1}, {"b": 1}, WrongKind, "mapping of int, not float"),
    "one step": ({"a": 1}, {}, OutOfRange, "funnel_gap.funnel"),
    "fewer than none": ({"a": -1, "b": -2}, {"b": 1}, OutOfRange, "funnel_gap.funnel"),
    "a step that grows": ({"a": 1, "b": 2}, {"b": 1}, StepGrows, "b lets through 2 of 1"),
    "a step below nothing": ({"a": 1, "b": -2}, {"b": 1}, StepGrows, "b lets through -2 of 1"),
    "no rate of a step": (FUNNEL, {"cart": (1, 2)}, FigureMissing, "the side before has no figure order"),
    "a rate of no step": ({"a": 2, "b": 1}, {"b": 1, "c": 1}, FigureMissing, "the side after has no figure c"),
    "a rate of the first": ({"a": 2, "b": 1}, {"a": 1, "b": 1}, FigureMissing, "the side after has no figure a"),
    "no rate at all": ({"a": 2, "b": 0, "c": 0}, {"b": (1, 2), "c": None}, NoValue, "c has no value before, after"),
}


@pytest.mark.parametrize(("funnel", "benchmark", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(funnel: object, benchmark: object, kind: type[DomainError], words: str) -> None:
    """With the step at fault."""
    with pytest.raises(kind, match=words):
        funnel_gap(funnel, benchmark)  # type: ignore[arg-type]
