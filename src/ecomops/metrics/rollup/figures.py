"""The figures of a rollup as columns: its own by their names, and KPIs as arithmetic over the measures that it keeps.

A figure is kept under a key. Where a measure of the dictionary is the same figure, the key is that of the measure; an
amount is a measure when the rollup was made with it, and else a number whose unit the host knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from attrs import frozen

from ecomops.columns import Ints
from ecomops.kernel import Text
from ecomops.kernel.checks import listed, require_once, wrong_kind
from ecomops.kernel.copies import maker
from ecomops.metrics import dictionary
from ecomops.metrics.counting import Better, Counted
from ecomops.metrics.evaluating import evaluate, leaves_of
from ecomops.metrics.families import Refunds
from ecomops.metrics.formulas import Constant, Formula, Kpi, Measure, better_of, name_of
from ecomops.metrics.rollup.errors import NoSuchFigure
from ecomops.metrics.rollup.spec import BUYERS, IDENTIFIED, NEW, NEW_TO_SHOP, ORDERS, REFUNDS, SLICE_NEW, VALID, Spec
from ecomops.metrics.tables import Cells, Column, Values, no_reasons, read_only
from ecomops.metrics.units import NUMBER, Additivity, Unit

Figure: TypeAlias = Formula | str
"""A figure by its key, or a formula over figures that are kept."""
Kept: TypeAlias = Mapping[str, Ints]
"""Figures by their keys."""

TOLD = Measure(
    key=ORDERS, name=Text("orders", "订单数"), unit=Unit.of("orders"), counted=Counted.ROWS, valid=False
)  # fmt: skip
"""All orders that were told, whether valid or not."""
RETURNS = Measure(
    key=REFUNDS,
    name=Text("refunds", "退款笔数"),
    unit=Unit.of("refunds"),
    family=Refunds,
    counted=Counted.ROWS,
    better=Better.LOWER,
)
"""Refunds of valid orders."""
MEASURES: Mapping[str, Measure] = {
    ORDERS: TOLD,
    VALID: dictionary.ORDERS,
    IDENTIFIED: dictionary.IDENTIFIED_ORDERS,
    REFUNDS: RETURNS,
    NEW: dictionary.NEW_BUYERS,
    BUYERS: dictionary.BUYERS,
}
"""What every rollup keeps and facts have, too."""
_made = maker(Column)
_OWN = {
    SLICE_NEW: Text("buyers new to the slice", "切片新买家数"),
    NEW_TO_SHOP: Text("buyers new to the shop", "全店新买家数"),
}
"""What a rollup alone counts; none of it adds up over slices."""


def chosen(spec: Spec, figures: Iterable[Figure] | None, usual: tuple[str, ...]) -> tuple[Figure, ...]:
    """Return which figures are asked for, the *usual* ones when none are named.

    Raises:
        NoSuchFigure: One is not kept, or its measure is another one under the same key.
        Repeated: One is named twice.
        WrongKind: One is neither a key nor a formula of sums and counts of its own rows.
    """
    wanted = usual if figures is None else listed("Rollup.figures", figures)
    for each in wanted:
        if not isinstance(each, (str, Measure, Kpi, Constant)):
            raise wrong_kind("Rollup.figures", "key, Measure or Kpi", each)
        for measure in () if isinstance(each, str) else leaves_of(each):
            if not isinstance(measure, Measure):
                raise wrong_kind("Rollup.figures", "Measure", measure)
            kept = measure_of(spec, measure.key)
            if kept is not measure and kept != measure:
                raise NoSuchFigure(figure=measure.key)
    for key in keys_of(wanted):
        spec.require_kept(key)
    require_once((each if isinstance(each, str) else each.key for each in wanted), field="Rollup.figures")
    return wanted


def keys_of(figures: Iterable[Figure]) -> tuple[str, ...]:
    """Return the keys of all that *figures* are made of, each once."""
    parts = ((each,) if isinstance(each, str) else [leaf.key for leaf in leaves_of(each)] for each in figures)
    return tuple(dict.fromkeys(key for part in parts for key in part))


def measure_of(spec: Spec, key: str) -> Measure | None:
    """Return the measure that a figure is; None for what a rollup alone counts."""
    return spec.measures.get(key) or MEASURES.get(key)


@frozen(eq=False)
class Head:
    """What a table says of a column, beside its figures.

    Args:
        key: Its name.
        name: What people call it.
        unit: What it is measured in.
        additivity: Whether it adds up over the rows.
        better: Which direction is good news.
        formula: What is computed; None for what is kept.
    """

    key: str
    name: Text | None
    unit: Unit
    additivity: Additivity
    better: Better
    formula: Kpi | Constant | None


def heads_of(spec: Spec, figures: Iterable[Figure]) -> tuple[Head, ...]:
    """Return what a table says of figures."""
    return tuple(_head(spec, each) for each in figures)


def _head(spec: Spec, figure: Figure) -> Head:
    key = figure if isinstance(figure, str) else figure.key
    told = figure if isinstance(figure, (Kpi, Constant)) else measure_of(spec, key)
    if told is None:
        unit = dictionary.BUYERS.unit if key in _OWN else NUMBER
        additivity = Additivity.DISTINCT if key in _OWN else Additivity.SUM
        return Head(key, _OWN.get(key), unit, additivity, Better.HIGHER, None)
    formula = None if isinstance(told, Measure) else told
    return Head(key, name_of(told), told.unit, told.additivity, better_of(told), formula)


def columns_of(spec: Spec, heads: Sequence[Head], kept: Kept, *, size: int) -> tuple[Column, ...]:
    """Return figures as the columns of a table.

    Raises:
        CannotHoldSum: A figure of a formula might be more than 64 bits hold.
    """
    computed = [each for each in heads if each.formula is not None]
    known = _cells(spec, kept) if computed else {}
    return tuple([_column(each, kept, known, size=size) for each in heads])


def arrays_of(spec: Spec, figures: Iterable[Figure], kept: Kept, *, shape: tuple[int, ...]) -> dict[str, Values]:
    """Return figures as arrays by their keys, NaN where a denominator is zero.

    Raises:
        CannotHoldSum: As above.
    """
    known = _cells(spec, kept)
    size = int(np.prod(shape))
    found: dict[str, Values] = {}
    for each in figures:
        if isinstance(each, str):
            found[each] = kept[each].reshape(shape)
        else:
            found[each.key] = evaluate(each, known, size=size)[0].reshape(shape)
    return found


def _cells(spec: Spec, kept: Kept) -> dict[Measure, Cells]:
    found = {measure_of(spec, key): (values, no_reasons(len(values))) for key, values in kept.items()}
    return {measure: cells for measure, cells in found.items() if measure is not None}


def _column(head: Head, kept: Kept, known: Mapping[Measure, Cells], *, size: int) -> Column:
    if head.formula is not None:
        values, reasons = evaluate(head.formula, known, size=size)
    else:  # what is kept has no gaps
        values, reasons = kept[head.key], no_reasons(size)
    return _made(
        head.key, head.name, head.unit, head.additivity, read_only(values.copy()), reasons, head.better
    )  # fmt: skip
