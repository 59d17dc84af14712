"""Sealing: everything is put in order once more, and the deltas are empty again. No answer changes."""

import numpy as np

from ecomops.metrics.rollup.delta import Delta
from ecomops.metrics.rollup.sealed import SealedChains
from ecomops.metrics.rollup.sorting import by_codes, by_instant
from ecomops.metrics.rollup.state import State


def seal(state: State) -> None:
    """Put the rows in order by instant and by customer, and link the chains anew."""
    told, spec = state.told, state.spec
    in_time = by_instant(told.orders["at"], told.orders["id"])
    at = told.orders["at"].take(in_time)
    state.orders_in_time.seal(in_time, at)
    refunds = np.argsort(told.refunds["at"], kind="stable")
    state.refunds_in_time.seal(refunds, told.refunds["at"].take(refunds))
    customers = told.orders["customer"].take(in_time)
    known = np.flatnonzero(customers >= 0)
    rows, customers, at = in_time.take(known), customers.take(known), at.take(known)
    owners = int(customers.max(initial=0)) + 1
    by_customer = by_codes((customers, owners))
    sorted_rows = rows.take(by_customer)
    state.customers.seal(
        known.take(by_customer),
        customers.take(by_customer),
        valid=told.orders["valid"].take(sorted_rows),
        codes={scope: told.orders[scope].take(sorted_rows) for scope in spec.dimensions},
        total=len(told.orders),
    )
    counts = told.orders["valid"].take(rows).view(np.bool_)
    valid, chained = np.flatnonzero(counts), by_customer.compress(counts.take(by_customer))
    chained = (np.cumsum(counts) - 1).take(chained)
    rows, at = rows.take(valid), at.take(valid)
    customers = customers.take(valid).take(chained)
    for scope in state.chains:
        size = spec.values(scope)
        values = told.orders[scope].take(rows) if scope else np.zeros(len(rows), dtype=np.uint8)
        state.chains[scope] = SealedChains(values, customers, at, chained, size=size)
        state.deltas[scope] = Delta(size)
