"""The factors of a figure: what stands between the outer signs of a formula, with its exact value on both sides.

A named KPI and what stands in parentheses is one factor. Where a factor has no value on one side it takes that of the
other one, so that it has no part in the change.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, TypeAlias, cast

from ecomops.kernel import OutOfRange, Text
from ecomops.kernel.checks import require_once, wrong_kind
from ecomops.metrics.explaining.errors import FigureMissing, NotAChain, NoValue, Side, ZeroDenominator
from ecomops.metrics.explaining.exact import Figure, quotient, ratio
from ecomops.metrics.formulas import Constant, Formula, Kpi, Sign
from ecomops.metrics.units import NUMBER, Unit

MOST_FACTORS = 64
"""The longest chain."""

Figures: TypeAlias = Mapping[str, Figure]
"""Figures by key."""
Chain: TypeAlias = dict[str, Figure]


class Undefined(StrEnum):
    """What becomes of a factor that has no value on one side: nothing over nothing, or None.

    `other_side`: it takes the value of the other side, and has no part in the change. `refuse`: it is refused by name.
    """

    OTHER_SIDE = "other_side"
    REFUSE = "refuse"


class Factor(NamedTuple):
    """A factor with what it was and is; not for hosts to make.

    Attributes:
        key: Its name.
        name: What people call it.
        unit: What it is measured in.
        before: Its value before; None where there is none.
        after: Its value after.
        divides: Whether it stands below the line.
        constant: Whether it is a number of the formula, which is the same on both sides and explains nothing.
    """

    key: str
    name: Text
    unit: Unit
    before: Fraction | None
    after: Fraction | None
    divides: bool = False
    constant: bool = False


def listed_factors(before: Figures, after: Figures, names: Mapping[str, Text]) -> list[Factor]:
    """Return the factors of a product, which are all figures of *before* in their order.

    Raises:
        FigureMissing: A side has a factor that the other one does not have.
    """
    for key in after:
        if key not in before:
            raise FigureMissing(side=Side.BEFORE, key=key)
    return [
        Factor(
            key=key,
            name=names.get(key, Text(key, key)),
            unit=NUMBER,
            before=ratio(before[key], key=key, side=Side.BEFORE),
            after=ratio(_given(after, key, Side.AFTER), key=key, side=Side.AFTER),
        )
        for key in before
    ]


def formula_factors(formula: Formula, before: Figures, after: Figures, names: Mapping[str, Text]) -> list[Factor]:
    """Return the factors of *formula*, from left to right.

    Raises:
        NotAChain: It is no product and no quotient.
        FigureMissing: A side has no figure of one of its measures.
        ZeroDenominator: Something stands over zero.
    """
    if not _is_chain(formula):
        raise NotAChain(kpi=formula.key)
    return [
        Factor(
            key=each.key,
            name=names.get(each.key, named(each)),
            unit=each.unit,
            before=_value(each, before, Side.BEFORE),
            after=_value(each, after, Side.AFTER),
            divides=divides,
            constant=isinstance(each, Constant),
        )
        for each, divides in _flat(cast("Kpi", formula))
    ]


def named(formula: Formula) -> Text:
    """Return what people call a figure: its name, or its formula."""
    name = None if isinstance(formula, Constant) else formula.name
    return name or Text(formula.key, formula.key)


def _is_chain(formula: Formula) -> bool:
    return isinstance(formula, Kpi) and formula.sign in {Sign.TIMES, Sign.OVER}


def _flat(kpi: Kpi) -> list[tuple[Formula, bool]]:
    """Return what stands between the outer signs, and whether it stands below the line."""
    left = kpi.left
    opens = isinstance(left, Kpi) and _is_chain(left) and not left.called
    first = _flat(cast("Kpi", left)) if opens else [(left, False)]
    return [*first, (kpi.right, kpi.sign is Sign.OVER)]


def _given(figures: Figures, key: str, side: Side) -> Figure:
    if key not in figures:
        raise FigureMissing(side=side, key=key)
    return figures[key]


def _value(formula: Formula, figures: Figures, side: Side) -> Fraction | None:
    """Return the exact value of a formula; a figure that was given under its key goes first."""
    if isinstance(formula, Constant):
        return Fraction(formula.value)
    if not isinstance(formula, Kpi) or formula.key in figures:
        return ratio(_given(figures, formula.key, side), key=formula.key, side=side)
    left, right = _value(formula.left, figures, side), _value(formula.right, figures, side)
    if left is None or right is None:
        return None
    if formula.sign is Sign.OVER:
        return quotient(left, right, key=formula.key, side=side)
    if formula.sign is Sign.TIMES:
        return left * right
    return left + right if formula.sign is Sign.PLUS else left - right


def ways(factors: list[Factor], undefined: Undefined) -> list[tuple[Fraction, Fraction]]:
    """Return the value of each factor before and after, as it stands in the product.

    Raises:
        OutOfRange: There is no factor, or there are more than 64.
        Repeated: One stands there twice.
        NoValue: One has no value on either side (beside a factor that is zero on both, it does not matter), or on one
            where that is refused.
        ZeroDenominator: Something stands over zero.
    """
    own = [factor for factor in factors if not factor.constant]
    if not 0 < len(own) <= MOST_FACTORS:
        raise OutOfRange(field="decompose.factors", least="1", most=str(MOST_FACTORS))
    require_once((factor.key for factor in own), field="decompose.factors")
    nothing = any(factor.before == factor.after == 0 and not factor.divides for factor in own)
    return [_way(factor, undefined, nothing=nothing) for factor in factors]


def _way(factor: Factor, undefined: Undefined, *, nothing: bool) -> tuple[Fraction, Fraction]:
    sides = {Side.BEFORE: _upright(factor, Side.BEFORE), Side.AFTER: _upright(factor, Side.AFTER)}
    without = tuple(side for side, value in sides.items() if value is None)
    if (without and undefined is Undefined.REFUSE) or (len(without) == len(sides) and not nothing):
        raise NoValue(factor=factor.key, sides=without)
    before, after = sides.values()
    usual = before if before is not None else after if after is not None else Fraction(0)
    return usual if before is None else before, usual if after is None else after


def _upright(factor: Factor, side: Side) -> Fraction | None:
    """Return what the product is multiplied by: the value, or one over it."""
    value = factor.before if side is Side.BEFORE else factor.after
    if value is None or not factor.divides:
        return value
    if not value:
        raise ZeroDenominator(key=factor.key, side=side)
    return 1 / value


def checked_figures(field: str, value: object) -> None:
    """Refuse what is no mapping of names.

    Raises:
        WrongKind: It is none.
    """
    if not isinstance(value, Mapping):
        raise wrong_kind(field, "mapping", value)
    for key in cast("Mapping[object, object]", value):
        if not isinstance(key, str):
            raise wrong_kind(field, "mapping by str", key)
