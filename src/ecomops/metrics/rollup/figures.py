"""The figures of a rollup as columns: its own by their names, and KPIs as arithmetic over the measures that it keeps.

A figure is kept under a key. Where a measure of the dictionary is the same figure, the key is that of the measure; an
amount is a measure when the rollup was made with it, and else a number whose unit the host knows.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np

from ecomops.columns import Ints
from ecomops.kernel import Text
from ecomops.kernel.checks import listed, require_once, wrong_kind
from ecomops.metrics import dictionary
from ecomops.metrics.counting import Better, Counted
from ecomops.metrics.evaluating import column_of, evaluate, leaves_of
from ecomops.metrics.families import Refunds
from ecomops.metrics.formulas import Constant, Formula, Kpi, Measure
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


def columns_of(spec: Spec, figures: Iterable[Figure], kept: Kept, *, size: int) -> tuple[Column, ...]:
    """Return figures as the columns of a table.

    Raises:
        CannotHoldSum: A figure of a formula might be more than 64 bits hold.
    """
    known = _cells(spec, kept)
    return tuple(_column(spec, each, kept, known, size=size) for each in figures)


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


def _column(spec: Spec, figure: Figure, kept: Kept, known: Mapping[Measure, Cells], *, size: int) -> Column:
    measure = measure_of(spec, figure) if isinstance(figure, str) else figure
    if measure is not None:
        return column_of(measure, known, size=size)
    key = str(figure)
    return Column(
        key=key,
        name=_OWN.get(key),
        unit=dictionary.BUYERS.unit if key in _OWN else NUMBER,
        additivity=Additivity.DISTINCT if key in _OWN else Additivity.SUM,
        values=read_only(kept[key].copy()),
        reasons=no_reasons(size),
    )
