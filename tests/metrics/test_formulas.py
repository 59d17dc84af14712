"""KPIs are arithmetic: units and additivity follow from the formula, and nonsense is refused when it is written."""

from collections.abc import Callable
from typing import Any

import pytest

from ecomops.kernel import BadText, OutOfRange, Text, WrongKind
from ecomops.metrics import (
    AOV,
    BUYERS,
    GROSS,
    MONEY,
    NET,
    NEW_BUYERS,
    NUMBER,
    ORDERS,
    PAID,
    Additivity,
    Constant,
    Counted,
    Formula,
    Kpi,
    Measure,
    NoSuchColumn,
    NotAdditive,
    Sign,
    Unit,
    UnitMismatch,
    WrongUnit,
    units_in,
)
from ecomops.metrics.counting import Before, Seen
from ecomops.metrics.errors import NotOfMeasure
from ecomops.metrics.families import Orders, Refunds
from ecomops.metrics.formulas import DEEPEST, measures_of
from tests.kernel.hostile import others

SHARE = NEW_BUYERS / BUYERS
NAME = Text("figure", "指标")

DERIVED: list[tuple[Formula, str, Additivity]] = [
    (ORDERS, "orders", Additivity.SUM),
    (BUYERS, "buyers", Additivity.DISTINCT),
    (NEW_BUYERS, "buyers", Additivity.SUM),
    (NET, "money", Additivity.SUM),
    (NET / ORDERS, "money orders^-1", Additivity.RATIO),
    (BUYERS - NEW_BUYERS, "buyers", Additivity.DISTINCT),
    (GROSS + GROSS, "money", Additivity.SUM),
    (GROSS * 2, "money", Additivity.SUM),
    (2 * BUYERS, "buyers", Additivity.DISTINCT),
    (1 - SHARE, "1", Additivity.RATIO),
    (SHARE + 1, "1", Additivity.RATIO),
    (SHARE * AOV, "money orders^-1", Additivity.RATIO),
    (GROSS * ORDERS, "money orders", Additivity.RATIO),
    (AOV / AOV, "1", Additivity.RATIO),
    (GROSS / 100, "money", Additivity.RATIO),
    (Constant(2) * Constant(3), "1", Additivity.RATIO),
]


@pytest.mark.parametrize(("formula", "unit", "additivity"), DERIVED, ids=lambda each: getattr(each, "key", None))
def test_unit_and_additivity_follow_from_the_formula(formula: Formula, unit: str, additivity: Additivity) -> None:
    """Sums of sums are sums, with a distinct count they are distinct, and everything over anything is a ratio."""
    assert (str(formula.unit), formula.additivity) == (unit, additivity)


UNLIKE: list[tuple[Callable[[], Kpi], type[Exception]]] = [
    (lambda: NET + ORDERS, UnitMismatch),
    (lambda: BUYERS - ORDERS, UnitMismatch),
    (lambda: NET + 1, UnitMismatch),
    (lambda: AOV + NET, UnitMismatch),
    (lambda: AOV + 1, UnitMismatch),
    (lambda: AOV + AOV, NotAdditive),
    (lambda: SHARE - SHARE, NotAdditive),
    (lambda: GROSS + GROSS * GROSS / GROSS, NotAdditive),
]


@pytest.mark.parametrize(("write", "refusal"), UNLIKE)
def test_what_cannot_be_added_is_refused_when_it_is_written(write: Callable[[], Kpi], refusal: type[Exception]) -> None:
    """Different units are not added, and neither are two ratios, nor a ratio to a sum."""
    with pytest.raises(refusal):
        write()


def test_plain_number_is_added_to_ratios_alone() -> None:
    """A sum of plain numbers takes no constant: it would count once for each part."""
    plain = Measure(key="plain", name=NAME, unit=NUMBER, counted=Counted.ROWS)
    with pytest.raises(NotAdditive):
        _ = plain + 1
    assert (1 - plain / plain).unit == NUMBER


def test_formulas_are_values() -> None:
    """The same formula is equal and hashes alike; its key is its formula, with brackets, until it is named."""
    assert NET / ORDERS == NET / ORDERS
    assert {NET / ORDERS: 1}[NET / ORDERS] == 1
    assert ((GROSS - NET) / (ORDERS * 2)).key == "(gross_sales - net_sales) / (orders_valid * 2)"
    named = (PAID / ORDERS).named("mine", NAME)
    assert (named.key, named.formula, named.name) == ("mine", "paid_amount / orders_valid", NAME)
    assert (2 * named).key == "2 * mine"


def test_measures_of_a_formula_stand_once() -> None:
    """What a formula needs is listed from left to right, each once."""
    assert measures_of((GROSS + GROSS) / ORDERS) == (GROSS, ORDERS)
    assert measures_of(Constant(1)) == ()


