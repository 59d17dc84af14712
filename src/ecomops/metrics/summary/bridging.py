"""From facts to the plain columns of a summary, and the measures that ship, as a summary keeps them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import UNKNOWN, Ints
from ecomops.metrics import dictionary
from ecomops.metrics.families import Facts
from ecomops.metrics.formulas import Measure
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition, sales
from ecomops.metrics.summary.specs import AT, Kind, SummaryMeasure


def kept(
    measure: Measure, kind: Kind, column: str | None = None, *, family: str = "orders", where: str | None = None
) -> SummaryMeasure:
    """Return how a summary keeps a measure: under its key, so that KPIs find it."""
    return SummaryMeasure(
        key=measure.key, unit=measure.unit, name=measure.name, kind=kind, family=family, column=column, where=where
    )


OF_ORDERS = (
    kept(dictionary.ORDERS, Kind.ROWS),
    kept(dictionary.IDENTIFIED_ORDERS, Kind.SUM, "known"),
    kept(dictionary.BUYERS, Kind.DISTINCT, "customer"),
    kept(dictionary.NEW_BUYERS, Kind.NEW, "customer"),
    kept(dictionary.FIRST_TIME_BUYERS, Kind.FIRST, "customer"),
    kept(dictionary.GROSS, Kind.SUM, "gross"),
    kept(dictionary.DISCOUNTS, Kind.SUM, "discount"),
    kept(dictionary.TAX, Kind.SUM, "tax"),
)
"""The measures of orders that ship."""

OF_REFUNDS = (
    kept(dictionary.REFUNDS, Kind.SUM, "amount", family="refunds"),
    kept(dictionary.RETURNED_GROSS, Kind.SUM, "gross", family="refunds"),
    kept(dictionary.RETURNED_DISCOUNTS, Kind.SUM, "discount", family="refunds"),
)
"""Those of what was taken back."""

OF_LINES = (kept(dictionary.UNITS, Kind.SUM, "quantity", family="lines", where="pieces"),)
"""Those of lines."""

OF_SALES = (*OF_ORDERS, *OF_REFUNDS, *OF_LINES)
"""All of them: every KPI that ships is made of these."""


def sales_rows(facts: Facts, definition: Definition = DEFAULT_DEFINITION) -> dict[str, dict[str, Ints]]:
    """Return the sales of *facts* as the rows of a summary: orders, refunds and lines of valid orders.

    Args:
        facts: What happened.
        definition: What counts as a sale, and when; the same one belongs into the specification.

    Returns:
        Columns by family: the instant, order, customer and location of each row, and what the measures of `OF_SALES`
        look at. A refund counts when it happened, what was called off before the sale counts when that was.

    Example:
        >>> import numpy as np
        >>> from ecomops.kernel import Currency
        >>> facts = Facts.of_orders(Currency.CNY, {"paid_at": np.array([0]), "gross": np.array([500])})
        >>> sales_rows(facts)["orders"]["gross"]
        array([500])
    """
    found = sales(facts, definition)
    orders = {**facts.orders.to_columns(), AT: found.at, "known": found.known.astype(np.int64)}
    of_orders = _rows(orders, np.arange(len(found.at)), ("known", "gross", "discount", "tax"), orders, found.valid)
    refunds, lines = facts.refunds.to_columns(), facts.lines.to_columns()
    refunded_at = np.maximum(refunds["at"], found.at.take(refunds["order"]))
    units = facts.names.units
    piece = units.index(dictionary.PIECES) if dictionary.PIECES in units else UNKNOWN - 1
    lines["pieces"] = (lines["unit"] == piece).astype(np.int64)
    of_refunds = _rows(refunds, refunds["order"], ("gross", "discount", "amount"), orders, found.valid)
    counted = found.valid.take(refunds["order"])
    return {
        "orders": of_orders,
        "refunds": {**of_refunds, AT: refunded_at[counted]},
        "lines": _rows(lines, lines["order"], ("quantity", "pieces"), orders, found.valid),
    }


def _rows(
    columns: Mapping[str, Ints],
    order: NDArray[np.intp],
    names: tuple[str, ...],
    orders: Mapping[str, Ints],
    valid: NDArray[np.bool_],
) -> dict[str, Ints]:
    """Return the rows of valid orders, with what their order says."""
    counted = valid.take(order)
    order = order[counted].astype(np.int64)
    shared = {name: orders[name].take(order) for name in (AT, "customer", "location")}
    return {**shared, "order": order, **{name: columns[name][counted] for name in names}}
