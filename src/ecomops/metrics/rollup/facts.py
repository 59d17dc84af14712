"""What a rollup was told: orders and refunds in the order in which they came, one a row; all else follows from them."""

from typing import Any, TypeAlias

import numpy as np

from ecomops.columns import Ints
from ecomops.metrics.rollup.buffers import Buffers, Cells
from ecomops.metrics.rollup.lookup import Lookup
from ecomops.metrics.rollup.spec import Spec

_BYTE = 255

Run: TypeAlias = tuple[Cells, Ints]
"""Rows by instant, with the instant of each."""


class Told:
    """The orders and refunds of a rollup.

    Attributes:
        orders: A row an order: what the host told, the ordinal of its business day, and a bit for each scope in which
            it brings a new buyer.
        refunds: A row a refund, with the row of its order and the instant at which it counts.
        order_ids: The row of each order.
        refund_ids: The row of each refund.
    """

    __slots__ = ("_spec", "order_ids", "orders", "refund_ids", "refunds")

    def __init__(self, spec: Spec) -> None:
        """Begin without a row."""
        self._spec = spec
        self.orders = Buffers(_order_dtypes(spec))
        self.refunds = Buffers(_refund_dtypes(spec))
        self.order_ids, self.refund_ids = Lookup(self.orders), Lookup(self.refunds)

    @property
    def nbytes(self) -> int:
        """The bytes that the rows take."""
        return self.orders.nbytes + self.refunds.nbytes + self.order_ids.nbytes + self.refund_ids.nbytes

    def chain_refunds(self, first: int) -> None:
        """Let the orders know of the refunds from row *first* on: each points at the one before of the same order."""
        heads, orders, before = self.orders["refund"], self.refunds["order"][first:], self.refunds["before"]
        rows = np.arange(first, len(self.refunds))
        by_order = np.argsort(orders, kind="stable")
        rows, orders = rows.take(by_order), orders.take(by_order)
        again = np.zeros(len(rows), dtype=np.bool_)
        again[1:] = orders[1:] == orders[:-1]
        before[rows] = heads.take(orders)
        before[rows[1:][again[1:]]] = rows[:-1][again[1:]] + 1
        heads[orders] = rows + 1  # of equal orders the last one stands

    def refunds_of(self, orders: Ints) -> Ints:
        """Return the rows of all refunds of some orders."""
        heads, before = self.orders["refund"], self.refunds["before"]
        found: list[Ints] = []
        rows = heads.take(orders).astype(np.int64)
        while len(rows := rows[rows > 0]):
            found.append(rows - 1)
            rows = before.take(rows - 1).astype(np.int64)
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def values(self, scope: str, rows: Ints) -> Ints:
        """Return the slice of some orders in a scope."""
        return self.orders.ints(scope, rows) if scope else np.zeros(len(rows), dtype=np.int64)


def _order_dtypes(spec: Spec) -> "dict[str, np.dtype[Any]]":
    long, code = np.dtype(np.int64), np.dtype(np.int32)
    return {
        "id": long,
        "at": long,
        "customer": code,
        "valid": np.dtype(np.uint8),
        **{name: np.dtype(np.uint8 if size <= _BYTE + 1 else np.uint16) for name, size in spec.dimensions.items()},
        **dict.fromkeys(spec.amounts, long),
        "day": code,
        "new": np.dtype(np.uint16),
        "refund": code,  # one more than the row of the last refund, 0 for none
    }


def _refund_dtypes(spec: Spec) -> "dict[str, np.dtype[Any]]":
    long, code = np.dtype(np.int64), np.dtype(np.int32)
    return {
        "id": long,
        "order": code,
        "told_at": long,
        "at": long,
        **dict.fromkeys(spec.refund_amounts, long),
        "day": code,
        "before": code,  # as above
    }


class TimeIndex:
    """Rows by instant: those before the last seal once and for all, the others when they are asked for."""

    __slots__ = ("_runs", "_sealed")

    def __init__(self) -> None:
        """Begin without a row."""
        self._sealed: Run = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))
        self._runs: tuple[Run, ...] | None = None

    @property
    def nbytes(self) -> int:
        """The bytes that the sealed rows take."""
        return sum(each.nbytes for each in self._sealed)

    @property
    def sealed_at(self) -> Ints:
        """The instant of each place before the last seal."""
        return self._sealed[1]

    def seal(self, rows: Ints, at: Ints) -> None:
        """Take over all rows, which come in order, and the instant of each place."""
        self._sealed, self._runs = (rows.astype(np.int32), at), None

    def sealed_rows(self, places: Cells) -> Ints:
        """Return the rows that stand at some places before the last seal."""
        return self._sealed[0].take(places).astype(np.int64)

    def sealed_places(self, at: Ints) -> Ints:
        """Return how many sealed rows come before each instant."""
        places: Ints = np.searchsorted(self._sealed[1], at)
        return places

    def grew(self) -> None:
        """Forget the order of the rows after the seal: there are more."""
        self._runs = None

    def runs(self, told: Buffers) -> tuple[Run, ...]:
        """Return those before the last seal and the others, where there are any.

        Args:
            told: The rows, each with the instant `at`.
        """
        if self._runs is None:
            at, first = told["at"], len(self._sealed[0])
            rows = np.argsort(at[first:], kind="stable") + first
            self._runs = tuple(run for run in (self._sealed, (rows, at.take(rows))) if len(run[0]))
        return self._runs
