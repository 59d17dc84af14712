"""Mix and rate: complete, all mix for what is new or gone, against the mean rate, nested over dimensions."""

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import BadText, Currency, DomainError, OutOfRange, Repeated, Text, WrongKind
from ecomops.metrics import MONEY
from ecomops.metrics.explaining import (
    MixAndRate,
    NegativeWeight,
    NothingToCompare,
    UnevenPaths,
    ZeroDenominator,
    mix_and_rate,
)
from tests.metrics.explaining.by_orders import Held, kitagawa

HELD = st.tuples(st.integers(-99, 99), st.integers(1, 40))
Paths = dict[tuple[str, ...], Held]
WEB = ("web", "tea")
SIDES = st.dictionaries(st.sampled_from("abcdef"), HELD, min_size=1, max_size=5)
PATHS = st.dictionaries(st.tuples(*[st.sampled_from("ab")] * 3), HELD, min_size=1, max_size=6)


@given(SIDES, SIDES)
def test_one_dimension_is_kitagawa(before: dict[str, Held], after: dict[str, Held]) -> None:
    """Each slice has the mix and the rate that the definition gives it."""
    found = mix_and_rate(before, after)
    expected = kitagawa(before, after)
    assert {each.path[0]: (Fraction(*each.mix), Fraction(*each.within)) for each in found.slices} == expected
    assert found.mix == (sum(mix for mix, _ in expected.values()),)
    assert found.rate == sum(rate for _, rate in expected.values())


@pytest.mark.parametrize("unit", [MONEY, MONEY / MONEY], ids=str)
@given(PATHS, PATHS)
def test_nested_slices_add_up(unit: object, before: Paths, after: Paths) -> None:
    """Exactly and in whole steps: mixes and rates to the change, slices to mixes and rates, inner to outer slices."""
    found = mix_and_rate(before, after, unit=unit)  # type: ignore[arg-type]
    assert sum(found.mix) + found.rate == found.change
    assert found.steps == found.scale.rounded(found.change)
    for depth, (steps, exact) in enumerate(zip(found.mix_steps, found.mix, strict=True), start=1):
        level = [each for each in found.slices if len(each.path) == depth]
        assert sum(each.mix_steps for each in level) == steps
        assert sum(Fraction(*each.mix) for each in level) == exact
        assert abs(steps - exact * found.scale.steps) < 1
    inner = [each for each in found.slices if each.innermost]
    assert sum(each.within_steps for each in inner) == found.rate_steps
    assert sum(Fraction(*each.within) for each in inner) == found.rate
    for outer in found.slices:
        inside = [each for each in found.slices if len(each.path) > len(outer.path) and each.path[:-1] == outer.path]
        if not outer.innermost:
            assert sum(each.exact for each in inside) == Fraction(*outer.within)
            assert sum(each.steps for each in inside) == outer.within_steps
    assert sum(each.exact for each in found.drivers) == found.change


