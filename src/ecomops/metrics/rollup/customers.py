"""What the rows of a rollup say of each customer: when they bought last, how often, and for how much."""

from collections.abc import Iterable

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Period
from ecomops.metrics.rollup.errors import NoSuchFigure
from ecomops.metrics.rollup.figures import Figure, arrays_of, chosen, keys_of
from ecomops.metrics.rollup.spec import VALID
from ecomops.metrics.rollup.state import State
from ecomops.metrics.sales import NO_EARLIER
from ecomops.metrics.selling import blocks
from ecomops.metrics.tables import Values


def of_customers(state: State, period: Period, figures: Iterable[Figure] | None) -> dict[str, Values]:
    """Return figures of each known customer with a valid order in a period, by rising code."""
    spec = state.spec
    legal = (VALID, *spec.amounts)
    wanted = chosen(spec, figures, legal)
    names = keys_of(wanted)
    for name in names:
        if name not in legal:
            raise NoSuchFigure(figure=name)
    edges = microseconds(period.start), microseconds(period.end)
    last, sums = _summed(state, edges, (VALID, *(name for name in names if name != VALID)))
    customer = np.flatnonzero(sums[VALID])
    kept = {name: sums[name].take(customer) for name in names}
    found = arrays_of(spec, wanted, kept, shape=(len(customer),))
    return {"customer": customer, "last_at": last.take(customer), **found}


def _summed(state: State, edges: tuple[int, int], names: tuple[str, ...]) -> tuple[Ints, dict[str, Ints]]:
    """Return, for each code, the last instant and the sums of the valid orders between two instants."""
    orders = state.told.orders
    customers = orders["customer"]
    size = int(customers.max(initial=-1)) + 1
    last = np.full(size, NO_EARLIER, dtype=np.int64)
    sums = {name: np.zeros(size, dtype=np.int64) for name in names}
    for rows in blocks(len(orders)):
        at, customer = orders["at"][rows], customers[rows]
        counted = (orders["valid"][rows] != 0) & (customer >= 0)
        counted &= at >= edges[0]
        counted &= at < edges[1]
        if not counted.any():
            continue
        who = customer.compress(counted).astype(np.int64)
        np.maximum.at(last, who, at.compress(counted))
        np.add.at(sums[VALID], who, 1)
        for name in names[1:]:
            np.add.at(sums[name], who, orders[name][rows].compress(counted))
    return last, sums
