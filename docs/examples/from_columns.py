"""The fourth of four reconciliations: the totals from metric columns, which were built of events alone.

The figures are sums of whole columns of numpy; what counts as an order is what the metrics count: paid, and not
cancelled since. The weekly table is made of the same columns.
"""

import numpy as np

from completejourney import Ints
from ecomops.columns import NEVER
from ecomops.facts import FactReader
from ecomops.kernel import Currency, History, Period
from ecomops.metrics import (
    AOV,
    AOV_PER_BUYER,
    BUYERS,
    FIRST_TIME_BUYERS,
    GROSS,
    NET,
    NEW_BUYERS,
    ORDERS,
    PIECES,
    UNITS,
    Facts,
    Partial,
    Table,
    compare,
    tabulate,
    units_in,
)
from ecomops.terms import Sku
from till import DAYS
from totals import Totals

FUEL = "gallon_thousandth"
"""In what fuel is measured: it is never added to pieces."""
SHOWN = (ORDERS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS, UNITS, units_in(FUEL), GROSS, NET, AOV, AOV_PER_BUYER)
"""The columns of the weekly table."""


def facts(history: History, fuel: frozenset[str]) -> Facts:
    """Return the facts of all that *history* tells of; SKUs of *fuel* are measured in thousandths of a gallon."""

    def unit_of(sku: Sku) -> str:
        return FUEL if sku in fuel else PIECES

    reader = FactReader(currency=Currency.USD, unit_of=unit_of)
    reader.follow(history)
    return reader.facts()


def totals(found: Facts) -> Totals:
    """Return the totals of all valid orders in *found*."""
    orders, lines = found.orders, found.lines
    valid = (orders.paid_at != NEVER) & (orders.cancelled_at == NEVER)
    own = valid[lines.order]
    goods = lines.quantity > 0
    gross, discount = _sum(orders.gross, valid), _sum(orders.discount, valid)
    return Totals(
        orders=int(valid.sum()),
        goods_lines=int((own & goods).sum()),
        service_lines=int((own & ~goods).sum()),
        units=_sum(lines.quantity, own),
        gross=gross,
        loyalty=_taken(found, valid, "loyalty"),
        match=_taken(found, valid, "match"),
        revenue=gross - discount,
        coupons=_sum(orders.tendered, valid),
        cash=_sum(orders.due, valid),
        paid_out=-_sum(np.minimum(orders.due, 0), valid),
    )


def weekly(found: Facts, observed: Period) -> Table:
    """Return the weekly table with its changes; weeks that were not observed whole are marked and not compared."""
    return compare(tabulate(found, SHOWN, calendar=DAYS, observed=observed), (ORDERS, NET), partial=Partial.LEFT_OUT)


def _sum(column: Ints, chosen: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> int:
    return int(column[chosen].sum())


def _taken(found: Facts, valid: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", source: str) -> int:
    """Return what one promotion took off."""
    names = found.names.sources
    if source not in names:
        return 0
    steps = found.steps
    chosen = (steps.source == names.index(source)) & valid[found.lines.order[steps.line]]
    return _sum(steps.amount, chosen)