@given(PATHS, PATHS, st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_way_of_time_matters(before: Paths, after: Paths, random: Random) -> None:
    """Slices in another order give the same; swapped sides swap every sign."""
    there = mix_and_rate(before, after, unit=MONEY)
    rows = list(before.items())
    random.shuffle(rows)
    assert mix_and_rate(dict(rows), after, unit=MONEY) == there
    back = mix_and_rate(after, before, unit=MONEY)
    assert back.mix_steps == tuple(-steps for steps in there.mix_steps)
    assert back.rate_steps == -there.rate_steps
    for one, other in zip(there.slices, back.slices, strict=True):
        assert (one.path, one.exact, one.mix_steps, one.within_steps) == (
            other.path,
            -other.exact,
            -other.mix_steps,
            -other.within_steps,
        )


def parts(found: MixAndRate) -> dict[str, tuple[int, int]]:
    """Return mix and rate of each slice in millionths."""
    return {" ".join(each.path): (each.mix_steps, each.within_steps) for each in found.slices}


def test_more_of_what_is_better_than_the_mean_raises() -> None:
    """Although the share of the worse slice fell as far, both raise the whole: neither has changed itself."""
    found = mix_and_rate({"app": (50, 1000), "web": (20, 1000)}, {"app": (75, 1500), "web": (10, 500)})
    assert parts(found) == {"app": (2813, 0), "web": (4687, 0)}


def test_unchanged_slices_have_no_part() -> None:
    """Exactly zero, whatever the others do."""
    found = mix_and_rate({"a": (1, 10), "b": (2, 10)}, {"a": (1, 10), "b": (5, 10)})
    assert parts(found) == {"a": (0, 0), "b": (0, 150000)}


def test_new_and_vanished_slices_are_all_mix() -> None:
    """There is no rate to compare with."""
    found = mix_and_rate({"a": (1, 10), "old": (8, 10)}, {"a": (1, 10), "new": (5, 10)})
    assert {name: rate for name, (_, rate) in parts(found).items()} == {"a": 0, "new": 0, "old": 0}
    assert found.rate == 0
    rows = {row["path"][0]: row for row in found.to_rows()}  # type: ignore[index]
    assert (rows["old"]["after"], rows["new"]["before"], rows["new"]["weight_after"]) == (None, None, 10)


def test_slices_that_weigh_nothing_are_not_there() -> None:
    """On one side or on both; what they would be part of may be there."""
    found = mix_and_rate({"a": (1, 10), "b": (0, 0)}, {"a": (2, 10), "c": (0, 0)})
    assert parts(found) == {"a": (0, 100000), "b": (0, 0), "c": (0, 0)}


def test_within_a_new_slice_nothing_is_told_again() -> None:
    """Its mix stands once, at the outermost level at which it is new."""
    before: Paths = {("a", "x"): (1, 10)}
    found = mix_and_rate(before, before | {("b", "x"): (8, 10), ("b", "y"): (9, 10)})
    assert {name for name, both in parts(found).items() if both != (0, 0)} == {"b", "a"}


def test_words_in_both_languages() -> None:
    """Mix by dimension, rates, then the outermost slices, the largest first."""
    before: Paths = {("web", "tea"): (90000, 30), ("app", "tea"): (60000, 30), ("app", "cup"): (8000, 8)}
    after: Paths = {("web", "tea"): (64000, 20), ("app", "tea"): (126000, 60), ("shop", "cup"): (3000, 2)}
    found = mix_and_rate(
        before,
        after,
        dimensions=("channel", "category"),
        unit=MONEY,
        currency=Currency.CNY,
        name=Text("average order value", "客单价"),
    )
    assert repr(found).splitlines()[0] == "average order value: 23.24 -> 23.54, +0.30 (1.3 %)"
    assert [line.split("  ")[2] for line in repr(found).splitlines()[1:4]] == [
        "mix by channel",
        "mix by category",
        "rates of the slices",
    ]
    assert found.words("zh").splitlines()[2].endswith("category的结构")
    assert "app：17.89 → 21.00（结构 " in found.words("zh")
    assert found.to_rows()[0]["unit"] == "money"
    assert "within" in found.to_rows()[0]
    assert "rate" in found.to_rows()[1]


ONE: Mapping[str, Held] = {"a": (1, 2)}
REFUSED: dict[str, tuple[dict[str, object], type[DomainError], str]] = {
    "no mapping": ({"before": [("a", 1)]}, WrongKind, "mix_and_rate.before must be mapping"),
    "no name": ({"after": {3: (1, 2)}}, WrongKind, "mix_and_rate.slice must be str or tuple of str, not int"),
    "an empty path": ({"after": {(): (1, 2)}}, WrongKind, "slice"),
    "half a path": ({"after": {("a", 1): (1, 2)}}, WrongKind, "slice"),
    "an empty name": ({"after": {"": (1, 2)}}, BadText, "slice"),
    "a float": ({"after": {"a": (1.0, 2)}}, WrongKind, r"mix_and_rate\[a\] must be pair of int"),
    "no pair": ({"after": {"a": 3}}, WrongKind, "pair of int"),
    "no slices": ({"before": {}, "after": {}}, OutOfRange, "mix_and_rate must be from 1"),
    "uneven paths": ({"after": {("a", "b"): (1, 2)}}, UnevenPaths, "a / b is named by 2 dimensions, not by 1"),
    "a negative weight": ({"after": {"a": (1, -2)}}, NegativeWeight, "a weighs less than nothing after"),
    "something over nothing": ({"before": {"a": (1, 0)}}, ZeroDenominator, "a divides something by zero before"),
    "an empty side": ({"before": {"a": (0, 0)}}, NothingToCompare, "all slices weigh nothing before"),
    "the other empty side": ({"after": {}}, NothingToCompare, "all slices weigh nothing after"),
    "one text for dimensions": ({"dimensions": "a"}, WrongKind, "mix_and_rate.dimensions"),
    "numbers for dimensions": ({"dimensions": (1,)}, WrongKind, "mix_and_rate.dimensions"),
    "no sequence of dimensions": ({"dimensions": 1}, WrongKind, "mix_and_rate.dimensions"),
    "too many dimensions": ({"dimensions": ("a", "b")}, OutOfRange, "mix_and_rate.dimensions must be from 1 to 1"),
    "a dimension twice": (
        {"before": {WEB: (1, 2)}, "after": {WEB: (1, 2)}, "dimensions": ("a", "a")},
        Repeated,
        "mix_and_rate.dimensions",
    ),
    "no text": ({"name": "rate"}, WrongKind, "mix_and_rate.name"),
}


@pytest.mark.parametrize(("given", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(given: dict[str, object], kind: type[DomainError], words: str) -> None:
    """With the slice and the side at fault."""
    sides = {"before": ONE, "after": ONE} | given
    with pytest.raises(kind, match=words):
        mix_and_rate(**sides)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"path": ()}, {"before": (1, -2)}, {"mix": (1, 0)}], ids=str)
def test_slices_check_their_fields(wrong: dict[str, object]) -> None:
    """A path has a name, weights are not negative, ratios have a denominator."""
    found = mix_and_rate(ONE, ONE).slices[0]
    with pytest.raises(WrongKind, match=f"Slice.{next(iter(wrong))}"):
        evolve(found, **wrong)  # type: ignore[arg-type]
