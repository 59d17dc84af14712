"""A change in parts: complete to the minor unit, fair, defined where a factor is not, or refused by name."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError, OutOfRange, Repeated, Text, WrongKind
from ecomops.metrics import AOV, BUYERS, GROSS, MONEY, NET, ORDERS, PAID, Constant, Formula
from ecomops.metrics.explaining import (
    Decomposition,
    FigureMissing,
    NotAChain,
    NoValue,
    Undefined,
    ZeroDenominator,
    decompose,
)
from ecomops.metrics.explaining.chains import Figures

KEYS = ["visitors", "conversion", "frequency", "basket", "margin"]
VALUES = st.integers(-99, 99) | st.tuples(st.integers(-99, 999), st.integers(1, 99))
SIDES = st.integers(1, 5).flatmap(
    lambda size: st.tuples(*[st.fixed_dictionaries(dict.fromkeys(KEYS[:size], VALUES))] * 2)
)
BEFORE: Figures = {"orders_valid": 3, "gross_sales": 1000, "discounts": 10, "tax": 0, "buyers": 2}
AFTER: Figures = {"orders_valid": 5, "gross_sales": 1700, "discounts": 10, "tax": 0, "buyers": 4}


def steps(found: Decomposition) -> dict[str, int]:
    """Return the parts in whole steps by factor."""
    return {part.key: part.steps for part in found.parts}


@pytest.mark.parametrize("unit", [MONEY, ORDERS.unit], ids=str)
@given(SIDES)
def test_parts_add_up(unit: object, sides: tuple[Figures, Figures]) -> None:
    """Exactly, and in whole steps: cents of money, millionths of all else."""
    found = decompose(*sides, unit=unit)  # type: ignore[arg-type]
    assert sum(part.exact for part in found.parts) == found.change == found.after - found.before
    assert sum(part.steps for part in found.parts) == found.steps
    assert abs(found.steps - found.change * found.scale.steps) <= Fraction(1, 2)
    assert all(abs(part.steps - part.exact * found.scale.steps) < 1 for part in found.parts)
    assert all(part.steps == 0 for part in found.parts if part.before == part.after)


@given(SIDES)
def test_time_turned_round_turns_every_sign(sides: tuple[Figures, Figures]) -> None:
    """Also of the rounded parts."""
    before, after = sides
    there, back = decompose(before, after, unit=MONEY), decompose(after, before, unit=MONEY)
    assert {part.key: -part.exact for part in there.parts} == {part.key: part.exact for part in back.parts}
    assert {key: -part for key, part in steps(there).items()} == steps(back)
    assert [part.key for part in there.drivers] == [part.key for part in back.drivers]


@given(SIDES, st.randoms(use_true_random=False))
def test_order_of_the_factors_does_not_matter(sides: tuple[Figures, Figures], random: Random) -> None:
    """Nor to who gets the odd cent."""
    before, after = sides
    keys = list(before)
    random.shuffle(keys)
    turned = decompose({key: before[key] for key in keys}, after, unit=MONEY)
    assert steps(turned) == steps(decompose(before, after, unit=MONEY))


def test_drivers_are_told_in_both_languages() -> None:
    """The largest first, from what to what, with its share of the change."""
    found = decompose(
        {"visitors": 1000, "conversion": (20, 1000), "basket": (90000, 20), "tax": 1},
        {"visitors": 1200, "conversion": (36, 1200), "basket": (144000, 36), "tax": 1},
        unit=MONEY,
        currency=Currency.CNY,
        name=Text("paid", "支付金额"),
        names={"conversion": Text("conversion", "转化率")},
    )
    assert [part.key for part in found.drivers] == ["conversion", "visitors", "basket"]
    assert found.bottleneck is not None
    assert (found.bottleneck.key, found.bottleneck.steps) == ("basket", -13834)
    assert found.words("zh").splitlines() == [
        "支付金额：900.00 → 1,440.00，+540.00（60.0 %）",
        "  +466.67  转化率：0.0200 → 0.0300（占变化的 86.4 %）",
        "  +211.67  visitors：1,000 → 1,200（占变化的 39.2 %）",
        "  -138.34  basket：4,500 → 4,000（占变化的 -25.6 %）",
    ]
    assert repr(found).startswith("paid: 900.00 -> 1,440.00, +540.00 (60.0 %)\n  +466.67  conversion: 0.0200")
    assert found.to_rows()[1] == {
        "factor": "conversion",
        "before": 0.02,
        "after": 0.03,
        "part": 46667,
        "share": pytest.approx(0.8641975),
        "unit": "money",
    }


def test_no_change_has_no_drivers() -> None:
    """Nothing over nothing is no share."""
    found = decompose({"a": 3, "b": 4}, {"a": 4, "b": 3})
    assert found.change == 0
    assert (found.to_rows()[0]["share"], steps(found)) == (None, {"a": 3500000, "b": -3500000})
    still = decompose({"a": 3}, {"a": 3})
    assert (still.drivers, still.bottleneck, repr(still)) == ((), None, "the product: 3 -> 3, 0 (0.0 %)")
    assert repr(decompose({"a": 0}, {"a": 3})) == "the product: 0 -> 3, +3 (-)\n  +3  a: 0 -> 3 (100.0 % of the change)"


FORMULAS: list[tuple[Formula, list[str], int, int]] = [
    (BUYERS * (ORDERS / BUYERS) * AOV, ["buyers", "orders_valid / buyers", AOV.key], 990, 1690),
    (AOV, ["paid_amount", "orders_valid"], 330, 338),
    (PAID * 100 / ORDERS, ["paid_amount", "orders_valid"], 33000, 33800),
    (ORDERS * BUYERS, ["orders_valid", "buyers"], 6, 20),
]


@pytest.mark.parametrize(("formula", "factors", "before", "after"), FORMULAS, ids=lambda each: getattr(each, "key", ""))
def test_factors_are_what_stands_between_the_outer_signs(
    formula: Formula, factors: list[str], before: int, after: int
) -> None:
    """A named KPI and what stands in parentheses is one of them, a constant none."""
    found = decompose(BEFORE, AFTER, of=formula)
    assert [part.key for part in found.parts] == factors
    assert [found.before, found.after] == list(map(Fraction, (before, after)))
    assert found.scale.unit == formula.unit
    assert sum(part.exact for part in found.parts) == found.change


def test_divisor_shows_itself_and_works_the_other_way() -> None:
    """More orders for the same money make less for each."""
    found = decompose(BEFORE, {**AFTER, "gross_sales": 1000}, of=AOV, currency=Currency.CNY)
    assert repr(found).splitlines() == [
        "average order value: 3.3000 -> 1.9800, -1.3200 (-40.0 %)",
        "  -1.3200  valid orders: 3 -> 5 (100.0 % of the change)",
    ]


def test_figure_given_under_the_key_of_a_kpi_goes_first() -> None:
    """Its measures are not needed then, and a sum is one factor."""
    found = decompose({"net_sales": 100, "orders_valid": 4}, {"net_sales": 300, "orders_valid": 6}, of=NET / ORDERS)
    assert [(part.key, str(part.before), str(part.after)) for part in found.parts] == [
        ("net_sales", "100", "300"),
        ("orders_valid", "4", "6"),
    ]


def test_products_inside_a_factor_are_computed() -> None:
    """Exactly, with their constants, and nothing where a figure is missing."""
    tripled = (3 * GROSS).named("tripled", Text("tripled", "三倍"))
    found = decompose(BEFORE, {**AFTER, "gross_sales": None}, of=tripled / ORDERS)
    assert [(str(part.before), str(part.after), part.steps) for part in found.parts] == [
        ("3000", "None", 0),
        ("3", "5", -40000),
    ]


UNDEFINED: list[tuple[str, Figures, Figures, dict[str, int]]] = [
    ("nothing over nothing", {"orders": 0, "aov": (0, 0)}, {"orders": 3, "aov": (900, 3)}, {"orders": 900, "aov": 0}),
    ("missing", {"orders": 2, "aov": None}, {"orders": 3, "aov": 300}, {"orders": 300, "aov": 0}),
    ("missing after", {"orders": 2, "aov": 300}, {"orders": 3, "aov": None}, {"orders": 300, "aov": 0}),
    ("on both sides of nothing", {"orders": 0, "aov": (0, 0)}, {"orders": 0, "aov": None}, {"orders": 0, "aov": 0}),
    ("gone", {"orders": 3, "aov": (900, 3)}, {"orders": 0, "aov": (0, 0)}, {"orders": -900, "aov": 0}),
]


@pytest.mark.parametrize(
    ("before", "after", "parts"), [each[1:] for each in UNDEFINED], ids=[each[0] for each in UNDEFINED]
)
def test_factor_without_a_value_takes_that_of_the_other_side(
    before: Figures, after: Figures, parts: dict[str, int]
) -> None:
    """So it has no part in the change; a host may have it refused."""
    assert steps(decompose(before, after, unit=MONEY)) == parts
    assert [row["before"] for row in decompose({"a": None}, {"a": 3}).to_rows()] == [None]
    with pytest.raises(NoValue, match="aov has no value"):
        decompose(before, after, undefined=Undefined.REFUSE)


def test_what_cannot_be_defined_is_refused_by_name() -> None:
    """Never a number of nothing."""
    with pytest.raises(NoValue) as refused:
        decompose({"orders": 0, "aov": (0, 0)}, {"orders": 3, "aov": None})
    assert refused.value.message("en") == "aov has no value before, after"
    assert refused.value.message("zh") == "aov 在变化前、变化后没有值"
    with pytest.raises(ZeroDenominator, match="orders_valid divides something by zero before"):
        decompose({**BEFORE, "orders_valid": 0}, AFTER, of=AOV)
    with pytest.raises(ZeroDenominator, match="orders_valid / buyers divides something by zero after"):
        decompose(BEFORE, {**AFTER, "buyers": 0}, of=BUYERS * (ORDERS / BUYERS))


REFUSED: dict[str, tuple[dict[str, object], type[DomainError], str]] = {
    "a sum": ({"of": NET}, NotAChain, "net_sales is no product and no quotient"),
    "a measure": ({"of": GROSS}, NotAChain, "gross_sales is no product"),
    "a constant": ({"of": Constant(2)}, NotAChain, "2 is no product"),
    "constants alone": ({"of": Constant(2) * Constant(3)}, OutOfRange, "decompose.factors must be from 1 to 64"),
    "twice": ({"of": ORDERS * BUYERS / ORDERS}, Repeated, "orders_valid"),
    "no formula": ({"of": "net"}, WrongKind, "decompose.of"),
    "no name": ({"name": "net"}, WrongKind, "decompose.name"),
    "no names": ({"names": "net"}, WrongKind, "decompose.names"),
    "no choice": ({"undefined": "refuse"}, WrongKind, "decompose.undefined"),
    "no unit": ({"unit": "money"}, WrongKind, "Scale.unit"),
    "no currency": ({"currency": "CNY"}, WrongKind, "Scale.currency"),
    "a missing figure": ({"after": {}, "of": AOV}, FigureMissing, "the side after has no figure gross_sales"),
    "a factor that is gone": ({"before": {"a": 1}, "after": {}}, FigureMissing, "the side after has no figure a"),
    "a factor that is new": ({"before": {}, "after": {"a": 1}}, FigureMissing, "the side before has no figure a"),
    "a part beyond all money": (
        {"before": {"a": 2**62}, "after": {"a": -1}, "unit": MONEY},
        OutOfRange,
        r"Part.steps must be from -4611686018427387904",
    ),
    "nothing": ({"before": {}, "after": {}}, OutOfRange, "decompose.factors"),
    "too much": ({side: dict.fromkeys(map(str, range(65)), 1) for side in ("before", "after")}, OutOfRange, "64"),
    "a float": (
        {"before": {"a": 1.5}, "after": {"a": 1}},
        WrongKind,
        "a must be int, Fraction or pair of int, not float",
    ),
    "no mapping": ({"before": [1]}, WrongKind, "decompose.before"),
    "no keys": ({"after": {1: 1}}, WrongKind, "decompose.after must be mapping by str"),
}


@pytest.mark.parametrize(("given", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(given: dict[str, object], kind: type[DomainError], words: str) -> None:
    """With what is at fault."""
    figures = {"before": BEFORE, "after": AFTER} | given
    with pytest.raises(kind, match=words):
        decompose(**figures)  # type: ignore[arg-type]