def test_formula_has_a_depth_limit() -> None:
    """Signs inside signs are limited, so that a formula stays readable and its cost bounded."""
    deepest = GROSS + GROSS
    for _ in range(DEEPEST - 1):
        deepest += GROSS
    assert deepest.unit == MONEY
    with pytest.raises(OutOfRange, match="Kpi"):
        _ = deepest + GROSS


def test_sides_are_figures_or_whole_numbers() -> None:
    """A float, a flag, a text and nothing are no part of a formula, and neither is a huge number."""
    for side in others(int):
        with pytest.raises(WrongKind):
            _ = NET * side
        with pytest.raises(WrongKind):
            Kpi(left=side, sign=Sign.PLUS, right=NET)
    with pytest.raises(OutOfRange):
        _ = NET * 10**5000


@pytest.mark.parametrize("key", ["net sales", "net-sales", "1st", "", "."])
def test_key_is_a_dotted_name(key: str) -> None:
    """A key is a name as programs write it."""
    with pytest.raises(BadText):
        Measure(key=key, name=NAME, unit=MONEY, column="gross")
    with pytest.raises(BadText):
        (NET / ORDERS).named(key, NAME)


def test_measure_sums_a_column_that_its_family_has() -> None:
    """A column of another family is refused by name, and so are buyers where there are none."""
    assert Measure(key="k", name=NAME, unit=MONEY, family=Refunds, column="fee").additivity is Additivity.SUM
    for missing in ("at", "colour", "customer"):
        with pytest.raises((NoSuchColumn, WrongUnit)):
            Measure(key="k", name=NAME, unit=MONEY, family=Refunds, column=missing)
    for counted in (Counted.BUYERS, Counted.NEW_BUYERS, Counted.FIRST_TIME_BUYERS):
        with pytest.raises(NoSuchColumn, match="customer"):
            Measure(key="k", name=NAME, unit=Unit.of("buyers"), family=Refunds, counted=counted)


PARTS: dict[str, Any] = {
    "column": "gross",
    "entity": Orders["customer"],
    "of": GROSS,
    "having": ORDERS == 1,
    "seen": Seen(before=Before.EVER),
}
TAKES: dict[Counted, tuple[str, ...]] = {
    Counted.SUM: ("column",),
    Counted.DISTINCT: ("column",),
    Counted.LEAST: ("column",),
    Counted.MOST: ("column",),
    Counted.TOP: ("entity", "of"),
    Counted.HAVING: ("entity", "having"),
    Counted.RETAINED: ("entity",),
    Counted.LAPSED: ("entity",),
}
MAY: dict[Counted, tuple[str, ...]] = {
    Counted.DISTINCT: ("seen",),
    Counted.OPENING: ("column",),
    Counted.CLOSING: ("column",),
}


NOTHING_IN: dict[str, dict[str, Any]] = {name: {name: None} for name in PARTS}


@pytest.mark.parametrize("counted", Counted)
def test_each_kind_takes_its_parts_and_no_others(counted: Counted) -> None:
    """A part that is missing, or that the kind does not look at, is refused by its name."""
    needs = {name: PARTS[name] for name in TAKES.get(counted, ())}
    made = Measure(key="k", name=NAME, unit=MONEY, counted=counted, **needs)
    assert made.counted is counted
    for name, part in PARTS.items():
        if name in needs:
            with pytest.raises(NotOfMeasure) as refused:
                Measure(key="k", name=NAME, unit=MONEY, counted=counted, **needs | NOTHING_IN[name])
        elif name in MAY.get(counted, ()):
            assert Measure(key="k", name=NAME, unit=MONEY, counted=counted, **needs, **{name: part}) != made
            continue
        else:
            with pytest.raises(NotOfMeasure) as refused:
                Measure(key="k", name=NAME, unit=MONEY, counted=counted, **needs, **{name: part})
        assert refused.value.context == {"measure": "k", "field": name, "counted": counted.value}


@pytest.mark.parametrize("column", ["gross", "discount", "due"])
def test_a_column_of_money_is_measured_in_money(column: str) -> None:
    """Else it could be added to orders."""
    with pytest.raises(WrongUnit) as refusal:
        Measure(key="k", name=NAME, unit=Unit.of("orders"), column=column)
    assert refusal.value.code == "measure.wrong_unit"


@pytest.mark.parametrize("unit", ["buyers", "money", "orders", "units"])
def test_goods_are_not_sold_in_the_units_of_other_figures(unit: str) -> None:
    """Litres are theirs alone; orders and money are not."""
    with pytest.raises(WrongUnit) as refusal:
        units_in(unit)
    assert refusal.value.context == {"measure": "units_in", "unit": unit}
